//! Conditions over blocks of rows: bits in, bits out.
//!
//! Every condition answers two words for 64 rows: where it is true, and where
//! it is an error. What is neither is false. A row outside the mask is not
//! looked at and answers neither.

use std::cell::RefCell;
use std::cmp::Ordering;

use super::follows::Follows;
use super::list::{Fold, List};
use super::number::Number;
use super::row::{Row, set};
use super::scan::{self, Wanted};
use super::together::{self, Blackboard};
use super::word::Word;
use crate::facts::{Bits, Codes, Column, Ints, Times};
use crate::lang::tree::NodeId;
use crate::units::Decimal;

/// Rows that are evaluated together: words of 64 from `first_word`.
#[derive(Clone, Copy)]
pub(super) struct Block<'b> {
    pub(super) first_word: usize,
    /// Where each customer's events begin, when the rows are events.
    pub(super) owners: Option<&'b [u32]>,
    /// What other conditions found in the same block of customers.
    pub(super) board: Option<&'b RefCell<Blackboard<'b>>>,
}

impl<'b> Block<'b> {
    /// Customers, with no other condition beside this one.
    pub(super) fn alone(first_word: usize) -> Block<'b> {
        Block { first_word, owners: None, board: None }
    }

    /// The customer of a row.
    fn customer(&self, row: usize) -> usize {
        match self.owners {
            Some(offsets) => {
                offsets.partition_point(|from| *from as usize <= row).saturating_sub(1)
            }
            None => row,
        }
    }
}

/// How two numbers are compared; the other operators are complements.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::lang) enum Comparison {
    Equal,
    Less,
    LessEqual,
}

