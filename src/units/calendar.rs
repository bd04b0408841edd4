//! The calendar of a business: where days, weeks and years begin.

use super::civil::days_in_month;
use super::day::out_of_range;
use super::{Day, Instant, Period, PeriodUnit, Unit, Weekday, Zone};
use crate::error::{Code, Error, Fault};

/// Zone, first day of the week and first day of the business year.
///
/// All calendar arithmetic goes through here, so that "90 days ago" and "last
/// quarter" mean one thing everywhere.
///
/// ```
/// use guanxi::units::{Calendar, Instant, Period, Unit, Weekday, Zone};
/// let calendar = Calendar::new(Zone::named("Asia/Shanghai")?, Weekday::Monday, (1, 1))?;
/// let now = Instant::parse("2026-03-31T09:00:00+08:00")?;
/// let last_month = calendar.start_of(now, Unit::Month, -1)?;
/// assert_eq!(last_month, Instant::parse("2026-02-01T00:00:00+08:00")?);
/// let month_ago = calendar.subtract(now, Period::parse("months(1)")?)?;
/// assert_eq!(month_ago, Instant::parse("2026-02-28T09:00:00+08:00")?);
/// # Ok::<(), guanxi::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calendar {
    zone: Zone,
    week_starts: Weekday,
    fiscal_year_starts: (u32, u32),
}

impl Default for Calendar {
    /// UTC, weeks from Monday, business years from 1 January.
    fn default() -> Self {
        Calendar { zone: Zone::utc(), week_starts: Weekday::Monday, fiscal_year_starts: (1, 1) }
    }
}

impl Calendar {
    /// A calendar whose business year starts on a month (1 to 12) and a day
    /// that every year has; otherwise `invalid_argument`.
    pub fn new(
        zone: Zone,
        week_starts: Weekday,
        fiscal_year_starts: (u32, u32),
    ) -> Result<Calendar, Error> {
        let (month, day) = fiscal_year_starts;
        if !(1..=12).contains(&month) || day == 0 || day > days_in_month(1, month) {
            return Err(no_such_start(month, day));
        }
        Ok(Calendar { zone, week_starts, fiscal_year_starts })
    }

    /// The time zone.
    pub fn zone(&self) -> &Zone {
        &self.zone
    }

    /// The first day of a week.
    pub fn week_starts(&self) -> Weekday {
        self.week_starts
    }

    /// Month and day on which a business year starts.
    pub fn fiscal_year_starts(&self) -> (u32, u32) {
        self.fiscal_year_starts
    }

    /// The instant a period later, at the same time on the local clock.
    ///
    /// A month that is too short gives its last day. A local time that a clock
    /// change skips is the first instant after the gap, one that comes twice
    /// the earlier. Outside the years 1 to 9999: `time_out_of_range`.
    ///
    /// With months the order of two instants may turn round where a month is
    /// too short: 30 January at noon and 31 January at nine both come to 28
    /// February, at noon and at nine.
    pub fn add(&self, at: Instant, period: Period) -> Result<Instant, Error> {
        self.shift(at, period, 1)
    }

    /// The instant a period earlier; see [`add`](Calendar::add).
    pub fn subtract(&self, at: Instant, period: Period) -> Result<Instant, Error> {
        self.shift(at, period, -1)
    }

    /// The day a period later; months as [`Day::add_months`].
    pub fn day_add(&self, day: Day, period: Period) -> Result<Day, Error> {
        shift_day(day, period, 1)
    }

    /// The day a period earlier; months as [`Day::add_months`].
    pub fn day_subtract(&self, day: Day, period: Period) -> Result<Day, Error> {
        shift_day(day, period, -1)
    }

    /// The first instant of the unit that `at` lies in, `k` units later:
    /// `start_of(now, Unit::Month, -1)` is the start of last month.
    pub fn start_of(&self, at: Instant, unit: Unit, k: i64) -> Result<Instant, Error> {
        let first = self.start_of_day(self.zone.day_of(at), unit, k)?;
        self.zone.instant_within(first, 0).ok_or_else(out_of_range)
    }

