//! Tiers (等级): who comes in, who stays, and for how long at least.

use std::sync::Arc;

use super::definition::Treatment;
use crate::error::Text;
use crate::lang::Checked;
use crate::units::Instant;

/// A tier; the best one comes first.
#[derive(Debug, Clone)]
pub struct Tier {
    /// The name that `tier('value')` gives.
    pub name: Arc<str>,
    /// What people call it; empty where its author gave no label.
    pub text: Text,
    /// An explanation for people.
    pub help: Option<Text>,
    /// Who comes in.
    pub when: Arc<Checked>,
    /// Who of those in it may stay although `when` holds no more.
    pub keep: Option<Arc<Checked>>,
    /// How long everybody stays at least.
    pub stay: Option<Arc<Checked>>,
    /// What is done for those in it.
    pub treatment: Option<Treatment>,
}

/// The tier that a customer is in, by its position, and since when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// The position among the tiers; `None`: in none of them.
    pub tier: Option<usize>,
    /// The assessment at which the customer came into it.
    pub since: Instant,
}

/// The tier after an assessment at `at`.
///
/// # Inputs
///
/// `first`: the best tier whose condition holds. `holds_on`: asked only where
/// that is worse than the present one, whether the present one is kept: its
/// `keep` holds, or its `stay` has not passed.
///
/// Up goes at once; down goes when nothing holds the customer any more. While
/// conditions stay as they are there is one change at most.
///
/// # Errors
///
/// Those of `holds_on`.
///
/// ```
/// use guanxi::value::{Standing, next_standing};
/// use guanxi::units::Instant;
/// let (may, june) = (Instant::parse("2026-05-01T00:00:00Z")?, Instant::parse("2026-06-01T00:00:00Z")?);
/// let second = Standing { tier: Some(1), since: may };
/// let kept = next_standing(Some(second), Some(2), june, |_| Ok::<_, guanxi::Error>(true))?;
/// assert_eq!(kept, second);
/// let up = next_standing(Some(second), Some(0), june, |_| Ok::<_, guanxi::Error>(true))?;
/// assert_eq!(up, Standing { tier: Some(0), since: june });
/// # Ok::<(), guanxi::Error>(())
/// ```
pub fn next_standing<E>(
    present: Option<Standing>,
    first: Option<usize>,
    at: Instant,
    holds_on: impl FnOnce(Standing) -> Result<bool, E>,
) -> Result<Standing, E> {
    let entered = Standing { tier: first, since: at };
    let Some(present) = present else { return Ok(entered) };
    // Outside of all tiers is below the last of them.
    let rank = |tier: Option<usize>| tier.unwrap_or(usize::MAX);
    Ok(match rank(first).cmp(&rank(present.tier)) {
        std::cmp::Ordering::Equal => present,
        std::cmp::Ordering::Less => entered,
        std::cmp::Ordering::Greater if holds_on(present)? => present,
        std::cmp::Ordering::Greater => entered,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(day: i64) -> Instant {
        Instant::clamped(day * 86_400_000_000)
    }

    /// Assessments on these days; `holds` says of each tier whether it is kept,
    /// `stay` how many days everybody stays.
    fn run(
        present: Option<Standing>,
        days: &[(i64, Option<usize>, bool)],
        stay: i64,
    ) -> Vec<Standing> {
        let mut standing = present;
        let step = |(day, first, keeps): &(i64, Option<usize>, bool)| {
            let holds_on = |present: Standing| {
                let stays = at(*day).micros() < present.since.micros() + stay * 86_400_000_000;
                Ok::<_, ()>(*keeps || (present.tier.is_some() && stays))
            };
            let next = next_standing(standing, *first, at(*day), holds_on).unwrap();
            standing = Some(next);
            next
        };
        days.iter().map(step).collect()
    }

    proptest! {
        #[test]
        fn while_nothing_changes_there_is_one_change_at_most(
            tier in prop::option::of(0_usize..4), first in prop::option::of(0_usize..4),
            keeps: bool, stay in 0_i64..200, gaps in prop::collection::vec(1_i64..60, 1..12),
        ) {
            let mut day = 0;
            let days: Vec<_> = gaps.iter().map(|gap| { day += gap; (day, first, keeps) }).collect();
            let present = Standing { tier, since: at(0) };
            let steps = run(Some(present), &days, stay);
            let mut all = vec![present];
            all.extend(steps);
            let changes = all.windows(2).filter(|pair| pair[0] != pair[1]).count();
            prop_assert!(changes <= 1, "{all:?}");
        }

        #[test]
        fn up_is_at_once_and_down_waits(
            days in prop::collection::vec((1_i64..40, prop::option::of(0_usize..4), any::<bool>()), 1..20),
            stay in 0_i64..100,
        ) {
            let mut day = 0;
            let days: Vec<_> = days.into_iter().map(|(gap, first, keeps)| { day += gap; (day, first, keeps) }).collect();
            let steps = run(None, &days, stay);
            let rank = |tier: Option<usize>| tier.unwrap_or(usize::MAX);
            for (standing, (_, first, _)) in steps.iter().zip(&days) {
                // Nobody is below the tier whose condition holds.
                prop_assert!(rank(standing.tier) <= rank(*first));
            }
            for (pair, (day, _, keeps)) in steps.windows(2).zip(&days[1..]) {
                let fell = rank(pair[1].tier) > rank(pair[0].tier);
                if fell && pair[0].tier.is_some() {
                    let stayed = at(*day).micros() - pair[0].since.micros();
                    prop_assert!(!keeps && stay * 86_400_000_000 <= stayed);
                }
            }
        }
    }
}
