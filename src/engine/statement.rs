//! A question as a statement for the host's own database.

use crate::error::Error;
use crate::lang::check_condition;
use crate::playbook::Playbook;
use crate::sql::{Definitions, Dialect, Statement, Tables, export};
use crate::units::Instant;

/// A condition in the words of a playbook as SQL over the host's own tables:
/// the same members as [`query`](super::query()) finds in the same facts.
///
/// # Inputs
///
/// `source`: the condition; `segment('NAME')` is a named segment. `tables`:
/// where the host keeps what the schema declares. `as_of`: the instant of the
/// question; events after it are left out, attributes are those that the tables
/// have.
///
/// # Errors
///
/// Every fault of the expression, and [`not_in_sql`](crate::Code::NotInSql)
/// for every part that has no SQL with the same meaning, each with its bytes.
///
/// # Cost
///
/// Microseconds: no fact is read.
///
/// ```
/// use guanxi::engine::statement;
/// use guanxi::sql::{POSTGRESQL, Tables};
/// use guanxi::units::Instant;
///
/// let playbook = guanxi::Playbook::from_json(r#"{
///   "guanxi": 1, "id": "shop", "version": "1", "calendar": {"zone": "Asia/Shanghai"},
///   "schema": {"attributes": {"birth": {"type": "date", "nullable": true}}},
///   "segments": {"young": {"when": "age(birth) < 35"}}
/// }"#)?;
/// let tables = Tables::from_json(br#"{
///   "guanxi_tables": 1,
///   "customers": {"table": "crm.members", "id": "id", "columns": {"birth": "born_on"}}
/// }"#, playbook.schema())?;
/// let as_of = Instant::parse("2026-03-31T12:00:00+08:00")?;
/// let young = statement(&playbook, "segment('young')", &tables, &POSTGRESQL, as_of)?;
/// assert_eq!(young.text, r#"SELECT "c"."id"
/// FROM "crm"."members" AS "c"
/// WHERE "c"."born_on" >= CAST($1 AS date)
/// "#);
/// assert_eq!(young.parameters[0].value, "1991-04-01");
/// # Ok::<(), guanxi::Error>(())
/// ```
pub fn statement(
    playbook: &Playbook,
    source: &str,
    tables: &Tables,
    dialect: &'static Dialect,
    as_of: Instant,
) -> Result<Statement, Error> {
    let condition = check_condition(source, &playbook.scope())?;
    let definitions = Definitions {
        schema: playbook.schema(),
        calendar: playbook.calendar(),
        parameters: playbook.parameters(),
        segments: playbook.conditions(),
    };
    export(&condition, definitions, tables, dialect, as_of)
}
