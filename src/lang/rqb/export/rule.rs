//! Rules: what compares something with a value.

use super::super::super::tree::{BinaryOp, FoldOp, Literal, Node, NodeId};
use super::super::super::types::Type;
use super::super::operators::{Meaning, name_of};
use super::value::Given;
use super::{Export, object, text};
use crate::json::Json;

/// The left side of a rule.
pub(super) struct Side {
    pub(super) field: String,
    pub(super) lhs: Option<Json>,
    pub(super) id: NodeId,
}

impl Export<'_> {
    /// Whether the complement of a condition is a rule of its own.
    pub(super) fn has_complement(&self, id: NodeId) -> bool {
        match self.tree.node(id) {
            Node::Binary { op: BinaryOp::In, .. } => true,
            Node::Call { function, receiver, args } => match (&**function, receiver) {
                ("contains" | "startsWith" | "endsWith", Some(_)) => args.len() == 1,
                ("between", None) => true,
                _ => false,
            },
            Node::Fold { op: FoldOp::Exists, .. } => true,
            _ => false,
        }
    }

    /// A condition as one rule.
    pub(super) fn rule(&mut self, id: NodeId, level: usize) -> Option<Json> {
        if let Node::Not { of } = self.node(id) {
            return self.test(of, false, level);
        }
        self.test(id, true, level)
    }

    fn test(&mut self, id: NodeId, positive: bool, level: usize) -> Option<Json> {
        match self.node(id) {
            Node::Binary { op, left, right } => match op {
                BinaryOp::In => self.member_rule(left, right, positive, level),
                BinaryOp::Equal
                | BinaryOp::NotEqual
                | BinaryOp::Less
                | BinaryOp::LessEqual
                | BinaryOp::Greater
                | BinaryOp::GreaterEqual => match self.counted(id, op, left, right, level) {
                    Some(rule) => rule,
                    None => self.comparison(op, left, right, level),
                },
                _ => self.refuse(id, None),
            },
            Node::Call { function, receiver, args } => {
                match (&*function, receiver, args.as_slice()) {
                    ("contains" | "startsWith" | "endsWith", Some(of), [part]) => {
                        let name = ["contains", "startsWith", "endsWith"]
                            .into_iter()
                            .find(|name| *name == &*function)?;
                        let side = self.side(of, level)?;
                        let value = self.given(*part, &side, level)?;
                        Some(rule(side, Meaning::Method(name, positive), value))
                    }
                    ("between", None, [value, low, high]) => {
                        self.between_rule(id, (*value, *low, *high), positive, level)
                    }
                    _ => self.yes(id, level),
                }
            }
            Node::Fold { op, over, variable, condition: None, body } => {
                self.quantified(id, op, over, &variable, body, positive, level)
            }
            Node::Name { .. } | Node::Select { test: false, .. } => self.yes(id, level),
            Node::Select { of, field, test: true } => {
                let (of, field) = (self.written(of), field);
                let instead = format!("write `{of}.{field} != null`");
                self.refuse(id, Some((instead, format!("请写 `{of}.{field} != null`"))))
            }
            _ => self.refuse(id, None),
        }
    }

    pub(super) fn written(&self, id: NodeId) -> String {
        crate::units::shown(self.checked.text(id)).into_owned()
    }

    /// A yes or no by itself.
    fn yes(&mut self, id: NodeId, level: usize) -> Option<Json> {
        let side = self.side(id, level)?;
        let known = self.frames.is_empty() || matches!(self.node(id), Node::Call { .. });
        if side.lhs.is_some() && !known {
            return self.refuse(id, None);
        }
        Some(rule(side, Meaning::Compare(BinaryOp::Equal), Given::Value(Json::Bool(true))))
    }

    /// What a rule is about: a field, or an expression beside one.
    pub(super) fn side(&mut self, id: NodeId, level: usize) -> Option<Side> {
        if let Some(field) = self.field(id) {
            return Some(Side { field, lhs: None, id });
        }
        let lhs = self.expression(id, level + 1)?;
        let field = self.some_field(id).unwrap_or_else(|| "~".to_owned());
        Some(Side { field, lhs: Some(lhs), id })
    }

    /// A field that an expression reads, for builders that sort rules by field.
    fn some_field(&self, id: NodeId) -> Option<String> {
        let mut below = vec![id];
        while let Some(next) = below.pop() {
            if let Some(field) = self.field(next) {
                return Some(field);
            }
            let mut children = self.tree.node(next).children();
            children.reverse();
            below.extend(children);
        }
        None
    }

    fn comparison(
        &mut self,
        op: BinaryOp,
        left: NodeId,
        right: NodeId,
        level: usize,
    ) -> Option<Json> {
        let side = self.side(left, level)?;
        if let (BinaryOp::Equal | BinaryOp::NotEqual, Node::Literal(Literal::Null)) =
            (op, self.node(right))
        {
            return Some(rule(side, Meaning::Presence(op), Given::Value(Json::Null)));
        }
        if let Some((op, value)) = self.end(op, right, &side) {
            return Some(rule(side, Meaning::Compare(op), Given::Value(value)));
        }
        let value = self.given(right, &side, level)?;
        Some(rule(side, Meaning::Compare(op), value))
    }

    fn member_rule(
        &mut self,
        left: NodeId,
        right: NodeId,
        positive: bool,
        level: usize,
    ) -> Option<Json> {
        // `'golf' in hobbies` is what the builder calls `contains`.
        let is_list = matches!(self.ty(right), Type::Set(_) | Type::List(_));
        if is_list && self.field(right).is_some() {
            let side = self.side(right, level)?;
            let value = self.given(left, &side, level)?;
            return Some(rule(side, Meaning::Method("contains", positive), value));
        }
        let side = self.side(left, level)?;
        let value = match self.node(right) {
            Node::Literals(literals) if literals.is_empty() => {
                let hint = ("nothing is in an empty list", "空列表不包含任何值");
                return self.refuse(right, Some((hint.0.to_owned(), hint.1.to_owned())));
            }
            Node::Literals(literals) => {
                Given::Value(Json::Array(literals.iter().filter_map(super::value::plain).collect()))
            }
            Node::List(items) => self.all_given(&items, &side, level)?,
            _ => self.given(right, &side, level)?,
        };
        Some(rule(side, Meaning::In(positive), value))
    }

    fn between_rule(
        &mut self,
        id: NodeId,
        (value, low, high): (NodeId, NodeId, NodeId),
        positive: bool,
        level: usize,
    ) -> Option<Json> {
        let side = self.side(value, level)?;
        let given = self.all_given(&[low, high], &side, level)?;
        if self.is_reversed(&given) {
            let hint = ("write the lower bound first", "请先写下限，再写上限");
            return self.refuse(id, Some((hint.0.to_owned(), hint.1.to_owned())));
        }
        Some(rule(side, Meaning::Between(positive), given))
    }
}

/// A rule, its keys in the builder's order.
pub(super) fn rule(side: Side, meaning: Meaning, given: Given) -> Json {
    let operator = text(name_of(meaning).unwrap_or_default());
    let mut members = vec![("field", text(&side.field)), ("operator", operator)];
    let (value, source) = match given {
        Given::Value(value) => (value, None),
        Given::Field(value) => (value, Some("field")),
        Given::Parameter(value) => (value, Some("parameter")),
        Given::Expression(value) => (value, Some("expression")),
    };
    members.push(("value", value));
    members.extend(source.map(|source| ("valueSource", text(source))));
    members.extend(side.lhs.map(|lhs| ("lhs", lhs)));
    object(members)
}
