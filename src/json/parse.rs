//! Reading JSON: one pass over the bytes, depth and sizes bounded.

use std::collections::BTreeSet;

use super::cursor::{Cursor, Stop, not_utf8};
use super::{Json, MAX_BYTES, MAX_DEPTH, MAX_KEYS, pointer_push};
use crate::error::{Code, Error, Fault};
use crate::units::shown;

/// Reads one JSON document, or one line of JSON Lines.
///
/// Every duplicate key is a fault at its pointer (the first 1,000 in full);
/// a syntax fault carries the bytes it is about, and says its line and column,
/// counted from 1 in characters. Errors: `json_syntax`, `duplicate_key`,
/// `json_too_deep`, `json_too_large`. Cost: linear in the length.
pub fn parse(bytes: &[u8]) -> Result<Json, Error> {
    let (value, duplicates) = read(bytes)?;
    Error::check(duplicates).map(|()| value)
}

/// Reads a definition, in which a duplicate key is one fault among others: the
/// first member with the key is the one that is read on, and each other is a
/// fault beside the document. Errors and cost: those of [`parse`], but for
/// `duplicate_key`.
///
/// ```
/// use guanxi::json::{self, Json};
/// let (document, duplicates) = json::read(br#"{"id": "a", "id": "b"}"#)?;
/// assert_eq!(document.get("id").and_then(Json::as_text), Some("a"));
/// assert_eq!(duplicates[0].pointer.as_deref(), Some("/id"));
/// # Ok::<(), guanxi::Error>(())
/// ```
pub fn read(bytes: &[u8]) -> Result<(Json, Vec<Fault>), Error> {
    let skipped = if bytes.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.len() } else { 0 };
    let body = bytes.get(skipped..).unwrap_or_default();
    if body.len() > MAX_BYTES {
        return Err(too_long());
    }
    let text = match std::str::from_utf8(body) {
        Ok(text) => text,
        Err(error) => return Err(not_utf8(body, error.valid_up_to(), skipped)),
    };
    let mut parser =
        Parser { cursor: Cursor::new(text), depth: 0, duplicates: Vec::new(), more: false };
    match parser.document() {
        Ok(value) => Ok((value, parser.duplicates())),
        Err(stop) => {
            let mut faults = vec![stop.fault(text, skipped)];
            faults.extend(parser.duplicates());
            Error::check(faults).map(|()| (Json::Null, Vec::new()))
        }
    }
}

const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";
/// Objects up to this many keys are searched, larger ones keep a set.
const FEW_KEYS: usize = 16;
/// Faults past this number tell nobody anything new.
const MOST_DUPLICATES: usize = 1_000;

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

struct Parser<'a> {
    cursor: Cursor<'a>,
    depth: usize,
    duplicates: Vec<Fault>,
    more: bool,
}

impl Parser<'_> {
    fn document(&mut self) -> Result<Json, Stop> {
        self.cursor.space();
        let value = self.value(&Path { above: None, step: Step::Root })?;
        self.cursor.space();
        match self.cursor.peek() {
            None => Ok(value),
            Some(_) => Err(self.cursor.expected("the end", "结尾")),
        }
    }

    fn duplicates(&mut self) -> Vec<Fault> {
        let mut faults = std::mem::take(&mut self.duplicates);
        if self.more {
            faults.push(Fault::new(
                Code::DuplicateKey,
                "more duplicate keys follow",
                "后面还有重复的键",
            ));
        }
        faults
    }

    fn value(&mut self, path: &Path) -> Result<Json, Stop> {
        match self.cursor.peek() {
            Some(b'{') => self.nested(path, Parser::object),
            Some(b'[') => self.nested(path, Parser::array),
            Some(b'"') => Ok(Json::Text(self.cursor.string()?)),
            Some(b'-' | b'0'..=b'9') => Ok(Json::Number(self.cursor.number()?)),
            Some(b't') => self.cursor.word("true").map(|()| Json::Bool(true)),
            Some(b'f') => self.cursor.word("false").map(|()| Json::Bool(false)),
            Some(b'n') => self.cursor.word("null").map(|()| Json::Null),
            _ => Err(self.cursor.expected("a value", "一个值")),
        }
    }

    /// From the opening bracket past the closing one.
    fn nested(
        &mut self,
        path: &Path,
        read: fn(&mut Self, &Path) -> Result<Json, Stop>,
    ) -> Result<Json, Stop> {
        if self.depth == MAX_DEPTH {
            return Err(self.cursor.refused(
                Code::JsonTooDeep,
                format!("nested deeper than {MAX_DEPTH}"),
                format!("嵌套超过 {MAX_DEPTH} 层"),
            ));
        }
        self.depth += 1;
        self.cursor.skip_one();
        self.cursor.space();
        let value = read(self, path)?;
        self.depth -= 1;
        Ok(value)
    }

    /// After the opening bracket and space.
    fn array(&mut self, path: &Path) -> Result<Json, Stop> {
        let mut elements = Vec::new();
        if self.cursor.take(b']') {
            return Ok(Json::Array(elements));
        }
        loop {
            let step = Step::Index(elements.len());
            elements.push(self.value(&Path { above: Some(path), step })?);
            self.cursor.space();
            if self.cursor.take(b']') {
                return Ok(Json::Array(elements));
            }
            if !self.cursor.take(b',') {
                return Err(self.cursor.expected("`,` or `]`", "`,` 或 `]`"));
            }
            self.cursor.space();
        }
    }

    /// After the opening bracket and space.
    fn object(&mut self, path: &Path) -> Result<Json, Stop> {
        let mut members: Vec<(Box<str>, Json)> = Vec::new();
        let (mut seen, mut n_keys) = (BTreeSet::new(), 0);
        if self.cursor.take(b'}') {
            return Ok(Json::Object(members));
        }
        loop {
            let key = self.key(n_keys)?;
            n_keys += 1;
            let here = Path { above: Some(path), step: Step::Key(&key) };
            let repeated = is_repeated(&key, &members, &mut seen);
            if repeated {
                self.duplicate(&here);
            }
            self.cursor.space();
            if !self.cursor.take(b':') {
                return Err(self.cursor.expected("`:`", "`:`"));
            }
            self.cursor.space();
            let value = self.value(&here)?;
            if !repeated {
                members.push((key, value));
            }
            self.cursor.space();
            if self.cursor.take(b'}') {
                return Ok(Json::Object(members));
            }
            if !self.cursor.take(b',') {
                return Err(self.cursor.expected("`,` or `}`", "`,` 或 `}`"));
            }
            self.cursor.space();
        }
    }

    fn key(&mut self, count: usize) -> Result<Box<str>, Stop> {
        if self.cursor.peek() != Some(b'"') {
            return Err(self.cursor.expected("a key in `\"`", "以 `\"` 括起的键"));
        }
        if count == MAX_KEYS {
            return Err(self.cursor.refused(
                Code::JsonTooLarge,
                format!("an object with over {MAX_KEYS} keys"),
                format!("对象超过 {MAX_KEYS} 个键"),
            ));
        }
        self.cursor.string()
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
}

fn is_repeated(key: &str, members: &[(Box<str>, Json)], seen: &mut BTreeSet<Box<str>>) -> bool {
    if members.len() < FEW_KEYS {
        return members.iter().any(|(name, _)| &**name == key);
    }
    if seen.is_empty() {
        seen.extend(members.iter().map(|(name, _)| name.clone()));
    }
    !seen.insert(key.into())
}

fn too_long() -> Error {
    Fault::new(Code::JsonTooLarge, "the document is over 16 MiB", "文档超过 16 MiB").into()
}
