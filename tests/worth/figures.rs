//! Figures against the models that they are made of, and everybody at once
//! against one at a time.

use guanxi::units::Period;
use guanxi::value::cbs::Step;
use guanxi::value::figures::{Figures, Known, NAMES, Scales, Teller};
use guanxi::value::model::{Spend, find};
use guanxi::value::money::{Account, Costs, Everybody, Learnt, Money, Parameters};
use guanxi::value::{Forecast, Question, Row};

use super::definitions::money;
use crate::support::Random;

const SCALES: Scales = Scales { grain: Step::Day, unit: Step::Week, amount: Some(2) };

/// Models with parameters that are about those of CDNOW.
const TIMES: [(&str, Option<u32>, &[f64]); 6] = [
    ("nbd", None, &[0.385, 12.072]),
    ("bg-nbd", None, &[0.243, 4.414, 0.793, 2.426]),
    ("mbg-nbd", None, &[0.525, 6.183, 0.891, 1.614]),
    ("pareto-nbd", None, &[0.553, 10.578, 0.606, 11.669]),
    ("bg-cnbd", Some(3), &[0.243, 1.5, 0.793, 2.426]),
    ("mbg-cnbd", Some(2), &[0.525, 3.1, 0.891, 1.614]),
];

fn parameters(model: &str, k: Option<u32>, values: &[f64]) -> Parameters {
    let timing = Learnt::pinned(&*find(model, k).unwrap(), values);
    let spend = Learnt::pinned(&*find("gamma-gamma", None).unwrap(), &[6.25, 3.74, 15.44]);
    Parameters { timing, spend: Some(spend) }
}

fn worth(text: &str) -> Money {
    let (money, faults) = money(text);
    assert_eq!(faults, []);
    money.unwrap()
}

/// Customers with a few purchases over two years of days.
fn people(seed: u64, n: usize) -> Vec<Known> {
    let mut random = Random::new(seed);
    let person = |_| {
        let age = random.between(0, 730) as u32;
        let recency = random.between(0, i64::from(age)) as u32;
        let frequency = if recency == 0 { 0 } else { random.between(1, 9) as u32 };
        let days = |days: u32| f64::from(days) / 7.0;
        let mean = random.between(-2_000, 20_000) as f64 / 100.0;
        let monetary = (frequency > 0).then_some(mean);
        let row = Row {
            monetary,
            ..Row::new(frequency, if frequency == 0 { 0.0 } else { days(recency) }, days(age))
        };
        let amount = Some(i128::from(random.between(-5_000, 90_000)));
        let margin = amount.map(|amount| amount * i128::from(random.between(1, 6)) / 10);
        let costs = Costs { units: random.between(0, 30_000).into(), unknown: 0 };
        Known { row, account: Account { purchases: frequency + 1, amount, margin, costs } }
    };
    (0..n).map(person).collect()
}

#[test]
fn everybody_at_once_is_one_at_a_time_to_the_bit() {
    let known = people(1, 6_000);
    let everybody: Everybody = known.iter().map(|known| &known.account).collect();
    for margin in ["\"0.35\"", r#"{"field": "left"}"#] {
        let text = format!(
            r#"{{"margin": {margin}, "discount_per_year": "0.12", "horizon": "months(18)"}}"#
        );
        let money = worth(&text);
        for (model, k, values) in TIMES {
            // Models with stages are slow, and not many are needed to compare.
            let known = if k.is_some() { &known[..150] } else { &known[..] };
            let parameters = parameters(model, k, values);
            let teller = Teller::new(SCALES, Some(&parameters), Some(&money), everybody).unwrap();
            let single: Vec<Figures> =
                known.iter().map(|known| teller.customer(known).unwrap()).collect();
            for threads in [1, 2, 5] {
                assert_eq!(teller.everyone(known, threads).unwrap(), single, "{model} {threads}");
            }
            assert!(single.iter().any(|it| it.future_value.is_some_and(|value| value < 0)));
        }
    }
}

