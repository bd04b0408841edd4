//! Restricting customers: what is held is kept, and no answer is about them.

use std::sync::Arc;

use guanxi::engine::ask::{About, segment};
use guanxi::engine::segment::{AudienceAsked, audience};
use guanxi::engine::{Command, Options};
use guanxi::error::Language;
use guanxi::facts::intake::{Lines, TableKind};
use guanxi::facts::{Columns, Override, Seen};
use guanxi::store::{Signature, Store};
use guanxi::units::Instant;
use guanxi::{Code, Playbook};
use serde_json::{Value, json};

use crate::support::Folder;

fn playbook() -> Playbook {
    Playbook::from_json(
        r#"{"guanxi": 1, "id": "shop", "version": "1", "calendar": {"zone": "UTC"},
        "schema": {
            "attributes": {"mobile": {"type": "contact", "channel": "sms", "nullable": true, "personal": true}},
            "events": {"purchase": {"list": "purchases"}},
            "consent": {"purposes": ["marketing"], "channels": ["sms"]}},
        "segments": {"buyers": {"when": "purchases.size() > 0"}},
        "machines": {"relationship": {"initial": "prospect", "states": {
            "prospect": {"on": [{"event": "purchase", "to": "buyer"}]},
            "buyer": {"on": [{"silent": "days(10)", "to": "lost",
                "effects": [{"do": "win_back", "undo": "leave_in_peace"}]}]},
            "lost": {"on": [{"event": "purchase", "to": "buyer"}]}}}}}"#,
    )
    .unwrap()
}

fn day(day: u32) -> Instant {
    Instant::parse(&format!("2026-03-{day:02}T00:00:00Z")).unwrap()
}

fn tell(store: &mut Store, playbook: &Playbook, facts: &[Value]) {
    let zone = playbook.calendar().zone();
    let lines = Lines::of("events", &TableKind::Events, None, playbook.schema(), zone).unwrap();
    let told: String = facts.iter().map(|fact| format!("{fact}\n")).collect();
    let report = store.append_lines(&lines, told.as_bytes(), Seen::Backfill).unwrap();
    assert!(report.not_recorded.is_empty(), "{:?}", report.not_recorded);
}

fn about(id: &str) -> Vec<Value> {
    vec![
        json!({"customer": id, "at": "2026-03-01", "id": format!("a-{id}"), "attributes": {"mobile": "13912345678"}}),
        json!({"customer": id, "at": "2026-03-01", "id": format!("c-{id}"),
               "consent": {"purpose": "marketing", "channel": "sms", "granted": true}}),
        json!({"customer": id, "kind": "purchase", "at": "2026-03-02", "id": format!("o-{id}")}),
    ]
}

/// The same in memory and in a file.
fn each(check: impl Fn(Store, &Playbook)) {
    let (folder, playbook) = (Folder::new(), playbook());
    check(Store::in_memory(playbook.schema()), &playbook);
    check(Store::open(folder.file("crm.db"), playbook.schema()).unwrap(), &playbook);
}

/// What columns say but for whom they leave out.
fn bare(columns: Columns) -> Columns {
    Columns { restricted: Vec::new(), ..columns }
}

