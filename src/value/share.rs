//! A whole that comes apart into parts that add up to it.

use super::curve::divide_half_even;

/// Splits a mean into what each part gives to it.
///
/// The mean is `Σ parts / whole`, rounded half to even. Each part gives its own
/// `part / whole`, rounded down or up by less than one, so that what they give
/// adds up to the mean exactly: those with the largest rests are rounded up
/// (Hamilton's method of the largest remainder), the first ones where rests are
/// equal.
///
/// `whole` is above 0.
pub(super) fn apportion(parts: &[i128], whole: i128) -> (i64, Vec<i64>) {
    let mean = divide_half_even(parts.iter().sum(), whole) as i64;
    let mut given: Vec<i64> = parts.iter().map(|part| part.div_euclid(whole) as i64).collect();
    let left = mean - given.iter().sum::<i64>();
    let mut order: Vec<usize> = (0..parts.len()).collect();
    let rest = |at: &usize| parts.get(*at).map_or(0, |part| part.rem_euclid(whole));
    order.sort_by_key(|at| std::cmp::Reverse(rest(at)));
    // Rests are below one each, so no part is raised twice.
    for at in order.into_iter().take(usize::try_from(left).unwrap_or(0)) {
        if let Some(part) = given.get_mut(at) {
            *part += 1;
        }
    }
    (mean, given)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_largest_rests_are_rounded_up() {
        assert_eq!(apportion(&[1, 1, 1], 3), (1, vec![1, 0, 0]));
        assert_eq!(apportion(&[10, 11, 12], 4), (8, vec![2, 3, 3]));
        assert_eq!(apportion(&[], 4), (0, vec![]));
    }

    proptest! {
        #[test]
        fn parts_add_up_and_are_off_by_less_than_one(
            parts in prop::collection::vec(-1_000_000_i128..1_000_000, 0..9), whole in 1_i128..10_000,
        ) {
            let (mean, given) = apportion(&parts, whole);
            prop_assert_eq!(given.iter().sum::<i64>(), mean);
            for (part, given) in parts.iter().zip(&given) {
                let off = i128::from(*given) * whole - part;
                prop_assert!(off.abs() < whole || off == 0, "{part} / {whole} -> {given}");
            }
        }
    }
}
