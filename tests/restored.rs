//! What late facts and older backups do to a store that is followed; and playbooks in
//! which a fact about one customer changes the answers about others.

use std::collections::{BTreeMap, BTreeSet};

use guanxi::Playbook;
use guanxi::facts::{Batch, Body, Correction, Fact, Seen, Value};
use guanxi::store::{Effect, Moved, Store};
use guanxi::units::Instant;
use serde_json::json;

use crate::support::{Folder, Random};

const ALL: usize = 1_000_000;
const DAY: i64 = 86_400_000_000;

fn day(text: &str) -> Instant {
    Instant::parse(&format!("{text}T00:00:00Z")).unwrap()
}

fn event(kind: usize, id: &str, customer: &str, at: Instant, fields: Vec<Option<Value>>) -> Fact {
    Fact {
        source: "host".into(),
        id: id.into(),
        customer: customer.into(),
        at: Some(at),
        revision: None,
        correction: Correction::None,
        body: Body::Event { kind, fields },
    }
}

fn batch(facts: Vec<Fact>) -> Vec<Batch> {
    vec![Batch { facts, seen: Seen::Backfill }]
}

/// A customer is somebody's until nobody follows up for thirty days.
const SEA: &str = r#"{
    "guanxi": 1, "id": "sea", "version": "1", "calendar": {"zone": "UTC"},
    "schema": {"events": {"follow_up": {"list": "follow_ups"}}},
    "machines": {"ownership": {"initial": "owned", "states": {
        "owned": {"on": [{"silent": "days(30)", "of": ["follow_up"], "to": "pool",
            "effects": [{"do": "recycle", "undo": "give_back"}]}]},
        "pool": {"on": [{"event": "follow_up", "to": "owned"}]}}}}
}"#;

fn sea() -> Playbook {
    Playbook::from_json(SEA).unwrap()
}

fn follow_up(id: &str, customer: &str, at: &str) -> Fact {
    event(0, id, customer, day(at), vec![])
}

fn pending(store: &Store) -> Vec<Effect> {
    store.effects(0, ALL).unwrap()
}

#[test]
fn a_late_follow_up_restores_a_recycled_customer_and_takes_the_recycling_back() {
    let (playbook, folder) = (sea(), Folder::new());
    let file = Store::open(folder.file("sea.db"), playbook.schema()).unwrap();
    for mut store in [Store::in_memory(playbook.schema()), file] {
        let first = vec![follow_up("f1", "C-1", "2026-01-01")];
        store.apply(&playbook, batch(first), day("2026-01-02")).unwrap();
        store.advance(&playbook, day("2026-03-01"), ALL).unwrap();
        let recycled = pending(&store);
        assert_eq!((recycled.len(), &*recycled[0].action), (1, "recycle"));
        // The host has carried it out, and said so.
        store.ack(&[&recycled[0].id]).unwrap();
        let heard = store.changes(0, ALL).unwrap().pop().unwrap().sequence;
        // Somebody did follow up in time, and told so late.
        let late = vec![follow_up("f2", "C-1", "2026-01-20"), follow_up("f3", "C-1", "2026-02-15")];
        let applied = store.apply(&playbook, batch(late), day("2026-03-01")).unwrap();
        assert_eq!((applied.effects, applied.taken_back), (0, 1));
        let back = pending(&store);
        assert_eq!((back.len(), &*back[0].action), (1, "give_back"));
        assert_eq!(back[0].compensates.as_ref(), Some(&recycled[0].id));
        let told = store.changes(heard, ALL).unwrap();
        let [told] = &*told else { panic!("{told:?}") };
        let Moved::State { from, to, learnt, .. } = &told.moved else { panic!("{told:?}") };
        assert_eq!((from.as_deref(), to.as_deref()), (Some("pool"), Some("owned")));
        assert_eq!(learnt.len(), 2);
        // It stays so: only the next silence recycles, under another id.
        store.ack(&[&back[0].id]).unwrap();
        store.advance(&playbook, day("2026-03-10"), ALL).unwrap();
        assert!(pending(&store).is_empty());
        store.advance(&playbook, day("2026-04-01"), ALL).unwrap();
        let again = pending(&store);
        assert_eq!((again.len(), &*again[0].action), (1, "recycle"));
        assert_ne!(again[0].id, recycled[0].id);
        assert!(store.recompute(&playbook).unwrap().agrees());
    }
}

/// A week of work: what comes in on which day.
fn week() -> Vec<(Instant, Vec<Fact>)> {
    let days = ["2026-03-02", "2026-03-04", "2026-03-06", "2026-03-08"];
    let work = days.iter().enumerate().map(|(number, at)| {
        let facts = (0..3).map(|customer| {
            let id = format!("w{number}-{customer}");
            follow_up(&id, &format!("C-{}", number * 2 + customer), at)
        });
        (day(at), facts.collect())
    });
    work.collect()
}

