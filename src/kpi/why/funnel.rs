//! Which step of a funnel lost what is lacking at its end.

use serde::Serialize;

use super::product::{Factor, Fraction, decompose_product};
use crate::error::{Code, Error, Fault};
use crate::units::Decimal;

/// Places of what a step did, in people.
const PLACES: u8 = 2;

/// How many of one cohort came to a step, in both periods.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FunnelStep {
    /// Of the cohort before.
    pub before: i64,
    /// Of the cohort after.
    pub after: i64,
}

/// A change of how many come to the end, come apart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FunnelChange {
    /// How many came to the end, before.
    pub before: Decimal,
    /// After.
    pub after: Decimal,
    /// By how many that changed.
    pub total_change: Decimal,
    /// What each step did: the first by how many entered, the others by the share
    /// that they let pass. Together exactly the change.
    pub effects: Vec<Decimal>,
    /// The share that each step but the first let pass, before and after, with six
    /// places; `None` where nobody came to it.
    pub rates: Vec<[Option<Decimal>; 2]>,
}

/// What each step of a funnel did to the number that come to its end.
///
/// # Inputs
///
/// Two steps or more, each of the same people: those of a step are among those of
/// the one before. Steps of different people are no funnel.
///
/// # Errors
///
/// [`Code::InvalidArgument`], with the position of the step: more people than in
/// the step before, or fewer than none.
///
/// ```
/// use guanxi::kpi::{FunnelStep, decompose_funnel};
/// let step = |before: i64, after: i64| FunnelStep { before, after };
/// // As many came, as many were shown it; fewer bought.
/// let told = decompose_funnel(&[step(1_000, 1_000), step(400, 400), step(80, 60)])?;
/// let effects: Vec<String> = told.effects.iter().map(ToString::to_string).collect();
/// assert_eq!(effects, ["0.00", "0.00", "-20.00"]);
/// # Ok::<(), guanxi::Error>(())
/// ```
pub fn decompose_funnel(steps: &[FunnelStep]) -> Result<FunnelChange, Error> {
    let mut faults = Vec::new();
    let pairs = || steps.iter().zip(steps.iter().skip(1));
    for (at, step) in steps.iter().enumerate() {
        let last = at.checked_sub(1).and_then(|at| steps.get(at));
        let more = last.is_some_and(|it| it.before < step.before || it.after < step.after);
        if more || step.before < 0 || step.after < 0 {
            let (en, zh) = (
                "more people than in the step before, or fewer than none: not one cohort",
                "人数多于上一步或为负，不是同一批人",
            );
            faults.push(Fault::new(Code::InvalidArgument, en, zh).at(at.to_string()));
        }
    }
    if steps.len() < 2 {
        let (en, zh) = ("a funnel has two steps or more", "漏斗至少有两步");
        faults.push(Fault::new(Code::InvalidArgument, en, zh));
    }
    Error::check(faults)?;
    let entered = steps
        .first()
        .map(|it| Factor { before: Fraction::whole(it.before), after: Fraction::whole(it.after) });
    let passed = pairs().map(|(from, to)| Factor {
        before: Fraction { over: to.before, by: from.before },
        after: Fraction { over: to.after, by: from.after },
    });
    // Where nobody came in either period, nothing passed and nothing changed.
    let settled = passed.map(|it| match (it.before.by, it.after.by) {
        (0, 0) => Factor { before: Fraction::whole(0), after: Fraction::whole(0) },
        _ => it,
    });
    let factors: Vec<Factor> = entered.into_iter().chain(settled).collect();
    let told = decompose_product(&factors, PLACES)?;
    let rate = |to: i64, from: i64| {
        let of = Decimal::from_int(to).div_half_even(Decimal::from_int(from.max(1)), 6);
        (from > 0).then_some(of).transpose()
    };
    let rates =
        pairs().map(|(from, to)| Ok([rate(to.before, from.before)?, rate(to.after, from.after)?]));
    Ok(FunnelChange {
        rates: rates.collect::<Result<_, Error>>()?,
        before: told.before,
        after: told.after,
        total_change: told.total_change,
        effects: told.effects,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn steps_add_up_and_stand_still_does_nothing(shares in prop::collection::vec((0_i64..=100, 0_i64..=100), 1..7), first in (0_i64..50_000, 0_i64..50_000)) {
            let mut steps = vec![FunnelStep { before: first.0, after: first.1 }];
            for (a, b) in shares {
                let last = steps[steps.len() - 1];
                steps.push(FunnelStep { before: last.before * a / 100, after: last.after * b / 100 });
            }
            let told = decompose_funnel(&steps).unwrap();
            let last = steps[steps.len() - 1];
            prop_assert_eq!(told.total_change.units(), i128::from(last.after - last.before) * 100);
            prop_assert_eq!(told.effects.iter().map(|it| it.units()).sum::<i128>(), told.total_change.units());
            let same: Vec<FunnelStep> = steps.iter().map(|it| FunnelStep { before: it.before, after: it.before }).collect();
            prop_assert!(decompose_funnel(&same).unwrap().effects.iter().all(|it| it.units() == 0));
        }
    }

    #[test]
    fn people_who_were_not_there_before_are_refused() {
        let step = |before: i64, after: i64| FunnelStep { before, after };
        let fault = decompose_funnel(&[step(10, 10), step(5, 11)]).unwrap_err().into_faults();
        assert_eq!(fault[0].pointer.as_deref(), Some("1"));
        assert!(decompose_funnel(&[step(10, 10)]).is_err());
        let told = decompose_funnel(&[step(10, 0), step(0, 0), step(0, 0)]).unwrap();
        assert_eq!(told.rates[1], [None, None]);
    }
}
