//! Logistic regression: how yes or no depends on numbers.
//!
//! The logarithm of the odds is a constant plus a weight for each factor. Factors
//! are first brought to mean 0 and spread 1, so that neither the search nor a
//! penalty depends on units; what is given back is for the factors as they came.
//!
//! # Sources
//!
//! * Cox (1958), "The regression analysis of binary sequences", J. Royal
//!   Statistical Society B 20. For this model Newton's method, used here, is
//!   iteratively reweighted least squares: Nelder and Wedderburn (1972).
//! * Hoerl and Kennard (1970), "Ridge regression", Technometrics 12; le Cessie and
//!   van Houwelingen (1992), "Ridge estimators in logistic regression", Applied
//!   Statistics 41: the penalty, from which the constant is free.
//! * Albert and Anderson (1984), "On the existence of maximum likelihood
//!   estimates in logistic regression models", Biometrika 71: separation.

use super::matrix::{Matrix, axes, inverse};
use super::newton::{Jet, Stopping, climb};
use super::sum::{Sum, chunked};

/// What the search goes for, for one customer.
const AIM: f64 = 1e-10;
/// A slope up to this is none.
const FLAT: f64 = 1e-8;
/// What rounding may leave of a slope, for one customer.
const ROUNDING: f64 = 1e-13;
/// Weights of factors of spread 1 stay within this.
const FAR: f64 = 1e4;
/// Steps after which a search is given up.
const MOST_STEPS: usize = 1_000;
/// What counts as nothing beside the largest of its kind.
const NOTHING: f64 = 1e-6;

/// One customer, or some who are equal.
#[derive(Debug, Clone, PartialEq)]
pub struct Case {
    /// The factors, as many in every case.
    pub factors: Vec<f64>,
    /// Whether it happened.
    pub outcome: bool,
    /// For how many customers this stands.
    pub weight: u64,
}

/// A fitted regression.
#[derive(Debug, Clone, PartialEq)]
pub struct Logistic {
    /// The constant, then a weight for each factor.
    pub coefficients: Vec<f64>,
    /// Their covariance: the inverse of the information, the penalty included;
    /// `None` where the data leave some open. A factor that never varies has 0
    /// everywhere.
    pub covariance: Option<Matrix>,
    /// The logarithm of the likelihood, without the penalty.
    pub log_likelihood: f64,
    /// And of the same chance for everybody.
    pub null_log_likelihood: f64,
    /// Steps of the search.
    pub iterations: usize,
    /// The largest slope that is left.
    pub gradient_norm: f64,
    /// Whether it is a top.
    pub converged: bool,
    /// Factors that never vary, and so have no weight.
    pub constant: Vec<usize>,
    /// Why there is no one answer, where there is none.
    pub open: Option<Open>,
}

/// Why the data leave weights open.
#[derive(Debug, Clone, PartialEq)]
pub enum Open {
    /// A combination of factors tells yes from no without an error (or, not
    /// `complete`, but for customers right at the border): its weights grow
    /// without end.
    Separated {
        /// Whether nobody is at the border.
        complete: bool,
        /// The factors that take part.
        factors: Vec<usize>,
    },
    /// Some factors say the same: only a combination of their weights is known.
    Collinear {
        /// Which.
        factors: Vec<usize>,
    },
}

impl Logistic {
    /// The standard error of a coefficient, where it is known.
    pub fn error(&self, place: usize) -> Option<f64> {
        Some(libm::sqrt(*self.covariance.as_ref()?.get(place)?.get(place)?))
    }
}

