//! What each customer is worth: a row for everybody.

use std::cmp::Reverse;
use std::sync::Arc;

use serde::Serialize;

use super::super::answers::Options;
use super::super::customer::Shown;
use super::super::summary::PlaybookSummary;
use super::past::assessments;
use super::shown::{figure, score, tier};
use super::summary::{ValueSummary, summary};
use crate::error::{Code, Error, Fault};
use crate::facts::{Columns, Snapshot};
use crate::playbook::Playbook;
use crate::units::{Decimal, Instant};
use crate::value::Assessments;

/// What everybody is worth at an instant.
#[derive(Debug, Clone)]
pub struct Valued {
    /// By which playbook.
    pub playbook: PlaybookSummary,
    /// The instant of the answers.
    pub as_of: Instant,
    /// The models, the tiers and what they are worth.
    pub summary: ValueSummary,
    pub(super) columns: Arc<Columns>,
    pub(super) made: Assessments,
    pub(super) present: Vec<usize>,
}

/// One customer.
#[derive(Debug, Clone, Serialize)]
pub struct ValuedCustomer {
    /// The customer's id.
    pub customer: Box<str>,
    /// When last assessed; `None` before the first time, when nothing else is
    /// known.
    pub assessed: Option<Instant>,
    /// The tier.
    pub tier: Option<Arc<str>>,
    /// Since when.
    pub since: Option<Instant>,
    /// The scores, in the order of [`Valued::axes`]; `None`: too little is
    /// known.
    pub axes: Vec<Option<Decimal>>,
    /// The figures, in the order of [`Valued::figures`].
    pub figures: Vec<Option<Shown>>,
}

/// What everybody is worth at `as_of`: figures, scores, tiers.
///
/// # Errors
///
/// [`Code::UnknownReference`]: the playbook has no section `value`. Facts that
/// do not have what the section reads.
///
/// # Cost
///
/// All assessments up to `as_of`; see [`Assessor`](crate::value::Assessor).
///
/// ```
/// use std::sync::Arc;
/// use guanxi::engine::{Options, value};
/// use guanxi::facts::{Seen, intake::{Lines, TableKind}};
/// use guanxi::units::{Instant, Zone};
/// use guanxi::{Playbook, store::Store};
///
/// let playbook = Playbook::from_json(r#"{
///     "guanxi": 1, "id": "shop", "version": "1", "calendar": {"zone": "UTC"},
///     "schema": {"events": {"purchase": {"list": "purchases", "fields": {"amount": {"type": "decimal(2)"}}}}},
///     "value": {
///         "purchases": {"event": "purchase", "amount": "amount"},
///         "axes": {"spent": {"from": "purchases.sum(p, p.amount)", "curve": [["0", 0], ["500", 100]]}},
///         "assess": {"every": "month"},
///         "tiers": [{"name": "gold", "when": "axis('spent') >= 60.00", "stay": "months(6)"},
///                   {"name": "silver", "when": "true"}]}}"#)?;
/// let lines = Lines::of("shop", &TableKind::Events, None, playbook.schema(), &Zone::utc())?;
/// let text = r#"{"kind": "purchase", "customer": "ann", "at": "2026-01-10", "amount": "400.00"}
/// {"kind": "purchase", "customer": "bob", "at": "2026-01-12", "amount": "20.00"}"#;
/// let mut store = Store::in_memory(playbook.schema());
/// store.append_lines(&lines, text.as_bytes(), Seen::Backfill)?;
/// let columns = Arc::new(store.columns(None)?);
///
/// let told = value(&columns, &playbook, Instant::parse("2026-02-15T00:00:00Z")?, Options::default())?;
/// let rows: Vec<_> = told.customers().collect();
/// assert_eq!(rows[0].tier.as_deref(), Some("gold"));
/// assert_eq!(rows[0].axes[0].unwrap().to_string(), "80.00");
/// assert_eq!(rows[1].tier.as_deref(), Some("silver"));
/// # Ok::<(), guanxi::Error>(())
/// ```
pub fn value(
    columns: &Arc<Columns>,
    playbook: &Playbook,
    as_of: Instant,
    options: Options,
) -> Result<Valued, Error> {
    let made = assessments(columns, playbook, &[], as_of, options.threads);
    let made = made.ok_or_else(no_section)??;
    let snapshot = Snapshot::new(columns, as_of);
    Ok(Valued {
        playbook: PlaybookSummary::of(playbook),
        as_of,
        summary: summary(&snapshot, &made),
        present: snapshot.population().rows().collect(),
        columns: columns.clone(),
        made,
    })
}

pub(super) fn no_section() -> Error {
    Fault::new(
        Code::UnknownReference,
        "the playbook has no section `value`",
        "规则集没有 `value` 部分",
    )
    .into()
}

impl Valued {
    /// The names of the axes.
    pub fn axes(&self) -> Vec<Arc<str>> {
        self.made.valuation().axes.iter().map(|axis| axis.name.clone()).collect()
    }

    /// The names of the figures.
    pub fn figures(&self) -> Vec<Arc<str>> {
        self.made.valuation().names.figures.iter().map(|(name, _)| name.clone()).collect()
    }

    /// The assessments behind it.
    pub fn assessments(&self) -> &Assessments {
        &self.made
    }

    /// Everybody who was there, by id.
    pub fn customers(&self) -> impl Iterator<Item = ValuedCustomer> + '_ {
        self.present.iter().filter_map(|number| self.customer(*number))
    }

    /// Those of the highest future value, then of the highest value so far, then
    /// by id; of whom neither is known come last.
    pub fn best(&self, most: usize) -> Vec<ValuedCustomer> {
        let figure = |number: usize, name: &str| self.made.figure(number, name);
        let mut numbers = self.present.clone();
        // Numbers go by id, and the sort is stable.
        numbers.sort_by_key(|number| {
            Reverse((figure(*number, "future_value"), figure(*number, "past_value")))
        });
        numbers.iter().take(most).filter_map(|number| self.customer(*number)).collect()
    }

    fn customer(&self, number: usize) -> Option<ValuedCustomer> {
        let (made, valuation) = (&self.made, self.made.valuation());
        let standing = made.standing(number);
        let figures = valuation.names.figures.iter();
        Some(ValuedCustomer {
            customer: self.columns.customers.get(number)?.clone(),
            assessed: made.at(number),
            tier: standing.and_then(|standing| tier(valuation, standing.tier)),
            since: standing.map(|standing| standing.since),
            axes: (0..valuation.axes.len()).map(|at| made.score(number, at).map(score)).collect(),
            figures: figures
                .map(|(name, _)| figure(valuation, name, made.figure(number, name)))
                .collect(),
        })
    }
}
