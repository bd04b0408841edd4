//! A host's tables, changed at random and followed: after each time the store
//! says what the host says, in a file as in memory, and remembers what was so
//! before.

use std::collections::BTreeMap;
use std::sync::Arc;

use guanxi::facts::intake::{HostRow, Layout, Lines, Mapping, Rows, TableKind};
use guanxi::facts::{Body, Correction, Fact, Schema, Seen, Value, Verdict};
use guanxi::store::{Feed, Followed, Store, Synced};
use guanxi::units::{Instant, Zone};
use guanxi::{Code, Error};

use crate::support::{Folder, Random};

const DAY: i64 = 86_400_000_000;

const SCHEMA: &str = r#"{
    "attributes": {
        "region": {"type": "text", "nullable": true},
        "level": {"type": "enum", "values": ["a", "b", "c"], "nullable": true}
    },
    "events": {"purchase": {"list": "purchases", "fields": {"amount": {"type": "int"}}}},
    "references": {"staff": {"fields": {"team": {"type": "text"}}}},
    "consent": {"purposes": ["marketing"], "channels": ["sms"]}
}"#;

fn mapping(rows: &str) -> String {
    let sync = format!(
        r#"{{"rows": "{rows}", "version": "version", "cursor": "version",
            "deleted": {{"column": "deleted", "values": ["1"]}}}}"#
    );
    format!(
        r#"{{"guanxi_mapping": 1, "tables": {{
            "orders": {{"of": "events", "sync": {sync}, "columns": {{
                "kind": {{"value": "purchase"}}, "source": {{"value": "erp"}}}}}},
            "people": {{"of": "customers", "sync": {sync}, "columns": {{
                "source": {{"value": "erp"}}}}}},
            "ref_staff": {{"sync": {sync}, "columns": {{"source": {{"value": "erp"}}}}}}
        }}}}"#
    )
}

const HEADERS: [(&str, &[&str]); 3] = [
    ("orders", &["id", "customer", "at", "amount", "version", "deleted"]),
    ("people", &["id", "region", "level", "consent.marketing.sms", "version", "deleted"]),
    ("ref_staff", &["id", "team", "version", "deleted"]),
];

/// A row of the host: its cells without version and sign of deletion.
type Cells = Vec<String>;

/// The host's tables, by key, with the version and content of each row; `None`
/// for one that was deleted.
#[derive(Clone, Default)]
struct Host {
    tables: [BTreeMap<String, (u64, Option<Cells>)>; 3],
    version: u64,
}

impl Host {
    fn change(&mut self, random: &mut Random) {
        let table = random.below(3) as usize;
        let key = match table {
            0 => format!("o-{}", random.below(30)),
            1 => format!("C-{}", random.below(8)),
            _ => format!("s-{}", random.below(3)),
        };
        let blank = |random: &mut Random, text: String| {
            if random.below(5) == 0 { String::new() } else { text }
        };
        let cells = match table {
            0 => vec![
                format!("C-{}", random.below(8)),
                format!("2026-01-{:02}", 1 + random.below(28)),
                random.below(4).to_string(),
            ],
            1 => {
                let region = ["华东", "华北"][random.below(2) as usize].to_owned();
                let level = ["a", "b", "c"][random.below(3) as usize].to_owned();
                let consent = ["true", "false"][random.below(2) as usize].to_owned();
                vec![blank(random, region), blank(random, level), consent]
            }
            _ => vec![format!("team {}", random.below(3))],
        };
        self.version += 1;
        let content = (random.below(4) > 0).then_some(cells);
        let known = self.tables[table].contains_key(&key);
        if content.is_some() || known {
            self.tables[table].insert(key, (self.version, content));
        }
    }

    /// The rows of a table as a file would have them.
    fn rows(&self, table: usize, rows: Rows, after: u64) -> Vec<Vec<String>> {
        let width = HEADERS[table].1.len();
        let of = |(key, (version, content)): (&String, &(u64, Option<Cells>))| {
            let mut row = vec![key.clone()];
            let is_deleted = content.is_none();
            row.extend(content.clone().unwrap_or_else(|| vec![String::new(); width - 3]));
            row.extend([version.to_string(), String::from(if is_deleted { "1" } else { "" })]);
            row
        };
        let wanted = |(_, (version, content)): &(&String, &(u64, Option<Cells>))| match rows {
            Rows::Snapshot => content.is_some(),
            _ => after < *version,
        };
        self.tables[table].iter().filter(wanted).map(of).collect()
    }
}

