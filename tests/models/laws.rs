//! What must hold whatever the numbers are.

use guanxi::stats::Jet;
use guanxi::value::model::{Model, find};
use guanxi::value::{Question, Reads, Row, Sample, distinct, fit, fit_sample};

use super::simulate::{Leaving, Simulator};
use super::{TIMES, assert_near, cdnow, forecast};
use crate::support::Random;

const ALL: [(&str, Option<u32>); 7] = [
    ("nbd", None),
    ("bg-nbd", None),
    ("mbg-nbd", None),
    ("pareto-nbd", None),
    ("bg-cnbd", Some(3)),
    ("mbg-cnbd", Some(2)),
    ("gamma-gamma", None),
];

/// Parameters of a usual size.
fn parameters(model: &dyn Model, random: &mut Random) -> Vec<f64> {
    let of = |name: &&str| -> (f64, f64) {
        match *name {
            "alpha" | "beta" | "v" => (1.0, 30.0),
            _ => (0.2, 4.0),
        }
    };
    let between =
        |(low, high): (f64, f64), share: u64| low * (high / low).powf(share as f64 / 1000.0);
    model.parameters().iter().map(|name| between(of(name), random.below(1001))).collect()
}

fn customers(seed: u64, count: usize) -> Vec<Row> {
    let mut simulator = Simulator::new(seed);
    let leaving = Leaving::Geometric { a: 0.8, b: 2.5, first_too: true };
    let mut row = || {
        let end = (simulator.share() * 8.0).ceil() * 5.0;
        let life = simulator.life((0.8, 6.0), 1, &leaving, end);
        let row = life.row(end);
        let mean = simulator.gamma(6.0, 0.2);
        Row { monetary: (row.frequency > 0).then_some(mean), ..row }
    };
    (0..count).map(|_| row()).collect()
}

#[test]
fn derivatives_are_those_of_the_likelihood() {
    let rows = customers(1, 60);
    for (name, k) in ALL {
        let model = find(name, k).unwrap();
        let sample = Sample::of(&rows, model.reads()).unwrap();
        let mut random = Random::new(5);
        for _ in 0..6 {
            let at = parameters(&*model, &mut random);
            let there = model.likelihood(&sample, &at);
            for which in 0..at.len() {
                let moved = |step: f64| -> Jet {
                    let mut at = at.clone();
                    at[which] *= step.exp();
                    model.likelihood(&sample, &at)
                };
                // Central differences of two widths, the error of the fourth order taken out.
                let differ = |of: &dyn Fn(&Jet) -> f64| -> f64 {
                    let h = 2e-3;
                    let wide = (of(&moved(2.0 * h)) - of(&moved(-2.0 * h))) / (4.0 * h);
                    let narrow = (of(&moved(h)) - of(&moved(-h))) / (2.0 * h);
                    (4.0 * narrow - wide) / 3.0
                };
                let near = |got: f64, wanted: f64| {
                    let scale = there.gradient.iter().fold(10.0, |m: f64, g| m.max(g.abs()));
                    assert!((got - wanted).abs() < 1e-8 * scale, "{name} {at:?}: {got}, {wanted}");
                };
                near(there.gradient[which], differ(&|jet| jet.value));
                for other in 0..at.len() {
                    near(there.hessian[which][other], differ(&|jet| jet.gradient[other]));
                    assert_eq!(there.hessian[which][other], there.hessian[other][which]);
                }
            }
        }
    }
}

#[test]
fn order_weights_and_threads_change_no_bit() {
    let rows = customers(2, 6_000);
    let mut shuffled = rows.clone();
    Random::new(9).shuffle(&mut shuffled);
    let weighted = distinct(rows.iter().copied()).unwrap();
    for (name, k) in ALL {
        let model = find(name, k).unwrap();
        let once = fit(&*model, &rows).unwrap();
        assert_eq!(once, fit(&*model, &shuffled).unwrap(), "{name}");
        let again = fit(&*model, &weighted).unwrap();
        // Sums of logarithms of gaps are added in another order with weights.
        for (one, other) in once.parameters().iter().zip(again.parameters()) {
            assert_near(*one, other, 1e-11);
        }
        for threads in [2, 5] {
            let sample = Sample::of(&rows, model.reads()).unwrap().with_threads(threads);
            assert_eq!(once, fit_sample(&*model, &sample, None).unwrap(), "{name}");
        }
    }
}

