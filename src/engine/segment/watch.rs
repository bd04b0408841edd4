//! Who came into segments and went out of them in a period, as it happened.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;

use super::super::answers::Options;
use super::super::note::Note;
use super::history::{CauseFact, Told, TurnCause, cause, undated};
use super::live::{SegmentTurn, SegmentsLive, TurnedBy};
use super::one::ask;
use super::reads::reads;
use crate::SEMANTICS;
use crate::engine::lifecycle::Journey;
use crate::engine::note::{attributes_read, notes};
use crate::engine::value::rounds;
use crate::error::{Code, Error, Fault, Text};
use crate::facts::{Body, Columns};
use crate::playbook::Playbook;
use crate::segment::{Membership, Turn};
use crate::store::Store;
use crate::units::Instant;

/// Who came into segments and went out of them in a period (进出流水).
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SegmentWatch {
    /// Version of the meaning of the numbers.
    pub semantics: u32,
    /// Hash of the playbook.
    pub playbook: Box<str>,
    /// The period begins after this instant.
    pub from: Instant,
    /// Its end, itself included.
    pub to: Instant,
    /// Facts learnt later are left out; `None` for everything known.
    pub known_at: Option<Instant>,
    /// Each segment, in the order asked for.
    pub segments: Vec<WatchedSegment>,
    /// Every coming and going, by time, then by id and segment.
    pub turns: Vec<WatchedTurn>,
    /// Segments that cannot be watched, with the reason.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub left_out: Vec<NotWatched>,
    /// What a reader should know before trusting the answer.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<Told>,
}

/// One segment: `members_before + entered - left = members_after`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WatchedSegment {
    /// The segment.
    pub segment: Arc<str>,
    /// As shown to people.
    pub label: Text,
    /// Customers in it at `from`.
    pub members_before: u64,
    /// How often somebody came in.
    pub entered: u64,
    /// How often somebody went out.
    pub left: u64,
    /// Customers in it at `to`.
    pub members_after: u64,
}

/// Somebody who came in or went out, and why.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct WatchedTurn {
    /// The first microsecond at which it was otherwise.
    pub at: Instant,
    /// The customer's id.
    pub customer: Box<str>,
    /// The segment.
    pub segment: Arc<str>,
    /// Came in; otherwise went out.
    pub entered: bool,
    /// What brought it about.
    pub cause: TurnCause,
}

/// A segment that cannot be watched.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct NotWatched {
    /// The segment.
    pub segment: Arc<str>,
    /// Why.
    pub why: Text,
}

/// Who came into segments and went out of them after `from` and up to `to`, by
/// what was known at `known_at` (`None`: by all that is known).
///
/// # Inputs
///
/// `names`: which segments; none for all that can be watched, in the order of the
/// document.
///
/// # Errors
///
/// [`UnknownSegment`](Code::UnknownSegment), [`Unforeseen`](Code::Unforeseen) for a
/// named segment that is asked of everybody at one instant,
/// [`InvalidArgument`](Code::InvalidArgument) for a period that ends before it
/// begins, and what can keep the facts from being read.
///
/// # Cost
///
/// One look at everybody, one for each instant at which somebody is due, and the
/// facts of each customer who came or went.
pub fn watch(
    store: &Store,
    playbook: &Playbook,
    names: &[&str],
    (from, to): (Instant, Instant),
    known_at: Option<Instant>,
    options: Options,
) -> Result<SegmentWatch, Error> {
    if to < from {
        let fault = Fault::new(
            Code::InvalidArgument,
            format!("the period ends at {to}, before it begins at {from}"),
            format!("期间止于 {to}，早于其起点 {from}"),
        );
        return Err(fault.into());
    }
    let columns = store.columns(known_at)?;
    let mut live = SegmentsLive::new(&columns, playbook, names, from, options)?;
    let kept: Vec<Arc<str>> = live.segments().cloned().collect();
    let count = |live: &SegmentsLive<'_>, name: &str| -> Result<u64, Error> {
        Ok(live.members(name)?.len() as u64)
    };
    let before: Vec<u64> = kept.iter().map(|name| count(&live, name)).collect::<Result<_, _>>()?;
    let turns = live.advance_to(to);
    let segments = kept.iter().zip(before).map(|(name, members_before)| {
        let of = |entered: bool| {
            let turned = turns.iter().filter(|it| it.segment == *name && it.entered == entered);
            turned.count() as u64
        };
        let text = playbook.segment(name).map(|segment| segment.text().or_name(name));
        Ok(WatchedSegment {
            segment: name.clone(),
            label: text.unwrap_or_default(),
            members_before,
            entered: of(true),
            left: of(false),
            members_after: count(&live, name)?,
        })
    });
    let segments = segments.collect::<Result<_, Error>>()?;
    let left_out = SegmentsLive::left_out(playbook).into_iter().filter(|_| names.is_empty());
    let left_out = left_out.map(|(segment, error)| {
        let why = error.into_faults().into_iter().next().map(|fault| fault.message);
        NotWatched { segment, why: why.unwrap_or_default() }
    });
    Ok(SegmentWatch {
        semantics: SEMANTICS,
        playbook: playbook.hash().into(),
        from,
        to,
        known_at,
        segments,
        turns: explained(store, playbook, turns, (to, known_at))?,
        left_out: left_out.collect(),
        notes: undated(told(&columns, playbook, &kept, known_at)),
    })
}

