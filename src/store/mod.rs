//! Where the facts of one tenant live: a SQLite file, or memory.
//!
//! ```text
//!   append(facts, seen) ──> verdicts        one transaction, a verdict a fact
//!   append_all(batches) ──> verdicts        the same, where seen differs
//!   append_dated        ──> verdicts        the same, and what comes too late is refused
//!   columns(known_at)   ──> Columns         everything that counts
//!   customer_columns    ──> Columns         a few customers, through an index
//!   customer_facts      ──> facts           one customer, with the ids of its facts
//!   sync(feed, rows)    ──> Synced          a table of the host that goes on changing
//!   restrict, lift_restriction              what is held is kept, and not used
//!   erase               ──> Erased          the one thing that changes what was recorded
//!   try_out            ──> anything        what would be recorded, and nothing is
//!   trail, check_trail  ──> entries         what was done by hand, in a chain of hashes
//!   since, statistics, verify, backup
//! ```
//!
//! # What is promised
//!
//! * An append that returned is on the disk; one that did not, because it
//!   failed or the process was killed, has left nothing.
//! * A file and memory come to the same verdicts and the same columns.
//! * One writer and any number of readers, in one process or several; readers
//!   never wait, a second writer waits up to 5 seconds.
//! * Opening reads a few pages and loads nothing. A process can hold thousands
//!   of stores open.
//! * A file that is not a store, or is a newer one, is left as it is.
//! * A running hash over all facts shows whether any was lost or changed.
//!
//! # What is not here
//!
//! No question about customers is answered here, and no SQL of the host is
//! run. Stores must be on a local disk: a write-ahead log does not work across
//! machines.

mod dated;
#[cfg(all(feature = "sqlite", feature = "inject-panics"))]
#[doc(hidden)]
pub mod defect;
mod erase;
mod feed;
#[cfg(feature = "sqlite")]
mod folder;
mod outbox;
mod report;
mod restriction;
mod rows;
#[cfg(feature = "sqlite")]
mod sqlite;
mod straight;
mod trail;
mod trial;

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

pub use self::dated::Appended;
pub use self::erase::{Erased, Left};
pub use self::feed::{Fed, Feed, Followed, Synced, Syncing};
#[cfg(feature = "sqlite")]
pub(crate) use self::folder::{Folder, Opened};
pub use self::outbox::{Acknowledged, Change, Effect, Learnt, Moved};
pub(crate) use self::outbox::{Frontier, Kept};
pub use self::report::{KindCount, Report, Statistics};
pub(crate) use self::restriction::restricted;
pub use self::restriction::{Restricted, Restriction};
pub use self::straight::FrameTable;
pub(crate) use self::trail::Deed;
pub use self::trail::{Receipt, Signature, TrailCheck, TrailEntry};
use crate::error::{Code, Error, Fault};
use crate::facts::{Batch, Columns, Fact, Log, Mark, Recorded, Schema, Seen, Verdict};
use crate::units::Instant;

/// The facts of one tenant.
///
/// ```
/// use std::sync::Arc;
/// use guanxi::facts::{Schema, Seen};
/// use guanxi::store::Store;
///
/// let schema = Arc::new(Schema::default().indexed());
/// let mut store = Store::in_memory(&schema);
/// let verdicts = store.append(vec![], Seen::Backfill)?;
/// assert!(verdicts.is_empty());
/// assert_eq!(store.columns(None)?.n_customers(), 0);
/// # Ok::<(), guanxi::Error>(())
/// ```
#[derive(Debug)]
pub struct Store {
    backend: Backend,
    /// Who acts through this handle.
    signature: Option<Signature>,
}

#[derive(Debug)]
enum Backend {
    Memory(Box<Log>, Box<outbox::Outbox>),
    #[cfg(feature = "sqlite")]
    File(Box<sqlite::Database>),
}

impl Store {
    fn on(backend: Backend) -> Store {
        Store { backend, signature: None }
    }

    /// A store without facts that is gone with the process.
    pub fn in_memory(schema: &Arc<Schema>) -> Store {
        Store::on(Backend::Memory(Box::new(Log::new(schema)), Box::default()))
    }

