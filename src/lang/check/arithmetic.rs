//! `+ - * / %` and the minus before a value.
//!
//! ```text
//! +  -   int, double, decimal (places of the finer), money of one currency,
//!        text + text, timestamp and duration, timestamp or date and period,
//!        timestamp - timestamp = duration
//! *      int, double, decimal (places of both), money or a duration times a
//!        number
//! /      int, double, decimal (four more places), money by a number,
//!        money by money = decimal
//! %      int
//! ```
//!
//! A whole number next to a decimal is a decimal without places.

use super::super::tree::{BinaryOp, Literal, Node, NodeId};
use super::super::types::{Kinds, Type};
use super::faults::{apart, currencies, cut, hinted, null_here, other_form, too_fine, without};
use super::walk::Checker;
use crate::error::Text;
use crate::units::Decimal;

/// Places that a division adds.
pub(super) const MORE_PLACES: u8 = 4;

/// Why two operands have no result.
#[derive(Clone, Copy)]
enum Refusal {
    Apart,
    Without,
    Currencies,
    Forms,
    TooFine(u32),
}

impl Checker<'_> {
    /// The type of a calculation.
    pub fn arithmetic(
        &mut self,
        id: NodeId,
        op: BinaryOp,
        left: NodeId,
        right: NodeId,
    ) -> Option<Type> {
        let (a, b) = (self.ty(left)?, self.ty(right)?);
        if *a == Type::Null || *b == Type::Null {
            let place = if *a == Type::Null { left } else { right };
            self.refuse(self.span(place), null_here());
            return None;
        }
        self.meet_in_arithmetic(op, left, right);
        let (a, b) = (self.ty(left)?, self.ty(right)?);
        let refusal = match result(op, a, b) {
            Ok(ty) => {
                return Some(ty);
            }
            Err(refusal) => refusal,
        };
        let fault = match refusal {
            Refusal::Apart => apart(op, a, b),
            Refusal::Without if !a.is(operands(op)) => without(op, a),
            Refusal::Without => without(op, b),
            Refusal::Currencies => currencies(a, b),
            Refusal::Forms => other_form(),
            Refusal::TooFine(scale) => too_fine(scale),
        };
        let hint = match refusal {
            Refusal::Apart | Refusal::Without => self.calculable(op, left, right),
            _ => None,
        };
        self.refuse(self.span(id), hinted(fault, hint));
        None
    }

    /// A constant becomes what it is calculated with: for `+` and `-` an
    /// amount next to an amount, for `*` and `/` a plain exact number.
    fn meet_in_arithmetic(&mut self, op: BinaryOp, left: NodeId, right: NodeId) {
        let (constant, other) = match (self.is_constant(left), self.is_constant(right)) {
            (true, false) => (left, right),
            (false, true) => (right, left),
            _ => return,
        };
        let Some(other) = self.ty(other) else { return };
        let wanted = match (op, other) {
            (BinaryOp::Multiply | BinaryOp::Divide, Type::Decimal(_) | Type::Money(..))
            | (BinaryOp::Multiply, Type::Duration) => Type::Decimal(0),
            (BinaryOp::Remainder, _) => return,
            _ if self.ty(constant) == Some(other) => return,
            _ => other.clone(),
        };
        self.adopt(constant, &wanted);
    }

    /// `-of`
    pub fn negate(&mut self, of: NodeId) -> Option<Type> {
        let ty = self.ty(of)?.clone();
        if ty.is(Kinds::NUMBER) {
            return Some(ty);
        }
        let fault = if ty == Type::Null { null_here() } else { without(BinaryOp::Subtract, &ty) };
        self.refuse(self.span(of), fault);
        None
    }

    /// A way out of a calculation that has no result.
    fn calculable(&self, op: BinaryOp, left: NodeId, right: NodeId) -> Option<Text> {
        let (a, b) = (self.ty(left)?, self.ty(right)?);
        let (x, y) = (cut(self.text(left)), cut(self.text(right)));
        let text = match (op, a, b) {
            (BinaryOp::Add, Type::Text(_), _) if b.is(STRINGABLE) => format!("{x} + string({y})"),
            (BinaryOp::Add, _, Type::Text(_)) if a.is(STRINGABLE) => format!("string({x}) + {y}"),
            (_, Type::Int, Type::Double) => as_double(self.node(left), &x),
            (_, Type::Double, Type::Int) => as_double(self.node(right), &y),
            (_, Type::Decimal(_), Type::Double) => format!("double({x})"),
            (_, Type::Double, Type::Decimal(_)) => format!("double({y})"),
            (_, Type::Events(_), _) => format!("{x}.size()"),
            (_, _, Type::Events(_)) => format!("{y}.size()"),
            (BinaryOp::Subtract, Type::Date, Type::Date) => {
                return Some(Text::new(
                    "years between a date and today: `age(date)`; to compare, `date < today() - days(30)`",
                    "求周岁用 `age(日期)`；比较请写 `日期 < today() - days(30)`",
                ));
            }
            (BinaryOp::Add | BinaryOp::Subtract, Type::Timestamp | Type::Date, Type::Int) => {
                format!("days({y})")
            }
            (BinaryOp::Subtract, Type::Timestamp, Type::Date)
            | (BinaryOp::Subtract, Type::Date, Type::Timestamp) => {
                return Some(Text::new(
                    "take `now` with timestamps, and `today()` with dates",
                    "时间点请与 `now` 相减，日期请与 `today()` 比较",
                ));
            }
            (BinaryOp::Add | BinaryOp::Subtract, Type::Money(..), _) if b.is(Kinds::NUMBER) => {
                return Some(amount_only());
            }
            (BinaryOp::Add | BinaryOp::Subtract, _, Type::Money(..)) if a.is(Kinds::NUMBER) => {
                return Some(amount_only());
            }
            _ => return None,
        };
        Some(Text::new(format!("write `{text}`"), format!("请写 `{text}`")))
    }
}

