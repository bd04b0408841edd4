//! In how many of the last calendar periods something happened.
//!
//! ```text
//! activePeriods(purchases, 'month', 4)       now
//!   | January  | February | March    | April |
//!   |  x   x   |          |  x       |    x  |       3 of 4
//! ```
//!
//! The period that runs now is the last one, so that what happens today counts
//! today: `activePeriods(visits, 'week', 1) == 1` is a visit this week. A period
//! is `[from, until)` in the zone of the playbook.

use crate::units::{Calendar, Instant, Unit};

/// The most periods.
pub(super) const PERIODS: i64 = 1_000;

/// When each of the last `n` periods starts, the one that runs now first; fewer
/// where time itself begins later.
pub(super) fn starts(calendar: &Calendar, now: Instant, unit: Unit, n: i64) -> Vec<i64> {
    let starts = (0..n).map(|back| calendar.start_of(now, unit, -back));
    starts.map_while(Result::ok).map(Instant::micros).collect()
}

/// How many of the periods have one of the instants, which descend; those after
/// `now` and before the first period count nowhere.
pub(super) fn active(times: impl Iterator<Item = i64>, starts: &[i64], now: i64) -> i64 {
    let (mut open, mut count, mut last) = (0, 0, None);
    for at in times.filter(|at| *at <= now) {
        while starts.get(open).is_some_and(|start| at < *start) {
            open += 1;
        }
        if open == starts.len() {
            break;
        }
        count += i64::from(last != Some(open));
        last = Some(open);
    }
    count
}

/// The same, one period after the other.
pub(super) fn active_slowly(
    mut times: Vec<i64>,
    calendar: &Calendar,
    now: Instant,
    (unit, n): (Unit, i64),
) -> i64 {
    times.sort_unstable();
    let before = |until: i64| times.partition_point(|at| *at < until);
    let (mut count, mut until) = (0, before(now.micros().saturating_add(1)));
    for back in 0..n {
        // Before the beginning of time there is no period.
        let Ok(start) = calendar.start_of(now, unit, -back) else { break };
        let from = before(start.micros());
        count += i64::from(from < until);
        until = from;
    }
    count
}
