//! Tables of the host as batches of rows: CSV and lines, in any encoding.
//!
//! ```text
//! file ── decode ──> UTF-8 ── split ──> Batch ── each ──> line number, cells
//! ```
//!
//! A table is never in memory as a whole: what is held is one chunk of the file
//! and one [`Batch`]. A batch owns its text, so that it can be handed to
//! another thread while the next one is read.
//!
//! What a cell means is not known here; see `guanxi::facts::intake`.

mod decode;

use std::path::Path;

use csv_core::{ReadRecordResult, Reader, ReaderBuilder};
use guanxi::{Code, Error, Fault};

use decode::{Decode, newlines};
pub use decode::{known_encoding, unknown_encoding};

/// Rows in one batch, at most.
const ROWS: usize = 4096;
/// Bytes of text in one batch, unless a single row is longer.
const BYTES: usize = 1 << 20;
/// Bytes in one row, at most: a quote left open must not swallow the memory.
const LONGEST_ROW: usize = 16 << 20;

/// Opens a CSV file and reads its header.
///
/// Records end in LF or CRLF; cells may be quoted with `"`, doubled inside;
/// empty lines are passed over. Without an `encoding` the file must be UTF-8,
/// with or without a byte order mark. Known encodings are those of the WHATWG
/// encoding standard, among them `gb18030`, `gbk`, `big5`, `shift_jis`,
/// `utf-16` and `windows-1252`.
///
/// # Errors
///
/// A file that cannot be read, that is a directory, or empty; bytes that are
/// not text, with the line; an encoding nobody knows; a quote that is opened and
/// never closed; a row over 16 MiB. A regular file is read through once at
/// opening, so these are found before its first row is used. A pipe can be read
/// only once; its faults show when they are met.
pub fn open_table(path: &Path, delimiter: u8, encoding: Option<&str>) -> Result<Table, Error> {
    let mut table = Table::open(path, || Splitter::csv(delimiter), encoding)?;
    let mut first = Batch::default();
    if !table.row(&mut first)? {
        return Err(empty(path));
    }
    first.seal()?;
    first.each(|_, cells| table.header = cells.iter().map(|&cell| cell.to_owned()).collect());
    Ok(table)
}

/// The header of a CSV file, and nothing of its rows.
///
/// # Errors
///
/// Those of [`open_table`] that show in the first row.
pub fn header(path: &Path, delimiter: u8, encoding: Option<&str>) -> Result<Vec<String>, Error> {
    let mut table = Table::start(path, Splitter::csv(delimiter)?, encoding)?;
    let mut first = Batch::default();
    if !table.row(&mut first)? {
        return Err(empty(path));
    }
    first.seal()?;
    let mut header = Vec::new();
    first.each(|_, cells| header = cells.iter().map(|&cell| cell.to_owned()).collect());
    Ok(header)
}

/// Opens a file of lines, such as JSON Lines: each row has one cell, the line.
///
/// # Errors
///
/// As [`open_table`], except that an empty file is a table without rows.
pub fn open_lines(path: &Path, encoding: Option<&str>) -> Result<Table, Error> {
    Table::open(path, || Ok(Splitter::Lines), encoding)
}

/// A table that is being read.
pub struct Table {
    text: Decode,
    splitter: Splitter,
    header: Vec<String>,
    chunk: Vec<u8>,
    from: usize,
    line: u64,
}

enum Splitter {
    Csv(Box<Reader>),
    Lines,
}

impl Splitter {
    fn csv(delimiter: u8) -> Result<Splitter, Error> {
        if !delimiter.is_ascii() || matches!(delimiter, b'"' | b'\r' | b'\n' | 0) {
            let fault = Fault::new(
                Code::InvalidArgument,
                "this byte cannot separate cells; use a comma, a semicolon or a tab",
                "该字符不能用作分隔符；请用逗号、分号或制表符",
            );
            return Err(fault.into());
        }
        Ok(Splitter::Csv(Box::new(ReaderBuilder::new().delimiter(delimiter).build())))
    }
}

impl Table {
    /// Opens a file, and makes sure that it can be read from its first byte to
    /// its last, so that nothing in it can stop an import half-way.
    fn open(
        path: &Path,
        splitter: impl Fn() -> Result<Splitter, Error>,
        encoding: Option<&str>,
    ) -> Result<Table, Error> {
        let mut table = Table::start(path, splitter()?, encoding)?;
        if table.bytes().is_none() {
            return Ok(table);
        }
        let mut batch = Batch::default();
        while table.fill(&mut batch)? {}
        Table::start(path, splitter()?, encoding)
    }

    fn start(path: &Path, splitter: Splitter, encoding: Option<&str>) -> Result<Table, Error> {
        Ok(Table {
            text: Decode::open(path, encoding)?,
            splitter,
            header: Vec::new(),
            chunk: Vec::new(),
            from: 0,
            line: 1,
        })
    }

