//! Where a target was missed, or more than met.

use serde::Serialize;

use super::{overflow, total};
use crate::error::Error;

/// What a part did, and what was asked of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ShortfallPart {
    /// What it did.
    pub value: i64,
    /// What was asked of it; `None` where nothing was.
    pub target: Option<i64>,
}

/// A miss of a target, come apart; below zero is missed, where more is better.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Shortfall {
    /// What was done.
    pub value: i64,
    /// What was asked.
    pub target: i64,
    /// The one less the other.
    pub total_change: i64,
    /// What each part did beyond what was asked of it, in the order given.
    pub parts: Vec<i64>,
    /// What was asked of nobody: it counts against all.
    pub unallocated: i64,
}

/// Where a target was missed.
///
/// A part of which nothing was asked counts with all that it did. All parts, less
/// what was asked of nobody, are exactly the miss.
///
/// # Errors
///
/// [`Code::Overflow`](crate::Code::Overflow).
///
/// ```
/// use guanxi::kpi::{ShortfallPart, decompose_shortfall};
/// let part = |value: i64, target: Option<i64>| ShortfallPart { value, target };
/// let told = decompose_shortfall(1_000, &[part(400, Some(500)), part(450, Some(400))])?;
/// assert_eq!((told.total_change, told.unallocated), (-150, 100));
/// assert_eq!(told.parts, [-100, 50]);
/// # Ok::<(), guanxi::Error>(())
/// ```
pub fn decompose_shortfall(target: i64, parts: &[ShortfallPart]) -> Result<Shortfall, Error> {
    let value = total(parts.iter().map(|it| it.value))?;
    let allocated = total(parts.iter().filter_map(|it| it.target))?;
    let beyond =
        |it: &ShortfallPart| it.value.checked_sub(it.target.unwrap_or(0)).ok_or_else(overflow);
    Ok(Shortfall {
        value,
        target,
        total_change: value.checked_sub(target).ok_or_else(overflow)?,
        parts: parts.iter().map(beyond).collect::<Result<_, Error>>()?,
        unallocated: target.checked_sub(allocated).ok_or_else(overflow)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn parts_add_up(target in -1_000_i64..90_000, parts in prop::collection::vec((-900_i64..9_000, prop::option::of(0_i64..9_000)), 0..20)) {
            let parts: Vec<ShortfallPart> = parts.into_iter().map(|(value, target)| ShortfallPart { value, target }).collect();
            let told = decompose_shortfall(target, &parts).unwrap();
            prop_assert_eq!(told.parts.iter().sum::<i64>() - told.unallocated, told.total_change);
        }
    }
}
