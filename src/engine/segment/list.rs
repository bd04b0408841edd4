//! Every segment, and who is in one.

use std::sync::Arc;

use serde::Serialize;

use super::super::answers::{Failure, Options, answers, answers_for, context, failures};
use super::super::note::{Note, attributes_read, notes, value_unknown};
use super::super::summary::PlaybookSummary;
use super::named;
use super::reads::{SegmentReads, reads};
use crate::SEMANTICS;
use crate::error::{Error, Text};
use crate::facts::{Columns, Snapshot};
use crate::playbook::Playbook;
use crate::units::{Decimal, Instant};

/// Every segment of a playbook at an instant.
#[derive(Debug, Clone, Serialize)]
pub struct SegmentList {
    /// Version of the meaning of the numbers.
    pub semantics: u32,
    /// By which playbook.
    pub playbook: PlaybookSummary,
    /// The instant of the answers.
    pub as_of: Instant,
    /// Facts learnt later are left out; `None` for everything known.
    pub known_at: Option<Instant>,
    /// Customers who were there.
    pub customers: u64,
    /// Each segment, in the order of the document.
    pub segments: Vec<SegmentListed>,
    /// What a reader should know before trusting the numbers.
    pub notes: Vec<Note>,
}

/// One segment.
#[derive(Debug, Clone, Serialize)]
pub struct SegmentListed {
    /// The segment.
    pub segment: Arc<str>,
    /// As shown to people.
    pub label: Text,
    /// Customers in it.
    pub members: u64,
    /// Their share of all customers, with four places; `None` of nobody.
    pub share: Option<Decimal>,
    /// Customers for whom the condition is an error; they are not in it.
    pub errors: u64,
    /// The first of these, with the reason.
    pub failures: Vec<Failure>,
    /// The condition as written.
    pub condition: Box<str>,
    /// What it reads.
    pub reads: SegmentReads,
    /// SHA-256 over its meaning and that of everything it reads.
    pub hash: Box<str>,
}

/// Who is in a segment.
#[derive(Debug, Clone, Serialize)]
pub struct SegmentMembers {
    /// The segment.
    pub segment: Arc<str>,
    /// As shown to people.
    pub label: Text,
    /// The instant of the answer.
    pub as_of: Instant,
    /// Customers who were there.
    pub customers: u64,
    /// How many are in it.
    pub members: u64,
    /// Customers for whom the condition is an error; they are not in it.
    pub errors: u64,
    /// The first of these, with the reason.
    pub failures: Vec<Failure>,
    /// The members by id, ascending.
    pub ids: Vec<Box<str>>,
    /// What a reader should know before trusting the answer.
    pub notes: Vec<Note>,
}

/// Every segment, with its size and what it reads.
///
/// # Inputs
///
/// `columns`: the facts known at `known_at`, which is only told.
///
/// # Cost
///
/// One pass over what the segments read.
pub fn list(
    columns: &Columns,
    playbook: &Playbook,
    as_of: Instant,
    known_at: Option<Instant>,
    options: Options,
) -> SegmentList {
    let snapshot = Snapshot::new(columns, as_of);
    let conditions: Vec<_> = playbook.segments().iter().map(|it| &**it.condition()).collect();
    let answers = answers_for(&snapshot, playbook, &conditions, options);
    let context = context(&snapshot, playbook, &answers);
    let customers = snapshot.population().count() as u64;
    let listed = playbook.written().segments.iter();
    let listed = listed.filter_map(|at| playbook.segments().get(*at)).filter_map(|segment| {
        let answer = answers.segments.get(segment.name())?;
        let members = answer.members.count() as u64;
        Some(SegmentListed {
            segment: segment.name().clone(),
            label: segment.text().or_name(segment.name()),
            members,
            share: share(members, customers),
            errors: answer.errors.count() as u64,
            failures: failures(segment.condition(), answer, &context),
            condition: segment.source().into(),
            reads: reads(segment.condition(), playbook),
            hash: playbook.segment_hash(segment.name()).unwrap_or_default(),
        })
    });
    let read = conditions.iter().flat_map(|condition| attributes_read(condition, playbook));
    let read: std::collections::BTreeSet<usize> = read.collect();
    let mut told = notes(columns, read, as_of, known_at);
    told.extend(answers.untold().map(value_unknown));
    SegmentList {
        semantics: SEMANTICS,
        playbook: PlaybookSummary::of(playbook),
        as_of,
        known_at,
        customers,
        segments: listed.collect(),
        notes: told,
    }
}

/// Who is in a segment at an instant.
///
/// # Errors
///
/// [`UnknownSegment`](crate::Code::UnknownSegment).
pub fn members(
    columns: &Columns,
    playbook: &Playbook,
    name: &str,
    as_of: Instant,
    known_at: Option<Instant>,
    options: Options,
) -> Result<SegmentMembers, Error> {
    let segment = named(playbook, name)?;
    let snapshot = Snapshot::new(columns, as_of);
    let answers = answers(&snapshot, playbook, options);
    let answer = answers.segments.get(segment.name()).cloned().unwrap_or_default();
    let context = context(&snapshot, playbook, &answers);
    let mut told = notes(columns, attributes_read(segment.condition(), playbook), as_of, known_at);
    if !segment.condition().uses.scores.is_empty() {
        told.extend(answers.untold().map(value_unknown));
    }
    Ok(SegmentMembers {
        segment: segment.name().clone(),
        label: segment.text().or_name(segment.name()),
        as_of,
        customers: snapshot.population().count() as u64,
        members: answer.members.count() as u64,
        errors: answer.errors.count() as u64,
        failures: failures(segment.condition(), &answer, &context),
        ids: crate::engine::ids(columns, &answer).map(Box::from).collect(),
        notes: told,
    })
}

/// A part of a whole with four places, rounded half up; `None` of nothing.
pub(super) fn share(part: u64, whole: u64) -> Option<Decimal> {
    let (part, whole) = (i128::from(part), i128::from(whole));
    let units = (part * 20_000 + whole).checked_div(whole * 2)?;
    Decimal::new(units, 4).ok()
}
