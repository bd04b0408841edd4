//! The tree of an import while it grows, and where each node came from.

use std::sync::Arc;

use super::super::tree::{BinaryOp, FoldOp, Literal, Node, NodeId, Span, Tree};

/// Nodes, children before their parents, each with the place it came from.
#[derive(Debug, Default)]
pub(super) struct Build {
    nodes: Vec<Node>,
    places: Vec<u32>,
    pointers: Vec<String>,
    /// What each rule and each group became, the outer before the inner.
    pub(super) parts: Vec<(u32, NodeId)>,
}

impl Build {
    /// What is pushed from now on comes from here.
    pub(super) fn at(&mut self, pointer: &str) -> u32 {
        self.pointers.push(pointer.to_owned());
        self.last()
    }

    /// What is pushed from now on comes from a place that was named before.
    pub(super) fn again(&mut self, place: u32) {
        let pointer = self.pointer(place).to_owned();
        self.pointers.push(pointer);
    }

    /// The place that was named last.
    pub(super) fn last(&self) -> u32 {
        self.pointers.len().saturating_sub(1) as u32
    }

    /// The pointer of a place.
    pub(super) fn pointer(&self, place: u32) -> &str {
        self.pointers.get(place as usize).map_or("", String::as_str)
    }

    /// Where a node came from.
    pub(super) fn origin(&self, id: NodeId) -> &str {
        self.places.get(id.0 as usize).map_or("", |place| self.pointer(*place))
    }

    pub(super) fn push(&mut self, node: Node) -> NodeId {
        let id = NodeId(self.nodes.len() as u32);
        self.nodes.push(node);
        self.places.push(self.last());
        id
    }

    pub(super) fn node(&self, id: NodeId) -> Option<&Node> {
        self.nodes.get(id.0 as usize)
    }

    pub(super) fn literal(&mut self, literal: Literal) -> NodeId {
        self.push(Node::Literal(literal))
    }

    pub(super) fn text(&mut self, text: &str) -> NodeId {
        self.literal(Literal::Text(text.into()))
    }

    pub(super) fn name(&mut self, name: &str) -> NodeId {
        self.push(Node::Name { name: name.into(), absolute: false })
    }

    pub(super) fn select(&mut self, of: NodeId, field: &str) -> NodeId {
        self.push(Node::Select { of, field: field.into(), test: false })
    }

    pub(super) fn call(&mut self, function: &str, args: Vec<NodeId>) -> NodeId {
        self.push(Node::Call { function: function.into(), receiver: None, args })
    }

    pub(super) fn method(&mut self, receiver: NodeId, function: &str, args: Vec<NodeId>) -> NodeId {
        self.push(Node::Call { function: function.into(), receiver: Some(receiver), args })
    }

    pub(super) fn fold(
        &mut self,
        op: FoldOp,
        over: NodeId,
        variable: &Arc<str>,
        body: NodeId,
    ) -> NodeId {
        let variable = variable.clone();
        self.push(Node::Fold { op, over, variable, condition: None, body })
    }

    pub(super) fn not(&mut self, of: NodeId) -> NodeId {
        self.push(Node::Not { of })
    }

    pub(super) fn binary(&mut self, op: BinaryOp, left: NodeId, right: NodeId) -> NodeId {
        self.push(Node::Binary { op, left, right })
    }

    /// A list; one node if it holds nothing but constants, which then are the
    /// last nodes there are.
    pub(super) fn list(&mut self, items: Vec<NodeId>) -> NodeId {
        let literals: Option<Vec<Literal>> = items
            .iter()
            .map(|id| match self.node(*id) {
                Some(Node::Literal(literal)) => Some(literal.clone()),
                _ => None,
            })
            .collect();
        match literals {
            Some(literals) => self.push(Node::Literals(Arc::new(literals))),
            None => self.push(Node::List(items)),
        }
    }

    /// The copy of a part of the tree, as something that is read twice needs.
    pub(super) fn copy(&mut self, id: NodeId) -> NodeId {
        let part = self.part(id);
        let id = replant(&part.nodes, part.root, &mut self.nodes);
        self.places.resize(self.nodes.len(), self.last());
        id
    }

    /// A part of the tree by itself.
    pub(super) fn part(&self, id: NodeId) -> Tree {
        let mut nodes = Vec::new();
        let root = replant(&self.nodes, id, &mut nodes);
        let spans = vec![Span::default(); nodes.len()];
        Tree { nodes, spans, root }
    }

    /// The tree that ends in `root`; its spans are those of no text.
    pub(super) fn tree(&self, root: NodeId) -> Tree {
        Tree { nodes: self.nodes.clone(), spans: vec![Span::default(); self.nodes.len()], root }
    }
}

/// Adds a part of a tree to the nodes of another, children first. As deep as
/// the part, which the depth of JSON bounds; chains of rules are never part of
/// it.
fn replant(from: &[Node], id: NodeId, into: &mut Vec<Node>) -> NodeId {
    let Some(node) = from.get(id.0 as usize) else { return id };
    let mut node = node.clone();
    let mut below = |id: &mut NodeId| *id = replant(from, *id, into);
    match &mut node {
        Node::Literal(_) | Node::Literals(_) | Node::Name { .. } => {}
        Node::List(items) => items.iter_mut().for_each(below),
        Node::Select { of, .. } | Node::Not { of } | Node::Negate { of } => below(of),
        Node::Index { of, index } => [of, index].into_iter().for_each(below),
        Node::Call { receiver, args, .. } => receiver.iter_mut().chain(args).for_each(below),
        Node::Fold { over, condition, body, .. } => {
            below(over);
            condition.iter_mut().for_each(&mut below);
            below(body);
        }
        Node::Binary { left, right, .. } => [left, right].into_iter().for_each(below),
        Node::Conditional { test, yes, no } => [test, yes, no].into_iter().for_each(below),
    }
    into.push(node);
    NodeId(into.len() as u32 - 1)
}
