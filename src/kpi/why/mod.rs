//! Where a change comes from: exact sums of effects.
//!
//! ```text
//! a x b x c          product     what each factor did
//! steps of a cohort  funnel      which step lost it
//! product lines      sales       exchange rates, refunds, prices, volume, mix
//! customers          waterfall   lost, less, more, new
//! a stage's people   stock       who came and who went, and by which way
//! value and target   shortfall   where a target was missed
//! an order's value   order value which of the usual suspects it was, and which it was not
//! ```
//!
//! # What is promised
//!
//! * Effects add up to the change, in the unit of the amounts, without a rest.
//! * Nothing depends on the order in which factors stand.
//!
//! # What is not here
//!
//! Which segment did it: that is [`decompose_total`](crate::kpi::decompose_total)
//! and [`decompose_ratio`](crate::kpi::decompose_ratio). And what would have been
//! otherwise: effects are book-keeping, not experiments.

mod funnel;
mod order_value;
mod product;
mod sales;
mod shortfall;
mod stock;
mod waterfall;

pub use funnel::{FunnelChange, FunnelStep, decompose_funnel};
pub use order_value::{
    OrderLine, OrderValue, Suspect, SuspectKind, SuspectVerdict, explain_order_value,
};
pub use product::{Factor, FactorEffects, Fraction, decompose_product};
pub use sales::{SalesChange, SalesEffects, SalesLine, decompose_sales};
pub use shortfall::{Shortfall, ShortfallPart, decompose_shortfall};
pub use stock::{StockChange, StockEdge, StockMove, decompose_stock};
pub use waterfall::{RevenueWaterfall, WaterfallStep, revenue_waterfall};

use crate::error::{Code, Error, Fault};

fn overflow() -> Error {
    let (en, zh) = ("too large to be summed exactly", "数值过大，无法精确求和");
    Fault::new(Code::Overflow, en, zh).into()
}

/// A sum that says when it does not fit.
fn total(numbers: impl IntoIterator<Item = i64>) -> Result<i64, Error> {
    let sum = numbers.into_iter().map(i128::from).sum::<i128>();
    i64::try_from(sum).map_err(|_| overflow())
}

/// Half-way between two; one of them where the other is not there.
fn between(before: Option<f64>, after: Option<f64>) -> f64 {
    let (a, b) = (before.or(after).unwrap_or(0.0), after.or(before).unwrap_or(0.0));
    (a + b) / 2.0
}

/// Numbers drawn for tests, always the same.
#[cfg(test)]
pub(super) struct Drawn(pub u64);

#[cfg(test)]
impl Drawn {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// From 0 to one less than `n`.
    pub fn below(&mut self, n: i64) -> i64 {
        (self.next() % n.max(1) as u64) as i64
    }

    /// From 0 to 1.
    pub fn share(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }
}
