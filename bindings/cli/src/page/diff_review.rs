//! What another playbook, or another version, answers otherwise.

use guanxi::Playbook;
use guanxi::engine::{
    AxisDiff, CountChange, CountsDiff, KpiChange, KpiSide, ReviewDiff, TierCell, TierDiff,
};
use guanxi::error::Language;

use super::Stand::{Left, Right};
use super::{by_thousands, heading, label, percent, printable, segment, table, title};
use crate::speech::{either, grouped};

/// Two playbooks on the same facts.
pub fn playbooks(
    told: &ReviewDiff,
    (old, new): (&Playbook, &Playbook),
    language: Language,
) -> String {
    let zone = old.calendar().zone();
    let name = label(old.text(), old.id(), language);
    let mut page = title(name, told.as_of, zone, language);
    let (was, is) = (&told.old, &told.new);
    page.push_str(&format!(
        "{} {} -> {} {}\n",
        printable(&was.id),
        printable(&was.version),
        printable(&is.id),
        printable(&is.version)
    ));
    page.push_str(&summary(told, language));
    if !told.segments.segments.is_empty() {
        page.push_str(&segment::differing(&told.segments, language));
    }
    let mut lives = told.lifecycles.clone();
    lives.machines.retain(|it| 0 < it.changed || 0 < it.parted);
    page.push_str(&super::lifecycle::differing(&lives, (old, new), language));
    if let Some(tiers) = told.tiers.as_ref().filter(|it| 0 < it.changed) {
        page.push_str(&tier_matrix(tiers, told.customers, (old, new), language));
    }
    page.push_str(&axes(told.tiers.iter().flat_map(|it| &it.axes), language));
    page.push_str(&kpis(&told.kpis, language));
    page
}

/// One line for each part, so that a glance says whether anything differs.
fn summary(told: &ReviewDiff, language: Language) -> String {
    if !told.differs() {
        let (en, zh) = match told.same_meaning {
            true => ("both mean the same: nothing differs\n", "两者含义相同，没有任何差异\n"),
            false => ("nothing differs at this instant\n", "在此时点没有任何差异\n"),
        };
        return either(language, en, zh).to_owned();
    }
    let moved: u64 = told.lifecycles.machines.iter().map(|it| it.changed).sum();
    let header = match language {
        Language::En => [("", Left), ("differ", Right), ("same", Right), ("customers", Right)],
        Language::Zh => [("", Left), ("有差异", Right), ("相同", Right), ("涉及客户", Right)],
    };
    let differing = told.lifecycles.machines.iter().filter(|it| 0 < it.changed || 0 < it.parted);
    let n_machines = differing.count() as u64;
    let lives = &told.lifecycles;
    let unpaired = (lives.dropped.len() + lives.added.len()) as u64;
    let same_machines = lives.machines.len() as u64 - n_machines;
    let line = |en, zh, differ: u64, same: Option<u64>, customers: Option<u64>| {
        let count = |of: Option<u64>| of.map_or("-".to_owned(), grouped);
        vec![either(language, en, zh).to_owned(), grouped(differ), count(same), count(customers)]
    };
    let turned = told.segments.segments.iter().map(|it| it.entered + it.left).sum();
    let mut rows = vec![
        line(
            "segments",
            "细分",
            told.segments.segments.len() as u64,
            Some(told.segments.same),
            Some(turned),
        ),
        line("lifecycles", "生命周期", n_machines + unpaired, Some(same_machines), Some(moved)),
    ];
    if let Some(tiers) = &told.tiers {
        let cells = tiers.matrix.iter().filter(|cell| cell.old != cell.new).count() as u64;
        rows.push(line("tiers", "等级", cells, None, Some(tiers.changed)));
        let axes = tiers.axes.iter().filter(|axis| 0 < axis.changed);
        let (n, most) = axes.fold((0, 0), |(n, most), axis| (n + 1, axis.changed.max(most)));
        rows.push(line("scores", "评分", n, Some(tiers.axes.len() as u64 - n), Some(most)));
    }
    rows.push(line("KPIs", "指标", told.kpis.len() as u64, Some(told.same_kpis), None));
    format!("\n{}", table(&header, &rows))
}

