//! Reading definitions out of a document: a value and the way to it.
//!
//! A definition is read key by key. Whatever is wrong is noted in a [`Reader`]
//! with its place and the reading goes on, so that one pass finds every fault.
//! The keys that were asked for are the keys that exist: closing an [`Object`]
//! reports all others, and no list of allowed keys is kept beside the code.

use super::reader::Reader;
use super::{Json, pointer_push};
use crate::error::{Code, Fault, Text};
use crate::units::shown;

/// A value of a document with its JSON pointer.
#[derive(Debug, Clone)]
pub struct Place<'a> {
    /// The value.
    pub json: &'a Json,
    /// The way to it from the root, whose own pointer is empty.
    pub pointer: String,
}

impl<'a> Place<'a> {
    /// The whole document.
    pub fn root(json: &'a Json) -> Self {
        Place { json, pointer: String::new() }
    }

    /// A text; noted and `None` when it is something else.
    pub fn text(&self, reader: &mut Reader) -> Option<&'a str> {
        match self.json {
            Json::Text(text) => Some(text),
            _ => self.wrong_type(reader, "a text", "文本"),
        }
    }

    /// A text that says something: neither empty nor with spaces at its ends.
    pub fn word(&self, reader: &mut Reader) -> Option<&'a str> {
        let text = self.text(reader)?;
        if !text.is_empty() && text.trim() == text {
            return Some(text);
        }
        let given = shown(text);
        reader.fault(self.fault(
            Code::BadValue,
            format!("`{given}` is empty or has spaces at its ends, expected a word"),
            format!("`{given}` 为空或首尾有空格，应为一个词"),
        ));
        None
    }

    /// A name that expressions can spell: ASCII letters, digits and `_`, not
    /// starting with a digit.
    pub fn name(&self, reader: &mut Reader) -> Option<&'a str> {
        let text = self.text(reader)?;
        reader.check_name(text, &self.pointer).then_some(text)
    }

    /// `true` or `false`.
    pub fn flag(&self, reader: &mut Reader) -> Option<bool> {
        match self.json {
            Json::Bool(flag) => Some(*flag),
            _ => self.wrong_type(reader, "`true` or `false`", " `true` 或 `false`"),
        }
    }

    /// A whole number of 64 bits.
    pub fn whole(&self, reader: &mut Reader) -> Option<i64> {
        let Json::Number(digits) = self.json else {
            return self.wrong_type(reader, "a whole number", "整数");
        };
        if let Ok(whole) = digits.parse() {
            return Some(whole);
        }
        let given = shown(digits);
        reader.fault(self.fault(
            Code::BadValue,
            format!("`{given}` is not a whole number of 64 bits"),
            format!("`{given}` 不是 64 位整数"),
        ));
        None
    }

    /// The elements of an array.
    pub fn items(&self, reader: &mut Reader) -> Option<Vec<Place<'a>>> {
        let Json::Array(items) = self.json else {
            return self.wrong_type(reader, "an array", "数组");
        };
        let place = |(position, json)| {
            let position: usize = position;
            Place { json, pointer: format!("{}/{position}", self.pointer) }
        };
        Some(items.iter().enumerate().map(place).collect())
    }

    /// The entries of a map of named things, by name, whatever their order in
    /// the document.
    pub fn entries(&self, reader: &mut Reader) -> Option<Vec<(&'a str, Place<'a>)>> {
        let Json::Object(entries) = self.json else {
            return self.wrong_type(reader, "an object", "对象");
        };
        let mut out: Vec<(&str, Place)> =
            entries.iter().map(|(key, json)| (&**key, self.below(key, json))).collect();
        out.sort_by_key(|(name, _)| *name);
        Some(out)
    }

    /// A definition, to be read key by key.
    pub fn object(&self, reader: &mut Reader) -> Option<Object<'a>> {
        match self.json {
            Json::Object(entries) => Some(Object {
                pointer: self.pointer.clone(),
                entries,
                asked: Vec::new(),
                #[cfg(test)]
                misplaced: Vec::new(),
            }),
            _ => self.wrong_type(reader, "an object", "对象"),
        }
    }

    /// A fault at this place.
    pub fn fault(&self, code: Code, en: impl Into<String>, zh: impl Into<String>) -> Fault {
        Fault::new(code, en, zh).at(self.pointer.as_str())
    }

    /// A text in each language.
    fn languages(&self, reader: &mut Reader) -> Option<Text> {
        let mut object = self.object(reader)?;
        let mut say = |key, reader: &mut Reader| {
            let text = object.get(key).and_then(|place| place.text(reader));
            text.unwrap_or_default().to_owned()
        };
        let text = Text::new(say("en", reader), say("zh-Hans", reader));
        object.close(reader);
        Some(text)
    }

    fn below(&self, key: &str, json: &'a Json) -> Place<'a> {
        Place { json, pointer: pointer_push(&self.pointer, key) }
    }

    fn wrong_type<T>(&self, reader: &mut Reader, en: &str, zh: &str) -> Option<T> {
        let found = self.json.kind_name();
        reader.fault(self.fault(
            Code::WrongJsonType,
            format!("found {}, expected {en}", found.en),
            format!("此处是{}，应为{zh}", found.zh),
        ));
        None
    }
}

