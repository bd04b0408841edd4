//! Chains of `&&` that nobody can meet, and of `||` that everybody does.

use std::cmp::Ordering;

use super::super::tree::{BinaryOp, Literal, Node, NodeId};
use super::super::types::Type;
use super::{Linter, Subject, always_false, always_true};
use crate::units::{Day, Decimal};

/// A value that is written out.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Constant<'c> {
    Number(Decimal),
    Text(&'c str),
    Bool(bool),
    Day(Day),
}

impl Constant<'_> {
    /// Which is less; None for values that have no order among each other.
    fn compare(self, other: Self) -> Option<Ordering> {
        match (self, other) {
            (Constant::Number(a), Constant::Number(b)) => Some(a.compare(b)),
            (Constant::Text(a), Constant::Text(b)) => Some(a.cmp(b)),
            (Constant::Bool(a), Constant::Bool(b)) => Some(a.cmp(&b)),
            (Constant::Day(a), Constant::Day(b)) => Some(a.cmp(&b)),
            _ => None,
        }
    }
}

/// A comparison of something with a constant, the constant on the right.
#[derive(Debug, Clone, Copy)]
struct Leaf<'c> {
    subject: Subject,
    id: NodeId,
    op: BinaryOp,
    constant: Constant<'c>,
}

impl<'c> Linter<'c> {
    pub(super) fn chains(&mut self) {
        let mut inner = vec![false; self.checked.tree.nodes.len()];
        for id in self.ids().rev() {
            if inner.get(id.0 as usize) != Some(&false) {
                continue;
            }
            if let Node::Binary { op: op @ (BinaryOp::And | BinaryOp::Or), .. } = self.node(id) {
                self.chain(id, *op, &mut inner);
            }
        }
    }

    /// Looks at the comparisons joined by one operator, as one list.
    fn chain(&mut self, top: NodeId, joint: BinaryOp, inner: &mut [bool]) {
        let mut leaves: Vec<Leaf<'c>> = Vec::new();
        let mut below = vec![top];
        while let Some(id) = below.pop() {
            match self.node(id) {
                Node::Binary { op, left, right } if *op == joint => {
                    if let Some(flag) = inner.get_mut(id.0 as usize) {
                        *flag = true;
                    }
                    below.push(*right);
                    below.push(*left);
                }
                Node::Binary { op, left, right } => {
                    leaves.extend(self.leaf(id, *op, *left, *right));
                }
                _ => {}
            }
        }
        if leaves.len() < 2 {
            return;
        }
        leaves.sort_by_key(|leaf| leaf.subject);
        for group in leaves.chunk_by(|a, b| a.subject == b.subject) {
            match joint {
                BinaryOp::Or => self.either(group),
                _ => self.both(group),
            }
        }
    }

