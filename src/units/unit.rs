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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Language;

    #[test]
    fn reads_its_names_and_no_others() {
        for unit in Unit::ALL {
            assert_eq!(Unit::parse(unit.name()).unwrap(), unit);
        }
        let said = Unit::parse("fiscal_year").unwrap_err();
        assert_eq!(
            said.say(Language::En),
            "`fiscal_year` is not a calendar unit, expected one of `day`, `week`, `month`, \
             `quarter`, `year`, `fiscalYear` (did you mean `fiscalYear`?)"
        );
        assert!(said.say(Language::Zh).ends_with("（是否指 `fiscalYear`？）"));
        assert!(Unit::parse("hour").unwrap_err().faults()[0].hint.is_none());
    }
}
