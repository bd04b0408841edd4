//! The facts in the order in which they were recorded, in memory.

use std::collections::{HashMap, HashSet};
use std::convert::Infallible;
use std::sync::Arc;

use super::admit::{self, Batch, Ledger, Recording, Seen};
use super::columns::{Columns, ColumnsBuilder};
use super::correct::{self, Claim, Original, Settled, StandIn, settle};
use super::erase::{Erasure, Skeletons, mark};
use super::fact::{Body, Correction, Fact, Value};
use super::schema::Schema;
use super::verdict::Verdict;
use crate::error::Error;
use crate::units::Instant;

/// A fact with its place in the log and the instant it was learnt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    /// Its place: 1, 2, 3, ... in the order of recording.
    pub sequence: u64,
    /// When it was learnt.
    pub seen: Instant,
    /// What was handed over.
    pub fact: Fact,
}

/// An append-only log of facts.
///
/// Nothing in it is ever changed. A correction is one more fact;
/// [`effective`](Log::effective) settles which facts count.
///
/// ```
/// use std::sync::Arc;
/// use guanxi::facts::{Body, Correction, Fact, Log, Schema, Seen, Verdict};
/// use guanxi::units::Instant;
///
/// let mut schema = Schema::default();
/// schema.purposes = vec!["marketing".into()];
/// schema.channels = vec!["sms".into()];
/// let mut log = Log::new(&Arc::new(schema.indexed()));
/// let consent = Fact {
///     source: "shop".into(),
///     id: "1".into(),
///     customer: "C-1".into(),
///     at: None,
///     revision: None,
///     correction: Correction::None,
///     body: Body::Consent { purpose: 0, channel: 0, granted: true },
/// };
/// let seen = Seen::At(Instant::parse("2026-03-01T00:00:00Z")?);
/// assert_eq!(log.append(vec![consent.clone()], seen)?, [Verdict::New]);
/// assert_eq!(log.append(vec![consent], seen)?, [Verdict::Same]);
/// assert_eq!(log.effective(None).count(), 1);
/// # Ok::<(), guanxi::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Log {
    schema: Arc<Schema>,
    shelf: Shelf,
}

/// The facts and the ways to find them.
#[derive(Debug, Clone, Default)]
struct Shelf {
    facts: Vec<Recorded>,
    /// Source, then id, to position in `facts`.
    keys: HashMap<Box<str>, HashMap<Box<str>, usize>>,
    corrections: Vec<usize>,
    introduced: HashSet<Box<str>>,
    last_seen: Option<Instant>,
    n_batches: u64,
    /// How many facts the closed batches hold.
    n_closed: usize,
    erasures: Vec<Gone>,
}

/// How far a log was at a moment.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Mark {
    facts: usize,
    last_seen: Option<Instant>,
    n_batches: u64,
    n_closed: usize,
}

/// Somebody who was erased.
#[derive(Debug, Clone)]
struct Gone {
    erasure: Erasure,
    /// What takes the place of the id; `None` where nothing was recorded.
    surrogate: Option<Box<str>>,
}

impl Log {
    /// A log without facts.
    pub fn new(schema: &Arc<Schema>) -> Self {
        Log { schema: schema.clone(), shelf: Shelf::default() }
    }

    /// Records facts in the given order, with a verdict for each.
    ///
    /// The key of a fact is its source and id. The same key with the same
    /// content is [`Same`](Verdict::Same), with another content a
    /// [`Conflict`](Verdict::Conflict); neither is recorded again. A correction
    /// whose target is not recorded, not by this call either, is
    /// [`Pending`](Verdict::Pending) and recorded. Where the schema refuses unknown customers, an event or consent
    /// of a customer without an attribute fact so far is
    /// [`Refused`](Verdict::Refused).
    ///
    /// # Errors
    ///
    /// Nothing is recorded when `seen` is earlier than that of an earlier batch
    /// ([`SeenDecreases`](crate::Code::SeenDecreases); a batch whose keys all
    /// stand has nothing to record and gets its verdicts; the others are listed by
    /// position, such as `/17`) or when a fact is not one
    /// by the schema; then every fault is listed, with pointers such as
    /// `/17/amount` (position in the batch from 0, field).
    pub fn append(&mut self, facts: Vec<Fact>, seen: Seen) -> Result<Vec<Verdict>, Error> {
        self.append_all(vec![Batch { facts, seen }])
    }

