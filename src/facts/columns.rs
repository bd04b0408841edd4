//! The facts as columns: what every answer is computed from.
//!
//! ```text
//! facts ──builder──> rows: owner, time, source, id ──sorted──> Columns
//!                      people: which number each id has, and when
//! ```

mod alone;
mod builder;
mod fresh;
mod numbering;
mod origin;
mod people;
mod rows;
mod touched;
mod until;

pub use builder::ColumnsBuilder;
pub(crate) use fresh::{Batch, Fresh};
pub(crate) use numbering::Distinct;
pub(crate) use touched::Touched;
pub(crate) use until::fact_kinds_after;

use std::sync::Arc;

use super::column::Column;
use super::events::Events;
use super::history::History;
use super::merge::Overrides;
use super::schema::Schema;
use super::timeline::Timeline;
use crate::units::Instant;

/// Everything known at one knowledge time, customer by customer.
///
/// Customers are numbered 0.. in the order of their ids, so that the same
/// facts give the same columns in whatever order they arrived. Who was merged
/// with others has a number for each time between two merges, with all facts
/// that are about it then; [`customer_at`](Columns::customer_at) finds the one
/// of an instant, and a [`Snapshot`](super::Snapshot) shows no other.
#[derive(Debug, Clone, PartialEq)]
pub struct Columns {
    /// What the columns mean.
    pub schema: Arc<Schema>,
    /// The ids, ascending by bytes.
    pub customers: Vec<Box<str>>,
    /// From when until when each customer was just this one, `[from, until)`
    /// in microseconds. Empty where nobody was merged.
    pub spans: Vec<(i64, i64)>,
    /// The numbers that facts of an id belong to, for ids that were merged, by
    /// id and then by time.
    pub aliases: Vec<(Box<str>, u32)>,
    /// Decisions of people about states.
    pub overrides: Overrides,
    /// Numbers of those who are erased, ascending, each with the first
    /// microsecond at which nobody is there.
    pub erased: Vec<(u32, i64)>,
    /// Ids whose facts were left out, as they are restricted: by bytes, known here or
    /// not.
    pub restricted: Vec<Box<str>>,
    /// When each customer's first fact happened, in microseconds; `i64::MIN`
    /// for a customer with an undated fact, who has always been there.
    pub born: Vec<i64>,
    /// One for each attribute of the schema.
    pub attributes: Vec<History>,
    /// One for each event kind of the schema.
    pub kinds: Vec<Events>,
    /// How the events of all kinds follow one another.
    pub timeline: Timeline,
    /// Consent given, one for each purpose and channel: `purpose * channels +
    /// channel`.
    pub consents: Vec<History>,
    /// One for each reference table of the schema.
    pub references: Vec<Table>,
    /// When the last dated fact happened.
    pub last: Option<Instant>,
}

/// A reference table: the latest row of each key.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    /// The keys, ascending by bytes.
    pub keys: Vec<Box<str>>,
    /// One for each declared column.
    pub fields: Vec<Column>,
}

impl Columns {
    /// Number of customers, born or not.
    pub fn n_customers(&self) -> usize {
        self.customers.len()
    }

    /// The number of the customer with this id, or of the one that it was
    /// merged into, as it is in the end.
    pub fn customer(&self, id: &str) -> Option<usize> {
        self.customer_at(id, Instant::MAX)
    }

    /// The number of the customer whom this id stood for at an instant.
    pub fn customer_at(&self, id: &str, at: Instant) -> Option<usize> {
        if self.spans.is_empty() {
            return self.customers.binary_search_by(|have| (**have).cmp(id)).ok();
        }
        let there = |number: usize| self.is_there(number, at);
        let from = self.aliases.partition_point(|(have, _)| **have < *id);
        let aliases = self.aliases.iter().skip(from).take_while(|(have, _)| **have == *id);
        let merged = aliases.map(|(_, number)| *number as usize).find(|number| there(*number));
        merged.or_else(|| {
            let own = self.customers.binary_search_by(|have| (**have).cmp(id)).ok()?;
            there(own).then_some(own)
        })
    }

    /// Whether a customer was there at an instant: something of it had happened,
    /// and it was just this one.
    pub fn is_known(&self, number: usize, at: Instant) -> bool {
        self.born.get(number).is_some_and(|born| *born <= at.micros()) && self.is_there(number, at)
    }

    /// Whether a number stands for a customer at an instant, and not for what
    /// it was before or after a merge.
    pub fn is_there(&self, number: usize, at: Instant) -> bool {
        if self.erased_at(number).is_some_and(|erased| erased <= at) {
            return false;
        }
        self.spans.get(number).is_none_or(|(from, until)| {
            let at = at.micros();
            *from <= at && (at < *until || *until == i64::MAX)
        })
    }

    /// From when on a customer is gone, having been erased.
    #[inline]
    pub fn erased_at(&self, number: usize) -> Option<Instant> {
        if self.erased.is_empty() {
            return None;
        }
        let place = self.erased.binary_search_by_key(&number, |(erased, _)| *erased as usize);
        place.ok().and_then(|place| self.erased.get(place)).map(|(_, at)| Instant::clamped(*at))
    }

    /// Whether the facts of an id were left out, as it is restricted.
    pub(crate) fn is_restricted(&self, id: &str) -> bool {
        self.restricted.binary_search_by(|have| (**have).cmp(id)).is_ok()
    }

    /// Number of events of all kinds.
    pub fn n_events(&self) -> usize {
        self.kinds.iter().map(Events::len).sum()
    }

    /// Bytes held, dictionaries and ids included.
    pub fn bytes(&self) -> usize {
        let ids: usize = self.customers.iter().map(|id| id.len() + 16).sum();
        let histories = self.attributes.iter().chain(&self.consents);
        ids + self.born.len() * 8
            + histories.map(History::bytes).sum::<usize>()
            + self.kinds.iter().map(Events::bytes).sum::<usize>()
            + self.timeline.bytes()
            + self.spans.len() * 16
            + self.overrides.bytes()
            + self.erased.len() * 16
    }
}
