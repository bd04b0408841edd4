//! A `gx_store` that is followed: facts come in, time passes, and what follows is
//! told once and asked for until it is done.

use std::ffi::c_char;

use guanxi_core::engine::ask;
use guanxi_core::facts::intake::Lines;
use guanxi_core::json as document;
use guanxi_core::store::Signature;

use crate::append::{GxAppendOptions, Table, learnt};
use crate::bytes::GxBytes;
use crate::error::GxError;
use crate::guard::guard;
use crate::json;
use crate::playbook::GxPlaybook;
use crate::review::{asked, same_schema};
use crate::store::GxStore;

/// Records facts from JSON Lines and works out what follows for the customers that
/// they are about: states, segments, effects. All of that is one transaction.
///
/// The answer is JSON: `rows`, the report of gx_store_append_lines; `now`,
/// `customers` who were looked at, `changes` told, `effects` queued, `taken_back`,
/// `waiting` who are due besides, `failures` of definitions, and `begun` where this
/// was the first call. What changed and what is to be done is asked with
/// gx_store_follow. Facts that come as columns are appended, and caught up with by
/// its `advance`.
///
/// @param store    in, borrowed, changed
/// @param playbook in, borrowed: with the schema that the store was opened with, the same in every call
/// @param lines    in, copied: UTF-8, an object a line
/// @param len      its bytes, or GX_NUL
/// @param seen     as for gx_store_append_lines
/// @param now      the host's clock, in microseconds since 1970: facts after it wait for `advance`; an earlier one counts as the latest that was given
/// @param options  in, borrowed, optional: of the rows
/// @param json     out, owned: free with gx_bytes_free
/// @param error    out, owned, optional: free with gx_error_free
/// @return         GX_OK; after any other code nothing was recorded
/// @errors         as gx_store_append_lines; GX_E_PLAYBOOK_CHANGED, GX_E_SCHEMA_MISMATCH
/// @threads        one call at a time for each store
/// @since          0.1
/// @see            gx_store_follow, gx_store_append_lines
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gx_store_apply(
    store: *mut GxStore,
    playbook: *const GxPlaybook,
    lines: *const c_char,
    len: u64,
    seen: i64,
    now: i64,
    options: *const GxAppendOptions,
    json: *mut *mut GxBytes,
    error: *mut *mut GxError,
) -> i32 {
    // SAFETY: the caller keeps the conventions.
    unsafe {
        guard("gx_store_apply", error, |call| {
            let out = call.out("json", json)?;
            let mut opened = call.claim(store)?;
            let playbook = &call.borrow(playbook)?.playbook;
            let options = call.options(options)?;
            let language = call.language(options.language)?;
            let text = call.bytes("lines", lines, len)?;
            let (seen, now) = (learnt(call, seen)?, call.instant(now)?);
            same_schema(opened.store.schema(), playbook.schema())?;
            let table = Table::of(call, &options)?;
            let settled = table.settle(playbook, |table, mapping, zone| {
                let lines = Lines::of(&table.name, &table.kind, mapping, playbook.schema(), zone)?;
                let record =
                    |store: &mut guanxi_core::Store| store.append_lines(&lines, text, seen);
                options.run(&mut opened.store, |store| store.apply_with(playbook, now, record))
            })?;
            let mut said = settled.in_language(language);
            said["rows"] = json::value(&settled.recorded.in_language(language))?;
            let said = json::bytes(&said)?;
            Ok(move || out.give(GxBytes::body(said)))
        })
    }
}

