//! What may be asked, and with which keys.

use std::borrow::Cow;

use guanxi::error::Language;
use guanxi::json::{Json, Place, Reader};
use guanxi::units::{Instant, Zone, nearest, shown};
use guanxi::{Code, Error, Fault};

/// What may be asked, the keys it needs, and those it may have beside `id`, `ask` and
/// `language`.
pub const ASKS: [(&str, &[&str], &[&str]); 37] = [
    ("version", &[], &[]),
    ("check", &[], &["text"]),
    ("canonical", &[], &[]),
    ("append", &["table", "lines"], &["mapping", "seen"]),
    ("apply", &["table", "lines", "now"], &["mapping", "seen"]),
    ("feed", &["question", "seen"], &["lines"]),
    ("follow", &["question"], &["now"]),
    ("command", &["command", "at"], &["seen"]),
    ("erase", &["customer", "at"], &["trial"]),
    ("erasures", &[], &[]),
    ("erase_listed", &["list"], &[]),
    ("statistics", &[], &[]),
    ("verify", &[], &[]),
    ("review", &[], &["as_of", "known_at"]),
    ("members", &["segment"], &["as_of", "known_at"]),
    ("customer", &["customer"], &["as_of", "known_at"]),
    ("ids", &["expression"], &["as_of", "known_at"]),
    ("query", &["expression"], &["as_of", "known_at"]),
    ("explain", &["expression", "customer"], &["as_of", "known_at"]),
    ("states", &["customer"], &["as_of", "known_at"]),
    ("history", &["customer"], &["as_of", "known_at"]),
    ("steps", &["customer"], &["as_of", "known_at"]),
    ("why_not", &["customer", "state"], &["machine", "as_of", "known_at"]),
    ("if", &["customer", "rows"], &["as_of", "known_at"]),
    ("flow", &[], &["machine", "every", "as_of", "known_at"]),
    ("compare", &["text"], &["as_of", "known_at"]),
    ("segment", &["question"], &["text", "as_of", "known_at"]),
    ("value", &["question"], &["as_of", "known_at"]),
    ("kpi", &["question"], &["as_of", "known_at"]),
    ("condition", &["question"], &[]),
    ("statement", &["expression", "tables", "dialect"], &["as_of"]),
    ("diagram", &[], &["machine", "format"]),
    ("eval", &["expression"], &["bindings"]),
    ("purchases", &["definition"], &["known_at"]),
    ("fit", &["question", "lines"], &[]),
    ("predict", &["question", "lines"], &[]),
    ("collision", &["question"], &["as_of", "known_at"]),
];

/// One line: what it asks, with keys that are known and complete.
pub struct Line<'j> {
    document: &'j Json,
    ask: &'static str,
    language: Language,
}

impl<'j> Line<'j> {
    /// # Errors
    ///
    /// All faults of the line: no object, an unknown question, keys that are missing
    /// or that nobody asks for.
    pub fn of(document: &'j Json, usual: Language) -> Result<Line<'j>, Error> {
        let mut reader = Reader::new();
        let root = Place::root(document);
        let Some(mut object) = root.object(&mut reader) else {
            return Err(found(reader, document));
        };
        let name = object.need(&mut reader, "ask");
        let Some((place, name)) = name.and_then(|it| Some((it.clone(), it.text(&mut reader)?)))
        else {
            return Err(found(reader, document));
        };
        let Some((ask, needed, more)) = ASKS.iter().find(|(ask, ..)| *ask == name) else {
            return Err(unknown(&place, name).into());
        };
        let language = match object.get("language").and_then(|it| it.text(&mut reader)) {
            None => usual,
            Some("en") => Language::En,
            Some("zh") => Language::Zh,
            Some(other) => {
                let fault = Fault::new(
                    Code::BadValue,
                    format!("`{}` is not a language, expected `en` or `zh`", shown(other)),
                    format!("`{}` 不是可用的语言，应为 `en` 或 `zh`", shown(other)),
                );
                reader.fault(fault.at("/language"));
                usual
            }
        };
        object.get("id");
        for key in *needed {
            object.need(&mut reader, key);
        }
        for key in *more {
            object.get(key);
        }
        object.close(&mut reader);
        if reader.has_faults() {
            return Err(found(reader, document));
        }
        Ok(Line { document, ask, language })
    }

    /// What is asked.
    pub fn ask(&self) -> &'static str {
        self.ask
    }

