//! The values of rules.

use super::super::super::tree::{BinaryOp, Literal, Node, NodeId};
use super::super::super::types::Type;
use super::super::relative::{ANCHORS, Anchor, UNITS};
use super::rule::Side;
use super::{Export, object, text};
use crate::json::{self, Json};
use crate::units::{Decimal, shown};

/// A value, and where it comes from.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Given {
    Value(Json),
    Field(Json),
    Parameter(Json),
    Expression(Json),
}

/// A constant as JSON; `None` for what has been made by the checker.
pub(super) fn plain(literal: &Literal) -> Option<Json> {
    Some(match literal {
        Literal::Null => Json::Null,
        Literal::Bool(on) => Json::Bool(*on),
        Literal::Int(whole) => Json::Number(whole.to_string().into()),
        Literal::Double(value, digits) => Json::Number(number(*value, digits)),
        Literal::Text(value) => Json::Text((**value).into()),
        Literal::Decimal(_) | Literal::Money(..) => return None,
    })
}

/// The digits of a number as JSON allows them.
fn number(value: f64, digits: &str) -> Box<str> {
    match json::parse(digits.as_bytes()) {
        Ok(Json::Number(digits)) => digits,
        _ => Decimal::parse(digits).map_or(format!("{value:?}"), |it| it.to_string()).into(),
    }
}

