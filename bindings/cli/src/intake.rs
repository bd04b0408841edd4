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

use guanxi::facts::intake::{
    Layout, Lines, Mapping, Report, TableKind, TableMapping, TableReport, Taken, Tally,
};
use guanxi::facts::{Fact, Schema, Seen, Verdict};
use guanxi::units::{Instant, Zone};
use guanxi::{Code, Error, Fault};

use crate::table::{self, Batch, Table};

/// Facts handed on at once: large enough that a transaction costs little,
/// small enough that nobody waits for one.
const BATCH: usize = 20_000;

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
    /// `append` records facts that were learnt together; `read` is told the
    /// bytes read so far.
    ///
    /// # Errors
    ///
    /// A file that cannot be read on, and whatever `append` refuses as a
    /// whole. Rows that are refused are in the report.
    pub fn run(
        self,
        learnt: Learnt,
        append: &mut dyn FnMut(Vec<Fact>, Seen) -> Result<Vec<Verdict>, Error>,
        read: &mut dyn FnMut(u64),
    ) -> Result<Report, Error> {
        let mut report = Report::default();
        let mut before = 0;
        for file in self.files {
            let size = file.table.bytes().unwrap_or(0);
            let table = file.run(learnt, append, &mut |bytes| read(before + bytes))?;
            report.tables.push(table);
            before += size;
        }
        Ok(report)
    }
}

impl OpenFile<'_> {
    fn run(
        mut self,
        learnt: Learnt,
        append: &mut dyn FnMut(Vec<Fact>, Seen) -> Result<Vec<Verdict>, Error>,
        read: &mut dyn FnMut(u64),
    ) -> Result<TableReport, Error> {
        let mut tally = self.columns.tally();
        let report = TableReport::new(self.table.name(), &self.kind);
        let mut desk =
            Desk { learnt, append, report, facts: Vec::new(), rows: Vec::new(), seen: None };
        let mut batch = Batch::default();
        while self.table.fill(&mut batch)? {
            let mut failed = None;
            batch.each(|line, cells| {
                if failed.is_none() {
                    failed = desk.take(&self.columns, line, cells, &mut tally).err();
                }
            });
            if let Some(error) = failed {
                return Err(error);
            }
            read(self.table.bytes_read());
        }
        desk.hand_on()?;
        let mut report = desk.report;
        match &self.columns {
            Columns::Cells(layout) => report.finish(layout.columns(), &tally),
            Columns::Lines(lines) => report.finish(lines.columns(), &tally),
        }
        Ok(report)
    }
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

/// Facts that wait to be handed on, and the rows they come from.
struct Desk<'a> {
    learnt: Learnt,
    append: &'a mut dyn FnMut(Vec<Fact>, Seen) -> Result<Vec<Verdict>, Error>,
    report: TableReport,
    facts: Vec<Fact>,
    /// Line and number of facts of each row.
    rows: Vec<(u64, usize)>,
    /// When the waiting facts were learnt.
    seen: Option<Seen>,
}

impl Desk<'_> {
    fn take(
        &mut self,
        columns: &Columns<'_>,
        line: u64,
        cells: &[&str],
        tally: &mut Tally,
    ) -> Result<(), Error> {
        let waiting = self.facts.len();
        match columns.facts(line, cells, tally, &mut self.facts) {
            Err(faults) => self.report.count(line, Verdict::Refused, faults),
            Ok(taken) => {
                let seen = self.seen_of(taken.seen);
                if self.seen.is_some_and(|waiting| waiting != seen) {
                    let new = self.facts.split_off(waiting);
                    self.hand_on()?;
                    self.facts = new;
                }
                self.seen = Some(seen);
                self.rows.push((line, taken.facts));
                if self.facts.len() >= BATCH {
                    self.hand_on()?;
                }
            }
        }
        Ok(())
    }

    fn seen_of(&self, said: Option<Instant>) -> Seen {
        match said.filter(|_| self.learnt.by_row) {
            Some(seen) => Seen::At(seen),
            None => self.learnt.otherwise,
        }
    }

    fn hand_on(&mut self) -> Result<(), Error> {
        let facts = std::mem::take(&mut self.facts);
        let Some(seen) = self.seen.take().filter(|_| !facts.is_empty()) else {
            self.rows.clear();
            return Ok(());
        };
        let verdicts = (self.append)(facts, seen)?;
        let mut verdicts = verdicts.into_iter();
        for (line, facts) in self.rows.drain(..) {
            let verdict = together(verdicts.by_ref().take(facts));
            self.report.count(line, verdict, Vec::new());
        }
        Ok(())
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
