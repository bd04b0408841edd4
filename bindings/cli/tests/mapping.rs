//! What is wrong of a mapping is told at once, with what is wrong of the files.

use serde_json::{Value, json};

use crate::support::{Folder, run};

const PLAYBOOK: &str = r#"{
    "guanxi": 1, "id": "shop", "version": "1", "calendar": {"zone": "UTC"},
    "schema": {"attributes": {"region": {"type": "text", "nullable": true}},
               "events": {"purchase": {"list": "purchases", "fields": {"amount": {"type": "money", "currency": "CNY"}}}}}
}"#;

/// The faults of an import, as `NAME PLACE`, and that nothing was recorded.
fn faults(mapping: &Value, files: &[(&str, &str, &str)], more: &[&str]) -> Vec<String> {
    let folder = Folder::new();
    let (playbook, db) = (folder.write("playbook.json", PLAYBOOK), folder.text("shop.db"));
    let mapping = folder.write("mapping.json", mapping.to_string());
    let mut words =
        ["import", "--json", "--db", &db, "--playbook", &playbook].map(str::to_owned).to_vec();
    words.extend(["--mapping".to_owned(), mapping]);
    for (argument, name, content) in files {
        words.extend([(*argument).to_owned(), folder.write(name, content)]);
    }
    words.extend(more.iter().map(|&word| word.to_owned()));
    let run = run(words);
    assert_eq!(run.code, 1, "{run:?}");
    assert!(!folder.path("shop.db").exists());
    let told = run.json()["faults"].as_array().unwrap().clone();
    let text = |fault: &Value, key: &str| fault[key].as_str().unwrap_or_default().to_owned();
    told.iter().map(|fault| format!("{} {}", text(fault, "name"), text(fault, "pointer"))).collect()
}

#[test]
fn every_fault_is_told_in_one_round() {
    let mapping = json!({
        "guanxi_mapping": 1, "encoding": "klingon",
        "tables": {
            "customers": {"encoding": "utf-8", "columns": {"id": "no", "region": "area"}},
            "events": {"encoding": "utf-8", "columns": {
                "kind": {"value": "purchse"}, "foo": "x", "at": {"column": "when", "format": "yyyy-mm-dd"},
                "customer": "who",
            }},
            "ref_x": {"columns": {}},
        },
    });
    let files = [
        ("--customers", "customers.csv", "no,age\n1,2\n"),
        ("--events", "events.csv", "when,who,paid\n2026-01-01,1,2\n"),
    ];
    let told = faults(&mapping, &files, &[]);
    let expected = [
        "bad_value /tables/events/columns/at/format",
        "unknown_kind /tables/events/columns/kind/value",
        "unknown_reference /tables/events/columns/foo",
        "unknown_reference /tables/ref_x",
        "invalid_argument /encoding",
        "missing_column /tables/customers/columns/region",
        "unknown_column customers.csv:1/age",
        "unknown_column events.csv:1/paid",
    ];
    assert_eq!(told, expected);
}

#[test]
fn nothing_is_told_that_only_follows_from_another_fault() {
    let events = [("--events", "events.csv", "kind;who;at\n")];
    for (mapping, more, expected) in [
        // Of a file that cannot be decoded or split nobody knows the header.
        (
            json!({"encoding": "klingon"}),
            &[][..],
            &["invalid_argument /tables/events/encoding"][..],
        ),
        (json!({"delimiter": "||"}), &[], &["bad_value /tables/events/delimiter"]),
        // Nor what a column feeds whose mapping cannot be read.
        (
            json!({"delimiter": ";", "columns": {"customer": {"column": 5}}}),
            &[],
            &["wrong_json_type /tables/events/columns/customer/column"],
        ),
        (
            json!({"delimiter": ";", "of": "event", "columns": {"customer": "who"}}),
            &[],
            &["bad_value /tables/events/of"],
        ),
        (
            json!({"delimiter": ";", "ignore": ["who", 7]}),
            &[],
            &["wrong_json_type /tables/events/ignore/1", "missing_column events.csv:1/customer"],
        ),
        // An encoding that is asked for beside the mapping.
        (
            json!({"delimiter": ";", "columns": {"customer": "who"}, "trim": 1}),
            &["--encoding", "klingon"],
            &["wrong_json_type /tables/events/trim", "invalid_argument --encoding"],
        ),
        (
            json!({"delimiter": ";", "columns": {"customer": "who"}, "trim": 1}),
            &[],
            &["wrong_json_type /tables/events/trim"],
        ),
    ] {
        let mapping = json!({"guanxi_mapping": 1, "tables": {"events": mapping}});
        assert_eq!(faults(&mapping, &events, more), expected, "{mapping}");
    }
}

#[test]
fn a_key_that_stands_twice_in_a_mapping_hides_nothing() {
    let folder = Folder::new();
    let (playbook, db) = (folder.write("playbook.json", PLAYBOOK), folder.text("shop.db"));
    let text = r#"{"guanxi_mapping": 1, "guanxi_mapping": 1, "tables": {"events": {"trim": 1}}}"#;
    let mapping = folder.write("mapping.json", text);
    let events = folder.write("events.csv", "kind,customer,at\n");
    let words = [
        "import",
        "--db",
        &db,
        "--playbook",
        &playbook,
        "--mapping",
        &mapping,
        "--events",
        &events,
    ];
    let run = run(words);
    assert!(
        run.err.contains("duplicate_key") && run.err.contains("/tables/events/trim"),
        "{run:?}"
    );
}
