use super::*;
use proptest::prelude::*;

fn judge(pairs: &[(f64, f64, u64)]) -> Judge {
    let pair = |&(forecast, actual, weight)| Pair { forecast, actual, weight };
    Judge::of(&pairs.iter().map(pair).collect::<Vec<_>>()).unwrap()
}

fn close(got: f64, wanted: f64) -> bool {
    (got - wanted).abs() <= 1e-14 * wanted.abs().max(1.0)
}

#[test]
fn errors_are_those_of_a_hand_and_weights_are_copies() {
    // Four customers: off by 1, -1, 0.5 and 0.
    let four = judge(&[(2.0, 1.0, 1), (0.0, 1.0, 1), (0.5, 0.0, 1), (3.0, 3.0, 1)]);
    assert_eq!((four.forecast(), four.actual(), four.weight()), (5.5, 5.0, 4));
    assert_eq!((four.bias(), four.mae(), four.wape()), (0.125, 0.625, Some(0.5)));
    assert!(close(four.rmse(), (2.25_f64 / 4.0).sqrt()));
    assert_eq!(judge(&[(1.0, 0.0, 2)]).wape(), None);
    let none = Pair { forecast: 1.0, actual: 1.0, weight: 0 };
    assert_eq!(Judge::of(&[none]), None);
    assert_eq!(Judge::of(&[Pair { forecast: f64::NAN, weight: 1, ..none }]), None);
    assert_eq!(Judge::of(&[Pair { weight: u64::MAX, ..none }, Pair { weight: 1, ..none }]), None);
}

/// Hanley and McNeil (1982), table I: how sure a reader was that each of 109
/// images was abnormal, 58 normal and 51 not.
#[test]
fn the_area_and_its_error_are_those_that_were_published() {
    let normal = [33, 6, 6, 11, 2];
    let abnormal = [3, 2, 2, 11, 33];
    let rated = |counts: [u64; 5], actual: f64| {
        (1..).zip(counts).map(move |(rating, weight)| (f64::from(rating), actual, weight))
    };
    let pairs: Vec<_> = rated(normal, 0.0).chain(rated(abnormal, 1.0)).collect();
    let area = judge(&pairs).auc().unwrap();
    assert!((area.value - 0.893).abs() < 5e-4, "{area:?}");
    assert!((area.error - 0.032).abs() < 5e-4, "{area:?}");
}

#[test]
fn the_gini_is_that_of_a_hand() {
    // The curve by forecast reaches 4, 4, 5, 5 of 5; the best order 4, 5, 5, 5.
    let four = judge(&[(9.0, 4.0, 1), (5.0, 0.0, 1), (3.0, 1.0, 1), (1.0, 0.0, 1)]);
    let curve = (4.0 + 8.0 + 9.0 + 10.0) / 20.0 - 1.0;
    let best = (4.0 + 9.0 + 10.0 + 10.0) / 20.0 - 1.0;
    assert!(close(four.gini().unwrap(), curve / best));
    let backward = judge(&[(1.0, 4.0, 1), (2.0, 1.0, 1), (3.0, 0.0, 2)]);
    assert!(close(backward.gini().unwrap(), -1.0));
    assert_eq!(judge(&[(1.0, 2.0, 3), (2.0, 2.0, 1)]).gini(), None);
    assert_eq!(judge(&[(1.0, 0.0, 3)]).gini(), None);
}

#[test]
fn groups_are_even_and_bins_keep_ties_together() {
    let pairs = [(4.0, 5.0, 1), (3.0, 2.0, 1), (3.0, 0.0, 3), (1.0, 1.0, 1), (0.0, 0.0, 1)];
    let judge = judge(&pairs);
    let groups = judge.groups(3);
    let sizes: Vec<u64> = groups.iter().map(|group| group.weight).collect();
    assert_eq!(sizes, [2, 2, 3]);
    // The four with forecast 3 came to 0.5 on average, wherever they are.
    let actual: Vec<f64> = groups.iter().map(|group| group.actual).collect();
    assert_eq!(actual, [2.75, 0.5, 0.5]);
    assert_eq!(groups[2].range, (0.0, 3.0));
    let bins = judge.bins(3);
    let told: Vec<_> = bins.iter().map(|bin| (bin.weight, bin.range, bin.actual)).collect();
    assert_eq!(told, [(6, (0.0, 3.0), 0.5), (1, (4.0, 4.0), 5.0)]);
    assert_eq!(judge.groups(100).len(), 7);
}

