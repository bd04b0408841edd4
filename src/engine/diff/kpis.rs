//! KPIs that another playbook defines otherwise, or whose value it changes.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;

use super::super::answers::Options;
use super::super::customer::Shown;
use super::super::kpi::{KpiAsked, KpiPeriods, KpiTable, kpis};
use crate::error::{Error, Text};
use crate::facts::Columns;
use crate::kpi::Missing;
use crate::playbook::Playbook;
use crate::units::Instant;

/// A KPI that is defined otherwise, or has another value.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct KpiChange {
    /// The KPI.
    pub kpi: Arc<str>,
    /// As shown to people.
    pub label: Text,
    /// In force; `None`: it is added.
    pub old: Option<KpiSide>,
    /// In the other playbook; `None`: it is dropped.
    pub new: Option<KpiSide>,
}

/// A KPI by one playbook, in the last period that is over.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct KpiSide {
    /// How it is computed, by key.
    pub formula: BTreeMap<&'static str, Arc<str>>,
    /// Which way is better; `None` where nobody says.
    pub better: Option<&'static str>,
    /// The period.
    pub period: Option<String>,
    /// Customers who take part.
    pub customers: u64,
    /// The value.
    pub value: Option<Shown>,
    /// Why there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub missing: Option<Missing>,
}

/// The KPIs that differ, and how many do not.
pub(super) fn changes(
    old: (&Columns, &Playbook),
    new: (&Columns, &Playbook),
    as_of: Instant,
    options: Options,
) -> Result<(Vec<KpiChange>, u64), Error> {
    let (was, is) = (sides(old, as_of, options)?, sides(new, as_of, options)?);
    let mut names: BTreeMap<&Arc<str>, &Text> = BTreeMap::new();
    names.extend(was.iter().chain(&is).map(|(name, (label, _))| (name, label)));
    let all = names.len();
    let side = |of: &Sides, name: &Arc<str>| of.get(name).map(|(_, side)| side.clone());
    let differing: Vec<KpiChange> = names
        .into_iter()
        .map(|(name, label)| KpiChange {
            kpi: name.clone(),
            label: label.clone(),
            old: side(&was, name),
            new: side(&is, name),
        })
        .filter(|change| change.old != change.new)
        .collect();
    let same = (all - differing.len()) as u64;
    Ok((differing, same))
}

type Sides = BTreeMap<Arc<str>, (Text, KpiSide)>;

fn sides(
    (columns, playbook): (&Columns, &Playbook),
    as_of: Instant,
    options: Options,
) -> Result<Sides, Error> {
    if playbook.kpis().is_empty() {
        return Ok(BTreeMap::new());
    }
    let asked = KpiAsked { names: &[], by: None, periods: KpiPeriods::default() };
    let told = kpis(columns, playbook, &asked, as_of, options)?.kpis;
    Ok(told
        .into_iter()
        .map(|table| (table.kpi.clone(), (table.label.clone(), side(table))))
        .collect())
}

fn side(table: KpiTable) -> KpiSide {
    let last = table.periods.into_iter().next_back();
    let (period, cell) = last.map(|last| (last.period, last.whole)).unzip();
    KpiSide {
        formula: table.formula.into_iter().collect(),
        better: table.better,
        period,
        customers: cell.as_ref().map_or(0, |cell| cell.customers),
        missing: cell.as_ref().and_then(|cell| cell.missing),
        value: cell.and_then(|cell| cell.shown),
    }
}
