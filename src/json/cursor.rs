//! Words, texts and numbers off the front of a document, and where they stand.

use crate::error::{Code, Error, Fault, Text};

/// Why reading ended before the end; turned into a fault once, outside the
/// hot path.
pub(super) struct Stop {
    code: Code,
    message: Text,
    start: usize,
    end: usize,
}

impl Stop {
    /// The fault, its span counted from `skipped` bytes before the text.
    pub(super) fn fault(self, text: &str, skipped: usize) -> Fault {
        let (line, column) = place(text.get(..self.start).unwrap_or(text));
        let Text { en, zh } = self.message;
        Fault::new(
            self.code,
            format!("{en} at {line}:{column}"),
            format!("第 {line} 行第 {column} 列：{zh}"),
        )
        .span(self.start + skipped, self.end + skipped)
    }
}

/// Line and column, from 1, of the character after `before`.
fn place(before: &str) -> (usize, usize) {
    let line = before.bytes().filter(|&byte| byte == b'\n').count() + 1;
    let last = before.rsplit('\n').next().unwrap_or(before);
    (line, last.chars().count() + 1)
}

/// Bytes that are not UTF-8 from `valid` on, `skipped` bytes after the start.
pub(super) fn not_utf8(body: &[u8], valid: usize, skipped: usize) -> Error {
    let before = body.get(..valid).and_then(|head| std::str::from_utf8(head).ok());
    let stop = Stop {
        code: Code::JsonSyntax,
        message: Text::new("bytes that are not UTF-8", "不是 UTF-8 的字节"),
        start: valid,
        end: valid + 1,
    };
    stop.fault(before.unwrap_or_default(), skipped).into()
}

