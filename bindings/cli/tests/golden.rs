//! What is printed about a small tea shop, letter by letter.
//!
//! `GUANXI_BLESS=1 cargo test -p guanxi-cli` writes the expected texts anew;
//! what changed shows in version control.

use std::fs;
use std::path::Path;

use crate::support::{Folder, Run, run, shop};

/// Compares with the text in `golden/NAME`.
#[track_caller]
pub fn assert_golden(name: &str, run: &Run) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(name);
    assert_eq!(run.code, 0, "{run:?}");
    if std::env::var_os("GUANXI_BLESS").is_some() {
        fs::write(&path, &run.out).unwrap();
    }
    let expected = fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(run.out, expected, "differs from {}", path.display());
}

#[test]
fn the_review_is_a_page_in_both_languages() {
    let dir = shop("");
    let dir = dir.to_str().unwrap();
    assert_golden("review.zh.txt", &run(["review", dir, "--lang", "zh"]));
    assert_golden("review.en.txt", &run(["review", dir, "--lang", "en"]));
    let past = ["review", dir, "--as-of", "2026-02-01", "--known-at", "2026-01-31 12:00"];
    assert_golden("review_past.en.txt", &run(past));
    let later = run(["review", dir, "--as-of", "2026-02-01T08:00:00+08:00"]).out;
    let note = "* facts after 2026-02-01 08:00 (up to 2026-03-20 08:00) are left out\n";
    assert!(later.ends_with(note), "{later}");
}

#[test]
fn the_review_as_json_has_stable_fields() {
    assert_golden("review.json", &run(["review", shop("").to_str().unwrap(), "--json"]));
}

#[test]
fn one_customer_is_a_page_in_both_languages() {
    let folder = Folder::with_shop();
    let (db, playbook) = (folder.text("shop.db"), shop("playbook.json"));
    let ask = |id: &str, more: &[&str]| {
        let playbook = playbook.to_str().unwrap();
        let words = [&["customer", id, "--db", &db, "--playbook", playbook], more].concat();
        run(words)
    };
    assert_golden("customer.zh.txt", &ask("C1", &["--lang", "zh"]));
    assert_golden("customer.en.txt", &ask("C1", &[]));
    assert_golden("customer.json", &ask("C1", &["--json"]));
    let unknown = ask("C99", &["--json"]);
    assert_eq!(unknown.code, 1);
    assert_eq!(unknown.json()["error"]["name"], "unknown_customer");
    let said = "no customer `C99` is known at 2026-03-21 00:00 Asia/Shanghai";
    assert_eq!(unknown.json()["error"]["message"], said);
}

#[test]
fn the_same_store_gives_the_same_review_as_its_files() {
    let folder = Folder::with_shop();
    let from_files = run(["review", shop("").to_str().unwrap(), "--json"]).json();
    let from_store: serde_json::Value = serde_json::from_str(&folder.state().unwrap()).unwrap();
    for key in ["as_of", "customers", "events", "kinds", "attributes", "segments"] {
        assert_eq!(from_files[key], from_store[key], "{key}");
    }
}

#[test]
fn a_customer_is_seen_when_all_are_reviewed_whatever_was_taken_back() {
    let folder = Folder::with_shop();
    let text = "kind,customer,at,amount,id,retracts\n\
                purchase,C1,2026-05-01,1.00,late,\n,C1,2026-05-02,,back,late\n";
    let file = folder.write("events.csv", text);
    let import = run(folder.import(&["--events", &file, "--backfill"]));
    assert_eq!(import.code, 0, "{import:?}");
    let (db, playbook) = (folder.text("shop.db"), shop("playbook.json"));
    let words = ["customer", "C1", "--json", "--db", &db, "--playbook", playbook.to_str().unwrap()];
    let review: serde_json::Value = serde_json::from_str(&folder.state().unwrap()).unwrap();
    let customer = run(words);
    assert_eq!(customer.json()["as_of"], review["as_of"], "{customer:?}");
    assert_eq!(review["as_of"], "2026-03-20T16:00:00Z");
}