    /// Opens the store in a file, or makes one where there is no file, or an
    /// empty one.
    ///
    /// A schema that adds kinds or nullable attributes to the recorded one is
    /// recorded. Opening is cheap, but where a log of changes was left behind, as
    /// by a process that was killed, a pass over the file looks for damage.
    ///
    /// # Errors
    ///
    /// * [`SchemaMismatch`](Code::SchemaMismatch) lists every other difference
    ///   from the recorded schema;
    /// * [`NotAStore`](Code::NotAStore), [`NewerStore`](Code::NewerStore): the
    ///   file is left as it is;
    /// * [`Io`](Code::Io), [`ReadOnly`](Code::ReadOnly),
    ///   [`DiskFull`](Code::DiskFull), [`Busy`](Code::Busy),
    ///   [`Corrupt`](Code::Corrupt);
    /// * [`UnsafeSqlite`](Code::UnsafeSqlite): the program is linked to a SQLite
    ///   before 3.51.3.
    #[cfg(feature = "sqlite")]
    pub fn open(path: impl AsRef<Path>, schema: &Arc<Schema>) -> Result<Store, Error> {
        let database = sqlite::Database::open(path.as_ref(), schema)?;
        Ok(Store::on(Backend::File(Box::new(database))))
    }

    /// Opens the store in a file for questions only; never makes a file and
    /// records nothing, not even a schema.
    ///
    /// # Errors
    ///
    /// As [`open`](Store::open); [`Io`](Code::Io) where there is no file.
    #[cfg(feature = "sqlite")]
    pub fn open_read_only(path: impl AsRef<Path>, schema: &Arc<Schema>) -> Result<Store, Error> {
        let database = sqlite::Database::open_read_only(path.as_ref(), schema)?;
        Ok(Store::on(Backend::File(Box::new(database))))
    }

    /// Never holds more than so many bytes of pages from now on.
    #[cfg(feature = "sqlite")]
    fn limit_memory(&mut self, bytes: u64) -> Result<(), Error> {
        match &mut self.backend {
            Backend::Memory(..) => Ok(()),
            Backend::File(database) => database.limit_memory(bytes),
        }
    }

    /// Gives back what a large batch made it hold.
    #[cfg(feature = "sqlite")]
    fn rest(&mut self) -> Result<(), Error> {
        // Whoever has it next is somebody else.
        self.signature = None;
        match &mut self.backend {
            Backend::Memory(..) => Ok(()),
            Backend::File(database) => database.rest(),
        }
    }

    /// The schema the store was opened with.
    pub fn schema(&self) -> &Arc<Schema> {
        match &self.backend {
            Backend::Memory(log, _) => log.schema(),
            #[cfg(feature = "sqlite")]
            Backend::File(database) => database.schema(),
        }
    }

    /// Records facts in the given order, in one transaction, with a verdict for
    /// each: see [`Log::append`].
    ///
    /// # Errors
    ///
    /// As [`Log::append`], and for a file [`ReadOnly`](Code::ReadOnly),
    /// [`DiskFull`](Code::DiskFull), [`Busy`](Code::Busy), [`Io`](Code::Io) or
    /// [`Corrupt`](Code::Corrupt). Then nothing of the batch is recorded, and the
    /// same batch can be appended again.
    ///
    /// # Cost
    ///
    /// About what SQLite takes to insert the rows, and one wait for the disk.
    /// After a batch of 1000 facts or more the handle keeps up to 64 MiB of
    /// pages, and the customers of such batches, until its next smaller one.
    pub fn append(&mut self, facts: Vec<Fact>, seen: Seen) -> Result<Vec<Verdict>, Error> {
        self.append_all(vec![Batch { facts, seen }])
    }

    /// Records batches in the order in which they were learnt, all of them in
    /// one transaction, with a verdict for each fact: see [`Log::append_all`].
    ///
    /// ```
    /// use std::sync::Arc;
    /// use guanxi::facts::{Batch, Schema, Seen};
    /// use guanxi::store::Store;
    /// use guanxi::units::Instant;
    ///
    /// let mut store = Store::in_memory(&Arc::new(Schema::default().indexed()));
    /// let days = ["2026-03-01T00:00:00Z", "2026-03-02T00:00:00Z"];
    /// let learnt = |day| Ok(Batch { facts: vec![], seen: Seen::At(Instant::parse(day)?) });
    /// let batches = days.into_iter().map(learnt).collect::<Result<_, guanxi::Error>>()?;
    /// assert!(store.append_all(batches)?.is_empty());
    /// # Ok::<(), guanxi::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`append`](Store::append); then nothing of any batch is recorded.
    ///
    /// # Cost
    ///
    /// That of one append of all their facts, and a row for each batch.
    pub fn append_all(&mut self, batches: Vec<Batch>) -> Result<Vec<Verdict>, Error> {
        match &mut self.backend {
            Backend::Memory(log, _) => log.append_all(batches),
            #[cfg(feature = "sqlite")]
            Backend::File(database) => database.append_all(batches),
        }
    }

