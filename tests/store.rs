//! Stores: a file and memory agree, and a file survives what files meet.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use guanxi::Code;
use guanxi::facts::schema::UnknownCustomers;
use guanxi::facts::{Batch, Body, Correction, Fact, Schema, Seen, Value, Verdict};
use guanxi::store::Store;
use proptest::prelude::*;
use rusqlite::Connection;

use crate::made_up::{batches, minute, purchase, schema, shared_schema};
use crate::support::Folder;

fn open(path: &Path) -> Store {
    Store::open(path, &shared_schema()).unwrap()
}

/// Purchases with these numbers as id, of seven customers.
fn purchases(numbers: std::ops::Range<i64>) -> Vec<Fact> {
    numbers.map(|n| purchase(&n.to_string(), &format!("C{}", n % 7), n, n)).collect()
}

/// A closed store of two batches.
fn closed_store(path: &Path) {
    let mut store = open(path);
    store.append(purchases(0..10), Seen::At(minute(1))).unwrap();
    store.append(purchases(10..20), Seen::At(minute(2))).unwrap();
}

/// The file is refused with this code, for writing and for reading, and both
/// leave it and its directory as they are.
#[track_caller]
fn check_refused(folder: &Folder, path: &Path, code: Code) {
    let (bytes, names) = (fs::read(path).ok(), folder.names());
    for opened in [Store::open(path, &shared_schema()), read_only(path)] {
        let error = opened.expect_err("it opened");
        assert_eq!(error.code(), code, "{error}");
        assert!(error.to_string().contains(path.to_str().unwrap()), "{error}");
    }
    assert!(fs::read(path).ok() == bytes, "the file was changed");
    assert_eq!(folder.names(), names);
}

fn read_only(path: &Path) -> Result<Store, guanxi::Error> {
    Store::open_read_only(path, &shared_schema())
}

/// Everything a store answers, at each knowledge time, equals in both.
#[track_caller]
fn assert_alike(one: &Store, other: &Store) {
    assert_eq!(one.since(0).unwrap(), other.since(0).unwrap());
    assert_eq!(one.since(3).unwrap(), other.since(3).unwrap());
    assert_eq!(one.statistics().unwrap(), other.statistics().unwrap());
    assert_eq!(one.n_customers().unwrap(), other.n_customers().unwrap());
    let last_at = one.columns(None).unwrap().last;
    assert_eq!(one.last_at().unwrap(), last_at);
    assert_eq!(other.last_at().unwrap(), last_at);
    for known_at in (-1..7).map(minute).map(Some).chain([None]) {
        assert_eq!(one.columns(known_at).unwrap(), other.columns(known_at).unwrap());
        for ids in [&["C1"][..], &["C2", "nobody", "C0", "C2"], &[]] {
            let columns = one.customer_columns(ids, known_at).unwrap();
            assert_eq!(columns, other.customer_columns(ids, known_at).unwrap());
        }
    }
}

#[track_caller]
fn assert_sound(store: &Store) {
    let report = store.verify().unwrap();
    assert!(report.is_sound(), "{:?}", report.faults);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_file_and_memory_agree(
        rounds in prop::collection::vec((batches(), any::<bool>(), any::<bool>()), 1..4),
        refuse in any::<bool>(),
    ) {
        let mut schema = schema();
        if refuse {
            schema.unknown_customers = UnknownCustomers::Refuse;
        }
        let schema = Arc::new(schema);
        let folder = Folder::new();
        let open = || Store::open(folder.file("crm.db"), &schema).unwrap();
        let mut memory = Store::in_memory(&schema);
        // Two writers take turns, so what one remembers must not mislead it.
        let mut files = [open(), open()];
        let mut at = 0;
        for (batches, backfill, reopen) in rounds {
            for batch in batches {
                at += 1;
                let seen = if backfill { Seen::Backfill } else { Seen::At(minute(at)) };
                let verdicts = memory.append(batch.clone(), seen).unwrap();
                let file = &mut files[at as usize % 2];
                prop_assert_eq!(verdicts, file.append(batch, seen).unwrap());
            }
            if reopen {
                files = [open(), open()];
            }
        }
        assert_alike(&memory, &files[0]);
        assert_sound(&files[1]);
        let (of_file, of_memory) = (files[0].verify().unwrap(), memory.verify().unwrap());
        prop_assert_eq!((of_file.facts, of_file.batches), (of_memory.facts, of_memory.batches));
    }

    #[test]
    fn batches_appended_together_are_as_if_one_by_one(
        first in batches(),
        rest in batches(),
        backfill in any::<bool>(),
    ) {
        let folder = Folder::new();
        let (path, other) = (folder.file("together.db"), folder.file("apart.db"));
        let mut stores = [Store::in_memory(&shared_schema()), open(&path), open(&other)];
        let dated = |(at, facts)| {
            let seen = if backfill && at % 2 == 0 { Seen::Backfill } else { Seen::At(minute(at)) };
            Batch { facts, seen }
        };
        for batches in [first, rest] {
            let batches: Vec<Batch> = (1..).zip(batches).map(dated).collect();
            let together = stores[0].append_all(batches.clone());
            prop_assert_eq!(&together, &stores[1].append_all(batches.clone()));
            let Ok(together) = together else { continue };
            let mut apart = Vec::new();
            for Batch { facts, seen } in batches {
                apart.extend(stores[2].append(facts, seen).unwrap());
            }
            // Only what waited may have come meanwhile.
            for (together, apart) in together.iter().zip(&apart) {
                let came = (*together, *apart) == (Verdict::New, Verdict::Pending);
                prop_assert!(together == apart || came, "{:?} {:?}", together, apart);
            }
        }
        assert_alike(&stores[0], &stores[1]);
        assert_alike(&stores[1], &stores[2]);
        assert_sound(&stores[1]);
        prop_assert_eq!(stores[1].verify().unwrap(), stores[2].verify().unwrap());
    }
}