struct Follower {
    schema: Arc<Schema>,
    mapping: Mapping,
    rows: Rows,
}

impl Follower {
    fn new(rows: Rows) -> Follower {
        let schema = Arc::new(Schema::from_json(SCHEMA).unwrap());
        let mapping = Mapping::from_json(mapping(rows.name()).as_bytes()).unwrap();
        mapping.check(&schema).unwrap();
        Follower { schema, mapping, rows }
    }

    fn follow(
        &self,
        store: &mut Store,
        table: usize,
        rows: &[Vec<String>],
        seen: Instant,
        set: impl FnOnce(&mut Feed),
    ) -> Result<(Synced, Vec<Followed>), Error> {
        let (name, header) = HEADERS[table];
        let mapped = &self.mapping.tables()[table];
        let kind: &TableKind = mapped.kind();
        let layout =
            Layout::of(name, header, kind, Some(mapped), &self.schema, &Zone::utc()).unwrap();
        let columns = layout.host_rows(mapped.sync().unwrap()).unwrap();
        let mut feed = Feed::new(name, self.rows, &columns, seen);
        feed.most_gone = 100;
        set(&mut feed);
        let mut tally = layout.tally();
        let mut read: Vec<HostRow> = Vec::new();
        for (number, row) in rows.iter().enumerate() {
            let cells: Vec<&str> = row.iter().map(String::as_str).collect();
            read.push(columns.row(number as u64 + 2, &cells, &mut tally).unwrap());
        }
        store.sync(&feed, |syncing| syncing.rows(read))
    }

    /// The same of JSON Lines.
    fn follow_lines(
        &self,
        store: &mut Store,
        table: usize,
        text: &str,
        seen: Instant,
    ) -> Result<Synced, Error> {
        let mapped = &self.mapping.tables()[table];
        let (name, kind) = (HEADERS[table].0, mapped.kind());
        let lines = Lines::of(name, kind, Some(mapped), &self.schema, &Zone::utc())?;
        let rows = lines.host_rows(mapped.sync().unwrap())?;
        let mut feed = Feed::new(name, self.rows, &rows, seen);
        feed.most_gone = 100;
        Ok(store.sync_lines(&feed, (&lines, &rows), text.as_bytes())?.0)
    }

    /// Follows all tables from where the store was.
    fn follow_all(
        &self,
        store: &mut Store,
        host: &Host,
        seen: Instant,
        set: impl Fn(&mut Feed),
    ) -> Vec<Synced> {
        let mut out = Vec::new();
        for (table, (name, _)) in HEADERS.iter().enumerate() {
            let fed = store.feeds().unwrap();
            let fed = fed.iter().find(|fed| &*fed.name == *name);
            let cursor = fed.and_then(|fed| fed.cursor.as_deref()?.parse().ok());
            let rows = host.rows(table, self.rows, cursor.unwrap_or(0));
            out.push(self.follow(store, table, &rows, seen, &set).unwrap().0);
        }
        out
    }
}

/// The orders that count, by id.
fn orders(store: &Store) -> BTreeMap<String, Cells> {
    let mut out = BTreeMap::new();
    for customer in 0..8 {
        for recorded in store.customer_facts(&format!("C-{customer}"), None).unwrap() {
            let fact = recorded.fact;
            let Body::Event { fields, .. } = &fact.body else { continue };
            let Some(Some(Value::Int(amount))) = fields.first() else { panic!("no amount") };
            let day = fact.at.unwrap().to_string()[..10].to_owned();
            let cells = vec![fact.customer.to_string(), day, amount.to_string()];
            assert!(out.insert(fact.id.to_string(), cells).is_none(), "twice: {}", fact.id);
        }
    }
    out
}

