//! The review (时点评估): all answers at one instant.

use std::sync::Arc;

use serde::Serialize;

use super::answers::{Answers, Failure, Options, answers, context, failures};
use super::customer::{CustomerView, number as customer_number, page};
use super::freshness::{Freshness, freshness};
use super::lifecycle::{MachineSummary, machine_summaries};
use super::note::{Note, notes, value_unknown};
use super::summary::PlaybookSummary;
use super::value::{ValueSummary, summary};
use crate::SEMANTICS;
use crate::error::{Code, Error, Fault, Text};
use crate::facts::{Columns, Snapshot};
use crate::lang::kernel::Answer;
use crate::playbook::Playbook;
use crate::units::{Calendar, Day, Instant};

/// Everything guanxi has to say about the customers at `as_of`.
#[derive(Debug, Clone, Serialize)]
pub struct Review {
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
    /// Events that had happened.
    pub events: u64,
    /// Each kind of event, by name.
    pub kinds: Vec<EventSummary>,
    /// Each attribute, by name.
    pub attributes: Vec<AttributeSummary>,
    /// Each machine, by name, with the customers in each of its states.
    pub machines: Vec<MachineSummary>,
    /// Each segment, by name.
    pub segments: Vec<SegmentSummary>,
    /// What everybody is worth, where the playbook decides about that.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<ValueSummary>,
    /// What a reader should know before trusting the numbers.
    pub notes: Vec<Note>,
    #[serde(skip)]
    columns: Arc<Columns>,
    #[serde(skip)]
    definitions: Playbook,
    #[serde(skip)]
    answers: Answers,
}

/// One kind of event.
#[derive(Debug, Clone, Serialize)]
pub struct EventSummary {
    /// The kind.
    pub kind: Arc<str>,
    /// As shown to people: in a language without a label, as in the other, else
    /// the name.
    pub label: Text,
    /// How many had happened.
    pub events: u64,
    /// How many customers had at least one.
    pub customers: u64,
    /// The first.
    pub first: Option<Instant>,
    /// The last.
    pub last: Option<Instant>,
}

/// One attribute: for how many customers it is known, and how fresh it is.
#[derive(Debug, Clone, Serialize)]
pub struct AttributeSummary {
    /// The attribute.
    pub attribute: Arc<str>,
    /// As shown to people: in a language without a label, as in the other, else
    /// the name.
    pub label: Text,
    /// Customers with a value.
    pub known: u64,
    /// Customers without one.
    pub missing: u64,
    /// Some values have no date: answers about the past use today's.
    pub undated: bool,
    /// How fresh the values are, where the playbook says how long they last.
    pub freshness: Option<Freshness>,
}

/// One segment.
#[derive(Debug, Clone, Serialize)]
pub struct SegmentSummary {
    /// The segment.
    pub segment: Arc<str>,
    /// As shown to people: in a language without a label, as in the other, else
    /// the name.
    pub label: Text,
    /// Customers in it.
    pub members: u64,
    /// Customers for whom the condition is an error; they are not in it.
    pub errors: u64,
    /// The first of these, with the reason.
    pub failures: Vec<Failure>,
}

impl Review {
    /// A segment's members, by id, ascending.
    ///
    /// # Errors
    ///
    /// [`Code::UnknownSegment`].
    pub fn members(&self, segment: &str) -> Result<impl Iterator<Item = &str>, Error> {
        Ok(super::query::ids(&self.columns, self.answer(segment)?))
    }

    /// Who is in a segment, by position among the customers of
    /// [`columns`](Review::columns).
    ///
    /// # Errors
    ///
    /// [`Code::UnknownSegment`].
    pub fn answer(&self, segment: &str) -> Result<&Answer, Error> {
        self.answers.segments.get(segment).ok_or_else(|| unknown_segment(self, segment))
    }

    /// One customer in full: attributes, events, segments, each with the reason.
    ///
    /// # Errors
    ///
    /// [`Code::UnknownCustomer`].
    pub fn customer(&self, id: &str) -> Result<CustomerView, Error> {
        let snapshot = Snapshot::new(&self.columns, self.as_of);
        let number = customer_number(&snapshot, id)?;
        Ok(page(&snapshot, &self.definitions, &self.answers, number))
    }

    /// The facts it was made from.
    pub fn columns(&self) -> &Arc<Columns> {
        &self.columns
    }
}

fn unknown_segment(review: &Review, segment: &str) -> Error {
    let fault = Fault::new(
        Code::UnknownSegment,
        format!("no segment is called `{segment}`"),
        format!("没有名为 `{segment}` 的细分"),
    );
    let names = review.answers.segments.keys().map(|name| &**name);
    match crate::units::nearest(segment, names) {
        Some(near) => fault.meant(near),
        None => fault,
    }
    .into()
}

