//! Plain records, and a builder's query asked of each.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::super::environment::Environment;
use super::super::evaluate::holds;
use super::super::value::{Record, Value};
use super::column::{Column, Columns, Fields};
use super::values::number;
use super::{Bounds, group};
use crate::error::{Code, Error, Fault};
use crate::json::Json;
use crate::lang::tree::Literal;
use crate::units::{Calendar, Decimal};

/// What is known of the values of one field.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) enum Shape {
    /// No record has a value.
    #[default]
    Nothing,
    Bool,
    Number,
    Text,
    Many(Box<Shape>),
    Record(BTreeMap<Arc<str>, Shape>),
    /// Values of several types.
    Mixed,
}

impl Shape {
    fn of(json: &Json) -> Shape {
        match json {
            Json::Null => Shape::Nothing,
            Json::Bool(_) => Shape::Bool,
            Json::Number(_) => Shape::Number,
            Json::Text(_) => Shape::Text,
            Json::Array(items) => {
                let element = items.iter().map(Shape::of).fold(Shape::Nothing, Shape::with);
                Shape::Many(Box::new(element))
            }
            Json::Object(_) if number(json).is_some() => Shape::Number,
            Json::Object(members) => {
                let fields = members.iter().map(|(key, value)| ((**key).into(), Shape::of(value)));
                Shape::Record(fields.collect())
            }
        }
    }

    fn with(self, other: Shape) -> Shape {
        match (self, other) {
            (Shape::Nothing, shape) | (shape, Shape::Nothing) => shape,
            (Shape::Many(a), Shape::Many(b)) => Shape::Many(Box::new(a.with(*b))),
            (Shape::Record(mut a), Shape::Record(b)) => {
                for (key, shape) in b {
                    let kept = a.remove(&key).unwrap_or_default();
                    a.insert(key, kept.with(shape));
                }
                Shape::Record(a)
            }
            (a, b) if a == b => a,
            _ => Shape::Mixed,
        }
    }

    /// Whether there is nothing to hold a name to.
    pub(super) fn is_empty(&self) -> bool {
        *self == Shape::Nothing
    }

    /// Whether there is a field of exactly this name.
    pub(super) fn has(&self, name: &str) -> bool {
        matches!(self, Shape::Record(fields) if fields.contains_key(name))
    }

    /// What a field holds, which may be one of a field; `None` where there is
    /// none.
    pub(super) fn column(&self, name: &str) -> Option<Column<'_>> {
        if self.is_empty() {
            return Some(Column::Unknown);
        }
        let Shape::Record(fields) = self else { return None };
        if let Some(shape) = fields.get(name) {
            return Some(shape.as_column());
        }
        let (first, rest) = name.split_once('.')?;
        fields.get(first)?.column(rest)
    }

    fn as_column(&self) -> Column<'_> {
        match self {
            Shape::Nothing => Column::Unknown,
            Shape::Bool => Column::Bool,
            Shape::Number => Column::Number,
            Shape::Text => Column::Text,
            Shape::Many(element) => Column::Many(Box::new(element.as_column())),
            Shape::Record(_) => Column::Record(Fields::Of(self)),
            Shape::Mixed => Column::Mixed,
        }
    }

    pub(super) fn names(&self) -> Vec<&str> {
        match self {
            Shape::Record(fields) => fields.keys().map(|name| &**name).collect(),
            _ => Vec::new(),
        }
    }

    /// A value of this shape: what a record does not have is missing.
    fn value(&self, json: &Json) -> Value {
        match (self, json) {
            (_, Json::Null) => Value::Missing,
            (_, Json::Bool(on)) => Value::Bool(*on),
            (_, Json::Text(text)) => Value::Text((**text).into()),
            (Shape::Many(element), Json::Array(items)) => {
                items.iter().map(|item| element.value(item)).collect::<Vec<_>>().into()
            }
            (Shape::Record(fields), Json::Object(members)) => {
                let given: BTreeMap<&str, &Json> =
                    members.iter().map(|(key, value)| (&**key, value)).collect();
                let field = |(name, shape): (&Arc<str>, &Shape)| {
                    let value = given.get(&**name).map(|json| shape.value(json));
                    (name.clone(), value.unwrap_or(Value::Missing))
                };
                let fields = fields.iter().map(field).collect();
                Value::Record(Arc::new(Record::new(None, fields)))
            }
            (_, json) => exact(json).unwrap_or(Value::Missing),
        }
    }
}

/// A number with its digits kept.
fn exact(json: &Json) -> Option<Value> {
    match number(json)? {
        Literal::Int(whole) => Some(Value::Int(whole)),
        Literal::Double(value, text) => {
            Some(Decimal::parse(&text).map_or(Value::Double(value), Value::Decimal))
        }
        _ => None,
    }
}

/// Records that a query can be asked about.
#[derive(Debug)]
pub struct Records<'j> {
    rows: &'j [Json],
    shape: Shape,
}

