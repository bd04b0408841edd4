//! Numbers about numbers: estimates, each with the paper it is from.
//!
//! ```text
//! how long it took, or has taken so far ──survival──> a curve, quartiles, rates
//!
//! a function, its slopes and bends ──newton──> its top
//!      └── gamma, incomplete, nodes, matrix, sum: what such functions are made of
//!
//! numbers, yes or no ──logistic──> weights, how sure, or why there are none
//!
//! what was foretold, what happened ──judge──> how far off, in which order, how reliable
//!
//! two things over periods ──series──> whether one goes before the other
//!
//! how far off something is ──tail──> how often chance alone goes as far
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

mod gamma;
mod incomplete;
mod judge;
mod logistic;
mod matrix;
mod newton;
mod nodes;
mod series;
mod sum;
mod survival;
mod tail;
mod threads;

pub use gamma::{Rising, digamma, ln_beta, ln_gamma, ln_gamma_ratio, rising, trigamma};
pub use incomplete::{beta_below, gamma_above, ln_beta_below};
pub use judge::{Group, Judge, Measured, Pair, mean_of};
pub use logistic::{Case, Logistic, Open, chance, logistic};
pub use matrix::{Matrix, axes, inverse};
pub use newton::{Jet, Stopping, Summit, climb};
pub use nodes::{LEGENDRE_8, LEGENDRE_16, LEGENDRE_32, Rule, legendre};
pub use series::{Lead, correlation, fisher, kept, lead, news, paired, power, rank_correlation};
pub use sum::{CHUNK, Sum, chunked};
pub use survival::{Curve, Ended, Point, Stay, curve};
pub use tail::{
    beta_at, chi_square_above, gamma_at, ln_t_beyond, normal_above, normal_at, t_at, t_beyond,
};
pub use threads::THREAD;
pub(crate) use threads::shared;
