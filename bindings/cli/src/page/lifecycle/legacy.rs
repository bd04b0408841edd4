//! Labels that customers already have, beside their states, on a page.

use guanxi::engine::{Difference, LegacyCell, LegacyView, Reason};
use guanxi::error::Language;
use guanxi::lifecycle::Machine;
use guanxi::units::Zone;

use super::super::Stand::{Left, Right};
use super::super::{day, heading, percent, printable, table};
use super::compare::state;
use crate::speech::{either, grouped};

/// Differences that are listed; the others are counted.
const TOLD: usize = 20;

/// The comparison.
pub fn legacy(found: &LegacyView, machine: &Machine, zone: &Zone, language: Language) -> String {
    let (compared, agreed) = (grouped(found.compared), grouped(found.agreed));
    let share = percent(found.agreed, found.compared);
    let (unlabelled, unknown) = (grouped(found.unlabelled), grouped(found.unknown.len() as u64));
    let mut page = format!("\n{}", heading(found.label.say(language)));
    page.push_str(&match language {
        Language::En => format!(
            "{compared} compared, {agreed} agree ({share}); {unlabelled} without a label, {unknown} labelled without facts\n"
        ),
        Language::Zh => format!(
            "对照 {compared} 名，一致 {agreed} 名（{share}）；无标签 {unlabelled} 名，有标签而无事实 {unknown} 名\n"
        ),
    });
    let listed = |said: &str, labels: &[Box<str>]| {
        let names: Vec<_> = labels.iter().map(|label| printable(label)).collect();
        format!("{said}{}\n", names.join(either(language, ", ", "、")))
    };
    if !found.foreign.is_empty() {
        let said = match language {
            Language::En => "labels that name no state (say `--map LABEL=STATE`): ",
            Language::Zh => "未对应任何状态的标签（请加 `--map 标签=状态`）：",
        };
        page.push_str(&listed(said, &found.foreign));
    }
    if !found.unused.is_empty() {
        let said = either(language, "mapped labels that nobody has: ", "映射中无人使用的标签：");
        page.push_str(&listed(said, &found.unused));
    }
    let header = match language {
        Language::En => [("label", Left), ("state", Left), ("customers", Right), ("", Left)],
        Language::Zh => [("标签", Left), ("状态", Left), ("客户", Right), ("", Left)],
    };
    let differs = |cell: &LegacyCell| {
        let place = |name: &str| machine.state(name);
        let named = cell.names.as_deref().and_then(place).zip(place(&cell.state));
        named.is_none_or(|(named, is)| !machine.is_in(is, named))
    };
    let rows: Vec<Vec<String>> = found
        .matrix
        .iter()
        .map(|cell| {
            let mark = if differs(cell) { either(language, "differs", "不一致") } else { "" };
            let label = printable(&cell.label).into_owned();
            vec![
                label,
                state(machine, Some(&cell.state), language),
                grouped(cell.count),
                mark.into(),
            ]
        })
        .collect();
    page.push_str(&format!("\n{}", table(&header, &rows)));
    page.push_str(&differences(found, machine, zone, language));
    page
}

fn differences(found: &LegacyView, machine: &Machine, zone: &Zone, language: Language) -> String {
    if found.differences.is_empty() {
        return String::new();
    }
    let header = match language {
        Language::En => ["customer", "label", "state", "since", "because"],
        Language::Zh => ["客户", "标签", "状态", "起始", "原因"],
    };
    let rows: Vec<Vec<String>> = found
        .differences
        .iter()
        .take(TOLD)
        .map(|it| {
            vec![
                printable(&it.customer).into_owned(),
                printable(&it.label).into_owned(),
                state(machine, Some(&it.state), language),
                day(it.since, zone),
                because(it, machine, zone, language),
            ]
        })
        .collect();
    let mut page = format!("\n{}", table(&header.map(|name| (name, Left)), &rows));
    if TOLD < found.differences.len() {
        let more = grouped((found.differences.len() - TOLD) as u64);
        page.push_str(&match language {
            Language::En => format!("and {more} more; `--json` lists all\n"),
            Language::Zh => format!("另有 {more} 名；`--json` 列出全部\n"),
        });
    }
    page
}

/// Why somebody is where they are, and why the label says otherwise.
fn because(it: &Difference, machine: &Machine, zone: &Zone, language: Language) -> String {
    let here = it.step.as_ref().map_or("-", |step| step.because.say(language));
    match (it.reason, &it.leaving) {
        (Reason::Foreign, _) => here.to_owned(),
        (Reason::Never, _) => {
            format!(
                "{here}{}",
                either(language, "; never was as labelled", "；从未处于标签所述状态")
            )
        }
        (Reason::Outdated, leaving) => {
            let left = day(it.left, zone);
            let from = leaving.as_ref().and_then(|step| step.from.as_deref());
            let was = state(machine, from, language);
            match language {
                Language::En => format!("{here}; was {was} until {left}"),
                Language::Zh => format!("{here}；{left} 前为{was}"),
            }
        }
    }
}
