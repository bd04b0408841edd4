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

#[cfg(test)]
mod tests {
    use super::*;

    fn cny() -> Currency {
        Currency::parse("CNY").unwrap()
    }

    #[test]
    fn reads_and_shows_its_minor_unit() {
        let jpy = Currency::parse("JPY").unwrap();
        let cases = [
            ("12.50", cny(), 1250, "12.50 CNY"),
            ("-0.05", cny(), -5, "-0.05 CNY"),
            ("12.5", cny(), 1250, "12.50 CNY"),
            ("12.500", cny(), 1250, "12.50 CNY"),
            ("1200", jpy, 1200, "1200 JPY"),
            ("92233720368547758.07", cny(), i64::MAX, "92233720368547758.07 CNY"),
        ];
        for (text, currency, minor, shown) in cases {
            let money = Money::parse(text, currency).unwrap();
            assert_eq!((money.minor, money.to_string().as_str()), (minor, shown));
        }
        assert_eq!(Money::parse("0.001", cny()).unwrap_err().code(), Code::TooFine);
        assert_eq!(Money::parse("0.5", jpy).unwrap_err().code(), Code::TooFine);
        assert_eq!(Money::parse("92233720368547758.08", cny()).unwrap_err().code(), Code::Overflow);
        assert_eq!(Money::parse("1,200.00", cny()).unwrap_err().code(), Code::MalformedValue);
    }

    #[test]
    fn currencies_do_not_mix() {
        let usd = Money { minor: 1, currency: Currency::parse("USD").unwrap() };
        let one = Money { minor: 1, currency: cny() };
        assert_eq!(one.checked_add(usd).unwrap_err().code(), Code::CurrencyMismatch);
        assert_eq!(one.checked_sub(usd).unwrap_err().code(), Code::CurrencyMismatch);
        let mut sum = MoneySum::new(cny());
        assert_eq!(sum.add(usd).unwrap_err().code(), Code::CurrencyMismatch);
        assert_eq!(
            sum.merge(MoneySum::new(usd.currency)).unwrap_err().code(),
            Code::CurrencyMismatch
        );
        assert_eq!(sum.finish().unwrap().minor, 0);
    }

    #[test]
    fn sums_may_pass_beyond_an_amount_on_the_way() {
        let most = Money { minor: i64::MAX, currency: cny() };
        let least = Money { minor: -i64::MAX, currency: cny() };
        assert_eq!(most.checked_add(most).unwrap_err().code(), Code::Overflow);
        assert_eq!(least.checked_sub(most).unwrap_err().code(), Code::Overflow);
        let (mut left, mut right) = (MoneySum::new(cny()), MoneySum::new(cny()));
        left.add(most).unwrap();
        left.add(most).unwrap();
        assert_eq!(left.finish().unwrap_err().code(), Code::Overflow);
        right.add(least).unwrap();
        left.merge(right).unwrap();
        assert_eq!(left.finish().unwrap(), most);
    }
}
