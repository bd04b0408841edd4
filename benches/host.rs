//! A night of thousands of tenants in one process that may open few files.
//!
//! ```text
//! ulimit -n 1024
//! cargo bench --bench host --features bundled -- [TENANTS] [CUSTOMERS] [STORES] [THREADS]
//! ```
//!
//! Makes a store of so many customers (500) with two purchases each for so many tenants
//! (200), damages one, lets a day pass for all of them while orders come in at random,
//! and takes times. Linux says how many files were open and how much memory was held.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant as Clock};

use guanxi::facts::{Batch, Body, Correction, Fact, Seen};
use guanxi::host::{Budget, Host};
use guanxi::store::Store;
use guanxi::units::Instant;
use guanxi::{Code, Playbook};

const DAY: i64 = 86_400_000_000;

/// Stores that are made; the others are copies of these.
const MADE: usize = 8;

/// Tenants who get a turn between two handfuls of orders.
const STEP: usize = 100;

/// Orders between two steps.
const ORDERS: usize = 50;

/// The tenant whose store is damaged.
const DAMAGED: usize = 7;

fn main() {
    let mut numbers = std::env::args().filter_map(|argument| argument.parse::<usize>().ok());
    let mut next = |otherwise: usize| numbers.next().unwrap_or(otherwise);
    let (tenants, customers) = (next(200), next(500));
    let budget = Budget { stores: next(256), threads: next(1), ..Budget::default() };
    let folder = tempfile::tempdir().unwrap();
    let (size, seconds) = timed(|| fill(folder.path(), tenants, customers));
    println!("{tenants} stores of {customers} customers, {size} MB: made in {seconds:.1} s");

    let host = Host::new(folder.path(), budget).unwrap();
    let ((), seconds) = timed(|| {
        for tenant in host.found().unwrap().tenants {
            host.enlist(&tenant, &host.playbook(&text()).unwrap()).unwrap();
        }
    });
    println!("enlisted in {:.0} ms, playbooks: {}", seconds * 1e3, host.usage().playbooks);

    let mut orders = Orders { next: numbered(), tenants, customers, times: Vec::new() };
    let night = night(&host, 401, &mut orders);
    println!("night: {night}, orders in between: {}", orders.told());
    let again = self::night(&host, 401, &mut Orders::none());
    println!("the same night again: {again}");
    let mut quiet = Orders::none();
    println!("next night: {}", self::night(&host, 402, &mut quiet));
    println!("{:?}", host.usage());
    println!("{}", machine());
    // A second handle on a file that is open keeps its descriptor as long as the first.
    drop(host);
    alone(folder.path(), tenants);
}

/// What a night came to.
struct Told {
    seconds: f64,
    tenants: u64,
    customers: u64,
    changes: u64,
    effects: u64,
    failed: Vec<Code>,
}

impl std::fmt::Display for Told {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let each = self.seconds * 1e3 / self.tenants as f64;
        write!(
            f,
            "{:.1} s, {each:.1} ms a tenant; {} customers, {} changes, {} effects, failed: {:?}",
            self.seconds, self.customers, self.changes, self.effects, self.failed
        )
    }
}

fn night(host: &Host, to: i64, orders: &mut Orders<impl FnMut() -> u64>) -> Told {
    let mut told =
        Told { seconds: 0.0, tenants: 0, customers: 0, changes: 0, effects: 0, failed: vec![] };
    let mut night = host.night(day(to));
    while !night.is_done() {
        let (outcomes, seconds) = timed(|| night.step(STEP));
        told.seconds += seconds;
        for outcome in outcomes {
            told.tenants += 1;
            match outcome.settled {
                Ok(settled) => {
                    told.customers += settled.customers;
                    told.changes += settled.changes;
                    told.effects += settled.effects;
                }
                Err(error) => told.failed.push(error.code()),
            }
        }
        orders.come(host, to);
    }
    assert_eq!(told.failed.len(), 1, "one store is damaged");
    told
}

/// Orders of customers and tenants who look like chance.
struct Orders<N> {
    next: N,
    tenants: usize,
    customers: usize,
    times: Vec<Duration>,
}

impl Orders<fn() -> u64> {
    fn none() -> Self {
        Orders { next: || 0, tenants: 0, customers: 0, times: Vec::new() }
    }
}

