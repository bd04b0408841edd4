//! A store in a SQLite file.
//!
//! ```text
//!   open ──> tables ──> write ──> chain          one transaction a call
//!     │                    └─> body               facts as JSON by name
//!     └────> read <── names, corrections          facts that count
//! ```
//!
//! Every call is one transaction, so what it reads is one state of the store
//! and what it writes is there entirely or not at all. Trouble with SQLite is
//! put into words here, once, with the name of the file.

mod backup;
mod body;
mod chain;
mod corrections;
mod count;
mod decided;
mod declaration;
mod erase;
mod feed;
mod known;
mod names;
mod open;
mod outbox;
mod read;
mod restriction;
mod tables;
#[cfg(test)]
mod tests;
mod trail;
mod trouble;
mod verify;
mod write;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior};

use self::body::Layout;
use self::known::Known;
use self::names::Names;
use self::open::{Access, Content};
use self::read::{COLUMNS, Gatherer, Reader};
use self::trouble::Trouble;
use self::write::Writer;
use super::erase::Left;
use super::report::{Report, Statistics};
use crate::error::{Code, Error};
use crate::facts::correct::Settled;
use crate::facts::{Batch, Columns, Erasure, Fact, Recorded, Schema, Verdict, admit};
use crate::units::Instant;

/// Pages that SQLite may hold, in KiB, as a rule.
const IDLE_CACHE: i64 = 2 << 10;

/// The same from a large batch to the next small one.
const LARGE_CACHE: i64 = 64 << 10;

/// Batches of this many facts together are large.
const LARGE_BATCH: usize = 1000;

/// A connection to a store, with the schema it is read by.
#[derive(Debug)]
pub(super) struct Database {
    connection: Connection,
    path: PathBuf,
    layout: Layout,
    /// Number of the declaration that held when the store was opened.
    declaration: i64,
    /// Whether the connection is set up for large batches.
    is_large: bool,
    /// KiB of pages that it may hold at any time.
    most_cache: i64,
    /// Whether a transaction is open that reads and then records.
    is_alone: bool,
    known: Known,
    /// The state of the file that `known` is true of.
    version: i64,
}

impl Database {
    fn new(connection: Connection, path: &Path, schema: &Arc<Schema>, declaration: i64) -> Self {
        Database {
            connection,
            path: path.to_owned(),
            layout: Layout::new(schema),
            declaration,
            is_large: false,
            most_cache: LARGE_CACHE,
            is_alone: false,
            known: Known::default(),
            version: 0,
        }
    }

    pub(super) fn open(path: &Path, schema: &Arc<Schema>) -> Result<Self, Error> {
        Database::open_for_writing(path, schema).map_err(|trouble| trouble.at(path))
    }

    fn open_for_writing(path: &Path, schema: &Arc<Schema>) -> Result<Self, Trouble> {
        let was_left = open::has_log(path);
        let (mut connection, content) = open::connect(path, Access::Write)?;
        if content == Content::Nothing || tables::version(&connection)? < tables::VERSION {
            tables::migrate(&mut connection, |store| declaration::first(store, schema))?;
        }
        open::use_log(&connection, path)?;
        if was_left {
            Error::check(verify::verify_pages(&connection)?)?;
        }
        let declaration = declaration::settle(&mut connection, schema)?;
        if erase::is_open(&connection)? {
            // Whoever reads just now keeps it from being done; the next one will.
            let _ = erase::wipe(&connection);
        }
        Ok(Database::new(connection, path, schema, declaration))
    }

    pub(super) fn open_read_only(path: &Path, schema: &Arc<Schema>) -> Result<Self, Error> {
        let open = || -> Result<Self, Trouble> {
            let (connection, _) = open::connect(path, Access::Read)?;
            let declaration = declaration::compare(&connection, schema)?;
            Ok(Database::new(connection, path, schema, declaration))
        };
        open().map_err(|trouble| trouble.at(path))
    }

    pub(super) fn schema(&self) -> &Arc<Schema> {
        self.layout.schema()
    }

    pub(super) fn append_all(&mut self, mut batches: Vec<Batch>) -> Result<Vec<Verdict>, Error> {
        admit::prepare(self.layout.schema(), &mut batches)?;
        let n_facts: usize = batches.iter().map(|batch| batch.facts.len()).sum();
        let ready = if self.is_alone { Ok(()) } else { self.adapt(LARGE_BATCH <= n_facts) };
        let recorded = ready.and_then(|()| self.record(batches));
        recorded.map_err(|trouble| trouble.at(&self.path))
    }

    /// Opens a transaction in which nobody else writes until it ends.
    pub(super) fn begin(&mut self) -> Result<(), Error> {
        let begun = self.adapt(false);
        let begun = begun.and_then(|()| Ok(self.connection.execute_batch("BEGIN IMMEDIATE")?));
        begun.map_err(|trouble| trouble.at(&self.path))?;
        self.is_alone = true;
        Ok(())
    }

