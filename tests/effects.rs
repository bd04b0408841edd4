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

/// The effects of the one customer who bought on these days.
fn given(playbook: &Playbook, bought: &[&str]) -> Vec<Given> {
    let mut store = Store::in_memory(playbook.schema());
    for (number, day) in bought.iter().enumerate() {
        let fact = Fact {
            source: "shop".into(),
            id: format!("o{number}").into(),
            customer: "C-1".into(),
            at: Some(Instant::parse(&format!("{day}T10:00:00+08:00")).unwrap()),
            revision: None,
            correction: Correction::None,
            body: Body::Event { kind: 0, fields: vec![Some(guanxi::facts::Value::Int(7))] },
        };
        store.append(vec![fact], Seen::Backfill).unwrap();
    }
    let columns = store.columns(None).unwrap();
    let as_of = Instant::parse("2026-12-31T00:00:00+08:00").unwrap();
    let life = fold(playbook.world(&columns), playbook.machines(), 0, as_of);
    let (effects, troubles) = effects(playbook.world(&columns), playbook.machines(), 0, &life);
    assert!(troubles.is_empty());
    effects
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
