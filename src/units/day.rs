//! One calendar day, without a place or a time.

use std::fmt;

use serde::{Serialize, Serializer};

use super::civil::{civil_from_days, days_from_civil, days_in_month};
use super::scan::Scan;
use super::shown::shown;
use crate::error::{Code, Error, Fault};

/// A calendar day of the years 1 to 9999, such as a birthday.
///
/// Where on the time line it begins depends on a [`Zone`](super::Zone). Held
/// as days since 1970-01-01; copied, compared and hashed as one integer.
///
/// ```
/// use guanxi::units::Day;
/// let day = Day::parse("2026-01-31")?;
/// assert_eq!(day.add_months(1)?.to_string(), "2026-02-28");
/// assert_eq!(Day::parse("2026/1/31")?, day);
/// # Ok::<(), guanxi::Error>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(i32);

impl Day {
    /// 0001-01-01.
    pub const MIN: Day = Day(days_from_civil(1, 1, 1));
    /// 9999-12-31.
    pub const MAX: Day = Day(days_from_civil(9999, 12, 31));

    /// The day this many days after 1970-01-01; an error outside the years 1
    /// to 9999.
    pub fn from_days(days: i32) -> Result<Day, Error> {
        Day::within(i64::from(days)).ok_or_else(out_of_range)
    }

    /// The day with this year, month (1 to 12) and day of the month. A date
    /// that no calendar has, such as 30 February, is `malformed_value`.
    pub fn from_ymd(year: i32, month: u32, day: u32) -> Result<Day, Error> {
        if !(1..=9999).contains(&year) {
            return Err(out_of_range());
        }
        if !(1..=12).contains(&month) || day == 0 || day > days_in_month(year, month) {
            return Err(no_such_day(year, month, day));
        }
        Ok(Day(days_from_civil(year, month, day)))
    }

    /// Reads `2026-03-31`, `2026/3/31` or `20260331`.
    ///
    /// Month and day may have one digit where there is a separator; the year
    /// always has four. Anything else is `malformed_value`.
    pub fn parse(text: &str) -> Result<Day, Error> {
        let mut scan = Scan::new(text);
        match scan_ymd(&mut scan).filter(|_| scan.is_done()) {
            Some((year, month, day)) => Day::from_ymd(year, month, day),
            None => Err(malformed(text)),
        }
    }

    /// Days since 1970-01-01.
    pub const fn days(self) -> i32 {
        self.0
    }

    /// Year, month (1 to 12) and day of the month.
    pub const fn ymd(self) -> (i32, u32, u32) {
        civil_from_days(self.0)
    }

    /// The day of the week.
    pub fn weekday(self) -> Weekday {
        // 1970-01-01 was a Thursday.
        match (self.0 + 3).rem_euclid(7) {
            0 => Weekday::Monday,
            1 => Weekday::Tuesday,
            2 => Weekday::Wednesday,
            3 => Weekday::Thursday,
            4 => Weekday::Friday,
            5 => Weekday::Saturday,
            _ => Weekday::Sunday,
        }
    }

    /// The day this many days later, or earlier for a negative number.
    pub fn add_days(self, days: i64) -> Result<Day, Error> {
        i64::from(self.0).checked_add(days).and_then(Day::within).ok_or_else(out_of_range)
    }

    /// The same day of the month this many months later, or earlier for a
    /// negative number; the last day of the month where that month is shorter.
    pub fn add_months(self, months: i64) -> Result<Day, Error> {
        let (year, month, day) = self.ymd();
        let count = (i64::from(year) * 12 + i64::from(month) - 1)
            .checked_add(months)
            .filter(|count| (12..12 * 10_000).contains(count))
            .ok_or_else(out_of_range)?;
        let (year, month) = ((count / 12) as i32, (count % 12) as u32 + 1);
        Day::from_ymd(year, month, day.min(days_in_month(year, month)))
    }

    pub(super) fn within(days: i64) -> Option<Day> {
        let within = (i64::from(Day::MIN.0)..=i64::from(Day::MAX.0)).contains(&days);
        within.then_some(Day(days as i32))
    }

    /// The nearest day within the years 1 to 9999.
    pub fn clamped(days: i64) -> Day {
        Day(days.clamp(i64::from(Day::MIN.0), i64::from(Day::MAX.0)) as i32)
    }
}

/// Reads a date in any of the accepted forms; whether it exists is not checked.
pub(super) fn scan_ymd(scan: &mut Scan) -> Option<(i32, u32, u32)> {
    if matches!(scan.digits_ahead(), 8 | 14) {
        let year = scan.number(4, 4)?;
        return Some((year as i32, scan.number(2, 2)?, scan.number(2, 2)?));
    }
    if scan.digits_ahead() != 4 {
        return None;
    }
    let year = scan.number(4, 4)?;
    let separator = scan.take(b"-/")?;
    let month = scan.number(1, 2)?;
    scan.take(&[separator])?;
    let day = scan.number(1, 2)?;
    Some((year as i32, month, day))
}

fn malformed(text: &str) -> Error {
    let text = shown(text);
    Fault::new(
        Code::MalformedValue,
        format!("`{text}` is not a day like `2026-03-31`"),
        format!("`{text}` 不是日期，应写作 `2026-03-31`"),
    )
    .into()
}

fn no_such_day(year: i32, month: u32, day: u32) -> Error {
    Fault::new(
        Code::MalformedValue,
        format!("there is no day `{year:04}-{month:02}-{day:02}`"),
        format!("没有 `{year:04}-{month:02}-{day:02}` 这一天"),
    )
    .into()
}

