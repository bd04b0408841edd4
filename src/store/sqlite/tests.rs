//! What only the connection itself can bring about: a full disk, a busy file,
//! settings.

use std::time::Duration;

use tempfile::TempDir;

use super::*;
use crate::error::Code;
use crate::facts::{Body, Correction, Fact, Seen};

/// A store in a directory of its own.
struct Place {
    folder: TempDir,
    database: Database,
}

impl Place {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let schema = r#"{"events": {"call": {"list": "calls"}}}"#;
        let schema = Arc::new(Schema::from_json(schema).unwrap());
        let database = Database::open(&folder.path().join("crm.db"), &schema).unwrap();
        Place { folder, database }
    }
}

fn calls(numbers: std::ops::Range<i64>) -> Vec<Fact> {
    let call = |n: i64| Fact {
        source: "desk".into(),
        id: n.to_string().into(),
        customer: format!("customer {n} with a long name").into(),
        at: Instant::from_micros(n).ok(),
        revision: None,
        correction: Correction::None,
        body: Body::Event { kind: 0, fields: vec![] },
    };
    numbers.map(call).collect()
}

fn append(database: &mut Database, facts: Vec<Fact>) -> Result<Vec<Verdict>, Error> {
    database.append_all(vec![Batch { facts, seen: Seen::Backfill }])
}

/// Lets the file grow to this many pages, as a disk does that fills up.
fn limit_pages(database: &Database, n_pages: i64) {
    let name = "max_page_count";
    database.connection.pragma_update_and_check(None, name, n_pages, |_| Ok(())).unwrap();
}

#[track_caller]
fn check_full_disk(place: &mut Place, n_calls: i64) {
    let database = &mut place.database;
    append(database, calls(0..10)).unwrap();
    // No number is this low: SQLite takes it for the pages there are.
    limit_pages(database, 1);
    let batch = calls(10..10 + n_calls);
    let error = append(database, batch.clone()).unwrap_err();
    assert_eq!(error.code(), Code::DiskFull, "{error}");
    assert_eq!(database.since(0).unwrap().len(), 10);
    assert!(database.verify().unwrap().is_sound());
    // There is space again, and the same batch goes in.
    limit_pages(database, 1_000_000);
    let verdicts = append(database, batch).unwrap();
    assert!(verdicts.iter().all(|verdict| *verdict == Verdict::New));
    assert!(database.verify().unwrap().is_sound());
}

#[test]
fn on_a_full_disk_nothing_is_half_written() {
    check_full_disk(&mut Place::new(), 2000);
    check_full_disk(&mut Place::new(), 500);
}

#[test]
fn another_writer_is_waited_for_but_not_for_ever() {
    let mut place = Place::new();
    let other = Connection::open(place.folder.path().join("crm.db")).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    place.database.connection.busy_timeout(Duration::from_millis(20)).unwrap();
    let error = append(&mut place.database, calls(0..1)).unwrap_err();
    assert_eq!(error.code(), Code::Busy);
    assert_eq!(place.database.since(0).unwrap().len(), 0);
    other.execute_batch("COMMIT").unwrap();
    append(&mut place.database, calls(0..1)).unwrap();
}

#[test]
fn the_settings_hold() {
    let mut place = Place::new();
    append(&mut place.database, calls(0..2000)).unwrap();
    append(&mut place.database, calls(2000..2001)).unwrap();
    let connection = &place.database.connection;
    for (pragma, expected) in [
        ("foreign_keys", 1),
        ("synchronous", 2),
        ("busy_timeout", 5000),
        ("trusted_schema", 0),
        ("cell_size_check", 1),
        ("mmap_size", 0),
        ("cache_size", -2048),
        ("application_id", 0x4758_5354),
        ("user_version", 8),
    ] {
        let found: i64 = connection.pragma_query_value(None, pragma, |row| row.get(0)).unwrap();
        assert_eq!(found, expected, "{pragma}");
    }
    let mode: String =
        connection.pragma_query_value(None, "journal_mode", |row| row.get(0)).unwrap();
    assert_eq!(mode, "wal");
    let attach = connection.execute_batch("ATTACH ':memory:' AS a; ATTACH ':memory:' AS b");
    assert!(attach.is_err());
    let schema = connection.execute_batch("UPDATE sqlite_schema SET sql = '' WHERE 0");
    assert!(schema.is_err(), "the schema can be written");
}

#[test]
fn the_readable_view_reads() {
    let mut place = Place::new();
    append(&mut place.database, calls(0..3)).unwrap();
    let person = Connection::open(place.folder.path().join("crm.db")).unwrap();
    let row: (String, String, String) = person
        .query_row("SELECT source, customer, kind FROM readable WHERE id = '1'", [], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })
        .unwrap();
    let customer = "customer 1 with a long name".to_owned();
    assert_eq!(row, ("desk".to_owned(), customer, "call".to_owned()));
}
