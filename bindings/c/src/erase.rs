//! Erasing customers from a `gx_store`.

use std::ffi::c_char;

use guanxi_core::facts::Erasure;
use guanxi_core::{Code, Fault};
use serde_json::json;

use crate::bytes::GxBytes;
use crate::error::GxError;
use crate::guard::guard;
use crate::json;
use crate::store::GxStore;

/// Erases a customer: everything about this id and those merged with it goes,
/// from the file too. Skeletons of events stay under a surrogate, so that flows
/// balance; facts about the erased are refused from then on.
///
/// What it came to is JSON: `at`, `ids`, `facts`, `events` (skeletons that stay),
/// `mentions` (facts about others that have such an id among their texts, and
/// stay as they are), `surrogates` and `wiped`: false where somebody was reading
/// or the disk is full, and old bytes are cleared away when the file is next
/// opened for writing.
///
/// @param store    in, borrowed, changed
/// @param id       in, borrowed: the customer's id
/// @param len      its bytes, or GX_NUL
/// @param at       from when on nobody is there, in microseconds since 1970
/// @param trial    1: say what would go, and erase nothing; 0: erase
/// @param json     out, owned: free with gx_bytes_free
/// @param error    out, owned, optional: free with gx_error_free
/// @return         GX_OK; after any other code nothing was erased
/// @errors         GX_E_UNKNOWN_CUSTOMER, GX_E_BUSY, GX_E_READ_ONLY, GX_E_DISK_FULL, GX_E_IO
/// @threads        one call at a time for each store
/// @since          0.1
/// @see            gx_store_erasures
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gx_store_erase(
    store: *mut GxStore,
    id: *const c_char,
    len: u64,
    at: i64,
    trial: u32,
    json: *mut *mut GxBytes,
    error: *mut *mut GxError,
) -> i32 {
    // SAFETY: the caller keeps the conventions.
    unsafe {
        guard("gx_store_erase", error, |call| {
            let out = call.out("json", json)?;
            let mut opened = call.claim(store)?;
            let (id, at) = (call.text("id", id, len)?, call.instant(at)?);
            let erased = match trial {
                0 => opened.store.erase(id, at)?,
                1 => opened.store.erase_on_trial(id, at)?,
                other => {
                    return Err(Fault::new(
                        Code::InvalidArgument,
                        format!("`trial` is {other}, expected 0 or 1"),
                        format!("`trial` 为 {other}，应为 0 或 1"),
                    )
                    .into());
                }
            };
            let json = json::bytes(&erased)?;
            Ok(move || out.give(GxBytes::body(json)))
        })
    }
}

/// Gives the list of erasures as JSON, to be kept with the backups: `[{"mark",
/// "at"}]`. No id can be read from a mark.
///
/// @param store    in, borrowed
/// @param json     out, owned: free with gx_bytes_free
/// @param error    out, owned, optional: free with gx_error_free
/// @return         GX_OK, or a code
/// @errors         GX_E_BUSY, GX_E_IO
/// @threads        one call at a time for each store
/// @since          0.1
/// @see            gx_store_erase_listed
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gx_store_erasures(
    store: *mut GxStore,
    json: *mut *mut GxBytes,
    error: *mut *mut GxError,
) -> i32 {
    // SAFETY: the caller keeps the conventions.
    unsafe {
        guard("gx_store_erasures", error, |call| {
            let out = call.out("json", json)?;
            let json = json::bytes(&call.claim(store)?.store.erasures()?)?;
            Ok(move || out.give(GxBytes::body(json)))
        })
    }
}

/// Erases everybody on a list of erasures, as after the restore of an older
/// backup, and keeps the list: who is not there and comes later is refused.
///
/// What it came to is JSON as of gx_store_erase; `{"facts":0,"ids":0}` where
/// everybody was erased there already.
///
/// @param store    in, borrowed, changed
/// @param list     in, borrowed: what gx_store_erasures gave
/// @param len      its bytes, or GX_NUL
/// @param json     out, owned: free with gx_bytes_free
/// @param error    out, owned, optional: free with gx_error_free
/// @return         GX_OK; after any other code nothing was erased
/// @errors         GX_E_BUSY, GX_E_READ_ONLY, GX_E_DISK_FULL, GX_E_IO; of the list 2001 to 2008
/// @threads        one call at a time for each store
/// @since          0.1
/// @see            gx_store_erasures
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gx_store_erase_listed(
    store: *mut GxStore,
    list: *const c_char,
    len: u64,
    json: *mut *mut GxBytes,
    error: *mut *mut GxError,
) -> i32 {
    // SAFETY: the caller keeps the conventions.
    unsafe {
        guard("gx_store_erase_listed", error, |call| {
            let out = call.out("json", json)?;
            let mut opened = call.claim(store)?;
            let list = Erasure::list_from_json(call.text("list", list, len)?)?;
            let json = match opened.store.erase_listed(&list)? {
                Some(erased) => json::bytes(&erased)?,
                None => json::bytes(&json!({"facts": 0, "ids": 0}))?,
            };
            Ok(move || out.give(GxBytes::body(json)))
        })
    }
}
