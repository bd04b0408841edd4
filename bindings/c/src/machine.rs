//! The lifecycle machines of a playbook and of a review.

use std::ffi::c_char;

use guanxi_core::engine::{self, FlowAsked, Options, StateMap};
use guanxi_core::facts::ColumnsBuilder;
use guanxi_core::lifecycle::diagram::{Numbers, Picture, dot, mermaid, svg};
use guanxi_core::lifecycle::{Machine, Mode};
use guanxi_core::units::Unit;
use guanxi_core::{Code, Error, Fault, Playbook};

use crate::bytes::GxBytes;
use crate::error::GxError;
use crate::guard::guard;
use crate::json;
use crate::playbook::GxPlaybook;
use crate::review::{GxReview, asked, same_schema};
use crate::status::{GX_DOT, GX_FORWARD, GX_MERMAID, GX_REINTERPRET, GX_SHADOW, GX_SVG};

/// The machine of this name, or the only one.
pub fn machine<'p>(playbook: &'p Playbook, name: Option<&str>) -> Result<&'p Machine, Error> {
    match (name, playbook.machines()) {
        (Some(name), _) => playbook.machine_named(name),
        (None, [only]) => Ok(only),
        (None, _) => Err(Fault::new(
            Code::InvalidArgument,
            "the playbook has no machine, or several: name one",
            "规则集中没有或有多个生命周期，请指明一个",
        )
        .into()),
    }
}

fn drawn(picture: &Picture<'_>, format: u32) -> Result<String, Error> {
    match format {
        GX_SVG => svg(picture),
        GX_MERMAID => Ok(mermaid(picture)),
        GX_DOT => Ok(dot(picture)),
        _ => Err(Fault::new(
            Code::InvalidArgument,
            "the format is none of GX_SVG, GX_MERMAID and GX_DOT",
            "格式不是 GX_SVG、GX_MERMAID 或 GX_DOT",
        )
        .into()),
    }
}

/// Draws a machine of a playbook.
///
/// @param playbook in, borrowed
/// @param name     in, borrowed, optional: where the playbook has one machine alone
/// @param len      its bytes, or GX_NUL
/// @param format   GX_SVG, GX_MERMAID or GX_DOT
/// @param language of labels: GX_EN or GX_ZH
/// @param text     out, owned: free with gx_bytes_free
/// @param error    out, owned, optional: free with gx_error_free
/// @return         GX_OK, or a code
/// @errors         GX_E_UNKNOWN_MACHINE, GX_E_INVALID_ARGUMENT, GX_E_NULL_POINTER
/// @threads        any, any number at once
/// @since          0.1
/// @see            gx_machine_picture
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gx_machine_diagram(
    playbook: *const GxPlaybook,
    name: *const c_char,
    len: u64,
    format: u32,
    language: u32,
    text: *mut *mut GxBytes,
    error: *mut *mut GxError,
) -> i32 {
    // SAFETY: the caller keeps the conventions.
    unsafe {
        guard("gx_machine_diagram", error, |call| {
            let out = call.out("text", text)?;
            let playbook = &call.borrow(playbook)?.playbook;
            let machine = machine(playbook, call.text_if("name", name, len)?)?;
            let columns = ColumnsBuilder::new(playbook.schema()).finish();
            let language = call.language(language)?;
            let picture = Picture::new(machine, playbook.world(&columns), None, language);
            let text = drawn(&picture, format)?;
            Ok(move || out.give(GxBytes::body(text.into_bytes())))
        })
    }
}

/// Draws a machine with the customers of a review in each state, and how many
/// went each way in the last month.
///
/// @param review   in, borrowed
/// @param name     in, borrowed, optional: where the playbook has one machine alone
/// @param len      its bytes, or GX_NUL
/// @param format   GX_SVG, GX_MERMAID or GX_DOT
/// @param language of labels: GX_EN or GX_ZH
/// @param text     out, owned: free with gx_bytes_free
/// @param error    out, owned, optional: free with gx_error_free
/// @return         GX_OK, or a code
/// @errors         GX_E_UNKNOWN_MACHINE, GX_E_INVALID_ARGUMENT, GX_E_NULL_POINTER
/// @threads        any, any number at once
/// @since          0.1
/// @see            gx_machine_flow
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gx_machine_picture(
    review: *const GxReview,
    name: *const c_char,
    len: u64,
    format: u32,
    language: u32,
    text: *mut *mut GxBytes,
    error: *mut *mut GxError,
) -> i32 {
    // SAFETY: the caller keeps the conventions.
    unsafe {
        guard("gx_machine_picture", error, |call| {
            let out = call.out("text", text)?;
            let reviewed = call.borrow(review)?;
            let (review, playbook) = (&reviewed.review, &reviewed.playbook);
            let machine = machine(playbook, call.text_if("name", name, len)?)?;
            let language = call.language(language)?;
            let asked = FlowAsked { every: Some(Unit::Month), ..FlowAsked::default() };
            let (columns, as_of) = (review.columns(), review.as_of);
            let (numbers, _) = engine::picture_numbers(
                columns,
                playbook,
                machine,
                as_of,
                asked,
                Options::default(),
            )?;
            let numbers = Numbers { note: as_of.to_string(), ..numbers };
            let picture = Picture::new(machine, playbook.world(columns), Some(numbers), language);
            let text = drawn(&picture, format)?;
            Ok(move || out.give(GxBytes::body(text.into_bytes())))
        })
    }
}

