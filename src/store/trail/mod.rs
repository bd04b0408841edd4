//! The audit trail (留痕): who did what by hand, when and why, so that no line of
//! it can be changed, taken out or moved without showing.
//!
//! ```text
//!   commands, adoptions, erasures, exports ──> an entry each, in their transaction
//!
//!   hash of an entry = SHA-256(hash of the one before, a line feed, its text)
//!   text:    what was done, when, by whom, by which playbook, marks of whom
//!   sealed:  ids, facts and reasons; the text has its hash, an erasure empties it
//! ```
//!
//! # What is promised
//!
//! * What was done and the entry about it are on the disk together or not at all.
//! * [`Store::check_trail`] names the first entry that is not as it was recorded,
//!   is missing, or stands elsewhere.
//! * After an erasure no id, no fact and no reason about the erased is left in it,
//!   and it still adds up: a mark says that it was somebody, not who.
//!
//! # What is not here
//!
//! Proof against whoever can write the file and works out all hashes anew, or
//! takes off the last entries together with what the file remembers of them.
//! Against those the host keeps the last hash elsewhere, and hands it over as
//! what is expected.

mod check;
mod entry;

pub use self::check::TrailCheck;
use self::check::Walk;
pub use self::entry::{Receipt, TrailEntry};
use self::entry::{Sealed, Text};
use super::{Backend, Learnt, Store};
use crate::error::{Code, Error, Fault};
use crate::facts::erase::mark;
use crate::units::Instant;

/// Who acts through a handle of a store, and why (署名).
///
/// ```
/// use guanxi::store::Signature;
/// let signed = Signature::of("li", "asked for it on the telephone");
/// assert_eq!((&*signed.actor, signed.at), ("li", None));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Signature {
    /// Who; a command that says so itself goes before. A person of the host's
    /// house: it stays when a customer is erased.
    pub actor: Box<str>,
    /// Why.
    pub reason: Box<str>,
    /// When; `None`: the instant that the act itself carries.
    pub at: Option<Instant>,
}

impl Signature {
    /// Somebody with a reason.
    pub fn of(actor: &str, reason: &str) -> Signature {
        Signature { actor: actor.into(), reason: reason.into(), at: None }
    }
}

/// An entry as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::store) struct Line {
    pub number: u64,
    pub text: Box<str>,
    pub sealed: Option<Box<str>>,
    pub hash: Box<str>,
}

/// What was done, for its entry.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Deed<'a> {
    /// `merge`, `erase`, ...
    pub act: &'a str,
    /// When, where the signature does not say.
    pub at: Instant,
    /// Who, where the act itself says it.
    pub actor: &'a str,
    /// Why, where the act itself says it.
    pub reason: &'a str,
    pub playbook: Option<&'a str>,
    /// Ids of those whom it is about.
    pub customers: &'a [Box<str>],
    /// What it recorded, or took back.
    pub facts: &'a [Learnt],
    /// Of an erasure: nothing about whom is kept.
    pub receipt: Option<Receipt>,
}

impl<'a> Deed<'a> {
    /// Something done at an instant, about nobody.
    pub(crate) fn of(act: &'a str, at: Instant) -> Deed<'a> {
        Deed {
            act,
            at,
            actor: "",
            reason: "",
            playbook: None,
            customers: &[],
            facts: &[],
            receipt: None,
        }
    }
}

impl Store {
    /// Who acts through this handle from now on, and why: so it is told in the
    /// audit trail. `None`: nobody says. Gives who did before.
    ///
    /// ```
    /// use std::sync::Arc;
    /// use guanxi::store::{Signature, Store};
    /// use guanxi::facts::Schema;
    /// let mut store = Store::in_memory(&Arc::new(Schema::default().indexed()));
    /// store.sign(Some(Signature::of("li", "asked to be forgotten")));
    /// ```
    pub fn sign(&mut self, signature: Option<Signature>) -> Option<Signature> {
        std::mem::replace(&mut self.signature, signature)
    }

