//! RFM: how recently, how often and for how much, as scores.
//!
//! ```text
//! last purchase, purchases, spend ──cut points──> 1..n each ──> name, 0-100
//!                            quantiles of everybody,
//!                            or fixed
//! ```
//!
//! A score is one more than the number of cut points below the value. So equal
//! values have equal scores, whatever the order of the customers; where many
//! share a value, scores stay empty, and the [`Scores::counts`] show it: no
//! tie is broken by chance to fill a fifth.

use std::cmp::Ordering;
use std::sync::Arc;

use super::cbs::{Cbs, Summary};
use crate::error::{Code, Error, Fault, Text};

/// Recency, frequency and money, in this order everywhere.
pub const AXES: [&str; 3] = ["recency", "frequency", "monetary"];

/// How many scores an axis may have.
const BINS: std::ops::RangeInclusive<u8> = 2..=100;

/// How values become scores.
#[derive(Debug, Clone, PartialEq)]
pub struct Scheme {
    /// Scores go from 1 to this, 2 to 100.
    pub bins: u8,
    /// Where they are cut.
    pub cuts: Cuts,
    /// What counts as money.
    pub money: Money,
    /// How much each axis weighs in the total.
    pub weights: [u32; 3],
    /// Names of combinations; the first that fits holds.
    pub names: Vec<Name>,
}

/// Where scores are cut.
#[derive(Debug, Clone, PartialEq)]
pub enum Cuts {
    /// Into equal parts of the customers.
    Quantiles,
    /// At these values, for each axis ascending, one fewer than scores:
    /// recency in units of time since the last purchase, purchases, money.
    Fixed([Vec<f64>; 3]),
}

/// What counts as money.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Money {
    /// All that was spent.
    Total,
    /// What a purchase brought on average.
    Mean,
}

/// A name for combinations of scores.
#[derive(Debug, Clone, PartialEq)]
pub struct Name {
    /// In data and expressions.
    pub name: Arc<str>,
    /// As shown to people.
    pub text: Text,
    /// The least and the greatest score of each axis.
    pub range: [(u8, u8); 3],
}

/// The scores of everybody, and how they came about.
#[derive(Debug, Clone, PartialEq)]
pub struct Scores {
    /// One for each summary, in the same order; `None` where money is not known.
    pub customers: Vec<Option<Score>>,
    /// The cut points of each axis, ascending: a score is one more than the
    /// number of these that are below the value. Times count backwards: less
    /// is more.
    pub cuts: [Vec<f64>; 3],
    /// How many customers have each score of each axis.
    pub counts: [Vec<u64>; 3],
}

/// One customer's scores.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Score {
    /// From 1 to the number of bins.
    pub axes: [u8; 3],
    /// All three by their weights: 0 to 10,000 hundredths of a point.
    pub total: u16,
    /// The position of the name that fits.
    pub name: Option<u8>,
}

impl Scheme {
    /// So many scores an axis by quantiles, all three of equal weight, with
    /// the eight names that are usual in China: each axis above the middle or
    /// not.
    pub fn quantiles(bins: u8) -> Scheme {
        let (cuts, money) = (Cuts::Quantiles, Money::Total);
        Scheme { bins, cuts, money, weights: [1; 3], names: eight(bins) }
    }

    fn check(&self) -> Result<(), Error> {
        let mut faults = Vec::new();
        if !BINS.contains(&self.bins) {
            faults.push(no_such_bins(self.bins));
        }
        if self.weights == [0; 3] {
            faults.push(no_weight());
        }
        if let Cuts::Fixed(cuts) = &self.cuts {
            for (axis, cuts) in AXES.iter().zip(cuts) {
                let ascend = cuts.windows(2).all(|pair| pair[0] < pair[1]);
                let are_numbers = cuts.iter().all(|cut| cut.is_finite());
                if cuts.len() + 1 != usize::from(self.bins) || !ascend || !are_numbers {
                    faults.push(no_such_cuts(axis, self.bins));
                }
            }
        }
        Error::check(faults)
    }
}