    /// Whether such a transaction is open.
    pub(super) fn is_alone(&self) -> bool {
        self.is_alone
    }

    /// Ends that transaction: keeps what it recorded, or nothing of it.
    pub(super) fn end(&mut self, keep: bool) -> Result<(), Error> {
        if !std::mem::take(&mut self.is_alone) {
            return Ok(());
        }
        if !keep {
            self.known = Known::default();
        }
        #[cfg(feature = "inject-panics")]
        if keep {
            super::defect::committing();
        }
        let sql = if keep { "COMMIT" } else { "ROLLBACK" };
        let ended = self.connection.execute_batch(sql);
        if keep && ended.is_err() && !self.connection.is_autocommit() {
            self.known = Known::default();
            // The fault that is reported says why.
            let _ = self.connection.execute_batch("ROLLBACK");
        }
        ended.map_err(|error| Trouble::from(error).at(&self.path))
    }

    /// Prepares the connection for a large or a small batch.
    fn adapt(&mut self, to_large: bool) -> Result<(), Trouble> {
        if !to_large && LARGE_BATCH < self.known.customers.len() {
            self.known = Known::default();
        }
        if self.is_large == to_large {
            return Ok(());
        }
        self.keep_pages(if to_large { LARGE_CACHE } else { IDLE_CACHE })?;
        // In a large batch the check is a fifth of the time. The numbers come
        // from the dictionaries in the same transaction, and `verify` checks.
        self.connection.pragma_update(None, "foreign_keys", !to_large)?;
        self.is_large = to_large;
        Ok(())
    }

    fn keep_pages(&self, kib: i64) -> Result<(), Trouble> {
        let kib = kib.min(self.most_cache);
        Ok(self.connection.pragma_update(None, "cache_size", -kib)?)
    }

    /// Never holds more than so many bytes of pages from now on.
    pub(super) fn limit_memory(&mut self, bytes: u64) -> Result<(), Error> {
        self.most_cache = i64::try_from(bytes >> 10).unwrap_or(i64::MAX).clamp(1, LARGE_CACHE);
        let kept = self.keep_pages(if self.is_large { LARGE_CACHE } else { IDLE_CACHE });
        kept.map_err(|trouble| trouble.at(&self.path))
    }

    /// Gives back what a large batch made it hold, as before a long rest.
    pub(super) fn rest(&mut self) -> Result<(), Error> {
        self.adapt(false).map_err(|trouble| trouble.at(&self.path))
    }

    fn record(&mut self, batches: Vec<Batch>) -> Result<Vec<Verdict>, Trouble> {
        let connection = &self.connection;
        let own = || Transaction::new_unchecked(connection, TransactionBehavior::Immediate);
        let change = if self.is_alone { None } else { Some(own()?) };
        declaration::check(connection, self.declaration)?;
        // Taken, so that what a transaction that fails has learnt is forgotten.
        let mut known = std::mem::take(&mut self.known);
        let version = connection.pragma_query_value(None, "data_version", |row| row.get(0))?;
        if version != self.version {
            known = Known::default();
        }
        let mut writer = Writer::new(connection, &self.layout, &mut known)?;
        let policy = self.layout.schema().unknown_customers;
        let verdicts = admit::append(&mut writer, policy, batches)?;
        writer.finish()?;
        if let Some(change) = change {
            #[cfg(feature = "inject-panics")]
            super::defect::committing();
            change.commit()?;
        }
        (self.known, self.version) = (known, version);
        Ok(verdicts)
    }

    /// Everybody's columns but for those of some ids.
    pub(super) fn columns(
        &self,
        known_at: Option<Instant>,
        left_out: &BTreeSet<Box<str>>,
    ) -> Result<Columns, Error> {
        self.reading(|read| {
            let known_at = micros_or_all(known_at);
            let names = Names::of_all(read, self.schema())?;
            let settled = corrections::settled(read, &names, known_at)?;
            let mut columns = Gatherer::new(self.schema(), &names);
            let left_out = places(&names, left_out);
            Reader::new(&self.layout, &names, &settled).read(
                read,
                &format!("SELECT {COLUMNS} FROM fact WHERE seen <= ?1 ORDER BY sequence"),
                [known_at],
                |found| match found.customer {
                    Some(customer) if left_out.contains(&customer) => Ok(()),
                    _ => columns.push(found),
                },
            )?;
            columns.erase(read)?;
            Ok(columns.finish())
        })
    }

