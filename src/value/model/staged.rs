//! The future of a customer who may leave after each purchase.
//!
//! With one stage, the chance to leave makes purchases *that are followed by
//! leaving* a thinned Poisson process, and everything is a mean over `p` of
//! elementary functions. With more stages nothing so simple is known, and the
//! expectation is the sum over purchases of the probability that each comes in
//! time, which is exact as well:
//!
//! ```text
//! E = sum over j of w_j, over n >= 1, of E[(1-p)^(n-1)] P(N_j >= n k - j)
//! ```
//!
//! where `N_j` counts the stages passed in the time ahead, a negative binomial
//! number of shape `y + j`.

use std::sync::Arc;

use crate::stats::beta_below;

use super::ahead::{Ahead, negative_binomial, up_to, without_end};
use super::curve::Curve;
use super::logit::{Node, beta_nodes, gamma_nodes};

/// About the longest sum over stages that is made.
const MOST_TERMS: f64 = 1e7;

/// Somebody who is there, with what is known of λ, p, and the stage.
#[derive(Debug, Clone)]
pub(super) struct Staged {
    /// Stages of a gap.
    pub stages: u32,
    /// The shape of λ if so many stages have passed (the place in the list),
    /// with the probability of that.
    pub phases: Vec<(f64, f64)>,
    /// The rate of the gamma distribution of λ.
    pub alpha: f64,
    /// The beta distribution of p.
    pub a: f64,
    /// Its other parameter.
    pub b: f64,
    /// What such customers may expect, where somebody has begun to compute it.
    pub curve: Option<Arc<Curve>>,
}

/// How much functions of p change, usually; see [`beta_nodes`].
const REACH: f64 = 100.0;

/// Nodes of a distribution of p that serve for most questions.
pub(super) fn usual_nodes(a: f64, b: f64) -> Arc<[Node]> {
    beta_nodes(a, b, REACH).into()
}

impl Staged {
    /// The shape of λ, where there is but one stage.
    fn shape(&self) -> f64 {
        self.phases.first().map_or(0.0, |(_, shape)| *shape)
    }

    fn nodes(&self, odds: f64) -> Arc<[Node]> {
        let reach = self.shape() * odds;
        match &self.curve {
            _ if reach > REACH => beta_nodes(self.a, self.b, reach).into(),
            Some(curve) => Arc::clone(curve.nodes()),
            None => usual_nodes(self.a, self.b),
        }
    }

    /// A mean over p, by its nodes.
    fn mean(&self, odds: f64, of: impl Fn(&Node) -> f64) -> f64 {
        self.nodes(odds).iter().map(|node| node.weight * of(node)).sum()
    }

    /// `E[(1 - p)^n]` for 0, 1, 2, ...
    fn staying(&self) -> impl Iterator<Item = f64> {
        let (a, b) = (self.a, self.b);
        let mut chance = 1.0;
        let mut n = 0.0;
        std::iter::from_fn(move || {
            let here = chance;
            chance *= (b + n) / (a + b + n);
            n += 1.0;
            Some(here)
        })
    }

    /// The probability that `n` purchases would fall into the time if nobody
    /// left, and that of at least so many.
    fn exactly(&self, odds: f64, n: usize) -> f64 {
        let k = self.stages as usize;
        let of = |&(place, (weight, shape)): &(usize, (f64, f64))| {
            let from = (n * k).saturating_sub(place);
            let until = (n + 1) * k - place;
            let chances = (from..until).map(|m| negative_binomial(shape, odds, m as f64));
            weight * chances.sum::<f64>()
        };
        self.phases.iter().copied().enumerate().map(|phase| of(&phase)).sum()
    }

    fn at_least(&self, odds: f64, n: usize) -> f64 {
        let k = self.stages as usize;
        let share = odds / (1.0 + odds);
        let of = |(place, (weight, shape)): (usize, &(f64, f64))| {
            let least = (n * k).saturating_sub(place);
            weight
                * if least == 0 {
                    1.0
                } else {
                    beta_below(least as f64, *shape, share, 1.0 / (1.0 + odds))
                }
        };
        self.phases.iter().enumerate().map(of).sum()
    }

    /// The chances of 0, 1, ... `most` purchases, where those who stay so often
    /// are given.
    fn chances_of(&self, odds: f64, most: usize) -> Vec<f64> {
        let mut staying = self.staying();
        let mut before = staying.next().unwrap_or(1.0);
        (0..=most)
            .map(|n| {
                if n == 0 {
                    return self.exactly(odds, 0);
                }
                let stays = staying.next().unwrap_or(0.0);
                // E[p (1 - p)^(n - 1)], the one with a, is positive as it stands.
                let leaves = before * self.a / (self.a + self.b + (n - 1) as f64);
                before = stays;
                stays * self.exactly(odds, n) + leaves * self.at_least(odds, n)
            })
            .collect()
    }

