//! Whether a fact may be recorded: the decisions that every log takes alike.
//!
//! A log, wherever it keeps its facts, is a [`Ledger`]. [`append`] decides over
//! it, so that memory and disk cannot come to different verdicts.

use super::fact::Fact;
use super::schema::{Schema, UnknownCustomers};
use super::sound;
use super::{Body, Verdict};
use crate::error::{Code, Error, Fault};
use crate::units::Instant;

/// When the facts of a batch were learnt.
///
/// In this order a log takes them: by their instants, and behind these the
/// history that is filled in, as it needs no order.
///
/// ```
/// use guanxi::facts::Seen;
/// use guanxi::units::Instant;
/// let seen = Seen::At(Instant::parse("2026-03-01T00:00:00Z")?);
/// assert_ne!(seen, Seen::Backfill);
/// # Ok::<(), guanxi::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Seen {
    /// All at this instant, which is not before that of any earlier batch.
    At(Instant),
    /// History is filled in: each as if it had been learnt when it happened,
    /// undated ones as if they had always been known.
    Backfill,
}

impl Seen {
    /// When this fact counts as learnt.
    pub fn of(self, fact: &Fact) -> Instant {
        match self {
            Seen::At(seen) => seen,
            Seen::Backfill => fact.at.unwrap_or(Instant::MIN),
        }
    }
}

/// Facts that were learnt together.
///
/// ```
/// use guanxi::facts::{Batch, Seen};
/// let batch = Batch { facts: Vec::new(), seen: Seen::Backfill };
/// assert!(batch.facts.is_empty());
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    /// What was learnt.
    pub facts: Vec<Fact>,
    /// When.
    pub seen: Seen,
}

/// What became of an attempt to record a fact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Recording {
    /// It stands now.
    Done,
    /// Its key stands already, with the same content.
    Same,
    /// Its key stands already, with another content.
    Other,
}

/// Where facts are kept, as far as verdicts depend on it.
pub(crate) trait Ledger {
    /// What can go wrong where it keeps them.
    type Error: From<Error>;

    /// The latest `seen` of a batch that was not a backfill.
    fn last_seen(&mut self) -> Result<Option<Instant>, Self::Error>;

    /// Whether a fact of this source and id stands.
    fn knows(&mut self, source: &str, id: &str) -> Result<bool, Self::Error>;

    /// Whether the fact's key stands, and if so whether with the same content.
    fn compare(&mut self, fact: &Fact) -> Result<Option<Recording>, Self::Error>;

    /// Whether an attribute fact about this customer was ever recorded.
    fn introduced(&mut self, customer: &str) -> Result<bool, Self::Error>;

    /// Whether this customer was erased.
    fn erased(&mut self, customer: &str) -> Result<bool, Self::Error>;

    /// Records the fact unless its key stands.
    fn record(&mut self, fact: Fact, seen: Instant) -> Result<Recording, Self::Error>;

    /// Closes a batch: what was recorded since the last one was learnt so.
    fn close(&mut self, seen: Seen) -> Result<(), Self::Error>;
}

/// Brings facts into their one form and finds those that the schema does not
/// allow. Needs no log, so it can be done before one is locked.
pub(crate) fn prepare(schema: &Schema, batches: &mut [Batch]) -> Result<(), Error> {
    let mut faults = Vec::new();
    let facts = batches.iter_mut().flat_map(|batch| &mut batch.facts);
    for (position, fact) in facts.enumerate() {
        sound::normalise(fact);
        sound::check(schema, fact, position, &mut faults);
    }
    Error::check(faults)
}

