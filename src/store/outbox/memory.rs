//! The same in memory.

use std::collections::{BTreeMap, BTreeSet};

use super::{Acknowledged, Change, Effect, Frontier, Kept, Learnt};
use crate::facts::{Body, Fact, Log};
use crate::store::feed::{Feeds, Step};
use crate::store::trail::Line;
use crate::units::Instant;

/// What a store in memory owes its host.
#[derive(Debug, Default)]
pub(in crate::store) struct Outbox {
    frontier: Option<Frontier>,
    kept: BTreeMap<Box<str>, Kept>,
    due: BTreeSet<(Instant, Box<str>)>,
    effects: BTreeMap<u64, Effect>,
    last_effect: u64,
    by_id: BTreeMap<Box<str>, u64>,
    /// Identities with the sequences of the effects that stand, by customer.
    standing: BTreeMap<Box<str>, BTreeSet<u64>>,
    asked: BTreeMap<Box<str>, u64>,
    changes: Vec<Change>,
    last_change: u64,
    /// What is remembered of tables that are followed.
    pub(in crate::store) feeds: Feeds,
    /// What was done by hand.
    pub(in crate::store) trail: Vec<Line>,
    /// Who is restricted, and since when.
    pub(in crate::store) restricted: BTreeMap<Box<str>, Instant>,
    /// How much work is under way that may yet be given up, one within the other.
    n_held: usize,
    /// How it would be, the last step last.
    steps_back: Vec<Undo>,
}

/// How one change of the above is undone.
#[derive(Debug)]
enum Undo {
    Frontier(Option<Frontier>),
    Kept(Box<str>, Option<Kept>),
    Acknowledged(u64),
    Queued(u64),
    Lifted(Box<str>, u64),
    Told,
    Entered,
    Restricted(Box<str>, Option<Instant>),
    Feed(Step),
}

impl Outbox {
    /// Begins work that may be given up; inside of such work, a part of it.
    pub(in crate::store) fn mark(&mut self) -> usize {
        self.n_held += 1;
        self.steps_back.len()
    }

    /// Ends the work that was begun last, and keeps it.
    pub(in crate::store) fn keep_all(&mut self) {
        self.n_held = self.n_held.saturating_sub(1);
        if self.n_held == 0 {
            self.steps_back.clear();
        }
    }

    /// Gives it up.
    pub(in crate::store) fn back(&mut self, mark: usize) {
        let outer = std::mem::take(&mut self.n_held).saturating_sub(1);
        let undone = self.steps_back.split_off(mark.min(self.steps_back.len()));
        undone.into_iter().rev().for_each(|step| self.undo(step));
        self.n_held = outer;
    }

    fn undo(&mut self, step: Undo) {
        match step {
            Undo::Frontier(before) => self.frontier = before,
            Undo::Kept(id, before) => self.keep(&id, before.as_ref()),
            Undo::Acknowledged(sequence) => {
                if let Some(effect) = self.effects.get_mut(&sequence) {
                    effect.acknowledged = false;
                }
            }
            Undo::Queued(sequence) => self.take_out(sequence),
            Undo::Lifted(customer, sequence) => {
                self.standing.entry(customer).or_default().insert(sequence);
            }
            Undo::Feed(step) => self.feeds.undo(step),
            Undo::Entered => drop(self.trail.pop()),
            Undo::Restricted(id, before) => self.restrict(&id, before),
            Undo::Told => {
                self.changes.pop();
                self.last_change = self.last_change.saturating_sub(1);
            }
        }
    }

    /// Takes the effect out that was queued last.
    fn take_out(&mut self, sequence: u64) {
        self.last_effect = sequence.saturating_sub(1);
        let Some(effect) = self.effects.remove(&sequence) else { return };
        self.by_id.remove(&effect.id);
        if effect.compensates.is_some() {
            return;
        }
        if let Some(standing) = self.standing.get_mut(&effect.customer) {
            standing.remove(&sequence);
        }
        if let Some(times) = self.asked.get_mut(&effect.identity) {
            *times = times.saturating_sub(1);
        }
    }

