//! JSON, read strictly and with places.
//!
//! Definitions and rows reach us as JSON that people and programs wrote. We
//! read it ourselves because we need three things together: numbers as their
//! exact text (an amount must not pass through a binary fraction), every
//! duplicate key with its place (two definitions of one name must not silently
//! become one), and bounds that hold for any input, in a library that leaves
//! the features of the host's other dependencies alone.
//!
//! ```
//! use guanxi::json::{self, Json};
//! let document = json::parse(br#"{"amount": 12.50}"#)?;
//! assert_eq!(document.get("amount"), Some(&Json::Number("12.50".into())));
//! assert_eq!(document.to_canonical(), r#"{"amount":12.5}"#);
//! # Ok::<(), guanxi::Error>(())
//! ```
//!
//! A definition is then read key by key through [`Place`] and [`Object`], which
//! note whatever is wrong in a [`Reader`] and go on, so that one pass finds it all.
//!
//! Promised: exactly the grammar of RFC 8259 in UTF-8, one leading byte order
//! mark allowed; a fault, never a panic or an overflow of the stack, for
//! anything else. Not here: comments, trailing commas, `NaN`.

mod canonical;
mod cursor;
mod parse;
mod place;
mod reader;
mod written;

pub use canonical::{pointer_push, quote, write_text};
pub use parse::{parse, read};
pub use place::{Object, Place, Wording};
pub use reader::{FAULTS, Reader};
pub use written::Written;
pub(crate) use written::{Limits, number};

use crate::error::Text;

/// The deepest nesting of arrays and objects.
pub const MAX_DEPTH: usize = 64;
/// The longest document in bytes: 16 MiB.
pub const MAX_BYTES: usize = 16 * 1024 * 1024;
/// The most keys of one object.
pub const MAX_KEYS: usize = 10_000;

/// A JSON value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Json {
    /// `null`
    Null,
    /// `true`, `false`
    Bool(bool),
    /// A number, as it was written.
    Number(Box<str>),
    /// A text, escapes resolved.
    Text(Box<str>),
    /// `[...]`
    Array(Vec<Json>),
    /// `{...}`, members in the order written, no key twice.
    Object(Vec<(Box<str>, Json)>),
}

impl Json {
    /// The member with this key; `None` where there is none or this is not an
    /// object. Cost: one pass over the keys.
    pub fn get(&self, key: &str) -> Option<&Json> {
        let members = self.as_object()?;
        members.iter().find(|(name, _)| &**name == key).map(|(_, value)| value)
    }

    /// The part at a JSON pointer (RFC 6901): `/tiers/0/label`; `""` is the whole.
    ///
    /// ```
    /// let json = guanxi::json::parse(br#"{"tiers": [{"a/b": "key customers"}]}"#)?;
    /// assert_eq!(json.at("/tiers/0/a~1b").and_then(|it| it.as_text()), Some("key customers"));
    /// assert_eq!(json.at("/tiers/1"), None);
    /// # Ok::<(), guanxi::Error>(())
    /// ```
    pub fn at(&self, pointer: &str) -> Option<&Json> {
        if pointer.is_empty() {
            return Some(self);
        }
        pointer.strip_prefix('/')?.split('/').try_fold(self, |json, token| match json {
            Json::Array(elements) => {
                let is_index = token == "0" || !token.starts_with(['0', '+']);
                elements.get(token.parse::<usize>().ok().filter(|_| is_index)?)
            }
            object => object.get(&token.replace("~1", "/").replace("~0", "~")),
        })
    }

    /// The text, if it is one.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Json::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The text of the number, if it is one.
    pub fn as_number(&self) -> Option<&str> {
        match self {
            Json::Number(text) => Some(text),
            _ => None,
        }
    }

    /// The truth value, if it is one.
    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Json::Bool(value) => Some(*value),
            _ => None,
        }
    }

    /// The elements, if it is an array.
    pub fn as_array(&self) -> Option<&[Json]> {
        match self {
            Json::Array(elements) => Some(elements),
            _ => None,
        }
    }

    /// The members, if it is an object.
    pub fn as_object(&self) -> Option<&[(Box<str>, Json)]> {
        match self {
            Json::Object(members) => Some(members),
            _ => None,
        }
    }

    /// What kind of value it is, for messages.
    pub fn kind_name(&self) -> Text {
        match self {
            Json::Null => Text::new("null", "空值"),
            Json::Bool(_) => Text::new("a truth value", "真假值"),
            Json::Number(_) => Text::new("a number", "数"),
            Json::Text(_) => Text::new("a text", "文本"),
            Json::Array(_) => Text::new("an array", "数组"),
            Json::Object(_) => Text::new("an object", "对象"),
        }
    }

    /// The value as it was read, in one line: its keys in their order, its
    /// numbers with their digits.
    pub fn to_text(&self) -> String {
        let mut out = String::new();
        canonical::write_as_read(self, &mut out);
        out
    }

    /// The one way to write this value: no spaces, keys in code point order,
    /// numbers in their shortest form (`1.0` is `1`, `1e3` is `1000`), only
    /// the escapes that JSON demands. Equal values give equal bytes.
    pub fn to_canonical(&self) -> String {
        let mut out = String::new();
        canonical::write(self, &mut out);
        out
    }

    /// The value as it was read, on many lines, indented by two spaces: for
    /// documents that people read.
    pub fn pretty(&self) -> String {
        let mut out = String::new();
        canonical::write_pretty(self, 0, &mut out);
        out.push('\n');
        out
    }
}
