//! Effects (动作): what the host should do, as the steps of a life ask for it.
//!
//! They are plain data with an identity, and nothing is ever carried out here.
//! The same step gives the same identity however the life came to be known, so
//! that of two ways to see a life (with what was learnt later, by another
//! playbook) the host can tell what is new and what it has to take back.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use sha2::{Digest, Sha256};

use super::course::{Cause, Course, Life, Trouble};
use super::machine::{Due, Machine, Transition, Trigger};
use super::then::{Order, Then, Until, Was, beginning};
use crate::error::Error;
use crate::lang::{Checked, Value, World};
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
/// run, transition (from, to, do), customer, and cause: the event by its kind,
/// instant and place among its equals, a timer by what it counted from. How
/// long a timer runs is no part of it, so a rule that becomes stricter does not
/// ask for the same thing twice.
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
    let order = Order::new(world, customer);
    let mut giving = Giving {
        world,
        machines,
        customer,
        life,
        order: &order,
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
        let cause = self.cause(definition, course, number, way, &ends);
        for (effect, asked) in way.effects.iter().enumerate() {
            let id = self.identity(definition, course, way, &asked.action, &cause);
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
            at,
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

    /// What brought a step about, in words that do not depend on when or how
    /// it became known.
    fn cause(
        &self,
        machine: &Machine,
        course: &Course,
        number: usize,
        way: &Transition,
        ends: &[usize],
    ) -> String {
        let step = &course.steps[number];
        let at =
            |at: Option<Instant>| at.map_or_else(|| "-".to_owned(), |at| at.micros().to_string());
        match step.cause {
            Cause::Beginning => "beginning".to_owned(),
            Cause::Event(kind, row) => self.event(kind, row),
            Cause::Change => format!("change {}", at(step.at)),
            Cause::Passing => format!("passing {}", at(step.at)),
            Cause::Decision(number) => format!("decision {number} {}", at(step.at)),
            Cause::Timer(due) => {
                let anchor = match &way.trigger {
                    Trigger::Due(Due::After(_)) => {
                        let was = Was::after(machine, &course.steps[..number]);
                        was.and_then(|was| was.entered.get(&way.from).copied().flatten())
                    }
                    Trigger::Due(Due::Silent(_, kinds)) => {
                        let all = self.world.columns.kinds.iter().zip(ends).enumerate();
                        let past = all.filter(|(kind, _)| kinds.has(*kind));
                        let last = past.filter_map(|(_, (events, end))| {
                            let first = events.range(self.customer).0;
                            (first < *end).then(|| events.at.micros(end - 1))
                        });
                        last.max().map(Instant::clamped)
                    }
                    _ => Some(due),
                };
                format!("timer {}", at(anchor))
            }
        }
    }

    /// An event by its kind, its instant, and how many of the same kind and
    /// instant come before it.
    fn event(&self, kind: usize, row: usize) -> String {
        let columns = self.world.columns;
        let name = columns.schema.kinds.get(kind).map_or("", |kind| &*kind.name);
        let Some(events) = columns.kinds.get(kind) else { return String::new() };
        let at = events.at.micros(row);
        let first = events.at.first_at_or_after(events.range(self.customer).0, row, at);
        format!("event {name} {at} {}", row - first)
    }

    fn identity(
        &mut self,
        machine: &Machine,
        course: &Course,
        way: &Transition,
        action: &str,
        cause: &str,
    ) -> Box<str> {
        let name = |state: usize| machine.states.get(state).map_or("", |state| &*state.name);
        let customer = self.world.columns.customers.get(self.customer);
        let (from, to) = (name(way.from), way.target.map_or("", name));
        let parts = [
            &*machine.name,
            course.key.as_deref().unwrap_or(""),
            from,
            to,
            action,
            customer.map_or("", |id| id),
            cause,
        ];
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
