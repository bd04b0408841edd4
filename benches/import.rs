//! Durable import of a million events: ours, and raw rusqlite.
//!
//! Question: what do verdicts, dictionaries, JSON and the running hash cost on
//! top of writing the rows? The raw side is given the finished rows and does
//! nothing but insert them, prepared, into the same tables with the same
//! indexes, in the same transactions, with the same settings. (What ours keeps
//! as the table `history` is an ordinary index on the customer there.) First
//! both files are compared row by row.
//!
//! ```text
//! cargo bench --bench import --features bundled [-- EVENTS BATCH ROUNDS]
//! ```

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant as Clock};

use guanxi::facts::{Body, Correction, Fact, Schema, Seen, Value, Verdict};
use guanxi::store::Store;
use guanxi::units::Instant;
use rusqlite::types::Value as Cell;
use rusqlite::{Connection, TransactionBehavior, params_from_iter};

const SCHEMA: &str = r#"{"events": {"purchase": {"list": "purchases", "fields": {
    "amount": {"type": "money", "currency": "CNY"}, "product": {"type": "text"}}}}}"#;

/// The tables that an import of events fills.
const TABLES: [&str; 5] = ["source", "kind", "customer", "fact", "batch"];

fn main() {
    let mut numbers = std::env::args().filter_map(|argument| argument.parse::<usize>().ok());
    let n_events = numbers.next().unwrap_or(1_000_000);
    let batches = numbers.next().map_or(vec![10_000, n_events], |batch| vec![batch]);
    let rounds = numbers.next().unwrap_or(3);
    let schema = Arc::new(Schema::from_json(SCHEMA).unwrap());
    let facts = facts(n_events);
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    for batch in batches {
        compare(&schema, &facts, batch, rounds, folder);
    }
}

fn compare(schema: &Arc<Schema>, facts: &[Fact], batch: usize, rounds: usize, folder: &Path) {
    let (ours, raw) = (folder.join("ours.db"), folder.join("raw.db"));
    import(&ours, schema, facts, batch);
    let rows = Rows::of(&ours);
    insert(&raw, &rows, batch);
    assert!(rows == Rows::of(&raw), "the two files differ");
    let (mut of_ours, mut of_raw) = (Vec::new(), Vec::new());
    for _ in 0..rounds {
        of_ours.push(import(&ours, schema, facts, batch));
        of_raw.push(insert(&raw, &rows, batch));
    }
    let rate = |times: &mut Vec<Duration>| {
        times.sort_unstable();
        facts.len() as f64 / times[times.len() / 2].as_secs_f64()
    };
    let (of_ours, of_raw) = (rate(&mut of_ours), rate(&mut of_raw));
    println!(
        "import of {} events, {batch} a batch: guanxi {of_ours:.0}/s, raw rusqlite {of_raw:.0}/s, \
         ratio {:.2}",
        facts.len(),
        of_ours / of_raw
    );
    load(&ours, schema, facts.len());
}

/// Purchases as they happen: ids and times ascend, customers come at random.
fn facts(n_events: usize) -> Vec<Fact> {
    let n_customers = (n_events / 10).max(1) as u64;
    (0..n_events as u64)
        .map(|n| {
            let random = scatter(n);
            let at = 1_600_000_000_000_000 + n as i64 * 97_000_000;
            let product: Box<str> = format!("P-{:04}", random / 7 % 1000).into();
            Fact {
                source: "shop".into(),
                id: format!("o-{n:09}").into(),
                customer: format!("C-{:06}", random % n_customers).into(),
                at: Some(Instant::from_micros(at).unwrap()),
                revision: None,
                correction: Correction::None,
                body: Body::Event {
                    kind: 0,
                    fields: vec![
                        Some(Value::Exact((random % 100_000) as i64)),
                        Some(Value::Text(product)),
                    ],
                },
            }
        })
        .collect()
}

