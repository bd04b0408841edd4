//! Kills a writer at random points, 200 times: what was acknowledged is there.
//!
//! ```text
//!   this program ──starts──> itself as writer ──> appends batch after batch,
//!        │  ^                      │               says so after each
//!        │  └──── acknowledged ────┘
//!        └─ SIGKILL, at some moment; opens the store, compares, goes on
//! ```
//!
//! A killed process loses what it had in memory, not what it had given to the
//! operating system; loss of power is not tried here.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, ExitCode, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant as Clock};

use guanxi::facts::{Body, Correction, Fact, Recorded, Schema, Seen, Value};
use guanxi::store::Store;
use guanxi::units::Instant;

const KILLS: u64 = 200;

/// A new file after this many, so that making one is interrupted too.
const KILLS_PER_FILE: u64 = 10;

/// Of these, a process that erases is killed.
const KILLS_ERASING: u64 = 40;

/// Customers of a store in which customers are erased.
const CUSTOMERS: u64 = 25;

const SCHEMA: &str = r#"{"events": {"purchase": {"fields": {
    "amount": {"type": "money", "currency": "CNY"}, "note": {"type": "text"}}}}}"#;

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let role = arguments.next();
    if let Some(role @ ("--write" | "--erase")) = role.as_deref() {
        let path = PathBuf::from(arguments.next().unwrap());
        let first: u64 = arguments.next().unwrap().parse().unwrap();
        if role == "--write" {
            write(&path, first)
        } else {
            erase(&path, first)
        }
        return ExitCode::SUCCESS;
    }
    let folder = std::env::temp_dir().join(format!("guanxi-crash-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let start = Clock::now();
    let outcome = std::panic::catch_unwind(|| {
        kill_while_erasing(&folder);
        kill_again_and_again(&folder)
    });
    std::fs::remove_dir_all(&folder).unwrap();
    let Ok(tally) = outcome else { return ExitCode::FAILURE };
    println!(
        "killed {KILLS} times in {:.0} s: {} batches acknowledged, all there; \
         {} more were complete without having been acknowledged",
        start.elapsed().as_secs_f64(),
        tally.acknowledged,
        tally.complete - tally.acknowledged
    );
    ExitCode::SUCCESS
}

/// The writer: appends batches for ever, and says which are recorded.
fn write(path: &Path, first: u64) {
    let mut store = Store::open(path, &schema()).unwrap();
    let mut out = std::io::stdout().lock();
    for number in first.. {
        store.append(batch(number), seen(number)).unwrap();
        writeln!(out, "{number}").unwrap();
        out.flush().unwrap();
    }
}

/// Erases customer after customer, and says which are gone.
fn erase(path: &Path, first: u64) {
    let mut store = Store::open(path, &schema()).unwrap();
    let mut out = std::io::stdout().lock();
    for number in first..CUSTOMERS {
        store.erase(&name(number), Instant::from_micros(2_000_000).unwrap()).unwrap();
        writeln!(out, "{number}").unwrap();
        out.flush().unwrap();
    }
    // The last is waited for too.
    std::thread::sleep(Duration::from_secs(60));
}

fn name(number: u64) -> String {
    format!("customer-who-goes-{number:04}-")
}

/// Kills a process that erases: whoever it said is gone is gone, everybody
/// else is whole or gone, and no old bytes outlast the next opening.
fn kill_while_erasing(folder: &Path) {
    let mut kill = 0;
    let mut erased_in_all = 0;
    while kill < KILLS_ERASING {
        let path = folder.join(format!("erase-{kill}.db"));
        let mut store = Store::open(&path, &schema()).unwrap();
        let facts = |number: u64| {
            (0..20).map(move |n| Fact {
                id: format!("{number}-{n}").into(),
                customer: name(number).into(),
                correction: Correction::None,
                ..fact(number, n + 1)
            })
        };
        store.append((0..CUSTOMERS).flat_map(facts).collect(), Seen::Backfill).unwrap();
        drop(store);
        let mut gone = 0;
        while gone < CUSTOMERS && kill < KILLS_ERASING {
            let said = run_and_kill("--erase", &path, gone, kill);
            kill += 1;
            gone = check_erased(&path, said.map_or(gone, |last| last + 1));
        }
        erased_in_all += gone;
    }
    assert!(KILLS_ERASING / 4 <= erased_in_all, "only {erased_in_all} were erased");
}

/// How many are gone: those before them, and nobody after them.
fn check_erased(path: &Path, promised: u64) -> u64 {
    let store = Store::open(path, &schema()).unwrap();
    let report = store.verify().unwrap();
    assert!(report.is_sound(), "{:?}", report.faults);
    assert_eq!(report.facts, CUSTOMERS * 20);
    let whole = |number: u64| match store.customer_facts(&name(number), None).unwrap().len() {
        0 => false,
        20 => true,
        some => panic!("{some} facts of customer {number}"),
    };
    let gone = (0..CUSTOMERS).take_while(|number| !whole(*number)).count() as u64;
    assert!(promised <= gone, "{promised} were said to be gone, {gone} are");
    assert!((gone..CUSTOMERS).all(whole));
    drop(store);
    for file in [path.to_owned(), path.with_extension("db-wal")] {
        let bytes = std::fs::read(&file).unwrap_or_default();
        for number in 0..gone {
            let name = name(number);
            let found = bytes.windows(name.len()).any(|window| window == name.as_bytes());
            assert!(!found, "`{name}` is still in {}", file.display());
        }
    }
    gone
}

struct Tally {
    acknowledged: u64,
    complete: u64,
}

fn kill_again_and_again(folder: &Path) -> Tally {
    let mut tally = Tally { acknowledged: 0, complete: 0 };
    let (mut path, mut n_batches) = (PathBuf::new(), 0);
    for kill in 0..KILLS {
        if kill.is_multiple_of(KILLS_PER_FILE) {
            (path, n_batches) = (folder.join(format!("{kill}.db")), 0);
        }
        let acknowledged = run_and_kill("--write", &path, n_batches, kill);
        let found = check(&path);
        let promised = acknowledged.map_or(n_batches, |last| last + 1);
        assert!(promised <= found, "kill {kill}: {promised} batches acknowledged, {found} found");
        tally.acknowledged += promised - n_batches;
        tally.complete += found - n_batches;
        n_batches = found;
    }
    // Every second writer was waited for.
    assert!(KILLS / 2 <= tally.acknowledged, "only {} were written", tally.acknowledged);
    tally
}

/// Runs a writer for a moment. The last number that it acknowledged.
fn run_and_kill(role: &str, path: &Path, first: u64, kill: u64) -> Option<u64> {
    let mut writer = Command::new(std::env::current_exe().unwrap())
        .arg(role)
        .arg(path)
        .arg(first.to_string())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut said = BufReader::new(writer.stdout.take().unwrap());
    let pause = Duration::from_micros(scatter(kill) % 20_000);
    if kill.is_multiple_of(2) {
        // While it starts, opens, makes the file.
        std::thread::sleep(pause);
        stop(&mut writer);
        return last_number(&mut said);
    }
    let first = one_number(&mut said);
    std::thread::sleep(pause);
    stop(&mut writer);
    last_number(&mut said).or(first)
}

fn stop(writer: &mut Child) {
    assert!(writer.try_wait().unwrap().is_none(), "the writer gave up by itself");
    writer.kill().unwrap();
    writer.wait().unwrap();
}

fn one_number(said: &mut BufReader<ChildStdout>) -> Option<u64> {
    let mut line = String::new();
    said.read_line(&mut line).unwrap();
    // A line that was cut off is no acknowledgement.
    line.strip_suffix('\n').map(|number| number.parse().unwrap())
}

fn last_number(said: &mut BufReader<ChildStdout>) -> Option<u64> {
    std::iter::from_fn(|| one_number(said)).last()
}

/// Whether the store is sound and holds whole batches in order; how many.
fn check(path: &Path) -> u64 {
    let store = Store::open(path, &schema()).unwrap();
    let report = store.verify().unwrap();
    assert!(report.is_sound(), "{:?}", report.faults);
    let mut found = store.since(0).unwrap().into_iter();
    for number in 0..report.batches {
        for fact in batch(number) {
            let Recorded { fact: recorded, .. } = found.next().expect("a batch is incomplete");
            assert!(recorded == fact, "batch {number} is not as it was written");
        }
    }
    assert!(found.next().is_none(), "there are facts of no batch");
    report.batches
}

fn schema() -> Arc<Schema> {
    Arc::new(Schema::from_json(SCHEMA).unwrap())
}

fn seen(number: u64) -> Seen {
    Seen::At(Instant::from_micros(number as i64).unwrap())
}

/// The facts of a batch: a few, or in one of ten so many that the log of
/// changes is copied into the file at once.
fn batch(number: u64) -> Vec<Fact> {
    let n_facts = if number % 10 == 9 { 1200 } else { 1 + scatter(number) % 30 };
    (0..n_facts).map(|n| fact(number, n)).collect()
}

fn fact(batch: u64, n: u64) -> Fact {
    let random = scatter(batch * 10_000 + n);
    let corrects_one = n == 0 && 0 < batch;
    Fact {
        source: "shop".into(),
        id: format!("{batch}-{n}").into(),
        customer: format!("C-{}", random % 500).into(),
        at: Instant::from_micros(random as i64 % 1_000_000).ok(),
        revision: None,
        correction: match corrects_one {
            true => Correction::Supersedes(format!("{}-0", batch - 1).into()),
            false => Correction::None,
        },
        body: Body::Event {
            kind: 0,
            fields: vec![
                Some(Value::Exact(random as i64 % 1000)),
                Some(Value::Text("说明".repeat(random as usize % 40).into())),
            ],
        },
    }
}

/// The same number for the same n, in no order.
fn scatter(n: u64) -> u64 {
    let mixed = (n ^ (n >> 33)).wrapping_add(1).wrapping_mul(0xff51_afd7_ed55_8ccd);
    (mixed ^ (mixed >> 33)).wrapping_mul(0xc4ce_b9fe_1a85_ec53) >> 20
}
