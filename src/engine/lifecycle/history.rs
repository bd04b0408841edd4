//! Every step of a customer, and what brought it about.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::Arc;

use serde::Serialize;

use super::journey::Journey;
use crate::engine::value::Past;
use crate::error::{Text, after_chinese};
use crate::facts::{Body, Columns, Recorded};
use crate::lang::{Explanation, Room};
use crate::lifecycle::{
    Cause, Course, Due, Effect, Kept, Machine, Step, Transition, Trigger, Why, watch, why,
};
use crate::units::Instant;

/// One step of a customer through a machine.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct StepView {
    /// The machine.
    pub machine: Arc<str>,
    /// As shown to people.
    pub label: Text,
    /// Which run, where the machine runs once for each key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<Box<str>>,
    /// The innermost state before; `None` at the beginning.
    pub from: Option<Arc<str>>,
    /// As shown to people.
    pub from_label: Option<Text>,
    /// The innermost state after; the same where it only has effects.
    pub to: Arc<str>,
    /// As shown to people.
    pub to_label: Text,
    /// When; `None` for what was so from the beginning, whenever that was.
    pub at: Option<Instant>,
    /// What brought it about.
    pub cause: CauseView,
    /// The same in words.
    pub because: Text,
    /// What the host should have done.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub effects: Vec<Arc<str>>,
    /// The same as shown to people.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub effect_labels: Vec<Text>,
    /// Where the transition stands in the playbook; `None` at the beginning and
    /// at a take-over.
    pub transition: Option<String>,
    /// Hash of the playbook.
    pub playbook: Box<str>,
}

/// What brought a step about.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum CauseView {
    /// An event.
    Event {
        /// Its id.
        event: Vec<Box<str>>,
        /// Its kind.
        kind: Arc<str>,
        /// Who reported it.
        source: Box<str>,
    },
    /// A timer.
    Timer {
        /// `after`, `silent` or `at`.
        timer: &'static str,
        /// Since when it was due.
        due: Instant,
    },
    /// A change of attributes or consents.
    Change {
        /// Their names; a consent as `consent.PURPOSE.CHANNEL`.
        change: Vec<String>,
        /// The ids of the facts that say so.
        facts: Vec<Box<str>>,
    },
    /// A condition that came true as time passed.
    Passing {
        /// The condition; `None` where there is none.
        condition: Option<String>,
    },
    /// A decision of a person.
    Decision {
        /// The id of the fact that says so.
        command: Box<str>,
        /// Who decided.
        actor: Box<str>,
        /// Why.
        reason: Box<str>,
    },
    /// The customer's first fact.
    Beginning {
        /// Always true.
        beginning: bool,
    },
}

/// One step, and why it was this one.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct StepExplained {
    /// The step.
    #[serde(flatten)]
    pub step: StepView,
    /// The condition, clause by clause.
    pub condition: Option<Explanation>,
    /// The other ways out of the state, in the order in which they are tried.
    pub others: Vec<OtherView>,
}

/// A way out that was not taken.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct OtherView {
    /// The state it leads to; `None` where it only has effects.
    pub to: Option<Arc<str>>,
    /// The same as shown to people; where it only has effects, these.
    pub to_label: Text,
    /// What it waits for, in words.
    pub because: Text,
    /// Where it stands in the playbook.
    pub transition: String,
    /// What kept it.
    #[serde(flatten)]
    pub kept: KeptView,
}

/// What kept a way out from being taken.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "kept", rename_all = "snake_case")]
pub enum KeptView {
    /// What it waits for did not happen.
    Waiting,
    /// It was due later, or never.
    Due {
        /// When; `None`: never, since nobody knows from when.
        due: Option<Instant>,
    },
    /// It had had its effects before.
    Done,
    /// Its condition did not hold.
    Condition {
        /// The first end of the condition that kept it from holding.
        lacks: Box<Explanation>,
    },
    /// It was open too, and stands later in the list.
    Order,
}

/// Why each step was taken, by machine, key and place in its course.
type Reasons = BTreeMap<(usize, Box<str>, usize), (usize, Why)>;

