//! A machine with the boxes of its conditions: what all checks look at.

use std::collections::VecDeque;

use super::guard::Guards;
use super::range::{Point, Range};
use super::region::{Cell, Region, everything};
use super::{Ground, Verdict};
use crate::lifecycle::{Due, Kinds, Machine, State, Transition, Trigger};

/// A state into which people put customers, so that no way need lead there.
pub(super) const MANUAL: &str = "manual";

/// A machine, its conditions as boxes, and where its ways lead.
pub(super) struct View<'a> {
    pub ground: &'a Ground<'a>,
    pub machine: &'a Machine,
    /// For each transition where its condition holds; `None` where that is too
    /// much to look at.
    pub regions: Vec<Option<Region>>,
    /// For each transition whether it can ever be taken, as far as its own
    /// condition goes.
    pub open: Vec<Verdict>,
    /// For each state whether it, or one inside it, can be reached.
    pub reached: Vec<bool>,
}

impl<'a> View<'a> {
    pub fn new(ground: &'a Ground<'a>, machine: &'a Machine, guards: &mut Guards<'a>) -> Self {
        let region = |transition: &Transition| match &transition.when {
            Some(when) => guards.region(when),
            None => Some(everything()),
        };
        let regions = machine.transitions.iter().map(region).collect();
        let mut view = View { ground, machine, regions, open: Vec::new(), reached: Vec::new() };
        view.open = (0..machine.transitions.len()).map(|own| view.openness(own, guards)).collect();
        view.reached = view.reach();
        view
    }

