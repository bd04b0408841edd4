//! Commands (人工指令): what people decide, checked and recorded as facts.

mod people;
mod read;

use serde::Serialize;

use self::people::{enlist, inquire, merge, no_fact, overrule, taking_back, unmerge};
pub(super) use self::people::{known, taking_up};
use super::claim::{Decided, Request, decide};
use crate::error::{Error, Language};
use crate::facts::{Body, Fact, Override, Recorded, Seen, Verdict};
use crate::playbook::Playbook;
use crate::store::{Deed, Learnt, Store};
use crate::units::Instant;

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
    /// A customer is put on a list, or taken off it.
    List {
        /// The customer's id.
        customer: Box<str>,
        /// The segment, which is a list.
        segment: Box<str>,
        /// On it, or not.
        member: bool,
        /// Who decided.
        actor: Box<str>,
        /// Why.
        reason: Box<str>,
    },
    /// Somebody asks for a customer.
    Claim(Request),
    /// A customer who is there already asked again (二咨), as the section `identity`
    /// says that it is recorded.
    Inquiry {
        /// The customer's id.
        customer: Box<str>,
        /// Who reported it.
        actor: Box<str>,
    },
    /// A fact is taken back; of a decision on a request also the event that
    /// carried it out, and the other way round.
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
    /// When they count as learnt: never before what was recorded already.
    pub seen: Instant,
    /// What was decided, where the command asked for something.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decision: Option<Decided>,
}

