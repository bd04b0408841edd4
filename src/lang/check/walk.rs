//! One pass over a tree, children first, without recursion.
//!
//! A stack of steps takes the place of the call stack, so that a chain of
//! 20,000 terms is as safe as one of two. Each step is pushed once, so the
//! pass is linear.

use std::collections::HashSet;

use super::super::bounds;
use super::super::catalogue;
use super::super::checked::Uses;
use super::super::cost::Cost;
use super::super::scope::{Meaning, Scope};
use super::super::tree::{BinaryOp, Literal, Node, NodeId, Span, Tree};
use super::super::types::Type;
use super::meter::Meter;
use crate::error::{Error, Fault};
use crate::facts::TextProfile;

/// What a walk found out.
pub(super) struct Findings {
    pub types: Vec<Type>,
    pub meanings: Vec<Option<Meaning>>,
    pub patches: Vec<(NodeId, Node)>,
    pub uses: Uses,
    pub cost: Cost,
}

/// Checks a tree; `condition` asks that the whole be true or false.
pub(super) fn walk(
    source: &str,
    tree: &Tree,
    scope: &Scope<'_>,
    condition: bool,
) -> Result<Findings, Error> {
    let mut checker = Checker::new(source, tree, scope);
    checker.run();
    if condition {
        checker.expect_condition(tree.root);
    }
    checker.finish()
}

/// One thing to do next.
#[derive(Clone, Copy)]
enum Step {
    /// Look at a node, children first.
    Visit(NodeId),
    /// Bind the variable of a fold, whose list has been looked at.
    Bind(NodeId),
    /// Give a node its type, now that its children have theirs.
    Finish(NodeId),
}

/// A variable that is bound where the walk stands.
pub(super) struct Bound<'t> {
    pub fold: NodeId,
    pub name: &'t str,
    /// None when the list failed.
    pub element: Option<Type>,
}

pub(super) struct Checker<'t> {
    pub source: &'t str,
    pub tree: &'t Tree,
    pub scope: &'t Scope<'t>,
    /// None for a node that failed, or was not reached.
    pub types: Vec<Option<Type>>,
    pub meanings: Vec<Option<Meaning>>,
    /// Literals that became what they are compared with; later ones win.
    pub patches: Vec<(NodeId, Node)>,
    pub bound: Vec<Bound<'t>>,
    /// Choices between nothing but literals, which can still become anything.
    pub open_choices: HashSet<NodeId>,
    /// Patterns that were compiled.
    pub patterns: HashSet<&'t str>,
    pub uses: Uses,
    pub meter: Meter,
    pub faults: Vec<Fault>,
    steps: Vec<Step>,
}

impl<'t> Checker<'t> {
    fn new(source: &'t str, tree: &'t Tree, scope: &'t Scope<'t>) -> Self {
        let count = tree.nodes.len();
        Checker {
            source,
            tree,
            scope,
            types: vec![None; count],
            meanings: vec![None; count],
            patches: Vec::new(),
            bound: Vec::new(),
            open_choices: HashSet::new(),
            patterns: HashSet::new(),
            uses: Uses::default(),
            meter: Meter::new(),
            faults: Vec::new(),
            steps: Vec::with_capacity(16),
        }
    }

    fn run(&mut self) {
        self.steps.push(Step::Visit(self.tree.root));
        // A text with this many faults is not read on: each costs a search for
        // what was meant.
        while let Some(step) = self.steps.pop()
            && self.listens()
        {
            match step {
                Step::Visit(id) => self.visit(id),
                Step::Bind(id) => self.bind(id),
                Step::Finish(id) => {
                    let ty = self.finish_node(id);
                    self.set(id, ty);
                }
            }
        }
    }

    fn finish(mut self) -> Result<Findings, Error> {
        self.faults.sort_by_key(|fault| fault.span);
        Error::check(self.faults)?;
        // Nodes that were not reached, such as the `param` of `param.x`.
        let types = self.types.into_iter().map(|ty| ty.unwrap_or(Type::Null)).collect();
        Ok(Findings {
            types,
            meanings: self.meanings,
            patches: self.patches,
            uses: self.uses,
            cost: self.meter.finish(),
        })
    }

    fn visit(&mut self, id: NodeId) {
        self.meter.step();
        match self.node(id) {
            Node::Literal(literal) => self.set(id, Some(literal_type(literal))),
            Node::Literals(literals) => {
                let ty = self.constants(id, literals);
                self.set(id, ty);
            }
            Node::Name { name, absolute } => {
                let ty = self.name(id, name, *absolute);
                self.set(id, ty);
            }
            Node::Select { of, field, .. } => match self.definition(*of) {
                Some(owner) => {
                    let ty = self.defined(id, owner, field);
                    self.set(id, ty);
                }
                None => self.then(id, &[*of]),
            },
            Node::List(items) => self.then(id, items),
            Node::Index { of, index } => self.then(id, &[*of, *index]),
            Node::Call { function, receiver, args } => {
                self.steps.push(Step::Finish(id));
                for arg in args.iter().rev() {
                    match self.node(*arg) {
                        // Lists of events and values of several types are no
                        // elements of one list.
                        Node::List(items) if catalogue::spreads(function) => {
                            self.steps.extend(items.iter().rev().map(|item| Step::Visit(*item)));
                        }
                        Node::Literals(_) if catalogue::spreads(function) => {}
                        _ => self.steps.push(Step::Visit(*arg)),
                    }
                }
                if let Some(receiver) = receiver {
                    self.steps.push(Step::Visit(*receiver));
                }
            }
            Node::Fold { over, condition, body, .. } => {
                self.then(id, &[*body]);
                self.steps.extend(condition.map(Step::Visit));
                self.steps.push(Step::Bind(id));
                self.steps.push(Step::Visit(*over));
            }
            Node::Not { of } | Node::Negate { of } => self.then(id, &[*of]),
            Node::Binary { left, right, .. } => self.then(id, &[*left, *right]),
            Node::Conditional { test, yes, no } => self.then(id, &[*test, *yes, *no]),
        }
    }

