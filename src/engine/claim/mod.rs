//! Requests about who holds a customer, decided once.
//!
//! ```text
//! Request ──> what is known now ──> evidence ──> granted, or every reason
//!                │                                  │
//!                └ one transaction ─────────────────┴─> an event, a decision
//! ```
//!
//! # What is promised
//!
//! * Of two requests for one customer, or for the last free place of an owner,
//!   one is granted, in whatever process they are made: reading, deciding and
//!   recording is one transaction.
//! * What is granted holds: the event was tried on the customer's lifecycle
//!   before it was recorded.
//! * The same request again is the same decision, not another one.
//!
//! # What is not here
//!
//! A second opinion. Limits that change later change no decision, and neither
//! do facts that are learnt later.

mod book;
mod said;

use self::book::Book;
pub use self::said::Decided;
use super::collision::HolderView;
use super::command::{Command, taking_up};
use super::stored::asks_everybody;
use super::value::{asks, rounds};
use crate::account::{Asked, Claims, Part, Pool, Rule, Standing, refusals};
use crate::error::{Code, Error, Fault};
use crate::facts::intake::id_about;
use crate::facts::{
    Act, Body, Columns, ColumnsBuilder, Correction, Decision, Evidence, Fact, Recorded, Type, Value,
};
use crate::lang::Checked;
use crate::lifecycle::later;
use crate::playbook::Playbook;
use crate::store::Store;
use crate::units::{Day, Instant};

/// What somebody asks to do with a customer (归属申请).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// What.
    pub act: Act,
    /// The customer's id.
    pub customer: Box<str>,
    /// Who is to hold the customer: for claims and transfers.
    pub owner: Option<Box<str>>,
    /// Until when: for extensions.
    pub until: Option<Instant>,
    /// Whether limits do not count, as when a manager hands out customers. Who
    /// may do so is the host's to say.
    pub exempt: bool,
    /// Who asks.
    pub actor: Box<str>,
    /// Why; may be empty.
    pub reason: Box<str>,
}

/// The facts that carry a request out, or say why it was refused.
pub(super) fn decide(
    store: &Store,
    playbook: &Playbook,
    request: &Request,
    at: Instant,
) -> Result<Vec<Fact>, Error> {
    let (claims, rule) = ruled(playbook, request.act)?;
    check(request, rule, playbook, at)?;
    let request = &Request { until: carried_until(playbook, rule, request), ..request.clone() };
    let owner = request.owner.as_deref().unwrap_or_default();
    let about = [request.act.name(), &request.customer, owner];
    let facts = store.customer_facts(&request.customer, None)?;
    if let Some(before) = given(&facts, &id_about(Some(at), &about)) {
        return again(store, request, before);
    }
    let id = taking_up(store, &facts, at, &about)?;
    let mut decision = judge(store, playbook, claims, request, at)?;
    let event = carried_out(playbook, rule, request, at, &id);
    if decision.is_granted() && !is_followed((store, playbook), claims, &decision, &facts, &event)?
    {
        decision.refused.push(Code::NotFollowed);
    }
    let mut out = Vec::new();
    if decision.is_granted() {
        decision.event = Some(event.id.clone());
        out.push(event);
    }
    out.push(fact(id, request, at, Body::Decision(Box::new(decision))));
    Ok(out)
}

/// Until when it is asked for, as the event can say it: where that names a day,
/// to the end of the last one.
fn carried_until(playbook: &Playbook, rule: &Rule, request: &Request) -> Option<Instant> {
    let until = request.until?;
    let kind = playbook.schema().kinds.get(rule.kind);
    let field = rule.field(Part::Until).and_then(|field| kind?.fields.get(field));
    match field.map(|field| &field.ty) {
        Some(Type::Date) => {
            let next = last_day(playbook, until).add_days(1);
            Some(next.map_or(until, |next| playbook.calendar().zone().start_of(next)))
        }
        _ => Some(until),
    }
}

/// The last day of what goes on until an instant.
fn last_day(playbook: &Playbook, until: Instant) -> Day {
    let before = Instant::clamped(until.micros().saturating_sub(1));
    playbook.calendar().zone().day_of(before)
}

/// How an act is carried out by this playbook.
fn ruled(playbook: &Playbook, act: Act) -> Result<(&Claims, &Rule), Error> {
    let name = act.name();
    let Some(claims) = playbook.claims() else {
        return Err(Fault::new(
            Code::InvalidArgument,
            "the playbook does not say who may hold customers",
            "该规则集没有规定客户归属",
        )
        .hint("add the section `claims`", "请加上 `claims` 部分")
        .into());
    };
    let rule = claims.rule(act).ok_or_else(|| {
        Fault::new(
            Code::InvalidArgument,
            format!("the playbook does not say how to {name}"),
            format!("该规则集没有规定 `{name}`"),
        )
        .hint(format!("add `claims`/`{name}`"), format!("请在 `claims` 中加上 `{name}`"))
    })?;
    Ok((claims, rule))
}

