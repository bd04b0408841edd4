//! A store that is followed (持续跟踪): facts come in, time passes, and what
//! follows is told once and asked for until it is done.
//!
//! ```text
//!   facts ──> apply ───┐        in one transaction
//!                      ├─ who is due? ─> settle ─> changes, effects, dues
//!   an instant ─> advance ┘
//! ```
//!
//! For each customer the store keeps what was told last, and when that may next
//! be otherwise. To settle a customer is to work out anew, from all its facts,
//! what is so, to tell the difference, and to keep it. Nothing else is ever
//! done, so it does not matter why a customer is due: a fact, late or not, a
//! correction, a merge, a timer, a window that ends.
//!
//! # What is promised
//!
//! * What is kept is what a replay of all facts gives. The facts alone decide;
//!   what is kept only says what was told.
//! * Facts, changes and effects are on the disk together or not at all.
//! * Effects that are asked for by what is known now, and were not, are queued;
//!   those that no longer are, are taken back. So every order in which the same
//!   facts come ends with the same effects standing.
//! * Facts that came in by other ways, as an import or a command, are caught up
//!   with by the next `apply` about the customer, or `advance`.
//! * Only customers who are due are read.
//!
//! # What is not here
//!
//! The steps between two calls: a customer who went through a state and left it
//! again is told where it is now. Segments that ask where a customer stands among
//! all are not followed: review them where they are needed.

mod found;
mod settle;
mod settled;
#[cfg(test)]
mod tests;
mod verify;

use self::settle::Settler;
pub use self::settled::{Begun, Settled};
pub use self::verify::{Deviation, Recomputed};
use crate::error::{Code, Error, Fault};
use crate::facts::{Batch, Verdict};
use crate::playbook::Playbook;
use crate::store::{Deed, Frontier, Store};
use crate::units::Instant;

/// Customers who are settled in one transaction, and whose facts are held at
/// once.
const STEP: usize = 1_000;

/// How many failures are told in full.
const FAILURES_TOLD: usize = 10;

/// Who is looked at.
enum Whom {
    /// Those whom the facts are about.
    Touched,
    /// Whoever is due, so many at most.
    Due(usize),
}

impl Store {
    /// Records facts and works out what follows for the customers that they are
    /// about, in one transaction (记入并推演).
    ///
    /// # Inputs
    ///
    /// The batches as in [`append_all`](Store::append_all). `now`: the host's
    /// clock; facts after it wait for [`advance`](Store::advance). It never goes
    /// back: an earlier one counts as the latest that was given.
    ///
    /// # Output
    ///
    /// The verdicts, and how much was told and asked for;
    /// [`changes`](Store::changes) and [`effects`](Store::effects) say what. The
    /// first call begins: everybody's states are told, and whatever the past of
    /// the facts that are there already asks for counts as carried out.
    ///
    /// # Errors
    ///
    /// As [`append_all`](Store::append_all);
    /// [`PlaybookChanged`](Code::PlaybookChanged) where the store is followed by
    /// another playbook, see [`adopt`](Store::adopt). Then nothing is recorded,
    /// in memory either.
    ///
    /// # Cost
    ///
    /// From a file, by the facts of these customers, not of the store; but all
    /// facts are read where machines ask for tiers that depend on everybody, and
    /// by the first call.
    ///
    /// # Example
    ///
    /// ```
    /// use guanxi::facts::intake::{Lines, TableKind};
    /// use guanxi::facts::{Batch, Body, Correction, Fact, Seen};
    /// use guanxi::store::Store;
    /// use guanxi::units::Instant;
    /// use guanxi::Playbook;
    ///
    /// let playbook = Playbook::from_json(r#"{
    ///     "guanxi": 1, "id": "shop", "version": "1", "calendar": {"zone": "UTC"},
    ///     "schema": {"events": {"purchase": {"list": "purchases"}}},
    ///     "machines": {"relationship": {"initial": "prospect", "states": {
    ///         "prospect": {"on": [{"event": "purchase", "to": "buyer"}]},
    ///         "buyer": {"on": [{"silent": "days(90)", "to": "lost",
    ///             "effects": [{"do": "win_back", "undo": "leave_in_peace"}]}]},
    ///         "lost": {"on": [{"event": "purchase", "to": "buyer"}]}}}}
    /// }"#)?;
    /// let day = |text: &str| Instant::parse(&format!("{text}T00:00:00Z"));
    /// let bought = |id: &str, at: &str| Ok::<_, guanxi::Error>(Fact {
    ///     source: "shop".into(), id: id.into(), customer: "C-1".into(), at: Some(day(at)?),
    ///     revision: None, correction: Correction::None,
    ///     body: Body::Event { kind: 0, fields: vec![] },
    /// });
    /// let mut store = Store::in_memory(playbook.schema());
    /// let batch = |fact, now: &str| Ok::<_, guanxi::Error>(
    ///     vec![Batch { facts: vec![fact], seen: Seen::At(day(now)?) }]);
    ///
    /// let first = batch(bought("o-1", "2026-03-01")?, "2026-03-01")?;
    /// store.apply(&playbook, first, day("2026-03-01")?)?;
    /// assert!(store.effects(0, 10)?.is_empty());
    ///
    /// // Nothing happens, and after ninety days somebody should be won back.
    /// store.advance(&playbook, day("2026-06-30")?, 1_000)?;
    /// let due = store.effects(0, 10)?;
    /// assert_eq!((&*due[0].action, due[0].due), ("win_back", Some(day("2026-05-30")?)));
    ///
    /// // But the customer had bought, as is learnt late: the call is off.
    /// let late = batch(bought("o-2", "2026-05-01")?, "2026-07-01")?;
    /// let applied = store.apply(&playbook, late, day("2026-07-01")?)?;
    /// assert_eq!((applied.effects, applied.taken_back), (0, 1));
    /// let due = store.effects(0, 10)?;
    /// assert_eq!(due[1].compensates.as_ref(), Some(&due[0].id));
    /// assert_eq!(store.ack(&[&due[0].id, &due[1].id])?.acknowledged, 2);
    /// assert!(store.effects(0, 10)?.is_empty());
    /// # Ok::<(), guanxi::Error>(())
    /// ```
    pub fn apply(
        &mut self,
        playbook: &Playbook,
        batches: Vec<Batch>,
        now: Instant,
    ) -> Result<Settled<Vec<Verdict>>, Error> {
        self.apply_with(playbook, now, |store| store.append_all(batches))
    }

