//! The JSON Schema of the document, for editors and for whoever writes playbooks
//! by program.
//!
//! ```text
//! a table a section ──┬──> schema()        the JSON Schema
//!                     └──> the tests: every key that a reader asks for stands
//!                          in its table, and the other way round
//! ```
//!
//! The readers decide what a playbook is, and nobody declares keys for them. The
//! tables say the same again with words for people, and the tests note which keys
//! the readers ask for at every object of many documents and hold the tables to
//! them; so neither can change alone. A new section is a file with its tables and
//! a row in `root`.
//!
//! # What is promised
//!
//! A document that the schema refuses is no playbook. The other way round the
//! schema knows keys, types and which keys go together; names that refer to
//! nothing, expressions and numbers out of range only a check finds:
//! [`Playbook::check`](super::Playbook::check).

mod calendar;
mod claims;
mod facts;
mod identity;
mod kpis;
mod machines;
mod parameters;
mod root;
mod segments;
mod shape;
#[cfg(test)]
mod tests;
mod value;
mod write;

/// The JSON Schema of a playbook.
///
/// # Output
///
/// A document by draft 2020-12, indented by two spaces, with a description in
/// English and in Chinese at every key. It is the same for every playbook.
///
/// # Cost
///
/// Below a millisecond.
///
/// # Example
///
/// ```
/// let schema = guanxi::json::parse(guanxi::playbook::schema().as_bytes())?;
/// let keys = schema.get("required").and_then(|keys| keys.as_array());
/// assert_eq!(keys.map(|keys| keys.len()), Some(4));
/// # Ok::<(), guanxi::Error>(())
/// ```
pub fn schema() -> String {
    write::document(&root::ROOT).pretty()
}
