//! Thousands of tenants in one process (多租户): a store file for each, and one
//! place that owns what they share.
//!
//! ```text
//!   with(tenant, work) ──> desk ──> open already? ──────────────> work(store)
//!                           │   └─> room left? ──> open it ──────────┘
//!                           └─────> close the one unused for longest, then open
//!   night(to).step(n)  ──> the same for one tenant after the other, by threads
//! ```
//!
//! A store that is open costs file descriptors and memory, so that a process
//! cannot hold thousands of them. A [`Host`] holds as many as its [`Budget`]
//! says, and opens and closes the others as they are asked for.
//!
//! # What is promised
//!
//! * An answer is the same as from a store that is opened alone, however often
//!   it was closed and opened in between, and by any number of threads.
//! * Two threads that ask for one tenant wait for one another; two tenants are
//!   served side by side.
//! * A store that is missing, damaged or locked harms no other: whoever asks for
//!   it gets an error that names the tenant.
//! * A store in whose use somebody panicked is closed. Nothing of the unfinished
//!   transaction is kept, and whoever asks next gets it opened anew.
//! * No name of a tenant leads out of the folder, and no two share a file.
//! * Equal playbooks are compiled and held once.
//!
//! # What is not here
//!
//! No clock: which store was not used for longest is told by counting. No thread
//! of its own: [`each`](Host::each) and [`night`](Host::night) start some, which
//! end before they return. Other processes may use the files too, as with any
//! store; who is a tenant, and who may ask for which, is known by the
//! application.

mod budget;
mod desk;
mod lease;
mod night;
mod shelf;

use std::path::{Path, PathBuf};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

pub use self::budget::{Budget, Usage};
use self::desk::Desk;
use self::lease::{Lease, Wanted};
pub use self::night::{Night, Outcome};
use self::shelf::Shelf;
use crate::error::{Class, Code, Error, Fault};
use crate::playbook::Playbook;
use crate::store::{Folder, Opened, Store};

/// The stores of all tenants of a process.
///
/// ```
/// use guanxi::facts::{Batch, Body, Correction, Fact, Seen};
/// use guanxi::host::{Budget, Host};
/// use guanxi::units::Instant;
///
/// # let folder = tempfile::tempdir().unwrap();
/// let host = Host::new(folder.path(), Budget { stores: 2, ..Budget::default() })?;
/// let text = r#"{"guanxi": 1, "id": "shop", "version": "1", "calendar": {"zone": "UTC"},
///     "schema": {"events": {"purchase": {"list": "purchases"}}},
///     "segments": {"recent": {"when": "purchases.within(days(30)).size() >= 1"}}}"#;
/// for tenant in ["acme", "globex", "华东分公司"] {
///     host.enlist(tenant, &host.playbook(text)?)?;
///     host.create(tenant)?;
/// }
/// assert_eq!((host.usage().playbooks, host.usage().open), (1, 2));
///
/// let now = Instant::parse("2026-03-01T00:00:00Z")?;
/// let order = Fact {
///     source: "shop".into(), id: "o-1".into(), customer: "C-1".into(), at: Some(now),
///     revision: None, correction: Correction::None, body: Body::Event { kind: 0, fields: vec![] },
/// };
/// let applied = host.with("acme", |store, playbook| {
///     store.apply(playbook, vec![Batch { facts: vec![order], seen: Seen::At(now) }], now)
/// })?;
/// assert_eq!(applied.changes, 1);
///
/// // Thirty days later the customer is out again, and nobody else has changed.
/// let mut night = host.night(Instant::parse("2026-04-01T00:00:00Z")?);
/// let mut changes = vec![];
/// while !night.is_done() {
///     for outcome in night.step(100) {
///         changes.push((outcome.tenant, outcome.settled?.changes));
///     }
/// }
/// assert_eq!(changes, [("acme".into(), 1), ("globex".into(), 0), ("华东分公司".into(), 0)]);
/// # Ok::<(), guanxi::Error>(())
/// ```
#[derive(Debug)]
pub struct Host {
    folder: Folder,
    budget: Budget,
    desk: Mutex<Desk<Opened>>,
    /// Something was given back or closed.
    freed: Condvar,
    shelf: Mutex<Shelf>,
}

