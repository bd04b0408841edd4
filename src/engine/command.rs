//! Commands (人工指令): what people decide, checked and recorded as facts.

use serde::Serialize;

use crate::error::{Code, Error, Fault};
use crate::facts::intake::id_about;
use crate::facts::{Body, Columns, Correction, Fact, Override, Recorded, Seen, Verdict};
use crate::lifecycle::Machine;
use crate::playbook::Playbook;
use crate::store::Store;
use crate::units::{Instant, nearest, shown};

/// A decision of a person (人工指令).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Two ids turned out to be one customer; the second stays.
    Merge {
        /// The id that goes.
        from: Box<str>,
        /// The id that stays.
        into: Box<str>,
    },
    /// They did not: every merge of the first into the second is taken back.
    Unmerge {
        /// The id that went.
        from: Box<str>,
        /// The id that stayed.
        into: Box<str>,
    },
    /// A customer is put into a state, held there, or let go.
    Override {
        /// The customer's id.
        customer: Box<str>,
        /// What was decided.
        decision: Override,
    },
    /// A fact is taken back.
    Retract {
        /// The source of the fact.
        source: Box<str>,
        /// Its id.
        id: Box<str>,
    },
}

/// What a command recorded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Commanded {
    /// The ids of the customers that it is about.
    pub customers: Vec<Box<str>>,
    /// The facts that carry it out.
    pub facts: Vec<CommandedFact>,
}

/// A fact that a command recorded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CommandedFact {
    /// [`Command::SOURCE`], or for a retraction the source of what it takes back.
    pub source: Box<str>,
    /// Its id, by which it can be retracted.
    pub id: Box<str>,
    /// What became of it: `same` where it was given before.
    pub verdict: Verdict,
}

impl Command {
    /// The source of every fact that a command records, but for retractions.
    pub const SOURCE: &'static str = "command";

    /// The ids of the customers that it names; none for a retraction.
    ///
    /// ```
    /// use guanxi::engine::Command;
    /// let merge = Command::Merge { from: "C-2".into(), into: "C-1".into() };
    /// assert_eq!(merge.customers(), ["C-2", "C-1"]);
    /// ```
    pub fn customers(&self) -> Vec<&str> {
        match self {
            Command::Merge { from, into } | Command::Unmerge { from, into } => vec![from, into],
            Command::Override { customer, .. } => vec![customer],
            Command::Retract { .. } => Vec::new(),
        }
    }

    /// The facts that carry it out. Records nothing.
    ///
    /// # Inputs
    ///
    /// `at`: from when on it holds.
    ///
    /// # Errors
    ///
    /// [`UnknownCustomer`](Code::UnknownCustomer),
    /// [`UnknownMachine`](Code::UnknownMachine), [`UnknownState`](Code::UnknownState),
    /// [`InvalidArgument`](Code::InvalidArgument) for a merge of one customer
    /// with itself, a merge or a fact that is not there, and an override of a
    /// machine that runs once for each key.
    pub fn facts(
        &self,
        store: &Store,
        playbook: &Playbook,
        at: Instant,
    ) -> Result<Vec<Fact>, Error> {
        match self {
            Command::Merge { from, into } => merge(store, from, into, at),
            Command::Unmerge { from, into } => unmerge(store, from, into, at),
            Command::Override { customer, decision } => {
                overrule(store, playbook, customer, decision, at)
            }
            Command::Retract { source, id } => match store.fact(source, id)? {
                Some(recorded) => Ok(vec![taking_back(&recorded, at)]),
                None => Err(no_fact(source, id).into()),
            },
        }
    }
}

