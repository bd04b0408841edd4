//! What people decide, into a `gx_store`.

use std::ffi::c_char;

use guanxi_core::engine::Command;

use crate::append::learnt;
use crate::bytes::GxBytes;
use crate::error::GxError;
use crate::guard::guard;
use crate::json;
use crate::playbook::GxPlaybook;
use crate::review::same_schema;
use crate::store::GxStore;

/// Carries out what a person decided or asks for: checks it against the playbook
/// and what is known, and records it. All of that is one transaction, in which
/// nobody else writes: of two who claim one customer, one gets it.
///
/// A command is a JSON object with one key:
///
///     {"merge": {"from": "C-2", "into": "C-1"}}        two ids are one customer
///     {"unmerge": {"from": "C-2", "into": "C-1"}}      they are not after all
///     {"override": {"customer": "C-1", "machine": "relationship", "state": "lost",
///                   "pinned": true, "until": "2026-06-30", "actor": "li",
///                   "reason": "moved away"}}           without `state`: let go of
///     {"retract": {"source": "command", "id": "..."}}  a fact is taken back
///     {"claim": {"customer": "C-1", "owner": "li"}}    also with `actor`, `reason`
///     {"release": {"customer": "C-1", "actor": "li"}}  and `exempt`, as the next
///     {"transfer": {"customer": "C-1", "owner": "wu", "actor": "li"}}
///     {"extend": {"customer": "C-1", "until": "2026-06-30", "actor": "li"}}
///
/// What was recorded is JSON: `customers`, `facts` (`source`, `id`, `verdict`),
/// `seen` and, of a request, `decision` with `granted`, `evidence` and `faults`. A
/// request that is refused is recorded too, and GX_OK.
///
/// @param store    in, borrowed, changed
/// @param playbook in, borrowed: with the schema that the store was opened with
/// @param command  in, borrowed: UTF-8
/// @param len      its bytes, or GX_NUL
/// @param at       from when on it holds, in microseconds since 1970
/// @param seen     when it was given, what is recorded already as the earliest; or GX_SEEN_BACKFILL
/// @param language of the reasons: GX_EN or GX_ZH
/// @param json     out, owned: free with gx_bytes_free
/// @param error    out, owned, optional: free with gx_error_free
/// @return         GX_OK; after any other code nothing was recorded
/// @errors         GX_E_UNKNOWN_CUSTOMER, GX_E_UNKNOWN_MACHINE, GX_E_UNKNOWN_STATE, GX_E_CONFLICT, GX_E_INVALID_ARGUMENT, GX_E_SEEN_DECREASES, GX_E_BUSY, GX_E_IO; of the command 2001 to 2008
/// @threads        one call at a time for each store
/// @since          0.1
/// @see            gx_journey_states
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gx_store_command(
    store: *mut GxStore,
    playbook: *const GxPlaybook,
    command: *const c_char,
    len: u64,
    at: i64,
    seen: i64,
    language: u32,
    json: *mut *mut GxBytes,
    error: *mut *mut GxError,
) -> i32 {
    // SAFETY: the caller keeps the conventions.
    unsafe {
        guard("gx_store_command", error, |call| {
            let out = call.out("json", json)?;
            let mut opened = call.claim(store)?;
            let playbook = &call.borrow(playbook)?.playbook;
            let text = call.text("command", command, len)?;
            let (at, seen) = (call.instant(at)?, learnt(call, seen)?);
            let language = call.language(language)?;
            same_schema(opened.store.schema(), playbook.schema())?;
            let command = Command::from_json(text, playbook.calendar().zone())?;
            let done = opened.store.command(playbook, &command, at, seen)?;
            let json = json::bytes(&done.in_language(language))?;
            Ok(move || out.give(GxBytes::body(json)))
        })
    }
}
