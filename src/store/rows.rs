//! Rows into a store, as JSON Lines or as columns, with a verdict for every row.

use super::Store;
use crate::error::{Error, Fault};
use crate::facts::intake::{Frame, Layout, Lines, TableReport, Taken, Tally};
use crate::facts::{Fact, Seen, Verdict};

impl Store {
    /// Records a text of JSON Lines, in one transaction, and says what became
    /// of each line.
    ///
    /// # Inputs
    ///
    /// `lines` knows what the keys mean. `text` has an object a line; lines end
    /// in LF or CRLF, and empty ones are passed over. What lines say of when
    /// they were learnt is not used: that is `seen`.
    ///
    /// # Output
    ///
    /// The verdicts counted, and the first 20 lines that were not recorded with
    /// the reasons. A refused line keeps no other from being recorded.
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
        let mut rows = Rows::new(lines.tally());
        for (number, line) in (1_u64..).zip(text.split(|byte| *byte == b'\n')) {
            if !line.iter().all(u8::is_ascii_whitespace) {
                rows.take(number, |tally, facts| lines.line(number, line, tally, facts));
            }
        }
        let report = TableReport::new(lines.file(), lines.kind());
        self.append_rows(rows, lines.columns(), report, seen)
    }

    /// Records rows that are columns in memory, in one transaction, and says
    /// what became of each row.
    ///
    /// # Inputs
    ///
    /// `layout` knows what the columns mean; it was made for those of the first
    /// frame, and all frames have the same. Rows are counted from 1, through
    /// all frames. What rows say of when they were learnt is not used: that is
    /// `seen`.
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
        let mut rows = Rows::new(layout.tally());
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
        let report = TableReport::new(layout.file(), layout.kind());
        self.append_rows(rows, layout.columns(), report, seen)
    }

    fn append_rows<'c>(
        &mut self,
        rows: Rows,
        columns: impl Iterator<Item = &'c str>,
        mut report: TableReport,
        seen: Seen,
    ) -> Result<TableReport, Error> {
        let Rows { tally, facts, taken, refused } = rows;
        for (number, faults) in refused {
            report.count(number, Verdict::Refused, faults);
        }
        let verdicts = if facts.is_empty() { Vec::new() } else { self.append(facts, seen)? };
        let mut verdicts = verdicts.as_slice();
        for (number, facts) in taken {
            let (mine, rest) = verdicts.split_at_checked(facts).unwrap_or((verdicts, &[]));
            report.count(number, Verdict::of_row(mine), Vec::new());
            verdicts = rest;
        }
        report.finish(columns, &tally);
        Ok(report)
    }
}

/// Rows that were read and are to be recorded.
struct Rows {
    tally: Tally,
    facts: Vec<Fact>,
    /// Number of each row, and how many of the facts it gave.
    taken: Vec<(u64, usize)>,
    refused: Vec<(u64, Vec<Fault>)>,
}

impl Rows {
    fn new(tally: Tally) -> Rows {
        Rows { tally, facts: Vec::new(), taken: Vec::new(), refused: Vec::new() }
    }

    fn take(
        &mut self,
        number: u64,
        read: impl FnOnce(&mut Tally, &mut Vec<Fact>) -> Result<Taken, Vec<Fault>>,
    ) {
        match read(&mut self.tally, &mut self.facts) {
            Ok(taken) => self.taken.push((number, taken.facts)),
            Err(faults) => self.refused.push((number, faults)),
        }
    }
}
