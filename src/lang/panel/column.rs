//! Which values of a column are wanted, whichever customer's column it is.

use std::sync::Arc;

use crate::facts::{Column, Data};

/// Which values are wanted; a missing one never is.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Wanted {
    Known,
    Yes,
    No,
    /// In units of the column, both ends included.
    Between(i64, i64),
    /// One of these, ascending, in the form in which the column compares texts.
    OneOf(Arc<[Box<str>]>),
    Below(Box<str>),
    UpTo(Box<str>),
    From(Box<str>),
    Above(Box<str>),
    Containing(Box<str>),
    Starting(Box<str>),
    Ending(Box<str>),
}

impl Wanted {
    /// Whether the value in a row is wanted.
    #[inline]
    pub(super) fn has(&self, column: &Column, row: usize) -> bool {
        if !column.is_known(row) {
            return false;
        }
        match (self, &column.data) {
            (Wanted::Known, _) => true,
            (Wanted::Yes, Data::Bool(bits)) => bits.has(row),
            (Wanted::No, Data::Bool(bits)) => !bits.has(row),
            (Wanted::Between(low, high), Data::Ints(ints)) => {
                let value = ints.get(row);
                *low <= value && value <= *high
            }
            (_, Data::Codes { codes, words }) => self.has_text(words.key(codes.get(row))),
            _ => false,
        }
    }

    fn has_text(&self, text: &str) -> bool {
        match self {
            Wanted::OneOf(texts) => texts.binary_search_by(|have| (**have).cmp(text)).is_ok(),
            Wanted::Below(bound) => *text < **bound,
            Wanted::UpTo(bound) => *text <= **bound,
            Wanted::From(bound) => **bound <= *text,
            Wanted::Above(bound) => **bound < *text,
            Wanted::Containing(part) => text.contains(&**part),
            Wanted::Starting(part) => text.starts_with(&**part),
            Wanted::Ending(part) => text.ends_with(&**part),
            _ => false,
        }
    }
}