    /// The first instant after the unit that `at` lies in, `k` units later:
    /// the start of the next one.
    pub fn end_of(&self, at: Instant, unit: Unit, k: i64) -> Result<Instant, Error> {
        self.start_of(at, unit, next(k)?)
    }

    /// The first day of the unit that `day` lies in, `k` units later.
    pub fn start_of_day(&self, day: Day, unit: Unit, k: i64) -> Result<Day, Error> {
        let (year, month, _) = day.ymd();
        let months = |count: i64| k.checked_mul(count).ok_or_else(out_of_range);
        match unit {
            Unit::Day => day.add_days(k),
            Unit::Week => {
                let into = day.weekday().from_monday() - self.week_starts.from_monday();
                let weeks = k.checked_mul(7).ok_or_else(out_of_range)?;
                day.add_days(weeks.saturating_sub(i64::from(into.rem_euclid(7))))
            }
            Unit::Month => Day::from_ymd(year, month, 1)?.add_months(k),
            Unit::Quarter => {
                let first = (month - 1) / 3 * 3 + 1;
                Day::from_ymd(year, first, 1)?.add_months(months(3)?)
            }
            Unit::Year => Day::from_ymd(year, 1, 1)?.add_months(months(12)?),
            Unit::FiscalYear => self.start_of_fiscal_year(day, k),
        }
    }

    /// The first day after the unit that `day` lies in, `k` units later.
    pub fn end_of_day(&self, day: Day, unit: Unit, k: i64) -> Result<Day, Error> {
        self.start_of_day(day, unit, next(k)?)
    }

    /// Completed years of life on a day. Who was born on 29 February grows
    /// older on 1 March in common years. Before the birth it is negative.
    pub fn age(&self, birth: Day, on: Day) -> i64 {
        let ((born, month, day), (year, on_month, on_day)) = (birth.ymd(), on.ymd());
        let still_to_come = (on_month, on_day) < (month, day);
        i64::from(year - born) - i64::from(still_to_come)
    }

    fn start_of_fiscal_year(&self, day: Day, k: i64) -> Result<Day, Error> {
        let (year, month, of_month) = day.ymd();
        let before = (month, of_month) < self.fiscal_year_starts;
        let wanted = (i64::from(year) - i64::from(before)).checked_add(k);
        let year = wanted.and_then(|year| i32::try_from(year).ok()).ok_or_else(out_of_range)?;
        Day::from_ymd(year, self.fiscal_year_starts.0, self.fiscal_year_starts.1)
    }

    fn shift(&self, at: Instant, period: Period, sign: i64) -> Result<Instant, Error> {
        // The second of two equal clock times would otherwise become the first.
        if period.n() == 0 {
            return Ok(at);
        }
        let (day, micros) = self.zone.local(at);
        let day = shift_day(day, period, sign)?;
        self.zone.instant_within(day, micros).ok_or_else(out_of_range)
    }
}

fn shift_day(day: Day, period: Period, sign: i64) -> Result<Day, Error> {
    let n = period.n() * sign;
    match period.unit() {
        PeriodUnit::Days => day.add_days(n),
        PeriodUnit::Weeks => day.add_days(n * 7),
        PeriodUnit::Months => day.add_months(n),
        PeriodUnit::Quarters => day.add_months(n * 3),
        PeriodUnit::Years => day.add_months(n * 12),
    }
}

fn next(k: i64) -> Result<i64, Error> {
    k.checked_add(1).ok_or_else(out_of_range)
}

fn no_such_start(month: u32, day: u32) -> Error {
    Fault::new(
        Code::InvalidArgument,
        format!("a business year cannot start on `{month:02}-{day:02}`, expected a day that every year has"),
        format!("财年不能从 `{month:02}-{day:02}` 开始，应为每年都有的一天"),
    )
    .into()
}
