//! An entry of the audit trail: what it says, how it is written and hashed.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{Deed, Line};
use crate::facts::erase::mark;
use crate::store::Learnt;
use crate::units::Instant;

/// Something that was done by hand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct TrailEntry {
    /// Its place, from 1 on.
    pub number: u64,
    /// What: a command (`merge`, `unmerge`, `override`, `list`, `claim`, `release`,
    /// `transfer`, `extend`, `inquiry`, `retract`), `begin` or `adopt` of a
    /// playbook, `restrict`, `lift_restriction`,
    /// `erase`, `erase_listed` or `export_person`.
    pub act: Box<str>,
    /// When.
    pub at: Instant,
    /// Who; `None` where nobody said so.
    pub actor: Option<Box<str>>,
    /// Why; `None` where nobody said so, or somebody whom it is about was erased
    /// since.
    pub reason: Option<Box<str>>,
    /// By which playbook: its semantic hash.
    pub playbook: Option<Box<str>>,
    /// Marks of the customers whom it is about, as in
    /// [`Erasure`](crate::facts::Erasure).
    pub about: Vec<Box<str>>,
    /// Their ids; none where somebody of them was erased since.
    pub customers: Vec<Box<str>>,
    /// The facts that it recorded; none where somebody was erased since.
    pub facts: Vec<Learnt>,
    /// What an erasure came to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub receipt: Option<Receipt>,
    /// Whether ids, facts and reason are gone, as somebody was erased since.
    pub emptied: bool,
    /// SHA-256 in hexadecimal, of the hash of the entry before (of the first: 64
    /// zeros), a line feed and `text`.
    pub hash: Box<str>,
    /// What is hashed, to the byte.
    pub text: Box<str>,
    /// What `text` has the SHA-256 of, as `sealed`; `None` where it is gone, and
    /// where there was nothing to seal.
    pub sealed: Option<Box<str>>,
}

/// What an erasure came to, without a word about whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Receipt {
    /// Events among the facts, of which skeletons stay.
    pub events: u64,
    /// Facts about the customer.
    pub facts: u64,
    /// Ids that were erased.
    pub ids: u64,
}

/// What is hashed of an entry. Keys are in byte order, what is not there is left
/// out: one entry has one text.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Text {
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub about: Vec<Box<str>>,
    pub act: Box<str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub actor: Option<Box<str>>,
    pub at: Instant,
    pub number: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub playbook: Option<Box<str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<Box<str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub receipt: Option<Receipt>,
    /// SHA-256 of what is sealed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sealed: Option<Box<str>>,
}

/// What an erasure empties.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Sealed {
    customers: Vec<Box<str>>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    facts: Vec<Learnt>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<Box<str>>,
}

impl Sealed {
    /// What is about somebody, but for an erasure, which leaves nothing to say.
    pub fn of(deed: &Deed<'_>) -> Option<Sealed> {
        let sealed = Sealed {
            customers: deed.customers.to_vec(),
            facts: deed.facts.to_vec(),
            reason: said(deed.reason),
        };
        (deed.receipt.is_none() && !deed.customers.is_empty()).then_some(sealed)
    }

    pub fn written(&self) -> Box<str> {
        written(self)
    }
}

impl Text {
    pub fn of(number: u64, deed: &Deed<'_>, sealed: Option<&str>) -> Text {
        let mut about: Vec<Box<str>> = deed.customers.iter().map(|id| mark(id)).collect();
        about.sort_unstable();
        about.dedup();
        // Somebody who acts for himself is named where an erasure reaches.
        let own = deed.customers.iter().any(|id| **id == *deed.actor);
        let actor = if own { said("customer") } else { said(deed.actor) };
        let reason = if sealed.is_none() { said(deed.reason) } else { None };
        Text {
            about,
            act: deed.act.into(),
            actor,
            at: deed.at,
            number,
            playbook: deed.playbook.map(Box::from),
            reason,
            receipt: deed.receipt,
            sealed: sealed.map(digest),
        }
    }

    pub fn read(text: &str) -> Option<Text> {
        serde_json::from_str(text).ok()
    }

    pub fn written(&self) -> Box<str> {
        written(self)
    }
}

impl TrailEntry {
    pub(super) fn read(line: &Line) -> Option<TrailEntry> {
        let text = Text::read(&line.text)?;
        let sealed: Option<Sealed> = match &line.sealed {
            Some(sealed) => Some(serde_json::from_str(sealed).ok()?),
            None => None,
        };
        let emptied = text.sealed.is_some() && sealed.is_none();
        let sealed = sealed.unwrap_or_default();
        Some(TrailEntry {
            number: line.number,
            act: text.act,
            at: text.at,
            actor: text.actor,
            reason: text.reason.or(sealed.reason),
            playbook: text.playbook,
            about: text.about,
            customers: sealed.customers,
            facts: sealed.facts,
            receipt: text.receipt,
            emptied,
            hash: line.hash.clone(),
            text: line.text.clone(),
            sealed: line.sealed.clone(),
        })
    }
}

/// What the first entry follows.
pub(super) fn start() -> Box<str> {
    "0".repeat(64).into()
}

/// The hash of an entry after another one.
pub(super) fn hash(before: &str, text: &str) -> Box<str> {
    digest(&format!("{before}\n{text}"))
}

/// SHA-256 in hexadecimal.
pub(super) fn digest(text: &str) -> Box<str> {
    let digest = Sha256::digest(text.as_bytes());
    digest.iter().map(|byte| format!("{byte:02x}")).collect::<String>().into()
}

fn said(text: &str) -> Option<Box<str>> {
    (!text.trim().is_empty()).then(|| text.into())
}

fn written(it: &impl Serialize) -> Box<str> {
    // Texts and numbers alone: nothing that JSON could not say.
    serde_json::to_string(it).unwrap_or_default().into()
}
