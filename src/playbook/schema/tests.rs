//! The tables and the readers know the same keys.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use super::root::ROOT;
use super::shape::{Holds, Key, Shape};
use super::write::shapes;
use crate::json::{self, Json, pointer_push};
use crate::playbook::read::{self, LATER};

/// Every playbook that stands in a file of the repository: whole, inside a list
/// of cases, or in a page.
fn documents() -> Vec<Json> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut out = Vec::new();
    for folder in ["examples", "tests/cases", "tests/data", "tests/conformance", "docs"] {
        collect(&root.join(folder), &mut out);
    }
    out
}

fn collect(folder: &Path, out: &mut Vec<Json>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let ending = path.extension().and_then(|it| it.to_str()).unwrap_or_default();
        if path.is_dir() {
            collect(&path, out);
        } else if ending == "json" {
            if let Ok(json) = json::parse(&fs::read(&path).unwrap()) {
                find(&json, out);
            }
        } else if ending == "md" {
            let page = fs::read_to_string(&path).unwrap();
            let blocks =
                page.split("\n```json\n").skip(1).filter_map(|it| it.split("\n```").next());
            blocks
                .filter_map(|block| json::parse(block.as_bytes()).ok())
                .for_each(|it| find(&it, out));
        }
    }
}

/// The documents of this format inside a value, and sections that cases put into
/// small documents.
fn find(json: &Json, out: &mut Vec<Json>) {
    match json {
        Json::Object(members) if json.get("guanxi").is_some() && json.get("$defs").is_none() => {
            out.push(Json::Object(members.clone()));
        }
        Json::Object(members) => {
            if json.get("schema").or(json.get("machines")).or(json.get("with")).is_some() {
                out.push(around(json.get("with").unwrap_or(json)));
            }
            members.iter().for_each(|(_, value)| find(value, out));
        }
        Json::Array(items) => items.iter().for_each(|item| find(item, out)),
        _ => {}
    }
}

/// A document with the sections among these members, in a calendar that knows
/// working days.
fn around(members: &Json) -> Json {
    let smallest = r#"{"guanxi": 1, "id": "test", "version": "1",
                       "calendar": {"zone": "UTC", "workdays": "cn"}}"#;
    let Ok(Json::Object(mut out)) = json::parse(smallest.as_bytes()) else { panic!("an object") };
    let sections = ROOT.keys.iter().map(|key| key.name);
    for section in sections {
        if let Some(held) = members.get(section).filter(|held| matches!(held, Json::Object(_))) {
            out.retain(|(name, _)| &**name != section);
            out.push((section.into(), held.clone()));
        }
    }
    Json::Object(out)
}

/// The keys of a shape that go with the way and the case that an object takes.
fn keys_of(shape: &'static Shape, object: &Json) -> Vec<&'static Key> {
    let has = |name: &str| object.get(name).is_some();
    let fits = |way: &&&[Key]| way.iter().all(|key| !key.needed || has(key.name));
    let ways = shape.ways.iter().filter(fits);
    let way = ways.max_by_key(|way| way.iter().filter(|key| has(key.name)).count());
    let word = |by| object.get(by).and_then(Json::as_text).unwrap_or_default();
    let cases = shape.cases.iter().filter(|case| case.are.contains(&word(case.by)));
    let of_cases = cases.flat_map(|case| case.keys);
    shape.keys.iter().chain(way.copied().unwrap_or_default()).chain(of_cases).collect()
}

/// The objects with keys of their own, by pointer, as the tables see them.
fn walk(
    json: &Json,
    holds: &'static Holds,
    pointer: &str,
    out: &mut BTreeMap<String, &'static Shape>,
) {
    match (holds, json) {
        (Holds::Object(shape), Json::Object(_)) => walk_shape(json, shape, pointer, out),
        (Holds::Map(held), Json::Object(members)) => {
            for (name, value) in members {
                walk(value, held, &pointer_push(pointer, name), out);
            }
        }
        (Holds::List(held, _) | Holds::OneOrMore(held), Json::Array(items)) => {
            for (position, item) in items.iter().enumerate() {
                walk(item, held, &format!("{pointer}/{position}"), out);
            }
        }
        (Holds::OneOrMore(held), _) => walk(json, held, pointer, out),
        (Holds::Any(all), _) => all.iter().for_each(|held| walk(json, held, pointer, out)),
        _ => {}
    }
}

fn walk_shape(
    json: &Json,
    shape: &'static Shape,
    pointer: &str,
    out: &mut BTreeMap<String, &'static Shape>,
) {
    out.insert(pointer.to_owned(), shape);
    for key in keys_of(shape, json) {
        if let Some(value) = json.get(key.name) {
            walk(value, &key.holds, &pointer_push(pointer, key.name), out);
        }
    }
}

#[test]
fn the_readers_ask_for_what_the_tables_list_and_for_nothing_else() {
    let mut known: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    let mut good = 0;
    for document in documents() {
        let (asked, has_faults) = read::asked(&document.to_text());
        if has_faults {
            continue;
        }
        good += 1;
        let mut found = BTreeMap::new();
        walk_shape(&document, &ROOT, "", &mut found);
        for (pointer, keys) in &asked {
            let Some(shape) = found.get(pointer) else {
                panic!("the reader knows keys {keys:?} at {pointer}, and no table does");
            };
            known.entry(shape.name).or_default().extend(keys);
        }
        let read: BTreeSet<&str> = asked.iter().map(|(pointer, _)| &**pointer).collect();
        for (pointer, shape) in &found {
            let name = shape.name;
            assert!(read.contains(&**pointer), "`{name}` at {pointer} is read by nobody");
        }
    }
    assert!(80 <= good, "{good} playbooks");
    for (section, _) in LATER {
        known.entry(ROOT.name).or_default().remove(section);
    }
    let mut apart = String::new();
    for shape in shapes(&ROOT) {
        let (name, told) = (shape.name, shape.every_key().map(|key| key.name).collect());
        let read = known.remove(name).unwrap_or_default();
        if read != told {
            let (more, less): (Vec<_>, Vec<_>) = (
                read.difference(&told).copied().collect(),
                told.difference(&read).copied().collect(),
            );
            apart += &format!("\n`{name}`: only the reader {more:?}, only the table {less:?}");
        }
    }
    assert!(apart.is_empty(), "the documents of the repository show{apart}");
}

#[test]
fn every_shape_and_every_word_of_it_has_one_name() {
    let all = shapes(&ROOT);
    let names: BTreeSet<&str> = all.iter().map(|shape| shape.name).collect();
    assert_eq!(names.len(), all.len());
    for shape in all {
        let words = shape.every_key().map(|key| key.words).chain([shape.words]);
        for (en, zh) in words {
            assert!(en.ends_with('.') && zh.ends_with('。'), "{}: {en} {zh}", shape.name);
        }
    }
}
