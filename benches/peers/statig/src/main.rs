//! A lifecycle of six states, replayed over everybody with timers and history,
//! beside `statig`, which is handed the same steps with the timers already
//! turned into events, and keeps no history.
//!
//! ```text
//! cargo run --release -- [customers] [rounds] [script.json]
//! ```
//!
//! The third argument is a file to write for `peers/xstate`: what statig is
//! handed, and where each customer ends.
//!
//! Both sides are measured by what statig is handed, so that a timer counts as
//! an event on either. A second round of statig keeps each step, as guanxi does.

use std::hint::black_box;
use std::time::Instant as Clock;

use guanxi::Playbook;
use guanxi::facts::{Body, Columns, ColumnsBuilder, Correction, Fact};
use guanxi::lifecycle::{Journal, Trigger, standings};
use guanxi::units::Instant;
use statig::prelude::*;

const EVENTS: usize = 20;
const DAY: i64 = 86_400_000_000;
const START: i64 = 1_600_000_000_000_000;

const PLAYBOOK: &str = r#"{
  "guanxi": 1, "id": "bench", "version": "1", "calendar": {"zone": "Asia/Shanghai"},
  "schema": {"events": {"purchase": {"list": "purchases"}, "visit": {"list": "visits"}}},
  "machines": {"relationship": {"initial": "stranger", "states": {
    "stranger": {"on": [{"event": "visit", "to": "prospect"}, {"event": "purchase", "to": "active"}]},
    "prospect": {"on": [{"event": "purchase", "to": "active"}, {"silent": "days(90)", "to": "dormant"}]},
    "dormant":  {"on": [{"event": "purchase", "to": "active"}, {"event": "visit", "to": "prospect"},
                        {"silent": "days(180)", "to": "lost"}]},
    "active":   {"on": [{"silent": "days(90)", "of": ["purchase"], "to": "at_risk"}]},
    "at_risk":  {"on": [{"event": "purchase", "to": "active"},
                        {"silent": "days(180)", "of": ["purchase"], "to": "lost"}]},
    "lost":     {"on": [{"event": "purchase", "to": "active"}, {"event": "visit", "to": "prospect"}]}
  }}}
}"#;

#[derive(Default)]
struct Lifecycle;

#[derive(Clone, Copy)]
enum Event {
    Visit,
    Purchase,
    /// A timer, already turned into an event.
    Idle,
}

#[state_machine(initial = "State::stranger()")]
impl Lifecycle {
    #[state]
    fn stranger(event: &Event) -> Outcome<State> {
        match event {
            Event::Visit => Transition(State::prospect()),
            Event::Purchase => Transition(State::active()),
            Event::Idle => Handled,
        }
    }
    #[state]
    fn prospect(event: &Event) -> Outcome<State> {
        match event {
            Event::Purchase => Transition(State::active()),
            Event::Idle => Transition(State::dormant()),
            Event::Visit => Handled,
        }
    }
    #[state]
    fn dormant(event: &Event) -> Outcome<State> {
        match event {
            Event::Purchase => Transition(State::active()),
            Event::Visit => Transition(State::prospect()),
            Event::Idle => Transition(State::lost()),
        }
    }
    #[state]
    fn active(event: &Event) -> Outcome<State> {
        match event {
            Event::Idle => Transition(State::at_risk()),
            _ => Handled,
        }
    }
    #[state]
    fn at_risk(event: &Event) -> Outcome<State> {
        match event {
            Event::Purchase => Transition(State::active()),
            Event::Idle => Transition(State::lost()),
            Event::Visit => Handled,
        }
    }
    #[state]
    fn lost(event: &Event) -> Outcome<State> {
        match event {
            Event::Purchase => Transition(State::active()),
            Event::Visit => Transition(State::prospect()),
            Event::Idle => Handled,
        }
    }
}

fn name(state: &State) -> &'static str {
    match state {
        State::Stranger {} => "stranger",
        State::Prospect {} => "prospect",
        State::Dormant {} => "dormant",
        State::Active {} => "active",
        State::AtRisk {} => "at_risk",
        State::Lost {} => "lost",
    }
}

/// Three visits to a purchase, a few days to a few months apart.
fn columns(playbook: &Playbook, customers: usize) -> Columns {
    let mut builder = ColumnsBuilder::new(playbook.schema());
    let mut random: u64 = 42;
    let mut next = |below: u64| {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (random >> 33) % below
    };
    let (purchase, visit) = (0, 1);
    let mut sequence = 0;
    for customer in 0..customers {
        let mut at = START + next(300) as i64 * DAY;
        for _ in 0..EVENTS {
            let gap = match next(16) {
                0 | 1 => 91 + next(60),
                2 | 3 => 181 + next(100),
                _ => next(20),
            };
            at += gap as i64 * DAY + next(86_400) as i64 * 1_000_000;
            let kind = if next(4) == 0 { purchase } else { visit };
            let fact = Fact {
                source: "bench".into(),
                id: format!("{sequence}").into(),
                customer: format!("{customer:08}").into(),
                at: Instant::from_micros(at).ok(),
                revision: None,
                correction: Correction::None,
                body: Body::Event { kind, fields: vec![] },
            };
            builder.push(sequence, Instant::MIN, &fact);
            sequence += 1;
        }
    }
    builder.finish()
}

