//! What may come, against customers whose future is made up as the models tell
//! it, from what is known of them now.

use std::convert::Infallible;

use guanxi::value::cbs::Step;
use guanxi::value::figures::{Known, Scales, Teller};
use guanxi::value::model::find;
use guanxi::value::money::{Account, Costs, Everybody, Learnt, Money, Parameters};
use guanxi::value::{Forecast, Prospects, Question, Row};

use super::definitions::money;
use crate::models::simulate::Simulator;

const SCALES: Scales = Scales { grain: Step::Day, unit: Step::Week, amount: Some(2) };
const FUTURES: u32 = 100_000;

fn worth() -> Money {
    let (money, faults) = money(r#"{"margin": "0.4", "horizon": "weeks(52)"}"#);
    assert_eq!(faults, []);
    money.unwrap()
}

fn parameters(model: &str, values: &[f64]) -> Parameters {
    let timing = Learnt::pinned(&*find(model, None).unwrap(), values);
    let spend = Learnt::pinned(&*find("gamma-gamma", None).unwrap(), &[6.25, 3.74, 15.44]);
    Parameters { timing, spend: Some(spend) }
}

/// A good customer: twelve repeats in half a year, and calls that cost money.
fn customer() -> Known {
    let row = Row { monetary: Some(40.0), ..Row::new(12, 26.0, 30.0) };
    let costs = Costs { units: 7_200, unknown: 0 };
    Known { row, account: Account { purchases: 13, costs, ..Account::default() } }
}

/// Purchases up to the horizon, of one customer with these parameters.
fn future(model: &str, values: &[f64], row: &Row, alive: f64, random: &mut Simulator) -> u32 {
    if random.share() > alive {
        return 0;
    }
    let x = f64::from(row.frequency);
    let rate = random.gamma(values[0] + x, values[1] + row.age);
    let mut time = 0.0;
    let mut count = 0;
    if model == "pareto-nbd" {
        let leaves = random.gamma(values[2], values[3] + row.age);
        let end = (-random.share().ln() / leaves).min(52.0);
        loop {
            time += -random.share().ln() / rate;
            if time > end {
                return count;
            }
            count += 1;
        }
    }
    let stays = if model == "mbg-nbd" { x + 1.0 } else { x };
    let (a, b) = (random.gamma(values[2], 1.0), random.gamma(values[3] + stays, 1.0));
    let leaves = a / (a + b);
    loop {
        time += -random.share().ln() / rate;
        if time > 52.0 {
            return count;
        }
        count += 1;
        if random.share() < leaves {
            return count;
        }
    }
}

fn alive(model: &str, values: &[f64], row: &Row) -> f64 {
    let forecast = Forecast::new(&*find(model, None).unwrap(), values).unwrap();
    forecast.customer(row, &Question::default()).unwrap().alive
}

fn tier_of(value: i64) -> usize {
    [20_000, 8_000, 2_000].iter().position(|least| value >= *least).unwrap_or(3)
}

/// Shares of futures, in ten-thousandths, are this near with 100,000 of them.
fn assert_near(chances: &[i64], seen: &[u32]) {
    for (chance, seen) in chances.iter().zip(seen) {
        let p = f64::from(*seen) / f64::from(FUTURES);
        let error = (p * (1.0 - p) / f64::from(FUTURES)).sqrt() * 1e4;
        let off = (*chance as f64 - p * 1e4).abs();
        assert!(off <= 4.5 * error + 1.0, "{chances:?} {seen}: off by {off}, error {error}");
    }
}

const TIMES: [(&str, &[f64]); 3] = [
    ("bg-nbd", &[0.243, 4.414, 0.793, 2.426]),
    ("mbg-nbd", &[0.525, 6.183, 0.891, 1.614]),
    ("pareto-nbd", &[0.553, 10.578, 0.606, 11.669]),
];

#[test]
fn chances_of_tiers_are_shares_of_futures() {
    let (money, known) = (worth(), customer());
    for (model, values) in TIMES {
        let learnt = parameters(model, values);
        let prospects = Prospects::new(SCALES, &learnt, &money, Everybody::default()).unwrap();
        let spread = prospects.spread(&known).unwrap().unwrap();
        let Ok(chances) = spread.chances(4, |value| Ok::<_, Infallible>(tier_of(value)));
        assert_eq!(chances.iter().sum::<i64>(), 10_000);

        let teller =
            Teller::new(SCALES, Some(&learnt), Some(&money), Everybody::default()).unwrap();
        let spend = teller.customer(&known).unwrap().expected_spend.unwrap() as f64;
        let each = 0.4 * spend - 7_200.0 / 14.0;
        let alive = alive(model, values, &known.row);
        let (mut seen, mut random) = ([0; 4], Simulator::new(11));
        let account = prospects.key_account(&known).unwrap().unwrap();
        let (mut below, mut above) = (0, 0);
        for _ in 0..FUTURES {
            let count = future(model, values, &known.row, alive, &mut random);
            let value = (f64::from(count) * each).round() as i64;
            seen[tier_of(value)] += 1;
            // One cent aside: the spend of the figure is rounded, that of the spread is not.
            let slack = i64::from(count) + 1;
            below += u32::from(value + slack < account.process.low);
            above += u32::from(value - slack > account.process.high);
        }
        assert_near(&chances, &seen);
        assert!(below <= FUTURES / 20 + 400 && above <= FUTURES / 20 + 400, "{below} {above}");
        // Pinned: nothing says how well they are known.
        assert_eq!((account.parameters, account.both), (None, account.process));
        assert!(account.process.low < account.future_value);
        assert!(account.future_value < account.process.high);
    }
}

/// As above, with parameters that are themselves drawn anew for each future.
#[test]
fn what_is_not_known_of_parameters_widens_the_spread() {
    let (money, known) = (worth(), customer());
    let (model, values) = TIMES[0];
    let mut learnt = parameters(model, values);
    // Two pairs of parameters that move together, as they do in fits.
    let (wide, tied) = (0.04, 0.03);
    learnt.timing.covariance = Some(vec![
        vec![wide, tied, 0.0, 0.0],
        vec![tied, wide, 0.0, 0.0],
        vec![0.0, 0.0, wide, tied],
        vec![0.0, 0.0, tied, wide],
    ]);
    let prospects = Prospects::new(SCALES, &learnt, &money, Everybody::default()).unwrap();
    let spread = prospects.spread(&known).unwrap().unwrap();
    let total: f64 = spread.outcomes().iter().map(|(_, chance)| chance).sum();
    assert!((total - 1.0).abs() < 1e-12 && spread.outcomes().is_sorted_by(|a, b| a.0 < b.0));
    let Ok(chances) = spread.chances(4, |value| Ok::<_, Infallible>(tier_of(value)));

    let mut random = Simulator::new(12);
    let mut normal = move || {
        let (u, v) = (random.share(), random.share());
        (-2.0 * u.ln()).sqrt() * (std::f64::consts::TAU * v).cos()
    };
    let mut seen = [0_u32; 4];
    let (mut draws, mut worths) = (Simulator::new(13), Vec::new());
    for _ in 0..2_000 {
        let mut drawn = values.to_vec();
        for pair in [0, 2] {
            let (one, other) = (normal(), normal());
            let slope = tied / wide;
            let logs = [one, slope * one + (1.0 - slope * slope).sqrt() * other];
            for (place, log) in logs.into_iter().enumerate() {
                drawn[pair + place] *= (log * f64::sqrt(wide)).exp();
            }
        }
        let learnt = parameters(model, &drawn);
        let teller =
            Teller::new(SCALES, Some(&learnt), Some(&money), Everybody::default()).unwrap();
        let figures = teller.customer(&known).unwrap();
        worths.push(figures.future_value.unwrap() as f64);
        let each = 0.4 * figures.expected_spend.unwrap() as f64 - 7_200.0 / 14.0;
        let alive = alive(model, &drawn, &known.row);
        for _ in 0..50 {
            let count = future(model, &drawn, &known.row, alive, &mut draws);
            seen[tier_of((f64::from(count) * each).round() as i64)] += 1;
        }
    }
    // Sigma points have the moments, not the distribution: 1 in 100 is near.
    for (chance, seen) in chances.iter().zip(seen) {
        let share = f64::from(seen) / f64::from(FUTURES) * 1e4;
        assert!((*chance as f64 - share).abs() < 100.0, "{chances:?} {share}");
    }
    let account = prospects.key_account(&known).unwrap().unwrap();
    let parameters = account.parameters.unwrap();
    let mean = worths.iter().sum::<f64>() / 2_000.0;
    let spread = worths.iter().map(|it| (it - mean).powi(2)).sum::<f64>() / 2_000.0;
    let width = (parameters.high - parameters.low) as f64;
    assert!((width / (2.0 * 1.645 * spread.sqrt()) - 1.0).abs() < 0.1, "{width} {spread}");
    assert!(account.both.low <= account.process.low && account.process.high <= account.both.high);
}

#[test]
fn what_has_no_value_has_no_spread() {
    let money = worth();
    let mut learnt = parameters("nbd", &[0.385, 12.072]);
    learnt.spend = None;
    let prospects = Prospects::new(SCALES, &learnt, &money, Everybody::default()).unwrap();
    assert_eq!(prospects.spread(&customer()).unwrap(), None);
    assert_eq!(prospects.key_account(&customer()).unwrap(), None);
    let wrong = Known { row: Row::new(3, 5.0, 4.0), ..customer() };
    assert!(prospects.spread(&wrong).is_err());
}
