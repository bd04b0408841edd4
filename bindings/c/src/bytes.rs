//! `gx_bytes`: a text or document that the library made.

use std::ffi::c_char;

use crate::guard::{free, look};
use crate::handle::{Handle, Kind};

/// Bytes that the library made: JSON, or a text, in UTF-8.
///
/// Behind the last byte there is a NUL that is not counted, so that a text
/// without NULs can be used as a C string. Never changes; any thread.
pub struct GxBytes {
    _opaque: [u8; 0],
}

impl Handle for GxBytes {
    /// With the NUL.
    type Body = Box<[u8]>;
    const KIND: Kind = Kind::Bytes;
}

impl GxBytes {
    /// What a handle to these bytes stands for.
    pub fn body(mut bytes: Vec<u8>) -> Box<[u8]> {
        bytes.push(0);
        bytes.into_boxed_slice()
    }
}

/// Gives the first byte.
///
/// @param bytes    in, borrowed
/// @return         borrowed until `bytes` is freed; never NULL for a live handle
/// @errors         NULL where `bytes` is no live handle
/// @threads        any, any number at once
/// @since          0.1
/// @see            gx_bytes_len
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gx_bytes_data(bytes: *const GxBytes) -> *const c_char {
    // SAFETY: the caller keeps the conventions.
    unsafe { look("gx_bytes_data", bytes, std::ptr::null(), |bytes| bytes.as_ptr().cast()) }
}

/// Counts the bytes, without the NUL behind them.
///
/// @param bytes    in, borrowed
/// @return         how many bytes there are
/// @errors         0 where `bytes` is no live handle
/// @threads        any, any number at once
/// @since          0.1
/// @see            gx_bytes_data
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gx_bytes_len(bytes: *const GxBytes) -> u64 {
    // SAFETY: the caller keeps the conventions.
    unsafe { look("gx_bytes_len", bytes, 0, |bytes| (bytes.len() - 1) as u64) }
}

/// Frees bytes.
///
/// @param bytes    in, moved; NULL is fine
/// @return         GX_OK, or a code
/// @errors         GX_E_FREED_HANDLE, GX_E_WRONG_HANDLE
/// @threads        any; no other call uses `bytes`
/// @since          0.1
/// @see            gx_bytes_data
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gx_bytes_free(bytes: *mut GxBytes) -> i32 {
    // SAFETY: the caller keeps the conventions.
    unsafe { free("gx_bytes_free", bytes) }
}
