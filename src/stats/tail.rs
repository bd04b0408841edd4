//! Tails of the usual distributions, and the points at which tails of a given
//! size begin.
//!
//! A tail may be smaller than the smallest positive `f64`; so each that tests
//! report has its natural logarithm beside it.
//!
//! # Sources
//!
//! * NIST Digital Library of Mathematical Functions, 7.2.2 (the normal tail by
//!   `erfc`), 8.17.5 (Student's `t` by the incomplete beta function), 8.11.2
//!   (chi-square by the incomplete gamma function).

use super::gamma::ln_beta;
use super::incomplete::{beta_below, gamma_above, ln_beta_below};

/// Steps after which the halving of an interval is given up: an `f64` has no
/// more digits to tell apart.
const HALVINGS: u32 = 200;

/// Steps after which Newton's method is given up, and how far one of them may go
/// on the scale of logarithms.
const NEWTONS: u32 = 40;
const FAR: f64 = 30.0;

/// Below which Student's distribution is too far from a normal one for a series.
const FEW_DEGREES: f64 = 3.0;

/// The share of a standard normal distribution above `z`.
///
/// ```
/// use guanxi::stats::normal_above;
/// assert!((normal_above(1.959963984540054) - 0.025).abs() < 1e-15);
/// ```
pub fn normal_above(z: f64) -> f64 {
    libm::erfc(z / std::f64::consts::SQRT_2) / 2.0
}

/// Where the upper tail of a standard normal distribution has this share,
/// which is above 0 and below 1.
///
/// ```
/// use guanxi::stats::normal_at;
/// assert!((normal_at(0.025) - 1.959963984540054).abs() < 1e-12);
/// ```
pub fn normal_at(share: f64) -> f64 {
    falling_root(share, normal_above)
}

/// The share of Student's distribution with `df` degrees of freedom that is
/// further from zero than `t`, on both sides together. `df` is positive.
///
/// ```
/// use guanxi::stats::t_beyond;
/// assert!((t_beyond(2.228138851964939, 10.0) - 0.05).abs() < 1e-10);
/// ```
pub fn t_beyond(t: f64, df: f64) -> f64 {
    let (x, rest) = shares(t, df);
    beta_below(df / 2.0, 0.5, x, rest)
}

/// The natural logarithm of [`t_beyond`], where that would be too small to say.
pub fn ln_t_beyond(t: f64, df: f64) -> f64 {
    let (x, rest) = shares(t, df);
    ln_beta_below(df / 2.0, 0.5, x, rest)
}

/// `df / (df + t^2)`, and what is missing from 1.
fn shares(t: f64, df: f64) -> (f64, f64) {
    let square = t * t;
    (df / (df + square), square / (df + square))
}

/// How far from zero Student's distribution has this share beyond, on both
/// sides together; the share is above 0 and below 1.
///
/// Newton's method for the logarithm of the share over that of the distance: a
/// line in the tail and bent one way throughout, so it comes near from anywhere.
///
/// ```
/// use guanxi::stats::t_at;
/// assert!((t_at(0.05, 10.0) - 2.228138851964939).abs() < 1e-9);
/// ```
pub fn t_at(share: f64, df: f64) -> f64 {
    if share >= 1.0 {
        return 0.0;
    }
    let (wanted, half) = (libm::log(share), df / 2.0);
    // The density is `exp(top) (1 + t^2 / df)^-(df + 1) / 2`.
    let top = -ln_beta(half, 0.5) - libm::log(df) / 2.0;
    let mut t = first_t(share, df);
    for _ in 0..NEWTONS {
        let beyond = t_beyond(t, df);
        let density = libm::exp(top - (half + 0.5) * libm::log1p(t * t / df));
        let step = (libm::log(beyond) - wanted) * beyond / (2.0 * t * density);
        let next = t * libm::exp(step.clamp(-FAR, FAR));
        if !next.is_finite() || next <= 0.0 {
            break;
        }
        // Each step squares what is left, so this one's rest is noise.
        if step.abs() < 1e-8 {
            return next;
        }
        t = next;
    }
    falling_root(share, |t| if t < 0.0 { 1.0 } else { t_beyond(t, df) })
}

/// A first guess: that of a normal distribution (Abramowitz and Stegun 26.2.23,
/// made exact by two steps) with terms for heavier tails (26.7.5).
fn first_t(share: f64, df: f64) -> f64 {
    let r = libm::sqrt(-2.0 * libm::log(share / 2.0));
    let over = (0.010_328 * r + 0.802_853) * r + 2.515_517;
    let under = ((0.001_308 * r + 0.189_269) * r + 1.432_788) * r + 1.0;
    let mut z = (r - over / under).max(1e-3 * (1.0 - share));
    for _ in 0..2 {
        let density = libm::exp(-z * z / 2.0) / libm::sqrt(2.0 * std::f64::consts::PI);
        let next = z + (normal_above(z) - share / 2.0) / density;
        z = if next.is_finite() && next > 0.0 { next } else { z };
    }
    let (q, by) = (z * z, 1.0 / df);
    let first = (q + 1.0) / 4.0;
    if df < FEW_DEGREES {
        return z * (1.0 + by * first);
    }
    let second = ((5.0 * q + 16.0) * q + 3.0) / 96.0;
    let third = (((3.0 * q + 19.0) * q + 17.0) * q - 15.0) / 384.0;
    let fourth = ((((79.0 * q + 776.0) * q + 1482.0) * q - 1920.0) * q - 945.0) / 92_160.0;
    z * (1.0 + by * (first + by * (second + by * (third + by * fourth))))
}