    pub fn transition(&self, position: usize) -> Option<&'a Transition> {
        self.machine.transitions.get(position)
    }

    pub fn state(&self, position: usize) -> Option<&'a State> {
        self.machine.states.get(position)
    }

    /// Where a transition's condition holds, in the states that it leads out
    /// of, and when an event of this kind has just happened.
    pub fn region(
        &self,
        position: usize,
        kind: Option<usize>,
        guards: &mut Guards<'a>,
    ) -> Option<Region> {
        let region = self.regions.get(position)?.clone()?;
        self.within(position, &region, kind, guards)
    }

    /// What of a region is left there and then.
    pub fn within(
        &self,
        position: usize,
        region: &Region,
        kind: Option<usize>,
        guards: &mut Guards<'a>,
    ) -> Option<Region> {
        let from = self.transition(position)?.from;
        let context = self.context(from, kind, guards);
        guards.facts.and(&vec![context], region)
    }

    /// What is known whenever a state's ways out are looked at.
    fn context(&self, from: usize, kind: Option<usize>, guards: &Guards<'a>) -> Cell {
        let mut cell = kind.map(|kind| guards.just_happened(kind)).unwrap_or_default();
        if let Some(state) = guards.asked_state(&self.machine.name) {
            let leaves = self.machine.leaves().filter(|(leaf, _)| self.machine.is_in(*leaf, from));
            let names = leaves.map(|(_, leaf)| Point::Text(leaf.name.clone()));
            cell.0.insert(state, Range::points(names));
        }
        cell
    }

    /// The kinds of events that a transition waits for, one by one; nothing
    /// where it waits for something else, or for all of them.
    pub fn kinds(&self, position: usize) -> Vec<Option<usize>> {
        match self.transition(position).map(|transition| &transition.trigger) {
            Some(Trigger::Event(Kinds::Some(kinds))) => kinds.iter().copied().map(Some).collect(),
            _ => vec![None],
        }
    }

    fn openness(&self, position: usize, guards: &mut Guards<'a>) -> Verdict {
        let mut verdict = Verdict::Refuted;
        for kind in self.kinds(position) {
            let region = self.region(position, kind, guards);
            match region.map(|region| self.is_real(&region, guards)) {
                Some(Verdict::Proven) => return Verdict::Proven,
                Some(Verdict::Refuted) => {}
                Some(Verdict::Unknown) | None => verdict = Verdict::Unknown,
            }
        }
        verdict
    }

    /// Whether customers can be in a region.
    pub fn is_real(&self, region: &Region, guards: &Guards<'a>) -> Verdict {
        let own = self.machine.name.clone();
        let real = |cell: &Cell| {
            let mut free = cell.clone();
            // The machine's own state is one of those it is in.
            free.0.retain(|quantity, _| {
                !matches!(guards.sorts.get(*quantity), Some(super::guard::Sort::State(of)) if *of == own)
            });
            guards.is_real(&free)
        };
        match (region.is_empty(), region.iter().any(real)) {
            (true, _) => Verdict::Refuted,
            (_, true) => Verdict::Proven,
            _ => Verdict::Unknown,
        }
    }

    /// The ways out of an innermost state, first match first, with those of
    /// the states that it is inside.
    pub fn ways(&self, leaf: usize) -> impl Iterator<Item = usize> + '_ {
        let path = self.machine.path(leaf);
        path.filter_map(|state| self.machine.states.get(state)).flat_map(|it| it.on.iter().copied())
    }

    /// Where a transition can lead: one innermost state, or all inside a state
    /// whose last is entered again.
    pub fn ends(&self, transition: &Transition) -> Vec<usize> {
        let Some((target, to)) = transition.target.zip(transition.to) else { return Vec::new() };
        let inside = |leaf: &usize| self.machine.is_in(*leaf, target);
        let remembers = self
            .machine
            .path(to)
            .take_while(|state| self.machine.is_in(*state, target))
            .any(|state| self.state(state).is_some_and(|state| state.history));
        if !remembers {
            return vec![to];
        }
        self.machine.leaves().map(|(leaf, _)| leaf).filter(inside).collect()
    }

    /// The innermost states that something can lead to, from the first.
    fn reach(&self) -> Vec<bool> {
        let mut reached = vec![false; self.machine.states.len()];
        let mut queue: VecDeque<usize> = self.beginnings().into();
        while let Some(leaf) = queue.pop_front() {
            if reached.get(leaf).copied() != Some(false) {
                continue;
            }
            for state in self.machine.path(leaf) {
                if let Some(seen) = reached.get_mut(state) {
                    *seen = true;
                }
            }
            for way in self.ways(leaf) {
                if self.is_open(way)
                    && let Some(transition) = self.transition(way)
                {
                    // What a state remembers has been reached before.
                    queue.extend(transition.to);
                }
            }
        }
        reached
    }

    /// Whether a transition is not proven to be closed for ever.
    pub fn is_open(&self, position: usize) -> bool {
        self.open.get(position) != Some(&Verdict::Refuted)
    }

    /// Where lives begin, are taken over, or are put by people.
    pub fn beginnings(&self) -> Vec<usize> {
        let mut out = vec![self.machine.initial];
        let by_hand = |state: &&State| state.tags.iter().any(|tag| &**tag == MANUAL);
        out.extend(self.machine.states.iter().filter(by_hand).map(|state| state.entry));
        if let Some(opening) = &self.machine.opening {
            let kind = self.ground.schema.kinds.get(opening.kind);
            let field = kind.and_then(|kind| kind.fields.get(opening.field));
            let named = |state: &State| match field.map(|field| &field.ty) {
                Some(crate::facts::Type::Enum(labels)) => {
                    labels.iter().any(|label| label.name == state.name)
                }
                _ => true,
            };
            out.extend(self.machine.states.iter().filter(|it| named(it)).map(|it| it.entry));
        }
        out
    }

    /// Whether a state, or one that it is inside, has a tag.
    pub fn has_tag(&self, state: usize, tag: &str) -> bool {
        let mut path = self.machine.path(state).filter_map(|outer| self.state(outer));
        path.any(|state| state.tags.iter().any(|have| &**have == tag))
    }

    /// The innermost states that can be reached.
    pub fn leaves(&self) -> impl Iterator<Item = (usize, &'a State)> + '_ {
        self.machine.leaves().filter(|(leaf, _)| self.reached.get(*leaf) == Some(&true))
    }

    /// Whether a transition leads out of an innermost state to another one.
    pub fn leaves_state(&self, transition: &Transition, leaf: usize) -> bool {
        self.ends(transition).iter().any(|end| *end != leaf)
    }
}

/// The timer of a transition.
pub(super) fn timer(transition: &Transition) -> Option<&Due> {
    match &transition.trigger {
        Trigger::Due(due) => Some(due),
        _ => None,
    }
}
