//! A store in a SQLite file.
//!
//! ```text
//!   open ──> tables ──> write ──> chain          one transaction a batch
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
mod declaration;
mod names;
mod open;
mod read;
mod tables;
mod trouble;
mod verify;
mod write;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rusqlite::{Connection, Transaction, TransactionBehavior, params};

use self::body::Layout;
use self::names::Names;
use self::open::{Access, Content};
use self::read::{COLUMNS, Reader};
use self::trouble::Trouble;
use self::write::Writer;
use super::report::{Report, Statistics};
use crate::error::Error;
use crate::facts::{Columns, ColumnsBuilder, Fact, Recorded, Schema, Seen, Verdict, admit};
use crate::units::Instant;

/// Pages that SQLite may hold, in KiB: while idle, and while a large batch is
/// recorded.
const IDLE_CACHE: i64 = 2 << 10;
const LARGE_CACHE: i64 = 64 << 10;

/// Batches of this many facts get the larger cache.
const LARGE_BATCH: usize = 1000;

/// A connection to a store, with the schema it is read by.
#[derive(Debug)]
pub(super) struct Database {
    connection: Connection,
    path: PathBuf,
    layout: Layout,
    /// Number of the declaration that held when the store was opened.
    declaration: i64,
}

impl Database {
    pub(super) fn open(path: &Path, schema: &Arc<Schema>) -> Result<Self, Error> {
        Database::open_for_writing(path, schema).map_err(|trouble| trouble.at(path))
    }

    fn open_for_writing(path: &Path, schema: &Arc<Schema>) -> Result<Self, Trouble> {
        let was_left = open::has_log(path);
        let (mut connection, content) = open::connect(path, Access::Write)?;
        if content == Content::Nothing {
            tables::migrate(&mut connection, |store| declaration::first(store, schema))?;
        }
        open::use_log(&connection, path)?;
        if was_left {
            Error::check(verify::verify_pages(&connection)?)?;
        }
        let declaration = declaration::settle(&mut connection, schema)?;
        Ok(Database { connection, path: path.to_owned(), layout: Layout::new(schema), declaration })
    }

    pub(super) fn open_read_only(path: &Path, schema: &Arc<Schema>) -> Result<Self, Error> {
        let open = || -> Result<Self, Trouble> {
            let (connection, _) = open::connect(path, Access::Read)?;
            let declaration = declaration::compare(&connection, schema)?;
            let path = path.to_owned();
            Ok(Database { connection, path, layout: Layout::new(schema), declaration })
        };
        open().map_err(|trouble| trouble.at(path))
    }

    pub(super) fn schema(&self) -> &Arc<Schema> {
        self.layout.schema()
    }

    pub(super) fn append(
        &mut self,
        mut facts: Vec<Fact>,
        seen: Seen,
    ) -> Result<Vec<Verdict>, Error> {
        admit::prepare(self.layout.schema(), &mut facts)?;
        let is_large = LARGE_BATCH <= facts.len();
        let recorded = self.record(facts, seen, is_large);
        if is_large {
            // Gives the memory back; a store that idles should be small.
            let _ = set_cache(&self.connection, IDLE_CACHE);
        }
        recorded.map_err(|trouble| trouble.at(&self.path))
    }

    fn record(
        &mut self,
        facts: Vec<Fact>,
        seen: Seen,
        is_large: bool,
    ) -> Result<Vec<Verdict>, Trouble> {
        if is_large {
            set_cache(&self.connection, LARGE_CACHE)?;
        }
        let batch = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        declaration::check(&batch, self.declaration)?;
        let mut writer = Writer::new(&batch, &self.layout)?;
        let policy = self.layout.schema().unknown_customers;
        let verdicts = admit::append(&mut writer, policy, facts, seen)?;
        writer.finish(seen)?;
        batch.commit()?;
        Ok(verdicts)
    }

    pub(super) fn columns(&self, known_at: Option<Instant>) -> Result<Columns, Error> {
        self.reading(|read| {
            let known_at = micros_or_all(known_at);
            let names = Names::of_all(read, self.layout.schema())?;
            let hidden = corrections::hidden(read, &names, known_at)?;
            let mut columns = ColumnsBuilder::new(self.layout.schema());
            Reader::new(&self.layout, &names, &hidden).read(
                read,
                &format!("SELECT {COLUMNS} FROM fact WHERE seen <= ?1 ORDER BY sequence"),
                [known_at],
                |sequence, seen, fact| columns.push(sequence, seen, fact),
            )?;
            Ok(columns.finish())
        })
    }

    pub(super) fn customer_columns(
        &self,
        ids: &[&str],
        known_at: Option<Instant>,
    ) -> Result<Columns, Error> {
        self.reading(|read| {
            let known_at = micros_or_all(known_at);
            let names = Names::of(read, self.layout.schema(), ids)?;
            let hidden = corrections::hidden_around(read, &names, known_at)?;
            let mut columns = ColumnsBuilder::new(self.layout.schema());
            let mut reader = Reader::new(&self.layout, &names, &hidden);
            let sql = format!("SELECT {COLUMNS} FROM fact WHERE customer IS ?1 AND seen <= ?2");
            for customer in names.customer_numbers().map(Some).chain([None]) {
                let push = |sequence, seen, fact: &Fact| columns.push(sequence, seen, fact);
                reader.read(read, &sql, params![customer, known_at], push)?;
            }
            Ok(columns.finish())
        })
    }

    pub(super) fn since(&self, sequence: u64) -> Result<Vec<Recorded>, Error> {
        self.reading(|read| {
            let names = Names::of_all(read, self.layout.schema())?;
            let mut facts = Vec::new();
            Reader::new(&self.layout, &names, &[]).read(
                read,
                &format!("SELECT {COLUMNS} FROM fact WHERE ?1 < sequence ORDER BY sequence"),
                [i64::try_from(sequence).unwrap_or(i64::MAX)],
                |sequence, seen, fact| {
                    facts.push(Recorded { sequence, seen, fact: fact.clone() });
                },
            )?;
            Ok(facts)
        })
    }

    pub(super) fn statistics(&self) -> Result<Statistics, Error> {
        self.reading(|read| count::statistics(read))
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
        question: impl FnOnce(&Transaction<'_>) -> Result<T, Trouble>,
    ) -> Result<T, Error> {
        let answer = || -> Result<T, Trouble> {
            let read = self.connection.unchecked_transaction()?;
            declaration::check(&read, self.declaration)?;
            question(&read)
        };
        answer().map_err(|trouble| trouble.at(&self.path))
    }
}

fn set_cache(connection: &Connection, kib: i64) -> Result<(), Trouble> {
    Ok(connection.pragma_update(None, "cache_size", -kib)?)
}

fn micros_or_all(known_at: Option<Instant>) -> i64 {
    known_at.map_or(i64::MAX, Instant::micros)
}