    fn will_undo(&mut self, step: impl FnOnce() -> Undo) {
        if 0 < self.n_held {
            self.steps_back.push(step());
        }
    }

    /// Enters what was done by hand.
    pub(in crate::store) fn enter(&mut self, line: Line) {
        self.trail.push(line);
        self.will_undo(|| Undo::Entered);
    }

    /// Restricts an id, or lifts that.
    pub(in crate::store) fn restrict(&mut self, id: &str, since: Option<Instant>) {
        let before = match since {
            Some(since) => self.restricted.insert(id.into(), since),
            None => self.restricted.remove(id),
        };
        self.will_undo(|| Undo::Restricted(id.into(), before));
    }

    /// Changes what is remembered of tables that are followed.
    pub(in crate::store) fn feed<T>(
        &mut self,
        change: impl FnOnce(&mut Feeds) -> (T, Vec<Step>),
    ) -> T {
        let (out, steps) = change(&mut self.feeds);
        steps.into_iter().for_each(|step| self.will_undo(|| Undo::Feed(step)));
        out
    }

    pub(super) fn effects(&self, after: u64, limit: usize) -> Vec<Effect> {
        let later = self.effects.range(after.saturating_add(1)..).map(|(_, effect)| effect);
        later.filter(|effect| self.is_pending(effect)).take(limit).cloned().collect()
    }

    pub(super) fn n_effects(&self) -> u64 {
        self.effects.values().filter(|effect| self.is_pending(effect)).count() as u64
    }

    /// Whether it is to be handed over. Of somebody who is restricted, only what
    /// takes something back is.
    fn is_pending(&self, effect: &Effect) -> bool {
        let is_free = || !self.restricted.contains_key(&effect.customer);
        !effect.acknowledged && (effect.compensates.is_some() || is_free())
    }

    pub(super) fn ack(&mut self, ids: &[&str]) -> Acknowledged {
        let mut out = Acknowledged::default();
        for id in ids {
            let found = self.by_id.get(*id).and_then(|sequence| self.effects.get_mut(sequence));
            match found {
                None => out.unknown.push(Box::from(*id)),
                Some(effect) if effect.acknowledged => out.before += 1,
                Some(effect) => {
                    effect.acknowledged = true;
                    let sequence = effect.sequence;
                    self.will_undo(|| Undo::Acknowledged(sequence));
                    out.acknowledged += 1;
                }
            }
        }
        out
    }

    pub(super) fn changes(&self, after: u64, limit: usize) -> Vec<Change> {
        let from = self.changes.partition_point(|change| change.sequence <= after);
        self.changes.iter().skip(from).take(limit).cloned().collect()
    }

    pub(super) fn frontier(&self) -> Option<Frontier> {
        self.frontier.clone()
    }

    pub(super) fn set_frontier(&mut self, frontier: &Frontier) {
        let before = self.frontier.replace(frontier.clone());
        self.will_undo(|| Undo::Frontier(before));
    }

    pub(super) fn kept(&self, id: &str) -> Option<Kept> {
        self.kept.get(id).cloned()
    }

    pub(super) fn kept_ids(&self) -> Vec<Box<str>> {
        self.kept.keys().cloned().collect()
    }

    pub(super) fn keep(&mut self, id: &str, kept: Option<&Kept>) {
        let before = match kept {
            None => self.kept.remove(id),
            Some(kept) => self.kept.insert(id.into(), kept.clone()),
        };
        if let Some(due) = before.as_ref().and_then(|old| old.due) {
            self.due.remove(&(due, id.into()));
        }
        self.due.extend(kept.and_then(|kept| kept.due).map(|due| (due, Box::from(id))));
        self.will_undo(|| Undo::Kept(id.into(), before));
    }

