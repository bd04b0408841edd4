//! `gx_playbook`: everything that was decided, checked as a whole.

use std::ffi::{CString, c_char};
use std::ptr;

use guanxi_core::Playbook;

use crate::bytes::GxBytes;
use crate::error::{Both, GxError, c_text};
use crate::guard::{free, guard, look};
use crate::handle::{Handle, Kind};
use crate::json;

/// A playbook: everything that was decided, checked as a whole.
///
/// Compile it once and use it as often as you like. Never changes; any thread.
pub struct GxPlaybook {
    _opaque: [u8; 0],
}

/// What a `gx_playbook` stands for.
pub struct Compiled {
    pub playbook: Playbook,
    hash: CString,
    label: Both,
}

impl Handle for GxPlaybook {
    type Body = Compiled;
    const KIND: Kind = Kind::Playbook;
}

/// Compiles a playbook from JSON.
///
/// Example:
///
///     gx_playbook *playbook = NULL;
///     gx_error *error = NULL;
///     if (gx_playbook_compile(text, len, &playbook, &error) != GX_OK) {
///         for (uint64_t i = 0; i < gx_error_count(error); i++)
///             fprintf(stderr, "%s: %s\n", gx_error_pointer(error, i),
///                     gx_error_message(error, i, GX_EN));
///         gx_error_free(error);
///     }
///
/// @param text     in, copied: the document, at most 16 MiB of UTF-8
/// @param len      its bytes, or GX_NUL
/// @param playbook out, owned: free with gx_playbook_free
/// @param error    out, owned, optional: *all* faults of the document, with places
/// @return         GX_OK, or the code of the first fault
/// @errors         2001 to 2014, 3001 to 3019, 1004 to 1010; GX_E_NULL_POINTER, GX_E_NOT_UTF8
/// @threads        any, any number at once
/// @since          0.1
/// @see            gx_playbook_check
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gx_playbook_compile(
    text: *const c_char,
    len: u64,
    playbook: *mut *mut GxPlaybook,
    error: *mut *mut GxError,
) -> i32 {
    // SAFETY: the caller keeps the conventions.
    unsafe {
        guard("gx_playbook_compile", error, |call| {
            let out = call.out("playbook", playbook)?;
            let playbook = Playbook::from_json(call.text("text", text, len)?)?;
            let hash = c_text(playbook.hash());
            let label = Both::of(&playbook.text().or_name(playbook.id()));
            Ok(move || out.give(Compiled { playbook, hash, label }))
        })
    }
}

/// Checks a text and says everything that was found, as JSON: `valid`, then of
/// a playbook `id`, `version`, `hash`, `semantic_hash` and what it counts, then
/// `faults` and `hints`.
///
/// A text with faults is no failure of this call: look at `valid`.
///
/// @param text     in, borrowed: the document
/// @param len      its bytes, or GX_NUL
/// @param language GX_EN or GX_ZH
/// @param json     out, owned: free with gx_bytes_free
/// @param error    out, owned, optional: free with gx_error_free
/// @return         GX_OK, or a code
/// @errors         GX_E_NULL_POINTER, GX_E_NOT_UTF8, GX_E_INVALID_ARGUMENT
/// @threads        any, any number at once
/// @since          0.1
/// @see            gx_playbook_compile
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gx_playbook_check(
    text: *const c_char,
    len: u64,
    language: u32,
    json: *mut *mut GxBytes,
    error: *mut *mut GxError,
) -> i32 {
    // SAFETY: the caller keeps the conventions.
    unsafe {
        guard("gx_playbook_check", error, |call| {
            let out = call.out("json", json)?;
            let language = call.language(language)?;
            let findings = Playbook::check(call.text("text", text, len)?);
            let json = json::bytes(&findings.in_language(language))?;
            Ok(move || out.give(GxBytes::body(json)))
        })
    }
}

/// Gives the document in its one canonical form: equal playbooks give equal
/// bytes.
///
/// @param playbook in, borrowed
/// @param json     out, owned: free with gx_bytes_free
/// @param error    out, owned, optional: free with gx_error_free
/// @return         GX_OK, or a code
/// @errors         GX_E_NULL_POINTER, GX_E_WRONG_HANDLE, GX_E_FREED_HANDLE
/// @threads        any, any number at once
/// @since          0.1
/// @see            gx_playbook_hash
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gx_playbook_json(
    playbook: *const GxPlaybook,
    json: *mut *mut GxBytes,
    error: *mut *mut GxError,
) -> i32 {
    // SAFETY: the caller keeps the conventions.
    unsafe {
        guard("gx_playbook_json", error, |call| {
            let out = call.out("json", json)?;
            let json = call.borrow(playbook)?.playbook.canonical().as_bytes().to_vec();
            Ok(move || out.give(GxBytes::body(json)))
        })
    }
}

/// Gives the SHA-256 of the canonical form, in 64 hexadecimal digits: which
/// playbook it is.
///
/// @param playbook in, borrowed
/// @return         text with NUL, borrowed until `playbook` is freed
/// @errors         NULL where `playbook` is no live handle
/// @threads        any, any number at once
/// @since          0.1
/// @see            gx_playbook_json
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gx_playbook_hash(playbook: *const GxPlaybook) -> *const c_char {
    let read = |compiled: &Compiled| compiled.hash.as_ptr();
    // SAFETY: the caller keeps the conventions.
    unsafe { look("gx_playbook_hash", playbook, ptr::null(), read) }
}

/// Gives what people call the playbook; its id where its author gave no label.
///
/// @param playbook in, borrowed
/// @param language GX_EN or GX_ZH
/// @return         text with NUL, borrowed until `playbook` is freed
/// @errors         NULL where `playbook` is no live handle, or there is no such language
/// @threads        any, any number at once
/// @since          0.1
/// @see            gx_segment_label
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gx_playbook_label(
    playbook: *const GxPlaybook,
    language: u32,
) -> *const c_char {
    let read = |compiled: &Compiled| compiled.label.say(language);
    // SAFETY: the caller keeps the conventions.
    unsafe { look("gx_playbook_label", playbook, ptr::null(), read) }
}

/// Frees a playbook. Stores and reviews made with it are not affected.
///
/// @param playbook in, moved; NULL is fine
/// @return         GX_OK, or a code
/// @errors         GX_E_FREED_HANDLE, GX_E_WRONG_HANDLE
/// @threads        any; no other call uses `playbook`
/// @since          0.1
/// @see            gx_playbook_compile
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gx_playbook_free(playbook: *mut GxPlaybook) -> i32 {
    // SAFETY: the caller keeps the conventions.
    unsafe { free("gx_playbook_free", playbook) }
}
