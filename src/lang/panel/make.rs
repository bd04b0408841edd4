//! From conditions to clauses that they share.

use std::collections::HashMap;
use std::sync::Arc;

use super::column::Wanted;
use super::events::{Range, Rows, Span};
use super::{Clause, Panel, Test};
use crate::facts::Type as Declared;
use crate::lang::checked::Checked;
use crate::lang::kernel::{Comparison, decimal, narrow, range_above, range_below, scale_of};
use crate::lang::moment::World;
use crate::lang::print::print_node;
use crate::lang::quick::{Length, constant};
use crate::lang::scope::Meaning;
use crate::lang::tree::{BinaryOp, FoldOp, Literal, Node, NodeId};
use crate::lang::types::Type;
use crate::lang::value::Value;

/// What makes two clauses the same.
#[derive(PartialEq, Eq, Hash)]
enum Key {
    All(Vec<usize>),
    Any(Vec<usize>),
    Not(usize),
    /// As it is printed: within one playbook the same words mean the same.
    Text(String),
}

struct Maker<'a> {
    world: World<'a>,
    clauses: Vec<Clause<'a>>,
    known: HashMap<Key, usize>,
    /// Segments that were met, with their clauses.
    segments: HashMap<Arc<str>, usize>,
    /// Windows by kind and length, as it is printed.
    windows: HashMap<(usize, String), usize>,
    spans: Vec<Span>,
}

pub(super) fn panel<'a>(conditions: &[&'a Checked], world: World<'a>) -> Panel<'a> {
    let (known, segments) = (HashMap::new(), HashMap::new());
    let (windows, spans) = (HashMap::new(), Vec::new());
    let mut maker = Maker { world, clauses: Vec::new(), known, segments, windows, spans };
    let mut roots = Vec::with_capacity(conditions.len());
    for checked in conditions {
        roots.push(Of { checked, maker: &mut maker }.clause(checked.tree.root));
    }
    Panel { clauses: maker.clauses, roots, spans: maker.spans }
}

impl<'a> Maker<'a> {
    fn put(&mut self, key: Key, test: Test<'a>, price: u32, moves: bool) -> usize {
        let place = self.clauses.len();
        *self.known.entry(key).or_insert_with(|| {
            self.clauses.push(Clause { test, price, moves });
            place
        })
    }

    fn price(&self, place: usize) -> u32 {
        self.clauses.get(place).map_or(0, |clause| clause.price)
    }

    fn moves(&self, place: usize) -> bool {
        self.clauses.get(place).is_some_and(|clause| clause.moves)
    }
}

/// One condition on its way into the panel.
struct Of<'m, 'a> {
    checked: &'a Checked,
    maker: &'m mut Maker<'a>,
}

