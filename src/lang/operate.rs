//! Operators over values: what `+` means for two amounts, and what it does not.
//!
//! A missing operand gives a missing result, and an order with one does not
//! hold. Everything else that has no meaning is [`Code::NoOverload`]; nothing
//! is converted but whole numbers to exact ones.

use std::cmp::Ordering;
use std::sync::Arc;

use super::bounds;
use super::time::{Duration, Timestamp};
use super::tree::BinaryOp;
use super::value::{Value, exact};
use crate::error::{Code, Error, Fault};
use crate::units::{Calendar, Currency, Decimal, Period};

/// Places that a quotient or a mean has beyond those of its parts.
pub(super) const MORE_PLACES: u8 = 4;

/// A comparison, a membership or an arithmetic operation; `&&` and `||` are
/// not values' business.
pub(super) fn binary(
    op: BinaryOp,
    left: &Value,
    right: &Value,
    calendar: &Calendar,
) -> Result<Value, Error> {
    match op {
        BinaryOp::Equal => Ok(Value::Bool(left.equals(right))),
        BinaryOp::NotEqual => Ok(Value::Bool(!left.equals(right))),
        BinaryOp::Less => ordered(op, left, right, |order| order == Ordering::Less),
        BinaryOp::LessEqual => ordered(op, left, right, |order| order != Ordering::Greater),
        BinaryOp::Greater => ordered(op, left, right, |order| order == Ordering::Greater),
        BinaryOp::GreaterEqual => ordered(op, left, right, |order| order != Ordering::Less),
        BinaryOp::In => contained(left, right),
        _ if left.is_missing() || right.is_missing() => Ok(Value::Missing),
        BinaryOp::Add => add(left, right, calendar),
        BinaryOp::Subtract => subtract(left, right, calendar),
        BinaryOp::Multiply => multiply(left, right),
        BinaryOp::Divide => divide(left, right),
        BinaryOp::Remainder => remainder(left, right),
        BinaryOp::And | BinaryOp::Or => Err(mismatch(op, left, right)),
    }
}

fn ordered(
    op: BinaryOp,
    left: &Value,
    right: &Value,
    holds: impl Fn(Ordering) -> bool,
) -> Result<Value, Error> {
    if let (Value::Money(_, a), Value::Money(_, b)) = (left, right)
        && a != b
    {
        return Err(currencies(*a, *b));
    }
    match left.compares(right) {
        Some(order) => Ok(Value::Bool(order.is_some_and(holds))),
        // A null written out is a mistake, a missing value is not.
        None if matches!(left, Value::Null) || matches!(right, Value::Null) => {
            Err(mismatch(op, left, right))
        }
        None if left.is_missing() || right.is_missing() => Ok(Value::Bool(false)),
        None => Err(mismatch(op, left, right)),
    }
}

fn contained(item: &Value, list: &Value) -> Result<Value, Error> {
    match (item, list) {
        (_, Value::Missing) | (Value::Missing, Value::List(_)) => Ok(Value::Bool(false)),
        (_, Value::List(list)) => Ok(Value::Bool(list.iter().any(|other| other.equals(item)))),
        _ => Err(mismatch(BinaryOp::In, item, list)),
    }
}

/// An instant moved by one of several lengths.
pub(super) fn moved(
    at: Timestamp,
    length: &Value,
    calendar: &Calendar,
    by: fn(&Value, &Value, &Calendar) -> Result<Value, Error>,
) -> Result<Timestamp, Error> {
    let at = Value::Timestamp(at);
    match by(&at, length, calendar)? {
        Value::Timestamp(at) => Ok(at),
        _ => Err(mismatch(BinaryOp::Add, &at, length)),
    }
}

/// The sum of two values that are not missing.
pub(super) fn add(left: &Value, right: &Value, calendar: &Calendar) -> Result<Value, Error> {
    Ok(match (left, right) {
        (Value::Int(a), Value::Int(b)) => Value::Int(a.checked_add(*b).ok_or_else(too_large)?),
        (Value::Double(a), Value::Double(b)) => Value::Double(a + b),
        (Value::Money(a, in_a), Value::Money(b, in_b)) => {
            Value::Money(a.checked_add(*b)?, same(*in_a, *in_b)?)
        }
        (Value::Text(a), Value::Text(b)) => Value::Text(joined(a, b)?),
        (Value::List(a), Value::List(b)) => {
            a.iter().chain(b.iter()).cloned().collect::<Vec<_>>().into()
        }
        (Value::Timestamp(at), Value::Duration(length))
        | (Value::Duration(length), Value::Timestamp(at)) => Value::Timestamp(at.plus(*length)?),
        (Value::Duration(a), Value::Duration(b)) => Value::Duration(a.plus(*b)?),
        (Value::Timestamp(at), Value::Period(period))
        | (Value::Period(period), Value::Timestamp(at)) => {
            Value::Timestamp(later(*at, *period, calendar)?)
        }
        (Value::Timestamp(at), Value::Length(lengths))
        | (Value::Length(lengths), Value::Timestamp(at)) => {
            lengths.after(*at, calendar)?.map_or(Value::Missing, Value::Timestamp)
        }
        (Value::Date(day), Value::Period(period)) | (Value::Period(period), Value::Date(day)) => {
            Value::Date(calendar.day_add(*day, *period)?)
        }
        _ => match (exact(left), exact(right)) {
            (Some(a), Some(b)) => Value::Decimal(a.checked_add(b)?),
            _ => return Err(mismatch(BinaryOp::Add, left, right)),
        },
    })
}

