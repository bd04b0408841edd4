//! Effects (动作): what the host should do, as the steps of a life ask for it.
//!
//! They are plain data with an identity, and nothing is ever carried out here.
//! The same step gives the same identity however the life came to be known, so
//! that of two ways to see a life (with what was learnt later, by another
//! playbook) the host can tell what is new and what it has to take back.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use sha2::{Digest, Sha256};

use super::anchor::{Anchor, Anchors, Carried};
use super::course::{Cause, Course, Life, Trouble};
use super::machine::{Effect, Machine, Transition, Trigger};
use super::then::{Order, Then, Until, beginning};
use crate::error::Error;
use crate::lang::{Checked, Uses, Value, World};
use crate::units::Instant;

/// One thing that the host should do.
#[derive(Debug, Clone)]
pub struct Given {
    /// Which it is: the same for the same step of the same customer.
    pub id: Box<str>,
    /// Position of the machine.
    pub machine: usize,
    /// Which run, where the machine runs once for each key.
    pub key: Option<Box<str>>,
    /// Position of the transition.
    pub transition: usize,
    /// Position among the effects of the transition.
    pub effect: usize,
    /// When; `None` where nobody knows.
    pub at: Option<Instant>,
    /// What brought it about.
    pub cause: Cause,
    /// The values that go with it, as they were when the step was taken:
    /// missing where one is an error.
    pub with: Vec<(Arc<str>, Value)>,
}

/// The effects of one life, in the order of its steps, machine by machine, and
/// the values that could not be worked out.
///
/// # Inputs
///
/// `life`: of this customer by these machines.
///
/// # Output
///
/// None from before a machine's `effects_from`. An identity is made of machine,
/// run, what is done (with the values that are the same for everybody), and the
/// fact that the step hangs on: an event by the id it was handed over under, its
/// kind, instant and place among its equals; a chain of timers by the fact that
/// the first of them counted from. How long timers run and what states are
/// called is no part of it, so a rule that becomes stricter does not ask for the
/// same thing twice, and neither does a merge. Where no fact can be named (a
/// time that an attribute gives, a boundary of the calendar, a condition that
/// comes true as time passes) the instant stands for it.
///
/// # Cost
///
/// One walk over the steps before each step with values.
pub fn effects(
    world: World<'_>,
    machines: &[Machine],
    customer: usize,
    life: &Life,
) -> (Vec<Given>, Vec<Trouble>) {
    effects_after(world, machines, customer, life, None)
}

/// The same for a life that goes on from steps that other machines took, with
/// what those hang on.
pub(super) fn effects_after(
    world: World<'_>,
    machines: &[Machine],
    customer: usize,
    life: &Life,
    carried: Option<Carried<'_>>,
) -> (Vec<Given>, Vec<Trouble>) {
    let order = Order::new(world, customer);
    let mut giving = Giving {
        world,
        machines,
        customer,
        life,
        order: &order,
        anchors: Anchors::new(world, machines, customer, life, &order, carried),
        known: BTreeMap::new(),
        out: Vec::new(),
        troubles: Vec::new(),
    };
    for (machine, courses) in life.courses.iter().enumerate() {
        for course in courses {
            for step in 0..course.steps.len() {
                giving.step(machine, course, step);
            }
        }
    }
    (giving.out, giving.troubles)
}

/// What is to be done and what is to be taken back, when lives are seen anew.
///
/// By identity: those of `now` that were not there `before` are new, those of
/// `before` that are no longer there are compensated.
pub fn difference<'a>(before: &'a [Given], now: &'a [Given]) -> (Vec<&'a Given>, Vec<&'a Given>) {
    fn without<'a>(these: &'a [Given], those: &[Given]) -> Vec<&'a Given> {
        let known: BTreeSet<&str> = those.iter().map(|given| &*given.id).collect();
        these.iter().filter(|given| !known.contains(&*given.id)).collect()
    }
    (without(now, before), without(before, now))
}

