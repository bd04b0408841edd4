//! Counting what a store holds.

use rusqlite::{Connection, Row};

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

fn instant(row: &Row<'_>, column: usize) -> Result<Option<Instant>, Trouble> {
    let micros: Option<i64> = row.get(column)?;
    Ok(micros.map(Instant::from_micros).transpose()?)
}
