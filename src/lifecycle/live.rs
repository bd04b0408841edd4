//! Where everybody is, kept up to date (增量跟踪): as facts come in, and as time
//! passes.
//!
//! ```text
//!  facts of one customer ──> apply ──────┐
//!                                        ├──> kept, retracted, added steps;
//!  an instant ──> who is due by then? ───┘    what to do, what to take back
//!                 those alone are replayed
//! ```
//!
//! A customer is replayed as a whole, so a fact may be late, corrected or
//! withdrawn: what comes out is what would have come out in time.

mod changed;

use std::collections::BTreeMap;

use self::changed::{added_since, difference_of};
use super::course::Life;
use super::everybody::everybody;
use super::machine::Machine;
use super::replay::{Replay, Scratch};
use crate::facts::{Columns, History};
use crate::lang::World;
use crate::units::Instant;

pub use changed::Changed;

/// The states of all customers at an instant, and when each may next change.
///
/// Holds 10 bytes a customer and machine and 8 a customer, and the history of
/// those of whom something was learnt since.
#[derive(Debug)]
pub struct Live<'a> {
    world: World<'a>,
    machines: &'a [Machine],
    replay: Replay<'a>,
    /// Room for the replays of one customer after the other.
    scratch: Scratch,
    now: Instant,
    /// For each customer when it may next change, in microseconds: because of
    /// time, or of a fact that lies in the future; [`ASLEEP`]: never.
    due: Vec<i64>,
    machine_states: Vec<Now>,
    /// Customers that were not there in the beginning, and their numbers.
    newcomers: BTreeMap<Box<str>, usize>,
    /// For customers of whom something was learnt since, all that is known.
    fresh: BTreeMap<usize, (Box<str>, Columns)>,
}

/// Where everybody is in one machine.
#[derive(Debug, Default)]
struct Now {
    state: Vec<u16>,
    /// In microseconds; [`i64::MIN`] where nobody knows.
    since: Vec<i64>,
}

/// Nothing is to be expected.
const ASLEEP: i64 = i64::MAX;

/// Stands for nobody being there.
const ABSENT: u16 = u16::MAX;