#[test]
fn queries_count_list_and_explain() {
    let folder = Folder::with_shop();
    let (db, playbook) = (folder.text("shop.db"), shop("playbook.json"));
    let ask = |more: &[&str]| {
        let expression = "region == '华东' || purchases.size() >= 2";
        let playbook = playbook.to_str().unwrap();
        let words = [&["query", expression, "--db", &db, "--playbook", playbook], more].concat();
        run(words)
    };
    assert_golden("query.zh.txt", &ask(&["--lang", "zh"]));
    assert_golden("query_ids.txt", &ask(&["--ids"]));
    let count = ask(&["--count"]);
    assert_eq!((count.out.as_str(), count.err.as_str(), count.code), ("2\n", "", 0));
    assert_golden("query_explain.en.txt", &ask(&["--explain", "C1"]));
    assert_golden("query_plan.en.txt", &ask(&["--plan"]));
    assert_golden("query_plan.zh.txt", &ask(&["--plan", "--lang", "zh"]));
    assert_golden("query_explain.zh.json", &ask(&["--explain", "C1", "--json", "--lang", "zh"]));
    let json = ask(&["--json", "--repeat", "3", "--threads", "2"]).json();
    assert_eq!(
        (&json["members"], &json["population"], &json["errors"]),
        (&2.into(), &5.into(), &0.into())
    );
    assert_eq!(json["as_of"], "2026-03-20T16:00:00Z");
    assert_eq!(json["timings"]["evaluate_s"].as_array().unwrap().len(), 3);
    assert!(json["timings"]["load_s"].is_number());
}

#[test]
fn a_query_reads_files_as_well() {
    let events = shop("events.csv");
    let playbook = shop("playbook.json");
    let (events, playbook) = (events.to_str().unwrap(), playbook.to_str().unwrap());
    let words = ["query", "purchases.size() == 1", "--events", events, "--playbook", playbook];
    let run = run(words.into_iter().chain(["--ids"]));
    assert_eq!((run.out.as_str(), run.code), ("C2\nC3\nC5\n", 0), "{run:?}");
}

#[test]
fn a_check_tells_what_is_there_and_every_fault() {
    let path = shop("playbook.json");
    let path = path.to_str().unwrap();
    assert_golden("check.zh.txt", &run(["check", path, "--lang", "zh"]));
    assert_golden("check.json", &run(["check", path, "--json"]));
    let folder = Folder::new();
    let text = fs::read_to_string(path).unwrap();
    let broken = text
        .replace("purchases.size() >= 1", "purchses.size() >= 1")
        .replace("\"days(60)\"", "\"60\"");
    let broken = folder.write("broken.json", broken);
    let found = run(["check", &broken, "--json"]);
    assert_eq!(found.code, 1);
    let found = found.json();
    assert_eq!(found["valid"], false);
    assert_eq!(found["faults"].as_array().unwrap().len(), 3, "{found}");
    let page = run(["check", &broken, "--lang", "zh"]);
    assert_eq!((page.code, page.out.as_str()), (1, ""));
    assert!(page.err.contains("  --> /segments/silent/when\n   | purchses.size()"), "{page:?}");
    assert!(page.err.contains("   | ^^^^^^^^\n"), "{page:?}");
}

#[test]
fn an_import_tells_what_became_of_every_row() {
    let folder = Folder::new();
    let customers = shop("customers.csv");
    let events = shop("events.csv");
    let files = ["--customers", customers.to_str().unwrap(), "--events", events.to_str().unwrap()];
    let trial = folder.import(&[&files[..], &["--backfill", "--dry-run", "--lang", "zh"]].concat());
    assert_golden("import_trial.zh.txt", &run(trial));
    assert!(!folder.path("shop.db").exists());
    let import = folder.import(&[&files[..], &["--backfill", "--json"]].concat());
    assert_golden("import.json", &run(&import));
    assert_golden(
        "import_again.en.txt",
        &run(folder.import(&[&files[..], &["--backfill"]].concat())),
    );
}

