//! From the beginning along every way that is not taken yet.

use std::collections::{BTreeMap, VecDeque};

use super::super::guard::Guards;
use super::super::region::Cell;
use super::super::view::View;
use super::coverage::Scenario;
use super::history::{AHEAD, APART, FACTS, History, LONG};
use super::stage::Stage;
use crate::facts::{Columns, Fact, Type};
use crate::lang::Checked;
use crate::lang::tree::Node as Part;
use crate::lifecycle::{Due, Kinds, Life, Step, Transition, Trigger};
use crate::units::Instant;

/// Histories that are tried for one machine, at most.
const TRIES: usize = 5_000;

/// Different ways into one state from which it goes on, at most.
const ENTRIES: usize = 3;

/// How often time is let pass for one timer, at most.
const WAKES: usize = 40;

/// Boxes of one condition from which values are tried, at most.
const CELLS: usize = 6;

/// A history so far.
#[derive(Debug, Clone)]
pub(super) struct Node {
    facts: Vec<Fact>,
    now: Instant,
    leaf: Option<usize>,
}

/// How one way is tried.
struct Variant {
    /// How many long times to wait first.
    wait: i64,
    /// Attributes to tell besides, and whether they are known.
    told: Vec<(usize, bool)>,
    /// How many days ahead any date is.
    ahead: i64,
}

pub(super) struct Walk<'w, 'a> {
    pub(super) stage: &'w Stage<'w>,
    pub(super) view: &'w View<'a>,
    pub(super) guards: &'w mut Guards<'a>,
    pub(super) which: usize,
    pub(super) found: BTreeMap<usize, Scenario>,
    pub(super) nodes: Vec<Node>,
    pub(super) entries: BTreeMap<usize, usize>,
    pub(super) tries: usize,
}

impl Walk<'_, '_> {
    pub(super) fn run(&mut self, starts: Vec<Node>) {
        let mut history = History::new(self.stage, self.stage.start);
        history.profile();
        let mut beginnings = vec![Node { facts: history.facts, now: self.stage.start, leaf: None }];
        beginnings.extend(self.begun());
        let mut queue: VecDeque<Node> = VecDeque::new();
        for start in beginnings.into_iter().chain(starts) {
            queue.extend(self.play(start.facts, start.now, None));
        }
        while let Some(node) = queue.pop_front() {
            let leaf = node.leaf.unwrap_or(self.view.machine.initial);
            for way in self.view.ways(leaf) {
                if !self.found.contains_key(&way) && self.view.is_open(way) {
                    let next = self.attempt(&node, way);
                    queue.extend(next);
                }
            }
            self.nodes.push(node);
        }
    }

    /// For a machine that runs once for each key, a run begun by each of the
    /// kinds that have one: some of them may leave it in its first state.
    fn begun(&self) -> Vec<Node> {
        let Some(key) = &self.view.machine.key else { return Vec::new() };
        let kinds = key.positions.iter().enumerate().filter(|(_, field)| field.is_some());
        let begun = kinds.map(|(kind, _)| {
            let mut history = History::new(self.stage, self.stage.start);
            history.profile();
            history.pass(APART);
            history.happen(kind, &Cell::default(), self.guards);
            Node { facts: history.facts, now: history.now, leaf: None }
        });
        begun.collect()
    }

    /// Tries to take one way from where a history has come to.
    fn attempt(&mut self, node: &Node, way: usize) -> Vec<Node> {
        let Some(transition) = self.view.transition(way) else { return Vec::new() };
        let mut out = Vec::new();
        for kind in self.kinds(transition) {
            let region = self.view.region(way, kind, self.guards);
            let mut cells = region.unwrap_or_default();
            cells.truncate(CELLS);
            for cell in &cells {
                for Variant { wait, told, ahead } in self.variants(transition) {
                    if self.found.contains_key(&way) {
                        return out;
                    }
                    let mut history = History::new(self.stage, node.now);
                    history.facts.clone_from(&node.facts);
                    history.ahead = ahead;
                    history.pass(wait * LONG);
                    // Before what the box says, which may lead away, and after
                    // it, for who asks which of the two came later.
                    history.tell(&told);
                    history.meet(cell, self.guards, transition, kind);
                    history.tell(&told);
                    history.trigger(cell, self.guards, transition, kind);
                    let (facts, now) = (history.facts, history.now);
                    out.extend(self.play(facts, now, Some(way)));
                }
            }
        }
        out
    }

