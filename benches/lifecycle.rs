//! Lifecycles kept up to date: one fact more, one late fact, a day gone by; and
//! two sets of machines compared.
//!
//! ```text
//! cargo bench --bench lifecycle -- [customers]
//! ```

use std::hint::black_box;
use std::time::Instant as Clock;

use guanxi::Playbook;
use guanxi::facts::{Body, Columns, ColumnsBuilder, Correction, Fact};
use guanxi::lifecycle::{Live, Mode, Pair, Replay, Side, compare, fold};
use guanxi::units::Instant;

const DAY: i64 = 86_400_000_000;
const START: i64 = 1_600_000_000_000_000;

/// The machine of `peers/statig`; `SILENT` is how long a buyer is active.
const PLAYBOOK: &str = r#"{
  "guanxi": 1, "id": "bench", "version": "1", "calendar": {"zone": "Asia/Shanghai"},
  "schema": {"events": {"purchase": {"list": "purchases"}, "visit": {"list": "visits"}}},
  "machines": {"relationship": {"initial": "stranger", "states": {
    "stranger": {"on": [{"event": "visit", "to": "prospect"}, {"event": "purchase", "to": "active"}]},
    "prospect": {"on": [{"event": "purchase", "to": "active"}, {"silent": "days(90)", "to": "dormant"}]},
    "dormant":  {"on": [{"event": "purchase", "to": "active"}, {"event": "visit", "to": "prospect"},
                        {"silent": "days(180)", "to": "lost"}]},
    "active":   {"on": [{"silent": "days(SILENT)", "of": ["purchase"], "to": "at_risk"}]},
    "at_risk":  {"on": [{"event": "purchase", "to": "active"},
                        {"silent": "days(180)", "of": ["purchase"], "to": "lost"}]},
    "lost":     {"on": [{"event": "purchase", "to": "active"}, {"event": "visit", "to": "prospect"}]}
  }}}
}"#;

struct Random(u64);

impl Random {
    fn below(&mut self, below: u64) -> i64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        ((self.0 >> 33) % below) as i64
    }
}

fn fact(sequence: u64, customer: &str, at: i64, kind: usize) -> Fact {
    Fact {
        source: "bench".into(),
        id: sequence.to_string().into(),
        customer: customer.into(),
        at: Instant::from_micros(at).ok(),
        revision: None,
        correction: Correction::None,
        body: Body::Event { kind, fields: vec![] },
    }
}

/// Events of one customer after one another.
fn history(random: &mut Random, customer: &str, n_events: usize, gap: u64) -> Vec<Fact> {
    let mut at = START + random.below(300) * DAY;
    let next = |number: usize| {
        at += random.below(gap) * DAY + random.below(86_400) * 1_000_000;
        fact(number as u64, customer, at, usize::from(random.below(4) != 0))
    };
    (0..n_events).map(next).collect()
}

fn columns<'f>(playbook: &Playbook, facts: impl Iterator<Item = &'f Fact>) -> Columns {
    let mut builder = ColumnsBuilder::new(playbook.schema());
    for (sequence, fact) in facts.enumerate() {
        builder.push(sequence as u64, Instant::MIN, fact);
    }
    builder.finish()
}

fn print(what: &str, mut nanos: Vec<u64>) {
    nanos.sort_unstable();
    let at = |part: f64| nanos[((nanos.len() - 1) as f64 * part) as usize] as f64 / 1000.0;
    println!("{what:<62} p50 {:>8.1} us   p99 {:>8.1} us", at(0.5), at(0.99));
}

