//! A fitted model: its parameters, how well they are known, and what it warns
//! of.

use guanxi::error::{Language, Text};
use guanxi::value::{Fit, Limit, Row, Simpler};
use serde_json::{Map, Value, json};

use super::{Stand, heading, percent, table};
use crate::speech::{counted, either, grouped};

/// Over this share of customers without a repeat, BG/NBD says too much.
const ONE_TIME: u64 = 30;

/// What there is to say of a fit.
pub struct Said<'a> {
    fit: Option<&'a Fit>,
    /// The likelihood by stages, where they were chosen.
    stages: Vec<(u32, f64)>,
    notes: Vec<Text>,
    /// Customers who were not fitted.
    left_out: u64,
}

impl<'a> Said<'a> {
    /// Of these fits, the best first.
    pub fn of(fits: &'a [Fit], rows: &[Row], unread: &[String], left_out: u64) -> Said<'a> {
        let stages = fits.iter().filter_map(|fit| Some((fit.stages?, fit.log_likelihood)));
        let mut stages: Vec<(u32, f64)> = stages.collect();
        stages.sort_by_key(|(stages, _)| *stages);
        if fits.len() < 2 {
            stages.clear();
        }
        let fit = fits.first();
        let mut notes = Vec::new();
        if let Some(fit) = fit {
            notes.extend(one_time(fit, rows));
        }
        if 0 < left_out {
            let count = grouped(left_out);
            notes.push(Text::new(
                format!(
                    "left out, since their repeats brought nothing or less on average: {count} \
                     customers"
                ),
                format!("未计入：{count} 名客户的复购平均金额不大于零"),
            ));
        }
        if !unread.is_empty() {
            let list = unread.join(", ");
            notes.push(Text::new(
                format!("columns that no model reads: {list}"),
                format!("未使用的列：{list}"),
            ));
        }
        Said { fit, stages, notes, left_out }
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
    if once <= count(&mut rows.iter()) / 100 * ONE_TIME {
        return None;
    }
    let share = percent(once, count(&mut rows.iter()));
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

/// As `--json` prints it.
pub fn json(said: &Said, language: Language) -> Value {
    let Some(fit) = said.fit else { return Value::Null };
    let mut out = json_of(fit, &said.stages, language);
    out["left_out"] = json!(said.left_out);
    out["notes"] = said.notes.iter().map(|note| note.say(language)).collect();
    out
}

/// A fit, and the likelihood by stages where they were chosen.
pub fn json_of(fit: &Fit, stages: &[(u32, f64)], language: Language) -> Value {
    let by_name = |of: &dyn Fn(&guanxi::value::Estimate) -> Value| -> Value {
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
        "limit": fit.limit.as_ref().map(|limit| limit_json(limit, language)),
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

fn limit_json(limit: &Limit, language: Language) -> Value {
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

/// As people read it.
pub fn page(said: &Said, language: Language) -> String {
    let Some(fit) = said.fit else { return String::new() };
    let stages = fit.stages.map(|k| format!(" k={k}")).unwrap_or_default();
    let mut out = heading(&format!("{}{stages}", fit.model));
    let (customers, rows) = (grouped(fit.customers), grouped(fit.rows as u64));
    out.push_str(&match language {
        Language::En => {
            let customers = counted(fit.customers, "customer", "customers");
            format!("{customers}, {rows} of them different\n\n")
        }
        Language::Zh => format!("{customers} 名客户，其中互不相同的 {rows} 种\n\n"),
    });
    out.push_str(&parameters(fit, language));
    out.push('\n');
    out.push_str(&quality(fit, language));
    for (k, value) in &said.stages {
        out.push_str(&format!("  k={k}  {value:.3}\n"));
    }
    if let Some(limit) = &fit.limit {
        let colon = either(language, ": ", "：");
        let word = either(language, "limit", "极限");
        let reason = limit.reason.say(language);
        out.push_str(&format!("* {word} `{}`{colon}{reason}\n", limit.model));
        if let Some(simpler) = &limit.fit {
            out.push_str(&format!("* {}\n", beside(limit.model, simpler, language)));
        }
    }
    for note in &said.notes {
        out.push_str(&format!("* {}\n", note.say(language)));
    }
    out
}

/// The simpler model at its own top.
pub fn beside(model: &str, simpler: &Simpler, language: Language) -> String {
    let named = simpler.parameters.iter();
    let named: Vec<String> =
        named.map(|(name, value)| format!("{name} {}", number(*value))).collect();
    let value = simpler.log_likelihood;
    match language {
        Language::En => {
            format!("`{model}` itself: {}, log-likelihood {value:.3}", named.join(", "))
        }
        Language::Zh => {
            format!("直接拟合 `{model}`：{}，对数似然 {value:.3}", named.join("，"))
        }
    }
}

fn parameters(fit: &Fit, language: Language) -> String {
    let header = match language {
        Language::En => ["parameter", "value", "standard error", "95 % from", "to"],
        Language::Zh => ["参数", "估计值", "标准误", "95% 区间自", "至"],
    };
    let [name, rest @ ..] = header;
    let header: Vec<(&str, Stand)> =
        std::iter::once((name, Stand::Left)).chain(rest.map(|name| (name, Stand::Right))).collect();
    let shown = |value: Option<f64>| value.map_or_else(|| "-".to_owned(), number);
    let rows: Vec<Vec<String>> = fit
        .estimates
        .iter()
        .map(|estimate| {
            let interval = estimate.interval;
            vec![
                estimate.name.to_owned(),
                number(estimate.value),
                shown(estimate.error),
                shown(interval.map(|it| it.0)),
                shown(interval.map(|it| it.1)),
            ]
        })
        .collect();
    table(&header, &rows)
}

fn quality(fit: &Fit, language: Language) -> String {
    let (value, aic, bic) = (fit.log_likelihood, fit.aic(), fit.bic());
    let (steps, left) = (fit.iterations, fit.gradient_norm);
    let ended = match (language, fit.converged) {
        (Language::En, true) => "at the top",
        (Language::En, false) => "NOT at the top",
        (Language::Zh, true) => "已收敛",
        (Language::Zh, false) => "未收敛",
    };
    match language {
        Language::En => format!(
            "log-likelihood {value:.3}   AIC {aic:.3}   BIC {bic:.3}\n\
             {ended} after {steps} steps, slope left {left:.1e}\n"
        ),
        Language::Zh => format!(
            "对数似然 {value:.3}   AIC {aic:.3}   BIC {bic:.3}\n\
             {ended}，共 {steps} 步，剩余梯度 {left:.1e}\n"
        ),
    }
}

/// A number with five digits, in plain notation where it is not too long.
pub fn number(value: f64) -> String {
    if value == 0.0 {
        return "0".to_owned();
    }
    if !value.is_finite() || !(1e-4..1e9).contains(&value.abs()) {
        return format!("{value:.4e}");
    }
    let before = (0..9).take_while(|place| value.abs() >= 10_f64.powi(*place)).count();
    format!("{value:.*}", 5_usize.saturating_sub(before.max(1)))
}
