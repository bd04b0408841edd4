//! Writing JSON in its one canonical form.

use super::Json;

/// A text as a JSON string, quotes included, with only the escapes that JSON
/// demands.
///
/// ```
/// assert_eq!(guanxi::json::quote("say \"回访\"\n"), r#""say \"回访\"\n""#);
/// ```
pub fn quote(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    write_text(text, &mut out);
    out
}

/// The JSON pointer of the member `key` below `base`: `/` becomes `~1` and `~`
/// becomes `~0`.
///
/// ```
/// use guanxi::json::pointer_push;
/// assert_eq!(pointer_push("/segments", "a/b"), "/segments/a~1b");
/// ```
pub fn pointer_push(base: &str, key: &str) -> String {
    let mut out = String::with_capacity(base.len() + key.len() + 1);
    out.push_str(base);
    out.push('/');
    for letter in key.chars() {
        match letter {
            '~' => out.push_str("~0"),
            '/' => out.push_str("~1"),
            _ => out.push(letter),
        }
    }
    out
}

pub(super) fn write(value: &Json, out: &mut String) {
    match value {
        Json::Null => out.push_str("null"),
        Json::Bool(true) => out.push_str("true"),
        Json::Bool(false) => out.push_str("false"),
        Json::Number(text) => out.push_str(&shortest(text)),
        Json::Text(text) => write_text(text, out),
        Json::Array(elements) => write_array(elements, out),
        Json::Object(members) => write_object(members, out),
    }
}

fn write_array(elements: &[Json], out: &mut String) {
    out.push('[');
    for (position, element) in elements.iter().enumerate() {
        if position > 0 {
            out.push(',');
        }
        write(element, out);
    }
    out.push(']');
}

fn write_object(members: &[(Box<str>, Json)], out: &mut String) {
    let mut sorted: Vec<&(Box<str>, Json)> = members.iter().collect();
    // UTF-8 sorts by bytes as it sorts by code points.
    sorted.sort_by(|a, b| a.0.cmp(&b.0));
    out.push('{');
    for (position, (key, value)) in sorted.into_iter().enumerate() {
        if position > 0 {
            out.push(',');
        }
        write_text(key, out);
        out.push(':');
        write(value, out);
    }
    out.push('}');
}

/// The value with its keys in their order and its numbers as they were written.
pub(super) fn write_as_read(value: &Json, out: &mut String) {
    match value {
        Json::Number(text) => out.push_str(text),
        Json::Array(elements) => {
            out.push('[');
            for (position, element) in elements.iter().enumerate() {
                if position > 0 {
                    out.push(',');
                }
                write_as_read(element, out);
            }
            out.push(']');
        }
        Json::Object(members) => {
            out.push('{');
            for (position, (key, value)) in members.iter().enumerate() {
                if position > 0 {
                    out.push(',');
                }
                write_text(key, out);
                out.push(':');
                write_as_read(value, out);
            }
            out.push('}');
        }
        plain => write(plain, out),
    }
}

/// As [`write_as_read`], on many lines; what is short and holds nothing nested
/// stays on one.
pub(super) fn write_pretty(value: &Json, depth: usize, out: &mut String) {
    let (brackets, members): (_, Vec<(Option<&str>, &Json)>) = match value {
        Json::Array(items) => (['[', ']'], items.iter().map(|item| (None, item)).collect()),
        Json::Object(members) => {
            (['{', '}'], members.iter().map(|(key, item)| (Some(&**key), item)).collect())
        }
        plain => return write_as_read(plain, out),
    };
    let is_plain = |json: &Json| !matches!(json, Json::Array(_) | Json::Object(_));
    if members.iter().all(|(_, item)| is_plain(item)) {
        let mut line = String::new();
        write_as_read(value, &mut line);
        if line.chars().count() <= SHORT {
            out.push_str(&line);
            return;
        }
    }
    out.push(brackets[0]);
    for (position, (key, item)) in members.into_iter().enumerate() {
        out.push_str(if position > 0 { ",\n" } else { "\n" });
        out.push_str(&"  ".repeat(depth + 1));
        if let Some(key) = key {
            write_text(key, out);
            out.push_str(": ");
        }
        write_pretty(item, depth + 1, out);
    }
    out.push('\n');
    out.push_str(&"  ".repeat(depth));
    out.push(brackets[1]);
}

/// Characters of what stays on one line.
const SHORT: usize = 80;

/// Adds a text as a JSON string to `out`.
pub fn write_text(text: &str, out: &mut String) {
    out.push('"');
    if !text.bytes().any(|byte| byte < 0x20 || byte == b'"' || byte == b'\\') {
        out.push_str(text);
        out.push('"');
        return;
    }
    for letter in text.chars() {
        match letter {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '\0'..='\u{1f}' => out.push_str(&format!("\\u{:04x}", u32::from(letter))),
            _ => out.push(letter),
        }
    }
    out.push('"');
}

/// Numbers with more digits than this are written with an exponent.
const PLAIN_DIGITS: i128 = 40;

/// The shortest text of the same number: no zeros that say nothing, no
/// exponent unless the number is longer than 40 digits without.
fn shortest(number: &str) -> String {
    let (negative, rest) = match number.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, number),
    };
    let (mantissa, exponent) = rest.split_once(['e', 'E']).unwrap_or((rest, "0"));
    let (whole, places) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = format!("{whole}{places}");
    let digits = digits.trim_start_matches('0');
    let significant = digits.trim_end_matches('0');
    if significant.is_empty() {
        return "0".to_owned();
    }
    // A power of ten that no integer holds leaves the number as it is.
    let Ok(exponent) = exponent.parse::<i64>() else { return number.to_owned() };
    let dropped = digits.len() - significant.len();
    let exponent = i128::from(exponent) - places.len() as i128 + dropped as i128;
    let sign = if negative { "-" } else { "" };
    format!("{sign}{}", placed(significant, exponent))
}

/// `digits * 10^exponent`, digits without zeros at either end.
fn placed(digits: &str, exponent: i128) -> String {
    let count = digits.len() as i128;
    let before_point = count + exponent;
    let length = count.max(before_point).max(count - before_point);
    if length > PLAIN_DIGITS && exponent != 0 {
        return format!("{digits}e{exponent}");
    }
    if exponent >= 0 {
        format!("{digits}{}", "0".repeat(exponent as usize))
    } else if before_point > 0 {
        let (whole, places) = digits.split_at(before_point as usize);
        format!("{whole}.{places}")
    } else {
        format!("0.{}{digits}", "0".repeat(before_point.unsigned_abs() as usize))
    }
}
