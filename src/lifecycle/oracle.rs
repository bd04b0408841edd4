//! What a life is: the slow, obvious fold over everything that happened.
//!
//! ```text
//! for each instant at which something happens, or at which time alone may
//! change something:
//!     attributes and consents change          all of the instant, together
//!     each event in the one total order       machine by machine: one way out
//!                                             for the event, then every
//!                                             condition that holds at once
//!     time                                    machine by machine: what is due,
//!                                             what the clock has brought about
//! ```
//!
//! Every other way to know a state gives what this gives.

mod asking;
mod choice;
mod decision;
mod happened;
mod resume;
mod run;
mod timer;

use std::collections::BTreeMap;

use self::asking::Asking;
use self::choice::Witness;
pub use self::choice::{Choice, Timer, watch};
use self::happened::Facts;
pub use self::resume::{Behind, Past, Taken, behind, resume};
use self::run::{Pin, Run};
pub(super) use self::timer::instant;
pub use self::timer::later;
use super::course::{Cause, Course, Life, Shadow, Step, Trouble};
use super::machine::{Due, MICROSTEPS, Machine, Trigger};
use crate::error::{Code, Error, Fault};
use crate::facts::Data;
use crate::lang::{Checked, Moment, Value, World};
use crate::units::Instant;

/// Instants at which time alone may change something, at most, for one
/// customer: about three centuries of midnights.
pub const WAKES: usize = 100_000;

/// The course of one customer through all machines, up to an instant.
///
/// # Inputs
///
/// `machines`: each after those whose states it reads.
///
/// # Cost
///
/// For each step one evaluation of each condition that is watched, and each of
/// these looks at everything that had happened.
pub fn fold(world: World<'_>, machines: &[Machine], customer: usize, until: Instant) -> Life {
    let mut fold = Fold::new(world, machines, customer);
    fold.run(until);
    fold.finish()
}

struct Fold<'a> {
    world: World<'a>,
    machines: &'a [Machine],
    customer: usize,
    /// What happened later is left out.
    known: Instant,
    now: Instant,
    /// For each kind the first row that is still to come.
    ends: Vec<usize>,
    runs: Vec<BTreeMap<Box<str>, Run>>,
    troubles: BTreeMap<(usize, Option<usize>), Trouble>,
    /// The instant that stands for a beginning of which nobody knows when it
    /// was.
    unknown: Option<Instant>,
    wakes: Option<Instant>,
    witness: Option<Witness<'a>>,
    /// Whether the witness has seen enough.
    enough: bool,
}

/// What is being looked for.
#[derive(Clone, Copy)]
enum Phase {
    Event(usize, usize),
    Change(usize),
    /// Conditions that do not read the clock.
    AtOnce,
    /// Everything that waits for no fact.
    Time,
}

impl<'a> Fold<'a> {
    fn new(world: World<'a>, machines: &'a [Machine], customer: usize) -> Self {
        let ends = world.columns.kinds.iter().map(|events| events.range(customer).0).collect();
        Fold {
            world,
            machines,
            customer,
            known: Instant::MAX,
            now: Instant::MIN,
            ends,
            runs: machines.iter().map(|_| BTreeMap::new()).collect(),
            troubles: BTreeMap::new(),
            unknown: None,
            wakes: None,
            witness: None,
            enough: false,
        }
    }

    fn run(&mut self, until: Instant) {
        let facts = self.facts();
        let born = self.world.columns.born.get(self.customer).copied().unwrap_or(i64::MIN);
        let dated = born != i64::MIN;
        let first =
            if dated { born } else { facts.keys().next().map_or(0, |at| at.micros().min(0)) };
        self.now = Instant::clamped(first).min(until);
        self.unknown = (!dated).then_some(self.now);
        for machine in 0..self.machines.len() {
            if self.machines[machine].key.is_none() {
                self.begin(machine, "", Cause::Beginning);
            }
        }
        self.settle(Phase::AtOnce, Cause::Beginning);
        self.go_on(&facts, until);
    }

