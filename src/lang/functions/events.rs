//! What lists of events have to say: how long between them, how fresh, in which
//! order, within which window.

use std::sync::Arc;

use super::super::fading;
use super::super::lengths::Lengths;
use super::super::operate::{cannot_take, later};
use super::super::regular::{PERIODS, active_slowly};
use super::super::sequence::Told;
use super::super::session::Session;
use super::super::time::Duration;
use super::super::value::{List, Value};
use super::asked::unknown;
use super::calendar::{named_unit, now};
use super::no_such_call;
use crate::error::{Code, Error, Fault};
use crate::units::{Instant, bucket};

/// The longest or the shortest of the lengths that are known.
pub(super) fn lengths(name: &str, values: &[Value]) -> Result<Value, Error> {
    let known: Vec<Value> = values.iter().filter(|value| value.is_known()).cloned().collect();
    let is_length =
        |value: &&Value| matches!(value, Value::Period(_) | Value::Duration(_) | Value::Length(_));
    if let Some(other) = known.iter().find(|value| !is_length(value)) {
        return Err(cannot_take(name, &[other]));
    }
    Lengths::new(name == "max", known).map(|lengths| Value::Length(Arc::new(lengths)))
}

/// The median time between neighbours; of an even number of gaps the mean of
/// the middle two, to the nanosecond below.
pub(super) fn median_gap(on: &mut Session<'_>, events: &[Value]) -> Result<Value, Error> {
    let mut times = Vec::new();
    for event in events {
        on.step(1)?;
        if let Value::Record(record) = event
            && let Some(Value::Timestamp(at)) = record.get("at")
        {
            times.push(*at);
        }
    }
    let pairs = times.iter().zip(times.iter().skip(1));
    let gaps: Result<Vec<i64>, Error> =
        pairs.map(|(a, b)| b.since(*a).map(Duration::nanos)).collect();
    let mut gaps = gaps?;
    gaps.sort_unstable();
    let middle = |place: usize| gaps.get(place).copied();
    let (Some(below), Some(above)) =
        (middle(gaps.len().saturating_sub(1) / 2), middle(gaps.len() / 2))
    else {
        return Ok(Value::Missing);
    };
    let mean = (i128::from(below) + i128::from(above)).div_euclid(2);
    // A mean lies between the two, which fit.
    Ok(Value::Duration(Duration::from_nanos(mean as i64)))
}

/// When each event up to `now` was, in microseconds.
pub(super) fn past(
    on: &mut Session<'_>,
    name: &str,
    events: &[Value],
    now: Instant,
) -> Result<Vec<i64>, Error> {
    let mut out = Vec::new();
    for event in events {
        on.step(1)?;
        let Value::Record(record) = event else { return Err(no_such_call(name, None, &[])) };
        match record.get("at") {
            Some(Value::Timestamp(at)) => out.extend(Some(at.split().0).filter(|at| *at <= now)),
            Some(Value::Missing) => {}
            _ => return Err(no_such_call(name, None, &[])),
        }
    }
    Ok(out.into_iter().map(Instant::micros).collect())
}

pub(super) fn faded(
    on: &mut Session<'_>,
    events: &[Value],
    length: &Value,
) -> Result<Value, Error> {
    let now = now(on, "faded")?;
    let half_life = fading::half_life(now, length, on.environment.calendar());
    let half_life = half_life.ok_or_else(|| no_such_call("faded", None, &[]))??;
    let now = now.split().0;
    let at = past(on, "faded", events, now)?;
    let ages = at.into_iter().map(|at| now.micros() - at);
    Ok(Value::Decimal(fading::faded(ages, half_life)))
}

pub(super) fn active_periods(
    on: &mut Session<'_>,
    events: &[Value],
    unit: &str,
    n: i64,
) -> Result<Value, Error> {
    let name = "activePeriods";
    let now = now(on, name)?.split().0;
    let unit = named_unit(name, unit)?;
    if !(1..=PERIODS).contains(&n) {
        let (en, zh) = (
            format!("`{name}` looks at 1 to {PERIODS} periods, not at {n}"),
            format!("`{name}` 的周期数应在 1 至 {PERIODS} 之间，而不是 {n}"),
        );
        return Err(Fault::new(Code::InvalidArgument, en, zh).into());
    }
    let at = past(on, name, events, now)?;
    // Each period is found by halving.
    on.step((n as u64).saturating_mul(1 + u64::from(at.len().max(1).ilog2())))?;
    Ok(Value::Int(active_slowly(at, on.environment.calendar(), now, (unit, n))))
}

