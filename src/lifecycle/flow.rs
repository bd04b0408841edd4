//! Stage flow (阶段流水): how many were where, and what moved them.
//!
//! ```text
//!              opening + began + in - out - erased = closing
//! ```
//!
//! for each state, period and group, exactly. What is counted are moves, each
//! with its transition and its cause; what goes in and out of a state follows
//! from them, of an innermost state as of one with others inside: a move
//! between two states inside it is neither in nor out of it. Opening and
//! closing are counted by themselves, so that the identity is a statement and
//! not a definition.

use std::collections::BTreeMap;

use super::course::{Cause, Course, Life, Step};
use super::everybody::{everybody, life};
use super::machine::Machine;
use super::replay::{Replay, Scratch};
use super::then::{Order, Then, Until};
use crate::error::{Code, Error, Fault};
use crate::facts::Columns;
use crate::lang::{Checked, World};
use crate::units::{Calendar, Instant, Unit, Window};

/// Periods in one flow, at most: ten years of days.
pub const PERIODS: usize = 3_660;

/// What is to be counted.
#[derive(Debug, Clone, Copy)]
pub struct Asking<'a> {
    /// Adjacent periods, ascending; see [`periods`].
    pub periods: &'a [Window],
    /// What comes after this instant is not counted.
    pub as_of: Instant,
    /// What groups customers: a text, a number or yes and no. It is read just
    /// before each period, or, of who began in it, when that was.
    pub by: Option<&'a Checked>,
}

/// The flow of one machine.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Flow {
    /// For each period its groups by what is said of them; one without a name
    /// where nothing groups, or for whom nothing is known.
    pub periods: Vec<BTreeMap<Option<Box<str>>, Counts>>,
    /// Customers whose group is an error; they are in the one without a name.
    pub failures: Vec<(usize, Fault)>,
}

/// What was counted for one period and group.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Counts {
    /// For each innermost state how many were in it just before the period.
    pub opening: BTreeMap<usize, u64>,
    /// Each move and how often it was made.
    pub moves: BTreeMap<Move, u64>,
    /// For each innermost state how many were in it when they were erased.
    pub erased: BTreeMap<usize, u64>,
    /// For each innermost state how many were in it when the period ended.
    pub closing: BTreeMap<usize, u64>,
}

/// From one innermost state to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Move {
    /// Where from; `None`: this is where it began.
    pub from: Option<usize>,
    /// Where to.
    pub to: usize,
    /// Position of the transition; `None` at the beginning and at a take-over.
    pub transition: Option<usize>,
    /// What brought it about.
    pub by: By,
}

/// What brings moves about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum By {
    /// A first fact, or the first with a key.
    Beginning,
    /// An event of this kind.
    Event(usize),
    /// A change of attributes or consents.
    Change,
    /// A timer.
    Timer,
    /// A condition that came true as time passed.
    Passing,
    /// A decision of a person.
    Decision,
}

/// What came in and went out of one state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Balance {
    /// There before.
    pub opening: u64,
    /// Began there.
    pub began: u64,
    /// Came from elsewhere.
    pub entered: u64,
    /// Went elsewhere.
    pub left: u64,
    /// Were erased while there.
    pub erased: u64,
    /// There in the end.
    pub closing: u64,
}

impl Balance {
    /// Whether it balances.
    pub fn holds(&self) -> bool {
        u128::from(self.opening) + u128::from(self.began) + u128::from(self.entered)
            == u128::from(self.left) + u128::from(self.erased) + u128::from(self.closing)
    }
}

