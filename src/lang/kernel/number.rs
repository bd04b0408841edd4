//! Numbers, row by row: everything that is not worth a loop of its own.
//!
//! Whole numbers, exact numbers, days, instants and lengths of time are all
//! one `i128` here: units of the scale the checker found, days, or
//! microseconds. Small trees of [`Number`] are walked for the rows that a
//! cheaper condition left over.

use super::numbers::Numbers;
use super::row::{Cell, Failed, Row};
use crate::facts::{Codes, Column, Ints, Times, Words};
use crate::units::{Calendar, Day, Decimal, Instant, Period, bucket};

/// Which width the result must fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Width {
    /// A whole number: 64 bits.
    Int,
    /// An exact number: 128 bits.
    Exact,
    /// An instant: the years 1 to 9999.
    Instant,
    /// A length of time: what the language allows.
    Duration,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operation {
    Add,
    Subtract,
    Multiply,
    /// Whole numbers towards zero; exact numbers half to even.
    Divide,
    Remainder,
}

/// Decimal places of the left operand, the right operand and the result.
pub(super) type Scales = (u8, u8, u8);

#[derive(Debug)]
pub(super) enum Number<'s> {
    Constant(i128),
    Missing,
    /// A column of the walked table.
    Column(&'s Ints, &'s Column),
    /// An instant-valued field: what lies in the future is not known yet.
    PastColumn(&'s Ints, &'s Column, i64),
    /// An attribute of the customer while events are walked.
    Outer(&'s Ints, &'s Column),
    /// How many texts a set has that differ when compared.
    SetSize(&'s [u32], &'s Codes, &'s Words, &'s Column),
    /// When the event happened.
    At(&'s Times),
    Arithmetic(Operation, Width, Scales, Box<Number<'s>>, Box<Number<'s>>),
    Negate(Width, Box<Number<'s>>),
    Age(Box<Number<'s>>, &'s Calendar, Day),
    /// An instant moved by a calendar period, forward or back.
    Shift(Box<Number<'s>>, &'s Calendar, Period, bool),
    ShiftDay(Box<Number<'s>>, &'s Calendar, Period, bool),
    Coalesce(Vec<Number<'s>>),
    /// What was found before for every customer.
    Rank(&'s Numbers),
    /// The ids of all customers, a salt, and the number of buckets.
    Bucket(&'s [Box<str>], &'s str, u64),
    /// The result of walking a list, by its number.
    Fold(usize),
}

impl Number<'_> {
    pub(super) fn at(&self, row: Row<'_>) -> Cell {
        Ok(match self {
            Number::Constant(value) => Some(*value),
            Number::Missing => None,
            Number::Column(ints, column) => known(ints, column, row.row),
            Number::PastColumn(ints, column, now) => {
                known(ints, column, row.row).filter(|at| *at <= i128::from(*now))
            }
            Number::Outer(ints, column) => known(ints, column, row.customer),
            Number::SetSize(offsets, codes, words, column) => {
                if !column.is_known(row.row) {
                    return Ok(None);
                }
                let (from, until) = crate::facts::set_range(offsets, row.row);
                let mut keys: Vec<u32> =
                    (from..until).map(|place| words.key_code(codes.get(place))).collect();
                keys.sort_unstable();
                keys.dedup();
                Some(keys.len() as i128)
            }
            Number::At(times) => Some(times.micros(row.row).into()),
            Number::Arithmetic(operation, width, scales, left, right) => {
                // Both sides are evaluated before missing is looked at, so that
                // an error on either side is an error.
                let (left, right) = (left.at(row)?, right.at(row)?);
                match (left, right) {
                    (Some(left), Some(right)) => {
                        Some(operate(*operation, *width, *scales, left, right)?)
                    }
                    _ => None,
                }
            }
            Number::Negate(width, of) => match of.at(row)? {
                Some(value) => Some(fit(value.checked_neg().ok_or(Failed)?, *width)?),
                None => None,
            },
            Number::Age(of, calendar, today) => {
                let birth = of.at(row)?.and_then(day);
                birth.map(|birth| i128::from(calendar.age(birth, *today)))
            }
            Number::Shift(of, calendar, period, forward) => {
                let Some(at) = of.at(row)?.and_then(instant) else { return Ok(None) };
                let moved = if *forward {
                    calendar.add(at, *period)
                } else {
                    calendar.subtract(at, *period)
                };
                Some(moved.map_err(|_| Failed)?.micros().into())
            }
            Number::ShiftDay(of, calendar, period, forward) => {
                let Some(at) = of.at(row)?.and_then(day) else { return Ok(None) };
                let moved = if *forward {
                    calendar.day_add(at, *period)
                } else {
                    calendar.day_subtract(at, *period)
                };
                Some(moved.map_err(|_| Failed)?.days().into())
            }
            Number::Coalesce(choices) => {
                for choice in choices {
                    if let Some(value) = choice.at(row)? {
                        return Ok(Some(value));
                    }
                }
                None
            }
            Number::Rank(ranks) => ranks.get(row.customer).ok_or(Failed)?,
            Number::Bucket(customers, salt, n) => {
                customers.get(row.customer).map(|id| bucket(salt, id, *n).into())
            }
            Number::Fold(fold) => match row.folds.get(*fold) {
                Some(prepared) => return prepared.number(row.customer),
                None => None,
            },
        })
    }
}

#[inline]
fn known(ints: &Ints, column: &Column, row: usize) -> Option<i128> {
    column.is_known(row).then(|| i128::from(ints.get(row)))
}

fn day(days: i128) -> Option<Day> {
    i32::try_from(days).ok().map(|days| Day::clamped(days.into()))
}

fn instant(micros: i128) -> Option<Instant> {
    i64::try_from(micros).ok().map(Instant::clamped)
}

fn operate(
    operation: Operation,
    width: Width,
    scales: Scales,
    left: i128,
    right: i128,
) -> Result<i128, Failed> {
    if width == Width::Exact {
        return exact(operation, scales, left, right);
    }
    let result = match operation {
        Operation::Add => left.checked_add(right),
        Operation::Subtract => left.checked_sub(right),
        Operation::Multiply => left.checked_mul(right),
        Operation::Divide => left.checked_div(right),
        Operation::Remainder => remainder(left, right),
    };
    fit(result.ok_or(Failed)?, width)
}

/// Overflows where the division does, which in 128 bits would not show.
fn remainder(left: i128, right: i128) -> Option<i128> {
    let (left, right) = (i64::try_from(left).ok()?, i64::try_from(right).ok()?);
    left.checked_rem(right).map(i128::from)
}

/// The arithmetic of exact numbers is that of [`Decimal`], so that it rounds
/// and overflows as the reference does.
fn exact(
    operation: Operation,
    (left_scale, right_scale, scale): Scales,
    left: i128,
    right: i128,
) -> Result<i128, Failed> {
    let left = Decimal::new(left, left_scale).map_err(|_| Failed)?;
    let right = Decimal::new(right, right_scale).map_err(|_| Failed)?;
    let result = match operation {
        Operation::Add => left.checked_add(right),
        Operation::Subtract => left.checked_sub(right),
        Operation::Multiply => left.checked_mul(right),
        Operation::Divide => left.div_half_even(right, scale),
        Operation::Remainder => return Err(Failed),
    };
    result.map(Decimal::units).map_err(|_| Failed)
}

pub(super) fn fit(value: i128, width: Width) -> Result<i128, Failed> {
    let fits = match width {
        Width::Int => i64::try_from(value).is_ok(),
        Width::Exact => true,
        Width::Instant => {
            i128::from(Instant::MIN.micros()) <= value && value <= i128::from(Instant::MAX.micros())
        }
        Width::Duration => {
            value.checked_mul(1000).is_some_and(|nanos| i64::try_from(nanos).is_ok())
        }
    };
    if fits { Ok(value) } else { Err(Failed) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_numbers_fail_where_64_bits_do() {
        let fails = |operation, left: i64, right: i64| {
            operate(operation, Width::Int, (0, 0, 0), left.into(), right.into()).is_err()
        };
        assert!(fails(Operation::Add, i64::MAX, 1));
        assert!(fails(Operation::Subtract, i64::MIN, 1));
        assert!(fails(Operation::Multiply, i64::MAX, 2));
        for operation in [Operation::Divide, Operation::Remainder] {
            assert!(fails(operation, 1, 0));
            assert!(fails(operation, i64::MIN, -1));
            assert!(!fails(operation, i64::MIN, 1) && !fails(operation, -i64::MAX, -1));
        }
    }
}
