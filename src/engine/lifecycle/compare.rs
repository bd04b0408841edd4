//! Two playbooks set against each other, in words.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;

use super::super::answers::Options;
use super::super::summary::PlaybookSummary;
use crate::engine::value::Past;
use crate::error::{Code, Error, Fault, Text};
use crate::facts::Columns;
use crate::lang::World;
use crate::lifecycle::{
    Cause, Change, Effected, Machine, Mode, Pair, Parting, Side, Step, compare as compare_sides,
};
use crate::playbook::Playbook;
use crate::units::{Instant, nearest, shown};

/// For each machine the new state that an old one stands for, where they are
/// called differently. A machine of another name is written `old=new`.
pub type StateMap = BTreeMap<String, BTreeMap<String, String>>;

/// What another playbook would change.
#[derive(Debug, Clone, Serialize)]
pub struct ComparisonView {
    /// The one in force.
    pub old: PlaybookSummary,
    /// The other.
    pub new: PlaybookSummary,
    /// `reinterpret`, `forward` or `shadow`.
    pub mode: &'static str,
    /// From when, where it goes forward.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<Instant>,
    /// The instant of the answers.
    pub as_of: Instant,
    /// Customers who were there.
    pub customers: u64,
    /// Each pair of machines.
    pub machines: Vec<ChangeView>,
    /// Machines that the other playbook does not have.
    pub dropped: Vec<Arc<str>>,
    /// Machines that only the other has.
    pub added: Vec<Arc<str>>,
    /// What the host would have to do.
    pub effects_new: Vec<EffectView>,
    /// What it would have to take back.
    pub effects_undone: Vec<EffectView>,
}

/// What becomes of one machine.
#[derive(Debug, Clone, Serialize)]
pub struct ChangeView {
    /// The old machine.
    pub machine: Arc<str>,
    /// The new one.
    pub new_machine: Arc<str>,
    /// As shown to people.
    pub label: Text,
    /// Who would be in a state that theirs does not stand for; of a keyed
    /// machine, runs.
    pub changed: u64,
    /// Whose way is another one, wherever they are now.
    pub parted: u64,
    /// How many are in which old and new state.
    pub matrix: Vec<CellView>,
    /// Where some of them part: of each changed cell one, then of each another.
    pub examples: Vec<PartingView>,
}

/// Some who are in an old state and would be in a new one.
#[derive(Debug, Clone, Serialize)]
pub struct CellView {
    /// The old state; `None`: there was no run.
    pub old: Option<Arc<str>>,
    /// The new state; `None`: there would be no run.
    pub new: Option<Arc<str>>,
    /// How many.
    pub count: u64,
    /// Whether the new one is not what the old one stands for.
    pub changed: bool,
}

/// Where two ways of one customer part.
#[derive(Debug, Clone, Serialize)]
pub struct PartingView {
    /// The customer's id.
    pub customer: Box<str>,
    /// Which run, where the machine runs once for each key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<Box<str>>,
    /// The old state.
    pub old: Option<Arc<str>>,
    /// The new state.
    pub new: Option<Arc<str>>,
    /// The first instant at which the ways differ.
    pub at: Option<Instant>,
    /// What the old playbook did then; `None`: nothing.
    pub old_step: Option<MoveTold>,
    /// What the new one does then; `None`: nothing.
    pub new_step: Option<MoveTold>,
}

/// One step in words.
#[derive(Debug, Clone, Serialize)]
pub struct MoveTold {
    /// From; `None`: began.
    pub from: Option<Arc<str>>,
    /// To.
    pub to: Arc<str>,
    /// What it waited for.
    pub because: Text,
}

/// Effects of one transition.
#[derive(Debug, Clone, Serialize)]
pub struct EffectView {
    /// The machine.
    pub machine: Arc<str>,
    /// Where the transition stands in its playbook.
    pub transition: String,
    /// What is to be done.
    #[serde(rename = "do")]
    pub action: Arc<str>,
    /// What takes it back.
    pub undo: Option<Arc<str>>,
    /// How often.
    pub count: u64,
}

