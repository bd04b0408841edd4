//! How many events of one customer count, what they come to, and when the first
//! of them drops out.
//!
//! Time alone only takes events away: each at the end of its window. So the
//! number passes a bound when a certain one of these ends is reached, and a sum
//! at one of them.

use super::column::Wanted;
use super::{Answer, NEVER};
use crate::facts::{Data, Events};
use crate::lang::environment::Environment;
use crate::lang::moment::Moment;
use crate::lang::quick::Length;
use crate::units::Instant;

/// A window that ends now, over the events of a kind.
#[derive(Debug)]
pub(super) struct Span {
    pub(super) kind: usize,
    pub(super) length: Length,
}

/// The events of a customer in a window, each with the instant at which it drops
/// out, the first of these first.
#[derive(Debug, Default)]
pub(super) struct Lasting(Vec<(i64, u32)>);

impl Span {
    pub(super) fn fill(&self, moment: &Moment<'_>, out: &mut Lasting) {
        out.0.clear();
        let Some(events) = moment.columns().kinds.get(self.kind) else { return };
        let (from, end) = moment.rows(self.kind);
        let now = moment.instant().micros();
        // Whatever happened before is over, however the window is counted.
        let cut = now.saturating_sub(self.length.at_most());
        for row in (from..end).rev() {
            let at = events.at.micros(row);
            if at < cut {
                break;
            }
            let end = self.length.after(Instant::clamped(at), moment.calendar());
            let end = end.map_or(NEVER, Instant::micros);
            if now < end {
                out.0.push((end, row as u32));
            }
        }
        out.0.sort_unstable();
    }
}

/// Events of a kind that pass tests of their fields, of the last while.
#[derive(Debug)]
pub(super) struct Rows {
    pub(super) kind: usize,
    /// The number of the window.
    pub(super) span: Option<usize>,
    /// A field, what is wanted of it, and whether it must be so.
    pub(super) tests: Vec<(usize, Wanted, bool)>,
}

/// Numbers from one to another, both included.
#[derive(Debug, Clone, Copy)]
pub(super) struct Range {
    pub(super) low: i128,
    pub(super) high: i128,
    /// Whether what 64 bits cannot hold is an error.
    pub(super) narrow: bool,
}

impl Range {
    #[inline]
    pub(super) fn has(self, number: i128) -> bool {
        self.low <= number && number <= self.high
    }

    pub(super) fn of_sum(self, sum: i128) -> Answer {
        match self.narrow && i64::try_from(sum).is_err() {
            true => Answer::Failed,
            false => Answer::of(self.has(sum)),
        }
    }
}

impl Rows {
    /// Those that count, with the end of each one's window.
    #[inline]
    fn each(
        &self,
        moment: &Moment<'_>,
        lasting: Option<&Lasting>,
        mut visit: impl FnMut(&Events, usize, i64),
    ) {
        let Some(events) = moment.columns().kinds.get(self.kind) else { return };
        match lasting {
            Some(lasting) => {
                for (end, row) in &lasting.0 {
                    if self.passes(events, *row as usize) {
                        visit(events, *row as usize, *end);
                    }
                }
            }
            None => {
                let (from, end) = moment.rows(self.kind);
                let rows = (from..end).filter(|row| self.passes(events, *row));
                rows.for_each(|row| visit(events, row, NEVER));
            }
        }
    }

    #[inline]
    fn passes(&self, events: &Events, row: usize) -> bool {
        self.tests.iter().all(|(field, wanted, so)| {
            events.fields.get(*field).is_some_and(|column| wanted.has(column, row) == *so)
        })
    }

    pub(super) fn count(&self, moment: &Moment<'_>, lasting: Option<&Lasting>) -> u32 {
        if self.tests.is_empty() {
            let (from, end) = moment.rows(self.kind);
            let count = lasting.map_or(end - from, |lasting| lasting.0.len());
            return u32::try_from(count).unwrap_or(u32::MAX);
        }
        let mut count = 0;
        self.each(moment, lasting, |_, _, _| count += 1);
        count
    }

    /// The sum of a field; what is not known does not take part.
    pub(super) fn sum(&self, field: usize, moment: &Moment<'_>, lasting: Option<&Lasting>) -> i128 {
        let mut sum = 0;
        self.each(moment, lasting, |events, row, _| sum += i128::from(number(events, field, row)));
        sum
    }

    /// When the number of events next comes into a range or leaves it.
    pub(super) fn next_count(
        &self,
        range: Range,
        moment: &Moment<'_>,
        lasting: Option<&Lasting>,
        ends: &mut Vec<(i64, i64)>,
    ) -> i64 {
        ends.clear();
        self.each(moment, lasting, |_, _, end| ends.push((end, 1)));
        next(ends, |count| Answer::of(range.has(count)))
    }

    /// When the sum of a field does.
    pub(super) fn next_sum(
        &self,
        field: usize,
        range: Range,
        moment: &Moment<'_>,
        lasting: Option<&Lasting>,
        ends: &mut Vec<(i64, i64)>,
    ) -> i64 {
        ends.clear();
        self.each(moment, lasting, |events, row, end| ends.push((end, number(events, field, row))));
        next(ends, |sum| range.of_sum(sum))
    }
}

/// What is known of a field of an event; nothing counts nothing.
fn number(events: &Events, field: usize, row: usize) -> i64 {
    match events.fields.get(field) {
        Some(column) if column.is_known(row) => match &column.data {
            Data::Ints(ints) => ints.get(row),
            _ => 0,
        },
        _ => 0,
    }
}

/// The first end at which what is left comes out otherwise than the whole; the
/// ends ascend.
fn next(ends: &[(i64, i64)], answer: impl Fn(i128) -> Answer) -> i64 {
    let mut left: i128 = ends.iter().map(|(_, value)| i128::from(*value)).sum();
    let now = answer(left);
    let mut rest = ends.iter().peekable();
    while let Some((end, value)) = rest.next() {
        left -= i128::from(*value);
        let is_last_of_instant = rest.peek().is_none_or(|(next, _)| next != end);
        if is_last_of_instant && *end != NEVER && answer(left) != now {
            return *end;
        }
    }
    NEVER
}