    /// Hands over every fact that counts, its customer left empty.
    pub(super) fn each_standing(
        &self,
        known_at: Option<Instant>,
        mut each: impl FnMut(&Fact),
    ) -> Result<(), Error> {
        self.reading(|read| {
            let known_at = micros_or_all(known_at);
            let names = Names::of(read, self.schema(), &[])?;
            let settled = corrections::settled(read, &names, known_at)?;
            let sql = format!("SELECT {COLUMNS} FROM fact WHERE seen <= ?1 ORDER BY sequence");
            Reader::new(&self.layout, &names, &settled).read(read, &sql, [known_at], |found| {
                each(found.fact);
                Ok(())
            })
        })
    }

    pub(super) fn customer_columns(
        &self,
        ids: &[&str],
        known_at: Option<Instant>,
        left_out: &BTreeSet<Box<str>>,
    ) -> Result<Columns, Error> {
        self.reading(|read| {
            let known_at = micros_or_all(known_at);
            let names = Names::around(read, self.schema(), ids)?;
            let settled = corrections::settled_around(read, &names, known_at)?;
            let mut columns = Gatherer::new(self.schema(), &names);
            let mut reader = Reader::new(&self.layout, &names, &settled);
            let of_one = of_one();
            let left_out = places(&names, left_out);
            for customer in names.customer_numbers().filter(|it| !left_out.contains(it)) {
                reader.read(read, &of_one, [customer, known_at], |found| columns.push(found))?;
            }
            let of_nobody =
                format!("SELECT {COLUMNS} FROM fact WHERE customer IS NULL AND seen <= ?1");
            reader.read(read, &of_nobody, [known_at], |found| columns.push(found))?;
            columns.erase(read)?;
            Ok(columns.finish())
        })
    }

    pub(super) fn customer_facts(
        &self,
        id: &str,
        known_at: Option<Instant>,
    ) -> Result<Vec<Recorded>, Error> {
        self.reading(|read| {
            let known_at = micros_or_all(known_at);
            let names = Names::around(read, self.schema(), &[id])?;
            let settled = corrections::settled_around(read, &names, known_at)?;
            let mut reader = Reader::new(&self.layout, &names, &settled);
            let mut facts = Vec::new();
            for customer in names.customer_numbers() {
                reader.read(read, &of_one(), [customer, known_at], |found| {
                    facts.push(found.recorded(&names)?);
                    Ok(())
                })?;
            }
            facts.sort_unstable_by_key(|recorded| recorded.sequence);
            Ok(facts)
        })
    }

    pub(super) fn holds(&self, keys: &[(&str, &str)]) -> Result<Vec<bool>, Error> {
        self.reading(|read| {
            let mut find = read.prepare_cached(
                "SELECT 1 FROM fact
                 WHERE source = (SELECT number FROM source WHERE name = ?1) AND id = ?2",
            )?;
            keys.iter().map(|(source, id)| Ok(find.exists([source, id])?)).collect()
        })
    }

    pub(super) fn fact(&self, source: &str, id: &str) -> Result<Option<Recorded>, Error> {
        self.reading(|read| {
            let of_key = "source = (SELECT number FROM source WHERE name = ?1) AND id = ?2";
            let about = format!(
                "SELECT (SELECT id FROM customer WHERE number = fact.customer) FROM fact
                 WHERE {of_key}"
            );
            let found = read
                .prepare_cached(&about)?
                .query_row([source, id], |row| row.get(0))
                .optional()?;
            let Some(customer) = found else { return Ok(None) };
            let customer: Option<String> = customer;
            let ids: Vec<&str> = customer.as_deref().into_iter().collect();
            let names = Names::of(read, self.schema(), &ids)?;
            let mut fact = None;
            Reader::new(&self.layout, &names, &Settled::default()).read(
                read,
                &format!("SELECT {COLUMNS} FROM fact WHERE {of_key}"),
                [source, id],
                |found| {
                    fact = Some(found.recorded(&names)?);
                    Ok(())
                },
            )?;
            Ok(fact)
        })
    }

    /// The customers of whom an event of one of these kinds names this text in
    /// its field, corrected since or not.
    pub(super) fn customers_naming(
        &self,
        fields: &[(usize, usize)],
        text: &str,
    ) -> Result<Vec<Box<str>>, Error> {
        let schema = self.schema();
        self.reading(|read| {
            let mut find = read.prepare_cached(
                "SELECT DISTINCT customer.id FROM fact
                 JOIN customer ON customer.number = fact.customer
                 WHERE kind = (SELECT number FROM kind WHERE class = 'event' AND name = ?1)
                   AND body ->> ?2 = ?3",
            )?;
            let mut ids = Vec::new();
            for (kind, field) in fields {
                let Some(kind) = schema.kinds.get(*kind) else { continue };
                let Some(field) = kind.fields.get(*field) else { continue };
                let found = find.query_map([&*kind.name, &*field.name, text], |row| row.get(0))?;
                for id in found {
                    ids.push(id?);
                }
            }
            Ok(ids)
        })
    }

