//! Whether the model of value tells what customers do.

use guanxi::Error;
use guanxi::engine::ModelFit;
use guanxi::error::Language;
use maud::{Markup, html};

use super::{Told, chapter, chart};
use crate::speech::{either, grouped};

pub fn section(told: &Told<'_>) -> Result<Markup, Error> {
    let say = |en, zh| either(told.language, en, zh);
    let Some(fit) = told.fit.as_ref().filter(|fit| 1 < fit.tracking.len()) else {
        return Ok(html! {});
    };
    let body = html! {
        p.legend {
            span.dot {} (say("what there was", "实际")) " "
            span.line {} (say("what the model expects", "模型预期"))
        }
        h3 { (say("Repeat purchases", "复购次数")) }
        (tracking(fit)?)
        h3 { (say("Customers by repeat purchases", "按复购次数的客户数")) }
        (frequencies(fit)?)
    };
    Ok(chapter(say("Does the model hold?", "模型是否可信"), &about(fit, told.language), body))
}

fn about(fit: &ModelFit, language: Language) -> String {
    let later = fit.tracking.iter().filter(|it| fit.learnt_until < it.until);
    let (mut expected, mut actual) = (0.0, 0);
    for it in later {
        (expected, actual) = (expected + it.expected, actual + it.actual);
    }
    let (model, learnt, until) = (fit.model, fit.learnt_until, fit.until);
    let expected = grouped(expected.round() as u64);
    let actual = grouped(actual);
    let pinned = fit.customers == 0;
    match language {
        Language::En => {
            let from = if pinned {
                format!("{model}, with the parameters of the playbook")
            } else {
                format!("{model}, learnt from what happened up to {learnt}")
            };
            format!(
                "{from}, and held against all up to {until}. After {learnt} it expects {expected} \
                 repeat purchases of those who had bought by then; there were {actual}."
            )
        }
        Language::Zh => {
            let from = if pinned {
                format!("{model}，参数取自规则集")
            } else {
                format!("{model}，由截至 {learnt} 的数据拟合")
            };
            format!(
                "{from}，与截至 {until} 的实际对照。此前已成交的客户在 {learnt} 之后，模型预期复购 {expected} 次，\
                 实际 {actual} 次。"
            )
        }
    }
}

fn tracking(fit: &ModelFit) -> Result<Markup, Error> {
    let names: Vec<String> = fit.tracking.iter().map(|it| it.until.to_string()).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let actual: Vec<f64> = fit.tracking.iter().map(|it| it.actual as f64).collect();
    let expected: Vec<f64> = fit.tracking.iter().map(|it| it.expected).collect();
    let known = fit.tracking.iter().filter(|it| it.until <= fit.learnt_until).count();
    let border = known.saturating_sub(1);
    chart::beside(&names, (&actual, &expected), border, &chart::at_axis)
}

fn frequencies(fit: &ModelFit) -> Result<Markup, Error> {
    let most = fit.frequencies.len().saturating_sub(1);
    let named = fit.frequencies.iter().enumerate().map(|(at, it)| {
        let more = if at == most { "+" } else { "" };
        format!("{}{more}", it.repeats)
    });
    let names: Vec<String> = named.collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let actual: Vec<f64> = fit.frequencies.iter().map(|it| it.actual as f64).collect();
    let expected: Vec<f64> = fit.frequencies.iter().map(|it| it.expected).collect();
    chart::pairs(&names, (&actual, &expected), &chart::at_axis)
}
