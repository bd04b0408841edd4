//! What a store in a file remembers of the tables that it follows.

use rusqlite::{Connection, OptionalExtension, Row, params};

use super::corrections;
use super::names::Names;
use super::read::{COLUMNS, Reader};
use super::trouble::Trouble;
use super::{Database, tables};
use crate::error::Error;
use crate::facts::Fact;
use crate::facts::correct::Settled;
use crate::store::feed::{Entry, Fed, Feed, Head};
use crate::units::Instant;

const ENTRY: &str = "key, version, digest, customer, at, pass, gone";

/// Of those that are there, which happened within a time.
const THERE: &str = "feed = ?1 AND gone = 0 AND (?2 IS NULL OR ?2 <= at AND at < ?3)";

impl Database {
    /// Belongs between [`begin`](Database::begin) and [`end`](Database::end), as
    /// everything does that writes here.
    pub(in crate::store) fn feed_head(&self, feed: &Feed) -> Result<Head, Error> {
        self.alone_at_feeds(|write| {
            let sql = "INSERT INTO feed (name, source, pass, seen) VALUES (?1, ?2, 0, ?3)
                       ON CONFLICT (name) DO NOTHING";
            write.prepare_cached(sql)?.execute(params![
                feed.name,
                feed.source,
                feed.seen.micros()
            ])?;
            let sql = "SELECT number, source, cursor, pass, seen FROM feed WHERE name = ?1";
            let mut statement = write.prepare_cached(sql)?;
            let mut rows = statement.query([&feed.name])?;
            let row = rows.next()?.ok_or(rusqlite::Error::QueryReturnedNoRows)?;
            let pass: i64 = row.get(3)?;
            Ok(Head {
                number: row.get(0)?,
                source: row.get(1)?,
                cursor: row.get(2)?,
                pass: pass.saturating_add(1),
                seen: Instant::from_micros(row.get(4)?)?,
            })
        })
    }

    pub(in crate::store) fn feed_close(&self, head: &Head) -> Result<(), Error> {
        let Head { number, cursor, pass, seen, .. } = head;
        self.alone_at_feeds(|write| {
            let sql = "UPDATE feed SET cursor = ?2, pass = ?3, seen = ?4 WHERE number = ?1";
            write.prepare_cached(sql)?.execute(params![number, cursor, pass, seen.micros()])?;
            Ok(())
        })
    }

    /// What is remembered of each of these rows.
    pub(in crate::store) fn feed_entries(
        &self,
        head: &Head,
        keys: &[&str],
    ) -> Result<Vec<Option<Entry>>, Error> {
        let sql = format!("SELECT {ENTRY} FROM feed_row WHERE feed = ?1 AND key = ?2");
        self.alone_at_feeds(|read| {
            let mut find = read.prepare_cached(&sql)?;
            let mut out = Vec::with_capacity(keys.len());
            for key in keys {
                let mut rows = find.query(params![head.number, key])?;
                out.push(rows.next()?.map(entry).transpose()?.map(|(_, entry)| entry));
            }
            Ok(out)
        })
    }

    pub(in crate::store) fn feed_remember(
        &self,
        head: &Head,
        entries: &[(Box<str>, Entry)],
    ) -> Result<(), Error> {
        let sql = "INSERT INTO feed_row (feed, key, version, digest, customer, at, pass, gone)
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT (feed, key) DO UPDATE
                   SET version = excluded.version, digest = excluded.digest,
                       customer = excluded.customer, at = excluded.at, pass = excluded.pass,
                       gone = excluded.gone";
        self.alone_at_feeds(|write| {
            let mut keep = write.prepare_cached(sql)?;
            for (key, entry) in entries {
                keep.execute(params![
                    head.number,
                    key,
                    entry.version,
                    entry.digest.cast_signed(),
                    entry.customer,
                    entry.at.map(Instant::micros),
                    entry.pass,
                    entry.is_gone,
                ])?;
            }
            Ok(())
        })
    }

    pub(in crate::store) fn feed_lacking(
        &self,
        head: &Head,
        within: Option<(Instant, Instant)>,
    ) -> Result<Vec<(Box<str>, Entry)>, Error> {
        let sql = format!("SELECT {ENTRY} FROM feed_row WHERE {THERE} AND pass < ?4 ORDER BY key");
        self.alone_at_feeds(|read| {
            let (from, to) = micros(within);
            let mut statement = read.prepare_cached(&sql)?;
            let mut rows = statement.query(params![head.number, from, to, head.pass])?;
            let mut out = Vec::new();
            while let Some(row) = rows.next()? {
                out.push(entry(row)?);
            }
            Ok(out)
        })
    }

