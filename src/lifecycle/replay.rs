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
//! It gives what [`fold`](super::fold) gives. Machines that run once for each
//! key are left to the fold; what only events and plain timers move goes by the
//! [lane](super::lane), several times as fast.

mod by_lane;

use super::course::{Cause, Course, Life, Step, Trouble};
use super::every;
use super::lane::{Lane, Narrow};
use super::machine::{Due, MICROSTEPS, Machine, Transition, Trigger};
use super::oracle::{WAKES, endless, fold, instant, later};
use super::plan::{Plan, Timer, watched};
use crate::error::{Code, Error, Fault};
use crate::facts::{Data, History, set_range};
use crate::lang::{Asked, Checked, Moment, States, Value, World};
use crate::units::{Instant, Unit};

/// Machines made ready for all customers of one world.
#[derive(Debug)]
pub struct Replay<'a> {
    world: World<'a>,
    machines: &'a [Machine],
    plans: Vec<Plan<'a>>,
    watched: Vec<(&'a History, Option<usize>)>,
    keyed: bool,
    /// A lane for each machine, where all have one.
    lanes: Option<Vec<Lane>>,
    narrow: Option<Narrow<'a>>,
}

/// Room to work in, kept from one customer to the next.
#[derive(Debug)]
pub struct Scratch {
    runs: Vec<Run>,
    /// For each kind the first row that is still to come.
    ends: Vec<usize>,
    changes: Vec<(i64, Option<usize>)>,
    now: i64,
    /// The instant that stands for a beginning of which nobody knows when.
    unknown: Option<i64>,
    /// Nothing that time alone brings about comes before this instant.
    wake: i64,
    /// Something is due and waits for its condition.
    pending: bool,
    /// A transition was taken since the wake was worked out.
    moved: bool,
    /// Nothing that waits for no fact can come sooner because of one.
    lazy: bool,
    /// When the last event happened; [`NEVER`] before the first.
    last: i64,
    /// A run as it was before a cascade.
    before: Run,
    troubles: Vec<Trouble>,
    /// How often a lane was tried, and how often it was left.
    tried: (u32, u32),
    /// How much was taken down of each machine before.
    marks: Vec<usize>,
}

/// Where one machine is.
#[derive(Debug, Clone, Default)]
pub(super) struct Run {
    pub state: usize,
    /// Since when each state on the way inside is entered, from the outermost,
    /// in microseconds; [`NEVER`] where nobody knows.
    pub entered: Vec<i64>,
    left: Vec<usize>,
    /// States ever entered, as bits.
    pub visited: Vec<u64>,
    fired: Vec<(usize, i64)>,
    /// Whether it stands still, having gone round without end.
    pub halted: bool,
}

/// Stands for an instant that nobody knows.
pub(super) const NEVER: i64 = i64::MIN;

/// Takes down what happens.
pub(super) trait Record {
    fn step(&mut self, machine: usize, step: Step);
    /// How much has been taken down of one machine.
    fn mark(&self, machine: usize) -> usize;
    /// Forgets what was taken down since a mark.
    fn rewind(&mut self, machine: usize, mark: usize);
}

/// Takes down nothing.
pub(super) struct Nothing;

impl Record for Nothing {
    #[inline]
    fn step(&mut self, _: usize, _: Step) {}

    fn mark(&self, _: usize) -> usize {
        0
    }

    fn rewind(&mut self, _: usize, _: usize) {}
}

impl Record for Vec<Vec<Step>> {
    fn step(&mut self, machine: usize, step: Step) {
        if let Some(steps) = self.get_mut(machine) {
            steps.push(step);
        }
    }

    fn mark(&self, machine: usize) -> usize {
        self.get(machine).map_or(0, Vec::len)
    }