    /// Records batches in the order in which they were learnt, all or nothing,
    /// with a verdict for each fact, as if they had been appended one by one.
    /// Only the verdict [`Pending`](Verdict::Pending) knows them all: it is
    /// given where the target is in none of them.
    ///
    /// ```
    /// use std::sync::Arc;
    /// use guanxi::facts::{Batch, Body, Correction, Fact, Log, Schema, Seen, Verdict};
    /// use guanxi::units::Instant;
    ///
    /// let schema = Schema::from_json(r#"{"events": {"call": {"list": "calls"}}}"#)?;
    /// let mut log = Log::new(&Arc::new(schema));
    /// let at = Instant::parse("2026-03-01T00:00:00Z")?;
    /// let call = |id: &str, correction| Fact {
    ///     source: "desk".into(),
    ///     id: id.into(),
    ///     customer: "C-1".into(),
    ///     at: Some(at),
    ///     revision: None,
    ///     correction,
    ///     body: Body::Event { kind: 0, fields: vec![] },
    /// };
    /// let retraction = call("2", Correction::Retracts("1".into()));
    /// let verdicts = log.append_all(vec![
    ///     Batch { facts: vec![retraction], seen: Seen::Backfill },
    ///     Batch { facts: vec![call("1", Correction::None)], seen: Seen::At(at) },
    /// ])?;
    /// assert_eq!(verdicts, [Verdict::New, Verdict::New]);
    /// # Ok::<(), guanxi::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`append`](Log::append), where a batch that was learnt before one that
    /// stands before it decreases `seen` too. Positions count through all batches.
    pub fn append_all(&mut self, mut batches: Vec<Batch>) -> Result<Vec<Verdict>, Error> {
        admit::prepare(&self.schema, &mut batches)?;
        admit::append(&mut self.shelf, self.schema.unknown_customers, batches)
    }

    /// Whether a fact of this source and id is recorded.
    pub fn holds(&self, source: &str, id: &str) -> bool {
        self.fact(source, id).is_some()
    }

    /// The fact of this source and id, as it was handed over.
    pub fn fact(&self, source: &str, id: &str) -> Option<&Recorded> {
        self.shelf.find(source, id)
    }

    /// What counts in the place of the fact of this source and id, and its
    /// revision; of one that was taken back, `None` and that of the retraction.
    ///
    /// Costs a pass over the corrections.
    pub(crate) fn standing_of(&self, source: &str, id: &str) -> Option<(u64, Option<&Fact>)> {
        let original = self.shelf.find(source, id)?;
        let claims: Vec<Claim<'_>> =
            self.shelf.claims().filter(|claim| claim.source == source).collect();
        let Recorded { sequence, seen, fact } = original;
        let own = Original { sequence: *sequence, seen: *seen, revision: fact.revision };
        let standing = correct::standing(&claims, id, own);
        let at = usize::try_from(standing.sequence).ok().and_then(|at| at.checked_sub(1))?;
        let fact = self.shelf.facts.get(at).filter(|_| !standing.is_retracted);
        Some((standing.revision, fact.map(|recorded| &recorded.fact)))
    }