const STRINGABLE: Kinds = Kinds::INT
    .or(Kinds::DOUBLE)
    .or(Kinds::DECIMAL)
    .or(Kinds::BOOL)
    .or(Kinds::ENUM)
    .or(Kinds::DATE)
    .or(Kinds::TIMESTAMP);

fn as_double(node: &Node, text: &str) -> String {
    match node {
        Node::Literal(Literal::Int(whole)) => format!("{whole}.0"),
        _ => format!("double({text})"),
    }
}

fn amount_only() -> Text {
    Text::new(
        "to an amount only an amount can be added: a parameter of type money, or one number as in `100.00`",
        "金额只能与金额相加减：可用金额类型的参数，或直接写一个数，如 `100.00`",
    )
}

/// The types that an operator has a meaning for, on either side.
fn operands(op: BinaryOp) -> Kinds {
    let spans = Kinds::LENGTHS;
    let times = Kinds::TIMESTAMP.or(Kinds::DATE);
    match op {
        BinaryOp::Add => Kinds::NUMBER.or(Kinds::TEXT).or(spans).or(times),
        BinaryOp::Subtract => Kinds::NUMBER.or(spans).or(times),
        BinaryOp::Multiply => Kinds::NUMBER.or(Kinds::DURATION),
        BinaryOp::Remainder => Kinds::INT,
        _ => Kinds::NUMBER,
    }
}

fn result(op: BinaryOp, a: &Type, b: &Type) -> Result<Type, Refusal> {
    if !a.is(operands(op)) || !b.is(operands(op)) {
        return Err(Refusal::Without);
    }
    match op {
        BinaryOp::Add => sum(a, b),
        BinaryOp::Subtract => difference(a, b),
        BinaryOp::Multiply => product(a, b),
        BinaryOp::Divide => quotient(a, b),
        _ => Ok(Type::Int),
    }
}

/// What `+` and `-` share.
fn aligned(a: &Type, b: &Type) -> Result<Type, Refusal> {
    match (a, b) {
        (Type::Int, Type::Int) => Ok(Type::Int),
        (Type::Double, Type::Double) => Ok(Type::Double),
        (Type::Duration, Type::Duration) => Ok(Type::Duration),
        (Type::Money(x, _), Type::Money(y, _)) if x != y => Err(Refusal::Currencies),
        (Type::Money(currency, x), Type::Money(_, y)) => Ok(Type::Money(*currency, *x.max(y))),
        _ => match (places(a), places(b)) {
            (Some(x), Some(y)) => Ok(Type::Decimal(x.max(y))),
            _ => Err(Refusal::Apart),
        },
    }
}

