//! The calendar of a business: where days, weeks and years begin, and which
//! days are worked.

use std::sync::Arc;

use super::civil::days_in_month;
use super::day::out_of_range;
use super::work::WorkCalendar;
use super::{Day, Instant, Period, PeriodUnit, Unit, Weekday, Work, WorkPlan, Zone};
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
    work: Option<Arc<WorkCalendar>>,
}

impl Default for Calendar {
    /// UTC, weeks from Monday, business years from 1 January.
    fn default() -> Self {
        let (week_starts, fiscal_year_starts) = (Weekday::Monday, (1, 1));
        Calendar { zone: Zone::utc(), week_starts, fiscal_year_starts, work: None }
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
        Ok(Calendar { zone, week_starts, fiscal_year_starts, work: None })
    }

    /// The same calendar with working days.
    ///
    /// # Errors
    ///
    /// `invalid_argument`: some working days have hours and others have none.
    ///
    /// # Cost
    ///
    /// With hours a search for the clock changes of the years that the plan
    /// knows; afterwards every question about working time is one search among
    /// these and the days that differ.
    pub fn with_work(self, plan: WorkPlan) -> Result<Calendar, Error> {
        let work = WorkCalendar::new(plan, &self.zone)?;
        Ok(Calendar { work: Some(Arc::new(work)), ..self })
    }

    /// The working days it was given.
    pub fn work_plan(&self) -> Option<&WorkPlan> {
        self.work.as_ref().map(|work| work.plan())
    }

    /// How much of working time it knows.
    pub fn work(&self) -> Work {
        match &self.work {
            None => Work::None,
            Some(work) if work.has_hours() => Work::Hours,
            Some(_) => Work::Days,
        }
    }

    /// Whether a day is worked.
    ///
    /// # Errors
    ///
    /// `no_workdays`: the calendar has none. `outside_workdays`: it does not
    /// know this day.
    pub fn is_workday(&self, day: Day) -> Result<bool, Error> {
        self.working(Work::Days)?.is_workday(day)
    }

    /// How many working days come after `a`, up to and including `b`; negative
    /// where `b` comes first. Errors as [`is_workday`](Calendar::is_workday).
    ///
    /// ```
    /// use guanxi::units::{Calendar, Day, Hours, WorkPlan};
    /// let calendar = Calendar::default().with_work(WorkPlan::weekdays(&Hours::default()))?;
    /// let (friday, monday) = (Day::parse("2026-03-06")?, Day::parse("2026-03-09")?);
    /// assert_eq!(calendar.workdays_between(friday, monday)?, 1);
    /// # Ok::<(), guanxi::Error>(())
    /// ```
    pub fn workdays_between(&self, a: Day, b: Day) -> Result<i64, Error> {
        self.working(Work::Days)?.days_between(a, b)
    }

    /// The microseconds within opening hours from `a` to `b`; negative where
    /// `b` comes first. Exact where clocks change within them. Errors as
    /// [`is_workday`](Calendar::is_workday), and `no_workdays` without hours.
    ///
    /// ```
    /// use guanxi::units::{Calendar, Hours, Instant, WorkPlan};
    /// let hours = Hours::parse(["09:00-17:00"])?;
    /// let calendar = Calendar::default().with_work(WorkPlan::weekdays(&hours))?;
    /// let (friday, monday) =
    ///     (Instant::parse("2026-03-06T16:00:00Z")?, Instant::parse("2026-03-09T10:30:00Z")?);
    /// assert_eq!(calendar.worktime_between(friday, monday)?, 150 * 60_000_000);
    /// # Ok::<(), guanxi::Error>(())
    /// ```
    pub fn worktime_between(&self, a: Instant, b: Instant) -> Result<i64, Error> {
        self.working(Work::Hours)?.time_between(a, b, &self.zone)
    }

    /// The first instant before which so many microseconds of working time have
    /// passed since `at`; `at` itself where there are none to pass.
    pub(crate) fn after_worktime(&self, at: Instant, micros: i64) -> Result<Instant, Error> {
        if micros <= 0 {
            return Ok(at);
        }
        self.working(Work::Hours)?.add_time(at, micros, &self.zone)
    }