pub(super) enum Condition<'s> {
    Constant(bool),
    All(Vec<Condition<'s>>),
    Any(Vec<Condition<'s>>),
    ExactlyOne(Vec<Condition<'s>>),
    Not(Box<Condition<'s>>),
    /// The second where the first holds, the third elsewhere.
    Choice(Box<[Condition<'s>; 3]>),
    /// Asked of the customer of each event.
    OfCustomer(Box<Condition<'s>>),
    /// The value lies in `low..=high`.
    Range(&'s Ints, &'s Column, (i64, i64)),
    /// The event happened in `low..=high`, in microseconds.
    AtRange(&'s Times, (i64, i64)),
    /// The text is one of the wanted.
    Word(&'s Codes, &'s Column, Wanted),
    /// The set has a wanted text.
    HasWord(&'s [u32], &'s Codes, &'s Column, Wanted),
    Bool(&'s Bits, &'s Column),
    Known(&'s Column),
    /// True and failed customers of a segment that is already evaluated.
    Segment(&'s Bits, &'s Bits),
    /// Those who are in a segment that is evaluated in the same run.
    Beside(usize),
    /// A clause that other conditions of the run have too.
    Once(usize, Box<Condition<'s>>),
    /// Those who are in a state.
    Members(Bits),
    /// The number of events in the list lies in `low..=high`.
    Count(List<'s>, (u64, u64)),
    /// The sum of a column over the list lies in `low..=high`.
    Sum(List<'s>, &'s Ints, &'s Column, (i128, i128)),
    /// Two numbers of these scales; the lists they read.
    Compare(Comparison, Number<'s>, Number<'s>, (u8, u8), Vec<usize>),
    /// One thing came after another.
    Follows(Box<Follows<'s>>),
    /// The value is one of these, which ascend.
    OneOf(&'s Ints, &'s Column, Vec<i64>),
    CompareWords(Comparison, Word<'s>, Word<'s>, Vec<usize>),
    /// The word a list ends in is one of the wanted.
    FoldWord(usize, Wanted),
    /// The list function came out as yes.
    FoldTrue(usize),
    /// Left to the reference, customer by customer.
    Slow(NodeId),
}

/// What conditions refer to by number.
pub(super) struct Program<'s> {
    pub(super) folds: Vec<Fold<'s>>,
    /// Evaluates a node the slow way for one customer.
    pub(super) slow: Box<dyn Fn(NodeId, usize) -> Result<bool, ()> + Sync + 's>,
}

/// The two answers for a block.
#[derive(Debug, Clone)]
pub(super) struct Truth {
    pub(super) yes: Vec<u64>,
    pub(super) failed: Vec<u64>,
}

impl Truth {
    pub(super) fn none(n_words: usize) -> Self {
        Truth { yes: vec![0; n_words], failed: vec![0; n_words] }
    }
}

impl<'s> Condition<'s> {
    /// Where the condition holds, among the rows of `mask`.
    pub(super) fn truth(&self, program: &Program<'s>, block: Block<'_>, mask: &[u64]) -> Truth {
        let mut out = Truth::none(mask.len());
        let first = block.first_word;
        match self {
            Condition::Constant(true) => out.yes.copy_from_slice(mask),
            Condition::Constant(false) => {}
            Condition::All(parts) => return all(parts, program, block, mask),
            Condition::Any(parts) => return any(parts, program, block, mask),
            Condition::ExactlyOne(parts) => return exactly_one(parts, program, block, mask),
            Condition::Not(part) => {
                out = part.truth(program, block, mask);
                for ((yes, failed), mask) in out.yes.iter_mut().zip(&out.failed).zip(mask) {
                    *yes = mask & !*yes & !failed;
                }
            }
            Condition::Choice(parts) => return choice(parts, program, block, mask),
            Condition::OfCustomer(part) => return of_customer(part, program, block, mask),
            Condition::Range(ints, column, range) => {
                scan::in_range(ints, *range, first, mask, &mut out.yes);
                keep_known(column, first, &mut out.yes);
            }
            Condition::AtRange(times, (low, high)) => {
                each(mask, first, |row| {
                    let at = times.micros(row);
                    set(&mut out.yes, first, row, *low <= at && at <= *high);
                });
            }
            Condition::Word(codes, column, wanted) => {
                scan::in_table(codes, wanted, first, mask, &mut out.yes);
                keep_known(column, first, &mut out.yes);
            }
            Condition::HasWord(offsets, codes, column, wanted) => {
                each(mask, first, |row| {
                    let (from, until) = crate::facts::set_range(offsets, row);
                    let has = (from..until).any(|place| wanted.has(codes.get(place)));
                    set(&mut out.yes, first, row, has);
                });
                keep_known(column, first, &mut out.yes);
            }
            Condition::Bool(bits, column) => {
                for (position, (yes, mask)) in out.yes.iter_mut().zip(mask).enumerate() {
                    *yes = bits.word(first + position) & mask;
                }
                keep_known(column, first, &mut out.yes);
            }
            Condition::Known(column) => {
                out.yes.copy_from_slice(mask);
                keep_known(column, first, &mut out.yes);
            }
            Condition::Segment(members, errors) => {
                for (position, mask) in mask.iter().enumerate() {
                    out.yes[position] = members.word(first + position) & mask;
                    out.failed[position] = errors.word(first + position) & mask;
                }
            }
            Condition::Members(members) => {
                for (position, mask) in mask.iter().enumerate() {
                    out.yes[position] = members.word(first + position) & mask;
                }
            }
            Condition::Beside(segment) => return together::member(*segment, block, mask),
            Condition::Once(clause, part) => {
                return together::once((*clause, part), program, block, mask);
            }
            Condition::Count(list, range) => list.count_in(*range, first, mask, &mut out.yes),
            Condition::Sum(list, ints, column, range) => {
                list.sum_in(ints, column, *range, first, mask, &mut out.yes);
            }
            Condition::Follows(follows) => return follows.truth(program, block, mask),
            Condition::OneOf(ints, column, wanted) => {
                each(mask, first, |row| {
                    let has = wanted.binary_search(&ints.get(row)).is_ok();
                    set(&mut out.yes, first, row, has);
                });
                keep_known(column, first, &mut out.yes);
            }
            Condition::Compare(comparison, left, right, scales, folds) => {
                let prepared = program.prepare(folds, block, mask);
                each(mask, first, |row| {
                    let row_at = Row { row, customer: block.customer(row), folds: &prepared };
                    let answer = match (left.at(row_at), right.at(row_at)) {
                        (Ok(left), Ok(right)) => Ok(comparison.numbers(left, right, *scales)),
                        _ => Err(()),
                    };
                    out.put(first, row, answer);
                });
            }
            Condition::CompareWords(comparison, left, right, folds) => {
                let prepared = program.prepare(folds, block, mask);
                each(mask, first, |row| {
                    let row_at = Row { row, customer: block.customer(row), folds: &prepared };
                    let answer = match (left.at(row_at), right.at(row_at)) {
                        (Ok(left), Ok(right)) => Ok(comparison.holds(left, right)),
                        _ => Err(()),
                    };
                    out.put(first, row, answer);
                });
            }
            Condition::FoldWord(fold, wanted) => {
                let prepared = program.prepare(&[*fold], block, mask);
                each(mask, first, |row| {
                    let cell = prepared.get(*fold).map_or(Ok(None), |fold| fold.number(row));
                    let has = |code: Option<i128>| code.is_some_and(|code| wanted.has(code as u32));
                    out.put(first, row, cell.map(has).map_err(|_| ()));
                });
            }
            Condition::FoldTrue(fold) => {
                let prepared = program.prepare(&[*fold], block, mask);
                each(mask, first, |row| {
                    let cell = prepared.get(*fold).map_or(Ok(None), |fold| fold.number(row));
                    out.put(first, row, cell.map(|yes| yes == Some(1)).map_err(|_| ()));
                });
            }
            Condition::Slow(node) => {
                each(mask, first, |row| out.put(first, row, (program.slow)(*node, row)));
            }
        }
        out
    }

    /// What a row costs, about: decides which part of an `&&` goes first.
    pub(super) fn cost(&self) -> u32 {
        match self {
            Condition::Constant(_)
            | Condition::Segment(..)
            | Condition::Beside(_)
            | Condition::Members(_)
            | Condition::Known(_) => 0,
            Condition::Bool(..) | Condition::Range(..) | Condition::Word(..) => 1,
            Condition::AtRange(..) | Condition::HasWord(..) | Condition::OneOf(..) => 4,
            Condition::Not(part) | Condition::OfCustomer(part) | Condition::Once(_, part) => {
                part.cost()
            }
            Condition::Choice(parts) => parts.iter().map(Condition::cost).sum(),
            Condition::All(parts) | Condition::Any(parts) | Condition::ExactlyOne(parts) => {
                parts.iter().map(Condition::cost).sum()
            }
            Condition::Count(..) => 10,
            Condition::Sum(..) | Condition::Follows(_) => 30,
            Condition::Compare(_, _, _, _, folds) | Condition::CompareWords(_, _, _, folds) => {
                20 + 80 * folds.len() as u32
            }
            Condition::FoldWord(..) | Condition::FoldTrue(_) => 100,
            Condition::Slow(_) => 100_000,
        }
    }
}

impl Truth {
    fn put(&mut self, first: usize, row: usize, answer: Result<bool, ()>) {
        match answer {
            Ok(yes) => set(&mut self.yes, first, row, yes),
            Err(()) => set(&mut self.failed, first, row, true),
        }
    }
}

impl Comparison {
    /// Numbers of different scales are compared by what they mean.
    fn numbers(self, left: Option<i128>, right: Option<i128>, scales: (u8, u8)) -> bool {
        if scales.0 == scales.1 {
            return self.holds(left, right);
        }
        let by_meaning = |left: i128, right: i128| -> Option<Ordering> {
            let left = Decimal::new(left, scales.0).ok()?;
            Some(left.compare(Decimal::new(right, scales.1).ok()?))
        };
        match (left, right) {
            (Some(left), Some(right)) => by_meaning(left, right).is_some_and(|order| match self {
                Comparison::Equal => order == Ordering::Equal,
                Comparison::Less => order == Ordering::Less,
                Comparison::LessEqual => order != Ordering::Greater,
            }),
            (None, None) => self == Comparison::Equal,
            _ => false,
        }
    }

    /// Missing equals missing, and has no order.
    fn holds<T: Ord>(self, left: Option<T>, right: Option<T>) -> bool {
        match (self, left, right) {
            (Comparison::Equal, left, right) => left == right,
            (Comparison::Less, Some(left), Some(right)) => left < right,
            (Comparison::LessEqual, Some(left), Some(right)) => left <= right,
            _ => false,
        }
    }
}

/// False wins over an error, so the order of the parts cannot matter, and each
/// part is asked only where no other has said no.
fn all<'s>(
    parts: &[Condition<'s>],
    program: &Program<'s>,
    block: Block<'_>,
    mask: &[u64],
) -> Truth {
    let mut open = mask.to_vec();
    let mut failed = vec![0; mask.len()];
    for part in parts {
        if open.iter().all(|word| *word == 0) {
            break;
        }
        let truth = part.truth(program, block, &open);
        for (position, open) in open.iter_mut().enumerate() {
            failed[position] |= truth.failed[position];
            *open &= truth.yes[position] | truth.failed[position];
        }
    }
    for (failed, open) in failed.iter_mut().zip(&mut open) {
        *failed &= *open;
        *open &= !*failed;
    }
    Truth { yes: open, failed }
}

/// True wins over an error; the mirror image of [`all`].
fn any<'s>(
    parts: &[Condition<'s>],
    program: &Program<'s>,
    block: Block<'_>,
    mask: &[u64],
) -> Truth {
    let mut open = mask.to_vec();
    let mut out = Truth::none(mask.len());
    for part in parts {
        if open.iter().all(|word| *word == 0) {
            break;
        }
        let truth = part.truth(program, block, &open);
        for (position, open) in open.iter_mut().enumerate() {
            out.yes[position] |= truth.yes[position];
            out.failed[position] |= truth.failed[position];
            *open &= !truth.yes[position];
        }
    }
    for (failed, yes) in out.failed.iter_mut().zip(&out.yes) {
        *failed &= !yes;
    }
    out
}

/// Those for whom one part holds and no other; a second one decides, whatever
/// becomes of the rest.
fn exactly_one<'s>(
    parts: &[Condition<'s>],
    program: &Program<'s>,
    block: Block<'_>,
    mask: &[u64],
) -> Truth {
    let mut open = mask.to_vec();
    let mut out = Truth::none(mask.len());
    for part in parts {
        let truth = part.truth(program, block, &open);
        for (position, open) in open.iter_mut().enumerate() {
            let twice = out.yes[position] & truth.yes[position];
            out.yes[position] = (out.yes[position] | truth.yes[position]) & !twice;
            out.failed[position] = (out.failed[position] | truth.failed[position]) & !twice;
            *open &= !twice;
        }
    }
    for (yes, failed) in out.yes.iter_mut().zip(&out.failed) {
        *yes &= !failed;
    }
    out
}

fn choice<'s>(
    [test, yes, no]: &[Condition<'s>; 3],
    program: &Program<'s>,
    block: Block<'_>,
    mask: &[u64],
) -> Truth {
    let tested = test.truth(program, block, mask);
    let others = tested.yes.iter().zip(&tested.failed).zip(mask);
    let others: Vec<u64> = others.map(|((yes, failed), mask)| mask & !yes & !failed).collect();
    let mut out = yes.truth(program, block, &tested.yes);
    let no = no.truth(program, block, &others);
    for position in 0..mask.len() {
        out.yes[position] |= no.yes[position];
        out.failed[position] |= no.failed[position] | tested.failed[position];
    }
    out
}

/// Asks the customers whose events are in the mask, and hands each answer to
/// all events of its customer.
fn of_customer<'s>(
    part: &Condition<'s>,
    program: &Program<'s>,
    block: Block<'_>,
    mask: &[u64],
) -> Truth {
    let mut out = Truth::none(mask.len());
    let mut rows = Vec::new();
    each(mask, block.first_word, |row| rows.push((row, block.customer(row))));
    let (Some((_, first)), Some((_, last))) = (rows.first(), rows.last()) else { return out };
    let first_word = first / 64;
    let mut customers = vec![0; last / 64 + 1 - first_word];
    for (_, customer) in &rows {
        set(&mut customers, first_word, *customer, true);
    }
    let truth = part.truth(program, Block::alone(first_word), &customers);
    let has = |words: &[u64], customer: usize| {
        words.get(customer / 64 - first_word).is_some_and(|word| word >> (customer % 64) & 1 == 1)
    };
    for (row, customer) in rows {
        set(&mut out.yes, block.first_word, row, has(&truth.yes, customer));
        set(&mut out.failed, block.first_word, row, has(&truth.failed, customer));
    }
    out
}

#[inline]
fn keep_known(column: &Column, first: usize, yes: &mut [u64]) {
    if column.known.is_some() {
        for (position, yes) in yes.iter_mut().enumerate() {
            *yes &= column.known_word(first + position);
        }
    }
}

/// Calls `visit` with each row of the mask, ascending.
#[inline]
pub(super) fn each(mask: &[u64], first_word: usize, mut visit: impl FnMut(usize)) {
    for (position, word) in mask.iter().enumerate() {
        let mut rest = *word;
        while rest != 0 {
            visit((first_word + position) * 64 + rest.trailing_zeros() as usize);
            rest &= rest - 1;
        }
    }
}