fn tier_matrix(
    tiers: &TierDiff,
    customers: u64,
    (old, new): (&Playbook, &Playbook),
    language: Language,
) -> String {
    let header = match language {
        Language::En => {
            [("now", Left), ("would be", Left), ("customers", Right), ("such as", Left)]
        }
        Language::Zh => [("现在", Left), ("将为", Left), ("客户", Right), ("例如", Left)],
    };
    let name = |playbook: &Playbook, tier: Option<&str>| {
        let Some(tier) = tier else { return either(language, "none", "无等级").to_owned() };
        let value = playbook.value();
        let known = value.and_then(|value| value.tiers.iter().find(|it| *it.name == *tier));
        known.map_or(tier, |it| label(&it.text, tier, language)).to_owned()
    };
    let mut cells: Vec<&TierCell> = tiers.matrix.iter().filter(|it| it.old != it.new).collect();
    cells.sort_by_key(|cell| std::cmp::Reverse(cell.customers));
    let row = |cell: &&TierCell| {
        let of_cell = |it: &&guanxi::engine::TierExample| it.old == cell.old && it.new == cell.new;
        let example = tiers.examples.iter().find(of_cell);
        vec![
            name(old, cell.old.as_deref()),
            name(new, cell.new.as_deref()),
            grouped(cell.customers),
            example.map(|it| printable(&it.customer).into_owned()).unwrap_or_default(),
        ]
    };
    let rows: Vec<Vec<String>> = cells.iter().map(row).collect();
    let (changed, share) = (grouped(tiers.changed), percent(tiers.changed, customers));
    let said = match language {
        Language::En => format!("{changed} ({share}) in another tier"),
        Language::Zh => format!("等级改变 {changed} 名（{share}）"),
    };
    format!("\n{}{said}\n\n{}", heading(either(language, "tiers", "等级")), table(&header, &rows))
}

fn axes<'a>(axes: impl Iterator<Item = &'a AxisDiff>, language: Language) -> String {
    let header = match language {
        Language::En => [("score", Left), ("customers", Right), ("mean", Right), ("then", Right)],
        Language::Zh => [("评分", Left), ("客户", Right), ("均值", Right), ("将为", Right)],
    };
    let mean = |it: Option<guanxi::units::Decimal>| it.map_or("-".to_owned(), |it| it.to_string());
    let row = |it: &AxisDiff| {
        let name = it.label.say(language).to_owned();
        vec![name, grouped(it.changed), mean(it.old_mean), mean(it.new_mean)]
    };
    let rows: Vec<Vec<String>> = axes.filter(|it| 0 < it.changed).map(row).collect();
    if rows.is_empty() { String::new() } else { format!("\n{}", table(&header, &rows)) }
}

fn kpis(changes: &[KpiChange], language: Language) -> String {
    if changes.is_empty() {
        return String::new();
    }
    let header = match language {
        Language::En => [("KPI", Left), ("period", Left), ("now", Right), ("then", Right)],
        Language::Zh => [("指标", Left), ("期间", Left), ("现值", Right), ("将为", Right)],
    };
    let row = |it: &KpiChange| {
        let value = |side: &KpiSide| side.value.as_ref().map(ToString::to_string);
        let same = it.old.as_ref().map(value) == it.new.as_ref().map(value);
        let shown = |side: &Option<KpiSide>| {
            let Some(side) = side else {
                return either(language, "not there", "没有").to_owned();
            };
            let value = value(side).map_or("-".to_owned(), |value| by_thousands(&value));
            match (same, language) {
                (false, _) => value,
                // Then it is who takes part that differs.
                (true, Language::En) => format!("{value} of {}", grouped(side.customers)),
                (true, Language::Zh) => format!("{value}（{} 名）", grouped(side.customers)),
            }
        };
        let period = [&it.new, &it.old].into_iter().flatten().find_map(|it| it.period.clone());
        vec![
            it.label.say(language).to_owned(),
            period.unwrap_or_default(),
            shown(&it.old),
            shown(&it.new),
        ]
    };
    let mut page = format!("\n{}", table(&header, &changes.iter().map(row).collect::<Vec<_>>()));
    for change in changes {
        page.push_str(&formulas(change));
    }
    page
}

