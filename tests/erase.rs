//! Erasing customers: nothing of them is left, and everything else stays.

use std::collections::BTreeSet;
use std::path::Path;

use guanxi::engine::{FlowAsked, MachineFlow, Options, StateFlow, flow};
use guanxi::facts::intake::{Lines, TableKind, TableReport};
use guanxi::facts::{Body, Correction, Fact, Recorded, Seen, Verdict};
use guanxi::store::{Signature, Store};
use guanxi::units::Instant;
use guanxi::{Code, Playbook};
use serde_json::{Value, json};

use crate::support::world::World;
use crate::support::{Folder, Random};

fn preset() -> Playbook {
    let path = format!("{}/examples/presets/small_firm.json", env!("CARGO_MANIFEST_DIR"));
    Playbook::from_json(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn instant(text: &str) -> Instant {
    Instant::parse(text).unwrap()
}

fn tell(store: &mut Store, playbook: &Playbook, facts: &[Value]) -> TableReport {
    let zone = playbook.calendar().zone();
    let lines = Lines::of("events", &TableKind::Events, None, playbook.schema(), zone).unwrap();
    let told: String = facts.iter().map(|fact| format!("{fact}\n")).collect();
    store.append_lines(&lines, told.as_bytes(), Seen::Backfill).unwrap()
}

/// A customer of whom much is known, and two others.
fn story() -> Vec<Value> {
    let long = "曾打电话抱怨 the delivery to 12 Plum Lane ".repeat(400);
    vec![
        json!({"customer": "wang-xiaoming", "at": "2026-01-01", "id": "attr-secret-1",
               "attributes": {"mobile": "13912345678"}}),
        json!({"customer": "wang-xiaoming", "at": "2026-01-02", "id": "cons-secret-2",
               "consent": {"purpose": "marketing", "channel": "sms", "granted": true}}),
        json!({"customer": "wang-xiaoming", "kind": "visit", "at": "2026-01-03"}),
        json!({"customer": "wang-xiaoming", "kind": "purchase", "at": "2026-01-10", "amount": "12.50", "id": "order-secret-3"}),
        json!({"customer": "wang-xiaoming", "kind": "follow_up", "at": "2026-01-11", "note": "likes plum wine"}),
        json!({"customer": "wang-xiaoming", "kind": "follow_up", "at": "2026-01-12", "note": long}),
        json!({"customer": "wang-xiaoming", "at": "2026-01-13", "override": {
            "machine": "relationship", "state": "repeat", "actor": "li", "reason": "a cousin of Madam Zhao"}}),
        json!({"customer": "xiaoming-old", "kind": "visit", "at": "2025-12-01"}),
        json!({"customer": "xiaoming-old", "id": "m", "at": "2026-01-05", "merge": {"into": "wang-xiaoming"}}),
        json!({"customer": "B", "kind": "visit", "at": "2026-01-03"}),
        json!({"customer": "B", "kind": "follow_up", "at": "2026-01-04", "note": "wang-xiaoming"}),
        json!({"customer": "B", "id": "m2", "at": "2026-01-06", "merge": {"into": "wang-xiaoming"}}),
        json!({"customer": "B", "id": "m3", "at": "2026-01-07", "retracts": "m2"}),
        json!({"customer": "C", "kind": "purchase", "at": "2026-01-08", "amount": "1.00"}),
    ]
}

const SECRETS: [&str; 11] = [
    "wang-xiaoming",
    "xiaoming-old",
    "13912345678",
    "attr-secret-1",
    "cons-secret-2",
    "order-secret-3",
    "plum wine",
    "Plum Lane",
    "曾打电话抱怨",
    "Madam Zhao",
    "a cousin",
];

/// The secrets that are in any file of a directory, as bytes.
fn found_in(folder: &Path) -> BTreeSet<&'static str> {
    let mut found = BTreeSet::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        for secret in SECRETS {
            let secret_bytes = secret.as_bytes();
            if bytes.windows(secret_bytes.len()).any(|window| window == secret_bytes) {
                found.insert(secret);
            }
        }
    }
    found
}

