//! What is remembered from row to row of one file.

use std::collections::BTreeMap;

use serde::Serialize;

use super::identity::Occurrences;
use crate::facts::{Fact, Schema};

/// Different unknown kinds that are counted by name; a column that is no kind
/// at all must not fill the memory.
const MOST_KINDS: usize = 100;

/// How often a column was looked at, and how often it said nothing.
///
/// A column of events is looked at in rows whose kind has its field.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Filled {
    /// Rows in which the column has a meaning.
    pub rows: u64,
    /// Rows of these in which it is empty.
    pub missing: u64,
}

impl Filled {
    /// The share of missing values, from 0 to 1; 0 where there are no rows.
    pub fn missing_share(&self) -> f64 {
        if self.rows == 0 { 0.0 } else { self.missing as f64 / self.rows as f64 }
    }
}

/// What is remembered from row to row of one file: which contents came up, how
/// full the columns are, which kinds nobody knows.
///
/// Made by [`Layout::tally`](super::Layout::tally). One tally reads one file,
/// from its first row to its last: ids of rows that have none depend on it.
#[derive(Debug, Clone, Default)]
pub struct Tally {
    occurrences: Occurrences,
    columns: Vec<Filled>,
    unknown_kinds: BTreeMap<Box<str>, u64>,
    rows: u64,
}

impl Tally {
    pub(super) fn new(columns: usize) -> Tally {
        Tally { columns: vec![Filled::default(); columns], ..Tally::default() }
    }

    /// Rows read so far, refused ones included.
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// For each column how full it is, in the order of the header.
    pub fn columns(&self) -> &[Filled] {
        &self.columns
    }

    /// Kinds of events that the schema does not have, with their rows; the
    /// first 100 different ones.
    pub fn unknown_kinds(&self) -> impl Iterator<Item = (&str, u64)> {
        self.unknown_kinds.iter().map(|(name, rows)| (&**name, *rows))
    }

    pub(super) fn count_row(&mut self) {
        self.rows += 1;
    }

    pub(super) fn count_cell(&mut self, column: usize, is_missing: bool) {
        if let Some(filled) = self.columns.get_mut(column) {
            filled.rows += 1;
            filled.missing += u64::from(is_missing);
        }
    }

    pub(super) fn count_cells(&mut self, column: usize, rows: u64, missing: u64) {
        if let Some(filled) = self.columns.get_mut(column) {
            filled.rows += rows;
            filled.missing += missing;
        }
    }

    pub(super) fn count_unknown_kind(&mut self, name: &str) {
        if let Some(rows) = self.unknown_kinds.get_mut(name) {
            *rows += 1;
        } else if self.unknown_kinds.len() < MOST_KINDS {
            self.unknown_kinds.insert(name.into(), 1);
        }
    }

    /// Gives a fact an id if it has none.
    pub(super) fn identify(&mut self, fact: &mut Fact, schema: &Schema) {
        if fact.id.is_empty() {
            fact.id = self.occurrences.id_of(fact, schema);
        }
    }
}
