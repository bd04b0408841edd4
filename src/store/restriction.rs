//! Restricting customers (限制处理): what is held of them is kept, and not used.
//!
//! ```text
//!   restrict(id)          ──> their facts go into no columns: no answer is about them
//!   lift_restriction(id)  ──> they do again, as if nothing had been
//! ```
//!
//! It binds whoever answers today, whatever instant is asked about: so it is no
//! fact with a date, but a list that the store keeps.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::{Backend, Deed, Store};
use crate::error::{Code, Error, Fault};
use crate::units::{Instant, shown};

/// A customer whose data is restricted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Restriction {
    /// The customer's id.
    pub customer: Box<str>,
    /// Since when.
    pub since: Instant,
}

/// What became of a restriction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Restricted {
    /// The ids that it is about: one, and those merged with it.
    pub customers: Vec<Box<str>>,
    /// Whether something is otherwise than before.
    pub changed: bool,
}

impl Store {
    /// Restricts a customer (限制处理): this id and all that are merged with it, now or
    /// later (PIPL Art. 44 and 47, GDPR Art. 18).
    ///
    /// What is held stays, and what comes in about the customer is recorded. No
    /// answer is about the customer until the restriction is lifted: columns leave
    /// the facts out, as of whatever instant is asked, so that no list, count,
    /// average, lifecycle, score or audience has them; the columns say who is left out.
    /// Questions about the customer alone get [`Code::RestrictedSubject`]. Effects that are
    /// pending are no longer handed over, and the next [`advance`](Store::advance)
    /// takes them back. Still possible: [`export_person`](Store::export_person)
    /// of what is held, corrections, [`erase`](Store::erase).
    ///
    /// # Inputs
    ///
    /// `at`: since when, for the list and the [audit trail](Store::trail), where
    /// it is entered with the [signature](Store::sign).
    ///
    /// # Output
    ///
    /// The ids, and whether some of them was not restricted before.
    ///
    /// # Errors
    ///
    /// [`UnknownCustomer`](Code::UnknownCustomer), and what can keep a file from
    /// being written; then nothing is restricted.
    ///
    /// # Cost
    ///
    /// A few rows. As long as somebody is restricted, each question reads who is merged
    /// with them.
    ///
    /// # Example
    ///
    /// ```
    /// use guanxi::facts::{Seen, intake::{Lines, TableKind}};
    /// use guanxi::units::Instant;
    /// use guanxi::{Code, Playbook, Store};
    ///
    /// let playbook = Playbook::from_json(r#"{
    ///     "guanxi": 1, "id": "shop", "version": "1", "calendar": {"zone": "UTC"},
    ///     "schema": {"events": {"purchase": {"list": "purchases"}}},
    ///     "segments": {"buyers": {"when": "purchases.size() > 0"}}
    /// }"#)?;
    /// let mut store = Store::in_memory(playbook.schema());
    /// let zone = playbook.calendar().zone();
    /// let lines = Lines::of("events", &TableKind::Events, None, playbook.schema(), zone)?;
    /// let line = br#"{"kind": "purchase", "customer": "C-1", "at": "2026-03-01"}"#;
    /// store.append_lines(&lines, line, Seen::Backfill)?;
    ///
    /// let now = Instant::parse("2026-03-02T00:00:00Z")?;
    /// store.restrict("C-1", now)?;
    /// assert_eq!(store.review(&playbook, now)?.members("buyers")?.count(), 0);
    /// let refused = store.customer(&playbook, now, "C-1").unwrap_err();
    /// assert_eq!(refused.code(), Code::RestrictedSubject);
    ///
    /// store.lift_restriction("C-1", now)?;
    /// assert_eq!(store.review(&playbook, now)?.members("buyers")?.count(), 1);
    /// # Ok::<(), guanxi::Error>(())
    /// ```
    pub fn restrict(&mut self, id: &str, at: Instant) -> Result<Restricted, Error> {
        self.alone(|store| {
            let customers = store.one_with(id)?;
            let before = store.listed_restrictions()?;
            let new: Vec<Box<str>> =
                customers.iter().filter(|id| !before.contains_key(*id)).cloned().collect();
            for id in &new {
                store.set_restriction(id, Some(at))?;
            }
            store.told_restriction("restrict", customers, !new.is_empty(), at)
        })
    }

