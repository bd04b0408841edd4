//! Tiers and scores that another playbook gives.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::Serialize;

use super::super::answers::Options;
use super::super::value::{Valued, ValuedCustomer, value};
use crate::error::{Error, Text};
use crate::facts::Columns;
use crate::playbook::Playbook;
use crate::units::{Decimal, Instant};

/// Who would be in another tier, and whose scores would be others.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TierDiff {
    /// Customers who would be in another tier.
    pub changed: u64,
    /// How many are in which old and new tier, by old and new tier.
    pub matrix: Vec<TierCell>,
    /// Of each cell that is another tier the first customer by id.
    pub examples: Vec<TierExample>,
    /// The axes, by name.
    pub axes: Vec<AxisDiff>,
}

/// Those in an old tier who would be in a new one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TierCell {
    /// The old tier; `None`: in none.
    pub old: Option<Arc<str>>,
    /// The new one.
    pub new: Option<Arc<str>>,
    /// How many.
    pub customers: u64,
}

/// One who would be in another tier.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TierExample {
    /// The customer's id.
    pub customer: Box<str>,
    /// The tier now.
    pub old: Option<Arc<str>>,
    /// The tier then.
    pub new: Option<Arc<str>>,
}

/// One axis on both sides.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AxisDiff {
    /// The axis.
    pub axis: Arc<str>,
    /// As shown to people.
    pub label: Text,
    /// Customers whose score would be another one, or who would have one or none.
    pub changed: u64,
    /// The mean of the scores now; `None`: nobody has one, or there is no such axis.
    pub old_mean: Option<Decimal>,
    /// The mean then.
    pub new_mean: Option<Decimal>,
}

impl TierDiff {
    /// Whether anything is otherwise.
    pub(super) fn differs(&self) -> bool {
        let moved = |axis: &AxisDiff| 0 < axis.changed || axis.old_mean != axis.new_mean;
        0 < self.changed || self.axes.iter().any(moved)
    }
}

/// One side: who is worth what, if the playbook decides about that.
struct Side {
    told: Option<Valued>,
    rows: BTreeMap<Box<str>, ValuedCustomer>,
}

impl Side {
    fn new(
        (columns, playbook): (&Columns, &Playbook),
        as_of: Instant,
        options: Options,
    ) -> Result<Side, Error> {
        if playbook.value().is_none() {
            return Ok(Side { told: None, rows: BTreeMap::new() });
        }
        let told = value(&Arc::new(columns.clone()), playbook, as_of, options)?;
        let rows = told.customers().map(|row| (row.customer.clone(), row)).collect();
        Ok(Side { told: Some(told), rows })
    }

    fn tier(&self, id: &str) -> Option<Arc<str>> {
        self.rows.get(id)?.tier.clone()
    }

    fn axis(&self, name: &str) -> Option<usize> {
        self.told.as_ref()?.axes().iter().position(|axis| **axis == *name)
    }

    fn score(&self, id: &str, axis: Option<usize>) -> Option<Decimal> {
        *self.rows.get(id)?.axes.get(axis?)?
    }

    fn mean(&self, name: &str) -> Option<Decimal> {
        self.summary(name)?.mean
    }

    fn summary(&self, name: &str) -> Option<&super::super::value::AxisSummary> {
        self.told.as_ref()?.summary.axes.iter().find(|axis| *axis.axis == *name)
    }
}

/// What differs in tiers and scores; `None` where neither playbook decides about
/// them.
pub(super) fn changes(
    old: (&Columns, &Playbook),
    new: (&Columns, &Playbook),
    as_of: Instant,
    options: Options,
) -> Result<Option<TierDiff>, Error> {
    let (was, is) = (Side::new(old, as_of, options)?, Side::new(new, as_of, options)?);
    if was.told.is_none() && is.told.is_none() {
        return Ok(None);
    }
    let ids: BTreeSet<&str> = was.rows.keys().chain(is.rows.keys()).map(|id| &**id).collect();
    let mut cells: BTreeMap<_, (u64, &str)> = BTreeMap::new();
    for id in &ids {
        cells.entry((was.tier(id), is.tier(id))).or_insert((0, id)).0 += 1;
    }
    let moved = |(old, new): &(Option<Arc<str>>, Option<Arc<str>>)| old != new;
    let examples = cells.iter().filter(|(cell, _)| moved(cell)).map(|((old, new), (_, id))| {
        TierExample { customer: (*id).into(), old: old.clone(), new: new.clone() }
    });
    Ok(Some(TierDiff {
        changed: cells.iter().filter(|(cell, _)| moved(cell)).map(|(_, (count, _))| count).sum(),
        examples: examples.collect(),
        axes: axes(&was, &is, &ids),
        matrix: cells
            .into_iter()
            .map(|((old, new), (customers, _))| TierCell { old, new, customers })
            .collect(),
    }))
}

fn axes(was: &Side, is: &Side, ids: &BTreeSet<&str>) -> Vec<AxisDiff> {
    let told = was.told.iter().chain(&is.told);
    let names: BTreeSet<Arc<str>> = told.flat_map(Valued::axes).collect();
    let one = |axis: Arc<str>| {
        let (old, new) = (was.axis(&axis), is.axis(&axis));
        let changed = ids.iter().filter(|id| was.score(id, old) != is.score(id, new)).count();
        let label = is.summary(&axis).or_else(|| was.summary(&axis));
        AxisDiff {
            label: label.map_or_else(|| Text::new(&*axis, &*axis), |it| it.label.clone()),
            changed: changed as u64,
            old_mean: was.mean(&axis),
            new_mean: is.mean(&axis),
            axis,
        }
    };
    names.into_iter().map(one).collect()
}