#[test]
fn large_batches_and_many_corrections_agree_with_memory() {
    let folder = Folder::new();
    let (mut memory, mut file) = (Store::in_memory(&shared_schema()), open(&folder.file("a.db")));
    // Each fifth fact corrects one up to 200 earlier or later; some are circles,
    // some move a purchase to another customer, some come twice.
    let fact = |n: i64| {
        let target = (n + n * 7919 % 401 - 200).to_string().into();
        let correction = match n % 15 {
            0 | 5 => Correction::Supersedes(target),
            10 => Correction::Retracts(target),
            _ => Correction::None,
        };
        Fact { correction, ..purchase(&(n % 7000).to_string(), &format!("C{}", n % 7), n, n) }
    };
    for (batch, range) in (0..).zip([0..3000, 3000..3010, 3010..7500]) {
        let facts: Vec<Fact> = range.map(fact).collect();
        let seen = Seen::At(minute(batch));
        let verdicts = memory.append(facts.clone(), seen).unwrap();
        assert_eq!(verdicts, file.append(facts, seen).unwrap());
    }
    assert_alike(&memory, &file);
    assert_sound(&file);
}

#[test]
fn what_was_appended_is_there_after_reopening() {
    let folder = Folder::new();
    let path = folder.file("客户 100%?#.db");
    closed_store(&path);
    assert_eq!(folder.names(), ["客户 100%?#.db"]);
    let store = read_only(&path).unwrap();
    assert_eq!(store.since(0).unwrap().len(), 20);
    let statistics = store.statistics().unwrap();
    assert_eq!(statistics.last_sequence, 20);
    assert_eq!(statistics.last_seen, Some(minute(2)));
    assert_eq!((statistics.first_at, statistics.last_at), (Some(minute(0)), Some(minute(19))));
    assert_eq!(statistics.kinds.len(), 1);
    assert_eq!((&*statistics.kinds[0].name, statistics.kinds[0].facts), ("purchase", 20));
}

#[test]
fn a_batch_that_fails_leaves_nothing() {
    let folder = Folder::new();
    let mut store = open(&folder.file("crm.db"));
    store.append(purchases(0..10), Seen::At(minute(5))).unwrap();
    let error = store.append(purchases(10..20), Seen::At(minute(4))).unwrap_err();
    assert_eq!(error.code(), Code::SeenDecreases);
    let bad = Fact { at: None, ..purchase("x", "C1", 0, 0) };
    let error = store.append(vec![purchase("y", "C9", 0, 0), bad], Seen::Backfill).unwrap_err();
    assert_eq!(error.faults()[0].pointer.as_deref(), Some("/1/at"));
    assert_eq!(store.since(0).unwrap().len(), 10);
    assert_sound(&store);
    let verdicts = store.append(purchases(9..11), Seen::At(minute(5))).unwrap();
    assert_eq!(verdicts, [Verdict::Same, Verdict::New]);
}