    /// The audit trail, in the order in which things were done (留痕): every
    /// command, adoption of a playbook, erasure and export of a person.
    ///
    /// # Inputs
    ///
    /// `about`: only entries about this customer; after an erasure they are still
    /// found by the id. `after`: the last number that was read, 0 from the
    /// beginning; `limit`: so many at most.
    ///
    /// # Errors
    ///
    /// [`Corrupt`](Code::Corrupt) for an entry that cannot be read;
    /// [`check_trail`](Store::check_trail) says more.
    ///
    /// # Cost
    ///
    /// A look at each entry after `after`.
    ///
    /// # Example
    ///
    /// ```
    /// use guanxi::store::{Signature, Store};
    /// use guanxi::units::Instant;
    /// use guanxi::Playbook;
    ///
    /// let playbook = Playbook::from_json(r#"{"guanxi": 1, "id": "shop", "version": "1",
    ///     "calendar": {"zone": "UTC"}}"#)?;
    /// let mut store = Store::in_memory(playbook.schema());
    /// store.sign(Some(Signature::of("wang", "the rules of 2026")));
    /// store.adopt(&playbook, Instant::parse("2026-03-01T00:00:00Z")?)?;
    ///
    /// let trail = store.trail(None, 0, 100)?;
    /// assert_eq!((&*trail[0].act, trail[0].actor.as_deref()), ("adopt", Some("wang")));
    /// assert_eq!(trail[0].playbook.as_deref(), Some(playbook.semantic_hash()));
    ///
    /// let checked = store.check_trail(None)?;
    /// assert!(checked.is_sound() && checked.head.as_deref() == Some(&*trail[0].hash));
    /// # Ok::<(), guanxi::Error>(())
    /// ```
    pub fn trail(
        &self,
        about: Option<&str>,
        after: u64,
        limit: usize,
    ) -> Result<Vec<TrailEntry>, Error> {
        if limit == 0 {
            return Ok(Vec::new());
        }
        let own = about.map(mark);
        let mut entries = Vec::new();
        self.each_line(after, |line| {
            let entry = line.entry()?;
            if own.as_ref().is_none_or(|own| entry.about.contains(own)) {
                entries.push(entry);
            }
            Ok(entries.len() < limit)
        })?;
        Ok(entries)
    }

    /// Checks the audit trail: that each entry is as it was recorded, in its
    /// place, and that none is missing.
    ///
    /// # Inputs
    ///
    /// `expected`: a hash that the host kept, the `head` of an earlier check. An
    /// entry that has it must still be there; so a trail shows that was cut off
    /// at its end or written anew.
    ///
    /// # Output
    ///
    /// An error means that the check could not be done; what it finds is in the
    /// result, the first entry that does not hold up as `broken`.
    ///
    /// # Cost
    ///
    /// A pass over the trail.
    ///
    /// ```
    /// # use std::sync::Arc;
    /// # use guanxi::{facts::Schema, store::Store};
    /// let store = Store::in_memory(&Arc::new(Schema::default().indexed()));
    /// assert!(store.check_trail(None)?.is_sound());
    /// assert!(!store.check_trail(Some(&"0".repeat(64)))?.is_sound());
    /// # Ok::<(), guanxi::Error>(())
    /// ```
    pub fn check_trail(&self, expected: Option<&str>) -> Result<TrailCheck, Error> {
        let mut walk = Walk::new(expected);
        let last = self.each_line(0, |line| {
            walk.push(line);
            Ok(true)
        })?;
        Ok(walk.finish(last))
    }

    /// Whether the trail adds up, and the entries: those that were asked for, or
    /// none where it cannot be read.
    pub(crate) fn told_trail(
        &self,
        about: Option<&str>,
        (after, limit): (u64, usize),
        expected: Option<&str>,
    ) -> Result<(TrailCheck, Vec<TrailEntry>), Error> {
        let check = self.check_trail(expected)?;
        let trail = match self.trail(about, after, limit) {
            Err(error) if error.code() == Code::Corrupt && !check.is_sound() => Vec::new(),
            trail => trail?,
        };
        Ok((check, trail))
    }

    /// Enters what was done. Belongs into the transaction that does it.
    pub(crate) fn enter(&mut self, deed: Deed<'_>) -> Result<(), Error> {
        let signature = self.signature.as_ref();
        let actor = signature.map_or("", |signature| &signature.actor);
        let reason = signature.map_or("", |signature| &signature.reason);
        let actor = if deed.actor.is_empty() { actor } else { deed.actor };
        let reason = if deed.reason.is_empty() { reason } else { deed.reason };
        let at = signature.and_then(|signature| signature.at).unwrap_or(deed.at);
        let told = Deed { actor, reason, at, ..deed };
        let (last, before) = self.last_line()?;
        let line = Line::of(last + 1, &before, &told);
        match &mut self.backend {
            Backend::Memory(_, outbox) => {
                outbox.enter(line);
                Ok(())
            }
            #[cfg(feature = "sqlite")]
            Backend::File(database) => database.enter(&line),
        }
    }

