//! Which instants lie in a window that ends now.
//!
//! An event belongs to `within(p)` when `at <= now < at + p`. On the calendar
//! `at + p` does not always grow with `at`: a month after 31 January at 1:00
//! comes before a month after 30 January at 23:00, and an hour that the clocks
//! repeat is counted twice. So the window is found as a list of half-open
//! intervals, nearly always of length one.

use crate::units::{Calendar, Day, Instant, Period};

/// Instants, in microseconds, as ascending half-open intervals.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::lang) struct Windows(Vec<(i64, i64)>);

impl Windows {
    /// The instants up to `now` from which the period has not yet passed.
    pub(in crate::lang) fn of_period(now: Instant, period: Period, calendar: &Calendar) -> Windows {
        let inside = |at: i64| match Instant::from_micros(at) {
            // A period that leads past the end of time has not passed.
            Ok(at) => {
                calendar.add(at, period).is_ok_and(|end| now < end)
                    || is_beyond(at, period, calendar)
            }
            Err(_) => false,
        };
        let cut = calendar.subtract(now, period).unwrap_or(Instant::MIN);
        let zone = calendar.zone();
        // Around the cut, the question is monotone between local midnights and
        // changes of the clock; there the border is found by halving.
        let middle = zone.day_of(cut).days();
        let mut borders: Vec<i64> = (-4..=5)
            .map(|days| zone.start_of(Day::clamped(i64::from(middle) + days)).micros())
            .filter(|at| *at <= now.micros())
            .collect();
        borders.dedup();
        let changes: Vec<i64> = borders
            .windows(2)
            .filter_map(|pair| clock_change(calendar, pair[0], pair[1]))
            .collect();
        borders.extend(changes);
        borders.push(now.micros() + 1);
        borders.sort_unstable();
        borders.dedup();
        let mut intervals = Vec::new();
        for pair in borders.windows(2) {
            let (from, until) = (pair[0], pair[1]);
            match (inside(from), inside(until - 1)) {
                (true, true) => intervals.push((from, until)),
                (false, true) => intervals.push((first(from, until, inside), until)),
                (true, false) => intervals.push((from, first(from, until, |at| !inside(at)))),
                (false, false) => {}
            }
        }
        Windows(joined(intervals))
    }

    /// The instants up to `now` from which this many nanoseconds have not yet
    /// passed.
    pub(in crate::lang) fn of_nanos(now: Instant, nanos: i128) -> Windows {
        let first = (i128::from(now.micros()) * 1000 - nanos).div_euclid(1000) + 1;
        let first = i64::try_from(first).unwrap_or(if 0 < nanos { i64::MIN } else { i64::MAX });
        let until = now.micros() + 1;
        Windows(if first < until { vec![(first, until)] } else { Vec::new() })
    }

    /// The instants of `from..until`, up to `now`.
    pub(super) fn between(from: i64, until: i64, now: Instant) -> Windows {
        let until = until.min(now.micros().saturating_add(1));
        Windows(if from < until { vec![(from, until)] } else { Vec::new() })
    }

    /// The start, when everything from it on up to now belongs.
    pub(super) fn start(&self) -> Option<i64> {
        match self.0.as_slice() {
            [(start, _)] => Some(*start),
            _ => None,
        }
    }

    /// The intervals.
    pub(in crate::lang) fn into_intervals(self) -> Vec<(i64, i64)> {
        self.0
    }

    pub(super) fn has(&self, at: i64) -> bool {
        self.0.iter().any(|(from, until)| *from <= at && at < *until)
    }
}

fn is_beyond(at: Instant, period: Period, calendar: &Calendar) -> bool {
    calendar.add(at, period).is_err()
}

/// Where the clocks change between two instants less than two days apart.
fn clock_change(calendar: &Calendar, from: i64, until: i64) -> Option<i64> {
    let zone = calendar.zone();
    let shift = |at: i64| {
        let (day, of_day) = zone.local(Instant::clamped(at));
        i64::from(day.days()) * 86_400_000_000 + of_day - at
    };
    let before = shift(from);
    (shift(until - 1) != before).then(|| first(from, until, |at| shift(at) != before))
}

/// The first instant of `from..until` where a question that turns once from no
/// to yes is yes; it is yes at the end.
fn first(mut from: i64, mut until: i64, yes: impl Fn(i64) -> bool) -> i64 {
    while from < until {
        let middle = from + (until - from) / 2;
        if yes(middle) { until = middle } else { from = middle + 1 }
    }
    from
}

fn joined(intervals: Vec<(i64, i64)>) -> Vec<(i64, i64)> {
    let mut out: Vec<(i64, i64)> = Vec::new();
    for (from, until) in intervals {
        match out.last_mut() {
            Some(last) if last.1 == from => last.1 = until,
            _ => out.push((from, until)),
        }
    }
    out
}