    /// Whether a fact is recorded under each of these keys, source and id. So
    /// corrections that were pending can be asked after.
    ///
    /// ```
    /// # use std::sync::Arc;
    /// # use guanxi::{facts::Schema, store::Store};
    /// let store = Store::in_memory(&Arc::new(Schema::default().indexed()));
    /// assert_eq!(store.holds(&[("shop", "o-1")])?, [false]);
    /// # Ok::<(), guanxi::Error>(())
    /// ```
    pub fn holds(&self, keys: &[(&str, &str)]) -> Result<Vec<bool>, Error> {
        match &self.backend {
            Backend::Memory(log, _) => {
                Ok(keys.iter().map(|(source, id)| log.holds(source, id)).collect())
            }
            #[cfg(feature = "sqlite")]
            Backend::File(database) => database.holds(keys),
        }
    }

    /// The fact of this source and id as it was handed over, corrected since or
    /// not.
    ///
    /// ```
    /// # use std::sync::Arc;
    /// # use guanxi::{facts::Schema, store::Store};
    /// let store = Store::in_memory(&Arc::new(Schema::default().indexed()));
    /// assert!(store.fact("shop", "o-1")?.is_none());
    /// # Ok::<(), guanxi::Error>(())
    /// ```
    pub fn fact(&self, source: &str, id: &str) -> Result<Option<Recorded>, Error> {
        match &self.backend {
            Backend::Memory(log, _) => Ok(log.fact(source, id).cloned()),
            #[cfg(feature = "sqlite")]
            Backend::File(database) => database.fact(source, id),
        }
    }

    /// All facts that count by what was known at an instant (`None`: by all that
    /// is known), as columns; but for those of customers who are
    /// [restricted](Store::restrict).
    ///
    /// Costs a pass over the log: about a second for one and a half million facts
    /// of a file.
    pub fn columns(&self, known_at: Option<Instant>) -> Result<Columns, Error> {
        let left_out = self.left_out()?;
        let mut columns = match &self.backend {
            Backend::Memory(log, _) => log.columns(known_at, |id| !left_out.contains(id)),
            #[cfg(feature = "sqlite")]
            Backend::File(database) => database.columns(known_at, &left_out)?,
        };
        columns.restricted = left_out.into_iter().collect();
        Ok(columns)
    }

    /// The same for these customers and those ever merged with them alone, with
    /// all reference tables. An id that
    /// the store does not know is passed over.
    ///
    /// From a file, this costs by the facts of these customers, not of the store.
    pub fn customer_columns(
        &self,
        ids: &[&str],
        known_at: Option<Instant>,
    ) -> Result<Columns, Error> {
        self.columns_but(ids, known_at, self.left_out()?)
    }

    /// The same with those who are restricted: what is held, to be handed out.
    pub(crate) fn held_columns(
        &self,
        id: &str,
        known_at: Option<Instant>,
    ) -> Result<Columns, Error> {
        self.columns_but(&[id], known_at, BTreeSet::new())
    }

    fn columns_but(
        &self,
        ids: &[&str],
        known_at: Option<Instant>,
        left_out: BTreeSet<Box<str>>,
    ) -> Result<Columns, Error> {
        let mut columns = match &self.backend {
            Backend::Memory(log, _) => {
                let around = log.merged_with(ids);
                let is_wanted = |id: &str| around.contains(id) && !left_out.contains(id);
                log.columns(known_at, |id| id.is_empty() || is_wanted(id))
            }
            #[cfg(feature = "sqlite")]
            Backend::File(database) => database.customer_columns(ids, known_at, &left_out)?,
        };
        columns.restricted = left_out.into_iter().collect();
        Ok(columns)
    }

    /// The facts that count about one customer and about every id that was ever
    /// merged with it, in the order of recording; a correction goes by the id of
    /// what it corrects. None for an id that the
    /// store does not know.
    ///
    /// From a file, this costs by the facts of this customer, not of the store.
    ///
    /// ```
    /// # use std::sync::Arc;
    /// # use guanxi::{facts::Schema, store::Store};
    /// let store = Store::in_memory(&Arc::new(Schema::default().indexed()));
    /// assert!(store.customer_facts("C-1", None)?.is_empty());
    /// # Ok::<(), guanxi::Error>(())
    /// ```
    pub fn customer_facts(
        &self,
        id: &str,
        known_at: Option<Instant>,
    ) -> Result<Vec<Recorded>, Error> {
        match &self.backend {
            Backend::Memory(log, _) => {
                let mut facts = Vec::new();
                let ids = [id];
                let around = log.merged_with(&ids);
                let about = |customer: &str| !customer.is_empty() && around.contains(customer);
                log.standing(known_at, about, |recorded| facts.push(recorded.clone()));
                Ok(facts)
            }
            #[cfg(feature = "sqlite")]
            Backend::File(database) => database.customer_facts(id, known_at),
        }
    }

