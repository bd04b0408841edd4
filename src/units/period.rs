//! Lengths of time in calendar units.

use std::fmt;

use serde::{Serialize, Serializer};

use super::choice::choose;
use super::scan::Scan;
use super::shown::shown;
use crate::error::{Code, Error, Fault};

/// What a [`Period`] counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PeriodUnit {
    /// Calendar days, 23 to 25 hours long where clocks change.
    Days,
    /// Seven days.
    Weeks,
    /// Calendar months.
    Months,
    /// Three months.
    Quarters,
    /// Twelve months.
    Years,
    /// Minutes of the opening hours of the working calendar.
    Workminutes,
    /// Hours of the opening hours of the working calendar.
    Workhours,
    /// Days of the working calendar.
    Workdays,
}

impl PeriodUnit {
    /// Every unit, those of the working calendar last.
    pub const ALL: [PeriodUnit; 8] = [
        PeriodUnit::Days,
        PeriodUnit::Weeks,
        PeriodUnit::Months,
        PeriodUnit::Quarters,
        PeriodUnit::Years,
        PeriodUnit::Workminutes,
        PeriodUnit::Workhours,
        PeriodUnit::Workdays,
    ];

    /// The name in expressions: `days`.
    pub fn name(self) -> &'static str {
        match self {
            PeriodUnit::Days => "days",
            PeriodUnit::Weeks => "weeks",
            PeriodUnit::Months => "months",
            PeriodUnit::Quarters => "quarters",
            PeriodUnit::Years => "years",
            PeriodUnit::Workminutes => "workminutes",
            PeriodUnit::Workhours => "workhours",
            PeriodUnit::Workdays => "workdays",
        }
    }

    /// What the working calendar must know for it.
    pub fn work(self) -> Work {
        match self {
            PeriodUnit::Workdays => Work::Days,
            PeriodUnit::Workhours | PeriodUnit::Workminutes => Work::Hours,
            _ => Work::None,
        }
    }

    /// The unit with this [`name`](PeriodUnit::name).
    pub fn parse(text: &str) -> Result<PeriodUnit, Error> {
        choose(text, PeriodUnit::ALL, PeriodUnit::name, ("unit of a period", "期限单位"))
    }
}

/// What is known of working time, or needed: nothing, which days are worked, or
/// also in which hours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Work {
    /// Nothing.
    #[default]
    None,
    /// Which days.
    Days,
    /// Which days, and their hours.
    Hours,
}

/// A length of time that the calendar decides: `days(90)`, `months(12)`.
///
/// How many hours it is depends on where it starts; see
/// [`Calendar::add`](super::Calendar::add). Two periods are equal when they
/// are written alike: `weeks(1)` is not `days(7)`.
///
/// ```
/// use guanxi::units::{Period, PeriodUnit};
/// let period = Period::parse("days(90)")?;
/// assert_eq!((period.n(), period.unit()), (90, PeriodUnit::Days));
/// assert_eq!(period.to_string(), "days(90)");
/// # Ok::<(), guanxi::Error>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Period {
    n: u32,
    unit: PeriodUnit,
}

impl Period {
    /// The largest count of any unit.
    pub const MAX_N: i64 = 1_000_000;

    /// `n` (0 to 1,000,000) of a unit; otherwise `invalid_argument`.
    pub fn new(n: i64, unit: PeriodUnit) -> Result<Period, Error> {
        match u32::try_from(n) {
            Ok(count) if n <= Period::MAX_N => Ok(Period { n: count, unit }),
            _ => Err(outside(&n.to_string())),
        }
    }

    /// How many units.
    pub fn n(self) -> i64 {
        i64::from(self.n)
    }

    /// Which unit.
    pub fn unit(self) -> PeriodUnit {
        self.unit
    }

