//! The figures (数值) of one customer at one instant: how probably still there,
//! how often to be expected, what that is worth.
//!
//! ```text
//! Row ─────────────┐
//! Account ─────────┼──Teller──> Figures: whole numbers with fixed places
//! Parameters ──────┤
//! Everybody ───────┘
//! ```
//!
//! # What is promised
//!
//! * Whole numbers: probabilities and counts with four places, money in the
//!   smallest unit of the amount, each rounded once, halves to the even digit.
//! * `future_value` is exactly the margin on `expected_revenue`, less
//!   `expected_cost`; `past_value` exactly what was left of purchases, less what
//!   serving came to. Both may be negative.
//! * One customer at a time and everybody at once give the same bits, by any
//!   number of threads.
//! * What is not known is missing: everything for who never bought, the future
//!   where there are no parameters, money where an amount is not known.
//!
//! # How
//!
//! * `p_alive`, `expected_purchases`: the model of times; see
//!   [`model`](super::model).
//! * `rhythm`: how probable a silence as long as the present one is for somebody
//!   who is still there, with this history. λ of a customer with `x` repeats up
//!   to `t_x` has a gamma distribution of shape `y = r + k x` and rate `α + t_x`,
//!   so that with `q = (T - t_x) / (α + T)` it is `(1-q)^y sum over j < k of
//!   Γ(y+j)/Γ(y) q^j/j!`; for `k = 1` simply `((α + t_x) / (α + T))^(r + x)`.
//!   Small: unusually silent, for this customer.
//! * `expected_revenue`: purchases up to the horizon, each at its worth today
//!   (DECT), times `expected_spend`.
//! * `expected_cost`: the same purchases, times what serving comes to for each
//!   of them: `(C_i + C/N) / (n_i + 1)`, with `C_i` and `n_i` the costs and
//!   purchases of this customer so far and `C` and `N` those of everybody. Who
//!   has bought once counts half for himself and half as everybody does.
//! * Where purchases have margins of their own, the margin on what comes is
//!   found in the same way: `(M_i + M/N) / (A_i + A/N)`, with `M` margins and `A`
//!   amounts.

mod behaviour;
mod teller;

pub use teller::Teller;

use super::cbs::Step;
use super::money::Account;
use super::row::Row;
use crate::facts::Type;

/// What is known of a customer who has bought.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Known {
    /// The purchases, to the last whole grain.
    pub row: Row,
    /// The money.
    pub account: Account,
}

/// The figures of one customer; see [the page](self).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Figures {
    /// The probability that the customer has not left; four places.
    pub p_alive: Option<i64>,
    /// The probability of a silence as long as this one; four places.
    pub rhythm: Option<i64>,
    /// Purchases up to the horizon; four places.
    pub expected_purchases: Option<i64>,
    /// What a purchase brings; money.
    pub expected_spend: Option<i64>,
    /// What all of them bring, at its worth today; money.
    pub expected_revenue: Option<i64>,
    /// What serving the customer will come to, at its worth today; money.
    pub expected_cost: Option<i64>,
    /// What is left of that; money.
    pub future_value: Option<i64>,
    /// What the customer earned us so far; money.
    pub past_value: Option<i64>,
}

/// The names of the figures, in the order of their definition.
pub const NAMES: [&str; 8] = [
    "p_alive",
    "rhythm",
    "expected_purchases",
    "expected_spend",
    "expected_revenue",
    "expected_cost",
    "future_value",
    "past_value",
];

/// Decimal places of probabilities and of expected purchases.
pub const PLACES: u8 = 4;

impl Figures {
    /// The figure of this name: `None` where no figure has it, `Some(None)`
    /// where it is not known.
    pub fn get(&self, name: &str) -> Option<Option<i64>> {
        let at = NAMES.iter().position(|known| *known == name)?;
        self.all().get(at).copied()
    }

    /// All of them, in the order of [`NAMES`].
    pub fn all(&self) -> [Option<i64>; 8] {
        [
            self.p_alive,
            self.rhythm,
            self.expected_purchases,
            self.expected_spend,
            self.expected_revenue,
            self.expected_cost,
            self.future_value,
            self.past_value,
        ]
    }

    /// The type of the figure of this name, where money is of the type
    /// `money`.
    pub fn type_of(name: &str, money: &Type) -> Option<Type> {
        match name {
            "p_alive" | "rhythm" | "expected_purchases" => Some(Type::Decimal(PLACES)),
            name if NAMES.contains(&name) => Some(money.clone()),
            _ => None,
        }
    }
}

/// What a customer's purchases are told in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scales {
    /// Purchases within one of these are one.
    pub grain: Step,
    /// What the times of rows are told in.
    pub unit: Step,
    /// The decimal places of amounts; `None` without amounts.
    pub amount: Option<u8>,
}
