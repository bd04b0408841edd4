//! Reading JSON: one pass over the bytes, depth and sizes bounded.

use std::collections::HashSet;

use super::{Json, MAX_BYTES, MAX_DEPTH, MAX_KEYS, pointer_push};
use crate::error::{Code, Error, Fault, Text};
use crate::units::shown;

/// Reads one JSON document, or one line of JSON Lines.
///
/// Every duplicate key is a fault at its pointer (the first 1,000 in full);
/// a syntax fault carries the bytes it is about, and says its line and column,
/// counted from 1 in characters. Errors: `json_syntax`, `duplicate_key`,
/// `json_too_deep`, `json_too_large`. Cost: linear in the length.
pub fn parse(bytes: &[u8]) -> Result<Json, Error> {
    let skipped = if bytes.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.len() } else { 0 };
    let body = bytes.get(skipped..).unwrap_or_default();
    if body.len() > MAX_BYTES {
        return Err(too_long());
    }
    let text = match std::str::from_utf8(body) {
        Ok(text) => text,
        Err(error) => return Err(not_utf8(body, error.valid_up_to(), skipped)),
    };
    let mut reader = Reader { text, at: 0, depth: 0, duplicates: Vec::new(), more: false };
    match reader.document() {
        Ok(value) => match reader.duplicates() {
            Some(error) => Err(error),
            None => Ok(value),
        },
        Err(stop) => {
            let mut faults = vec![stop.fault(text, skipped)];
            faults.extend(reader.duplicates().map(Error::into_faults).unwrap_or_default());
            Error::check(faults).map(|()| Json::Null)
        }
    }
}

const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";
/// Objects up to this many keys are searched, larger ones keep a set.
const FEW_KEYS: usize = 16;
/// Faults past this number tell nobody anything new.
const MOST_DUPLICATES: usize = 1_000;

/// Why reading ended before the end; turned into a fault once, outside the
/// hot path.
struct Stop {
    code: Code,
    message: Text,
    start: usize,
    end: usize,
}

impl Stop {
    fn fault(self, text: &str, skipped: usize) -> Fault {
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

/// Where a value stands, linked from the inside out.
#[derive(Clone, Copy)]
struct Path<'p> {
    above: Option<&'p Path<'p>>,
    step: Step<'p>,
}

#[derive(Clone, Copy)]
enum Step<'p> {
    Root,
    Key(&'p str),
    Index(usize),
}

impl Path<'_> {
    fn pointer(&self) -> String {
        let above = self.above.map(Path::pointer).unwrap_or_default();
        match self.step {
            Step::Root => above,
            Step::Key(key) => pointer_push(&above, key),
            Step::Index(index) => format!("{above}/{index}"),
        }
    }
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    depth: usize,
    duplicates: Vec<Fault>,
    more: bool,
}