/// A document and how far it has been read.
pub(super) struct Cursor<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Cursor { text, at: 0 }
    }

    /// From the opening quote past the closing one, escapes resolved.
    pub(super) fn string(&mut self) -> Result<Box<str>, Stop> {
        let opening = self.at;
        self.at += 1;
        let mut start = self.at;
        let mut out = String::new();
        loop {
            match self.plain_run() {
                Some(b'"') => {
                    let tail = self.text.get(start..self.at).unwrap_or_default();
                    self.at += 1;
                    if out.is_empty() {
                        return Ok(tail.into());
                    }
                    out.push_str(tail);
                    return Ok(out.into());
                }
                Some(b'\\') => {
                    out.push_str(self.text.get(start..self.at).unwrap_or_default());
                    out.push(self.escape()?);
                    start = self.at;
                }
                Some(_) => return Err(self.control()),
                None => return Err(self.unclosed(opening)),
            }
        }
    }

    /// Moves to the next quote, backslash or control character.
    fn plain_run(&mut self) -> Option<u8> {
        let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
        let ends = |&byte: &u8| byte == b'"' || byte == b'\\' || byte < 0x20;
        let length = rest.iter().position(ends).unwrap_or(rest.len());
        self.at += length;
        rest.get(length).copied()
    }

    /// From the backslash past the escape.
    fn escape(&mut self) -> Result<char, Stop> {
        let start = self.at;
        self.at += 1;
        let letter = self.peek();
        self.at += 1;
        match letter {
            Some(b'"') => Ok('"'),
            Some(b'\\') => Ok('\\'),
            Some(b'/') => Ok('/'),
            Some(b'b') => Ok('\u{8}'),
            Some(b'f') => Ok('\u{c}'),
            Some(b'n') => Ok('\n'),
            Some(b'r') => Ok('\r'),
            Some(b't') => Ok('\t'),
            Some(b'u') => self.code_point(start),
            _ => Err(self.bad_escape(start)),
        }
    }

    /// After `\u`: one unit, or two that make a character beyond 16 bits.
    fn code_point(&mut self, start: usize) -> Result<char, Stop> {
        let high = self.unit(start)?;
        let point = match high {
            0xD800..=0xDBFF if self.rest().starts_with(b"\\u") => {
                self.at += 2;
                match self.unit(start)? {
                    low @ 0xDC00..=0xDFFF => 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00),
                    _ => high,
                }
            }
            _ => high,
        };
        char::from_u32(point).ok_or_else(|| self.lone_surrogate(start))
    }

    fn unit(&mut self, start: usize) -> Result<u32, Stop> {
        let digits = self.rest().get(..4).unwrap_or_default();
        let mut unit = 0;
        for &digit in digits {
            let value = char::from(digit).to_digit(16).ok_or_else(|| self.bad_escape(start))?;
            unit = unit * 16 + value;
        }
        if digits.len() < 4 {
            return Err(self.bad_escape(start));
        }
        self.at += 4;
        Ok(unit)
    }

    /// From the sign or first digit past the last one, as written.
    pub(super) fn number(&mut self) -> Result<Box<str>, Stop> {
        let start = self.at;
        self.take(b'-');
        if !self.take(b'0') {
            self.digits()?;
        }
        if self.take(b'.') {
            self.digits()?;
        }
        if self.take(b'e') || self.take(b'E') {
            if !self.take(b'+') {
                self.take(b'-');
            }
            self.digits()?;
        }
        if matches!(self.peek(), Some(b'0'..=b'9')) {
            self.at = start;
            return Err(self.stop(
                Code::JsonSyntax,
                "a number with a leading zero",
                "数不能以零开头",
                start + 1,
            ));
        }
        Ok(self.text.get(start..self.at).unwrap_or_default().into())
    }

    /// At least one digit.
    fn digits(&mut self) -> Result<(), Stop> {
        let count = self.rest().iter().take_while(|byte| byte.is_ascii_digit()).count();
        if count == 0 {
            return Err(self.expected("a digit", "数字"));
        }
        self.at += count;
        Ok(())
    }

    /// Exactly this word.
    pub(super) fn word(&mut self, word: &str) -> Result<(), Stop> {
        if !self.rest().starts_with(word.as_bytes()) {
            return Err(self.expected("a value", "一个值"));
        }
        self.at += word.len();
        Ok(())
    }

    /// Passes one byte that was peeked at and is ASCII.
    pub(super) fn skip_one(&mut self) {
        self.at += 1;
    }

    /// Passes what JSON counts as space.
    pub(super) fn space(&mut self) {
        let is_space = |byte: &&u8| matches!(**byte, b' ' | b'\n' | b'\r' | b'\t');
        self.at += self.rest().iter().take_while(is_space).count();
    }

    fn rest(&self) -> &[u8] {
        self.text.as_bytes().get(self.at..).unwrap_or_default()
    }

    /// The next byte, if any.
    pub(super) fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// Passes one byte if it is this one.
    pub(super) fn take(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    /// Something else stands here, or nothing.
    pub(super) fn expected(&self, en: &str, zh: &str) -> Stop {
        let found = self.text.get(self.at..).and_then(|rest| rest.chars().next());
        match found {
            Some(letter) => {
                let name = shown_letter(letter);
                self.stop(
                    Code::JsonSyntax,
                    format!("`{name}` where {en} is expected"),
                    format!("`{name}` 处应为{zh}"),
                    self.at + letter.len_utf8(),
                )
            }
            None => self.stop(
                Code::JsonSyntax,
                format!("the text ends where {en} is expected"),
                format!("文本结束，此处应为{zh}"),
                self.at,
            ),
        }
    }

    fn control(&self) -> Stop {
        let letter = self.rest().first().copied().unwrap_or_default();
        self.stop(
            Code::JsonSyntax,
            format!("a text with the control character `\\u{letter:04x}`, expected its escape"),
            format!("文本中有控制字符 `\\u{letter:04x}`，应写作转义"),
            self.at + 1,
        )
    }

    fn unclosed(&self, opening: usize) -> Stop {
        let message = Text::new("a text without its closing `\"`", "文本缺少结尾的 `\"`");
        Stop { code: Code::JsonSyntax, message, start: opening, end: self.text.len() }
    }

    fn bad_escape(&self, start: usize) -> Stop {
        self.escape_fault(start, "an escape that JSON does not have", "JSON 没有这种转义")
    }

    fn lone_surrogate(&self, start: usize) -> Stop {
        self.escape_fault(start, "half of a surrogate pair", "代理对只有一半")
    }

    fn escape_fault(&self, start: usize, en: &str, zh: &str) -> Stop {
        // The text may end, or go on with a long character, inside the escape.
        let mut end = self.at.min(self.text.len());
        while !self.text.is_char_boundary(end) {
            end += 1;
        }
        Stop { code: Code::JsonSyntax, message: Text::new(en, zh), start, end }
    }

    /// What starts with the next byte is not accepted.
    pub(super) fn refused(&self, code: Code, en: impl Into<String>, zh: impl Into<String>) -> Stop {
        self.stop(code, en, zh, self.at + 1)
    }

    fn stop(&self, code: Code, en: impl Into<String>, zh: impl Into<String>, end: usize) -> Stop {
        Stop { code, message: Text::new(en, zh), start: self.at, end }
    }
}

fn shown_letter(letter: char) -> String {
    if letter.is_control() { letter.escape_unicode().to_string() } else { letter.to_string() }
}
