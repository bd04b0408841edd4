//! The numbers of a picture.

use super::super::answers::Options;
use super::flow::{FlowAsked, windows};
use crate::engine::value::Past;
use crate::error::Error;
use crate::facts::Columns;
use crate::lifecycle::diagram::Numbers;
use crate::lifecycle::{Asking, Machine, flows};
use crate::playbook::Playbook;
use crate::units::{Instant, Window};

/// How many are in each state of a machine, and how many went each way in the
/// last of the periods that are asked for.
///
/// # Output
///
/// The numbers, without a note, and the period.
///
/// # Errors
///
/// Periods that are none or too many.
pub fn picture_numbers(
    columns: &Columns,
    playbook: &Playbook,
    machine: &Machine,
    as_of: Instant,
    asked: FlowAsked<'_>,
    options: Options,
) -> Result<(Numbers, Window), Error> {
    let windows = windows(playbook.calendar(), as_of, asked)?;
    let mut last = windows.last().copied().unwrap_or(Window { from: as_of, until: as_of });
    if last.until == as_of {
        // What is due at this very instant has happened, as everywhere else.
        last.until = Instant::clamped(as_of.micros().saturating_add(1));
    }
    let asking = Asking { periods: &[last], as_of, by: None };
    let past = Past::new(columns, playbook, &[], as_of, options.threads);
    let (world, machines) = (past.world(playbook, columns), playbook.machines());
    let flows = flows(world, machines, asking, options.threads);
    let position = machines.iter().position(|it| it.name == machine.name);
    let groups = position.and_then(|at| flows.get(at)?.periods.first());
    let counts = groups.and_then(|groups| groups.values().next()).cloned().unwrap_or_default();
    let states = 0..machine.states.len();
    let mut taken = vec![0; machine.transitions.len()];
    for (made, count) in &counts.moves {
        if let Some(sum) = made.transition.and_then(|way| taken.get_mut(way)) {
            *sum += count;
        }
    }
    let customers = states.map(|state| counts.balance(machine, state).closing).collect();
    Ok((Numbers { customers, taken, note: String::new() }, last))
}
