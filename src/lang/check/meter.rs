//! Counts the work of an expression while it is walked.

use std::collections::HashMap;

use super::super::cost::{Cost, NESTING, Term};
use super::super::tree::NodeId;

/// How many elements something has, at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Size {
    /// As many as the customer has events of this kind.
    Events(usize),
    /// As many as one set.
    Set,
    /// This many.
    Items(u64),
}

/// The steps of one level of iteration.
#[derive(Debug, Clone, Copy)]
struct Level {
    term: Term,
    /// Repetitions by lists of known length.
    times: u64,
}

impl Level {
    /// The level inside one more iteration; None where events would nest too
    /// deep.
    fn inside(self, size: Size) -> Option<Level> {
        let mut level = Level { term: Term { steps: 0, ..self.term }, ..self };
        match size {
            Size::Events(kind) => {
                let free = level.term.kinds.iter_mut().find(|kind| kind.is_none())?;
                *free = Some(kind);
            }
            Size::Set => level.term.sets = level.term.sets.saturating_add(1),
            Size::Items(count) => level.times = level.times.saturating_mul(count),
        }
        Some(level)
    }
}

pub(super) struct Meter {
    level: Level,
    outer: Vec<Level>,
    done: Vec<Term>,
    lists: HashMap<NodeId, Size>,
}

impl Meter {
    pub fn new() -> Self {
        let term = Term { kinds: [None; NESTING], sets: 0, steps: 0 };
        let level = Level { term, times: 1 };
        Meter { level, outer: Vec::new(), done: Vec::new(), lists: HashMap::new() }
    }

    /// One node is looked at.
    pub fn step(&mut self) {
        self.level.term.steps = self.level.term.steps.saturating_add(self.level.times);
    }

    /// What follows happens for each element. False where events would nest
    /// too deep; the level is entered all the same, so that it can be left.
    pub fn enter(&mut self, size: Size) -> bool {
        self.outer.push(self.level);
        match self.level.inside(size) {
            Some(level) => {
                self.level = level;
                true
            }
            None => {
                self.level.term.steps = 0;
                false
            }
        }
    }

    /// Back to what happens once.
    pub fn leave(&mut self) {
        if let Some(outer) = self.outer.pop() {
            self.done.push(self.level.term);
            self.level = outer;
        }
    }

    /// One step for each element, without a variable.
    pub fn go_through(&mut self, size: Size) -> bool {
        let fits = self.enter(size);
        self.step();
        self.leave();
        fits
    }

    /// Remembers the length of a list that a fold makes.
    pub fn remember(&mut self, list: NodeId, size: Size) {
        self.lists.insert(list, size);
    }

    /// The length of a list that a fold made.
    pub fn list(&self, list: NodeId) -> Option<Size> {
        self.lists.get(&list).copied()
    }

    pub fn finish(mut self) -> Cost {
        self.done.push(self.level.term);
        Cost::of(self.done)
    }
}
