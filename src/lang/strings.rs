//! What can be done with texts: the string extensions of CEL, by code points.
//!
//! Positions count code points from 0, so that 上海 has two, whatever their
//! bytes. A position outside the text is an error, never a guess; no text grows
//! beyond [`bounds::TEXT`].

use std::sync::Arc;

use super::bounds;
use super::session::Session;
use super::value::Value;
use crate::error::{Code, Error, Fault};

/// `text.name(args)`; `None` where there is no such call.
pub(super) fn method(
    on: &mut Session<'_>,
    name: &str,
    text: &str,
    args: &[Value],
) -> Option<Result<Value, Error>> {
    Some(match (name, args) {
        ("charAt", [Value::Int(at)]) => char_at(text, *at),
        ("indexOf", [Value::Text(part)]) => Ok(index_of(text, part, 0)),
        ("indexOf", [Value::Text(part), Value::Int(from)]) => {
            place(text, *from).map(|from| index_of(text, part, from))
        }
        ("lastIndexOf", [Value::Text(part)]) => Ok(last_index_of(text, part, usize::MAX)),
        ("lastIndexOf", [Value::Text(part), Value::Int(from)]) => {
            place(text, *from).map(|from| last_index_of(text, part, from))
        }
        ("substring", [Value::Int(from)]) => substring(text, *from, None),
        ("substring", [Value::Int(from), Value::Int(until)]) => {
            substring(text, *from, Some(*until))
        }
        ("replace", [Value::Text(old), Value::Text(new)]) => replace(text, old, new, -1),
        ("replace", [Value::Text(old), Value::Text(new), Value::Int(n)]) => {
            replace(text, old, new, *n)
        }
        ("split", [Value::Text(by)]) => split(on, text, by, -1),
        ("split", [Value::Text(by), Value::Int(n)]) => split(on, text, by, *n),
        ("trim", []) => Ok(text.trim().into()),
        ("reverse", []) => Ok(made(text.chars().rev().collect())),
        ("lowerAscii", []) => Ok(made(text.to_ascii_lowercase())),
        ("upperAscii", []) => Ok(made(text.to_ascii_uppercase())),
        _ => return None,
    })
}

fn made(text: String) -> Value {
    Value::Text(text.into())
}

/// A position between code points, from before the first to after the last.
fn place(text: &str, at: i64) -> Result<usize, Error> {
    let count = text.chars().count();
    usize::try_from(at).ok().filter(|at| *at <= count).ok_or_else(|| {
        let fault = Fault::new(
            Code::IndexOutOfRange,
            format!("there is no position {at}, expected 0 to {count}"),
            format!("没有位置 {at}，应为 0 至 {count}"),
        );
        fault.into()
    })
}

/// The bytes before a position.
fn bytes(text: &str, place: usize) -> usize {
    text.char_indices().nth(place).map_or(text.len(), |(at, _)| at)
}

fn char_at(text: &str, at: i64) -> Result<Value, Error> {
    let at = place(text, at)?;
    Ok(made(text.chars().nth(at).map(String::from).unwrap_or_default()))
}

/// A position among code points, or -1.
fn told(text: &str, at: Option<usize>) -> Value {
    let count = at.and_then(|at| text.get(..at)).map(|before| before.chars().count());
    // Nothing in memory has more parts than an i64 counts.
    Value::Int(count.map_or(-1, |count| count as i64))
}

fn index_of(text: &str, part: &str, from: usize) -> Value {
    let from = bytes(text, from);
    let found = text.get(from..).and_then(|rest| rest.find(part));
    told(text, found.map(|at| from + at))
}

/// The last that begins at `from` or before it.
fn last_index_of(text: &str, part: &str, from: usize) -> Value {
    let until = bytes(text, from).saturating_add(part.len()).min(text.len());
    // The end may lie within a code point, which then cannot be the last.
    let until = (until..=text.len()).find(|end| text.is_char_boundary(*end)).unwrap_or(until);
    let found = text.get(..until).and_then(|before| before.rfind(part));
    told(text, found.filter(|at| *at <= bytes(text, from)))
}