/// What a definition is called and how it is explained.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wording {
    /// The label.
    pub text: Text,
    /// An explanation; the same in both languages where its author wrote one text.
    pub help: Option<Text>,
}

/// A definition that is being read.
#[derive(Debug)]
#[must_use = "keys nobody asked for are reported by `close`"]
pub struct Object<'a> {
    pointer: String,
    entries: &'a [(Box<str>, Json)],
    asked: Vec<&'static str>,
    /// Keys that were asked for in order to refuse them.
    #[cfg(test)]
    misplaced: Vec<&'static str>,
}

impl<'a> Object<'a> {
    /// The pointer of the definition itself.
    pub fn pointer(&self) -> &str {
        &self.pointer
    }

    /// The value of a key that may be absent.
    pub fn get(&mut self, key: &'static str) -> Option<Place<'a>> {
        self.asked.push(key);
        let (_, json) = self.entries.iter().find(|(name, _)| &**name == key)?;
        Some(Place { json, pointer: pointer_push(&self.pointer, key) })
    }

    /// The value of a key that must be there.
    pub fn need(&mut self, reader: &mut Reader, key: &'static str) -> Option<Place<'a>> {
        let found = self.get(key);
        if found.is_none() {
            reader.fault(
                Fault::new(
                    Code::MissingKey,
                    format!("the key `{key}` is missing"),
                    format!("缺少键 `{key}`"),
                )
                .at(self.pointer.as_str()),
            );
        }
        found
    }

    /// A flag that is `false` when absent.
    pub fn flag(&mut self, reader: &mut Reader, key: &'static str) -> bool {
        self.get(key).and_then(|place| place.flag(reader)).unwrap_or(false)
    }

    /// `labels` and `help`: for people, and without meaning for any answer.
    pub fn wording(&mut self, reader: &mut Reader) -> Wording {
        let mut wording = Wording::default();
        if let Some(place) = self.get("labels") {
            reader.wording(&place.pointer);
            wording.text = place.languages(reader).unwrap_or_default();
        }
        if let Some(place) = self.get("help") {
            reader.wording(&place.pointer);
            wording.help = match place.json {
                Json::Object(_) => place.languages(reader).map(|text| text.or_name("")),
                _ => place.text(reader).map(|text| Text::new(text, text)),
            };
        }
        wording
    }

    /// Refuses a key that exists, but goes with something else than what is
    /// defined here: `currency` goes with type `money`.
    pub fn misplaced(&mut self, reader: &mut Reader, key: &'static str, en: &str, zh: &str) {
        #[cfg(test)]
        self.misplaced.push(key);
        if let Some(place) = self.get(key) {
            reader.fault(place.fault(
                Code::UnknownKey,
                format!("`{key}` goes with {en} only"),
                format!("`{key}` 只用于{zh}"),
            ));
        }
    }

    /// Ends the reading: every key that was never asked for is unknown.
    pub fn close(self, reader: &mut Reader) {
        self.close_naming(reader, &[]);
    }

    /// As [`close`](Object::close), for keys that have other names elsewhere:
    /// pairs of the other name and ours.
    pub fn close_naming(self, reader: &mut Reader, elsewhere: &[(&str, &str)]) {
        #[cfg(test)]
        reader.closed(&self.pointer, &self.asked, &self.misplaced);
        for (name, _) in self.entries {
            if self.asked.contains(&&**name) {
                continue;
            }
            let given = shown(name);
            let fault = Fault::new(
                Code::UnknownKey,
                format!("unknown key `{given}`"),
                format!("未知的键 `{given}`"),
            );
            let fault = fault.at(pointer_push(&self.pointer, name));
            match elsewhere.iter().find(|(theirs, _)| *theirs == &**name) {
                Some((_, ours)) => reader.fault(fault.meant(ours)),
                None => reader.fault_near(fault, name, self.asked.iter().copied()),
            }
        }
    }
}
