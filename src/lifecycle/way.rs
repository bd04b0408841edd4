//! Why somebody is not in a state, and how they could come there.

use std::collections::VecDeque;
use std::ops::ControlFlow;

use super::ahead::{course, horizon};
use super::machine::{Machine, Trigger};
use super::oracle::{Choice, watch};
use super::why::lacking;
use crate::error::Text;
use crate::lang::{Explanation, Room, World};
use crate::units::Instant;

/// Ways that are told, the shortest first.
pub const WAYS: usize = 3;

/// How a course that is not in a state could come there.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Distance {
    /// The shortest ways, as they stand now; none where no way leads there.
    pub ways: Vec<Vec<Hop>>,
    /// When it comes there if nothing happens: where only time is missing.
    pub earliest: Option<Instant>,
}

/// One transition on a way.
#[derive(Debug, Clone, PartialEq)]
pub struct Hop {
    /// Position of the transition.
    pub transition: usize,
    /// The innermost state before.
    pub from: usize,
    /// The innermost state after.
    pub to: usize,
    /// What it waits for, in words.
    pub awaited: Text,
    /// When a timer that runs already is due.
    pub due: Option<Instant>,
    /// The fewest ends of its condition that keep it from holding now. What is
    /// asked about an event that has not happened counts among them.
    pub lacks: Vec<Explanation>,
}

/// Why one course is not in a state at an instant.
///
/// # Inputs
///
/// `machine`, `key`: which course. `state`: position of the state. `now`: facts
/// after it are left out.
///
/// # Cost
///
/// Two folds, the second of which goes on for ten years or until it is there;
/// a search that looks at each way out three times at most.
pub fn distance(
    world: World<'_>,
    machines: &[Machine],
    customer: usize,
    now: Instant,
    (machine, key): (usize, Option<&str>),
    state: usize,
) -> Distance {
    let Some(definition) = machines.get(machine) else { return Distance::default() };
    let here = |choice: &Choice<'_>| choice.machine == machine && choice.key == key.unwrap_or("");
    let mut ways = Vec::new();
    let standing = watch(world, machines, customer, now, now, &mut |choice| {
        if here(choice) && choice.taken.is_none() {
            let found = search(definition, choice.state, state);
            let room = &mut Room::default();
            ways = found.iter().map(|way| hops(definition, way, choice, world, room)).collect();
        }
        ControlFlow::Continue(())
    });
    // While a state is pinned no way can be taken, and time goes on behind it.
    let is_pinned = course(&standing, machine, key).is_some_and(|course| course.shadow.is_some());
    if is_pinned {
        ways.clear();
    }
    let until = horizon(world.calendar, now);
    let life = watch(world, machines, customer, now, until, &mut |choice| {
        let there = here(choice) && definition.is_in(choice.state, state);
        let arrived = there && !is_pinned && now < choice.moment.instant();
        if arrived { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    let steps = course(&life, machine, key).into_iter().flat_map(|course| &course.steps);
    let mut coming = steps.filter(|step| Some(now) < step.at && definition.is_in(step.to, state));
    Distance { ways, earliest: coming.next().and_then(|step| step.at) }
}

/// The shortest ways from a state to another, as positions of transitions.
fn search(machine: &Machine, from: usize, whole: usize) -> Vec<Vec<usize>> {
    let mut left = vec![0; machine.states.len()];
    let mut found = Vec::new();
    let mut open = VecDeque::from([(from, Vec::new(), vec![from])]);
    while let Some((state, way, passed)) = open.pop_front() {
        if machine.is_in(state, whole) {
            found.push(way);
            if found.len() == WAYS {
                break;
            }
            continue;
        }
        // Each state is gone on from by the first few ways that come to it.
        match left.get_mut(state) {
            Some(times) if *times < WAYS => *times += 1,
            _ => continue,
        }
        for next in machine.ways(state) {
            let to = machine.transitions.get(next).and_then(|transition| transition.to);
            let Some(to) = to.filter(|to| !passed.contains(to)) else { continue };
            let longer = [way.as_slice(), &[next]].concat();
            open.push_back((to, longer, [passed.as_slice(), &[to]].concat()));
        }
    }
    found
}

fn hops(
    machine: &Machine,
    way: &[usize],
    choice: &Choice<'_>,
    world: World<'_>,
    room: &mut Room,
) -> Vec<Hop> {
    let mut from = choice.state;
    let hop = |(number, position): (usize, &usize)| {
        let transition = machine.transitions.get(*position)?;
        let to = transition.to?;
        let runs = number == 0 && matches!(transition.trigger, Trigger::Due(_));
        let timer = choice.timers.iter().find(|timer| runs && timer.transition == *position);
        let hop = Hop {
            transition: *position,
            from,
            to,
            awaited: transition.awaits(world, &choice.moment),
            due: timer.and_then(|timer| timer.due),
            lacks: lacking(transition, &choice.moment, room),
        };
        from = to;
        Some(hop)
    };
    way.iter().enumerate().filter_map(hop).collect()
}
