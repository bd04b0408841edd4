//! Files that earlier versions of the library wrote: each is opened, read whole
//! and verified by this one, and goes on to record.
//!
//! `tests/data/store-N.sqlite` has the tables of version N. A file that was
//! released is never written again; a new version of the tables adds one:
//! `cargo test --features bundled a_store_is_kept -- --ignored`.

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use guanxi::facts::{Batch, Body, Correction, Fact, Schema, Seen, Value, Verdict};
use guanxi::store::Store;
use guanxi::units::{Day, Instant};

use crate::support::Folder;

/// Something of everything that can be declared.
const SCHEMA: &str = r#"{
    "attributes": {
        "region": {"type": "enum", "values": ["华东", "华南"]},
        "birth": {"type": "date", "nullable": true, "personal": true},
        "income": {"type": "money", "currency": "CNY", "nullable": true},
        "hobbies": {"type": "set<text>", "nullable": true},
        "mobile": {"type": "contact", "channel": "sms", "nullable": true}},
    "events": {
        "purchase": {"list": "purchases", "fields": {
            "amount": {"type": "money", "currency": "CNY"},
            "weight": {"type": "decimal(3)", "nullable": true},
            "pieces": {"type": "int", "nullable": true},
            "gift": {"type": "bool", "nullable": true},
            "due": {"type": "instant", "nullable": true},
            "note": {"type": "text", "nullable": true}}},
        "visit": {"list": "visits"}},
    "references": {"staff": {"fields": {"name": {"type": "text"}}}},
    "consent": {"purposes": ["marketing"], "channels": ["sms"]}
}"#;

/// Versions of the tables, each with the hash over everything in its file.
const KEPT: [(u32, &str); 8] = [
    (1, CHAIN_1),
    (2, CHAIN_1),
    (3, CHAIN_1),
    (4, CHAIN_1),
    (5, CHAIN_1),
    (6, CHAIN_1),
    (7, CHAIN_1),
    (8, CHAIN_1),
];

const CHAIN_1: &str = "acc851e90678b89d749e682c37aca241c279cb4d21bee5cd885eff4afeddc028";

fn schema() -> Arc<Schema> {
    Arc::new(Schema::from_json(SCHEMA).unwrap())
}

fn day(day: i64) -> Instant {
    Instant::from_micros((20_000 + day) * 86_400_000_000 + 3_600_000_001).unwrap()
}

fn fact(id: &str, at: Option<i64>, body: Body) -> Fact {
    Fact {
        source: "店铺".into(),
        id: id.into(),
        customer: "C-1".into(),
        at: at.map(day),
        revision: None,
        correction: Correction::None,
        body,
    }
}

fn purchase(id: &str, at: i64, amount: i64) -> Fact {
    let schema = schema();
    let purchase = schema.kind("purchase").unwrap();
    let value = |name: &str| match name {
        "amount" => Some(Value::Exact(amount)),
        "weight" => Some(Value::Exact(-1_250)),
        "pieces" => Some(Value::Int(i64::MIN)),
        "gift" => Some(Value::Bool(true)),
        "due" => Some(Value::Instant(day(at + 30))),
        "note" => Some(Value::Text("龙井 \"明前\"\n\u{1f375}".into())),
        _ => None,
    };
    let fields = schema.kinds[purchase].fields.iter().map(|field| value(&field.name)).collect();
    fact(id, Some(at), Body::Event { kind: purchase, fields })
}

fn visit(id: &str, at: i64) -> Fact {
    fact(id, Some(at), Body::Event { kind: schema().kind("visit").unwrap(), fields: vec![] })
}

