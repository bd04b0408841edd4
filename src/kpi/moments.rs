//! Sums over customers from which means, spreads and their connection follow.
//!
//! Everything is kept as whole numbers: the order of customers, how they are
//! spread over machines, and what was added and taken away again on the way
//! leave no trace.

use crate::error::{Code, Error, Fault};

/// No unit may be further from zero: a hundred million customers at the edge
/// still have sums that are exact.
const FURTHEST: i64 = 1 << 48;

/// Customers there may be.
const MOST: u64 = 1 << 28;

/// Sums of an outcome, and of what was known of the same customers before.
///
/// ```
/// use guanxi::kpi::Moments;
/// let mut moments = Moments::default();
/// for (outcome, before) in [(300, 10), (500, 20), (1000, 60)] {
///     moments.add(outcome, before)?;
/// }
/// assert_eq!((moments.n(), moments.mean()), (3, 600.0));
/// assert_eq!(moments.variance(), Some(130_000.0));
/// // Taken back, a customer was never there.
/// moments.retract(1000, 60)?;
/// assert_eq!(moments.mean(), 400.0);
/// # Ok::<(), guanxi::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Moments {
    n: u64,
    y: Sums,
    x: Sums,
    products: i128,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Sums {
    sum: i128,
    squares: i128,
}

impl Moments {
    /// Adds a customer: the outcome and what was known before, in units.
    ///
    /// # Errors
    ///
    /// [`Code::Overflow`]: too large to be summed exactly.
    pub fn add(&mut self, outcome: i64, before: i64) -> Result<(), Error> {
        self.put(outcome, before, 1)
    }

    /// Takes a customer away that had been added.
    ///
    /// # Errors
    ///
    /// As [`add`](Moments::add), and [`Code::InvalidArgument`] where nobody is
    /// left.
    pub fn retract(&mut self, outcome: i64, before: i64) -> Result<(), Error> {
        if self.n == 0 {
            let (en, zh) = ("nobody is left to be taken away", "已没有可移除的客户");
            return Err(Fault::new(Code::InvalidArgument, en, zh).into());
        }
        self.put(outcome, before, -1)
    }

    fn put(&mut self, outcome: i64, before: i64, times: i64) -> Result<(), Error> {
        let is_large = |it: i64| it.unsigned_abs() > FURTHEST.unsigned_abs();
        if is_large(outcome) || is_large(before) || (times > 0 && self.n >= MOST) {
            let (en, zh) = ("too large to be summed exactly", "数值过大，无法精确求和");
            return Err(Fault::new(Code::Overflow, en, zh).into());
        }
        self.n = self.n.wrapping_add_signed(times);
        let (y, x, times) = (i128::from(outcome), i128::from(before), i128::from(times));
        self.y.sum += times * y;
        self.y.squares += times * y * y;
        self.x.sum += times * x;
        self.x.squares += times * x * x;
        self.products += times * x * y;
        Ok(())
    }

    /// Customers of both, who must not be in both.
    pub fn merge(&mut self, other: &Moments) {
        let add = |a: &mut Sums, b: Sums| {
            a.sum += b.sum;
            a.squares += b.squares;
        };
        self.n += other.n;
        add(&mut self.y, other.y);
        add(&mut self.x, other.x);
        self.products += other.products;
    }

    /// How many customers.
    pub fn n(&self) -> u64 {
        self.n
    }

    /// The sum of outcomes, in units.
    pub fn sum(&self) -> i128 {
        self.y.sum
    }

    /// The sum of what was known before, in units.
    pub fn sum_before(&self) -> i128 {
        self.x.sum
    }

    /// The mean outcome; 0 for nobody.
    pub fn mean(&self) -> f64 {
        self.y.mean(self.n)
    }

    /// The mean of what was known before.
    pub fn mean_before(&self) -> f64 {
        self.x.mean(self.n)
    }

    /// The variance of the outcome between customers; `None` for fewer than
    /// two.
    pub fn variance(&self) -> Option<f64> {
        self.per_degree(spread(self.n, self.y, self.y, self.y.squares))
    }

