//! Whether a store is whole.

use guanxi::Playbook;
use guanxi::engine::{Deviation, Recomputed};
use guanxi::error::Language;
use guanxi::store::Report;

use super::Stand::Left;
use super::{printable, table};
use crate::speech::{counted, either, grouped};

/// What the check of a file found, and what the one of what is kept did.
pub fn page(
    report: &Report,
    compared: Option<&Recomputed>,
    playbook: &Playbook,
    language: Language,
) -> String {
    let mut page = match language {
        Language::En => format!("{} checked\n", counted(report.facts, "fact", "facts")),
        Language::Zh => format!("已核对 {} 条事实\n", grouped(report.facts)),
    };
    for fault in &report.faults {
        page.push_str(&format!("* {}\n", printable(&fault.say(language))));
    }
    if report.is_sound() {
        page.push_str(either(language, "the store is whole\n", "事实库完好\n"));
    }
    if let Some(compared) = compared {
        page.push_str(&deep(compared, playbook, language));
    }
    page
}

fn deep(compared: &Recomputed, playbook: &Playbook, language: Language) -> String {
    let Some(now) = compared.now else {
        let (en, zh) = ("the store is not followed\n", "此事实库未被跟踪\n");
        return either(language, en, zh).to_owned();
    };
    let zone = playbook.calendar().zone();
    let (at, zone) = (zone.shown(now), zone.name());
    let mut page = match language {
        Language::En => format!(
            "{} worked out anew as of {at} {zone}, {} still due\n",
            counted(compared.customers, "customer", "customers"),
            grouped(compared.waiting),
        ),
        Language::Zh => format!(
            "已按 {at}（{zone}）重新推算 {} 位客户，另有 {} 位待推进\n",
            grouped(compared.customers),
            grouped(compared.waiting),
        ),
    };
    if compared.agrees() {
        let (en, zh) = ("what is kept is what the facts give\n", "所存结果与事实一致\n");
        page.push_str(either(language, en, zh));
        return page;
    }
    page.push_str(&match language {
        Language::En => {
            format!("{}\n", counted(compared.deviations, "deviation", "deviations"))
        }
        Language::Zh => format!("{} 处不一致\n", grouped(compared.deviations)),
    });
    let header = match language {
        Language::En => ["of", "row", "part", "kept", "by the facts"],
        Language::Zh => ["所属", "行", "部分", "所存", "据事实"],
    };
    let rows: Vec<Vec<String>> = compared.first.iter().map(row).collect();
    page.push_str(&table(&header.map(|name| (name, Left)), &rows));
    page.push_str(either(
        language,
        "`guanxi advance --adopt` works out anew all that is kept; what was lost of pending effects \
         counts as carried out\n",
        "运行 `guanxi advance --adopt` 可重新推算全部所存结果；丢失的待办动作视为已执行\n",
    ));
    page
}

fn row(deviation: &Deviation) -> Vec<String> {
    let Deviation { table, row, part, kept, found } = deviation;
    let shown = |text: &Option<Box<str>>| match text {
        None => "-".to_owned(),
        Some(text) => printable(text).into_owned(),
    };
    let row = printable(row).into_owned();
    vec![(*table).to_owned(), row, (*part).to_owned(), shown(kept), shown(found)]
}
