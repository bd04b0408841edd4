//! Every row that was not recorded, in a file of its own.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use guanxi::error::Language;
use guanxi::facts::RowVerdict;
use guanxi::{Code, Error, Fault};
use tempfile::NamedTempFile;

use crate::files;
use crate::lines::cell;

/// A CSV file with a line for each reason why a row was not recorded, written
/// while rows are judged, so that their number is no matter; or none, where
/// nobody asked for it. It appears under its name when it is whole, and not at
/// all where an import is broken off.
pub struct Refused {
    file: Option<(PathBuf, BufWriter<Out>)>,
    language: Language,
}

/// Where lines go until they are all there.
enum Out {
    /// A file beside, which takes the place of the one that is asked for.
    Beside(NamedTempFile),
    /// A pipe or a device, which is no file to be replaced.
    Straight(File),
}

impl Out {
    fn begin(path: &Path) -> io::Result<Out> {
        if path.exists() {
            // Whoever may not write a file may not replace it either.
            let there = OpenOptions::new().write(true).open(path)?;
            if !there.metadata()?.is_file() {
                return Ok(Out::Straight(there));
            }
        }
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let mut beside = tempfile::Builder::new();
        beside.prefix(".guanxi-").suffix(".part");
        // As any new file: the mask of the process says who may read it.
        #[cfg(unix)]
        beside.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        Ok(Out::Beside(beside.tempfile_in(folder.unwrap_or(Path::new(".")))?))
    }

    fn finish(self, path: &Path) -> io::Result<()> {
        match self {
            Out::Beside(file) => file.persist(path).map(drop).map_err(|error| error.error),
            Out::Straight(_) => Ok(()),
        }
    }
}

impl Write for Out {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Out::Beside(file) => file.write(bytes),
            Out::Straight(file) => file.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Out::Beside(file) => file.flush(),
            Out::Straight(file) => file.flush(),
        }
    }
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
        // A link stays one: what it points at is written.
        let path = there.unwrap_or_else(|| path.to_owned());
        let out = Out::begin(&path).map_err(|error| files::refused(&path, &error))?;
        let mut refused = Refused { file: Some((path, BufWriter::new(out))), language };
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
        let Some((path, out)) = self.file else { return Ok(()) };
        let written = out.into_inner().map_err(|error| error.into_error());
        written.and_then(|out| out.finish(&path)).map_err(|error| files::refused(&path, &error))
    }

    fn line(&mut self, cells: &[&str]) -> Result<(), Error> {
        let Some((path, out)) = &mut self.file else { return Ok(()) };
        let line = cells.iter().map(|text| cell(text)).collect::<Vec<_>>().join(",");
        writeln!(out, "{line}").map_err(|error| files::refused(path, &error))
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
