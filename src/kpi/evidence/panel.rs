//! A cause and an outcome, of many units over periods.

use std::collections::{BTreeMap, BTreeSet};

use crate::error::{Code, Error, Fault};
use crate::stats::{Sum, correlation};

/// What was seen of a unit in a period.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Seen {
    /// The cause.
    pub cause: f64,
    /// The outcome.
    pub outcome: f64,
}

/// What was seen of each unit in each period.
///
/// ```
/// use guanxi::kpi::{Panel, Seen};
/// let mut panel = Panel::default();
/// panel.add("shop 1", 0, Seen { cause: 4.5, outcome: 120.0 })?;
/// assert!(panel.add("shop 1", 0, Seen { cause: 4.4, outcome: 80.0 }).is_err());
/// # Ok::<(), guanxi::Error>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct Panel {
    units: BTreeMap<Box<str>, BTreeMap<i64, Seen>>,
}

impl Panel {
    /// Adds what was seen. Periods that follow one another have numbers that
    /// do.
    ///
    /// # Errors
    ///
    /// [`Code::DuplicateName`]: the unit was seen in the period before;
    /// [`Code::InvalidArgument`]: a number that is not finite.
    pub fn add(&mut self, unit: &str, period: i64, seen: Seen) -> Result<(), Error> {
        if !seen.cause.is_finite() || !seen.outcome.is_finite() {
            let (en, zh) = ("a number must be finite", "数值必须有限");
            return Err(Fault::new(Code::InvalidArgument, en, zh).into());
        }
        let periods = self.units.entry(unit.into()).or_default();
        if periods.insert(period, seen).is_some() {
            return Err(Fault::new(
                Code::DuplicateName,
                "this unit was seen in this period before",
                "该单位在本期已有一行",
            )
            .into());
        }
        Ok(())
    }

    /// The same with cause and outcome exchanged.
    pub(super) fn turned(&self) -> Panel {
        let turn = |seen: &Seen| Seen { cause: seen.outcome, outcome: seen.cause };
        let units = self.units.iter().map(|(name, periods)| {
            (name.clone(), periods.iter().map(|(period, seen)| (*period, turn(seen))).collect())
        });
        Panel { units: units.collect() }
    }

    /// What was seen, by unit and then by period.
    pub fn rows(&self) -> impl Iterator<Item = (&str, i64, Seen)> {
        self.units.iter().flat_map(|(unit, periods)| {
            periods.iter().map(move |(period, seen)| (&**unit, *period, *seen))
        })
    }

    pub(super) fn units(&self) -> impl Iterator<Item = &BTreeMap<i64, Seen>> {
        self.units.values()
    }

    pub(super) fn n_units(&self) -> usize {
        self.units.len()
    }

    /// Units that were seen so often.
    pub(super) fn n_long(&self, times: usize) -> usize {
        self.units.values().filter(|periods| periods.len() >= times).count()
    }

    /// Different periods.
    pub(super) fn n_periods(&self) -> usize {
        let all: BTreeSet<i64> = self.units.values().flat_map(|it| it.keys().copied()).collect();
        all.len()
    }

    pub(super) fn n_seen(&self) -> usize {
        self.units.values().map(BTreeMap::len).sum()
    }

    /// How cause and outcome of the same period go together.
    pub(super) fn correlation(&self) -> Option<f64> {
        let pairs = self.rows().map(|(_, _, seen)| (seen.cause, seen.outcome));
        correlation(&pairs.collect::<Vec<_>>())
    }

    /// The cause of a period beside the outcome of the next, with the unit.
    pub(super) fn pooled(&self) -> Vec<(usize, f64, f64)> {
        self.units
            .values()
            .enumerate()
            .flat_map(|(unit, periods)| {
                periods.iter().filter_map(move |(period, seen)| {
                    let next = periods.get(&(period + 1))?;
                    Some((unit, seen.cause, next.outcome))
                })
            })
            .collect()
    }

    /// The same with what a unit always is and what a period was for everybody
    /// taken off, by turns until nothing changes.
    pub(super) fn within(&self) -> Vec<(usize, f64, f64)> {
        let mut rows: Vec<(usize, i64, [f64; 2])> = self
            .units
            .values()
            .enumerate()
            .flat_map(|(unit, periods)| {
                periods.iter().filter_map(move |(period, seen)| {
                    let next = periods.get(&(period + 1))?;
                    Some((unit, *period, [seen.cause, next.outcome]))
                })
            })
            .collect();
        for _ in 0..100 {
            let moved = take_off(&mut rows, |row| row.0 as i64) + take_off(&mut rows, |row| row.1);
            if moved < 1e-12 {
                break;
            }
        }
        rows.into_iter().map(|(unit, _, [cause, outcome])| (unit, cause, outcome)).collect()
    }
}

type Row = (usize, i64, [f64; 2]);

/// Takes the mean of each group off; how far the furthest one was from zero.
fn take_off(rows: &mut [Row], group: impl Fn(&Row) -> i64) -> f64 {
    let mut sums: BTreeMap<i64, (u64, [Sum; 2])> = BTreeMap::new();
    for row in rows.iter() {
        let (n, sums) = sums.entry(group(row)).or_default();
        *n += 1;
        sums.iter_mut().zip(row.2).for_each(|(sum, term)| sum.add(term));
    }
    let mut furthest = 0.0_f64;
    for row in rows {
        let Some((n, sums)) = sums.get(&group(row)) else { continue };
        for (it, sum) in row.2.iter_mut().zip(sums) {
            let mean = sum.total() / *n as f64;
            furthest = furthest.max(mean.abs());
            *it -= mean;
        }
    }
    furthest
}

/// The slope of the second on the first, its standard error by unit, and how
/// many units there are. `None` where nothing varies.
pub(super) fn slope(rows: &[(usize, f64, f64)]) -> Option<(f64, f64, f64)> {
    let n = rows.len() as f64;
    let sum = |of: &dyn Fn(&(usize, f64, f64)) -> f64| rows.iter().map(of).collect::<Sum>().total();
    let (x, y) = (sum(&|row| row.1) / n, sum(&|row| row.2) / n);
    let spread = sum(&|row| (row.1 - x) * (row.1 - x));
    if spread <= 0.0 || spread.is_nan() {
        return None;
    }
    let slope = sum(&|row| (row.1 - x) * (row.2 - y)) / spread;
    let mut by_unit: BTreeMap<usize, Sum> = BTreeMap::new();
    for (unit, cause, outcome) in rows {
        let left = outcome - y - slope * (cause - x);
        by_unit.entry(*unit).or_default().add((cause - x) * left);
    }
    let units = by_unit.len() as f64;
    let meat = by_unit.values().map(|sum| sum.total() * sum.total()).collect::<Sum>().total();
    let error = libm::sqrt(meat * units / (units - 1.0)) / spread;
    (units >= 2.0 && error > 0.0).then_some((slope, error, units))
}