#[test]
fn answers_are_as_if_the_facts_were_not_there() {
    each(|mut store, playbook| {
        // The last first, so that its facts have the same numbers in both stores.
        for id in ["C", "A", "B"] {
            tell(&mut store, playbook, &about(id));
        }
        tell(
            &mut store,
            playbook,
            &[json!({"customer": "B", "id": "m", "at": "2026-03-03", "merge": {"into": "A"}})],
        );
        let mut without = Store::in_memory(playbook.schema());
        tell(&mut without, playbook, &about("C"));
        let before = store.columns(None).unwrap();
        let version = store.version().unwrap();
        let done = store.restrict("A", day(4)).unwrap();
        assert_eq!(
            (done.customers.as_slice(), done.changed),
            (&["A".into(), "B".into()][..], true)
        );
        // No fact was touched.
        assert_eq!(store.version().unwrap(), version);
        assert_eq!(store.customer_facts("A", None).unwrap().len(), 7);
        for known_at in [None, Some(day(20))] {
            let columns = store.columns(known_at).unwrap();
            assert_eq!(columns.restricted, ["A".into(), "B".into()]);
            assert_eq!(bare(columns), without.columns(known_at).unwrap());
            let asked = ["A", "C"];
            let columns = store.customer_columns(&asked, known_at).unwrap();
            assert_eq!(bare(columns), without.customer_columns(&asked, known_at).unwrap());
        }
        // What comes in later is recorded, and left out too; so is who is merged in later.
        tell(
            &mut store,
            playbook,
            &[json!({"customer": "A", "kind": "purchase", "at": "2026-03-05", "id": "o-9"})],
        );
        tell(&mut store, playbook, &about("D"));
        tell(
            &mut store,
            playbook,
            &[json!({"customer": "D", "id": "m2", "at": "2026-03-06", "merge": {"into": "A"}})],
        );
        assert_eq!(bare(store.columns(None).unwrap()), without.columns(None).unwrap());
        // Who turns out to be somebody else is not.
        tell(
            &mut store,
            playbook,
            &[json!({"customer": "D", "id": "m3", "at": "2026-03-07", "retracts": "m2"})],
        );
        assert_eq!(store.columns(None).unwrap().customers, ["C".into(), "D".into()]);
        // The same again changes nothing.
        assert!(!store.restrict("B", day(8)).unwrap().changed);
        assert_eq!(store.restrictions().unwrap()[1].since, day(4));
        assert!(store.lift_restriction("B", day(9)).unwrap().changed);
        assert!(!store.lift_restriction("A", day(9)).unwrap().changed);
        let after = store.columns(None).unwrap();
        assert_eq!(after.restricted, Vec::<Box<str>>::new());
        assert_eq!(after.customers.len(), before.customers.len() + 1);
        assert!(store.verify().unwrap().is_sound());
    });
}

#[test]
fn questions_about_one_customer_say_why_there_is_no_answer() {
    each(|mut store, playbook| {
        tell(&mut store, playbook, &about("A"));
        tell(&mut store, playbook, &about("C"));
        store.restrict("A", day(4)).unwrap();
        let at = day(5);
        let columns = store.columns(None).unwrap();
        let pin = |customer: &str| Command::Override {
            customer: customer.into(),
            decision: Override {
                machine: "relationship".into(),
                state: Some("lost".into()),
                pinned: false,
                until: None,
                actor: "li".into(),
                reason: "moved".into(),
            },
        };
        let merge = Command::Merge { from: "C".into(), into: "A".into() };
        let refused = [
            store.customer(playbook, at, "A").map(drop),
            store.journey(playbook, at, None, "A").map(drop),
            guanxi::engine::customer(&columns, playbook, at, "A").map(drop),
            store.command(playbook, &pin("A"), at, Seen::At(at)).map(drop),
            store.command(playbook, &merge, at, Seen::At(at)).map(drop),
        ];
        for answer in refused {
            let error = answer.unwrap_err();
            assert_eq!(error.code(), Code::RestrictedSubject, "{error}");
        }
        assert_eq!(store.restrict("nobody", at).unwrap_err().code(), Code::UnknownCustomer);
        assert!(store.customer(playbook, at, "C").is_ok());
        // A correction is the person's right.
        let back = Command::Retract { source: "events".into(), id: "o-A".into() };
        let source = store.customer_facts("A", None).unwrap()[0].fact.source.clone();
        let back = match back {
            Command::Retract { id, .. } => Command::Retract { source, id },
            other => other,
        };
        store.command(playbook, &back, at, Seen::At(at)).unwrap();
        assert_eq!(store.customer_facts("A", None).unwrap().len(), 2);
    });
}