    /// Every fact in the groups of what was recorded after a sequence: of a fact
    /// that is corrected, or was, any other in its group may now count, or no
    /// longer. One pass over the corrections for each step of the longest chain.
    pub(crate) fn grouped_after(&self, sequence: u64) -> impl Iterator<Item = &Recorded> {
        let mut members: HashSet<(&str, &str)> = HashSet::new();
        if !self.shelf.corrections.is_empty() {
            let new = self.since(sequence).iter();
            members.extend(new.map(|it| (&*it.fact.source, &*it.fact.id)));
        }
        loop {
            let before = members.len();
            for claim in self.shelf.claims() {
                let both = [(claim.source, claim.id), (claim.source, claim.target)];
                if both.iter().any(|key| members.contains(key)) {
                    members.extend(both);
                }
            }
            if members.len() == before {
                break;
            }
        }
        members.into_iter().filter_map(|(source, id)| self.fact(source, id))
    }

    /// The facts that count by what was known at an instant (`None`: by all that
    /// is known), in the order of recording.
    ///
    /// Superseded and retracted facts are left out, and so are corrections that
    /// wait for their target. Costs time for the corrections, then a step a fact.
    pub fn effective(&self, known_at: Option<Instant>) -> impl Iterator<Item = &Recorded> {
        let mut hidden = self.shelf.settled(known_at).hidden.into_iter().peekable();
        self.shelf.facts.iter().filter(move |recorded| {
            while hidden.next_if(|sequence| *sequence < recorded.sequence).is_some() {}
            hidden.peek() != Some(&recorded.sequence) && is_known(recorded, known_at)
        })
    }

    /// The facts that count, as columns: each correction in the place of its
    /// original. `wanted` says of which customers.
    pub(crate) fn columns(
        &self,
        known_at: Option<Instant>,
        wanted: impl Fn(&str) -> bool,
    ) -> Columns {
        self.growing(known_at, wanted).finish()
    }

    /// The same while more can be added.
    pub(crate) fn growing(
        &self,
        known_at: Option<Instant>,
        wanted: impl Fn(&str) -> bool,
    ) -> ColumnsBuilder {
        let mut columns = ColumnsBuilder::new(&self.schema);
        self.standing(known_at, &wanted, |recorded| {
            columns.push(recorded.sequence, recorded.seen, &recorded.fact);
        });
        for Gone { erasure, surrogate } in &self.shelf.erasures {
            if let Some(surrogate) = surrogate.as_ref().filter(|surrogate| wanted(surrogate)) {
                columns.erase(surrogate, erasure.at);
            }
        }
        columns
    }

    /// Whether an attribute fact was ever recorded about a customer.
    pub(crate) fn is_introduced(&self, id: &str) -> bool {
        self.shelf.introduced.contains(id)
    }

    /// Whether anything was ever recorded about a customer.
    pub(crate) fn knows_customer(&self, id: &str) -> bool {
        self.shelf.facts.iter().any(|recorded| *recorded.fact.customer == *id)
    }

    /// From when on an id is nobody, which is what is left of somebody.
    pub(crate) fn erased_from(&self, id: &str) -> Option<Instant> {
        self.shelf.left_of(id).map(|gone| gone.erasure.at)
    }

    /// Those who were erased, in the order in which they were.
    pub(crate) fn erasures(&self) -> Vec<Erasure> {
        self.shelf.erasures.iter().map(|gone| gone.erasure.clone()).collect()
    }

    /// Everybody whom the list names and who is there all the same, in the order
    /// of their first facts.
    pub(crate) fn listed(&self, list: &[Erasure]) -> Vec<Box<str>> {
        let mut seen: HashSet<&str> = HashSet::new();
        let customers = self.shelf.facts.iter().map(|recorded| &*recorded.fact.customer);
        let customers = customers.filter(|id| !id.is_empty() && seen.insert(id));
        let named = |id: &&str| {
            let own = mark(id);
            list.iter().any(|erasure| erasure.mark == own)
        };
        customers.filter(named).map(Box::from).collect()
    }