    /// Everything from now on.
    fn go_on(&mut self, facts: &BTreeMap<Instant, Facts>, until: Instant) {
        let mut coming = facts.range(self.now..=until.min(self.known).max(self.now)).peekable();
        if coming.peek().is_none_or(|(at, _)| **at != self.now) {
            self.pass_time();
        }
        let mut woken = 0;
        loop {
            let fact = coming.peek().map(|(at, _)| **at);
            // What happens at the beginning comes before all that time brings.
            let looks = woken < WAKES && fact != Some(self.now);
            let wake = if looks { self.next_wake() } else { None };
            let next = match (wake, fact) {
                (Some(wake), Some(fact)) => wake.min(fact),
                (Some(one), None) | (None, Some(one)) => one,
                (None, None) => break,
            };
            if until < next || self.enough {
                break;
            }
            self.now = next;
            self.unpin();
            let facts = if fact == Some(next) { coming.next() } else { None };
            match facts {
                Some((_, facts)) => self.take(facts),
                None => woken += 1,
            }
            self.pass_time();
            if let Some((_, facts)) = facts
                && !facts.decisions.is_empty()
            {
                facts.decisions.iter().for_each(|number| self.decide(*number));
                self.pass_time();
            }
        }
        self.wakes = self.next_wake();
    }

    /// Now, unless this is the beginning of a life and nobody knows when that
    /// was.
    fn dated_now(&self) -> Option<Instant> {
        (self.unknown != Some(self.now)).then_some(self.now)
    }

    /// Everything that happened at this instant.
    fn take(&mut self, facts: &Facts) {
        for machine in 0..self.machines.len() {
            for attribute in &facts.attributes {
                self.out_of(machine, None, Phase::Change(*attribute), Cause::Change);
            }
            self.settle_one(machine, Phase::AtOnce, Cause::Change);
        }
        for kind in &facts.events {
            let row = self.ends[*kind];
            self.ends[*kind] += 1;
            for machine in 0..self.machines.len() {
                self.hear(machine, *kind, row);
                self.settle_one(machine, Phase::AtOnce, Cause::Event(*kind, row));
            }
        }
    }

    /// One machine hears of an event, by the run that the event's key names where
    /// it has keys.
    fn hear(&mut self, machine: usize, kind: usize, row: usize) {
        let Some(key) = &self.machines[machine].key else {
            return self.tell(machine, None, kind, row);
        };
        let field = key.positions[kind];
        let Some(key) = field.and_then(|field| self.word(kind, row, field)) else { return };
        if !self.runs[machine].contains_key(&*key) {
            self.begin(machine, &key, Cause::Event(kind, row));
        }
        self.tell(machine, Some(&key), kind, row);
    }

    /// Tells one run of an event, or the only one.
    fn tell(&mut self, machine: usize, run: Option<&str>, kind: usize, row: usize) {
        let cause = Cause::Event(kind, row);
        let definition = &self.machines[machine];
        if let Some(opening) = &definition.opening
            && opening.kind == kind
        {
            let name = self.word(kind, row, opening.field);
            match name.as_deref().and_then(|name| definition.state(name)) {
                Some(state) => {
                    let entry = definition.states[state].entry;
                    self.enter(machine, run.unwrap_or(""), entry, None, None, cause);
                }
                None => {
                    let fault = unopened(definition, name.as_deref());
                    self.note(machine, None, fault);
                }
            }
            return;
        }
        self.out_of(machine, run, Phase::Event(kind, row), cause);
    }

    /// The text in a field of an event.
    fn word(&self, kind: usize, row: usize, field: usize) -> Option<Box<str>> {
        let column = self.world.columns.kinds[kind].fields.get(field)?;
        match &column.data {
            Data::Codes { codes, words } if column.is_known(row) => {
                Some(words.key(codes.get(row)).into())
            }
            _ => None,
        }
    }

    /// What time brings about at this instant, after all that happened.
    fn pass_time(&mut self) {
        self.settle(Phase::Time, Cause::Passing);
    }

    fn settle(&mut self, phase: Phase, cause: Cause) {
        for machine in 0..self.machines.len() {
            self.settle_one(machine, phase, cause);
        }
    }

    /// Takes one way out after the other for as long as there is one.
    fn settle_one(&mut self, machine: usize, phase: Phase, cause: Cause) {
        let keys: Vec<Box<str>> = self.runs[machine].keys().cloned().collect();
        for key in keys {
            let before = self.runs[machine][&key].clone();
            let mut steps = 0;
            while let Some((transition, cause)) = self.find(machine, &key, phase, cause) {
                steps += 1;
                if steps > MICROSTEPS {
                    self.runs[machine].insert(key.clone(), Run { halted: true, ..before });
                    self.trouble(machine, transition, endless().into());
                    break;
                }
                self.follow(machine, &key, phase, transition, cause);
            }
        }
    }

