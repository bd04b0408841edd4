//! Machines made ready for many customers: for each state a table of what to
//! look at.

use std::ops::Deref;
use std::sync::Arc;

use super::machine::{Due, Kinds, Machine, Trigger};
use crate::facts::{Data, History};
use crate::lang::{Length, Quick, World};

/// A machine with its conditions made ready for one world.
#[derive(Debug)]
pub(super) struct Plan<'a> {
    pub machine: &'a Machine,
    /// For each transition its condition.
    pub guards: Vec<Option<Quick<'a>>>,
    /// For each word of the opening event's field the state that it names.
    pub opening: Option<(usize, usize, Vec<Option<usize>>)>,
    tables: Arc<Tables>,
}

/// What of a plan no facts decide, so that worlds which differ in their facts
/// alone share it.
#[derive(Debug)]
pub(super) struct Tables {
    /// For each transition its timer.
    pub timers: Vec<Option<Timer>>,
    /// For each state what leads out of it and of those it is inside.
    pub ways: Vec<Ways>,
    /// For each state those it is inside and itself, from the outermost.
    pub paths: Vec<Vec<usize>>,
    pub has_history: bool,
}

/// What leads out of a state, the innermost first, each as listed.
#[derive(Debug, Default)]
pub(super) struct Ways {
    /// For each event kind where its transitions begin and end in `on_event`.
    bounds: Vec<(u32, u32)>,
    on_event: Vec<u32>,
    pub on_change: Vec<u32>,
    /// Conditions that do not read the clock.
    pub at_once: Vec<u32>,
    /// Everything that waits for no fact.
    pub timed: Vec<u32>,
    /// Whether everything in `timed` is a timer that facts can only put off.
    pub lazy: bool,
}

impl Ways {
    #[inline]
    pub fn on_event(&self, kind: usize) -> &[u32] {
        let (from, until) = self.bounds.get(kind).copied().unwrap_or((0, 0));
        self.on_event.get(from as usize..until as usize).unwrap_or(&[])
    }
}

/// How a timer's due is found.
#[derive(Debug)]
pub(super) enum Timer {
    /// A fixed length after the state was entered.
    After(Length),
    /// A fixed length after the last event of these kinds.
    Silent(Length, Vec<usize>),
    /// A fixed length after the last event of any kind.
    Idle(Length),
    /// By evaluating its expression.
    Slow,
}

impl Deref for Plan<'_> {
    type Target = Tables;

    #[inline]
    fn deref(&self) -> &Tables {
        &self.tables
    }
}

impl<'a> Plan<'a> {
    pub fn new(machine: &'a Machine, world: World<'a>) -> Plan<'a> {
        Plan::with(machine, world, Arc::new(Tables::new(machine, world)))
    }

    /// The same machine in a world that differs in its facts alone.
    pub fn over(&self, world: World<'a>) -> Plan<'a> {
        Plan::with(self.machine, world, self.tables.clone())
    }

    fn with(machine: &'a Machine, world: World<'a>, tables: Arc<Tables>) -> Plan<'a> {
        let guard = |when: &'a Option<Arc<crate::lang::Checked>>| {
            when.as_ref().map(|when| Quick::new(when, world))
        };
        Plan {
            machine,
            guards: machine.transitions.iter().map(|it| guard(&it.when)).collect(),
            opening: machine.opening.as_ref().and_then(|opening| {
                let column = world.columns.kinds.get(opening.kind)?.fields.get(opening.field)?;
                let Data::Codes { words, .. } = &column.data else { return None };
                let states = words.keys().map(|name| machine.state(name)).collect();
                Some((opening.kind, opening.field, states))
            }),
            tables,
        }
    }
}

impl Tables {
    fn new(machine: &Machine, world: World<'_>) -> Tables {
        let n_kinds = world.columns.kinds.len();
        let timers: Vec<Option<Timer>> =
            machine.transitions.iter().map(|it| timer(&it.trigger, world)).collect();
        let path = |state| {
            let mut path: Vec<usize> = machine.path(state).collect();
            path.reverse();
            path
        };
        let n_states = machine.states.len();
        let ways = (0..n_states).map(|state| ways(machine, state, n_kinds, &timers)).collect();
        Tables {
            ways,
            timers,
            paths: (0..n_states).map(path).collect(),
            has_history: machine.states.iter().any(|state| state.history),
        }
    }
}

