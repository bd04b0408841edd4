//! One question, asked once.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;

use super::answers::{Answers, Failure, Options, answers_for, context, failures};
use super::explain::explain;
use super::note::{Note, attributes_read, notes};
use crate::error::Error;
use crate::facts::{Columns, Snapshot};
use crate::lang::kernel::{Answer, Bounds, Plan, bounds, evaluate, plan, worth_collecting};
use crate::lang::{Checked, Explanation, check_condition};
use crate::playbook::Playbook;
use crate::units::Instant;

/// The answer to a condition in numbers.
#[derive(Debug, Clone, Serialize)]
pub struct Found {
    /// Customers who satisfy it.
    pub members: u64,
    /// Customers who were there.
    pub population: u64,
    /// Customers for whom it is an error; they are not members.
    pub errors: u64,
    /// The instant of the answer.
    pub as_of: Instant,
    /// What unknown values leave open, where they do.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    pub open: Option<Open>,
    /// The first customers for whom it is an error, with the reason.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub failures: Vec<Failure>,
    /// What a reader should know before trusting the numbers.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<Note>,
}

/// Between which bounds the answer lies, however unknown values turn out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Open {
    /// Customers who satisfy it whatever becomes known: at least so many.
    pub certain: u64,
    /// Customers who may satisfy it: at most so many.
    pub possible: u64,
    /// The attributes without which customers are undecided who lack nothing
    /// else, the most customers first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub worth_collecting: Vec<Collecting>,
}

/// An attribute that would decide about customers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Collecting {
    /// The attribute.
    pub attribute: Arc<str>,
    /// How many customers are undecided for lack of it alone.
    pub customers: u64,
}

/// A condition that can be asked, again and again, of the same facts.
///
/// The segments it names are evaluated when it is made; [`Query::answer`]
/// evaluates the condition itself, anew each time.
#[derive(Debug)]
pub struct Query<'a> {
    snapshot: &'a Snapshot<'a>,
    playbook: &'a Playbook,
    condition: Checked,
    answers: Answers,
    known_at: Option<Instant>,
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
    let uses = &condition.uses;
    let alone = uses.segments.is_empty() && uses.machines.is_empty() && uses.scores.is_empty();
    let answers = match alone {
        true => Answers::default(),
        false => answers_for(snapshot, playbook, &[&condition], options),
    };
    Ok(Query { snapshot, playbook, condition, answers, known_at: None })
}

impl Query<'_> {
    /// The same, where the facts are those known at `known_at`: it is only told
    /// in notes.
    pub fn known_at(self, known_at: Option<Instant>) -> Self {
        Query { known_at, ..self }
    }

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

    /// What a reader should know before trusting an answer: of the attributes,
    /// only those that the condition reads, itself or in segments.
    pub fn notes(&self) -> Vec<Note> {
        let read = attributes_read(&self.condition, self.playbook);
        notes(self.snapshot.columns(), read, self.snapshot.as_of(), self.known_at)
    }

    /// An answer in numbers.
    pub fn found(&self, answer: &Answer) -> Found {
        Found {
            members: answer.members.count() as u64,
            population: self.snapshot.population().count() as u64,
            errors: answer.errors.count() as u64,
            as_of: self.snapshot.as_of(),
            open: self.open(),
            failures: self.failures(answer),
            notes: self.notes(),
        }
    }

    /// In which order its clauses are asked, of how many, and at what price.
    pub fn plan(&self) -> Plan {
        plan(&self.condition, &self.context())
    }

    /// Who satisfies it for certain, and who may: what unknown values leave open.
    pub fn bounds(&self) -> Bounds {
        bounds(&self.condition, &self.context(), &self.segment_bounds(), 1)
    }

    /// The bounds of the segments that it names, and of those that they do.
    fn segment_bounds(&self) -> BTreeMap<Arc<str>, Bounds> {
        let mut found = BTreeMap::new();
        if self.condition.uses.segments.is_empty() {
            return found;
        }
        let context = self.context();
        for segment in self.playbook.in_order() {
            let of = bounds(segment.condition(), &context, &found, 1);
            found.insert(segment.name().clone(), of);
        }
        found
    }

    /// The bounds in numbers, where they are apart.
    pub fn open(&self) -> Option<Open> {
        let (context, segments) = (self.context(), self.segment_bounds());
        let found = bounds(&self.condition, &context, &segments, 1);
        if found.certain == found.possible {
            return None;
        }
        let attributes = &self.snapshot.columns().schema.attributes;
        let worth = worth_collecting(&self.condition, &context, &segments, &found);
        let named = worth.into_iter().filter_map(|(attribute, customers)| {
            Some(Collecting { attribute: attributes.get(attribute)?.name.clone(), customers })
        });
        Some(Open {
            certain: found.certain.count() as u64,
            possible: found.possible.count() as u64,
            worth_collecting: named.collect(),
        })
    }

    /// Why a customer satisfies it, or does not. `None`: nobody has this id, or
    /// nothing of them had happened.
    pub fn explain(&self, id: &str) -> Option<Explanation> {
        let population = self.snapshot.population();
        let customer = self
            .snapshot
            .columns()
            .customer_at(id, self.snapshot.as_of())
            .filter(|at| population.has(*at))?;
        Some(explain(&self.condition, self.playbook, &self.context(), customer))
    }

    fn context(&self) -> crate::lang::kernel::Context<'_> {
        context(self.snapshot, self.playbook, &self.answers)
    }
}

/// The ids of some customers, ascending.
pub fn ids<'a>(columns: &'a Columns, answer: &'a Answer) -> impl Iterator<Item = &'a str> {
    answer.members.rows().filter_map(|customer| columns.customers.get(customer).map(|id| &**id))
}
