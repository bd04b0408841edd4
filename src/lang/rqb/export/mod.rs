//! From a condition to the builder's JSON.

mod expression;
mod list;
mod rule;
mod value;

use std::sync::Arc;

use super::super::bounds;
use super::super::checked::Checked;
use super::super::parse::parse;
use super::super::print::print_node;
use super::super::scope::Scope;
use super::super::tree::{BinaryOp, Node, NodeId, Tree};
use super::super::types::Type;
use super::keep::Kept;
use crate::error::{Code, Error, Fault};
use crate::json::{Json, MAX_DEPTH};
use crate::units::shown;

/// A condition as a builder shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exported {
    /// A group of react-querybuilder 8.
    pub query: Json,
    /// What of the former document did not come back.
    pub hints: Vec<Fault>,
}

/// Writes a condition as a builder's query.
///
/// # Inputs
///
/// `checked`: a condition that passed the check against `scope`. `like`: the
/// document it was imported from, where there is one: each of its rules and
/// groups that still says the same comes back as it was, with its id, and the
/// whole document where nothing changed.
///
/// # Output
///
/// A query that [`import`](super::import) reads as the same condition. Names of
/// variables are not part of it, and `vip == true` comes back as `vip`.
///
/// # Errors
///
/// [`Code::NotExpressible`] at the bytes of every part that the builder has no
/// form for.
///
/// # Cost
///
/// Linear in the expression, times the depth of its groups.
///
/// # Example
///
/// ```
/// use guanxi::facts::Schema;
/// use guanxi::lang::{Scope, check_condition, rqb};
///
/// let schema = Schema::from_json(r#"{"attributes": {"age": {"type": "int"}}}"#)?;
/// let scope = Scope::of(&schema);
/// let query = rqb::export(&check_condition("!(age in [18, 21])", &scope)?, &scope, None)?.query;
/// assert_eq!(
///     query.to_text(),
///     r#"{"combinator":"and","rules":[{"field":"age","operator":"notIn","value":[18,21]}]}"#
/// );
/// let error = rqb::export(&check_condition("age > 3 ? age < 9 : age < 1", &scope)?, &scope, None);
/// assert_eq!(error.unwrap_err().faults()[0].span, Some((0, 27)));
/// # Ok::<(), guanxi::Error>(())
/// ```
pub fn export(
    checked: &Checked,
    scope: &Scope<'_>,
    like: Option<&Json>,
) -> Result<Exported, Error> {
    // The tree as it was written: the checked one has literals as their columns
    // hold them.
    let tree = parse(&checked.source)?;
    let kept = like.map(|document| Kept::of(document, scope)).unwrap_or_default();
    let mut export = Export { checked, tree, kept, frames: Vec::new(), faults: Vec::new() };
    let root = export.tree.root;
    let query = match export.kept_as(root, true) {
        Some(kept) => Some(kept),
        None => export.group(root, 1),
    };
    Error::check(export.faults)?;
    let hints = export.kept.lost().into_iter().map(not_back).collect();
    Ok(Exported { query: query.unwrap_or(Json::Null), hints })
}

fn not_back(pointer: &str) -> Fault {
    Fault::new(
        Code::LeftOut,
        "what is muted here did not come back: the group around it says something else now",
        "此处静音的内容未能保留：它所在的条件组已改变",
    )
    .at(pointer)
}

/// An export on its way.
pub(super) struct Export<'c> {
    checked: &'c Checked,
    tree: Tree,
    kept: Kept<'c>,
    /// Variables of the lists around, the innermost last.
    frames: Vec<Arc<str>>,
    faults: Vec<Fault>,
}

/// Levels of JSON that a rule has inside it.
const RULE_LEVELS: usize = 3;

