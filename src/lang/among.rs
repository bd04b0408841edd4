//! Where a customer stands among everybody at one instant.
//!
//! ```text
//! percentRank(e)       how many have less, over all others: 0 the least, 1 the most
//! topN(e, 100)         fewer than 100 have more
//! topShare(e, 0.2)     those with more do not come to a fifth of the whole yet:
//!                      the fewest customers that do
//! ```
//!
//! Who has no value stands nowhere and is counted nowhere, and so are those
//! outside the segment that may be named. Equal values have equal answers, so
//! that more than 100 are among the top 100 where the hundredth is tied.
//! Of a share, only what is above zero counts.

use std::cmp::Ordering;

use super::environment::Environment;
use super::time::Duration;
use super::tree::{NodeId, Tree};
use super::value::Value;
use crate::error::{Code, Error, Fault};
use crate::units::Decimal;

/// Decimal places of a rank.
pub(super) const PLACES: u8 = 6;

/// The most places of a share, so that sums times shares fit.
pub(super) const SHARE_PLACES: u8 = 6;

/// Whether a function asks about everybody.
pub(super) fn is_among(function: &str) -> bool {
    matches!(function, "percentRank" | "topN" | "topShare")
}

/// What is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// `percentRank(e)`
    PercentRank,
    /// `topN(e, n)`
    TopN(i64),
    /// `topShare(e, share)`
    TopShare(Decimal),
}

impl Standing {
    /// What a function with these arguments asks.
    pub(super) fn of(function: &str, argument: Option<&Value>) -> Option<Result<Self, Error>> {
        Some(match (function, argument) {
            ("percentRank", None) => Ok(Standing::PercentRank),
            ("topN", Some(Value::Int(n))) => Ok(Standing::TopN(*n)),
            ("topShare", Some(Value::Decimal(share))) if share.scale() <= SHARE_PLACES => {
                Ok(Standing::TopShare(*share))
            }
            ("topShare", Some(Value::Decimal(share))) => {
                share.rescale_half_even(SHARE_PLACES).map(Standing::TopShare)
            }
            _ => return None,
        })
    }

    /// The answer for who stands nowhere.
    pub fn nowhere(self) -> Value {
        match self {
            Standing::PercentRank => Value::Missing,
            Standing::TopN(_) | Standing::TopShare(_) => Value::Bool(false),
        }
    }
}

/// A question about where the customer stands.
#[derive(Clone, Copy)]
pub struct Among<'q> {
    /// The tree of the call.
    pub tree: &'q Tree,
    /// The call, in its tree.
    pub call: NodeId,
    /// What is compared, for whoever is asked.
    pub of: &'q dyn Fn(&dyn Environment) -> Result<Value, Error>,
    /// What it is for the customer.
    pub own: &'q Value,
    /// The segment to stand among, where it is not everybody.
    pub segment: Option<&'q str>,
    /// What is asked.
    pub standing: Standing,
}

impl Among<'_> {
    /// The answer, given the known values of all there are.
    ///
    /// # Errors
    ///
    /// [`Code::Overflow`] where they do not add up, [`Code::NoOverload`] where
    /// they cannot be added up at all.
    pub fn answer(&self, all: &[Value]) -> Result<Value, Error> {
        let is =
            |wanted: Ordering| move |other: &&Value| other.compares(self.own) == Some(Some(wanted));
        Ok(match self.standing {
            Standing::PercentRank => {
                // Nobody has more customers than an i64 counts.
                let below = all.iter().filter(is(Ordering::Less)).count() as i64;
                Value::Decimal(rank(below, all.len() as i64)?)
            }
            Standing::TopN(n) => {
                Value::Bool((all.iter().filter(is(Ordering::Greater)).count() as i64) < n)
            }
            Standing::TopShare(share) => {
                let sum = |mut values: Box<dyn Iterator<Item = &Value> + '_>| {
                    values.try_fold(0i128, |sum, value| {
                        sum.checked_add(units(value).ok_or_else(no_sum)?.max(0))
                            .ok_or_else(too_large)
                    })
                };
                let above = sum(Box::new(all.iter().filter(is(Ordering::Greater))))?;
                let whole = sum(Box::new(all.iter()))?;
                let own = units(self.own).ok_or_else(no_sum)?;
                Value::Bool(0 < own && is_short(above, whole, share)?)
            }
        })
    }
}

/// The share of the others that have less; zero for who is alone.
pub(super) fn rank(below: i64, all: i64) -> Result<Decimal, Error> {
    Decimal::from_int(below).div_half_even(Decimal::from_int((all - 1).max(1)), PLACES)
}

/// Whether a part does not come to its share of the whole yet.
pub(super) fn is_short(part: i128, whole: i128, share: Decimal) -> Result<bool, Error> {
    let factor = 10i128.pow(share.scale().into());
    let part = part.checked_mul(factor).ok_or_else(too_large)?;
    Ok(part < whole.checked_mul(share.units()).ok_or_else(too_large)?)
}

/// A number in units of its type; durations in microseconds.
fn units(value: &Value) -> Option<i128> {
    match value {
        Value::Int(number) => Some((*number).into()),
        Value::Decimal(number) | Value::Money(number, _) => Some(number.units()),
        Value::Duration(length) => Some((Duration::nanos(*length) / 1_000).into()),
        _ => None,
    }
}

pub(super) fn too_large() -> Error {
    Fault::new(
        Code::Overflow,
        "the sum over everybody does not fit an exact number of 128 bits",
        "全体客户的总和超出 128 位精确数的范围",
    )
    .into()
}

fn no_sum() -> Error {
    Fault::new(
        Code::NoOverload,
        "only numbers, amounts and durations have shares",
        "只有数、金额和时长才有份额",
    )
    .into()
}

/// Asked where there is nobody to stand among.
pub(super) fn nobody(function: &str) -> Fault {
    Fault::new(
        Code::Unforeseen,
        format!("`{function}` needs everybody at one instant, and one customer is asked here"),
        format!("`{function}` 需要同一时点的全体客户，而此处只询问一位客户"),
    )
    .hint(
        "ask it in a segment that no machine and no value reads, or let a cut point of the section `value` find the border",
        "请用在不被生命周期和价值部分引用的细分中，或用 `value` 部分的分界值",
    )
}
