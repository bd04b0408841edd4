//! NBD: everybody buys at a steady rate of his own, and nobody leaves.
//!
//! Purchases of one customer come at random with rate λ; over customers, λ has
//! a gamma distribution of shape `r` and rate `alpha`. It is what is left of
//! the other models when nobody leaves, and the baseline that they must beat.
//!
//! # Source
//!
//! Ehrenberg (1959), "The pattern of consumer purchases", Applied Statistics 8;
//! as the density of the purchase times: `Γ(r+x)/Γ(r) α^r (α+T)^-(r+x)`.

use crate::stats::{Jet, rising};
use crate::value::row::Row;
use crate::value::sample::{Sample, Terms, bend, jet};

use super::ahead::{Ahead, negative_binomial};
use super::{Border, Fitted, Model};

/// The family.
#[derive(Debug, Clone, Copy, Default)]
pub struct Nbd;

const R: usize = 0;
const ALPHA: usize = 1;

/// What `Γ(r + k x) / Γ(r) α^(-k x)` contributes to the terms, over all
/// customers. What is left of `α^r (α + T)^-(r + k x)` is `(1 + T/α)^-(r + k x)`,
/// which is exact also where `r` and `α` are huge.
pub(super) fn add_gamma_part(terms: &mut Terms, sample: &Sample, stages: u64, r: f64, alpha: f64) {
    let ln_alpha = libm::log(alpha);
    for &(x, weight) in sample.counts() {
        let events = stages * x;
        let ratio = rising(r, events);
        let slope = r * ratio.first;
        terms[0] += weight * (ratio.ln - events as f64 * ln_alpha);
        terms[1 + R] += weight * slope;
        terms[1 + ALPHA] -= weight * events as f64;
        terms[bend(R, R)] += weight * (slope + r * r * ratio.second);
    }
}

/// Starts for `r` and `alpha` from the mean and the variance of the counts.
pub(super) fn moments(sample: &Sample) -> (f64, f64) {
    let [once, time, twice, square] =
        sample.sums(|item| [item.x, item.age, item.x * (item.x - 1.0), item.age * item.age]);
    // E[x] = T r/α and E[x (x - 1)] = T² r (r + 1)/α².
    let (rate, spread) = (once / time, twice / square);
    let excess = spread / (rate * rate) - 1.0;
    let r = if excess > 0.02 { (1.0 / excess).max(0.05) } else { 50.0 };
    (r, r / rate)
}

impl Model for Nbd {
    fn name(&self) -> &'static str {
        "nbd"
    }

    fn parameters(&self) -> &'static [&'static str] {
        &["r", "alpha"]
    }

    fn starts(&self, sample: &Sample) -> Vec<Vec<f64>> {
        let (r, alpha) = moments(sample);
        vec![vec![r, alpha]]
    }

    fn likelihood(&self, sample: &Sample, parameters: &[f64]) -> Jet {
        let (r, alpha) = (parameters[0], parameters[1]);
        let [value, slope_r, slope_alpha, both, alphas] = sample.sums(|item| {
            let (y, end) = (r + item.x, alpha + item.age);
            let (ln, late) = (libm::log1p(item.age / alpha), item.age / end);
            [-y * ln, -r * ln, y * late, r * late, -y * late * alpha / end]
        });
        let mut terms = [0.0; 15];
        terms[0] = value;
        terms[1 + R] = slope_r;
        terms[1 + ALPHA] = slope_alpha;
        terms[bend(R, R)] = slope_r;
        terms[bend(R, ALPHA)] = both;
        terms[bend(ALPHA, ALPHA)] = alphas;
        add_gamma_part(&mut terms, sample, 1, r, alpha);
        jet(&terms, 2)
    }

    fn border(&self, parameters: &[f64]) -> Option<Border> {
        steady(parameters[0], "poisson")
    }

    fn fitted(&self, parameters: &[f64]) -> Option<Box<dyn Fitted>> {
        Some(Box::new(Steady { r: parameters[0], alpha: parameters[1] }))
    }
}

/// Beyond this shape all customers have the same rate, to 1 in a hundred.
pub(super) const ALIKE: f64 = 1e4;

/// The border at which all customers buy at one rate.
pub(super) fn steady(r: f64, model: &'static str) -> Option<Border> {
    (r > ALIKE).then_some(Border {
        model,
        en: "all customers buy at the same rate: counts vary no more than by chance, so that r and alpha grow together without end",
        zh: "所有客户的购买频率相同：次数的差异不超过随机波动，r 与 alpha 同步趋于无穷",
    })
}

#[derive(Debug, Clone, Copy)]
struct Steady {
    r: f64,
    alpha: f64,
}

impl Fitted for Steady {
    fn alive(&self, _: &Row) -> f64 {
        1.0
    }

    fn ahead(&self, row: &Row) -> Box<dyn Ahead> {
        let (r, alpha) = (self.r + f64::from(row.frequency), self.alpha + row.age);
        Box::new(Steady { r, alpha })
    }

    fn forgets_recency(&self) -> bool {
        true
    }

    fn newcomer(&self) -> (f64, Box<dyn Ahead>) {
        (1.0, Box::new(*self))
    }
}

impl Ahead for Steady {
    fn scale(&self) -> f64 {
        self.alpha
    }

    fn expected(&self, time: f64) -> f64 {
        self.r * time / self.alpha
    }

    fn ever(&self) -> Option<f64> {
        None
    }

    fn survival(&self, _: f64) -> f64 {
        1.0
    }

    fn chances(&self, time: f64, most: usize) -> Vec<f64> {
        (0..=most).map(|n| negative_binomial(self.r, time / self.alpha, n as f64)).collect()
    }

    fn between(&self, from: f64, until: f64, most: usize) -> Vec<f64> {
        self.chances(until - from, most)
    }

    fn discounted(&self, rate: f64, horizon: Option<f64>) -> Option<f64> {
        // A steady flow: the integral of exp(-δ t).
        let time = match horizon {
            Some(horizon) if rate == 0.0 => horizon,
            Some(horizon) => -libm::expm1(-rate * horizon) / rate,
            None if rate > 0.0 => 1.0 / rate,
            None => return None,
        };
        Some(self.r / self.alpha * time)
    }
}
