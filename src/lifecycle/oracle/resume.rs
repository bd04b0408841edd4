//! A life that goes on by other machines.

use std::collections::BTreeMap;

use super::{Fold, Phase, Run};
use crate::lang::World;
use crate::lifecycle::course::{Cause, Life, Step};
use crate::lifecycle::machine::Machine;
use crate::lifecycle::then::Was;
use crate::units::Instant;

/// What one machine takes over: for each run its key, which is empty where
/// there is one run only, and the steps up to then, in states of this machine
/// and without transitions.
pub type Past = Vec<(Box<str>, Vec<Step>)>;

/// The life of one customer from an instant on, itself included.
///
/// # Inputs
///
/// `past`: for each machine what it takes over. One that takes over nothing
/// begins at the instant, in its initial state.
///
/// # Output
///
/// The steps of the past, and those since. Timers count from when states were
/// entered in the past; one that would have been due before the instant is due
/// at it.
pub fn resume(
    world: World<'_>,
    machines: &[Machine],
    customer: usize,
    past: Vec<Past>,
    at: Instant,
    until: Instant,
) -> Life {
    let mut fold = Fold::new(world, machines, customer);
    let facts = fold.facts();
    fold.now = at;
    for (end, events) in fold.ends.iter_mut().zip(&world.columns.kinds) {
        let (from, until) = events.range(customer);
        *end = events.at.first_at_or_after(from, until, at.micros());
    }
    let mut past = past.into_iter();
    for (position, machine) in machines.iter().enumerate() {
        let runs = past.next().unwrap_or_default().into_iter();
        fold.runs[position] =
            runs.filter_map(|(key, steps)| Some((key, run(machine, steps)?))).collect();
        if machine.key.is_none() && fold.runs[position].is_empty() {
            fold.begin(position, "", Cause::Beginning);
        }
    }
    // Facts of the instant bring about what holds at once by themselves.
    if !facts.contains_key(&at) {
        fold.settle(Phase::AtOnce, Cause::Beginning);
    }
    fold.go_on(&facts, until);
    fold.finish()
}

/// A run after these steps.
fn run(machine: &Machine, steps: Vec<Step>) -> Option<Run> {
    let Was { state, entered, visited } = Was::after(machine, &steps, &[])?;
    let mut left = BTreeMap::new();
    for step in &steps {
        for inner in step.from.into_iter().flat_map(|from| machine.path(from)) {
            if let Some(outer) = machine.states[inner].parent {
                left.insert(outer, inner);
            }
        }
    }
    Some(Run {
        state,
        entered,
        left,
        visited,
        fired: BTreeMap::new(),
        halted: false,
        pin: None,
        let_go: Vec::new(),
        steps,
    })
}
