//! What had become known of one customer by some point of its history.

use std::borrow::Cow;
use std::sync::Arc;

use super::time::Timestamp;
use super::types::Type;
use super::value::{List, Record, Value};
use crate::facts::text::normalise;
use crate::facts::{self, Attribute, Column, Columns, Data, Snapshot};
use crate::units::{Calendar, Decimal, Instant};

/// One customer at one point of its history, with the names of the schema as
/// values of the language.
///
/// Everything is made when it is asked for, plainly: this is what faster ways
/// are held to.
#[derive(Debug, Clone, Copy)]
pub(super) struct Past<'a> {
    pub columns: &'a Columns,
    /// `None`: nobody in particular, of whom nothing is known.
    pub customer: Option<usize>,
    /// The instant; attributes are as they were then.
    pub now: Instant,
    /// Attributes and consents that were set later are not known, even when
    /// the instant is later still.
    pub known: Instant,
    pub ends: Ends<'a>,
}

/// How far events had come.
#[derive(Debug, Clone, Copy)]
pub(super) enum Ends<'a> {
    /// All of the instant.
    At(&'a Snapshot<'a>),
    /// For each kind, the first row that is still to come.
    Rows(&'a [usize]),
}

impl Past<'_> {
    /// The value of an attribute.
    pub fn attribute(&self, position: usize) -> Option<Value> {
        let declared = self.columns.schema.attributes.get(position)?;
        let history = self.columns.attributes.get(position)?;
        let Some(customer) = self.customer else { return Some(Value::Missing) };
        let (column, row) = history.held(customer, self.now.min(self.known));
        Some(row.map_or(Value::Missing, |row| value_of(column, row, &declared.ty)))
    }

    /// The customer's events of a kind, by time, each with its fields and `at`.
    pub fn events(&self, kind: usize) -> Option<Value> {
        let events = self.columns.kinds.get(kind)?;
        let Some(customer) = self.customer else { return Some(Value::Missing) };
        let (from, until) = match self.ends {
            Ends::At(snapshot) => snapshot.events(kind, customer),
            Ends::Rows(rows) => (events.range(customer).0, *rows.get(kind)?),
        };
        let records = (from..until).filter_map(|row| self.event(kind, row));
        Some(Value::List(Arc::new(List::from(records.collect::<Vec<_>>()))))
    }

    /// One event.
    pub fn event(&self, kind: usize, row: usize) -> Option<Value> {
        let (declared, events) =
            (self.columns.schema.kinds.get(kind)?, self.columns.kinds.get(kind)?);
        let at = Timestamp::from(Instant::clamped(events.at.micros(row)));
        let mut fields: Vec<(Arc<str>, Value)> = vec![("at".into(), Value::Timestamp(at))];
        for (field, column) in declared.fields.iter().zip(&events.fields) {
            let value = match column.value(row, &field.ty) {
                // What lies in the future of the question is not known yet.
                Some(facts::Value::Instant(at)) if self.now < at => Value::Missing,
                _ => value_of(column, row, &field.ty),
            };
            fields.push((field.name.clone(), value));
        }
        let record = Record::new(Some(declared.name.clone()), fields).at_row(kind, row);
        Some(Value::Record(Arc::new(record)))
    }

    /// The place of an event among all of the customer, whatever their kind.
    pub fn place(&self, kind: usize, row: usize) -> Option<u32> {
        let customer = self.customer?;
        let first = self.columns.kinds.get(kind)?.range(customer).0;
        self.columns.timeline.place(customer, kind, row.checked_sub(first)?)
    }

    /// The id of the customer; missing where it is nobody in particular.
    pub fn id(&self) -> Value {
        let id = self.customer.and_then(|customer| self.columns.customers.get(customer));
        id.map_or(Value::Missing, |id| Value::Text((&**id).into()))
    }

    /// The next instant that a field of the customer's events names, and that
    /// is still to come: until then it is not known.
    pub fn dawns_next(&self, kind: usize) -> Option<Instant> {
        let (declared, events) =
            (self.columns.schema.kinds.get(kind)?, self.columns.kinds.get(kind)?);
        let Ends::Rows(rows) = self.ends else { return None };
        let (from, until) = (events.range(self.customer?).0, *rows.get(kind)?);
        let fields = declared.fields.iter().zip(&events.fields);
        let instants = fields.filter(|(field, _)| field.ty == facts::Type::Instant);
        let values = instants.flat_map(|(field, column)| {
            (from..until).filter_map(|row| match column.value(row, &field.ty)? {
                facts::Value::Instant(at) => Some(at),
                _ => None,
            })
        });
        values.filter(|at| self.now < *at).min()
    }

    /// Whether consent is given; missing where nobody knows.
    pub fn consent(&self, purpose: &str, channel: &str) -> Option<Value> {
        let schema = &self.columns.schema;
        let purpose = schema.purposes.iter().position(|known| **known == *purpose)?;
        let channel = schema.channels.iter().position(|known| **known == *channel)?;
        let history = self.columns.consents.get(purpose * schema.channels.len() + channel)?;
        let Some(customer) = self.customer else { return Some(Value::Missing) };
        let (column, row) = history.held(customer, self.now.min(self.known));
        Some(row.map_or(Value::Missing, |row| value_of(column, row, &facts::Type::Bool)))
    }

    /// Whether there is a contact on a channel that is not past its limit.
    pub fn reachable(&self, channel: &str, calendar: &Calendar) -> bool {
        self.contacts(channel).any(|(position, attribute)| {
            let known = self.attribute(position).is_some_and(|value| !value.is_missing());
            known && self.stale_at(position, attribute, calendar).is_none_or(|at| self.now < at)
        })
    }

    /// The next instant at which a contact on the channel goes past its limit.
    pub fn stales_next(&self, channel: &str, calendar: &Calendar) -> Option<Instant> {
        let ends = self.contacts(channel).filter_map(|(position, attribute)| {
            self.stale_at(position, attribute, calendar).filter(|at| self.now < *at)
        });
        ends.min()
    }

    fn contacts(&self, channel: &str) -> impl Iterator<Item = (usize, &Attribute)> {
        let attributes = self.columns.schema.attributes.iter().enumerate();
        attributes.filter(
            move |(_, attribute)| matches!(&attribute.ty, facts::Type::Contact(on) if **on == *channel),
        )
    }

    /// When a value goes past its limit; `None` where it has none, or nobody
    /// knows how old it is.
    fn stale_at(
        &self,
        position: usize,
        attribute: &Attribute,
        calendar: &Calendar,
    ) -> Option<Instant> {
        let since = self.confirmed(position, attribute, calendar)?;
        calendar.add(since, attribute.fresh_for?).ok()
    }

    /// When a value was last set or verified.
    pub fn confirmed(
        &self,
        position: usize,
        attribute: &Attribute,
        calendar: &Calendar,
    ) -> Option<Instant> {
        let set =
            self.columns.attributes.get(position)?.since(self.customer?, self.now.min(self.known));
        let verified = attribute.verified_at.as_ref().and_then(|name| {
            match self.attribute(self.columns.schema.attribute(name)?)? {
                Value::Date(day) => Some(calendar.zone().start_of(day)),
                Value::Timestamp(at) => Some(at.split().0),
                _ => None,
            }
        });
        set.max(verified.filter(|at| *at <= self.now))
    }
}