/// Fits a logistic regression.
///
/// # Inputs
///
/// Cases with equally many finite factors. `penalty`, 0 or more: half of this
/// times the sum of squares of the weights, for factors of spread 1, is taken
/// off the logarithm of the likelihood; the constant goes free. (The `C` of some
/// programs is its inverse, on factors brought to spread 1.)
///
/// # Output
///
/// `None` where there is only one outcome or no case, or where factors differ in
/// number or are not finite. Cases may come in any order, and a weight of three
/// is three equal cases, to the bit.
///
/// # Cost
///
/// A sort; then a pass over the distinct cases for each of some ten steps, with
/// the square of the number of factors for each.
///
/// ```
/// use guanxi::stats::{Case, logistic};
///
/// // One factor, yes or no: the weight is the logarithm of the odds ratio.
/// let cases = [(0.0, false, 30), (0.0, true, 10), (1.0, false, 20), (1.0, true, 40)];
/// let cases = cases.map(|(x, outcome, weight)| Case { factors: vec![x], outcome, weight });
/// let fit = logistic(&cases, 0.0).unwrap();
/// assert!((fit.coefficients[0] - (10.0_f64 / 30.0).ln()).abs() < 1e-12);
/// assert!((fit.coefficients[1] - 6.0_f64.ln()).abs() < 1e-12);
/// let woolf = (1.0 / 30.0 + 1.0 / 10.0 + 1.0 / 20.0 + 1.0 / 40.0_f64).sqrt();
/// assert!((fit.error(1).unwrap() - woolf).abs() < 1e-12);
/// ```
pub fn logistic(cases: &[Case], penalty: f64) -> Option<Logistic> {
    let scaled = Scaled::of(cases)?;
    let size = scaled.used.len() + 1;
    let flat = Stopping::flat(AIM.max(ROUNDING * scaled.all));
    // What separates grows without end, and is known by how it grows: far from
    // what any weight of a factor of spread 1 could be.
    let stop = Stopping { bound: FAR, evaluations: MOST_STEPS, ..flat };
    let top = climb(&vec![0.0; size], &stop, |point| scaled.likelihood(point, penalty))?;
    let open = if penalty > 0.0 { None } else { scaled.open(&top.point, &top.jet) };
    let information: Matrix =
        top.jet.hessian.iter().map(|row| row.iter().map(|it| -it).collect()).collect();
    let covariance = if open.is_some() { None } else { inverse(&information) };
    let steepness = top.jet.steepness();
    Some(Logistic {
        coefficients: scaled.back(&top.point),
        covariance: covariance.map(|matrix| scaled.spread_back(&matrix)),
        log_likelihood: scaled.likelihood(&top.point, 0.0).value,
        null_log_likelihood: scaled.null(),
        iterations: top.steps,
        gradient_norm: steepness,
        converged: open.is_none() && steepness <= FLAT.max(100.0 * ROUNDING * scaled.all),
        constant: scaled.constant(),
        open,
    })
}

/// Cases with factors of mean 0 and spread 1, the constant before them.
struct Scaled {
    cases: Vec<Case>,
    all: f64,
    hits: f64,
    means: Vec<f64>,
    /// 0 for a factor that never varies.
    spreads: Vec<f64>,
    /// The factors that vary.
    used: Vec<usize>,
}

impl Scaled {
    fn of(cases: &[Case]) -> Option<Scaled> {
        let width = cases.first()?.factors.len();
        let good = |case: &Case| {
            case.factors.len() == width && case.factors.iter().all(|it| it.is_finite())
        };
        if !cases.iter().all(good) {
            return None;
        }
        let cases = distinct(cases);
        let total = |of: &dyn Fn(&Case) -> f64| -> f64 {
            cases.iter().map(|case| case.weight as f64 * of(case)).collect::<Sum>().total()
        };
        let (all, hits) = (total(&|_| 1.0), total(&|case| f64::from(u8::from(case.outcome))));
        if !(0.0 < hits && hits < all) {
            return None;
        }
        let means: Vec<f64> = (0..width).map(|at| total(&|case| case.factors[at]) / all).collect();
        let spreads: Vec<f64> = (0..width)
            .map(|at| {
                let first = cases.first().map(|case| case.factors[at]);
                if cases.iter().all(|case| Some(case.factors[at]) == first) {
                    return 0.0;
                }
                let off = |case: &Case| case.factors[at] - means[at];
                libm::sqrt(total(&|case| off(case) * off(case)) / all)
            })
            .collect();
        // A spread that is lost beside the mean cannot be told from none.
        let used = (0..width).filter(|&at| spreads[at] > 1e-12 * means[at].abs()).collect();
        let mut scaled = Scaled { cases, all, hits, means, spreads, used };
        scaled.scale();
        Some(scaled)
    }