#[test]
fn figures_are_those_of_the_forecast_rounded_once() {
    let text = r#"{"margin": "0.35", "discount_per_year": "0.12", "horizon": "days(91)"}"#;
    let money = worth(text);
    let known = people(2, 300);
    let everybody: Everybody = known.iter().map(|known| &known.account).collect();
    for (model, k, values) in TIMES {
        let learnt = parameters(model, k, values);
        let teller = Teller::new(SCALES, Some(&learnt), Some(&money), everybody).unwrap();
        let forecast = Forecast::new(&*find(model, k).unwrap(), values)
            .unwrap()
            .with_spend(Spend::new(6.25, 3.74, 15.44).unwrap());
        let discount = 1.12_f64.ln() * 7.0 / 365.2425;
        let question = Question { horizon: 13.0, discount, counts: 0 };
        for known in &known[..if k.is_some() { 40 } else { 300 }] {
            let figures = teller.customer(known).unwrap();
            let monetary = known.row.monetary.map(|mean| mean.max(0.0));
            let outlook = forecast.customer(&Row { monetary, ..known.row }, &question).unwrap();
            let near = |figure: Option<i64>, wanted: f64, name: &str| {
                let off = (figure.unwrap() as f64 - wanted).abs();
                assert!(off <= 0.5 + 1e-6, "{model} {name}: {figure:?} is not {wanted}");
            };
            near(figures.p_alive, outlook.alive * 1e4, "p_alive");
            near(figures.expected_purchases, outlook.expected * 1e4, "expected_purchases");
            near(figures.expected_spend, outlook.spend.unwrap() * 1e2, "expected_spend");
            near(figures.expected_revenue, outlook.value().unwrap() * 1e2, "expected_revenue");
            let own = known.account.costs.units as f64;
            let mean = everybody.costs as f64 / everybody.purchases as f64;
            let each = (own + mean) / f64::from(known.account.purchases + 1);
            near(figures.expected_cost, each * outlook.discounted, "expected_cost");
            // And exactly so, from the figures themselves.
            let revenue = i128::from(figures.expected_revenue.unwrap());
            let margin = (revenue * 35 / 100) as i64;
            let value = figures.future_value.unwrap() + figures.expected_cost.unwrap();
            assert!(value == margin || value == margin + 1, "{value} {margin}");
            assert_eq!(figures.past_value.map(i128::from), known.account.profit());
        }
    }
}

/// Of somebody still there, λ has a gamma distribution: the mean over it of the
/// chance that so long a wait has no purchase, by slow summation.
#[test]
fn rhythm_is_the_chance_of_such_a_silence() {
    for (model, k, values) in TIMES {
        let stages = k.unwrap_or(1);
        let learnt = parameters(model, k, values);
        let teller = Teller::new(SCALES, Some(&learnt), None, Everybody::default()).unwrap();
        for (x, recency, age) in [(0, 0.0, 20.0), (1, 3.0, 20.0), (4, 18.0, 20.0), (9, 30.0, 31.5)]
        {
            let known = Known { row: Row::new(x, recency, age), account: Account::default() };
            let shape = values[0] + f64::from(stages * x);
            let rate = values[1] + recency;
            let wait = age - recency;
            // In u = ln λ, where the density has no pole; it falls away at both ends.
            let (steps, low, high) = (200_000, -60.0, 8.0);
            let width = (high - low) / steps as f64;
            let (mut silent, mut all) = (0.0, 0.0);
            for step in 0..steps {
                let u = low + (step as f64 + 0.5) * width;
                let lambda = u.exp();
                let density = (shape * u - rate * lambda).exp();
                let poisson = |j: u32| (1..=j).fold(1.0, |t, i| t * lambda * wait / f64::from(i));
                let none: f64 = (0..stages).map(poisson).sum::<f64>() * (-lambda * wait).exp();
                silent += density * none;
                all += density;
            }
            let rhythm = teller.customer(&known).unwrap().rhythm.unwrap() as f64 / 1e4;
            assert!((rhythm - silent / all).abs() < 6e-5, "{model} {x}: {rhythm} {}", silent / all);
        }
    }
}

