//! Data that break models: each ends in a fault or in a named limit, with
//! numbers that are numbers.

use guanxi::Code;
use guanxi::value::model::{NAMES, Spend, find};
use guanxi::value::{Fit, Forecast, Outlook, Question, Row, fit};

use super::simulate::{Leaving, Simulator};
use super::{TIMES, forecast};

fn stages(name: &str) -> Option<u32> {
    name.ends_with("cnbd").then_some(2)
}

fn fitted(name: &str, rows: &[Row]) -> Fit {
    let fit = fit(&*find(name, stages(name)).unwrap(), rows).unwrap();
    assert!(fit.log_likelihood.is_finite() && fit.gradient_norm.is_finite(), "{fit:?}");
    assert!(fit.estimates.iter().all(|it| it.value.is_finite() && it.value > 0.0), "{fit:?}");
    for estimate in &fit.estimates {
        assert!(estimate.error.is_none_or(|error| error.is_finite()), "{fit:?}");
        assert!(estimate.interval.is_none_or(|(low, high)| 0.0 < low && low < high), "{fit:?}");
    }
    fit
}

fn limit(fit: &Fit) -> Option<&'static str> {
    fit.limit.as_ref().map(|limit| limit.model)
}

/// Whatever a fit has come to, what it foretells is numbers.
fn assert_foretells(fit: &Fit, rows: &[Row]) {
    let model = find(fit.model, fit.stages).unwrap();
    let forecast = Forecast::new(&*model, &fit.parameters()).unwrap();
    let question = Question { horizon: 52.0, discount: 0.003, counts: 3 };
    for outlook in forecast.customers(rows, &question, 1).unwrap() {
        assert_sound(&outlook, fit);
        assert_eq!(outlook.residual.is_none(), fit.limit.is_some(), "{fit:?}");
    }
}

fn assert_sound(outlook: &Outlook, about: &dyn std::fmt::Debug) {
    let chances = [outlook.alive, outlook.alive_later];
    for chance in chances.iter().chain(&outlook.chances) {
        assert!((0.0..=1.0 + 1e-12).contains(chance), "{outlook:?} {about:?}");
    }
    for amount in [outlook.expected, outlook.discounted, outlook.residual.unwrap_or(0.0)] {
        assert!(amount.is_finite() && amount >= 0.0, "{outlook:?} {about:?}");
    }
}

#[test]
fn customers_who_never_came_back_are_nothing_to_fit() {
    let rows = vec![Row { log_gaps: Some(0.0), ..Row::new(0, 0.0, 39.0) }; 50];
    for &name in NAMES {
        let error = fit(&*find(name, stages(name)).unwrap(), &rows).unwrap_err();
        assert_eq!(error.code(), Code::NothingToFit, "{name}");
    }
    assert_eq!(fit(&*find("nbd", None).unwrap(), &[]).unwrap_err().code(), Code::NothingToFit);
}

#[test]
fn one_customer_is_a_named_limit() {
    let row = Row { log_gaps: Some(3.0), monetary: Some(25.0), ..Row::new(3, 30.0, 39.0) };
    for &name in NAMES {
        let fit = fitted(name, &[row]);
        assert!(fit.limit.is_some(), "{fit:?}");
        if name != "gamma-gamma" {
            assert_foretells(&fit, &[row]);
        }
    }
}

#[test]
fn customers_who_are_all_alike_are_a_named_limit() {
    // As many purchases for everybody: fewer differences than chance makes.
    let rows: Vec<Row> = (0..400)
        .map(|i| {
            let last = 30.0 + f64::from(i % 9);
            Row { log_gaps: Some(6.0), monetary: Some(40.0), ..Row::new(5, last, 39.0) }
        })
        .collect();
    assert_eq!(limit(&fitted("nbd", &rows)), Some("poisson"));
    for (name, _) in TIMES {
        let fit = fitted(name, &rows);
        assert!(fit.limit.is_some(), "{fit:?}");
        assert_foretells(&fit, &rows);
    }
    assert!(fitted("gamma-gamma", &rows).limit.is_some());
}

#[test]
fn where_nobody_leaves_the_limit_is_nbd() {
    let mut simulator = Simulator::new(12);
    let rows: Vec<Row> = (0..4_000)
        .map(|_| simulator.life((0.8, 6.0), 1, &Leaving::Never, 50.0).row(50.0))
        .collect();
    let nbd = fitted("nbd", &rows);
    for name in ["bg-nbd", "mbg-nbd", "pareto-nbd"] {
        let fit = fitted(name, &rows);
        // What leaving can still explain is what chance looks like.
        assert!(fit.log_likelihood - nbd.log_likelihood < 3.0, "{fit:?}");
        // A few may seem to have left, all at the same small rate.
        let few = ["nbd", "constant-mu", "constant-p"];
        assert!(limit(&fit).is_none_or(|name| few.contains(&name)), "{fit:?}");
        if limit(&fit) == Some("nbd") {
            for (one, other) in fit.estimates.iter().zip(&nbd.estimates) {
                assert!((one.value / other.value - 1.0).abs() < 1e-3, "{fit:?} {nbd:?}");
            }
        }
        assert_foretells(&fit, &rows[..50]);
    }
    // Everybody bought on the last day: there is no sign of leaving at all.
    let rows: Vec<Row> = (1..200)
        .map(|i| Row::new(1 + i % 7 * (i % 3), 20.0 + f64::from(i), 20.0 + f64::from(i)))
        .collect();
    for name in ["bg-nbd", "mbg-nbd", "pareto-nbd"] {
        let fit = fitted(name, &rows);
        assert_eq!(limit(&fit), Some("nbd"), "{fit:?}");
        assert_foretells(&fit, &rows);
    }
}

