//! The effect in differences, by what was known two periods before and more.

use std::collections::BTreeMap;

use super::WEAK;
use super::panel::{Panel, Seen};
use super::report::Diagnosis;
use crate::error::Text;
use crate::stats::{Matrix, Sum, chi_square_above, inverse, normal_above, t_at, t_beyond};

/// The furthest period back that tells anything.
const FURTHEST: i64 = 4;

/// Regressors: how the outcome and the cause changed one period before.
const REGRESSORS: usize = 2;

/// What was found.
pub(super) struct Found {
    /// What one more of the cause makes of the outcome.
    pub estimate: f64,
    pub low: f64,
    pub high: f64,
    pub p: f64,
    pub error: f64,
    /// Standard errors to either side that the interval covers.
    pub critical: f64,
    /// What is left of an outcome one period later.
    pub persistence: f64,
    /// Sanderson and Windmeijer's F of the cause.
    pub first_stage: f64,
    /// Hansen's test, where there are more instruments than regressors.
    over: Option<(f64, f64)>,
    /// Arellano and Bond's test of second order; `None` where nothing is long
    /// enough.
    serial: Option<(f64, f64)>,
}

/// One difference of one unit.
struct Row {
    unit: usize,
    period: i64,
    /// The change of the outcome.
    y: f64,
    x: [f64; REGRESSORS],
    /// What was known before, with the mean of the period taken off.
    z: Vec<f64>,
}

pub(super) fn estimate(panel: &Panel, level: f64) -> Option<Found> {
    let furthest = FURTHEST.min(panel.n_periods() as i64 - 2);
    let rows = rows(panel, furthest);
    let n = rows.first()?.z.len();
    let sums = Sums::of(&rows, n);
    let weight = inverse(&sums.planned)?;
    let first = Step::new(&sums, &weight)?;
    let left: Vec<f64> = rows.iter().map(|row| first.left(row)).collect();
    let (scores, units) = scores(&rows, &left, n);
    let variance = first.variance(&scores, units)?;
    let error = libm::sqrt(*variance.get(1)?.get(1)?);
    let [persistence, estimate] = first.slopes;
    if !(error > 0.0 && error.is_finite()) {
        return None;
    }
    let critical = t_at(level, units - 1.0);
    Some(Found {
        estimate,
        low: estimate - critical * error,
        high: estimate + critical * error,
        p: t_beyond(estimate / error, units - 1.0),
        error,
        critical,
        persistence,
        first_stage: first_stage(&rows, &sums, n).unwrap_or(0.0),
        over: over(&rows, &sums, &scores, n),
        serial: serial(&rows, &left, &first, &variance),
    })
}

impl Found {
    /// What could make the estimate untrue.
    pub fn diagnoses(&self, level: f64) -> Vec<Diagnosis> {
        let mut out = vec![Diagnosis {
            name: "weak_instruments",
            statistic: self.first_stage,
            p: None,
            passed: self.first_stage >= WEAK,
            message: Text::new(
                format!(
                    "the past must tell how the cause changes: F of {WEAK} or more is asked for, {:.1} was found",
                    self.first_stage
                ),
                format!(
                    "以往信息应能预示原因的变化：要求 F 不低于 {WEAK}，实为 {:.1}",
                    self.first_stage
                ),
            ),
        }];
        let mut test = |name, found: Option<(f64, f64)>, en: &str, zh: &str| {
            if let Some((statistic, p)) = found {
                let message = Text::new(en, zh);
                out.push(Diagnosis { name, statistic, p: Some(p), passed: p >= level, message });
            }
        };
        test(
            "serial_correlation",
            self.serial,
            "chance must not carry over two periods, or what was known before is no longer innocent",
            "随机波动不应延续到两期之后，否则以往的数值也不再可靠",
        );
        test(
            "over_identification",
            self.over,
            "what was known two periods before and what was known earlier must tell the same",
            "两期之前与更早的信息应给出一致的结论",
        );
        out
    }
}

