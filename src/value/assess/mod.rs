//! Assessments (定级): when figures, scores and tiers are fixed, and what they
//! are then.
//!
//! ```text
//! facts ──Assessor──> assessments of everybody, at starts of the calendar
//!            │          fit ─> figures ─> favours ─> axes ─> cut points ─> tiers
//!            │        assessments of one customer, right after an event
//!            v          figures ─> favours ─> axes ─> tier
//!       Assessments: of each customer the last, all moves between tiers;
//!       Kept: answers at every assessment, for guards inside histories
//! ```
//!
//! # What is promised
//!
//! * An assessment reads all facts of its instant and nothing later; times of
//!   purchases count to the last whole day before it, and who bought on the day
//!   itself was seen that day.
//! * What is found over everybody (parameters, cut points, mean costs) is
//!   found at starts of the calendar alone, over everybody who has bought, and
//!   recorded; a single customer is assessed by what was found last, and not at
//!   all before anything was that is needed.
//! * The same to the bit by any number of threads, and however the way to an
//!   instant is cut.
//! * A fit that fails is told and leaves the last parameters in place; nothing
//!   is ever not a number.
//!
//! # What is not here
//!
//! Which instant is asked about, and who reads what: see the engine.

mod assessor;
mod bulk;
mod coming;
mod everybody;
mod explain;
mod ground;
mod kept;
mod mixed;
mod now;
mod oracle;
mod outcome;
mod part;
mod report;
mod why;

pub use assessor::Assessor;
pub use coming::{Coming, Order, TierChances};
pub use explain::Grounds;
pub use kept::Kept;
pub use now::Trouble;
pub use oracle::{Slowly, assess_slowly};
pub use outcome::Assessments;
pub use report::{Move, Round};
pub use why::{Cause, Parts, Why};
