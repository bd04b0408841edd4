//! When customers entered and went on, asked once for all periods.

use super::column::Column;
use crate::error::Error;
use crate::kpi::{Formula, Kpi};
use crate::lang::kernel::Context;
use crate::lang::{Timestamp, Value};
use crate::stats::Stay;
use crate::units::{Calendar, Instant};

/// One customer that entered.
#[derive(Debug, Clone, Copy)]
pub(super) struct Life {
    /// When, in microseconds.
    pub entered: i64,
    /// Of a cohort, whether it went on in time.
    pub went: bool,
    /// Of a cohort, whether it has not and still may.
    pub open: bool,
    /// How long it took, or how long it has been seen not to.
    pub stay: Stay,
}

/// Everybody's, by all that is known at the instant of the answers.
pub(super) struct Lives<'a> {
    context: &'a Context<'a>,
    enter: Column<'a>,
    then: Column<'a>,
    lost: Option<Column<'a>>,
    within: Option<&'a Value>,
}

impl<'a> Lives<'a> {
    /// Whether a KPI follows customers from one instant to another.
    pub fn follow(kpi: &Kpi) -> bool {
        matches!(kpi.formula, Formula::Cohort { .. } | Formula::Duration { .. })
    }

    /// Of a KPI that follows customers from one instant to another.
    pub fn new(kpi: &'a Kpi, context: &'a Context<'a>, threads: usize) -> Option<Lives<'a>> {
        let column = |checked| Column::new(checked, context, threads);
        match &kpi.formula {
            Formula::Cohort { enter, then, within } => Some(Lives {
                context,
                enter: column(enter),
                then: column(then),
                lost: None,
                within: Some(within),
            }),
            Formula::Duration { enter, then, lost, .. } => Some(Lives {
                context,
                enter: column(enter),
                then: column(then),
                lost: lost.as_deref().map(column),
                within: None,
            }),
            _ => None,
        }
    }

    /// One customer; `None`: it never entered.
    pub fn of(&self, customer: usize) -> Result<Option<Life>, Error> {
        let Some(entered) = instant(&self.enter, customer)? else { return Ok(None) };
        let now = self.context.snapshot.as_of().micros();
        // What came before cannot be what came of it.
        let then = instant(&self.then, customer)?.filter(|then| entered <= *then);
        let until = match self.within {
            Some(within) => end(Instant::clamped(entered), within, self.context.calendar),
            None => i64::MAX,
        };
        let lost = match &self.lost {
            Some(lost) => instant(lost, customer)?.filter(|lost| entered <= *lost),
            None => None,
        };
        let seen = lost.map_or(now, |lost| lost.min(now));
        let stay = match then.filter(|then| *then <= seen) {
            Some(then) => Stay { time: then - entered, end: Some(0) },
            None => Stay { time: (seen - entered).max(0), end: None },
        };
        let went = then.is_some_and(|then| then < until);
        Ok(Some(Life { entered, went, open: !went && now < until - 1, stay }))
    }
}

/// An instant of a customer, in microseconds.
fn instant(column: &Column<'_>, customer: usize) -> Result<Option<i64>, Error> {
    Ok(column.number(customer)?.and_then(|value| i64::try_from(value).ok()))
}

/// The first instant after a length of time; the end of all time where it leads
/// beyond.
pub(super) fn end(from: Instant, length: &Value, calendar: &Calendar) -> i64 {
    match length {
        Value::Period(period) => calendar.add(from, *period).map_or(i64::MAX, Instant::micros),
        Value::Duration(length) => {
            Timestamp::from(from).plus(*length).map_or(i64::MAX, |at| at.split().0.micros())
        }
        _ => i64::MAX,
    }
}