impl Export<'_> {
    fn node(&self, id: NodeId) -> Node {
        self.tree.node(id).clone()
    }

    fn ty(&self, id: NodeId) -> &Type {
        self.checked.ty(id)
    }

    /// Refuses a part that has no form.
    fn refuse<T>(&mut self, id: NodeId, hint: Option<(String, String)>) -> Option<T> {
        let span = self.tree.span(id);
        let text = self.checked.source.get(span.start as usize..span.end as usize);
        let text = shown(text.unwrap_or_default()).into_owned();
        let fault = Fault::new(
            Code::NotExpressible,
            format!("the builder has no form for `{text}`"),
            format!("查询构建器无法表示 `{text}`"),
        );
        let fault = match hint {
            Some((en, zh)) => fault.hint(en, zh),
            None => fault,
        };
        if self.faults.len() < bounds::FAULTS {
            self.faults.push(fault.span(span.start as usize, span.end as usize));
        }
        None
    }

    fn too_deep<T>(&mut self, id: NodeId) -> Option<T> {
        let hint = ("it nests too deep".to_owned(), "嵌套过深".to_owned());
        self.refuse(id, Some(hint))
    }

    fn kept_as(&mut self, id: NodeId, only_group: bool) -> Option<Json> {
        if self.kept.is_empty() {
            return None;
        }
        let text = print_node(&self.tree, id);
        self.kept.take(&text, only_group)
    }

    /// A condition as a group.
    fn group(&mut self, id: NodeId, level: usize) -> Option<Json> {
        if MAX_DEPTH < level + RULE_LEVELS {
            return self.too_deep(id);
        }
        match self.node(id) {
            Node::Binary { op: op @ (BinaryOp::And | BinaryOp::Or), .. } => {
                let operands = self.operands(id, op);
                let combinator = if op == BinaryOp::And { "and" } else { "or" };
                self.joined(combinator, &operands, false, level)
            }
            Node::Call { function, receiver: None, args } if &*function == "exactlyOne" => {
                self.joined("xor", &args, false, level)
            }
            Node::Not { of } if !self.has_complement(of) => self.complement(of, level),
            _ => self.joined("and", &[id], false, level),
        }
    }

    /// The group that holds where a condition does not.
    fn complement(&mut self, of: NodeId, level: usize) -> Option<Json> {
        match self.node(of) {
            Node::Binary { op: op @ (BinaryOp::And | BinaryOp::Or), .. } => {
                let operands = self.operands(of, op);
                let combinator = if op == BinaryOp::And { "and" } else { "or" };
                self.joined(combinator, &operands, true, level)
            }
            Node::Call { function, receiver: None, args } if &*function == "exactlyOne" => {
                self.joined("xor", &args, true, level)
            }
            _ => self.joined("and", &[of], true, level),
        }
    }

    fn joined(
        &mut self,
        combinator: &str,
        operands: &[NodeId],
        not: bool,
        level: usize,
    ) -> Option<Json> {
        let mut rules = Vec::with_capacity(operands.len());
        let mut good = true;
        for operand in operands {
            match self.member(*operand, level + 2) {
                Some(rule) => rules.push(rule),
                None => good = false,
            }
        }
        let mut members = vec![("combinator", text(combinator)), ("rules", Json::Array(rules))];
        if not {
            members.push(("not", Json::Bool(true)));
        }
        good.then(|| object(members))
    }

    /// A rule or a group inside a group.
    fn member(&mut self, id: NodeId, level: usize) -> Option<Json> {
        if let Some(kept) = self.kept_as(id, false) {
            return Some(kept);
        }
        match self.node(id) {
            Node::Binary { op: BinaryOp::And | BinaryOp::Or, .. } => self.group(id, level),
            Node::Call { function, .. } if &*function == "exactlyOne" => self.group(id, level),
            Node::Not { of } if !self.has_complement(of) => self.group(id, level),
            _ => self.rule(id, level),
        }
    }

    fn operands(&self, id: NodeId, op: BinaryOp) -> Vec<NodeId> {
        let mut out = Vec::new();
        let mut next = id;
        while let Node::Binary { op: have, left, right } = self.tree.node(next)
            && *have == op
        {
            out.push(*right);
            next = *left;
        }
        out.push(next);
        out.reverse();
        out
    }
}

pub(super) fn text(text: &str) -> Json {
    Json::Text(text.into())
}

pub(super) fn object(members: Vec<(&str, Json)>) -> Json {
    Json::Object(members.into_iter().map(|(key, value)| (key.into(), value)).collect())
}
