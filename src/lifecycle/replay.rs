//! The fold, fast: one walk along a customer's events, with tables instead of
//! searches.
//!
//! ```text
//! events of one customer      a table for (state, kind) gives the ways out
//! in their one total order    a bound tells that no timer can be due yet
//! ```
//!
//! A timer that facts can only put off is not moved when they do: its earliest
//! instant is kept, and when that comes its due is worked out anew. So most
//! events cost nothing for timers.
//!
//! ```text
//! run: one fact after the other ──> settle, find ──> enter: states left, entered
//!   │       Scratch: where               │                         │
//!   │       each machine is              └─ due: is a timer due?   └──> Record
//!   └─ by_lane: all of that at once, where it is simple enough
//! ```
//!
//! It gives what [`fold`](super::fold) gives. Machines that run once for each
//! key are left to the fold; what only events and plain timers move goes by the
//! [lane](super::lane), several times as fast.

mod by_lane;
mod due;
mod enter;
mod record;
mod scratch;

pub(super) use record::{Nothing, Record};
pub use scratch::Scratch;
pub(super) use scratch::{NEVER, Run};

use std::sync::Arc;

use scratch::{Asking, dated_now};

use super::course::{Cause, Course, Life, Step, Trouble};
use super::lane::{Lane, Narrow, steady};
use super::machine::{MICROSTEPS, Machine, Trigger};
use super::oracle::{WAKES, endless, fold, unopened};
use super::plan::{Plan, watched};
use crate::error::{Code, Error, Fault};
use crate::facts::{Columns, Data, Events, History, set_range};
use crate::lang::{Moment, World};
use crate::units::Instant;

/// Machines made ready for all customers of one world.
#[derive(Debug)]
pub struct Replay<'a> {
    world: World<'a>,
    machines: &'a [Machine],
    plans: Vec<Plan<'a>>,
    watched: Vec<(&'a History, Option<usize>)>,
    keyed: bool,
    /// A lane for each machine, where all have one.
    lanes: Option<Arc<[Lane]>>,
    /// Where the clocks of the calendar keep still as long as there are facts:
    /// until when.
    steady: Option<i64>,
    narrow: Option<Narrow<'a>>,
}

/// What is being looked for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Phase {
    Event(usize, usize),
    Change(usize),
    AtOnce,
    Time,
}

