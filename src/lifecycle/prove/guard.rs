//! From a condition to the boxes in which it holds.
//!
//! What is not understood becomes a quantity of its own that is true or not:
//! the same text asked at the same moment gives the same answer. So whatever is
//! proven of the boxes holds of every customer; what the boxes allow need not
//! exist, and [`Guards::is_real`] says where it does.

use std::collections::HashMap;
use std::sync::Arc;

use super::Ground;
use super::range::{Point, Range};
use super::region::{BOXES, Cell, Facts, Quantity, Region, WORK, everything};
use super::term::{asks_consent, can_fail, compare_lengths, constant, key, quoted, value};
use crate::lang::tree::{BinaryOp, FoldOp, Node, NodeId};
use crate::lang::{Checked, Meaning, Type, Value};
use crate::lifecycle::Machine;
use crate::units::Decimal;

/// Nodes of a condition that is looked into; a longer one is one question.
const NODES: usize = 4_000;

/// How deep conditions, and segments within them, are looked into.
const DEPTH: usize = 64;

/// Counts of one list that are compared with each other.
const COUNTS: usize = 64;

/// What a quantity is.
#[derive(Debug, Clone)]
pub(super) enum Sort {
    /// The attribute at this position.
    Attribute(usize),
    /// The field of the event that has just happened: its kind, and its place.
    Field(usize, usize),
    /// How many events of a kind there are, or were within a length of time.
    Count { kind: usize, window: Option<Value> },
    /// The state of a machine.
    State(Arc<str>),
    /// Consent for a purpose on a channel.
    Consent(Arc<str>, Arc<str>),
    /// Whether a timer is due.
    Due,
    /// Anything else; whether it may ask about consent.
    Other(bool),
}

/// All conditions of a playbook as boxes over the same quantities.
pub(super) struct Guards<'a> {
    ground: &'a Ground<'a>,
    machines: &'a [Machine],
    pub facts: Facts,
    pub sorts: Vec<Sort>,
    by_key: HashMap<String, Quantity>,
    /// For each kind of events how many there are, as quantities.
    counts: HashMap<usize, Vec<Quantity>>,
    nested: usize,
}

impl<'a> Guards<'a> {
    pub fn new(ground: &'a Ground<'a>, machines: &'a [Machine]) -> Self {
        let facts = Facts { work: WORK, ..Facts::default() };
        Guards {
            ground,
            machines,
            facts,
            sorts: Vec::new(),
            by_key: HashMap::new(),
            counts: HashMap::new(),
            nested: 0,
        }
    }

    /// Where a condition holds. `None`: in more boxes than are looked at.
    pub fn region(&mut self, checked: &Checked) -> Option<Region> {
        self.facts.spend(1 + checked.tree.nodes.len())?;
        self.truth(checked, checked.tree.root, true, 0)
    }

    /// Where a part of a condition holds.
    pub fn part(&mut self, checked: &Checked, id: NodeId) -> Option<Region> {
        self.facts.spend(1 + checked.tree.nodes.len())?;
        self.truth(checked, id, true, 0)
    }

    /// The quantity with this key.
    pub fn quantity(&mut self, key: String, sort: Sort, whole: Range, fallible: bool) -> Quantity {
        if let Some(known) = self.by_key.get(&key) {
            return *known;
        }
        let own = self.sorts.len();
        let compared = self.relate(own, &sort);
        self.sorts.push(if compared { sort } else { Sort::Other(false) });
        self.facts.universe.push(whole);
        self.facts.fallible.push(fallible);
        self.by_key.insert(key, own);
        own
    }

    /// Notes which counts are never greater than which. Says no where there
    /// are too many to compare.
    fn relate(&mut self, own: Quantity, sort: &Sort) -> bool {
        let Sort::Count { kind, window } = sort else { return true };
        let shorter = |a: &Option<Value>, b: &Option<Value>| match (a, b) {
            (_, None) => true,
            (None, Some(_)) => false,
            (Some(a), Some(b)) => compare_lengths(a, b).is_some_and(|order| order.is_le()),
        };
        let alike = self.counts.entry(*kind).or_default();
        if COUNTS <= alike.len() {
            return false;
        }
        for other in alike.iter() {
            let Some(Sort::Count { window: theirs, .. }) = self.sorts.get(*other) else { continue };
            if shorter(window, theirs) {
                self.facts.order.push((own, *other));
            }
            if shorter(theirs, window) {
                self.facts.order.push((*other, own));
            }
        }
        alike.push(own);
        true
    }

