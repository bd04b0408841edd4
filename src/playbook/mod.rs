//! The playbook (规则集): one document with everything that was decided.
//!
//! ```text
//! JSON text ──parse──> document ──read──> schema, parameters, definitions
//!                          │                   │
//!                          │                check: every expression, every name,
//!                          │                       every circle
//!                          └──> identity       │
//!                               hash           v
//!                               semantic hash  Playbook    or all faults at once
//! ```
//!
//! # What is promised
//!
//! * A document either is a playbook or has faults, and then *all* of them are
//!   listed, in the order of the document, each with its JSON pointer, the
//!   bytes within an expression, a way out, and both languages.
//! * Nothing is ignored: a key that means nothing here is a fault, and so is a
//!   section that this version does not evaluate.
//! * A playbook never changes. Two with the same [`hash`](Playbook::hash) are
//!   the same document up to spaces and the order of keys; two with the same
//!   [`semantic_hash`](Playbook::semantic_hash) give the same answers.
//!
//! # What is not here
//!
//! Answers: see the engine. How a store records the schema: see
//! [`Schema::to_json`](crate::facts::Schema::to_json).

mod authoring;
mod calendar;
mod document;
mod fingerprint;
mod graph;
mod identity;
mod parameter;
mod reach;
mod read;
mod schema;
mod words;
mod workdays;
mod written;

pub use document::{Findings, Playbook};
pub use parameter::Setting;
pub use schema::schema;
pub use written::Written;

/// Version of the meaning of every answer, recorded with results. It rises
/// with any change after which the same facts and the same playbook could give
/// another answer.
pub const SEMANTICS: u32 = 1;