struct Giving<'a> {
    world: World<'a>,
    machines: &'a [Machine],
    customer: usize,
    life: &'a Life,
    order: &'a Order,
    anchors: Anchors<'a>,
    /// How often each identity was given.
    known: BTreeMap<String, u32>,
    out: Vec<Given>,
    troubles: Vec<Trouble>,
}

impl Giving<'_> {
    fn step(&mut self, machine: usize, course: &Course, number: usize) {
        let definition = &self.machines[machine];
        let step = &course.steps[number];
        let way = step.transition.and_then(|way| Some((way, definition.transitions.get(way)?)));
        let Some((position, way)) = way.filter(|(_, way)| !way.effects.is_empty()) else { return };
        let early = |from| step.at.is_none_or(|at| at < from);
        if definition.effects_from.is_some_and(early) {
            return;
        }
        let now = step.at.unwrap_or_else(|| beginning(self.world, self.customer));
        let ends = self.order.ends(self.world, step, now);
        let Some(anchor) = self.anchors.of(machine, course, number) else { return };
        for (effect, asked) in way.effects.iter().enumerate() {
            let id = self.identity(definition, course, asked, &anchor);
            let mut with = Vec::new();
            for (name, value) in &asked.with {
                let value = self.value(machine, course, number, (way, now, &ends), value);
                let value = value.unwrap_or_else(|error| {
                    self.trouble(machine, position, now, error);
                    Value::Missing
                });
                with.push((name.clone(), value));
            }
            self.out.push(Given {
                id,
                machine,
                key: course.key.clone(),
                transition: position,
                effect,
                at: step.at,
                cause: step.cause,
                with,
            });
        }
    }

    fn trouble(&mut self, machine: usize, transition: usize, at: Instant, error: Error) {
        let faults = error.into_faults().into_iter().take(1);
        self.troubles.extend(faults.map(|fault| Trouble {
            machine,
            transition: Some(transition),
            at: Some(at),
            fault,
        }));
    }

    /// A value as the condition of the step saw it: just before.
    fn value(
        &self,
        machine: usize,
        course: &Course,
        number: usize,
        (way, now, ends): (&Transition, Instant, &[usize]),
        value: &Checked,
    ) -> Result<Value, Error> {
        let step = &course.steps[number];
        let until = Until::Step(self.order.place(step), machine, &course.key, number);
        let then = Then { machines: self.machines, life: self.life, order: self.order, until };
        let mut moment = then.moment(self.world, self.customer, now, ends);
        if let (Cause::Event(kind, row), Trigger::Event(_)) = (step.cause, &way.trigger) {
            moment = moment.at_event(kind, row);
        }
        value.evaluate(&moment)
    }

    fn identity(
        &mut self,
        machine: &Machine,
        course: &Course,
        asked: &Effect,
        anchor: &Anchor,
    ) -> Box<str> {
        let mut parts = vec![
            &*machine.name,
            course.key.as_deref().unwrap_or(""),
            &anchor.subject,
            &anchor.fact,
            &asked.action,
        ];
        // What is so for everybody says what is done: reminding the owner is
        // another thing than reminding the superior.
        let fixed = asked.with.iter().filter(|(_, value)| is_fixed(value));
        parts.extend(fixed.flat_map(|(name, value)| [&**name, &*value.source]));
        // Each part with its length, so that no two lists read alike.
        let mut text: String =
            parts.iter().map(|part| format!("{}:{part}", part.len())).collect::<Vec<_>>().join(" ");
        let times = self.known.entry(text.clone()).or_default();
        *times += 1;
        if 1 < *times {
            text.push_str(&format!(" again {times}"));
        }
        let digest = Sha256::digest(text.as_bytes());
        digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect::<String>().into()
    }
}

/// Whether a value reads nothing about the customer: constants and parameters.
fn is_fixed(value: &Checked) -> bool {
    let Uses { attributes, kinds, segments, machines, scores, consents, event, now, .. } =
        &value.uses;
    attributes.is_empty()
        && kinds.is_empty()
        && segments.is_empty()
        && machines.is_empty()
        && scores.is_empty()
        && consents.is_empty()
        && !event
        && !now
}
