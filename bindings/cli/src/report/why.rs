//! Why the KPI that matters most changed.

use guanxi::Error;
use guanxi::engine::kpi::WhyGrouping;
use guanxi::error::Language;
use maud::{Markup, html};

use super::chart::{at_axis, waterfall};
use super::{Told, chapter};
use crate::page::kpi::{by_how_much, value};
use crate::page::{label, printable};
use crate::speech::either;

/// Steps that have a bar of their own.
const STEPS: usize = 7;

pub fn section(told: &Told<'_>) -> Result<Markup, Error> {
    let language = told.language;
    let Some(why) = &told.why else { return Ok(html! {}) };
    let unit = why.unit.as_deref();
    let name = label(&why.label, &why.kpi, language);
    let title = match language {
        Language::En => format!("Why “{name}” changed"),
        Language::Zh => format!("“{name}”为何变化"),
    };
    let (before, after) = (value(unit, &why.before, language), value(unit, &why.after, language));
    let by = by_how_much(why.change, unit, language);
    let about = match language {
        Language::En => format!(
            "From {before} in {} to {after} in {}: {by}. The parts add up to the change, exactly; the axis begins near the values, not at nothing.",
            why.from, why.to
        ),
        Language::Zh => {
            format!(
                "由 {} 的 {before} 变为 {} 的 {after}：{by}。各部分之和恰等于变化；纵轴不从零开始。",
                why.from, why.to
            )
        }
    };
    let share = unit == Some("share");
    let said = |it: f64| if share { format!("{} %", at_axis(it * 100.0)) } else { at_axis(it) };
    let ends = (
        (why.from.as_str(), why.before.value.unwrap_or_default()),
        (why.to.as_str(), why.after.value.unwrap_or_default()),
    );
    let drawn = why.by.iter().map(|grouping| {
        let chart = waterfall(ends, &steps(told, grouping), &said)?;
        Ok(html! { figure.wide { figcaption { span.name { (either(language, "by ", "按 ")) code { (printable(&grouping.by)) } } } (chart) } })
    });
    let drawn: Vec<Markup> = drawn.collect::<Result<_, Error>>()?;
    Ok(chapter(&title, &about, html! { @for it in &drawn { (it) } }))
}

/// The largest parts, the others together, and what came from weights.
fn steps(told: &Told<'_>, grouping: &WhyGrouping) -> Vec<(String, f64)> {
    let language = told.language;
    let unknown = || either(language, "(unknown)", "（未知）").to_owned();
    let mut steps: Vec<(String, f64)> = grouping
        .parts
        .iter()
        .take(STEPS)
        .map(|part| {
            let name = part.group.as_deref().map(|group| named(told, &grouping.by, group));
            (name.unwrap_or_else(unknown), part.total.to_f64())
        })
        .collect();
    let rest: f64 = grouping.parts.iter().skip(STEPS).map(|part| part.total.to_f64()).sum();
    if grouping.parts.len() > STEPS {
        steps.push((either(language, "others", "其他").to_owned(), rest));
    }
    steps
}

/// What people call a group, where it is a tier or a state.
fn named(told: &Told<'_>, by: &str, group: &str) -> String {
    let playbook = told.playbook;
    let tier = playbook.value().and_then(|value| {
        let tiers = value.tiers.iter().filter(|_| by.starts_with("tier("));
        tiers.into_iter().find(|tier| &*tier.name == group).map(|tier| &tier.text)
    });
    let states = told.review.machines.iter().filter(|it| by == format!("state('{}')", it.machine));
    let state = states.flat_map(|it| &it.states).find(|it| &*it.state == group);
    let text = tier.or(state.map(|it| &it.label));
    text.map_or_else(
        || printable(group).into_owned(),
        |text| label(text, group, told.language).to_owned(),
    )
}
