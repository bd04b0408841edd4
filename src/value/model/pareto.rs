//! Pareto/NBD: everybody buys at a rate of his own until he leaves, at a time
//! that has nothing to do with purchases.
//!
//! Purchases of one customer come at random with rate λ until he leaves after
//! an exponential time of rate μ. Over customers, λ has a gamma distribution
//! (`r`, `alpha`) and μ another one (`s`, `beta`), all of them rates.
//!
//! # Sources
//!
//! * Schmittlein, Morrison and Colombo (1987), "Counting your customers: who
//!   are they and what will they do next?", Management Science 33.
//! * Fader and Hardie (2005), "A note on deriving the Pareto/NBD model and
//!   related expressions", for the closed forms that this file has no use for:
//!
//! ```text
//! L = Γ(r+x)/Γ(r) α^r β^s [ (α+T)^-(r+x) (β+T)^-s
//!       + s integral from t_x to T of (α+y)^-(r+x) (β+y)^-(s+1) dy ]
//! ```
//!
//! The usual closed form of the integral is a difference of two hypergeometric
//! functions that agree in most of their digits, with another form for
//! `α < β` and trouble at `α = β`, `t_x = T` and many purchases. The integral
//! itself is that of a positive, smooth function: in the logarithm of
//! `min(α, β) + y` a Gauss rule gives all digits, and its nodes serve the
//! derivatives too.

use crate::stats::{Jet, LEGENDRE_8, LEGENDRE_16, LEGENDRE_32};
use crate::value::row::Row;
use crate::value::sample::{Item, Sample, Terms, bend, jet};

use super::ahead::{Ahead, each_node, negative_binomial};
use super::nbd::{add_gamma_part, moments, steady};
use super::{Border, Fitted, Model};

/// The family.
#[derive(Debug, Clone, Copy, Default)]
pub struct Pareto;

const R: usize = 0;
const ALPHA: usize = 1;
const S: usize = 2;
const BETA: usize = 3;

/// Where the integrand has fallen by so many powers of e, it ends.
const DEPTH: f64 = 42.0;

/// How far an integrand may fall and how long it may be, in logarithms, for a
/// rule to give all digits: those of 8 and of 16 nodes. That of 32 serves the
/// others, in pieces of the last length.
const SHORT: (f64, f64) = (3.0, 1.6);
const MIDDLE: (f64, f64) = (14.0, 4.0);
const PIECE: f64 = 8.0;

/// Gives nodes for an integral from `from` to `until` over a function that
/// falls like `(α+y)^-falls_alpha (β+y)^-falls_beta`: each time with its weight,
/// and by how much the logarithm of `min(α, β) + y` has grown.
fn nodes(
    (alpha, beta): (f64, f64),
    (falls_alpha, falls_beta): (f64, f64),
    from: f64,
    until: f64,
    mut take: impl FnMut(f64, f64, f64),
) {
    // The smaller of the two is where functions bend first.
    let least = alpha.min(beta);
    let fall = |time: f64| {
        falls_alpha * (least + time) / (alpha + time) + falls_beta * (least + time) / (beta + time)
            - 1.0
    };
    let base = least + from;
    let whole = libm::log1p((until - from) / base);
    let slowest = fall(from);
    let length = if slowest * whole > DEPTH { DEPTH / slowest } else { whole };
    let deep = (fall(until).max(0.0) * length).min(DEPTH);
    let fits = |(fall, long): (f64, f64)| deep <= fall && length <= long;
    let rule = match () {
        () if fits(SHORT) => &*LEGENDRE_8,
        () if fits(MIDDLE) => &*LEGENDRE_16,
        () => &*LEGENDRE_32,
    };
    let pieces = (length / PIECE).ceil().max(1.0);
    let piece = length / pieces;
    let mut start = 0.0;
    while start < pieces {
        for &(place, weight) in rule {
            let grown = piece * (start + place);
            let more = base * libm::expm1(grown);
            take(from + more, (base + more) * weight * piece, grown);
        }
        start += 1.0;
    }
}

