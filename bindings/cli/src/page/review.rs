//! The review on one page that a sales manager can read.

use std::cmp::Reverse;

use guanxi::Playbook;
use guanxi::engine::{AttributeSummary, EventSummary, MachineFlow, Note, Review, SegmentSummary};
use guanxi::error::Language;
use guanxi::units::{Instant, Zone};
use serde::Serialize;

use super::Stand::{Left, Right};
use super::{bar, day, heading, label, percent, printable, table};
use crate::speech::{counted, either, grouped};

/// How long the steps took, in seconds.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Timings {
    /// Reading the host's files and recording their facts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub import_s: Option<f64>,
    /// Reading the facts into columns.
    pub load_s: f64,
    /// Answering.
    pub evaluate_s: f64,
}

/// The page.
pub fn page(
    review: &Review,
    flows: &[MachineFlow],
    playbook: &Playbook,
    language: Language,
) -> String {
    let zone = playbook.calendar().zone();
    let name = label(playbook.text(), playbook.id(), language);
    let mut page = super::title(name, review.as_of, zone, language);
    if let Some(known_at) = review.known_at {
        let known_at = zone.shown(known_at);
        page.push_str(&match language {
            Language::En => format!("by what was known at {known_at}\n"),
            Language::Zh => format!("以 {known_at} 时已知的事实为准\n"),
        });
    }
    if review.notes.iter().any(|note| note.name == "no_facts") {
        notes(&mut page, review, zone, language);
        return page;
    }
    page.push_str(&match language {
        Language::En => {
            let customers = counted(review.customers, "customer", "customers");
            format!("{customers}, {}\n", counted(review.events, "event", "events"))
        }
        Language::Zh => {
            let (customers, events) = (grouped(review.customers), grouped(review.events));
            format!("客户 {customers} 名，事件 {events} 条\n")
        }
    });
    kinds(&mut page, review, zone, language);
    page.push_str(&super::lifecycle::machines(&review.machines, review.customers, language));
    page.push_str(&super::lifecycle::flows_in_short(flows, review, zone, language));
    if let Some(value) = &review.value {
        page.push_str(&super::worth::summary(value, review.customers, zone, language));
    }
    segments(&mut page, review, language);
    attributes(&mut page, review, language);
    notes(&mut page, review, zone, language);
    page
}

fn kinds(page: &mut String, review: &Review, zone: &Zone, language: Language) {
    if review.kinds.is_empty() {
        return;
    }
    let header = match language {
        Language::En => ["event", "events", "customers", "share", "first", "last"],
        Language::Zh => ["事件", "次数", "客户", "占比", "首次", "最近"],
    };
    let mut columns = header.map(|name| (name, Right));
    columns[0].1 = Left;
    let row = |it: &EventSummary| {
        vec![
            label(&it.label, &it.kind, language).to_owned(),
            grouped(it.events),
            grouped(it.customers),
            percent(it.customers, review.customers),
            day(it.first, zone),
            day(it.last, zone),
        ]
    };
    let mut most_first: Vec<_> = review.kinds.iter().collect();
    most_first.sort_by_key(|kind| Reverse(kind.events));
    let rows: Vec<_> = most_first.into_iter().map(row).collect();
    page.push('\n');
    page.push_str(&table(&columns, &rows));
}

