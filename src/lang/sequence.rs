//! How far somebody came through steps that follow one another.
//!
//! ```text
//! sequence([visits, quotes, purchases], months(1))
//!
//!   visit       visit  quote            purchase
//!   |-------- one month ---------|                   2 steps: visit, quote
//!               |-------- one month ---------|       3 steps, the most of all
//! ```
//!
//! A way begins at any event of the first list. Each further step is an event of
//! the next list that comes later in the one total order, so that one event is
//! never two steps, and before the window has passed: `at < first + window`, as
//! `within` has it. The answer is the length of the longest way from any
//! beginning.
//!
//! * `gap`: a step comes before this has passed since the step before it.
//! * strict: between two steps that follow one another there is no other event
//!   of the listed lists.
//! * `without`: between them there is no event of that list.
//!
//! # Cost
//!
//! One pass over the events, times the number of steps: a way is remembered by
//! when its window ends alone, as no other way with an earlier end can lead
//! further.

use std::collections::HashMap;
use std::sync::Arc;

use super::operate::later;
use super::session::Session;
use super::time::Timestamp;
use super::value::{List, Value};
use crate::error::{Code, Error};
use crate::units::{Calendar, Instant};

/// The fewest and the most steps.
pub(super) const STEPS: std::ops::RangeInclusive<usize> = 2..=16;

/// One event of the lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Happened {
    /// When, in microseconds.
    pub at: i64,
    /// Bit `k`: it belongs to the list of step `k`.
    pub steps: u32,
    /// No way leads past it that does not step on it.
    pub breaks: bool,
}

/// The first instant that is too late after one, in microseconds; `i64::MAX`
/// where none is.
pub(super) trait Reach {
    type Error;
    fn end(&self, from: i64) -> Result<i64, Self::Error>;
}

/// A way through some steps, as far as the future is concerned.
#[derive(Debug, Clone, Copy)]
struct Way {
    /// The window has passed.
    end: i64,
    /// The gap has passed.
    until: i64,
}

/// The ways that can still go on, by their number of steps.
#[derive(Debug)]
pub(super) struct Ways {
    open: Vec<Vec<Way>>,
    deepest: usize,
}

impl Ways {
    pub fn new(n_steps: usize) -> Ways {
        Ways { open: vec![Vec::new(); n_steps], deepest: 0 }
    }

    /// Nobody has gone anywhere.
    pub fn clear(&mut self) {
        self.open.iter_mut().for_each(Vec::clear);
        self.deepest = 0;
    }

    /// The most steps of any way.
    pub fn deepest(&self) -> usize {
        self.deepest
    }

    /// Whether no further event can change the answer.
    pub fn is_done(&self) -> bool {
        self.deepest == self.open.len()
    }

    /// Takes the next event in the total order.
    pub fn take<R: Reach>(
        &mut self,
        event: Happened,
        window: &R,
        gap: Option<&R>,
    ) -> Result<(), R::Error> {
        let mut fresh: [Option<i64>; 16] = [None; 16];
        for (step, slot) in fresh.iter_mut().enumerate().take(self.open.len()) {
            if event.steps >> step & 1 == 0 {
                continue;
            }
            *slot = match step.checked_sub(1) {
                None => Some(window.end(event.at)?),
                Some(before) => self.latest_end(before, event.at),
            };
        }
        if event.breaks {
            self.open.iter_mut().for_each(Vec::clear);
        }
        let until = match gap {
            Some(gap) if fresh.iter().any(Option::is_some) => gap.end(event.at)?,
            _ => i64::MAX,
        };
        for (step, end) in fresh.into_iter().enumerate() {
            if let (Some(end), Some(open)) = (end, self.open.get_mut(step)) {
                self.deepest = self.deepest.max(step + 1);
                // What ends no later in both respects leads no further.
                open.retain(|way| end < way.end || until < way.until);
                open.push(Way { end, until });
            }
        }
        Ok(())
    }

    /// The latest end of the ways of so many steps, from 0, that are still open.
    fn latest_end(&mut self, step: usize, at: i64) -> Option<i64> {
        let open = self.open.get_mut(step)?;
        // Time only goes on: what is over stays over.
        open.retain(|way| at < way.end && at < way.until);
        open.iter().map(|way| way.end).max()
    }
}

/// How an expression says it: values as the reference has them.
pub(super) struct Told<'v> {
    pub steps: &'v [Value],
    pub without: Option<&'v List>,
    pub strict: bool,
    pub window: &'v Value,
    pub gap: Option<&'v Value>,
}

impl Told<'_> {
    /// The steps of the longest way. `None`: something is no list of events,
    /// or there are too many steps.
    pub fn deepest(&self, on: &mut Session<'_>) -> Option<Result<Value, Error>> {
        if !(1..=*STEPS.end()).contains(&self.steps.len()) {
            return None;
        }
        let mut found = Found::default();
        for (step, list) in self.steps.iter().enumerate() {
            match list {
                Value::Missing => return Some(Ok(Value::Missing)),
                Value::List(events) => found.add(events, |event| event.steps |= 1 << step)?,
                _ => return None,
            }
        }
        if let Some(events) = self.without {
            found.add(events, |event| event.breaks = true)?;
        }
        // Sorting is the most of it.
        let n_events = found.events.len() as u64;
        if let Err(error) = on.step(n_events * u64::from(n_events.max(1).ilog2() + 1)) {
            return Some(Err(error));
        }
        Some(self.walk(on, found.in_order(on)))
    }

    fn walk(&self, on: &Session<'_>, events: Vec<Happened>) -> Result<Value, Error> {
        let calendar = on.environment.calendar();
        let reach = |length| Lasting { length, calendar };
        let (window, gap) = (reach(self.window), self.gap.map(reach));
        let mut ways = Ways::new(self.steps.len());
        for event in events {
            let breaks = event.breaks || self.strict;
            ways.take(Happened { breaks, ..event }, &window, gap.as_ref())?;
        }
        // At most as many as there are steps.
        Ok(Value::Int(ways.deepest() as i64))
    }
}

