//! A night for the stores of a folder: one that is broken harms no other.

use serde_json::{Value, json};

use crate::support::{Folder, Run, run};

fn preset() -> String {
    format!("{}/../../examples/presets/retail.json", env!("CARGO_MANIFEST_DIR"))
}

/// A folder of tenants who each have a customer who bought in January.
fn folder(tenants: &[&str]) -> Folder {
    let folder = Folder::new();
    std::fs::create_dir(folder.path("stores")).unwrap();
    let row = json!({"kind": "purchase", "id": "o1", "customer": "C-1",
                     "at": "2026-01-05 10:00", "amount": "9.00"});
    let rows = folder.write("rows.jsonl", format!("{row}\n"));
    for tenant in tenants {
        let db = folder.text(&format!("stores/{tenant}.db"));
        let now = "2026-03-01";
        let args = ["apply", &rows, "--db", &db, "--playbook", &preset(), "--now", now];
        assert_eq!(run(args).code, 0);
    }
    folder
}

fn advance(folder: &Folder, more: &[&str]) -> Run {
    let (stores, preset) = (folder.text("stores"), preset());
    let fixed = ["advance", "--tenants", &stores, "--playbook", &preset, "--to", "2026-10-01"];
    run(fixed.iter().chain(more))
}

fn names(said: &Value) -> Vec<&str> {
    said.as_array().unwrap().iter().map(|it| it["tenant"].as_str().unwrap()).collect()
}

#[test]
fn a_night_passes_for_every_store_of_a_folder() {
    let folder = folder(&["acme", "globex", "%e5%8d%8e%e4%b8%9c"]);
    let first = advance(&folder, &["--json", "--threads", "2"]);
    assert_eq!(first.code, 0, "{first:?}");
    let first = first.json();
    assert_eq!(names(&first["tenants"]), ["acme", "globex", "华东"]);
    let counts = ["customers", "changes", "effects", "waiting"].map(|key| first[key].clone());
    assert_eq!(counts, [json!(3), json!(3), json!(6), json!(0)]);
    assert_eq!(
        (&first["tenants"][0]["effects"], &first["tenants"][0]["steps"]),
        (&json!(2), &json!(1))
    );
    assert_eq!(first["failed"], json!([]));
    let again = advance(&folder, &["--json"]).json();
    assert_eq!((&again["customers"], &again["effects"]), (&json!(0), &json!(0)));
    // The same as one by one.
    let (db, preset) = (folder.text("stores/acme.db"), preset());
    let alone = run(["effects", "--db", &db, "--playbook", &preset, "--json"]);
    assert_eq!(alone.json()["pending"], 2);
    let zh = advance(&folder, &["--lang", "zh"]);
    let page = "已跟踪至 2026-10-01 24:00（Asia/Shanghai）\n租户      3\n处理客户  0\n变更      0\n新动作    0\n撤销动作  0\n";
    assert_eq!(zh.out, page);
}

#[test]
fn who_cannot_be_followed_is_named_and_the_others_are() {
    let folder = folder(&["acme", "broken", "own", "Shop"]);
    folder.write("stores/broken.db", "not a store");
    let text = std::fs::read_to_string(preset()).unwrap();
    folder.write("stores/own.json", text.replace("days(120)", "days(150)"));
    folder.write("stores/typo.json", "{");
    folder.write("stores/typo.db", "");
    let done = advance(&folder, &["--json"]);
    assert_eq!(done.code, 1, "{done:?}");
    let done = done.json();
    assert_eq!(names(&done["tenants"]), ["acme"]);
    assert_eq!(names(&done["failed"]), ["Shop.db", "broken", "own", "typo"]);
    let codes = done["failed"].as_array().unwrap().iter().map(|it| it["error"]["code"].clone());
    let codes: Vec<Value> = codes.collect();
    assert_eq!(codes, [json!(1001), json!(5002), json!(1022), json!(2001)], "{done}");
    // The playbook of its own is adopted, as another would be.
    let adopted = advance(&folder, &["--adopt", "--json"]).json();
    assert_eq!(names(&adopted["tenants"]), ["acme", "own"]);
    assert_eq!(adopted["tenants"][1]["begun"]["customers"], 1);
    let page = advance(&folder, &["--lang", "en"]);
    assert!(page.out.contains("not followed:\n* "), "{page:?}");
    assert!(page.out.contains("* tenant `broken`: `"), "{page:?}");
    assert_eq!(std::fs::read_to_string(folder.path("stores/broken.db")).unwrap(), "not a store");
}

#[test]
fn wrong_usage_is_told() {
    let preset = preset();
    let cases: [&[&str]; 4] = [
        &["advance", "--playbook", &preset],
        &["advance", "--playbook", &preset, "--db", "a.db", "--tenants", "stores"],
        &["advance", "--playbook", &preset, "--db", "a.db", "--threads", "2"],
        &["advance", "--playbook", &preset, "--tenants", "stores", "--threads", "0"],
    ];
    for words in cases {
        let run = run(words);
        assert_eq!(run.code, 1, "{words:?}");
        assert!(run.err.starts_with("error 1001 invalid_argument: "), "{words:?}: {run:?}");
    }
    let nowhere = run(["advance", "--playbook", &preset, "--tenants", "no/such/folder"]);
    assert_eq!(nowhere.code, 4, "{nowhere:?}");
}
