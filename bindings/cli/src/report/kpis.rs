//! How KPIs went, a small picture each.

use guanxi::Error;
use guanxi::engine::kpi::{CardNodeView, KpiTable};
use guanxi::error::Language;
use guanxi::kpi::Goal;
use maud::{Markup, html};

use super::chart::{Dot, at_axis, trend};
use super::{Told, chapter};
use crate::page::kpi::{change, direction, value};
use crate::page::label;
use crate::speech::either;

pub fn section(told: &Told<'_>) -> Result<Markup, Error> {
    let language = told.language;
    if told.kpis.kpis.is_empty() {
        return Ok(html! {});
    }
    let drawn: Vec<Markup> =
        told.kpis.kpis.iter().map(|table| one(told, table)).collect::<Result<_, _>>()?;
    let title = either(language, "KPIs over time", "考核指标走势");
    let about = either(
        language,
        "The shade is where the value may have been, given how many customers there are; the dashed line is what was asked of the last period.",
        "阴影为按客户数推断的数值区间；虚线为末期目标。",
    );
    Ok(chapter(title, about, html! { div.grid { @for it in &drawn { (it) } } }))
}

fn one(told: &Told<'_>, table: &KpiTable) -> Result<Markup, Error> {
    let language = told.language;
    let name = label(&table.label, &table.kpi, language);
    let unit = table.unit.as_deref();
    let names: Vec<&str> = table.periods.iter().map(|period| period.period.as_str()).collect();
    let dot =
        |cell: &guanxi::engine::kpi::KpiCell| -> Dot { (cell.value, cell.low.zip(cell.high)) };
    let dots: Vec<Dot> = table.periods.iter().map(|period| dot(&period.whole)).collect();
    let asked = told.cards.iter().find_map(|card| goal(&card.root, &table.kpi));
    let asked = asked.map(heights).unwrap_or_default();
    let share = unit == Some("share");
    let said = |it: f64| if share { format!("{} %", at_axis(it * 100.0)) } else { at_axis(it) };
    let chart = trend(&names, &dots, &asked, &said)?;
    let last = table.periods.last();
    let changed = table.periods.iter().rev().nth(1).zip(last).map(|(then, now)| change(now, then));
    Ok(html! {
        figure {
            figcaption {
                span.name { (name) }
                @if let Some(last) = last {
                    span.number { (value(unit, &last.whole, language)) }
                    span.small {
                        (last.period) " " (changed.unwrap_or_default()) " " (better(table.better, language))
                    }
                }
            }
            (chart)
        }
    })
}

fn better(better: Option<&str>, language: Language) -> String {
    match (direction(better, language), language) {
        ("", _) => String::new(),
        (which, Language::En) => format!("({which} is better)"),
        (which, Language::Zh) => format!("（{which}）"),
    }
}

/// What was asked of a KPI on a card.
fn goal(node: &CardNodeView, kpi: &str) -> Option<Goal> {
    if node.kpi.as_deref() == Some(kpi) {
        return node.goal;
    }
    node.children.iter().find_map(|child| goal(child, kpi))
}

fn heights(goal: Goal) -> Vec<f64> {
    match goal {
        Goal::AtLeast { value } | Goal::AtMost { value } => vec![value.to_f64()],
        Goal::Within { low, high } => vec![low.to_f64(), high.to_f64()],
    }
}