fn sum(a: &Type, b: &Type) -> Result<Type, Refusal> {
    match (a, b) {
        (Type::Text(x), Type::Text(y)) if x != y => Err(Refusal::Forms),
        (Type::Text(_), Type::Text(_)) => Ok(a.clone()),
        (Type::Timestamp, Type::Duration | Type::Period | Type::Length)
        | (Type::Duration | Type::Period | Type::Length, Type::Timestamp) => Ok(Type::Timestamp),
        (Type::Date, Type::Period) | (Type::Period, Type::Date) => Ok(Type::Date),
        _ => aligned(a, b),
    }
}

fn difference(a: &Type, b: &Type) -> Result<Type, Refusal> {
    match (a, b) {
        (Type::Timestamp, Type::Timestamp) => Ok(Type::Duration),
        (Type::Timestamp, Type::Duration | Type::Period | Type::Length) => Ok(Type::Timestamp),
        (Type::Date, Type::Period) => Ok(Type::Date),
        _ => aligned(a, b),
    }
}

fn product(a: &Type, b: &Type) -> Result<Type, Refusal> {
    match (a, b) {
        (Type::Int, Type::Int) => Ok(Type::Int),
        (Type::Double, Type::Double) => Ok(Type::Double),
        (Type::Money(currency, x), other) | (other, Type::Money(currency, x)) => {
            let y = places(other).ok_or(Refusal::Apart)?;
            finer(*x, y).map(|scale| Type::Money(*currency, scale))
        }
        (Type::Duration, other) | (other, Type::Duration) => match places(other) {
            Some(_) => Ok(Type::Duration),
            None => Err(Refusal::Apart),
        },
        _ => match (places(a), places(b)) {
            (Some(x), Some(y)) => finer(x, y).map(Type::Decimal),
            _ => Err(Refusal::Apart),
        },
    }
}

fn quotient(a: &Type, b: &Type) -> Result<Type, Refusal> {
    match (a, b) {
        (Type::Int, Type::Int) => Ok(Type::Int),
        (Type::Double, Type::Double) => Ok(Type::Double),
        (Type::Money(x, _), Type::Money(y, _)) if x != y => Err(Refusal::Currencies),
        (Type::Money(_, x), Type::Money(_, y)) => finer(*x.max(y), MORE_PLACES).map(Type::Decimal),
        (Type::Money(currency, x), other) => {
            let y = places(other).ok_or(Refusal::Apart)?;
            finer(*x.max(&y), MORE_PLACES).map(|scale| Type::Money(*currency, scale))
        }
        _ => match (places(a), places(b)) {
            (Some(x), Some(y)) => finer(x.max(y), MORE_PLACES).map(Type::Decimal),
            _ => Err(Refusal::Apart),
        },
    }
}

/// The places of an exact number without a currency.
fn places(ty: &Type) -> Option<u8> {
    match ty {
        Type::Int => Some(0),
        Type::Decimal(scale) => Some(*scale),
        _ => None,
    }
}

fn finer(a: u8, b: u8) -> Result<u8, Refusal> {
    let scale = u32::from(a) + u32::from(b);
    match u8::try_from(scale) {
        Ok(places) if places <= Decimal::MAX_SCALE => Ok(places),
        _ => Err(Refusal::TooFine(scale)),
    }
}

/// The type of a mean of values of this type, or the places that it would
/// have if there were so many.
pub(super) fn mean(ty: &Type) -> Result<Type, u32> {
    let more = |scale: u8| {
        finer(scale, MORE_PLACES).map_err(|_| u32::from(scale) + u32::from(MORE_PLACES))
    };
    Ok(match ty {
        Type::Int => Type::Decimal(MORE_PLACES),
        Type::Decimal(scale) => Type::Decimal(more(*scale)?),
        Type::Money(currency, scale) => Type::Money(*currency, more(*scale)?),
        other => other.clone(),
    })
}
