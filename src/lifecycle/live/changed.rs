//! What became of a customer: its life as it was known, and as it is.

use std::collections::BTreeMap;

use super::super::course::{Cause, Life, Step};
use super::super::effect::{Given, difference, effects};
use super::super::machine::Machine;
use crate::lang::World;
use crate::units::Instant;

/// What is different about a customer.
#[derive(Debug, Clone, Default)]
pub struct Changed {
    /// Steps that are as they were.
    pub kept: usize,
    /// Steps that were not taken after all, with the positions of their
    /// machines.
    pub retracted: Vec<(usize, Step)>,
    /// Steps that were taken, the same way.
    pub added: Vec<(usize, Step)>,
    /// What the host is to do.
    pub give: Vec<Given>,
    /// What the host has to take back.
    pub take_back: Vec<Given>,
}

impl Changed {
    /// Whether all is as it was.
    pub fn is_empty(&self) -> bool {
        self.retracted.is_empty()
            && self.added.is_empty()
            && self.give.is_empty()
            && self.take_back.is_empty()
    }
}

/// A step, and the key of its course.
type Keyed<'l> = (Option<&'l str>, &'l Step);

/// Which step it is, however its life came to be known. The row of an event is
/// no part of it: facts that come later move it.
type Same<'l> = (Option<&'l str>, Option<Instant>, Option<usize>, usize, Option<usize>, (u8, i64));

fn same((key, step): Keyed<'_>) -> Same<'_> {
    let cause = match step.cause {
        Cause::Beginning => (0, 0),
        Cause::Event(kind, _) => (1, kind as i64),
        Cause::Change => (2, 0),
        Cause::Timer(due) => (3, due.micros()),
        Cause::Passing => (4, 0),
        Cause::Decision(_) => (5, 0),
    };
    (key, step.at, step.from, step.to, step.transition, cause)
}

/// The steps of one machine, course by course.
fn steps(life: &Life, machine: usize) -> Vec<Keyed<'_>> {
    let courses = life.courses.get(machine).into_iter().flatten();
    courses.flat_map(|it| it.steps.iter().map(|step| (it.key.as_deref(), step))).collect()
}

