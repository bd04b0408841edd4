//! What is kept beside the facts is held against them: whatever was changed behind the
//! store's back is found, and adopting the playbook anew is the way out.

use guanxi::engine::Recomputed;
use guanxi::facts::{Batch, Body, Correction, Fact, Seen};
use guanxi::store::Store;
use guanxi::units::Instant;
use guanxi::{Code, Playbook};
use rusqlite::Connection;

use crate::support::{Folder, Random};

const SHOP: &str = r#"{
    "guanxi": 1, "id": "shop", "version": "1", "calendar": {"zone": "UTC"},
    "schema": {"events": {"purchase": {"list": "purchases"}}},
    "segments": {"active": {"when": "purchases.within(days(30)).size() >= 1"}},
    "machines": {"relationship": {"initial": "buyer", "states": {
        "buyer": {"on": [{"silent": "days(60)", "to": "lost", "effects": [{"do": "win_back"}]}]},
        "lost": {"on": [{"event": "purchase", "to": "buyer", "effects": [{"do": "thank"}]}]}}}}
}"#;

const ALL: usize = 1_000_000;

fn day(text: &str) -> Instant {
    Instant::parse(&format!("{text}T00:00:00Z")).unwrap()
}

fn purchase(id: &str, customer: &str, at: &str) -> Fact {
    Fact {
        source: "shop".into(),
        id: id.into(),
        customer: customer.into(),
        at: Some(day(at)),
        revision: None,
        correction: Correction::None,
        body: Body::Event { kind: 0, fields: vec![] },
    }
}

fn batch(facts: Vec<Fact>) -> Vec<Batch> {
    vec![Batch { facts, seen: Seen::Backfill }]
}

/// A store with somebody who was lost and came back, one who is lost, and one who is
/// active and due later.
fn followed(store: &mut Store, playbook: &Playbook) {
    let old = vec![purchase("o1", "C-1", "2026-01-01"), purchase("o2", "C-2", "2026-01-10")];
    store.apply(playbook, batch(old), day("2026-01-11")).unwrap();
    store.advance(playbook, day("2026-04-01"), ALL).unwrap();
    let new = vec![purchase("o3", "C-1", "2026-04-02"), purchase("o4", "C-3", "2026-04-02")];
    store.apply(playbook, batch(new), day("2026-04-03")).unwrap();
    assert_eq!(store.effects(0, ALL).unwrap().len(), 3);
}

fn places(compared: &Recomputed) -> Vec<String> {
    let place = |it: &guanxi::engine::Deviation| format!("{} {} {}", it.table, it.row, it.part);
    compared.first.iter().map(place).collect()
}

#[test]
fn whatever_is_changed_behind_the_store_is_found_and_mended() {
    let playbook = Playbook::from_json(SHOP).unwrap();
    for (sql, tables) in [
        (
            "UPDATE standing SET results = replace(results, 'lost', 'buyer') WHERE customer = 'C-2'",
            &["standing", "change"][..],
        ),
        (
            "UPDATE standing SET results = replace(results, 'active', 'passive')",
            &["standing", "change"],
        ),
        ("UPDATE standing SET results = '{}' WHERE customer = 'C-3'", &["standing", "change"]),
        ("UPDATE standing SET due = NULL WHERE customer = 'C-3'", &["standing"]),
        ("UPDATE standing SET due = due + 86400000000 WHERE customer = 'C-1'", &["standing"]),
        ("UPDATE standing SET fact = 1 WHERE customer = 'C-1'", &["standing"]),
        ("UPDATE standing SET fact = 99 WHERE customer = 'C-1'", &["standing"]),
        ("DELETE FROM standing WHERE customer = 'C-2'", &["standing", "change"]),
        (
            "INSERT INTO standing VALUES ('nobody', '{\"states\":[],\"segments\":[]}', 1, NULL)",
            &["standing"],
        ),
        ("DELETE FROM effect WHERE customer = 'C-2'", &["effect"]),
        ("UPDATE effect SET action = 'call' WHERE customer = 'C-2'", &["effect"]),
        ("UPDATE effect SET machine = 'other' WHERE customer = 'C-2'", &["effect"]),
        ("UPDATE effect SET key = 'k' WHERE customer = 'C-2'", &["effect"]),
        ("UPDATE effect SET identity = 'x' WHERE customer = 'C-2'", &["effect"]),
        ("UPDATE effect SET stands = 0 WHERE customer = 'C-2'", &["effect"]),
        ("UPDATE effect SET customer = 'C-9' WHERE customer = 'C-2'", &["effect"]),
        ("DELETE FROM change WHERE sequence = 1", &["change"]),
        ("UPDATE change SET became = 'lost' WHERE sequence = 1", &["change"]),
        ("UPDATE change SET was = 'lost' WHERE sequence = 1", &["change"]),
        ("UPDATE change SET since = 7 WHERE machine IS NOT NULL", &["change"]),
        ("UPDATE change SET entered = 1 - entered WHERE segment IS NOT NULL", &["change"]),
        ("UPDATE change SET segment = 'passive' WHERE segment IS NOT NULL", &["change"]),
        ("UPDATE followed SET fact = 99", &["followed"]),
        ("UPDATE followed SET playbook = 'x'", &["followed"]),
        ("UPDATE followed SET now = now - 7776000000000", &["standing"]),
        ("DELETE FROM followed", &["standing"]),
    ] {
        let folder = Folder::new();
        let path = folder.file("shop.db");
        let mut store = Store::open(&path, playbook.schema()).unwrap();
        followed(&mut store, &playbook);
        let whole = store.recompute(&playbook).unwrap();
        assert!(whole.agrees() && whole.customers == 3 && whole.waiting == 0, "{whole:?}");
        drop(store);
        let other = Connection::open(&path).unwrap();
        assert!(0 < other.execute(sql, []).unwrap(), "{sql}");
        drop(other);
        let mut store = Store::open(&path, playbook.schema()).unwrap();
        assert!(store.verify().unwrap().is_sound(), "{sql}: the facts are whole");
        let compared = store.recompute(&playbook).unwrap();
        assert!(!compared.agrees(), "{sql}");
        let found = places(&compared);
        let known = |table: &&str| found.iter().any(|place| place.starts_with(table));
        assert!(tables.iter().all(known), "{sql}: {found:?}");
        // The way out: what is kept is what the facts give, and nothing is asked again.
        let before = store.n_effects().unwrap();
        store.adopt(&playbook, day("2026-04-03")).unwrap();
        let compared = store.recompute(&playbook).unwrap();
        let left: Vec<String> = places(&compared);
        let of_history =
            |place: &String| place.starts_with("change") || place.starts_with("effect");
        assert!(left.iter().all(of_history), "{sql}: {left:?}");
        assert_eq!(store.n_effects().unwrap().min(before), store.n_effects().unwrap(), "{sql}");
    }
}

