//! The host's files as facts: opened all, judged all, handed on in batches.
//!
//! ```text
//! files ── open ──> layouts, or every fault of every header
//!                      │
//!                   rows ──> facts ── append ──> verdicts ──> report
//! ```
//!
//! Nothing is appended before every file has been opened and its columns
//! settled, so that a wrong header leaves the store as it was.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, SyncSender};
use std::thread;

use guanxi::facts::intake::{
    Layout, Lines, Mapping, Report, TableKind, TableMapping, TableReport, Taken, Tally,
};
use guanxi::facts::{Fact, Schema, Seen, Verdict};
use guanxi::units::{Instant, Zone};
use guanxi::{Code, Error, Fault};

use crate::refused::Refused;
use crate::table::{self, Batch, Table};

/// Facts handed on at once: large enough that a transaction costs little,
/// small enough that nobody waits for one.
const BATCH: usize = 50_000;
/// Batches that are read before the store has taken the one before.
const CHUNKS_AHEAD: usize = 1;

/// A file and what its rows are about.
#[derive(Debug, Clone)]
pub struct File {
    /// Where it is.
    pub path: PathBuf,
    /// What its rows are about.
    pub kind: TableKind,
}

/// What a file with rows is called and so is about: `ref_staff.csv`.
///
/// # Errors
///
/// A name that says nothing.
pub fn reference(path: &Path) -> Result<File, Error> {
    let stem = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
    match TableKind::parse(stem) {
        Some(kind @ TableKind::Reference(_)) => Ok(File { path: path.to_owned(), kind }),
        _ => {
            let shown = path.display();
            Err(Fault::new(
                Code::InvalidArgument,
                format!(
                    "`{shown}` does not say which reference table it is, expected `ref_NAME.csv`"
                ),
                format!("从 `{shown}` 看不出是哪张参照表，应名为 `ref_表名.csv`"),
            )
            .into())
        }
    }
}

/// How the rows of the host are to be read.
#[derive(Debug, Clone, Copy)]
pub struct Reading<'s> {
    /// What is declared.
    pub schema: &'s Schema,
    /// The zone of local times.
    pub zone: &'s Zone,
    /// What the columns mean, where they do not carry the schema's names.
    pub mapping: Option<&'s Mapping>,
    /// The encoding of all files, unless it is UTF-8.
    pub encoding: Option<&'s str>,
}

/// When rows were learnt.
#[derive(Debug, Clone, Copy)]
pub struct Learnt {
    /// Rows that do not say it themselves.
    pub otherwise: Seen,
    /// Rows that say it themselves are taken at their word.
    pub by_row: bool,
}

/// Files whose columns are settled.
pub struct Opened<'s> {
    files: Vec<OpenFile<'s>>,
}

struct OpenFile<'s> {
    table: Table,
    kind: TableKind,
    columns: Columns<'s>,
}

enum Columns<'s> {
    Cells(Layout<'s>),
    Lines(Lines<'s>),
}

impl<'s> Reading<'s> {
    /// Opens files and settles what their columns mean.
    ///
    /// # Errors
    ///
    /// Every fault of every file at once.
    pub fn open(&self, files: &[File]) -> Result<Opened<'s>, Error> {
        let mut faults = Vec::new();
        if let Some(mapping) = self.mapping {
            faults.extend(
                mapping.check(self.schema).err().map(Error::into_faults).unwrap_or_default(),
            );
            if !faults.is_empty() {
                return Err(said(faults));
            }
        }
        let mut opened = Vec::with_capacity(files.len());
        for file in files {
            match self.open_file(file) {
                Ok(file) => opened.push(file),
                Err(error) => faults.extend(error.into_faults()),
            }
        }
        Error::check(faults)?;
        // Rows that say when they were learnt come before those that are
        // learnt now, so events come first, unless they need an introduction.
        if self.schema.unknown_customers == guanxi::facts::schema::UnknownCustomers::Create {
            opened.sort_by_key(|file| file.kind != TableKind::Events);
        }
        Ok(Opened { files: opened })
    }

    fn open_file(&self, file: &File) -> Result<OpenFile<'s>, Error> {
        let name = file.path.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
        let mapping = self.mapping.and_then(|mapping| mapping.table(&name, &file.kind));
        let encoding = self.encoding.or(mapping.and_then(TableMapping::encoding));
        let kind = &file.kind;
        if is_lines(&file.path) {
            let table = table::open_lines(&file.path, encoding)?;
            let lines = Lines::of(table.name(), kind, mapping, self.schema, self.zone)?;
            return Ok(OpenFile { table, kind: kind.clone(), columns: Columns::Lines(lines) });
        }
        let delimiter = mapping.and_then(TableMapping::delimiter).unwrap_or(b',');
        let table = table::open_table(&file.path, delimiter, encoding)?;
        let layout =
            Layout::of(table.name(), &table.header(), kind, mapping, self.schema, self.zone)?;
        Ok(OpenFile { table, kind: kind.clone(), columns: Columns::Cells(layout) })
    }
}

