//! What may stand where somebody is writing.

use std::path::Path;

use guanxi::Playbook;
use guanxi::lang::complete::{Offer, complete};

fn shop() -> Playbook {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/retail.playbook.json");
    Playbook::from_json(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// What is offered at the end of a text, and what it replaces.
fn offered(source: &str) -> (String, Vec<String>) {
    let playbook = shop();
    let (from, offers) = complete(source, source.len(), &playbook.scope());
    (source[from..].to_owned(), offers.into_iter().map(|offer| offer.text).collect())
}

#[test]
fn names_fields_functions_and_labels_where_they_may_stand() {
    let has = |source: &str, wanted: &[&str], unwanted: &[&str]| {
        let (_, found) = offered(source);
        for name in wanted {
            assert!(found.iter().any(|it| it == name), "{source}: {name} not in {found:?}");
        }
        for name in unwanted {
            assert!(!found.iter().any(|it| it == name), "{source}: {name} in {found:?}");
        }
    };
    has("", &["region", "purchases", "now", "param.big_spend", "segment", "days"], &["within"]);
    has("children > 1 && ", &["region", "segment"], &["exists"]);
    has(
        "purchases.",
        &["within", "size", "sum", "exists", "last"],
        &["amount", "contains", "lower"],
    );
    has("name.", &["contains", "startsWith", "size"], &["within", "sum"]);
    has("purchases.last().", &["amount", "at", "shop"], &["within", "contains"]);
    has("purchases.within(days(90)).", &["size", "filter"], &["amount"]);
    has("purchases.exists(p, p.", &["amount", "at", "shop"], &["within"]);
    has("purchases.within(months(3)).filter(p, p.amount > 3 && p.", &["amount", "shop"], &["size"]);
    has("children > 1 && param.", &["big_spend", "at_risk_after"], &["region"]);
    has("region == '", &["华东", "华南"], &["region"]);
    has("region in ['华东', '", &["华东", "华南"], &[]);
    has("segment('", &["lapsed", "buyers"], &["region"]);
    has("startOf('", &["month", "fiscalYear"], &[]);
    has("purchases.exists(p, p.shop == '", &["门店"], &[]);
    has("nothing.", &[], &["size"]);
}

#[test]
fn what_is_written_is_what_is_replaced() {
    assert_eq!(offered("children > 1 && reg"), ("reg".to_owned(), vec!["region".to_owned()]));
    assert_eq!(offered("segment('lap"), ("lap".to_owned(), vec!["lapsed".to_owned()]));
    assert_eq!(offered("region == '华东"), ("华东".to_owned(), vec!["华东".to_owned()]));
    assert_eq!(offered("purchases.wi").1, ["within"]);
    let playbook = shop();
    let (_, offers) = complete("purchases.wi", 12, &playbook.scope());
    assert_eq!(offers[0].what, Offer::Function);
    assert!(!offers[0].help.zh.is_ascii() && !offers[0].help.en.is_empty());
}

#[test]
fn any_text_and_any_place_will_do() {
    let playbook = shop();
    let long = "purchases.filter(p, p.amount > 1).".repeat(300);
    let deep = "(".repeat(5_000) + "reg";
    for source in ["'", "\"\\", "华东.", "a.b.c.", "....", "]).", "in ['", "p, p.", &long, &deep]
    {
        for offset in [0, 1, 2, 3, source.len(), source.len() + 9] {
            let (from, _) = complete(source, offset, &playbook.scope());
            assert!(from <= source.len() && source.is_char_boundary(from), "{source}");
        }
    }
}
