//! One question, asked once.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::answers::{Failure, Options, context, failures, segments};
use crate::error::Error;
use crate::facts::{Columns, Snapshot};
use crate::lang::kernel::{Answer, evaluate};
use crate::lang::{Checked, Explanation, check_condition, explain};
use crate::playbook::Playbook;

/// A condition that can be asked, again and again, of the same facts.
///
/// The segments it names are evaluated when it is made; [`Query::answer`]
/// evaluates the condition itself, anew each time.
#[derive(Debug)]
pub struct Query<'a> {
    snapshot: &'a Snapshot<'a>,
    playbook: &'a Playbook,
    condition: Checked,
    answers: BTreeMap<Arc<str>, Answer>,
}

/// A condition in the words of a playbook, made ready for a snapshot.
///
/// # Errors
///
/// Every fault of the expression, with its place.
pub fn query<'a>(
    snapshot: &'a Snapshot<'a>,
    playbook: &'a Playbook,
    source: &str,
    options: Options,
) -> Result<Query<'a>, Error> {
    let condition = check_condition(source, &playbook.scope())?;
    let answers = if condition.uses.segments.is_empty() {
        BTreeMap::new()
    } else {
        segments(snapshot, playbook, options)
    };
    Ok(Query { snapshot, playbook, condition, answers })
}

impl Query<'_> {
    /// The checked condition, with its cost and hints.
    pub fn condition(&self) -> &Checked {
        &self.condition
    }

    /// Who satisfies it.
    pub fn answer(&self, options: Options) -> Answer {
        evaluate(&self.condition, &self.context(), options.threads)
    }

    /// The first customers for whom it is an error, with the reason.
    pub fn failures(&self, answer: &Answer) -> Vec<Failure> {
        failures(&self.condition, answer, &self.context())
    }

    /// Why a customer satisfies it, or does not. `None`: nobody has this id, or
    /// nothing of them had happened.
    pub fn explain(&self, id: &str) -> Option<Explanation> {
        let population = self.snapshot.population();
        let customer = self.snapshot.columns().customer(id).filter(|at| population.has(*at))?;
        Some(explain(&self.condition, &self.context().subject(Some(customer))))
    }

    fn context(&self) -> crate::lang::kernel::Context<'_> {
        context(self.snapshot, self.playbook, &self.answers)
    }
}

/// The ids of some customers, ascending.
pub fn ids<'a>(columns: &'a Columns, answer: &'a Answer) -> impl Iterator<Item = &'a str> {
    answer.members.rows().filter_map(|customer| columns.customers.get(customer).map(|id| &**id))
}
