//! `gx_error`: why a call failed.

use std::ffi::{CString, c_char};
use std::ptr;

use guanxi_core::error::Text;
use guanxi_core::{Error, Fault};
use serde::Serialize;

use crate::bytes::GxBytes;
use crate::convert::language_of;
use crate::guard::{free, guard, look};
use crate::handle::{Handle, Kind};
use crate::json;
use crate::status::GX_OK;

/// Why a call failed: one or more faults, as they stand in the input.
///
/// Never changes; any thread.
pub struct GxError {
    _opaque: [u8; 0],
}

/// What a `gx_error` stands for.
pub struct Faults {
    error: Error,
    said: Vec<Said>,
}

/// The texts of a fault as C reads them.
struct Said {
    name: CString,
    message: Both,
    pointer: Option<CString>,
    hint: Option<Both>,
}

/// A text in both languages as C reads it.
pub struct Both([CString; 2]);

impl Handle for GxError {
    type Body = Faults;
    const KIND: Kind = Kind::Error;
}

impl GxError {
    /// What a handle to this error stands for.
    pub fn body(error: Error) -> Faults {
        let said = error.faults().iter().map(Said::of).collect();
        Faults { error, said }
    }
}

impl Said {
    fn of(fault: &Fault) -> Said {
        Said {
            name: c_text(fault.code.name()),
            message: Both::of(&fault.message),
            pointer: fault.pointer.as_deref().map(c_text),
            hint: fault.hint.as_ref().map(Both::of),
        }
    }
}

impl Both {
    /// Both wordings of a text.
    pub fn of(text: &Text) -> Both {
        Both([c_text(&text.en), c_text(&text.zh)])
    }

    /// The wording in a language; null where there is no such language.
    pub fn say(&self, language: u32) -> *const c_char {
        match language_of(language) {
            Some(language) => self.0[language as usize].as_ptr(),
            None => ptr::null(),
        }
    }
}

/// A text that ends with a NUL. One inside becomes a replacement character.
pub fn c_text(text: &str) -> CString {
    CString::new(text.replace('\0', "\u{fffd}")).unwrap_or_default()
}

fn at<T>(faults: &Faults, index: u64, read: impl FnOnce(&Fault, &Said) -> T) -> Option<T> {
    let index = usize::try_from(index).ok()?;
    Some(read(faults.error.faults().get(index)?, faults.said.get(index)?))
}

/// Counts the faults.
///
/// @param error    in, borrowed
/// @return         how many faults there are, at least one
/// @errors         0 where `error` is no live handle
/// @threads        any, any number at once
/// @since          0.1
/// @see            gx_error_code
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gx_error_count(error: *const GxError) -> u64 {
    // SAFETY: the caller keeps the conventions.
    unsafe { look("gx_error_count", error, 0, |faults| faults.said.len() as u64) }
}

/// Gives the code of a fault. That of the first is the status of the call.
///
/// @param error    in, borrowed
/// @param index    which fault, from 0
/// @return         a code, GX_E_...
/// @errors         GX_OK where there is no such fault
/// @threads        any, any number at once
/// @since          0.1
/// @see            gx_error_name
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gx_error_code(error: *const GxError, index: u64) -> i32 {
    let read = |faults: &Faults| at(faults, index, |fault, _| fault.code.number()).unwrap_or(GX_OK);
    // SAFETY: the caller keeps the conventions.
    unsafe { look("gx_error_code", error, GX_OK, read) }
}

/// Gives the code of a fault in one word: `unknown_name`.
///
/// @param error    in, borrowed
/// @param index    which fault, from 0
/// @return         text with NUL, borrowed until `error` is freed
/// @errors         NULL where there is no such fault
/// @threads        any, any number at once
/// @since          0.1
/// @see            gx_error_code
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gx_error_name(error: *const GxError, index: u64) -> *const c_char {
    let read =
        |faults: &Faults| at(faults, index, |_, said| said.name.as_ptr()).unwrap_or_else(ptr::null);
    // SAFETY: the caller keeps the conventions.
    unsafe { look("gx_error_name", error, ptr::null(), read) }
}

/// Says what is wrong, for a person, on one line.
///
/// @param error    in, borrowed
/// @param index    which fault, from 0
/// @param language GX_EN or GX_ZH
/// @return         text with NUL, borrowed until `error` is freed
/// @errors         NULL where there is no such fault or language
/// @threads        any, any number at once
/// @since          0.1
/// @see            gx_error_hint
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gx_error_message(
    error: *const GxError,
    index: u64,
    language: u32,
) -> *const c_char {
    let read = |faults: &Faults| {
        at(faults, index, |_, said| said.message.say(language)).unwrap_or_else(ptr::null)
    };
    // SAFETY: the caller keeps the conventions.
    unsafe { look("gx_error_message", error, ptr::null(), read) }
}