    pub(super) fn mark_due(&mut self, ids: &[Box<str>], at: Instant) {
        for id in ids {
            let nothing = Kept { results: "".into(), fact: 0, due: None };
            let mut kept = self.kept(id).unwrap_or(nothing);
            kept.due = Some(kept.due.map_or(at, |due| due.min(at)));
            self.keep(id, Some(&kept));
        }
    }

    pub(super) fn due_by(&self, now: Instant, limit: usize) -> Vec<Box<str>> {
        let due = self.due.iter().take_while(|(due, _)| *due <= now);
        due.take(limit).map(|(_, id)| id.clone()).collect()
    }

    pub(super) fn n_due(&self, now: Instant) -> u64 {
        self.due.iter().take_while(|(due, _)| *due <= now).count() as u64
    }

    pub(super) fn standing_effects(&self, id: &str) -> Vec<Effect> {
        let sequences = self.standing.get(id).into_iter().flatten();
        sequences.filter_map(|sequence| self.effects.get(sequence)).cloned().collect()
    }

    pub(super) fn times_asked(&self, identity: &str) -> u64 {
        self.asked.get(identity).copied().unwrap_or(0)
    }

    pub(super) fn queue(&mut self, effect: Effect) {
        self.last_effect += 1;
        let sequence = self.last_effect;
        if effect.compensates.is_none() {
            self.standing.entry(effect.customer.clone()).or_default().insert(sequence);
            *self.asked.entry(effect.identity.clone()).or_default() += 1;
        }
        self.by_id.insert(effect.id.clone(), sequence);
        self.effects.insert(sequence, Effect { sequence, ..effect });
        self.will_undo(|| Undo::Queued(sequence));
    }

    pub(super) fn lift(&mut self, effect: &Effect) {
        if let Some(standing) = self.standing.get_mut(&effect.customer) {
            standing.remove(&effect.sequence);
        }
        self.will_undo(|| Undo::Lifted(effect.customer.clone(), effect.sequence));
    }

    pub(super) fn tell(&mut self, change: Change) {
        self.last_change += 1;
        self.changes.push(Change { sequence: self.last_change, ..change });
        self.will_undo(|| Undo::Told);
    }

    /// Forgets these customers. Nothing that can fail comes after it.
    pub(in crate::store) fn erase(&mut self, ids: &[Box<str>]) {
        for id in ids {
            self.keep(id, None);
            self.standing.remove(id);
        }
        self.changes.retain(|change| !ids.contains(&change.customer));
        let gone = self.effects.values().filter(|effect| ids.contains(&effect.customer));
        let gone: Vec<Effect> = gone.cloned().collect();
        for effect in gone {
            self.effects.remove(&effect.sequence);
            self.by_id.remove(&effect.id);
            self.asked.remove(&effect.identity);
        }
    }
}

/// See [`Store::touched_after`](crate::store::Store).
pub(super) fn touched_after(log: &Log, sequence: u64) -> (u64, Vec<Box<str>>) {
    let mut ids = BTreeSet::new();
    for recorded in log.since(sequence) {
        let merged = match &recorded.fact.body {
            Body::Merge { into } => Some(into),
            _ => None,
        };
        let about = [Some(&recorded.fact.customer), merged];
        ids.extend(about.into_iter().flatten().filter(|id| !id.is_empty()).cloned());
    }
    let others = log.grouped_after(sequence).map(|recorded| &recorded.fact.customer);
    ids.extend(others.filter(|id| !id.is_empty()).cloned());
    (log.len() as u64, ids.into_iter().collect())
}

/// See [`Store::learnt_after`](crate::store::Store).
pub(super) fn learnt_after(log: &Log, id: &str, sequence: u64) -> Vec<Learnt> {
    let ours = log.since(sequence).iter().filter(|recorded| *recorded.fact.customer == *id);
    let key = |fact: &Fact| Learnt { source: fact.source.clone(), id: fact.id.clone() };
    ours.map(|recorded| key(&recorded.fact)).collect()
}
