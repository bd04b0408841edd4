//! Sums, means and extremes of values in order.
//!
//! Missing values and `null` do not take part. Over nothing a sum is zero, a
//! count of different values 0, and a mean or an extreme missing.

use std::cmp::Ordering;

use super::operate::{MORE_PLACES, cannot_take, currencies, places};
use super::time::{Duration, too_long};
use super::tree::FoldOp;
use super::value::{Value, exact};
use crate::error::{Code, Error, Fault};
use crate::units::{Currency, Decimal};

/// The aggregates that need no variable: `amounts.sum()`.
pub(super) fn named(function: &str) -> Option<FoldOp> {
    Some(match function {
        "sum" => FoldOp::Sum,
        "avg" => FoldOp::Avg,
        "min" => FoldOp::Min,
        "max" => FoldOp::Max,
        "countDistinct" => FoldOp::CountDistinct,
        _ => return None,
    })
}

/// The aggregate of values; `zero` is the zero of the type it has.
pub(super) fn aggregate(
    op: FoldOp,
    mut values: Vec<Value>,
    zero: Option<Value>,
) -> Result<Value, Error> {
    values.retain(Value::is_known);
    match op {
        FoldOp::Sum => match Total::of(op, &values, zero.as_ref())? {
            Some(total) => total.value(),
            None => Ok(zero.unwrap_or(Value::Int(0))),
        },
        FoldOp::Avg => match Total::of(op, &values, None)? {
            Some(total) => total.mean(values.len(), zero.as_ref()),
            None => Ok(Value::Missing),
        },
        FoldOp::Min => extreme(op, &values, Ordering::Less),
        FoldOp::Max => extreme(op, &values, Ordering::Greater),
        FoldOp::CountDistinct => {
            values.sort_by(Value::total_order);
            values.dedup_by(|a, b| a.total_order(b) == Ordering::Equal);
            // A list cannot have more elements than an i64 counts.
            Ok(Value::Int(values.len() as i64))
        }
        _ => Err(cannot_take(op.name(), &[])),
    }
}

/// A sum on its way.
enum Total {
    /// Wide enough for any list of whole numbers, so that no order of adding
    /// can overflow where another does not.
    Int(i128),
    Double(f64),
    Decimal(Decimal),
    Money(Decimal, Currency),
    /// In nanoseconds.
    Duration(i128),
}

impl Total {
    /// The sum of values in order, with at least the places of `zero`; `None`
    /// of nothing.
    fn of(op: FoldOp, values: &[Value], zero: Option<&Value>) -> Result<Option<Total>, Error> {
        let Some(first) = values.first() else { return Ok(None) };
        let mut total = match (first, zero) {
            (Value::Int(_) | Value::Decimal(_), Some(Value::Decimal(zero))) => {
                Total::Decimal(*zero)
            }
            (Value::Money(..), Some(Value::Money(zero, currency))) => {
                Total::Money(*zero, *currency)
            }
            (Value::Int(_), _) => Total::Int(0),
            (Value::Double(_), _) => Total::Double(0.0),
            (Value::Decimal(_), _) => Total::Decimal(Decimal::from_int(0)),
            (Value::Duration(_), _) => Total::Duration(0),
            (Value::Money(_, currency), _) => Total::Money(Decimal::from_int(0), *currency),
            _ => return Err(cannot_take(op.name(), &[first])),
        };
        for value in values {
            total = total.plus(op, value, first)?;
        }
        Ok(Some(total))
    }

    fn plus(self, op: FoldOp, value: &Value, first: &Value) -> Result<Total, Error> {
        Ok(match (self, value) {
            (Total::Int(sum), Value::Int(value)) => Total::Int(sum + i128::from(*value)),
            (Total::Int(sum), Value::Decimal(value)) => {
                Total::Decimal(Decimal::new(sum, 0)?.checked_add(*value)?)
            }
            (Total::Double(sum), Value::Double(value)) => Total::Double(sum + value),
            (Total::Duration(sum), Value::Duration(value)) => {
                Total::Duration(sum + i128::from(value.nanos()))
            }
            (Total::Money(sum, currency), Value::Money(value, other)) => {
                if currency != *other {
                    return Err(currencies(currency, *other));
                }
                Total::Money(sum.checked_add(*value)?, currency)
            }
            (Total::Decimal(sum), value) => match exact(value) {
                Some(value) => Total::Decimal(sum.checked_add(value)?),
                None => return Err(cannot_take(op.name(), &[first, value])),
            },
            _ => return Err(cannot_take(op.name(), &[first, value])),
        })
    }

    fn value(self) -> Result<Value, Error> {
        Ok(match self {
            Total::Int(sum) => Value::Int(i64::try_from(sum).map_err(|_| too_large())?),
            Total::Double(sum) => Value::Double(sum),
            Total::Decimal(sum) => Value::Decimal(sum),
            Total::Money(sum, currency) => Value::Money(sum, currency),
            Total::Duration(sum) => {
                Value::Duration(Duration::from_nanos(i64::try_from(sum).map_err(|_| too_long())?))
            }
        })
    }

    /// The mean of `count` values, four places finer than they are; of durations
    /// in whole nanoseconds, half to even.
    fn mean(self, count: usize, zero: Option<&Value>) -> Result<Value, Error> {
        // A list cannot have more elements than an i64 counts.
        let divisor = Decimal::from_int(count as i64);
        let scale = |sum: Decimal| match zero {
            Some(Value::Decimal(zero) | Value::Money(zero, _)) => Ok(zero.scale()),
            _ => places(sum.scale() + MORE_PLACES),
        };
        Ok(match self {
            Total::Int(sum) => {
                let sum = Decimal::new(sum, 0)?;
                Value::Decimal(sum.div_half_even(divisor, scale(sum)?)?)
            }
            Total::Double(sum) => Value::Double(sum / count as f64),
            Total::Decimal(sum) => Value::Decimal(sum.div_half_even(divisor, scale(sum)?)?),
            Total::Money(sum, currency) => {
                Value::Money(sum.div_half_even(divisor, scale(sum)?)?, currency)
            }
            Total::Duration(sum) => {
                let mean = Decimal::new(sum, 0)?.div_half_even(divisor, 0)?.units();
                let nanos = i64::try_from(mean).map_err(|_| too_long())?;
                Value::Duration(Duration::from_nanos(nanos))
            }
        })
    }
}

/// The first of the least or greatest values; NaN if one of them is.
fn extreme(op: FoldOp, values: &[Value], wanted: Ordering) -> Result<Value, Error> {
    let Some(first) = values.first() else { return Ok(Value::Missing) };
    let mut best = first;
    for value in values {
        if let (Value::Money(_, a), Value::Money(_, b)) = (best, value)
            && a != b
        {
            return Err(currencies(*a, *b));
        }
        match value.compares(best) {
            Some(Some(order)) if order == wanted => best = value,
            Some(Some(_)) => {}
            Some(None) => return Ok(Value::Double(f64::NAN)),
            None => return Err(cannot_take(op.name(), &[first, value])),
        }
    }
    Ok(best.clone())
}

fn too_large() -> Error {
    Fault::new(
        Code::Overflow,
        "the sum does not fit a whole number of 64 bits",
        "总和超出 64 位整数的范围",
    )
    .into()
}
