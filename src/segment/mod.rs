//! Segments (细分): who belongs to a group of customers, as a condition.
//!
//! ```text
//! "regulars": {"when": "purchases.within(months(12)).size() >= 4"}
//!     │
//!     └─read─> Definition ─check─> Segment        the condition, known to mean
//!                                                 something, with what it reads
//! ```
//!
//! ```text
//! one customer: facts, steps of machines, time ──Walk──> Turn, Turn, Turn
//! ```
//!
//! A list (`{"list": "listed"}`) has its members set by hand: events of a kind
//! say who is one. It is a condition about these events, so all that is said of
//! conditions holds; a rule and a list are joined by a third segment that names
//! both, and nowhere else.
//!
//! A segment may read another by `segment('regulars')`. Which order that asks
//! for, and whether it ends, is for whoever holds all definitions to say.
//!
//! # What is promised
//!
//! * A definition with faults is reported whole: each fault has its pointer,
//!   and its bytes within the expression.
//! * A segment and its negation are everybody; see the language.
//!
//! # What is not here
//!
//! Members: evaluating a condition over customers is the language's work, and
//! the engine says over which.

mod check;
mod clauses;
mod definition;
mod dues;
mod overlap;
mod walk;

pub use check::Segment;
pub use clauses::Clauses;
pub use definition::Definition;
pub use dues::{Dues, NEVER};
pub use overlap::Overlaps;
pub use walk::{Backdrop, Membership, Turn, Walk, fact_instants};
