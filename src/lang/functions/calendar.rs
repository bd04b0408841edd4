//! What the calendar says: today, the edges of periods, working time, the parts
//! of dates, times and lengths.

use std::sync::Arc;

use super::super::operate::earlier;
use super::super::session::Session;
use super::super::time::{Duration, Timestamp};
use super::super::value::Value;
use super::no_such_call;
use crate::error::{Code, Error, Fault};
use crate::units::{Calendar, Day, Unit, Zone};

/// The instant of the question.
pub(super) fn now(on: &Session<'_>, name: &str) -> Result<Timestamp, Error> {
    on.environment.now().ok_or_else(|| {
        let fault = Fault::new(
            Code::UnknownName,
            format!("`{name}` needs `now`, and there is none here"),
            format!("`{name}` 需要 `now`，而此处没有"),
        );
        fault.into()
    })
}

pub(super) fn today(on: &Session<'_>, name: &str) -> Result<Day, Error> {
    let (instant, _) = now(on, name)?.split();
    Ok(on.environment.calendar().zone().day_of(instant))
}

/// A day, or that of an instant.
pub(super) fn day_of(on: &Session<'_>, value: &Value) -> Option<Day> {
    match value {
        Value::Date(day) => Some(*day),
        Value::Timestamp(at) => Some(on.environment.calendar().zone().day_of(at.split().0)),
        _ => None,
    }
}

/// Working time in whole microseconds; what is finer at either end is left out.
pub(super) fn worktime(calendar: &Calendar, a: Timestamp, b: Timestamp) -> Result<Duration, Error> {
    let micros = calendar.worktime_between(a.split().0, b.split().0)?;
    Duration::from_nanos(1_000).times(micros)
}

pub(super) fn ago(on: &Session<'_>, length: &Value) -> Result<Value, Error> {
    let at = match length {
        Value::Period(period) => earlier(now(on, "ago")?, *period, on.environment.calendar())?,
        Value::Duration(length) => now(on, "ago")?.minus(*length)?,
        _ => return Err(no_such_call("ago", None, std::slice::from_ref(length))),
    };
    Ok(Value::Timestamp(at))
}

pub(super) fn named_unit(function: &str, unit: &str) -> Result<Unit, Error> {
    Unit::parse(unit).map_err(|_| {
        let units = Unit::ALL.map(Unit::name).join("`, `");
        let fault = Fault::new(
            Code::BadLiteral,
            format!("`{function}` does not know this calendar unit, expected `{units}`"),
            format!("`{function}` 没有这个日历单位，应为 `{units}`"),
        );
        Error::from(fault)
    })
}

/// `startOf` and `endOf`.
pub(super) fn edge(on: &Session<'_>, name: &str, unit: &str, k: i64) -> Result<Value, Error> {
    let unit = named_unit(name, unit)?;
    let (instant, _) = now(on, name)?.split();
    let calendar = on.environment.calendar();
    let edge = if name == "startOf" {
        calendar.start_of(instant, unit, k)?
    } else {
        calendar.end_of(instant, unit, k)?
    };
    Ok(Value::Timestamp(edge.into()))
}

pub(super) fn age(on: &Session<'_>, birth: Day) -> Result<Value, Error> {
    let today = today(on, "age")?;
    Ok(Value::Int(on.environment.calendar().age(birth, today)))
}

pub(super) fn named_zone(on: &mut Session<'_>, name: &Arc<str>) -> Result<Zone, Error> {
    if let Some(zone) = on.zones.get(name) {
        return Ok(zone.clone());
    }
    let zone = Zone::named(name)?;
    on.zones.insert(name.clone(), zone.clone());
    Ok(zone)
}

const GETTERS: [&str; 10] = [
    "getDate",
    "getDayOfMonth",
    "getDayOfWeek",
    "getDayOfYear",
    "getFullYear",
    "getHours",
    "getMilliseconds",
    "getMinutes",
    "getMonth",
    "getSeconds",
];

pub(super) fn is_getter(name: &str) -> bool {
    GETTERS.contains(&name)
}

/// A part of the local day and clock time.
pub(super) fn clock(name: &str, at: Timestamp, zone: &Zone) -> Result<Value, Error> {
    let (instant, _) = at.split();
    let (day, micros) = zone.local(instant);
    let seconds = micros / 1_000_000;
    Ok(Value::Int(match name {
        "getHours" => seconds / 3600,
        "getMinutes" => seconds / 60 % 60,
        "getSeconds" => seconds % 60,
        "getMilliseconds" => i64::from(at.nanos() / 1_000_000),
        _ => match of_day(name, day) {
            Some(value) => value,
            None => return Err(no_such_call(name, Some(&Value::Timestamp(at)), &[])),
        },
    }))
}

/// A part of a calendar day.
pub(super) fn of_day(name: &str, day: Day) -> Option<i64> {
    let (year, month, of_month) = day.ymd();
    Some(match name {
        "getFullYear" => i64::from(year),
        "getMonth" => i64::from(month) - 1,
        "getDate" => i64::from(of_month),
        "getDayOfMonth" => i64::from(of_month) - 1,
        "getDayOfWeek" => i64::from((day.weekday().from_monday() + 1) % 7),
        "getDayOfYear" => {
            let first = Day::from_ymd(year, 1, 1).ok()?;
            i64::from(day.days()) - i64::from(first.days())
        }
        _ => return None,
    })
}

/// A length of time in whole units; the milliseconds are those of its second.
pub(super) fn of_length(name: &str, length: Duration) -> Option<i64> {
    let nanos = length.nanos();
    Some(match name {
        "getHours" => nanos / 3_600_000_000_000,
        "getMinutes" => nanos / 60_000_000_000,
        "getSeconds" => nanos / 1_000_000_000,
        "getMilliseconds" => nanos % 1_000_000_000 / 1_000_000,
        _ => return None,
    })
}
