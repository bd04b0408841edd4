//! Whether a store is whole.

use rusqlite::{Connection, Row, Rows};

use super::body::Layout;
use super::chain::{self, Chain, Link};
use super::names::Names;
use super::read::Reader;
use super::trouble::Trouble;
use crate::error::{Code, Fault};
use crate::facts::correct::Settled;
use crate::store::Report;

/// Pages, indexes, foreign keys, the running hash, and every fact.
pub(super) fn verify(connection: &Connection, layout: &Layout) -> Result<Report, Trouble> {
    let read = connection.unchecked_transaction()?;
    let mut faults = Vec::new();
    let sound = check_pages(&read, "PRAGMA integrity_check", &mut faults)?;
    if !sound {
        // What damaged pages hold is not worth reading.
        return Ok(Report { facts: 0, batches: 0, chain: None, faults });
    }
    check_keys(&read, &mut faults)?;
    let names = Names::of_all(&read, layout.schema())?;
    let (walk, last) = walk(&read, &names, &mut faults)?;
    check_history(&read, &mut faults)?;
    check_last(&read, &mut faults)?;
    check_bodies(&read, layout, &names, &mut faults)?;
    let chain = last.iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(Report { facts: walk.facts, batches: walk.batches, chain: Some(chain), faults })
}

/// Only the structure of the pages: for a store that was not closed.
pub(super) fn verify_pages(connection: &Connection) -> Result<Vec<Fault>, Trouble> {
    let mut faults = Vec::new();
    check_pages(connection, "PRAGMA quick_check", &mut faults)?;
    Ok(faults)
}

fn check_pages(
    connection: &Connection,
    pragma: &str,
    faults: &mut Vec<Fault>,
) -> Result<bool, Trouble> {
    let mut statement = connection.prepare(pragma)?;
    let mut rows = statement.query([])?;
    let before = faults.len();
    while let Some(row) = rows.next()? {
        let message: String = row.get(0)?;
        if message != "ok" {
            faults.push(damage(
                format!("SQLite finds damage: {message}"),
                format!("SQLite 发现损坏：{message}"),
            ));
        }
    }
    Ok(faults.len() == before)
}

fn check_keys(connection: &Connection, faults: &mut Vec<Fault>) -> Result<(), Trouble> {
    let mut statement = connection.prepare("PRAGMA foreign_key_check")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let (row, parent): (Option<i64>, String) = (row.get(1)?, row.get(2)?);
        let row = row.unwrap_or_default();
        faults.push(damage(
            format!("fact {row} names a {parent} that is not there"),
            format!("第 {row} 条事实所指的 {parent} 不存在"),
        ));
    }
    Ok(())
}

/// Whether each fact is in the history of its customer, and nothing else is.
fn check_history(connection: &Connection, faults: &mut Vec<Fault>) -> Result<(), Trouble> {
    let missing = "SELECT count(*) FROM fact
        LEFT JOIN history ON history.customer = fact.customer AND history.fact = sequence
        WHERE fact.customer IS NOT NULL AND history.fact IS NULL";
    let missing: i64 = connection.query_row(missing, [], |row| row.get(0))?;
    let surplus = "SELECT (SELECT count(*) FROM history) - count(customer) FROM fact";
    let surplus: i64 = connection.query_row(surplus, [], |row| row.get(0))?;
    if missing != 0 || surplus != 0 {
        faults.push(damage(
            "the histories of customers and the log do not agree".to_owned(),
            "客户历史与事实日志不一致".to_owned(),
        ));
    }
    Ok(())
}

/// Whether each batch says rightly how far its facts reach.
fn check_last(connection: &Connection, faults: &mut Vec<Fault>) -> Result<(), Trouble> {
    let wrong = "SELECT count(*) FROM batch WHERE last IS NOT
        (SELECT max(at) FROM fact WHERE sequence BETWEEN first AND first + facts - 1)";
    let wrong: i64 = connection.query_row(wrong, [], |row| row.get(0))?;
    if wrong != 0 {
        faults.push(damage(
            "the last instants of batches and the log do not agree".to_owned(),
            "批次的最后时间与事实日志不一致".to_owned(),
        ));
    }
    Ok(())
}

fn damage(en: String, zh: String) -> Fault {
    Fault::new(Code::Corrupt, en, zh).hint(
        "keep the file, and go on with the latest backup that verifies",
        "请保留该文件，并用最近一份校验无误的备份恢复",
    )
}

