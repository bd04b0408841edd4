//! Values made of other values, and texts that match patterns.

use regex::{Regex, RegexBuilder};
use std::sync::Arc;

use super::super::bounds;
use super::super::session::Session;
use super::super::time::Timestamp;
use super::super::value::{Value, double_text};
use super::no_such_call;
use crate::error::{Code, Error, Fault};
use crate::units::{Day, Period, PeriodUnit};

pub(super) fn size(value: &Value) -> Result<Value, Error> {
    let count = match value {
        Value::Text(text) => text.chars().count(),
        Value::List(items) => items.len(),
        _ => return Err(no_such_call("size", None, std::slice::from_ref(value))),
    };
    // Nothing in memory has more parts than an i64 counts.
    Ok(Value::Int(count as i64))
}

/// Whether a pattern is found in a text.
pub(super) fn matches(
    on: &mut Session<'_>,
    text: &str,
    pattern: &Arc<str>,
) -> Result<Value, Error> {
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

pub(super) fn int(value: &Value) -> Result<Value, Error> {
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

pub(super) fn double(value: &Value) -> Result<Value, Error> {
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

pub(super) fn string(value: &Value) -> Result<Value, Error> {
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

pub(super) fn boolean(value: &Value) -> Result<Value, Error> {
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

pub(super) fn timestamp(value: &Value) -> Result<Value, Error> {
    match value {
        Value::Timestamp(_) => Ok(value.clone()),
        Value::Text(text) => Timestamp::parse(text).map(Value::Timestamp),
        Value::Int(seconds) => Timestamp::from_seconds(*seconds).map(Value::Timestamp),
        _ => Err(no_such_call("timestamp", None, std::slice::from_ref(value))),
    }
}

pub(super) fn date(text: &str) -> Result<Value, Error> {
    Day::parse(text).map(Value::Date).map_err(|_| {
        bad_conversion(
            "the text is not a day like `2026-03-31`",
            "该文本不是日期，应写作 `2026-03-31`",
        )
    })
}

pub(super) fn period(n: i64, unit: PeriodUnit) -> Result<Value, Error> {
    Period::new(n, unit).map(Value::Period)
}
