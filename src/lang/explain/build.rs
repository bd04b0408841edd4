//! Takes a condition apart.

use super::super::checked::Checked;
use super::super::environment::Environment;
use super::super::evaluate::evaluate_node;
use super::super::scope::Meaning;
use super::super::tree::{BinaryOp, FoldOp, Literal, Node, NodeId, Tree};
use super::super::types::{Kinds, Type};
use super::super::value::Value;
use super::shown::shown;
use super::{Counted, Explanation, Joint, Leaf, Outcome, Shown};
use crate::error::{Code, Error, Fault, Text};
use crate::units;

/// Lists named in one clause; more would hide the answer.
const LISTS: usize = 8;

/// What a clause takes of a page besides its text, in bytes: its values, and
/// what is said about them.
const CLAUSE: usize = 256;

/// A whole condition, and what it takes of a page; `None` where it takes more
/// than `room` bytes.
pub(super) fn whole(
    checked: &Checked,
    environment: &dyn Environment,
    room: usize,
) -> Option<(Explanation, usize)> {
    let mut builder = Builder { checked, environment, counting: None, room };
    let whole = builder.clause(checked.tree.root)?;
    Some((whole, room.saturating_sub(builder.room)))
}

/// A condition by its outcome alone.
pub(super) fn outcome(checked: &Checked, environment: &dyn Environment) -> Explanation {
    let builder = Builder { checked, environment, counting: None, room: 0 };
    let root = checked.tree.root;
    let joint = match builder.node(root) {
        Node::Binary { op: BinaryOp::And, .. } => Joint::All,
        Node::Binary { op: BinaryOp::Or, .. } => Joint::Any,
        Node::Not { .. } => Joint::Not,
        Node::Conditional { .. } => Joint::Choice,
        Node::Call { function, .. } if &**function == "exactlyOne" => Joint::One,
        _ => Joint::Leaf,
    };
    let outcome = builder.outcome(root, builder.value(root));
    Explanation { cut: true, ..builder.bare(root, outcome, joint) }
}

struct Builder<'e> {
    checked: &'e Checked,
    environment: &'e dyn Environment,
    /// The tree, in which a fold can be made to count what it found.
    counting: Option<Tree>,
    /// Bytes that are left.
    room: usize,
}

impl<'e> Builder<'e> {
    fn node(&self, id: NodeId) -> &'e Node {
        self.checked.tree.node(id)
    }

    /// Explains a clause, if there is room. Recursion goes into brackets alone,
    /// whose depth the parser bounds; chains and runs of `!` are loops.
    fn clause(&mut self, id: NodeId) -> Option<Explanation> {
        match self.node(id) {
            Node::Binary { op: op @ (BinaryOp::And | BinaryOp::Or), .. } => self.chain(id, *op),
            Node::Not { .. } => self.not(id),
            Node::Conditional { .. } if *self.checked.ty(id) == Type::Bool => self.choice(id),
            Node::Call { function, args, .. } if &**function == "exactlyOne" => self.one(id, args),
            _ => self.leaf(id),
        }
    }

    /// The clause without what it is made of, which takes its room.
    fn explanation(&mut self, id: NodeId, outcome: Outcome, joint: Joint) -> Option<Explanation> {
        let size = CLAUSE.saturating_add(self.checked.text(id).len());
        self.room = self.room.checked_sub(size)?;
        Some(self.bare(id, outcome, joint))
    }

    fn bare(&self, id: NodeId, outcome: Outcome, joint: Joint) -> Explanation {
        let span = self.checked.tree.span(id);
        Explanation {
            text: self.checked.text(id).to_owned(),
            span: (span.start as usize, span.end as usize),
            outcome,
            missing: false,
            joint,
            parts: Vec::new(),
            leaf: None,
            cut: false,
        }
    }

    fn chain(&mut self, id: NodeId, joint: BinaryOp) -> Option<Explanation> {
        let mut operands = Vec::new();
        let mut below = vec![id];
        while let Some(next) = below.pop() {
            match self.node(next) {
                Node::Binary { op, left, right } if *op == joint => below.extend([*right, *left]),
                _ => operands.push(next),
            }
        }
        let parts: Option<Vec<Explanation>> =
            operands.into_iter().map(|part| self.clause(part)).collect();
        let parts = parts?;
        // What one clause alone decides, whatever becomes of the others.
        let (joint, decides, otherwise) = match joint {
            BinaryOp::And => (Joint::All, Outcome::No, Outcome::Yes),
            _ => (Joint::Any, Outcome::Yes, Outcome::No),
        };
        let outcome = if parts.iter().any(|part| part.outcome == decides) {
            decides.clone()
        } else {
            let mut outcomes = parts.iter().map(|part| &part.outcome);
            let error = outcomes.find(|outcome| matches!(outcome, Outcome::Error(_)));
            error.cloned().unwrap_or(otherwise)
        };
        let mut deciding = parts.iter().filter(|part| part.outcome == outcome);
        let missing = match &outcome {
            Outcome::Error(_) => false,
            // Any one of these would have been enough ...
            one if *one == decides => deciding.all(|part| part.missing),
            // ... and each of these was needed.
            _ => deciding.any(|part| part.missing),
        };
        Some(Explanation { parts, missing, ..self.explanation(id, outcome, joint)? })
    }

    fn one(&mut self, id: NodeId, args: &[NodeId]) -> Option<Explanation> {
        let parts: Option<Vec<Explanation>> = args.iter().map(|part| self.clause(*part)).collect();
        let parts = parts?;
        let outcome = self.outcome(id, self.value(id));
        let missing = !matches!(outcome, Outcome::Error(_)) && parts.iter().any(|it| it.missing);
        Some(Explanation { parts, missing, ..self.explanation(id, outcome, Joint::One)? })
    }

    fn not(&mut self, id: NodeId) -> Option<Explanation> {
        let (mut inner, mut odd) = (id, false);
        while let Node::Not { of } = self.node(inner) {
            (inner, odd) = (*of, !odd);
        }
        let part = self.clause(inner)?;
        if !odd {
            return Some(part);
        }
        let outcome = match &part.outcome {
            Outcome::Yes => Outcome::No,
            Outcome::No => Outcome::Yes,
            error => error.clone(),
        };
        let missing = part.missing;
        let not = self.explanation(id, outcome, Joint::Not)?;
        Some(Explanation { missing, parts: vec![part], ..not })
    }

    fn choice(&mut self, id: NodeId) -> Option<Explanation> {
        let mut parts = Vec::new();
        let mut branch = id;
        while let Node::Conditional { test, yes, no } = self.node(branch) {
            let part = self.clause(*test)?;
            let outcome = part.outcome.clone();
            parts.push(part);
            branch = match outcome {
                Outcome::Yes => *yes,
                Outcome::No => *no,
                error => {
                    let choice = self.explanation(id, error, Joint::Choice)?;
                    return Some(Explanation { parts, ..choice });
                }
            };
            if outcome == Outcome::Yes {
                break;
            }
        }
        let taken = self.clause(branch)?;
        let outcome = taken.outcome.clone();
        parts.push(taken);
        let missing = parts.iter().any(|part| part.missing);
        Some(Explanation { parts, missing, ..self.explanation(id, outcome, Joint::Choice)? })
    }
}

