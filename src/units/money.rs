//! Amounts of money.

use std::fmt;

use serde::{Serialize, Serializer};

use super::decimal::overflow;
use super::{Currency, Decimal};
use crate::error::{Code, Error, Fault};

/// An exact amount in the minor unit of one currency: fen, cents.
///
/// ```
/// use guanxi::units::{Currency, Money};
/// let cny = Currency::parse("CNY")?;
/// let sum = Money::parse("12.50", cny)?.checked_add(Money { minor: 50, currency: cny })?;
/// assert_eq!(sum.to_string(), "13.00 CNY");
/// # Ok::<(), guanxi::Error>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Money {
    /// The amount in minor units; negative for what flows the other way.
    pub minor: i64,
    /// The currency.
    pub currency: Currency,
}

impl Money {
    /// Reads a number like `12.50` as an amount. Places finer than the minor
    /// unit are `too_fine` unless they are zeros.
    pub fn parse(text: &str, currency: Currency) -> Result<Money, Error> {
        let exact = Decimal::parse(text)?.rescale_exact(currency.minor_digits())?;
        let minor = i64::try_from(exact.units()).map_err(|_| overflow())?;
        Ok(Money { minor, currency })
    }

    /// The amount as a number in the major unit.
    pub fn amount(self) -> Decimal {
        let digits = self.currency.minor_digits();
        Decimal::new(i128::from(self.minor), digits).unwrap_or(Decimal::from_int(0))
    }

    /// The sum; two currencies are `currency_mismatch`.
    pub fn checked_add(self, other: Money) -> Result<Money, Error> {
        same(self.currency, other.currency)?;
        let minor = self.minor.checked_add(other.minor).ok_or_else(overflow)?;
        Ok(Money { minor, currency: self.currency })
    }

    /// The difference; two currencies are `currency_mismatch`.
    pub fn checked_sub(self, other: Money) -> Result<Money, Error> {
        same(self.currency, other.currency)?;
        let minor = self.minor.checked_sub(other.minor).ok_or_else(overflow)?;
        Ok(Money { minor, currency: self.currency })
    }
}

/// A sum of many amounts of one currency, exact in any order.
///
/// Partial sums merge to the same total however the amounts were split.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MoneySum {
    minor: i128,
    currency: Currency,
}

impl MoneySum {
    /// Nothing yet, of a currency.
    pub fn new(currency: Currency) -> MoneySum {
        MoneySum { minor: 0, currency }
    }

    /// The total so far in minor units.
    pub fn minor(self) -> i128 {
        self.minor
    }

    /// The currency.
    pub fn currency(self) -> Currency {
        self.currency
    }

    /// Adds an amount; another currency is `currency_mismatch`.
    pub fn add(&mut self, money: Money) -> Result<(), Error> {
        same(self.currency, money.currency)?;
        self.minor = self.minor.checked_add(i128::from(money.minor)).ok_or_else(overflow)?;
        Ok(())
    }

    /// Adds another sum; another currency is `currency_mismatch`.
    pub fn merge(&mut self, other: MoneySum) -> Result<(), Error> {
        same(self.currency, other.currency)?;
        self.minor = self.minor.checked_add(other.minor).ok_or_else(overflow)?;
        Ok(())
    }

    /// The total as an amount; `overflow` when it does not fit.
    pub fn finish(self) -> Result<Money, Error> {
        let minor = i64::try_from(self.minor).map_err(|_| overflow())?;
        Ok(Money { minor, currency: self.currency })
    }
}

fn same(a: Currency, b: Currency) -> Result<(), Error> {
    if a == b {
        return Ok(());
    }
    Err(Fault::new(
        Code::CurrencyMismatch,
        format!("amounts in `{a}` and `{b}` do not add up"),
        format!("`{a}` 与 `{b}` 的金额不能相加"),
    )
    .into())
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.amount(), self.currency)
    }
}

impl fmt::Debug for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for Money {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
