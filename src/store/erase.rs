//! Erasing customers: the one thing that changes what was recorded.
//!
//! ```text
//!   erase(id, at) ──> Erased      everything about the id, and those merged with it
//!   erasures()    ──> the list    marks, from which no id can be read
//!   erase_listed(list)            the same again, after a restore of an older file
//! ```

use serde::Serialize;

use super::{Backend, Deed, Receipt, Store};
use crate::error::{Code, Error, Fault};
use crate::facts::{Body, Erasure, Fact, Recorded};
use crate::units::{Instant, shown};

/// What an erasure came to, without a word about whom.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Erased {
    /// From when on the customer is gone.
    pub at: Instant,
    /// What is left.
    #[serde(flatten)]
    pub left: Left,
    /// Whether no old bytes are left in the file either. Otherwise somebody was
    /// reading it, or there was no room to write it anew; the next who opens it
    /// for writing clears them away.
    pub wiped: bool,
}

/// What is left of somebody who was erased.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Left {
    /// The ids, of which nothing can be read, that take the place of those
    /// erased; empty on trial.
    pub surrogates: Vec<Box<str>>,
    /// Ids that are erased: one, and those merged with it.
    pub ids: u64,
    /// Facts about them.
    pub facts: u64,
    /// Events among these, of which skeletons stay so that flows balance.
    pub events: u64,
    /// Facts about others that have one of the ids among their texts, and are
    /// left as they are: nobody can know what it means there.
    pub mentions: u64,
}

impl Left {
    /// Counts the facts about those who are erased.
    pub(super) fn of<'f>(facts: impl Iterator<Item = &'f Fact>) -> Left {
        let mut left = Left::default();
        for fact in facts {
            left.facts += 1;
            left.events += u64::from(matches!(fact.body, Body::Event { .. }));
        }
        left
    }
}

impl Store {
    /// Erases a customer (清除客户): this id and all that are merged with it.
    ///
    /// What was recorded of them goes, at every instant and for every
    /// `known_at`: attributes, consents, texts, ids. Of events a skeleton stays
    /// under a surrogate, with its kind, its instant, what is neither text nor
    /// declared personal, and a token for each text that is not, so that flows of
    /// the past still balance, those of keyed machines too; from `at`
    /// on nobody is there. Facts about an erased id are refused from then on,
    /// with the verdict [`Erased`](crate::facts::Verdict::Erased). Effects and
    /// changes about the customer go too, pending ones among them. Entries of the
    /// audit trail are emptied of what they say about the customer, and the
    /// erasure is entered there. The running
    /// hash is computed anew, so that [`verify`](Store::verify) holds.
    ///
    /// A file is then written anew, so that neither it nor its log holds old
    /// bytes. Backups and whatever the host keeps are the host's to clear;
    /// [`erase_listed`](Store::erase_listed) repeats erasures on an older copy.
    ///
    /// # Errors
    ///
    /// [`UnknownCustomer`](Code::UnknownCustomer),
    /// [`InvalidArgument`](Code::InvalidArgument) where the
    /// [signature](Store::sign) names the customer, as it stays, and what can keep a file from
    /// being written. Then nothing is erased; a process that dies on the way
    /// leaves all or nothing.
    ///
    /// # Cost
    ///
    /// A pass over the log from the customer's first fact on, and a copy of the
    /// file.
    ///
    /// # Example
    ///
    /// ```
    /// use std::sync::Arc;
    /// use guanxi::facts::{Body, Correction, Fact, Schema, Seen, Verdict};
    /// use guanxi::store::Store;
    /// use guanxi::units::Instant;
    ///
    /// let schema = Arc::new(Schema::from_json(r#"{"events": {"call": {"list": "calls"}}}"#)?);
    /// let mut store = Store::in_memory(&schema);
    /// let at = Instant::parse("2026-03-01T00:00:00Z")?;
    /// let call = |id: &str| Fact {
    ///     source: "desk".into(),
    ///     id: id.into(),
    ///     customer: "C-1".into(),
    ///     at: Some(at),
    ///     revision: None,
    ///     correction: Correction::None,
    ///     body: Body::Event { kind: 0, fields: vec![] },
    /// };
    /// store.append(vec![call("1")], Seen::Backfill)?;
    /// let erased = store.erase("C-1", Instant::parse("2026-04-01T00:00:00Z")?)?;
    /// assert_eq!((erased.left.facts, erased.left.events), (1, 1));
    /// assert_eq!(store.append(vec![call("2")], Seen::Backfill)?, [Verdict::Erased]);
    /// # Ok::<(), guanxi::Error>(())
    /// ```
    pub fn erase(&mut self, id: &str, at: Instant) -> Result<Erased, Error> {
        let left = self.alone(|store| {
            let ids = store.one_with(id)?;
            store.check_nameless(&ids)?;
            let left = store.erase_ids(&ids, at)?;
            store.enter_erasure("erase", &ids, &left, at)?;
            Ok(left)
        })?;
        Ok(Erased { at, left, wiped: self.wipe()? })
    }

