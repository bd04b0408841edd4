//! The same for many tenants: by threads, in bounded steps, errors collected.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

use super::{Host, broken_off, holding, locked, naming};
use crate::engine::Settled;
use crate::error::Error;
use crate::playbook::Playbook;
use crate::store::Store;
use crate::units::Instant;

/// Customers of a tenant who are looked at in one turn.
const TURN: usize = 1_000;

/// A night's work: time passes for many tenants, step by step.
///
/// Each tenant gets a turn of at most 1,000 customers in one transaction, and
/// another one after all the others have had theirs, as long as customers wait.
/// So a large tenant does not keep small ones waiting. Every turn is on the disk
/// when [`step`](Night::step) returns. A process that dies goes on with another
/// night to the same instant: what was done is not repeated, and a tenant with
/// nothing left to do costs little more than opening its store.
#[derive(Debug)]
pub struct Night<'h> {
    host: &'h Host,
    to: Instant,
    waiting: VecDeque<Box<str>>,
}

/// What came of one turn of a tenant.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Outcome {
    /// Whose turn it was.
    pub tenant: Box<str>,
    /// What [`Store::advance`] came to, or why it could not be; such a tenant gets
    /// no more turns this night.
    pub settled: Result<Settled, Error>,
}

impl Host {
    /// Does something with the store of each of these tenants, by as many threads
    /// as the [budget](super::Budget::threads) says (逐一处理租户).
    ///
    /// # Output
    ///
    /// What `work` gave, or the error, for each in the order of the list. A panic
    /// of `work` is an error of this tenant alone
    /// ([`Internal`](crate::Code::Internal)).
    ///
    /// # Errors
    ///
    /// None of its own: each tenant has its own, as of [`with`](Host::with).
    ///
    /// # Cost
    ///
    /// That of [`with`](Host::with) for each.
    ///
    /// ```
    /// # use guanxi::host::{Budget, Host};
    /// # let folder = tempfile::tempdir().unwrap();
    /// let host = Host::new(folder.path(), Budget { threads: 2, ..Budget::default() })?;
    /// let text = r#"{"guanxi": 1, "id": "p", "version": "1", "calendar": {"zone": "UTC"}}"#;
    /// for tenant in ["acme", "globex"] {
    ///     host.enlist(tenant, &host.playbook(text)?)?;
    /// }
    /// host.create("acme")?;
    /// let counts = host.each(&host.tenants(), |_, store, _| store.n_customers());
    /// assert_eq!(counts[0], Ok(0));
    /// assert!(counts[1].is_err(), "globex has no store yet");
    /// # Ok::<(), guanxi::Error>(())
    /// ```
    pub fn each<T: Send>(
        &self,
        tenants: &[Box<str>],
        work: impl Fn(&str, &mut Store, &Playbook) -> Result<T, Error> + Sync,
    ) -> Vec<Result<T, Error>> {
        if locked(&self.desk).is_holding(thread::current().id()) {
            return tenants.iter().map(|tenant| Err(naming(tenant, holding()))).collect();
        }
        let next = AtomicUsize::new(0);
        let served = Mutex::new(Vec::with_capacity(tenants.len()));
        let serve = || {
            while let Some((number, tenant)) = taken(&next, tenants) {
                let done = self.safely(tenant, |store, playbook| work(tenant, store, playbook));
                served.lock().unwrap_or_else(PoisonError::into_inner).push((number, done));
            }
        };
        thread::scope(|scope| {
            for _ in 1..self.budget.threads.min(tenants.len()) {
                // Where no more threads are to be had, those that are do it all.
                let _ = thread::Builder::new().spawn_scoped(scope, serve);
            }
            serve();
        });
        let mut served = served.into_inner().unwrap_or_else(PoisonError::into_inner);
        served.sort_unstable_by_key(|(number, _)| *number);
        served.into_iter().map(|(_, done)| done).collect()
    }

