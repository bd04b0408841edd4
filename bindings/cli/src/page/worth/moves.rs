//! Who moved between tiers, and what made it.

use std::cmp::Reverse;

use guanxi::Playbook;
use guanxi::engine::{CausesOfMoves, Place, TierMoves};
use guanxi::error::Language;

use super::super::Stand::{Left, Right};
use super::super::{Stand, day, heading, label, printable, table, title};
use super::called;
use crate::speech::{either, grouped};

/// Who moved between tiers.
pub fn moves(moves: &TierMoves, playbook: &Playbook, language: Language) -> String {
    let zone = playbook.calendar().zone();
    let name = label(playbook.text(), playbook.id(), language);
    let mut page = title(name, moves.to, zone, language);
    let from = zone.shown(moves.from);
    page.push_str(&match language {
        Language::En => format!("tiers there (rows: after {from}; columns: at the end)\n\n"),
        Language::Zh => format!("等级迁移（行：{from} 之后；列：期末）\n\n"),
    });
    if moves.matrix.is_empty() {
        page.push_str(either(
            language,
            "there was no customer at either instant\n",
            "两个时点均无客户\n",
        ));
        return page;
    }
    let mut places: Vec<&Place> = Vec::new();
    for cell in &moves.matrix {
        for place in [&cell.from, &cell.to] {
            if !places.contains(&place) {
                places.push(place);
            }
        }
    }
    let order = |place: &Place| match place {
        Place::Tier(name) => playbook
            .value()
            .and_then(|value| value.tiers.iter().position(|tier| tier.name == *name))
            .unwrap_or(usize::MAX - 3),
        Place::None => usize::MAX - 2,
        Place::NotAssessed => usize::MAX - 1,
        Place::Absent => usize::MAX,
    };
    places.sort_by_key(|place| order(place));
    let mut header = vec![(String::new(), Left)];
    header.extend(places.iter().map(|it| (place(it, playbook, language), Right)));
    let rows: Vec<Vec<String>> = places
        .iter()
        .filter(|row| moves.matrix.iter().any(|cell| cell.from == ***row))
        .map(|row| {
            let count = |to: &Place| {
                let found = moves.matrix.iter().find(|it| it.from == **row && it.to == *to);
                found.map_or_else(|| "-".to_owned(), |it| grouped(it.customers))
            };
            let cells = places.iter().map(|to| count(to));
            std::iter::once(place(row, playbook, language)).chain(cells).collect()
        })
        .collect();
    let header: Vec<(&str, Stand)> =
        header.iter().map(|(name, stand)| (name.as_str(), *stand)).collect();
    page.push_str(&table(&header, &rows));
    page.push_str(&causes(&moves.causes, playbook, language));
    page.push_str(&latest(moves, playbook, language));
    page
}

/// `purchases 12 (+8.20), time passing 3 (+1.10)`: in how many moves each cause
/// did the most, and how many tiers it moved customers in all.
fn causes(causes: &[CausesOfMoves], playbook: &Playbook, language: Language) -> String {
    if causes.is_empty() {
        return String::new();
    }
    let header = [
        (either(language, "move", "变动"), Left),
        (either(language, "times", "次数"), Right),
        (either(language, "led by, times (tiers moved)", "主因 次数（等级数）"), Left),
    ];
    let (open, close) = (either(language, " (", "（"), either(language, ")", "）"));
    let row = |it: &CausesOfMoves| {
        let from = called(it.from.as_deref(), playbook, language);
        let to = called(it.to.as_deref(), playbook, language);
        let causes = it.causes.iter().map(|cause| {
            let sign = if cause.tiers.units() > 0 { "+" } else { "" };
            let (name, leads) = (cause.label.say(language), grouped(cause.leads));
            format!("{name} {leads}{open}{sign}{}{close}", cause.tiers)
        });
        let causes: Vec<String> = causes.collect();
        vec![
            format!("{from} -> {to}"),
            grouped(it.moves),
            causes.join(either(language, ", ", "，")),
        ]
    };
    let rows: Vec<Vec<String>> = causes.iter().map(row).collect();
    format!(
        "\n{}{}",
        heading(either(language, "what made them", "变动原因")),
        table(&header, &rows)
    )
}

fn place(place: &Place, playbook: &Playbook, language: Language) -> String {
    match place {
        Place::Tier(name) => called(Some(&**name), playbook, language).to_owned(),
        Place::None => either(language, "none", "无等级").to_owned(),
        Place::NotAssessed => either(language, "not assessed", "未定级").to_owned(),
        Place::Absent => either(language, "not there", "尚非客户").to_owned(),
    }
}

/// Moves that a page has room for, the latest ones.
const LATEST: usize = 20;

fn latest(moves: &TierMoves, playbook: &Playbook, language: Language) -> String {
    let zone = playbook.calendar().zone();
    let mut moved: Vec<_> = moves.moves.iter().filter(|it| !it.first).collect();
    if moved.is_empty() {
        return either(language, "\nnobody moved\n", "\n无人变动\n").to_owned();
    }
    moved.sort_by_key(|it| Reverse(it.at));
    let header = [
        (either(language, "latest moves", "最近的变动"), Left),
        (either(language, "customer", "客户"), Left),
        (either(language, "from", "原等级"), Left),
        (either(language, "to", "新等级"), Left),
    ];
    let rows: Vec<Vec<String>> = moved
        .iter()
        .take(LATEST)
        .map(|it| {
            vec![
                day(Some(it.at), zone),
                printable(&it.customer).into_owned(),
                called(it.from.as_deref(), playbook, language).to_owned(),
                called(it.to.as_deref(), playbook, language).to_owned(),
            ]
        })
        .collect();
    let more = moved.len().saturating_sub(LATEST) as u64;
    let mut out = format!("\n{}", table(&header, &rows));
    if more > 0 {
        out.push_str(&match language {
            Language::En => format!("and {} more; `--json` lists them\n", grouped(more)),
            Language::Zh => format!("另有 {} 次，见 `--json`\n", grouped(more)),
        });
    }
    out
}
