//! `gx_store`: where the facts of one tenant live.

use std::ffi::c_char;

use guanxi_core::facts::Seen;
use guanxi_core::facts::intake::{Lines, Mapping, TableKind};
use guanxi_core::{Code, Error, Fault, Playbook, Store};

use crate::bytes::GxBytes;
use crate::convert::{Call, Options};
use crate::error::GxError;
use crate::guard::{free, guard};
use crate::handle::{Handle, Kind};
use crate::json;
use crate::playbook::GxPlaybook;
use crate::status::GX_SEEN_BACKFILL;

/// A store: the facts of one tenant, in a file or in memory.
///
/// One call at a time, from any thread; a second one at the same time is
/// GX_E_HANDLE_IN_USE. Several stores may be open on one file.
pub struct GxStore {
    _opaque: [u8; 0],
}

/// What a `gx_store` stands for.
pub struct Opened {
    pub store: Store,
    /// With which it was opened: its zone is that of local times in rows.
    playbook: Playbook,
}

impl Handle for GxStore {
    type Body = Opened;
    const KIND: Kind = Kind::Store;
}

/// How rows are to be read. All zeroes: events with the names of the schema.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct GxAppendOptions {
    /// sizeof(gx_append_options)
    pub struct_size: u32,
    /// Of the reasons in the report: GX_EN or GX_ZH.
    pub language: u32,
    /// What the rows are about: `customers`, `events`, `ref_NAME`; NULL: events.
    pub table: *const c_char,
    /// Bytes of `table`, or GX_NUL.
    pub table_len: u64,
    /// A mapping document, where rows do not carry the schema's names; or NULL.
    pub mapping: *const c_char,
    /// Bytes of `mapping`, or GX_NUL.
    pub mapping_len: u64,
}

// SAFETY: plain data that begins with `struct_size`; null pointers and zeroes
// are values.
unsafe impl Options for GxAppendOptions {
    const FIRST: usize = size_of::<GxAppendOptions>();
    const NAME: &'static str = "gx_append_options";
}

/// Opens the store in a file, or makes one where there is no file.
///
/// The schema of the playbook is recorded in the file; one that adds kinds or
/// nullable attributes to the recorded one is recorded too.
///
/// @param path     in, borrowed: UTF-8
/// @param len      its bytes, or GX_NUL
/// @param playbook in, borrowed: what facts look like
/// @param store    out, owned: free with gx_store_free
/// @param error    out, owned, optional: free with gx_error_free
/// @return         GX_OK, or a code
/// @errors         GX_E_SCHEMA_MISMATCH, GX_E_NOT_A_STORE, GX_E_NEWER_STORE, GX_E_IO, GX_E_READ_ONLY, GX_E_DISK_FULL, GX_E_BUSY, GX_E_CORRUPT
/// @threads        any, any number at once
/// @since          0.1
/// @see            gx_store_open_read_only, gx_store_in_memory
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gx_store_open(
    path: *const c_char,
    len: u64,
    playbook: *const GxPlaybook,
    store: *mut *mut GxStore,
    error: *mut *mut GxError,
) -> i32 {
    // SAFETY: the caller keeps the conventions.
    unsafe {
        guard("gx_store_open", error, |call| {
            let out = call.out("store", store)?;
            let playbook = call.borrow(playbook)?.playbook.clone();
            let path = file(call, path, len)?;
            let store = Store::open(path, playbook.schema()).map_err(below_schema)?;
            Ok(move || out.give(Opened { store, playbook }))
        })
    }
}

/// Opens the store in a file for questions only; never makes a file, and records
/// nothing.
///
/// @param path     in, borrowed: UTF-8
/// @param len      its bytes, or GX_NUL
/// @param playbook in, borrowed: what facts look like
/// @param store    out, owned: free with gx_store_free
/// @param error    out, owned, optional: free with gx_error_free
/// @return         GX_OK, or a code
/// @errors         as gx_store_open; GX_E_IO where there is no file
/// @threads        any, any number at once
/// @since          0.1
/// @see            gx_store_open
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gx_store_open_read_only(
    path: *const c_char,
    len: u64,
    playbook: *const GxPlaybook,
    store: *mut *mut GxStore,
    error: *mut *mut GxError,
) -> i32 {
    // SAFETY: the caller keeps the conventions.
    unsafe {
        guard("gx_store_open_read_only", error, |call| {
            let out = call.out("store", store)?;
            let playbook = call.borrow(playbook)?.playbook.clone();
            let path = file(call, path, len)?;
            let store = Store::open_read_only(path, playbook.schema()).map_err(below_schema)?;
            Ok(move || out.give(Opened { store, playbook }))
        })
    }
}

