//! A life as it stood at some moment of its own past.
//!
//! A fold knows the moment it is at; what is asked afterwards (the values that
//! go with an effect, the group somebody was in) needs to come back to it.

use std::collections::{BTreeMap, BTreeSet};

use super::course::{Cause, Course, Life, Step};
use super::machine::Machine;
use crate::facts::{History, set_range};
use crate::lang::{Asked, Moment, States, Value, World};
use crate::units::Instant;

/// Where something stands among all that happened to one customer: the
/// instant, then attributes before events before time, then which event.
/// `None`: the beginning of which nobody knows when it was.
pub(super) type Place = (Option<Instant>, u8, usize);

/// For each event of a customer its place among all of them.
#[derive(Debug)]
pub(super) struct Order {
    /// For each kind the first row, and the place of each row from there.
    places: Vec<(usize, Vec<usize>)>,
}

impl Order {
    pub fn new(world: World<'_>, customer: usize) -> Order {
        let columns = world.columns;
        let starts = columns.kinds.iter().map(|events| (events.range(customer).0, Vec::new()));
        let mut places: Vec<(usize, Vec<usize>)> = starts.collect();
        let (from, until) = columns.timeline.range(customer);
        for place in from..until {
            if let Some((_, rows)) = places.get_mut(columns.timeline.kinds.get(place) as usize) {
                rows.push(place);
            }
        }
        Order { places }
    }

    /// Where a step stands.
    pub fn place(&self, step: &Step) -> Place {
        match step.cause {
            Cause::Beginning => (step.at, 0, 0),
            Cause::Timer(_) if step.ends_pin() => (step.at, 0, 0),
            Cause::Change => (step.at, 1, 0),
            Cause::Event(kind, row) => (step.at, 2, self.event(kind, row)),
            Cause::Timer(_) | Cause::Passing => (step.at, 3, 0),
            Cause::Decision(number) => (step.at, 4, number),
        }
    }

    fn event(&self, kind: usize, row: usize) -> usize {
        let of_kind = self.places.get(kind);
        let place = of_kind.and_then(|(first, rows)| rows.get(row.checked_sub(*first)?));
        place.copied().unwrap_or(0)
    }

    /// For each kind the first row that is still to come after a step.
    pub fn ends(&self, world: World<'_>, step: &Step, now: Instant) -> Vec<usize> {
        let up_to = match step.cause {
            Cause::Event(kind, row) => Some(self.event(kind, row)),
            _ => None,
        };
        let with_instant =
            matches!(step.cause, Cause::Timer(_) | Cause::Passing | Cause::Decision(_))
                && !step.ends_pin();
        let kinds = self.places.iter().zip(&world.columns.kinds);
        kinds
            .map(|((first, rows), events)| {
                let past = match up_to {
                    Some(last) => rows.partition_point(|place| *place <= last),
                    None => {
                        let cut = now.micros().saturating_add(i64::from(with_instant));
                        let until = first + rows.len();
                        events.at.first_at_or_after(*first, until, cut) - first
                    }
                };
                first + past
            })
            .collect()
    }

    /// The same after all of an instant.
    pub fn ends_at(&self, world: World<'_>, now: Instant) -> Vec<usize> {
        let step =
            Step { at: Some(now), from: None, to: 0, transition: None, cause: Cause::Passing };
        self.ends(world, &step, now)
    }
}

/// The instant that stands for a beginning of which nobody knows when it was.
pub(super) fn beginning(world: World<'_>, customer: usize) -> Instant {
    let columns = world.columns;
    let born = columns.born.get(customer).copied().unwrap_or(i64::MIN);
    if born != i64::MIN {
        return Instant::clamped(born);
    }
    let events = columns.kinds.iter().filter_map(|events| {
        let (from, until) = events.range(customer);
        (from < until).then(|| events.at.micros(from))
    });
    let histories = columns.attributes.iter().chain(&columns.consents);
    let set = histories.filter_map(|history| match history {
        History::Undated(_) => None,
        History::Dated { offsets, since, .. } => {
            let (from, until) = set_range(offsets, customer);
            since.get(from..until)?.iter().copied().find(|since| *since != i64::MIN)
        }
    });
    Instant::clamped(events.chain(set).min().unwrap_or(0).min(0))
}

/// Up to where a life is looked at.
#[derive(Debug, Clone, Copy)]
pub(super) enum Until<'a> {
    /// All that has a place up to and with this one.
    With(Place),
    /// Just before a step: of the machine, of the run with this key, the step
    /// by its position.
    Step(Place, usize, &'a Option<Box<str>>, usize),
}

