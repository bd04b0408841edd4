//! One customer in full (客户全景): what is known, what happened, where they
//! belong, and why.

use std::sync::Arc;

use serde::Serialize;

use super::answers::{Answers, Options, answers, context};
use super::explain::explain_page;
use super::freshness::confirmed;
use super::lifecycle::{CustomerMachine, customer_machines};
use super::summary::PlaybookSummary;
use super::value::{CustomerValue, customer_value, with};
use crate::error::{Code, Error, Fault, Text};
use crate::facts::{Columns, Field, Snapshot, Type, Value};
use crate::lang::Explanation;
use crate::playbook::Playbook;
use crate::store::restricted;
use crate::units::{Decimal, Instant};

/// Everything known about one customer at an instant.
#[derive(Debug, Clone, Serialize)]
pub struct CustomerView {
    /// The customer's id.
    pub customer: Box<str>,
    /// By which playbook.
    pub playbook: PlaybookSummary,
    /// The instant of the answers.
    pub as_of: Instant,
    /// When the first dated fact happened; `None` when some fact has no date.
    pub since: Option<Instant>,
    /// Each attribute of the playbook, as these all in the order in which the
    /// document lists them.
    pub attributes: Vec<AttributeView>,
    /// Consents given or withdrawn, where something is known.
    pub consents: Vec<ConsentView>,
    /// Each kind of event that the customer has.
    pub events: Vec<EventsView>,
    /// Each machine: where the customer is, since when, what is due next.
    pub machines: Vec<CustomerMachine>,
    /// Each segment, in or out, and why.
    pub segments: Vec<CustomerSegment>,
    /// What the customer is worth, where the playbook decides about that.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<CustomerValue>,
    /// Whether some of the reasons are cut, as there would be too much to tell.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub cut: bool,
}

/// One attribute of a customer.
#[derive(Debug, Clone, Serialize)]
pub struct AttributeView {
    /// The attribute.
    pub attribute: Arc<str>,
    /// As shown to people: in a language without a label, as in the other, else
    /// the name.
    pub label: Text,
    /// The value as text, sets as a list; `None` when it is missing.
    pub value: Option<Shown>,
    /// Since when it holds, where that is known.
    pub since: Option<Instant>,
    /// Whether it is within its freshness limit, where there is one and the
    /// age is known.
    pub fresh: Option<bool>,
    /// Whether it tells something about a natural person.
    pub personal: bool,
}

/// Whether a customer agreed to be contacted.
#[derive(Debug, Clone, Serialize)]
pub struct ConsentView {
    /// For what.
    pub purpose: Arc<str>,
    /// By which channel.
    pub channel: Arc<str>,
    /// Given, or withdrawn.
    pub granted: bool,
    /// Since when, where that is known.
    pub since: Option<Instant>,
}

/// A customer's events of one kind.
#[derive(Debug, Clone, Serialize)]
pub struct EventsView {
    /// The kind.
    pub kind: Arc<str>,
    /// As shown to people: in a language without a label, as in the other, else
    /// the name.
    pub label: Text,
    /// How many.
    pub events: u64,
    /// The first.
    pub first: Option<Instant>,
    /// The last.
    pub last: Option<Instant>,
    /// The latest ones, newest first, up to ten.
    pub latest: Vec<EventView>,
}

/// One event.
#[derive(Debug, Clone, Serialize)]
pub struct EventView {
    /// When.
    pub at: Instant,
    /// Its fields that have a value.
    pub fields: std::collections::BTreeMap<Arc<str>, Shown>,
}

/// A value as people read it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Shown {
    /// Yes or no.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// Everything else: money as `12.50 CNY`, days and instants as ISO 8601.
    Text(String),
    /// A set.
    Texts(Vec<Box<str>>),
}

impl std::fmt::Display for Shown {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Shown::Bool(on) => write!(f, "{on}"),
            Shown::Int(number) => write!(f, "{number}"),
            Shown::Text(text) => f.write_str(text),
            Shown::Texts(texts) => f.write_str(&texts.join(", ")),
        }
    }
}

