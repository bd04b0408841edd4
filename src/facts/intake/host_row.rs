//! Rows of a table that the host goes on changing: which row it is, which
//! version of it, and whether it is gone.

use std::borrow::Cow;

use super::cell::Cell;
use super::layout::{Feed, Layout, Place, Plan};
use super::mapping::SyncMapping;
use super::reading::{Cells, NAME, Row};
use super::row::{DEFAULT_SOURCE, Texts};
use super::tally::Tally;
use super::words::{did_you_mean, near};
use crate::error::{Code, Error, Fault};
use crate::facts::Fact;
use crate::json::pointer_push;
use crate::units::shown;

/// One row of the host as it is now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostRow {
    /// Which row it is, in its table.
    pub key: Box<str>,
    /// Which of its contents: a later one has a greater number, or a text that
    /// comes later, byte by byte.
    pub version: Option<Box<str>>,
    /// Whether the host has deleted it; then it says nothing else.
    pub is_deleted: bool,
    /// What it says.
    pub facts: Vec<Fact>,
    /// The attributes that it speaks of, by their positions in the schema: one
    /// without a value is known to have none.
    pub attributes: Vec<usize>,
    /// How far the host was read with it, as it says itself.
    pub cursor: Option<Box<str>>,
}

/// How the rows of a file stand to those of the host, settled once before the
/// first row.
///
/// ```
/// use guanxi::facts::intake::{Layout, Mapping, TableKind};
/// use guanxi::facts::Schema;
/// use guanxi::units::Zone;
///
/// let schema = Schema::from_json(r#"{"events": {"purchase": {"list": "purchases"}}}"#)?;
/// let mapping = Mapping::from_json(br#"{"guanxi_mapping": 1, "tables": {"events": {
///     "columns": {"kind": {"value": "purchase"}, "source": {"value": "erp"}},
///     "sync": {"rows": "changes", "version": "updated", "deleted": {"column": "gone", "values": ["1"]}}
/// }}}"#)?;
/// let table = &mapping.tables()[0];
/// let header = ["id", "customer", "at", "updated", "gone"];
/// let layout =
///     Layout::of("events", &header, &TableKind::Events, Some(table), &schema, &Zone::utc())?;
/// let sync = table.sync().map(|sync| layout.host_rows(sync)).transpose()?.unwrap();
/// let mut tally = layout.tally();
/// let row = sync.row(2, &["o-1", "C-1", "2026-03-01", "7", ""], &mut tally).unwrap();
/// assert_eq!((&*row.key, row.version.as_deref(), row.facts.len()), ("o-1", Some("7"), 1));
/// let row = sync.row(3, &["o-2", "", "", "8", "1"], &mut tally).unwrap();
/// assert!(row.is_deleted);
/// # Ok::<(), guanxi::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct HostRows<'l> {
    layout: &'l Layout<'l>,
    source: Box<str>,
    version: Option<usize>,
    cursor: Option<usize>,
    deleted: Option<(usize, Vec<Box<str>>)>,
}

