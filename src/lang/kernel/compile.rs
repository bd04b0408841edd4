//! From a checked expression to conditions over columns.
//!
//! A compiler that may give up: what it does not know by shape it leaves to the
//! reference ([`Condition::Slow`]), so a new function of the language is right
//! from its first day and fast when it earns it.

use super::condition::{Comparison, Condition, Program};
use super::list::{End, Fold, List, Position, Stage};
use super::number::{Number, Operation, Width};
use super::window::Windows;
use super::word::Word;
use super::{Context, scale_of};
use crate::facts::{Column, Data, Ints, Snapshot};
use crate::lang::Checked;
use crate::lang::scope::Meaning;
use crate::lang::tree::{BinaryOp, FoldOp, Literal, Node, NodeId};
use crate::lang::types::Type;
use crate::lang::value::Value;
use crate::units::Decimal;

/// Which table the rows of a condition come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Walk {
    Customers,
    /// Events of the kind, bound to the variable of the fold.
    Events(usize, NodeId),
}

pub(super) struct Compiler<'s> {
    pub(super) checked: &'s Checked,
    pub(super) context: &'s Context<'s>,
    pub(super) snapshot: &'s Snapshot<'s>,
    /// Nodes that read no fact: the same for every customer.
    pub(super) constant: Vec<bool>,
    pub(super) folds: Vec<Fold<'s>>,
}

impl<'s> Compiler<'s> {
    pub(super) fn new(checked: &'s Checked, context: &'s Context<'s>) -> Self {
        Compiler {
            checked,
            context,
            snapshot: context.snapshot,
            constant: constants(checked),
            folds: Vec::new(),
        }
    }

