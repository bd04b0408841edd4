//! Why a customer moved: every step of made-up customers comes apart into its
//! causes, and what is told of both ends is what was assessed there.

use guanxi::units::Instant;
use guanxi::value::{Assessments, Cause, Parts};

use super::assessments::{ALONE, PLAIN, WHOLE, assessed, columns, playbook};
use crate::support::Random;

fn adds_up(parts: &Parts) {
    let change = parts.to.unwrap_or(0) - parts.from.unwrap_or(0);
    assert_eq!(parts.parts.iter().sum::<i64>(), change, "{parts:?}");
}

/// Scores, future value and tier of a customer, as they were assessed.
fn told(made: &Assessments, customer: usize) -> (Vec<Option<i64>>, Option<i64>, Option<usize>) {
    let axes = 0..made.valuation().axes.len();
    let axes = axes.map(|axis| made.score(customer, axis)).collect();
    let tier = made.standing(customer).and_then(|standing| standing.tier);
    (axes, made.figure(customer, "future_value"), tier)
}

#[test]
fn every_step_comes_apart_into_its_causes() {
    let mut random = Random::new(33);
    let to = Instant::parse("2026-02-20T00:00:00Z").unwrap();
    let (mut steps, mut cuts, mut seen) = (0, 0, [0; 7]);
    for round in 0..15 {
        let section = [WHOLE, ALONE, PLAIN][round % 3];
        let playbook = playbook(section);
        let columns = columns(&mut random, &playbook, 12, 8);
        let world = playbook.world(&columns);
        let made = assessed(&playbook, &columns, &[to], 1);
        for it in made.moves().iter().filter(|_| random.chance(50)) {
            let Some(why) = made.why(world, it.customer, it.at).unwrap() else {
                assert_eq!(it.from, None, "{it:?}");
                continue;
            };
            assert_eq!((it.from, it.to, why.at), (Some(why.from), why.to, it.at));
            // Both ends as they were assessed then.
            let before = assessed(&playbook, &columns, &[why.before], 1);
            let after = assessed(&playbook, &columns, &[why.at], 1);
            assert_eq!(before.at(it.customer), Some(why.before));
            let of = |side: fn(&Parts) -> Option<i64>| -> Vec<Option<i64>> {
                why.axes.iter().map(side).collect()
            };
            let (from, to) = (of(|parts| parts.from), of(|parts| parts.to));
            assert_eq!((from, why.future_value.from, why.from), told(&before, it.customer));
            assert_eq!((to, why.future_value.to, why.to), told(&after, it.customer));
            // All of the change, and nothing by what did not change.
            why.axes.iter().chain([&why.tier, &why.future_value]).for_each(adds_up);
            assert_ne!(why.tier.parts, [0; 7], "{why:?}");
            for (cause, events) in Cause::ALL.into_iter().zip(why.events) {
                let by_events = [Cause::Purchases, Cause::Refunds, Cause::Service].contains(&cause);
                if by_events && events == 0 {
                    let idle = why.axes.iter().all(|parts| parts.parts[cause as usize] == 0);
                    assert!(idle && why.tier.parts[cause as usize] == 0, "{why:?}");
                }
            }
            for (cause, count) in seen.iter_mut().enumerate() {
                let did = |parts: &Parts| parts.parts[cause] != 0;
                *count += usize::from(why.axes.iter().chain([&why.future_value]).any(did));
            }
            cuts += usize::from(why.tier.parts[Cause::Cuts as usize] != 0);
            steps += 1;
        }
    }
    // What is looked at is worth looking at: every cause did something, but for
    // cut points, which no axis reads.
    assert!(steps > 60 && seen[..6].iter().all(|count| *count > 0), "{steps} {seen:?}");
    assert!(cuts > 0, "{steps}");
}

#[test]
fn what_is_no_assessment_has_no_reasons() {
    let mut random = Random::new(5);
    let playbook = playbook(PLAIN);
    let columns = columns(&mut random, &playbook, 3, 5);
    let made = assessed(&playbook, &columns, &[Instant::parse("2025-09-01T00:00:00Z").unwrap()], 1);
    let world = playbook.world(&columns);
    let first = made.moves_of(0)[0].at;
    assert_eq!(made.why(world, 0, first).unwrap(), None);
    let between = Instant::clamped(made.at(0).unwrap().micros() - 1);
    assert_eq!(made.why(world, 0, between).unwrap(), None);
    assert!(made.why(world, 0, made.at(0).unwrap()).unwrap().is_some());
}
