use super::*;
use crate::kpi::why::Drawn;

fn normal(drawn: &mut Drawn) -> f64 {
    let angle = 2.0 * std::f64::consts::PI * drawn.share();
    libm::sqrt(-2.0 * libm::log(1.0 - drawn.share())) * libm::cos(angle)
}

/// A series that keeps `kept` of its last value, shifted over its watched periods.
fn series(seed: u64, past: usize, kept: f64, season: usize, shift: f64) -> ChartSeries {
    let mut drawn = Drawn(seed);
    let mut last = normal(&mut drawn) / libm::sqrt(1.0 - kept * kept);
    let values = (0..past + 12).map(|at| {
        last = kept * last + normal(&mut drawn);
        let angle = 2.0 * std::f64::consts::PI * at as f64 / 12.0;
        let seasonal = if season > 1 { 8.0 * libm::sin(angle) + 0.2 * at as f64 } else { 0.0 };
        Some(50.0 + seasonal + last + if at >= past { shift } else { 0.0 })
    });
    ChartSeries { name: "kpi".into(), values: values.collect(), season, watched: 12 }
}

/// The share of worlds that alarm within twelve periods, and that by their `p`
/// would at 0.05; and the share promised.
fn alarms(worlds: u64, past: usize, kept: f64, season: usize, shift: f64) -> (f64, f64, f64) {
    let (mut alarms, mut small, mut promised) = (0, 0, 0.0);
    for seed in 0..worlds {
        let told = chart(&series(seed, past, kept, season, shift)).unwrap();
        alarms += u32::from(told.alarm.is_some());
        small += u32::from(told.p.unwrap() < 0.05);
        promised += 1.0 - libm::exp(-12.0 / told.false_alarm_every.unwrap());
    }
    let n = worlds as f64;
    (f64::from(alarms) / n, f64::from(small) / n, promised / n)
}

#[test]
fn false_alarms_are_no_more_than_promised() {
    for (past, season) in [(12, 1), (24, 1), (36, 1), (60, 1), (24, 12), (36, 12), (60, 12)] {
        for kept in [0.0, 0.5] {
            let (found, small, promised) = alarms(400, past, kept, season, 0.0);
            assert!(found <= promised + 0.03, "{past} {kept} {season}: {found} {promised}");
            assert!(found >= promised / 3.0, "{past} {kept} {season}: {found} {promised}");
            assert!(small <= 0.08, "{past} {kept} {season}: {small}");
        }
    }
}

#[test]
fn shifts_are_found_the_longer_the_history_the_better() {
    let (short, _, _) = alarms(300, 24, 0.0, 1, -1.5);
    let (long, small, _) = alarms(300, 60, 0.0, 1, -1.5);
    assert!(short > 0.85 && long > 0.93 && small > 0.85, "{short} {long} {small}");
    let (seasonal, _, _) = alarms(300, 60, 0.3, 12, 2.5);
    assert!(seasonal > 0.75, "{seasonal}");
    let told = chart(&series(3, 60, 0.0, 12, -6.0)).unwrap();
    assert_eq!((told.method, told.verdict), ("season", ChartVerdict::Lower));
    assert!(told.points.iter().take(60).all(|it| !it.is_watched && it.up == 0.0));
    assert!(told.sentence.zh.contains("低于往常"), "{}", told.sentence.zh);
}

#[test]
fn of_sixty_charts_with_nothing_there_hardly_one_stands() {
    let mut standing = 0;
    for world in 0..20 {
        let one = |at: u64| chart(&series(world * 1_000 + at, 36, 0.3, 1, 0.0)).unwrap();
        let mut charts: Vec<Chart> = (0..60).map(one).collect();
        assert!(charts.iter().any(|it| it.alarm.is_some()));
        among_charts(&mut charts, 0.10);
        let alarmed = |it: &&Chart| !matches!(it.verdict, ChartVerdict::Usual);
        standing += charts.iter().filter(alarmed).count();
    }
    // A tenth of the false ones in a world, 2 in 20, and some slack.
    assert!(standing <= 6, "{standing}");
}

#[test]
fn what_cannot_be_judged_is_said() {
    let of = |values: Vec<Option<f64>>, watched| {
        chart(&ChartSeries { name: "x".into(), values, season: 12, watched })
    };
    let flat = of(vec![Some(3.0); 40], 4).unwrap();
    assert_eq!((flat.verdict, flat.p), (ChartVerdict::CannotTell, None));
    let short = of((0..9).map(|at| Some(f64::from(at % 3))).collect(), 2).unwrap();
    assert_eq!(short.verdict, ChartVerdict::CannotTell);
    for (values, watched) in
        [(vec![], 1), (vec![Some(1.0)], 2), (vec![Some(1.0)], 0), (vec![Some(f64::NAN); 30], 3)]
    {
        assert_eq!(of(values, watched).unwrap_err().code(), Code::InvalidArgument);
    }
    // A gap is no zero.
    let gaps = (0..40).map(|at| (at % 5 != 2).then_some(f64::from(at * 7 % 11))).collect();
    let told = of(gaps, 6).unwrap();
    assert_eq!((told.verdict, told.points[37].news), (ChartVerdict::Usual, None));
}
