//! Lists of events: which pass, what they come to, and single ones of them.

use super::condition::unless;
use super::exporter::{Condition, Exporter};
use super::expression::{Aggregate, Compare, Expression, Function, Table};
use super::parameter::Parameter;
use super::plan::Events;
use super::value::{Kind, ROWS, Value, WIDE, either};
use crate::lang::tree::{FoldOp, Node, NodeId};
use crate::lang::{Meaning, Type, Value as Constant};

impl Exporter<'_> {
    pub fn is_events(&self, node: NodeId) -> bool {
        matches!(self.ty(node), Type::Events(_))
    }

    /// Something about the events that a fold walks.
    pub fn inside<T>(
        &mut self,
        fold: NodeId,
        kind: usize,
        ask: impl FnOnce(&mut Self) -> Option<T>,
    ) -> Option<T> {
        let outer = self.walk.replace((fold, kind));
        let out = ask(self);
        self.walk = outer;
        out
    }

    /// The events of a list that pass its windows and filters.
    pub fn events(&mut self, node: NodeId) -> Option<Events> {
        self.deeper(node, |on| on.events_at(node))
    }

    fn events_at(&mut self, node: NodeId) -> Option<Events> {
        if let Some(Meaning::Events(kind)) = self.meaning(node) {
            return self.every_event(node, kind);
        }
        match self.checked.tree.node(node) {
            Node::Call { function, receiver: Some(of), args } if &**function == "within" => {
                let events = self.events(*of)?;
                self.within(node, events, *args.first()?)
            }
            Node::Fold { op: FoldOp::Filter, over, body, .. } => {
                let events = self.events(*over)?;
                let kind = events.kind;
                let exact = self.inside(node, kind, |on| on.condition(*body, true))?;
                if exact.fallible || events.stage.is_some() {
                    return Some(staged(events, exact));
                }
                // In WHERE, NULL is as good as no.
                let plain = self.inside(node, kind, |on| on.condition(*body, false))?;
                Some(filtered(events, plain.piece))
            }
            _ => self.refuse(node, "this list has no SQL", "此列表没有对应的 SQL"),
        }
    }

    /// All events of a kind up to now.
    fn every_event(&mut self, node: NodeId, kind: usize) -> Option<Events> {
        if self.walk.is_some() {
            return self.refuse(
                node,
                "a list inside the condition of another list has no SQL here",
                "一个列表的条件中不能再询问另一个列表",
            );
        }
        let mapped = self.events_table(node, kind)?;
        let mut events = Events { kind, filters: Vec::new(), stage: None };
        if let Some((column, value)) = &mapped.kind {
            let raw = Expression::Column(Table::Events, column.clone());
            let value = Expression::Parameter(Parameter::text(value));
            let is_kind =
                Expression::apply(Function::Exact, vec![raw]).compare(Compare::Equal, value);
            events = filtered(events, is_kind);
        }
        let at = self.event_time(node, kind)?;
        let past = self.beside_instant(&at, Compare::LessEqual, self.now.micros());
        Some(filtered(events, past))
    }

    /// Events from which a length of time has not yet passed.
    fn within(&mut self, node: NodeId, events: Events, length: NodeId) -> Option<Events> {
        let Some(length) = self.constants.value(length) else {
            return self.refuse(length, "the window is not constant", "时间窗口不是常量");
        };
        let windows = match &length {
            Ok(length) => self.constants.within(length),
            Err(_) => None,
        };
        let Some(windows) = windows else {
            return self.refuse_with(
                node,
                (
                    "a window of working time is not an interval that engines know",
                    "以工作时间计的窗口不是引擎所知的区间",
                ),
                ("write a window of days or hours", "请写以天或小时计的窗口"),
            );
        };
        let at = self.event_time(node, events.kind)?;
        let mut any = Vec::new();
        for (from, until) in windows {
            let mut both = vec![self.beside_instant(&at, Compare::GreaterEqual, from)];
            if until <= self.now.micros() {
                both.push(self.beside_instant(&at, Compare::Less, until));
            }
            any.push(Expression::all(both));
        }
        let window = Expression::any(any);
        Some(match events.stage {
            None => filtered(events, window),
            Some(_) => staged(events, Condition::sure(window)),
        })
    }

    /// `list.size()`
    pub fn how_many(&mut self, list: NodeId) -> Option<Value> {
        let events = self.events(list)?;
        let piece = self.counted(&events, None);
        let fails = self.list_fails(&events);
        Some(guarded(Value::new(piece, Kind::Int, false).within(ROWS), fails))
    }

    /// `sum`, `avg`, `min`, `max`, `count` and `countDistinct`.
    pub fn aggregated(
        &mut self,
        node: NodeId,
        op: FoldOp,
        over: NodeId,
        body: NodeId,
    ) -> Option<Value> {
        let events = self.events(over)?;
        let list_fails = self.list_fails(&events);
        if op == FoldOp::Count {
            let test = self.inside(node, events.kind, |on| on.condition(body, true))?;
            let piece = self.counted(&events, Some(test.piece.clone()));
            let errors = test.fallible.then(|| self.counted(&events, Some(test.piece.null())));
            let errors = errors.map(some);
            let value = Value::new(piece, Kind::Int, false).within(ROWS);
            return Some(guarded(value, either(list_fails, errors)));
        }
        let of = self.inside(node, events.kind, |on| on.value(body))?;
        let errors = of.fails.clone().map(|fails| some(self.counted(&events, Some(fails))));
        let fails = either(list_fails, errors);
        let passing = |piece: Expression| match &events.stage {
            Some(stage) => stage.clone().when(piece, None),
            None => piece,
        };
        let row = passing(of.piece.clone());
        let come_to = |on: &mut Self, aggregate| {
            on.aggregate(&events, Expression::Aggregate(aggregate, Some(Box::new(row.clone()))))
        };
        let value = match (op, of.kind) {
            (FoldOp::Sum, Kind::Int | Kind::Exact(_) | Kind::Duration) => {
                let piece = come_to(self, Aggregate::Sum).or_zero();
                let value = Value::new(piece, of.kind, false).within(many(of.range));
                self.sound(node, value)?
            }
            (FoldOp::Avg, Kind::Int | Kind::Exact(_)) => {
                let sum = come_to(self, Aggregate::Sum);
                let count = come_to(self, Aggregate::Count);
                let scale = of.scale()?;
                let sum = Value::new(sum, Kind::Exact(scale), true).within(many(of.range));
                let sum = self.sound(node, sum)?;
                let count = Value::new(count, Kind::Int, true).within((1, ROWS.1));
                self.quotient(node, sum, count, super::arithmetic::places(self.ty(node)))?
            }
            (FoldOp::Min | FoldOp::Max, Kind::Text(false)) => return self.unprepared(body),
            (
                FoldOp::Min | FoldOp::Max,
                Kind::Int
                | Kind::Exact(_)
                | Kind::Duration
                | Kind::Text(_)
                | Kind::Instant(_)
                | Kind::Day(_),
            ) => {
                let least = op == FoldOp::Min;
                let aggregate = if least { Aggregate::Least } else { Aggregate::Greatest };
                let piece = come_to(self, aggregate);
                Value { piece, fails: None, nullable: true, ..of }
            }
            (FoldOp::CountDistinct, Kind::Text(false)) => return self.unprepared(body),
            (FoldOp::CountDistinct, kind) if !matches!(kind, Kind::Age(_) | Kind::Moved(..)) => {
                let piece = come_to(self, Aggregate::Different).or_zero();
                Value::new(piece, Kind::Int, false).within(ROWS)
            }
            _ => {
                return self.refuse(
                    node,
                    "this aggregate has no SQL that gives the same in every engine",
                    "此聚合没有在各引擎中结果都相同的 SQL",
                );
            }
        };
        Some(guarded(value, fails))
    }

    /// `p.amount` of the walked event, `list.last().amount`.
    pub fn of_event(&mut self, node: NodeId) -> Option<Value> {
        let Node::Select { of, .. } = self.checked.tree.node(node) else {
            return self.refuse(node, "this event has no SQL", "此事件没有对应的 SQL");
        };
        if let Some(Meaning::Variable(fold)) = self.meaning(*of) {
            return match (self.walk, self.meaning(node)) {
                (Some((walked, kind)), Some(Meaning::Field(field))) if walked == fold => {
                    self.field(node, kind, field)
                }
                (Some((walked, kind)), Some(Meaning::At)) if walked == fold => {
                    self.event_time(node, kind)
                }
                _ => self.refuse(
                    node,
                    "an event of an outer list cannot be read here",
                    "此处不能读取外层列表的事件",
                ),
            };
        }
        let (events, backwards, place) = self.picked(*of)?;
        let fails = self.list_fails(&events);
        if place < 1 {
            let nothing = self.inside(*of, events.kind, |on| on.of_walked(node, events.kind))?;
            return Some(guarded(
                Value { piece: Expression::Null, nullable: true, ..nothing },
                fails,
            ));
        }
        let value = self.of_walked(node, events.kind)?;
        let first = place == 1 && self.meaning(node) == Some(Meaning::At);
        let ordered = self.events_table(node, events.kind)?.order.is_empty();
        let piece = if first {
            let aggregate = if backwards { Aggregate::Greatest } else { Aggregate::Least };
            let row = match &events.stage {
                Some(stage) => stage.clone().when(value.piece.clone(), None),
                None => value.piece.clone(),
            };
            self.aggregate(&events, Expression::Aggregate(aggregate, Some(Box::new(row))))
        } else if ordered && self.meaning(node) != Some(Meaning::At) {
            return self.refuse_with(
                node,
                (
                    "which of two events of one instant comes first is not known",
                    "同一时刻的两个事件孰先孰后并不清楚",
                ),
                (
                    "name columns of numbers that put them in order in `order` of the events",
                    "请在该事件的 `order` 中写明用于排序的数字列",
                ),
            );
        } else {
            let at = self.plan.pick(&events, backwards, place);
            let name = match self.plan.picks.get_mut(at) {
                Some(pick) => super::plan::column(&mut pick.columns, value.piece.clone()),
                None => return None,
            };
            Expression::Column(Table::Pick(at), name)
        };
        Some(guarded(Value { piece, nullable: true, ..value }, fails))
    }

    /// A field of the events of a kind, whatever walks them.
    fn of_walked(&mut self, node: NodeId, kind: usize) -> Option<Value> {
        match self.meaning(node)? {
            Meaning::Field(field) => self.field(node, kind, field),
            _ => self.event_time(node, kind),
        }
    }

    /// `list.last()` and its kin: the list, from which end, and which from 1.
    fn picked(&mut self, node: NodeId) -> Option<(Events, bool, i64)> {
        let Node::Call { function, receiver: Some(of), args } = self.checked.tree.node(node) else {
            return self.refuse(node, "this event has no SQL", "此事件没有对应的 SQL");
        };
        let (backwards, place) = match (&**function, &**args) {
            ("first", []) => (false, 1),
            ("last", []) => (true, 1),
            ("nth", [n]) => match self.constants.value(*n) {
                Some(Ok(Constant::Int(n))) => (false, n),
                _ => return self.refuse(*n, "the place is not constant", "位置不是常量"),
            },
            _ => return self.refuse(node, "this event has no SQL", "此事件没有对应的 SQL"),
        };
        Some((self.events(*of)?, backwards, place))
    }

    /// `list.last() == null`
    pub fn no_event(&mut self, node: NodeId) -> Option<Condition> {
        let (events, _, place) = self.picked(node)?;
        let piece = if place < 1 {
            Expression::Constant(true)
        } else {
            self.counted(&events, None).compare(Compare::Less, Expression::Number(place))
        };
        Some(match self.list_fails(&events) {
            Some(fails) => Condition { piece: unless(fails, piece), fallible: true },
            None => Condition::sure(piece),
        })
    }
}