/// Whether a customer is in a segment, and why.
#[derive(Debug, Clone, Serialize)]
pub struct CustomerSegment {
    /// The segment.
    pub segment: Arc<str>,
    /// As shown to people: in a language without a label, as in the other, else
    /// the name.
    pub label: Text,
    /// In, or not; `None` when the condition is an error.
    pub member: Option<bool>,
    /// Why, clause by clause.
    pub explanation: Explanation,
}

/// How many events of a kind are shown one by one.
const LATEST: usize = 10;

/// One customer at `as_of`.
///
/// # Errors
///
/// [`Code::UnknownCustomer`] when nobody has this id or no fact had happened.
pub fn customer(
    columns: &Columns,
    playbook: &Playbook,
    as_of: Instant,
    id: &str,
) -> Result<CustomerView, Error> {
    let snapshot = Snapshot::new(columns, as_of);
    let number = number(&snapshot, id)?;
    let answers = answers(&snapshot, playbook, Options::default());
    Ok(page(&snapshot, playbook, &answers, number))
}

/// The number of a customer who is there.
pub(super) fn number(snapshot: &Snapshot<'_>, id: &str) -> Result<usize, Error> {
    let as_of = snapshot.as_of();
    let number = snapshot.columns().customer_at(id, as_of);
    let number = number.filter(|number| snapshot.population().has(*number));
    number.ok_or_else(|| unknown(snapshot.columns(), id, as_of))
}

/// One customer, by the answers about everybody.
pub(super) fn page(
    snapshot: &Snapshot<'_>,
    playbook: &Playbook,
    answers: &Answers,
    number: usize,
) -> CustomerView {
    let (columns, as_of) = (snapshot.columns(), snapshot.as_of());
    let segments = memberships(snapshot, playbook, answers, number);
    let made = answers.assessments();
    let born = columns.born.get(number).copied().filter(|born| *born != i64::MIN);
    CustomerView {
        customer: columns.customers.get(number).cloned().unwrap_or_default(),
        playbook: PlaybookSummary::of(playbook),
        as_of,
        since: born.map(Instant::clamped),
        attributes: attributes(snapshot, playbook, number),
        consents: consents(snapshot, number),
        events: events(snapshot, playbook, number),
        machines: customer_machines(with(playbook.world(columns), made), playbook, as_of, number),
        value: made.map(|made| customer_value(playbook.world(columns), made, number)),
        cut: segments.iter().any(|segment| segment.explanation.is_cut()),
        segments,
    }
}

/// That nobody is there, or nobody who may be asked about.
pub(super) fn unknown(columns: &Columns, id: &str, as_of: Instant) -> Error {
    if columns.is_restricted(id) {
        return restricted(id).into();
    }
    Fault::new(
        Code::UnknownCustomer,
        format!("no customer `{id}` is known at {as_of}"),
        format!("{as_of} 时没有客户 `{id}`"),
    )
    .into()
}

fn attributes(snapshot: &Snapshot<'_>, playbook: &Playbook, customer: usize) -> Vec<AttributeView> {
    let columns = snapshot.columns();
    let listed = playbook.written().attributes.iter();
    listed
        .filter_map(|&position| {
            let attribute = columns.schema.attributes.get(position)?;
            let column = snapshot.attribute(position)?;
            let value = column.value(customer, &attribute.ty);
            let calendar = playbook.calendar();
            let confirmed = confirmed(snapshot, calendar, position, attribute, customer);
            let fresh = || {
                let end = calendar.add(confirmed?, attribute.fresh_for?);
                Some(end.map_or(true, |end| snapshot.as_of() < end))
            };
            Some(AttributeView {
                attribute: attribute.name.clone(),
                label: attribute.text.or_name(&attribute.name),
                fresh: if value.is_some() { fresh() } else { None },
                value: value.map(|value| shown(value, &attribute.ty)),
                since: columns.attributes.get(position)?.since(customer, snapshot.as_of()),
                personal: attribute.personal,
            })
        })
        .collect()
}

