//! Decisions about who is who and in which state, as facts.

use super::Command;
use crate::error::{Code, Error, Fault};
use crate::facts::intake::id_about;
use crate::facts::{Body, Columns, Correction, Fact, Override, Recorded, Value};
use crate::lifecycle::Machine;
use crate::playbook::Playbook;
use crate::store::{Store, restricted};
use crate::units::{Instant, nearest, shown};

pub(super) fn merge(
    store: &Store,
    playbook: &Playbook,
    (from, into): (&str, &str),
    at: Instant,
) -> Result<Vec<Fact>, Error> {
    let columns = store.customer_columns(&[from, into], None)?;
    let [one, other] = [from, into].map(|id| known(&columns, id, at));
    if one? == other? {
        let (from, into, at) = (shown(from), shown(into), playbook.calendar().zone().shown(at));
        return Err(Fault::new(
            Code::InvalidArgument,
            format!("`{from}` and `{into}` are one customer already at {at}"),
            format!("`{from}` 与 `{into}` 在 {at} 已是同一客户"),
        )
        .into());
    }
    let id = taking_up(store, &store.customer_facts(from, None)?, at, &["merge", from, into])?;
    Ok(vec![decided(id, from, at, Body::Merge { into: into.into() })])
}

pub(super) fn unmerge(
    store: &Store,
    from: &str,
    into: &str,
    at: Instant,
) -> Result<Vec<Fact>, Error> {
    let mut merges = store.customer_facts(from, None)?;
    merges.retain(|it| &*it.fact.customer == from && matches!(it.fact.body, Body::Merge { .. }));
    let others: Vec<Box<str>> = merges.iter().filter_map(|it| survivor(&it.fact)).collect();
    merges.retain(|it| survivor(&it.fact).as_deref() == Some(into));
    if !merges.is_empty() {
        return Ok(merges.iter().map(|merge| taking_back(merge, at)).collect());
    }
    let (gone, stays) = (shown(from), shown(into));
    let fault = Fault::new(
        Code::InvalidArgument,
        format!("`{gone}` is not merged into `{stays}`"),
        format!("`{gone}` 没有合并到 `{stays}`"),
    );
    Err(match others.first() {
        Some(other) => {
            let other = shown(other);
            fault.hint(format!("it is merged into `{other}`"), format!("它合并到了 `{other}`"))
        }
        None => fault,
    }
    .into())
}

/// The event that a customer asked again.
pub(super) fn inquire(
    store: &Store,
    playbook: &Playbook,
    (customer, actor): (&str, &str),
    at: Instant,
) -> Result<Vec<Fact>, Error> {
    let Some(inquiry) = playbook.identity().and_then(|identity| identity.inquiry) else {
        return Err(Fault::new(
            Code::InvalidArgument,
            "the playbook does not say what an inquiry is",
            "该规则集没有规定咨询事件",
        )
        .hint("add `identity`/`inquiry`", "请在 `identity` 中加上 `inquiry`")
        .into());
    };
    known(&store.customer_columns(&[customer], None)?, customer, at)?;
    let declared = playbook.schema().kinds.get(inquiry.kind);
    let mut fields = vec![None; declared.map_or(0, |kind| kind.fields.len())];
    if let Some(slot) = inquiry.actor.and_then(|field| fields.get_mut(field)) {
        if actor.trim().is_empty() {
            let fault = Fault::new(Code::MissingValue, "`actor` is missing", "缺少 `actor`");
            return Err(fault.into());
        }
        *slot = Some(Value::Text(actor.into()));
    }
    let facts = store.customer_facts(customer, None)?;
    let id = taking_up(store, &facts, at, &["inquiry", customer, actor])?;
    Ok(vec![decided(id, customer, at, Body::Event { kind: inquiry.kind, fields })])
}

fn survivor(fact: &Fact) -> Option<Box<str>> {
    match &fact.body {
        Body::Merge { into } => Some(into.clone()),
        _ => None,
    }
}

pub(super) fn overrule(
    store: &Store,
    playbook: &Playbook,
    customer: &str,
    decision: &Override,
    at: Instant,
) -> Result<Vec<Fact>, Error> {
    let missing = |name: &str| {
        Fault::new(Code::MissingValue, format!("`{name}` is missing"), format!("缺少 `{name}`"))
    };
    let said = [("actor", &decision.actor), ("reason", &decision.reason)];
    let unsaid = said.iter().filter(|(_, text)| text.trim().is_empty());
    Error::check(unsaid.map(|(name, _)| missing(name)).collect())?;
    let machine = playbook.machine_named(&decision.machine)?;
    if machine.key.is_some() {
        let name = &machine.name;
        return Err(Fault::new(
            Code::InvalidArgument,
            format!("`{name}` runs once for each key, and only what happens moves a run"),
            format!("`{name}` 按键分别运行，只能由事件推进"),
        )
        .into());
    }
    if let Some(state) = &decision.state
        && machine.state(state).is_none()
    {
        return Err(no_state(machine, state).into());
    }
    known(&store.customer_columns(&[customer], None)?, customer, at)?;
    let about = ["override", customer, &*decision.machine];
    let id = taking_up(store, &store.customer_facts(customer, None)?, at, &about)?;
    Ok(vec![decided(id, customer, at, Body::Override(decision.clone()))])
}

