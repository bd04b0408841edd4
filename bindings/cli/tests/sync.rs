//! Tables that the host goes on changing, as `examples/sync` tells it, and what
//! becomes of files that are not to be believed.

use serde_json::{Value, json};

use crate::golden::assert_golden;
use crate::support::{Folder, Run, run, run_with_input};

fn example(name: &str) -> String {
    format!("{}/../../examples/sync/{name}", env!("CARGO_MANIFEST_DIR"))
}

fn preset() -> String {
    format!("{}/../../examples/presets/retail.json", env!("CARGO_MANIFEST_DIR"))
}

fn about(folder: &Folder, words: &[&str]) -> Vec<String> {
    let fixed = ["--db", &folder.text("crm.db"), "--playbook", &preset()].map(str::to_owned);
    words.iter().map(|word| (*word).to_owned()).chain(fixed).collect()
}

fn ask(folder: &Folder, words: &[&str]) -> Run {
    run(about(folder, words))
}

fn sync(folder: &Folder, words: &[&str]) -> Run {
    let mapping = example("mapping.json");
    ask(folder, &[&["sync"], words, &["--mapping", &mapping]].concat())
}

fn night(folder: &Folder, number: u8, more: &[&str]) -> Run {
    let members = format!("members={}", example(&format!("members.{number}.csv")));
    let orders = format!("orders={}", example(&format!("orders.{number}.csv")));
    let seen = format!("2026-03-{:02} 02:00", number + 2);
    sync(folder, &[&[&*members, &*orders, "--seen", &*seen], more].concat())
}

fn said(run: Run) -> Value {
    assert_eq!(run.code, 0, "{run:?}");
    run.json()
}

/// A failure that tells all of this.
#[track_caller]
fn told_all(run: &Run, texts: &[&str]) {
    assert!(run.code != 0 && run.out.is_empty(), "{run:?}");
    assert!(texts.iter().all(|text| run.err.contains(text)), "{}", run.err);
}

