//! Erasing what is recorded about somebody.
//!
//! ```text
//! one transaction:  facts -> skeletons, the customer's name, merges, the list,
//!                   the running hash from the first of them on
//! then:             VACUUM, and the log of changes is emptied
//! ```
//!
//! A process that dies in the transaction has erased nothing. One that dies
//! after it has erased everything, but for old bytes in free places of the
//! file; the list remembers that, and the next who opens the file clears them
//! away.

use rusqlite::{Connection, OptionalExtension, params};

use super::body::Layout;
use super::chain::{self, Chain};
use super::feed;
use super::names::Names;
use super::outbox;
use super::read::{COLUMNS, Reader};
use super::restriction;
use super::trouble::Trouble;
use super::verify;
use crate::facts::correct::Settled;
use crate::facts::erase::{Skeletons, mark};
use crate::facts::{Body, Erasure, Fact, Recorded};
use crate::json;
use crate::store::erase::Left;
use crate::store::report::names as class_and_name;
use crate::units::Instant;

/// Whether the store knows a customer.
pub(super) fn knows(connection: &Connection, id: &str) -> Result<bool, Trouble> {
    Ok(connection.prepare_cached("SELECT 1 FROM customer WHERE id = ?1")?.exists([id])?)
}

/// Everybody whom the list names and who is there all the same, as after a
/// restore.
pub(super) fn listed(connection: &Connection, list: &[Erasure]) -> Result<Vec<Box<str>>, Trouble> {
    let mut statement = connection.prepare_cached("SELECT id FROM customer ORDER BY number")?;
    let mut rows = statement.query([])?;
    let mut out = Vec::new();
    while let Some(row) = rows.next()? {
        let id: Box<str> = row.get(0)?;
        let own = mark(&id);
        if list.iter().any(|erasure| erasure.mark == own) {
            out.push(id);
        }
    }
    Ok(out)
}

/// The list of those who were erased, in the order in which they were.
pub(super) fn list(connection: &Connection) -> Result<Vec<Erasure>, Trouble> {
    if !super::tables::has(connection, "erasure")? {
        return Ok(Vec::new());
    }
    let mut statement =
        connection.prepare_cached("SELECT mark, at FROM erasure ORDER BY number")?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    rows.map(|row| {
        let (mark, at) = row?;
        Ok(Erasure { mark, at: Instant::from_micros(at)? })
    })
    .collect()
}

/// The numbers of those who were erased, each with the instant from which on
/// nobody is there.
pub(super) fn gone(connection: &Connection) -> Result<Vec<(i64, Instant)>, Trouble> {
    if !super::tables::has(connection, "erasure")? {
        return Ok(Vec::new());
    }
    let sql = "SELECT customer, at FROM erasure WHERE customer IS NOT NULL";
    let mut statement = connection.prepare_cached(sql)?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    rows.map(|row| {
        let (customer, at) = row?;
        Ok((customer, Instant::from_micros(at)?))
    })
    .collect()
}

/// From when on an id is nobody, which is what is left of somebody.
pub(super) fn erased_from(connection: &Connection, id: &str) -> Result<Option<Instant>, Trouble> {
    if !super::tables::has(connection, "erasure")? {
        return Ok(None);
    }
    let sql = "SELECT at FROM erasure JOIN customer ON customer.number = erasure.customer
               WHERE customer.id = ?1";
    let at: Option<i64> =
        connection.prepare_cached(sql)?.query_row([id], |row| row.get(0)).optional()?;
    Ok(at.map(Instant::from_micros).transpose()?)
}

/// What is recorded about these ids, by whom else they are named: what an
/// erasure would come to.
pub(super) fn left(
    connection: &Connection,
    layout: &Layout,
    ids: &[Box<str>],
) -> Result<Left, Trouble> {
    let (_, facts) = recorded(connection, layout, ids)?;
    let mut left = Left::of(facts.iter().map(|recorded| &recorded.fact));
    left.mentions = mentions(connection, ids)?;
    Ok(left)
}

