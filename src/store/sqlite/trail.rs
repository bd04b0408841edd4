//! The audit trail of a store in a file.

use rusqlite::{Connection, OptionalExtension, params};

use super::trouble::Trouble;
use super::{Database, tables};
use crate::error::Error;
use crate::store::trail::Line;

impl Database {
    /// Hands over the entries after a number as long as more are wanted; the last
    /// number that was ever given.
    pub(in crate::store) fn each_line(
        &self,
        after: u64,
        mut each: impl FnMut(&Line) -> Result<bool, Error>,
    ) -> Result<u64, Error> {
        self.reading(|read| {
            // An older store, which is only read, has none.
            if !tables::has(read, "trail")? {
                return Ok(0);
            }
            let mut lines = read.prepare_cached(
                "SELECT number, text, sealed, hash FROM trail WHERE ?1 < number ORDER BY number",
            )?;
            let mut rows = lines.query([i64::try_from(after).unwrap_or(i64::MAX)])?;
            while let Some(row) = rows.next()? {
                let number: i64 = row.get(0)?;
                let line = Line {
                    number: u64::try_from(number).unwrap_or_default(),
                    text: row.get(1)?,
                    sealed: row.get(2)?,
                    hash: row.get(3)?,
                };
                if !each(&line)? {
                    break;
                }
            }
            given(read)
        })
    }

    /// The last number that was given, and the hash of the last entry.
    pub(in crate::store) fn last_line(&self) -> Result<Option<(u64, Box<str>)>, Error> {
        self.reading(|read| {
            let sql = "SELECT number, hash FROM trail ORDER BY number DESC LIMIT 1";
            let row = |row: &rusqlite::Row<'_>| Ok((row.get::<_, i64>(0)?, row.get(1)?));
            let last = read.prepare_cached(sql)?.query_row([], row).optional()?;
            let given = given(read)?;
            Ok(last.map(|(number, hash)| (given.max(u64::try_from(number).unwrap_or(0)), hash)))
        })
    }

    /// Belongs between [`begin`](Database::begin) and [`end`](Database::end).
    pub(in crate::store) fn enter(&self, line: &Line) -> Result<(), Error> {
        self.changing(|write| {
            let sql = "INSERT INTO trail (number, text, sealed, hash) VALUES (?1, ?2, ?3, ?4)";
            let number = i64::try_from(line.number).unwrap_or(i64::MAX);
            let mut insert = write.prepare_cached(sql)?;
            insert.execute(params![number, line.text, line.sealed, line.hash])?;
            Ok(())
        })
    }

    /// Belongs there too.
    pub(in crate::store) fn empty_lines(&self, numbers: &[u64]) -> Result<(), Error> {
        self.changing(|write| {
            let sql = "UPDATE trail SET sealed = NULL WHERE number = ?1";
            let mut empty = write.prepare_cached(sql)?;
            for number in numbers {
                empty.execute([i64::try_from(*number).unwrap_or(i64::MAX)])?;
            }
            Ok(())
        })
    }
}

/// The last number that SQLite gave: it stays when the last entries go.
fn given(read: &Connection) -> Result<u64, Trouble> {
    let sql = "SELECT seq FROM sqlite_sequence WHERE name = 'trail'";
    let given: Option<i64> =
        read.prepare_cached(sql)?.query_row([], |row| row.get(0)).optional()?;
    Ok(given.and_then(|given| u64::try_from(given).ok()).unwrap_or(0))
}
