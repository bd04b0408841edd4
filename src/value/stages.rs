//! How regular customers are: the number of stages that fits best.

use crate::error::Error;

use super::fit::{Fit, fit_sample};
use super::model::{Model, find};
use super::row::Row;
use super::sample::Sample;

/// The most stages that are tried.
const MOST: u32 = 12;
/// So often in a row the likelihood must have fallen for the search to end.
const FALLS: u32 = 2;

/// Fits `bg-cnbd` or `mbg-cnbd` with one stage, two, three and so on up to
/// twelve, until the likelihood has fallen twice: all fits, the best one first.
///
/// The models differ in no parameter but `k`, which only takes whole numbers, so
/// that the highest likelihood decides (Platzer and Reutterer 2016, section 3).
///
/// # Errors
///
/// Those of [`fit`](super::fit), and a `model` that has no stages.
///
/// # Cost
///
/// That of a dozen fits at most; each costs the more the more stages it has.
pub fn fit_stages(model: &str, rows: &[Row]) -> Result<Vec<Fit>, Error> {
    fit_stages_sample(model, &Sample::of(rows, find(model, Some(1))?.reads())?)
}

/// The same to rows that are prepared already.
pub(super) fn fit_stages_sample(model: &str, sample: &Sample) -> Result<Vec<Fit>, Error> {
    let mut fits: Vec<Fit> = Vec::new();
    let mut falls = 0;
    let mut stages = 1;
    while stages <= MOST && falls < FALLS {
        let model: Box<dyn Model> = find(model, Some(stages))?;
        let fit = fit_sample(&*model, sample, None)?;
        let before = fits.last().map_or(f64::NEG_INFINITY, |fit| fit.log_likelihood);
        falls = if fit.log_likelihood < before { falls + 1 } else { 0 };
        fits.push(fit);
        stages += 1;
    }
    fits.sort_by(|one, other| other.log_likelihood.total_cmp(&one.log_likelihood));
    Ok(fits)
}
