//! Tables that the host goes on changing, followed row by row (数据同步).
//!
//! ```text
//!   rows of the host ──┐
//!                      ├─> what is otherwise ──> facts that supersede, retract, or
//!   rows as last seen ─┘   since the last time    hold from now on
//! ```
//!
//! | the host's row | an event | what holds: attributes, consents, reference rows |
//! |---|---|---|
//! | is new | a fact | a fact without a date: it holds as long as anybody knows |
//! | says something else | supersedes what it said | holds from the instant at which it was seen |
//! | is deleted, or missing in a snapshot | retracts what it said | attributes are cleared and consents withdrawn from then on; reference rows stay, as facts point to them |
//! | is back | supersedes the retraction | holds from then on |
//! | is an older version | left out | left out |
//!
//! So an order that was mistyped was never otherwise, while somebody who moved
//! did live where they lived, and who takes a consent back had given it.
//!
//! # What is promised
//!
//! * Rows, what was remembered of them, and how far the host was read are on the
//!   disk together or not at all.
//! * The same rows again change nothing.
//! * After either side was restored from a backup, the next rows mend it: what
//!   the store has forgotten lies behind its cursor, and of a host that went back
//!   the contents hold although their versions are older, where that is said.
//! * A snapshot that would make much vanish is refused: a file that was cut off
//!   must not be believed.
//!
//! # What is not here
//!
//! Reading files or the host's database: the host hands over rows.

mod memory;
mod row;

use std::collections::HashSet;

use serde::Serialize;

pub(super) use self::memory::{Feeds, Step};
pub(super) use self::row::Entry;
use self::row::{Settled, Settler};
use super::{Backend, Store};
use crate::error::{Code, Error, Fault};
use crate::facts::intake::{HostRow, HostRows, Lines, Rows, TableReport};
use crate::facts::{Batch, Fact, RowVerdict, Seen, Verdict};
use crate::units::Instant;

/// Rows that may be gone whatever their share, unless nothing is left.
const FEW: usize = 10;

/// Rows whose facts are recorded together.
const CHUNK: usize = 1_000;

/// A table of the host, and how it is followed.
#[derive(Debug, Clone)]
pub struct Feed {
    /// Its name: what is remembered of its rows goes by it.
    pub name: Box<str>,
    /// The source of its facts.
    pub source: Box<str>,
    /// Which rows are handed over.
    pub rows: Rows,
    /// The attributes that its rows speak of, by their positions in the schema.
    pub attributes: Vec<usize>,
    /// The consents that its rows speak of: purpose and channel.
    pub consents: Vec<(usize, usize)>,
    /// When the rows were seen: what holds, and is otherwise, holds from then on.
    pub seen: Instant,
    /// Whether facts that are new count as learnt when they happened.
    pub is_history: bool,
    /// A snapshot of the events of this time alone, from the first instant to
    /// before the second.
    pub within: Option<(Instant, Instant)>,
    /// How many per cent of the known rows may be gone at once; ten rows always
    /// may, unless a snapshot is empty.
    pub most_gone: u8,
    /// Whether the host went back to an older state: then older versions hold.
    pub host_was_restored: bool,
}

impl Feed {
    /// How many per cent of the known rows may be gone at once, unless it is said.
    pub const MOST_GONE: u8 = 20;

    /// The feed of a file whose columns are settled.
    pub fn new(name: &str, rows: Rows, columns: &HostRows<'_>, seen: Instant) -> Feed {
        Feed {
            name: name.into(),
            source: columns.source().into(),
            rows,
            attributes: columns.attributes(),
            consents: columns.consents(),
            seen,
            is_history: false,
            within: None,
            most_gone: Feed::MOST_GONE,
            host_was_restored: false,
        }
    }
}

/// What became of a row of the host.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Followed {
    /// It was not known.
    New,
    /// It says something else than before.
    Changed,
    /// It says what it said.
    Unchanged,
    /// It is gone, and what it said with it.
    Gone,
    /// A later version of it is known.
    Older,
    /// A snapshot has it twice; this one is left out.
    Twice,
    /// Its facts were not recorded: see the verdict.
    NotRecorded(Verdict),
}

