//! How sure a value is: what may come instead of what is expected, and how
//! probable each tier is.
//!
//! ```text
//! parameters as they are ──┬─ chance of 0, 1, 2, ... purchases ──> Spread: values, chances
//! and as they may be ──────┘  each at its expected spend                │
//! (sigma points)                                    quantiles, chance of each tier
//! ```
//!
//! Two things are not known. *Process*: how often somebody comes, even if it
//! were known how often on average; that is the model's own distribution of
//! counts, conditional on the history. *Parameters*: a fit knows them only as
//! well as its data; on the scale of logarithms they are about normal, with the
//! covariance of the fit. A normal distribution of d numbers is stood for by
//! `2d + 1` points with its mean and covariance: the middle with weight
//! `1/(d+1)`, and on each principal axis two points at `±√(d+1)` standard
//! deviations with weights `1/(2(d+1))`.
//!
//! What one purchase brings is taken at its expectation, and other axes as they
//! are: the spread is a little too narrow for that.
//!
//! # Source
//!
//! Julier and Uhlmann (1997), "A new extension of the Kalman filter to nonlinear
//! systems": the sigma points, with κ = 1.

use serde::Serialize;

use super::figures::{Known, Scales, Teller};
use super::money::{Everybody, Learnt, Money, Parameters};
use super::share::apportion;
use crate::error::Error;
use crate::stats::{Sum, axes};

/// What a customer's future value may turn out to be.
#[derive(Debug, Clone, PartialEq)]
pub struct Spread {
    /// Values, ascending, each once, with their probabilities.
    outcomes: Vec<(i64, f64)>,
}

/// A range of money.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Interval {
    /// One case in twenty is below.
    pub low: i64,
    /// One case in twenty is above.
    pub high: i64,
}

/// The future value of one customer with how sure it is, in money: nine cases
/// in ten are within an interval.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct KeyAccount {
    /// What is expected.
    pub future_value: i64,
    /// What may come if the parameters are what they seem.
    pub process: Interval,
    /// What might be expected if the parameters were known better; `None` where
    /// nothing says how well they are known, as where they are pinned.
    pub parameters: Option<Interval>,
    /// Both together.
    pub both: Interval,
}

/// Tells what may come, from parameters and how well they are known.
///
/// ```
/// use guanxi::facts::Schema;
/// use guanxi::json::{self, Place, Reader};
/// use guanxi::value::cbs::Step;
/// use guanxi::value::figures::{Known, Scales};
/// use guanxi::value::money::{Account, Everybody, Learnt, Money, Paid, Parameters};
/// use guanxi::value::{Prospects, Row, model::find};
///
/// let schema = Schema::from_json(
///     r#"{"events": {"purchase": {"list": "purchases", "fields": {"amount": {"type": "decimal(2)"}}}}}"#,
/// )?;
/// let paid = Paid { schema: &schema, purchases: 0, amount: Some(0) };
/// let document = json::parse(br#"{"margin": "0.5", "horizon": "years(1)"}"#)?;
/// let money = Money::read(&Place::root(&document), &mut Reader::new(), &paid).unwrap();
///
/// let timing = Learnt::pinned(&*find("bg-nbd", None)?, &[0.243, 4.414, 0.793, 2.426]);
/// let spend = Some(Learnt::pinned(&*find("gamma-gamma", None)?, &[6.25, 3.74, 15.44]));
/// let scales = Scales { grain: Step::Day, unit: Step::Week, amount: Some(2) };
/// let parameters = Parameters { timing, spend };
/// let prospects = Prospects::new(scales, &parameters, &money, Everybody::default())?;
///
/// let row = Row { monetary: Some(22.35), ..Row::new(2, 30.43, 38.86) };
/// let customer = Known { row, account: Account { purchases: 3, ..Account::default() } };
/// let spread = prospects.spread(&customer)?.unwrap();
/// // In how many of 10,000 cases is less than 5.00, 5.00 to 30.00, or more left?
/// let chances = spread.chances(3, |value| match value {
///     ..500 => Ok::<_, guanxi::Error>(0),
///     500..3000 => Ok(1),
///     _ => Ok(2),
/// })?;
/// assert_eq!(chances.iter().sum::<i64>(), 10_000);
/// # Ok::<(), guanxi::Error>(())
/// ```
pub struct Prospects<'a> {
    /// The parameters as they are first, then as they may be.
    tellers: Vec<(f64, Teller<'a>)>,
}