    /// The file's name without its directory, as in places of faults.
    pub fn name(&self) -> &str {
        self.text.name()
    }

    /// The names of the columns; none for a file of lines.
    pub fn header(&self) -> Vec<&str> {
        self.header.iter().map(String::as_str).collect()
    }

    /// Bytes of the file read so far.
    pub fn bytes_read(&self) -> u64 {
        self.text.bytes_read()
    }

    /// Bytes in the file, where it has a size.
    pub fn bytes(&self) -> Option<u64> {
        self.text.bytes()
    }

    /// Replaces `batch` by the next rows; false when there are none left.
    ///
    /// # Errors
    ///
    /// A failing disk; and in what is not a regular file whatever
    /// [`open_table`] would have found. The table cannot be read on after that.
    pub fn fill(&mut self, batch: &mut Batch) -> Result<bool, Error> {
        batch.clear();
        while batch.rows.len() < ROWS && batch.used < BYTES && self.row(batch)? {}
        batch.seal()?;
        Ok(!batch.rows.is_empty())
    }

    fn row(&mut self, batch: &mut Batch) -> Result<bool, Error> {
        if !self.skip_line_ends()? {
            return Ok(false);
        }
        let line = self.line;
        batch.begin(line);
        match self.splitter {
            Splitter::Csv(_) => self.record(batch)?,
            Splitter::Lines => self.whole_line(batch)?,
        }
        Ok(true)
    }

    /// Moves to the next byte that is not a line end; false at the file's end.
    fn skip_line_ends(&mut self) -> Result<bool, Error> {
        loop {
            match self.chunk.get(self.from).copied() {
                Some(b'\n') => {
                    self.line += 1;
                    self.from += 1;
                }
                Some(b'\r') => self.from += 1,
                Some(_) => return Ok(true),
                None if self.more()? => {}
                None => return Ok(false),
            }
        }
    }

    fn more(&mut self) -> Result<bool, Error> {
        self.from = 0;
        self.text.fill(&mut self.chunk)
    }

    fn record(&mut self, batch: &mut Batch) -> Result<(), Error> {
        let mut at_end = false;
        loop {
            let Splitter::Csv(reader) = &mut self.splitter else { return Ok(()) };
            let input = self.chunk.get(self.from..).unwrap_or_default();
            let (output, ends) = batch.room();
            let (result, read, wrote, cells) = reader.read_record(input, output, ends);
            self.line += newlines(input.get(..read).unwrap_or_default());
            self.from += read;
            batch.used += wrote;
            batch.cells += cells;
            self.check_length(batch)?;
            match result {
                ReadRecordResult::InputEmpty if self.more()? => {}
                ReadRecordResult::InputEmpty if at_end => return Err(self.never_closed(batch)),
                // A line end ends the row everywhere except inside quotes.
                ReadRecordResult::InputEmpty => {
                    at_end = true;
                    self.chunk.push(b'\n');
                }
                ReadRecordResult::OutputFull | ReadRecordResult::OutputEndsFull => batch.grow(),
                ReadRecordResult::Record | ReadRecordResult::End => return Ok(()),
            }
        }
    }

    /// What an end of the file inside a quoted cell has swallowed.
    fn never_closed(&self, batch: &Batch) -> Error {
        let inside = batch.last_cell();
        let line_ends = newlines(inside);
        // The last line end is not of the file; before it there may be its own.
        let swallowed = line_ends - 1 - u64::from(inside.ends_with(b"\n\n"));
        never_closed(self.name(), self.line - line_ends, swallowed)
    }

    fn whole_line(&mut self, batch: &mut Batch) -> Result<(), Error> {
        loop {
            let input = self.chunk.get(self.from..).unwrap_or_default();
            let end = input.iter().position(|&byte| byte == b'\n');
            let piece = input.get(..end.unwrap_or(input.len())).unwrap_or_default();
            let (output, _) = batch.room();
            let fits = piece.len().min(output.len());
            if let (Some(to), Some(from)) = (output.get_mut(..fits), piece.get(..fits)) {
                to.copy_from_slice(from);
            }
            let all = fits == piece.len();
            self.from += fits;
            batch.used += fits;
            self.check_length(batch)?;
            match (all, end) {
                (false, _) => batch.grow(),
                (true, Some(_)) => break,
                (true, None) if !self.more()? => break,
                (true, None) => {}
            }
        }
        batch.end_line();
        Ok(())
    }

    fn check_length(&self, batch: &Batch) -> Result<(), Error> {
        match batch.rows.last() {
            Some(row) if batch.used - row.start > LONGEST_ROW => {
                Err(too_long(self.name(), row.line))
            }
            _ => Ok(()),
        }
    }
}

