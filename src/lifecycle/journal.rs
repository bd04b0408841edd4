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
    rows: Vec<Row>,
    /// When timers were due that say so nowhere else.
    late: Vec<i64>,
}

/// A step in 20 bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(C, packed(4))]
struct Row {
    /// When, in microseconds; `i64::MIN` where nobody knows.
    at: i64,
    /// The row of an event, the number of a decision, or how many seconds before it had its effect a timer
    /// was due, or the place in `late` that tells when.
    number: u32,
    /// The kind of an event, or what else it was.
    cause: u16,
    from: u16,
    to: u16,
    transition: u16,
}

const BEGINNING: u16 = u16::MAX;
const CHANGE: u16 = u16::MAX - 1;
const PASSING: u16 = u16::MAX - 2;
const TIMER: u16 = u16::MAX - 3;
const LATE: u16 = u16::MAX - 4;
const DECISION: u16 = u16::MAX - 5;

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
    /// One replay, and 20 bytes a step.
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
            steps.offsets.push(steps.rows.len() as u32);
        }
    }

    fn extend(&mut self, part: Journal) {
        for (all, mut more) in self.machines.iter_mut().zip(part.machines) {
            if all.rows.is_empty() && all.offsets.len() == 1 {
                *all = more;
                continue;
            }
            let (base, late) = (all.rows.len() as u32, all.late.len() as u32);
            for row in more.rows.iter_mut().filter(|row| row.cause == LATE) {
                row.number += late;
            }
            all.offsets.extend(more.offsets.iter().skip(1).map(|offset| base + offset));
            all.rows.append(&mut more.rows);
            all.late.append(&mut more.late);
        }
    }

    /// Bytes held.
    pub fn bytes(&self) -> usize {
        let bytes = |it: &Steps| {
            it.offsets.len() * 4 + it.rows.len() * size_of::<Row>() + it.late.len() * 8
        };
        self.machines.iter().map(bytes).sum()
    }
}

impl Record for Journal {
    fn mark(&self, machine: usize) -> usize {
        self.machines.get(machine).map_or(0, Steps::len)
    }

    fn rewind(&mut self, machine: usize, mark: usize) {
        let Some(steps) = self.machines.get_mut(machine) else { return };
        let gone = steps.rows.get(mark..).unwrap_or(&[]);
        let late = gone.iter().filter(|row| row.cause == LATE).count();
        steps.late.truncate(steps.late.len() - late);
        steps.rows.truncate(mark);
    }

    #[inline]
    fn step(&mut self, machine: usize, step: Step) {
        let Some(steps) = self.machines.get_mut(machine) else { return };
        let (cause, number) = steps.pack(step.cause, step.at);
        steps.rows.push(Row {
            at: step.at.map_or(i64::MIN, Instant::micros),
            number,
            cause,
            from: step.from.map_or(NONE, |from| from as u16),
            to: step.to as u16,
            transition: step.transition.map_or(NONE, |transition| transition as u16),
        });
    }
}

impl Steps {
    /// Number of steps.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The steps of a customer, in order; the first is the beginning.
    pub fn of(&self, customer: usize) -> impl Iterator<Item = Step> + '_ {
        let (from, until) = crate::facts::set_range(&self.offsets, customer);
        self.rows.get(from..until).unwrap_or(&[]).iter().map(|row| self.unpack(*row))
    }

    fn unpack(&self, row: Row) -> Step {
        let some = |value: u16| (value != NONE).then_some(usize::from(value));
        let at = (row.at != i64::MIN).then(|| Instant::clamped(row.at));
        let cause = match row.cause {
            BEGINNING => Cause::Beginning,
            CHANGE => Cause::Change,
            PASSING => Cause::Passing,
            DECISION => Cause::Decision(row.number as usize),
            TIMER => {
                let at = at.unwrap_or(Instant::MIN).micros();
                Cause::Timer(Instant::clamped(at - i64::from(row.number) * SECOND))
            }
            LATE => {
                let due = self.late.get(row.number as usize).copied().unwrap_or(i64::MIN);
                Cause::Timer(Instant::clamped(due))
            }
            kind => Cause::Event(usize::from(kind), row.number as usize),
        };
        let (to, transition) = (usize::from(row.to), some(row.transition));
        Step { at, from: some(row.from), to, transition, cause }
    }

    #[inline]
    fn pack(&mut self, cause: Cause, at: Option<Instant>) -> (u16, u32) {
        match cause {
            Cause::Beginning => (BEGINNING, 0),
            Cause::Event(kind, row) => (kind as u16, row as u32),
            Cause::Change => (CHANGE, 0),
            Cause::Passing => (PASSING, 0),
            Cause::Decision(number) => (DECISION, number as u32),
            Cause::Timer(due) if at == Some(due) => (TIMER, 0),
            Cause::Timer(due) => self.pack_late(due, at),
        }
    }

    fn pack_late(&mut self, due: Instant, at: Option<Instant>) -> (u16, u32) {
        let late = at.map(|at| at.micros() - due.micros());
        let seconds = late.filter(|late| late % SECOND == 0).map(|late| late / SECOND);
        match seconds.and_then(|seconds| u32::try_from(seconds).ok()) {
            Some(seconds) => (TIMER, seconds),
            None => {
                self.late.push(due.micros());
                (LATE, self.late.len() as u32 - 1)
            }
        }
    }
}