#[test]
fn a_backup_of_last_week_asks_again_for_what_was_done_since_under_the_same_ids() {
    let (playbook, folder) = (sea(), Folder::new());
    let mut store = Store::open(folder.file("sea.db"), playbook.schema()).unwrap();
    let old = (0..12).map(|number| {
        let on = format!("2026-02-{:02}", 1 + number / 2);
        follow_up(&format!("o{number}"), &format!("C-{number}"), &on)
    });
    store.apply(&playbook, batch(old.collect()), day("2026-02-20")).unwrap();
    let backup = folder.file("backup.db");
    store.backup(&backup).unwrap();
    let work = |store: &mut Store, done: &mut BTreeSet<Box<str>>, acknowledges: bool| {
        for (now, facts) in week() {
            store.apply(&playbook, batch(facts), now).unwrap();
            while 0 < store.advance(&playbook, now, 2).unwrap().waiting {}
            let effects = pending(store);
            // What the host has done already, it knows by the id, and does not again.
            let ids: Vec<&str> = effects.iter().map(|effect| &*effect.id).collect();
            done.extend(ids.iter().map(|id| Box::from(*id)));
            if acknowledges {
                store.ack(&ids).unwrap();
            }
        }
    };
    let mut done = BTreeSet::new();
    work(&mut store, &mut done, true);
    assert!(3 < done.len() && pending(&store).is_empty(), "{done:?}");
    let told = store.changes(0, ALL).unwrap();
    drop(store);
    // The disk is gone. What came in since is handed over anew.
    let mut restored = Store::open(&backup, playbook.schema()).unwrap();
    let mut asked = BTreeSet::new();
    work(&mut restored, &mut asked, false);
    assert_eq!(asked, done, "asked for again, under the same ids");
    assert_eq!(restored.changes(0, ALL).unwrap(), told, "and told under the same sequences");
    let list: Vec<&str> = done.iter().map(|id| &**id).collect();
    let acknowledged = restored.ack(&list).unwrap();
    assert_eq!(acknowledged.acknowledged, done.len() as u64);
    assert!(pending(&restored).is_empty());
    assert!(restored.recompute(&playbook).unwrap().agrees());
}

/// A playbook in which who is in the best half is found over everybody.
fn halves() -> Playbook {
    let document = json!({
        "guanxi": 1, "id": "shop", "version": "1", "calendar": {"zone": "UTC"},
        "schema": {"events": {
            "purchase": {"list": "purchases",
                         "fields": {"amount": {"type": "money", "currency": "CNY"}}},
            "visit": {"list": "visits"}}},
        "machines": {"service": {"initial": "usual", "states": {
            "usual": {"on": [{"event": "visit", "when": "tier('value') == 'A'", "to": "served",
                              "effects": [{"do": "greet", "undo": "excuse"}]}]},
            "served": {"on": [{"after": "days(9)", "to": "usual"}]}}}},
        "value": {
            "purchases": {"event": "purchase", "amount": "amount"},
            "axes": {"spent": {"from": "purchases.size()", "curve": [[0, 0], [9, 100]]}},
            "assess": {"every": "month", "on": ["purchase"]},
            "cuts": {"half": {"of": "purchases.sum(p, p.amount)", "top": "0.50"}},
            "tiers": [{"name": "A", "when": "purchases.sum(p, p.amount) >= cut('half')"},
                      {"name": "B", "when": "true"}]}
    });
    Playbook::from_json(&document.to_string()).unwrap_or_else(|error| panic!("{error}"))
}

/// Where everybody is, as changes told it.
fn heard(store: &Store) -> BTreeMap<Box<str>, Box<str>> {
    let mut states = BTreeMap::new();
    for change in store.changes(0, ALL).unwrap() {
        let Moved::State { from, to, .. } = &change.moved else { panic!("{change:?}") };
        let before = states.insert(change.customer.clone(), to.clone().unwrap());
        assert_eq!(before, *from, "{change:?}");
    }
    states
}

#[test]
fn where_everybody_counts_one_fact_is_told_of_all_whom_it_moves() {
    let playbook = halves();
    let (mut n_others, mut n_greeted) = (0, 0);
    for seed in 0..12 {
        let mut random = Random::new(seed ^ 0x5ea1);
        let mut store = Store::in_memory(playbook.schema());
        let mut now = day("2026-01-01");
        for number in 0..25 {
            now = now.checked_add_micros(random.between(0, 9) * DAY).unwrap();
            let at = now.checked_add_micros(-random.between(0, 40) * DAY).unwrap();
            let amount = Value::Exact(random.between(1, 300) * 100);
            let (kind, fields) = match random.chance(60) {
                true => ("purchase", vec![Some(amount)]),
                false => ("visit", vec![]),
            };
            let kind = playbook.schema().kind(kind).unwrap();
            let id = format!("c{}", random.below(5));
            let fact = event(kind, &format!("f{number}"), &id, at, fields);
            let before = store.changes(0, ALL).unwrap().len();
            let applied = store.apply(&playbook, batch(vec![fact]), now).unwrap();
            assert!(0 < applied.waiting || applied.customers == store.n_customers().unwrap());
            while 0 < store.advance(&playbook, now, 2).unwrap().waiting {}
            let told = store.changes(0, ALL).unwrap();
            n_others += told[before..].iter().filter(|change| *change.customer != *id).count();
            let states = heard(&store);
            assert_eq!(states.len() as u64, store.n_customers().unwrap());
            for (customer, state) in &states {
                let journey = store.journey(&playbook, now, None, customer).unwrap();
                let last = journey.history().last().unwrap().to.clone();
                assert_eq!(*last, **state, "seed {seed}, fact {number}");
            }
            // One customer is answered as in a review of all.
            let review = store.review(&playbook, now).unwrap();
            let alone = store.customer(&playbook, now, &id).unwrap();
            assert_eq!(json!(alone), json!(review.customer(&id).unwrap()));
            let compared = store.recompute(&playbook).unwrap();
            assert!(compared.agrees() && 0 < compared.customers, "{compared:?}");
        }
        n_greeted += pending(&store).len();
    }
    assert!(0 < n_others && 5 < n_greeted, "{n_others} {n_greeted}");
}