/// One more fact about somebody with a history, in order or late.
fn one_more(playbook: &Playbook, n_events: usize, late: bool) {
    let mut random = Random(7);
    let (mut all, mut replayed) = (Vec::new(), Vec::new());
    let (mut first, mut heard, mut by_one, mut n_heard) = (vec![], vec![], vec![], 0);
    for round in 0..400 {
        let mut facts = history(&mut random, "c", n_events + 1, 20);
        let position = if late { random.below(n_events as u64) as usize } else { n_events };
        let more = facts.remove(position);
        let base = columns(playbook, facts.iter());
        let now = base.last.max(more.at).expect("facts have dates");
        let mut live = Live::new(playbook.world(&base), playbook.machines(), now, 1);
        facts.push(more);
        // By itself: the first time, and of who was heard of before.
        let event = facts.last().expect("it was put there");
        let sequence = facts.len() as u64;
        for (cold, took) in [(true, &mut first), (false, &mut heard)] {
            let mut live = Live::new(playbook.world(&base), playbook.machines(), now, 1);
            if !cold {
                let own = columns(playbook, facts[..n_events].iter());
                live.apply("c", own).expect("it is the customer");
            }
            let clock = Clock::now();
            let changed = black_box(live.hear(event, sequence));
            took.push(clock.elapsed().as_nanos() as u64);
            if changed.is_some() {
                n_heard += 1;
                by_one.push((live.state(0, 0), live.due(0)));
            }
        }
        let clock = Clock::now();
        let own = columns(playbook, facts.iter());
        black_box(live.apply("c", own).expect("it is the customer"));
        all.push(clock.elapsed().as_nanos() as u64);
        for told in by_one.drain(..) {
            assert_eq!(told, (live.state(0, 0), live.due(0)));
        }
        let own = columns(playbook, facts.iter());
        let replay = Replay::new(playbook.world(&own), playbook.machines());
        let mut scratch = replay.scratch();
        let clock = Clock::now();
        let life = black_box(replay.life(0, now, &mut scratch));
        replayed.push(clock.elapsed().as_nanos() as u64);
        if round % 50 == 0 {
            let slow = fold(playbook.world(&own), playbook.machines(), 0, now);
            assert_eq!(life.courses, slow.courses);
            let end = (slow.courses[0][0].state, slow.courses[0][0].since);
            assert_eq!(live.state(0, 0), Some(end));
        }
    }
    let order = if late { "late" } else { "in order" };
    assert!(750 < n_heard, "nearly all have an instant of their own: {n_heard}");
    print(&format!("a fact {order} after {n_events}, by itself"), heard);
    print(&format!("a fact {order} after {n_events}, by itself, the first time"), first);
    print(&format!("a fact {order} after {n_events}: columns, apply, difference"), all);
    print(&format!("a fact {order} after {n_events}: the replay in it alone"), replayed);
}

fn main() {
    let mut args = std::env::args().skip(1).filter_map(|arg| arg.parse::<usize>().ok());
    let n_customers = args.next_back().unwrap_or(1_000_000);
    let playbook = |silent: &str| {
        Playbook::from_json(&PLAYBOOK.replace("SILENT", silent)).expect("it has no fault")
    };
    let (old, new) = (playbook("90"), playbook("60"));
    one_more(&old, 20, false);
    one_more(&old, 1_000, false);
    one_more(&old, 1_000, true);

    // Buyers of the last hundred days, a hundredth of whom are due on any day.
    let mut random = Random(42);
    let mut builder = ColumnsBuilder::new(old.schema());
    let mut sequence = 0;
    for customer in 0..n_customers {
        let id = format!("{customer:08}");
        let last = START + random.below(90) * DAY;
        for back in (0..5).rev() {
            let at = last - back * random.below(30) * DAY + random.below(86_400) * 1_000_000;
            let kind = usize::from(back != 0);
            builder.push(sequence, Instant::MIN, &fact(sequence, &id, at, kind));
            sequence += 1;
        }
    }
    let columns = builder.finish();
    let now = Instant::from_micros(START + 95 * DAY).expect("it is an instant");
    let world = old.world(&columns);
    let clock = Clock::now();
    let mut live = Live::new(world, old.machines(), now, 1);
    println!("{n_customers} customers taken in: {:.0} ms", clock.elapsed().as_secs_f64() * 1e3);
    println!("bytes a customer and machine: {}", live.bytes() / n_customers);
    let next = now.checked_add_micros(DAY).expect("it is an instant");
    let clock = Clock::now();
    let changed = live.advance_to(next);
    let took = clock.elapsed().as_secs_f64() * 1e3;
    println!("a day gone by, {} of them changed: {took:.1} ms", changed.len());
    let again = Live::new(world, old.machines(), next, 1);
    assert!((0..n_customers).all(|it| live.state(0, it) == again.state(0, it)));

    let side = |playbook: &Playbook| playbook.machines().to_vec();
    let (old_machines, new_machines) = (side(&old), side(&new));
    let pair = Pair { old: 0, new: 0, states: (0..6).map(Some).collect() };
    let old = Side { world, machines: &old_machines };
    let new = Side { world: new.world(&columns), machines: &new_machines };
    let clock = Clock::now();
    let found = compare(old, new, &[pair], Mode::Reinterpret, next, 1);
    let took = clock.elapsed().as_secs_f64();
    println!("two sets of machines compared: {took:.2} s, {} parted", found.pairs[0].parted);
}
