//! A model fitted to customers: its parameters, and how well they are known.
//!
//! # Sources
//!
//! * Standard errors from the observed information: Efron and Hinkley (1978),
//!   "Assessing the accuracy of the maximum likelihood estimator", Biometrika
//!   65; on the scale of logarithms, where likelihoods of positive parameters
//!   are nearest to normal and an interval cannot become negative.
//! * Akaike (1974), "A new look at the statistical model identification";
//!   Schwarz (1978), "Estimating the dimension of a model".
//! * Wilks (1938), "The large-sample distribution of the likelihood ratio".

use crate::error::{Error, Text};
use crate::stats::{Matrix, Stopping, Summit, climb, gamma_above, inverse};

use super::model::{Border, Model, Nbd, check_parameters};
use super::row::Row;
use super::sample::Sample;

/// A first derivative below this is none: on the scale of logarithms, of the
/// whole likelihood.
const FLAT: f64 = 1e-8;
/// What the search goes for, so that rounding leaves it below [`FLAT`].
const AIM: f64 = 1e-10;
/// Steps after which a search is given up.
const MOST_STEPS: usize = 300;
/// Parameters stay within `exp(±40)`.
const BOUND: f64 = 40.0;
/// Two searches this near in all logarithms go to the same top.
const SAME: f64 = 0.02;
/// The 97.5th percentile of the standard normal distribution.
const NORMAL_975: f64 = 1.959_963_984_540_054;

/// A fitted model.
#[derive(Debug, Clone, PartialEq)]
pub struct Fit {
    /// The name of the model.
    pub model: &'static str,
    /// Its Erlang stages, where they were a choice.
    pub stages: Option<u32>,
    /// How many customers it was fitted to.
    pub customers: u64,
    /// How many distinct rows they made.
    pub rows: usize,
    /// The parameters, in the order of the papers.
    pub estimates: Vec<Estimate>,
    /// The covariance of the logarithms of the parameters; `None` where the data
    /// leave a direction open.
    pub covariance: Option<Matrix>,
    /// The logarithm of the likelihood: the plain sum, nothing left out.
    pub log_likelihood: f64,
    /// Steps that the searches took.
    pub iterations: usize,
    /// The largest first derivative that is left, in the logarithms.
    pub gradient_norm: f64,
    /// Whether it is a top: nothing rises any more.
    pub converged: bool,
    /// What the model has become, where the parameters ran to its border.
    pub limit: Option<Limit>,
}

/// One parameter.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    /// Its name in the papers.
    pub name: &'static str,
    /// The most likely value.
    pub value: f64,
    /// Its standard error, where it is known.
    pub error: Option<f64>,
    /// The interval that holds the true value in 95 of 100 cases, where it is
    /// known; never below zero.
    pub interval: Option<(f64, f64)>,
}

/// The simpler model that a fit came to.
#[derive(Debug, Clone, PartialEq)]
pub struct Limit {
    /// Its name: that of a model, or what has become constant.
    pub model: &'static str,
    /// Why.
    pub reason: Text,
    /// The simpler model fitted to the same customers, where it is known here:
    /// `nbd`, and `poisson`, by which everybody buys at one rate.
    pub fit: Option<Simpler>,
}

/// The parameters of a simpler model.
#[derive(Debug, Clone, PartialEq)]
pub struct Simpler {
    /// Its parameters by name.
    pub parameters: Vec<(&'static str, f64)>,
    /// The logarithm of its likelihood, to be compared with that of the fit.
    pub log_likelihood: f64,
}

impl Fit {
    /// The values of the parameters, in order.
    pub fn parameters(&self) -> Vec<f64> {
        self.estimates.iter().map(|estimate| estimate.value).collect()
    }

    /// Akaike's criterion: the lower, the better the model is expected to do on
    /// other customers.
    pub fn aic(&self) -> f64 {
        2.0 * self.estimates.len() as f64 - 2.0 * self.log_likelihood
    }