/// The sum in brackets for one customer: how likely it is to be alive at the
/// end, and to have left at each node, with the derivatives of its logarithm.
fn bracket(item: &Item, [r, alpha, s, beta]: [f64; 4]) -> Terms {
    let y = r + item.x;
    let (last_alpha, last_beta) = (alpha + item.recency, beta + item.recency);
    let ln_alpha = libm::log1p(item.recency / alpha);
    let ln_beta = libm::log1p(item.recency / beta);
    let mut total = Moments::default();
    let mut take = |time: f64, weight: f64, left: f64, longer: (f64, f64)| {
        let (longer_alpha, longer_beta) = longer;
        let (per_alpha, per_beta) = (1.0 / (alpha + time), 1.0 / (beta + time));
        let (p, late_p) = (alpha * per_alpha, time * per_alpha);
        let (q, late_q) = (beta * per_beta, time * per_beta);
        let term = weight * libm::exp(-y * longer_alpha - s * longer_beta);
        let slopes = [-r * longer_alpha, y * late_p, left - s * longer_beta, s * late_q - left * q];
        let bends = [
            slopes[0],
            r * late_p,
            -y * p * late_p,
            -s * longer_beta,
            s * late_q,
            -(s + left) * q * late_q,
        ];
        total.add(term, slopes, bends);
    };
    let longer = |time: f64, last: f64| libm::log1p((time - item.recency) / last);
    take(item.age, 1.0, 0.0, (longer(item.age, last_alpha), longer(item.age, last_beta)));
    if item.age > item.recency {
        let falls = (y, s + 1.0);
        nodes((alpha, beta), falls, item.recency, item.age, |time, weight, grown| {
            // The nodes lie in the logarithm of one of the two.
            let longer = match alpha <= beta {
                true => (grown, longer(time, last_beta)),
                false => (longer(time, last_alpha), grown),
            };
            take(time, weight * s / (beta + time), 1.0, longer);
        });
    }
    let mut terms = total.terms();
    // What was left out above is the same for all nodes.
    terms[0] -= y * ln_alpha + s * ln_beta;
    terms[1 + R] -= r * ln_alpha;
    terms[bend(R, R)] -= r * ln_alpha;
    terms[1 + S] -= s * ln_beta;
    terms[bend(S, S)] -= s * ln_beta;
    terms
}

/// Means over nodes of the derivatives of the logarithm of each.
#[derive(Debug, Clone, Copy, Default)]
struct Moments {
    sum: f64,
    slopes: [f64; 4],
    products: [f64; 10],
    bends: [f64; 6],
}

impl Moments {
    fn add(&mut self, term: f64, slopes: [f64; 4], bends: [f64; 6]) {
        self.sum += term;
        let mut place = 0;
        for i in 0..4 {
            let weighed = term * slopes[i];
            self.slopes[i] += weighed;
            for slope in &slopes[..=i] {
                self.products[place] += weighed * slope;
                place += 1;
            }
        }
        for (sum, bend) in self.bends.iter_mut().zip(bends) {
            *sum += term * bend;
        }
    }

    /// The logarithm of the sum, with its derivatives.
    fn terms(&self) -> Terms {
        let mut terms = [0.0; 15];
        terms[0] = libm::log(self.sum);
        let slopes = self.slopes.map(|slope| slope / self.sum);
        let mut place = 0;
        for i in 0..4 {
            terms[1 + i] = slopes[i];
            for j in 0..=i {
                terms[bend(i, j)] = self.products[place] / self.sum - slopes[i] * slopes[j];
                place += 1;
            }
        }
        let pairs = [(R, R), (R, ALPHA), (ALPHA, ALPHA), (S, S), (S, BETA), (BETA, BETA)];
        for ((i, j), bent) in pairs.into_iter().zip(self.bends) {
            terms[bend(i, j)] += bent / self.sum;
        }
        terms
    }
}

fn four(parameters: &[f64]) -> [f64; 4] {
    [R, ALPHA, S, BETA].map(|place| parameters[place])
}

