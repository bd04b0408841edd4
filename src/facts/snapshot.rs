//! The facts as they were at one instant.

use std::sync::OnceLock;

use super::bits::Bits;
use super::column::Column;
use super::columns::Columns;
use super::history::History;
use crate::units::Instant;

/// A view of [`Columns`] at `as_of`: the attributes valid then, the events that
/// had happened, the customers who were there.
///
/// Nothing is copied until it is asked for, and nothing at all where the past
/// and the present are the same.
#[derive(Debug)]
pub struct Snapshot<'a> {
    columns: &'a Columns,
    as_of: Instant,
    population: Bits,
    /// Filled when asked for, and only for attributes that change over time.
    attributes: Vec<OnceLock<Column>>,
    ends: Vec<OnceLock<Option<Vec<u32>>>>,
}

impl<'a> Snapshot<'a> {
    /// The facts at an instant, itself included.
    pub fn new(columns: &'a Columns, as_of: Instant) -> Self {
        let mut population = Bits::none(columns.n_customers());
        for customer in 0..columns.n_customers() {
            population.set(customer, columns.is_known(customer, as_of));
        }
        Snapshot {
            columns,
            as_of,
            population,
            attributes: columns.attributes.iter().map(|_| OnceLock::new()).collect(),
            ends: columns.kinds.iter().map(|_| OnceLock::new()).collect(),
        }
    }

    /// All facts, whenever they happened.
    pub fn columns(&self) -> &'a Columns {
        self.columns
    }

    /// The instant of the view.
    pub fn as_of(&self) -> Instant {
        self.as_of
    }

    /// The customers who were there.
    pub fn population(&self) -> &Bits {
        &self.population
    }

    /// An attribute of every customer, as it was.
    pub fn attribute(&self, attribute: usize) -> Option<&Column> {
        match self.columns.attributes.get(attribute)? {
            History::Undated(column) => Some(column),
            dated => {
                let cell = self.attributes.get(attribute)?;
                Some(cell.get_or_init(|| dated.at(self.as_of).into_owned()))
            }
        }
    }

    /// The rows of a customer's events of a kind that had happened.
    #[inline]
    pub fn events(&self, kind: usize, customer: usize) -> (usize, usize) {
        let Some(events) = self.columns.kinds.get(kind) else { return (0, 0) };
        let (from, until) = events.range(customer);
        match self.ends(kind) {
            Some(ends) => (from, ends.get(customer).map_or(until, |end| *end as usize)),
            None => (from, until),
        }
    }

    /// Where each customer's events of a kind end, or `None` when all of them
    /// had happened.
    pub fn ends(&self, kind: usize) -> Option<&[u32]> {
        let compute = || {
            let events = self.columns.kinds.get(kind)?;
            // The first microsecond that is still to come.
            let cut = self.as_of.micros().saturating_add(1);
            let all_past = self.columns.last.is_none_or(|last| last.micros() < cut);
            let end = |customer| {
                let (from, until) = events.range(customer);
                events.at.first_at_or_after(from, until, cut) as u32
            };
            (!all_past).then(|| (0..self.columns.n_customers()).map(end).collect())
        };
        self.ends.get(kind)?.get_or_init(compute).as_deref()
    }
}
