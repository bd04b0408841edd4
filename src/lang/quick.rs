//! A condition about one customer at one moment, made ready to be asked often.
//!
//! ```text
//! event.amount >= 100 && purchases.within(days(90)).size() >= 3 && f(x)
//! ------------------    --------------------------------------    ----
//! a range over a        rows counted by search; its next change   left to the
//! column                is when one certain row turns 90 days     reference
//! ```
//!
//! Shapes that guards usually have are compared with what columns hold; all
//! others are left to the reference, so the answer is always the reference's.

use super::checked::Checked;
use super::environment::Environment;
use super::foresee;
use super::kernel::{Comparison, decimal, narrow, range_above, range_below};
use super::moment::{Moment, World};
use super::scope::Meaning;
use super::time::Timestamp;
use super::tree::{BinaryOp, Literal, Node, NodeId};
use super::types::Type;
use super::value::Value;
use crate::error::Error;
use crate::facts::{Column, Columns, Data, History, Ints};
use crate::units::{Calendar, Instant};

/// A condition that can be asked of any customer at any moment of one world.
#[derive(Debug)]
pub struct Quick<'a> {
    checked: &'a Checked,
    test: Test<'a>,
}

#[derive(Debug)]
enum Test<'a> {
    Always(bool),
    All(Vec<Test<'a>>),
    Any(Vec<Test<'a>>),
    Not(Box<Test<'a>>),
    /// So many events of a kind, of the last while.
    Count {
        kind: usize,
        window: Option<Length>,
        least: usize,
        most: usize,
    },
    /// The event that has just happened.
    Event(&'a Column, Wanted<'a>),
    /// An attribute as it is.
    Attribute(&'a History, Wanted<'a>),
    Slow(NodeId),
}

/// Which values of a column are wanted; a missing one never is.
#[derive(Debug)]
enum Wanted<'a> {
    Known,
    Yes,
    Between(&'a Ints, (i64, i64)),
    Words(Vec<bool>),
}

impl<'a> Quick<'a> {
    /// Makes a condition ready.
    pub fn new(checked: &'a Checked, world: World<'a>) -> Quick<'a> {
        let test = Maker { checked, world }.test(checked.tree.root);
        Quick { checked, test }
    }

    /// Whether it holds.
    ///
    /// # Errors
    ///
    /// Those of the evaluation.
    #[inline]
    pub fn holds(&self, moment: &Moment<'_>) -> Result<bool, Error> {
        self.test.holds(self.checked, moment)
    }

    /// The next instant after the moment at which it can come out otherwise
    /// although nothing happens.
    pub fn next_change(&self, moment: &Moment<'_>) -> Option<Instant> {
        self.test.next_change(self.checked, moment)
    }
}

impl Test<'_> {
    fn holds(&self, checked: &Checked, moment: &Moment<'_>) -> Result<bool, Error> {
        Ok(match self {
            Test::Always(holds) => *holds,
            Test::Not(test) => !test.holds(checked, moment)?,
            Test::All(tests) => return decide(tests, checked, moment, false),
            Test::Any(tests) => return decide(tests, checked, moment, true),
            Test::Count { kind, window, least, most } => {
                let (from, end) = moment.rows(*kind);
                let count = match window {
                    None => end - from,
                    Some(length) => length.count(moment, *kind, (from, end)),
                };
                *least <= count && count <= *most
            }
            Test::Event(column, wanted) => match moment.event() {
                Some((_, row)) => wanted.has(column, row),
                None => false,
            },
            Test::Attribute(history, wanted) => {
                let (column, row) = history.held(moment.customer(), moment.instant());
                row.is_some_and(|row| wanted.has(column, row))
            }
            Test::Slow(node) => {
                matches!(checked.evaluate_at(*node, moment)?, Value::Bool(true))
            }
        })
    }

    fn next_change(&self, checked: &Checked, moment: &Moment<'_>) -> Option<Instant> {
        match self {
            Test::Always(_) | Test::Event(..) | Test::Attribute(..) => None,
            Test::Count { window: None, .. } => None,
            Test::Not(test) => test.next_change(checked, moment),
            Test::All(tests) => change_of(tests, checked, moment, false),
            Test::Any(tests) => change_of(tests, checked, moment, true),
            Test::Count { kind, window: Some(length), least, most } => {
                length.next_count(moment, *kind, (*least, *most))
            }
            Test::Slow(node) => foresee::next_change_of(checked, *node, moment),
        }
    }
}

