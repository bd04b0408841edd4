//! Scenarios, and what none of them takes.

use crate::facts::Fact;
use crate::units::Instant;

/// A history that takes a transition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scenario {
    /// Position of the transition.
    pub transition: usize,
    /// What happens, all to one customer, in order.
    pub facts: Vec<Fact>,
    /// When the transition is taken.
    pub at: Instant,
    /// In which innermost state the customer is just before, then, and just
    /// after: a microsecond each. Nothing where the customer is not there yet.
    pub states: Vec<(Instant, Option<usize>)>,
}

/// The scenarios of a machine, and what none of them takes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Coverage {
    /// One for each transition that is taken, by position.
    pub scenarios: Vec<Scenario>,
    /// Positions of the others: what never can be, or needs more than is tried.
    pub untaken: Vec<usize>,
}
