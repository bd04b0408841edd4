//! Files that appear under their names when they are whole.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use guanxi::{Code, Error, Fault};
use tempfile::NamedTempFile;

use crate::files;

/// A file that is being written. It has its name only after
/// [`finish`](Whole::finish), so that nobody reads a half of it and an older one
/// stays where something goes wrong.
pub struct Whole {
    path: PathBuf,
    out: BufWriter<Out>,
}

/// Where lines go until they are all there.
enum Out {
    /// A file beside, which takes the place of the one that is asked for.
    Beside(NamedTempFile),
    /// A pipe or a device, which is no file to be replaced.
    Straight(File),
}

impl Whole {
    /// Begins the file that an argument names.
    ///
    /// # Errors
    ///
    /// A path that cannot be written, or that is among the files that are `used`.
    pub fn begin<'a>(
        (argument, path): (&str, &Path),
        used: impl IntoIterator<Item = &'a Path>,
    ) -> Result<Whole, Error> {
        let there = fs::canonicalize(path).ok();
        if there.is_some() && used.into_iter().any(|file| fs::canonicalize(file).ok() == there) {
            return Err(overwrites(argument, path));
        }
        // A link stays one: what it points at is written.
        let path = there.unwrap_or_else(|| path.to_owned());
        let out = Out::begin(&path).map_err(|error| files::refused(&path, &error))?;
        Ok(Whole { path, out: BufWriter::new(out) })
    }

    /// Writes a text.
    pub fn text(&mut self, text: &str) -> Result<(), Error> {
        self.out.write_all(text.as_bytes()).map_err(|error| files::refused(&self.path, &error))
    }

    /// Gives the file its name, now that everything is written.
    pub fn finish(self) -> Result<(), Error> {
        let path = self.path;
        let written = self.out.into_inner().map_err(|error| error.into_error());
        written.and_then(|out| out.finish(&path)).map_err(|error| files::refused(&path, &error))
    }
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

fn overwrites(argument: &str, path: &Path) -> Error {
    let shown = path.display();
    Fault::new(
        Code::InvalidArgument,
        format!("`{shown}` is used by this command, and cannot be written over by `{argument}`"),
        format!("`{shown}` 是本次命令用到的文件，不能用作 `{argument}` 的输出"),
    )
    .into()
}
