//! Puts lines into the order in which the records had them, with little
//! memory: they are thrown into one bin a week, and each bin is sorted alone.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::event::Event;
use super::rhythm::{DAY, DAYS};

/// Days in one bin.
const BIN_DAYS: i64 = 7;
/// Bytes of a bin that are held in memory.
const BIN_BYTES: usize = 64 * 1_024;
/// Bytes before each line in a bin: its time and its length.
const HEAD: usize = 8;

/// The bins, on disk as far as they do not fit into memory.
pub struct Spool {
    folder: PathBuf,
    bins: Vec<Bin>,
    line: Vec<u8>,
}

#[derive(Default)]
struct Bin {
    held: Vec<u8>,
    file: Option<File>,
}

impl Spool {
    /// Empty bins, whose files go into a folder.
    pub fn new(folder: &Path) -> Spool {
        let count = DAYS / BIN_DAYS + 1;
        let bins = (0..count).map(|_| Bin::default()).collect();
        Spool { folder: folder.to_owned(), bins, line: Vec::with_capacity(256) }
    }

    /// Throws an event into its bin.
    pub fn push(&mut self, event: &Event) -> io::Result<()> {
        self.line.clear();
        event.write(&mut self.line);
        let number = (event.seen / (BIN_DAYS * DAY)) as usize;
        let bin = &mut self.bins[number];
        bin.held.extend_from_slice(&(event.seen as u32).to_le_bytes());
        bin.held.extend_from_slice(&(self.line.len() as u32).to_le_bytes());
        bin.held.extend_from_slice(&self.line);
        if bin.held.len() < BIN_BYTES {
            return Ok(());
        }
        if bin.file.is_none() {
            bin.file = Some(File::create_new(path(&self.folder, number))?);
        }
        if let Some(file) = &mut bin.file {
            file.write_all(&bin.held)?;
        }
        bin.held.clear();
        Ok(())
    }

    /// Writes all lines in the order of their times, lines of one time in the
    /// order in which they were pushed, and removes the files.
    pub fn pour(self, out: &mut dyn Write) -> io::Result<()> {
        for (number, bin) in self.bins.into_iter().enumerate() {
            let mut lines = Vec::new();
            if bin.file.is_some() {
                let path = path(&self.folder, number);
                lines = fs::read(&path)?;
                fs::remove_file(&path)?;
            }
            lines.extend_from_slice(&bin.held);
            pour_sorted(&lines, out)?;
        }
        Ok(())
    }
}

fn path(folder: &Path, number: usize) -> PathBuf {
    folder.join(format!("week-{number:03}"))
}

fn pour_sorted(lines: &[u8], out: &mut dyn Write) -> io::Result<()> {
    let word = |at: usize| {
        let mut bytes = [0; 4];
        bytes.copy_from_slice(&lines[at..at + 4]);
        u32::from_le_bytes(bytes)
    };
    let mut order = Vec::new();
    let mut at = 0;
    while at < lines.len() {
        order.push((word(at), at));
        at += HEAD + word(at + 4) as usize;
    }
    // Places grow as lines are pushed, so equal times keep their order.
    order.sort_unstable();
    for (_, at) in order {
        out.write_all(&lines[at + HEAD..at + HEAD + word(at + 4) as usize])?;
    }
    Ok(())
}
