//! Customers by sufficient statistics (CBS): all that the models of value need
//! of a purchase history, in a few numbers a customer.
//!
//! ```text
//! events of everybody ──Ruler──> grains ──History──> x, t_x, T, spend, gaps
//!  (purchases, refunds)  days or          what adds     Summary, one a customer
//!                        weeks            up                   │
//!                                                              ├─> Row, for the models
//!                        Audit: what became of every event,    ├─> Groups, equal ones once
//!                        and who was left out, and why         └─> rfm, scores
//! ```
//!
//! A *grain* is the stretch of time within which purchases count as one (two
//! receipts of a day are one visit); a *unit* is what times are told in. They
//! are apart because another grain is another set of data, with other
//! estimates, while another unit is the same data in other words.
//!
//! # What is promised
//!
//! * Every event within the ends is counted once in the [`Audit`], and every
//!   customer is either summarised or listed with a [`Reason`].
//! * Times are whole grains and money whole units until a model asks, so the
//!   numbers do not depend on how the events were split or in what order parts
//!   were added up.
//! * One event more costs a constant: [`History::push`].
//! * Days are those of the calendar's zone, with summer time and skipped days,
//!   and may begin after midnight.
//!
//! # What is not here
//!
//! Opinions: which purchases count is in the [`Definition`], what follows from
//! the numbers is for the models. Currencies are never added up: an amount has
//! the one that its field declares.

mod build;
mod group;
mod history;
mod ruler;
mod summary;
mod watch;

pub use group::{Group, Groups};
pub use history::{History, Purchase, Spend};
pub use ruler::Step;
pub use summary::Summary;
pub(in crate::value) use watch::{Followed, Today, Watch};

use crate::units::Day;

/// What counts as a purchase, and how time is cut.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Definition {
    /// The event kind of purchases, by its position in the schema.
    pub purchases: usize,
    /// The field with what was paid, by its position in the kind. Without it
    /// nothing is known about money. A negative amount is money given back.
    pub amount: Option<usize>,
    /// A kind of events that give money back and its field, where there is
    /// one; with or without a minus sign.
    pub refunds: Option<(usize, usize)>,
    /// Purchases within one of these are one purchase.
    pub grain: Step,
    /// What times are told in.
    pub unit: Step,
    /// When a day begins, in microseconds after midnight: a bar that closes at
    /// four in the morning says four hours.
    pub day_starts: i64,
    /// The last day that the models may learn from.
    pub calibration_end: Day,
    /// The last day of those that follow, which tell how good the models are.
    pub holdout_end: Option<Day>,
}

impl Definition {
    /// Purchases of one kind to the end of a day, by days in weeks.
    pub fn new(purchases: usize, calibration_end: Day) -> Definition {
        Definition {
            purchases,
            amount: None,
            refunds: None,
            grain: Step::Day,
            unit: Step::Week,
            day_starts: 0,
            calibration_end,
            holdout_end: None,
        }
    }
}

/// Why a customer has no summary.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// Nothing was bought to the end of the holdout.
    NoPurchase,
    /// The first purchase was in the holdout.
    FirstInHoldout,
}

impl Reason {
    /// The word that names it.
    pub fn name(self) -> &'static str {
        match self {
            Reason::NoPurchase => "no_purchase",
            Reason::FirstInHoldout => "first_in_holdout",
        }
    }
}

/// What became of the events.
///
/// `purchases = included + repeats + merged`: a purchase is a customer's first,
/// a repeat, or within the grain of one before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Audit {
    /// Customers who were looked at.
    pub customers: u64,
    /// Customers with a summary.
    pub included: u64,
    /// Purchases to the end of the calibration.
    pub purchases: u64,
    /// Of these, repeats: the sum of x.
    pub repeats: u64,
    /// Of these, within the grain of an earlier one.
    pub merged: u64,
    /// Of these, without an amount.
    pub without_amount: u64,
    /// Of these, of an amount of nothing.
    pub free: u64,
    /// Refunds to the end of the calibration.
    pub refunds: u64,
    /// What they gave back, in units of the amount's scale.
    pub given_back: i128,
    /// Of that, what was given back before a first purchase, and so lowers
    /// nothing.
    pub given_back_early: i128,
    /// Purchases and refunds after the calibration, to the end of the holdout.
    pub in_holdout: u64,
    /// Repeats in the holdout, of customers with a summary.
    pub holdout: u64,
    /// Purchases and refunds after both.
    pub after: u64,
}

