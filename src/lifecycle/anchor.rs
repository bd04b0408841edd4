//! What a step hangs on (缘由): the fact without which it would not have come.
//!
//! ```text
//! purchase ──silent──> at_risk ──after──> churned
//!    ^                                       │
//!    └───────────── hangs on ────────────────┘
//! ```
//!
//! A chain of timers hangs on the fact that the first of them counted from, so
//! how long each of them runs makes no difference. A fact is told by the id
//! that it was handed over under, which a merge does not change.

use std::collections::BTreeMap;

use super::course::{Cause, Course, Life, Step};
use super::machine::{Due, Kinds, Machine, Transition, Trigger};
use super::then::{Order, beginning};
use crate::facts::{History, set_range};
use crate::lang::{Checked, World};
use crate::units::Instant;

/// What a step hangs on, in words that do not depend on when or how it became
/// known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Anchor {
    /// The id under which the fact was handed over.
    pub subject: Box<str>,
    /// Which fact of it.
    pub fact: String,
}

/// What the steps of a past hang on that another machine took: by machine, key
/// and place of the step.
pub(super) type Carried<'a> = &'a dyn Fn(usize, Option<&str>, usize) -> Option<Anchor>;

/// What the steps of one life hang on.
pub(super) struct Anchors<'a> {
    world: World<'a>,
    machines: &'a [Machine],
    customer: usize,
    life: &'a Life,
    order: &'a Order,
    /// Who the customer was before merges.
    parts: Vec<usize>,
    carried: Option<Carried<'a>>,
}

impl<'a> Anchors<'a> {
    /// Of a life of this customer by these machines.
    pub fn new(
        world: World<'a>,
        machines: &'a [Machine],
        customer: usize,
        life: &'a Life,
        order: &'a Order,
        carried: Option<Carried<'a>>,
    ) -> Self {
        let parts = world.columns.parts(customer);
        Anchors { world, machines, customer, life, order, parts, carried }
    }

    /// What a step hangs on; `None` where there is no such step.
    pub fn find(&self, machine: usize, key: Option<&str>, step: usize) -> Option<Anchor> {
        let courses = self.life.courses.get(machine)?;
        let course = courses.iter().find(|course| course.key.as_deref() == key)?;
        self.of(machine, course, step)
    }

    /// The same of one course.
    pub fn of(&self, machine: usize, course: &Course, step: usize) -> Option<Anchor> {
        let definition = self.machines.get(machine)?;
        let entries = Entries::of(definition, course.steps.get(..=step)?);
        let (mut number, mut instant) = (step, None);
        loop {
            let step = course.steps.get(number)?;
            let way = step.transition.and_then(|way| definition.transitions.get(way));
            let taken_over = || self.carried?(machine, course.key.as_deref(), number);
            let found = if way.is_none() { taken_over() } else { None };
            if let Some(found) = found.or_else(|| self.fact(step, way)) {
                return Some(Anchor { fact: instant.unwrap_or(found.fact), ..found });
            }
            // Its own fact is none: what led into the state that it led out of.
            let is_after = matches!(way.map(|way| &way.trigger), Some(Trigger::Due(Due::After(_))));
            match step.cause {
                Cause::Timer(_) if is_after => {}
                Cause::Timer(due) => {
                    instant.get_or_insert_with(|| format!("due {}", due.micros()));
                }
                _ => {
                    instant.get_or_insert_with(|| format!("passing {}", micros(step.at)));
                }
            }
            match entries.before(number) {
                Some(before) => number = before,
                None => {
                    let fact = instant.unwrap_or_else(|| "beginning".to_owned());
                    return Some(Anchor { subject: self.id(self.customer), fact });
                }
            }
        }
    }

    /// The fact that brought a step about, or that its timer counted from.
    fn fact(&self, step: &Step, way: Option<&Transition>) -> Option<Anchor> {
        match step.cause {
            Cause::Beginning => Some(self.begun()),
            Cause::Event(kind, row) => self.event(kind, row),
            Cause::Change => Some(self.change(step.at)),
            Cause::Decision(number) => self.decision(number),
            Cause::Passing => None,
            Cause::Timer(_) => match &way?.trigger {
                Trigger::Due(Due::Silent(_, kinds)) => self.last(step, kinds),
                Trigger::Due(Due::At(time)) if is_of_events(time) => {
                    self.last(step, &Kinds::Some(time.uses.kinds.clone()))
                }
                _ => None,
            },
        }
    }

    fn id(&self, part: usize) -> Box<str> {
        self.world.columns.customers.get(part).cloned().unwrap_or_default()
    }