/// What a folder holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Found {
    /// Tenants who have a store there, in the order of their names.
    pub tenants: Vec<Box<str>>,
    /// Files named `*.db` that are no tenant's: see [`Host::path`].
    pub others: Vec<PathBuf>,
}

impl Host {
    /// A host of the stores in a folder, which must be there. No store is opened
    /// yet, and no tenant known: see [`enlist`](Host::enlist).
    ///
    /// # Errors
    ///
    /// [`Io`](Code::Io) where there is no such folder.
    ///
    /// ```
    /// use guanxi::host::{Budget, Host};
    /// let none = Host::new("no/such/folder", Budget::default());
    /// assert_eq!(none.unwrap_err().code(), guanxi::Code::Io);
    /// ```
    pub fn new(folder: impl AsRef<Path>, budget: Budget) -> Result<Host, Error> {
        Ok(Host {
            folder: Folder::new(folder.as_ref())?,
            budget,
            desk: Mutex::new(Desk::new(budget.stores)),
            freed: Condvar::new(),
            shelf: Mutex::default(),
        })
    }

    /// The playbook of a text. Equal texts, and equal playbooks however they are
    /// written, are held once for all tenants.
    ///
    /// # Errors
    ///
    /// As [`Playbook::from_json`].
    ///
    /// # Cost
    ///
    /// The first time that of compiling; then a SHA-256 of the text, as long as
    /// some tenant goes by the playbook.
    ///
    /// ```
    /// # use guanxi::host::{Budget, Host};
    /// # let folder = tempfile::tempdir().unwrap();
    /// let host = Host::new(folder.path(), Budget::default())?;
    /// let text = r#"{"guanxi": 1, "id": "p", "version": "1", "calendar": {"zone": "UTC"}}"#;
    /// host.enlist("acme", &host.playbook(text)?)?;
    /// host.enlist("globex", &host.playbook(&text.replace(' ', ""))?)?;
    /// assert_eq!(host.usage().playbooks, 1);
    /// # Ok::<(), guanxi::Error>(())
    /// ```
    pub fn playbook(&self, text: &str) -> Result<Playbook, Error> {
        if let Some(playbook) = locked(&self.shelf).of_text(text) {
            return Ok(playbook);
        }
        // Nobody waits while it is compiled; that two do so at once is no harm.
        let playbook = Playbook::from_json(text)?;
        Ok(locked(&self.shelf).keep(text, &playbook))
    }

    /// Makes a tenant known, and by which playbook the store is opened and
    /// followed from the next call on. Touches no file.
    ///
    /// A playbook that decides otherwise than the one before must be adopted by
    /// the store too: see [`Store::adopt`].
    ///
    /// # Errors
    ///
    /// [`InvalidArgument`](Code::InvalidArgument) for a name that is empty or has
    /// more than 80 bytes. Every other name is one: see [`path`](Host::path).
    pub fn enlist(&self, tenant: &str, playbook: &Playbook) -> Result<(), Error> {
        self.folder.path_of(tenant).map_err(|error| naming(tenant, error))?;
        let mut shelf = locked(&self.shelf);
        let playbook = shelf.take(playbook);
        let former = locked(&self.desk).enlist(tenant, playbook);
        if let Some(former) = former {
            shelf.give_back(&former);
        }
        Ok(())
    }

    /// Makes the store of a tenant, as yet without facts.
    ///
    /// # Errors
    ///
    /// [`UnknownTenant`](Code::UnknownTenant) before [`enlist`](Host::enlist);
    /// [`Io`](Code::Io) where there is a file already; as
    /// [`with`](Host::with).
    ///
    /// ```
    /// # use guanxi::{host::{Budget, Host}, Code};
    /// # let folder = tempfile::tempdir().unwrap();
    /// let host = Host::new(folder.path(), Budget::default())?;
    /// let text = r#"{"guanxi": 1, "id": "p", "version": "1", "calendar": {"zone": "UTC"}}"#;
    /// host.enlist("acme", &host.playbook(text)?)?;
    /// let missing = host.with("acme", |store, _| store.n_customers()).unwrap_err();
    /// assert!(missing.to_string().starts_with("tenant `acme`: "), "{missing}");
    /// host.create("acme")?;
    /// assert_eq!(host.with("acme", |store, _| store.n_customers())?, 0);
    /// assert_eq!(host.create("acme").unwrap_err().code(), Code::Io);
    /// # Ok::<(), guanxi::Error>(())
    /// ```
    pub fn create(&self, tenant: &str) -> Result<(), Error> {
        let made = Lease::of(self, tenant, Wanted::New).map(Lease::end);
        made.map_err(|error| naming(tenant, error))
    }

