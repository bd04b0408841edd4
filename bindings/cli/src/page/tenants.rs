//! What a night brought about for the tenants of a folder.

use guanxi::Playbook;
use guanxi::error::Language;
use guanxi::units::Instant;

use super::Stand::{Left, Right};
use super::{printable, table};
use crate::commands::tenants::Told;
use crate::speech::{counted, either, grouped};

/// Sums over all tenants, and who could not be followed.
pub fn page(told: &Told, to: Instant, playbook: &Playbook, language: Language) -> String {
    let zone = playbook.calendar().zone();
    let (at, zone) = (zone.shown(to), zone.name());
    let mut page = match language {
        Language::En => format!("followed up to {at} {zone}\n"),
        Language::Zh => format!("已跟踪至 {at}（{zone}）\n"),
    };
    page.push_str(counts(told, language).trim_start_matches('\n'));
    page.push_str(&waiting(told, language));
    page.push_str(&failed(told, language));
    page
}

fn counts(told: &Told, language: Language) -> String {
    let [customers, changes, effects, taken_back, _] = told.sums();
    let names = match language {
        Language::En => {
            ["tenants", "customers looked at", "changes", "effects asked for", "taken back"]
        }
        Language::Zh => ["租户", "处理客户", "变更", "新动作", "撤销动作"],
    };
    let counts = [told.settled.len() as u64, customers, changes, effects, taken_back];
    let rows: Vec<Vec<String>> = names
        .iter()
        .zip(counts)
        .map(|(name, count)| vec![(*name).to_owned(), grouped(count)])
        .collect();
    table(&[("", Left), ("", Right)], &rows)
}

fn waiting(told: &Told, language: Language) -> String {
    let [.., waiting] = told.sums();
    if waiting == 0 {
        return String::new();
    }
    let tenants = told.settled.values().filter(|(settled, _)| 0 < settled.waiting).count() as u64;
    match language {
        Language::En => format!(
            "{} of {} still due: call again to go on\n",
            counted(waiting, "customer", "customers"),
            counted(tenants, "tenant", "tenants"),
        ),
        Language::Zh => format!(
            "{} 个租户还有 {} 位客户未处理，再次运行即可继续\n",
            grouped(tenants),
            grouped(waiting)
        ),
    }
}

fn failed(told: &Told, language: Language) -> String {
    let mut page = String::new();
    for (tenant, (settled, _)) in &told.settled {
        for failure in &settled.failures {
            let why = failure.fault.say(language);
            page.push_str(&line(&format!("{tenant}, {}: {why}", failure.customer)));
        }
    }
    if !told.failed.is_empty() {
        page.push_str(either(language, "not followed:\n", "未能跟踪：\n"));
    }
    // Each names its tenant, or the file.
    for error in told.failed.values() {
        page.push_str(&line(&error.say(language)));
    }
    page
}

fn line(text: &str) -> String {
    format!("* {}\n", printable(text))
}
