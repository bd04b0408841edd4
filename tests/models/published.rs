//! Against the numbers that papers and other programs have printed.

use guanxi::value::{Fit, Forecast, Question, Row, fit, model::Spend, model::find};
use serde_json::Value;

use super::{ask, assert_near, cdnow, forecast};

fn fitted(name: &str, k: Option<u32>, rows: &[Row]) -> Fit {
    let fit = fit(&*find(name, k).unwrap(), rows).unwrap();
    assert!(fit.converged && fit.gradient_norm <= 1e-8, "{fit:?}");
    fit
}

/// `tests/cases/value_published.json`: each with its source.
fn published(part: &str) -> Vec<Value> {
    let text = include_str!("../cases/value_published.json");
    let all: Value = serde_json::from_str(text).unwrap();
    all[part].as_array().unwrap().clone()
}

fn numbers(list: &Value) -> Vec<f64> {
    list.as_array().unwrap().iter().map(|it| it.as_f64().unwrap()).collect()
}

/// Half a unit of the last digit that is printed, and a little.
fn within_print(printed: &str, got: f64) -> bool {
    let places = printed.split('.').nth(1).map_or(0, str::len) as i32;
    (got - printed.parse::<f64>().unwrap()).abs() <= 0.500_001 * 10_f64.powi(-places)
}

#[test]
fn the_customers_are_those_of_the_papers() {
    let rows = cdnow::rows(cdnow::WEEKS_39);
    assert_eq!(rows.len(), 2_357);
    assert_eq!(rows.iter().map(|row| row.frequency).sum::<u32>(), 2_457);
    assert_eq!(rows.iter().filter(|row| row.frequency == 0).count(), 1_411);
    let holdout =
        cdnow::sample().iter().map(|days| days.range(cdnow::WEEKS_39 + 1..).count()).sum();
    assert_eq!([rows.len(), holdout], [2_357, 1_882]);
    assert_eq!(cdnow::rows(cdnow::WEEKS_78).iter().map(|row| row.frequency).sum::<u32>(), 4_339);
    assert_eq!(fitted("nbd", None, &rows).rows, 1_016);
}

#[test]
fn fits_are_those_that_were_published() {
    for case in published("fits") {
        let end = if case["weeks"] == 78 { cdnow::WEEKS_78 } else { cdnow::WEEKS_39 };
        let fit = fitted(case["model"].as_str().unwrap(), None, &cdnow::rows(end));
        let printed = case["params"].as_array().unwrap();
        for (estimate, printed) in fit.estimates.iter().zip(printed) {
            let (got, text) = (estimate.value, printed.as_str().unwrap());
            let slack = case["relative"].as_f64();
            let near = slack.is_some_and(|slack| {
                let wanted: f64 = text.parse().unwrap();
                (got - wanted).abs() <= slack * wanted
            });
            assert!(
                near || within_print(text, got),
                "{}: {got}, not {text}: {case}",
                estimate.name
            );
        }
        if let Some(text) = case["log_likelihood"].as_str() {
            let places = text.split('.').nth(1).map_or(0, str::len) as i32;
            let least = text.parse::<f64>().unwrap() - 0.5 * 10_f64.powi(-places);
            assert!(fit.log_likelihood >= least, "{} is below {case}", fit.log_likelihood);
            assert!(within_print(text, fit.log_likelihood), "{}: {case}", fit.log_likelihood);
        }
        for (estimate, error) in fit.estimates.iter().zip(numbers(&case["standard_errors"])) {
            assert_near(estimate.error.unwrap(), error, 2e-4);
        }
    }
}

