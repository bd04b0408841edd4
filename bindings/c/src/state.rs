//! The states of a review's machines, and who is in each.

use std::ffi::{CString, c_char};
use std::ptr;

use guanxi_core::engine::{MachineSummary, StateSummary};
use guanxi_core::{Code, Error, Fault};

use crate::error::{Both, GxError, c_text};
use crate::guard::{guard, look};
use crate::review::{GxReview, Reviewed};
use crate::status::GX_OUTERMOST;

/// The texts of a machine and of its states as C reads them.
pub struct MachineTexts {
    name: CString,
    label: Both,
    states: Vec<StateTexts>,
}

struct StateTexts {
    name: CString,
    label: Both,
}

impl MachineTexts {
    /// Those of this machine.
    pub fn of(summary: &MachineSummary) -> MachineTexts {
        let state =
            |it: &StateSummary| StateTexts { name: c_text(&it.state), label: Both::of(&it.label) };
        MachineTexts {
            name: c_text(&summary.machine),
            label: Both::of(&summary.label),
            states: summary.states.iter().map(state).collect(),
        }
    }
}

fn nth<T>(all: &[T], index: u64) -> Option<&T> {
    all.get(usize::try_from(index).ok()?)
}

fn state_at(reviewed: &Reviewed, machine: u64, state: u64) -> Option<&StateTexts> {
    nth(&nth(&reviewed.machines, machine)?.states, state)
}

/// Counts the lifecycle machines of the playbook.
///
/// @param review   in, borrowed
/// @return         how many machines there are
/// @errors         0 where `review` is no live handle
/// @threads        any, any number at once
/// @since          0.1
/// @see            gx_machine_name
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gx_machine_count(review: *const GxReview) -> u64 {
    // SAFETY: the caller keeps the conventions.
    unsafe { look("gx_machine_count", review, 0, |reviewed| reviewed.machines.len() as u64) }
}

/// Gives the name of a machine. They are in the order of their names.
///
/// @param review   in, borrowed
/// @param machine  which machine, from 0
/// @return         text with NUL, borrowed until `review` is freed
/// @errors         NULL where there is no such machine
/// @threads        any, any number at once
/// @since          0.1
/// @see            gx_machine_label
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gx_machine_name(review: *const GxReview, machine: u64) -> *const c_char {
    let read = |reviewed: &Reviewed| {
        nth(&reviewed.machines, machine).map_or(ptr::null(), |it| it.name.as_ptr())
    };
    // SAFETY: the caller keeps the conventions.
    unsafe { look("gx_machine_name", review, ptr::null(), read) }
}

/// Gives what people call a machine; its name where its author gave no label.
///
/// @param review   in, borrowed
/// @param machine  which machine, from 0
/// @param language GX_EN or GX_ZH
/// @return         text with NUL, borrowed until `review` is freed
/// @errors         NULL where there is no such machine or language
/// @threads        any, any number at once
/// @since          0.1
/// @see            gx_machine_states
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gx_machine_label(
    review: *const GxReview,
    machine: u64,
    language: u32,
) -> *const c_char {
    let read = |reviewed: &Reviewed| {
        nth(&reviewed.machines, machine).map_or(ptr::null(), |it| it.label.say(language))
    };
    // SAFETY: the caller keeps the conventions.
    unsafe { look("gx_machine_label", review, ptr::null(), read) }
}

/// Counts the states of a machine, and the customers for whom one of its
/// definitions failed and who went on without it.
///
/// @param review   in, borrowed
/// @param machine  which machine, from 0
/// @param states   out
/// @param keyed    out, optional: 1 where the machine runs once for each key, so that runs are counted instead of customers; else 0
/// @param troubles out, optional
/// @param error    out, owned, optional: free with gx_error_free
/// @return         GX_OK, or a code
/// @errors         GX_E_UNKNOWN_MACHINE, GX_E_NULL_POINTER
/// @threads        any, any number at once
/// @since          0.1
/// @see            gx_state_customers, gx_machine_balance
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gx_machine_states(
    review: *const GxReview,
    machine: u64,
    states: *mut u64,
    keyed: *mut u32,
    troubles: *mut u64,
    error: *mut *mut GxError,
) -> i32 {
    // SAFETY: the caller keeps the conventions.
    unsafe {
        guard("gx_machine_states", error, |call| {
            let out = call.out("states", states)?;
            let (out_keyed, out_troubles) = (call.out_if(keyed), call.out_if(troubles));
            let machines = &call.borrow(review)?.review.machines;
            let found = nth(machines, machine).ok_or_else(|| no_machine(machine))?;
            let (states, troubles) = (found.states.len() as u64, found.troubles);
            let keyed = u32::from(found.keyed);
            Ok(move || {
                out.write(states);
                out_keyed.into_iter().for_each(|out| out.write(keyed));
                out_troubles.into_iter().for_each(|out| out.write(troubles));
            })
        })
    }
}

