//! Many conditions over everybody, each clause that they have in common once.
//!
//! ```text
//! a block of 16,384 customers ──> first condition ──> second ──> ... ──> last
//!                                   │    ▲              │   ▲
//!                                   v    │              v   │
//!                                 clauses that others have too: for whom they
//!                                 were asked, for whom they hold, for whom they
//!                                 are errors
//! ```
//!
//! A segment that reads one before it reads its bits of the same block.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::Range;
use std::sync::Arc;

use super::compile::Compiler;
use super::condition::{Block, Condition, Program, Truth};
use super::{Answer, BLOCK_WORDS, Context, Ranks, is_true};
use crate::facts::Bits;
use crate::lang::Checked;
use crate::lang::print::print_node;
use crate::lang::tree::{BinaryOp, Node, NodeId};
use crate::stats::shared;

/// From how many conditions on a clause is asked of everybody at once, and not
/// only of those of whom one of them asks it.
const OFTEN: usize = 3;

/// What a clause may cost to be asked of everybody.
const CHEAP: u32 = 1_000;

/// What conditions have in common.
#[derive(Debug, Default)]
pub(super) struct Common {
    /// Clauses that stand in several, as they are printed, by number.
    clauses: HashMap<String, usize>,
    /// Whether a clause stands in many.
    often: Vec<bool>,
    /// Segments that are evaluated together, by number.
    segments: HashMap<Arc<str>, usize>,
}

impl Common {
    fn of(group: &[(&Arc<str>, &Checked)]) -> Common {
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        for (_, checked) in group {
            let texts: HashSet<String> =
                clauses(checked).into_iter().map(|id| print_node(&checked.tree, id)).collect();
            for text in texts {
                *counts.entry(text).or_default() += 1;
            }
        }
        counts.retain(|_, count| 1 < *count);
        Common {
            often: counts.values().map(|count| OFTEN <= *count).collect(),
            clauses: counts.into_keys().enumerate().map(|(at, text)| (text, at)).collect(),
            segments: named(group),
        }
    }

    /// The number of a clause that stands in several conditions.
    pub(super) fn clause(&self, checked: &Checked, id: NodeId) -> Option<usize> {
        if self.clauses.is_empty() {
            return None;
        }
        self.clauses.get(&print_node(&checked.tree, id)).copied()
    }

    /// The number of a segment that is evaluated together with others.
    pub(super) fn segment(&self, name: &str) -> Option<usize> {
        self.segments.get(name).copied()
    }
}

fn named(group: &[(&Arc<str>, &Checked)]) -> HashMap<Arc<str>, usize> {
    group.iter().enumerate().map(|(at, (name, _))| (Arc::clone(name), at)).collect()
}

/// The clauses of a condition that are made of no others.
fn clauses(checked: &Checked) -> Vec<NodeId> {
    let (mut out, mut open) = (Vec::new(), vec![checked.tree.root]);
    while let Some(id) = open.pop() {
        match checked.tree.node(id) {
            Node::Not { of } => open.push(*of),
            Node::Binary { op: BinaryOp::And | BinaryOp::Or, left, right } => {
                open.extend([*left, *right]);
            }
            Node::Conditional { test, yes, no } => open.extend([*test, *yes, *no]),
            _ => out.push(id),
        }
    }
    out
}

/// What was found in one block.
#[derive(Debug)]
pub(super) struct Blackboard<'b> {
    everyone: &'b [u64],
    often: &'b [bool],
    clauses: Vec<Option<Asked>>,
    segments: Vec<Truth>,
}

/// For whom a clause was asked, and what came of it.
#[derive(Debug)]
struct Asked {
    of: Vec<u64>,
    truth: Truth,
}

impl Blackboard<'_> {
    /// What is known of a clause, of those in the mask.
    fn told(&self, clause: usize, mask: &[u64]) -> Truth {
        let mut out = Truth::none(mask.len());
        if let Some(Some(asked)) = self.clauses.get(clause) {
            for (place, mask) in mask.iter().enumerate() {
                out.yes[place] = asked.truth.yes[place] & mask;
                out.failed[place] = asked.truth.failed[place] & mask;
            }
        }
        out
    }

    /// Of those in the mask the ones of whom a clause was not asked yet.
    fn left(&self, clause: usize, mask: &[u64], cost: u32) -> Option<Vec<u64>> {
        let often = self.often.get(clause).copied().unwrap_or(false) && cost < CHEAP;
        let mask = if often { self.everyone } else { mask };
        let left: Vec<u64> = match self.clauses.get(clause) {
            Some(Some(asked)) => mask.iter().zip(&asked.of).map(|(mask, of)| mask & !of).collect(),
            _ => mask.to_vec(),
        };
        left.iter().any(|word| *word != 0).then_some(left)
    }

    fn note(&mut self, clause: usize, of: Vec<u64>, truth: Truth) {
        match self.clauses.get_mut(clause) {
            Some(Some(asked)) => {
                for (place, of) in of.iter().enumerate() {
                    asked.of[place] |= of;
                    asked.truth.yes[place] |= truth.yes[place];
                    asked.truth.failed[place] |= truth.failed[place];
                }
            }
            Some(slot) => *slot = Some(Asked { of, truth }),
            None => {}
        }
    }
}