impl<'a> Prospects<'a> {
    /// Prepares the models at all points.
    ///
    /// # Errors
    ///
    /// As [`Teller::new`].
    pub fn new(
        scales: Scales,
        parameters: &Parameters,
        money: &'a Money,
        everybody: Everybody,
    ) -> Result<Prospects<'a>, Error> {
        let points = sigma_points(parameters).into_iter();
        let teller = |(weight, parameters): (f64, Parameters)| {
            Ok((weight, Teller::new(scales, Some(&parameters), Some(money), everybody)?))
        };
        Ok(Prospects { tellers: points.map(teller).collect::<Result<_, Error>>()? })
    }

    /// What a customer's future value may turn out to be; `None` where it is not
    /// known at all.
    ///
    /// # Errors
    ///
    /// As [`Teller::customer`].
    ///
    /// # Cost
    ///
    /// The distribution of counts at every point, one or `2d + 1`.
    pub fn spread(&self, known: &Known) -> Result<Option<Spread>, Error> {
        known.row.check()?;
        Ok(Spread::of(self.tellers.iter(), known))
    }

    /// The future value of a customer with its intervals; `None` where it is not
    /// known.
    ///
    /// # Errors
    ///
    /// As [`Teller::customer`].
    pub fn key_account(&self, known: &Known) -> Result<Option<KeyAccount>, Error> {
        let expected = |(weight, teller): &(f64, Teller)| {
            Ok(teller.customer(known)?.future_value.map(|value| (*weight, value as f64, value)))
        };
        let values: Vec<_> = self.tellers.iter().map(expected).collect::<Result<_, Error>>()?;
        let Some(Some((_, _, future_value))) = values.first().copied() else { return Ok(None) };
        let middle = self.tellers.iter().take(1);
        let (process, both) = (Spread::of(middle, known), Spread::of(self.tellers.iter(), known));
        let (Some(process), Some(both)) = (process, both) else { return Ok(None) };
        let values: Vec<(f64, f64)> =
            values.into_iter().flatten().map(|(weight, value, _)| (weight, value)).collect();
        Ok(Some(KeyAccount {
            future_value,
            process: process.interval(),
            parameters: around(&values),
            both: both.interval(),
        }))
    }
}

