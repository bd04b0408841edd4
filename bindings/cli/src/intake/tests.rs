use std::sync::Arc;

use guanxi::error::Language;
use guanxi::facts::Log;

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
    let mut log = Log::new(&schema);
    let learnt = Learnt { otherwise: Seen::Backfill, by_row: true };
    let mut append = |facts: Vec<Fact>, seen| log.append(facts, seen);
    let mut refused = Refused::begin(None, [], Language::En).unwrap();
    let opened = reading.open(&files).unwrap();
    let report = opened.run(learnt, &mut append, &mut refused, &mut |_| {}).unwrap();
    let verdicts = report.verdicts();
    let refused: Vec<_> = report.tables.iter().flat_map(|table| &table.not_recorded).collect();
    assert_eq!(verdicts.not_recorded(), 0, "{refused:#?}");
    assert!(verdicts.same > 20, "{verdicts:?}");
    let events = report.tables.iter().find(|table| table.of == "events").unwrap();
    assert_eq!(events.verdicts.rows(), written.events);
    assert!(log.effective(None).count() < log.len());
}
