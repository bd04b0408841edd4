//! What corrections come to, by following them in the store.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::{CachedStatement, Connection, OptionalExtension, Row, Rows, params};

use super::body::Slot;
use super::names::Names;
use super::read::whole;
use super::trouble::{Trouble, unreadable};
use crate::facts::Schema;
use crate::facts::correct;
use crate::facts::correct::{Claim, Original, Settled};
use crate::units::Instant;

/// Up to this many corrections in the store, all of them are read rather than
/// those around a few customers found: that is a millisecond.
const FEW: i64 = 1000;

const COLUMNS: &str = "sequence, source, id, corrects, revision, kind, seen";

/// A correction as it is recorded.
struct Correction {
    sequence: u64,
    source: i64,
    id: Box<str>,
    target: Box<str>,
    revision: Option<u32>,
    kind: i64,
    seen: i64,
}

impl Correction {
    fn read(row: &Row<'_>) -> Result<Self, rusqlite::Error> {
        Ok(Correction {
            sequence: whole(row, 0)?,
            source: row.get(1)?,
            id: row.get(2)?,
            target: row.get(3)?,
            revision: row.get(4)?,
            kind: row.get(5)?,
            seen: row.get(6)?,
        })
    }
}

/// What corrections come to by what was known at `known_at`.
pub(super) fn settled(
    connection: &Connection,
    names: &Names,
    known_at: i64,
) -> Result<Settled, Trouble> {
    let sql =
        format!("SELECT {COLUMNS} FROM fact INDEXED BY fact_by_target WHERE corrects IS NOT NULL");
    let mut statement = connection.prepare_cached(&sql)?;
    let found = statement.query_map([], Correction::read)?.collect::<Result<Vec<_>, _>>()?;
    settle(connection, names, known_at, &found)
}

/// The same, as far as it concerns facts about the customers in `names`.
pub(super) fn settled_around(
    connection: &Connection,
    names: &Names,
    known_at: i64,
) -> Result<Settled, Trouble> {
    let sql = "SELECT count(*) FROM (SELECT 1 FROM fact INDEXED BY fact_by_target
               WHERE corrects IS NOT NULL LIMIT ?1)";
    let n_corrections: i64 =
        connection.prepare_cached(sql)?.query_row([FEW + 1], |row| row.get(0))?;
    if n_corrections <= FEW {
        return settled(connection, names, known_at);
    }
    let mut groups = Groups::new(connection)?;
    let mut of_one = connection.prepare_cached(
        "SELECT source, id FROM history JOIN fact ON sequence = fact WHERE history.customer = ?1",
    )?;
    for customer in names.customer_numbers() {
        groups.follow_all(of_one.query([customer])?)?;
    }
    // Rows of reference tables are of no customer, and are read with any.
    let mut of_nobody =
        connection.prepare_cached("SELECT source, id FROM fact WHERE customer IS NULL")?;
    groups.follow_all(of_nobody.query([])?)?;
    let found: Vec<Correction> = groups.found.into_values().collect();
    settle(connection, names, known_at, &found)
}

/// Hands over the customers of all facts in the groups of what was recorded after
/// a sequence, some more than once: of a fact that is corrected, or was, any other
/// in its group may now count, or no longer.
pub(super) fn grouped_after(
    connection: &Connection,
    sequence: i64,
    mut each: impl FnMut(Box<str>),
) -> Result<(), Trouble> {
    let mut groups = Groups::new(connection)?;
    for sql in [
        "SELECT source, id FROM fact WHERE ?1 < sequence AND corrects IS NOT NULL",
        "SELECT fact.source, fact.id FROM fact CROSS JOIN fact AS other
             ON other.source = fact.source AND other.corrects = fact.id
         WHERE ?1 < fact.sequence",
    ] {
        groups.follow_all(connection.prepare_cached(sql)?.query([sequence])?)?;
    }
    let mut about = connection.prepare_cached(
        "SELECT customer.id FROM fact JOIN customer ON customer.number = fact.customer
         WHERE source = ?1 AND fact.id = ?2",
    )?;
    for (source, id) in &groups.visited {
        let id = about.query_row(params![source, id], |row| row.get(0)).optional()?;
        id.into_iter().for_each(&mut each);
    }
    Ok(())
}

/// Corrections found by going from fact to fact.
struct Groups<'c> {
    connection: &'c Connection,
    by_key: CachedStatement<'c>,
    by_target: CachedStatement<'c>,
    visited: BTreeSet<(i64, Box<str>)>,
    found: BTreeMap<u64, Correction>,
}

impl<'c> Groups<'c> {
    fn new(connection: &'c Connection) -> Result<Self, Trouble> {
        let by_key = format!(
            "SELECT {COLUMNS} FROM fact WHERE source = ?1 AND id = ?2 AND corrects IS NOT NULL"
        );
        Ok(Groups {
            connection,
            by_key: connection.prepare_cached(&by_key)?,
            by_target: connection.prepare_cached(
                "SELECT id FROM fact INDEXED BY fact_by_target WHERE source = ?1 AND corrects = ?2",
            )?,
            visited: BTreeSet::new(),
            found: BTreeMap::new(),
        })
    }

