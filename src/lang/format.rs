//! `'%s: %.2f'.format([name, rate])`: a text with values put into it.
//!
//! ```text
//! %s  any value          %d  a whole number     %f  with a point (%.2f)
//! %e  with an exponent   %b  binary             %o  octal
//! %x  %X  hexadecimal, of a text its bytes      %%  a percent sign
//! ```

use super::bounds;
use super::strings::fits;
use super::types::Kinds;
use super::value::{Value, double_text};
use crate::error::{Code, Error, Fault};

/// Digits after the point where none are asked for.
const DIGITS: usize = 6;

/// The most digits after the point.
const MOST_DIGITS: usize = 100;

/// A piece of a format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Piece<'f> {
    Plain(&'f str),
    /// The letter, and how many digits after the point.
    Clause(char, usize),
}

impl Piece<'_> {
    /// The types that a clause takes; none for plain text.
    pub fn takes(self) -> Option<Kinds> {
        let exact = Kinds::INT.or(Kinds::DECIMAL);
        Some(match self {
            Piece::Plain(_) => return None,
            Piece::Clause('d' | 'o', _) => Kinds::INT,
            Piece::Clause('b', _) => Kinds::INT.or(Kinds::BOOL),
            Piece::Clause('f' | 'e', _) => exact.or(Kinds::DOUBLE),
            Piece::Clause('x' | 'X', _) => Kinds::INT.or(Kinds::TEXT),
            Piece::Clause(..) => Kinds::SCALAR,
        })
    }
}

/// The pieces of a format.
pub(super) fn pieces(format: &str) -> Result<Vec<Piece<'_>>, Error> {
    let mut out = Vec::new();
    let mut rest = format;
    while let Some(at) = rest.find('%') {
        let (plain, clause) = rest.split_at(at);
        if !plain.is_empty() {
            out.push(Piece::Plain(plain));
        }
        let mut after = clause.get(1..).unwrap_or_default();
        let mut digits = DIGITS;
        if let Some(precision) = after.strip_prefix('.') {
            let n = precision.bytes().take_while(u8::is_ascii_digit).count();
            let (number, behind) = precision.split_at(n);
            digits = number.parse().ok().filter(|n| *n <= MOST_DIGITS).ok_or_else(bad_digits)?;
            after = behind;
        }
        let letter = after.chars().next();
        match letter {
            Some('%') => out.push(Piece::Plain("%")),
            Some(letter @ ('s' | 'd' | 'f' | 'e' | 'b' | 'o' | 'x' | 'X')) => {
                out.push(Piece::Clause(letter, digits));
            }
            _ => return Err(bad_clause()),
        }
        rest = after.get(1..).unwrap_or_default();
    }
    if !rest.is_empty() {
        out.push(Piece::Plain(rest));
    }
    Ok(out)
}

fn bad_digits() -> Error {
    Fault::new(
        Code::BadLiteral,
        format!("digits after the point are written `%.2f`, at most {MOST_DIGITS}"),
        format!("小数位数写作 `%.2f`，最多 {MOST_DIGITS} 位"),
    )
    .into()
}

fn bad_clause() -> Error {
    Fault::new(
        Code::BadLiteral,
        "a `%` is followed by one of `s d f e b o x X`, or by another `%`",
        "`%` 之后应为 `s d f e b o x X` 之一，或另一个 `%`",
    )
    .into()
}

/// That there are fewer values than clauses.
pub(super) fn too_few(clauses: usize, values: usize) -> Fault {
    Fault::new(
        Code::WrongArguments,
        format!("the format asks for {clauses} values, and there are {values}"),
        format!("格式需要 {clauses} 个值，而只有 {values} 个"),
    )
}

