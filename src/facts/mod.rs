//! What we know: schema, customers, event log.
pub mod fact;
pub mod schema;
pub mod text;
pub mod verdict;

pub use fact::{Body, Correction, Fact, Value};
pub use schema::{Attribute, EventKind, Field, Label, Reference, Schema, TextProfile, Type};
pub use verdict::{RowVerdict, Verdict};