    /// Does something with the store of a tenant and the playbook it goes by.
    ///
    /// # Inputs
    ///
    /// `work` has the store to itself as far as this process goes. It must not ask
    /// for another tenant on the same thread.
    ///
    /// # Output
    ///
    /// What `work` gives.
    ///
    /// # Errors
    ///
    /// Each names the tenant. [`UnknownTenant`](Code::UnknownTenant) for who is
    /// not [enlisted](Host::enlist); as [`Store::open`], and [`Io`](Code::Io)
    /// where there is no file, [`Corrupt`](Code::Corrupt) where it is empty;
    /// [`HandleInUse`](Code::HandleInUse) within the `work` of another call, which
    /// might wait for itself; and those of `work`.
    ///
    /// After an error of the disk or of the store, and when `work` panics, the
    /// store is closed, and the next call opens it anew.
    ///
    /// # Cost
    ///
    /// Where the store is open, a microsecond or two; where it is not, that of
    /// opening it, and of closing another. Waits while another thread has the
    /// tenant, or while as many stores as may be open are all in use.
    pub fn with<T>(
        &self,
        tenant: &str,
        work: impl FnOnce(&mut Store, &Playbook) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let done = Lease::of(self, tenant, Wanted::There).and_then(|lease| lease.work(work));
        done.map_err(|error| naming(tenant, error))
    }

    /// Closes the store of a tenant once nobody uses it, as before its file is
    /// moved or replaced by a backup. The next call opens what is there then.
    ///
    /// # Errors
    ///
    /// [`HandleInUse`](Code::HandleInUse) within the `work` of a call.
    pub fn close(&self, tenant: &str) -> Result<(), Error> {
        self.retire(tenant, |_| ()).map_err(|error| naming(tenant, error))
    }

    /// Closes the store of a tenant once nobody uses it, and knows the tenant no
    /// more. The file stays.
    ///
    /// # Errors
    ///
    /// As [`close`](Host::close).
    ///
    /// ```
    /// # use guanxi::{host::{Budget, Host}, Code};
    /// # let folder = tempfile::tempdir().unwrap();
    /// let host = Host::new(folder.path(), Budget::default())?;
    /// let text = r#"{"guanxi": 1, "id": "p", "version": "1", "calendar": {"zone": "UTC"}}"#;
    /// host.enlist("acme", &host.playbook(text)?)?;
    /// host.create("acme")?;
    /// host.forget("acme")?;
    /// let gone = host.with("acme", |store, _| store.n_customers());
    /// assert_eq!(gone.unwrap_err().code(), Code::UnknownTenant);
    /// assert_eq!(host.found()?.tenants, ["acme".into()]);
    /// # Ok::<(), guanxi::Error>(())
    /// ```
    pub fn forget(&self, tenant: &str) -> Result<(), Error> {
        let struck = self.retire(tenant, |desk| desk.strike(tenant));
        if let Some(playbook) = struck.map_err(|error| naming(tenant, error))? {
            locked(&self.shelf).give_back(&playbook);
        }
        Ok(())
    }

    /// Closes every store that nobody uses. (Dropping the host does so too.)
    pub fn close_idle(&self) {
        for tenant in self.tenants() {
            let mut desk = locked(&self.desk);
            if let Some(Some(open)) = desk.retire(&tenant) {
                drop(desk);
                drop(open);
                locked(&self.desk).closed(&tenant, None);
                self.freed.notify_all();
            }
        }
    }

    /// Every tenant that is [enlisted](Host::enlist), in the order of their names.
    pub fn tenants(&self) -> Vec<Box<str>> {
        locked(&self.desk).names().cloned().collect()
    }