/// The share of a chi-square distribution with `df` degrees of freedom above
/// `x`.
///
/// ```
/// use guanxi::stats::chi_square_above;
/// assert!((chi_square_above(5.991464547107979, 2.0) - 0.05).abs() < 1e-14);
/// ```
pub fn chi_square_above(x: f64, df: f64) -> f64 {
    gamma_above(df / 2.0, x / 2.0)
}

/// Where the upper tail of a gamma distribution of shape `a` has this share,
/// which is above 0 and below 1.
///
/// ```
/// use guanxi::stats::gamma_at;
/// assert!((gamma_at(0.05, 1.0) + 0.05_f64.ln()).abs() < 1e-12);
/// ```
pub fn gamma_at(share: f64, a: f64) -> f64 {
    falling_root(share, |x| gamma_above(a, x))
}

/// Below which point a beta distribution has this share, which is above 0 and
/// below 1. `a` and `b` are positive.
///
/// ```
/// use guanxi::stats::beta_at;
/// assert!((beta_at(0.09, 2.0, 1.0) - 0.3).abs() < 1e-12);
/// ```
pub fn beta_at(share: f64, a: f64, b: f64) -> f64 {
    // From its upper end, so that the share falls.
    1.0 - falling_root(share, |rest| {
        let rest = rest.clamp(0.0, 1.0);
        beta_below(a, b, 1.0 - rest, rest)
    })
}

/// Where a function that falls has this value: an interval around it is
/// widened, and then halved until nothing lies in between.
fn falling_root(value: f64, function: impl Fn(f64) -> f64) -> f64 {
    let (mut low, mut high) = (-1.0, 1.0);
    for _ in 0..HALVINGS {
        match (function(low) < value, function(high) > value) {
            (true, _) => low *= 2.0,
            (false, true) => high *= 2.0,
            (false, false) => break,
        }
    }
    for _ in 0..HALVINGS {
        let middle = low + (high - low) / 2.0;
        if middle <= low || high <= middle {
            break;
        }
        if function(middle) > value { low = middle } else { high = middle }
    }
    low + (high - low) / 2.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tails_are_those_of_published_tables() {
        // Quantiles as printed in tables of Student's distribution.
        for (df, share, t) in [
            (1.0, 0.05, 12.706_204_736),
            (2.0, 0.05, 4.302_652_730),
            (5.0, 0.01, 4.032_142_984),
            (30.0, 0.05, 2.042_272_456),
            (1e6, 0.05, 1.959_966_361),
        ] {
            assert!((t_at(share, df) - t).abs() < 5e-9, "{df} {share}: {}", t_at(share, df));
            assert!((ln_t_beyond(t, df) - libm::log(share)).abs() < 1e-8);
        }
        for (share, z) in [(0.5, 0.0), (0.2, 0.841_621_233_572_914), (1e-9, 5.997_807_015)] {
            assert!((normal_at(share) - z).abs() < 1e-9, "{share}");
        }
        for (df, x) in [(1.0, 3.841_458_820_694), (10.0, 18.307_038_053_275)] {
            assert!((chi_square_above(x, df) - 0.05).abs() < 1e-12);
        }
    }

    #[test]
    fn newton_finds_what_halving_finds() {
        let mut share = 0.999;
        while share > 1e-250 {
            for df in [0.3, 1.0, 1.7, 2.0, 3.0, 9.5, 40.0, 999.0, 1e5] {
                let (found, t) =
                    (t_at(share, df), |t: f64| if t < 0.0 { 1.0 } else { t_beyond(t, df) });
                let halved = falling_root(share, t);
                if halved.is_finite() && halved < 1e59 {
                    assert!(
                        (found - halved).abs() <= 1e-11 * halved,
                        "{share} {df}: {found} {halved}"
                    );
                }
            }
            share *= if share > 1e-6 { 0.61 } else { 1e-9 };
        }
        assert_eq!(t_at(1.0, 5.0), 0.0);
        for (a, b) in [(0.7, 3.0), (4.0, 1.0), (30.0, 900.0)] {
            for share in [1e-6, 0.025, 0.5, 0.975] {
                let x = beta_at(share, a, b);
                assert!((beta_below(a, b, x, 1.0 - x) - share).abs() < 1e-9 * share.max(1e-4));
                assert!((gamma_above(a, gamma_at(share, a)) - share).abs() < 1e-12);
            }
        }
    }

    #[test]
    fn logarithms_go_on_where_shares_end() {
        // With as many degrees of freedom the tail is a normal one:
        // ln(2 phi(z) / z (1 - 1 / z^2 + ...)).
        let z = 40.0_f64;
        let series = 1.0 - 1.0 / (z * z) + 3.0 / z.powi(4);
        let normal = -z * z / 2.0 + libm::log(2.0 * series / z)
            - libm::log(2.0 * std::f64::consts::PI) / 2.0;
        let ours = ln_t_beyond(z, 1e12);
        assert!((ours - normal).abs() < 1e-3, "{ours} {normal}");
        assert_eq!(t_beyond(z, 1e12), 0.0);
        for (t, df) in [(0.0, 3.0), (0.3, 4.5), (2.0, 1.0), (7.0, 40.0)] {
            assert!((ln_t_beyond(t, df) - libm::log(t_beyond(t, df))).abs() < 1e-12);
        }
    }
}
