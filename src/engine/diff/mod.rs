//! What another playbook, or another version of this library, would answer
//! otherwise (差异评估): to be read before it is put in force.
//!
//! ```text
//!  old playbook ──> answers ─┐
//!                            ├─> segments, lifecycles, tiers, KPIs that differ
//!  new playbook ──> answers ─┘
//!
//!  a review that was kept ──┬─> counts that differ
//!  a review of now ─────────┘
//! ```
//!
//! # What is promised
//!
//! * Both sides are asked of the same facts at the same instant.
//! * Whatever differs for one customer is counted: customers who change places
//!   with one another do not cancel out.
//! * What two playbooks say alike is counted and not listed.
//!
//! # What is not here
//!
//! Lifecycles that go on from an instant instead of seeing all history anew: see
//! [`compare`](super::compare). Putting a playbook in force: see
//! [`adopt`](crate::store::Store::adopt).

mod kpis;
mod saved;
mod tiers;

use serde::Serialize;

pub use self::kpis::{KpiChange, KpiSide};
pub use self::saved::{CountChange, CountsDiff, SavedPlaybook, SavedReview};
pub use self::tiers::{AxisDiff, TierCell, TierDiff, TierExample};
use super::answers::Options;
use super::lifecycle::{ComparisonView, StateMap, compare};
use super::segment::{SegmentDiff, diff};
use super::summary::PlaybookSummary;
use crate::SEMANTICS;
use crate::error::Error;
use crate::facts::{Columns, Snapshot};
use crate::lifecycle::Mode;
use crate::playbook::Playbook;
use crate::units::Instant;

/// What another playbook would answer otherwise.
#[derive(Debug, Clone, Serialize)]
pub struct ReviewDiff {
    /// Version of the meaning of the numbers, which is that of both sides.
    pub semantics: u32,
    /// The playbook in force.
    pub old: PlaybookSummary,
    /// The other.
    pub new: PlaybookSummary,
    /// Whether they mean the same, so that nothing can differ.
    pub same_meaning: bool,
    /// The instant of the answers.
    pub as_of: Instant,
    /// Customers who were there.
    pub customers: u64,
    /// Who would come into and go out of segments.
    pub segments: SegmentDiff,
    /// Who would be in another state, and what the host would have to do, all
    /// history being seen anew.
    pub lifecycles: ComparisonView,
    /// Who would be in another tier; `None` where neither decides about that.
    pub tiers: Option<TierDiff>,
    /// KPIs that are defined otherwise or have another value, by name.
    pub kpis: Vec<KpiChange>,
    /// How many KPIs are the same.
    pub same_kpis: u64,
}

/// What another playbook would answer otherwise (上线前差异评估).
///
/// # Inputs
///
/// The same facts twice, by the schema of each playbook; where that is the same,
/// the same columns twice. `as_of`: the instant of all answers; of KPIs, the last
/// period that is over then.
///
/// # Output
///
/// Segments, lifecycles, tiers and KPIs that differ, with counts and, where
/// customers change places, examples.
///
/// # Errors
///
/// Facts that do not have what a section `value` reads.
///
/// # Cost
///
/// Twice that of a review with its KPIs, twice a replay of all lifecycles, and
/// for each segment that differs one pass for each of its clauses.
///
/// # Example
///
/// ```
/// use guanxi::Playbook;
/// use guanxi::engine::{Options, diff_review};
/// use guanxi::facts::{Seen, intake::{Lines, TableKind}};
/// use guanxi::store::Store;
/// use guanxi::units::{Instant, Zone};
///
/// let make = |days: &str| Playbook::from_json(&r#"{"guanxi": 1, "id": "shop", "version": "N",
///     "calendar": {"zone": "UTC"}, "schema": {"events": {"purchase": {"list": "purchases"}}},
///     "machines": {"relationship": {"initial": "buyer", "states": {
///         "buyer": {"on": [{"silent": "days(N)", "to": "lost", "effects": [{"do": "win_back"}]}]},
///         "lost": {"on": [{"event": "purchase", "to": "buyer"}]}}}},
///     "segments": {"gone": {"when": "in_state('relationship', 'lost')"}}}"#.replace('N', days));
/// let (old, new) = (make("90")?, make("30")?);
/// let lines = Lines::of("shop", &TableKind::Events, None, old.schema(), &Zone::utc())?;
/// let mut store = Store::in_memory(old.schema());
/// let bought = r#"{"kind": "purchase", "customer": "ann", "at": "2026-01-10"}"#;
/// store.append_lines(&lines, bought.as_bytes(), Seen::Backfill)?;
/// let columns = store.columns(None)?;
///
/// let as_of = Instant::parse("2026-03-01T00:00:00Z")?;
/// let told = diff_review((&columns, &old), (&columns, &new), as_of, Options::default())?;
/// assert_eq!(told.segments.segments[0].entered, 1);
/// assert_eq!(told.lifecycles.machines[0].changed, 1);
/// assert_eq!(&*told.lifecycles.effects_new[0].action, "win_back");
///
/// let same = diff_review((&columns, &old), (&columns, &old), as_of, Options::default())?;
/// assert!(same.same_meaning && !same.differs());
/// # Ok::<(), guanxi::Error>(())
/// ```
pub fn diff_review(
    old: (&Columns, &Playbook),
    new: (&Columns, &Playbook),
    as_of: Instant,
    options: Options,
) -> Result<ReviewDiff, Error> {
    let (kpis, same_kpis) = kpis::changes(old, new, as_of, options)?;
    let (was, is) = (PlaybookSummary::of(old.1), PlaybookSummary::of(new.1));
    Ok(ReviewDiff {
        semantics: SEMANTICS,
        same_meaning: was.semantic_hash == is.semantic_hash,
        old: was,
        new: is,
        as_of,
        customers: Snapshot::new(old.0, as_of).population().count() as u64,
        segments: diff(old, new, as_of, options),
        lifecycles: compare(old, new, as_of, Mode::Reinterpret, &StateMap::new(), options)?,
        tiers: tiers::changes(old, new, as_of, options)?,
        kpis,
        same_kpis,
    })
}

impl ReviewDiff {
    /// Whether anything is otherwise.
    pub fn differs(&self) -> bool {
        let lives = &self.lifecycles;
        let moved = lives.machines.iter().any(|it| 0 < it.changed || 0 < it.parted);
        moved
            || !(lives.dropped.is_empty() && lives.added.is_empty())
            || !self.segments.segments.is_empty()
            || self.tiers.as_ref().is_some_and(TierDiff::differs)
            || !self.kpis.is_empty()
    }
}
