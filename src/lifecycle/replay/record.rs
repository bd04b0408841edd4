//! What is taken down of a replay: every step, or nothing.

use super::super::course::{Life, Step};

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

/// A life that goes on, each machine with one course.
impl Record for Life {
    fn step(&mut self, machine: usize, step: Step) {
        if let Some(course) = self.courses.get_mut(machine).and_then(|it| it.first_mut()) {
            course.steps.push(step);
        }
    }

    fn mark(&self, machine: usize) -> usize {
        let course = self.courses.get(machine).and_then(|it| it.first());
        course.map_or(0, |course| course.steps.len())
    }

    fn rewind(&mut self, machine: usize, mark: usize) {
        if let Some(course) = self.courses.get_mut(machine).and_then(|it| it.first_mut()) {
            course.steps.truncate(mark);
        }
    }
}
