//! `guanxi value`, `guanxi tier` and `guanxi tiers`: everybody, one customer, and
//! who moved.

use crate::golden::assert_golden;
use crate::support::{Folder, Run, run, shop};

/// A small shop with pinned models, so that every number can be checked by hand
/// or with `guanxi predict`.
const PLAYBOOK: &str = r#"{
    "guanxi": 1, "id": "kiosk", "version": "1", "labels": {"zh-Hans": "报亭", "en": "kiosk"},
    "calendar": {"zone": "Asia/Shanghai"},
    "schema": {"events": {
        "purchase": {"list": "purchases", "fields": {"amount": {"type": "money", "currency": "CNY"}}},
        "complaint": {"list": "complaints"},
        "call": {"list": "calls"}}},
    "value": {
        "purchases": {"event": "purchase", "amount": "amount"},
        "model": {"timing": "bg-nbd", "spend": "gamma-gamma",
            "pinned": {"timing": {"r": 0.243, "alpha": 4.414, "a": 0.793, "b": 2.426},
                       "spend": {"p": 6.25, "q": 3.74, "v": 15.44}}},
        "money": {"margin": "0.40", "discount_per_year": "0.10", "horizon": "months(6)",
                  "costs": {"calls": {"event": "call", "each": "3.00"}}},
        "axes": {
            "worth": {"labels": {"zh-Hans": "价值", "en": "worth"},
                      "from": "value('future_value')", "curve": [["0", 0], ["20", 50], ["100", 100]]},
            "mood": {"labels": {"zh-Hans": "满意度", "en": "mood"}, "points": [
                {"name": "rhythm", "from": "value('rhythm')", "weight": 1, "curve": [["0.05", 0], ["0.60", 100]]},
                {"name": "complaints", "from": "faded(complaints, days(60))", "weight": 2, "curve": [[0, 100], [2, 0]]}]}},
        "favours": {"received": {"orders": {"from": "purchases.size()", "worth": "1.5"}},
                    "given": {"calls": {"from": "calls.size()", "worth": "1"}}},
        "assess": {"every": "month", "on": ["complaint"]},
        "cuts": {"half": {"of": "value('future_value')", "share": "0.50"}},
        "tiers": [
            {"name": "gold", "labels": {"zh-Hans": "金", "en": "gold"},
             "when": "value('future_value') >= cut('half') && axis('mood') >= 50",
             "treatment": {"action": "call every month", "contacts_per_month": 1}},
            {"name": "plain", "labels": {"zh-Hans": "普通", "en": "plain"}, "when": "true"}]}}"#;

const EVENTS: &str = "kind,customer,at,amount
purchase,C-1,2026-01-05,20.00
purchase,C-1,2026-01-19,26.00
purchase,C-1,2026-02-11,31.50
purchase,C-1,2026-03-03,28.00
call,C-1,2026-03-04,
purchase,C-2,2026-01-08,12.00
purchase,C-2,2026-02-20,14.50
complaint,C-2,2026-03-10,
purchase,C-3,2026-01-15,90.00
call,C-4,2026-02-01,
";

fn asked(folder: &Folder, words: &[&str]) -> Run {
    let playbook = folder.write("playbook.json", PLAYBOOK);
    let events = folder.write("events.csv", EVENTS);
    let facts = ["--playbook", &playbook, "--events", &events];
    run([words, &facts[..]].concat())
}

#[test]
fn what_everybody_is_worth_is_a_page_json_and_csv() {
    let folder = Folder::new();
    assert_golden("value.zh.txt", &asked(&folder, &["value", "--lang", "zh"]));
    assert_golden("value.csv", &asked(&folder, &["value", "--csv"]));
    let said = asked(&folder, &["value", "--json", "--top", "1"]).json();
    assert_eq!(said["customers"].as_array().unwrap().len(), 4);
    assert_eq!(said["key_accounts"][0]["customer"], "C-1");
    let tiers = said["value"]["tiers"].as_array().unwrap();
    let customers: u64 = tiers.iter().map(|tier| tier["customers"].as_u64().unwrap()).sum();
    assert_eq!(customers + said["value"]["outside"].as_u64().unwrap(), 4);
}

