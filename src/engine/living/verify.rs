//! What is kept beside the facts, held against what the facts give.
//!
//! ```text
//!   facts ──> everybody anew ──┐
//!                              ├──> deviations
//!   kept: standing, effects,   │
//!         changes, frontier  ──┘
//! ```

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::found::{Found, Standing, State, find};
use crate::engine::value;
use crate::error::Error;
use crate::playbook::Playbook;
use crate::store::{Change, Effect, Frontier, Kept, Moved, Store};
use crate::units::Instant;

/// Deviations that are told in full.
const TOLD: usize = 20;

/// Changes that are read at once.
const PAGE: usize = 10_000;

/// What is kept beside the facts, held against them (深度核对).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[non_exhaustive]
pub struct Recomputed {
    /// As of when; `None` where the store is not followed.
    pub now: Option<Instant>,
    /// Customers who were compared.
    pub customers: u64,
    /// Customers who are due, or about whom facts came in by other ways: what is
    /// kept of them is not what is so, and `advance` settles them.
    pub waiting: u64,
    /// How many deviations there are.
    pub deviations: u64,
    /// The first of them.
    pub first: Vec<Deviation>,
}

impl Recomputed {
    /// Whether all that is kept is what the facts give.
    pub fn agrees(&self) -> bool {
        self.deviations == 0
    }

    fn deviates(&mut self, deviation: Deviation) {
        self.deviations = self.deviations.saturating_add(1);
        if self.first.len() < TOLD {
            self.first.push(deviation);
        }
    }
}

/// One thing that is kept otherwise than the facts give it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Deviation {
    /// Of what is kept: `followed`, `standing`, `effect` or `change`.
    pub table: &'static str,
    /// Which row: the customer's id, the effect's, the change's sequence.
    pub row: Box<str>,
    /// Which part of it; `row`: there is one too many, or one is missing.
    pub part: &'static str,
    /// As it is kept; `None`: it is not.
    pub kept: Option<Box<str>>,
    /// As the facts give it; `None`: they do not.
    pub found: Option<Box<str>>,
}

impl Store {
    /// Works everything out anew from the facts, and compares what is kept: the
    /// states and segments of everybody, when they are due, which effects stand,
    /// whether the changes told lead to what is kept (深度核对).
    ///
    /// What the facts cannot say is not looked at: whether an effect was
    /// acknowledged, and the causes and values that went with it then.
    ///
    /// # Output
    ///
    /// The deviations. Way out: [`adopt`](Store::adopt) the same playbook anew;
    /// then everything that is kept is what the facts give, changes say what is
    /// otherwise than was told, and no effect is asked for twice. What was lost
    /// of pending effects counts as carried out: see which. Changes that were
    /// told, and effects that were handed over, stay as they stand.
    ///
    /// # Errors
    ///
    /// What can keep the facts from being read.
    ///
    /// # Cost
    ///
    /// A pass over all facts, and a look at all that is kept.
    ///
    /// ```
    /// # use guanxi::{store::Store, units::Instant, Playbook};
    /// # let playbook = Playbook::from_json(r#"{"guanxi": 1, "id": "shop", "version": "1",
    /// #     "calendar": {"zone": "UTC"}}"#)?;
    /// let mut store = Store::in_memory(playbook.schema());
    /// assert_eq!(store.recompute(&playbook)?.now, None);
    /// let now = Instant::parse("2026-03-01T00:00:00Z")?;
    /// store.advance(&playbook, now, 1_000)?;
    /// let compared = store.recompute(&playbook)?;
    /// assert!(compared.agrees() && compared.now == Some(now));
    /// # Ok::<(), guanxi::Error>(())
    /// ```
    pub fn recompute(&self, playbook: &Playbook) -> Result<Recomputed, Error> {
        let mut out = Recomputed::default();
        let Some(frontier) = self.frontier()? else {
            for id in self.kept_ids()? {
                out.deviates(of_row("standing", &id, Some("kept"), None));
            }
            return Ok(out);
        };
        out.now = Some(frontier.now);
        let (last, touched) = self.touched_after(frontier.fact)?;
        let hash = playbook.semantic_hash();
        if *frontier.playbook != *hash {
            out.deviates(of_part(
                "followed",
                "1",
                "playbook",
                Some(&frontier.playbook),
                Some(hash),
            ));
            return Ok(out);
        }
        if last < frontier.fact {
            let (kept, found) = (frontier.fact.to_string(), last.to_string());
            out.deviates(of_part("followed", "1", "fact", Some(&kept), Some(&found)));
        }
        let everybody = Everybody::of(self, playbook, &frontier)?;
        let waiting = everybody.waiting(self, &touched, frontier.now)?;
        out.waiting = waiting.len() as u64;
        everybody.compare_standings(self, &waiting, &frontier, &mut out)?;
        everybody.compare_effects(self, &waiting, playbook, &mut out)?;
        compare_changes(self, &mut out)?;
        Ok(out)
    }
}

