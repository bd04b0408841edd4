//! The boundaries of a periodic timer: `{"every": "month", "offset": "days(9)"}`.

use super::oracle::later;
use crate::error::{Code, Error};
use crate::lang::{Timestamp, Value};
use crate::units::{Calendar, Instant, Unit};

/// Starts of units that are looked at around the one in question: where an
/// offset skips days that are not worked, or runs into a short month, several
/// come to one instant.
const AROUND: std::ops::RangeInclusive<i64> = -2..=6;

/// The first start of a unit, and the offset after it, that comes after an
/// instant. `None`: there is none before the end of time.
pub(super) fn next(
    after: Instant,
    unit: Unit,
    offset: &Value,
    calendar: &Calendar,
) -> Result<Option<Instant>, Error> {
    let base = match offset {
        Value::Period(period) => calendar.subtract(after, *period).ok(),
        Value::Duration(length) => {
            Timestamp::from(after).minus(*length).ok().map(|at| at.split().0)
        }
        _ => return Ok(None),
    };
    let base = base.unwrap_or(after);
    let mut failed = None;
    for k in AROUND {
        let boundary = calendar.start_of(base, unit, k);
        match boundary.and_then(|start| later(start, offset, calendar)) {
            Ok(Some(at)) if after < at => return Ok(Some(at)),
            Ok(_) => {}
            Err(error) => failed = Some(error),
        }
    }
    match failed {
        Some(error) if error.code() != Code::TimeOutOfRange => Err(error),
        _ => Ok(None),
    }
}

/// The first boundary that has not been passed: `now` itself, unless the state
/// was entered just now or the timer has already fired.
pub(super) fn due(
    now: Instant,
    spent: bool,
    unit: Unit,
    offset: &Value,
    calendar: &Calendar,
) -> Result<Option<Instant>, Error> {
    let before = now.checked_add_micros(if spent { 0 } else { -1 });
    next(before.unwrap_or(now), unit, offset, calendar)
}