/// Says where a fault is: a JSON pointer into a document, or `TABLE:ROW/COLUMN`.
///
/// @param error    in, borrowed
/// @param index    which fault, from 0
/// @return         text with NUL, borrowed until `error` is freed
/// @errors         NULL where there is no such fault, or it has no place
/// @threads        any, any number at once
/// @since          0.1
/// @see            gx_error_span
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gx_error_pointer(error: *const GxError, index: u64) -> *const c_char {
    let read = |faults: &Faults| {
        let pointer = |_: &Fault, said: &Said| said.pointer.as_ref().map(|text| text.as_ptr());
        at(faults, index, pointer).flatten().unwrap_or_else(ptr::null)
    };
    // SAFETY: the caller keeps the conventions.
    unsafe { look("gx_error_pointer", error, ptr::null(), read) }
}

/// Gives the bytes that a fault means: of the text at its pointer, as it is
/// without the escapes of JSON, or of the expression.
///
/// @param error    in, borrowed
/// @param index    which fault, from 0
/// @param start    out: the first byte; not written without a span
/// @param end      out: the byte behind the last; not written without a span
/// @return         1 where the fault has a span, else 0
/// @errors         0 where there is no such fault, or `start` or `end` is NULL
/// @threads        any, any number at once
/// @since          0.1
/// @see            gx_error_pointer
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gx_error_span(
    error: *const GxError,
    index: u64,
    start: *mut u64,
    end: *mut u64,
) -> i32 {
    let mut found = None;
    let read = |faults: &Faults| {
        found = at(faults, index, |fault, _| fault.span).flatten();
    };
    // SAFETY: the caller keeps the conventions.
    unsafe { look("gx_error_span", error, (), read) };
    let Some((from, until)) = found else { return 0 };
    if start.is_null() || end.is_null() {
        return 0;
    }
    // SAFETY: not null, and the caller keeps the conventions.
    unsafe {
        start.write(from as u64);
        end.write(until as u64);
    }
    1
}

/// Says what to do about a fault.
///
/// @param error    in, borrowed
/// @param index    which fault, from 0
/// @param language GX_EN or GX_ZH
/// @return         text with NUL, borrowed until `error` is freed
/// @errors         NULL where there is no such fault, language or hint
/// @threads        any, any number at once
/// @since          0.1
/// @see            gx_error_message
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gx_error_hint(
    error: *const GxError,
    index: u64,
    language: u32,
) -> *const c_char {
    let read = |faults: &Faults| {
        let hint = |_: &Fault, said: &Said| said.hint.as_ref().map(|hint| hint.say(language));
        at(faults, index, hint).flatten().unwrap_or_else(ptr::null)
    };
    // SAFETY: the caller keeps the conventions.
    unsafe { look("gx_error_hint", error, ptr::null(), read) }
}

/// Gives all faults as JSON: `{"faults": [...]}`, each with `code`, `name`,
/// `message`, and where they are known `pointer`, `start`, `end` and `hint`.
///
/// @param error    in, borrowed
/// @param language GX_EN or GX_ZH
/// @param json     out, owned: free with gx_bytes_free
/// @return         GX_OK, or a code
/// @errors         GX_E_NULL_POINTER, GX_E_INVALID_ARGUMENT
/// @threads        any, any number at once
/// @since          0.1
/// @see            gx_error_message
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gx_error_json(
    error: *const GxError,
    language: u32,
    json: *mut *mut GxBytes,
) -> i32 {
    // SAFETY: the caller keeps the conventions.
    unsafe {
        guard("gx_error_json", ptr::null_mut(), |call| {
            #[derive(Serialize)]
            struct List<F: Serialize> {
                faults: Vec<F>,
            }
            let out = call.out("json", json)?;
            let faults = call.borrow(error)?;
            let language = call.language(language)?;
            let said = faults.error.faults().iter().map(|fault| fault.in_language(language));
            let json = json::bytes(&List { faults: said.collect() })?;
            Ok(move || out.give(GxBytes::body(json)))
        })
    }
}

/// Frees an error.
///
/// @param error    in, moved; NULL is fine
/// @return         GX_OK, or a code
/// @errors         GX_E_FREED_HANDLE, GX_E_WRONG_HANDLE
/// @threads        any; no other call uses `error`
/// @since          0.1
/// @see            gx_error_message
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gx_error_free(error: *mut GxError) -> i32 {
    // SAFETY: the caller keeps the conventions.
    unsafe { free("gx_error_free", error) }
}
