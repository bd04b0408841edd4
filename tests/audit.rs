//! The audit of KPIs by their history: planted defects are found, clean models
//! are left alone.

use guanxi::Code;
use guanxi::kpi::{Advice, History, HistoryAudit, audit_history};

use crate::support::Random;

fn noise(random: &mut Random) -> f64 {
    (0..12).map(|_| random.below(1 << 30) as f64 / (1_u64 << 30) as f64).sum::<f64>() - 6.0
}

/// A series that keeps some of its last value.
fn walk(random: &mut Random, n: usize, kept: f64) -> Vec<f64> {
    let mut at = 0.0;
    let all: Vec<f64> = (0..n + 20)
        .map(|_| {
            at = kept * at + noise(random);
            at
        })
        .collect();
    all[20..].to_vec()
}

fn kpi(name: &str, values: &[f64]) -> History {
    History {
        name: name.into(),
        values: values.iter().copied().map(Some).collect(),
        less_is_better: false,
        targets: Vec::new(),
        owner: None,
    }
}

/// An outcome that follows `first` after two periods.
fn following(random: &mut Random, first: &[f64], weight: f64) -> Vec<Option<f64>> {
    let news: Vec<f64> = (0..first.len()).map(|_| noise(random)).collect();
    let of = |t: usize| weight * first.get(t.wrapping_sub(2)).copied().unwrap_or(0.0) + news[t];
    (0..first.len()).map(|t| Some(of(t))).collect()
}

fn verdict(told: &HistoryAudit, name: &str) -> Advice {
    told.kpis.iter().find(|it| it.kpi == name).unwrap().verdict
}

#[test]
fn planted_defects_are_found() {
    let mut random = Random::new(4);
    let n = 96;
    let first = walk(&mut random, n, 0.5);
    let outcome = following(&mut random, &first, 1.2);
    let idle = walk(&mut random, n, 0.6);
    let twin: Vec<f64> = first.iter().map(|it| it + 0.2 * noise(&mut random)).collect();
    let saturated =
        History { targets: vec![Some(-4.0); n], ..kpi("saturated", &walk(&mut random, n, 0.2)) };
    let unreachable =
        History { targets: vec![Some(9.0); n], ..kpi("unreachable", &walk(&mut random, n, 0.2)) };
    let mut stale = kpi("stale", &walk(&mut random, n, 0.3));
    stale.values[n - 4..].fill(None);
    let against: Vec<f64> = first.iter().map(|it| -it + 0.5 * noise(&mut random)).collect();
    let fewer = History { less_is_better: true, ..kpi("complaints", &against) };
    let sells = walk(&mut random, n, 0.3);
    let costs: Vec<f64> =
        (0..n).map(|t| -0.9 * sells[t.saturating_sub(1)] + 0.5 * noise(&mut random)).collect();
    let owned = |owner: &str, it: History| History { owner: Some(owner.into()), ..it };
    let share: Vec<f64> = idle.iter().map(|it| 100.0 - 2.0 * it).collect();
    let kpis = [
        kpi("first", &first),
        kpi("twin", &twin),
        kpi("idle", &idle),
        kpi("rest of idle", &share),
        saturated,
        unreachable,
        stale,
        fewer,
        owned("sales", kpi("new customers", &sells)),
        owned("service", kpi("solved at once", &costs)),
    ];
    let told = audit_history(&kpis, &outcome).unwrap();
    for (name, wanted) in [
        ("first", Advice::Keep),
        ("twin", Advice::Merge),
        ("idle", Advice::Drop),
        ("rest of idle", Advice::Merge),
        ("saturated", Advice::Retarget),
        ("unreachable", Advice::Retarget),
        ("stale", Advice::RepairInput),
        ("new customers", Advice::ResolveConflict),
        ("solved at once", Advice::ResolveConflict),
    ] {
        assert_eq!(verdict(&told, name), wanted, "{name}: {:#?}", told.findings);
    }
    // Fewer complaints go with more of the outcome: that is as it should be, and
    // says what `first` says already.
    let complaints =
        told.findings.iter().find(|it| it.kpi == "complaints" && it.test == "lead").unwrap();
    assert_eq!((complaints.verdict, complaints.statistic < 0.0), (Advice::Keep, true));
    let led = told.findings.iter().find(|it| it.kpi == "first" && it.test == "lead").unwrap();
    assert!(led.message.en.contains("2 periods before"), "{led:?}");
    // What speaks for a KPI that is to be merged is said.
    let twin = told.kpis.iter().find(|it| it.kpi == "twin").unwrap();
    assert!(twin.counter.as_ref().unwrap().en.contains("goes with the outcome"));
}

