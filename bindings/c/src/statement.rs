//! A question as SQL for the host's own database.

use std::ffi::c_char;

use guanxi_core::engine::statement;
use guanxi_core::sql::{Dialect, Tables};
use guanxi_core::{Code, Error, Fault};

use crate::bytes::GxBytes;
use crate::error::GxError;
use crate::guard::guard;
use crate::json;
use crate::playbook::GxPlaybook;

/// Gives a condition as one SQL statement over the host's own tables, as JSON:
/// `sql`, and `parameters` in the order of their numbers or marks, each with
/// `type` and `value`. It gives the ids of those who satisfy the condition.
///
/// @param playbook   in, borrowed
/// @param expression in, borrowed: a condition in the words of the playbook, like `segment('vip')`
/// @param len        its bytes, or GX_NUL
/// @param tables     in, borrowed: where the tables keep what the schema declares, as JSON
/// @param tables_len its bytes, or GX_NUL
/// @param dialect    in, borrowed: `sqlite`, `postgresql`, `mysql`, `mariadb` or `duckdb`
/// @param dialect_len its bytes, or GX_NUL
/// @param as_of      the instant of the question, in microseconds since 1970 in UTC
/// @param json       out, owned: free with gx_bytes_free
/// @param error      out, owned, optional: all faults of the tables, or of the expression, with bytes
/// @return           GX_OK, or a code
/// @errors           3001 to 3040; of tables 2001 to 2014; GX_E_NULL_POINTER, GX_E_NOT_UTF8, GX_E_INVALID_ARGUMENT
/// @threads          any, any number at once
/// @since            0.1
/// @see              gx_query_ids
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gx_statement_json(
    playbook: *const GxPlaybook,
    expression: *const c_char,
    len: u64,
    tables: *const c_char,
    tables_len: u64,
    dialect: *const c_char,
    dialect_len: u64,
    as_of: i64,
    json: *mut *mut GxBytes,
    error: *mut *mut GxError,
) -> i32 {
    // SAFETY: the caller keeps the conventions.
    unsafe {
        guard("gx_statement_json", error, |call| {
            let out = call.out("json", json)?;
            let playbook = &call.borrow(playbook)?.playbook;
            let expression = call.text("expression", expression, len)?;
            let tables = call.text("tables", tables, tables_len)?;
            let name = call.text("dialect", dialect, dialect_len)?;
            let dialect = Dialect::named(name).ok_or_else(no_dialect)?;
            let tables = Tables::from_json(tables.as_bytes(), playbook.schema())?;
            let as_of = call.instant(as_of)?;
            let said = statement(playbook, expression, &tables, dialect, as_of)?;
            let json = json::bytes(&said)?;
            Ok(move || out.give(GxBytes::body(json)))
        })
    }
}

fn no_dialect() -> Error {
    let names: Vec<&str> = Dialect::ALL.iter().map(|dialect| dialect.name).collect();
    let names = names.join("`, `");
    Fault::new(
        Code::InvalidArgument,
        format!("this is no dialect, expected `{names}` or `mariadb`"),
        format!("没有这种方言，应为 `{names}` 或 `mariadb`"),
    )
    .into()
}