/// What following a table came to, in rows.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Synced {
    /// Which rows the host handed over.
    pub mode: Rows,
    /// Rows that were handed over.
    pub rows: u64,
    /// Rows that were not known.
    pub new: u64,
    /// Rows that say something else.
    pub changed: u64,
    /// Rows that say what they said.
    pub unchanged: u64,
    /// Rows that the host has deleted, or that a snapshot lacks.
    pub gone: u64,
    /// Rows of which a later version is known.
    pub older: u64,
    /// Rows that were not recorded: refused, a conflict, twice in a snapshot, of
    /// somebody who was erased.
    pub not_recorded: u64,
    /// Facts that were recorded.
    pub facts: u64,
    /// Whether rows that a snapshot lacks were taken as gone. They are not where
    /// a row could not be read: it may be one of them.
    pub absence_counts: bool,
    /// How far the host was read before.
    pub cursor_before: Option<Box<str>>,
    /// How far it is read now. It stays where a row was not recorded.
    pub cursor: Option<Box<str>>,
}

/// A table that is followed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fed {
    /// Its name.
    pub name: Box<str>,
    /// The source of its facts.
    pub source: Box<str>,
    /// How far the host was read.
    pub cursor: Option<Box<str>>,
    /// When it was followed last.
    pub seen: Instant,
    /// Rows that are there.
    pub rows: u64,
    /// Rows that are gone.
    pub gone: u64,
}

/// What is remembered of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::store) struct Head {
    pub number: i64,
    pub source: Box<str>,
    pub cursor: Option<Box<str>>,
    /// How often it was followed.
    pub pass: i64,
    pub seen: Instant,
}