#[test]
fn who_is_due_is_waiting_and_no_deviation() {
    let playbook = Playbook::from_json(SHOP).unwrap();
    let mut store = Store::in_memory(playbook.schema());
    assert_eq!(store.recompute(&playbook).unwrap().now, None);
    followed(&mut store, &playbook);
    store.append(vec![purchase("o5", "C-2", "2026-04-03")], Seen::Backfill).unwrap();
    let compared = store.recompute(&playbook).unwrap();
    assert!(compared.agrees(), "{compared:?}");
    assert_eq!((compared.customers, compared.waiting), (2, 1));
    let other = Playbook::from_json(&SHOP.replace("days(60)", "days(61)")).unwrap();
    assert_eq!(places(&store.recompute(&other).unwrap()), ["followed 1 playbook"]);
    let refused = store.advance(&other, day("2026-04-03"), 1).unwrap_err();
    assert_eq!(refused.code(), Code::PlaybookChanged);
}

/// A correction of an order or of another correction, which may come before it.
fn correction(random: &mut Random, number: u64) -> Fact {
    let customer = format!("C-{}", random.below(5));
    let at = format!("2026-02-{:02}", 1 + random.below(28));
    let target = match random.below(3) {
        0 => format!("n{}", random.below(number + 2)),
        _ => format!("o{}", random.below(4)),
    };
    let correction = match random.below(4) {
        0 => Correction::Retracts(target.into()),
        _ => Correction::Supersedes(target.into()),
    };
    let retracts = matches!(correction, Correction::Retracts(_));
    Fact {
        correction,
        revision: Some(number as u32 + 1),
        body: if retracts { Body::Nothing } else { Body::Event { kind: 0, fields: vec![] } },
        ..purchase(&format!("n{number}"), &customer, &at)
    }
}

#[test]
fn whoever_a_correction_concerns_is_looked_at_again() {
    let playbook = Playbook::from_json(SHOP).unwrap();
    let folder = Folder::new();
    let mut moved = 0;
    for seed in 0..30 {
        let file = folder.file(&format!("{seed}.db"));
        let mut stores =
            [Store::in_memory(playbook.schema()), Store::open(file, playbook.schema()).unwrap()];
        let mut random = Random::new(seed);
        let mut facts: Vec<Fact> = (0..4)
            .map(|n| purchase(&format!("o{n}"), &format!("C-{}", random.below(5)), "2026-02-03"))
            .collect();
        facts.extend((0..12).map(|number| correction(&mut random, number)));
        // Some come before what they correct.
        let late = facts.remove(random.below(4) as usize);
        facts.insert(6, late);
        for (n, fact) in facts.into_iter().enumerate() {
            let now = day("2026-03-10");
            let settled = stores.each_mut().map(|store| {
                let settled = store.apply(&playbook, batch(vec![fact.clone()]), now).unwrap();
                let compared = store.recompute(&playbook).unwrap();
                assert!(compared.agrees(), "seed {seed}, fact {n} {fact:?}: {compared:?}");
                (settled.customers, settled.changes)
            });
            assert_eq!(settled[0], settled[1], "seed {seed}, fact {n}");
            moved += settled[0].1;
        }
    }
    assert!(100 < moved, "{moved}");
}
