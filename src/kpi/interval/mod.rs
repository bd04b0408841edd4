//! How far off a measured value may be.
//!
//! ```text
//! yes or no of n            Wilson; Clopper and Pearson on request
//! mean, sum of customers    Student's t over customers
//! ratio of two sums         delta method over customers
//! events per exposure       exact Poisson; wider where customers cluster them
//! median, quantile          order statistics
//! how long it lasts         Kaplan and Meier, Greenwood on log(-log)
//! ```
//!
//! # What is promised
//!
//! * Customers are what is drawn by chance, not their orders: who orders ten
//!   times is one customer.
//! * What cannot be measured has a reason ([`Missing`]); what can, but is shaky,
//!   has cautions, and its value all the same.
//!
//! # Sources
//!
//! * Wilson (1927), "Probable inference, the law of succession, and statistical
//!   inference", JASA 22; Clopper and Pearson (1934), Biometrika 26.
//! * Cochran (1977), "Sampling techniques", eq. 6.13 (ratio by customers).
//! * Garwood (1936), "Fiducial limits for the Poisson distribution", Biometrika
//!   28; McCullagh and Nelder (1989), section 6.2.3 (dispersion).
//! * David and Nagaraja (2003), "Order statistics", section 7.1.
//! * Brookmeyer and Crowley (1982), "A confidence interval for the median
//!   survival time", Biometrics 38.

mod report;

use crate::kpi::Moments;
use crate::stats::{Curve, beta_at, beta_below, gamma_at, normal_at, t_at};
pub use report::{Caution, Measured, Missing, Reading};

/// Customers below which a mean or share is called small.
const FEW: u64 = 30;

/// Of those who did and of those who did not.
const FEW_OF_EACH: u64 = 5;

/// Events, for a rate.
const FEW_EVENTS: u64 = 10;

/// Values, for a quantile.
const FEW_VALUES: usize = 20;

/// The share of a sum that one customer may have.
const DOMINANT: f64 = 0.2;

/// How far off the mean of a denominator may be, as a share of it.
const SHAKY: f64 = 0.3;

/// A share: `hits` of `n`.
///
/// `level` is how often the interval may miss, 0.05 say, here as everywhere
/// below. `exact`: Clopper and Pearson, which misses less often than that.
///
/// ```
/// use guanxi::kpi::measured_share;
/// let told = measured_share(12, 60, 0.05, false).expect("there is something to divide by");
/// assert_eq!(told.value, 0.2);
/// assert!((told.low.unwrap() - 0.1183).abs() < 1e-4 && (told.high.unwrap() - 0.3178).abs() < 1e-4);
/// ```
pub fn measured_share(hits: u64, n: u64, level: f64, exact: bool) -> Reading {
    if n == 0 || hits > n {
        return Err(Missing::NoDenominator);
    }
    let (k, all) = (hits as f64, n as f64);
    let value = k / all;
    let (low, high) = if exact {
        let low = if hits == 0 { 0.0 } else { beta_at(level / 2.0, k, all - k + 1.0) };
        let high = if hits == n { 1.0 } else { beta_at(1.0 - level / 2.0, k + 1.0, all - k) };
        (low, high)
    } else {
        let z = normal_at(level / 2.0);
        let square = z * z;
        let middle = (k + square / 2.0) / (all + square);
        let off = z / (all + square) * libm::sqrt(k * (all - k) / all + square / 4.0);
        // Rounding must not leave the value out at the very ends.
        ((middle - off).max(0.0).min(value), (middle + off).min(1.0).max(value))
    };
    let mut told = Measured::new(value, n, if exact { "clopper_pearson" } else { "wilson" });
    (told.low, told.high) = (Some(low), Some(high));
    if n < FEW || hits.min(n - hits) < FEW_OF_EACH {
        told.cautions.push(Caution::SmallSample);
    }
    Ok(told)
}

/// The mean of an outcome over customers, in units of which `units` make one.
///
/// `top`: the outcome of the customer who has the largest, where it is known.
///
/// ```
/// use guanxi::kpi::{Caution, Moments, measured_mean};
/// let mut moments = Moments::default();
/// for cents in [1_000, 1_200, 900, 40_000] {
///     moments.add(cents, 0)?;
/// }
/// let told = measured_mean(&moments, 100.0, 0.05, Some(40_000)).expect("there are customers");
/// assert_eq!(told.value, 107.75);
/// assert_eq!(told.without_top.map(f64::round), Some(10.0));
/// assert!(told.cautions.iter().any(|it| matches!(it, Caution::Dominated { .. })));
/// # Ok::<(), guanxi::Error>(())
/// ```
pub fn measured_mean(moments: &Moments, units: f64, level: f64, top: Option<i64>) -> Reading {
    let n = moments.n();
    if n == 0 {
        return Err(Missing::NoDenominator);
    }
    let mut told = Measured::new(moments.mean() / units, n, "student");
    let error = moments.variance().map(|it| libm::sqrt(it / n as f64) / units);
    if let Some(error) = error {
        let off = t_at(level, (n - 1) as f64) * error;
        (told.low, told.high) = (Some(told.value - off), Some(told.value + off));
    }
    if n < FEW {
        told.cautions.push(Caution::SmallSample);
    }
    if let Some(share) = top.and_then(|top| dominance(moments.sum(), top)) {
        told.cautions.push(Caution::Dominated { share });
        let rest = (moments.sum() - i128::from(top.unwrap_or(0))) as f64;
        told.without_top = (n > 1).then(|| rest / (n - 1) as f64 / units);
    }
    Ok(told)
}

