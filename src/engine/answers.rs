//! Every definition of a playbook, in an order in which none reads a later one.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;

use super::value::{asks, assessments, with};
use crate::error::{Error, Fault};
use crate::facts::Snapshot;
use crate::lang::kernel::{Answer, Context, evaluate_all};
use crate::lang::{Checked, Scores};
use crate::lifecycle::{Standings, standings};
use crate::playbook::Playbook;
use crate::value::Assessments;

/// How an answer is computed; nothing here changes what it is.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// Threads to use, at least one. They live as long as the call.
    pub threads: usize,
}

impl Default for Options {
    fn default() -> Self {
        Options { threads: 1 }
    }
}

/// A customer for whom a definition is an error, and why.
#[derive(Debug, Clone, Serialize)]
pub struct Failure {
    /// The customer's id.
    pub customer: Box<str>,
    /// What went wrong, and where in the expression.
    pub fault: Fault,
}

/// How many failures are told in full.
pub(super) const FAILURES_TOLD: usize = 10;

/// What every definition of a playbook comes to.
#[derive(Debug, Clone, Default)]
pub(super) struct Answers {
    /// In which state everybody is, in each machine.
    pub states: Standings,
    /// Who is in each segment, by name.
    pub segments: BTreeMap<Arc<str>, Answer>,
    /// What everybody is worth, where the playbook decides about that; or why
    /// nobody can tell.
    pub value: Option<Result<Assessments, Error>>,
}

impl Answers {
    /// Why nobody's worth could be told, where the playbook decides about it.
    pub fn untold(&self) -> Option<&Error> {
        self.value.as_ref()?.as_ref().err()
    }

    /// What everybody is worth, where that could be told.
    pub fn assessments(&self) -> Option<&Assessments> {
        self.value.as_ref()?.as_ref().ok()
    }
}

/// The definitions of a playbook at the instant of a snapshot.
///
/// Assessments read neither states nor anything that reads them, so they come
/// first. States have a history and ask about segments as of instants inside
/// it; segments ask about states as of now. So all states come next.
pub(super) fn answers(snapshot: &Snapshot<'_>, playbook: &Playbook, options: Options) -> Answers {
    let (columns, as_of) = (snapshot.columns(), snapshot.as_of());
    let value = assessments(columns, playbook, &[], as_of, options.threads);
    answers_with(snapshot, playbook, value, options)
}

/// The same for the sake of further conditions: nobody is assessed where
/// neither they nor the definitions ask for it.
pub(super) fn answers_for(
    snapshot: &Snapshot<'_>,
    playbook: &Playbook,
    conditions: &[&Checked],
    options: Options,
) -> Answers {
    let (columns, as_of) = (snapshot.columns(), snapshot.as_of());
    let is_asked = asks(playbook, conditions);
    let value =
        is_asked.then(|| assessments(columns, playbook, conditions, as_of, options.threads));
    answers_with(snapshot, playbook, value.flatten(), options)
}

fn answers_with(
    snapshot: &Snapshot<'_>,
    playbook: &Playbook,
    value: Option<Result<Assessments, Error>>,
    options: Options,
) -> Answers {
    let (columns, as_of, threads) = (snapshot.columns(), snapshot.as_of(), options.threads);
    let made = value.as_ref().and_then(|made| made.as_ref().ok());
    let world = with(playbook.world(columns), made);
    let states = standings(world, playbook.machines(), as_of, threads);
    let mut answers = Answers { states, segments: BTreeMap::new(), value };
    answers.segments = segments(playbook, &context(snapshot, playbook, &answers), threads);
    answers
}

/// Who is in each segment of a playbook.
pub(super) fn segments(
    playbook: &Playbook,
    context: &Context<'_>,
    threads: usize,
) -> BTreeMap<Arc<str>, Answer> {
    let segments = playbook.in_order().map(|segment| (segment.name(), &**segment.condition()));
    evaluate_all(&segments.collect::<Vec<_>>(), context, threads)
}

pub(super) fn context<'a>(
    snapshot: &'a Snapshot<'a>,
    playbook: &'a Playbook,
    answers: &'a Answers,
) -> Context<'a> {
    Context {
        snapshot,
        calendar: playbook.calendar(),
        parameters: playbook.parameters(),
        answers: &answers.segments,
        states: Some(&answers.states),
        scores: answers.assessments().map(|made| made as &dyn Scores),
        period: None,
    }
}

/// The first customers for whom a condition is an error, with the reason.
pub(super) fn failures(
    condition: &Checked,
    answer: &Answer,
    context: &Context<'_>,
) -> Vec<Failure> {
    let customers = &context.snapshot.columns().customers;
    let told = answer.errors.rows().take(FAILURES_TOLD);
    told.filter_map(|customer| {
        let error = context.ask(condition, condition.tree.root, customer).err()?;
        let fault = error.into_faults().into_iter().next()?;
        Some(Failure { customer: customers.get(customer)?.clone(), fault })
    })
    .collect()
}
