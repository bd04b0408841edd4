//! Against integration in 22 digits of the definitions (`tests/cases/
//! value_exact.json`, made by `tests/data/value/make_cases.py`): the usual
//! customers, and those on whom other programs overflow, divide by zero or lose
//! their digits.

use guanxi::value::{Question, Reads, Row, Sample, model::find};
use serde_json::Value;

use super::{ask, assert_near, forecast};

fn cases(part: &str) -> Vec<Value> {
    let text = include_str!("../cases/value_exact.json");
    let all: Value = serde_json::from_str(text).unwrap();
    all[part].as_array().unwrap().clone()
}

fn number(case: &Value, key: &str) -> f64 {
    match &case[key] {
        Value::String(digits) => digits.parse().unwrap(),
        other => other.as_f64().unwrap_or_else(|| panic!("{key} of {case}")),
    }
}

fn parameters(case: &Value) -> Vec<f64> {
    case["params"].as_array().unwrap().iter().map(|it| it.as_f64().unwrap()).collect()
}

#[test]
fn what_models_say_of_customers_is_right_to_many_digits() {
    for case in cases("cases") {
        let model = case["model"].as_str().unwrap();
        let row = Row::new(
            number(&case, "frequency") as u32,
            number(&case, "recency"),
            number(&case, "age"),
        );
        let question = Question {
            horizon: number(&case, "horizon"),
            discount: number(&case, "discount"),
            counts: 0,
        };
        let said = ask(model, &parameters(&case), row, question);
        let check = |what: &str, got: f64| {
            let wanted = number(&case, what);
            // Below what a float can be there is only zero.
            let off = (got - wanted).abs();
            let most = if case["note"] == "usual" { 1e-12 } else { 1e-10 };
            assert!(
                off <= most * wanted.abs() || wanted.abs() < 1e-290 && got == 0.0,
                "{what}: {got} is not {wanted} in {case}"
            );
        };
        check("alive", said.alive);
        check("expected", said.expected);
        if question.discount > 0.0 {
            check("residual", said.residual.unwrap_or(f64::NAN));
        }
    }
}

#[test]
fn likelihoods_are_right_to_many_digits() {
    for case in cases("cases") {
        let model = find(case["model"].as_str().unwrap(), None).unwrap();
        let (x, last, age) =
            (number(&case, "frequency") as u32, number(&case, "recency"), number(&case, "age"));
        // A customer without repeats needs one with repeats beside him.
        let other = Row::new(1, 1.0, 2.0);
        let of = |rows: &[Row]| {
            let sample = Sample::of(rows, Reads::Timing).unwrap();
            model.likelihood(&sample, &parameters(&case)).value
        };
        let got = of(&[Row::new(x, last, age), other]) - of(&[other]);
        let wanted = number(&case, "log_likelihood");
        assert!((got - wanted).abs() <= 1e-11 * wanted.abs().max(1.0), "{got}, {case}");
    }
}

#[test]
fn chances_are_right_to_many_digits() {
    for case in cases("chances") {
        let n = number(&case, "n") as usize;
        let question = Question { horizon: number(&case, "time"), discount: 0.0, counts: n + 1 };
        let model = case["model"].as_str().unwrap();
        let said = forecast(model, None, &parameters(&case)).newcomer(&question).unwrap();
        assert_near(said.chances[n], number(&case, "chance"), 1e-11);
    }
}
