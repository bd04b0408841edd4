//! The kinds of events of a review.

use std::ffi::{CString, c_char};
use std::ptr;

use guanxi_core::engine::EventSummary;
use guanxi_core::units::Instant;
use guanxi_core::{Code, Error, Fault};

use crate::error::{Both, GxError, c_text};
use crate::guard::{guard, look};
use crate::review::{GxReview, Reviewed};
use crate::status::GX_TIME_NONE;

/// The texts of a kind of event as C reads them.
pub struct EventKind {
    name: CString,
    label: Both,
}

impl EventKind {
    /// Those of this kind.
    pub fn of(summary: &EventSummary) -> EventKind {
        EventKind { name: c_text(&summary.kind), label: Both::of(&summary.label) }
    }
}

fn at(reviewed: &Reviewed, index: u64) -> Option<&EventKind> {
    reviewed.kinds.get(usize::try_from(index).ok()?)
}

/// Counts the kinds of events of the playbook.
///
/// @param review   in, borrowed
/// @return         how many kinds there are
/// @errors         0 where `review` is no live handle
/// @threads        any, any number at once
/// @since          0.1
/// @see            gx_kind_name
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gx_kind_count(review: *const GxReview) -> u64 {
    // SAFETY: the caller keeps the conventions.
    unsafe { look("gx_kind_count", review, 0, |reviewed| reviewed.kinds.len() as u64) }
}

/// Gives the name of a kind of event. They are in the order of their names.
///
/// @param review   in, borrowed
/// @param index    which kind, from 0
/// @return         text with NUL, borrowed until `review` is freed
/// @errors         NULL where there is no such kind
/// @threads        any, any number at once
/// @since          0.1
/// @see            gx_kind_label
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gx_kind_name(review: *const GxReview, index: u64) -> *const c_char {
    let read = |reviewed: &Reviewed| at(reviewed, index).map_or(ptr::null(), |it| it.name.as_ptr());
    // SAFETY: the caller keeps the conventions.
    unsafe { look("gx_kind_name", review, ptr::null(), read) }
}

/// Gives what people call a kind of event; its name where its author gave no label.
///
/// @param review   in, borrowed
/// @param index    which kind, from 0
/// @param language GX_EN or GX_ZH
/// @return         text with NUL, borrowed until `review` is freed
/// @errors         NULL where there is no such kind or language
/// @threads        any, any number at once
/// @since          0.1
/// @see            gx_kind_name
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gx_kind_label(
    review: *const GxReview,
    index: u64,
    language: u32,
) -> *const c_char {
    let read =
        |reviewed: &Reviewed| at(reviewed, index).map_or(ptr::null(), |it| it.label.say(language));
    // SAFETY: the caller keeps the conventions.
    unsafe { look("gx_kind_label", review, ptr::null(), read) }
}

/// Counts the events of a kind that had happened, and the customers who had at
/// least one.
///
/// @param review   in, borrowed
/// @param index    which kind, from 0
/// @param events   out
/// @param customers out, optional
/// @param first    out, optional: microseconds since 1970; GX_TIME_NONE where there is none
/// @param last     out, optional: microseconds since 1970; GX_TIME_NONE where there is none
/// @param error    out, owned, optional: free with gx_error_free
/// @return         GX_OK, or a code
/// @errors         GX_E_INVALID_ARGUMENT, GX_E_NULL_POINTER
/// @threads        any, any number at once
/// @since          0.1
/// @see            gx_kind_count
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gx_kind_events(
    review: *const GxReview,
    index: u64,
    events: *mut u64,
    customers: *mut u64,
    first: *mut i64,
    last: *mut i64,
    error: *mut *mut GxError,
) -> i32 {
    // SAFETY: the caller keeps the conventions.
    unsafe {
        guard("gx_kind_events", error, |call| {
            let out = call.out("events", events)?;
            let out_customers = call.out_if(customers);
            let (out_first, out_last) = (call.out_if(first), call.out_if(last));
            let summaries = &call.borrow(review)?.review.kinds;
            let summary = usize::try_from(index).ok().and_then(|index| summaries.get(index));
            let summary = summary.ok_or_else(|| no_kind(index))?;
            let (events, customers) = (summary.events, summary.customers);
            let micros = |at: Option<Instant>| at.map_or(GX_TIME_NONE, Instant::micros);
            let (first, last) = (micros(summary.first), micros(summary.last));
            Ok(move || {
                out.write(events);
                out_customers.into_iter().for_each(|out| out.write(customers));
                out_first.into_iter().for_each(|out| out.write(first));
                out_last.into_iter().for_each(|out| out.write(last));
            })
        })
    }
}

fn no_kind(index: u64) -> Error {
    Fault::new(
        Code::InvalidArgument,
        format!("there is no kind of event {index}, expected less than gx_kind_count"),
        format!("没有第 {index} 种事件，应小于 gx_kind_count"),
    )
    .into()
}
