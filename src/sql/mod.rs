//! Conditions as SQL over the host's own tables.
//!
//! ```text
//! Checked ──translate──> plan: a list of events      ──write──> text, parameters
//!    │                         for each window and filter,
//!    Tables                    conditions over what they come to
//!    where things are kept                  │
//!                                           Dialect: a table of what engines
//!                                           say differently
//! ```
//!
//! # What is promised
//!
//! * The ids that a statement gives are those of the members that the kernels
//!   find in the same facts, in every engine. What cannot be said so is refused
//!   with its place, never approximated.
//! * Two-valued: a condition and its negation are everybody. An error is NULL,
//!   which SQL's rules carry through `AND`, `OR` and `NOT` as the language
//!   carries errors; whoever meets one is no member.
//! * Windows, calendar periods and time zones are computed here: engines get
//!   instants and days.
//! * Every value is a parameter and every name is quoted. An engine's own error
//!   ends a statement where a number outgrows its widest type.
//!
//! # What is not here
//!
//! A connection: the host runs the statement. History of attributes: the host's
//! tables are read as they are.

mod arithmetic;
mod compare;
mod condition;
mod dialect;
mod exporter;
mod expression;
mod list;
mod operand;
mod parameter;
mod plan;
mod read;
mod statement;
mod tables;
mod value;
mod write;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use crate::error::{Code, Error, Fault};
use crate::facts::Schema;
use crate::lang::{Checked, Parameter as Setting};
use crate::units::{Calendar, Instant};

pub use dialect::{DUCKDB, Dialect, MYSQL, POSTGRESQL, SQLITE};
pub use parameter::{Kind, Parameter};
pub use statement::Statement;
pub use tables::{Column, Customers, Events, Stored, Tables};

use exporter::Exporter;
use write::Writer;

/// Bytes of a statement: what every engine takes.
const TEXT: usize = 1 << 20;

/// What a condition may name.
#[derive(Debug, Clone, Copy)]
pub struct Definitions<'a> {
    /// Attributes and kinds of events.
    pub schema: &'a Schema,
    /// Zone, week and fiscal year.
    pub calendar: &'a Calendar,
    /// The parameters, sorted by name.
    pub parameters: &'a [Setting],
    /// The condition of each segment.
    pub segments: &'a BTreeMap<Arc<str>, Arc<Checked>>,
}

/// A condition as a statement that gives the ids of its members.
///
/// # Inputs
///
/// `tables`: where the host keeps what the schema declares. `now`: the instant
/// of the question; events after it are left out, attributes are those that the
/// tables have.
///
/// # Errors
///
/// [`Code::NotInSql`] for every part that has no SQL with the same meaning in
/// this dialect, or no column, with its bytes and a way out; inside a segment
/// also with the pointer to it.
///
/// # Cost
///
/// Linear in the condition, but for values inside values.
///
/// ```
/// use std::collections::BTreeMap;
/// use guanxi::facts::Schema;
/// use guanxi::lang::{Scope, check_condition};
/// use guanxi::sql::{Definitions, SQLITE, Tables, export};
/// use guanxi::units::{Calendar, Instant, Weekday, Zone};
///
/// let schema = Schema::from_json(r#"{
///   "attributes": {"region": {"type": "text", "nullable": true}},
///   "events": {"purchase": {"list": "purchases"}}
/// }"#)?;
/// let tables = Tables::from_json(br#"{
///   "guanxi_tables": 1,
///   "stored": {"instant": "seconds"},
///   "customers": {"table": "members", "id": "id", "columns": {"region": "area"}},
///   "events": {"purchase": {"table": "orders", "customer": "member", "at": "at"}}
/// }"#, &schema)?;
/// let condition = check_condition(
///     "region == '华东' && purchases.within(days(90)).size() >= 3",
///     &Scope::of(&schema),
/// )?;
/// let calendar = Calendar::new(Zone::utc(), Weekday::Monday, (1, 1))?;
/// let segments = BTreeMap::new();
/// let definitions =
///     Definitions { schema: &schema, calendar: &calendar, parameters: &[], segments: &segments };
/// let now = Instant::parse("2026-03-31T00:00:00Z")?;
/// let statement = export(&condition, definitions, &tables, &SQLITE, now)?;
/// assert_eq!(statement.text, r#"SELECT "c"."id"
/// FROM "members" AS "c"
/// LEFT JOIN (
///     SELECT "e"."member" AS "customer", COUNT(*) AS "v1"
///     FROM "orders" AS "e"
///     WHERE "e"."at" <= CAST(?1 AS INTEGER)
///       AND "e"."at" > CAST(?2 AS INTEGER)
///     GROUP BY "e"."member"
/// ) AS "l1" ON "l1"."customer" = "c"."id"
/// WHERE "c"."area" COLLATE BINARY = ?3
///   AND COALESCE("l1"."v1", 0) >= CAST(?4 AS INTEGER)
/// "#);
/// let values: Vec<&str> = statement.parameters.iter().map(|it| &*it.value).collect();
/// assert_eq!(values, ["1774915200", "1767139200", "华东", "3"]);
/// # Ok::<(), guanxi::Error>(())
/// ```
pub fn export(
    condition: &Checked,
    definitions: Definitions<'_>,
    tables: &Tables,
    dialect: &'static Dialect,
    now: Instant,
) -> Result<Statement, Error> {
    let mut exporter = Exporter::new(condition, definitions, tables, dialect, now);
    let found = exporter.condition(condition.tree.root, false);
    let (Some(found), true) = (found, exporter.faults.is_empty()) else {
        let faults = std::mem::take(&mut exporter.faults);
        let internal =
            || Fault::new(Code::Internal, "the export lost its way", "导出内部出错").into();
        return Err(Error::of(faults).unwrap_or_else(internal));
    };
    let mut writer = Writer {
        dialect,
        tables,
        schema: definitions.schema,
        out: String::new(),
        parameters: Vec::new(),
        numbers: HashMap::new(),
    };
    writer.statement(&exporter.plan, &found.piece);
    let Writer { out: text, parameters, .. } = writer;
    if TEXT < text.len() || dialect.most_parameters < parameters.len() {
        let (bytes, count) = (text.len(), parameters.len());
        let fault = Fault::new(
            Code::NotInSql,
            format!(
                "the statement would have {bytes} bytes and {count} parameters, too many for {}",
                dialect.engine
            ),
            format!("语句将有 {bytes} 字节、{count} 个参数，超出 {} 的限度", dialect.engine),
        );
        return Err(fault.span(0, condition.source.len()).into());
    }
    Ok(Statement { text, parameters })
}
