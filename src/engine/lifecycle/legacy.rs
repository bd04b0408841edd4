//! The labels that a host already has, against the states that facts give.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::Serialize;

use super::compare::{MoveTold, step_told, unknown_state};
use crate::engine::value::Past;
use crate::error::{Error, Text};
use crate::facts::Columns;
use crate::lang::World;
use crate::lifecycle::{Course, Life, Machine, Replay};
use crate::playbook::Playbook;
use crate::units::Instant;

/// Which state each label of a host stands for, by the state's name or wording;
/// labels that are not here stand for the state that they name themselves.
pub type LabelMap = BTreeMap<String, String>;

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
    /// Labels of the map that nobody has.
    pub unused: Vec<Box<str>>,
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
    /// Why the label is another one.
    pub reason: Reason,
    /// When the labelled state was left, where the label is outdated.
    pub left: Option<Instant>,
    /// The step that left it.
    pub leaving: Option<MoveTold>,
}

/// Why a label does not name the state that somebody is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// It names no state.
    Foreign,
    /// It was right until the customer left that state.
    Outdated,
    /// The customer never was in that state.
    Never,
}

/// Sets labels against the states of a machine.
///
/// # Inputs
///
/// `labels`: ids with their labels; of an id that is there twice the last one
/// counts, and an empty label is none. `map`: the states that labels stand for. A label that is not in it
/// names a state by its name or by its wording in either language, of an outer
/// state too.
///
/// # Errors
///
/// An unknown machine; a map to what is no state of it, at `/LABEL`.
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
    map: &LabelMap,
) -> Result<LegacyView, Error> {
    let found = playbook.machine_named(machine)?;
    let given = labels.iter().filter(|(_, label)| !label.trim().is_empty());
    let labels = &given.cloned().collect::<Vec<_>>();
    let named = Named::new(found, labels, map)?;
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
        foreign: named.foreign(),
        unused: named.unused(map),
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
            let state = named.state(label);
            if state.is_some_and(|state| found.is_in(course.state, state)) {
                out.agreed += 1;
                continue;
            }
            out.differences.push(difference((found, world), (id, label), state, course));
        }
    }
    let population = (0..columns.n_customers()).filter(|customer| there(*customer)).count() as u64;
    out.unlabelled = population - (given.len() - out.unknown.len()) as u64;
    let cell = |((label, state), count): ((&str, usize), u64)| LegacyCell {
        label: label.into(),
        names: named.state(label).map(|named| found.states[named].name.clone()),
        state: found.states[state].name.clone(),
        count,
    };
    out.matrix = cells.into_iter().map(cell).collect();
    Ok(out)
}

/// Why somebody with a label is in another state.
fn difference(
    (machine, world): (&Machine, World<'_>),
    (id, label): (&str, &str),
    named: Option<usize>,
    course: &Course,
) -> Difference {
    let moves = || course.steps.iter().rev().filter(|step| step.moved());
    let leaving = named.and_then(|named| {
        let left = |from: usize, to: usize| machine.is_in(from, named) && !machine.is_in(to, named);
        moves().find(|step| step.from.is_some_and(|from| left(from, step.to)))
    });
    let told = |step| step_told(machine, world, step);
    Difference {
        customer: id.into(),
        label: label.into(),
        state: machine.states[course.state].name.clone(),
        since: course.since,
        step: moves().next().and_then(told),
        reason: match (named, leaving) {
            (None, _) => Reason::Foreign,
            (Some(_), Some(_)) => Reason::Outdated,
            (Some(_), None) => Reason::Never,
        },
        left: leaving.and_then(|step| step.at),
        leaving: leaving.and_then(told),
    }
}

/// The states that labels name.
struct Named<'a>(BTreeMap<&'a str, Option<usize>>);

impl<'a> Named<'a> {
    fn new(
        machine: &Machine,
        labels: &'a [(Box<str>, Box<str>)],
        map: &LabelMap,
    ) -> Result<Named<'a>, Error> {
        let mapped = map.iter().filter(|(_, state)| names(machine, state).is_none());
        let unknown = |(label, state): (&String, &String)| {
            unknown_state(state, machine).at(format!("/{label}"))
        };
        Error::check(mapped.map(unknown).collect())?;
        let state = |label: &str| {
            let stands = map.get(label.trim()).map_or(label, String::as_str);
            names(machine, stands)
        };
        Ok(Named(labels.iter().map(|(_, label)| (&**label, state(label))).collect()))
    }

    fn state(&self, label: &str) -> Option<usize> {
        self.0.get(label).copied().flatten()
    }

    fn foreign(&self) -> Vec<Box<str>> {
        let foreign = self.0.iter().filter(|(_, state)| state.is_none());
        foreign.map(|(label, _)| Box::from(*label)).collect()
    }

    fn unused(&self, map: &LabelMap) -> Vec<Box<str>> {
        let given: BTreeSet<&str> = self.0.keys().map(|label| label.trim()).collect();
        let unused = map.keys().filter(|label| !given.contains(label.as_str()));
        unused.map(|label| label.as_str().into()).collect()
    }
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
