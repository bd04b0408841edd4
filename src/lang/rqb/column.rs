//! What the fields of a query hold: by the playbook, by the records themselves,
//! or anything.

use std::collections::HashMap;

use super::super::check::check;
use super::super::lexer::is_identifier;
use super::super::scope::Scope;
use super::super::types::Type;
use super::records::Shape;

/// Where the fields of a query come from.
#[derive(Debug, Clone, Copy)]
pub(super) enum Columns<'a> {
    /// From a playbook.
    Scope(&'a Scope<'a>),
    /// From records, of which this is known.
    Records(&'a Shape),
    /// From anywhere: nothing is known.
    Anything,
}

/// What a field holds, as far as values must be read by it.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Column<'a> {
    /// Nobody knows; a value is what it looks like.
    Unknown,
    /// Values of several types, which no value can be compared with.
    Mixed,
    Bool,
    Number,
    Text,
    Date,
    Instant,
    Duration,
    /// Fields of its own.
    Record(Fields<'a>),
    /// A list of these.
    Many(Box<Column<'a>>),
}

/// The fields of something.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Fields<'a> {
    /// Of an event of the kind at this position.
    Event(usize),
    /// Of a record.
    Of(&'a Shape),
}

impl<'a> Column<'a> {
    /// What an expression of a type holds.
    pub(super) fn of(ty: &Type) -> Column<'a> {
        match ty {
            Type::Bool => Column::Bool,
            Type::Int | Type::Double | Type::Decimal(_) | Type::Money(..) => Column::Number,
            Type::Text(_) | Type::Enum(_) => Column::Text,
            Type::Timestamp => Column::Instant,
            Type::Date => Column::Date,
            Type::Duration => Column::Duration,
            Type::Set(_) => Column::Many(Box::new(Column::Text)),
            Type::List(element) => Column::Many(Box::new(Column::of(element))),
            Type::Event(kind) => Column::Record(Fields::Event(*kind)),
            Type::Events(kind) => Column::Many(Box::new(Column::Record(Fields::Event(*kind)))),
            Type::Null | Type::Period | Type::Length => Column::Unknown,
        }
    }

    /// What one element of it holds.
    pub(super) fn element(&self) -> Column<'a> {
        match self {
            Column::Many(element) => (**element).clone(),
            _ => Column::Unknown,
        }
    }
}

/// The types of names that were asked about, so that each is checked once.
pub(super) type Known<'a> = HashMap<String, Column<'a>>;

impl<'a> Columns<'a> {
    /// What a field outside any list holds; `None` where records have no such
    /// field.
    pub(super) fn named(&self, name: &str, known: &mut Known<'a>) -> Option<Column<'a>> {
        match self {
            Columns::Anything => Some(Column::Unknown),
            Columns::Records(shape) => shape.column(name),
            Columns::Scope(scope) => {
                if let Some(column) = known.get(name) {
                    return Some(column.clone());
                }
                let spelt = name.split('.').all(is_identifier);
                let checked = if spelt { check(name, scope).ok() } else { None };
                // A name that is not known is a fault of the check, which says
                // so better than we could.
                let column = checked.map_or(Column::Unknown, |it| Column::of(it.result()));
                known.insert(name.to_owned(), column.clone());
                Some(column)
            }
        }
    }

    /// What a field of an element holds.
    pub(super) fn field(&self, of: &Column<'a>, name: &str) -> Option<Column<'a>> {
        match (self, of) {
            (Columns::Scope(scope), Column::Record(Fields::Event(kind))) => {
                if name == "at" {
                    return Some(Column::Instant);
                }
                let kind = scope.schema.kinds.get(*kind)?;
                let field = kind.fields.iter().find(|field| &*field.name == name);
                Some(field.map_or(Column::Unknown, |field| Column::of(&Type::of(&field.ty))))
            }
            (Columns::Records(_), Column::Record(Fields::Of(shape))) => shape.column(name),
            (Columns::Records(shape), _) if !shape.is_empty() => None,
            _ => Some(Column::Unknown),
        }
    }

    /// Names like one that there is not.
    pub(super) fn names(&self) -> Vec<&'a str> {
        match self {
            Columns::Records(shape) => shape.names(),
            _ => Vec::new(),
        }
    }
}