    /// Where a part is true, or is not.
    fn truth(
        &mut self,
        checked: &Checked,
        id: NodeId,
        wanted: bool,
        depth: usize,
    ) -> Option<Region> {
        if DEPTH < depth || NODES < checked.tree.nodes.len() {
            return Some(self.question(checked, id, wanted));
        }
        if let Some(Value::Bool(is)) = constant(checked, self.ground.parameters, id) {
            return Some(if is == wanted { everything() } else { Region::new() });
        }
        match checked.tree.node(id) {
            Node::Not { of } => {
                let (mut inner, mut wanted) = (*of, !wanted);
                while let Node::Not { of } = checked.tree.node(inner) {
                    (inner, wanted) = (*of, !wanted);
                }
                self.truth(checked, inner, wanted, depth + 1)
            }
            Node::Binary { op: op @ (BinaryOp::And | BinaryOp::Or), .. } => {
                self.chain(checked, id, *op, wanted, depth)
            }
            Node::Binary { op: BinaryOp::In, left, right } => {
                Some(self.among(checked, id, *left, *right, wanted))
            }
            Node::Binary { op, left, right } => {
                Some(self.comparison(checked, id, *op, (*left, *right), wanted))
            }
            Node::Conditional { test, yes, no } => {
                let test_holds = self.truth(checked, *test, true, depth + 1)?;
                let yes = self.truth(checked, *yes, wanted, depth + 1)?;
                let test_fails = self.truth(checked, *test, false, depth + 1)?;
                let no = self.truth(checked, *no, wanted, depth + 1)?;
                let (yes, no) =
                    (self.facts.and(&test_holds, &yes)?, self.facts.and(&test_fails, &no)?);
                self.facts.or(yes, no)
            }
            Node::Call { function, receiver: None, args } => match &**function {
                "segment" => self.segment(checked, id, args, wanted, depth),
                _ => Some(self.call(checked, id, function, args, wanted)),
            },
            _ => Some(self.question(checked, id, wanted)),
        }
    }

    /// `a && b && c`, however long.
    fn chain(
        &mut self,
        checked: &Checked,
        id: NodeId,
        op: BinaryOp,
        wanted: bool,
        depth: usize,
    ) -> Option<Region> {
        let mut operands = Vec::new();
        let mut next = id;
        while let Node::Binary { op: have, left, right } = checked.tree.node(next)
            && *have == op
        {
            operands.push(*right);
            next = *left;
        }
        operands.push(next);
        let all = (op == BinaryOp::And) == wanted;
        let mut out = if all { everything() } else { Region::new() };
        for operand in operands.into_iter().rev() {
            let one = self.truth(checked, operand, wanted, depth + 1)?;
            out = if all { self.facts.and(&out, &one)? } else { self.facts.or(out, one)? };
        }
        Some(out)
    }

    fn segment(
        &mut self,
        checked: &Checked,
        id: NodeId,
        args: &[NodeId],
        wanted: bool,
        depth: usize,
    ) -> Option<Region> {
        let condition = quoted(checked, args, 0).and_then(|name| self.ground.segments.get(name));
        let Some(condition) = condition.cloned().filter(|_| self.nested < DEPTH / 4) else {
            return Some(self.question(checked, id, wanted));
        };
        self.facts.spend(condition.tree.nodes.len())?;
        self.nested += 1;
        let region = self.truth(&condition, condition.tree.root, wanted, depth + 1);
        self.nested -= 1;
        region
    }

    fn call(
        &mut self,
        checked: &Checked,
        id: NodeId,
        function: &str,
        args: &[NodeId],
        wanted: bool,
    ) -> Region {
        let asked = match function {
            "in_state" => quoted(checked, args, 0).zip(quoted(checked, args, 1)).and_then(
                |(machine, state)| {
                    let inside = self.inside(machine, state)?;
                    Some((self.state(machine)?, inside))
                },
            ),
            "is_known" => args
                .first()
                .and_then(|of| self.subject(checked, *of))
                .map(|quantity| (quantity, Range::missing().not())),
            _ => None,
        };
        match asked {
            Some((quantity, range)) => self.atom(quantity, range, wanted),
            None => self.question(checked, id, wanted),
        }
    }

