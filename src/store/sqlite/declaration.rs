//! The schema that a store remembers.

use std::sync::Arc;

use rusqlite::{Connection, TransactionBehavior};

use super::trouble::Trouble;
use crate::error::{Code, Fault};
use crate::facts::{Schema, schema_difference};

/// Records the schema of a new store.
pub(super) fn first(connection: &Connection, schema: &Arc<Schema>) -> Result<(), Trouble> {
    if latest(connection)?.is_none() {
        record(connection, &text(schema))?;
    }
    Ok(())
}

/// Compares the schema with the recorded one. Additions are recorded, anything
/// else is refused. The number of the declaration that holds.
pub(super) fn settle(connection: &mut Connection, schema: &Schema) -> Result<i64, Trouble> {
    let ours = text(schema);
    if let Some((number, recorded)) = latest(connection)?
        && recorded == ours
    {
        return Ok(number);
    }
    let change = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let number = compare(&change, schema)?;
    let number = match latest(&change)? {
        // Another process has recorded the same meanwhile.
        Some((_, recorded)) if recorded == ours => number,
        _ => record(&change, &ours)?,
    };
    change.commit()?;
    Ok(number)
}

/// Whether facts recorded by the recorded schema can be read by this one; the
/// number of the declaration that holds.
pub(super) fn compare(connection: &Connection, schema: &Schema) -> Result<i64, Trouble> {
    let Some((number, recorded)) = latest(connection)? else {
        return Err(Trouble::Sqlite(rusqlite::Error::QueryReturnedNoRows));
    };
    if recorded != text(schema) {
        schema_difference(&Schema::from_json(&recorded)?, schema)?;
    }
    Ok(number)
}

/// Whether the declaration that a handle was opened with still holds.
pub(super) fn check(connection: &Connection, number: i64) -> Result<(), Trouble> {
    let sql = "SELECT max(number) FROM declaration";
    let latest: Option<i64> = connection.prepare_cached(sql)?.query_row([], |row| row.get(0))?;
    if latest == Some(number) {
        return Ok(());
    }
    Err(Fault::new(
        Code::SchemaMismatch,
        "the store was opened with a larger schema meanwhile",
        "该事实库已被另一进程以更大的声明打开",
    )
    .hint("open it again, with that schema", "请用新的声明重新打开")
    .into())
}

fn text(schema: &Schema) -> String {
    schema.to_json().to_canonical()
}

fn latest(connection: &Connection) -> Result<Option<(i64, String)>, Trouble> {
    let sql = "SELECT number, schema FROM declaration ORDER BY number DESC LIMIT 1";
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query([])?;
    match rows.next()? {
        Some(row) => Ok(Some((row.get(0)?, row.get(1)?))),
        None => Ok(None),
    }
}

fn record(connection: &Connection, text: &str) -> Result<i64, Trouble> {
    Ok(connection.prepare_cached("INSERT INTO declaration (schema) VALUES (?1)")?.insert([text])?)
}