impl Store {
    /// Follows a table of the host: works out what is otherwise since the last
    /// time, and records it, in one transaction (同步宿主表).
    ///
    /// # Inputs
    ///
    /// `feed` says how. `read` hands the rows over by [`Syncing::rows`], in one go
    /// or in many; what it returns is handed back.
    ///
    /// # Output
    ///
    /// The rows, counted by what became of them.
    ///
    /// # Errors
    ///
    /// * those of `read`;
    /// * as [`append`](Store::append): `seen` must not be before that of an earlier
    ///   append;
    /// * [`TooManyGone`](Code::TooManyGone): a snapshot lacks more of the rows than
    ///   `most_gone` allows;
    /// * [`InvalidArgument`](Code::InvalidArgument): the name stands for a table of
    ///   another source.
    ///
    /// Then nothing is recorded and the cursor stays.
    ///
    /// # Cost
    ///
    /// A look at what is remembered for each row, and for one that changed at what
    /// stands of it. In memory, a row that changed costs a pass over the
    /// corrections.
    ///
    /// # Example
    ///
    /// ```
    /// use std::sync::Arc;
    /// use guanxi::facts::intake::{Layout, Mapping, TableKind};
    /// use guanxi::facts::Schema;
    /// use guanxi::store::{Feed, Store};
    /// use guanxi::units::{Instant, Zone};
    ///
    /// let schema = Arc::new(Schema::from_json(r#"{"events": {"purchase": {"list": "purchases"}}}"#)?);
    /// let mapping = Mapping::from_json(br#"{"guanxi_mapping": 1, "tables": {"orders": {
    ///     "of": "events", "columns": {"kind": {"value": "purchase"}},
    ///     "sync": {"rows": "snapshot"}}}}"#)?;
    /// let table = &mapping.tables()[0];
    /// let header = ["id", "customer", "at"];
    /// let layout =
    ///     Layout::of("orders", &header, &TableKind::Events, Some(table), &schema, &Zone::utc())?;
    /// let sync = table.sync().ok_or("no sync").unwrap();
    /// let columns = layout.host_rows(sync)?;
    ///
    /// let mut store = Store::in_memory(&schema);
    /// let mut follow = |day: &str, rows: &[[&str; 3]]| {
    ///     let mut feed = Feed::new("orders", sync.rows, &columns, Instant::parse(day)?);
    ///     feed.most_gone = 50;
    ///     let mut tally = layout.tally();
    ///     let rows = rows.iter().map(|row| columns.row(2, row, &mut tally).unwrap()).collect();
    ///     store.sync(&feed, |syncing| syncing.rows(rows)).map(|(synced, _)| synced)
    /// };
    /// let first = follow("2026-03-05T00:00:00Z", &[["o-1", "C-1", "2026-03-01"], ["o-2", "C-1", "2026-03-02"]])?;
    /// assert_eq!((first.new, first.gone), (2, 0));
    /// // One order was moved to another day, and one is gone.
    /// let next = follow("2026-03-06T00:00:00Z", &[["o-1", "C-1", "2026-03-03"]])?;
    /// assert_eq!((next.changed, next.gone), (1, 1));
    /// let facts = store.customer_facts("C-1", None)?;
    /// assert_eq!(facts.len(), 1);
    /// assert_eq!(facts[0].fact.at, Some(Instant::parse("2026-03-03T00:00:00Z")?));
    /// # Ok::<(), guanxi::Error>(())
    /// ```
    pub fn sync<T>(
        &mut self,
        feed: &Feed,
        read: impl FnOnce(&mut Syncing<'_>) -> Result<T, Error>,
    ) -> Result<(Synced, T), Error> {
        self.alone(|store| {
            let head = store.head_of(feed)?;
            let mut syncing = Syncing {
                settler: Settler::new(store, feed, head)?,
                synced: Synced { mode: feed.rows, ..Synced::default() },
                cursor: None,
                is_whole: true,
            };
            let out = read(&mut syncing)?;
            Ok((syncing.finish()?, out))
        })
    }

    /// Follows a table whose rows are JSON Lines, flat objects with the host's
    /// columns as keys; see [`sync`](Store::sync). A key that is not there says
    /// nothing.
    ///
    /// # Errors
    ///
    /// As [`sync`](Store::sync). A line that cannot be a row is in the report.
    ///
    /// ```
    /// use std::sync::Arc;
    /// use guanxi::facts::intake::{Lines, Mapping, TableKind};
    /// use guanxi::facts::Schema;
    /// use guanxi::store::{Feed, Store};
    /// use guanxi::units::{Instant, Zone};
    ///
    /// let schema = Arc::new(Schema::from_json(r#"{"attributes": {
    ///     "region": {"type": "text", "nullable": true}}}"#)?);
    /// let mapping = Mapping::from_json(br#"{"guanxi_mapping": 1, "tables": {"people": {
    ///     "of": "customers", "sync": {"rows": "changes", "cursor": "changed"}}}}"#)?;
    /// let table = &mapping.tables()[0];
    /// let lines = Lines::of("people", &TableKind::Customers, Some(table), &schema, &Zone::utc())?;
    /// let sync = table.sync().ok_or("no sync").unwrap();
    /// let rows = lines.host_rows(sync)?;
    /// let mut store = Store::in_memory(&schema);
    /// let seen = Instant::parse("2026-03-05T00:00:00Z")?;
    /// let feed = Feed::new("people", sync.rows, &rows, seen);
    /// let text = br#"{"id": "C-1", "region": "east", "changed": 17}"#;
    /// let (synced, report) = store.sync_lines(&feed, (&lines, &rows), text)?;
    /// assert_eq!((synced.new, synced.cursor.as_deref()), (1, Some("17")));
    /// assert!(report.not_recorded.is_empty());
    /// # Ok::<(), guanxi::Error>(())
    /// ```
    pub fn sync_lines(
        &mut self,
        feed: &Feed,
        (lines, rows): (&Lines<'_>, &HostRows<'_>),
        text: &[u8],
    ) -> Result<(Synced, TableReport), Error> {
        let mut report = TableReport::new(lines.file(), lines.kind());
        let mut tally = lines.tally();
        let (synced, ()) = self.sync(feed, |syncing| {
            let numbered = (1_u64..).zip(text.split(|byte| *byte == b'\n'));
            let mut read = Vec::new();
            for (number, line) in numbered.filter(|(_, line)| !line.trim_ascii().is_empty()) {
                read.push((number, lines.host_row(rows, number, line, &mut tally)));
                if CHUNK <= read.len() {
                    syncing.lines(std::mem::take(&mut read), &mut report)?;
                }
            }
            syncing.lines(read, &mut report)?;
            Ok(())
        })?;
        report.finish(lines.columns(), &tally);
        Ok((synced, report))
    }

    /// The tables that are followed, by name (同步表一览).
    ///
    /// ```
    /// # use std::sync::Arc;
    /// # use guanxi::{facts::Schema, store::Store};
    /// let store = Store::in_memory(&Arc::new(Schema::default().indexed()));
    /// assert!(store.feeds()?.is_empty());
    /// # Ok::<(), guanxi::Error>(())
    /// ```
    pub fn feeds(&self) -> Result<Vec<Fed>, Error> {
        match &self.backend {
            Backend::Memory(_, outbox) => Ok(outbox.feeds.list()),
            #[cfg(feature = "sqlite")]
            Backend::File(database) => database.feeds(),
        }
    }

    /// What is remembered of a table, which is made known where it is not.
    fn head_of(&mut self, feed: &Feed) -> Result<Head, Error> {
        let head = match &mut self.backend {
            Backend::Memory(_, outbox) => outbox.feed(|feeds| feeds.head(feed)),
            #[cfg(feature = "sqlite")]
            Backend::File(database) => database.feed_head(feed)?,
        };
        if head.source == feed.source { Ok(head) } else { Err(other_source(feed, &head.source)) }
    }

    /// What is remembered of each of these rows.
    fn entries(&self, head: &Head, keys: &[&str]) -> Result<Vec<Option<Entry>>, Error> {
        match &self.backend {
            Backend::Memory(_, outbox) => Ok(outbox.feeds.entries(head, keys)),
            #[cfg(feature = "sqlite")]
            Backend::File(database) => database.feed_entries(head, keys),
        }
    }

    fn remember(&mut self, head: &Head, entries: Vec<(Box<str>, Entry)>) -> Result<(), Error> {
        match &mut self.backend {
            Backend::Memory(_, outbox) => {
                outbox.feed(|feeds| feeds.remember(head, entries));
                Ok(())
            }
            #[cfg(feature = "sqlite")]
            Backend::File(database) => database.feed_remember(head, &entries),
        }
    }

    /// The rows that are there and were not handed over in this pass.
    fn lacking(
        &self,
        head: &Head,
        within: Option<(Instant, Instant)>,
    ) -> Result<Vec<(Box<str>, Entry)>, Error> {
        match &self.backend {
            Backend::Memory(_, outbox) => Ok(outbox.feeds.lacking(head, within)),
            #[cfg(feature = "sqlite")]
            Backend::File(database) => database.feed_lacking(head, within),
        }
    }

    /// How many rows are there.
    fn n_there(&self, head: &Head, within: Option<(Instant, Instant)>) -> Result<u64, Error> {
        match &self.backend {
            Backend::Memory(_, outbox) => Ok(outbox.feeds.n_there(head, within)),
            #[cfg(feature = "sqlite")]
            Backend::File(database) => database.feed_n_there(head, within),
        }
    }

    fn close_feed(&mut self, head: &Head) -> Result<(), Error> {
        match &mut self.backend {
            Backend::Memory(_, outbox) => {
                outbox.feed(|feeds| feeds.close(head));
                Ok(())
            }
            #[cfg(feature = "sqlite")]
            Backend::File(database) => database.feed_close(head),
        }
    }

    /// What counts in the place of the fact of this source and id, with its
    /// revision.
    fn standing_of(&self, source: &str, id: &str) -> Result<Option<(u64, Option<Fact>)>, Error> {
        match &self.backend {
            Backend::Memory(log, _) => {
                let found = log.standing_of(source, id);
                Ok(found.map(|(revision, fact)| (revision, fact.cloned())))
            }
            #[cfg(feature = "sqlite")]
            Backend::File(database) => database.standing_of(source, id),
        }
    }

    /// Whether an attribute fact was ever recorded about a customer.
    fn is_introduced(&self, customer: &str) -> Result<bool, Error> {
        match &self.backend {
            Backend::Memory(log, _) => Ok(log.is_introduced(customer)),
            #[cfg(feature = "sqlite")]
            Backend::File(database) => database.is_introduced(customer),
        }
    }

    /// The facts of reference tables that count.
    fn reference_facts(&self) -> Result<Vec<Fact>, Error> {
        match &self.backend {
            Backend::Memory(log, _) => {
                let mut facts = Vec::new();
                log.standing(None, str::is_empty, |recorded| facts.push(recorded.fact.clone()));
                Ok(facts)
            }
            #[cfg(feature = "sqlite")]
            Backend::File(database) => database.reference_facts(),
        }
    }
}

/// A table that is being followed.
pub struct Syncing<'s> {
    settler: Settler<'s>,
    synced: Synced,
    cursor: Option<Box<str>>,
    /// Whether every row was read.
    is_whole: bool,
}

