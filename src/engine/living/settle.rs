//! What was told about customers made what is so: the differences are told, and
//! effects are queued or taken back.
//!
//! ```text
//!   kept: what was told ──┐
//!                         ├──> changes, effects, compensations ──> kept
//!   found: what is so  ───┘
//! ```

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::found::{Found, Standing, State, find};
use super::{Begun, FAILURES_TOLD, Settled};
use crate::engine::lifecycle::{Teller, cause};
use crate::engine::{Failure, value};
use crate::error::Error;
use crate::facts::{Columns, Recorded};
use crate::lang::to_typed;
use crate::lifecycle::{Given, Machine, Step};
use crate::playbook::Playbook;
use crate::store::{Change, Effect, Kept, Learnt, Moved, Store};
use crate::units::Instant;
use crate::value::Round;

/// Settles customers by one playbook, at one instant, by all facts up to one.
pub(super) struct Settler<'a> {
    playbook: &'a Playbook,
    now: Instant,
    fact: u64,
    rounds: Option<Arc<[Round]>>,
    /// Whether effects are taken as done, as where all begins.
    adopts: bool,
    pub settled: Settled,
}

impl<'a> Settler<'a> {
    pub fn new(
        store: &Store,
        playbook: &'a Playbook,
        now: Instant,
        fact: u64,
    ) -> Result<Settler<'a>, Error> {
        let rounds = value::rounds(store, playbook, &[], now, None)?;
        let settled = Settled::nothing(now, ());
        Ok(Settler { playbook, now, fact, rounds, adopts: false, settled })
    }

    /// Whether a fact about one customer may change the answers about others.
    pub fn asks_everybody(&self) -> bool {
        self.rounds.is_some()
    }

    /// Settles everybody, and takes as done what was asked for so far.
    pub fn begin(mut self, store: &mut Store) -> Result<(Begun, Settled), Error> {
        self.adopts = true;
        let columns = store.columns(None)?;
        let known = store.kept_ids()?;
        self.settle_in(store, &columns, &known)?;
        let begun = Begun { customers: self.settled.customers, effects: self.settled.effects };
        Ok((begun, self.settled))
    }

    /// Settles these customers and all that were ever merged with them.
    pub fn settle(&mut self, store: &mut Store, ids: &[Box<str>]) -> Result<(), Error> {
        let asked: Vec<&str> = ids.iter().map(|id| &**id).collect();
        let columns = store.customer_columns(&asked, None)?;
        self.settle_in(store, &columns, ids)
    }

    /// Settles everybody in the columns, and these ids.
    fn settle_in(
        &mut self,
        store: &mut Store,
        columns: &Columns,
        asked: &[Box<str>],
    ) -> Result<(), Error> {
        let (found, dues) = find(self.playbook, columns, self.now, self.rounds.as_ref())?;
        let mut next: BTreeMap<&str, Option<Instant>> = BTreeMap::new();
        next.extend(asked.iter().map(|id| (&**id, None)));
        for (id, due) in columns.customers.iter().zip(dues) {
            let earliest = next.entry(id).or_default();
            *earliest = [*earliest, due].into_iter().flatten().min();
        }
        let by_id: BTreeMap<&str, &Found> = found.iter().map(|found| (&*found.id, found)).collect();
        let mut stood: BTreeMap<Box<str>, Effect> = BTreeMap::new();
        for (id, due) in &next {
            let found = by_id.get(id).copied();
            self.move_one(store, columns, (id, *due), found)?;
            let standing = store.standing_effects(id)?.into_iter();
            stood.extend(standing.map(|effect| (effect.identity.clone(), effect)));
        }
        self.settled.customers += next.len() as u64;
        self.give_and_take(store, columns, &found, stood)
    }

    /// Tells what is otherwise about one id, and keeps what is so.
    fn move_one(
        &mut self,
        store: &mut Store,
        columns: &Columns,
        (id, due): (&str, Option<Instant>),
        found: Option<&Found>,
    ) -> Result<(), Error> {
        let before = store.kept(id)?;
        let was = before.as_ref().map(|kept| Standing::read(&kept.results)).unwrap_or_default();
        let nowhere = Standing::default();
        let is = found.map_or(&nowhere, |found| &found.standing);
        if was != *is {
            let learnt = self.learnt(store, id, before.as_ref())?;
            let facts = self.facts(store, id)?;
            let causes = Causes { playbook: self.playbook, columns, found, facts: &facts };
            for moved in differences(&was, is, &causes, &learnt) {
                store.tell(Change { sequence: 0, customer: id.into(), at: self.now, moved })?;
                self.settled.changes += 1;
            }
        }
        if let Some(found) = found {
            self.fail(found);
        }
        let is_nothing = found.is_none() && due.is_none();
        let kept = Kept { results: is.written(), fact: self.fact, due };
        store.keep(id, (!is_nothing).then_some(&kept))
    }

    /// The facts that were learnt about a customer since it was last settled.
    fn learnt(&self, store: &Store, id: &str, before: Option<&Kept>) -> Result<Vec<Learnt>, Error> {
        if self.adopts {
            return Ok(Vec::new());
        }
        store.learnt_after(id, before.map_or(0, |kept| kept.fact))
    }

    /// The facts about a customer, so that causes can name them. Where all
    /// begins, they go without: it is about everybody.
    fn facts(&self, store: &Store, id: &str) -> Result<Vec<Recorded>, Error> {
        if self.adopts { Ok(Vec::new()) } else { store.customer_facts(id, None) }
    }

    fn fail(&mut self, found: &Found) {
        let first = found.troubles.first().map(|trouble| trouble.fault.clone());
        if let Some(fault) = first.filter(|_| self.settled.failures.len() < FAILURES_TOLD) {
            self.settled.failures.push(Failure { customer: found.id.clone(), fault });
        }
    }

    /// Queues what is asked for and was not, and takes back the reverse.
    fn give_and_take(
        &mut self,
        store: &mut Store,
        columns: &Columns,
        found: &[Found],
        mut stood: BTreeMap<Box<str>, Effect>,
    ) -> Result<(), Error> {
        let mut new: Vec<(&Given, &Found)> = Vec::new();
        for one in found {
            for given in &one.given {
                if stood.remove(&given.id).is_none() {
                    new.push((given, one));
                }
            }
        }
        let mut gone: Vec<Effect> = stood.into_values().collect();
        gone.sort_unstable_by_key(|effect| effect.sequence);
        for effect in &gone {
            store.lift(effect)?;
            if !self.adopts {
                store.queue(taking_back(self.playbook, effect))?;
                self.settled.taken_back += 1;
            }
        }
        new.sort_by(|(a, of_a), (b, of_b)| (a.at, &of_a.id, &a.id).cmp(&(b.at, &of_b.id, &b.id)));
        let mut facts: BTreeMap<&str, Vec<Recorded>> = BTreeMap::new();
        for (given, one) in new {
            if !facts.contains_key(&*one.id) {
                facts.insert(&one.id, self.facts(store, &one.id)?);
            }
            let facts = facts.get(&*one.id).map_or(&[][..], Vec::as_slice);
            let teller = Teller { columns, customer: one.customer, facts };
            let times = store.times_asked(&given.id)?;
            if let Some(effect) = self.effect(given, &one.id, teller, times) {
                store.queue(effect)?;
                self.settled.effects += 1;
            }
        }
        Ok(())
    }

    /// As it is handed over. What is asked for again, having been taken back, has
    /// another id than before.
    fn effect(&self, given: &Given, id: &str, teller: Teller<'_>, times: u64) -> Option<Effect> {
        let machine = self.playbook.machines().get(given.machine)?;
        let way = machine.transitions.get(given.transition)?;
        let asked = way.effects.get(given.effect)?;
        let step = Step {
            at: given.at,
            from: None,
            to: 0,
            transition: Some(given.transition),
            cause: given.cause,
        };
        let number = match times {
            0 => given.id.clone(),
            times => format!("{}-{}", given.id, times + 1).into(),
        };
        Some(Effect {
            sequence: 0,
            id: number,
            action: Box::from(&*asked.action),
            compensates: None,
            customer: id.into(),
            machine: Box::from(&*machine.name),
            key: given.key.clone(),
            transition: way.pointer.as_str().into(),
            due: given.at,
            cause: json(&cause(teller, &step, Some(way))),
            with: payload(given),
            acknowledged: self.adopts,
            identity: given.id.clone(),
        })
    }
}

