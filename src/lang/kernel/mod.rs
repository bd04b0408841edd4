//! Answers a condition for everybody at once, over columns.
//!
//! ```text
//! Checked --compile--> Condition --blocks of 16,384 customers--> Answer
//!             |                         |
//!             |                         bits in, bits out; the cheap parts of an
//!             |                         `&&` first, the rest only for survivors
//!             what has no kernel is left to the reference, customer by customer
//! ```
//!
//! # What is promised
//!
//! * The same bits as [`evaluate_slowly`], which asks the reference for every
//!   customer, on any number of threads.
//! * Members, errors and the others are everybody: an error never makes a
//!   member, and never stops the run.
//!
//! # What is not here
//!
//! No state between runs, no clock, no choice that changes an answer.

mod bounds;
pub(in crate::lang) mod compile;
mod condition;
mod follows;
mod list;
mod number;
mod numbers;
mod plan;
mod ranks;
mod row;
mod scan;
mod sequence;
mod sweep;
mod together;
pub(in crate::lang) mod window;
mod word;

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use crate::error::Error;
use crate::facts::{Bits, Snapshot};
use crate::lang::Checked;
use crate::lang::evaluate::evaluate_node;
use crate::lang::moment::States;
use crate::lang::scope::Parameter;
use crate::lang::score::Scores;
use crate::lang::stretch::Stretch;
use crate::lang::subject::Subject;
use crate::lang::tree::NodeId;
use crate::lang::types::Type;
use crate::lang::value::Value;
use crate::stats::shared;
use crate::units::Calendar;
pub use bounds::{Bounds, bounds, bounds_slowly, worth_collecting};
pub(super) use compile::range::{decimal, narrow, range_above, range_below};
pub(super) use condition::Comparison;
pub use numbers::{Numbers, numbers};
pub use plan::{Plan, Planned, plan};
pub(crate) use ranks::Ranks;
pub use together::evaluate_all;

use compile::Compiler;
use condition::{Block, Condition, Truth};

/// Words of 64 customers that are evaluated together: small enough that a
/// block's columns stay in cache, large enough to forget the overhead.
const BLOCK_WORDS: usize = 256;

/// What a condition is evaluated against.
#[derive(Debug)]
pub struct Context<'a> {
    /// The facts at the instant of the question.
    pub snapshot: &'a Snapshot<'a>,
    /// Zone, week and fiscal year.
    pub calendar: &'a Calendar,
    /// The parameters, sorted by name.
    pub parameters: &'a [Parameter],
    /// The segments that are already evaluated, by name.
    pub answers: &'a BTreeMap<Arc<str>, Answer>,
    /// What lifecycle machines answer at the instant, where there are any.
    pub states: Option<&'a dyn States>,
    /// What the value part says at the instant, where there is one.
    pub scores: Option<&'a dyn Scores>,
    /// The period that is asked about, where there is one.
    pub period: Option<&'a Stretch<'a>>,
}

/// Who satisfies a condition.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Answer {
    /// The customers for whom it is true.
    pub members: Bits,
    /// The customers for whom it is an error, who are not members.
    pub errors: Bits,
}

impl Context<'_> {
    /// One customer, as the reference sees it; `None` for nobody in particular.
    pub fn subject(&self, customer: Option<usize>) -> Subject<'_> {
        Subject::new(self, customer)
    }

    /// The condition for one customer, by the reference.
    pub fn ask(&self, checked: &Checked, node: NodeId, customer: usize) -> Result<bool, Error> {
        Ok(is_true(&self.value(checked, node, &self.subject(Some(customer)))?))
    }

    fn value(
        &self,
        checked: &Checked,
        node: NodeId,
        subject: &Subject<'_>,
    ) -> Result<Value, Error> {
        evaluate_node(&checked.tree, node, &|node| checked.ty(node).zero(), subject)
    }

    /// The value of a node that reads no fact.
    fn constant(&self, checked: &Checked, node: NodeId) -> Option<Value> {
        self.value(checked, node, &self.subject(None)).ok()
    }

    /// A condition that reads nothing but one column of texts, for one text or
    /// for a missing one; `None` for an error.
    fn with_text(
        &self,
        checked: &Checked,
        node: NodeId,
        column: NodeId,
        key: Option<&str>,
    ) -> Option<bool> {
        let subject = self.subject(None).with_text(checked, column, key);
        Some(is_true(&self.value(checked, node, &subject).ok()?))
    }

    /// A condition that reads nothing but a variable, for one text.
    fn with_variable(
        &self,
        checked: &Checked,
        node: NodeId,
        variable: &Arc<str>,
        key: &str,
    ) -> Option<bool> {
        let subject = self.subject(None).with(variable, Value::Text(key.into()));
        Some(is_true(&self.value(checked, node, &subject).ok()?))
    }
}

