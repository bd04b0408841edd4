//! Numbers: columns, arithmetic, and what lists come to.

use super::range::decimal;
use super::read::Source;
use super::{Compiler, Walk};
use crate::facts::Data;
use crate::lang::fading::half_life;
use crate::lang::kernel::list::End;
use crate::lang::kernel::number::{Number, Operation, Width};
use crate::lang::regular::{PERIODS, starts};
use crate::lang::scope::Meaning;
use crate::lang::tree::{BinaryOp, FoldOp, Node, NodeId};
use crate::lang::types::Type;
use crate::lang::value::Value;
use crate::units::Unit;

impl<'s> Compiler<'s> {
    /// A number, row by row.
    pub(in crate::lang::kernel) fn number(
        &mut self,
        node: NodeId,
        walk: Walk,
    ) -> Option<Number<'s>> {
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
                ("faded", None, [of, length]) if walk == Walk::Customers => {
                    let length = self.constant_value(*length)?;
                    let now = self.snapshot.as_of();
                    // A half-life that fails does so for everybody.
                    let half_life = half_life(now.into(), &length, self.context.calendar)?.ok()?;
                    let list = self.list(*of)?;
                    Some(Number::Fold(self.fold(list, End::Faded(now, half_life))))
                }
                ("gap_ratio", None, [of]) if walk == Walk::Customers => {
                    let now = self.snapshot.as_of();
                    let list = self.list(*of)?;
                    Some(Number::Fold(self.fold(list, End::GapRatio(now))))
                }
                ("activePeriods", None, [of, unit, n]) if walk == Walk::Customers => {
                    let unit = Unit::parse(self.written(*unit)?).ok()?;
                    let Value::Int(n @ 1..=PERIODS) = self.constant_value(*n)? else { return None };
                    let now = self.snapshot.as_of();
                    let starts = starts(self.context.calendar, now, unit, n);
                    let list = self.list(*of)?;
                    Some(Number::Fold(self.fold(list, End::ActivePeriods(starts, now))))
                }
                ("sequence" | "sequenceStrict" | "sequenceWithout", None, args)
                    if walk == Walk::Customers =>
                {
                    Some(Number::Fold(self.sequence(function, args)?))
                }
                ("percentRank" | "opening", None, _) => {
                    Some(Number::Rank(self.ranks.rank(&self.checked.tree, node)?))
                }
                ("bucket", None, [salt, n]) => {
                    let Value::Int(n) = self.constant_value(*n)? else { return None };
                    let n = u64::try_from(n).ok().filter(|n| 0 < *n)?;
                    let customers = &self.snapshot.columns().customers;
                    Some(Number::Bucket(customers, self.written(*salt)?, n))
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

    pub(super) fn end(
        &mut self,
        node: NodeId,
        op: FoldOp,
        over: NodeId,
        body: NodeId,
    ) -> Option<End<'s>> {
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

    /// A field of an event that is not bound to a variable: `list.last().amount`.
    pub(super) fn number_of_event(&mut self, select: NodeId, kind: usize) -> Option<Number<'s>> {
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

    pub(super) fn arithmetic(
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
