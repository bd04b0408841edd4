//! What was decided when somebody asked for a customer.
//!
//! Whether an employee may have a customer depends on many customers at once:
//! on how many the employee holds, and on who else has asked. Such a question
//! is answered once, when it is asked, and the answer is a fact with what it
//! rests on; nobody decides it again.

use serde::{Serialize, Serializer};

use crate::error::Code;
use crate::units::Instant;

/// What somebody may ask to do with a customer (归属操作).
///
/// Serialised as `claim`, `release`, `transfer` or `extend`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Act {
    /// Take a customer out of the public pool (领取).
    Claim,
    /// Give a customer back to the pool (释放).
    Release,
    /// Hand a customer over to somebody else (转移).
    Transfer,
    /// Hold a customer for longer (延期).
    Extend,
}

impl Act {
    /// Every act.
    pub const ALL: [Act; 4] = [Act::Claim, Act::Release, Act::Transfer, Act::Extend];

    /// The act in one stable word, as in a playbook and in JSON.
    ///
    /// ```
    /// use guanxi::facts::Act;
    /// assert_eq!(Act::named(Act::Transfer.name()), Some(Act::Transfer));
    /// ```
    pub fn name(self) -> &'static str {
        match self {
            Act::Claim => "claim",
            Act::Release => "release",
            Act::Transfer => "transfer",
            Act::Extend => "extend",
        }
    }

    /// The act with this [`name`](Act::name).
    pub fn named(name: &str) -> Option<Act> {
        Act::ALL.into_iter().find(|act| act.name() == name)
    }
}

/// A request about a customer, and what was decided on it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Decision {
    /// What was asked.
    pub act: Act,
    /// Who is to hold the customer; only for claims and transfers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<Box<str>>,
    /// Until when; only for extensions.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<Instant>,
    /// Whether limits were not to count.
    #[serde(skip_serializing_if = "is_false")]
    pub exempt: bool,
    /// Who asked.
    pub actor: Box<str>,
    /// Why.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub reason: Box<str>,
    /// The pool by whose limits it was decided.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pool: Option<Box<str>>,
    /// Why it was refused, as codes from 7001 on; empty where it was granted.
    #[serde(serialize_with = "by_name")]
    pub refused: Vec<Code>,
    /// What that rests on.
    pub evidence: Evidence,
    /// The id of the event that carries it out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub event: Option<Box<str>>,
}

impl Decision {
    /// Whether it was granted.
    pub fn is_granted(&self) -> bool {
        self.refused.is_empty()
    }
}

/// What a decision rests on, as far as it mattered: counts are those before it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Evidence {
    /// The state that the customer was in.
    pub state: Box<str>,
    /// Who held the customer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub holder: Option<Box<str>>,
    /// Since when the customer was in that holder's hands.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub held_since: Option<Instant>,
    /// When the hold would have ended by itself, where longer was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub held_until: Option<Instant>,
    /// When the pool gives the customer out again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub free_from: Option<Instant>,
    /// From when on the same owner may claim the customer again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub again_from: Option<Instant>,
    /// How many customers the owner held, of those that count.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub holds: Option<u32>,
    /// How many an owner may hold.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub capacity: Option<u32>,
    /// How many customers the owner had claimed in the period.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub claimed: Option<u32>,
    /// How many an owner may claim in one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quota: Option<u32>,
    /// When the next period begins.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quota_from: Option<Instant>,
    /// How often this hold had been extended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub extended: Option<u32>,
    /// How often one may be.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub extensions: Option<u32>,
    /// Until when it may be held at most.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub latest: Option<Instant>,
    /// When something later about the customer was decided already.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decided: Option<Instant>,
}

fn is_false(flag: &bool) -> bool {
    !flag
}

fn by_name<S: Serializer>(codes: &[Code], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(codes.iter().map(|code| code.name()))
}
