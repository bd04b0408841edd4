//! `gx_review`: all answers at one instant.

use std::num::NonZeroUsize;
use std::sync::Arc;

use guanxi_core::engine::{self, Review, default_as_of};
use guanxi_core::facts::{Columns, Schema, schema_difference};
use guanxi_core::units::Instant;
use guanxi_core::{Code, Error, Fault, Playbook};

use crate::arrow::{ArrowArray, ArrowSchema};
use crate::bytes::GxBytes;
use crate::convert::{Call, Options};
use crate::error::GxError;
use crate::guard::{free, guard, look};
use crate::handle::{Handle, Kind};
use crate::json;
use crate::kind::EventKind;
use crate::people::{everybody, table};
use crate::playbook::GxPlaybook;
use crate::segment::Segment;
use crate::state::MachineTexts;
use crate::status::GX_TIME_NONE;
use crate::store::GxStore;

/// A review: all answers of a playbook about a store at one instant.
///
/// It holds the facts it was made from, so it can be asked further questions,
/// and what is appended to the store later does not change it. Any thread.
pub struct GxReview {
    _opaque: [u8; 0],
}

fn no_date() -> Error {
    Fault::new(
        Code::InvalidArgument,
        "no fact has a date that an instant could follow from, expected one as `as_of`",
        "没有带日期的事实可据以确定时刻，请给出 `as_of`",
    )
    .into()
}

/// What a `gx_review` stands for.
pub struct Reviewed {
    pub review: Review,
    pub playbook: Playbook,
    pub kinds: Vec<EventKind>,
    pub segments: Vec<Segment>,
    pub machines: Vec<MachineTexts>,
}

impl Handle for GxReview {
    type Body = Reviewed;
    const KIND: Kind = Kind::Review;
}

impl Reviewed {
    /// All answers about some facts; without `as_of`, at the end of them.
    pub fn of(
        columns: Columns,
        playbook: Playbook,
        as_of: Option<Instant>,
        known_at: Option<Instant>,
        threads: usize,
    ) -> Result<Reviewed, Error> {
        let columns = Arc::new(columns);
        let as_of = as_of.or_else(|| default_as_of(&columns, playbook.calendar()));
        let as_of = as_of.ok_or_else(no_date)?;
        let options = engine::Options { threads };
        let review = engine::review(&columns, &playbook, as_of, known_at, options);
        let kinds = review.kinds.iter().map(EventKind::of).collect();
        let segments = review.segments.iter().map(Segment::of).collect();
        let machines = review.machines.iter().map(MachineTexts::of).collect();
        Ok(Reviewed { review, playbook, kinds, segments, machines })
    }
}

/// The instant that was asked for, if one was.
pub fn asked(call: &Call, as_of: i64) -> Result<Option<Instant>, Error> {
    match as_of {
        GX_TIME_NONE => Ok(None),
        micros => call.instant(micros).map(Some),
    }
}

/// How to review. All zeroes: one thread, everything that is known.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct GxReviewOptions {
    /// sizeof(gx_review_options)
    pub struct_size: u32,
    /// Threads to use, up to 1024; 0: one. They live as long as the call, and
    /// change no answer.
    pub threads: u32,
    /// 1: facts learnt after `known_at` are left out. 0: nothing is.
    pub has_known_at: u32,
    /// 0.
    pub reserved: u32,
    /// Microseconds since 1970 in UTC; only with `has_known_at`.
    pub known_at: i64,
}

// SAFETY: plain data that begins with `struct_size`; zeroes are values.
unsafe impl Options for GxReviewOptions {
    const FIRST: usize = size_of::<GxReviewOptions>();
    const NAME: &'static str = "gx_review_options";
}

/// A field of the options that is over what it may be.
fn beyond(name: &str, value: u32, most: u32) -> Fault {
    let (en, zh) = match most {
        0 => ("0".to_owned(), "0".to_owned()),
        _ => (format!("0 to {most}"), format!("0 到 {most}")),
    };
    Fault::new(
        Code::InvalidArgument,
        format!("`{name}` of `gx_review_options` is {value}, expected {en}"),
        format!("`gx_review_options` 的 `{name}` 为 {value}，应为 {zh}"),
    )
}

