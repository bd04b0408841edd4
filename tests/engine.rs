//! Questions to the engine through the public interface.

use guanxi::Playbook;
use guanxi::engine::{Options, query, review};
use guanxi::error::Language;
use guanxi::facts::{Body, Correction, Fact, Seen, Snapshot, Value};
use guanxi::lang::explain::Joint;
use guanxi::store::Store;
use guanxi::units::Instant;

const PLAYBOOK: &str = r#"{
    "guanxi": 1, "id": "shop", "version": "1", "calendar": {"zone": "Asia/Shanghai"},
    "parameters": {"window": {"type": "period", "value": "days(90)"}},
    "schema": {"events": {"purchase": {"list": "purchases"}}},
    "segments": {
        "active": {"when": "purchases.within(param.window).size() >= 2"},
        "known": {"when": "!segment('active') && purchases.size() >= 1"}
    }
}"#;

#[test]
fn an_explanation_goes_into_the_segments_it_names() {
    let playbook = Playbook::from_json(PLAYBOOK).unwrap();
    let mut store = Store::in_memory(playbook.schema());
    let fact = Fact {
        source: "shop".into(),
        id: "o1".into(),
        customer: "C-1".into(),
        at: Some(Instant::parse("2026-01-05T10:00:00+08:00").unwrap()),
        revision: None,
        correction: Correction::None,
        body: Body::Event { kind: 0, fields: vec![] },
    };
    store.append(vec![fact], Seen::Backfill).unwrap();
    let as_of = Instant::parse("2026-02-01T00:00:00+08:00").unwrap();
    let view = store.customer(&playbook, as_of, "C-1").unwrap();
    let known = view.segments.iter().find(|segment| &*segment.segment == "known").unwrap();
    assert_eq!(known.member, Some(true));
    let not = &known.explanation.parts[0];
    let active = &not.parts[0];
    assert_eq!(active.joint, Joint::Segment);
    let inside = &active.parts[0];
    assert!(!inside.holds());
    assert_eq!(inside.text, "purchases.within(param.window).size() >= 2");
    let said = inside.say(Language::En);
    assert!(said.contains("`param.window` is 90 days"), "{said}");
    assert!(inside.say(Language::Zh).contains("`param.window` 为 90 天"));
}

#[test]
fn a_query_notes_what_its_segments_read() {
    let playbook = Playbook::from_json(
        r#"{"guanxi": 1, "id": "shop", "version": "1", "calendar": {"zone": "UTC"},
            "schema": {"attributes": {"vip": {"type": "bool"}, "old": {"type": "bool"}},
                       "events": {"purchase": {"list": "purchases"}}},
            "segments": {"inner": {"when": "vip"}, "outer": {"when": "!segment('inner')"}}}"#,
    )
    .unwrap();
    let day = |day: i64| Instant::from_micros(day * 86_400_000_000).unwrap();
    let fact = |id: &str, at, body| Fact {
        source: "shop".into(),
        id: id.into(),
        customer: "C-1".into(),
        at,
        revision: None,
        correction: Correction::None,
        body,
    };
    let of = |name| playbook.schema().attribute(name).unwrap();
    let known = ["vip", "old"].map(|name| (of(name), Some(Value::Bool(true)))).to_vec();
    let facts = vec![
        fact("1", None, Body::Attributes(known)),
        fact("2", Some(day(9)), Body::Event { kind: 0, fields: vec![] }),
    ];
    let mut store = Store::in_memory(playbook.schema());
    store.append(facts, Seen::Backfill).unwrap();
    let columns = store.columns(None).unwrap();
    let notes = |expression: &str, as_of| {
        let snapshot = Snapshot::new(&columns, as_of);
        let query = query(&snapshot, &playbook, expression, Options::default()).unwrap();
        let answer = query.answer(Options::default());
        let notes = query.found(&answer).notes.into_iter();
        notes.map(|note| note.text.say(Language::En).to_owned()).collect::<Vec<_>>()
    };
    let told = notes("segment('outer')", day(5));
    assert!(told[0].ends_with("values are used for: vip"), "{told:?}");
    assert_eq!((told.len(), notes("purchases.size() == 0", day(5)).len()), (2, 1));
    assert!(notes("segment('outer')", day(9)).is_empty());
}

/// A playbook whose names are not in the order of the alphabet.
const WRITTEN: &str = r#"{
    "guanxi": 1, "id": "shop", "version": "1", "calendar": {"zone": "UTC"},
    "segments": {"worth_a_call": {"when": "true"}, "all": {"when": "true"}},
    "schema": {
        "events": {"visit": {"list": "visits"}, "call": {"list": "calls"}},
        "attributes": {"region": {"type": "text", "nullable": true,
                                  "labels": {"zh-Hans": "大区"}},
                       "age": {"type": "int", "nullable": true}}}
}"#;

fn visit(kind: usize, at: Instant) -> Fact {
    Fact {
        source: "shop".into(),
        id: kind.to_string().into(),
        customer: "C-1".into(),
        at: Some(at),
        revision: None,
        correction: Correction::None,
        body: Body::Event { kind, fields: vec![] },
    }
}

