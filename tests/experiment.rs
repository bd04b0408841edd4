//! Experiments: a published data set, laws that hold for any data, and how
//! often intervals cover what is true.

use guanxi::Code;
use guanxi::kpi::{Arm, Experiment, Moments, Money, Question, Verdict, experiment};

use crate::support::Random;

/// Customers of Hillstrom's test: the arm, outcomes and the year before, in
/// cents; `None` where the file is not at hand.
fn hillstrom() -> Option<Vec<(String, [i64; 3], i64)>> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/data/hillstrom/hillstrom.csv");
    let Ok(text) = std::fs::read_to_string(path) else {
        eprintln!("skipped: {path} is absent");
        return None;
    };
    let cents = |cell: &str| (cell.parse::<f64>().unwrap() * 100.0).round() as i64;
    let row = |line: &str| {
        let cells: Vec<&str> = line.split(',').collect();
        let n = cells.len();
        let outcomes = [cents(cells[n - 3]), cents(cells[n - 2]), cents(cells[n - 1])];
        (cells[n - 4].to_owned(), outcomes, cents(cells[n - 10]))
    };
    Some(text.lines().skip(1).map(row).collect())
}

fn arms(rows: &[(String, [i64; 3], i64)], outcome: usize) -> Vec<Arm> {
    let names = ["No E-Mail", "Mens E-Mail", "Womens E-Mail"];
    let arm = |name: &str| {
        let mut moments = Moments::default();
        for (_, outcomes, before) in rows.iter().filter(|row| row.0 == name) {
            moments.add(outcomes[outcome], *before).unwrap();
        }
        Arm { name: name.to_owned(), moments, planned: 1.0 }
    };
    names.map(arm).into()
}

fn near(found: f64, wanted: f64, places: i32) -> bool {
    (found - wanted).abs() <= 0.5001 * 10_f64.powi(-places)
}

/// The table of the reference: effect, interval and relative interval of the
/// men's mail on visits, purchases and spending.
#[test]
fn a_published_test_comes_out_as_published() {
    let Some(rows) = hillstrom() else { return };
    let question = Question::usual(100.0);
    let told = |outcome| experiment(&arms(&rows, outcome), 0, &question).unwrap();
    let reference = [
        ([0.106167, 0.182757, 0.076590, 0.069953, 0.083226], 1e-112, [0.721, 0.641, 0.807]),
        ([0.005726, 0.012531, 0.006805, 0.005000, 0.008610], 1.5e-13, [1.188, 0.780, 1.739]),
        ([0.652789, 1.422617, 0.769827, 0.485140, 1.054515], 1.16e-7, [1.179, 0.644, 1.977]),
    ];
    for (outcome, (absolute, p, relative)) in reference.into_iter().enumerate() {
        let told = told(outcome);
        assert!(near(told.srm.chi2, 0.2025, 4) && near(told.srm.p, 0.9037, 4) && told.srm.matches);
        let mens = &told.arms[0];
        assert_eq!((told.control.n, mens.n, told.arms[1].n), (21_306, 21_307, 21_387));
        let difference = &mens.absolute;
        let found = [told.control.mean, mens.mean, difference.effect];
        let ends = [difference.low.unwrap(), difference.high.unwrap()];
        for (found, wanted) in found.into_iter().chain(ends).zip(absolute) {
            assert!(near(found, wanted, 6), "{outcome}: {found} {wanted}");
        }
        let log_p = difference.log_p.unwrap();
        assert!((log_p / f64::ln(p) - 1.0).abs() < 0.01, "{log_p}");
        let ratio = mens.relative.as_ref().unwrap();
        let found = [ratio.effect, ratio.low.unwrap(), ratio.high.unwrap()];
        for (found, wanted) in found.into_iter().zip(relative) {
            assert!(near(found, wanted, 3), "{outcome}: {found} {wanted}");
        }
        assert_eq!(mens.verdict, Verdict::Higher);
    }
}

