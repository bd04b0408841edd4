//! Walks through a customer's events: which belong, and what they come to.
//!
//! ```text
//! purchases  .within(days(90))  .filter(p, p.amount > 100)  .sum(p, p.amount)
//! ---------  ----------------  --------------------------  -----------------
//! a range    a cut in time,    bits over the rows of the   one number for
//! of rows    found by search   block, only where asked     each customer
//! ```

use super::condition::{Block, Condition, Program, Truth, each};
use super::number::{Number, Width, fit};
use super::row::{Cell, Failed, Prepared, Row, set};
use super::sequence::Sequence;
use super::window::Windows;
use crate::facts::{Codes, Column, Events, Snapshot, Words};
use crate::lang::fading::{faded, gap_ratio};
use crate::lang::regular::active;
use crate::units::{Decimal, Instant};

/// Some of a customer's events of one kind.
pub(super) struct List<'s> {
    pub(super) events: &'s Events,
    /// Where each customer's past events end; `None` when all are past.
    pub(super) ends: Option<&'s [u32]>,
    /// Nothing before this instant belongs.
    pub(super) since: Option<i64>,
    pub(super) stages: Vec<Stage<'s>>,
}

/// What else an event must pass, in the order written.
pub(super) enum Stage<'s> {
    Within(Windows),
    Filter(Condition<'s>),
}

/// A function over lists.
pub(super) enum Fold<'s> {
    One(OneList<'s>),
    Sequence(Sequence<'s>),
}

/// A function over one list.
pub(super) struct OneList<'s> {
    pub(super) list: List<'s>,
    pub(super) end: End<'s>,
}