    pub(in crate::store) fn feed_n_there(
        &self,
        head: &Head,
        within: Option<(Instant, Instant)>,
    ) -> Result<u64, Error> {
        let sql = format!("SELECT count(*) FROM feed_row WHERE {THERE}");
        self.alone_at_feeds(|read| {
            let (from, to) = micros(within);
            let asked = params![head.number, from, to];
            let count: i64 = read.prepare_cached(&sql)?.query_row(asked, |row| row.get(0))?;
            Ok(count.unsigned_abs())
        })
    }

    pub(in crate::store) fn feeds(&self) -> Result<Vec<Fed>, Error> {
        self.reading(|read| {
            // A store of an older version that is only read follows nothing.
            if !tables::has(read, "feed")? {
                return Ok(Vec::new());
            }
            let sql = "SELECT name, source, cursor, seen,
                           (SELECT count(*) FROM feed_row WHERE feed = number AND gone = 0),
                           (SELECT count(*) FROM feed_row WHERE feed = number AND gone = 1)
                       FROM feed ORDER BY name";
            let mut statement = read.prepare_cached(sql)?;
            let mut rows = statement.query([])?;
            let mut out = Vec::new();
            while let Some(row) = rows.next()? {
                let (there, gone): (i64, i64) = (row.get(4)?, row.get(5)?);
                out.push(Fed {
                    name: row.get(0)?,
                    source: row.get(1)?,
                    cursor: row.get(2)?,
                    seen: Instant::from_micros(row.get(3)?)?,
                    rows: there.unsigned_abs(),
                    gone: gone.unsigned_abs(),
                });
            }
            Ok(out)
        })
    }

    pub(in crate::store) fn standing_of(
        &self,
        source: &str,
        id: &str,
    ) -> Result<Option<(u64, Option<Fact>)>, Error> {
        self.alone_at_feeds(|read| {
            let found = corrections::standing(read, self.schema(), source, id)?;
            let Some(standing) = found else { return Ok(None) };
            if standing.is_retracted {
                return Ok(Some((standing.revision, None)));
            }
            let sequence = i64::try_from(standing.sequence).unwrap_or(i64::MAX);
            let sql = "SELECT customer.id FROM fact JOIN customer ON number = customer
                       WHERE sequence = ?1";
            let customer: Option<String> =
                read.prepare_cached(sql)?.query_row([sequence], |row| row.get(0)).optional()?;
            let ids: Vec<&str> = customer.as_deref().into_iter().collect();
            let names = Names::of(read, self.schema(), &ids)?;
            let mut fact = None;
            Reader::new(&self.layout, &names, &Settled::default()).read(
                read,
                &format!("SELECT {COLUMNS} FROM fact WHERE sequence = ?1"),
                [sequence],
                |found| {
                    fact = Some(found.recorded(&names)?.fact);
                    Ok(())
                },
            )?;
            Ok(Some((standing.revision, fact)))
        })
    }

    pub(in crate::store) fn is_introduced(&self, customer: &str) -> Result<bool, Error> {
        self.alone_at_feeds(|read| {
            let sql = "SELECT 1 FROM customer WHERE id = ?1 AND introduced = 1";
            Ok(read.prepare_cached(sql)?.exists([customer])?)
        })
    }

    pub(in crate::store) fn reference_facts(&self) -> Result<Vec<Fact>, Error> {
        self.alone_at_feeds(|read| {
            let names = Names::of(read, self.schema(), &[])?;
            let settled = corrections::settled_around(read, &names, i64::MAX)?;
            let mut facts = Vec::new();
            Reader::new(&self.layout, &names, &settled).read(
                read,
                &format!("SELECT {COLUMNS} FROM fact WHERE customer IS NULL ORDER BY sequence"),
                [],
                |found| {
                    facts.push(found.fact.clone());
                    Ok(())
                },
            )?;
            Ok(facts)
        })
    }

    fn alone_at_feeds<T>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, Trouble>,
    ) -> Result<T, Error> {
        work(&self.connection).map_err(|trouble| trouble.at(&self.path))
    }
}

/// Forgets rows about these customers. Belongs into a transaction.
pub(super) fn erase(connection: &Connection, ids: &[Box<str>]) -> Result<(), Trouble> {
    let mut delete =
        connection.prepare_cached("DELETE FROM feed_row WHERE customer = ?1 OR key = ?1")?;
    for id in ids {
        delete.execute([id])?;
    }
    Ok(())
}

fn entry(row: &Row<'_>) -> Result<(Box<str>, Entry), Trouble> {
    let (digest, at): (i64, Option<i64>) = (row.get(2)?, row.get(4)?);
    let entry = Entry {
        version: row.get(1)?,
        digest: digest.cast_unsigned(),
        customer: row.get(3)?,
        at: at.map(Instant::from_micros).transpose()?,
        pass: row.get(5)?,
        is_gone: row.get(6)?,
    };
    Ok((row.get(0)?, entry))
}

fn micros(within: Option<(Instant, Instant)>) -> (Option<i64>, Option<i64>) {
    (within.map(|(from, _)| from.micros()), within.map(|(_, to)| to.micros()))
}
