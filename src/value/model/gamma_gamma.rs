//! Gamma-Gamma: what a purchase brings, whoever makes it and however often.
//!
//! What a customer spends at one purchase has a gamma distribution of shape `p`
//! and a rate of his own; over customers, that rate has a gamma distribution of
//! shape `q` and rate `v`. How much somebody spends has nothing to do with how
//! often he comes, which is worth a check before multiplying the two.
//!
//! # Sources
//!
//! * Colombo and Jiang (1999), "A stochastic RFM model", J. Interactive
//!   Marketing 13.
//! * Fader and Hardie (2013), "The Gamma-Gamma model of monetary value", eq. 1a
//!   (the likelihood, with all its constants) and 5 (the conditional mean).

use crate::error::Error;
use crate::stats::{Jet, digamma, ln_beta, trigamma};
use crate::value::row::Row;
use crate::value::sample::{Item, Reads, Sample, Terms, bend, jet};

use super::{Border, Fitted, Model, check_parameters};

/// The family.
#[derive(Debug, Clone, Copy, Default)]
pub struct GammaGamma;

const P: usize = 0;
const Q: usize = 1;
const V: usize = 2;

/// `-ln B(p x, q) + p x ln x` and its derivatives, over all customers.
fn add_counts(terms: &mut Terms, sample: &Sample, p: f64, q: f64) {
    let (prior, bent_prior) = (digamma(q), trigamma(q));
    for &(count, weight) in sample.counts() {
        let x = count as f64;
        let (shape, ln_x) = (p * x, libm::log(x));
        let (both, bent) = (digamma(shape + q), trigamma(shape + q));
        let slope_p = shape * (both - digamma(shape) + ln_x);
        let slope_q = q * (both - prior);
        terms[0] += weight * (shape * ln_x - ln_beta(shape, q));
        terms[1 + P] += weight * slope_p;
        terms[1 + Q] += weight * slope_q;
        terms[bend(P, P)] += weight * (slope_p + shape * shape * (bent - trigamma(shape)));
        terms[bend(P, Q)] += weight * shape * q * bent;
        terms[bend(Q, Q)] += weight * (slope_q + q * q * (bent - bent_prior));
    }
}

/// What the amounts of one customer contribute.
fn amounts(item: &Item, p: f64, q: f64, v: f64) -> Terms {
    let shape = p * item.x;
    let whole = v + item.x * item.monetary;
    let (ln_whole, share) = (libm::log(whole), v / whole);
    let (ln_mean, ln_v) = (libm::log(item.monetary), libm::log(v));
    let slope_p = shape * (ln_mean - ln_whole);
    let slope_q = q * (ln_v - ln_whole);
    let mut terms = [0.0; 15];
    terms[0] = slope_p + slope_q - ln_mean;
    terms[1 + P] = slope_p;
    terms[1 + Q] = slope_q;
    terms[1 + V] = q - (shape + q) * share;
    terms[bend(P, P)] = slope_p;
    terms[bend(P, V)] = -shape * share;
    terms[bend(Q, Q)] = slope_q;
    terms[bend(Q, V)] = q * (1.0 - share);
    terms[bend(V, V)] = -(shape + q) * share * (1.0 - share);
    terms
}

impl Model for GammaGamma {
    fn name(&self) -> &'static str {
        "gamma-gamma"
    }

    fn parameters(&self) -> &'static [&'static str] {
        &["p", "q", "v"]
    }

    fn reads(&self) -> Reads {
        Reads::Money
    }

    fn starts(&self, sample: &Sample) -> Vec<Vec<f64>> {
        let [repeats, money] = sample.sums(|item| [item.x, item.x * item.monetary]);
        let mean = money / repeats;
        // The mean over everybody is p v / (q - 1).
        vec![vec![5.0, 4.0, 0.6 * mean], vec![1.0, 2.0, mean]]
    }

    fn likelihood(&self, sample: &Sample, parameters: &[f64]) -> Jet {
        let (p, q, v) = (parameters[P], parameters[Q], parameters[V]);
        let mut terms = sample.sums(|item| amounts(item, p, q, v));
        add_counts(&mut terms, sample, p, q);
        jet(&terms, 3)
    }

    fn border(&self, parameters: &[f64]) -> Option<Border> {
        if parameters[P] > super::nbd::ALIKE {
            return Some(Border {
                model: "constant-spend",
                en: "every purchase of a customer brings the same: p grows without end",
                zh: "同一客户每次购买的金额相同：p 趋于无穷",
            });
        }
        (parameters[Q] > super::nbd::ALIKE).then_some(Border {
            model: "gamma",
            en: "all customers spend alike: q and v grow together without end",
            zh: "所有客户的消费水平相同：q 与 v 同步趋于无穷",
        })
    }

    fn fitted(&self, _: &[f64]) -> Option<Box<dyn Fitted>> {
        None
    }
}

/// The model at its parameters: what a purchase of somebody will bring.
///
/// ```
/// use guanxi::value::{Row, model::Spend};
/// let spend = Spend::new(6.25, 3.74, 15.44)?;
/// let known = Row { monetary: Some(22.345), ..Row::new(2, 30.43, 38.86) };
/// assert_eq!((spend.mean(&known).unwrap() * 100.0).round(), 2466.0);
/// # Ok::<(), guanxi::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spend {
    p: f64,
    q: f64,
    v: f64,
}

impl Spend {
    /// The parameters as in the paper: the shapes `p` and `q`, and the rate `v`
    /// (also written γ), in the unit of money of the rows.
    ///
    /// # Errors
    ///
    /// [`Code::BadParameters`](crate::Code::BadParameters): one that is not positive.
    pub fn new(p: f64, q: f64, v: f64) -> Result<Spend, Error> {
        check_parameters(&GammaGamma, &[p, q, v])?;
        Ok(Spend { p, q, v })
    }

    /// What the next purchase of this customer brings in the mean: between his
    /// own mean so far and that of everybody, nearer to his own the more
    /// purchases there were. `None` where the distribution has no mean.
    pub fn mean(&self, row: &Row) -> Option<f64> {
        let x = row.monetary.map_or(0.0, |_| f64::from(row.frequency));
        let money = x * row.monetary.unwrap_or_default();
        let below = self.p * x + self.q - 1.0;
        (below > 0.0).then(|| (self.v + money) * self.p / below)
    }
}