    fn begun(&self) -> Anchor {
        let born = |part: &usize| self.world.columns.born.get(*part).copied();
        let first = self.parts.iter().copied().min_by_key(born).unwrap_or(self.customer);
        Anchor { subject: self.id(first), fact: "beginning".to_owned() }
    }

    /// An event by its kind, its instant, and how many of the same kind and
    /// instant come before it.
    fn event(&self, kind: usize, row: usize) -> Option<Anchor> {
        let columns = self.world.columns;
        let (part, row) = columns.origin(&self.parts, kind, row).unwrap_or((self.customer, row));
        let name = columns.schema.kinds.get(kind).map_or("", |kind| &*kind.name);
        let events = columns.kinds.get(kind)?;
        let at = events.at.micros(row);
        let first = events.at.first_at_or_after(events.range(part).0, row, at);
        let fact = format!("event {name} {at} {}", row - first);
        Some(Anchor { subject: self.id(part), fact })
    }

    /// The last event of some kinds before a step of time.
    fn last(&self, step: &Step, kinds: &Kinds) -> Option<Anchor> {
        let now = step.at.unwrap_or_else(|| beginning(self.world, self.customer));
        let ends = self.order.ends(self.world, step, now);
        let all = self.world.columns.kinds.iter().zip(&ends).enumerate();
        let past = all.filter(|(kind, _)| kinds.has(*kind));
        let last = past.filter_map(|(kind, (events, end))| {
            let first = events.range(self.customer).0;
            (first < *end).then(|| (events.at.micros(end - 1), kind, end - 1))
        });
        let (_, kind, row) = last.max()?;
        self.event(kind, row)
    }

    /// Whose attributes or consents were set at an instant.
    fn change(&self, at: Option<Instant>) -> Anchor {
        let columns = self.world.columns;
        let histories = || columns.attributes.iter().chain(&columns.consents);
        let set = |part: &&usize| {
            histories().any(|history| match history {
                History::Undated(_) => false,
                History::Dated { offsets, since, .. } => {
                    let (from, until) = set_range(offsets, **part);
                    let own = since.get(from..until).unwrap_or_default();
                    at.is_some_and(|at| own.contains(&at.micros()))
                }
            })
        };
        let part = self.parts.iter().find(set).copied().unwrap_or(self.customer);
        Anchor { subject: self.id(part), fact: format!("change {}", micros(at)) }
    }

    /// A decision by its instant and how many about the same id come before it.
    fn decision(&self, number: usize) -> Option<Anchor> {
        let overrides = &self.world.columns.overrides;
        let (_, at, decision) = overrides.of(self.customer).get(number)?;
        let own = self.parts.iter().find_map(|part| {
            let mut own = overrides.of(*part).iter();
            let place = own.position(|(_, when, what)| (when, what) == (at, decision));
            place.map(|place| (*part, place))
        });
        let (part, number) = own.unwrap_or((self.customer, number));
        Some(Anchor { subject: self.id(part), fact: format!("decision {number} {at}") })
    }
}

fn micros(at: Option<Instant>) -> String {
    at.map_or_else(|| "-".to_owned(), |at| at.micros().to_string())
}

/// Whether a time is worked out from events alone.
fn is_of_events(time: &Checked) -> bool {
    let uses = &time.uses;
    let others = uses.attributes.is_empty()
        && uses.segments.is_empty()
        && uses.machines.is_empty()
        && uses.scores.is_empty()
        && uses.consents.is_empty();
    others && !uses.kinds.is_empty() && !uses.event && !uses.now
}

/// By which step each state was entered, as a course goes on.
struct Entries {
    /// For each step the one by which the state that its transition leads out
    /// of had been entered; where it has none, the step before.
    before: Vec<Option<usize>>,
}

impl Entries {
    fn of(machine: &Machine, steps: &[Step]) -> Entries {
        let mut entered: BTreeMap<usize, usize> = BTreeMap::new();
        let mut before = Vec::with_capacity(steps.len());
        for (number, step) in steps.iter().enumerate() {
            let way = step.transition.and_then(|way| machine.transitions.get(way));
            let led = way.and_then(|way| entered.get(&way.from).copied());
            before.push(led.or(number.checked_sub(1)));
            if way.is_some_and(|way| way.target.is_none()) {
                continue;
            }
            let anew = step.anew(machine);
            let again = |state: usize| anew.is_some_and(|anew| machine.is_in(state, anew));
            let path: Vec<usize> = machine.path(step.to).collect();
            entered.retain(|state, _| path.contains(state) && !again(*state));
            for state in path {
                entered.entry(state).or_insert(number);
            }
        }
        Entries { before }
    }

    fn before(&self, step: usize) -> Option<usize> {
        self.before.get(step).copied().flatten()
    }
}
