//! Ids for rows that have none.
//!
//! A fact is recorded once under (source, id). Many exports have no id.
//!
//! An event is then known by what it says: importing a file again finds every
//! row recorded already, while two customers' identical purchases, or two of
//! one customer on one day, stay two. What a row says about a customer or an
//! entry of a reference table is known by what it is about: only one value can
//! hold, so that another one is not a second fact but a contradiction.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use sha2::{Digest, Sha256};

use crate::facts::{Body, Correction, Fact, Schema, Value};
use crate::units::Instant;

/// How often each content was seen in one file, in about 20 bytes a row.
#[derive(Debug, Clone, Default)]
pub(super) struct Occurrences {
    seen: HashMap<u64, u32, BuildHasherDefault<Itself>>,
    content: Vec<u8>,
}

impl Occurrences {
    /// The id of a fact that has none: the first 16 hexadecimal digits of the
    /// SHA-256 of its content and of how often this content came up to now.
    ///
    /// The source is part of the content, for it is part of the key: what one
    /// source says does not shift the count of another.
    ///
    /// Names, not positions, go into the content, and missing values do not:
    /// a schema that grows, or a file whose columns change places, leaves the
    /// ids as they are.
    pub fn id_of(&mut self, fact: &Fact, schema: &Schema) -> Box<str> {
        self.content.clear();
        write_fact(fact, schema, &mut self.content);
        let first = hash(&self.content, 1);
        let count = self.seen.entry(first).or_insert(0);
        *count = count.saturating_add(1);
        match *count {
            1 => hex(first),
            more => hex(hash(&self.content, more)),
        }
    }
}

/// The id of a fact of which only one can hold at `at` (before everything dated
/// if there is none): by what it is about, not by what it says.
///
/// A second one with another content must not silently win or lose, but show as
/// a conflict.
pub(crate) fn id_about(at: Option<Instant>, about: &[&str]) -> Box<str> {
    let mut content = Vec::new();
    match at {
        Some(at) => write_number(b'@', at.micros(), &mut content),
        None => content.push(b'U'),
    }
    for part in about {
        write_text(part, &mut content);
    }
    hex(hash(&content, 1))
}

/// What facts say, as one number: with another one, something is otherwise.
pub(crate) fn digest(facts: &[Fact], schema: &Schema) -> u64 {
    let mut content = Vec::new();
    for fact in facts {
        write_text(&fact.id, &mut content);
        write_fact(fact, schema, &mut content);
    }
    hash(&content, 1)
}

fn hash(content: &[u8], occurrence: u32) -> u64 {
    let mut sha = Sha256::new();
    sha.update(content);
    sha.update(format!("#{occurrence}"));
    let digest = sha.finalize();
    digest.iter().take(8).fold(0, |sum, &byte| sum << 8 | u64::from(byte))
}

fn hex(hash: u64) -> Box<str> {
    format!("{hash:016x}").into()
}

fn write_fact(fact: &Fact, schema: &Schema, out: &mut Vec<u8>) {
    write_text(&fact.source, out);
    write_text(&fact.customer, out);
    match fact.at {
        Some(at) => write_number(b'@', at.micros(), out),
        None => out.push(b'-'),
    }
    if let Some(revision) = fact.revision {
        write_number(b'R', revision.into(), out);
    }
    match &fact.correction {
        Correction::None => out.push(b'.'),
        Correction::Supersedes(id) => write_tagged(b'S', id, out),
        Correction::Retracts(id) => write_tagged(b'T', id, out),
    }
    write_body(&fact.body, schema, out);
}

fn write_body(body: &Body, schema: &Schema, out: &mut Vec<u8>) {
    match body {
        Body::Event { kind, fields } => {
            let Some(kind) = schema.kinds.get(*kind) else { return };
            write_tagged(b'E', &kind.name, out);
            write_fields(kind.fields.iter().map(|field| &*field.name), fields, out);
        }
        Body::Attributes(changes) => {
            out.push(b'A');
            for (position, value) in changes {
                let Some(attribute) = schema.attributes.get(*position) else { continue };
                write_text(&attribute.name, out);
                write_value(value.as_ref(), out);
            }
        }
        Body::Consent { purpose, channel, granted } => {
            let name = |names: &[_], position: usize| -> std::sync::Arc<str> {
                names.get(position).cloned().unwrap_or_default()
            };
            write_tagged(b'C', &name(&schema.purposes, *purpose), out);
            write_text(&name(&schema.channels, *channel), out);
            out.push(u8::from(*granted));
        }
        Body::Reference { table, key, fields } => {
            let Some(table) = schema.references.get(*table) else { return };
            write_tagged(b'F', &table.name, out);
            write_text(key, out);
            write_fields(table.fields.iter().map(|field| &*field.name), fields, out);
        }
        Body::Merge { into } => write_tagged(b'M', into, out),
        Body::Override(decision) => {
            write_tagged(b'O', &decision.machine, out);
            write_text(decision.state.as_deref().unwrap_or_default(), out);
            out.push(u8::from(decision.pinned));
            if let Some(until) = decision.until {
                write_number(b'U', until.micros(), out);
            }
            write_text(&decision.actor, out);
            write_text(&decision.reason, out);
        }
        // Nobody imports one: it has the id that its command gave it.
        Body::Decision(decision) => {
            write_tagged(b'D', decision.act.name(), out);
            write_text(decision.owner.as_deref().unwrap_or_default(), out);
        }
        Body::Erased | Body::Nothing => out.push(b'N'),
    }
}

fn write_fields<'a>(
    names: impl Iterator<Item = &'a str>,
    values: &[Option<Value>],
    out: &mut Vec<u8>,
) {
    for (name, value) in names.zip(values) {
        if value.is_some() {
            write_text(name, out);
            write_value(value.as_ref(), out);
        }
    }
}

fn write_value(value: Option<&Value>, out: &mut Vec<u8>) {
    match value {
        None => out.push(b'0'),
        Some(Value::Bool(flag)) => out.extend([b'b', u8::from(*flag)]),
        Some(Value::Int(number)) => write_number(b'i', *number, out),
        Some(Value::Exact(units)) => write_number(b'x', *units, out),
        Some(Value::Date(day)) => write_number(b'd', day.days().into(), out),
        Some(Value::Instant(at)) => write_number(b't', at.micros(), out),
        Some(Value::Text(text)) => write_tagged(b's', text, out),
        Some(Value::Set(texts)) => {
            write_number(b'm', texts.len() as i64, out);
            for text in texts {
                write_text(text, out);
            }
        }
    }
}

fn write_tagged(tag: u8, text: &str, out: &mut Vec<u8>) {
    out.push(tag);
    write_text(text, out);
}

/// Lengths come first, so that no two contents run into the same bytes.
fn write_text(text: &str, out: &mut Vec<u8>) {
    out.extend((text.len() as u64).to_le_bytes());
    out.extend(text.as_bytes());
}

fn write_number(tag: u8, number: i64, out: &mut Vec<u8>) {
    out.push(tag);
    out.extend(number.to_le_bytes());
}

/// A hasher for keys that are hashes already.
#[derive(Debug, Clone, Copy, Default)]
struct Itself(u64);

impl Hasher for Itself {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        self.0 = bytes.iter().fold(self.0, |sum, &byte| sum.rotate_left(8) ^ u64::from(byte));
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = number;
    }
}