/// Region, level and consent of somebody at an instant; nothing said is empty.
fn holds(store: &Store, customer: &str, at: Instant) -> [String; 3] {
    let mut out = [const { String::new() }; 3];
    let mut facts = store.customer_facts(customer, None).unwrap();
    facts.sort_by_key(|recorded| (recorded.fact.at, recorded.sequence));
    for Fact { body, .. } in facts
        .into_iter()
        .map(|recorded| recorded.fact)
        .filter(|fact| fact.at.is_none_or(|since| since <= at))
    {
        match body {
            Body::Attributes(changes) => {
                for (position, value) in changes {
                    let text = match value {
                        Some(Value::Text(text)) => text.to_string(),
                        _ => String::new(),
                    };
                    // By name, the level comes before the region.
                    out[1 - position] = text;
                }
            }
            Body::Consent { granted, .. } => out[2] = granted.to_string(),
            _ => {}
        }
    }
    out
}

fn day(number: i64) -> Instant {
    let first = Instant::parse("2026-03-01T00:00:00Z").unwrap();
    first.checked_add_micros(number * DAY).unwrap()
}

/// What the host says of somebody; a row that is gone leaves a consent that is
/// withdrawn, if one was given.
fn expected(host: &Host, customer: &str, before: &[String; 3]) -> [String; 3] {
    match host.tables[1].get(customer) {
        Some((_, Some(cells))) => [cells[0].clone(), cells[1].clone(), cells[2].clone()],
        Some((_, None)) => {
            let consent = if before[2].is_empty() { "" } else { "false" };
            [String::new(), String::new(), consent.to_owned()]
        }
        None => before.clone(),
    }
}

fn there(host: &Host) -> BTreeMap<String, Cells> {
    let rows = host.tables[0].iter();
    rows.filter_map(|(key, (_, cells))| Some((key.clone(), cells.clone()?))).collect()
}

#[test]
fn the_store_says_what_the_host_says() {
    for seed in 0..24 {
        let mut random = Random::new(seed);
        let follower = Follower::new([Rows::Changes, Rows::Snapshot][seed as usize % 2]);
        let folder = Folder::new();
        let mut stores = [
            Store::in_memory(&follower.schema),
            Store::open(folder.file("sync.db"), &follower.schema).unwrap(),
        ];
        let (mut host, mut was) = (Host::default(), Vec::new());
        for round in 0..8 {
            for _ in 0..random.below(25) {
                host.change(&mut random);
            }
            let seen = day(round);
            let none = [const { String::new() }; 3];
            let before: &Vec<[String; 3]> = &was.last().cloned().unwrap_or(vec![none; 8]);
            let now: Vec<[String; 3]> = (0..8)
                .map(|number| expected(&host, &format!("C-{number}"), &before[number]))
                .collect();
            let mut synced = Vec::new();
            for store in &mut stores {
                synced.push(follower.follow_all(store, &host, seen, |_| {}));
                assert_eq!(orders(store), there(&host), "seed {seed}, round {round}");
                for (number, now) in now.iter().enumerate() {
                    let id = format!("C-{number}");
                    assert_eq!(&holds(store, &id, seen), now, "seed {seed}, round {round}, {id}");
                }
                // The same again changes nothing.
                for again in follower.follow_all(store, &host, seen, |_| {}) {
                    assert_eq!((again.facts, again.new, again.changed, again.gone), (0, 0, 0, 0));
                }
            }
            assert_eq!(synced[0], synced[1], "seed {seed}, round {round}");
            was.push(now);
        }
        // What was so is remembered: a store is asked as of each time it looked.
        for store in &stores {
            for (round, was) in was.iter().enumerate() {
                for (number, was) in was.iter().enumerate() {
                    let id = format!("C-{number}");
                    let first = said_first(&follower, store, &id);
                    let expected = if first > round as i64 { continue } else { was };
                    assert_eq!(&holds(store, &id, day(round as i64)), expected, "{id} {round}");
                }
            }
            assert!(store.verify().unwrap().is_sound());
        }
    }
}

/// The round in which somebody was first heard of: what was then so holds for
/// all time before.
fn said_first(_: &Follower, store: &Store, id: &str) -> i64 {
    let facts = store.customer_facts(id, None).unwrap();
    let first = facts.iter().filter(|it| matches!(it.fact.body, Body::Attributes(_)));
    first.map(|it| (it.seen.micros() - day(0).micros()) / DAY).min().unwrap_or(0)
}

