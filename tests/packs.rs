//! The packs in `examples/packs`: complete, agreeing with each other, and every
//! KPI of them held to values that were worked out without this library.
//!
//! `tests/data/catalogue/worked.py` made the values from the same facts, and
//! `asked.txt` beside it says which were wanted.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::fs;

use guanxi::engine::Options;
use guanxi::engine::kpi::{KpiAsked, KpiCell, KpiPeriod, KpiPeriods, kpis};
use guanxi::error::Language::{self, En, Zh};
use guanxi::facts::intake::{Layout, Lines, TableKind};
use guanxi::facts::{Columns, Seen, Verdict};
use guanxi::kpi::{Better, CardBody, CardNode, Kpi};
use guanxi::units::{Decimal, Instant};
use guanxi::{Playbook, Store, Text};
use serde_json::Value;

use crate::reference::{compare, read, with_table};

const PACKS: [&str; 4] = ["retail", "key_accounts", "service", "startup"];
const CASES: &str = include_str!("cases/catalogue.json");
const PLACE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/packs");
const AS_OF: &str = "2026-07-01T00:00:00+08:00";

fn file(pack: &str, name: &str) -> String {
    let path = format!("{PLACE}/{pack}/{name}");
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn playbook(pack: &str) -> Playbook {
    let text = file(pack, "playbook.json");
    Playbook::from_json(&text).unwrap_or_else(|error| panic!("{pack}: {error}"))
}

/// The facts of a pack, every row of them recorded.
fn columns(pack: &str, playbook: &Playbook) -> Columns {
    let mut store = Store::in_memory(playbook.schema());
    let (schema, zone) = (playbook.schema(), playbook.calendar().zone());
    let customers = file(pack, "customers.csv");
    let mut rows = customers.lines().map(|row| row.split(',').collect::<Vec<_>>());
    let header = rows.next().unwrap();
    let layout = Layout::of("customers", &header, &TableKind::Customers, None, schema, zone);
    let layout = layout.unwrap_or_else(|error| panic!("{pack}: {error}"));
    let (mut tally, mut facts) = (layout.tally(), Vec::new());
    for (line, row) in (2..).zip(rows) {
        layout.row(line, &row, &mut tally, &mut facts).unwrap();
    }
    let verdicts = store.append(facts, Seen::Backfill).unwrap();
    assert!(verdicts.iter().all(|verdict| *verdict == Verdict::New), "{pack}: {verdicts:?}");
    let lines = Lines::of("events", &TableKind::Events, None, schema, zone).unwrap();
    let events = file(pack, "events.jsonl");
    let report = store.append_lines(&lines, events.as_bytes(), Seen::Backfill).unwrap();
    assert!(report.not_recorded.is_empty(), "{pack}: {:#?}", report.not_recorded);
    store.columns(None).unwrap()
}

#[test]
fn packs_have_no_faults_hints_or_missing_words() {
    for pack in PACKS {
        let playbook = playbook(pack);
        assert!(playbook.hints().is_empty(), "{pack}: {:?}", playbook.hints());
        for kpi in playbook.kpis() {
            let place = format!("{pack} {}", kpi.name);
            let help = kpi.help.as_ref().unwrap_or_else(|| panic!("{place} has no help"));
            for text in [&kpi.text, help] {
                assert!(!text.zh.is_ascii() && text.en.is_ascii(), "{place}: {text:?}");
            }
            assert!(help.en.contains(BEWARE.en) && help.zh.contains(BEWARE.zh), "{place}");
            assert!(kpi.owner.is_some() && kpi.better.is_some(), "{place}");
            // What is to be achieved is for the firm to say, and for nobody else.
            assert!(kpi.targets.all().is_empty() && kpi.curve.is_none(), "{place}");
        }
    }
}

/// Maps of definitions, by pointer.
const SHARED: [&str; 6] =
    ["/kpis", "/parameters", "/schema/attributes", "/schema/events", "/machines", "/value/axes"];

#[test]
fn what_two_packs_call_by_one_name_is_one_definition() {
    let mut known: BTreeMap<(&str, String), (Value, &str)> = BTreeMap::new();
    let mut twice = 0;
    for pack in PACKS {
        let document: Value = serde_json::from_str(&file(pack, "playbook.json")).unwrap();
        for pointer in SHARED {
            let Some(entries) = document.pointer(pointer).and_then(Value::as_object) else {
                continue;
            };
            for (name, definition) in entries {
                let (first, whose) = known
                    .entry((pointer, name.clone()))
                    .or_insert_with(|| (definition.clone(), pack));
                assert_eq!(first, definition, "{pointer}/{name} of {whose} and {pack}");
                twice += usize::from(*whose != pack);
            }
        }
    }
    assert!(twice > 20, "{twice} definitions are shared");
}

/// The KPIs below nodes, with the name of the group that they are in.
fn grouped(nodes: &[CardNode], group: &str, out: &mut Vec<(usize, String)>) {
    for node in nodes {
        match &node.body {
            CardBody::Kpi { at, .. } => out.push((*at, group.to_owned())),
            CardBody::Group { nodes, .. } => grouped(nodes, &node.name, out),
        }
    }
}

#[test]
fn the_scorecard_of_a_pack_has_each_kpi_once() {
    for pack in PACKS {
        let playbook = playbook(pack);
        let [card] = playbook.scorecards() else { panic!("{pack} has one scorecard") };
        let mut found = Vec::new();
        grouped(&card.nodes, "", &mut found);
        found.sort_unstable();
        let at: Vec<usize> = found.iter().map(|(at, _)| *at).collect();
        assert_eq!(at, (0..playbook.kpis().len()).collect::<Vec<_>>(), "{pack}");
        assert!(found.iter().all(|(_, group)| !group.is_empty()), "{pack}");
    }
}

fn text<'a>(case: &'a Value, key: &str) -> Option<&'a str> {
    case.get(key).and_then(Value::as_str)
}