    /// In which language the answer is.
    pub fn language(&self) -> Language {
        self.language
    }

    /// What stands under a key: a text as it is, anything else as JSON.
    pub fn key(&self, key: &str) -> Option<Cow<'j, str>> {
        let json = self.document.get(key).filter(|json| !matches!(json, Json::Null))?;
        Some(json.as_text().map_or_else(|| json.to_text().into(), Cow::Borrowed))
    }

    /// The same of a key that is needed.
    pub fn need(&self, key: &str) -> Cow<'j, str> {
        self.key(key).unwrap_or_default()
    }

    /// A document under a key, as it is or written in a text.
    pub fn document(&self, key: &str) -> Result<Json, Error> {
        guanxi::json::parse(self.need(key).as_bytes())
    }

    /// An instant under a key.
    pub fn instant(&self, key: &str, zone: &Zone) -> Result<Option<Instant>, Error> {
        let text = self.key(key);
        text.map(|text| Instant::parse_in(&text, zone)).transpose()
    }

    /// The rows under `lines`.
    pub fn lines(&self) -> Result<&'j [Json], Error> {
        let Some(lines) = self.document.get("lines") else { return Ok(&[]) };
        lines.as_array().ok_or_else(|| {
            let (en, zh) = ("`lines` is an array of rows", "`lines` 应为行的数组");
            at(Fault::new(Code::BadValue, en, zh).into(), "lines")
        })
    }

    /// The same as text, one on each line: objects, or texts as they are.
    pub fn rows(&self) -> Result<String, Error> {
        let lines = self.lines()?;
        let row = |json: &Json| json.as_text().map_or_else(|| json.to_text(), str::to_owned);
        Ok(lines.iter().map(row).collect::<Vec<_>>().join("\n"))
    }
}

/// The same faults with their place in the line.
pub fn at(error: Error, key: &str) -> Error {
    error.below(&format!("/{key}"))
}

fn found(reader: Reader, document: &Json) -> Error {
    let fallback = || {
        let (en, zh) = ("the line cannot be read", "无法读取该行");
        Error::from(Fault::new(Code::BadValue, en, zh))
    };
    Error::of(reader.finish(document).0).unwrap_or_else(fallback)
}

fn unknown(place: &Place<'_>, name: &str) -> Fault {
    let given = shown(name);
    let fault = place.fault(
        Code::BadValue,
        format!("`{given}` is not a question"),
        format!("`{given}` 不是可问的问题"),
    );
    match nearest(name, ASKS.iter().map(|(ask, ..)| *ask)) {
        Some(near) => fault.meant(near),
        None => {
            let listed: Vec<&str> = ASKS.iter().map(|(ask, ..)| *ask).collect();
            let listed = listed.join("`, `");
            fault.hint(format!("there are `{listed}`"), format!("可问 `{listed}`"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::ASKS;

    #[test]
    fn the_pages_tell_every_question_with_its_keys() {
        let pages = [
            include_str!("../../../../../docs/stdio.md"),
            include_str!("../../../../../docs/stdio.zh-CN.md"),
        ];
        for page in pages {
            for (ask, needed, more) in ASKS {
                let start = format!("| `{ask}` | ");
                let rows: Vec<&str> =
                    page.lines().filter(|line| line.starts_with(&start)).collect();
                let [row] = rows[..] else { panic!("{ask}: {rows:?}") };
                let keys = row.split(" | ").nth(1).unwrap();
                let told: Vec<&str> = keys.split('`').skip(1).step_by(2).collect();
                let told: Vec<&str> = told.into_iter().filter(|it| !FORMATS.contains(it)).collect();
                let said: Vec<&str> = needed.iter().chain(more).copied().collect();
                assert_eq!(told, said, "{ask}");
            }
        }
    }

    /// Values that the pages list beside the keys.
    const FORMATS: [&str; 3] = ["svg", "mermaid", "dot"];
}
