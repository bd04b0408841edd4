//! From a checked expression to conditions over columns.
//!
//! A compiler that may give up: what it does not know by shape it leaves to the
//! reference ([`Condition::Slow`]), so a new function of the language is right
//! from its first day and fast when it earns it.

mod compare;
mod lists;
pub(in crate::lang) mod range;
mod read;
mod text;
mod value;

use std::collections::HashMap;

use super::condition::{Condition, Program};
use super::list::{End, Fold, List, OneList};
use super::together::Common;
use super::{Context, Ranks};
use crate::facts::{Ints, Snapshot};
use crate::lang::Checked;
use crate::lang::among::is_among;
use crate::lang::scope::Meaning;
use crate::lang::search::has_all;
use crate::lang::tree::{BinaryOp, FoldOp, Literal, Node, NodeId};
use crate::lang::types::Type;
use crate::lang::value::Value;

/// Which table the rows of a condition come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Walk {
    Customers,
    /// Events of the kind, bound to the variable of the fold.
    Events(usize, NodeId),
}

pub(super) struct Compiler<'s> {
    pub(super) checked: &'s Checked,
    pub(super) context: &'s Context<'s>,
    pub(super) snapshot: &'s Snapshot<'s>,
    /// Nodes that read no fact: the same for every customer.
    pub(super) constant: Vec<bool>,
    pub(super) folds: Vec<Fold<'s>>,
    /// Where everybody stands.
    pub(super) ranks: &'s Ranks,
    /// What it has in common with other conditions of the same run.
    common: Option<&'s Common>,
    /// How many folds are around: what is asked inside them is asked of other
    /// blocks.
    inside: usize,
    /// Whether a part was left to the reference.
    slow: bool,
}

impl<'s> Compiler<'s> {
    pub(super) fn new(checked: &'s Checked, context: &'s Context<'s>, ranks: &'s Ranks) -> Self {
        Compiler {
            checked,
            context,
            snapshot: context.snapshot,
            constant: constants(checked),
            folds: Vec::new(),
            ranks,
            common: None,
            inside: 0,
            slow: false,
        }
    }

    /// The same among other conditions of one run.
    pub(super) fn among(self, common: &'s Common) -> Self {
        Compiler { common: Some(common), ..self }
    }

    /// Whether some part was left to the reference.
    pub(super) fn is_slow(&self) -> bool {
        self.slow
    }

