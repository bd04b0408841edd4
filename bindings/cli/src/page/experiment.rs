//! What a campaign really did.

use guanxi::error::Language;
use guanxi::kpi::{Comparison, Difference, Experiment, Pooled, Question, Ratio};
use serde_json::{Value, json};

use super::Stand::{Left, Right};
use super::fit::number;
use super::{heading, printable, spoken, table};
use crate::speech::{either, grouped};

/// What there is to say.
pub struct Said<'a> {
    /// What was found.
    pub told: &'a Experiment,
    /// What was asked.
    pub question: &'a Question,
    /// Customers of whom nothing was known before.
    pub unknown: u64,
}

/// Everything, with stable fields.
pub fn json(told: &Experiment, unknown: u64, language: Language) -> Value {
    let mut value = spoken(told, language);
    if let Value::Object(fields) = &mut value {
        fields.insert("covariate_missing".into(), json!(unknown));
    }
    value
}

/// Several campaigns as one, with stable fields.
pub fn pooled_json(told: &Pooled, unknown: u64, language: Language) -> Value {
    let mut value = spoken(told, language);
    if let Value::Object(fields) = &mut value {
        fields.insert("covariate_missing".into(), json!(unknown));
    }
    value
}

/// The same as people read it.
pub fn pooled(told: &Pooled, language: Language) -> String {
    let say = |en: &'static str, zh: &'static str| either(language, en, zh);
    let mut out = heading(say("What such campaigns really do", "此类活动的真实效果"));
    let header = match language {
        Language::En => ["campaign", "customers", "left alone", "effect", "weight"],
        Language::Zh => ["活动", "客户", "对照", "效果", "权重"],
    };
    let mut header = header.map(|name| (name, Right));
    header[0].1 = Left;
    let row = |it: &guanxi::kpi::PooledCampaign| {
        let weight = match it.srm.matches {
            true => format!("{:.1}%", 100.0 * it.weight),
            false => say("left out: arms not as planned", "未计入：各组人数与计划不符").to_owned(),
        };
        vec![
            printable(&it.name).into_owned(),
            grouped(it.n),
            grouped(it.n_control),
            it.effect.map_or_else(|| "-".to_owned(), number),
            weight,
        ]
    };
    let rows: Vec<Vec<String>> = told.campaigns.iter().map(row).collect();
    out.push_str(&table(&header, &rows));
    out.push_str(&format!("* {}\n", printable(told.sentence.say(language))));
    let (by, p) = (number(told.differ_by), number(told.differ_p));
    out.push_str(&match language {
        Language::En => format!("* campaigns differ by {by} (standard deviation; p {p})\n"),
        Language::Zh => format!("* 各次活动的效果相差 {by}（标准差；p {p}）\n"),
    });
    if let Some(profit) = &told.profit_per_customer {
        let [value, low, high] =
            [Some(profit.value), profit.low, profit.high].map(|it| number(it.unwrap_or(f64::NAN)));
        out.push_str(&match language {
            Language::En => format!("* profit a customer {value} ({low} to {high})\n"),
            Language::Zh => format!("* 每户利润 {value}（{low} 至 {high}）\n"),
        });
    }
    out
}

/// As people read it.
pub fn page(said: &Said, language: Language) -> String {
    let say = |en: &'static str, zh: &'static str| either(language, en, zh);
    let (told, control) = (said.told, &said.told.control);
    let mut out = heading(say("What it really did", "活动的真实效果"));
    let (name, n, mean) = (printable(&control.arm), grouped(control.n), number(control.mean));
    out.push_str(&match language {
        Language::En => format!("left alone: {name}, {n} customers, mean {mean}\n"),
        Language::Zh => format!("对照组：{name}，{n} 名客户，均值 {mean}\n"),
    });
    let (chi2, p) = (number(told.srm.chi2), number(told.srm.p));
    let fits = match told.srm.matches {
        true => say("the arms are as large as planned", "各组人数与计划相符"),
        false => say("THE ARMS ARE NOT AS LARGE AS PLANNED", "各组人数与计划不符"),
    };
    out.push_str(&format!("{fits} (chi2 {chi2}, p {p})\n\n"));
    out.push_str(&effects(told, language));
    for arm in &told.arms {
        out.push_str(&format!("* {}\n", printable(arm.sentence.say(language))));
    }
    out.push_str(&money(told, language));
    for note in notes(said, language) {
        out.push_str(&format!("* {note}\n"));
    }
    out
}

