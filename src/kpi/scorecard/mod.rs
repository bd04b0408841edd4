//! Scores of several KPIs as one, and why that one changed.
//!
//! ```text
//! company 91.20                         score = what the children say, weighed
//! ├─ sales 85.00   weight 2             contribution = weight (score - 100): together 91.20 - 100
//! │   ├─ revenue 80.00
//! │   └─ new customers (not measured)   left out, and said so: covered 0.8
//! └─ service 103.60 weight 1
//! ```
//!
//! # What is promised
//!
//! * Scores have two places; contributions add up to the score less 100, and
//!   effects to its change, without a rest.
//! * Too little measured is no score: below seven tenths of the weight.
//! * The interval of a node is from all its children at their lowest to all at
//!   their highest: it holds however they hang together.
//! * A measure of everybody is not a mean of the measures of parts: a node is
//!   scored either by its own measure, or by the scores of its children, and
//!   says by which.

mod change;
mod report;

use crate::error::{Code, Error, Fault};
use crate::kpi::ScoreCurve;
use crate::kpi::exact;
use crate::kpi::score::{FULL, nearest};
use crate::units::Decimal;
pub use change::scorecard_change;
pub use report::{NodeReport, Rollup, ScoreChange, ScoreEffects};

/// What must be measured of a node's weight, in billionths.
const ENOUGH: i128 = 700_000_000;
const ALL: i128 = 1_000_000_000;

/// Places of a weight, and the most that one may be.
const PLACES: u8 = 6;
const HEAVIEST: i128 = 1_000_000_000_000_000;

/// How deep a scorecard may be.
const DEEPEST: usize = 16;

/// A KPI, or several as one.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// What it is called: by this it is found again in another period.
    pub name: String,
    /// How much it counts beside its siblings: 0 or more, in any unit.
    pub weight: Decimal,
    /// What it is.
    pub body: Body,
}

/// What a node is scored by.
#[derive(Debug, Clone, PartialEq)]
pub enum Body {
    /// A value.
    Kpi(Leaf),
    /// The value of everybody together; the children are shown beside it and
    /// add nothing.
    Measure {
        /// The value of all children's customers, measured once.
        whole: Leaf,
        /// The parts.
        children: Vec<Node>,
    },
    /// The scores of the children.
    Scores {
        /// How they become one.
        combine: Combine,
        /// The children: one or more.
        children: Vec<Node>,
    },
}

/// A value to be scored.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Leaf {
    /// The value; `None` where it was not measured.
    pub value: Option<Decimal>,
    /// The ends of its interval; `None` where they are not known: then the score
    /// has none either.
    pub ends: Option<(f64, f64)>,
    /// Its curve; `None` where there is no target, and so no score.
    pub curve: Option<ScoreCurve>,
    /// Whether not to be measured scores 0, as where somebody had to report it.
    pub missing_is_failure: bool,
}

/// How scores become one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Combine {
    /// Their weighted mean.
    #[default]
    Sum,
    /// Their weighted geometric mean: nothing makes up for a score of 0.
    Geometric,
    /// The lowest of those with any weight.
    Minimum,
}

impl Combine {
    /// Every way.
    pub const ALL: [Combine; 3] = [Combine::Sum, Combine::Geometric, Combine::Minimum];

    /// The name in a playbook.
    pub fn name(self) -> &'static str {
        match self {
            Combine::Sum => "sum",
            Combine::Geometric => "geometric",
            Combine::Minimum => "minimum",
        }
    }
}

/// The score, and the lowest and highest that it may be, in hundredths.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Scored {
    score: i128,
    ends: Option<[i128; 2]>,
}

/// The scores of a tree, with what each node adds to the one above it.
///
/// # Errors
///
/// [`Code::BadValue`]: a weight below zero, larger than 10^9 or finer than six
/// places, siblings without any weight, a node without children.
/// [`Code::DuplicateName`]: siblings of one name. All faults, each with its
/// place, as `/children/1/weight`.
///
/// ```
/// use guanxi::kpi::{Better, Body, Combine, Leaf, Node, ScoreCurve, scorecard};
/// use guanxi::units::Decimal;
/// let kpi = |name: &str, weight: i64, value: i64| {
///     let curve = ScoreCurve::attainment(Better::Up, Decimal::from_int(200))?;
///     let value = Some(Decimal::from_int(value));
///     let leaf = Leaf { value, curve: Some(curve), ..Leaf::default() };
///     Ok::<_, guanxi::Error>(Node { name: name.into(), weight: Decimal::from_int(weight), body: Body::Kpi(leaf) })
/// };
/// let children = vec![kpi("revenue", 2, 170)?, kpi("visits", 1, 190)?];
/// let body = Body::Scores { combine: Combine::Sum, children };
/// let told = scorecard(&Node { name: "sales".into(), weight: Decimal::from_int(1), body })?;
/// // (2 * 85 + 95) / 3 is 88.33, and what is missing comes from both.
/// assert_eq!(told.score.map(|it| it.to_string()).as_deref(), Some("88.33"));
/// let parts = told.children.iter().filter_map(|it| it.contribution).map(|it| it.to_string());
/// assert_eq!(parts.collect::<Vec<_>>(), ["-10.00", "-1.67"]);
/// # Ok::<(), guanxi::Error>(())
/// ```
pub fn scorecard(node: &Node) -> Result<NodeReport, Error> {
    let mut faults = Vec::new();
    check(node, "", 0, &mut faults);
    Error::check(faults)?;
    let mut told = report::told(node)?;
    told.contribution = None;
    Ok(told)
}