    /// The condition for every customer; parts the compiler does not know are
    /// left to the reference.
    pub(super) fn whole(&mut self, node: NodeId) -> Condition<'s> {
        let part = match self.checked.tree.node(node) {
            Node::Not { of } => Some(Condition::Not(Box::new(self.whole(*of)))),
            Node::Binary { op: op @ (BinaryOp::And | BinaryOp::Or), .. } => {
                let parts = self.operands(node, *op).into_iter().map(|of| self.whole(of)).collect();
                Some(chain(*op, parts))
            }
            Node::Conditional { test, yes, no } if !self.is_constant(node) => {
                let parts = [self.whole(*test), self.whole(*yes), self.whole(*no)];
                Some(Condition::Choice(Box::new(parts)))
            }
            _ => {
                let leaf = self.leaf(node, Walk::Customers);
                let leaf = leaf.unwrap_or_else(|| self.left_to_reference(node));
                return self.once(node, leaf);
            }
        };
        part.unwrap_or_else(|| self.left_to_reference(node))
    }

    fn left_to_reference(&mut self, node: NodeId) -> Condition<'s> {
        self.slow = true;
        Condition::Slow(node)
    }

    /// A clause that other conditions have too is asked once for all of them.
    fn once(&self, node: NodeId, leaf: Condition<'s>) -> Condition<'s> {
        let common = self.common.filter(|_| self.inside == 0);
        match common.and_then(|common| common.clause(self.checked, node)) {
            Some(clause) if 0 < leaf.cost() => Condition::Once(clause, Box::new(leaf)),
            _ => leaf,
        }
    }

    /// The condition, or `None` when some part is unknown.
    fn part(&mut self, node: NodeId, walk: Walk) -> Option<Condition<'s>> {
        if let Walk::Events(_, fold) = walk
            && !self.is_constant(node)
            && !self.reads_variable(node, fold)
        {
            self.inside += 1;
            let part = self.whole(node);
            self.inside -= 1;
            return Some(Condition::OfCustomer(Box::new(part)));
        }
        match self.checked.tree.node(node) {
            Node::Not { of } => Some(Condition::Not(Box::new(self.part(*of, walk)?))),
            Node::Binary { op: op @ (BinaryOp::And | BinaryOp::Or), .. } => {
                let operands = self.operands(node, *op).into_iter();
                let parts: Option<Vec<_>> = operands.map(|of| self.part(of, walk)).collect();
                Some(chain(*op, parts?))
            }
            Node::Conditional { test, yes, no } if !self.is_constant(node) => {
                let (test, yes) = (self.part(*test, walk)?, self.part(*yes, walk)?);
                Some(Condition::Choice(Box::new([test, yes, self.part(*no, walk)?])))
            }
            _ => self.leaf(node, walk),
        }
    }

    /// Whether anything below a node depends on the event of this fold.
    fn reads_variable(&self, node: NodeId, fold: NodeId) -> bool {
        let mut open = vec![node];
        while let Some(next) = open.pop() {
            if self.meaning(next) == Some(Meaning::Variable(fold)) {
                return true;
            }
            open.extend(self.checked.tree.node(next).children());
        }
        false
    }

    /// The operands of a chain `a && b && c`, in order.
    fn operands(&self, node: NodeId, op: BinaryOp) -> Vec<NodeId> {
        let mut out = Vec::new();
        let mut next = node;
        while let Node::Binary { op: have, left, right } = self.checked.tree.node(next)
            && *have == op
        {
            out.push(*right);
            next = *left;
        }
        out.push(next);
        out.reverse();
        out
    }

    fn leaf(&mut self, node: NodeId, walk: Walk) -> Option<Condition<'s>> {
        if self.is_constant(node) {
            return match self.value(node)? {
                Value::Bool(on) => Some(Condition::Constant(on)),
                Value::Missing => Some(Condition::Constant(false)),
                _ => None,
            };
        }
        let known = match self.checked.tree.node(node) {
            Node::Name { .. } | Node::Select { test: false, .. } => self.flag(node, walk),
            Node::Select { test: true, .. } => self.known(node, walk),
            Node::Binary { op, left, right } => self.comparison(*op, *left, *right, walk),
            Node::Call { function, .. }
                if (is_among(function) || &**function == "opening") && walk == Walk::Customers =>
            {
                let answer = self.ranks.answer(&self.checked.tree, node)?;
                Some(Condition::Segment(&answer.members, &answer.errors))
            }
            Node::Call { function, receiver, args } => self.call(function, *receiver, args, walk),
            Node::Fold { op, over, body, .. } => match self.ty(*over) {
                Type::Set(_) => self.any_word(node, *op, *over, *body, walk),
                _ => self.quantifier(node, *op, *over, *body, walk),
            },
            _ => None,
        };
        known.or_else(|| self.one_word(node, walk))
    }

    fn call(
        &mut self,
        function: &str,
        receiver: Option<NodeId>,
        args: &'s [NodeId],
        walk: Walk,
    ) -> Option<Condition<'s>> {
        match (function, receiver, args) {
            ("segment", None, [name]) => {
                if walk != Walk::Customers {
                    return None;
                }
                let name = self.written(*name)?;
                if let Some(beside) = self.common.and_then(|common| common.segment(name)) {
                    return (self.inside == 0).then_some(Condition::Beside(beside));
                }
                let answer = self.context.answers.get(name)?;
                Some(Condition::Segment(&answer.members, &answer.errors))
            }
            ("in_state", None, [machine, state]) if walk == Walk::Customers => {
                let (machine, state) = (self.written(*machine)?, self.written(*state)?);
                Some(Condition::Members(self.context.states?.members(machine, state)?))
            }
            ("is_known", None, [of]) => self.known(*of, walk),
            ("between", None, [value, low, high]) => {
                let low = self.comparison(BinaryOp::GreaterEqual, *value, *low, walk)?;
                let high = self.comparison(BinaryOp::LessEqual, *value, *high, walk)?;
                Some(chain(BinaryOp::And, vec![low, high]))
            }
            ("exactlyOne", None, parts) => {
                let part = |of: &NodeId| match walk {
                    Walk::Customers => Some(self.whole(*of)),
                    _ => self.part(*of, walk),
                };
                let parts: Option<Vec<_>> = parts.iter().map(part).collect();
                Some(Condition::ExactlyOne(parts?))
            }
            ("search", None, [of, words]) => {
                let words = self.written(*words)?;
                self.wanted_words(*of, walk, |key| has_all(key, words))
            }
            ("contains" | "startsWith" | "endsWith", Some(of), [part]) => {
                let Value::Text(part) = self.constant_value(*part)? else { return None };
                self.wanted_words(of, walk, |key| match function {
                    "contains" => key.contains(&*part),
                    "startsWith" => key.starts_with(&*part),
                    _ => key.ends_with(&*part),
                })
            }
            _ => None,
        }
    }

    /// A text that is written out.
    fn written(&self, node: NodeId) -> Option<&'s str> {
        match self.checked.tree.node(node) {
            Node::Literal(Literal::Text(text)) => Some(text),
            _ => None,
        }
    }

    fn quantifier(
        &mut self,
        node: NodeId,
        op: FoldOp,
        over: NodeId,
        body: NodeId,
        walk: Walk,
    ) -> Option<Condition<'s>> {
        if walk != Walk::Customers {
            return None;
        }
        let inner = Walk::Events(self.events_kind(over)?, node);
        let list = self.list(over)?;
        let test = self.part(body, inner)?;
        let end = match op {
            FoldOp::Exists => End::Exists(test),
            FoldOp::All => End::Every(test),
            FoldOp::ExistsOne => End::ExistsOne(test),
            _ => return None,
        };
        Some(Condition::FoldTrue(self.fold(list, end)))
    }

    fn fold(&mut self, list: List<'s>, end: End<'s>) -> usize {
        self.over(Fold::One(OneList { list, end }))
    }

    fn over(&mut self, fold: Fold<'s>) -> usize {
        self.folds.push(fold);
        self.folds.len() - 1
    }

    /// Everything compiled, ready to run.
    pub(super) fn finish(
        self,
        slow: Box<dyn Fn(NodeId, usize) -> Result<bool, ()> + Sync + 's>,
    ) -> Program<'s> {
        Program { folds: self.folds, slow }
    }
}

