//! A hundred segments: everybody at once, kept up to date, how they overlap, and
//! one explained.
//!
//! ```text
//! cargo bench --bench segments -- [customers]
//! ```
//!
//! What is timed is compared first: everybody at once with one segment after the
//! other, and what is kept up to date with everybody at once.

use std::collections::BTreeMap;
use std::error::Error;
use std::hint::black_box;
use std::sync::Arc;
use std::time::Instant as Clock;

use guanxi::engine::Options;
use guanxi::engine::segment::{SegmentsLive, explain};
use guanxi::facts::{Bits, Body, Columns, ColumnsBuilder, Correction, Fact, Seen, Snapshot, Value};
use guanxi::lang::Checked;
use guanxi::lang::kernel::{Answer, Context, evaluate, evaluate_all};
use guanxi::segment::Overlaps;
use guanxi::units::Instant;
use guanxi::{Playbook, Store};

const DAY: i64 = 86_400_000_000;
const START: i64 = 1_600_000_000_000_000;
const DAYS: u64 = 1_095;
const SEGMENTS: usize = 100;

/// Clauses of which the segments are made.
const CLAUSES: [&str; 40] = [
    "region in ['r1', 'r2', 'r3']",
    "region == 'r7'",
    "!(region in ['r4', 'r5'])",
    "age >= 30",
    "age < 45",
    "age >= 18 && age < 30",
    "income >= 20000.00",
    "income < 5000.00",
    "vip",
    "!vip",
    "purchases.within(days(30)).size() >= 1",
    "purchases.within(days(90)).size() >= 1",
    "purchases.within(days(90)).size() >= 2",
    "purchases.within(days(90)).size() >= 3",
    "purchases.within(days(180)).size() >= 2",
    "purchases.within(days(365)).size() >= 5",
    "purchases.within(days(365)).size() < 2",
    "purchases.size() == 1",
    "purchases.size() >= 4",
    "purchases.within(days(60)).size() == 0",
    "purchases.within(days(180)).size() == 0",
    "purchases.within(days(365)).size() == 0",
    "complaints.within(days(30)).size() == 0",
    "complaints.within(days(90)).size() == 0",
    "complaints.within(days(365)).size() >= 1",
    "opens.within(days(14)).size() >= 1",
    "opens.within(days(60)).size() >= 2",
    "opens.within(days(90)).size() == 0",
    "opens.size() >= 3",
    "purchases.within(days(90)).sum(p, p.amount) >= 300.00",
    "purchases.within(days(365)).sum(p, p.amount) >= 1000.00",
    "purchases.within(days(365)).sum(p, p.amount) < 200.00",
    "purchases.sum(p, p.amount) >= 2000.00",
    "purchases.filter(p, p.amount >= 500.00).within(days(365)).size() >= 1",
    "purchases.exists(p, p.product == 'tea')",
    "purchases.within(days(180)).exists(p, p.product in ['tea', 'silk'])",
    "purchases.filter(p, p.product == 'salt' && p.amount > 50.00).size() == 0",
    "purchases.within(months(6)).size() >= 1",
    "opens.within(months(1)).size() == 0",
    "purchases.within(months(12)).sum(p, p.amount) >= 800.00",
];

struct Random(u64);

impl Random {
    fn below(&mut self, below: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (self.0 >> 33) % below
    }
}

/// Two or three clauses each.
fn conditions() -> Vec<String> {
    let mut random = Random(11);
    let mut one = || {
        let n = 2 + random.below(2);
        let parts = (0..n).map(|_| CLAUSES[random.below(CLAUSES.len() as u64) as usize]);
        let parts: Vec<String> = parts.map(|part| format!("({part})")).collect();
        parts.join(if random.below(4) == 0 { " || " } else { " && " })
    };
    (0..SEGMENTS).map(|_| one()).collect()
}

fn playbook() -> Result<Playbook, guanxi::Error> {
    let segments = conditions().into_iter().enumerate();
    let segments = segments.map(|(n, when)| format!("\"s{n:03}\": {{\"when\": \"{when}\"}}"));
    let regions: Vec<String> = (0..34).map(|n| format!("\"r{n}\"")).collect();
    Playbook::from_json(&format!(
        r#"{{"guanxi": 1, "id": "bench", "version": "1", "calendar": {{"zone": "Asia/Shanghai"}},
        "schema": {{
            "attributes": {{
                "region": {{"type": "enum", "values": [{}]}},
                "age": {{"type": "int", "nullable": true}},
                "income": {{"type": "money", "currency": "CNY", "nullable": true}},
                "vip": {{"type": "bool"}}}},
            "events": {{
                "purchase": {{"list": "purchases", "fields": {{
                    "amount": {{"type": "money", "currency": "CNY"}}, "product": {{"type": "text"}}}}}},
                "open": {{"list": "opens"}},
                "complaint": {{"list": "complaints"}}}}}},
        "segments": {{{}}}}}"#,
        regions.join(", "),
        segments.collect::<Vec<_>>().join(", "),
    ))
}

