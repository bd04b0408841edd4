//! An expression on its own.

use std::ffi::c_char;

use guanxi_core::json;
use guanxi_core::lang::{Bindings, evaluate, parse_bytes, to_typed};

use crate::bytes::GxBytes;
use crate::error::GxError;
use crate::guard::guard;

/// Evaluates an expression of the language without customers, and gives its
/// value as JSON that says its type: `{"type":"int","value":"3"}`.
///
/// @param expression in, borrowed
/// @param len        its bytes, or GX_NUL
/// @param bindings   in, borrowed, optional: names and values, as JSON of the same kind: `{"x": {"type": "int", "value": "3"}}`
/// @param bindings_len its bytes, or GX_NUL
/// @param json       out, owned: free with gx_bytes_free
/// @param error      out, owned, optional: free with gx_error_free
/// @return           GX_OK, or a code
/// @errors           3001 to 3019, 1002 to 1010; of bindings 2001 to 2014; GX_E_NULL_POINTER, GX_E_NOT_UTF8
/// @threads          any, any number at once
/// @since            0.1
/// @see              gx_query_json
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gx_eval_json(
    expression: *const c_char,
    len: u64,
    bindings: *const c_char,
    bindings_len: u64,
    json: *mut *mut GxBytes,
    error: *mut *mut GxError,
) -> i32 {
    // SAFETY: the caller keeps the conventions.
    unsafe {
        guard("gx_eval_json", error, |call| {
            let out = call.out("json", json)?;
            let expression = call.bytes("expression", expression, len)?;
            let bindings = match call.text_if("bindings", bindings, bindings_len)? {
                None => Bindings::new(),
                Some(text) => Bindings::from_json(&json::parse(text.as_bytes())?)?,
            };
            let value = evaluate(&parse_bytes(expression)?, &bindings)?;
            let json = to_typed(&value).into_bytes();
            Ok(move || out.give(GxBytes::body(json)))
        })
    }
}
