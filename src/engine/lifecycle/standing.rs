//! Where one customer is, and what is due.

use std::sync::Arc;

use serde::Serialize;

use super::summary::{TroubleView, trouble_view};
use crate::error::Text;
use crate::facts::Columns;
use crate::lang::World;
use crate::lifecycle::{Cause, Coming, Course, Effect, Life, Machine, ahead};
use crate::playbook::Playbook;
use crate::units::Instant;

/// Where a customer is in one machine, or in one run of a keyed one.
#[derive(Debug, Clone, Serialize)]
pub struct CustomerMachine {
    /// The machine.
    pub machine: Arc<str>,
    /// As shown to people.
    pub label: Text,
    /// Which run, where the machine runs once for each key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<Box<str>>,
    /// The innermost state.
    pub state: Arc<str>,
    /// As shown to people.
    pub state_label: Text,
    /// The states that it is inside, the innermost first.
    pub inside: Vec<Arc<str>>,
    /// What the state and those around it stand for.
    pub tags: Vec<Arc<str>>,
    /// Since when; `None` where nobody knows.
    pub since: Option<Instant>,
    /// The next step if nothing happens; `None` where none comes within ten
    /// years.
    pub next: Option<DueView>,
    /// Where the next step only has effects, as a reminder: the next that leads
    /// to another state, as the end of a protection.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub leaves: Option<DueView>,
    /// Who pinned the state, where somebody did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pinned: Option<PinnedView>,
    /// Definitions of the machine that failed for the customer, who went on
    /// without them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub troubles: Vec<TroubleView>,
}

/// A state that somebody pinned (人工锁定).
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PinnedView {
    /// Who.
    pub actor: Box<str>,
    /// Why.
    pub reason: Box<str>,
    /// Until when; `None` until it is let go of.
    pub until: Option<Instant>,
    /// The innermost state by the rules alone.
    pub rules: Arc<str>,
    /// As shown to people.
    pub rules_label: Text,
    /// Since when; `None` where nobody knows.
    pub rules_since: Option<Instant>,
}

/// A step that comes by itself.
#[derive(Debug, Clone, Serialize)]
pub struct DueView {
    /// When.
    pub at: Instant,
    /// Midnights until then in the playbook's zone: the days left.
    pub days: i64,
    /// The innermost state before.
    pub from: Arc<str>,
    /// The innermost state after; the same where it only has effects.
    pub to: Arc<str>,
    /// As shown to people.
    pub to_label: Text,
    /// What it waits for, in words.
    pub because: Text,
    /// What the host should do then.
    pub effects: Vec<Arc<str>>,
    /// The same as shown to people.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub effect_labels: Vec<Text>,
    /// Where the transition stands in the playbook; `None` where a state is
    /// pinned no longer.
    pub transition: Option<String>,
}

/// Where a customer is at an instant, machine by machine in the order of their
/// names, and what is due next.
pub(in super::super) fn customer_machines(
    world: World<'_>,
    playbook: &Playbook,
    as_of: Instant,
    customer: usize,
) -> Vec<CustomerMachine> {
    let machines = playbook.machines();
    if machines.is_empty() {
        return Vec::new();
    }
    let (life, coming) = ahead(world, machines, customer, as_of);
    let pairs = machines.iter().zip(&life.courses).enumerate();
    let mut out: Vec<CustomerMachine> = pairs
        .flat_map(|(position, (machine, courses))| {
            let next = |course: &Course| {
                let coming = coming.iter();
                coming.filter(|it| it.machine == position && it.key == course.key).collect()
            };
            courses
                .iter()
                .filter_map(|course| {
                    let mut view = view(machine, course, next(course), playbook, as_of)?;
                    view.pinned = pinned(world.columns, customer, machine, course);
                    view.troubles = troubles(world.columns, customer, (position, machine), &life);
                    Some(view)
                })
                .collect::<Vec<_>>()
        })
        .collect();
    out.sort_by(|a, b| (&a.machine, &a.key).cmp(&(&b.machine, &b.key)));
    out
}

fn view(
    machine: &Machine,
    course: &Course,
    coming: Vec<&Coming>,
    playbook: &Playbook,
    as_of: Instant,
) -> Option<CustomerMachine> {
    let state = machine.states.get(course.state)?;
    let path = || machine.path(course.state).filter_map(|inner| machine.states.get(inner));
    Some(CustomerMachine {
        machine: machine.name.clone(),
        label: machine.text.or_name(&machine.name),
        key: course.key.clone(),
        state: state.name.clone(),
        state_label: state.text.or_name(&state.name),
        inside: path().skip(1).map(|outer| outer.name.clone()).collect(),
        tags: path().flat_map(|inner| inner.tags.iter().cloned()).collect(),
        since: course.since,
        next: coming.first().and_then(|coming| due(machine, coming, playbook, as_of)),
        leaves: coming.get(1).and_then(|coming| due(machine, coming, playbook, as_of)),
        pinned: None,
        troubles: Vec::new(),
    })
}

/// Who pinned the state of a course, and what the rules say.
pub(super) fn pinned(
    columns: &Columns,
    customer: usize,
    machine: &Machine,
    course: &Course,
) -> Option<PinnedView> {
    let shadow = course.shadow?;
    let state = machine.states.get(shadow.state)?;
    let number = course.steps.iter().rev().find_map(|step| match step.cause {
        Cause::Decision(number) => Some(number),
        _ => None,
    });
    let (_, _, decision) = columns.overrides.of(customer).get(number?)?;
    Some(PinnedView {
        actor: decision.actor.clone(),
        reason: decision.reason.clone(),
        until: shadow.until,
        rules: state.name.clone(),
        rules_label: state.text.or_name(&state.name),
        rules_since: shadow.since,
    })
}

/// What failed for a customer in one machine.
pub(super) fn troubles(
    columns: &Columns,
    customer: usize,
    (position, machine): (usize, &Machine),
    life: &Life,
) -> Vec<TroubleView> {
    let ours = life.troubles.iter().filter(|trouble| trouble.machine == position);
    ours.filter_map(|trouble| trouble_view(columns, customer, machine, trouble)).collect()
}

pub(super) fn due(
    machine: &Machine,
    coming: &Coming,
    playbook: &Playbook,
    as_of: Instant,
) -> Option<DueView> {
    let zone = playbook.calendar().zone();
    let day = |at| i64::from(zone.day_of(at).days());
    let transition = coming.transition.and_then(|taken| machine.transitions.get(taken));
    let effects = || transition.into_iter().flat_map(|taken| &taken.effects);
    let to = machine.states.get(coming.to)?;
    Some(DueView {
        at: coming.at,
        days: day(coming.at) - day(as_of),
        from: machine.states.get(coming.from)?.name.clone(),
        to: to.name.clone(),
        to_label: to.text.or_name(&to.name),
        because: coming.awaited.clone(),
        effects: effects().map(|effect| effect.action.clone()).collect(),
        effect_labels: effects().map(Effect::label).collect(),
        transition: transition.map(|taken| taken.pointer.clone()),
    })
}
