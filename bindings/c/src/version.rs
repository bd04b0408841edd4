//! Which library this is.

use std::ffi::c_char;

use guanxi_core::SEMANTICS;
use serde::Serialize;

use crate::bytes::GxBytes;
use crate::error::GxError;
use crate::guard::guard;
use crate::json;

/// Version of this interface. It rises when a program compiled against an
/// earlier header would no longer work. 0, before the first release: every build
/// may differ, and goes with the header that it was built with.
pub const GX_ABI_VERSION: u32 = 0;

const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Gives the version of the library as a text: `0.1.0`.
///
/// @return         text with NUL, borrowed forever
/// @errors         none
/// @threads        any, any number at once
/// @since          0.1
/// @see            gx_version_number
#[unsafe(no_mangle)]
pub extern "C" fn gx_version_text() -> *const c_char {
    concat!(env!("CARGO_PKG_VERSION"), "\0").as_ptr().cast()
}

/// Gives the version as a number: major * 1000000 + minor * 1000 + patch.
///
/// @return         the number
/// @errors         none
/// @threads        any, any number at once
/// @since          0.1
/// @see            gx_version_text
#[unsafe(no_mangle)]
pub extern "C" fn gx_version_number() -> u32 {
    let parts = VERSION.split(['.', '-']).map(|part| part.parse::<u32>().unwrap_or(0));
    parts.take(3).fold(0, |number, part| number * 1000 + part)
}

/// Gives the version of the interface of the library that is loaded. A program
/// compares it with GX_ABI_VERSION of the header it was compiled with.
///
/// @return         the version
/// @errors         none
/// @threads        any, any number at once
/// @since          0.1
/// @see            gx_version_number
#[unsafe(no_mangle)]
pub extern "C" fn gx_version_abi() -> u32 {
    GX_ABI_VERSION
}

/// Says how the library was built, as JSON: `version`, `abi`, `semantics` (the
/// version of the meaning of answers), `target`, `profile` and `features`.
///
/// @param json     out, owned: free with gx_bytes_free
/// @param error    out, owned, optional: free with gx_error_free
/// @return         GX_OK, or a code
/// @errors         GX_E_NULL_POINTER
/// @threads        any, any number at once
/// @since          0.1
/// @see            gx_version_text
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gx_version_build(
    json: *mut *mut GxBytes,
    error: *mut *mut GxError,
) -> i32 {
    #[derive(Serialize)]
    struct Build {
        version: &'static str,
        abi: u32,
        semantics: u32,
        target: String,
        profile: &'static str,
        features: &'static [&'static str],
    }
    // SAFETY: the caller keeps the conventions.
    unsafe {
        guard("gx_version_build", error, |call| {
            let out = call.out("json", json)?;
            let build = Build {
                version: VERSION,
                abi: GX_ABI_VERSION,
                semantics: SEMANTICS,
                target: format!("{}-{}", std::env::consts::ARCH, std::env::consts::OS),
                profile: env!("GUANXI_PROFILE"),
                features: &["sqlite", "json_lines"],
            };
            let json = json::bytes(&build)?;
            Ok(move || out.give(GxBytes::body(json)))
        })
    }
}