#[test]
fn two_nights_as_the_example_tells_them() {
    let folder = Folder::new();
    assert_golden("sync_first.en.txt", &night(&folder, 1, &["--lang", "en"]));
    assert_golden("sync_second.en.txt", &night(&folder, 2, &["--lang", "en"]));
    assert_golden("sync_again.zh.txt", &night(&folder, 2, &["--lang", "zh"]));
    assert_golden("feeds.en.txt", &ask(&folder, &["feeds", "--lang", "en"]));
    let figures = example("figures.csv");
    assert_golden("reconcile.en.txt", &ask(&folder, &["reconcile", &figures, "--lang", "en"]));

    // The consent was given until it was seen to be taken back.
    let consent = |at| {
        let asked = ["query", "consent('marketing', 'sms')", "--ids", "--as-of", at];
        ask(&folder, &asked).out.lines().map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(consent("2026-03-03"), ["M-1", "M-2"]);
    assert_eq!(consent("2026-03-04"), ["M-2"]);
    // The amount was never otherwise, though it was known otherwise.
    let worth = |more: &[&str]| {
        let asked = ["query", "purchases.sum(p, p.amount) > 100.00", "--count"];
        ask(&folder, &[&asked, more].concat()).out.trim().to_owned()
    };
    assert_eq!(worth(&["--as-of", "2026-03-02"]), "0");
    assert_eq!(worth(&["--as-of", "2026-03-02", "--known-at", "2026-03-03"]), "1");
}

#[test]
fn figures_that_differ_are_told() {
    let folder = Folder::new();
    night(&folder, 1, &[]);
    night(&folder, 2, &[]);
    let figures = "kind,source,period,count,sum.amount\npurchase,erp,2026-03-02,3,21.9\n";
    let run = run_with_input(
        &about(&folder, &["reconcile", "-", "--json"])
            .iter()
            .map(String::as_str)
            .collect::<Vec<_>>(),
        figures.as_bytes(),
    );
    assert_eq!(run.code, 3);
    let told = run.json();
    assert_eq!(told["agrees"], false);
    assert_eq!(told["figures"][0]["count"], json!({"stated": 3, "held": 2}));
    assert_eq!(told["figures"][0]["sums"]["amount"], json!({"stated": "21.9", "held": "21.90"}));
    assert_eq!(told["unstated"][0]["count"], 1);
    let page = folder.write("wrong.csv", "kind,period,count,sum.amuont,colour\n");
    let wrong = ask(&folder, &["reconcile", &page, "--lang", "en"]);
    told_all(&wrong, &["wrong.csv:1", "`colour`"]);
    let page =
        folder.write("cells.csv", "kind,period,count\npurchse,2026-03,1\npurchase,2026-3x,1.5\n");
    let wrong = ask(&folder, &["reconcile", &page, "--lang", "en"]);
    told_all(&wrong, &["cells.csv:2/kind", "did you mean `purchase`?", "cells.csv:3/period"]);
}

#[test]
fn the_cursor_says_where_to_begin() {
    let folder = Folder::new();
    let cursor = |or: &str| {
        let run = ask(&folder, &["feeds", "--cursor", "orders", "--or", or]);
        assert_eq!(run.code, 0, "{run:?}");
        run.out.trim().to_owned()
    };
    assert_eq!(cursor("1970-01-02"), "1970-01-02");
    night(&folder, 1, &[]);
    assert_eq!(cursor(""), "2026-03-02 19:05:00");
    // A bad row: the others are recorded, and the cursor stays.
    let rows = "order_no,member_no,ordered_at,paid,status,updated_at\n\
                S-8,M-1,2026-03-05 10:00:00,much,paid,2026-03-05 10:00:00\n\
                S-9,M-1,2026-03-05 10:00:00,7.00,paid,2026-03-05 10:00:00\n";
    let orders = format!("orders={}", folder.write("orders.csv", rows));
    let refused = folder.text("refused.csv");
    let run = sync(&folder, &[&orders, "--refused", &refused, "--json"]);
    assert_eq!(run.code, 3);
    let table = &run.json()["tables"][0];
    assert_eq!((&table["new"], &table["not_recorded"]), (&json!(1), &json!(1)));
    assert_eq!(table["refused"][0]["faults"][0]["code"], json!(4005));
    assert_eq!(cursor(""), "2026-03-02 19:05:00");
    assert!(std::fs::read_to_string(refused).unwrap().contains("orders.csv,2,paid,refused"));
}

#[test]
fn what_cannot_be_believed_is_refused() {
    let folder = Folder::new();
    night(&folder, 1, &[]);
    let state = || ask(&folder, &["feeds", "--json"]).out;
    let before = state();
    let empty = folder.write("empty.csv", "member_no,mobile,sms_ok\n");
    let none = sync(&folder, &[&format!("members={empty}"), "--lang", "en"]);
    told_all(&none, &["lacks 3 of 3 known rows", "is the file whole?"]);
    let header = folder.write("header.csv", "order_no,member_no,ordered_at,paid\n");
    let lacking = sync(&folder, &[&format!("orders={header}"), "--lang", "en"]);
    told_all(&lacking, &["no column `status`", "no column `updated_at`"]);
    let named = sync(&folder, &["ordres=x.csv", "orders", "--lang", "en"]);
    told_all(&named, &["`orders` does not say which table a file holds"]);
    let named = sync(&folder, &["ordres=x.csv", "--lang", "en"]);
    told_all(&named, &["no table `ordres`", "did you mean `orders`?"]);
    assert_eq!(state(), before);
    let all =
        sync(&folder, &[&format!("members={empty}"), "--most-gone", "100", "--dry-run", "--json"]);
    assert_eq!(said(all)["tables"][0]["gone"], 3);
    assert_eq!(state(), before, "a trial records nothing");
}

#[test]
fn what_follows_is_in_one_transaction() {
    let folder = Folder::new();
    let first = said(night(&folder, 1, &["--follow", "--json"]));
    assert_eq!(first["applied"]["begun"]["customers"], 0);
    assert_eq!(first["applied"]["customers"], 3);
    let second = said(night(&folder, 2, &["--follow", "--json"]));
    // M-2 has no purchase any more: no buyer, but a stranger again.
    assert!(second["applied"]["changes"].as_u64().unwrap() > 0);
    let changes = said(ask(&folder, &["changes", "--json"]));
    let last: Vec<&Value> = changes["changes"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|change| change["customer"] == "M-2" && change["machine"] == "relationship")
        .collect();
    assert_eq!(last.last().unwrap()["from"], "new");
}
