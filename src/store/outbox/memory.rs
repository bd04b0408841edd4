//! The same in memory.

use std::collections::{BTreeMap, BTreeSet};

use super::{Acknowledged, Change, Effect, Frontier, Kept, Learnt};
use crate::facts::{Body, Fact, Log};
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
}

impl Outbox {
    pub(super) fn effects(&self, after: u64, limit: usize) -> Vec<Effect> {
        let later = self.effects.range(after.saturating_add(1)..).map(|(_, effect)| effect);
        later.filter(|effect| !effect.acknowledged).take(limit).cloned().collect()
    }

    pub(super) fn n_effects(&self) -> u64 {
        self.effects.values().filter(|effect| !effect.acknowledged).count() as u64
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
        self.frontier = Some(frontier.clone());
    }

    pub(super) fn kept(&self, id: &str) -> Option<Kept> {
        self.kept.get(id).cloned()
    }

    pub(super) fn kept_ids(&self) -> Vec<Box<str>> {
        self.kept.keys().cloned().collect()
    }

    pub(super) fn keep(&mut self, id: &str, kept: Option<&Kept>) {
        if let Some(due) = self.kept.get(id).and_then(|old| old.due) {
            self.due.remove(&(due, id.into()));
        }
        match kept {
            None => {
                self.kept.remove(id);
            }
            Some(kept) => {
                self.due.extend(kept.due.map(|due| (due, Box::from(id))));
                self.kept.insert(id.into(), kept.clone());
            }
        }
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
    }

    pub(super) fn lift(&mut self, effect: &Effect) {
        if let Some(standing) = self.standing.get_mut(&effect.customer) {
            standing.remove(&effect.sequence);
        }
    }

    pub(super) fn tell(&mut self, change: Change) {
        self.last_change += 1;
        self.changes.push(Change { sequence: self.last_change, ..change });
    }

    /// Forgets these customers.
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
        let Fact { source, customer, correction, body, .. } = &recorded.fact;
        let target = correction.target().and_then(|id| log.fact(source, id));
        let merged = match body {
            Body::Merge { into } => Some(into),
            _ => None,
        };
        let about = [Some(customer), target.map(|it| &it.fact.customer), merged];
        ids.extend(about.into_iter().flatten().filter(|id| !id.is_empty()).cloned());
    }
    (log.len() as u64, ids.into_iter().collect())
}

/// See [`Store::learnt_after`](crate::store::Store).
pub(super) fn learnt_after(log: &Log, id: &str, sequence: u64) -> Vec<Learnt> {
    let ours = log.since(sequence).iter().filter(|recorded| *recorded.fact.customer == *id);
    let key = |fact: &Fact| Learnt { source: fact.source.clone(), id: fact.id.clone() };
    ours.map(|recorded| key(&recorded.fact)).collect()
}
