//! What numbers and quoted texts mean.

use std::sync::Arc;

use super::tree::Literal;
use crate::error::{Code, Error, Fault};

/// A whole number: decimal or `0x`, with its sign already split off, so that
/// the smallest one can be written.
pub(super) fn int(text: &str, negative: bool, start: usize) -> Result<Literal, Error> {
    let magnitude = match text.strip_prefix("0x") {
        Some(hex) => u64::from_str_radix(hex, 16),
        None => text.parse(),
    };
    let value = magnitude.ok().and_then(|magnitude| {
        if negative { 0i64.checked_sub_unsigned(magnitude) } else { i64::try_from(magnitude).ok() }
    });
    value.map(Literal::Int).ok_or_else(|| {
        let fault = Fault::new(
            Code::BadLiteral,
            format!(
                "`{}` is too large for a whole number, expected at most {}",
                cut(text),
                i64::MAX
            ),
            format!("整数 `{}` 太大，最大为 {}", cut(text), i64::MAX),
        );
        Error::from(fault.span(start, start + text.len()))
    })
}

/// A number with a point or an exponent; keeps its text for exact columns.
pub(super) fn double(text: &str, negative: bool, start: usize) -> Result<Literal, Error> {
    let kept: Arc<str> = if negative { format!("-{text}").into() } else { text.into() };
    match kept.parse::<f64>() {
        Ok(value) if value.is_finite() => Ok(Literal::Double(value, kept)),
        _ => {
            let fault = Fault::new(
                Code::BadLiteral,
                format!(
                    "`{}` is too large for a number, expected at most {:e}",
                    cut(text),
                    f64::MAX
                ),
                format!("数值 `{}` 太大，最大为 {:e}", cut(text), f64::MAX),
            );
            Err(Error::from(fault.span(start, start + text.len())))
        }
    }
}

/// The first characters of a text that may be long.
fn cut(text: &str) -> &str {
    text.char_indices().nth(40).map_or(text, |(at, _)| text.get(..at).unwrap_or(text))
}

/// A quoted text with its prefix and quotes, escapes resolved.
pub(super) fn text(token: &str, start: usize) -> Result<Arc<str>, Error> {
    let raw = token.starts_with(['r', 'R']);
    let quoted = if raw { token.get(1..).unwrap_or("") } else { token };
    let quote = quoted.get(..1).unwrap_or("'");
    let width = if quoted.len() >= 6 && quoted.starts_with(&quote.repeat(3)) { 3 } else { 1 };
    let inner = quoted.get(width..quoted.len().saturating_sub(width)).unwrap_or("");
    if raw || !inner.contains('\\') {
        return Ok(inner.into());
    }
    unescape(inner, start + usize::from(raw) + width)
}

fn unescape(inner: &str, start: usize) -> Result<Arc<str>, Error> {
    let mut out = String::with_capacity(inner.len());
    let mut rest = inner;
    while let Some(at) = rest.find('\\') {
        out.push_str(rest.get(..at).unwrap_or(""));
        let escape = rest.get(at..).unwrap_or("");
        let (decoded, length) = one_escape(escape).ok_or_else(|| {
            let place = start + (inner.len() - escape.len());
            bad_escape(escape, place)
        })?;
        out.push(decoded);
        rest = escape.get(length..).unwrap_or("");
    }
    out.push_str(rest);
    Ok(out.into())
}

/// The character that an escape stands for, and the bytes of the escape.
fn one_escape(escape: &str) -> Option<(char, usize)> {
    let letter = escape.as_bytes().get(1)?;
    let simple = match letter {
        b'a' => '\u{07}',
        b'b' => '\u{08}',
        b'f' => '\u{0C}',
        b'n' => '\n',
        b'r' => '\r',
        b't' => '\t',
        b'v' => '\u{0B}',
        b'\\' | b'?' | b'"' | b'\'' | b'`' => char::from(*letter),
        b'x' | b'X' => return coded(escape, 2, 2, 16),
        b'u' => return coded(escape, 2, 4, 16),
        b'U' => return coded(escape, 2, 8, 16),
        b'0'..=b'3' => return coded(escape, 1, 3, 8),
        _ => return None,
    };
    Some((simple, 2))
}

fn coded(escape: &str, from: usize, digits: usize, radix: u32) -> Option<(char, usize)> {
    let digits = escape.get(from..from + digits)?;
    // `from_str_radix` would also take a sign.
    if !digits.chars().all(|digit| digit.is_digit(radix)) {
        return None;
    }
    let number = u32::from_str_radix(digits, radix).ok()?;
    Some((char::from_u32(number)?, from + digits.len()))
}

fn bad_escape(escape: &str, place: usize) -> Error {
    let length = escape.chars().take(2).map(char::len_utf8).sum::<usize>();
    let shown = escape.get(..length).unwrap_or("\\");
    let fault = Fault::new(
        Code::Syntax,
        format!("`{shown}` does not begin an escape that stands for a character"),
        format!("`{shown}` 不是有效的转义"),
    )
    .hint(
        "a backslash is written `\\\\`; characters `\\n`, `\\x41`, `\\u4e2d`, `\\U0001f431`, `\\101`",
        "反斜杠写成 `\\\\`；字符可写 `\\n`、`\\x41`、`\\u4e2d`、`\\U0001f431`、`\\101`",
    );
    Error::from(fault.span(place, place + length))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_smallest_int_can_be_written_and_nothing_beyond() {
        assert_eq!(int("9223372036854775808", true, 0), Ok(Literal::Int(i64::MIN)));
        assert_eq!(int("0x8000000000000000", true, 0), Ok(Literal::Int(i64::MIN)));
        assert_eq!(int("9223372036854775808", false, 0).unwrap_err().code(), Code::BadLiteral);
        assert_eq!(int("99999999999999999999", true, 0).unwrap_err().code(), Code::BadLiteral);
    }

    #[test]
    fn every_escape() {
        let escaped = r#"'\a\b\f\n\r\t\v\\\?\"\'\`\x41\X42\u4e2d\U0001f431\101'"#;
        let expected = "\u{7}\u{8}\u{c}\n\r\t\u{b}\\?\"'`AB中🐱A";
        assert_eq!(&*text(escaped, 0).unwrap(), expected);
    }

    #[test]
    fn a_bad_escape_is_pointed_at() {
        for (source, place) in [
            (r"'ab\q'", (3, 5)),
            (r"'\ud800'", (1, 3)),
            (r"'\U00110000'", (1, 3)),
            (r"'\x+1'", (1, 3)),
            (r"'\400'", (1, 3)),
            (r"'''é\中'''", (5, 9)),
        ] {
            let error = text(source, 0).unwrap_err();
            assert_eq!(error.faults()[0].span, Some(place), "{source}");
        }
    }

    #[test]
    fn raw_texts_keep_their_backslashes() {
        assert_eq!(&*text(r#"R"\n\""#, 0).unwrap(), r"\n\");
        assert_eq!(&*text("r''", 0).unwrap(), "");
        assert_eq!(&*text("r''''''", 0).unwrap(), "");
        assert_eq!(&*text(r#""""a"b'c""""#, 0).unwrap(), "a\"b'c");
    }
}