    /// The signature of an erasure stays: it must not name who is erased.
    pub(in crate::store) fn check_nameless(&self, ids: &[Box<str>]) -> Result<(), Error> {
        let Some(Signature { actor, reason, .. }) = &self.signature else { return Ok(()) };
        if !ids.iter().any(|id| names(reason, id) || names(actor, id)) {
            return Ok(());
        }
        Err(Fault::new(
            Code::InvalidArgument,
            "the signature of an erasure stays, and names the customer who is erased",
            "清除的署名会保留，不得写明被清除客户的编号",
        )
        .hint("say why without the id", "请在理由中去掉该编号")
        .into())
    }

    /// Empties what is sealed about these ids.
    pub(in crate::store) fn unname(&mut self, ids: &[Box<str>]) -> Result<(), Error> {
        let marks: Vec<Box<str>> = ids.iter().map(|id| mark(id)).collect();
        match &mut self.backend {
            Backend::Memory(_, outbox) => {
                let lines = outbox.trail.iter_mut().filter(|line| line.is_about(&marks));
                lines.for_each(|line| line.sealed = None);
                Ok(())
            }
            #[cfg(feature = "sqlite")]
            Backend::File(database) => {
                let mut numbers = Vec::new();
                database.each_line(0, |line| {
                    if line.sealed.is_some() && line.is_about(&marks) {
                        numbers.push(line.number);
                    }
                    Ok(true)
                })?;
                database.empty_lines(&numbers)
            }
        }
    }

    /// The number that was given last, and the hash that the next entry follows.
    fn last_line(&self) -> Result<(u64, Box<str>), Error> {
        match &self.backend {
            Backend::Memory(_, outbox) => Ok(match outbox.trail.last() {
                Some(line) => (line.number, line.hash.clone()),
                None => (0, entry::start()),
            }),
            #[cfg(feature = "sqlite")]
            Backend::File(database) => {
                Ok(database.last_line()?.unwrap_or_else(|| (0, entry::start())))
            }
        }
    }

    /// Hands over the entries after a number, as long as more are wanted; the
    /// last number that was ever given, as far as the store remembers.
    fn each_line(
        &self,
        after: u64,
        mut each: impl FnMut(&Line) -> Result<bool, Error>,
    ) -> Result<u64, Error> {
        match &self.backend {
            Backend::Memory(_, outbox) => {
                for line in outbox.trail.iter().filter(|line| after < line.number) {
                    if !each(line)? {
                        break;
                    }
                }
                Ok(outbox.trail.len() as u64)
            }
            #[cfg(feature = "sqlite")]
            Backend::File(database) => database.each_line(after, each),
        }
    }
}

/// Whether a text has an id in it, and not as a part of a longer word.
fn names(text: &str, id: &str) -> bool {
    let is_edge = |letter: Option<char>| letter.is_none_or(|it| !it.is_ascii_alphanumeric());
    let is_alone = |at: usize| {
        let before = text.get(..at).and_then(|before| before.chars().next_back());
        let after = text.get(at + id.len()..).and_then(|after| after.chars().next());
        is_edge(before) && is_edge(after)
    };
    !id.is_empty() && text.match_indices(id).any(|(at, _)| is_alone(at))
}

impl Line {
    fn of(number: u64, before: &str, deed: &Deed<'_>) -> Line {
        let sealed = Sealed::of(deed).map(|sealed| sealed.written());
        let text = Text::of(number, deed, sealed.as_deref()).written();
        let hash = entry::hash(before, &text);
        Line { number, text, sealed, hash }
    }

    fn entry(&self) -> Result<TrailEntry, Error> {
        TrailEntry::read(self).ok_or_else(|| check::unreadable(self.number).into())
    }

    /// Whether it is about one of these marks, as far as it can be read.
    fn is_about(&self, marks: &[Box<str>]) -> bool {
        marks.iter().any(|mark| self.text.contains(&**mark))
    }
}