    /// The variance of what was known before.
    pub fn variance_before(&self) -> Option<f64> {
        self.per_degree(spread(self.n, self.x, self.x, self.x.squares))
    }

    /// The covariance of both.
    pub fn covariance(&self) -> Option<f64> {
        self.per_degree(spread(self.n, self.x, self.y, self.products))
    }

    fn per_degree(&self, spread: f64) -> Option<f64> {
        (self.n >= 2).then(|| spread / (self.n - 1) as f64)
    }
}

impl Sums {
    fn mean(self, n: u64) -> f64 {
        let (whole, rest) = whole_mean(self.sum, n);
        whole as f64 + rest as f64 / n.max(1) as f64
    }
}

/// The mean rounded down, and what is left of the sum.
fn whole_mean(sum: i128, n: u64) -> (i128, i128) {
    let n = i128::from(n.max(1));
    (sum.div_euclid(n), sum.rem_euclid(n))
}

/// The sum of products of what two are away from their means.
///
/// Both are first moved by their rounded means, in whole numbers, so that
/// nothing is lost where the means are large beside the spread.
fn spread(n: u64, a: Sums, b: Sums, products: i128) -> f64 {
    let ((mean_a, rest_a), (mean_b, rest_b)) = (whole_mean(a.sum, n), whole_mean(b.sum, n));
    // sum((a - mean_a) (b - mean_b)), of which only the rests are not counted yet.
    let moved = products - mean_a * b.sum - mean_b * rest_a;
    moved as f64 - rest_a as f64 * rest_b as f64 / n.max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn naive(rows: &[(i64, i64)]) -> (f64, f64, f64) {
        let n = rows.len() as f64;
        let mean =
            |it: fn(&(i64, i64)) -> i64| rows.iter().map(|row| it(row) as f64).sum::<f64>() / n;
        let (y, x) = (mean(|row| row.0), mean(|row| row.1));
        let sum = |it: &dyn Fn(f64, f64) -> f64| {
            rows.iter().map(|row| it(row.0 as f64 - y, row.1 as f64 - x)).sum::<f64>() / (n - 1.0)
        };
        (sum(&|y, _| y * y), sum(&|_, x| x * x), sum(&|y, x| y * x))
    }

    proptest! {
        #[test]
        fn moments_are_those_of_the_rows(rows in prop::collection::vec((-900_000_i64..900_000, -50_i64..90), 2..60), cut in 0_usize..60) {
            let mut all = Moments::default();
            let (mut left, mut right) = (Moments::default(), Moments::default());
            for (position, (y, x)) in rows.iter().enumerate() {
                all.add(*y, *x).unwrap();
                if position < cut { left.add(*y, *x).unwrap() } else { right.add(*y, *x).unwrap() }
            }
            left.merge(&right);
            prop_assert_eq!(left, all);
            let (y, x, both) = naive(&rows);
            let near = |a: f64, b: f64| (a - b).abs() <= 1e-9 * (1.0 + b.abs());
            prop_assert!(near(all.variance().unwrap(), y));
            prop_assert!(near(all.variance_before().unwrap(), x));
            prop_assert!(near(all.covariance().unwrap(), both));
            for (y, x) in &rows {
                all.retract(*y, *x).unwrap();
            }
            prop_assert_eq!(all, Moments::default());
        }
    }

    #[test]
    fn a_small_spread_on_large_numbers_is_not_lost() {
        let mut moments = Moments::default();
        for units in [FURTHEST - 2, FURTHEST - 1, FURTHEST] {
            moments.add(units, -units).unwrap();
        }
        assert_eq!(moments.variance(), Some(1.0));
        assert_eq!(moments.covariance(), Some(-1.0));
        assert_eq!(moments.add(FURTHEST + 1, 0).unwrap_err().code(), Code::Overflow);
        assert_eq!(Moments::default().retract(0, 0).unwrap_err().code(), Code::InvalidArgument);
    }
}