/// Makes up facts about one customer after the other, the same each time.
struct Firm<'p> {
    playbook: &'p Playbook,
    sequence: u64,
}

impl Firm<'_> {
    fn fact(&mut self, id: &str, at: i64, body: Body) -> Fact {
        self.sequence += 1;
        Fact {
            source: "bench".into(),
            id: self.sequence.to_string().into(),
            customer: id.into(),
            at: Instant::from_micros(at).ok(),
            revision: None,
            correction: Correction::None,
            body,
        }
    }

    fn event(&mut self, random: &mut Random, id: &str, at: i64) -> Fact {
        let schema = self.playbook.schema();
        let kind = match random.below(10) {
            0..5 => "purchase",
            5..9 => "open",
            _ => "complaint",
        };
        let product = ["tea", "silk", "salt", "rice", "wine"][random.below(5) as usize];
        let fields = match kind {
            "purchase" => vec![
                Some(Value::Exact((random.below(100) * random.below(100) * 5 + 500) as i64)),
                Some(Value::Text(product.into())),
            ],
            _ => Vec::new(),
        };
        let kind = schema.kind(kind).unwrap_or_default();
        self.fact(id, at, Body::Event { kind, fields })
    }

    /// About ten events, and what is known of the customer.
    fn customer(&mut self, number: usize) -> Vec<Fact> {
        let (mut random, id) = (Random(number as u64 * 2_654_435_761 + 5), format!("C{number:07}"));
        for _ in 0..8 {
            random.below(2);
        }
        let schema = self.playbook.schema();
        let place = |name: &str| schema.attribute(name).unwrap_or_default();
        let known = |random: &mut Random, value: i64| (random.below(10) != 0).then_some(value);
        let (age, income) = (random.below(60) as i64 + 16, random.below(5_000_000) as i64);
        let mut profile = vec![
            (place("region"), Some(Value::Text(format!("r{}", random.below(34)).into()))),
            (place("age"), known(&mut random, age).map(Value::Int)),
            (place("income"), known(&mut random, income).map(Value::Exact)),
            (place("vip"), Some(Value::Bool(random.below(12) == 0))),
        ];
        profile.sort_by_key(|(place, _)| *place);
        let mut facts = vec![self.fact(&id, START, Body::Attributes(profile))];
        let events = 1 + random.below(19);
        let mut times: Vec<i64> =
            (0..events).map(|_| START + (random.below(DAYS * 86_400) as i64) * 1_000_000).collect();
        times.sort_unstable();
        for at in times {
            facts.push(self.event(&mut random, &id, at));
        }
        facts
    }
}

fn columns<'f>(playbook: &Playbook, facts: impl Iterator<Item = &'f Fact>) -> Columns {
    let mut builder = ColumnsBuilder::new(playbook.schema());
    for (sequence, fact) in facts.enumerate() {
        builder.push(sequence as u64, Instant::MIN, fact);
    }
    builder.finish()
}

/// Nanoseconds that the first thread has had of a processor, where the system
/// tells: on a busy machine they say more than the clock on the wall.
fn processor() -> Option<u64> {
    std::fs::read_to_string("/proc/self/schedstat").ok()?.split(' ').next()?.parse().ok()
}

/// The least of some rounds, in milliseconds: on the wall, and of the processor.
fn least(rounds: usize, mut call: impl FnMut()) -> (f64, f64) {
    let mut took = || {
        let (start, before) = (Clock::now(), processor());
        call();
        let wall = start.elapsed().as_secs_f64() * 1e3;
        let used = processor().zip(before).map(|(after, before)| (after - before) as f64 / 1e6);
        (wall, used.unwrap_or(wall))
    };
    let all: Vec<(f64, f64)> = (0..rounds).map(|_| took()).collect();
    let of = |which: fn(&(f64, f64)) -> f64| all.iter().map(which).fold(f64::MAX, f64::min);
    (of(|it| it.0), of(|it| it.1))
}

