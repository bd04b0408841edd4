//! Why a score changed: values, targets or weights.
//!
//! # Source
//!
//! Shapley (1953), "A value for n-person games": each of the three is changed
//! in every order there is, and what it does is the mean of what it does then.
//! So the order in which one looks at them does not matter, and they add up.

use super::report::{ScoreChange, ScoreEffects, told};
use super::{Body, Leaf, Node, NodeReport, check};
use crate::error::Error;
use crate::kpi::exact;
use crate::kpi::score::decimal;
use crate::units::Decimal;

/// Which of value, target and weight are those of the later period: one bit
/// each.
const VALUE: usize = 1;
const TARGET: usize = 2;
const WEIGHT: usize = 4;
const BEFORE: usize = 0;
const AFTER: usize = 7;

/// Shapley's weights are sixths.
const SIXTHS: i128 = 6;

/// Why the score of a node is not what it was.
///
/// Nodes are found again by their names. A node that is in one of the periods
/// alone came or went by its weight; one that was not measured in one of them
/// by that, too.
///
/// # Errors
///
/// As [`scorecard`](super::scorecard).
///
/// ```
/// use guanxi::kpi::{Better, Body, Leaf, Node, ScoreCurve, scorecard_change};
/// use guanxi::units::Decimal;
/// let kpi = |value: i64, target: i64| {
///     let curve = ScoreCurve::attainment(Better::Up, Decimal::from_int(target))?;
///     let leaf = Leaf { value: Some(Decimal::from_int(value)), curve: Some(curve), ..Leaf::default() };
///     Ok::<_, guanxi::Error>(Node { name: "sales".into(), weight: Decimal::from_int(1), body: Body::Kpi(leaf) })
/// };
/// // More was sold, and still the score fell: more was asked for.
/// let told = scorecard_change(&kpi(80, 100)?, &kpi(90, 120)?)?;
/// let effects = told.effects.expect("both periods have a score");
/// assert_eq!(effects.total.to_string(), "-5.00");
/// assert_eq!((effects.value.to_string(), effects.target.to_string()), ("9.17".into(), "-14.17".into()));
/// # Ok::<(), guanxi::Error>(())
/// ```
pub fn scorecard_change(before: &Node, after: &Node) -> Result<ScoreChange, Error> {
    for node in [before, after] {
        let mut faults = Vec::new();
        check(node, "", 0, &mut faults);
        Error::check(faults)?;
    }
    let mixes: Vec<NodeReport> = (BEFORE..=AFTER)
        .map(|mix| told(&mixed(Some(before), Some(after), mix).unwrap_or_else(|| after.clone())))
        .collect::<Result<_, Error>>()?;
    change(&mixes.iter().map(Some).collect::<Vec<_>>(), [Some(before), Some(after)], None)
}

/// The tree whose parts are of the one or the other period.
fn mixed(before: Option<&Node>, after: Option<&Node>, mix: usize) -> Option<Node> {
    let side = |bit: usize| if mix & bit == 0 { before } else { after };
    let known = after.or(before)?;
    // What is there at all goes with the weights.
    let shape = side(WEIGHT).unwrap_or(known);
    let weight = side(WEIGHT).map_or(Decimal::from_int(0), |node| node.weight);
    let leaf = |own: &Leaf| {
        let of = |bit: usize| side(bit).and_then(Node::leaf);
        mixed_leaf(own, of(VALUE), of(TARGET))
    };
    let children = || {
        let (old, new) =
            (before.map_or(&[][..], Node::children), after.map_or(&[][..], Node::children));
        let find = |nodes: &'_ [Node], name: &str| nodes.iter().position(|it| it.name == name);
        let gone = old.iter().filter(|it| find(new, &it.name).is_none());
        let pair = |it: &Node| {
            let at = |nodes: &[Node]| find(nodes, &it.name);
            mixed(at(old).and_then(|at| old.get(at)), at(new).and_then(|at| new.get(at)), mix)
        };
        new.iter().chain(gone).filter_map(pair).collect::<Vec<Node>>()
    };
    let body = match &shape.body {
        Body::Kpi(own) => Body::Kpi(leaf(own)),
        Body::Measure { whole, .. } => Body::Measure { whole: leaf(whole), children: children() },
        Body::Scores { combine, .. } => Body::Scores { combine: *combine, children: children() },
    };
    Some(Node { name: known.name.clone(), weight, body })
}

impl Node {
    fn leaf(&self) -> Option<&Leaf> {
        match &self.body {
            Body::Kpi(leaf) | Body::Measure { whole: leaf, .. } => Some(leaf),
            Body::Scores { .. } => None,
        }
    }
}

fn mixed_leaf(own: &Leaf, of_value: Option<&Leaf>, of_target: Option<&Leaf>) -> Leaf {
    if own.curve.is_none() || (own.value.is_none() && !own.missing_is_failure) {
        return own.clone();
    }
    let valued = of_value.filter(|it| it.value.is_some() || own.missing_is_failure).unwrap_or(own);
    let curve = of_target.and_then(|it| it.curve.as_ref()).or(own.curve.as_ref());
    Leaf {
        value: valued.value,
        ends: valued.ends,
        curve: curve.cloned(),
        missing_is_failure: own.missing_is_failure,
    }
}

