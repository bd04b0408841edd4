//! Effects: what they say was so when they were asked for, and who they are
//! does not depend on how they became known.

use std::collections::BTreeSet;

use guanxi::Playbook;
use guanxi::facts::{Body, Correction, Fact, Seen};
use guanxi::lang::Value;
use guanxi::lifecycle::{Given, difference, effects, fold};
use guanxi::store::Store;
use guanxi::units::Instant;

use crate::support::Random;
use crate::support::machines::rich_playbook;
use crate::support::world::World;

#[test]
fn the_condition_of_a_step_holds_at_the_moment_of_its_effects() {
    let (mut given, mut guarded) = (0, 0);
    for seed in 0..400 {
        let random = &mut Random::new(seed ^ 0xeffec7);
        let world = World::of(random, 8);
        let playbook = rich_playbook(random, &world);
        let columns = world.columns();
        let facts = playbook.world(&columns);
        for customer in 0..columns.n_customers() {
            if world.as_of.micros() < columns.born[customer] {
                continue;
            }
            let life = fold(facts, playbook.machines(), customer, world.as_of);
            let (all, troubles) = effects(facts, playbook.machines(), customer, &life);
            assert!(troubles.is_empty(), "{troubles:?}");
            for effect in &all {
                let machine = &playbook.machines()[effect.machine];
                let way = &machine.transitions[effect.transition];
                let Some((_, held)) = effect.with.iter().find(|(name, _)| &**name == "held") else {
                    continue;
                };
                assert!(
                    matches!(held, Value::Bool(true)),
                    "seed {seed}, customer {customer}, {} {effect:?}\n{}",
                    way.pointer,
                    playbook.canonical()
                );
                given += 1;
                guarded += u64::from(way.when.is_some());
            }
            let ids: BTreeSet<&str> = all.iter().map(|effect| &*effect.id).collect();
            assert_eq!(ids.len(), all.len(), "two effects have one identity");
        }
    }
    assert!(1_200 < given && 300 < guarded, "{given} effects, {guarded} under a condition");
}

const SHOP: &str = r#"{
    "guanxi": 1, "id": "shop", "version": "1", "calendar": {"zone": "Asia/Shanghai"},
    "parameters": {"patience": {"type": "period", "value": "days(60)"}},
    "schema": {"events": {"purchase": {"list": "purchases", "fields": {"amount": {"type": "int"}}}}},
    "machines": {"relationship": {"initial": "buyer", "effects_from": "2026-01-01", "states": {
        "buyer": {"on": [{"silent": "param.patience", "to": "lost",
            "effects": [{"do": "win_back", "undo": "leave_in_peace",
                         "with": {"orders": "purchases.size()", "state": "state('relationship')"}}]}]},
        "lost": {"on": [{"event": "purchase", "to": "buyer",
            "effects": [{"do": "thank", "with": {"amount": "event.amount"}}]}]}}}}
}"#;

fn shop(days: &str) -> Playbook {
    Playbook::from_json(&SHOP.replace("days(60)", days)).unwrap()
}

/// A purchase of a customer.
fn purchase(id: &str, customer: &str, at: &str) -> Fact {
    Fact {
        source: "shop".into(),
        id: id.into(),
        customer: customer.into(),
        at: Some(Instant::parse(&format!("{at}+08:00")).unwrap()),
        revision: None,
        correction: Correction::None,
        body: Body::Event { kind: 0, fields: vec![Some(guanxi::facts::Value::Int(7))] },
    }
}

/// What is asked for about a customer at the end of the year, by these facts.
fn given_of(playbook: &Playbook, id: &str, facts: Vec<Fact>) -> Vec<Given> {
    let mut store = Store::in_memory(playbook.schema());
    store.append(facts, Seen::Backfill).unwrap();
    let columns = store.columns(None).unwrap();
    let as_of = Instant::parse("2026-12-31T00:00:00+08:00").unwrap();
    let (world, machines) = (playbook.world(&columns), playbook.machines());
    let customer = columns.customer_at(id, as_of).unwrap();
    let life = fold(world, machines, customer, as_of);
    let (effects, troubles) = effects(world, machines, customer, &life);
    assert!(troubles.is_empty());
    effects
}

