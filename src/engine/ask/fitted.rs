//! A fitted model as JSON, and what it warns of.

use serde_json::{Map, Value, json};

use crate::error::{Language, Text};
use crate::value::{Estimate, Fit, Limit, Row};

/// Over this share of customers without a repeat, BG/NBD says too much.
const ONE_TIME: u64 = 30;

/// What there is to say of a fit.
#[derive(Debug, Clone)]
pub struct FitTold<'a> {
    /// The best fit.
    pub fit: &'a Fit,
    /// The likelihood by stages, where they were chosen.
    pub stages: Vec<(u32, f64)>,
    /// What to keep in mind.
    pub notes: Vec<Text>,
    /// Customers who were not fitted.
    pub left_out: u64,
}

impl<'a> FitTold<'a> {
    /// Of these fits to rows, the best first; `None` where there is none. `unread` are
    /// columns that no model reads.
    pub fn of(fits: &'a [Fit], rows: &[Row], unread: &[String], left_out: u64) -> Option<Self> {
        let stages = fits.iter().filter_map(|fit| Some((fit.stages?, fit.log_likelihood)));
        let mut stages: Vec<(u32, f64)> = stages.collect();
        stages.sort_by_key(|(stages, _)| *stages);
        if fits.len() < 2 {
            stages.clear();
        }
        let fit = fits.first()?;
        let mut notes: Vec<Text> = one_time(fit, rows).into_iter().collect();
        if 0 < left_out {
            notes.push(Text::new(
                format!(
                    "left out, since their repeats brought nothing or less on average: {left_out} \
                     customers"
                ),
                format!("未计入：{left_out} 名客户的复购平均金额不大于零"),
            ));
        }
        if !unread.is_empty() {
            let list = unread.join(", ");
            notes.push(Text::new(
                format!("columns that no model reads: {list}"),
                format!("未使用的列：{list}"),
            ));
        }
        Some(FitTold { fit, stages, notes, left_out })
    }

    /// As JSON, with its words in a language.
    pub fn in_language(&self, language: Language) -> Value {
        let mut out = fit_as_json(self.fit, &self.stages, language);
        out["left_out"] = json!(self.left_out);
        out["notes"] = self.notes.iter().map(|note| note.say(language)).collect();
        out
    }
}

/// BG/NBD takes everybody without a repeat as alive for certain.
fn one_time(fit: &Fit, rows: &[Row]) -> Option<Text> {
    if !matches!(fit.model, "bg-nbd" | "bg-cnbd") {
        return None;
    }
    let count = |rows: &mut dyn Iterator<Item = &Row>| {
        rows.map(|row| row.weight).fold(0, u64::saturating_add)
    };
    let once = count(&mut rows.iter().filter(|row| row.frequency == 0));
    let all = count(&mut rows.iter());
    if once <= all / 100 * ONE_TIME {
        return None;
    }
    let share = (u128::from(once) * 2000 + u128::from(all)) / (u128::from(all) * 2);
    let share = format!("{}.{}%", share / 10, share % 10);
    Some(Text::new(
        format!(
            "{share} of the customers have no repeat, and this model takes each of them as alive \
             for certain; compare mbg-nbd and pareto-nbd"
        ),
        format!(
            "{share} 的客户没有复购，而该模型认定他们必然仍活跃；请与 mbg-nbd、pareto-nbd 比较"
        ),
    ))
}

/// A fit, and the likelihood by stages where they were chosen, as JSON.
pub fn fit_as_json(fit: &Fit, stages: &[(u32, f64)], language: Language) -> Value {
    let by_name = |of: &dyn Fn(&Estimate) -> Value| -> Value {
        let pairs = fit.estimates.iter().map(|estimate| (estimate.name.to_owned(), of(estimate)));
        Value::Object(pairs.collect::<Map<String, Value>>())
    };
    let mut out = json!({
        "model": fit.model,
        "n": fit.customers,
        "rows": fit.rows,
        "params": by_name(&|estimate| json!(estimate.value)),
        "standard_errors": by_name(&|estimate| json!(estimate.error)),
        "intervals_95": by_name(&|estimate| json!(estimate.interval)),
        "covariance_log": fit.covariance,
        "log_likelihood": fit.log_likelihood,
        "aic": fit.aic(),
        "bic": fit.bic(),
        "iterations": fit.iterations,
        "gradient_norm": fit.gradient_norm,
        "converged": fit.converged,
        "limit": fit.limit.as_ref().map(|limit| limit_as_json(limit, language)),
    });
    if let Some(stages) = fit.stages {
        out["k"] = json!(stages);
    }
    if !stages.is_empty() {
        let tried = stages.iter();
        out["log_likelihood_by_k"] =
            tried.map(|(k, value)| json!({ "k": k, "log_likelihood": value })).collect();
    }
    out
}

fn limit_as_json(limit: &Limit, language: Language) -> Value {
    let estimates = limit.fit.as_ref().map(|fit| {
        let named = fit.parameters.iter();
        named
            .map(|(name, value)| ((*name).to_owned(), json!(value)))
            .collect::<Map<String, Value>>()
    });
    json!({
        "model": limit.model,
        "reason": limit.reason.say(language),
        "estimates": estimates,
        "log_likelihood": limit.fit.as_ref().map(|fit| fit.log_likelihood),
    })
}
