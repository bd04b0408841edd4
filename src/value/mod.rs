//! Value (客户价值): how often each customer will come back, and what that is
//! worth.
//!
//! ```text
//! events of everybody ──cbs──> Row: how many repeats, when the last, how long known
//!                      │          │
//!                      │     distinct rows with weights
//!                      └rfm──> scores
//! ```
//!
//! Nobody tells a shop that he will not come back. What can be known is how
//! often and how recently somebody bought, and for how long he could have; the
//! models of this room say from these few numbers what will probably follow.
//!
//! # What is promised
//!
//! * Equal rows give equal answers, in any order, to the bit: rows are sorted
//!   before anything is summed, and a weight stands for as many equal rows.
//! * Counts and times that cannot go together are refused with the reason.
//!
//! # What is not here
//!
//! Events, calendars and currencies, but in [`cbs`]: a row is plain numbers in
//! one unit of time.

pub mod cbs;
pub mod rfm;
mod row;

pub use row::{Row, distinct};