fn ids(given: &[Given]) -> Vec<&str> {
    given.iter().map(|given| &*given.id).collect()
}

/// The effects of the one customer who bought on these days.
fn given(playbook: &Playbook, bought: &[&str]) -> Vec<Given> {
    let facts = bought
        .iter()
        .enumerate()
        .map(|(number, day)| purchase(&format!("o{number}"), "C-1", &format!("{day}T10:00:00")));
    given_of(playbook, "C-1", facts.collect())
}

fn told(effects: &[&Given]) -> Vec<String> {
    let one = |given: &&Given| {
        let values = given
            .with
            .iter()
            .map(|(name, value)| format!(" {name} {}", guanxi::lang::to_typed(value)));
        format!("{}{}", given.at.unwrap(), values.collect::<String>())
    };
    effects.iter().map(one).collect()
}

#[test]
fn a_late_purchase_takes_back_what_silence_had_asked_for() {
    let playbook = shop("days(60)");
    let before = given(&playbook, &["2026-02-01", "2026-06-01"]);
    let now = given(&playbook, &["2026-02-01", "2026-06-01", "2026-03-20"]);
    assert_eq!(
        told(&before.iter().collect::<Vec<_>>()),
        [
            "2026-04-02T02:00:00Z orders {\"type\":\"int\",\"value\":\"1\"} \
             state {\"type\":\"string\",\"value\":\"buyer\"}",
            "2026-06-01T02:00:00Z amount {\"type\":\"int\",\"value\":\"7\"}",
            "2026-07-31T02:00:00Z orders {\"type\":\"int\",\"value\":\"2\"} \
             state {\"type\":\"string\",\"value\":\"buyer\"}",
        ]
    );
    let (new, undone) = difference(&before, &now);
    let days = |effects: &[&Given]| -> Vec<String> {
        effects.iter().map(|given| given.at.unwrap().to_string()[..10].to_owned()).collect()
    };
    assert_eq!((days(&new), days(&undone)), (vec!["2026-05-19".into()], vec!["2026-04-02".into()]));
}

#[test]
fn another_patience_is_the_same_effect_and_none_is_given_from_before() {
    let bought = ["2025-06-01", "2026-02-01"];
    let (sixty, thirty) = (given(&shop("days(60)"), &bought), given(&shop("days(30)"), &bought));
    let (new, undone) = difference(&sixty, &thirty);
    assert!(new.is_empty() && undone.is_empty());
    assert_ne!(sixty[1].at, thirty[1].at);
    // The silence of 2025 came before `effects_from`.
    assert_eq!((sixty.len(), sixty[0].at.unwrap().to_string().get(..10)), (2, Some("2026-02-01")));
}

#[test]
fn a_merge_asks_for_nothing_again() {
    let playbook = shop("days(60)");
    let of_one = || {
        let days = ["2026-02-01", "2026-06-01"];
        days.map(|day| purchase(day, "C-1", &format!("{day}T10:00:00"))).to_vec()
    };
    let alone = given_of(&playbook, "C-1", of_one());
    assert_eq!(alone.len(), 3);
    let at = Instant::parse("2026-08-15T00:00:00+08:00").unwrap();
    let merge = |from: &str, into: &str| Fact {
        id: format!("m-{from}").into(),
        customer: from.into(),
        at: Some(at),
        body: Body::Merge { into: into.into() },
        ..purchase("m", "C-1", "2026-08-15T00:00:00")
    };
    // Of the survivor only a purchase is known that changes nothing.
    let other = purchase("x", "C-2", "2026-06-01T11:00:00");
    for (from, into) in [("C-1", "C-2"), ("C-2", "C-1")] {
        let facts = [of_one(), vec![merge(from, into), other.clone()]].concat();
        let merged = given_of(&playbook, into, facts);
        let before = given_of(&playbook, "C-2", vec![other.clone()]);
        let known: BTreeSet<&str> = ids(&alone).into_iter().chain(ids(&before)).collect();
        let kept = merged.iter().filter(|given| known.contains(&*given.id)).count();
        assert_eq!((kept, merged.len()), (3, 3), "{from} into {into}");
    }
}

