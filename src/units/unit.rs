//! Named stretches of the calendar.

use super::choice::choose;
use crate::error::Error;

/// A stretch of the calendar that has a beginning: this month, last quarter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Unit {
    /// A local day.
    Day,
    /// A week; the calendar says on which weekday it starts.
    Week,
    /// A month.
    Month,
    /// January to March, April to June, and so on.
    Quarter,
    /// 1 January to 31 December.
    Year,
    /// A business year; the calendar says on which day it starts.
    FiscalYear,
}

impl Unit {
    /// Every unit, from the shortest.
    pub const ALL: [Unit; 6] =
        [Unit::Day, Unit::Week, Unit::Month, Unit::Quarter, Unit::Year, Unit::FiscalYear];

    /// The name in expressions: `day`, `fiscalYear`.
    pub fn name(self) -> &'static str {
        match self {
            Unit::Day => "day",
            Unit::Week => "week",
            Unit::Month => "month",
            Unit::Quarter => "quarter",
            Unit::Year => "year",
            Unit::FiscalYear => "fiscalYear",
        }
    }

    /// The unit with this [`name`](Unit::name).
    pub fn parse(text: &str) -> Result<Unit, Error> {
        choose(text, Unit::ALL, Unit::name, ("calendar unit", "日历单位"))
    }
}
