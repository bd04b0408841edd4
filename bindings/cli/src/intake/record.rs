//! Rows recorded in the order in which they were learnt, with a report.
//!
//! ```text
//! chunks ── plain rows ─────────────────────┐
//!    └───── rows that say when they were ── held ── by seen ──> append
//!           learnt, and what must follow them
//! ```
//!
//! A log takes facts in the order in which they were learnt, and hosts keep
//! them in any. Rows that say it are therefore held until no other can come.

use std::collections::BTreeMap;

use guanxi::facts::intake::{Report, TableReport, Taken};
use guanxi::facts::schema::UnknownCustomers;
use guanxi::facts::{Batch, Fact, Seen, Verdict};
use guanxi::store::{Appended, Store};
use guanxi::units::Instant;
use guanxi::{Code, Error, Fault};

use super::{BATCH, Learnt};
use crate::refused::Refused;

/// Rows of a file, and their facts.
#[derive(Default)]
pub struct Chunk {
    /// The facts of all rows.
    pub facts: Vec<Fact>,
    /// The rows, in the order of the file.
    pub rows: Vec<Row>,
    /// Bytes of the file read so far.
    pub bytes: u64,
}

/// A row, by the line it begins on.
pub enum Row {
    /// It gave facts.
    Facts(u64, Taken),
    /// It is no fact.
    Refused(u64, Vec<Fault>),
}

/// An import that was broken off.
#[derive(Debug)]
pub struct Broken {
    /// Why.
    pub error: Error,
    /// What became of the rows before.
    pub report: Report,
    /// File and line of the row that was recorded last.
    pub reached: Option<(String, u64)>,
}

/// A row by its table and line.
#[derive(Debug, Clone, Copy)]
struct Place {
    table: usize,
    line: u64,
}

/// A row that is held.
struct Held {
    seen: Seen,
    place: Place,
    facts: Vec<Fact>,
}

/// Rows that are recorded at once, in one transaction.
#[derive(Default)]
struct Load {
    /// The facts of all rows, by when they were learnt.
    batches: Vec<Batch>,
    n_facts: usize,
    /// Each row with the number of its facts.
    rows: Vec<(Place, usize)>,
}

impl Load {
    fn push(&mut self, seen: Seen, place: Place, facts: impl IntoIterator<Item = Fact>) {
        if self.batches.last().is_none_or(|batch| batch.seen != seen) {
            self.batches.push(Batch { facts: Vec::new(), seen });
        }
        let Some(batch) = self.batches.last_mut() else { return };
        let before = batch.facts.len();
        batch.facts.extend(facts);
        let n_facts = batch.facts.len() - before;
        self.n_facts += n_facts;
        self.rows.push((place, n_facts));
    }
}

/// Source and id of a fact.
type Key = (Box<str>, Box<str>);

/// A row whose facts wait for what they correct.
struct Waiting {
    place: Place,
    targets: Vec<Key>,
}

impl Learnt {
    /// Whether a row cannot mean the instant at which it says it was learnt.
    fn is_mistyped(&self, seen: Instant) -> bool {
        self.by_row && self.latest < seen
    }
}

/// A store takes nothing that was learnt before what it has, so one wrong year
/// would keep out whatever comes until then.
fn mistyped(seen: Instant) -> Fault {
    Fault::new(
        Code::TimeOutOfRange,
        format!("learnt at {seen}, more than a year from now"),
        format!("获知时间 {seen} 比现在晚一年以上"),
    )
    .hint("is the year right?", "年份是否有误？")
}

/// Records rows and reports on them.
pub struct Recorder<'a> {
    store: &'a mut Store,
    refused: &'a mut Refused,
    learnt: Learnt,
    unknown_customers: UnknownCustomers,
    report: Report,
    /// Whether a row may still come that says when it was learnt.
    is_holding: bool,
    held: Vec<Held>,
    waiting: Vec<Waiting>,
    reached: Option<Place>,
}

impl<'a> Recorder<'a> {
    /// Nothing is recorded yet.
    pub fn new(store: &'a mut Store, refused: &'a mut Refused, learnt: Learnt) -> Self {
        Recorder {
            unknown_customers: store.schema().unknown_customers,
            store,
            refused,
            learnt,
            report: Report::default(),
            is_holding: false,
            held: Vec::new(),
            waiting: Vec::new(),
            reached: None,
        }
    }

    /// Chunks of the next table follow; `is_holding` while it or a later one
    /// may say when rows were learnt.
    pub fn begin(&mut self, table: TableReport, is_holding: bool) {
        self.report.tables.push(table);
        self.is_holding = is_holding;
    }

    /// Records what need not wait.
    pub fn take(&mut self, chunk: Chunk) -> Result<(), Error> {
        let table = self.report.tables.len().saturating_sub(1);
        let holds_plain = self.holds_plain();
        let (mut facts, mut load) = (chunk.facts.into_iter(), Load::default());
        for row in chunk.rows {
            let (line, taken) = match row {
                Row::Facts(line, taken) => (line, taken),
                Row::Refused(line, faults) => {
                    self.count(Place { table, line }, Verdict::Refused, faults)?;
                    continue;
                }
            };
            let place = Place { table, line };
            let its = facts.by_ref().take(taken.facts);
            if let Some(seen) = taken.seen.filter(|seen| self.learnt.is_mistyped(*seen)) {
                its.for_each(drop);
                let fault = mistyped(seen).at(self.shown(place));
                self.count(place, Verdict::Refused, vec![fault])?;
                continue;
            }
            match taken.seen.filter(|_| self.learnt.by_row) {
                Some(seen) => {
                    self.held.push(Held { seen: Seen::At(seen), place, facts: its.collect() });
                }
                None if holds_plain => {
                    let seen = self.learnt.otherwise;
                    self.held.push(Held { seen, place, facts: its.collect() });
                }
                None => load.push(self.learnt.otherwise, place, its),
            }
        }
        self.record(load)
    }