impl Commanded {
    /// What was recorded as JSON, with reasons in one language: `customers`,
    /// `facts`, `seen` and, of a request, `decision`.
    pub fn in_language(&self, language: Language) -> impl Serialize + '_ {
        #[derive(Serialize)]
        struct Said<'a, D: Serialize> {
            customers: &'a [Box<str>],
            facts: &'a [CommandedFact],
            seen: Instant,
            #[serde(skip_serializing_if = "Option::is_none")]
            decision: Option<D>,
        }
        let decision = self.decision.as_ref().map(|decision| decision.in_language(language));
        Said { customers: &self.customers, facts: &self.facts, seen: self.seen, decision }
    }
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
            Command::Override { customer, .. } | Command::List { customer, .. } => vec![customer],
            Command::Claim(request) => vec![&request.customer],
            Command::Inquiry { customer, .. } => vec![customer],
            Command::Retract { .. } => Vec::new(),
        }
    }

    /// What it is called in the [audit trail](Store::trail).
    ///
    /// ```
    /// use guanxi::engine::Command;
    /// let back = Command::Retract { source: "shop".into(), id: "o-1".into() };
    /// assert_eq!(back.name(), "retract");
    /// ```
    pub fn name(&self) -> &'static str {
        match self {
            Command::Merge { .. } => "merge",
            Command::Unmerge { .. } => "unmerge",
            Command::Override { .. } => "override",
            Command::List { .. } => "list",
            Command::Claim(request) => request.act.name(),
            Command::Inquiry { .. } => "inquiry",
            Command::Retract { .. } => "retract",
        }
    }

    /// Who decided and why, where the command says so.
    fn signed(&self) -> (&str, &str) {
        match self {
            Command::Override { decision, .. } => (&decision.actor, &decision.reason),
            Command::List { actor, reason, .. } => (actor, reason),
            Command::Claim(request) => (&request.actor, &request.reason),
            Command::Inquiry { actor, .. } => (actor, ""),
            Command::Merge { .. } | Command::Unmerge { .. } | Command::Retract { .. } => ("", ""),
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
    /// [`UnknownCustomer`](crate::Code::UnknownCustomer),
    /// [`UnknownMachine`](crate::Code::UnknownMachine), [`UnknownState`](crate::Code::UnknownState),
    /// [`InvalidArgument`](crate::Code::InvalidArgument) for a request that the playbook
    /// does not know, a merge of one customer
    /// with itself, a merge or a fact that is not there, and an override of a
    /// machine that runs once for each key.
    pub fn facts(
        &self,
        store: &Store,
        playbook: &Playbook,
        at: Instant,
    ) -> Result<Vec<Fact>, Error> {
        match self {
            Command::Merge { from, into } => merge(store, playbook, (from, into), at),
            Command::Unmerge { from, into } => unmerge(store, from, into, at),
            Command::Override { customer, decision } => {
                overrule(store, playbook, customer, decision, at)
            }
            Command::List { customer, segment, member, actor, reason } => {
                let said = (*member, &**actor, &**reason);
                enlist(store, playbook, (customer, segment), said, at)
            }
            Command::Claim(request) => decide(store, playbook, request, at),
            Command::Inquiry { customer, actor } => inquire(store, playbook, (customer, actor), at),
            Command::Retract { source, id } => match store.fact(source, id)? {
                Some(recorded) => retract(store, &recorded, at),
                None => Err(no_fact(source, id).into()),
            },
        }
    }
}

impl Store {
    /// Carries out a command: checks it against the playbook and what is known,
    /// and records the facts that it comes to. All of that is one transaction,
    /// in which nobody else writes. A request that is refused is recorded too,
    /// and is no error. What was recorded is entered into the
    /// [audit trail](Store::trail).
    ///
    /// # Inputs
    ///
    /// `at`: from when on it holds; `seen`: when it was given. What was recorded
    /// meanwhile may have been learnt later; then the command counts as learnt
    /// with that, since only now was it decided.
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
        self.command_when(playbook, command, || Ok((at, seen)))
    }

    /// The same for a command that is given now: the clock is asked when nobody
    /// else writes any more, so that of two who ask at once the second asks
    /// later.
    ///
    /// # Inputs
    ///
    /// `when`: gives `at` and `seen`, once; an error of it is the answer.
    ///
    /// # Errors
    ///
    /// As [`command`](Store::command).
    ///
    /// ```
    /// # use guanxi::engine::Command;
    /// # use guanxi::{facts::Seen, store::Store, units::Instant, Code, Playbook};
    /// # let playbook = Playbook::from_json(r#"{"guanxi": 1, "id": "shop", "version": "1",
    /// #     "calendar": {"zone": "UTC"}}"#)?;
    /// let mut store = Store::in_memory(playbook.schema());
    /// let now = Instant::parse("2026-03-02T09:00:00Z")?;
    /// let merge = Command::Merge { from: "C-2".into(), into: "C-1".into() };
    /// let done = store.command_when(&playbook, &merge, || Ok((now, Seen::At(now))));
    /// assert_eq!(done.unwrap_err().code(), Code::UnknownCustomer);
    /// # Ok::<(), guanxi::Error>(())
    /// ```
    pub fn command_when(
        &mut self,
        playbook: &Playbook,
        command: &Command,
        when: impl FnOnce() -> Result<(Instant, Seen), Error>,
    ) -> Result<Commanded, Error> {
        self.alone(|store| {
            let (at, seen) = when()?;
            let seen = match (seen, store.last_seen()?) {
                (Seen::At(seen), Some(last)) => Seen::At(seen.max(last)),
                _ => seen,
            };
            store.carry_out(playbook, command, at, seen)
        })
    }

    fn carry_out(
        &mut self,
        playbook: &Playbook,
        command: &Command,
        at: Instant,
        seen: Seen,
    ) -> Result<Commanded, Error> {
        let facts = command.facts(self, playbook, at)?;
        let decision = facts.iter().find_map(|fact| match &fact.body {
            Body::Decision(decision) => {
                Some(Decided::of(&fact.customer, at, decision, playbook.calendar().zone()))
            }
            _ => None,
        });
        let mut customers: Vec<Box<str>> = command.customers().into_iter().map(Box::from).collect();
        if customers.is_empty() {
            customers.extend(facts.iter().map(|fact| fact.customer.clone()));
        }
        let keys: Vec<_> =
            facts.iter().map(|fact| (fact.source.clone(), fact.id.clone())).collect();
        let learnt = match seen {
            Seen::At(seen) => seen,
            Seen::Backfill => at,
        };
        let verdicts = self.append(facts, seen)?;
        let facts = keys.into_iter().zip(verdicts);
        let facts =
            facts.map(|((source, id), verdict)| CommandedFact { source, id, verdict }).collect();
        let done = Commanded { customers, facts, seen: learnt, decision };
        self.enter_command(playbook, command, &done)?;
        Ok(done)
    }

    /// Enters into the audit trail what a command recorded, if it did.
    fn enter_command(
        &mut self,
        playbook: &Playbook,
        command: &Command,
        done: &Commanded,
    ) -> Result<(), Error> {
        let is_new = |it: &&CommandedFact| matches!(it.verdict, Verdict::New | Verdict::Pending);
        let facts = done.facts.iter().filter(is_new);
        let facts = facts.map(|it| Learnt { source: it.source.clone(), id: it.id.clone() });
        let facts: Vec<Learnt> = facts.collect();
        if facts.is_empty() {
            return Ok(());
        }
        let (actor, reason) = command.signed();
        self.enter(Deed {
            actor,
            reason,
            playbook: Some(playbook.semantic_hash()),
            customers: &done.customers,
            facts: &facts,
            ..Deed::of(command.name(), done.seen)
        })
    }
}

/// Takes back a fact; a decision and its event go together.
fn retract(store: &Store, recorded: &Recorded, at: Instant) -> Result<Vec<Fact>, Error> {
    let mut out = vec![taking_back(recorded, at)];
    let partner = match &recorded.fact.body {
        Body::Decision(decision) => decision.event.clone(),
        Body::Event { .. } if &*recorded.fact.source == Command::SOURCE => {
            let facts = store.customer_facts(&recorded.fact.customer, None)?;
            let of_event = |it: &Recorded| match &it.fact.body {
                Body::Decision(decision) if decision.event.as_ref() == Some(&recorded.fact.id) => {
                    Some(it.fact.id.clone())
                }
                _ => None,
            };
            facts.iter().find_map(of_event)
        }
        _ => None,
    };
    if let Some(id) = partner {
        let other = store.fact(Command::SOURCE, &id)?;
        out.extend(other.map(|other| taking_back(&other, at)));
    }
    Ok(out)
}