    /// Whose stores are in the folder, enlisted or not. Opens none.
    ///
    /// # Errors
    ///
    /// [`Io`](Code::Io) where the folder cannot be read.
    pub fn found(&self) -> Result<Found, Error> {
        let listed = self.folder.list()?;
        Ok(Found { tenants: listed.tenants, others: listed.others })
    }

    /// The file of a tenant, there or not: small letters, digits, `-` and `_` of
    /// the name stand as they are, every other byte as `%` and two digits.
    ///
    /// # Errors
    ///
    /// As [`enlist`](Host::enlist).
    ///
    /// ```
    /// # use guanxi::host::{Budget, Host};
    /// # let folder = tempfile::tempdir().unwrap();
    /// let host = Host::new(folder.path(), Budget::default())?;
    /// assert_eq!(host.path("acme-2")?, folder.path().join("acme-2.db"));
    /// assert_eq!(host.path("../Acme")?, folder.path().join("%2e%2e%2f%41cme.db"));
    /// # Ok::<(), guanxi::Error>(())
    /// ```
    pub fn path(&self, tenant: &str) -> Result<PathBuf, Error> {
        self.folder.path_of(tenant).map_err(|error| naming(tenant, error))
    }

    /// What the host was given to spend.
    pub fn budget(&self) -> Budget {
        self.budget
    }

    /// What the host spends, and how often stores came and went.
    pub fn usage(&self) -> Usage {
        let playbooks = locked(&self.shelf).in_use();
        let desk = locked(&self.desk);
        let (open, idle) = desk.counts();
        Usage {
            tenants: desk.names().len(),
            playbooks,
            open,
            in_use: open.saturating_sub(idle),
            opened: desk.opened,
            evicted: desk.evicted,
        }
    }

    /// Closes the store of a tenant once it is idle, and then does something
    /// before anybody can open it again.
    fn retire<T>(
        &self,
        tenant: &str,
        then: impl FnOnce(&mut Desk<Opened>) -> T,
    ) -> Result<T, Error> {
        let mut desk = locked(&self.desk);
        if desk.is_holding(thread::current().id()) {
            return Err(holding());
        }
        loop {
            match desk.retire(tenant) {
                Some(Some(open)) => {
                    drop(desk);
                    drop(open);
                    desk = locked(&self.desk);
                    desk.closed(tenant, None);
                }
                Some(None) => break,
                None => desk = self.wait(desk),
            }
        }
        let done = then(&mut desk);
        self.freed.notify_all();
        Ok(done)
    }

    fn wait<'d>(&self, desk: MutexGuard<'d, Desk<Opened>>) -> MutexGuard<'d, Desk<Opened>> {
        self.freed.wait(desk).unwrap_or_else(PoisonError::into_inner)
    }
}

/// Nobody panics while holding one of ours, so what is behind it is whole.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Whether a store is to be opened anew after this.
fn spoils(error: &Error) -> bool {
    error.faults().iter().any(|it| matches!(it.code.class(), Class::Environment | Class::Internal))
}

/// The same error with the tenant in front of each fault.
fn naming(tenant: &str, error: Error) -> Error {
    let mut faults = error.into_faults();
    for fault in &mut faults {
        fault.message.en = format!("tenant `{tenant}`: {}", fault.message.en);
        fault.message.zh = format!("租户 `{tenant}`：{}", fault.message.zh);
    }
    Error::of(faults).unwrap_or_else(|| broken_off().into())
}

fn unknown() -> Error {
    Fault::new(Code::UnknownTenant, "no tenant has this name", "没有此名称的租户")
        .hint("enlist the tenant first", "请先登记该租户")
        .into()
}

fn holding() -> Error {
    Fault::new(
        Code::HandleInUse,
        "the thread uses the store of a tenant, and might wait for itself",
        "此线程正在使用某租户的事实库，可能自我等待",
    )
    .hint("let go of the one before asking for another", "请先结束前一次使用")
    .into()
}

fn broken_off() -> Fault {
    Fault::new(Code::Internal, "the work with the store broke off", "对事实库的操作中断")
        .hint("nothing of it is kept; please report this defect", "未保留任何内容；请报告此缺陷")
}