    /// Lifts a restriction: answers are about the customer again.
    ///
    /// # Errors
    ///
    /// As [`restrict`](Store::restrict).
    ///
    /// ```
    /// # use std::sync::Arc;
    /// # use guanxi::{Code, facts::Schema, store::Store, units::Instant};
    /// let mut store = Store::in_memory(&Arc::new(Schema::default().indexed()));
    /// let now = Instant::parse("2026-03-02T00:00:00Z")?;
    /// let nobody = store.lift_restriction("C-1", now).unwrap_err();
    /// assert_eq!(nobody.code(), Code::UnknownCustomer);
    /// # Ok::<(), guanxi::Error>(())
    /// ```
    pub fn lift_restriction(&mut self, id: &str, at: Instant) -> Result<Restricted, Error> {
        self.alone(|store| {
            let customers = store.one_with(id)?;
            let before = store.listed_restrictions()?;
            let gone: Vec<&Box<str>> =
                customers.iter().filter(|id| before.contains_key(*id)).collect();
            for id in &gone {
                store.set_restriction(id, None)?;
            }
            let changed = !gone.is_empty();
            store.told_restriction("lift_restriction", customers, changed, at)
        })
    }

    /// Who is restricted, by id.
    ///
    /// # Errors
    ///
    /// What can keep the list from being read.
    ///
    /// ```
    /// # use std::sync::Arc;
    /// # use guanxi::{facts::Schema, store::Store};
    /// let store = Store::in_memory(&Arc::new(Schema::default().indexed()));
    /// assert!(store.restrictions()?.is_empty());
    /// # Ok::<(), guanxi::Error>(())
    /// ```
    pub fn restrictions(&self) -> Result<Vec<Restriction>, Error> {
        let listed = self.listed_restrictions()?.into_iter();
        Ok(listed.map(|(customer, since)| Restriction { customer, since }).collect())
    }

    /// Everybody whose facts are left out: who is restricted, and who stands
    /// merged with them.
    pub(crate) fn left_out(&self) -> Result<BTreeSet<Box<str>>, Error> {
        let mut all = BTreeSet::new();
        for id in self.listed_restrictions()?.into_keys() {
            if !all.contains(&id) {
                let facts = self.customer_facts(&id, None)?;
                all.extend(super::erase::merged(&facts, &id));
            }
        }
        Ok(all)
    }

    /// Refuses a question about somebody who is left out.
    pub(crate) fn check_unrestricted(&self, id: &str) -> Result<(), Error> {
        match self.left_out()?.contains(id) {
            true => Err(restricted(id).into()),
            false => Ok(()),
        }
    }

    fn listed_restrictions(&self) -> Result<BTreeMap<Box<str>, Instant>, Error> {
        match &self.backend {
            Backend::Memory(_, outbox) => Ok(outbox.restricted.clone()),
            #[cfg(feature = "sqlite")]
            Backend::File(database) => database.restrictions(),
        }
    }

    fn set_restriction(&mut self, id: &str, since: Option<Instant>) -> Result<(), Error> {
        match &mut self.backend {
            Backend::Memory(_, outbox) => {
                outbox.restrict(id, since);
                Ok(())
            }
            #[cfg(feature = "sqlite")]
            Backend::File(database) => database.restrict(id, since),
        }
    }

    /// Enters what was done, and lets them be looked at anew.
    fn told_restriction(
        &mut self,
        act: &str,
        customers: Vec<Box<str>>,
        changed: bool,
        at: Instant,
    ) -> Result<Restricted, Error> {
        if changed {
            if let Some(frontier) = self.frontier()? {
                self.mark_due(&customers, frontier.now)?;
            }
            self.enter(Deed { customers: &customers, ..Deed::of(act, at) })?;
        }
        Ok(Restricted { customers, changed })
    }
}

/// That somebody is restricted.
pub(crate) fn restricted(id: &str) -> Fault {
    let id = shown(id);
    Fault::new(
        Code::RestrictedSubject,
        format!("`{id}` is restricted: what is held is kept, and not used"),
        format!("`{id}` 已被限制处理：所持信息仅予保存，不作使用"),
    )
    .hint(
        "the person's data can be handed out, corrected or erased; all else has to wait until the restriction is lifted",
        "可向本人提供、更正或清除；其他处理须待解除限制之后",
    )
}