/// The cell that a case is about: everybody, or one group.
fn cell<'a>(period: &'a KpiPeriod, case: &Value) -> &'a KpiCell {
    if text(case, "by").is_none() {
        return &period.whole;
    }
    let group = text(case, "group");
    let found = period.groups.iter().find(|cell| cell.group.as_deref() == group);
    found.unwrap_or_else(|| panic!("{case} is no group"))
}

fn same(found: Option<Decimal>, wanted: Option<&str>) -> bool {
    match (found, wanted.map(|text| Decimal::parse(text).unwrap())) {
        (Some(found), Some(wanted)) => found.compare(wanted).is_eq(),
        (_, None) => true,
        (None, Some(_)) => false,
    }
}

#[test]
fn every_kpi_of_every_pack_comes_to_what_was_worked_out() {
    let cases: Vec<Value> = serde_json::from_str(CASES).unwrap();
    let (mut worked, mut boundaries) = (BTreeSet::new(), BTreeSet::new());
    for pack in PACKS {
        let playbook = playbook(pack);
        let columns = columns(pack, &playbook);
        for case in cases.iter().filter(|case| text(case, "pack") == Some(pack)) {
            let (name, period) = (text(case, "kpi").unwrap(), text(case, "period").unwrap());
            let wanted = [name];
            let periods =
                KpiPeriods { from: Some(period), to: Some(period), ..KpiPeriods::default() };
            let asked = KpiAsked { names: &wanted, periods, by: text(case, "by") };
            let as_of = Instant::parse(AS_OF).unwrap();
            let report = kpis(&columns, &playbook, &asked, as_of, Options::default());
            let report = report.unwrap_or_else(|error| panic!("{case}: {error}"));
            let [period] = &report.kpis[0].periods[..] else { panic!("{case}: one period") };
            assert_eq!(period.errors, 0, "{case}: {:?}", period.failures);
            let found = cell(period, case);
            let missing = serde_json::to_value(found.missing).unwrap();
            assert_eq!(missing.as_str(), text(case, "missing"), "{case}: {found:?}");
            assert!(same(found.exact, text(case, "value")), "{case}: {found:?}");
            assert!(same(found.above, text(case, "sum")), "{case}: {found:?}");
            assert!(same(found.below, text(case, "per")), "{case}: {found:?}");
            if let Some(open) = case.get("open") {
                assert_eq!(period.open, open.as_u64(), "{case}");
            }
            if found.missing.is_none() {
                worked.insert((pack, name));
            }
            if case.get("boundary").is_some() {
                boundaries.insert((pack, name));
            }
        }
        for kpi in playbook.kpis() {
            assert!(worked.contains(&(pack, &*kpi.name)), "{pack} {} has no value", kpi.name);
        }
    }
    assert!(boundaries.len() * 3 >= worked.len(), "{} of {}", boundaries.len(), worked.len());
    assert!(cases.len() > 200, "{} cases", cases.len());
}

// ---- the page ---------------------------------------------------------------

struct Words {
    en: &'static str,
    zh: &'static str,
}

/// Stands in every help before what may go wrong.
const BEWARE: Words = Words { en: " Beware: ", zh: " 注意：" };

/// A text that stands in a cell of a table.
fn in_cell(text: &str) -> String {
    text.replace('|', "\\|")
}