    fn leaf(&self, id: NodeId, op: BinaryOp, left: NodeId, right: NodeId) -> Option<Leaf<'c>> {
        let flipped = flip(op)?;
        if let (Some(subject), Some(constant)) = (self.subject(left), self.constant(right)) {
            return Some(Leaf { subject, id, op, constant });
        }
        let (subject, constant) = (self.subject(right)?, self.constant(left)?);
        Some(Leaf { subject, id, op: flipped, constant })
    }

    fn constant(&self, id: NodeId) -> Option<Constant<'c>> {
        Some(match self.node(id) {
            Node::Literal(Literal::Int(whole)) => Constant::Number(Decimal::from_int(*whole)),
            Node::Literal(Literal::Decimal(number) | Literal::Money(number, _)) => {
                Constant::Number(*number)
            }
            Node::Literal(Literal::Double(_, text)) => Constant::Number(Decimal::parse(text).ok()?),
            Node::Literal(Literal::Text(text)) => Constant::Text(text),
            Node::Literal(Literal::Bool(bool)) => Constant::Bool(*bool),
            Node::Call { args, .. } if *self.checked.ty(id) == Type::Date => {
                match args.as_slice() {
                    [day] => match self.node(*day) {
                        Node::Literal(Literal::Text(day)) => Constant::Day(Day::parse(day).ok()?),
                        _ => return None,
                    },
                    _ => return None,
                }
            }
            _ => return None,
        })
    }

    /// `between(age, 60, 18)`
    pub(super) fn reversed(&mut self, id: NodeId, args: &[NodeId]) {
        let [_, low, high] = args else { return };
        let (Some(a), Some(b)) = (self.constant(*low), self.constant(*high)) else { return };
        if a.compare(b) == Some(Ordering::Greater) {
            let (low, high) = (self.text(*low), self.text(*high));
            let fault = always_false(
                format!("`{low}` is more than `{high}`, so nothing lies between them"),
                format!("`{low}` 大于 `{high}`，没有值介于两者之间"),
            )
            .hint("write the lower bound first", "请先写下限，再写上限");
            self.hint(id, fault);
        }
    }

    /// `x != a || x != b`
    fn either(&mut self, group: &[Leaf<'c>]) {
        let mut unequal = group.iter().filter(|leaf| leaf.op == BinaryOp::NotEqual);
        let Some(first) = unequal.next() else { return };
        let differs = |leaf: &&Leaf<'_>| {
            first.constant.compare(leaf.constant).is_some_and(|order| order != Ordering::Equal)
        };
        if let Some(other) = unequal.find(differs) {
            let text = self.operand(first.id);
            let fault = always_true(
                format!("`{text}` always differs from one of the two, so this always holds"),
                format!("`{text}` 总会不同于其中之一，此条件总是成立"),
            )
            .hint(
                "join them with `&&`, or write `!(... in [...])`",
                "请改用 `&&`，或写 `!(... in [...])`",
            );
            self.hint(other.id, fault);
        }
    }

    /// `x > 50 && x < 30`, `x == a && x == b`
    fn both(&mut self, group: &[Leaf<'c>]) {
        let (mut low, mut high): (Option<Leaf<'c>>, Option<Leaf<'c>>) = (None, None);
        for leaf in group {
            let (bounds_low, bounds_high) = match leaf.op {
                BinaryOp::Equal => (true, true),
                BinaryOp::Greater | BinaryOp::GreaterEqual => (true, false),
                BinaryOp::Less | BinaryOp::LessEqual => (false, true),
                _ => continue,
            };
            if bounds_low {
                low = Some(tighter(low, *leaf, Ordering::Greater));
            }
            if bounds_high {
                high = Some(tighter(high, *leaf, Ordering::Less));
            }
        }
        let (Some(low), Some(high)) = (low, high) else { return };
        let open = |leaf: Leaf<'_>| matches!(leaf.op, BinaryOp::Less | BinaryOp::Greater);
        let empty = match low.constant.compare(high.constant) {
            Some(Ordering::Greater) => true,
            Some(Ordering::Equal) => open(low) || open(high),
            _ => false,
        };
        if !empty {
            return;
        }
        let text = self.operand(low.id);
        let fault = always_false(
            format!("`{text}` cannot be both, so this never holds"),
            format!("`{text}` 不可能同时满足，此条件永不成立"),
        );
        let fault = match (low.op, high.op) {
            (BinaryOp::Equal, BinaryOp::Equal) => fault.hint(
                "join them with `||`, or write `... in [...]`",
                "请改用 `||`，或写 `... in [...]`",
            ),
            _ => fault,
        };
        self.hint(low.id.max(high.id), fault);
    }

    /// The side of a comparison that is no constant.
    fn operand(&self, id: NodeId) -> String {
        match self.node(id) {
            Node::Binary { left, right, .. } => {
                let side = if self.subject(*left).is_some() { *left } else { *right };
                self.text(side)
            }
            _ => self.text(id),
        }
    }
}

/// The leaf that says more about one end of the range. At the same constant
/// the open end says more.
fn tighter<'c>(kept: Option<Leaf<'c>>, leaf: Leaf<'c>, side: Ordering) -> Leaf<'c> {
    let Some(kept) = kept else { return leaf };
    match leaf.constant.compare(kept.constant) {
        Some(order) if order == side => leaf,
        Some(Ordering::Equal) if matches!(leaf.op, BinaryOp::Less | BinaryOp::Greater) => leaf,
        _ => kept,
    }
}

/// The operator with its sides exchanged; None for what is no comparison.
pub(super) fn flip(op: BinaryOp) -> Option<BinaryOp> {
    Some(match op {
        BinaryOp::Equal | BinaryOp::NotEqual => op,
        BinaryOp::Less => BinaryOp::Greater,
        BinaryOp::LessEqual => BinaryOp::GreaterEqual,
        BinaryOp::Greater => BinaryOp::Less,
        BinaryOp::GreaterEqual => BinaryOp::LessEqual,
        _ => return None,
    })
}