/// What two ways to see a life have in common and what not, each with the
/// effects that it asks for.
pub(super) fn difference_of(
    (old, old_given): (&Life, &[Given]),
    (life, given): (&Life, &[Given]),
) -> Changed {
    let mut out = Changed::default();
    for machine in 0..old.courses.len().max(life.courses.len()) {
        let (before, now) = (steps(old, machine), steps(life, machine));
        let (head, tail) = in_common(&before, &now);
        out.kept += head + tail;
        let middle = |all: &[Keyed<'_>]| head..all.len() - tail;
        compare(machine, &before[middle(&before)], &now[middle(&now)], &mut out);
    }
    if !old_given.is_empty() || !given.is_empty() {
        let (give, take_back) = difference(old_given, given);
        out.give = give.into_iter().cloned().collect();
        out.take_back = take_back.into_iter().cloned().collect();
    }
    out
}

/// What a life asks for.
pub(super) fn given(
    machines: &[Machine],
    (world, customer): (World<'_>, usize),
    life: &Life,
) -> Vec<Given> {
    if !machines.iter().any(asks) {
        return Vec::new();
    }
    effects(world, machines, customer, life).0
}

/// With how many steps both begin, and with how many they end: nearly all of
/// them, as one fact changes little.
fn in_common(before: &[Keyed<'_>], now: &[Keyed<'_>]) -> (usize, usize) {
    let is_same = |(a, b): &(&Keyed<'_>, &Keyed<'_>)| same(**a) == same(**b);
    let head = before.iter().zip(now).take_while(is_same).count();
    let (before, now) = (&before[head..], &now[head..]);
    let mut tail = before.iter().rev().zip(now.iter().rev()).take_while(is_same).count();
    // Equal steps are of one instant, and which of them were taken is told by
    // looking at all of it.
    let cuts = |all: &[Keyed<'_>], tail: usize| {
        let (middle, end) = all.split_at(all.len() - tail);
        middle.last().zip(end.first()).is_some_and(|(a, b)| (a.0, a.1.at) == (b.0, b.1.at))
    };
    while cuts(before, tail) || cuts(now, tail) {
        tail -= 1;
    }
    (head, tail)
}

/// Steps in any order, told apart one by one.
fn compare(machine: usize, before: &[Keyed<'_>], now: &[Keyed<'_>], out: &mut Changed) {
    let mut left: BTreeMap<Same<'_>, usize> = BTreeMap::new();
    for step in before {
        *left.entry(same(*step)).or_default() += 1;
    }
    for step in now {
        match left.get_mut(&same(*step)).filter(|left| 0 < **left) {
            Some(left) => {
                *left -= 1;
                out.kept += 1;
            }
            None => out.added.push((machine, step.1.clone())),
        }
    }
    // Of equal steps the last are those that are gone.
    let first = out.retracted.len();
    for step in before.iter().rev() {
        if let Some(left) = left.get_mut(&same(*step)).filter(|left| 0 < **left) {
            *left -= 1;
            out.retracted.push((machine, step.1.clone()));
        }
    }
    out.retracted[first..].reverse();
}

/// What a life has come to since an instant, with no other facts known.
pub(super) fn added_since(
    machines: &[Machine],
    (world, customer): (World<'_>, usize),
    life: &Life,
    before: Instant,
) -> Changed {
    let born = world.columns.is_known(customer, before);
    let fresh = |at: Option<Instant>| at.map_or(!born, |at| before < at || !born);
    let mut out = Changed::default();
    for machine in 0..life.courses.len() {
        for (_, step) in steps(life, machine) {
            if fresh(step.at) { out.added.push((machine, step.clone())) } else { out.kept += 1 }
        }
    }
    if !out.added.is_empty() {
        let given = given(machines, (world, customer), life);
        out.give = given.into_iter().filter(|given| fresh(given.at)).collect();
    }
    out
}

/// Whether anything is ever to be done.
fn asks(machine: &Machine) -> bool {
    machine.transitions.iter().any(|transition| !transition.effects.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Random(u64);

    impl Random {
        fn below(&mut self, below: u64) -> usize {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            ((self.0 >> 33) % below) as usize
        }

        /// Many that are equal, or differ in the row alone.
        fn steps(&mut self) -> Vec<Step> {
            let mut at = 0;
            let step = |_| {
                at += self.below(2) as i64;
                let cause = Cause::Event(self.below(2), self.below(9));
                let at = Some(Instant::clamped(at));
                Step { at, from: Some(0), to: self.below(2), transition: Some(0), cause }
            };
            (0..12).map(step).collect()
        }
    }

    #[test]
    fn what_both_have_at_their_ends_changes_no_answer() {
        let mut random = Random(1);
        for _ in 0..5_000 {
            let before = random.steps();
            let mut now = before.clone();
            for _ in 0..random.below(4) {
                match random.below(3) {
                    0 if !now.is_empty() => drop(now.remove(random.below(now.len() as u64))),
                    1 => now.insert(random.below(now.len() as u64 + 1), before[3].clone()),
                    _ => now = random.steps(),
                }
            }
            now.sort_by_key(|step| step.at);
            let keyed = |steps: &'static [Step]| steps.iter().map(|step| (None, step));
            let (before, now): (&[Step], &[Step]) = (before.leak(), now.leak());
            let (before, now): (Vec<_>, Vec<_>) = (keyed(before).collect(), keyed(now).collect());
            let (mut slow, mut fast) = (Changed::default(), Changed::default());
            compare(0, &before, &now, &mut slow);
            let (head, tail) = in_common(&before, &now);
            fast.kept = head + tail;
            let middle = |all: &[Keyed<'_>]| head..all.len() - tail;
            compare(0, &before[middle(&before)], &now[middle(&now)], &mut fast);
            let told = |it: &Changed| (it.kept, it.retracted.clone(), it.added.clone());
            assert_eq!(told(&fast), told(&slow));
        }
    }
}
