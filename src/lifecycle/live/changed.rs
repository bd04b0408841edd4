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

/// Which step it is, however its life came to be known. The row of an event is
/// no part of it: facts that come later move it.
type Same<'l> =
    (usize, Option<&'l str>, Option<Instant>, Option<usize>, usize, Option<usize>, (u8, i64));

fn steps(life: &Life) -> impl Iterator<Item = (Same<'_>, usize, &Step)> {
    let courses = life.courses.iter().enumerate();
    let courses =
        courses.flat_map(|(machine, all)| all.iter().map(move |course| (machine, course)));
    courses.flat_map(|(machine, course)| {
        course.steps.iter().map(move |step| {
            let cause = match step.cause {
                Cause::Beginning => (0, 0),
                Cause::Event(kind, _) => (1, kind as i64),
                Cause::Change => (2, 0),
                Cause::Timer(due) => (3, due.micros()),
                Cause::Passing => (4, 0),
                Cause::Decision(_) => (5, 0),
            };
            let key = course.key.as_deref();
            let same = (machine, key, step.at, step.from, step.to, step.transition, cause);
            (same, machine, step)
        })
    })
}

/// What two ways to see a life have in common and what not. Each with the
/// world it is seen in and the number of the customer there.
pub(super) fn difference_of(
    machines: &[Machine],
    ((old_world, old_customer), old): ((World<'_>, usize), &Life),
    ((world, customer), life): ((World<'_>, usize), &Life),
) -> Changed {
    let mut left: BTreeMap<Same<'_>, usize> = BTreeMap::new();
    for (same, ..) in steps(old) {
        *left.entry(same).or_default() += 1;
    }
    let mut out = Changed::default();
    for (same, machine, step) in steps(life) {
        match left.get_mut(&same).filter(|left| 0 < **left) {
            Some(left) => {
                *left -= 1;
                out.kept += 1;
            }
            None => out.added.push((machine, step.clone())),
        }
    }
    // Of equal steps the last are those that are gone.
    let mut gone: Vec<(usize, Step)> = Vec::new();
    let olds: Vec<_> = steps(old).collect();
    for (same, machine, step) in olds.into_iter().rev() {
        if let Some(left) = left.get_mut(&same).filter(|left| 0 < **left) {
            *left -= 1;
            gone.push((machine, step.clone()));
        }
    }
    gone.reverse();
    out.retracted = gone;
    if machines.iter().any(asks) {
        let (before, _) = effects(old_world, machines, old_customer, old);
        let (now, _) = effects(world, machines, customer, life);
        let (give, take_back) = difference(&before, &now);
        out.give = give.into_iter().cloned().collect();
        out.take_back = take_back.into_iter().cloned().collect();
    }
    out
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
    for (_, machine, step) in steps(life) {
        if fresh(step.at) { out.added.push((machine, step.clone())) } else { out.kept += 1 }
    }
    if !out.added.is_empty() && machines.iter().any(asks) {
        let (given, _) = effects(world, machines, customer, life);
        out.give = given.into_iter().filter(|given| fresh(given.at)).collect();
    }
    out
}

/// Whether anything is ever to be done.
fn asks(machine: &Machine) -> bool {
    machine.transitions.iter().any(|transition| !transition.effects.is_empty())
}
