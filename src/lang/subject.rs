//! One customer as the reference evaluator sees it.

use std::borrow::Cow;
use std::sync::Arc;

use super::Checked;
use super::evaluate::Environment;
use super::kernel::Context;
use super::scope::Meaning;
use super::time::Timestamp;
use super::tree::{Node, NodeId};
use super::types::Type;
use super::value::{List, Record, Value};
use crate::error::{Code, Error, Fault};
use crate::facts::schema::Named;
use crate::facts::text::normalise;
use crate::facts::{self, Column, Data};
use crate::units::{Calendar, Decimal, Instant};

/// The attributes and events of one customer at the instant of the question.
///
/// Everything is made when it is asked for, plainly: this is what the kernels
/// are held to.
#[derive(Debug)]
pub struct Subject<'a> {
    context: &'a Context<'a>,
    customer: Option<usize>,
    /// Something that stands for this value instead: how a kernel asks about
    /// one text of a dictionary.
    instead: Option<(Instead, Value)>,
}

#[derive(Debug)]
enum Instead {
    Name(Arc<str>),
    Attribute(usize),
}

impl<'a> Subject<'a> {
    pub(super) fn new(context: &'a Context<'a>, customer: Option<usize>) -> Self {
        Subject { context, customer, instead: None }
    }

    /// The same, with a name that stands for this value.
    pub(super) fn with(mut self, name: &Arc<str>, value: Value) -> Self {
        self.instead = Some((Instead::Name(name.clone()), value));
        self
    }

    /// The same, with one text, or none, in place of the column that `node`
    /// reads.
    pub(super) fn with_text(mut self, checked: &Checked, node: NodeId, key: Option<&str>) -> Self {
        let text = key.map_or(Value::Missing, |key| Value::Text(key.into()));
        if let Some(Meaning::Attribute(attribute)) = checked.meaning(node) {
            self.instead = Some((Instead::Attribute(attribute), text));
            return self;
        }
        let Node::Select { of, field, .. } = checked.tree.node(node) else { return self };
        let Node::Name { name, .. } = checked.tree.node(*of) else { return self };
        let record = Record::new(None, vec![(field.clone(), text)]);
        self.with(name, Value::Record(Arc::new(record)))
    }

    fn attribute(&self, attribute: usize) -> Option<Value> {
        if let Some((Instead::Attribute(have), value)) = &self.instead
            && *have == attribute
        {
            return Some(value.clone());
        }
        let declared = self.context.snapshot.columns().schema.attributes.get(attribute)?;
        let column = self.context.snapshot.attribute(attribute)?;
        let Some(customer) = self.customer else { return Some(Value::Missing) };
        Some(value_of(column, customer, &declared.ty))
    }

    /// The customer's events of a kind, by time, each with its fields and `at`.
    fn events(&self, kind: usize) -> Option<Value> {
        let columns = self.context.snapshot.columns();
        let (declared, events) = (columns.schema.kinds.get(kind)?, columns.kinds.get(kind)?);
        let Some(customer) = self.customer else { return Some(Value::Missing) };
        let (from, until) = self.context.snapshot.events(kind, customer);
        let now = self.context.snapshot.as_of();
        let records = (from..until).map(|row| {
            let at = Timestamp::from(Instant::clamped(events.at.micros(row)));
            let mut fields: Vec<(Arc<str>, Value)> = vec![("at".into(), Value::Timestamp(at))];
            for (field, column) in declared.fields.iter().zip(&events.fields) {
                let value = match column.value(row, &field.ty) {
                    // What lies in the future of the question is not known yet.
                    Some(facts::Value::Instant(at)) if now < at => Value::Missing,
                    _ => value_of(column, row, &field.ty),
                };
                fields.push((field.name.clone(), value));
            }
            Value::Record(Arc::new(Record::new(Some(declared.name.clone()), fields)))
        });
        Some(Value::List(Arc::new(List::from(records.collect::<Vec<_>>()))))
    }
}

impl Environment for Subject<'_> {
    fn name(&self, name: &str) -> Option<Value> {
        if let Some((Instead::Name(have), value)) = &self.instead
            && **have == *name
        {
            return Some(value.clone());
        }
        let name = name.strip_prefix("customer.").unwrap_or(name);
        match self.context.snapshot.columns().schema.named(name)? {
            Named::Attribute(attribute) => self.attribute(attribute),
            Named::List(kind) => self.events(kind),
        }
    }

    fn now(&self) -> Option<Timestamp> {
        Some(Timestamp::from(self.context.snapshot.as_of()))
    }

    fn calendar(&self) -> &Calendar {
        self.context.calendar
    }

    fn segment(&self, name: &str) -> Option<Result<bool, Error>> {
        let answer = self.context.answers.get(name)?;
        let customer = self.customer?;
        if answer.errors.has(customer) {
            return Some(Err(Fault::new(
                Code::NoOverload,
                format!("segment `{name}` is an error for this customer"),
                format!("细分 `{name}` 对该客户计算出错"),
            )
            .into()));
        }
        Some(Ok(answer.members.has(customer)))
    }

    fn parameter(&self, name: &str) -> Option<Value> {
        let parameters = self.context.parameters;
        let position = parameters.binary_search_by(|have| (*have.name).cmp(name)).ok()?;
        parameters.get(position).map(|parameter| parameter.value.clone())
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
