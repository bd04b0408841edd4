//! A comparison with a constant, as a range of what a column holds.

use crate::lang::kernel::condition::Comparison;
use crate::lang::value::Value;
use crate::units::Decimal;

/// A constant as an exact number: whole numbers, days, and microseconds have
/// scale 0.
pub(in crate::lang) fn decimal(value: &Value) -> Option<Decimal> {
    match value {
        Value::Int(value) => Some(Decimal::from_int(*value)),
        Value::Decimal(value) | Value::Money(value, _) => Some(*value),
        Value::Date(day) => Some(Decimal::from_int(day.days().into())),
        Value::Timestamp(at) => match at.split() {
            (at, 0) => Some(Decimal::from_int(at.micros())),
            _ => None,
        },
        Value::Duration(length) if length.nanos() % 1000 == 0 => {
            Some(Decimal::from_int(length.nanos() / 1000))
        }
        _ => None,
    }
}

/// The units of scale `scale` for which `units <op> bound` holds.
pub(in crate::lang) fn range_below(
    comparison: Comparison,
    bound: Decimal,
    scale: u8,
) -> Option<(i128, i128)> {
    let (floor, exact) = floor(bound, scale)?;
    Some(match comparison {
        Comparison::Equal if exact => (floor, floor),
        Comparison::Equal => (1, 0),
        Comparison::Less if exact => (i128::MIN, floor.checked_sub(1)?),
        Comparison::Less | Comparison::LessEqual => (i128::MIN, floor),
    })
}

/// The units of scale `scale` for which `bound <op> units` holds.
pub(in crate::lang) fn range_above(
    comparison: Comparison,
    bound: Decimal,
    scale: u8,
) -> Option<(i128, i128)> {
    let (floor, exact) = floor(bound, scale)?;
    Some(match comparison {
        Comparison::Equal if exact => (floor, floor),
        Comparison::Equal => (1, 0),
        Comparison::LessEqual if exact => (floor, i128::MAX),
        Comparison::Less | Comparison::LessEqual => (floor.checked_add(1)?, i128::MAX),
    })
}

/// A number in units of a scale, rounded down, and whether that is exact.
fn floor(number: Decimal, scale: u8) -> Option<(i128, bool)> {
    let digits = u32::from(number.scale().abs_diff(scale));
    let factor = 10i128.checked_pow(digits)?;
    if number.scale() <= scale {
        return Some((number.units().checked_mul(factor)?, true));
    }
    let (floor, rest) = (number.units().div_euclid(factor), number.units().rem_euclid(factor));
    Some((floor, rest == 0))
}

/// The part of a range that 64 bits can hold; `(1, 0)` is empty.
pub(in crate::lang) fn narrow(low: i128, high: i128) -> (i64, i64) {
    let (min, max) = (i128::from(i64::MIN), i128::from(i64::MAX));
    if high < low || max < low || high < min {
        return (1, 0);
    }
    let clamp = |value: i128| value.clamp(min, max) as i64;
    (clamp(low), clamp(high))
}
