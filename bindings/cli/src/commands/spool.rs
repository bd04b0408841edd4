//! Standard input as a file.

use std::io::Read;
use std::path::{Path, PathBuf};

use guanxi::Error;

use crate::files;

/// The file that is read; for standard input one that is kept until the end.
#[derive(Default)]
pub struct Spool {
    path: Option<PathBuf>,
    _folder: Option<tempfile::TempDir>,
}

impl Spool {
    /// Reads standard input for `-`, under a name whose ending says what it holds.
    pub fn of(file: Option<&Path>, name: &str) -> Result<Spool, Error> {
        let Some(file) = file else { return Ok(Spool::default()) };
        if file != Path::new("-") {
            return Ok(Spool { path: Some(file.to_owned()), _folder: None });
        }
        let refused = |error: &std::io::Error| files::refused(&std::env::temp_dir(), error);
        let folder = tempfile::tempdir().map_err(|error| refused(&error))?;
        let path = folder.path().join(name);
        let mut text = Vec::new();
        let read = std::io::stdin().lock().read_to_end(&mut text);
        read.map_err(|error| files::refused(Path::new("-"), &error))?;
        std::fs::write(&path, text).map_err(|error| refused(&error))?;
        Ok(Spool { path: Some(path), _folder: Some(folder) })
    }

    /// Where the file is.
    pub fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }
}