pub(super) fn subtract(left: &Value, right: &Value, calendar: &Calendar) -> Result<Value, Error> {
    Ok(match (left, right) {
        (Value::Int(a), Value::Int(b)) => Value::Int(a.checked_sub(*b).ok_or_else(too_large)?),
        (Value::Double(a), Value::Double(b)) => Value::Double(a - b),
        (Value::Money(a, in_a), Value::Money(b, in_b)) => {
            Value::Money(a.checked_sub(*b)?, same(*in_a, *in_b)?)
        }
        (Value::Timestamp(a), Value::Timestamp(b)) => Value::Duration(a.since(*b)?),
        (Value::Timestamp(at), Value::Duration(length)) => Value::Timestamp(at.minus(*length)?),
        (Value::Duration(a), Value::Duration(b)) => Value::Duration(a.minus(*b)?),
        (Value::Timestamp(at), Value::Period(period)) => {
            Value::Timestamp(earlier(*at, *period, calendar)?)
        }
        (Value::Timestamp(at), Value::Length(lengths)) => {
            lengths.before(*at, calendar)?.map_or(Value::Missing, Value::Timestamp)
        }
        (Value::Date(day), Value::Period(period)) => {
            Value::Date(calendar.day_subtract(*day, *period)?)
        }
        _ => match (exact(left), exact(right)) {
            (Some(a), Some(b)) => Value::Decimal(a.checked_sub(b)?),
            _ => return Err(mismatch(BinaryOp::Subtract, left, right)),
        },
    })
}

fn multiply(left: &Value, right: &Value) -> Result<Value, Error> {
    match (left, right) {
        (Value::Int(a), Value::Int(b)) => a.checked_mul(*b).map(Value::Int).ok_or_else(too_large),
        (Value::Double(a), Value::Double(b)) => Ok(Value::Double(a * b)),
        (Value::Money(a, currency), other) | (other, Value::Money(a, currency)) => {
            match exact(other) {
                Some(b) => Ok(Value::Money(product(*a, b)?, *currency)),
                None => Err(mismatch(BinaryOp::Multiply, left, right)),
            }
        }
        (Value::Duration(length), other) | (other, Value::Duration(length)) => match exact(other) {
            Some(times) => scaled(*length, times).map(Value::Duration),
            None => Err(mismatch(BinaryOp::Multiply, left, right)),
        },
        _ => match (exact(left), exact(right)) {
            (Some(a), Some(b)) => Ok(Value::Decimal(product(a, b)?)),
            _ => Err(mismatch(BinaryOp::Multiply, left, right)),
        },
    }
}

fn divide(left: &Value, right: &Value) -> Result<Value, Error> {
    match (left, right) {
        (Value::Int(_), Value::Int(0)) => Err(by_zero()),
        (Value::Int(a), Value::Int(b)) => a.checked_div(*b).map(Value::Int).ok_or_else(too_large),
        (Value::Double(a), Value::Double(b)) => Ok(Value::Double(a / b)),
        (Value::Money(a, in_a), Value::Money(b, in_b)) => {
            same(*in_a, *in_b)?;
            Ok(Value::Decimal(quotient(*a, *b)?))
        }
        (Value::Money(a, currency), other) => match exact(other) {
            Some(b) => Ok(Value::Money(quotient(*a, b)?, *currency)),
            None => Err(mismatch(BinaryOp::Divide, left, right)),
        },
        _ => match (exact(left), exact(right)) {
            (Some(a), Some(b)) => Ok(Value::Decimal(quotient(a, b)?)),
            _ => Err(mismatch(BinaryOp::Divide, left, right)),
        },
    }
}

fn remainder(left: &Value, right: &Value) -> Result<Value, Error> {
    match (left, right) {
        (Value::Int(_), Value::Int(0)) => Err(by_zero()),
        (Value::Int(a), Value::Int(b)) => a.checked_rem(*b).map(Value::Int).ok_or_else(too_large),
        _ => Err(mismatch(BinaryOp::Remainder, left, right)),
    }
}

