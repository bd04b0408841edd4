//! The schema as JSON: how a host declares it, and how a store records it.
//!
//! ```text
//!   JSON ──read──> Schema ──write──> JSON, always the same text for one schema
//! ```
//!
//! Reading finds every fault and gives each its pointer. Maps have no order:
//! attributes, kinds, fields and tables are sorted by name. Lists have one:
//! the labels of an enumeration, the sources.
//!
//! Not here: which names the language has taken, since facts know no language.
//! A reader of definitions passes that in as [`Words`].

mod read;
mod ty;
mod write;

use super::Schema;
use crate::error::Error;
use crate::json::{self, Json, Place, Reader};

/// Attributes of one schema.
pub const ATTRIBUTES: usize = 1_000;
/// Event kinds of one schema.
pub const KINDS: usize = 1_000;
/// Reference tables of one schema.
pub const REFERENCES: usize = 1_000;
/// Fields of one event kind or reference table.
pub const FIELDS: usize = 200;
/// Labels of one enumeration.
pub const LABELS: usize = 10_000;

/// Names that are taken by whatever reads the facts.
#[derive(Debug, Clone, Copy)]
pub struct Words {
    /// Words that are never a name, not even after a point: `in`, `true`.
    pub reserved: fn(&str) -> bool,
    /// Names that mean something where an attribute or list would stand: `now`.
    pub taken: fn(&str) -> bool,
    /// Names of functions: `age`. Brackets tell them from an attribute, people
    /// may not, so such a name is worth a hint.
    pub functions: fn(&str) -> bool,
}

impl Words {
    /// No name is taken.
    pub const NONE: Words = Words { reserved: |_| false, taken: |_| false, functions: |_| false };
}

impl Schema {
    /// Reads the schema that a document declares at `place`. Whatever is wrong
    /// is noted in `reader`; the rest of the schema is there all the same, so
    /// that what names it can be checked.
    pub fn read(place: &Place, reader: &mut Reader, words: Words) -> Schema {
        read::schema(place, reader, words)
    }

    /// The schema as JSON, complete, in canonical order.
    pub fn to_json(&self) -> Json {
        write::schema(self)
    }

    /// Reads back what [`to_json`](Schema::to_json) wrote. Every fault is
    /// reported, with its pointer into `text`.
    pub fn from_json(text: &str) -> Result<Schema, Error> {
        let document = json::parse(text.as_bytes())?;
        let mut reader = Reader::new();
        let schema = Schema::read(&Place::root(&document), &mut reader, Words::NONE);
        let (faults, _) = reader.finish(&document);
        Error::check(faults)?;
        Ok(schema)
    }
}
