//! Stories of customers in the presets, each with what it comes to: cases of
//! `cases/lifecycle.json`, told in memory and in a file that is opened anew
//! after every step.

use std::collections::BTreeMap;

use guanxi::Playbook;
use guanxi::facts::Seen;
use guanxi::facts::intake::{Lines, TableKind};
use guanxi::lifecycle::{Given, difference, effects, fold};
use guanxi::store::Store;
use guanxi::units::Instant;
use serde_json::Value;

use crate::support::Folder;

fn preset(name: &str) -> Playbook {
    let path = format!("{}/examples/presets/{name}.json", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(path).unwrap();
    Playbook::from_json(&text).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text"))
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn at(value: &Value) -> Instant {
    Instant::parse(text(value)).unwrap()
}

/// Appends facts; the verdicts of those that are not recorded.
fn tell(store: &mut Store, playbook: &Playbook, facts: &Value) -> Vec<String> {
    let zone = playbook.calendar().zone();
    let lines = Lines::of("events", &TableKind::Events, None, playbook.schema(), zone).unwrap();
    let told: String = list(facts).iter().map(|fact| format!("{fact}\n")).collect();
    let report = store.append_lines(&lines, told.as_bytes(), Seen::Backfill).unwrap();
    let refused = report.not_recorded.iter();
    refused.map(|row| row.verdict.name().to_owned()).collect()
}

/// The state of a customer in each machine; of a keyed one in each run.
fn states(store: &Store, playbook: &Playbook, id: &str, as_of: Instant) -> Value {
    let journey = store.journey(playbook, as_of, None, id).unwrap();
    let mut out = serde_json::Map::new();
    for it in journey.states() {
        match it.key {
            None => out.insert(it.machine.to_string(), it.state.to_string().into()),
            Some(key) => {
                let runs = out
                    .entry(it.machine.to_string())
                    .or_insert_with(|| Value::Object(Default::default()));
                runs.as_object_mut().unwrap().insert(key.into(), it.state.to_string().into())
            }
        };
    }
    Value::Object(out)
}

fn asked(store: &Store, playbook: &Playbook, effects_of: &Value) -> Vec<Given> {
    let columns = store.columns(None).unwrap();
    let as_of = at(&effects_of["as_of"]);
    let Some(customer) = columns.customer_at(text(&effects_of["customer"]), as_of) else {
        return Vec::new();
    };
    let (world, machines) = (playbook.world(&columns), playbook.machines());
    let life = fold(world, machines, customer, as_of);
    assert!(life.troubles.is_empty(), "{:?}", life.troubles);
    effects(world, machines, customer, &life).0
}

fn actions(playbook: &Playbook, given: &[&Given]) -> Vec<String> {
    let action = |it: &&Given| {
        let way = &playbook.machines()[it.machine].transitions[it.transition];
        way.effects[it.effect].action.to_string()
    };
    let mut actions: Vec<String> = given.iter().map(action).collect();
    actions.sort();
    actions
}

/// Everybody's states one by one are what the review counts of all at once.
fn check_counts(store: &Store, playbook: &Playbook, as_of: Instant) {
    let review = store.review(playbook, as_of).unwrap();
    let columns = store.columns(None).unwrap();
    let (world, machines) = (playbook.world(&columns), playbook.machines());
    for (number, machine) in machines.iter().enumerate() {
        let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
        for customer in (0..columns.n_customers()).filter(|it| columns.is_known(*it, as_of)) {
            for course in &fold(world, machines, customer, as_of).courses[number] {
                for state in machine.path(course.state) {
                    *counts.entry(&machine.states[state].name).or_default() += 1;
                }
            }
        }
        let found = review.machines.iter().find(|it| it.machine == machine.name).unwrap();
        for state in &found.states {
            let counted = counts.get(&*state.state).copied().unwrap_or(0);
            assert_eq!(state.customers, counted, "{} {} {as_of}", machine.name, state.state);
        }
    }
}

fn check_step(store: &Store, playbook: &Playbook, name: &str, step: &Value) -> usize {
    let expected = list(&step["expect"]);
    for one in expected {
        let (id, as_of) = (text(&one["customer"]), at(&one["as_of"]));
        let found = states(store, playbook, id, as_of);
        for (machine, state) in one["states"].as_object().unwrap() {
            assert_eq!(&found[machine], state, "{name}: {id} at {as_of}");
        }
        check_counts(store, playbook, as_of);
    }
    expected.len()
}

#[test]
fn stories_come_to_what_is_expected() {
    let cases: Vec<Value> = serde_json::from_str(include_str!("cases/lifecycle.json")).unwrap();
    let folder = Folder::new();
    let mut checked = 0;
    for (number, case) in cases.iter().enumerate() {
        let (name, playbook) = (text(&case["name"]), preset(text(&case["preset"])));
        let path = folder.file(&format!("{number}.db"));
        let mut memory = Store::in_memory(playbook.schema());
        for step in list(&case["steps"]) {
            let before = step.get("effects").map(|of| asked(&memory, &playbook, of));
            let mut file = Store::open(&path, playbook.schema()).unwrap();
            for store in [&mut memory, &mut file] {
                let refused = tell(store, &playbook, &step["facts"]);
                let expected: Vec<&str> = list(&step["refused"]).iter().map(text).collect();
                assert_eq!(refused, expected, "{name}");
            }
            drop(file);
            let file = Store::open(&path, playbook.schema()).unwrap();
            for store in [&memory, &file] {
                checked += check_step(store, &playbook, name, step);
                let Some(of) = step.get("effects") else { continue };
                let now = asked(store, &playbook, of);
                let (new, undone) = difference(before.as_deref().unwrap(), &now);
                for (what, given) in [("new", new), ("undone", undone)] {
                    let mut expected: Vec<&str> = list(&of[what]).iter().map(text).collect();
                    expected.sort_unstable();
                    assert_eq!(actions(&playbook, &given), expected, "{name}: {what}");
                    checked += 1;
                }
            }
        }
    }
    assert!(80 <= checked, "only {checked} expectations");
}

#[test]
fn presets_have_no_faults_hints_or_missing_labels() {
    for name in ["retail", "small_firm", "b2b"] {
        let playbook = preset(name);
        assert!(playbook.hints().is_empty(), "{name}: {:?}", playbook.hints());
        for machine in playbook.machines() {
            let texts = machine.states.iter().map(|it| &it.text).chain([&machine.text]);
            for text in texts {
                assert!(!text.zh.is_empty() && !text.en.is_empty(), "{name} {}", machine.name);
            }
        }
    }
}