    /// Visits `children` in order, then finishes `id`.
    fn then(&mut self, id: NodeId, children: &[NodeId]) {
        self.steps.push(Step::Finish(id));
        self.steps.extend(children.iter().rev().map(|child| Step::Visit(*child)));
    }

    fn finish_node(&mut self, id: NodeId) -> Option<Type> {
        match self.node(id) {
            Node::Literal(_) | Node::Literals(_) | Node::Name { .. } => self.ty(id).cloned(),
            Node::Select { of, field, test } => self.select(id, *of, field, *test),
            Node::List(items) => self.list(items),
            Node::Index { of, index } => self.index(*of, *index),
            Node::Call { function, receiver, args } => self.call(id, function, *receiver, args),
            Node::Fold { op, over, body, condition, .. } => {
                self.fold(id, *op, *over, *condition, *body)
            }
            Node::Not { of } => {
                self.expect_bool(*of);
                Some(Type::Bool)
            }
            Node::Negate { of } => self.negate(*of),
            Node::Binary { op, left, right } => self.binary(id, *op, *left, *right),
            Node::Conditional { test, yes, no } => self.conditional(id, *test, *yes, *no),
        }
    }

    fn binary(&mut self, id: NodeId, op: BinaryOp, left: NodeId, right: NodeId) -> Option<Type> {
        match op {
            BinaryOp::Or | BinaryOp::And => {
                self.expect_bool(left);
                self.expect_bool(right);
                Some(Type::Bool)
            }
            BinaryOp::Equal
            | BinaryOp::NotEqual
            | BinaryOp::Less
            | BinaryOp::LessEqual
            | BinaryOp::Greater
            | BinaryOp::GreaterEqual => {
                self.compare(id, op, left, right);
                Some(Type::Bool)
            }
            BinaryOp::In => {
                self.member(id, left, right);
                Some(Type::Bool)
            }
            BinaryOp::Add
            | BinaryOp::Subtract
            | BinaryOp::Multiply
            | BinaryOp::Divide
            | BinaryOp::Remainder => self.arithmetic(id, op, left, right),
        }
    }

    pub fn node(&self, id: NodeId) -> &'t Node {
        self.tree.node(id)
    }

    pub fn span(&self, id: NodeId) -> Span {
        self.tree.span(id)
    }

    pub fn ty(&self, id: NodeId) -> Option<&Type> {
        self.types.get(id.0 as usize)?.as_ref()
    }

    pub fn meaning(&self, id: NodeId) -> Option<Meaning> {
        self.meanings.get(id.0 as usize).copied().flatten()
    }

    pub fn set(&mut self, id: NodeId, ty: Option<Type>) {
        if let Some(slot) = self.types.get_mut(id.0 as usize) {
            *slot = ty;
        }
    }

    pub fn mean(&mut self, id: NodeId, meaning: Meaning) {
        if let Some(slot) = self.meanings.get_mut(id.0 as usize) {
            *slot = Some(meaning);
        }
    }

    /// Records a fault at some bytes.
    pub fn refuse(&mut self, span: Span, fault: Fault) {
        if self.faults.len() < bounds::FAULTS {
            self.faults.push(fault.span(span.start as usize, span.end as usize));
        }
    }

    /// Whether another fault would still be reported.
    pub fn listens(&self) -> bool {
        self.faults.len() < bounds::FAULTS
    }

    /// The text of a node.
    pub fn text(&self, id: NodeId) -> &'t str {
        let span = self.span(id);
        self.source.get(span.start as usize..span.end as usize).unwrap_or_default()
    }

    /// The bytes of a function's or field's name, which come after what it is
    /// called on and perhaps brackets.
    pub fn name_span(&self, id: NodeId, after: Option<NodeId>, name: &str) -> Span {
        let whole = self.span(id);
        let from = after.map_or(whole.start, |after| self.span(after).end);
        let rest = self.source.get(from as usize..whole.end as usize).unwrap_or_default();
        match rest.find(name) {
            Some(at) => {
                let start = from + at as u32;
                Span { start, end: start + name.len() as u32 }
            }
            None => whole,
        }
    }
}

/// The type of a constant by itself.
pub(super) fn literal_type(literal: &Literal) -> Type {
    match literal {
        Literal::Null => Type::Null,
        Literal::Bool(_) => Type::Bool,
        Literal::Int(_) => Type::Int,
        Literal::Double(..) => Type::Double,
        Literal::Text(_) => Type::Text(TextProfile::Exact),
        Literal::Decimal(decimal) => Type::Decimal(decimal.scale()),
        Literal::Money(decimal, currency) => Type::Money(*currency, decimal.scale()),
    }
}
