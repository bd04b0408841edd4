//! Definitions that mean harm, or that nobody thought through: an answer in
//! bounded time, the same by every way, and the other customers go on.

use serde_json::{Map, Value, json};

use guanxi::Playbook;
use guanxi::facts::{Body, Columns, ColumnsBuilder, Correction, Fact};
use guanxi::lifecycle::{Replay, TRANSITIONS, WAKES, fold, standings};
use guanxi::units::Instant;

fn document(machine: Value) -> String {
    json!({
        "guanxi": 1, "id": "hostile", "version": "1", "calendar": {"zone": "America/New_York"},
        "schema": {"events": {"purchase": {"list": "purchases"}, "visit": {"list": "visits"}}},
        "machines": {"m": machine},
    })
    .to_string()
}

/// One customer who bought once, and one who only came by.
fn columns(playbook: &Playbook) -> Columns {
    let mut builder = ColumnsBuilder::new(playbook.schema());
    for (sequence, (customer, kind)) in [("bought", 0), ("came", 1)].into_iter().enumerate() {
        let fact = Fact {
            source: "s".into(),
            id: sequence.to_string().into(),
            customer: customer.into(),
            at: Some(Instant::parse("2026-01-01T12:00:00Z").unwrap()),
            revision: None,
            correction: Correction::None,
            body: Body::Event { kind, fields: vec![] },
        };
        builder.push(sequence as u64, Instant::MIN, &fact);
    }
    builder.finish()
}

/// A ring of states, each with as many ways out as there is room for.
fn ring(n_states: usize, n_ways: usize) -> Value {
    let state = |from: usize| {
        let way = |number: usize| {
            let to = format!("s{}", (from + number + 1) % n_states);
            json!({"event": "visit", "when": format!("visits.size() == {}", number + 1), "to": to})
        };
        json!({"on": (0..n_ways).map(way).collect::<Vec<_>>()})
    };
    let states: Map<String, Value> =
        (0..n_states).map(|it| (format!("s{it}"), state(it))).collect();
    json!({"initial": "s0", "states": states})
}

#[test]
fn ten_thousand_transitions_are_replayed_and_no_more_are_taken() {
    let n_states = 500;
    let playbook = Playbook::from_json(&document(ring(n_states, TRANSITIONS / n_states))).unwrap();
    assert_eq!(playbook.machines()[0].transitions.len(), TRANSITIONS);
    let columns = columns(&playbook);
    let on = playbook.world(&columns);
    let replay = Replay::new(on, playbook.machines());
    for customer in 0..columns.n_customers() {
        let fast = replay.life(customer, Instant::MAX, &mut replay.scratch());
        assert_eq!(fast.courses, fold(on, playbook.machines(), customer, Instant::MAX).courses);
    }
    assert!(Playbook::from_json(&document(ring(n_states, TRANSITIONS / n_states + 1))).is_err());
}

#[test]
fn who_goes_round_without_end_stands_still_and_the_others_go_on() {
    let machine = json!({"initial": "a", "states": {
        "a": {"on": [{"when": "purchases.exists(p, p.at <= now)", "to": "b"}, {"event": "visit", "to": "c"}]},
        "b": {"on": [{"when": "purchases.exists(p, p.at <= now)", "to": "a"}]},
        "c": {"tags": ["final"]},
    }});
    let playbook = Playbook::from_json(&document(machine)).unwrap();
    let columns = columns(&playbook);
    let until = Instant::parse("2026-03-01T00:00:00Z").unwrap();
    let found = standings(playbook.world(&columns), playbook.machines(), until, 1);
    assert_eq!(found.machines[0].positions, [0, 2]);
    let troubled: Vec<usize> = found.troubles.iter().map(|(customer, _)| *customer).collect();
    assert_eq!(troubled, [0]);
}

#[test]
fn a_timer_for_every_day_of_ten_thousand_years_comes_to_an_end() {
    let machine = json!({"initial": "a", "states": {
        "a": {"on": [{"after": "days(1)", "to": "b"}]},
        "b": {"on": [{"after": "days(1)", "to": "a"}]},
    }});
    let playbook = Playbook::from_json(&document(machine)).unwrap();
    let columns = columns(&playbook);
    let on = playbook.world(&columns);
    let replay = Replay::new(on, playbook.machines());
    let fast = replay.life(0, Instant::MAX, &mut replay.scratch());
    // The beginning, and one step for each day that is looked at.
    assert_eq!(fast.courses[0][0].steps.len(), 1 + WAKES);
}

#[test]
fn a_condition_for_every_midnight_of_ten_thousand_years_comes_to_an_end() {
    let machine = json!({"initial": "a", "states": {
        "a": {"on": [{"when": "today() == date('9999-12-30')", "to": "b"}]},
        "b": {"tags": ["final"]},
    }});
    let playbook = Playbook::from_json(&document(machine)).unwrap();
    let columns = columns(&playbook);
    let on = playbook.world(&columns);
    let replay = Replay::new(on, playbook.machines());
    let fast = replay.life(0, Instant::MAX, &mut replay.scratch());
    assert_eq!(fast.courses, fold(on, playbook.machines(), 0, Instant::MAX).courses);
}
