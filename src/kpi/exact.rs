//! Fractions as whole numbers that still add up: what is shown rounded must
//! come to the rounded whole.
//!
//! # Source
//!
//! The method of largest remainders (Hamilton 1792): everything is rounded
//! down, and what is left over goes, one each, to those that lost most.

use std::cmp::Reverse;

/// `parts / divisor` in whole numbers that add up to `total`.
///
/// `divisor` is positive. Of equal losses the earlier part comes first.
pub(super) fn apportion(parts: &[i128], divisor: i128, total: i128) -> Vec<i128> {
    let down: Vec<i128> = parts.iter().map(|part| part.div_euclid(divisor)).collect();
    hand_out(down, total, |at| parts.get(at).map_or(0, |part| part.rem_euclid(divisor)))
}

/// `total` in whole numbers, as the weights say: not negative, some positive.
/// `None` where it does not fit.
pub(super) fn split(total: i128, weights: &[i128]) -> Option<Vec<i128>> {
    let all = weights.iter().try_fold(0_i128, |sum, it| sum.checked_add(*it))?;
    let parts: Option<Vec<i128>> = weights.iter().map(|it| it.checked_mul(total)).collect();
    (all > 0).then_some(())?;
    Some(apportion(&parts?, all, total))
}

/// The parts as whole numbers that add up to `total`.
///
/// The parts are finite, and their sum is `total` but for rounding.
pub(super) fn settle(parts: &[f64], total: i128) -> Vec<i128> {
    let down: Vec<i128> = parts.iter().map(|part| libm::floor(*part) as i128).collect();
    // Ten digits of what was lost: finer ones are noise.
    let lost = |at: usize| {
        parts.get(at).map_or(0, |part| libm::rint((part - libm::floor(*part)) * 1e10) as i128)
    };
    hand_out(down, total, lost)
}

/// Gives what is missing from `total` to the parts, those that lost most first.
fn hand_out(mut down: Vec<i128>, total: i128, lost: impl Fn(usize) -> i128) -> Vec<i128> {
    let many = down.len() as i128;
    if many == 0 {
        return down;
    }
    let left = total - down.iter().sum::<i128>();
    let (each, more) = (left.div_euclid(many), left.rem_euclid(many));
    let mut order: Vec<usize> = (0..down.len()).collect();
    order.sort_by_key(|at| Reverse(lost(*at)));
    for (rank, at) in order.into_iter().enumerate() {
        if let Some(it) = down.get_mut(at) {
            *it += each + i128::from((rank as i128) < more);
        }
    }
    down
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn parts_are_rounded_and_add_up(parts in prop::collection::vec(-1_000_000_i128..1_000_000, 1..20), divisor in 1_i128..700) {
            let sum: i128 = parts.iter().sum();
            for total in [sum.div_euclid(divisor), sum.div_euclid(divisor) + i128::from(sum.rem_euclid(divisor) > 0)] {
                let told = apportion(&parts, divisor, total);
                prop_assert_eq!(told.iter().sum::<i128>(), total);
                for (part, told) in parts.iter().zip(&told) {
                    prop_assert!((told * divisor - part).abs() < divisor, "{part} / {divisor} -> {told}");
                }
                let floats: Vec<f64> = parts.iter().map(|part| *part as f64 / divisor as f64).collect();
                prop_assert_eq!(settle(&floats, total), told);
            }
        }
    }

    #[test]
    fn equal_losses_go_in_order() {
        assert_eq!(split(100, &[1, 1, 1]), Some(vec![34, 33, 33]));
        assert_eq!(split(-100, &[1, 1, 1]), Some(vec![-33, -33, -34]));
        assert_eq!(split(5, &[0, 0]), None);
        assert_eq!(split(i128::MAX, &[2]), None);
        assert_eq!(apportion(&[], 3, 0), Vec::<i128>::new());
    }
}
