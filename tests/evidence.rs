//! Whether a cause moves an outcome: worlds in which it does and in which it
//! only looks so.

use guanxi::Code;
use guanxi::kpi::{Evidence, Grade, Panel, Seen, Shown, evidence};

use crate::support::Random;

/// Noise of mean 0 and variance 1: the sum of twelve even draws.
fn noise(random: &mut Random) -> f64 {
    (0..12).map(|_| random.below(1 << 30) as f64 / (1_u64 << 30) as f64).sum::<f64>() - 6.0
}

/// What makes contentment and sales go together.
#[derive(Clone, Copy, Debug)]
struct Made {
    /// What contentment makes of the next period's sales.
    sells: f64,
    /// Whether a trait of the customer drives both.
    trait_drives: bool,
    /// Whether sales make content.
    sales_please: bool,
}

fn world(random: &mut Random, made: Made, units: usize, periods: i64) -> Panel {
    let mut panel = Panel::default();
    let shocks: Vec<f64> = (0..periods + 8).map(|_| noise(random)).collect();
    for unit in 0..units {
        let of = noise(random);
        let (level, charm) = (of, if made.trait_drives { of } else { noise(random) });
        let (mut cause, mut outcome) = (charm, level);
        for (period, shock) in (-8..periods).zip(&shocks) {
            let next = 0.3 * outcome + made.sells * cause + level + shock + noise(random);
            let pleased = if made.sales_please { 0.3 * next } else { 0.0 };
            (cause, outcome) = (charm + pleased + noise(random), next);
            if period >= 0 {
                panel.add(&format!("c{unit:04}"), period, Seen { cause, outcome }).unwrap();
            }
        }
    }
    panel
}

fn claims(seed: u64, made: Made, rounds: u32) -> (u32, u32, f64) {
    let mut random = Random::new(seed);
    let (mut claimed, mut naive, mut mean) = (0, 0, 0.0);
    for _ in 0..rounds {
        let told = evidence(&world(&mut random, made, 500, 8), 0.05).unwrap();
        claimed += u32::from(told.verdict == Shown::Effect);
        naive += u32::from(told.pooled.unwrap().p < 0.05);
        mean += told.estimate / f64::from(rounds);
    }
    (claimed, naive, mean)
}

#[test]
fn nothing_is_claimed_where_there_is_nothing_and_what_is_there_is_found() {
    let rounds = 60;
    for (seed, trait_drives, sales_please) in
        [(1, false, false), (2, true, false), (3, false, true), (4, true, true)]
    {
        let made = |sells| Made { sells, trait_drives, sales_please };
        let (claimed, naive, mean) = claims(seed, made(0.0), rounds);
        assert!(claimed <= 9, "{seed}: {claimed} of {rounds} claimed, mean {mean}");
        assert!(mean.abs() < 0.03, "{seed}: {mean}");
        if trait_drives {
            assert_eq!(naive, rounds, "a plain regression falls for it");
        }
        let (claimed, _, mean) = claims(seed, made(0.15), rounds);
        assert!(claimed >= 40, "{seed}: {claimed} of {rounds} found, mean {mean}");
        assert!((mean - 0.15).abs() < 0.03, "{seed}: {mean}");
    }
}

fn told(panel: &Panel) -> Evidence {
    evidence(panel, 0.05).unwrap()
}

#[test]
fn where_too_little_is_known_nobody_can_tell() {
    let clean = Made { sells: 0.5, trait_drives: false, sales_please: false };
    let mut random = Random::new(8);
    let few = told(&world(&mut random, clean, 60, 8));
    assert_eq!((few.verdict, few.grade), (Shown::CannotTell, Grade::D));
    assert!(!few.diagnostics[0].passed && few.sentence.en.starts_with("Nobody can tell"));
    let short = told(&world(&mut random, clean, 400, 4));
    assert_eq!(short.verdict, Shown::CannotTell);
    // Satisfaction that is made of purchases proves nothing about purchases.
    let mut circular = Panel::default();
    for unit in 0..400 {
        for period in 0..8 {
            let outcome = noise(&mut random) * 10.0;
            let seen = Seen { cause: outcome * 3.0 + noise(&mut random) * 0.1, outcome };
            circular.add(&format!("{unit}"), period, seen).unwrap();
        }
    }
    let circular = told(&circular);
    let failed: Vec<_> =
        circular.diagnostics.iter().filter(|it| !it.passed).map(|it| it.name).collect();
    assert!(failed.contains(&"circular"), "{failed:?}");
    assert_eq!(circular.verdict, Shown::CannotTell);
}

#[test]
fn the_order_of_rows_changes_no_bit_and_units_scale() {
    let made = Made { sells: 0.2, trait_drives: true, sales_please: true };
    let panel = world(&mut Random::new(9), made, 320, 7);
    let again = world(&mut Random::new(9), made, 320, 7);
    assert_eq!(told(&panel), told(&again));
    // The cause in other units: the estimate in others, all else as it was.
    let mut scaled = Panel::default();
    let mut random = Random::new(9);
    let source = world(&mut random, made, 320, 7);
    for (unit, period, seen) in source.rows() {
        let seen = Seen { cause: seen.cause * 8.0, ..seen };
        scaled.add(unit, period, seen).unwrap();
    }
    let (one, other) = (told(&panel), told(&scaled));
    assert!((one.estimate - other.estimate * 8.0).abs() < 1e-9);
    assert!(
        (one.p - other.p).abs() < 1e-9 && (one.first_stage_f - other.first_stage_f).abs() < 1e-6
    );
}

#[test]
fn bad_panels_are_refused() {
    let mut panel = Panel::default();
    let seen = |cause: f64| Seen { cause, outcome: 1.0 };
    assert_eq!(panel.add("a", 1, seen(f64::NAN)).unwrap_err().code(), Code::InvalidArgument);
    panel.add("a", 1, seen(1.0)).unwrap();
    assert_eq!(panel.add("a", 1, seen(2.0)).unwrap_err().code(), Code::DuplicateName);
    assert_eq!(evidence(&panel, 0.05).unwrap_err().code(), Code::NothingToFit);
    assert_eq!(evidence(&panel, 1.0).unwrap_err().code(), Code::InvalidArgument);
    // Nothing varies.
    let mut still = Panel::default();
    for unit in 0..400 {
        for period in 0..8 {
            still.add(&format!("{unit}"), period, seen(2.0)).unwrap();
        }
    }
    assert_eq!(evidence(&still, 0.05).unwrap_err().code(), Code::NothingToFit);
}