fn said(faults: Vec<Fault>) -> Error {
    match Error::of(faults) {
        Some(error) => error,
        None => Fault::new(Code::Internal, "no fault to tell", "没有可报告的错误").into(),
    }
}

fn is_lines(path: &Path) -> bool {
    let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
    ["jsonl", "ndjson"].iter().any(|lines| ending.eq_ignore_ascii_case(lines))
}

impl Opened<'_> {
    /// Bytes in all files, where they have a size.
    pub fn bytes(&self) -> u64 {
        self.files.iter().filter_map(|file| file.table.bytes()).sum()
    }

    /// Reads every row, hands facts on, and reports on each row.
    ///
    /// `append` records facts that were learnt together; `refused` takes every
    /// row that is not recorded; `read` is told the bytes read so far.
    ///
    /// # Errors
    ///
    /// A file that cannot be read on, and whatever `append` refuses as a
    /// whole. Rows that are refused are in the report.
    pub fn run(
        self,
        learnt: Learnt,
        append: &mut dyn FnMut(Vec<Fact>, Seen) -> Result<Vec<Verdict>, Error>,
        refused: &mut Refused,
        read: &mut dyn FnMut(u64),
    ) -> Result<Report, Error> {
        let mut report = Report::default();
        let mut before = 0;
        for file in self.files {
            let size = file.table.bytes().unwrap_or(0);
            let table = file.run(learnt, append, refused, &mut |bytes| read(before + bytes))?;
            report.tables.push(table);
            before += size;
        }
        Ok(report)
    }
}

impl<'s> OpenFile<'s> {
    /// Reads on one thread and appends on this one, so that neither waits for
    /// the other longer than it must.
    fn run(
        self,
        learnt: Learnt,
        append: &mut dyn FnMut(Vec<Fact>, Seen) -> Result<Vec<Verdict>, Error>,
        refused: &mut Refused,
        read: &mut dyn FnMut(u64),
    ) -> Result<TableReport, Error> {
        let mut report = TableReport::new(self.table.name(), &self.kind);
        thread::scope(|scope| {
            // Dropped when this closure ends early, which ends the reader too.
            let (sender, receiver) = mpsc::sync_channel(CHUNKS_AHEAD);
            let reader = scope.spawn(move || self.read(learnt, sender));
            for chunk in receiver {
                let chunk: Chunk = chunk?;
                read(chunk.bytes);
                chunk.hand_on(append, refused, &mut report)?;
            }
            let Ok((columns, tally)) = reader.join() else { return Err(reader_failed()) };
            match &columns {
                Columns::Cells(layout) => report.finish(layout.columns(), &tally),
                Columns::Lines(lines) => report.finish(lines.columns(), &tally),
            }
            Ok(report)
        })
    }

    /// Turns every row into facts, chunk by chunk, until the file ends or
    /// nobody listens any more.
    fn read(
        mut self,
        learnt: Learnt,
        sender: SyncSender<Result<Chunk, Error>>,
    ) -> (Columns<'s>, Tally) {
        let mut tally = self.columns.tally();
        let mut desk = Desk { learnt, sender: &sender, chunk: Chunk::default(), is_heard: true };
        let mut batch = Batch::default();
        while desk.is_heard {
            match self.table.fill(&mut batch) {
                Ok(true) => {}
                Ok(false) => break,
                Err(error) => {
                    desk.send(Err(error));
                    break;
                }
            }
            desk.chunk.bytes = self.table.bytes_read();
            batch.each(|line, cells| desk.take(&self.columns, line, cells, &mut tally));
        }
        desk.hand_on();
        (self.columns, tally)
    }
}

fn reader_failed() -> Error {
    Fault::new(Code::Internal, "the reader of a table failed", "读取表格的线程出错").into()
}