fn json(value: &impl serde::Serialize) -> Box<str> {
    // Texts, numbers and lists alone: nothing that JSON could not say.
    serde_json::to_string(value).unwrap_or_default().into()
}

/// The values that go with an effect, by name.
fn payload(given: &Given) -> Box<str> {
    let quoted = |name: &str| serde_json::Value::from(name).to_string();
    let values = given.with.iter();
    let values: Vec<String> =
        values.map(|(name, value)| format!("{}:{}", quoted(name), to_typed(value))).collect();
    format!("{{{}}}", values.join(",")).into()
}

/// What takes an effect back: what the playbook says that does, or the same with
/// `compensates`.
fn taking_back(playbook: &Playbook, effect: &Effect) -> Effect {
    let machines = playbook.machines().iter();
    let ways = machines.flat_map(|machine: &Machine| &machine.transitions);
    let ours = ways.filter(|way| way.pointer == *effect.transition);
    let undo = ours.flat_map(|way| &way.effects).find(|it| *it.action == *effect.action);
    let undo = undo.and_then(|asked| asked.undo.as_deref());
    Effect {
        sequence: 0,
        id: format!("{}-undo", effect.id).into(),
        action: undo.map_or_else(|| effect.action.clone(), Box::from),
        compensates: Some(effect.id.clone()),
        acknowledged: false,
        ..effect.clone()
    }
}