    /// Schwarz's criterion, over customers.
    pub fn bic(&self) -> f64 {
        let size = self.estimates.len() as f64;
        size * libm::log(self.customers as f64) - 2.0 * self.log_likelihood
    }
}

/// Fits a model by maximum likelihood.
///
/// The search begins at several places and goes by exact first and second
/// derivatives until none of the first is above 1e-8. Rows may come in any
/// order and repeated: the result is the same to the bit.
///
/// # Errors
///
/// Those of [`Sample::of`]; for models with stages also customers with repeats
/// of whom the gaps are not known.
///
/// # Cost
///
/// A sort of the rows, then a dozen or two passes over the distinct ones.
///
/// ```
/// use guanxi::value::{Row, fit, model::find};
///
/// // Ten weeks: most never came back, some did and left, some did and stay.
/// let seen = [(0, 0.0, 60), (1, 1.0, 16), (2, 2.0, 10), (2, 8.0, 8), (5, 3.0, 8), (8, 9.8, 6)];
/// let rows = seen.map(|(x, last, weight)| Row { weight, ..Row::new(x, last, 10.0) });
/// let fit = fit(&*find("bg-nbd", None)?, &rows)?;
/// assert!(fit.converged && fit.gradient_norm <= 1e-8);
/// assert_eq!((fit.customers, fit.rows), (108, 6));
/// # Ok::<(), guanxi::Error>(())
/// ```
pub fn fit(model: &dyn Model, rows: &[Row]) -> Result<Fit, Error> {
    let sample = Sample::of(rows, model.reads())?;
    fit_sample(model, &sample, None)
}

/// The same to rows that are prepared already, for a fit that is made again and
/// again.
///
/// With `warm` the search begins at the parameters of an earlier fit and
/// nowhere else: where few customers are new, two or three steps suffice. The
/// top is the same.
///
/// # Errors
///
/// As [`fit`]; [`Code::BadParameters`](crate::Code::BadParameters) for a `warm`
/// that the model cannot have.
pub fn fit_sample(model: &dyn Model, sample: &Sample, warm: Option<&[f64]>) -> Result<Fit, Error> {
    model.check(sample)?;
    let starts = match warm {
        Some(parameters) => {
            check_parameters(model, parameters)?;
            vec![parameters.to_vec()]
        }
        None => model.starts(sample),
    };
    let (top, iterations) = search(model, sample, &starts);
    Ok(describe(model, sample, &top, iterations))
}

/// Searches from every start, and keeps the highest top.
fn search(model: &dyn Model, sample: &Sample, starts: &[Vec<f64>]) -> (Option<Summit>, usize) {
    let mut best: Option<Summit> = None;
    let mut steps = 0;
    for start in starts {
        let start: Vec<f64> = start.iter().map(|&value| libm::log(value)).collect();
        let known = best.as_ref().map(|best| best.point.clone());
        let top = climb(
            &start,
            &Stopping { steepness: AIM, evaluations: MOST_STEPS, bound: BOUND, known, near: SAME },
            |logs| {
                let parameters: Vec<f64> = logs.iter().map(|&log| libm::exp(log)).collect();
                model.likelihood(sample, &parameters)
            },
        );
        let Some(top) = top else { continue };
        steps += top.steps;
        let is_better = match &best {
            None => true,
            Some(best) => top.jet.value > best.jet.value && !top.at_known,
        };
        if is_better {
            best = Some(top);
        }
    }
    (best, steps)
}

fn describe(model: &dyn Model, sample: &Sample, top: &Option<Summit>, iterations: usize) -> Fit {
    let names = model.parameters();
    let unknown = vec![f64::NAN; names.len()];
    let logs = top.as_ref().map_or(&unknown, |top| &top.point);
    let parameters: Vec<f64> = logs.iter().map(|&log| libm::exp(log)).collect();
    let steepness = top.as_ref().map_or(f64::NAN, |top| top.jet.steepness());
    let border = model.border(&parameters);
    let covariance = top.as_ref().filter(|_| border.is_none()).and_then(|top| {
        inverse(&top.jet.hessian.iter().map(|row| row.iter().map(|it| -it).collect()).collect())
    });
    let estimates = names.iter().zip(&parameters).enumerate().map(|(place, (&name, &value))| {
        let spread = covariance.as_ref().map(|matrix| libm::sqrt(matrix[place][place]));
        let factor = spread.map(|spread| libm::exp(NORMAL_975 * spread));
        Estimate {
            name,
            value,
            error: spread.map(|spread| value * spread),
            interval: factor.map(|factor| (value / factor, value * factor)),
        }
    });
    Fit {
        model: model.name(),
        stages: model.stages(),
        customers: sample.customers(),
        rows: sample.items().len(),
        estimates: estimates.collect(),
        covariance,
        log_likelihood: top.as_ref().map_or(f64::NAN, |top| top.jet.value),
        iterations,
        gradient_norm: steepness,
        converged: steepness <= FLAT,
        limit: border.map(|border| {
            let fit = Simpler::of(&border, sample);
            Limit { fit, ..Limit::of(&border) }
        }),
    }
}

impl Limit {
    pub(super) fn of(border: &Border) -> Limit {
        Limit { model: border.model, reason: Text::new(border.en, border.zh), fit: None }
    }
}

impl Simpler {
    fn of(border: &Border, sample: &Sample) -> Option<Simpler> {
        match border.model {
            "nbd" => {
                let fit = fit_sample(&Nbd, sample, None).ok()?;
                let named = fit.estimates.iter().map(|estimate| (estimate.name, estimate.value));
                let parameters = named.collect();
                Some(Simpler { parameters, log_likelihood: fit.log_likelihood })
            }
            "poisson" => {
                // So many purchases in so much time: the rate is their ratio.
                let [purchases, time] = sample.sums(|item| [item.x, item.age]);
                let rate = purchases / time;
                let log_likelihood = purchases * libm::log(rate) - purchases;
                Some(Simpler { parameters: vec![("lambda", rate)], log_likelihood })
            }
            _ => None,
        }
    }
}

/// Whether a model fits better than one that is a special case of it by more
/// than chance.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LikelihoodRatio {
    /// Twice the difference of the logarithms, never below 0.
    pub statistic: f64,
    /// By how many parameters the models differ.
    pub degrees: u32,
    /// How often chance alone gives as much. Where the special case lies at the
    /// border of the model, as NBD does, this is too large, on the safe side.
    pub p_value: f64,
}

