//! Rows into a store, as JSON Lines or as columns, with a verdict for every row.

use super::{Appended, Store};
use crate::error::{Error, Fault};
use crate::facts::intake::{Frame, Layout, Lines, TableReport, Taken, Tally};
use crate::facts::{Batch, Fact, Seen, Verdict};
use crate::units::Instant;

impl Store {
    /// Records a text of JSON Lines, in one transaction, and says what became
    /// of each line.
    ///
    /// # Inputs
    ///
    /// `lines` knows what the keys mean. `text` has an object a line; lines end
    /// in LF or CRLF, and empty ones are passed over. `seen` is for lines that
    /// do not say themselves when they were learnt.
    ///
    /// # Output
    ///
    /// The verdicts counted, and the first 20 lines that were not recorded with
    /// the reasons. A refused line keeps no other from being recorded, and so
    /// does one that says it was learnt before what the store has learnt since.
    ///
    /// # Errors
    ///
    /// As [`append`](Store::append); then nothing of the text is recorded.
    ///
    /// # Example
    ///
    /// ```
    /// use guanxi::facts::intake::{Lines, TableKind};
    /// use guanxi::facts::{Schema, Seen};
    /// use guanxi::store::Store;
    /// use guanxi::units::Zone;
    /// use std::sync::Arc;
    ///
    /// let schema = Schema::from_json(r#"{"attributes": {"region": {"type": "text"}}}"#)?;
    /// let schema = Arc::new(schema);
    /// let lines = Lines::of("new", &TableKind::Customers, None, &schema, &Zone::named("UTC")?)?;
    /// let mut store = Store::in_memory(&schema);
    /// let text = "{\"id\": \"C-1\", \"region\": \"华东\"}\n{\"id\": \"C-2\", \"regoin\": 1}\n";
    /// let report = store.append_lines(&lines, text.as_bytes(), Seen::Backfill)?;
    /// assert_eq!((report.verdicts.new, report.verdicts.refused), (1, 1));
    /// assert_eq!(report.not_recorded[0].row, 2);
    /// # Ok::<(), guanxi::Error>(())
    /// ```
    pub fn append_lines(
        &mut self,
        lines: &Lines<'_>,
        text: &[u8],
        seen: Seen,
    ) -> Result<TableReport, Error> {
        let mut rows = Rows::new(lines.tally(), TableReport::new(lines.file(), lines.kind()));
        for (number, line) in (1_u64..).zip(text.split(|byte| *byte == b'\n')) {
            if !line.iter().all(u8::is_ascii_whitespace) {
                rows.take(number, |tally, facts| lines.line(number, line, tally, facts));
            }
        }
        self.append_rows(rows, lines.columns(), seen)
    }

    /// Records rows that are columns in memory, in one transaction, and says
    /// what became of each row.
    ///
    /// # Inputs
    ///
    /// `layout` knows what the columns mean; it was made for those of the first
    /// frame, and all frames have the same. Rows are counted from 1, through
    /// all frames. `seen` is for rows that do not say themselves when they were
    /// learnt.
    ///
    /// # Output
    ///
    /// As [`append_lines`](Store::append_lines), and the same facts as if the
    /// rows had come as JSON.
    ///
    /// # Errors
    ///
    /// As [`append`](Store::append), and
    /// [`MalformedColumn`](crate::Code::MalformedColumn) where a frame has other
    /// columns; then nothing is recorded.
    ///
    /// # Cost
    ///
    /// As [`append`](Store::append); reading a row of a frame takes about a
    /// third of reading one as JSON.
    pub fn append_frames(
        &mut self,
        layout: &Layout<'_>,
        frames: &[Frame<'_>],
        seen: Seen,
    ) -> Result<TableReport, Error> {
        let mut rows = Rows::new(layout.tally(), TableReport::new(layout.file(), layout.kind()));
        let mut number = 0;
        for frame in frames {
            layout.fits(frame)?;
            for row in 0..frame.rows() {
                number += 1;
                rows.take(number, |tally, facts| {
                    layout.frame_row(number, frame, row, tally, facts)
                });
            }
        }
        self.append_rows(rows, layout.columns(), seen)
    }

    fn append_rows<'c>(
        &mut self,
        rows: Rows,
        columns: impl Iterator<Item = &'c str>,
        seen: Seen,
    ) -> Result<TableReport, Error> {
        let Rows { tally, facts, mut taken, mut report } = rows;
        let batches = batches(&mut taken, facts, seen);
        let Appended { verdicts, late } = self.append_dated(batches, seen)?;
        let (mut start, mut told) = (0, Vec::with_capacity(taken.len()));
        for row in taken {
            let end = start + row.facts;
            let verdict = Verdict::of_row(verdicts.get(start..end).unwrap_or_default());
            let place = format!("{}:{}", report.file, row.number);
            let why = late.range(start..end).next().map(|(_, fault)| fault.clone().at(place));
            told.push((row.number, verdict, why));
            start = end;
        }
        told.sort_unstable_by_key(|(number, ..)| *number);
        for (number, verdict, why) in told {
            report.count(number, verdict, why.into_iter().collect());
        }
        report.finish(columns, &tally);
        Ok(report)
    }
}

/// The facts of rows in the order in which they were learnt, which is that of
/// the rows then.
fn batches(rows: &mut [Row], facts: Vec<Fact>, otherwise: Seen) -> Vec<Batch> {
    if rows.iter().all(|row| row.seen.is_none()) {
        return vec![Batch { facts, seen: otherwise }];
    }
    let seen_of = |row: &Row| row.seen.map_or(otherwise, Seen::At);
    let mut facts = facts.into_iter();
    let mut of_rows: Vec<(Row, Vec<Fact>)> =
        rows.iter().map(|row| (*row, facts.by_ref().take(row.facts).collect())).collect();
    of_rows.sort_by_key(|(row, _)| seen_of(row));
    let mut batches: Vec<Batch> = Vec::new();
    for (place, (row, facts)) in rows.iter_mut().zip(of_rows) {
        let seen = seen_of(&row);
        match batches.last_mut() {
            Some(last) if last.seen == seen => last.facts.extend(facts),
            _ => batches.push(Batch { facts, seen }),
        }
        *place = row;
    }
    batches
}

/// Rows that were read and are to be recorded.
struct Rows {
    tally: Tally,
    facts: Vec<Fact>,
    taken: Vec<Row>,
    /// Refused rows are told at once: of the most of them nothing is kept.
    report: TableReport,
}

/// A row that gave facts.
#[derive(Clone, Copy)]
struct Row {
    number: u64,
    facts: usize,
    /// When it says that it was learnt.
    seen: Option<Instant>,
}

impl Rows {
    fn new(tally: Tally, report: TableReport) -> Rows {
        Rows { tally, facts: Vec::new(), taken: Vec::new(), report }
    }

    fn take(
        &mut self,
        number: u64,
        read: impl FnOnce(&mut Tally, &mut Vec<Fact>) -> Result<Taken, Vec<Fault>>,
    ) {
        match read(&mut self.tally, &mut self.facts) {
            Ok(Taken { facts, seen, .. }) => self.taken.push(Row { number, facts, seen }),
            Err(faults) => {
                self.report.count(number, Verdict::Refused, faults);
            }
        }
    }
}