    /// Takes the first way out there is, of one run or of all.
    fn out_of(&mut self, machine: usize, run: Option<&str>, phase: Phase, cause: Cause) {
        let keys: Vec<Box<str>> = match run {
            Some(run) => vec![run.into()],
            None => self.runs[machine].keys().cloned().collect(),
        };
        for key in keys {
            if let Some((transition, cause)) = self.find(machine, &key, phase, cause) {
                self.follow(machine, &key, phase, transition, cause);
            }
        }
    }

    /// The first way out that is open: from the innermost state outwards, and
    /// in each as listed.
    fn find(
        &mut self,
        machine: usize,
        key: &str,
        phase: Phase,
        cause: Cause,
    ) -> Option<(usize, Cause)> {
        let definition = &self.machines[machine];
        let run = &self.runs[machine][key];
        if run.halted {
            return None;
        }
        for inner in definition.path(run.state) {
            for transition in &definition.states[inner].on {
                let open = self.is_open(machine, key, *transition, phase, cause);
                if let Some(cause) = open {
                    return Some((*transition, cause));
                }
            }
        }
        None
    }

    fn is_open(
        &mut self,
        machine: usize,
        key: &str,
        position: usize,
        phase: Phase,
        cause: Cause,
    ) -> Option<Cause> {
        let transition = &self.machines[machine].transitions[position];
        let cause = match (&transition.trigger, phase) {
            (Trigger::Event(kinds), Phase::Event(kind, _)) if kinds.has(kind) => cause,
            (Trigger::Change(attributes), Phase::Change(changed))
                if attributes.contains(&changed) =>
            {
                cause
            }
            (Trigger::Condition, Phase::AtOnce) if !transition.clocked => cause,
            (Trigger::Condition, Phase::Time) => cause,
            (Trigger::Due(_), Phase::Time) => {
                let due = self.due(machine, key, position)?;
                let fired = self.runs[machine][key].fired.get(&position) == Some(&due);
                if self.now < due || fired && transition.to.is_none() {
                    return None;
                }
                Cause::Timer(due)
            }
            _ => return None,
        };
        let holds = match &transition.when {
            None => true,
            Some(when) => self.holds(machine, position, when, phase),
        };
        holds.then_some(cause)
    }

    fn holds(&mut self, machine: usize, position: usize, when: &Checked, phase: Phase) -> bool {
        let asking = Asking { machines: self.machines, runs: &self.runs };
        let moment = self.moment(&asking, phase);
        match when.holds(&moment) {
            Ok(holds) => holds,
            Err(error) => {
                self.trouble(machine, position, error);
                false
            }
        }
    }