impl Counts {
    /// What came in and went out of a state, with those inside it.
    pub fn balance(&self, machine: &Machine, state: usize) -> Balance {
        let inside = |own: usize| machine.is_in(own, state);
        let sum = |counts: &BTreeMap<usize, u64>| {
            counts.iter().filter(|(own, _)| inside(**own)).map(|(_, n)| n).sum()
        };
        let mut out = Balance {
            opening: sum(&self.opening),
            erased: sum(&self.erased),
            closing: sum(&self.closing),
            ..Balance::default()
        };
        for (made, n) in &self.moves {
            match (made.from.map(inside), inside(made.to)) {
                (None, true) => out.began += n,
                (Some(false), true) => out.entered += n,
                (Some(true), false) => out.left += n,
                _ => {}
            }
        }
        out
    }

    /// Adds what was counted elsewhere.
    pub fn add(&mut self, other: &Counts) {
        for (mine, theirs) in [
            (&mut self.opening, &other.opening),
            (&mut self.erased, &other.erased),
            (&mut self.closing, &other.closing),
        ] {
            for (state, n) in theirs {
                *mine.entry(*state).or_default() += n;
            }
        }
        for (made, n) in &other.moves {
            *self.moves.entry(*made).or_default() += n;
        }
    }
}

/// The periods of the calendar that cover `from` to `until`; without a unit the
/// one stretch between them.
///
/// # Errors
///
/// [`Code::InvalidArgument`] where nothing lies between them or there would be
/// more than [`PERIODS`].
pub fn periods(
    calendar: &Calendar,
    unit: Option<Unit>,
    from: Instant,
    until: Instant,
) -> Result<Vec<Window>, Error> {
    if until <= from {
        return Err(Fault::new(
            Code::InvalidArgument,
            "the periods end before they begin",
            "期间的结束不晚于开始",
        )
        .into());
    }
    let Some(unit) = unit else { return Ok(vec![Window { from, until }]) };
    let mut out = Vec::new();
    let mut next = calendar.start_of(from, unit, 0)?;
    while next < until {
        if out.len() == PERIODS {
            return Err(Fault::new(
                Code::InvalidArgument,
                format!("more than {PERIODS} periods"),
                format!("期间超过 {PERIODS} 个"),
            )
            .hint("take a longer unit, or less time", "请用更长的单位或更短的时间")
            .into());
        }
        let end = calendar.end_of(next, unit, 0)?;
        out.push(Window { from: next, until: end });
        next = end;
    }
    Ok(out)
}

/// The flows of all machines.
///
/// # Inputs
///
/// `machines`: each after those whose states it reads. `threads`: the number
/// never changes the answer.
///
/// # Cost
///
/// One life a customer, and one look at the group a customer and period.
pub fn flows(
    world: World<'_>,
    machines: &[Machine],
    asking: Asking<'_>,
    threads: usize,
) -> Vec<Flow> {
    let blank = || {
        let flow = Flow { periods: vec![BTreeMap::new(); asking.periods.len()], ..Flow::default() };
        vec![flow; machines.len()]
    };
    let mut out = blank();
    let Some(last) = asking.periods.last() else { return out };
    let until = asking.as_of.min(Instant::clamped(last.until.micros() - 1));
    let replay = Replay::new(world, machines);
    let start = || (blank(), replay.scratch());
    let add = |(flows, scratch): &mut (Vec<Flow>, Scratch), customer: usize| {
        let gone = world.columns.erased_at(customer).filter(|gone| *gone <= asking.as_of);
        let last = gone.map(|gone| Instant::clamped(gone.micros().saturating_sub(1)));
        let until = last.map_or(until, |last| until.min(last));
        let Some(life) = life(&replay, customer, until, scratch) else { return };
        Counting { world, machines, customer, life: &life, gone, asking }.count(flows);
    };
    for (part, _) in everybody(world.columns.n_customers(), threads, start, add) {
        for (all, more) in out.iter_mut().zip(part) {
            all.add(more);
        }
    }
    out
}

impl Flow {
    fn add(&mut self, other: Flow) {
        for (mine, theirs) in self.periods.iter_mut().zip(other.periods) {
            for (group, counts) in theirs {
                mine.entry(group).or_default().add(&counts);
            }
        }
        self.failures.extend(other.failures);
    }
}

