//! What people decide: recorded, previewed, taken back, refused with a reason.

use serde_json::{Value, json};

use crate::support::{Folder, Run, run, shop};

const AT: &str = "2026-03-20T12:00:00+08:00";

fn ask(folder: &Folder, words: &[&str]) -> Run {
    let (db, playbook) = (folder.text("shop.db"), shop("playbook.json").display().to_string());
    let fixed = ["--at", AT, "--seen", AT, "--db", &db, "--playbook", &playbook];
    run(words.iter().copied().chain(fixed))
}

/// The state of a customer now.
fn state(folder: &Folder, id: &str) -> Value {
    let (db, playbook) = (folder.text("shop.db"), shop("playbook.json").display().to_string());
    let words = ["customer", id, "--json", "--as-of", AT, "--db", &db, "--playbook", &playbook];
    run(words).json()["machines"][0]["state"].clone()
}

fn block(id: &str) -> Vec<&str> {
    let decision = ["--machine", "relationship", "--state", "churned", "--pin"];
    let by = ["--actor", "li", "--reason", "fraud"];
    [&["command", "override", id][..], &decision, &by].concat()
}

#[test]
fn a_trial_shows_what_becomes_and_records_nothing() {
    let folder = Folder::with_shop();
    let (before, state_before) = (folder.state(), state(&folder, "C1"));
    for words in [vec!["merge", "C2", "C1"], block("C1")] {
        let trial = ask(&folder, &[&words[..], &["--json", "--dry-run"]].concat()).json();
        assert_eq!(folder.state(), before);
        assert_eq!(state(&folder, "C1"), state_before);
        let mut real = ask(&folder, &[&words[..], &["--json"]].concat()).json();
        real["dry_run"] = true.into();
        assert_eq!(trial, real);
        assert_eq!(trial["facts"][0]["verdict"], "new");
        let id = trial["facts"][0]["id"].as_str().unwrap().to_owned();
        let back = ask(&folder, &["command", "retract", &id, "--json"]);
        assert_eq!(back.code, 0, "{back:?}");
        assert_eq!(state(&folder, "C1"), state_before);
    }
}

#[test]
fn a_pinned_state_holds_until_it_is_let_go_of() {
    let folder = Folder::with_shop();
    let run = ask(&folder, &block("C1"));
    assert_eq!(run.code, 0, "{run:?}");
    assert!(run.out.contains("relationship") && run.out.contains("churned"), "{}", run.out);
    assert_eq!(state(&folder, "C1"), "churned");
    // The same words again are the same decision.
    let again = ask(&folder, &[&block("C1")[..], &["--json"]].concat());
    assert_eq!(again.json()["facts"][0]["verdict"], "same", "{again:?}");
    // Others for the same instant are told, and change nothing.
    let other = [&block("C1")[..], &["--json", "--until", "2026-06-01"]].concat();
    let other = ask(&folder, &other);
    assert_eq!((other.code, &other.json()["error"]["name"]), (3, &json!("conflict")));
    assert_eq!(state(&folder, "C1"), "churned");
}

#[test]
fn two_ids_are_one_customer_until_that_is_taken_back() {
    let folder = Folder::with_shop();
    let (one, other) = (state(&folder, "C1"), state(&folder, "C2"));
    let merge = ask(&folder, &["merge", "C2", "C1", "--json"]);
    assert_eq!(merge.code, 0, "{merge:?}");
    assert_eq!(state(&folder, "C1"), state(&folder, "C2"));
    let twice = ask(&folder, &["merge", "C1", "C2", "--json"]);
    assert_eq!((twice.code, &twice.json()["error"]["code"]), (1, &json!(1001)), "{twice:?}");
    let unmerge = ask(&folder, &["unmerge", "C2", "C1", "--lang", "zh"]);
    assert_eq!(unmerge.code, 0, "{unmerge:?}");
    assert!(unmerge.out.contains("已记入"), "{}", unmerge.out);
    assert_eq!((state(&folder, "C1"), state(&folder, "C2")), (one, other));
    // What was taken back does not stand in the way of deciding it again.
    let again = ask(&folder, &["merge", "C2", "C1", "--json"]);
    assert_eq!(again.json()["facts"][0]["verdict"], "new", "{again:?}");
    assert_eq!(state(&folder, "C1"), state(&folder, "C2"));
}

fn firm(folder: &Folder, words: &[&str], at: &str) -> Run {
    let preset = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/presets/small_firm.json");
    let db = folder.text("firm.db");
    run(words.iter().copied().chain(["--at", at, "--seen", at, "--db", &db, "--playbook", preset]))
}

