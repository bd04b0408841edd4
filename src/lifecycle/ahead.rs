//! What comes next if nothing happens.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use super::course::{Course, Life};
use super::machine::Machine;
use super::oracle::{fold, watch};
use crate::error::Text;
use crate::lang::World;
use crate::units::{Calendar, Instant, Period, PeriodUnit};

/// How far ahead anybody looks, in years.
const YEARS: i64 = 10;

/// A step to come of one course: the next one, or the next that leads to another
/// state where the next one only has effects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coming {
    /// Position of the machine.
    pub machine: usize,
    /// Which run of it, where it runs once for each key.
    pub key: Option<Box<str>>,
    /// When.
    pub at: Instant,
    /// Position of the transition; `None` where a state is pinned no longer.
    pub transition: Option<usize>,
    /// The innermost state before.
    pub from: usize,
    /// The innermost state after; the same where it only has effects.
    pub to: usize,
    /// What it waits for, in words.
    pub awaited: Text,
}

/// The steps to come of each run of each machine, each with its place in the
/// course.
type Next = BTreeMap<(usize, Box<str>), Vec<(usize, Coming)>>;

/// How far ahead one looks from an instant.
pub fn horizon(calendar: &Calendar, from: Instant) -> Instant {
    let until = Period::new(YEARS, PeriodUnit::Years).and_then(|it| calendar.add(from, it));
    until.unwrap_or(Instant::MAX)
}

/// The life of a customer up to an instant, and the next step of each course
/// if nothing happens from then on: the same step, at the same instant, that a
/// later question finds taken. Where it only has effects, as a reminder, the
/// next that leads to another state follows it.
///
/// # Output
///
/// No step for a course on which none comes within ten years. What a pinned
/// state hides is none.
///
/// # Cost
///
/// Two folds; the second goes on to the last of the steps that it names, or for
/// ten years where a course has no step to another state, or is pinned.
pub fn ahead(
    world: World<'_>,
    machines: &[Machine],
    customer: usize,
    from: Instant,
) -> (Life, Vec<Coming>) {
    let life = fold(world, machines, customer, from);
    let open = life.courses.iter().map(Vec::len).sum();
    let is_pinned = |machine: usize, key: &str| {
        let key = machines.get(machine).and_then(|it| it.key.as_ref()).map(|_| key);
        course(&life, machine, key).is_some_and(|course| course.shadow.is_some())
    };
    let mut next = Next::new();
    let mut leading = 0;
    let mut hidden: Vec<Coming> = Vec::new();
    let until = horizon(world.calendar, from);
    let whole = watch(world, machines, customer, from, until, &mut |choice| {
        let at = choice.moment.instant();
        let (Some((transition, cause)), Some(machine)) =
            (choice.taken, machines.get(choice.machine))
        else {
            return ControlFlow::Continue(());
        };
        let Some(taken) = machine.transitions.get(transition).filter(|_| from < at) else {
            return ControlFlow::Continue(());
        };
        let coming = || {
            let key = machine.key.is_some().then(|| choice.key.into());
            let awaited = taken.awaited(cause, at, world, &choice.moment);
            let (machine, state) = (choice.machine, choice.state);
            let transition = Some(transition);
            (choice.step, Coming { machine, key, at, transition, from: state, to: state, awaited })
        };
        if is_pinned(choice.machine, choice.key) {
            hidden.push(coming().1);
            return ControlFlow::Continue(());
        }
        let told = next.entry((choice.machine, choice.key.into())).or_default();
        let is_led = told.last().is_some_and(|(_, last)| leads(machine, last));
        let leads_now = taken.target.is_some();
        if told.is_empty() || !is_led && leads_now {
            told.push(coming());
            leading += usize::from(leads_now);
        }
        if leading < open { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    });
    let told = next.into_values().flatten().filter_map(|(step, coming)| {
        let course = course(&whole, coming.machine, coming.key.as_deref())?;
        let step = course.steps.get(step)?;
        (step.transition == coming.transition).then_some(Coming { to: step.to, ..coming })
    });
    let mut told: Vec<Coming> = told.collect();
    told.extend(unpinned(&life, &whole, hidden));
    (life, told)
}

/// Whether a step leads to a state, and does not only have effects.
fn leads(machine: &Machine, coming: &Coming) -> bool {
    let way = coming.transition.and_then(|way| machine.transitions.get(way));
    way.is_none_or(|way| way.target.is_some())
}

/// The next step that shows of each course whose state is pinned.
fn unpinned(life: &Life, whole: &Life, hidden: Vec<Coming>) -> Vec<Coming> {
    let mut out = Vec::new();
    for (machine, courses) in life.courses.iter().enumerate() {
        for now in courses.iter().filter(|course| course.shadow.is_some()) {
            let step = course(whole, machine, now.key.as_deref());
            let step = step.and_then(|course| course.steps.get(now.steps.len()));
            let Some((step, at)) = step.and_then(|step| Some((step, step.at?))) else { continue };
            let taken = hidden.iter().find(|it| {
                (it.machine, it.at, it.transition) == (machine, at, step.transition)
                    && it.key == now.key
            });
            let awaited = match (taken, step.transition) {
                (Some(taken), _) => taken.awaited.clone(),
                (None, None) => Text::new("no longer pinned", "锁定到期"),
                (None, Some(_)) => continue,
            };
            let (key, transition) = (now.key.clone(), step.transition);
            let from = step.from.unwrap_or(now.state);
            out.push(Coming { machine, key, at, transition, from, to: step.to, awaited });
        }
    }
    out
}

/// One course of a life.
pub(super) fn course<'l>(life: &'l Life, machine: usize, key: Option<&str>) -> Option<&'l Course> {
    life.courses.get(machine)?.iter().find(|course| course.key.as_deref() == key)
}