    /// The condition for every customer; parts the compiler does not know are
    /// left to the reference.
    pub(super) fn whole(&mut self, node: NodeId) -> Condition<'s> {
        let part = match self.checked.tree.node(node) {
            Node::Not { of } => Some(Condition::Not(Box::new(self.whole(*of)))),
            Node::Binary { op: op @ (BinaryOp::And | BinaryOp::Or), .. } => {
                let parts = self.operands(node, *op).into_iter().map(|of| self.whole(of)).collect();
                Some(chain(*op, parts))
            }
            Node::Conditional { test, yes, no } if !self.is_constant(node) => {
                let parts = [self.whole(*test), self.whole(*yes), self.whole(*no)];
                Some(Condition::Choice(Box::new(parts)))
            }
            _ => self.leaf(node, Walk::Customers),
        };
        part.unwrap_or(Condition::Slow(node))
    }

    /// The condition, or `None` when some part is unknown.
    fn part(&mut self, node: NodeId, walk: Walk) -> Option<Condition<'s>> {
        if let Walk::Events(_, fold) = walk
            && !self.is_constant(node)
            && !self.reads_variable(node, fold)
        {
            return Some(Condition::OfCustomer(Box::new(self.whole(node))));
        }
        match self.checked.tree.node(node) {
            Node::Not { of } => Some(Condition::Not(Box::new(self.part(*of, walk)?))),
            Node::Binary { op: op @ (BinaryOp::And | BinaryOp::Or), .. } => {
                let operands = self.operands(node, *op).into_iter();
                let parts: Option<Vec<_>> = operands.map(|of| self.part(of, walk)).collect();
                Some(chain(*op, parts?))
            }
            Node::Conditional { test, yes, no } if !self.is_constant(node) => {
                let (test, yes) = (self.part(*test, walk)?, self.part(*yes, walk)?);
                Some(Condition::Choice(Box::new([test, yes, self.part(*no, walk)?])))
            }
            _ => self.leaf(node, walk),
        }
    }

    /// Whether anything below a node depends on the event of this fold.
    fn reads_variable(&self, node: NodeId, fold: NodeId) -> bool {
        let mut open = vec![node];
        while let Some(next) = open.pop() {
            if self.meaning(next) == Some(Meaning::Variable(fold)) {
                return true;
            }
            open.extend(children(self.checked.tree.node(next)));
        }
        false
    }

    /// The operands of a chain `a && b && c`, in order.
    fn operands(&self, node: NodeId, op: BinaryOp) -> Vec<NodeId> {
        let mut out = Vec::new();
        let mut next = node;
        while let Node::Binary { op: have, left, right } = self.checked.tree.node(next)
            && *have == op
        {
            out.push(*right);
            next = *left;
        }
        out.push(next);
        out.reverse();
        out
    }

    fn leaf(&mut self, node: NodeId, walk: Walk) -> Option<Condition<'s>> {
        if self.is_constant(node) {
            return match self.value(node)? {
                Value::Bool(on) => Some(Condition::Constant(on)),
                Value::Missing => Some(Condition::Constant(false)),
                _ => None,
            };
        }
        let known = match self.checked.tree.node(node) {
            Node::Name { .. } | Node::Select { test: false, .. } => self.flag(node, walk),
            Node::Select { test: true, .. } => self.known(node, walk),
            Node::Binary { op, left, right } => self.comparison(*op, *left, *right, walk),
            Node::Call { function, receiver, args } => self.call(function, *receiver, args, walk),
            Node::Fold { op, over, body, .. } => match self.ty(*over) {
                Type::Set(_) => self.any_word(node, *op, *over, *body, walk),
                _ => self.quantifier(node, *op, *over, *body, walk),
            },
            _ => None,
        };
        known.or_else(|| self.one_word(node, walk))
    }

    fn call(
        &mut self,
        function: &str,
        receiver: Option<NodeId>,
        args: &'s [NodeId],
        walk: Walk,
    ) -> Option<Condition<'s>> {
        match (function, receiver, args) {
            ("segment", None, [name]) => {
                let Node::Literal(Literal::Text(name)) = self.checked.tree.node(*name) else {
                    return None;
                };
                if walk != Walk::Customers {
                    return None;
                }
                let answer = self.context.answers.get(&**name)?;
                Some(Condition::Segment(&answer.members, &answer.errors))
            }
            ("is_known", None, [of]) => self.known(*of, walk),
            ("contains" | "startsWith" | "endsWith", Some(of), [part]) => {
                let Value::Text(part) = self.constant_value(*part)? else { return None };
                self.wanted_words(of, walk, |key| match function {
                    "contains" => key.contains(&*part),
                    "startsWith" => key.starts_with(&*part),
                    _ => key.ends_with(&*part),
                })
            }
            _ => None,
        }
    }

    /// A yes or no that stands in a column.
    fn flag(&mut self, node: NodeId, walk: Walk) -> Option<Condition<'s>> {
        match self.column(node, walk)? {
            (Source::Own, column) => match &column.data {
                Data::Bool(bits) => Some(Condition::Bool(bits, column)),
                _ => None,
            },
            _ => None,
        }
    }

    fn known(&mut self, node: NodeId, walk: Walk) -> Option<Condition<'s>> {
        let (Source::Own, column) = self.column(node, walk)? else { return None };
        if self.is_past_field(node)
            && let Data::Ints(ints) = &column.data
        {
            return Some(Condition::Range(ints, column, (i64::MIN, self.now())));
        }
        Some(Condition::Known(column))
    }

    fn comparison(
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
    fn flag_test(&mut self, left: NodeId, right: NodeId, walk: Walk) -> Option<Condition<'s>> {
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
    fn null_test(&mut self, left: NodeId, right: NodeId, walk: Walk) -> Option<Condition<'s>> {
        let null =
            |node: NodeId| matches!(self.checked.tree.node(node), Node::Literal(Literal::Null));
        let of = match (null(left), null(right)) {
            (true, false) => right,
            (false, true) => left,
            _ => return None,
        };
        Some(Condition::Not(Box::new(self.known(of, walk)?)))
    }

    fn compare(
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
    fn against_constant(
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

    fn in_range(
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
    fn age_range(&mut self, of: NodeId, (low, high): (i128, i128)) -> Option<Condition<'s>> {
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

    fn compare_words(
        &mut self,
        comparison: Comparison,
        left: NodeId,
        right: NodeId,
        walk: Walk,
    ) -> Option<Condition<'s>> {
        for (subject, other) in [(left, right), (right, left)] {
            if let Value::Text(text) = self.constant_value(other)? {
                let holds = |key: &str| match comparison {
                    Comparison::Equal => *key == *text,
                    Comparison::Less if subject == left => *key < *text,
                    Comparison::Less => *text < *key,
                    Comparison::LessEqual if subject == left => *key <= *text,
                    Comparison::LessEqual => *text <= *key,
                };
                return self.wanted_words(subject, walk, holds);
            }
        }
        let before = self.folds.len();
        let (left, right) = (self.word(left, walk)?, self.word(right, walk)?);
        let used = (before..self.folds.len()).collect();
        Some(Condition::CompareWords(comparison, left, right, used))
    }

    /// A condition on one text, decided once for each different text.
    fn wanted_words(
        &mut self,
        subject: NodeId,
        walk: Walk,
        holds: impl Fn(&str) -> bool,
    ) -> Option<Condition<'s>> {
        if let Some((source, column)) = self.column(subject, walk) {
            let Data::Codes { codes, words } = &column.data else { return None };
            let wanted = super::scan::Wanted::of(words.keys().map(holds).collect());
            return match source {
                Source::Own => Some(Condition::Word(codes, column, wanted)),
                Source::Outer => None,
            };
        }
        let (fold, words) = self.picked_word(subject, walk)?;
        let wanted = super::scan::Wanted::of(words.keys().map(holds).collect());
        Some(Condition::FoldWord(fold, wanted))
    }

    fn membership(&mut self, left: NodeId, right: NodeId, walk: Walk) -> Option<Condition<'s>> {
        if let Type::Set(_) = self.ty(right) {
            let Value::Text(text) = self.constant_value(left)? else { return None };
            let (Source::Own, column) = self.column(right, walk)? else { return None };
            let Data::Sets { offsets, codes, words } = &column.data else { return None };
            let wanted = super::scan::Wanted::of(words.keys().map(|key| *key == *text).collect());
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

    /// Whatever is asked of one text and nothing else: the reference answers
    /// once for each different text, and once for a missing one.
    fn one_word(&mut self, node: NodeId, walk: Walk) -> Option<Condition<'s>> {
        let subject = self.only_column(node, walk)?;
        let (Source::Own, column) = self.column(subject, walk)? else { return None };
        let Data::Codes { codes, words } = &column.data else { return None };
        let answer = |key: Option<&str>| self.context.with_text(self.checked, node, subject, key);
        let table: Option<Vec<bool>> = words.keys().map(|key| answer(Some(key))).collect();
        let word = Condition::Word(codes, column, super::scan::Wanted::of(table?));
        Some(if answer(None)? {
            Condition::Any(vec![word, Condition::Not(Box::new(Condition::Known(column)))])
        } else {
            word
        })
    }

    /// `hobbies.exists(h, ...)`: which texts are wanted, and who has one.
    fn any_word(
        &mut self,
        node: NodeId,
        op: FoldOp,
        over: NodeId,
        body: NodeId,
        walk: Walk,
    ) -> Option<Condition<'s>> {
        let reads_others = |meaning| meaning != Meaning::Variable(node);
        if op != FoldOp::Exists || self.named_below(body)?.into_iter().any(|(_, m)| reads_others(m))
        {
            return None;
        }
        let (Source::Own, column) = self.column(over, walk)? else { return None };
        let Data::Sets { offsets, codes, words } = &column.data else { return None };
        let Node::Fold { variable, .. } = self.checked.tree.node(node) else { return None };
        let ask = |key: &str| self.context.with_variable(self.checked, body, variable, key);
        let table: Option<Vec<bool>> = words.keys().map(ask).collect();
        Some(Condition::HasWord(offsets, codes, column, super::scan::Wanted::of(table?)))
    }

    /// The one column that everything below a node reads, if it is one.
    fn only_column(&self, node: NodeId, walk: Walk) -> Option<NodeId> {
        let mut found: Option<NodeId> = None;
        for (name, meaning) in self.named_below(node)? {
            match (meaning, walk) {
                // The variable is named below each of its fields.
                (Meaning::Variable(fold), Walk::Events(_, have)) if fold == have => {}
                (Meaning::Attribute(_) | Meaning::Field(_), _) => {
                    let same = |have: NodeId| self.meaning(have) == Some(meaning);
                    if found.is_some_and(|have| !same(have)) {
                        return None;
                    }
                    found = Some(name);
                }
                _ => return None,
            }
        }
        found
    }

    /// Every node below that names a fact or a variable; `None` when a segment
    /// or a list is read.
    fn named_below(&self, node: NodeId) -> Option<Vec<(NodeId, Meaning)>> {
        let mut open = vec![node];
        let mut found = Vec::new();
        while let Some(next) = open.pop() {
            match self.meaning(next) {
                Some(Meaning::Now | Meaning::Parameter(_)) => continue,
                Some(Meaning::Segment(_) | Meaning::Events(_)) => return None,
                Some(meaning) => found.push((next, meaning)),
                None => {}
            }
            open.extend(children(self.checked.tree.node(next)));
        }
        Some(found)
    }

    fn quantifier(
        &mut self,
        node: NodeId,
        op: FoldOp,
        over: NodeId,
        body: NodeId,
        walk: Walk,
    ) -> Option<Condition<'s>> {
        if walk != Walk::Customers {
            return None;
        }
        let inner = Walk::Events(self.events_kind(over)?, node);
        let list = self.list(over)?;
        let test = self.part(body, inner)?;
        let end = match op {
            FoldOp::Exists => End::Exists(test),
            FoldOp::All => End::Every(test),
            FoldOp::ExistsOne => End::ExistsOne(test),
            _ => return None,
        };
        Some(Condition::FoldTrue(self.fold(list, end)))
    }

    fn fold(&mut self, list: List<'s>, end: End<'s>) -> usize {
        self.folds.push(Fold { list, end });
        self.folds.len() - 1
    }

    /// A list of events, with its cuts and filters.
    fn list(&mut self, node: NodeId) -> Option<List<'s>> {
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

    fn windows(&self, node: NodeId) -> Option<Windows> {
        let now = self.snapshot.as_of();
        match self.constant_value(node)? {
            Value::Period(period) => Some(Windows::of_period(now, period, self.context.calendar)),
            Value::Duration(duration) => Some(Windows::of_nanos(now, duration.nanos().into())),
            _ => None,
        }
    }

    fn events_kind(&self, node: NodeId) -> Option<usize> {
        match self.ty(node) {
            Type::Events(kind) => Some(*kind),
            _ => None,
        }
    }

    /// A number, row by row.
    fn number(&mut self, node: NodeId, walk: Walk) -> Option<Number<'s>> {
        if self.is_constant(node) {
            return match self.value(node)? {
                Value::Null | Value::Missing => Some(Number::Missing),
                value => Some(Number::Constant(decimal(&value)?.units())),
            };
        }
        if let Some((ints, column, source)) = self.ints(node, walk) {
            return match source {
                Source::Own if self.is_past_field(node) => {
                    Some(Number::PastColumn(ints, column, self.now()))
                }
                Source::Own => Some(Number::Column(ints, column)),
                Source::Outer => Some(Number::Outer(ints, column)),
            };
        }
        if let Some(times) = self.event_time(node, walk) {
            return Some(Number::At(times));
        }
        let tree = &self.checked.tree;
        match tree.node(node) {
            Node::Negate { of } => {
                let width = width(self.ty(node))?;
                Some(Number::Negate(width, Box::new(self.number(*of, walk)?)))
            }
            Node::Binary { op, left, right } => self.arithmetic(node, *op, *left, *right, walk),
            Node::Call { function, receiver, args } => match (&**function, receiver, &**args) {
                ("age", None, [of]) if matches!(self.ty(*of), Type::Date) => {
                    let calendar = self.context.calendar;
                    let today = calendar.zone().day_of(self.snapshot.as_of());
                    Some(Number::Age(Box::new(self.number(*of, walk)?), calendar, today))
                }
                ("coalesce", None, choices) => {
                    // Values of different scales would have to be brought to one.
                    let same = choices.iter().all(|of| self.scale(*of) == self.scale(node));
                    same.then_some(())?;
                    let choices: Option<Vec<_>> =
                        choices.iter().map(|of| self.number(*of, walk)).collect();
                    Some(Number::Coalesce(choices?))
                }
                ("size", Some(of), []) | ("size", None, [of]) if walk == Walk::Customers => {
                    if let Some((Source::Own, column)) = self.column(*of, walk) {
                        let Data::Sets { offsets, codes, words } = &column.data else {
                            return None;
                        };
                        return Some(Number::SetSize(offsets, codes, words, column));
                    }
                    let list = self.list(*of)?;
                    Some(Number::Fold(self.fold(list, End::Size)))
                }
                _ => None,
            },
            Node::Fold { op, over, body, condition: None, .. } if walk == Walk::Customers => {
                let end = self.end(node, *op, *over, *body)?;
                let list = self.list(*over)?;
                Some(Number::Fold(self.fold(list, end)))
            }
            Node::Select { of, test: false, .. } if walk == Walk::Customers => {
                let (list, position, kind) = self.picked(*of)?;
                let field = self.number_of_event(node, kind)?;
                Some(Number::Fold(self.fold(list, End::Pick(position, field))))
            }
            _ => None,
        }
    }

    fn end(&mut self, node: NodeId, op: FoldOp, over: NodeId, body: NodeId) -> Option<End<'s>> {
        let inner = Walk::Events(self.events_kind(over)?, node);
        let places = |ty: &Type| matches!(ty, Type::Decimal(_) | Type::Money(..) | Type::Int);
        Some(match op {
            FoldOp::Count => End::Count(self.part(body, inner)?),
            FoldOp::Sum => End::Sum(self.number(body, inner)?, width(self.ty(node))?),
            FoldOp::Avg if places(self.ty(body)) => {
                End::Mean(self.number(body, inner)?, self.scale(body), self.scale(node))
            }
            FoldOp::Min => End::Least(self.number(body, inner)?),
            FoldOp::Max => End::Greatest(self.number(body, inner)?),
            FoldOp::CountDistinct => match self.column(body, inner) {
                Some((Source::Own, column)) => match &column.data {
                    Data::Codes { codes, words } => End::DifferentWords(codes, words, column),
                    _ => End::Different(self.number(body, inner)?),
                },
                _ => End::Different(self.number(body, inner)?),
            },
            _ => return None,
        })
    }

    /// `list.last()` and its kin: the list, and which event of it.
    fn picked(&mut self, node: NodeId) -> Option<(List<'s>, Position, usize)> {
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

    /// A field of an event that is not bound to a variable: `list.last().amount`.
    fn number_of_event(&mut self, select: NodeId, kind: usize) -> Option<Number<'s>> {
        let events = self.snapshot.columns().kinds.get(kind)?;
        match self.meaning(select)? {
            Meaning::At => Some(Number::At(&events.at)),
            Meaning::Field(field) => {
                let column = events.fields.get(field)?;
                let Data::Ints(ints) = &column.data else { return None };
                Some(if self.is_past_field(select) {
                    Number::PastColumn(ints, column, self.now())
                } else {
                    Number::Column(ints, column)
                })
            }
            _ => None,
        }
    }

    fn picked_word(
        &mut self,
        node: NodeId,
        walk: Walk,
    ) -> Option<(usize, &'s crate::facts::Words)> {
        if walk != Walk::Customers {
            return None;
        }
        let Node::Select { of, test: false, .. } = self.checked.tree.node(node) else {
            return None;
        };
        let (list, position, kind) = self.picked(*of)?;
        let Meaning::Field(field) = self.meaning(node)? else { return None };
        let column = self.snapshot.columns().kinds.get(kind)?.fields.get(field)?;
        let Data::Codes { codes, words } = &column.data else { return None };
        Some((self.fold(list, End::PickWord(position, codes, column)), words))
    }

    fn word(&mut self, node: NodeId, walk: Walk) -> Option<Word<'s>> {
        if self.is_constant(node) {
            return match self.value(node)? {
                Value::Text(text) => Some(Word::Constant(text)),
                _ => None,
            };
        }
        match self.column(node, walk) {
            Some((source, column)) => match (&column.data, source) {
                (Data::Codes { codes, words }, Source::Own) => {
                    Some(Word::Column(codes, words, column))
                }
                (Data::Codes { codes, words }, Source::Outer) => {
                    Some(Word::Outer(codes, words, column))
                }
                _ => None,
            },
            None => {
                let (fold, words) = self.picked_word(node, walk)?;
                Some(Word::Fold(fold, words))
            }
        }
    }

    fn arithmetic(
        &mut self,
        node: NodeId,
        op: BinaryOp,
        left: NodeId,
        right: NodeId,
        walk: Walk,
    ) -> Option<Number<'s>> {
        let (left_ty, right_ty) = (self.ty(left).clone(), self.ty(right).clone());
        let operation = match op {
            BinaryOp::Add => Operation::Add,
            BinaryOp::Subtract => Operation::Subtract,
            BinaryOp::Multiply => Operation::Multiply,
            BinaryOp::Divide => Operation::Divide,
            BinaryOp::Remainder => Operation::Remainder,
            _ => return None,
        };
        if let Type::Period = right_ty {
            let Value::Period(period) = self.constant_value(right)? else { return None };
            let (of, calendar) = (Box::new(self.number(left, walk)?), self.context.calendar);
            let forward = operation == Operation::Add;
            return match left_ty {
                Type::Timestamp => Some(Number::Shift(of, calendar, period, forward)),
                Type::Date => Some(Number::ShiftDay(of, calendar, period, forward)),
                _ => None,
            };
        }
        let width = width(self.ty(node))?;
        let supported = match width {
            Width::Int | Width::Exact => true,
            Width::Instant | Width::Duration => {
                let exact = |ty: &Type| matches!(ty, Type::Timestamp | Type::Duration);
                exact(&left_ty) && exact(&right_ty)
            }
        };
        supported.then_some(())?;
        let scales = (self.scale(left), self.scale(right), self.scale(node));
        let (left, right) = (self.number(left, walk)?, self.number(right, walk)?);
        Some(Number::Arithmetic(operation, width, scales, Box::new(left), Box::new(right)))
    }

    fn ty(&self, node: NodeId) -> &'s Type {
        self.checked.ty(node)
    }

    fn scale(&self, node: NodeId) -> u8 {
        scale_of(self.ty(node))
    }

    fn meaning(&self, node: NodeId) -> Option<Meaning> {
        self.checked.meaning(node)
    }

    fn now(&self) -> i64 {
        self.snapshot.as_of().micros()
    }

    fn is_constant(&self, node: NodeId) -> bool {
        self.constant.get(node.0 as usize).copied().unwrap_or(false)
    }

    fn is_wordy(&self, node: NodeId) -> bool {
        matches!(self.ty(node), Type::Text(_) | Type::Enum(_))
    }

    /// The value of a constant node; errors are left to the reference.
    fn value(&self, node: NodeId) -> Option<Value> {
        self.context.constant(self.checked, node)
    }

    /// The value of a node if it is constant, [`Value::Null`] if it is not.
    fn constant_value(&self, node: NodeId) -> Option<Value> {
        if self.is_constant(node) { self.value(node) } else { Some(Value::Null) }
    }

    fn constant_decimal(&self, node: NodeId) -> Option<Decimal> {
        decimal(&self.value(node)?)
    }

    /// An instant-valued field of an event: what lies in the future of the
    /// question is not known yet.
    fn is_past_field(&self, node: NodeId) -> bool {
        matches!(self.meaning(node), Some(Meaning::Field(_)))
            && matches!(self.ty(node), Type::Timestamp)
    }

    /// The column that a name or a field stands for.
    fn column(&self, node: NodeId, walk: Walk) -> Option<(Source, &'s Column)> {
        match (self.meaning(node)?, walk) {
            (Meaning::Attribute(attribute), Walk::Customers) => {
                Some((Source::Own, self.snapshot.attribute(attribute)?))
            }
            (Meaning::Attribute(attribute), Walk::Events(..)) => {
                Some((Source::Outer, self.snapshot.attribute(attribute)?))
            }
            (Meaning::Field(field), Walk::Events(kind, fold)) => {
                self.is_bound_to(node, fold).then_some(())?;
                let events = self.snapshot.columns().kinds.get(kind)?;
                Some((Source::Own, events.fields.get(field)?))
            }
            _ => None,
        }
    }

    /// Whether a field is read from the variable of this fold.
    fn is_bound_to(&self, node: NodeId, fold: NodeId) -> bool {
        match self.checked.tree.node(node) {
            Node::Select { of, .. } => self.meaning(*of) == Some(Meaning::Variable(fold)),
            _ => false,
        }
    }

    fn ints(&self, node: NodeId, walk: Walk) -> Option<(&'s Ints, &'s Column, Source)> {
        let (source, column) = self.column(node, walk)?;
        match &column.data {
            Data::Ints(ints) => Some((ints, column, source)),
            _ => None,
        }
    }

    fn event_time(&self, node: NodeId, walk: Walk) -> Option<&'s crate::facts::Times> {
        match (self.meaning(node)?, walk) {
            (Meaning::At, Walk::Events(kind, fold)) if self.is_bound_to(node, fold) => {
                Some(&self.snapshot.columns().kinds.get(kind)?.at)
            }
            _ => None,
        }
    }

    /// Everything compiled, ready to run.
    pub(super) fn finish(
        self,
        slow: Box<dyn Fn(NodeId, usize) -> Result<bool, ()> + Sync + 's>,
    ) -> Program<'s> {
        Program { folds: self.folds, slow }
    }
}

