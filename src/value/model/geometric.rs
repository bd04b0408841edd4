//! The beta-geometric family: after each purchase a customer may leave.
//!
//! Purchases of one customer come at rate λ, at random or, with `k` stages, more
//! regularly (a gap is a sum of `k` exponential waits). After each repeat the
//! customer leaves for good with probability p. Over customers, λ has a gamma
//! distribution (`r`, `alpha`) and p a beta distribution (`a`, `b`). In the
//! *modified* models the first purchase may be the last one too, so that a
//! customer without repeats need not be alive for certain.
//!
//! # Sources
//!
//! * Fader, Hardie and Lee (2005), "Counting your customers the easy way: an
//!   alternative to the Pareto/NBD model", Marketing Science 24: BG/NBD, eq. 6.
//! * Batislam, Denizel and Filiztekin (2007), "Empirical validation and
//!   comparison of models for customer base analysis", Int. J. Research in
//!   Marketing 24; Hoppe and Wagner (2007): MBG/NBD.
//! * Platzer and Reutterer (2016, 2017), "Incorporating regularity": the models
//!   with stages, (M)BG/CNBD-k.
//!
//! With `y = r + k x`, `Δ = T - t_x`, `q = Δ / (α + T)` and `n = x` (modified:
//! `x + 1`), their likelihoods are one:
//!
//! ```text
//! Γ(y)/Γ(r) α^r (α+T)^-y B(a, b+n)/B(a, b) [S + a/(b+n-1) (1-q)^-y],
//! S = sum over j < k of Γ(y+j)/Γ(y) q^j/j!
//! ```
//!
//! times `(product of gaps)^(k-1) / Γ(k)^x`; the second term in brackets is left
//! out where the customer had no occasion to leave. `S` over the bracket is
//! P(alive).

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::error::{Code, Error, Fault};
use crate::stats::{Jet, ln_gamma, rising};
use crate::value::row::Row;
use crate::value::sample::{Item, Sample, Terms, bend, jet};

use super::ahead::Ahead;
use super::curve::Curve;
use super::nbd::{add_gamma_part, moments, steady};
use super::staged::Staged;
use super::{Border, Fitted, Model};

const R: usize = 0;
const ALPHA: usize = 1;
const A: usize = 2;
const B: usize = 3;

/// One of the family.
#[derive(Debug, Clone, Copy)]
pub struct Geometric {
    name: &'static str,
    stages: u32,
    /// Whether `k` is part of the name, or one by definition.
    is_staged: bool,
    /// Whether the first purchase may be the last.
    modified: bool,
}

impl Geometric {
    /// BG/NBD.
    pub fn bg() -> Geometric {
        Geometric { name: "bg-nbd", stages: 1, is_staged: false, modified: false }
    }

    /// MBG/NBD.
    pub fn mbg() -> Geometric {
        Geometric { name: "mbg-nbd", stages: 1, is_staged: false, modified: true }
    }

    /// BG/CNBD-k.
    pub fn bg_stages(k: u32) -> Geometric {
        Geometric { name: "bg-cnbd", stages: k, is_staged: true, modified: false }
    }

    /// MBG/CNBD-k.
    pub fn mbg_stages(k: u32) -> Geometric {
        Geometric { name: "mbg-cnbd", stages: k, is_staged: true, modified: true }
    }

    /// How often there was an occasion to leave and the customer stayed, if he
    /// is still there.
    fn stayed(&self, x: f64) -> f64 {
        if self.modified { x + 1.0 } else { x }
    }

    fn add_beta_part(&self, terms: &mut Terms, sample: &Sample, a: f64, b: f64) {
        for &(x, weight) in sample.counts() {
            let n = if self.modified { x + 1 } else { x };
            let (above, below) = (rising(b, n), rising(a + b, n));
            let (in_a, in_b) = (-below.first, above.first - below.first);
            terms[0] += weight * (above.ln - below.ln);
            terms[1 + A] += weight * a * in_a;
            terms[1 + B] += weight * b * in_b;
            terms[bend(A, A)] += weight * (a * in_a - a * a * below.second);
            terms[bend(A, B)] -= weight * a * b * below.second;
            terms[bend(B, B)] += weight * (b * in_b + b * b * (above.second - below.second));
        }
    }