impl Spread {
    fn of<'t, 'a: 't>(
        tellers: impl Iterator<Item = &'t (f64, Teller<'a>)>,
        known: &Known,
    ) -> Option<Spread> {
        let mut outcomes: Vec<(i64, f64)> = Vec::new();
        for (place, (weight, teller)) in tellers.enumerate() {
            let Some(values) = possible(teller, known) else {
                // Where the middle is not known nothing is; a point far out may
                // have no value, and the others stand for it.
                if place == 0 {
                    return None;
                }
                continue;
            };
            outcomes.extend(values.into_iter().map(|(value, chance)| (value, weight * chance)));
        }
        outcomes.sort_by(|one, other| one.0.cmp(&other.0).then(one.1.total_cmp(&other.1)));
        let total = outcomes.iter().map(|(_, chance)| *chance).collect::<Sum>().total();
        let mut merged: Vec<(i64, f64)> = Vec::new();
        for (value, chance) in outcomes {
            match merged.last_mut() {
                Some((last, sum)) if *last == value => *sum += chance / total,
                _ => merged.push((value, chance / total)),
            }
        }
        Some(Spread { outcomes: merged })
    }

    /// The values that may come, ascending, with their probabilities.
    pub fn outcomes(&self) -> &[(i64, f64)] {
        &self.outcomes
    }

    /// The least value that is not exceeded with this probability.
    pub fn quantile(&self, chance: f64) -> i64 {
        let mut sum = Sum::default();
        for (value, one) in &self.outcomes {
            sum.add(*one);
            if sum.total() >= chance {
                return *value;
            }
        }
        self.outcomes.last().map_or(0, |(value, _)| *value)
    }

    fn interval(&self) -> Interval {
        Interval { low: self.quantile(0.05), high: self.quantile(0.95) }
    }

    /// In how many of 10,000 cases a customer comes into each of some tiers:
    /// whole numbers that add up to 10,000 exactly.
    ///
    /// # Inputs
    ///
    /// `tier`: the position of the tier that a future value leads to, below
    /// `tiers`; it is asked once for each value.
    ///
    /// # Errors
    ///
    /// The first that `tier` gives. A position that is no tier counts as the
    /// last one.
    pub fn chances<E>(
        &self,
        tiers: usize,
        mut tier: impl FnMut(i64) -> Result<usize, E>,
    ) -> Result<Vec<i64>, E> {
        let mut sums = vec![Sum::default(); tiers];
        for (value, chance) in &self.outcomes {
            let place = tier(*value)?.min(tiers.saturating_sub(1));
            if let Some(sum) = sums.get_mut(place) {
                sum.add(*chance);
            }
        }
        // In units so small that nothing is lost, and then to the four places.
        let units: Vec<i128> =
            sums.iter().map(|sum| (sum.total() * 1e15).round_ties_even() as i128).collect();
        let whole: i128 = units.iter().sum();
        let parts: Vec<i128> = units.into_iter().map(|unit| unit * 10_000).collect();
        Ok(if whole > 0 { apportion(&parts, whole).1 } else { vec![0; tiers] })
    }
}

/// The values that may come if the parameters are these.
fn possible(teller: &Teller, known: &Known) -> Option<Vec<(i64, f64)>> {
    let (chances, today) = teller.behaviour()?.counts(&known.row)?;
    let each = teller.each(known);
    let value = |(count, chance): (usize, f64)| {
        let worth = each.times(count as f64 * today);
        Some((teller.left(worth, &known.account)?, chance))
    };
    chances.into_iter().enumerate().map(value).collect()
}

/// The parameters as they are, and as they may be, with weights.
fn sigma_points(parameters: &Parameters) -> Vec<(f64, Parameters)> {
    let parts = [Some(&parameters.timing), parameters.spend.as_ref()];
    let known = parts.map(|part| part.filter(|part| part.covariance.is_some()));
    let count: usize = known.iter().flatten().map(|part| part.values.len()).sum();
    let all = count as f64 + 1.0;
    let mut out = vec![(1.0 / all, parameters.clone())];
    for (place, part) in known.into_iter().enumerate() {
        let Some(Learnt { covariance: Some(covariance), .. }) = part else { continue };
        for (variance, axis) in axes(covariance) {
            let reach = libm::sqrt(all * variance.max(0.0));
            for side in [-1.0, 1.0] {
                let mut moved = parameters.clone();
                let learnt =
                    if place == 0 { Some(&mut moved.timing) } else { moved.spend.as_mut() };
                let Some(learnt) = learnt else { continue };
                for (value, step) in learnt.values.iter_mut().zip(&axis) {
                    *value *= libm::exp(side * reach * step);
                }
                out.push((0.5 / all, moved));
            }
        }
    }
    out
}

/// The 95th percentile of the standard normal distribution.
const NORMAL_95: f64 = 1.644_853_626_951_472_7;

/// The range about the mean of weighted values, as if they were normal; `None`
/// of only one.
fn around(values: &[(f64, f64)]) -> Option<Interval> {
    if values.len() < 2 {
        return None;
    }
    let sum = |of: &dyn Fn(f64) -> f64| {
        values.iter().map(|(weight, value)| weight * of(*value)).collect::<Sum>().total()
    };
    let whole = sum(&|_| 1.0);
    let mean = sum(&|value| value) / whole;
    let spread = libm::sqrt(sum(&|value| (value - mean) * (value - mean)) / whole);
    let side = |side: f64| (mean + side * NORMAL_95 * spread).round_ties_even() as i64;
    Some(Interval { low: side(-1.0), high: side(1.0) })
}
