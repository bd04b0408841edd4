//! Stretches of the calendar by name: `2026-05`, `2026-Q2`, `2026-W18`.

use std::fmt;

use super::{Calendar, Day, Unit, Weekday, Window, shown};
use crate::error::{Code, Error, Fault};

/// A named stretch of the calendar: a month, a quarter, a week.
///
/// ```
/// use guanxi::units::{Calendar, Span};
/// let calendar = Calendar::default();
/// let span = Span::parse("2026-Q2", &calendar)?;
/// assert_eq!(span.to_string(), "2026-Q2");
/// assert_eq!(span.before(&calendar)?.to_string(), "2026-Q1");
/// assert_eq!(span.window(&calendar)?.from.to_string(), "2026-04-01T00:00:00Z");
/// # Ok::<(), guanxi::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    unit: Unit,
    first: Day,
    /// Whether weeks are those of ISO 8601, which have a number.
    iso: bool,
}

impl Span {
    /// The stretch of a unit that a day lies in.
    ///
    /// # Errors
    ///
    /// [`Code::TimeOutOfRange`] at the ends of time.
    pub fn of(day: Day, unit: Unit, calendar: &Calendar) -> Result<Span, Error> {
        let first = calendar.start_of_day(day, unit, 0)?;
        Ok(Span { unit, first, iso: calendar.week_starts() == Weekday::Monday })
    }

    /// The stretch with this name: `2026`, `2026-Q2`, `2026-05`, `2026-05-03`,
    /// `2026-W18`, and `FY2026` for the business year that begins in 2026.
    ///
    /// # Errors
    ///
    /// [`Code::MalformedValue`], with what is expected.
    pub fn parse(text: &str, calendar: &Calendar) -> Result<Span, Error> {
        let (unit, day) = parts(text, calendar).ok_or_else(|| {
            let given = shown(text);
            Error::from(
                Fault::new(
                    Code::MalformedValue,
                    format!("`{given}` is not a period of the calendar"),
                    format!("`{given}` 不是日历期间"),
                )
                .hint(
                    "write `2026`, `2026-Q2`, `2026-05`, `2026-W18`, `2026-05-03` or `FY2026`",
                    "请写 `2026`、`2026-Q2`、`2026-05`、`2026-W18`、`2026-05-03` 或 `FY2026`",
                ),
            )
        })?;
        Span::of(day, unit, calendar)
    }

    /// Of which unit.
    pub fn unit(self) -> Unit {
        self.unit
    }

    /// Its first day.
    pub fn first(self) -> Day {
        self.first
    }

    /// The one before.
    ///
    /// # Errors
    ///
    /// [`Code::TimeOutOfRange`] at the beginning of time.
    pub fn before(self, calendar: &Calendar) -> Result<Span, Error> {
        Ok(Span { first: calendar.start_of_day(self.first, self.unit, -1)?, ..self })
    }

    /// The one after.
    ///
    /// # Errors
    ///
    /// [`Code::TimeOutOfRange`] at the end of time.
    pub fn after(self, calendar: &Calendar) -> Result<Span, Error> {
        Ok(Span { first: calendar.start_of_day(self.first, self.unit, 1)?, ..self })
    }

    /// From its first instant to the first after it.
    ///
    /// # Errors
    ///
    /// [`Code::TimeOutOfRange`] at the ends of time.
    pub fn window(self, calendar: &Calendar) -> Result<Window, Error> {
        let zone = calendar.zone();
        let after = self.after(calendar)?;
        Ok(Window { from: zone.start_of(self.first), until: zone.start_of(after.first) })
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, _) = self.first.ymd();
        match self.unit {
            Unit::Week if self.iso => {
                // The week belongs to the year of its Thursday.
                let thursday = Day::clamped(i64::from(self.first.days()) + 3);
                let (year, _, _) = thursday.ymd();
                let first = Day::from_ymd(year, 1, 1).map_or(0, |day| day.days());
                write!(f, "{year}-W{:02}", (thursday.days() - first) / 7 + 1)
            }
            Unit::Day | Unit::Week => write!(f, "{}", self.first),
            Unit::Month => write!(f, "{year}-{month:02}"),
            Unit::Quarter => write!(f, "{year}-Q{}", (month - 1) / 3 + 1),
            Unit::Year => write!(f, "{year}"),
            Unit::FiscalYear => write!(f, "FY{year}"),
        }
    }
}

