//! `gx_balance`: who came into a state in one period, and who went out.

use std::ffi::c_char;

use guanxi_core::engine::{self, FlowAsked, Options, PeriodFlow, Review, StateFlow};
use guanxi_core::units::{Instant, Unit};
use guanxi_core::{Code, Error, Fault};

use crate::error::GxError;
use crate::guard::guard;
use crate::machine::machine;
use crate::review::{GxReview, asked};

/// Of one state in one period: opening + began + entered - left - erased = closing.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct GxBalance {
    /// There before the period.
    pub opening: u64,
    /// Began there: first facts, or first facts with a key.
    pub began: u64,
    /// Came from elsewhere.
    pub entered: u64,
    /// Went elsewhere.
    pub left: u64,
    /// Were erased while there.
    pub erased: u64,
    /// There at the end, or at the instant of the review where that is earlier.
    pub closing: u64,
}

/// Counts who came into each state of a machine and who went out, in the one
/// period of the calendar that an instant is in. The numbers are in the order of
/// gx_state_name. Costs a pass over the facts.
///
/// @param review   in, borrowed
/// @param name     in, borrowed, optional: where the playbook has one machine alone
/// @param len      its bytes, or GX_NUL
/// @param every    in, borrowed: the unit of the calendar, as "month"
/// @param every_len its bytes, or GX_NUL
/// @param at       an instant of the period; GX_TIME_NONE: the last one before the instant of the review
/// @param balances out: one for each state
/// @param n_balances how many there is room for: as many as gx_machine_states says
/// @param from     out, optional: the first instant of the period
/// @param until    out, optional: the first instant after it; not over where it is after that of the review
/// @param error    out, owned, optional: free with gx_error_free
/// @return         GX_OK, or a code
/// @errors         GX_E_UNKNOWN_MACHINE, GX_E_MALFORMED_VALUE, GX_E_INVALID_ARGUMENT, GX_E_TIME_OUT_OF_RANGE, GX_E_NULL_POINTER
/// @threads        any, any number at once
/// @since          0.1
/// @see            gx_machine_states, gx_machine_flow
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gx_machine_balance(
    review: *const GxReview,
    name: *const c_char,
    len: u64,
    every: *const c_char,
    every_len: u64,
    at: i64,
    balances: *mut GxBalance,
    n_balances: u64,
    from: *mut i64,
    until: *mut i64,
    error: *mut *mut GxError,
) -> i32 {
    // SAFETY: the caller keeps the conventions.
    unsafe {
        guard("gx_machine_balance", error, |call| {
            let out = call.outs("balances", balances)?;
            let (out_from, out_until) = (call.out_if(from), call.out_if(until));
            let reviewed = call.borrow(review)?;
            let name = call.text_if("name", name, len)?;
            let machine = machine(&reviewed.playbook, name)?;
            let every = Unit::parse(call.text("every", every, every_len)?)?;
            let states = machine.states.len() as u64;
            if n_balances != states {
                return Err(no_room(n_balances, states));
            }
            let at = asked(call, at)?;
            let flow = |asked| {
                let (columns, options) = (reviewed.review.columns(), Options::default());
                let as_of = reviewed.review.as_of;
                engine::flow(columns, &reviewed.playbook, as_of, asked, options)
            };
            let flows = flow(wanted(&reviewed.review, &machine.name, every, at))?;
            let period = flows.first().and_then(|flow| flow.periods.first());
            let period = period.ok_or_else(no_period)?;
            let (from, until) = (period.from.micros(), period.until.micros());
            let balances = balances_of(period);
            Ok(move || {
                out.write(&balances);
                out_from.into_iter().for_each(|out| out.write(from));
                out_until.into_iter().for_each(|out| out.write(until));
            })
        })
    }
}

/// The one period that an instant is in.
fn wanted<'a>(
    review: &Review,
    machine: &'a str,
    every: Unit,
    at: Option<Instant>,
) -> FlowAsked<'a> {
    let at = at.unwrap_or(Instant::clamped(review.as_of.micros().saturating_sub(1)));
    FlowAsked {
        machine: Some(machine),
        every: Some(every),
        from: Some(at),
        until: Some(Instant::clamped(at.micros().saturating_add(1))),
        ..FlowAsked::default()
    }
}

fn balances_of(period: &PeriodFlow) -> Vec<GxBalance> {
    let balance = |it: &StateFlow| GxBalance {
        opening: it.opening,
        began: it.began,
        entered: it.entered,
        left: it.left,
        erased: it.erased,
        closing: it.closing,
    };
    // Nothing groups, so there is one group.
    period.groups.iter().take(1).flat_map(|group| group.states.iter().map(balance)).collect()
}

fn no_room(given: u64, states: u64) -> Error {
    Fault::new(
        Code::InvalidArgument,
        format!("`n_balances` is {given}, expected {states}, one for each state"),
        format!("`n_balances` 为 {given}，应为 {states}，每个状态一个"),
    )
    .into()
}

fn no_period() -> Error {
    Fault::new(
        Code::TimeOutOfRange,
        "no period of the calendar has this instant",
        "日历中没有包含该时点的周期",
    )
    .into()
}
