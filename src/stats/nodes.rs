//! Where to look at a function in order to know its integral.
//!
//! # Sources
//!
//! * Golub and Welsch (1969), "Calculation of Gauss quadrature rules", for what
//!   the nodes are; they are found here by Newton's method on the three-term
//!   recurrences (Abramowitz and Stegun 22.7), from the approximations 22.16.6.
//! * Trefethen and Weideman (2014), "The exponentially convergent trapezoidal
//!   rule", SIAM Review 56: on the whole line, equal steps are best.

use std::f64::consts::PI;
use std::sync::LazyLock;

/// Nodes with their weights.
pub type Rule = Vec<(f64, f64)>;

/// The rules of [`legendre`] that are used all the time, computed once.
pub static LEGENDRE_8: LazyLock<Rule> = LazyLock::new(|| legendre(8));
/// With 16 nodes.
pub static LEGENDRE_16: LazyLock<Rule> = LazyLock::new(|| legendre(16));
/// With 32 nodes.
pub static LEGENDRE_32: LazyLock<Rule> = LazyLock::new(|| legendre(32));

/// Nodes and weights of the Gauss-Legendre rule on `(0, 1)`, ascending: exact
/// for polynomials up to degree `2 n - 1`.
///
/// ```
/// let rule = guanxi::stats::legendre(4);
/// let integral: f64 = rule.iter().map(|(x, weight)| weight * x.powi(7)).sum();
/// assert!((integral - 1.0 / 8.0).abs() < 1e-16);
/// ```
pub fn legendre(n: usize) -> Rule {
    let size = n as f64;
    let mut rule: Rule = (1..=n)
        .map(|place| {
            let mut x = libm::cos(PI * (place as f64 - 0.25) / (size + 0.5));
            let mut slope = 1.0;
            // From this close Newton's method doubles the digits each time.
            for _ in 0..8 {
                let (value, before) = legendre_pair(n, x);
                slope = size * (x * value - before) / (x * x - 1.0);
                x -= value / slope;
            }
            (0.5 * (1.0 - x), 1.0 / ((1.0 - x * x) * slope * slope))
        })
        .collect();
    rule.sort_by(|a, b| a.0.total_cmp(&b.0));
    rule
}

/// The Legendre polynomials of degree `n` and `n - 1` at `x`.
fn legendre_pair(n: usize, x: f64) -> (f64, f64) {
    let (mut value, mut before) = (1.0, 0.0);
    for degree in 0..n {
        let k = degree as f64;
        let next = ((2.0 * k + 1.0) * x * value - k * before) / (k + 1.0);
        before = value;
        value = next;
    }
    (value, before)
}
