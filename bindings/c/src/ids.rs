//! `gx_ids`: a list of customers.

use std::ffi::c_char;
use std::ptr;

use crate::arrow::export::Array;
use crate::arrow::{ArrowArray, ArrowSchema};
use crate::error::GxError;
use crate::guard::{free, guard, look};
use crate::handle::{Handle, Kind};

/// Ids of customers, ascending, in one piece of memory.
///
/// Id `i` is the bytes from `offsets[i]` to before `offsets[i + 1]` of the data;
/// there is one offset more than there are ids. This is how Arrow lays out a
/// column of large texts. Never changes; any thread.
pub struct GxIds {
    _opaque: [u8; 0],
}

/// What a `gx_ids` stands for.
pub struct Ids {
    offsets: Vec<i64>,
    data: Vec<u8>,
}

impl Handle for GxIds {
    type Body = Ids;
    const KIND: Kind = Kind::Ids;
}

impl Ids {
    /// The list of some ids.
    pub fn of<'a>(ids: impl Iterator<Item = &'a str>) -> Ids {
        let mut all = Ids { offsets: vec![0], data: Vec::new() };
        for id in ids {
            all.data.extend_from_slice(id.as_bytes());
            all.offsets.push(all.data.len() as i64);
        }
        // A pointer to no data is still one that can be looked at.
        all.data.push(0);
        all
    }
}

/// Counts the ids.
///
/// @param ids      in, borrowed
/// @return         how many ids there are
/// @errors         0 where `ids` is no live handle
/// @threads        any, any number at once
/// @since          0.1
/// @see            gx_ids_offsets, gx_ids_data
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gx_ids_count(ids: *const GxIds) -> u64 {
    // SAFETY: the caller keeps the conventions.
    unsafe { look("gx_ids_count", ids, 0, |ids| (ids.offsets.len() - 1) as u64) }
}

/// Gives where each id begins in the data, and where the last one ends.
///
/// @param ids      in, borrowed
/// @return         gx_ids_count + 1 offsets, borrowed until `ids` is freed
/// @errors         NULL where `ids` is no live handle
/// @threads        any, any number at once
/// @since          0.1
/// @see            gx_ids_data
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gx_ids_offsets(ids: *const GxIds) -> *const i64 {
    // SAFETY: the caller keeps the conventions.
    unsafe { look("gx_ids_offsets", ids, ptr::null(), |ids| ids.offsets.as_ptr()) }
}

/// Gives the bytes of all ids, one behind the other.
///
/// @param ids      in, borrowed
/// @return         UTF-8, borrowed until `ids` is freed
/// @errors         NULL where `ids` is no live handle
/// @threads        any, any number at once
/// @since          0.1
/// @see            gx_ids_offsets
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gx_ids_data(ids: *const GxIds) -> *const c_char {
    // SAFETY: the caller keeps the conventions.
    unsafe { look("gx_ids_data", ids, ptr::null(), |ids| ids.data.as_ptr().cast()) }
}

/// Gives the ids as an array of the Arrow C Data Interface: large_utf8.
///
/// @param ids      in, borrowed
/// @param array    out, owned: released by its own callback; outlives `ids`
/// @param schema   out, owned: released by its own callback
/// @param error    out, owned, optional: free with gx_error_free
/// @return         GX_OK, or a code
/// @errors         GX_E_NULL_POINTER, GX_E_WRONG_HANDLE, GX_E_FREED_HANDLE
/// @threads        any, any number at once
/// @since          0.1
/// @see            gx_segment_ids, gx_query_ids
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gx_ids_arrow(
    ids: *const GxIds,
    array: *mut ArrowArray,
    schema: *mut ArrowSchema,
    error: *mut *mut GxError,
) -> i32 {
    // SAFETY: the caller keeps the conventions.
    unsafe {
        guard("gx_ids_arrow", error, |call| {
            let out = (call.out("array", array)?, call.out("schema", schema)?);
            let ids = call.borrow(ids)?;
            let exported = Array::laid_out(ids.offsets.clone(), ids.data.clone()).named("id");
            Ok(move || exported.write(out))
        })
    }
}

/// Frees a list of ids.
///
/// @param ids      in, moved; NULL is fine
/// @return         GX_OK, or a code
/// @errors         GX_E_FREED_HANDLE, GX_E_WRONG_HANDLE
/// @threads        any; no other call uses `ids`
/// @since          0.1
/// @see            gx_segment_ids, gx_query_ids
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gx_ids_free(ids: *mut GxIds) -> i32 {
    // SAFETY: the caller keeps the conventions.
    unsafe { free("gx_ids_free", ids) }
}