#[test]
fn money_and_what_was_known_before_come_out_as_published() {
    let Some(rows) = hillstrom() else { return };
    let money = Some(Money { margin: 0.4, cost: 0.05 });
    let units_before = Some(100.0);
    let question = Question { money, units_before, ..Question::usual(100.0) };
    let told = experiment(&arms(&rows, 2), 0, &question).unwrap();
    let (profit, roi) = (told.arms[0].profit.as_ref().unwrap(), told.arms[0].roi.as_ref().unwrap());
    let ends = |low: Option<f64>, high: Option<f64>| (low.unwrap(), high.unwrap());
    let (low, high) = ends(profit.low, profit.high);
    assert!(near(profit.per_customer, 0.2579, 4) && near(low, 0.1441, 4) && near(high, 0.3718, 4));
    assert!(near(profit.total, 5_495.7, 1) && profit.chance.unwrap() > 0.999_99);
    let (low, high) = ends(roi.low, roi.high);
    assert!(near(roi.value, 5.16, 2) && near(low, 2.88, 2) && near(high, 7.44, 2));
    // Spending of the year before says next to nothing about these two weeks.
    let with_history = Question { units_before: Some(100.0), ..Question::usual(100.0) };
    let told = experiment(&arms(&rows, 2), 0, &with_history).unwrap();
    let cuped = told.arms[0].cuped.as_ref().unwrap();
    assert!((0.0002..0.0010).contains(&cuped.variance_reduction), "{}", cuped.variance_reduction);
    assert!((cuped.absolute.effect - told.arms[0].absolute.effect).abs() < 0.02);
    assert!(cuped.balance_p.unwrap() > 0.01);
    // Looked at again and again the men's mail stands, the women's only just.
    let again = Question { sequential: Some(5_000.0), ..Question::usual(100.0) };
    let told = experiment(&arms(&rows, 2), 0, &again).unwrap();
    let absolute = &told.arms[0].absolute;
    let widened = (absolute.high.unwrap() - absolute.effect) / (1.054_515 - 0.769_827) * 1.96;
    assert!((widened - 3.2206).abs() < 1e-3, "{widened}");
    assert_eq!(told.arms[0].verdict, Verdict::Higher);
    let womens = &told.arms[1].absolute;
    assert!((0.0..0.01).contains(&womens.low.unwrap()), "{womens:?}");
    assert!((0.01..0.05).contains(&womens.p.unwrap()), "{womens:?}");
}

/// Two arms of made up customers: most spend nothing, few a lot.
fn made_up(random: &mut Random, n: usize, more: f64) -> Vec<Arm> {
    let mut arm = |name: &str, more: f64| {
        let mut moments = Moments::default();
        for _ in 0..n {
            let before = (random.below(2_000) as f64).powf(1.3) as i64;
            let buys = random.below(100) < 20;
            let spends = 500 + before / 8 + random.below(9_000) as i64;
            let outcome = if buys { (spends as f64 * (1.0 + more)) as i64 } else { 0 };
            moments.add(outcome, before).unwrap();
        }
        Arm { name: name.into(), moments, planned: 1.0 }
    };
    vec![arm("control", 0.0), arm("arm", more)]
}

fn ask(random: &mut Random, n: usize, more: f64) -> Experiment {
    let question = Question { units_before: Some(100.0), ..Question::usual(100.0) };
    experiment(&made_up(random, n, more), 0, &question).unwrap()
}

#[test]
fn absolute_and_relative_always_agree() {
    let mut random = Random::new(5);
    for round in 0..400 {
        let n = 20 + random.below(400) as usize;
        let told = ask(&mut random, n, if round % 2 == 0 { 0.0 } else { 0.4 });
        let it = &told.arms[0];
        let cuped = it.cuped.as_ref().unwrap();
        for (absolute, relative) in
            [(&it.absolute, &it.relative), (&cuped.absolute, &cuped.relative)]
        {
            let out = absolute.low.unwrap() > 0.0 || absolute.high.unwrap() < 0.0;
            assert_eq!(out, absolute.p.unwrap() < told.level, "{absolute:?}");
            let Some(relative) = relative.as_ref().filter(|it| !it.unbounded) else { continue };
            let relative_out = relative.low.unwrap() > 0.0 || relative.high.unwrap() < 0.0;
            assert_eq!(out, relative_out, "{absolute:?} {relative:?}");
        }
    }
}

