//! What a scorecard says, as plain data.

use serde::Serialize;

use super::{ALL, Body, Combine, ENOUGH, Node, Scored, combined, contributions, weight};
use crate::error::Error;
use crate::kpi::score::{decimal, nearest};
use crate::units::Decimal;

/// A node with its score.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NodeReport {
    /// Its name.
    pub name: String,
    /// How much it counts beside its siblings.
    pub weight: Decimal,
    /// What it is scored by.
    pub rollup: Rollup,
    /// Its score; `None` where too little is measured.
    pub score: Option<Decimal>,
    /// The lowest score that it may be.
    pub low: Option<Decimal>,
    /// The highest.
    pub high: Option<Decimal>,
    /// The share of its weight that is measured, from 0 to 1.
    pub covered: Decimal,
    /// Whether the score is that of the measured part alone.
    pub renormalised: bool,
    /// What it adds to the score above it beyond 100: all siblings' together are
    /// that score less 100.
    pub contribution: Option<Decimal>,
    /// The nodes below.
    pub children: Vec<NodeReport>,
}

/// What a node is scored by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Rollup {
    /// Its own value.
    Kpi,
    /// The value of everybody together.
    Measure,
    /// The weighted mean of the scores below.
    Sum,
    /// Their weighted geometric mean.
    Geometric,
    /// The lowest of them.
    Minimum,
}

/// A score in two periods, and why it changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ScoreChange {
    /// The node.
    pub name: String,
    /// The score before.
    pub before: Option<Decimal>,
    /// The score after.
    pub after: Option<Decimal>,
    /// What changed it: together exactly the change. `None` where there is no
    /// score in one of the periods.
    pub effects: Option<ScoreEffects>,
    /// What this node did to the score above it; all siblings' together are that
    /// one's effects.
    pub in_parent: Option<ScoreEffects>,
    /// The nodes below.
    pub children: Vec<ScoreChange>,
}

/// Why a score changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct ScoreEffects {
    /// Values got better or worse.
    pub value: Decimal,
    /// Something else was asked for.
    pub target: Decimal,
    /// Weights changed, or what is measured.
    pub weight: Decimal,
    /// All three.
    pub total: Decimal,
}

/// A node and all below it. What is wrong with its numbers was told before.
pub(super) fn told(node: &Node) -> Result<NodeReport, Error> {
    let mut children: Vec<NodeReport> =
        node.children().iter().map(told).collect::<Result<_, Error>>()?;
    let (scored, covered, rollup) = match &node.body {
        Body::Kpi(leaf) => (leaf.scored()?, ALL, Rollup::Kpi),
        Body::Measure { whole, .. } => (whole.scored()?, ALL, Rollup::Measure),
        Body::Scores { combine, .. } => {
            let (scored, covered) = put_together(*combine, &mut children)?;
            (scored, covered, combine.rollup())
        }
    };
    let is_leaf = matches!(rollup, Rollup::Kpi | Rollup::Measure);
    let covered = if is_leaf && scored.is_none() { 0 } else { covered };
    let end = |at: usize| scored.and_then(|it| it.ends).and_then(|ends| ends.get(at).copied());
    let shown = |units: Option<i128>| units.map(|it| decimal(it, 2)).transpose();
    Ok(NodeReport {
        name: node.name.clone(),
        weight: node.weight,
        rollup,
        score: shown(scored.map(|it| it.score))?,
        low: shown(end(0))?,
        high: shown(end(1))?,
        covered: decimal(covered, 9)?,
        renormalised: scored.is_some() && covered < ALL,
        contribution: None,
        children,
    })
}

impl Combine {
    fn rollup(self) -> Rollup {
        match self {
            Combine::Sum => Rollup::Sum,
            Combine::Geometric => Rollup::Geometric,
            Combine::Minimum => Rollup::Minimum,
        }
    }
}

/// The children as one, and the share of the weight that they cover.
fn put_together(
    combine: Combine,
    children: &mut [NodeReport],
) -> Result<(Option<Scored>, i128), Error> {
    let weight_of = |child: &NodeReport| weight(child.weight).unwrap_or(0);
    let all: i128 = children.iter().map(weight_of).sum();
    let covered: i128 = children
        .iter()
        .filter(|child| child.score.is_some())
        .map(|child| weight_of(child) * child.covered.units())
        .sum();
    let covered = nearest(covered, all.max(1));
    if covered < ENOUGH {
        return Ok((None, covered));
    }
    let of = |which: fn(&NodeReport) -> Option<Decimal>| -> Option<Vec<(i128, i128)>> {
        let present = children.iter().filter(|child| child.score.is_some());
        present.map(|child| Some((weight_of(child), which(child)?.units()))).collect()
    };
    let scores = of(|child| child.score).unwrap_or_default();
    let ends = of(|child| child.low).zip(of(|child| child.high));
    let ends = ends.map(|(low, high)| [combined(combine, &low), combined(combine, &high)]);
    let score = combined(combine, &scores);
    let parts = contributions(combine, &scores, score);
    let present = children.iter_mut().filter(|child| child.score.is_some());
    for (child, part) in present.zip(parts) {
        child.contribution = Some(decimal(part, 2)?);
    }
    Ok((Some(Scored { score, ends }), covered))
}