/// What every file holds: each class of facts, corrected, late and undated.
fn batches() -> Vec<Batch> {
    let schema = schema();
    let attribute = |name: &str| schema.attribute(name).unwrap();
    let profile = vec![
        (attribute("region"), Some(Value::Text("华东".into()))),
        (attribute("birth"), Some(Value::Date(Day::parse("1990-05-01").unwrap()))),
        (attribute("income"), Some(Value::Exact(12_345_678))),
        (attribute("hobbies"), Some(Value::Set(vec!["茶".into(), "酒".into()]))),
        (attribute("mobile"), Some(Value::Text("10000000009".into()))),
    ];
    let moved = Body::Attributes(vec![
        (attribute("region"), Some(Value::Text("华南".into()))),
        (attribute("birth"), None),
    ]);
    let consent = |granted| Body::Consent { purpose: 0, channel: 0, granted };
    let fields = vec![Some(Value::Text("李雷".into()))];
    let clerk = Body::Reference { table: 0, key: "s1".into(), fields };
    let clerk = Fact { customer: "".into(), ..fact("staff", None, clerk) };
    let history = vec![fact("a1", None, Body::Attributes(profile)), fact("a2", Some(5), moved)];
    let today = vec![
        purchase("p1", 1, 1_250),
        purchase("p2", 2, -1),
        visit("v1", 2),
        Fact { customer: "客户 2 with a long name".into(), ..visit("v2", 3) },
        fact("c1", Some(1), consent(true)),
        clerk,
    ];
    let corrections = vec![
        Fact {
            revision: Some(7),
            correction: Correction::Supersedes("p1".into()),
            ..purchase("p1b", 1, 1_300)
        },
        Fact { correction: Correction::Retracts("v1".into()), ..fact("v1x", None, Body::Nothing) },
        Fact { correction: Correction::Supersedes("nowhere".into()), ..visit("v9", 9) },
        Fact { source: "desk".into(), ..fact("c2", Some(4), consent(false)) },
    ];
    vec![
        Batch { facts: history, seen: Seen::Backfill },
        Batch { facts: today, seen: Seen::At(day(6)) },
        Batch { facts: corrections, seen: Seen::At(day(8)) },
    ]
}

fn kept(version: u32) -> PathBuf {
    let name = format!("tests/data/store-{version}.sqlite");
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(name)
}

#[test]
fn stores_of_every_version_are_read_verified_and_go_on() {
    let mut memory = Store::in_memory(&schema());
    let verdicts = memory.append_all(batches()).unwrap();
    assert_eq!(verdicts.iter().filter(|it| **it == Verdict::Pending).count(), 1);
    for (version, chain) in KEPT {
        let folder = Folder::new();
        let path = folder.file("old.db");
        fs::copy(kept(version), &path).unwrap();
        let read = Store::open_read_only(&path, &schema()).unwrap();
        assert_eq!(read.since(0).unwrap(), memory.since(0).unwrap(), "version {version}");
        // Of what an older version did not keep there is nothing.
        assert_eq!((read.effects(0, 9).unwrap(), read.changes(0, 9).unwrap()), (vec![], vec![]));
        assert_eq!(read.trail(None, 0, 9).unwrap(), []);
        assert_eq!(read.restrictions().unwrap(), []);
        assert!(read.check_trail(None).unwrap().is_sound());
        drop(read);
        let mut store = Store::open(&path, &schema()).unwrap();
        let report = store.verify().unwrap();
        assert!(report.is_sound(), "version {version}: {:?}", report.faults);
        assert_eq!((report.batches, report.chain.as_deref()), (3, Some(chain)));
        for known_at in [None, Some(day(6)), Some(day(8))] {
            assert_eq!(store.columns(known_at).unwrap(), memory.columns(known_at).unwrap());
        }
        assert_eq!(store.statistics().unwrap(), memory.statistics().unwrap());
        let again = store.append_all(batches()).unwrap();
        assert!(again.iter().all(|verdict| *verdict == Verdict::Same), "{again:?}");
        let more = store.append(vec![visit("nowhere", 9)], Seen::At(day(9))).unwrap();
        assert_eq!(more, [Verdict::New]);
        assert!(store.verify().unwrap().is_sound());
    }
}

/// Writes the file of the tables that this version of the library makes, once.
#[test]
#[ignore = "writes into the repository"]
fn a_store_is_kept_of_the_tables_of_today() {
    let folder = Folder::new();
    let path = folder.file("today.db");
    let mut store = Store::open(&path, &schema()).unwrap();
    store.append_all(batches()).unwrap();
    let chain = store.verify().unwrap().chain.unwrap();
    drop(store);
    let file = rusqlite::Connection::open(&path).unwrap();
    let version = file.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap();
    drop(file);
    assert!(!kept(version).exists(), "a file that was released is never written again");
    fs::copy(&path, kept(version)).unwrap();
    println!("version {version}: {chain}");
}
