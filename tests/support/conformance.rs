//! Conformance files: questions and the exact bytes of their answers, which the
//! library gives in every language that it is called from.
//!
//! ```json
//! {
//!   "about": "what the file is about",
//!   "playbook": {"guanxi": 1, ...},
//!   "facts": [{"table": "events", "seen": "2026-03-01T00:00:00Z", "mapping": {...},
//!              "lines": [{...}, "not JSON"], "report": {...}}],
//!   "questions": [{"ask": "review", "as_of": "2026-03-02 00:00", "answer": {...}}]
//! }
//! ```
//!
//! `mapping` may be left out, and so may `seen`: then history is filled in. A
//! line that stands as a text is handed over as it is. With `"through": "columns"`,
//! `"arrow"` or `"stream"` rows are handed over in that form, in a stream the first
//! one by itself: whole numbers as such, all else as texts.
//!
//! | ask | further keys | answer |
//! |---|---|---|
//! | `check` | `text` instead of the playbook of the file | findings |
//! | `review` | `as_of`, `known_at` | the review |
//! | `members` | `segment`, `as_of`, `known_at` | array of ids |
//! | `ids`, `query` | `expression`, `as_of`, `known_at` | array of ids; in numbers |
//! | `explain` | `expression`, `customer`, `as_of`, `known_at` | explanation |
//! | `customer` | `customer`, `as_of`, `known_at` | the customer |
//! | `states`, `history`, `steps` | `customer`, `as_of`, `known_at` | machines; steps; steps with reasons |
//! | `why_not` | the same, `state` | why not, and how |
//! | `if` | the same, `rows` | where they would be |
//! | `flow` | `every`, `as_of`, `known_at` | flows |
//! | `compare` | `text` of another playbook, `as_of`, `known_at` | what would change |
//! | `eval` | `expression`, `bindings` | typed value |
//! | `segment` | `question`: a document, `as_of`, `known_at`; `text` of another playbook | what it asks about segments |
//! | `value` | `question`, `as_of`, `known_at` | what it asks about value and tiers |
//! | `condition` | `question` | what it asks about a condition |
//! | `collision` | `question`, `as_of`, `known_at` | who is there already |
//! | `apply` | `table`, `lines`, `now`, `seen` | what rows brought about |
//! | `follow` | `question`, `now` | what it asks of a store that is followed |
//! | `erase` | `customer`, `at`, `trial` | what went |
//! | `erasures`, `statistics`, `verify` | | of the store |
//! | `erase_listed` | `list` | what went |
//! | `feed` | `question`, `lines`, `seen` | what it asks of followed tables |
//! | `canonical` | | the playbook |
//! | `time` | `text` | microseconds |
//! | `statement` | `expression`, `tables`, `dialect`, `as_of` | SQL |
//! | `diagram`, `picture` | `machine`, `format`; `as_of` | a text |
//! | `kinds`, `segments` | `as_of` | names, labels and counts |
//! | `table` | `as_of`, `expression` | columns |
//! | `cbs` | `as_of`, `definition` | columns, fractions by their bits in hexadecimal, and the report |
//! | `fit`, `predict` | `question`, `lines`, `through` | a fitted model; columns by their bits, and the report |
//! | `review_rows` | `as_of`, `table`, `lines`, `through` | a review without a store |
//!
//! Any question may have `language`, `en` or `zh`, and then the answer of any may
//! be `{"faults": [...]}`. Answers are compared byte by byte with the one line
//! that the JSON in the file makes, keys in their order.

use std::fs;
use std::path::Path;

use guanxi::json::{self, Json, quote};

/// A file with its questions.
pub struct Case {
    /// The file's name.
    pub name: String,
    /// The document.
    pub document: Json,
}

/// Rows to append before the questions.
pub struct Batch {
    pub table: String,
    pub seen: Option<String>,
    pub mapping: Option<String>,
    pub lines: String,
    /// As columns, in which form.
    pub through: Option<String>,
    pub columns: Vec<Column>,
    pub report: String,
}

/// The values of one name, one for each row.
pub struct Column {
    pub name: String,
    /// All are whole numbers.
    pub is_whole: bool,
    pub values: Vec<Option<String>>,
}

/// One question and its answer.
pub struct Question<'c> {
    json: &'c Json,
    pub ask: &'c str,
    pub answer: String,
}

/// The files of a folder, by name.
pub fn cases(folder: &Path) -> Vec<Case> {
    let entries = fs::read_dir(folder).expect("the folder of conformance files");
    let mut paths: Vec<_> = entries.map(|entry| entry.expect("an entry").path()).collect();
    paths.retain(|path| path.extension().is_some_and(|ending| ending == "json"));
    paths.sort();
    assert!(!paths.is_empty(), "no conformance files");
    paths.iter().map(|path| Case::read(path)).collect()
}