/// The change of a node, of which all eight mixtures are known.
fn change(
    mixes: &[Option<&NodeReport>],
    was: [Option<&Node>; 2],
    in_parent: Option<ScoreEffects>,
) -> Result<ScoreChange, Error> {
    let at = |mix: usize| mixes.get(mix).copied().flatten();
    let score = |mix: usize| at(mix).and_then(|it| it.score).map(Decimal::units);
    let names: Vec<String> =
        at(AFTER).map_or(Vec::new(), |it| it.children.iter().map(|it| it.name.clone()).collect());
    let child = |place: usize| -> Vec<Option<&NodeReport>> {
        mixes.iter().map(|it| it.and_then(|it| it.children.get(place))).collect()
    };
    let is_in_both = was.iter().all(Option::is_some);
    let of_children =
        if is_in_both { effects_of_children(&score, names.len(), &child)? } else { None };
    let effects = match &of_children {
        Some(parts) if !parts.is_empty() => Some(sum(parts)?),
        _ if !is_in_both => None,
        _ => own_effects(&score)?,
    };
    let children = (0..names.len())
        .map(|place| {
            let part = of_children.as_ref().and_then(|parts| parts.get(place)).copied();
            let name = names.get(place);
            let own =
                was.map(|node| node?.children().iter().find(|child| Some(&child.name) == name));
            change(&child(place), own, part)
        })
        .collect::<Result<_, Error>>()?;
    Ok(ScoreChange {
        name: at(AFTER).map(|it| it.name.clone()).unwrap_or_default(),
        before: was[0].and(at(BEFORE)).and_then(|it| it.score),
        after: was[1].and(at(AFTER)).and_then(|it| it.score),
        effects,
        in_parent,
        children,
    })
}

/// What each child did to the score of the node; `None` where the node has no
/// score in one of the periods, or its children add nothing to it.
fn effects_of_children<'a>(
    score: &dyn Fn(usize) -> Option<i128>,
    many: usize,
    child: &dyn Fn(usize) -> Vec<Option<&'a NodeReport>>,
) -> Result<Option<Vec<ScoreEffects>>, Error> {
    let (Some(before), Some(after)) = (score(BEFORE), score(AFTER)) else { return Ok(None) };
    let mut sixths = Vec::with_capacity(3 * many);
    let mut adds = false;
    for place in 0..many {
        let mixes = child(place);
        let part = |mix: usize| {
            let told = mixes.get(mix).copied().flatten();
            told.and_then(|it| it.contribution).map(Decimal::units)
        };
        adds |= (BEFORE..=AFTER).any(|mix| part(mix).is_some());
        sixths.extend(shapley(&|mix| part(mix).unwrap_or(0)));
    }
    if !adds {
        return Ok(None);
    }
    let whole = exact::apportion(&sixths, SIXTHS, after - before);
    whole.chunks(3).map(effects).collect::<Result<Vec<_>, Error>>().map(Some)
}

fn own_effects(score: &dyn Fn(usize) -> Option<i128>) -> Result<Option<ScoreEffects>, Error> {
    let scores: Option<Vec<i128>> = (BEFORE..=AFTER).map(score).collect();
    let Some(scores) = scores else { return Ok(None) };
    let at = |mix: usize| scores.get(mix).copied().unwrap_or(0);
    let parts = exact::apportion(&shapley(&at), SIXTHS, at(AFTER) - at(BEFORE));
    effects(&parts).map(Some)
}

/// What each of the three does, in sixths of hundredths.
fn shapley(of: &dyn Fn(usize) -> i128) -> [i128; 3] {
    [VALUE, TARGET, WEIGHT].map(|own| {
        let others: Vec<usize> =
            [VALUE, TARGET, WEIGHT].into_iter().filter(|it| *it != own).collect();
        let step = |from: usize| of(from | own) - of(from);
        let single: i128 = others.iter().map(|it| step(*it)).sum();
        2 * step(0) + single + 2 * step(others.iter().sum())
    })
}

fn effects(parts: &[i128]) -> Result<ScoreEffects, Error> {
    let at = |place: usize| parts.get(place).copied().unwrap_or(0);
    Ok(ScoreEffects {
        value: decimal(at(0), 2)?,
        target: decimal(at(1), 2)?,
        weight: decimal(at(2), 2)?,
        total: decimal(parts.iter().sum(), 2)?,
    })
}

fn sum(parts: &[ScoreEffects]) -> Result<ScoreEffects, Error> {
    let of = |which: fn(&ScoreEffects) -> Decimal| parts.iter().map(|it| which(it).units()).sum();
    effects(&[of(|it| it.value), of(|it| it.target), of(|it| it.weight)])
}
