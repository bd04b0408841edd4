//! What was done by hand, and whether it adds up.

use guanxi::Playbook;
use guanxi::error::Language;
use guanxi::store::{TrailCheck, TrailEntry};
use guanxi::units::Zone;

use super::Stand::{Left, Right};
use super::{printable, table};
use crate::speech::{counted, either, grouped};

/// The entries, and what the check of all of them found.
pub fn page(
    check: &TrailCheck,
    trail: &[TrailEntry],
    is_more: bool,
    playbook: &Playbook,
    language: Language,
) -> String {
    let mut page = String::new();
    if !trail.is_empty() {
        let header = match language {
            Language::En => ["no.", "at", "who", "what", "about", "why"],
            Language::Zh => ["序号", "时间", "何人", "何事", "客户", "理由"],
        };
        let zone = playbook.calendar().zone();
        let rows: Vec<Vec<String>> = trail.iter().map(|entry| row(entry, zone, language)).collect();
        let stands = [Right, Left, Left, Left, Left, Left];
        let header: Vec<_> = header.into_iter().zip(stands).collect();
        page.push_str(&table(&header, &rows));
    }
    if let Some(last) = trail.last().filter(|_| is_more) {
        let last = last.number;
        page.push_str(&match language {
            Language::En => format!("there may be more: --after {last}\n"),
            Language::Zh => format!("可能还有：--after {last}\n"),
        });
    }
    page.push_str(&found(check, language));
    page
}

fn found(check: &TrailCheck, language: Language) -> String {
    let mut page = match language {
        Language::En => format!("{} checked\n", counted(check.entries, "entry", "entries")),
        Language::Zh => format!("已核对留痕 {} 条\n", grouped(check.entries)),
    };
    for fault in &check.faults {
        page.push_str(&format!("* {}\n", printable(&fault.say(language))));
    }
    if !check.is_sound() {
        return page;
    }
    page.push_str(either(language, "none was changed or taken out\n", "未发现改动或缺失\n"));
    if let Some(head) = &check.head {
        page.push_str(&match language {
            Language::En => {
                format!("keep this elsewhere, and give it to the next check: --expect {head}\n")
            }
            Language::Zh => format!("请另行保存，下次核对时给出：--expect {head}\n"),
        });
    }
    page
}

fn row(entry: &TrailEntry, zone: &Zone, language: Language) -> Vec<String> {
    let said = |text: &Option<Box<str>>| match text {
        Some(text) => printable(text).into_owned(),
        None => "-".to_owned(),
    };
    let about = if entry.emptied || entry.receipt.is_some() {
        either(language, "(erased)", "（已清除）").to_owned()
    } else if entry.customers.is_empty() {
        "-".to_owned()
    } else {
        printable(&entry.customers.join(either(language, ", ", "、"))).into_owned()
    };
    vec![
        entry.number.to_string(),
        zone.shown(entry.at),
        said(&entry.actor),
        printable(&entry.act).into_owned(),
        about,
        said(&entry.reason),
    ]
}
