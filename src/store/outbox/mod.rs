//! What a store owes its host: effects to carry out, and changes to hear of.
//!
//! ```text
//!   engine::living ──queue──> effects ──> the host carries them out ──> ack
//!                  ──tell───> changes ──> whoever reads, from where it was
//! ```
//!
//! # What is promised
//!
//! * An effect is handed over again and again until it is acknowledged. Its id
//!   stays the same, so a host that keeps the ids does nothing twice.
//! * Sequences rise and are never given twice, not even after an erasure.
//! * They stand in the same file as the facts, and came in one transaction with
//!   those that brought them about.
//!
//! # What is not here
//!
//! What effects and changes there are: the engine says so. Nothing is carried
//! out.

mod memory;

use serde::{Deserialize, Serialize};

pub(super) use self::memory::Outbox;
use super::{Backend, Store};
use crate::error::Error;
use crate::units::Instant;

/// One thing that the host should do, or take back (待办动作).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Effect {
    /// Its place among all, rising.
    pub sequence: u64,
    /// Which it is: handed over again under the same id until acknowledged.
    pub id: Box<str>,
    /// What is to be done.
    pub action: Box<str>,
    /// The id of the effect that this one takes back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub compensates: Option<Box<str>>,
    /// The customer's id.
    pub customer: Box<str>,
    /// The lifecycle machine that asks for it.
    pub machine: Box<str>,
    /// Which run, where the machine runs once for each key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<Box<str>>,
    /// Where the transition stands in the playbook.
    pub transition: Box<str>,
    /// When the step was taken that asks for it; `None` where nobody knows.
    pub due: Option<Instant>,
    /// What brought the step about, as JSON.
    #[serde(serialize_with = "as_json")]
    pub cause: Box<str>,
    /// The values that go with it, as JSON: by name, each with its type.
    #[serde(serialize_with = "as_json")]
    pub with: Box<str>,
    /// Whether the host has said that it is done.
    pub acknowledged: bool,
    /// The same for every time that the same step asks for the same thing.
    #[serde(skip)]
    pub(crate) identity: Box<str>,
}

/// Something about a customer that is otherwise than was told before (变更).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Change {
    /// Its place among all, rising.
    pub sequence: u64,
    /// The customer's id.
    pub customer: Box<str>,
    /// As of when it was found.
    pub at: Instant,
    /// What is otherwise.
    #[serde(flatten)]
    pub moved: Moved,
}

/// What is otherwise about a customer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "of", rename_all = "snake_case")]
pub enum Moved {
    /// The state in a lifecycle machine.
    State {
        /// The machine.
        machine: Box<str>,
        /// Which run, where the machine runs once for each key.
        #[serde(skip_serializing_if = "Option::is_none")]
        key: Option<Box<str>>,
        /// The state that was told before; `None`: the customer or the run was
        /// not there.
        from: Option<Box<str>>,
        /// The state now; the same where only `since` is otherwise; `None`: the
        /// customer is there no more, having been merged into another one.
        to: Option<Box<str>>,
        /// Since when; `None` where nobody knows.
        since: Option<Instant>,
        /// What brought the customer there, as JSON, as in a lifecycle history;
        /// `null` for who is there no more.
        #[serde(serialize_with = "as_json")]
        cause: Box<str>,
        /// The facts that were learnt since the last time; none: time alone.
        learnt: Vec<Learnt>,
    },
    /// The membership of a segment.
    Segment {
        /// The segment.
        segment: Box<str>,
        /// Came in; otherwise went out.
        entered: bool,
        /// The facts that were learnt since the last time; none: time alone.
        learnt: Vec<Learnt>,
    },
}

/// A fact by its key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Learnt {
    /// Who reported it.
    pub source: Box<str>,
    /// Its id.
    pub id: Box<str>,
}

/// What became of acknowledgements.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Acknowledged {
    /// Effects that were pending and are no longer.
    pub acknowledged: u64,
    /// Effects that had been acknowledged before.
    pub before: u64,
    /// Ids that are no effect's.
    pub unknown: Vec<Box<str>>,
}

/// How far what follows from the facts was worked out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Frontier {
    /// By which playbook: its semantic hash.
    pub playbook: Box<str>,
    /// As of when.
    pub now: Instant,
    /// The sequence of the last fact whose customer was marked as due.
    pub fact: u64,
}

/// What was worked out about a customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Kept {
    /// The answers, as the engine wrote them.
    pub results: Box<str>,
    /// The sequence of the last fact that they are by.
    pub fact: u64,
    /// When they may next be otherwise.
    pub due: Option<Instant>,
}

fn as_json<S: serde::Serializer>(text: &str, serializer: S) -> Result<S::Ok, S::Error> {
    let value: serde_json::Value = serde_json::from_str(text).unwrap_or_default();
    value.serialize(serializer)
}