impl Model for Pareto {
    fn name(&self) -> &'static str {
        "pareto-nbd"
    }

    fn parameters(&self) -> &'static [&'static str] {
        &["r", "alpha", "s", "beta"]
    }

    fn starts(&self, sample: &Sample) -> Vec<Vec<f64>> {
        let (r, alpha) = moments(sample);
        let [weight, time] = sample.sums(|item| [1.0, item.age]);
        let life = time / weight;
        vec![vec![r, alpha, 0.6, 0.4 * life], vec![r, alpha, 2.0, 8.0 * life]]
    }

    fn likelihood(&self, sample: &Sample, parameters: &[f64]) -> Jet {
        let [r, alpha, s, beta] = four(parameters);
        let mut terms = sample.sums(|item| bracket(item, [r, alpha, s, beta]));
        add_gamma_part(&mut terms, sample, 1, r, alpha);
        jet(&terms, 4)
    }

    fn border(&self, parameters: &[f64]) -> Option<Border> {
        let [r, alpha, s, beta] = four(parameters);
        if s * alpha < 1e-4 * beta || s < 1e-6 {
            return Some(Border {
                model: "nbd",
                en: "nobody leaves: the rate of leaving goes to zero",
                zh: "没有客户流失：流失率趋于零",
            });
        }
        if s > super::nbd::ALIKE {
            return Some(Border {
                model: "constant-mu",
                en: "all customers leave at the same rate: s and beta grow together without end",
                zh: "所有客户的流失率相同：s 与 beta 同步趋于无穷",
            });
        }
        steady(r, "constant-lambda")
    }

    fn fitted(&self, parameters: &[f64]) -> Option<Box<dyn Fitted>> {
        let [r, alpha, s, beta] = four(parameters);
        Some(Box::new(Mortal { r, alpha, s, beta }))
    }
}

/// The model at its parameters, and just as well somebody who is there: then
/// what is known of λ and μ is again two gamma distributions.
#[derive(Debug, Clone, Copy)]
struct Mortal {
    r: f64,
    alpha: f64,
    s: f64,
    beta: f64,
}

impl Fitted for Mortal {
    fn alive(&self, row: &Row) -> f64 {
        let Mortal { r, alpha, s, beta } = *self;
        let (last, end, y) = (row.recency, row.age, r + f64::from(row.frequency));
        let (last_alpha, last_beta) = (alpha + last, beta + last);
        let longer = |time: f64| {
            let time = time - last;
            -y * libm::log1p(time / last_alpha) - s * libm::log1p(time / last_beta)
        };
        let there = longer(end);
        let mut left = 0.0;
        if end > last {
            nodes((alpha, beta), (y, s + 1.0), last, end, |time, weight, _| {
                left += weight * s / (beta + time) * libm::exp(longer(time) - there);
            });
        }
        1.0 / (1.0 + left)
    }

    fn ahead(&self, row: &Row) -> Box<dyn Ahead> {
        Box::new(Mortal {
            r: self.r + f64::from(row.frequency),
            alpha: self.alpha + row.age,
            s: self.s,
            beta: self.beta + row.age,
        })
    }

    fn forgets_recency(&self) -> bool {
        true
    }

    fn newcomer(&self) -> (f64, Box<dyn Ahead>) {
        (1.0, Box::new(*self))
    }
}

impl Ahead for Mortal {
    fn scale(&self) -> f64 {
        self.beta / (1.0 + self.s)
    }

    fn expected(&self, time: f64) -> f64 {
        // The integral of (β / (β + y))^s, also at s = 1.
        let length = libm::log1p(time / self.beta);
        let power = (self.s - 1.0) * length;
        let part =
            if power.abs() < 1e-300 { length } else { -libm::expm1(-power) / power * length };
        self.r / self.alpha * self.beta * part
    }

    fn ever(&self) -> Option<f64> {
        (self.s > 1.0).then(|| self.r / self.alpha * self.beta / (self.s - 1.0))
    }

    fn survival(&self, time: f64) -> f64 {
        libm::exp(-self.s * libm::log1p(time / self.beta))
    }

    fn chances(&self, time: f64, most: usize) -> Vec<f64> {
        let there = self.survival(time);
        let at = |time: f64, n: usize| negative_binomial(self.r, time / self.alpha, n as f64);
        let mut out: Vec<f64> = (0..=most).map(|n| there * at(time, n)).collect();
        // Whoever left at a time in between has bought until then. How sharply
        // that number is known is a matter of the shape.
        let piece = 0.75 / (libm::sqrt(self.r) / 6.0).max(1.0);
        each_node(self.alpha.min(self.beta), time, piece, |left, weight| {
            let falls = weight * self.s / (self.beta + left) * self.survival(left);
            for (n, chance) in out.iter_mut().enumerate() {
                *chance += falls * at(left, n);
            }
        });
        out
    }

    fn between(&self, from: f64, until: f64, most: usize) -> Vec<f64> {
        // Whoever is there at `from` has a μ that is smaller, and the same λ.
        let there = self.survival(from);
        let then = Mortal { beta: self.beta + from, ..*self };
        let chances = then.chances(until - from, most);
        let mut out: Vec<f64> = chances.into_iter().map(|chance| there * chance).collect();
        if let Some(none) = out.first_mut() {
            *none += 1.0 - there;
        }
        out
    }
}
