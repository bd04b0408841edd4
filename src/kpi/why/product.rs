//! What each factor of a product did to its change.
//!
//! # Sources
//!
//! * Shapley (1953), "A value for n-person games": the mean of what a factor does
//!   over all orders in which the factors may change.
//! * Ang (2004), "Decomposition analysis for policymaking in energy: which is the
//!   preferred method?", Energy Policy 32, eq. 5 (LMDI, for many factors):
//!   `L(V1, V0) ln(x1 / x0)` with the logarithmic mean `L`.

use serde::Serialize;

use crate::error::{Code, Error, Fault};
use crate::kpi::exact;
use crate::units::Decimal;

/// Factors of which all orders are looked at.
const FEW: usize = 6;

/// Factors of which all sets are looked at, where one of them is not above zero.
const MANY: usize = 16;

/// No whole number of the smallest place may be further from zero.
const FURTHEST: f64 = 1e15;

/// A number as a fraction: orders of customers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fraction {
    /// What is divided.
    pub over: i64,
    /// By what: not negative, 1 for a plain count.
    pub by: i64,
}

impl Fraction {
    /// A whole number.
    pub const fn whole(over: i64) -> Fraction {
        Fraction { over, by: 1 }
    }

    fn value(self) -> Option<f64> {
        (self.by > 0).then(|| self.over as f64 / self.by as f64)
    }
}

/// A factor in both periods.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Factor {
    /// Before.
    pub before: Fraction,
    /// After.
    pub after: Fraction,
}

/// A change of a product, come apart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FactorEffects {
    /// The product before.
    pub before: Decimal,
    /// The product after.
    pub after: Decimal,
    /// By how much it changed.
    pub total_change: Decimal,
    /// What each factor did, in the order given: together exactly the change.
    pub effects: Vec<Decimal>,
    /// `shapley` or `lmdi`.
    pub method: &'static str,
}

/// What each factor of a product did to its change, with so many places.
///
/// A factor that has no value in one period, nothing by nothing, is taken to be
/// that of the other: it did nothing.
///
/// # Inputs
///
/// Up to six factors of any sign; more where all are above zero, up to sixteen
/// otherwise. `places`: 0 for amounts in cents, more for shares.
///
/// # Errors
///
/// [`Code::InvalidArgument`]: no factor, or too many of which some are not above
/// zero; [`Code::NoDenominator`]: something by nothing, or nothing by nothing in
/// both periods, with the position of the factor; [`Code::Overflow`]: over 15
/// digits.
///
/// # Cost
///
/// Two to the power of the factors; a logarithm for each beyond six.
///
/// ```
/// use guanxi::kpi::{Factor, Fraction, decompose_product};
/// // Revenue = customers x orders of a customer x cents of an order.
/// let of = |before: (i64, i64), after: (i64, i64)| Factor {
///     before: Fraction { over: before.0, by: before.1 },
///     after: Fraction { over: after.0, by: after.1 },
/// };
/// let factors = [of((100, 1), (120, 1)), of((300, 100), (300, 120)), of((900_000, 300), (930_000, 300))];
/// let told = decompose_product(&factors, 0)?;
/// assert_eq!(told.total_change.to_string(), "30000");
/// let effects: Vec<String> = told.effects.iter().map(ToString::to_string).collect();
/// assert_eq!(effects, ["167666", "-167833", "30167"]);
/// # Ok::<(), guanxi::Error>(())
/// ```
pub fn decompose_product(factors: &[Factor], places: u8) -> Result<FactorEffects, Error> {
    let values = values(factors)?;
    let is_positive = values.iter().all(|it| it.0 > 0.0 && it.1 > 0.0);
    let by_logarithms = values.len() > FEW && is_positive;
    if values.is_empty() || (values.len() > MANY && !is_positive) {
        return Err(Fault::new(
            Code::InvalidArgument,
            "a product has one factor or more, and sixteen at most where one is not above zero",
            "乘积至少有一个因子；有因子不大于零时，最多十六个",
        )
        .into());
    }
    let unit = libm::pow(10.0, f64::from(places));
    let product = |of: fn(&(f64, f64)) -> f64| values.iter().map(of).product::<f64>();
    let (v0, v1) = (product(|it| it.0), product(|it| it.1));
    if [v0, v1].iter().any(|it| it.is_nan() || it.abs() * unit >= FURTHEST) {
        return Err(super::overflow());
    }
    let effects = if by_logarithms { logarithmic(&values, v0, v1) } else { shapley(&values) };
    let scaled: Vec<f64> = effects.iter().map(|it| it * unit).collect();
    let (before, after) = (libm::rint(v0 * unit) as i128, libm::rint(v1 * unit) as i128);
    let decimal = |units: i128| Decimal::new(units, places);
    let settled = exact::settle(&scaled, after - before);
    Ok(FactorEffects {
        before: decimal(before)?,
        after: decimal(after)?,
        total_change: decimal(after - before)?,
        effects: settled.into_iter().map(decimal).collect::<Result<_, Error>>()?,
        method: if by_logarithms { "lmdi" } else { "shapley" },
    })
}