/// Compares a model with its special case, both fitted to the same rows.
///
/// ```
/// # use guanxi::value::{Row, fit, likelihood_ratio, model::find};
/// # let seen = [(0, 0.0, 60), (1, 1.0, 16), (2, 2.0, 10), (2, 8.0, 8), (5, 3.0, 8), (8, 9.8, 6)];
/// # let rows = seen.map(|(x, last, weight)| Row { weight, ..Row::new(x, last, 10.0) });
/// let simple = fit(&*find("nbd", None)?, &rows)?;
/// let full = fit(&*find("bg-nbd", None)?, &rows)?;
/// let test = likelihood_ratio(&simple, &full);
/// assert!(test.degrees == 2 && test.p_value < 0.01);
/// # Ok::<(), guanxi::Error>(())
/// ```
pub fn likelihood_ratio(special: &Fit, full: &Fit) -> LikelihoodRatio {
    let statistic = (2.0 * (full.log_likelihood - special.log_likelihood)).max(0.0);
    let degrees = full.estimates.len().saturating_sub(special.estimates.len()) as u32;
    let p_value = match degrees {
        0 => 1.0,
        degrees => gamma_above(0.5 * f64::from(degrees), 0.5 * statistic),
    };
    LikelihoodRatio { statistic, degrees, p_value }
}