    /// What does not depend on the parameters.
    fn constant(&self, sample: &Sample) -> f64 {
        if self.stages == 1 {
            return 0.0;
        }
        let k = f64::from(self.stages);
        let repeats = sample.sum(|item| item.x);
        // Where gaps are not known `check` has refused the sample.
        (k - 1.0) * sample.log_gaps().unwrap_or(f64::NAN) - repeats * ln_gamma(k)
    }

    fn bracket(&self, item: &Item, parameters: &[f64], dead: Option<(f64, f64)>) -> Terms {
        let (r, alpha) = (parameters[R], parameters[ALPHA]);
        let y = r + f64::from(self.stages) * item.x;
        let (end, last) = (alpha + item.age, alpha + item.recency);
        let (ln, share, late) = (libm::log1p(item.age / alpha), alpha / end, item.age / end);
        let bent = share * late;
        let alive = waiting(self.stages, y, (item.age - item.recency) / end);
        // The derivatives of ln S, from those in y and in ln q.
        let s_r = r * alive.first;
        let s_rr = s_r + r * r * alive.second;
        let s_alpha = -share * alive.mean;
        let s_alphas = share * share * alive.variance - bent * alive.mean;
        let s_both = -r * share * alive.covariance;
        let mut terms = [0.0; 15];
        terms[0] = alive.ln - y * ln;
        terms[1 + R] = s_r - r * ln;
        terms[1 + ALPHA] = s_alpha + y * late;
        terms[bend(R, R)] = s_rr - r * ln;
        terms[bend(R, ALPHA)] = s_both + r * late;
        terms[bend(ALPHA, ALPHA)] = s_alphas - y * bent;
        let Some((ln_odds, part)) = dead else { return terms };
        let wait = item.age - item.recency;
        let (longer, closer) = (libm::log1p(wait / last), -share * wait / last);
        let z = ln_odds + y * longer - alive.ln;
        let (gone, value) = softplus(z);
        let slopes = [r * longer - s_r, y * closer - s_alpha, 1.0, -part];
        let shift = bent - alpha / last * (item.recency / last);
        terms[0] += value;
        for i in [R, ALPHA, A, B] {
            terms[1 + i] += gone * slopes[i];
            for j in 0..=i {
                terms[bend(i, j)] += gone * (1.0 - gone) * slopes[i] * slopes[j];
            }
        }
        terms[bend(R, R)] += gone * (r * longer - s_rr);
        terms[bend(R, ALPHA)] += gone * (r * closer - s_both);
        terms[bend(ALPHA, ALPHA)] += gone * (y * shift - s_alphas);
        terms[bend(B, B)] += gone * (part * part - part);
        terms
    }

    /// The logarithm of `a / (b + n - 1)` and `b / (b + n - 1)`, where the
    /// customer had an occasion to leave.
    fn dead(&self, x: f64, a: f64, b: f64) -> Option<(f64, f64)> {
        let occasions = self.stayed(x);
        (occasions > 0.0).then(|| {
            let below = b + (occasions - 1.0);
            (libm::log(a / below), b / below)
        })
    }
}

/// `1 / (1 + exp(-z))` and `ln (1 + exp(z))`.
fn softplus(z: f64) -> (f64, f64) {
    let small = libm::exp(-z.abs());
    let value = z.max(0.0) + libm::log1p(small);
    let share = if z < 0.0 { small } else { 1.0 } / (1.0 + small);
    (share, value)
}

