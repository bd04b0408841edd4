//! Coverage: how often intervals hold what is true, over worlds drawn at random
//! from fixed seeds, or over all outcomes there are.

use super::*;
use crate::stats::{Stay, curve};

struct Random(u64);

impl Random {
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn exponential(&mut self) -> f64 {
        -libm::log(1.0 - self.next())
    }

    fn normal(&mut self) -> f64 {
        let angle = 2.0 * std::f64::consts::PI * self.next();
        libm::sqrt(2.0 * self.exponential()) * libm::cos(angle)
    }

    fn poisson(&mut self, mean: f64) -> i64 {
        let (mut time, mut count) = (self.exponential(), 0);
        while time < mean {
            time += self.exponential();
            count += 1;
        }
        count
    }
}

/// Of many worlds, the share whose interval holds the truth.
fn coverage(worlds: usize, truth: f64, mut draw: impl FnMut(&mut Random) -> Reading) -> f64 {
    let mut random = Random(20_26);
    let holds = |it: &Measured| {
        it.low.is_none_or(|low| low <= truth) && it.high.is_none_or(|high| truth <= high)
    };
    let held = (0..worlds).filter(|_| draw(&mut random).as_ref().is_ok_and(holds)).count();
    held as f64 / worlds as f64
}

/// The chance, over all outcomes, that the interval of a share holds it.
fn exact_coverage(n: u64, p: f64, exact: bool) -> f64 {
    let mut chance = libm::pow(1.0 - p, n as f64);
    let mut held = 0.0;
    for hits in 0..=n {
        let told = measured_share(hits, n, 0.05, exact).unwrap();
        if told.low.unwrap() <= p && p <= told.high.unwrap() {
            held += chance;
        }
        chance *= (n - hits) as f64 / (hits + 1) as f64 * p / (1.0 - p);
    }
    held
}

#[test]
fn shares_are_held_as_often_as_computed_by_others() {
    for (n, p, wilson, exact) in [(50, 0.02, 0.922, 0.982), (20, 0.05, 0.925, 0.984)] {
        let found = (exact_coverage(n, p, false), exact_coverage(n, p, true));
        assert!((found.0 - wilson).abs() < 6e-4 && (found.1 - exact).abs() < 6e-4, "{found:?}");
    }
    for n in [10, 40, 200] {
        for p in [0.01, 0.1, 0.3, 0.5, 0.77] {
            assert!(exact_coverage(n, p, true) >= 0.95, "{n} {p}");
        }
    }
    // Newcombe (1998), Statistics in Medicine 17, table I, of 81 and 15 of 263 and 148.
    let near = |told: Reading, low: f64, high: f64| {
        let told = told.unwrap();
        (told.low.unwrap() - low).abs() < 6e-5 && (told.high.unwrap() - high).abs() < 6e-5
    };
    assert!(near(measured_share(81, 263, 0.05, false), 0.2553, 0.3662));
    assert!(near(measured_share(15, 148, 0.05, false), 0.0624, 0.1605));
    assert!(near(measured_share(81, 263, 0.05, true), 0.2527, 0.3676));
    assert!(near(measured_share(15, 148, 0.05, true), 0.0578, 0.1617));
}

#[test]
fn small_and_missing_are_told_apart() {
    assert_eq!(measured_share(0, 0, 0.05, false), Err(Missing::NoDenominator));
    assert_eq!(measured_mean(&Moments::default(), 1.0, 0.05, None), Err(Missing::NoDenominator));
    assert_eq!(measured_ratio(&Moments::default(), 1.0, 1.0, 0.05), Err(Missing::NoDenominator));
    assert_eq!(measured_rate(3, 0.0, 0.05), Err(Missing::NoDenominator));
    assert_eq!(measured_quantile(&[], 0.5, 0.05), Err(Missing::NoDenominator));
    assert_eq!(measured_duration(&curve(vec![]), 0.5, 0.05), Err(Missing::NoDenominator));
    let open = vec![Stay { time: 3, end: None }; 9];
    assert_eq!(measured_duration(&curve(open), 0.5, 0.05), Err(Missing::NotYet));
    let all = measured_share(40, 40, 0.05, false).unwrap();
    assert_eq!((all.high, all.cautions), (Some(1.0), vec![Caution::SmallSample]));
    let one = {
        let mut moments = Moments::default();
        moments.add(500, 0).unwrap();
        measured_sum(&moments, 100.0, 0.05, Some(500)).unwrap()
    };
    assert_eq!((one.value, one.ends(), one.without_top), (5.0, None, None));
    assert_eq!(measured_rate(0, 10.0, 0.05).unwrap().low, Some(0.0));
    let few = measured_quantile(&[1.0, 2.0], 0.5, 0.05).unwrap();
    assert_eq!((few.value, few.low, few.high), (1.0, None, None));
}