/// Sets another playbook against the one in force, over everybody.
///
/// # Inputs
///
/// `old`, `new`: the same facts by the schema of each playbook. `map`: states
/// that are called differently; going forward it must leave no state out.
///
/// # Errors
///
/// A map that names what is not there, or that leaves states out where the mode
/// needs all; a start after `as_of`.
pub fn compare(
    old: (&Columns, &Playbook),
    new: (&Columns, &Playbook),
    as_of: Instant,
    mode: Mode,
    map: &StateMap,
    options: Options,
) -> Result<ComparisonView, Error> {
    let pairs = pairs(old.1, new.1, map)?;
    let (name, from) = match mode {
        Mode::Reinterpret => ("reinterpret", None),
        Mode::Shadow => ("shadow", None),
        Mode::Forward(from) => {
            total(old.1, new.1, &pairs)?;
            if as_of < from {
                return Err(Fault::new(
                    Code::InvalidArgument,
                    format!("{from} is after the instant of the answers, {as_of}"),
                    format!("{from} 晚于评估时点 {as_of}"),
                )
                .into());
            }
            ("forward", Some(from))
        }
    };
    let past = |side: (&Columns, &Playbook)| Past::new(side.0, side.1, &[], as_of, options.threads);
    let (old_past, new_past) = (past(old), past(new));
    let old_side = Side { world: old_past.world(old.1, old.0), machines: old.1.machines() };
    let new_side = Side { world: new_past.world(new.1, new.0), machines: new.1.machines() };
    let found = compare_sides(old_side, new_side, &pairs, mode, as_of, options.threads);
    let told = Told { old: old_side, new: new_side, customers: &old.0.customers };
    let unpaired = |machines: &[Machine], paired: &dyn Fn(&Pair) -> usize| {
        let alone = |at: &usize| pairs.iter().all(|pair| paired(pair) != *at);
        (0..machines.len()).filter(alone).map(|at| machines[at].name.clone()).collect()
    };
    Ok(ComparisonView {
        old: PlaybookSummary::of(old.1),
        new: PlaybookSummary::of(new.1),
        mode: name,
        from,
        as_of,
        customers: found.customers,
        machines: pairs.iter().zip(&found.pairs).map(|(pair, it)| told.change(pair, it)).collect(),
        dropped: unpaired(old.1.machines(), &|pair| pair.old),
        added: unpaired(new.1.machines(), &|pair| pair.new),
        effects_new: effect_views(new_side.machines, &found.new),
        effects_undone: effect_views(old_side.machines, &found.undone),
    })
}

/// Machines and states that stand for each other: by the map, else by name.
fn pairs(old: &Playbook, new: &Playbook, map: &StateMap) -> Result<Vec<Pair>, Error> {
    let mut faults = Vec::new();
    let mut named: BTreeMap<&str, (&str, &BTreeMap<String, String>)> = BTreeMap::new();
    for (key, states) in map {
        let (from, to) = key.split_once('=').unwrap_or((key, key));
        for (playbook, name) in [(old, from), (new, to)] {
            if let Err(error) = playbook.machine_named(name) {
                faults.extend(error.into_faults().into_iter().map(|it| it.at(format!("/{key}"))));
            }
        }
        named.insert(from, (to, states));
    }
    let none = BTreeMap::new();
    let mut out = Vec::new();
    for (position, machine) in old.machines().iter().enumerate() {
        let (to, states) = named.get(&*machine.name).copied().unwrap_or((&machine.name, &none));
        let Some(at) = new.machines().iter().position(|it| *it.name == *to) else { continue };
        let target = &new.machines()[at];
        let mut moved = BTreeMap::new();
        for (from, to) in states {
            let place = format!("/{}/{from}", machine.name);
            match (machine.state(from), target.state(to)) {
                (Some(from), Some(to)) => {
                    moved.insert(from, to);
                }
                (None, _) => faults.push(unknown_state(from, machine).at(place)),
                (_, None) => faults.push(unknown_state(to, target).at(place)),
            }
        }
        let stands = |state: usize| {
            let mapped = machine.path(state).find_map(|outer| moved.get(&outer).copied());
            mapped
                .or_else(|| target.state(&machine.states[state].name))
                .map(|to| target.states[to].entry)
        };
        let states = (0..machine.states.len()).map(stands).collect();
        out.push(Pair { old: position, new: at, states });
    }
    Error::check(faults)?;
    Ok(out)
}

