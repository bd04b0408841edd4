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

use guanxi::facts::intake::{Report, TableReport, Taken};
use guanxi::facts::schema::UnknownCustomers;
use guanxi::facts::{Fact, Seen, Verdict};
use guanxi::units::Instant;
use guanxi::{Code, Error, Fault};

use self::waiting::Waiting;
use super::{BATCH, Learnt};
use crate::refused::Refused;

mod waiting;

/// Records facts that were learnt together.
pub type Append<'a> = dyn FnMut(Vec<Fact>, Seen) -> Result<Vec<Verdict>, Error> + 'a;

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

/// Facts that come too late, by position, with the reasons.
type Late = Vec<(usize, Fault)>;

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

/// Rows that are recorded at once.
#[derive(Default)]
struct Batch {
    facts: Vec<Fact>,
    /// Each row with the number of its facts.
    rows: Vec<(Place, usize)>,
}

impl Batch {
    fn push(&mut self, place: Place, facts: impl Iterator<Item = Fact>) {
        let before = self.facts.len();
        self.facts.extend(facts);
        self.rows.push((place, self.facts.len() - before));
    }
}

/// Records rows and reports on them.
pub struct Recorder<'a> {
    append: &'a mut Append<'a>,
    refused: &'a mut Refused,
    learnt: Learnt,
    unknown_customers: UnknownCustomers,
    report: Report,
    /// Whether a row may still come that says when it was learnt.
    is_holding: bool,
    held: Vec<Held>,
    waiting: Waiting,
    reached: Option<Place>,
}

impl<'a> Recorder<'a> {
    /// Nothing is recorded yet.
    pub fn new(
        append: &'a mut Append<'a>,
        refused: &'a mut Refused,
        learnt: Learnt,
        unknown_customers: UnknownCustomers,
    ) -> Self {
        Recorder {
            append,
            refused,
            learnt,
            unknown_customers,
            report: Report::default(),
            is_holding: false,
            held: Vec::new(),
            waiting: Waiting::default(),
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
        let (mut facts, mut batch) = (chunk.facts.into_iter(), Batch::default());
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
            match taken.seen.filter(|_| self.learnt.by_row) {
                Some(seen) => {
                    self.held.push(Held { seen: Seen::At(seen), place, facts: its.collect() });
                }
                None if holds_plain => {
                    let seen = self.learnt.otherwise;
                    self.held.push(Held { seen, place, facts: its.collect() });
                }
                None => batch.push(place, its),
            }
        }
        self.record(batch, self.learnt.otherwise)
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
        held.sort_by_key(|row| order(row.seen));
        let (mut batch, mut together) = (Batch::default(), None);
        for row in held {
            if let Some(seen) = together
                && (seen != row.seen || BATCH <= batch.facts.len())
            {
                self.record(std::mem::take(&mut batch), seen)?;
            }
            together = Some(row.seen);
            batch.push(row.place, row.facts.into_iter());
        }
        match together {
            Some(seen) => self.record(batch, seen),
            None => Ok(()),
        }
    }

    fn record(&mut self, batch: Batch, seen: Seen) -> Result<(), Error> {
        let Some((last, _)) = batch.rows.last().copied() else { return Ok(()) };
        let links = self.waiting.links(&batch.facts);
        let (verdicts, late) = self.append(batch.facts, seen)?;
        let mut late = late.into_iter().peekable();
        let mut start = 0;
        for (place, facts) in batch.rows {
            let end = start + facts;
            let verdict = Verdict::of_row(verdicts.get(start..end).unwrap_or_default());
            let mut faults = Vec::new();
            while let Some((_, fault)) = late.next_if(|(position, _)| *position < end) {
                faults = vec![self.late(fault, place)];
            }
            if verdict == Verdict::Pending {
                self.waiting.wait(place, start..end, &verdicts, &links);
            } else {
                self.count(place, verdict, faults)?;
            }
            start = end;
        }
        for place in self.waiting.settle(&verdicts, links) {
            self.count(place, Verdict::New, Vec::new())?;
        }
        self.reached = Some(last);
        Ok(())
    }

    /// Appends facts; those that come too late are refused, with their
    /// positions and the reasons, where rows said so themselves.
    fn append(&mut self, mut facts: Vec<Fact>, seen: Seen) -> Result<(Vec<Verdict>, Late), Error> {
        if seen == self.learnt.otherwise {
            let verdicts = (self.append)(facts, seen).map_err(once)?;
            return Ok((verdicts, Vec::new()));
        }
        let error = match (self.append)(facts.clone(), seen) {
            Ok(verdicts) => return Ok((verdicts, Vec::new())),
            Err(error) if error.code() == Code::SeenDecreases => error,
            Err(error) => return Err(error),
        };
        let late: Late = error
            .into_faults()
            .into_iter()
            .filter_map(|fault| Some((position(&fault)?, fault)))
            .collect();
        let is_late = |at: usize| late.binary_search_by_key(&at, |(at, _)| *at).is_ok();
        let n_facts = facts.len();
        let mut at = 0..n_facts;
        facts.retain(|_| at.next().is_some_and(|at| !is_late(at)));
        let mut known = (self.append)(facts, seen)?.into_iter();
        let verdict = |at| if is_late(at) { None } else { known.next() };
        let verdicts =
            (0..n_facts).map(verdict).map(|known| known.unwrap_or(Verdict::Refused)).collect();
        Ok((verdicts, late))
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
    pub fn finish(mut self) -> Report {
        for place in self.waiting.places() {
            if let Some(table) = self.report.tables.get_mut(place.table) {
                table.count(place.line, Verdict::Pending, Vec::new());
            }
        }
        self.report
    }

    /// The same after an error.
    pub fn broken(self, error: Error) -> Broken {
        let table = |place: Place| Some((self.report.tables.get(place.table)?, place.line));
        let reached = self.reached.and_then(table).map(|(table, line)| (table.file.clone(), line));
        Broken { error, reached, report: self.finish() }
    }
}

/// History that is filled in comes after what is dated, as it needs no order.
fn order(seen: Seen) -> (bool, Instant) {
    match seen {
        Seen::At(seen) => (false, seen),
        Seen::Backfill => (true, Instant::MIN),
    }
}

/// What is wrong with all rows, since it is with what was said for all of them.
fn once(error: Error) -> Error {
    if error.code() != Code::SeenDecreases {
        return error;
    }
    let first = error.faults().first().cloned();
    first.map_or(error, |fault| Fault { pointer: None, ..fault }.into())
}

/// Which fact of a batch a fault is about.
fn position(fault: &Fault) -> Option<usize> {
    fault.pointer.as_deref()?.strip_prefix('/')?.parse().ok()
}
