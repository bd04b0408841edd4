//! The values an attribute had, customer by customer.

use std::borrow::Cow;

use super::column::{Column, set_range};
use crate::units::Instant;

/// What an attribute was at each time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum History {
    /// Nobody knows since when: one value a customer, for all time.
    Undated(Column),
    /// Changes with their dates.
    Dated {
        /// Where each customer's changes begin; one more than customers.
        offsets: Vec<u32>,
        /// Since when, in microseconds; `i64::MIN` for a value that holds
        /// before the first dated one. Ascending within a customer.
        since: Vec<i64>,
        /// The values; an unknown one is a cleared attribute.
        values: Column,
    },
}

impl History {
    /// The value of every customer at an instant. Free for undated attributes,
    /// one step a customer otherwise.
    pub fn at(&self, as_of: Instant) -> Cow<'_, Column> {
        match self {
            History::Undated(column) => Cow::Borrowed(column),
            History::Dated { offsets, values, .. } => {
                let n_customers = offsets.len().saturating_sub(1);
                let rows: Vec<Option<u32>> =
                    (0..n_customers).map(|customer| self.row_at(customer, as_of)).collect();
                Cow::Owned(values.gather(&rows))
            }
        }
    }

    /// The change that holds for a customer at an instant.
    fn row_at(&self, customer: usize, as_of: Instant) -> Option<u32> {
        let History::Dated { offsets, since, .. } = self else { return None };
        let (from, until) = set_range(offsets, customer);
        let changes = since.get(from..until)?;
        let n_past = changes.partition_point(|since| *since <= as_of.micros());
        n_past.checked_sub(1).map(|last| (from + last) as u32)
    }

    /// Where the value that holds for a customer at an instant stands; no row
    /// where there is none.
    pub fn held(&self, customer: usize, as_of: Instant) -> (&Column, Option<usize>) {
        match self {
            History::Undated(column) => (column, Some(customer)),
            History::Dated { values, .. } => {
                (values, self.row_at(customer, as_of).map(|row| row as usize))
            }
        }
    }

    /// Since when a customer's value at an instant has held; `None` when there
    /// is no value or nobody knows.
    pub fn since(&self, customer: usize, as_of: Instant) -> Option<Instant> {
        let row = self.row_at(customer, as_of)? as usize;
        let History::Dated { since, values, .. } = self else { return None };
        let since = *since.get(row)?;
        (since != i64::MIN && values.is_known(row)).then(|| Instant::clamped(since))
    }

    /// Whether some value has no date, so that answers about the past use
    /// today's.
    pub fn has_undated(&self) -> bool {
        match self {
            History::Undated(column) => column.known.as_ref().is_none_or(|known| 0 < known.count()),
            History::Dated { offsets, since, values } => {
                let first = |customer| self.row_at(customer, Instant::MIN);
                let undated = |row: u32| since.get(row as usize) == Some(&i64::MIN);
                let rows = (0..offsets.len().saturating_sub(1)).filter_map(first);
                rows.filter(|row| undated(*row)).any(|row| values.is_known(row as usize))
            }
        }
    }

    /// Bytes held.
    pub fn bytes(&self) -> usize {
        match self {
            History::Undated(column) => column.bytes(),
            History::Dated { offsets, since, values } => {
                offsets.len() * 4 + since.len() * 8 + values.bytes()
            }
        }
    }
}
