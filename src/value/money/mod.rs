//! Money (金额): what purchases leave over, what serving a customer costs, and
//! which models say what comes.
//!
//! ```text
//! "model": {...} ──read──> Models ──fit──> Parameters   or pinned: as written
//! "money": {...} ──read──> Money
//!                            ├ margin      share of a purchase that is ours
//!                            ├ activities ──> Costs of a customer so far
//!                            └ horizon, discount ──> how far ahead, and what later is worth
//! events of a customer ──Money::account──> Account ──sum──> Everybody
//! ```
//!
//! # What is promised
//!
//! * Money is whole numbers of the amount's smallest unit. Each activity is
//!   added up exactly and rounded once a customer, halves to the even digit.
//! * Margins, interest and rates are exact decimals as written.
//! * Amounts of two currencies never meet: every field that holds money has the
//!   type of the amount of purchases.
//! * A future without end has no value here: a horizon must be named.
//!
//! # What is not here
//!
//! What purchases are, which `value.purchases` says; and what all this comes to
//! for one customer at one instant: [`figures`](super::figures).
//!
//! # Source
//!
//! Kaplan and Anderson (2004), "Time-driven activity-based costing", Harvard
//! Business Review 82: an activity costs the time it takes at the rate of
//! whoever does it.

mod account;
mod activity;
mod definition;
mod models;
mod read;

pub use account::{Account, Costs, Everybody};
pub(super) use account::{ratio, ten_to};
pub use activity::{Activity, Cost, Minutes};
pub use definition::{Margin, Money, Paid};
pub use models::{Learnt, Models, Parameters};