impl Reader<'_> {
    fn document(&mut self) -> Result<Json, Stop> {
        self.space();
        let value = self.value(&Path { above: None, step: Step::Root })?;
        self.space();
        match self.peek() {
            None => Ok(value),
            Some(_) => Err(self.expected("the end", "结尾")),
        }
    }

    fn duplicates(&mut self) -> Option<Error> {
        let mut faults = std::mem::take(&mut self.duplicates);
        if self.more {
            faults.push(Fault::new(
                Code::DuplicateKey,
                "more duplicate keys follow",
                "后面还有重复的键",
            ));
        }
        Error::of(faults)
    }

    fn value(&mut self, path: &Path) -> Result<Json, Stop> {
        match self.peek() {
            Some(b'{') => self.nested(path, Reader::object),
            Some(b'[') => self.nested(path, Reader::array),
            Some(b'"') => Ok(Json::Text(self.string()?)),
            Some(b'-' | b'0'..=b'9') => Ok(Json::Number(self.number()?)),
            Some(b't') => self.word("true", Json::Bool(true)),
            Some(b'f') => self.word("false", Json::Bool(false)),
            Some(b'n') => self.word("null", Json::Null),
            _ => Err(self.expected("a value", "一个值")),
        }
    }

    fn nested(
        &mut self,
        path: &Path,
        read: fn(&mut Self, &Path) -> Result<Json, Stop>,
    ) -> Result<Json, Stop> {
        if self.depth == MAX_DEPTH {
            return Err(self.stop(
                Code::JsonTooDeep,
                format!("nested deeper than {MAX_DEPTH}"),
                format!("嵌套超过 {MAX_DEPTH} 层"),
                self.at + 1,
            ));
        }
        self.depth += 1;
        self.at += 1;
        self.space();
        let value = read(self, path)?;
        self.depth -= 1;
        Ok(value)
    }

    /// After the opening bracket and space.
    fn array(&mut self, path: &Path) -> Result<Json, Stop> {
        let mut elements = Vec::new();
        if self.take(b']') {
            return Ok(Json::Array(elements));
        }
        loop {
            let step = Step::Index(elements.len());
            elements.push(self.value(&Path { above: Some(path), step })?);
            self.space();
            if self.take(b']') {
                return Ok(Json::Array(elements));
            }
            if !self.take(b',') {
                return Err(self.expected("`,` or `]`", "`,` 或 `]`"));
            }
            self.space();
        }
    }

    /// After the opening bracket and space.
    fn object(&mut self, path: &Path) -> Result<Json, Stop> {
        let mut members: Vec<(Box<str>, Json)> = Vec::new();
        let mut seen = HashSet::new();
        if self.take(b'}') {
            return Ok(Json::Object(members));
        }
        loop {
            let key = self.key(members.len())?;
            let here = Path { above: Some(path), step: Step::Key(&key) };
            if is_repeated(&key, &members, &mut seen) {
                self.duplicate(&here);
            }
            self.space();
            if !self.take(b':') {
                return Err(self.expected("`:`", "`:`"));
            }
            self.space();
            let value = self.value(&here)?;
            members.push((key, value));
            self.space();
            if self.take(b'}') {
                return Ok(Json::Object(members));
            }
            if !self.take(b',') {
                return Err(self.expected("`,` or `}`", "`,` 或 `}`"));
            }
            self.space();
        }
    }

    fn key(&mut self, count: usize) -> Result<Box<str>, Stop> {
        if self.peek() != Some(b'"') {
            return Err(self.expected("a key in `\"`", "以 `\"` 括起的键"));
        }
        if count == MAX_KEYS {
            return Err(self.stop(
                Code::JsonTooLarge,
                format!("an object with over {MAX_KEYS} keys"),
                format!("对象超过 {MAX_KEYS} 个键"),
                self.at + 1,
            ));
        }
        self.string()
    }

    fn duplicate(&mut self, path: &Path) {
        if self.duplicates.len() == MOST_DUPLICATES {
            self.more = true;
            return;
        }
        let Step::Key(key) = path.step else { return };
        let key = shown(key);
        self.duplicates.push(
            Fault::new(
                Code::DuplicateKey,
                format!("the key `{key}` stands twice in one object"),
                format!("同一对象中键 `{key}` 重复"),
            )
            .at(path.pointer()),
        );
    }

    /// From the opening quote past the closing one, escapes resolved.
    fn string(&mut self) -> Result<Box<str>, Stop> {
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

    fn number(&mut self) -> Result<Box<str>, Stop> {
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

    fn word(&mut self, word: &str, value: Json) -> Result<Json, Stop> {
        if !self.rest().starts_with(word.as_bytes()) {
            return Err(self.expected("a value", "一个值"));
        }
        self.at += word.len();
        Ok(value)
    }

    fn space(&mut self) {
        let is_space = |byte: &&u8| matches!(**byte, b' ' | b'\n' | b'\r' | b'\t');
        self.at += self.rest().iter().take_while(is_space).count();
    }

    fn rest(&self) -> &[u8] {
        self.text.as_bytes().get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn take(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    fn expected(&self, en: &str, zh: &str) -> Stop {
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

    fn stop(&self, code: Code, en: impl Into<String>, zh: impl Into<String>, end: usize) -> Stop {
        Stop { code, message: Text::new(en, zh), start: self.at, end }
    }
}

fn is_repeated(key: &str, members: &[(Box<str>, Json)], seen: &mut HashSet<Box<str>>) -> bool {
    if members.len() < FEW_KEYS {
        return members.iter().any(|(name, _)| &**name == key);
    }
    if seen.is_empty() {
        seen.extend(members.iter().map(|(name, _)| name.clone()));
    }
    !seen.insert(key.into())
}

fn shown_letter(letter: char) -> String {
    if letter.is_control() { letter.escape_unicode().to_string() } else { letter.to_string() }
}

fn too_long() -> Error {
    Fault::new(Code::JsonTooLarge, "the document is over 16 MiB", "文档超过 16 MiB").into()
}

fn not_utf8(body: &[u8], valid: usize, skipped: usize) -> Error {
    let before = body.get(..valid).and_then(|head| std::str::from_utf8(head).ok());
    let stop = Stop {
        code: Code::JsonSyntax,
        message: Text::new("bytes that are not UTF-8", "不是 UTF-8 的字节"),
        start: valid,
        end: valid + 1,
    };
    stop.fault(before.unwrap_or_default(), skipped).into()
}
