//! What the functions of the catalogue do.
//!
//! A missing argument makes the result missing, for every function but
//! `is_known` and `coalesce`. Texts in faults are never those of the data.

mod asked;
mod calendar;
mod convert;
mod events;

use std::cmp::Ordering;

use super::check::scores::SCHEME;
use super::environment::Asked;
use super::format::format;
use super::operate::cannot_take;
use super::score::{Score, chance};
use super::search::has_all;
use super::session::Session;
use super::stretch::Travelled;
use super::time::Duration;
use super::value::Value;
use super::{catalogue, fading, math, strings};
use crate::error::{Code, Error, Fault};
use crate::units::{PeriodUnit, nearest, shown};
use asked::{in_segment, no_chance, score, state, state_age, unknown, way};
use calendar::{
    age, ago, clock, day_of, edge, is_getter, named_zone, now, of_day, of_length, today, worktime,
};
pub use convert::compile;
use convert::{boolean, date, double, int, matches, period, size, string, timestamp};
use events::{
    active_periods, during, faded, in_bucket, in_sequence, lengths, median_gap, past, within,
};

/// Calls a function that binds no variable.
pub(super) fn call(
    on: &mut Session<'_>,
    name: &str,
    receiver: Option<&Value>,
    args: &[Value],
) -> Result<Value, Error> {
    if name == "is_known"
        && let (None, [value]) = (receiver, args)
    {
        return Ok(Value::Bool(value.is_known()));
    }
    if let ("max" | "min", None, [_, ..]) = (name, receiver, args) {
        return extreme(name, args);
    }
    let missing = receiver.into_iter().chain(args).any(Value::is_missing);
    if missing && !catalogue::functions(name).is_empty() {
        return Ok(Value::Missing);
    }
    match receiver {
        None => alone(on, name, args),
        Some(receiver) => method(on, name, receiver, args),
    }
}