impl Export<'_> {
    /// The other side of a comparison.
    pub(super) fn given(&mut self, id: NodeId, side: &Side, level: usize) -> Option<Given> {
        if let Some(value) = self.as_value(id, side) {
            return Some(Given::Value(value));
        }
        if let Some(field) = self.field(id) {
            return Some(Given::Field(text(&field)));
        }
        if let Some(parameter) = self.parameter(id) {
            return Some(Given::Parameter(text(&parameter)));
        }
        self.expression(id, level + 1).map(Given::Expression)
    }

    /// Several values, which must come from one place: expressions can be all.
    pub(super) fn all_given(&mut self, ids: &[NodeId], side: &Side, level: usize) -> Option<Given> {
        let values: Option<Vec<Json>> = ids.iter().map(|id| self.as_value(*id, side)).collect();
        if let Some(values) = values {
            return Some(Given::Value(Json::Array(values)));
        }
        let fields: Option<Vec<Json>> =
            ids.iter().map(|id| self.field(*id).map(|field| text(&field))).collect();
        if let Some(fields) = fields {
            return Some(Given::Field(Json::Array(fields)));
        }
        let names: Option<Vec<Json>> =
            ids.iter().map(|id| self.parameter(*id).map(|name| text(&name))).collect();
        if let Some(names) = names {
            return Some(Given::Parameter(Json::Array(names)));
        }
        let each: Vec<Option<Json>> =
            ids.iter().map(|id| self.expression(*id, level + 2)).collect();
        let each: Option<Vec<Json>> = each.into_iter().collect();
        each.map(|each| Given::Expression(Json::Array(each)))
    }

    /// A value that stands in the rule itself, read back by what its left side
    /// holds.
    fn as_value(&self, id: NodeId, side: &Side) -> Option<Json> {
        let node = self.tree.node(id);
        if let Node::Literal(literal) = node {
            return match literal {
                Literal::Null => None,
                other => plain(other),
            };
        }
        // Inside a list only the fields of its elements are known by type.
        if side.lhs.is_some() && !self.frames.is_empty() {
            return None;
        }
        let wanted = self.checked.ty(side.id);
        if let Node::Call { function, receiver: None, args } = node
            && let ("date", Type::Date)
            | ("timestamp", Type::Timestamp)
            | ("duration", Type::Duration) = (&**function, wanted)
            && let [text] = args.as_slice()
            && let Node::Literal(Literal::Text(text)) = self.tree.node(*text)
        {
            return Some(Json::Text((**text).into()));
        }
        self.relative(id, wanted)
    }

    /// An instant or a day that moves, where the builder has a form for it.
    fn relative(&self, id: NodeId, wanted: &Type) -> Option<Json> {
        let node = self.tree.node(id);
        if *wanted == Type::Timestamp
            && let Node::Call { function, receiver: None, args } = node
            && &**function == "ago"
        {
            let (count, unit) = self.length(*args.first()?)?;
            return (0 < count).then(|| relative("now", -count, unit));
        }
        let (from, count, unit) = match node {
            Node::Binary { op: op @ (BinaryOp::Add | BinaryOp::Subtract), left, right } => {
                let (count, unit) = self.length(*right)?;
                let sign = if *op == BinaryOp::Add { 1 } else { -1 };
                // `now - days(3)` is another tree than `ago(days(3))`.
                let is_ago = sign < 0 && self.is_now(*left);
                if count <= 0 || is_ago {
                    return None;
                }
                (*left, sign * count, unit)
            }
            _ => (id, 0, "day"),
        };
        let anchor = self.anchor(from, wanted)?;
        Some(relative(anchor, count, unit))
    }

    fn is_now(&self, id: NodeId) -> bool {
        matches!(self.tree.node(id), Node::Name { name, .. } if &**name == "now")
    }

    /// The anchor of an instant or a day, but for the ends of periods.
    fn anchor(&self, id: NodeId, wanted: &Type) -> Option<&'static str> {
        match (self.tree.node(id), wanted) {
            (Node::Name { .. }, Type::Timestamp) if self.is_now(id) => Some("now"),
            (Node::Call { function, receiver: None, args }, Type::Date) => {
                (&**function == "today" && args.is_empty()).then_some("now")
            }
            (Node::Call { .. }, Type::Timestamp) => {
                let unit = self.edge(id, "startOf")?;
                name_of(|anchor| anchor == Anchor::Start(unit))
            }
            _ => None,
        }
    }

    /// The unit of `startOf('month')`, if the builder knows it.
    fn edge(&self, id: NodeId, wanted: &str) -> Option<&'static str> {
        let Node::Call { function, receiver: None, args } = self.tree.node(id) else {
            return None;
        };
        let [unit] = args.as_slice() else { return None };
        let Node::Literal(Literal::Text(unit)) = self.tree.node(*unit) else { return None };
        let known = ["day", "week", "month", "year"].into_iter().find(|it| *it == &**unit);
        known.filter(|_| &**function == wanted)
    }

    /// A length of time in one unit of the builder.
    fn length(&self, id: NodeId) -> Option<(i64, &'static str)> {
        let Node::Call { function, receiver: None, args } = self.tree.node(id) else {
            return None;
        };
        let [arg] = args.as_slice() else { return None };
        match self.tree.node(*arg) {
            Node::Literal(Literal::Int(count)) => {
                let unit = UNITS.iter().find(|(_, it)| *it == Ok(&**function))?;
                Some((*count, unit.0))
            }
            Node::Literal(Literal::Text(text)) if &**function == "duration" => {
                let (unit, letter) = UNITS.iter().find_map(|(name, it)| {
                    it.err()
                        .map(|letter| (*name, letter))
                        .filter(|(_, letter)| text.ends_with(*letter))
                })?;
                let count = text.strip_suffix(letter)?;
                let canonical = count.parse::<i64>().ok().filter(|it| it.to_string() == count)?;
                Some((canonical, unit))
            }
            _ => None,
        }
    }

    /// `< endOf('month')` is what the builder calls `<=` the end of the month.
    pub(super) fn end(&self, op: BinaryOp, id: NodeId, side: &Side) -> Option<(BinaryOp, Json)> {
        let op = match op {
            BinaryOp::Less => BinaryOp::LessEqual,
            BinaryOp::GreaterEqual => BinaryOp::Greater,
            _ => return None,
        };
        let known = side.lhs.is_none() || self.frames.is_empty();
        if !known || *self.checked.ty(side.id) != Type::Timestamp {
            return None;
        }
        let (from, count, unit) = match self.tree.node(id) {
            Node::Binary { op: moved @ (BinaryOp::Add | BinaryOp::Subtract), left, right } => {
                let (count, unit) = self.length(*right).filter(|(count, _)| 0 < *count)?;
                (*left, if *moved == BinaryOp::Add { count } else { -count }, unit)
            }
            _ => (id, 0, "day"),
        };
        let wanted = self.edge(from, "endOf")?;
        let anchor = name_of(|anchor| anchor == Anchor::End(wanted))?;
        Some((op, relative(anchor, count, unit)))
    }

    /// Whether the larger of two bounds stands first, so that the builder would
    /// turn them.
    pub(super) fn is_reversed(&self, given: &Given) -> bool {
        let Given::Value(Json::Array(bounds)) = given else { return false };
        let [low, high] = bounds.as_slice() else { return false };
        let number = |json: &Json| Decimal::parse(json.as_number()?).ok();
        match (number(low), number(high), low, high) {
            (Some(low), Some(high), ..) => low.compare(high).is_gt(),
            (_, _, Json::Text(low), Json::Text(high)) => {
                let instant = |text: &str| crate::units::Instant::parse(text).ok();
                let day = |text: &str| crate::units::Day::parse(text).ok();
                day(low).zip(day(high)).is_some_and(|(low, high)| high < low)
                    || instant(low).zip(instant(high)).is_some_and(|(low, high)| high < low)
            }
            _ => false,
        }
    }

    /// The path of a field, as the builder names it where this stands.
    pub(super) fn field(&self, id: NodeId) -> Option<String> {
        let mut path: Vec<&str> = Vec::new();
        let mut at = id;
        loop {
            match self.tree.node(at) {
                Node::Select { of, field, test: false } => {
                    path.push(field);
                    at = *of;
                }
                Node::Name { name, absolute: false } => {
                    match self.frames.last() {
                        Some(variable) if variable == name => {}
                        Some(_) => return None,
                        None if &**name == "param" => return None,
                        None => path.push(name),
                    }
                    path.reverse();
                    return Some(path.join("."));
                }
                _ => return None,
            }
        }
    }

    /// The name of a parameter.
    pub(super) fn parameter(&self, id: NodeId) -> Option<String> {
        let Node::Select { of, field, test: false } = self.tree.node(id) else { return None };
        match self.tree.node(*of) {
            Node::Name { name, .. } if &**name == "param" => Some(shown(field).into_owned()),
            _ => None,
        }
    }
}

fn name_of(is: impl Fn(Anchor) -> bool) -> Option<&'static str> {
    ANCHORS.iter().find(|(_, anchor)| is(*anchor)).map(|(name, _)| *name)
}

fn relative(anchor: &str, offset: i64, unit: &str) -> Json {
    object(vec![
        ("mode", text("relative")),
        ("anchor", text(anchor)),
        ("offset", Json::Number(offset.to_string().into())),
        ("unit", text(unit)),
    ])
}
