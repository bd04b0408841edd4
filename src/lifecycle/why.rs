//! Why a step was taken and no other.

use super::course::Cause;
use super::machine::{Machine, Transition, Trigger};
use super::oracle::Choice;
use crate::error::Text;
use crate::lang::{Explanation, Moment, Room, World};
use crate::units::Instant;

/// Why a transition was taken.
#[derive(Debug, Clone, PartialEq)]
pub struct Why {
    /// What it waited for, in words.
    pub awaited: Text,
    /// Its condition, clause by clause.
    pub condition: Option<Explanation>,
    /// The other ways out of the state, in the order in which they are tried.
    pub others: Vec<Other>,
}

/// A way out that was not taken.
#[derive(Debug, Clone, PartialEq)]
pub struct Other {
    /// Position of the transition.
    pub transition: usize,
    /// What it waits for, in words.
    pub awaited: Text,
    /// What kept it.
    pub kept: Kept,
}

/// What keeps a way out from being taken.
#[derive(Debug, Clone, PartialEq)]
pub enum Kept {
    /// What it waits for has not happened.
    Waiting,
    /// It is due later; `None`: never, since nobody knows from when.
    Due(Option<Instant>),
    /// It has had its effects, and leads nowhere.
    Done,
    /// The first end of its condition that keeps it from holding.
    Condition(Box<Explanation>),
    /// It is open, and stands after the one that was taken.
    Order,
}

/// Why a transition is taken at a choice, and what keeps the others. `None`
/// where none is taken. `room`: what the page has left on which it stands.
pub fn why(
    machine: &Machine,
    choice: &Choice<'_>,
    world: World<'_>,
    room: &mut Room,
) -> Option<Why> {
    let (position, cause) = choice.taken?;
    let taken = machine.transitions.get(position)?;
    let others = machine.ways(choice.state).filter(|way| *way != position).filter_map(|way| {
        let transition = machine.transitions.get(way)?;
        Some(Other {
            transition: way,
            awaited: transition.awaits(world, &choice.moment),
            kept: kept(transition, way, (taken, cause), choice, room),
        })
    });
    let others = others.collect();
    let moment = &choice.moment;
    let when = taken.when.as_ref();
    Some(Why {
        awaited: taken.awaited(cause, moment.instant(), world, moment),
        condition: when.map(|when| room.explain(when, moment, &|name| moment.condition(name))),
        others,
    })
}

/// The fewest ends that keep the condition of a transition from holding at a
/// moment, down through the segments that it names.
pub(super) fn lacking(
    transition: &Transition,
    moment: &Moment<'_>,
    room: &mut Room,
) -> Vec<Explanation> {
    let Some(when) = &transition.when else { return Vec::new() };
    room.lacking(when, moment, &|name| moment.condition(name))
}

fn kept(
    transition: &Transition,
    way: usize,
    (taken, cause): (&Transition, Cause),
    choice: &Choice<'_>,
    room: &mut Room,
) -> Kept {
    let hears = match (&transition.trigger, &taken.trigger, cause) {
        (Trigger::Event(kinds), Trigger::Event(_), Cause::Event(kind, _)) => kinds.has(kind),
        (Trigger::Change(these), Trigger::Change(those), _) => {
            these.iter().any(|attribute| those.contains(attribute))
        }
        (Trigger::Event(_) | Trigger::Change(_), _, _) => false,
        (Trigger::Due(_), _, _) => {
            let timer = choice.timers.iter().find(|timer| timer.transition == way);
            let due = timer.and_then(|timer| timer.due);
            if due.is_none_or(|due| choice.moment.instant() < due) {
                return Kept::Due(due);
            }
            if timer.is_some_and(|timer| timer.done) {
                return Kept::Done;
            }
            true
        }
        (Trigger::Condition, _, _) => true,
    };
    if !hears {
        return Kept::Waiting;
    }
    let lacks = lacking(transition, &choice.moment, room).into_iter().next();
    lacks.map_or(Kept::Order, |end| Kept::Condition(Box::new(end)))
}