fn told(what: &str, threads: usize, (wall, used): (f64, f64)) {
    match threads {
        1 => println!("{what}, 1 thread: {wall:.1} ms, {used:.1} of the processor"),
        _ => println!("{what}, {threads} threads: {wall:.1} ms"),
    }
}

fn print(what: &str, mut nanos: Vec<u64>) {
    nanos.sort_unstable();
    let at = |part: f64| nanos[((nanos.len() - 1) as f64 * part) as usize] as f64 / 1000.0;
    println!("{what:<62} p50 {:>8.2} us   p99 {:>8.2} us", at(0.5), at(0.99));
}

/// Everybody at once; the members of each segment.
fn whole(playbook: &Playbook, columns: &Columns, now: Instant) -> BTreeMap<Arc<str>, Answer> {
    let (snapshot, none) = (Snapshot::new(columns, now), BTreeMap::new());
    let context = Context {
        snapshot: &snapshot,
        calendar: playbook.calendar(),
        parameters: playbook.parameters(),
        answers: &none,
        states: None,
        scores: None,
        period: None,
    };
    let asked: Vec<(&Arc<str>, &Checked)> =
        playbook.segments().iter().map(|it| (it.name(), &**it.condition())).collect();
    let together = evaluate_all(&asked, &context, 1);
    for (name, condition) in &asked {
        assert_eq!(together.get(*name), Some(&evaluate(condition, &context, 1)), "{name}");
    }
    assert_eq!(together, evaluate_all(&asked, &context, 2));
    let apart = least(3, || {
        for (_, condition) in &asked {
            black_box(evaluate(condition, &context, 1));
        }
    });
    told(&format!("{SEGMENTS} segments, one after the other"), 1, apart);
    for threads in [1, 2] {
        let took = least(5, || drop(black_box(evaluate_all(&asked, &context, threads))));
        told(&format!("{SEGMENTS} segments together"), threads, took);
    }
    together
}

fn overlaps(answers: &BTreeMap<Arc<str>, Answer>) {
    let sets: Vec<&Bits> = answers.values().map(|answer| &answer.members).collect();
    let slow = |a: &Bits, b: &Bits| a.and(b).count() as u64;
    let fast = Overlaps::of(&sets, 2);
    for (one, other) in [(0, 1), (3, 70), (98, 99)] {
        assert_eq!(fast.both(one, other), slow(sets[one], sets[other]));
    }
    for threads in [1, 2] {
        let took = least(5, || drop(black_box(Overlaps::of(&sets, threads))));
        told(&format!("overlap of {SEGMENTS} segments"), threads, took);
    }
}

