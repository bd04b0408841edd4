//! Standard output, which may be closed before we are done.

use std::borrow::Cow;
use std::io::{self, BufWriter, StdoutLock, Write};

use serde::Serialize;

/// A text as a cell of a CSV file: in quotes where it must be.
pub fn cell(text: &str) -> Cow<'_, str> {
    if text.contains(['"', ',', '\r', '\n']) {
        return format!("\"{}\"", text.replace('"', "\"\"")).into();
    }
    text.into()
}

/// Standard output, buffered.
pub struct Lines(BufWriter<StdoutLock<'static>>);

impl Lines {
    /// Takes standard output.
    pub fn new() -> Lines {
        Lines(BufWriter::new(io::stdout().lock()))
    }

    /// Writes a text as it is.
    pub fn text(&mut self, text: &str) -> io::Result<()> {
        self.0.write_all(text.as_bytes())
    }

    /// Writes a text and ends the line.
    pub fn line(&mut self, text: &str) -> io::Result<()> {
        self.text(text)?;
        self.text("\n")
    }

    /// Writes a value as one line of JSON.
    pub fn json(&mut self, value: &impl Serialize) -> io::Result<()> {
        serde_json::to_writer(&mut self.0, value)?;
        self.text("\n")
    }

    /// Hands everything on; only after this it is known to be written.
    pub fn finish(mut self) -> io::Result<()> {
        self.0.flush()
    }
}