    /// The innermost states of a state, as texts.
    fn inside(&self, machine: &str, state: &str) -> Option<Range> {
        let machine = self.machines.iter().find(|it| &*it.name == machine)?;
        let whole = machine.state(state)?;
        let leaves = machine.leaves().filter(|(leaf, _)| machine.is_in(*leaf, whole));
        Some(Range::points(leaves.map(|(_, leaf)| Point::Text(leaf.name.clone()))))
    }

    /// The state of a machine as a quantity, where some condition asks for it.
    pub fn asked_state(&self, machine: &str) -> Option<Quantity> {
        self.by_key.get(&format!("state {machine}")).copied()
    }

    fn state(&mut self, machine: &str) -> Option<Quantity> {
        if let Some(known) = self.asked_state(machine) {
            return Some(known);
        }
        let known = self.machines.iter().find(|it| &*it.name == machine)?;
        let leaves = known.leaves().map(|(_, leaf)| Point::Text(leaf.name.clone()));
        let key = format!("state {machine}");
        let whole = Range::points(leaves);
        Some(self.quantity(key, Sort::State(known.name.clone()), whole, false))
    }

    /// Whether consent is given, as a quantity.
    pub fn consent(&mut self, purpose: &Arc<str>, channel: &Arc<str>) -> Quantity {
        let whole = truths();
        let sort = Sort::Consent(purpose.clone(), channel.clone());
        self.quantity(format!("consent {purpose} {channel}"), sort, whole, false)
    }

    /// A part that is true or not, whatever it asks.
    fn question(&mut self, checked: &Checked, id: NodeId, wanted: bool) -> Region {
        let yes = Range::point(Point::Bool(true));
        let subject = (*checked.ty(id) == Type::Bool).then(|| self.subject(checked, id)).flatten();
        let quantity = match subject {
            Some(quantity) => quantity,
            None => self.other(checked, id, truths()),
        };
        self.atom(quantity, yes, wanted)
    }

    fn other(&mut self, checked: &Checked, id: NodeId, whole: Range) -> Quantity {
        let parameters = self.ground.parameters;
        let key = match key(checked, parameters, id) {
            Some(key) => key,
            // Too deep to be compared with anything: a question of its own.
            None => format!("only {}", self.sorts.len()),
        };
        let fallible = can_fail(checked, parameters, id);
        self.quantity(key, Sort::Other(asks_consent(checked, id)), whole, fallible)
    }

    fn atom(&mut self, quantity: Quantity, range: Range, wanted: bool) -> Region {
        let whole = self.facts.universe.get(quantity).cloned().unwrap_or(Range::all());
        let range = if wanted { whole.and(&range) } else { whole.minus(&range) };
        if range.is_empty() { Region::new() } else { vec![Cell::of(quantity, range)] }
    }

    /// `x in ['a', 'b']`
    fn among(
        &mut self,
        checked: &Checked,
        id: NodeId,
        item: NodeId,
        list: NodeId,
        wanted: bool,
    ) -> Region {
        let ty = checked.ty(item);
        let points: Option<Vec<Point>> = match checked.tree.node(list) {
            Node::Literals(literals) => {
                literals.iter().map(|literal| fitted(ty, &value(literal)?)).collect()
            }
            _ => match constant(checked, self.ground.parameters, list) {
                Some(Value::List(values)) => values.iter().map(|value| fitted(ty, value)).collect(),
                _ => None,
            },
        };
        let points = points.filter(|points| points.len() <= BOXES);
        match points.zip(self.subject(checked, item)) {
            Some((points, quantity)) => self.atom(quantity, Range::points(points), wanted),
            None => self.question(checked, id, wanted),
        }
    }

    fn comparison(
        &mut self,
        checked: &Checked,
        id: NodeId,
        op: BinaryOp,
        (left, right): (NodeId, NodeId),
        wanted: bool,
    ) -> Region {
        let parameters = self.ground.parameters;
        let (of, op, fixed) =
            match (constant(checked, parameters, left), constant(checked, parameters, right)) {
                (None, Some(fixed)) => (left, Some(op), fixed),
                (Some(fixed), None) => (right, turned(op), fixed),
                _ => return self.both_open(checked, id, op, (left, right), wanted),
            };
        let range = op.and_then(|op| compared(op, checked.ty(of), &fixed));
        match range.zip(self.subject(checked, of)) {
            Some((range, quantity)) => self.atom(quantity, range, wanted),
            None => self.question(checked, id, wanted),
        }
    }