fn segments(page: &mut String, review: &Review, language: Language) {
    if review.segments.is_empty() {
        return;
    }
    let header = match language {
        Language::En => {
            [("segment", Left), ("name", Left), ("customers", Right), ("share", Right), ("", Left)]
        }
        Language::Zh => {
            [("细分", Left), ("名称", Left), ("客户", Right), ("占比", Right), ("", Left)]
        }
    };
    let mut largest_first: Vec<&SegmentSummary> = review.segments.iter().collect();
    largest_first.sort_by_key(|segment| Reverse(segment.members));
    let row = |it: &&SegmentSummary| {
        vec![
            label(&it.label, &it.segment, language).to_owned(),
            it.segment.to_string(),
            grouped(it.members),
            percent(it.members, review.customers),
            bar(it.members, review.customers),
        ]
    };
    let rows: Vec<_> = largest_first.iter().map(row).collect();
    page.push('\n');
    page.push_str(&table(&header, &rows));
    for segment in largest_first.into_iter().filter(|segment| segment.errors > 0) {
        let (name, errors) = (&segment.segment, grouped(segment.errors));
        page.push_str(&match language {
            Language::En => {
                let errors = counted(segment.errors, "customer", "customers");
                format!("{name}: an error for {errors}, not counted in it\n")
            }
            Language::Zh => format!("{name}：{errors} 名客户求值出错，未计入\n"),
        });
        for failure in segment.failures.iter().take(1) {
            let (who, why) = (printable(&failure.customer), failure.fault.message.say(language));
            let colon = either(language, ": ", "：");
            page.push_str(&format!("  {who}{colon}{why}\n"));
        }
    }
}

fn attributes(page: &mut String, review: &Review, language: Language) {
    if review.attributes.is_empty() {
        return;
    }
    let header = match language {
        Language::En => ["attribute", "known", "share", "fresh", "stale", "age unknown"],
        Language::Zh => ["属性", "已知", "占比", "新鲜", "过期", "时间不明"],
    };
    let mut columns = header.map(|name| (name, Right));
    columns[0].1 = Left;
    let row = |it: &AttributeSummary| {
        let dash = || "-".to_owned();
        let (fresh, stale, unknown) = match &it.freshness {
            None => (dash(), dash(), dash()),
            Some(it) => (grouped(it.fresh), grouped(it.stale), grouped(it.unknown)),
        };
        let name = label(&it.label, &it.attribute, language).to_owned();
        let share = percent(it.known, review.customers);
        vec![name, grouped(it.known), share, fresh, stale, unknown]
    };
    let mut known_first: Vec<_> = review.attributes.iter().collect();
    known_first.sort_by_key(|attribute| Reverse(attribute.known));
    let rows: Vec<_> = known_first.into_iter().map(row).collect();
    page.push('\n');
    page.push_str(&table(&columns, &rows));
}

fn notes(page: &mut String, review: &Review, zone: &Zone, language: Language) {
    if review.notes.is_empty() {
        return;
    }
    page.push('\n');
    page.push_str(&heading(either(language, "notes", "说明")));
    for note in &review.notes {
        page.push_str(&format!("* {}\n", said(note, review.as_of, zone, language)));
    }
}

/// A note in the zone of the page, where it speaks of instants.
pub fn said(note: &Note, as_of: Instant, zone: &Zone, language: Language) -> String {
    match (note.name, note.until) {
        ("later_facts", Some(until)) => {
            let (from, until) = (zone.shown(as_of), zone.shown(until));
            match language {
                Language::En => format!("facts after {from} (up to {until}) are left out"),
                Language::Zh => format!("{from} 之后（至 {until}）的事实未计入"),
            }
        }
        ("no_facts", Some(known_at)) => {
            let known_at = zone.shown(known_at);
            match language {
                Language::En => {
                    format!(
                        "nothing had been learnt about any customer by {known_at}; what was learnt later is left out"
                    )
                }
                Language::Zh => format!("截至 {known_at} 尚未获知任何客户的事实；此后获知的未计入"),
            }
        }
        _ => note.text.say(language).to_owned(),
    }
}

/// How long each step took.
pub fn timings(timings: Timings, language: Language) -> String {
    let Timings { import_s, load_s, evaluate_s } = timings;
    let import = import_s.map(|s| match language {
        Language::En => format!("import {s:.3} s, "),
        Language::Zh => format!("导入 {s:.3} 秒，"),
    });
    let import = import.unwrap_or_default();
    match language {
        Language::En => format!("\n{import}load {load_s:.3} s, evaluate {evaluate_s:.3} s\n"),
        Language::Zh => format!("\n{import}载入 {load_s:.3} 秒，求值 {evaluate_s:.3} 秒\n"),
    }
}
