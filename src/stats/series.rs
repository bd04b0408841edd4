//! Series over periods: what carries over from one to the next, and whether one
//! series goes before another.
//!
//! Two series that each carry over go together by chance far more often than
//! tables say: of two that have nothing to do with each other, each keeping
//! four fifths from month to month, three years show a "relation" in three
//! cases of ten, and in six if one looks at seven leads. So what carries over
//! is taken off first.
//!
//! # Sources
//!
//! * Kendall (1954), "Note on bias in the estimation of autocorrelation",
//!   Biometrika 41 (the correction).
//! * Haugh (1976), "Checking the independence of two covariance-stationary time
//!   series", JASA 71 (pre-whitening both).
//! * Fisher (1921), "On the 'probable error' of a coefficient of correlation
//!   deduced from a small sample", Metron 1.
//! * Šidák (1967), "Rectangular confidence regions for the means of multivariate
//!   normal distributions", JASA 62.

use super::sum::Sum;
use super::tail::{normal_above, normal_at};

/// A series keeps no more than this of its last value: one that does is a
/// random walk, and its changes are looked at.
const MOST_KEPT: f64 = 0.95;

/// What a series keeps of its last value, from pairs of neighbours; 0 where
/// nothing varies. Corrected for the fact that short series seem to keep less.
pub fn kept(series: &[Option<f64>]) -> f64 {
    let pairs: Vec<(f64, f64)> =
        series.windows(2).filter_map(|pair| Some((pair[0]?, pair[1]?))).collect();
    let Some(found) = correlation(&pairs) else { return 0.0 };
    let n = pairs.len() as f64 + 1.0;
    (found + (1.0 + 3.0 * found) / n).clamp(-MOST_KEPT, MOST_KEPT)
}

/// What is new in each period: the value less what was kept of the one before.
pub fn news(series: &[Option<f64>]) -> Vec<Option<f64>> {
    let kept = kept(series);
    let first = std::iter::once(None).take(series.len().min(1));
    first.chain(series.windows(2).map(|pair| Some(pair[1]? - kept * pair[0]?))).collect()
}

/// How two go together; `None` where either does not vary, or there are fewer
/// than three.
pub fn correlation(pairs: &[(f64, f64)]) -> Option<f64> {
    let n = pairs.len() as f64;
    if pairs.len() < 3 {
        return None;
    }
    let mean = |of: fn(&(f64, f64)) -> f64| pairs.iter().map(of).collect::<Sum>().total() / n;
    let (x, y) = (mean(|pair| pair.0), mean(|pair| pair.1));
    let sum = |of: &dyn Fn(f64, f64) -> f64| {
        pairs.iter().map(|pair| of(pair.0 - x, pair.1 - y)).collect::<Sum>().total()
    };
    let (xx, yy) = (sum(&|x, _| x * x), sum(&|_, y| y * y));
    let is_flat = |spread: f64, mean: f64| spread.is_nan() || spread <= n * mean * mean * 1e-24;
    if is_flat(xx, x) || is_flat(yy, y) {
        return None;
    }
    Some((sum(&|x, y| x * y) / libm::sqrt(xx * yy)).clamp(-1.0, 1.0))
}

/// How the ranks of two go together (Spearman): equal values share their rank.
pub fn rank_correlation(pairs: &[(f64, f64)]) -> Option<f64> {
    let ranks = |of: fn(&(f64, f64)) -> f64| {
        let mut order: Vec<usize> = (0..pairs.len()).collect();
        let value = |at: usize| pairs.get(at).map_or(0.0, of);
        order.sort_by(|a, b| value(*a).total_cmp(&value(*b)));
        let mut ranks = vec![0.0; pairs.len()];
        let mut from = 0;
        while let Some(first) = order.get(from) {
            let same =
                order.iter().skip(from).take_while(|at| value(**at) == value(*first)).count();
            for at in order.iter().skip(from).take(same) {
                if let Some(rank) = ranks.get_mut(*at) {
                    *rank = from as f64 + (same as f64 - 1.0) / 2.0;
                }
            }
            from += same;
        }
        ranks
    };
    let both: Vec<(f64, f64)> = ranks(|it| it.0).into_iter().zip(ranks(|it| it.1)).collect();
    correlation(&both)
}

/// How far a correlation of `n` pairs may be off, on the scale on which it is
/// normal: its own value there, and the standard error.
pub fn fisher(r: f64, n: usize) -> Option<(f64, f64)> {
    let bounded = r.clamp(-0.999_999_999, 0.999_999_999);
    (n > 3).then(|| (libm::atanh(bounded), 1.0 / libm::sqrt(n as f64 - 3.0)))
}