#[test]
fn a_customer_is_shown_in_the_order_of_the_document() {
    let playbook = Playbook::from_json(WRITTEN).unwrap();
    let at = Instant::parse("2026-01-05T10:00:00Z").unwrap();
    let mut store = Store::in_memory(playbook.schema());
    store.append(vec![visit(0, at), visit(1, at)], Seen::Backfill).unwrap();
    let view = store.customer(&playbook, at, "C-1").unwrap();
    let attributes: Vec<&str> = view.attributes.iter().map(|it| &*it.attribute).collect();
    let events: Vec<&str> = view.events.iter().map(|it| &*it.kind).collect();
    let segments: Vec<&str> = view.segments.iter().map(|it| &*it.segment).collect();
    assert_eq!(attributes, ["region", "age"]);
    assert_eq!(events, ["visit", "call"]);
    assert_eq!(segments, ["worth_a_call", "all"]);
}

#[test]
fn a_label_that_nobody_gave_is_the_other_one_or_the_name() {
    let playbook = Playbook::from_json(WRITTEN).unwrap();
    let at = Instant::parse("2026-01-05T10:00:00Z").unwrap();
    let mut store = Store::in_memory(playbook.schema());
    store.append(vec![visit(0, at)], Seen::Backfill).unwrap();
    let review = store.review(&playbook, at).unwrap();
    let labels = review.attributes.iter().map(|it| (it.label.en.as_str(), it.label.zh.as_str()));
    assert_eq!(labels.collect::<Vec<_>>(), [("age", "age"), ("大区", "大区")]);
    assert_eq!(review.kinds[0].label.en, "call");
    assert_eq!(review.segments[0].label.zh, "all");
}

#[test]
fn where_no_fact_has_a_date_nothing_speaks_for_an_instant() {
    let playbook = Playbook::from_json(WRITTEN).unwrap();
    let mut store = Store::in_memory(playbook.schema());
    assert_eq!(store.default_as_of(&playbook).unwrap(), None);
    let now = Instant::parse("2026-01-05T10:00:00Z").unwrap();
    let review = store.review(&playbook, now).unwrap();
    assert_eq!(review.notes.iter().map(|it| it.name).collect::<Vec<_>>(), ["no_facts"]);
    let undated = Body::Attributes(vec![(0, Some(Value::Int(7)))]);
    let undated = Fact { at: None, body: undated, ..visit(0, now) };
    store.append(vec![undated], Seen::Backfill).unwrap();
    assert_eq!(store.default_as_of(&playbook).unwrap(), None);
    let review = store.review(&playbook, now).unwrap();
    assert_eq!((review.customers, review.notes.len()), (1, 0));
    store.append(vec![visit(1, now)], Seen::Backfill).unwrap();
    let midnight = Instant::parse("2026-01-06T00:00:00Z").unwrap();
    assert_eq!(store.default_as_of(&playbook).unwrap(), Some(midnight));
}

#[test]
fn after_a_fact_of_the_last_day_there_is_no_midnight() {
    for (zone, at) in [
        ("UTC", "9999-12-31T10:00:00Z"),
        ("UTC", "9999-12-31T23:59:59.999999Z"),
        ("Asia/Shanghai", "9999-12-31T15:59:59Z"),
        ("Asia/Shanghai", "9999-12-31T23:00:00Z"),
        ("America/New_York", "9999-12-31T23:00:00Z"),
        ("UTC", "0001-01-01T00:00:00Z"),
    ] {
        let text = WRITTEN.replace(r#""UTC""#, &format!(r#""{zone}""#));
        let playbook = Playbook::from_json(&text).unwrap();
        let mut store = Store::in_memory(playbook.schema());
        let at = Instant::parse(at).unwrap();
        store.append(vec![visit(0, at)], Seen::Backfill).unwrap();
        let as_of = store.default_as_of(&playbook).unwrap().unwrap();
        assert!(at <= as_of, "{zone} {at}: {as_of}");
        let review = store.review(&playbook, as_of).unwrap();
        assert_eq!((review.customers, review.events), (1, 1), "{zone} {at}");
    }
}

#[test]
fn what_was_learnt_later_is_not_said_to_be_nothing() {
    let playbook = Playbook::from_json(WRITTEN).unwrap();
    let at = Instant::parse("2026-01-05T10:00:00Z").unwrap();
    let mut store = Store::in_memory(playbook.schema());
    store.append(vec![visit(0, at)], Seen::At(at)).unwrap();
    let before = Instant::parse("2020-01-01T00:00:00Z").unwrap();
    let columns = std::sync::Arc::new(store.columns(Some(before)).unwrap());
    let options = Options::default();
    let review = review(&columns, &playbook, at, Some(before), options);
    let snapshot = Snapshot::new(&columns, at);
    let query = query(&snapshot, &playbook, "true", options).unwrap().known_at(Some(before));
    for note in [&review.notes[0], &query.notes()[0]] {
        assert_eq!((note.name, note.until), ("no_facts", Some(before)));
        let said = "nothing had been learnt about any customer by 2020-01-01T00:00:00Z";
        assert!(note.text.en.starts_with(said), "{note:?}");
        assert!(note.text.zh.starts_with("截至 2020-01-01T00:00:00Z 尚未获知"), "{note:?}");
    }
}
