//! The mapping document: what the host's columns mean.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use serde::Serialize;

use super::format::Format;
use crate::units::{Decimal, Zone};

/// What the rows of a table are about.
///
/// Written as `customers`, `events` or `ref_NAME`, in mappings as in the names
/// of files.
///
/// ```
/// use guanxi::facts::intake::TableKind;
/// assert_eq!(TableKind::parse("events"), Some(TableKind::Events));
/// assert_eq!(TableKind::parse("ref_staff"), Some(TableKind::Reference("staff".into())));
/// assert_eq!(TableKind::parse("orders"), None);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TableKind {
    /// A row describes a customer: attributes and consents.
    Customers,
    /// A row is something that happened to a customer.
    Events,
    /// A row belongs to the reference table with this name.
    Reference(Arc<str>),
}

impl TableKind {
    /// The kind with this name.
    pub fn parse(text: &str) -> Option<TableKind> {
        match text {
            "customers" => Some(TableKind::Customers),
            "events" => Some(TableKind::Events),
            _ => text
                .strip_prefix("ref_")
                .filter(|name| !name.is_empty())
                .map(|name| TableKind::Reference(name.into())),
        }
    }
}

impl fmt::Display for TableKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            TableKind::Customers => f.write_str("customers"),
            TableKind::Events => f.write_str("events"),
            TableKind::Reference(name) => write!(f, "ref_{name}"),
        }
    }
}

/// How the tables of one host become facts.
///
/// Read from a document of its own, so that the playbook says what is decided
/// and the mapping what one host's exports look like. The format is described
/// at [the door of this room](super).
#[derive(Debug, Clone, Default)]
pub struct Mapping {
    pub(super) tables: Vec<TableMapping>,
    /// Whether some table could not be read at all.
    pub(super) partial: bool,
}

impl Mapping {
    /// The tables, by name.
    pub fn tables(&self) -> &[TableMapping] {
        &self.tables
    }

    /// What is said about a file that holds a kind of table: what stands under
    /// the file's name, with or without its ending; otherwise what stands
    /// under the kind's name.
    pub fn table(&self, file: &str, kind: &TableKind) -> Option<&TableMapping> {
        let stem = stem(file);
        let named = |name: &str| {
            let mut tables = self.tables.iter().filter(|table| table.kind == *kind);
            tables.find(|table| table.name == name)
        };
        named(file).or_else(|| named(stem)).or_else(|| named(&kind.to_string()))
    }

    /// Whether all that is said about the columns of a file could be read, so
    /// that a header can be held to it. Always so of a mapping without faults.
    pub fn is_whole(&self, file: &str, kind: &TableKind) -> bool {
        !self.partial && self.table(file, kind).is_none_or(|table| !table.partial)
    }
}

/// What a mapping says about one table.
#[derive(Debug, Clone)]
pub struct TableMapping {
    pub(super) name: String,
    pub(super) kind: TableKind,
    pub(super) pointer: String,
    /// The encoding, and where it stands.
    pub(super) encoding: Option<(String, String)>,
    pub(super) delimiter: Option<u8>,
    pub(super) zone: Option<Zone>,
    pub(super) missing: Option<Missing>,
    pub(super) trim: bool,
    pub(super) ignore: Ignore,
    pub(super) sync: Option<SyncMapping>,
    pub(super) columns: Vec<ColumnMapping>,
    /// Whether something about its columns could not be read.
    pub(super) partial: bool,
}

impl TableMapping {
    /// Its name: that of the file, with or without the ending, or of the kind.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What its rows are about.
    pub fn kind(&self) -> &TableKind {
        &self.kind
    }

    /// The encoding of the file, if one is declared.
    pub fn encoding(&self) -> Option<&str> {
        self.encoding.as_ref().map(|(encoding, _)| encoding.as_str())
    }

