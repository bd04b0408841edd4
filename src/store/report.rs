//! What a store says about itself.

use std::collections::{BTreeMap, HashSet};

use serde::Serialize;

use crate::error::{Fault, Language};
use crate::facts::{Body, Log, Schema};
use crate::units::Instant;

/// Whether a store is whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Report {
    /// Facts recorded, corrections included.
    pub facts: u64,
    /// Appends that recorded something.
    pub batches: u64,
    /// The running hash over all facts as recomputed, in hex; the same store
    /// with the same facts has the same one, and no other has. Absent for a
    /// store in memory.
    pub chain: Option<String>,
    /// What is wrong; empty for a sound store.
    pub faults: Vec<Fault>,
}

impl Report {
    /// Whether nothing is wrong.
    pub fn is_sound(&self) -> bool {
        self.faults.is_empty()
    }

    /// The report as JSON with its reasons in one language, and whether the
    /// store is `sound`.
    pub fn in_language(&self, language: Language) -> impl Serialize + '_ {
        #[derive(Serialize)]
        struct Said<'a, F: Serialize> {
            sound: bool,
            facts: u64,
            batches: u64,
            chain: Option<&'a str>,
            faults: Vec<F>,
        }
        Said {
            sound: self.is_sound(),
            facts: self.facts,
            batches: self.batches,
            chain: self.chain.as_deref(),
            faults: self.faults.iter().map(|fault| fault.in_language(language)).collect(),
        }
    }
}

/// What a store holds, counted. Corrections and what they correct are counted
/// like any other fact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Statistics {
    /// Facts of each kind that occurs, by class and name.
    pub kinds: Vec<KindCount>,
    /// When the earliest dated fact happened.
    pub first_at: Option<Instant>,
    /// When the latest dated fact happened.
    pub last_at: Option<Instant>,
    /// Sequence of the last fact; 0 when there is none.
    pub last_sequence: u64,
    /// The latest instant that a batch was seen at, backfills apart.
    pub last_seen: Option<Instant>,
}

/// How many facts of one kind are recorded.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[non_exhaustive]
pub struct KindCount {
    /// `attributes`, `consent`, `decision`, `erased`, `event`, `merge`, `override`,
    /// `reference` or `retraction`.
    pub class: String,
    /// Name of the event kind or reference table; otherwise empty.
    pub name: String,
    /// Facts.
    pub facts: u64,
}

/// The statistics of a log in memory.
pub(super) fn count(log: &Log) -> Statistics {
    let mut kinds: BTreeMap<(&str, &str), u64> = BTreeMap::new();
    for recorded in log.since(0) {
        *kinds.entry(names(log.schema(), &recorded.fact.body)).or_default() += 1;
    }
    let kinds = kinds.into_iter().map(|((class, name), facts)| KindCount {
        class: class.to_owned(),
        name: name.to_owned(),
        facts,
    });
    let dates = || log.since(0).iter().filter_map(|recorded| recorded.fact.at);
    Statistics {
        kinds: kinds.collect(),
        first_at: dates().min(),
        last_at: dates().max(),
        last_sequence: log.len() as u64,
        last_seen: log.last_seen(),
    }
}

/// How many customers the facts of a log in memory are about.
pub(super) fn count_customers(log: &Log) -> u64 {
    let customers: HashSet<&str> =
        log.since(0).iter().map(|recorded| &*recorded.fact.customer).collect();
    customers.iter().filter(|customer| !customer.is_empty()).count() as u64
}

/// The report on a log in memory, which nothing can damage.
pub(super) fn of_log(log: &Log) -> Report {
    Report { facts: log.len() as u64, batches: log.n_batches(), chain: None, faults: Vec::new() }
}

/// Class and name of what a fact says.
pub(super) fn names<'a>(schema: &'a Schema, body: &Body) -> (&'static str, &'a str) {
    match body {
        Body::Event { kind, .. } => {
            ("event", schema.kinds.get(*kind).map_or("", |kind| &kind.name))
        }
        Body::Attributes(_) => ("attributes", ""),
        Body::Consent { .. } => ("consent", ""),
        Body::Reference { table, .. } => {
            ("reference", schema.references.get(*table).map_or("", |table| &table.name))
        }
        Body::Merge { .. } => ("merge", ""),
        Body::Override(_) => ("override", ""),
        Body::Decision(_) => ("decision", ""),
        Body::Erased => ("erased", ""),
        Body::Nothing => ("retraction", ""),
    }
}