/// Records prepared facts one after the other, with a verdict for each: the
/// one that holds when all of them are recorded.
///
/// Nothing is recorded when `seen` decreases; that is a fault only when there
/// would have been something to record, so that a file can be imported again.
pub(crate) fn append<L: Ledger>(
    ledger: &mut L,
    policy: UnknownCustomers,
    batches: Vec<Batch>,
) -> Result<Vec<Verdict>, L::Error> {
    refuse_late(ledger, &batches)?;
    let (mut verdicts, mut waiting) = (Vec::new(), Vec::new());
    for Batch { facts, seen } in batches {
        for fact in facts {
            let learnt = seen.of(&fact);
            let target = unknown_target(ledger, &fact)?;
            let verdict = admit(ledger, policy, fact, learnt)?;
            match target {
                Some(target) if verdict == Verdict::New => {
                    waiting.push((verdicts.len(), target));
                    verdicts.push(Verdict::Pending);
                }
                _ => verdicts.push(verdict),
            }
        }
        ledger.close(seen)?;
    }
    for (position, (source, id)) in waiting {
        if ledger.knows(&source, &id)?
            && let Some(verdict) = verdicts.get_mut(position)
        {
            *verdict = Verdict::New;
        }
    }
    Ok(verdicts)
}

/// Lists the facts that nobody may learn any more, as later ones are known;
/// those whose keys stand have nothing to be recorded.
fn refuse_late<L: Ledger>(ledger: &mut L, batches: &[Batch]) -> Result<(), L::Error> {
    let mut last = ledger.last_seen()?;
    let (mut faults, mut position) = (Vec::new(), 0);
    for Batch { facts, seen } in batches {
        if let Some(decreases) = check_seen(last, *seen) {
            for (fact, position) in facts.iter().zip(position..) {
                if ledger.compare(fact)?.is_none() {
                    faults.push(decreases.clone().at(format!("/{position}")));
                }
            }
        }
        if let Seen::At(seen) = seen {
            last = last.max(Some(*seen));
        }
        position += facts.len();
    }
    Ok(Error::check(faults)?)
}

/// Source and id of a fact.
type Key = (Box<str>, Box<str>);

/// The key of what the fact corrects, unless that is recorded.
fn unknown_target<L: Ledger>(ledger: &mut L, fact: &Fact) -> Result<Option<Key>, L::Error> {
    match fact.correction.target() {
        Some(target) if !ledger.knows(&fact.source, target)? => {
            Ok(Some((fact.source.clone(), target.into())))
        }
        _ => Ok(None),
    }
}

fn check_seen(last: Option<Instant>, seen: Seen) -> Option<Fault> {
    match (last, seen) {
        (Some(last), Seen::At(seen)) if seen < last => Some(Fault::new(
            Code::SeenDecreases,
            format!(
                "`seen` is {seen}, and facts seen at {last} are recorded, expected {last} or later"
            ),
            format!("`seen` 为 {seen}，但已有 {last} 得知的事实，应不早于 {last}"),
        )
        .hint("append history that was missed as a backfill", "补录历史数据请用回填方式")),
        _ => None,
    }
}

fn admit<L: Ledger>(
    ledger: &mut L,
    policy: UnknownCustomers,
    fact: Fact,
    seen: Instant,
) -> Result<Verdict, L::Error> {
    if names_erased(ledger, &fact)? {
        return Ok(Verdict::Erased);
    }
    if needs_introduction(policy, &fact) && !ledger.introduced(&fact.customer)? {
        return Ok(ledger.compare(&fact)?.map_or(Verdict::Refused, verdict));
    }
    Ok(verdict(ledger.record(fact, seen)?))
}

/// Whether somebody who was erased would be named again.
fn names_erased<L: Ledger>(ledger: &mut L, fact: &Fact) -> Result<bool, L::Error> {
    let into = match &fact.body {
        Body::Merge { into } => ledger.erased(into)?,
        _ => false,
    };
    Ok(into || !fact.customer.is_empty() && ledger.erased(&fact.customer)?)
}

fn needs_introduction(policy: UnknownCustomers, fact: &Fact) -> bool {
    policy == UnknownCustomers::Refuse
        && matches!(fact.body, Body::Event { .. } | Body::Consent { .. })
}

fn verdict(recording: Recording) -> Verdict {
    match recording {
        Recording::Done => Verdict::New,
        Recording::Same => Verdict::Same,
        Recording::Other => Verdict::Conflict,
    }
}
