//! Which parts of expressions ask the same, and which are constants.

use std::fmt::Write;
use std::sync::Arc;

use crate::lang::tree::{BinaryOp, Literal, Node, NodeId};
use crate::lang::{Checked, Duration, Meaning, Parameter, Timestamp, Value, to_typed};
use crate::units::{Day, Period, PeriodUnit};

/// How deep a part may be that is compared with others.
const DEPTH: usize = 80;

/// The value of a part that no fact changes: a literal, a parameter, a length
/// of time or a day written out.
pub(super) fn constant(checked: &Checked, parameters: &[Parameter], id: NodeId) -> Option<Value> {
    if let Some(Meaning::Parameter(position)) = checked.meaning(id) {
        return parameters.get(position).map(|parameter| parameter.value.clone());
    }
    match checked.tree.node(id) {
        Node::Literal(literal) => value(literal),
        Node::Call { function, receiver: None, args } => {
            let [argument] = args.as_slice() else { return None };
            match (&**function, constant(checked, parameters, *argument)?) {
                ("date", Value::Text(text)) => Day::parse(&text).ok().map(Value::Date),
                ("timestamp", Value::Text(text)) => {
                    Timestamp::parse(&text).ok().map(Value::Timestamp)
                }
                ("duration", Value::Text(text)) => Duration::parse(&text).ok().map(Value::Duration),
                (unit, Value::Int(n)) => {
                    let unit = PeriodUnit::ALL.into_iter().find(|known| known.name() == unit)?;
                    Period::new(n, unit).ok().map(Value::Period)
                }
                _ => None,
            }
        }
        _ => None,
    }
}

/// The value of a literal.
pub(super) fn value(literal: &Literal) -> Option<Value> {
    Some(match literal {
        Literal::Null => Value::Null,
        Literal::Bool(yes) => Value::Bool(*yes),
        Literal::Int(whole) => Value::Int(*whole),
        Literal::Text(text) => Value::Text(text.clone()),
        Literal::Decimal(number) => Value::Decimal(*number),
        Literal::Money(number, currency) => Value::Money(*number, *currency),
        Literal::Double(..) => return None,
    })
}

/// A text that is the same for parts that ask the same: parameters replaced by
/// their values, variables by the fold that binds them. `None` for parts that
/// nest too deep to be compared.
pub(super) fn key(checked: &Checked, parameters: &[Parameter], id: NodeId) -> Option<String> {
    let mut out = String::new();
    let mut bound = Vec::new();
    let mut writer = Writer { checked, parameters, out: &mut out, bound: &mut bound };
    writer.node(id, 0)?;
    Some(out)
}

struct Writer<'a> {
    checked: &'a Checked,
    parameters: &'a [Parameter],
    out: &'a mut String,
    bound: &'a mut Vec<NodeId>,
}

impl Writer<'_> {
    fn node(&mut self, id: NodeId, depth: usize) -> Option<()> {
        if DEPTH < depth {
            return None;
        }
        if let Some(constant) = constant(self.checked, self.parameters, id) {
            self.out.push_str(&to_typed(&constant));
            return Some(());
        }
        if self.meaning(id).is_some() {
            return Some(());
        }
        let node = self.checked.tree.node(id);
        let head: String = match node {
            Node::Literal(literal) => format!("{literal:?}"),
            Node::Literals(literals) => format!("{literals:?}"),
            Node::List(_) => "list".into(),
            Node::Name { name, .. } => format!("name {name}"),
            Node::Select { field, test, .. } => format!("select {field} {test}"),
            Node::Index { .. } => "index".into(),
            Node::Call { function, receiver, .. } => {
                format!("call {function} {}", receiver.is_some())
            }
            Node::Fold { op, condition, .. } => format!("fold {op:?} {}", condition.is_some()),
            Node::Not { .. } => "not".into(),
            Node::Negate { .. } => "negate".into(),
            Node::Binary { op, .. } => format!("{op:?}"),
            Node::Conditional { .. } => "if".into(),
        };
        self.out.push_str(&head);
        self.out.push('(');
        let over = if let Node::Fold { over, .. } = node { Some(*over) } else { None };
        for child in node.children() {
            let inside = over.is_some() && over != Some(child);
            if inside {
                self.bound.push(id);
            }
            let written = self.node(child, depth + 1);
            if inside {
                self.bound.pop();
            }
            written?;
            self.out.push(',');
        }
        self.out.push(')');
        Some(())
    }

    /// Writes what a node names, where that says all.
    fn meaning(&mut self, id: NodeId) -> Option<()> {
        match self.checked.meaning(id)? {
            Meaning::Attribute(position) if !is_test(self.checked, id) => {
                write!(self.out, "attribute {position}").ok()
            }
            Meaning::Events(position) => write!(self.out, "events {position}").ok(),
            Meaning::Variable(fold) => {
                let place = self.bound.iter().position(|open| *open == fold)?;
                write!(self.out, "variable {place}").ok()
            }
            Meaning::Now => write!(self.out, "now").ok(),
            Meaning::TheEvent => write!(self.out, "event").ok(),
            _ => None,
        }
    }
}

