//! In which state everybody is at one instant.

use std::sync::Arc;

use super::course::{Course, Life, Trouble};
use super::everybody::everybody;
use super::machine::Machine;
use super::replay::{Nothing, Replay, Scratch};
use crate::facts::{Bits, Codes, Column, Data, TextProfile, Words};
use crate::lang::{Asked, States, Value, World};
use crate::units::Instant;

/// The states of all customers in all machines at one instant, column by
/// column.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Standings {
    /// One for each machine, in their order.
    pub machines: Vec<Standing>,
    /// Customers for whom a definition failed, and how.
    pub troubles: Vec<(usize, Trouble)>,
}

/// The states of all customers in one machine.
#[derive(Debug, Clone, PartialEq)]
pub struct Standing {
    /// The name of the machine.
    pub machine: Arc<str>,
    /// The innermost state of each customer, as a text; unknown for who was
    /// not there yet. Empty where the machine runs once for each key.
    pub states: Column,
    /// The same, as positions of states; `u16::MAX` for who was not there.
    pub positions: Vec<u16>,
    /// Since when, in microseconds; `i64::MIN` where nobody knows.
    pub since: Vec<i64>,
    /// For each customer the states ever entered, as bits of whole words.
    visited: Vec<u64>,
    /// Words of `visited` a customer.
    words: usize,
    /// For each customer the state of each run, where there is one for each
    /// key.
    runs: Vec<Vec<(Box<str>, u16)>>,
    /// Names of the states and what each is inside.
    names: Vec<(Arc<str>, Option<usize>)>,
}

/// A state that stands for nobody being there.
const ABSENT: u16 = u16::MAX;

/// In which state every customer is at an instant, itself included.
///
/// # Inputs
///
/// `machines`: each after those whose states it reads. `threads`: how many to
/// use, at least one; the number never changes the answer.
pub fn standings(
    world: World<'_>,
    machines: &[Machine],
    until: Instant,
    threads: usize,
) -> Standings {
    let replay = Replay::new(world, machines);
    let start = || (Part::new(machines), replay.scratch());
    let add = |(part, scratch): &mut (Part, Scratch), customer: usize| {
        if !world.columns.is_known(customer, until) {
            part.pass();
        } else if replay.is_folded(customer) {
            part.add(customer, replay.life(customer, until, scratch));
        } else {
            replay.run(customer, until, scratch, &mut Nothing);
            part.take(customer, scratch);
        }
    };
    let parts = everybody(world.columns.n_customers(), threads, start, add);
    join(machines, parts.into_iter().map(|(part, _)| part).collect())
}

/// Some customers, one after the other.
struct Part {
    machines: Vec<Rows>,
    troubles: Vec<(usize, Trouble)>,
}

struct Rows {
    positions: Vec<u16>,
    since: Vec<i64>,
    visited: Vec<u64>,
    words: usize,
    runs: Vec<Vec<(Box<str>, u16)>>,
    keyed: bool,
}

impl Part {
    fn new(machines: &[Machine]) -> Part {
        let rows = |machine: &Machine| {
            let words = machine.states.len().div_ceil(64);
            Rows {
                positions: Vec::new(),
                since: Vec::new(),
                visited: Vec::new(),
                words,
                runs: Vec::new(),
                keyed: machine.key.is_some(),
            }
        };
        Part { machines: machines.iter().map(rows).collect(), troubles: Vec::new() }
    }

    fn add(&mut self, customer: usize, life: Life) {
        for (rows, courses) in self.machines.iter_mut().zip(&life.courses) {
            rows.add(courses);
        }
        self.troubles.extend(life.troubles.into_iter().map(|trouble| (customer, trouble)));
    }

    /// Somebody whose replay has just ended.
    fn take(&mut self, customer: usize, scratch: &mut Scratch) {
        for (rows, run) in self.machines.iter_mut().zip(scratch.runs()) {
            rows.positions.push(run.state as u16);
            rows.since.push(run.since());
            rows.visited.extend_from_slice(&run.visited);
        }
        let troubles = scratch.take_troubles().into_iter();
        self.troubles.extend(troubles.map(|trouble| (customer, trouble)));
    }

    /// Somebody who was not there yet.
    fn pass(&mut self) {
        for rows in &mut self.machines {
            rows.add(&[]);
        }
    }
}

impl Rows {
    fn add(&mut self, courses: &[Course]) {
        if self.keyed {
            let run =
                |course: &Course| (course.key.clone().unwrap_or_default(), course.state as u16);
            self.runs.push(courses.iter().map(run).collect());
            return;
        }
        let course = courses.first();
        self.positions.push(course.map_or(ABSENT, |course| course.state as u16));
        let since = course.and_then(|course| course.since);
        self.since.push(since.map_or(i64::MIN, Instant::micros));
        let from = self.visited.len();
        self.visited.resize(from + self.words, 0);
        for step in course.iter().flat_map(|course| &course.steps) {
            self.visited[from + step.to / 64] |= 1 << (step.to % 64);
        }
    }
}