impl<'a> Live<'a> {
    /// Everybody as of an instant.
    ///
    /// # Inputs
    ///
    /// `machines`: each after those whose states it reads. `threads`: how many
    /// to use here and later, at least one; the number never changes an answer.
    ///
    /// # Cost
    ///
    /// One replay of everybody.
    pub fn new(
        world: World<'a>,
        machines: &'a [Machine],
        now: Instant,
        threads: usize,
    ) -> Live<'a> {
        let replay = Replay::new(world, machines);
        let n_customers = world.columns.n_customers();
        let parts = everybody(
            n_customers,
            threads,
            || (Vec::new(), replay.scratch()),
            |(places, scratch): &mut (Vec<Place>, Scratch), customer| {
                places.push(place(&replay, customer, now, scratch));
            },
        );
        let mut live = Live {
            world,
            machines,
            scratch: replay.scratch(),
            replay,
            now,
            due: Vec::with_capacity(n_customers),
            machine_states: machines.iter().map(|_| Now::default()).collect(),
            newcomers: BTreeMap::new(),
            fresh: BTreeMap::new(),
        };
        for (customer, place) in parts.into_iter().flat_map(|(places, _)| places).enumerate() {
            live.settle(customer, &place);
        }
        live
    }

    /// As of when.
    pub fn now(&self) -> Instant {
        self.now
    }

    /// The number of a customer, which changes with a merge alone.
    pub fn customer(&self, id: &str) -> Option<usize> {
        let known = self.world.columns.customer_at(id, self.now);
        known.or_else(|| self.newcomers.get(id).copied())
    }

    /// The innermost state of a customer in a machine and since when it is
    /// there, where anybody knows; `None` for who is not there yet, and where
    /// the machine runs once for each key.
    pub fn state(&self, machine: usize, customer: usize) -> Option<(usize, Option<Instant>)> {
        let now = self.machine_states.get(machine)?;
        let state = now.state.get(customer).copied().filter(|state| *state != ABSENT)?;
        let since = now.since.get(customer).copied().filter(|since| *since != i64::MIN);
        Some((usize::from(state), since.map(Instant::clamped)))
    }

    /// When a customer may next change if nothing else is learnt; `None`: never.
    pub fn due(&self, customer: usize) -> Option<Instant> {
        let due = *self.due.get(customer)?;
        (due != ASLEEP).then(|| Instant::clamped(due))
    }

    /// Bytes held for states and dues, whoever is new not counted.
    pub fn bytes(&self) -> usize {
        self.due.len() * 8 + self.machine_states.iter().map(|it| it.state.len() * 10).sum::<usize>()
    }

    /// What becomes of one customer now that all of these facts are known about
    /// it.
    ///
    /// # Inputs
    ///
    /// `columns`: everything that is known about this customer, early and late,
    /// old and new, by the same schema: what a store gives as the columns of one
    /// customer. Facts after [`now`](Live::now) wait for their instant.
    ///
    /// # Output
    ///
    /// `None` where the columns do not hold the customer, it was merged with
    /// others, or a machine asks the value part, whose assessments were made from
    /// other facts: then nothing was taken in, and a new `Live` of all facts
    /// knows. Everybody else goes on, whoever was merged.
    ///
    /// # Cost
    ///
    /// Two replays of this customer.
    pub fn apply(&mut self, id: &str, columns: Columns) -> Option<Changed> {
        let own = columns.customer(id).filter(|_| columns.spans.is_empty())?;
        let assessed = self.machines.iter().any(|machine| machine.assessed);
        let known = self.customer(id);
        let merged = known.is_some_and(|customer| is_merged(self.world.columns, customer));
        if merged || assessed {
            return None;
        }
        let mut scratch = std::mem::take(&mut self.scratch);
        let before = known.map(|customer| self.life(customer, &mut scratch));
        let replay = self.replay.over(&columns);
        let world = replay.world();
        let after = place(&replay, own, self.now, &mut scratch);
        self.scratch = scratch;
        let (old, old_world) = match (known, before) {
            (Some(customer), Some((life, own))) => (life, (self.columns_of(customer), own)),
            _ => (Life::default(), (self.world.columns, 0)),
        };
        let old_world = (World { columns: old_world.0, ..self.world }, old_world.1);
        let changed = difference_of(self.machines, (old_world, &old), ((world, own), &after.life));
        let customer = known.unwrap_or(self.due.len());
        if known.is_none() {
            self.newcomers.insert(id.into(), customer);
        }
        self.settle(customer, &after);
        self.fresh.insert(customer, (id.into(), columns));
        Some(changed)
    }

    /// What time brings about up to an instant, itself included, by customer.
    /// An earlier one than [`now`](Live::now) changes nothing. Assessments are
    /// those that the world knows: of a history that ends, no later ones.
    ///
    /// # Cost
    ///
    /// A glance at everybody, and one replay of each customer who is due.
    pub fn advance_to(&mut self, now: Instant) -> Vec<(usize, Changed)> {
        let before = self.now;
        if now <= before {
            return Vec::new();
        }
        self.now = now;
        let due = self.due.iter().enumerate().filter(|(_, due)| **due <= now.micros());
        let due: Vec<usize> = due.map(|(customer, _)| customer).collect();
        let mut scratch = self.replay.scratch();
        let mut out = Vec::new();
        for customer in due {
            let (place, changed) = match self.fresh.get(&customer) {
                None => self.go_on(&self.replay, customer, before, &mut scratch),
                Some((id, columns)) => {
                    let replay = self.replay.over(columns);
                    let own = columns.customer(id).unwrap_or_default();
                    self.go_on(&replay, own, before, &mut scratch)
                }
            };
            self.settle(customer, &place);
            if !changed.is_empty() {
                out.push((customer, changed));
            }
        }
        out
    }

    fn go_on(
        &self,
        replay: &Replay<'_>,
        own: usize,
        before: Instant,
        scratch: &mut Scratch,
    ) -> (Place, Changed) {
        let place = place(replay, own, self.now, scratch);
        let changed = added_since(self.machines, (replay.world(), own), &place.life, before);
        (place, changed)
    }

    /// The life of a customer as it is known, and its number in its columns.
    fn life(&self, customer: usize, scratch: &mut Scratch) -> (Life, usize) {
        match self.fresh.get(&customer) {
            None => (place(&self.replay, customer, self.now, scratch).life, customer),
            Some((id, columns)) => {
                let replay = self.replay.over(columns);
                let own = columns.customer(id).unwrap_or_default();
                (place(&replay, own, self.now, scratch).life, own)
            }
        }
    }

    fn columns_of(&self, customer: usize) -> &Columns {
        self.fresh.get(&customer).map_or(self.world.columns, |(_, columns)| columns)
    }

    fn settle(&mut self, customer: usize, place: &Place) {
        put(&mut self.due, customer, place.due);
        for (now, courses) in self
            .machine_states
            .iter_mut()
            .zip(place.life.courses.iter().map(Some).chain(std::iter::repeat(None)))
        {
            let course = courses.and_then(|it| it.iter().find(|course| course.key.is_none()));
            put(&mut now.state, customer, course.map_or(ABSENT, |course| course.state as u16));
            let since = course.and_then(|course| course.since);
            put(&mut now.since, customer, since.map_or(i64::MIN, Instant::micros));
        }
    }
}

fn put<T: Copy>(values: &mut Vec<T>, place: usize, value: T) {
    match values.get_mut(place) {
        Some(old) => *old = value,
        None => values.push(value),
    }
}

/// Where one customer is and when that may next change.
struct Place {
    life: Life,
    due: i64,
}

fn place(replay: &Replay<'_>, customer: usize, now: Instant, scratch: &mut Scratch) -> Place {
    let columns = replay.world().columns;
    let fact = next_fact(columns, customer, now);
    if !columns.is_known(customer, now) {
        return Place { life: Life::default(), due: fact };
    }
    let life = replay.life(customer, now, scratch);
    let wakes = life.wakes.map_or(ASLEEP, Instant::micros);
    Place { due: fact.min(wakes), life }
}

/// When the next fact about a customer comes that is known already; a bound.
fn next_fact(columns: &Columns, customer: usize, now: Instant) -> i64 {
    // Decisions and merges have ends of their own: they are always looked at.
    if !columns.overrides.of(customer).is_empty() || is_merged(columns, customer) {
        return i64::MIN;
    }
    let after = now.micros().saturating_add(1);
    let events = columns.kinds.iter().filter_map(|events| {
        let (from, until) = events.range(customer);
        let next = events.at.first_at_or_after(from, until, after);
        (next < until).then(|| events.at.micros(next))
    });
    let histories = columns.attributes.iter().chain(&columns.consents);
    let changes = histories.filter_map(|history| match history {
        History::Undated(_) => None,
        History::Dated { offsets, since, .. } => {
            let (from, until) = crate::facts::set_range(offsets, customer);
            since.get(from..until)?.iter().copied().find(|since| after <= *since)
        }
    });
    let born = columns.born.get(customer).copied().filter(|born| after <= *born);
    events.chain(changes).chain(born).min().unwrap_or(ASLEEP)
}

/// Whether somebody is, was, or will be one with others.
fn is_merged(columns: &Columns, customer: usize) -> bool {
    columns.spans.get(customer).is_some_and(|span| *span != (i64::MIN, i64::MAX))
}
