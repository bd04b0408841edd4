//! The labels that a host already has, against the states that facts give.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;

use super::compare::{MoveTold, step_told};
use crate::engine::value::Past;
use crate::error::{Error, Text};
use crate::facts::Columns;
use crate::lifecycle::{Life, Machine, Replay};
use crate::playbook::Playbook;
use crate::units::Instant;

/// Labels of a host beside states.
#[derive(Debug, Clone, Serialize)]
pub struct LegacyView {
    /// The machine.
    pub machine: Arc<str>,
    /// As shown to people.
    pub label: Text,
    /// The instant of the states.
    pub as_of: Instant,
    /// Customers with a label and a state.
    pub compared: u64,
    /// Those whose label names the state they are in.
    pub agreed: u64,
    /// Customers with a state and no label.
    pub unlabelled: u64,
    /// Labelled customers of whom no fact is known, by id.
    pub unknown: Vec<Box<str>>,
    /// Labels that name no state.
    pub foreign: Vec<Box<str>>,
    /// How many have which label and are in which state.
    pub matrix: Vec<LegacyCell>,
    /// Everybody whose label does not name the state they are in, by id, each
    /// with the reason.
    pub differences: Vec<Difference>,
}

/// Some with a label and a state.
#[derive(Debug, Clone, Serialize)]
pub struct LegacyCell {
    /// The label.
    pub label: Box<str>,
    /// The state that it names.
    pub names: Option<Arc<str>>,
    /// The state they are in.
    pub state: Arc<str>,
    /// How many.
    pub count: u64,
}

/// A customer whose label says something else.
#[derive(Debug, Clone, Serialize)]
pub struct Difference {
    /// The customer's id.
    pub customer: Box<str>,
    /// The label.
    pub label: Box<str>,
    /// The state.
    pub state: Arc<str>,
    /// Since when.
    pub since: Option<Instant>,
    /// The step that led there.
    pub step: Option<MoveTold>,
}

/// Sets labels against the states of a machine.
///
/// # Inputs
///
/// `labels`: ids with their labels; of an id that is there twice the last one
/// counts. A label names a state by its name or by its wording in either
/// language, of an outer state too.
///
/// # Errors
///
/// An unknown machine.
///
/// # Cost
///
/// One life for each label.
pub fn compare_legacy(
    columns: &Columns,
    playbook: &Playbook,
    machine: &str,
    as_of: Instant,
    labels: &[(Box<str>, Box<str>)],
) -> Result<LegacyView, Error> {
    let found = playbook.machine_named(machine)?;
    let past = Past::new(columns, playbook, &[], as_of, 1);
    let (world, machines) = (past.world(playbook, columns), playbook.machines());
    let position = machines.iter().position(|it| it.name == found.name).unwrap_or_default();
    let given: BTreeMap<&str, &str> = labels.iter().map(|(id, label)| (&**id, &**label)).collect();
    let replay = Replay::new(world, machines);
    let mut scratch = replay.scratch();
    let mut out = LegacyView {
        machine: found.name.clone(),
        label: found.text.or_name(&found.name),
        as_of,
        compared: 0,
        agreed: 0,
        unlabelled: 0,
        unknown: Vec::new(),
        foreign: Vec::new(),
        matrix: Vec::new(),
        differences: Vec::new(),
    };
    let mut cells: BTreeMap<(&str, usize), u64> = BTreeMap::new();
    let there =
        |customer: usize| columns.born.get(customer).is_some_and(|at| *at <= as_of.micros());
    for (id, label) in &given {
        let Some(customer) = columns.customer(id).filter(|customer| there(*customer)) else {
            out.unknown.push((*id).into());
            continue;
        };
        let life: Life = replay.life(customer, as_of, &mut scratch);
        // Of a machine with runs, each stands for itself.
        for course in life.courses.get(position).into_iter().flatten() {
            out.compared += 1;
            *cells.entry((label, course.state)).or_default() += 1;
            let named = names(found, label);
            if named.is_some_and(|named| found.is_in(course.state, named)) {
                out.agreed += 1;
                continue;
            }
            let last = course.steps.iter().rev().find(|step| step.moved());
            out.differences.push(Difference {
                customer: (*id).into(),
                label: (*label).into(),
                state: found.states[course.state].name.clone(),
                since: course.since,
                step: last.and_then(|step| step_told(found, world, step)),
            });
        }
    }
    let population = (0..columns.n_customers()).filter(|customer| there(*customer)).count() as u64;
    out.unlabelled = population - (given.len() - out.unknown.len()) as u64;
    let mut foreign: Vec<&str> = given.values().copied().collect();
    foreign.sort_unstable();
    foreign.dedup();
    foreign.retain(|label| names(found, label).is_none());
    out.foreign = foreign.into_iter().map(Into::into).collect();
    let cell = |((label, state), count): ((&str, usize), u64)| LegacyCell {
        label: label.into(),
        names: names(found, label).map(|named| found.states[named].name.clone()),
        state: found.states[state].name.clone(),
        count,
    };
    out.matrix = cells.into_iter().map(cell).collect();
    Ok(out)
}

/// The state that a label names.
fn names(machine: &Machine, label: &str) -> Option<usize> {
    let label = label.trim();
    let worded = || {
        machine.states.iter().position(|state| {
            !label.is_empty()
                && (state.text.zh == label || state.text.en.eq_ignore_ascii_case(label))
        })
    };
    machine.state(label).or_else(worded)
}