impl Syncing<'_> {
    /// Takes rows, in their order, and says what became of each.
    ///
    /// # Errors
    ///
    /// As [`Store::sync`]: then nothing of the whole is recorded.
    pub fn rows(&mut self, rows: Vec<HostRow>) -> Result<Vec<Followed>, Error> {
        let mut became = Vec::with_capacity(rows.len());
        let (mut chunk, mut keys) = (Vec::new(), HashSet::new());
        for row in rows {
            if let Some(cursor) = &row.cursor {
                self.reached(cursor);
            }
            // What is known of a row is asked of the store: a second one with
            // its key must find the first one recorded.
            if CHUNK <= chunk.len() || !keys.insert(row.key.clone()) {
                became.extend(self.take(std::mem::take(&mut chunk))?);
                keys = HashSet::from([row.key.clone()]);
            }
            chunk.push(row);
        }
        became.extend(self.take(chunk)?);
        for followed in &became {
            self.synced.rows += 1;
            self.synced.count(*followed);
        }
        self.is_whole &= !became.iter().any(|followed| followed.is_not_recorded());
        Ok(became)
    }

    /// Takes rows of which each has a key of its own.
    fn take(&mut self, rows: Vec<HostRow>) -> Result<Vec<Followed>, Error> {
        let known = self.settler.known(&rows)?;
        let mut looked_at = Vec::with_capacity(rows.len());
        for (row, known) in rows.into_iter().zip(known) {
            looked_at.push((self.settler.settle(&row, known)?, row.key));
        }
        self.record(looked_at)
    }

    /// Takes rows as they were read, each with the line it begins on, or with what
    /// is wrong with it; counts them in `report`, and hands back those that were
    /// not recorded.
    ///
    /// # Errors
    ///
    /// As [`rows`](Syncing::rows).
    pub fn lines(
        &mut self,
        read: Vec<(u64, Result<HostRow, Vec<Fault>>)>,
        report: &mut TableReport,
    ) -> Result<Vec<RowVerdict>, Error> {
        let (mut rows, mut numbers, mut bad) = (Vec::new(), Vec::new(), Vec::new());
        for (number, row) in read {
            match row {
                Ok(row) => {
                    rows.push(row);
                    numbers.push(number);
                }
                Err(faults) => {
                    self.unreadable();
                    bad.push((number, Verdict::Refused, faults));
                }
            }
        }
        for (number, became) in numbers.into_iter().zip(self.rows(rows)?) {
            let (verdict, faults) = match became {
                Followed::NotRecorded(verdict) => (verdict, Vec::new()),
                Followed::Twice => {
                    let place = format!("{}:{number}", report.file);
                    (Verdict::Conflict, vec![twice().at(place)])
                }
                Followed::New | Followed::Changed | Followed::Gone => (Verdict::New, Vec::new()),
                Followed::Unchanged | Followed::Older => (Verdict::Same, Vec::new()),
            };
            bad.push((number, verdict, faults));
        }
        bad.sort_by_key(|(number, ..)| *number);
        let counted = bad.into_iter();
        Ok(counted
            .filter_map(|(number, verdict, faults)| report.count(number, verdict, faults))
            .collect())
    }

    /// Says that a row could not be read: it may be any.
    fn unreadable(&mut self) {
        self.synced.rows += 1;
        self.synced.not_recorded += 1;
        self.is_whole = false;
    }

    /// How far the host was read; the farthest counts, as a number where all are
    /// numbers, otherwise byte by byte.
    fn reached(&mut self, cursor: &str) {
        if self.cursor.as_deref().is_none_or(|before| row::is_older(before, cursor)) {
            self.cursor = Some(cursor.into());
        }
    }

    /// Records what follows from rows, and remembers those of which everything
    /// stands.
    fn record(&mut self, rows: Vec<(Settled, Box<str>)>) -> Result<Vec<Followed>, Error> {
        let (mut first, mut then, mut kept) = (Vec::new(), Vec::new(), Vec::new());
        for (settled, key) in rows {
            let Settled { was, entry, first: new, then: otherwise } = settled;
            kept.push((was, key, entry, new.len(), otherwise.len()));
            first.extend(new);
            then.extend(otherwise);
        }
        let (mut at_first, mut at_then) = (0, first.len());
        let verdicts = self.settler.append(first, then)?;
        let new = verdicts.iter().filter(|verdict| **verdict == Verdict::New);
        self.synced.facts += new.count() as u64;
        let of = |from: usize, n: usize| verdicts.get(from..from + n).unwrap_or_default();
        let (mut became, mut entries) = (Vec::with_capacity(kept.len()), Vec::new());
        for (was, key, entry, n_first, n_then) in kept {
            let own = [of(at_first, n_first), of(at_then, n_then)].concat();
            (at_first, at_then) = (at_first + n_first, at_then + n_then);
            let verdict = Verdict::of_row(&own);
            if verdict.is_recorded() {
                entries.extend(entry.map(|entry| (key, entry)));
            }
            became.push(if verdict.is_recorded() { was } else { Followed::NotRecorded(verdict) });
        }
        self.settler.remember(entries)?;
        Ok(became)
    }

    fn finish(mut self) -> Result<Synced, Error> {
        self.synced.absence_counts = self.settler.feed.rows == Rows::Snapshot && self.is_whole;
        if self.synced.absence_counts {
            self.lose()?;
        }
        let mut head = self.settler.head.clone();
        self.synced.cursor_before = head.cursor.clone();
        if self.is_whole && self.cursor.is_some() {
            head.cursor = self.cursor.take();
        }
        self.synced.cursor = head.cursor.clone();
        head.seen = self.settler.feed.seen;
        self.settler.store.close_feed(&head)?;
        Ok(self.synced)
    }

    /// Takes back what the snapshot lacks.
    fn lose(&mut self) -> Result<(), Error> {
        let (head, within) = (self.settler.head.clone(), self.settler.feed.within);
        let lacking = self.settler.store.lacking(&head, within)?;
        let there = self.settler.store.n_there(&head, within)?;
        let most = there.saturating_mul(self.settler.feed.most_gone.into());
        let is_much = FEW < lacking.len() || self.synced.rows == 0;
        if is_much && most < (lacking.len() as u64).saturating_mul(100) {
            return Err(too_many_gone(self.settler.feed, lacking.len() as u64, there));
        }
        for lacking in lacking.chunks(CHUNK) {
            let mut rows = Vec::with_capacity(lacking.len());
            for (key, entry) in lacking {
                rows.push((self.settler.lost(key, entry)?, key.clone()));
            }
            for followed in self.record(rows)? {
                self.synced.count(followed);
            }
        }
        Ok(())
    }
}