#[test]
fn nothing_of_the_erased_is_left_in_the_file_or_its_log() {
    let (folder, playbook) = (Folder::new(), preset());
    let path = folder.file("crm.db");
    let mut store = Store::open(&path, playbook.schema()).unwrap();
    let mut story = story();
    // Nobody else names the customer, so nothing may be left at all.
    story.retain(|fact| fact["note"] != "wang-xiaoming");
    for fact in &story {
        // Each in a transaction of its own: pages are split and written again.
        assert!(tell(&mut store, &playbook, std::slice::from_ref(fact)).not_recorded.is_empty());
    }
    // What was done by hand tells of the customer too.
    store.sign(Some(Signature::of("li", "a cousin of Madam Zhao at Plum Lane asked")));
    let as_of = instant("2026-01-20T00:00:00+08:00");
    store.export_person(&playbook, as_of, None, "wang-xiaoming").unwrap();
    let secrets_told = store.trail(Some("xiaoming-old"), 0, 9).unwrap();
    assert!(secrets_told[0].reason.as_deref().is_some_and(|it| it.contains("Plum Lane")));
    store.sign(Some(Signature::of("li", "request 17")));
    assert_eq!(found_in(folder.path()).len(), SECRETS.len());
    let at = instant("2026-02-01T00:00:00+08:00");
    let trial = store.erase_on_trial("wang-xiaoming", at).unwrap();
    assert_eq!(found_in(folder.path()).len(), SECRETS.len());
    let erased = store.erase("wang-xiaoming", at).unwrap();
    assert!(erased.wiped);
    assert_eq!(found_in(folder.path()), BTreeSet::new());
    assert_eq!((erased.left.ids, erased.left.facts, erased.left.events), (2, 9, 5));
    assert_eq!(erased.left.surrogates.len(), 2);
    let mut told = erased.clone();
    (told.left.surrogates, told.wiped) = (Vec::new(), false);
    assert_eq!(trial, told);
    let report = store.verify().unwrap();
    assert!(report.is_sound(), "{:?}", report.faults);
    assert_eq!(report.facts, story.len() as u64);
    // It goes on, and so does the running hash.
    tell(&mut store, &playbook, &[json!({"customer": "D", "kind": "visit", "at": "2026-02-02"})]);
    drop(store);
    let store = Store::open(&path, playbook.schema()).unwrap();
    assert!(store.verify().unwrap().is_sound());
    assert_eq!(found_in(folder.path()), BTreeSet::new());
    let copy = folder.file("copy.db");
    store.backup(&copy).unwrap();
    assert_eq!(found_in(folder.path()), BTreeSet::new());
}

#[test]
fn who_reads_meanwhile_delays_the_wiping_and_the_next_writer_does_it() {
    let (folder, playbook) = (Folder::new(), preset());
    let path = folder.file("crm.db");
    let mut store = Store::open(&path, playbook.schema()).unwrap();
    tell(&mut store, &playbook, &story());
    // A reader in the midst of a question.
    let reader = rusqlite::Connection::open(&path).unwrap();
    reader.execute_batch("BEGIN; SELECT count(*) FROM fact").unwrap();
    let erased = store.erase("wang-xiaoming", instant("2026-02-01T00:00:00+08:00")).unwrap();
    assert!(!erased.wiped);
    assert!(store.customer_facts("wang-xiaoming", None).unwrap().is_empty());
    drop(reader);
    drop(store);
    let store = Store::open(&path, playbook.schema()).unwrap();
    // What somebody else's note says is not the library's to change.
    assert_eq!(found_in(folder.path()), BTreeSet::from(["wang-xiaoming"]));
    assert!(store.verify().unwrap().is_sound());
}

#[test]
fn what_is_about_the_erased_is_refused_from_then_on() {
    let (folder, playbook) = (Folder::new(), preset());
    let mut memory = Store::in_memory(playbook.schema());
    let mut file = Store::open(folder.file("crm.db"), playbook.schema()).unwrap();
    for store in [&mut memory, &mut file] {
        tell(store, &playbook, &story());
        let before = store.since(0).unwrap();
        store.erase("wang-xiaoming", instant("2026-02-01T00:00:00+08:00")).unwrap();
        let report = tell(store, &playbook, &story());
        // B's own facts stand as they were, but for the merge that named the erased.
        let verdicts = report.verdicts;
        assert_eq!((verdicts.new, verdicts.same, verdicts.refused), (0, 4, 10), "{report:?}");
        let said: BTreeSet<&str> = report
            .not_recorded
            .iter()
            .flat_map(|row| &row.faults)
            .map(|it| it.code.name())
            .collect();
        assert_eq!(said, BTreeSet::from(["erased_subject"]));
        let merge = json!({"customer": "C", "id": "m9", "at": "2026-03-01", "merge": {"into": "xiaoming-old"}});
        let left = json!({"customer": "erased-1", "kind": "visit", "at": "2026-03-01"});
        let report = tell(store, &playbook, &[merge, left]);
        assert_eq!((report.verdicts.new, report.verdicts.refused), (0, 2), "{report:?}");
        for id in ["wang-xiaoming", "xiaoming-old", "erased-1", "nobody"] {
            let again = store.erase(id, instant("2026-03-01T00:00:00+08:00"));
            assert_eq!(again.unwrap_err().code(), Code::UnknownCustomer, "{id}");
        }
        assert_eq!(store.since(0).unwrap().len(), before.len());
        assert_eq!(store.erasures().unwrap().len(), 2);
    }
    assert_eq!(memory.since(0).unwrap(), file.since(0).unwrap());
    assert_eq!(memory.columns(None).unwrap(), file.columns(None).unwrap());
    assert_eq!(memory.erasures().unwrap(), file.erasures().unwrap());
}