/// The differences that can be told, by unit and then by period, with what a
/// period was for everybody taken off.
fn rows(panel: &Panel, furthest: i64) -> Vec<Row> {
    let mut rows = Vec::new();
    let mut known: Vec<Vec<Option<f64>>> = Vec::new();
    for (unit, periods) in panel.units().enumerate() {
        for (period, seen) in periods {
            let at = |back: i64| periods.get(&(period - back));
            let (Some(one), Some(two)) = (at(1), at(2)) else { continue };
            let back = |lag: i64, of: fn(&Seen) -> f64| at(lag).map(of);
            let z = (2..=furthest)
                .flat_map(|lag| [back(lag, |it| it.outcome), back(lag, |it| it.cause)]);
            known.push(z.collect());
            let x = [one.outcome - two.outcome, one.cause - two.cause];
            rows.push(Row {
                unit,
                period: *period,
                y: seen.outcome - one.outcome,
                x,
                z: Vec::new(),
            });
        }
    }
    let mut periods: BTreeMap<i64, Vec<usize>> = BTreeMap::new();
    for (position, row) in rows.iter().enumerate() {
        periods.entry(row.period).or_default().push(position);
    }
    for positions in periods.values() {
        let mean = |of: &dyn Fn(usize) -> Option<f64>| {
            let terms: Vec<f64> = positions.iter().filter_map(|at| of(*at)).collect();
            terms.iter().copied().collect::<Sum>().total() / terms.len().max(1) as f64
        };
        let y = mean(&|at| rows.get(at).map(|row| row.y));
        let x =
            [0, 1].map(|side| mean(&|at| rows.get(at).and_then(|row| row.x.get(side).copied())));
        let n = known.first().map_or(0, Vec::len);
        let z: Vec<f64> =
            (0..n).map(|place| mean(&|at| known.get(at)?.get(place).copied().flatten())).collect();
        for at in positions {
            let (Some(row), Some(known)) = (rows.get_mut(*at), known.get(*at)) else { continue };
            row.y -= y;
            row.x = [row.x[0] - x[0], row.x[1] - x[1]];
            // What was not seen says nothing.
            row.z = known.iter().zip(&z).map(|(it, mean)| it.map_or(0.0, |it| it - mean)).collect();
        }
    }
    rows
}

/// Sums of products over all rows.
struct Sums {
    /// Instruments by regressors.
    zx: Vec<[f64; REGRESSORS]>,
    /// Instruments by the change of the outcome.
    zy: Vec<f64>,
    /// Instruments by instruments.
    zz: Matrix,
    /// Instruments by instruments, as differences of independent chance would
    /// have them: neighbours share the chance of one period.
    planned: Matrix,
}

impl Sums {
    fn of(rows: &[Row], n: usize) -> Sums {
        let sum = |of: &dyn Fn(&Row) -> f64| rows.iter().map(of).collect::<Sum>().total();
        let z = |row: &Row, at: usize| row.z.get(at).copied().unwrap_or(0.0);
        let zx = (0..n).map(|i| [0, 1].map(|k: usize| sum(&|row| z(row, i) * row.x[k]))).collect();
        let zy = (0..n).map(|i| sum(&|row| z(row, i) * row.y)).collect();
        let zz = square(n, |i, j| sum(&|row| z(row, i) * z(row, j)));
        let planned = square(n, |i, j| {
            let neighbours =
                rows.iter().zip(rows.iter().skip(1)).filter(|(one, next)| follows(one, next, 1));
            let shared =
                neighbours.map(|(one, next)| z(one, i) * z(next, j) + z(next, i) * z(one, j));
            2.0 * zz_at(&zz, i, j) - shared.collect::<Sum>().total()
        });
        Sums { zx, zy, zz, planned }
    }
}

fn zz_at(zz: &Matrix, i: usize, j: usize) -> f64 {
    zz.get(i).and_then(|row| row.get(j)).copied().unwrap_or(0.0)
}

