//! When one customer came into a segment and went, and what brought it about.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde::Serialize;

use super::super::note::{Note, attributes_read, notes};
use super::named;
use super::one::{Asking, ask};
use super::reads::{SegmentReads, reads, refuse_unforeseen};
use crate::engine::lifecycle::Journey;
use crate::error::{Error, Text};
use crate::facts::{Body, Fact, Recorded, Schema};
use crate::lang::{Checked, Explanation, explain_through};
use crate::playbook::Playbook;
use crate::segment::{Membership, Turn};
use crate::store::Store;
use crate::units::Instant;

/// One customer's membership of a segment over the whole log (进出记录).
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SegmentHistory {
    /// The customer's id.
    pub customer: Box<str>,
    /// The segment.
    pub segment: Arc<str>,
    /// As shown to people.
    pub label: Text,
    /// Hash of the playbook.
    pub playbook: Box<str>,
    /// The first dated fact of the customer: the history goes from there.
    pub from: Instant,
    /// The instant up to which the history goes.
    pub as_of: Instant,
    /// Whether the customer is a member then; `None` where the condition is an
    /// error.
    pub member: Option<bool>,
    /// Since when; `None` where the customer is no member, or has always been
    /// one as far as anybody knows.
    pub since: Option<Instant>,
    /// Every stay in the segment, by time.
    pub spells: Vec<Spell>,
    /// When the condition could not be worked out.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<ErrorSpell>,
    /// What a reader should know before trusting the answer.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<Told>,
}

/// A note, in words.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Told {
    /// Its stable name.
    pub name: &'static str,
    /// What to know.
    pub text: Text,
}

/// A stay in a segment: `[enter, exit)`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Spell {
    /// The first microsecond in it; `None`: as far back as anybody knows.
    pub enter: Option<Instant>,
    /// The first microsecond out of it again; `None`: still in.
    pub exit: Option<Instant>,
    /// What brought the customer in.
    pub entered_by: TurnCause,
    /// What took the customer out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub left_by: Option<TurnCause>,
}

/// What made a membership turn.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct TurnCause {
    /// The facts of that instant that the segment reads.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub facts: Vec<CauseFact>,
    /// The steps of that instant in lifecycles that the segment reads.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub steps: Vec<CauseStep>,
    /// Whether it was an assessment.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub assessed: bool,
    /// Whether nothing happened and time alone did it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub time: bool,
    /// The ends of the condition that came out otherwise, as they are written.
    pub clauses: Vec<String>,
}

/// A fact that made a membership turn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CauseFact {
    /// Who reported it.
    pub source: Box<str>,
    /// Its id.
    pub id: Box<str>,
    /// The kind of event, or `attributes` or `consent`.
    pub kind: Box<str>,
}

/// A step of a lifecycle that made a membership turn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CauseStep {
    /// The machine.
    pub machine: Arc<str>,
    /// The state before; `None`: it began.
    pub from: Option<Arc<str>>,
    /// The state after.
    pub to: Arc<str>,
    /// As shown to people.
    pub to_label: Text,
}

/// A time during which a condition could not be worked out.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ErrorSpell {
    /// From when on; `None`: as far back as anybody knows.
    pub from: Option<Instant>,
    /// The first microsecond after it; `None`: still.
    pub until: Option<Instant>,
    /// Why.
    pub why: Text,
}

