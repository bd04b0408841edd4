//! What is taken down of a replay: every step, or nothing.

use super::super::course::Step;

/// Takes down what happens.
pub(in crate::lifecycle) trait Record {
    fn step(&mut self, machine: usize, step: Step);
    /// How much has been taken down of one machine.
    fn mark(&self, machine: usize) -> usize;
    /// Forgets what was taken down since a mark.
    fn rewind(&mut self, machine: usize, mark: usize);
}

/// Takes down nothing.
pub(in crate::lifecycle) struct Nothing;

impl Record for Nothing {
    #[inline]
    fn step(&mut self, _: usize, _: Step) {}

    fn mark(&self, _: usize) -> usize {
        0
    }

    fn rewind(&mut self, _: usize, _: usize) {}
}

impl Record for Vec<Vec<Step>> {
    fn step(&mut self, machine: usize, step: Step) {
        if let Some(steps) = self.get_mut(machine) {
            steps.push(step);
        }
    }

    fn mark(&self, machine: usize) -> usize {
        self.get(machine).map_or(0, Vec::len)
    }

    fn rewind(&mut self, machine: usize, mark: usize) {
        if let Some(steps) = self.get_mut(machine) {
            steps.truncate(mark);
        }
    }
}
