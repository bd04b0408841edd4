//! The whale curve (鲸鱼曲线): what customers earn us, added up from the most
//! profitable one to the one that costs most.
//!
//! ```text
//! profit        peak: all who earn anything
//!  150 % ┤      ╭───────────╮
//!        │    ╭─╯            ╰──╮  losses take it back
//!  100 % ┤  ╭─╯                 ╰── total
//!        └──┴──────────────────────> customers, the best first
//! ```
//!
//! # Source
//!
//! Kaplan and Narayanan (2001), "Measuring and managing customer
//! profitability", Journal of Cost Management 15.

use serde::Serialize;

/// A point of the curve.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Point {
    /// So many customers, the best first.
    pub customers: u64,
    /// What they earn us together.
    pub profit: i128,
}

/// The curve, and what it is read for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Whale {
    /// Points at equal steps of customers, the first one at none, the last one
    /// at all.
    pub points: Vec<Point>,
    /// The total: the last point.
    pub all: Point,
    /// Where it is highest: all customers who earn us something.
    pub peak: Point,
    /// The fewest customers who earn us as much as all do together; `None` where
    /// that is nothing or less.
    pub whole: Option<Point>,
    /// Customers who cost more than they earn, and what they lose us.
    pub losers: Point,
}

/// More points than a picture has.
const MOST_STEPS: u64 = 10_000;

/// The curve of these profits.
///
/// # Inputs
///
/// A profit for each customer, in any order and one unit of money; `steps`: how
/// many points there are after the first, from 1 to 10,000. Where they do not
/// divide the customers, a point has those of whom a part would be in.
///
/// # Output
///
/// Exact sums, the same for any order of customers.
///
/// # Cost
///
/// A sort.
///
/// ```
/// use guanxi::value::whale::curve;
/// let whale = curve(&[50, -40, 90, 0, -20], 5);
/// let profits: Vec<i128> = whale.points.iter().map(|point| point.profit).collect();
/// assert_eq!(profits, [0, 90, 140, 140, 120, 80]);
/// assert_eq!((whale.peak.customers, whale.peak.share_of(&whale.all)), (2, Some(17_500)));
/// assert_eq!(whale.whole.map(|point| point.customers), Some(1));
/// assert_eq!((whale.losers.customers, whale.losers.profit), (2, -60));
/// ```
pub fn curve(profits: &[i64], steps: u64) -> Whale {
    let mut sorted = profits.to_vec();
    sorted.sort_unstable_by(|one, other| other.cmp(one));
    let (count, steps) = (sorted.len() as u64, steps.clamp(1, MOST_STEPS));
    let total: i128 = sorted.iter().copied().map(i128::from).sum();
    let start = Point { customers: 0, profit: 0 };
    let (mut here, mut peak, mut whole, mut points) = (start, start, None, vec![start]);
    let mut step = 1;
    for profit in sorted {
        here = Point { customers: here.customers + 1, profit: here.profit + i128::from(profit) };
        if profit > 0 {
            peak = here;
        }
        if whole.is_none() && total > 0 && here.profit >= total {
            whole = Some(here);
        }
        // A step ends with the customer who completes its share: several may end
        // with one where there are more steps than customers.
        while step <= steps && reaches(here.customers, step, count, steps) {
            points.push(here);
            step += 1;
        }
    }
    points.resize(steps as usize + 1, start);
    let losing = profits.iter().filter(|profit| **profit < 0);
    let losers = losing.fold(start, |sum, profit| Point {
        customers: sum.customers + 1,
        profit: sum.profit + i128::from(*profit),
    });
    Whale { points, all: here, peak, whole, losers }
}

/// Whether so many customers are the share `step / steps` of all, or more.
fn reaches(customers: u64, step: u64, count: u64, steps: u64) -> bool {
    u128::from(customers) * u128::from(steps) >= u128::from(step) * u128::from(count)
}

impl Point {
    /// The profit as a share of another's, in ten-thousandths, halves to the even
    /// one; `None` where that is of nothing or less.
    pub fn share_of(&self, all: &Point) -> Option<i64> {
        let share = (all.profit > 0).then(|| super::money::ratio(self.profit, 10_000, all.profit));
        share.flatten().and_then(|share| i64::try_from(share).ok())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_curve_is_what_adding_up_gives(
            mut profits in prop::collection::vec(-1_000_i64..2_000, 0..60), steps in 1_u64..25,
        ) {
            let whale = curve(&profits, steps);
            profits.reverse();
            prop_assert_eq!(&curve(&profits, steps), &whale);
            let mut sorted = profits.clone();
            sorted.sort_unstable();
            sorted.reverse();
            let up_to = |n: usize| sorted[..n].iter().copied().map(i128::from).sum::<i128>();
            prop_assert_eq!(whale.points.len() as u64, steps + 1);
            for (step, point) in whale.points.iter().enumerate() {
                let share = (step * sorted.len()).div_ceil(steps as usize);
                prop_assert_eq!((point.customers, point.profit), (share as u64, up_to(share)));
            }
            let all: i128 = sorted.iter().copied().map(i128::from).sum();
            prop_assert_eq!(whale.points.last(), Some(&whale.all));
            prop_assert_eq!(whale.all.profit, all);
            // The top, and the losses that lead down from it.
            prop_assert_eq!(whale.peak.profit, (0..=sorted.len()).map(up_to).max().unwrap());
            prop_assert_eq!(whale.peak.profit + whale.losers.profit, all);
            let first = (1..=sorted.len()).find(|n| up_to(*n) >= all).filter(|_| all > 0);
            prop_assert_eq!(whale.whole.map(|point| point.customers as usize), first);
        }
    }

    #[test]
    fn nobody_has_a_curve_of_nothing() {
        let whale = curve(&[], 10);
        let nothing = Point { customers: 0, profit: 0 };
        assert_eq!((whale.points.len(), whale.all, whale.whole), (11, nothing, None));
        assert_eq!(whale.peak.share_of(&whale.all), None);
        // Sums beyond 64 bits.
        let rich = curve(&[i64::MAX, i64::MAX, i64::MIN], 3);
        assert_eq!(rich.peak.profit, 2 * i128::from(i64::MAX));
    }
}
