//! Who there is: ids become numbers, merged ids several, and what people
//! decided about them stands under each.

use super::super::fact::Override;
use super::super::merge::{Merge, Overrides, Places, Version, versions};
use super::super::schema::Schema;
use super::numbering::Numbering;

/// An override with what it is sorted by.
#[derive(Debug)]
pub(super) struct Decided {
    pub(super) customer: u32,
    pub(super) at: i64,
    pub(super) source: u32,
    pub(super) id: Box<str>,
    pub(super) decision: Override,
}

/// Who there is, and where the facts of each provisional number belong.
pub(super) struct People {
    pub(super) customers: Vec<Box<str>>,
    pub(super) spans: Vec<(i64, i64)>,
    pub(super) aliases: Vec<(Box<str>, u32)>,
    pub(super) places: Places,
    /// Whether somebody was merged.
    pub(super) versions: bool,
}

pub(super) fn people(numbers: Numbering, mut merges: Vec<Merge>, ranks: &[u32]) -> People {
    if merges.is_empty() {
        let (customers, moved) = numbers.finish();
        let places = Places::one_each(moved);
        let (spans, aliases) = (Vec::new(), Vec::new());
        return People { customers, spans, aliases, places, versions: false };
    }
    merges.sort_unstable_by(|a, b| {
        let rank = |merge: &Merge| (merge.at, ranks[merge.source as usize]);
        rank(a).cmp(&rank(b)).then_with(|| a.id.cmp(&b.id))
    });
    let ids: Vec<&str> = numbers.texts_from(0).collect();
    let mut versions: Vec<Version> = versions(ids.len(), &merges);
    let key = |version: &Version| (ids[version.name as usize], version.from);
    versions.sort_by_cached_key(key);
    let places = Places::of(ids.len(), &versions);
    let mut aliases: Vec<(Box<str>, u32)> = Vec::new();
    for (id, text) in ids.iter().enumerate() {
        let own = places.get(id as u32);
        if 1 < own.len() {
            aliases.extend(own.iter().map(|number| (Box::from(*text), *number)));
        }
    }
    let from = |number: u32| versions[number as usize].from;
    aliases.sort_by(|(a, x), (b, y)| (a, from(*x)).cmp(&(b, from(*y))));
    People {
        customers: versions.iter().map(|version| ids[version.name as usize].into()).collect(),
        spans: versions.iter().map(|version| (version.from, version.until)).collect(),
        aliases,
        places,
        versions: true,
    }
}

/// The decisions of people, customer by customer, each one's in the one total
/// order.
pub(super) fn decided(mut decisions: Vec<Decided>, places: &Places, ranks: &[u32]) -> Overrides {
    decisions.sort_unstable_by(|a, b| {
        let key = |it: &Decided| (it.at, ranks[it.source as usize]);
        key(a).cmp(&key(b)).then_with(|| a.id.cmp(&b.id))
    });
    let placed = decisions.into_iter().flat_map(|it| {
        let numbers = places.get(it.customer).to_vec();
        numbers.into_iter().map(move |number| (number, it.at, it.decision.clone()))
    });
    let mut rows: Vec<(u32, i64, Override)> = placed.collect();
    rows.sort_by_key(|(number, ..)| *number);
    Overrides::new(rows)
}

/// The rank of each source among facts of one instant: as declared, then by name.
pub(super) fn source_ranks(schema: &Schema, sources: &Numbering) -> Vec<u32> {
    let declared = |name: &str| schema.sources.iter().position(|have| **have == *name);
    let names = sources.texts_from(0).zip(0..);
    let mut order: Vec<(usize, &str, u32)> =
        names.map(|(name, number)| (declared(name).unwrap_or(usize::MAX), name, number)).collect();
    order.sort_unstable();
    let mut ranks = vec![0; order.len()];
    for (rank, (_, _, number)) in order.into_iter().enumerate() {
        ranks[number as usize] = rank as u32;
    }
    ranks
}