    /// Whether rows that do not say when they were learnt must follow rows
    /// that do: what is learnt now follows what was learnt, and who is refused
    /// as a stranger may be introduced by such a row.
    fn holds_plain(&self) -> bool {
        let is_about_known = self.unknown_customers == UnknownCustomers::Refuse
            && self.report.tables.last().is_some_and(|table| table.of == "events");
        self.is_holding && (self.learnt.otherwise != Seen::Backfill || is_about_known)
    }

    /// Records what was held.
    pub fn release(&mut self) -> Result<(), Error> {
        let mut held = std::mem::take(&mut self.held);
        held.sort_by_key(|row| row.seen);
        let mut load = Load::default();
        for row in held {
            if BATCH <= load.n_facts {
                self.record(std::mem::take(&mut load))?;
            }
            load.push(row.seen, row.place, row.facts);
        }
        self.record(load)
    }

    fn record(&mut self, load: Load) -> Result<(), Error> {
        let Some((last, _)) = load.rows.last().copied() else { return Ok(()) };
        let targets = targets(&load.batches);
        let otherwise = self.learnt.otherwise;
        let appended = self.store.append_dated(load.batches, otherwise).map_err(once)?;
        let Appended { verdicts, late } = appended;
        let mut start = 0;
        for (place, facts) in load.rows {
            let end = start + facts;
            let verdict = Verdict::of_row(verdicts.get(start..end).unwrap_or_default());
            let late = late.range(start..end).next_back();
            let faults =
                late.map(|(_, fault)| self.late(fault.clone(), place)).into_iter().collect();
            if verdict == Verdict::Pending {
                let targets = (targets.range(start..end))
                    .filter(|(at, _)| verdicts.get(**at) == Some(&Verdict::Pending))
                    .map(|(_, target)| target.clone());
                self.waiting.push(Waiting { place, targets: targets.collect() });
            } else {
                self.count(place, verdict, faults)?;
            }
            start = end;
        }
        self.reached = Some(last);
        Ok(())
    }

    fn late(&self, fault: Fault, place: Place) -> Fault {
        fault.at(self.shown(place)).hint(
            "`--backfill` takes it as learnt when it happened",
            "用 `--backfill` 导入，则视为发生时即已获知",
        )
    }

    fn count(&mut self, place: Place, verdict: Verdict, faults: Vec<Fault>) -> Result<(), Error> {
        let Some(table) = self.report.tables.get_mut(place.table) else { return Ok(()) };
        match table.count(place.line, verdict, faults) {
            Some(row) => self.refused.take(&table.file, &row),
            None => Ok(()),
        }
    }

    fn shown(&self, place: Place) -> String {
        let file = self.report.tables.get(place.table).map_or("", |table| &table.file);
        format!("{file}:{}", place.line)
    }

    /// The report; what waits now, waits.
    ///
    /// # Errors
    ///
    /// Whatever broke the import off, and a store that cannot be asked whether
    /// what rows wait for has come.
    pub fn finish(mut self, read: Result<(), Error>) -> Result<Report, Box<Broken>> {
        let held = read.and_then(|()| self.held_targets());
        match held {
            Ok(held) => {
                self.settle(&held);
                Ok(self.report)
            }
            Err(error) => Err(Box::new(self.broken(error))),
        }
    }

    fn broken(mut self, error: Error) -> Broken {
        // The error that broke the import off says more than another one.
        let held = self.held_targets().unwrap_or_default();
        self.settle(&held);
        let table = |place: Place| Some((self.report.tables.get(place.table)?, place.line));
        let reached = self.reached.and_then(table).map(|(table, line)| (table.file.clone(), line));
        Broken { error, reached, report: self.report }
    }

    /// Whether each target that a row waits for is recorded by now.
    fn held_targets(&self) -> Result<Vec<bool>, Error> {
        let targets = self.waiting.iter().flat_map(|row| &row.targets);
        let targets: Vec<_> = targets.map(|(source, id)| (&**source, &**id)).collect();
        if targets.is_empty() { Ok(Vec::new()) } else { self.store.holds(&targets) }
    }

    /// Counts the rows that waited.
    fn settle(&mut self, held: &[bool]) {
        let mut held = held.iter();
        for Waiting { place, targets } in std::mem::take(&mut self.waiting) {
            let n_held = held.by_ref().take(targets.len()).filter(|held| **held).count();
            let verdict = if n_held == targets.len() { Verdict::New } else { Verdict::Pending };
            if let Some(table) = self.report.tables.get_mut(place.table) {
                table.count(place.line, verdict, Vec::new());
            }
        }
    }
}

/// What facts correct, by their positions.
fn targets(batches: &[Batch]) -> BTreeMap<usize, Key> {
    let facts = batches.iter().flat_map(|batch| &batch.facts).enumerate();
    let target = |fact: &Fact| Some((fact.source.clone(), fact.correction.target()?.into()));
    facts.filter_map(|(at, fact)| Some((at, target(fact)?))).collect()
}

/// What is wrong with all rows, since it is with what was said for all of them.
fn once(error: Error) -> Error {
    if error.code() != Code::SeenDecreases {
        return error;
    }
    let first = error.faults().first().cloned();
    first.map_or(error, |fault| Fault { pointer: None, ..fault }.into())
}
