//! What editors are offered is what the language and the builder take.

use std::collections::BTreeSet;
use std::path::Path;

use guanxi::Playbook;
use guanxi::error::Language::{En, Zh};
use guanxi::json::{self, Json};
use guanxi::lang::rqb::{self, Bounds};
use guanxi::lang::{catalogue, check};

fn shop() -> Playbook {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/retail.playbook.json");
    Playbook::from_json(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn items<'j>(json: &'j Json, key: &str) -> &'j [Json] {
    json.get(key).and_then(Json::as_array).unwrap_or_else(|| panic!("{key}"))
}

fn word<'j>(json: &'j Json, key: &str) -> &'j str {
    json.get(key).and_then(Json::as_text).unwrap_or_else(|| panic!("{key}"))
}

/// A value that a field takes, as the builder has it for an operator.
fn sample(field: &Json, operator: &str) -> String {
    let one = match word(field, "type") {
        "int" | "decimal" | "money" => "\"12\"".to_owned(),
        "bool" => "true".to_owned(),
        "date" => "\"2026-03-31\"".to_owned(),
        "instant" => "\"2026-03-31T08:00:00+08:00\"".to_owned(),
        "enum" => json::quote(word(&items(field, "values")[0], "name")),
        _ => "\"x\"".to_owned(),
    };
    match operator {
        "between" | "notBetween" => format!("[{one},{one}]"),
        "in" | "notIn" => format!("[{one}]"),
        _ => one,
    }
}

fn rule(field: &Json, operator: &str) -> String {
    format!(
        r#"{{"field":{},"operator":{},"value":{}}}"#,
        json::quote(word(field, "name")),
        json::quote(operator),
        sample(field, operator)
    )
}

#[test]
fn every_operator_that_a_field_offers_is_a_condition_and_comes_back() {
    let playbook = shop();
    let authoring = playbook.authoring(En);
    let known: BTreeSet<&str> =
        items(&authoring, "operators").iter().map(|it| word(it, "name")).collect();
    assert_eq!(known.len(), 18);
    let mut rules = Vec::new();
    for field in items(&authoring, "fields") {
        if word(field, "type") != "events" {
            let operators = items(field, "operators").iter();
            rules.extend(operators.map(|it| rule(field, it.as_text().unwrap())));
            continue;
        }
        for inner in items(field, "fields") {
            for operator in items(inner, "operators") {
                rules.push(format!(
                    r#"{{"field":{},"operator":"=","match":{{"mode":"some"}},
                        "value":{{"combinator":"and","rules":[{}]}}}}"#,
                    json::quote(word(field, "name")),
                    rule(inner, operator.as_text().unwrap())
                ));
            }
        }
    }
    assert!(200 < rules.len(), "{}", rules.len());
    for rule in rules {
        let query = json::parse(format!(r#"{{"combinator":"and","rules":[{rule}]}}"#).as_bytes());
        let imported = rqb::import(&query.unwrap(), &playbook.scope(), Bounds::Turned)
            .unwrap_or_else(|error| panic!("{rule}\n{error}"));
        let checked = imported.checked.unwrap();
        rqb::export(&checked, &playbook.scope(), None)
            .unwrap_or_else(|error| panic!("{rule}\n{error}"));
    }
}

#[test]
fn everything_has_a_label_in_both_languages() {
    let playbook = shop();
    let (zh, en) = (playbook.authoring(Zh), playbook.authoring(En));
    for key in ["fields", "operators", "combinators", "parameters", "segments"] {
        assert_eq!(items(&zh, key).len(), items(&en, key).len());
        assert!(!items(&zh, key).is_empty(), "{key}");
        for (theirs, ours) in items(&zh, key).iter().zip(items(&en, key)) {
            assert_eq!(theirs.get("labels"), ours.get("labels"));
            let labels = ours.get("labels").unwrap();
            assert_eq!(word(ours, "label"), word(labels, "en"));
            assert_eq!(word(theirs, "label"), word(labels, "zh-Hans"));
            assert_eq!(word(ours, "name"), word(ours, "value"));
        }
    }
    assert_eq!(items(&en, "functions").len(), catalogue::all().len());
    for key in ["parameters", "segments"] {
        for named in items(&en, key) {
            let source = word(named, "expression");
            check(source, &playbook.scope()).unwrap_or_else(|error| panic!("{source}: {error}"));
        }
    }
}