impl<'a> Of<'_, 'a> {
    fn node(&self, id: NodeId) -> &'a Node {
        self.checked.tree.node(id)
    }

    fn constant(&self, id: NodeId) -> Option<Value> {
        constant(self.checked, id, self.maker.world)
    }

    fn clause(&mut self, id: NodeId) -> usize {
        match self.node(id) {
            Node::Not { of } => {
                let of = self.clause(*of);
                self.negated(of)
            }
            Node::Binary { op: op @ (BinaryOp::And | BinaryOp::Or), .. } => self.chain(id, *op),
            Node::Call { function, args, .. } if &**function == "segment" => {
                self.segment(args).unwrap_or_else(|| self.end(id))
            }
            Node::Call { function, args, .. } if &**function == "between" => {
                self.between(args).unwrap_or_else(|| self.end(id))
            }
            Node::Binary { op: op @ (BinaryOp::Equal | BinaryOp::NotEqual), left, right }
                if self.nullness(*left, *right).is_some() =>
            {
                self.known(*op, *left, *right).unwrap_or_else(|| self.end(id))
            }
            Node::Binary { op: BinaryOp::NotEqual, left, right } => {
                match self.comparison(BinaryOp::Equal, *left, *right) {
                    // The same clause as that of `==`, turned round.
                    Some(test) => {
                        let text = format!("{} == {}", self.text(*left), self.text(*right));
                        let of = self.put(text, id, test);
                        self.negated(of)
                    }
                    None => self.end(id),
                }
            }
            _ => self.end(id),
        }
    }

    /// Of a comparison with `null` what is compared.
    fn nullness(&self, left: NodeId, right: NodeId) -> Option<NodeId> {
        let is_null = |id| matches!(self.node(id), Node::Literal(Literal::Null));
        match (is_null(left), is_null(right)) {
            (true, false) => Some(right),
            (false, true) => Some(left),
            _ => None,
        }
    }

    /// `x != null`, and `x == null`, which is its opposite.
    fn known(&mut self, op: BinaryOp, left: NodeId, right: NodeId) -> Option<usize> {
        let of = self.nullness(left, right)?;
        let test = self.attribute(of, Wanted::Known)?;
        let known = self.put(format!("is_known({})", self.text(of)), of, test);
        Some(if op == BinaryOp::Equal { self.negated(known) } else { known })
    }

    fn negated(&mut self, of: usize) -> usize {
        let (price, moves) = (self.maker.price(of), self.maker.moves(of));
        self.maker.put(Key::Not(of), Test::Not(of), price, moves)
    }

    /// `a && b && c`: cheap parts first; the answer does not depend on the order.
    fn chain(&mut self, id: NodeId, op: BinaryOp) -> usize {
        let (mut parts, mut next) = (Vec::new(), id);
        while let Node::Binary { op: have, left, right } = self.node(next)
            && *have == op
        {
            parts.push(*right);
            next = *left;
        }
        parts.push(next);
        let parts: Vec<usize> = parts.into_iter().rev().map(|part| self.clause(part)).collect();
        self.joined(op, parts)
    }

    fn joined(&mut self, op: BinaryOp, mut parts: Vec<usize>) -> usize {
        parts.sort_by_key(|part| (self.maker.price(*part), *part));
        parts.dedup();
        if let [only] = parts[..] {
            return only;
        }
        let price = parts.iter().map(|part| self.maker.price(*part)).fold(0, u32::saturating_add);
        let moves = parts.iter().any(|part| self.maker.moves(*part));
        let (key, test) = match op {
            BinaryOp::And => (Key::All(parts.clone()), Test::All(parts)),
            _ => (Key::Any(parts.clone()), Test::Any(parts)),
        };
        self.maker.put(key, test, price, moves)
    }

    fn segment(&mut self, args: &[NodeId]) -> Option<usize> {
        let Node::Literal(Literal::Text(name)) = self.node(*args.first()?) else { return None };
        if let Some(place) = self.maker.segments.get(&**name) {
            return Some(*place);
        }
        let (name, checked) = self.maker.world.segments.get_key_value(&**name)?;
        // No segment reads itself: the playbook has an order of them.
        let place = Of { checked, maker: self.maker }.clause(checked.tree.root);
        self.maker.segments.insert(name.clone(), place);
        Some(place)
    }

    /// `between(x, low, high)`, as the two comparisons that it stands for.
    fn between(&mut self, args: &[NodeId]) -> Option<usize> {
        let [value, low, high] = args[..] else { return None };
        let from = self.comparison(BinaryOp::GreaterEqual, value, low)?;
        let until = self.comparison(BinaryOp::LessEqual, value, high)?;
        let (value_text, low_text, high_text) = (self.text(value), self.text(low), self.text(high));
        let from = self.put(format!("{value_text} >= {low_text}"), value, from);
        let until = self.put(format!("{value_text} <= {high_text}"), value, until);
        Some(self.joined(BinaryOp::And, vec![from, until]))
    }

    fn text(&self, id: NodeId) -> String {
        print_node(&self.checked.tree, id)
    }

    /// A clause without clauses.
    fn end(&mut self, id: NodeId) -> usize {
        let test = match self.node(id) {
            Node::Literal(Literal::Bool(on)) => Some(Test::Always(*on)),
            Node::Binary { op, left, right } => self.comparison(*op, *left, *right),
            Node::Name { .. } | Node::Select { test: false, .. } => self.attribute(id, Wanted::Yes),
            Node::Call { function, receiver: None, args } if &**function == "is_known" => {
                args.first().and_then(|of| self.attribute(*of, Wanted::Known))
            }
            Node::Call { function, receiver: Some(of), args } => {
                let part = args.first().and_then(|part| self.constant(*part));
                text_part(function, part).and_then(|wanted| self.attribute(*of, wanted))
            }
            Node::Fold { op: FoldOp::Exists, over, body, .. } => {
                self.rows_with(*over, *body).map(|rows| Test::Count(rows, at_least(1)))
            }
            _ => None,
        };
        let text = self.text(id);
        self.put(text, id, test.unwrap_or(Test::Slow(self.checked, id)))
    }

    fn put(&mut self, text: String, id: NodeId, test: Test<'a>) -> usize {
        let (price, moves) = match &test {
            Test::Always(_) | Test::Attribute(..) => (1, false),
            Test::Count(rows, _) if rows.span.is_none() && rows.tests.is_empty() => (1, false),
            Test::Count(rows, _) | Test::Sum(rows, ..) => (4, rows.span.is_some()),
            _ => (1_000, moves(self.checked, id, self.maker.world)),
        };
        self.maker.put(Key::Text(text), test, price, moves)
    }

    fn attribute(&self, id: NodeId, wanted: Wanted) -> Option<Test<'a>> {
        let Meaning::Attribute(attribute) = self.checked.meaning(id)? else { return None };
        let declared = self.maker.world.columns.schema.attributes.get(attribute)?;
        fits(&wanted, &declared.ty).then_some(Test::Attribute(attribute, wanted))
    }

    fn comparison(&mut self, op: BinaryOp, left: NodeId, right: NodeId) -> Option<Test<'a>> {
        match op {
            BinaryOp::Greater => self.comparison(BinaryOp::Less, right, left),
            BinaryOp::GreaterEqual => self.comparison(BinaryOp::LessEqual, right, left),
            BinaryOp::Equal => self.compared(Comparison::Equal, left, right),
            BinaryOp::Less => self.compared(Comparison::Less, left, right),
            BinaryOp::LessEqual => self.compared(Comparison::LessEqual, left, right),
            BinaryOp::In => self.attribute(left, one_of(&self.constant(right)?)?),
            _ => None,
        }
    }

    /// A column, a number of events or a sum over them against a constant.
    fn compared(
        &mut self,
        comparison: Comparison,
        left: NodeId,
        right: NodeId,
    ) -> Option<Test<'a>> {
        let (subject, bound, below) = match (self.constant(left), self.constant(right)) {
            (None, Some(bound)) => (left, bound, true),
            (Some(bound), None) => (right, bound, false),
            _ => return None,
        };
        let scale = scale_of(self.checked.ty(subject));
        match self.node(subject) {
            Node::Call { function, receiver, args } if &**function == "size" => {
                let list = receiver.or_else(|| args.first().copied())?;
                let rows = self.rows(list)?;
                Some(Test::Count(rows, range(comparison, &bound, 0, below)?))
            }
            Node::Fold { op: FoldOp::Count, over, body, .. } => {
                let rows = self.rows_with(*over, *body)?;
                Some(Test::Count(rows, range(comparison, &bound, 0, below)?))
            }
            Node::Fold { op: FoldOp::Sum, over, body, .. } => {
                let (rows, field) = (self.rows(*over)?, self.field(*body)?);
                let range = range(comparison, &bound, scale, below)?;
                let is_whole = *self.checked.ty(*body) == Type::Int;
                let exact = matches!(self.checked.ty(*body), Type::Decimal(_) | Type::Money(..));
                // Places are those of the field alone.
                let as_field = scale_of(self.checked.ty(*body)) == scale;
                let range = Range { narrow: is_whole, ..range };
                ((is_whole || exact) && as_field).then_some(Test::Sum(rows, field, range))
            }
            _ => self.attribute_compared(comparison, subject, &bound, below),
        }
    }

    fn attribute_compared(
        &self,
        comparison: Comparison,
        subject: NodeId,
        bound: &Value,
        below: bool,
    ) -> Option<Test<'a>> {
        let scale = scale_of(self.checked.ty(subject));
        match compared(comparison, bound, scale, below)? {
            (wanted, true) => self.attribute(subject, wanted),
            _ => None,
        }
    }

    /// Events of a kind, within a window and passing filters.
    fn rows(&mut self, list: NodeId) -> Option<Rows> {
        match self.node(list) {
            Node::Call { function, receiver: Some(of), args } if &**function == "within" => {
                let rows = self.rows(*of)?;
                let length = *args.first()?;
                let key = (rows.kind, self.text(length));
                let length = Length::of(self.constant(length)?)?;
                let (kind, spans) = (rows.kind, &mut self.maker.spans);
                let span = *self.maker.windows.entry(key).or_insert_with(|| {
                    spans.push(Span { kind, length });
                    spans.len() - 1
                });
                rows.span.is_none().then_some(Rows { span: Some(span), ..rows })
            }
            Node::Fold { op: FoldOp::Filter, over, body, .. } => self.rows_with(*over, *body),
            _ => match self.checked.meaning(list)? {
                Meaning::Events(kind) => Some(Rows { kind, span: None, tests: Vec::new() }),
                _ => None,
            },
        }
    }

    /// Those of a list for which a condition about their fields holds.
    fn rows_with(&mut self, list: NodeId, body: NodeId) -> Option<Rows> {
        let mut rows = self.rows(list)?;
        let mut open = vec![body];
        while let Some(next) = open.pop() {
            match self.node(next) {
                Node::Binary { op: BinaryOp::And, left, right } => open.extend([*left, *right]),
                _ => rows.tests.push(self.field_test(next, true)?),
            }
        }
        Some(rows)
    }

    fn field_test(&self, id: NodeId, so: bool) -> Option<(usize, Wanted, bool)> {
        let (of, wanted, so) = match self.node(id) {
            Node::Not { of } => return self.field_test(*of, !so),
            Node::Select { test: false, .. } => (id, Wanted::Yes, so),
            Node::Binary { op: BinaryOp::In, left, right } => {
                (*left, one_of(&self.constant(*right)?)?, so)
            }
            Node::Binary { op, left, right } => {
                let (comparison, left, right, so) = match op {
                    BinaryOp::Equal => (Comparison::Equal, *left, *right, so),
                    BinaryOp::NotEqual => (Comparison::Equal, *left, *right, !so),
                    BinaryOp::Less => (Comparison::Less, *left, *right, so),
                    BinaryOp::LessEqual => (Comparison::LessEqual, *left, *right, so),
                    BinaryOp::Greater => (Comparison::Less, *right, *left, so),
                    BinaryOp::GreaterEqual => (Comparison::LessEqual, *right, *left, so),
                    _ => return None,
                };
                let (subject, bound, below) = match (self.constant(left), self.constant(right)) {
                    (None, Some(bound)) => (left, bound, true),
                    (Some(bound), None) => (right, bound, false),
                    _ => return None,
                };
                let scale = scale_of(self.checked.ty(subject));
                let (wanted, is) = compared(comparison, &bound, scale, below)?;
                (subject, wanted, so == is)
            }
            _ => return None,
        };
        let field = self.field(of)?;
        fits_field(&wanted, self.checked.ty(of)).then_some((field, wanted, so))
    }

    /// A field of the event that a fold is at; what may lie in the future is
    /// left to the reference.
    fn field(&self, id: NodeId) -> Option<usize> {
        let Node::Select { of, test: false, .. } = self.node(id) else { return None };
        let Some(Meaning::Variable(_)) = self.checked.meaning(*of) else { return None };
        match self.checked.meaning(id)? {
            Meaning::Field(field) if *self.checked.ty(id) != Type::Timestamp => Some(field),
            _ => None,
        }
    }
}