/// The cheapest part first: the answer does not depend on the order.
fn chain<'s>(op: BinaryOp, parts: Vec<Condition<'s>>) -> Condition<'s> {
    let mut parts = if op == BinaryOp::And { intersected(parts) } else { parts };
    parts.sort_by_key(Condition::cost);
    if op == BinaryOp::And { Condition::All(parts) } else { Condition::Any(parts) }
}

/// Ranges of one column become one: `age >= 30 && age < 45`.
fn intersected(parts: Vec<Condition<'_>>) -> Vec<Condition<'_>> {
    let mut first: HashMap<*const Ints, usize> = HashMap::new();
    let mut out: Vec<Condition<'_>> = Vec::with_capacity(parts.len());
    for part in parts {
        if let Condition::Range(ints, _, (low, high)) = &part {
            let place = *first.entry(std::ptr::from_ref(*ints)).or_insert(out.len());
            if let Some(Condition::Range(_, _, range)) = out.get_mut(place) {
                *range = (range.0.max(*low), range.1.min(*high));
                continue;
            }
        }
        out.push(part);
    }
    out
}

/// Marks the nodes that read no fact and no variable. Children come before
/// their parents, so one pass is enough.
pub(in crate::lang) fn constants(checked: &Checked) -> Vec<bool> {
    let mut out: Vec<bool> = Vec::with_capacity(checked.tree.nodes.len());
    for (position, node) in checked.tree.nodes.iter().enumerate() {
        let is = |id: &NodeId| out.get(id.0 as usize).copied().unwrap_or(false);
        let constant = match node {
            Node::Literal(_) | Node::Literals(_) => true,
            Node::List(parts) => parts.iter().all(is),
            Node::Name { .. } | Node::Select { .. } => matches!(
                checked.meaning(NodeId(position as u32)),
                Some(Meaning::Now | Meaning::Period | Meaning::Parameter(_))
            ),
            Node::Index { of, index } => is(of) && is(index),
            // A call with a meaning of its own asks about the customer; a cut
            // point is that of everybody.
            Node::Call { function, receiver, args } => {
                let own = checked.meaning(NodeId(position as u32)).is_some();
                (!own || &**function == "cut") && receiver.iter().chain(args).all(is)
            }
            Node::Fold { .. } => false,
            Node::Not { of } | Node::Negate { of } => is(of),
            Node::Binary { left, right, .. } => is(left) && is(right),
            Node::Conditional { test, yes, no } => is(test) && is(yes) && is(no),
        };
        out.push(constant);
    }
    out
}