/// The unit that a name is of, and a day in it.
fn parts(text: &str, calendar: &Calendar) -> Option<(Unit, Day)> {
    let day = |year, month, day| Day::from_ymd(year, month, day).ok();
    if let Some(year) = text.strip_prefix("FY") {
        let (month, of_month) = calendar.fiscal_year_starts();
        return Some((Unit::FiscalYear, day(digits(year, 4)?, month, of_month)?));
    }
    let (year, rest) = match text.split_once('-') {
        Some((year, rest)) => (digits(year, 4)?, rest),
        None => return Some((Unit::Year, day(digits(text, 4)?, 1, 1)?)),
    };
    if let Some(quarter) = rest.strip_prefix('Q') {
        let quarter = u32::try_from(digits(quarter, 1)?).ok().filter(|it| (1..=4).contains(it))?;
        return Some((Unit::Quarter, day(year, quarter * 3 - 2, 1)?));
    }
    if let Some(week) = rest.strip_prefix('W') {
        return Some((Unit::Week, iso_week(year, digits(week, 2)?, calendar)?));
    }
    if rest.contains('-') {
        return Some((Unit::Day, Day::parse(text).ok()?));
    }
    Some((Unit::Month, day(year, u32::try_from(digits(rest, 2)?).ok()?, 1)?))
}

/// The Monday of a numbered week; only weeks that start on Mondays have numbers.
fn iso_week(year: i32, week: i32, calendar: &Calendar) -> Option<Day> {
    if calendar.week_starts() != Weekday::Monday {
        return None;
    }
    let fourth = Day::from_ymd(year, 1, 4).ok()?;
    let monday = fourth.add_days(i64::from(week * 7 - 7 - fourth.weekday().from_monday())).ok()?;
    let thursday = monday.add_days(3).ok()?;
    (thursday.ymd().0 == year && 1 <= week).then_some(monday)
}

/// A number of just so many digits.
fn digits(text: &str, count: usize) -> Option<i32> {
    let plain = text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit());
    plain.then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::Zone;

    #[test]
    fn every_name_is_read_back_and_the_next_begins_where_it_ends() {
        let calendar = Calendar::new(Zone::utc(), Weekday::Monday, (4, 1)).unwrap();
        let mut day = Day::parse("1999-12-20").unwrap();
        while day < Day::parse("2005-02-01").unwrap() {
            for unit in Unit::ALL {
                let span = Span::of(day, unit, &calendar).unwrap();
                assert_eq!(Span::parse(&span.to_string(), &calendar), Ok(span));
                let (own, next) = (span.window(&calendar).unwrap(), span.after(&calendar).unwrap());
                assert_eq!(own.until, next.window(&calendar).unwrap().from);
                assert_eq!(next.before(&calendar), Ok(span));
                assert!(own.contains(calendar.zone().start_of(day)));
            }
            day = day.add_days(1).unwrap();
        }
    }

    #[test]
    fn what_is_no_period_is_refused() {
        let calendar = Calendar::default();
        let weeks = ["2026-W00", "2026-W54", "2021-W53"];
        let others = [
            "",
            "26",
            "2026-",
            "2026-13",
            "2026-5",
            "2026-Q0",
            "2026-Q5",
            "2026-02-30",
            "FY26",
            "五月",
        ];
        for text in weeks.into_iter().chain(others) {
            let error = Span::parse(text, &calendar).unwrap_err();
            assert_eq!(error.code(), Code::MalformedValue, "{text}");
        }
        assert_eq!(Span::parse("2020-W53", &calendar).unwrap().first().to_string(), "2020-12-28");
    }
}