/// Missing counts as no.
fn is_true(value: &Value) -> bool {
    matches!(value, Value::Bool(true))
}

/// Who satisfies a checked condition.
///
/// # Inputs
///
/// `threads`: how many to use, at least one; they are started for this call
/// and end with it. The number never changes the answer.
///
/// # Cost
///
/// One pass over the columns that are read. Parts of the language without a
/// kernel cost about a microsecond a customer and clause.
pub fn evaluate(checked: &Checked, context: &Context<'_>, threads: usize) -> Answer {
    evaluate_at(checked, checked.tree.root, context, threads)
}

/// The same of one clause.
fn evaluate_at(checked: &Checked, node: NodeId, context: &Context<'_>, threads: usize) -> Answer {
    let ranks = Ranks::of(checked, context, threads);
    let mut compiler = Compiler::new(checked, context, &ranks);
    let condition = compiler.whole(node);
    let slow = |node, customer| {
        let subject = context.subject(Some(customer)).ranked(&ranks);
        let value = context.value(checked, node, &subject).map_err(|_| ())?;
        Ok(is_true(&value))
    };
    let program = compiler.finish(Box::new(slow));
    let population = context.snapshot.population();
    let mut parts = Part::all(population.words().len());
    let share = parts.len().div_ceil(threads.clamp(1, parts.len().max(1)));
    let run = |parts: &mut [Part]| {
        for part in parts {
            let mask = &population.words()[part.words.clone()];
            let block = Block::alone(part.words.start);
            part.truth = condition.truth(&program, block, mask);
        }
    };
    if threads <= 1 {
        run(&mut parts);
    } else {
        shared(parts.chunks_mut(share.max(1)), run);
    }
    let joined = |words: fn(Part) -> Vec<u64>, parts: Vec<Part>| {
        Bits::from_words(parts.into_iter().flat_map(words).collect(), population.len())
    };
    let errors = joined(|part| part.truth.failed, parts.clone());
    Answer { members: joined(|part| part.truth.yes, parts), errors }
}

/// Customers that are evaluated together, and what came of it.
#[derive(Clone)]
struct Part {
    words: Range<usize>,
    truth: Truth,
}

impl Part {
    fn all(n_words: usize) -> Vec<Part> {
        let starts = (0..n_words).step_by(BLOCK_WORDS);
        let words = starts.map(|start| start..n_words.min(start + BLOCK_WORDS));
        words.map(|words| Part { words, truth: Truth::none(0) }).collect()
    }
}

/// The same, by the reference alone: slow, obvious, and what [`evaluate`] is
/// held to.
pub fn evaluate_slowly(checked: &Checked, context: &Context<'_>) -> Answer {
    let population = context.snapshot.population();
    let mut members = Bits::none(population.len());
    let mut errors = Bits::none(population.len());
    for customer in population.rows() {
        match context.ask(checked, checked.tree.root, customer) {
            Ok(yes) => members.set(customer, yes),
            Err(_) => errors.set(customer, true),
        }
    }
    Answer { members, errors }
}

/// Decimal places of the units a type is counted in.
pub(super) fn scale_of(ty: &Type) -> u8 {
    match ty {
        Type::Decimal(scale) | Type::Money(_, scale) => *scale,
        _ => 0,
    }
}

/// The clauses of a condition that no kernel knows, and that the reference
/// answers customer by customer.
pub fn slow_clauses(checked: &Checked, context: &Context<'_>) -> Vec<NodeId> {
    let mut found = Vec::new();
    let ranks = Ranks::of(checked, context, 1);
    collect_slow(&Compiler::new(checked, context, &ranks).whole(checked.tree.root), &mut found);
    found
}

fn collect_slow(condition: &Condition<'_>, found: &mut Vec<NodeId>) {
    match condition {
        Condition::Slow(node) => found.push(*node),
        Condition::Not(part) => collect_slow(part, found),
        Condition::All(parts) | Condition::Any(parts) => {
            parts.iter().for_each(|part| collect_slow(part, found));
        }
        _ => {}
    }
}
