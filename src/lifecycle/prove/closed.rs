//! Ways that nobody ever takes: their condition contradicts itself, the event
//! that they wait for, or the state that they lead out of.

use super::guard::Guards;
use super::view::View;
use super::{Found, Verdict};
use crate::error::{Code, Fault};
use crate::json::pointer_push;
use crate::lang::Checked;
use crate::lang::tree::{BinaryOp, Node, NodeId};
use crate::units::shown;

/// Parts of a condition that are held against each other to say which clash.
const PARTS: usize = 16;

pub(super) fn check<'a>(view: &View<'a>, guards: &mut Guards<'a>, found: &mut Found) {
    for (own, transition) in view.machine.transitions.iter().enumerate() {
        let Some(when) = transition.when.as_deref() else { continue };
        let is_reached = |state: usize| view.reached.get(state) == Some(&true);
        // Of a state that nobody comes to, the fault about it tells why.
        let echo = !is_reached(transition.from) || !transition.to.is_none_or(is_reached);
        if view.open.get(own) == Some(&Verdict::Refuted) && !echo && !is_said(when) {
            let hint = closed(view, own, when, guards);
            found.hints.push(hint.at(pointer_push(&transition.pointer, "when")));
        }
    }
}

/// Whether the language has said already that the condition never holds: it
/// says it of a part, which decides where all parts have to hold.
fn is_said(when: &Checked) -> bool {
    let is_choice = |node: &Node| {
        matches!(node, Node::Not { .. } | Node::Conditional { .. } | Node::Fold { .. })
            || matches!(node, Node::Binary { op: BinaryOp::Or, .. })
    };
    when.hints.iter().any(|hint| hint.code == Code::AlwaysFalse)
        && !when.tree.nodes.iter().any(is_choice)
}

fn closed<'a>(view: &View<'a>, own: usize, when: &Checked, guards: &mut Guards<'a>) -> Fault {
    let text = |id: NodeId| shown(when.text(id)).into_owned();
    let (en, zh, place) = match clash(view, own, when, guards) {
        Some((one, None)) => {
            let one_text = text(one);
            (format!("`{one_text}` never holds here"), format!("`{one_text}` 在此永不成立"), one)
        }
        Some((one, Some(other))) => {
            let (a, b) = (text(one), text(other));
            let (en, zh) = (
                format!("`{a}` and `{b}` never hold together here"),
                format!("`{a}` 与 `{b}` 在此不可能同时成立"),
            );
            (en, zh, other)
        }
        None => {
            ("the condition never holds here".into(), "该条件在此永不成立".into(), when.tree.root)
        }
    };
    let span = when.tree.span(place);
    Fault::new(
        Code::NeverTaken,
        format!("{en}, so nobody ever takes this transition"),
        format!("{zh}，因此该转换永不发生"),
    )
    .hint("mend the condition, or leave the transition out", "请修正条件，或去掉该转换")
    .span(span.start as usize, span.end as usize)
}

/// The first part that never holds, or the first two that never do together.
fn clash<'a>(
    view: &View<'a>,
    own: usize,
    when: &Checked,
    guards: &mut Guards<'a>,
) -> Option<(NodeId, Option<NodeId>)> {
    let parts = parts(when);
    if parts.len() < 2 || PARTS < parts.len() {
        return None;
    }
    for part in &parts {
        if never(view, own, when, (*part, *part), guards) {
            return Some((*part, None));
        }
    }
    for (place, later) in parts.iter().enumerate() {
        for earlier in &parts[..place] {
            if never(view, own, when, (*earlier, *later), guards) {
                return Some((*earlier, Some(*later)));
            }
        }
    }
    None
}

/// Whether two parts never hold together when the transition is looked at.
fn never<'a>(
    view: &View<'a>,
    own: usize,
    when: &Checked,
    (one, other): (NodeId, NodeId),
    guards: &mut Guards<'a>,
) -> bool {
    let (Some(one), Some(other)) = (guards.part(when, one), guards.part(when, other)) else {
        return false;
    };
    let Some(both) = guards.facts.and(&one, &other) else { return false };
    let mut kinds = view.kinds(own).into_iter();
    kinds.all(|kind| view.within(own, &both, kind, guards).is_some_and(|it| it.is_empty()))
}

/// What `&&` joins, in the order of the text.
fn parts(when: &Checked) -> Vec<NodeId> {
    let mut parts = Vec::new();
    let mut open = vec![when.tree.root];
    while let Some(id) = open.pop() {
        match when.tree.node(id) {
            Node::Binary { op: BinaryOp::And, left, right } => open.extend([*right, *left]),
            _ => parts.push(id),
        }
    }
    parts
}
