//! The customers on whom models of value have been tried for thirty years: a
//! tenth of those in `examples/cdnow`, listed in `tests/data/value`.
//!
//! Made here the slow and obvious way, from the log: purchases of one day are
//! one, times are weeks from a customer's first purchase.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use guanxi::value::Row;

/// The last days of 39 and of 78 weeks.
pub const WEEKS_39: i64 = day("1997-09-30");
pub const WEEKS_78: i64 = day("1998-06-30");

/// Days by customer: what was spent on each.
pub fn purchases(is_in: impl Fn(u32) -> bool) -> Vec<BTreeMap<i64, f64>> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/cdnow/events.csv");
    let mut customers: BTreeMap<u32, BTreeMap<i64, f64>> = BTreeMap::new();
    for line in fs::read_to_string(path).unwrap().lines().skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        let customer = cells[1].parse().unwrap();
        if is_in(customer) {
            *customers.entry(customer).or_default().entry(day(cells[2])).or_default() +=
                cells[4].parse::<f64>().unwrap();
        }
    }
    customers.into_values().collect()
}

/// The tenth of the customers that the papers are about.
pub fn sample() -> Vec<BTreeMap<i64, f64>> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/value/cdnow_sample.txt");
    let list = fs::read_to_string(path).unwrap();
    let chosen: BTreeSet<u32> = list.split_whitespace().map(|id| id.parse().unwrap()).collect();
    purchases(|customer| chosen.contains(&customer))
}

/// What was known of a customer at the end of a day, in weeks.
pub fn row(days: &BTreeMap<i64, f64>, end: i64) -> Row {
    let weeks = |days: i64| days as f64 / 7.0;
    let seen: Vec<(i64, f64)> = days.range(..=end).map(|(&day, &spent)| (day, spent)).collect();
    let first = seen[0].0;
    let repeats = &seen[1..];
    let frequency = repeats.len() as u32;
    let spent: f64 = repeats.iter().map(|(_, spent)| spent).sum();
    let gaps = seen.windows(2).map(|pair| weeks(pair[1].0 - pair[0].0).ln());
    Row {
        frequency,
        recency: weeks(seen[seen.len() - 1].0 - first),
        age: weeks(end - first),
        log_gaps: Some(gaps.sum()),
        monetary: (frequency > 0).then(|| spent / f64::from(frequency)),
        weight: 1,
    }
}

/// The rows of a calibration period.
pub fn rows(end: i64) -> Vec<Row> {
    sample().iter().map(|days| row(days, end)).collect()
}

/// Days since 1970 of `1997-09-30`.
const fn day(text: &str) -> i64 {
    let bytes = text.as_bytes();
    let (mut parts, mut part, mut at) = ([0_i64; 3], 0, 0);
    while at < bytes.len() {
        if bytes[at] == b'-' {
            part += 1;
        } else {
            parts[part] = parts[part] * 10 + (bytes[at] - b'0') as i64;
        }
        at += 1;
    }
    let [year, month, day] = parts;
    // The year begins in March, so that leap days come last.
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let of_year = (153 * month + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}