/// Counts who came into each state and who went out, period by period, and how
/// long states last, as JSON. For each state opening + began + in - out -
/// erased = closing.
///
/// @param review   in, borrowed
/// @param name     in, borrowed, optional: one machine; NULL: all
/// @param len      its bytes, or GX_NUL
/// @param every    in, borrowed, optional: the unit of periods, as "month"; NULL: one period
/// @param every_len its bytes, or GX_NUL
/// @param from     the first instant; GX_TIME_NONE: as gx_review chooses
/// @param until    the first instant after; GX_TIME_NONE: the instant of the review
/// @param by       in, borrowed, optional: an expression that groups customers
/// @param by_len   its bytes, or GX_NUL
/// @param json     out, owned: free with gx_bytes_free
/// @param error    out, owned, optional: free with gx_error_free
/// @return         GX_OK, or a code
/// @errors         GX_E_UNKNOWN_MACHINE, GX_E_MALFORMED_VALUE, GX_E_INVALID_ARGUMENT, 3001 to 3020
/// @threads        any, any number at once
/// @since          0.1
/// @see            gx_machine_compare
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gx_machine_flow(
    review: *const GxReview,
    name: *const c_char,
    len: u64,
    every: *const c_char,
    every_len: u64,
    from: i64,
    until: i64,
    by: *const c_char,
    by_len: u64,
    json: *mut *mut GxBytes,
    error: *mut *mut GxError,
) -> i32 {
    // SAFETY: the caller keeps the conventions.
    unsafe {
        guard("gx_machine_flow", error, |call| {
            let out = call.out("json", json)?;
            let reviewed = call.borrow(review)?;
            let every = call.text_if("every", every, every_len)?;
            let wanted = FlowAsked {
                machine: call.text_if("name", name, len)?,
                every: every.map(Unit::parse).transpose()?,
                from: asked(call, from)?,
                until: asked(call, until)?,
                by: call.text_if("by", by, by_len)?,
                stays: true,
            };
            let (review, playbook) = (&reviewed.review, &reviewed.playbook);
            let options = Options::default();
            let flows = engine::flow(review.columns(), playbook, review.as_of, wanted, options)?;
            let json = json::bytes(&flows)?;
            Ok(move || out.give(GxBytes::body(json)))
        })
    }
}

/// Sets another playbook against that of a review, over everybody, as JSON: who
/// would be in which state, from when on, and what would have to be done or
/// taken back. Both have one schema.
///
/// @param review   in, borrowed
/// @param other    in, borrowed: the other playbook
/// @param mode     GX_REINTERPRET, GX_FORWARD or GX_SHADOW
/// @param from     from when on, for GX_FORWARD; GX_TIME_NONE otherwise
/// @param map      in, borrowed, optional: {"MACHINE": {"OLD STATE": "NEW STATE"}}
/// @param map_len  its bytes, or GX_NUL
/// @param json     out, owned: free with gx_bytes_free
/// @param error    out, owned, optional: free with gx_error_free
/// @return         GX_OK, or a code
/// @errors         GX_E_SCHEMA_MISMATCH, GX_E_BAD_VALUE, GX_E_INVALID_ARGUMENT, GX_E_UNKNOWN_MACHINE, GX_E_UNKNOWN_STATE
/// @threads        any, any number at once
/// @since          0.1
/// @see            gx_machine_flow
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gx_machine_compare(
    review: *const GxReview,
    other: *const GxPlaybook,
    mode: u32,
    from: i64,
    map: *const c_char,
    map_len: u64,
    json: *mut *mut GxBytes,
    error: *mut *mut GxError,
) -> i32 {
    // SAFETY: the caller keeps the conventions.
    unsafe {
        guard("gx_machine_compare", error, |call| {
            let out = call.out("json", json)?;
            let reviewed = call.borrow(review)?;
            let other = &call.borrow(other)?.playbook;
            let mode = match (mode, asked(call, from)?) {
                (GX_REINTERPRET, None) => Mode::Reinterpret,
                (GX_SHADOW, None) => Mode::Shadow,
                (GX_FORWARD, Some(from)) => Mode::Forward(from),
                _ => return Err(no_mode()),
            };
            let map = match call.text_if("map", map, map_len)? {
                Some(text) => read_map(text)?,
                None => StateMap::new(),
            };
            let (review, playbook) = (&reviewed.review, &reviewed.playbook);
            same_schema(playbook.schema(), other.schema())?;
            let columns = review.columns();
            let (old, new) = ((&**columns, playbook), (&**columns, other));
            let options = Options::default();
            let found = engine::compare(old, new, review.as_of, mode, &map, options)?;
            let json = json::bytes(&found)?;
            Ok(move || out.give(GxBytes::body(json)))
        })
    }
}

fn no_mode() -> Error {
    Fault::new(
        Code::InvalidArgument,
        "the mode is GX_REINTERPRET or GX_SHADOW without `from`, or GX_FORWARD with it",
        "模式应为不带 `from` 的 GX_REINTERPRET 或 GX_SHADOW，或带 `from` 的 GX_FORWARD",
    )
    .into()
}

fn read_map(text: &str) -> Result<StateMap, Error> {
    guanxi_core::json::parse(text.as_bytes())?;
    serde_json::from_str(text).map_err(|_| {
        Fault::new(Code::BadValue, "the text is not a map of states", "该文本不是状态映射")
            .hint(
                "write {\"MACHINE\": {\"OLD STATE\": \"NEW STATE\"}}",
                "请写作 {\"生命周期\": {\"旧状态\": \"新状态\"}}",
            )
            .into()
    })
}
