//! Counting what a store holds.

use rusqlite::{Connection, Row, Rows, params};

use super::corrections::Trail;
use super::names::Names;
use super::read::whole;
use super::trouble::Trouble;
use super::write::Head;
use crate::store::report::{KindCount, Statistics};
use crate::units::Instant;

/// One pass over the log.
pub(super) fn statistics(connection: &Connection) -> Result<Statistics, Trouble> {
    let mut statement = connection.prepare(
        "SELECT class, name, count(*), min(at), max(at)
         FROM fact JOIN kind ON kind.number = fact.kind
         GROUP BY fact.kind ORDER BY class, name",
    )?;
    let mut rows = statement.query([])?;
    let (mut kinds, mut first_at, mut last_at) = (Vec::new(), None, None);
    while let Some(row) = rows.next()? {
        kinds.push(KindCount { class: row.get(0)?, name: row.get(1)?, facts: whole(row, 2)? });
        first_at = [first_at, instant(row, 3)?].into_iter().flatten().min();
        last_at = last_at.max(instant(row, 4)?);
    }
    let head = Head::read(connection)?;
    let last_seen = head.seen.map(Instant::from_micros).transpose()?;
    Ok(Statistics {
        kinds,
        first_at,
        last_at,
        last_sequence: head.sequence.unsigned_abs(),
        last_seen,
    })
}

/// When the last batch was learnt that was none of a backfill.
pub(super) fn last_seen(connection: &Connection) -> Result<Option<Instant>, Trouble> {
    Ok(Head::read(connection)?.seen.map(Instant::from_micros).transpose()?)
}

/// The running hash after the last batch, in hexadecimal.
pub(super) fn version(connection: &Connection) -> Result<String, Trouble> {
    let chain = Head::read(connection)?.chain;
    Ok(chain.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// How many customers facts are about: numbers are given 1, 2, 3, ... and kept.
pub(super) fn customers(connection: &Connection) -> Result<u64, Trouble> {
    let sql = "SELECT coalesce(max(number), 0) FROM customer";
    Ok(connection.prepare_cached(sql)?.query_row([], |row| whole(row, 0))?)
}

/// When the last dated fact that counts happened: batches from the one that
/// reaches furthest, until no other can reach further.
pub(super) fn last_at(connection: &Connection, names: &Names) -> Result<Option<Instant>, Trouble> {
    let mut batches = connection.prepare(
        "SELECT first, first + facts - 1, last FROM batch WHERE last IS NOT NULL
         ORDER BY last DESC",
    )?;
    let mut dated = connection.prepare(
        "SELECT sequence, source, id, at FROM fact
         WHERE sequence BETWEEN ?1 AND ?2 AND at > ?3 ORDER BY at DESC",
    )?;
    let mut trail = Trail::new(connection)?;
    let mut found: Option<i64> = None;
    let mut batches = batches.query([])?;
    while let Some(batch) = batches.next()? {
        let (first, end): (i64, i64) = (batch.get(0)?, batch.get(1)?);
        let reach: i64 = batch.get(2)?;
        if found.is_some_and(|found| reach <= found) {
            break;
        }
        let below = found.unwrap_or(i64::MIN);
        let facts = dated.query(params![first, end, below])?;
        found = first_that_counts(facts, &mut trail, names)?.or(found);
    }
    Ok(found.map(Instant::from_micros).transpose()?)
}

fn first_that_counts(
    mut facts: Rows<'_>,
    trail: &mut Trail<'_>,
    names: &Names,
) -> Result<Option<i64>, Trouble> {
    while let Some(row) = facts.next()? {
        if trail.counts(whole(row, 0)?, (row.get(1)?, row.get(2)?), names)? {
            return Ok(Some(row.get(3)?));
        }
    }
    Ok(None)
}

fn instant(row: &Row<'_>, column: usize) -> Result<Option<Instant>, Trouble> {
    let micros: Option<i64> = row.get(column)?;
    Ok(micros.map(Instant::from_micros).transpose()?)
}