/// Refuses what is no request at all.
fn check(request: &Request, rule: &Rule, playbook: &Playbook, at: Instant) -> Result<(), Error> {
    let missing = |name: &str| {
        let fault = Fault::new(
            Code::MissingValue,
            format!("`{name}` is missing"),
            format!("缺少 `{name}`"),
        );
        Error::from(fault)
    };
    let needs_owner = matches!(request.act, Act::Claim | Act::Transfer);
    if needs_owner && request.owner.as_deref().is_none_or(str::is_empty) {
        return Err(missing("owner"));
    }
    if request.actor.is_empty() {
        return Err(missing("actor"));
    }
    let field = rule.field(Part::Until);
    let kind = playbook.schema().kinds.get(rule.kind);
    let required = field.and_then(|field| kind?.fields.get(field)).is_some_and(|it| !it.nullable);
    match request.until {
        None if required => Err(missing("until")),
        Some(until) if until <= at => Err(Fault::new(
            Code::InvalidArgument,
            format!("`until` is {until}, expected later than {at}"),
            format!("`until` 为 {until}，应晚于 {at}"),
        )
        .into()),
        _ => Ok(()),
    }
}

/// Who holds a customer at an instant, and since when; nobody where the playbook does
/// not say who may.
pub(super) fn holder(
    playbook: &Playbook,
    columns: &Columns,
    customer: usize,
    at: Instant,
) -> Result<Option<HolderView>, Error> {
    let Some(claims) = playbook.claims() else { return Ok(None) };
    let (standing, evidence) =
        Book::new(playbook, claims, columns, at, None)?.standing(customer)?;
    let held = (standing == Standing::Held).then_some(evidence);
    Ok(held.and_then(|it| Some(HolderView { owner: it.holder?, since: it.held_since })))
}

/// The decision that stands under an id.
fn given<'f>(facts: &'f [Recorded], id: &str) -> Option<(&'f Fact, &'f Decision)> {
    facts.iter().find_map(|recorded| match &recorded.fact.body {
        Body::Decision(decision)
            if &*recorded.fact.source == Command::SOURCE && &*recorded.fact.id == id =>
        {
            Some((&recorded.fact, &**decision))
        }
        _ => None,
    })
}

/// The facts of a decision that was taken before, if the request is the same.
fn again(
    store: &Store,
    request: &Request,
    (fact, decision): (&Fact, &Decision),
) -> Result<Vec<Fact>, Error> {
    let same = (&decision.actor, &decision.reason, decision.until, decision.exempt)
        == (&request.actor, &request.reason, request.until, request.exempt);
    if !same {
        let id = &fact.id;
        return Err(Fault::new(
            Code::Conflict,
            format!("something else was asked for the same instant, as `{id}`"),
            format!("同一时点已有其他申请 `{id}`"),
        )
        .hint("give another `at`, or retract that one", "请改用其他时点，或撤回该申请")
        .into());
    }
    let mut out = Vec::new();
    if let Some(event) = &decision.event {
        out.extend(store.fact(Command::SOURCE, event)?.map(|recorded| recorded.fact));
    }
    out.push(fact.clone());
    Ok(out)
}

/// The decision, with what it rests on; whether the machine follows is still
/// open.
fn judge(
    store: &Store,
    playbook: &Playbook,
    claims: &Claims,
    request: &Request,
    at: Instant,
) -> Result<Decision, Error> {
    let mut ids = vec![request.customer.clone()];
    if let Some(owner) = &request.owner {
        ids.extend(store.customers_naming(&owner_fields(claims), owner)?);
    }
    let ids: Vec<&str> = ids.iter().map(|id| &**id).collect();
    let needs_everybody = playbook.value().is_some_and(|value| value.needs_everybody());
    let asked: Vec<&Checked> = claims.pools.iter().flat_map(Pool::expressions).collect();
    let ranked = asks_everybody(playbook) || asked.iter().any(|it| it.uses.everybody);
    // What depends on everybody is not known of these alone.
    let columns = match ranked || needs_everybody && asks(playbook, &asked) {
        true => store.columns(None)?,
        false => store.customer_columns(&ids, None)?,
    };
    let book = Book::new(playbook, claims, &columns, at, None)?;
    let number = super::command::known(&columns, &request.customer, at)?;
    let (standing, mut evidence) = book.standing(number)?;
    let pool = book.pool(number)?;
    if let Some(pool) = pool {
        limits(&book, pool, request, number, &mut evidence)?;
    }
    if request.act == Act::Extend {
        evidence.held_until = book.held_until(number)?;
    }
    let owner = request.owner.as_deref();
    let (act, until, exempt) = (request.act, request.until, request.exempt);
    let (actor, pooled) = (&*request.actor, pool.is_some());
    let asked = Asked { act, at, actor, owner, until, exempt, pooled };
    Ok(Decision {
        act,
        owner: request.owner.clone(),
        until,
        exempt,
        actor: request.actor.clone(),
        reason: request.reason.clone(),
        pool: pool.map(|pool| Box::from(&*pool.name)),
        refused: refusals(&asked, standing, &evidence),
        evidence,
        event: None,
    })
}

