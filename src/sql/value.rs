//! Values on their way into a statement: a piece of SQL that is NULL where the
//! value is missing or an error, and when it is an error.

use super::expression::{Expression, Function};
use super::parameter::{self, Kind as Bound, Parameter};
use super::tables::Stored;
use crate::units::{Day, Period};

/// How an instant is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Clock {
    /// By the engine, with its zone or without.
    Native(Bound),
    /// As a number with so many of a second's decimal places: 0, 3 or 6.
    Number(u8),
    /// As a text to the second.
    Text,
}

/// What a value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Bool,
    /// A text, and whether it is in the form in which it is compared.
    Text(bool),
    Int,
    /// Units of so many decimal places.
    Exact(u8),
    /// Microseconds.
    Duration,
    Instant(Clock),
    Day(Stored),
    /// Full years from the day to today: the piece is the day.
    Age(Stored),
    /// The day moved by a period, forward or not: the piece is the day.
    Moved(Stored, Period, bool),
    /// A JSON array of texts, and whether they are as they are compared.
    Set(bool),
}

/// A value of every row.
#[derive(Debug, Clone)]
pub(super) struct Value {
    pub piece: Expression,
    /// True where it is an error, false where it is not; the piece is NULL then.
    pub fails: Option<Expression>,
    pub nullable: bool,
    pub kind: Kind,
    /// Between which numbers it is, where it is one.
    pub range: (i128, i128),
}

pub(super) const INT: (i128, i128) = (i64::MIN as i128, i64::MAX as i128);
pub(super) const WIDE: (i128, i128) = (i128::MIN, i128::MAX);
/// No table has more rows.
pub(super) const ROWS: (i128, i128) = (0, 1 << 48);
/// Lengths of time that are whole nanoseconds of 64 bits.
pub(super) const LENGTHS: (i128, i128) = (i64::MIN as i128 / 1000, i64::MAX as i128 / 1000);

impl Value {
    pub fn new(piece: Expression, kind: Kind, nullable: bool) -> Value {
        Value { piece, fails: None, nullable, kind, range: INT }
    }

    pub fn within(mut self, range: (i128, i128)) -> Value {
        self.range = range;
        self
    }

    pub fn failing(mut self, fails: Option<Expression>) -> Value {
        self.fails = either(self.fails.take(), fails);
        self
    }

    /// Decimal places of the units it is counted in; `None` where it is not
    /// counted.
    pub fn scale(&self) -> Option<u8> {
        match self.kind {
            Kind::Int => Some(0),
            Kind::Exact(scale) | Kind::Instant(Clock::Number(scale)) => Some(scale),
            Kind::Duration => Some(6),
            _ => None,
        }
    }

    /// Whether it is missing or an error, in SQL's words.
    pub fn is_null(&self) -> Expression {
        let bare = match &self.piece {
            Expression::Function(Function::Exact | Function::Wide, of) => of.first().cloned(),
            _ => None,
        };
        bare.unwrap_or_else(|| self.piece.clone()).null()
    }
}

/// When one or the other is an error.
pub(super) fn either(a: Option<Expression>, b: Option<Expression>) -> Option<Expression> {
    match (a, b) {
        (Some(a), Some(b)) if a == b => Some(a),
        (Some(a), Some(b)) => Some(Expression::any(vec![a, b])),
        (one, other) => one.or(other),
    }
}

/// A day as its column keeps it.
pub(super) fn day(day: Day, stored: Stored) -> Parameter {
    match stored {
        Stored::Days => Parameter::whole(day.days().into()),
        Stored::Yyyymmdd => {
            let (year, month, of_month) = day.ymd();
            let number = i64::from(year) * 10_000 + i64::from(month * 100 + of_month);
            Parameter::whole(number.into())
        }
        Stored::Text => Parameter::text(&day.to_string()),
        _ => Parameter::new(Bound::Date, day.to_string()),
    }
}

/// An instant as its column keeps it; the column keeps no finer one.
pub(super) fn instant(micros: i64, clock: Clock) -> Parameter {
    match clock {
        Clock::Native(kind) => Parameter::instant(micros, kind),
        Clock::Number(scale) => {
            let power = 10_i64.pow(6 - u32::from(scale.min(6)));
            Parameter::whole(micros.div_euclid(power).into())
        }
        Clock::Text => Parameter::text(&parameter::seconds(micros)),
    }
}
