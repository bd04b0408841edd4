//! Limits of one time against each other: `min(x + cap, max(x + base, ...))`,
//! `max(days(30), min(days(90), ...))`.

use super::Found;
use super::term::{compare_lengths, constant, key};
use super::view::{View, timer};
use crate::error::{Code, Fault};
use crate::json::pointer_push;
use crate::lang::tree::{BinaryOp, Node, NodeId};
use crate::lang::{Checked, Value};
use crate::lifecycle::Due;
use crate::units::shown;

pub(super) fn check(view: &View<'_>, found: &mut Found) {
    for transition in &view.machine.transitions {
        let Some(due) = timer(transition) else { continue };
        let (time, word) = match due {
            Due::After(length) => (length, "after"),
            Due::Silent(length, _) => (length, "silent"),
            Due::At(time) => (time, "at"),
            Due::Every(..) => continue,
        };
        let pointer = pointer_push(&transition.pointer, word);
        let inverted = inverted(view, time);
        if word == "at" && inverted.is_some_and(|it| it.is_capped && it.place == time.tree.root) {
            found.faults.push(capped().at(pointer));
        } else if let Some(inverted) = inverted {
            found.hints.push(inverted.hint(time).at(pointer));
        }
    }
}

/// S08: a protection whose base is beyond its cap.
fn capped() -> Fault {
    let fault = Fault::new(
        Code::InvertedLadder,
        "the base is not shorter than the cap, so nothing ever prolongs it",
        "基础期限不短于上限，延长永不起作用",
    );
    fault.hint("let the cap be longer", "请延长上限")
}

/// A lower limit that is not below the upper one.
#[derive(Debug, Clone, Copy)]
struct Inverted {
    lower: NodeId,
    upper: NodeId,
    /// The outer of the two calls.
    place: NodeId,
    /// Whether the upper limit is the outer one.
    is_capped: bool,
}

impl Inverted {
    fn hint(self, time: &Checked) -> Fault {
        let text = |id| shown(time.text(id)).into_owned();
        let (lower, upper) = (text(self.lower), text(self.upper));
        let span = time.tree.span(self.place);
        Fault::new(
            Code::InvertedLimits,
            format!("`{lower}` is not less than `{upper}`, so nothing between them ever counts"),
            format!("下限 `{lower}` 不小于上限 `{upper}`，介于其间的部分永不起作用"),
        )
        .hint(
            "let the lower limit, inside `max`, be less than the upper one, inside `min`",
            "请让 `max` 中的下限小于 `min` 中的上限",
        )
        .span(span.start as usize, span.end as usize)
    }
}

fn inverted(view: &View<'_>, time: &Checked) -> Option<Inverted> {
    let ids = (0..time.tree.nodes.len() as u32).map(NodeId).rev();
    ids.into_iter().find_map(|place| {
        let (is_capped, outer) = ends(time, place)?;
        let inner = outer.iter().filter_map(|id| ends(time, *id));
        let inner = inner.filter(|(upper, _)| *upper != is_capped).flat_map(|(_, args)| args);
        let inner: Vec<NodeId> = inner.copied().collect();
        let pairs = outer.iter().flat_map(|a| inner.iter().map(move |b| (*a, *b)));
        pairs.into_iter().find_map(|(a, b)| {
            let (lower, upper) = if is_capped { (b, a) } else { (a, b) };
            is_not_below(view, time, lower, upper).then_some(Inverted {
                lower,
                upper,
                place,
                is_capped,
            })
        })
    })
}

/// What is between `min(` and `)`, or `max(` and `)`, and whether it is `min`.
fn ends(time: &Checked, id: NodeId) -> Option<(bool, &[NodeId])> {
    match time.tree.node(id) {
        Node::Call { function, receiver: None, args } => match &**function {
            "min" => Some((true, args)),
            "max" => Some((false, args)),
            _ => None,
        },
        _ => None,
    }
}

fn is_not_below(view: &View<'_>, time: &Checked, lower: NodeId, upper: NodeId) -> bool {
    let (lower, upper) = (limit(view, time, lower), limit(view, time, upper));
    let Some(((from, lower), (of, upper))) = lower.zip(upper) else { return false };
    from == of && compare_lengths(&upper, &lower).is_some_and(|order| order.is_le())
}

/// `x + length` as the key of `x`, and the length; a length alone counts from
/// nothing.
fn limit(view: &View<'_>, time: &Checked, id: NodeId) -> Option<(Option<String>, Value)> {
    let parameters = view.ground.parameters;
    if let Some(length) = constant(time, parameters, id) {
        return Some((None, length));
    }
    let Node::Binary { op: BinaryOp::Add, left, right } = time.tree.node(id) else { return None };
    let length = constant(time, parameters, *right)?;
    Some((Some(key(time, parameters, *left)?), length))
}