    fn moment<'m>(&'m self, asking: &'m Asking<'m>, phase: Phase) -> Moment<'m> {
        let moment = Moment::new(self.world, self.customer, self.now, &self.ends, asking);
        let moment = moment.knowing(self.known);
        match phase {
            Phase::Event(kind, row) => moment.at_event(kind, row),
            _ => moment,
        }
    }

    /// The value of an expression that says when.
    fn value(&mut self, machine: usize, position: usize, of: &Checked) -> Option<Value> {
        let asking = Asking { machines: self.machines, runs: &self.runs };
        match of.evaluate(&self.moment(&asking, Phase::Time)) {
            Ok(value) => Some(value),
            Err(error) => {
                self.trouble(machine, position, error);
                None
            }
        }
    }

    fn trouble(&mut self, machine: usize, transition: usize, error: Error) {
        let fallback = Fault::new(Code::Internal, "there is no reason", "没有原因");
        let fault = error.into_faults().into_iter().next().unwrap_or(fallback);
        self.note(machine, Some(transition), fault);
    }

    /// Lists what failed, each transition once.
    fn note(&mut self, machine: usize, transition: Option<usize>, fault: Fault) {
        let trouble = Trouble { machine, transition, at: self.dated_now(), fault };
        self.troubles.entry((machine, transition)).or_insert(trouble);
    }

    /// The first state of a run.
    fn begin(&mut self, machine: usize, key: &str, cause: Cause) {
        let (definition, at) = (&self.machines[machine], self.dated_now());
        let state = definition.initial;
        let entered = definition.path(state).map(|state| (state, at)).collect();
        let first = Step { at, from: None, to: state, transition: None, cause };
        let run = Run {
            state,
            entered,
            left: BTreeMap::new(),
            visited: definition.path(state).collect(),
            fired: BTreeMap::new(),
            steps: vec![first.clone()],
            ruled: vec![first],
            halted: false,
            pin: None,
            let_go: Vec::new(),
        };
        self.runs[machine].insert(key.into(), run);
    }

    /// Follows a transition.
    fn follow(&mut self, machine: usize, key: &str, phase: Phase, position: usize, cause: Cause) {
        self.show(machine, key, phase, Some((position, cause)));
        let transition = &self.machines[machine].transitions[position];
        let at = self.dated_now();
        let periodic = matches!(transition.trigger, Trigger::Due(Due::Every(..)));
        if let (Cause::Timer(due), true) = (cause, periodic || transition.target.is_none())
            && let Some(run) = self.runs[machine].get_mut(key)
        {
            run.fired.insert(position, due);
        }
        let Some(target) = transition.target else {
            if let Some(run) = self.runs[machine].get_mut(key) {
                let state = run.state;
                let step =
                    Step { at, from: Some(state), to: state, transition: Some(position), cause };
                run.note(step);
            }
            return;
        };
        let entry = self.entry(machine, key, target);
        let anew = transition.restart.then_some(target);
        self.enter(machine, key, entry, Some(position), anew, cause);
    }

    /// The innermost state that is entered on the way into a state.
    fn entry(&self, machine: usize, key: &str, target: usize) -> usize {
        let definition = &self.machines[machine];
        let mut state = target;
        while !definition.states[state].is_leaf(state) {
            let left = self.runs[machine][key].left.get(&state).copied();
            let first = definition.path(definition.states[state].entry);
            let first = first.take_while(|inner| *inner != state).last().unwrap_or(state);
            state = left.filter(|_| definition.states[state].history).unwrap_or(first);
        }
        state
    }

    /// Leaves the states that the new one is not inside, and enters the
    /// others.
    fn enter(
        &mut self,
        machine: usize,
        key: &str,
        to: usize,
        transition: Option<usize>,
        anew: Option<usize>,
        cause: Cause,
    ) {
        let (definition, now) = (&self.machines[machine], self.dated_now());
        let Some(run) = self.runs[machine].get_mut(key).filter(|run| !run.halted) else { return };
        let (from, now) = (run.state, now);
        let path: Vec<usize> = definition.path(to).collect();
        for state in definition.path(from) {
            if let Some(outer) = definition.states[state].parent {
                run.left.insert(outer, state);
            }
        }
        let again = |state: usize| anew.is_some_and(|anew| definition.is_in(state, anew));
        run.entered.retain(|state, _| path.contains(state) && !again(*state));
        let stayed = &run.entered;
        run.fired.retain(|fired, _| stayed.contains_key(&definition.transitions[*fired].from));
        for state in &path {
            run.entered.entry(*state).or_insert(now);
        }
        // Nobody was in a state that a pinned one hid.
        if run.pin.is_none() {
            run.visited.extend(&path);
        }
        run.state = to;
        run.note(Step { at: now, from: Some(from), to, transition, cause });
    }

    fn finish(self) -> Life {
        let course = |(key, run): (Box<str>, Run), keyed: bool| Course {
            key: keyed.then_some(key),
            state: run.seen().0,
            since: run.seen().1,
            shadow: run.pin.map(|pin| Shadow {
                state: run.state,
                since: run.entered.get(&run.state).copied().flatten(),
                until: pin.until,
            }),
            let_go: run.let_go,
            steps: run.steps,
        };
        let runs = self.runs.into_iter().zip(self.machines);
        Life {
            courses: runs
                .map(|(runs, machine)| {
                    runs.into_iter().map(|run| course(run, machine.key.is_some())).collect()
                })
                .collect(),
            troubles: self.troubles.into_values().collect(),
            wakes: self.wakes,
        }
    }
}

/// An opening event that names no state there is.
pub(super) fn unopened(machine: &Machine, state: Option<&str>) -> Fault {
    let name = &machine.name;
    let fault = match state.map(crate::units::shown) {
        Some(state) => Fault::new(
            Code::UnknownName,
            format!("the opening event names the state `{state}`, which `{name}` does not have"),
            format!("期初事件给出的状态 `{state}` 不属于生命周期 `{name}`"),
        ),
        None => Fault::new(
            Code::UnknownName,
            format!("the opening event names no state of `{name}`"),
            format!("期初事件没有给出生命周期 `{name}` 的状态"),
        ),
    };
    fault.hint(
        "the customer stays in the first state; correct the event, or retract it",
        "客户仍处于初始状态；请更正或撤回该事件",
    )
}

pub(super) fn endless() -> Fault {
    Fault::new(
        Code::CostTooHigh,
        format!("more than {MICROSTEPS} transitions at one instant, one after the other"),
        format!("同一时刻连续发生的转换超过 {MICROSTEPS} 次"),
    )
}
