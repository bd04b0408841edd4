//! Questions to the engine through the public interface.

use guanxi::Playbook;
use guanxi::error::Language;
use guanxi::facts::{Body, Correction, Fact, Seen};
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