/// What of its definition is another.
fn formulas(change: &KpiChange) -> String {
    let (Some(old), Some(new)) = (&change.old, &change.new) else { return String::new() };
    let mut keys: Vec<&str> = old.formula.keys().chain(new.formula.keys()).copied().collect();
    keys.sort_unstable();
    keys.dedup();
    let mut page = String::new();
    for key in keys {
        let (was, is) = (old.formula.get(key), new.formula.get(key));
        if was == is {
            continue;
        }
        for (mark, side) in [("-", was), ("+", is)] {
            if let Some(text) = side {
                page.push_str(&format!("{mark} {}.{key}: {}\n", change.kpi, printable(text)));
            }
        }
    }
    if page.is_empty() { page } else { format!("\n{page}") }
}

/// A review that was kept, and one of now.
pub fn counts(told: &CountsDiff, playbook: &Playbook, language: Language) -> String {
    let zone = playbook.calendar().zone();
    let name = label(playbook.text(), playbook.id(), language);
    let mut page = title(name, told.as_of, zone, language);
    let side = |version: &str, semantics: u32| match language {
        Language::En => format!("{} (semantics {semantics})", printable(version)),
        Language::Zh => format!("{}（语义版本 {semantics}）", printable(version)),
    };
    let was = side(&told.old.version, told.old_semantics);
    page.push_str(&format!("{was} -> {}\n", side(&told.new.version, told.new_semantics)));
    if told.old.semantic_hash != told.new.semantic_hash {
        let (en, zh) = ("the playbook means something else", "规则集含义已变");
        page.push_str(&format!("{}\n", either(language, en, zh)));
    }
    if told.old_as_of != told.as_of {
        let at = zone.shown(told.old_as_of);
        page.push_str(&match language {
            Language::En => format!("the kept one is as of {at}\n"),
            Language::Zh => format!("所存评估的时点为 {at}\n"),
        });
    }
    let same = grouped(told.same);
    page.push_str(&match language {
        Language::En => format!("counts that are the same: {same}\n"),
        Language::Zh => format!("相同的计数：{same} 项\n"),
    });
    if told.changes.is_empty() {
        return page;
    }
    let header = match language {
        Language::En => [("count", Left), ("", Left), ("kept", Right), ("now", Right)],
        Language::Zh => [("计数", Left), ("", Left), ("所存", Right), ("现在", Right)],
    };
    let count = |of: Option<u64>| of.map_or("-".to_owned(), grouped);
    let row = |it: &CountChange| {
        let names: Vec<&str> = it.machine.iter().chain(&it.name).map(|name| &**name).collect();
        vec![
            of_what(it.of, language),
            printable(&names.join(".")).into_owned(),
            count(it.old),
            count(it.new),
        ]
    };
    page.push('\n');
    page.push_str(&table(&header, &told.changes.iter().map(row).collect::<Vec<_>>()));
    page
}

fn of_what(of: &str, language: Language) -> String {
    let (en, zh) = match of {
        "customers" => ("customers", "客户"),
        "events" => ("events", "事件"),
        "state" => ("state", "状态"),
        "segment" => ("segment", "细分"),
        "tier" => ("tier", "等级"),
        _ => ("in no tier", "无等级"),
    };
    either(language, en, zh).to_owned()
}