/// Whether a column belongs to the walked rows or to their customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Source {
    Own,
    Outer,
}

/// The cheapest part first: the answer does not depend on the order.
fn chain<'s>(op: BinaryOp, mut parts: Vec<Condition<'s>>) -> Condition<'s> {
    parts.sort_by_key(Condition::cost);
    if op == BinaryOp::And { Condition::All(parts) } else { Condition::Any(parts) }
}

/// The nodes a node is made of.
fn children(node: &Node) -> Vec<NodeId> {
    match node {
        Node::Literal(_) | Node::Literals(_) | Node::Name { .. } => Vec::new(),
        Node::List(parts) => parts.clone(),
        Node::Select { of, .. } | Node::Not { of } | Node::Negate { of } => vec![*of],
        Node::Index { of, index } => vec![*of, *index],
        Node::Call { receiver, args, .. } => receiver.iter().chain(args).copied().collect(),
        Node::Fold { over, condition, body, .. } => {
            [Some(*over), *condition, Some(*body)].into_iter().flatten().collect()
        }
        Node::Binary { left, right, .. } => vec![*left, *right],
        Node::Conditional { test, yes, no } => vec![*test, *yes, *no],
    }
}

/// Marks the nodes that read no fact and no variable. Children come before
/// their parents, so one pass is enough.
fn constants(checked: &Checked) -> Vec<bool> {
    let mut out: Vec<bool> = Vec::with_capacity(checked.tree.nodes.len());
    for (position, node) in checked.tree.nodes.iter().enumerate() {
        let is = |id: &NodeId| out.get(id.0 as usize).copied().unwrap_or(false);
        let constant = match node {
            Node::Literal(_) | Node::Literals(_) => true,
            Node::List(parts) => parts.iter().all(is),
            Node::Name { .. } | Node::Select { .. } => matches!(
                checked.meaning(NodeId(position as u32)),
                Some(Meaning::Now | Meaning::Parameter(_))
            ),
            Node::Index { of, index } => is(of) && is(index),
            Node::Call { function, receiver, args } => {
                &**function != "segment" && receiver.iter().chain(args).all(is)
            }
            Node::Fold { .. } => false,
            Node::Not { of } | Node::Negate { of } => is(of),
            Node::Binary { left, right, .. } => is(left) && is(right),
            Node::Conditional { test, yes, no } => is(test) && is(yes) && is(no),
        };
        out.push(constant);
    }
    out
}