/// A store of the small firm in which two customers came by.
fn with_firm() -> Folder {
    let folder = Folder::new();
    let preset = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/presets/small_firm.json");
    let rows = [
        r#"{"kind": "visit", "customer": "A", "at": "2026-03-01"}"#,
        r#"{"kind": "visit", "customer": "B", "at": "2026-03-01"}"#,
    ];
    std::fs::write(folder.path("events.jsonl"), rows.join("\n")).unwrap();
    let (db, events) = (folder.text("firm.db"), folder.text("events.jsonl"));
    let import = ["import", "--db", &db, "--playbook", preset, "--events", &events, "--backfill"];
    assert_eq!(run(import).code, 0);
    folder
}

#[test]
fn a_claim_is_granted_to_the_first_and_refused_with_a_way_on() {
    let folder = with_firm();
    let claim = |owner: &'static str| vec!["command", "claim", "A", "--owner", owner];
    let trial =
        firm(&folder, &[claim("li"), vec!["--dry-run"]].concat(), "2026-03-02T09:00:00+08:00");
    assert_eq!(trial.code, 0, "{trial:?}");
    assert!(trial.out.contains("granted") && trial.out.contains("protected"), "{}", trial.out);
    let real = firm(&folder, &[claim("li"), vec!["--json"]].concat(), "2026-03-02T09:00:00+08:00");
    let real = real.json();
    assert_eq!((&real["decision"]["granted"], &real["dry_run"]), (&json!(true), &json!(false)));
    assert_eq!(
        real["decision"]["evidence"],
        json!({
        "state": "open", "holds": 0, "capacity": 50, "claimed": 0, "quota": 10,
        "quota_from": "2026-03-02T16:00:00Z"})
    );
    assert_eq!(real["facts"].as_array().unwrap().len(), 2);
    let late = firm(&folder, &claim("wang"), "2026-03-02T09:00:01+08:00");
    assert_eq!(late.code, 3, "{late:?}");
    assert!(late.out.contains("held by `li` since 2026-03-02T09:00:00+08:00"), "{}", late.out);
    let zh =
        firm(&folder, &[claim("chen"), vec!["--lang", "zh"]].concat(), "2026-03-02T09:00:02+08:00");
    assert!(zh.out.contains("拒绝") && zh.out.contains("负责"), "{}", zh.out);
    let moved = ["command", "transfer", "A", "--owner", "wang", "--actor", "chen"];
    assert_eq!(firm(&folder, &moved, "2026-03-03T09:00:00+08:00").code, 0);
    let longer = ["command", "extend", "A", "--until", "2026-03-20", "--actor", "chen"];
    let longer = firm(&folder, &longer, "2026-03-04T09:00:00+08:00");
    assert_eq!(longer.code, 0, "{longer:?}");
    let back = ["command", "release", "A", "--actor", "wang", "--reason", "moved away"];
    let back = firm(&folder, &back, "2026-03-05T09:00:00+08:00");
    assert!(back.out.contains("cooling down"), "{}", back.out);
    let again = firm(&folder, &claim("li"), "2026-03-06T09:00:00+08:00");
    assert_eq!(again.code, 3);
    assert!(again.out.contains("may be claimed again from"), "{}", again.out);
    assert!(again.out.contains("it may be claimed from"), "{}", again.out);
}

