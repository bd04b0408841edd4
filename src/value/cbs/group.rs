//! Customers who are the same to a model, counted together.

use std::collections::BTreeMap;

use super::{Cbs, History};
use crate::error::{Code, Error, Fault};
use crate::value::Row;

/// What customers of one group share: how often they came again, how long
/// after the first purchase the last one was, and when the first was.
///
/// The first purchase stands here and not how long ago it was, so that the
/// groups stay as they are while time passes: only who buys changes group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Group {
    /// `x`.
    pub frequency: u32,
    /// `t_x`, in grains.
    pub recency: u32,
    /// The grain of the first purchase.
    pub first: u32,
}

/// How many customers each group has.
///
/// A fit reads groups, not customers: it costs what the groups cost. One more
/// purchase moves one customer from a group to another.
///
/// ```
/// use guanxi::value::cbs::{Groups, History, Purchase};
/// let purchase = |grain| Purchase { grain, amount: None };
/// let mut ann = History::default();
/// ann.push(purchase(2));
/// let mut groups = Groups::default();
/// groups.enter(&ann);
/// groups.enter(&ann);
///
/// let before = ann;
/// ann.push(purchase(9));
/// groups.leave(&before)?;
/// groups.enter(&ann);
/// let rows = groups.rows(16, 7.0);
/// assert_eq!(rows.len(), 2);
/// assert_eq!((rows[0].frequency, rows[0].age, rows[0].weight), (0, 2.0, 1));
/// assert_eq!((rows[1].frequency, rows[1].recency), (1, 1.0));
/// # Ok::<(), guanxi::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Groups {
    counts: BTreeMap<Group, u64>,
}

impl Group {
    /// The group of a history; `None` before the first purchase.
    pub fn of(history: &History) -> Option<Group> {
        let (first, last) = history.span()?;
        Some(Group { frequency: history.frequency(), recency: last - first, first })
    }
}

impl Groups {
    /// Counts a customer in. A history without a purchase has no group.
    pub fn enter(&mut self, history: &History) {
        if let Some(group) = Group::of(history) {
            *self.counts.entry(group).or_default() += 1;
        }
    }

    /// Counts a customer out.
    ///
    /// # Errors
    ///
    /// `invalid_argument`: nobody with such a history is in; nothing changes.
    pub fn leave(&mut self, history: &History) -> Result<(), Error> {
        let Some(group) = Group::of(history) else { return Ok(()) };
        match self.counts.get_mut(&group) {
            None => Err(nobody(group)),
            Some(1) => {
                self.counts.remove(&group);
                Ok(())
            }
            Some(count) => {
                *count -= 1;
                Ok(())
            }
        }
    }

    /// Counts in everybody of other groups.
    pub fn merge(&mut self, others: &Groups) {
        for (group, count) in &others.counts {
            *self.counts.entry(*group).or_default() += count;
        }
    }

    /// How many groups there are.
    pub fn len(&self) -> usize {
        self.counts.len()
    }

    /// Whether nobody is in.
    pub fn is_empty(&self) -> bool {
        self.counts.is_empty()
    }

    /// The rows of the groups at the end of a grain, where a unit of time has
    /// so many grains. Groups whose first purchase is later are left out.
    pub fn rows(&self, today: u32, grains_per_unit: f64) -> Vec<Row> {
        let units = |grains: u32| f64::from(grains) / grains_per_unit;
        let row = |(group, weight): (&Group, &u64)| {
            let age = today.checked_sub(group.first)?;
            let row = Row::new(group.frequency, units(group.recency), units(age));
            Some(Row { weight: *weight, ..row })
        };
        self.counts.iter().filter_map(row).collect()
    }
}

impl Cbs {
    /// Everybody by groups.
    pub fn groups(&self) -> Groups {
        let mut groups = Groups::default();
        self.summaries().iter().for_each(|summary| groups.enter(&summary.history));
        groups
    }
}

fn nobody(group: Group) -> Error {
    let Group { frequency, recency, first } = group;
    Fault::new(
        Code::InvalidArgument,
        format!(
            "nobody is in the group of {frequency} repeats over {recency} grains from grain {first}"
        ),
        format!("没有客户属于该组：复购 {frequency} 次、历时 {recency} 格、首购于第 {first} 格"),
    )
    .into()
}
