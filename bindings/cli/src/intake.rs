//! The host's files as facts: opened all, judged all, handed on in batches.
//!
//! ```text
//! files ── open ──> layouts, or every fault of every header
//!                      │
//!                   rows ──> facts ── record ──> verdicts ──> report
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
use guanxi::facts::schema::UnknownCustomers;
use guanxi::facts::{Fact, Schema, Seen};
use guanxi::store::Store;
use guanxi::units::{Instant, Zone};
use guanxi::{Code, Error, Fault};

use self::record::{Chunk, Recorder, Row};
use crate::refused::Refused;
use crate::table::{self, Batch, Table};

mod record;

pub use self::record::Broken;

/// Facts recorded at once: large enough that a transaction costs little,
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
    /// The latest that they can say.
    pub latest: Instant,
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
        let found = self.mapping.and_then(|mapping| mapping.check(self.schema).err());
        self.open_unless(found.map(Error::into_faults).unwrap_or_default(), files)
    }

    /// The same where the faults of the mapping are known already: then the
    /// headers of the files are held to what could be read of it, and nothing
    /// is opened.
    ///
    /// # Errors
    ///
    /// Every fault of the mapping, its encodings and the headers at once.
    pub fn open_unless(&self, mut faults: Vec<Fault>, files: &[File]) -> Result<Opened<'s>, Error> {
        faults.extend(self.unknown_encodings());
        if !faults.is_empty() {
            for fault in files.iter().flat_map(|file| self.header_faults(file)) {
                if !faults.contains(&fault) {
                    faults.push(fault);
                }
            }
            return Err(said(faults));
        }
        let mut opened = Vec::with_capacity(files.len());
        for file in files {
            match self.open_file(file) {
                Ok(file) => opened.push(file),
                Err(error) => faults.extend(error.into_faults()),
            }
        }
        Error::check(faults)?;
        // Rows wait while one may come that says it was learnt earlier, so what
        // says so is read first, unless it needs an introduction.
        if self.schema.unknown_customers == UnknownCustomers::Create {
            opened.sort_by_key(|file| file.kind != TableKind::Events);
        }
        Ok(Opened { files: opened })
    }

    /// Encodings that nobody knows, each once.
    fn unknown_encodings(&self) -> Vec<Fault> {
        let unknown = |name: &str| {
            table::known_encoding(name).is_none().then(|| table::unknown_encoding(name))
        };
        let given = self.encoding.and_then(unknown).map(|fault| fault.at("--encoding"));
        let mut faults: Vec<Fault> = given.into_iter().collect();
        for table in self.mapping.iter().flat_map(|mapping| mapping.tables()) {
            let place = table.encoding_pointer().unwrap_or_default();
            let fault = table.encoding().and_then(unknown).map(|fault| fault.at(place));
            faults.extend(fault.filter(|fault| !faults.contains(fault)));
        }
        faults
    }

    /// What is wrong of a file by its first row, where the mapping tells enough
    /// of it.
    fn header_faults(&self, file: &File) -> Vec<Fault> {
        let name = file.path.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
        let mapping = self.mapping.and_then(|mapping| mapping.table(&name, &file.kind));
        let encoding = self.encoding.or(mapping.and_then(TableMapping::encoding));
        let whole = self.mapping.is_none_or(|mapping| mapping.is_whole(&name, &file.kind));
        let readable = encoding.is_none_or(|name| table::known_encoding(name).is_some());
        if !whole || !readable || is_lines(&file.path) {
            return Vec::new();
        }
        let delimiter = mapping.and_then(TableMapping::delimiter).unwrap_or(b',');
        let found = table::header(&file.path, delimiter, encoding).and_then(|header| {
            let header: Vec<&str> = header.iter().map(String::as_str).collect();
            Layout::of(&name, &header, &file.kind, mapping, self.schema, self.zone)
        });
        found.err().map(Error::into_faults).unwrap_or_default()
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

impl<'s> Opened<'s> {
    /// Bytes in all files, where they have a size.
    pub fn bytes(&self) -> u64 {
        self.files.iter().filter_map(|file| file.table.bytes()).sum()
    }

    /// Reads every row, records its facts, and reports on each row.
    ///
    /// Facts are recorded in the order in which they were learnt, over all
    /// files; `refused` takes every row that is not recorded; `read` is told the
    /// bytes read so far.
    ///
    /// # Errors
    ///
    /// A file that cannot be read on, and whatever the store refuses as a
    /// whole, with the report so far. Rows that are refused are in the report.
    pub fn run(
        self,
        learnt: Learnt,
        store: &mut Store,
        refused: &mut Refused,
        read: &mut dyn FnMut(u64),
    ) -> Result<Report, Box<Broken>> {
        let mut recorder = Recorder::new(store, refused, learnt);
        let (tables, read) = match self.read_all(learnt, &mut recorder, read) {
            Ok(tables) => (tables, Ok(())),
            Err(error) => (Vec::new(), Err(error)),
        };
        let mut report = recorder.finish(read)?;
        for (table, (columns, tally)) in report.tables.iter_mut().zip(&tables) {
            match columns {
                Columns::Cells(layout) => table.finish(layout.columns(), tally),
                Columns::Lines(lines) => table.finish(lines.columns(), tally),
            }
        }
        Ok(report)
    }

    fn read_all(
        self,
        learnt: Learnt,
        recorder: &mut Recorder<'_>,
        read: &mut dyn FnMut(u64),
    ) -> Result<Vec<(Columns<'s>, Tally)>, Error> {
        let may_say = |file: &OpenFile<'_>| learnt.by_row && file.columns.may_say_seen();
        let mut to_wait_for = self.files.iter().filter(|file| may_say(file)).count();
        let (mut columns, mut before) = (Vec::with_capacity(self.files.len()), 0);
        for file in self.files {
            let (size, says) = (file.table.bytes().unwrap_or(0), may_say(&file));
            recorder.begin(TableReport::new(file.table.name(), &file.kind), 0 < to_wait_for);
            columns.push(file.run(recorder, &mut |bytes| read(before + bytes))?);
            before += size;
            to_wait_for -= usize::from(says);
            if says && to_wait_for == 0 {
                recorder.release()?;
            }
        }
        Ok(columns)
    }
}

impl<'s> OpenFile<'s> {
    /// Reads on one thread and records on this one, so that neither waits for
    /// the other longer than it must.
    fn run(
        self,
        recorder: &mut Recorder<'_>,
        read: &mut dyn FnMut(u64),
    ) -> Result<(Columns<'s>, Tally), Error> {
        thread::scope(|scope| {
            // Dropped when this closure ends early, which ends the reader too.
            let (sender, receiver) = mpsc::sync_channel(CHUNKS_AHEAD);
            let reader = scope.spawn(move || self.read(sender));
            for chunk in receiver {
                let chunk: Chunk = chunk?;
                read(chunk.bytes);
                recorder.take(chunk)?;
            }
            reader.join().map_err(|_| reader_failed())
        })
    }

    /// Turns every row into facts, chunk by chunk, until the file ends or
    /// nobody listens any more.
    fn read(mut self, sender: SyncSender<Result<Chunk, Error>>) -> (Columns<'s>, Tally) {
        let mut tally = self.columns.tally();
        let mut desk = Desk { sender: &sender, chunk: Chunk::default(), is_heard: true };
        let mut batch = Batch::default();
        while desk.is_heard {
            match self.table.fill(&mut batch) {
                Ok(true) => {}
                Ok(false) => break,
                Err(error) => {
                    desk.hand_on();
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
    /// Whether a row may say when it was learnt.
    fn may_say_seen(&self) -> bool {
        match self {
            Columns::Cells(layout) => layout.says_seen(),
            Columns::Lines(lines) => lines.says_seen(),
        }
    }

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

/// Where rows become chunks.
struct Desk<'a> {
    sender: &'a SyncSender<Result<Chunk, Error>>,
    chunk: Chunk,
    /// Whether somebody still listens.
    is_heard: bool,
}

impl Desk<'_> {
    fn take(&mut self, columns: &Columns<'_>, line: u64, cells: &[&str], tally: &mut Tally) {
        let row = match columns.facts(line, cells, tally, &mut self.chunk.facts) {
            Err(faults) => Row::Refused(line, faults),
            Ok(taken) => Row::Facts(line, taken),
        };
        self.chunk.rows.push(row);
        if self.chunk.facts.len() >= BATCH || self.chunk.rows.len() >= BATCH {
            self.hand_on();
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

#[cfg(test)]
mod tests;