/// Threads that one call may ask for.
pub(crate) const MOST_THREADS: u32 = 1024;

impl GxReviewOptions {
    pub(crate) fn threads(&self) -> Result<usize, Error> {
        let fields = [
            ("threads", self.threads, MOST_THREADS),
            ("has_known_at", self.has_known_at, 1),
            ("reserved", self.reserved, 0),
        ];
        let faults = fields.iter().filter(|(_, value, most)| most < value);
        Error::check(faults.map(|(name, value, most)| beyond(name, *value, *most)).collect())?;
        Ok(NonZeroUsize::new(self.threads as usize).map_or(1, NonZeroUsize::get))
    }
}

/// Answers every question of a playbook about the facts of a store.
///
/// Loads the facts once: about a second for two million of them.
///
/// @param store    in, borrowed
/// @param playbook in, borrowed: with the schema that the store was opened with
/// @param as_of    the instant of the answers, in microseconds since 1970; GX_TIME_NONE: the first local midnight after the last fact, where a fact has a date
/// @param options  in, borrowed, optional
/// @param review   out, owned: free with gx_review_free
/// @param error    out, owned, optional: free with gx_error_free
/// @return         GX_OK, or a code
/// @errors         GX_E_SCHEMA_MISMATCH, GX_E_TIME_OUT_OF_RANGE, GX_E_INVALID_ARGUMENT, GX_E_IO, GX_E_BUSY, GX_E_CORRUPT
/// @threads        one call at a time for each store
/// @since          0.1
/// @see            gx_kind_count, gx_machine_count, gx_segment_count, gx_query_json, gx_customer_json
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gx_review_create(
    store: *mut GxStore,
    playbook: *const GxPlaybook,
    as_of: i64,
    options: *const GxReviewOptions,
    review: *mut *mut GxReview,
    error: *mut *mut GxError,
) -> i32 {
    // SAFETY: the caller keeps the conventions.
    unsafe {
        guard("gx_review_create", error, |call| {
            let out = call.out("review", review)?;
            let opened = call.claim(store)?;
            let playbook = call.borrow(playbook)?.playbook.clone();
            let options = call.options(options)?;
            let threads = options.threads()?;
            let known_at = match options.has_known_at {
                0 => None,
                _ => Some(call.instant(options.known_at)?),
            };
            let asked = asked(call, as_of)?;
            same_schema(opened.store.schema(), playbook.schema())?;
            let columns = opened.store.columns(known_at)?;
            let reviewed = Reviewed::of(columns, playbook, asked, known_at, threads)?;
            Ok(move || out.give(reviewed))
        })
    }
}

/// Gives the whole review as JSON, without the members of segments.
///
/// @param review   in, borrowed
/// @param language of reasons: GX_EN or GX_ZH; labels come in both
/// @param json     out, owned: free with gx_bytes_free
/// @param error    out, owned, optional: free with gx_error_free
/// @return         GX_OK, or a code
/// @errors         GX_E_NULL_POINTER, GX_E_INVALID_ARGUMENT
/// @threads        any, any number at once
/// @since          0.1
/// @see            gx_segment_ids
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gx_review_json(
    review: *const GxReview,
    language: u32,
    json: *mut *mut GxBytes,
    error: *mut *mut GxError,
) -> i32 {
    // SAFETY: the caller keeps the conventions.
    unsafe {
        guard("gx_review_json", error, |call| {
            let out = call.out("json", json)?;
            let language = call.language(language)?;
            let json = json::bytes(&call.borrow(review)?.review.in_language(language))?;
            Ok(move || out.give(GxBytes::body(json)))
        })
    }
}

