//! Sequences, customer by customer: the lists are merged as they are read.

use std::convert::Infallible;

use super::condition::{Block, Program, each};
use super::list::{Chosen, List};
use super::row::{Failed, Prepared};
use crate::facts::{Columns, Events};
use crate::lang::quick::Length;
use crate::lang::sequence::{Happened, Reach, Ways};
use crate::units::{Calendar, Instant};

/// How far everybody came.
pub(super) struct Sequence<'s> {
    pub(super) columns: &'s Columns,
    pub(super) calendar: &'s Calendar,
    /// The kind and the list of each step.
    pub(super) steps: Vec<(usize, List<'s>)>,
    pub(super) without: Option<(usize, List<'s>)>,
    pub(super) strict: bool,
    pub(super) window: Length,
    pub(super) gap: Option<Length>,
}

struct Lasting<'l>(&'l Length, &'l Calendar);

impl Reach for Lasting<'_> {
    type Error = Infallible;

    #[inline]
    fn end(&self, from: i64) -> Result<i64, Infallible> {
        let end = self.0.after(Instant::clamped(from), self.1);
        Ok(end.map_or(i64::MAX, Instant::micros))
    }
}

/// Where one list of a customer is being read.
struct Cursor<'c> {
    kind: usize,
    events: &'c Events,
    chosen: Option<&'c Chosen>,
    row: usize,
    until: usize,
    /// When the next event is; nothing is left at `i64::MAX`.
    at: i64,
    /// The bit of the step; none for the list that must not come between.
    step: u32,
}

impl Cursor<'_> {
    /// Goes to the next row that belongs, from `row` on.
    #[inline]
    fn settle(&mut self) {
        while self.row < self.until && self.chosen.is_some_and(|chosen| !chosen.has(self.row)) {
            self.row += 1;
        }
        self.at = if self.row < self.until { self.events.at.micros(self.row) } else { i64::MAX };
    }
}

impl<'s> Sequence<'s> {
    /// Whether no clock was changed while any of this happened.
    pub(super) fn is_steady(&self) -> bool {
        let events = self.columns.kinds.iter().filter_map(|events| events.at.earliest());
        let last = self.columns.last.map_or(0, Instant::micros);
        let length = self.window.at_most().max(0);
        events
            .min()
            .is_none_or(|first| self.calendar.zone().is_steady(first, last.saturating_add(length)))
    }

    fn lists(&self) -> impl Iterator<Item = &(usize, List<'s>)> {
        self.steps.iter().chain(&self.without)
    }

    pub(super) fn evaluate(
        &self,
        program: &Program<'s>,
        block: Block<'_>,
        mask: &[u64],
    ) -> Prepared {
        let chosen: Vec<Option<Chosen>> = self
            .lists()
            .map(|(_, list)| {
                let has_stages = !list.stages.is_empty();
                has_stages.then(|| list.choose(program, mask, block.first_word))
            })
            .collect();
        let mut out = Prepared::new(block.first_word, mask.len());
        let (window, gap) = (Lasting(&self.window, self.calendar), self.gap.as_ref());
        let gap = gap.map(|gap| Lasting(gap, self.calendar));
        let mut ways = Ways::new(self.steps.len());
        let mut cursors: Vec<Cursor<'_>> = Vec::with_capacity(chosen.len());
        each(mask, block.first_word, |customer| {
            cursors.clear();
            let mut failed = false;
            for (step, ((kind, list), chosen)) in self.lists().zip(&chosen).enumerate() {
                let (row, until) = list.rows(customer);
                failed |= chosen.as_ref().is_some_and(|chosen| chosen.has_failed((row, until)));
                let step = if step < self.steps.len() { 1 << step } else { 0 };
                let (events, chosen) = (list.events, chosen.as_ref());
                cursors.push(Cursor { kind: *kind, events, chosen, row, until, at: 0, step });
            }
            if failed {
                return out.put(customer, Err(Failed));
            }
            ways.clear();
            self.walk(customer, &mut cursors, &mut ways, (&window, gap.as_ref()));
            out.put(customer, Ok(Some(ways.deepest() as i128)));
        });
        out
    }

    /// Takes the events of all lists in the total order.
    fn walk(
        &self,
        customer: usize,
        cursors: &mut [Cursor<'_>],
        ways: &mut Ways,
        (window, gap): (&Lasting<'_>, Option<&Lasting<'_>>),
    ) {
        cursors.iter_mut().for_each(Cursor::settle);
        while !ways.is_done() {
            let Some(at) = cursors.iter().map(|cursor| cursor.at).min() else { return };
            if at == i64::MAX {
                return;
            }
            let (kind, row) = self.first_of(customer, cursors, at);
            let mut event = Happened { at, steps: 0, breaks: self.strict };
            for cursor in cursors.iter_mut() {
                if (cursor.at, cursor.kind, cursor.row) == (at, kind, row) {
                    event.steps |= cursor.step;
                    event.breaks |= cursor.step == 0;
                    cursor.row += 1;
                    cursor.settle();
                }
            }
            let Ok(()) = ways.take(event, window, gap);
        }
    }

    /// The first event of one instant: of one kind that of the first row, of
    /// several that of the first place in history.
    #[inline]
    fn first_of(&self, customer: usize, cursors: &[Cursor<'_>], at: i64) -> (usize, usize) {
        let mut heads = cursors.iter().filter(|cursor| cursor.at == at);
        let head = |cursor: &Cursor<'_>| (cursor.kind, cursor.row);
        let first = heads.next().map_or((0, 0), head);
        let Some(other) = heads.next() else { return first };
        let place = |(kind, row): (usize, usize)| {
            let from = self.columns.kinds.get(kind).map_or(0, |events| events.range(customer).0);
            self.columns.timeline.place(customer, kind, row - from)
        };
        let all = [first, head(other)].into_iter().chain(heads.map(head));
        all.min_by_key(|head| place(*head)).unwrap_or(first)
    }
}