    fn scale(&mut self) {
        for case in &mut self.cases {
            let scaled = |&at: &usize| (case.factors[at] - self.means[at]) / self.spreads[at];
            let row: Vec<f64> = std::iter::once(1.0).chain(self.used.iter().map(scaled)).collect();
            case.factors = row;
        }
    }

    fn null(&self) -> f64 {
        let rate = self.hits / self.all;
        self.hits * libm::log(rate) + (self.all - self.hits) * libm::log1p(-rate)
    }

    /// The logarithm of the likelihood less the penalty, with its derivatives.
    fn likelihood(&self, point: &[f64], penalty: f64) -> Jet {
        let size = point.len();
        let corner = 1 + size;
        let parts = chunked(&self.cases, 1, |cases| {
            let mut sums = vec![0.0; corner + size * (size + 1) / 2];
            for case in cases {
                add(&mut sums, case, point);
            }
            sums
        });
        let sum =
            |place: usize| -> f64 { parts.iter().map(|part| part[place]).collect::<Sum>().total() };
        let mut jet = Jet {
            value: sum(0),
            gradient: (0..size).map(|at| sum(1 + at)).collect(),
            hessian: vec![vec![0.0; size]; size],
        };
        for row in 0..size {
            for column in 0..=row {
                let bend = sum(corner + row * (row + 1) / 2 + column);
                jet.hessian[row][column] = bend;
                jet.hessian[column][row] = bend;
            }
        }
        for (at, weight) in point.iter().enumerate().skip(1) {
            jet.value -= 0.5 * penalty * weight * weight;
            jet.gradient[at] -= penalty * weight;
            jet.hessian[at][at] -= penalty;
        }
        jet
    }

    /// Coefficients for the factors as they came.
    fn back(&self, point: &[f64]) -> Vec<f64> {
        let mut out = vec![0.0; self.means.len() + 1];
        let mut constant = Sum::default();
        constant.add(point[0]);
        for (weight, &at) in point[1..].iter().zip(&self.used) {
            let weight = weight / self.spreads[at];
            out[at + 1] = weight;
            constant.add(-weight * self.means[at]);
        }
        out[0] = constant.total();
        out
    }

    /// Their covariance: the same linear map on both sides.
    fn spread_back(&self, matrix: &Matrix) -> Matrix {
        let width = self.means.len() + 1;
        let mut map = vec![vec![0.0; matrix.len()]; width];
        map[0][0] = 1.0;
        for (place, &at) in self.used.iter().enumerate() {
            map[at + 1][place + 1] = 1.0 / self.spreads[at];
            map[0][place + 1] = -self.means[at] / self.spreads[at];
        }
        let entry = |one: &Vec<f64>, other: &Vec<f64>| -> f64 {
            let terms = one.iter().enumerate().flat_map(|(i, a)| {
                other.iter().enumerate().map(move |(j, b)| a * matrix[i][j] * b)
            });
            terms.collect::<Sum>().total()
        };
        map.iter().map(|one| map.iter().map(|other| entry(one, other)).collect()).collect()
    }

    fn constant(&self) -> Vec<usize> {
        (0..self.means.len()).filter(|at| !self.used.contains(at)).collect()
    }

    /// Whether there is a direction in which the likelihood never falls: one that
    /// separates, or one that changes nothing. Those that can be are the
    /// solution itself, the next step of the search, in which what separates
    /// grows on, and the axes of least information.
    fn open(&self, point: &[f64], jet: &Jet) -> Option<Open> {
        let principal = axes(&jet.hessian);
        let step: Vec<f64> = (0..point.len())
            .map(|at| {
                let along = principal.iter().map(|(bend, axis)| {
                    let slope: f64 = axis.iter().zip(&jet.gradient).map(|(a, g)| a * g).sum();
                    if *bend < 0.0 { -slope / bend * axis[at] } else { 0.0 }
                });
                along.sum()
            })
            .collect();
        let least = principal.last().map(|(_, axis)| axis.clone()).unwrap_or_default();
        let opposite: Vec<f64> = least.iter().map(|part| -part).collect();
        let candidates = [point.to_vec(), step, least.clone(), opposite];
        let separated = candidates.iter().find_map(|way| {
            let complete = self.separates(way)?;
            Some(Open::Separated { complete, factors: self.parts(way) })
        });
        separated.or_else(|| {
            let most = self.farthest(&least);
            (most <= NOTHING).then(|| Open::Collinear { factors: self.parts(&least) })
        })
    }

