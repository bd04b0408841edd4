//! What we know: schema, customers, event log. No opinion lives here.
//!
//! ```text
//! host rows --intake--> Fact --log--> effective facts --builder--> Columns
//!             |                |                                     |
//!             verdict per row  idempotent, append-only               Snapshot at as_of
//! ```
//!
//! # What is promised
//!
//! * A customer's history has one total order: (instant, class, source rank,
//!   source, id). In which order facts arrived never shows. Of consents of one
//!   instant a withdrawal is the last, whatever its source.
//! * Columns are as narrow as their values and hold each text once.
//! * A text is shown as the host wrote it and compared by its profile.
//!
//! # What is not here
//!
//! No language, no playbook, no SQL, no file. Nothing here decides anything.

pub(crate) mod admit;
mod bits;
mod column;
mod columns;
pub(crate) mod correct;
pub mod decision;
pub mod declare;
mod difference;
pub(crate) mod erase;
mod events;
pub mod fact;
mod history;
mod insert;
pub mod intake;
pub mod log;
mod merge;
pub mod schema;
mod snapshot;
pub(crate) mod sound;
pub mod text;
mod timeline;
pub mod verdict;
mod words;

pub use admit::{Batch, Seen};
pub use bits::Bits;
pub(crate) use column::set_range;
pub use column::{Codes, Column, Data, Ints};
pub use columns::{Columns, ColumnsBuilder, Table};
pub(crate) use columns::{Touched, fact_kinds_after};
pub use decision::{Act, Decision, Evidence};
pub use difference::{Additions, schema_difference};
pub use erase::Erasure;
pub use events::{Events, Times};
pub use fact::{Body, Correction, Fact, Override, Value};
pub use history::History;
pub(crate) use log::Mark;
pub use log::{Log, Recorded};
pub use merge::Overrides;
pub use schema::{Attribute, EventKind, Field, Label, Named, Reference, Schema, TextProfile, Type};
pub use snapshot::Snapshot;
pub use sound::MAX_TEXT;
pub use timeline::Timeline;
pub use verdict::{RowVerdict, Verdict};
pub use words::Words;
