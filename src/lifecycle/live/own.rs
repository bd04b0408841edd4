//! One customer of whom something was learnt: all that is known of it, and where
//! its replay stands.

use super::super::course::{Life, Step};
use super::super::effect::{Given, difference};
use super::super::machine::Machine;
use super::super::replay::{Replay, Scratch};
use super::changed::{Changed, difference_of, given};
use super::{Place, due, place};
use crate::facts::Columns;
use crate::lang::World;
use crate::units::Instant;

/// A customer in columns of its own.
#[derive(Debug)]
pub(super) struct Own {
    pub columns: Columns,
    /// Its number there.
    own: usize,
    life: Life,
    given: Vec<Given>,
    /// Room for its replays, which remembers where the last one ended.
    scratch: Scratch,
    /// Up to when everything was seen, where its replay can go on from there.
    seen: Option<i64>,
}

impl Own {
    /// Nothing is known of it yet.
    pub fn new(columns: Columns, own: usize, replay: &Replay<'_>) -> Own {
        let (life, scratch) = (Life::default(), replay.scratch());
        Own { columns, own, life, given: Vec::new(), scratch, seen: None }
    }

    /// What was known before, as everybody's replay found it.
    pub fn was(&mut self, machines: &[Machine], seen_in: (World<'_>, usize), life: Life) {
        self.given = given(machines, seen_in, &life);
        self.life = life;
    }

    /// What was known before, by other facts.
    pub fn takes_over(&mut self, before: Own) {
        (self.life, self.given) = (before.life, before.given);
    }

    /// How it went.
    pub fn life(&self) -> &Life {
        &self.life
    }

    /// Replays it all, and tells what is otherwise.
    pub fn replay(
        &mut self,
        machines: &[Machine],
        everybody: &Replay<'_>,
        now: Instant,
    ) -> (Changed, i64) {
        let own = self.own;
        let replay = everybody.over(&self.columns);
        let Place { life, due } = place(&replay, own, now, &mut self.scratch);
        let asked = given(machines, (replay.world(), own), &life);
        let changed = difference_of((&self.life, &self.given), (&life, &asked));
        let goes_on = self.columns.is_plain() && !life.courses.is_empty() && !replay.is_folded(own);
        self.seen = goes_on.then(|| replay.rest(own, now, &mut self.scratch));
        (self.life, self.given) = (life, asked);
        (changed, due)
    }

    /// Whether one event more leaves all that was seen as it is.
    pub fn is_in_order(&self, at: Instant) -> bool {
        self.seen.is_some_and(|seen| seen < at.micros())
    }

    /// What time brings about.
    pub fn pass_time(
        &mut self,
        machines: &[Machine],
        everybody: &Replay<'_>,
        now: Instant,
    ) -> (Changed, i64) {
        if self.seen.is_some() {
            return self.go_on(machines, everybody, now);
        }
        self.replay(machines, everybody, now)
    }

    /// Goes on from where the replay stands, and tells what came. Its columns
    /// hold nothing but this customer.
    pub fn go_on(
        &mut self,
        machines: &[Machine],
        everybody: &Replay<'_>,
        now: Instant,
    ) -> (Changed, i64) {
        let replay = everybody.over(&self.columns);
        let steps = self.life.courses.iter().map(|it| it.first().map_or(0, |it| it.steps.len()));
        let before: Vec<usize> = steps.collect();
        replay.go_on(0, now, &mut self.scratch, &mut self.life);
        let mut changed = Changed { kept: before.iter().sum(), ..Changed::default() };
        let runs = self.scratch.runs().iter().zip(&mut self.life.courses);
        for (machine, ((run, courses), before)) in runs.zip(before).enumerate() {
            let Some(course) = courses.first_mut() else { continue };
            (course.state, course.since) = Replay::arrived(run);
            let added = course.steps.get(before..).unwrap_or_default();
            changed.added.extend(added.iter().map(|step| (machine, step.clone())));
        }
        let asks = |(machine, step): &(usize, Step)| {
            let way = step.transition.and_then(|way| machines[*machine].transitions.get(way));
            way.is_some_and(|way| !way.effects.is_empty())
        };
        if changed.added.iter().any(asks) {
            let asked = given(machines, (replay.world(), 0), &self.life);
            changed.give = difference(&self.given, &asked).0.into_iter().cloned().collect();
            self.given = asked;
        }
        let wakes = replay.exact_wake(0, &mut self.scratch);
        let due = due(&self.columns, 0, now, wakes);
        self.seen = Some(replay.rest(0, now, &mut self.scratch));
        (changed, due)
    }
}
