//! `guanxi segment`, and lists that people keep.

use serde_json::{Value, json};

use crate::support::{Folder, Run, run, shop};

/// A playbook of three customers with a list that nobody is on yet.
const PLAYBOOK: &str = r#"{
    "guanxi": 1, "id": "kiosk", "version": "1", "calendar": {"zone": "Asia/Shanghai"},
    "schema": {
        "attributes": {"mobile": {"type": "contact", "channel": "sms", "nullable": true}},
        "events": {
            "purchase": {"list": "purchases"},
            "listed": {"list": "listings", "fields": {
                "segment": {"type": "text"}, "member": {"type": "bool"},
                "actor": {"type": "text"}, "reason": {"type": "text", "nullable": true}}}},
        "consent": {"purposes": ["marketing"], "channels": ["sms"]}},
    "segments": {
        "recent": {"when": "purchases.within(days(30)).size() >= 1"},
        "pilot": {"list": "listed", "labels": {"zh-Hans": "试点客户", "en": "pilot customers"}}}
}"#;

const EVENTS: &str = "kind,customer,at
purchase,C-1,2026-01-05 10:00
purchase,C-2,2026-01-20 10:00
purchase,C-3,2025-11-02 10:00
";

/// The kiosk in `shop.db`, as it was recorded before there were lists.
fn kiosk() -> (Folder, Vec<String>) {
    let folder = Folder::new();
    let mut before: Value = serde_json::from_str(PLAYBOOK).unwrap();
    before["schema"]["events"].as_object_mut().unwrap().remove("listed");
    before["segments"].as_object_mut().unwrap().remove("pilot");
    let before = folder.write("before.json", before.to_string());
    let events = folder.write("events.csv", EVENTS);
    let db = folder.text("shop.db");
    let words = ["import", "--db", &db, "--playbook", &before, "--events", &events, "--backfill"];
    let done = run(words);
    assert_eq!(done.code, 0, "{done:?}");
    let playbook = folder.write("playbook.json", PLAYBOOK);
    let facts = ["--db", &db, "--playbook", &playbook].map(str::to_owned).to_vec();
    (folder, facts)
}

fn asked(facts: &[String], words: &[&str]) -> Run {
    run(words.iter().map(|word| (*word).to_owned()).chain(facts.iter().cloned()))
}

#[test]
fn every_question_is_answered_in_both_languages_and_as_json() {
    let (_folder, facts) = kiosk();
    let when = "--as-of=2026-01-25 00:00";
    for (words, en, zh) in [
        (&["list"][..], "66.7%", "66.7%"),
        (&["members", "recent"], "C-1\nC-2\n", "C-1\nC-2\n"),
        (
            &["explain", "recent", "C-1"],
            "in recent since 2026-01-05 10:00",
            "属于recent，自 2026-01-05 10:00 起",
        ),
        (&["history", "recent", "C-3"], "2025-12-02 10:00", "时间推移"),
        (&["leaving", "recent", "--within=days(14)"], "1 leave and 0 enter", "1 名离开、0 名进入"),
        (&["overlap", "recent", "pilot"], "nobody is in two of them", "没有客户同时属于两个细分"),
        (&["review"], "nobody is in it", "没有任何客户"),
        (&["audience", "recent", "--channel=sms", "--purpose=marketing"], "not asked", "未征询"),
    ] {
        let ask = |more: &[&str]| {
            let said = asked(&facts, &[&["segment"], words, &[when], more].concat());
            assert_eq!(said.code, 0, "{said:?}");
            said
        };
        for (more, wanted) in [("--lang=en", en), ("--lang=zh", zh)] {
            let page = ask(&[more]).out;
            assert!(page.contains(wanted), "{words:?} {wanted}\n{page}");
        }
        assert!(ask(&["--json"]).json().is_object(), "{words:?}");
    }
    let leaving =
        asked(&facts, &["segment", "leaving", "recent", when, "--within=days(14)", "--json"]);
    assert_eq!(leaving.json()["leaving"][0]["at"], json!("2026-02-04T02:00:00Z"));
    let wrong = asked(&facts, &["segment", "members", "recnt"]);
    assert_eq!(wrong.code, 1);
    assert!(wrong.err.contains("did you mean `recent`?"), "{wrong:?}");
}

#[test]
fn a_period_is_watched_as_it_happened() {
    let (_folder, facts) = kiosk();
    let period = ["segment", "watch", "--from=2025-11-01", "--to=2026-02-25"];
    let told = asked(&facts, &[&period[..], &["--json"]].concat()).json();
    let recent = &told["segments"][0];
    let counts = ["members_before", "entered", "left", "members_after"].map(|it| &recent[it]);
    assert_eq!(counts, [&json!(0), &json!(3), &json!(3), &json!(0)]);
    let turns = told["turns"].as_array().unwrap();
    assert_eq!(turns.len(), 6);
    assert_eq!(turns[0]["customer"], json!("C-3"));
    assert_eq!(turns[0]["cause"]["facts"][0]["kind"], json!("purchase"));
    assert_eq!(turns[1]["at"], json!("2025-12-02T02:00:00Z"));
    assert_eq!((&turns[1]["entered"], &turns[1]["cause"]["time"]), (&json!(false), &json!(true)));
    for (language, way) in [("--lang=en", "time alone"), ("--lang=zh", "时间推移")] {
        let page = asked(&facts, &[&period[..], &["recent", "--top=1", language]].concat()).out;
        assert!(page.contains("purchase") && !page.contains(way), "{page}");
        let page = asked(&facts, &[&period[..], &["recent", language]].concat()).out;
        assert!(page.contains(way), "{page}");
    }
    let turned = asked(&facts, &["segment", "watch", "--from=2026-03-01", "--to=2026-02-01"]);
    assert_eq!(turned.code, 1, "{turned:?}");
}

#[test]
fn a_list_is_kept_in_a_store_that_knew_of_none() {
    let (_folder, facts) = kiosk();
    let on = |word: &str, day: &str| {
        let words = ["command", word, "C-3", "--segment=pilot", "--actor=li", "--at", day];
        let done = asked(&facts, &words);
        assert_eq!(done.code, 0, "{done:?}");
    };
    on("add", "2026-01-10");
    on("remove", "2026-01-20");
    let told = asked(&facts, &["segment", "history", "pilot", "C-3", "--json"]).json();
    let stay = &told["spells"][0];
    assert_eq!(stay["enter"], json!("2026-01-09T16:00:00Z"));
    assert_eq!(stay["exit"], json!("2026-01-19T16:00:00Z"));
    assert_eq!(stay["entered_by"]["facts"][0]["source"], json!("command"));
    let refused = asked(&facts, &["command", "add", "C-3", "--segment=recent", "--actor=li"]);
    assert!(refused.err.contains("only a segment with `list` is a list"), "{refused:?}");
}

#[test]
fn the_shop_is_set_against_another_playbook() {
    let folder = Folder::with_shop();
    let playbook = shop("playbook.json").display().to_string();
    let (db, facts) = (folder.text("shop.db"), ["--playbook", &playbook]);
    let words = [&["segment", "diff", &playbook, "--db", &db], &facts[..]].concat();
    let same = run(words);
    assert_eq!(same.code, 0, "{same:?}");
    assert!(same.out.contains("segments that are the same"), "{same:?}");
}
