//! Who is restricted, of a store in a file.

use std::collections::BTreeMap;

use rusqlite::{Connection, params};

use super::trouble::Trouble;
use super::{Database, tables};
use crate::error::Error;
use crate::units::Instant;

impl Database {
    /// Ids with the instants since when, by id.
    pub(in crate::store) fn restrictions(&self) -> Result<BTreeMap<Box<str>, Instant>, Error> {
        self.reading(|read| {
            // An older store, which is only read, has none.
            if !tables::has(read, "restriction")? {
                return Ok(BTreeMap::new());
            }
            let mut listed = read.prepare_cached("SELECT customer, since FROM restriction")?;
            let rows = listed.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
            rows.map(|row| {
                let (customer, since) = row?;
                Ok((customer, Instant::from_micros(since)?))
            })
            .collect()
        })
    }

    /// Belongs between [`begin`](Database::begin) and [`end`](Database::end).
    pub(in crate::store) fn restrict(&self, id: &str, since: Option<Instant>) -> Result<(), Error> {
        self.changing(|write| {
            match since {
                Some(since) => {
                    let sql =
                        "INSERT OR REPLACE INTO restriction (customer, since) VALUES (?1, ?2)";
                    write.prepare_cached(sql)?.execute(params![id, since.micros()])?;
                }
                None => lift(write, id)?,
            }
            Ok(())
        })
    }
}

/// Forgets that these ids are restricted. Belongs into a transaction.
pub(super) fn erase(connection: &Connection, ids: &[Box<str>]) -> Result<(), Trouble> {
    ids.iter().try_for_each(|id| lift(connection, id))
}

fn lift(connection: &Connection, id: &str) -> Result<(), Trouble> {
    connection.prepare_cached("DELETE FROM restriction WHERE customer = ?1")?.execute([id])?;
    Ok(())
}