fn square(n: usize, entry: impl Fn(usize, usize) -> f64) -> Matrix {
    (0..n).map(|i| (0..n).map(|j| entry(i, j)).collect()).collect()
}

fn follows(one: &Row, next: &Row, periods: i64) -> bool {
    one.unit == next.unit && one.period + periods == next.period
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).collect::<Sum>().total()
}

fn times(matrix: &Matrix, vector: &[f64]) -> Vec<f64> {
    matrix.iter().map(|row| dot(row, vector)).collect()
}

/// An estimate with one weighing of the instruments.
struct Step {
    slopes: [f64; REGRESSORS],
    /// The inverse of `A' W A`.
    bread: Matrix,
    /// `W A`, by regressor.
    weighted: [Vec<f64>; REGRESSORS],
}

impl Step {
    fn new(sums: &Sums, weight: &Matrix) -> Option<Step> {
        let column = |k: usize| sums.zx.iter().map(|it| it[k]).collect::<Vec<f64>>();
        let columns = [column(0), column(1)];
        let weighted = [times(weight, &columns[0]), times(weight, &columns[1])];
        let bread = inverse(&square(REGRESSORS, |i, j| dot(&weighted[i], &columns[j])))?;
        let against = [dot(&weighted[0], &sums.zy), dot(&weighted[1], &sums.zy)];
        let slopes = times(&bread, &against);
        Some(Step { slopes: [*slopes.first()?, *slopes.get(1)?], bread, weighted })
    }

    /// What the estimate leaves of a row.
    fn left(&self, row: &Row) -> f64 {
        row.y - self.slopes[0] * row.x[0] - self.slopes[1] * row.x[1]
    }

    /// The variance of the slopes, by unit.
    fn variance(&self, scores: &Matrix, units: f64) -> Option<Matrix> {
        let meat = square(REGRESSORS, |i, j| {
            let scored = times(scores, &self.weighted[j]);
            dot(&self.weighted[i], &scored) * units / (units - 1.0)
        });
        let half = square(REGRESSORS, |i, j| {
            dot(self.bread.get(i).map_or(&[], |row| &row[..]), &column_of(&meat, j))
        });
        (units >= 2.0).then(|| {
            square(REGRESSORS, |i, j| {
                dot(half.get(i).map_or(&[], |row| &row[..]), &column_of(&self.bread, j))
            })
        })
    }
}

fn column_of(matrix: &Matrix, column: usize) -> Vec<f64> {
    matrix.iter().map(|row| row.get(column).copied().unwrap_or(0.0)).collect()
}

/// The instruments of each unit times what is left of it.
fn by_unit(rows: &[Row], left: &[f64], n: usize) -> Vec<Vec<f64>> {
    let mut out: Vec<Vec<Sum>> = Vec::new();
    let mut last = None;
    for (row, left) in rows.iter().zip(left) {
        if last != Some(row.unit) {
            out.push(vec![Sum::default(); n]);
            last = Some(row.unit);
        }
        let Some(sums) = out.last_mut() else { continue };
        sums.iter_mut().zip(&row.z).for_each(|(sum, z)| sum.add(z * left));
    }
    out.into_iter().map(|sums| sums.iter().map(Sum::total).collect()).collect()
}

/// How what is left varies with the instruments over units, and how many units
/// there are.
fn scores(rows: &[Row], left: &[f64], n: usize) -> (Matrix, f64) {
    let units = by_unit(rows, left, n);
    let entry = |i: usize, j: usize| {
        let terms = units.iter().filter_map(|it| Some(it.get(i)? * it.get(j)?));
        terms.collect::<Sum>().total()
    };
    (square(n, entry), units.len() as f64)
}

