//! What a search for causes says, as plain data.

use serde::Serialize;

use super::CauseMix;
use super::confirm::Numbers;
use super::cube::Cube;
use super::search::{Cell, Found};
use crate::error::Text;

/// Which customers a change comes from.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Causes {
    /// What it comes to.
    pub verdict: CauseVerdict,
    /// The whole before.
    pub before: f64,
    /// The whole after.
    pub after: f64,
    /// By how much it changed: all causes' effects and what is common.
    pub change: f64,
    /// How often chance alone changes as much; `None` where customers do not vary.
    pub change_p: Option<f64>,
    /// Of a ratio: what the weights of a dimension's values did, where they did
    /// most.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub composition: Option<CauseMix>,
    /// How often values of some dimension are as unlike each other by chance.
    pub heterogeneity_p: Option<f64>,
    /// What everybody did alike.
    pub common: f64,
    /// The same for each of their size: -0.1 where the rest fell by a tenth.
    pub common_rate: f64,
    /// The causes, each without those before it.
    pub causes: Vec<Cause>,
    /// How much was searched.
    pub work: CauseWork,
    /// What looks like a fault of the data.
    pub problems: Vec<Text>,
    /// In one sentence.
    pub sentence: Text,
}

/// What a change comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CauseVerdict {
    /// Some customers did at least half of it, and others of them show it, too.
    Localised,
    /// Everybody did it, more or less: look for a cause outside.
    Spread,
    /// There are more or fewer of some; nobody does anything else.
    Composition,
    /// The data look broken: mend them first.
    DataProblem,
    /// Chance alone would change as much.
    TooSmall,
    /// Customers changed differently, and nothing of it was confirmed.
    CannotTell,
}

/// Customers who did more of a change than others.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Cause {
    /// Who they are.
    pub cell: Vec<CauseCell>,
    /// How many.
    pub customers: usize,
    /// How large they were: in the unit of the whole, or as a weight in a ratio.
    pub size: f64,
    /// By how much they changed.
    pub change: f64,
    /// What of that they would not have done like the rest.
    pub effect: f64,
    /// The effect as a share of the whole change.
    pub share: f64,
    /// The effect as the half that was not searched tells it, for both halves:
    /// without the luck of having been found.
    pub estimate: Option<f64>,
    /// How often that half shows as much by chance.
    pub p: Option<f64>,
    /// What that comes to when all causes are looked at.
    pub p_among_all: Option<f64>,
    /// Whether that is seldom enough; otherwise it is a pattern and no more.
    pub confirmed: bool,
    /// Other names for mostly the same customers.
    pub alternatives: Vec<Vec<CauseCell>>,
}

/// One condition of a cell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CauseCell {
    /// The dimension.
    pub dimension: String,
    /// The value; empty for unknown.
    pub value: String,
    /// Whether it is all values beyond the 64 largest.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub is_other: bool,
}

/// How much was searched.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
pub struct CauseWork {
    /// Cells with enough customers that were looked at, in the first pass.
    pub searched: u64,
    /// Values below which nothing can explain enough, so that nobody looked.
    pub pruned_by_bound: u64,
    /// Leaves that were looked at, each time that one was.
    pub visits: u64,
    /// Whether the budget ended before the cells did.
    pub truncated: bool,
    /// What a cell that was not looked at could explain at most, as a share of the
    /// change in the searched half.
    pub unsearched_at_most: f64,
}

pub(super) fn cause(cube: &Cube, found: &Found, numbers: &Numbers) -> Cause {
    let share = numbers.effect / cube.change;
    Cause {
        cell: shown(cube, &found.cell),
        customers: numbers.customers,
        size: numbers.size,
        change: numbers.change,
        effect: numbers.effect,
        share: if share.is_finite() { share } else { 0.0 },
        estimate: numbers.estimate,
        p: numbers.p,
        p_among_all: None,
        confirmed: false,
        alternatives: found.beside.iter().map(|cell| shown(cube, cell)).collect(),
    }
}

fn shown(cube: &Cube, cell: &Cell) -> Vec<CauseCell> {
    let one = |(dimension, code): &(usize, u8)| {
        let value = cube.value(*dimension, *code);
        CauseCell {
            dimension: cube.names.get(*dimension).cloned().unwrap_or_default(),
            is_other: value.is_none(),
            value: value.unwrap_or_default(),
        }
    };
    cell.iter().map(one).collect()
}
