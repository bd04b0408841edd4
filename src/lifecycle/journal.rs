//! Every step of everybody, compact: what flows, times in a state and
//! comparisons are computed from.

use super::course::{Cause, Step};
use super::everybody::everybody;
use super::machine::Machine;
use super::replay::{Record, Replay, Scratch};
use crate::lang::World;
use crate::units::Instant;

/// The steps of all customers through all machines, up to an instant.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Journal {
    /// One for each machine, in their order.
    pub machines: Vec<Steps>,
}

/// The steps of all customers through one machine, customer by customer, each
/// one's in order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Steps {
    /// Where each customer's steps begin; one more than customers.
    offsets: Vec<u32>,
    /// When, in microseconds; `i64::MIN` where nobody knows.
    at: Vec<i64>,
    from: Vec<u16>,
    to: Vec<u16>,
    transition: Vec<u16>,
    cause: Vec<Why>,
    /// When timers were due that say so nowhere else.
    late: Vec<i64>,
}

/// A [`Cause`] in eight bytes: an event's row, or how many seconds before it had
/// its effect a timer was due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Why {
    Beginning,
    Event(u16, u32),
    Change,
    Timer(u32),
    /// A timer whose due stands in this place of `late`.
    Late(u32),
    Passing,
    Decision(u32),
}

/// Stands for nothing.
const NONE: u16 = u16::MAX;

const SECOND: i64 = 1_000_000;

impl Journal {
    /// The steps of all customers who were there at an instant, up to it.
    ///
    /// # Inputs
    ///
    /// `threads`: how many to use, at least one; the number never changes the
    /// answer. Steps of machines that run once for each key are not in it.
    ///
    /// # Cost
    ///
    /// One replay, and some 25 bytes a step.
    pub fn of(world: World<'_>, machines: &[Machine], until: Instant, threads: usize) -> Journal {
        let replay = Replay::new(world, machines);
        let start = || (Journal::empty(machines.len()), replay.scratch());
        let add = |(part, scratch): &mut (Journal, Scratch), customer: usize| {
            if world.columns.is_known(customer, until) {
                part.replayed(&replay, customer, until, scratch);
            }
            part.end_customer();
        };
        let mut out = Journal::empty(machines.len());
        for (part, _) in everybody(world.columns.n_customers(), threads, start, add) {
            out.extend(part);
        }
        out
    }

    fn empty(n_machines: usize) -> Journal {
        let steps = Steps { offsets: vec![0], ..Steps::default() };
        Journal { machines: vec![steps; n_machines] }
    }

    fn replayed(
        &mut self,
        replay: &Replay<'_>,
        customer: usize,
        until: Instant,
        scratch: &mut Scratch,
    ) {
        if !replay.is_folded(customer) {
            return replay.run(customer, until, scratch, self);
        }
        let life = replay.life(customer, until, scratch);
        for (machine, courses) in life.courses.into_iter().enumerate() {
            for course in courses.into_iter().filter(|course| course.key.is_none()) {
                course.steps.into_iter().for_each(|step| self.step(machine, step));
            }
        }
    }

    fn end_customer(&mut self) {
        for steps in &mut self.machines {
            steps.offsets.push(steps.at.len() as u32);
        }
    }

    fn extend(&mut self, part: Journal) {
        for (all, more) in self.machines.iter_mut().zip(part.machines) {
            let base = all.at.len() as u32;
            all.offsets.extend(more.offsets.iter().skip(1).map(|offset| base + offset));
            all.at.extend(more.at);
            all.from.extend(more.from);
            all.to.extend(more.to);
            all.transition.extend(more.transition);
            let late = all.late.len() as u32;
            all.late.extend(more.late);
            all.cause.extend(more.cause.into_iter().map(|why| match why {
                Why::Late(place) => Why::Late(late + place),
                other => other,
            }));
        }
    }

    /// Bytes held.
    pub fn bytes(&self) -> usize {
        let steps = self.machines.iter();
        steps.map(|it| it.offsets.len() * 4 + it.at.len() * (14 + size_of::<Why>())).sum()
    }
}

impl Record for Journal {
    fn mark(&self, machine: usize) -> usize {
        self.machines.get(machine).map_or(0, Steps::len)
    }

    fn rewind(&mut self, machine: usize, mark: usize) {
        if let Some(steps) = self.machines.get_mut(machine) {
            steps.at.truncate(mark);
            steps.from.truncate(mark);
            steps.to.truncate(mark);
            steps.transition.truncate(mark);
            steps.cause.truncate(mark);
        }
    }

    #[inline]
    fn step(&mut self, machine: usize, step: Step) {
        let Some(steps) = self.machines.get_mut(machine) else { return };
        steps.at.push(step.at.map_or(i64::MIN, Instant::micros));
        steps.from.push(step.from.map_or(NONE, |from| from as u16));
        steps.to.push(step.to as u16);
        steps.transition.push(step.transition.map_or(NONE, |transition| transition as u16));
        let why = steps.why(step.cause, step.at);
        steps.cause.push(why);
    }
}

impl Steps {
    /// Number of steps.
    pub fn len(&self) -> usize {
        self.at.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.at.is_empty()
    }

    /// The steps of a customer, in order; the first is the beginning.
    pub fn of(&self, customer: usize) -> impl Iterator<Item = Step> + '_ {
        let (from, until) = crate::facts::set_range(&self.offsets, customer);
        (from..until).filter_map(|row| self.get(row))
    }

    fn get(&self, row: usize) -> Option<Step> {
        let some = |value: u16| (value != NONE).then_some(usize::from(value));
        let at = *self.at.get(row)?;
        let at = (at != i64::MIN).then(|| Instant::clamped(at));
        Some(Step {
            at,
            from: some(*self.from.get(row)?),
            to: usize::from(*self.to.get(row)?),
            transition: some(*self.transition.get(row)?),
            cause: self.cause(*self.cause.get(row)?, at),
        })
    }

    fn why(&mut self, cause: Cause, at: Option<Instant>) -> Why {
        match cause {
            Cause::Beginning => Why::Beginning,
            Cause::Event(kind, row) => Why::Event(kind as u16, row as u32),
            Cause::Change => Why::Change,
            Cause::Passing => Why::Passing,
            Cause::Decision(number) => Why::Decision(number as u32),
            Cause::Timer(due) => {
                let late = at.map(|at| at.micros() - due.micros());
                let seconds = late.filter(|late| late % SECOND == 0).map(|late| late / SECOND);
                match seconds.and_then(|seconds| u32::try_from(seconds).ok()) {
                    Some(seconds) => Why::Timer(seconds),
                    None => {
                        self.late.push(due.micros());
                        Why::Late(self.late.len() as u32 - 1)
                    }
                }
            }
        }
    }

    fn cause(&self, why: Why, at: Option<Instant>) -> Cause {
        match why {
            Why::Beginning => Cause::Beginning,
            Why::Event(kind, row) => Cause::Event(usize::from(kind), row as usize),
            Why::Change => Cause::Change,
            Why::Passing => Cause::Passing,
            Why::Decision(number) => Cause::Decision(number as usize),
            Why::Timer(late) => {
                let at = at.unwrap_or(Instant::MIN);
                Cause::Timer(Instant::clamped(at.micros() - i64::from(late) * SECOND))
            }
            Why::Late(place) => {
                let due = self.late.get(place as usize).copied().unwrap_or(i64::MIN);
                Cause::Timer(Instant::clamped(due))
            }
        }
    }
}
