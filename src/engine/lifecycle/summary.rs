//! How many customers are in each state.

use std::sync::Arc;

use serde::Serialize;

use super::super::answers::{Answers, FAILURES_TOLD};
use crate::error::{Fault, Text};
use crate::facts::{Columns, Snapshot};
use crate::lifecycle::{Machine, Standing, Trouble};
use crate::playbook::Playbook;
use crate::units::Instant;

/// One machine, with the customers in each of its states.
#[derive(Debug, Clone, Serialize)]
pub struct MachineSummary {
    /// The machine.
    pub machine: Arc<str>,
    /// As shown to people.
    pub label: Text,
    /// Whether it runs once for each key, so that runs are counted instead of
    /// customers.
    pub keyed: bool,
    /// Each state, after the one it is inside, the likely ones first.
    pub states: Vec<StateSummary>,
    /// Customers for whom one of its definitions failed; they went on without.
    pub troubles: u64,
    /// The first of these, with the reason.
    pub failures: Vec<TroubleView>,
}

/// One state.
#[derive(Debug, Clone, Serialize)]
pub struct StateSummary {
    /// The state.
    pub state: Arc<str>,
    /// As shown to people.
    pub label: Text,
    /// What it stands for.
    pub tags: Vec<Arc<str>>,
    /// The state that it is inside.
    pub inside: Option<Arc<str>>,
    /// Whether others are inside it.
    pub composite: bool,
    /// Customers in it, or in a state inside it; of a keyed machine, runs.
    pub customers: u64,
}

/// A customer for whom a definition failed, and why.
#[derive(Debug, Clone, Serialize)]
pub struct TroubleView {
    /// The customer's id.
    pub customer: Box<str>,
    /// Where the transition stands in the playbook.
    pub transition: String,
    /// When it first failed; `None` for what was so from the beginning.
    pub at: Option<Instant>,
    /// What went wrong.
    pub fault: Fault,
}

/// Each machine of a playbook, in the order of their names.
pub(in super::super) fn machine_summaries(
    snapshot: &Snapshot<'_>,
    playbook: &Playbook,
    answers: &Answers,
) -> Vec<MachineSummary> {
    let pairs = playbook.machines().iter().zip(&answers.states.machines).enumerate();
    let mut out: Vec<MachineSummary> = pairs
        .map(|(position, (machine, standing))| {
            let troubles = answers.states.troubles.iter();
            let mut troubles: Vec<_> =
                troubles.filter(|(_, trouble)| trouble.machine == position).collect();
            troubles.sort_by_key(|(customer, trouble)| (*customer, trouble.transition));
            let columns = snapshot.columns();
            let told = troubles.iter().take(FAILURES_TOLD);
            let told = told.filter_map(|(who, it)| trouble_view(columns, *who, machine, it));
            let failures = told.collect();
            troubles.dedup_by_key(|(customer, _)| *customer);
            MachineSummary {
                machine: machine.name.clone(),
                label: machine.text.or_name(&machine.name),
                keyed: machine.key.is_some(),
                states: states(machine, standing),
                troubles: troubles.len() as u64,
                failures,
            }
        })
        .collect();
    out.sort_by(|a, b| a.machine.cmp(&b.machine));
    out
}

/// What failed for one customer, in words.
pub(super) fn trouble_view(
    columns: &Columns,
    customer: usize,
    machine: &Machine,
    trouble: &Trouble,
) -> Option<TroubleView> {
    Some(TroubleView {
        customer: columns.customers.get(customer)?.clone(),
        transition: trouble.transition.map_or_else(
            || Some(machine.pointer.clone()),
            |position| Some(machine.transitions.get(position)?.pointer.clone()),
        )?,
        at: trouble.at,
        fault: trouble.fault.clone(),
    })
}

fn states(machine: &Machine, standing: &Standing) -> Vec<StateSummary> {
    let mut counts = vec![0; machine.states.len()];
    for (leaf, count) in standing.counts().into_iter().enumerate() {
        for state in machine.path(leaf) {
            if let Some(sum) = counts.get_mut(state) {
                *sum += count;
            }
        }
    }
    let states = machine.states.iter().zip(counts).enumerate();
    states
        .map(|(own, (state, customers))| StateSummary {
            state: state.name.clone(),
            label: state.text.or_name(&state.name),
            tags: state.tags.clone(),
            inside: state.parent.and_then(|outer| Some(machine.states.get(outer)?.name.clone())),
            composite: !state.is_leaf(own),
            customers,
        })
        .collect()
}
