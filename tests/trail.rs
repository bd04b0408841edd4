//! The audit trail: what is entered, and that no change of it stays unseen.

use guanxi::engine::Command;
use guanxi::error::Language;
use guanxi::facts::intake::{Lines, TableKind};
use guanxi::facts::{Override, Seen};
use guanxi::store::{Signature, Store, TrailCheck};
use guanxi::units::Instant;
use guanxi::{Code, Playbook};
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::support::Folder;

fn playbook() -> Playbook {
    Playbook::from_json(
        r#"{"guanxi": 1, "id": "shop", "version": "1", "calendar": {"zone": "UTC"},
        "schema": {"attributes": {"mobile": {"type": "text", "nullable": true, "personal": true}},
                   "events": {"purchase": {"list": "purchases"}}},
        "machines": {"relationship": {"initial": "prospect", "states": {
            "prospect": {"on": [{"event": "purchase", "to": "buyer"}]},
            "buyer": {"on": [{"silent": "days(90)", "to": "lost"}]}, "lost": {"on": [{"event": "purchase", "to": "buyer"}]}}}}}"#,
    )
    .unwrap()
}

fn day(day: u32) -> Instant {
    Instant::parse(&format!("2026-03-{day:02}T00:00:00Z")).unwrap()
}

/// Three customers who bought.
fn with_customers(mut store: Store, playbook: &Playbook) -> Store {
    let lines = Lines::of(
        "events",
        &TableKind::Events,
        None,
        playbook.schema(),
        playbook.calendar().zone(),
    );
    let told = ["A", "B", "C"].map(|id| {
        format!("{{\"kind\": \"purchase\", \"customer\": \"{id}\", \"at\": \"2026-03-01\"}}\n")
    });
    store.append_lines(&lines.unwrap(), told.concat().as_bytes(), Seen::Backfill).unwrap();
    store
}

fn pin(customer: &str) -> Command {
    let decision = Override {
        machine: "relationship".into(),
        state: Some("lost".into()),
        pinned: true,
        until: None,
        actor: "li".into(),
        reason: "moved to 12 Plum Lane".into(),
    };
    Command::Override { customer: customer.into(), decision }
}

/// Something of everything that is entered: begin, override, merge, unmerge, retract,
/// export, adopt.
fn story(mut store: Store, playbook: &Playbook) -> Store {
    store.advance(playbook, day(2), 10).unwrap();
    let pinned = store.command(playbook, &pin("A"), day(3), Seen::At(day(3))).unwrap();
    store.sign(Some(Signature::of("wang", "the same telephone")));
    let (from, into) = ("B".into(), "A".into());
    let merge = Command::Merge { from, into };
    store.command(playbook, &merge, day(4), Seen::At(day(4))).unwrap();
    let unmerge = Command::Unmerge { from: "B".into(), into: "A".into() };
    store.command(playbook, &unmerge, day(5), Seen::At(day(5))).unwrap();
    store.sign(Some(Signature { at: Some(day(7)), ..Signature::of("zhao", "asked in writing") }));
    store.export_person(playbook, day(6), None, "C").unwrap();
    store.sign(None);
    let fact = &pinned.facts[0];
    let back = Command::Retract { source: fact.source.clone(), id: fact.id.clone() };
    store.command(playbook, &back, day(8), Seen::At(day(8))).unwrap();
    store.adopt(playbook, day(9)).unwrap();
    store
}

fn told(store: &Store) -> Vec<(String, String, String)> {
    let shown = |text: &Option<Box<str>>| text.as_deref().unwrap_or("-").to_owned();
    let entries = store.trail(None, 0, usize::MAX).unwrap();
    let line = |it: &guanxi::store::TrailEntry| {
        let about = it.customers.join(",");
        (format!("{} {} {}", it.number, it.act, shown(&it.actor)), about, shown(&it.reason))
    };
    entries.iter().map(line).collect()
}

