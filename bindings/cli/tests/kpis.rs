//! `guanxi kpi`: on the records of CDNOW, and every way to ask wrongly.

use std::path::Path;

use crate::golden::assert_golden;
use crate::support::{Run, run};

/// A question about the records that come with the repository.
fn cdnow(words: &[&str]) -> Run {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/cdnow");
    let file = |name: &str| folder.join(name).to_string_lossy().into_owned();
    let (playbook, mapping, events) =
        (file("playbook.json"), file("mapping.json"), file("events.csv"));
    let of = ["--playbook", &playbook, "--mapping", &mapping, "--events", &events];
    run([&["kpi"], words, &of].concat())
}

#[test]
fn what_was_achieved_is_a_page_and_json() {
    let words =
        ["value", "net_revenue", "second_purchase", "--from", "1997-03", "--period", "1997-04"];
    assert_golden("kpi_value.en.txt", &cdnow(&words));
    let told = cdnow(&["value", "net_revenue", "--period", "1998-06", "--json"]).json();
    let period = &told["kpis"][0]["periods"][0];
    // All 2,043 orders of June 1998 in the file.
    assert_eq!(period["whole"]["shown"], "76109.30 USD");
    assert_eq!((&period["period"], &period["so_far"]), (&"1998-06".into(), &false.into()));
    let parts = cdnow(&["value", "orders", "--by", "purchases.size() >= 5", "--json"]).json();
    let period = &parts["kpis"][0]["periods"][0];
    let groups: f64 =
        period["groups"].as_array().unwrap().iter().map(|it| it["value"].as_f64().unwrap()).sum();
    assert_eq!((groups, period["whole"]["value"].as_f64()), (2043.0, Some(2043.0)));
}

#[test]
fn a_scorecard_and_a_reason_are_pages() {
    assert_golden(
        "kpi_scorecard.zh.txt",
        &cdnow(&["scorecard", "--period", "1998-05", "--lang", "zh"]),
    );
    let words = [
        "why",
        "average_order_value",
        "--from",
        "1998-Q1",
        "--to",
        "1998-Q2",
        "--by",
        "purchases.size() >= 5",
    ];
    assert_golden("kpi_why.en.txt", &cdnow(&words));
    let words_of_orders = ["order-value", "--from", "1997-Q2", "--to", "1998-Q2"];
    assert_golden("kpi_order_value.en.txt", &cdnow(&words_of_orders));
    assert_golden(
        "kpi_order_value.zh.txt",
        &cdnow(&[&words_of_orders[..], &["--lang", "zh"]].concat()),
    );
    let told = cdnow(&[&words[..], &["--json"]].concat()).json();
    let parts = told["by"][0]["parts"].as_array().unwrap();
    let sum: f64 =
        parts.iter().map(|it| it["total"].as_str().unwrap().parse::<f64>().unwrap()).sum();
    let change: f64 = told["change"].as_str().unwrap().parse().unwrap();
    assert!((sum - change).abs() < 1e-6, "{sum} {change}");
}

#[test]
fn what_is_asked_wrongly_says_how_to_ask() {
    for (words, code, says) in [
        (&["value", "nett_revenue"][..], "unknown_kpi", "`net_revenue`"),
        (&["value", "orders", "--period", "1998-6"], "malformed_value", "2026-Q2"),
        (
            &["value", "orders", "--from", "1998-05", "--period", "1998-02"],
            "invalid_argument",
            "alike",
        ),
        (
            &["value", "orders", "--by", "purchases.sum(p, p.amount)"],
            "type_mismatch",
            "found an amount",
        ),
        (&["scorecard", "shopp"], "unknown_reference", "`shop`"),
        (&["scorecard", "--period", "1998-07"], "invalid_argument", "so far"),
        (
            &["why", "order_size", "--from", "1998-01", "--to", "1998-02", "--by", "true"],
            "invalid_argument",
            "by group",
        ),
        (
            &["order-value", "--from", "1998-01", "--to", "1998-02", "--line", "colour"],
            "unknown_name",
            "/line",
        ),
    ] {
        let said = cdnow(words);
        assert_eq!(said.code, 1, "{words:?}");
        assert!(said.err.contains(code) && said.err.contains(says), "{words:?}: {}", said.err);
    }
}
