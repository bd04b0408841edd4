//! What is told when somebody comes into a segment or goes.

use std::sync::Arc;

use serde::Serialize;

use super::super::history::CauseFact;
use crate::units::Instant;

/// Somebody came into a segment, or went out of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SegmentTurn {
    /// When: the instant that brought it about, or at which it became known.
    pub at: Instant,
    /// The customer's id.
    pub customer: Box<str>,
    /// The segment.
    pub segment: Arc<str>,
    /// Came in; otherwise went out.
    pub entered: bool,
    /// Since when the customer is a member: earlier than `at` where a fact was
    /// learnt late. `None` for who went out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<Instant>,
    /// What brought it about.
    pub by: TurnedBy,
    /// The facts that did, where they are known by id: those that were handed
    /// over and that the segment reads.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub facts: Vec<CauseFact>,
}

/// What brought it about that a membership turned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum TurnedBy {
    /// Something was learnt.
    Learnt,
    /// Something happened that had been known before.
    Fact,
    /// A lifecycle that the segment reads took a step.
    Step,
    /// An assessment.
    Assessment,
    /// Nothing but the passing of time.
    Time,
}
