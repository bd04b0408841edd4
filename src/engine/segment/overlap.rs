//! How many are in two segments at once.

use std::sync::Arc;

use serde::Serialize;

use super::super::answers::{Options, answers};
use super::named;
use crate::error::{Error, Text};
use crate::facts::{Bits, Columns, Snapshot};
use crate::playbook::Playbook;
use crate::segment::{Overlaps, Segment};
use crate::units::{Decimal, Instant};

/// How segments overlap (重叠) at an instant.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct OverlapView {
    /// The instant of the answer.
    pub as_of: Instant,
    /// Customers who were there.
    pub customers: u64,
    /// The segments, in the order asked for.
    pub segments: Vec<OverlapSegment>,
    /// For each segment and each of them how many are in both.
    pub both: Vec<Vec<u64>>,
    /// Each two of them, the most alike first.
    pub pairs: Vec<OverlapPair>,
}

/// One segment.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct OverlapSegment {
    /// The segment.
    pub segment: Arc<str>,
    /// As shown to people.
    pub label: Text,
    /// Customers in it.
    pub members: u64,
}

/// Two segments.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct OverlapPair {
    /// The first.
    pub one: Arc<str>,
    /// The second.
    pub other: Arc<str>,
    /// Customers in both.
    pub both: u64,
    /// Customers in at least one (union).
    pub either: u64,
    /// Customers in the first alone (difference).
    pub only_one: u64,
    /// Customers in the second alone.
    pub only_other: u64,
    /// `both` over `either` (Jaccard's index), with four places; `None` where
    /// both are empty.
    pub jaccard: Option<Decimal>,
}

/// How segments overlap.
///
/// # Inputs
///
/// `names`: which segments; none for all, in the order of the document.
///
/// # Errors
///
/// [`UnknownSegment`](crate::Code::UnknownSegment).
///
/// # Cost
///
/// One review, then one pass over each pair.
pub fn overlap(
    columns: &Columns,
    playbook: &Playbook,
    names: &[&str],
    as_of: Instant,
    options: Options,
) -> Result<OverlapView, Error> {
    let listed: Vec<&Segment> = match names {
        [] => {
            let listed = playbook.written().segments.iter();
            listed.filter_map(|at| playbook.segments().get(*at)).collect()
        }
        names => names.iter().map(|name| named(playbook, name)).collect::<Result<_, _>>()?,
    };
    let snapshot = Snapshot::new(columns, as_of);
    let answers = answers(&snapshot, playbook, options);
    let nobody = Bits::none(columns.n_customers());
    let sets = listed.iter().map(|segment| answers.segments.get(segment.name()));
    let sets: Vec<&Bits> = sets.map(|answer| answer.map_or(&nobody, |it| &it.members)).collect();
    let overlaps = Overlaps::of(&sets, options.threads);
    let n = listed.len();
    let name = |at: usize| listed.get(at).map(|it| it.name().clone()).unwrap_or_default();
    let pairs = (0..n).flat_map(|one| (one + 1..n).map(move |other| (one, other)));
    let mut pairs: Vec<OverlapPair> = pairs
        .map(|(one, other)| OverlapPair {
            one: name(one),
            other: name(other),
            both: overlaps.both(one, other),
            either: overlaps.either(one, other),
            only_one: overlaps.only(one, other),
            only_other: overlaps.only(other, one),
            jaccard: overlaps.jaccard(one, other),
        })
        .collect();
    // Stable: pairs that are as much alike stay in the order asked for.
    pairs.sort_by_key(|pair| std::cmp::Reverse(pair.jaccard.map(|it| it.units())));
    Ok(OverlapView {
        as_of,
        customers: snapshot.population().count() as u64,
        segments: listed
            .iter()
            .enumerate()
            .map(|(at, segment)| OverlapSegment {
                segment: segment.name().clone(),
                label: segment.text().or_name(segment.name()),
                members: overlaps.size(at),
            })
            .collect(),
        both: (0..n).map(|one| (0..n).map(|other| overlaps.both(one, other)).collect()).collect(),
        pairs,
    })
}