    /// What [`erase`](Store::erase) would come to. Erases nothing.
    ///
    /// # Errors
    ///
    /// [`UnknownCustomer`](Code::UnknownCustomer), and what can keep the facts
    /// from being read.
    pub fn erase_on_trial(&self, id: &str, at: Instant) -> Result<Erased, Error> {
        let ids = self.one_with(id)?;
        let mut left = match &self.backend {
            Backend::Memory(log, _) => left_in_memory(log, &ids),
            #[cfg(feature = "sqlite")]
            Backend::File(database) => database.left(&ids)?,
        };
        left.ids = ids.len() as u64;
        Ok(Erased { at, left, wiped: false })
    }

    /// The list of those who were erased, in the order in which they were. It
    /// belongs into every backup plan: whoever restores an older copy repeats
    /// it there.
    ///
    /// # Errors
    ///
    /// What can keep the list from being read.
    pub fn erasures(&self) -> Result<Vec<Erasure>, Error> {
        match &self.backend {
            Backend::Memory(log, _) => Ok(log.erasures()),
            #[cfg(feature = "sqlite")]
            Backend::File(database) => database.erasures(),
        }
    }

    /// Erases everybody on a list of erasures, as after the restore of an older
    /// copy, and keeps the list: who is not here, and comes later, is refused.
    ///
    /// # Output
    ///
    /// What it came to; nothing where everybody was erased here already.
    ///
    /// # Errors
    ///
    /// As [`erase`](Store::erase), but for unknown customers.
    pub fn erase_listed(&mut self, list: &[Erasure]) -> Result<Option<Erased>, Error> {
        let left = self.alone(|store| store.repeat(list))?;
        let Some((left, at)) = left else { return Ok(None) };
        Ok(Some(Erased { at, left, wiped: self.wipe()? }))
    }

    /// Erases whoever is listed and still here, the earliest first.
    fn repeat(&mut self, list: &[Erasure]) -> Result<Option<(Left, Instant)>, Error> {
        let mut sum: Option<(Left, Instant)> = None;
        let mut instants: Vec<Instant> = list.iter().map(|erasure| erasure.at).collect();
        instants.sort_unstable();
        instants.dedup();
        for at in instants {
            let of_instant: Vec<Erasure> =
                list.iter().filter(|erasure| erasure.at == at).cloned().collect();
            let ids = match &self.backend {
                Backend::Memory(log, _) => log.listed(&of_instant),
                #[cfg(feature = "sqlite")]
                Backend::File(database) => database.listed(&of_instant)?,
            };
            if !ids.is_empty() {
                self.check_nameless(&ids)?;
                let left = self.erase_ids(&ids, at)?;
                self.enter_erasure("erase_listed", &ids, &left, at)?;
                let (mut all, _) = sum.take().unwrap_or((Left::default(), at));
                all.surrogates.extend(left.surrogates);
                all.ids += left.ids;
                all.facts += left.facts;
                all.events += left.events;
                all.mentions += left.mentions;
                sum = Some((all, at));
            }
        }
        for erasure in list {
            match &mut self.backend {
                Backend::Memory(log, _) => log.put_on_list(erasure),
                #[cfg(feature = "sqlite")]
                Backend::File(database) => database.put_on_list(erasure)?,
            }
        }
        Ok(sum)
    }