/// When a customer came into a segment and went, from the first dated fact to
/// `as_of`, by what was known at `known_at` (`None`: by all that is known).
///
/// # Output
///
/// Who was merged with others is told as one customer over the whole history,
/// as everywhere.
///
/// # Errors
///
/// [`UnknownSegment`](crate::Code::UnknownSegment),
/// [`UnknownCustomer`](crate::Code::UnknownCustomer),
/// [`Unforeseen`](crate::Code::Unforeseen) for a condition that is asked of everybody
/// at one instant, and what can keep the facts from being read.
///
/// # Cost
///
/// A few evaluations for each fact of the customer, each step and each instant
/// that time alone may change. Everybody is assessed where the segment asks for
/// what depends on all.
pub fn history(
    store: &Store,
    playbook: &Playbook,
    name: &str,
    id: &str,
    as_of: Instant,
    known_at: Option<Instant>,
) -> Result<SegmentHistory, Error> {
    let segment = named(playbook, name)?;
    let condition = &**segment.condition();
    refuse_unforeseen(condition, playbook)?;
    let journey = store.journey_for(playbook, &[condition], (as_of, known_at), id)?;
    let reads = reads(condition, playbook);
    let (turns, causes, begun) = ask(&journey, &journey.columns, condition, as_of, |mut asking| {
        let from = asking.walk.begins().unwrap_or(as_of).min(as_of);
        let turns = asking.walk.turns(condition, from, as_of);
        let causes: Vec<TurnCause> = turns
            .iter()
            .map(|turn| cause(&journey, condition, &reads, &mut asking, turn, from))
            .collect();
        (turns, causes, (from, is_dated(&journey)))
    });
    let (from, is_dated) = begun;
    let (spells, errors) = spells(&turns, causes, is_dated.then_some(from));
    let last = turns.last().map(|turn| &turn.is);
    let read = attributes_read(condition, playbook);
    Ok(SegmentHistory {
        customer: journey.id.clone(),
        segment: segment.name().clone(),
        label: segment.text().or_name(segment.name()),
        playbook: playbook.hash().into(),
        from,
        as_of,
        member: match last {
            Some(Membership::In) => Some(true),
            Some(Membership::Failed(_)) => None,
            _ => Some(false),
        },
        since: match (last, spells.last()) {
            (Some(Membership::In), Some(spell)) => spell.enter,
            _ => None,
        },
        spells,
        errors,
        notes: undated(notes(&journey.columns, read, Instant::MIN, known_at)),
    })
}

/// Of notes about all the past, those that a history is about.
pub(super) fn undated(notes: Vec<Note>) -> Vec<Told> {
    let about = notes.into_iter().filter(|note| note.name == "undated_attributes");
    about.map(|note| Told { name: note.name, text: note.text }).collect()
}

/// Whether it is known when the customer's life began.
fn is_dated(journey: &Journey<'_>) -> bool {
    journey.columns.born.get(journey.customer).is_some_and(|born| *born != i64::MIN)
}

/// Stays in and out, made of turns.
fn spells(
    turns: &[Turn],
    causes: Vec<TurnCause>,
    begun: Option<Instant>,
) -> (Vec<Spell>, Vec<ErrorSpell>) {
    let (mut spells, mut errors): (Vec<Spell>, Vec<ErrorSpell>) = (Vec::new(), Vec::new());
    let mut before: Option<&Membership> = None;
    for (number, (turn, cause)) in turns.iter().zip(causes).enumerate() {
        let at = if number == 0 { begun } else { Some(turn.at) };
        match before {
            Some(Membership::In) => {
                if let Some(open) = spells.last_mut() {
                    (open.exit, open.left_by) = (at, Some(cause.clone()));
                }
            }
            Some(Membership::Failed(_)) => {
                if let Some(open) = errors.last_mut() {
                    open.until = at;
                }
            }
            _ => {}
        }
        match &turn.is {
            Membership::In => {
                spells.push(Spell { enter: at, exit: None, entered_by: cause, left_by: None });
            }
            Membership::Failed(fault) => {
                errors.push(ErrorSpell { from: at, until: None, why: fault.message.clone() });
            }
            Membership::Out => {}
        }
        before = Some(&turn.is);
    }
    (spells, errors)
}