fn is_test(checked: &Checked, id: NodeId) -> bool {
    matches!(checked.tree.node(id), Node::Select { test: true, .. })
}

/// Calls that give an answer whatever they are asked about.
const SURE: [&str; 36] = [
    "alive_until",
    "any_in_state",
    "axis",
    "coalesce",
    "consent",
    "contains",
    "count",
    "count_in_state",
    "cut",
    "date",
    "duration",
    "endsWith",
    "first",
    "in_state",
    "is_known",
    "last",
    "lower",
    "matches",
    "max",
    "min",
    "nth",
    "reachable",
    "size",
    "startsWith",
    "state",
    "state_since",
    "tier",
    "timestamp",
    "today",
    "upper",
    "value",
    "was_in",
    "within",
    "days",
    "weeks",
    "months",
];

/// Whether a part may fail for a customer instead of giving an answer.
pub(super) fn can_fail(checked: &Checked, parameters: &[Parameter], id: NodeId) -> bool {
    let mut below = vec![id];
    while let Some(id) = below.pop() {
        if constant(checked, parameters, id).is_some() {
            continue;
        }
        let node = checked.tree.node(id);
        let fails = match node {
            Node::Call { function, .. } => !SURE.contains(&&**function),
            Node::Binary { op, .. } => matches!(
                op,
                BinaryOp::Add
                    | BinaryOp::Subtract
                    | BinaryOp::Multiply
                    | BinaryOp::Divide
                    | BinaryOp::Remainder
            ),
            Node::Fold { op, .. } => {
                use crate::lang::tree::FoldOp::{Avg, Sum};
                matches!(op, Avg | Sum)
            }
            Node::Index { .. } | Node::Negate { .. } | Node::Conditional { .. } => true,
            _ => false,
        };
        if fails {
            return true;
        }
        below.extend(node.children());
    }
    false
}

/// Whether a part asks about consent, or about a segment, which may.
pub(super) fn asks_consent(checked: &Checked, id: NodeId) -> bool {
    let mut below = vec![id];
    while let Some(id) = below.pop() {
        let node = checked.tree.node(id);
        if let Node::Call { function, .. } = node
            && matches!(&**function, "consent" | "segment")
        {
            return true;
        }
        below.extend(node.children());
    }
    false
}

/// A length that is never longer than another, and whether it is always
/// shorter. `None`: neither is known.
pub(super) fn compare_lengths(a: &Value, b: &Value) -> Option<std::cmp::Ordering> {
    match (a, b) {
        (Value::Duration(a), Value::Duration(b)) => Some(a.cmp(b)),
        (Value::Period(a), Value::Period(b)) => {
            if a == b {
                return Some(std::cmp::Ordering::Equal);
            }
            let ((n_a, days_a), (n_b, days_b)) = (in_units(*a)?, in_units(*b)?);
            if days_a == days_b {
                return Some(n_a.cmp(&n_b));
            }
            // A month has 28 to 31 days.
            let (days, months, turned) = if days_a { (n_a, n_b, false) } else { (n_b, n_a, true) };
            let order = if days < months.saturating_mul(28) {
                std::cmp::Ordering::Less
            } else if months.saturating_mul(31) < days {
                std::cmp::Ordering::Greater
            } else {
                return None;
            };
            Some(if turned { order.reverse() } else { order })
        }
        _ => None,
    }
}

/// A period as days, or as months. `None` for working time: of two lengths the
/// longer may lead where the working calendar knows nothing, and give no answer.
fn in_units(period: Period) -> Option<(i64, bool)> {
    Some(match period.unit() {
        PeriodUnit::Days => (period.n(), true),
        PeriodUnit::Weeks => (period.n() * 7, true),
        PeriodUnit::Months => (period.n(), false),
        PeriodUnit::Quarters => (period.n() * 3, false),
        PeriodUnit::Years => (period.n() * 12, false),
        PeriodUnit::Workdays | PeriodUnit::Workhours | PeriodUnit::Workminutes => return None,
    })
}

/// The text between the quotes of an argument that is written out.
pub(super) fn quoted<'c>(
    checked: &'c Checked,
    args: &[NodeId],
    place: usize,
) -> Option<&'c Arc<str>> {
    match checked.tree.node(*args.get(place)?) {
        Node::Literal(Literal::Text(text)) => Some(text),
        _ => None,
    }
}
