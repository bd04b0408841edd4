//! The fast lane: machines that only events and plain timers move, at a few
//! nanoseconds an event.
//!
//! ```text
//! (state, kind) ──> Cell   where to, and for how long time does nothing then
//!
//!        events    │    │ │        │          one comparison an event:
//!        wake  ────┴────┴─┴────────┴──┐       is the wake before it?
//!                                     └─> fire: which timer is due, what next
//! ```
//!
//! One number stands for all timers of a state: the *wake*, before which none
//! of them can be due. A cell says by how much an event puts it off, so that
//! neither timers nor anchors are looked at until the wake has come.
//!
//! Whatever is not plain (conditions without an event, changes of attributes,
//! timers that are expressions or have conditions, a state that names the one
//! to open with, a definition that fails, a cascade without end) is left: the
//! customer is replayed again from the beginning by the general walk, which
//! is what the lane is held to. So the lane may be left anywhere, at the cost of
//! what it has done.

mod feed;
mod ride;

use super::machine::{Machine, Trigger};
use super::plan::{Plan, Timer};
use crate::lang::{Length, World};
use crate::units::Instant;

pub(super) use feed::{Feed, Narrow};
pub(super) use ride::{At, Left, Ride};

/// States that fit the bits of one word.
const STATES: usize = 64;

/// Longer than all of time.
const FOREVER: i64 = i64::MAX / 4;

/// The tables of one machine.
#[derive(Debug)]
pub(super) struct Lane {
    n_kinds: usize,
    /// For each state and event kind.
    cells: Vec<Cell>,
    /// Where conditions choose: the cells that they choose from, in order; the
    /// last is for when none holds.
    choices: Vec<Vec<Cell>>,
    rests: Vec<Rest>,
    clocks: Vec<Clock>,
    /// The longest of the timers, at most.
    longest: i64,
}

/// What an event does in a state.
#[derive(Debug, Clone, Copy)]
struct Cell {
    /// The time does nothing for so long after the event.
    arm: i64,
    to: u16,
    transition: u16,
    /// How many of the states on the way inside stay entered.
    stays: u8,
    then: Then,
    /// Whether the wake as it was holds as well.
    keeps: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Then {
    Stay,
    Go,
    /// Goes, and some timer there counts from longer ago than the event.
    GoBack,
    /// Conditions choose; `to` is the place in `choices`.
    Ask,
    Leave,
}

/// A state to be in.
#[derive(Debug, Clone, Copy)]
struct Rest {
    /// Its timers, innermost first.
    clocks: (u16, u16),
    depth: u8,
    /// It and the states it is inside, as bits.
    path: u64,
    /// Whether all that happens in it is plain.
    plain: bool,
    /// Whether it has one timer, which always takes as long: then the wake is
    /// not a bound but the due itself.
    single: bool,
}

/// A timer as it is in one state.
#[derive(Debug)]
struct Clock {
    transition: u16,
    to: u16,
    stays: u8,
    from: From,
    /// Microseconds that it takes at least.
    takes: i64,
    /// Whether it always takes that where clocks keep still.
    always: bool,
    length: Length,
    next: Next,
}

/// When the wake is after a timer had its effect, where that follows from its
/// due alone.
#[derive(Debug, Clone, Copy)]
enum Next {
    /// The state that it leads to has no timer.
    Never,
    /// So long after the step, by the only timer there.
    Later(i64),
    /// So long after the due: the only timer there counts from the same event.
    Further(i64),
    /// It has to be looked for.
    Unknown,
}

/// What a timer counts from.
#[derive(Debug, PartialEq, Eq)]
enum From {
    /// When the state at this depth was entered.
    Entered(u8),
    /// The last event of these kinds.
    Last(Vec<usize>),
    /// The last event.
    Any,
}

impl Lane {
    /// The tables of a machine; `None` where it is not plain from the
    /// beginning.
    ///
    /// `steady`: whether the clocks of the calendar keep still.
    pub fn new(plan: &Plan<'_>, n_kinds: usize, steady: bool) -> Option<Lane> {
        let machine = plan.machine;
        let small = machine.states.len() <= STATES
            && machine.transitions.len() < usize::from(u16::MAX)
            && n_kinds <= usize::from(u16::MAX);
        if !small || plan.has_history || machine.key.is_some() {
            return None;
        }
        let mut lane = Lane {
            n_kinds,
            cells: Vec::new(),
            choices: Vec::new(),
            rests: Vec::new(),
            clocks: Vec::new(),
            longest: 0,
        };
        (0..machine.states.len()).try_for_each(|state| lane.rest(plan, state, steady))?;
        for clock in 0..lane.clocks.len() {
            lane.clocks[clock].next = lane.next(&lane.clocks[clock]);
        }
        lane.rests.get(machine.initial).filter(|rest| rest.plain)?;
        for state in 0..machine.states.len() {
            for kind in 0..lane.n_kinds {
                let cell = lane.cell(plan, state, kind);
                lane.cells.push(cell);
            }
        }
        Some(lane)
    }

