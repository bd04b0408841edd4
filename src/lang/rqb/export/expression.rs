//! Expressions on either side of a rule.

use super::super::super::tree::{Node, NodeId};
use super::super::expression::{ARITHMETIC, FOLDS};
use super::value::plain;
use super::{Export, object, text};
use crate::json::{Json, MAX_DEPTH};

impl Export<'_> {
    /// An expression of fields, values, parameters and functions.
    pub(super) fn expression(&mut self, id: NodeId, level: usize) -> Option<Json> {
        if MAX_DEPTH < level + 2 {
            return self.too_deep(id);
        }
        if let Some(field) = self.field(id) {
            return Some(object(vec![("kind", text("field")), ("field", text(&field))]));
        }
        if let Some(parameter) = self.parameter(id) {
            let name = text(&parameter);
            return Some(object(vec![("kind", text("parameter")), ("parameter", name)]));
        }
        match self.node(id) {
            Node::Literal(literal) => match plain(&literal) {
                Some(value) => Some(object(vec![("kind", text("value")), ("value", value)])),
                None => self.refuse(id, None),
            },
            Node::Literals(literals) => {
                let values = Json::Array(literals.iter().filter_map(plain).collect());
                Some(object(vec![("kind", text("value")), ("value", values)]))
            }
            Node::Binary { op, left, right } => {
                let name = ARITHMETIC.iter().find(|(_, it)| *it == op).map(|(name, _)| *name);
                match name {
                    Some(name) => self.function(name, &[left, right], level),
                    None => self.refuse(id, None),
                }
            }
            Node::Negate { of } => self.function("-", &[of], level),
            Node::Call { function, receiver: Some(receiver), args } => {
                let args: Vec<NodeId> = [receiver].into_iter().chain(args).collect();
                self.function(&format!(".{function}"), &args, level)
            }
            Node::Call { function, receiver: None, args } => self.function(&function, &args, level),
            Node::Fold { op, over, variable, condition: None, body } => {
                let Some((name, _)) = FOLDS.iter().find(|(_, it)| *it == op) else {
                    return self.refuse(id, None);
                };
                let list = self.expression(over, level + 2);
                self.frames.push(variable);
                let body = self.expression(body, level + 2);
                self.frames.pop();
                Some(func(name, vec![list?, body?]))
            }
            _ => self.refuse(id, None),
        }
    }

    fn function(&mut self, name: &str, args: &[NodeId], level: usize) -> Option<Json> {
        let args: Vec<Option<Json>> =
            args.iter().map(|arg| self.expression(*arg, level + 2)).collect();
        let args: Option<Vec<Json>> = args.into_iter().collect();
        Some(func(name, args?))
    }
}

fn func(name: &str, args: Vec<Json>) -> Json {
    object(vec![("kind", text("func")), ("fn", text(name)), ("args", Json::Array(args))])
}