#[test]
fn a_relation_that_ended_is_told() {
    let mut random = Random::new(12);
    let n = 160;
    let first = walk(&mut random, n, 0.2);
    let before = following(&mut random, &first, 1.5);
    let after = following(&mut random, &first, 0.0);
    let outcome: Vec<Option<f64>> =
        before[..n / 2].iter().chain(&after[n / 2..]).copied().collect();
    let told = audit_history(&[kpi("first", &first)], &outcome).unwrap();
    assert_eq!(verdict(&told, "first"), Advice::Drop);
    assert!(told.findings.iter().any(|it| it.test == "vanished" && it.fires), "{told:#?}");
}

#[test]
fn clean_models_are_left_alone() {
    let mut random = Random::new(21);
    let (rounds, mut changes, mut kept) = (40, 0, 0);
    for _ in 0..rounds {
        let n = 84;
        let parts: Vec<Vec<f64>> = (0..4).map(|_| walk(&mut random, n, 0.5)).collect();
        let outcome: Vec<Option<f64>> = (0..n)
            .map(|t| {
                Some(
                    parts.iter().map(|it| it[t.saturating_sub(1)]).sum::<f64>() * 0.8
                        + noise(&mut random),
                )
            })
            .collect();
        let kpis: Vec<History> = parts
            .iter()
            .enumerate()
            .map(|(at, it)| {
                let mut kpi = kpi(&format!("k{at}"), it);
                // Met in every other period or so.
                kpi.targets = vec![Some(0.1); n];
                kpi.owner = Some(format!("owner {at}"));
                kpi
            })
            .collect();
        let told = audit_history(&kpis, &outcome).unwrap();
        for it in &told.kpis {
            kept += u32::from(it.verdict == Advice::Keep);
            changes +=
                u32::from(!matches!(it.verdict, Advice::Keep | Advice::CannotTell | Advice::Drop));
        }
    }
    assert!(kept >= rounds * 4 / 2, "{kept}");
    // No more than one wrong change in each model; in truth one in twenty.
    assert!(changes <= rounds / 4, "{changes}");
}

#[test]
fn short_histories_cannot_tell_and_say_when_they_could() {
    let mut random = Random::new(2);
    let first = walk(&mut random, 18, 0.3);
    let outcome = following(&mut random, &first, 0.3);
    let told = audit_history(&[kpi("first", &first)], &outcome).unwrap();
    assert_eq!(verdict(&told, "first"), Advice::CannotTell);
    let lead = told.findings.iter().find(|it| it.test == "lead").unwrap();
    assert!(lead.power.unwrap() < 0.8 && lead.message.en.contains("periods are needed"));
    let same = audit_history(&[kpi("flat", &[3.0; 30])], &vec![Some(1.0); 30]).unwrap();
    assert_eq!(verdict(&same, "flat"), Advice::Drop);
    assert!(audit_history(&[], &[]).unwrap().kpis.is_empty());
    let uneven = audit_history(&[kpi("first", &first)], &outcome[1..]).unwrap_err();
    assert_eq!(uneven.code(), Code::InvalidArgument);
    let endless = audit_history(&[kpi("x", &[f64::INFINITY; 18])], &outcome).unwrap_err();
    assert_eq!(endless.code(), Code::InvalidArgument);
}