/// What is said of others than these.
fn others(store: &Store, ids: &[&str]) -> Vec<Recorded> {
    let all = store.since(0).unwrap().into_iter();
    all.filter(|recorded| !ids.contains(&&*recorded.fact.customer)).collect()
}

#[test]
fn others_stay_as_they_were_and_so_do_the_skeletons() {
    let playbook = preset();
    let mut store = Store::in_memory(playbook.schema());
    tell(&mut store, &playbook, &story());
    let ids = ["wang-xiaoming", "xiaoming-old", "erased-1", "erased-2"];
    let (before, all) = (others(&store, &ids), store.since(0).unwrap());
    let erased = store.erase("xiaoming-old", instant("2026-02-01T00:00:00+08:00")).unwrap();
    assert_eq!(erased.left.mentions, 1);
    for (old, new) in before.iter().zip(&others(&store, &ids)) {
        match &old.fact.body {
            Body::Merge { .. } => assert_eq!(new.fact.body, Body::Erased),
            _ => assert_eq!(old, new),
        }
    }
    let purchase = playbook.schema().kind("purchase").unwrap();
    let follow_up = playbook.schema().kind("follow_up").unwrap();
    for (old, new) in all.iter().zip(&store.since(0).unwrap()) {
        assert_eq!((old.sequence, old.seen, old.fact.at), (new.sequence, new.seen, new.fact.at));
        match (&old.fact.body, &new.fact.body) {
            _ if !ids.contains(&&*old.fact.customer) => {}
            (Body::Event { kind, fields }, Body::Event { kind: same, fields: left }) => {
                assert_eq!(kind, same);
                match *kind {
                    kind if kind == purchase => assert_eq!(fields, left),
                    kind if kind == follow_up => {
                        let token = matches!(left.as_slice(), [Some(guanxi::facts::Value::Text(text))]
                            if text.starts_with("erased-1-text-"));
                        assert!(token, "{left:?}");
                    }
                    _ => {}
                }
            }
            (Body::Attributes(_) | Body::Consent { .. }, Body::Erased) => {}
            (Body::Merge { .. }, Body::Merge { into }) => assert!(into.starts_with("erased-")),
            (Body::Override(old), Body::Override(new)) => {
                assert_eq!((&old.machine, &old.state), (&new.machine, &new.state));
                assert!(new.actor.is_empty() && new.reason.is_empty());
            }
            pair => panic!("{pair:?}"),
        }
    }
}

fn flows(store: &Store, playbook: &Playbook, as_of: Instant) -> Vec<MachineFlow> {
    let columns = store.columns(None).unwrap();
    let asked =
        FlowAsked { from: Some(instant("2025-12-01T00:00:00+08:00")), ..FlowAsked::default() };
    flow(&columns, playbook, as_of, asked, Options::default()).unwrap()
}

fn states<'f>(flows: &'f [MachineFlow], machine: &str, period: usize) -> &'f [StateFlow] {
    let flow = flows.iter().find(|it| &*it.machine == machine).unwrap();
    &flow.periods[period].groups[0].states
}

