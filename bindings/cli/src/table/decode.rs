//! A file as UTF-8, whatever encoding it was declared to have.

use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::Path;

use encoding_rs::{Decoder, DecoderResult, Encoding, GB18030, UTF_8, UTF_16BE, UTF_16LE};
use guanxi::{Code, Error, Fault};

use crate::files;

/// Bytes read at a time.
const CHUNK: usize = 64 * 1024;

/// So many characters beyond ASCII, correctly written, tell damaged UTF-8 from
/// another encoding: text in GB18030 rarely passes for UTF-8 that long.
const SURELY_UTF_8: usize = 4;

/// A file that is being decoded, chunk by chunk.
pub(super) struct Decode {
    name: String,
    file: File,
    encoding: &'static Encoding,
    declared: bool,
    decoder: Decoder,
    raw: Vec<u8>,
    from: usize,
    until: usize,
    at_end: bool,
    finished: bool,
    line: u64,
    wide: usize,
    read: u64,
}

impl Decode {
    /// Opens a file.
    pub fn open(path: &Path, encoding: Option<&str>) -> Result<Decode, Error> {
        let known = |name| known_encoding(name).ok_or_else(|| Error::from(unknown_encoding(name)));
        let declared = encoding.map(known).transpose()?;
        if path.is_dir() {
            return Err(directory(path));
        }
        let encoding = declared.unwrap_or(UTF_8);
        let mut decode = Decode {
            name: super::file_name(path),
            file: File::open(path).map_err(|e| files::refused(path, &e))?,
            encoding,
            declared: declared.is_some(),
            decoder: encoding.new_decoder_with_bom_removal(),
            raw: vec![0; CHUNK],
            from: 0,
            until: 0,
            at_end: false,
            finished: false,
            line: 1,
            wide: 0,
            read: 0,
        };
        decode.more()?;
        decode.obey_mark()?;
        Ok(decode)
    }

    /// The file's name, for messages.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Bytes read so far.
    pub fn bytes_read(&self) -> u64 {
        self.read
    }

    /// Bytes in the file, where it has a size.
    pub fn bytes(&self) -> Option<u64> {
        self.file.metadata().ok().filter(|meta| meta.is_file()).map(|meta| meta.len())
    }

    /// Replaces `text` by the next piece of the file; false at its end.
    pub fn fill(&mut self, text: &mut Vec<u8>) -> Result<bool, Error> {
        text.resize(3 * CHUNK + 16, 0);
        let mut written = 0;
        while written == 0 && !self.finished {
            if self.from == self.until && !self.at_end {
                self.more()?;
            }
            let source = self.raw.get(self.from..self.until).unwrap_or_default();
            let target = text.get_mut(written..).unwrap_or_default();
            let (result, read, wrote) =
                self.decoder.decode_to_utf8_without_replacement(source, target, self.at_end);
            self.from += read;
            written += wrote;
            let good = text.get(..written).unwrap_or_default();
            match result {
                DecoderResult::InputEmpty => self.finished = self.at_end,
                DecoderResult::OutputFull => {}
                DecoderResult::Malformed(bad, after) => {
                    let start = self.from.saturating_sub(usize::from(bad) + usize::from(after));
                    return Err(self.not_text(good, start));
                }
            }
            self.survey(good)?;
        }
        text.truncate(written);
        Ok(written > 0)
    }

    fn more(&mut self) -> Result<(), Error> {
        self.from = 0;
        self.until = 0;
        loop {
            match self.file.read(&mut self.raw) {
                Ok(0) => self.at_end = true,
                Ok(n) => {
                    self.until = n;
                    self.read += n as u64;
                }
                Err(e) if e.kind() == ErrorKind::Interrupted => continue,
                Err(e) => return Err(files::refused(Path::new(&self.name), &e)),
            }
            return Ok(());
        }
    }

    /// Checks the byte order mark, if there is one, against the encoding.
    fn obey_mark(&mut self) -> Result<(), Error> {
        let head = self.raw.get(..self.until).unwrap_or_default();
        let Some((marked, _)) = Encoding::for_bom(head) else { return Ok(()) };
        if marked == self.encoding {
            return Ok(());
        }
        // `utf-16` leaves the byte order to the mark.
        if self.encoding == UTF_16LE && marked == UTF_16BE {
            self.encoding = marked;
            self.decoder = marked.new_decoder_with_bom_removal();
            return Ok(());
        }
        let (name, is) = (&self.name, said(marked));
        if !self.declared {
            return Err(undeclared(name, 1, is));
        }
        let was = said(self.encoding);
        let fault = Fault::new(
            Code::BadEncoding,
            format!("declared as `{was}`, but its byte order mark is that of `{is}`"),
            format!("声明的编码是 `{was}`，但文件开头的字节序标记属于 `{is}`"),
        );
        Err(fault.at(format!("{name}:1")).into())
    }

