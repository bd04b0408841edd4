//! What was asked, what was achieved, and the score.

use guanxi::engine::kpi::CardNodeView;
use guanxi::kpi::Standing;
use guanxi::units::Decimal;
use maud::{Markup, html};

use super::{Told, chapter};
use crate::page::kpi::{asked, value};
use crate::page::label;
use crate::speech::either;

pub fn section(told: &Told<'_>) -> Markup {
    let say = |en, zh| either(told.language, en, zh);
    html! {
        @for card in &told.cards {
            @let name = label(&card.root.label, &card.root.name, told.language);
            (chapter(&format!("{name} {}", card.period), "", html! {
                table {
                    thead { tr {
                        th {}
                        th.n { (say("weight", "权重")) }
                        th.n { (say("value", "数值")) }
                        th.n { (say("asked", "目标")) }
                        th { (say("met", "达成")) }
                        th.n { (say("score", "得分")) }
                        th.w {}
                        th.n { (say("before", "上期")) }
                        th.n { (say("change", "变化")) }
                        th { (say("owner", "负责")) }
                    } }
                    tbody { (rows(told, &card.root, 0)) }
                }
            }))
        }
    }
}

fn rows(told: &Told<'_>, node: &CardNodeView, depth: usize) -> Markup {
    let language = told.language;
    let number = |it: Option<Decimal>| it.map_or_else(|| "–".to_owned(), |it| it.to_string());
    let signed = |it: Decimal| format!("{}{it}", if it.units() > 0 { "+" } else { "" });
    let score = node.score.map(|it| it.to_f64());
    let width = score.unwrap_or_default().clamp(0.0, 120.0) / 1.2;
    let met = node.judged.as_ref().map(|judged| match (judged.met, judged.standing) {
        (_, Standing::CannotTell) => ("?", "unsure"),
        (true, _) => ("✓", "good"),
        (false, _) => ("✗", "bad"),
    });
    html! {
        tr.group[node.kpi.is_none()] {
            td style=(format!("padding-left:{}em", 0.4 + depth as f64 * 1.2)) {
                (label(&node.label, &node.name, language))
            }
            td.n { (node.weight) }
            td.n { @if let Some(cell) = &node.value { (value(node.unit.as_deref(), cell, language)) } }
            td.n { @if let Some(goal) = node.goal { (asked(goal, node.unit.as_deref())) } }
            td { @if let Some((sign, class)) = met { span class=(class) { (sign) } } }
            td.n { b { (number(node.score)) } }
            td.w { @if score.is_some() { div.bar { div.fill style=(format!("width:{width:.1}%")) {} } } }
            td.n { (number(node.score_before)) }
            td.n { @if let Some(effects) = node.effects { (signed(effects.total)) } }
            td { (node.owner.as_deref().unwrap_or_default()) }
        }
        @for child in &node.children { (rows(told, child, depth + 1)) }
    }
}
