//! What became of the rows of an import.

use std::collections::BTreeMap;

use serde::Serialize;

use super::mapping::TableKind;
use super::tally::{Filled, Tally};
use crate::error::{Code, Fault, Language};
use crate::facts::{RowVerdict, Verdict};

/// Rows that were not recorded are listed up to this many for each table.
pub const LISTED_ROWS: usize = 20;

/// How many rows have each verdict.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Verdicts {
    /// Recorded.
    pub new: u64,
    /// Recorded before.
    pub same: u64,
    /// Recorded, and waiting for what they correct.
    pub pending: u64,
    /// Not recorded: their ids stand with another content.
    pub conflict: u64,
    /// Not recorded: they cannot be facts, or are about somebody who was erased.
    pub refused: u64,
}

impl Verdicts {
    /// Counts one row.
    pub fn count(&mut self, verdict: Verdict) {
        let count = match verdict {
            Verdict::New => &mut self.new,
            Verdict::Same => &mut self.same,
            Verdict::Pending => &mut self.pending,
            Verdict::Conflict => &mut self.conflict,
            Verdict::Refused | Verdict::Erased => &mut self.refused,
        };
        *count += 1;
    }

    /// All rows.
    pub fn rows(&self) -> u64 {
        self.new + self.same + self.pending + self.conflict + self.refused
    }

    /// Rows that are not recorded.
    pub fn not_recorded(&self) -> u64 {
        self.conflict + self.refused
    }

    fn add(&mut self, other: &Verdicts) {
        self.new += other.new;
        self.same += other.same;
        self.pending += other.pending;
        self.conflict += other.conflict;
        self.refused += other.refused;
    }
}

/// How full a column is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ColumnReport {
    /// The host's name of the column.
    pub name: String,
    /// Rows in which it has a meaning, and those in which it is empty.
    #[serde(flatten)]
    pub filled: Filled,
}

/// What became of the rows of one table.
///
/// ```
/// use guanxi::facts::{Verdict, intake::{TableKind, TableReport}};
/// let mut report = TableReport::new("events.csv", &TableKind::Events);
/// report.count(2, Verdict::New, Vec::new());
/// report.count(3, Verdict::Conflict, Vec::new());
/// assert_eq!(report.verdicts.not_recorded(), 1);
/// assert_eq!(report.not_recorded[0].row, 3);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TableReport {
    /// The file's name.
    pub file: String,
    /// What its rows are about: `customers`, `events`, `ref_NAME`.
    pub of: String,
    /// Rows by verdict.
    pub verdicts: Verdicts,
    /// How full each column is that has a meaning.
    pub columns: Vec<ColumnReport>,
    /// Kinds of events that the schema does not have, with their rows.
    pub unknown_kinds: BTreeMap<String, u64>,
    /// The first rows that were not recorded, with the reasons.
    pub not_recorded: Vec<RowVerdict>,
    /// Rows that were not recorded and are not listed.
    pub more_not_recorded: u64,
    /// The first rows that are recorded and wait for what they correct.
    pub waiting: Vec<u64>,
}

impl TableReport {
    /// The report on a table before its first row.
    pub fn new(file: &str, kind: &TableKind) -> TableReport {
        TableReport {
            file: file.to_owned(),
            of: kind.to_string(),
            verdicts: Verdicts::default(),
            columns: Vec::new(),
            unknown_kinds: BTreeMap::new(),
            not_recorded: Vec::new(),
            more_not_recorded: 0,
            waiting: Vec::new(),
        }
    }

    /// Counts a row, and keeps it when it is among the first not recorded. A
    /// reason that only the log knows is said here, so `faults` may be empty.
    ///
    /// Returns the row with its reasons where it is not recorded, kept or not,
    /// for a host that wants them all.
    pub fn count(&mut self, row: u64, verdict: Verdict, faults: Vec<Fault>) -> Option<RowVerdict> {
        self.verdicts.count(verdict);
        if verdict == Verdict::Pending && self.waiting.len() < LISTED_ROWS {
            self.waiting.push(row);
        }
        if verdict.is_recorded() {
            return None;
        }
        let faults = match (faults.is_empty(), verdict) {
            (true, Verdict::Conflict) => vec![conflict().at(format!("{}:{row}", self.file))],
            (true, Verdict::Erased) => vec![erased().at(format!("{}:{row}", self.file))],
            (true, _) => vec![nobody().at(format!("{}:{row}", self.file))],
            (false, _) => faults,
        };
        let row = RowVerdict { row, verdict, faults };
        if self.not_recorded.len() < LISTED_ROWS {
            self.not_recorded.push(row.clone());
        } else {
            self.more_not_recorded += 1;
        }
        Some(row)
    }

    /// The report as JSON with its reasons in one language.
    pub fn in_language(&self, language: Language) -> impl Serialize + '_ {
        #[derive(Serialize)]
        struct Said<'a, R: Serialize> {
            file: &'a str,
            of: &'a str,
            verdicts: &'a Verdicts,
            columns: &'a [ColumnReport],
            unknown_kinds: &'a BTreeMap<String, u64>,
            not_recorded: Vec<R>,
            more_not_recorded: u64,
            waiting: &'a [u64],
        }
        Said {
            file: &self.file,
            of: &self.of,
            verdicts: &self.verdicts,
            columns: &self.columns,
            unknown_kinds: &self.unknown_kinds,
            not_recorded: self.not_recorded.iter().map(|row| row.in_language(language)).collect(),
            more_not_recorded: self.more_not_recorded,
            waiting: &self.waiting,
        }
    }

    /// Takes over what the tally of the table has counted; `columns` are the
    /// names of its columns.
    pub fn finish<'a>(&mut self, columns: impl Iterator<Item = &'a str>, tally: &Tally) {
        self.columns = columns
            .zip(tally.columns())
            .filter(|(_, filled)| filled.rows > 0)
            .map(|(name, filled)| ColumnReport { name: name.to_owned(), filled: *filled })
            .collect();
        self.unknown_kinds =
            tally.unknown_kinds().map(|(name, rows)| (name.to_owned(), rows)).collect();
        // The log speaks later than the rows were read.
        self.not_recorded.sort_by_key(|row| row.row);
        self.waiting.sort_unstable();
    }
}

/// What became of an import.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Its tables, in the order in which they were read.
    pub tables: Vec<TableReport>,
    /// Customers that nobody had introduced before.
    pub customers_created: u64,
}

impl Report {
    /// The rows of all tables by verdict.
    pub fn verdicts(&self) -> Verdicts {
        let mut sum = Verdicts::default();
        for table in &self.tables {
            sum.add(&table.verdicts);
        }
        sum
    }
}

fn conflict() -> Fault {
    Fault::new(
        Code::Conflict,
        "its source and id are recorded with another content",
        "相同来源和编号的事实已存在，但内容不同",
    )
    .hint(
        "correct a fact with `supersedes`; date a change by the day it happened; keep one row \
         where two say different things of one day",
        "更正请用 `supersedes`；变化请按发生之日注明日期；同一日期若有两行说法不一，请只保留一行",
    )
}

fn erased() -> Fault {
    Fault::new(
        Code::ErasedSubject,
        "the customer was erased, and nothing about them is recorded any more",
        "该客户的资料已清除，不再记入任何相关事实",
    )
    .hint("take the row out of what the host hands over", "请在业务系统的导出中去掉该行")
}

fn nobody() -> Fault {
    Fault::new(
        Code::UnknownSubject,
        "nobody has introduced the customer, and the schema refuses facts about strangers",
        "该客户尚未建档，而声明要求拒绝未建档客户的事实",
    )
}