fn values(factors: &[Factor]) -> Result<Vec<(f64, f64)>, Error> {
    let mut faults = Vec::new();
    let mut values = Vec::with_capacity(factors.len());
    for (at, factor) in factors.iter().enumerate() {
        let sides = [factor.before, factor.after];
        let [before, after] = sides.map(Fraction::value);
        let is_broken = sides.iter().any(|it| it.by < 0 || (it.by == 0 && it.over != 0));
        match (before.or(after), after.or(before)) {
            (Some(before), Some(after)) if !is_broken => values.push((before, after)),
            _ => faults.push(
                Fault::new(Code::NoDenominator, "there is nothing to divide by", "分母为零")
                    .at(at.to_string()),
            ),
        }
    }
    Error::check(faults)?;
    Ok(values)
}

/// The mean of what each does over all orders, by sets: as many orders have a set
/// before a factor as there are orders of the set and of the rest.
fn shapley(values: &[(f64, f64)]) -> Vec<f64> {
    let k = values.len();
    let of_set = |set: usize, without: usize| -> f64 {
        let pick = |(at, it): (usize, &(f64, f64))| match at {
            _ if at == without => 1.0,
            _ if set >> at & 1 == 1 => it.1,
            _ => it.0,
        };
        values.iter().enumerate().map(pick).product()
    };
    let weights = weights(k);
    (0..k)
        .map(|own| {
            let sets = (0..1_usize << k).filter(|set| set >> own & 1 == 0);
            let term = |set: usize| {
                let weight = weights.get(set.count_ones() as usize).copied().unwrap_or(0.0);
                weight * of_set(set, own)
            };
            let step = values.get(own).map_or(0.0, |it| it.1 - it.0);
            step * sets.map(term).collect::<crate::stats::Sum>().total()
        })
        .collect()
}

/// `s! (k - s - 1)! / k!` for sets of `s` out of `k`.
fn weights(k: usize) -> Vec<f64> {
    let mut weight = 1.0 / k as f64;
    let mut weights = Vec::with_capacity(k);
    for s in 0..k {
        weights.push(weight);
        weight *= (s + 1) as f64 / (k - s).saturating_sub(1).max(1) as f64;
    }
    weights
}

fn logarithmic(values: &[(f64, f64)], v0: f64, v1: f64) -> Vec<f64> {
    let ln = libm::log(v1 / v0);
    let mean = if ln.abs() < 1e-12 { (v0 + v1) / 2.0 } else { (v1 - v0) / ln };
    values.iter().map(|it| mean * libm::log(it.1 / it.0)).collect()
}

#[cfg(test)]
mod tests {
    use super::super::Drawn;
    use super::*;