#[test]
fn an_older_version_changes_nothing() {
    let follower = Follower::new(Rows::Changes);
    let mut store = Store::in_memory(&follower.schema);
    let row = |amount: &str, version: &str, gone: &str| {
        vec![["o-1", "C-1", "2026-01-05", amount, version, gone].map(str::to_owned).to_vec()]
    };
    let mut follow = |rows: Vec<Vec<String>>, at, restored: bool| {
        let set = |feed: &mut Feed| feed.host_was_restored = restored;
        let (_, became) = follower.follow(&mut store, 0, &rows, day(at), set).unwrap();
        let amount = orders(&store).get("o-1").map(|cells| cells[2].clone());
        (became[0], amount)
    };
    let amount = |text: &str| Some(text.to_owned());
    assert_eq!(follow(row("1", "9", ""), 0, false), (Followed::New, amount("1")));
    // Ten comes after nine, though not byte by byte.
    assert_eq!(follow(row("2", "10", ""), 1, false), (Followed::Changed, amount("2")));
    assert_eq!(follow(row("1", "9", ""), 2, false), (Followed::Older, amount("2")));
    assert_eq!(follow(row("", "11", "1"), 3, false), (Followed::Gone, None));
    assert_eq!(follow(row("2", "10", ""), 4, false), (Followed::Older, None));
    assert_eq!(follow(row("3", "12", ""), 5, false), (Followed::Changed, amount("3")));
    assert_eq!(follow(row("1", "9", ""), 6, true), (Followed::Changed, amount("1")));
}

#[test]
fn a_snapshot_that_was_cut_off_is_not_believed() {
    let follower = Follower::new(Rows::Snapshot);
    let folder = Folder::new();
    let stores = [
        Store::in_memory(&follower.schema),
        Store::open(folder.file("cut.db"), &follower.schema).unwrap(),
    ];
    let rows: Vec<Vec<String>> = (0..40)
        .map(|n| {
            let (id, day) = (format!("o-{n}"), format!("2026-01-{:02}", 1 + n % 28));
            vec![id, "C-1".into(), day, "1".into(), "1".into(), String::new()]
        })
        .collect();
    for mut store in stores {
        let mut follow = |rows: &[Vec<String>], most: u8, within| {
            let set = |feed: &mut Feed| (feed.most_gone, feed.within) = (most, within);
            follower.follow(&mut store, 0, rows, day(0), set).map(|(synced, _)| synced)
        };
        assert_eq!(follow(&rows, 20, None).unwrap().new, 40);
        let error = follow(&rows[..20], 20, None).unwrap_err();
        assert_eq!(error.code(), Code::TooManyGone);
        assert_eq!(follow(&[], 99, None).unwrap_err().code(), Code::TooManyGone);
        assert_eq!(follow(&rows[2..], 1, None).unwrap().gone, 2, "few may go");
        assert_eq!(follow(&rows[20..], 50, None).unwrap().gone, 18);
        // Of one week: what happened at other times is not missing.
        let at = |text: &str| Instant::parse(text).unwrap();
        let week = Some((at("2026-01-08T00:00:00Z"), at("2026-01-15T00:00:00Z")));
        let synced = follow(&[], 100, week).unwrap();
        let left: Vec<Cells> = orders(&store).into_values().collect();
        assert_eq!((synced.gone, left.len()), (5, 15));
        assert!(left.iter().all(|cells| !("2026-01-08".."2026-01-15").contains(&&*cells[1])));
        assert_eq!(store.feeds().unwrap()[0].rows, 15);
    }
}

#[test]
fn either_side_may_be_restored_from_a_backup() {
    for seed in 0..8 {
        let mut random = Random::new(seed);
        let follower = Follower::new(Rows::Changes);
        let folder = Folder::new();
        let mut store = Store::open(folder.file("now.db"), &follower.schema).unwrap();
        let mut host = Host::default();
        let mut last_week = Host::default();
        for round in 0..6 {
            (0..12).for_each(|_| host.change(&mut random));
            follower.follow_all(&mut store, &host, day(round), |_| {});
            if round == 2 {
                store.backup(folder.file("backup.db")).unwrap();
                last_week = host.clone();
            }
        }
        // The store goes back: what it has forgotten lies behind its cursor.
        let mut old = Store::open(folder.file("backup.db"), &follower.schema).unwrap();
        assert_eq!(orders(&old), there(&last_week), "seed {seed}");
        follower.follow_all(&mut old, &host, day(7), |_| {});
        assert_eq!(orders(&old), there(&host), "seed {seed}");
        // The host goes back: all its rows are taken as they are.
        let all = Follower::new(Rows::Snapshot);
        all.follow_all(&mut store, &last_week, day(8), |feed| feed.host_was_restored = true);
        assert_eq!(orders(&store), there(&last_week), "seed {seed}");
    }
}

