//! The report: one page that people show their boss.
//!
//! ```text
//! playbook, facts ──gather──> Told ──page──> one HTML file
//!                               │
//!                               └─ chart: SVG, inside the page
//! ```
//!
//! # What is promised
//!
//! * The file needs nothing else: no script, no font, no network. It prints.
//! * Every number is that of the command that tells it alone.
//! * Texts of the host are escaped, wherever they stand.
//!
//! # What is not here
//!
//! Nothing is computed that the engine does not tell.

mod chart;
mod gather;
mod kpis;
mod lifecycle;
mod model;
mod scorecard;
mod segments;
mod value;
mod why;

use guanxi::Error;
use guanxi::error::Language;
use maud::{DOCTYPE, Markup, PreEscaped, html};

pub use gather::{Told, gather};

use crate::page::{label, review::said};
use crate::speech::{either, grouped};

/// The page.
pub fn page(told: &Told<'_>) -> Result<String, Error> {
    let language = told.language;
    let say = |en, zh| either(language, en, zh);
    let name = label(told.playbook.text(), told.playbook.id(), language);
    let code = match language {
        Language::En => "en",
        Language::Zh => "zh-Hans",
    };
    let sections = [
        scorecard::section(told),
        kpis::section(told)?,
        why::section(told)?,
        lifecycle::section(told),
        value::section(told),
        model::section(told)?,
        segments::section(told),
    ];
    let page = html! {
        (DOCTYPE)
        html lang=(code) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (name) }
                style { (PreEscaped(include_str!("style.css"))) }
            }
            body {
                header {
                    h1 { (name) }
                    p.when { (when(told)) }
                }
                main {
                    (head_lines(told))
                    @for section in sections { (section) }
                    (notes(told))
                }
                footer {
                    (say("by the playbook", "规则集")) " " code { (told.playbook.id()) } " "
                    (told.playbook.version()) " · " code { (short(told.playbook.semantic_hash())) } " · "
                    (say("meaning of numbers", "数字语义版本")) " " (told.review.semantics)
                }
            }
        }
    };
    Ok(page.into_string())
}

/// Where a chapter begins; a chapter without anything is left out.
fn chapter(title: &str, about: &str, body: Markup) -> Markup {
    html! {
        section {
            h2 { (title) }
            @if !about.is_empty() { p.about { (about) } }
            (body)
        }
    }
}

fn when(told: &Told<'_>) -> String {
    let zone = told.playbook.calendar().zone();
    let at = zone.shown(told.as_of);
    match told.language {
        Language::En => format!("as of {at} {}", zone.name()),
        Language::Zh => format!("截至 {at}（{}）", zone.name()),
    }
}

/// Numbers that come first.
const TILES: usize = 5;

/// The few numbers that come first.
fn head_lines(told: &Told<'_>) -> Markup {
    let say = |en, zh| either(told.language, en, zh);
    let mut tiles = vec![
        (say("customers", "客户").to_owned(), grouped(told.review.customers)),
        (say("events", "事件").to_owned(), grouped(told.review.events)),
    ];
    for card in &told.cards {
        let name = label(&card.root.label, &card.root.name, told.language).to_owned();
        let score = card.root.score.map_or_else(|| "–".to_owned(), |score| score.to_string());
        tiles.push((format!("{name} {}", card.period), score));
    }
    for table in &told.kpis.kpis {
        let Some(last) = table.periods.last().filter(|it| it.whole.value.is_some()) else {
            continue;
        };
        if tiles.len() >= TILES {
            break;
        }
        let name = label(&table.label, &table.kpi, told.language);
        let value = crate::page::kpi::value(table.unit.as_deref(), &last.whole, told.language);
        tiles.push((format!("{name} {}", last.period), value));
    }
    html! {
        div.tiles {
            @for (name, value) in tiles {
                div.tile { div.number { (value) } div.name { (name) } }
            }
        }
    }
}

fn notes(told: &Told<'_>) -> Markup {
    if told.review.notes.is_empty() {
        return html! {};
    }
    let zone = told.playbook.calendar().zone();
    let title = either(told.language, "Before you trust the numbers", "使用数字之前");
    chapter(
        title,
        "",
        html! {
            ul { @for note in &told.review.notes { li { (said(note, told.as_of, zone, told.language)) } } }
        },
    )
}

/// The beginning of a hash, enough to tell two apart.
fn short(hash: &str) -> &str {
    hash.get(..12).unwrap_or(hash)
}

/// A part of a whole as a bar.
fn bar(part: u64, whole: u64) -> Markup {
    let width = if whole == 0 { 0.0 } else { part as f64 / whole as f64 * 100.0 };
    html! { div.bar { div.fill style=(format!("width:{width:.2}%")) {} } }
}
