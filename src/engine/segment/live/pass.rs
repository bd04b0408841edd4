//! What time brings about.

use super::ground::Ground;
use super::look::{Around, Looker};
use super::turn::{SegmentTurn, TurnedBy};
use super::{AHEAD, Fresh, SegmentsLive, replay, told, words_of};
use crate::engine::value::Past;
use crate::facts::Fact;
use crate::segment::{Dues, NEVER};
use crate::stats::chunked;
use crate::units::Instant;

impl<'a> SegmentsLive<'a> {
    /// What time brings about up to an instant, itself included: who came in, who
    /// went out, by time, then by id and segment. An earlier instant than
    /// [`now`](SegmentsLive::now) changes nothing.
    ///
    /// # Cost
    ///
    /// A glance when nothing is due; otherwise one look at each customer for each
    /// instant at which it is.
    pub fn advance_to(&mut self, now: Instant) -> Vec<SegmentTurn> {
        if now <= self.now {
            return Vec::new();
        }
        if self.ground.assessed && self.assessed < now {
            self.assess(now);
        }
        let mut out = Vec::new();
        let restless = self.restless.iter().map(|number| (*number, self.now));
        let mut due: Vec<(usize, Instant)> = restless.collect();
        while let Some(number) = self.dues.take(&self.due, now.micros()) {
            // Nobody is taken twice, and whoever is restless is looked at anyway.
            let at = std::mem::replace(&mut self.due[number], NEVER);
            if !self.restless.contains(&number) {
                due.push((number, Instant::clamped(at)));
            }
        }
        if !due.is_empty() {
            self.look_at(&due, now, &mut out);
        }
        self.now = now;
        out.sort_by(|a, b| (a.at, &a.customer, &a.segment).cmp(&(b.at, &b.customer, &b.segment)));
        if !self.columns.spans.is_empty() {
            cancel(&mut out);
        }
        out
    }

    /// Looks at everybody.
    pub(super) fn begin(&mut self) {
        if self.ground.assessed {
            self.past_until(self.now);
        }
        let ground = &self.ground;
        let world = self.past.world(ground.playbook, self.columns);
        let replay = replay(ground, world);
        let customers: Vec<usize> = (0..self.columns.n_customers()).collect();
        let parts = chunked(&customers, self.options.threads, |customers| {
            let (mut looker, mut scratch) = (Looker::new(ground), None);
            looker.which.clone_from(&ground.touch.all);
            let (mut held, mut due) = (Vec::new(), Vec::with_capacity(customers.len()));
            for customer in customers {
                let until = (ground, self.now);
                let around = Around::new(world, *customer, replay.as_ref(), until, &mut scratch);
                let change = looker.look(ground, &around, self.now);
                held.extend_from_slice(&looker.seen);
                due.push(change.min(around.next(self.now)).min(around.wakes()));
            }
            (held, due)
        });
        let decided = customers.iter().filter(|number| {
            let has_machines = !ground.machines.is_empty();
            has_machines && !self.columns.overrides.of(**number).is_empty()
        });
        self.restless = decided.copied().collect();
        (self.held, self.due) = (Vec::new(), Vec::with_capacity(customers.len()));
        for (held, due) in parts {
            self.held.extend(held);
            self.due.extend(due);
        }
        self.dues = Dues::of(&self.due);
    }

