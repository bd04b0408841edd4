//! From a header and a mapping to a layout, with every fault there is.

use std::collections::{BTreeMap, BTreeSet};

use super::cell::{Cell, Habits, Reader, Wanted};
use super::layout::{
    Customers, Envelope, Events, Feed, FieldPlan, KindPlan, Layout, Place, Plan, References,
};
use super::mapping::{ColumnMapping, From, Ignore, TableKind, TableMapping};
use super::targets::{Targets, fixed, unknown_kind};
use super::words::{did_you_mean, listed, near};
use crate::error::{Code, Error, Fault};
use crate::facts::{Field, Schema};
use crate::json::pointer_push;
use crate::units::{Zone, shown};

/// Columns that one file may have.
const MOST_COLUMNS: usize = 10_000;

/// Settles the columns of one file.
pub(super) struct Builder<'a, 's> {
    file: &'a str,
    kind: &'a TableKind,
    mapping: Option<&'a TableMapping>,
    schema: &'s Schema,
    habits: Habits,
    targets: Targets,
    columns: Vec<Box<str>>,
    fed: BTreeMap<Box<str>, Origin<'a>>,
    faults: Vec<Fault>,
}

/// What feeds a target.
#[derive(Clone)]
struct Origin<'a> {
    place: Place,
    name: Box<str>,
    column: Option<&'a ColumnMapping>,
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
        let targets = Targets::of(kind, mapping, schema, file, &mut faults);
        Error::check(faults)?;
        Ok(Builder {
            file,
            kind,
            mapping,
            schema,
            habits: Habits::of(mapping, zone),
            targets,
            columns: Vec::new(),
            fed: BTreeMap::new(),
            faults: Vec::new(),
        })
    }

    fn mapped(&self) -> &'a [ColumnMapping] {
        self.mapping.map(|table| table.columns.as_slice()).unwrap_or_default()
    }

    /// Every column that the mapping speaks of, and every target that it does
    /// not.
    pub fn every_column(&self) -> Vec<String> {
        let mut names = BTreeSet::new();
        for column in self.mapped() {
            if let From::Column(name) = &column.from {
                names.insert(name.to_string());
            }
        }
        // The field of one kind by itself is asked for only where its plain
        // name means something else.
        let plain = |name: &str| match (self.kind, name.split_once('.')) {
            (TableKind::Events, Some((_, field))) => fixed::EVENT.contains(&field),
            _ => true,
        };
        let free = |name: &&str| {
            plain(name) && !self.mapped().iter().any(|column| *column.target == **name)
        };
        names.extend(self.targets.names().filter(free).map(str::to_owned));
        if let Some(Ignore::These(ignored)) = self.mapping.map(|table| &table.ignore) {
            names.extend(ignored.iter().map(|name| name.to_string()));
        }
        names.into_iter().collect()
    }

    pub fn read_header(&mut self, header: &[&str]) -> Result<(), Error> {
        if header.len() > MOST_COLUMNS {
            return Err(self.too_wide(header.len()).into());
        }
        let bare = |(position, name): (usize, &&str)| -> Box<str> {
            let name = if position == 0 { name.trim_start_matches('\u{FEFF}') } else { name };
            name.trim().into()
        };
        self.columns = header.iter().enumerate().map(bare).collect();
        self.refuse_duplicates();
        self.feed_mapped();
        self.feed_by_name();
        self.check_ignored();
        Ok(())
    }

    fn position(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| **column == *name)
    }

    fn is_ignored(&self, name: &str) -> bool {
        match self.mapping.map(|table| &table.ignore) {
            None => false,
            Some(Ignore::Others) => true,
            Some(Ignore::These(names)) => names.iter().any(|ignored| **ignored == *name),
        }
    }

    fn is_mentioned(&self, name: &str) -> bool {
        let mut columns = self.mapped().iter();
        columns.any(|column| matches!(&column.from, From::Column(from) if **from == *name))
    }

    fn refuse_duplicates(&mut self) {
        let mut count: BTreeMap<&str, usize> = BTreeMap::new();
        for name in &self.columns {
            *count.entry(name).or_default() += 1;
        }
        let twice: Vec<&str> =
            count.into_iter().filter(|(_, count)| *count > 1).map(|(name, _)| name).collect();
        let mut faults = Vec::new();
        for name in twice {
            let useless = self.is_ignored(name)
                && !self.is_mentioned(name)
                && (self.targets.known(name).is_none() || name.is_empty());
            if !useless {
                let place = self.place(name);
                let name = shown(name);
                faults.push(
                    Fault::new(
                        Code::DuplicateColumn,
                        format!("the column `{name}` is there twice"),
                        format!("列 `{name}` 重复"),
                    )
                    .at(place),
                );
            }
        }
        self.faults.append(&mut faults);
    }

    fn feed_mapped(&mut self) {
        for column in self.mapped() {
            let Some(target) = self.targets.known(&column.target).map(str::to_owned) else {
                let fault = self.unknown_target(column);
                self.faults.push(fault);
                continue;
            };
            let (place, name) = match &column.from {
                From::Constant(text) => (Place::Constant(text.clone()), column.target.clone()),
                From::Column(name) => match self.position(name) {
                    Some(position) => (Place::Cell(position), name.clone()),
                    None => {
                        let fault = self.missing_column(name, Some(column));
                        self.faults.push(fault);
                        continue;
                    }
                },
            };
            self.fed.insert(target.into(), Origin { place, name, column: Some(column) });
        }
    }

    /// Columns that the mapping does not speak of mean what they are called.
    fn feed_by_name(&mut self) {
        for (position, name) in self.columns.clone().into_iter().enumerate() {
            if self.is_mentioned(&name) {
                continue;
            }
            let explicit = matches!(
                self.mapping.map(|table| &table.ignore),
                Some(Ignore::These(names)) if names.contains(&name)
            );
            let taken = self.mapped().iter().any(|column| column.target == name);
            if !explicit && !taken && self.targets.known(&name).is_some() {
                let origin =
                    Origin { place: Place::Cell(position), name: name.clone(), column: None };
                self.fed.insert(name, origin);
            } else if !self.is_ignored(&name) {
                let fault = self.unknown_column(position, &name);
                self.faults.push(fault);
            }
        }
    }

    fn check_ignored(&mut self) {
        let Some(table) = self.mapping else { return };
        let Ignore::These(names) = &table.ignore else { return };
        for (position, name) in names.iter().enumerate() {
            if self.position(name).is_none() {
                let fault = self.missing_column(name, None);
                let place =
                    pointer_push(&pointer_push(&table.pointer, "ignore"), &position.to_string());
                self.faults.push(fault.at(place));
            }
        }
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

    fn place(&self, column: &str) -> String {
        format!("{}:1/{column}", self.file)
    }

    fn too_wide(&self, columns: usize) -> Fault {
        Fault::new(
            Code::UnknownColumn,
            format!("the file has {columns} columns, expected at most {MOST_COLUMNS}"),
            format!("文件有 {columns} 列，最多 {MOST_COLUMNS} 列"),
        )
        .at(format!("{}:1", self.file))
    }

    fn missing_column(&self, name: &str, column: Option<&ColumnMapping>) -> Fault {
        let near = near(name, self.columns.iter().map(|column| &**column));
        let place = match column {
            Some(column) => column.pointer.clone(),
            None => self.place(name),
        };
        let (file, name) = (self.file, shown(name));
        let fault = Fault::new(
            Code::MissingColumn,
            format!("`{file}` has no column `{name}`"),
            format!("`{file}` 没有列 `{name}`"),
        );
        did_you_mean(fault, near).at(place)
    }

    fn unknown_target(&self, column: &ColumnMapping) -> Fault {
        let near = near(&column.target, self.targets.names());
        let (target, kind) = (shown(&column.target), self.kind);
        let fault = Fault::new(
            Code::UnknownReference,
            format!("`{target}` is nothing that `{kind}` have"),
            format!("`{kind}` 没有 `{target}`"),
        );
        match near {
            Some(_) => did_you_mean(fault, near),
            None => {
                let names = listed(self.targets.names());
                fault.hint(format!("there are {}", names.en), format!("可用的有 {}", names.zh))
            }
        }
        .at(column.pointer.clone())
    }

    fn unknown_column(&self, position: usize, name: &str) -> Fault {
        if name.is_empty() {
            let number = position + 1;
            return Fault::new(
                Code::UnknownColumn,
                format!("column {number} has no name"),
                format!("第 {number} 列没有名称"),
            )
            .hint(
                "give it a name, or write `\"ignore\": [\"\"]` in the mapping",
                "请给出列名，或在映射中写 `\"ignore\": [\"\"]`",
            )
            .at(format!("{}:1/{number}", self.file));
        }
        let free = |target: &&str| !self.fed.contains_key(*target);
        let near = near(name, self.targets.names().filter(free));
        let (place, name) = (self.place(name), shown(name));
        let fault = Fault::new(
            Code::UnknownColumn,
            format!("nothing is known about the column `{name}`"),
            format!("不知道列 `{name}` 的含义"),
        );
        match near {
            Some(_) => did_you_mean(fault, near),
            None => fault.hint(
                "say in the mapping what it feeds, or list it under `ignore`",
                "请在映射中说明它对应什么，或列入 `ignore`",
            ),
        }
        .at(place)
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