#[test]
fn flows_balance_with_a_line_for_the_erased() {
    let playbook = preset();
    let mut store = Store::in_memory(playbook.schema());
    tell(&mut store, &playbook, &story());
    let as_of = instant("2026-04-01T00:00:00+08:00");
    let before = flows(&store, &playbook, as_of);
    store.erase("wang-xiaoming", instant("2026-02-10T00:00:00+08:00")).unwrap();
    let after = flows(&store, &playbook, as_of);
    let mut erased = 0;
    for flow in &after {
        for period in &flow.periods {
            for it in &period.groups[0].states {
                let (came, went) =
                    (it.opening + it.began + it.entered, it.left + it.erased + it.closing);
                assert_eq!(came, went, "{} {it:?}", flow.machine);
            }
        }
    }
    // December and January stay as they were told, wherever no attribute or
    // consent decided.
    for machine in ["relationship", "ownership"] {
        for period in [0, 1] {
            let numbers = |flows: &[MachineFlow]| {
                let states = states(flows, machine, period).iter();
                states
                    .map(|it| (it.opening, it.began, it.entered, it.left, it.closing))
                    .collect::<Vec<_>>()
            };
            assert_eq!(numbers(&before), numbers(&after), "{machine} {period}");
        }
        for (old, new) in states(&before, machine, 2).iter().zip(states(&after, machine, 2)) {
            assert_eq!(old.opening, new.opening);
            assert_eq!(old.closing, new.closing + new.erased, "{machine} {new:?}");
            erased += if new.inside.is_none() { new.erased } else { 0 };
        }
        assert_eq!(states(&after, machine, 3).iter().map(|it| it.erased).sum::<u64>(), 0);
    }
    // One customer, once in each machine.
    assert_eq!(erased, 2);
    let review = store.review(&playbook, as_of).unwrap();
    assert_eq!(review.customers, 2);
    assert_eq!(store.review(&playbook, instant("2026-02-09T00:00:00+08:00")).unwrap().customers, 3);
    let gone = store.journey(&playbook, as_of, None, "erased-1");
    assert_eq!(gone.unwrap_err().code(), Code::UnknownCustomer);
}

#[test]
fn a_case_that_was_open_is_told_as_erased_too() {
    let text = r#"{
        "guanxi": 1, "id": "desk", "version": "1", "calendar": {"zone": "Asia/Shanghai"},
        "schema": {"events": {
            "asked": {"list": "askings", "fields": {"case": {"type": "text"}}},
            "answered": {"list": "answers", "fields": {"case": {"type": "text"}}}}},
        "machines": {"cases": {"initial": "open", "key": "case", "states": {
            "open": {"on": [{"event": "answered", "to": "closed"}]},
            "closed": {"tags": ["final"]}}}}
    }"#;
    let playbook = Playbook::from_json(text).unwrap();
    let mut store = Store::in_memory(playbook.schema());
    let told = [
        json!({"customer": "A", "kind": "asked", "at": "2026-01-05", "case": "Wang's flat"}),
        json!({"customer": "A", "kind": "asked", "at": "2026-01-06", "case": "K-2"}),
        json!({"customer": "A", "kind": "answered", "at": "2026-01-07", "case": "Wang's flat"}),
        json!({"customer": "B", "kind": "asked", "at": "2026-01-08", "case": "K-3"}),
    ];
    tell(&mut store, &playbook, &told);
    let as_of = instant("2026-04-01T00:00:00+08:00");
    let before = flows(&store, &playbook, as_of);
    store.erase("A", instant("2026-02-10T00:00:00+08:00")).unwrap();
    let after = flows(&store, &playbook, as_of);
    let numbers = |flows: &[MachineFlow], period: usize| -> Vec<_> {
        let states = states(flows, "cases", period).iter();
        states.map(|it| (it.opening, it.began, it.entered, it.left, it.closing)).collect()
    };
    assert_eq!(numbers(&before, 1), numbers(&after, 1));
    for (old, new) in states(&before, "cases", 2).iter().zip(states(&after, "cases", 2)) {
        assert_eq!((old.opening, old.closing), (new.opening, new.closing + new.erased), "{new:?}");
        assert_eq!(new.erased, 1, "{new:?}");
    }
    assert!(!format!("{:?}", store.since(0).unwrap()).contains("Wang"));
}

#[test]
fn an_older_copy_forgets_by_the_list() {
    let (folder, playbook) = (Folder::new(), preset());
    let (path, copy) = (folder.file("crm.db"), folder.file("copy.db"));
    let mut store = Store::open(&path, playbook.schema()).unwrap();
    tell(&mut store, &playbook, &story());
    store.backup(&copy).unwrap();
    let late = json!({"customer": "late", "kind": "visit", "at": "2026-01-20"});
    tell(&mut store, &playbook, std::slice::from_ref(&late));
    store.erase("wang-xiaoming", instant("2026-02-01T00:00:00+08:00")).unwrap();
    store.erase("late", instant("2026-02-02T00:00:00+08:00")).unwrap();
    let list = store.erasures().unwrap();
    assert!(list.iter().all(|erasure| erasure.mark.len() == 64));
    let mut restored = Store::open(&copy, playbook.schema()).unwrap();
    let done = restored.erase_listed(&list).unwrap().unwrap();
    assert_eq!((done.left.ids, done.left.facts, done.wiped), (2, 9, true));
    assert!(restored.verify().unwrap().is_sound());
    // As the other, but for what the copy never had.
    let without = |store: &Store| -> Vec<Body> {
        store.since(0).unwrap().into_iter().take(14).map(|recorded| recorded.fact.body).collect()
    };
    assert_eq!(without(&restored), without(&store));
    assert_eq!(restored.erasures().unwrap().len(), list.len());
    let report = tell(&mut restored, &playbook, &[late]);
    assert_eq!(report.verdicts.refused, 1);
    assert_eq!(restored.erase_listed(&list).unwrap(), None);
}