/// Keeps everybody up to date, and compares that with everybody at once.
fn live(
    playbook: &Playbook,
    columns: &Columns,
    answers: &BTreeMap<Arc<str>, Answer>,
    now: Instant,
) -> Result<(), Box<dyn Error>> {
    let start = Clock::now();
    let options = Options { threads: 2 };
    let mut live = SegmentsLive::new(columns, playbook, &[], now, options)?;
    println!("made live, 2 threads: {:.2} s", start.elapsed().as_secs_f64());
    for (name, answer) in answers {
        let ids = answer.members.rows().filter_map(|row| columns.customers.get(row));
        assert!(live.members(name)?.into_iter().eq(ids.map(|id| &**id)), "{name}");
    }
    let n_customers = columns.n_customers();
    println!("bytes a customer: {:.1}", live.bytes() as f64 / n_customers as f64);

    let mut random = Random(3);
    let (mut alone, mut with_columns, mut turned) = (Vec::new(), Vec::new(), 0);

    for _ in 0..4_000 {
        let number = random.below(n_customers as u64) as usize;
        let mut firm = Firm { playbook, sequence: 0 };
        let mut facts = firm.customer(number);
        let id = facts[0].customer.clone();
        facts.push(firm.event(&mut random, &id, now.micros()));
        let start = Clock::now();
        let own = self::columns(playbook, facts.iter());
        let built = start.elapsed().as_nanos() as u64;
        let last = facts.last().into_iter().collect::<Vec<_>>();
        let start = Clock::now();
        let turns = live.apply(&id, own, &last).ok_or("one customer is enough")?;
        let took = start.elapsed().as_nanos() as u64;
        turned += turns.len();
        alone.push(took);
        with_columns.push(took + built);
    }
    print("one event, the columns of the customer at hand", alone);
    print("one event, all of it", with_columns);
    println!("of 4,000 events came {turned} turns");

    // Somewhere nobody is due; then a day goes by.
    let due = live.due().ok_or("somebody is due")?;
    let free = due.micros() - now.micros() - 1;
    let n = free.min(1_000_000);
    let start = Clock::now();
    for step in 1..=n {
        let turns = live.advance_to(now.checked_add_micros(step)?);
        assert!(turns.is_empty());
    }
    println!("advance_to with nothing due: {:.0} ns", start.elapsed().as_nanos() as f64 / n as f64);
    let start = Clock::now();
    let turns = live.advance_to(now.checked_add_micros(DAY)?);
    let took = start.elapsed().as_secs_f64();
    println!(
        "a day goes by: {} turns in {:.1} ms, {:.2} us each",
        turns.len(),
        took * 1e3,
        took * 1e6 / turns.len().max(1) as f64
    );

    let now = live.now();
    // By itself: the first time, and of who was heard of before.
    let (mut first, mut again, mut n_turns) = (Vec::new(), Vec::new(), 0);
    let mut heard = std::collections::BTreeSet::new();
    for round in 1..=8_000 {
        let number = (random.below(4_000) as usize * 241 + 7) % n_customers;
        let id = columns.customers[number].clone();
        let mut firm = Firm { playbook, sequence: u64::from(u32::MAX) };
        let at = now.checked_add_micros(round)?;
        live.advance_to(at);
        let event = firm.event(&mut random, &id, at.micros());
        let start = Clock::now();
        let turns = live.hear(&event, firm.sequence);
        let took = start.elapsed().as_nanos() as u64;
        n_turns += turns.ok_or("no other event has its instant")?.len();
        if heard.insert(number) { &mut first } else { &mut again }.push(took);
    }
    println!("of {} events by themselves came {n_turns} turns", first.len() + again.len());
    print("one event by itself, the first of its customer", first);
    print("one event by itself, of who was heard of before", again);
    Ok(())
}

/// One customer and one segment, in full.
fn explained(playbook: &Playbook, now: Instant) -> Result<(), Box<dyn Error>> {
    let (mut whole, mut proofs) = (Vec::new(), Vec::new());
    for number in 0..200 {
        let mut firm = Firm { playbook, sequence: 0 };
        let facts = firm.customer(number);
        let id = facts[0].customer.clone();
        let own = columns(playbook, facts.iter());
        let mut store = Store::in_memory(playbook.schema());
        store.append(facts, Seen::Backfill)?;
        let snapshot = Snapshot::new(&own, now);
        let none = BTreeMap::new();
        let context = Context {
            snapshot: &snapshot,
            calendar: playbook.calendar(),
            parameters: playbook.parameters(),
            answers: &none,
            states: None,
            scores: None,
            period: None,
        };
        for segment in playbook.segments().iter().skip(number % 7).step_by(7) {
            let start = Clock::now();
            let told = explain(&store, playbook, segment.name(), &id, now, None)?;
            whole.push(start.elapsed().as_nanos() as u64);
            let subject = context.subject(Some(0));
            let start = Clock::now();
            let proof = guanxi::lang::explain(segment.condition(), &subject);
            proofs.push(start.elapsed().as_nanos() as u64);
            assert_eq!(told.member == Some(true), proof.holds(), "{id}");
        }
    }
    print("one customer's proof of one segment", proofs);
    print("explained from the store: proof, since when, what is lacking", whole);
    Ok(())
}

fn main() -> Result<(), Box<dyn Error>> {
    let given = std::env::args().skip(1).find_map(|given| given.parse().ok());
    let n_customers: usize = given.unwrap_or(1_000_000);
    let playbook = playbook()?;
    let mut firm = Firm { playbook: &playbook, sequence: 0 };
    let mut builder = ColumnsBuilder::new(playbook.schema());
    for number in 0..n_customers {
        for fact in firm.customer(number) {
            builder.push(firm.sequence, Instant::MIN, &fact);
        }
    }
    let columns = builder.finish();
    println!("{n_customers} customers, {} events", columns.n_events());
    let now = Instant::from_micros(START + DAYS as i64 * DAY)?;
    let answers = whole(&playbook, &columns, now);
    let members: usize = answers.values().map(|answer| answer.members.count()).sum();
    println!("{:.0} members a segment", members as f64 / SEGMENTS as f64);
    overlaps(&answers);
    explained(&playbook, now)?;
    live(&playbook, &columns, &answers, now)
}