    /// The same, where the facts are recorded by any of the ways there are, once
    /// or more.
    ///
    /// # Errors
    ///
    /// As [`apply`](Store::apply), and those of `record`.
    ///
    /// ```
    /// # use guanxi::{facts::Seen, store::Store, units::Instant, Playbook};
    /// # let playbook = Playbook::from_json(r#"{"guanxi": 1, "id": "shop", "version": "1",
    /// #     "calendar": {"zone": "UTC"}}"#)?;
    /// let mut store = Store::in_memory(playbook.schema());
    /// let now = Instant::parse("2026-03-01T00:00:00Z")?;
    /// let applied = store.apply_with(&playbook, now, |store| store.append(vec![], Seen::At(now)))?;
    /// assert!(applied.recorded.is_empty());
    /// # Ok::<(), guanxi::Error>(())
    /// ```
    pub fn apply_with<T>(
        &mut self,
        playbook: &Playbook,
        now: Instant,
        record: impl FnOnce(&mut Store) -> Result<T, Error>,
    ) -> Result<Settled<T>, Error> {
        self.step(playbook, now, Whom::Touched, record)
    }

    /// Works out what time brings about up to an instant, itself included
    /// (推进时间), in one transaction, for so many customers at most.
    ///
    /// # Inputs
    ///
    /// `to`: an earlier instant than was given before counts as that one.
    /// `limit`: how many customers who are due are looked at; those merged with
    /// them come along.
    ///
    /// # Output
    ///
    /// How many are [`waiting`](Settled::waiting): as long as some are, call
    /// again with the same instant. A process that dies in between has lost
    /// nothing and repeats nothing.
    ///
    /// # Errors
    ///
    /// As [`apply`](Store::apply).
    ///
    /// # Cost
    ///
    /// By the facts of these customers; but see [`apply`](Store::apply).
    ///
    /// ```
    /// # use guanxi::{store::Store, units::Instant, Playbook};
    /// # let playbook = Playbook::from_json(r#"{"guanxi": 1, "id": "shop", "version": "1",
    /// #     "calendar": {"zone": "UTC"}}"#)?;
    /// let mut store = Store::in_memory(playbook.schema());
    /// let advanced = store.advance(&playbook, Instant::parse("2026-03-01T00:00:00Z")?, 1_000)?;
    /// assert_eq!(advanced.waiting, 0);
    /// # Ok::<(), guanxi::Error>(())
    /// ```
    pub fn advance(
        &mut self,
        playbook: &Playbook,
        to: Instant,
        limit: usize,
    ) -> Result<Settled, Error> {
        self.step(playbook, to, Whom::Due(limit), |_| Ok(()))
    }