#[test]
fn reading_makes_no_file() {
    let folder = Folder::new();
    let error = read_only(&folder.file("crm.db")).unwrap_err();
    assert_eq!(error.code(), Code::Io);
    assert!(folder.names().is_empty());
}

#[test]
fn a_handle_for_reading_does_not_write() {
    let folder = Folder::new();
    closed_store(&folder.file("crm.db"));
    let mut store = read_only(&folder.file("crm.db")).unwrap();
    let error = store.append(purchases(20..21), Seen::At(minute(2))).unwrap_err();
    assert_eq!(error.code(), Code::ReadOnly);
    assert_eq!(store.since(0).unwrap().len(), 20);
}

#[test]
fn a_file_that_may_not_be_written_is_refused_for_writing_only() {
    let folder = Folder::new();
    let path = folder.file("crm.db");
    closed_store(&path);
    let mut permissions = fs::metadata(&path).unwrap().permissions();
    permissions.set_readonly(true);
    fs::set_permissions(&path, permissions).unwrap();
    if fs::OpenOptions::new().append(true).open(&path).is_ok() {
        // Permissions do not bind the user who runs this.
        return;
    }
    assert_eq!(Store::open(&path, &shared_schema()).unwrap_err().code(), Code::ReadOnly);
    assert_eq!(read_only(&path).unwrap().since(0).unwrap().len(), 20);
}

#[test]
fn a_directory_is_no_store() {
    let folder = Folder::new();
    check_refused(&folder, folder.path(), Code::Io);
}

#[test]
fn a_store_is_not_made_without_its_directory() {
    let folder = Folder::new();
    let error = Store::open(folder.file("no/crm.db"), &shared_schema()).unwrap_err();
    assert_eq!(error.code(), Code::Io);
    assert!(folder.names().is_empty());
}

#[test]
fn texts_are_no_store() {
    let folder = Folder::new();
    let path = folder.file("crm.db");
    for text in ["x", "kind,customer,at\n", &"客户,金额\n".repeat(1000)] {
        fs::write(&path, text).unwrap();
        check_refused(&folder, &path, Code::NotAStore);
    }
}

#[test]
fn an_empty_file_becomes_a_store_but_is_none() {
    let folder = Folder::new();
    let path = folder.file("crm.db");
    fs::write(&path, "").unwrap();
    assert_eq!(read_only(&path).unwrap_err().code(), Code::NotAStore);
    assert_eq!(fs::metadata(&path).unwrap().len(), 0);
    closed_store(&path);
    assert_eq!(read_only(&path).unwrap().since(0).unwrap().len(), 20);
}

#[test]
fn databases_of_others_are_left_alone() {
    let folder = Folder::new();
    for (name, mode, id) in [("a.db", "delete", 0), ("b.db", "wal", 0), ("c.db", "wal", 7)] {
        let path = folder.file(name);
        let other = Connection::open(&path).unwrap();
        other.pragma_update_and_check(None, "journal_mode", mode, |_| Ok(())).unwrap();
        other.pragma_update(None, "application_id", id).unwrap();
        other.execute_batch("CREATE TABLE fact (x); INSERT INTO fact VALUES (1)").unwrap();
        drop(other);
        check_refused(&folder, &path, Code::NotAStore);
    }
}

#[test]
fn a_newer_store_is_left_alone() {
    let folder = Folder::new();
    let path = folder.file("crm.db");
    closed_store(&path);
    let newer = Connection::open(&path).unwrap();
    newer.pragma_update(None, "user_version", 99).unwrap();
    drop(newer);
    check_refused(&folder, &path, Code::NewerStore);
}

#[test]
fn tables_of_another_make_are_corrupt_not_a_defect() {
    for change in ["DROP TABLE declaration", "ALTER TABLE batch RENAME COLUMN seen TO learnt"] {
        let folder = Folder::new();
        let path = folder.file("crm.db");
        closed_store(&path);
        let intruder = Connection::open(&path).unwrap();
        intruder.execute_batch(change).unwrap();
        drop(intruder);
        let opened = Store::open(&path, &shared_schema());
        let error = opened
            .and_then(|mut store| store.append(purchases(20..21), Seen::Backfill))
            .expect_err(change);
        assert_eq!(error.code(), Code::Corrupt, "{change}: {error}");
        assert!(error.faults()[0].hint.is_some(), "{change}: {error}");
    }
}