/// The same number for the same n, in no order: a bench that draws anew cannot
/// be compared with last month's.
fn scatter(n: u64) -> u64 {
    let mixed = (n ^ (n >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    (mixed ^ (mixed >> 33)).wrapping_mul(0xc4ce_b9fe_1a85_ec53) >> 20
}

fn import(path: &Path, schema: &Arc<Schema>, facts: &[Fact], batch: usize) -> Duration {
    remove(path);
    let batches: Vec<Vec<Fact>> = facts.chunks(batch).map(<[Fact]>::to_vec).collect();
    let mut store = Store::open(path, schema).unwrap();
    let seen = Seen::At(Instant::from_micros(1_900_000_000_000_000).unwrap());
    let start = Clock::now();
    for batch in batches {
        let verdicts = store.append(batch, seen).unwrap();
        assert!(verdicts.iter().all(|verdict| *verdict == Verdict::New));
    }
    start.elapsed()
}

fn load(path: &Path, schema: &Arc<Schema>, n_events: usize) {
    let store = Store::open(path, schema).unwrap();
    let start = Clock::now();
    let columns = store.columns(None).unwrap();
    let columns_took = start.elapsed().as_secs_f64();
    assert_eq!(columns.n_events(), n_events);
    let start = Clock::now();
    assert!(store.verify().unwrap().is_sound());
    let verify_took = start.elapsed().as_secs_f64();
    println!(
        "  into columns {:.0}/s, verified {:.0}/s",
        n_events as f64 / columns_took,
        n_events as f64 / verify_took
    );
}

/// The rows of a store, table by table.
#[derive(PartialEq)]
struct Rows {
    tables: Vec<String>,
    rows: Vec<Vec<Vec<Cell>>>,
}

impl Rows {
    fn of(path: &Path) -> Self {
        let connection = Connection::open(path).unwrap();
        let mut statement = connection
            .prepare(
                "SELECT sql FROM sqlite_schema
                 WHERE sql IS NOT NULL AND name NOT IN ('history', 'readable', 'fact_by_customer')
                 ORDER BY rowid",
            )
            .unwrap();
        let tables = statement.query_map([], |row| row.get(0)).unwrap();
        let rows = TABLES.iter().map(|table| read(&connection, table)).collect();
        Rows { tables: tables.collect::<Result<_, _>>().unwrap(), rows }
    }
}

fn read(connection: &Connection, table: &str) -> Vec<Vec<Cell>> {
    let mut statement = connection.prepare(&format!("SELECT * FROM {table}")).unwrap();
    let n_columns = statement.column_count();
    let rows = statement
        .query_map([], |row| (0..n_columns).map(|column| row.get(column)).collect())
        .unwrap();
    rows.collect::<Result<_, _>>().unwrap()
}

fn insert(path: &Path, rows: &Rows, batch: usize) -> Duration {
    remove(path);
    let mut connection = Connection::open(path).unwrap();
    connection
        .execute_batch(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = OFF;
             PRAGMA temp_store = MEMORY; PRAGMA cache_size = -65536;",
        )
        .unwrap();
    for sql in &rows.tables {
        connection.execute_batch(sql).unwrap();
    }
    connection.execute_batch("CREATE INDEX fact_by_customer ON fact (customer)").unwrap();
    let [sources, kinds, customers, facts, batches] = &rows.rows[..] else { panic!() };
    let mut customers = customers.iter().peekable();
    let mut batches = batches.iter();
    let start = Clock::now();
    for (n, facts) in facts.chunks(batch).enumerate() {
        let change = connection.transaction_with_behavior(TransactionBehavior::Immediate).unwrap();
        if n == 0 {
            put(&change, "source", 2, sources.iter());
            put(&change, "kind", 3, kinds.iter());
        }
        // The customers who come first in this batch have the next numbers.
        let last = facts.iter().map(|fact| whole(&fact[3])).max().unwrap();
        let come = std::iter::from_fn(|| customers.next_if(|row| whole(&row[0]) <= last));
        put(&change, "customer", 3, come);
        put(&change, "fact", 10, facts.iter());
        put(&change, "batch", 6, batches.by_ref().take(1));
        change.commit().unwrap();
    }
    start.elapsed()
}

fn put<'a>(
    connection: &Connection,
    table: &str,
    n_columns: usize,
    rows: impl Iterator<Item = &'a Vec<Cell>>,
) {
    let places = vec!["?"; n_columns].join(", ");
    let sql = format!("INSERT INTO {table} VALUES ({places})");
    let mut statement = connection.prepare(&sql).unwrap();
    for row in rows {
        statement.execute(params_from_iter(row)).unwrap();
    }
}

fn whole(cell: &Cell) -> i64 {
    match cell {
        Cell::Integer(number) => *number,
        _ => panic!("not a number"),
    }
}

fn remove(path: &Path) {
    for suffix in ["", "-wal", "-shm"] {
        let mut name = path.as_os_str().to_owned();
        name.push(suffix);
        let _ = fs::remove_file(name);
    }
}