impl Audit {
    #[inline]
    fn count(&mut self, purchase: Purchase, is_old: bool) {
        match purchase.amount {
            Some(amount) if amount < 0 => {
                self.refunds += 1;
                self.given_back -= i128::from(amount);
                return;
            }
            Some(0) => self.free += 1,
            Some(_) => {}
            None => self.without_amount += 1,
        }
        self.purchases += 1;
        self.merged += u64::from(is_old);
    }
}

/// The statistics of everybody.
///
/// ```
/// use std::sync::Arc;
/// use guanxi::facts::intake::{Lines, TableKind};
/// use guanxi::facts::{Schema, Seen, Snapshot};
/// use guanxi::store::Store;
/// use guanxi::units::{Calendar, Day, Instant, Zone};
/// use guanxi::value::cbs::{Cbs, Definition};
///
/// let schema = Arc::new(Schema::from_json(
///     r#"{"events": {"purchase": {"list": "purchases", "fields": {"amount": {"type": "decimal(2)"}}}}}"#,
/// )?);
/// let lines = Lines::of("shop.jsonl", &TableKind::Events, None, &schema, &Zone::utc())?;
/// let text = r#"
/// {"kind": "purchase", "customer": "C-1", "at": "1997-01-05", "amount": "29.33"}
/// {"kind": "purchase", "customer": "C-1", "at": "1997-01-19", "amount": "10.00"}
/// {"kind": "purchase", "customer": "C-1", "at": "1997-01-19", "amount": "4.40"}
/// {"kind": "purchase", "customer": "C-2", "at": "1997-10-04", "amount": "12.00"}"#;
/// let mut store = Store::in_memory(&schema);
/// store.append_lines(&lines, text.as_bytes(), Seen::Backfill)?;
///
/// let columns = store.columns(None)?;
/// let snapshot = Snapshot::new(&columns, Instant::MAX);
/// let definition = Definition { amount: Some(0), ..Definition::new(0, Day::parse("1997-09-30")?) };
/// let cbs = Cbs::new(&snapshot, &definition, &Calendar::default())?;
/// let rows: Vec<_> = cbs.rows().collect();
/// assert_eq!((rows[0].frequency, rows[0].recency, rows[0].monetary), (1, 2.0, Some(14.4)));
/// assert_eq!((cbs.audit().merged, cbs.excluded().len()), (1, 1));
/// # Ok::<(), guanxi::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Cbs {
    summaries: Vec<Summary>,
    excluded: Vec<(u32, Reason)>,
    audit: Audit,
    grain: Step,
    unit: Step,
    scale: Option<u8>,
}

impl Cbs {
    fn empty(definition: &Definition, scale: Option<u8>) -> Cbs {
        let (grain, unit) = (definition.grain, definition.unit);
        let (summaries, excluded, audit) = (Vec::new(), Vec::new(), Audit::default());
        Cbs { summaries, excluded, audit, grain, unit, scale }
    }

    /// Everybody who bought to the end of the calibration, by their numbers in
    /// the facts.
    pub fn summaries(&self) -> &[Summary] {
        &self.summaries
    }

    /// Everybody else, and why.
    pub fn excluded(&self) -> &[(u32, Reason)] {
        &self.excluded
    }

    /// What became of the events.
    pub fn audit(&self) -> &Audit {
        &self.audit
    }

    /// How many units of time a grain is.
    pub fn units_per_grain(&self) -> f64 {
        f64::from(self.grain.days()) / f64::from(self.unit.days())
    }

    /// How many decimal places the amounts have; `None` without amounts.
    pub fn scale(&self) -> Option<u8> {
        self.scale
    }
}