#[test]
fn everything_done_by_hand_is_told_the_same_in_memory_and_in_a_file() {
    let (folder, playbook) = (Folder::new(), playbook());
    let memory = story(with_customers(Store::in_memory(playbook.schema()), &playbook), &playbook);
    let file = Store::open(folder.file("crm.db"), playbook.schema()).unwrap();
    let file = story(with_customers(file, &playbook), &playbook);
    let expected = [
        ("1 begin -", "", "-"),
        ("2 override li", "A", "moved to 12 Plum Lane"),
        ("3 merge wang", "B,A", "the same telephone"),
        ("4 unmerge wang", "B,A", "the same telephone"),
        ("5 export_person zhao", "C", "asked in writing"),
        ("6 retract -", "A", "-"),
        ("7 adopt -", "", "-"),
    ];
    let expected = expected.map(|(a, b, c)| (a.to_owned(), b.to_owned(), c.to_owned()));
    assert_eq!(told(&memory), expected);
    let entries = file.trail(None, 0, usize::MAX).unwrap();
    assert_eq!(entries, memory.trail(None, 0, usize::MAX).unwrap());
    assert_eq!(file.check_trail(None).unwrap(), memory.check_trail(None).unwrap());
    assert!(file.verify().unwrap().is_sound());
    // When it was done, by which playbook, and which facts it recorded.
    assert_eq!((entries[4].at, entries[5].at), (day(7), day(8)));
    assert!(entries.iter().all(|it| it.playbook.as_deref() == Some(playbook.semantic_hash())));
    let recorded = &entries[1].facts[0];
    assert!(file.fact(&recorded.source, &recorded.id).unwrap().is_some());
    // Pages of it, and what is about one customer.
    assert_eq!(file.trail(None, 2, 2).unwrap(), entries[2..4]);
    assert!(file.trail(None, 0, 0).unwrap().is_empty());
    let about: Vec<u64> = file.trail(Some("B"), 0, 9).unwrap().iter().map(|it| it.number).collect();
    assert_eq!(about, [3, 4]);
}

#[test]
fn anybody_can_work_the_hashes_out() {
    let playbook = playbook();
    let store = story(with_customers(Store::in_memory(playbook.schema()), &playbook), &playbook);
    let sha = |text: &str| -> String {
        Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect()
    };
    let mut before = "0".repeat(64);
    for entry in store.trail(None, 0, 99).unwrap() {
        before = sha(&format!("{before}\n{}", entry.text));
        assert_eq!(before, *entry.hash);
        if let Some(sealed) = &entry.sealed {
            assert!(entry.text.contains(&sha(sealed)));
        }
    }
    assert_eq!(store.check_trail(None).unwrap().head.as_deref(), Some(&*before));
}

#[test]
fn what_records_nothing_enters_nothing() {
    let playbook = playbook();
    let mut store = with_customers(Store::in_memory(playbook.schema()), &playbook);
    let give = |store: &mut Store, command: &Command| {
        store.command(&playbook, command, day(3), Seen::At(day(3)))
    };
    give(&mut store, &pin("nobody")).unwrap_err();
    assert!(store.trail(None, 0, 9).unwrap().is_empty());
    give(&mut store, &pin("A")).unwrap();
    // The same again is the same decision.
    give(&mut store, &pin("A")).unwrap();
    assert_eq!(store.trail(None, 0, 9).unwrap().len(), 1);
    // What fails as a whole is not told either.
    let failed = store.apply_with(&playbook, day(4), |store| {
        store.command(&playbook, &pin("B"), day(4), Seen::At(day(4)))?;
        store.command(&playbook, &pin("nobody"), day(4), Seen::At(day(4)))
    });
    assert!(failed.is_err());
    assert_eq!(store.trail(None, 0, 9).unwrap().len(), 1);
    assert!(store.check_trail(None).unwrap().is_sound());
}