/// Everybody, worked out anew.
struct Everybody {
    found: Vec<Found>,
    /// By id: the position in `found`, and when that may next be otherwise.
    by_id: BTreeMap<Box<str>, (Option<usize>, Option<Instant>)>,
    /// Whether a fact about one customer may change the answers about others.
    asks_everybody: bool,
}

impl Everybody {
    fn of(store: &Store, playbook: &Playbook, frontier: &Frontier) -> Result<Everybody, Error> {
        let now = frontier.now;
        let rounds = value::rounds(store, playbook, &[], now, None)?;
        let columns = store.columns(None)?;
        let (found, dues) = find(playbook, &columns, now, rounds.as_ref())?;
        let mut by_id: BTreeMap<Box<str>, _> = BTreeMap::new();
        for (id, due) in columns.customers.iter().zip(dues) {
            by_id.insert(id.clone(), (None, due));
        }
        for (position, one) in found.iter().enumerate() {
            if let Some(entry) = by_id.get_mut(&one.id) {
                entry.0 = Some(position);
            }
        }
        for id in store.kept_ids()? {
            by_id.entry(id).or_insert((None, None));
        }
        Ok(Everybody { found, by_id, asks_everybody: rounds.is_some() })
    }

    /// Of whom what is kept need not be what is so.
    fn waiting(
        &self,
        store: &Store,
        touched: &[Box<str>],
        now: Instant,
    ) -> Result<BTreeSet<Box<str>>, Error> {
        if self.asks_everybody && !touched.is_empty() {
            return Ok(self.by_id.keys().cloned().collect());
        }
        let mut out: BTreeSet<Box<str>> = touched.iter().cloned().collect();
        out.extend(store.due_by(now, usize::MAX)?);
        Ok(out)
    }

    fn compare_standings(
        &self,
        store: &Store,
        waiting: &BTreeSet<Box<str>>,
        frontier: &Frontier,
        out: &mut Recomputed,
    ) -> Result<(), Error> {
        for (id, (position, due)) in self.by_id.iter().filter(|(id, _)| !waiting.contains(*id)) {
            out.customers = out.customers.saturating_add(1);
            let found = position.and_then(|position| self.found.get(position));
            let found = found.map(|found| &found.standing);
            match (store.kept(id)?, found.is_some() || due.is_some()) {
                (None, false) => {}
                // What is left of somebody who was erased is nobody.
                (None, true) if found.is_none() && store.erased_from(id)?.is_some() => {}
                (None, true) => {
                    let found = found.map_or_else(|| "".into(), Standing::written);
                    out.deviates(of_row("standing", id, None, Some(&found)));
                }
                (Some(kept), false) => {
                    out.deviates(of_row("standing", id, Some(&kept.results), None));
                }
                (Some(kept), true) => {
                    let late = !store.learnt_after(id, kept.fact)?.is_empty();
                    let told = Told { id, kept: &kept, found, due: *due, late };
                    told.compare(frontier, out);
                }
            }
        }
        Ok(())
    }

    fn compare_effects(
        &self,
        store: &Store,
        waiting: &BTreeSet<Box<str>>,
        playbook: &Playbook,
        out: &mut Recomputed,
    ) -> Result<(), Error> {
        let mut stood: BTreeMap<Box<str>, Effect> = BTreeMap::new();
        for id in self.by_id.keys() {
            let effects = store.standing_effects(id)?.into_iter();
            stood.extend(effects.map(|effect| (effect.identity.clone(), effect)));
        }
        for one in &self.found {
            let is_settled = !waiting.contains(&one.id);
            for given in &one.given {
                let machine = playbook.machines().get(given.machine);
                let way = machine.and_then(|it| it.transitions.get(given.transition));
                let asked = way.and_then(|it| it.effects.get(given.effect));
                let action = asked.map_or("", |it| &*it.action);
                let Some(effect) = stood.remove(&given.id) else {
                    if is_settled {
                        out.deviates(of_row("effect", &given.id, None, Some(action)));
                    }
                    continue;
                };
                let parts = [
                    ("action", Some(&*effect.action), Some(action)),
                    ("machine", Some(&*effect.machine), machine.map(|it| &*it.name)),
                    ("key", effect.key.as_deref(), given.key.as_deref()),
                ];
                for (part, kept, found) in parts.into_iter().filter(|it| it.1 != it.2) {
                    out.deviates(of_part("effect", &effect.id, part, kept, found));
                }
            }
        }
        for effect in stood.values().filter(|effect| !waiting.contains(&effect.customer)) {
            out.deviates(of_row("effect", &effect.id, Some(&effect.action), None));
        }
        Ok(())
    }
}

