//! From what is observed to a score of 0 to 100.

use crate::units::Decimal;

/// A score in hundredths: 10,000 is the best there is.
pub type Hundredths = i64;

/// The best score.
pub const FULL: Hundredths = 10_000;

/// A line through points, flat outside them.
///
/// Scores have two places. Between two points a score is what lies on the
/// straight line, exactly, rounded half to even; so a curve that never falls
/// gives scores that never fall, and a point of the curve gives its own score.
///
/// ```
/// use guanxi::units::Decimal;
/// use guanxi::value::Curve;
/// let number = |text| Decimal::parse(text);
/// let points = [(number("0")?, number("0")?), (number("500")?, number("60")?),
///               (number("3000")?, number("100")?)];
/// let curve = Curve::new(&points, 1);
/// assert_eq!(curve.score(number("250")?), 3000);
/// assert_eq!(curve.score(number("1333.33")?), 7333);
/// assert_eq!((curve.score(number("-7")?), curve.score(number("1000000000")?)), (0, 10_000));
/// # Ok::<(), guanxi::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Curve {
    /// In units of `10^-SCALE`.
    points: Vec<(i128, Hundredths)>,
}

/// Decimal places in which values are compared: those of the finest point that
/// can be written.
const SCALE: u8 = 9;

/// What no value that matters goes beyond, in units of `10^-SCALE`: products
/// with scores and their differences stay far within 128 bits.
const FAR: i128 = 10_i128.pow(33);

impl Curve {
    /// A curve through points whose values rise strictly.
    ///
    /// # Inputs
    ///
    /// Values of less than 10^13 with up to nine places, scores of 0 to 100
    /// with up to two. `per`: what one of the values is in the unit of what
    /// will be observed: 86,400 billion where a curve over days is asked about
    /// nanoseconds.
    pub fn new(points: &[(Decimal, Decimal)], per: i64) -> Curve {
        let point = |(value, score): &(Decimal, Decimal)| {
            let score = score.rescale_half_even(2).map_or(0, Decimal::units);
            let value = units(*value).saturating_mul(i128::from(per));
            (value.clamp(-FAR, FAR), score as Hundredths)
        };
        Curve { points: points.iter().map(point).collect() }
    }

    /// The score of what is observed.
    ///
    /// Values finer than nine places are rounded first.
    pub fn score(&self, observed: Decimal) -> Hundredths {
        let x = units(observed);
        let after = self.points.partition_point(|(value, _)| *value <= x);
        let right = self.points.get(after);
        let left = after.checked_sub(1).and_then(|before| self.points.get(before));
        match (left, right) {
            (Some((x0, y0)), Some((x1, y1))) => {
                let rise = i128::from(y1 - y0) * (x - x0);
                y0 + divide_half_even(rise, x1 - x0) as Hundredths
            }
            (Some((_, score)), None) | (None, Some((_, score))) => *score,
            (None, None) => 0,
        }
    }

    /// Whether no value gives less than a smaller one.
    pub fn never_falls(&self) -> bool {
        self.points.windows(2).all(|pair| matches!(pair, [(_, low), (_, high)] if low <= high))
    }
}

/// A number in units of `10^-SCALE`; what is beyond every curve stays there.
fn units(number: Decimal) -> i128 {
    // Most have fewer places, and then nothing is rounded.
    if let Some(places) = SCALE.checked_sub(number.scale()) {
        let raised = number.units().saturating_mul(10_i128.pow(places.into()));
        return raised.clamp(-FAR, FAR);
    }
    match number.rescale_half_even(SCALE) {
        Ok(number) => number.units().clamp(-FAR, FAR),
        Err(_) if number.units() < 0 => -FAR,
        Err(_) => FAR,
    }
}