impl<N: FnMut() -> u64> Orders<N> {
    fn come(&mut self, host: &Host, on: i64) {
        for _ in 0..if self.tenants == 0 { 0 } else { ORDERS } {
            let tenant = (self.next)() as usize % self.tenants;
            if tenant == DAMAGED {
                continue;
            }
            let customer = (self.next)() as usize % self.customers;
            let fact = purchase(&format!("n{}", self.times.len()), customer, on);
            let batch = vec![Batch { facts: vec![fact], seen: Seen::At(day(on)) }];
            let begun = Clock::now();
            host.with(&name(tenant), |store, playbook| store.apply(playbook, batch, day(on)))
                .unwrap();
            self.times.push(begun.elapsed());
        }
    }

    fn told(&mut self) -> String {
        self.times.sort_unstable();
        let at = |part: usize| self.times[self.times.len() * part / 100].as_secs_f64() * 1e3;
        format!("{}, median {:.1} ms, p99 {:.1} ms", self.times.len(), at(50), at(99))
    }
}

/// What the same work costs with nobody who keeps stores open: each is opened, asked
/// and closed.
fn alone(folder: &Path, tenants: usize) {
    let playbook = Playbook::from_json(&text()).unwrap();
    let ((), seconds) = timed(|| {
        for tenant in (0..tenants).filter(|tenant| *tenant != DAMAGED) {
            let path = folder.join(format!("{}.db", name(tenant)));
            let mut store = Store::open(path, playbook.schema()).unwrap();
            store.advance(&playbook, day(402), 1_000).unwrap();
        }
    });
    println!("opened one by one, nothing due: {:.1} ms a tenant", seconds * 1e3 / tenants as f64);
}

fn timed<T>(work: impl FnOnce() -> T) -> (T, f64) {
    let begun = Clock::now();
    let done = work();
    (done, begun.elapsed().as_secs_f64())
}

/// Numbers that look like chance, the same ones each time.
fn numbered() -> impl FnMut() -> u64 {
    let mut state = 7_u64;
    move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        state >> 33
    }
}

/// What the system says of this process.
fn machine() -> String {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = |key: &str| status.lines().find(|line| line.starts_with(key)).unwrap_or_default();
    let files = fs::read_dir("/proc/self/fd").map_or(0, Iterator::count);
    format!("{}, {}, files open: {files}", line("VmHWM"), line("VmRSS")).replace('\t', " ")
}

fn text() -> String {
    let segment = |n: usize| {
        let days = 30 * (n + 1);
        format!(r#""s{n}": {{"when": "purchases.within(days({days})).size() >= 1"}}"#)
    };
    let segments: Vec<String> = (0..10).map(segment).collect();
    format!(
        r#"{{"guanxi": 1, "id": "shop", "version": "1", "calendar": {{"zone": "UTC"}},
        "schema": {{"events": {{"purchase": {{"list": "purchases"}}}}}},
        "segments": {{{}}},
        "machines": {{"relationship": {{"initial": "buyer", "states": {{
            "buyer": {{"on": [{{"silent": "days(180)", "to": "lost",
                              "effects": [{{"do": "win_back"}}]}}]}},
            "lost": {{"on": [{{"event": "purchase", "to": "buyer",
                             "effects": [{{"do": "thank"}}]}}]}}}}}}}}}}"#,
        segments.join(", ")
    )
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

fn name(tenant: usize) -> String {
    format!("tenant{tenant:05}")
}

/// Makes all stores, followed up to day 400. Gives their size in MB.
fn fill(folder: &Path, tenants: usize, customers: usize) -> u64 {
    let playbook = Playbook::from_json(&text()).unwrap();
    let path = |tenant: usize| folder.join(format!("{}.db", name(tenant)));
    for tenant in 0..tenants.min(MADE) {
        let mut store = Store::open(path(tenant), playbook.schema()).unwrap();
        let two = |customer: usize| {
            let first = ((customer + tenant) * 7_919 % 200) as i64;
            let second = 200 + ((customer + tenant) * 104_729 % 200) as i64;
            [(0, first), (1, second)]
                .map(|(n, on)| purchase(&format!("o{customer}-{n}"), customer, on))
        };
        store.append((0..customers).flat_map(two).collect(), Seen::Backfill).unwrap();
        store.adopt(&playbook, day(400)).unwrap();
    }
    for tenant in MADE..tenants {
        fs::copy(path(tenant % MADE), path(tenant)).unwrap();
    }
    let size = fs::metadata(path(0)).unwrap().len();
    if let Ok(mut bytes) = fs::read(path(DAMAGED)) {
        bytes[4096..].fill(0x5a);
        fs::write(path(DAMAGED), bytes).unwrap();
    }
    size * tenants as u64 / 1_000_000
}
