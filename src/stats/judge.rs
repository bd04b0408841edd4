//! How good forecasts were, once it is known what happened.
//!
//! ```text
//! forecast, actual, weight ──Judge──┬─> bias, MAE, RMSE, WAPE     how far off
//!                                   ├─> Gini, AUC, groups          is the order right
//!                                   └─> Brier, bins                are chances as often true as said
//! ```
//!
//! Equal forecasts are never put in an order: whatever depends on one takes
//! those who share a forecast as all having the mean of what happened to them.
//! So nothing depends on the order of the pairs, and a weight of three is three
//! equal pairs, to the bit.
//!
//! # Sources
//!
//! * Kolassa and Schütz (2007), "Advantages of the MAD/mean ratio over the
//!   MAPE", Foresight 6: WAPE, which stands customers who bought nothing.
//! * Wang, Liu and Miao (2019), "A deep probabilistic model for customer
//!   lifetime value prediction", section 5.2: the normalised Gini coefficient
//!   and the chart by deciles.
//! * Hanley and McNeil (1982), "The meaning and use of the area under a receiver
//!   operating characteristic (ROC) curve", Radiology 143, table II: the area
//!   with ties, and its standard error.
//! * Brier (1950), "Verification of forecasts expressed in terms of
//!   probability", Monthly Weather Review 78; Murphy (1973), "A new vector
//!   partition of the probability score", J. Appl. Meteorology 12: the score
//!   beside that of always saying the base rate.

use super::sum::Sum;

/// A forecast, and what happened.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pair {
    /// What was foretold: a number of purchases, a probability.
    pub forecast: f64,
    /// What came; where it is about yes and no, 1 and 0.
    pub actual: f64,
    /// For how many customers this stands.
    pub weight: u64,
}

/// Forecasts of many customers beside what happened.
#[derive(Debug, Clone, PartialEq)]
pub struct Judge {
    /// Distinct, the highest forecast first.
    pairs: Vec<Pair>,
    weight: u64,
}

/// Customers whose forecasts are next to each other.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Group {
    /// How many they are.
    pub weight: u64,
    /// The lowest and the highest forecast.
    pub range: (f64, f64),
    /// The mean of what was foretold.
    pub forecast: f64,
    /// The mean of what came.
    pub actual: f64,
}

/// A number with its standard error.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Measured {
    /// The number.
    pub value: f64,
    /// The standard error.
    pub error: f64,
}

impl Measured {
    /// Whether it is more than chance that this is not zero, with 95 %
    /// confidence.
    pub fn is_clear(&self) -> bool {
        self.value.abs() > 1.959_963_984_540_054 * self.error
    }
}

impl Judge {
    /// Prepares pairs for being judged; `None` where there are none, where a
    /// number is not finite, and beyond 2^64 customers.
    ///
    /// # Cost
    ///
    /// A sort of the pairs; each measure is then one pass.
    ///
    /// ```
    /// use guanxi::stats::{Judge, Pair};
    ///
    /// let pair = |forecast, actual| Pair { forecast, actual, weight: 1 };
    /// let judge = Judge::of(&[pair(2.0, 3.0), pair(0.5, 0.0), pair(0.5, 1.0)]).unwrap();
    /// assert_eq!((judge.bias(), judge.wape()), (-1.0 / 3.0, Some(0.5)));
    /// assert_eq!(judge.auc().map(|area| area.value), Some(0.75));
    /// ```
    pub fn of(pairs: &[Pair]) -> Option<Judge> {
        let finite = |pair: &Pair| pair.forecast.is_finite() && pair.actual.is_finite();
        if !pairs.iter().all(finite) {
            return None;
        }
        let mut sorted: Vec<Pair> = pairs
            .iter()
            .filter(|pair| pair.weight > 0)
            // One spelling of zero.
            .map(|pair| Pair { forecast: pair.forecast + 0.0, actual: pair.actual + 0.0, ..*pair })
            .collect();
        sorted.sort_unstable_by(|a, b| {
            b.forecast.total_cmp(&a.forecast).then(b.actual.total_cmp(&a.actual))
        });
        let weight = sorted.iter().try_fold(0_u64, |sum, pair| sum.checked_add(pair.weight))?;
        sorted.dedup_by(|next, kept| {
            let same = next.forecast == kept.forecast && next.actual == kept.actual;
            if same {
                kept.weight += next.weight;
            }
            same
        });
        (weight > 0).then_some(Judge { pairs: sorted, weight })
    }

    /// How many customers there are.
    pub fn weight(&self) -> u64 {
        self.weight
    }

    fn total(&self, of: impl Fn(&Pair) -> f64) -> f64 {
        self.pairs.iter().map(|pair| pair.weight as f64 * of(pair)).collect::<Sum>().total()
    }

