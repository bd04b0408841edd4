//! From a header and a mapping to a layout, with every fault there is.

use std::collections::BTreeMap;

use super::cell::{Cell, Habits, Reader, Wanted};
use super::layout::{
    Customers, Envelope, Events, Feed, FieldPlan, KindPlan, Layout, Place, Plan, References,
};
use super::mapping::{ColumnMapping, From, Mapping, TableKind, TableMapping};
use super::targets::{Targets, fixed, unknown_kind};
use crate::error::{Code, Error, Fault};
use crate::facts::{Field, Schema};
use crate::json::pointer_push;
use crate::units::Zone;

impl<'s> Layout<'s> {
    /// Settles the columns of a file.
    ///
    /// `file` is its name, for places of faults. `header` are its columns; a
    /// byte order mark and spaces around a name are passed over. Without a
    /// `mapping`, or where it does not speak of a column, columns carry the
    /// schema's names. `zone` is that of local times, unless the mapping names
    /// another.
    ///
    /// # Errors
    ///
    /// All at once: columns that are missing, unknown (with the nearest name)
    /// or there twice, in the file; and in the mapping targets that the schema
    /// does not have and options that do not suit their target.
    pub fn of(
        file: &str,
        header: &[&str],
        kind: &TableKind,
        mapping: Option<&TableMapping>,
        schema: &'s Schema,
        zone: &Zone,
    ) -> Result<Layout<'s>, Error> {
        let mut builder = Builder::new(file, kind, mapping, schema, zone)?;
        builder.read_header(header)?;
        builder.layout()
    }

    /// The layout of rows that name their own columns, as JSON objects do:
    /// every column there can be.
    pub(super) fn open(
        file: &str,
        kind: &TableKind,
        mapping: Option<&TableMapping>,
        schema: &'s Schema,
        zone: &Zone,
    ) -> Result<Layout<'s>, Error> {
        let mut builder = Builder::new(file, kind, mapping, schema, zone)?;
        let header = builder.every_column();
        let header: Vec<&str> = header.iter().map(String::as_str).collect();
        builder.read_header(&header)?;
        builder.layout()
    }
}

impl Mapping {
    /// Checks the mapping against a schema, before any file is there.
    ///
    /// # Errors
    ///
    /// All at once: targets and labels that the schema does not have, with the
    /// nearest name, and options that do not suit their target.
    pub fn check(&self, schema: &Schema) -> Result<(), Error> {
        let mut faults = Vec::new();
        for table in &self.tables {
            let layout = Layout::open(&table.name, &table.kind, Some(table), schema, &Zone::utc());
            faults.extend(layout.err().map(Error::into_faults).unwrap_or_default());
        }
        Error::check(faults)
    }
}

/// Settles the columns of one file.
pub(super) struct Builder<'a, 's> {
    pub file: &'a str,
    pub kind: &'a TableKind,
    pub mapping: Option<&'a TableMapping>,
    schema: &'s Schema,
    habits: Habits,
    pub targets: Targets,
    pub columns: Vec<Box<str>>,
    pub fed: BTreeMap<Box<str>, Origin<'a>>,
    pub faults: Vec<Fault>,
}

/// What feeds a target.
#[derive(Clone)]
pub(super) struct Origin<'a> {
    pub place: Place,
    pub name: Box<str>,
    pub column: Option<&'a ColumnMapping>,
}

impl<'a, 's> Builder<'a, 's> {
    pub fn new(
        file: &'a str,
        kind: &'a TableKind,
        mapping: Option<&'a TableMapping>,
        schema: &'s Schema,
        zone: &Zone,
    ) -> Result<Self, Error> {
        let mut faults = Vec::new();
        let targets = Targets::of(kind, mapping, schema, file, &mut faults)?;
        Ok(Builder {
            file,
            kind,
            mapping,
            schema,
            habits: Habits::of(mapping, zone),
            targets,
            columns: Vec::new(),
            fed: BTreeMap::new(),
            faults,
        })
    }

