//! The section `value`: what is refused and where.

use guanxi::json::Json;
use guanxi::playbook::{Findings, Playbook};

use crate::playbook::{compare, parse};

mod alone;
mod assessments;
mod clock;
mod coming;
mod fits;
mod told;
mod why;

const CASES: &str = include_str!("../cases/value.json");

/// A playbook that has nothing but a schema and the least of the section.
const SHOP: &str = r#"{
    "guanxi": 1, "id": "shop", "version": "1", "calendar": {"zone": "Asia/Shanghai"},
    "schema": {
        "attributes": {"note": {"type": "text", "nullable": true}},
        "events": {
            "purchase": {"list": "purchases", "fields": {"amount": {"type": "money", "currency": "CNY"}, "note": {"type": "text", "nullable": true}}},
            "complaint": {"list": "complaints", "fields": {"solved_at": {"type": "instant", "nullable": true}}},
            "call": {"list": "calls"},
            "visit": {"list": "visits"},
            "rating": {"list": "ratings", "fields": {"stars": {"type": "int"}}}}},
    "value": {"purchases": {"event": "purchase", "amount": "amount"}, "assess": {"every": "month"}}}"#;

fn replaced(object: &Json, keys: &Json) -> Json {
    let Json::Object(entries) = object else { panic!("an object") };
    let mut entries = entries.clone();
    for (key, value) in keys.as_object().expect("keys and values") {
        entries.retain(|(name, _)| name != key);
        if *value != Json::Null {
            entries.push((key.clone(), value.clone()));
        }
    }
    Json::Object(entries)
}

fn document(case: &Json) -> String {
    let mut document = parse(SHOP);
    if let Some(keys) = case.get("document") {
        document = replaced(&document, keys);
    }
    let section = match case.get("with") {
        Some(keys) => replaced(document.get("value").expect("the section"), keys),
        None => case.get("value").expect("keys or a section").clone(),
    };
    replaced(&document, &Json::Object(vec![("value".into(), section)])).to_canonical()
}

#[test]
fn every_case_has_the_faults_it_tells() {
    let mut failures = Vec::new();
    for case in parse(CASES).as_array().expect("a list of cases") {
        let name = case.get("name").and_then(Json::as_text).expect("a name");
        let Findings { playbook, faults, hints } = Playbook::check(&document(case));
        assert_eq!(playbook.is_some(), faults.is_empty(), "{name}");
        let told = |key| case.get(key).and_then(Json::as_array);
        failures.extend(compare(name, "faults", &faults, told("faults").expect("faults")).err());
        if let Some(told) = told("hints") {
            failures.extend(compare(name, "hints", &hints, told).err());
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn labels_change_no_meaning_and_counts_are_told() {
    let axis = |label: &str| {
        format!(
            r#"{{"with": {{"axes": {{"a": {{"from": "visits.size()", "curve": [[0, 0]], "labels": {{"en": "{label}"}}}}}},
                "tiers": [{{"name": "A", "labels": {{"en": "{label}"}}, "when": "visits.size() > 3"}}]}}}}"#
        )
    };
    let read = |label| Playbook::check(&document(&parse(&axis(label))));
    let (one, other) = (read("visits"), read("interest"));
    let said = serde_json::to_value(one.in_language(guanxi::error::Language::En)).unwrap();
    assert_eq!((said["axes"].as_u64(), said["tiers"].as_u64()), (Some(1), Some(1)));
    let (one, other) = (one.playbook.unwrap(), other.playbook.unwrap());
    assert_eq!(one.semantic_hash(), other.semantic_hash());
    assert_ne!(one.hash(), other.hash());
    let value = one.value().expect("a section");
    assert_eq!((&*value.axes[0].text.en, &*value.tiers[0].name), ("visits", "A"));
}