/// Makes a store without facts that is gone when it is freed.
///
/// @param playbook in, borrowed: what facts look like
/// @param store    out, owned: free with gx_store_free
/// @param error    out, owned, optional: free with gx_error_free
/// @return         GX_OK, or a code
/// @errors         GX_E_NULL_POINTER, GX_E_WRONG_HANDLE, GX_E_FREED_HANDLE
/// @threads        any, any number at once
/// @since          0.1
/// @see            gx_store_open
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gx_store_in_memory(
    playbook: *const GxPlaybook,
    store: *mut *mut GxStore,
    error: *mut *mut GxError,
) -> i32 {
    // SAFETY: the caller keeps the conventions.
    unsafe {
        guard("gx_store_in_memory", error, |call| {
            let out = call.out("store", store)?;
            let playbook = call.borrow(playbook)?.playbook.clone();
            let store = Store::in_memory(playbook.schema());
            Ok(move || out.give(Opened { store, playbook }))
        })
    }
}

/// Records facts from JSON Lines, in one transaction, with a verdict for every
/// line.
///
/// A line is an object: `{"kind": "purchase", "customer": "C-1", "at":
/// "2026-03-01", "amount": "12.50"}`. A line that cannot be a fact is refused
/// with its reason and keeps no other from being recorded; the call is GX_OK,
/// and the report says so. Recording the same lines again changes nothing.
///
/// The report is JSON: `file`, `of`, `verdicts` (`new`, `same`, `pending`,
/// `conflict`, `refused`), `columns`, `unknown_kinds`, `not_recorded`, the first
/// 20 lines that were not recorded with the reasons, `more_not_recorded`, how
/// many others there are, and `waiting`, the first 20 lines whose corrections
/// are recorded and wait for what they correct.
///
/// @param store    in, borrowed, changed
/// @param lines    in, copied: UTF-8, an object a line
/// @param len      its bytes, or GX_NUL
/// @param seen     when the facts were learnt, in microseconds since 1970, never before that of an earlier call; or GX_SEEN_BACKFILL
/// @param options  in, borrowed, optional
/// @param report   out, owned: free with gx_bytes_free
/// @param error    out, owned, optional: free with gx_error_free
/// @return         GX_OK; after any other code nothing was recorded
/// @errors         GX_E_SEEN_DECREASES, GX_E_READ_ONLY, GX_E_DISK_FULL, GX_E_BUSY, GX_E_IO; of a mapping 2001 to 2014
/// @threads        one call at a time for each store
/// @since          0.1
/// @see            gx_append_options
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gx_store_append_lines(
    store: *mut GxStore,
    lines: *const c_char,
    len: u64,
    seen: i64,
    options: *const GxAppendOptions,
    report: *mut *mut GxBytes,
    error: *mut *mut GxError,
) -> i32 {
    // SAFETY: the caller keeps the conventions.
    unsafe {
        guard("gx_store_append_lines", error, |call| {
            let out = call.out("report", report)?;
            let mut opened = call.claim(store)?;
            let options = call.options(options)?;
            let language = call.language(options.language)?;
            let text = call.bytes("lines", lines, len)?;
            let seen = match seen {
                GX_SEEN_BACKFILL => Seen::Backfill,
                micros => Seen::At(call.instant(micros)?),
            };
            let playbook = opened.playbook.clone();
            let lines = keys(call, &options, &playbook)?;
            let report = opened.store.append_lines(&lines, text, seen)?;
            let report = json::bytes(&report.in_language(language))?;
            Ok(move || out.give(GxBytes::body(report)))
        })
    }
}

/// Counts what the store holds, as JSON: `kinds`, `first_at`, `last_at`,
/// `last_sequence` and `last_seen`.
///
/// @param store    in, borrowed
/// @param json     out, owned: free with gx_bytes_free
/// @param error    out, owned, optional: free with gx_error_free
/// @return         GX_OK, or a code
/// @errors         GX_E_IO, GX_E_BUSY, GX_E_CORRUPT
/// @threads        one call at a time for each store
/// @since          0.1
/// @see            gx_store_verify
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gx_store_statistics(
    store: *mut GxStore,
    json: *mut *mut GxBytes,
    error: *mut *mut GxError,
) -> i32 {
    // SAFETY: the caller keeps the conventions.
    unsafe {
        guard("gx_store_statistics", error, |call| {
            let out = call.out("json", json)?;
            let json = json::bytes(&call.claim(store)?.store.statistics()?)?;
            Ok(move || out.give(GxBytes::body(json)))
        })
    }
}

