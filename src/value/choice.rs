//! Which model fits best: all models of purchase times to the same customers.
//!
//! # Sources
//!
//! * Akaike (1974), Schwarz (1978): see [`Fit::aic`] and [`Fit::bic`].
//! * Burnham and Anderson (2002), "Model selection and multimodel inference",
//!   section 2.9: the weights of models, from their differences in AIC.

use crate::error::{Error, Text};

use super::fit::{Fit, fit_sample};
use super::model::find;
use super::row::Row;
use super::sample::{Reads, Sample};
use super::stages::fit_stages_sample;

/// The models that are tried, and whether their stages are chosen.
const TRIED: [(&str, bool); 6] = [
    ("nbd", false),
    ("bg-nbd", false),
    ("mbg-nbd", false),
    ("pareto-nbd", false),
    ("bg-cnbd", true),
    ("mbg-cnbd", true),
];

/// All models of purchase times, fitted to the same customers.
#[derive(Debug, Clone, PartialEq)]
pub struct Choice {
    /// The fits: tops before what is none, then the lowest AIC first.
    pub candidates: Vec<Candidate>,
    /// Models that could not be fitted, and why.
    pub left_out: Vec<(&'static str, Text)>,
}

/// One fitted model among others.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    /// The fit; of models with stages the likeliest number of them.
    pub fit: Fit,
    /// The likelihood by the number of stages, where it was chosen.
    pub stages_tried: Vec<(u32, f64)>,
    /// With one stage: the model of which this is another name.
    pub same_as: Option<&'static str>,
    /// By how much the AIC is above the lowest.
    pub behind: f64,
    /// The share of the evidence that speaks for this model, among those that
    /// are tops and no other one's name.
    pub weight: f64,
}

impl Choice {
    /// The model that fits best; `None` where no search has come to a top.
    pub fn best(&self) -> Option<&Candidate> {
        self.candidates.first().filter(|candidate| candidate.fit.converged)
    }
}

/// Fits NBD, BG/NBD, MBG/NBD, Pareto/NBD and, where the gaps of all customers are
/// known, BG/CNBD-k and MBG/CNBD-k.
///
/// The likelihoods are densities of the same purchase times with nothing left
/// out, so they can be compared. The number of stages is chosen by likelihood
/// and counts as no parameter (Platzer and Reutterer 2016).
///
/// # Errors
///
/// Those of [`fit`](super::fit), but for gaps that are not known: without them
/// the models with stages are left out.
///
/// # Cost
///
/// Some ten fits.
///
/// ```
/// use guanxi::value::{Row, fit_all};
///
/// let seen = [(0, 0.0, 60), (1, 1.0, 16), (2, 2.0, 10), (2, 8.0, 8), (5, 3.0, 8), (8, 9.8, 6)];
/// let rows = seen.map(|(x, last, weight)| Row { weight, ..Row::new(x, last, 10.0) });
/// let choice = fit_all(&rows, 1)?;
/// assert_eq!((choice.candidates.len(), choice.left_out.len()), (4, 2));
/// assert!(choice.best().is_some_and(|best| best.fit.model != "nbd"));
/// # Ok::<(), guanxi::Error>(())
/// ```
pub fn fit_all(rows: &[Row], threads: usize) -> Result<Choice, Error> {
    let sample = Sample::of(rows, Reads::Timing)?.with_threads(threads);
    let mut out = Choice { candidates: Vec::new(), left_out: Vec::new() };
    for (name, has_stages) in TRIED {
        if has_stages && sample.log_gaps().is_none() {
            out.left_out.push((name, gaps_unknown()));
            continue;
        }
        let fits = match has_stages {
            true => fit_stages_sample(name, &sample)?,
            false => vec![fit_sample(&*find(name, None)?, &sample, None)?],
        };
        out.candidates.extend(Candidate::of(fits));
    }
    out.rank();
    Ok(out)
}

impl Candidate {
    /// Of these fits, the best first.
    fn of(fits: Vec<Fit>) -> Option<Candidate> {
        let tried = fits.iter().filter_map(|fit| Some((fit.stages?, fit.log_likelihood)));
        let mut stages_tried: Vec<(u32, f64)> = tried.collect();
        stages_tried.sort_unstable_by_key(|(stages, _)| *stages);
        let fit = fits.into_iter().next()?;
        let same_as = match (fit.model, fit.stages) {
            ("bg-cnbd", Some(1)) => Some("bg-nbd"),
            ("mbg-cnbd", Some(1)) => Some("mbg-nbd"),
            _ => None,
        };
        Some(Candidate { fit, stages_tried, same_as, behind: 0.0, weight: 0.0 })
    }

    fn counts(&self) -> bool {
        self.fit.converged && self.same_as.is_none()
    }
}

impl Choice {
    fn rank(&mut self) {
        // A stable sort: equal ones stay in the order in which they were tried,
        // the simpler one first.
        self.candidates.sort_by(|one, other| {
            let not_top = one.fit.converged.cmp(&other.fit.converged).reverse();
            not_top.then(one.fit.aic().total_cmp(&other.fit.aic()))
        });
        let Some(least) = self.candidates.first().map(|best| best.fit.aic()) else { return };
        let odds = |candidate: &Candidate| libm::exp(-0.5 * candidate.behind);
        for candidate in &mut self.candidates {
            candidate.behind = candidate.fit.aic() - least;
        }
        let all: f64 = self.candidates.iter().filter(|it| it.counts()).map(odds).sum();
        for candidate in self.candidates.iter_mut().filter(|it| it.counts()) {
            candidate.weight = odds(candidate) / all;
        }
    }
}

fn gaps_unknown() -> Text {
    Text::new(
        "the gaps between purchases are not known of every customer (column `log_gaps`)",
        "并非每位客户的购买间隔都已知（`log_gaps` 列）",
    )
}