    /// The slow way: every order, one factor after the other.
    fn by_orders(values: &[(f64, f64)]) -> Vec<f64> {
        fn go(values: &[(f64, f64)], now: &mut Vec<usize>, told: &mut [f64], orders: &mut f64) {
            if now.len() == values.len() {
                *orders += 1.0;
                let mut current: Vec<f64> = values.iter().map(|it| it.0).collect();
                for at in now.iter() {
                    let before: f64 = current.iter().product();
                    current[*at] = values[*at].1;
                    told[*at] += current.iter().product::<f64>() - before;
                }
                return;
            }
            for at in 0..values.len() {
                if !now.contains(&at) {
                    now.push(at);
                    go(values, now, told, orders);
                    now.pop();
                }
            }
        }
        let (mut told, mut orders) = (vec![0.0; values.len()], 0.0);
        go(values, &mut Vec::new(), &mut told, &mut orders);
        told.iter().map(|it| it / orders).collect()
    }

    #[test]
    fn effects_add_up_in_every_case() {
        let mut drawn = Drawn(7);
        for case in 0..100_000 {
            let k = 1 + drawn.below(6);
            // A chain, as customers, orders of customers, money of orders.
            let mut chain = vec![(1, 1)];
            (0..k).for_each(|_| chain.push((1 + drawn.below(90_000), 1 + drawn.below(90_000))));
            let factors: Vec<Factor> = chain
                .windows(2)
                .map(|pair| Factor {
                    before: Fraction { over: pair[1].0, by: pair[0].0 },
                    after: Fraction { over: pair[1].1, by: pair[0].1 },
                })
                .collect();
            let told = decompose_product(&factors, 0).unwrap();
            let last = chain[chain.len() - 1];
            assert_eq!(told.before.units(), i128::from(last.0), "{case}");
            assert_eq!(told.total_change.units(), i128::from(last.1 - last.0));
            let sum: i128 = told.effects.iter().map(|it| it.units()).sum();
            assert_eq!(sum, told.total_change.units(), "{factors:?}");
            if case % 500 == 0 {
                let values = values(&factors).unwrap();
                for (fast, slow) in shapley(&values).iter().zip(by_orders(&values)) {
                    assert!((fast - slow).abs() <= 1e-9 * (1.0 + slow.abs()), "{fast} {slow}");
                }
            }
        }
    }

    #[test]
    fn many_factors_go_by_logarithms_and_zeros_by_sets() {
        let of = |before: i64, after: i64| Factor {
            before: Fraction::whole(before),
            after: Fraction::whole(after),
        };
        let mut factors =
            vec![of(2, 3), of(3, 3), of(5, 4), of(1, 2), of(7, 6), of(2, 2), of(4, 5)];
        let told = decompose_product(&factors, 2).unwrap();
        assert_eq!((told.method, told.effects[1].units()), ("lmdi", 0));
        assert_eq!(
            told.effects.iter().map(|it| it.units()).sum::<i128>(),
            told.total_change.units()
        );
        factors[0] = of(2, 0);
        let told = decompose_product(&factors, 0).unwrap();
        assert_eq!((told.method, told.after.units()), ("shapley", 0));
        factors.resize(17, of(1, 0));
        assert_eq!(decompose_product(&factors, 0).unwrap_err().code(), Code::InvalidArgument);
    }

    #[test]
    fn what_has_no_value_in_one_period_did_nothing() {
        let none = Fraction { over: 0, by: 0 };
        let factors = [
            Factor { before: Fraction::whole(0), after: Fraction::whole(10) },
            Factor { before: none, after: Fraction { over: 50, by: 10 } },
        ];
        let told = decompose_product(&factors, 0).unwrap();
        assert_eq!(told.effects.iter().map(|it| it.units()).collect::<Vec<_>>(), [50, 0]);
        let broken = [Factor { before: none, after: Fraction { over: 1, by: 0 } }];
        let fault = decompose_product(&broken, 0).unwrap_err().into_faults().remove(0);
        assert_eq!((fault.code, fault.pointer.as_deref()), (Code::NoDenominator, Some("0")));
        let huge = [Factor { before: Fraction::whole(1), after: Fraction::whole(i64::MAX) }];
        assert_eq!(decompose_product(&huge, 0).unwrap_err().code(), Code::Overflow);
    }
}
