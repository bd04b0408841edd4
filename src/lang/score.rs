//! What the value part says about customers: figures, scores, the tier.
//!
//! ```text
//! value('future_value')    axis('satisfaction')    tier('value')    cut('gold')    alive_until(0.5)
//!        Figure                  Axis                  Tier            Cut            AliveUntil
//! ```
//!
//! They change at assessments and nowhere else. At one instant everybody has
//! those of the last assessment at or before it ([`Scores`]); a guard inside a
//! history reads those of the last assessment strictly before its own instant
//! ([`ScoreHistory`]), as all behaviour of an instant comes before the
//! assessment of that instant.

use std::cmp::Ordering;
use std::fmt::Debug;
use std::sync::Arc;

use super::value::Value;
use crate::facts::Column;
use crate::units::{Decimal, Instant};

/// A question to the value part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Score<'a> {
    /// `value('future_value')`: a figure, in money or a decimal.
    Figure(&'a str),
    /// `axis('satisfaction')`: a score from 0 to 100 with two places.
    Axis(&'a str),
    /// `tier('value')`: the name of the tier, a text.
    Tier,
    /// `cut('gold')`: a cut point, which is the same for every customer.
    Cut(&'a str),
    /// `alive_until(0.5)`: when the chance that the customer is still active
    /// falls below this, a timestamp. Without zeros at the end of the number.
    AliveUntil(Decimal),
}

/// A question to the value part that an expression asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ScoreName {
    /// [`Score::Figure`]
    Figure(Arc<str>),
    /// [`Score::Axis`]
    Axis(Arc<str>),
    /// [`Score::Tier`]
    Tier,
    /// [`Score::Cut`]
    Cut(Arc<str>),
    /// [`Score::AliveUntil`]
    AliveUntil(Decimal),
}

/// What the value part says of everybody at one instant.
pub trait Scores: Sync + Debug {
    /// The answer about a customer, who is not looked at for a cut point.
    /// [`Value::Missing`]: it is not known; `None`: there is no such name.
    fn ask(&self, customer: usize, asked: Score<'_>) -> Option<Value>;

    /// The answers about everybody as a column, where they are kept so: whole
    /// numbers in the units of the type for figures and axes, microseconds for
    /// instants, texts for the tier.
    fn column(&self, asked: Score<'_>) -> Option<&Column> {
        let _ = asked;
        None
    }
}

/// What the value part says of a customer at every instant of its history.
pub trait ScoreHistory: Sync + Debug {
    /// The answer of the last assessment strictly before `now`, as
    /// [`Scores::ask`] has it; missing before the first.
    fn ask_before(&self, customer: usize, now: Instant, asked: Score<'_>) -> Option<Value>;

    /// The first instant after `now` at which something can be answered
    /// otherwise: the microsecond after the customer's first assessment at or
    /// after `now`. `None`: there is none any more.
    fn changes_after(&self, customer: usize, now: Instant) -> Option<Instant>;
}

impl ScoreName {
    /// The question.
    pub fn score(&self) -> Score<'_> {
        match self {
            ScoreName::Figure(name) => Score::Figure(name),
            ScoreName::Axis(name) => Score::Axis(name),
            ScoreName::Tier => Score::Tier,
            ScoreName::Cut(name) => Score::Cut(name),
            ScoreName::AliveUntil(chance) => Score::AliveUntil(*chance),
        }
    }

    fn key(&self) -> (u8, &str, i128, u8) {
        match self {
            ScoreName::Figure(name) => (0, name, 0, 0),
            ScoreName::Axis(name) => (1, name, 0, 0),
            ScoreName::Tier => (2, "", 0, 0),
            ScoreName::Cut(name) => (3, name, 0, 0),
            ScoreName::AliveUntil(chance) => (4, "", chance.units(), chance.scale()),
        }
    }
}

impl Ord for ScoreName {
    fn cmp(&self, other: &Self) -> Ordering {
        self.key().cmp(&other.key())
    }
}

impl PartialOrd for ScoreName {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// A chance between nothing and one, both left out, without zeros at its end;
/// `None` for any other number.
pub(super) fn chance(number: Decimal) -> Option<Decimal> {
    let (mut units, mut scale) = (number.units(), number.scale());
    while 0 < scale && units % 10 == 0 {
        (units, scale) = (units / 10, scale - 1);
    }
    let inside = 0 < units && units < 10_i128.pow(u32::from(scale));
    Decimal::new(units, scale).ok().filter(|_| inside)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chance_is_one_number_however_it_is_written() {
        let read = |text: &str| chance(Decimal::parse(text).unwrap()).map(|it| it.to_string());
        assert_eq!(read("0.50").as_deref(), Some("0.5"));
        assert_eq!(read("0.05").as_deref(), Some("0.05"));
        for none in ["0", "0.00", "1", "1.0", "1.5", "-0.5"] {
            assert_eq!(read(none), None, "{none}");
        }
    }
}