#[test]
fn lines_say_what_rows_say() {
    for seed in 0..6 {
        for rows in [Rows::Changes, Rows::Snapshot] {
            let (follower, mut random) = (Follower::new(rows), Random::new(seed));
            let (mut of_rows, mut of_lines) =
                (Store::in_memory(&follower.schema), Store::in_memory(&follower.schema));
            let mut host = Host::default();
            for night in 0..4 {
                (0..12).for_each(|_| host.change(&mut random));
                for (table, (name, header)) in HEADERS.iter().enumerate() {
                    let fed = of_rows.feeds().unwrap();
                    let fed = fed.iter().find(|fed| &*fed.name == *name);
                    let cursor = fed.and_then(|fed| fed.cursor.as_deref()?.parse().ok());
                    let sent = host.rows(table, rows, cursor.unwrap_or(0));
                    let plain =
                        follower.follow(&mut of_rows, table, &sent, day(night), |_| {}).unwrap().0;
                    let text = lines(header, &sent);
                    let written = follower.follow_lines(&mut of_lines, table, &text, day(night));
                    assert_eq!(written.unwrap(), plain);
                }
                assert_eq!(of_rows.columns(None).unwrap(), of_lines.columns(None).unwrap());
            }
        }
    }
}

/// Rows as JSON Lines; empty cells are nulls.
fn lines(header: &[&str], rows: &[Vec<String>]) -> String {
    let line = |row: &Vec<String>| {
        let cells = header.iter().zip(row).map(|(name, cell)| match &**cell {
            "" => format!("{name:?}: null"),
            cell => format!("{name:?}: {cell:?}"),
        });
        format!("{{{}}}\n", cells.collect::<Vec<_>>().join(", "))
    };
    rows.iter().map(line).collect()
}

#[test]
fn what_is_worked_out_is_refused_in_its_line() {
    let follower = Follower::new(Rows::Changes);
    let mut store = Store::in_memory(&follower.schema);
    let text = r#"{"id": "o-1", "customer": "C-1", "at": "2026-01-05", "amount": 1, "version": 1}
{"id": "o-2", "customer": "C-1", "at": "2026-01-05", "amount": 1, "version": 2, "revision": 3}"#;
    let synced = follower.follow_lines(&mut store, 0, text, day(0)).unwrap();
    assert_eq!((synced.new, synced.not_recorded), (1, 1));
    assert!(!orders(&store).contains_key("o-2"));
}

#[test]
fn what_was_imported_before_is_taken_over() {
    let follower = Follower::new(Rows::Changes);
    let mut store = Store::in_memory(&follower.schema);
    let fact = |id: &str, amount, correction| Fact {
        source: "erp".into(),
        id: id.into(),
        customer: "C-1".into(),
        at: Some(Instant::parse("2026-01-05T00:00:00Z").unwrap()),
        revision: None,
        correction,
        body: Body::Event { kind: 0, fields: vec![Some(Value::Int(amount))] },
    };
    let by_hand = Correction::Supersedes("o-1".into());
    let facts = vec![
        fact("o-1", 1, Correction::None),
        fact("by-hand", 2, by_hand),
        fact("o-2", 1, Correction::None),
    ];
    store.append(facts, Seen::Backfill).unwrap();
    let row = |id: &str, amount: &str, gone: &str| {
        [id, "C-1", "2026-01-05", amount, "1", gone].map(str::to_owned).to_vec()
    };
    let rows = [row("o-1", "2", ""), row("o-2", "", "1")];
    let (synced, became) = follower.follow(&mut store, 0, &rows, day(0), |_| {}).unwrap();
    assert_eq!(became, [Followed::Unchanged, Followed::Gone]);
    assert_eq!(synced.facts, 1);
    let rows = [row("o-1", "3", "")];
    follower.follow(&mut store, 0, &rows, day(1), |_| {}).unwrap();
    let amounts: Vec<String> = orders(&store).into_values().map(|cells| cells[2].clone()).collect();
    assert_eq!(amounts, ["3"]);
}