#[derive(Debug, Default)]
struct Walk {
    facts: u64,
    batches: u64,
}

struct Batch {
    number: i64,
    first: i64,
    facts: i64,
    chain: Link,
}

/// Recomputes the running hash, batch by batch.
fn walk(
    connection: &Connection,
    names: &Names,
    faults: &mut Vec<Fault>,
) -> Result<(Walk, Link), Trouble> {
    let mut batches =
        connection.prepare("SELECT number, first, facts, chain FROM batch ORDER BY number")?;
    let mut batches = batches.query([])?;
    let mut facts = connection.prepare(
        "SELECT sequence, source, id, customer, kind, at, seen, revision, corrects, body
         FROM fact ORDER BY sequence",
    )?;
    let mut facts = facts.query([])?;
    let mut walk = Walk::default();
    let mut last = chain::START;
    let mut expected = Batch { number: 1, first: 1, facts: 0, chain: last };
    while let Some(row) = batches.next()? {
        let batch = Batch {
            number: row.get(0)?,
            first: row.get(1)?,
            facts: row.get(2)?,
            chain: row.get(3)?,
        };
        let computed = link(&mut facts, names, &last, &batch)?;
        let follows = batch.number == expected.number && batch.first == expected.first;
        if !follows || computed != batch.chain {
            faults.push(broken(&batch));
        }
        walk.batches += 1;
        walk.facts = walk.facts.saturating_add_signed(batch.facts);
        last = batch.chain;
        expected.number = batch.number.saturating_add(1);
        expected.first = batch.first.saturating_add(batch.facts);
    }
    if let Some(row) = facts.next()? {
        let sequence: i64 = row.get(0)?;
        faults.push(damage(
            format!("fact {sequence} and those after it belong to no batch"),
            format!("第 {sequence} 条及其后的事实不属于任何批次"),
        ));
    }
    Ok((walk, last))
}

/// The hash of the next facts, as many as the batch says it has.
fn link(
    facts: &mut Rows<'_>,
    names: &Names,
    previous: &Link,
    batch: &Batch,
) -> Result<Link, Trouble> {
    let mut chain = Chain::after(previous);
    for _ in 0..batch.facts {
        let Some(row) = facts.next()? else { break };
        push(row, names, &mut chain)?;
    }
    Ok(chain.close())
}

pub(super) fn push(row: &Row<'_>, names: &Names, chain: &mut Chain) -> Result<(), Trouble> {
    // A name that is not there is hashed as one that no fact has.
    let source = names.sources.get(row.get(1)?).map_or("", |name| name);
    let customer: Option<i64> = row.get(3)?;
    let customer = customer.map(|number| names.customers.get(number).map_or("", |id| id));
    let kind = names.kinds.get(row.get(4)?);
    chain.push(&chain::Row {
        sequence: row.get(0)?,
        source,
        id: row.get_ref(2)?.as_str().map_err(rusqlite::Error::from)?,
        customer,
        class: kind.map_or("", |kind| &kind.class),
        kind: kind.map_or("", |kind| &kind.name),
        at: row.get(5)?,
        seen: row.get(6)?,
        revision: row.get(7)?,
        corrects: row.get_ref(8)?.as_str_or_null().map_err(rusqlite::Error::from)?,
        body: row.get_ref(9)?.as_str().map_err(rusqlite::Error::from)?,
    });
    Ok(())
}

fn broken(batch: &Batch) -> Fault {
    let last = batch.first.saturating_add(batch.facts).saturating_sub(1);
    let (number, first) = (batch.number, batch.first);
    damage(
        format!("batch {number}, facts {first} to {last}, is not as it was recorded"),
        format!("第 {number} 批（第 {first} 至 {last} 条事实）与写入时不一致"),
    )
}

/// Whether every fact can be read by the schema.
fn check_bodies(
    connection: &Connection,
    layout: &Layout,
    names: &Names,
    faults: &mut Vec<Fault>,
) -> Result<(), Trouble> {
    let sql = format!("SELECT {} FROM fact ORDER BY sequence", super::read::COLUMNS);
    let read =
        Reader::new(layout, names, &Settled::default()).read(connection, &sql, [], |_| Ok(()));
    match read {
        Err(Trouble::Refused(error)) => {
            faults.extend(error.into_faults());
            Ok(())
        }
        other => other,
    }
}
