//! One customer's way through its lifecycles.

use std::ffi::c_char;

use guanxi_core::Error;
use guanxi_core::engine::Journey;
use guanxi_core::error::Language;

use crate::bytes::GxBytes;
use crate::convert::Call;
use crate::error::GxError;
use crate::guard::guard;
use crate::json;
use crate::playbook::GxPlaybook;
use crate::review::{asked, same_schema};
use crate::store::GxStore;

/// Which journey of which store.
struct Wanted {
    store: *mut GxStore,
    playbook: *const GxPlaybook,
    as_of: i64,
    known_at: i64,
    id: *const c_char,
    len: u64,
}

impl Wanted {
    /// Loads the journey and answers about it.
    fn answer(
        &self,
        call: &Call,
        language: u32,
        answer: impl FnOnce(&Journey<'_>, Language) -> Result<Vec<u8>, Error>,
    ) -> Result<GxBytesBody, Error> {
        let opened = call.claim(self.store)?;
        let playbook = &call.borrow(self.playbook)?.playbook;
        let (language, as_of) = (call.language(language)?, call.instant(self.as_of)?);
        let known_at = asked(call, self.known_at)?;
        let id = call.text("id", self.id, self.len)?;
        same_schema(opened.store.schema(), playbook.schema())?;
        let journey = opened.store.journey(playbook, as_of, known_at, id)?;
        Ok(GxBytes::body(answer(&journey, language)?))
    }
}

type GxBytesBody = <GxBytes as crate::handle::Handle>::Body;

/// Says where one customer is in each machine, since when, and what is due
/// next, as JSON.
///
/// @param store    in, borrowed
/// @param playbook in, borrowed: with the schema that the store was opened with
/// @param as_of    the instant of the answers, in microseconds since 1970
/// @param known_at facts learnt later are left out; GX_TIME_NONE: none is
/// @param id       in, borrowed: the customer's id
/// @param len      its bytes, or GX_NUL
/// @param json     out, owned: free with gx_bytes_free
/// @param error    out, owned, optional: free with gx_error_free
/// @return         GX_OK, or a code
/// @errors         GX_E_UNKNOWN_CUSTOMER, GX_E_SCHEMA_MISMATCH, GX_E_TIME_OUT_OF_RANGE, GX_E_IO, GX_E_BUSY
/// @threads        one call at a time for each store
/// @since          0.1
/// @see            gx_journey_history
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gx_journey_states(
    store: *mut GxStore,
    playbook: *const GxPlaybook,
    as_of: i64,
    known_at: i64,
    id: *const c_char,
    len: u64,
    json: *mut *mut GxBytes,
    error: *mut *mut GxError,
) -> i32 {
    // SAFETY: the caller keeps the conventions.
    unsafe {
        guard("gx_journey_states", error, |call| {
            let out = call.out("json", json)?;
            let wanted = Wanted { store, playbook, as_of, known_at, id, len };
            let body = wanted.answer(call, 0, |journey, _| json::bytes(&journey.states()))?;
            Ok(move || out.give(body))
        })
    }
}

/// Tells every step of one customer through its machines, and what brought it
/// about, as JSON.
///
/// @param store    in, borrowed
/// @param playbook in, borrowed: with the schema that the store was opened with
/// @param as_of    the instant of the answers, in microseconds since 1970
/// @param known_at facts learnt later are left out; GX_TIME_NONE: none is
/// @param id       in, borrowed: the customer's id
/// @param len      its bytes, or GX_NUL
/// @param json     out, owned: free with gx_bytes_free
/// @param error    out, owned, optional: free with gx_error_free
/// @return         GX_OK, or a code
/// @errors         GX_E_UNKNOWN_CUSTOMER, GX_E_SCHEMA_MISMATCH, GX_E_TIME_OUT_OF_RANGE, GX_E_IO, GX_E_BUSY
/// @threads        one call at a time for each store
/// @since          0.1
/// @see            gx_journey_explain
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gx_journey_history(
    store: *mut GxStore,
    playbook: *const GxPlaybook,
    as_of: i64,
    known_at: i64,
    id: *const c_char,
    len: u64,
    json: *mut *mut GxBytes,
    error: *mut *mut GxError,
) -> i32 {
    // SAFETY: the caller keeps the conventions.
    unsafe {
        guard("gx_journey_history", error, |call| {
            let out = call.out("json", json)?;
            let wanted = Wanted { store, playbook, as_of, known_at, id, len };
            let body = wanted.answer(call, 0, |journey, _| json::bytes(&journey.history()))?;
            Ok(move || out.give(body))
        })
    }
}

/// Tells every step with its reasons, as JSON: the condition clause by clause,
/// and what kept the other ways out of the state.
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
/// @see            gx_journey_why_not
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gx_journey_explain(
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
        guard("gx_journey_explain", error, |call| {
            let out = call.out("json", json)?;
            let wanted = Wanted { store, playbook, as_of, known_at, id, len };
            let body = wanted.answer(call, language, |journey, language| {
                let steps = journey.explain();
                let said: Vec<_> = steps.iter().map(|step| step.in_language(language)).collect();
                json::bytes(&said)
            })?;
            Ok(move || out.give(body))
        })
    }
}