const CHAIN: &str = r#"{
    "guanxi": 1, "id": "shop", "version": "1", "calendar": {"zone": "Asia/Shanghai"},
    "parameters": {"patience": {"type": "period", "value": "days(60)"},
                   "first": {"type": "period", "value": "days(3)"}},
    "schema": {"events": {"purchase": {"list": "purchases", "fields": {"amount": {"type": "int"}}}}},
    "machines": {"relationship": {"initial": "buyer", "states": {
        "buyer": {"on": [
            {"silent": "param.first", "effects": [{"do": "tell", "undo": "untell", "with": {"to": "'owner'"}}]},
            {"silent": "days(5)", "effects": [{"do": "tell", "undo": "untell", "with": {"to": "'head'"}}]},
            {"silent": "param.patience", "to": "at_risk",
             "effects": [{"do": "remind", "undo": "drop", "with": {"orders": "purchases.size()"}}]}]},
        "at_risk": {"on": [{"event": "purchase", "to": "buyer"},
            {"after": "days(30)", "to": "churned", "effects": [{"do": "win_back", "undo": "stop"}]}]},
        "churned": {"on": [{"event": "purchase", "to": "buyer"},
            {"at": "purchases.last().at + days(200)", "effects": [{"do": "forget", "undo": "recall"}]}]}}}}
}"#;

#[test]
fn what_hangs_on_one_silence_is_asked_for_once_by_whatever_rules() {
    let playbook = |text: &str| Playbook::from_json(text).unwrap();
    let bought = ["2026-01-05", "2026-03-25"];
    let first = given(&playbook(CHAIN), &bought);
    let actions = |given: &[Given]| given.iter().map(|it| it.at.unwrap()).collect::<Vec<_>>();
    // Twice the two tellings and the reminder, once at each end of the chain.
    assert_eq!(first.len(), 8, "{first:?}");
    let others = [
        (
            "stricter all along",
            CHAIN.replace("days(60)", "days(40)").replace("days(30)", "days(20)"),
        ),
        ("another day of the attribute", CHAIN.replace("days(200)", "days(190)")),
        ("other names of states", CHAIN.replace("churned", "lost").replace("at_risk", "quiet")),
        ("more said with it", CHAIN.replace("purchases.size()", "purchases.size() + 1")),
    ];
    for (what, text) in others {
        let now = given(&playbook(&text), &bought);
        let (new, undone) = difference(&first, &now);
        // A stricter rule finds a silence more, and takes nothing back.
        let more = usize::from(what.starts_with("stricter"));
        assert_eq!((new.len(), undone.len()), (more, 0), "{what}");
        assert_eq!(
            actions(&first) == actions(&now),
            !what.contains("str") && !what.contains("day")
        );
    }
    // Who is told is a part of what is done: without one, the other stays.
    let escalation = CHAIN.find(r#"{"silent": "param.first""#).unwrap();
    let end = CHAIN.find(r#"{"silent": "days(5)""#).unwrap();
    let fewer = format!("{}{}", &CHAIN[..escalation], &CHAIN[end..]);
    let fewer = given(&playbook(&fewer), &bought);
    let (new, undone) = difference(&first, &fewer);
    assert_eq!((new.len(), undone.len()), (0, 2));
    for given in undone {
        assert!(matches!(&given.with[0].1, Value::Text(to) if &**to == "owner"), "{given:?}");
    }
}