/// One customer.
struct Counting<'a> {
    world: World<'a>,
    machines: &'a [Machine],
    customer: usize,
    life: &'a Life,
    /// From when on the customer is erased.
    gone: Option<Instant>,
    asking: Asking<'a>,
}

impl Counting<'_> {
    fn count(&self, flows: &mut [Flow]) {
        let mut failed = false;
        let there = |period: &Window| self.gone.is_none_or(|gone| period.from <= gone);
        let periods = self.asking.periods.iter().enumerate();
        for (number, period) in periods.filter(|(_, period)| there(period)) {
            let group = match self.group(*period) {
                Ok(group) => group,
                Err(error) => {
                    let fault = error.into_faults().into_iter().next();
                    if let (false, Some(fault)) = (failed, fault) {
                        failed = true;
                        for flow in flows.iter_mut() {
                            flow.failures.push((self.customer, fault.clone()));
                        }
                    }
                    None
                }
            };
            for (flow, courses) in flows.iter_mut().zip(&self.life.courses) {
                if courses.iter().any(|course| before(course, period.until) > 0) {
                    let counts = flow.periods[number].entry(group.clone()).or_default();
                    courses.iter().for_each(|course| counts.course(course, *period, self.gone));
                }
            }
        }
    }

    /// The group a customer is in for a period.
    fn group(&self, period: Window) -> Result<Option<Box<str>>, Error> {
        let Some(by) = self.asking.by else { return Ok(None) };
        let born = self.world.columns.born.get(self.customer).copied().unwrap_or(i64::MIN);
        let just_before = period.from.micros().saturating_sub(1);
        let now = Instant::clamped(just_before.max(born));
        let order = Order::new(self.world, self.customer);
        let ends = order.ends_at(self.world, now);
        let until = Until::With((Some(now), u8::MAX, usize::MAX));
        let then = Then { machines: self.machines, life: self.life, order: &order, until };
        Ok(by.evaluate(&then.moment(self.world, self.customer, now, &ends))?.group())
    }
}

/// How many steps had been taken before an instant.
fn before(course: &Course, instant: Instant) -> usize {
    course.steps.partition_point(|step| step.at.is_none_or(|at| at < instant))
}

impl Counts {
    fn course(&mut self, course: &Course, period: Window, gone: Option<Instant>) {
        let (first, end) = (before(course, period.from), before(course, period.until));
        let state_after = |steps: usize| Some(course.steps.get(steps.checked_sub(1)?)?.to);
        if let Some(state) = state_after(first) {
            *self.opening.entry(state).or_default() += 1;
        }
        if let Some(state) = state_after(end) {
            let gone = gone.is_some_and(|gone| gone < period.until);
            let last = if gone { &mut self.erased } else { &mut self.closing };
            *last.entry(state).or_default() += 1;
        }
        for step in &course.steps[first..end] {
            if step.moved() {
                *self.moves.entry(Move::of(step)).or_default() += 1;
            }
        }
    }
}

impl Move {
    /// The move of a step.
    pub fn of(step: &Step) -> Move {
        let by = match step.cause {
            Cause::Beginning => By::Beginning,
            Cause::Event(kind, _) => By::Event(kind),
            Cause::Change => By::Change,
            Cause::Timer(_) => By::Timer,
            Cause::Passing => By::Passing,
            Cause::Decision(_) => By::Decision,
        };
        Move { from: step.from, to: step.to, transition: step.transition, by }
    }
}

/// The instant of the first dated fact of anybody: where a flow can begin.
pub fn first_instant(columns: &Columns) -> Option<Instant> {
    let events = columns.kinds.iter().filter_map(|events| events.span()).map(|(first, _)| first);
    let born = columns.born.iter().filter(|born| **born != i64::MIN);
    events.chain(born.map(|born| Instant::clamped(*born))).min()
}
