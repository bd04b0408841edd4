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
}

impl Linter<'_> {
    /// Negations that include the missing, and comparisons that leave out
    /// those who never had an event.
    pub(super) fn missing(&mut self) {
        let worth_it = self.checked.tree.nodes.iter().any(|node| {
            matches!(node, Node::Not { .. })
                || matches!(node, Node::Binary { op, .. } if matches!(
                    op,
                    BinaryOp::NotEqual | BinaryOp::Less | BinaryOp::LessEqual
                        | BinaryOp::Greater | BinaryOp::GreaterEqual
                ))
        });
        if worth_it {
            let asked = self.asked();
            self.negations(&asked);
            self.never_had_one(&asked);
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
            _ => false,
        }
    }

    /// `!(age < 30)`, `!married`, `region != 'east'`
    fn negations(&mut self, asked: &Asked) {
        // For each node the attribute or field without which it is false, or
        // missing itself. Children come first.
        let mut lacking: Vec<Option<NodeId>> = Vec::with_capacity(self.checked.tree.nodes.len());
        for id in self.ids() {
            let of = |id: &NodeId| lacking.get(id.0 as usize).copied().flatten();
            let found = match self.node(id) {
                Node::Name { .. } | Node::Select { .. } if self.is_nullable(id) => Some(id),
                Node::Binary { left, right, .. } if self.is_null(*left) || self.is_null(*right) => {
                    None
                }
                Node::Binary { op: BinaryOp::NotEqual, left, right } => {
                    if let Some(value) = of(left).or_else(|| of(right)) {
                        self.includes_missing(id, value, asked);
                    }
                    None
                }
                Node::Binary { left, right, .. } => of(left).or_else(|| of(right)),
                Node::Not { of: negated } => match (of(negated), self.node(*negated)) {
                    (Some(value), _) => {
                        self.includes_missing(id, value, asked);
                        None
                    }
                    // Two negations are none.
                    (None, Node::Not { of: inner }) => {
                        self.take_back(*negated);
                        of(inner)
                    }
                    _ => None,
                },
                Node::Negate { of: value } => of(value),
                Node::Call { function, .. } if matches!(&**function, "coalesce" | "is_known") => {
                    None
                }
                Node::Call { receiver, args, .. } => receiver.iter().chain(args).find_map(of),
                Node::Fold { over, op, .. } if *op != FoldOp::All => of(over),
                _ => None,
            };
            lacking.push(found);
        }
    }

    /// Drops the last hint if it is about this node.
    fn take_back(&mut self, id: NodeId) {
        let span = self.checked.tree.span(id);
        let place = Some((span.start as usize, span.end as usize));
        self.hints.pop_if(|hint| hint.span == place);
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