#[test]
fn predictions_are_those_that_were_published() {
    for case in published("predictions") {
        let (model, k) = (case["model"].as_str().unwrap(), case["k"].as_u64().map(|k| k as u32));
        let forecast = forecast(model, k, &numbers(&case["params"]));
        let question = Question {
            horizon: case["horizon"].as_f64().unwrap_or(1.0),
            discount: 0.0,
            counts: case["n"].as_u64().map_or(0, |n| n as usize + 1),
        };
        let said = match case["row"].as_array() {
            None => forecast.newcomer(&question).unwrap(),
            Some(_) => {
                let row = numbers(&case["row"]);
                let row = Row::new(row[0] as u32, row[1], row[2]);
                forecast.customer(&row, &question).unwrap()
            }
        };
        let got = match case["what"].as_str().unwrap() {
            "alive" => said.alive,
            "expected" => said.expected,
            "chance" => said.chances[question.counts - 1],
            other => panic!("{other}"),
        };
        let text = case["value"].as_str().unwrap();
        let digits = text.trim_start_matches(['0', '.', '-']).replace(['.', '-'], "");
        let digits = digits.split('e').next().unwrap().len() as i32;
        let wanted: f64 = text.parse().unwrap();
        let most = case["relative"].as_f64().unwrap_or(0.6 * 10_f64.powi(1 - digits)).max(2e-14);
        assert!((got - wanted).abs() <= most * wanted.abs(), "{got}: {case}");
    }
}

/// `tests/cases/value_vectors.json`, made by `tests/data/value/make_vectors.py`.
#[test]
fn what_is_said_of_25_customers_is_what_was_published() {
    let text = include_str!("../cases/value_vectors.json");
    let all: Value = serde_json::from_str(text).unwrap();
    let rows = all["rows"].as_array().unwrap().iter().map(numbers);
    let rows: Vec<Row> = rows.map(|row| Row::new(row[0] as u32, row[1], row[2])).collect();
    for case in all["vectors"].as_array().unwrap() {
        let forecast = forecast(case["model"].as_str().unwrap(), None, &numbers(&case["params"]));
        let question = Question {
            horizon: case["horizon"].as_f64().unwrap_or_default(),
            discount: 0.0,
            counts: case["n"].as_u64().map_or(0, |n| n as usize + 1),
        };
        let said = forecast.customers(&rows, &question, 1).unwrap();
        let printed = case["values"].as_array().unwrap();
        assert_eq!(printed.len(), said.len());
        for (outlook, printed) in said.iter().zip(printed) {
            let got = match case["what"].as_str().unwrap() {
                "alive" => outlook.alive,
                "expected" => outlook.expected,
                _ => outlook.chances[question.counts - 1],
            };
            assert!(within_print(printed.as_str().unwrap(), got), "{got}, {printed}: {case}");
        }
    }
}

#[test]
fn the_mean_of_a_customer_is_drawn_to_that_of_all() {
    // Fader and Hardie (2013), eq. 5, by hand, for the published parameters and
    // customer 1; the mean of all is p v / (q - 1).
    let spend = Spend::new(6.25, 3.74, 15.44).unwrap();
    let row = |x: u32, mean: f64| Row { monetary: Some(mean), ..Row::new(x, 1.0, 39.0) };
    assert_near(spend.mean(&row(2, 22.345)).unwrap(), (15.44 + 2.0 * 22.345) * 6.25 / 15.24, 1e-14);
    assert_near(spend.mean(&Row::new(0, 0.0, 39.0)).unwrap(), 35.22, 2e-4);
    assert_near(spend.mean(&row(100_000, 22.345)).unwrap(), 22.345, 1e-4);
    assert_eq!(Spend::new(6.25, 0.9, 15.44).unwrap().mean(&Row::new(0, 0.0, 39.0)), None);
}

#[test]
fn holdouts_are_foretold_as_well_as_was_published() {
    // What cohorts were expected to buy in the 39 weeks after; printed totals
    // carry the estimates that they were made with.
    let rows = cdnow::rows(cdnow::WEEKS_39);
    let total = |model: &str| -> f64 {
        let found = find(model, None).unwrap();
        let forecast = Forecast::new(&*found, &fitted(model, None, &rows).parameters()).unwrap();
        let said = forecast.customers(&rows, &Question::within(39.0), 2).unwrap();
        said.iter().map(|outlook| outlook.expected).sum()
    };
    assert_near(total("pareto-nbd"), 1665.5, 1e-4);
    let bg = ask(
        "bg-nbd",
        &[0.242_594_5, 4.413_601_9, 0.792_919_9, 2.425_888_1],
        Row::new(0, 0.0, 38.0),
        Question::within(39.0),
    );
    assert_eq!(bg.alive, 1.0);
}
