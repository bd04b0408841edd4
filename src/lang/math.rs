//! The functions of CEL's `math`, on exact numbers too.
//!
//! `math.round` goes to the next whole number, half away from zero. An exact
//! number stays exact: `math.floor` of one has no places.

use std::cmp::Ordering;

use super::operate::cannot_take;
use super::value::Value;
use crate::error::{Code, Error, Fault};
use crate::units::Decimal;

/// `math.name(args)`; `None` where there is no such call.
pub(super) fn call(name: &str, args: &[Value]) -> Option<Result<Value, Error>> {
    Some(match (name, args) {
        ("greatest", args) => extreme(args, Ordering::Greater)?,
        ("least", args) => extreme(args, Ordering::Less)?,
        ("ceil", [value]) => Ok(whole(value, libm::ceil, |rest| i128::from(0 < rest.0))?),
        ("floor", [value]) => Ok(whole(value, libm::floor, |rest| -i128::from(rest.0 < 0))?),
        ("trunc", [value]) => Ok(whole(value, libm::trunc, |_| 0)?),
        ("round", [value]) => Ok(whole(value, libm::round, |(rest, one)| {
            // Half away from zero; the rest has the sign of the number.
            if one <= rest.abs() * 2 { rest.signum() } else { 0 }
        })?),
        ("abs", [value]) => absolute(value)?,
        ("sign", [value]) => sign(value)?,
        ("isNaN", [Value::Double(number)]) => Ok(Value::Bool(number.is_nan())),
        ("isInf", [Value::Double(number)]) => Ok(Value::Bool(number.is_infinite())),
        ("isFinite", [Value::Double(number)]) => Ok(Value::Bool(number.is_finite())),
        ("sqrt", [Value::Double(number)]) => Ok(Value::Double(libm::sqrt(*number))),
        ("sqrt", [Value::Int(number)]) => Ok(Value::Double(libm::sqrt(*number as f64))),
        _ => return None,
    })
}

/// The greatest or the least of numbers, or of those in a list.
fn extreme(args: &[Value], wanted: Ordering) -> Option<Result<Value, Error>> {
    let values = match args {
        [Value::List(items)] => items,
        args => args,
    };
    let is_number = |value: &Value| {
        matches!(value, Value::Int(_) | Value::Double(_) | Value::Decimal(_) | Value::Money(..))
    };
    let mut best = values.first().filter(|_| values.iter().all(is_number))?;
    for value in values {
        let Some(order) = value.compares(best) else {
            return Some(Err(cannot_take("math.greatest", &[best, value])));
        };
        if order == Some(wanted) {
            best = value;
        }
    }
    Some(Ok(best.clone()))
}

/// The parts of an exact number: whole, rest, and what one is.
fn parts(number: Decimal) -> (i128, (i128, i128)) {
    let one = 10_i128.pow(number.scale().into());
    (number.units() / one, (number.units() % one, one))
}

/// A number without its fraction; `more` says by how much the whole part of an
/// exact one changes, given the rest and what one is.
fn whole(value: &Value, double: fn(f64) -> f64, more: fn((i128, i128)) -> i128) -> Option<Value> {
    Some(match value {
        Value::Double(number) => Value::Double(double(*number)),
        Value::Decimal(number) => {
            let (whole, rest) = parts(*number);
            // The whole part is smaller than the number, so that one more fits.
            Value::Decimal(Decimal::new(whole.checked_add(more(rest))?, 0).ok()?)
        }
        _ => return None,
    })
}

fn absolute(value: &Value) -> Option<Result<Value, Error>> {
    Some(match value {
        Value::Int(number) => number.checked_abs().map(Value::Int).ok_or_else(too_large),
        Value::Double(number) => Ok(Value::Double(number.abs())),
        Value::Decimal(number) if number.units() < 0 => number.checked_neg().map(Value::Decimal),
        Value::Money(number, currency) if number.units() < 0 => {
            number.checked_neg().map(|number| Value::Money(number, *currency))
        }
        Value::Decimal(_) | Value::Money(..) => Ok(value.clone()),
        _ => return None,
    })
}

/// -1, 0 or 1 of the number's own type.
fn sign(value: &Value) -> Option<Result<Value, Error>> {
    Some(match value {
        Value::Int(number) => Ok(Value::Int(number.signum())),
        Value::Double(number) if *number > 0.0 => Ok(Value::Double(1.0)),
        Value::Double(number) if *number < 0.0 => Ok(Value::Double(-1.0)),
        Value::Double(_) => Ok(value.clone()),
        Value::Decimal(number) => {
            let one = 10_i128.pow(number.scale().into());
            Decimal::new(number.units().signum() * one, number.scale()).map(Value::Decimal)
        }
        _ => return None,
    })
}

fn too_large() -> Error {
    Fault::new(
        Code::Overflow,
        "the result does not fit a whole number of 64 bits",
        "结果超出 64 位整数的范围",
    )
    .into()
}
