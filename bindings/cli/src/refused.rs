//! Every row that was not recorded, in a file of its own.

use std::path::Path;

use guanxi::Error;
use guanxi::error::Language;
use guanxi::facts::RowVerdict;

use crate::lines::cell;
use crate::whole::Whole;

/// A CSV file with a line for each reason why a row was not recorded, written
/// while rows are judged, so that their number is no matter; or none, where
/// nobody asked for it. It appears under its name when it is whole, and not at
/// all where an import is broken off.
pub struct Refused {
    file: Option<Whole>,
    language: Language,
}

impl Refused {
    /// Begins the file.
    ///
    /// # Errors
    ///
    /// A path that cannot be written, or that is among the files that are `used`.
    pub fn begin<'a>(
        path: Option<&Path>,
        used: impl IntoIterator<Item = &'a Path>,
        language: Language,
    ) -> Result<Refused, Error> {
        let Some(path) = path else { return Ok(Refused { file: None, language }) };
        let file = Some(Whole::begin(("--refused", path), used)?);
        let mut refused = Refused { file, language };
        refused.line(&["file", "row", "column", "verdict", "code", "name", "message"])?;
        Ok(refused)
    }

    /// Takes a row that was not recorded.
    pub fn take(&mut self, file: &str, row: &RowVerdict) -> Result<(), Error> {
        if self.file.is_none() {
            return Ok(());
        }
        let verdict = serde_json::to_value(row.verdict).unwrap_or_default();
        let number = row.row.to_string();
        let place = format!("{file}:{number}/");
        for fault in &row.faults {
            let pointer = fault.pointer.as_deref().unwrap_or_default();
            self.line(&[
                file,
                &number,
                pointer.strip_prefix(&place).unwrap_or_default(),
                verdict.as_str().unwrap_or_default(),
                &fault.code.number().to_string(),
                fault.code.name(),
                fault.message.say(self.language),
            ])?;
        }
        Ok(())
    }

    /// Gives the file its name, now that everything is written.
    pub fn finish(self) -> Result<(), Error> {
        self.file.map_or(Ok(()), Whole::finish)
    }

    fn line(&mut self, cells: &[&str]) -> Result<(), Error> {
        let Some(file) = &mut self.file else { return Ok(()) };
        let line = cells.iter().map(|text| cell(text)).collect::<Vec<_>>().join(",");
        file.text(&line)?;
        file.text("\n")
    }
}
