//! Clocks that assessments set: the date until which a customer is still
//! expected, and instants too far ahead for anybody to be assessed until then.

use guanxi::engine::{self, Options};
use guanxi::error::Code;
use guanxi::facts::Seen;
use guanxi::facts::intake::{Lines, TableKind};
use guanxi::store::Store;
use guanxi::units::{Instant, Zone};
use guanxi::{Playbook, engine::Journey};

fn shop(assess: &str) -> Playbook {
    let text = r#"{
        "guanxi": 1, "id": "shop", "version": "1", "calendar": {"zone": "UTC"},
        "schema": {"events": {"purchase": {"list": "purchases"}, "call": {"list": "calls"}}},
        "machines": {"expected": {"initial": "on", "states": {
            "on": {"on": [{"at": "alive_until(0.5)", "to": "cold"}]},
            "cold": {"on": [{"event": "purchase", "to": "on"}, {"event": "call", "to": "on"}]}}}},
        "value": {
            "purchases": {"event": "purchase"},
            "model": {"timing": "mbg-nbd", "pinned": {"timing": {"r": 0.525, "alpha": 6.183, "a": 0.891, "b": 1.614}}},
            "assess": ASSESS}}"#;
    let playbook = Playbook::from_json(&text.replace("ASSESS", assess));
    playbook.unwrap_or_else(|error| panic!("{error}"))
}

fn store(playbook: &Playbook, facts: &[(&str, &str)]) -> Store {
    let rows = facts.iter().map(|(kind, at)| {
        format!("{{\"kind\": \"{kind}\", \"customer\": \"ann\", \"at\": \"{at}\"}}\n")
    });
    let kind = TableKind::Events;
    let lines = Lines::of("shop", &kind, None, playbook.schema(), &Zone::utc()).unwrap();
    let mut store = Store::in_memory(playbook.schema());
    store.append_lines(&lines, rows.collect::<String>().as_bytes(), Seen::Backfill).unwrap();
    store
}

fn states(journey: &Journey<'_>) -> Vec<(String, String)> {
    let steps = journey.history().into_iter();
    steps
        .map(|step| {
            (
                step.to.to_string(),
                step.at.map_or_else(String::new, |at| at.to_string()[..10].to_owned()),
            )
        })
        .collect()
}

/// Whoever comes back is not sent away by what was found before.
#[test]
fn a_date_of_before_the_state_does_not_end_it() {
    let playbook = shop(r#"{"every": "month", "on": ["purchase"]}"#);
    let facts = [("purchase", "2025-01-05T10:00:00Z"), ("purchase", "2025-08-10T10:00:00Z")];
    let store = store(&playbook, &facts);
    let until = |text: &str| Instant::parse(text).unwrap();
    let journey = store.journey(&playbook, until("2025-08-20T00:00:00Z"), None, "ann").unwrap();
    let told = states(&journey);
    let names: Vec<&str> = told.iter().map(|(state, _)| state.as_str()).collect();
    assert_eq!(names, ["on", "cold", "on"], "{told:?}");
    assert_eq!(told[2].1, "2025-08-10");
    // And the new date ends it in its turn.
    let journey = store.journey(&playbook, until("2027-01-01T00:00:00Z"), None, "ann").unwrap();
    let told = states(&journey);
    assert_eq!(told.last().unwrap().0, "cold", "{told:?}");
    assert!(told.last().unwrap().1.as_str() > "2025-08-20", "{told:?}");
}

/// Without an assessment at the purchase the one of the month sets the clock.
#[test]
fn until_the_next_assessment_nothing_ends_the_state() {
    let playbook = shop(r#"{"every": "month"}"#);
    let facts = [
        ("purchase", "2025-01-05T10:00:00Z"),
        ("call", "2025-06-03T09:00:00Z"),
        ("purchase", "2025-08-10T10:00:00Z"),
    ];
    let store = store(&playbook, &facts);
    let at = Instant::parse("2025-09-05T00:00:00Z").unwrap();
    let told = states(&store.journey(&playbook, at, None, "ann").unwrap());
    let names: Vec<&str> = told.iter().map(|(state, _)| state.as_str()).collect();
    assert_eq!(names, ["on", "cold", "on"], "{told:?}");
    assert_eq!(told[2].1, "2025-06-03");
}

#[test]
fn instants_too_far_ahead_are_refused_and_a_review_says_so() {
    let playbook = shop(r#"{"every": "day"}"#);
    let store = store(&playbook, &[("purchase", "2025-01-05T10:00:00Z")]);
    let columns = std::sync::Arc::new(store.columns(None).unwrap());
    let far = Instant::parse("9999-12-31T00:00:00Z").unwrap();
    let error = engine::value(&columns, &playbook, far, Options::default()).unwrap_err();
    assert_eq!(error.code(), Code::CostTooHigh);
    let review = engine::review(&columns, &playbook, far, None, Options::default());
    assert!(review.value.is_none());
    let note = review.notes.iter().find(|note| note.name == "value_unknown").expect("a note");
    assert!(note.text.en.contains("10000 times") && note.text.zh.contains("10000 次"), "{note:?}");
    let near = Instant::parse("2025-02-01T00:00:00Z").unwrap();
    let review = engine::review(&columns, &playbook, near, None, Options::default());
    assert!(review.value.is_some() && review.notes.is_empty(), "{:?}", review.notes);
}