#[test]
fn the_unit_of_time_is_no_matter() {
    let rows = customers(3, 800);
    let days: Vec<Row> = rows
        .iter()
        .map(|row| Row {
            recency: row.recency * 7.0,
            age: row.age * 7.0,
            log_gaps: row.log_gaps.map(|sum| sum + f64::from(row.frequency) * 7_f64.ln()),
            ..*row
        })
        .collect();
    let repeats: f64 = rows.iter().map(|row| f64::from(row.frequency)).sum();
    for (name, k) in TIMES {
        let model = find(name, k).unwrap();
        let (weeks, days) = (fit(&*model, &rows).unwrap(), fit(&*model, &days).unwrap());
        for (one, other) in weeks.estimates.iter().zip(&days.estimates) {
            let times = if matches!(one.name, "alpha" | "beta") { 7.0 } else { 1.0 };
            assert_near(one.value * times, other.value, 1e-7);
        }
        // A density per day is a seventh of one per week, for each repeat.
        assert_near(days.log_likelihood, weeks.log_likelihood - repeats * 7_f64.ln(), 1e-11);
    }
}

#[test]
fn one_stage_is_no_stages() {
    let rows = customers(4, 500);
    for (staged, plain) in [("bg-cnbd", "bg-nbd"), ("mbg-cnbd", "mbg-nbd")] {
        let staged = fit(&*find(staged, Some(1)).unwrap(), &rows).unwrap();
        let plain = fit(&*find(plain, None).unwrap(), &rows).unwrap();
        assert_eq!(staged.estimates, plain.estimates);
        assert_eq!(staged.log_likelihood, plain.log_likelihood);
    }
}

#[test]
fn chances_add_up_and_have_the_expected_mean() {
    let mut random = Random::new(6);
    for (name, k) in TIMES {
        for _ in 0..4 {
            let at = parameters(&*find(name, k).unwrap(), &mut random);
            let forecast = forecast(name, k, &at);
            let question = Question { horizon: 6.0, discount: 0.0, counts: 600 };
            let row = Row::new(3, 5.0, 9.0);
            for said in
                [forecast.newcomer(&question).unwrap(), forecast.customer(&row, &question).unwrap()]
            {
                let sum: f64 = said.chances.iter().sum();
                let mean = said.chances.iter().enumerate().map(|(n, chance)| n as f64 * chance);
                assert_near(sum, 1.0, 1e-12);
                assert_near(mean.sum(), said.expected, 1e-10);
            }
        }
    }
}

#[test]
fn parts_of_a_time_make_the_whole() {
    let mut random = Random::new(7);
    for (name, k) in TIMES {
        let at = parameters(&*find(name, k).unwrap(), &mut random);
        let forecast = forecast(name, k, &at);
        let expected = |time: f64| forecast.newcomer(&Question::within(time)).unwrap().expected;
        assert_eq!(expected(0.0), 0.0);
        let later = forecast.between(4.0, 9.0, 600).unwrap();
        assert_near(later.iter().sum(), 1.0, 1e-12);
        let mean: f64 = later.iter().enumerate().map(|(n, chance)| n as f64 * chance).sum();
        assert_near(mean, expected(9.0) - expected(4.0), 1e-9);
        let from_start = forecast.between(0.0, 9.0, 20).unwrap();
        let question = Question { horizon: 9.0, discount: 0.0, counts: 20 };
        for (one, other) in from_start.iter().zip(forecast.newcomer(&question).unwrap().chances) {
            assert_near(*one, other, 1e-10);
        }
    }
}

/// With what is seen in between, what was expected before is expected on the
/// average: a purchase, or none, moves it both ways.
#[test]
fn waiting_is_averaged_over_what_may_be_seen() {
    let forecast = forecast("bg-nbd", None, &[0.8, 6.0, 1.2, 3.0]);
    let mut simulator = Simulator::new(11);
    let leaving = Leaving::Geometric { a: 1.2, b: 3.0, first_too: false };
    let lives: Vec<_> =
        (0..40_000).map(|_| simulator.life((0.8, 6.0), 1, &leaving, 30.0)).collect();
    let expected = |end: f64, horizon: f64| -> f64 {
        let rows: Vec<Row> = lives.iter().map(|life| life.row(end)).collect();
        let said = forecast.customers(&rows, &Question::within(horizon), 2).unwrap();
        said.iter().map(|outlook| outlook.expected).sum()
    };
    let seen: usize = lives.iter().map(|life| life.between(10.0, 30.0)).sum();
    let (whole, rest) = (expected(10.0, 50.0), expected(30.0, 30.0));
    assert_near(whole, seen as f64 + rest, 0.02);
}

#[test]
fn asked_together_or_apart_the_answers_agree() {
    let mut random = Random::new(10);
    for (name, k) in TIMES {
        let at = parameters(&*find(name, k).unwrap(), &mut random);
        let fitted = find(name, k).unwrap().fitted(&at).unwrap();
        for row in [Row::new(0, 0.0, 20.0), Row::new(40, 15.0, 20.0)] {
            let ahead = fitted.ahead(&row);
            for time in [0.01, 5.0, 400.0] {
                let (survival, expected) = ahead.look(time);
                assert_near(survival, ahead.survival(time), 1e-13);
                assert_near(expected, ahead.expected(time), 1e-13);
            }
        }
    }
}