/// Whether time alone may change what a node says; where nobody knows, it may.
fn moves(checked: &Checked, id: NodeId, world: World<'_>) -> bool {
    let schema = &world.columns.schema;
    let mut open = vec![id];
    while let Some(next) = open.pop() {
        let node = checked.tree.node(next);
        let may = match (checked.meaning(next), node) {
            (Some(Meaning::Now), _) => true,
            (Some(Meaning::Events(kind)), _) => schema
                .kinds
                .get(kind)
                .is_none_or(|kind| kind.fields.iter().any(|it| it.ty == Declared::Instant)),
            (_, Node::Call { function, .. }) => !is_still(function),
            _ => false,
        };
        if may {
            return true;
        }
        open.extend(node.children());
    }
    false
}

/// Functions of what they are given alone.
fn is_still(function: &str) -> bool {
    matches!(
        function,
        "size"
            | "first"
            | "last"
            | "nth"
            | "coalesce"
            | "is_known"
            | "contains"
            | "startsWith"
            | "endsWith"
            | "matches"
            | "search"
            | "consent"
            | "bucket"
            | "between"
            | "exactlyOne"
            | "sum"
            | "avg"
            | "min"
            | "max"
            | "countDistinct"
    )
}

fn at_least(low: i128) -> Range {
    Range { low, high: i128::MAX, narrow: false }
}

