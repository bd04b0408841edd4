//! Where everybody is, kept up to date (增量跟踪): as facts come in, and as time
//! passes.
//!
//! ```text
//!  facts of one customer ──> apply ──────┐
//!                                        ├──> kept, retracted, added steps;
//!  one event ───> hear ──────────────────┤    what to do, what to take back
//!  an instant ──> who is due by then? ───┘
//!                 those alone are replayed
//! ```
//!
//! A customer is replayed as a whole, so a fact may be late, corrected or
//! withdrawn: what comes out is what would have come out in time. Where an event
//! is the last of its customer, the replay goes on from where it stands.

mod changed;
mod own;

use std::collections::BTreeMap;

use self::changed::added_since;
use self::own::Own;
use super::course::Life;
use super::everybody::everybody;
use super::machine::Machine;
use super::replay::{Replay, Scratch};
use crate::facts::{Body, Columns, ColumnsBuilder, Correction, Fact, History};
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
    fresh: BTreeMap<usize, Box<Own>>,
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
            live.settle(customer, &place.life, place.due);
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
        let merged = known.is_some_and(|customer| self.world.columns.is_merged(customer));
        if merged || assessed {
            return None;
        }
        let gone = match known {
            Some(customer) => self.fresh.remove(&customer),
            None => None,
        };
        let mut next = Own::new(columns, own, &self.replay);
        match (gone, known) {
            (Some(gone), _) => next.takes_over(*gone),
            (None, Some(customer)) => {
                let place = place(&self.replay, customer, self.now, &mut self.scratch);
                next.was(self.machines, (self.replay.world(), customer), place.life);
            }
            (None, None) => {}
        }
        let (changed, due) = next.replay(self.machines, &self.replay, self.now);
        let customer = known.unwrap_or(self.due.len());
        if known.is_none() {
            self.newcomers.insert(id.into(), customer);
        }
        self.settle(customer, next.life(), due);
        self.fresh.insert(customer, Box::new(next));
        Some(changed)
    }

    /// What becomes of a customer by one event that nobody knew of.
    ///
    /// # Inputs
    ///
    /// `fact`: an event that is new, as the log says, that corrects nothing and that
    /// nothing corrects; it may be late, or lie in the future. `sequence`: its place in the log.
    ///
    /// # Output
    ///
    /// As of [`apply`](Live::apply) with everything that is known; and `None`, with nothing taken
    /// in, for any other fact, at an instant at which something else happened to the customer
    /// (which was first is told by ids, which columns do not hold), and for a customer who was
    /// merged, erased or restricted, or about whose states somebody decided: then `apply` knows.
    ///
    /// # Cost
    ///
    /// Of who was heard of before, what the event brings about, where it is the last; one replay
    /// where it is late. The first time, two copies of the customer's facts more.
    ///
    /// ```
    /// use guanxi::Playbook;
    /// use guanxi::facts::{Body, ColumnsBuilder, Correction, Fact};
    /// use guanxi::lifecycle::Live;
    /// use guanxi::units::Instant;
    ///
    /// let playbook = Playbook::from_json(r#"{"guanxi": 1, "id": "shop", "version": "1",
    ///     "calendar": {"zone": "Asia/Shanghai"}, "schema": {"events": {"purchase": {"list": "purchases"}}},
    ///     "machines": {"relationship": {"initial": "stranger", "states": {
    ///         "stranger": {"on": [{"event": "purchase", "to": "buyer"}]},
    ///         "buyer": {"on": [{"silent": "days(90)", "to": "at_risk"}]},
    ///         "at_risk": {"on": [{"event": "purchase", "to": "buyer"}]}}}}}"#)?;
    /// let nobody = ColumnsBuilder::new(playbook.schema()).finish();
    /// let now = Instant::parse("2026-06-30T00:00:00Z")?;
    /// let mut live = Live::new(playbook.world(&nobody), playbook.machines(), now, 1);
    /// let purchase = |id: &str, at: &str| -> Result<Fact, guanxi::Error> {
    ///     Ok(Fact { source: "host".into(), id: id.into(), customer: "C-1".into(),
    ///         at: Some(Instant::parse(at)?), revision: None, correction: Correction::None,
    ///         body: Body::Event { kind: 0, fields: vec![] } })
    /// };
    /// let changed = live.hear(&purchase("o1", "2026-03-01T02:00:00Z")?, 1).expect("it is new");
    /// assert_eq!(changed.added.len(), 3);
    /// // An order of May that is learnt later: the customer was never at risk.
    /// let changed = live.hear(&purchase("o2", "2026-05-01T02:00:00Z")?, 2).expect("it is new");
    /// assert_eq!((changed.retracted.len(), live.state(0, 0).map(|(state, _)| state)), (1, Some(1)));
    /// # Ok::<(), guanxi::Error>(())
    /// ```
    pub fn hear(&mut self, fact: &Fact, sequence: u64) -> Option<Changed> {
        let (Body::Event { kind, fields }, Some(at)) = (&fact.body, fact.at) else { return None };
        let restricted = self.world.columns.is_restricted(&fact.customer);
        if fact.correction != Correction::None || restricted {
            return None;
        }
        let Some(customer) = self.customer(&fact.customer) else {
            let mut alone = ColumnsBuilder::new(&self.world.columns.schema);
            alone.push(sequence, Instant::MIN, fact);
            return self.apply(&fact.customer, alone.finish());
        };
        if !self.fresh.contains_key(&customer) {
            self.take_out(customer)?;
        }
        let own = self.fresh.get_mut(&customer)?;
        if !own.columns.is_plain() || own.columns.happened_at(at) {
            return None;
        }
        let is_last = own.is_in_order(at);
        own.columns.insert(*kind, at, fields, u32::try_from(sequence).unwrap_or(u32::MAX));
        let (changed, due) = if is_last {
            own.go_on(self.machines, &self.replay, self.now)
        } else {
            own.replay(self.machines, &self.replay, self.now)
        };
        let own = self.fresh.remove(&customer)?;
        self.settle(customer, own.life(), due);
        self.fresh.insert(customer, own);
        Some(changed)
    }

    /// Gives a customer columns of its own, where it can be told from everybody.
    fn take_out(&mut self, customer: usize) -> Option<()> {
        if self.machines.iter().any(|machine| machine.assessed) {
            return None;
        }
        let columns = self.world.columns.alone_if_plain(customer)?;
        let mut own = Own::new(columns, 0, &self.replay);
        own.replay(self.machines, &self.replay, self.now);
        self.fresh.insert(customer, Box::new(own));
        Some(())
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
        let mut out = Vec::new();
        for customer in due {
            let changed = match self.fresh.remove(&customer) {
                None => {
                    let Place { life, due } = place(&self.replay, customer, now, &mut self.scratch);
                    self.settle(customer, &life, due);
                    added_since(self.machines, (self.replay.world(), customer), &life, before)
                }
                Some(mut own) => {
                    let (changed, due) = own.pass_time(self.machines, &self.replay, now);
                    self.settle(customer, own.life(), due);
                    self.fresh.insert(customer, own);
                    changed
                }
            };
            if !changed.is_empty() {
                out.push((customer, changed));
            }
        }
        out
    }

    fn settle(&mut self, customer: usize, life: &Life, due: i64) {
        put(&mut self.due, customer, due);
        for (now, courses) in self
            .machine_states
            .iter_mut()
            .zip(life.courses.iter().map(Some).chain(std::iter::repeat(None)))
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
    if !columns.is_known(customer, now) {
        return Place { life: Life::default(), due: next_fact(columns, customer, now) };
    }
    let life = replay.life(customer, now, scratch);
    Place { due: due(columns, customer, now, life.wakes), life }
}

/// When a customer may next change.
fn due(columns: &Columns, customer: usize, now: Instant, wakes: Option<Instant>) -> i64 {
    next_fact(columns, customer, now).min(wakes.map_or(ASLEEP, Instant::micros))
}

/// When the next fact about a customer comes that is known already; a bound.
fn next_fact(columns: &Columns, customer: usize, now: Instant) -> i64 {
    // Decisions and merges have ends of their own: they are always looked at.
    if !columns.overrides.of(customer).is_empty() || columns.is_merged(customer) {
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