/// What a list comes to.
pub(super) enum End<'s> {
    Size,
    Count(Condition<'s>),
    Exists(Condition<'s>),
    Every(Condition<'s>),
    ExistsOne(Condition<'s>),
    Sum(Number<'s>, Width),
    /// The body, its scale, and the scale of the mean.
    Mean(Number<'s>, u8, u8),
    Least(Number<'s>),
    Greatest(Number<'s>),
    Different(Number<'s>),
    DifferentWords(&'s Codes, &'s Words, &'s Column),
    /// Now, and the half-life in microseconds.
    Faded(Instant, i64),
    GapRatio(Instant),
    /// When the last periods start, the one that runs now first.
    ActivePeriods(Vec<i64>, Instant),
    /// A field of the n-th event, from the front or from the back.
    Pick(Position, Number<'s>),
    PickWord(Position, &'s Codes, &'s Column),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Position {
    /// 0 is the first.
    FromFirst(usize),
    /// 0 is the last.
    FromLast(usize),
}

impl<'s> Program<'s> {
    /// The results of these folds for the customers of `mask`, indexed by fold.
    pub(super) fn prepare(&self, folds: &[usize], block: Block<'_>, mask: &[u64]) -> Vec<Prepared> {
        let Some(last) = folds.iter().max() else { return Vec::new() };
        let mut prepared: Vec<Prepared> = (0..=*last).map(|_| Prepared::default()).collect();
        for fold in folds {
            if let (Some(fold), Some(place)) = (self.folds.get(*fold), prepared.get_mut(*fold)) {
                *place = match fold {
                    Fold::One(fold) => fold.evaluate(self, block, mask),
                    Fold::Sequence(sequence) => sequence.evaluate(self, block, mask),
                };
            }
        }
        prepared
    }
}

/// Rows of a list's events that belong, as bits from `first_word`.
pub(super) struct Chosen {
    first_word: usize,
    yes: Vec<u64>,
    failed: Vec<u64>,
}

impl Chosen {
    /// Whether one of these rows is an error.
    pub(super) fn has_failed(&self, (from, until): (usize, usize)) -> bool {
        any_bit(&self.failed, from, until, self.first_word)
    }

    /// Whether a row belongs.
    #[inline]
    pub(super) fn has(&self, row: usize) -> bool {
        let word = (row / 64).checked_sub(self.first_word).and_then(|word| self.yes.get(word));
        word.is_some_and(|word| word >> (row % 64) & 1 == 1)
    }
}

impl<'s> List<'s> {
    /// All events of a kind that had happened.
    pub(super) fn all(snapshot: &'s Snapshot<'s>, kind: usize) -> Option<List<'s>> {
        let events = snapshot.columns().kinds.get(kind)?;
        Some(List { events, ends: snapshot.ends(kind), since: None, stages: Vec::new() })
    }

    #[inline]
    fn past(&self, customer: usize) -> (usize, usize) {
        let (from, until) = self.events.range(customer);
        match self.ends {
            Some(ends) => (from, ends.get(customer).map_or(until, |end| *end as usize)),
            None => (from, until),
        }
    }

    /// The rows of a customer that the leading cut leaves.
    #[inline]
    pub(super) fn rows(&self, customer: usize) -> (usize, usize) {
        let (from, until) = self.past(customer);
        match self.since {
            Some(since) => (self.events.at.first_at_or_after(from, until, since), until),
            None => (from, until),
        }
    }

    /// Passes the rows of the customers in `mask` through the stages.
    pub(super) fn choose(&self, program: &Program<'s>, mask: &[u64], first_word: usize) -> Chosen {
        let (mut low, mut high) = (usize::MAX, 0);
        each(mask, first_word, |customer| {
            let (from, until) = self.rows(customer);
            if from < until {
                low = low.min(from);
                high = high.max(until);
            }
        });
        if high <= low {
            return Chosen { first_word: 0, yes: Vec::new(), failed: Vec::new() };
        }
        let first = low / 64;
        let n_words = high.div_ceil(64) - first;
        let mut open = vec![0; n_words];
        each(mask, first_word, |customer| {
            let (from, until) = self.rows(customer);
            set_range(&mut open, from, until, first);
        });
        let mut failed = vec![0; n_words];
        for stage in &self.stages {
            let truth = self.test(program, stage, first, &open);
            for (failed, more) in failed.iter_mut().zip(&truth.failed) {
                *failed |= more;
            }
            open = truth.yes;
        }
        Chosen { first_word: first, yes: open, failed }
    }

    fn test(
        &self,
        program: &Program<'s>,
        stage: &Stage<'s>,
        first_word: usize,
        open: &[u64],
    ) -> Truth {
        match stage {
            Stage::Filter(condition) => condition.truth(program, self.block(first_word), open),
            Stage::Within(windows) => {
                let mut truth = Truth::none(open.len());
                each(open, first_word, |row| {
                    let inside = windows.has(self.events.at.micros(row));
                    set(&mut truth.yes, first_word, row, inside);
                });
                truth
            }
        }
    }

    fn block(&self, first_word: usize) -> Block<'_> {
        Block { first_word, owners: Some(&self.events.offsets), board: None }
    }
}

impl<'s> OneList<'s> {
    fn evaluate(&self, program: &Program<'s>, block: Block<'_>, mask: &[u64]) -> Prepared {
        let mut out = Prepared::new(block.first_word, mask.len());
        let plain = self.list.stages.is_empty() && self.end.test().is_none();
        if plain {
            each(mask, block.first_word, |customer| {
                let (from, until) = self.list.rows(customer);
                out.put(customer, self.end.of(&self.list, || from..until, customer));
            });
            return out;
        }
        let chosen = self.list.choose(program, mask, block.first_word);
        let first = chosen.first_word;
        let tested =
            self.end.test().map(|test| test.truth(program, self.list.block(first), &chosen.yes));
        each(mask, block.first_word, |customer| {
            let (from, until) = self.list.rows(customer);
            if any_bit(&chosen.failed, from, until, first) {
                return out.put(customer, Err(Failed));
            }
            let rows = || bits_between(&chosen.yes, from, until, first);
            let cell = match &tested {
                Some(truth) => self.end.judge(truth, (from, until), first, rows().count()),
                None => self.end.of(&self.list, rows, customer),
            };
            out.put(customer, cell);
        });
        out
    }
}

impl<'s> End<'s> {
    /// The condition each event is asked, for the functions that ask one.
    fn test(&self) -> Option<&Condition<'s>> {
        match self {
            End::Count(test) | End::Exists(test) | End::Every(test) | End::ExistsOne(test) => {
                Some(test)
            }
            _ => None,
        }
    }

    /// The functions that ask a condition: `n_rows` events were asked.
    fn judge(
        &self,
        truth: &Truth,
        (from, until): (usize, usize),
        first: usize,
        n_rows: usize,
    ) -> Cell {
        let n_yes = bits_between(&truth.yes, from, until, first).count();
        let n_failed = bits_between(&truth.failed, from, until, first).count();
        let unless_failed = |value: i128| if n_failed == 0 { Ok(Some(value)) } else { Err(Failed) };
        match self {
            // One yes decides `exists`, one no decides `all`, whatever failed.
            End::Exists(_) if 0 < n_yes => Ok(Some(1)),
            End::Every(_) if n_yes + n_failed < n_rows => Ok(Some(0)),
            End::Exists(_) => unless_failed(0),
            End::Every(_) => unless_failed(1),
            End::ExistsOne(_) => unless_failed(i128::from(n_yes == 1)),
            _ => unless_failed(n_yes as i128),
        }
    }

    /// The functions that read values: over the rows that belong, in order.
    fn of<I: DoubleEndedIterator<Item = usize>>(
        &self,
        list: &List<'_>,
        rows: impl Fn() -> I,
        customer: usize,
    ) -> Cell {
        let at = |row: usize| list.events.at.micros(row);
        let values = |body| values(body, rows(), customer);
        let extreme = |body, pick: fn(i128, i128) -> i128| {
            values(body).try_fold(None, |best: Option<i128>, value| {
                let value = value?;
                Ok(Some(best.map_or(value, |best| pick(best, value))))
            })
        };
        Ok(match self {
            End::Size => Some(rows().count() as i128),
            End::Sum(body, width) => Some(fit(total(values(body))?.0, *width)?),
            End::Mean(body, scale, wanted) => mean(total(values(body))?, *scale, *wanted)?,
            End::Least(body) => extreme(body, i128::min)?,
            End::Greatest(body) => extreme(body, i128::max)?,
            End::Different(body) => Some(n_different(values(body).collect::<Result<_, _>>()?)),
            End::DifferentWords(codes, words, column) => {
                let known = rows().filter(|row| column.is_known(*row));
                let keys = known.map(|row| words.key_code(codes.get(row)).into()).collect();
                Some(n_different(keys))
            }
            End::Faded(now, half_life) => {
                let ages = rows().map(|row| now.micros() - at(row));
                Some(faded(ages, *half_life).units())
            }
            End::GapRatio(now) => {
                let times: Vec<i64> = rows().map(at).collect();
                gap_ratio(*now, &times).map(Decimal::units)
            }
            End::ActivePeriods(starts, now) => {
                Some(active(rows().rev().map(at), starts, now.micros()).into())
            }
            End::Pick(position, body) => match position.of(rows()) {
                Some(row) => body.at(Row { row, customer, folds: &[] })?,
                None => None,
            },
            End::PickWord(position, codes, column) => position
                .of(rows())
                .filter(|row| column.is_known(*row))
                .map(|row| codes.get(row).into()),
            // Asked a condition: `judge` has answered.
            End::Count(_) | End::Exists(_) | End::Every(_) | End::ExistsOne(_) => None,
        })
    }
}

impl Position {
    fn of(self, mut rows: impl DoubleEndedIterator<Item = usize>) -> Option<usize> {
        match self {
            Position::FromFirst(n) => rows.nth(n),
            Position::FromLast(n) => rows.nth_back(n),
        }
    }
}

/// The known values of rows, in order; missing ones do not take part.
fn values<'b>(
    body: &'b Number<'_>,
    rows: impl Iterator<Item = usize> + 'b,
    customer: usize,
) -> impl Iterator<Item = Result<i128, Failed>> + 'b {
    rows.filter_map(move |row| body.at(Row { row, customer, folds: &[] }).transpose())
}

/// The sum of values, and how many there are.
fn total(values: impl Iterator<Item = Result<i128, Failed>>) -> Result<(i128, i64), Failed> {
    let (mut sum, mut count) = (0i128, 0);
    for value in values {
        sum = sum.checked_add(value?).ok_or(Failed)?;
        count += 1;
    }
    Ok((sum, count))
}

fn mean((sum, count): (i128, i64), scale: u8, wanted: u8) -> Cell {
    if count == 0 {
        return Ok(None);
    }
    let sum = Decimal::new(sum, scale).map_err(|_| Failed)?;
    let mean = sum.div_half_even(Decimal::from_int(count), wanted);
    mean.map(|mean| Some(mean.units())).map_err(|_| Failed)
}

fn n_different(mut values: Vec<i128>) -> i128 {
    values.sort_unstable();
    values.dedup();
    values.len() as i128
}

/// Sets the bits of rows `from..until`.
fn set_range(words: &mut [u64], from: usize, until: usize, first_word: usize) {
    for (position, word) in words_between(from, until, first_word) {
        if let Some(place) = words.get_mut(position) {
            *place |= word;
        }
    }
}

fn any_bit(words: &[u64], from: usize, until: usize, first_word: usize) -> bool {
    words_between(from, until, first_word)
        .any(|(position, mask)| words.get(position).is_some_and(|word| word & mask != 0))
}

/// The positions of the words that rows `from..until` lie in, and the bits of
/// each that are meant.
fn words_between(
    from: usize,
    until: usize,
    first_word: usize,
) -> impl Iterator<Item = (usize, u64)> {
    let range = if from < until { from / 64..until.div_ceil(64) } else { 0..0 };
    range.map(move |word| {
        let low = from.saturating_sub(word * 64).min(64);
        let high = (until - word * 64).min(64);
        let below = |n: usize| if n == 64 { u64::MAX } else { (1 << n) - 1 };
        (word - first_word, below(high) & !below(low))
    })
}

/// The rows of `from..until` whose bit is set.
fn bits_between(
    words: &[u64],
    from: usize,
    until: usize,
    first_word: usize,
) -> impl DoubleEndedIterator<Item = usize> + '_ {
    (from..until).filter(move |row| {
        words.get(row / 64 - first_word).is_some_and(|word| word >> (row % 64) & 1 == 1)
    })
}