/// A KPI, the packs that have it, and how its document writes it.
struct Entry {
    kpi: Kpi,
    packs: Vec<&'static str>,
    written: Value,
}

/// Everything that the packs have, by family in the order of their scorecards.
fn catalogue() -> Vec<(Text, Vec<Entry>)> {
    let mut families: Vec<(String, Text, Vec<Entry>)> = Vec::new();
    // `startup` begins with the families that the others leave out.
    for pack in ["startup", "key_accounts", "retail", "service"] {
        let playbook = playbook(pack);
        let document: Value = serde_json::from_str(&file(pack, "playbook.json")).unwrap();
        let [card] = playbook.scorecards() else { panic!("{pack} has one scorecard") };
        for node in &card.nodes {
            let mut found = Vec::new();
            grouped(std::slice::from_ref(node), "", &mut found);
            let at = families.iter().position(|(name, ..)| **name == *node.name);
            let at = at.unwrap_or_else(|| {
                families.push((node.name.to_string(), node.text.clone(), Vec::new()));
                families.len() - 1
            });
            let entries = &mut families[at].2;
            for (position, _) in found {
                let kpi = &playbook.kpis()[position];
                match entries.iter_mut().find(|entry| entry.kpi.name == kpi.name) {
                    Some(entry) => entry.packs.push(pack),
                    None => entries.push(Entry {
                        kpi: kpi.clone(),
                        packs: vec![pack],
                        written: document["kpis"][&*kpi.name].clone(),
                    }),
                }
            }
        }
    }
    families.into_iter().map(|(_, label, entries)| (label, entries)).collect()
}

/// Each key of the formula as it is written.
fn formula(written: &Value) -> String {
    let keys = ["sum", "per", "times", "enter", "then", "within", "lost", "of", "at", "where"];
    let said = keys.iter().filter_map(|key| Some((key, written.get(key)?.as_str()?)));
    let said: Vec<String> = said.map(|(key, text)| format!("{key}: `{}`", in_cell(text))).collect();
    said.join("<br>")
}

fn direction(better: Better, language: Language) -> &'static str {
    let (en, zh) = match better {
        Better::Up => ("more is better", "越高越好"),
        Better::Down => ("less is better", "越低越好"),
        Better::Band => ("neither", "宜居中"),
    };
    match language {
        En => en,
        Zh => zh,
    }
}

fn table(language: Language) -> String {
    let (header, beware) = match language {
        En => ("KPI | meaning | formula | told | beware", BEWARE.en),
        Zh => ("指标 | 含义 | 公式 | 口径 | 注意", BEWARE.zh),
    };
    let mut out = String::new();
    for (label, entries) in catalogue() {
        writeln!(out, "\n### {}\n\n| {header} |\n|---|---|---|---|---|", label.say(language))
            .unwrap();
        for Entry { kpi, packs, written } in entries {
            let (name, label) = (&kpi.name, in_cell(kpi.text.say(language)));
            let help = in_cell(kpi.help.as_ref().map_or("", |help| help.say(language)));
            let (meaning, pitfalls) = help.split_once(beware).unwrap();
            let told = [
                kpi.formula.kind().name(),
                kpi.every.name(),
                direction(kpi.better.unwrap(), language),
                kpi.owner.as_deref().unwrap(),
                &packs.join(", "),
            ]
            .join("<br>");
            let formula = formula(&written);
            writeln!(out, "| `{name}`<br>{label} | {meaning} | {formula} | {told} | {pitfalls} |")
                .unwrap();
        }
    }
    out
}

#[test]
fn the_kpi_reference_is_made_from_the_packs() {
    for (page, language) in [("kpis.md", En), ("kpis.zh-CN.md", Zh)] {
        compare(page, &with_table(&read(page), "kpis", &format!("{}\n", table(language))));
    }
    for page in ["README.md", "README.zh-CN.md"] {
        let said = fs::read_to_string(format!("{PLACE}/{page}")).unwrap();
        for pack in PACKS {
            let row = said.lines().find(|line| line.starts_with(&format!("| [`{pack}`]")));
            let counted = format!("| {} |", playbook(pack).kpis().len());
            assert!(row.is_some_and(|row| row.ends_with(&counted)), "{page}: {pack} {counted}");
        }
    }
    let n_kpis: usize = catalogue().iter().map(|(_, entries)| entries.len()).sum();
    for page in ["kpis.md", "kpis.zh-CN.md"] {
        assert!(read(page).contains(&format!("{n_kpis} ")), "{page} says how many there are");
    }
}