#[test]
fn a_query_about_the_past_says_what_it_reads_of_today() {
    let folder = Folder::with_shop();
    let (db, playbook) = (folder.text("shop.db"), shop("playbook.json"));
    let ask = |expression: &str, more: &[&str]| {
        let playbook = playbook.to_str().unwrap();
        let past = ["--as-of", "2026-01-20"];
        let words = ["query", expression, "--db", &db, "--playbook", playbook];
        run([&words[..], &past, more].concat())
    };
    let names = |expression: &str| -> Vec<String> {
        let json = ask(expression, &["--json"]).json();
        let notes = json["notes"].as_array().unwrap().iter();
        notes.map(|note| note["name"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(names("region == '华东'"), ["undated_attributes", "later_facts"]);
    assert_eq!(names("purchases.size() >= 2"), ["later_facts"]);
    let page = ask("region == '华东'", &["--lang", "en"]).out;
    assert!(
        page.contains("\n* this is about the past, but today's values are used for: region\n"),
        "{page}"
    );
    let ids = ask("region == '华东'", &["--ids", "--lang", "en"]);
    assert!(ids.err.contains("* facts after ") && !ids.out.contains('*'), "{ids:?}");
}

#[test]
fn a_review_of_nothing_says_so() {
    let folder = Folder::new();
    let events = folder.write("events.csv", "kind,customer,at,amount,tea,solved_at\n");
    let playbook = shop("playbook.json").display().to_string();
    let words = ["review", "--playbook", &playbook, "--events", &events];
    for (language, said) in
        [("en", "there are no facts about customers yet"), ("zh", "尚无任何客户的事实")]
    {
        let page = run(words.into_iter().chain(["--lang", language]));
        assert_eq!(page.code, 0, "{page:?}");
        assert!(page.out.contains(said) && !page.out.contains("1970"), "{page:?}");
    }
    let review = run(words.into_iter().chain(["--json"])).json();
    assert_eq!(
        (&review["customers"], &review["notes"][0]["name"]),
        (&0.into(), &"no_facts".into())
    );
    assert!(!review["as_of"].as_str().unwrap().starts_with("1970"), "{review}");
    let dated = run(words.into_iter().chain(["--json", "--as-of", "2026-03-01T00:00:00Z"])).json();
    assert_eq!(dated["as_of"], "2026-03-01T00:00:00Z");
    let count = ["query", "true", "--playbook", &playbook, "--events", &events, "--count"];
    let count = run(count);
    assert_eq!(count.out, "0\n");
    assert!(count.err.contains("there are no facts about customers yet"), "{count:?}");
}

#[test]
fn lifecycles_are_counted_told_and_explained() {
    let folder = Folder::with_shop();
    let (db, playbook) = (folder.text("shop.db"), shop("playbook.json"));
    let ask = |words: &[&str]| {
        let playbook = playbook.to_str().unwrap();
        run([&["lifecycle"], words, &["--db", &db, "--playbook", playbook]].concat())
    };
    assert_golden("lifecycle_state.zh.txt", &ask(&["state", "--lang", "zh"]));
    assert_golden("lifecycle_state.json", &ask(&["state", "--json"]));
    assert_golden("lifecycle_history.zh.txt", &ask(&["history", "C1", "--lang", "zh"]));
    assert_golden("lifecycle_history.json", &ask(&["history", "C3", "--json"]));
    assert_golden("lifecycle_explain.en.txt", &ask(&["explain", "C1"]));
    assert_golden("lifecycle_explain.json", &ask(&["explain", "C3", "--json", "--lang", "zh"]));
    assert_golden("lifecycle_next.en.txt", &ask(&["next", "C3"]));
    assert_golden("lifecycle_next.json", &ask(&["next", "C3", "--json"]));
    assert_golden("lifecycle_why_not.zh.txt", &ask(&["why-not", "C3", "repeat", "--lang", "zh"]));
    assert_golden("lifecycle_why_not.json", &ask(&["why-not", "C1", "churned", "--json"]));
    let supposed = r#"[{"kind": "purchase", "at": "2026-04-01", "amount": "150.00"}]"#;
    let supposed = folder.write("supposed.json", supposed);
    assert_golden("lifecycle_if.en.txt", &ask(&["if", "C3", &supposed]));
    assert_golden("lifecycle_if.json", &ask(&["if", "C3", &supposed, "--json"]));
    let broken = folder.write("broken.json", r#"[{"kind": "purchase"}]"#);
    let broken = ask(&["if", "C3", &broken, "--json"]);
    assert_eq!(broken.json()["error"]["pointer"], "supposed:1/amount", "{broken:?}");
    let playbook = r#"{"guanxi": 1, "id": "x", "version": "1", "calendar": {"zone": "UTC"}}"#;
    let playbook = folder.write("none.json", playbook);
    let none = run(["lifecycle", "state", "--playbook", &playbook, "--db", &db, "--json"]);
    assert_eq!((none.code, &none.json()["error"]["name"]), (1, &"unknown_machine".into()));
    let nowhere = ask(&["why-not", "C3", "repet"]);
    assert_eq!(nowhere.code, 1);
    assert!(nowhere.err.contains("did you mean `repeat`?"), "{nowhere:?}");
    let wrong = ask(&["state", "--machine", "relation"]);
    assert_eq!((wrong.code, wrong.out.as_str()), (1, ""));
    assert!(wrong.err.contains("no lifecycle machine is called `relation`"), "{wrong:?}");
    let nobody = ask(&["history", "C9", "--json"]);
    assert_eq!(nobody.json()["error"]["name"], "unknown_customer");
}

#[test]
fn flows_models_labels_and_pictures_are_told() {
    let folder = Folder::with_shop();
    let (db, playbook) = (folder.text("shop.db"), shop("playbook.json"));
    let ask = |words: &[&str]| {
        let playbook = playbook.to_str().unwrap();
        run([&["lifecycle"], words, &["--db", &db, "--playbook", playbook]].concat())
    };
    assert_golden("lifecycle_flow.zh.txt", &ask(&["flow", "--lang", "zh"]));
    let by = ["flow", "--every", "quarter", "--by", "region", "--json", "--from", "2026-01-01"];
    assert_golden("lifecycle_flow.json", &ask(&by));
    let text = fs::read_to_string(&playbook).unwrap();
    let other = text.replace("\"days(60)\", \"min\"", "\"days(30)\", \"min\"");
    assert_ne!(text, other);
    fs::write(folder.text("other.json"), other.replace("\"churned\"", "\"gone\"")).unwrap();
    let other = folder.text("other.json");
    let compare = ["compare", "--against", &other];
    assert_golden("lifecycle_compare.en.txt", &ask(&compare));
    fs::write(folder.text("map.json"), r#"{"relationship": {"churned": "gone"}}"#).unwrap();
    let map = folder.text("map.json");
    let forward = [&compare[..], &["--map", &map, "--forward", "2026-03-01", "--json"]].concat();
    assert_golden("lifecycle_compare_forward.json", &ask(&forward));
    fs::write(folder.text("labels.csv"), "id,label\nC1,流失\nC2,buyer\nC3,VIP\nZ9,buyer\n")
        .unwrap();
    let labels = folder.text("labels.csv");
    assert_golden("lifecycle_legacy.zh.txt", &ask(&["compare-legacy", &labels, "--lang", "zh"]));
    assert_golden("lifecycle_legacy.json", &ask(&["compare-legacy", &labels, "--json"]));
    let mapped = ["compare-legacy", &labels, "--map", "VIP=将流失", "--map", "散客=new"];
    assert_golden("lifecycle_legacy_mapped.en.txt", &ask(&mapped));
    let picture = ask(&["diagram", "--lang", "zh"]);
    assert_golden("lifecycle_diagram.zh.svg", &picture);
    let plain = ["lifecycle", "diagram", "--format", "mermaid", "--playbook"];
    let plain = run(plain.into_iter().chain([playbook.to_str().unwrap()]));
    assert_golden("lifecycle_diagram.en.mmd", &plain);
}

#[test]
fn wrong_questions_about_flows_and_models_are_told_with_their_place() {
    let folder = Folder::with_shop();
    let (db, playbook) = (folder.text("shop.db"), shop("playbook.json"));
    let other = folder.text("other.json");
    let text = fs::read_to_string(&playbook).unwrap();
    fs::write(&other, text.replace("\"churned\"", "\"gone\"")).unwrap();
    let [map, labels, columns] =
        ["map.json", "labels.csv", "columns.csv"].map(|it| folder.text(it));
    fs::write(&map, r#"{"relationship": {"churnt": "gone"}}"#).unwrap();
    fs::write(&labels, "id,label\nC1,buyer\n,buyer\nC1,churned\n").unwrap();
    fs::write(&columns, "customer,label\nC1,buyer\n").unwrap();
    let good = folder.text("good.csv");
    fs::write(&good, "id,label\nC1,VIP\n").unwrap();
    let wrong: [(&[&str], &str, &str); 17] = [
        (&["flow", "--every", "fortnight"], "malformed_value", "--every"),
        (&["flow", "--from", "soon"], "malformed_value", "--from"),
        (&["flow", "--from", "2026-03-01", "--until", "2026-02-01"], "invalid_argument", ""),
        (&["flow", "--every", "day", "--from", "1990-01-01"], "invalid_argument", ""),
        (&["flow", "--by", "purchases.size() / 2.0"], "type_mismatch", ""),
        (&["flow", "--by", "regoin"], "unknown_name", ""),
        (
            &["compare", "--against", &other, "--forward", "2026-03-01"],
            "missing_key",
            "/relationship/churned",
        ),
        (
            &["compare", "--against", &other, "--forward", "2027-03-01"],
            "missing_key",
            "/relationship/churned",
        ),
        (
            &["compare", "--against", &other, "--map", &map],
            "unknown_reference",
            "--map/relationship/churnt",
        ),
        (&["compare", "--against", &other, "--map", &labels], "json_syntax", ""),
        (&["compare-legacy", &labels], "missing_key", "labels.csv:3"),
        (&["compare-legacy", &columns], "missing_key", ""),
        (&["compare-legacy", &good, "--map", "VIP=buyr"], "unknown_reference", "--map/VIP"),
        (
            &["compare-legacy", &good, "--map", "VIP=new", "--map", "VIP=churned"],
            "invalid_argument",
            "--map/VIP",
        ),
        (&["compare-legacy", &good, "--map", &map], "bad_value", ""),
        (&["compare-legacy", &good, "--map", &good], "json_syntax", ""),
        (&["compare-legacy", &good, "--labels-encoding", "latin-9000"], "invalid_argument", ""),
    ];
    for (words, name, place) in wrong {
        let found = run([
            &["lifecycle"],
            words,
            &["--db", &db, "--playbook", playbook.to_str().unwrap(), "--json"],
        ]
        .concat());
        let json = found.json();
        assert_eq!((found.code, &json["error"]["name"]), (1, &name.into()), "{words:?} {json}");
        let pointer = json["error"]["pointer"].as_str().unwrap_or_default();
        assert_eq!(pointer, place, "{words:?}");
    }
    let both = run([
        "lifecycle",
        "compare-legacy",
        &labels,
        "--db",
        &db,
        "--playbook",
        playbook.to_str().unwrap(),
        "--json",
    ])
    .json();
    assert_eq!(both["faults"][1]["name"], "conflict");
}

#[test]
fn labels_are_read_in_any_encoding_and_mapped_by_a_file() {
    let folder = Folder::with_shop();
    let (db, playbook) = (folder.text("shop.db"), shop("playbook.json"));
    let ask = |labels: &str, more: &[&str]| {
        let playbook = playbook.to_str().unwrap();
        let of = ["--db", &db, "--playbook", playbook, "--json"];
        run([&["lifecycle", "compare-legacy", labels][..], &of, more].concat())
    };
    let map = folder.text("labels.json");
    fs::write(&map, r#"{"复购客户": "二次消费", "老客户": "churned"}"#).unwrap();
    let plain = "id,label\nC1,复购客户\nC2,老客户\n";
    let (gbk, _, _) = encoding_rs::GBK.encode(plain);
    let wide = |to: fn(u16) -> [u8; 2]| -> Vec<u8> {
        std::iter::once(0xFEFF).chain(plain.encode_utf16()).flat_map(to).collect()
    };
    let files: [(&str, Vec<u8>, &[&str]); 5] = [
        ("plain.csv", plain.into(), &[]),
        ("marked.csv", format!("\u{feff}{plain}").into(), &[]),
        ("gbk.csv", gbk.into_owned(), &["--labels-encoding", "gbk"]),
        ("le.csv", wide(u16::to_le_bytes), &["--labels-encoding", "utf-16"]),
        ("be.csv", wide(u16::to_be_bytes), &["--labels-encoding", "utf-16"]),
    ];
    for (name, bytes, encoding) in files {
        let path = folder.text(name);
        fs::write(&path, bytes).unwrap();
        let found = ask(&path, &[encoding, &["--map", &map]].concat());
        let json = found.json();
        assert_eq!((found.code, &json["compared"], &json["agreed"]), (0, &2.into(), &1.into()));
        assert_eq!(json["differences"][0]["reason"], "never", "{name} {json}");
        if encoding.is_empty() {
            continue;
        }
        let undeclared = ask(&path, &["--map", &map]).json();
        let error = &undeclared["error"];
        assert_eq!(error["name"], "undeclared_encoding", "{name} {error}");
        let hint = error["hint"].as_str().unwrap_or_default();
        assert!(hint.contains("--labels-encoding"), "{name} {error}");
    }
}