impl Layout<'_> {
    /// How rows stand to those of the host, by what the mapping says under
    /// `sync`.
    ///
    /// # Errors
    ///
    /// All at once: columns that `sync` names and the file lacks; events without
    /// a column that feeds `id`; a `source` that differs from row to row; and
    /// what the host cannot say of a row that goes on changing: `seen`,
    /// `revision`, `supersedes`, `retracts`.
    pub fn host_rows<'l>(&'l self, sync: &SyncMapping) -> Result<HostRows<'l>, Error> {
        self.host_rows_if(sync, |_| true)
    }

    /// The same; `is_there`: whether a place surely has a value.
    pub(super) fn host_rows_if<'l>(
        &'l self,
        sync: &SyncMapping,
        is_there: impl Fn(&Place) -> bool,
    ) -> Result<HostRows<'l>, Error> {
        let mut faults = Vec::new();
        let mut column = |key: &str, name: Option<&str>| {
            let name = name?;
            let found = self.columns().position(|column| column == name);
            if found.is_none() {
                faults.push(self.no_sync_column(name, &pointer_push(&sync.pointer, key)));
            }
            found
        };
        let version = column("version", sync.version.as_deref());
        let cursor = column("cursor", sync.cursor.as_deref());
        let deleted = sync.deleted.as_ref();
        let gone = column("deleted", deleted.map(|(name, _)| &**name));
        let deleted = gone.zip(deleted.map(|(_, values)| values.clone()));
        let source = match self.source_feed().map(|feed| &feed.place) {
            Some(Place::Constant(source)) => source.clone(),
            _ => DEFAULT_SOURCE.into(),
        };
        faults.extend(self.lacks_id());
        faults.extend(self.not_its_own(1, is_there));
        Error::check(faults)?;
        Ok(HostRows { layout: self, source, version, cursor, deleted })
    }

    /// The attributes that a row speaks of, by their positions in the schema.
    pub fn attributes(&self) -> Vec<usize> {
        match &self.plan {
            Plan::Customers(plan) => plan.attributes.iter().map(|(at, _)| *at).collect(),
            Plan::Events(_) | Plan::Reference(_) => Vec::new(),
        }
    }

    /// The consents that a row speaks of: purpose and channel.
    pub fn consents(&self) -> Vec<(usize, usize)> {
        match &self.plan {
            Plan::Customers(plan) => {
                plan.consents.iter().map(|(purpose, channel, _)| (*purpose, *channel)).collect()
            }
            Plan::Events(_) | Plan::Reference(_) => Vec::new(),
        }
    }

    /// The attributes whose cells are there.
    fn attributes_of<C: Cells + ?Sized>(&self, row: &Row<'_, C>) -> Vec<usize> {
        let Plan::Customers(plan) = &self.plan else { return Vec::new() };
        let there = plan.attributes.iter().filter(|(_, feed)| !row.is_absent(feed));
        there.map(|(at, _)| *at).collect()
    }

    fn key_feed(&self) -> Option<&Feed> {
        match &self.plan {
            Plan::Customers(plan) => plan.id.as_ref(),
            Plan::Events(plan) => plan.envelope.id.as_ref(),
            Plan::Reference(plan) => plan.id.as_ref(),
        }
    }

    fn source_feed(&self) -> Option<&Feed> {
        match &self.plan {
            Plan::Customers(plan) => plan.source.as_ref(),
            Plan::Events(plan) => plan.envelope.source.as_ref(),
            Plan::Reference(plan) => plan.source.as_ref(),
        }
    }

    fn lacks_id(&self) -> Option<Fault> {
        let Plan::Events(plan) = &self.plan else { return None };
        if plan.envelope.id.is_some() {
            return None;
        }
        let fault = Fault::new(
            Code::MissingColumn,
            format!("`{}` has no column for `id`: which row of the host is it?", self.file),
            format!("`{}` 没有与 `id` 对应的列：无法得知是宿主的哪一行", self.file),
        );
        Some(fault.hint("feed `id` by the table's key", "请将表的主键对应到 `id`"))
    }

    /// What a row that goes on changing cannot say itself: what is worked out, and
    /// that it comes from another source than the others. `is_there`: whether the
    /// row has a value at a place.
    pub(super) fn not_its_own(&self, number: u64, is_there: impl Fn(&Place) -> bool) -> Vec<Fault> {
        let is_column = |feed: &&Feed| matches!(feed.place, Place::Cell(_));
        let source = self.source_feed().filter(is_column).filter(|feed| is_there(&feed.place));
        let mut faults: Vec<Fault> =
            source.map(|feed| self.several_sources(number, feed)).into_iter().collect();
        let Plan::Events(plan) = &self.plan else { return faults };
        let envelope = &plan.envelope;
        let named = [
            ("seen", &envelope.seen),
            ("revision", &envelope.revision),
            ("supersedes", &envelope.supersedes),
            ("retracts", &envelope.retracts),
        ];
        let fed = named.into_iter().filter_map(|(target, feed)| Some((target, feed.as_ref()?)));
        faults.extend(fed.filter(|(_, feed)| is_there(&feed.place)).map(|(target, feed)| {
            let name = shown(&feed.name);
            let fault = Fault::new(
                Code::UnusedValue,
                format!(
                    "`{target}` of rows that are followed is worked out, and `{name}` feeds it"
                ),
                format!("同步的各行的 `{target}` 由系统推定，而 `{name}` 对应到它"),
            );
            fault.at(format!("{}:{number}/{}", self.file, feed.name))
        }));
        faults
    }

    fn several_sources(&self, number: u64, feed: &Feed) -> Fault {
        let fault = Fault::new(
            Code::BadValue,
            "rows that are followed come from one source, and `source` is a column",
            "同步的各行应来自同一来源，而 `source` 取自列",
        );
        let hint = (
            "write `\"source\": {\"value\": \"erp\"}` in the mapping",
            "请在映射中写 `\"source\": {\"value\": \"erp\"}`",
        );
        fault.hint(hint.0, hint.1).at(format!("{}:{number}/{}", self.file, feed.name))
    }

    fn no_sync_column(&self, name: &str, pointer: &str) -> Fault {
        let near = near(name, self.columns());
        let (file, name) = (&self.file, shown(name));
        let fault = Fault::new(
            Code::MissingColumn,
            format!("`{file}` has no column `{name}`"),
            format!("`{file}` 没有列 `{name}`"),
        );
        did_you_mean(fault, near).at(pointer.to_owned())
    }
}