    /// Hands over every fact that counts, but for whom it is about.
    pub(crate) fn each_standing(
        &self,
        known_at: Option<Instant>,
        mut each: impl FnMut(&Fact),
    ) -> Result<(), Error> {
        match &self.backend {
            Backend::Memory(log, _) => {
                log.standing(known_at, |_| true, |recorded| each(&recorded.fact));
                Ok(())
            }
            #[cfg(feature = "sqlite")]
            Backend::File(database) => database.each_standing(known_at, each),
        }
    }

    /// The customers of whom an event names this text in a field, given by
    /// positions of kind and field, corrected since or not. Costs a pass over
    /// the log.
    pub(crate) fn customers_naming(
        &self,
        fields: &[(usize, usize)],
        text: &str,
    ) -> Result<Vec<Box<str>>, Error> {
        match &self.backend {
            Backend::Memory(log, _) => Ok(log.customers_naming(fields, text)),
            #[cfg(feature = "sqlite")]
            Backend::File(database) => database.customers_naming(fields, text),
        }
    }

    /// Reads, decides and records while nobody else can: all of it in one
    /// transaction, or nothing.
    pub(crate) fn alone<T>(
        &mut self,
        work: impl FnOnce(&mut Store) -> Result<T, Error>,
    ) -> Result<T, Error> {
        if self.is_alone() {
            // It is part of a larger whole, which keeps all of it or nothing.
            return work(self);
        }
        let held = Held::new(self)?;
        let done = work(held.store)?;
        held.keep()?;
        Ok(done)
    }

    /// Whether nobody else can record just now.
    fn is_alone(&self) -> bool {
        match &self.backend {
            Backend::Memory(..) => false,
            #[cfg(feature = "sqlite")]
            Backend::File(database) => database.is_alone(),
        }
    }

    /// When the last batch was learnt that was none of a backfill.
    pub(crate) fn last_seen(&self) -> Result<Option<Instant>, Error> {
        match &self.backend {
            Backend::Memory(log, _) => Ok(log.last_seen()),
            #[cfg(feature = "sqlite")]
            Backend::File(database) => database.last_seen(),
        }
    }

    /// Which facts the store holds: the running hash over all of them, in
    /// hexadecimal, as [`verify`](Store::verify) recomputes it. Another fact is
    /// another version. `None` for a store in memory, which keeps no hash.
    ///
    /// ```
    /// # use std::sync::Arc;
    /// # use guanxi::{facts::Schema, store::Store};
    /// let store = Store::in_memory(&Arc::new(Schema::default().indexed()));
    /// assert_eq!(store.version()?, None);
    /// # Ok::<(), guanxi::Error>(())
    /// ```
    pub fn version(&self) -> Result<Option<String>, Error> {
        match &self.backend {
            Backend::Memory(..) => Ok(None),
            #[cfg(feature = "sqlite")]
            Backend::File(database) => database.version().map(Some),
        }
    }

    /// Everything recorded after this sequence (0: everything) in the order of
    /// recording, corrections as they came.
    pub fn since(&self, sequence: u64) -> Result<Vec<Recorded>, Error> {
        match &self.backend {
            Backend::Memory(log, _) => Ok(log.since(sequence).to_vec()),
            #[cfg(feature = "sqlite")]
            Backend::File(database) => database.since(sequence),
        }
    }

    /// What the store holds, counted. Costs a pass over the log.
    pub fn statistics(&self) -> Result<Statistics, Error> {
        match &self.backend {
            Backend::Memory(log, _) => Ok(report::count(log)),
            #[cfg(feature = "sqlite")]
            Backend::File(database) => database.statistics(),
        }
    }

