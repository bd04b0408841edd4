//! Every row that was not recorded, in a file of its own.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use guanxi::error::Language;
use guanxi::facts::RowVerdict;
use guanxi::{Code, Error, Fault};

use crate::files;

/// A CSV file with a line for each reason why a row was not recorded, written
/// while rows are judged, so that their number is no matter; or none, where
/// nobody asked for it.
pub struct Refused {
    file: Option<(PathBuf, BufWriter<File>)>,
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
        let there = fs::canonicalize(path).ok();
        if there.is_some() && used.into_iter().any(|file| fs::canonicalize(file).ok() == there) {
            return Err(overwrites(path));
        }
        let file = File::create(path).map_err(|error| files::refused(path, &error))?;
        let mut refused = Refused { file: Some((path.to_owned(), BufWriter::new(file))), language };
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

    /// Makes sure that everything is written.
    pub fn finish(self) -> Result<(), Error> {
        let Some((path, mut out)) = self.file else { return Ok(()) };
        out.flush().map_err(|error| files::refused(&path, &error))
    }

    fn line(&mut self, cells: &[&str]) -> Result<(), Error> {
        let Some((path, out)) = &mut self.file else { return Ok(()) };
        let line = cells.iter().map(|text| cell(text)).collect::<Vec<_>>().join(",");
        writeln!(out, "{line}").map_err(|error| files::refused(path, &error))
    }
}

fn cell(text: &str) -> String {
    if text.contains(['"', ',', '\r', '\n']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}

fn overwrites(path: &Path) -> Error {
    let shown = path.display();
    Fault::new(
        Code::InvalidArgument,
        format!("`{shown}` is used by this command, and cannot be written over by `--refused`"),
        format!("`{shown}` 是本次命令用到的文件，不能用作 `--refused` 的输出"),
    )
    .into()
}
