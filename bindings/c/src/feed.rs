//! Tables that the host goes on changing.

use std::ffi::c_char;

use guanxi_core::engine::ask::{self, Handed};
use guanxi_core::json;

use crate::bytes::GxBytes;
use crate::error::GxError;
use crate::guard::guard;
use crate::playbook::GxPlaybook;
use crate::review::same_schema;
use crate::store::GxStore;

/// Follows a table of the host: works out which rows are new, say something else,
/// are gone or are missing, and records that, in one transaction; or tells which
/// tables are followed and how far each was read, or holds the host's counts and
/// sums against those of the store. The answer is what the command line prints with
/// `--json`; of a `sync`, of the one table.
///
/// The question is an object; keys in brackets may be left out:
///
///     {"ask": "sync", "table": "orders", "mapping": {...},
///      ["follow": true, "backfill": true, "host_restored": true, "most_gone": 20,
///       "from": "2026-03-01", "to": "2026-03-31"]}
///     {"ask": "feeds"}
///     {"ask": "reconcile", "figures": [{"kind": "purchase", ["source": "erp",
///      "period": "2026-03", "count": 120, "sums": {"amount": "1250.00"}]}]}
///
/// The mapping says under `sync` which rows are handed over (`append`, `changes`,
/// `snapshot`), by which column a later version is known, which rows are deleted, and
/// how far the host was read. Rows are JSON Lines, flat objects with the host's columns
/// as keys. A row that cannot be read keeps no other from being recorded; it is in the
/// answer, and the cursor stays where it was.
///
/// @param store    in, borrowed, changed by `sync` alone
/// @param playbook in, borrowed: with the schema that the store was opened with
/// @param question in, borrowed: a JSON document
/// @param len      its bytes, or GX_NUL
/// @param rows     in, borrowed, optional: UTF-8, an object a line
/// @param rows_len its bytes, or GX_NUL
/// @param seen     when the rows were read from the host, in microseconds since 1970, never before that of an earlier call
/// @param language of reasons: GX_EN or GX_ZH
/// @param json     out, owned: free with gx_bytes_free
/// @param error    out, owned, optional: all faults of the question, with places
/// @return         GX_OK; after any other code nothing was recorded
/// @errors         2001 to 2014 of the question and its mapping; GX_E_TOO_MANY_GONE, GX_E_SEEN_DECREASES, GX_E_SCHEMA_MISMATCH, GX_E_READ_ONLY, GX_E_DISK_FULL, GX_E_BUSY, GX_E_IO
/// @threads        one call at a time for each store
/// @since          0.1
/// @see            gx_store_append_lines
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gx_store_feed(
    store: *mut GxStore,
    playbook: *const GxPlaybook,
    question: *const c_char,
    len: u64,
    rows: *const c_char,
    rows_len: u64,
    seen: i64,
    language: u32,
    json: *mut *mut GxBytes,
    error: *mut *mut GxError,
) -> i32 {
    // SAFETY: the caller keeps the conventions.
    unsafe {
        guard("gx_store_feed", error, |call| {
            let out = call.out("json", json)?;
            let question = json::parse(call.bytes("question", question, len)?)?;
            let rows = match rows.is_null() {
                true => &[],
                false => call.bytes("rows", rows, rows_len)?,
            };
            let mut opened = call.claim(store)?;
            let playbook = &call.borrow(playbook)?.playbook;
            same_schema(opened.store.schema(), playbook.schema())?;
            let handed = Handed { rows, seen: call.instant(seen)? };
            let language = call.language(language)?;
            let told = ask::feed(&mut opened.store, playbook, &question, handed, language)?;
            Ok(move || out.give(GxBytes::body(told.into_bytes())))
        })
    }
}