/// Says why one customer is not in a state, and how they could come there, as
/// JSON.
///
/// @param store       in, borrowed
/// @param playbook    in, borrowed: with the schema that the store was opened with
/// @param as_of       the instant of the answers, in microseconds since 1970
/// @param known_at    facts learnt later are left out; GX_TIME_NONE: none is
/// @param id          in, borrowed: the customer's id
/// @param len         its bytes, or GX_NUL
/// @param machine     in, borrowed, optional: where one machine alone has the state
/// @param machine_len its bytes, or GX_NUL
/// @param state       in, borrowed: the state's name
/// @param state_len   its bytes, or GX_NUL
/// @param language    of reasons: GX_EN or GX_ZH
/// @param json        out, owned: free with gx_bytes_free
/// @param error       out, owned, optional: free with gx_error_free
/// @return            GX_OK, or a code
/// @errors            GX_E_UNKNOWN_CUSTOMER, GX_E_UNKNOWN_MACHINE, GX_E_UNKNOWN_STATE, GX_E_UNKNOWN_RUN, GX_E_SCHEMA_MISMATCH
/// @threads           one call at a time for each store
/// @since             0.1
/// @see               gx_journey_if
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gx_journey_why_not(
    store: *mut GxStore,
    playbook: *const GxPlaybook,
    as_of: i64,
    known_at: i64,
    id: *const c_char,
    len: u64,
    machine: *const c_char,
    machine_len: u64,
    state: *const c_char,
    state_len: u64,
    language: u32,
    json: *mut *mut GxBytes,
    error: *mut *mut GxError,
) -> i32 {
    // SAFETY: the caller keeps the conventions.
    unsafe {
        guard("gx_journey_why_not", error, |call| {
            let out = call.out("json", json)?;
            let machine = call.text_if("machine", machine, machine_len)?;
            let state = call.text("state", state, state_len)?;
            let wanted = Wanted { store, playbook, as_of, known_at, id, len };
            let body = wanted.answer(call, language, |journey, language| {
                let why = journey.why_not(machine, None, state)?;
                json::bytes(&why.in_language(language))
            })?;
            Ok(move || out.give(body))
        })
    }
}

/// Says where one customer would be if something happened, as JSON. Nothing is
/// written.
///
/// @param store    in, borrowed
/// @param playbook in, borrowed: with the schema that the store was opened with
/// @param as_of    the instant of the answers, in microseconds since 1970
/// @param known_at facts learnt later are left out; GX_TIME_NONE: none is
/// @param id       in, borrowed: the customer's id
/// @param len      its bytes, or GX_NUL
/// @param rows     in, borrowed: a JSON array of rows, or a row a line, as events are taken in
/// @param rows_len its bytes, or GX_NUL
/// @param json     out, owned: free with gx_bytes_free
/// @param error    out, owned, optional: every fault of the rows, with places
/// @return         GX_OK, or a code
/// @errors         GX_E_UNKNOWN_CUSTOMER, GX_E_INVALID_ARGUMENT, GX_E_CONFLICT, 4001 to 4015, GX_E_SCHEMA_MISMATCH
/// @threads        one call at a time for each store
/// @since          0.1
/// @see            gx_journey_states
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gx_journey_if(
    store: *mut GxStore,
    playbook: *const GxPlaybook,
    as_of: i64,
    known_at: i64,
    id: *const c_char,
    len: u64,
    rows: *const c_char,
    rows_len: u64,
    json: *mut *mut GxBytes,
    error: *mut *mut GxError,
) -> i32 {
    // SAFETY: the caller keeps the conventions.
    unsafe {
        guard("gx_journey_if", error, |call| {
            let out = call.out("json", json)?;
            let rows = call.bytes("rows", rows, rows_len)?;
            let wanted = Wanted { store, playbook, as_of, known_at, id, len };
            let body = wanted.answer(call, 0, |journey, _| json::bytes(&journey.suppose(rows)?))?;
            Ok(move || out.give(body))
        })
    }
}