#[test]
fn a_failure_leaves_nothing_and_the_erased_stay_so() {
    let follower = Follower::new(Rows::Changes);
    let folder = Folder::new();
    let mut store = Store::open(folder.file("failed.db"), &follower.schema).unwrap();
    let rows = vec![["C-1", "华东", "a", "true", "1", ""].map(str::to_owned).to_vec()];
    follower.follow(&mut store, 1, &rows, day(0), |_| {}).unwrap();
    let mut in_memory = Store::in_memory(&follower.schema);
    follower.follow(&mut in_memory, 1, &rows, day(0), |_| {}).unwrap();
    let remembered = in_memory.feeds().unwrap();
    let before = (store.version().unwrap(), store.feeds().unwrap());
    let mapped = &follower.mapping.tables()[1];
    let kind = mapped.kind();
    let header = HEADERS[1].1;
    let layout =
        Layout::of("people", header, kind, Some(mapped), &follower.schema, &Zone::utc()).unwrap();
    let columns = layout.host_rows(mapped.sync().unwrap()).unwrap();
    let feed = Feed::new("people", Rows::Changes, &columns, day(1));
    let mut tally = layout.tally();
    let row = columns.row(2, &["C-2", "", "", "false", "9", ""], &mut tally).unwrap();
    for store in [&mut store, &mut in_memory] {
        for feed in [feed.clone(), Feed { name: "others".into(), ..feed.clone() }] {
            let failed = store.sync(&feed, |syncing| {
                syncing.rows(vec![row.clone()])?;
                Err::<(), _>(guanxi::Fault::new(Code::Io, "the line broke", "连接中断").into())
            });
            assert_eq!(failed.unwrap_err().code(), Code::Io);
        }
    }
    assert_eq!((store.version().unwrap(), store.feeds().unwrap()), before);
    assert_eq!(in_memory.feeds().unwrap(), remembered);
    assert!(in_memory.customer_facts("C-2", None).unwrap().is_empty());

    store.erase("C-1", day(2)).unwrap();
    assert_eq!(store.feeds().unwrap()[0].rows, 0);
    let rows = vec![["C-1", "华北", "a", "true", "2", ""].map(str::to_owned).to_vec()];
    let (synced, became) = follower.follow(&mut store, 1, &rows, day(3), |_| {}).unwrap();
    assert_eq!(became, [Followed::NotRecorded(Verdict::Erased)]);
    assert_eq!(synced.cursor, synced.cursor_before, "the row may be read again");

    let other = Feed { source: "shop".into(), ..feed };
    let error = store.sync(&other, |_| Ok(())).unwrap_err();
    assert_eq!(error.code(), Code::InvalidArgument);
}

#[test]
fn a_line_of_another_source_is_refused_in_its_place() {
    let mapping = Mapping::from_json(
        br#"{"guanxi_mapping": 1, "tables": {"orders": {"of": "events",
            "sync": {"rows": "changes", "version": "version"},
            "columns": {"kind": {"value": "purchase"}}}}}"#,
    )
    .unwrap();
    let schema = Arc::new(Schema::from_json(SCHEMA).unwrap());
    let mapped = &mapping.tables()[0];
    let lines = Lines::of("orders", mapped.kind(), Some(mapped), &schema, &Zone::utc()).unwrap();
    let rows = lines.host_rows(mapped.sync().unwrap()).unwrap();
    let mut tally = lines.tally();
    let mut read = |source: &str| {
        let text = format!(
            r#"{{"id": "o-1", "customer": "C-1", "at": "2026-01-05", "amount": 1, "version": 1{source}}}"#
        );
        lines.host_row(&rows, 4, text.as_bytes(), &mut tally)
    };
    assert_eq!(read("").unwrap().facts.len(), 1);
    let faults = read(r#", "source": "shop""#).unwrap_err();
    assert_eq!(faults[0].pointer.as_deref(), Some("orders:4/source"));
}