impl Store {
    /// The effects that are not acknowledged yet, by sequence: what the host is
    /// to do next (待办动作).
    ///
    /// # Inputs
    ///
    /// `after`: only those after this sequence, 0 for all; `limit`: so many at
    /// most.
    ///
    /// # Errors
    ///
    /// What can keep them from being read.
    ///
    /// # Cost
    ///
    /// A look at each of them.
    ///
    /// ```
    /// # use std::sync::Arc;
    /// # use guanxi::{facts::Schema, store::Store};
    /// let store = Store::in_memory(&Arc::new(Schema::default().indexed()));
    /// assert!(store.effects(0, 100)?.is_empty());
    /// # Ok::<(), guanxi::Error>(())
    /// ```
    pub fn effects(&self, after: u64, limit: usize) -> Result<Vec<Effect>, Error> {
        match &self.backend {
            Backend::Memory(_, outbox) => Ok(outbox.effects(after, limit)),
            #[cfg(feature = "sqlite")]
            Backend::File(database) => database.effects(after, limit),
        }
    }

    /// How many effects are not acknowledged yet.
    ///
    /// # Errors
    ///
    /// What can keep them from being read.
    pub fn n_effects(&self) -> Result<u64, Error> {
        match &self.backend {
            Backend::Memory(_, outbox) => Ok(outbox.n_effects()),
            #[cfg(feature = "sqlite")]
            Backend::File(database) => database.n_effects(),
        }
    }

    /// Says that effects are carried out (确认). Saying so again changes nothing.
    ///
    /// # Inputs
    ///
    /// The ids, as the effects were handed over.
    ///
    /// # Output
    ///
    /// How many were pending, how many had been acknowledged before, and which
    /// ids nobody knows; the others are acknowledged all the same.
    ///
    /// # Errors
    ///
    /// As [`append`](Store::append); then nothing is acknowledged.
    ///
    /// # Cost
    ///
    /// A look for each id, and one wait for the disk.
    ///
    /// ```
    /// # use std::sync::Arc;
    /// # use guanxi::{facts::Schema, store::Store};
    /// let mut store = Store::in_memory(&Arc::new(Schema::default().indexed()));
    /// assert_eq!(store.ack(&["no-such-effect"])?.unknown, ["no-such-effect".into()]);
    /// # Ok::<(), guanxi::Error>(())
    /// ```
    pub fn ack(&mut self, ids: &[&str]) -> Result<Acknowledged, Error> {
        self.alone(|store| match &mut store.backend {
            Backend::Memory(_, outbox) => Ok(outbox.ack(ids)),
            #[cfg(feature = "sqlite")]
            Backend::File(database) => database.ack(ids),
        })
    }

    /// What is otherwise about customers since a sequence (变更流): for other
    /// processes, and for the host's own table of results.
    ///
    /// # Inputs
    ///
    /// `after`: the last sequence that was read, 0 from the beginning; `limit`:
    /// so many at most.
    ///
    /// # Output
    ///
    /// By sequence. Of a customer who was erased nothing is told any more, not
    /// even that.
    ///
    /// # Errors
    ///
    /// What can keep them from being read.
    ///
    /// # Cost
    ///
    /// A look at each change that is told.
    ///
    /// ```
    /// # use std::sync::Arc;
    /// # use guanxi::{facts::Schema, store::Store};
    /// let store = Store::in_memory(&Arc::new(Schema::default().indexed()));
    /// assert!(store.changes(0, 100)?.is_empty());
    /// # Ok::<(), guanxi::Error>(())
    /// ```
    pub fn changes(&self, after: u64, limit: usize) -> Result<Vec<Change>, Error> {
        match &self.backend {
            Backend::Memory(_, outbox) => Ok(outbox.changes(after, limit)),
            #[cfg(feature = "sqlite")]
            Backend::File(database) => database.changes(after, limit),
        }
    }

    /// How far what follows was worked out; `None`: not at all yet.
    pub(crate) fn frontier(&self) -> Result<Option<Frontier>, Error> {
        match &self.backend {
            Backend::Memory(_, outbox) => Ok(outbox.frontier()),
            #[cfg(feature = "sqlite")]
            Backend::File(database) => database.frontier(),
        }
    }

    pub(crate) fn set_frontier(&mut self, frontier: &Frontier) -> Result<(), Error> {
        match &mut self.backend {
            Backend::Memory(_, outbox) => {
                outbox.set_frontier(frontier);
                Ok(())
            }
            #[cfg(feature = "sqlite")]
            Backend::File(database) => database.set_frontier(frontier),
        }
    }

    /// The sequence of the last fact, and whom the facts after another sequence
    /// are about: themselves, and where they correct others, those.
    pub(crate) fn touched_after(&self, sequence: u64) -> Result<(u64, Vec<Box<str>>), Error> {
        match &self.backend {
            Backend::Memory(log, _) => Ok(memory::touched_after(log, sequence)),
            #[cfg(feature = "sqlite")]
            Backend::File(database) => database.touched_after(sequence),
        }
    }

