//! Special functions, rules and searches, held to tables of many digits
//! (`tests/cases/numbers.json`, made by `tests/data/value/make_numbers.py`).

use guanxi::stats::{
    Jet, Stopping, Sum, axes, beta_below, chunked, climb, digamma, gamma_above, inverse, legendre,
    ln_beta, ln_gamma_ratio, rising, trigamma,
};
use proptest::prelude::*;
use serde_json::Value;

/// Calls `check` with the arguments of each row, and what is right.
fn table(name: &str, relative: f64, function: impl Fn(&[f64]) -> f64) {
    let all: Value = serde_json::from_str(include_str!("cases/numbers.json")).unwrap();
    let rows = all[name].as_array().unwrap();
    assert!(rows.len() >= 12);
    for row in rows {
        let arguments: Vec<f64> =
            row[0].as_array().unwrap().iter().map(|it| it.as_f64().unwrap()).collect();
        let wanted: f64 = row[1].as_str().unwrap().parse().unwrap();
        let got = function(&arguments);
        let off = (got - wanted).abs();
        // What is below the smallest float is zero.
        let most = (relative * wanted.abs()).max(1e-300);
        assert!(off <= most, "{name}{arguments:?}: {got} is not {wanted}, off by {off:e}");
    }
}

#[test]
fn gamma_functions_have_their_digits() {
    table("digamma", 1e-14, |x| digamma(x[0]));
    table("trigamma", 1e-14, |x| trigamma(x[0]));
    // Near a zero of a logarithm only its size is kept.
    table("ln_gamma_ratio", 1e-11, |x| ln_gamma_ratio(x[0], x[1]));
    table("ln_beta", 1e-11, |x| ln_beta(x[0], x[1]));
}

#[test]
fn tails_have_their_digits() {
    table("beta_below", 1e-11, |x| beta_below(x[0], x[1], x[2], 1.0 - x[2]));
    table("gamma_above", 1e-11, |x| gamma_above(x[0], x[1]));
}

#[test]
fn rising_factorials_are_the_same_by_sums_and_by_series() {
    for a in [0.01, 0.243, 3.0, 500.0, 1e7] {
        for n in [0, 1, 2, 63, 64, 65, 66, 1_000] {
            let by_parts = (0..n).map(|step| a + f64::from(step));
            let ln: Sum = by_parts.clone().map(f64::ln).collect();
            let first: Sum = by_parts.clone().map(|factor| 1.0 / factor).collect();
            let second: Sum = by_parts.map(|factor| -1.0 / (factor * factor)).collect();
            let got = rising(a, u64::from(n as u32));
            let near = |got: f64, wanted: Sum, size: f64| {
                assert!((got - wanted.total()).abs() <= 1e-12 * size, "{a} {n}: {got}");
            };
            near(got.ln, ln, ln.total().abs().max(1.0));
            near(got.first, first, first.total().max(1e-1));
            near(got.second, second, second.total().abs().max(1e-1));
        }
    }
}

#[test]
fn rules_are_exact_for_polynomials() {
    for n in [1, 2, 8, 16, 32, 64] {
        let rule = legendre(n);
        for power in 0..(2 * n as i32) {
            let got: f64 = rule.iter().map(|(x, weight)| weight * x.powi(power)).sum();
            let wanted = 1.0 / f64::from(power + 1);
            assert!((got - wanted).abs() < 1e-14, "{n} {power}: {got}");
        }
    }
}

#[test]
fn a_valley_that_bends_is_climbed_out_of() {
    // Rosenbrock's banana, upside down: not concave at the start.
    let banana = |at: &[f64]| {
        let (x, y) = (at[0], at[1]);
        let off = y - x * x;
        Jet {
            value: -(1.0 - x).powi(2) - 100.0 * off * off,
            gradient: vec![2.0 * (1.0 - x) + 400.0 * x * off, -200.0 * off],
            hessian: vec![
                vec![-2.0 + 400.0 * off - 800.0 * x * x, 400.0 * x],
                vec![400.0 * x, -200.0],
            ],
        }
    };
    for start in [[-1.2, 1.0], [0.0, 2.0], [-3.0, 9.0]] {
        let top = climb(&start, &Stopping::flat(1e-9), banana).unwrap();
        assert!(top.point.iter().all(|at| (at - 1.0).abs() < 1e-8), "{top:?}");
        assert!(top.steps < 60, "{top:?}");
    }
    let broken = |at: &[f64]| Jet { value: f64::NAN, ..banana(at) };
    assert_eq!(climb(&[0.0, 0.0], &Stopping::flat(1e-9), broken), None);
}

#[test]
fn a_slope_without_end_is_left_at_the_bound() {
    let slope = |at: &[f64]| {
        let e = (-at[0]).exp();
        Jet { value: -e, gradient: vec![e], hessian: vec![vec![-e]] }
    };
    let top = climb(&[0.0], &Stopping { steepness: 0.0, ..Stopping::flat(0.0) }, slope).unwrap();
    assert!(top.at_bound || top.jet.steepness() < 1e-12, "{top:?}");
}

proptest! {
    #[test]
    fn sums_are_the_same_in_any_cut(terms in prop::collection::vec(-1e9..1e9_f64, 0..9_000)) {
        let part = |items: &[f64]| items.iter().sum::<f64>();
        let once = chunked(&terms, 1, part);
        for threads in [2, 3, 16] {
            prop_assert_eq!(&once, &chunked(&terms, threads, part));
        }
    }

    #[test]
    fn axes_and_inverses_put_the_matrix_together_again(
        entries in prop::collection::vec(-2.0..2.0_f64, 16)
    ) {
        // A product with its transpose has no negative eigenvalue.
        let at = |i: usize, j: usize| {
            (0..4).map(|k| entries[4 * i + k] * entries[4 * j + k]).sum::<f64>()
                + if i == j { 0.1 } else { 0.0 }
        };
        let matrix: Vec<Vec<f64>> = (0..4).map(|i| (0..4).map(|j| at(i, j)).collect()).collect();
        let axes = axes(&matrix);
        prop_assert!(axes.windows(2).all(|pair| pair[0].0 <= pair[1].0));
        let inverse = inverse(&matrix).unwrap();
        for i in 0..4 {
            for j in 0..4 {
                let again: f64 = axes.iter().map(|(value, axis)| value * axis[i] * axis[j]).sum();
                prop_assert!((again - matrix[i][j]).abs() < 1e-12);
                let unit: f64 = (0..4).map(|k| matrix[i][k] * inverse[k][j]).sum();
                prop_assert!((unit - f64::from(u8::from(i == j))).abs() < 1e-9);
            }
        }
    }
}
