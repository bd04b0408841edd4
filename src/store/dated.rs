//! Facts that say themselves when they were learnt: those that come too late
//! are refused, and the others recorded.

use std::collections::BTreeMap;

use super::Store;
use crate::error::{Code, Error, Fault};
use crate::facts::{Batch, Seen, Verdict};

/// What became of facts, by their positions through all batches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Appended {
    /// A verdict for each fact.
    pub verdicts: Vec<Verdict>,
    /// Why the facts that came too late are refused.
    pub late: BTreeMap<usize, Fault>,
}

impl Store {
    /// Records batches in one transaction, and refuses facts that say they were
    /// learnt before what the store has learnt since, instead of failing.
    ///
    /// # Inputs
    ///
    /// The batches in their order, see [`Seen`]. `otherwise` is what facts got
    /// that did not say when they were learnt: where these come too late the
    /// host is wrong and not a fact, and nothing is recorded.
    ///
    /// # Errors
    ///
    /// As [`append_all`](Store::append_all); then nothing of any batch is
    /// recorded.
    ///
    /// # Cost
    ///
    /// That of [`append_all`](Store::append_all), twice where facts come too
    /// late, and a copy of the batches.
    ///
    /// # Example
    ///
    /// ```
    /// use std::sync::Arc;
    /// use guanxi::facts::{Batch, Body, Correction, Fact, Schema, Seen, Verdict};
    /// use guanxi::store::Store;
    /// use guanxi::units::Instant;
    ///
    /// let mut store = Store::in_memory(&Arc::new(Schema::default().indexed()));
    /// let fact = |id: &str| Fact {
    ///     source: "crm".into(),
    ///     id: id.into(),
    ///     revision: None,
    ///     customer: "C-1".into(),
    ///     at: None,
    ///     body: Body::Attributes(vec![]),
    ///     correction: Correction::None,
    /// };
    /// let learnt = |id, day| -> Result<Batch, guanxi::Error> {
    ///     Ok(Batch { facts: vec![fact(id)], seen: Seen::At(Instant::parse(day)?) })
    /// };
    /// let now = Seen::At(Instant::parse("2026-03-09T00:00:00Z")?);
    /// store.append_dated(vec![learnt("a", "2026-03-02T00:00:00Z")?], now)?;
    /// let batches = vec![learnt("b", "2026-03-01T00:00:00Z")?, learnt("c", "2026-03-03T00:00:00Z")?];
    /// let appended = store.append_dated(batches, now)?;
    /// assert_eq!(appended.verdicts, [Verdict::Refused, Verdict::New]);
    /// assert!(appended.late.contains_key(&0));
    /// # Ok::<(), guanxi::Error>(())
    /// ```
    pub fn append_dated(
        &mut self,
        mut batches: Vec<Batch>,
        otherwise: Seen,
    ) -> Result<Appended, Error> {
        if batches.iter().all(|batch| batch.seen == otherwise) {
            return Ok(all(self.append_all(batches)?));
        }
        let error = match self.append_all(batches.clone()) {
            Ok(verdicts) => return Ok(all(verdicts)),
            Err(error) => error,
        };
        let late = late(&error);
        let mut at = 0..;
        for Batch { facts, seen } in &mut batches {
            let before = facts.len();
            facts.retain(|_| at.next().is_some_and(|at| !late.contains_key(&at)));
            if late.is_empty() || *seen == otherwise && facts.len() < before {
                return Err(error);
            }
        }
        let mut known = self.append_all(batches)?.into_iter();
        let mut next = |at| if late.contains_key(&at) { None } else { known.next() };
        let verdicts = (0..at.start).map(|at| next(at).unwrap_or(Verdict::Refused)).collect();
        Ok(Appended { verdicts, late })
    }
}

/// None came too late.
fn all(verdicts: Vec<Verdict>) -> Appended {
    Appended { verdicts, late: BTreeMap::new() }
}

/// The facts that an error says come too late; none for another error.
fn late(error: &Error) -> BTreeMap<usize, Fault> {
    let position = |fault: &Fault| fault.pointer.as_deref()?.strip_prefix('/')?.parse().ok();
    let is_late = error.code() == Code::SeenDecreases;
    let faults = error.faults().iter().filter(|_| is_late);
    faults.filter_map(|fault| Some((position(fault)?, fault.clone()))).collect()
}