/// `name(args)`
fn alone(on: &mut Session<'_>, name: &str, args: &[Value]) -> Result<Value, Error> {
    match (name, args) {
        ("size", [value]) => size(value),
        ("matches", [Value::Text(text), Value::Text(pattern)]) => matches(on, text, pattern),
        ("int", [value]) => int(value),
        ("double", [value]) => double(value),
        ("string", [value]) => string(value),
        ("bool", [value]) => boolean(value),
        ("timestamp", [value]) => timestamp(value),
        ("duration", [Value::Duration(length)]) => Ok(Value::Duration(*length)),
        ("duration", [Value::Text(text)]) => Duration::parse(text).map(Value::Duration),
        ("date", [Value::Date(day)]) => Ok(Value::Date(*day)),
        ("date", [Value::Text(text)]) => date(text),
        ("days", [Value::Int(n)]) => period(*n, PeriodUnit::Days),
        ("weeks", [Value::Int(n)]) => period(*n, PeriodUnit::Weeks),
        ("months", [Value::Int(n)]) => period(*n, PeriodUnit::Months),
        ("quarters", [Value::Int(n)]) => period(*n, PeriodUnit::Quarters),
        ("years", [Value::Int(n)]) => period(*n, PeriodUnit::Years),
        ("workdays", [Value::Int(n)]) => period(*n, PeriodUnit::Workdays),
        ("workhours", [Value::Int(n)]) => period(*n, PeriodUnit::Workhours),
        ("workminutes", [Value::Int(n)]) => period(*n, PeriodUnit::Workminutes),
        ("is_workday", [value]) => {
            let day = day_of(on, value).ok_or_else(|| no_such_call(name, None, args))?;
            on.environment.calendar().is_workday(day).map(Value::Bool)
        }
        ("workdays_between", [a, b]) => match (day_of(on, a), day_of(on, b)) {
            (Some(a), Some(b)) => on.environment.calendar().workdays_between(a, b).map(Value::Int),
            _ => Err(no_such_call(name, None, args)),
        },
        ("worktime_between", [Value::Timestamp(a), Value::Timestamp(b)]) => {
            worktime(on.environment.calendar(), *a, *b).map(Value::Duration)
        }
        ("today", []) => today(on, name).map(Value::Date),
        ("ago", [length]) => ago(on, length),
        ("startOf" | "endOf", [Value::Text(unit)]) => edge(on, name, unit, 0),
        ("startOf" | "endOf", [Value::Text(unit), Value::Int(k)]) => edge(on, name, unit, *k),
        ("age", [Value::Date(birth)]) => age(on, *birth),
        ("segment", [Value::Text(segment)]) => in_segment(on, segment),
        ("state", [Value::Text(machine)]) => state(on, machine, Asked::State),
        ("state_since", [Value::Text(machine)]) => state(on, machine, Asked::Since),
        ("state_age", [Value::Text(machine)]) => state_age(on, machine),
        ("in_state", [Value::Text(machine), Value::Text(name)]) => {
            state(on, machine, Asked::In(name))
        }
        ("was_in", [Value::Text(machine), Value::Text(name)]) => {
            state(on, machine, Asked::WasIn(name))
        }
        ("count_in_state", [Value::Text(machine), Value::Text(name)]) => {
            state(on, machine, Asked::CountIn(name))
        }
        ("any_in_state", [Value::Text(machine), Value::Text(name)]) => {
            let count = state(on, machine, Asked::CountIn(name))?;
            Ok(Value::Bool(matches!(count, Value::Int(count) if 0 < count)))
        }
        ("entered", [Value::Text(machine), Value::Text(name)]) => {
            way(on, machine, Travelled::Entered(name))
        }
        ("time_in", [Value::Text(machine), Value::Text(name)]) => {
            way(on, machine, Travelled::TimeIn(name))
        }
        ("entries", [Value::Text(machine), Value::Text(name)]) => {
            way(on, machine, Travelled::Entries(name, None))
        }
        ("entries", [Value::Text(machine), Value::Text(name), Value::Text(from)]) => {
            way(on, machine, Travelled::Entries(name, Some(from)))
        }
        ("consent", [Value::Text(purpose), Value::Text(channel)]) => {
            on.environment.consent(purpose, channel).ok_or_else(|| unknown(name, purpose))
        }
        ("reachable", [Value::Text(channel)]) => {
            let reachable = on.environment.reachable(channel);
            reachable.map(Value::Bool).ok_or_else(|| unknown(name, channel))
        }
        ("value", [Value::Text(figure)]) => score(on, name, Score::Figure(figure)),
        ("axis", [Value::Text(axis)]) => score(on, name, Score::Axis(axis)),
        ("tier", [Value::Text(scheme)]) if **scheme == *SCHEME => score(on, name, Score::Tier),
        ("cut", [Value::Text(cut)]) => score(on, name, Score::Cut(cut)),
        ("alive_until", [Value::Decimal(number)]) => {
            let chance = chance(*number).ok_or_else(no_chance)?;
            score(on, name, Score::AliveUntil(chance))
        }
        ("median_gap", [Value::List(events)]) => median_gap(on, events),
        ("faded", [Value::List(events), length @ (Value::Period(_) | Value::Duration(_))]) => {
            faded(on, events, length)
        }
        ("activePeriods", [Value::List(events), Value::Text(unit), Value::Int(n)]) => {
            active_periods(on, events, unit, *n)
        }
        ("sequence" | "sequenceStrict", [Value::List(steps), lengths @ ..]) => {
            in_sequence(on, name, (steps, None), lengths)
        }
        ("sequenceWithout", [Value::List(steps), Value::List(without), lengths @ ..]) => {
            in_sequence(on, name, (steps, Some(without)), lengths)
        }
        ("bucket", [Value::Text(salt), Value::Int(n)]) => in_bucket(on, salt, *n),
        ("gap_ratio", [Value::List(events)]) => {
            let now = now(on, name)?.split().0;
            let at = past(on, name, events, now)?;
            Ok(fading::gap_ratio(now, &at).map_or(Value::Missing, Value::Decimal))
        }
        ("search", [text @ Value::Text(of), Value::Text(words)]) => {
            on.step(text.parts())?;
            Ok(Value::Bool(has_all(of, words)))
        }
        ("strings.quote", [Value::Text(text)]) => strings::quote(text),
        ("dyn" | "type", _) => Err(not_in_profile(name)),
        _ => {
            let found = name.strip_prefix("math.").and_then(|name| math::call(name, args));
            found.unwrap_or_else(|| Err(no_such_call(name, None, args)))
        }
    }
}