    /// Puts an id on the list of which nothing is recorded.
    pub(crate) fn put_on_list(&mut self, erasure: &Erasure) {
        let listed = |gone: &Gone| gone.erasure.mark == erasure.mark;
        if !self.shelf.erasures.iter().any(listed) {
            self.shelf.erasures.push(Gone { erasure: erasure.clone(), surrogate: None });
        }
    }

    /// Erases these ids; what takes their places.
    pub(crate) fn erase(&mut self, ids: &[Box<str>], at: Instant) -> Vec<Box<str>> {
        let surrogates = self.surrogates(ids.len());
        let names: Vec<(&str, Box<str>)> =
            ids.iter().map(|id| &**id).zip(surrogates.iter().cloned()).collect();
        let ours = |fact: &Fact| ids.contains(&fact.customer);
        let facts = self.shelf.facts.iter().map(|recorded| &recorded.fact);
        let skeletons = Skeletons::new(&self.schema, &names, facts.filter(|fact| ours(fact)));
        let stands = |source: &str, id: &str| self.shelf.find(source, id).is_some();
        let changed = self.shelf.facts.iter().map(|recorded| match ours(&recorded.fact) {
            true => Some(skeletons.of(&recorded.fact, stands)),
            false => skeletons.of_other(&recorded.fact),
        });
        let changed: Vec<Option<Fact>> = changed.collect();
        for (recorded, changed) in self.shelf.facts.iter_mut().zip(changed) {
            if let Some(fact) = changed {
                recorded.fact = fact;
            }
        }
        for (id, surrogate) in names {
            self.shelf.introduced.remove(id);
            let erasure = Erasure { mark: mark(id), at };
            self.shelf.erasures.retain(|gone| gone.erasure.mark != erasure.mark);
            self.shelf.erasures.push(Gone { erasure, surrogate: Some(surrogate) });
        }
        self.shelf.index();
        surrogates
    }

    /// Names that nobody has.
    fn surrogates(&self, n: usize) -> Vec<Box<str>> {
        let first = self.shelf.erasures.len() + 1;
        let names = (first..).map(|number| format!("erased-{number}"));
        names.filter(|name| !self.knows_customer(name)).take(n).map(Into::into).collect()
    }

    /// Hands every fact that counts to `each`, each correction in the place of
    /// its original. `wanted` says of which customers.
    pub(crate) fn standing(
        &self,
        known_at: Option<Instant>,
        wanted: impl Fn(&str) -> bool,
        mut each: impl FnMut(&Recorded),
    ) {
        let settled = self.shelf.settled(known_at);
        for recorded in self.effective(known_at) {
            let Recorded { sequence, seen, fact } = recorded;
            match settled.stand_in(*sequence) {
                _ if !wanted(&fact.customer) => {}
                Some(StandIn { id, seen: first, .. }) => {
                    let fact = Fact { id: id.clone(), ..fact.clone() };
                    each(&Recorded { sequence: *sequence, seen: *seen.min(first), fact });
                }
                None => each(recorded),
            }
        }
    }

