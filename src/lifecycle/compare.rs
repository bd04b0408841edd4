//! What another model would change (规则对比): the same customers, two sets of
//! machines.
//!
//! ```text
//!                facts ──┬── old machines ──> a life ──┐
//!                        └── new machines ──> a life ──┴── where they part, and
//!                                                          what the host would have
//!                                                          to do and to take back
//! ```

mod found;
mod parting;

use std::collections::BTreeMap;

use self::found::Found;
use self::parting::{parting, runs};
use super::anchor::{Anchors, Carried};
use super::course::{Life, Step};
use super::effect::{Given, difference, effects, effects_after};
use super::everybody::{everybody, life};
use super::machine::Machine;
use super::oracle::{Behind, Past, Taken, behind, resume};
use super::replay::{Replay, Scratch};
use super::then::Order;
use crate::lang::World;
use crate::units::Instant;

/// Facts and the machines that they are seen by.
#[derive(Debug, Clone, Copy)]
pub struct Side<'a> {
    /// The facts, by the schema of the playbook.
    pub world: World<'a>,
    /// Each after those whose states it reads.
    pub machines: &'a [Machine],
}

/// How the new machines come into force.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// As if they had always been: all history is seen anew.
    Reinterpret,
    /// From an instant on: what is past stays as it was, and everybody goes on
    /// from the state that theirs stands for.
    Forward(Instant),
    /// Beside the old ones, to see what would be: nothing is to be done.
    Shadow,
}

/// Two machines that are set against each other.
#[derive(Debug, Clone)]
pub struct Pair {
    /// Position of the old one.
    pub old: usize,
    /// Position of the new one.
    pub new: usize,
    /// For each old state the new one that it stands for; `None`: none does.
    pub states: Vec<Option<usize>>,
}

impl Pair {
    /// The new state that an old one stands for.
    pub fn stands(&self, old: usize) -> Option<usize> {
        self.states.get(old).copied().flatten()
    }

    /// Old steps in the new states that theirs stand for, each with the place of
    /// the old one: those that lead nowhere new are left out.
    fn carried<'s>(
        &'s self,
        steps: impl Iterator<Item = &'s Step> + 's,
    ) -> impl Iterator<Item = (usize, Step)> + 's {
        let mut last = None;
        steps.enumerate().filter_map(move |(place, step)| {
            let (from, to) = (last, self.stands(step.to)?);
            if !step.moved() || from == Some(to) {
                return None;
            }
            last = Some(to);
            let (at, cause) = (step.at, step.cause);
            Some((place, Step { at, from, to, transition: None, cause }))
        })
    }
}

/// What changes.
#[derive(Debug, Clone, Default)]
pub struct Comparison {
    /// Customers who were there.
    pub customers: u64,
    /// For each pair what becomes of it.
    pub pairs: Vec<Change>,
    /// What is to be done that was not, by machine, transition and effect of
    /// the new side.
    pub new: BTreeMap<Effected, u64>,
    /// What was done and is to be taken back, the same of the old side.
    pub undone: BTreeMap<Effected, u64>,
}

/// Position of a machine, of a transition, and of one of its effects.
pub type Effected = (usize, usize, usize);

/// An old innermost state and a new one; `None`: there was no run.
pub type Cell = (Option<usize>, Option<usize>);

/// What becomes of one pair of machines.
#[derive(Debug, Clone, Default)]
pub struct Change {
    /// How many are in which old and which new state.
    pub matrix: BTreeMap<Cell, u64>,
    /// How many went another way, wherever they are now.
    pub parted: u64,
    /// Where they parted, by customer and key: who is elsewhere now first,
    /// each cell of the matrix in turn, up to [`EXAMPLES`].
    pub examples: Vec<Parting>,
}

