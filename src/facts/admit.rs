//! Whether a fact may be recorded: the decisions that every log takes alike.
//!
//! A log, wherever it keeps its facts, is a [`Ledger`]. [`append`] decides over
//! it, so that memory and disk cannot come to different verdicts.

use super::fact::{Correction, Fact};
use super::schema::{Schema, UnknownCustomers};
use super::sound;
use super::{Body, Verdict};
use crate::error::{Code, Error, Fault};
use crate::units::Instant;

/// When the facts of a batch were learnt.
///
/// ```
/// use guanxi::facts::Seen;
/// use guanxi::units::Instant;
/// let seen = Seen::At(Instant::parse("2026-03-01T00:00:00Z")?);
/// assert_ne!(seen, Seen::Backfill);
/// # Ok::<(), guanxi::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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

    /// Records the fact unless its key stands.
    fn record(&mut self, fact: Fact, seen: Instant) -> Result<Recording, Self::Error>;
}

/// Brings facts into their one form and finds those that the schema does not
/// allow. Needs no log, so it can be done before one is locked.
pub(crate) fn prepare(schema: &Schema, facts: &mut [Fact]) -> Result<(), Error> {
    let mut faults = Vec::new();
    for (position, fact) in facts.iter_mut().enumerate() {
        sound::normalise(fact);
        sound::check(schema, fact, position, &mut faults);
    }
    Error::check(faults)
}

/// Records prepared facts one after the other, with a verdict for each. Nothing
/// is recorded when `seen` decreases; that is a fault only when there would have
/// been something to record, so that a file can be imported again.
pub(crate) fn append<L: Ledger>(
    ledger: &mut L,
    policy: UnknownCustomers,
    facts: Vec<Fact>,
    seen: Seen,
) -> Result<Vec<Verdict>, L::Error> {
    if let Some(decreases) = check_seen(ledger.last_seen()?, seen) {
        return repeat(ledger, &facts, decreases);
    }
    facts
        .into_iter()
        .map(|fact| {
            let learnt = seen.of(&fact);
            admit(ledger, policy, fact, learnt)
        })
        .collect()
}

/// The verdicts on facts whose keys all stand; otherwise the reason why nothing
/// can be recorded, for each fact that would have to be.
fn repeat<L: Ledger>(
    ledger: &mut L,
    facts: &[Fact],
    otherwise: Fault,
) -> Result<Vec<Verdict>, L::Error> {
    let mut verdicts = Vec::with_capacity(facts.len());
    let mut faults = Vec::new();
    for (position, fact) in facts.iter().enumerate() {
        match ledger.compare(fact)? {
            Some(standing) => verdicts.push(verdict(standing, false)),
            None => faults.push(otherwise.clone().at(format!("/{position}"))),
        }
    }
    Error::check(faults)?;
    Ok(verdicts)
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
    if needs_introduction(policy, &fact) && !ledger.introduced(&fact.customer)? {
        return Ok(match ledger.compare(&fact)? {
            None => Verdict::Refused,
            Some(standing) => verdict(standing, false),
        });
    }
    let waits = match &fact.correction {
        Correction::None => false,
        Correction::Supersedes(target) | Correction::Retracts(target) => {
            !ledger.knows(&fact.source, target)?
        }
    };
    Ok(verdict(ledger.record(fact, seen)?, waits))
}

fn needs_introduction(policy: UnknownCustomers, fact: &Fact) -> bool {
    policy == UnknownCustomers::Refuse
        && matches!(fact.body, Body::Event { .. } | Body::Consent { .. })
}

fn verdict(recording: Recording, waits: bool) -> Verdict {
    match recording {
        Recording::Done if waits => Verdict::Pending,
        Recording::Done => Verdict::New,
        Recording::Same => Verdict::Same,
        Recording::Other => Verdict::Conflict,
    }
}
