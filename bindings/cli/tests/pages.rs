//! What pages say where time ends, after a merge, and of what is probably not meant.

use crate::support::{Folder, run, shop};

const PLAYBOOK: &str = r#"{
    "guanxi": 1, "id": "shop", "version": "1", "calendar": {"zone": "Asia/Shanghai"},
    "schema": {"attributes": {"income": {"type": "decimal(2)", "nullable": true},
                              "joined": {"type": "instant", "nullable": true}},
               "events": {"visit": {"list": "visits"}}},
    "machines": {"life": {"initial": "new", "states": {
        "new": {"on": [{"event": "visit", "to": "known"}]},
        "known": {"on": [{"silent": "days(30)", "of": "visit", "to": "new"}]}}}},
    "segments": {"all": {"when": "visits.size() > 0"}}
}"#;

/// A store with one customer who came once.
fn visited(at: &str) -> (Folder, Vec<String>) {
    let folder = Folder::new();
    let row = |row: &str| format!("{row}\n");
    let events = row("kind,customer,at") + &row(&format!("visit,C1,{at}"));
    let customers = row("id,joined") + &row("C1,2026-01-01T00:30:00+08:00");
    let (playbook, db) = (folder.write("playbook.json", PLAYBOOK), folder.text("shop.db"));
    let (events, customers) =
        (folder.write("events.csv", events), folder.write("customers.csv", customers));
    let of = ["--playbook", &playbook, "--db", &db].map(str::to_owned).to_vec();
    let files = ["--events", &events, "--customers", &customers, "--backfill"];
    let words = ["import"].into_iter().chain(of.iter().map(String::as_str)).chain(files);
    let import = run(words);
    assert_eq!(import.code, 0, "{import:?}");
    (folder, of)
}

fn ask<'a>(words: &[&'a str], of: &'a [String]) -> crate::support::Run {
    run(words.iter().copied().chain(of.iter().map(String::as_str)))
}

#[test]
fn a_review_comes_out_at_every_instant_there_is() {
    let (_folder, of) = visited("9999-12-31 10:00:00");
    let page = ask(&["review"], &of);
    assert_eq!(page.code, 0, "{page:?}");
    assert!(page.out.contains("1 customer, 1 event\n"), "{}", page.out);
    // Of a month that does not end there is the part until then.
    assert!(page.out.contains("life, 9999-12-01 to 9999-12-31"), "{}", page.out);
    for as_of in
        ["9999-12-31", "9999-12-01", "9999-11-30", "0001-01-01", "0001-01-31", "0001-02-01"]
    {
        let page = ask(&["review", "--as-of", as_of], &of);
        assert_eq!((page.code, page.err.as_str()), (0, ""), "{as_of}: {page:?}");
        let json = ask(&["review", "--json", "--as-of", as_of], &of);
        assert_eq!(json.code, 0, "{as_of}: {json:?}");
    }
}

#[test]
fn instants_of_attributes_are_in_the_zone_of_the_page() {
    let (_folder, of) = visited("2026-01-02 10:00:00");
    let page = ask(&["customer", "C1"], &of);
    assert!(page.out.contains("joined     2026-01-01 00:30"), "{}", page.out);
    let json = ask(&["customer", "C1", "--json"], &of).json();
    assert_eq!(json["attributes"][1]["value"], "2025-12-31T16:30:00Z");
}

#[test]
fn who_was_merged_into_another_is_told_of_it() {
    let folder = Folder::with_shop();
    let (db, playbook) = (folder.text("shop.db"), shop("playbook.json").display().to_string());
    let of = ["--db", &db, "--playbook", &playbook].map(str::to_owned);
    let at = ["--at", "2026-03-20T12:00:00+08:00", "--seen", "2026-03-20T12:00:00+08:00"];
    let merge = ask(&[&["merge", "C2", "C1"][..], &at].concat(), &of);
    assert_eq!(merge.code, 0, "{merge:?}");
    let later = ["--as-of", "2026-03-21"];
    for (id, language, said) in [
        ("C2", "en", Some("C2 was merged into C1\n")),
        ("C2", "zh", Some("C2 已合并到 C1\n")),
        ("C1", "en", None),
    ] {
        let page = ask(&[&["customer", id, "--lang", language][..], &later].concat(), &of);
        assert!(page.out.starts_with("C1\n"), "{page:?}");
        assert_eq!(
            page.out.lines().any(|line| said == Some(&format!("{line}\n"))),
            said.is_some(),
            "{page:?}"
        );
        let json = ask(&[&["customer", id, "--json"][..], &later].concat(), &of).json();
        assert_eq!(json["customer"], "C1");
        assert_eq!(json.get("asked").is_some(), id == "C2");
    }
}

#[test]
fn a_question_tells_what_is_probably_not_meant() {
    let (_folder, of) = visited("2026-01-02 10:00:00");
    for (asked, hint) in
        [("!(income < 5.00)", "includes_missing"), ("visits.size() >= 0", "always_true")]
    {
        for more in [&[][..], &["--count"], &["--ids"], &["--explain", "C1"]] {
            let page = ask(&[&["query", asked][..], more].concat(), &of);
            assert_eq!(page.code, 0, "{page:?}");
            assert!(page.err.contains("hint ") && page.err.contains(hint), "{more:?} {page:?}");
            assert!(!page.out.contains(hint), "{page:?}");
            let json = ask(&[&["query", asked, "--json"][..], more].concat(), &of);
            let has = !more.contains(&"--count");
            if has {
                assert_eq!(json.json()["hints"][0]["name"], hint, "{json:?}");
            }
        }
    }
    let page = ask(&["query", "visits.size() > 0"], &of);
    assert_eq!(page.err, "");
    assert_eq!(ask(&["query", "visits.size() > 0", "--json"], &of).json().get("hints"), None);
}

#[test]
fn a_page_about_the_past_of_knowledge_says_that_more_was_learnt() {
    let folder = Folder::new();
    let (playbook, db) = (folder.write("playbook.json", PLAYBOOK), folder.text("shop.db"));
    let of = ["--playbook", &playbook, "--db", &db].map(str::to_owned);
    let events = folder.write("events.csv", "kind,customer,at\nvisit,C1,2026-01-02 10:00\n");
    let import = ["import", "--events", &events, "--seen", "2026-02-01T00:00:00+08:00"];
    assert_eq!(ask(&import, &of).code, 0);
    let when = ["--known-at", "1990-01-01T00:00:00+08:00", "--as-of", "2026-03-01"];
    let page = ask(&[&["review"][..], &when].concat(), &of);
    let said = "nothing had been learnt about any customer by 1990-01-01 00:00; what was learnt later is left out";
    assert!(page.out.contains(said), "{page:?}");
    let query = ask(&[&["query", "true"][..], &when].concat(), &of);
    assert!(query.out.contains(said), "{query:?}");
}

#[test]
fn a_check_counts_lifecycles() {
    let folder = Folder::new();
    let playbook = folder.write("playbook.json", PLAYBOOK);
    let page = run(["check", &playbook]);
    assert!(page.out.contains("0 parameters, 1 lifecycle, 1 segment\n"), "{page:?}");
    assert_eq!(run(["check", &playbook, "--json"]).json()["machines"], 1);
}