/// A customer on a list, or off it.
pub(super) fn enlist(
    store: &Store,
    playbook: &Playbook,
    (customer, segment): (&str, &str),
    (member, actor, reason): (bool, &str, &str),
    at: Instant,
) -> Result<Vec<Fact>, Error> {
    if actor.trim().is_empty() {
        let fault = Fault::new(Code::MissingValue, "`actor` is missing", "缺少 `actor`");
        return Err(fault.into());
    }
    let named = crate::engine::segment::named(playbook, segment)?;
    let Some((kind, declared)) =
        named.list().and_then(|kind| Some((kind, playbook.schema().kinds.get(kind)?)))
    else {
        let name = named.name();
        return Err(Fault::new(
            Code::InvalidArgument,
            format!("`{name}` is a condition, and nobody is put into it by hand"),
            format!("`{name}` 是条件，不能人工加入"),
        )
        .hint("only a segment with `list` is a list", "只有带 `list` 的细分才是名单")
        .into());
    };
    known(&store.customer_columns(&[customer], None)?, customer, at)?;
    let text = |text: &str| (!text.is_empty()).then(|| Value::Text(text.into()));
    let field = |name: &str| match name {
        "segment" => text(named.name()),
        "member" => Some(Value::Bool(member)),
        "actor" => text(actor),
        "reason" => text(reason),
        _ => None,
    };
    let fields = declared.fields.iter().map(|declared| field(&declared.name)).collect();
    let about = ["list", customer, named.name()];
    let id = taking_up(store, &store.customer_facts(customer, None)?, at, &about)?;
    Ok(vec![decided(id, customer, at, Body::Event { kind, fields })])
}

/// The id of a decision by what it is about, so that a second one for the same
/// instant shows as such. One that was taken back does not stand in the way.
pub(in crate::engine) fn taking_up(
    store: &Store,
    standing: &[Recorded],
    at: Instant,
    about: &[&str],
) -> Result<Box<str>, Error> {
    let stands = |id: &str| {
        let ours = |it: &&Recorded| &*it.fact.source == Command::SOURCE;
        standing.iter().filter(ours).any(|it| &*it.fact.id == id)
    };
    let mut about: Vec<&str> = about.to_vec();
    loop {
        let id = id_about(Some(at), &about);
        if stands(&id) || store.fact(Command::SOURCE, &id)?.is_none() {
            return Ok(id);
        }
        about.push("again");
    }
}

fn decided(id: Box<str>, customer: &str, at: Instant, body: Body) -> Fact {
    Fact {
        source: Command::SOURCE.into(),
        id,
        customer: customer.into(),
        at: Some(at),
        revision: None,
        correction: Correction::None,
        body,
    }
}

/// The retraction of a fact.
pub(super) fn taking_back(recorded: &Recorded, at: Instant) -> Fact {
    let Fact { source, id, customer, .. } = &recorded.fact;
    Fact {
        source: source.clone(),
        correction: Correction::Retracts(id.clone()),
        ..decided(id_about(Some(at), &["retract", source, id]), customer, at, Body::Nothing)
    }
}

/// The number of a customer of whom something had happened.
pub(in crate::engine) fn known(columns: &Columns, id: &str, at: Instant) -> Result<usize, Error> {
    let found = columns.customer_at(id, at).filter(|number| columns.is_known(*number, at));
    found.ok_or_else(|| {
        if columns.is_restricted(id) {
            return restricted(id).into();
        }
        let id = shown(id);
        Fault::new(
            Code::UnknownCustomer,
            format!("no customer `{id}` is known at {at}"),
            format!("{at} 时没有客户 `{id}`"),
        )
        .into()
    })
}

/// A command without faults that is none.
pub(super) fn unread() -> Error {
    Fault::new(Code::Internal, "a command without faults was refused", "无误的指令被拒绝").into()
}

fn no_state(machine: &Machine, state: &str) -> Fault {
    let (name, given) = (&machine.name, shown(state));
    let fault = Fault::new(
        Code::UnknownState,
        format!("`{name}` has no state `{given}`"),
        format!("`{name}` 没有状态 `{given}`"),
    );
    match nearest(state, machine.states.iter().map(|state| &*state.name)) {
        Some(near) => fault.meant(near),
        None => fault,
    }
}

pub(super) fn no_fact(source: &str, id: &str) -> Fault {
    let (source, id) = (shown(source), shown(id));
    Fault::new(
        Code::InvalidArgument,
        format!("no fact `{id}` of the source `{source}` is recorded"),
        format!("没有来源为 `{source}` 的事实 `{id}`"),
    )
}