#[test]
fn requests_made_at_the_same_time_are_all_decided() {
    let folder = Folder::new();
    let preset = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/presets/small_firm.json");
    let names: Vec<String> = (0..8).map(|number| format!("C{number}")).collect();
    let visit =
        |id: &String| format!(r#"{{"kind": "visit", "customer": "{id}", "at": "2026-03-01"}}"#);
    let rows: Vec<String> = names.iter().map(visit).collect();
    let (db, events) = (folder.text("firm.db"), folder.write("events.jsonl", rows.join("\n")));
    let import = ["import", "--db", &db, "--playbook", preset, "--events", &events, "--backfill"];
    assert_eq!(run(import).code, 0);
    let claim = |id: &str, owner: &str| {
        run(["command", "claim", id, "--owner", owner, "--db", &db, "--playbook", preset, "--json"])
    };
    let together = |asked: Vec<(&str, &str)>| {
        std::thread::scope(|scope| {
            let asking: Vec<_> =
                asked.iter().map(|(id, owner)| scope.spawn(|| claim(id, owner))).collect();
            asking.into_iter().map(|one| one.join().unwrap()).collect::<Vec<Run>>()
        })
    };
    let done = together(names.iter().map(|id| (&**id, &**id)).collect());
    assert!(done.iter().all(|run| run.json()["decision"]["granted"] == true), "{done:?}");
    // Who comes second is told who was first, and not that the clock is wrong.
    let rows = r#"{"kind": "visit", "customer": "D", "at": "2026-03-01"}"#;
    let events = folder.write("more.jsonl", rows);
    let import = ["import", "--db", &db, "--playbook", preset, "--events", &events, "--backfill"];
    assert_eq!(run(import).code, 0);
    let done = together(vec![("D", "li"), ("D", "wang"), ("D", "chen")]);
    let refused = done.iter().filter(|run| run.json()["decision"]["granted"] == false);
    let refused: Vec<_> = refused.map(|run| run.json()["decision"]["refused"].clone()).collect();
    assert_eq!(refused, [json!(["held"]), json!(["held"])]);
}

#[test]
fn nothing_is_learnt_tomorrow() {
    let folder = with_firm();
    let preset = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/presets/small_firm.json");
    let db = folder.text("firm.db");
    let claim = ["command", "claim", "A", "--owner", "li", "--db", &db, "--playbook", preset];
    let late = run(claim.into_iter().chain(["--seen", "2999-01-01", "--json"]));
    assert_eq!((late.code, &late.json()["error"]["name"]), (1, &json!("time_out_of_range")));
    assert_eq!(late.json()["error"]["pointer"], "--seen");
    assert_eq!(run(claim).code, 0);
}

#[test]
fn a_hold_that_is_extended_for_a_day_lasts_to_its_end() {
    let folder = with_firm();
    let at = "2026-03-02T09:00:00+08:00";
    assert_eq!(firm(&folder, &["command", "claim", "A", "--owner", "li"], at).code, 0);
    let extend = ["command", "extend", "A", "--actor", "chen", "--until"];
    let extend = |day: &'static str| firm(&folder, &[&extend[..], &[day]].concat(), at);
    let shorter = extend("2026-03-11");
    assert_eq!(shorter.code, 3, "{shorter:?}");
    assert!(shorter.out.contains("is held until"), "{}", shorter.out);
    let (preset, db) = (
        concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/presets/small_firm.json"),
        folder.text("firm.db"),
    );
    let longer = [
        &["command", "extend", "A", "--actor", "chen", "--until", "2026-03-20"][..],
        &["--at", "2026-03-03", "--seen", "2026-03-03", "--db", &db, "--playbook", preset],
    ]
    .concat();
    assert_eq!(run(longer).code, 0);
    let state = |as_of: &str| {
        let words =
            ["customer", "A", "--json", "--as-of", as_of, "--db", &db, "--playbook", preset];
        let view = run(words).json();
        let machines = view["machines"].as_array().unwrap().clone();
        machines.into_iter().find(|it| it["machine"] == "ownership").unwrap()["state"].clone()
    };
    assert_eq!(state("2026-03-20T23:59:59+08:00"), "extended");
    assert_eq!(state("2026-03-21T00:00:00+08:00"), "resting");
}

#[test]
fn made_up_histories_are_rows_that_take_their_ways() {
    let preset = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/presets/small_firm.json");
    let words = ["lifecycle", "scenarios", "--playbook", preset, "--machine", "ownership"];
    let page = run(words);
    assert!(page.out.contains("ownership: 11 ways are taken, 0 not"), "{page:?}");
    let zh = run(words.into_iter().chain(["--lang", "zh"]));
    assert!(zh.out.contains("归属：11 条转换已走到，0 条未走到"), "{zh:?}");
    let found = run(words.into_iter().chain(["--json", "--at", "2025-06-01"])).json();
    let recycled = found[0]["scenarios"].as_array().unwrap().iter();
    let mut recycled = recycled.filter(|it| it["from"] == "extended" && it["to"] == "resting");
    let scenario = recycled.next().unwrap();
    let rows: Vec<String> =
        scenario["facts"].as_array().unwrap().iter().map(Value::to_string).collect();
    let folder = Folder::new();
    let (db, events) = (folder.text("firm.db"), folder.write("events.jsonl", rows.join("\n")));
    let import = ["import", "--db", &db, "--playbook", preset, "--events", &events, "--backfill"];
    assert_eq!(run(import).code, 0);
    let at = scenario["at"].as_str().unwrap();
    let view = ["customer", "c", "--db", &db, "--playbook", preset, "--as-of", at, "--json"];
    let machines = run(view).json()["machines"].clone();
    let mut machines = machines.as_array().unwrap().iter();
    assert_eq!(machines.find(|it| it["machine"] == "ownership").unwrap()["state"], "resting");
    let unknown =
        run(["lifecycle", "scenarios", "--playbook", preset, "--machine", "none", "--json"]);
    assert_eq!(unknown.code, 1, "{unknown:?}");
}

#[test]
fn an_erased_customer_is_gone_and_is_refused_when_imported_again() {
    let folder = Folder::with_shop();
    let (db, playbook) = (folder.text("shop.db"), shop("playbook.json").display().to_string());
    let erase = |words: &[&str]| {
        let fixed = ["--db", &db, "--playbook", &playbook];
        run(["erase"].into_iter().chain(words.iter().copied()).chain(fixed))
    };
    let before = folder.state();
    let trial = erase(&["C1", "--at", AT, "--dry-run", "--json"]).json();
    assert_eq!(folder.state(), before);
    let copy = folder.text("copy.db");
    std::fs::copy(folder.path("shop.db"), &copy).unwrap();
    let real = erase(&["C1", "--at", AT, "--json"]).json();
    for key in ["ids", "facts", "events", "mentions", "at"] {
        assert_eq!(trial[key], real[key], "{key}");
    }
    assert_eq!((&real["wiped"], &trial["dry_run"]), (&json!(true), &json!(true)));
    assert_eq!(erase(&["C1", "--at", AT]).code, 1);
    let view = ["customer", "C1", "--db", &db, "--playbook", &playbook];
    assert_eq!(run(view).code, 1);
    let list = erase(&["--list", "--json"]);
    assert_eq!(list.json().as_array().unwrap().len(), 1);
    std::fs::write(folder.path("erased.json"), &list.out).unwrap();
    let again = |words: &[&str]| {
        let fixed = ["--db", &copy, "--playbook", &playbook];
        run(["erase"].into_iter().chain(words.iter().copied()).chain(fixed))
    };
    let list = folder.text("erased.json");
    let repeated = again(&["--again", &list]);
    assert_eq!(repeated.code, 0, "{repeated:?}");
    assert!(repeated.out.contains("erased: ids 1"), "{}", repeated.out);
    let zh = again(&["--again", &list, "--lang", "zh"]);
    assert!(zh.out.contains("均不在此库"), "{}", zh.out);
    std::fs::write(&list, r#"[{"mark": "C1", "at": "yesterday"}]"#).unwrap();
    let wrong = again(&["--again", &list, "--json"]);
    assert_eq!((wrong.code, wrong.json()["faults"].as_array().unwrap().len()), (1, 2));
    let none = run(["erase", "C1", "--db", &folder.text("no.db"), "--playbook", &playbook]);
    assert_eq!(none.code, 4, "{none:?}");
    assert!(!folder.path("no.db").exists());
    // Who was erased does not come back with the next import.
    let row = r#"{"kind": "purchase", "customer": "C1", "at": "2026-03-21", "amount": "1.00"}"#;
    std::fs::write(folder.path("more.jsonl"), row).unwrap();
    let more = folder.text("more.jsonl");
    let import = ["import", "--db", &db, "--playbook", &playbook, "--events", &more, "--json"];
    let import = run(import);
    assert_eq!(import.code, 3, "{import:?}");
    assert!(import.out.contains("erased_subject"), "{}", import.out);
}

#[test]
fn a_playbook_without_claims_says_so() {
    let folder = Folder::with_shop();
    let run = ask(&folder, &["command", "claim", "C1", "--owner", "li", "--json"]);
    assert_eq!((run.code, &run.json()["error"]["name"]), (1, &json!("invalid_argument")));
}

#[test]
fn what_cannot_be_decided_is_refused_before_anything_is_written() {
    let folder = Folder::with_shop();
    let before = folder.state();
    let overrule = |more: &[&'static str]| {
        let by = ["--actor", "li", "--reason", "x"];
        [&["command", "override", "C1"][..], more, &by].concat()
    };
    let cases: Vec<(Vec<&str>, &str)> = vec![
        (vec!["merge", "C1", "C1"], "invalid_argument"),
        (vec!["merge", "C1", "C99"], "unknown_customer"),
        (vec!["unmerge", "C1", "C2"], "invalid_argument"),
        (vec!["command", "retract", "nothing"], "invalid_argument"),
        (overrule(&["--machine", "relation", "--state", "buyer"]), "unknown_machine"),
        (overrule(&["--machine", "relationship", "--state", "buyers"]), "unknown_state"),
        (overrule(&["--machine", "relationship", "--pin"]), "invalid_argument"),
        (
            overrule(&["--machine", "relationship", "--state", "buyer", "--until", "2027-01-01"]),
            "invalid_argument",
        ),
        (block("C99"), "unknown_customer"),
    ];
    for (words, name) in cases {
        for language in ["en", "zh"] {
            let run = ask(&folder, &[&words[..], &["--json", "--lang", language]].concat());
            assert_eq!((run.code, &run.json()["error"]["name"]), (1, &json!(name)), "{words:?}");
            assert_eq!(
                run.json()["error"]["message"].as_str().unwrap().is_ascii(),
                language == "en"
            );
        }
    }
    assert_eq!(folder.state(), before);
    let missing = run([
        "merge",
        "a",
        "b",
        "--db",
        &folder.text("no.db"),
        "--playbook",
        shop("playbook.json").to_str().unwrap(),
        "--json",
    ]);
    assert_eq!(missing.code, 4, "{missing:?}");
    assert!(!folder.path("no.db").exists());
}
