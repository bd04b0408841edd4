//! A store that is followed, and one customer of it, as a host asks that starts anew for
//! each request.
//!
//! ```text
//! cargo bench --bench living --features bundled -- [CUSTOMERS] [ROUNDS]
//! ```
//!
//! Makes a store of so many customers (a million) with two purchases each, follows it by
//! a hundred segments and a machine with effects, and takes times, in milliseconds. What is
//! recorded is on the disk when a call returns, so that no apply is quicker than the disk:
//! `TMPDIR` says in which folder, and one in memory shows what is left.

use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant as Clock};

use guanxi::Playbook;
use guanxi::facts::{Batch, Body, Correction, Fact, Seen};
use guanxi::store::Store;
use guanxi::units::Instant;

const DAY: i64 = 86_400_000_000;

/// Facts that are handed over at once.
const BATCH: usize = 200_000;

fn main() {
    let mut numbers = std::env::args().filter_map(|argument| argument.parse::<usize>().ok());
    let customers = numbers.next().unwrap_or(1_000_000);
    let rounds = numbers.next().unwrap_or(500);
    let (playbook, folder) = (playbook(), tempfile::tempdir().unwrap());
    let path = folder.path().join("followed.db");
    let now = day(400);
    let begun = Clock::now();
    fill(&path, &playbook, customers);
    println!("{customers} customers recorded in {:.1} s", begun.elapsed().as_secs_f64());
    let begun = Clock::now();
    Store::open(&path, playbook.schema()).unwrap().adopt(&playbook, now).unwrap();
    let size = std::fs::metadata(&path).unwrap().len() / 1_000_000;
    println!("followed in {:.1} s, {size} MB", begun.elapsed().as_secs_f64());
    let mut next = numbered(customers);
    let mut order = (0..).map(move |number| purchase(&format!("n{number}"), next(), 400));
    let mut who = numbered(customers);
    measure("open + customer", rounds, || {
        let store = Store::open_read_only(&path, playbook.schema()).unwrap();
        let view = store.customer(&playbook, now, &format!("C-{}", who())).unwrap();
        assert!(!view.events.is_empty());
    });
    measure("open + apply one order", rounds, || {
        let mut store = Store::open(&path, playbook.schema()).unwrap();
        apply(&mut store, &playbook, order.next().unwrap(), now);
    });
    let mut store = Store::open(&path, playbook.schema()).unwrap();
    measure("apply one order, warm", rounds * 4, || {
        apply(&mut store, &playbook, order.next().unwrap(), now);
    });
    measure("customer, warm", rounds, || {
        store.customer(&playbook, now, &format!("C-{}", who())).unwrap();
    });
    let mut plain = std::fs::File::create(folder.path().join("plain")).unwrap();
    measure("floor: 4 KB flushed", rounds, || {
        plain.write_all(&[1; 4_096]).unwrap();
        plain.sync_data().unwrap();
    });
    let begun = Clock::now();
    let mut looked_at = 0;
    for _ in 0..10 {
        looked_at += store.advance(&playbook, day(403), 1_000).unwrap().customers;
    }
    let rate = looked_at as f64 / begun.elapsed().as_secs_f64();
    println!("advance: {rate:.0} customers a second, in steps of 1,000");
}

fn measure(what: &str, rounds: usize, mut work: impl FnMut()) {
    let mut times: Vec<Duration> = (0..rounds)
        .map(|_| {
            let begun = Clock::now();
            work();
            begun.elapsed()
        })
        .collect();
    times.sort_unstable();
    let at = |part: usize| times[(times.len() * part / 100).min(times.len() - 1)].as_secs_f64();
    let [middle, late, last] = [50, 99, 100].map(|part| at(part) * 1e3);
    println!("{what:24} median {middle:8.2} ms   p99 {late:8.2} ms   worst {last:8.2} ms");
}

/// Numbers that look like chance, the same ones each time.
fn numbered(below: usize) -> impl FnMut() -> usize {
    let mut state = 7_u64;
    move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (state >> 33) as usize % below
    }
}

fn playbook() -> Playbook {
    let segment = |n: usize| {
        let (days, times) = (5 * (n / 4) + 10, n % 4 + 1);
        format!(r#""s{n}": {{"when": "purchases.within(days({days})).size() >= {times}"}}"#)
    };
    let segments: Vec<String> = (0..100).map(segment).collect();
    let text = format!(
        r#"{{"guanxi": 1, "id": "shop", "version": "1", "calendar": {{"zone": "UTC"}},
        "schema": {{"events": {{"purchase": {{"list": "purchases"}}}}}},
        "segments": {{{}}},
        "machines": {{"relationship": {{"initial": "buyer", "states": {{
            "buyer": {{"on": [{{"silent": "days(180)", "to": "lost",
                              "effects": [{{"do": "win_back"}}]}}]}},
            "lost": {{"on": [{{"event": "purchase", "to": "buyer",
                             "effects": [{{"do": "thank"}}]}}]}}}}}}}}}}"#,
        segments.join(", ")
    );
    Playbook::from_json(&text).unwrap()
}

fn day(number: i64) -> Instant {
    Instant::from_micros((20_000 + number) * DAY).unwrap()
}

fn purchase(id: &str, customer: usize, on: i64) -> Fact {
    Fact {
        source: "shop".into(),
        id: id.into(),
        customer: format!("C-{customer}").into(),
        at: Some(day(on)),
        revision: None,
        correction: Correction::None,
        body: Body::Event { kind: 0, fields: vec![] },
    }
}

fn fill(path: &Path, playbook: &Playbook, customers: usize) {
    let mut store = Store::open(path, playbook.schema()).unwrap();
    let two = |customer: usize| {
        let first = (customer * 7_919 % 200) as i64;
        let second = 200 + (customer * 104_729 % 200) as i64;
        [(0, first), (1, second)].map(|(n, on)| purchase(&format!("o{customer}-{n}"), customer, on))
    };
    let everybody: Vec<usize> = (0..customers).collect();
    for some in everybody.chunks(BATCH / 2) {
        let facts = some.iter().flat_map(|customer| two(*customer)).collect();
        store.append(facts, Seen::Backfill).unwrap();
    }
}

fn apply(store: &mut Store, playbook: &Playbook, order: Fact, now: Instant) {
    let batch = Batch { facts: vec![order], seen: Seen::At(now) };
    let settled = store.apply(playbook, vec![batch], now).unwrap();
    assert_eq!(settled.customers, 1);
}