pub(super) fn unknown_state(name: &str, machine: &Machine) -> Fault {
    let (name, of) = (shown(name), &machine.name);
    let fault = Fault::new(
        Code::UnknownReference,
        format!("`{of}` has no state `{name}`"),
        format!("`{of}` 没有状态 `{name}`"),
    );
    match nearest(&name, machine.states.iter().map(|state| &*state.name)) {
        Some(near) => fault.meant(near),
        None => fault,
    }
}

/// Every old innermost state must stand for a new one.
fn total(old: &Playbook, new: &Playbook, pairs: &[Pair]) -> Result<(), Error> {
    let mut faults = Vec::new();
    for pair in pairs {
        let (from, to) = (&old.machines()[pair.old], &new.machines()[pair.new]);
        for (leaf, state) in from.leaves().filter(|(leaf, _)| pair.stands(*leaf).is_none()) {
            let (name, machine) = (&state.name, &to.name);
            let fault = Fault::new(
                Code::MissingKey,
                format!("the map does not say what `{name}` becomes in `{machine}`"),
                format!("映射没有说明 `{name}` 在 `{machine}` 中对应哪个状态"),
            );
            debug_assert!(from.states[leaf].name == *name);
            faults.push(fault.at(format!("/{}/{name}", from.name)));
        }
    }
    Error::check(faults)
}

struct Told<'a> {
    old: Side<'a>,
    new: Side<'a>,
    customers: &'a [Box<str>],
}

impl Told<'_> {
    fn change(&self, pair: &Pair, change: &Change) -> ChangeView {
        let (old, new) = (&self.old.machines[pair.old], &self.new.machines[pair.new]);
        let cells = change.matrix.iter().map(|((was, is), count)| CellView {
            old: was.and_then(|state| name(old, state)),
            new: is.and_then(|state| name(new, state)),
            count: *count,
            changed: was.and_then(|was| pair.stands(was)) != *is,
        });
        let matrix: Vec<CellView> = cells.collect();
        let changed = matrix.iter().filter(|cell| cell.changed).map(|cell| cell.count).sum();
        ChangeView {
            machine: old.name.clone(),
            new_machine: new.name.clone(),
            label: old.text.or_name(&old.name),
            changed,
            parted: change.parted,
            matrix,
            examples: change.examples.iter().map(|it| self.parting(pair, it)).collect(),
        }
    }

    fn parting(&self, pair: &Pair, parting: &Parting) -> PartingView {
        let (old, new) = (&self.old.machines[pair.old], &self.new.machines[pair.new]);
        let step = |machine: &Machine, world: World<'_>, step: &Option<Step>| {
            step.as_ref().and_then(|step| step_told(machine, world, step))
        };
        PartingView {
            customer: self.customers.get(parting.customer).cloned().unwrap_or_default(),
            key: parting.key.clone(),
            old: parting.now.0.and_then(|state| name(old, state)),
            new: parting.now.1.and_then(|state| name(new, state)),
            at: parting.at,
            old_step: step(old, self.old.world, &parting.old),
            new_step: step(new, self.new.world, &parting.new),
        }
    }
}

/// A step in words.
pub(super) fn step_told(machine: &Machine, world: World<'_>, step: &Step) -> Option<MoveTold> {
    let way = step.transition.and_then(|way| machine.transitions.get(way));
    Some(MoveTold {
        from: step.from.and_then(|from| name(machine, from)),
        to: name(machine, step.to)?,
        because: match way {
            Some(way) => way.waits_for(world),
            None if step.from.is_none() => Text::new("first known", "首次出现"),
            None if matches!(step.cause, Cause::Decision(_)) => {
                Text::new("decided by hand", "人工改定")
            }
            None => Text::new("taken over", "接管"),
        },
    })
}

fn name(machine: &Machine, state: usize) -> Option<Arc<str>> {
    machine.states.get(state).map(|state| state.name.clone())
}

fn effect_views(machines: &[Machine], counts: &BTreeMap<Effected, u64>) -> Vec<EffectView> {
    let views = counts.iter().filter_map(|((machine, transition, effect), count)| {
        let machine = machines.get(*machine)?;
        let way = machine.transitions.get(*transition)?;
        let effect = way.effects.get(*effect)?;
        Some(EffectView {
            machine: machine.name.clone(),
            transition: way.pointer.clone(),
            action: effect.action.clone(),
            undo: effect.undo.clone(),
            count: *count,
        })
    });
    views.collect()
}