pub(super) fn out_of_range() -> Error {
    Fault::new(
        Code::TimeOutOfRange,
        "the time is outside the years 0001 to 9999",
        "时间超出公元 0001 年至 9999 年",
    )
    .into()
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.ymd();
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

impl fmt::Debug for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for Day {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// A day of the week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Weekday {
    /// 星期一
    #[default]
    Monday,
    /// 星期二
    Tuesday,
    /// 星期三
    Wednesday,
    /// 星期四
    Thursday,
    /// 星期五
    Friday,
    /// 星期六
    Saturday,
    /// 星期日
    Sunday,
}

impl Weekday {
    /// Every weekday, from Monday.
    pub const ALL: [Weekday; 7] = [
        Weekday::Monday,
        Weekday::Tuesday,
        Weekday::Wednesday,
        Weekday::Thursday,
        Weekday::Friday,
        Weekday::Saturday,
        Weekday::Sunday,
    ];

    /// The English name in lower case: `monday`.
    pub fn name(self) -> &'static str {
        match self {
            Weekday::Monday => "monday",
            Weekday::Tuesday => "tuesday",
            Weekday::Wednesday => "wednesday",
            Weekday::Thursday => "thursday",
            Weekday::Friday => "friday",
            Weekday::Saturday => "saturday",
            Weekday::Sunday => "sunday",
        }
    }

    /// The weekday with this [`name`](Weekday::name).
    pub fn parse(text: &str) -> Result<Weekday, Error> {
        super::choice::choose(text, Weekday::ALL, Weekday::name, ("weekday", "星期"))
    }

    /// Days since Monday, 0 to 6.
    pub fn from_monday(self) -> i32 {
        self as i32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        Day::parse(text).unwrap()
    }

    #[test]
    fn reads_three_forms() {
        let cases = [
            ("2026-03-31", (2026, 3, 31)),
            ("2026/3/31", (2026, 3, 31)),
            ("2026-3-1", (2026, 3, 1)),
            ("20260331", (2026, 3, 31)),
            ("0001-01-01", (1, 1, 1)),
            ("9999-12-31", (9999, 12, 31)),
            ("2024-02-29", (2024, 2, 29)),
        ];
        for (text, ymd) in cases {
            assert_eq!(day(text).ymd(), ymd, "{text}");
        }
    }

    #[test]
    fn refuses_everything_else() {
        let malformed = [
            "",
            "2026",
            "2026-03",
            "2026-03-31 ",
            " 2026-03-31",
            "2026-03/31",
            "26-03-31",
            "2026-02-29",
            "2026-13-01",
            "2026-00-01",
            "2026-04-31",
            "2026-01-00",
            "2026-003-01",
            "2026331",
            "202603311",
            "+2026-03-31",
            "-2026-03-31",
            "2026-03-31T00:00",
            "１２",
            "20260331093000",
        ];
        for text in malformed {
            assert_eq!(Day::parse(text).unwrap_err().code(), Code::MalformedValue, "{text}");
        }
        for text in ["0000-01-01", "00000101"] {
            assert_eq!(Day::parse(text).unwrap_err().code(), Code::TimeOutOfRange, "{text}");
        }
    }

    #[test]
    fn months_clamp_to_their_last_day() {
        let cases = [
            ("2026-01-31", 1, "2026-02-28"),
            ("2024-01-31", 1, "2024-02-29"),
            ("2026-03-31", -1, "2026-02-28"),
            ("2026-03-31", -13, "2025-02-28"),
            ("2026-12-15", 1, "2027-01-15"),
            ("2026-01-15", -1, "2025-12-15"),
            ("2024-02-29", 12, "2025-02-28"),
            ("2024-02-29", 48, "2028-02-29"),
        ];
        for (from, months, to) in cases {
            assert_eq!(day(from).add_months(months).unwrap(), day(to), "{from} {months}");
        }
    }

    #[test]
    fn the_years_1_to_9999_and_no_further() {
        assert_eq!(Day::MIN.to_string(), "0001-01-01");
        assert_eq!(Day::MAX.to_string(), "9999-12-31");
        let outside = [
            Day::MIN.add_days(-1),
            Day::MAX.add_days(1),
            Day::MAX.add_days(i64::MAX),
            Day::MIN.add_days(i64::MIN),
            Day::MIN.add_months(-1),
            Day::MAX.add_months(1),
            Day::MAX.add_months(i64::MAX),
            Day::from_days(Day::MAX.days() + 1),
            Day::from_days(i32::MIN),
            Day::from_ymd(10_000, 1, 1),
        ];
        for result in outside {
            assert_eq!(result.unwrap_err().code(), Code::TimeOutOfRange);
        }
        let whole = i64::from(Day::MAX.days() - Day::MIN.days());
        assert_eq!(Day::MIN.add_days(whole).unwrap(), Day::MAX);
        assert_eq!(Day::MAX.add_months(-9998 * 12 - 11).unwrap(), day("0001-01-31"));
    }

    #[test]
    fn weekdays_by_name() {
        assert_eq!(day("1970-01-01").weekday(), Weekday::Thursday);
        assert_eq!(day("2026-03-29").weekday(), Weekday::Sunday);
        assert_eq!(Weekday::parse("sunday").unwrap(), Weekday::Sunday);
        let error = Weekday::parse("Mondy").unwrap_err();
        let hint = error.faults()[0].hint.as_ref().unwrap();
        assert_eq!(
            (hint.en.as_str(), hint.zh.as_str()),
            ("did you mean `monday`?", "是否指 `monday`？")
        );
    }
}