    fn rest(&mut self, plan: &Plan<'_>, state: usize, steady: bool) -> Option<()> {
        let ways = &plan.ways[state];
        let from = u16::try_from(self.clocks.len()).ok()?;
        let mut plain = ways.at_once.is_empty() && ways.on_change.is_empty();
        for transition in &ways.timed {
            match clock(plan, state, *transition as usize, steady) {
                Some(clock) => {
                    self.longest = self.longest.max(clock.length.at_most());
                    self.clocks.push(clock);
                }
                None => plain = false,
            }
        }
        let until = u16::try_from(self.clocks.len()).ok()?;
        let path = &plan.paths[state];
        self.rests.push(Rest {
            clocks: (from, until),
            depth: path.len() as u8,
            path: path.iter().map(|state| 1 << state).fold(0, |all, one| all | one),
            plain,
            single: plain && until == from + 1 && self.clocks.last().is_some_and(|it| it.always),
        });
        Some(())
    }

    /// What comes after a timer had its effect.
    fn next(&self, clock: &Clock) -> Next {
        match (self.clocks(clock.to.into()), &clock.from) {
            ([], _) => Next::Never,
            ([next], _) if matches!(next.from, From::Entered(depth) if clock.stays <= depth) => {
                Next::Later(next.takes)
            }
            ([next], From::Last(_) | From::Any)
                if next.from == clock.from && clock.always && next.always =>
            {
                Next::Further(next.takes - clock.takes)
            }
            _ => Next::Unknown,
        }
    }

    /// What an event of a kind does in a state.
    fn cell(&mut self, plan: &Plan<'_>, state: usize, kind: usize) -> Cell {
        let stay = self.stay(state, kind);
        let opens = plan.opening.as_ref().is_some_and(|(opens, ..)| *opens == kind);
        if opens || !self.rests[state].plain {
            return Cell { then: Then::Leave, ..stay };
        }
        let ways = plan.ways[state].on_event(kind);
        let mut choices = Vec::new();
        for way in ways {
            let way = *way as usize;
            choices.push(self.go(plan, state, kind, way));
            let alone = plan.machine.transitions[way].when.as_deref();
            let Some(when) = alone else { break };
            if !when.uses.machines.is_empty() || !when.uses.segments.is_empty() {
                return Cell { then: Then::Leave, ..stay };
            }
        }
        match choices.first() {
            None => stay,
            Some(first) if plan.guards[usize::from(first.transition)].is_none() => *first,
            Some(_) => {
                let Ok(place) = u16::try_from(self.choices.len()) else {
                    return Cell { then: Then::Leave, ..stay };
                };
                choices.push(stay);
                self.choices.push(choices);
                Cell { then: Then::Ask, to: place, ..stay }
            }
        }
    }

    /// The event leads nowhere, but silence ends.
    fn stay(&self, state: usize, kind: usize) -> Cell {
        let (mut arm, mut keeps) = (FOREVER, false);
        for clock in self.clocks(state) {
            if clock.hears(kind) { arm = arm.min(clock.takes) } else { keeps = true }
        }
        let to = state as u16;
        Cell { arm, to, transition: 0, stays: self.rests[state].depth, then: Then::Stay, keeps }
    }