#[test]
fn the_last_instant_is_that_of_the_last_fact_that_counts() {
    let retraction = |id: &str, of: &str| Fact {
        correction: Correction::Retracts(of.into()),
        body: Body::Nothing,
        ..purchase(id, "C1", 50, 0)
    };
    let folder = Folder::new();
    let mut store = open(&folder.file("crm.db"));
    assert_eq!((store.last_at().unwrap(), store.n_customers().unwrap()), (None, 0));
    store.append(purchases(0..10), Seen::At(minute(1))).unwrap();
    store.append(purchases(5..20), Seen::At(minute(2))).unwrap();
    assert_eq!((store.last_at().unwrap(), store.n_customers().unwrap()), (Some(minute(19)), 7));
    store.append(vec![retraction("r", "19")], Seen::At(minute(3))).unwrap();
    assert_eq!(store.last_at().unwrap(), Some(minute(18)));
    let rest = (10..19).map(|n| retraction(&format!("r{n}"), &n.to_string())).collect();
    store.append(rest, Seen::At(minute(4))).unwrap();
    assert_eq!(store.last_at().unwrap(), Some(minute(9)));
    assert_eq!(store.columns(None).unwrap().last, Some(minute(9)));
    assert_sound(&store);
}

#[test]
fn a_truncated_store_is_corrupt_not_empty() {
    let folder = Folder::new();
    let path = folder.file("crm.db");
    closed_store(&path);
    let whole = fs::read(&path).unwrap();
    for n_bytes in [1, 100, 4096, whole.len() / 2, whole.len() - 4096] {
        fs::write(&path, &whole[..n_bytes]).unwrap();
        let refused = match Store::open(&path, &shared_schema()) {
            Err(error) => error.code(),
            Ok(store) => match store.verify() {
                Err(error) => error.code(),
                Ok(report) => report.faults[0].code,
            },
        };
        assert!(matches!(refused, Code::Corrupt | Code::NotAStore), "{n_bytes}: {refused:?}");
    }
}

/// What was done to the store behind our back is found.
#[track_caller]
fn check_found(change: &str) {
    let folder = Folder::new();
    let path = folder.file("crm.db");
    closed_store(&path);
    let intruder = Connection::open(&path).unwrap();
    intruder.pragma_update(None, "foreign_keys", false).unwrap();
    intruder.execute_batch(change).unwrap();
    drop(intruder);
    let report = read_only(&path).unwrap().verify().unwrap();
    assert!(!report.is_sound(), "{change}");
    assert!(report.faults.iter().all(|fault| fault.code == Code::Corrupt));
}

#[test]
fn every_loss_and_change_is_found() {
    check_found("UPDATE fact SET body = replace(body, '7', '8') WHERE sequence = 8");
    check_found("UPDATE fact SET at = at + 1 WHERE sequence = 8");
    check_found("UPDATE fact SET seen = seen - 1 WHERE sequence = 20");
    check_found("DELETE FROM fact WHERE sequence = 3");
    check_found("DELETE FROM fact WHERE sequence = 20");
    check_found("DELETE FROM fact WHERE sequence = 20; DELETE FROM history WHERE fact = 20");
    check_found("UPDATE batch SET facts = facts - 1 WHERE number = 2");
    check_found("UPDATE batch SET last = last + 1 WHERE number = 2");
    check_found("DELETE FROM batch WHERE number = 1");
    check_found("DELETE FROM batch WHERE number = 2");
    check_found("UPDATE source SET name = 'desk'");
    check_found("UPDATE customer SET id = 'C77' WHERE id = 'C3'");
    check_found("DELETE FROM customer WHERE id = 'C3'");
    check_found("DELETE FROM history WHERE fact = 5");
    check_found("UPDATE history SET customer = 1 WHERE fact = 5");
    check_found("INSERT INTO history VALUES (2, 1)");
    check_found("UPDATE kind SET class = 'reference', name = 'staff'");
    check_found(
        "INSERT INTO fact SELECT 21, source, 'new', customer, kind, at, seen, revision, corrects,
         body FROM fact WHERE sequence = 20; INSERT INTO history SELECT customer, 21 FROM fact
         WHERE sequence = 21",
    );
}

