//! In which order the clauses of a condition are asked, of whom, and at what
//! price.
//!
//! ```text
//! all                                         1,000,000 asked    388 left
//!   region in ['华东', '华南']                 1,000,000 asked  88,000 left   price 1
//!   purchases.within(days(90)).size() >= 3       88,000 asked   2,900 left   price 10
//!   string(percentRank(income)) == '1.000000'     2,900 asked     388 left   price 100,000, by the reference
//! ```
//!
//! The order is the one that [`evaluate`](super::evaluate) takes: the cheapest
//! first, and each asked only where no other has decided. How many are left is
//! counted over a sample, and so exact for as many customers as that holds.

use serde::Serialize;

use super::compile::Compiler;
use super::condition::{Block, Condition};
use super::{Context, Ranks, is_true};
use crate::facts::{Data, set_range};
use crate::lang::Checked;
use crate::lang::tree::{BinaryOp, Node, NodeId};

/// Words of 64 customers that are asked to see how many each clause leaves.
const SAMPLE: usize = 64;

/// Clauses that a plan takes apart; what is longer is told as a whole.
const CLAUSES: usize = 500;

/// How a condition would be evaluated.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Plan {
    /// Customers there are.
    pub population: u64,
    /// How many of them the estimates rest on.
    pub sample: u64,
    /// The most steps that the reference may take for one of them, given the
    /// most events and texts that one customer has.
    pub bound: u64,
    /// The clauses in the order in which they are asked; what a clause is made of
    /// follows it, one deeper.
    pub clauses: Vec<Planned>,
}

/// A clause of a condition in its place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Planned {
    /// The clause as it is written.
    pub text: String,
    /// First byte in the text of the condition.
    pub start: usize,
    /// Byte after the last.
    pub end: usize,
    /// How deep it stands among the others.
    pub depth: u32,
    /// `all`, `any`, `not`, or `clause` for one that looks at values.
    pub joint: &'static str,
    /// What one customer costs, about; a look at a column is 1.
    pub price: u32,
    /// Customers of whom it is asked, about.
    pub asked: u64,
    /// Those for whom it holds, about.
    pub left: u64,
    /// Whether no kernel knows it, so that the reference is asked customer by
    /// customer.
    pub slow: bool,
}

/// How a condition would be evaluated over these facts.
///
/// # Cost
///
/// One evaluation of each clause over some 4,096 customers, and one look at how
/// many events everybody has.
pub fn plan(checked: &Checked, context: &Context<'_>) -> Plan {
    let population = context.snapshot.population();
    let n_words = population.words().len();
    let step = n_words.div_ceil(SAMPLE).max(1);
    let places: Vec<usize> = (0..n_words).step_by(step).collect();
    let open: Vec<u64> = places.iter().map(|place| population.word(*place)).collect();
    let (all, sample) = (population.count() as u64, count(&open));
    let ranks = Ranks::of(checked, context, 1);
    let mut planner =
        Planner { checked, context, ranks: &ranks, places, all, sample, clauses: Vec::new() };
    planner.visit(checked.tree.root, &open, 0);
    let clauses = planner.clauses;
    Plan { population: all, sample, bound: bound(checked, context), clauses }
}

fn count(words: &[u64]) -> u64 {
    words.iter().map(|word| u64::from(word.count_ones())).sum()
}

/// The cost bound, given the longest lists and sets that there are.
fn bound(checked: &Checked, context: &Context<'_>) -> u64 {
    let columns = context.snapshot.columns();
    let longest = |offsets: &[u32]| {
        let lengths = offsets.windows(2).map(|pair| u64::from(pair[1].saturating_sub(pair[0])));
        lengths.max().unwrap_or(0)
    };
    let events: Vec<u64> = columns.kinds.iter().map(|kind| longest(&kind.offsets)).collect();
    let sets = (0..columns.schema.attributes.len()).filter_map(|attribute| {
        let column = context.snapshot.attribute(attribute)?;
        let Data::Sets { offsets, .. } = &column.data else { return None };
        let sizes = (0..context.snapshot.population().len()).map(|row| {
            let (from, until) = set_range(offsets, row);
            until.saturating_sub(from) as u64
        });
        sizes.max()
    });
    checked.cost.steps(&events, sets.max().unwrap_or(0))
}