fn consents(snapshot: &Snapshot<'_>, customer: usize) -> Vec<ConsentView> {
    let columns = snapshot.columns();
    let schema = &columns.schema;
    let pairs = schema.purposes.iter().flat_map(|p| schema.channels.iter().map(move |c| (p, c)));
    pairs
        .zip(&columns.consents)
        .filter_map(|((purpose, channel), history)| {
            let now = history.at(snapshot.as_of());
            match now.value(customer, &Type::Bool)? {
                Value::Bool(granted) => Some(ConsentView {
                    purpose: purpose.clone(),
                    channel: channel.clone(),
                    granted,
                    since: history.since(customer, snapshot.as_of()),
                }),
                _ => None,
            }
        })
        .collect()
}

fn events(snapshot: &Snapshot<'_>, playbook: &Playbook, customer: usize) -> Vec<EventsView> {
    let columns = snapshot.columns();
    let listed = playbook.written().kinds.iter();
    listed
        .filter_map(|&kind| {
            let (declared, events) = (columns.schema.kinds.get(kind)?, columns.kinds.get(kind)?);
            let (from, until) = snapshot.events(kind, customer);
            (from < until).then_some(())?;
            let at = |row: usize| Instant::clamped(events.at.micros(row));
            let latest = (from..until).rev().take(LATEST).map(|row| EventView {
                at: at(row),
                fields: fields(&declared.fields, |field| {
                    events.fields.get(field)?.value(row, &declared.fields.get(field)?.ty)
                }),
            });
            Some(EventsView {
                kind: declared.name.clone(),
                label: declared.text.or_name(&declared.name),
                events: (until - from) as u64,
                first: Some(at(from)),
                last: Some(at(until - 1)),
                latest: latest.collect(),
            })
        })
        .collect()
}

fn fields(
    declared: &[Field],
    value: impl Fn(usize) -> Option<Value>,
) -> std::collections::BTreeMap<Arc<str>, Shown> {
    let known = declared.iter().enumerate();
    known
        .filter_map(|(at, field)| Some((field.name.clone(), shown(value(at)?, &field.ty))))
        .collect()
}

/// A value as people read it.
pub(super) fn shown(value: Value, ty: &Type) -> Shown {
    match (value, ty) {
        (Value::Bool(on), _) => Shown::Bool(on),
        (Value::Int(number), _) => Shown::Int(number),
        (Value::Exact(units), Type::Money(currency)) => {
            Shown::Text(format!("{} {currency}", exact(units, currency.minor_digits())))
        }
        (Value::Exact(units), Type::Decimal(scale)) => Shown::Text(exact(units, *scale)),
        (Value::Exact(units), _) => Shown::Int(units),
        (Value::Date(day), _) => Shown::Text(day.to_string()),
        (Value::Instant(at), _) => Shown::Text(at.to_string()),
        (Value::Text(text), _) => Shown::Text(text.into()),
        (Value::Set(texts), _) => Shown::Texts(texts),
    }
}

fn exact(units: i64, scale: u8) -> String {
    Decimal::new(units.into(), scale).map(|number| number.to_string()).unwrap_or_default()
}

fn memberships(
    snapshot: &Snapshot<'_>,
    playbook: &Playbook,
    answers: &Answers,
    customer: usize,
) -> Vec<CustomerSegment> {
    let context = context(snapshot, playbook, answers);
    let listed = playbook.written().segments.iter();
    let listed: Vec<_> = listed.filter_map(|at| playbook.segments().get(*at)).collect();
    let conditions: Vec<_> = listed.iter().map(|segment| &**segment.condition()).collect();
    let explained = explain_page(&conditions, playbook, &context, customer);
    let listed = listed.into_iter().zip(explained);
    listed
        .filter_map(|(segment, explanation)| {
            let answer = answers.segments.get(segment.name())?;
            let member = !answer.errors.has(customer);
            Some(CustomerSegment {
                segment: segment.name().clone(),
                label: segment.text().or_name(segment.name()),
                member: member.then(|| answer.members.has(customer)),
                explanation,
            })
        })
        .collect()
}
