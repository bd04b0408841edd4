//! Which segment did how much of a change.

use guanxi::error::Language;
use guanxi::kpi::{Change, Part};
use guanxi::units::Decimal;
use serde_json::{Value, json};

use super::Stand::{Left, Right};
use super::{heading, printable, short, table};
use crate::speech::either;

/// Everything, with stable fields.
pub fn json(change: &Change, names: &[&str]) -> Value {
    let parts = names.iter().zip(&change.contributions).map(|(name, part)| {
        json!({
            "segment": name,
            "within": number(part.within),
            "mix": number(part.mix),
            "total": number(part.total),
        })
    });
    json!({
        "before": number(change.before),
        "after": number(change.after),
        "total_change": number(change.total_change),
        "contributions": parts.collect::<Vec<_>>(),
        "check": change.check().map(number),
    })
}

/// A whole number where it is one.
fn number(it: Decimal) -> Value {
    let text = it.to_string();
    match it.rescale_exact(0).ok().and_then(|whole| i64::try_from(whole.units()).ok()) {
        Some(whole) => json!(whole),
        None => text.parse::<f64>().map_or(Value::Null, |number| json!(number)),
    }
}

/// As people read it, the largest contributions first.
pub fn page(change: &Change, names: &[&str], is_ratio: bool, language: Language) -> String {
    let say = |en: &'static str, zh: &'static str| either(language, en, zh);
    let mut out = heading(say("What changed it", "变化的来源"));
    let (before, after, by) =
        (short(change.before, false), short(change.after, false), short(change.total_change, true));
    out.push_str(&match language {
        Language::En => format!("from {before} to {after}: {by}\n\n"),
        Language::Zh => format!("由 {before} 变为 {after}：{by}\n\n"),
    });
    let mut header = vec![(say("segment", "细分"), Left)];
    if is_ratio {
        header.push((say("within", "自身变化"), Right));
        header.push((say("weight", "占比变化"), Right));
    }
    header.push((say("together", "合计"), Right));
    let mut parts: Vec<(&&str, &Part)> = names.iter().zip(&change.contributions).collect();
    parts.sort_by(|a, b| {
        b.1.total.to_f64().abs().total_cmp(&a.1.total.to_f64().abs()).then(a.0.cmp(b.0))
    });
    let row = |(name, part): &(&&str, &Part)| {
        let name = match name.is_empty() {
            true => say("(unknown)", "（未知）").to_owned(),
            false => printable(name).into_owned(),
        };
        let mut row = vec![name];
        if is_ratio {
            row.extend([short(part.within, true), short(part.mix, true)]);
        }
        row.push(short(part.total, true));
        row
    };
    let rows: Vec<Vec<String>> = parts.iter().map(row).collect();
    out.push_str(&table(&header, &rows));
    out
}