/// `receiver.name(args)`
fn method(
    on: &mut Session<'_>,
    name: &str,
    receiver: &Value,
    args: &[Value],
) -> Result<Value, Error> {
    match (name, receiver, args) {
        ("size", value, []) => size(value),
        ("contains", Value::Text(text), [Value::Text(part)]) => {
            on.step(receiver.parts())?;
            Ok(Value::Bool(text.contains(&**part)))
        }
        ("startsWith", Value::Text(text), [Value::Text(part)]) => {
            Ok(Value::Bool(text.starts_with(&**part)))
        }
        ("endsWith", Value::Text(text), [Value::Text(part)]) => {
            Ok(Value::Bool(text.ends_with(&**part)))
        }
        ("matches", Value::Text(text), [Value::Text(pattern)]) => matches(on, text, pattern),
        ("lower", Value::Text(text), []) => {
            on.step(receiver.parts())?;
            Ok(Value::Text(text.to_lowercase().into()))
        }
        ("upper", Value::Text(text), []) => {
            on.step(receiver.parts())?;
            Ok(Value::Text(text.to_uppercase().into()))
        }
        ("within", Value::List(events), [length @ (Value::Period(_) | Value::Duration(_))]) => {
            within(on, events, length)
        }
        ("during", Value::List(events), edges) => during(on, events, edges),
        ("first", Value::List(items), []) => Ok(items.first().cloned().unwrap_or(Value::Missing)),
        ("last", Value::List(items), []) => Ok(items.last().cloned().unwrap_or(Value::Missing)),
        ("nth", Value::List(items), [Value::Int(k)]) => {
            let place = k.checked_sub(1).and_then(|place| usize::try_from(place).ok());
            Ok(place.and_then(|place| items.get(place)).cloned().unwrap_or(Value::Missing))
        }
        ("format", Value::Text(text), [Value::List(values)]) => {
            on.step(receiver.parts() + args.iter().map(Value::parts).sum::<u64>())?;
            format(text, values).unwrap_or_else(|| Err(no_such_call(name, None, args)))
        }
        ("join", Value::List(items), by @ ([] | [Value::Text(_)])) => {
            on.step(receiver.parts())?;
            let by = match by {
                [Value::Text(by)] => by,
                _ => "",
            };
            strings::join(items, by)
                .unwrap_or_else(|| Err(no_such_call(name, Some(receiver), args)))
        }
        (_, Value::Timestamp(at), []) if is_getter(name) => {
            let zone = on.environment.calendar().zone().clone();
            clock(name, *at, &zone)
        }
        (_, Value::Timestamp(at), [Value::Text(zone)]) if is_getter(name) => {
            let zone = named_zone(on, zone)?;
            clock(name, *at, &zone)
        }
        (_, Value::Date(day), []) if is_getter(name) => match of_day(name, *day) {
            Some(value) => Ok(Value::Int(value)),
            None => Err(no_such_call(name, Some(receiver), args)),
        },
        (_, Value::Duration(length), []) if is_getter(name) => match of_length(name, *length) {
            Some(value) => Ok(Value::Int(value)),
            None => Err(no_such_call(name, Some(receiver), args)),
        },
        (_, Value::Text(text), _) => {
            on.step(receiver.parts())?;
            strings::method(on, name, text, args)
                .unwrap_or_else(|| Err(no_such_call(name, Some(receiver), args)))
        }
        _ => Err(no_such_call(name, Some(receiver), args)),
    }
}

/// Why a call has no meaning: the name, the shape, or the kinds of values.
pub(super) fn no_such_call(name: &str, receiver: Option<&Value>, args: &[Value]) -> Error {
    let rows = catalogue::functions(name);
    if let Some(row) = rows.first() {
        let values: Vec<&Value> = receiver.into_iter().chain(args).collect();
        let usage = row.usage;
        let hinted = cannot_take(name, &values)
            .into_faults()
            .into_iter()
            .map(|fault| fault.hint(format!("for example `{usage}`"), format!("例如 `{usage}`")));
        return Error::of(hinted.collect()).unwrap_or_else(|| cannot_take(name, &values));
    }
    let (name, near) = (shown(name), nearest(name, catalogue::all().iter().map(|row| row.name)));
    let fault = Fault::new(
        Code::UnknownFunction,
        format!("there is no function `{name}`"),
        format!("没有名为 `{name}` 的函数"),
    );
    match near {
        Some(near) => fault.hint(format!("did you mean `{near}`?"), format!("是否想写 `{near}`？")),
        None => fault,
    }
    .into()
}

fn not_in_profile(name: &str) -> Error {
    Fault::new(
        Code::NotInProfile,
        format!("`{name}` is not part of the language"),
        format!("语言不包含 `{name}`"),
    )
    .into()
}

/// The greatest or the least of the values that are known.
fn extreme(name: &str, values: &[Value]) -> Result<Value, Error> {
    let wanted = if name == "max" { Ordering::Greater } else { Ordering::Less };
    if values.iter().any(|value| matches!(value, Value::Period(_) | Value::Length(_))) {
        return lengths(name, values);
    }
    let mut best = &Value::Missing;
    for value in values.iter().filter(|value| value.is_known()) {
        if !best.is_known() {
            best = value;
            continue;
        }
        let order = value.compares(best).ok_or_else(|| cannot_take(name, &[best, value]))?;
        if order == Some(wanted) {
            best = value;
        }
    }
    Ok(best.clone())
}
