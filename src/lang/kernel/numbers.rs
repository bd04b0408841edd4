//! A number of everybody at once, where kernels know how.

use super::compile::{Compiler, Walk};
use super::condition::{Block, each};
use super::row::{Row, set};
use super::{Context, Part, Ranks, is_true};
use crate::facts::Bits;
use crate::lang::Checked;
use crate::lang::tree::{BinaryOp, Node, NodeId};
use crate::lang::types::Type;
use crate::stats::shared;

/// What an expression comes to for everybody.
#[derive(Debug, Clone)]
pub struct Numbers {
    values: Vec<i128>,
    known: Bits,
    failed: Bits,
}

impl Numbers {
    pub(super) fn new(values: Vec<i128>, known: Bits, failed: Bits) -> Numbers {
        Numbers { values, known, failed }
    }

    /// The number of a customer: whole units of the type's places, 1 and 0 for
    /// yes and no, days, or microseconds. `Some(None)`: missing; `None`: it is an
    /// error, and the reference says which.
    pub fn get(&self, customer: usize) -> Option<Option<i128>> {
        if self.failed.has(customer) {
            return None;
        }
        let known = self.known.has(customer);
        Some(if known { self.values.get(customer).copied() } else { None })
    }
}

/// The values of an expression for everybody there is at the instant; `None`
/// where no kernel knows its shape, and the reference must be asked.
///
/// # Cost
///
/// One pass over the columns that are read.
pub fn numbers(checked: &Checked, context: &Context<'_>, threads: usize) -> Option<Numbers> {
    let population = context.snapshot.population();
    if *checked.result() == Type::Bool {
        if !is_two_valued(checked) {
            return None;
        }
        let answer = super::evaluate(checked, context, threads);
        let mut values = vec![0; population.len()];
        for customer in answer.members.rows() {
            if let Some(value) = values.get_mut(customer) {
                *value = 1;
            }
        }
        return Some(Numbers { values, known: population.clone(), failed: answer.errors });
    }
    numbers_at(checked, checked.tree.root, context, threads)
}

/// The same of one node that is no condition.
pub(super) fn numbers_at(
    checked: &Checked,
    node: NodeId,
    context: &Context<'_>,
    threads: usize,
) -> Option<Numbers> {
    let population = context.snapshot.population();
    let countable = matches!(
        checked.ty(node),
        Type::Int
            | Type::Decimal(_)
            | Type::Money(..)
            | Type::Date
            | Type::Timestamp
            | Type::Duration
    );
    // What is asked about everybody is not asked inside itself.
    let is_whole = node == checked.tree.root;
    let ranks = if is_whole { Ranks::of(checked, context, threads) } else { Ranks::default() };
    let mut compiler = Compiler::new(checked, context, &ranks);
    let number = compiler.number(node, Walk::Customers).filter(|_| countable)?;
    let folds: Vec<usize> = (0..compiler.folds.len()).collect();
    let slow = |node, customer| {
        let subject = context.subject(Some(customer)).ranked(&ranks);
        let value = context.value(checked, node, &subject);
        value.map(|value| is_true(&value)).map_err(|_| ())
    };
    let program = compiler.finish(Box::new(slow));
    let mut parts: Vec<(Part, Vec<i128>)> =
        Part::all(population.words().len()).into_iter().map(|part| (part, Vec::new())).collect();
    let run = |(part, values): &mut (Part, Vec<i128>)| {
        let mask = &population.words()[part.words.clone()];
        let block = Block::alone(part.words.start);
        part.truth = super::condition::Truth::none(mask.len());
        values.resize(mask.len() * 64, 0);
        let first = part.words.start;
        let prepared = program.prepare(&folds, block, mask);
        each(mask, first, |row| match number.at(Row { row, customer: row, folds: &prepared }) {
            Ok(Some(value)) => {
                set(&mut part.truth.yes, first, row, true);
                if let Some(slot) = values.get_mut(row - first * 64) {
                    *slot = value;
                }
            }
            Ok(None) => {}
            Err(_) => set(&mut part.truth.failed, first, row, true),
        });
    };
    let share = parts.len().div_ceil(threads.clamp(1, parts.len().max(1))).max(1);
    if threads <= 1 {
        parts.iter_mut().for_each(run);
    } else {
        shared(parts.chunks_mut(share), |share| share.iter_mut().for_each(run));
    }
    let words = |of: fn(&Part) -> &Vec<u64>| {
        let words = parts.iter().flat_map(|(part, _)| of(part).iter().copied()).collect();
        Bits::from_words(words, population.len())
    };
    let (known, failed) = (words(|part| &part.truth.yes), words(|part| &part.truth.failed));
    let mut values: Vec<i128> = parts.into_iter().flat_map(|(_, values)| values).collect();
    values.truncate(population.len());
    Some(Numbers { values, known, failed })
}

/// Whether an expression is yes or no and never missing.
fn is_two_valued(checked: &Checked) -> bool {
    match checked.tree.node(checked.tree.root) {
        Node::Not { .. } => true,
        Node::Binary { op, .. } => matches!(
            op,
            BinaryOp::And
                | BinaryOp::Or
                | BinaryOp::Equal
                | BinaryOp::NotEqual
                | BinaryOp::Less
                | BinaryOp::LessEqual
                | BinaryOp::Greater
                | BinaryOp::GreaterEqual
        ),
        Node::Call { function, receiver: None, .. } => &**function == "segment",
        _ => false,
    }
}
