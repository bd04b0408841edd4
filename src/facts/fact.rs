//! One fact: an event, a change of attributes, a consent, a reference row.

use super::decision::Decision;
use crate::units::{Day, Instant};

/// A value of an attribute or field. Its type is in the schema.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Value {
    /// Yes or no.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// Units of the declared scale: cents for money in CNY.
    Exact(i64),
    /// A calendar day.
    Date(Day),
    /// A point in time.
    Instant(Instant),
    /// A text, a label of an enumeration, or a contact, as the host wrote it.
    Text(Box<str>),
    /// A set of texts, sorted by bytes, without repetition.
    Set(Vec<Box<str>>),
}

/// How a fact relates to an earlier one of the same source.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Correction {
    /// It stands for itself.
    #[default]
    None,
    /// It replaces the fact with this id.
    Supersedes(Box<str>),
    /// It takes back the fact with this id; its own body is not read.
    Retracts(Box<str>),
}

impl Correction {
    /// The id of the fact it corrects, where it corrects one.
    ///
    /// ```
    /// use guanxi::facts::Correction;
    /// assert_eq!(Correction::Retracts("o-1".into()).target(), Some("o-1"));
    /// assert_eq!(Correction::None.target(), None);
    /// ```
    pub fn target(&self) -> Option<&str> {
        match self {
            Correction::None => None,
            Correction::Supersedes(target) | Correction::Retracts(target) => Some(target),
        }
    }
}

/// What a fact says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Body {
    /// Something happened.
    Event {
        /// Position in [`super::Schema::kinds`].
        kind: usize,
        /// A value for each declared field, in the declared order.
        fields: Vec<Option<Value>>,
    },
    /// Attributes changed; `None` clears. Attributes not named stay.
    Attributes(Vec<(usize, Option<Value>)>),
    /// Consent was given or withdrawn.
    Consent {
        /// Position in [`super::Schema::purposes`].
        purpose: usize,
        /// Position in [`super::Schema::channels`].
        channel: usize,
        /// Given, or withdrawn.
        granted: bool,
    },
    /// A row of a reference table; the fact's `customer` is empty.
    Reference {
        /// Position in [`super::Schema::references`].
        table: usize,
        /// The row's key.
        key: Box<str>,
        /// A value for each declared column.
        fields: Vec<Option<Value>>,
    },
    /// The customer turned out to be the same as another, whose id stays.
    /// Facts about both are about one from this instant on.
    Merge {
        /// The id that stays.
        into: Box<str>,
    },
    /// Somebody decided in which state of a lifecycle the customer is.
    Override(Override),
    /// Somebody asked for a customer, and this was decided.
    Decision(Box<Decision>),
    /// Something about a customer who was erased. Only an erasure leaves it.
    Erased,
    /// Nothing but the correction: a retraction.
    Nothing,
}

/// A decision of a person about the state of a customer.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Override {
    /// The name of the machine.
    pub machine: Box<str>,
    /// The state; `None` lets go of a pinned one.
    pub state: Option<Box<str>>,
    /// Whether the customer stays there whatever happens; otherwise the rules
    /// go on from there.
    pub pinned: bool,
    /// Until when it is pinned; `None` until it is let go of.
    pub until: Option<Instant>,
    /// Who decided.
    pub actor: Box<str>,
    /// Why.
    pub reason: Box<str>,
}

/// One fact, as the host hands it over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    /// The system it comes from.
    pub source: Box<str>,
    /// Its id in that system: (source, id) is never recorded twice.
    pub id: Box<str>,
    /// The customer it is about.
    pub customer: Box<str>,
    /// When it became true; None only for attributes and consents whose date
    /// nobody knows: they hold before the first dated one.
    pub at: Option<Instant>,
    /// Rank among corrections of one fact; by default one above the corrected.
    pub revision: Option<u32>,
    /// What it corrects.
    pub correction: Correction,
    /// What it says.
    pub body: Body,
}