/// The three ways to ask for a sequence.
pub(super) fn in_sequence(
    on: &mut Session<'_>,
    name: &str,
    (steps, without): (&List, Option<&Arc<List>>),
    lengths: &[Value],
) -> Result<Value, Error> {
    let is_length = |length: &Value| matches!(length, Value::Period(_) | Value::Duration(_));
    let (window, gap) = match lengths {
        [window] => (window, None),
        [window, gap] => (window, Some(gap)),
        _ => return Err(no_such_call(name, None, &[])),
    };
    if !lengths.iter().all(is_length) {
        return Err(no_such_call(name, None, lengths));
    }
    let (without, strict) = (without.map(|without| &**without), name == "sequenceStrict");
    let told = Told { steps, without, strict, window, gap };
    told.deepest(on).unwrap_or_else(|| Err(no_such_call(name, None, &[])))
}

pub(super) fn in_bucket(on: &Session<'_>, salt: &str, n: i64) -> Result<Value, Error> {
    let id = on.environment.customer().ok_or_else(|| unknown("bucket", salt))?;
    let count = u64::try_from(n).ok().filter(|count| 0 < *count).ok_or_else(|| {
        let (en, zh) = (
            format!("there are {n} buckets, expected 1 or more"),
            format!("桶数为 {n}，应不小于 1"),
        );
        Error::from(Fault::new(Code::InvalidArgument, en, zh))
    })?;
    Ok(match id {
        // A bucket is less than their number.
        Value::Text(id) => Value::Int(bucket(salt, &id, count) as i64),
        _ => Value::Missing,
    })
}

/// The events that are not over: `at <= now < at + length`.
pub(super) fn within(
    on: &mut Session<'_>,
    events: &[Value],
    length: &Value,
) -> Result<Value, Error> {
    let now = now(on, "within")?;
    let mut kept = Vec::new();
    for event in events {
        on.step(1)?;
        let Value::Record(record) = event else {
            return Err(no_such_call("within", Some(event), std::slice::from_ref(length)));
        };
        let at = match record.get("at") {
            Some(Value::Timestamp(at)) => *at,
            Some(Value::Missing) => continue,
            _ => return Err(no_such_call("within", Some(event), std::slice::from_ref(length))),
        };
        let end = match length {
            Value::Period(period) => later(at, *period, on.environment.calendar()),
            Value::Duration(length) => at.plus(*length),
            _ => return Err(no_such_call("within", Some(event), std::slice::from_ref(length))),
        };
        // An end beyond all time is later than any now.
        let open = match end {
            Ok(end) => now < end,
            Err(error) if error.code() == Code::TimeOutOfRange => true,
            Err(error) => return Err(error),
        };
        if at <= now && open {
            kept.push(event.clone());
        }
    }
    Ok(kept.into())
}

/// The events from one instant on, up to now or to before another.
pub(super) fn during(
    on: &mut Session<'_>,
    events: &[Value],
    edges: &[Value],
) -> Result<Value, Error> {
    let now = now(on, "during")?;
    let (from, until) = match edges {
        [Value::Timestamp(from)] => (*from, None),
        [Value::Timestamp(from), Value::Timestamp(until)] => (*from, Some(*until)),
        _ => return Err(no_such_call("during", events.first(), edges)),
    };
    let mut kept = Vec::new();
    for event in events {
        on.step(1)?;
        let Value::Record(record) = event else {
            return Err(no_such_call("during", Some(event), edges));
        };
        match record.get("at") {
            Some(Value::Timestamp(at)) => {
                if from <= *at && *at <= now && until.is_none_or(|until| *at < until) {
                    kept.push(event.clone());
                }
            }
            Some(Value::Missing) => {}
            _ => return Err(no_such_call("during", Some(event), edges)),
        }
    }
    Ok(kept.into())
}
