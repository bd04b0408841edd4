//! Stores: a file and memory agree, and a file survives what files meet.

use std::sync::Arc;

use guanxi::facts::Seen;
use guanxi::facts::schema::UnknownCustomers;
use guanxi::store::Store;
use proptest::prelude::*;

use crate::made_up::{batches, minute, schema};
use crate::support::Folder;

/// Everything a store answers, at each knowledge time, equals in both.
fn assert_alike(one: &Store, other: &Store) {
    assert_eq!(one.since(0).unwrap(), other.since(0).unwrap());
    assert_eq!(one.since(3).unwrap(), other.since(3).unwrap());
    assert_eq!(one.statistics().unwrap(), other.statistics().unwrap());
    for known_at in (-1..7).map(minute).map(Some).chain([None]) {
        assert_eq!(one.columns(known_at).unwrap(), other.columns(known_at).unwrap());
        for ids in [&["C1"][..], &["C2", "nobody", "C0", "C2"], &[]] {
            let columns = one.customer_columns(ids, known_at).unwrap();
            assert_eq!(columns, other.customer_columns(ids, known_at).unwrap());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn a_file_and_memory_agree(
        batches in prop::collection::vec((batches(), any::<bool>()), 1..3),
        refuse in any::<bool>(),
    ) {
        let mut schema = schema();
        if refuse {
            schema.unknown_customers = UnknownCustomers::Refuse;
        }
        let schema = Arc::new(schema);
        let folder = Folder::new();
        let mut memory = Store::in_memory(&schema);
        let mut file = Store::open(folder.file("crm.db"), &schema).unwrap();
        let mut at = 0;
        for (batches, backfill) in batches {
            for batch in batches {
                at += 1;
                let seen = if backfill { Seen::Backfill } else { Seen::At(minute(at)) };
                let verdicts = memory.append(batch.clone(), seen).unwrap();
                prop_assert_eq!(verdicts, file.append(batch, seen).unwrap());
            }
            // Nothing that matters is kept by the handle.
            drop(file);
            file = Store::open(folder.file("crm.db"), &schema).unwrap();
        }
        assert_alike(&memory, &file);
        let report = file.verify().unwrap();
        prop_assert!(report.is_sound(), "{:?}", report.faults);
        let of_memory = memory.verify().unwrap();
        prop_assert_eq!((report.facts, report.batches), (of_memory.facts, of_memory.batches));
    }
}