    /// These ids and all that were ever merged with them, whether that still
    /// counts or not. One pass over the log for each merge that leads further.
    pub(crate) fn merged_with<'a>(&'a self, ids: &[&'a str]) -> HashSet<&'a str> {
        let mut all: HashSet<&str> = ids.iter().copied().collect();
        loop {
            let before = all.len();
            for recorded in &self.shelf.facts {
                if let Body::Merge { into } = &recorded.fact.body {
                    let customer = &*recorded.fact.customer;
                    if all.contains(customer) || all.contains(&**into) {
                        all.extend([customer, into]);
                    }
                }
            }
            if all.len() == before {
                return all;
            }
        }
    }

    /// The customers of whom an event names this text in a field, given by
    /// positions of kind and field, corrected since or not.
    pub(crate) fn customers_naming(&self, fields: &[(usize, usize)], text: &str) -> Vec<Box<str>> {
        let names = |recorded: &&Recorded| match &recorded.fact.body {
            Body::Event { kind, fields: values } => fields.iter().any(|(wanted, field)| {
                let value = values.get(*field).and_then(Option::as_ref);
                wanted == kind && matches!(value, Some(Value::Text(have)) if **have == *text)
            }),
            _ => false,
        };
        let found = self.shelf.facts.iter().filter(names);
        let ids: HashSet<&str> = found.map(|recorded| &*recorded.fact.customer).collect();
        ids.into_iter().map(Box::from).collect()
    }

    /// How far the log is, to go [`back`](Log::back) to.
    pub(crate) fn mark(&self) -> Mark {
        let Shelf { facts, last_seen, n_batches, n_closed, .. } = &self.shelf;
        Mark {
            facts: facts.len(),
            last_seen: *last_seen,
            n_batches: *n_batches,
            n_closed: *n_closed,
        }
    }

    /// Forgets what was recorded since a mark; erasures since then stay.
    pub(crate) fn back(&mut self, mark: &Mark) {
        let Shelf { facts, keys, corrections, introduced, .. } = &mut self.shelf;
        let gone = facts.split_off(mark.facts.min(facts.len()));
        corrections.retain(|position| *position < facts.len());
        let mut strangers = HashSet::new();
        for Recorded { fact, .. } in gone {
            if let Some(ids) = keys.get_mut(&fact.source) {
                ids.remove(&fact.id);
            }
            if matches!(fact.body, Body::Attributes(_)) {
                strangers.insert(fact.customer);
            }
        }
        if !strangers.is_empty() {
            let introduce = |it: &&Recorded| matches!(it.fact.body, Body::Attributes(_));
            for recorded in facts.iter().filter(introduce) {
                strangers.remove(&recorded.fact.customer);
            }
            introduced.retain(|id| !strangers.contains(id));
        }
        self.shelf.last_seen = mark.last_seen;
        self.shelf.n_batches = mark.n_batches;
        self.shelf.n_closed = mark.n_closed;
    }

    /// Everything recorded after this sequence (0: everything), corrections as
    /// they came.
    pub fn since(&self, sequence: u64) -> &[Recorded] {
        let skip = usize::try_from(sequence).unwrap_or(usize::MAX);
        self.shelf.facts.get(skip..).unwrap_or(&[])
    }

    /// Whether events or corrections are recorded.
    pub(crate) fn has_events(&self) -> bool {
        let is_event = |recorded: &Recorded| matches!(recorded.fact.body, Body::Event { .. });
        !self.shelf.corrections.is_empty() || self.shelf.facts.iter().any(is_event)
    }

    /// How many facts are recorded; also the sequence of the last one.
    pub fn len(&self) -> usize {
        self.shelf.facts.len()
    }

    /// Whether nothing is recorded.
    pub fn is_empty(&self) -> bool {
        self.shelf.facts.is_empty()
    }

    /// The latest instant that a batch was seen at, backfills apart.
    pub fn last_seen(&self) -> Option<Instant> {
        self.shelf.last_seen
    }

    /// How many appends recorded something.
    pub fn n_batches(&self) -> u64 {
        self.shelf.n_batches
    }

    /// What the facts mean.
    pub fn schema(&self) -> &Arc<Schema> {
        &self.schema
    }
}

fn is_known(recorded: &Recorded, known_at: Option<Instant>) -> bool {
    known_at.is_none_or(|known_at| recorded.seen <= known_at)
}

impl Shelf {
    fn left_of(&self, id: &str) -> Option<&Gone> {
        self.erasures.iter().find(|gone| gone.surrogate.as_deref() == Some(id))
    }

    /// Finds every fact by its key again.
    fn index(&mut self) {
        self.keys.clear();
        for (position, Recorded { fact, .. }) in self.facts.iter().enumerate() {
            let ids = self.keys.entry(fact.source.clone()).or_default();
            ids.insert(fact.id.clone(), position);
        }
    }