/// How well the instruments tell the change of the cause, beyond what they tell
/// of that of the outcome.
fn first_stage(rows: &[Row], sums: &Sums, n: usize) -> Option<f64> {
    let weight = inverse(&sums.zz)?;
    let column = |k: usize| sums.zx.iter().map(|it| it[k]).collect::<Vec<f64>>();
    let (outcome, cause) = (column(0), column(1));
    let told = times(&weight, &outcome);
    let delta = dot(&told, &cause) / dot(&told, &outcome);
    let rest: Vec<f64> = cause.iter().zip(&outcome).map(|(it, of)| it - delta * of).collect();
    let slopes = times(&weight, &rest);
    let left: Vec<f64> =
        rows.iter().map(|row| row.x[1] - delta * row.x[0] - dot(&row.z, &slopes)).collect();
    let (scores, units) = scores(rows, &left, n);
    // Wald's statistic by unit: slopes' (ZZ S^-1 ZZ) slopes.
    let middle = inverse(&scores)?;
    let wald = dot(&rest, &times(&middle, &rest)) * (units - 1.0) / units;
    (n >= 2).then(|| wald / (n - 1) as f64)
}

/// Whether instruments contradict each other (Hansen), by the best weighing.
fn over(rows: &[Row], sums: &Sums, scores_of: &Matrix, n: usize) -> Option<(f64, f64)> {
    let df = n.checked_sub(REGRESSORS).filter(|df| *df > 0)?;
    let weight = inverse(scores_of)?;
    let second = Step::new(sums, &weight)?;
    let left: Vec<f64> = rows.iter().map(|row| second.left(row)).collect();
    let (again, _) = scores(rows, &left, n);
    let apart: Vec<f64> = (0..n)
        .map(|i| rows.iter().zip(&left).map(|(row, left)| row.z[i] * left).collect::<Sum>().total())
        .collect();
    let statistic = dot(&apart, &times(&inverse(&again)?, &apart));
    Some((statistic, chi_square_above(statistic, df as f64)))
}

/// Whether what is left carries over two periods (Arellano and Bond's m2).
fn serial(rows: &[Row], left: &[f64], step: &Step, variance: &Matrix) -> Option<(f64, f64)> {
    let n = rows.first()?.z.len();
    let places: BTreeMap<(usize, i64), usize> =
        rows.iter().enumerate().map(|(at, row)| ((row.unit, row.period), at)).collect();
    let before =
        |row: &Row| places.get(&(row.unit, row.period - 2)).and_then(|at| left.get(*at)).copied();
    let lagged: Vec<f64> = rows.iter().map(|row| before(row).unwrap_or(0.0)).collect();
    // By unit: what is left times what was left two periods before.
    let mut products: BTreeMap<usize, Sum> = BTreeMap::new();
    for ((row, left), lagged) in rows.iter().zip(left).zip(&lagged) {
        products.entry(row.unit).or_default().add(left * lagged);
    }
    let products: Vec<f64> = products.values().map(Sum::total).collect();
    let numerator = products.iter().copied().collect::<Sum>().total();
    let squares = products.iter().map(|it| it * it).collect::<Sum>().total();
    let with_x = [0, 1].map(|k: usize| {
        rows.iter().zip(&lagged).map(|(row, lagged)| row.x[k] * lagged).collect::<Sum>().total()
    });
    // Estimating the slopes from the same rows took part of it away.
    let units = by_unit(rows, left, n);
    let crossed: Vec<f64> = (0..n)
        .map(|i| {
            let terms =
                units.iter().zip(&products).filter_map(|(it, product)| Some(it.get(i)? * product));
            terms.collect::<Sum>().total()
        })
        .collect();
    let pulled = [dot(&step.weighted[0], &crossed), dot(&step.weighted[1], &crossed)];
    let twice = 2.0 * dot(&with_x, &times(&step.bread, &pulled));
    let spread = squares - twice + dot(&with_x, &times(variance, &with_x));
    if spread <= 0.0 || spread.is_nan() || numerator == 0.0 {
        return None;
    }
    let m2 = numerator / libm::sqrt(spread);
    Some((m2, 2.0 * normal_above(m2.abs())))
}