    fn follow_all(&mut self, mut keys: Rows<'_>) -> Result<(), Trouble> {
        while let Some(row) = keys.next()? {
            self.follow((row.get(0)?, row.get(1)?))?;
        }
        Ok(())
    }

    /// Finds every correction in the group of a fact.
    fn follow(&mut self, key: (i64, Box<str>)) -> Result<(), Trouble> {
        let mut open = vec![key];
        while let Some(key) = open.pop() {
            if self.visited.contains(&key) {
                continue;
            }
            let (source, id) = &key;
            let found = self.by_key.query_row(params![source, id], Correction::read).optional()?;
            if let Some(correction) = found {
                open.push((*source, correction.target.clone()));
                self.found.insert(correction.sequence, correction);
            }
            let corrections = self.by_target.query_map(params![source, id], |row| row.get(0))?;
            for correction in corrections {
                open.push((*source, correction?));
            }
            self.visited.insert(key);
        }
        Ok(())
    }
}

/// Finds out about single facts whether they count by all that is known.
pub(super) struct Trail<'c>(Groups<'c>);

impl<'c> Trail<'c> {
    pub(super) fn new(connection: &'c Connection) -> Result<Self, Trouble> {
        Ok(Trail(Groups::new(connection)?))
    }

    /// Whether the fact of this sequence, source and id counts.
    pub(super) fn counts(
        &mut self,
        sequence: u64,
        key: (i64, Box<str>),
        names: &Names,
    ) -> Result<bool, Trouble> {
        let groups = &mut self.0;
        groups.visited.clear();
        groups.found.clear();
        groups.follow(key)?;
        let found: Vec<Correction> = std::mem::take(&mut groups.found).into_values().collect();
        let settled = settle(groups.connection, names, i64::MAX, &found)?;
        Ok(settled.hidden.binary_search(&sequence).is_err())
    }
}

/// What stands in the place of the fact of this source and id: `None` where
/// there is none.
pub(super) fn standing(
    connection: &Connection,
    schema: &Schema,
    source: &str,
    id: &str,
) -> Result<Option<correct::Standing>, Trouble> {
    let mut originals = connection.prepare_cached(ORIGINAL)?;
    let found = originals.query_row(params![source, id, i64::MAX], read_original).optional()?;
    let Some(own) = found else { return Ok(None) };
    let names = Names::of(connection, schema, &[])?;
    let sql = "SELECT number FROM source WHERE name = ?1";
    let number = connection.prepare_cached(sql)?.query_row([source], |row| row.get(0))?;
    let mut groups = Groups::new(connection)?;
    groups.follow((number, id.into()))?;
    let claims: Vec<Claim<'_>> = groups
        .found
        .values()
        .map(|correction| claim(correction, &names))
        .collect::<Result<_, _>>()?;
    Ok(Some(correct::standing(&claims, id, own)))
}

/// The fact of a source (`?1`) and id (`?2`) that corrects none, as known at an
/// instant (`?3`).
const ORIGINAL: &str = "SELECT sequence, revision, seen FROM fact
    WHERE source = (SELECT number FROM source WHERE name = ?1) AND id = ?2
      AND corrects IS NULL AND seen <= ?3";

fn read_original(row: &Row<'_>) -> Result<Original, rusqlite::Error> {
    let seen = Instant::clamped(row.get(2)?);
    Ok(Original { sequence: whole(row, 0)?, seen, revision: row.get(1)? })
}

fn settle(
    connection: &Connection,
    names: &Names,
    known_at: i64,
    found: &[Correction],
) -> Result<Settled, Trouble> {
    if found.is_empty() {
        return Ok(Settled::default());
    }
    let mut originals = connection.prepare_cached(ORIGINAL)?;
    let known = found.iter().filter(|correction| correction.seen <= known_at);
    let claims: Vec<Claim<'_>> =
        known.map(|correction| claim(correction, names)).collect::<Result<_, _>>()?;
    correct::settle(&claims, |source, id| {
        Ok(originals.query_row(params![source, id, known_at], read_original).optional()?)
    })
}

fn claim<'a>(correction: &'a Correction, names: &'a Names) -> Result<Claim<'a>, Trouble> {
    let bad = || unreadable(correction.sequence);
    let slot = names.kinds.get(correction.kind).and_then(|kind| kind.slot);
    Ok(Claim {
        sequence: correction.sequence,
        source: names.sources.get(correction.source).ok_or_else(bad)?,
        id: &correction.id,
        target: &correction.target,
        revision: correction.revision,
        retracts: slot == Some(Slot::Retraction),
    })
}