/// What the causes of moves are told from.
struct Causes<'a> {
    playbook: &'a Playbook,
    columns: &'a Columns,
    found: Option<&'a Found>,
    facts: &'a [Recorded],
}

impl Causes<'_> {
    /// What brought a customer into the state that it is in.
    fn of(&self, state: &State) -> Box<str> {
        let told = || {
            let found = self.found?;
            let machines = self.playbook.machines();
            let place = machines.iter().position(|machine| *machine.name == *state.machine)?;
            let courses = found.life.courses.get(place)?;
            let course = courses.iter().find(|course| course.key == state.key)?;
            let step = course.steps.iter().rfind(|step| step.moved())?;
            let transitions = &machines.get(place)?.transitions;
            let way = step.transition.and_then(|way| transitions.get(way));
            let (columns, customer) = (self.columns, found.customer);
            Some(json(&cause(Teller { columns, customer, facts: self.facts }, step, way)))
        };
        told().unwrap_or_else(|| "null".into())
    }
}

fn differences(
    was: &Standing,
    is: &Standing,
    causes: &Causes<'_>,
    learnt: &[Learnt],
) -> Vec<Moved> {
    let place = |state: &State| (state.machine.clone(), state.key.clone());
    let of = |standing: &Standing| -> BTreeMap<_, State> {
        standing.states.iter().map(|state| (place(state), state.clone())).collect()
    };
    let (old, new) = (of(was), of(is));
    let places: BTreeSet<_> = old.keys().chain(new.keys()).collect();
    let mut out = Vec::new();
    for at in places {
        let (before, after) = (old.get(at), new.get(at));
        if before == after {
            continue;
        }
        out.push(Moved::State {
            machine: at.0.clone(),
            key: at.1.clone(),
            from: before.map(|state| state.state.clone()),
            to: after.map(|state| state.state.clone()),
            since: after.and_then(|state| state.since).map(Instant::clamped),
            cause: after.map_or_else(|| "null".into(), |state| causes.of(state)),
            learnt: learnt.to_vec(),
        });
    }
    let (old, new): (BTreeSet<_>, BTreeSet<_>) =
        (was.segments.iter().collect(), is.segments.iter().collect());
    for segment in old.symmetric_difference(&new) {
        out.push(Moved::Segment {
            segment: (*segment).clone(),
            entered: new.contains(segment),
            learnt: learnt.to_vec(),
        });
    }
    out
}
