//! Lead scores: against numbers that others print, in eighteen digits, and what
//! is promised of who is held out.

use guanxi::stats::{Case, Open, logistic};
use guanxi::units::bucket;
use guanxi::value::lead::{BUCKETS, Lead, LeadFit, Learning, fit_leads, is_held_out, open_factors};
use serde_json::Value;

use super::assert_near;

/// `tests/cases/leads.json`, made by `tests/data/value/make_leads.py`.
fn titanic() -> Value {
    serde_json::from_str(include_str!("../cases/leads.json")).unwrap()
}

/// A lead for each row, told apart by its position.
fn people(cases: &Value, forgotten: bool) -> Vec<Lead> {
    let rows = cases["rows"].as_array().unwrap().iter().enumerate();
    rows.map(|(at, row)| {
        let cell = |place: usize| row[place].as_f64().unwrap();
        let is_crew = cell(2) == 1.0;
        let factors =
            (0..5).map(|place| (!(forgotten && is_crew && place == 3)).then(|| cell(place)));
        Lead {
            id: format!("group {at}"),
            factors: factors.collect(),
            outcome: cell(5) == 1.0,
            weight: row[6].as_u64().unwrap(),
        }
    })
    .collect()
}

fn names(cases: &Value) -> Vec<String> {
    let names = cases["names"].as_array().unwrap().iter();
    names.map(|name| name.as_str().unwrap().to_owned()).collect()
}

fn all_learnt(penalty: f64) -> Learning {
    Learning { penalty, holdout: 0.0 }
}

fn digits(list: &Value) -> Vec<f64> {
    let texts = list.as_array().unwrap().iter();
    texts.map(|text| text.as_str().unwrap().parse().unwrap()).collect()
}

#[test]
fn regressions_are_right_to_many_digits() {
    let cases = titanic();
    for wanted in cases["fits"].as_array().unwrap() {
        let penalty = wanted["l2"].as_str().unwrap().parse().unwrap();
        let people = people(&cases, wanted["forgotten"] == true);
        let fit = fit_leads(&names(&cases), &people, &all_learnt(penalty)).unwrap();
        let regression = &fit.regression;
        assert!(fit.is_settled() && regression.gradient_norm <= 1e-8, "{regression:?}");
        for (got, wanted) in regression.coefficients.iter().zip(digits(&wanted["coefficients"])) {
            assert_near(*got, wanted, 1e-11);
        }
        for (at, wanted) in digits(&wanted["errors"]).into_iter().enumerate() {
            assert_near(regression.error(at).unwrap(), wanted, 1e-11);
        }
        let value: f64 = wanted["log_likelihood"].as_str().unwrap().parse().unwrap();
        assert_near(regression.log_likelihood, value, 1e-13);
        assert_eq!((fit.learnt, fit.bought), (2_201, 711));
        assert!(fit.tested.is_none());
        // What is given out is that, to nine places.
        for (factor, exact) in fit.factors.iter().zip(&regression.coefficients[1..]) {
            assert!((factor.weight - exact).abs() <= 0.5e-9 + 1e-15);
        }
    }
}

/// What R 4 prints for `glm(Survived ~ Class + Sex + Age, binomial, Titanic)`.
#[test]
fn the_titanic_comes_out_as_r_prints_it() {
    let cases = titanic();
    let fit = fit_leads(&names(&cases), &people(&cases, false), &all_learnt(0.0)).unwrap();
    let printed = [
        (0.6853, 0.2730),
        (-1.0181, 0.1960),
        (-1.7778, 0.1716),
        (-0.8577, 0.1573),
        (2.4201, 0.1404),
        (-1.0615, 0.2440),
    ];
    for (at, (value, error)) in printed.into_iter().enumerate() {
        assert!((fit.regression.coefficients[at] - value).abs() <= 0.5e-4, "{at}");
        assert!((fit.regression.error(at).unwrap() - error).abs() <= 0.5e-4, "{at}");
    }
    // Deviances: 2769.5 without factors, 2210.1 with them.
    assert!((-2.0 * fit.regression.null_log_likelihood - 2769.5).abs() < 0.05);
    assert!((-2.0 * fit.regression.log_likelihood - 2210.1).abs() < 0.05);
}

/// Leads whose chance is known: visits raise it, age does not matter, and what is
/// unknown is unknown by chance.
fn made_up(count: u64) -> Vec<Lead> {
    (0..count)
        .map(|at| {
            let id = format!("L-{at}");
            let draw = |what: &str, below: u64| bucket(what, &id, below);
            let visits = draw("visits", 10) as f64;
            let odds = -2.5 + 0.6 * visits;
            let chance = 1.0 / (1.0 + (-odds).exp());
            let known = draw("known", 5) > 0;
            Lead {
                factors: vec![Some(visits), known.then_some(draw("age", 60) as f64)],
                outcome: (draw("luck", 1 << 40) as f64) < chance * (1_u64 << 40) as f64,
                weight: 1,
                id,
            }
        })
        .collect()
}

fn learn(leads: &[Lead]) -> LeadFit {
    fit_leads(&["visits".into(), "age".into()], leads, &Learning::default()).unwrap()
}

