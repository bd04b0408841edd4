//! What is kept up to date is what a replay of everybody gives, after every
//! fact and at every instant, in whatever order facts arrive.

use std::collections::BTreeMap;
use std::sync::Arc;

use guanxi::engine::Options;
use guanxi::engine::segment::SegmentsLive;
use guanxi::facts::{Body, Columns, ColumnsBuilder, Correction, Fact, Schema, Seen};
use guanxi::lifecycle::{Cause, Changed, Life, Live, Step, effects, fold};
use guanxi::units::Instant;
use guanxi::{Playbook, Store};

use crate::support::{Random, machines, world::World};

const DAY: i64 = 86_400_000_000;

fn columns<'f>(schema: &Arc<Schema>, facts: impl Iterator<Item = &'f Fact>) -> Columns {
    let mut builder = ColumnsBuilder::new(schema);
    for fact in facts {
        // Facts without a date count in the order in which they are recorded.
        let sequence = fact.id.trim_start_matches('f').parse().unwrap();
        builder.push(sequence, Instant::MIN, fact);
    }
    builder.finish()
}

/// Steps without the row of their event, which facts of others move.
fn told(life: &Life) -> Vec<(usize, Step)> {
    let courses = life.courses.iter().enumerate();
    let of = |(machine, courses): (usize, &Vec<guanxi::lifecycle::Course>)| {
        let steps = courses.iter().flat_map(|course| course.steps.clone());
        steps.map(|step| without_row(machine, step)).collect::<Vec<_>>()
    };
    courses.flat_map(of).collect()
}

fn without_row(machine: usize, step: Step) -> (usize, Step) {
    let cause = match step.cause {
        Cause::Event(kind, _) => Cause::Event(kind, 0),
        other => other,
    };
    (machine, Step { cause, ..step })
}

/// What a host has been told, put together.
#[derive(Default)]
struct Host {
    steps: BTreeMap<String, Vec<(usize, Step)>>,
    given: BTreeMap<String, Vec<Box<str>>>,
}

impl Host {
    fn hear(&mut self, id: &str, changed: Changed) {
        let steps = self.steps.entry(id.to_owned()).or_default();
        for (machine, step) in changed.retracted {
            let gone = without_row(machine, step);
            let place = steps.iter().position(|have| *have == gone).unwrap();
            steps.remove(place);
        }
        assert_eq!(steps.len(), changed.kept, "{id}");
        steps.extend(changed.added.into_iter().map(|(machine, step)| without_row(machine, step)));
        let given = self.given.entry(id.to_owned()).or_default();
        for back in changed.take_back {
            let place = given.iter().position(|have| *have == back.id).unwrap();
            given.remove(place);
        }
        given.extend(changed.give.into_iter().map(|given| given.id));
    }
}