    fn working(&self, needed: Work) -> Result<&WorkCalendar, Error> {
        match &self.work {
            Some(work) if needed <= self.work() => Ok(work),
            _ => Err(no_work(needed).into()),
        }
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
    ///
    /// A working day later is the same local time on the next working day; from
    /// a day that is not worked, the end of the next working day. So many
    /// working hours later is the first instant before which so much time has
    /// passed within opening hours: eight hours after nine are at closing time,
    /// not when doors open again. Without working days, or without hours, that
    /// is `no_workdays`; where it would need a day that the calendar does not
    /// know, `outside_workdays`.
    pub fn add(&self, at: Instant, period: Period) -> Result<Instant, Error> {
        self.shift(at, period, 1)
    }

    /// The instant a period earlier; see [`add`](Calendar::add). From a day that
    /// is not worked, the start of a working day; for working hours, the last
    /// instant since which so much working time has passed.
    pub fn subtract(&self, at: Instant, period: Period) -> Result<Instant, Error> {
        self.shift(at, period, -1)
    }

    /// The day a period later; months as [`Day::add_months`]. Three working days
    /// later is the third working day after. Working hours move no day:
    /// `invalid_argument`.
    pub fn day_add(&self, day: Day, period: Period) -> Result<Day, Error> {
        self.shift_day(day, period, 1)
    }

    /// The day a period earlier; see [`day_add`](Calendar::day_add).
    pub fn day_subtract(&self, day: Day, period: Period) -> Result<Day, Error> {
        self.shift_day(day, period, -1)
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
        match period.unit() {
            PeriodUnit::Workdays => {
                self.working(Work::Days)?.add_days(at, period.n() * sign, &self.zone)
            }
            PeriodUnit::Workhours => self.shift_worktime(at, period.n() * HOUR, sign),
            PeriodUnit::Workminutes => self.shift_worktime(at, period.n() * MINUTE, sign),
            _ => {
                let (day, micros) = self.zone.local(at);
                let day = self.shift_day(day, period, sign)?;
                self.zone.instant_within(day, micros).ok_or_else(out_of_range)
            }
        }
    }

    fn shift_worktime(&self, at: Instant, micros: i64, sign: i64) -> Result<Instant, Error> {
        let work = self.working(Work::Hours)?;
        if sign < 0 {
            work.subtract_time(at, micros, &self.zone)
        } else {
            work.add_time(at, micros, &self.zone)
        }
    }

    fn shift_day(&self, day: Day, period: Period, sign: i64) -> Result<Day, Error> {
        let n = period.n() * sign;
        match period.unit() {
            PeriodUnit::Days => day.add_days(n),
            PeriodUnit::Weeks => day.add_days(n * 7),
            PeriodUnit::Months => day.add_months(n),
            PeriodUnit::Quarters => day.add_months(n * 3),
            PeriodUnit::Years => day.add_months(n * 12),
            PeriodUnit::Workdays => self.working(Work::Days)?.day_add(day, n),
            PeriodUnit::Workhours | PeriodUnit::Workminutes => Err(no_hours_of_a_day(period)),
        }
    }
}

const MINUTE: i64 = 60_000_000;
const HOUR: i64 = 60 * MINUTE;

/// Working time without a calendar of it.
pub(crate) fn no_work(needed: Work) -> Fault {
    match needed {
        Work::Hours => Fault::new(
            Code::NoWorkdays,
            "the calendar has no opening hours",
            "日历没有营业时段",
        )
        .hint(
            "add `\"hours\": [\"09:00-12:00\", \"13:30-18:00\"]` to `calendar.workdays`",
            "请在 `calendar.workdays` 中加上 `\"hours\": [\"09:00-12:00\", \"13:30-18:00\"]`",
        ),
        _ => Fault::new(Code::NoWorkdays, "the calendar has no working days", "日历没有工作日")
            .hint(
                "add `\"workdays\": \"cn\"` or working days of your own to `calendar`",
                "请在 `calendar` 中加上 `\"workdays\": \"cn\"` 或自定的工作日",
            ),
    }
}

fn no_hours_of_a_day(period: Period) -> Error {
    Fault::new(
        Code::InvalidArgument,
        format!("`{period}` moves a time, not a day"),
        format!("`{period}` 只能用于时间点，不能用于日期"),
    )
    .hint("for days write `workdays(1)`", "日期请用 `workdays(1)`")
    .into()
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