/// Checks that nothing of the store is damaged or missing. The report is JSON:
/// `sound`, `facts`, `batches`, `chain` (the running hash over all facts) and
/// `faults`. Costs several passes over the file.
///
/// @param store    in, borrowed
/// @param language GX_EN or GX_ZH
/// @param report   out, owned: free with gx_bytes_free
/// @param error    out, owned, optional: free with gx_error_free
/// @return         GX_OK where the check could be done; look at `sound`
/// @errors         GX_E_IO, GX_E_BUSY
/// @threads        one call at a time for each store
/// @since          0.1
/// @see            gx_store_backup
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gx_store_verify(
    store: *mut GxStore,
    language: u32,
    report: *mut *mut GxBytes,
    error: *mut *mut GxError,
) -> i32 {
    // SAFETY: the caller keeps the conventions.
    unsafe {
        guard("gx_store_verify", error, |call| {
            let out = call.out("report", report)?;
            let language = call.language(language)?;
            let found = call.claim(store)?.store.verify()?;
            let report = json::bytes(&found.in_language(language))?;
            Ok(move || out.give(GxBytes::body(report)))
        })
    }
}

/// Copies the store, while it is in use, into a new file, which appears under
/// its name only when it is complete and was checked.
///
/// @param store    in, borrowed
/// @param path     in, borrowed: UTF-8; there must be no such file
/// @param len      its bytes, or GX_NUL
/// @param error    out, owned, optional: free with gx_error_free
/// @return         GX_OK, or a code
/// @errors         GX_E_IO where the name is taken; GX_E_INVALID_ARGUMENT for a store in memory
/// @threads        one call at a time for each store
/// @since          0.1
/// @see            gx_store_verify
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gx_store_backup(
    store: *mut GxStore,
    path: *const c_char,
    len: u64,
    error: *mut *mut GxError,
) -> i32 {
    // SAFETY: the caller keeps the conventions.
    unsafe {
        guard("gx_store_backup", error, |call| {
            let path = file(call, path, len)?;
            call.claim(store)?.store.backup(path)?;
            Ok(|| ())
        })
    }
}

/// Closes a store. What was appended is on the disk already.
///
/// @param store    in, moved; NULL is fine
/// @return         GX_OK, or a code
/// @errors         GX_E_FREED_HANDLE, GX_E_WRONG_HANDLE, GX_E_HANDLE_IN_USE
/// @threads        any; no other call uses `store`
/// @since          0.1
/// @see            gx_store_open
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gx_store_free(store: *mut GxStore) -> i32 {
    // SAFETY: the caller keeps the conventions.
    unsafe { free("gx_store_free", store) }
}

/// What the keys of lines mean.
fn keys<'p>(
    call: &Call,
    options: &GxAppendOptions,
    playbook: &'p Playbook,
) -> Result<Lines<'p>, Error> {
    let table = call.text_if("table", options.table, options.table_len)?.unwrap_or("events");
    let kind = TableKind::parse(table).ok_or_else(|| no_table(table))?;
    let mapping = match options.mapping {
        none if none.is_null() => None,
        text => Some(Mapping::from_json(call.bytes("mapping", text, options.mapping_len)?)?),
    };
    if let Some(mapping) = &mapping {
        mapping.check(playbook.schema())?;
    }
    let mapping = mapping.as_ref().and_then(|mapping| mapping.table(table, &kind));
    Lines::of(table, &kind, mapping, playbook.schema(), playbook.calendar().zone())
}

/// The name of a file.
fn file(call: &Call, path: *const c_char, len: u64) -> Result<&str, Error> {
    let path = call.text("path", path, len)?;
    if path.is_empty() || path.contains('\0') {
        return Err(Fault::new(
            Code::InvalidArgument,
            "`path` is empty or has a NUL in it",
            "`path` 为空或含有 NUL",
        )
        .into());
    }
    Ok(path)
}

/// A schema that differs from the recorded one, at its place in the playbook.
fn below_schema(error: Error) -> Error {
    if error.code() == Code::SchemaMismatch { error.below("/schema") } else { error }
}

fn no_table(table: &str) -> Error {
    let table = guanxi_core::units::shown(table);
    Fault::new(
        Code::InvalidArgument,
        format!("there is no table `{table}`, expected `customers`, `events` or `ref_NAME`"),
        format!("没有表 `{table}`，应为 `customers`、`events` 或 `ref_表名`"),
    )
    .into()
}