/// Every step up to an instant, in the order in which they were taken.
pub(super) fn explained(
    journey: &Journey<'_>,
    known: Instant,
    until: Instant,
) -> Vec<StepExplained> {
    let machines = journey.playbook.machines();
    let past = Past::by(&journey.columns, journey.playbook, &[], until, journey.rounds.as_ref());
    let world = past.world(journey.playbook, &journey.columns);
    let (mut reasons, mut room) = (Reasons::new(), Room::default());
    let life = watch(world, machines, journey.customer, known, until, &mut |choice| {
        let machine = machines.get(choice.machine);
        let why = machine.and_then(|machine| why(machine, choice, world, &mut room));
        if let (Some((transition, _)), Some(why)) = (choice.taken, why) {
            let place = (choice.machine, choice.key.into(), choice.step);
            reasons.insert(place, (transition, why));
        }
        ControlFlow::Continue(())
    });
    let mut steps = Vec::new();
    for (position, (machine, courses)) in machines.iter().zip(&life.courses).enumerate() {
        for course in courses {
            let mut before = (None, 0);
            let mut pinned = None;
            for (number, step) in course.steps.iter().enumerate() {
                if lets_go(step, course.steps.get(number + 1)) {
                    pinned = step.from;
                    continue;
                }
                let step = &Step { from: pinned.take().or(step.from), ..step.clone() };
                // What a decision brings about at its instant comes after it.
                let own = rank(step).max(if before.0 == step.at { before.1 } else { 0 });
                before = (step.at, own);
                let key = course.key.clone().unwrap_or_default();
                let reason = reasons.remove(&(position, key, number));
                let why = reason.filter(|(taken, _)| step.transition == Some(*taken));
                let why = why.map(|(_, why)| why);
                let view = view(journey, machine, course, step, why);
                steps.extend(view.map(|view| ((step.at, own), view)));
            }
        }
    }
    // Stable: at one instant each machine comes after those that it reads.
    steps.sort_by_key(|(place, _)| *place);
    steps.into_iter().map(|(_, view)| view).collect()
}

/// Whether a step only lets go of a pinned state, since the same decision then
/// leads to another: people decided once.
fn lets_go(step: &Step, next: Option<&Step>) -> bool {
    let decided = matches!(step.cause, Cause::Decision(_));
    decided && next.is_some_and(|next| next.cause == step.cause && next.at == step.at)
}

/// What comes first at one instant.
fn rank(step: &Step) -> u8 {
    match step.cause {
        Cause::Timer(_) if step.ends_pin() => 0,
        Cause::Beginning => 0,
        Cause::Change => 1,
        Cause::Event(..) => 2,
        Cause::Timer(_) | Cause::Passing => 3,
        Cause::Decision(_) => 4,
    }
}

fn view(
    journey: &Journey<'_>,
    machine: &Machine,
    course: &Course,
    step: &Step,
    why: Option<Why>,
) -> Option<StepExplained> {
    let name = |state: usize| Some(machine.states.get(state)?.name.clone());
    let label = |state: usize| machine.states.get(state).map(|it| it.text.or_name(&it.name));
    let transition = step.transition.and_then(|taken| machine.transitions.get(taken));
    let to = machine.states.get(step.to)?;
    let cause = cause(journey.teller(), step, transition);
    let effects = || transition.into_iter().flat_map(|taken| &taken.effects);
    let (because, condition, others) = match why {
        Some(why) => (why.awaited, why.condition, why.others),
        None => (began(journey, &cause), None, Vec::new()),
    };
    let others = others.into_iter().filter_map(|other| {
        let way = machine.transitions.get(other.transition)?;
        Some(OtherView {
            to: way.to.and_then(name),
            to_label: way.to.and_then(label).unwrap_or_else(|| effects_told(way)),
            because: other.awaited,
            transition: way.pointer.clone(),
            kept: kept(other.kept),
        })
    });
    Some(StepExplained {
        step: StepView {
            machine: machine.name.clone(),
            label: machine.text.or_name(&machine.name),
            key: course.key.clone(),
            from: step.from.and_then(name),
            from_label: step.from.and_then(label),
            to: to.name.clone(),
            to_label: to.text.or_name(&to.name),
            at: step.at,
            cause,
            because,
            effects: effects().map(|effect| effect.action.clone()).collect(),
            effect_labels: effects().map(Effect::label).collect(),
            transition: transition.map(|taken| taken.pointer.clone()),
            playbook: journey.playbook.hash().into(),
        },
        condition,
        others: others.collect(),
    })
}

/// The effects of a way that leads nowhere.
fn effects_told(way: &Transition) -> Text {
    let labels = || way.effects.iter().map(Effect::label);
    let joined = |all: Vec<String>, by: &str| all.join(by);
    Text::new(
        joined(labels().map(|label| label.en).collect(), ", "),
        joined(labels().map(|label| label.zh).collect(), "、"),
    )
}

fn kept(kept: Kept) -> KeptView {
    match kept {
        Kept::Waiting => KeptView::Waiting,
        Kept::Due(due) => KeptView::Due { due },
        Kept::Done => KeptView::Done,
        Kept::Condition(lacks) => KeptView::Condition { lacks },
        Kept::Order => KeptView::Order,
    }
}