    /// `a < b`: one quantity that says which of the two is greater.
    fn both_open(
        &mut self,
        checked: &Checked,
        id: NodeId,
        op: BinaryOp,
        (left, right): (NodeId, NodeId),
        wanted: bool,
    ) -> Region {
        const LESS: i64 = 0;
        const EQUAL: i64 = 1;
        const GREATER: i64 = 2;
        const BOTH_MISSING: i64 = 3;
        const APART: i64 = 4;
        let parameters = self.ground.parameters;
        let keys = key(checked, parameters, left).zip(key(checked, parameters, right));
        let (Some((a, b)), Some(turned)) = (keys, turned(op)) else {
            return self.question(checked, id, wanted);
        };
        let (a, b, op) = if a <= b { (a, b, op) } else { (b, a, turned) };
        let holds: &[i64] = match op {
            BinaryOp::Equal => &[EQUAL, BOTH_MISSING],
            BinaryOp::NotEqual => &[LESS, GREATER, APART],
            BinaryOp::Less => &[LESS],
            BinaryOp::LessEqual => &[LESS, EQUAL],
            BinaryOp::Greater => &[GREATER],
            BinaryOp::GreaterEqual => &[EQUAL, GREATER],
            _ => return self.question(checked, id, wanted),
        };
        let points = |ways: &[i64]| Range::points(ways.iter().map(|way| Point::Int(*way)));
        let whole = points(&[LESS, EQUAL, GREATER, BOTH_MISSING, APART]);
        let fallible = can_fail(checked, parameters, left) || can_fail(checked, parameters, right);
        let consent = asks_consent(checked, id);
        let quantity =
            self.quantity(format!("order {a} {b}"), Sort::Other(consent), whole, fallible);
        self.atom(quantity, points(holds), wanted)
    }

    /// What a part stands for, as a quantity. `None` for what has no values
    /// that could be told apart.
    fn subject(&mut self, checked: &Checked, id: NodeId) -> Option<Quantity> {
        let whole = match checked.ty(id) {
            Type::Bool => truths(),
            Type::Enum(labels) => {
                let labels = labels.iter().map(|label| Point::Text(label.name.clone()));
                Range::points(labels).or(&Range::missing())
            }
            Type::Int | Type::Decimal(_) | Type::Money(..) | Type::Text(_) => Range::all(),
            Type::Timestamp | Type::Date | Type::Duration => Range::all(),
            _ => return None,
        };
        if let Some(count) = self.count(checked, id) {
            let count = count?;
            return Some(count);
        }
        let node = checked.tree.node(id);
        match (node, checked.meaning(id)) {
            (Node::Select { test: true, .. }, _) => Some(self.other(checked, id, truths())),
            (_, Some(Meaning::Attribute(position))) => Some(self.quantity(
                format!("attribute {position}"),
                Sort::Attribute(position),
                whole,
                false,
            )),
            (Node::Select { of, .. }, Some(Meaning::Field(field)))
                if checked.meaning(*of) == Some(Meaning::TheEvent) =>
            {
                let Type::Event(kind) = *checked.ty(*of) else { return None };
                let (key, sort) = (format!("event {kind} {field}"), Sort::Field(kind, field));
                Some(self.quantity(key, sort, whole, false))
            }
            (Node::Call { function, args, .. }, _) if &**function == "state" => {
                let machine = quoted(checked, args, 0)?.clone();
                self.state(&machine)
            }
            (Node::Call { function, args, .. }, _) if &**function == "consent" => {
                let (purpose, channel) = (quoted(checked, args, 0)?, quoted(checked, args, 1)?);
                Some(self.consent(&purpose.clone(), &channel.clone()))
            }
            _ => Some(self.other(checked, id, whole)),
        }
    }