    /// Where the encoding stands in the document, as a JSON pointer: which names
    /// of encodings there are, only who decodes files knows.
    pub fn encoding_pointer(&self) -> Option<&str> {
        self.encoding.as_ref().map(|(_, pointer)| pointer.as_str())
    }

    /// The byte between cells, if one is declared; otherwise it is a comma.
    pub fn delimiter(&self) -> Option<u8> {
        self.delimiter
    }

    /// How its rows follow those of the host, if that is said.
    pub fn sync(&self) -> Option<&SyncMapping> {
        self.sync.as_ref()
    }

    /// The same table without anything about single columns.
    pub(super) fn habits_only(&self) -> TableMapping {
        let ignore = Ignore::These(Vec::new());
        TableMapping { columns: Vec::new(), ignore, sync: None, ..self.clone() }
    }
}

/// How the rows of a table stand to the host's own: the key `sync`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyncMapping {
    /// Which rows there are.
    pub rows: Rows,
    /// The column that says which of two contents of a row is the later one.
    pub version: Option<Box<str>>,
    /// The column that says how far the host was read.
    pub cursor: Option<Box<str>>,
    /// The column that says whether the host has deleted a row, and by which
    /// texts.
    pub deleted: Option<(Box<str>, Vec<Box<str>>)>,
    pub(super) pointer: String,
}

/// Which rows of the host a file holds.
///
/// ```
/// use guanxi::facts::intake::Rows;
/// assert_eq!(Rows::parse("snapshot"), Some(Rows::Snapshot));
/// assert_eq!(Rows::parse("all"), None);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Rows {
    /// Rows that never change: one with a known key and another content is a
    /// conflict.
    #[default]
    Append,
    /// Rows that are new or may have changed.
    Changes,
    /// All rows there are: one that is missing is gone.
    Snapshot,
}

impl Rows {
    /// All of them.
    pub const ALL: [Rows; 3] = [Rows::Append, Rows::Changes, Rows::Snapshot];

    /// How mappings name it.
    pub fn name(self) -> &'static str {
        match self {
            Rows::Append => "append",
            Rows::Changes => "changes",
            Rows::Snapshot => "snapshot",
        }
    }

    /// The one with this name.
    pub fn parse(name: &str) -> Option<Rows> {
        Rows::ALL.into_iter().find(|rows| rows.name() == name)
    }
}

impl SyncMapping {
    /// The columns that it reads.
    pub fn columns(&self) -> impl Iterator<Item = &str> {
        let deleted = self.deleted.as_ref().map(|(column, _)| column);
        [self.version.as_ref(), self.cursor.as_ref(), deleted]
            .into_iter()
            .flatten()
            .map(|name| &**name)
    }
}

/// The texts that stand for a missing value.
pub(super) type Missing = Arc<[Box<str>]>;

/// The columns of the host that are left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Ignore {
    /// These, which must be there.
    These(Vec<Box<str>>),
    /// Every column that has no meaning.
    Others,
}

/// Where the text of a target comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum From {
    /// The host's column with this name.
    Column(Box<str>),
    /// The same for all rows.
    Constant(Box<str>),
}

/// By how much the host's numbers are multiplied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Factor {
    /// The host counts in cents; how many there are, the currency knows.
    Minor,
    /// The host counts in units of this size.
    Times(Decimal),
}

/// The host's texts, and what they stand for: `None` for a missing value.
pub(super) type Values = Arc<HashMap<Box<str>, Option<Box<str>>>>;

/// What feeds one attribute, field or other target.
#[derive(Debug, Clone)]
pub(super) struct ColumnMapping {
    pub target: Box<str>,
    pub pointer: String,
    pub from: From,
    pub values: Option<Values>,
    pub unit: Option<Factor>,
    pub format: Option<Format>,
    pub zone: Option<Zone>,
    pub missing: Option<Missing>,
    pub separator: Option<Box<str>>,
}

/// A file's name without its ending.
pub(super) fn stem(file: &str) -> &str {
    file.rsplit_once('.').map_or(file, |(stem, _)| stem)
}
