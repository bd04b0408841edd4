//! Working days and working hours, counted.
//!
//! ```text
//! weeks are alike      a day's place is a division and a look at seven numbers
//! except for           holidays, days made up for, days on which clocks change:
//!                      sorted, each with how much was worked before it
//! ```
//!
//! So both "how much was worked before this day" and "on which day is so much
//! reached" are one search among the exceptions and a little arithmetic,
//! however far apart two instants are.

use super::day::out_of_range;
use super::work_plan::{Hours, WorkPlan};
use super::{Day, Instant, Zone};
use crate::error::{Code, Error, Fault};

/// Two counts: working days, and microseconds of working time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Count {
    days: i64,
    time: i64,
}

impl Count {
    fn plus(self, other: Count) -> Count {
        Count { days: self.days + other.days, time: self.time + other.time }
    }

    fn minus(self, other: Count) -> Count {
        Count { days: self.days - other.days, time: self.time - other.time }
    }
}

/// Which of the two counts.
type Which = fn(&Count) -> i64;

const DAYS: Which = |count| count.days;
const TIME: Which = |count| count.time;

/// A day that is not like its weekday.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Odd {
    day: i32,
    hours: Option<Hours>,
    /// Whether clocks change on it, or next to it.
    moved: bool,
    before: Count,
    own: Count,
}

/// Working days and hours of one zone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct WorkCalendar {
    plan: WorkPlan,
    /// What the first so many days of a week come to.
    week: [Count; 8],
    odd: Vec<Odd>,
    has_hours: bool,
}

/// A Monday.
const MONDAY: i64 = 4;

impl WorkCalendar {
    /// Refuses a plan in which some days have hours and others have not, since
    /// working time would then leave out whole days.
    pub fn new(plan: WorkPlan, zone: &Zone) -> Result<WorkCalendar, Error> {
        let worked = || plan.week.iter().chain(plan.days.values()).flatten();
        let has_hours = worked().any(|hours| !hours.is_empty());
        if has_hours && worked().any(Hours::is_empty) {
            return Err(some_without_hours());
        }
        let mut week = [Count::default(); 8];
        for weekday in 0..7 {
            week[weekday + 1] = week[weekday].plus(nominal(plan.week[weekday].as_ref()));
        }
        let mut out = WorkCalendar { plan, week, odd: Vec::new(), has_hours };
        out.odd = out.list_odd(zone);
        Ok(out)
    }

    /// What it was made of.
    pub fn plan(&self) -> &WorkPlan {
        &self.plan
    }

    /// Whether working time can be counted, not only days.
    pub fn has_hours(&self) -> bool {
        self.has_hours
    }

    /// Whether a day is worked.
    pub fn is_workday(&self, day: Day) -> Result<bool, Error> {
        self.know(day)?;
        Ok(self.hours(day).is_some())
    }

    /// Working days after `a` up to and including `b`; negative where `b` comes
    /// first.
    pub fn days_between(&self, a: Day, b: Day) -> Result<i64, Error> {
        self.know(a)?;
        self.know(b)?;
        let after = |day: Day| self.before(i64::from(day.days()) + 1).days;
        Ok(after(b) - after(a))
    }

    /// The `n`th working day after a day, or before it for a negative number.
    pub fn day_add(&self, day: Day, n: i64) -> Result<Day, Error> {
        self.know(day)?;
        if n == 0 {
            return Ok(day);
        }
        let days = i64::from(day.days());
        // The one wanted is the last of so many working days.
        let wanted = if 0 < n {
            self.before(days + 1).days.checked_add(n)
        } else {
            self.before(days).days.checked_add(n + 1)
        };
        self.reached(wanted.ok_or_else(out_of_range)?, DAYS)
    }

    /// The instant `n` working days later: the same local time on the `n`th
    /// working day after. From a day that is not worked it is the end of the
    /// `n`th working day; and, backwards, its start.
    pub fn add_days(&self, at: Instant, n: i64, zone: &Zone) -> Result<Instant, Error> {
        let (day, micros) = zone.local(at);
        let to = self.day_add(day, n)?;
        let (to, micros) = match (self.hours(day), 0 < n) {
            (Some(_), _) => (to, micros),
            (None, true) => (to.add_days(1)?, 0),
            (None, false) => (to, 0),
        };
        zone.instant_within(to, micros).ok_or_else(out_of_range)
    }

    /// Working time from `a` to `b`, in microseconds; negative where `b` comes
    /// first.
    pub fn time_between(&self, a: Instant, b: Instant, zone: &Zone) -> Result<i64, Error> {
        Ok(self.worked(b, zone)? - self.worked(a, zone)?)
    }