    pub fn layout(mut self) -> Result<Layout<'s>, Error> {
        let plan = match self.kind {
            TableKind::Customers => Plan::Customers(Box::new(self.customers())),
            TableKind::Events => Plan::Events(Box::new(self.events())),
            TableKind::Reference(name) => {
                let table = self.schema.reference(name).unwrap_or_default();
                Plan::Reference(Box::new(self.references(table)))
            }
        };
        dedup(&mut self.faults);
        Error::check(self.faults)?;
        Ok(Layout {
            schema: self.schema,
            file: self.file.into(),
            kind: self.kind.clone(),
            columns: self.columns,
            plan,
        })
    }

    fn customers(&mut self) -> Customers {
        let schema = self.schema;
        let mut attributes = Vec::new();
        for (position, attribute) in schema.attributes.iter().enumerate() {
            if matches!(&*attribute.name, "id" | "valid_from") {
                continue;
            }
            let wanted = Wanted {
                ty: &attribute.ty,
                nullable: attribute.nullable,
                personal: attribute.personal,
            };
            if let Some(feed) = self.feed(&attribute.name, &wanted) {
                attributes.push((position, feed));
            }
        }
        let mut consents = Vec::new();
        for (purpose, purpose_name) in schema.purposes.iter().enumerate() {
            for (channel, channel_name) in schema.channels.iter().enumerate() {
                let target = format!("consent.{purpose_name}.{channel_name}");
                if let Some(feed) = self.feed(&target, &fixed::TRUTH) {
                    consents.push((purpose, channel, feed));
                }
            }
        }
        // An attribute that is called `source` is what such a column means.
        let source = match schema.attribute("source") {
            Some(_) => None,
            None => self.feed("source", &fixed::TEXT),
        };
        let id = self.required("id", &fixed::ID);
        Customers {
            source,
            id,
            valid_from: self.feed("valid_from", &fixed::TIME),
            attributes,
            consents,
        }
    }

    fn references(&mut self, table: usize) -> References {
        let schema = self.schema;
        let declared = schema.references.get(table).map(|table| table.fields.as_slice());
        let declared = declared.unwrap_or_default();
        let is_field = |name: &str| declared.iter().any(|field| *field.name == *name);
        let mut fields = Vec::with_capacity(declared.len());
        for field in declared {
            fields.push(self.field(field, &field.name, true));
        }
        let own = |builder: &mut Self, name: &str, wanted: &Wanted<'_>| {
            if is_field(name) { None } else { builder.feed(name, wanted) }
        };
        References {
            table,
            source: own(self, "source", &fixed::TEXT),
            valid_from: own(self, "valid_from", &fixed::TIME),
            id: self.required("id", &fixed::TEXT),
            fields,
        }
    }

    fn events(&mut self) -> Events {
        let retracts = self.feed("retracts", &fixed::TEXT);
        let retracting = retracts.is_some();
        let mut needed = |name: &str, wanted: &Wanted<'_>| {
            // A file that only takes back may say nothing else.
            if retracting { self.feed(name, wanted) } else { self.required(name, wanted) }
        };
        let kind = needed("kind", &fixed::TEXT);
        let customer = needed("customer", &fixed::ID);
        let at = needed("at", &fixed::TIME);
        let envelope = Envelope {
            customer,
            at,
            retracts,
            source: self.feed("source", &fixed::TEXT),
            id: self.feed("id", &fixed::TEXT),
            seen: self.feed("seen", &fixed::TIME),
            revision: self.feed("revision", &fixed::NUMBER),
            supersedes: self.feed("supersedes", &fixed::TEXT),
        };
        self.check_kinds(kind.as_ref());
        let kinds = (0..self.schema.kinds.len()).map(|kind| self.kind_plan(kind)).collect();
        Events { envelope, kind, kinds }
    }

    /// Whether the kinds that a mapping speaks of are kinds of the schema.
    fn check_kinds(&mut self, feed: Option<&Feed>) {
        let Some(column) = self.fed.get("kind").and_then(|origin| origin.column) else { return };
        let mut said: Vec<(&str, String)> = Vec::new();
        match &column.from {
            From::Constant(_) => {}
            From::Column(_) => {
                let place = pointer_push(&column.pointer, "values");
                for (host, ours) in column.values.iter().flat_map(|values| values.iter()) {
                    said.extend(ours.iter().map(|ours| (&**ours, pointer_push(&place, host))));
                }
            }
        }
        said.sort();
        if feed.is_some() {
            for (name, place) in said {
                if self.schema.kind(name).is_none() {
                    self.faults.push(unknown_kind(name, self.schema).at(place));
                }
            }
        }
    }

    fn kind_plan(&mut self, kind: usize) -> KindPlan {
        let schema = self.schema;
        let only = self.targets.only_kind();
        let Some(declared) =
            schema.kinds.get(kind).filter(|_| only.is_none_or(|only| only == kind))
        else {
            return KindPlan { fields: Vec::new(), unused: Vec::new() };
        };
        let mut fields = Vec::with_capacity(declared.fields.len());
        let mut used = Vec::new();
        for field in &declared.fields {
            let own = format!("{}.{}", declared.name, field.name);
            let shared = !fixed::EVENT.contains(&&*field.name);
            let target = if self.fed.contains_key(own.as_str()) || !shared {
                own
            } else {
                field.name.to_string()
            };
            fields.push(self.field(field, &target, only.is_some()));
            used.push(target);
        }
        KindPlan { fields, unused: self.unused(&used) }
    }

    /// The columns that feed fields, but none of these.
    fn unused(&mut self, used: &[String]) -> Vec<Feed> {
        let position = |origin: &Origin<'_>| match origin.place {
            Place::Cell(position) => Some(position),
            Place::Constant(_) => None,
        };
        let is_used =
            |target: &str| fixed::EVENT.contains(&target) || used.iter().any(|name| name == target);
        let taken: Vec<usize> = self
            .fed
            .iter()
            .filter(|(target, _)| is_used(target))
            .filter_map(|(_, origin)| position(origin))
            .collect();
        let spare: Vec<Box<str>> = self
            .fed
            .iter()
            .filter(|(target, _)| !is_used(target))
            .filter(|(_, origin)| position(origin).is_some_and(|at| !taken.contains(&at)))
            .map(|(target, _)| target.clone())
            .collect();
        let mut ignored = Vec::new();
        let feeds =
            spare.iter().filter_map(|target| self.feed_into(target, &fixed::TEXT, &mut ignored));
        let mut feeds: Vec<Feed> = feeds.collect();
        feeds.dedup_by(|a, b| a.name == b.name);
        feeds
    }

    fn field(&mut self, field: &Field, target: &str, only: bool) -> FieldPlan {
        let wanted = Wanted { ty: &field.ty, nullable: field.nullable, personal: field.personal };
        let feed = self.feed(target, &wanted);
        let lost = self.mapped().iter().any(|column| *column.target == *target);
        // In a file of many kinds only a row tells whether the field is needed.
        if feed.is_none() && only && !field.nullable && !lost {
            let fault = self.missing_column(target, None);
            self.faults.push(fault);
        }
        FieldPlan { name: field.name.clone(), nullable: field.nullable, feed }
    }

    fn required(&mut self, target: &str, wanted: &Wanted<'_>) -> Option<Feed> {
        let feed = self.feed(target, wanted);
        // Of a column that the mapping names and the file lacks it was said.
        let lost = self.mapped().iter().any(|column| *column.target == *target);
        if feed.is_none() && !lost {
            let fault = self.missing_column(target, None);
            self.faults.push(fault);
        }
        feed
    }

    fn feed(&mut self, target: &str, wanted: &Wanted<'_>) -> Option<Feed> {
        let mut faults = Vec::new();
        let feed = self.feed_into(target, wanted, &mut faults);
        self.faults.append(&mut faults);
        feed
    }

    fn feed_into(
        &self,
        target: &str,
        wanted: &Wanted<'_>,
        faults: &mut Vec<Fault>,
    ) -> Option<Feed> {
        let Origin { place, name, column } = self.fed.get(target)?.clone();
        let reader = Reader::new(wanted, column, &self.habits, faults);
        if let (Place::Constant(text), Some(column)) = (&place, column)
            && let Err(fault) = reader.read(Cell::Text(text))
        {
            let Fault { message, hint, .. } = *fault;
            let fault = Fault { hint, ..Fault::new(Code::BadValue, message.en, message.zh) };
            faults.push(fault.at(pointer_push(&column.pointer, "value")));
        }
        Some(Feed { place, name, reader })
    }
}

/// Leaves out what was said before, as of options that several kinds share.
fn dedup(faults: &mut Vec<Fault>) {
    let mut seen: Vec<Fault> = Vec::with_capacity(faults.len());
    for fault in faults.drain(..) {
        if !seen.contains(&fault) {
            seen.push(fault);
        }
    }
    *faults = seen;
}