    /// How many customers the recorded facts are about, corrected ones
    /// included.
    ///
    /// From a file, this costs a look; in memory, a pass over the log.
    ///
    /// ```
    /// # use std::sync::Arc;
    /// # use guanxi::{facts::Schema, store::Store};
    /// let store = Store::in_memory(&Arc::new(Schema::default().indexed()));
    /// assert_eq!(store.n_customers()?, 0);
    /// # Ok::<(), guanxi::Error>(())
    /// ```
    pub fn n_customers(&self) -> Result<u64, Error> {
        match &self.backend {
            Backend::Memory(log, _) => Ok(report::count_customers(log)),
            #[cfg(feature = "sqlite")]
            Backend::File(database) => database.n_customers(),
        }
    }

    /// When the last dated fact happened among those that count by all that is
    /// known: what the columns of [`columns(None)`](Store::columns) say without
    /// loading them. A fact that was retracted or superseded does not count.
    ///
    /// From a file, this costs a pass over the batch that has it, as a rule.
    ///
    /// ```
    /// # use std::sync::Arc;
    /// # use guanxi::{facts::Schema, store::Store};
    /// let store = Store::in_memory(&Arc::new(Schema::default().indexed()));
    /// assert_eq!(store.last_at()?, store.columns(None)?.last);
    /// # Ok::<(), guanxi::Error>(())
    /// ```
    pub fn last_at(&self) -> Result<Option<Instant>, Error> {
        match &self.backend {
            Backend::Memory(log, _) => {
                Ok(log.effective(None).filter_map(|recorded| recorded.fact.at).max())
            }
            #[cfg(feature = "sqlite")]
            Backend::File(database) => database.last_at(),
        }
    }

    /// Checks that nothing of the store is damaged or missing: every page and
    /// index, every reference, every fact, the running hash over them, and the
    /// [audit trail](Store::check_trail).
    ///
    /// An error means that the check could not be done; what it finds is in the
    /// report. Costs several passes over the file.
    pub fn verify(&self) -> Result<Report, Error> {
        let mut report = match &self.backend {
            Backend::Memory(log, _) => report::of_log(log),
            #[cfg(feature = "sqlite")]
            Backend::File(database) => database.verify()?,
        };
        // What damaged pages hold is not worth reading.
        if report.is_sound() {
            report.faults.extend(self.check_trail(None)?.faults);
        }
        Ok(report)
    }

    /// Copies the store, while it is in use, into a new file.
    ///
    /// The copy is one state of the store. It appears under its name only when
    /// it is complete and was opened and checked.
    ///
    /// # Errors
    ///
    /// [`Io`](Code::Io) where the name is taken: a backup never replaces a file.
    /// [`InvalidArgument`](Code::InvalidArgument) for a store in memory.
    pub fn backup(&self, path: impl AsRef<Path>) -> Result<(), Error> {
        match &self.backend {
            Backend::Memory(..) => Err(no_file(path.as_ref())),
            #[cfg(feature = "sqlite")]
            Backend::File(database) => database.backup(path.as_ref()),
        }
    }
}

/// A store that nobody else writes meanwhile; what was recorded is given up
/// unless it is kept.
struct Held<'s> {
    store: &'s mut Store,
    /// Where memory was; `None` where it is done, and for a file.
    mark: Option<(Mark, usize)>,
}

impl<'s> Held<'s> {
    fn new(store: &'s mut Store) -> Result<Self, Error> {
        let mark = match &mut store.backend {
            Backend::Memory(log, outbox) => Some((log.mark(), outbox.mark())),
            #[cfg(feature = "sqlite")]
            Backend::File(database) => {
                database.begin()?;
                None
            }
        };
        Ok(Held { store, mark })
    }

    fn end(&mut self, keep: bool) -> Result<(), Error> {
        let mark = self.mark.take();
        match &mut self.store.backend {
            Backend::Memory(log, outbox) => {
                match (mark, keep) {
                    (Some(_), true) => outbox.keep_all(),
                    (Some((facts, mark)), false) => {
                        log.back(&facts);
                        outbox.back(mark);
                    }
                    (None, _) => {}
                }
                Ok(())
            }
            #[cfg(feature = "sqlite")]
            Backend::File(database) => database.end(keep),
        }
    }

    fn keep(mut self) -> Result<(), Error> {
        self.end(true)
    }
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        // Nothing is left to be given up where it was kept, and a connection
        // that cannot even do that gives it up when it closes.
        let _ = self.end(false);
    }
}

fn no_file(path: &Path) -> Error {
    let path = path.display();
    Fault::new(
        Code::InvalidArgument,
        format!("a store in memory cannot be backed up to `{path}`"),
        format!("内存中的事实库无法备份到 `{path}`"),
    )
    .into()
}