/// `ln S`, and what its derivatives are made of: `S` is a sum over the stages
/// `j` that a wait has passed, whose shares make a distribution of `j`.
#[derive(Debug, Clone, Copy, Default)]
struct Waiting {
    ln: f64,
    /// The first and second derivatives in `y`.
    first: f64,
    second: f64,
    /// Mean and variance of `j`, and the covariance with `ψ(y + j)`.
    mean: f64,
    variance: f64,
    covariance: f64,
}

fn waiting(stages: u32, y: f64, q: f64) -> Waiting {
    if stages == 1 {
        return Waiting::default();
    }
    let (mut term, mut first, mut second) = (1.0, 0.0, 0.0);
    let (mut sum, mut sums) = (0.0, [0.0; 6]);
    for stage in 0..stages {
        let j = f64::from(stage);
        sum += term;
        let shares = [first, first * first, second, j, j * j, j * first];
        for (sum, share) in sums.iter_mut().zip(shares) {
            *sum += term * share;
        }
        term *= (y + j) / (j + 1.0) * q;
        first += 1.0 / (y + j);
        second -= 1.0 / ((y + j) * (y + j));
    }
    let [f, ff, s, j, jj, jf] = sums.map(|part| part / sum);
    Waiting {
        ln: libm::log(sum),
        first: f,
        second: ff - f * f + s,
        mean: j,
        variance: jj - j * j,
        covariance: jf - j * f,
    }
}

impl Model for Geometric {
    fn name(&self) -> &'static str {
        self.name
    }

    fn stages(&self) -> Option<u32> {
        self.is_staged.then_some(self.stages)
    }

    fn parameters(&self) -> &'static [&'static str] {
        &["r", "alpha", "a", "b"]
    }

    fn check(&self, sample: &Sample) -> Result<(), Error> {
        if self.stages == 1 || sample.log_gaps().is_some() {
            return Ok(());
        }
        let fault = Fault::new(
            Code::NothingToFit,
            "a model with stages needs the gaps between purchases of every customer",
            "带阶段的模型需要每位客户的购买间隔",
        );
        let fault = fault.at("log_gaps").hint(
            "give the sum of the logarithms of each customer's gaps",
            "请给出每位客户各间隔的对数之和",
        );
        Err(fault.into())
    }

    fn starts(&self, sample: &Sample) -> Vec<Vec<f64>> {
        let (r, alpha) = moments(sample);
        let k = f64::from(self.stages);
        // With stages, so many more events fall into the same time.
        let alpha = alpha / k;
        vec![vec![r, alpha, 0.8, 2.5], vec![r, alpha, 0.1, 1.0]]
    }

    fn likelihood(&self, sample: &Sample, parameters: &[f64]) -> Jet {
        let [r, alpha, a, b] = [R, ALPHA, A, B].map(|place| parameters[place]);
        let dead: Vec<Option<(f64, f64)>> =
            sample.counts().iter().map(|&(x, _)| self.dead(x as f64, a, b)).collect();
        let mut terms = sample.sums(|item| self.bracket(item, parameters, dead[item.count]));
        add_gamma_part(&mut terms, sample, u64::from(self.stages), r, alpha);
        self.add_beta_part(&mut terms, sample, a, b);
        terms[0] += self.constant(sample);
        jet(&terms, 4)
    }

    fn border(&self, parameters: &[f64]) -> Option<Border> {
        let (a, b) = (parameters[A], parameters[B]);
        if a < 1e-4 * b {
            let regular = self.stages > 1;
            return Some(Border {
                model: if regular { "cnbd" } else { "nbd" },
                en: "nobody leaves: the probability to leave goes to zero",
                zh: "没有客户流失：流失概率趋于零",
            });
        }
        if b < 1e-4 * a {
            return Some(Border {
                model: "one-chance",
                en: "everybody leaves at the first occasion: the probability to leave goes to one",
                zh: "所有客户在第一次机会时即流失：流失概率趋于一",
            });
        }
        if a.max(b) < 1e-4 {
            return Some(Border {
                model: "all-or-nothing",
                en: "some customers leave at the first occasion and the others never: a and b go to zero together",
                zh: "部分客户在第一次机会时即流失，其余永不流失：a 与 b 同步趋于零",
            });
        }
        if a.min(b) > super::nbd::ALIKE {
            return Some(Border {
                model: "constant-p",
                en: "all customers leave with the same probability after a purchase: a and b grow together without end",
                zh: "所有客户每次购买后的流失概率相同：a 与 b 同步趋于无穷",
            });
        }
        steady(parameters[R], "constant-lambda")
    }

    fn fitted(&self, parameters: &[f64]) -> Option<Box<dyn Fitted>> {
        let [r, alpha, a, b] = [R, ALPHA, A, B].map(|place| parameters[place]);
        Some(Box::new(Leaving { family: *self, r, alpha, a, b, known: Mutex::default() }))
    }
}