#[test]
fn chances_are_scored_as_brier_did() {
    // Brier (1950): over yes and no his score is twice this one.
    let days = [(0.7, 1.0), (0.9, 1.0), (0.8, 0.0), (0.4, 0.0)].map(|(f, a)| (f, a, 1));
    let judge = judge(&days);
    let brier = (0.09 + 0.01 + 0.64 + 0.16) / 4.0;
    assert!(close(judge.brier(), brier));
    assert!(close(judge.skill().unwrap(), 1.0 - brier / 0.25));
    assert!(close(judge.miscalibration(1), 0.2));
    assert_eq!(super::tests::judge(&[(0.3, 1.0, 2)]).skill(), None);
}

/// The slow obvious way: everybody against everybody.
fn obvious_area(pairs: &[(f64, f64, u64)]) -> Option<f64> {
    let everybody: Vec<(f64, f64)> =
        pairs.iter().flat_map(|&(f, a, w)| (0..w).map(move |_| (f, a))).collect();
    let (mut won, mut duels) = (0.0, 0.0);
    for (mine, _) in everybody.iter().filter(|it| it.1 > 0.0) {
        for (other, _) in everybody.iter().filter(|it| it.1 <= 0.0) {
            duels += 1.0;
            won += if mine > other {
                1.0
            } else if mine == other {
                0.5
            } else {
                0.0
            };
        }
    }
    (duels > 0.0).then(|| won / duels)
}

fn pairs() -> impl Strategy<Value = Vec<(f64, f64, u64)>> {
    let pair = (0u8..6, 0u8..4, 1u64..4)
        .prop_map(|(f, a, w)| (f64::from(f) / 7.0, f64::from(a.saturating_sub(1)), w));
    prop::collection::vec(pair, 1..30)
}

proptest! {
    #[test]
    fn neither_order_nor_copies_matter(pairs in pairs(), turn in 0usize..30) {
        let judge = judge(&pairs);
        let mut other: Vec<_> =
            pairs.iter().flat_map(|&(f, a, w)| (0..w).map(move |_| (f, a, 1))).collect();
        let turn = turn % other.len();
        other.rotate_left(turn);
        other.reverse();
        prop_assert_eq!(&judge, &super::tests::judge(&other));
    }

    #[test]
    fn the_area_is_that_of_all_duels_and_turns_with_the_forecast(pairs in pairs()) {
        let area = judge(&pairs).auc().map(|area| area.value);
        prop_assert_eq!(area.is_some(), obvious_area(&pairs).is_some());
        let turned: Vec<_> = pairs.iter().map(|&(f, a, w)| (-f, a, w)).collect();
        if let Some(area) = area {
            prop_assert!(close(area, obvious_area(&pairs).unwrap()));
            prop_assert!(close(judge(&turned).auc().unwrap().value, 1.0 - area));
            // Of yes and no the Gini coefficient is the same in other words.
            let yes: Vec<_> = pairs.iter().map(|&(f, a, w)| (f, a.min(1.0), w)).collect();
            prop_assert!(close(judge(&yes).gini().unwrap(), 2.0 * area - 1.0));
        }
    }

    #[test]
    fn groups_and_bins_hold_everybody(pairs in pairs(), count in 1u32..12) {
        let judge = judge(&pairs);
        for parts in [judge.groups(count), judge.bins(count)] {
            let total = |of: fn(&Group) -> f64| -> f64 {
                parts.iter().map(|part| part.weight as f64 * of(part)).sum()
            };
            prop_assert_eq!(parts.iter().map(|part| part.weight).sum::<u64>(), judge.weight());
            prop_assert!(close(total(|part| part.forecast), judge.forecast()));
            prop_assert!(close(total(|part| part.actual), judge.actual()));
            prop_assert!(parts.len() <= count as usize);
        }
        let sizes: Vec<u64> = judge.groups(count).iter().map(|it| it.weight).collect();
        prop_assert!(sizes.iter().max().unwrap() - sizes.iter().min().unwrap() <= 1);
    }

    #[test]
    fn the_best_order_has_a_gini_of_one(pairs in pairs()) {
        let told: Vec<_> = pairs.iter().map(|&(_, a, w)| (a * 3.0 + 1.0, a, w)).collect();
        if let Some(gini) = judge(&told).gini() {
            prop_assert!(close(gini, 1.0));
        }
    }
}
