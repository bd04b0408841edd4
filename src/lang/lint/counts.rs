//! Numbers of events against what no such number can be.

use std::cmp::Ordering;

use super::super::tree::{BinaryOp, FoldOp, Literal, Node, NodeId};
use super::super::types::Kinds;
use super::chains::flip;
use super::{Linter, always_false, always_true};

impl Linter<'_> {
    /// `visits.size() >= 0`, `visits.size() < 0`
    pub(super) fn count_compared(&mut self, id: NodeId, op: BinaryOp, sides: (NodeId, NodeId)) {
        let (left, right) = sides;
        let compared = match (self.whole(left), self.whole(right)) {
            (None, Some(number)) if self.is_count(left) => Some((left, Some(op), number)),
            (Some(number), None) if self.is_count(right) => Some((right, flip(op), number)),
            _ => None,
        };
        let Some((count, Some(op), number)) = compared else { return };
        let Some(holds) = settled(op, number) else { return };
        let text = self.text(count);
        let fault = if holds {
            always_true(
                format!("`{text}` is never less than 0, so this always holds"),
                format!("`{text}` 不会小于 0，此条件总是成立"),
            )
        } else {
            always_false(
                format!("`{text}` is never less than 0, so this never holds"),
                format!("`{text}` 不会小于 0，此条件永不成立"),
            )
        };
        let fault = match (op, number) {
            (BinaryOp::GreaterEqual, 0) => {
                fault.hint("for one or more, write `> 0`", "至少一个请写 `> 0`")
            }
            (BinaryOp::Less, 0) => fault.hint("for none, write `== 0`", "一个也没有请写 `== 0`"),
            _ => fault,
        };
        self.hint(id, fault);
    }

    fn whole(&self, id: NodeId) -> Option<i64> {
        match self.node(id) {
            Node::Literal(Literal::Int(whole)) => Some(*whole),
            _ => None,
        }
    }

    /// Whether a node is a number of events, which is never missing.
    fn is_count(&self, id: NodeId) -> bool {
        match self.node(id) {
            Node::Fold { op: FoldOp::Count, over, .. } => self.checked.ty(*over).is(Kinds::EVENTS),
            _ => self.sized(id).is_some(),
        }
    }
}

/// Whether every number from 0 on is so to `number`, or none is.
fn settled(op: BinaryOp, number: i64) -> Option<bool> {
    match (op, number.cmp(&0)) {
        (BinaryOp::GreaterEqual, Ordering::Less | Ordering::Equal) => Some(true),
        (BinaryOp::Greater | BinaryOp::NotEqual, Ordering::Less) => Some(true),
        (BinaryOp::Less, Ordering::Less | Ordering::Equal) => Some(false),
        (BinaryOp::LessEqual | BinaryOp::Equal, Ordering::Less) => Some(false),
        _ => None,
    }
}