#[test]
fn remissions_have_the_interval_of_textbooks() {
    // Freireich and others (1963); intervals as R's survfit gives them with
    // conf.type = "log-log": 8 (4 to 11), and 23 (13 to none).
    let treated =
        [6, 6, 6, -6, 7, -9, 10, -10, -11, 13, 16, -17, -19, -20, 22, 23, -25, -32, -32, -34, -35];
    let placebo = [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23];
    let of = |weeks: &[i64]| {
        let stay = |it: &i64| Stay { time: it.abs(), end: (0 < *it).then_some(0) };
        let told = measured_duration(&curve(weeks.iter().map(stay).collect()), 0.5, 0.05).unwrap();
        (told.value, told.low, told.high)
    };
    assert_eq!(of(&treated), (23.0, Some(13.0), None));
    assert_eq!(of(&placebo), (8.0, Some(4.0), Some(11.0)));
}

#[test]
fn means_and_ratios_hold_the_truth_by_customers() {
    let mean = coverage(3_000, 50.0, |random| {
        let mut moments = Moments::default();
        (0..40).for_each(|_| moments.add((5_000.0 + 1_500.0 * random.normal()) as i64, 0).unwrap());
        measured_mean(&moments, 100.0, 0.05, None)
    });
    assert!((0.938..=0.962).contains(&mean), "{mean}");
    // Who orders often orders for more: 20 an order for most, 40 for some.
    let ratio = coverage(3_000, 30.0, |random| {
        let mut moments = Moments::default();
        for _ in 0..150 {
            let is_large = random.next() < 0.25;
            let orders = 1 + random.poisson(if is_large { 5.0 } else { 1.0 });
            let each = if is_large { 40.0 } else { 20.0 };
            let cents = (0..orders).map(|_| each * 100.0 * random.exponential()).sum::<f64>();
            moments.add(cents as i64, orders).unwrap();
        }
        measured_ratio(&moments, 100.0, 1.0, 0.05)
    });
    assert!((0.925..=0.965).contains(&ratio), "{ratio}");
}

#[test]
fn events_that_come_in_bunches_are_no_more_than_their_customers() {
    let world = |random: &mut Random| {
        let mut moments = Moments::default();
        for _ in 0..200 {
            // Each is watched for a year; the rate differs between customers.
            let rate = 0.5 * random.exponential() * 2.0 * random.next() * 2.0;
            moments.add(random.poisson(rate), 365).unwrap();
        }
        moments
    };
    let clustered =
        coverage(2_000, 1.0 / 365.0, |random| measured_rate_of(&world(random), 1.0, 0.05));
    let naive = coverage(2_000, 1.0 / 365.0, |random| {
        let moments = world(random);
        measured_rate(moments.sum() as u64, moments.sum_before() as f64, 0.05)
    });
    assert!((0.925..=0.97).contains(&clustered), "{clustered}");
    assert!(naive < 0.90, "{naive}");
    let chance = coverage(2_000, 1.0 / 365.0, |random| {
        let mut moments = Moments::default();
        (0..200).for_each(|_| moments.add(random.poisson(1.0), 365).unwrap());
        measured_rate_of(&moments, 1.0, 0.05)
    });
    assert!((0.945..=0.985).contains(&chance), "{chance}");
}

#[test]
fn quantiles_and_durations_hold_the_truth() {
    let ln2 = libm::log(2.0);
    let quantile = coverage(2_000, ln2, |random| {
        let mut values: Vec<f64> = (0..45).map(|_| random.exponential()).collect();
        values.sort_by(f64::total_cmp);
        measured_quantile(&values, 0.5, 0.05)
    });
    assert!((0.945..=0.985).contains(&quantile), "{quantile}");
    let duration = coverage(2_000, ln2 * 1_000.0, |random| {
        let stays = (0..60).map(|_| {
            let (end, seen) = (random.exponential() * 1_000.0, random.exponential() * 2_500.0);
            Stay { time: end.min(seen) as i64, end: (end <= seen).then_some(0) }
        });
        measured_duration(&curve(stays.collect()), 0.5, 0.05)
    });
    assert!((0.93..=0.975).contains(&duration), "{duration}");
}