/// The fields that name owners, as positions of kind and field.
fn owner_fields(claims: &Claims) -> Vec<(usize, usize)> {
    let rules = claims.rules.iter();
    rules.filter_map(|rule| Some((rule.kind, rule.field(Part::Owner)?))).collect()
}

/// Adds what the limits of a pool are about.
fn limits(
    book: &Book<'_>,
    pool: &Pool,
    request: &Request,
    number: usize,
    evidence: &mut Evidence,
) -> Result<(), Error> {
    let ask = |expression: &Option<std::sync::Arc<Checked>>| match expression {
        Some(expression) => book.number(expression, number),
        None => Ok(None),
    };
    if let Some(owner) = &request.owner {
        evidence.capacity = ask(&pool.capacity)?;
        if evidence.capacity.is_some() {
            evidence.holds = Some(book.holds(owner, pool)?);
        }
    }
    match (request.act, &request.owner) {
        (Act::Claim, Some(owner)) => {
            if let Some((quota, unit)) = &pool.quota {
                evidence.quota = book.number(quota, number)?;
                let (claimed, next) = book.claimed(owner, *unit)?;
                (evidence.claimed, evidence.quota_from) = (Some(claimed), Some(next));
            }
            if let (Some(length), Some(ended)) = (&pool.again_after, book.held_last(number, owner)?)
            {
                let length = book.value(length, number)?;
                evidence.again_from = later(ended, &length, book.calendar())?;
            }
        }
        (Act::Extend, _) => {
            evidence.extensions = ask(&pool.extensions)?;
            evidence.extended = Some(book.extended(number, evidence.held_since));
            if let (Some(length), Some(since)) = (&pool.longest, evidence.held_since) {
                let length = book.value(length, number)?;
                evidence.latest = later(since, &length, book.calendar())?;
            }
        }
        _ => {}
    }
    Ok(())
}

/// The event that carries out a request.
fn carried_out(
    playbook: &Playbook,
    rule: &Rule,
    request: &Request,
    at: Instant,
    decision: &str,
) -> Fact {
    let declared = playbook.schema().kinds.get(rule.kind);
    let declared = declared.map(|kind| kind.fields.as_slice()).unwrap_or_default();
    let text = |text: &str| (!text.is_empty()).then(|| Value::Text(text.into()));
    let value = |(part, ty): (&Option<Part>, &Type)| match part {
        Some(Part::Owner) => text(request.owner.as_deref().unwrap_or_default()),
        Some(Part::Actor) => text(&request.actor),
        Some(Part::Reason) => text(&request.reason),
        Some(Part::Until) => request.until.map(|until| match ty {
            Type::Date => Value::Date(last_day(playbook, until)),
            _ => Value::Instant(until),
        }),
        None => None,
    };
    let types = declared.iter().map(|field| &field.ty);
    let fields = rule.fields.iter().zip(types).map(value).collect();
    let id = id_about(Some(at), &["event", decision]);
    fact(id, request, at, Body::Event { kind: rule.kind, fields })
}

fn fact(id: Box<str>, request: &Request, at: Instant, body: Body) -> Fact {
    Fact {
        source: Command::SOURCE.into(),
        id,
        customer: request.customer.clone(),
        at: Some(at),
        revision: None,
        correction: Correction::None,
        body,
    }
}

/// Whether the lifecycle goes where a granted request says.
fn is_followed(
    (store, playbook): (&Store, &Playbook),
    claims: &Claims,
    decision: &Decision,
    facts: &[Recorded],
    event: &Fact,
) -> Result<bool, Error> {
    let at = event.at.unwrap_or(Instant::MAX);
    let columns = tried(playbook, facts, event);
    let rounds = rounds(store, playbook, &[], at, None)?;
    let book = Book::new(playbook, claims, &columns, at, rounds)?;
    let number = super::command::known(&columns, &event.customer, at)?;
    let (standing, evidence) = book.standing(number)?;
    Ok(match decision.act {
        Act::Claim | Act::Transfer => {
            standing == Standing::Held && evidence.holder == decision.owner
        }
        Act::Release => standing != Standing::Held,
        Act::Extend => standing == Standing::Held && lengthens(decision, book.held_until(number)?),
    })
}

/// Whether a hold lasts as long as was asked for, and longer than it would
/// have. Either end is `None` where none is in sight.
fn lengthens(decision: &Decision, ends: Option<Instant>) -> bool {
    let Some(until) = decision.until else { return true };
    ends.is_none_or(|ends| until <= ends)
        && decision.evidence.held_until.is_some_and(|before| before < until)
}

/// The customer's facts with one more.
fn tried(playbook: &Playbook, facts: &[Recorded], event: &Fact) -> Columns {
    let mut columns = ColumnsBuilder::new(playbook.schema());
    for Recorded { sequence, seen, fact } in facts {
        columns.push(*sequence, *seen, fact);
    }
    let next = facts.last().map_or(1, |last| last.sequence + 1);
    columns.push(next, event.at.unwrap_or(Instant::MAX), event);
    columns.finish()
}