/// A figure is what `guanxi predict` says of the same few numbers.
#[test]
fn figures_are_those_of_a_prediction() {
    let folder = Folder::new();
    let said = asked(&folder, &["value", "--json"]).json();
    let found = said["customers"].as_array().unwrap();
    let figures = &found.iter().find(|it| it["customer"] == "C-1").unwrap()["figures"];
    // The last assessment is that of 1 March, before which the last whole day is
    // 28 February: 54 days after the first purchase, 37 after it the last one.
    let row =
        format!("id,frequency,recency,T,monetary\nC-1,2,{},{},28.75\n", 37.0 / 7.0, 54.0 / 7.0);
    let rows = folder.write("cbs.csv", row);
    let words = ["predict", "bg-nbd", &rows, "--horizon", "26", "--json", "--params"];
    let told = run([&words[..], &[r#"{"r":0.243,"alpha":4.414,"a":0.793,"b":2.426}"#]].concat());
    let alive = told.json()["customers"][0]["p_alive"].as_f64().unwrap();
    assert_eq!(figures["p_alive"], format!("{alive:.4}"), "{figures}");
}

#[test]
fn one_customer_is_explained() {
    let folder = Folder::new();
    assert_golden("tier.en.txt", &asked(&folder, &["tier", "C-1"]));
    assert_golden("tier.zh.txt", &asked(&folder, &["tier", "C-2", "--lang", "zh"]));
    let said = asked(&folder, &["tier", "C-2", "--json"]).json();
    let shares = said["chances"]["tiers"].as_array().unwrap().iter();
    let sum: f64 = shares.map(|it| it["percent"].as_str().unwrap().parse::<f64>().unwrap()).sum();
    assert!((sum - 100.0).abs() < 1e-9, "{said}");
    let unknown = asked(&folder, &["tier", "C-9"]);
    assert_eq!((unknown.code, unknown.out.as_str()), (1, ""), "{unknown:?}");
    assert!(unknown.err.contains("C-9"), "{unknown:?}");
}

#[test]
fn moves_between_tiers_balance() {
    let folder = Folder::new();
    assert_golden("tiers.en.txt", &asked(&folder, &["tiers", "--from", "2026-01-31"]));
    let words = ["tiers", "--from", "2026-01-31", "--to", "2026-03-31", "--json"];
    let said = asked(&folder, &words).json();
    let cells = said["matrix"].as_array().unwrap();
    let customers: u64 = cells.iter().map(|cell| cell["customers"].as_u64().unwrap()).sum();
    assert_eq!(customers, 4, "{said}");
    let turned = asked(&folder, &["tiers", "--from", "2026-03-31", "--to", "2026-01-31"]);
    assert_eq!(turned.code, 1, "{turned:?}");
}

/// From a store one customer is what everybody's review says.
#[test]
fn a_store_tells_the_same_of_one_as_of_all() {
    let folder = Folder::new();
    let (playbook, events) =
        (folder.write("playbook.json", PLAYBOOK), folder.write("events.csv", EVENTS));
    let db = folder.text("kiosk.db");
    let done =
        run(["import", "--db", &db, "--playbook", &playbook, "--events", &events, "--backfill"]);
    assert_eq!(done.code, 0, "{done:?}");
    let told = run(["value", "--db", &db, "--playbook", &playbook, "--json"]).json();
    for customer in told["customers"].as_array().unwrap() {
        let id = customer["customer"].as_str().unwrap();
        let page = run(["customer", id, "--db", &db, "--playbook", &playbook, "--json"]).json();
        let tier = page["value"]["tier"]["tier"].as_str();
        assert_eq!(tier, customer["tier"].as_str(), "{page}");
        for figure in page["value"]["figures"].as_array().unwrap() {
            let name = figure["figure"].as_str().unwrap();
            assert_eq!(figure["value"], customer["figures"][name], "{id} {name}");
        }
    }
}

#[test]
fn a_playbook_that_decides_nothing_about_value_is_told() {
    for words in [&["value"][..], &["tier", "C-1"], &["tiers", "--from", "2026-01-01"]] {
        let playbook = shop("playbook.json").display().to_string();
        let events = shop("events.csv").display().to_string();
        let said = run([words, &["--playbook", &playbook, "--events", &events]].concat());
        assert_eq!((said.code, said.out.as_str()), (1, ""), "{said:?}");
        assert!(said.err.contains("no section `value`"), "{said:?}");
    }
}
