use super::*;
use proptest::prelude::*;

fn cases(rows: &[(Vec<f64>, bool)]) -> Vec<Case> {
    let case = |(factors, outcome): &(Vec<f64>, bool)| Case {
        factors: factors.clone(),
        outcome: *outcome,
        weight: 1,
    };
    rows.iter().map(case).collect()
}

#[track_caller]
fn near(got: f64, wanted: f64, within: f64) {
    assert!((got - wanted).abs() <= within, "{got} is not {wanted}");
}

/// Dalal, Fowlkes and Hoadley (1989), "Risk analysis of the space shuttle",
/// JASA 84: temperature, and whether an O-ring was damaged.
const LAUNCHES: [(f64, bool); 23] = [
    (66.0, false),
    (70.0, true),
    (69.0, false),
    (68.0, false),
    (67.0, false),
    (72.0, false),
    (73.0, false),
    (70.0, false),
    (57.0, true),
    (63.0, true),
    (70.0, true),
    (78.0, false),
    (67.0, false),
    (53.0, true),
    (67.0, false),
    (75.0, false),
    (70.0, false),
    (81.0, false),
    (76.0, false),
    (79.0, false),
    (75.0, true),
    (76.0, false),
    (58.0, true),
];

fn launches() -> Vec<Case> {
    cases(&LAUNCHES.map(|(degrees, damaged)| (vec![degrees], damaged)))
}

#[test]
fn the_shuttle_comes_out_as_published() {
    let fit = logistic(&launches(), 0.0).unwrap();
    assert!(fit.converged && fit.open.is_none(), "{fit:?}");
    near(fit.coefficients[0], 15.0429, 5e-5);
    near(fit.coefficients[1], -0.2322, 5e-5);
    near(fit.error(0).unwrap(), 7.3786, 5e-5);
    near(fit.error(1).unwrap(), 0.1082, 5e-5);
    // Deviances of 28.267 and 20.315.
    near(-2.0 * fit.null_log_likelihood, 28.267, 5e-4);
    near(-2.0 * fit.log_likelihood, 20.315, 5e-4);
}

#[test]
fn a_penalty_draws_weights_to_zero_and_leaves_the_mean() {
    let mut before = f64::INFINITY;
    for penalty in [0.0, 0.1, 1.0, 10.0, 1e6] {
        let fit = logistic(&launches(), penalty).unwrap();
        assert!(fit.converged && fit.coefficients[1].abs() < before, "{fit:?}");
        before = fit.coefficients[1].abs();
        // The constant is free, so as many are expected as there were.
        let expected: f64 = LAUNCHES
            .iter()
            .map(|(degrees, _)| chance(fit.coefficients[0] + fit.coefficients[1] * degrees))
            .sum();
        near(expected, 7.0, 1e-9);
    }
    assert!(before < 1e-6);
}

#[test]
fn what_separates_is_named() {
    let told = |rows: &[(Vec<f64>, bool)]| logistic(&cases(rows), 0.0).unwrap().open;
    // Above 2 all say yes: complete.
    let line = |at: f64, outcome: bool| (vec![at, (at * 7.0) % 3.0], outcome);
    let complete = [1.0, 1.5, 2.0, 3.0, 4.0, 4.5].map(|at| line(at, at > 2.0));
    assert!(
        matches!(told(&complete), Some(Open::Separated { complete: true, .. })),
        "{:?}",
        told(&complete)
    );
    // Whoever has the second factor said yes, the others both: quasi-complete.
    let rows: Vec<(Vec<f64>, bool)> = [
        (1.0, 0.0, false),
        (2.0, 0.0, true),
        (3.0, 0.0, false),
        (4.0, 0.0, true),
        (2.5, 1.0, true),
        (1.5, 1.0, true),
    ]
    .map(|(a, b, outcome)| (vec![a, b], outcome))
    .to_vec();
    let quasi = Open::Separated { complete: false, factors: vec![1] };
    assert_eq!(told(&rows), Some(quasi));
    // With a penalty there is an answer.
    let fit = logistic(&cases(&rows), 0.5).unwrap();
    assert!(fit.converged && fit.open.is_none() && fit.error(2).is_some());
}

/// Found by chance: two customers alike but for the outcome lie on the border of a
/// whole fan of separating planes, all of them near the others.
#[test]
fn what_separates_hardly_is_named_too() {
    let rows = [
        (3.0, -1.0, true),
        (3.0, -1.0, false),
        (1.0, 2.0, false),
        (-1.0, 0.0, false),
        (-2.0, 0.0, false),
        (3.0, -2.0, false),
    ];
    let fit = logistic(&cases(&rows.map(|(a, b, outcome)| (vec![a, b], outcome))), 0.0).unwrap();
    let both = Open::Separated { complete: false, factors: vec![0, 1] };
    assert_eq!((fit.converged, fit.open), (false, Some(both)));
}

