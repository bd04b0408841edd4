//! One thing and then another within a length of time: the sequence that is asked
//! most, without remembering ways.
//!
//! ```text
//! opens      o      o   o
//! purchases       p        p        for each the latest open before it: no other
//!                 └─ within 7 days? ─┘       reaches further
//! ```
//!
//! Two events of one instant have an order that times do not tell; who might owe
//! the answer to that is left to the walk through all ways.

use super::condition::{Block, Program, Truth, each};
use super::list::List;
use super::row::set;
use super::sequence::Sequence;
use crate::facts::Times;
use crate::lang::quick::Length;
use crate::units::{Calendar, Instant};

/// Two plain lists of different kinds, the second of which is to follow the first.
pub(super) struct Follows<'s> {
    sequence: Sequence<'s>,
    /// Microseconds below which it is within the length, and from which on it is
    /// not; in between the calendar is asked.
    sure: (i64, i64),
}

impl<'s> Follows<'s> {
    /// A sequence as one thing after another; `None` where it is more than that.
    pub(super) fn of(sequence: Sequence<'s>) -> Option<Follows<'s>> {
        let is_plain = match &sequence.steps[..] {
            [(one, first), (other, second)] => {
                one != other && first.stages.is_empty() && second.stages.is_empty()
            }
            _ => false,
        };
        let window: &Length = &sequence.window;
        let bare = !sequence.strict && sequence.without.is_none() && sequence.gap.is_none();
        if !is_plain || !bare || !window.is_monotone() {
            return None;
        }
        let sure = match window.always(sequence.is_steady()) {
            Some(micros) => (micros, micros),
            None => (window.at_least(), window.at_most().saturating_add(1)),
        };
        Some(Follows { sequence, sure })
    }

    /// Customers of the mask of whom it is so.
    pub(super) fn truth(&self, program: &Program<'s>, block: Block<'_>, mask: &[u64]) -> Truth {
        let mut out = Truth::none(mask.len());
        let [(_, first), (_, second)] = &self.sequence.steps[..] else { return out };
        let mut tied = vec![0; mask.len()];
        let mut put = |row: usize, found: Option<bool>| {
            set(&mut out.yes, block.first_word, row, found == Some(true));
            set(&mut tied, block.first_word, row, found.is_none());
        };
        each(mask, block.first_word, |row| {
            let (one, other) = (first.rows(row), second.rows(row));
            if one.0 == one.1 || other.0 == other.1 {
                return;
            }
            put(row, self.is_followed((first, one), (second, other)));
        });
        if tied.iter().any(|word| *word != 0) {
            let walked = self.sequence.evaluate(program, block, &tied);
            each(&tied, block.first_word, |row| {
                let complete = walked.number(row) == Ok(Some(2));
                set(&mut out.yes, block.first_word, row, complete);
            });
        }
        out
    }

    /// `None`: it depends on the order of events of one instant.
    #[inline]
    fn is_followed(
        &self,
        (first, one): (&List<'_>, (usize, usize)),
        (second, other): (&List<'_>, (usize, usize)),
    ) -> Option<bool> {
        let calendar = self.sequence.calendar;
        match (&first.events.at, &second.events.at) {
            (
                Times::Seconds { base, after },
                Times::Seconds { base: other_base, after: other_after },
            ) => {
                let (Some(a), Some(b)) =
                    (after.get(one.0..one.1), other_after.get(other.0..other.1))
                else {
                    return Some(false);
                };
                let later = other_base - base;
                let sure = (self.sure.0.div_euclid(MICROS), self.sure.1.div_euclid(MICROS));
                // Whole seconds below a length that is none are below it, too.
                let low = sure.0 + i64::from(self.sure.0.rem_euclid(MICROS) != 0);
                let high = sure.1 + i64::from(self.sure.1.rem_euclid(MICROS) != 0);
                followed(
                    a,
                    b,
                    |at| i64::from(at) + later,
                    (low, high),
                    |from, at| self.within((base + from) * MICROS, (base + at) * MICROS, calendar),
                )
            }
            (first, second) => {
                let times = |times: &Times, (from, until): (usize, usize)| -> Vec<i64> {
                    (from..until).map(|row| times.micros(row)).collect()
                };
                let (a, b) = (times(first, one), times(second, other));
                followed(&a, &b, |at| at, self.sure, |from, at| self.within(from, at, calendar))
            }
        }
    }

    fn within(&self, from: i64, at: i64, calendar: &Calendar) -> bool {
        let end = self.sequence.window.after(Instant::clamped(from), calendar);
        end.is_none_or(|end| at < end.micros())
    }
}

const MICROS: i64 = 1_000_000;

/// Whether some `b` comes within the length after an `a`; `None` where an `a` at
/// the very instant of a `b` may be the one.
#[inline]
fn followed<T: Copy + Into<i64>, U: Copy>(
    a: &[T],
    b: &[U],
    at: impl Fn(U) -> i64,
    (low, high): (i64, i64),
    within: impl Fn(i64, i64) -> bool,
) -> Option<bool> {
    let (mut next, mut tied) = (0, false);
    for b in b {
        let at = at(*b);
        while a.get(next).is_some_and(|a| (*a).into() < at) {
            next += 1;
        }
        if let Some(before) = next.checked_sub(1).and_then(|last| a.get(last)) {
            let before: i64 = (*before).into();
            let length = at - before;
            if length < low || length < high && within(before, at) {
                return Some(true);
            }
        }
        tied |= a.get(next).is_some_and(|a| (*a).into() == at);
    }
    if tied { None } else { Some(false) }
}