    fn mean(&self, of: impl Fn(&Pair) -> f64) -> f64 {
        self.total(of) / self.weight as f64
    }

    /// The sum of all forecasts.
    pub fn forecast(&self) -> f64 {
        self.total(|pair| pair.forecast)
    }

    /// The sum of what happened.
    pub fn actual(&self) -> f64 {
        self.total(|pair| pair.actual)
    }

    /// By how much a forecast was too high on average.
    pub fn bias(&self) -> f64 {
        self.mean(|pair| pair.forecast - pair.actual)
    }

    /// The mean absolute error.
    pub fn mae(&self) -> f64 {
        self.mean(|pair| (pair.forecast - pair.actual).abs())
    }

    /// The root of the mean squared error.
    pub fn rmse(&self) -> f64 {
        libm::sqrt(self.mean(|pair| (pair.forecast - pair.actual) * (pair.forecast - pair.actual)))
    }

    /// The sum of absolute errors over what happened in all; `None` where
    /// nothing did.
    pub fn wape(&self) -> Option<f64> {
        let actual = self.actual();
        (actual > 0.0).then(|| self.total(|pair| (pair.forecast - pair.actual).abs()) / actual)
    }

    /// Those with one forecast, the highest first.
    fn ties(&self) -> impl Iterator<Item = Tie> {
        self.pairs.chunk_by(|a, b| a.forecast == b.forecast).map(|pairs| Tie {
            forecast: pairs.first().map_or(0.0, |pair| pair.forecast),
            // Below the weight of all, which fits.
            weight: pairs.iter().map(|pair| pair.weight).sum(),
            actual: pairs
                .iter()
                .map(|pair| pair.weight as f64 * pair.actual)
                .collect::<Sum>()
                .total(),
            hits: pairs.iter().filter(|pair| pair.actual > 0.0).map(|pair| pair.weight).sum(),
        })
    }

    /// How much of what happened came from those of whom most was foretold: 1
    /// for the best order there is, 0 for none, negative for a wrong one. It is
    /// the Gini coefficient over that of the best order; for yes and no it is
    /// twice the [area](Judge::auc) less one. `None` where nothing happened, or
    /// the same to everybody.
    pub fn gini(&self) -> Option<f64> {
        let best: Vec<Pair> =
            self.pairs.iter().map(|pair| Pair { forecast: pair.actual, ..*pair }).collect();
        let best = Judge::of(&best)?.concentration()?;
        (best > 0.0).then_some(self.concentration()? / best)
    }

    /// Twice the area between the curve of what is reached by those foretold
    /// highest and the diagonal.
    fn concentration(&self) -> Option<f64> {
        let (mut reached, mut area) = (Sum::default(), Sum::default());
        for tie in self.ties() {
            let before = reached.total();
            reached.add(tie.actual);
            area.add(tie.weight as f64 * (before + reached.total()));
        }
        let all = reached.total();
        (all > 0.0).then(|| area.total() / (self.weight as f64 * all) - 1.0)
    }

    /// How likely it is that of two customers, one to whom it happened
    /// (`actual` above 0) and one to whom not, the first had the higher
    /// forecast; equal ones count half. `None` where there is only one sort.
    pub fn auc(&self) -> Option<Measured> {
        let hits: u64 = self.ties().map(|tie| tie.hits).sum();
        let misses = self.weight - hits;
        if hits == 0 || misses == 0 {
            return None;
        }
        let (yes, no) = (hits as f64, misses as f64);
        let (mut above, mut passed) = (0_u64, 0_u64);
        let mut twice = 0_u128;
        let (mut both_above, mut both_below) = (Sum::default(), Sum::default());
        for tie in self.ties() {
            let (hit, miss) = (tie.hits, tie.weight - tie.hits);
            let below = misses - passed - miss;
            twice += u128::from(hit) * (2 * u128::from(below) + u128::from(miss));
            both_above.add(miss as f64 * squares(above as f64, hit as f64));
            both_below.add(hit as f64 * squares(below as f64, miss as f64));
            above += hit;
            passed += miss;
        }
        let value = twice as f64 / (2.0 * yes * no);
        let (q1, q2) =
            (both_above.total() / (no * yes * yes), both_below.total() / (yes * no * no));
        let square = value * value;
        let spread =
            value * (1.0 - value) + (yes - 1.0) * (q1 - square) + (no - 1.0) * (q2 - square);
        Some(Measured { value, error: libm::sqrt((spread / (yes * no)).max(0.0)) })
    }

    /// The mean of the squared difference between a probability and what
    /// happened, 1 or 0.
    pub fn brier(&self) -> f64 {
        self.mean(|pair| (pair.forecast - pair.actual) * (pair.forecast - pair.actual))
    }

