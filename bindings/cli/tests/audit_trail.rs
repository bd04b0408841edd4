//! `guanxi audit-trail`: who did what by hand, and whether nobody changed it.

use serde_json::{Value, json};

use crate::support::{Folder, Run, run, shop};

const AT: &str = "2026-03-20T12:00:00+08:00";

fn ask(folder: &Folder, words: &[&str]) -> Run {
    let (db, playbook) = (folder.text("shop.db"), shop("playbook.json").display().to_string());
    run([words, &["--db", &db, "--playbook", &playbook]].concat())
}

fn trail(folder: &Folder) -> Value {
    ask(folder, &["audit-trail", "--json"]).json()
}

#[test]
fn what_people_do_is_listed_with_who_and_why() {
    let folder = Folder::with_shop();
    assert_eq!(trail(&folder)["trail"], json!([]));
    let when = ["--at", AT, "--seen", AT, "--actor", "li", "--reason", "same telephone"];
    let merged = ask(&folder, &[&["merge", "C2", "C1"], &when[..]].concat());
    assert_eq!(merged.code, 0, "{merged:?}");
    // A trial does nothing.
    ask(&folder, &[&["unmerge", "C2", "C1", "--dry-run"], &when[..]].concat());
    let exported = ask(&folder, &["export-person", "C3", "--actor", "zhao"]);
    assert_eq!(exported.code, 0, "{exported:?}");
    let told = trail(&folder);
    let entry = &told["trail"][0];
    assert_eq!((&entry["act"], &entry["actor"]), (&json!("merge"), &json!("li")));
    assert_eq!(
        (&entry["at"], &entry["reason"]),
        (&json!("2026-03-20T04:00:00Z"), &json!("same telephone"))
    );
    assert_eq!(entry["customers"], json!(["C2", "C1"]));
    assert_eq!(told["trail"][1]["act"], "export_person");
    assert_eq!(told["trail"].as_array().unwrap().len(), 2);
    assert_eq!((&told["check"]["sound"], &told["check"]["entries"]), (&json!(true), &json!(2)));
    assert_eq!(told["check"]["head"], told["trail"][1]["hash"]);
    let page = ask(&folder, &["audit-trail", "--lang", "en", "--limit", "1"]);
    assert!(page.out.contains("li") && page.out.contains("merge"), "{}", page.out);
    assert!(
        page.out.contains("--after 1") && page.out.contains("none was changed"),
        "{}",
        page.out
    );
    let page = ask(&folder, &["audit-trail", "--lang", "zh"]);
    assert!(page.out.contains("未发现改动或缺失"), "{}", page.out);
}

#[test]
fn an_erasure_leaves_who_and_why_but_not_whom() {
    let folder = Folder::with_shop();
    ask(&folder, &["export-person", "C1", "--actor", "zhao", "--reason", "by letter of C1"]);
    let refused = ask(&folder, &["erase", "C1", "--actor", "li", "--reason", "C1 asked", "--json"]);
    assert_eq!((refused.code, &refused.json()["error"]["name"]), (1, &json!("invalid_argument")));
    let erased = ask(&folder, &["erase", "C1", "--actor", "li", "--reason", "request 17"]);
    assert_eq!(erased.code, 0, "{erased:?}");
    let told = trail(&folder);
    assert!(!told.to_string().contains("C1"), "{told}");
    assert_eq!(told["trail"][0]["emptied"], true);
    assert_eq!(
        (&told["trail"][1]["actor"], &told["trail"][1]["reason"]),
        (&json!("li"), &json!("request 17"))
    );
    let about = ask(&folder, &["audit-trail", "--about", "C1", "--json"]).json();
    assert_eq!(about["trail"].as_array().unwrap().len(), 2);
    let page = ask(&folder, &["audit-trail", "--lang", "en"]).out;
    assert!(page.contains("(erased)"), "{page}");
}

#[test]
fn a_hash_that_was_kept_must_still_be_there() {
    let folder = Folder::with_shop();
    ask(&folder, &["export-person", "C1"]);
    let head = trail(&folder)["check"]["head"].as_str().unwrap().to_owned();
    ask(&folder, &["export-person", "C2"]);
    let run = ask(&folder, &["audit-trail", "--expect", &head]);
    assert_eq!(run.code, 0, "{run:?}");
    for other in ["0".repeat(64).as_str(), "", "head"] {
        let run = ask(&folder, &["audit-trail", "--expect", other, "--json"]);
        assert_eq!((run.code, &run.json()["check"]["broken"]), (4, &json!(3)), "{run:?}");
    }
    let run = ask(&folder, &["audit-trail", "--expect", &"0".repeat(64), "--lang", "en"]);
    assert!(run.out.contains("no entry of the audit trail has the expected hash"), "{}", run.out);
}