#[test]
fn a_row_that_cannot_be_read_is_named() {
    let folder = Folder::new();
    let path = folder.file("crm.db");
    for (column, value) in [
        ("body", "'{'"),
        ("body", "'{\"amount\":1.5}'"),
        ("body", "'{\"amount\":1,\"size\":2}'"),
        ("body", "'{\"product\":\"x\",\"amount\":1}'"),
        ("at", "9223372036854775807"),
        ("seen", "-9223372036854775808"),
        ("revision", "-1"),
        ("kind", "77"),
        ("source", "77"),
        ("customer", "77"),
        ("customer", "-9223372036854775808"),
    ] {
        let _ = fs::remove_file(&path);
        closed_store(&path);
        let intruder = Connection::open(&path).unwrap();
        intruder.pragma_update(None, "foreign_keys", false).unwrap();
        intruder
            .execute_batch(&format!("UPDATE fact SET {column} = {value} WHERE sequence = 8"))
            .unwrap();
        drop(intruder);
        let error = read_only(&path).unwrap().columns(None).unwrap_err();
        assert_eq!(error.code(), Code::Corrupt, "{column} {value}");
    }
}

#[test]
fn the_chain_knows_the_facts_and_nothing_else() {
    let folder = Folder::new();
    let chain = |name: &str, facts: &[Fact]| {
        let mut store = open(&folder.file(name));
        store.append(facts.to_vec(), Seen::At(minute(0))).unwrap();
        store.verify().unwrap().chain.unwrap()
    };
    let facts = purchases(0..3);
    let first = chain("a.db", &facts);
    assert_eq!(first.len(), 64);
    assert_eq!(first, chain("b.db", &facts));
    assert_ne!(first, chain("c.db", &facts[..2]));
    assert_ne!(first, chain("d.db", &[facts[1].clone(), facts[0].clone(), facts[2].clone()]));
}

/// The schema of the tests and, on top, a nullable field and a kind.
fn larger_schema() -> Arc<Schema> {
    let mut text = shared_schema().to_json().to_canonical();
    for (old, new) in [
        ("\"amount\":{", "\"agent\":{\"nullable\":true,\"type\":\"text\"},\"amount\":{"),
        ("\"purchase\":{", "\"audit\":{\"list\":\"audits\"},\"purchase\":{"),
    ] {
        assert!(text.contains(old), "{text}");
        text = text.replacen(old, new, 1);
    }
    Arc::new(Schema::from_json(&text).unwrap())
}

#[test]
fn a_schema_may_grow_and_nothing_else() {
    let folder = Folder::new();
    let path = folder.file("crm.db");
    closed_store(&path);
    let mut old = open(&path);
    let larger = larger_schema();
    let before = Store::open_read_only(&path, &larger).unwrap();
    assert_eq!(before.since(0).unwrap().len(), 20);
    let mut grown = Store::open(&path, &larger).unwrap();
    // The same fact again, said by the larger schema, is the same.
    let kind = larger.kind("purchase").unwrap();
    let body = |agent, amount| Body::Event {
        kind,
        fields: vec![agent, Some(Value::Exact(amount)), None, Some(Value::Text("茶".into())), None],
    };
    let agent = Some(Value::Text("王".into()));
    let same = Fact { body: body(None, 7), ..purchase("7", "C0", 7, 7) };
    let more = Fact { body: body(agent, 7), ..purchase("20", "C0", 7, 7) };
    let verdicts = grown.append(vec![same, more], Seen::At(minute(2))).unwrap();
    assert_eq!(verdicts, [Verdict::Same, Verdict::New]);
    assert_eq!(grown.columns(None).unwrap().n_events(), 21);
    assert_sound(&grown);
    // Those who know less can neither read nor write it any more.
    let mismatch = |error: guanxi::Error| assert_eq!(error.code(), Code::SchemaMismatch);
    mismatch(old.append(purchases(21..22), Seen::At(minute(3))).unwrap_err());
    mismatch(old.columns(None).unwrap_err());
    mismatch(before.columns(None).unwrap_err());
    let error = Store::open(&path, &shared_schema()).unwrap_err();
    assert!(error.faults().len() >= 2, "{error}");
    mismatch(error);
    mismatch(read_only(&path).unwrap_err());
}

#[test]
fn a_backup_is_the_store_at_one_moment() {
    let folder = Folder::new();
    let (path, copy) = (folder.file("crm.db"), folder.file("copy.db"));
    let mut store = open(&path);
    store.append(purchases(0..2000), Seen::At(minute(0))).unwrap();
    store.backup(&copy).unwrap();
    store.append(purchases(2000..2010), Seen::At(minute(0))).unwrap();
    assert_eq!(folder.names(), ["copy.db", "crm.db", "crm.db-shm", "crm.db-wal"]);
    let mut copied = open(&copy);
    assert_eq!(copied.since(0).unwrap().len(), 2000);
    assert_sound(&copied);
    copied.append(purchases(2000..2010), Seen::At(minute(0))).unwrap();
    assert_alike(&store, &copied);
}

