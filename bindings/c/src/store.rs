//! `gx_store`: where the facts of one tenant live.

use std::ffi::c_char;

use guanxi_core::{Code, Error, Fault, Playbook, Store};

use crate::bytes::GxBytes;
use crate::convert::Call;
use crate::error::GxError;
use crate::guard::{free, guard};
use crate::handle::{Handle, Kind};
use crate::json;
use crate::locks;
use crate::playbook::GxPlaybook;

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
    pub playbook: Playbook,
}

impl Handle for GxStore {
    type Body = Opened;
    const KIND: Kind = Kind::Store;
}

/// Opens the store in a file, or makes one where there is no file.
///
/// The schema of the playbook is recorded in the file; one that adds kinds or
/// nullable attributes to the recorded one is recorded too.
///
/// @param path     in, borrowed: UTF-8, the name of a file, whatever it is (`:memory:` too)
/// @param len      its bytes, or GX_NUL
/// @param playbook in, borrowed: what facts look like
/// @param store    out, owned: free with gx_store_free
/// @param error    out, owned, optional: free with gx_error_free
/// @return         GX_OK, or a code
/// @errors         GX_E_INVALID_ARGUMENT for no path, or one with a NUL in it; GX_E_SCHEMA_MISMATCH, GX_E_NOT_A_STORE, GX_E_NEWER_STORE, GX_E_IO, GX_E_READ_ONLY, GX_E_DISK_FULL, GX_E_BUSY, GX_E_CORRUPT
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

/// The name of a file that is about to be opened.
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
    locks::install();
    Ok(path)
}

/// A schema that differs from the recorded one, at its place in the playbook.
fn below_schema(error: Error) -> Error {
    if error.code() == Code::SchemaMismatch { error.below("/schema") } else { error }
}