#[test]
fn intervals_cover_and_false_alarms_are_as_rare_as_they_say() {
    let mut random = Random::new(11);
    let (mut alarms, mut alarms_cuped, mut peeks, rounds) = (0, 0, 0, 1_000);
    for _ in 0..rounds {
        let arms = made_up(&mut random, 300, 0.0);
        let ask = |sequential| {
            let question =
                Question { units_before: Some(100.0), sequential, ..Question::usual(100.0) };
            experiment(&arms, 0, &question).unwrap().arms.remove(0)
        };
        let once = ask(None);
        alarms += u32::from(once.absolute.p.unwrap() < 0.05);
        alarms_cuped += u32::from(once.cuped.unwrap().absolute.p.unwrap() < 0.05);
        peeks += u32::from(ask(Some(600.0)).absolute.p.unwrap() < 0.05);
    }
    // 5 % of a thousand, four standard errors to either side.
    for found in [alarms, alarms_cuped] {
        assert!((22..78).contains(&found), "{found}");
    }
    assert!(peeks < 30, "{peeks}");
}

#[test]
fn what_was_known_before_makes_the_interval_shorter() {
    let mut random = Random::new(3);
    let mut arm = |name: &str, more: i64| {
        let mut moments = Moments::default();
        for _ in 0..500 {
            let before = random.below(10_000) as i64;
            moments.add(before + random.below(2_000) as i64 + more, before).unwrap();
        }
        Arm { name: name.into(), moments, planned: 1.0 }
    };
    let arms = [arm("control", 0), arm("arm", 300)];
    let question = Question { units_before: Some(100.0), ..Question::usual(100.0) };
    let told = experiment(&arms, 0, &question).unwrap();
    let cuped = told.arms[0].cuped.as_ref().unwrap();
    assert!(cuped.variance_reduction > 0.9 && (cuped.theta - 1.0).abs() < 0.05);
    assert!((cuped.absolute.effect - 3.0).abs() < 1.5);
    assert_eq!(told.arms[0].verdict, Verdict::Higher);
}

#[test]
fn what_cannot_be_told_is_said() {
    let arm = |name: &str, outcomes: &[i64]| {
        let mut moments = Moments::default();
        outcomes.iter().for_each(|it| moments.add(*it, 0).unwrap());
        Arm { name: name.into(), moments, planned: 1.0 }
    };
    let question = Question::usual(1.0);
    let one = experiment(&[arm("only", &[1, 2])], 0, &question).unwrap_err();
    assert_eq!(one.code(), Code::NoControl);
    let two = [arm("control", &[5, 5, 5]), arm("arm", &[7, 7, 7])];
    assert_eq!(experiment(&two, 2, &question).unwrap_err().code(), Code::NoControl);
    // Nothing varies: there is a difference, and no telling what chance would do.
    let told = experiment(&two, 0, &question).unwrap();
    let absolute = &told.arms[0].absolute;
    assert_eq!((absolute.effect, absolute.low, absolute.p), (2.0, None, None));
    assert_eq!(told.arms[0].verdict, Verdict::CannotTell);
    let few = [arm("control", &[1]), arm("arm", &[2])];
    assert_eq!(experiment(&few, 0, &question).unwrap().arms[0].absolute.p, None);
    // Over a mean that may be zero a share has no ends.
    let wide = [arm("control", &[-90, 100, 20]), arm("arm", &[10, 20, 60])];
    let told = experiment(&wide, 0, &question).unwrap();
    assert!(told.arms[0].relative.as_ref().unwrap().unbounded);
    let below = [arm("control", &[-9, -10, -2]), arm("arm", &[1, 2, 6])];
    assert_eq!(experiment(&below, 0, &question).unwrap().arms[0].relative, None);
    // Arms that are not as they were drawn say nothing.
    let many = |n: i64| (0..n).map(|it| it % 7).collect::<Vec<_>>();
    let uneven = [arm("control", &many(1_000)), arm("arm", &many(1_200))];
    let told = experiment(&uneven, 0, &question).unwrap();
    assert!(!told.srm.matches && told.arms[0].verdict == Verdict::NotTrusted);
    let planned = uneven.map(|arm| Arm { planned: arm.moments.n() as f64, ..arm });
    assert!(experiment(&planned, 0, &question).unwrap().srm.matches);
    for wrong in [
        Question { level: 0.0, ..question.clone() },
        Question { units: f64::NAN, ..question.clone() },
        Question { money: Some(Money { margin: 1.0, cost: -1.0 }), ..question.clone() },
        Question { sequential: Some(0.0), ..question.clone() },
    ] {
        assert_eq!(experiment(&two, 0, &wrong).unwrap_err().code(), Code::InvalidArgument);
    }
}
