//! The gamma function and its relatives, in logarithms.
//!
//! What models of counts need is seldom a gamma function and mostly a ratio of
//! two: `Γ(a + n) / Γ(a)`. Taking the logarithms apart and subtracting loses
//! digits as soon as `a` is large, so that the ratio has a function of its own.
//!
//! # Sources
//!
//! * Abramowitz and Stegun (1964), "Handbook of Mathematical Functions", 6.1.41
//!   (Stirling's series), 6.3.5 and 6.3.18 (digamma), 6.4.6 and 6.4.12
//!   (trigamma).

/// From here on the asymptotic series below are exact to the last bits.
const FAR: f64 = 10.0;

/// `ln Γ(x)` of a positive number.
pub fn ln_gamma(x: f64) -> f64 {
    libm::lgamma(x)
}

/// `ln B(a, b)`, the beta function of two positive numbers.
///
/// ```
/// use guanxi::stats::ln_beta;
/// assert!((ln_beta(2.0, 3.0) - (1.0_f64 / 12.0).ln()).abs() < 1e-15);
/// ```
pub fn ln_beta(a: f64, b: f64) -> f64 {
    let (small, large) = if a < b { (a, b) } else { (b, a) };
    ln_gamma(small) - ln_gamma_ratio(large, small)
}

/// `ln (Γ(a + n) / Γ(a))` for positive `a` and `n` not negative, exact also
/// where both gamma functions are huge and nearly equal.
///
/// ```
/// use guanxi::stats::ln_gamma_ratio;
/// assert_eq!(ln_gamma_ratio(1e9, 1.0), 1e9_f64.ln());
/// ```
pub fn ln_gamma_ratio(a: f64, n: f64) -> f64 {
    if n == 0.0 {
        return 0.0;
    }
    if n == 1.0 {
        return libm::log(a);
    }
    // Γ(a + n) / Γ(a) is that of a + 1 divided by (a + n) / a.
    let (mut a, mut below) = (a, 0.0);
    while a < FAR {
        below += libm::log1p(n / a);
        a += 1.0;
    }
    let more = (a - 0.5) * libm::log1p(n / a) + n * (libm::log(a + n) - 1.0);
    more + (stirling(a + n) - stirling(a)) - below
}

/// What Stirling's formula leaves of `ln Γ(z)`, for `z` of at least [`FAR`].
fn stirling(z: f64) -> f64 {
    let w = 1.0 / (z * z);
    let series = [
        1.0 / 12.0,
        -1.0 / 360.0,
        1.0 / 1260.0,
        -1.0 / 1680.0,
        1.0 / 1188.0,
        -691.0 / 360_360.0,
        1.0 / 156.0,
    ];
    series.iter().rev().fold(0.0, |sum, term| sum * w + term) / z
}

/// `ψ(x)`, the derivative of `ln Γ`, for positive `x`.
///
/// ```
/// use guanxi::stats::digamma;
/// assert!((digamma(1.0) + 0.577_215_664_901_532_9).abs() < 1e-15);
/// ```
pub fn digamma(x: f64) -> f64 {
    let (mut x, mut below) = (x, 0.0);
    while x < FAR {
        below += 1.0 / x;
        x += 1.0;
    }
    let w = 1.0 / (x * x);
    let series = [
        1.0 / 12.0,
        -1.0 / 120.0,
        1.0 / 252.0,
        -1.0 / 240.0,
        1.0 / 132.0,
        -691.0 / 32_760.0,
        1.0 / 12.0,
    ];
    let rest = series.iter().rev().fold(0.0, |sum, term| sum * w + term) * w;
    libm::log(x) - 0.5 / x - rest - below
}

/// `ψ'(x)`, the second derivative of `ln Γ`, for positive `x`.
///
/// ```
/// use guanxi::stats::trigamma;
/// assert!((trigamma(1.0) - std::f64::consts::PI.powi(2) / 6.0).abs() < 1e-15);
/// ```
pub fn trigamma(x: f64) -> f64 {
    let (mut x, mut below) = (x, 0.0);
    while x < FAR {
        below += 1.0 / (x * x);
        x += 1.0;
    }
    let w = 1.0 / (x * x);
    let series =
        [1.0 / 6.0, -1.0 / 30.0, 1.0 / 42.0, -1.0 / 30.0, 5.0 / 66.0, -691.0 / 2_730.0, 7.0 / 6.0];
    let rest = series.iter().rev().fold(0.0, |sum, term| sum * w + term) * w / x;
    1.0 / x + 0.5 * w + rest + below
}

/// `ln (Γ(a + n) / Γ(a))` with its first two derivatives in `a`.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Rising {
    /// The logarithm.
    pub ln: f64,
    /// Its first derivative, `ψ(a + n) - ψ(a)`.
    pub first: f64,
    /// Its second derivative, `ψ'(a + n) - ψ'(a)`.
    pub second: f64,
}

/// Below this many factors they are taken one by one.
const FEW: u64 = 64;

/// The rising factorial `a (a + 1) ... (a + n - 1)` in logarithms.
pub fn rising(a: f64, n: u64) -> Rising {
    if n > FEW {
        let end = a + n as f64;
        return Rising {
            ln: ln_gamma_ratio(a, n as f64),
            first: digamma(end) - digamma(a),
            second: trigamma(end) - trigamma(a),
        };
    }
    let mut out = Rising::default();
    // From the end: the factors that weigh least in the derivatives come first.
    for step in (0..n).rev() {
        let factor = a + step as f64;
        out.ln += libm::log(factor);
        out.first += 1.0 / factor;
        out.second -= 1.0 / (factor * factor);
    }
    out
}