/// What the machines answered at some moment.
#[derive(Debug)]
pub(super) struct Then<'a> {
    pub machines: &'a [Machine],
    pub life: &'a Life,
    pub order: &'a Order,
    pub until: Until<'a>,
}

/// Where one run was, and where it had been.
#[derive(Debug, Default)]
pub(super) struct Was {
    pub state: usize,
    /// Since when each state on the way inside is entered.
    pub entered: BTreeMap<usize, Option<Instant>>,
    pub visited: BTreeSet<usize>,
}

impl Was {
    /// After these steps, with the ends of pinned states among them; `None`
    /// where there is none.
    pub fn after(
        machine: &Machine,
        steps: &[Step],
        let_go: &[(usize, Option<Instant>)],
    ) -> Option<Was> {
        steps.first()?;
        let (mut was, mut let_go) = (Was::default(), let_go.iter().peekable());
        for (number, step) in steps.iter().enumerate() {
            let way = step.transition.and_then(|way| machine.transitions.get(way));
            let leads = way.is_none_or(|way| way.target.is_some());
            if !leads {
                continue;
            }
            let anew = step.anew(machine);
            let again = |state: usize| anew.is_some_and(|anew| machine.is_in(state, anew));
            if step.from.is_none() {
                was.entered.clear();
            }
            let path: Vec<usize> = machine.path(step.to).collect();
            was.entered.retain(|state, _| path.contains(state) && !again(*state));
            for state in &path {
                was.entered.entry(*state).or_insert(step.at);
                was.visited.insert(*state);
            }
            if let Some((_, since)) = let_go.next_if(|(at, _)| *at == number) {
                was.entered.insert(step.to, *since);
            }
            was.state = step.to;
        }
        Some(was)
    }
}

impl<'a> Then<'a> {
    /// The steps of a run that had been taken.
    fn steps(&self, machine: usize, course: &'a Course) -> &'a [Step] {
        let up_to = |place: Place, with: bool| {
            let past = |step: &Step| {
                let own = self.order.place(step);
                own < place || with && own == place
            };
            &course.steps[..course.steps.partition_point(past)]
        };
        match self.until {
            Until::With(place) => up_to(place, true),
            Until::Step(_, own, key, step) if own == machine && *key == course.key => {
                course.steps.get(..step).unwrap_or_default()
            }
            // Machines, and runs of one machine, take their turns in order.
            Until::Step(place, own, key, _) => up_to(place, (machine, &course.key) < (own, key)),
        }
    }

    fn was(&self, machine: usize) -> impl Iterator<Item = Was> {
        let courses = self.life.courses.get(machine).into_iter().flatten();
        courses.filter_map(move |course| {
            let machine_of = self.machines.get(machine)?;
            Was::after(machine_of, self.steps(machine, course), &course.let_go)
        })
    }

    /// The customer at this moment.
    pub fn moment<'m>(
        &'m self,
        world: World<'m>,
        customer: usize,
        now: Instant,
        ends: &'m [usize],
    ) -> Moment<'m> {
        Moment::new(world, customer, now, ends, self)
    }
}

impl States for Then<'_> {
    fn ask(&self, _: usize, machine: &str, asked: Asked<'_>) -> Option<Value> {
        let position = self.machines.iter().position(|it| &*it.name == machine)?;
        let definition = &self.machines[position];
        let run = || self.was(position).next();
        Some(match asked {
            Asked::State => match run() {
                Some(was) => Value::Text(definition.states[was.state].name.clone()),
                None => Value::Missing,
            },
            Asked::Since => {
                let since = run().and_then(|was| was.entered.get(&was.state).copied().flatten());
                since.map_or(Value::Missing, |since| Value::Timestamp(since.into()))
            }
            Asked::In(state) => {
                let whole = definition.state(state)?;
                Value::Bool(run().is_some_and(|was| definition.is_in(was.state, whole)))
            }
            Asked::WasIn(state) => {
                let whole = definition.state(state)?;
                Value::Bool(run().is_some_and(|was| was.visited.contains(&whole)))
            }
            Asked::CountIn(state) => {
                let whole = definition.state(state)?;
                let inside = self.was(position).filter(|was| definition.is_in(was.state, whole));
                Value::Int(inside.count() as i64)
            }
        })
    }
}
