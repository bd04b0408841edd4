//! One customer in full.

use std::ffi::c_char;

use guanxi_core::engine;

use crate::bytes::GxBytes;
use crate::error::GxError;
use crate::guard::guard;
use crate::json;
use crate::playbook::GxPlaybook;
use crate::review::{GxReview, asked, same_schema};
use crate::store::GxStore;

/// Shows one customer of a review in full, as JSON: attributes, consents,
/// events, and each segment with the reason.
///
/// @param review   in, borrowed
/// @param id       in, borrowed: the customer's id
/// @param len      its bytes, or GX_NUL
/// @param language of reasons: GX_EN or GX_ZH
/// @param json     out, owned: free with gx_bytes_free
/// @param error    out, owned, optional: free with gx_error_free
/// @return         GX_OK, or a code
/// @errors         GX_E_UNKNOWN_CUSTOMER, GX_E_NULL_POINTER, GX_E_NOT_UTF8, GX_E_INVALID_ARGUMENT
/// @threads        any, any number at once
/// @since          0.1
/// @see            gx_customer_load
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gx_customer_json(
    review: *const GxReview,
    id: *const c_char,
    len: u64,
    language: u32,
    json: *mut *mut GxBytes,
    error: *mut *mut GxError,
) -> i32 {
    // SAFETY: the caller keeps the conventions.
    unsafe {
        guard("gx_customer_json", error, |call| {
            let out = call.out("json", json)?;
            let language = call.language(language)?;
            let reviewed = call.borrow(review)?;
            let view = reviewed.review.customer(call.text("id", id, len)?)?;
            let json = json::bytes(&view.in_language(language))?;
            Ok(move || out.give(GxBytes::body(json)))
        })
    }
}

/// Shows one customer of a store in full, as gx_customer_json. Loads the facts
/// of this customer alone, so it is the way for one page on a screen.
///
/// @param store    in, borrowed
/// @param playbook in, borrowed: with the schema that the store was opened with
/// @param as_of    the instant of the answers, in microseconds since 1970
/// @param known_at facts learnt later are left out; GX_TIME_NONE: none is
/// @param id       in, borrowed: the customer's id
/// @param len      its bytes, or GX_NUL
/// @param language of reasons: GX_EN or GX_ZH
/// @param json     out, owned: free with gx_bytes_free
/// @param error    out, owned, optional: free with gx_error_free
/// @return         GX_OK, or a code
/// @errors         GX_E_UNKNOWN_CUSTOMER, GX_E_SCHEMA_MISMATCH, GX_E_TIME_OUT_OF_RANGE, GX_E_IO, GX_E_BUSY
/// @threads        one call at a time for each store
/// @since          0.1
/// @see            gx_customer_json, gx_journey_states
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gx_customer_load(
    store: *mut GxStore,
    playbook: *const GxPlaybook,
    as_of: i64,
    known_at: i64,
    id: *const c_char,
    len: u64,
    language: u32,
    json: *mut *mut GxBytes,
    error: *mut *mut GxError,
) -> i32 {
    // SAFETY: the caller keeps the conventions.
    unsafe {
        guard("gx_customer_load", error, |call| {
            let out = call.out("json", json)?;
            let opened = call.claim(store)?;
            let playbook = &call.borrow(playbook)?.playbook;
            let language = call.language(language)?;
            let (as_of, known_at) = (call.instant(as_of)?, asked(call, known_at)?);
            let id = call.text("id", id, len)?;
            same_schema(opened.store.schema(), playbook.schema())?;
            let columns = opened.store.columns_about(playbook, id, known_at)?;
            let view = engine::customer(&columns, playbook, as_of, id)?;
            let json = json::bytes(&view.in_language(language))?;
            Ok(move || out.give(GxBytes::body(json)))
        })
    }
}
