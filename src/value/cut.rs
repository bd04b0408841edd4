//! Cut points (分界点): where the best of everybody begin.

use std::sync::Arc;

use super::definition::Wanted;
use crate::error::Text;
use crate::lang::Checked;
use crate::units::Decimal;

/// Where the best begin, found anew at each assessment of everybody.
#[derive(Debug, Clone)]
pub struct Cut {
    /// The name that `cut('...')` gives.
    pub name: Arc<str>,
    /// What people call it; empty where its author gave no label.
    pub text: Text,
    /// By what customers are ranked.
    pub of: Arc<Checked>,
    /// How many of them are wanted.
    pub wanted: Wanted,
}

/// The smallest value of those wanted: whoever has as much or more is among
/// the best, so customers with equal values are in together.
///
/// # Inputs
///
/// What each customer has, in whole units, in any order. A share of a sum is
/// one of a sum above 0.
///
/// # Output
///
/// `None`: nobody has anything, or there is no sum to have a share of.
///
/// # Cost
///
/// One sort.
///
/// ```
/// use guanxi::units::Decimal;
/// use guanxi::value::{Wanted, cut_point};
/// let spent = || vec![10, 40, 5, 40, 5];
/// assert_eq!(cut_point(spent(), Wanted::Top(Decimal::parse("0.20")?)), Some(40));
/// assert_eq!(cut_point(spent(), Wanted::Share(Decimal::parse("0.85")?)), Some(10));
/// # Ok::<(), guanxi::Error>(())
/// ```
pub fn cut_point(mut values: Vec<i128>, wanted: Wanted) -> Option<i128> {
    values.sort_unstable_by(|a, b| b.cmp(a));
    match wanted {
        Wanted::Top(share) => {
            let (part, whole) = fraction(share);
            let count = (values.len() as i128 * part).div_euclid(whole);
            let exact = (values.len() as i128 * part).rem_euclid(whole) == 0;
            let count = (count + i128::from(!exact)).max(1);
            values.get(usize::try_from(count - 1).ok()?).copied()
        }
        Wanted::Share(share) => {
            let (part, whole) = fraction(share);
            let total = values.iter().try_fold(0_i128, |sum, it| sum.checked_add(*it))?;
            let enough = total.checked_mul(part).filter(|_| 0 < total)?;
            let mut sum = 0_i128;
            values.into_iter().find(|value| {
                sum = sum.saturating_add(*value);
                sum.checked_mul(whole).is_none_or(|sum| enough <= sum)
            })
        }
    }
}

/// A share as a part of a whole.
fn fraction(share: Decimal) -> (i128, i128) {
    (share.units(), 10_i128.pow(u32::from(share.scale())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn share(thousandths: i128) -> Decimal {
        Decimal::new(thousandths, 3).unwrap()
    }

    #[test]
    fn nothing_has_no_best() {
        assert_eq!(cut_point(vec![], Wanted::Top(share(50))), None);
        assert_eq!(cut_point(vec![], Wanted::Share(share(50))), None);
        assert_eq!(cut_point(vec![-3, -4], Wanted::Share(share(50))), None);
        assert_eq!(cut_point(vec![-3, -4], Wanted::Top(share(50))), Some(-3));
    }

    proptest! {
        #[test]
        fn those_above_the_cut_are_as_few_as_can_be(
            values in prop::collection::vec(-50_i128..500, 1..60), part in 1_i128..1000,
        ) {
            let n = values.len() as i128;
            let top = cut_point(values.clone(), Wanted::Top(share(part))).unwrap();
            let among = |cut: i128| values.iter().filter(|value| cut <= **value).count() as i128;
            prop_assert!(n * part <= among(top) * 1000);
            prop_assert!(among(top + 1) == 0 || among(top + 1) * 1000 < n * part);
            let total: i128 = values.iter().sum();
            let cut = cut_point(values.clone(), Wanted::Share(share(part)));
            prop_assert_eq!(cut.is_some(), 0 < total);
            if let Some(cut) = cut {
                let sum = |cut: i128| values.iter().filter(|value| cut <= **value).sum::<i128>();
                // Without those at the cut it is too little; what negative ones
                // take away is not counted against those above them.
                prop_assert!(sum(cut + 1) * 1000 < total * part);
            }
        }
    }
}