/// The sum of an outcome over customers: `n` times its mean.
///
/// The interval tells what another draw of as many customers would have come
/// to; the sum itself was counted.
pub fn measured_sum(moments: &Moments, units: f64, level: f64, top: Option<i64>) -> Reading {
    let mut told = measured_mean(moments, units, level, top)?;
    let n = moments.n() as f64;
    told.value = moments.sum() as f64 / units;
    (told.low, told.high) = (told.low.map(|it| it * n), told.high.map(|it| it * n));
    told.without_top = told.without_top.map(|it| it * (n - 1.0));
    Ok(told)
}

/// The share of a sum that its largest part has, where that is too much.
fn dominance(sum: i128, top: i64) -> Option<f64> {
    let share = top as f64 / sum as f64;
    (share > DOMINANT && share.is_finite()).then_some(share)
}

/// The sum of what is counted over the sum of what it is divided by, both of the
/// same customers: the outcome and the other number of the moments.
///
/// ```
/// use guanxi::kpi::{Moments, measured_ratio};
/// let mut moments = Moments::default();
/// for (cents, orders) in [(9_000, 3), (2_000, 1), (4_400, 2), (5_000, 2)] {
///     moments.add(cents, orders)?;
/// }
/// let told = measured_ratio(&moments, 100.0, 1.0, 0.05).expect("there are orders");
/// assert_eq!(told.value, 25.5);
/// assert!(told.low.unwrap() > 15.0 && told.high.unwrap() < 36.0);
/// # Ok::<(), guanxi::Error>(())
/// ```
pub fn measured_ratio(moments: &Moments, units: f64, units_of: f64, level: f64) -> Reading {
    let n = moments.n();
    if n == 0 || moments.sum_before() <= 0 {
        return Err(Missing::NoDenominator);
    }
    let raw = moments.sum() as f64 / moments.sum_before() as f64;
    let scale = units_of / units;
    let mut told = Measured::new(raw * scale, n, "delta");
    if let Some(error) = ratio_error(moments, raw) {
        let off = t_at(level, (n - 1) as f64) * error * scale.abs();
        (told.low, told.high) = (Some(told.value - off), Some(told.value + off));
    }
    if n < FEW {
        told.cautions.push(Caution::SmallSample);
    }
    let of = moments.mean_before();
    let shaky = moments.variance_before().map(|it| libm::sqrt(it / n as f64) / of);
    if shaky.is_none_or(|it| it >= SHAKY) {
        told.cautions.push(Caution::ShakyDenominator);
    }
    Ok(told)
}

/// The standard error of the ratio of the sums, by customers.
fn ratio_error(moments: &Moments, ratio: f64) -> Option<f64> {
    let (yy, xx, xy) = (moments.variance()?, moments.variance_before()?, moments.covariance()?);
    let residual = (yy - 2.0 * ratio * xy + ratio * ratio * xx).max(0.0);
    let mean = moments.mean_before();
    Some(libm::sqrt(residual / moments.n() as f64) / mean)
}

/// Events for each unit of exposure, events that have nothing to do with each
/// other.
///
/// ```
/// use guanxi::kpi::measured_rate;
/// let told = measured_rate(10, 200.0, 0.05).expect("there is exposure");
/// assert_eq!(told.value, 0.05);
/// assert!((told.low.unwrap() - 0.023977).abs() < 1e-6 && (told.high.unwrap() - 0.091952).abs() < 1e-6);
/// ```
pub fn measured_rate(events: u64, exposure: f64, level: f64) -> Reading {
    poisson(events, events, exposure, 1.0, level)
}