/// Why a step came about that no transition made.
fn began(journey: &Journey<'_>, cause: &CauseView) -> Text {
    let kind = match cause {
        CauseView::Event { kind, .. } => kind,
        CauseView::Decision { actor, reason, .. } => return decided(actor, reason),
        CauseView::Timer { .. } => {
            return Text::new("no longer pinned", "锁定到期");
        }
        _ => return Text::new("the first that is known of the customer", "客户的第一条记录"),
    };
    let schema = &journey.columns.schema;
    let declared = schema.kind(kind).and_then(|at| schema.kinds.get(at));
    let label = declared.map(|declared| declared.text.or_name(kind)).unwrap_or_default();
    Text::new(format!("begun by {}", label.en), format!("起于{}", after_chinese(&label.zh)))
}

fn decided(actor: &str, reason: &str) -> Text {
    let (mut en, mut zh) = ("decided by hand".to_owned(), "人工改定".to_owned());
    if !actor.is_empty() {
        en.push_str(&format!(" by {actor}"));
        zh.push_str(&format!("（{actor}）"));
    }
    if !reason.is_empty() {
        en.push_str(&format!(": {reason}"));
        zh.push_str(&format!("：{reason}"));
    }
    Text::new(en, zh)
}

/// Whose steps are told, and the facts that are told of, by sequence.
#[derive(Clone, Copy)]
pub(in crate::engine) struct Teller<'a> {
    pub columns: &'a Columns,
    pub customer: usize,
    pub facts: &'a [Recorded],
}

impl<'a> Teller<'a> {
    /// The fact with this place in the log.
    fn fact(self, sequence: u64) -> Option<&'a Recorded> {
        let place = self.facts.binary_search_by_key(&sequence, |recorded| recorded.sequence);
        self.facts.get(place.ok()?)
    }
}

/// A decision, and the fact that says so.
fn decision(teller: Teller<'_>, number: usize) -> CauseView {
    let decisions = teller.columns.overrides.of(teller.customer);
    let Some((_, at, decision)) = decisions.get(number) else {
        return CauseView::Decision { command: "".into(), actor: "".into(), reason: "".into() };
    };
    let same = |recorded: &&Recorded| {
        let told = matches!(&recorded.fact.body, Body::Override(told) if told == decision);
        told && recorded.fact.at.map(Instant::micros) == Some(*at)
    };
    let fact = teller.facts.iter().find(same);
    CauseView::Decision {
        command: fact.map(|recorded| recorded.fact.id.clone()).unwrap_or_default(),
        actor: decision.actor.clone(),
        reason: decision.reason.clone(),
    }
}

/// What brought a step about.
pub(in crate::engine) fn cause(
    teller: Teller<'_>,
    step: &Step,
    transition: Option<&Transition>,
) -> CauseView {
    match step.cause {
        Cause::Beginning => CauseView::Beginning { beginning: true },
        Cause::Event(kind, row) => event(teller, kind, row),
        Cause::Change => change(teller, step.at),
        Cause::Decision(number) => decision(teller, number),
        Cause::Timer(due) => CauseView::Timer {
            timer: match transition.map(|taken| &taken.trigger) {
                Some(Trigger::Due(Due::After(_))) => "after",
                Some(Trigger::Due(Due::Silent(..))) => "silent",
                Some(Trigger::Due(Due::Every(..))) => "every",
                _ => "at",
            },
            due,
        },
        Cause::Passing => {
            let when = transition.and_then(|taken| taken.when.as_deref());
            CauseView::Passing { condition: when.map(|it| it.source.to_string()) }
        }
    }
}

fn event(teller: Teller<'_>, kind: usize, row: usize) -> CauseView {
    let columns = teller.columns;
    let sequence = columns.kinds.get(kind).and_then(|events| events.sequence.get(row)).copied();
    let fact = sequence.and_then(|sequence| teller.fact(sequence.into()));
    let name = columns.schema.kinds.get(kind).map(|kind| kind.name.clone());
    CauseView::Event {
        event: fact.iter().map(|fact| fact.fact.id.clone()).collect(),
        kind: name.unwrap_or_default(),
        source: fact.map(|fact| fact.fact.source.clone()).unwrap_or_default(),
    }
}

/// The attributes and consents that were set at an instant, and by which facts.
fn change(teller: Teller<'_>, at: Option<Instant>) -> CauseView {
    let schema = &teller.columns.schema;
    let (mut change, mut facts) = (Vec::new(), Vec::new());
    let now = |recorded: &&Recorded| at.is_some() && recorded.fact.at == at;
    for Recorded { fact, .. } in teller.facts.iter().filter(now) {
        match &fact.body {
            Body::Attributes(values) => {
                let names = values.iter().filter_map(|(at, _)| schema.attributes.get(*at));
                change.extend(names.map(|attribute| attribute.name.to_string()));
            }
            Body::Consent { purpose, channel, .. } => {
                let pair = schema.purposes.get(*purpose).zip(schema.channels.get(*channel));
                change.extend(pair.map(|(purpose, on)| format!("consent.{purpose}.{on}")));
            }
            _ => continue,
        }
        facts.push(fact.id.clone());
    }
    change.sort();
    change.dedup();
    CauseView::Change { change, facts }
}
