//! Why a customer is not in a state.

use std::sync::Arc;

use serde::Serialize;

use super::journey::Journey;
use super::standing::{DueView, PinnedView, due, pinned, troubles};
use super::summary::TroubleView;
use crate::engine::value::Past;
use crate::error::{Code, Error, Fault, Text};
use crate::lang::Explanation;
use crate::lifecycle::{Course, Distance, Hop, Machine, ahead, distance};
use crate::units::{Instant, nearest, shown};

/// Why a customer is not in a state, and how they could come there.
#[derive(Debug, Clone, Serialize)]
pub struct WhyNot {
    /// The machine.
    pub machine: Arc<str>,
    /// Which run, where the machine runs once for each key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<Box<str>>,
    /// The state that was asked about.
    pub target: Arc<str>,
    /// As shown to people.
    pub target_label: Text,
    /// The innermost state that the customer is in.
    pub state: Arc<str>,
    /// As shown to people.
    pub state_label: Text,
    /// Since when; `None` where nobody knows.
    pub since: Option<Instant>,
    /// Whether they are there after all.
    pub there: bool,
    /// When they come there if nothing happens: where only time is missing.
    pub earliest: Option<Instant>,
    /// The step that leads to another state first if nothing happens, where
    /// there is one: what is told of later steps is as things stand now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<DueView>,
    /// The shortest ways there, three at most; none where no way leads there, or
    /// none can be taken while the state is pinned.
    pub ways: Vec<WayView>,
    /// Who pinned the state, where somebody did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pinned: Option<PinnedView>,
    /// Definitions of the machine that failed for the customer, who went on
    /// without them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub troubles: Vec<TroubleView>,
}

/// One way to a state.
#[derive(Debug, Clone, Serialize)]
pub struct WayView {
    /// The transitions on it.
    pub hops: Vec<HopView>,
}

/// One transition on a way.
#[derive(Debug, Clone, Serialize)]
pub struct HopView {
    /// The innermost state before.
    pub from: Arc<str>,
    /// The innermost state after.
    pub to: Arc<str>,
    /// As shown to people.
    pub to_label: Text,
    /// What it waits for, in words.
    pub because: Text,
    /// When a timer that runs already is due.
    pub due: Option<Instant>,
    /// The fewest ends of its condition that keep it from holding now.
    pub lacks: Vec<Explanation>,
    /// Where it stands in the playbook.
    pub transition: String,
}

impl Journey<'_> {
    /// Why the customer is not in a state, and how they could come there.
    ///
    /// # Inputs
    ///
    /// `machine`: `None` where the playbook has one alone, or one alone has a
    /// state of this name. `key`: which run of a keyed machine; `None` where it
    /// has one alone. `state`: its name, or a label that no other state has.
    ///
    /// # Errors
    ///
    /// [`Code::UnknownMachine`], [`Code::UnknownState`], [`Code::UnknownRun`],
    /// each with what there is.
    pub fn why_not(
        &self,
        machine: Option<&str>,
        key: Option<&str>,
        state: &str,
    ) -> Result<WhyNot, Error> {
        let machine = self.machine_with(machine, state)?;
        let machines = self.playbook.machines();
        let position = machines.iter().position(|it| it.name == machine.name).unwrap_or_default();
        let target = machine.state_meant(state).ok_or_else(|| unknown_state(machine, state))?;
        let past = Past::by(&self.columns, self.playbook, &[], self.as_of, self.rounds.as_ref());
        let world = past.world(self.playbook, &self.columns);
        let (life, coming) = ahead(world, machines, self.customer, self.as_of);
        let courses = life.courses.get(position).map(Vec::as_slice).unwrap_or_default();
        let course = chosen(machine, courses, key)?;
        let there = machine.is_in(course.state, target);
        let Distance { ways, earliest } = if there {
            Distance::default()
        } else {
            let course = (position, course.key.as_deref());
            distance(world, machines, self.customer, self.as_of, course, target)
        };
        let first = coming.iter().find(|it| {
            let ours = it.machine == position && it.key == course.key;
            ours && it.from != it.to && !machine.is_in(it.to, target)
        });
        let first = first.filter(|it| !there && earliest.is_none_or(|earliest| it.at < earliest));
        let ways = ways
            .iter()
            .map(|way| WayView { hops: way.iter().filter_map(|hop| view(machine, hop)).collect() });
        let named = |state: usize| machine.states.get(state).map(|it| it.name.clone());
        let label = |state: usize| machine.states.get(state).map(|it| it.text.or_name(&it.name));
        Ok(WhyNot {
            machine: machine.name.clone(),
            key: course.key.clone(),
            target: named(target).unwrap_or_default(),
            target_label: label(target).unwrap_or_default(),
            state: named(course.state).unwrap_or_default(),
            state_label: label(course.state).unwrap_or_default(),
            since: course.since,
            there,
            earliest,
            before: first.and_then(|it| due(machine, it, self.playbook, self.as_of)),
            ways: ways.collect(),
            pinned: pinned(&self.columns, self.customer, machine, course),
            troubles: troubles(&self.columns, self.customer, (position, machine), &life),
        })
    }

    /// The machine that is meant.
    fn machine_with(&self, name: Option<&str>, state: &str) -> Result<&Machine, Error> {
        if let Some(name) = name {
            return self.playbook.machine_named(name);
        }
        let machines = self.playbook.machines();
        let having: Vec<&Machine> =
            machines.iter().filter(|machine| machine.state_meant(state).is_some()).collect();
        match (having.as_slice(), machines) {
            ([one], _) => Ok(one),
            ([], [only]) => Err(unknown_state(only, state)),
            _ => Err(which_machine(&having, machines, state)),
        }
    }
}