impl Scores {
    /// Scores everybody.
    ///
    /// # Inputs
    ///
    /// Recency is the time from the last purchase to the end, in units; the
    /// frequency counts all purchases, the first included; money is in units
    /// of the currency, all purchases included. Without amounts every monetary
    /// score is missing, and so is every [`Score`].
    ///
    /// # Errors
    ///
    /// `invalid_argument`: fewer than 2 scores or more than 100, no weight at
    /// all, fixed cut points that are not one fewer than scores or do not
    /// ascend.
    ///
    /// # Cost
    ///
    /// That of three sorts.
    ///
    /// # Source
    ///
    /// Quantiles are those of the inverse of the empirical distribution
    /// (Hyndman and Fan 1996, definition 1): always a value that a customer has.
    pub fn new(cbs: &Cbs, scheme: &Scheme) -> Result<Scores, Error> {
        scheme.check()?;
        let values: Vec<Option<[f64; 3]>> =
            cbs.summaries().iter().map(|summary| values(cbs, summary, scheme.money)).collect();
        let cuts = match &scheme.cuts {
            Cuts::Fixed(cuts) => {
                let [recency, frequency, money] = cuts.clone();
                [recency.iter().rev().map(|cut| -cut).collect(), frequency, money]
            }
            Cuts::Quantiles => [0, 1, 2].map(|axis| {
                quantiles(values.iter().flatten().map(|value| value[axis]), scheme.bins)
            }),
        };
        let customers: Vec<Option<Score>> =
            values.into_iter().map(|value| Some(scheme.score(&cuts, value?))).collect();
        let counts = [0, 1, 2].map(|axis| {
            let mut counts = vec![0; usize::from(scheme.bins)];
            for score in customers.iter().flatten() {
                if let Some(count) = counts.get_mut(usize::from(score.axes[axis]) - 1) {
                    *count += 1;
                }
            }
            counts
        });
        Ok(Scores { customers, cuts, counts })
    }
}

impl Scheme {
    fn score(&self, cuts: &[Vec<f64>; 3], values: [f64; 3]) -> Score {
        let axes = [0, 1, 2].map(|axis| {
            let value: f64 = values[axis];
            // Not above `bins`, of which there is one more than cut points.
            1 + cuts[axis].partition_point(|cut| *cut < value) as u8
        });
        let fits = |name: &Name| {
            name.range.iter().zip(axes).all(|((from, to), score)| (*from..=*to).contains(&score))
        };
        let name = self.names.iter().position(fits).and_then(|name| u8::try_from(name).ok());
        Score { axes, total: self.total(axes), name }
    }

    /// Hundredths of a point, a half to the even one.
    fn total(&self, axes: [u8; 3]) -> u16 {
        let weigh = |of: fn(u8, u8) -> u8| -> u64 {
            let weighted = axes.iter().zip(self.weights);
            weighted
                .map(|(score, weight)| u64::from(of(*score, self.bins)) * u64::from(weight))
                .sum()
        };
        let (have, most) = (weigh(|score, _| score - 1) * 10_000, weigh(|_, bins| bins - 1));
        let (whole, rest) = (have / most, have % most);
        let up = match (rest * 2).cmp(&most) {
            Ordering::Greater => true,
            Ordering::Equal => whole % 2 == 1,
            Ordering::Less => false,
        };
        (whole + u64::from(up)) as u16
    }
}

/// More is better on each axis: the time since the last purchase is negative.
fn values(cbs: &Cbs, summary: &Summary, money: Money) -> Option<[f64; 3]> {
    let since = cbs.in_units(f64::from(summary.age - summary.recency));
    let purchases = f64::from(summary.history.purchases());
    let mean = cbs.mean_of_all(summary)?;
    let money = match money {
        Money::Total => cbs.total(summary)?,
        Money::Mean => mean,
    };
    Some([-since, purchases, money])
}

/// The values below which so many parts of all values lie.
fn quantiles(values: impl Iterator<Item = f64>, bins: u8) -> Vec<f64> {
    let mut values: Vec<f64> = values.collect();
    values.sort_unstable_by(f64::total_cmp);
    let n = values.len();
    let at = |part: usize| values.get((part * n).div_ceil(usize::from(bins)).max(1) - 1).copied();
    (1..usize::from(bins)).filter_map(at).collect()
}

/// Each axis above the middle or not, by the names that are usual in China.
fn eight(bins: u8) -> Vec<Name> {
    let names = [
        ("champions", "champions", "重要价值客户", [true, true, true]),
        ("to_develop", "important to develop", "重要发展客户", [true, false, true]),
        ("to_keep", "important to keep", "重要保持客户", [false, true, true]),
        ("to_win_back", "important to win back", "重要挽留客户", [false, false, true]),
        ("regular", "regular, small spend", "一般价值客户", [true, true, false]),
        ("recent", "recent, small spend", "一般发展客户", [true, false, false]),
        ("fading", "fading, small spend", "一般保持客户", [false, true, false]),
        ("lapsed", "lapsed, small spend", "一般挽留客户", [false, false, false]),
    ];
    let middle = bins.div_ceil(2);
    names
        .into_iter()
        .map(|(name, en, zh, high)| Name {
            name: name.into(),
            text: Text::new(en, zh),
            range: high.map(|high| if high { (middle + 1, bins) } else { (1, middle) }),
        })
        .collect()
}

fn no_such_bins(bins: u8) -> Fault {
    Fault::new(
        Code::InvalidArgument,
        format!("scores cannot go from 1 to {bins}"),
        format!("分值不能为 1 至 {bins}"),
    )
    .hint("2 to 100 scores, mostly 5", "分值个数应为 2 至 100，通常为 5")
}