#[test]
fn the_end_of_being_alive_is_found_as_by_walking() {
    for (model, k, values) in TIMES {
        let learnt = parameters(model, k, values);
        let teller = Teller::new(SCALES, Some(&learnt), None, Everybody::default()).unwrap();
        let forecast = Forecast::new(&*find(model, k).unwrap(), values).unwrap();
        for (x, recency) in [(0, 0), (1, 1), (1, 200), (3, 45), (12, 300)] {
            for threshold in [0.05, 0.5, 0.8, 0.999] {
                let units = |grains: u32| f64::from(grains) / 7.0;
                let row = Row::new(x, units(recency), units(recency));
                let alive = |age| {
                    let row = Row { age: units(age), ..row };
                    forecast.customer(&row, &Question::default()).unwrap().alive
                };
                let walked = (recency..recency + 3_000).find(|age| alive(*age) < threshold);
                let found = teller.alive_until(&row, recency, threshold);
                match walked {
                    Some(age) => assert_eq!(found, Some(age), "{model} {x} {recency} {threshold}"),
                    None => assert!(found.is_none_or(|age| age >= recency + 3_000)),
                }
            }
        }
    }
}

#[test]
fn what_is_not_known_is_missing() {
    let money = worth(r#"{"margin": {"field": "left"}, "horizon": "years(1)"}"#);
    let known = people(3, 1)[0];
    let none = Everybody::default();
    // Nothing learnt yet: only what was.
    let figures = Teller::new(SCALES, None, Some(&money), none).unwrap().customer(&known).unwrap();
    assert_eq!(Figures { past_value: None, ..figures }, Figures::default());
    assert!(figures.past_value.is_some());
    // No money: no horizon, and so nothing that has one.
    let learnt = parameters("bg-nbd", None, TIMES[1].2);
    let figures = Teller::new(SCALES, Some(&learnt), None, none).unwrap().customer(&known).unwrap();
    let missing = NAMES.map(|name| figures.get(name) == Some(None));
    assert_eq!(missing, [false, false, true, false, true, true, true, true]);
    assert_eq!(figures.get("worth"), None);
    // Margins of nobody.
    let lost = Account { amount: Some(-5), margin: Some(-1), ..known.account };
    let teller = Teller::new(SCALES, Some(&learnt), Some(&money), none).unwrap();
    let figures = teller.customer(&Known { account: lost, ..known }).unwrap();
    assert!(figures.expected_revenue.is_some() && figures.future_value.is_none());
    // No mean of spending.
    let heavy = Learnt::pinned(&*find("gamma-gamma", None).unwrap(), &[1.0, 0.9, 15.0]);
    let learnt = Parameters { spend: Some(heavy), ..learnt };
    let teller = Teller::new(SCALES, Some(&learnt), Some(&money), none).unwrap();
    let once = Known { row: Row::new(0, 0.0, 5.0), ..known };
    let figures = teller.customer(&once).unwrap();
    assert_eq!((figures.expected_spend, figures.expected_revenue), (None, None));
    // A horizon of more purchases than a model with stages counts.
    let far = Money { horizon: Period::parse("years(1000000)").unwrap(), ..money };
    let staged = parameters("bg-cnbd", Some(3), TIMES[4].2);
    let teller = Teller::new(SCALES, Some(&staged), Some(&far), none).unwrap();
    let figures = teller.customer(&once).unwrap();
    assert!(figures.p_alive.is_some() && figures.expected_purchases.is_none());
    // A row that cannot be.
    assert!(teller.customer(&Known { row: Row::new(1, 9.0, 5.0), ..known }).is_err());
    let error = teller.everyone(&[once, Known { row: Row::new(1, 9.0, 5.0), ..known }], 1);
    assert_eq!(error.unwrap_err().faults()[0].pointer.as_deref(), Some("/1/recency"));
}