    /// The first instant before which so much working time has passed since
    /// `at`.
    pub fn add_time(&self, at: Instant, micros: i64, zone: &Zone) -> Result<Instant, Error> {
        let wanted = self.worked(at, zone)?.checked_add(micros).ok_or_else(out_of_range)?;
        let day = self.reached(wanted, TIME)?;
        let rest = wanted - self.before(i64::from(day.days())).time;
        let within = |rest: i64, length: i64| rest <= length;
        self.at_rest(day, rest, within, zone)
    }

    /// The last instant since which so much working time has passed until `at`.
    pub fn subtract_time(&self, at: Instant, micros: i64, zone: &Zone) -> Result<Instant, Error> {
        let wanted = self.worked(at, zone)?.checked_sub(micros).ok_or_else(out_of_range)?;
        let day = self.reached(wanted.checked_add(1).ok_or_else(out_of_range)?, TIME)?;
        let rest = wanted - self.before(i64::from(day.days())).time;
        let within = |rest: i64, length: i64| rest < length;
        self.at_rest(day, rest, within, zone)
    }

    /// The instant of a day before which so much of it was worked.
    fn at_rest(
        &self,
        day: Day,
        mut rest: i64,
        within: impl Fn(i64, i64) -> bool,
        zone: &Zone,
    ) -> Result<Instant, Error> {
        let hours = self.hours(day).map(Hours::spans).unwrap_or_default();
        let moved = self.odd_at(i64::from(day.days())).is_some_and(|odd| odd.moved);
        for (from, until) in hours {
            let length = if moved { span(day, *from, *until, zone) } else { until - from };
            if within(rest, length) {
                return zone.instant(day, *from).checked_add_micros(rest);
            }
            rest -= length;
        }
        Err(out_of_range())
    }

    /// Working time before an instant, from a Monday that is the same for all.
    fn worked(&self, at: Instant, zone: &Zone) -> Result<i64, Error> {
        let (day, micros) = zone.local(at);
        let odd = self.odd_at(i64::from(day.days()));
        if odd.is_some_and(|odd| odd.moved) {
            return self.worked_exactly(at, day, zone);
        }
        self.know(day)?;
        let hours = odd.map_or_else(|| self.usual(day), |odd| odd.hours.as_ref());
        let spans = hours.map(Hours::spans).unwrap_or_default();
        let open = spans.iter().map(|(from, until)| (micros - from).clamp(0, until - from));
        Ok(self.before(i64::from(day.days())).time + open.sum::<i64>())
    }

    /// The same where local time stands still, jumps or comes twice.
    fn worked_exactly(&self, at: Instant, day: Day, zone: &Zone) -> Result<i64, Error> {
        // A midnight that comes twice begins the next day when it first comes.
        let next = Day::clamped(i64::from(day.days()) + 1);
        let day = if next != day && zone.start_of(next) <= at { next } else { day };
        self.know(day)?;
        let spans = self.hours(day).map(Hours::spans).unwrap_or_default();
        let open = spans.iter().map(|(from, until)| {
            let passed = at.micros() - zone.instant(day, *from).micros();
            passed.clamp(0, span(day, *from, *until, zone))
        });
        Ok(self.before(i64::from(day.days())).time + open.sum::<i64>())
    }

    /// What all days before this one come to.
    fn before(&self, day: i64) -> Count {
        let after = self.odd.partition_point(|odd| i64::from(odd.day) < day);
        match after.checked_sub(1).and_then(|last| self.odd.get(last)) {
            Some(last) => {
                let from = self.of_weeks(i64::from(last.day) + 1);
                last.before.plus(last.own).plus(self.of_weeks(day).minus(from))
            }
            None => self.of_weeks(day),
        }
    }

    /// What all days before this one would come to, were all weeks alike.
    fn of_weeks(&self, day: i64) -> Count {
        let (weeks, weekday) = ((day - MONDAY).div_euclid(7), (day - MONDAY).rem_euclid(7));
        let [.., whole] = self.week;
        let begun = self.week[weekday as usize];
        Count { days: weeks * whole.days + begun.days, time: weeks * whole.time + begun.time }
    }