/// What a check finds after somebody wrote into the file.
#[track_caller]
fn tampered(sql: &str) -> TrailCheck {
    let (folder, playbook) = (Folder::new(), playbook());
    let path = folder.file("crm.db");
    let store = Store::open(&path, playbook.schema()).unwrap();
    drop(story(with_customers(store, &playbook), &playbook));
    rusqlite::Connection::open(&path).unwrap().execute_batch(sql).unwrap();
    let store = Store::open(&path, playbook.schema()).unwrap();
    let check = store.check_trail(None).unwrap();
    // The check of the whole store sees it too.
    assert_eq!(store.verify().unwrap().faults, check.faults);
    assert!(check.faults.iter().all(|fault| fault.code == Code::Corrupt));
    assert_eq!(check.is_sound(), check.broken.is_none());
    check
}

#[test]
fn tampering_is_told_with_the_first_entry_that_does_not_hold_up() {
    let swap = "UPDATE trail SET number = -number WHERE number IN (3, 4);
                UPDATE trail SET number = 7 + number WHERE number < 0";
    for (sql, broken) in [
        // Changed: what was done, by whom, about whom, why, the hash itself.
        ("UPDATE trail SET text = replace(text, 'li', 'xu') WHERE number = 2", 2),
        ("UPDATE trail SET sealed = replace(sealed, 'Plum', 'Pear') WHERE number = 2", 2),
        ("UPDATE trail SET hash = replace(hash, substr(hash, 1, 1), 'x') WHERE number = 5", 5),
        ("UPDATE trail SET text = 'nothing' WHERE number = 6", 6),
        ("UPDATE trail SET sealed = 'nothing' WHERE number = 1", 1),
        ("UPDATE trail SET sealed = NULL WHERE number = 4", 4),
        // Taken out at the beginning, in the midst, at the end.
        ("DELETE FROM trail WHERE number = 1", 1),
        ("DELETE FROM trail WHERE number IN (3, 4)", 3),
        ("DELETE FROM trail WHERE number = 7", 7),
        ("DELETE FROM trail", 1),
        // And the gap closed.
        (
            "DELETE FROM trail WHERE number = 3; UPDATE trail SET number = number - 1 WHERE number > 3",
            3,
        ),
        // Put elsewhere, or in twice.
        (swap, 3),
        ("INSERT INTO trail SELECT 8, text, sealed, hash FROM trail WHERE number = 7", 8),
        ("INSERT INTO trail SELECT 9000, text, sealed, hash FROM trail WHERE number = 7", 8),
    ] {
        let check = tampered(sql);
        assert_eq!(check.broken, Some(broken), "{sql}: {:?}", check.faults);
    }
    assert!(tampered("").is_sound());
}

#[test]
fn an_entry_changed_with_its_hash_breaks_the_next() {
    let (folder, playbook) = (Folder::new(), playbook());
    let path = folder.file("crm.db");
    let store = Store::open(&path, playbook.schema()).unwrap();
    let store = story(with_customers(store, &playbook), &playbook);
    let entries = store.trail(None, 0, 9).unwrap();
    let kept = store.check_trail(None).unwrap().head.unwrap();
    drop(store);
    let sha = |text: String| -> String {
        Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect()
    };
    let rewrite = |number: usize, before: &str, text: &str| {
        let hash = sha(format!("{before}\n{text}"));
        let file = rusqlite::Connection::open(&path).unwrap();
        let sql = "UPDATE trail SET text = ?1, hash = ?2 WHERE number = ?3";
        file.execute(sql, (text, &hash, number as i64)).unwrap();
        hash
    };
    let check = |expected: Option<&str>| {
        let store = Store::open_read_only(&path, playbook.schema()).unwrap();
        store.check_trail(expected).unwrap()
    };
    let other = entries[2].text.replace("wang", "xu");
    let mut before = rewrite(3, &entries[1].hash, &other);
    assert_eq!(check(None).broken, Some(4));
    // Whoever writes all that follows anew is found out by the hash kept elsewhere.
    for entry in &entries[3..] {
        before = rewrite(entry.number as usize, &before, &entry.text);
    }
    assert!(check(None).is_sound());
    assert!(!check(Some(&kept)).is_sound());
    assert!(check(Some(&before.to_uppercase())).is_sound());
}