    /// Through every number of stages that may have passed at `from`: given
    /// that number, and that the customer is there, all starts anew.
    fn between_by_stages(&self, from: f64, until: f64, most: usize) -> Vec<f64> {
        let (odds, k) = (from / self.alpha, self.stages as usize);
        let mut out = vec![0.0; most + 1];
        let mut there = 0.0;
        for (place, &(weight, shape)) in self.phases.iter().enumerate() {
            let tails = tails(shape, odds, odds / (1.0 + odds));
            let mut staying = self.staying().enumerate();
            let mut stayed = staying.next();
            for passed in 0.. {
                let chance = tails.at_least(passed) - tails.at_least(passed + 1);
                if tails.at_least(passed) < 1e-18 {
                    break;
                }
                let bought = (place + passed) / k;
                while stayed.is_some_and(|(n, _)| n < bought) {
                    stayed = staying.next();
                }
                let weight = weight * chance * stayed.map_or(0.0, |(_, stays)| stays);
                there += weight;
                let mut phases = vec![(0.0, shape); (place + passed) % k];
                phases.push((1.0, shape + passed as f64));
                let (alpha, b) = (self.alpha + from, self.b + bought as f64);
                let then = Staged { phases, alpha, b, curve: None, ..*self };
                let chances = then.chances_of((until - from) / alpha, most);
                out.iter_mut().zip(chances).for_each(|(sum, chance)| *sum += weight * chance);
            }
        }
        if let Some(none) = out.first_mut() {
            *none += 1.0 - there;
        }
        out
    }

    /// Given λ, a stage takes `g = λ / (λ + δ)` of the worth, so that purchases
    /// are a geometric series of ratio `(1 - p) g^k`.
    fn discounted_by_stages(&self, rate: f64) -> f64 {
        let k = f64::from(self.stages);
        let nodes = beta_nodes(self.a, self.b, k / (rate * self.alpha));
        let mut sum = 0.0;
        for (place, &(weight, shape)) in self.phases.iter().enumerate() {
            if weight < 1e-30 {
                continue;
            }
            for (lambda, share) in gamma_nodes(shape, self.alpha) {
                let stage = -libm::log1p(rate / lambda);
                let first = libm::exp((k - place as f64) * stage);
                // 1 - (1 - p) g^k, without a difference of equals.
                let (lost, gap) = (-libm::expm1(k * stage), libm::exp(k * stage));
                let mean: f64 = nodes.iter().map(|node| node.weight / (lost + node.p * gap)).sum();
                sum += weight * share * first * mean;
            }
        }
        sum
    }

    fn expected_by_stages(&self, odds: f64) -> f64 {
        let k = self.stages as usize;
        let share = odds / (1.0 + odds);
        let mut sum = 0.0;
        for (place, &(weight, shape)) in self.phases.iter().enumerate() {
            // From the far end, each probability is the next one and one term more.
            let tails = tails(shape, odds, share);
            let mut part = 0.0;
            for (before, stays) in self.staying().enumerate() {
                let chance = tails.at_least((before + 1) * k - place);
                if chance == 0.0 {
                    break;
                }
                part += stays * chance;
            }
            sum += weight * part;
        }
        sum
    }
}

/// The probabilities that a count is at least `first`, `first + 1`, ...; below
/// `first` they are 1 and beyond the last one 0, to the last digit.
struct Tails {
    first: usize,
    above: Vec<f64>,
}

impl Tails {
    fn at_least(&self, count: usize) -> f64 {
        match count.checked_sub(self.first) {
            None => 1.0,
            Some(at) => self.above.get(at).copied().unwrap_or(0.0),
        }
    }
}

/// What a negative binomial distribution leaves above each count.
fn tails(shape: f64, odds: f64, share: f64) -> Tails {
    let mode = ((shape - 1.0) * odds).floor().max(0.0);
    let top = negative_binomial(shape, odds, mode);
    let mut below = Vec::new();
    let (mut n, mut term) = (mode, top);
    while n > 0.0 && term > top * 1e-18 {
        term *= n / ((shape + n - 1.0) * share);
        n -= 1.0;
        below.push(term);
    }
    let first = n as usize;
    let mut terms: Vec<f64> = below.into_iter().rev().collect();
    (n, term) = (mode, top);
    // The terms go on falling at least as fast as they do here.
    loop {
        terms.push(term);
        let ratio = (shape + n) / (n + 1.0) * share;
        if ratio < 1.0 && term < 1e-24 * (1.0 - ratio) {
            break;
        }
        term *= ratio;
        n += 1.0;
    }
    let mut sum = 0.0;
    for term in terms.iter_mut().rev() {
        sum += *term;
        *term = sum;
    }
    Tails { first, above: terms }
}

