//! Revenue by product line: exchange rates, refunds, prices, volume and mix.
//!
//! Bennet's division, nested in this order: what exchange rates did comes off
//! first, then refunds, then prices; what is left are quantities, of which volume
//! is what as many more pieces of the average price would have brought, and mix
//! the rest: dearer or cheaper things.
//!
//! # Source
//!
//! * Bennet (1920), "The theory of measurement of changes in cost of living",
//!   Journal of the Royal Statistical Society 83.

use serde::Serialize;

use super::{overflow, total};
use crate::error::{Code, Error, Fault};
use crate::kpi::exact;
use crate::stats::Sum;
use crate::units::Decimal;

/// The order of nesting, from the outside.
const ORDER: [&str; 5] = ["fx", "refunds", "price", "volume", "mix"];

/// No amount may be further from zero: doubles hold it exactly.
const FURTHEST: f64 = 9e15;

/// A product line in both periods: before, after.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SalesLine {
    /// Pieces sold; not negative.
    pub quantity: [i64; 2],
    /// What they were sold for, in the smallest unit of the line's currency.
    pub gross: [i64; 2],
    /// What of it was paid back; not negative.
    pub refunds: [i64; 2],
    /// How much of the reported currency one of the line's is worth, smallest
    /// unit by smallest unit: above zero, 1 in one currency.
    pub rate: [Decimal; 2],
}

/// A change of revenue, come apart, in the smallest unit of the reported currency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SalesChange {
    /// Revenue before, less refunds.
    pub before: i64,
    /// Revenue after.
    pub after: i64,
    /// What each cause did: together exactly the change.
    pub effects: SalesEffects,
    /// The same of each line, in the order given; all lines' together are those
    /// above.
    pub lines: Vec<SalesEffects>,
    /// In which order causes were taken off.
    pub order: [&'static str; 5],
}

/// What changed revenue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct SalesEffects {
    /// Exchange rates.
    pub fx: i64,
    /// More or less was paid back.
    pub refunds: i64,
    /// Prices.
    pub price: i64,
    /// More or fewer pieces.
    pub volume: i64,
    /// Dearer or cheaper pieces.
    pub mix: i64,
    /// All of these.
    pub total: i64,
}

/// What changed the revenue of product lines.
///
/// A line that is new, or is no longer sold, has the price of the other period:
/// it is all volume and mix.
///
/// # Errors
///
/// With the position of the line: [`Code::InvalidArgument`], a negative quantity
/// or refund, a rate that is not above zero; [`Code::NoDenominator`], money for no
/// pieces; [`Code::Overflow`].
///
/// ```
/// use guanxi::kpi::{SalesLine, decompose_sales};
/// use guanxi::units::Decimal;
/// let one = Decimal::from_int(1);
/// // Ten pieces at 5.00 became eight at 6.00.
/// let line = SalesLine { quantity: [10, 8], gross: [5_000, 4_800], refunds: [0, 0], rate: [one, one] };
/// let told = decompose_sales(&[line])?;
/// assert_eq!((told.effects.price, told.effects.volume, told.effects.mix), (900, -1_100, 0));
/// assert_eq!(told.effects.total, told.after - told.before);
/// # Ok::<(), guanxi::Error>(())
/// ```
pub fn decompose_sales(lines: &[SalesLine]) -> Result<SalesChange, Error> {
    let mut faults = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        faults.extend(line.fault().map(|fault| fault.at(at.to_string())));
    }
    Error::check(faults)?;
    let sum = |of: &dyn Fn(&SalesLine) -> f64| lines.iter().map(of).collect::<Sum>().total();
    let price = |at: usize| {
        let pieces = sum(&|it| it.quantity[at] as f64);
        (pieces > 0.0).then(|| sum(&|it| it.rate_between() * it.gross[at] as f64) / pieces)
    };
    let average = super::between(price(0), price(1));
    let mut told = Vec::with_capacity(lines.len());
    let (mut before, mut after) = (Vec::new(), Vec::new());
    for line in lines {
        let [from, to] = line.reported()?;
        before.push(from);
        after.push(to);
        told.push(line.effects(average, to - from)?);
    }
    let add = |of: fn(&SalesEffects) -> i64| total(told.iter().map(of));
    let effects = SalesEffects {
        fx: add(|it| it.fx)?,
        refunds: add(|it| it.refunds)?,
        price: add(|it| it.price)?,
        volume: add(|it| it.volume)?,
        mix: add(|it| it.mix)?,
        total: add(|it| it.total)?,
    };
    Ok(SalesChange {
        before: total(before)?,
        after: total(after)?,
        effects,
        lines: told,
        order: ORDER,
    })
}

impl SalesLine {
    fn fault(&self) -> Option<Fault> {
        let negative = self.quantity.iter().chain(&self.refunds).any(|it| *it < 0)
            || self.rate.iter().any(|it| it.units() <= 0);
        let unsold = (0..2).any(|at| self.quantity[at] == 0 && self.gross[at] != 0);
        let huge = self.quantity.iter().chain(&self.gross).chain(&self.refunds);
        if negative {
            let (en, zh) = (
                "quantities and refunds are not negative, and rates are above zero",
                "数量与退款不能为负，汇率须大于零",
            );
            return Some(Fault::new(Code::InvalidArgument, en, zh));
        }
        if unsold {
            let (en, zh) = ("money for no pieces has no price", "数量为零却有金额，无法得出单价");
            return Some(Fault::new(Code::NoDenominator, en, zh));
        }
        let is_huge = huge.into_iter().any(|it| it.unsigned_abs() as f64 > FURTHEST);
        let (en, zh) = ("too large to be summed exactly", "数值过大，无法精确求和");
        is_huge.then(|| Fault::new(Code::Overflow, en, zh))
    }

