//! What a statement says, before it is said in a dialect.

use super::parameter::Parameter;

/// Where a column is read from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Table {
    /// A table of customers, by its position in the mapping; the first has
    /// everybody.
    Customers(usize),
    /// The events that a list goes through.
    Events,
    /// What a list comes to, by its position in the plan.
    List(usize),
    /// One event of each customer, by its position in the plan.
    Pick(usize),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Compare {
    Equal,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
}

impl Compare {
    pub fn symbol(self) -> &'static str {
        match self {
            Compare::Equal => "=",
            Compare::Less => "<",
            Compare::LessEqual => "<=",
            Compare::Greater => ">",
            Compare::GreaterEqual => ">=",
        }
    }

    /// The same with its sides changed.
    pub fn flipped(self) -> Compare {
        match self {
            Compare::Equal => Compare::Equal,
            Compare::Less => Compare::Greater,
            Compare::LessEqual => Compare::GreaterEqual,
            Compare::Greater => Compare::Less,
            Compare::GreaterEqual => Compare::LessEqual,
        }
    }
}

/// Operations that dialects write differently, each a template in
/// [`super::dialect::Dialect`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Function {
    /// A text as it is compared: code point by code point.
    Exact,
    /// Where a text has a part, from 1; 0 where it has not.
    Position,
    /// Whether a text ends with a part of so many characters and bytes.
    Ends {
        characters: usize,
        bytes: usize,
    },
    /// Characters of a text.
    Length,
    /// A whole number with room for any result.
    Wide,
    /// A number with so many decimal places in units of its last one.
    Units(u8),
    /// Microseconds since 1970 of an instant without a zone.
    Micros,
    /// The same of one with a zone.
    MicrosTz,
    /// The same of a text `2026-03-31 12:15:00`.
    MicrosText,
    /// The quotient of whole numbers, towards zero.
    Quotient,
    Remainder,
    Absolute,
    /// A number that the engine may have made inexact: ends the statement then.
    Sound,
    /// Whether a number is still exact.
    Whole,
    /// A JSON array's number of elements.
    Elements,
    /// Whether a JSON array has a text.
    Member,
    /// The number that the first 15 hexadecimal digits of the MD5 of two texts,
    /// one after the other, say.
    Md5,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Arithmetic {
    Add,
    Subtract,
    Multiply,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Aggregate {
    Sum,
    Least,
    Greatest,
    /// Of those that are known.
    Count,
    Different,
}

/// A piece of a statement. In a condition, NULL stands for an error: SQL's own
/// rules then absorb it as the language does.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Expression {
    Column(Table, Box<str>),
    Parameter(Parameter),
    /// A number that the exporter itself made.
    Number(i64),
    Constant(bool),
    /// Neither yes nor no.
    Neither,
    /// The missing value.
    Null,
    Not(Box<Expression>),
    And(Vec<Expression>),
    Or(Vec<Expression>),
    Compare(Compare, Box<Expression>, Box<Expression>),
    /// Equal, or both missing.
    Same(Box<Expression>, Box<Expression>),
    IsNull(Box<Expression>),
    IsKnown(Box<Expression>),
    IsTrue(Box<Expression>),
    Case(Vec<(Expression, Expression)>, Option<Box<Expression>>),
    Coalesce(Vec<Expression>),
    Arithmetic(Arithmetic, Box<Expression>, Box<Expression>),
    Function(Function, Vec<Expression>),
    /// One of these values.
    In(Box<Expression>, Vec<Parameter>),
    /// One of the elements of a JSON array, texts or whole numbers.
    InJson(Box<Expression>, Parameter, bool),
    /// `None` counts rows.
    Aggregate(Aggregate, Option<Box<Expression>>),
}

impl Expression {
    pub fn whole(number: i128) -> Expression {
        Expression::Parameter(Parameter::whole(number))
    }

    pub fn compare(self, op: Compare, other: Expression) -> Expression {
        Expression::Compare(op, Box::new(self), Box::new(other))
    }

    pub fn null(self) -> Expression {
        Expression::IsNull(Box::new(self))
    }

    pub fn known(self) -> Expression {
        Expression::IsKnown(Box::new(self))
    }

    pub fn truth(self) -> Expression {
        match self {
            Expression::Constant(_) | Expression::IsNull(_) | Expression::IsKnown(_) => self,
            Expression::IsTrue(_) => self,
            other => Expression::IsTrue(Box::new(other)),
        }
    }

    pub fn negated(self) -> Expression {
        match self {
            Expression::Constant(yes) => Expression::Constant(!yes),
            Expression::Not(of) => *of,
            Expression::IsNull(of) => Expression::IsKnown(of),
            Expression::IsKnown(of) => Expression::IsNull(of),
            other => Expression::Not(Box::new(other)),
        }
    }

    pub fn all(parts: Vec<Expression>) -> Expression {
        Expression::chained(parts, true)
    }

    pub fn any(parts: Vec<Expression>) -> Expression {
        Expression::chained(parts, false)
    }

    fn chained(parts: Vec<Expression>, all: bool) -> Expression {
        let mut kept = Vec::with_capacity(parts.len());
        for part in parts {
            match part {
                Expression::Constant(yes) if yes == all => {}
                Expression::Constant(yes) => return Expression::Constant(yes),
                Expression::And(inner) if all => kept.extend(inner),
                Expression::Or(inner) if !all => kept.extend(inner),
                other => kept.push(other),
            }
        }
        match kept.len() {
            0 => Expression::Constant(all),
            1 => kept.remove(0),
            _ if all => Expression::And(kept),
            _ => Expression::Or(kept),
        }
    }

    /// `then` where this holds; NULL, or `other`, where it does not.
    pub fn when(self, then: Expression, other: Option<Expression>) -> Expression {
        Expression::Case(vec![(self, then)], other.map(Box::new))
    }

    pub fn or_zero(self) -> Expression {
        Expression::Coalesce(vec![self, Expression::Number(0)])
    }

    pub fn apply(function: Function, of: Vec<Expression>) -> Expression {
        Expression::Function(function, of)
    }

    /// The pieces directly below.
    fn below(&self) -> Vec<&Expression> {
        match self {
            Expression::Column(..)
            | Expression::Parameter(_)
            | Expression::Number(_)
            | Expression::Constant(_)
            | Expression::Neither
            | Expression::Null
            | Expression::Aggregate(_, None) => Vec::new(),
            Expression::Not(of)
            | Expression::IsNull(of)
            | Expression::IsKnown(of)
            | Expression::IsTrue(of)
            | Expression::In(of, _)
            | Expression::InJson(of, _, _)
            | Expression::Aggregate(_, Some(of)) => vec![of],
            Expression::Compare(_, a, b)
            | Expression::Same(a, b)
            | Expression::Arithmetic(_, a, b) => vec![a, b],
            Expression::And(parts)
            | Expression::Or(parts)
            | Expression::Coalesce(parts)
            | Expression::Function(_, parts) => parts.iter().collect(),
            Expression::Case(arms, other) => {
                let arms = arms.iter().flat_map(|(test, then)| [test, then]);
                arms.chain(other.as_deref()).collect()
            }
        }
    }

    /// Every piece, itself included.
    pub fn walk<'e>(&'e self, see: &mut impl FnMut(&'e Expression)) {
        let mut left = vec![self];
        while let Some(piece) = left.pop() {
            see(piece);
            left.extend(piece.below());
        }
    }

    /// How many pieces it is made of.
    pub fn size(&self) -> usize {
        let mut size = 0;
        self.walk(&mut |_| size += 1);
        size
    }
}