fn main() {
    let mut args = std::env::args().skip(1).filter_map(|arg| arg.parse::<usize>().ok());
    let (customers, rounds) = (args.next().unwrap_or(200_000), args.next().unwrap_or(5));
    let playbook = Playbook::from_json(PLAYBOOK).expect("the playbook has no fault");
    let columns = columns(&playbook, customers);
    let machine = &playbook.machines()[0];
    let until = columns.last.expect("there are events");
    let world = playbook.world(&columns);
    let journal = Journal::of(world, playbook.machines(), until, 1);
    // What statig is handed: the events, and each timer where it had its effect.
    let mut script: Vec<Vec<Event>> = Vec::with_capacity(customers);
    for customer in 0..customers {
        let mut own: Vec<(i64, u8, Event)> = Vec::new();
        for (kind, events) in columns.kinds.iter().enumerate() {
            let (from, until) = events.range(customer);
            let event = if kind == 0 { Event::Purchase } else { Event::Visit };
            own.extend((from..until).map(|row| (events.at.micros(row), 0, event)));
        }
        for step in journal.machines[0].of(customer) {
            let timed = step.transition.is_some_and(|transition| {
                matches!(machine.transitions[transition].trigger, Trigger::Due(_))
            });
            if let (true, Some(at)) = (timed, step.at) {
                own.push((at.micros(), 1, Event::Idle));
            }
        }
        own.sort_by_key(|(at, class, _)| (*at, *class));
        script.push(own.into_iter().map(|(_, _, event)| event).collect());
    }
    let n_events = columns.n_events();
    let n_script: usize = script.iter().map(Vec::len).sum();
    let n_steps = journal.machines[0].len();
    println!(
        "{customers} customers, {n_events} events, {} timers that had an effect, {n_steps} steps",
        n_script - n_events
    );
    if let Some(path) = std::env::args().nth(3) {
        write_script(&path, &script).expect("the script can be written");
    }
    let ours = standings(world, playbook.machines(), until, 1);
    let mut best = [f64::MAX; 4];
    for _ in 0..rounds {
        let clock = Clock::now();
        let journal = black_box(Journal::of(world, playbook.machines(), until, 1));
        best[0] = best[0].min(clock.elapsed().as_secs_f64());
        assert_eq!(journal.machines[0].len(), n_steps);
        let clock = Clock::now();
        black_box(standings(world, playbook.machines(), until, 1));
        best[1] = best[1].min(clock.elapsed().as_secs_f64());
        let clock = Clock::now();
        let mut ends = Vec::with_capacity(customers);
        for events in &script {
            let mut machine = Lifecycle.state_machine();
            for event in events {
                machine.handle(event);
            }
            ends.push(name(machine.state()));
        }
        let ends = black_box(ends);
        best[2] = best[2].min(clock.elapsed().as_secs_f64());
        // The same, each step written down: customer, event, from, to.
        let clock = Clock::now();
        let mut steps: Vec<(u32, u32, u16, u16)> = Vec::new();
        for (customer, events) in script.iter().enumerate() {
            let mut machine = Lifecycle.state_machine();
            let mut from = place(machine.state());
            steps.push((customer as u32, 0, u16::MAX, from));
            for (number, event) in events.iter().enumerate() {
                machine.handle(event);
                let to = place(machine.state());
                if to != from {
                    steps.push((customer as u32, number as u32, from, to));
                    from = to;
                }
            }
        }
        let steps = black_box(steps);
        best[3] = best[3].min(clock.elapsed().as_secs_f64());
        assert_eq!(steps.len(), n_steps);
        for (customer, end) in ends.iter().enumerate() {
            let state = usize::from(ours.machines[0].positions[customer]);
            assert_eq!(&*machine.states[state].name, *end, "customer {customer}");
        }
    }
    let each = |seconds: f64, n: usize| seconds * 1e9 / n as f64;
    let ns = best.map(|seconds| each(seconds, n_script));
    println!("nanoseconds an event or timer, {n_script} of them:");
    println!(
        "guanxi, states, timers, every step kept      {:>6.1}  ({:.1} an event alone)",
        ns[0],
        each(best[0], n_events)
    );
    println!(
        "guanxi, states, timers                       {:>6.1}  ({:.1} an event alone)",
        ns[1],
        each(best[1], n_events)
    );
    println!("statig, states, timers handed to it          {:>6.1}", ns[2]);
    println!("statig, the same, every step kept            {:>6.1}", ns[3]);
    println!(
        "ratios: with steps {:.2} (statig with steps), {:.2} (statig without); states alone {:.2}",
        ns[0] / ns[3],
        ns[0] / ns[2],
        ns[1] / ns[2]
    );
}

fn place(state: &State) -> u16 {
    match state {
        State::Stranger {} => 0,
        State::Prospect {} => 1,
        State::Dormant {} => 2,
        State::Active {} => 3,
        State::AtRisk {} => 4,
        State::Lost {} => 5,
    }
}

/// `[[[0, 1, 2], "lost"], ...]`: events of each customer, and its last state.
fn write_script(path: &str, script: &[Vec<Event>]) -> std::io::Result<()> {
    let line = |events: &Vec<Event>| {
        let mut machine = Lifecycle.state_machine();
        events.iter().for_each(|event| machine.handle(event));
        let events: Vec<String> = events.iter().map(|event| (*event as u8).to_string()).collect();
        format!("[[{}],\"{}\"]", events.join(","), name(machine.state()))
    };
    let lines: Vec<String> = script.iter().map(line).collect();
    std::fs::write(path, format!("[{}]", lines.join(",\n")))
}