#[test]
fn a_fact_that_corrections_gave_to_somebody_else_stays_with_them() {
    let (folder, playbook) = (Folder::new(), preset());
    let mut memory = Store::in_memory(playbook.schema());
    let mut file = Store::open(folder.file("crm.db"), playbook.schema()).unwrap();
    for store in [&mut memory, &mut file] {
        tell(
            store,
            &playbook,
            &[
                json!({"customer": "A", "kind": "purchase", "at": "2026-01-10", "amount": "12.50", "id": "o1"}),
                json!({"customer": "B", "kind": "purchase", "at": "2026-01-10", "amount": "12.50", "id": "o2", "supersedes": "o1"}),
                json!({"customer": "A", "kind": "purchase", "at": "2026-01-11", "amount": "3.00", "id": "o3"}),
                json!({"customer": "A", "kind": "purchase", "at": "2026-01-11", "amount": "4.00", "id": "o4", "supersedes": "o3"}),
                json!({"customer": "A", "kind": "purchase", "at": "2026-01-12", "amount": "5.00", "id": "o5", "supersedes": "nowhere"}),
            ],
        );
        let before = store.columns(None).unwrap();
        store.erase("A", instant("2026-02-01T00:00:00+08:00")).unwrap();
        let after = store.columns(None).unwrap();
        let purchase = playbook.schema().kind("purchase").unwrap();
        assert_eq!(before.kinds[purchase].len(), after.kinds[purchase].len());
        assert_eq!(after.customers, ["B".into(), Box::from("erased-1")]);
        let amounts = |columns: &guanxi::facts::Columns| {
            let mut amounts: Vec<_> = (0..2)
                .filter_map(|row| {
                    columns.kinds[purchase].fields[0]
                        .value(row, &playbook.schema().kinds[purchase].fields[0].ty)
                })
                .collect();
            amounts.sort();
            amounts
        };
        assert_eq!(amounts(&before), amounts(&after));
    }
    assert_eq!(memory.since(0).unwrap(), file.since(0).unwrap());
}

/// The same as columns, whoever is called what.
fn check_random(seed: u64) {
    let random = &mut Random::new(seed);
    let world = World::of(random, 12);
    let folder = Folder::new();
    let mut memory = Store::in_memory(&world.schema);
    let mut file = Store::open(folder.file("crm.db"), &world.schema).unwrap();
    let mut facts = world.facts.clone();
    for at in 1..facts.len() {
        if random.chance(15) {
            let target = facts[random.below(at as u64) as usize].id.clone();
            facts[at].correction = Correction::Supersedes(target);
        }
    }
    for part in facts.chunks(7) {
        for store in [&mut memory, &mut file] {
            store.append(part.to_vec(), Seen::Backfill).unwrap();
        }
    }
    let mut gone: Vec<Box<str>> = Vec::new();
    for _ in 0..3 {
        let fact: &Fact = &facts[random.below(facts.len() as u64) as usize];
        if fact.customer.is_empty() || gone.contains(&fact.customer) {
            continue;
        }
        let at = Instant::clamped(world.as_of.micros() + random.between(-5, 5) * 86_400_000_000);
        let one = memory.erase(&fact.customer, at).unwrap();
        let other = file.erase(&fact.customer, at).unwrap();
        assert_eq!(one, other, "seed {seed}");
        gone.push(fact.customer.clone());
        assert_eq!(memory.since(0).unwrap(), file.since(0).unwrap(), "seed {seed}");
        for known_at in [None, Some(world.as_of)] {
            let columns = memory.columns(known_at).unwrap();
            assert_eq!(columns, file.columns(known_at).unwrap(), "seed {seed}");
        }
        let report = file.verify().unwrap();
        assert!(report.is_sound(), "seed {seed}: {:?}", report.faults);
    }
    for store in [&mut memory, &mut file] {
        let verdicts = store.append(facts.clone(), Seen::Backfill).unwrap();
        for (fact, verdict) in facts.iter().zip(verdicts) {
            assert_eq!(verdict == Verdict::Erased, gone.contains(&fact.customer), "seed {seed}");
            assert_ne!(verdict, Verdict::New, "seed {seed}: {fact:?}");
        }
    }
}

#[test]
fn memory_and_file_forget_alike() {
    for seed in 0..25 {
        check_random(seed);
    }
}