    pub(super) fn knows_customer(&self, id: &str) -> Result<bool, Error> {
        self.reading(|read| erase::knows(read, id))
    }

    pub(super) fn erased_from(&self, id: &str) -> Result<Option<Instant>, Error> {
        self.reading(|read| erase::erased_from(read, id))
    }

    pub(super) fn erasures(&self) -> Result<Vec<Erasure>, Error> {
        self.reading(erase::list)
    }

    pub(super) fn listed(&self, list: &[Erasure]) -> Result<Vec<Box<str>>, Error> {
        self.reading(|read| erase::listed(read, list))
    }

    pub(super) fn left(&self, ids: &[Box<str>]) -> Result<Left, Error> {
        self.reading(|read| erase::left(read, &self.layout, ids))
    }

    /// Belongs between [`begin`](Database::begin) and [`end`](Database::end).
    pub(super) fn erase(&mut self, ids: &[Box<str>], at: Instant) -> Result<Left, Error> {
        self.known = Known::default();
        let erased = erase::erase(&self.connection, &self.layout, ids, at);
        erased.map_err(|trouble| trouble.at(&self.path))
    }

    /// Belongs there too.
    pub(super) fn put_on_list(&mut self, erasure: &Erasure) -> Result<(), Error> {
        let put = erase::put_on_list(&self.connection, erasure);
        put.map_err(|trouble| trouble.at(&self.path))
    }

    pub(super) fn wipe(&mut self) -> Result<bool, Error> {
        erase::wipe(&self.connection).or_else(|trouble| {
            let error = trouble.at(&self.path);
            match error.code() {
                // It is erased; only old bytes are left, and they are remembered.
                Code::Busy | Code::DiskFull | Code::Io => Ok(false),
                _ => Err(error),
            }
        })
    }

    pub(super) fn since(&self, sequence: u64) -> Result<Vec<Recorded>, Error> {
        self.reading(|read| {
            let names = Names::of_all(read, self.schema())?;
            let mut facts = Vec::new();
            Reader::new(&self.layout, &names, &Settled::default()).read(
                read,
                &format!("SELECT {COLUMNS} FROM fact WHERE ?1 < sequence ORDER BY sequence"),
                [i64::try_from(sequence).unwrap_or(i64::MAX)],
                |found| {
                    facts.push(found.recorded(&names)?);
                    Ok(())
                },
            )?;
            Ok(facts)
        })
    }

    pub(super) fn statistics(&self) -> Result<Statistics, Error> {
        self.reading(count::statistics)
    }

    pub(super) fn n_customers(&self) -> Result<u64, Error> {
        self.reading(count::customers)
    }

    pub(super) fn last_seen(&self) -> Result<Option<Instant>, Error> {
        self.reading(count::last_seen)
    }

    pub(super) fn version(&self) -> Result<String, Error> {
        self.reading(count::version)
    }

    pub(super) fn last_at(&self) -> Result<Option<Instant>, Error> {
        self.reading(|read| {
            let names = Names::of(read, self.schema(), &[])?;
            count::last_at(read, &names)
        })
    }

    pub(super) fn verify(&self) -> Result<Report, Error> {
        verify::verify(&self.connection, &self.layout).map_err(|trouble| trouble.at(&self.path))
    }

    pub(super) fn backup(&self, to: &Path) -> Result<(), Error> {
        backup::backup(&self.connection, to)
    }

    /// Runs one question on one state of the store.
    fn reading<T>(
        &self,
        question: impl FnOnce(&Connection) -> Result<T, Trouble>,
    ) -> Result<T, Error> {
        let answer = || -> Result<T, Trouble> {
            let own = || self.connection.unchecked_transaction();
            let _read = if self.is_alone { None } else { Some(own()?) };
            declaration::check(&self.connection, self.declaration)?;
            question(&self.connection)
        };
        answer().map_err(|trouble| trouble.at(&self.path))
    }
}

/// The numbers of those among these ids that are loaded.
fn places(names: &Names, ids: &BTreeSet<Box<str>>) -> BTreeSet<i64> {
    if ids.is_empty() {
        return BTreeSet::new();
    }
    let is_one = |number: &i64| names.customers.get(*number).is_some_and(|id| ids.contains(id));
    names.customer_numbers().filter(is_one).collect()
}

/// The facts of one customer (`?1`), as known at an instant (`?2`).
fn of_one() -> String {
    format!(
        "SELECT {COLUMNS} FROM history JOIN fact ON sequence = fact
         WHERE history.customer = ?1 AND seen <= ?2"
    )
}

fn micros_or_all(known_at: Option<Instant>) -> i64 {
    known_at.map_or(i64::MAX, Instant::micros)
}
