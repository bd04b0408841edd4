//! Parts of answers, for hosts that have no reader of JSON.

use std::ffi::c_char;

use guanxi_core::json::{self, Json};
use guanxi_core::units::shown;
use guanxi_core::{Code, Error, Fault};

use crate::bytes::GxBytes;
use crate::convert::Call;
use crate::error::GxError;
use crate::guard::guard;

/// Gives how many elements an array of a JSON document has, or members an object;
/// 0 of a text, a number, true, false and null.
///
/// A part is named by a JSON pointer (RFC 6901): `/value/tiers/0/label/en`; the
/// empty one is the whole document, of at most 16 MiB. Each call reads the document
/// once: for the answers of this library, on the way to a screen.
///
/// @param json     in, borrowed: a document, as an answer of this library
/// @param len      its bytes, or GX_NUL
/// @param pointer  in, borrowed: which part
/// @param pointer_len its bytes, or GX_NUL
/// @param n        out
/// @param error    out, owned, optional: free with gx_error_free
/// @return         GX_OK, or a code
/// @errors         GX_E_MISSING_KEY where there is no such part; 2001 to 2004 of the document
/// @threads        any, any number at once
/// @since          0.1
/// @see            gx_json_text
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gx_json_count(
    json: *const c_char,
    len: u64,
    pointer: *const c_char,
    pointer_len: u64,
    n: *mut u64,
    error: *mut *mut GxError,
) -> i32 {
    // SAFETY: the caller keeps the conventions.
    unsafe {
        guard("gx_json_count", error, |call| {
            let out = call.out("n", n)?;
            let document = document(call, json, len)?;
            let n = match part(call, &document, pointer, pointer_len)? {
                Json::Array(elements) => elements.len(),
                Json::Object(members) => members.len(),
                _ => 0,
            };
            Ok(move || out.write(n as u64))
        })
    }
}

/// Gives a part of a JSON document as text: a text without quotes and escapes,
/// numbers, true, false and null as they are written, arrays and objects as JSON.
///
/// @param json     in, borrowed: a document, as an answer of this library
/// @param len      its bytes, or GX_NUL
/// @param pointer  in, borrowed: which part, as of gx_json_count
/// @param pointer_len its bytes, or GX_NUL
/// @param text     out, owned: free with gx_bytes_free
/// @param error    out, owned, optional: free with gx_error_free
/// @return         GX_OK, or a code
/// @errors         GX_E_MISSING_KEY where there is no such part; 2001 to 2004 of the document
/// @threads        any, any number at once
/// @since          0.1
/// @see            gx_json_count
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gx_json_text(
    json: *const c_char,
    len: u64,
    pointer: *const c_char,
    pointer_len: u64,
    text: *mut *mut GxBytes,
    error: *mut *mut GxError,
) -> i32 {
    // SAFETY: the caller keeps the conventions.
    unsafe {
        guard("gx_json_text", error, |call| {
            let out = call.out("text", text)?;
            let document = document(call, json, len)?;
            let text = match part(call, &document, pointer, pointer_len)? {
                Json::Text(text) => text.to_string(),
                other => other.to_text(),
            };
            Ok(move || out.give(GxBytes::body(text.into_bytes())))
        })
    }
}

fn document(call: &Call, json: *const c_char, len: u64) -> Result<Json, Error> {
    json::parse(call.bytes("json", json, len)?)
}

fn part<'j>(
    call: &Call,
    document: &'j Json,
    pointer: *const c_char,
    len: u64,
) -> Result<&'j Json, Error> {
    let pointer = call.text("pointer", pointer, len)?;
    document.at(pointer).ok_or_else(|| {
        let pointer = shown(pointer);
        Fault::new(
            Code::MissingKey,
            format!("the document has no part `{pointer}`"),
            format!("文档中没有 `{pointer}`"),
        )
        .into()
    })
}