/// Puts an id on the list of which the store knows nothing.
pub(super) fn put_on_list(connection: &Connection, erasure: &Erasure) -> Result<(), Trouble> {
    let sql = "INSERT INTO erasure (mark, customer, at, wiped) VALUES (?1, NULL, ?2, 1)
               ON CONFLICT (mark) DO NOTHING";
    connection.prepare_cached(sql)?.execute(params![erasure.mark, erasure.at.micros()])?;
    Ok(())
}

/// Erases these ids, each of which the store knows. Belongs into a transaction.
pub(super) fn erase(
    connection: &Connection,
    layout: &Layout,
    ids: &[Box<str>],
    at: Instant,
) -> Result<Left, Trouble> {
    let (numbers, facts) = recorded(connection, layout, ids)?;
    let surrogates = surrogates(connection, ids)?;
    let names: Vec<(&str, Box<str>)> =
        ids.iter().map(|id| &**id).zip(surrogates.iter().cloned()).collect();
    let skeletons =
        Skeletons::new(layout.schema(), &names, facts.iter().map(|recorded| &recorded.fact));
    let first = [
        facts.iter().map(|recorded| recorded.sequence as i64).min(),
        retarget(connection, &skeletons, &facts)?,
        part(connection, ids)?,
    ];
    rewrite(connection, layout, &skeletons, &facts)?;
    outbox::erase(connection, ids)?;
    feed::erase(connection, ids)?;
    restriction::erase(connection, ids)?;
    for ((id, name), number) in names.iter().zip(&numbers) {
        let sql = "UPDATE customer SET id = ?1, introduced = 0 WHERE number = ?2";
        connection.prepare_cached(sql)?.execute(params![name, number])?;
        let sql = "INSERT INTO erasure (mark, customer, at, wiped) VALUES (?1, ?2, ?3, 0)
                   ON CONFLICT (mark) DO UPDATE
                   SET customer = excluded.customer, at = excluded.at, wiped = 0";
        connection.prepare_cached(sql)?.execute(params![mark(id), number, at.micros()])?;
    }
    if let Some(first) = first.into_iter().flatten().min() {
        rechain(connection, layout, first)?;
    }
    let mut left = Left::of(facts.iter().map(|recorded| &recorded.fact));
    left.surrogates = surrogates;
    left.mentions = mentions(connection, ids)?;
    Ok(left)
}

/// The numbers of these ids, and all facts that were ever recorded about them.
fn recorded(
    connection: &Connection,
    layout: &Layout,
    ids: &[Box<str>],
) -> Result<(Vec<i64>, Vec<Recorded>), Trouble> {
    let texts: Vec<&str> = ids.iter().map(|id| &**id).collect();
    let names = Names::of(connection, layout.schema(), &texts)?;
    let settled = Settled::default();
    let mut reader = Reader::new(layout, &names, &settled);
    let (mut numbers, mut facts) = (Vec::new(), Vec::new());
    let sql = format!(
        "SELECT {COLUMNS} FROM history JOIN fact ON sequence = fact WHERE history.customer = ?1"
    );
    for id in texts {
        let find = "SELECT number FROM customer WHERE id = ?1";
        let number: i64 = connection.prepare_cached(find)?.query_row([id], |row| row.get(0))?;
        numbers.push(number);
        reader.read(connection, &sql, [number], |found| {
            facts.push(found.recorded(&names)?);
            Ok(())
        })?;
    }
    facts.sort_unstable_by_key(|recorded| recorded.sequence);
    Ok((numbers, facts))
}

/// Names that nobody has, one for each id.
fn surrogates(connection: &Connection, ids: &[Box<str>]) -> Result<Vec<Box<str>>, Trouble> {
    let sql = "SELECT count(*) FROM erasure";
    let mut number: i64 = connection.prepare_cached(sql)?.query_row([], |row| row.get(0))?;
    let mut out = Vec::with_capacity(ids.len());
    while out.len() < ids.len() {
        number += 1;
        let name = format!("erased-{number}");
        if !knows(connection, &name)? {
            out.push(name.into());
        }
    }
    Ok(out)
}

