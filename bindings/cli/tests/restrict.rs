//! `guanxi restrict`: what is held of a customer is kept, and not used.

use serde_json::json;

use crate::support::{Folder, Run, run, shop};

fn ask(folder: &Folder, words: &[&str]) -> Run {
    let (db, playbook) = (folder.text("shop.db"), shop("playbook.json").display().to_string());
    run([words, &["--db", &db, "--playbook", &playbook]].concat())
}

#[test]
fn a_restricted_customer_is_in_no_answer_until_that_is_lifted() {
    let folder = Folder::with_shop();
    let count = |folder: &Folder| {
        let run = ask(folder, &["query", "true", "--json", "--ids"]);
        (run.json()["ids"].clone(), run.err)
    };
    let (before, err) = count(&folder);
    assert_eq!(err, "");
    let by = ["--actor", "li", "--reason", "says the address is wrong"];
    let done = ask(&folder, &[&["restrict", "C1", "--json"], &by[..]].concat());
    assert_eq!(done.json(), json!({"customers": ["C1"], "changed": true}), "{done:?}");
    let (after, err) = count(&folder);
    assert_eq!(after.as_array().unwrap().len() + 1, before.as_array().unwrap().len());
    assert!(!after.to_string().contains("\"C1\"") && err.contains("restricted"), "{err}");
    let review = ask(&folder, &["review", "--json"]).json();
    assert_eq!(review["notes"][0]["name"], "restricted", "{}", review["notes"]);
    let page = ask(&folder, &["customer", "C1", "--lang", "zh"]);
    assert_eq!(page.code, 3, "{page:?}");
    assert!(page.err.contains("已被限制处理"), "{}", page.err);
    let refused = ask(&folder, &["lifecycle", "history", "C1", "--json"]);
    assert_eq!((refused.code, &refused.json()["error"]["name"]), (3, &json!("restricted_subject")));
    let listed = ask(&folder, &["restrict", "--list", "--json"]).json();
    assert_eq!((listed.as_array().unwrap().len(), &listed[0]["customer"]), (1, &json!("C1")));
    let exported = ask(&folder, &["export-person", "C1"]);
    assert_eq!(exported.code, 0, "{exported:?}");
    assert!(
        exported.out.contains("\"restricted\":true")
            && !exported.out.contains("\"line\":\"segment\"")
    );
    let page = ask(&folder, &["restrict", "C1", "--lang", "en"]);
    assert!(page.out.contains("was restricted already"), "{}", page.out);
    let page = ask(&folder, &["restrict", "C1", "--lift", "--lang", "zh"]);
    assert!(page.out.contains("已解除限制"), "{}", page.out);
    assert_eq!(count(&folder), (before, String::new()));
    let trail = ask(&folder, &["audit-trail", "--json"]).json();
    let acts: Vec<&str> =
        trail["trail"].as_array().unwrap().iter().map(|it| it["act"].as_str().unwrap()).collect();
    assert_eq!(acts, ["restrict", "export_person", "lift_restriction"]);
    assert_eq!(trail["trail"][0]["actor"], "li");
}

#[test]
fn wrong_usage_is_told() {
    let folder = Folder::with_shop();
    let nobody = ask(&folder, &["restrict", "nobody", "--json"]);
    assert_eq!((nobody.code, &nobody.json()["error"]["name"]), (1, &json!("unknown_customer")));
    for words in
        [&["restrict"][..], &["restrict", "C1", "--list"], &["restrict", "--list", "--lift"]]
    {
        assert_eq!(ask(&folder, words).code, 1, "{words:?}");
    }
    let page = ask(&folder, &["restrict", "--list", "--lang", "en"]);
    assert!(page.out.contains("nobody is restricted"), "{}", page.out);
}