/// The same by customers, each with its events and its exposure: where few
/// customers have many of the events, the interval is as much wider.
///
/// The outcome of the moments counts events; the other number is exposure, in
/// units of which `units` make one.
pub fn measured_rate_of(moments: &Moments, units: f64, level: f64) -> Reading {
    let (events, exposure) = (moments.sum(), moments.sum_before());
    if events < 0 || exposure <= 0 {
        return Err(Missing::NoDenominator);
    }
    let raw = events as f64 / exposure as f64;
    let chance = libm::sqrt(events as f64) / exposure as f64;
    // What events come to for customers beyond what they would by chance.
    let clustered = ratio_error(moments, raw).filter(|_| events > 0);
    let dispersion = clustered.map_or(1.0, |error| (error / chance) * (error / chance)).max(1.0);
    poisson(events as u64, moments.n(), exposure as f64 / units, dispersion, level)
}

fn poisson(events: u64, n: u64, exposure: f64, dispersion: f64, level: f64) -> Reading {
    if !exposure.is_finite() || exposure <= 0.0 {
        return Err(Missing::NoDenominator);
    }
    let method = if dispersion > 1.0 { "quasi_poisson" } else { "poisson" };
    let mut told = Measured::new(events as f64 / exposure, n, method);
    // So many events that have nothing to do with each other say as much.
    let (count, over) = (events as f64 / dispersion, exposure / dispersion);
    let low = if events == 0 { 0.0 } else { gamma_at(1.0 - level / 2.0, count) / over };
    let high = gamma_at(level / 2.0, count + 1.0) / over;
    (told.low, told.high) = (Some(low), Some(high));
    if events < FEW_EVENTS {
        told.cautions.push(Caution::SmallSample);
    }
    Ok(told)
}

/// The value that a share of the values does not exceed. `sorted` ascends.
///
/// Ends that the values do not reach are `None`.
///
/// ```
/// use guanxi::kpi::measured_quantile;
/// let days: Vec<f64> = (1..=40).map(f64::from).collect();
/// let told = measured_quantile(&days, 0.5, 0.05).expect("there are values");
/// assert_eq!((told.value, told.low, told.high), (20.0, Some(14.0), Some(27.0)));
/// ```
pub fn measured_quantile(sorted: &[f64], share: f64, level: f64) -> Reading {
    let n = sorted.len();
    if n == 0 {
        return Err(Missing::NoDenominator);
    }
    let at = |rank: usize| rank.checked_sub(1).and_then(|at| sorted.get(at)).copied();
    let rank = (libm::ceil(share * n as f64 - 1e-9) as usize).clamp(1, n);
    let value = at(rank).ok_or(Missing::NotApplicable)?;
    let mut told = Measured::new(value, n as u64, "order_statistics");
    // Of n values so many lie below the quantile with this chance.
    let at_most = |k: usize| {
        if k >= n { 1.0 } else { beta_below((n - k) as f64, k as f64 + 1.0, 1.0 - share, share) }
    };
    let ranks: Vec<usize> = (1..=n).collect();
    let low = ranks.partition_point(|rank| at_most(rank - 1) <= level / 2.0);
    let high = ranks.partition_point(|rank| 1.0 - at_most(rank - 1) > level / 2.0) + 1;
    (told.low, told.high) = (at(low), at(high));
    if n < FEW_VALUES {
        told.cautions.push(Caution::SmallSample);
    }
    Ok(told)
}

/// How long it takes until a share has ended, where some have not ended yet.
///
/// ```
/// use guanxi::kpi::measured_duration;
/// use guanxi::stats::{Stay, curve};
/// let stays = (1..=60).map(|time| Stay { time, end: (time % 3 != 0).then_some(0) }).collect();
/// let told = measured_duration(&curve(stays), 0.5, 0.05).expect("half have ended");
/// assert!(told.low.unwrap() < told.value && told.value < told.high.unwrap());
/// ```
pub fn measured_duration(curve: &Curve, share: f64, level: f64) -> Reading {
    if curve.stays == 0 {
        return Err(Missing::NoDenominator);
    }
    // Too many have not ended: nobody knows how long they will take.
    let value = curve.quantile(share).ok_or(Missing::NotYet)?;
    let mut told = Measured::new(value as f64, curve.stays, "kaplan_meier");
    let (z, left) = (normal_at(level / 2.0), 1.0 - share);
    let bound = |survival: f64, error: f64, side: f64| {
        if survival <= 0.0 || survival >= 1.0 {
            return survival;
        }
        let ln = libm::log(survival);
        libm::pow(survival, libm::exp(side * z * error / (survival * ln).abs()))
    };
    let first = |side: f64| {
        let past = curve.points.iter().find(|it| bound(it.survival, it.error, side) <= left + 1e-9);
        past.map(|it| it.time as f64)
    };
    (told.low, told.high) = (first(1.0), first(-1.0));
    if curve.stays < FEW_VALUES as u64 {
        told.cautions.push(Caution::SmallSample);
    }
    Ok(told)
}

#[cfg(test)]
mod tests;