/// Gives the name of a state. A state comes after the one it is inside, the
/// likely ones first.
///
/// @param review   in, borrowed
/// @param machine  which machine, from 0
/// @param state    which of its states, from 0
/// @return         text with NUL, borrowed until `review` is freed
/// @errors         NULL where there is no such machine or state
/// @threads        any, any number at once
/// @since          0.1
/// @see            gx_state_label
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gx_state_name(
    review: *const GxReview,
    machine: u64,
    state: u64,
) -> *const c_char {
    let read = |reviewed: &Reviewed| {
        state_at(reviewed, machine, state).map_or(ptr::null(), |it| it.name.as_ptr())
    };
    // SAFETY: the caller keeps the conventions.
    unsafe { look("gx_state_name", review, ptr::null(), read) }
}

/// Gives what people call a state; its name where its author gave no label.
///
/// @param review   in, borrowed
/// @param machine  which machine, from 0
/// @param state    which of its states, from 0
/// @param language GX_EN or GX_ZH
/// @return         text with NUL, borrowed until `review` is freed
/// @errors         NULL where there is no such machine, state or language
/// @threads        any, any number at once
/// @since          0.1
/// @see            gx_state_customers
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gx_state_label(
    review: *const GxReview,
    machine: u64,
    state: u64,
    language: u32,
) -> *const c_char {
    let read = |reviewed: &Reviewed| {
        state_at(reviewed, machine, state).map_or(ptr::null(), |it| it.label.say(language))
    };
    // SAFETY: the caller keeps the conventions.
    unsafe { look("gx_state_label", review, ptr::null(), read) }
}

/// Counts the customers who are in a state, or in one inside it; of a machine
/// that runs once for each key, runs.
///
/// @param review   in, borrowed
/// @param machine  which machine, from 0
/// @param state    which of its states, from 0
/// @param customers out
/// @param inside   out, optional: the state that it is inside, from 0; GX_OUTERMOST where it is inside none
/// @param error    out, owned, optional: free with gx_error_free
/// @return         GX_OK, or a code
/// @errors         GX_E_UNKNOWN_MACHINE, GX_E_UNKNOWN_STATE, GX_E_NULL_POINTER
/// @threads        any, any number at once
/// @since          0.1
/// @see            gx_machine_states
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gx_state_customers(
    review: *const GxReview,
    machine: u64,
    state: u64,
    customers: *mut u64,
    inside: *mut u64,
    error: *mut *mut GxError,
) -> i32 {
    // SAFETY: the caller keeps the conventions.
    unsafe {
        guard("gx_state_customers", error, |call| {
            let out = call.out("customers", customers)?;
            let out_inside = call.out_if(inside);
            let machines = &call.borrow(review)?.review.machines;
            let states = &nth(machines, machine).ok_or_else(|| no_machine(machine))?.states;
            let found = nth(states, state).ok_or_else(|| no_state(state))?;
            let outer = states.iter().position(|it| Some(&it.state) == found.inside.as_ref());
            let (customers, inside) = (found.customers, outer.map_or(GX_OUTERMOST, |at| at as u64));
            Ok(move || {
                out.write(customers);
                out_inside.into_iter().for_each(|out| out.write(inside));
            })
        })
    }
}

fn no_machine(index: u64) -> Error {
    Fault::new(
        Code::UnknownMachine,
        format!("there is no machine {index}, expected less than gx_machine_count"),
        format!("没有第 {index} 个生命周期，应小于 gx_machine_count"),
    )
    .into()
}

fn no_state(index: u64) -> Error {
    Fault::new(
        Code::UnknownState,
        format!("there is no state {index}, expected less than gx_machine_states gives"),
        format!("没有第 {index} 个状态，应小于 gx_machine_states 给出的个数"),
    )
    .into()
}