/// Gives the instant of the answers.
///
/// @param review   in, borrowed
/// @return         microseconds since 1970 in UTC
/// @errors         GX_TIME_NONE where `review` is no live handle
/// @threads        any, any number at once
/// @since          0.1
/// @see            gx_time_show
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gx_review_as_of(review: *const GxReview) -> i64 {
    let read = |reviewed: &Reviewed| reviewed.review.as_of.micros();
    // SAFETY: the caller keeps the conventions.
    unsafe { look("gx_review_as_of", review, GX_TIME_NONE, read) }
}

/// Counts the customers who were there.
///
/// @param review   in, borrowed
/// @return         how many customers there were at that instant
/// @errors         0 where `review` is no live handle
/// @threads        any, any number at once
/// @since          0.1
/// @see            gx_review_events
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gx_review_customers(review: *const GxReview) -> u64 {
    let read = |reviewed: &Reviewed| reviewed.review.customers;
    // SAFETY: the caller keeps the conventions.
    unsafe { look("gx_review_customers", review, 0, read) }
}

/// Counts the events that had happened.
///
/// @param review   in, borrowed
/// @return         how many events had happened by that instant
/// @errors         0 where `review` is no live handle
/// @threads        any, any number at once
/// @since          0.1
/// @see            gx_review_customers
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gx_review_events(review: *const GxReview) -> u64 {
    let read = |reviewed: &Reviewed| reviewed.review.events;
    // SAFETY: the caller keeps the conventions.
    unsafe { look("gx_review_events", review, 0, read) }
}

/// Gives the customers who were there as an array of the Arrow C Data Interface:
/// a struct with a row for each, in the order of their ids.
///
/// Its columns are `id` (large_utf8); each attribute by its name, as it was at the
/// instant of the review: int64, decimal128, bool, date32, timestamp in UTC, texts
/// and labels as a dictionary, sets as lists; and for each segment `segment.NAME`,
/// a bool.
///
/// @param review   in, borrowed
/// @param array    out, owned: released by its own callback; outlives `review`
/// @param schema   out, owned: released by its own callback
/// @param error    out, owned, optional: free with gx_error_free
/// @return         GX_OK, or a code
/// @errors         GX_E_NULL_POINTER, GX_E_WRONG_HANDLE, GX_E_FREED_HANDLE
/// @threads        any, any number at once
/// @since          0.1
/// @see            gx_query_arrow, gx_ids_arrow
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gx_review_arrow(
    review: *const GxReview,
    array: *mut ArrowArray,
    schema: *mut ArrowSchema,
    error: *mut *mut GxError,
) -> i32 {
    // SAFETY: the caller keeps the conventions.
    unsafe {
        guard("gx_review_arrow", error, |call| {
            let out = (call.out("array", array)?, call.out("schema", schema)?);
            let review = &call.borrow(review)?.review;
            let table = table(review, &everybody(review))?;
            Ok(move || table.write(out))
        })
    }
}

/// Frees a review.
///
/// @param review   in, moved; NULL is fine
/// @return         GX_OK, or a code
/// @errors         GX_E_FREED_HANDLE, GX_E_WRONG_HANDLE
/// @threads        any; no other call uses `review`
/// @since          0.1
/// @see            gx_review_create
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gx_review_free(review: *mut GxReview) -> i32 {
    // SAFETY: the caller keeps the conventions.
    unsafe { free("gx_review_free", review) }
}

/// Conditions find attributes by position, so the schema must be the one that
/// the facts were read with.
pub fn same_schema(store: &Arc<Schema>, playbook: &Arc<Schema>) -> Result<(), Error> {
    if Arc::ptr_eq(store, playbook) || store == playbook {
        return Ok(());
    }
    let additions = schema_difference(store, playbook).map_err(|error| error.below("/schema"))?;
    if additions.added.is_empty() {
        return Ok(());
    }
    let new = additions.added.join(", ");
    Err(Fault::new(
        Code::SchemaMismatch,
        format!("the store was opened without {new}"),
        format!("打开事实库时的规则集没有 {new}"),
    )
    .hint("open it with this playbook", "请用此规则集打开事实库")
    .at("/schema")
    .into())
}