#[test]
fn what_is_held_is_handed_out_and_nothing_that_is_decided() {
    each(|mut store, playbook| {
        tell(&mut store, playbook, &about("A"));
        store.restrict("A", day(4)).unwrap();
        let person = store.export_person(playbook, day(5), None, "A").unwrap();
        let lines: Vec<Value> =
            person.lines(Language::En).map(|line| serde_json::from_str(&line).unwrap()).collect();
        let of = |what: &str| lines.iter().filter(|line| line["line"] == what).count();
        assert_eq!(lines[0]["restricted"], true);
        assert_eq!((of("attribute"), of("consent"), of("fact")), (1, 1, 3));
        assert_eq!((of("state"), of("step"), of("segment"), of("value")), (0, 0, 0, 0));
        store.lift_restriction("A", day(6)).unwrap();
        let person = store.export_person(playbook, day(7), None, "A").unwrap();
        let start = person.lines(Language::En).next().unwrap();
        assert!(!start.contains("restricted"));
    });
}

#[test]
fn nobody_restricted_is_contacted_and_lists_say_how_many_are_left_out() {
    each(|mut store, playbook| {
        for id in ["A", "C"] {
            tell(&mut store, playbook, &about(id));
        }
        let asked = AudienceAsked {
            segment: "buyers".into(),
            purpose: "marketing".into(),
            channels: vec!["sms".into()],
            ..AudienceAsked::default()
        };
        let make = |store: &Store| {
            let columns = store.columns(None).unwrap();
            audience(&columns, playbook, &asked, (day(5), None, None), Options::default()).unwrap()
        };
        let before = json!(make(&store));
        assert_eq!(before["customers"].as_array().unwrap().len(), 2);
        assert!(before.get("restricted").is_none());
        store.restrict("A", day(4)).unwrap();
        let after = json!(make(&store));
        assert_eq!((&after["restricted"], &after["matched"]), (&json!(1), &json!(1)));
        assert_eq!(after["customers"], json!([{"customer": "C", "channel": "sms"}]));
        assert!(!after.to_string().contains("\"A\""));
        // A review says so, of the past too.
        for at in [day(3), day(5)] {
            let review = json!(store.review(playbook, at).unwrap());
            assert_eq!(
                (&review["customers"], &review["notes"][0]["name"]),
                (&json!(1), &json!("restricted"))
            );
        }
        let question = guanxi::json::parse(br#"{"ask": "list"}"#).unwrap();
        let about = About {
            store: &store,
            playbook,
            as_of: Some(day(5)),
            known_at: None,
            language: Language::En,
            options: Options::default(),
        };
        assert!(segment(&about, None, &question).unwrap().contains("left out of all of this"));
    });
}

#[test]
fn effects_stop_at_once_are_taken_back_and_come_again() {
    each(|mut store, playbook| {
        for id in ["A", "C"] {
            tell(&mut store, playbook, &about(id));
        }
        store.advance(playbook, day(5), 100).unwrap();
        store.advance(playbook, day(15), 100).unwrap();
        assert_eq!(store.n_effects().unwrap(), 2);
        let asked = store.effects(0, 9).unwrap();
        store.restrict("A", day(15)).unwrap();
        let pending = store.effects(0, 9).unwrap();
        assert_eq!((pending.len(), store.n_effects().unwrap()), (1, 1));
        assert_eq!(&*pending[0].customer, "C");
        // Then they are taken back, and the host is told that the customer is there no more.
        let after = store.changes(0, 99).unwrap().last().unwrap().sequence;
        let settled = store.advance(playbook, day(15), 100).unwrap();
        assert_eq!((settled.taken_back, settled.effects, settled.waiting), (1, 0, 0));
        assert!(store.changes(after, 99).unwrap().iter().all(|change| &*change.customer == "A"));
        let pending = store.effects(0, 9).unwrap();
        let mine = asked.iter().find(|it| &*it.customer == "A").unwrap();
        assert_eq!(pending[1].compensates.as_ref(), Some(&mine.id));
        assert!(store.recompute(playbook).unwrap().agrees());
        // Nothing new is asked for meanwhile.
        tell(
            &mut store,
            playbook,
            &[json!({"customer": "A", "kind": "purchase", "at": "2026-03-16", "id": "o-9"})],
        );
        let settled = store.advance(playbook, day(28), 100).unwrap();
        assert_eq!((settled.effects, store.n_effects().unwrap()), (0, 2));
        store.lift_restriction("A", day(28)).unwrap();
        let settled = store.advance(playbook, day(28), 100).unwrap();
        // For the silence before, and for the one since.
        assert_eq!((settled.effects, settled.taken_back), (2, 0));
        assert!(store.recompute(playbook).unwrap().agrees());
    });
}

#[test]
fn it_is_entered_into_the_audit_trail_and_an_erasure_forgets_it() {
    each(|mut store, playbook| {
        tell(&mut store, playbook, &about("A"));
        tell(&mut store, playbook, &about("C"));
        store.sign(Some(Signature::of("li", "says the mobile is wrong")));
        store.restrict("A", day(4)).unwrap();
        store.restrict("A", day(5)).unwrap();
        store.lift_restriction("A", day(6)).unwrap();
        let trail = store.trail(Some("A"), 0, 9).unwrap();
        let acts: Vec<&str> = trail.iter().map(|it| &*it.act).collect();
        assert_eq!(acts, ["restrict", "lift_restriction"]);
        assert_eq!((trail[0].actor.as_deref(), trail[0].at), (Some("li"), day(4)));
        store.restrict("A", day(7)).unwrap();
        store.erase("A", day(8)).unwrap();
        assert!(store.restrictions().unwrap().is_empty());
        assert_eq!(store.restrict("A", day(9)).unwrap_err().code(), Code::UnknownCustomer);
        assert!(store.verify().unwrap().is_sound());
        assert!(store.review(playbook, day(9)).unwrap().customers == 1);
    });
}

#[test]
fn what_fails_as_a_whole_restricts_nobody() {
    each(|mut store, playbook| {
        tell(&mut store, playbook, &about("A"));
        let failed = store.apply_with(playbook, day(5), |store| {
            store.restrict("A", day(5))?;
            store.restrict("nobody", day(5))
        });
        assert!(failed.is_err());
        assert!(store.restrictions().unwrap().is_empty());
        assert!(store.trail(None, 0, 9).unwrap().is_empty());
    });
}

#[test]
fn it_can_be_asked_for_as_a_document() {
    let playbook = Arc::new(playbook());
    let mut store = Store::in_memory(playbook.schema());
    tell(&mut store, &playbook, &about("A"));
    let mut ask = |question: Value, now: Option<Instant>| {
        let question = guanxi::json::parse(question.to_string().as_bytes()).unwrap();
        guanxi::engine::ask::follow(&mut store, &playbook, now, &question, Language::En)
    };
    let restrict = json!({"ask": "restrict", "customer": "A", "actor": "li", "reason": "asked"});
    assert_eq!(ask(restrict.clone(), None).unwrap_err().code(), Code::InvalidArgument);
    assert_eq!(ask(restrict, Some(day(4))).unwrap(), r#"{"customers":["A"],"changed":true}"#);
    assert_eq!(
        ask(json!({"ask": "restrictions"}), None).unwrap(),
        r#"{"restrictions":[{"customer":"A","since":"2026-03-04T00:00:00Z"}]}"#
    );
    let told = ask(json!({"ask": "audit_trail"}), None).unwrap();
    assert!(told.contains(r#""actor":"li""#), "{told}");
    let error = ask(json!({"ask": "lift_restriction"}), Some(day(4))).unwrap_err();
    assert!(error.to_string().contains("customer"), "{error}");
    let lifted = ask(json!({"ask": "lift_restriction", "customer": "A"}), Some(day(5))).unwrap();
    assert!(lifted.contains("true"));
}
