//! What there was to choose from at each step of a life.

use std::ops::ControlFlow;

use super::{Asking, Fold, Phase};
use crate::lang::{Moment, World};
use crate::lifecycle::course::{Cause, Life};
use crate::lifecycle::machine::{Machine, Trigger};
use crate::units::Instant;

/// The ways out of a state at the moment when one of them is taken, or at the
/// end.
#[derive(Debug)]
pub struct Choice<'a> {
    /// Position of the machine.
    pub machine: usize,
    /// Which run of it; empty where there is only one.
    pub key: &'a str,
    /// The innermost state.
    pub state: usize,
    /// The place of the coming step among those of its course.
    pub step: usize,
    /// The transition that is taken, and what brings it about; `None` at the
    /// end.
    pub taken: Option<(usize, Cause)>,
    /// Each timer among the ways out.
    pub timers: Vec<Timer>,
    /// The moment, which conditions can be asked about.
    pub moment: Moment<'a>,
}

/// A timer among the ways out of a state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timer {
    /// Position of the transition.
    pub transition: usize,
    /// When it is due; `None` where nobody knows from when.
    pub due: Option<Instant>,
    /// Whether it has had its effects and leads nowhere.
    pub done: bool,
}

/// Who looks on. To break means that the life need not go on after the
/// instant.
pub(super) type Witness<'a> = &'a mut dyn FnMut(&Choice<'_>) -> ControlFlow<()>;

/// The course of a customer, as [`fold`](super::fold) has it, with a look at
/// every choice on the way, and at those that are open in the end.
///
/// # Inputs
///
/// What happened after `known` is left out; where `until` is later, the life
/// goes on as if nothing happened. `witness` is called before each step that a
/// transition makes. A step that is undone since it was one of too many at one
/// instant was shown, and its place comes again.
///
/// # Cost
///
/// That of the fold, and of whatever the witness does.
pub fn watch(
    world: World<'_>,
    machines: &[Machine],
    customer: usize,
    known: Instant,
    until: Instant,
    witness: &mut dyn FnMut(&Choice<'_>) -> ControlFlow<()>,
) -> Life {
    let mut fold = Fold::new(world, machines, customer);
    fold.known = known;
    fold.witness = Some(witness);
    fold.run(until);
    if !fold.enough {
        fold.now = until;
        fold.show_all();
    }
    fold.finish()
}

impl Fold<'_> {
    /// Shows a choice to who looks on.
    pub(super) fn show(
        &mut self,
        machine: usize,
        key: &str,
        phase: Phase,
        taken: Option<(usize, Cause)>,
    ) {
        let Some(witness) = self.witness.take() else { return };
        // Looking must not change what is told: a timer that fails and that
        // nobody waits for is no trouble.
        let troubles = self.troubles.clone();
        let timers = self.timers(machine, key);
        self.troubles = troubles;
        if let Some(run) = self.runs[machine].get(key) {
            let asking = Asking { machines: self.machines, runs: &self.runs };
            let moment = self.moment(&asking, phase);
            let (state, step) = (run.state, run.steps.len());
            let choice = Choice { machine, key, state, step, taken, timers, moment };
            let shown = witness(&choice);
            self.enough |= shown.is_break();
        }
        self.witness = Some(witness);
    }

    fn show_all(&mut self) {
        for machine in 0..self.machines.len() {
            let keys: Vec<Box<str>> = self.runs[machine].keys().cloned().collect();
            for key in keys {
                self.show(machine, &key, Phase::Time, None);
            }
        }
    }

    fn timers(&mut self, machine: usize, key: &str) -> Vec<Timer> {
        let definition = &self.machines[machine];
        let Some(run) = self.runs[machine].get(key) else { return Vec::new() };
        let ways: Vec<usize> = definition.ways(run.state).collect();
        let is_timer = |way: &usize| {
            let trigger = definition.transitions.get(*way).map(|it| &it.trigger);
            matches!(trigger, Some(Trigger::Due(_)))
        };
        let timer = |transition: usize| {
            let due = self.due(machine, key, transition);
            let fired = self.runs[machine].get(key).and_then(|run| run.fired.get(&transition));
            Timer { transition, due, done: due.is_some() && fired.copied() == due }
        };
        ways.into_iter().filter(is_timer).map(timer).collect()
    }
}