fn no_weight() -> Fault {
    Fault::new(
        Code::InvalidArgument,
        "recency, frequency and money all weigh nothing",
        "远近、频次与金额的权重都为 0",
    )
    .hint("give one of them a weight", "请至少为其中一项设置权重")
}

fn no_such_cuts(axis: &str, bins: u8) -> Fault {
    let needed = bins.saturating_sub(1);
    Fault::new(
        Code::InvalidArgument,
        format!("the cut points of {axis} must be {needed} ascending numbers"),
        format!("{axis} 的分界点应为 {needed} 个递增的数"),
    )
    .at(axis)
    .hint("one fewer than scores, each above the one before", "比分值个数少一个，且逐个递增")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn scheme(bins: u8, weights: [u32; 3]) -> Scheme {
        Scheme { weights, ..Scheme::quantiles(bins) }
    }

    #[test]
    fn cut_points_are_values_that_somebody_has() {
        let all = [5.0, 1.0, 4.0, 2.0, 3.0, 0.0, 0.0, 0.0, 0.0, 0.0];
        assert_eq!(quantiles(all.into_iter(), 5), [0.0, 0.0, 1.0, 3.0]);
        assert_eq!(quantiles([7.0].into_iter(), 3), [7.0, 7.0]);
        assert_eq!(quantiles([].into_iter(), 3), [0.0; 0]);
    }

    #[test]
    fn a_score_is_one_more_than_the_cut_points_below() {
        let scheme = scheme(5, [1, 2, 1]);
        let cuts = [vec![-40.0, -30.0, -20.0, -10.0], vec![1.0, 1.0, 1.0, 3.0], vec![1.0; 4]];
        let score = scheme.score(&cuts, [-10.0, 2.0, 1.0]);
        assert_eq!(score.axes, [4, 4, 1]);
        // (3 + 2 * 3 + 0) / (4 + 2 * 4 + 4) of 100 points.
        assert_eq!(score.total, 5625);
        let name = score.name.map(|name| &*scheme.names[usize::from(name)].name);
        assert_eq!(name, Some("regular"));
    }

    #[test]
    fn half_a_hundredth_goes_to_the_even_one() {
        // One of 32 steps is 3.125 points, five are 15.625.
        let scheme = scheme(33, [1, 0, 0]);
        assert_eq!(scheme.total([2, 1, 1]), 312);
        assert_eq!(scheme.total([6, 1, 1]), 1562);
        assert_eq!(scheme.total([33, 33, 33]), 10_000);
    }

    #[test]
    fn a_scheme_that_cannot_score_is_told_whole() {
        let cuts = [vec![1.0], vec![2.0, 1.0], vec![0.0, f64::NAN]];
        let bad = Scheme { cuts: Cuts::Fixed(cuts), ..scheme(3, [0; 3]) };
        let faults = bad.check().err().map(Error::into_faults).unwrap_or_default();
        let places: Vec<_> = faults.iter().map(|fault| fault.pointer.as_deref()).collect();
        assert_eq!(places, [None, Some("recency"), Some("frequency"), Some("monetary")]);
        assert!(scheme(1, [1; 3]).check().is_err());
    }

    #[test]
    fn the_eight_names_leave_nobody_out() {
        for bins in [2, 3, 4, 5, 10] {
            let scheme = scheme(bins, [1; 3]);
            for r in 1..=bins {
                for (f, m) in (1..=bins).flat_map(|f| (1..=bins).map(move |m| (f, m))) {
                    let fits = |name: &&Name| {
                        let scores = [r, f, m];
                        name.range.iter().zip(scores).all(|((a, b), s)| (*a..=*b).contains(&s))
                    };
                    assert_eq!(scheme.names.iter().filter(fits).count(), 1, "{bins} {r} {f} {m}");
                }
            }
        }
    }

    proptest! {
        #[test]
        fn more_is_never_less(values in prop::collection::vec(-5i8..20, 1..60), bins in 2u8..12) {
            let values: Vec<f64> = values.into_iter().map(f64::from).collect();
            let cuts = quantiles(values.iter().copied(), bins);
            let score = |value: f64| 1 + cuts.partition_point(|cut| *cut < value);
            prop_assert_eq!(cuts.len() + 1, usize::from(bins));
            for a in &values {
                prop_assert!(score(*a) <= usize::from(bins));
                for b in &values {
                    prop_assert!(a > b || score(*a) <= score(*b));
                }
            }
            // No more than its part of the customers is above a cut point.
            for (part, cut) in (1..).zip(&cuts) {
                let below = values.iter().filter(|value| *value <= cut).count();
                prop_assert!(part * values.len() <= below * usize::from(bins));
            }
        }
    }
}
