//! What made a score change: each cause with its part, and the parts add up.
//!
//! Between two assessments time has passed, something was bought, parameters
//! were found anew; and what one of these does depends on the others. The fair
//! part of a cause is its mean effect over all orders in which the causes could
//! have come one after another (Shapley 1953). That is the only division in
//! which the parts add up, a cause without effect has none, causes that do the
//! same have the same, and parts of sums are sums of parts.
//!
//! # Source
//!
//! Shapley (1953), "A value for n-person games", Contributions to the Theory of
//! Games II.

use super::share::apportion;

/// The most causes: 256 worlds are looked at.
pub const MOST_CAUSES: usize = 8;

/// The parts of `causes` causes in the change of a score.
///
/// # Inputs
///
/// `score`: the score in a mixed world, where each cause that has its bit set
/// (the first one the lowest) is as it is now and every other as it was. It is
/// asked once for each world. More than [`MOST_CAUSES`] causes have no parts:
/// all of the change stays with none of them, and the result is empty.
///
/// # Output
///
/// A part for each cause, whole numbers that add up to `score(all) - score(none)`
/// exactly: each is less than one from its exact value, those with the largest
/// rests rounded up, the first ones where rests are equal.
///
/// # Errors
///
/// The first that `score` gives.
///
/// # Cost
///
/// `2^causes` scores.
///
/// ```
/// use guanxi::value::shapley;
/// // Alone neither does anything, together they do five.
/// let parts = shapley(2, |world| Ok::<i64, guanxi::Error>(if world == 0b11 { 5 } else { 0 }))?;
/// assert_eq!(parts, [3, 2]);
/// # Ok::<(), guanxi::Error>(())
/// ```
pub fn shapley<E>(causes: usize, score: impl FnMut(u32) -> Result<i64, E>) -> Result<Vec<i64>, E> {
    if causes > MOST_CAUSES {
        return Ok(Vec::new());
    }
    let scores: Vec<i64> = (0..1_u32 << causes).map(score).collect::<Result<_, E>>()?;
    let at = |world: u32| scores.get(world as usize).map_or(0, |score| i128::from(*score));
    let exact: Vec<i128> = (0..causes)
        .map(|cause| {
            let bit = 1 << cause;
            let without = (0..1_u32 << causes).filter(|world| world & bit == 0);
            without
                .map(|world| orders(world.count_ones(), causes) * (at(world | bit) - at(world)))
                .sum()
        })
        .collect();
    let (_, parts) = apportion(&exact, factorial(causes));
    Ok(parts)
}

/// In how many orders exactly these `before` causes come first and then a given
/// one.
fn orders(before: u32, causes: usize) -> i128 {
    factorial(before as usize) * factorial(causes - 1 - before as usize)
}

fn factorial(n: usize) -> i128 {
    (1..=n as i128).product()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::convert::Infallible;

    /// The mean effect over all orders, each written out.
    fn over_all_orders(causes: usize, scores: &[i64]) -> Vec<f64> {
        let mut orders = vec![Vec::new()];
        for cause in 0..causes {
            orders = orders
                .into_iter()
                .flat_map(|order: Vec<usize>| {
                    (0..=order.len()).map(move |place| {
                        let mut longer = order.clone();
                        longer.insert(place, cause);
                        longer
                    })
                })
                .collect();
        }
        let mut sums = vec![0_i64; causes];
        for order in &orders {
            let mut world = 0;
            for &cause in order {
                sums[cause] += scores[world | 1 << cause] - scores[world];
                world |= 1 << cause;
            }
        }
        sums.into_iter().map(|sum| sum as f64 / orders.len() as f64).collect()
    }

    fn game() -> impl Strategy<Value = (usize, Vec<i64>)> {
        (0_usize..6).prop_flat_map(|causes| {
            let scores = prop::collection::vec(-500_i64..500, 1 << causes);
            scores.prop_map(move |scores| (causes, scores))
        })
    }

    fn parts(causes: usize, scores: &[i64]) -> Vec<i64> {
        let Ok(parts) = shapley(causes, |world| Ok::<_, Infallible>(scores[world as usize]));
        parts
    }

    proptest! {
        #[test]
        fn parts_are_means_over_all_orders_and_add_up((causes, scores) in game()) {
            let parts = parts(causes, &scores);
            prop_assert_eq!(parts.iter().sum::<i64>(), scores[scores.len() - 1] - scores[0]);
            for (part, mean) in parts.iter().zip(over_all_orders(causes, &scores)) {
                prop_assert!((*part as f64 - mean).abs() < 1.0, "{} is not {}", part, mean);
            }
        }

        #[test]
        fn what_does_nothing_has_no_part((causes, scores) in game(), idle in 0_usize..6) {
            let idle = idle.min(causes);
            let low = (1 << idle) - 1;
            let wider: Vec<i64> = (0..scores.len() * 2)
                .map(|world: usize| scores[world & low | world >> 1 & !low])
                .collect();
            let parts = parts(causes + 1, &wider);
            prop_assert_eq!(parts[idle], 0);
        }
    }

    #[test]
    fn eight_causes_are_divided_and_nine_are_not() {
        let count = |world: u32| Ok::<_, Infallible>(i64::from(world.count_ones()) * 7);
        assert_eq!(shapley(8, count), Ok(vec![7; 8]));
        assert_eq!(shapley(9, count), Ok(vec![]));
        assert_eq!(shapley(2, |world| if world == 2 { Err("no") } else { Ok(1) }), Err("no"));
    }
}