/// A clause that others have too, asked of those of whom it was not asked yet.
pub(super) fn once<'s>(
    (clause, condition): (usize, &Condition<'s>),
    program: &Program<'s>,
    block: Block<'_>,
    mask: &[u64],
) -> Truth {
    let Some(board) = block.board else { return condition.truth(program, block, mask) };
    let left = board.borrow().left(clause, mask, condition.cost());
    if let Some(left) = left {
        let truth = condition.truth(program, block, &left);
        board.borrow_mut().note(clause, left, truth);
    }
    board.borrow().told(clause, mask)
}

/// The customers of the mask who are in a segment of the same run.
pub(super) fn member(segment: usize, block: Block<'_>, mask: &[u64]) -> Truth {
    let mut out = Truth::none(mask.len());
    if let Some(board) = block.board
        && let Some(truth) = board.borrow().segments.get(segment)
    {
        for (place, mask) in mask.iter().enumerate() {
            out.yes[place] = truth.yes[place] & mask;
            out.failed[place] = truth.failed[place] & mask;
        }
    }
    out
}

/// Who satisfies each of several named conditions, each of which may read those
/// before it and those that the context has.
///
/// # Inputs
///
/// `threads`: as for [`evaluate`](super::evaluate).
///
/// # Output
///
/// What [`evaluate`](super::evaluate) gives of one after the other.
///
/// # Cost
///
/// One pass over the columns that are read; a clause that stands in several
/// conditions is asked once.
pub fn evaluate_all(
    conditions: &[(&Arc<str>, &Checked)],
    context: &Context<'_>,
    threads: usize,
) -> BTreeMap<Arc<str>, Answer> {
    let mut answers: BTreeMap<Arc<str>, Answer> = BTreeMap::new();
    let mut known = context.answers.clone();
    let mut rest = conditions;
    while !rest.is_empty() {
        let context = Context { answers: &known, ..*context };
        let (group, others) = rest.split_at(together(rest, &context));
        let found = run(group, &context, threads);
        for ((name, _), answer) in group.iter().zip(found) {
            if !others.is_empty() {
                known.insert(Arc::clone(name), answer.clone());
            }
            answers.insert(Arc::clone(name), answer);
        }
        rest = others;
    }
    answers
}

/// How many conditions from the first on can be evaluated together: none that
/// asks where customers stand among all but the first, and none that the
/// reference asks for a segment of the same run.
fn together(conditions: &[(&Arc<str>, &Checked)], context: &Context<'_>) -> usize {
    let ranks = Ranks::default();
    for (at, (_, checked)) in conditions.iter().enumerate().skip(1) {
        let before = conditions.get(..at).unwrap_or_default();
        let reads = before.iter().any(|(name, _)| checked.uses.segments.contains(name));
        if checked.uses.everybody {
            return at;
        }
        if reads {
            let common = Common { segments: named(before), ..Common::default() };
            let mut compiler = Compiler::new(checked, context, &ranks).among(&common);
            compiler.whole(checked.tree.root);
            if compiler.is_slow() {
                return at;
            }
        }
    }
    conditions.len()
}

/// Customers that are evaluated together, and what came of each condition.
struct Part {
    words: Range<usize>,
    truths: Vec<Truth>,
}

fn run(group: &[(&Arc<str>, &Checked)], context: &Context<'_>, threads: usize) -> Vec<Answer> {
    let common = if group.len() == 1 { Common::default() } else { Common::of(group) };
    let ranks: Vec<Ranks> =
        group.iter().map(|(_, checked)| Ranks::of(checked, context, threads)).collect();
    let compiled = group.iter().zip(&ranks).map(|((_, checked), ranks)| {
        let mut compiler = Compiler::new(checked, context, ranks).among(&common);
        let condition = compiler.whole(checked.tree.root);
        let slow = |node, customer| {
            let subject = context.subject(Some(customer)).ranked(ranks);
            let value = context.value(checked, node, &subject).map_err(|_| ())?;
            Ok(is_true(&value))
        };
        (condition, compiler.finish(Box::new(slow)))
    });
    let compiled: Vec<(Condition<'_>, Program<'_>)> = compiled.collect();
    let population = context.snapshot.population();
    let n_words = population.words().len();
    let starts = (0..n_words).step_by(BLOCK_WORDS);
    let parts = starts.map(|start| start..n_words.min(start + BLOCK_WORDS));
    let mut parts: Vec<Part> = parts.map(|words| Part { words, truths: Vec::new() }).collect();
    let answer = |part: &mut Part| {
        let everyone = population.words().get(part.words.clone()).unwrap_or_default();
        let board = RefCell::new(Blackboard {
            everyone,
            often: &common.often,
            clauses: common.often.iter().map(|_| None).collect(),
            segments: Vec::with_capacity(compiled.len()),
        });
        let block = Block { first_word: part.words.start, owners: None, board: Some(&board) };
        for (condition, program) in &compiled {
            let truth = condition.truth(program, block, everyone);
            board.borrow_mut().segments.push(truth);
        }
        part.truths = std::mem::take(&mut board.borrow_mut().segments);
    };
    let share = parts.len().div_ceil(threads.clamp(1, parts.len().max(1)));
    if threads <= 1 {
        parts.iter_mut().for_each(answer);
    } else {
        shared(parts.chunks_mut(share.max(1)), |share| share.iter_mut().for_each(&answer));
    }
    let joined = |at: usize, words: fn(&Truth) -> &[u64]| {
        let words = parts.iter().filter_map(|part| part.truths.get(at)).flat_map(words).copied();
        Bits::from_words(words.collect(), population.len())
    };
    let answers = (0..group.len()).map(|at| Answer {
        members: joined(at, |truth| &truth.yes),
        errors: joined(at, |truth| &truth.failed),
    });
    answers.collect()
}
