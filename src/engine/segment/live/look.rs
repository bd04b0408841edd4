//! One customer, asked about every segment at one instant after the other.

use super::ground::{Ground, has, set};
use crate::facts::{Columns, History, set_range};
use crate::lang::{Asked, Found, Moment, States, Value, World};
use crate::lifecycle::{Replay, Scratch, Trail};
use crate::segment::NEVER;
use crate::units::Instant;

/// Where a customer is looked at: by which facts, and how its machines went.
pub(super) struct Around<'w> {
    pub world: World<'w>,
    pub customer: usize,
    /// `None`: no segment asks a machine.
    pub trail: Option<Trail<'w>>,
}

impl<'w> Around<'w> {
    /// A customer of a world, as far as `until`.
    pub fn new(
        world: World<'w>,
        customer: usize,
        replay: Option<&Replay<'_>>,
        (ground, until): (&'w Ground<'_>, Instant),
        scratch: &mut Option<Scratch>,
    ) -> Around<'w> {
        let known = world.columns.is_known(customer, until);
        let trail = replay.filter(|_| known).map(|replay| {
            let scratch = scratch.get_or_insert_with(|| replay.scratch());
            Trail::new(replay, ground.machines, customer, until, scratch)
        });
        Around { world, customer, trail }
    }

    /// The next instant after another at which a fact or a step comes.
    #[inline(never)]
    pub fn next(&self, after: Instant) -> i64 {
        let step = self.trail.as_ref().and_then(|trail| trail.turns_after(after));
        let step = step.map_or(NEVER, Instant::micros);
        step.min(self.next_fact(after))
    }

    /// The next instant after another at which a fact comes.
    pub fn next_fact(&self, after: Instant) -> i64 {
        next_fact(self.world.columns, self.customer, after)
    }

    /// When a machine may go on after all its steps.
    ///
    /// Not inlined: where it is, the compiler compares the instant before it asks
    /// whether there is one, without effect, and memory checkers report it.
    #[inline(never)]
    pub fn wakes(&self) -> i64 {
        let wakes = self.trail.as_ref().and_then(Trail::wakes);
        wakes.map_or(NEVER, Instant::micros)
    }
}

/// Looks at one customer after the other.
#[derive(Debug)]
pub(super) struct Looker {
    found: Found,
    ends: Vec<usize>,
    /// Who is in which segment, of those that were asked.
    pub seen: Vec<u64>,
    /// Which segments are asked.
    pub which: Vec<u64>,
}

impl Looker {
    pub fn new(ground: &Ground<'_>) -> Looker {
        let none = vec![0; ground.n_words()];
        Looker { found: ground.panel.found(), ends: Vec::new(), seen: none.clone(), which: none }
    }

    /// In which of the segments asked the customer is at the end of an instant;
    /// when time alone may change one of them.
    pub fn look(&mut self, ground: &Ground<'_>, around: &Around<'_>, at: Instant) -> i64 {
        self.seen.iter_mut().for_each(|word| *word = 0);
        let (columns, customer) = (around.world.columns, around.customer);
        if !columns.is_known(customer, at) {
            return NEVER;
        }
        let cut = at.micros().saturating_add(1);
        self.ends.clear();
        self.ends.extend(columns.kinds.iter().map(|events| {
            let (from, until) = events.range(customer);
            events.at.first_at_or_after(from, until, cut)
        }));
        match &around.trail {
            None => self.ask(ground, around, at, &Stateless),
            Some(trail) => self.ask(ground, around, at, &trail.at(at)),
        }
    }

    fn ask(
        &mut self,
        ground: &Ground<'_>,
        around: &Around<'_>,
        at: Instant,
        states: &dyn States,
    ) -> i64 {
        let moment = Moment::new(around.world, around.customer, at, &self.ends, states).ended();
        self.found.forget();
        let mut next = NEVER;
        for (word, asked) in self.which.iter().enumerate() {
            let mut rest = *asked;
            while rest != 0 {
                let place = word * 64 + rest.trailing_zeros() as usize;
                rest &= rest - 1;
                if ground.panel.answer(place, &moment, &mut self.found).holds() {
                    set(&mut self.seen, place);
                }
                if ground.panel.moves(place) {
                    let change = ground.panel.next_change(place, &moment, &mut self.found);
                    next = next.min(change.map_or(NEVER, Instant::micros));
                }
            }
        }
        next
    }

    /// Takes what was seen over into what is held; each segment in which the
    /// customer is now and was not, and the reverse.
    pub fn settle(&self, held: &mut [u64], mut turned: impl FnMut(usize, bool)) {
        let words = self.which.iter().zip(&self.seen);
        for (word, (held, (asked, seen))) in held.iter_mut().zip(words).enumerate() {
            let mut rest = (*held ^ *seen) & *asked;
            *held = *held & !*asked | *seen;
            while rest != 0 {
                let place = word * 64 + rest.trailing_zeros() as usize;
                rest &= rest - 1;
                turned(place, has(&self.seen, place));
            }
        }
    }
}

/// Nothing is known of machines, as no segment asks one.
#[derive(Debug)]
struct Stateless;

impl States for Stateless {
    fn ask(&self, _: usize, _: &str, _: Asked<'_>) -> Option<Value> {
        None
    }
}

/// The first instant after another at which something about a customer that is
/// known already happens, or at which it comes to be this customer, or is no more.
pub(in crate::engine) fn next_fact(columns: &Columns, customer: usize, now: Instant) -> i64 {
    let after = now.micros().saturating_add(1);
    let mut next = NEVER;
    for events in &columns.kinds {
        let (from, until) = events.range(customer);
        let first = events.at.first_at_or_after(from, until, after);
        if first < until {
            next = next.min(events.at.micros(first));
        }
    }
    for history in columns.attributes.iter().chain(&columns.consents) {
        let History::Dated { offsets, since, .. } = history else { continue };
        let (from, until) = set_range(offsets, customer);
        let since = since.get(from..until).unwrap_or_default();
        if let Some(change) = since.get(since.partition_point(|since| *since < after)) {
            next = next.min(*change);
        }
    }
    let span = columns.spans.get(customer).copied().unwrap_or((NEVER, NEVER));
    let erased = columns.erased_at(customer).map_or(NEVER, Instant::micros);
    let born = columns.born.get(customer).copied().unwrap_or(NEVER);
    let others = [span.0, span.1, erased, born].into_iter().filter(|at| after <= *at);
    others.fold(next, i64::min)
}