/// A length of time, as the reference adds it.
struct Lasting<'v> {
    length: &'v Value,
    calendar: &'v Calendar,
}

impl Reach for Lasting<'_> {
    type Error = Error;

    fn end(&self, from: i64) -> Result<i64, Error> {
        let from = Timestamp::from(Instant::clamped(from));
        let end = match self.length {
            Value::Period(period) => later(from, *period, self.calendar),
            Value::Duration(length) => from.plus(*length),
            // The caller has looked.
            _ => Ok(from),
        };
        match end.map(Timestamp::split) {
            Ok((end, finer)) => Ok(end.micros() + i64::from(0 < finer)),
            // An end beyond all time is later than any event.
            Err(error) if error.code() == Code::TimeOutOfRange => Ok(i64::MAX),
            Err(error) => Err(error),
        }
    }
}

/// What tells one event from another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Identity {
    /// The kind and the row of one in the log.
    Row(usize, usize),
    /// Where in memory one stands that somebody made up.
    Made(usize),
}

/// The events of the lists, each once.
#[derive(Default)]
struct Found {
    places: HashMap<Identity, usize>,
    events: Vec<(Identity, Happened)>,
}

impl Found {
    fn add(&mut self, events: &List, mark: impl Fn(&mut Happened)) -> Option<()> {
        for event in events.iter() {
            let Value::Record(record) = event else { return None };
            let at = match record.get("at") {
                Some(Value::Timestamp(at)) => at.split().0.micros(),
                Some(Value::Missing) => continue,
                _ => return None,
            };
            let identity = match record.row() {
                Some((kind, row)) => Identity::Row(kind, row),
                None => Identity::Made(Arc::as_ptr(record) as usize),
            };
            let place = *self.places.entry(identity).or_insert(self.events.len());
            if place == self.events.len() {
                self.events.push((identity, Happened { at, steps: 0, breaks: false }));
            }
            if let Some((_, event)) = self.events.get_mut(place) {
                mark(event);
            }
        }
        Some(())
    }

    /// In the total order; what nobody recorded, in the order in which it is
    /// written.
    fn in_order(mut self, on: &Session<'_>) -> Vec<Happened> {
        self.events.sort_by_key(|(_, event)| event.at);
        for tied in self.events.chunk_by_mut(|(_, a), (_, b)| a.at == b.at) {
            if 1 < tied.len() {
                tied.sort_by_cached_key(|(identity, _)| match identity {
                    Identity::Row(kind, row) => on.environment.place(*kind, *row),
                    Identity::Made(_) => None,
                });
            }
        }
        self.events.into_iter().map(|(_, event)| event).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::convert::Infallible;

    /// A length that is not the same everywhere, like that of a month.
    #[derive(Clone, Copy)]
    struct Uneven(i64);

    impl Reach for Uneven {
        type Error = Infallible;
        fn end(&self, from: i64) -> Result<i64, Infallible> {
            Ok(from + self.0 - from % 3)
        }
    }

    /// Every way there is, one after the other.
    fn obvious(events: &[Happened], n_steps: usize, window: Uneven, gap: Option<Uneven>) -> usize {
        let end = |reach: Uneven, from: i64| reach.end(from).unwrap_or(i64::MAX);
        let mut deepest = 0;
        // The place of the last step, how many there are, and when it is too late.
        let mut open: Vec<(usize, usize, i64)> = (0..events.len())
            .filter(|place| events[*place].steps & 1 == 1)
            .map(|place| (place, 1, end(window, events[place].at)))
            .collect();
        while let Some((place, steps, until)) = open.pop() {
            deepest = deepest.max(steps);
            if steps == n_steps {
                continue;
            }
            for (next, event) in events.iter().enumerate().skip(place + 1) {
                let in_time =
                    event.at < until && gap.is_none_or(|gap| event.at < end(gap, events[place].at));
                if event.steps >> steps & 1 == 1 && in_time {
                    open.push((next, steps + 1, until));
                }
                if event.breaks {
                    break;
                }
            }
        }
        deepest
    }

    #[test]
    fn the_longest_way_is_that_of_trying_all() {
        let mut state = 7_u64;
        let mut below = |n: u64| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % n
        };
        let mut found = [0; 5];
        for round in 0..20_000 {
            let n_steps = 2 + below(3) as usize;
            let mut at = 0;
            let events: Vec<Happened> = (0..below(12))
                .map(|_| {
                    at += below(4) as i64;
                    let steps = below(1 << n_steps) as u32;
                    Happened { at, steps, breaks: round % 3 == 0 || below(5) == 0 }
                })
                .collect();
            let window = Uneven(below(14) as i64);
            let gap = (below(2) == 0).then_some(Uneven(below(7) as i64));
            let mut ways = Ways::new(n_steps);
            for event in &events {
                let Ok(()) = ways.take(*event, &window, gap.as_ref());
            }
            let expected = obvious(&events, n_steps, window, gap);
            assert_eq!(ways.deepest(), expected, "{events:?} {} {:?}", window.0, gap.map(|g| g.0));
            found[expected] += 1;
        }
        assert!(found.iter().all(|times| 500 < *times), "{found:?}");
    }
}