/// What is kept about one customer, and what is so.
struct Told<'a> {
    id: &'a str,
    kept: &'a Kept,
    found: Option<&'a Standing>,
    due: Option<Instant>,
    /// Facts about the customer stand after the last one that it is by.
    late: bool,
}

impl Told<'_> {
    fn compare(&self, frontier: &Frontier, out: &mut Recomputed) {
        let Told { id, kept, found, due, late } = *self;
        let nowhere = Standing::default();
        let found = found.unwrap_or(&nowhere).written();
        if kept.results != found {
            out.deviates(of_part("standing", id, "results", Some(&kept.results), Some(&found)));
        }
        // To look too early costs a look; to look too late misses something.
        let is_late = match (kept.due, due) {
            (_, None) => false,
            (None, Some(_)) => true,
            (Some(kept), Some(due)) => due < kept,
        };
        if is_late {
            let [kept, found] = [kept.due, due].map(|due| due.map(|due| due.to_string()));
            out.deviates(of_part("standing", id, "due", kept.as_deref(), found.as_deref()));
        }
        if late || frontier.fact < kept.fact {
            let (kept, found) = (kept.fact.to_string(), frontier.fact.to_string());
            out.deviates(of_part("standing", id, "fact", Some(&kept), Some(&found)));
        }
    }
}

/// What changes told, one after the other, leads to what is kept.
fn compare_changes(store: &Store, out: &mut Recomputed) -> Result<(), Error> {
    let mut told: BTreeMap<Box<str>, Hearer> = BTreeMap::new();
    let mut after = 0;
    loop {
        let page = store.changes(after, PAGE)?;
        let Some(last) = page.last() else { break };
        after = last.sequence;
        for change in &page {
            told.entry(change.customer.clone()).or_default().hear(change, out);
        }
    }
    for id in store.kept_ids()? {
        told.entry(id).or_default();
    }
    for (id, heard) in told {
        let kept = store.kept(&id)?.map(|kept| Standing::read(&kept.results)).unwrap_or_default();
        let (heard, kept) = (heard.standing(), by_name(kept));
        if heard != kept {
            let (kept, heard) = (kept.written(), heard.written());
            out.deviates(of_part("change", &id, "told", Some(&heard), Some(&kept)));
        }
    }
    Ok(())
}

/// Somebody who heard all changes about a customer.
#[derive(Default)]
struct Hearer {
    states: BTreeMap<(Box<str>, Option<Box<str>>), State>,
    segments: BTreeSet<Box<str>>,
}

impl Hearer {
    fn hear(&mut self, change: &Change, out: &mut Recomputed) {
        let row = change.sequence.to_string();
        match &change.moved {
            Moved::State { machine, key, from, to, since, .. } => {
                let at = (machine.clone(), key.clone());
                let before = self.states.remove(&at).map(|state| state.state);
                if before != *from {
                    let (kept, found) = (from.as_deref(), before.as_deref());
                    out.deviates(of_part("change", &row, "from", kept, found));
                }
                if let Some(to) = to {
                    let since = since.map(Instant::micros);
                    let (machine, key) = at.clone();
                    self.states.insert(at, State { machine, key, state: to.clone(), since });
                }
            }
            Moved::Segment { segment, entered, .. } => {
                let is_new = match entered {
                    true => self.segments.insert(segment.clone()),
                    false => self.segments.remove(segment),
                };
                if !is_new {
                    out.deviates(of_part("change", &row, "entered", Some(segment), None));
                }
            }
        }
    }

    /// In the order of machines by name.
    fn standing(self) -> Standing {
        Standing {
            states: self.states.into_values().collect(),
            segments: self.segments.into_iter().collect(),
        }
    }
}

fn by_name(mut standing: Standing) -> Standing {
    let place = |state: &State| (state.machine.clone(), state.key.clone());
    standing.states.sort_by_key(place);
    standing
}

fn of_row(table: &'static str, row: &str, kept: Option<&str>, found: Option<&str>) -> Deviation {
    of_part(table, row, "row", kept, found)
}

fn of_part(
    table: &'static str,
    row: &str,
    part: &'static str,
    kept: Option<&str>,
    found: Option<&str>,
) -> Deviation {
    let [kept, found] = [kept, found].map(|text| text.map(Box::from));
    Deviation { table, row: row.into(), part, kept, found }
}
