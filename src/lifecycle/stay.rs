//! Time in stage (停留时间): how long customers stay in each state, those who
//! are still there included.
//!
//! A stay begins when a state is entered and ends when it is left; of a state
//! with others inside, moves among these do not end it. A stay that goes on
//! counts until now, as one that has lasted at least so long. A stay of which
//! nobody knows when it began is counted, and its length left out.

use super::course::{Course, Life};
use super::everybody::{everybody, life};
use super::machine::Machine;
use super::replay::{Replay, Scratch};
use crate::lang::World;
use crate::stats::{Curve, Stay, curve};
use crate::units::Instant;

/// The stays in one state.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Stays {
    /// Position of the state.
    pub state: usize,
    /// How long they last, in microseconds; the ways of ending are the
    /// innermost states that came next, by position.
    pub curve: Curve,
    /// Stays of which nobody knows when they began.
    pub undated: u64,
}

/// For each machine the stays in each of its states.
///
/// # Inputs
///
/// As of [`standings`](super::standings).
///
/// # Cost
///
/// One life a customer, and sorting the stays.
pub fn stays(
    world: World<'_>,
    machines: &[Machine],
    until: Instant,
    threads: usize,
) -> Vec<Vec<Stays>> {
    let blank = || machines.iter().map(Seen::new).collect::<Vec<_>>();
    let replay = Replay::new(world, machines);
    let start = || (blank(), replay.scratch());
    let add = |(seen, scratch): &mut (Vec<Seen>, Scratch), customer: usize| {
        let Some(life) = life(&replay, customer, until, scratch) else { return };
        see(seen, machines, &life, until);
    };
    let mut all = blank();
    for (part, _) in everybody(world.columns.n_customers(), threads, start, add) {
        for (all, more) in all.iter_mut().zip(part) {
            for (all, more) in all.0.iter_mut().zip(more.0) {
                all.0.extend(more.0);
                all.1 += more.1;
            }
        }
    }
    let finish = |(state, (stays, undated))| Stays { state, curve: curve(stays), undated };
    all.into_iter().map(|seen| seen.0.into_iter().enumerate().map(finish).collect()).collect()
}

/// For each state its stays, and how many have no beginning.
struct Seen(Vec<(Vec<Stay>, u64)>);

impl Seen {
    fn new(machine: &Machine) -> Seen {
        Seen(vec![(Vec::new(), 0); machine.states.len()])
    }
}

fn see(seen: &mut [Seen], machines: &[Machine], life: &Life, until: Instant) {
    for ((seen, machine), courses) in seen.iter_mut().zip(machines).zip(&life.courses) {
        for course in courses {
            for (state, since, ended) in spells(machine, course) {
                let (stays, undated) = &mut seen.0[state];
                let Some(since) = since else {
                    *undated += 1;
                    continue;
                };
                let end = ended.map_or(until, |(at, _)| at);
                let time = end.micros().saturating_sub(since.micros());
                stays.push(Stay { time, end: ended.map(|(_, next)| next) });
            }
        }
    }
}

/// A state, since when, and, where it ended, when and where to.
type Spell = (usize, Option<Instant>, Option<(Instant, usize)>);

/// The stays of one course, in each state it was ever in.
fn spells(machine: &Machine, course: &Course) -> Vec<Spell> {
    let mut out = Vec::new();
    let mut open: Vec<(usize, Option<Instant>)> = Vec::new();
    for step in course.steps.iter().filter(|step| step.moved()) {
        open.retain(|(state, since)| {
            let stays = machine.is_in(step.to, *state);
            if !stays {
                // What ended when nobody knows when, began no later.
                let (since, ended) = match step.at {
                    Some(at) => (*since, Some((at, step.to))),
                    None => (None, None),
                };
                out.push((*state, since, ended));
            }
            stays
        });
        for state in machine.path(step.to) {
            if !open.iter().any(|(held, _)| *held == state) {
                open.push((state, step.at));
            }
        }
    }
    out.extend(open.into_iter().map(|(state, since)| (state, since, None)));
    out
}
