//! `tests/cases/timers.json`: lifecycles that need no Rust to read, by the
//! fold and by the replay.
//!
//! A case has a `zone`, `workdays` where it needs them, a `schema`, `machines`
//! and `facts` as JSON Lines, and says what is so:
//!
//! * `turns`: customer, machine, an instant, and the states just before it, at
//!   it and just after it: the first until then, the second from then on;
//! * `at`: states of customers as of an instant, and the codes of `troubles`;
//! * `history`: steps of a customer up to `until`, `INSTANT MACHINE FROM -> TO`,
//!   of the machines that are mentioned.

use guanxi::facts::intake::{Lines, TableKind};
use guanxi::facts::{Columns, Seen};
use guanxi::lifecycle::{Life, Replay, fold};
use guanxi::units::Instant;
use guanxi::{Playbook, Store};
use serde_json::{Value, json};

struct Case {
    name: String,
    playbook: Playbook,
    columns: Columns,
}

fn at(text: &Value) -> Instant {
    Instant::parse(text.as_str().unwrap()).unwrap()
}

impl Case {
    fn of(case: &Value) -> Case {
        let name = case["name"].as_str().unwrap().to_owned();
        let mut document = json!({
            "guanxi": 1, "id": "case", "version": "1", "calendar": {"zone": case["zone"]},
            "schema": case["schema"], "machines": case["machines"],
        });
        if case.get("workdays").is_some() {
            document["calendar"]["workdays"] = case["workdays"].clone();
        }
        let playbook = Playbook::from_json(&document.to_string());
        let playbook = playbook.unwrap_or_else(|error| panic!("{name}\n{error}"));
        let lines: Vec<String> =
            case["facts"].as_array().unwrap().iter().map(Value::to_string).collect();
        let mut store = Store::in_memory(playbook.schema());
        let (schema, zone) = (playbook.schema(), playbook.calendar().zone());
        let reader = Lines::of("facts", &TableKind::Events, None, schema, zone).unwrap();
        let report =
            store.append_lines(&reader, lines.join("\n").as_bytes(), Seen::Backfill).unwrap();
        assert_eq!(report.verdicts.new, report.verdicts.rows(), "{name}: {report:#?}");
        let columns = store.columns(None).unwrap();
        Case { name, playbook, columns }
    }

    /// The life of a customer, which fold and replay have to agree on.
    fn life(&self, customer: &str, until: Instant) -> Life {
        let (world, machines) = (self.playbook.world(&self.columns), self.playbook.machines());
        let position = self.columns.customers.iter().position(|id| &**id == customer);
        let position = position.unwrap_or_else(|| panic!("{}: no {customer}", self.name));
        let replay = Replay::new(world, machines);
        let mut fast = replay.life(position, until, &mut replay.scratch());
        let mut slow = fold(world, machines, position, until);
        // When it may next change is only a bound.
        (fast.wakes, slow.wakes) = (None, None);
        assert_eq!(fast, slow, "{}: {customer} until {until}", self.name);
        slow
    }

    fn state(&self, customer: &str, machine: &str, until: Instant) -> String {
        let place = self.machine(machine);
        let state = self.life(customer, until).courses[place][0].state;
        self.playbook.machines()[place].states[state].name.to_string()
    }

    fn machine(&self, name: &str) -> usize {
        let place = self.playbook.machines().iter().position(|machine| &*machine.name == name);
        place.unwrap_or_else(|| panic!("{}: no machine {name}", self.name))
    }

    /// The steps of the machines that are mentioned, each machine by itself.
    fn history(&self, customer: &str, until: Instant, mentioned: &[String]) -> Vec<String> {
        let life = self.life(customer, until);
        let mut out = Vec::new();
        for (machine, courses) in self.playbook.machines().iter().zip(&life.courses) {
            let ours = |step: &&String| step.split(' ').nth(1) == Some(&*machine.name);
            if !mentioned.iter().any(|step| ours(&step)) {
                continue;
            }
            let name = |state: usize| &machine.states[state].name;
            for step in courses.iter().flat_map(|course| &course.steps) {
                let (Some(at), Some(from)) = (step.at, step.from) else { continue };
                out.push(format!("{at} {} {} -> {}", machine.name, name(from), name(step.to)));
            }
        }
        out.sort();
        out
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

#[test]
fn every_case_of_the_corpus() {
    let cases: Value = serde_json::from_str(include_str!("cases/timers.json")).unwrap();
    let (mut failures, mut n_turns) = (Vec::new(), 0);
    for written in cases.as_array().unwrap() {
        let case = Case::of(written);
        let mut expect = |what: String, found: String, wanted: &str| {
            if found != wanted {
                failures.push(format!("{}: {what} is {found}, not {wanted}", case.name));
            }
        };
        for turn in written["turns"].as_array().into_iter().flatten() {
            n_turns += 1;
            let (customer, machine, due) = (text(&turn[0]), text(&turn[1]), at(&turn[2]));
            for (off, wanted) in [(-1, &turn[3]), (0, &turn[4]), (1, &turn[4])] {
                let until = due.checked_add_micros(off).unwrap();
                let found = case.state(customer, machine, until);
                expect(format!("{customer} in {machine} at {until}"), found, text(wanted));
            }
        }
        for question in written["at"].as_array().into_iter().flatten() {
            let until = at(&question["as_of"]);
            for (customer, machines) in question["states"].as_object().unwrap() {
                for (machine, wanted) in machines.as_object().unwrap() {
                    let found = case.state(customer, machine, until);
                    expect(format!("{customer} in {machine} at {until}"), found, text(wanted));
                }
            }
            for (customer, wanted) in question["troubles"].as_object().into_iter().flatten() {
                let troubles = case.life(customer, until).troubles;
                let mut codes: Vec<&str> = troubles.iter().map(|it| it.fault.code.name()).collect();
                codes.sort_unstable();
                codes.dedup();
                let wanted = wanted.to_string();
                expect(format!("trouble of {customer}"), json!(codes).to_string(), &wanted);
            }
        }
        for (customer, steps) in written["history"].as_object().into_iter().flatten() {
            let mut steps: Vec<String> = serde_json::from_value(steps.clone()).unwrap();
            steps.sort();
            let until = written.get("until").map_or(Instant::MAX, at);
            let found = case.history(customer, until, &steps);
            expect(format!("history of {customer}"), found.join("\n"), &steps.join("\n"));
        }
    }
    assert!(failures.is_empty(), "{}\n{} failures", failures.join("\n"), failures.len());
    assert!(n_turns > 40, "{n_turns} turns");
}