/// Some consecutive rows of a table, with their text.
#[derive(Default)]
pub struct Batch {
    /// Room for the text while it is written; `text` once it is sealed.
    bytes: Vec<u8>,
    text: String,
    used: usize,
    /// Where each cell ends, counted from the start of its row.
    ends: Vec<usize>,
    cells: usize,
    rows: Vec<Row>,
}

struct Row {
    line: u64,
    start: usize,
    first_cell: usize,
}

impl Batch {
    /// Calls `take` for each row with the line it begins on, counted from 1,
    /// and its cells.
    pub fn each(&self, mut take: impl FnMut(u64, &[&str])) {
        let mut cells = Vec::new();
        for (position, row) in self.rows.iter().enumerate() {
            let last = self.rows.get(position + 1).map_or(self.cells, |next| next.first_cell);
            let ends = self.ends.get(row.first_cell..last).unwrap_or_default();
            cells.clear();
            let mut from = row.start;
            for end in ends {
                let to = row.start + end;
                cells.push(self.text.get(from..to).unwrap_or_default());
                from = to;
            }
            take(row.line, &cells);
        }
    }

    fn clear(&mut self) {
        let text = std::mem::take(&mut self.text).into_bytes();
        if text.capacity() > self.bytes.capacity() {
            self.bytes = text;
        }
        self.bytes.resize(self.bytes.capacity(), 0);
        self.used = 0;
        self.cells = 0;
        self.rows.clear();
    }

    fn begin(&mut self, line: u64) {
        self.rows.push(Row { line, start: self.used, first_cell: self.cells });
    }

    fn room(&mut self) -> (&mut [u8], &mut [usize]) {
        if self.bytes.len() <= self.used {
            self.bytes.resize(self.used + 4096, 0);
        }
        if self.ends.len() <= self.cells {
            self.ends.resize(self.cells + 64, 0);
        }
        let Batch { bytes, ends, used, cells, .. } = self;
        (bytes.get_mut(*used..).unwrap_or_default(), ends.get_mut(*cells..).unwrap_or_default())
    }

    /// The text of the cell that is being read.
    fn last_cell(&self) -> &[u8] {
        let Some(row) = self.rows.last() else { return &[] };
        let ends = self.ends.get(row.first_cell..self.cells).unwrap_or_default();
        let from = row.start + ends.last().copied().unwrap_or(0);
        self.bytes.get(from..self.used).unwrap_or_default()
    }

    fn grow(&mut self) {
        self.bytes.resize(self.bytes.len() * 2 + 4096, 0);
        self.ends.resize(self.ends.len() * 2 + 64, 0);
    }

    /// Ends a row of one cell, without the CR of its line end.
    fn end_line(&mut self) {
        let Some(row) = self.rows.last() else { return };
        let start = row.start;
        if self.used > start && self.bytes.get(self.used - 1) == Some(&b'\r') {
            self.used -= 1;
        }
        let length = self.used - start;
        if let Some(end) = self.room().1.first_mut() {
            *end = length;
        }
        self.cells += 1;
    }

    fn seal(&mut self) -> Result<(), Error> {
        let mut bytes = std::mem::take(&mut self.bytes);
        bytes.truncate(self.used);
        // The decoder has let nothing else pass, and cells end at ASCII bytes.
        self.text = String::from_utf8(bytes).map_err(|_| {
            Fault::new(Code::Internal, "decoded text is not UTF-8", "解码后的文本不是 UTF-8")
        })?;
        Ok(())
    }
}

/// The last part of a path, for messages.
fn file_name(path: &Path) -> String {
    path.file_name()
        .map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned())
}

fn empty(path: &Path) -> Error {
    let name = file_name(path);
    Fault::new(
        Code::MissingColumn,
        "the file is empty, and should begin with the names of its columns",
        "文件为空，第一行应为列名",
    )
    .at(format!("{name}:1"))
    .into()
}

fn never_closed(name: &str, line: u64, swallowed: u64) -> Error {
    let lines = if swallowed == 1 { "line follows" } else { "lines follow" };
    Fault::new(
        Code::RaggedRow,
        format!("the quote opened here is never closed; {swallowed} {lines} inside it"),
        format!("此处的引号没有闭合，其后 {swallowed} 行都被当作引号中的内容"),
    )
    .hint(
        "close it; inside a quoted cell a quote is written twice",
        "请补上引号；引号内的引号要写两遍",
    )
    .at(format!("{name}:{line}"))
    .into()
}

fn too_long(name: &str, line: u64) -> Error {
    Fault::new(
        Code::RaggedRow,
        "the row that begins here is longer than 16 MiB",
        "从这里开始的一行超过 16 MiB",
    )
    .hint("a quote may be left open", "可能有引号没有闭合")
    .at(format!("{name}:{line}"))
    .into()
}

#[cfg(test)]
mod tests;