    /// An id, and all that stand merged with it.
    pub(super) fn one_with(&self, id: &str) -> Result<Vec<Box<str>>, Error> {
        let known = match &self.backend {
            Backend::Memory(log, _) => log.knows_customer(id),
            #[cfg(feature = "sqlite")]
            Backend::File(database) => database.knows_customer(id)?,
        };
        if !known || self.erased_from(id)?.is_some() {
            return Err(unknown(id));
        }
        let mut ids = merged(&self.customer_facts(id, None)?, id);
        ids.sort();
        Ok(ids)
    }

    /// From when on an id is nobody, which is what is left of somebody.
    pub(crate) fn erased_from(&self, id: &str) -> Result<Option<Instant>, Error> {
        match &self.backend {
            Backend::Memory(log, _) => Ok(log.erased_from(id)),
            #[cfg(feature = "sqlite")]
            Backend::File(database) => database.erased_from(id),
        }
    }

    fn erase_ids(&mut self, ids: &[Box<str>], at: Instant) -> Result<Left, Error> {
        let mut left = match &mut self.backend {
            Backend::Memory(log, outbox) => {
                let mut left = left_in_memory(log, ids);
                left.surrogates = log.erase(ids, at);
                outbox.erase(ids);
                outbox.feeds.erase(ids);
                outbox.restricted.retain(|id, _| !ids.contains(id));
                left
            }
            #[cfg(feature = "sqlite")]
            Backend::File(database) => database.erase(ids, at)?,
        };
        left.ids = ids.len() as u64;
        self.unname(ids)?;
        Ok(left)
    }

    fn enter_erasure(
        &mut self,
        act: &str,
        ids: &[Box<str>],
        left: &Left,
        at: Instant,
    ) -> Result<(), Error> {
        let Left { ids: n_ids, facts, events, .. } = *left;
        let receipt = Some(Receipt { events, facts, ids: n_ids });
        self.enter(Deed { receipt, customers: ids, ..Deed::of(act, at) })
    }

    fn wipe(&mut self) -> Result<bool, Error> {
        match &mut self.backend {
            Backend::Memory(..) => Ok(true),
            #[cfg(feature = "sqlite")]
            Backend::File(database) => database.wipe(),
        }
    }
}

fn left_in_memory(log: &crate::facts::Log, ids: &[Box<str>]) -> Left {
    let ours = |customer: &str| ids.iter().any(|id| **id == *customer);
    let facts = || log.since(0).iter().map(|recorded| &recorded.fact);
    let mut left = Left::of(facts().filter(|fact| ours(&fact.customer)));
    for id in ids {
        let others = facts().filter(|fact| !ours(&fact.customer));
        let named = others.filter(|fact| crate::facts::erase::mentions(&fact.body, id));
        left.mentions += named.count() as u64;
    }
    left
}

/// The ids that merges which stand make one with an id.
pub(super) fn merged(standing: &[Recorded], id: &str) -> Vec<Box<str>> {
    let mut ids: Vec<Box<str>> = vec![id.into()];
    loop {
        let before = ids.len();
        for recorded in standing {
            if let Body::Merge { into } = &recorded.fact.body {
                let from = &recorded.fact.customer;
                if ids.contains(from) != ids.contains(into) {
                    let other = if ids.contains(from) { into } else { from };
                    ids.push(other.clone());
                }
            }
        }
        if ids.len() == before {
            return ids;
        }
    }
}

fn unknown(id: &str) -> Error {
    let id = shown(id);
    Fault::new(
        Code::UnknownCustomer,
        format!("the store knows no customer `{id}`"),
        format!("事实库中没有客户 `{id}`"),
    )
    .into()
}