    /// The event leads along a way.
    fn go(&self, plan: &Plan<'_>, state: usize, kind: usize, way: usize) -> Cell {
        let transition = way as u16;
        let Some((to, stays)) = target(plan, state, way) else {
            // It only has effects.
            return Cell { transition, then: Then::Go, ..self.stay(state, kind) };
        };
        let (mut arm, mut then) = (FOREVER, Then::Go);
        for clock in self.clocks(to) {
            let begins = match clock.from {
                From::Entered(depth) => stays <= depth,
                _ => clock.hears(kind),
            };
            if begins { arm = arm.min(clock.takes) } else { then = Then::GoBack }
        }
        if !self.rests[to].plain {
            then = Then::Leave;
        }
        Cell { arm, to: to as u16, transition, stays, then, keeps: false }
    }

    fn clocks(&self, state: usize) -> &[Clock] {
        let (from, until) = self.rests.get(state).map_or((0, 0), |rest| rest.clocks);
        self.clocks.get(usize::from(from)..usize::from(until)).unwrap_or(&[])
    }

    /// Whether a life can be followed in the lane as far as that.
    pub fn reaches(&self, until: Instant) -> bool {
        // A timer past the end of time is a fault, which the general walk finds.
        until.micros().saturating_add(self.longest) <= Instant::MAX.micros()
    }
}

impl Clock {
    /// Whether an event of this kind puts it off.
    fn hears(&self, kind: usize) -> bool {
        match &self.from {
            From::Entered(_) => false,
            From::Last(kinds) => kinds.contains(&kind),
            From::Any => true,
        }
    }
}

/// A timer that leads somewhere after a fixed length, whatever else is so.
fn clock(plan: &Plan<'_>, state: usize, position: usize, steady: bool) -> Option<Clock> {
    let transition = plan.machine.transitions.get(position)?;
    if transition.when.is_some() || !matches!(transition.trigger, Trigger::Due(_)) {
        return None;
    }
    let (to, stays) = target(plan, state, position)?;
    let (length, from) = match plan.timers.get(position)?.as_ref()? {
        Timer::After(length) => {
            let depth = plan.machine.states.get(transition.from)?.depth;
            (length, From::Entered(depth as u8))
        }
        Timer::Silent(length, kinds) => (length, From::Last(kinds.clone())),
        Timer::Idle(length) => (length, From::Any),
        Timer::Slow => return None,
    };
    let always = length.always(steady);
    let takes = always.unwrap_or_else(|| length.at_least());
    let always = always.is_some();
    (0 < takes).then_some(())?;
    let (transition, to, length) = (position as u16, to as u16, length.clone());
    Some(Clock { transition, to, stays, from, takes, always, length, next: Next::Unknown })
}

/// Where a way leads from a state, and how many of those it is inside stay
/// entered.
fn target(plan: &Plan<'_>, state: usize, way: usize) -> Option<(usize, u8)> {
    let Machine { states, transitions, .. } = plan.machine;
    let transition = transitions.get(way)?;
    let target = transition.target?;
    let to = states.get(target)?.entry;
    let (old, new) = (plan.paths.get(state)?, plan.paths.get(to)?);
    let mut stays = old.iter().zip(new).take_while(|(a, b)| a == b).count();
    if transition.restart {
        stays = stays.min(states[target].depth);
    }
    Some((to, stays as u8))
}

/// Until when the clocks of the calendar keep still from the first fact on, if
/// that is some years after the last.
pub(super) fn steady(world: World<'_>) -> Option<i64> {
    let columns = world.columns;
    let dated = |at: &i64| *at != i64::MIN;
    let born = columns.born.iter().copied().filter(dated).min();
    let events = columns.kinds.iter().filter_map(|events| events.at.earliest());
    let last = columns.last.map_or(0, Instant::micros);
    let first = born.into_iter().chain(events).min().unwrap_or(last);
    let far = last.saturating_add(AHEAD);
    world.calendar.zone().is_steady_throughout(first, far).then_some(far)
}

/// Ten years.
const AHEAD: i64 = 3_652 * 86_400_000_000;