/// Lets corrections of the facts, whoever they are about, name them by their
/// new ids. The first that changes.
fn retarget(
    connection: &Connection,
    skeletons: &Skeletons<'_>,
    facts: &[Recorded],
) -> Result<Option<i64>, Trouble> {
    let of_source = "source = (SELECT number FROM source WHERE name = ?1) AND corrects = ?2";
    let mut find = connection.prepare_cached(&format!(
        "SELECT min(sequence) FROM fact INDEXED BY fact_by_target WHERE {of_source}"
    ))?;
    let mut change = connection.prepare_cached(&format!(
        "UPDATE fact INDEXED BY fact_by_target SET corrects = ?3 WHERE {of_source}"
    ))?;
    let mut first = None;
    for Recorded { fact, .. } in facts {
        let (source, id) = (&*fact.source, &*fact.id);
        let found: Option<i64> = find.query_row([source, id], |row| row.get(0))?;
        if let (Some(found), Some(new)) = (found, skeletons.id(source, id)) {
            change.execute([source, id, new])?;
            first = Some(first.map_or(found, |first: i64| first.min(found)));
        }
    }
    Ok(first)
}

/// Empties merges of others with these ids, which were taken back. The first
/// that changes.
fn part(connection: &Connection, ids: &[Box<str>]) -> Result<Option<i64>, Trouble> {
    let mut find =
        connection.prepare_cached("SELECT fact, customer FROM merge WHERE survivor = ?1")?;
    let mut first = None;
    for id in ids {
        let rows = find.query_map([id], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let rows: Vec<(i64, Box<str>)> = rows.collect::<Result<_, _>>()?;
        for (fact, customer) in rows {
            if ids.contains(&customer) {
                continue;
            }
            let sql = "UPDATE fact SET kind = ?1, body = '{}' WHERE sequence = ?2";
            connection
                .prepare_cached(sql)?
                .execute(params![kind(connection, ("erased", ""))?, fact])?;
            connection.execute("DELETE FROM merge WHERE fact = ?1", [fact])?;
            first = Some(first.map_or(fact, |first: i64| first.min(fact)));
        }
    }
    Ok(first)
}

/// Writes skeletons in the places of the facts.
fn rewrite(
    connection: &Connection,
    layout: &Layout,
    skeletons: &Skeletons<'_>,
    facts: &[Recorded],
) -> Result<(), Trouble> {
    let mut stands = connection.prepare_cached(
        "SELECT 1 FROM fact WHERE source = (SELECT number FROM source WHERE name = ?1) AND id = ?2",
    )?;
    let mut change = connection.prepare_cached(
        "UPDATE fact SET id = ?1, kind = ?2, corrects = ?3, body = ?4 WHERE sequence = ?5",
    )?;
    let mut body = String::new();
    for Recorded { sequence, fact, .. } in facts {
        let target = fact.correction.target();
        let known = match target {
            Some(target) => stands.exists([&*fact.source, target])?,
            None => false,
        };
        let skeleton = skeletons.of(fact, |_, _| known);
        layout.write(&skeleton.body, &mut body);
        let kind = kind(connection, class_and_name(layout.schema(), &skeleton.body))?;
        let target = skeleton.correction.target();
        change.execute(params![skeleton.id, kind, target, body, *sequence as i64])?;
        remerge(connection, fact, &skeleton, *sequence as i64)?;
    }
    Ok(())
}

/// Keeps the table of merges in step with the facts.
fn remerge(
    connection: &Connection,
    fact: &Fact,
    skeleton: &Fact,
    sequence: i64,
) -> Result<(), Trouble> {
    match (&fact.body, &skeleton.body) {
        (Body::Merge { .. }, Body::Merge { into }) => {
            let sql = "UPDATE merge SET customer = ?1, survivor = ?2 WHERE fact = ?3";
            connection.prepare_cached(sql)?.execute(params![skeleton.customer, into, sequence])?;
        }
        (Body::Merge { .. }, _) => {
            connection.execute("DELETE FROM merge WHERE fact = ?1", [sequence])?;
        }
        _ => {}
    }
    Ok(())
}

/// The number of a kind, given now if it had none.
fn kind(connection: &Connection, (class, name): (&str, &str)) -> Result<i64, Trouble> {
    let find = "SELECT number FROM kind WHERE class = ?1 AND name = ?2";
    let found =
        connection.prepare_cached(find)?.query_row([class, name], |row| row.get(0)).optional()?;
    match found {
        Some(number) => Ok(number),
        None => {
            let sql = "INSERT INTO kind (class, name) VALUES (?1, ?2)";
            Ok(connection.prepare_cached(sql)?.insert([class, name])?)
        }
    }
}

/// How many facts about others have one of the ids among their texts.
fn mentions(connection: &Connection, ids: &[Box<str>]) -> Result<u64, Trouble> {
    let mut find = connection.prepare_cached(
        "SELECT customer.id FROM fact JOIN kind ON kind.number = kind
         LEFT JOIN customer ON customer.number = customer
         WHERE class IN ('event', 'reference', 'attributes')
           AND (instr(body, ':' || ?1) OR instr(body, '[' || ?1)
                OR instr(body, ',' || ?1 || ',') OR instr(body, ',' || ?1 || ']'))",
    )?;
    let mut sum = 0;
    for id in ids {
        let about = find.query_map([json::quote(id)], |row| row.get::<_, Option<Box<str>>>(0))?;
        for about in about {
            sum += u64::from(about?.is_none_or(|about| !ids.contains(&about)));
        }
    }
    Ok(sum)
}

/// Chains the batches anew from the one that holds a fact.
fn rechain(connection: &Connection, layout: &Layout, first: i64) -> Result<(), Trouble> {
    let names = Names::of_all(connection, layout.schema())?;
    let mut batches = connection.prepare_cached(
        "SELECT number, first, facts FROM batch WHERE ?1 < first + facts ORDER BY number",
    )?;
    let rows = batches.query_map([first], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    let batches: Vec<(i64, i64, i64)> = rows.collect::<Result<_, _>>()?;
    let Some((number, from, _)) = batches.first().copied() else { return Ok(()) };
    let before = "SELECT chain FROM batch WHERE number = ?1";
    let before =
        connection.prepare_cached(before)?.query_row([number - 1], |row| row.get(0)).optional()?;
    let mut chain = Chain::after(&before.unwrap_or(chain::START));
    let mut facts = connection.prepare_cached(
        "SELECT sequence, source, id, customer, kind, at, seen, revision, corrects, body
         FROM fact WHERE ?1 <= sequence ORDER BY sequence",
    )?;
    let mut facts = facts.query([from])?;
    let mut change = connection.prepare_cached("UPDATE batch SET chain = ?1 WHERE number = ?2")?;
    for (number, _, n_facts) in batches {
        for _ in 0..n_facts {
            let Some(row) = facts.next()? else { break };
            verify::push(row, &names, &mut chain)?;
        }
        change.execute(params![chain.close(), number])?;
    }
    Ok(())
}

/// Whether old bytes of somebody who was erased may still be in the file.
pub(super) fn is_open(connection: &Connection) -> Result<bool, Trouble> {
    Ok(connection.prepare_cached("SELECT 1 FROM erasure WHERE wiped = 0")?.exists([])?)
}

/// Clears old bytes out of the file and its log: both are written anew. False
/// where a reader still holds on to the old ones.
pub(super) fn wipe(connection: &Connection) -> Result<bool, Trouble> {
    // What is copied may be larger than memory, and holds nothing erased.
    connection.pragma_update(None, "temp_store", "FILE")?;
    let written = connection.execute_batch("VACUUM");
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    written?;
    if !empty_log(connection)? {
        return Ok(false);
    }
    connection.execute("UPDATE erasure SET wiped = 1 WHERE wiped = 0", [])?;
    empty_log(connection)
}

/// Moves the log of changes into the file and empties it; false where somebody
/// reads.
fn empty_log(connection: &Connection) -> Result<bool, Trouble> {
    let sql = "PRAGMA wal_checkpoint(TRUNCATE)";
    let busy: i64 = connection.prepare_cached(sql)?.query_row([], |row| row.get(0))?;
    Ok(busy == 0)
}