/// What made a membership turn.
pub(super) fn cause(
    journey: &Journey<'_>,
    condition: &Checked,
    reads: &SegmentReads,
    asking: &mut Asking<'_, '_>,
    turn: &Turn,
    first: Instant,
) -> TurnCause {
    let schema = &journey.columns.schema;
    let now = |recorded: &&Recorded| recorded.fact.at == Some(turn.at);
    let facts = journey.facts.iter().filter(now);
    let facts: Vec<CauseFact> = facts.filter_map(|it| fact(&it.fact, schema, reads)).collect();
    let machines = journey.playbook.machines();
    let steps = asking.trail.steps_at(turn.at).into_iter().filter_map(|(machine, step)| {
        let machine = machines.get(machine)?;
        let to = machine.states.get(step.to)?;
        let read = reads.machines.contains(&machine.name) && step.moved();
        read.then(|| CauseStep {
            machine: machine.name.clone(),
            from: step.from.and_then(|from| Some(machine.states.get(from)?.name.clone())),
            to: to.name.clone(),
            to_label: to.text.or_name(&to.name),
        })
    });
    let steps: Vec<CauseStep> = steps.collect();
    let assessed = !reads.scores.is_empty() && is_assessment(journey, asking, turn.at);
    let clauses = match turn.at == first {
        true => Vec::new(),
        false => changed(condition, asking, turn.at),
    };
    let time = facts.is_empty() && steps.is_empty() && !assessed && turn.at != first;
    TurnCause { facts, steps, assessed, time, clauses }
}

/// A fact, where the segment reads what it says.
pub(super) fn fact(fact: &Fact, schema: &Schema, reads: &SegmentReads) -> Option<CauseFact> {
    let kind: Box<str> = match &fact.body {
        Body::Event { kind, .. } => {
            let name = &schema.kinds.get(*kind)?.name;
            reads.events.contains(name).then(|| Box::from(&**name))?
        }
        Body::Attributes(values) => {
            let names = values.iter().filter_map(|(at, _)| schema.attributes.get(*at));
            let mut read = names.filter(|attribute| reads.attributes.contains(&attribute.name));
            read.next().map(|_| "attributes".into())?
        }
        Body::Consent { purpose, channel, .. } => {
            let (purpose, channel) =
                (schema.purposes.get(*purpose)?, schema.channels.get(*channel)?);
            reads.consents.contains(&format!("{purpose}.{channel}")).then(|| "consent".into())?
        }
        _ => return None,
    };
    Some(CauseFact { source: fact.source.clone(), id: fact.id.clone(), kind })
}

/// Whether the customer was assessed at an instant.
fn is_assessment(journey: &Journey<'_>, asking: &Asking<'_, '_>, at: Instant) -> bool {
    let next = asking.world.scores.and_then(|it| it.changes_after(journey.customer, at));
    next.is_some() && next == at.checked_add_micros(1).ok()
}

/// The ends of a condition that came out otherwise than just before.
pub(super) fn changed(
    condition: &Checked,
    asking: &mut Asking<'_, '_>,
    at: Instant,
) -> Vec<String> {
    let mut told = |at: Instant| {
        asking
            .walk
            .at(at, |moment| explain_through(condition, moment, &|name| moment.condition(name)))
    };
    let Ok(before) = at.checked_add_micros(-1) else { return Vec::new() };
    let (before, after) = (told(before), told(at));
    let (before, after) = (ends(&before), ends(&after));
    let pairs = before.iter().zip(&after);
    let turned = pairs.filter(|(a, b)| a.text == b.text && a.holds() != b.holds());
    let mut seen = BTreeSet::new();
    let texts = turned.map(|(end, _)| end.text.clone());
    texts.filter(|text| seen.insert(text.clone())).collect()
}

/// The clauses without clauses, as they are written.
pub(super) fn ends(explanation: &Explanation) -> Vec<&Explanation> {
    let (mut out, mut below) = (Vec::new(), vec![explanation]);
    while let Some(clause) = below.pop() {
        if clause.parts.is_empty() {
            out.push(clause);
        }
        below.extend(clause.parts.iter().rev());
    }
    out
}
