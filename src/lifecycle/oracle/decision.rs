//! What people decide: states that are set and pinned, and let go of.

use super::run::release;
use super::{Fold, Pin};
use crate::error::{Code, Fault};
use crate::lifecycle::course::{Cause, Step};

impl Fold<'_> {
    /// Ends what was pinned until now.
    pub(super) fn unpin(&mut self) {
        for (machine, runs) in self.machines.iter().zip(&mut self.runs) {
            for run in runs.values_mut() {
                let until = run.pin.and_then(|pin| pin.until);
                if let Some(until) = until.filter(|until| *until <= self.now) {
                    release(machine, run, self.now, Cause::Timer(until));
                }
            }
        }
    }

    /// Follows a decision of a person. One that names a machine of another
    /// playbook is passed over.
    pub(super) fn decide(&mut self, number: usize) {
        let (world, machines) = (self.world, self.machines);
        let Some((_, _, decision)) = world.columns.overrides.of(self.customer).get(number) else {
            return;
        };
        let named = machines.iter().position(|machine| *machine.name == *decision.machine);
        let Some(machine) = named else { return };
        let cause = Cause::Decision(number);
        let Some(name) = &decision.state else {
            if let Some(run) = self.runs[machine].get_mut("") {
                release(&machines[machine], run, self.now, cause);
            }
            return;
        };
        let state = machines[machine].state(name);
        let (Some(state), true) = (state, self.runs[machine].contains_key("")) else {
            self.refuse_decision(machine, name);
            return;
        };
        let entry = machines[machine].states[state].entry;
        if !decision.pinned {
            if let Some(run) = self.runs[machine].get_mut("") {
                release(&machines[machine], run, self.now, cause);
            }
            self.enter(machine, "", entry, None, Some(entry), cause);
            return;
        }
        let at = Some(self.now);
        if let Some(run) = self.runs[machine].get_mut("") {
            let from = Some(run.seen().0);
            run.steps.push(Step { at, from, to: entry, transition: None, cause });
            run.visited.extend(machines[machine].path(entry));
            run.pin = Some(Pin { state: entry, since: at, until: decision.until });
        }
    }

    pub(super) fn refuse_decision(&mut self, machine: usize, state: &str) {
        let (name, state) = (&self.machines[machine].name, crate::units::shown(state));
        let fault = Fault::new(
            Code::UnknownName,
            format!("somebody decided for the state `{state}`, which `{name}` cannot be put into"),
            format!("人工改定的状态 `{state}` 无法用于生命周期 `{name}`"),
        );
        self.note(machine, None, fault);
    }
}