fn view(machine: &Machine, hop: &Hop) -> Option<HopView> {
    let to = machine.states.get(hop.to)?;
    Some(HopView {
        from: machine.states.get(hop.from)?.name.clone(),
        to: to.name.clone(),
        to_label: to.text.or_name(&to.name),
        because: hop.awaited.clone(),
        due: hop.due,
        lacks: hop.lacks.clone(),
        transition: machine.transitions.get(hop.transition)?.pointer.clone(),
    })
}

/// The course that is meant.
fn chosen<'c>(
    machine: &Machine,
    courses: &'c [Course],
    key: Option<&str>,
) -> Result<&'c Course, Error> {
    let wanted = key.filter(|_| machine.key.is_some());
    let course = match (wanted, courses) {
        (None, [one]) => Some(one),
        (Some(_), _) => courses.iter().find(|course| course.key.as_deref() == wanted),
        _ => None,
    };
    course.ok_or_else(|| {
        let name = &machine.name;
        let known: Vec<&str> = courses.iter().filter_map(|course| course.key.as_deref()).collect();
        let known = shown(&known.join("`, `")).into_owned();
        let fault = Fault::new(
            Code::UnknownRun,
            format!("machine `{name}` runs once for each key, and it is not clear which is meant"),
            format!("生命周期 `{name}` 按键分别运行，无法确定所指的是哪一个"),
        );
        if courses.is_empty() {
            return fault.hint("this customer has no run of it", "该客户没有任何运行实例").into();
        }
        fault.hint(format!("its keys are `{known}`"), format!("可用的键：`{known}`")).into()
    })
}

fn unknown_state(machine: &Machine, state: &str) -> Error {
    let (name, state) = (&machine.name, shown(state));
    let fault = Fault::new(
        Code::UnknownState,
        format!("machine `{name}` has no state `{state}`"),
        format!("生命周期 `{name}` 没有状态 `{state}`"),
    );
    let names = || machine.states.iter().map(|state| &*state.name);
    match nearest(&state, names()) {
        Some(near) => fault.meant(near),
        None => {
            let names = names().collect::<Vec<_>>().join("`, `");
            fault.hint(format!("its states are `{names}`"), format!("可用的状态：`{names}`"))
        }
    }
    .into()
}

fn which_machine(having: &[&Machine], machines: &[Machine], state: &str) -> Error {
    let state = shown(state);
    let listed = |names: Vec<&str>| names.join("`, `");
    if having.is_empty() {
        let names = listed(machines.iter().map(|machine| &*machine.name).collect());
        let fault = Fault::new(
            Code::UnknownState,
            format!("no machine of the playbook has a state `{state}`"),
            format!("规则集中没有任何生命周期具有状态 `{state}`"),
        );
        let states = machines.iter().flat_map(|machine| &machine.states);
        let near = nearest(&state, states.map(|state| &*state.name));
        let fault = if let Some(near) = near {
            fault.meant(near)
        } else if names.is_empty() {
            fault.hint("the playbook has no machines", "规则集中没有生命周期")
        } else {
            fault.hint(format!("its machines are `{names}`"), format!("可用的生命周期：`{names}`"))
        };
        return fault.into();
    }
    let names = listed(having.iter().map(|machine| &*machine.name).collect());
    Fault::new(
        Code::UnknownMachine,
        format!("several machines have a state `{state}`: `{names}`"),
        format!("多个生命周期具有状态 `{state}`：`{names}`"),
    )
    .hint("name the machine", "请指明生命周期")
    .into()
}