    /// The first day after which a count reaches what is wanted.
    fn reached(&self, wanted: i64, which: Which) -> Result<Day, Error> {
        let next = self.odd.partition_point(|odd| which(&odd.before.plus(odd.own)) < wanted);
        if let Some(odd) = self.odd.get(next)
            && which(&odd.before) < wanted
        {
            let day = Day::clamped(odd.day.into());
            return self.know(day).map(|()| day);
        }
        // Here weeks are alike; so much more than theirs was worked before.
        let surplus = match next.checked_sub(1).and_then(|last| self.odd.get(last)) {
            Some(last) => {
                let all = last.before.plus(last.own);
                which(&all.minus(self.of_weeks(i64::from(last.day) + 1)))
            }
            None => 0,
        };
        let [.., whole] = self.week;
        let whole = which(&whole);
        let Some(wanted) = wanted.checked_sub(surplus).filter(|_| 0 < whole) else {
            return Err(self.unknown());
        };
        let weeks = (wanted - 1).div_euclid(whole);
        let rest = wanted - weeks * whole;
        let weekday = self.week.iter().skip(1).take_while(|count| which(count) < rest).count();
        let day = weeks.checked_mul(7).and_then(|days| days.checked_add(MONDAY + weekday as i64));
        let Some(day) = day.and_then(Day::within) else {
            let always = self.plan.known == (Day::MIN, Day::MAX);
            return Err(if always { out_of_range() } else { self.unknown() });
        };
        self.know(day).map(|()| day)
    }

    fn odd_at(&self, day: i64) -> Option<&Odd> {
        let found = self.odd.binary_search_by_key(&day, |odd| odd.day.into()).ok()?;
        self.odd.get(found)
    }

    fn hours(&self, day: Day) -> Option<&Hours> {
        match self.odd_at(day.days().into()) {
            Some(odd) => odd.hours.as_ref(),
            None => self.usual(day),
        }
    }

    fn usual(&self, day: Day) -> Option<&Hours> {
        let weekday = (i64::from(day.days()) - MONDAY).rem_euclid(7) as usize;
        self.plan.week.get(weekday).and_then(Option::as_ref)
    }

    /// Refuses a day of which nothing is known, rather than guess.
    fn know(&self, day: Day) -> Result<(), Error> {
        let (first, last) = self.plan.known;
        if first <= day && day <= last { Ok(()) } else { Err(self.unknown()) }
    }

    fn unknown(&self) -> Error {
        let (first, last) = self.plan.known;
        Fault::new(
            Code::OutsideWorkdays,
            format!("the working days are known from {first} to {last} only"),
            format!("工作日历只覆盖 {first} 至 {last}"),
        )
        .hint(
            "add the days that differ and a later `until` to `calendar.workdays`",
            "请在 `calendar.workdays` 中补充例外日期，并把 `until` 往后移",
        )
        .into()
    }

    /// Every day that is not like its weekday.
    fn list_odd(&self, zone: &Zone) -> Vec<Odd> {
        let mut days: Vec<(i32, bool)> =
            self.plan.days.keys().map(|day| (day.days(), false)).collect();
        let (first, last) = self.plan.known;
        if self.has_hours {
            for change in zone.changes(zone.start_of(first), zone.start_of(last)) {
                let near = [change.micros() - 1, change.micros()];
                let near = near.map(|at| zone.day_of(Instant::clamped(at)).days());
                let (low, high) = (near[0].min(near[1]), near[0].max(near[1]));
                days.extend((low..=high).map(|day| (day, true)));
            }
        }
        // Where a day is both, `true` comes last.
        days.sort_unstable();
        let mut out: Vec<Odd> = Vec::with_capacity(days.len());
        for (day, moved) in days {
            if out.last().is_some_and(|last| last.day == day) {
                out.pop();
            }
            let date = Day::clamped(day.into());
            let hours = match self.plan.days.get(&date) {
                Some(hours) => hours.as_ref(),
                None => self.usual(date),
            };
            let mut own = nominal(hours);
            if moved {
                let spans = hours.map(Hours::spans).unwrap_or_default();
                own.time = spans.iter().map(|(from, until)| span(date, *from, *until, zone)).sum();
            }
            let before = match out.last() {
                Some(last) => {
                    let from = self.of_weeks(i64::from(last.day) + 1);
                    last.before.plus(last.own).plus(self.of_weeks(day.into()).minus(from))
                }
                None => self.of_weeks(day.into()),
            };
            out.push(Odd { day, hours: hours.cloned(), moved, before, own });
        }
        out
    }
}

/// What a day of these hours comes to where no clock is changed.
fn nominal(hours: Option<&Hours>) -> Count {
    hours.map_or(Count::default(), |hours| Count { days: 1, time: hours.micros() })
}

/// How long a span of a day really is.
fn span(day: Day, from: i64, until: i64, zone: &Zone) -> i64 {
    zone.instant(day, until).micros() - zone.instant(day, from).micros()
}

fn some_without_hours() -> Error {
    Fault::new(
        Code::InvalidArgument,
        "some working days have hours and others have none",
        "有的工作日有营业时段，有的没有",
    )
    .hint("give `hours` for all of them, or for none", "请为全部工作日给出 `hours`，或全部不给")
    .into()
}
