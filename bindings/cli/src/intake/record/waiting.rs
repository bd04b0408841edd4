//! Corrections whose targets may come later in the same import.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::Range;

use guanxi::facts::{Correction, Fact, Verdict};

use super::Place;

/// Source and id of a fact.
type Key = (Box<str>, Box<str>);

/// Rows that wait for what they correct.
#[derive(Default)]
pub struct Waiting {
    /// The rows, by the order in which they came, with the facts that wait.
    rows: BTreeMap<usize, (Place, usize)>,
    next: usize,
    by_target: HashMap<Key, Vec<usize>>,
}

/// What facts of a batch correct, and which of them are or may be waited for,
/// by position.
#[derive(Default)]
pub struct Links {
    targets: BTreeMap<usize, Key>,
    found: Vec<(usize, Key)>,
}

impl Waiting {
    /// Looks at the facts of a batch before they are recorded.
    pub fn links(&self, facts: &[Fact]) -> Links {
        let key = |source: &str, id: &str| (Box::from(source), Box::from(id));
        let targets: BTreeMap<usize, Key> = facts
            .iter()
            .enumerate()
            .filter_map(|(at, fact)| Some((at, key(&fact.source, target(fact)?))))
            .collect();
        if targets.is_empty() && self.by_target.is_empty() {
            return Links::default();
        }
        let wanted: HashSet<(&str, &str)> = targets
            .values()
            .chain(self.by_target.keys())
            .map(|(source, id)| (&**source, &**id))
            .collect();
        let found = facts
            .iter()
            .enumerate()
            .filter(|(_, fact)| wanted.contains(&(&*fact.source, &*fact.id)))
            .map(|(at, fact)| (at, key(&fact.source, &fact.id)))
            .collect();
        Links { targets, found }
    }

    /// A row waits for the targets of those of its facts that are pending.
    pub fn wait(&mut self, place: Place, facts: Range<usize>, verdicts: &[Verdict], links: &Links) {
        let row = self.next;
        self.next += 1;
        let pending = |at: &usize| verdicts.get(*at) == Some(&Verdict::Pending);
        let mut waits = 0;
        for key in facts.filter(pending).filter_map(|at| links.targets.get(&at)) {
            self.by_target.entry(key.clone()).or_default().push(row);
            waits += 1;
        }
        self.rows.insert(row, (place, waits));
    }

    /// The rows that need not wait any more, now that a batch is recorded.
    pub fn settle(&mut self, verdicts: &[Verdict], links: Links) -> Vec<Place> {
        let mut settled = Vec::new();
        let is_recorded = |at: usize| verdicts.get(at).is_some_and(|it| it.is_recorded());
        for (_, key) in links.found.into_iter().filter(|(at, _)| is_recorded(*at)) {
            for row in self.by_target.remove(&key).unwrap_or_default() {
                let Some((place, waits)) = self.rows.get_mut(&row) else { continue };
                *waits -= 1;
                if *waits == 0 {
                    settled.push(*place);
                    self.rows.remove(&row);
                }
            }
        }
        settled
    }

    /// The rows that wait.
    pub fn places(&mut self) -> Vec<Place> {
        std::mem::take(&mut self.rows).into_values().map(|(place, _)| place).collect()
    }
}

fn target(fact: &Fact) -> Option<&str> {
    match &fact.correction {
        Correction::None => None,
        Correction::Supersedes(target) | Correction::Retracts(target) => Some(target),
    }
}