fn timer(trigger: &Trigger, world: World<'_>) -> Option<Timer> {
    let Trigger::Due(due) = trigger else { return None };
    Some(match due {
        Due::After(length) => Length::constant(length, world).map_or(Timer::Slow, Timer::After),
        Due::Silent(length, kinds) => match Length::constant(length, world) {
            Some(length) if *kinds == Kinds::All => Timer::Idle(length),
            Some(length) => {
                let all = 0..world.columns.kinds.len();
                Timer::Silent(length, all.filter(|kind| kinds.has(*kind)).collect())
            }
            None => Timer::Slow,
        },
        Due::At(_) | Due::Every(..) => Timer::Slow,
    })
}

fn ways(machine: &Machine, state: usize, n_kinds: usize, timers: &[Option<Timer>]) -> Ways {
    let mut out = Ways { lazy: true, ..Ways::default() };
    let mut on_event: Vec<Vec<u32>> = vec![Vec::new(); n_kinds];
    for outer in machine.path(state) {
        for position in machine.states.get(outer).into_iter().flat_map(|state| &state.on) {
            let Some(transition) = machine.transitions.get(*position) else { continue };
            let own = *position as u32;
            match &transition.trigger {
                Trigger::Event(Kinds::All) => on_event.iter_mut().for_each(|list| list.push(own)),
                Trigger::Event(Kinds::Some(kinds)) => {
                    for kind in kinds {
                        on_event.extend_at(*kind, own);
                    }
                }
                Trigger::Change(_) => out.on_change.push(own),
                Trigger::Condition => {
                    if !transition.clocked {
                        out.at_once.push(own);
                    }
                    out.timed.push(own);
                    out.lazy = false;
                }
                Trigger::Due(_) => {
                    out.timed.push(own);
                    let fixed = !matches!(timers.get(*position), Some(Some(Timer::Slow)) | None);
                    out.lazy &= fixed;
                }
            }
        }
    }
    for list in on_event {
        let from = out.on_event.len() as u32;
        out.on_event.extend(list);
        out.bounds.push((from, out.on_event.len() as u32));
    }
    out
}

trait ExtendAt {
    fn extend_at(&mut self, place: usize, value: u32);
}

impl ExtendAt for Vec<Vec<u32>> {
    fn extend_at(&mut self, place: usize, value: u32) {
        if let Some(list) = self.get_mut(place) {
            list.push(value);
        }
    }
}

/// Attributes and consents whose changes are steps, with the position of the
/// attribute.
pub(super) fn watched<'a>(
    machines: &[Machine],
    world: World<'a>,
) -> Vec<(&'a History, Option<usize>)> {
    if !machines.iter().any(|machine| reads_attributes(machine, world)) {
        return Vec::new();
    }
    let attributes = world.columns.attributes.iter().enumerate();
    let attributes = attributes.map(|(position, history)| (history, Some(position)));
    let consents = world.columns.consents.iter().map(|history| (history, None));
    let dated = |(history, _): &(&History, _)| matches!(history, History::Dated { .. });
    attributes.chain(consents).filter(dated).collect()
}

/// Whether anything that a machine looks at depends on more than events.
fn reads_attributes(machine: &Machine, world: World<'_>) -> bool {
    let reads = |checked: &crate::lang::Checked| {
        let uses = &checked.uses;
        !uses.attributes.is_empty()
            || !uses.consents.is_empty()
            || !uses.segments.is_empty()
            || checked.meanings.contains(&Some(crate::lang::Meaning::OfCustomer))
    };
    let _ = world;
    machine.transitions.iter().any(|transition| {
        let due = match &transition.trigger {
            Trigger::Due(due) => Some(due.expression()),
            Trigger::Change(_) => return true,
            _ => None,
        };
        due.into_iter().chain(&transition.when).any(|checked| reads(checked))
    })
}