#[test]
fn a_trail_cut_off_is_told_by_the_hash_that_was_kept() {
    let (folder, playbook) = (Folder::new(), playbook());
    let path = folder.file("crm.db");
    let store = Store::open(&path, playbook.schema()).unwrap();
    let mut store = story(with_customers(store, &playbook), &playbook);
    let kept = store.check_trail(None).unwrap().head.unwrap();
    // What is entered later is no break.
    store.adopt(&playbook, day(10)).unwrap();
    assert!(store.check_trail(Some(&kept)).unwrap().is_sound());
    drop(store);
    let sql = "DELETE FROM trail WHERE number > 5;
               UPDATE sqlite_sequence SET seq = 5 WHERE name = 'trail'";
    rusqlite::Connection::open(&path).unwrap().execute_batch(sql).unwrap();
    let mut store = Store::open(&path, playbook.schema()).unwrap();
    assert!(store.check_trail(None).unwrap().is_sound());
    let check = store.check_trail(Some(&kept)).unwrap();
    assert_eq!((check.entries, check.broken), (5, Some(6)));
    // Nor does it help to go on.
    store.adopt(&playbook, day(11)).unwrap();
    assert!(!store.check_trail(Some(&kept)).unwrap().is_sound());
}

#[test]
fn after_a_cut_that_shows_the_gap_stays() {
    let (folder, playbook) = (Folder::new(), playbook());
    let path = folder.file("crm.db");
    let store = Store::open(&path, playbook.schema()).unwrap();
    drop(story(with_customers(store, &playbook), &playbook));
    let file = rusqlite::Connection::open(&path).unwrap();
    file.execute_batch("DELETE FROM trail WHERE number > 5").unwrap();
    drop(file);
    let mut store = Store::open(&path, playbook.schema()).unwrap();
    store.adopt(&playbook, day(11)).unwrap();
    let check = store.check_trail(None).unwrap();
    assert_eq!((check.entries, check.broken), (6, Some(6)));
    assert_eq!(store.trail(None, 5, 9).unwrap()[0].number, 8);
}

#[test]
fn an_erasure_empties_what_names_the_customer_and_the_chain_holds() {
    let (folder, playbook) = (Folder::new(), playbook());
    let path = folder.file("crm.db");
    let memory = story(with_customers(Store::in_memory(playbook.schema()), &playbook), &playbook);
    let file = Store::open(&path, playbook.schema()).unwrap();
    let file = story(with_customers(file, &playbook), &playbook);
    let kept = file.check_trail(None).unwrap().head.unwrap();
    let mut stores = [memory, file];
    for store in &mut stores {
        // The reason stays, so it must not say who.
        for (actor, reason) in [("sun", "A wants it"), ("A", ""), ("sun", "客户A要求")] {
            store.sign(Some(Signature::of(actor, reason)));
            let error = store.erase("A", day(20)).unwrap_err();
            assert_eq!(error.code(), Code::InvalidArgument);
        }
        assert_eq!(store.trail(None, 0, 99).unwrap().len(), 7);
        store.sign(Some(Signature::of("sun", "ASAP, request 2026-17")));
        let erased = store.erase("A", day(20)).unwrap();
        let trail = store.trail(None, 0, 99).unwrap();
        let emptied: Vec<u64> = trail.iter().filter(|it| it.emptied).map(|it| it.number).collect();
        // B's merge with A names A.
        assert_eq!(emptied, [2, 3, 4, 6]);
        for entry in &trail[1..4] {
            assert!(entry.customers.is_empty() && entry.facts.is_empty() && entry.reason.is_none());
        }
        assert_eq!((trail[4].customers.len(), trail[4].emptied), (1, false));
        let last = trail.last().unwrap();
        let receipt = last.receipt.unwrap();
        assert_eq!((&*last.act, receipt.facts), ("erase", erased.left.facts));
        assert_eq!(last.reason.as_deref(), Some("ASAP, request 2026-17"));
        // Whoever knows the id still finds what was done.
        assert_eq!(store.trail(Some("A"), 0, 99).unwrap().len(), 5);
        // Nothing but what was sealed is gone.
        assert!(store.check_trail(Some(&kept)).unwrap().is_sound());
        assert!(store.verify().unwrap().is_sound());
    }
    assert_eq!(stores[0].trail(None, 0, 99).unwrap(), stores[1].trail(None, 0, 99).unwrap());
    drop(stores);
    // Only that erasure explains why something is gone.
    let file = rusqlite::Connection::open(&path).unwrap();
    let find = |text: &str| -> i64 {
        let sql = "SELECT count(*) FROM trail WHERE instr(text || coalesce(sealed, ''), ?1)";
        file.query_row(sql, [text], |row| row.get(0)).unwrap()
    };
    assert_eq!((find("Plum Lane"), find("the same telephone"), find("in writing")), (0, 0, 1));
    file.execute_batch("UPDATE trail SET sealed = NULL WHERE number = 5").unwrap();
    drop(file);
    let store = Store::open(&path, playbook.schema()).unwrap();
    assert_eq!(store.check_trail(None).unwrap().broken, Some(5));
}