impl<'a> Replay<'a> {
    /// Makes machines ready.
    ///
    /// # Inputs
    ///
    /// `machines`: each after those whose states it reads.
    pub fn new(world: World<'a>, machines: &'a [Machine]) -> Replay<'a> {
        let plans: Vec<Plan<'a>> =
            machines.iter().map(|machine| Plan::new(machine, world)).collect();
        let (n_kinds, steady) = (world.columns.kinds.len(), steady(world));
        let lane = |plan| Lane::new(plan, n_kinds, steady.is_some());
        Replay {
            world,
            machines,
            lanes: plans.iter().map(lane).collect(),
            steady,
            narrow: Narrow::new(world.columns),
            plans,
            watched: watched(machines, world),
            keyed: machines.iter().any(|machine| machine.key.is_some()),
        }
    }

    /// The same machines over other facts, made ready in less time: what no facts
    /// decide is shared.
    pub(super) fn over(&self, columns: &'a Columns) -> Replay<'a> {
        let world = World { columns, ..self.world };
        let steady = steady(world);
        let alike = columns.kinds.len() == self.world.columns.kinds.len();
        if !alike || steady.is_some() != self.steady.is_some() {
            return Replay::new(world, self.machines);
        }
        Replay {
            world,
            machines: self.machines,
            lanes: self.lanes.clone(),
            steady,
            narrow: Narrow::new(columns),
            plans: self.plans.iter().map(|plan| plan.over(world)).collect(),
            watched: watched(self.machines, world),
            keyed: self.keyed,
        }
    }

    /// Room to work in.
    pub fn scratch(&self) -> Scratch {
        let run = |plan: &Plan<'_>| Run {
            left: if plan.has_history { vec![usize::MAX; plan.paths.len()] } else { Vec::new() },
            visited: vec![0; plan.paths.len().div_ceil(64)],
            ..Run::default()
        };
        Scratch {
            runs: self.plans.iter().map(run).collect(),
            ends: Vec::new(),
            changes: Vec::new(),
            changed: 0,
            woken: 0,
            now: 0,
            unknown: None,
            wake: i64::MAX,
            pending: false,
            moved: false,
            lazy: false,
            last: NEVER,
            before: Run::default(),
            troubles: Vec::new(),
            tried: (0, 0),
            marks: Vec::new(),
        }
    }

    /// Of which world.
    pub(super) fn world(&self) -> World<'a> {
        self.world
    }

    /// Whether a customer is left to the fold: a machine runs once for each key,
    /// or people decided about its states.
    pub(super) fn is_folded(&self, customer: usize) -> bool {
        self.keyed || !self.world.columns.overrides.of(customer).is_empty()
    }

    /// The course of one customer through all machines, up to an instant.
    pub fn life(&self, customer: usize, until: Instant, scratch: &mut Scratch) -> Life {
        if self.is_folded(customer) {
            return fold(self.world, self.machines, customer, until);
        }
        let mut steps: Vec<Vec<Step>> = self.plans.iter().map(|_| Vec::new()).collect();
        self.run(customer, until, scratch, &mut steps);
        let course = |(run, steps): (&Run, Vec<Step>)| {
            let (state, since) = Self::arrived(run);
            vec![Course { key: None, state, since, steps, shadow: None, let_go: Vec::new() }]
        };
        let courses = scratch.runs.iter().zip(steps).map(course).collect();
        let mut troubles = std::mem::take(&mut scratch.troubles);
        troubles.sort_by_key(|trouble| (trouble.machine, trouble.transition));
        // The wake so far is only a bound.
        let wakes = self.exact_wake(customer, scratch);
        Life { courses, troubles, wakes }
    }

    /// The same without the steps: the runs are left in `scratch`.
    pub(super) fn run<R: Record>(
        &self,
        customer: usize,
        until: Instant,
        scratch: &mut Scratch,
        record: &mut R,
    ) {
        if self.by_lane(customer, until, scratch, record) {
            return;
        }
        self.begin(customer, until, scratch, record);
        self.go_on(customer, until, scratch, record);
    }

    /// Makes a replay that ended at an instant ready to go on: until when
    /// everything was seen.
    pub(super) fn rest(&self, customer: usize, until: Instant, scratch: &mut Scratch) -> i64 {
        self.list_changes(customer, scratch);
        let seen = scratch.changes.partition_point(|(at, _)| *at <= until.micros());
        scratch.changed = seen;
        scratch.now
    }

    /// Where each machine is and since when.
    pub(super) fn arrived(run: &Run) -> (usize, Option<Instant>) {
        let since = run.entered.last().copied().filter(|since| *since != NEVER);
        (run.state, since.map(Instant::clamped))
    }

    /// Goes on from where a replay ended, with facts that came after what it has
    /// seen last, up to an instant.
    pub(super) fn go_on<R: Record>(
        &self,
        customer: usize,
        until: Instant,
        scratch: &mut Scratch,
        record: &mut R,
    ) {
        let columns = self.world.columns;
        let (first, end) = columns.timeline.range(customer);
        let heard = |(events, row): (&Events, &usize)| row.saturating_sub(events.range(customer).0);
        let heard = columns.kinds.iter().zip(&scratch.ends).map(heard);
        let mut place = first + heard.sum::<usize>();
        let next_event = |scratch: &Scratch, place: usize| {
            if end <= place {
                return (0, i64::MAX);
            }
            let kind = columns.timeline.kinds.get(place) as usize;
            (kind, columns.kinds[kind].at.micros(scratch.ends[kind]))
        };
        let (mut kind, mut event) = next_event(scratch, place);
        let until = until.micros();
        loop {
            let changed = scratch.changes.get(scratch.changed).map_or(i64::MAX, |(at, _)| *at);
            let fact = event.min(changed);
            while scratch.woken < WAKES && scratch.wake < fact && scratch.wake <= until {
                scratch.woken += 1;
                scratch.now = scratch.wake;
                self.pass_time(customer, scratch, record);
            }
            if until < fact || fact == i64::MAX {
                break;
            }
            scratch.now = fact;
            if changed == fact {
                self.take_changes(customer, scratch, record);
            }
            while event == fact {
                scratch.last = fact;
                let row = scratch.ends[kind];
                scratch.ends[kind] += 1;
                self.hear(customer, scratch, kind, row, record);
                place += 1;
                (kind, event) = next_event(scratch, place);
            }
            if scratch.wake <= fact || scratch.moved || scratch.pending || !scratch.lazy {
                self.pass_time(customer, scratch, record);
            }
        }
    }

    /// The first states, and what holds there at once.
    fn begin<R: Record>(
        &self,
        customer: usize,
        until: Instant,
        scratch: &mut Scratch,
        record: &mut R,
    ) {
        let columns = self.world.columns;
        scratch.ends.clear();
        scratch.ends.extend(columns.kinds.iter().map(|events| events.range(customer).0));
        scratch.troubles.clear();
        scratch.last = NEVER;
        scratch.woken = 0;
        self.list_changes(customer, scratch);
        let born = columns.born.get(customer).copied().unwrap_or(NEVER);
        let (place, end) = columns.timeline.range(customer);
        let kind = columns.timeline.kinds.get(place) as usize;
        let first_event = (place < end).then(|| columns.kinds[kind].at.micros(scratch.ends[kind]));
        let first = if born == NEVER {
            let change = scratch.changes.first().map(|(at, _)| *at);
            first_event.into_iter().chain(change).min().map_or(0, |at| at.min(0))
        } else {
            born
        };
        scratch.now = first.min(until.micros());
        scratch.unknown = (born == NEVER).then_some(scratch.now);
        let at = dated_now(scratch);
        for (machine, (plan, run)) in self.plans.iter().zip(&mut scratch.runs).enumerate() {
            run.state = plan.machine.initial;
            run.visited.fill(0);
            run.left.fill(usize::MAX);
            run.fired.clear();
            run.halted = false;
            run.entered.clear();
            for state in &plan.paths[run.state] {
                run.entered.push(at.map_or(NEVER, Instant::micros));
                run.visited[state / 64] |= 1 << (state % 64);
            }
            let cause = Cause::Beginning;
            record.step(machine, Step { at, from: None, to: run.state, transition: None, cause });
        }
        scratch.moved = true;
        for machine in 0..self.plans.len() {
            self.settle(customer, scratch, machine, Phase::AtOnce, Cause::Beginning, record);
        }
        let facts_now = first_event == Some(scratch.now)
            || scratch.changes.first().is_some_and(|(at, _)| *at == scratch.now);
        // With facts at this instant, time passes after them.
        scratch.wake = scratch.now;
        if !facts_now {
            self.pass_time(customer, scratch, record);
        }
    }

    /// When attributes and consents change, in order, up to whatever comes.
    fn list_changes(&self, customer: usize, scratch: &mut Scratch) {
        scratch.changes.clear();
        for (history, attribute) in &self.watched {
            let History::Dated { offsets, since, values } = history else { continue };
            let (from, until) = set_range(offsets, customer);
            let mut before: Option<usize> = None;
            for row in from..until {
                if row + 1 < until && since[row + 1] == since[row] {
                    continue;
                }
                if since[row] != NEVER {
                    let same = match before {
                        Some(before) => values.same(before, row),
                        None => !values.is_known(row),
                    };
                    let changed = if same { None } else { *attribute };
                    scratch.changes.push((since[row], changed));
                }
                before = Some(row);
            }
        }
        scratch.changes.sort_unstable();
        scratch.changed = 0;
    }

    /// Everything that changed at this instant.
    fn take_changes<R: Record>(&self, customer: usize, scratch: &mut Scratch, record: &mut R) {
        let from = scratch.changed;
        let of_now = scratch.changes[from..].iter().take_while(|(at, _)| *at == scratch.now);
        let until = from + of_now.count();
        // What a timer counts from may have changed.
        scratch.moved = true;
        for machine in 0..self.plans.len() {
            for change in from..until {
                if let (_, Some(attribute)) = scratch.changes[change] {
                    let phase = Phase::Change(attribute);
                    self.one_way(customer, scratch, machine, phase, Cause::Change, record);
                }
            }
            self.settle(customer, scratch, machine, Phase::AtOnce, Cause::Change, record);
        }
        scratch.changed = until;
    }

    /// Every machine hears of an event.
    #[inline]
    fn hear<R: Record>(
        &self,
        customer: usize,
        scratch: &mut Scratch,
        kind: usize,
        row: usize,
        record: &mut R,
    ) {
        let cause = Cause::Event(kind, row);
        for machine in 0..self.plans.len() {
            let plan = &self.plans[machine];
            match &plan.opening {
                Some((opens, field, states)) if *opens == kind => {
                    match self.opened(kind, row, *field, states) {
                        Ok(_) if scratch.runs[machine].halted => {}
                        Ok(state) => {
                            let entry = plan.machine.states[state].entry;
                            self.enter(scratch, machine, entry, None, None, cause, record);
                        }
                        Err(name) => {
                            let fault = unopened(plan.machine, name);
                            self.note(scratch, machine, None, fault);
                        }
                    }
                }
                _ => {
                    let phase = Phase::Event(kind, row);
                    self.one_way(customer, scratch, machine, phase, cause, record);
                }
            }
            if !plan.ways[scratch.runs[machine].state].at_once.is_empty() {
                self.settle(customer, scratch, machine, Phase::AtOnce, cause, record);
            }
        }
    }

    /// The state that an opening event names, or what it names instead.
    fn opened(
        &self,
        kind: usize,
        row: usize,
        field: usize,
        states: &[Option<usize>],
    ) -> Result<usize, Option<&'a str>> {
        let columns: &'a Columns = self.world.columns;
        let column = columns.kinds.get(kind).and_then(|kind| kind.fields.get(field));
        match column.map(|column| (&column.data, column.is_known(row))) {
            Some((Data::Codes { codes, words }, true)) => {
                let word = codes.get(row);
                let state = states.get(word as usize).copied().flatten();
                state.ok_or_else(|| Some(words.key(word)))
            }
            _ => Err(None),
        }
    }

    /// Takes the first way out that is open, if any.
    #[inline]
    fn one_way<R: Record>(
        &self,
        customer: usize,
        scratch: &mut Scratch,
        machine: usize,
        phase: Phase,
        cause: Cause,
        record: &mut R,
    ) {
        let plan = &self.plans[machine];
        let run = &scratch.runs[machine];
        if run.halted {
            return;
        }
        let ways = &plan.ways[run.state];
        let list = match phase {
            Phase::Event(kind, _) => ways.on_event(kind),
            Phase::Change(_) => &ways.on_change,
            Phase::AtOnce => &ways.at_once,
            Phase::Time => &ways.timed,
        };
        if list.is_empty() {
            return;
        }
        if let Some((transition, cause)) = self.find(customer, scratch, machine, list, phase, cause)
        {
            self.follow(scratch, machine, transition, cause, record);
        }
    }

    /// Takes one way out after the other for as long as there is one.
    fn settle<R: Record>(
        &self,
        customer: usize,
        scratch: &mut Scratch,
        machine: usize,
        phase: Phase,
        cause: Cause,
        record: &mut R,
    ) {
        let run = &scratch.runs[machine];
        let ways = &self.plans[machine].ways[run.state];
        let list = if phase == Phase::AtOnce { &ways.at_once } else { &ways.timed };
        if list.is_empty() || run.halted {
            return;
        }
        if let Some(first) = self.find(customer, scratch, machine, list, phase, cause) {
            self.cascade(customer, scratch, machine, phase, cause, first, record);
        }
    }

    /// Follows a cascade to its end, or takes it back where it has none.
    #[allow(clippy::too_many_arguments)]
    fn cascade<R: Record>(
        &self,
        customer: usize,
        scratch: &mut Scratch,
        machine: usize,
        phase: Phase,
        cause: Cause,
        first: (usize, Cause),
        record: &mut R,
    ) {
        let plan = &self.plans[machine];
        scratch.before.copy_from(&scratch.runs[machine]);
        let mark = record.mark(machine);
        let mut next = Some(first);
        let mut steps = 0;
        while let Some((transition, of)) = next {
            steps += 1;
            if steps > MICROSTEPS {
                std::mem::swap(&mut scratch.runs[machine], &mut scratch.before);
                scratch.runs[machine].halted = true;
                record.rewind(machine, mark);
                self.trouble(scratch, machine, transition, endless().into());
                return;
            }
            self.follow(scratch, machine, transition, of, record);
            let ways = &plan.ways[scratch.runs[machine].state];
            let list = if phase == Phase::AtOnce { &ways.at_once } else { &ways.timed };
            next = self.find(customer, scratch, machine, list, phase, cause);
        }
    }

    fn find(
        &self,
        customer: usize,
        scratch: &mut Scratch,
        machine: usize,
        list: &[u32],
        phase: Phase,
        cause: Cause,
    ) -> Option<(usize, Cause)> {
        for position in list {
            let position = *position as usize;
            if let Some(cause) = self.is_open(customer, scratch, machine, position, phase, cause) {
                return Some((position, cause));
            }
        }
        None
    }

    #[inline]
    fn is_open(
        &self,
        customer: usize,
        scratch: &mut Scratch,
        machine: usize,
        position: usize,
        phase: Phase,
        cause: Cause,
    ) -> Option<Cause> {
        let plan = &self.plans[machine];
        let transition = &plan.machine.transitions[position];
        let mut cause = cause;
        match phase {
            Phase::Change(changed) => {
                let Trigger::Change(attributes) = &transition.trigger else {
                    return None;
                };
                attributes.contains(&changed).then_some(())?;
            }
            Phase::Time if plan.timers[position].is_some() => {
                let due = self.due_by_now(customer, scratch, machine, position)?;
                let fired = &scratch.runs[machine].fired;
                if transition.to.is_none() && fired.contains(&(position, due)) {
                    return None;
                }
                cause = Cause::Timer(Instant::clamped(due));
            }
            _ => {}
        }
        let Some(guard) = &plan.guards[position] else { return Some(cause) };
        let holds = {
            let asking = Asking { plans: &self.plans, runs: &scratch.runs };
            let mut moment = self.moment(customer, scratch, &asking);
            if let Phase::Event(kind, row) = phase {
                moment = moment.at_event(kind, row);
            }
            guard.holds(&moment)
        };
        match holds {
            Ok(holds) => holds.then_some(cause),
            Err(error) => {
                self.trouble(scratch, machine, position, error);
                None
            }
        }
    }

    #[inline]
    fn moment<'s>(
        &'s self,
        customer: usize,
        scratch: &'s Scratch,
        asking: &'s Asking<'s>,
    ) -> Moment<'s> {
        Moment::new(self.world, customer, Instant::clamped(scratch.now), &scratch.ends, asking)
    }

    fn trouble(&self, scratch: &mut Scratch, machine: usize, transition: usize, error: Error) {
        let fallback = Fault::new(Code::Internal, "there is no reason", "没有原因");
        let fault = error.into_faults().into_iter().next().unwrap_or(fallback);
        self.note(scratch, machine, Some(transition), fault);
    }

    /// Lists what failed, each transition once.
    fn note(&self, scratch: &mut Scratch, machine: usize, way: Option<usize>, fault: Fault) {
        let known = |it: &Trouble| (it.machine, it.transition) == (machine, way);
        if !scratch.troubles.iter().any(known) {
            let at = dated_now(scratch);
            scratch.troubles.push(Trouble { machine, transition: way, at, fault });
        }
    }
}