impl HostRows<'_> {
    /// The source that all rows come from.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// The attributes that a row speaks of, by their positions in the schema.
    pub fn attributes(&self) -> Vec<usize> {
        self.layout.attributes()
    }

    /// The consents that a row speaks of: purpose and channel.
    pub fn consents(&self) -> Vec<(usize, usize)> {
        self.layout.consents()
    }

    /// Reads a row; `number` is the line it begins on. Of one that is deleted
    /// only the key and the version are read.
    ///
    /// # Errors
    ///
    /// As [`Layout::row`].
    pub fn row(
        &self,
        number: u64,
        cells: &[&str],
        tally: &mut Tally,
    ) -> Result<HostRow, Vec<Fault>> {
        if cells.len() != self.layout.columns.len() {
            tally.count_row();
            return Err(vec![self.layout.ragged(number, cells.len())]);
        }
        self.read(number, &Texts(cells), tally)
    }

    /// The same of cells of any kind.
    pub(super) fn read(
        &self,
        number: u64,
        cells: &(impl Cells + ?Sized),
        tally: &mut Tally,
    ) -> Result<HostRow, Vec<Fault>> {
        let text = |position: Option<usize>| text_of(cells.cell(position?));
        let is_deleted = self.deleted.as_ref().is_some_and(|(at, values)| {
            let text = text(Some(*at)).unwrap_or_default();
            values.contains(&text)
        });
        let mut facts = Vec::new();
        if !is_deleted {
            let (seen, faults) = self.layout.read(number, cells, tally, &mut facts);
            self.layout.settle(number, 0, seen, faults, tally, &mut facts)?;
        }
        // The cell was counted when the row was read.
        let mut aside = self.layout.tally();
        let mut row = Row::new(self.layout, number, cells, &mut aside);
        let feed = self.layout.key_feed();
        let key = row.text(feed);
        let key = row.needed(key, feed, "id").map(Box::from);
        let attributes = self.layout.attributes_of(&row);
        let faults = row.into_faults();
        let (version, cursor) = (text(self.version), text(self.cursor));
        match key {
            Some(key) if faults.is_empty() => {
                Ok(HostRow { key, version, is_deleted, facts, attributes, cursor })
            }
            _ => Err(faults),
        }
    }
}

/// What a cell says, spaces around it left out; `None` for an empty one.
fn text_of(cell: Cell<'_>) -> Option<Box<str>> {
    let text = match cell {
        Cell::Text(text) => Cow::Borrowed(text),
        Cell::Typed(typed) => typed.text(&NAME)?.into(),
        Cell::Absent | Cell::Null | Cell::List(_) | Cell::Foreign => return None,
    };
    let text = text.trim();
    (!text.is_empty()).then(|| text.into())
}