#[test]
fn erasures_repeated_after_a_restore_are_entered_there() {
    let (folder, playbook) = (Folder::new(), playbook());
    let (path, copy) = (folder.file("crm.db"), folder.file("copy.db"));
    let store = Store::open(&path, playbook.schema()).unwrap();
    let mut store = story(with_customers(store, &playbook), &playbook);
    store.backup(&copy).unwrap();
    store.erase("C", day(20)).unwrap();
    let list = store.erasures().unwrap();
    let mut restored = Store::open(&copy, playbook.schema()).unwrap();
    restored.sign(Some(Signature::of("ops", "restored")));
    restored.erase_listed(&list).unwrap();
    restored.erase_listed(&list).unwrap();
    let trail = restored.trail(Some("C"), 0, 99).unwrap();
    assert_eq!(
        trail.iter().map(|it| &*it.act).collect::<Vec<_>>(),
        ["export_person", "erase_listed"]
    );
    assert!(trail[0].emptied && restored.check_trail(None).unwrap().is_sound());
}

#[test]
fn somebody_who_acts_for_himself_is_not_named_where_no_erasure_reaches() {
    let playbook = playbook();
    let mut store = with_customers(Store::in_memory(playbook.schema()), &playbook);
    store.sign(Some(Signature::of("C", "by the app")));
    store.export_person(&playbook, day(6), None, "C").unwrap();
    let entry = store.trail(None, 0, 9).unwrap().remove(0);
    assert_eq!(entry.actor.as_deref(), Some("customer"));
    assert!(!entry.text.contains("\"C\""));
}

#[test]
fn it_can_be_asked_for_as_a_document() {
    let playbook = playbook();
    let mut store =
        story(with_customers(Store::in_memory(playbook.schema()), &playbook), &playbook);
    let mut ask = |question: serde_json::Value| {
        let question = guanxi::json::parse(question.to_string().as_bytes()).unwrap();
        guanxi::engine::ask::follow(&mut store, &playbook, None, &question, Language::En)
    };
    let told = ask(json!({"ask": "audit_trail", "about": "B", "after": 3, "limit": 5})).unwrap();
    let told: serde_json::Value = serde_json::from_str(&told).unwrap();
    assert_eq!(told["trail"][0]["act"], "unmerge");
    assert_eq!((&told["check"]["sound"], &told["check"]["entries"]), (&json!(true), &json!(7)));
    let told = ask(json!({"ask": "audit_trail", "expect": "12"})).unwrap();
    let told: serde_json::Value = serde_json::from_str(&told).unwrap();
    assert_eq!((&told["check"]["sound"], &told["check"]["broken"]), (&json!(false), &json!(8)));
    let error = ask(json!({"ask": "audit_trail", "abuot": "B"})).unwrap_err();
    assert!(error.to_string().contains("abuot"), "{error}");
}
