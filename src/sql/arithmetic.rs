//! Exact arithmetic: whole numbers of the smallest unit, with room for every
//! result, or an error exactly where the language has one.

use super::dialect::Room;
use super::exporter::Exporter;
use super::expression::{Arithmetic, Compare, Expression, Function};
use super::value::{Clock, INT, Kind, LENGTHS, Value, WIDE, either};
use crate::lang::tree::{BinaryOp, NodeId};
use crate::lang::{Timestamp, Type, Value as Constant};

/// Decimal places of a type.
pub(super) fn places(ty: &Type) -> u8 {
    match ty {
        Type::Decimal(scale) | Type::Money(_, scale) => *scale,
        _ => 0,
    }
}

type Range = (i128, i128);

impl Exporter<'_> {
    pub fn arithmetic(
        &mut self,
        node: NodeId,
        op: BinaryOp,
        left: NodeId,
        right: NodeId,
    ) -> Option<Value> {
        if let Type::Period = self.ty(right) {
            return self.moved(node, left, right, op == BinaryOp::Add);
        }
        let (a, b) = (self.value(left), self.value(right));
        let (a, b) = (a?, b?);
        for (of, value) in [(left, &a), (right, &b)] {
            if value.scale().is_none() && !is_instant(value) {
                return self.refuse_with(
                    of,
                    ("engines do not know the calendar of the playbook", "引擎不了解规则集的日历"),
                    ("compare it with a constant", "请将其与常量比较"),
                );
            }
        }
        match (self.ty(node), op) {
            (Type::Int, BinaryOp::Divide) => self.divided(node, a, b, Function::Quotient),
            (Type::Int, BinaryOp::Remainder) => self.divided(node, a, b, Function::Remainder),
            (Type::Int, _) => self.result(node, op, a, b, Kind::Int),
            (Type::Decimal(_) | Type::Money(..), BinaryOp::Divide) => {
                self.quotient(node, a, b, places(self.ty(node)))
            }
            (Type::Decimal(scale) | Type::Money(_, scale), BinaryOp::Multiply) => {
                let product = a.scale()? + b.scale()?;
                if product != *scale {
                    return self.refuse(
                        node,
                        "the product has more decimal places than are kept",
                        "乘积的小数位超过所能保留的位数",
                    );
                }
                self.result(node, op, a, b, Kind::Exact(*scale))
            }
            (Type::Decimal(scale) | Type::Money(_, scale), _) => {
                let (a, b) = (self.rescaled(node, a, *scale)?, self.rescaled(node, b, *scale)?);
                self.result(node, op, a, b, Kind::Exact(*scale))
            }
            (Type::Duration, BinaryOp::Subtract) if is_instant(&a) && is_instant(&b) => {
                let (a, b) = (self.in_micros(a), self.in_micros(b));
                self.result(node, op, a, b, Kind::Duration)
            }
            (Type::Duration, BinaryOp::Add | BinaryOp::Subtract)
                if a.kind == Kind::Duration && b.kind == Kind::Duration =>
            {
                self.result(node, op, a, b, Kind::Duration)
            }
            (Type::Timestamp, BinaryOp::Add | BinaryOp::Subtract) => {
                let (a, b) = (self.in_micros(a), self.in_micros(b));
                self.result(node, op, a, b, Kind::Instant(Clock::Number(6)))
            }
            (Type::Double, _) => self.doubles(node),
            _ => self.refuse(
                node,
                "this arithmetic has no SQL that gives the same in every engine",
                "此运算没有在各引擎中结果都相同的 SQL",
            ),
        }
    }

    pub fn negated(&mut self, node: NodeId, of: NodeId) -> Option<Value> {
        let value = self.value(of)?;
        let kind = value.kind;
        if value.scale().is_none() || is_instant(&value) {
            return self.refuse(
                node,
                "this has no SQL with its sign changed",
                "此值变号没有对应的 SQL",
            );
        }
        let zero = Value::new(Expression::Number(0), kind, false).within((0, 0));
        self.result(node, BinaryOp::Subtract, zero, value, kind)
    }

    /// A day or an instant moved on the calendar, which is left to whoever
    /// compares it with a constant.
    fn moved(&mut self, node: NodeId, of: NodeId, by: NodeId, forward: bool) -> Option<Value> {
        let value = self.value(of)?;
        let work = crate::units::Work::None;
        match (value.kind, self.constants.value(by)) {
            (Kind::Day(stored), Some(Ok(Constant::Period(period))))
                if period.unit().work() == work =>
            {
                Some(Value { kind: Kind::Moved(stored, period, forward), ..value })
            }
            _ => self.refuse_with(
                node,
                ("engines do not know the calendar of the playbook", "引擎不了解规则集的日历"),
                (
                    "compare the column itself with a constant: `joined < ago(months(6))`",
                    "请将列本身与常量比较：`joined < ago(months(6))`",
                ),
            ),
        }
    }

    /// The sum, difference or product of two counts, an error where the
    /// language has one.
    fn result(
        &mut self,
        node: NodeId,
        op: BinaryOp,
        a: Value,
        b: Value,
        kind: Kind,
    ) -> Option<Value> {
        let arithmetic = match op {
            BinaryOp::Add => Arithmetic::Add,
            BinaryOp::Subtract => Arithmetic::Subtract,
            _ => Arithmetic::Multiply,
        };
        let range = reach(arithmetic, a.range, b.range);
        let fails = either(a.fails.clone(), b.fails.clone());
        let nullable = a.nullable || b.nullable;
        let piece = Expression::Arithmetic(
            arithmetic,
            Box::new(self.wide(a.piece)),
            Box::new(self.wide(b.piece)),
        );
        let value = Value { piece, fails, nullable, kind, range };
        self.checked_result(node, value)
    }

    /// A result that may be out of its range.
    fn checked_result(&mut self, node: NodeId, value: Value) -> Option<Value> {
        let allowed = allowed(value.kind);
        let inexact = self.dialect.room == Room::Bits64 && !inside(value.range, INT);
        if !inexact {
            return self.sound(node, value);
        }
        // In 64 bits, a result that does not fit becomes inexact: that is seen.
        if value.kind == Kind::Int {
            let whole = Expression::apply(Function::Whole, vec![value.piece.clone()]);
            let piece = whole.clone().when(value.piece, None);
            let value = Value { piece, range: INT, ..value };
            return self.bounded(node, value.failing(Some(whole.negated())));
        }
        let piece = Expression::apply(Function::Sound, vec![value.piece]);
        let value = Value { piece, range: INT, ..value };
        if inside(INT, allowed) { self.bounded(node, value) } else { self.limited(node, value) }
    }

    /// A number that the engine has exactly: an error where it is out of the
    /// range that the language has for it.
    pub fn sound(&mut self, node: NodeId, value: Value) -> Option<Value> {
        let allowed = allowed(value.kind);
        if inside(value.range, allowed) {
            return self.bounded(node, value);
        }
        match self.dialect.room {
            // The engine ends the statement where it has no room.
            Room::Bits64 if inside(INT, allowed) => {
                self.bounded(node, Value { range: INT, ..value })
            }
            Room::Bits128 if allowed == WIDE => self.bounded(node, Value { range: WIDE, ..value }),
            _ => self.limited(node, value),
        }
    }

    fn limited(&mut self, node: NodeId, value: Value) -> Option<Value> {
        let (low, high) = allowed(value.kind);
        let above = value.piece.clone().compare(Compare::GreaterEqual, Expression::whole(low));
        let below = value.piece.clone().compare(Compare::LessEqual, Expression::whole(high));
        let fits = Expression::all(vec![above, below]);
        let missing = value.piece.clone().null();
        let fails = Expression::any(vec![fits.clone(), missing]).negated();
        let piece = fits.when(value.piece.clone(), None);
        let value = Value { piece, range: allowed(value.kind), ..value };
        self.bounded(node, value.failing(Some(fails)))
    }

    /// A piece with room for results.
    fn wide(&self, piece: Expression) -> Expression {
        if self.dialect.room == Room::Bits64 {
            return piece;
        }
        match piece {
            Expression::Number(_)
            | Expression::Arithmetic(..)
            | Expression::Case(..)
            | Expression::Function(
                Function::Wide
                | Function::Units(_)
                | Function::Quotient
                | Function::Remainder
                | Function::Sound,
                _,
            ) => piece,
            other => Expression::apply(Function::Wide, vec![other]),
        }
    }

    /// A number with more decimal places.
    pub fn rescaled(&mut self, node: NodeId, value: Value, scale: u8) -> Option<Value> {
        let have = value.scale()?;
        let Some(more) = scale.checked_sub(have) else {
            return self.refuse(node, "this loses decimal places", "此处会丢失小数位");
        };
        let kind = Kind::Exact(scale);
        if more == 0 {
            return Some(Value { kind, ..value });
        }
        // A constant takes the places itself.
        if let (Expression::Parameter(_), (low, high)) = (&value.piece, value.range)
            && low == high
        {
            let units = 10_i128.pow(more.into()).checked_mul(low)?;
            let piece = Expression::whole(units);
            return Some(Value { piece, kind, range: (units, units), ..value });
        }
        let factor = 10_i64.pow(more.into());
        let factor_value = Value::new(Expression::Number(factor), kind, false)
            .within((factor.into(), factor.into()));
        self.result(node, BinaryOp::Multiply, value, factor_value, kind)
    }

    fn divisor_fails(&self, a: &Value, b: &Value) -> Option<Expression> {
        let (low, high) = b.range;
        if 0 < low || high < 0 {
            return None;
        }
        let zero = b.piece.clone().compare(Compare::Equal, Expression::Number(0));
        let known = a.nullable.then(|| a.piece.clone().known());
        let both: Vec<Expression> = std::iter::once(zero).chain(known).collect();
        Some(Expression::all(both).truth())
    }

    /// The quotient of whole numbers towards zero, or what is left.
    fn divided(&mut self, node: NodeId, a: Value, b: Value, of: Function) -> Option<Value> {
        let mut fails =
            either(either(a.fails.clone(), b.fails.clone()), self.divisor_fails(&a, &b));
        // The one quotient that does not fit, whose remainder fails with it.
        if a.range.0 <= INT.0 && b.range.0 <= -1 {
            let least = a.piece.clone().compare(Compare::Equal, Expression::whole(INT.0));
            let minus = b.piece.clone().compare(Compare::Equal, Expression::whole(-1));
            let both = Expression::all(vec![least, minus]).truth();
            fails = either(fails, Some(both));
        }
        let operands = vec![self.wide(a.piece), self.wide(b.piece)];
        let quotient = Expression::apply(of, operands);
        let piece = match &fails {
            Some(fails) => fails.clone().negated().when(quotient, None),
            None => quotient,
        };
        let nullable = a.nullable || b.nullable;
        self.bounded(node, Value { piece, fails, nullable, kind: Kind::Int, range: INT })
    }

    /// The quotient with `scale` places, rounded half to even.
    pub fn quotient(&mut self, node: NodeId, a: Value, b: Value, scale: u8) -> Option<Value> {
        let shift = scale + b.scale()?;
        let Some(shift) = shift.checked_sub(a.scale()?) else {
            return self.refuse(node, "this quotient has no SQL", "此商没有对应的 SQL");
        };
        let kind = Kind::Exact(scale);
        let fails = either(a.fails.clone(), b.fails.clone());
        let nullable = a.nullable || b.nullable;
        let by_zero = self.divisor_fails(&a, &b);
        let of_zero = |piece| match &by_zero {
            // No engine is asked to divide by zero.
            Some(fails) => fails.clone().negated().when(piece, None),
            None => piece,
        };
        let top = Value { fails: None, kind: Kind::Exact(0), ..a };
        let top = self.rescaled(node, top, shift)?;
        let (n, d) = (self.wide(top.piece.clone()), self.wide(b.piece.clone()));
        let quotient = Expression::apply(Function::Quotient, vec![n.clone(), d.clone()]);
        let rest = Expression::apply(Function::Remainder, vec![n.clone(), d.clone()]);
        let size = |of| Expression::apply(Function::Absolute, vec![of]);
        // Twice the rest against the divisor, without the room that twice takes.
        let left = Expression::Arithmetic(
            Arithmetic::Subtract,
            Box::new(size(d.clone())),
            Box::new(size(rest.clone())),
        );
        let more = size(rest.clone()).compare(Compare::Greater, left.clone());
        let half = size(rest).compare(Compare::Equal, left);
        let odd =
            Expression::apply(Function::Remainder, vec![quotient.clone(), Expression::Number(2)])
                .compare(Compare::Equal, Expression::Number(0))
                .negated();
        let up = Expression::any(vec![more, Expression::all(vec![half, odd])]);
        let negative = |of: Expression| of.compare(Compare::Less, Expression::Number(0));
        let sign = match b.range {
            (1.., _) => negative(n),
            _ => Expression::Same(Box::new(negative(n)), Box::new(negative(d))).negated(),
        };
        let away = sign.when(Expression::Number(-1), Some(Expression::Number(1)));
        let step = up.when(away, Some(Expression::Number(0)));
        let piece = Expression::Arithmetic(Arithmetic::Add, Box::new(quotient), Box::new(step));
        let value = Value {
            piece: of_zero(piece),
            fails: either(either(fails, by_zero.clone()), top.fails),
            nullable,
            kind,
            // Whole numbers divided by whole numbers come no further from zero.
            range: top.range,
        };
        self.sound(node, value)
    }
}

fn is_instant(value: &Value) -> bool {
    matches!(value.kind, Kind::Instant(_))
}

/// The numbers that the language has for a kind.
fn allowed(kind: Kind) -> Range {
    match kind {
        Kind::Int => INT,
        Kind::Duration => LENGTHS,
        Kind::Instant(_) => {
            (Timestamp::MIN.split().0.micros().into(), Timestamp::MAX.split().0.micros().into())
        }
        _ => WIDE,
    }
}

fn inside(range: Range, of: Range) -> bool {
    of.0 <= range.0 && range.1 <= of.1
}

/// Between which numbers a result can be.
fn reach(op: Arithmetic, a: Range, b: Range) -> Range {
    let pairs = [(a.0, b.0), (a.0, b.1), (a.1, b.0), (a.1, b.1)];
    let results = pairs.map(|(a, b)| match op {
        Arithmetic::Add => a.saturating_add(b),
        Arithmetic::Subtract => a.saturating_sub(b),
        Arithmetic::Multiply => a.saturating_mul(b),
    });
    let least = results.iter().copied().min().unwrap_or(i128::MIN);
    let most = results.iter().copied().max().unwrap_or(i128::MAX);
    // At the ends of 128 bits nobody knows how far beyond.
    (least, most)
}