/// The text with the values put in; `None` where a clause cannot take its
/// value.
pub(super) fn format(format: &str, values: &[Value]) -> Option<Result<Value, Error>> {
    let pieces = match pieces(format) {
        Ok(pieces) => pieces,
        Err(error) => return Some(Err(error)),
    };
    let clauses = pieces.iter().filter(|piece| piece.takes().is_some()).count();
    if values.len() < clauses {
        return Some(Err(too_few(clauses, values.len()).into()));
    }
    let (mut out, mut values) = (String::new(), values.iter());
    for piece in pieces {
        match piece {
            Piece::Plain(plain) => out.push_str(plain),
            Piece::Clause(letter, digits) => match values.next()? {
                Value::Missing => return Some(Ok(Value::Missing)),
                value => out.push_str(&clause(letter, digits, value)?),
            },
        }
        if bounds::TEXT < out.len() {
            break;
        }
    }
    Some(fits(out))
}

fn clause(letter: char, digits: usize, value: &Value) -> Option<String> {
    Some(match (letter, value) {
        ('s', value) => plain(value)?,
        ('d', Value::Int(number)) => number.to_string(),
        ('d' | 'f' | 'e', Value::Double(number)) if !number.is_finite() => double_text(*number),
        ('f', Value::Double(number)) => format!("{number:.digits$}"),
        ('f', Value::Int(number)) => with_point(&number.to_string(), digits),
        ('f', Value::Decimal(number)) => {
            let places = u8::try_from(digits).unwrap_or(u8::MAX).min(number.scale());
            with_point(&number.rescale_half_even(places).ok()?.to_string(), digits)
        }
        ('e', Value::Double(number)) => with_exponent(*number, digits),
        ('e', Value::Int(number)) => with_exponent(*number as f64, digits),
        ('e', Value::Decimal(number)) => with_exponent(number.to_f64(), digits),
        ('b', Value::Bool(on)) => u8::from(*on).to_string(),
        ('b', Value::Int(number)) => signed(*number, |size| format!("{size:b}")),
        ('o', Value::Int(number)) => signed(*number, |size| format!("{size:o}")),
        ('x', Value::Int(number)) => signed(*number, |size| format!("{size:x}")),
        ('X', Value::Int(number)) => signed(*number, |size| format!("{size:X}")),
        ('x', Value::Text(text)) => text.bytes().map(|byte| format!("{byte:02x}")).collect(),
        ('X', Value::Text(text)) => text.bytes().map(|byte| format!("{byte:02X}")).collect(),
        _ => return None,
    })
}

fn signed(number: i64, digits: impl Fn(u64) -> String) -> String {
    let sign = if number < 0 { "-" } else { "" };
    format!("{sign}{}", digits(number.unsigned_abs()))
}

/// A number with so many digits after its point, of which it has no more.
fn with_point(number: &str, digits: usize) -> String {
    let (whole, part) = number.split_once('.').unwrap_or((number, ""));
    if digits == 0 { whole.to_owned() } else { format!("{whole}.{part:0<digits$}") }
}

/// `1.052033e+03`
fn with_exponent(number: f64, digits: usize) -> String {
    let text = format!("{number:.digits$e}");
    let (number, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let (sign, size) = match exponent.strip_prefix('-') {
        Some(size) => ('-', size),
        None => ('+', exponent),
    };
    format!("{number}e{sign}{size:0>2}")
}

/// A value in its plainest form.
fn plain(value: &Value) -> Option<String> {
    Some(match value {
        Value::Null | Value::Missing => "null".to_owned(),
        Value::Bool(on) => on.to_string(),
        Value::Int(number) => number.to_string(),
        Value::Double(number) => double_text(*number),
        Value::Decimal(number) => number.to_string(),
        Value::Money(amount, currency) => format!("{amount} {currency}"),
        Value::Text(text) => text.to_string(),
        Value::Timestamp(at) => at.to_string(),
        Value::Duration(length) => length.to_string(),
        Value::Date(day) => day.to_string(),
        Value::List(items) => {
            let items: Option<Vec<String>> = items.iter().map(plain).collect();
            format!("[{}]", items?.join(", "))
        }
        Value::Period(_) | Value::Length(_) | Value::Record(_) => return None,
    })
}