    /// Counts lines, and refuses what no text has.
    fn survey(&mut self, text: &[u8]) -> Result<(), Error> {
        if text.contains(&0) {
            let before = text.split(|&byte| byte == 0).next();
            return Err(self.nul(before.unwrap_or_default()));
        }
        self.line += newlines(text);
        if self.wide < SURELY_UTF_8 {
            self.wide += text.iter().filter(|&&byte| byte >= 0xC0).count();
        }
        Ok(())
    }

    fn nul(&self, before: &[u8]) -> Error {
        let line = self.line + newlines(before);
        Fault::new(
            Code::BadEncoding,
            "a NUL byte, which no text has",
            "含有 NUL 字节，文本中不允许出现",
        )
        .hint(
            "if the file is UTF-16, say `--encoding utf-16`",
            "如果文件是 UTF-16，请加 `--encoding utf-16`",
        )
        .at(format!("{}:{line}", self.name))
        .into()
    }

    fn not_text(&self, before: &[u8], start: usize) -> Error {
        let line = self.line + newlines(before);
        let wide = self.wide + before.iter().filter(|&&byte| byte >= 0xC0).count();
        if !self.declared && wide < SURELY_UTF_8 {
            if let Some(guess) = self.guess(start) {
                return undeclared(&self.name, line, guess);
            }
            return undeclared(&self.name, line, "");
        }
        let encoding = said(self.encoding);
        Fault::new(
            Code::BadEncoding,
            format!("bytes that are not text in `{encoding}`"),
            format!("含有不属于 `{encoding}` 编码的字节"),
        )
        .hint(
            "mend this line, or declare the encoding the file really has",
            "请修正此行，或声明文件的真实编码",
        )
        .at(format!("{}:{line}", self.name))
        .into()
    }

    /// What encoding the line at `start` may have.
    fn guess(&self, start: usize) -> Option<&'static str> {
        let raw = self.raw.get(..self.until)?;
        let newline = |byte: &u8| *byte == b'\n';
        let begin = raw.get(..start)?.iter().rposition(newline).map_or(0, |place| place + 1);
        let line = raw.get(begin..)?;
        let line = line.iter().position(newline).map_or(line, |end| &line[..end]);
        let mut decoder = GB18030.new_decoder_without_bom_handling();
        let mut out = vec![0; 3 * line.len() + 16];
        let (result, _, _) = decoder.decode_to_utf8_without_replacement(line, &mut out, false);
        let fits = matches!(result, DecoderResult::InputEmpty) && !line.contains(&0);
        fits.then_some("gb18030")
    }
}

/// Line ends in `text`.
pub(super) fn newlines(text: &[u8]) -> u64 {
    text.iter().filter(|&&byte| byte == b'\n').count() as u64
}

/// The encoding of a name, as the WHATWG encoding standard lists them.
/// The encoding with this name; `None`: nobody knows it.
pub fn known_encoding(name: &str) -> Option<&'static Encoding> {
    Encoding::for_label(name.trim().as_bytes())
}

/// That nobody knows an encoding.
pub fn unknown_encoding(name: &str) -> Fault {
    Fault::new(
        Code::InvalidArgument,
        format!("`{name}` is not an encoding; common ones are `utf-8`, `gb18030`, `utf-16`"),
        format!("没有名为 `{name}` 的编码；常用的有 `utf-8`、`gb18030`、`utf-16`"),
    )
}

/// The name by which an encoding is declared.
fn said(encoding: &'static Encoding) -> &'static str {
    match encoding.name() {
        "UTF-8" => "utf-8",
        "UTF-16LE" | "UTF-16BE" => "utf-16",
        "GBK" | "gb18030" => "gb18030",
        other => other,
    }
}

fn undeclared(name: &str, line: u64, guess: &str) -> Error {
    let fault = if guess.is_empty() {
        Fault::new(
            Code::UndeclaredEncoding,
            "the file is not UTF-8, and no encoding is declared",
            "文件不是 UTF-8，也没有声明编码",
        )
        .hint("declare it with `--encoding NAME`", "请用 `--encoding 编码名` 声明")
    } else {
        Fault::new(
            Code::UndeclaredEncoding,
            format!("the file is not UTF-8; it looks like `{guess}`"),
            format!("文件不是 UTF-8，看起来是 `{guess}`"),
        )
        .hint(format!("say `--encoding {guess}`"), format!("请加 `--encoding {guess}`"))
    };
    fault.at(format!("{name}:{line}")).into()
}

fn directory(path: &Path) -> Error {
    let path = path.display();
    Fault::new(
        Code::Io,
        format!("`{path}` is a directory, expected a file"),
        format!("`{path}` 是目录，应为文件"),
    )
    .into()
}