impl Ahead for Staged {
    fn scale(&self) -> f64 {
        self.alpha / (1.0 + self.shape())
    }

    fn farthest(&self) -> f64 {
        if self.stages == 1 {
            return f64::INFINITY;
        }
        let shape = self.phases.last().map_or(1.0, |(_, shape)| *shape);
        MOST_TERMS * self.alpha / (shape + 50.0)
    }

    fn looked_up(&self, time: f64) -> f64 {
        match &self.curve {
            Some(curve) if self.stages == 1 => {
                curve.at(time / self.alpha, |odds| self.expected(odds * self.alpha))
            }
            _ => self.expected(time),
        }
    }

    fn expected(&self, time: f64) -> f64 {
        let odds = time / self.alpha;
        if self.stages > 1 {
            return self.expected_by_stages(odds);
        }
        let shape = self.shape();
        self.mean(odds, |node| {
            let hazard = node.p * odds;
            if hazard < 1e-300 {
                shape * odds
            } else {
                -libm::expm1(-shape * libm::log1p(hazard)) / node.p
            }
        })
    }

    fn ever(&self) -> Option<f64> {
        // Purchases up to and with the last: one after each time of staying.
        (self.a > 1.0).then(|| (self.a + self.b - 1.0) / (self.a - 1.0))
    }

    fn survival(&self, time: f64) -> f64 {
        let odds = time / self.alpha;
        if self.stages == 1 {
            let shape = self.shape();
            return self.mean(odds, |node| libm::exp(-shape * libm::log1p(node.p * odds)));
        }
        // Whoever would have made n purchases is there if he stayed n times.
        let k = self.stages as usize;
        let of = |(place, &(weight, shape)): (usize, &(f64, f64))| {
            let tails = tails(shape, odds, odds / (1.0 + odds));
            let mut sum = 0.0;
            for (n, stays) in self.staying().enumerate() {
                let reached = tails.at_least((n * k).saturating_sub(place));
                if reached == 0.0 {
                    break;
                }
                sum += stays * (reached - tails.at_least((n + 1) * k - place));
            }
            weight * sum
        };
        self.phases.iter().enumerate().map(of).sum()
    }

    fn look(&self, time: f64) -> (f64, f64) {
        if self.stages > 1 {
            return (self.survival(time), self.expected(time));
        }
        // One pass for both: they are made of the same powers.
        let (odds, shape) = (time / self.alpha, self.shape());
        let (mut survival, mut expected) = (0.0, 0.0);
        for node in self.nodes(odds).iter() {
            let power = -shape * libm::log1p(node.p * odds);
            // Whichever is the smaller one is computed, and the other is the rest.
            let (stays, gone) = if power < -0.7 {
                let stays = libm::exp(power);
                (stays, 1.0 - stays)
            } else {
                let gone = -libm::expm1(power);
                (1.0 - gone, gone)
            };
            survival += node.weight * stays;
            expected +=
                node.weight * if node.p * odds < 1e-300 { shape * odds } else { gone / node.p };
        }
        (survival, expected)
    }

    fn discounted(&self, rate: f64, horizon: Option<f64>) -> Option<f64> {
        match horizon {
            Some(horizon) => Some(up_to(self, rate, horizon)),
            None if rate == 0.0 => self.ever(),
            None if self.stages == 1 => Some(without_end(self, rate)),
            None => Some(self.discounted_by_stages(rate)),
        }
    }

    fn chances(&self, time: f64, most: usize) -> Vec<f64> {
        self.chances_of(time / self.alpha, most)
    }

    fn between(&self, from: f64, until: f64, most: usize) -> Vec<f64> {
        if self.stages > 1 {
            return self.between_by_stages(from, until, most);
        }
        // Who is there at `from` has seen no purchase followed by leaving: for a
        // given p that is one more reason for λ to be small.
        let shape = self.shape();
        let mut out = vec![0.0; most + 1];
        let mut there = 0.0;
        for node in self.nodes(until / self.alpha).iter() {
            let alpha = self.alpha + node.p * from;
            let weight = node.weight * libm::exp(-shape * libm::log1p(node.p * from / self.alpha));
            there += weight;
            let odds = (until - from) / alpha;
            let (mut stays, mut leaves) = (1.0, node.p);
            for (n, chance) in out.iter_mut().enumerate() {
                let exactly = stays * negative_binomial(shape, odds, n as f64);
                let more = match n {
                    0 => 0.0,
                    _ => {
                        leaves
                            * beta_below(n as f64, shape, odds / (1.0 + odds), 1.0 / (1.0 + odds))
                    }
                };
                *chance += weight * (exactly + more);
                stays *= node.rest;
                if n > 0 {
                    leaves *= node.rest;
                }
            }
        }
        if let Some(none) = out.first_mut() {
            *none += 1.0 - there;
        }
        out
    }
}
