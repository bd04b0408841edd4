//! What can be proven of machines before anybody goes through them.
//!
//! ```text
//! conditions ── guard ──> boxes: for each quantity the values for which it holds
//!                           │
//!        states, ways ── view ──> which ways can ever be open
//!                           │
//!      reach   closed   order   cycle   clock   duty   people   same ──> faults and hints
//! ```
//!
//! | code | name | what is proven | |
//! |---|---|---|---|
//! | 6001 | `unreachable_state` | no way leads to the state, and it is not tagged `manual` | fault |
//! | 6002 | `dead_end` | no way leads out, and it is not tagged `final` | fault |
//! | 6003 | `trap` | tagged `recoverable`, and no way leads to a `goal` | fault |
//! | 6004 | `ambiguous` | two ways can be open at once, and the list decides | hint |
//! | 6005 | `shadowed` | whenever it is open an earlier way is | fault |
//! | 6006 | `endless` | states follow each other while no time passes | fault |
//! | 6007 | `dominated_timer` | another timer is always due before it | fault |
//! | 6008 | `inverted_ladder` | a limit that comes after the one it should precede | fault |
//! | 6011 | `missing_decides` | customers are lost because nobody knows a value | hint |
//! | 6013 | `open_handoff` | tagged `offered`: not `accepted`, not `rejected`, or no timer | fault |
//! | 6014 | `ownership_hole` | neither `owned` nor in the `pool`, or both | fault |
//! | 6015 | `no_undo` | an effect that nothing takes back | hint |
//! | 6016 | `consent_leak` | a contact that the condition does not tie to consent | fault |
//! | 6020 | `flapping` | one event leads there and the next one back | hint |
//! | 6021 | `bad_migration` | a map of states that loses customers or their timers | fault |
//! | 6022 | `missing_label` | a state without the wording that others have | hint |
//! | 6023 | `same_states` | states that nothing tells apart | hint |
//! | 6024 | `missing_stage` | stages of a customer that have no state | hint |
//! | 6025 | `costly` | one event may take very long to judge | hint |
//! | 6028 | `discrimination` | something personal decides over price or access | hint |
//! | 6029 | `unproven` | too large to be proven | hint |
//! | 6030 | `never_taken` | a condition that never holds where it is asked | hint |
//! | 6031 | `inverted_limits` | a lower limit that is not below the upper one | hint |
//! | 6032 | `late_timer` | another timer leads away before it, but for who comes late | hint |
//!
//! # What is promised
//!
//! * A fault is proven: for every history that there can be. What cannot be
//!   proven is no fault; what is only too large to be looked at is said.
//! * Bounded: 4,096 boxes a condition and so many steps a playbook, counted and
//!   not timed, so that every machine gives the same answer.
//!
//! # What is taken for granted
//!
//! That an evaluation does not run out of its steps on the way. What people set
//! by hand, and who is taken over, follows no way and is no way out; a state
//! that only they set is tagged `manual`.
//!
//! # What is not here
//!
//! Circles of machines (`cycle`) and unknown names are found where definitions
//! are read. A length without a unit, or a calendar without a zone, cannot be
//! written.

mod clock;
mod closed;
mod cycle;
mod duty;
mod guard;
mod limits;
mod migrate;
mod order;
mod people;
mod range;
mod reach;
mod region;
mod same;
mod scenario;

mod term;
mod view;

use std::collections::BTreeMap;
use std::sync::Arc;

use super::machine::Machine;
use crate::error::{Code, Fault};
use crate::facts::Schema;
use crate::lang::{Checked, Parameter};
use crate::units::Calendar;
use guard::Guards;
pub use migrate::migration;

pub use scenario::{Coverage, Scenario, scenarios};
use view::View;

/// What the conditions of machines are about.
#[derive(Debug, Clone, Copy)]
pub struct Ground<'a> {
    /// Attributes and event kinds.
    pub schema: &'a Schema,
    /// Zone, week and fiscal year.
    pub calendar: &'a Calendar,
    /// The parameters, sorted by name.
    pub parameters: &'a [Parameter],
    /// The condition of each segment.
    pub segments: &'a BTreeMap<Arc<str>, Arc<Checked>>,
}

/// What a proof says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    /// It is so for some customer who can exist.
    Proven,
    /// It is so for nobody.
    Refuted,
    /// Neither is known.
    Unknown,
}

/// What was found, in the order of the checks.
#[derive(Debug, Clone, Default)]
pub struct Found {
    /// What is proven to be wrong.
    pub faults: Vec<Fault>,
    /// What is allowed and probably not meant.
    pub hints: Vec<Fault>,
}

/// Checks machines that are free of other faults, each after those it reads.
///
/// # Cost
///
/// Bounded by a count of steps for all machines together; 40 states with 200
/// transitions take a few milliseconds.
///
/// # Example
///
/// ```
/// use guanxi::{Code, Playbook};
/// let findings = Playbook::check(r#"{
///     "guanxi": 1, "id": "shop", "version": "1", "calendar": {"zone": "UTC"},
///     "schema": {"events": {"purchase": {"list": "purchases"}}},
///     "machines": {"relationship": {"initial": "stranger", "states": {
///         "stranger": {"on": [{"event": "purchase", "when": "purchases.size() == 0", "to": "buyer"}]},
///         "buyer": {"on": [{"silent": "days(90)", "to": "stranger"}]}}}}
/// }"#);
/// let codes: Vec<Code> = findings.faults.iter().map(|fault| fault.code).collect();
/// assert_eq!(codes, [Code::DeadEnd, Code::UnreachableState]);
/// ```
pub fn prove(machines: &[Machine], ground: &Ground<'_>) -> Found {
    let mut found = Found::default();
    let mut guards = Guards::new(ground, machines);
    let views: Vec<View<'_>> =
        machines.iter().map(|machine| View::new(ground, machine, &mut guards)).collect();
    for view in &views {
        reach::check(view, &mut found);
        closed::check(view, &mut guards, &mut found);
        order::check(view, &mut guards, &mut found);
        cycle::check(view, &mut guards, &mut found);
        clock::check(view, &mut guards, &mut found);
        limits::check(view, &mut found);
        duty::check(view, &mut guards, &mut found);
        people::check(view, &guards, &mut found);
        same::check(view, machines, &mut found);
        said_unproven(view, &mut found);
    }
    if guards.facts.work == 0
        && let Some(machine) = machines.first()
    {
        found.hints.push(
            Fault::new(
                Code::Unproven,
                "the machines are too large for everything to be proven",
                "生命周期过大，未能完成全部证明",
            )
            .at(machine.pointer.as_str()),
        );
    }
    found
}

/// Conditions that were too large to be looked at.
fn said_unproven(view: &View<'_>, found: &mut Found) {
    for (transition, region) in view.machine.transitions.iter().zip(&view.regions) {
        if region.is_none() {
            found.hints.push(
                Fault::new(
                    Code::Unproven,
                    "the condition has too many cases for anything to be proven of it",
                    "条件的情形过多，无法对其进行证明",
                )
                .hint(
                    "name parts of it as segments, or split the transition",
                    "请把其中一部分定义为细分，或拆分该转换",
                )
                .at(crate::json::pointer_push(&transition.pointer, "when")),
            );
        }
    }
}
