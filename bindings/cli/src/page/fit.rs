//! A fitted model: its parameters, how well they are known, and what it warns
//! of.

use guanxi::engine::ask::FitTold;
use guanxi::error::Language;
use guanxi::value::{Fit, Simpler};

use super::{Stand, heading, table};
use crate::speech::{counted, either, grouped};

/// As people read it.
pub fn page(said: &FitTold<'_>, language: Language) -> String {
    let fit = said.fit;
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