/// Lets time pass for a store that is followed, tells what is otherwise and what is to
/// be done, and takes acknowledgements. The answer is what the command line prints with
/// `--json`.
///
/// The question is an object; keys in brackets may be left out:
///
///     {"ask": "advance", ["limit": 1000]}    as long as somebody is `waiting`, ask again
///     {"ask": "adopt"}                       from now on by this playbook
///     {"ask": "changes", ["after": 0, "limit": 1000]}    go on after the `last`
///     {"ask": "effects", ["after": 0, "limit": 1000]}    until they are acknowledged
///     {"ask": "ack", "ids": ["..."]}
///     {"ask": "recompute"}                   is what is kept what the facts give?
///     {"ask": "audit_trail", ["about": "C-1", "after": 0, "limit": 1000, "expect": ".."]}
///                                            what was done by hand, and whether it adds up
///     {"ask": "restrict", "customer": "C-1", ["actor": "li", "reason": ".."]}
///     {"ask": "lift_restriction", "customer": "C-1", ["actor": "li", "reason": ".."]}
///     {"ask": "restrictions"}                whose facts are kept and not used
///
/// A process that dies between two calls has lost nothing and repeats nothing; one that
/// dies after it carried out an effect gets it again, under the same id.
///
/// Example:
///
///     gx_bytes *json = NULL;
///     if (gx_store_follow(store, playbook, now, "{\"ask\": \"advance\"}", GX_NUL, GX_EN,
///                         &json, NULL) == GX_OK) {
///         puts(gx_bytes_data(json));
///         gx_bytes_free(json);
///     }
///
/// @param store    in, borrowed, changed
/// @param playbook in, borrowed: with the schema that the store was opened with, the same in every call
/// @param now      up to when time passes, or when it is done, in microseconds since 1970; needed for `advance`, `adopt`, `restrict` and `lift_restriction`, otherwise GX_TIME_NONE
/// @param question in, borrowed: a JSON document
/// @param len      its bytes, or GX_NUL
/// @param language of reasons: GX_EN or GX_ZH
/// @param json     out, owned: free with gx_bytes_free
/// @param error    out, owned, optional: all faults of the question, with places
/// @return         GX_OK; after any other code nothing has changed
/// @errors         2001 to 2014 of the question; GX_E_PLAYBOOK_CHANGED, GX_E_INVALID_ARGUMENT, GX_E_SCHEMA_MISMATCH, GX_E_READ_ONLY, GX_E_DISK_FULL, GX_E_BUSY, GX_E_IO
/// @threads        one call at a time for each store
/// @since          0.1
/// @see            gx_store_apply
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gx_store_follow(
    store: *mut GxStore,
    playbook: *const GxPlaybook,
    now: i64,
    question: *const c_char,
    len: u64,
    language: u32,
    json: *mut *mut GxBytes,
    error: *mut *mut GxError,
) -> i32 {
    // SAFETY: the caller keeps the conventions.
    unsafe {
        guard("gx_store_follow", error, |call| {
            let out = call.out("json", json)?;
            let mut opened = call.claim(store)?;
            let playbook = &call.borrow(playbook)?.playbook;
            let question = document::parse(call.bytes("question", question, len)?)?;
            let (now, language) = (asked(call, now)?, call.language(language)?);
            same_schema(opened.store.schema(), playbook.schema())?;
            let said = ask::follow(&mut opened.store, playbook, now, &question, language)?;
            Ok(move || out.give(GxBytes::body(said.into_bytes())))
        })
    }
}

/// Says who acts through this handle from now on, and why: so it is entered into the
/// audit trail with every command, adoption of a playbook, erasure and restriction.
///
/// @param store    in, borrowed, changed
/// @param actor    in, copied, optional: UTF-8, a person of the host; NULL: nobody says
/// @param actor_len its bytes, or GX_NUL
/// @param reason   in, copied, optional: UTF-8
/// @param reason_len its bytes, or GX_NUL
/// @param error    out, owned, optional: free with gx_error_free
/// @return         GX_OK, or a code
/// @errors         GX_E_NOT_UTF8
/// @threads        one call at a time for each store
/// @since          0.1
/// @see            gx_store_follow, gx_store_command, gx_store_erase
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gx_store_sign(
    store: *mut GxStore,
    actor: *const c_char,
    actor_len: u64,
    reason: *const c_char,
    reason_len: u64,
    error: *mut *mut GxError,
) -> i32 {
    // SAFETY: the caller keeps the conventions.
    unsafe {
        guard("gx_store_sign", error, |call| {
            let mut opened = call.claim(store)?;
            let actor = call.text_if("actor", actor, actor_len)?;
            let reason = call.text_if("reason", reason, reason_len)?.unwrap_or_default();
            opened.store.sign(actor.map(|actor| Signature::of(actor, reason)));
            Ok(|| ())
        })
    }
}
