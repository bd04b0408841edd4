//! The names that a column of a table can feed.

use std::collections::BTreeSet;

use super::mapping::{From, TableKind, TableMapping};
use super::words::{did_you_mean, expected, near};
use crate::error::{Code, Error, Fault};
use crate::facts::Schema;
use crate::json::pointer_push;
use crate::units::shown;

/// What tables have without the schema declaring it.
pub(super) mod fixed {
    use super::super::cell::Wanted;
    use crate::facts::{TextProfile, Type};

    pub const CUSTOMERS: &[&str] = &["id", "source", "valid_from"];
    pub const REFERENCE: &[&str] = &["id", "source", "valid_from"];
    pub const EVENT: &[&str] =
        &["at", "customer", "id", "kind", "retracts", "revision", "seen", "source", "supersedes"];

    pub const TEXT: Wanted<'static> = wanted(&Type::Text(TextProfile::Exact), false);
    /// Telephone numbers serve as customers' ids.
    pub const ID: Wanted<'static> = wanted(&Type::Text(TextProfile::Exact), true);
    pub const TIME: Wanted<'static> = wanted(&Type::Instant, false);
    pub const NUMBER: Wanted<'static> = wanted(&Type::Int, false);
    pub const TRUTH: Wanted<'static> = wanted(&Type::Bool, false);

    const fn wanted(ty: &'static Type, personal: bool) -> Wanted<'static> {
        Wanted { ty, nullable: true, personal }
    }
}

/// The names that the columns of one table can feed.
pub(super) struct Targets {
    names: BTreeSet<String>,
    only_kind: Option<usize>,
}

impl Targets {
    /// The targets of a kind of table. Where a mapping gives all rows one kind
    /// of event, the fields of other kinds are none; of one that nobody knows
    /// there is a fault beside the targets.
    ///
    /// # Errors
    ///
    /// A reference table that the schema does not have: it has no targets.
    pub fn of(
        kind: &TableKind,
        mapping: Option<&TableMapping>,
        schema: &Schema,
        file: &str,
        faults: &mut Vec<Fault>,
    ) -> Result<Targets, Error> {
        let only_kind = match kind {
            TableKind::Events => constant_kind(mapping, schema, faults),
            _ => None,
        };
        let names = match kind {
            TableKind::Customers => customers(schema),
            TableKind::Events => events(schema, only_kind),
            TableKind::Reference(name) => match schema.reference(name) {
                Some(table) => reference(schema, table),
                None => {
                    let place =
                        mapping.map_or_else(|| file.to_owned(), |table| table.pointer.clone());
                    return Err(unknown_table(name, schema).at(place).into());
                }
            },
        };
        Ok(Targets { names, only_kind })
    }

    /// The target with this name.
    pub fn known(&self, name: &str) -> Option<&str> {
        self.names.get(name).map(String::as_str)
    }

    /// All names, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> + Clone {
        self.names.iter().map(String::as_str)
    }

    /// The kind of all rows, where they have one.
    pub fn only_kind(&self) -> Option<usize> {
        self.only_kind
    }
}

fn constant_kind(
    mapping: Option<&TableMapping>,
    schema: &Schema,
    faults: &mut Vec<Fault>,
) -> Option<usize> {
    let column = mapping?.columns.iter().find(|column| &*column.target == "kind")?;
    let From::Constant(name) = &column.from else { return None };
    let kind = schema.kind(name);
    if kind.is_none() {
        faults.push(unknown_kind(name, schema).at(pointer_push(&column.pointer, "value")));
    }
    kind
}

fn owned(fixed: &[&str]) -> BTreeSet<String> {
    fixed.iter().map(|&name| name.to_owned()).collect()
}

fn customers(schema: &Schema) -> BTreeSet<String> {
    let mut names = owned(fixed::CUSTOMERS);
    names.extend(schema.attributes.iter().map(|attribute| attribute.name.to_string()));
    for purpose in &schema.purposes {
        names.extend(schema.channels.iter().map(|channel| format!("consent.{purpose}.{channel}")));
    }
    names
}

fn events(schema: &Schema, only: Option<usize>) -> BTreeSet<String> {
    let mut names = owned(fixed::EVENT);
    let kinds = schema.kinds.iter().enumerate();
    for (_, kind) in kinds.filter(|(position, _)| only.is_none_or(|only| only == *position)) {
        for field in &kind.fields {
            names.insert(field.name.to_string());
            names.insert(format!("{}.{}", kind.name, field.name));
        }
    }
    names
}

fn reference(schema: &Schema, table: usize) -> BTreeSet<String> {
    let mut names = owned(fixed::REFERENCE);
    let fields = schema.references.get(table).map(|table| table.fields.as_slice());
    names.extend(fields.unwrap_or_default().iter().map(|field| field.name.to_string()));
    names
}

/// A kind of event that the schema does not have.
pub(super) fn unknown_kind(name: &str, schema: &Schema) -> Fault {
    let names = schema.kinds.iter().map(|kind| &*kind.name);
    let (given, all) = (shown(name), expected(names.clone()));
    let fault = Fault::new(
        Code::UnknownKind,
        format!("`{given}` is not a kind of event{}", all.en),
        format!("没有 `{given}` 这种事件{}", all.zh),
    );
    did_you_mean(fault, near(name, names))
}

fn unknown_table(name: &str, schema: &Schema) -> Fault {
    let names = schema.references.iter().map(|table| &*table.name);
    let (given, all) = (shown(name), expected(names.clone()));
    let fault = Fault::new(
        Code::UnknownReference,
        format!("`{given}` is not a reference table{}", all.en),
        format!("没有参考表 `{given}`{}", all.zh),
    );
    did_you_mean(fault, near(name, names))
}