impl Case {
    fn read(path: &Path) -> Case {
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        let bytes = fs::read(path).expect("a conformance file");
        let document = json::parse(&bytes).unwrap_or_else(|error| panic!("{name}: {error}"));
        Case { name, document }
    }

    /// The playbook, on one line.
    pub fn playbook(&self) -> String {
        line(self.document.get("playbook").expect("a playbook"))
    }

    /// What is appended first, in this order.
    pub fn batches(&self) -> Vec<Batch> {
        let batches = self.document.get("facts").and_then(Json::as_array).unwrap_or_default();
        batches.iter().map(Batch::of).collect()
    }

    /// The questions.
    pub fn questions(&self) -> Vec<Question<'_>> {
        let questions = self.document.get("questions").and_then(Json::as_array);
        let of = |json| Question {
            json,
            ask: text(json, "ask").expect("a question asks"),
            answer: json.get("answer").map(line).unwrap_or_default(),
        };
        questions.expect("questions").iter().map(of).collect()
    }
}

impl Batch {
    fn of(json: &Json) -> Batch {
        let through = text(json, "through").map(str::to_owned);
        Batch {
            columns: through.iter().flat_map(|_| columns(json)).collect(),
            through,
            table: text(json, "table").unwrap_or_default().to_owned(),
            seen: text(json, "seen").map(str::to_owned),
            mapping: json.get("mapping").map(line),
            lines: lines(json),
            report: json.get("report").map(line).unwrap_or_default(),
        }
    }
}

impl Question<'_> {
    /// Rows that are handed over as columns.
    pub fn batch(&self) -> Batch {
        Batch::of(self.json)
    }

    /// The rows of a question that brings some.
    pub fn lines(&self) -> String {
        lines(self.json)
    }

    /// What stands under a key: a text as it is, anything else as JSON.
    pub fn key(&self, key: &str) -> Option<String> {
        self.json.get(key).map(|json| json.as_text().map_or_else(|| line(json), str::to_owned))
    }
}

/// The rows that stand under `lines`, one on each line.
fn lines(json: &Json) -> String {
    let lines = json.get("lines").and_then(Json::as_array).expect("lines");
    let row = |json: &Json| json.as_text().map_or_else(|| line(json), str::to_owned);
    lines.iter().map(row).collect::<Vec<_>>().join("\n")
}

/// The same rows by their names, in the order in which these come.
fn columns(json: &Json) -> Vec<Column> {
    let rows = json.get("lines").and_then(Json::as_array).expect("lines");
    let rows: Vec<_> = rows.iter().map(|row| row.as_object().expect("an object")).collect();
    let mut columns: Vec<Column> = Vec::new();
    for (name, _) in rows.iter().copied().flatten() {
        if columns.iter().all(|column| column.name != **name) {
            let name = name.to_string();
            columns.push(Column { name, is_whole: true, values: Vec::new() });
        }
    }
    for column in &mut columns {
        for row in &rows {
            let value = row.iter().find(|(name, _)| **name == *column.name);
            let value = value.map(|(_, value)| value).filter(|value| !matches!(value, Json::Null));
            column.is_whole &= matches!(value, None | Some(Json::Number(_)));
            let said = |value: &Json| value.as_text().map_or_else(|| line(value), str::to_owned);
            column.values.push(value.map(said));
        }
    }
    columns
}

fn text<'j>(json: &'j Json, key: &str) -> Option<&'j str> {
    json.get(key).and_then(Json::as_text)
}

/// JSON on one line, keys and numbers as they stand.
pub fn line(json: &Json) -> String {
    let mut out = String::new();
    write(json, &mut out);
    out
}

fn write(json: &Json, out: &mut String) {
    match json {
        Json::Null => out.push_str("null"),
        Json::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        Json::Number(number) => out.push_str(number),
        Json::Text(text) => out.push_str(&quote(text)),
        Json::Array(elements) => {
            out.push('[');
            for (position, element) in elements.iter().enumerate() {
                out.push_str(if position > 0 { "," } else { "" });
                write(element, out);
            }
            out.push(']');
        }
        Json::Object(members) => {
            out.push('{');
            for (position, (key, value)) in members.iter().enumerate() {
                out.push_str(if position > 0 { "," } else { "" });
                out.push_str(&quote(key));
                out.push(':');
                write(value, out);
            }
            out.push('}');
        }
    }
}