impl Followed {
    /// Whether the row is none that the store now knows.
    pub fn is_not_recorded(self) -> bool {
        matches!(self, Followed::Twice | Followed::NotRecorded(_))
    }
}

impl Synced {
    fn count(&mut self, followed: Followed) {
        let counter = match followed {
            Followed::New => &mut self.new,
            Followed::Changed => &mut self.changed,
            Followed::Unchanged => &mut self.unchanged,
            Followed::Gone => &mut self.gone,
            Followed::Older => &mut self.older,
            Followed::Twice | Followed::NotRecorded(_) => &mut self.not_recorded,
        };
        *counter += 1;
    }
}

impl Feed {
    fn seen(&self) -> Seen {
        Seen::At(self.seen)
    }

    /// New facts and those that follow from changes, as they are learnt.
    fn batches(&self, first: Vec<Fact>, then: Vec<Fact>) -> Vec<Batch> {
        let new = if self.is_history { Seen::Backfill } else { self.seen() };
        vec![Batch { facts: first, seen: new }, Batch { facts: then, seen: self.seen() }]
    }
}

fn twice() -> Fault {
    Fault::new(
        Code::Conflict,
        "the snapshot has a row with this key already",
        "全量数据中已有同一主键的行",
    )
    .hint("feed `id` by a column that tells rows apart", "请将能区分各行的列对应到 `id`")
}

fn other_source(feed: &Feed, source: &str) -> Error {
    let Feed { name, source: own, .. } = feed;
    Fault::new(
        Code::InvalidArgument,
        format!("`{name}` is followed as a table of `{source}`, and these rows are of `{own}`"),
        format!("`{name}` 是来源 `{source}` 的同步表，而这些行来自 `{own}`"),
    )
    .hint("give the table another name in the mapping", "请在映射中为该表另取名称")
    .into()
}

fn too_many_gone(feed: &Feed, gone: u64, there: u64) -> Error {
    let (name, most) = (&feed.name, feed.most_gone);
    Fault::new(
        Code::TooManyGone,
        format!(
            "the snapshot of `{name}` lacks {gone} of {there} known rows, expected at most {most} %"
        ),
        format!("`{name}` 的全量数据缺少已知 {there} 行中的 {gone} 行，最多允许 {most}%"),
    )
    .hint(
        "is the file whole? if they are gone indeed, allow more",
        "文件是否完整？若确已删除，请放宽限制",
    )
    .into()
}