    /// How many events there are: `list.size()`, `list.within(p).size()` and
    /// `list.count(x, condition)`. The outer `None`: it is no count.
    fn count(&mut self, checked: &Checked, id: NodeId) -> Option<Option<Quantity>> {
        let (mut list, plain) = match checked.tree.node(id) {
            Node::Call { function, receiver, args } if &**function == "size" => {
                (receiver.or(args.first().copied())?, true)
            }
            Node::Fold { op: FoldOp::Count, over, .. } => (*over, false),
            _ => return None,
        };
        let whole = Range::from(Point::Int(0));
        let Type::Events(kind) = *checked.ty(list) else { return None };
        let mut window = None;
        if let Node::Call { function, receiver: Some(inner), args } = checked.tree.node(list)
            && &**function == "within"
            && let Some(length) =
                args.first().and_then(|length| constant(checked, self.ground.parameters, *length))
        {
            (list, window) = (*inner, Some(length));
        }
        let is_list = checked.meaning(list) == Some(Meaning::Events(kind));
        if !plain || !is_list {
            return Some(Some(self.other(checked, id, whole)));
        }
        let key = match &window {
            Some(length) => format!("count {kind} {}", crate::lang::to_typed(length)),
            None => format!("count {kind}"),
        };
        let sort = Sort::Count { kind, window };
        Some(Some(self.quantity(key, sort, whole, false)))
    }

    /// What is known when an event of this kind has just happened: it is among
    /// those that are counted.
    pub fn just_happened(&self, kind: usize) -> Cell {
        let counts = self.counts.get(&kind).into_iter().flatten();
        let open = counts.filter(|count| match self.sorts.get(**count) {
            Some(Sort::Count { window, .. }) => window.as_ref().is_none_or(Value::is_positive),
            _ => false,
        });
        Cell(open.map(|count| (*count, Range::from(Point::Int(1)))).collect())
    }

    /// Whether customers can be in a box for certain: every quantity in it can
    /// take its values whatever the others are.
    pub fn is_real(&self, cell: &Cell) -> bool {
        let schema = self.ground.schema;
        cell.0.iter().all(|(quantity, range)| match self.sorts.get(*quantity) {
            Some(Sort::Attribute(position)) => {
                let attribute = schema.attributes.get(*position);
                range.has_known() || attribute.is_some_and(|attribute| attribute.nullable)
            }
            Some(Sort::Field(..)) => range.has_known(),
            Some(Sort::Count { .. }) => true,
            Some(Sort::Consent(..)) => true,
            Some(Sort::Due) => range.has(&Point::Bool(true)),
            Some(Sort::State(_) | Sort::Other(_)) | None => false,
        })
    }
}

/// Yes, no, and nobody knows.
pub(super) fn truths() -> Range {
    Range::points([Point::Bool(false), Point::Bool(true)]).or(&Range::missing())
}

/// The operator with its sides changed.
fn turned(op: BinaryOp) -> Option<BinaryOp> {
    Some(match op {
        BinaryOp::Equal | BinaryOp::NotEqual => op,
        BinaryOp::Less => BinaryOp::Greater,
        BinaryOp::LessEqual => BinaryOp::GreaterEqual,
        BinaryOp::Greater => BinaryOp::Less,
        BinaryOp::GreaterEqual => BinaryOp::LessEqual,
        _ => return None,
    })
}

/// The values for which `x op fixed` holds.
fn compared(op: BinaryOp, ty: &Type, fixed: &Value) -> Option<Range> {
    if matches!(fixed, Value::Null) {
        return match op {
            BinaryOp::Equal => Some(Range::missing()),
            BinaryOp::NotEqual => Some(Range::missing().not()),
            _ => None,
        };
    }
    let point = fitted(ty, fixed)?;
    let below = Range::below(point.clone());
    Some(match op {
        BinaryOp::Equal => Range::point(point),
        BinaryOp::NotEqual => Range::point(point).not(),
        BinaryOp::Less => below,
        BinaryOp::LessEqual => below.or(&Range::point(point)),
        BinaryOp::Greater => Range::from(point.clone()).minus(&Range::point(point)),
        BinaryOp::GreaterEqual => Range::from(point),
        _ => return None,
    })
}

/// A constant as a value of what it is compared with. `None` for what is
/// compared across types.
fn fitted(ty: &Type, fixed: &Value) -> Option<Point> {
    match (ty, fixed) {
        (Type::Decimal(_), Value::Int(whole)) => Some(Point::Number(Decimal::from_int(*whole))),
        (Type::Bool, Value::Bool(_))
        | (Type::Int, Value::Int(_))
        | (Type::Decimal(_), Value::Decimal(_))
        | (Type::Money(..), Value::Money(..))
        | (Type::Text(_) | Type::Enum(_), Value::Text(_))
        | (Type::Date, Value::Date(_))
        | (Type::Timestamp, Value::Timestamp(_))
        | (Type::Duration, Value::Duration(_)) => Point::of(fixed),
        _ => None,
    }
}