impl Store {
    /// Carries out a command: checks it against the playbook and what is known,
    /// and records the facts that it comes to, in one transaction.
    ///
    /// # Inputs
    ///
    /// `at`: from when on it holds; `seen`: when it was given.
    ///
    /// # Errors
    ///
    /// As [`Command::facts`] and [`append`](Store::append); then nothing is
    /// recorded.
    ///
    /// # Example
    ///
    /// ```
    /// use guanxi::engine::Command;
    /// use guanxi::facts::intake::{Lines, TableKind};
    /// use guanxi::facts::{Override, Seen};
    /// use guanxi::store::Store;
    /// use guanxi::units::Instant;
    /// use guanxi::Playbook;
    ///
    /// let playbook = Playbook::from_json(r#"{
    ///     "guanxi": 1, "id": "shop", "version": "1", "calendar": {"zone": "UTC"},
    ///     "schema": {"events": {"purchase": {"list": "purchases"}}},
    ///     "machines": {"relationship": {"initial": "prospect", "states": {
    ///         "prospect": {"on": [{"event": "purchase", "to": "buyer"}]},
    ///         "buyer": {"on": [{"silent": "days(90)", "to": "lost"}]},
    ///         "lost": {"on": [{"event": "purchase", "to": "buyer"}]}}}}
    /// }"#)?;
    /// let mut store = Store::in_memory(playbook.schema());
    /// let lines = Lines::of("events", &TableKind::Events, None, playbook.schema(), playbook.calendar().zone())?;
    /// let line = br#"{"kind": "purchase", "customer": "C-1", "at": "2026-03-01"}"#;
    /// store.append_lines(&lines, line, Seen::Backfill)?;
    ///
    /// let decision = Override {
    ///     machine: "relationship".into(),
    ///     state: Some("lost".into()),
    ///     pinned: true,
    ///     until: None,
    ///     actor: "li".into(),
    ///     reason: "moved away".into(),
    /// };
    /// let give_up = Command::Override { customer: "C-1".into(), decision };
    /// let at = Instant::parse("2026-03-02T00:00:00Z")?;
    /// let done = store.command(&playbook, &give_up, at, Seen::At(at))?;
    /// assert_eq!(&*store.journey(&playbook, at, None, "C-1")?.states()[0].state, "lost");
    ///
    /// let fact = &done.facts[0];
    /// let back = Command::Retract { source: fact.source.clone(), id: fact.id.clone() };
    /// store.command(&playbook, &back, at, Seen::At(at))?;
    /// assert_eq!(&*store.journey(&playbook, at, None, "C-1")?.states()[0].state, "buyer");
    /// # Ok::<(), guanxi::Error>(())
    /// ```
    pub fn command(
        &mut self,
        playbook: &Playbook,
        command: &Command,
        at: Instant,
        seen: Seen,
    ) -> Result<Commanded, Error> {
        let facts = command.facts(self, playbook, at)?;
        let mut customers: Vec<Box<str>> = command.customers().into_iter().map(Box::from).collect();
        if customers.is_empty() {
            customers.extend(facts.iter().map(|fact| fact.customer.clone()));
        }
        let keys: Vec<_> =
            facts.iter().map(|fact| (fact.source.clone(), fact.id.clone())).collect();
        let verdicts = self.append(facts, seen)?;
        let facts = keys.into_iter().zip(verdicts);
        let facts =
            facts.map(|((source, id), verdict)| CommandedFact { source, id, verdict }).collect();
        Ok(Commanded { customers, facts })
    }
}

fn merge(store: &Store, from: &str, into: &str, at: Instant) -> Result<Vec<Fact>, Error> {
    let columns = store.customer_columns(&[from, into], None)?;
    let [one, other] = [from, into].map(|id| known(&columns, id, at));
    if one? == other? {
        let (from, into) = (shown(from), shown(into));
        return Err(Fault::new(
            Code::InvalidArgument,
            format!("`{from}` and `{into}` are one customer already at {at}"),
            format!("`{from}` 与 `{into}` 在 {at} 已是同一客户"),
        )
        .into());
    }
    let id = unused(store, from, at, &["merge", from, into])?;
    Ok(vec![decided(id, from, at, Body::Merge { into: into.into() })])
}

fn unmerge(store: &Store, from: &str, into: &str, at: Instant) -> Result<Vec<Fact>, Error> {
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

fn survivor(fact: &Fact) -> Option<Box<str>> {
    match &fact.body {
        Body::Merge { into } => Some(into.clone()),
        _ => None,
    }
}

fn overrule(
    store: &Store,
    playbook: &Playbook,
    customer: &str,
    decision: &Override,
    at: Instant,
) -> Result<Vec<Fact>, Error> {
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
    let id = unused(store, customer, at, &["override", customer, &decision.machine])?;
    Ok(vec![decided(id, customer, at, Body::Override(decision.clone()))])
}

/// The id of a decision by what it is about, so that a second one for the same
/// instant shows as such. One that was taken back does not stand in the way.
fn unused(store: &Store, customer: &str, at: Instant, about: &[&str]) -> Result<Box<str>, Error> {
    let standing = store.customer_facts(customer, None)?;
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
fn taking_back(recorded: &Recorded, at: Instant) -> Fact {
    let Fact { source, id, customer, .. } = &recorded.fact;
    Fact {
        source: source.clone(),
        correction: Correction::Retracts(id.clone()),
        ..decided(id_about(Some(at), &["retract", source, id]), customer, at, Body::Nothing)
    }
}

/// The number of a customer of whom something had happened.
fn known(columns: &Columns, id: &str, at: Instant) -> Result<usize, Error> {
    let found = columns.customer_at(id, at).filter(|number| columns.is_known(*number, at));
    found.ok_or_else(|| {
        let id = shown(id);
        Fault::new(
            Code::UnknownCustomer,
            format!("no customer `{id}` is known at {at}"),
            format!("{at} 时没有客户 `{id}`"),
        )
        .into()
    })
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

fn no_fact(source: &str, id: &str) -> Fault {
    let (source, id) = (shown(source), shown(id));
    Fault::new(
        Code::InvalidArgument,
        format!("no fact `{id}` of the source `{source}` is recorded"),
        format!("没有来源为 `{source}` 的事实 `{id}`"),
    )
}
