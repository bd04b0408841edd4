//! Where the machines of one customer are, in the middle of a replay.

use super::super::course::Trouble;
use super::super::plan::Plan;
use crate::lang::{Asked, States, Value};
use crate::units::Instant;

/// Room to work in, kept from one customer to the next.
#[derive(Debug, Default)]
pub struct Scratch {
    pub(super) runs: Vec<Run>,
    /// For each kind the first row that is still to come.
    pub(super) ends: Vec<usize>,
    pub(super) changes: Vec<(i64, Option<usize>)>,
    /// The first of them that is still to come.
    pub(super) changed: usize,
    /// How often time alone was looked at.
    pub(super) woken: usize,
    pub(super) now: i64,
    /// The instant that stands for a beginning of which nobody knows when.
    pub(super) unknown: Option<i64>,
    /// Nothing that time alone brings about comes before this instant.
    pub(super) wake: i64,
    /// Something is due and waits for its condition.
    pub(super) pending: bool,
    /// A transition was taken since the wake was worked out.
    pub(super) moved: bool,
    /// Nothing that waits for no fact can come sooner because of one.
    pub(super) lazy: bool,
    /// When the last event happened; [`NEVER`] before the first.
    pub(super) last: i64,
    /// A run as it was before a cascade.
    pub(super) before: Run,
    pub(super) troubles: Vec<Trouble>,
    /// How often a lane was tried, and how often it was left.
    pub(super) tried: (u32, u32),
    /// How much was taken down of each machine before.
    pub(super) marks: Vec<usize>,
}

/// Where one machine is.
#[derive(Debug, Clone, Default)]
pub(in crate::lifecycle) struct Run {
    pub(in crate::lifecycle) state: usize,
    /// Since when each state on the way inside is entered, from the outermost,
    /// in microseconds; [`NEVER`] where nobody knows.
    pub(in crate::lifecycle) entered: Vec<i64>,
    pub(super) left: Vec<usize>,
    /// States ever entered, as bits.
    pub(in crate::lifecycle) visited: Vec<u64>,
    pub(super) fired: Vec<(usize, i64)>,
    /// Whether it stands still, having gone round without end.
    pub(in crate::lifecycle) halted: bool,
}

/// Stands for an instant that nobody knows.
pub(in crate::lifecycle) const NEVER: i64 = i64::MIN;

impl Run {
    /// Since when the innermost state is entered; [`NEVER`] where nobody knows.
    pub(in crate::lifecycle) fn since(&self) -> i64 {
        self.entered.last().copied().unwrap_or(NEVER)
    }

    /// Becomes like another, in the room that is there.
    pub(super) fn copy_from(&mut self, other: &Run) {
        self.state = other.state;
        self.entered.clone_from(&other.entered);
        self.left.clone_from(&other.left);
        self.visited.clone_from(&other.visited);
        self.fired.clone_from(&other.fired);
        self.halted = other.halted;
    }
}

impl Scratch {
    /// Where each machine is.
    pub(in crate::lifecycle) fn runs(&self) -> &[Run] {
        &self.runs
    }

    /// How many customers went by the fast lane to the end, and how many left it
    /// on the way.
    pub fn by_lane(&self) -> (u32, u32) {
        let (tried, left) = self.tried;
        (tried - left, left)
    }

    /// What failed on the way.
    pub(in crate::lifecycle) fn take_troubles(&mut self) -> Vec<Trouble> {
        let mut troubles = std::mem::take(&mut self.troubles);
        troubles.sort_by_key(|trouble| (trouble.machine, trouble.transition));
        troubles
    }
}

/// Now, unless this is the beginning of a life and nobody knows when that was.
pub(super) fn dated_now(scratch: &Scratch) -> Option<Instant> {
    (scratch.unknown != Some(scratch.now)).then(|| Instant::clamped(scratch.now))
}

/// What the machines answer in the middle of a replay.
#[derive(Debug)]
pub(super) struct Asking<'a> {
    pub plans: &'a [Plan<'a>],
    pub runs: &'a [Run],
}

impl States for Asking<'_> {
    fn ask(&self, _: usize, machine: &str, asked: Asked<'_>) -> Option<Value> {
        let position = self.plans.iter().position(|plan| &*plan.machine.name == machine)?;
        let (definition, run) = (self.plans[position].machine, self.runs.get(position)?);
        Some(match asked {
            Asked::State => Value::Text(definition.states[run.state].name.clone()),
            Asked::Since => match run.entered.last().filter(|since| **since != NEVER) {
                Some(since) => Value::Timestamp(Instant::clamped(*since).into()),
                None => Value::Missing,
            },
            Asked::In(state) => Value::Bool(definition.is_in(run.state, definition.state(state)?)),
            Asked::WasIn(state) => {
                let state = definition.state(state)?;
                Value::Bool((run.visited[state / 64] >> (state % 64)) & 1 == 1)
            }
            Asked::CountIn(state) => {
                let inside = definition.is_in(run.state, definition.state(state)?);
                Value::Int(i64::from(inside))
            }
        })
    }
}