/// Where two ways of one customer part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parting {
    /// Position of the customer on the old side.
    pub customer: usize,
    /// Which run, where the machine runs once for each key.
    pub key: Option<Box<str>>,
    /// Where the customer is, and would be.
    pub now: Cell,
    /// The first instant at which the ways differ; `None` for what was so from
    /// the beginning.
    pub at: Option<Instant>,
    /// The step of the old way that the new one does not take then.
    pub old: Option<Step>,
    /// The step of the new way that the old one does not take then.
    pub new: Option<Step>,
}

/// Customers who are told one by one.
pub const EXAMPLES: usize = 10;

/// Sets two models against each other, over everybody.
///
/// # Inputs
///
/// `old` and `new` are about the same facts; customers are matched by id.
/// `until`: the instant of the answers, itself included. `mode`: where it goes
/// forward, from no later than that, and each pair's `states` must have a new
/// state for every old one.
///
/// # Cost
///
/// Two lives a customer, and the values of their effects.
pub fn compare(
    old: Side<'_>,
    new: Side<'_>,
    pairs: &[Pair],
    mode: Mode,
    until: Instant,
    threads: usize,
) -> Comparison {
    let replays = (Replay::new(old.world, old.machines), Replay::new(new.world, new.machines));
    let comparing = Comparing { old, new, pairs, mode, until, replays: &replays };
    let start = || Part {
        found: Found::new(pairs.len()),
        scratch: (replays.0.scratch(), replays.1.scratch()),
    };
    let add = |part: &mut Part, customer: usize| comparing.customer(customer, part);
    let mut all = Found::new(pairs.len());
    for part in everybody(old.world.columns.n_customers(), threads, start, add) {
        all.add(part.found);
    }
    all.finish()
}

struct Comparing<'a> {
    old: Side<'a>,
    new: Side<'a>,
    pairs: &'a [Pair],
    mode: Mode,
    until: Instant,
    replays: &'a (Replay<'a>, Replay<'a>),
}

struct Part {
    found: Found,
    scratch: (Scratch, Scratch),
}