fn width(ty: &Type) -> Option<Width> {
    match ty {
        Type::Int => Some(Width::Int),
        Type::Decimal(_) | Type::Money(..) => Some(Width::Exact),
        Type::Timestamp => Some(Width::Instant),
        Type::Duration => Some(Width::Duration),
        _ => None,
    }
}

/// A constant as an exact number: whole numbers, days, and microseconds have
/// scale 0.
fn decimal(value: &Value) -> Option<Decimal> {
    match value {
        Value::Int(value) => Some(Decimal::from_int(*value)),
        Value::Decimal(value) | Value::Money(value, _) => Some(*value),
        Value::Date(day) => Some(Decimal::from_int(day.days().into())),
        Value::Timestamp(at) => match at.split() {
            (at, 0) => Some(Decimal::from_int(at.micros())),
            _ => None,
        },
        Value::Duration(length) if length.nanos() % 1000 == 0 => {
            Some(Decimal::from_int(length.nanos() / 1000))
        }
        _ => None,
    }
}

/// The units of scale `scale` for which `units <op> bound` holds.
fn range_below(comparison: Comparison, bound: Decimal, scale: u8) -> Option<(i128, i128)> {
    let (floor, exact) = floor(bound, scale)?;
    Some(match comparison {
        Comparison::Equal if exact => (floor, floor),
        Comparison::Equal => (1, 0),
        Comparison::Less if exact => (i128::MIN, floor.checked_sub(1)?),
        Comparison::Less | Comparison::LessEqual => (i128::MIN, floor),
    })
}

