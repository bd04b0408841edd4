//! Comparisons and tests: a column, an age, a count or a sum against a constant
//! becomes a range of what the column holds; the rest is compared row by row.

use super::range::{decimal, narrow, range_above, range_below};
use super::read::Source;
use super::{Compiler, Walk};
use crate::facts::{Data, Ints};
use crate::lang::kernel::condition::{Comparison, Condition};
use crate::lang::kernel::scan::Wanted;
use crate::lang::tree::{BinaryOp, FoldOp, Literal, Node, NodeId};
use crate::lang::types::Type;
use crate::lang::value::Value;

impl<'s> Compiler<'s> {
    /// A yes or no that stands in a column.
    pub(super) fn flag(&mut self, node: NodeId, walk: Walk) -> Option<Condition<'s>> {
        match self.column(node, walk)? {
            (Source::Own, column) => match &column.data {
                Data::Bool(bits) => Some(Condition::Bool(bits, column)),
                _ => None,
            },
            _ => None,
        }
    }

    pub(super) fn known(&mut self, node: NodeId, walk: Walk) -> Option<Condition<'s>> {
        let (Source::Own, column) = self.column(node, walk)? else { return None };
        if self.is_past_field(node)
            && let Data::Ints(ints) = &column.data
        {
            return Some(Condition::Range(ints, column, (i64::MIN, self.now())));
        }
        Some(Condition::Known(column))
    }

    pub(super) fn comparison(
        &mut self,
        op: BinaryOp,
        left: NodeId,
        right: NodeId,
        walk: Walk,
    ) -> Option<Condition<'s>> {
        match op {
            BinaryOp::NotEqual => {
                let same = self.comparison(BinaryOp::Equal, left, right, walk)?;
                Some(Condition::Not(Box::new(same)))
            }
            BinaryOp::Greater => self.comparison(BinaryOp::Less, right, left, walk),
            BinaryOp::GreaterEqual => self.comparison(BinaryOp::LessEqual, right, left, walk),
            BinaryOp::In => self.membership(left, right, walk),
            BinaryOp::Equal => self
                .null_test(left, right, walk)
                .or_else(|| self.flag_test(left, right, walk))
                .or_else(|| self.compare(Comparison::Equal, left, right, walk)),
            BinaryOp::Less => self.compare(Comparison::Less, left, right, walk),
            BinaryOp::LessEqual => self.compare(Comparison::LessEqual, left, right, walk),
            _ => None,
        }
    }

    /// `vip == true`: a missing flag is neither.
    pub(super) fn flag_test(
        &mut self,
        left: NodeId,
        right: NodeId,
        walk: Walk,
    ) -> Option<Condition<'s>> {
        for (subject, other) in [(left, right), (right, left)] {
            if let Value::Bool(wanted) = self.constant_value(other)? {
                let flag = self.flag(subject, walk)?;
                let (Source::Own, column) = self.column(subject, walk)? else { return None };
                return Some(if wanted {
                    flag
                } else {
                    Condition::All(vec![Condition::Known(column), Condition::Not(Box::new(flag))])
                });
            }
        }
        None
    }

    /// `x == null`
    pub(super) fn null_test(
        &mut self,
        left: NodeId,
        right: NodeId,
        walk: Walk,
    ) -> Option<Condition<'s>> {
        let null =
            |node: NodeId| matches!(self.checked.tree.node(node), Node::Literal(Literal::Null));
        let of = match (null(left), null(right)) {
            (true, false) => right,
            (false, true) => left,
            _ => return None,
        };
        Some(Condition::Not(Box::new(self.known(of, walk)?)))
    }

    pub(super) fn compare(
        &mut self,
        comparison: Comparison,
        left: NodeId,
        right: NodeId,
        walk: Walk,
    ) -> Option<Condition<'s>> {
        if self.is_wordy(left) || self.is_wordy(right) {
            return self.compare_words(comparison, left, right, walk);
        }
        if let Some(fast) = self.against_constant(comparison, left, right, walk) {
            return Some(fast);
        }
        let before = self.folds.len();
        let (left_number, right_number) = (self.number(left, walk)?, self.number(right, walk)?);
        let used = (before..self.folds.len()).collect();
        let scales = (self.scale(left), self.scale(right));
        Some(Condition::Compare(comparison, left_number, right_number, scales, used))
    }

    /// A column, an age, a count or a sum against a constant becomes a range.
    pub(super) fn against_constant(
        &mut self,
        comparison: Comparison,
        left: NodeId,
        right: NodeId,
        walk: Walk,
    ) -> Option<Condition<'s>> {
        let (subject, range) = if self.is_constant(right) {
            let bound = self.constant_decimal(right)?;
            (left, range_below(comparison, bound, self.scale(left))?)
        } else if self.is_constant(left) {
            let bound = self.constant_decimal(left)?;
            (right, range_above(comparison, bound, self.scale(right))?)
        } else {
            return None;
        };
        self.in_range(subject, range, walk)
    }

    pub(super) fn in_range(
        &mut self,
        subject: NodeId,
        (low, high): (i128, i128),
        walk: Walk,
    ) -> Option<Condition<'s>> {
        let narrow = narrow(low, high);
        if let Some((ints, column, source)) = self.ints(subject, walk) {
            let past = if self.is_past_field(subject) { self.now() } else { i64::MAX };
            return match source {
                Source::Own => Some(Condition::Range(ints, column, (narrow.0, narrow.1.min(past)))),
                Source::Outer => None,
            };
        }
        if let Some(times) = self.event_time(subject, walk) {
            return Some(Condition::AtRange(times, narrow));
        }
        if walk != Walk::Customers {
            return None;
        }
        match self.checked.tree.node(subject) {
            Node::Call { function, receiver, args } => match (&**function, receiver, &**args) {
                ("age", None, [of]) => self.age_range(*of, (low, high)),
                ("size", Some(of), []) | ("size", None, [of]) => {
                    let list = self.list(*of)?;
                    list.stages.is_empty().then_some(())?;
                    let bound = |n: i128| u64::try_from(n.max(0)).unwrap_or(u64::MAX);
                    let empty = high < 0 || high < low;
                    let range = if empty { (1, 0) } else { (bound(low), bound(high)) };
                    Some(Condition::Count(list, range))
                }
                // Both steps, and not what one of them alone would do as well.
                ("sequence", None, args) if 1 < low && low <= 2 && 2 <= high => self.follows(args),
                _ => None,
            },
            Node::Fold { op: FoldOp::Sum, over, body, .. } => {
                let (kind, list) = (self.events_kind(*over)?, self.list(*over)?);
                list.stages.is_empty().then_some(())?;
                let inner = Walk::Events(kind, subject);
                let (ints, column, Source::Own) = self.ints(*body, inner)? else { return None };
                // Sums of whole numbers of 64 bits may overflow, which is an error.
                let safe = !matches!(self.ty(*body), Type::Int) || !matches!(ints, Ints::I64(_));
                let plain = safe && !self.is_past_field(*body);
                plain.then_some(Condition::Sum(list, ints, column, (low, high)))
            }
            _ => None,
        }
    }

    /// The older the birth, the higher the age: a range of ages is a range of
    /// days, found by halving, whatever the rules for 29 February.
    pub(super) fn age_range(
        &mut self,
        of: NodeId,
        (low, high): (i128, i128),
    ) -> Option<Condition<'s>> {
        let (ints, column, Source::Own) = self.ints(of, Walk::Customers)? else { return None };
        matches!(self.ty(of), Type::Date).then_some(())?;
        let calendar = self.context.calendar;
        let today = calendar.zone().day_of(self.snapshot.as_of());
        let age = |days: i64| i128::from(calendar.age(crate::units::Day::clamped(days), today));
        let (first, last) = (crate::units::Day::MIN.days(), crate::units::Day::MAX.days());
        // The first day from which the age is below `bound`.
        let below = |bound: i128| {
            let (mut from, mut until) = (i64::from(first), i64::from(last) + 1);
            while from < until {
                let middle = from + (until - from) / 2;
                if age(middle) < bound { until = middle } else { from = middle + 1 }
            }
            from
        };
        let oldest = if high == i128::MAX { i64::from(first) } else { below(high + 1) };
        Some(Condition::Range(ints, column, (oldest, below(low) - 1)))
    }

    pub(super) fn membership(
        &mut self,
        left: NodeId,
        right: NodeId,
        walk: Walk,
    ) -> Option<Condition<'s>> {
        if let Type::Set(_) = self.ty(right) {
            let Value::Text(text) = self.constant_value(left)? else { return None };
            let (Source::Own, column) = self.column(right, walk)? else { return None };
            let Data::Sets { offsets, codes, words } = &column.data else { return None };
            let wanted = Wanted::of(words.keys().map(|key| *key == *text).collect());
            return Some(Condition::HasWord(offsets, codes, column, wanted));
        }
        let Value::List(values) = self.constant_value(right)? else { return None };
        if self.is_wordy(left) {
            let texts: Option<std::collections::HashSet<&str>> = values
                .iter()
                .map(|value| match value {
                    Value::Text(text) => Some(&**text),
                    _ => None,
                })
                .collect();
            let texts = texts?;
            return self.wanted_words(left, walk, |key| texts.contains(key));
        }
        let (ints, column, Source::Own) = self.ints(left, walk)? else { return None };
        if self.is_past_field(left) {
            return None;
        }
        let scale = self.scale(left);
        let mut wanted = Vec::new();
        for value in values.iter() {
            if let Some((low, high)) = range_below(Comparison::Equal, decimal(value)?, scale)
                && low <= high
            {
                wanted.extend(i64::try_from(low).ok());
            }
        }
        wanted.sort_unstable();
        wanted.dedup();
        Some(Condition::OneOf(ints, column, wanted))
    }
}