    /// As [`with`](Host::with), a panic being an error.
    fn safely<T>(
        &self,
        tenant: &str,
        work: impl FnOnce(&mut Store, &Playbook) -> Result<T, Error>,
    ) -> Result<T, Error> {
        // The store is closed on the way out, so that nothing half done is seen.
        let done = catch_unwind(AssertUnwindSafe(|| self.with(tenant, work)));
        done.unwrap_or_else(|_| Err(naming(tenant, broken_off().into())))
    }

    /// Lets time pass for every tenant up to an instant (夜间批量推进), as
    /// [`Store::advance`] does for one: nothing is done before the first
    /// [`step`](Night::step).
    ///
    /// ```
    /// # use guanxi::{host::{Budget, Host}, units::Instant, Code};
    /// # let folder = tempfile::tempdir().unwrap();
    /// let host = Host::new(folder.path(), Budget::default())?;
    /// let text = r#"{"guanxi": 1, "id": "p", "version": "1", "calendar": {"zone": "UTC"}}"#;
    /// for tenant in ["acme", "globex", "initech"] {
    ///     host.enlist(tenant, &host.playbook(text)?)?;
    ///     host.create(tenant)?;
    /// }
    /// std::fs::write(host.path("globex")?, "not a store").unwrap();
    /// let mut night = host.night(Instant::parse("2026-03-01T00:00:00Z")?);
    /// let first = night.step(2);
    /// assert!(first[0].settled.is_ok());
    /// let error = first[1].settled.as_ref().unwrap_err();
    /// assert!(error.to_string().starts_with("tenant `globex`: "), "{error}");
    /// assert_eq!(night.left().collect::<Vec<_>>(), ["initech"]);
    /// assert!(night.step(2)[0].settled.is_ok());
    /// assert!(night.is_done());
    /// # Ok::<(), guanxi::Error>(())
    /// ```
    pub fn night(&self, to: Instant) -> Night<'_> {
        self.night_of(self.tenants(), to)
    }

    /// The same for these tenants, in this order, as for those that were
    /// [left](Night::left) of another night.
    pub fn night_of(&self, tenants: impl IntoIterator<Item = Box<str>>, to: Instant) -> Night<'_> {
        Night { host: self, to, waiting: tenants.into_iter().collect() }
    }
}

/// The next of a list that nobody has taken.
fn taken<'t>(next: &AtomicUsize, tenants: &'t [Box<str>]) -> Option<(usize, &'t str)> {
    let number = next.fetch_add(1, Ordering::Relaxed);
    tenants.get(number).map(|tenant| (number, &**tenant))
}

impl Night<'_> {
    /// Gives a turn to each of the next tenants, so many at most.
    ///
    /// # Output
    ///
    /// What came of each turn, in the order of the tenants: the same by any
    /// number of threads. None once the night [is done](Night::is_done).
    ///
    /// # Cost
    ///
    /// Opening the stores that are not open, and that of [`Store::advance`]: a
    /// store that was never followed begins in its first turn, which reads all its
    /// facts.
    pub fn step(&mut self, tenants: usize) -> Vec<Outcome> {
        let n = tenants.max(1).min(self.waiting.len());
        let turns: Vec<Box<str>> = self.waiting.drain(..n).collect();
        let to = self.to;
        let advance =
            |_: &str, store: &mut Store, playbook: &Playbook| store.advance(playbook, to, TURN);
        let settled = self.host.each(&turns, advance);
        let outcomes = turns.into_iter().zip(settled);
        let outcomes: Vec<Outcome> =
            outcomes.map(|(tenant, settled)| Outcome { tenant, settled }).collect();
        let again = outcomes.iter().filter(|it| it.settled.as_ref().is_ok_and(|it| 0 < it.waiting));
        self.waiting.extend(again.map(|it| it.tenant.clone()));
        outcomes
    }

    /// Who still waits for a turn, in the order of the turns.
    pub fn left(&self) -> impl ExactSizeIterator<Item = &str> {
        self.waiting.iter().map(|tenant| &**tenant)
    }

    /// Whether nobody waits any more.
    pub fn is_done(&self) -> bool {
        self.waiting.is_empty()
    }
}