#[test]
fn a_backup_replaces_nothing() {
    let folder = Folder::new();
    let path = folder.file("crm.db");
    closed_store(&path);
    let store = open(&path);
    for taken in [&*path, folder.path()] {
        assert_eq!(store.backup(taken).unwrap_err().code(), Code::Io);
    }
    assert_eq!(store.backup(folder.file("no/copy.db")).unwrap_err().code(), Code::Io);
    fs::write(folder.file("copy.db.partial"), "of another backup").unwrap();
    assert_eq!(store.backup(folder.file("copy.db")).unwrap_err().code(), Code::Io);
    assert_eq!(fs::read(folder.file("copy.db.partial")).unwrap(), b"of another backup");
    assert_sound(&store);
    let memory = Store::in_memory(&shared_schema());
    let error = memory.backup(folder.file("copy.db")).unwrap_err();
    assert_eq!(error.code(), Code::InvalidArgument);
    assert!(!folder.file("copy.db").exists());
}

#[test]
fn a_store_that_was_not_closed_is_recovered() {
    let folder = Folder::new();
    let mut store = open(&folder.file("crm.db"));
    store.append(purchases(0..10), Seen::At(minute(1))).unwrap();
    store.append(purchases(10..20), Seen::At(minute(1))).unwrap();
    // What a crash leaves: the file and its log, without the shared index.
    let log = fs::read(folder.file("crm.db-wal")).unwrap();
    for (name, n_bytes) in [("a.db", log.len()), ("b.db", log.len() - 1), ("c.db", 1)] {
        fs::copy(folder.file("crm.db"), folder.file(name)).unwrap();
        fs::write(folder.file(&format!("{name}-wal")), &log[..n_bytes]).unwrap();
    }
    for (name, facts) in [("a.db", 20), ("b.db", 10), ("c.db", 0)] {
        let mut copy = open(&folder.file(name));
        assert_eq!(copy.since(0).unwrap().len(), facts, "{name}");
        copy.append(purchases(0..20), Seen::At(minute(1))).unwrap();
        assert_alike(&copy, &store);
        assert_sound(&copy);
    }
}

#[test]
fn readers_see_whole_batches_while_a_writer_writes() {
    let folder = Folder::new();
    let path = folder.file("crm.db");
    drop(open(&path));
    std::thread::scope(|scope| {
        let writer = scope.spawn(|| {
            let mut store = open(&path);
            for batch in 0..40 {
                let facts = purchases(batch * 25..(batch + 1) * 25);
                store.append(facts, Seen::At(minute(batch))).unwrap();
            }
        });
        let reader = scope.spawn(|| {
            let store = read_only(&path).unwrap();
            let mut seen = 0;
            while seen < 1000 {
                let now = store.columns(None).unwrap().n_events();
                assert!(now.is_multiple_of(25) && seen <= now, "{now} after {seen}");
                seen = now;
            }
        });
        writer.join().unwrap();
        reader.join().unwrap();
    });
}

#[test]
fn writers_in_several_threads_wait_for_each_other() {
    let folder = Folder::new();
    let path = folder.file("crm.db");
    std::thread::scope(|scope| {
        for writer in 0..4 {
            let path = &path;
            scope.spawn(move || {
                // All four may find that there is no store yet.
                let mut store = open(path);
                for batch in 0..10 {
                    let first = writer * 1000 + batch * 10;
                    store.append(purchases(first..first + 10), Seen::Backfill).unwrap();
                }
            });
        }
    });
    let store = open(&path);
    assert_eq!(store.since(0).unwrap().len(), 400);
    assert_sound(&store);
}

#[test]
fn many_stores_are_open_at_once() {
    let folder = Folder::new();
    let path = |n: i64| folder.file(&format!("{n}.db"));
    let mut stores: Vec<Store> = (0..100).map(|n| open(&path(n))).collect();
    for (n, store) in (0..).zip(&mut stores) {
        store.append(purchases(n..n + 1), Seen::At(minute(n))).unwrap();
    }
    for (n, store) in (0..).zip(&stores) {
        assert_eq!(
            store.since(0).unwrap()[0].fact,
            purchase(&n.to_string(), &format!("C{}", n % 7), n, n)
        );
    }
}

#[test]
fn a_store_can_go_to_another_thread() {
    fn is_send<T: Send>() {}
    is_send::<Store>();
}