#[test]
fn where_all_leave_at_one_rate_it_is_said() {
    let mut simulator = Simulator::new(13);
    let leaving = Leaving::Pareto { s: 1e7, beta: 2e8 };
    let rows: Vec<Row> =
        (0..3_000).map(|_| simulator.life((0.9, 3.0), 1, &leaving, 60.0).row(60.0)).collect();
    let fit = fitted("pareto-nbd", &rows);
    let s = fit.estimates[2].value;
    assert!(limit(&fit) == Some("constant-mu") || s > 5.0, "{fit:?}");
    assert_foretells(&fit, &rows[..50]);
}

#[test]
fn impossible_rows_are_told_one_by_one() {
    let good = Row::new(2, 10.0, 20.0);
    let rows = [
        good,
        Row { recency: -1.0, ..good },
        Row { recency: 21.0, ..good },
        Row { age: f64::NAN, ..good },
        Row::new(1, 0.0, 0.0),
        Row { weight: 0, ..good },
    ];
    let error = fit(&*find("bg-nbd", None).unwrap(), &rows).unwrap_err();
    let places: Vec<_> = error.faults().iter().map(|it| it.pointer.clone().unwrap()).collect();
    assert_eq!(places, ["/1/recency", "/2/recency", "/3/age", "/4/recency", "/5/weight"]);
    assert!(error.faults().iter().all(|fault| fault.code == Code::ImpossibleHistory));
    let free = Row { monetary: Some(0.0), ..good };
    let error = fit(&*find("gamma-gamma", None).unwrap(), &[good, free]).unwrap_err();
    assert_eq!(error.faults()[0].pointer.as_deref(), Some("/1/monetary"));
    let staged = fit(&*find("bg-cnbd", Some(2)).unwrap(), &[good]).unwrap_err();
    assert_eq!(staged.code(), Code::NothingToFit);
}

#[test]
fn a_first_day_says_nothing_and_harms_nothing() {
    let mut rows = vec![Row::new(2, 10.0, 20.0), Row::new(0, 0.0, 20.0), Row::new(1, 2.0, 9.0)];
    let before = fitted("pareto-nbd", &rows);
    rows.push(Row { weight: 1_000, ..Row::new(0, 0.0, 0.0) });
    let after = fitted("pareto-nbd", &rows);
    assert!((before.log_likelihood - after.log_likelihood).abs() < 1e-6);
}

#[test]
fn questions_and_parameters_that_cannot_be_are_refused() {
    let bg = find("bg-nbd", None).unwrap();
    for wrong in [vec![], vec![1.0; 3], vec![1.0, 1.0, 0.0, 1.0], vec![1.0, 1.0, f64::NAN, 1.0]] {
        let refused = Forecast::new(&*bg, &wrong).err().map(|error| error.code());
        assert_eq!(refused, Some(Code::BadParameters));
    }
    assert!(Forecast::new(&*find("gamma-gamma", None).unwrap(), &[1.0, 2.0, 3.0]).is_err());
    assert!(Spend::new(1.0, 2.0, -3.0).is_err());
    assert!(find("bgnbd", None).is_err() && find("bg-nbd", Some(2)).is_err());
    assert!(find("bg-cnbd", Some(0)).is_err() && find("bg-cnbd", Some(101)).is_err());
    let forecast = forecast("bg-nbd", None, &[0.2, 4.0, 0.8, 2.5]);
    for (horizon, discount) in [(-1.0, 0.0), (f64::NAN, 0.0), (1.0, -0.1), (1e13, 0.0)] {
        let question = Question { horizon, discount, counts: 0 };
        assert_eq!(forecast.newcomer(&question).unwrap_err().code(), Code::InvalidArgument);
    }
    assert!(forecast.between(5.0, 4.0, 3).is_err());
}

#[test]
fn extreme_customers_and_parameters_give_numbers() {
    let sizes = [1e-6, 0.01, 1.0, 50.0, 1e4];
    let rows = [
        Row::new(0, 0.0, 0.0),
        Row::new(0, 0.0, 1e6),
        Row::new(1, 1e-9, 1e6),
        Row::new(1_000_000, 1e6, 1e6),
        Row::new(1_000, 1.0, 1e6),
    ];
    for (name, k) in [("bg-nbd", None), ("mbg-nbd", None), ("pareto-nbd", None), ("nbd", None)] {
        let size = find(name, k).unwrap().parameters().len();
        for pick in 0..sizes.len().pow(size as u32) {
            if pick % 7 != 0 {
                continue;
            }
            let at: Vec<f64> =
                (0..size).map(|place| sizes[pick / sizes.len().pow(place as u32) % 5]).collect();
            let forecast = forecast(name, k, &at);
            for row in &rows {
                let question = Question { horizon: 100.0, discount: 0.01, counts: 2 };
                let said = forecast.customer(row, &question).unwrap();
                assert_sound(&said, &(name, &at, row));
            }
        }
    }
}
