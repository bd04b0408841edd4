//! The parts of a checked expression that read no fact: what they come to at
//! an instant, for whoever translates the others.

use super::checked::Checked;
use super::environment::Environment;
use super::evaluate::evaluate_node;
use super::kernel::compile::constants;
use super::kernel::window::Windows;
use super::scope::{Meaning, Parameter, value_of};
use super::time::Timestamp;
use super::tree::{Node, NodeId};
use super::value::Value;
use crate::error::Error;
use crate::units::{Calendar, Instant, Work};

/// The constant parts of an expression at an instant.
#[derive(Debug)]
pub struct Constants<'a> {
    checked: &'a Checked,
    marks: Vec<bool>,
    ground: Ground<'a>,
}

#[derive(Debug)]
struct Ground<'a> {
    calendar: &'a Calendar,
    parameters: &'a [Parameter],
    now: Instant,
}

impl<'a> Constants<'a> {
    /// The constants of an expression, asked at `now` with these parameters,
    /// sorted by name.
    pub fn new(
        checked: &'a Checked,
        calendar: &'a Calendar,
        parameters: &'a [Parameter],
        now: Instant,
    ) -> Self {
        let mut marks = constants(checked);
        // A cut point is the same for everybody, and a fact all the same. What
        // contains one comes after it.
        for (position, node) in checked.tree.nodes.iter().enumerate() {
            let meaning = checked.meaning(NodeId(position as u32));
            if matches!(meaning, Some(Meaning::Now | Meaning::Period | Meaning::Parameter(_))) {
                continue;
            }
            let cut = matches!(node, Node::Call { function, .. } if &**function == "cut");
            let varies = |id: &NodeId| !marks.get(id.0 as usize).copied().unwrap_or(false);
            let children = node.children();
            if cut || children.iter().any(varies) {
                marks[position] = false;
            }
        }
        Constants { checked, marks, ground: Ground { calendar, parameters, now } }
    }

    /// What a node comes to, where it reads no fact; otherwise `None`.
    pub fn value(&self, node: NodeId) -> Option<Result<Value, Error>> {
        self.marks.get(node.0 as usize).copied().unwrap_or(false).then_some(())?;
        let zero = |node| self.checked.ty(node).zero();
        Some(evaluate_node(&self.checked.tree, node, &zero, &self.ground))
    }

    /// The instants up to now from which a length of time has not yet passed,
    /// in microseconds, as ascending half-open intervals: `within(length)`.
    /// `None` for working time, whose days the calendar may not know, and for
    /// what is no length.
    pub fn within(&self, length: &Value) -> Option<Vec<(i64, i64)>> {
        let Ground { calendar, now, .. } = self.ground;
        match length {
            Value::Period(period) if period.unit().work() == Work::None => {
                Some(Windows::of_period(now, *period, calendar).into_intervals())
            }
            Value::Duration(length) => {
                Some(Windows::of_nanos(now, length.nanos().into()).into_intervals())
            }
            _ => None,
        }
    }
}

impl Environment for Ground<'_> {
    fn name(&self, _: &str) -> Option<Value> {
        None
    }

    fn calendar(&self) -> &Calendar {
        self.calendar
    }

    fn now(&self) -> Option<Timestamp> {
        Some(Timestamp::from(self.now))
    }

    fn parameter(&self, name: &str) -> Option<Value> {
        value_of(self.parameters, name)
    }
}
