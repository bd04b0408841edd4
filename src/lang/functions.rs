//! What the functions of the catalogue do.
//!
//! A missing argument makes the result missing, for every function but
//! `is_known` and `coalesce`. Texts in faults are never those of the data.

use std::cmp::Ordering;
use std::sync::Arc;

use regex::{Regex, RegexBuilder};

use super::bounds;
use super::catalogue;
use super::check::scores::SCHEME;
use super::environment::Asked;
use super::fading;
use super::format::format;
use super::lengths::Lengths;
use super::math;
use super::operate::{cannot_take, earlier, later};
use super::regular::{PERIODS, active_slowly};
use super::score::{Score, chance};
use super::search::has_all;
use super::sequence::Told;
use super::session::Session;
use super::stretch::Travelled;
use super::strings;
use super::time::{Duration, Timestamp};
use super::value::{List, Value, double_text};
use crate::error::{Code, Error, Fault};
use crate::units::{
    Calendar, Day, Instant, Period, PeriodUnit, Unit, Zone, bucket, nearest, shown,
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

fn size(value: &Value) -> Result<Value, Error> {
    let count = match value {
        Value::Text(text) => text.chars().count(),
        Value::List(items) => items.len(),
        _ => return Err(no_such_call("size", None, std::slice::from_ref(value))),
    };
    // Nothing in memory has more parts than an i64 counts.
    Ok(Value::Int(count as i64))
}

/// Whether a pattern is found in a text.
fn matches(on: &mut Session<'_>, text: &str, pattern: &Arc<str>) -> Result<Value, Error> {
    if !on.patterns.contains_key(pattern) {
        on.step(COMPILING)?;
        on.patterns.insert(pattern.clone(), sized(pattern)?);
    }
    let Some((compiled, size)) = on.patterns.get(pattern) else { return Ok(Value::Missing) };
    let (compiled, size) = (compiled.clone(), *size);
    // Matching is linear in the text; at worst each byte looks at the whole
    // compiled pattern.
    on.step((text.len() as u64).saturating_mul(size as u64) / PER_STEP)?;
    Ok(Value::Bool(compiled.is_match(text)))
}

/// Steps that compiling a pattern counts for.
const COMPILING: u64 = 10_000;

/// Bytes of a compiled pattern that are looked at in the time of one step.
const PER_STEP: u64 = 512;

/// A regular expression within the limits.
///
/// # Errors
///
/// [`Code::BadPattern`]: not one, over [`bounds::PATTERN`] characters, or too
/// large when compiled.
pub fn compile(pattern: &str) -> Result<Regex, Error> {
    sized(pattern).map(|(compiled, _)| compiled)
}

/// A regular expression, and about how large it is: the smallest of a few
/// limits under which it compiles.
fn sized(pattern: &str) -> Result<(Regex, usize), Error> {
    let most = bounds::PATTERN;
    if pattern.chars().nth(most).is_some() {
        let fault = Fault::new(
            Code::BadPattern,
            format!("the pattern is too long, expected at most {most} characters"),
            format!("模式过长，最多 {most} 个字符"),
        );
        return Err(fault.into());
    }
    let build = |limit: usize| {
        let built =
            RegexBuilder::new(pattern).size_limit(limit).nest_limit(bounds::PATTERN_NEST).build();
        built.map(|compiled| (compiled, limit))
    };
    let smaller = [1 << 13, 1 << 15, 1 << 17, 1 << 19];
    let found = smaller.into_iter().find_map(|limit| build(limit).ok());
    let built = found.map_or_else(|| build(bounds::PATTERN_SIZE), Ok);
    built.map_err(|error| {
        let fault = match error {
            regex::Error::CompiledTooBig(_) => Fault::new(
                Code::BadPattern,
                "the pattern is too large, expected fewer or smaller repetitions",
                "模式过大，请减少重复次数",
            ),
            _ => Fault::new(
                Code::BadPattern,
                "the pattern is not a regular expression",
                "该模式不是正则表达式",
            )
            .hint(
                "look-around and back-references are not supported; `.*+?()[]{}|^$\\` are written with `\\\\`",
                "不支持环视和反向引用；`.*+?()[]{}|^$\\` 作为字符时前面写 `\\\\`",
            ),
        };
        fault.into()
    })
}

fn bad_conversion(en: &str, zh: &str) -> Error {
    Fault::new(Code::BadConversion, en, zh).into()
}

fn int(value: &Value) -> Result<Value, Error> {
    let outside = || bad_conversion("the number does not fit 64 bits", "数值超出 64 位整数的范围");
    match value {
        Value::Int(_) => Ok(value.clone()),
        Value::Double(number) => {
            // The bounds themselves are refused: they may have been rounded.
            const BOUND: f64 = 9_223_372_036_854_775_808.0;
            if number.abs() < BOUND { Ok(Value::Int(*number as i64)) } else { Err(outside()) }
        }
        Value::Decimal(number) => {
            let power = 10_i128.pow(u32::from(number.scale()));
            i64::try_from(number.units() / power).map(Value::Int).map_err(|_| outside())
        }
        Value::Text(text) => {
            let plain = text.strip_prefix('-').unwrap_or(text);
            let digits = plain.bytes().all(|byte| byte.is_ascii_digit());
            text.parse().ok().filter(|_| digits).map(Value::Int).ok_or_else(|| {
                bad_conversion(
                    "the text is not a whole number like `42`",
                    "该文本不是整数，应写作 `42`",
                )
            })
        }
        Value::Timestamp(at) => Ok(Value::Int(at.seconds())),
        _ => Err(no_such_call("int", None, std::slice::from_ref(value))),
    }
}

fn double(value: &Value) -> Result<Value, Error> {
    match value {
        Value::Double(_) => Ok(value.clone()),
        Value::Int(number) => Ok(Value::Double(*number as f64)),
        Value::Decimal(number) => Ok(Value::Double(number.to_f64())),
        Value::Text(text) => {
            // A number too large is refused; infinity is one only by name.
            let named = text.contains(['i', 'I']);
            let number = text.parse::<f64>().ok().filter(|number| named || !number.is_infinite());
            number.map(Value::Double).ok_or_else(|| {
                bad_conversion(
                    "the text is not a number like `12.5`",
                    "该文本不是数，应写作 `12.5`",
                )
            })
        }
        _ => Err(no_such_call("double", None, std::slice::from_ref(value))),
    }
}

fn string(value: &Value) -> Result<Value, Error> {
    let text = match value {
        Value::Text(_) => return Ok(value.clone()),
        Value::Bool(value) => value.to_string(),
        Value::Int(value) => value.to_string(),
        Value::Double(value) => double_text(*value),
        Value::Decimal(value) => value.to_string(),
        Value::Timestamp(at) => at.to_string(),
        Value::Duration(length) => length.to_string(),
        Value::Date(day) => day.to_string(),
        _ => return Err(no_such_call("string", None, std::slice::from_ref(value))),
    };
    Ok(Value::Text(text.into()))
}

fn boolean(value: &Value) -> Result<Value, Error> {
    match value {
        Value::Bool(_) => Ok(value.clone()),
        Value::Text(text) => match &**text {
            "1" | "t" | "T" | "true" | "TRUE" | "True" => Ok(Value::Bool(true)),
            "0" | "f" | "F" | "false" | "FALSE" | "False" => Ok(Value::Bool(false)),
            _ => Err(bad_conversion(
                "the text is neither `true` nor `false`",
                "该文本既不是 `true` 也不是 `false`",
            )),
        },
        _ => Err(no_such_call("bool", None, std::slice::from_ref(value))),
    }
}

fn timestamp(value: &Value) -> Result<Value, Error> {
    match value {
        Value::Timestamp(_) => Ok(value.clone()),
        Value::Text(text) => Timestamp::parse(text).map(Value::Timestamp),
        Value::Int(seconds) => Timestamp::from_seconds(*seconds).map(Value::Timestamp),
        _ => Err(no_such_call("timestamp", None, std::slice::from_ref(value))),
    }
}

fn date(text: &str) -> Result<Value, Error> {
    Day::parse(text).map(Value::Date).map_err(|_| {
        bad_conversion(
            "the text is not a day like `2026-03-31`",
            "该文本不是日期，应写作 `2026-03-31`",
        )
    })
}

fn period(n: i64, unit: PeriodUnit) -> Result<Value, Error> {
    Period::new(n, unit).map(Value::Period)
}

/// The instant of the question.
fn now(on: &Session<'_>, name: &str) -> Result<Timestamp, Error> {
    on.environment.now().ok_or_else(|| {
        let fault = Fault::new(
            Code::UnknownName,
            format!("`{name}` needs `now`, and there is none here"),
            format!("`{name}` 需要 `now`，而此处没有"),
        );
        fault.into()
    })
}

fn today(on: &Session<'_>, name: &str) -> Result<Day, Error> {
    let (instant, _) = now(on, name)?.split();
    Ok(on.environment.calendar().zone().day_of(instant))
}

/// A day, or that of an instant.
fn day_of(on: &Session<'_>, value: &Value) -> Option<Day> {
    match value {
        Value::Date(day) => Some(*day),
        Value::Timestamp(at) => Some(on.environment.calendar().zone().day_of(at.split().0)),
        _ => None,
    }
}

/// Working time in whole microseconds; what is finer at either end is left out.
fn worktime(calendar: &Calendar, a: Timestamp, b: Timestamp) -> Result<Duration, Error> {
    let micros = calendar.worktime_between(a.split().0, b.split().0)?;
    Duration::from_nanos(1_000).times(micros)
}

fn ago(on: &Session<'_>, length: &Value) -> Result<Value, Error> {
    let at = match length {
        Value::Period(period) => earlier(now(on, "ago")?, *period, on.environment.calendar())?,
        Value::Duration(length) => now(on, "ago")?.minus(*length)?,
        _ => return Err(no_such_call("ago", None, std::slice::from_ref(length))),
    };
    Ok(Value::Timestamp(at))
}

fn named_unit(function: &str, unit: &str) -> Result<Unit, Error> {
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
fn edge(on: &Session<'_>, name: &str, unit: &str, k: i64) -> Result<Value, Error> {
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

fn age(on: &Session<'_>, birth: Day) -> Result<Value, Error> {
    let today = today(on, "age")?;
    Ok(Value::Int(on.environment.calendar().age(birth, today)))
}

fn in_segment(on: &Session<'_>, name: &str) -> Result<Value, Error> {
    match on.environment.segment(name) {
        Some(answer) => answer.map(Value::Bool),
        None => {
            let name = shown(name);
            let fault = Fault::new(
                Code::UnknownSegment,
                format!("there is no segment `{name}`"),
                format!("没有名为 `{name}` 的细分"),
            );
            Err(fault.into())
        }
    }
}

/// What a lifecycle machine answers.
fn state(on: &Session<'_>, machine: &str, asked: Asked<'_>) -> Result<Value, Error> {
    on.environment.state(machine, asked).ok_or_else(|| {
        let machine = shown(machine);
        let fault = Fault::new(
            Code::UnknownName,
            format!("there is no machine `{machine}` with such a state"),
            format!("没有具有此状态的生命周期 `{machine}`"),
        );
        fault.into()
    })
}

/// How the customer went through a machine in the period.
fn way(on: &Session<'_>, machine: &str, asked: Travelled<'_>) -> Result<Value, Error> {
    on.environment.way(machine, asked).ok_or_else(|| {
        let machine = shown(machine);
        let fault = Fault::new(
            Code::UnknownName,
            format!("there is no period in which to ask about the machine `{machine}`"),
            format!("此处没有可询问生命周期 `{machine}` 的期间"),
        );
        fault.into()
    })
}

/// What the value part answers.
fn score(on: &Session<'_>, function: &str, asked: Score<'_>) -> Result<Value, Error> {
    on.environment.score(asked).ok_or_else(|| match asked {
        Score::Figure(name) | Score::Axis(name) | Score::Cut(name) => unknown(function, name),
        Score::Tier | Score::AliveUntil(_) => unknown(function, "value"),
    })
}

fn no_chance() -> Error {
    let (en, zh) = ("a chance lies between 0 and 1", "概率应在 0 与 1 之间");
    Fault::new(Code::BadLiteral, en, zh).into()
}

fn state_age(on: &Session<'_>, machine: &str) -> Result<Value, Error> {
    match state(on, machine, Asked::Since)? {
        Value::Timestamp(since) => now(on, "state_age")?.since(since).map(Value::Duration),
        _ => Ok(Value::Missing),
    }
}

fn unknown(function: &str, name: &str) -> Error {
    let name = shown(name);
    Fault::new(
        Code::UnknownName,
        format!("`{function}` knows nothing about `{name}` here"),
        format!("`{function}` 在此处无从得知 `{name}`"),
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

/// The longest or the shortest of the lengths that are known.
fn lengths(name: &str, values: &[Value]) -> Result<Value, Error> {
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
fn median_gap(on: &mut Session<'_>, events: &[Value]) -> Result<Value, Error> {
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
fn past(
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

fn faded(on: &mut Session<'_>, events: &[Value], length: &Value) -> Result<Value, Error> {
    let now = now(on, "faded")?;
    let half_life = fading::half_life(now, length, on.environment.calendar());
    let half_life = half_life.ok_or_else(|| no_such_call("faded", None, &[]))??;
    let now = now.split().0;
    let at = past(on, "faded", events, now)?;
    let ages = at.into_iter().map(|at| now.micros() - at);
    Ok(Value::Decimal(fading::faded(ages, half_life)))
}

fn active_periods(
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
fn in_sequence(
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

fn in_bucket(on: &Session<'_>, salt: &str, n: i64) -> Result<Value, Error> {
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
fn within(on: &mut Session<'_>, events: &[Value], length: &Value) -> Result<Value, Error> {
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
fn during(on: &mut Session<'_>, events: &[Value], edges: &[Value]) -> Result<Value, Error> {
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

fn named_zone(on: &mut Session<'_>, name: &Arc<str>) -> Result<Zone, Error> {
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

fn is_getter(name: &str) -> bool {
    GETTERS.contains(&name)
}

/// A part of the local day and clock time.
fn clock(name: &str, at: Timestamp, zone: &Zone) -> Result<Value, Error> {
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
fn of_day(name: &str, day: Day) -> Option<i64> {
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
fn of_length(name: &str, length: Duration) -> Option<i64> {
    let nanos = length.nanos();
    Some(match name {
        "getHours" => nanos / 3_600_000_000_000,
        "getMinutes" => nanos / 60_000_000_000,
        "getSeconds" => nanos / 1_000_000_000,
        "getMilliseconds" => nanos % 1_000_000_000 / 1_000_000,
        _ => return None,
    })
}