    /// Records facts, sees who is due, and settles them: all of it or nothing.
    fn step<T>(
        &mut self,
        playbook: &Playbook,
        now: Instant,
        whom: Whom,
        record: impl FnOnce(&mut Store) -> Result<T, Error>,
    ) -> Result<Settled<T>, Error> {
        self.alone(|store| {
            let (before, begun) = store.follow(playbook, now)?;
            let recorded = record(store)?;
            let (fact, touched) = store.touched_after(before.fact)?;
            let frontier = Frontier { fact, ..before };
            let now = frontier.now;
            store.set_frontier(&frontier)?;
            let mut settler = Settler::new(store, playbook, now, fact)?;
            if settler.asks_everybody() && !touched.is_empty() {
                let everybody = store.kept_ids()?;
                store.mark_due(&everybody, now)?;
            }
            let ids = match whom {
                Whom::Touched => touched,
                Whom::Due(limit) => {
                    store.mark_due(&touched, now)?;
                    store.due_by(now, limit)?
                }
            };
            for ids in ids.chunks(STEP) {
                settler.settle(store, ids)?;
            }
            let Settled { customers, changes, effects, taken_back, failures, .. } = settler.settled;
            let sum = Settled {
                customers,
                changes,
                effects,
                taken_back,
                failures,
                begun,
                ..Settled::nothing(now, recorded)
            };
            Ok(Settled { waiting: store.n_due(now)?, ..sum })
        })
    }

    /// Follows a store by another playbook from now on (改用新规则集): everybody's
    /// states are told where they differ; what the new one asks for of the past
    /// counts as carried out, and what the old one asked for stands. It is entered
    /// into the [audit trail](Store::trail).
    ///
    /// # Errors
    ///
    /// As [`apply`](Store::apply), but for the playbook.
    ///
    /// # Cost
    ///
    /// A pass over all facts.
    ///
    /// ```
    /// # use guanxi::{store::Store, units::Instant, Code, Playbook};
    /// # let make = |days: &str| Playbook::from_json(&r#"{"guanxi": 1, "id": "shop", "version": "1",
    /// #     "calendar": {"zone": "UTC"}, "schema": {"events": {"purchase": {"list": "purchases"}}},
    /// #     "segments": {"recent": {"when": "purchases.within(days(N)).size() >= 1"}}}"#
    /// #     .replace('N', days));
    /// let (old, new) = (make("30")?, make("60")?);
    /// let mut store = Store::in_memory(old.schema());
    /// let now = Instant::parse("2026-03-01T00:00:00Z")?;
    /// store.advance(&old, now, 1_000)?;
    /// assert_eq!(store.advance(&new, now, 1_000).unwrap_err().code(), Code::PlaybookChanged);
    /// store.adopt(&new, now)?;
    /// store.advance(&new, now, 1_000)?;
    /// # Ok::<(), guanxi::Error>(())
    /// ```
    pub fn adopt(&mut self, playbook: &Playbook, now: Instant) -> Result<Begun, Error> {
        self.alone(|store| {
            let latest = store.frontier()?.map_or(now, |frontier| frontier.now.max(now));
            Ok(store.begin(playbook, latest, "adopt")?.1)
        })
    }

    /// How far the store is followed, no earlier than an instant; begins where it
    /// was not followed yet.
    fn follow(
        &mut self,
        playbook: &Playbook,
        now: Instant,
    ) -> Result<(Frontier, Option<Begun>), Error> {
        match self.frontier()? {
            Some(frontier) if *frontier.playbook == *playbook.semantic_hash() => {
                Ok((Frontier { now: frontier.now.max(now), ..frontier }, None))
            }
            Some(frontier) => Err(changed(&frontier.playbook, playbook)),
            None => {
                self.begin(playbook, now, "begin").map(|(frontier, begun)| (frontier, Some(begun)))
            }
        }
    }

    fn begin(
        &mut self,
        playbook: &Playbook,
        now: Instant,
        act: &str,
    ) -> Result<(Frontier, Begun), Error> {
        let (fact, _) = self.touched_after(u64::MAX)?;
        let settler = Settler::new(self, playbook, now, fact)?;
        let (begun, _) = settler.begin(self)?;
        let frontier = Frontier { playbook: playbook.semantic_hash().into(), now, fact };
        self.set_frontier(&frontier)?;
        let playbook = Some(playbook.semantic_hash());
        self.enter(Deed { playbook, ..Deed::of(act, now) })?;
        Ok((frontier, begun))
    }
}

/// The store is followed by another playbook.
fn changed(old: &str, playbook: &Playbook) -> Error {
    let short = |hash: &str| hash.get(..12).unwrap_or(hash).to_owned();
    let (old, new) = (short(old), short(playbook.semantic_hash()));
    Fault::new(
        Code::PlaybookChanged,
        format!("the store is followed by the playbook {old}, and this one is {new}"),
        format!("事实库正按规则集 {old} 跟踪，而此规则集为 {new}"),
    )
    .hint(
        "adopt the new one: what it asks for of the past counts as carried out",
        "请先改用新规则集：其对过去所要求的动作视为已执行",
    )
    .into()
}