fn substring(text: &str, from: i64, until: Option<i64>) -> Result<Value, Error> {
    let from = place(text, from)?;
    let until = match until {
        Some(until) => place(text, until)?,
        None => text.chars().count(),
    };
    if until < from {
        let fault = Fault::new(
            Code::IndexOutOfRange,
            format!("the end {until} comes before the start {from}"),
            format!("结束位置 {until} 在开始位置 {from} 之前"),
        );
        return Err(fault.into());
    }
    Ok(text.get(bytes(text, from)..bytes(text, until)).unwrap_or_default().into())
}

fn too_long() -> Error {
    Fault::new(
        Code::Overflow,
        format!("the text is too long, expected at most {} bytes", bounds::TEXT),
        format!("文本过长，最多 {} 字节", bounds::TEXT),
    )
    .into()
}

/// The first `n` occurrences, or all where `n` is negative.
fn replace(text: &str, old: &str, new: &str, n: i64) -> Result<Value, Error> {
    let most = usize::try_from(n).unwrap_or(usize::MAX);
    let times = text.matches(old).take(most).count();
    let grown = times.saturating_mul(new.len()).saturating_add(text.len());
    if bounds::TEXT < grown.saturating_sub(times.saturating_mul(old.len())) {
        return Err(too_long());
    }
    Ok(made(text.replacen(old, new, most)))
}

/// At most `n` pieces, the last with what is left, or all where `n` is negative.
fn split(on: &mut Session<'_>, text: &str, by: &str, n: i64) -> Result<Value, Error> {
    on.step(text.len() as u64 / 16)?;
    let most = usize::try_from(n).unwrap_or(usize::MAX);
    let mut pieces: Vec<Value> = Vec::new();
    if by.is_empty() {
        let mut rest = text.chars();
        while pieces.len() + 1 < most
            && let Some(one) = rest.next()
        {
            pieces.push(made(one.to_string()));
        }
        if 0 < most && !rest.as_str().is_empty() {
            pieces.push(rest.as_str().into());
        }
    } else {
        pieces.extend(text.splitn(most, by).map(Value::from));
    }
    Ok(pieces.into())
}

/// `list.join(by)`; `None` where something in the list is no text.
pub(super) fn join(items: &[Value], by: &str) -> Option<Result<Value, Error>> {
    let mut out = String::new();
    for (position, item) in items.iter().enumerate() {
        let text: &Arc<str> = match item {
            Value::Text(text) => text,
            Value::Missing => return Some(Ok(Value::Missing)),
            _ => return None,
        };
        if 0 < position {
            out.push_str(by);
        }
        out.push_str(text);
        if bounds::TEXT < out.len() {
            return Some(Err(too_long()));
        }
    }
    Some(Ok(made(out)))
}

/// `strings.quote(text)`: between double quotes, as a literal would be written.
pub(super) fn quote(text: &str) -> Result<Value, Error> {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for one in text.chars() {
        let escaped = match one {
            '\u{7}' => "\\a",
            '\u{8}' => "\\b",
            '\u{b}' => "\\v",
            '\u{c}' => "\\f",
            '\n' => "\\n",
            '\r' => "\\r",
            '\t' => "\\t",
            '\\' => "\\\\",
            '"' => "\\\"",
            _ => {
                out.push(one);
                continue;
            }
        };
        out.push_str(escaped);
    }
    out.push('"');
    if bounds::TEXT < out.len() { Err(too_long()) } else { Ok(made(out)) }
}

/// What every text that is put together ends with.
pub(super) fn fits(text: String) -> Result<Value, Error> {
    if bounds::TEXT < text.len() { Err(too_long()) } else { Ok(made(text)) }
}