/// The value with its sign changed.
pub(super) fn negate(value: &Value) -> Result<Value, Error> {
    match value {
        Value::Missing => Ok(Value::Missing),
        Value::Int(value) => value.checked_neg().map(Value::Int).ok_or_else(too_large),
        Value::Double(value) => Ok(Value::Double(-value)),
        Value::Decimal(value) => Ok(Value::Decimal(value.checked_neg()?)),
        Value::Money(value, currency) => Ok(Value::Money(value.checked_neg()?, *currency)),
        Value::Duration(value) => Duration::from_nanos(0).minus(*value).map(Value::Duration),
        _ => Err(cannot_take("-", &[value])),
    }
}

/// A length of time so many times, to the nanosecond below.
fn scaled(length: Duration, times: Decimal) -> Result<Duration, Error> {
    let tenths = 10_i128.pow(u32::from(times.scale()));
    let product = i128::from(length.nanos()).checked_mul(times.units()).ok_or_else(too_large)?;
    let nanos = i64::try_from(product.div_euclid(tenths)).map_err(|_| too_large())?;
    Ok(Duration::from_nanos(nanos))
}

/// The product; its places are those of both together.
fn product(a: Decimal, b: Decimal) -> Result<Decimal, Error> {
    places(a.scale() + b.scale())?;
    a.checked_mul(b)
}

/// The quotient with four places more than the finer of both.
fn quotient(a: Decimal, b: Decimal) -> Result<Decimal, Error> {
    a.div_half_even(b, places(a.scale().max(b.scale()) + MORE_PLACES)?)
}

/// Checks how many places a result gets. They depend on those of the operands
/// alone, never on the digits, so that a checker can know them.
pub(super) fn places(scale: u8) -> Result<u8, Error> {
    let most = Decimal::MAX_SCALE;
    if scale <= most {
        return Ok(scale);
    }
    let fault = Fault::new(
        Code::Overflow,
        format!("the result would have {scale} decimal places, expected at most {most}"),
        format!("结果将有 {scale} 位小数，最多 {most} 位"),
    );
    Err(fault.into())
}

fn same(a: Currency, b: Currency) -> Result<Currency, Error> {
    if a == b { Ok(a) } else { Err(currencies(a, b)) }
}

fn joined(a: &str, b: &str) -> Result<Arc<str>, Error> {
    if a.len() + b.len() > bounds::TEXT {
        let fault = Fault::new(
            Code::Overflow,
            format!("the text is too long, expected at most {} bytes", bounds::TEXT),
            format!("文本过长，最多 {} 字节", bounds::TEXT),
        );
        return Err(fault.into());
    }
    Ok([a, b].concat().into())
}

/// The point a calendar period later, its finest digits kept.
pub(super) fn later(
    at: Timestamp,
    period: Period,
    calendar: &Calendar,
) -> Result<Timestamp, Error> {
    let (instant, finer) = at.split();
    Timestamp::from(calendar.add(instant, period)?).plus_nanos(finer)
}

/// The point a calendar period earlier, its finest digits kept.
pub(super) fn earlier(
    at: Timestamp,
    period: Period,
    calendar: &Calendar,
) -> Result<Timestamp, Error> {
    let (instant, finer) = at.split();
    Timestamp::from(calendar.subtract(instant, period)?).plus_nanos(finer)
}

fn too_large() -> Error {
    Fault::new(
        Code::Overflow,
        "the result does not fit a whole number of 64 bits",
        "结果超出 64 位整数的范围",
    )
    .into()
}

fn by_zero() -> Error {
    Fault::new(Code::DivisionByZero, "division by zero", "除数为零").into()
}

pub(super) fn currencies(a: Currency, b: Currency) -> Error {
    Fault::new(
        Code::CurrencyMismatch,
        format!("{a} and {b} do not go together"),
        format!("{a} 与 {b} 币种不同"),
    )
    .into()
}

fn mismatch(op: BinaryOp, left: &Value, right: &Value) -> Error {
    cannot_take(op.symbol(), &[left, right])
}

/// `NAME` has no meaning for values of these kinds.
pub(super) fn cannot_take(name: &str, values: &[&Value]) -> Error {
    let words: Vec<_> = values.iter().map(|value| value.words()).collect();
    let en: Vec<&str> = words.iter().map(|word| word.en.as_str()).collect();
    let zh: Vec<&str> = words.iter().map(|word| word.zh.as_str()).collect();
    let fault = match values {
        [] => Fault::new(
            Code::NoOverload,
            format!("`{name}` needs a value"),
            format!("`{name}` 需要一个值"),
        ),
        _ => Fault::new(
            Code::NoOverload,
            format!("`{name}` cannot take {}", en.join(" and ")),
            format!("`{name}` 不能用于{}", zh.join("与")),
        ),
    };
    fault.into()
}