    fn rate_between(&self) -> f64 {
        (self.rate[0].to_f64() + self.rate[1].to_f64()) / 2.0
    }

    /// What the line brought in both periods, in the reported currency.
    fn reported(&self) -> Result<[i64; 2], Error> {
        let one = |at: usize| {
            let own = Decimal::from_int(self.gross[at] - self.refunds[at]);
            let units = own.checked_mul(self.rate[at])?.rescale_half_even(0)?.units();
            i64::try_from(units).map_err(|_| overflow())
        };
        Ok([one(0)?, one(1)?])
    }

    fn effects(&self, average: f64, change: i64) -> Result<SalesEffects, Error> {
        let rate = self.rate_between();
        let net = |at: usize| (self.gross[at] - self.refunds[at]) as f64;
        let fx = (net(0) + net(1)) / 2.0 * (self.rate[1].to_f64() - self.rate[0].to_f64());
        let refunds = -rate * (self.refunds[1] - self.refunds[0]) as f64;
        let price = |at: usize| {
            let pieces = self.quantity[at];
            (pieces > 0).then(|| self.gross[at] as f64 / pieces as f64)
        };
        let step = price(0).zip(price(1)).map_or(0.0, |(before, after)| after - before);
        let pieces = (self.quantity[0] + self.quantity[1]) as f64 / 2.0;
        let more = (self.quantity[1] - self.quantity[0]) as f64;
        let own = rate * super::between(price(0), price(1));
        let parts = [fx, refunds, rate * pieces * step, average * more, (own - average) * more];
        let settled = exact::settle(&parts, i128::from(change));
        let at = |at: usize| {
            let units = settled.get(at).copied().unwrap_or(0);
            i64::try_from(units).map_err(|_| overflow())
        };
        Ok(SalesEffects {
            fx: at(0)?,
            refunds: at(1)?,
            price: at(2)?,
            volume: at(3)?,
            mix: at(4)?,
            total: change,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::Drawn;
    use super::*;

    #[test]
    fn effects_add_up_in_every_case() {
        let mut drawn = Drawn(3);
        for _ in 0..100_000 {
            let lines: Vec<SalesLine> = (0..1 + drawn.below(5))
                .map(|_| {
                    let quantity = [drawn.below(900) * drawn.below(2), drawn.below(900)];
                    let gross = quantity.map(|it| it * drawn.below(80_000));
                    let refunds = gross.map(|it| it * drawn.below(30) / 100);
                    let rate = [drawn.below(20_000) + 1, drawn.below(20_000) + 1];
                    let rate = rate.map(|it| Decimal::new(it.into(), 4).unwrap());
                    SalesLine { quantity, gross, refunds, rate }
                })
                .collect();
            let told = decompose_sales(&lines).unwrap();
            let sum = |it: &SalesEffects| it.fx + it.refunds + it.price + it.volume + it.mix;
            assert_eq!(sum(&told.effects), told.after - told.before, "{lines:?}");
            for line in &told.lines {
                assert_eq!(sum(line), line.total);
            }
            assert_eq!(told.lines.iter().map(|it| it.total).sum::<i64>(), told.effects.total);
        }
    }

    #[test]
    fn each_cause_alone_is_found_alone() {
        let one = Decimal::from_int(1);
        let line = SalesLine {
            quantity: [10, 10],
            gross: [5_000, 5_000],
            refunds: [500, 500],
            rate: [one, one],
        };
        let of = |line: SalesLine, other: SalesLine| {
            let it = decompose_sales(&[line, other]).unwrap().effects;
            [it.fx, it.refunds, it.price, it.volume, it.mix]
        };
        let dear = SalesLine { gross: [20_000, 20_000], refunds: [0, 0], ..line };
        let rate = [one, Decimal::parse("1.1").unwrap()];
        assert_eq!(of(SalesLine { rate, ..line }, dear), [450, 0, 0, 0, 0]);
        assert_eq!(of(SalesLine { refunds: [500, 900], ..line }, dear), [0, -400, 0, 0, 0]);
        assert_eq!(of(SalesLine { gross: [5_000, 5_500], ..line }, dear), [0, 0, 500, 0, 0]);
        // Ten at 500 become ten at 2,000: as many pieces, dearer ones.
        let fewer = SalesLine { quantity: [10, 0], gross: [5_000, 0], refunds: [0, 0], ..line };
        let more = SalesLine { quantity: [10, 20], gross: [20_000, 40_000], ..dear };
        assert_eq!(of(fewer, more), [0, 0, 0, 0, 15_000]);
        let bad = |line: SalesLine| decompose_sales(&[line]).unwrap_err().code();
        assert_eq!(bad(SalesLine { quantity: [0, 1], ..line }), Code::NoDenominator);
        assert_eq!(bad(SalesLine { quantity: [-1, 1], ..line }), Code::InvalidArgument);
        assert_eq!(bad(SalesLine { gross: [i64::MAX, 1], ..line }), Code::Overflow);
    }
}
