//! The favour balance (人情账): what we did for a customer, and what the
//! customer did for us.

use std::sync::Arc;

use super::curve::divide_half_even;
use crate::error::Text;
use crate::lang::Checked;
use crate::units::Decimal;

/// One kind of favour.
#[derive(Debug, Clone)]
pub struct Favour {
    /// The name.
    pub name: Arc<str>,
    /// What people call it; empty where its author gave no label.
    pub text: Text,
    /// How many there were.
    pub from: Arc<Checked>,
    /// What one is worth.
    pub worth: Decimal,
}

/// The kinds of favours on both sides.
#[derive(Debug, Clone, Default)]
pub struct Favours {
    /// What we did for the customer.
    pub given: Vec<Favour>,
    /// What the customer did for us.
    pub received: Vec<Favour>,
}

/// The two sides of an account, in hundredths.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct FavourBalance {
    /// What we did for the customer.
    pub given: i64,
    /// What the customer did for us.
    pub received: i64,
}

impl FavourBalance {
    /// What is open on the customer's side: given without received; below 0
    /// it is us who are in debt.
    pub fn balance(self) -> i64 {
        self.given.saturating_sub(self.received)
    }
}

impl Favour {
    /// What so many of it are worth, in hundredths; nothing where nobody knows
    /// how many.
    pub fn worth(&self, observed: Option<Decimal>) -> i64 {
        let Some(product) = observed.and_then(|many| many.checked_mul(self.worth).ok()) else {
            return 0;
        };
        let (units, scale) = (product.units(), product.scale());
        let hundredths = if scale < 2 {
            units.saturating_mul(10_i128.pow(u32::from(2 - scale)))
        } else {
            divide_half_even(units, 10_i128.pow(u32::from(scale - 2)))
        };
        hundredths.clamp(i64::MIN.into(), i64::MAX.into()) as i64
    }
}