    /// Walks with each of these from one instant at which it is due to the next.
    fn look_at(&mut self, due: &[(usize, Instant)], until: Instant, out: &mut Vec<SegmentTurn>) {
        let ground = &self.ground;
        self.looker.which.clone_from(&ground.touch.all);
        let world = self.past.world(ground.playbook, self.columns);
        let whole = replay(ground, world);
        let (mut scratch, mut again) = (None, Vec::with_capacity(due.len()));
        for (number, from) in due.iter().copied() {
            let fresh = self.fresh.get(&number);
            let past = self.past_of(fresh);
            let words = words_of(&mut self.held, number, ground.n_words());
            let mut walk = |around: &Around<'_>, id: &str, waiting: &[Fact]| {
                let mut at = from;
                loop {
                    let change = self.looker.look(ground, around, at);
                    self.looker.settle(words, |place, entered| {
                        out.push(turn(ground, around, (id, place, entered), at, waiting));
                    });
                    let next = change.min(around.next(at));
                    if until.micros() < next {
                        return next.min(around.wakes());
                    }
                    at = Instant::clamped(next);
                }
            };
            let next = match fresh {
                None => {
                    let ends = (ground, until);
                    let around = Around::new(world, number, whole.as_ref(), ends, &mut scratch);
                    let id = self.columns.customers.get(number).map_or("", |id| &**id);
                    walk(&around, id, &[])
                }
                Some(fresh) => {
                    let past = past.as_ref().unwrap_or(&self.past);
                    let world = past.world(ground.playbook, &fresh.columns);
                    let replay = replay(ground, world);
                    let ends = (ground, until);
                    let around = Around::new(world, fresh.own, replay.as_ref(), ends, &mut None);
                    walk(&around, &fresh.id, &fresh.waiting)
                }
            };
            again.push((number, next));
        }
        for (number, next) in again {
            self.due[number] = next;
            self.dues.put(number as u32, next);
        }
        self.tidy();
    }

    /// Makes assessments as far as an instant and then some, after which everybody
    /// may be due at another one.
    fn assess(&mut self, until: Instant) {
        self.past_until(until);
        let ground = &self.ground;
        self.looker.which.clone_from(&ground.touch.all);
        let world = self.past.world(ground.playbook, self.columns);
        let whole = replay(ground, world);
        let mut scratch = None;
        for number in 0..self.due.len() {
            let fresh = self.fresh.get(&number);
            let past = self.past_of(fresh);
            let mut look = |around: &Around<'_>| {
                let change = self.looker.look(ground, around, self.now);
                change.min(around.next(self.now)).min(around.wakes())
            };
            self.due[number] = match fresh {
                None => {
                    let ends = (ground, self.now);
                    look(&Around::new(world, number, whole.as_ref(), ends, &mut scratch))
                }
                Some(fresh) => {
                    let past = past.as_ref().unwrap_or(&self.past);
                    let world = past.world(ground.playbook, &fresh.columns);
                    let (replay, ends) = (replay(ground, world), (ground, self.now));
                    look(&Around::new(world, fresh.own, replay.as_ref(), ends, &mut None))
                }
            };
        }
        self.dues = Dues::of(&self.due);
    }

    fn past_until(&mut self, until: Instant) {
        self.assessed = until.checked_add_micros(AHEAD).unwrap_or(Instant::MAX);
        let (ground, threads) = (&self.ground, self.options.threads);
        let (columns, conditions) = (self.columns, ground.conditions());
        self.past = Past::new(columns, ground.playbook, &conditions, self.assessed, threads);
    }

    /// The assessments of somebody by its own facts; `None` where those of
    /// everybody hold, or nobody asks.
    pub(super) fn past_of(&self, fresh: Option<&Fresh>) -> Option<Past> {
        let fresh = fresh.filter(|_| self.ground.assessed)?;
        let conditions = self.ground.conditions();
        Some(Past::new(&fresh.columns, self.ground.playbook, &conditions, self.assessed, 1))
    }

    /// Forgets entries that are passed over anyway, when they are most.
    pub(super) fn tidy(&mut self) {
        if 2 * self.due.len() + 1_024 < self.dues.len() {
            self.dues = Dues::of(&self.due);
        }
    }
}

/// Somebody who came in or went out at an instant, and by what.
fn turn(
    ground: &Ground<'_>,
    around: &Around<'_>,
    (id, place, entered): (&str, usize, bool),
    at: Instant,
    waiting: &[Fact],
) -> SegmentTurn {
    let before = at.checked_add_micros(-1).unwrap_or(at);
    let is_now = |next: Option<Instant>| next == Some(at);
    let step = around.trail.as_ref().and_then(|trail| trail.turns_after(before));
    let fact = Some(Instant::clamped(around.next_fact(before)));
    let scores = around.world.scores;
    let assessed = scores.and_then(|scores| scores.changes_after(around.customer, at));
    let by = match () {
        () if is_now(fact) => TurnedBy::Fact,
        () if is_now(step) => TurnedBy::Step,
        () if assessed.is_some() && assessed == at.checked_add_micros(1).ok() => {
            TurnedBy::Assessment
        }
        () => TurnedBy::Time,
    };
    let facts = waiting.iter().filter(|fact| fact.at == Some(at));
    SegmentTurn {
        at,
        customer: id.into(),
        segment: ground.name(place),
        entered,
        since: entered.then_some(at),
        by,
        facts: told(ground, place, facts),
    }
}

/// Leaves out who went and came at one instant: one was merged into another of
/// the same id.
fn cancel(turns: &mut Vec<SegmentTurn>) {
    let same = |a: &SegmentTurn, b: &SegmentTurn| {
        (a.at, &a.customer, &a.segment) == (b.at, &b.customer, &b.segment)
    };
    let mut out: Vec<SegmentTurn> = Vec::with_capacity(turns.len());
    for turn in turns.drain(..) {
        match out.last() {
            Some(last) if same(last, &turn) && last.entered != turn.entered => {
                out.pop();
            }
            _ => out.push(turn),
        }
    }
    *turns = out;
}
