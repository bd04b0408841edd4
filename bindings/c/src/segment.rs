//! The segments of a review.

use std::ffi::{CString, c_char};
use std::ptr;

use guanxi_core::engine::SegmentSummary;
use guanxi_core::{Code, Error, Fault};

use crate::error::{Both, GxError, c_text};
use crate::guard::{guard, look};
use crate::ids::{GxIds, Ids};
use crate::review::{GxReview, Reviewed};

/// The texts of a segment as C reads them.
pub struct Segment {
    name: CString,
    label: Both,
}

impl Segment {
    /// Those of this segment.
    pub fn of(summary: &SegmentSummary) -> Segment {
        Segment { name: c_text(&summary.segment), label: Both::of(&summary.label) }
    }
}

fn at(reviewed: &Reviewed, index: u64) -> Option<&Segment> {
    reviewed.segments.get(usize::try_from(index).ok()?)
}

/// Counts the segments of the playbook.
///
/// @param review   in, borrowed
/// @return         how many segments there are
/// @errors         0 where `review` is no live handle
/// @threads        any, any number at once
/// @since          0.1
/// @see            gx_segment_name
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gx_segment_count(review: *const GxReview) -> u64 {
    let read = |reviewed: &Reviewed| reviewed.segments.len() as u64;
    // SAFETY: the caller keeps the conventions.
    unsafe { look("gx_segment_count", review, 0, read) }
}

/// Gives the name of a segment. They are in the order of their names.
///
/// @param review   in, borrowed
/// @param index    which segment, from 0
/// @return         text with NUL, borrowed until `review` is freed
/// @errors         NULL where there is no such segment
/// @threads        any, any number at once
/// @since          0.1
/// @see            gx_segment_label
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gx_segment_name(review: *const GxReview, index: u64) -> *const c_char {
    let read = |reviewed: &Reviewed| at(reviewed, index).map_or(ptr::null(), |it| it.name.as_ptr());
    // SAFETY: the caller keeps the conventions.
    unsafe { look("gx_segment_name", review, ptr::null(), read) }
}

/// Gives what people call a segment; its name where its author gave no label.
///
/// @param review   in, borrowed
/// @param index    which segment, from 0
/// @param language GX_EN or GX_ZH
/// @return         text with NUL, borrowed until `review` is freed
/// @errors         NULL where there is no such segment or language
/// @threads        any, any number at once
/// @since          0.1
/// @see            gx_segment_name
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gx_segment_label(
    review: *const GxReview,
    index: u64,
    language: u32,
) -> *const c_char {
    let read =
        |reviewed: &Reviewed| at(reviewed, index).map_or(ptr::null(), |it| it.label.say(language));
    // SAFETY: the caller keeps the conventions.
    unsafe { look("gx_segment_label", review, ptr::null(), read) }
}

/// Counts the members of a segment, and those for whom its condition is an
/// error and who are not in it.
///
/// @param review   in, borrowed
/// @param index    which segment, from 0
/// @param members  out
/// @param errors   out, optional
/// @param error    out, owned, optional: free with gx_error_free
/// @return         GX_OK, or a code
/// @errors         GX_E_UNKNOWN_SEGMENT, GX_E_NULL_POINTER
/// @threads        any, any number at once
/// @since          0.1
/// @see            gx_segment_ids
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gx_segment_members(
    review: *const GxReview,
    index: u64,
    members: *mut u64,
    errors: *mut u64,
    error: *mut *mut GxError,
) -> i32 {
    // SAFETY: the caller keeps the conventions.
    unsafe {
        guard("gx_segment_members", error, |call| {
            let out = call.out("members", members)?;
            let out_errors = call.out_if(errors);
            let summaries = &call.borrow(review)?.review.segments;
            let summary = usize::try_from(index).ok().and_then(|index| summaries.get(index));
            let summary = summary.ok_or_else(|| no_segment(index))?;
            let (members, errors) = (summary.members, summary.errors);
            Ok(move || {
                out.write(members);
                if let Some(out) = out_errors {
                    out.write(errors);
                }
            })
        })
    }
}

/// Gives the members of a segment.
///
/// @param review   in, borrowed
/// @param name     in, borrowed: the segment's name
/// @param len      its bytes, or GX_NUL
/// @param ids      out, owned: free with gx_ids_free
/// @param error    out, owned, optional: free with gx_error_free
/// @return         GX_OK, or a code
/// @errors         GX_E_UNKNOWN_SEGMENT, GX_E_NULL_POINTER, GX_E_NOT_UTF8
/// @threads        any, any number at once
/// @since          0.1
/// @see            gx_segment_members
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gx_segment_ids(
    review: *const GxReview,
    name: *const c_char,
    len: u64,
    ids: *mut *mut GxIds,
    error: *mut *mut GxError,
) -> i32 {
    // SAFETY: the caller keeps the conventions.
    unsafe {
        guard("gx_segment_ids", error, |call| {
            let out = call.out("ids", ids)?;
            let name = call.text("name", name, len)?;
            let ids = Ids::of(call.borrow(review)?.review.members(name)?);
            Ok(move || out.give(ids))
        })
    }
}

fn no_segment(index: u64) -> Error {
    Fault::new(
        Code::UnknownSegment,
        format!("there is no segment {index}, expected less than gx_segment_count"),
        format!("没有第 {index} 个细分，应小于 gx_segment_count"),
    )
    .into()
}