    /// The keys of the facts after a sequence that are about a customer.
    pub(crate) fn learnt_after(&self, id: &str, sequence: u64) -> Result<Vec<Learnt>, Error> {
        match &self.backend {
            Backend::Memory(log, _) => Ok(memory::learnt_after(log, id, sequence)),
            #[cfg(feature = "sqlite")]
            Backend::File(database) => database.learnt_after(id, sequence),
        }
    }

    /// What was worked out about a customer.
    pub(crate) fn kept(&self, id: &str) -> Result<Option<Kept>, Error> {
        match &self.backend {
            Backend::Memory(_, outbox) => Ok(outbox.kept(id)),
            #[cfg(feature = "sqlite")]
            Backend::File(database) => database.kept(id),
        }
    }

    /// The ids of all customers about whom anything was worked out.
    pub(crate) fn kept_ids(&self) -> Result<Vec<Box<str>>, Error> {
        match &self.backend {
            Backend::Memory(_, outbox) => Ok(outbox.kept_ids()),
            #[cfg(feature = "sqlite")]
            Backend::File(database) => database.kept_ids(),
        }
    }

    /// Keeps what was worked out about a customer; `None`: nothing.
    pub(crate) fn keep(&mut self, id: &str, kept: Option<&Kept>) -> Result<(), Error> {
        match &mut self.backend {
            Backend::Memory(_, outbox) => {
                outbox.keep(id, kept);
                Ok(())
            }
            #[cfg(feature = "sqlite")]
            Backend::File(database) => database.keep(id, kept),
        }
    }

    /// Marks customers as due at an instant, unless they are due before.
    pub(crate) fn mark_due(&mut self, ids: &[Box<str>], at: Instant) -> Result<(), Error> {
        match &mut self.backend {
            Backend::Memory(_, outbox) => {
                outbox.mark_due(ids, at);
                Ok(())
            }
            #[cfg(feature = "sqlite")]
            Backend::File(database) => database.mark_due(ids, at),
        }
    }

    /// Who is due by an instant, the earliest first; so many at most.
    pub(crate) fn due_by(&self, now: Instant, limit: usize) -> Result<Vec<Box<str>>, Error> {
        match &self.backend {
            Backend::Memory(_, outbox) => Ok(outbox.due_by(now, limit)),
            #[cfg(feature = "sqlite")]
            Backend::File(database) => database.due_by(now, limit),
        }
    }

    /// How many are due by an instant.
    pub(crate) fn n_due(&self, now: Instant) -> Result<u64, Error> {
        match &self.backend {
            Backend::Memory(_, outbox) => Ok(outbox.n_due(now)),
            #[cfg(feature = "sqlite")]
            Backend::File(database) => database.n_due(now),
        }
    }

    /// The effects asked for about a customer, acknowledged or not, that were
    /// not taken back.
    pub(crate) fn standing_effects(&self, id: &str) -> Result<Vec<Effect>, Error> {
        match &self.backend {
            Backend::Memory(_, outbox) => Ok(outbox.standing_effects(id)),
            #[cfg(feature = "sqlite")]
            Backend::File(database) => database.standing_effects(id),
        }
    }

    /// How often an identity was asked for so far.
    pub(crate) fn times_asked(&self, identity: &str) -> Result<u64, Error> {
        match &self.backend {
            Backend::Memory(_, outbox) => Ok(outbox.times_asked(identity)),
            #[cfg(feature = "sqlite")]
            Backend::File(database) => database.times_asked(identity),
        }
    }

    /// Puts an effect into the queue; its sequence is given here.
    pub(crate) fn queue(&mut self, effect: Effect) -> Result<(), Error> {
        match &mut self.backend {
            Backend::Memory(_, outbox) => {
                outbox.queue(effect);
                Ok(())
            }
            #[cfg(feature = "sqlite")]
            Backend::File(database) => database.queue(&effect),
        }
    }

    /// Counts an effect as taken back.
    pub(crate) fn lift(&mut self, effect: &Effect) -> Result<(), Error> {
        match &mut self.backend {
            Backend::Memory(_, outbox) => {
                outbox.lift(effect);
                Ok(())
            }
            #[cfg(feature = "sqlite")]
            Backend::File(database) => database.lift(effect),
        }
    }

    /// Tells a change; its sequence is given here.
    pub(crate) fn tell(&mut self, change: Change) -> Result<(), Error> {
        match &mut self.backend {
            Backend::Memory(_, outbox) => {
                outbox.tell(change);
                Ok(())
            }
            #[cfg(feature = "sqlite")]
            Backend::File(database) => database.tell(&change),
        }
    }
}