/// Clauses that look at values.
impl Builder<'_> {
    fn leaf(&mut self, id: NodeId) -> Option<Explanation> {
        let value = self.value(id);
        let mut leaf = Leaf::default();
        match self.node(id) {
            Node::Binary { op, left, right } => {
                leaf.left = self.shown(*left);
                leaf.sign = Some(op.symbol().to_owned());
                leaf.right = self.shown(*right);
            }
            Node::Call { function, receiver, args } => {
                let mut operands = receiver.iter().chain(args).copied();
                match (&**function, operands.next(), operands.next()) {
                    ("segment", Some(name), _) => {
                        if let Node::Literal(Literal::Text(name)) = self.node(name) {
                            leaf.segment = Some(name.clone());
                        }
                    }
                    ("is_known", Some(value), _) => leaf.left = self.shown(value),
                    ("between", Some(value), Some(low)) => {
                        leaf.left = self.shown(value);
                        leaf.sign = Some(function.to_string());
                        leaf.right = self.bounds(low, operands.next());
                    }
                    (
                        "contains" | "startsWith" | "endsWith" | "matches",
                        Some(text),
                        Some(part),
                    ) => {
                        leaf.left = self.shown(text);
                        leaf.sign = Some(function.to_string());
                        leaf.right = self.shown(part);
                    }
                    _ => leaf.left = self.shown(id),
                }
            }
            Node::Fold { .. } => {}
            Node::Select { of, test: true, .. } if self.checked.meaning(id).is_some() => {
                // The event of `has(x.f)`: without one nothing can be there.
                leaf.left = self.shown(*of).filter(|shown| shown.missing);
            }
            _ => leaf.left = self.shown(id),
        }
        leaf.counted = self.counted(id);
        leaf.parameters = self.parameters(id);
        let missing = !self.asks_for_presence(id)
            && (matches!(value, Ok(Value::Missing))
                || [&leaf.left, &leaf.right].into_iter().flatten().any(|shown| shown.missing));
        let outcome = self.outcome(id, value);
        let missing = missing && !matches!(outcome, Outcome::Error(_));
        let end = self.explanation(id, outcome, Joint::Leaf)?;
        Some(Explanation { missing, leaf: Some(leaf), ..end })
    }

    fn value(&self, id: NodeId) -> Result<Value, Error> {
        self.checked.evaluate_at(id, self.environment)
    }

    fn outcome(&self, id: NodeId, value: Result<Value, Error>) -> Outcome {
        match value {
            Ok(Value::Bool(true)) => Outcome::Yes,
            Ok(Value::Bool(false) | Value::Missing) => Outcome::No,
            Ok(other) => {
                let (words, span) = (other.words(), self.checked.tree.span(id));
                let fault = Fault::new(
                    Code::NotACondition,
                    format!("the expression gives {}, expected a yes or no", words.en),
                    format!("表达式的结果是{}，应为是非值", words.zh),
                );
                Outcome::Error(fault.span(span.start as usize, span.end as usize))
            }
            Err(error) => {
                let fallback = Fault::new(Code::Internal, "there is no reason", "没有原因");
                Outcome::Error(error.into_faults().into_iter().next().unwrap_or(fallback))
            }
        }
    }

    /// Whether a clause asks for presence, so that absence is its point.
    fn asks_for_presence(&self, id: NodeId) -> bool {
        let is_null = |id: &NodeId| matches!(self.node(*id), Node::Literal(Literal::Null));
        match self.node(id) {
            Node::Select { test, .. } => *test,
            Node::Call { function, .. } => &**function == "is_known",
            Node::Binary { left, right, .. } => is_null(left) || is_null(right),
            _ => false,
        }
    }

    fn shown(&self, id: NodeId) -> Option<Shown> {
        let value = self.value(id).ok()?;
        let constant = matches!(self.node(id), Node::Literal(_) | Node::Literals(_));
        let name = (!constant).then(|| units::shown(self.checked.text(id)).into_owned());
        let calendar = self.environment.calendar();
        Some(Shown {
            name,
            value: shown(&value, self.checked.ty(id), calendar),
            missing: matches!(value, Value::Missing),
        })
    }

    /// Both bounds of `between` as one measure.
    fn bounds(&self, low: NodeId, high: Option<NodeId>) -> Option<Shown> {
        let (low, high) = (self.shown(low)?, self.shown(high?)?);
        let value = Text::new(
            format!("{} and {}", low.value.en, high.value.en),
            format!("{} 与 {}", low.value.zh, high.value.zh),
        );
        Some(Shown { name: None, value, missing: low.missing || high.missing })
    }

    /// The parameters that a clause reads within something else: one that is
    /// a side of its own is shown there.
    fn parameters(&self, id: NodeId) -> Vec<Shown> {
        let mut parameters: Vec<Shown> = Vec::new();
        let is_parameter =
            |id: &NodeId| matches!(self.checked.meaning(*id), Some(Meaning::Parameter(_)));
        let mut below = self.node(id).children();
        if let Node::Binary { .. } = self.node(id) {
            below.retain(|side| !is_parameter(side));
        }
        while let Some(next) = below.pop() {
            if is_parameter(&next) {
                let shown = self.shown(next);
                parameters.extend(shown.filter(|shown| !parameters.contains(shown)));
            } else {
                below.extend(self.node(next).children());
            }
        }
        parameters.sort_by(|a, b| a.name.cmp(&b.name));
        parameters
    }

    /// The lists of events that a clause goes through.
    fn counted(&mut self, id: NodeId) -> Vec<Counted> {
        let mut counted: Vec<Counted> = Vec::new();
        if let Node::Fold { op: FoldOp::Exists | FoldOp::All | FoldOp::ExistsOne, over, .. } =
            self.node(id)
            && self.checked.ty(*over).is(Kinds::EVENTS)
        {
            return self.found(id, *over).into_iter().collect();
        }
        let mut below = vec![id];
        while let Some(next) = below.pop() {
            if counted.len() == LISTS {
                break;
            }
            match self.node(next) {
                _ if self.checked.ty(next).is(Kinds::EVENTS) => {
                    let list = self.list(next, next);
                    counted.extend(list.filter(|list| !counted.contains(list)));
                }
                // The variable has no value here.
                Node::Fold { over, .. } => below.push(*over),
                node => {
                    let mut children = node.children();
                    children.reverse();
                    below.extend(children);
                }
            }
        }
        counted
    }

    /// How many events of a list meet the condition of a fold.
    fn found(&mut self, fold: NodeId, over: NodeId) -> Option<Counted> {
        let checked = self.checked;
        let tree = self.counting.get_or_insert_with(|| checked.tree.clone());
        let slot = tree.nodes.get_mut(fold.0 as usize)?;
        if let Node::Fold { op, .. } = slot {
            *op = FoldOp::Count;
        }
        let count = evaluate_node(tree, fold, &|id| checked.ty(id).zero(), self.environment);
        let slot = tree.nodes.get_mut(fold.0 as usize)?;
        slot.clone_from(checked.tree.node(fold));
        let Ok(Value::Int(count)) = count else { return None };
        Some(Counted { count: u64::try_from(count).ok()?, ..self.list(over, over)? })
    }

    /// How long a list is, and how long it is before it was narrowed.
    fn list(&self, id: NodeId, list: NodeId) -> Option<Counted> {
        let mut whole = list;
        loop {
            whole = match self.node(whole) {
                Node::Call { receiver: Some(list), .. } => *list,
                Node::Fold { over, .. } => *over,
                _ => break,
            };
        }
        let count = |id: NodeId| match self.value(id) {
            Ok(Value::List(events)) => Some(events.len() as u64),
            Ok(Value::Missing) => Some(0),
            _ => None,
        };
        let text = units::shown(self.checked.text(id)).into_owned();
        Some(Counted { list: text, count: count(id)?, of: count(whole)? })
    }
}