fn effects(told: &Experiment, language: Language) -> String {
    let header = match language {
        Language::En => ["arm", "customers", "mean", "effect", "from", "to", "p", "relative"],
        Language::Zh => ["组", "客户", "均值", "效果", "自", "至", "p", "相对效果"],
    };
    let mut header = header.map(|name| (name, Right));
    header[0].1 = Left;
    header[7].1 = Left;
    let row = |name: String, arm: &Comparison, effect: &Difference, ratio: Option<&Ratio>| {
        let dash = |it: Option<f64>| it.map_or_else(|| "-".to_owned(), number);
        vec![
            name,
            grouped(arm.n),
            number(arm.mean),
            number(effect.effect),
            dash(effect.low),
            dash(effect.high),
            effect.p.map_or_else(|| "-".to_owned(), |p| chance(p, effect.log_p)),
            ratio.map_or_else(|| "-".to_owned(), |ratio| share(ratio, language)),
        ]
    };
    let mut rows = Vec::new();
    for arm in &told.arms {
        let name = printable(&arm.arm).into_owned();
        rows.push(row(name, arm, &arm.absolute, arm.relative.as_ref()));
        if let Some(cuped) = &arm.cuped {
            let less = 100.0 * cuped.variance_reduction;
            let name = match language {
                Language::En => format!("  CUPED, {less:.1}% less variance"),
                Language::Zh => format!("  CUPED，方差减少 {less:.1}%"),
            };
            rows.push(row(name, arm, &cuped.absolute, cuped.relative.as_ref()));
        }
    }
    table(&header, &rows)
}

/// `1.2e-7`, however small.
pub fn chance(p: f64, log_p: Option<f64>) -> String {
    match log_p {
        Some(ln) if p < 1e-3 => {
            let tens = ln / std::f64::consts::LN_10;
            let whole = tens.floor();
            format!("{:.1}e{whole}", 10_f64.powf(tens - whole))
        }
        None if p < 1e-4 => "<0.0001".to_owned(),
        _ => format!("{p:.4}"),
    }
}

/// `+17.9% [+6.4%, +29.8%]`
fn share(ratio: &Ratio, language: Language) -> String {
    let percent = |it: f64| format!("{:+.1}%", 100.0 * it);
    let effect = percent(ratio.effect);
    match (ratio.low, ratio.high) {
        (Some(low), Some(high)) if !ratio.unbounded => {
            format!("{effect} [{}, {}]", percent(low), percent(high))
        }
        _ if ratio.unbounded => {
            format!("{effect} ({})", either(language, "unbounded", "区间无界"))
        }
        _ => effect,
    }
}

fn money(told: &Experiment, language: Language) -> String {
    let header = match language {
        Language::En => {
            ["arm", "profit a customer", "from", "to", "in all", "chance of profit", "return"]
        }
        Language::Zh => ["组", "每户利润", "自", "至", "合计", "盈利概率", "投资回报"],
    };
    let mut header = header.map(|name| (name, Right));
    header[0].1 = Left;
    let dash = |it: Option<f64>| it.map_or_else(|| "-".to_owned(), number);
    let both = |arm: &'_ Comparison| {
        let adjusted =
            arm.cuped.as_ref().map(|it| ("  CUPED".to_owned(), it.profit.clone(), it.roi.clone()));
        let plain = (printable(&arm.arm).into_owned(), arm.profit.clone(), arm.roi.clone());
        std::iter::once(plain).chain(adjusted).collect::<Vec<_>>()
    };
    let rows: Vec<Vec<String>> = told
        .arms
        .iter()
        .flat_map(both)
        .filter_map(|(name, profit, roi)| {
            let profit = profit?;
            let roi = roi.map_or_else(
                || "-".to_owned(),
                |roi| {
                    let end = |it: Option<f64>| {
                        it.map_or_else(|| "-".to_owned(), |it| format!("{it:.2}"))
                    };
                    format!("{:.2} [{}, {}]", roi.value, end(roi.low), end(roi.high))
                },
            );
            Some(vec![
                name,
                number(profit.per_customer),
                dash(profit.low),
                dash(profit.high),
                format!("{:.2}", profit.total),
                profit.chance.map_or_else(|| "-".to_owned(), |it| format!("{:.1}%", 100.0 * it)),
                roi,
            ])
        })
        .collect();
    if rows.is_empty() {
        return String::new();
    }
    format!("\n{}", table(&header, &rows))
}

fn notes(said: &Said, language: Language) -> Vec<String> {
    let mut out = Vec::new();
    if said.question.sequential.is_some() {
        out.push(
            either(
                language,
                "intervals hold however often somebody looks; they are wider than those of one look",
                "无论查看多少次，区间都成立；因此比只看一次的区间更宽",
            )
            .to_owned(),
        );
    }
    if said.question.units_before.is_some() && said.unknown > 0 {
        let unknown = grouped(said.unknown);
        out.push(match language {
            Language::En => {
                format!("nothing was known before of {unknown} customers, who count as the mean")
            }
            Language::Zh => format!("{unknown} 名客户此前无记录，按均值计"),
        });
    }
    if said
        .told
        .arms
        .iter()
        .any(|arm| arm.cuped.as_ref().is_some_and(|it| it.balance_p.is_some_and(|p| p < 0.001)))
    {
        out.push(
            either(
                language,
                "the arms were unlike before the campaign began: look how customers were drawn",
                "活动开始之前各组已有差异：请检查抽样方式",
            )
            .to_owned(),
        );
    }
    out
}