struct Planner<'p> {
    checked: &'p Checked,
    context: &'p Context<'p>,
    ranks: &'p Ranks,
    /// The words that are asked.
    places: Vec<usize>,
    all: u64,
    sample: u64,
    clauses: Vec<Planned>,
}

impl Planner<'_> {
    /// Plans a clause that is asked of these; for whom it holds. Recursion goes
    /// into brackets alone, whose depth the parser bounds.
    fn visit(&mut self, id: NodeId, open: &[u64], depth: u32) -> Vec<u64> {
        let place = self.clauses.len();
        let compiled = self.compile(id, open);
        self.clauses.push(self.planned(id, &compiled, open, depth));
        match self.checked.tree.node(id) {
            Node::Binary { op: op @ (BinaryOp::And | BinaryOp::Or), .. } => {
                let mut parts = self.operands(id, *op);
                parts.sort_by_key(|(price, _)| *price);
                let mut asked = open.to_vec();
                for (_, part) in parts {
                    let yes = self.visit(part, &asked, depth.saturating_add(1));
                    for (asked, yes) in asked.iter_mut().zip(&yes) {
                        *asked &= if *op == BinaryOp::And { *yes } else { !*yes };
                    }
                }
            }
            Node::Not { .. } => {
                let mut inner = id;
                while let Node::Not { of } = self.checked.tree.node(inner) {
                    inner = *of;
                }
                self.visit(inner, open, depth.saturating_add(1));
            }
            _ => {}
        }
        if let Some(clause) = self.clauses.get_mut(place) {
            clause.slow &= clause.joint == "clause";
        }
        compiled.yes
    }

    fn planned(&self, id: NodeId, compiled: &Compiled, open: &[u64], depth: u32) -> Planned {
        let span = self.checked.tree.span(id);
        let about = |n: u64| match self.sample {
            0 => 0,
            // A share of all there are is no more than all there are.
            sample => (u128::from(n) * u128::from(self.all) / u128::from(sample)) as u64,
        };
        let joint = match self.checked.tree.node(id) {
            Node::Binary { op: BinaryOp::And, .. } => "all",
            Node::Binary { op: BinaryOp::Or, .. } => "any",
            Node::Not { .. } => "not",
            _ => "clause",
        };
        Planned {
            text: self.checked.text(id).to_owned(),
            start: span.start as usize,
            end: span.end as usize,
            depth,
            joint,
            price: compiled.price,
            asked: about(count(open)),
            left: about(count(&compiled.yes)),
            slow: compiled.slow,
        }
    }

    /// A clause over the sample.
    fn compile(&self, id: NodeId, open: &[u64]) -> Compiled {
        let (checked, context, ranks) = (self.checked, self.context, self.ranks);
        let mut compiler = Compiler::new(checked, context, ranks);
        let condition = compiler.whole(id);
        let slow = |node, customer| {
            let subject = context.subject(Some(customer)).ranked(ranks);
            let value = context.value(checked, node, &subject).map_err(|_| ())?;
            Ok(is_true(&value))
        };
        let program = compiler.finish(Box::new(slow));
        let words = self.places.iter().zip(open).map(|(place, mask)| {
            let block = Block::alone(*place);
            condition.truth(&program, block, &[*mask]).yes.first().copied().unwrap_or(0)
        });
        Compiled {
            yes: words.collect(),
            price: condition.cost(),
            slow: matches!(condition, Condition::Slow(_)),
        }
    }

    /// The operands of a chain, in order, with what they cost.
    fn operands(&self, id: NodeId, op: BinaryOp) -> Vec<(u32, NodeId)> {
        let mut out = Vec::new();
        let mut next = id;
        while let Node::Binary { op: have, left, right } = self.checked.tree.node(next)
            && *have == op
        {
            out.push(*right);
            next = *left;
        }
        out.push(next);
        if CLAUSES < self.clauses.len().saturating_add(out.len()) {
            return Vec::new();
        }
        out.reverse();
        let price =
            |id: &NodeId| Compiler::new(self.checked, self.context, self.ranks).whole(*id).cost();
        out.into_iter().map(|id| (price(&id), id)).collect()
    }
}

struct Compiled {
    yes: Vec<u64>,
    price: u32,
    slow: bool,
}
