//! A life that goes on by other machines.

use std::collections::BTreeMap;

use super::{Fold, Phase, Pin, Run};
use crate::lang::World;
use crate::lifecycle::course::{Cause, Life, Step};
use crate::lifecycle::machine::Machine;
use crate::lifecycle::then::Was;
use crate::units::Instant;

/// What one machine takes over: for each run its key, which is empty where
/// there is one run only, and where it was.
pub type Past = Vec<(Box<str>, Taken)>;

/// What one run takes over, in states of the machine that goes on.
#[derive(Debug, Clone, Default)]
pub struct Taken {
    /// The steps up to then, as everybody saw them, without transitions.
    pub steps: Vec<Step>,
    /// Where pinned states were let go of among them, as a
    /// [`Course`](crate::lifecycle::Course) has it.
    pub let_go: Vec<(usize, Option<Instant>)>,
    /// What somebody pinned, where that holds or once held.
    pub behind: Option<Behind>,
}

/// What goes on behind a pinned state.
#[derive(Debug, Clone)]
pub struct Behind {
    /// The steps by the rules alone.
    pub ruled: Vec<Step>,
    /// The state that is pinned, since when, and until when; `None`: it was let
    /// go of.
    pub pinned: Option<(usize, Option<Instant>, Option<Instant>)>,
}

/// What somebody pinned for a customer up to an instant, itself included: for
/// each machine its runs by key.
pub fn behind(
    world: World<'_>,
    machines: &[Machine],
    customer: usize,
    until: Instant,
) -> Vec<BTreeMap<Box<str>, Behind>> {
    let mut fold = Fold::new(world, machines, customer);
    fold.run(until);
    let run = |run: Run| Behind {
        ruled: run.ruled,
        pinned: run.pin.map(|pin| (pin.state, pin.since, pin.until)),
    };
    let runs = fold.runs.into_iter();
    runs.map(|runs| runs.into_iter().map(|(key, it)| (key, run(it))).collect()).collect()
}

/// The life of one customer from an instant on, itself included.
///
/// # Inputs
///
/// `past`: for each machine what it takes over. One that takes over nothing
/// begins at the instant, in its initial state.
///
/// # Output
///
/// The steps of the past, and those since. What is pinned stays so, until it is
/// let go of, and the rules go on behind it. Timers count from when states were
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
            runs.filter_map(|(key, taken)| Some((key, run(machine, taken)?))).collect();
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

/// A run that goes on from what is taken over.
fn run(machine: &Machine, taken: Taken) -> Option<Run> {
    let Taken { steps, let_go, behind } = taken;
    let Was { visited, .. } = Was::after(machine, &steps, &[])?;
    let (ruled, pinned) = match behind {
        Some(behind) => (behind.ruled, behind.pinned),
        None => (steps.clone(), None),
    };
    let Was { state, entered, .. } = Was::after(machine, &ruled, &[])?;
    let mut left = BTreeMap::new();
    for step in &ruled {
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
        pin: pinned.map(|(state, since, until)| Pin { state, since, until }),
        let_go,
        ruled,
        steps,
    })
}
