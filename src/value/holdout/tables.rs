//! What a model says beside what was, as tables ready to draw.

use super::super::fit::Fit;
use super::super::model::find;
use super::super::predict::{Forecast, Outlook, Question};
use super::super::row::Row;
use crate::error::{Code, Error, Fault};
use crate::stats::{Sum, chunked};

/// The most points of a [`tracking`] table.
pub const MOST_POINTS: usize = 4_000;

/// Repeats of all customers over a stretch of time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// The end of the stretch, counted from the end of the calibration: negative
    /// before it, above zero in the holdout. It begins where the one before ends.
    pub until: f64,
    /// How many repeats the model expects in it.
    pub expected: f64,
    /// And from the very first purchase on.
    pub cumulative: f64,
}

/// Repeats that a model expects of all customers together, by stretches of
/// time over the calibration and a holdout.
///
/// A customer's first purchase was `T` before the end of the calibration, so
/// rows are all that is needed. Nothing is expected of a customer before it.
///
/// # Inputs
///
/// `step`: how long a stretch is, in units; the first one may be shorter, so
/// that one ends with the calibration. `holdout`: for how long to go on.
///
/// # Errors
///
/// [`Code::InvalidArgument`]: a step that is not above zero, a negative holdout,
/// over [`MOST_POINTS`] stretches; with stages also times too far ahead.
///
/// # Cost
///
/// One expectation for each time that somebody has been known at the end of a
/// stretch: with days as grains, as many as there are days.
///
/// # Source
///
/// Fader, Hardie and Lee (2005), section 4: "tracking" plots, eq. 9.
pub fn tracking(
    fit: &Fit,
    rows: &[Row],
    step: f64,
    holdout: f64,
    threads: usize,
) -> Result<Vec<Point>, Error> {
    tracking_of(&forecast(fit)?, rows, step, holdout, threads)
}

/// The same of a model whose parameters are known, fitted or not.
///
/// # Errors
///
/// As [`tracking`].
pub fn tracking_of(
    forecast: &Forecast,
    rows: &[Row],
    step: f64,
    holdout: f64,
    threads: usize,
) -> Result<Vec<Point>, Error> {
    let oldest = rows.iter().fold(0.0_f64, |oldest, row| oldest.max(row.age));
    let ends = ends(oldest, step, holdout)?;
    let ages = by_age(rows);
    let expected = Expected::of(forecast, &times(&ages, &ends), threads)?;
    let mut before = 0.0;
    let mut out = Vec::new();
    for until in ends {
        let since = |age: &f64| age + until;
        let known = ages.iter().filter(|(age, _)| since(age) > 0.0);
        let terms = known.map(|(age, customers)| customers * expected.by(since(age)));
        let cumulative = terms.collect::<Sum>().total();
        out.push(Point { until: until + 0.0, expected: cumulative - before, cumulative });
        before = cumulative;
    }
    Ok(out)
}

/// Two times this near are one: ages and steps are whole days mostly, so that
/// their sums differ by rounding alone.
const SAME: f64 = 1e-9;

/// For how long customers have been known at each end, ascending.
fn times(ages: &[(f64, f64)], ends: &[f64]) -> Vec<f64> {
    let each = ages.iter().flat_map(|(age, _)| ends.iter().map(move |end| age + end));
    let mut times: Vec<f64> = each.filter(|time| *time > 0.0).collect();
    times.sort_unstable_by(f64::total_cmp);
    times.dedup_by(|next, kept| *next - *kept <= SAME);
    times
}

/// What a newcomer is expected to buy within each of some times, ascending.
struct Expected(Vec<(f64, f64)>);

impl Expected {
    fn of(forecast: &Forecast, times: &[f64], threads: usize) -> Result<Expected, Error> {
        let within = |time: &f64| {
            let said = forecast.newcomer(&Question::within(*time))?;
            Ok((*time, said.expected))
        };
        let parts = chunked(times, threads, |times| {
            times.iter().map(within).collect::<Result<Vec<_>, Error>>()
        });
        let parts: Vec<Vec<(f64, f64)>> = parts.into_iter().collect::<Result<_, _>>()?;
        Ok(Expected(parts.into_iter().flatten().collect()))
    }