#[test]
fn what_was_put_in_comes_out_and_holds_for_those_held_out() {
    let fit = learn(&made_up(20_000));
    let within = |got: f64, wanted: f64, error: Option<f64>| {
        assert!((got - wanted).abs() < 4.0 * error.unwrap(), "{got} {wanted} {error:?}");
    };
    within(fit.intercept, -2.5, fit.intercept_error);
    within(fit.factors[0].weight, 0.6, fit.factors[0].error);
    within(fit.factors[1].weight, 0.0, fit.factors[1].error);
    let tested = fit.tested.as_ref().unwrap();
    assert_eq!(tested.leads + fit.learnt, 20_000);
    // Three of ten, as a hash has it.
    assert!(tested.leads.abs_diff(6_000) < 260, "{}", tested.leads);
    let off = (tested.expected - tested.bought as f64).abs();
    assert!(off < 4.0 * (tested.leads as f64 * tested.brier).sqrt(), "{tested:?}");
    assert!(tested.miscalibration < 0.02 && tested.skill.unwrap() > 0.3, "{tested:?}");
    for bin in &tested.bins {
        let error = (bin.forecast * (1.0 - bin.forecast) / bin.weight as f64).sqrt();
        assert!((bin.actual - bin.forecast).abs() < 4.0 * error, "{bin:?}");
    }
}

#[test]
fn who_is_held_out_depends_on_the_id_alone() {
    let leads = made_up(3_000);
    let out = |lead: &&Lead| is_held_out(&lead.id, 0.3);
    let held: Vec<&Lead> = leads.iter().filter(out).collect();
    assert!(held.iter().all(|lead| bucket("lead", &lead.id, BUCKETS) < 3_000));
    // Who is held out of a smaller share is held out of a larger one.
    assert!(leads.iter().all(|it| !is_held_out(&it.id, 0.1) || is_held_out(&it.id, 0.3)));
    assert!(leads.iter().all(|it| !is_held_out(&it.id, 0.0)));
    // What is held out teaches nothing.
    let mut other = leads.clone();
    for lead in other.iter_mut().filter(|lead| is_held_out(&lead.id, 0.3)) {
        lead.outcome = !lead.outcome;
        lead.factors = vec![Some(1e6), None];
    }
    assert_eq!(learn(&leads).regression, learn(&other).regression);
    let mut backward = leads.clone();
    backward.reverse();
    assert_eq!(learn(&leads), learn(&backward));
}

#[test]
fn contributions_add_up_to_the_odds() {
    let fit = learn(&made_up(4_000));
    for factors in [vec![Some(3.0), Some(40.0)], vec![None, Some(1.0)], vec![None, None], vec![]] {
        let said = fit.score(&factors);
        let sum: f64 = fit.intercept + said.gives.iter().sum::<f64>();
        assert_near(sum, said.odds, 1e-13);
        assert_near(said.chance, 1.0 / (1.0 + (-said.odds).exp()), 1e-14);
    }
    // Missing is the mean.
    let means: Vec<Option<f64>> = fit.factors.iter().map(|it| Some(it.missing)).collect();
    assert_eq!(fit.score(&means), fit.score(&[]));
}

#[test]
fn weights_without_end_are_named_and_not_judged() {
    let lead = |at: u64, sample: f64, size: f64, outcome: bool| Lead {
        id: format!("L-{at}"),
        factors: vec![Some(sample), Some(size)],
        outcome,
        weight: 1,
    };
    // Whoever asked for a sample bought; of the others some did.
    let leads: Vec<Lead> = (0..200)
        .map(|at| {
            let asked = at % 4 == 0;
            lead(at, f64::from(u8::from(asked)), (at % 7) as f64, asked || at % 3 == 0)
        })
        .collect();
    let fit = fit_leads(&["sample".into(), "size".into()], &leads, &Learning::default()).unwrap();
    assert!(!fit.is_settled() && fit.tested.is_none());
    assert_eq!(fit.regression.open, Some(Open::Separated { complete: false, factors: vec![0] }));
    assert_eq!(open_factors(&fit), ["sample"]);
    let ridge = Learning { penalty: 1.0, ..Learning::default() };
    let fit = fit_leads(&["sample".into(), "size".into()], &leads, &ridge).unwrap();
    assert!(fit.is_settled() && fit.tested.is_some());
}

#[test]
fn what_cannot_be_learnt_from_is_told() {
    let good = Lead { id: "a".into(), factors: vec![Some(1.0)], outcome: true, weight: 1 };
    let names = ["x".to_owned()];
    let told = |leads: &[Lead], how: &Learning| -> Vec<(String, Option<String>)> {
        let faults = fit_leads(&names, leads, how).unwrap_err().into_faults();
        faults.into_iter().map(|it| (it.code.name().to_owned(), it.pointer)).collect()
    };
    let all = all_learnt(0.0);
    let nothing = ("nothing_to_fit".to_owned(), None);
    assert_eq!(told(&[], &all), std::slice::from_ref(&nothing));
    assert_eq!(told(&[good.clone(), good.clone()], &all), [nothing]);
    let at = |place: &str| ("invalid_argument".to_owned(), Some(place.to_owned()));
    let odd = Lead { factors: vec![Some(f64::INFINITY)], ..good.clone() };
    let wide = Lead { factors: vec![], ..good.clone() };
    assert_eq!(told(&[good.clone(), odd, wide], &all), [at("/1/x"), at("/2")]);
    let bad = Learning { penalty: -1.0, holdout: 1.0 };
    assert_eq!(told(&[good], &bad), [at("l2"), at("holdout")]);
}

#[test]
fn a_weight_is_so_many_leads() {
    let cases = titanic();
    let case = |lead: &Lead, weight: u64| Case {
        factors: lead.factors.iter().map(|it| it.unwrap()).collect(),
        outcome: lead.outcome,
        weight,
    };
    let people = people(&cases, false);
    let once: Vec<Case> = people.iter().map(|lead| case(lead, lead.weight)).collect();
    let copies: Vec<Case> =
        people.iter().flat_map(|lead| (0..lead.weight).map(|_| case(lead, 1))).collect();
    assert_eq!(logistic(&once, 0.0), logistic(&copies, 0.0));
}