/// The value in a row as the language has it; texts in the form in which their
/// column compares them.
fn value_of(column: &Column, row: usize, ty: &facts::Type) -> Value {
    let Some(value) = column.value(row, ty) else { return Value::Missing };
    let exact = |units: i64, scale: u8| {
        // A schema has no scale that this could refuse.
        Decimal::new(units.into(), scale).unwrap_or(Decimal::from_int(units))
    };
    match (value, Type::of(ty)) {
        (facts::Value::Bool(on), _) => Value::Bool(on),
        (facts::Value::Int(number), _) => Value::Int(number),
        (facts::Value::Exact(units), Type::Money(currency, scale)) => {
            Value::Money(exact(units, scale), currency)
        }
        (facts::Value::Exact(units), Type::Decimal(scale)) => Value::Decimal(exact(units, scale)),
        (facts::Value::Exact(units), _) => Value::Int(units),
        (facts::Value::Date(day), _) => Value::Date(day),
        (facts::Value::Instant(at), _) => Value::Timestamp(Timestamp::from(at)),
        (facts::Value::Text(text), _) => match &column.data {
            Data::Codes { codes, words } => Value::Text(words.key(codes.get(row)).into()),
            _ => Value::Text(text.into()),
        },
        (facts::Value::Set(texts), ty) => {
            let profile = match ty {
                Type::Set(profile) => profile,
                _ => facts::TextProfile::Exact,
            };
            let mut keys: Vec<Cow<'_, str>> =
                texts.iter().map(|text| normalise(profile, text)).collect();
            keys.sort_unstable();
            keys.dedup();
            let values = keys.iter().map(|key| Value::Text(key.as_ref().into()));
            Value::List(Arc::new(List::from(values.collect::<Vec<_>>())))
        }
    }
}