    /// How far a direction moves anybody.
    fn farthest(&self, way: &[f64]) -> f64 {
        self.cases.iter().map(|case| dot(&case.factors, way).abs()).fold(0.0, f64::max)
    }

    /// Whether a direction moves nobody to the wrong side; if so, whether it
    /// moves everybody.
    fn separates(&self, way: &[f64]) -> Option<bool> {
        let most = self.farthest(way);
        if !(most.is_finite() && most > NOTHING) {
            return None;
        }
        let sides = self.cases.iter().map(|case| {
            let moved = dot(&case.factors, way) / most;
            if case.outcome { moved } else { -moved }
        });
        let least = sides.fold(f64::INFINITY, f64::min);
        (least >= -NOTHING).then_some(least > NOTHING)
    }

    /// The factors of a direction.
    fn parts(&self, way: &[f64]) -> Vec<usize> {
        let most = way.iter().skip(1).fold(0.0_f64, |most, part| most.max(part.abs()));
        let takes_part = |(_, part): &(&usize, &f64)| part.abs() > NOTHING * most;
        self.used.iter().zip(way.iter().skip(1)).filter(takes_part).map(|(at, _)| *at).collect()
    }
}

/// Equal cases once, in an order of their own.
fn distinct(cases: &[Case]) -> Vec<Case> {
    let mut out: Vec<Case> = cases
        .iter()
        .filter(|case| case.weight > 0)
        .map(|case| Case { factors: case.factors.iter().map(|it| it + 0.0).collect(), ..*case })
        .collect();
    out.sort_unstable_by(|one, other| {
        let pairs = one.factors.iter().zip(&other.factors);
        let unequal = pairs.map(|(a, b)| a.total_cmp(b)).find(|order| order.is_ne());
        unequal.unwrap_or_else(|| one.outcome.cmp(&other.outcome))
    });
    out.dedup_by(|next, kept| {
        let same = next.factors == kept.factors && next.outcome == kept.outcome;
        if same {
            kept.weight = kept.weight.saturating_add(next.weight);
        }
        same
    });
    out
}

fn dot(one: &[f64], other: &[f64]) -> f64 {
    one.iter().zip(other).map(|(a, b)| a * b).sum()
}

/// What one case adds to the value, the slopes and, row by row, the bends.
fn add(sums: &mut [f64], case: &Case, point: &[f64]) {
    let weight = case.weight as f64;
    let odds = dot(&case.factors, point);
    let small = libm::exp(-odds.abs());
    // The chance of what happened and of what did not, each with all its digits.
    let (likely, rare) = (1.0 / (1.0 + small), small / (1.0 + small));
    let (yes, no) = if odds < 0.0 { (rare, likely) } else { (likely, rare) };
    let right = case.outcome == (odds >= 0.0);
    sums[0] += weight * (-libm::log1p(small) - if right { 0.0 } else { odds.abs() });
    let missed = weight * if case.outcome { no } else { -yes };
    let spread = weight * yes * no;
    let size = point.len();
    let mut place = 1 + size;
    for (row, one) in case.factors.iter().enumerate() {
        sums[1 + row] += missed * one;
        for other in &case.factors[..=row] {
            sums[place] -= spread * one * other;
            place += 1;
        }
    }
}

/// The chance that belongs to a logarithm of odds.
///
/// ```
/// use guanxi::stats::chance;
/// assert_eq!(chance(0.0), 0.5);
/// assert_eq!(chance(-800.0) + chance(800.0), 1.0);
/// ```
pub fn chance(odds: f64) -> f64 {
    let small = libm::exp(-odds.abs());
    if odds < 0.0 { small / (1.0 + small) } else { 1.0 / (1.0 + small) }
}

#[cfg(test)]
mod tests;