#[test]
fn the_longer_ago_the_less_alive() {
    for (name, k) in TIMES {
        let forecast =
            forecast(name, k, &[0.8, 6.0, 1.2, 3.0][..if name == "nbd" { 2 } else { 4 }]);
        let ask = |last: f64| {
            forecast.customer(&Row::new(4, last, 20.0), &Question::within(10.0)).unwrap()
        };
        let said: Vec<_> = (1..=20).map(|last| ask(f64::from(last))).collect();
        assert!(said.windows(2).all(|pair| pair[0].alive <= pair[1].alive), "{name}");
        for outlook in &said {
            assert!(outlook.alive_later <= outlook.alive && outlook.alive <= 1.0);
        }
        if matches!(name, "pareto-nbd" | "nbd") {
            assert_eq!(said[19].alive, 1.0);
        }
    }
}

#[test]
fn discounting_takes_and_horizons_give() {
    let mut random = Random::new(8);
    for (name, k) in TIMES {
        let at = parameters(&*find(name, k).unwrap(), &mut random);
        let forecast = forecast(name, k, &at);
        let row = Row::new(3, 15.0, 20.0);
        let ask = |horizon: f64, discount: f64| {
            forecast.customer(&row, &Question { horizon, discount, counts: 0 }).unwrap()
        };
        let free = ask(30.0, 0.0);
        assert_eq!(free.discounted, free.expected);
        let (cheap, dear) = (ask(30.0, 0.01), ask(30.0, 0.1));
        assert!(free.discounted > cheap.discounted && cheap.discounted > dear.discounted);
        // At a rate so small that it is none, and a horizon beyond the rate.
        assert_near(ask(30.0, 1e-9).discounted, free.discounted, 1e-6);
        let far = ask(2_000.0, 0.05);
        assert_near(far.discounted, far.residual.unwrap(), 1e-10);
        assert!(far.residual.unwrap() > dear.discounted);
        // The rate of purchases, added up slowly: a second opinion on the sum.
        let steps = 600;
        let expected: Vec<f64> = (0..=steps)
            .map(|step| ask(30.0 * f64::from(step) / f64::from(steps), 0.0).expected)
            .collect();
        let slow: f64 = expected
            .windows(2)
            .zip(0..)
            .map(|(pair, step)| {
                let middle = 30.0 * (f64::from(step) + 0.5) / f64::from(steps);
                (pair[1] - pair[0]) * (-0.1 * middle).exp()
            })
            .sum();
        assert_near(dear.discounted, slow, 1e-5);
    }
}

#[test]
fn borders_between_forms_are_smooth() {
    let ask = |model: &str, at: &[f64]| {
        let question = Question { horizon: 39.0, discount: 0.0027, counts: 3 };
        super::ask(model, at, Row::new(4, 20.0, 39.0), question)
    };
    let close = |one: guanxi::value::Outlook, other: guanxi::value::Outlook| {
        assert_near(one.alive, other.alive, 1e-9);
        assert_near(one.expected, other.expected, 1e-9);
        assert_near(one.residual.unwrap(), other.residual.unwrap(), 1e-9);
        for (one, other) in one.chances.iter().zip(&other.chances) {
            assert_near(*one, *other, 1e-9);
        }
    };
    for tiny in [1e-10, -1e-10] {
        let near = 1.0 + tiny;
        close(ask("bg-nbd", &[0.25, 4.0, 1.0, 2.5]), ask("bg-nbd", &[0.25, 4.0, near, 2.5]));
        close(ask("mbg-nbd", &[0.25, 4.0, 1.0, 2.5]), ask("mbg-nbd", &[0.25, 4.0, near, 2.5]));
        close(ask("pareto-nbd", &[0.5, 9.0, 1.0, 9.0]), ask("pareto-nbd", &[0.5, 9.0, near, 9.0]));
        close(
            ask("pareto-nbd", &[0.5, 9.0, 0.7, 9.0]),
            ask("pareto-nbd", &[0.5, 9.0 * near, 0.7, 9.0]),
        );
    }
}

#[test]
fn a_warm_start_comes_to_the_same_top_in_few_steps() {
    let rows = cdnow::rows(cdnow::WEEKS_39);
    let (most, all) = (rows.len() * 99 / 100, rows.as_slice());
    for (name, k) in TIMES {
        let model = find(name, k).unwrap();
        let before = fit(&*model, &rows[..most]).unwrap();
        let cold = fit(&*model, all).unwrap();
        let sample = Sample::of(all, Reads::Timing).unwrap();
        let warm = fit_sample(&*model, &sample, Some(&before.parameters())).unwrap();
        assert!(warm.converged && warm.iterations <= 4, "{name}: {}", warm.iterations);
        for (one, other) in warm.parameters().iter().zip(cold.parameters()) {
            assert_near(*one, other, 1e-9);
        }
    }
}
