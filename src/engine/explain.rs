//! Why a condition holds for a customer, or does not: clause by clause.

use std::sync::Arc;

use serde::{Serialize, Serializer};

use crate::error::Fault;
use crate::lang::kernel::Context;
use crate::lang::tree::{BinaryOp, Node, NodeId, Tree};
use crate::lang::{Checked, Value, to_typed};

/// A clause of a condition, whether it holds for one customer, and why.
#[derive(Debug, Clone, Serialize)]
pub struct Explanation {
    /// The clause as it was written.
    pub clause: Box<str>,
    /// Whether it holds; absent when it is an error.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub holds: Option<bool>,
    /// Why it is an error.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fault: Option<Fault>,
    /// How its parts make it up.
    pub joint: Joint,
    /// What it compares, as it is for this customer: only what is not a
    /// constant, and no lists.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub readings: Vec<Reading>,
    /// What it is made of.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<Explanation>,
}

/// How the parts of a clause make it up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Joint {
    /// It has no parts that are conditions.
    None,
    /// `&&`: all of them.
    All,
    /// `||`: any of them.
    Any,
    /// `!`: not the one.
    Not,
}

/// The value of a part of a clause.
#[derive(Debug, Clone, Serialize)]
pub struct Reading {
    /// The part as it was written.
    pub expression: Box<str>,
    /// Its value, as typed JSON.
    #[serde(serialize_with = "typed")]
    pub value: Value,
}

fn typed<S: Serializer>(value: &Value, serializer: S) -> Result<S::Ok, S::Error> {
    let json: serde_json::Value = serde_json::from_str(&to_typed(value)).unwrap_or_default();
    json.serialize(serializer)
}

/// Why a condition holds for the customer with this number, or does not.
pub(super) fn explain(condition: &Checked, context: &Context<'_>, customer: usize) -> Explanation {
    Explainer { condition, context, customer }.clause(condition.tree.root)
}

struct Explainer<'a> {
    condition: &'a Checked,
    context: &'a Context<'a>,
    customer: usize,
}

impl Explainer<'_> {
    fn clause(&self, node: NodeId) -> Explanation {
        let (holds, fault) = match self.context.ask(self.condition, node, self.customer) {
            Ok(holds) => (Some(holds), None),
            Err(error) => (None, error.into_faults().into_iter().next()),
        };
        let tree = &self.condition.tree;
        let (joint, parts) = match tree.node(node) {
            Node::Binary { op: BinaryOp::And, .. } => {
                (Joint::All, operands(tree, node, BinaryOp::And))
            }
            Node::Binary { op: BinaryOp::Or, .. } => {
                (Joint::Any, operands(tree, node, BinaryOp::Or))
            }
            Node::Not { of } => (Joint::Not, vec![*of]),
            _ => (Joint::None, Vec::new()),
        };
        let readings = if parts.is_empty() { self.readings(node) } else { Vec::new() };
        let parts = parts.into_iter().map(|part| self.clause(part)).collect();
        Explanation { clause: self.text(node), holds, fault, joint, readings, parts }
    }

    /// The two sides of a comparison, as far as they say something.
    fn readings(&self, node: NodeId) -> Vec<Reading> {
        let Node::Binary { left, right, .. } = self.condition.tree.node(node) else {
            return Vec::new();
        };
        [*left, *right].into_iter().filter_map(|side| self.reading(side)).collect()
    }

    fn reading(&self, node: NodeId) -> Option<Reading> {
        if matches!(self.condition.tree.node(node), Node::Literal(_) | Node::Literals(_)) {
            return None;
        }
        let value = self.context.value_for(self.condition, node, self.customer).ok()?;
        let is_plain = !matches!(value, Value::List(_) | Value::Record(_));
        is_plain.then(|| Reading { expression: self.text(node), value })
    }

    fn text(&self, node: NodeId) -> Box<str> {
        let span = self.condition.tree.span(node);
        let source: &Arc<str> = &self.condition.source;
        source.get(span.start as usize..span.end as usize).unwrap_or_default().into()
    }
}

/// The operands of a chain of one operator, from left to right. The chain is
/// followed in a loop, since it may be as long as an expression can be.
fn operands(tree: &Tree, chain: NodeId, wanted: BinaryOp) -> Vec<NodeId> {
    let mut found = Vec::new();
    let mut here = chain;
    while let Node::Binary { op, left, right } = tree.node(here)
        && *op == wanted
    {
        found.push(*right);
        here = *left;
    }
    found.push(here);
    found.reverse();
    found
}
