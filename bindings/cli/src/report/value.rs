//! What customers are worth, in which tiers they are, and who moved.

use guanxi::engine::{Place, TierMoves, ValueSummary};
use guanxi::error::Language;
use maud::{Markup, html};

use super::{Told, bar, chapter};
use crate::page::{by_thousands, label, percent};
use crate::speech::{either, grouped};

pub fn section(told: &Told<'_>) -> Markup {
    let say = |en, zh| either(told.language, en, zh);
    let Some(value) = &told.review.value else { return html! {} };
    let zone = told.playbook.calendar().zone();
    let about = match (value.assessed.map(|at| zone.shown(at)), told.language) {
        (None, _) => say("Nobody has been assessed yet.", "尚未定级。").to_owned(),
        (Some(at), Language::En) => format!("Assessed on {at}."),
        (Some(at), Language::Zh) => format!("定级时间：{at}。"),
    };
    let body = html! {
        (tiers(told, value))
        @if let Some(moves) = &told.moves { (matrix(told, moves)) }
        (axes(told, value))
    };
    chapter(say("Value and tiers", "客户价值与等级"), &about, body)
}

fn tiers(told: &Told<'_>, value: &ValueSummary) -> Markup {
    let say = |en, zh| either(told.language, en, zh);
    let whole = told.review.customers;
    let sum = |worth: &Option<guanxi::engine::Worth>| {
        worth.as_ref().map(|worth| by_thousands(&worth.sum.to_string())).unwrap_or_default()
    };
    html! {
        @if !value.tiers.is_empty() {
            table {
                thead { tr {
                    th { (say("tier", "等级")) }
                    th.n { (say("customers", "客户")) }
                    th.n { (say("share", "占比")) }
                    th.w {}
                    th.n { (say("earned so far", "已贡献")) }
                    th.n { (say("to come", "预期贡献")) }
                } }
                tbody {
                    @for tier in &value.tiers {
                        tr {
                            td { (label(&tier.label, &tier.tier, told.language)) }
                            td.n { (grouped(tier.customers)) }
                            td.n { (percent(tier.customers, whole)) }
                            td.w { (bar(tier.customers, whole)) }
                            td.n { (sum(&tier.past_value)) }
                            td.n { (sum(&tier.future_value)) }
                        }
                    }
                }
            }
        }
    }
}

/// From which tier to which, within a year.
fn matrix(told: &Told<'_>, moves: &TierMoves) -> Markup {
    let say = |en, zh| either(told.language, en, zh);
    let zone = told.playbook.calendar().zone();
    let mut from: Vec<&Place> = moves.matrix.iter().map(|it| &it.from).collect();
    let mut to: Vec<&Place> = moves.matrix.iter().map(|it| &it.to).collect();
    for places in [&mut from, &mut to] {
        places.sort_by_key(|place| rank(told, place));
        places.dedup();
    }
    let of = |from: &Place, to: &Place| {
        let cell = moves.matrix.iter().find(|it| it.from == *from && it.to == *to);
        cell.map_or(0, |it| it.customers)
    };
    let most = moves.matrix.iter().map(|it| it.customers).max().unwrap_or(1).max(1);
    let shade = |count: u64| {
        // A root, so that the small cells are seen beside the large ones.
        let share = (count as f64 / most as f64).sqrt() * 0.55;
        format!("background:rgba(31,111,168,{share:.3})")
    };
    html! {
        h3 {
            (say("Moves between tiers, ", "等级迁移，"))
            (zone.shown(moves.from)) " – " (zone.shown(moves.to))
        }
        table.matrix {
            thead { tr {
                th { (say("from ↓ to →", "由 ↓ 至 →")) }
                @for place in &to { th.n { (named(told, place)) } }
            } }
            tbody {
                @for row in &from {
                    tr {
                        th { (named(told, row)) }
                        @for column in &to {
                            @let count = of(row, column);
                            td.n.same[row == column] style=(shade(count)) { @if count > 0 { (grouped(count)) } }
                        }
                    }
                }
            }
        }
    }
}

/// Tiers in their order, then the other places.
fn rank(told: &Told<'_>, place: &Place) -> usize {
    let tiers = told.playbook.value().map_or(&[][..], |value| &value.tiers);
    match place {
        Place::Tier(name) => {
            tiers.iter().position(|tier| tier.name == *name).unwrap_or(tiers.len())
        }
        Place::None => tiers.len() + 1,
        Place::NotAssessed => tiers.len() + 2,
        Place::Absent => tiers.len() + 3,
    }
}

fn named(told: &Told<'_>, place: &Place) -> String {
    let say = |en: &str, zh: &str| either(told.language, en, zh).to_owned();
    match place {
        Place::Tier(name) => {
            crate::page::worth::called(Some(name), told.playbook, told.language).to_owned()
        }
        Place::None => say("none", "无"),
        Place::NotAssessed => say("not assessed", "未定级"),
        Place::Absent => say("not there yet", "尚无"),
    }
}

fn axes(told: &Told<'_>, value: &ValueSummary) -> Markup {
    let say = |en, zh| either(told.language, en, zh);
    html! {
        @if !value.axes.is_empty() {
            h3 { (say("Scores from 0 to 100", "得分（0 至 100）")) }
            table {
                thead { tr {
                    th { (say("axis", "维度")) }
                    th.n { (say("mean", "均值")) }
                    th.n { (say("lower quartile", "下四分位")) }
                    th.n { (say("median", "中位数")) }
                    th.n { (say("upper quartile", "上四分位")) }
                    th.n { (say("missing", "缺失")) }
                } }
                tbody {
                    @for axis in &value.axes {
                        tr {
                            td { (label(&axis.label, &axis.axis, told.language)) }
                            td.n { @if let Some(mean) = axis.mean { (mean) } }
                            @match axis.quartiles {
                                Some(quartiles) => { @for it in quartiles { td.n { (it) } } }
                                None => { td.n {} td.n {} td.n {} }
                            }
                            td.n { (grouped(axis.missing)) }
                        }
                    }
                }
            }
        }
    }
}