fn range(comparison: Comparison, bound: &Value, scale: u8, below: bool) -> Option<Range> {
    let bound = decimal(bound)?;
    let (low, high) = match below {
        true => range_below(comparison, bound, scale)?,
        false => range_above(comparison, bound, scale)?,
    };
    Some(Range { low, high, narrow: false })
}

/// What is wanted of a column that is compared with a bound, and whether it must
/// be so: nothing is missing and no text at once.
fn compared(
    comparison: Comparison,
    bound: &Value,
    scale: u8,
    below: bool,
) -> Option<(Wanted, bool)> {
    let text = |text: &Arc<str>| -> Box<str> { (**text).into() };
    Some(match (bound, comparison, below) {
        (Value::Null | Value::Missing, Comparison::Equal, _) => (Wanted::Known, false),
        (Value::Bool(on), Comparison::Equal, _) => {
            (if *on { Wanted::Yes } else { Wanted::No }, true)
        }
        (Value::Text(bound), Comparison::Equal, _) => {
            (Wanted::OneOf(std::iter::once(text(bound)).collect()), true)
        }
        (Value::Text(bound), Comparison::Less, true) => (Wanted::Below(text(bound)), true),
        (Value::Text(bound), Comparison::LessEqual, true) => (Wanted::UpTo(text(bound)), true),
        (Value::Text(bound), Comparison::Less, false) => (Wanted::Above(text(bound)), true),
        (Value::Text(bound), Comparison::LessEqual, false) => (Wanted::From(text(bound)), true),
        _ => {
            let range = range(comparison, bound, scale, below)?;
            let (low, high) = narrow(range.low, range.high);
            (Wanted::Between(low, high), true)
        }
    })
}

