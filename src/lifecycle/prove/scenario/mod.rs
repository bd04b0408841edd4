//! Histories that take every way of a machine, with the instants around each
//! timer (S26).
//!
//! ```text
//! the beginning ──> what would open one more way ──> fold: was it taken?
//!       ^              values from its boxes               │ yes
//!       └───────────── go on from there <──────────────────┘
//! ```
//!
//! Nothing is believed that the fold has not done: a scenario is one because
//! its transition was taken.
//!
//! `walk` goes from state to state, `history` writes the facts, `value` picks
//! what they say.

mod coverage;
mod history;
mod stage;
mod value;
mod walk;

use std::collections::BTreeMap;
use std::sync::Arc;

pub use self::coverage::{Coverage, Scenario};
use self::stage::Stage;
use self::walk::{Node, Walk};
use super::Ground;
use super::guard::Guards;
use super::view::View;
use crate::lifecycle::Machine;
use crate::units::Instant;

/// Histories that together take every transition of a machine, as far as they
/// are found.
///
/// # Inputs
///
/// `machines`: each after those it reads; `which`: the position of the one to
/// go through. `start`: when the first fact happens.
///
/// # Output
///
/// For each transition a list of facts, verified by [`fold`](crate::lifecycle::fold), with the states
/// a microsecond before, at, and after the instant in which it is taken: for a
/// timer the last instant at which it is not due, and the first at which it is.
///
/// # Cost
///
/// At most 5,000 folds a machine, each over at most 200 facts.
///
/// # Example
///
/// ```
/// use guanxi::{Playbook, lifecycle, units::Instant};
/// let playbook = Playbook::from_json(r#"{
///     "guanxi": 1, "id": "shop", "version": "1", "calendar": {"zone": "UTC"},
///     "schema": {"events": {"purchase": {"list": "purchases"}}},
///     "machines": {"relationship": {"initial": "stranger", "states": {
///         "stranger": {"on": [{"event": "purchase", "to": "buyer"}]},
///         "buyer": {"on": [{"silent": "days(90)", "to": "stranger"}]}}}}
/// }"#)?;
/// let start = Instant::parse("2026-01-01T00:00:00Z")?;
/// let coverage = lifecycle::scenarios(playbook.machines(), 0, &playbook.ground(), start);
/// assert!(coverage.untaken.is_empty());
/// let silence = &coverage.scenarios[1];
/// assert_eq!(silence.facts.len(), 2);
/// let states: Vec<_> = silence.states.iter().map(|(_, state)| *state).collect();
/// assert_eq!(states, [Some(1), Some(0), Some(0)]);
/// # Ok::<(), guanxi::Error>(())
/// ```
pub fn scenarios(
    machines: &[Machine],
    which: usize,
    ground: &Ground<'_>,
    start: Instant,
) -> Coverage {
    let mut guards = Guards::new(ground, machines);
    let views: Vec<View<'_>> =
        machines.iter().map(|machine| View::new(ground, machine, &mut guards)).collect();
    let stage = Stage { machines, ground, schema: Arc::new(ground.schema.clone()), start };
    let mut walked: Vec<Vec<Node>> = Vec::new();
    let mut coverage = Coverage::default();
    for (position, view) in views.iter().enumerate().take(which + 1) {
        let read =
            machines.iter().zip(&walked).filter(|(it, _)| view.machine.reads.contains(&it.name));
        let starts: Vec<Node> = read.flat_map(|(_, nodes)| nodes.iter().cloned()).collect();
        let mut walk = Walk {
            stage: &stage,
            view,
            guards: &mut guards,
            which: position,
            found: BTreeMap::new(),
            nodes: Vec::new(),
            entries: BTreeMap::new(),
            tries: 0,
        };
        walk.run(starts);
        let found = walk.found;
        if position == which {
            let all = 0..view.machine.transitions.len();
            coverage.untaken = all.filter(|way| !found.contains_key(way)).collect();
            coverage.scenarios = found.into_values().collect();
            break;
        }
        walked.push(walk.nodes);
    }
    coverage
}
