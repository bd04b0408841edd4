//! Why a customer is in, or is not.
//!
//! ```text
//! age >= 30 && (vip || purchases.within(days(90)).size() >= 3)
//!
//! all    no     1 of 2 conditions holds, all are needed
//!  ├─    yes    age is 38, needed >= 30
//!  └─any no     none of 2 conditions holds, one is needed
//!     ├─ no     vip is no
//!     └─ no     2, needed >= 3                     2 of 5 events in purchases
//! ```
//!
//! The tree follows what the condition is made of (`&&`, `||`, `!`, `?:`), and
//! ends where values are looked at. Each clause carries its text and its bytes,
//! so that a screen can show it beside the condition; each end carries the
//! values of both sides, how many events were counted, and whether it came out
//! so only because a value is missing.
//!
//! # Promised
//!
//! * The outcome of the whole is that of the evaluation, faults included.
//! * Clauses that the evaluation would have passed over are explained too.
//! * What is told has an end, however conditions name each other: a page takes
//!   so many clauses, those nearest to what was asked first, and a clause that
//!   is not taken apart for lack of room says so.
//!
//! # Not here
//!
//! What would change the answer, and when it will change by itself.

mod build;
mod lacking;
mod named;
mod origin;
mod say;
mod shown;

use std::sync::Arc;

pub use self::named::{Room, explain_all, explain_through};
pub use self::origin::origin;
use super::checked::Checked;
use super::environment::Environment;
use crate::error::{Fault, Text};

/// A clause of a condition with what it came to, and why.
#[derive(Debug, Clone, PartialEq)]
pub struct Explanation {
    /// The clause, as it was written.
    pub text: String,
    /// Its bytes in the text of the whole condition, half-open.
    pub span: (usize, usize),
    /// What it came to.
    pub outcome: Outcome,
    /// Whether it came out so because a value is missing: with that value
    /// known, it might have come out otherwise.
    pub missing: bool,
    /// What it is made of.
    pub joint: Joint,
    /// The clauses it is made of, as they are written.
    pub parts: Vec<Explanation>,
    /// What was looked at, where it is made of no other clauses.
    pub leaf: Option<Leaf>,
    /// Whether it could be taken apart, and is told by its outcome alone, as
    /// there would be too much to tell.
    pub cut: bool,
}

/// What a clause came to.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// It holds.
    Yes,
    /// It does not hold.
    No,
    /// It cannot be worked out.
    Error(Fault),
}

/// How a clause is made of others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Joint {
    /// `a && b && c`: all are needed.
    All,
    /// `a || b || c`: one is needed.
    Any,
    /// `exactlyOne(a, b, c)`
    One,
    /// `!a`
    Not,
    /// `a ? b : c`: the tests that were made, and the branch that was taken.
    Choice,
    /// `segment('x')`: the condition of that segment, with bytes of its own
    /// text. Made by whoever holds the definitions.
    Segment,
    /// It looks at values itself.
    Leaf,
}

/// What a clause without clauses looked at.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Leaf {
    /// The value on the left, or the only one.
    pub left: Option<Shown>,
    /// The operator or function between the values.
    pub sign: Option<String>,
    /// The value on the right: often the threshold.
    pub right: Option<Shown>,
    /// The lists of events it went through, at most eight.
    pub counted: Vec<Counted>,
    /// The parameters it reads on the way, by name, with their values.
    pub parameters: Vec<Shown>,
    /// The segment it asks about.
    pub segment: Option<Arc<str>>,
}

/// A value, for people: amounts with their currency, instants in the zone of
/// the calendar, labels in their wording.
#[derive(Debug, Clone, PartialEq)]
pub struct Shown {
    /// What it is called in the condition, unless it is written out there.
    pub name: Option<String>,
    /// The value.
    pub value: Text,
    /// Whether there is none.
    pub missing: bool,
}

/// How many events counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counted {
    /// The list, as it was written.
    pub list: String,
    /// Events that are in it, or meet its condition.
    pub count: u64,
    /// Events that there are without any condition or window.
    pub of: u64,
}

impl Explanation {
    /// Whether the clause holds.
    pub fn holds(&self) -> bool {
        self.outcome == Outcome::Yes
    }

    /// Whether it or a clause of it is cut.
    pub fn is_cut(&self) -> bool {
        let mut below = vec![self];
        while let Some(clause) = below.pop() {
            if clause.cut {
                return true;
            }
            below.extend(&clause.parts);
        }
        false
    }
}

/// Explains a condition for one customer.
///
/// An expression that is no condition gives an error as its outcome, as it
/// does when it is evaluated, and its value on the left.
///
/// # Cost
///
/// A few evaluations: each clause is evaluated as a whole and in its values.
/// A condition of more than some thirty thousand clauses is told by its outcome.
///
/// # Example
///
/// ```
/// use guanxi::error::Language;
/// use guanxi::facts::{Attribute, Schema, Type};
/// use guanxi::lang::{Bindings, Scope, Value, check_condition, explain};
///
/// let mut schema = Schema::default();
/// schema.attributes.push(Attribute {
///     name: "age".into(),
///     ty: Type::Int,
///     nullable: true,
///     personal: false,
///     fresh_for: None,
///     verified_at: None,
///     unit: None,
///     text: Default::default(),
/// });
/// let schema = schema.indexed();
/// let checked = check_condition("age >= 30", &Scope::of(&schema))?;
///
/// let why = explain(&checked, &Bindings::new().bind("age", Value::Int(28)));
/// assert!(!why.holds());
/// assert_eq!(why.say(Language::En), "no: `age` is 28, needed >= 30");
/// assert_eq!(why.say(Language::Zh), "不满足：`age` 为 28，要求 >= 30");
/// # Ok::<(), guanxi::Error>(())
/// ```
pub fn explain(checked: &Checked, environment: &dyn Environment) -> Explanation {
    explain_through(checked, environment, &|_| None)
}

/// The length of a timer in words, in the unit in which somebody wrote it:
/// `24 hours`, which are no day where clocks are put forward. `None` as for
/// [`worded`].
pub fn worded_length(checked: &Checked, environment: &dyn Environment) -> Option<Text> {
    match checked.evaluate(environment) {
        Ok(super::value::Value::Duration(length)) => Some(shown::written(length)),
        _ => worded(checked, environment),
    }
}

/// The value of an expression in words, as explanations have it: `90 days`,
/// `12.50 CNY`. `None` where it cannot be worked out, or is missing.
pub fn worded(checked: &Checked, environment: &dyn Environment) -> Option<Text> {
    let value = checked.evaluate(environment).ok().filter(|value| !value.is_missing())?;
    Some(shown::shown(&value, checked.result(), environment.calendar()))
}
