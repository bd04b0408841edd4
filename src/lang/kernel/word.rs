//! Texts, row by row.

use std::sync::Arc;

use super::row::{Failed, Row};
use crate::facts::{Codes, Column, Words};

pub(super) enum Word<'s> {
    Constant(Arc<str>),
    /// A column of the walked table.
    Column(&'s Codes, &'s Words, &'s Column),
    /// An attribute of the customer while events are walked.
    Outer(&'s Codes, &'s Words, &'s Column),
    /// A text that a list ends in: its code, in this dictionary.
    Fold(usize, &'s Words),
}

impl Word<'_> {
    /// The form in which the text of a row is compared.
    pub(super) fn at(&self, row: Row<'_>) -> Result<Option<&str>, Failed> {
        Ok(match self {
            Word::Constant(text) => Some(text),
            Word::Column(codes, words, column) => {
                column.is_known(row.row).then(|| words.key(codes.get(row.row)))
            }
            Word::Outer(codes, words, column) => {
                column.is_known(row.customer).then(|| words.key(codes.get(row.customer)))
            }
            Word::Fold(fold, words) => {
                let cell = row.folds.get(*fold).map_or(Ok(None), |fold| fold.number(row.customer));
                cell?.map(|code| words.key(code as u32))
            }
        })
    }
}