    /// By which share the [score](Judge::brier) is better than that of always
    /// saying how often it happens; `None` where it always does, or never.
    pub fn skill(&self) -> Option<f64> {
        let rate = self.actual() / self.weight as f64;
        let base = rate * (1.0 - rate);
        (base > 0.0).then(|| 1.0 - self.brier() / base)
    }

    /// So many groups of equal size, the highest forecasts first, as in a chart
    /// by deciles. Who shares a forecast is spread over groups evenly.
    ///
    /// A group holds whole customers: where they do not divide, sizes differ by
    /// one.
    pub fn groups(&self, count: u32) -> Vec<Group> {
        let count = u64::from(count.max(1)).min(self.weight);
        let end =
            |group: u64| (u128::from(group) * u128::from(self.weight) / u128::from(count)) as u64;
        let mut out: Vec<Group> = Vec::new();
        let mut parts: Vec<(Tie, u64)> = Vec::new();
        let (mut seen, mut group) = (0, 1);
        for tie in self.ties() {
            let mut left = tie.weight;
            while left > 0 {
                let taken = left.min(end(group) - seen);
                parts.push((tie, taken));
                left -= taken;
                seen += taken;
                if seen == end(group) {
                    out.extend(grouped(&parts));
                    parts.clear();
                    group += 1;
                }
            }
        }
        out
    }

    /// So many bins of nearly equal size at most, the lowest forecasts first,
    /// as in a reliability diagram. Who shares a forecast shares a bin.
    pub fn bins(&self, count: u32) -> Vec<Group> {
        let count = u128::from(count.max(1));
        let mut out: Vec<Group> = Vec::new();
        let mut parts: Vec<(Tie, u64)> = Vec::new();
        let (mut seen, mut full) = (0_u64, 0_u128);
        let mut ties: Vec<Tie> = self.ties().collect();
        ties.reverse();
        for tie in ties {
            parts.push((tie, tie.weight));
            seen += tie.weight;
            let reached = u128::from(seen) * count / u128::from(self.weight);
            if reached > full {
                full = reached;
                out.extend(grouped(&parts));
                parts.clear();
            }
        }
        out.extend(grouped(&parts));
        out
    }

    /// How far chances are from how often they came true: the mean, over
    /// customers, of the gap in their [bin](Judge::bins).
    pub fn miscalibration(&self, bins: u32) -> f64 {
        let bins = self.bins(bins);
        let gaps = bins.iter().map(|bin| bin.weight as f64 * (bin.forecast - bin.actual).abs());
        gaps.collect::<Sum>().total() / self.weight as f64
    }
}

/// Customers with one forecast.
#[derive(Debug, Clone, Copy)]
struct Tie {
    forecast: f64,
    weight: u64,
    /// What happened to all of them.
    actual: f64,
    /// To how many of them something did.
    hits: u64,
}

/// Ordered pairs of `above + equal` where equal ones count as the area of a
/// corner.
fn squares(above: f64, equal: f64) -> f64 {
    above * above + above * equal + equal * equal / 3.0
}

/// Ties, with how many of each are taken.
fn grouped(parts: &[(Tie, u64)]) -> Option<Group> {
    let weight: u64 = parts.iter().map(|(_, taken)| taken).sum();
    let mean = |of: fn(&Tie) -> f64| {
        let terms = parts.iter().map(|(tie, taken)| *taken as f64 * of(tie));
        terms.collect::<Sum>().total() / weight as f64
    };
    let (first, last) = (parts.first()?.0.forecast, parts.last()?.0.forecast);
    Some(Group {
        weight,
        range: (first.min(last), first.max(last)),
        forecast: mean(|tie| tie.forecast),
        actual: mean(|tie| tie.actual / tie.weight as f64),
    })
}

/// The mean of numbers with how many customers each is of, and its standard
/// error: of the differences between the errors of two forecasts, it says which
/// is better, and whether by more than chance. `None` with fewer than two
/// customers.
///
/// ```
/// use guanxi::stats::mean_of;
/// let better = mean_of(&[(0.5, 3), (-0.5, 1)]).unwrap();
/// assert_eq!((better.value, better.error), (0.25, 0.25));
/// assert!(!better.is_clear());
/// ```
pub fn mean_of(terms: &[(f64, u64)]) -> Option<Measured> {
    let pairs: Vec<Pair> =
        terms.iter().map(|&(actual, weight)| Pair { forecast: 0.0, actual, weight }).collect();
    let judge = Judge::of(&pairs)?;
    let rest = judge.weight.checked_sub(1).filter(|rest| *rest > 0)? as f64;
    let value = judge.mean(|pair| pair.actual);
    let square = judge.mean(|pair| (pair.actual - value) * (pair.actual - value));
    Some(Measured { value, error: libm::sqrt(square / rest) })
}

#[cfg(test)]
mod tests;
