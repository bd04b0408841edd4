//! When an instant that moves with `now`, by a length of time, passes another.
//!
//! Where the calendar turns in an odd way a few instants too many are named;
//! none at which something changes is left out.

use super::time::{Duration, Timestamp};
use super::value::Value;
use crate::error::Error;
use crate::units::{Calendar, Day, Instant, Period, PeriodUnit, Work};

/// The instants at which `now - length` can pass `wanted`.
pub(super) fn beyond(wanted: Timestamp, length: &Value, calendar: &Calendar) -> Vec<Timestamp> {
    match length {
        Value::Duration(length) => wanted.plus(*length).into_iter().collect(),
        Value::Period(period) => match period.unit().work() {
            Work::None => passages(wanted, calendar, |day| calendar.day_add(day, *period)),
            Work::Days => workday_passages(wanted, calendar, |day| calendar.day_add(day, *period)),
            Work::Hours => worktime_passages(wanted, calendar, |at| calendar.add(at, *period)),
        },
        Value::Length(lengths) => {
            lengths.all().iter().flat_map(|length| beyond(wanted, length, calendar)).collect()
        }
        _ => Vec::new(),
    }
}

/// The instants at which `now + length` can pass `wanted`.
pub(super) fn before(wanted: Timestamp, length: &Value, calendar: &Calendar) -> Vec<Timestamp> {
    match length {
        Value::Duration(length) => wanted.minus(*length).into_iter().collect(),
        Value::Period(period) => match period.unit().work() {
            Work::None => passages(wanted, calendar, |day| calendar.day_subtract(day, *period)),
            Work::Days => {
                workday_passages(wanted, calendar, |day| calendar.day_subtract(day, *period))
            }
            Work::Hours => worktime_passages(wanted, calendar, |at| calendar.subtract(at, *period)),
        },
        Value::Length(lengths) => {
            lengths.all().iter().flat_map(|length| before(wanted, length, calendar)).collect()
        }
        _ => Vec::new(),
    }
}

/// Minutes by which clocks have been turned back somewhere.
const TURNED_BACK: [i64; 4] = [20, 30, 60, 120];

/// Around the day that `moved` gives, every instant at which the calendar can
/// turn: each midnight, and the local time of `wanted` on each day. Where
/// months are cut short several days come to one, so a few on both sides are
/// looked at.
fn passages(
    wanted: Timestamp,
    calendar: &Calendar,
    moved: impl Fn(Day) -> Result<Day, Error>,
) -> Vec<Timestamp> {
    const AROUND: i64 = 4;
    let zone = calendar.zone();
    let (instant, rest) = wanted.split();
    let (day, micros) = zone.local(instant);
    let Ok(day) = moved(day) else { return Vec::new() };
    let mut out = Vec::new();
    for offset in -AROUND..=AROUND {
        let day = Day::clamped(i64::from(day.days()) + offset);
        let at = zone.instant(day, micros);
        // A local time that comes twice is the earlier of both; the later is
        // as much later as clocks are turned back, in whatever zone.
        let again = TURNED_BACK.map(|minutes| at.checked_add_micros(minutes * 60_000_000).ok());
        for at in [Some(zone.start_of(day)), Some(at)].into_iter().chain(again).flatten() {
            out.extend(Timestamp::from(at).plus(Duration::from_nanos(rest.into())));
        }
    }
    out
}

/// The same for working days: from the one before that which `moved` gives, the
/// midnights before and after each, and the local time of `wanted` on it.
fn workday_passages(
    wanted: Timestamp,
    calendar: &Calendar,
    moved: impl Fn(Day) -> Result<Day, Error>,
) -> Vec<Timestamp> {
    let zone = calendar.zone();
    let mut out = Vec::new();
    for wanted in known(wanted, calendar) {
        out.push(wanted);
        let (instant, rest) = wanted.split();
        let (day, micros) = zone.local(instant);
        let Ok(middle) = moved(day) else { continue };
        for day in workdays_around(middle, calendar) {
            let next = Day::clamped(i64::from(day.days()) + 1);
            let at = zone.instant(day, micros);
            let again = TURNED_BACK.map(|minutes| at.checked_add_micros(minutes * 60_000_000).ok());
            let edges = [Some(zone.start_of(day)), Some(zone.start_of(next)), Some(at)];
            for at in edges.into_iter().chain(again).flatten() {
                out.extend(Timestamp::from(at).plus(Duration::from_nanos(rest.into())));
            }
        }
    }
    out
}

/// A day, the working day before it, and the two after it.
fn workdays_around(day: Day, calendar: &Calendar) -> impl Iterator<Item = Day> {
    [-1, 0, 1, 2].into_iter().filter_map(move |n: i64| {
        let period = Period::new(n.abs(), PeriodUnit::Workdays).ok()?;
        let moved =
            if n < 0 { calendar.day_subtract(day, period) } else { calendar.day_add(day, period) };
        moved.ok()
    })
}

/// The same for working hours, which stand still while doors are closed: there
/// a microsecond more may take until they open.
fn worktime_passages(
    wanted: Timestamp,
    calendar: &Calendar,
    moved: impl Fn(Instant) -> Result<Instant, Error>,
) -> Vec<Timestamp> {
    let mut out = Vec::new();
    for wanted in known(wanted, calendar) {
        out.push(wanted);
        let (instant, _) = wanted.split();
        let near = [-1, 0, 1].map(|micros| moved(instant.checked_add_micros(micros).ok()?).ok());
        out.extend(near.into_iter().flatten().map(Timestamp::from));
    }
    out
}

/// What is wanted, and when the working calendar begins and ends: from then on
/// there are answers where there were errors, or errors where there were
/// answers.
fn known(wanted: Timestamp, calendar: &Calendar) -> impl Iterator<Item = Timestamp> {
    let begin = begin_of_work(calendar).map_or(wanted, Timestamp::from);
    let ends = ends_of_work(calendar).into_iter().flatten().map(Timestamp::from);
    [wanted.max(begin), begin].into_iter().chain(ends)
}

/// When the working calendar ceases to know days: the last one may be asked
/// about until it begins, or until it is over.
pub(super) fn ends_of_work(calendar: &Calendar) -> Option<[Instant; 2]> {
    let plan = calendar.work_plan()?;
    let last = i64::from(plan.known.1.days());
    Some([last, last + 1].map(|day| calendar.zone().start_of(Day::clamped(day))))
}

/// When the working calendar begins to know days.
pub(super) fn begin_of_work(calendar: &Calendar) -> Option<Instant> {
    calendar.work_plan().map(|plan| calendar.zone().start_of(plan.known.0))
}
