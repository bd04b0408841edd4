//! Where a customer is in one run of a machine, in the middle of a fold.

use std::collections::{BTreeMap, BTreeSet};

use crate::lifecycle::course::{Cause, Step};
use crate::lifecycle::machine::Machine;
use crate::units::Instant;

/// One run of a machine.
#[derive(Debug, Clone)]
pub(super) struct Run {
    pub(super) state: usize,
    /// Since when each state on the way inside is entered; `None`: nobody
    /// knows.
    pub(super) entered: BTreeMap<usize, Option<Instant>>,
    /// The state inside each state that was left last.
    pub(super) left: BTreeMap<usize, usize>,
    /// Every state that was ever entered.
    pub(super) visited: BTreeSet<usize>,
    /// Timers that had effects without leading away, and when they were due.
    pub(super) fired: BTreeMap<usize, Instant>,
    pub(super) steps: Vec<Step>,
    /// Every step by the rules, those among them that a pinned state hid.
    pub(super) ruled: Vec<Step>,
    /// Whether it stands still, having gone round without end.
    pub(super) halted: bool,
    /// The state that somebody pinned, which hides the one of the rules.
    pub(super) pin: Option<Pin>,
    /// The steps by which pinned states were let go of, each with since when
    /// the state that shows again is entered.
    pub(super) let_go: Vec<(usize, Option<Instant>)>,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Pin {
    pub(super) state: usize,
    pub(super) since: Option<Instant>,
    pub(super) until: Option<Instant>,
}

impl Run {
    /// The state as everybody sees it, and since when.
    pub(super) fn seen(&self) -> (usize, Option<Instant>) {
        match self.pin {
            Some(pin) => (pin.state, pin.since),
            None => (self.state, self.entered.get(&self.state).copied().flatten()),
        }
    }

    /// Takes down a step, unless a pinned state hides it.
    pub(super) fn note(&mut self, step: Step) {
        if self.pin.is_none() {
            self.steps.push(step.clone());
        }
        self.ruled.push(step);
    }
}

/// Shows what the rules have led to again, where a pinned state hid it.
pub(super) fn release(machine: &Machine, run: &mut Run, now: Instant, cause: Cause) {
    let Some(pin) = run.pin.take() else { return };
    let (to, since) = run.seen();
    run.let_go.push((run.steps.len(), since));
    run.visited.extend(machine.path(to));
    run.steps.push(Step { at: Some(now), from: Some(pin.state), to, transition: None, cause });
}