fn check(node: &Node, place: &str, depth: usize, faults: &mut Vec<Fault>) {
    let children = node.children();
    let mut bad = |at: &str, en: &str, zh: &str| {
        faults.push(Fault::new(Code::BadValue, en, zh).at(format!("{place}{at}")));
    };
    if weight(node.weight).is_none() {
        bad(
            "/weight",
            "a weight is from 0 to 10^9 and has six places at most",
            "权重应在 0 至 10^9 之间，最多六位小数",
        );
    }
    if depth > DEEPEST {
        return bad("", "a scorecard is 16 levels deep at most", "考核表最多 16 层");
    }
    if let Body::Scores { .. } = node.body {
        if children.is_empty() {
            bad("/children", "there are no scores to put together", "没有可汇总的下级分数");
        } else if children.iter().all(|child| weight(child.weight).is_none_or(|it| it == 0)) {
            bad("/children", "nothing among these has any weight", "下级各项的权重均为零");
        }
    }
    for (at, child) in children.iter().enumerate() {
        let place = format!("{place}/children/{at}");
        if children.iter().take(at).any(|it| it.name == child.name) {
            let (en, zh) = (
                format!("`{}` stands here twice", child.name),
                format!("`{}` 重复出现", child.name),
            );
            faults.push(Fault::new(Code::DuplicateName, en, zh).at(format!("{place}/name")));
        }
        check(child, &place, depth + 1, faults);
    }
}

fn weight(weight: Decimal) -> Option<i128> {
    let units = weight.rescale_exact(PLACES).ok()?.units();
    (0..=HEAVIEST).contains(&units).then_some(units)
}

impl Node {
    fn children(&self) -> &[Node] {
        match &self.body {
            Body::Kpi(_) => &[],
            Body::Measure { children, .. } | Body::Scores { children, .. } => children,
        }
    }
}

impl Leaf {
    fn scored(&self) -> Result<Option<Scored>, Error> {
        let Some(curve) = &self.curve else { return Ok(None) };
        let Some(value) = self.value else {
            let failed = Scored { score: 0, ends: Some([0, 0]) };
            return Ok(self.missing_is_failure.then_some(failed));
        };
        let ends = self.ends.and_then(|(low, high)| curve.hundredths_between(low, high));
        Ok(Some(Scored { score: curve.hundredths(value)?, ends }))
    }
}

/// Children that have a score, as one: each its weight and score in hundredths.
fn combined(combine: Combine, scores: &[(i128, i128)]) -> i128 {
    let all: i128 = scores.iter().map(|it| it.0).sum();
    match combine {
        Combine::Sum => nearest(scores.iter().map(|(w, s)| w * s).sum(), all.max(1)),
        Combine::Minimum => counted(scores).map(|it| it.1).min().unwrap_or(0),
        Combine::Geometric if counted(scores).any(|it| it.1 == 0) => 0,
        Combine::Geometric => libm::rint(geometric(scores, all)) as i128,
    }
}

fn geometric(scores: &[(i128, i128)], all: i128) -> f64 {
    let ln = |(weight, score): &(i128, i128)| *weight as f64 * libm::log(*score as f64);
    let sum: crate::stats::Sum = counted(scores).map(ln).collect();
    libm::exp(sum.total() / all.max(1) as f64)
}

fn counted(scores: &[(i128, i128)]) -> impl Iterator<Item = &(i128, i128)> {
    scores.iter().filter(|it| it.0 > 0)
}

/// What each child adds to the node's score beyond 100, adding up.
fn contributions(combine: Combine, scores: &[(i128, i128)], node: i128) -> Vec<i128> {
    let all: i128 = scores.iter().map(|it| it.0).sum::<i128>().max(1);
    let total = node - FULL;
    // Who alone decided carries the whole of it.
    let borne_by = |decided: i128, weighs: fn(i128) -> i128| {
        let share = |(w, s): &(i128, i128)| if *s == decided { weighs(*w) } else { 0 };
        let shares: Vec<i128> = scores.iter().map(share).collect();
        exact::split(total, &shares).unwrap_or_else(|| vec![0; scores.len()])
    };
    match combine {
        Combine::Sum => {
            let parts: Vec<i128> = scores.iter().map(|(w, s)| w * (s - FULL)).collect();
            exact::apportion(&parts, all, total)
        }
        Combine::Minimum => borne_by(node, i128::signum),
        Combine::Geometric if node == 0 => borne_by(0, |weight| weight),
        Combine::Geometric => {
            // The logarithmic mean makes products into sums (Ang 2004).
            let exact_node = geometric(scores, all) / FULL as f64;
            let ln = libm::log(exact_node);
            let mean = if ln.abs() < 1e-12 { 1.0 } else { (exact_node - 1.0) / ln };
            let part = |(w, s): &(i128, i128)| {
                let ln = libm::log((*s).max(1) as f64 / FULL as f64);
                mean * FULL as f64 * *w as f64 / all as f64 * ln
            };
            let parts: Vec<f64> = scores.iter().map(part).collect();
            exact::settle(&parts, total)
        }
    }
}

#[cfg(test)]
mod tests;