/// The units of scale `scale` for which `bound <op> units` holds.
fn range_above(comparison: Comparison, bound: Decimal, scale: u8) -> Option<(i128, i128)> {
    let (floor, exact) = floor(bound, scale)?;
    Some(match comparison {
        Comparison::Equal if exact => (floor, floor),
        Comparison::Equal => (1, 0),
        Comparison::LessEqual if exact => (floor, i128::MAX),
        Comparison::Less | Comparison::LessEqual => (floor.checked_add(1)?, i128::MAX),
    })
}

/// A number in units of a scale, rounded down, and whether that is exact.
fn floor(number: Decimal, scale: u8) -> Option<(i128, bool)> {
    let digits = u32::from(number.scale().abs_diff(scale));
    let factor = 10i128.checked_pow(digits)?;
    if number.scale() <= scale {
        return Some((number.units().checked_mul(factor)?, true));
    }
    let (floor, rest) = (number.units().div_euclid(factor), number.units().rem_euclid(factor));
    Some((floor, rest == 0))
}

/// The part of a range that 64 bits can hold; `(1, 0)` is empty.
fn narrow(low: i128, high: i128) -> (i64, i64) {
    let (min, max) = (i128::from(i64::MIN), i128::from(i64::MAX));
    if high < low || max < low || high < min {
        return (1, 0);
    }
    let clamp = |value: i128| value.clamp(min, max) as i64;
    (clamp(low), clamp(high))
}
