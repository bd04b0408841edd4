//! Who was first, by the facts with their ids.

use serde::Serialize;

use crate::facts::{Body, Recorded, Value};
use crate::identity::{Evidence, Identity};
use crate::units::Instant;

/// Since when a customer is there (首报证明).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Proof {
    /// The fact that happened first; `None` where no fact has a date.
    pub first: Option<ReportView>,
    /// The fact that was learnt first.
    pub first_learnt: Option<ReportView>,
    /// The first inquiry, where the playbook says what one is.
    pub first_inquiry: Option<InquiryView>,
    /// The latest.
    pub last_inquiry: Option<InquiryView>,
    /// How many inquiries there were.
    pub inquiries: u64,
}

/// A fact that proves something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReportView {
    /// When it happened, where it has a date.
    pub at: Option<Instant>,
    /// When it was learnt.
    pub seen: Instant,
    /// The source of the fact.
    pub source: Box<str>,
    /// Its id there.
    pub id: Box<str>,
}

/// An inquiry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct InquiryView {
    /// The event.
    #[serde(flatten)]
    pub report: ReportView,
    /// Who reported it, where that was said.
    pub actor: Option<Box<str>>,
}

/// Since when a customer is there, by its facts up to an instant.
///
/// Of facts of one instant the one that was learnt first is the first.
pub(super) fn prove(facts: &[Recorded], identity: &Identity, as_of: Instant) -> Proof {
    let past = || facts.iter().filter(|it| it.fact.at.is_none_or(|at| at <= as_of));
    let dated = past().filter(|it| it.fact.at.is_some());
    let first = dated.min_by_key(|it| (it.fact.at, it.seen, it.sequence));
    let first_learnt = past().min_by_key(|it| (it.seen, it.sequence));
    let mut asked: Vec<&Recorded> = past().filter(|it| is_inquiry(it, identity)).collect();
    asked.sort_by_key(|it| (it.fact.at, it.seen, it.sequence));
    Proof {
        first: first.map(report),
        first_learnt: first_learnt.map(report),
        first_inquiry: asked.first().map(|it| inquiry(it, identity)),
        last_inquiry: asked.last().map(|it| inquiry(it, identity)),
        inquiries: asked.len() as u64,
    }
}

/// The fact that said a held value first: the earliest whose value reads as the same
/// key. One without a date counts from when it was learnt.
pub(super) fn said_first(
    facts: &[Recorded],
    identity: &Identity,
    evidence: &Evidence,
    as_of: Instant,
) -> Option<ReportView> {
    let says = |it: &&Recorded| match &it.fact.body {
        Body::Attributes(values) => values.iter().any(|(attribute, value)| {
            let key = identity.key_of(*attribute);
            let reads = |text: &&str| {
                key.is_some_and(|key| identity.read(key, text).keys().contains(&evidence.key))
            };
            value.iter().flat_map(Identity::texts).any(|text| reads(&text))
        }),
        _ => false,
    };
    let past = facts.iter().filter(|it| it.fact.at.is_none_or(|at| at <= as_of));
    let said = past.filter(says);
    said.min_by_key(|it| (it.fact.at.unwrap_or(it.seen), it.seen, it.sequence)).map(report)
}

fn report(recorded: &Recorded) -> ReportView {
    ReportView {
        at: recorded.fact.at,
        seen: recorded.seen,
        source: recorded.fact.source.clone(),
        id: recorded.fact.id.clone(),
    }
}

fn is_inquiry(recorded: &Recorded, identity: &Identity) -> bool {
    let declared = identity.inquiry.map(|inquiry| inquiry.kind);
    matches!(&recorded.fact.body, Body::Event { kind, .. } if Some(*kind) == declared)
}

fn inquiry(recorded: &Recorded, identity: &Identity) -> InquiryView {
    let field = identity.inquiry.and_then(|inquiry| inquiry.actor);
    let actor = match &recorded.fact.body {
        Body::Event { fields, .. } => match field.and_then(|field| fields.get(field)) {
            Some(Some(Value::Text(actor))) => Some(actor.clone()),
            _ => None,
        },
        _ => None,
    };
    InquiryView { report: report(recorded), actor }
}