/// Whether one series goes before another.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Lead {
    /// By how many periods the first goes before the second.
    pub periods: usize,
    /// How what is new in both goes together at that distance.
    pub r: f64,
    /// Pairs that were seen.
    pub n: usize,
    /// How often chance alone goes as far at any of the distances.
    pub p: f64,
    /// Of a true relation of 0.5 at one distance, how often this would find it.
    pub power: f64,
}

/// At which distance of 0 to `most` periods the first series goes before the
/// second the most clearly; `None` where nothing varies or too little was seen.
///
/// ```
/// use guanxi::stats::lead;
/// let first: Vec<Option<f64>> = (0..60).map(|t| Some(f64::from(t * 7919 % 101))).collect();
/// let second: Vec<Option<f64>> = (0..60).map(|t| first.get(t - 2usize.min(t)).copied()?).collect();
/// let found = lead(&first, &second, 6).unwrap();
/// assert!(found.periods == 2 && found.r > 0.95 && found.p < 1e-6);
/// ```
pub fn lead(first: &[Option<f64>], second: &[Option<f64>], most: usize) -> Option<Lead> {
    let (first, second) = (news(first), news(second));
    let looks = (most + 1) as f64;
    let mut best: Option<Lead> = None;
    for periods in 0..=most {
        let pairs = paired(&first, &second, periods);
        let (Some(r), Some((z, error))) =
            (correlation(&pairs), correlation(&pairs).and_then(|r| fisher(r, pairs.len())))
        else {
            continue;
        };
        let alone = 2.0 * normal_above(z.abs() / error);
        let p = -libm::expm1(looks * libm::log1p(-alone.min(1.0 - 1e-16)));
        let found = Lead { periods, r, n: pairs.len(), p, power: power(0.5, pairs.len(), most) };
        if best.is_none_or(|best| p < best.p) {
            best = Some(found);
        }
    }
    best
}

/// What is new in the first so many periods before what is new in the second.
pub fn paired(first: &[Option<f64>], second: &[Option<f64>], periods: usize) -> Vec<(f64, f64)> {
    let later = second.iter().skip(periods);
    first.iter().zip(later).filter_map(|(a, b)| Some(((*a)?, (*b)?))).collect()
}

/// How often a true relation `r` is found among `n` pairs, at the level 0.05
/// over 0 to `most` periods.
pub fn power(r: f64, n: usize, most: usize) -> f64 {
    let Some((z, error)) = fisher(r, n) else { return 0.0 };
    let alone = -libm::expm1(libm::log1p(-0.05) / (most + 1) as f64);
    normal_above(normal_at(alone / 2.0) - z.abs() / error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranks_of_equal_values_are_equal() {
        let pairs = [(1.0, 10.0), (2.0, 20.0), (2.0, 20.0), (9.0, 21.0)];
        assert_eq!(rank_correlation(&pairs), Some(1.0));
        let turned: Vec<(f64, f64)> = pairs.iter().map(|(x, y)| (-x, *y)).collect();
        assert_eq!(rank_correlation(&turned), Some(-1.0));
        assert_eq!(rank_correlation(&[(1.0, 3.0); 5]), None);
    }

    #[test]
    fn the_power_is_that_of_the_published_table() {
        // Best of seven leads, a true relation of 0.5: 33 % of 24 months, 60 % of 36,
        // 90 % of 60, by simulation. One month is the first, and a lead of three takes
        // three.
        for (months, wanted) in [(24, 0.33), (36, 0.60), (60, 0.90), (120, 1.0)] {
            let power = power(0.5, months - 4, 6);
            assert!((power - wanted).abs() < 0.05, "{months}: {power}");
        }
    }

    #[test]
    fn unrelated_series_that_carry_over_are_rarely_related() {
        let mut state = 7_u64;
        let mut noise = || {
            let mut sum = -6.0;
            for _ in 0..12 {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                sum += (state >> 40) as f64 / (1_u64 << 24) as f64;
            }
            sum
        };
        let mut walk = |kept: f64| {
            let mut at = 0.0;
            let all: Vec<Option<f64>> = (0..56)
                .map(|_| {
                    at = kept * at + noise();
                    Some(at)
                })
                .collect();
            all[20..].to_vec()
        };
        let rounds = 1_000;
        let mut claimed = 0;
        for _ in 0..rounds {
            let (first, second) = (walk(0.8), walk(0.8));
            claimed += u32::from(lead(&first, &second, 6).unwrap().p < 0.05);
        }
        assert!((20..90).contains(&claimed), "{claimed} of {rounds}");
    }
}