#[test]
fn after_every_fact_and_at_every_instant_it_is_what_a_replay_gives() {
    let (mut n_added, mut n_retracted, mut n_taken_back, mut n_passed) = (0, 0, 0, 0);
    let mut n_heard = 0;
    for seed in 0..90 {
        let mut random = Random::new(seed ^ 0x11fe);
        let mut world = World::of(&mut random, 4);
        let make = [machines::playbook, machines::plain_playbook, machines::rich_playbook];
        let playbook = make[random.below(3) as usize](&mut random, &world);
        if random.chance(60) {
            random.shuffle(&mut world.facts);
        } else {
            world.facts.sort_by_key(|fact| fact.at);
        }
        let known = random.below(1 + world.facts.len() as u64 / 2) as usize;
        let base = columns(&world.schema, world.facts[..known].iter());
        let mut now = world.as_of.checked_add_micros(random.between(-60, 0) * DAY).unwrap();
        let threads = 1 + random.below(3) as usize;
        let mut live = Live::new(playbook.world(&base), playbook.machines(), now, threads);
        let by_one = random.chance(70);
        let mut host = Host::default();
        for (customer, id) in base.customers.iter().enumerate() {
            if base.is_known(customer, now) {
                let on = playbook.world(&base);
                let life = fold(on, playbook.machines(), customer, now);
                host.steps.insert(id.to_string(), told(&life));
                let (given, _) = effects(on, playbook.machines(), customer, &life);
                let ids = given.into_iter().map(|given| given.id).collect();
                host.given.insert(id.to_string(), ids);
            }
        }
        let mut ids: BTreeMap<usize, String> =
            base.customers.iter().enumerate().map(|(n, id)| (n, id.to_string())).collect();
        for until in known + 1..=world.facts.len() {
            let facts = &world.facts[..until];
            let id = facts[until - 1].customer.clone();
            let own = || columns(&world.schema, facts.iter().filter(|fact| fact.customer == id));
            let sequence = facts[until - 1].id.trim_start_matches('f').parse().unwrap();
            let one = if by_one { live.hear(&facts[until - 1], sequence) } else { None };
            n_heard += usize::from(one.is_some());
            let changed = one.unwrap_or_else(|| live.apply(&id, own()).unwrap());
            n_added += changed.added.len();
            n_retracted += changed.retracted.len();
            n_taken_back += changed.take_back.len();
            host.hear(&id, changed);
            ids.insert(live.customer(&id).unwrap(), id.to_string());
            if random.chance(40) {
                now = now.checked_add_micros(random.between(0, 20 * DAY)).unwrap();
                for (customer, changed) in live.advance_to(now) {
                    n_passed += changed.added.len();
                    assert!(changed.retracted.is_empty() && changed.take_back.is_empty());
                    host.hear(&ids[&customer], changed);
                }
            }
            let all = columns(&world.schema, facts.iter());
            let on = playbook.world(&all);
            for (customer, id) in all.customers.iter().enumerate() {
                let number = live.customer(id).unwrap();
                if !all.is_known(customer, now) {
                    assert_eq!(live.state(0, number), None);
                    continue;
                }
                let life = fold(on, playbook.machines(), customer, now);
                let at = format!("seed {seed}, fact {until}, {id} at {now}");
                for (machine, courses) in life.courses.iter().enumerate() {
                    let course = courses.iter().find(|course| course.key.is_none());
                    let there = course.map(|course| (course.state, course.since));
                    assert_eq!(
                        live.state(machine, number),
                        there,
                        "{at}\n{}",
                        playbook.canonical()
                    );
                }
                let sorted = |mut steps: Vec<(usize, Step)>| {
                    steps.sort_by_key(|step| format!("{step:?}"));
                    steps
                };
                let heard = host.steps.get(&**id).cloned().unwrap_or_default();
                assert_eq!(sorted(heard), sorted(told(&life)), "{at}\n{}", playbook.canonical());
                let mut given: Vec<Box<str>> = effects(on, playbook.machines(), customer, &life)
                    .0
                    .into_iter()
                    .map(|given| given.id)
                    .collect();
                let mut heard = host.given.get(&**id).cloned().unwrap_or_default();
                given.sort();
                heard.sort();
                assert_eq!(heard, given, "{at}\n{}", playbook.canonical());
                let next = live.due(number).is_none_or(|due| now < due);
                assert!(next || life.wakes.is_some_and(|wakes| wakes <= now), "{at}");
            }
        }
    }
    let counts = [n_added, n_retracted, n_taken_back, n_passed, n_heard];
    assert!(counts.iter().all(|count| 10 < *count), "{counts:?}");
}

#[test]
fn an_event_that_cannot_be_taken_in_by_itself_changes_nothing() {
    let playbook = Playbook::from_json(
        r#"{"guanxi": 1, "id": "shop", "version": "1", "calendar": {"zone": "UTC"},
        "schema": {"events": {"purchase": {"list": "purchases"}}},
        "segments": {"buyers": {"when": "purchases.size() > 0"}},
        "machines": {"m": {"initial": "stranger", "states": {
            "stranger": {"on": [{"event": "purchase", "to": "buyer"}]}, "buyer": {"tags": ["final"]}}}}}"#,
    )
    .unwrap();
    let at = |text: &str| Instant::parse(&format!("{text}T00:00:00Z")).unwrap();
    let bought = |id: &str, customer: &str, day: &str| Fact {
        source: "shop".into(),
        id: id.into(),
        customer: customer.into(),
        at: Some(at(day)),
        revision: None,
        correction: Correction::None,
        body: Body::Event { kind: 0, fields: vec![] },
    };
    let mut store = Store::in_memory(playbook.schema());
    let known = ["a", "b"].map(|customer| bought(customer, customer, "2026-01-05")).to_vec();
    store.append(known, Seen::Backfill).unwrap();
    store.restrict("b", at("2026-02-01")).unwrap();
    let (columns, now) = (store.columns(None).unwrap(), at("2026-03-01"));
    let mut live = Live::new(playbook.world(&columns), playbook.machines(), now, 1);
    let options = Options::default();
    let mut segments = SegmentsLive::new(&columns, &playbook, &[], now, options).unwrap();
    let taken_back = Correction::Retracts("a".into());
    let undated = Fact { at: None, ..bought("u", "a", "2026-01-06") };
    for fact in [
        // Which was first nobody can tell.
        bought("t", "a", "2026-01-05"),
        bought("r", "b", "2026-01-06"),
        Fact { correction: taken_back, ..bought("c", "a", "2026-01-06") },
        Fact { body: Body::Nothing, ..bought("n", "a", "2026-01-06") },
        undated,
    ] {
        assert!(live.hear(&fact, 9).is_none(), "{fact:?}");
        assert!(segments.hear(&fact, 9).is_none(), "{fact:?}");
    }
    assert_eq!(live.customer("b"), None);
    assert_eq!(segments.members("buyers").unwrap(), ["a"]);
    assert_eq!(live.hear(&bought("d", "a", "2026-01-06"), 9).unwrap().kept, 2);
    assert!(live.hear(&bought("e", "new", "2026-01-06"), 9).unwrap().added.len() == 2);
    assert!(segments.hear(&bought("e", "new", "2026-01-06"), 9).unwrap()[0].entered);
}
