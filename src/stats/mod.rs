//! Numbers about numbers: estimates, each with the paper it is from.
//!
//! ```text
//! how long it took, or has taken so far ──survival──> a curve, quartiles, rates
//! ```
//!
//! # What is promised
//!
//! * Counts are exact. What is not exact is computed in one fixed order, so
//!   that the same counts give the same bits.
//! * An answer that the data do not reach is `None`, never a guess.
//!
//! # What is not here
//!
//! Facts, customers, labels: this room knows no more than the numbers it is
//! given.

mod survival;

pub use survival::{Curve, Ended, Point, Stay, curve};
