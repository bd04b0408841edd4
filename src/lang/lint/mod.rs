//! What is right, but probably not meant.
//!
//! ```text
//! !(age < 30)                          also those whose age nobody knows
//! region != 'east'                     the same
//! region != 'a' || region != 'b'       everybody
//! age > 50 && age < 30                 nobody
//! complaints.last().at < ago(days(30)) not those who never complained
//! visits.size() >= 0                   everybody
//! vip == true                          vip
//! ```
//!
//! Hints are no faults: an expression with hints runs. They never fire on a
//! guess about the data, only on what the text itself says; and where the text
//! shows that the author has thought of it (`age == null || ...`), they keep
//! silent.

mod chains;
mod counts;
mod missing;

use super::bounds;
use super::checked::Checked;
use super::scope::{Meaning, Scope};
use super::tree::{BinaryOp, Literal, Node, NodeId};
use super::types::{Kinds, Type};
use crate::error::{Code, Fault};
use crate::facts::TextProfile;
use crate::units::shown;

/// The hints for an expression, in the order of the text; at most
/// [`bounds::FAULTS`] of them.
pub(super) fn lint(checked: &Checked, scope: &Scope<'_>) -> Vec<Fault> {
    let mut linter = Linter { checked, scope, hints: Vec::new() };
    linter.missing();
    linter.single_nodes();
    linter.chains();
    let mut hints = linter.hints;
    hints.sort_by_key(|hint| hint.span);
    hints
}

/// What a comparison is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Subject {
    /// An attribute, by position.
    Attribute(usize),
    /// A declared field of the variable that this fold binds.
    Field(NodeId, usize),
    /// The time of the event that this fold binds.
    At(NodeId),
}

struct Linter<'c> {
    checked: &'c Checked,
    scope: &'c Scope<'c>,
    hints: Vec<Fault>,
}