    /// What to try besides: what boxes do not say of a condition, such as whether
    /// a contact can be reached, may hang on any of the attributes that it reads
    /// being known or not; and a date may have to come before another timer.
    fn variants(&self, transition: &Transition) -> Vec<Variant> {
        let mut read: Vec<usize> = Vec::new();
        if let Some(when) = &transition.when {
            read.extend(&when.uses.attributes);
            let attributes = self.stage.ground.schema.attributes.iter().enumerate();
            let contacts = attributes.filter(|(_, it)| matches!(it.ty, Type::Contact(_)));
            read.extend(contacts.map(|(own, _)| own).filter(|_| asks_contact(when)));
        }
        let all = |known: bool| read.iter().map(|own| (*own, known)).collect::<Vec<_>>();
        let told =
            if read.is_empty() { vec![all(true)] } else { vec![vec![], all(true), all(false)] };
        let dates: &[i64] = if matches!(transition.trigger, Trigger::Due(Due::At(_))) {
            &AHEAD
        } else {
            &AHEAD[..1]
        };
        let mut out = Vec::new();
        for ahead in dates {
            for wait in [0, 1] {
                out.extend(told.iter().map(|told| Variant {
                    wait,
                    told: told.clone(),
                    ahead: *ahead,
                }));
            }
        }
        out
    }

    fn kinds(&self, transition: &Transition) -> Vec<Option<usize>> {
        match &transition.trigger {
            Trigger::Event(Kinds::Some(kinds)) => kinds.iter().copied().map(Some).collect(),
            Trigger::Event(Kinds::All) => {
                (0..self.stage.ground.schema.kinds.len()).map(Some).collect()
            }
            _ => vec![None],
        }
    }

    /// Plays a history, lets time pass where one way waits for it, and keeps
    /// what is new.
    fn play(&mut self, facts: Vec<Fact>, now: Instant, wanted: Option<usize>) -> Option<Node> {
        if FACTS < facts.len() {
            return None;
        }
        let columns = self.stage.columns(&facts);
        let mut until = now;
        let mut life = self.life(&columns, until)?;
        for _ in 0..WAKES {
            let waits = wanted.filter(|way| !self.takes(&life, *way));
            let Some(wake) = life.wakes.filter(|_| waits.is_some()) else { break };
            until = wake;
            life = self.life(&columns, until)?;
        }
        let steps: Vec<Step> = life
            .courses
            .get(self.which)?
            .iter()
            .flat_map(|course| &course.steps)
            .cloned()
            .collect();
        let mut news = wanted.is_none();
        for step in steps {
            let Some((way, at)) = step.transition.zip(step.at) else { continue };
            if !self.found.contains_key(&way) {
                let scenario = self.scenario(way, at, &facts, &columns)?;
                self.found.insert(way, scenario);
                news = true;
            }
        }
        let leaf = life.courses.get(self.which)?.first().map(|course| course.state);
        let entries = self.entries.entry(leaf.unwrap_or(usize::MAX)).or_default();
        if !news || ENTRIES <= *entries && wanted.is_some() {
            return None;
        }
        *entries += 1;
        Some(Node { facts, now: until, leaf })
    }

    fn life(&mut self, columns: &Columns, until: Instant) -> Option<Life> {
        self.tries += 1;
        (self.tries <= TRIES).then(|| self.stage.life(columns, until))
    }

    fn takes(&self, life: &Life, way: usize) -> bool {
        let courses = life.courses.get(self.which).into_iter().flatten();
        courses.flat_map(|course| &course.steps).any(|step| step.transition == Some(way))
    }

    /// The scenario of a step that was taken, with what comes before only.
    fn scenario(
        &mut self,
        way: usize,
        at: Instant,
        facts: &[Fact],
        columns: &Columns,
    ) -> Option<Scenario> {
        let around = [-1, 0, 1].map(|by| at.checked_add_micros(by).ok());
        let mut states = Vec::new();
        for at in around.into_iter().flatten() {
            let life = self.life(columns, at)?;
            let there = self.stage.start <= at;
            let course = life.courses.get(self.which)?.first();
            states.push((at, course.filter(|_| there).map(|course| course.state)));
        }
        let facts = facts.iter().filter(|fact| fact.at.is_none_or(|then| then <= at));
        Some(Scenario { transition: way, facts: facts.cloned().collect(), at, states })
    }
}

/// Whether a condition asks if somebody can be reached.
fn asks_contact(when: &Checked) -> bool {
    let asks =
        |node: &Part| matches!(node, Part::Call { function, .. } if &**function == "reachable");
    when.tree.nodes.iter().any(asks)
}