/// `&&` and `||`: one that decides does, whatever becomes of the others.
fn decide(
    tests: &[Test<'_>],
    checked: &Checked,
    moment: &Moment<'_>,
    decides: bool,
) -> Result<bool, Error> {
    let mut error = None;
    for test in tests {
        match test.holds(checked, moment) {
            Ok(holds) if holds == decides => return Ok(decides),
            Ok(_) => {}
            Err(one) => error = error.or(Some(one)),
        }
    }
    error.map_or(Ok(!decides), Err)
}

/// As long as some decide, all of them have to change before the whole can.
fn change_of(
    tests: &[Test<'_>],
    checked: &Checked,
    moment: &Moment<'_>,
    decides: bool,
) -> Option<Instant> {
    let (mut soonest, mut latest): (Option<Instant>, Option<Instant>) = (None, None);
    let (mut deciding, mut never) = (false, false);
    for test in tests {
        let change = test.next_change(checked, moment);
        if test.holds(checked, moment) == Ok(decides) {
            deciding = true;
            never |= change.is_none();
            latest = latest.max(change);
        } else {
            soonest = match (soonest, change) {
                (Some(a), Some(b)) => Some(a.min(b)),
                (one, None) | (None, one) => one,
            };
        }
    }
    match (deciding, never) {
        (true, true) => None,
        (true, false) => latest,
        (false, _) => soonest,
    }
}

impl Wanted<'_> {
    #[inline]
    fn has(&self, column: &Column, row: usize) -> bool {
        column.is_known(row)
            && match self {
                Wanted::Known => true,
                Wanted::Between(ints, (low, high)) => {
                    let value = ints.get(row);
                    *low <= value && value <= *high
                }
                Wanted::Yes => matches!(&column.data, Data::Bool(bits) if bits.has(row)),
                Wanted::Words(wanted) => match &column.data {
                    Data::Codes { codes, .. } => {
                        wanted.get(codes.get(row) as usize).copied().unwrap_or(false)
                    }
                    _ => false,
                },
            }
    }
}

/// Hours by which a day can differ from 24, and then some: clocks change, and
/// once a whole day was skipped.
const SLACK: i64 = 26 * 3_600_000_000;

const DAY: i64 = 86_400_000_000;

/// A length of time that is the same for everybody.
#[derive(Debug, Clone)]
pub struct Length {
    value: Value,
    /// Microseconds that it has at least, and at most.
    low: i64,
    high: i64,
    /// Whether a later beginning never gives an earlier end.
    monotone: bool,
    /// Where it is whole days, at least one: their microseconds when no clock
    /// is changed.
    days: Option<i64>,
}

impl Length {
    /// The value of an expression that reads nothing but parameters.
    pub fn constant(checked: &Checked, world: World<'_>) -> Option<Length> {
        Length::of(constant(checked, checked.tree.root, world)?)
    }

    /// A period or a duration, but for working time.
    pub(super) fn of(value: Value) -> Option<Length> {
        let mut days = None;
        let (low, high, monotone) = match &value {
            Value::Duration(length) => {
                let nanos = length.nanos();
                (nanos.div_euclid(1000), nanos.div_euclid(1000).saturating_add(1), true)
            }
            Value::Period(period) => {
                use crate::units::PeriodUnit::{Days, Months, Quarters, Weeks, Years};
                use crate::units::PeriodUnit::{Workdays, Workhours, Workminutes};
                let n = period.n();
                let (least, most, months) = match period.unit() {
                    Days => (n, n, false),
                    Weeks => (n.saturating_mul(7), n.saturating_mul(7), false),
                    Months => (n.saturating_mul(28), n.saturating_mul(31), true),
                    Quarters => (n.saturating_mul(84), n.saturating_mul(93), true),
                    Years => (n.saturating_mul(365), n.saturating_mul(366), true),
                    // What the calendar does not know is an error, which only
                    // the reference tells.
                    Workdays | Workhours | Workminutes => return None,
                };
                days = (!months && 0 < n).then(|| least.saturating_mul(DAY));
                let low = least.saturating_mul(DAY).saturating_sub(SLACK);
                (low, most.saturating_mul(DAY).saturating_add(SLACK), !months)
            }
            _ => return None,
        };
        Some(Length { value, low, high, monotone, days })
    }

    /// Microseconds that it has at least.
    pub fn at_least(&self) -> i64 {
        self.low
    }

    /// Microseconds that it has at most.
    pub fn at_most(&self) -> i64 {
        self.high
    }

    /// Whether a later beginning never gives an earlier end.
    pub(super) fn is_monotone(&self) -> bool {
        self.monotone
    }

    /// Microseconds that it has whenever it begins, given whether clocks keep
    /// still; `None` where that depends on when.
    pub fn always(&self, steady: bool) -> Option<i64> {
        match &self.value {
            Value::Duration(length) => {
                let nanos = length.nanos();
                (nanos.rem_euclid(1000) == 0).then(|| nanos.div_euclid(1000))
            }
            _ => self.days.filter(|_| steady),
        }
    }

    /// The instant so much later; `None` past the end of time.
    #[inline]
    pub fn after(&self, at: Instant, calendar: &Calendar) -> Option<Instant> {
        if let Some(micros) = self.days
            && let Ok(end) = at.checked_add_micros(micros)
            && calendar.zone().is_steady(at.micros(), end.micros())
        {
            return Some(end);
        }
        match &self.value {
            Value::Period(period) => calendar.add(at, *period).ok(),
            Value::Duration(length) => {
                let (instant, rest) = Timestamp::from(at).plus(*length).ok()?.split();
                instant.checked_add_micros(i64::from(0 < rest)).ok()
            }
            _ => None,
        }
    }

    /// Whether so much has passed since an event.
    fn is_over(&self, at: i64, now: Instant, calendar: &Calendar) -> bool {
        self.after(Instant::clamped(at), calendar).is_some_and(|end| end <= now)
    }

    /// How many events are not over.
    fn count(&self, moment: &Moment<'_>, kind: usize, (from, end): (usize, usize)) -> usize {
        let Some(events) = moment.columns().kinds.get(kind) else { return 0 };
        let (now, calendar) = (moment.instant(), moment.calendar());
        let cut = |length: i64| now.micros().saturating_sub(length).saturating_add(1);
        // Before the first nothing is left; from the second on everything is.
        let first = events.at.first_at_or_after(from, end, cut(self.high));
        let second = events.at.first_at_or_after(first, end, cut(self.low));
        let doubtful =
            (first..second).filter(|row| !self.is_over(events.at.micros(*row), now, calendar));
        end - second + doubtful.count()
    }

    /// When the number of events that are not over next passes a bound.
    fn next_count(
        &self,
        moment: &Moment<'_>,
        kind: usize,
        (least, most): (usize, usize),
    ) -> Option<Instant> {
        let events = moment.columns().kinds.get(kind)?;
        let (from, end) = moment.rows(kind);
        let count = self.count(moment, kind, (from, end));
        // Without new events the number only falls: to one below the least, or
        // to the most.
        let left = if most < count {
            most
        } else if least <= count {
            least.checked_sub(1)?
        } else {
            return None;
        };
        let (now, calendar) = (moment.instant(), moment.calendar());
        let over = |row| self.after(Instant::clamped(events.at.micros(row)), calendar);
        if self.monotone {
            return over(end - left - 1).filter(|at| now < *at);
        }
        let first = events.at.first_at_or_after(from, end, now.micros().saturating_sub(self.high));
        (first..end).filter_map(over).filter(|at| now < *at).min()
    }
}

/// The value of a node that is the same for every customer at every moment.
pub(super) fn constant(checked: &Checked, node: NodeId, world: World<'_>) -> Option<Value> {
    let mut open = vec![node];
    while let Some(next) = open.pop() {
        match checked.meaning(next) {
            Some(Meaning::Parameter(_)) => continue,
            Some(_) => return None,
            None => {}
        }
        let node = checked.tree.node(next);
        let clock = |function: &str| {
            matches!(function, "ago" | "today" | "age" | "startOf" | "endOf" | "within")
        };
        match node {
            Node::Fold { .. } => return None,
            Node::Call { function, .. } if clock(function) => return None,
            _ => open.extend(node.children()),
        }
    }
    checked.evaluate_at(node, &world.nobody()).ok()
}

/// A column whose row depends on the customer and the moment.
#[derive(Clone, Copy)]
enum Place<'a> {
    Event(&'a Column),
    Attribute(&'a History),
}

impl<'a> Place<'a> {
    fn column(self) -> &'a Column {
        match self {
            Place::Event(column) | Place::Attribute(History::Undated(column)) => column,
            Place::Attribute(History::Dated { values, .. }) => values,
        }
    }

    fn test(self, wanted: Wanted<'a>) -> Test<'a> {
        match self {
            Place::Event(column) => Test::Event(column, wanted),
            Place::Attribute(history) => Test::Attribute(history, wanted),
        }
    }
}

struct Maker<'a> {
    checked: &'a Checked,
    world: World<'a>,
}

impl<'a> Maker<'a> {
    fn columns(&self) -> &'a Columns {
        self.world.columns
    }

    fn node(&self, id: NodeId) -> &'a Node {
        self.checked.tree.node(id)
    }

    fn constant(&self, id: NodeId) -> Option<Value> {
        constant(self.checked, id, self.world)
    }

    fn test(&self, id: NodeId) -> Test<'a> {
        let test = match self.node(id) {
            Node::Not { of } => Some(Test::Not(Box::new(self.test(*of)))),
            Node::Binary { op: op @ (BinaryOp::And | BinaryOp::Or), .. } => {
                let tests = self.operands(id, *op).into_iter().map(|of| self.test(of)).collect();
                Some(if *op == BinaryOp::And { Test::All(tests) } else { Test::Any(tests) })
            }
            Node::Binary { op, left, right } => self.comparison(*op, *left, *right),
            Node::Name { .. } | Node::Select { test: false, .. } => {
                self.place(id).and_then(|place| match place.column().data {
                    Data::Bool(_) => Some(place.test(Wanted::Yes)),
                    _ => None,
                })
            }
            Node::Literal(Literal::Bool(on)) => Some(Test::Always(*on)),
            _ => None,
        };
        test.unwrap_or(Test::Slow(id))
    }

    fn operands(&self, id: NodeId, op: BinaryOp) -> Vec<NodeId> {
        let mut out = Vec::new();
        let mut next = id;
        while let Node::Binary { op: have, left, right } = self.node(next)
            && *have == op
        {
            out.push(*right);
            next = *left;
        }
        out.push(next);
        out.reverse();
        out
    }

    /// The column that an attribute or a field of the event stands in.
    fn place(&self, id: NodeId) -> Option<Place<'a>> {
        match (self.checked.meaning(id)?, self.node(id)) {
            (Meaning::Attribute(attribute), _) => {
                Some(Place::Attribute(self.columns().attributes.get(attribute)?))
            }
            (Meaning::Field(field), Node::Select { of, test: false, .. })
                if self.checked.meaning(*of) == Some(Meaning::TheEvent)
                    // What lies in the future is not known yet.
                    && *self.checked.ty(id) != Type::Timestamp =>
            {
                let Type::Event(kind) = self.checked.ty(*of) else { return None };
                Some(Place::Event(self.columns().kinds.get(*kind)?.fields.get(field)?))
            }
            _ => None,
        }
    }

    fn comparison(&self, op: BinaryOp, left: NodeId, right: NodeId) -> Option<Test<'a>> {
        match op {
            BinaryOp::NotEqual => {
                Some(Test::Not(Box::new(self.comparison(BinaryOp::Equal, left, right)?)))
            }
            BinaryOp::Greater => self.comparison(BinaryOp::Less, right, left),
            BinaryOp::GreaterEqual => self.comparison(BinaryOp::LessEqual, right, left),
            BinaryOp::Equal => self
                .null_test(left, right)
                .or_else(|| self.compared(Comparison::Equal, left, right)),
            BinaryOp::Less => self.compared(Comparison::Less, left, right),
            BinaryOp::LessEqual => self.compared(Comparison::LessEqual, left, right),
            BinaryOp::In => self.membership(left, right),
            _ => None,
        }
    }

    fn null_test(&self, left: NodeId, right: NodeId) -> Option<Test<'a>> {
        let is_null = |id| matches!(self.node(id), Node::Literal(Literal::Null));
        let of = match (is_null(left), is_null(right)) {
            (true, false) => right,
            (false, true) => left,
            _ => return None,
        };
        Some(Test::Not(Box::new(self.place(of)?.test(Wanted::Known))))
    }

    /// A column or a number of events against a constant.
    fn compared(&self, comparison: Comparison, left: NodeId, right: NodeId) -> Option<Test<'a>> {
        let (subject, bound, below) = match (self.constant(left), self.constant(right)) {
            (None, Some(bound)) => (left, bound, true),
            (Some(bound), None) => (right, bound, false),
            _ => return None,
        };
        if let (Value::Int(_), Some((kind, window))) = (&bound, self.counted(subject)) {
            let (low, high) = range(comparison, &bound, 0, below)?;
            let least = usize::try_from(low.max(0)).ok()?;
            return Some(match usize::try_from(high) {
                Ok(most) if low <= high => Test::Count { kind, window, least, most },
                _ => Test::Always(false),
            });
        }
        let place = self.place(subject)?;
        let column = place.column();
        match (&column.data, &bound) {
            (Data::Ints(ints), _) => {
                let scale = super::kernel::scale_of(self.checked.ty(subject));
                let between = range(comparison, &bound, scale, below)?;
                Some(place.test(Wanted::Between(ints, between)))
            }
            (Data::Codes { words, .. }, Value::Text(text)) => {
                let wanted = words.keys().map(|key| match (comparison, below) {
                    (Comparison::Equal, _) => *key == **text,
                    (Comparison::Less, true) => *key < **text,
                    (Comparison::Less, false) => **text < *key,
                    (Comparison::LessEqual, true) => *key <= **text,
                    (Comparison::LessEqual, false) => **text <= *key,
                });
                Some(place.test(Wanted::Words(wanted.collect())))
            }
            (Data::Bool(_), Value::Bool(true)) if comparison == Comparison::Equal => {
                Some(place.test(Wanted::Yes))
            }
            _ => None,
        }
    }

    /// `product in ['a', 'b']`
    fn membership(&self, subject: NodeId, list: NodeId) -> Option<Test<'a>> {
        let Value::List(items) = self.constant(list)? else { return None };
        let place = self.place(subject)?;
        let Data::Codes { words, .. } = &place.column().data else { return None };
        let wanted = words.keys().map(|key| {
            items.iter().any(|item| matches!(item, Value::Text(text) if **text == *key))
        });
        Some(place.test(Wanted::Words(wanted.collect())))
    }

    /// `list.size()`, `list.within(p).size()`
    fn counted(&self, id: NodeId) -> Option<(usize, Option<Length>)> {
        let Node::Call { function, receiver, args } = self.node(id) else { return None };
        let list = match (&**function, receiver, &args[..]) {
            ("size", Some(list), []) => *list,
            ("size", None, [list]) => *list,
            _ => return None,
        };
        match self.node(list) {
            Node::Name { .. } => match self.checked.meaning(list)? {
                Meaning::Events(kind) => Some((kind, None)),
                _ => None,
            },
            Node::Call { function, receiver: Some(of), args } if &**function == "within" => {
                let Meaning::Events(kind) = self.checked.meaning(*of)? else { return None };
                Some((kind, Some(Length::of(self.constant(*args.first()?)?)?)))
            }
            _ => None,
        }
    }
}

/// The units of a scale for which a comparison with a bound holds.
fn range(comparison: Comparison, bound: &Value, scale: u8, below: bool) -> Option<(i64, i64)> {
    let bound = decimal(bound)?;
    let (low, high) = if below {
        range_below(comparison, bound, scale)?
    } else {
        range_above(comparison, bound, scale)?
    };
    Some(narrow(low, high))
}
