//! Where the host keeps what the schema declares: its tables and columns.

use std::collections::BTreeMap;

use crate::lang::Type;

/// How values are kept in a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stored {
    /// A boolean of the engine.
    Boolean,
    /// A whole number; of booleans 0 or 1.
    Integer,
    /// A number with its decimal places: 12.50.
    Numeric,
    /// A whole number of the smallest unit: 1250.
    Units,
    /// A date of the engine.
    Date,
    /// A text: a day `2026-03-31`, an instant `2026-03-31 12:15:00` in UTC.
    Text,
    /// Days since 1970-01-01.
    Days,
    /// A whole number like 20260331.
    Yyyymmdd,
    /// An instant of the engine that knows its zone.
    Timestamptz,
    /// An instant of the engine without a zone, in UTC.
    Timestamp,
    /// Seconds since 1970-01-01 00:00 UTC.
    Seconds,
    /// Milliseconds since then.
    Millis,
    /// Microseconds since then.
    Micros,
    /// A text that is already in the form of its text profile.
    Prepared,
    /// A JSON array of texts.
    Json,
}

impl Stored {
    /// Every way, by the name that a document gives it.
    pub const ALL: [(&'static str, Stored); 15] = [
        ("boolean", Stored::Boolean),
        ("integer", Stored::Integer),
        ("numeric", Stored::Numeric),
        ("units", Stored::Units),
        ("date", Stored::Date),
        ("text", Stored::Text),
        ("days", Stored::Days),
        ("yyyymmdd", Stored::Yyyymmdd),
        ("timestamptz", Stored::Timestamptz),
        ("timestamp", Stored::Timestamp),
        ("seconds", Stored::Seconds),
        ("millis", Stored::Millis),
        ("micros", Stored::Micros),
        ("prepared", Stored::Prepared),
        ("json", Stored::Json),
    ];

    /// The name that a document gives it.
    pub fn name(self) -> &'static str {
        Stored::ALL.iter().find(|(_, stored)| *stored == self).map_or("", |(name, _)| name)
    }

    /// The ways in which values of a type can be kept, the usual one first.
    pub fn ways(ty: &Type) -> &'static [Stored] {
        match ty {
            Type::Bool => &[Stored::Boolean, Stored::Integer],
            Type::Int => &[Stored::Integer],
            Type::Decimal(_) | Type::Money(..) => &[Stored::Numeric, Stored::Units],
            Type::Date => &[Stored::Date, Stored::Text, Stored::Days, Stored::Yyyymmdd],
            Type::Timestamp => &[
                Stored::Timestamptz,
                Stored::Timestamp,
                Stored::Seconds,
                Stored::Millis,
                Stored::Micros,
                Stored::Text,
            ],
            Type::Text(_) => &[Stored::Text, Stored::Prepared],
            Type::Enum(_) => &[Stored::Text],
            Type::Set(_) => &[Stored::Json, Stored::Prepared],
            _ => &[],
        }
    }
}

/// A column of the host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its name.
    pub name: Box<str>,
    /// How its values are kept; `None`: in the usual way of their type.
    pub stored: Option<Stored>,
}

/// A table with a row for each customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Customers {
    /// Its name, after that of its schema where it has one.
    pub table: Vec<Box<str>>,
    /// The column with the customer's id.
    pub id: Box<str>,
    /// The columns of attributes, by their names.
    pub columns: BTreeMap<Box<str>, Column>,
    /// The columns of what is known otherwise, by the call that asks for it:
    /// `state('relationship')`.
    pub answers: BTreeMap<Box<str>, Column>,
}

/// A table with a row for each event of a kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Events {
    /// Its name, after that of its schema where it has one.
    pub table: Vec<Box<str>>,
    /// The column with the customer's id.
    pub customer: Box<str>,
    /// When it happened.
    pub at: Column,
    /// Where events of several kinds share the table: the column that says the
    /// kind, and the text it has for this one.
    pub kind: Option<(Box<str>, Box<str>)>,
    /// Columns of numbers that put events of one instant in order.
    pub order: Vec<Box<str>>,
    /// The columns of fields, by their names.
    pub columns: BTreeMap<Box<str>, Column>,
}

/// How the host's tables hold what the schema declares.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tables {
    /// Tables of customers. The first has a row for every customer, the others
    /// at most one.
    pub customers: Vec<Customers>,
    /// The tables of events, by kind.
    pub events: BTreeMap<Box<str>, Events>,
    /// How values of a type are kept where a column does not say.
    pub stored: BTreeMap<&'static str, Stored>,
}

impl Tables {
    /// How values of a type are kept in a column; `None` where the type cannot
    /// be kept so.
    pub fn stored(&self, column: &Column, ty: &Type) -> Option<Stored> {
        let ways = Stored::ways(ty);
        match column.stored {
            Some(stored) => ways.contains(&stored).then_some(stored),
            None => {
                let usual = type_name(ty).and_then(|name| self.stored.get(name)).copied();
                usual.or_else(|| ways.first().copied())
            }
        }
    }
}

/// The types for which a document may say how they are kept everywhere, by the
/// names they have in a schema.
pub(super) const TYPES: [&str; 5] = ["bool", "decimal", "money", "date", "instant"];

pub(super) fn type_name(ty: &Type) -> Option<&'static str> {
    Some(match ty {
        Type::Bool => "bool",
        Type::Decimal(_) => "decimal",
        Type::Money(..) => "money",
        Type::Date => "date",
        Type::Timestamp => "instant",
        _ => return None,
    })
}