    /// That of the last time that is no later.
    fn by(&self, time: f64) -> f64 {
        let after = self.0.partition_point(|(known, _)| *known <= time);
        after.checked_sub(1).and_then(|at| self.0.get(at)).map_or(0.0, |(_, expected)| *expected)
    }
}

/// How many repeats came in each stretch of a [`tracking`] table.
///
/// # Inputs
///
/// `repeats`: times in units from the end of the calibration, with how many
/// repeats there were, as [`Cbs::repeats`](super::super::cbs::Cbs::repeats) tells
/// them by grains. A stretch holds its end; what is later than all is left out.
pub fn came(points: &[Point], repeats: &[(f64, u64)]) -> Vec<u64> {
    let mut out = vec![0_u64; points.len()];
    for &(time, count) in repeats {
        let place = points.partition_point(|point| point.until < time);
        if let Some(sum) = out.get_mut(place) {
            *sum = sum.saturating_add(count);
        }
    }
    out
}

/// Ends of stretches, so that one of them is 0.
fn ends(oldest: f64, step: f64, holdout: f64) -> Result<Vec<f64>, Error> {
    let before = (oldest / step).ceil();
    let after = (holdout / step).ceil();
    let good = step > 0.0 && holdout >= 0.0 && before + after <= MOST_POINTS as f64;
    if !good {
        return Err(Fault::new(
            Code::InvalidArgument,
            format!("time cannot be cut into steps of {step}: {MOST_POINTS} of them at most"),
            format!("无法按步长 {step} 划分时间：最多 {MOST_POINTS} 段"),
        )
        .at("step")
        .into());
    }
    let past = (0..before as usize).rev().map(|back| -(back as f64 * step));
    let future = (1..=after as usize).map(|ahead| (ahead as f64 * step).min(holdout));
    Ok(past.chain(future).collect())
}

/// How many customers have each age, ascending.
fn by_age(rows: &[Row]) -> Vec<(f64, f64)> {
    let mut ages: Vec<(f64, u64)> = rows.iter().map(|row| (row.age + 0.0, row.weight)).collect();
    ages.sort_unstable_by(|one, other| one.0.total_cmp(&other.0));
    let same = ages.chunk_by(|one, other| one.0 == other.0);
    same.map(|same| {
        let age = same.first().map_or(0.0, |(age, _)| *age);
        (age, same.iter().map(|(_, weight)| *weight as f64).sum())
    })
    .collect()
}

/// How many customers made so many purchases, and how many should have.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Frequency {
    /// The number of purchases; the last one of a table stands for all above too.
    pub purchases: u32,
    /// How many customers made as many.
    pub actual: u64,
    /// How many the model expects.
    pub expected: f64,
}

/// Customers by their repeats in the calibration, `0` to `most` and more.
///
/// # Errors
///
/// [`Code::InvalidArgument`]: `most` over [`MOST_COUNTS`](super::super::MOST_COUNTS);
/// with stages also ages too long.
pub fn frequencies(fit: &Fit, rows: &[Row], most: u32) -> Result<Vec<Frequency>, Error> {
    frequencies_of(&forecast(fit)?, rows, most)
}

/// The same of a model whose parameters are known, fitted or not.
///
/// # Errors
///
/// As [`frequencies`].
pub fn frequencies_of(
    forecast: &Forecast,
    rows: &[Row],
    most: u32,
) -> Result<Vec<Frequency>, Error> {
    let mut expected = vec![Sum::default(); most as usize + 1];
    for (age, customers) in by_age(rows) {
        let said = forecast.newcomer(&counts(age, most))?;
        add(&mut expected, &said.chances, customers);
    }
    let made = rows.iter().map(|row| (row.frequency, row.weight));
    Ok(table(made, &expected))
}