fn some(errors: Expression) -> Expression {
    errors.compare(Compare::Greater, Expression::Number(0))
}

fn filtered(mut events: Events, filter: Expression) -> Events {
    match filter {
        Expression::And(parts) => events.filters.extend(parts),
        Expression::Constant(true) => {}
        other => events.filters.push(other),
    }
    events
}

/// One filter after the other: what fails the first is never asked the second.
fn staged(mut events: Events, then: Condition) -> Events {
    events.stage = Some(match events.stage.take() {
        None => then.piece,
        Some(stage) => Expression::Case(
            vec![(stage.clone(), then.piece), (stage.negated(), Expression::Constant(false))],
            None,
        ),
    });
    events
}

/// A value that is an error where the events fail.
fn guarded(value: Value, fails: Option<Expression>) -> Value {
    let Some(fails) = fails else { return value };
    let piece = fails.clone().negated().when(value.piece.clone(), None);
    Value { piece, ..value }.failing(Some(fails))
}

/// The range of a sum over so many rows.
fn many((low, high): (i128, i128)) -> (i128, i128) {
    let times = |bound: i128| bound.checked_mul(ROWS.1);
    match (times(low.min(0)), times(high.max(0))) {
        (Some(low), Some(high)) => (low, high),
        _ => WIDE,
    }
}
