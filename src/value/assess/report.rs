//! What assessments come to: plain data.

use std::sync::Arc;

use super::super::money::{Everybody, Parameters};
use crate::error::Error;
use crate::units::Instant;

/// How many troubles are told in full.
pub(super) const TOLD: usize = 10;

/// A change of tier.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Move {
    /// The customer's number.
    pub customer: usize,
    /// The assessment at which it was.
    pub at: Instant,
    /// The tier before, by its position, or none of them; `None`: the customer
    /// had never been assessed.
    pub from: Option<Option<usize>>,
    /// The tier after it.
    pub to: Option<usize>,
}

/// An assessment of everybody, and what was found over them.
#[derive(Debug, Clone, PartialEq)]
pub struct Round {
    /// When.
    pub at: Instant,
    /// Customers who were there.
    pub customers: u64,
    /// Of these, who had bought.
    pub bought: u64,
    /// The parameters of the models, if any are known: those fitted here, or,
    /// where that failed or too little had happened, the last ones.
    pub parameters: Option<Arc<Parameters>>,
    /// Why nothing could be fitted here.
    pub failed: Option<Error>,
    /// The money of everybody.
    pub everybody: Everybody,
    /// The cut points, in units of their type; `None`: nobody to cut.
    pub cuts: Vec<Option<i64>>,
    /// Customers in each tier.
    pub tiers: Vec<u64>,
    /// Customers in none.
    pub outside: u64,
}