/// `a / b` to the nearest whole number, halves to the even one.
pub(super) fn divide_half_even(a: i128, b: i128) -> i128 {
    let (quotient, rest) = (a.div_euclid(b), a.rem_euclid(b));
    // With a positive divisor the rest is from 0 to below it.
    match (2 * rest).cmp(&b.abs()) {
        std::cmp::Ordering::Less => quotient,
        std::cmp::Ordering::Greater => quotient + b.signum(),
        std::cmp::Ordering::Equal => quotient + b.signum() * (quotient.rem_euclid(2)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn decimal(units: i128, scale: u8) -> Decimal {
        Decimal::new(units, scale).unwrap()
    }

    fn curve() -> impl Strategy<Value = Vec<(Decimal, Decimal)>> {
        let point = (-1_000_000_i64..1_000_000, 0_i64..=10_000, 0_u8..=9);
        prop::collection::vec(point, 1..7).prop_map(|all| {
            let value = |units: i64, scale| decimal(units.into(), scale);
            let mut all: Vec<_> =
                all.iter().map(|(x, y, scale)| (value(*x, *scale), value(*y, 2))).collect();
            all.sort_by(|a, b| a.0.compare(b.0));
            all.dedup_by(|a, b| a.0.compare(b.0).is_eq());
            all
        })
    }

    #[test]
    fn halves_go_to_the_even_digit_on_both_sides_of_nothing() {
        for (a, b, quotient) in [
            (5, 2, 2),
            (7, 2, 4),
            (-5, 2, -2),
            (-7, 2, -4),
            (1, 3, 0),
            (2, 3, 1),
            (-2, 3, -1),
            (-1, 3, 0),
        ] {
            assert_eq!(divide_half_even(a, b), quotient, "{a} / {b}");
        }
    }

    #[test]
    fn what_is_far_outside_has_the_score_of_the_end() {
        let points = [(decimal(0, 0), decimal(10, 0)), (decimal(100, 0), decimal(90, 0))];
        for per in [1, 86_400_000_000_000] {
            let curve = Curve::new(&points, per);
            assert_eq!(curve.score(decimal(i128::MAX, 0)), 9000);
            assert_eq!(curve.score(decimal(i128::MIN, 18)), 1000);
            assert_eq!(curve.score(decimal(50 * i128::from(per), 0)), 5000);
        }
    }

    proptest! {
        #[test]
        fn a_score_lies_on_the_line(points in curve(), units in -3_000_000_i128..3_000_000, scale in 0_u8..=9) {
            let (curve, x) = (Curve::new(&points, 1), decimal(units, scale));
            let score = curve.score(x);
            let exact = |number: Decimal| number.to_f64();
            let below = points.iter().rev().find(|(value, _)| value.compare(x).is_le());
            let above = points.iter().find(|(value, _)| value.compare(x).is_gt());
            let line = match (below, above) {
                (Some((x0, y0)), Some((x1, y1))) => {
                    let share = (exact(x) - exact(*x0)) / (exact(*x1) - exact(*x0));
                    exact(*y0) + share * (exact(*y1) - exact(*y0))
                }
                (Some((_, y)), None) | (None, Some((_, y))) => exact(*y),
                (None, None) => unreachable!("there is a point"),
            };
            prop_assert!((score as f64 / 100.0 - line).abs() <= 0.005 + 1e-6, "{score} {line}");
        }

        #[test]
        fn a_curve_that_never_falls_gives_scores_that_never_fall(
            points in curve(), a in -3_000_000_i128..3_000_000, b in -3_000_000_i128..3_000_000,
        ) {
            let mut points = points;
            let mut scores: Vec<Decimal> = points.iter().map(|(_, y)| *y).collect();
            scores.sort_by(|a, b| a.compare(*b));
            points.iter_mut().zip(scores).for_each(|(point, score)| point.1 = score);
            let curve = Curve::new(&points, 1);
            prop_assert!(curve.never_falls());
            let (low, high) = (a.min(b), a.max(b));
            prop_assert!(curve.score(decimal(low, 6)) <= curve.score(decimal(high, 6)));
        }

        #[test]
        fn a_point_has_its_own_score(points in curve()) {
            let curve = Curve::new(&points, 1);
            for (x, y) in points {
                prop_assert_eq!(i128::from(curve.score(x)), y.rescale_half_even(2).unwrap().units());
            }
        }
    }
}
