//! One customer's statistics, and the row that the models read of them.

use super::{Cbs, History, Spend};
use crate::value::Row;

/// One customer's statistics at the end of the calibration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Summary {
    /// The customer's number in the facts.
    pub customer: u32,
    /// The grain of the first purchase: with `x` and `t_x` it stays the same
    /// while time passes, as `T` does not.
    pub first: u32,
    /// Grains from the first purchase to the last: `t_x`.
    pub recency: u32,
    /// Grains from the first purchase to the end: `T`.
    pub age: u32,
    /// What was bought to the end of the calibration.
    pub history: History,
    /// Purchases in the holdout.
    pub holdout_frequency: u32,
    /// What they brought.
    pub holdout_spend: Spend,
}

impl Summary {
    /// How many purchases came after the first: `x`.
    pub fn frequency(&self) -> u32 {
        self.history.frequency()
    }
}

impl Cbs {
    /// What the models read of a customer, in units of time and of money.
    ///
    /// The mean is that of the purchases after the first, money given back
    /// taken off; `None` without a repeat, and where an amount is not known.
    /// The logarithms of gaps are of gaps in units, so a shop that asks in
    /// weeks has negative ones.
    pub fn row(&self, summary: &Summary) -> Row {
        let units = |grains: u32| self.in_units(f64::from(grains));
        let frequency = summary.frequency();
        let per_gap = libm::log(self.units_per_grain());
        Row {
            frequency,
            recency: units(summary.recency),
            age: units(summary.age),
            log_gaps: Some(summary.history.log_gaps() + f64::from(frequency) * per_gap),
            monetary: self.mean(summary.history.repeat_spend(), frequency),
            weight: 1,
        }
    }

    /// The rows of everybody, in the order of [`Cbs::summaries`].
    pub fn rows(&self) -> impl Iterator<Item = Row> + '_ {
        self.summaries().iter().map(|summary| self.row(summary))
    }

    /// What all purchases of a customer brought on average, the first one
    /// included: with so many purchases, nobody is left out of a model of
    /// spending for having come once.
    pub fn mean_of_all(&self, summary: &Summary) -> Option<f64> {
        self.mean(summary.history.spend(), summary.history.purchases())
    }

    /// What all purchases of a customer brought; `None` where an amount is not
    /// known.
    pub fn total(&self, summary: &Summary) -> Option<f64> {
        self.mean(summary.history.spend(), 1)
    }

    /// A number of grains in units of time. One division, so that 272 days are
    /// the number nearest to 272/7 weeks.
    pub fn in_units(&self, grains: f64) -> f64 {
        let (grain, unit) = (f64::from(self.grain.days()), f64::from(self.unit.days()));
        grains * grain / unit
    }

    fn mean(&self, spend: Spend, purchases: u32) -> Option<f64> {
        let scale = self.scale?;
        if purchases == 0 || 0 < spend.unknown {
            return None;
        }
        // Both are exact up to 2^53, so the mean is the nearest number.
        let per = libm::pow(10.0, f64::from(scale)) * f64::from(purchases);
        Some(spend.units as f64 / per)
    }
}