/// One of the family at its parameters.
#[derive(Debug)]
struct Leaving {
    family: Geometric,
    r: f64,
    alpha: f64,
    a: f64,
    b: f64,
    /// Curves by the number of repeats: many customers have the same.
    known: Mutex<HashMap<u32, Arc<Curve>>>,
}

/// Numbers of repeats whose curves are kept.
const KEPT: usize = 1_000;

impl Leaving {
    fn curve(&self, frequency: u32, shape: f64, b: f64) -> Option<Arc<Curve>> {
        if self.family.stages > 1 {
            return None;
        }
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= KEPT {
            known.clear();
        }
        let made = || Arc::new(Curve::new(shape, self.a, b));
        Some(Arc::clone(known.entry(frequency).or_insert_with(made)))
    }
}

impl Fitted for Leaving {
    fn alive(&self, row: &Row) -> f64 {
        let x = f64::from(row.frequency);
        let Some((ln_odds, _)) = self.family.dead(x, self.a, self.b) else { return 1.0 };
        let y = self.r + f64::from(self.family.stages) * x;
        let wait = row.age - row.recency;
        let alive = waiting(self.family.stages, y, wait / (self.alpha + row.age));
        let longer = libm::log1p(wait / (self.alpha + row.recency));
        softplus(alive.ln - ln_odds - y * longer).0
    }

    fn ahead(&self, row: &Row) -> Box<dyn Ahead> {
        let x = f64::from(row.frequency);
        let y = self.r + f64::from(self.family.stages) * x;
        let alpha = self.alpha + row.age;
        let b = self.b + self.family.stayed(x);
        Box::new(Staged {
            stages: self.family.stages,
            phases: phases(self.family.stages, y, (row.age - row.recency) / alpha),
            alpha,
            a: self.a,
            b,
            curve: self.curve(row.frequency, y, b),
        })
    }

    fn forgets_recency(&self) -> bool {
        // Among several stages the wait says which one has been reached.
        self.family.stages == 1
    }

    fn newcomer(&self) -> (f64, Box<dyn Ahead>) {
        let Leaving { family, r, alpha, a, b, .. } = *self;
        let (phases, stages) = (vec![(1.0, r)], family.stages);
        let stays = if family.modified { b / (a + b) } else { 1.0 };
        let b = b + family.stayed(0.0);
        (stays, Box::new(Staged { stages, phases, alpha, a, b, curve: None }))
    }
}

/// How likely it is that so many stages have passed since the last purchase,
/// with the shape that λ then has.
fn phases(stages: u32, y: f64, q: f64) -> Vec<(f64, f64)> {
    let mut term = 1.0;
    let terms: Vec<(f64, f64)> = (0..stages)
        .map(|stage| {
            let j = f64::from(stage);
            let here = (term, y + j);
            term *= (y + j) / (j + 1.0) * q;
            here
        })
        .collect();
    let sum: f64 = terms.iter().map(|(term, _)| term).sum();
    terms.into_iter().map(|(term, shape)| (term / sum, shape)).collect()
}