#[test]
fn factors_that_say_the_same_or_nothing_are_named() {
    let rows: Vec<(Vec<f64>, bool)> = LAUNCHES
        .iter()
        .map(|&(degrees, damaged)| (vec![degrees, 7.0, 32.0 - 2.0 * degrees], damaged))
        .collect();
    let fit = logistic(&cases(&rows), 0.0).unwrap();
    assert_eq!(fit.constant, [1]);
    assert_eq!(fit.open, Some(Open::Collinear { factors: vec![0, 2] }));
    assert_eq!(fit.covariance, None);
    let ridge = logistic(&cases(&rows), 1.0).unwrap();
    assert!(ridge.converged && ridge.coefficients[2] == 0.0);
    near(ridge.error(2).unwrap(), 0.0, 0.0);
}

#[test]
fn one_outcome_and_factors_that_are_none_are_no_regression() {
    let one = |outcome| Case { factors: vec![1.0], outcome, weight: 3 };
    assert_eq!(logistic(&[], 0.0), None);
    assert_eq!(logistic(&[one(true), one(true)], 0.0), None);
    assert_eq!(logistic(&[one(true), Case { weight: 0, ..one(false) }], 0.0), None);
    let odd = Case { factors: vec![f64::NAN], ..one(false) };
    assert_eq!(logistic(&[one(true), odd], 0.0), None);
    let wide = Case { factors: vec![1.0, 2.0], ..one(false) };
    assert_eq!(logistic(&[one(true), wide], 0.0), None);
    // No factor at all: the constant is the logarithm of the odds.
    let bare = |outcome, weight| Case { factors: Vec::new(), outcome, weight };
    let fit = logistic(&[bare(true, 3), bare(false, 1)], 0.0).unwrap();
    near(fit.coefficients[0], 3.0_f64.ln(), 1e-12);
}

proptest! {
    #[test]
    fn it_is_a_top_in_any_order_and_units(
        rows in prop::collection::vec((-3i32..4, -3i32..4, prop::bool::ANY, 1u64..4), 8..40),
        turn in 0usize..40,
    ) {
        let case = |&(a, b, outcome, weight): &(i32, i32, bool, u64)| Case {
            factors: vec![f64::from(a), f64::from(b)],
            outcome,
            weight,
        };
        let cases: Vec<Case> = rows.iter().map(case).collect();
        let Some(fit) = logistic(&cases, 0.3) else { return Ok(()) };
        prop_assert!(fit.converged, "{:?}", fit);
        let mut other: Vec<Case> = cases
            .iter()
            .flat_map(|case| (0..case.weight).map(|_| Case { weight: 1, ..case.clone() }))
            .collect();
        let turn = turn % other.len();
        other.rotate_right(turn);
        prop_assert_eq!(&logistic(&other, 0.3).unwrap(), &fit);
        // In other units the chances are the same.
        let units: Vec<Case> = cases
            .iter()
            .map(|it| Case { factors: vec![it.factors[0] * 1e5 + 3.0, it.factors[1]], ..it.clone() })
            .collect();
        let scaled = logistic(&units, 0.3).unwrap();
        for (one, other) in cases.iter().zip(&units) {
            let said = |fit: &Logistic, it: &Case| {
                chance(fit.coefficients[0] + dot(&fit.coefficients[1..], &it.factors))
            };
            prop_assert!((said(&fit, one) - said(&scaled, other)).abs() < 1e-8);
        }
    }

    /// Without a penalty either there is a top, where residuals say nothing of
    /// any factor, or a reason why there is none.
    #[test]
    fn without_a_penalty_there_is_a_top_or_a_reason(
        rows in prop::collection::vec((-3i32..4, -2i32..3, prop::bool::ANY), 4..30),
    ) {
        let rows: Vec<(Vec<f64>, bool)> =
            rows.iter().map(|&(a, b, y)| (vec![f64::from(a), f64::from(b)], y)).collect();
        let Some(fit) = logistic(&cases(&rows), 0.0) else { return Ok(()) };
        prop_assert!(fit.converged != fit.open.is_some(), "{:?}", fit);
        if fit.open.is_none() {
            for factor in 0..2 {
                let left: f64 = rows
                    .iter()
                    .map(|(x, y)| {
                        let odds = fit.coefficients[0] + dot(&fit.coefficients[1..], x);
                        x[factor] * (f64::from(u8::from(*y)) - chance(odds))
                    })
                    .sum();
                prop_assert!(left.abs() < 1e-6, "{:?} {}", fit, left);
            }
        }
    }
}