/// Customers by their purchases in the holdout, `0` to `most` and more, from
/// what is said of each.
pub(super) fn holdout_frequencies(
    rows: &[Row],
    bought: &[u32],
    outlooks: &[Outlook],
    most: u32,
) -> Vec<Frequency> {
    let mut expected = vec![Sum::default(); most as usize + 1];
    for (row, outlook) in rows.iter().zip(outlooks) {
        add(&mut expected, &outlook.chances, row.weight as f64);
    }
    table(bought.iter().zip(rows).map(|(&bought, row)| (bought, row.weight)), &expected)
}

/// The chances of a newcomer to buy `0` to `most` times and more within `time`
/// after the first purchase.
///
/// # Errors
///
/// As [`frequencies`].
pub fn newcomers(fit: &Fit, time: f64, most: u32) -> Result<Vec<f64>, Error> {
    let said = forecast(fit)?.newcomer(&counts(time, most))?;
    let mut out = vec![Sum::default(); most as usize + 1];
    add(&mut out, &said.chances, 1.0);
    Ok(out.iter().map(Sum::total).collect())
}

fn counts(horizon: f64, most: u32) -> Question {
    Question { horizon, discount: 0.0, counts: most as usize }
}

/// Adds chances of 0, 1, ...; what they leave to one goes to the last place.
fn add(sums: &mut [Sum], chances: &[f64], weight: f64) {
    let said: Sum = chances.iter().copied().collect();
    let rest = (1.0 - said.total()).max(0.0);
    for (sum, chance) in sums.iter_mut().zip(chances.iter().copied().chain([rest])) {
        sum.add(weight * chance);
    }
}

fn table(made: impl Iterator<Item = (u32, u64)>, expected: &[Sum]) -> Vec<Frequency> {
    let mut actual = vec![0_u64; expected.len()];
    let last = actual.len().saturating_sub(1);
    for (purchases, weight) in made {
        if let Some(count) = actual.get_mut((purchases as usize).min(last)) {
            *count = count.saturating_add(weight);
        }
    }
    (0..)
        .zip(actual.iter().zip(expected))
        .map(|(purchases, (&actual, expected))| Frequency {
            purchases,
            actual,
            expected: expected.total(),
        })
        .collect()
}

/// Customers with so many repeats in the calibration: what came in the holdout.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ByFrequency {
    /// The number of repeats; the last one of a table stands for all above too.
    pub frequency: u32,
    /// How many customers had as many.
    pub customers: u64,
    /// The mean number of purchases that was expected of them.
    pub expected: f64,
    /// The mean number that came.
    pub actual: f64,
}

/// What was expected in the holdout and what came, by repeats before: the
/// figure by which models of this kind are mostly judged (Fader, Hardie and Lee
/// 2005, figure 4).
pub(super) fn by_frequency(
    rows: &[Row],
    bought: &[u32],
    outlooks: &[Outlook],
    most: u32,
) -> Vec<ByFrequency> {
    let mut sums = vec![(0_u64, Sum::default(), Sum::default()); most as usize + 1];
    for ((row, &bought), outlook) in rows.iter().zip(bought).zip(outlooks) {
        let place = row.frequency.min(most) as usize;
        let Some((customers, expected, actual)) = sums.get_mut(place) else { continue };
        *customers = customers.saturating_add(row.weight);
        expected.add(row.weight as f64 * outlook.expected);
        actual.add(row.weight as f64 * f64::from(bought));
    }
    (0..)
        .zip(&sums)
        .filter(|(_, (customers, ..))| *customers > 0)
        .map(|(frequency, (customers, expected, actual))| ByFrequency {
            frequency,
            customers: *customers,
            expected: expected.total() / *customers as f64,
            actual: actual.total() / *customers as f64,
        })
        .collect()
}

/// The model at the parameters of a fit.
pub(super) fn forecast(fit: &Fit) -> Result<Forecast, Error> {
    Forecast::new(&*find(fit.model, fit.stages)?, &fit.parameters())
}