fn told(
    columns: &Columns,
    playbook: &Playbook,
    names: &[Arc<str>],
    known_at: Option<Instant>,
) -> Vec<Note> {
    let conditions = names.iter().filter_map(|name| playbook.segment(name));
    let read = conditions.flat_map(|segment| attributes_read(segment.condition(), playbook));
    let read: std::collections::BTreeSet<usize> = read.collect();
    notes(columns, read, Instant::MIN, known_at)
}

/// The facts of an instant by which customers became one.
fn merges(journey: &Journey<'_>, at: Instant) -> Vec<CauseFact> {
    let facts = journey.facts.iter().map(|recorded| &recorded.fact);
    let merges =
        facts.filter(|fact| fact.at == Some(at) && matches!(fact.body, Body::Merge { .. }));
    let told = merges.map(|fact| CauseFact {
        source: fact.source.clone(),
        id: fact.id.clone(),
        kind: "merge".into(),
    });
    told.collect()
}

/// Each turn with the facts, the steps and the clauses that brought it about:
/// those of one customer after the other, whose facts are read once.
fn explained(
    store: &Store,
    playbook: &Playbook,
    turns: Vec<SegmentTurn>,
    (to, known_at): (Instant, Option<Instant>),
) -> Result<Vec<WatchedTurn>, Error> {
    let mut of: BTreeMap<(&str, &str), Vec<usize>> = BTreeMap::new();
    for (place, turn) in turns.iter().enumerate() {
        of.entry((&turn.customer, &turn.segment)).or_default().push(place);
    }
    let mut causes: Vec<TurnCause> = vec![TurnCause::default(); turns.len()];
    let all = playbook.segments().iter().map(|segment| &**segment.condition());
    let rounds = rounds(store, playbook, &all.collect::<Vec<_>>(), to, known_at)?;
    let mut journey: Option<(&str, Journey<'_>)> = None;
    for ((customer, name), places) in &of {
        let Some(segment) = playbook.segment(name) else { continue };
        let condition = &**segment.condition();
        if journey.as_ref().is_none_or(|(of, _)| of != customer) {
            let last = places.iter().filter_map(|place| turns.get(*place)).map(|turn| turn.at);
            // Who was merged away is asked as it was.
            let until = last.max().unwrap_or(to);
            let facts = store.customer_facts(customer, known_at)?;
            journey = match Journey::of(playbook, facts, until, customer) {
                Ok(found) => Some((*customer, Journey { rounds: rounds.clone(), ..found })),
                // Erased: what it was is not to be told.
                Err(error) if error.code() == Code::UnknownCustomer => None,
                Err(error) => return Err(error),
            };
        }
        let Some((_, journey)) = &journey else { continue };
        let reads = reads(condition, playbook);
        ask(journey, &journey.columns, condition, to, |mut asking| {
            for place in places {
                let (Some(turn), Some(slot)) = (turns.get(*place), causes.get_mut(*place)) else {
                    continue;
                };
                let (at, by) = (turn.at, &turn.by);
                let is = if turn.entered { Membership::In } else { Membership::Out };
                let turn = Turn { at, is };
                *slot = cause(journey, condition, &reads, &mut asking, &turn, Instant::MIN);
                if *by == TurnedBy::Fact && slot.facts.is_empty() {
                    slot.facts = merges(journey, turn.at);
                    slot.time &= slot.facts.is_empty();
                }
            }
        });
    }
    let turns = turns.into_iter().zip(causes).map(|(turn, cause)| WatchedTurn {
        at: turn.at,
        customer: turn.customer,
        segment: turn.segment,
        entered: turn.entered,
        cause,
    });
    Ok(turns.collect())
}
