//! Questions to the engine through the public interface.

use guanxi::Playbook;
use guanxi::engine::{Options, query};
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
