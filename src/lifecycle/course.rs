//! How one customer went through one machine.

use super::machine::Machine;
use crate::error::Fault;
use crate::units::Instant;

/// A customer's way through a machine, or through one run of a keyed machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Course {
    /// Which run, where the machine runs once for each key.
    pub key: Option<Box<str>>,
    /// The innermost state in the end.
    pub state: usize,
    /// Since when; `None` where nobody knows.
    pub since: Option<Instant>,
    /// Everything that happened on the way, in order.
    pub steps: Vec<Step>,
    /// Where the rules alone would have led, where somebody pinned the state.
    pub shadow: Option<Shadow>,
    /// Where a pinned state was let go of: the position of the step, and since
    /// when the state that shows again is entered by the rules, which went on
    /// behind it.
    pub let_go: Vec<(usize, Option<Instant>)>,
}

/// The state that a pinned one hides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shadow {
    /// The innermost state by the rules.
    pub state: usize,
    /// Since when; `None` where nobody knows.
    pub since: Option<Instant>,
    /// Until when the other is pinned; `None` until it is let go of.
    pub until: Option<Instant>,
}

/// One transition that was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// When; `None` for what was so from the beginning, whenever that was.
    pub at: Option<Instant>,
    /// The innermost state before; `None` at the beginning.
    pub from: Option<usize>,
    /// The innermost state after.
    pub to: usize,
    /// Position of the transition; `None` at the beginning and at a take-over.
    pub transition: Option<usize>,
    /// What brought it about.
    pub cause: Cause,
}

impl Step {
    /// Whether it led to another state, or began one anew.
    pub fn moved(&self) -> bool {
        self.from != Some(self.to)
    }

    /// Whether it is the end of a pinned state, which comes before all else of
    /// its instant.
    pub fn ends_pin(&self) -> bool {
        matches!(self.cause, Cause::Timer(_)) && self.transition.is_none()
    }

    /// The state that it begins anew although nobody left it: what a way says
    /// that restarts, and what a person decides.
    pub(super) fn anew(&self, machine: &Machine) -> Option<usize> {
        match self.transition.and_then(|way| machine.transitions.get(way)) {
            Some(way) => way.target.filter(|_| way.restart),
            None => matches!(self.cause, Cause::Decision(_)).then_some(self.to),
        }
    }
}

/// What brought a step about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Cause {
    /// The customer's first fact.
    Beginning,
    /// An event: its kind, and its row among those.
    Event(usize, usize),
    /// A change of attributes or consents.
    Change,
    /// A timer that was due at this instant.
    Timer(Instant),
    /// A condition that came true as time passed.
    Passing,
    /// A decision of a person: its place among those about the customer.
    Decision(usize),
}

/// A definition that failed for a customer, who went on without it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// Position of the machine.
    pub machine: usize,
    /// Position of the transition; `None` for a decision that names no state
    /// there is.
    pub transition: Option<usize>,
    /// When it first did; `None` for what was so from the beginning, whenever
    /// that was.
    pub at: Option<Instant>,
    /// Why.
    pub fault: Fault,
}

/// The courses of one customer.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Life {
    /// For each machine its courses: one, or one for each key, by key.
    pub courses: Vec<Vec<Course>>,
    /// What failed on the way, each transition once.
    pub troubles: Vec<Trouble>,
    /// The next instant at which something can change although nothing
    /// happens.
    pub wakes: Option<Instant>,
}
