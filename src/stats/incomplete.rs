//! Incomplete beta and gamma functions: the tails of the usual distributions.
//!
//! # Sources
//!
//! * NIST Digital Library of Mathematical Functions, 8.7.1 and 8.9.2 (incomplete
//!   gamma: series and continued fraction), 8.17.8 and 8.17.22 (incomplete beta).
//! * Lentz (1976), "Generating Bessel functions in Mie scattering calculations
//!   using continued fractions", Applied Optics 15, with Thompson and Barnett's
//!   change for terms that are zero.

use super::gamma::{ln_beta, ln_gamma};

/// Steps after which a series or fraction is given up; none comes near it.
const MOST: u32 = 100_000;
const TINY: f64 = 1e-300;

/// `Q(a, x)`: the share of a gamma distribution of shape `a` that lies above
/// `x`. `a` is positive, `x` not negative.
///
/// ```
/// use guanxi::stats::gamma_above;
/// assert!((gamma_above(1.0, 2.0) - (-2.0_f64).exp()).abs() < 1e-16);
/// ```
pub fn gamma_above(a: f64, x: f64) -> f64 {
    if x <= 0.0 {
        return 1.0;
    }
    let scale = libm::exp(a * libm::log(x) - x - ln_gamma(a));
    if x < a + 1.0 { 1.0 - scale * series(a, x) } else { scale * fraction(a, x) }
}

/// The sum of `x^n / (a (a + 1) ... (a + n))`.
fn series(a: f64, x: f64) -> f64 {
    let (mut term, mut sum, mut n) = (1.0 / a, 1.0 / a, a);
    for _ in 0..MOST {
        n += 1.0;
        term *= x / n;
        sum += term;
        if term < sum * f64::EPSILON {
            break;
        }
    }
    sum
}

fn fraction(a: f64, x: f64) -> f64 {
    let mut lentz = Lentz::new(x + 1.0 - a);
    for step in 1..MOST {
        let n = f64::from(step);
        if lentz.step(n * (a - n), x + 2.0 * n + 1.0 - a) {
            break;
        }
    }
    1.0 / lentz.value
}

/// `I_x(a, b)`: the share of a beta distribution that lies below `x`. `a` and
/// `b` are positive, `x` is from 0 to 1, and `rest` is `1 - x`, given so that
/// an `x` very near 1 is not rounded to it.
///
/// ```
/// use guanxi::stats::beta_below;
/// assert!((beta_below(2.0, 1.0, 0.3, 0.7) - 0.09).abs() < 1e-16);
/// ```
pub fn beta_below(a: f64, b: f64, x: f64, rest: f64) -> f64 {
    if x <= 0.0 {
        return 0.0;
    }
    if rest <= 0.0 {
        return 1.0;
    }
    let scale = libm::exp(a * libm::log(x) + b * libm::log(rest) - ln_beta(a, b));
    if x < (a + 1.0) / (a + b + 2.0) {
        scale * beta_fraction(a, b, x) / a
    } else {
        1.0 - scale * beta_fraction(b, a, rest) / b
    }
}

/// The natural logarithm of [`beta_below`], for shares too small to say.
///
/// ```
/// use guanxi::stats::ln_beta_below;
/// let tiny = ln_beta_below(2000.0, 0.5, 0.5, 0.5);
/// assert!((tiny + 1390.3209159215612).abs() < 1e-6);
/// ```
pub fn ln_beta_below(a: f64, b: f64, x: f64, rest: f64) -> f64 {
    if x <= 0.0 {
        return f64::NEG_INFINITY;
    }
    if rest <= 0.0 || x >= (a + 1.0) / (a + b + 2.0) {
        return libm::log(beta_below(a, b, x, rest));
    }
    let scale = a * libm::log(x) + b * libm::log(rest) - ln_beta(a, b);
    scale + libm::log(beta_fraction(a, b, x) / a)
}

fn beta_fraction(a: f64, b: f64, x: f64) -> f64 {
    let mut lentz = Lentz::new(1.0);
    for step in 0..MOST {
        let m = f64::from(step / 2);
        let numerator = if step % 2 == 0 {
            -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0))
        } else {
            let m = m + 1.0;
            m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m))
        };
        if lentz.step(numerator, 1.0) {
            break;
        }
    }
    1.0 / lentz.value
}

/// A continued fraction, from the front.
struct Lentz {
    value: f64,
    c: f64,
    d: f64,
}

impl Lentz {
    fn new(first: f64) -> Lentz {
        let value = if first == 0.0 { TINY } else { first };
        Lentz { value, c: value, d: 0.0 }
    }

    /// Takes the next term; whether it changed nothing any more.
    fn step(&mut self, numerator: f64, denominator: f64) -> bool {
        let away = |number: f64| if number == 0.0 { TINY } else { number };
        self.d = 1.0 / away(denominator + numerator * self.d);
        self.c = away(denominator + numerator / self.c);
        let change = self.c * self.d;
        self.value *= change;
        (change - 1.0).abs() < f64::EPSILON
    }
}