impl Columns<'_> {
    fn tally(&self) -> Tally {
        match self {
            Columns::Cells(layout) => layout.tally(),
            Columns::Lines(lines) => lines.tally(),
        }
    }

    fn facts(
        &self,
        line: u64,
        cells: &[&str],
        tally: &mut Tally,
        facts: &mut Vec<Fact>,
    ) -> Result<Taken, Vec<Fault>> {
        match self {
            Columns::Cells(layout) => layout.row(line, cells, tally, facts),
            Columns::Lines(lines) => {
                let text = cells.first().copied().unwrap_or_default();
                lines.line(line, text.as_bytes(), tally, facts)
            }
        }
    }
}

/// Facts that were learnt together, and the rows they come from.
#[derive(Default)]
struct Chunk {
    facts: Vec<Fact>,
    rows: Vec<Row>,
    /// When the facts were learnt; absent while there are none.
    seen: Option<Seen>,
    /// Bytes of the file read so far.
    bytes: u64,
}

/// A row, by the line it begins on.
enum Row {
    /// It gave so many facts.
    Facts(u64, usize),
    /// It is no fact.
    Refused(u64, Vec<Fault>),
}

impl Chunk {
    fn hand_on(
        self,
        append: &mut dyn FnMut(Vec<Fact>, Seen) -> Result<Vec<Verdict>, Error>,
        refused: &mut Refused,
        report: &mut TableReport,
    ) -> Result<(), Error> {
        let verdicts = match self.seen {
            Some(seen) => append(self.facts, seen)?,
            None => Vec::new(),
        };
        let mut verdicts = verdicts.into_iter();
        for row in self.rows {
            let missed = match row {
                Row::Refused(line, faults) => report.count(line, Verdict::Refused, faults),
                Row::Facts(line, facts) => {
                    let verdict = together(verdicts.by_ref().take(facts));
                    report.count(line, verdict, Vec::new())
                }
            };
            if let Some(row) = missed {
                refused.take(&report.file, &row)?;
            }
        }
        Ok(())
    }
}

/// Where rows become chunks.
struct Desk<'a> {
    learnt: Learnt,
    sender: &'a SyncSender<Result<Chunk, Error>>,
    chunk: Chunk,
    /// Whether somebody still listens.
    is_heard: bool,
}

impl Desk<'_> {
    fn take(&mut self, columns: &Columns<'_>, line: u64, cells: &[&str], tally: &mut Tally) {
        let waiting = self.chunk.facts.len();
        match columns.facts(line, cells, tally, &mut self.chunk.facts) {
            Err(faults) => self.chunk.rows.push(Row::Refused(line, faults)),
            Ok(taken) => {
                let seen = self.seen_of(taken.seen);
                if self.chunk.seen.is_some_and(|waiting| waiting != seen) {
                    let new = self.chunk.facts.split_off(waiting);
                    self.hand_on();
                    self.chunk.facts = new;
                }
                self.chunk.seen = Some(seen);
                self.chunk.rows.push(Row::Facts(line, taken.facts));
            }
        }
        if self.chunk.facts.len() >= BATCH || self.chunk.rows.len() >= BATCH {
            self.hand_on();
        }
    }

    fn seen_of(&self, said: Option<Instant>) -> Seen {
        match said.filter(|_| self.learnt.by_row) {
            Some(seen) => Seen::At(seen),
            None => self.learnt.otherwise,
        }
    }

    fn hand_on(&mut self) {
        let empty = Chunk { bytes: self.chunk.bytes, ..Chunk::default() };
        let chunk = std::mem::replace(&mut self.chunk, empty);
        if !chunk.rows.is_empty() {
            self.send(Ok(chunk));
        }
    }

    fn send(&mut self, chunk: Result<Chunk, Error>) {
        self.is_heard &= self.sender.send(chunk).is_ok();
    }
}

/// The verdict on a row by those on its facts: what went wrong counts more
/// than what is new, and what is new more than what was there.
fn together(verdicts: impl Iterator<Item = Verdict>) -> Verdict {
    let weight = |verdict: &Verdict| match verdict {
        Verdict::Same => 0,
        Verdict::New => 1,
        Verdict::Pending => 2,
        Verdict::Conflict => 3,
        Verdict::Refused => 4,
    };
    verdicts.max_by_key(weight).unwrap_or(Verdict::Same)
}

#[cfg(test)]
mod tests;