/// `x in ['a', 'b']`
fn one_of(list: &Value) -> Option<Wanted> {
    let Value::List(items) = list else { return None };
    let texts = items.iter().map(|item| match item {
        Value::Text(text) => Some(Box::from(&**text)),
        _ => None,
    });
    let mut texts: Vec<Box<str>> = texts.collect::<Option<_>>()?;
    texts.sort_unstable();
    Some(Wanted::OneOf(texts.into()))
}

fn text_part(function: &str, part: Option<Value>) -> Option<Wanted> {
    let Some(Value::Text(part)) = part else { return None };
    let part: Box<str> = (*part).into();
    match function {
        "contains" => Some(Wanted::Containing(part)),
        "startsWith" => Some(Wanted::Starting(part)),
        "endsWith" => Some(Wanted::Ending(part)),
        _ => None,
    }
}

/// Whether a column of this type can say so; whatever is wanted otherwise is
/// left to the reference.
fn fits(wanted: &Wanted, ty: &Declared) -> bool {
    match wanted {
        Wanted::Known => true,
        Wanted::Yes | Wanted::No => *ty == Declared::Bool,
        Wanted::Between(..) => {
            matches!(ty, Declared::Int | Declared::Decimal(_) | Declared::Money(_) | Declared::Date)
                || *ty == Declared::Instant
        }
        Wanted::OneOf(_) => matches!(ty, Declared::Text(_) | Declared::Enum(_)),
        _ => matches!(ty, Declared::Text(_)),
    }
}

fn fits_field(wanted: &Wanted, ty: &Type) -> bool {
    match wanted {
        Wanted::Known => true,
        Wanted::Yes | Wanted::No => *ty == Type::Bool,
        Wanted::Between(..) => {
            matches!(ty, Type::Int | Type::Decimal(_) | Type::Money(..) | Type::Date)
        }
        Wanted::OneOf(_) => matches!(ty, Type::Text(_) | Type::Enum(_)),
        _ => matches!(ty, Type::Text(_)),
    }
}
