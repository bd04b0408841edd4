//! Whether one thing moves another.

use guanxi::error::Language;
use guanxi::kpi::{Evidence, Shown};
use serde_json::{Value, json};

use super::Stand::{Left, Right};
use super::fit::number;
use super::{heading, spoken, table};
use crate::speech::{either, grouped};

/// Everything, with stable fields.
pub fn json(told: &Evidence, missing: u64, language: Language) -> Value {
    let mut value = spoken(told, language);
    if let Value::Object(fields) = &mut value {
        fields.insert("rows_missing".into(), json!(missing));
    }
    value
}

/// As people read it.
pub fn page(told: &Evidence, missing: u64, language: Language) -> String {
    let say = |en: &'static str, zh: &'static str| either(language, en, zh);
    let verdict = match told.verdict {
        Shown::Effect => say("an effect", "有影响"),
        Shown::NoEffect => say("no effect shown", "未见影响"),
        Shown::CannotTell => say("nobody can tell", "无法判断"),
    };
    let grade = format!("{:?}", told.grade);
    let mut out = heading(&match language {
        Language::En => format!("Evidence: {verdict}, grade {grade}"),
        Language::Zh => format!("证据：{verdict}，等级 {grade}"),
    });
    let (units, periods) = (grouped(told.units), grouped(told.periods));
    let rows = grouped(told.observations);
    out.push_str(&match language {
        Language::En => format!("{rows} rows: {units} units, {periods} periods\n"),
        Language::Zh => format!("{rows} 行：{units} 个单位，{periods} 期\n"),
    });
    out.push_str(&format!("{}\n\n", told.sentence.say(language)));
    out.push_str(&slopes(told, language));
    out.push('\n');
    out.push_str(&heading(say("what could make it untrue", "可能使结论不成立的因素")));
    for it in &told.diagnostics {
        let mark = if it.passed { "+" } else { "!" };
        let found = match it.p {
            Some(p) => format!("p {p:.3}"),
            None => number(it.statistic),
        };
        let (name, message) = (it.name, it.message.say(language));
        out.push_str(&format!("{mark} {name} ({found}): {message}\n"));
    }
    if missing > 0 {
        let missing = grouped(missing);
        out.push_str(&match language {
            Language::En => format!("* rows without a cause or an outcome, left out: {missing}\n"),
            Language::Zh => format!("* 缺少原因或结果而未计入的行：{missing}\n"),
        });
    }
    out
}

fn slopes(told: &Evidence, language: Language) -> String {
    let say = |en: &'static str, zh: &'static str| either(language, en, zh);
    let header = [
        (say("one more of the cause makes, a period later", "原因每增加 1，下一期变化"), Left),
        (say("estimate", "估计"), Right),
        (say("from", "自"), Right),
        (say("to", "至"), Right),
        ("p", Right),
    ];
    let row = |name: &str, estimate: f64, low: f64, high: f64, p: f64| {
        vec![
            name.to_owned(),
            number(estimate),
            number(low),
            number(high),
            super::experiment::chance(p, None),
        ]
    };
    let mut rows = vec![row(
        say("by what was known before (grade C)", "以先前信息为工具（C 级）"),
        told.estimate,
        told.low,
        told.high,
        told.p,
    )];
    if let Some(it) = &told.within {
        let name = say("within units and periods (grade D)", "单位与期间之内（D 级）");
        rows.push(row(name, it.estimate, it.low, it.high, it.p));
    }
    if let Some(it) = &told.pooled {
        let name = say("over all rows (no evidence)", "全部各行（不是证据）");
        rows.push(row(name, it.estimate, it.low, it.high, it.p));
    }
    if let Some(it) = &told.reverse {
        let name = say("the other way round: outcome on cause", "反方向：结果对原因");
        rows.push(row(name, it.estimate, it.low, it.high, it.p));
    }
    table(&header, &rows)
}