    fn find(&self, source: &str, id: &str) -> Option<&Recorded> {
        let position = self.keys.get(source)?.get(id)?;
        self.facts.get(*position)
    }

    fn corrections(&self) -> impl Iterator<Item = &Recorded> {
        self.corrections.iter().filter_map(|position| self.facts.get(*position))
    }

    fn claims(&self) -> impl Iterator<Item = Claim<'_>> {
        self.corrections().filter_map(claim)
    }

    fn settled(&self, known_at: Option<Instant>) -> Settled {
        let known = self.corrections().filter(|recorded| is_known(recorded, known_at));
        let claims: Vec<Claim<'_>> = known.filter_map(claim).collect();
        let original = |source: &str, id: &str| {
            let found = self.find(source, id).filter(|recorded| is_known(recorded, known_at));
            Ok::<_, Infallible>(found.map(|recorded| Original {
                sequence: recorded.sequence,
                seen: recorded.seen,
                revision: recorded.fact.revision,
            }))
        };
        match settle(&claims, original) {
            Ok(settled) => settled,
            Err(never) => match never {},
        }
    }
}

fn claim(recorded: &Recorded) -> Option<Claim<'_>> {
    let (target, retracts) = match &recorded.fact.correction {
        Correction::None => return None,
        Correction::Supersedes(target) => (target, false),
        Correction::Retracts(target) => (target, true),
    };
    Some(Claim {
        sequence: recorded.sequence,
        source: &recorded.fact.source,
        id: &recorded.fact.id,
        target,
        revision: recorded.fact.revision,
        retracts,
    })
}

impl Ledger for Shelf {
    type Error = Error;

    fn last_seen(&mut self) -> Result<Option<Instant>, Error> {
        Ok(self.last_seen)
    }

    fn knows(&mut self, source: &str, id: &str) -> Result<bool, Error> {
        Ok(self.find(source, id).is_some())
    }

    fn compare(&mut self, fact: &Fact) -> Result<Option<Recording>, Error> {
        Ok(self.find(&fact.source, &fact.id).map(|recorded| {
            if recorded.fact == *fact { Recording::Same } else { Recording::Other }
        }))
    }

    fn introduced(&mut self, customer: &str) -> Result<bool, Error> {
        Ok(self.introduced.contains(customer))
    }

    fn erased(&mut self, customer: &str) -> Result<bool, Error> {
        if self.erasures.is_empty() {
            return Ok(false);
        }
        let own = mark(customer);
        let listed = self.erasures.iter().any(|gone| gone.erasure.mark == own);
        Ok(listed || self.left_of(customer).is_some())
    }

    fn record(&mut self, fact: Fact, seen: Instant) -> Result<Recording, Error> {
        if let Some(standing) = self.compare(&fact)? {
            return Ok(standing);
        }
        let position = self.facts.len();
        if !self.keys.contains_key(&fact.source) {
            self.keys.insert(fact.source.clone(), HashMap::new());
        }
        if let Some(ids) = self.keys.get_mut(&fact.source) {
            ids.insert(fact.id.clone(), position);
        }
        if fact.correction != Correction::None {
            self.corrections.push(position);
        }
        if matches!(fact.body, Body::Attributes(_)) && !self.introduced.contains(&fact.customer) {
            self.introduced.insert(fact.customer.clone());
        }
        self.facts.push(Recorded { sequence: position as u64 + 1, seen, fact });
        Ok(Recording::Done)
    }

    fn close(&mut self, seen: Seen) -> Result<(), Error> {
        if self.n_closed == self.facts.len() {
            return Ok(());
        }
        self.n_closed = self.facts.len();
        self.n_batches += 1;
        if let Seen::At(seen) = seen {
            self.last_seen = Some(seen);
        }
        Ok(())
    }
}