/// Who matches.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Matches {
    /// Positions of the records for which the query holds, in their order.
    pub members: Vec<usize>,
    /// Records for which it cannot be worked out: they are no members. The
    /// first ten, each with the reason.
    pub errors: Vec<(usize, Fault)>,
    /// How many there are of those.
    pub n_errors: usize,
    /// What is right about the query, but perhaps not meant.
    pub hints: Vec<Fault>,
}

/// Errors that are told with their reason.
const TOLD: usize = 10;

impl<'j> Records<'j> {
    /// The records of a document: an array of objects, or an object that holds
    /// one under `people`.
    ///
    /// A field that is `null` or not there has no value. Fields hold what they
    /// hold in all records together.
    ///
    /// # Errors
    ///
    /// Every element that is no object, at its pointer.
    ///
    /// # Cost
    ///
    /// One pass over the document.
    pub fn new(document: &'j Json) -> Result<Self, Error> {
        let (rows, base) = match document {
            Json::Object(_) => (document.get("people"), "/people"),
            other => (Some(other), ""),
        };
        let Some(Json::Array(rows)) = rows else {
            let found = document.kind_name();
            return Err(Fault::new(
                Code::WrongJsonType,
                format!("{}, expected an array of records, or an object with `people`", found.en),
                format!("这里是{}，应为记录的数组，或含 `people` 的对象", found.zh),
            )
            .at(base)
            .into());
        };
        let mut faults = Vec::new();
        for (position, row) in rows.iter().enumerate() {
            if !matches!(row, Json::Object(_)) && faults.len() < super::super::bounds::FAULTS {
                let fault = group::wrong(row, "a record", "一条记录");
                faults.push(fault.at(format!("{base}/{position}")));
            }
        }
        Error::check(faults)?;
        let shape = rows.iter().map(Shape::of).fold(Shape::Nothing, Shape::with);
        Ok(Records { rows, shape })
    }

    /// The records as they came.
    pub fn rows(&self) -> &'j [Json] {
        self.rows
    }

    /// The records for which a builder's query holds.
    ///
    /// A comparison with a value that is missing does not hold; every negation
    /// is the exact complement. Texts compare by code point.
    ///
    /// # Errors
    ///
    /// Those of [`import`](super::import) about the query, each at its pointer:
    /// a field that no record has is one of them.
    ///
    /// # Cost
    ///
    /// One evaluation for each record.
    ///
    /// # Example
    ///
    /// ```
    /// use guanxi::json;
    /// use guanxi::lang::rqb::{Bounds, Records};
    ///
    /// let people = json::parse(br#"[{"name": "Ada", "tags": ["vip"]}, {"name": "Bo"}]"#)?;
    /// let query = json::parse(br#"{"combinator": "and", "rules": [{"field": "tags",
    ///     "match": {"mode": "none"}, "operator": "=",
    ///     "value": {"combinator": "and", "rules": [
    ///         {"field": "", "operator": "=", "value": "vip"}]}}]}"#)?;
    /// let found = Records::new(&people)?.matching(&query, Bounds::Turned)?;
    /// assert_eq!(found.members, [1]);
    /// # Ok::<(), guanxi::Error>(())
    /// ```
    pub fn matching(&self, query: &Json, bounds: Bounds) -> Result<Matches, Error> {
        let drafted = group::drafted(query, Columns::Records(&self.shape), bounds);
        Error::check(drafted.faults)?;
        let tree = drafted.out.tree(drafted.root);
        let calendar = Calendar::default();
        let mut found = Matches { hints: drafted.hints, ..Matches::default() };
        for (position, row) in self.rows.iter().enumerate() {
            let Value::Record(record) = self.shape.value(row) else { continue };
            let person = Person { record: &record, calendar: &calendar };
            match holds(&tree, &|_| None, &person) {
                Ok(true) => found.members.push(position),
                Ok(false) => {}
                Err(error) => {
                    found.n_errors += 1;
                    let fault = error.into_faults().into_iter().next();
                    let fault = fault.map(|fault| Fault { span: None, ..fault });
                    if found.errors.len() < TOLD {
                        found.errors.extend(fault.map(|fault| (position, fault)));
                    }
                }
            }
        }
        Ok(found)
    }
}

/// One record, as conditions see it.
struct Person<'r> {
    record: &'r Record,
    calendar: &'r Calendar,
}

impl Environment for Person<'_> {
    fn name(&self, name: &str) -> Option<Value> {
        found(self.record, name)
    }

    fn calendar(&self) -> &Calendar {
        self.calendar
    }
}

/// A field by its name, or by the path to it.
fn found(record: &Record, name: &str) -> Option<Value> {
    if let Some(value) = record.get(name) {
        return Some(value.clone());
    }
    let (first, rest) = name.split_once('.')?;
    match record.get(first)? {
        Value::Record(inner) => found(inner, rest),
        Value::Missing => Some(Value::Missing),
        _ => None,
    }
}
