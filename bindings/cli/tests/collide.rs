//! `guanxi collide` and `guanxi export-person`, as people and scripts call them.

use crate::golden::assert_golden;
use crate::support::{Folder, Run, root, run};

const PLAYBOOK: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/presets/b2b.json");

fn firm(file: &str) -> String {
    root().join("examples/firm").join(file).display().to_string()
}

/// A store of a small firm, by the preset for business customers.
fn store() -> Folder {
    let folder = Folder::new();
    let import = run([
        "import",
        "--db",
        &folder.text("firm.db"),
        "--playbook",
        PLAYBOOK,
        "--backfill",
        "--customers",
        &firm("customers.csv"),
        "--events",
        &firm("events.csv"),
    ]);
    assert_eq!(import.code, 0, "{import:?}");
    folder
}

fn collide(folder: &Folder, more: &[&str]) -> Run {
    let db = folder.text("firm.db");
    run([&["collide", "--db", &db, "--playbook", PLAYBOOK], more].concat())
}

#[test]
fn one_who_is_there_is_told_with_everything_that_says_so() {
    let folder = store();
    let as_of = ["--as-of", "2026-03-01"];
    let known = ["--name", "華為技術有限公司", "--mobile", "+86 139-1234-0001"];
    let page = collide(&folder, &[&known[..], &as_of, &["--lang", "zh"]].concat());
    assert_golden("collide.zh.txt", &page);
    assert_golden("collide.en.txt", &collide(&folder, &[&known[..], &as_of].concat()));
    let row = r#"{"name": "华为技术", "mobile": ["13912340001"], "credit_code": null}"#;
    let json = collide(&folder, &[&["--row", row, "--json"], &as_of[..]].concat());
    assert_golden("collide.json", &json);
    assert_eq!(json.json()["customer"], "C-1007");
    assert_golden(
        "collide_id.en.txt",
        &collide(&folder, &[&["--id", "C-1012"], &as_of[..]].concat()),
    );
}

#[test]
fn each_row_of_a_table_has_a_verdict() {
    let folder = store();
    let leads = firm("leads.csv");
    let asked = [leads.as_str(), "--as-of", "2026-03-01"];
    assert_golden(
        "collide_rows.zh.txt",
        &collide(&folder, &[&asked[..], &["--lang", "zh"]].concat()),
    );
    let lines = collide(&folder, &[&asked[..], &["--json"]].concat());
    let lines: Vec<serde_json::Value> =
        lines.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let verdicts: Vec<&str> =
        lines.iter().filter_map(|it| it["answer"]["verdict"].as_str()).collect();
    assert_eq!(verdicts, ["same", "possible", "new", "possible", "new"]);
    assert_eq!(lines[5]["not_compared"], serde_json::json!(["备注"]));
    assert_eq!(lines[4]["answer"]["unusable"][0]["given"], "无");
}

#[test]
fn a_scan_lists_who_is_there_twice() {
    let folder = store();
    assert_golden("collide_scan.zh.txt", &collide(&folder, &["--scan", "--lang", "zh"]));
    assert_golden("collide_scan.en.txt", &collide(&folder, &["--scan"]));
    assert_golden("collide_scan.json", &collide(&folder, &["--scan", "--json"]));
}

#[test]
fn a_second_inquiry_is_recorded_once_it_is_known_whose() {
    let folder = store();
    let known = ["--mobile", "13912340001", "--record", "--actor", "zhao", "--json"];
    let said = collide(&folder, &known).json();
    assert!(said["recorded"].is_string(), "{said}");
    let again = collide(&folder, &["--mobile", "13912340001", "--json"]).json();
    assert_eq!(again["matches"][0]["proof"]["inquiries"], 2);
    assert_eq!(again["matches"][0]["proof"]["last_inquiry"]["actor"], "zhao");
    let new = collide(&folder, &["--mobile", "13912349999", "--record", "--actor", "zhao"]);
    assert_eq!(new.code, 0, "{new:?}");
    assert!(new.out.contains("nothing recorded"), "{new:?}");
}

#[test]
fn what_is_asked_wrongly_is_told() {
    let folder = store();
    for (words, code, says) in [
        (&["--row", "[1]"][..], 1, "expected attributes with texts"),
        (&["--row", r#"{"mobil": "1"}"#], 1, "`mobil` is no match key"),
        (&["--row", "{"], 1, "json_syntax"),
        (&["--id", "C-99"], 1, "no customer `C-99`"),
        (&["--record", "--mobile", "1"], 1, "--actor"),
        (&["--scan", "--mobile", "1"], 1, "--scan"),
        (&[], 1, "TABLE"),
    ] {
        let run = collide(&folder, words);
        assert_eq!(run.code, code, "{words:?} {run:?}");
        assert!(run.err.contains(says), "{words:?} {run:?}");
    }
    let table = folder.write("odd.csv", "a,b\n1,2\n");
    let run = collide(&folder, &[&table]);
    assert!(run.code == 3 || run.code == 1, "{run:?}");
    assert!(run.err.contains("no column of the table is a match key"), "{run:?}");
}

#[test]
fn one_person_is_written_out_line_by_line() {
    let folder = store();
    let db = folder.text("firm.db");
    let export = |id: &str| {
        run(["export-person", id, "--db", &db, "--playbook", PLAYBOOK, "--as-of", "2026-03-01"])
    };
    assert_golden("export_person.jsonl", &export("C-1007"));
    let lines: Vec<serde_json::Value> =
        export("C-1007").out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.last().unwrap()["lines"], lines.len());
    let erase = run(["erase", "C-1007", "--db", &db, "--playbook", PLAYBOOK, "--at", "2026-02-28"]);
    assert_eq!(erase.code, 0, "{erase:?}");
    let gone = export("C-1007");
    assert_eq!((gone.code, gone.out.as_str()), (3, ""));
    assert!(gone.err.contains("was erased"), "{gone:?}");
    assert_eq!(export("C-99").code, 1);
}
