//! JSON Lines into a store, with a verdict for every line.

use super::Store;
use crate::error::Error;
use crate::facts::intake::{Lines, TableReport};
use crate::facts::{Seen, Verdict};

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
        let mut report = TableReport::new(lines.file(), lines.kind());
        let (mut tally, mut facts, mut rows) = (lines.tally(), Vec::new(), Vec::new());
        for (number, line) in (1_u64..).zip(text.split(|byte| *byte == b'\n')) {
            if line.iter().all(u8::is_ascii_whitespace) {
                continue;
            }
            match lines.line(number, line, &mut tally, &mut facts) {
                Ok(taken) => rows.push((number, taken.facts)),
                Err(faults) => {
                    report.count(number, Verdict::Refused, faults);
                }
            }
        }
        let verdicts = if facts.is_empty() { Vec::new() } else { self.append(facts, seen)? };
        let mut verdicts = verdicts.as_slice();
        for (number, facts) in rows {
            let (mine, rest) = verdicts.split_at_checked(facts).unwrap_or((verdicts, &[]));
            report.count(number, Verdict::of_row(mine), Vec::new());
            verdicts = rest;
        }
        report.finish(lines.columns(), &tally);
        Ok(report)
    }
}