fn join(machines: &[Machine], parts: Vec<Part>) -> Standings {
    let mut out = Standings::default();
    let mut rows: Vec<Rows> = Part::new(machines).machines;
    for part in parts {
        for (all, more) in rows.iter_mut().zip(part.machines) {
            all.positions.extend(more.positions);
            all.since.extend(more.since);
            all.visited.extend(more.visited);
            all.runs.extend(more.runs);
        }
        out.troubles.extend(part.troubles);
    }
    out.machines =
        machines.iter().zip(rows).map(|(machine, rows)| standing(machine, rows)).collect();
    out
}

fn standing(machine: &Machine, rows: Rows) -> Standing {
    let mut known = Bits::none(rows.positions.len());
    for (customer, position) in rows.positions.iter().enumerate() {
        known.set(customer, *position != ABSENT);
    }
    let names: Vec<&str> = machine.states.iter().map(|state| &*state.name).collect();
    let (words, moved) = Words::of(&names, TextProfile::Exact);
    let code = |position: &u16| moved.get(usize::from(*position)).copied().unwrap_or(0);
    let codes = Codes::narrow(rows.positions.iter().map(code).collect(), words.len());
    Standing {
        machine: machine.name.clone(),
        states: Column { data: Data::Codes { codes, words: Arc::new(words) }, known: Some(known) },
        positions: rows.positions,
        since: rows.since,
        visited: rows.visited,
        words: rows.words,
        runs: rows.runs,
        names: machine.states.iter().map(|state| (state.name.clone(), state.parent)).collect(),
    }
}

impl Standings {
    /// The states of one machine.
    pub fn machine(&self, name: &str) -> Option<&Standing> {
        self.machines.iter().find(|standing| &*standing.machine == name)
    }
}

impl Standing {
    /// How many customers are in each innermost state, by position of the
    /// state; of a keyed machine how many runs.
    pub fn counts(&self) -> Vec<u64> {
        let mut counts = vec![0; self.names.len()];
        let runs = self.runs.iter().flatten().map(|(_, state)| *state);
        for position in self.positions.iter().copied().chain(runs) {
            if let Some(count) = counts.get_mut(usize::from(position)) {
                *count += 1;
            }
        }
        counts
    }

    /// Who is in a state, or in one inside it.
    pub fn members(&self, state: &str) -> Option<Bits> {
        let whole = self.position(state)?;
        let inside: Vec<bool> =
            (0..self.names.len()).map(|position| self.is_in(position, whole)).collect();
        let mut out = Bits::none(self.positions.len());
        for (customer, position) in self.positions.iter().enumerate() {
            if inside.get(usize::from(*position)) == Some(&true) {
                out.set(customer, true);
            }
        }
        Some(out)
    }

    fn position(&self, state: &str) -> Option<usize> {
        self.names.iter().position(|(name, _)| **name == *state)
    }

    fn is_in(&self, state: usize, whole: usize) -> bool {
        let outer = |state: &usize| self.names.get(*state)?.1;
        std::iter::successors(Some(state), outer).any(|outer| outer == whole)
    }

    fn was_in(&self, customer: usize, whole: usize) -> bool {
        let from = customer * self.words;
        (0..self.names.len()).any(|state| {
            let word = self.visited.get(from + state / 64).copied().unwrap_or(0);
            (word >> (state % 64)) & 1 == 1 && self.is_in(state, whole)
        })
    }

    fn ask(&self, customer: usize, asked: Asked<'_>) -> Option<Value> {
        let position = self.positions.get(customer).copied().filter(|state| *state != ABSENT);
        let state = position.map(usize::from);
        Some(match asked {
            Asked::State => match state.and_then(|state| self.names.get(state)) {
                Some((name, _)) => Value::Text(name.clone()),
                None => Value::Missing,
            },
            Asked::Since => match self.since.get(customer).filter(|since| **since != i64::MIN) {
                Some(since) => Value::Timestamp(Instant::clamped(*since).into()),
                None => Value::Missing,
            },
            Asked::In(name) => {
                let whole = self.position(name)?;
                Value::Bool(state.is_some_and(|state| self.is_in(state, whole)))
            }
            Asked::WasIn(name) => Value::Bool(self.was_in(customer, self.position(name)?)),
            Asked::CountIn(name) => {
                let whole = self.position(name)?;
                let runs = self.runs.get(customer).into_iter().flatten();
                let inside = runs.filter(|(_, state)| self.is_in(usize::from(*state), whole));
                Value::Int(inside.count() as i64)
            }
        })
    }
}

impl States for Standings {
    fn ask(&self, customer: usize, machine: &str, asked: Asked<'_>) -> Option<Value> {
        self.machine(machine)?.ask(customer, asked)
    }

    fn column(&self, machine: &str) -> Option<&Column> {
        self.machine(machine).map(|standing| &standing.states)
    }

    fn members(&self, machine: &str, state: &str) -> Option<Bits> {
        self.machine(machine)?.members(state)
    }
}
