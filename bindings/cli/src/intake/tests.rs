use std::sync::Arc;

use guanxi::error::Language;
use guanxi::facts::Correction;

use super::*;
use crate::demo::{self, Wish};

/// Reads the schema section of a playbook alone.
fn schema(playbook: &str) -> Arc<Schema> {
    let playbook: serde_json::Value = serde_json::from_str(playbook).unwrap();
    Arc::new(Schema::from_json(&playbook["schema"].to_string()).unwrap())
}

fn file(folder: &Path, name: &str, kind: TableKind) -> File {
    File { path: folder.join(name), kind }
}

#[test]
fn every_row_of_the_made_up_firm_is_taken() {
    let folder = tempfile::tempdir().unwrap();
    let wish = Wish { customers: 800, events_per_customer: 25, seed: 3 };
    let written = demo::write(&folder.path().join("firm"), wish, &mut |_| {}).unwrap();
    let folder = folder.path().join("firm");
    let schema = schema(demo::PLAYBOOK);
    let zone = Zone::named("Asia/Shanghai").unwrap();
    let mapping = Mapping::from_json(demo::MAPPING.as_bytes()).unwrap();
    let reading = Reading { schema: &schema, zone: &zone, mapping: Some(&mapping), encoding: None };
    let files = [
        reference(&folder.join("ref_staff.csv")).unwrap(),
        reference(&folder.join("ref_product.csv")).unwrap(),
        file(&folder, "customers.csv", TableKind::Customers),
        file(&folder, "events.csv", TableKind::Events),
    ];
    let mut store = Store::in_memory(&schema);
    let learnt = Learnt { otherwise: Seen::Backfill, by_row: true, latest: Instant::MAX };
    let mut refused = Refused::begin(None, [], Language::En).unwrap();
    let opened = reading.open(&files).unwrap();
    let report = opened.run(learnt, &mut store, &mut refused, &mut |_| {}).unwrap();
    let verdicts = report.verdicts();
    let refused: Vec<_> = report.tables.iter().flat_map(|table| &table.not_recorded).collect();
    assert_eq!(verdicts.not_recorded(), 0, "{refused:#?}");
    assert!(verdicts.same > 20, "{verdicts:?}");
    let events = report.tables.iter().find(|table| table.of == "events").unwrap();
    assert_eq!(events.verdicts.rows(), written.events);
    let recorded = store.since(0).unwrap();
    let corrections = recorded.iter().filter(|it| it.fact.correction != Correction::None);
    assert!(corrections.count() > 20);
    assert_eq!(verdicts.pending, 0, "each correction has its target");
}

/// How many transactions stand in a write-ahead log: each ends with a frame
/// that says how many pages the file has then.
fn transactions(log: &Path) -> usize {
    let log = std::fs::read(log).unwrap();
    let number = |bytes: &[u8]| u32::from_be_bytes(bytes.try_into().unwrap());
    let Some((header, frames)) = log.split_at_checked(32) else { return 0 };
    let frame = 24 + number(&header[8..12]) as usize;
    let written = frames.chunks_exact(frame).filter(|frame| frame[8..16] == header[16..24]);
    written.filter(|frame| number(&frame[4..8]) != 0).count()
}

/// Imports 3000 purchases, each learnt at the minute that `seen` says, and
/// returns how many transactions and batches that took.
fn import_purchases(seen: impl Fn(usize) -> usize) -> (usize, u64) {
    let folder = tempfile::tempdir().unwrap();
    let schema = Schema::from_json(r#"{"events": {"purchase": {"list": "purchases"}}}"#);
    let schema = Arc::new(schema.unwrap());
    let mut text = "kind,customer,at,id,seen\n".to_owned();
    for row in 0..3000 {
        let (hour, minute) = (seen(row) / 60, seen(row) % 60);
        text.push_str(&format!(
            "purchase,C{},2026-01-01,{row},2026-02-{:02}T{:02}:{minute:02}:00Z\n",
            row % 9,
            1 + hour / 24,
            hour % 24,
        ));
    }
    let events = file(folder.path(), "events.csv", TableKind::Events);
    std::fs::write(&events.path, text).unwrap();
    let zone = Zone::named("UTC").unwrap();
    let reading = Reading { schema: &schema, zone: &zone, mapping: None, encoding: None };
    let mut store = Store::open(folder.path().join("crm.db"), &schema).unwrap();
    let log = folder.path().join("crm.db-wal");
    let before = transactions(&log);
    let learnt = Learnt { otherwise: Seen::Backfill, by_row: true, latest: Instant::MAX };
    let mut refused = Refused::begin(None, [], Language::En).unwrap();
    let opened = reading.open(&[events]).unwrap();
    let report = opened.run(learnt, &mut store, &mut refused, &mut |_| {}).unwrap();
    assert_eq!(report.verdicts().new, 3000);
    (transactions(&log) - before, store.verify().unwrap().batches)
}

#[test]
fn rows_of_many_instants_take_no_more_transactions_than_rows_of_one() {
    assert_eq!(import_purchases(|_| 0), (1, 1));
    assert_eq!(import_purchases(|row| row), (1, 3000));
    assert_eq!(import_purchases(|row| 3000 - row), (1, 3000));
}