/// The first local midnight after the last fact: what `as_of` is when nobody
/// says; the instant of that fact where no midnight comes after it, on the last
/// day there is. `None` where no fact has a date, so that nothing speaks for an
/// instant.
pub fn default_as_of(columns: &Columns, calendar: &Calendar) -> Option<Instant> {
    columns.last.map(|last| midnight_after(last, calendar))
}

pub(super) fn midnight_after(last: Instant, calendar: &Calendar) -> Instant {
    let zone = calendar.zone();
    zone.start_of(Day::clamped(i64::from(zone.day_of(last).days()) + 1)).max(last)
}

/// Every answer of a playbook about these facts at `as_of`.
///
/// # Inputs
///
/// `columns`: the facts known at `known_at`, which is only recorded here.
///
/// # Cost
///
/// One pass over the events for the overview and one for each segment.
pub fn review(
    columns: &Arc<Columns>,
    playbook: &Playbook,
    as_of: Instant,
    known_at: Option<Instant>,
    options: Options,
) -> Review {
    let snapshot = Snapshot::new(columns, as_of);
    let answers = answers(&snapshot, playbook, options);
    let mut told = notes(columns, 0..columns.attributes.len(), as_of, known_at);
    told.extend(answers.untold().map(value_unknown));
    let kinds = kinds(&snapshot);
    let attributes = attributes(&snapshot, playbook.calendar());
    Review {
        semantics: SEMANTICS,
        playbook: PlaybookSummary::of(playbook),
        as_of,
        known_at,
        customers: snapshot.population().count() as u64,
        events: kinds.iter().map(|kind| kind.events).sum(),
        notes: told,
        kinds,
        attributes,
        machines: machine_summaries(&snapshot, playbook, &answers),
        segments: segment_summaries(&snapshot, playbook, &answers),
        value: answers.assessments().map(|made| summary(&snapshot, made)),
        columns: columns.clone(),
        definitions: playbook.clone(),
        answers,
    }
}

fn kinds(snapshot: &Snapshot<'_>) -> Vec<EventSummary> {
    let columns = snapshot.columns();
    let pairs = columns.schema.kinds.iter().zip(&columns.kinds).enumerate();
    pairs
        .map(|(kind, (declared, events))| {
            let mut out = EventSummary {
                kind: declared.name.clone(),
                label: declared.text.or_name(&declared.name),
                events: 0,
                customers: 0,
                first: None,
                last: None,
            };
            let (mut first, mut last) = (i64::MAX, i64::MIN);
            for customer in 0..columns.n_customers() {
                let (from, until) = snapshot.events(kind, customer);
                if from < until {
                    out.events += (until - from) as u64;
                    out.customers += 1;
                    first = first.min(events.at.micros(from));
                    last = last.max(events.at.micros(until - 1));
                }
            }
            if 0 < out.events {
                out.first = Some(Instant::clamped(first));
                out.last = Some(Instant::clamped(last));
            }
            out
        })
        .collect()
}

fn attributes(snapshot: &Snapshot<'_>, calendar: &Calendar) -> Vec<AttributeSummary> {
    let columns = snapshot.columns();
    let population = snapshot.population();
    let declared = columns.schema.attributes.iter().enumerate();
    declared
        .filter_map(|(position, attribute)| {
            let column = snapshot.attribute(position)?;
            let known = match &column.known {
                Some(known) => known.and(population).count(),
                None => population.count(),
            };
            Some(AttributeSummary {
                attribute: attribute.name.clone(),
                label: attribute.text.or_name(&attribute.name),
                known: known as u64,
                missing: (population.count() - known) as u64,
                undated: columns.attributes.get(position)?.has_undated(),
                freshness: freshness(snapshot, calendar, position, attribute, column),
            })
        })
        .collect()
}

fn segment_summaries(
    snapshot: &Snapshot<'_>,
    playbook: &Playbook,
    answers: &Answers,
) -> Vec<SegmentSummary> {
    let context = context(snapshot, playbook, answers);
    let named = playbook.segments().iter();
    named
        .filter_map(|segment| {
            let answer = answers.segments.get(segment.name())?;
            Some(SegmentSummary {
                segment: segment.name().clone(),
                label: segment.text().or_name(segment.name()),
                members: answer.members.count() as u64,
                errors: answer.errors.count() as u64,
                failures: failures(segment.condition(), answer, &context),
            })
        })
        .collect()
}