impl<'c> Linter<'c> {
    fn node(&self, id: NodeId) -> &'c Node {
        self.checked.tree.node(id)
    }

    fn ids(&self) -> impl DoubleEndedIterator<Item = NodeId> + use<> {
        (0..self.checked.tree.nodes.len() as u32).map(NodeId)
    }

    /// The text of a node, for a message.
    fn text(&self, id: NodeId) -> String {
        shown(self.checked.text(id)).into_owned()
    }

    fn hint(&mut self, id: NodeId, fault: Fault) {
        if self.hints.len() < bounds::FAULTS {
            let span = self.checked.tree.span(id);
            self.hints.push(fault.span(span.start as usize, span.end as usize));
        }
    }

    /// What a node names, if it is something whose values the text can compare.
    fn subject(&self, id: NodeId) -> Option<Subject> {
        if let Node::Select { test: true, .. } = self.node(id) {
            return None;
        }
        match self.checked.meaning(id)? {
            Meaning::Attribute(position) => Some(Subject::Attribute(position)),
            meaning @ (Meaning::Field(_) | Meaning::At) => {
                let Node::Select { of, .. } = self.node(id) else { return None };
                let Some(Meaning::Variable(fold)) = self.checked.meaning(*of) else { return None };
                Some(match meaning {
                    Meaning::Field(position) => Subject::Field(fold, position),
                    _ => Subject::At(fold),
                })
            }
            _ => None,
        }
    }

    /// Whether a node names an attribute or field that can be missing.
    fn is_nullable(&self, id: NodeId) -> bool {
        let schema = self.scope.schema;
        match (self.checked.meaning(id), self.node(id)) {
            (_, Node::Select { test: true, .. }) => false,
            (Some(Meaning::Attribute(position)), _) => {
                schema.attributes.get(position).is_some_and(|attribute| attribute.nullable)
            }
            (Some(Meaning::Field(position)), Node::Select { of, .. }) => {
                let Type::Event(kind) = self.checked.ty(*of) else { return false };
                let fields = schema.kinds.get(*kind).map(|kind| &kind.fields);
                fields.and_then(|fields| fields.get(position)).is_some_and(|field| field.nullable)
            }
            _ => false,
        }
    }

    fn is_null(&self, id: NodeId) -> bool {
        matches!(self.node(id), Node::Literal(Literal::Null))
    }

    /// Rules that need no more than one node.
    fn single_nodes(&mut self) {
        for id in self.ids() {
            if let Node::Binary { op, left, right } = self.node(id) {
                self.count_compared(id, *op, (*left, *right));
            }
            match self.node(id) {
                Node::Binary { op: op @ (BinaryOp::Equal | BinaryOp::NotEqual), left, right } => {
                    for (value, other) in [(*left, *right), (*right, *left)] {
                        self.compared_with_bool(id, *op, value, other);
                        self.required_compared_with_null(id, *op, value, other);
                    }
                }
                Node::Binary { op: BinaryOp::In, right, .. } => self.in_nothing(id, *right),
                Node::Call { function, args, .. } if &**function == "between" => {
                    self.reversed(id, args);
                }
                Node::Call { function, receiver, args } if &**function == "matches" => {
                    let text = receiver.or(args.first().copied());
                    if let (Some(text), Some(pattern)) = (text, args.last()) {
                        self.capitals_in_pattern(text, *pattern);
                    }
                }
                _ => {}
            }
        }
    }

    /// `vip == true`
    fn compared_with_bool(&mut self, id: NodeId, op: BinaryOp, value: NodeId, other: NodeId) {
        let Node::Literal(Literal::Bool(wanted)) = self.node(other) else { return };
        if *self.checked.ty(value) != Type::Bool || matches!(self.node(value), Node::Literal(_)) {
            return;
        }
        let positive = *wanted == (op == BinaryOp::Equal);
        // For a value that may be missing, `== false` is not `!`.
        let same = op == BinaryOp::Equal && *wanted || !self.is_nullable(value);
        if !same {
            return;
        }
        let simple = matches!(self.node(value), Node::Name { .. } | Node::Select { .. })
            || matches!(self.node(value), Node::Call { .. } | Node::Fold { .. });
        let text = self.text(value);
        let text = match (positive, simple) {
            (true, _) => text,
            (false, true) => format!("!{text}"),
            (false, false) => format!("!({text})"),
        };
        let fault = Fault::new(
            Code::Redundant,
            "a yes or no need not be compared",
            "是非值不必再与 `true`、`false` 比较",
        )
        .hint(format!("write `{text}`"), format!("请写 `{text}`"));
        self.hint(id, fault);
    }

    /// `region == null` where every customer has a region.
    fn required_compared_with_null(
        &mut self,
        id: NodeId,
        op: BinaryOp,
        value: NodeId,
        other: NodeId,
    ) {
        let is_attribute = matches!(self.checked.meaning(value), Some(Meaning::Attribute(_)));
        if !self.is_null(other) || !is_attribute || self.is_nullable(value) {
            return;
        }
        let text = self.text(value);
        let fault = if op == BinaryOp::Equal {
            always_false(
                format!("every customer has `{text}`, so this never holds"),
                format!("每位客户都有 `{text}`，此条件永不成立"),
            )
        } else {
            always_true(
                format!("every customer has `{text}`, so this always holds"),
                format!("每位客户都有 `{text}`，此条件总是成立"),
            )
        };
        self.hint(id, fault);
    }

    /// `age in []`
    fn in_nothing(&mut self, id: NodeId, list: NodeId) {
        if matches!(self.node(list), Node::Literals(literals) if literals.is_empty()) {
            let fault = always_false("nothing is in an empty list", "空列表不包含任何值");
            self.hint(id, fault);
        }
    }

    /// `nick.matches('^[A-Z]')` where `nick` is compared in small letters.
    fn capitals_in_pattern(&mut self, text: NodeId, pattern: NodeId) {
        let folded = matches!(
            self.checked.ty(text),
            Type::Text(TextProfile::Ci) | Type::Text(TextProfile::Search)
        );
        let Node::Literal(Literal::Text(literal)) = self.node(pattern) else { return };
        // A letter after a backslash is a class, such as `\W`.
        let mut before = ' ';
        let capital = literal.chars().any(|letter| {
            let found = letter.is_uppercase() && before != '\\';
            before = letter;
            found
        });
        if folded && capital {
            let text = self.text(text);
            let fault = Fault::new(
                Code::FoldedPattern,
                format!("`{text}` is compared in small letters, and the pattern has capitals"),
                format!("`{text}` 按小写比较，而模式中有大写字母"),
            )
            .hint("write the pattern in small letters", "请用小写字母写模式");
            self.hint(pattern, fault);
        }
    }

    /// Whether a node is a comparison of some `list.size()`; the kind then.
    fn sized(&self, id: NodeId) -> Option<usize> {
        let Node::Call { function, receiver, args } = self.node(id) else { return None };
        if &**function != "size" {
            return None;
        }
        let list = receiver.or(args.first().copied())?;
        match self.checked.ty(list) {
            Type::Events(kind) => Some(*kind),
            _ => None,
        }
    }

    /// The kind of a list of events of which a node takes one event.
    fn one_of(&self, id: NodeId) -> Option<(NodeId, usize)> {
        let Node::Call { receiver: Some(list), .. } = self.node(id) else { return None };
        match (self.checked.ty(id), self.checked.ty(*list)) {
            (Type::Event(_), Type::Events(kind)) => Some((*list, *kind)),
            _ => None,
        }
    }

    /// Whether a node is one value of a kind that `<` can compare.
    fn is_ordered(&self, id: NodeId) -> bool {
        self.checked.ty(id).is(Kinds::ORDERED)
    }
}

fn always_true(en: impl Into<String>, zh: impl Into<String>) -> Fault {
    Fault::new(Code::AlwaysTrue, en, zh)
}

fn always_false(en: impl Into<String>, zh: impl Into<String>) -> Fault {
    Fault::new(Code::AlwaysFalse, en, zh)
}
