//! Lists of events: which kind, cut where, filtered by what.

use super::{Compiler, Walk};
use crate::lang::kernel::condition::Condition;
use crate::lang::kernel::follows::Follows;
use crate::lang::kernel::list::{Fold, List, Position, Stage};
use crate::lang::kernel::sequence::Sequence;
use crate::lang::kernel::window::Windows;
use crate::lang::quick::Length;
use crate::lang::scope::Meaning;
use crate::lang::tree::{FoldOp, Node, NodeId};
use crate::lang::types::Type;
use crate::lang::value::Value;
use crate::units::Work;

impl<'s> Compiler<'s> {
    /// A list of events, with its cuts and filters.
    pub(super) fn list(&mut self, node: NodeId) -> Option<List<'s>> {
        if let Some(Meaning::Events(kind)) = self.meaning(node) {
            return List::all(self.snapshot, kind);
        }
        match self.checked.tree.node(node) {
            Node::Call { function, receiver: Some(of), args } if &**function == "within" => {
                let mut list = self.list(*of)?;
                let windows = self.windows(*args.first()?)?;
                match windows.start() {
                    Some(start) if list.stages.is_empty() => {
                        list.since = Some(list.since.unwrap_or(i64::MIN).max(start));
                    }
                    _ => list.stages.push(Stage::Within(windows)),
                }
                Some(list)
            }
            Node::Call { function, receiver: Some(of), args } if &**function == "during" => {
                let mut list = self.list(*of)?;
                let from = self.edge(*args.first()?)?;
                match args.get(1) {
                    None if list.stages.is_empty() => {
                        list.since = Some(list.since.unwrap_or(i64::MIN).max(from));
                    }
                    until => {
                        let until = until.map_or(Some(i64::MAX), |until| self.edge(*until))?;
                        let windows = Windows::between(from, until, self.snapshot.as_of());
                        list.stages.push(Stage::Within(windows));
                    }
                }
                Some(list)
            }
            Node::Fold { op: FoldOp::Filter, over, body, .. } => {
                let kind = self.events_kind(*over)?;
                let mut list = self.list(*over)?;
                let test = self.part(*body, Walk::Events(kind, node))?;
                list.stages.push(Stage::Filter(test));
                Some(list)
            }
            _ => None,
        }
    }

    /// The first microsecond of an instant that is the same for all.
    fn edge(&self, node: NodeId) -> Option<i64> {
        match self.constant_value(node)? {
            Value::Timestamp(at) => {
                let (instant, rest) = at.split();
                // Whatever happens within a microsecond happens at its start.
                Some(instant.micros().saturating_add(i64::from(rest > 0)))
            }
            _ => None,
        }
    }

    pub(super) fn windows(&self, node: NodeId) -> Option<Windows> {
        let now = self.snapshot.as_of();
        match self.constant_value(node)? {
            // A working calendar may not know a day, which is an error of its own.
            Value::Period(period) if period.unit().work() != Work::None => None,
            Value::Period(period) => Some(Windows::of_period(now, period, self.context.calendar)),
            Value::Duration(duration) => Some(Windows::of_nanos(now, duration.nanos().into())),
            _ => None,
        }
    }

    /// `sequence([a, b], window)` and its kin, by number.
    pub(super) fn sequence(&mut self, function: &str, args: &[NodeId]) -> Option<usize> {
        let sequence = self.sequence_of(function, args)?;
        Some(self.over(Fold::Sequence(sequence)))
    }

    /// Who has done all of `sequence([a, b], window)`.
    pub(super) fn follows(&mut self, args: &[NodeId]) -> Option<Condition<'s>> {
        let sequence = self.sequence_of("sequence", args)?;
        Some(Condition::Follows(Box::new(Follows::of(sequence)?)))
    }

    fn sequence_of(&mut self, function: &str, args: &[NodeId]) -> Option<Sequence<'s>> {
        let (steps, without, lengths) = match args {
            [steps, without, lengths @ ..] if function == "sequenceWithout" => {
                (*steps, Some(*without), lengths)
            }
            [steps, lengths @ ..] => (*steps, None, lengths),
            [] => return None,
        };
        let Node::List(items) = self.checked.tree.node(steps) else { return None };
        let mut of = |item: NodeId| Some((self.events_kind(item)?, self.list(item)?));
        let steps = items.iter().map(|item| of(*item)).collect::<Option<Vec<_>>>()?;
        let without = match without {
            Some(without) => Some(of(without)?),
            None => None,
        };
        let length = |node: &NodeId| Length::of(self.constant_value(*node)?);
        let window = length(lengths.first()?)?;
        let gap = match lengths.get(1) {
            Some(gap) => Some(length(gap)?),
            None => None,
        };
        let (columns, calendar) = (self.snapshot.columns(), self.context.calendar);
        let strict = function == "sequenceStrict";
        Some(Sequence { columns, calendar, steps, without, strict, window, gap })
    }

    pub(super) fn events_kind(&self, node: NodeId) -> Option<usize> {
        match self.ty(node) {
            Type::Events(kind) => Some(*kind),
            _ => None,
        }
    }

    /// `list.last()` and its kin: the list, and which event of it.
    pub(super) fn picked(&mut self, node: NodeId) -> Option<(List<'s>, Position, usize)> {
        let Node::Call { function, receiver: Some(of), args } = self.checked.tree.node(node) else {
            return None;
        };
        let kind = self.events_kind(*of)?;
        let position = match (&**function, &**args) {
            ("first", []) => Position::FromFirst(0),
            ("last", []) => Position::FromLast(0),
            ("nth", [n]) => match self.constant_value(*n)? {
                Value::Int(n) => Position::FromFirst(usize::try_from(n.checked_sub(1)?).ok()?),
                _ => return None,
            },
            _ => return None,
        };
        Some((self.list(*of)?, position, kind))
    }
}
