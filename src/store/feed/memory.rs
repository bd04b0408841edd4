//! The same in memory.

use std::collections::BTreeMap;

use super::{Entry, Fed, Feed, Head};
use crate::units::Instant;

/// What a store in memory remembers of the tables that it follows.
#[derive(Debug, Clone, Default)]
pub(in crate::store) struct Feeds {
    feeds: BTreeMap<Box<str>, (Head, Kept)>,
    /// Names by number, which is one above the place.
    names: Vec<Box<str>>,
}

/// What is remembered of the rows of a table, by key.
type Kept = BTreeMap<Box<str>, Entry>;

/// What was there before a change, by the name of the table.
#[derive(Debug)]
pub(in crate::store) enum Step {
    Head(Box<str>, Option<Head>),
    Row(Box<str>, Box<str>, Option<Entry>),
}

impl Feeds {
    pub(in crate::store) fn head(&mut self, feed: &Feed) -> (Head, Vec<Step>) {
        let name = &feed.name;
        if let Some((head, _)) = self.feeds.get(name) {
            return (Head { pass: head.pass + 1, ..head.clone() }, Vec::new());
        }
        self.names.push(name.clone());
        let (number, source) = (self.names.len() as i64, feed.source.clone());
        let head = Head { number, source, cursor: None, pass: 0, seen: feed.seen };
        self.feeds.insert(name.clone(), (head.clone(), BTreeMap::new()));
        (Head { pass: 1, ..head }, vec![Step::Head(name.clone(), None)])
    }

    fn rows(&self, head: &Head) -> impl Iterator<Item = (&Box<str>, &Entry)> {
        let name = self.name_of(head);
        name.and_then(|name| self.feeds.get(name)).into_iter().flat_map(|(_, rows)| rows)
    }

    fn name_of(&self, head: &Head) -> Option<&str> {
        let name = self.names.get(usize::try_from(head.number - 1).ok()?);
        name.map(|name| &**name)
    }

    pub(in crate::store) fn entries(&self, head: &Head, keys: &[&str]) -> Vec<Option<Entry>> {
        let rows = self.name_of(head).and_then(|name| self.feeds.get(name)).map(|(_, rows)| rows);
        keys.iter().map(|key| rows?.get(*key).cloned()).collect()
    }

    pub(in crate::store) fn remember(
        &mut self,
        head: &Head,
        entries: Vec<(Box<str>, Entry)>,
    ) -> ((), Vec<Step>) {
        let mut steps = Vec::with_capacity(entries.len());
        let Some(name) = self.name_of(head).map(Box::<str>::from) else { return ((), steps) };
        if let Some((_, rows)) = self.feeds.get_mut(&name) {
            for (key, entry) in entries {
                let before = rows.insert(key.clone(), entry);
                steps.push(Step::Row(name.clone(), key, before));
            }
        }
        ((), steps)
    }

    pub(in crate::store) fn close(&mut self, head: &Head) -> ((), Vec<Step>) {
        let name = self.name_of(head).map(Box::<str>::from);
        let own = name.as_ref().and_then(|name| self.feeds.get_mut(name));
        let before = own.map(|(own, _)| std::mem::replace(own, head.clone()));
        let step = name.zip(before).map(|(name, before)| Step::Head(name, Some(before)));
        ((), step.into_iter().collect())
    }

    /// Takes a change back.
    pub(in crate::store) fn undo(&mut self, step: Step) {
        match step {
            Step::Head(name, None) => {
                self.feeds.remove(&name);
            }
            Step::Head(name, Some(before)) => {
                if let Some((head, _)) = self.feeds.get_mut(&name) {
                    *head = before;
                }
            }
            Step::Row(name, key, before) => {
                if let Some((_, rows)) = self.feeds.get_mut(&name) {
                    match before {
                        Some(entry) => rows.insert(key, entry),
                        None => rows.remove(&key),
                    };
                }
            }
        }
    }

    pub(in crate::store) fn lacking(
        &self,
        head: &Head,
        within: Option<(Instant, Instant)>,
    ) -> Vec<(Box<str>, Entry)> {
        let there = self.rows(head).filter(|(_, entry)| is_there(entry, within));
        let lacking = there.filter(|(_, entry)| entry.pass < head.pass);
        lacking.map(|(key, entry)| (key.clone(), entry.clone())).collect()
    }

    pub(in crate::store) fn n_there(&self, head: &Head, within: Option<(Instant, Instant)>) -> u64 {
        self.rows(head).filter(|(_, entry)| is_there(entry, within)).count() as u64
    }

    pub(in crate::store) fn list(&self) -> Vec<Fed> {
        let fed = |name: &str, head: &Head, rows: &Kept| Fed {
            name: name.into(),
            source: head.source.clone(),
            cursor: head.cursor.clone(),
            seen: head.seen,
            rows: rows.values().filter(|entry| !entry.is_gone).count() as u64,
            gone: rows.values().filter(|entry| entry.is_gone).count() as u64,
        };
        self.feeds.iter().map(|(name, (head, rows))| fed(name, head, rows)).collect()
    }

    /// Forgets rows about these customers.
    pub(in crate::store) fn erase(&mut self, ids: &[Box<str>]) {
        for (_, rows) in self.feeds.values_mut() {
            rows.retain(|key, entry| !ids.contains(&entry.customer) && !ids.contains(key));
        }
    }
}

/// Whether a row is there, and of the time that is asked for.
fn is_there(entry: &Entry, within: Option<(Instant, Instant)>) -> bool {
    let of_the_time =
        |(from, to): (Instant, Instant)| entry.at.is_some_and(|at| from <= at && at < to);
    !entry.is_gone && within.is_none_or(of_the_time)
}