impl Comparing<'_> {
    fn customer(&self, customer: usize, part: &mut Part) {
        let Some(before) = life(&self.replays.0, customer, self.until, &mut part.scratch.0) else {
            return;
        };
        let Some(same) = self.same(customer) else { return };
        let Some((now, taken, origins)) = self.new_life(customer, same, &before, part) else {
            return;
        };
        part.found.out.customers += 1;
        for (number, pair) in self.pairs.iter().enumerate() {
            let old = before.courses.get(pair.old).map_or(&[][..], Vec::as_slice);
            let new = now.courses.get(pair.new).map_or(&[][..], Vec::as_slice);
            for (key, old, new) in runs(old, new) {
                let skip = taken.get(pair.new).and_then(|runs| runs.get(&key).copied());
                let skip = skip.unwrap_or((0, 0));
                let columns = (self.old.world.columns, self.new.world.columns);
                let parting = parting(columns, pair, customer, key, (old, new), skip);
                part.found.note((number, pair), old, new, parting);
            }
        }
        if self.mode != Mode::Shadow {
            self.effects(customer, same, (&before, &now), &origins, part);
        }
    }

    /// The same customer on the new side.
    fn same(&self, customer: usize) -> Option<usize> {
        let (old, new) = (self.old.world.columns, self.new.world.columns);
        let id = old.customers.get(customer)?;
        // Mostly the facts are the same, and so are the positions.
        if new.customers.get(customer) == Some(id) { Some(customer) } else { new.customer(id) }
    }

    /// The life by the new machines, and for each run how many steps of the old
    /// and of the new way are the past that both have.
    fn new_life(
        &self,
        customer: usize,
        same: usize,
        before: &Life,
        part: &mut Part,
    ) -> Option<(Life, Common, Origins)> {
        let born = *self.old.world.columns.born.get(customer)?;
        match self.mode {
            Mode::Forward(at) if born < at.micros() && at <= self.until => {
                let (past, taken, origins) = self.past(customer, before, at);
                let (world, machines) = (self.new.world, self.new.machines);
                Some((resume(world, machines, same, past, at, self.until), taken, origins))
            }
            _ => {
                let life = life(&self.replays.1, same, self.until, &mut part.scratch.1)?;
                Some((life, Vec::new(), Origins::new()))
            }
        }
    }

    /// What the new machines take over: the old steps before an instant, in
    /// the states that they stand for.
    fn past(&self, customer: usize, before: &Life, at: Instant) -> (Vec<Past>, Common, Origins) {
        let mut past: Vec<Past> = vec![Vec::new(); self.new.machines.len()];
        let mut common: Common = vec![BTreeMap::new(); self.new.machines.len()];
        let mut origins = Origins::new();
        // Nobody has pinned what nobody decided about.
        let decided = !self.old.world.columns.overrides.of(customer).is_empty();
        let mut behind = match decided.then(|| at.checked_add_micros(-1).ok()).flatten() {
            Some(until) => behind(self.old.world, self.old.machines, customer, until),
            None => Vec::new(),
        };
        for pair in self.pairs {
            for course in before.courses.get(pair.old).into_iter().flatten() {
                let gone = |step: &&Step| step.at.is_none_or(|it| it < at);
                let n_old = course.steps.iter().filter(gone).count();
                let key = course.key.clone().unwrap_or_default();
                let mut taken = Taken::default();
                for (place, step) in pair.carried(course.steps.iter().filter(gone)) {
                    let carried = (pair.new, course.key.clone(), taken.steps.len());
                    origins.insert(carried, (pair.old, place));
                    let ended = course.let_go.iter().find(|(ended, _)| *ended == place);
                    taken.let_go.extend(ended.map(|(_, since)| (taken.steps.len(), *since)));
                    taken.steps.push(step);
                }
                if taken.steps.is_empty() {
                    continue;
                }
                let was = behind.get_mut(pair.old).and_then(|runs| runs.remove(&key));
                taken.behind = was.map(|was| Behind {
                    ruled: pair.carried(was.ruled.iter()).map(|(_, step)| step).collect(),
                    pinned: was.pinned.and_then(|(state, since, until)| {
                        Some((pair.stands(state)?, since, until))
                    }),
                });
                common[pair.new].insert(course.key.clone(), (n_old, taken.steps.len()));
                past[pair.new].push((key, taken));
            }
        }
        (past, common, origins)
    }

    fn effects(
        &self,
        customer: usize,
        same: usize,
        (old, new): (&Life, &Life),
        origins: &Origins,
        part: &mut Part,
    ) {
        let before = effects(self.old.world, self.old.machines, customer, old).0;
        let order = Order::new(self.old.world, customer);
        let anchors = Anchors::new(self.old.world, self.old.machines, customer, old, &order, None);
        let carried = |machine: usize, key: Option<&str>, step: usize| {
            let (machine, step) = origins.get(&(machine, key.map(Box::from), step))?;
            anchors.find(*machine, key, *step)
        };
        let carried: Carried<'_> = &carried;
        let now = effects_after(self.new.world, self.new.machines, same, new, Some(carried)).0;
        let now = match self.mode {
            // What is past stays done.
            Mode::Forward(at) => {
                let old = before.iter().filter(|given| given.at.is_none_or(|it| it < at));
                let new = now.into_iter().filter(|given| given.at.is_some_and(|it| at <= it));
                old.cloned().chain(new).collect()
            }
            _ => now,
        };
        let (new, undone) = difference(&before, &now);
        let which = |given: &Given| (given.machine, given.transition, given.effect);
        for given in new {
            *part.found.out.new.entry(which(given)).or_default() += 1;
        }
        for given in undone {
            *part.found.out.undone.entry(which(given)).or_default() += 1;
        }
    }
}

/// For each new machine and key how many old and new steps are common past.
type Common = Vec<BTreeMap<Option<Box<str>>, (usize, usize)>>;

/// Which old step each step of a past was: by new machine, key and place the old
/// machine and the place there.
type Origins = BTreeMap<(usize, Option<Box<str>>, usize), (usize, usize)>;
