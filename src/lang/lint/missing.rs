//! Who is in only because a value is missing, and who is out.

use std::collections::HashSet;

use super::super::scope::Meaning;
use super::super::tree::{BinaryOp, FoldOp, Node, NodeId};
use super::super::types::Type;
use super::Linter;
use crate::error::{Code, Fault};

/// What the text asks about by itself, so that nothing need be said about it.
#[derive(Default)]
struct Asked {
    attributes: HashSet<usize>,
    fields: HashSet<(usize, usize)>,
    sizes: HashSet<usize>,
    /// Questions to the value part, as they are written.
    scores: HashSet<String>,
}

/// A question on the way down, and whether it is under a `!`.
struct Sense {
    id: NodeId,
    negated: bool,
    /// The `!` right before it, which the hint then points at.
    place: Option<NodeId>,
}

impl Linter<'_> {
    /// Negations that include the missing, and comparisons that leave out
    /// those who never had an event.
    pub(super) fn missing(&mut self) {
        let (mut negates, mut orders) = (false, false);
        for node in &self.checked.tree.nodes {
            match node {
                Node::Not { .. } | Node::Binary { op: BinaryOp::NotEqual, .. } => negates = true,
                Node::Select { .. } | Node::Fold { .. } => orders = true,
                _ => {}
            }
        }
        if negates || orders {
            let asked = self.asked();
            if negates {
                self.negations(&asked);
            }
            // A number or a time leaves nobody out by comparing on the way.
            if orders && *self.checked.result() == Type::Bool {
                self.never_had_one(&asked);
            }
        }
    }

    /// Everything whose presence the text asks about.
    fn asked(&self) -> Asked {
        let mut asked = Asked::default();
        for id in self.ids() {
            match self.node(id) {
                Node::Binary { left, right, .. } => {
                    for (value, other) in [(*left, *right), (*right, *left)] {
                        if self.is_null(other) {
                            self.note_asked(value, &mut asked);
                        }
                        asked.sizes.extend(self.sized(value));
                    }
                }
                Node::Select { test: true, .. } => self.note_asked(id, &mut asked),
                Node::Call { function, args, .. } if &**function == "is_known" => {
                    args.iter().for_each(|arg| self.note_asked(*arg, &mut asked));
                }
                _ => {}
            }
        }
        asked
    }

    fn note_asked(&self, id: NodeId, asked: &mut Asked) {
        match (self.checked.meaning(id), self.node(id)) {
            (Some(Meaning::Attribute(position)), _) => {
                asked.attributes.insert(position);
            }
            (Some(Meaning::Field(position)), Node::Select { of, .. }) => {
                if let Type::Event(kind) = self.checked.ty(*of) {
                    asked.fields.insert((*kind, position));
                }
            }
            (_, node) if is_score(node) => {
                asked.scores.insert(self.text(id));
            }
            _ => {
                // `purchases.last() == null` asks whether there is any.
                asked.sizes.extend(self.one_of(id).map(|(_, kind)| kind));
            }
        }
    }

    fn is_asked(&self, id: NodeId, asked: &Asked) -> bool {
        match (self.checked.meaning(id), self.node(id)) {
            (Some(Meaning::Attribute(position)), _) => asked.attributes.contains(&position),
            (Some(Meaning::Field(position)), Node::Select { of, .. }) => {
                matches!(self.checked.ty(*of), Type::Event(kind)
                    if asked.fields.contains(&(*kind, position)))
            }
            (_, node) => is_score(node) && asked.scores.contains(&self.text(id)),
        }
    }

    /// `!(age < 30)`, `!married`, `region != 'east'`
    fn negations(&mut self, asked: &Asked) {
        let mut below = vec![Sense { id: self.checked.tree.root, negated: false, place: None }];
        while let Some(sense) = below.pop() {
            let Sense { id, negated, place } = sense;
            match self.node(id) {
                Node::Binary { op: BinaryOp::And | BinaryOp::Or, left, right } => {
                    let inside = |id: NodeId| Sense { id, negated, place: None };
                    below.extend([inside(*left), inside(*right)]);
                }
                Node::Not { of } => {
                    let place = place.or(Some(id));
                    below.push(Sense { id: *of, negated: !negated, place });
                }
                Node::Conditional { test, yes, no } if *self.checked.ty(id) == Type::Bool => {
                    below.push(Sense { id: *test, negated: false, place: None });
                    let inside = |id: NodeId| Sense { id, negated, place: None };
                    below.extend([inside(*yes), inside(*no)]);
                }
                node => {
                    // Missing makes `!=` true, and every other question false.
                    let unequal = matches!(node, Node::Binary { op: BinaryOp::NotEqual, .. });
                    if unequal != negated
                        && let Some(value) = self.lacking(id)
                    {
                        self.includes_missing(place.unwrap_or(id), value, asked);
                    }
                    self.folds_below(id, &mut below);
                }
            }
        }
    }

    /// The attribute, field or score without which a question comes out by default.
    fn lacking(&self, id: NodeId) -> Option<NodeId> {
        let mut below = vec![id];
        while let Some(id) = below.pop() {
            match self.node(id) {
                Node::Name { .. } | Node::Select { .. } if self.is_nullable(id) => return Some(id),
                Node::Binary { left, right, .. } if self.is_null(*left) || self.is_null(*right) => {
                }
                Node::Call { function, .. } if matches!(&**function, "coalesce" | "is_known") => {}
                node if is_score(node) => return Some(id),
                Node::Select { .. } | Node::List(_) | Node::Conditional { .. } => {}
                Node::Fold { over, .. } => below.push(*over),
                node => below.extend(node.children().into_iter().rev()),
            }
        }
        None
    }

    /// Conditions about elements are questions of their own.
    fn folds_below(&self, id: NodeId, senses: &mut Vec<Sense>) {
        let mut below = vec![id];
        while let Some(id) = below.pop() {
            let node = self.node(id);
            let Node::Fold { over, condition, body, .. } = node else {
                below.extend(node.children());
                continue;
            };
            below.push(*over);
            let bodies = condition.iter().chain([body]).copied();
            let conditions = bodies.filter(|body| *self.checked.ty(*body) == Type::Bool);
            senses.extend(conditions.map(|id| Sense { id, negated: false, place: None }));
        }
    }

    fn includes_missing(&mut self, id: NodeId, value: NodeId, asked: &Asked) {
        if self.is_asked(value, asked) {
            return;
        }
        let text = self.text(value);
        let is_field = matches!(self.checked.meaning(value), Some(Meaning::Field(_)));
        let (en, zh) = if is_field { ("events", "事件") } else { ("customers", "客户") };
        let fault = Fault::new(
            Code::IncludesMissing,
            format!("{en} without `{text}` are included"),
            format!("也包含没有 `{text}` 的{zh}"),
        )
        .hint(
            format!("to leave them out add `&& {text} != null`"),
            format!("如需排除，请加上 `&& {text} != null`"),
        );
        self.hint(id, fault);
    }

    /// `complaints.last().at < ago(days(30))`
    fn never_had_one(&mut self, asked: &Asked) {
        for id in self.ids() {
            let Node::Binary { op, left, right } = self.node(id) else { continue };
            let earlier = match op {
                BinaryOp::Less | BinaryOp::LessEqual => *left,
                BinaryOp::Greater | BinaryOp::GreaterEqual => *right,
                _ => continue,
            };
            let Some((list, kind)) = self.time_of_one(earlier) else { continue };
            if asked.sizes.contains(&kind) || !self.is_ordered(earlier) {
                continue;
            }
            let list = self.text(list);
            let fault = Fault::new(
                Code::ExcludesNever,
                format!("customers without any event in `{list}` are left out"),
                format!("不包含 `{list}` 中从未有过事件的客户"),
            )
            .hint(
                format!("to include them add `|| {list}.size() == 0`"),
                format!("如需包含，请加上 `|| {list}.size() == 0`"),
            );
            self.hint(id, fault);
        }
    }

    /// The list and kind when a node is the time of one of its events.
    fn time_of_one(&self, id: NodeId) -> Option<(NodeId, usize)> {
        match self.node(id) {
            Node::Select { of, test: false, .. } => {
                let is_time = matches!(self.checked.meaning(id), Some(Meaning::At));
                self.one_of(*of).filter(|_| is_time)
            }
            Node::Fold { op: FoldOp::Min | FoldOp::Max, over, body, .. } => {
                let is_time = matches!(self.checked.meaning(*body), Some(Meaning::At));
                match self.checked.ty(*over) {
                    Type::Events(kind) if is_time => Some((*over, *kind)),
                    _ => None,
                }
            }
            _ => None,
        }
    }
}

/// Whether a node asks what the value part says of the customer: nothing of who
/// was never assessed.
fn is_score(node: &Node) -> bool {
    let about = ["value", "axis", "tier", "alive_until"];
    matches!(node, Node::Call { function, receiver: None, .. } if about.contains(&&**function))
}