    fn rewind(&mut self, machine: usize, mark: usize) {
        if let Some(steps) = self.get_mut(machine) {
            steps.truncate(mark);
        }
    }
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
        Replay {
            world,
            machines,
            lanes: plans.iter().map(|plan| Lane::new(plan, world)).collect(),
            narrow: Narrow::new(world.columns),
            plans,
            watched: watched(machines, world),
            keyed: machines.iter().any(|machine| machine.key.is_some()),
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
            let since = run.entered.last().copied().filter(|since| *since != NEVER);
            vec![Course {
                key: None,
                state: run.state,
                since: since.map(Instant::clamped),
                steps,
                shadow: None,
            }]
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
        let columns = self.world.columns;
        self.begin(customer, until, scratch, record);
        let (mut place, end) = columns.timeline.range(customer);
        let next_event = |scratch: &Scratch, place: usize| {
            if end <= place {
                return (0, i64::MAX);
            }
            let kind = columns.timeline.kinds.get(place) as usize;
            (kind, columns.kinds[kind].at.micros(scratch.ends[kind]))
        };
        let (mut kind, mut event) = next_event(scratch, place);
        let (mut change, mut woken) = (0, 0);
        let until = until.micros();
        // What happened before a life begins is no part of it.
        loop {
            let changed = scratch.changes.get(change).map_or(i64::MAX, |(at, _)| *at);
            let fact = event.min(changed);
            while woken < WAKES && scratch.wake < fact && scratch.wake <= until {
                woken += 1;
                scratch.now = scratch.wake;
                self.pass_time(customer, scratch, record);
            }
            if until < fact || fact == i64::MAX {
                break;
            }
            scratch.now = fact;
            if changed == fact {
                change = self.take_changes(customer, scratch, change, record);
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
    }

    /// Everything that changed at this instant; the first change after it.
    fn take_changes<R: Record>(
        &self,
        customer: usize,
        scratch: &mut Scratch,
        from: usize,
        record: &mut R,
    ) -> usize {
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
        until
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
                Some((opens, ..)) if *opens == kind && scratch.runs[machine].halted => {}
                Some((opens, field, states)) if *opens == kind => {
                    if let Some(state) = self.opened(kind, row, *field, states) {
                        let entry = plan.machine.states[state].entry;
                        self.enter(scratch, machine, entry, None, None, cause, record);
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

    fn opened(
        &self,
        kind: usize,
        row: usize,
        field: usize,
        states: &[Option<usize>],
    ) -> Option<usize> {
        let column = self.world.columns.kinds.get(kind)?.fields.get(field)?;
        match &column.data {
            Data::Codes { codes, .. } if column.is_known(row) => {
                states.get(codes.get(row) as usize).copied().flatten()
            }
            _ => None,
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
        let known = scratch
            .troubles
            .iter()
            .any(|it| (it.machine, it.transition) == (machine, Some(transition)));
        if !known {
            let fallback = Fault::new(Code::Internal, "there is no reason", "没有原因");
            let fault = error.into_faults().into_iter().next().unwrap_or(fallback);
            let at = Instant::clamped(scratch.now);
            scratch.troubles.push(Trouble { machine, transition: Some(transition), at, fault });
        }
    }

    /// When a timer is due, if that is not in the future.
    fn due_by_now(
        &self,
        customer: usize,
        scratch: &mut Scratch,
        machine: usize,
        position: usize,
    ) -> Option<i64> {
        self.due(customer, scratch, machine, position, scratch.now)
            .filter(|due| *due <= scratch.now)
    }

    /// When a timer is due; an earlier bound will do where that is after
    /// `beyond`.
    fn due(
        &self,
        customer: usize,
        scratch: &mut Scratch,
        machine: usize,
        position: usize,
        beyond: i64,
    ) -> Option<i64> {
        let plan = &self.plans[machine];
        let (length, anchor) = match plan.timers[position].as_ref()? {
            Timer::After(length) => (length, self.entered(scratch, machine, position)?),
            Timer::Silent(length, kinds) => (length, self.last(customer, scratch, kinds)?),
            Timer::Idle(length) => (length, Some(scratch.last).filter(|last| *last != NEVER)?),
            Timer::Slow => return self.slow_due(customer, scratch, machine, position),
        };
        let bound = anchor.saturating_add(length.at_least());
        if beyond < bound {
            return Some(bound);
        }
        let calendar = self.world.calendar;
        match length.after(Instant::clamped(anchor), calendar) {
            Some(due) => Some(due.micros()),
            None => self.slow_due(customer, scratch, machine, position),
        }
    }

    fn entered(&self, scratch: &Scratch, machine: usize, position: usize) -> Option<i64> {
        let from = self.plans[machine].machine.transitions[position].from;
        let depth = self.plans[machine].machine.states[from].depth;
        scratch.runs[machine].entered.get(depth).copied().filter(|at| *at != NEVER)
    }

    /// When the last event of some kinds happened.
    #[inline]
    fn last(&self, customer: usize, scratch: &Scratch, kinds: &[usize]) -> Option<i64> {
        let mut last = None;
        for kind in kinds {
            let events = &self.world.columns.kinds[*kind];
            let end = scratch.ends[*kind];
            if events.range(customer).0 < end {
                last = last.max(Some(events.at.micros(end - 1)));
            }
        }
        last
    }

    fn slow_due(
        &self,
        customer: usize,
        scratch: &mut Scratch,
        machine: usize,
        position: usize,
    ) -> Option<i64> {
        let transition = &self.plans[machine].machine.transitions[position];
        let Trigger::Due(due) = &transition.trigger else { return None };
        let value = {
            let asking = Asking { plans: &self.plans, runs: &scratch.runs };
            due.expression().evaluate(&self.moment(customer, scratch, &asking))
        };
        let calendar = self.world.calendar;
        let found = value.and_then(|value| {
            let anchor = match due {
                Due::After(_) => self.entered(scratch, machine, position),
                Due::Silent(_, kinds) => {
                    let all = 0..self.world.columns.kinds.len();
                    let kinds: Vec<usize> = all.filter(|kind| kinds.has(*kind)).collect();
                    self.last(customer, scratch, &kinds)
                }
                Due::At(_) => return Ok(instant(&value, calendar)),
                Due::Every(unit, _) => {
                    let Some(entered) = self.entered(scratch, machine, position) else {
                        return Ok(None);
                    };
                    let fired = &scratch.runs[machine].fired;
                    let spent = entered == scratch.now || fired.contains(&(position, scratch.now));
                    return every::due(
                        Instant::clamped(scratch.now),
                        spent,
                        *unit,
                        &value,
                        calendar,
                    );
                }
            };
            match anchor {
                Some(anchor) => later(Instant::clamped(anchor), &value, calendar),
                None => Ok(None),
            }
        });
        match found {
            Ok(due) => due.map(Instant::micros),
            Err(error) => {
                self.trouble(scratch, machine, position, error);
                None
            }
        }
    }

    /// What time brings about at this instant, and when it may next do so.
    fn pass_time<R: Record>(&self, customer: usize, scratch: &mut Scratch, record: &mut R) {
        for machine in 0..self.plans.len() {
            self.settle(customer, scratch, machine, Phase::Time, Cause::Passing, record);
        }
        scratch.moved = false;
        scratch.pending = false;
        scratch.lazy = true;
        scratch.wake = i64::MAX;
        for machine in 0..self.plans.len() {
            self.look_ahead(customer, scratch, machine);
        }
    }

    /// Lowers the wake to the next instant at which one machine may change.
    fn look_ahead(&self, customer: usize, scratch: &mut Scratch, machine: usize) {
        let plan = &self.plans[machine];
        if scratch.runs[machine].halted {
            return;
        }
        let ways = &plan.ways[scratch.runs[machine].state];
        scratch.lazy &= ways.lazy;
        for position in &ways.timed {
            let position = *position as usize;
            let transition = &plan.machine.transitions[position];
            if plan.timers[position].is_some() {
                let Some(due) = self.due(customer, scratch, machine, position, i64::MAX) else {
                    // The first event of its kinds will give it a beginning.
                    scratch.pending = true;
                    continue;
                };
                if scratch.now < due {
                    scratch.wake = scratch.wake.min(due);
                    continue;
                }
                if let Trigger::Due(Due::Every(unit, offset)) = &transition.trigger {
                    // Its condition is asked at boundaries only.
                    let next = self.after_boundary(customer, scratch, *unit, offset);
                    scratch.wake = next.map_or(scratch.wake, |next| scratch.wake.min(next));
                    continue;
                }
                scratch.pending = true;
            }
            if let Some(guard) = plan.guards[position].as_ref().filter(|_| transition.clocked) {
                let asking = Asking { plans: &self.plans, runs: &scratch.runs };
                let change = guard.next_change(&self.moment(customer, scratch, &asking));
                if let Some(change) = change {
                    scratch.wake = scratch.wake.min(change.micros());
                }
            }
        }
    }

    /// The boundary of a periodic timer after the present one.
    fn after_boundary(
        &self,
        customer: usize,
        scratch: &Scratch,
        unit: Unit,
        offset: &Checked,
    ) -> Option<i64> {
        let asking = Asking { plans: &self.plans, runs: &scratch.runs };
        let offset = offset.evaluate(&self.moment(customer, scratch, &asking)).ok()?;
        let now = Instant::clamped(scratch.now);
        every::next(now, unit, &offset, self.world.calendar).ok()?.map(Instant::micros)
    }

    /// The next instant at which something may change although nothing
    /// happens. What facts have put off since is worked out anew.
    fn exact_wake(&self, customer: usize, scratch: &mut Scratch) -> Option<Instant> {
        scratch.wake = i64::MAX;
        for machine in 0..self.plans.len() {
            self.look_ahead(customer, scratch, machine);
        }
        (scratch.wake != i64::MAX).then(|| Instant::clamped(scratch.wake))
    }

    fn follow<R: Record>(
        &self,
        scratch: &mut Scratch,
        machine: usize,
        position: usize,
        cause: Cause,
        record: &mut R,
    ) {
        let definition = self.plans[machine].machine;
        let transition = &definition.transitions[position];
        if let Cause::Timer(due) = cause
            && (transition.target.is_none() || is_periodic(transition))
        {
            let fired = &mut scratch.runs[machine].fired;
            fired.retain(|(fired, _)| *fired != position);
            fired.push((position, due.micros()));
        }
        let Some(target) = transition.target else {
            let at = dated_now(scratch);
            let run = &scratch.runs[machine];
            let (from, to) = (Some(run.state), run.state);
            record.step(machine, Step { at, from, to, transition: Some(position), cause });
            return;
        };
        let entry = self.entry(&scratch.runs[machine], machine, target);
        let anew = transition.restart.then_some(target);
        self.enter(scratch, machine, entry, Some(position), anew, cause, record);
    }

    /// The innermost state that is entered on the way into a state.
    fn entry(&self, run: &Run, machine: usize, target: usize) -> usize {
        let (plan, states) = (&self.plans[machine], &self.plans[machine].machine.states);
        if !plan.has_history {
            return states[target].entry;
        }
        let mut state = target;
        while !states[state].is_leaf(state) {
            let first = plan.paths[states[state].entry][states[state].depth + 1];
            let left = run.left[state];
            state = if states[state].history && left != usize::MAX { left } else { first };
        }
        state
    }

    #[allow(clippy::too_many_arguments)]
    fn enter<R: Record>(
        &self,
        scratch: &mut Scratch,
        machine: usize,
        to: usize,
        transition: Option<usize>,
        anew: Option<usize>,
        cause: Cause,
        record: &mut R,
    ) {
        let plan = &self.plans[machine];
        let at = dated_now(scratch);
        scratch.moved = true;
        let run = &mut scratch.runs[machine];
        let (old, new) = (&plan.paths[run.state], &plan.paths[to]);
        if plan.has_history {
            for pair in old.windows(2) {
                run.left[pair[0]] = pair[1];
            }
        }
        let mut stays = old.iter().zip(new).take_while(|(a, b)| a == b).count();
        if let Some(anew) = anew {
            stays = stays.min(plan.machine.states[anew].depth);
        }
        run.entered.truncate(stays);
        if !run.fired.is_empty() {
            let kept = &new[..stays];
            let transitions = &plan.machine.transitions;
            run.fired.retain(|(fired, _)| kept.contains(&transitions[*fired].from));
        }
        for state in &new[stays..] {
            run.entered.push(at.map_or(NEVER, Instant::micros));
            run.visited[state / 64] |= 1 << (state % 64);
        }
        let from = Some(run.state);
        run.state = to;
        record.step(machine, Step { at, from, to, transition, cause });
    }
}

fn is_periodic(transition: &Transition) -> bool {
    matches!(transition.trigger, Trigger::Due(Due::Every(..)))
}

/// Now, unless this is the beginning of a life and nobody knows when that was.
fn dated_now(scratch: &Scratch) -> Option<Instant> {
    (scratch.unknown != Some(scratch.now)).then(|| Instant::clamped(scratch.now))
}

impl Run {
    /// Since when the innermost state is entered; [`NEVER`] where nobody knows.
    pub fn since(&self) -> i64 {
        self.entered.last().copied().unwrap_or(NEVER)
    }

    /// Becomes like another, in the room that is there.
    fn copy_from(&mut self, other: &Run) {
        self.state = other.state;
        self.entered.clone_from(&other.entered);
        self.left.clone_from(&other.left);
        self.visited.clone_from(&other.visited);
        self.fired.clone_from(&other.fired);
        self.halted = other.halted;
    }
}

impl Scratch {
    /// Where each machine is.
    pub(super) fn runs(&self) -> &[Run] {
        &self.runs
    }

    /// How many customers went by the fast lane to the end, and how many left it
    /// on the way.
    pub fn by_lane(&self) -> (u32, u32) {
        let (tried, left) = self.tried;
        (tried - left, left)
    }

    /// What failed on the way.
    pub(super) fn take_troubles(&mut self) -> Vec<Trouble> {
        let mut troubles = std::mem::take(&mut self.troubles);
        troubles.sort_by_key(|trouble| (trouble.machine, trouble.transition));
        troubles
    }
}

/// What the machines answer in the middle of a replay.
#[derive(Debug)]
struct Asking<'a> {
    plans: &'a [Plan<'a>],
    runs: &'a [Run],
}

impl States for Asking<'_> {
    fn ask(&self, _: usize, machine: &str, asked: Asked<'_>) -> Option<Value> {
        let position = self.plans.iter().position(|plan| &*plan.machine.name == machine)?;
        let (definition, run) = (self.plans[position].machine, self.runs.get(position)?);
        Some(match asked {
            Asked::State => Value::Text(definition.states[run.state].name.clone()),
            Asked::Since => match run.entered.last().filter(|since| **since != NEVER) {
                Some(since) => Value::Timestamp(Instant::clamped(*since).into()),
                None => Value::Missing,
            },
            Asked::In(state) => Value::Bool(definition.is_in(run.state, definition.state(state)?)),
            Asked::WasIn(state) => {
                let state = definition.state(state)?;
                Value::Bool((run.visited[state / 64] >> (state % 64)) & 1 == 1)
            }
            Asked::CountIn(state) => {
                let inside = definition.is_in(run.state, definition.state(state)?);
                Value::Int(i64::from(inside))
            }
        })
    }
}
