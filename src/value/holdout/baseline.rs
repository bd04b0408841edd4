//! What can be foretold without a model: the rules that a model must beat.
//!
//! Each reads the calibration alone.
//!
//! # Sources
//!
//! * Wübben and von Wangenheim (2008), "Instant customer base analysis:
//!   managerial heuristics often 'get it right'", J. Marketing 72: the hiatus
//!   rule, and past frequency as the forecast.
//! * Hughes (1994), "Strategic database marketing": customers in cells by fifths
//!   of recency, frequency and money.

use std::collections::BTreeMap;

use crate::error::Error;
use crate::stats::Sum;
use crate::value::row::{Row, distinct};

/// The share of repeaters who came back within the hiatus.
const RETURN: f64 = 0.9;
/// Scores of each axis of a cell.
const FIFTHS: u64 = 5;

/// So many purchases in a unit of time as there have been: `x / T`. Who was
/// known for no time gets none.
pub fn rate(row: &Row) -> f64 {
    if row.age > 0.0 { f64::from(row.frequency) / row.age } else { 0.0 }
}

/// The silence after which a customer is taken as gone: that within which nine
/// of ten repeaters mostly came back. A customer's silences are told by their
/// mean, `t_x / x`.
pub fn hiatus(rows: &[Row]) -> f64 {
    let gaps = rows.iter().filter(|row| row.frequency > 0);
    let gaps = gaps.map(|row| (row.recency / f64::from(row.frequency), row.weight)).collect();
    quantile(gaps, RETURN).unwrap_or_default()
}

/// The [`rate`], and none for who has been silent for longer than `after`.
pub fn rate_until(row: &Row, after: f64) -> f64 {
    if row.age - row.recency > after { 0.0 } else { rate(row) }
}

/// For each row, how many purchases a unit of time brought in its cell: fifths
/// of silence and of repeats, and of what repeats brought where that is known of
/// every repeater.
///
/// # Errors
///
/// Over 2^64 customers.
pub fn cell_rates(rows: &[Row]) -> Result<Vec<f64>, Error> {
    let has_money = rows.iter().all(|row| row.frequency == 0 || row.monetary.is_some());
    let axes: [fn(&Row) -> f64; 3] = [
        |row| row.recency - row.age,
        |row| f64::from(row.frequency),
        |row| row.monetary.unwrap_or_default(),
    ];
    let axes = axes.get(..if has_money { 3 } else { 2 }).unwrap_or_default();
    let cuts: Vec<Vec<f64>> = axes.iter().map(|axis| fifths(rows, axis)).collect();
    let cell = |row: &Row| -> Vec<usize> {
        let scored = axes.iter().zip(&cuts);
        scored.map(|(axis, cuts)| cuts.partition_point(|cut| *cut < axis(row))).collect()
    };
    let mut cells: BTreeMap<Vec<usize>, (Sum, Sum)> = BTreeMap::new();
    for row in distinct(rows.iter().copied())? {
        let (repeats, time) = cells.entry(cell(&row)).or_default();
        repeats.add(row.weight as f64 * f64::from(row.frequency));
        time.add(row.weight as f64 * row.age);
    }
    let rate_of = |row: &Row| {
        let (repeats, time) = cells.get(&cell(row))?;
        (time.total() > 0.0).then(|| repeats.total() / time.total())
    };
    Ok(rows.iter().map(|row| rate_of(row).unwrap_or_default()).collect())
}

fn fifths(rows: &[Row], axis: &fn(&Row) -> f64) -> Vec<f64> {
    let values = || rows.iter().map(|row| (axis(row), row.weight)).collect();
    (1..FIFTHS).filter_map(|part| quantile(values(), part as f64 / FIFTHS as f64)).collect()
}

/// The least value that has a share of the customers at or below it; values
/// with weights (Hyndman and Fan 1996, definition 1).
fn quantile(mut values: Vec<(f64, u64)>, share: f64) -> Option<f64> {
    values.sort_unstable_by(|one, other| one.0.total_cmp(&other.0));
    let all: u128 = values.iter().map(|(_, weight)| u128::from(*weight)).sum();
    let wanted = share * all as f64;
    let mut below = 0_u128;
    for (value, weight) in &values {
        below += u128::from(*weight);
        if below as f64 >= wanted {
            return Some(*value);
        }
    }
    values.last().map(|(value, _)| *value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_is_what_was_and_ends_with_the_hiatus() {
        let rows = [
            Row { weight: 8, ..Row::new(2, 10.0, 20.0) },
            Row::new(1, 9.0, 20.0),
            Row::new(1, 12.0, 20.0),
            Row { weight: 50, ..Row::new(0, 0.0, 0.0) },
        ];
        assert_eq!(rows.map(|row| rate(&row)), [0.1, 0.05, 0.05, 0.0]);
        // Mean gaps 5 (eight of them), 9 and 12: nine of ten are within 9.
        assert_eq!(hiatus(&rows), 9.0);
        assert_eq!(rows.map(|row| rate_until(&row, 9.0)), [0.0, 0.0, 0.05, 0.0]);
        assert_eq!(hiatus(&rows[3..]), 0.0);
    }

    #[test]
    fn a_cell_has_the_rate_of_all_in_it() {
        let rows = [
            Row { weight: 3, ..Row::new(0, 0.0, 10.0) },
            Row::new(0, 0.0, 10.0),
            Row::new(4, 9.0, 10.0),
            Row::new(8, 9.0, 20.0),
        ];
        let rates = cell_rates(&rows).unwrap();
        assert_eq!(rates[0], 0.0);
        // Silent for 1 and 11, so in cells of their own.
        assert_eq!((rates[2], rates[3]), (0.4, 0.4));
        let two = [Row::new(4, 10.0, 10.0), Row::new(4, 20.0, 20.0)];
        assert_eq!(cell_rates(&two).unwrap(), [8.0 / 30.0; 2]);
        let mut backward: Vec<f64> = cell_rates(&[rows[3], rows[2], rows[1], rows[0]]).unwrap();
        backward.reverse();
        assert_eq!(backward, rates);
    }
}