    /// Reads `days(90)`; spaces around the number are allowed.
    pub fn parse(text: &str) -> Result<Period, Error> {
        let (unit, number) = text
            .strip_suffix(')')
            .and_then(|rest| rest.split_once('('))
            .ok_or_else(|| malformed(text))?;
        let unit = PeriodUnit::parse(unit)?;
        let number = number.trim_matches(' ');
        let mut scan = Scan::new(number);
        let digits = scan.digits_ahead();
        if digits == 0 || digits != number.len() {
            return Err(malformed(text));
        }
        let n = scan.number(1, 9).filter(|_| scan.is_done()).ok_or_else(|| outside(number))?;
        Period::new(i64::from(n), unit)
    }

    /// About how many days it is, for sorting periods and for showing them:
    /// a month counts as a twelfth of 365.2425 days, and of seven days five are
    /// worked, for eight hours.
    pub fn approximate_days(self) -> f64 {
        let n = f64::from(self.n);
        match self.unit {
            PeriodUnit::Days => n,
            PeriodUnit::Weeks => n * 7.0,
            PeriodUnit::Months => n * 30.436_875,
            PeriodUnit::Quarters => n * 91.310_625,
            PeriodUnit::Years => n * 365.2425,
            PeriodUnit::Workminutes => n / 343.0,
            PeriodUnit::Workhours => n / 5.7,
            PeriodUnit::Workdays => n * 1.4,
        }
    }
}

fn malformed(text: &str) -> Error {
    let text = shown(text);
    Fault::new(
        Code::MalformedValue,
        format!("`{text}` is not a period like `days(90)` or `months(12)`"),
        format!("`{text}` 不是期限，应写作 `days(90)` 或 `months(12)`"),
    )
    .into()
}

fn outside(n: &str) -> Error {
    let n = shown(n);
    Fault::new(
        Code::InvalidArgument,
        format!("`{n}` is not a length of a period, expected 0 to 1000000"),
        format!("`{n}` 不能作期限的长度，应为 0 至 1000000"),
    )
    .into()
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}({})", self.unit.name(), self.n)
    }
}

impl fmt::Debug for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for Period {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_it_shows() {
        for text in ["days(0)", "weeks(2)", "months(12)", "quarters(3)", "years(1000000)"] {
            assert_eq!(Period::parse(text).unwrap().to_string(), text);
        }
        assert_eq!(Period::parse("days( 90 )").unwrap(), Period::parse("days(90)").unwrap());
    }

    #[test]
    fn refuses_other_texts_and_lengths() {
        let cases = [
            ("", Code::MalformedValue),
            ("days", Code::MalformedValue),
            ("days()", Code::MalformedValue),
            ("days(-1)", Code::MalformedValue),
            ("days(1.5)", Code::MalformedValue),
            ("days(1", Code::MalformedValue),
            ("days(1))", Code::MalformedValue),
            ("day(1)", Code::MalformedValue),
            ("hours(1)", Code::MalformedValue),
            ("days(1000001)", Code::InvalidArgument),
            ("days(99999999999999999999)", Code::InvalidArgument),
        ];
        for (text, code) in cases {
            assert_eq!(Period::parse(text).unwrap_err().code(), code, "{text}");
        }
        assert!(Period::new(-1, PeriodUnit::Days).is_err());
        assert!(Period::new(1_000_000, PeriodUnit::Days).is_ok());
        assert!(Period::new(1_000_001, PeriodUnit::Days).is_err());
    }

    #[test]
    fn sorts_by_about_how_long_it_is() {
        let texts = [
            "days(0)",
            "days(6)",
            "weeks(1)",
            "days(30)",
            "months(1)",
            "days(31)",
            "quarters(1)",
            "days(365)",
            "years(1)",
            "months(13)",
        ];
        let lengths: Vec<f64> =
            texts.iter().map(|text| Period::parse(text).unwrap().approximate_days()).collect();
        assert!(lengths.is_sorted_by(|a, b| a < b), "{lengths:?}");
    }
}
