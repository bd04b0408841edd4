//! Which part of a whole did how much of its change.
//!
//! A total changes by what its segments change by. A ratio changes for two
//! reasons: the ratio within a segment (people buy more often), and how much
//! weight the segment has (more of those who buy often). Bennet's division
//! gives both, is the same whichever period comes first, and adds up; the
//! weight is measured against the ratio of the whole, so that a segment below
//! it which grows pulls the whole down.
//!
//! # Source
//!
//! * Bennet (1920), "The theory of measurement of changes in cost of living",
//!   Journal of the Royal Statistical Society 83.

use serde::Serialize;

use crate::error::{Code, Error, Fault};
use crate::stats::Sum;
use crate::units::Decimal;

/// Digits that a contribution to a ratio keeps, counted from the first of the
/// largest one.
const DIGITS: i32 = 15;

/// A segment's part in a total, in both periods.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Total {
    /// Before.
    pub before: Decimal,
    /// After.
    pub after: Decimal,
}

/// A segment's part in a ratio, in both periods: numerators and denominators.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ratio {
    /// What is counted, before.
    pub before: Decimal,
    /// By what it is divided, before: not negative.
    pub out_of_before: Decimal,
    /// What is counted, after.
    pub after: Decimal,
    /// By what it is divided, after: not negative.
    pub out_of_after: Decimal,
}

/// A change that came apart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Change {
    /// The whole before.
    pub before: Decimal,
    /// The whole after.
    pub after: Decimal,
    /// By how much it changed.
    pub total_change: Decimal,
    /// What each segment did, in the order that was given: together exactly the
    /// change.
    pub contributions: Vec<Part>,
}

/// What one segment did to a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Part {
    /// By its own change.
    pub within: Decimal,
    /// By having more or less weight; 0 in a total.
    pub mix: Decimal,
    /// Both together.
    pub total: Decimal,
}

impl Change {
    /// What is left of the change when all contributions are taken off: 0.
    pub fn check(&self) -> Option<Decimal> {
        let parts = self.contributions.iter().map(|part| part.total);
        let mut left = self.total_change;
        for part in parts {
            left = left.checked_sub(part).ok()?;
        }
        Some(left)
    }
}

/// What each segment did to the change of a total.
///
/// # Errors
///
/// [`Code::Overflow`].
///
/// ```
/// use guanxi::kpi::{Total, decompose_total};
/// use guanxi::units::Decimal;
/// let total = |before: i64, after: i64| {
///     Total { before: Decimal::from_int(before), after: Decimal::from_int(after) }
/// };
/// let change = decompose_total(&[total(100, 130), total(50, 40)])?;
/// assert_eq!(change.total_change, Decimal::from_int(20));
/// assert_eq!(change.contributions[1].total, Decimal::from_int(-10));
/// # Ok::<(), guanxi::Error>(())
/// ```
pub fn decompose_total(segments: &[Total]) -> Result<Change, Error> {
    let none = Decimal::from_int(0);
    let (mut before, mut after) = (none, none);
    let mut contributions = Vec::with_capacity(segments.len());
    for segment in segments {
        before = before.checked_add(segment.before)?;
        after = after.checked_add(segment.after)?;
        let within = segment.after.checked_sub(segment.before)?;
        contributions.push(Part { within, mix: none, total: within });
    }
    Ok(Change { before, after, total_change: after.checked_sub(before)?, contributions })
}

/// What each segment did to the change of a ratio.
///
/// A segment that was not there in one of the periods has no ratio there: it is
/// taken to be that of the other one, so that its coming or going is all
/// weight.
///
/// # Output
///
/// Numbers with up to 15 digits, counted from the first of the largest
/// contribution; what rounding leaves over is given to the largest ones, so
/// that they add up to the change exactly.
///
/// # Errors
///
/// [`Code::NoDenominator`]: nothing to divide by in one of the periods, or in a
/// segment something to divide and nothing to divide it by;
/// [`Code::InvalidArgument`]: a negative denominator. In the last two cases the
/// pointer is the position of the segment.
///
/// ```
/// use guanxi::kpi::{SegmentRatio, decompose_ratio};
/// use guanxi::units::Decimal;
/// let of = |before: [i64; 2], after: [i64; 2]| SegmentRatio {
///     before: Decimal::from_int(before[0]), out_of_before: Decimal::from_int(before[1]),
///     after: Decimal::from_int(after[0]), out_of_after: Decimal::from_int(after[1]),
/// };
/// // Both segments do as before, and yet the whole falls: all is weight.
/// let change = decompose_ratio(&[of([50, 100], [50, 100]), of([10, 100], [20, 200])])?;
/// assert!(change.contributions.iter().all(|part| part.within.units() == 0));
/// assert_eq!(change.check().map(|left| left.units()), Some(0));
/// # Ok::<(), guanxi::Error>(())
/// ```
pub fn decompose_ratio(segments: &[Ratio]) -> Result<Change, Error> {
    segments.iter().enumerate().try_for_each(|(position, segment)| check(position, segment))?;
    let sum =
        |of: fn(&Ratio) -> Decimal| segments.iter().map(|it| of(it).to_f64()).collect::<Sum>();
    let (n0, n1) = (sum(|it| it.before).total(), sum(|it| it.after).total());
    let (d0, d1) = (sum(|it| it.out_of_before).total(), sum(|it| it.out_of_after).total());
    if d0 <= 0.0 || d1 <= 0.0 {
        return Err(Fault::new(
            Code::NoDenominator,
            "there is nothing to divide by in one of the two periods",
            "其中一期的分母合计为零",
        )
        .into());
    }
    let (r0, r1) = (n0 / d0, n1 / d1);
    let whole = (r0 + r1) / 2.0;
    let parts: Vec<(f64, f64)> = segments
        .iter()
        .map(|it| {
            let (w0, w1) = (it.out_of_before.to_f64() / d0, it.out_of_after.to_f64() / d1);
            let ratio = |n: Decimal, d: Decimal| (d.units() > 0).then(|| n.to_f64() / d.to_f64());
            let (own0, own1) =
                (ratio(it.before, it.out_of_before), ratio(it.after, it.out_of_after));
            let (own0, own1) = (own0.or(own1).unwrap_or(0.0), own1.or(own0).unwrap_or(0.0));
            let within = (w0 + w1) / 2.0 * (own1 - own0);
            (within, (w1 - w0) * ((own0 + own1) / 2.0 - whole))
        })
        .collect();
    settled(r0, r1, &parts)
}

fn check(position: usize, segment: &Ratio) -> Result<(), Error> {
    let sides = [(segment.before, segment.out_of_before), (segment.after, segment.out_of_after)];
    for (count, out_of) in sides {
        let fault = match (out_of.units(), count.units()) {
            (below, _) if below < 0 => Fault::new(
                Code::InvalidArgument,
                format!("the denominator {out_of} is negative"),
                format!("分母 {out_of} 为负数"),
            ),
            (0, some) if some != 0 => Fault::new(
                Code::NoDenominator,
                format!("{count} is to be divided by nothing"),
                format!("分子为 {count}，分母却为零"),
            ),
            _ => continue,
        };
        return Err(fault.at(position.to_string()).into());
    }
    Ok(())
}

/// The parts in whole numbers of a unit small enough, adding up.
fn settled(r0: f64, r1: f64, parts: &[(f64, f64)]) -> Result<Change, Error> {
    let sizes = parts.iter().flat_map(|(within, mix)| [within.abs(), mix.abs()]);
    let largest = sizes.chain([r0.abs(), r1.abs()]).fold(0.0, f64::max);
    let magnitude = if largest > 0.0 { libm::floor(libm::log10(largest)) as i32 + 1 } else { 0 };
    let scale = (DIGITS - magnitude).clamp(0, 30);
    let unit = libm::pow(10.0, f64::from(scale));
    let whole = |number: f64| libm::rint(number * unit) as i128;
    let (before, after) = (whole(r0), whole(r1));
    let mut units: Vec<[i128; 2]> =
        parts.iter().map(|(within, mix)| [whole(*within), whole(*mix)]).collect();
    let left = after - before - units.iter().flatten().sum::<i128>();
    settle(&mut units, left);
    let decimal = |units: i128| Decimal::new(units, scale as u8);
    let contributions = units.iter().map(|[within, mix]| {
        let total = decimal(within + mix)?;
        Ok(Part { within: decimal(*within)?, mix: decimal(*mix)?, total })
    });
    Ok(Change {
        before: decimal(before)?,
        after: decimal(after)?,
        total_change: decimal(after - before)?,
        contributions: contributions.collect::<Result<_, Error>>()?,
    })
}

/// Gives what rounding left over to the largest parts, one unit after the other.
fn settle(units: &mut [[i128; 2]], left: i128) {
    let mut order: Vec<(usize, usize)> =
        (0..units.len()).flat_map(|at| [(at, 0), (at, 1)]).collect();
    let size = |units: &[[i128; 2]], (at, side): (usize, usize)| {
        units.get(at).and_then(|it| it.get(side)).map_or(0, |it| it.abs())
    };
    order.retain(|place| size(units, *place) > 0);
    order.sort_by_key(|place| std::cmp::Reverse(size(units, *place)));
    let many = order.len() as i128;
    if many == 0 {
        return;
    }
    for (rank, (at, side)) in order.into_iter().enumerate() {
        let share = left / many + i128::from((rank as i128) < (left % many).abs()) * left.signum();
        if let Some(it) = units.get_mut(at).and_then(|it| it.get_mut(side)) {
            *it += share;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn decimal(cents: i64) -> Decimal {
        Decimal::new(cents.into(), 2).unwrap()
    }

    prop_compose! {
        fn segment()(n0 in -9_000_i64..900_000, d0 in 0_i64..5_000, n1 in -9_000_i64..900_000, d1 in 0_i64..5_000) -> Ratio {
            let none = |n: i64, d: i64| if d == 0 { 0 } else { n };
            Ratio {
                before: decimal(none(n0, d0)), out_of_before: Decimal::from_int(d0),
                after: decimal(none(n1, d1)), out_of_after: Decimal::from_int(d1),
            }
        }
    }

    proptest! {
        #[test]
        fn parts_of_a_ratio_add_up(segments in prop::collection::vec(segment(), 1..12)) {
            let sum = |of: fn(&Ratio) -> Decimal| segments.iter().map(|it| of(it).to_f64()).sum::<f64>();
            let (d0, d1) = (sum(|it| it.out_of_before), sum(|it| it.out_of_after));
            let told = decompose_ratio(&segments);
            if d0 == 0.0 || d1 == 0.0 {
                prop_assert_eq!(told.unwrap_err().code(), Code::NoDenominator);
                return Ok(());
            }
            let told = told.unwrap();
            let zero = Decimal::from_int(0);
            prop_assert!(told.check().unwrap().compare(zero).is_eq(), "{told:?}");
            let change = sum(|it| it.after) / d1 - sum(|it| it.before) / d0;
            prop_assert!((told.total_change.to_f64() - change).abs() <= 1e-12 * (1.0 + change.abs()));
            for part in &told.contributions {
                let both = part.within.checked_add(part.mix).unwrap();
                prop_assert!(both.compare(part.total).is_eq());
            }
            // Turned round in time, everything is turned round.
            let turned: Vec<Ratio> = segments.iter().map(|it| Ratio {
                before: it.after, out_of_before: it.out_of_after, after: it.before, out_of_after: it.out_of_before,
            }).collect();
            let turned = decompose_ratio(&turned).unwrap();
            for (a, b) in told.contributions.iter().zip(&turned.contributions) {
                prop_assert!((a.within.to_f64() + b.within.to_f64()).abs() < 1e-9);
                prop_assert!((a.mix.to_f64() + b.mix.to_f64()).abs() < 1e-9);
            }
        }

        #[test]
        fn parts_of_a_total_add_up(rows in prop::collection::vec((-1_000_000_000_i64..1_000_000_000, -1_000_000_000_i64..1_000_000_000), 0..20)) {
            let totals: Vec<Total> = rows.iter().map(|(before, after)| Total { before: decimal(*before), after: decimal(*after) }).collect();
            let told = decompose_total(&totals).unwrap();
            prop_assert_eq!(told.check().unwrap().units(), 0);
        }
    }

    #[test]
    fn a_growing_segment_below_the_whole_pulls_it_down() {
        let of = |n0: i64, d0: i64, n1: i64, d1: i64| Ratio {
            before: Decimal::from_int(n0),
            out_of_before: Decimal::from_int(d0),
            after: Decimal::from_int(n1),
            out_of_after: Decimal::from_int(d1),
        };
        // Weights go from (1/2, 1/2) to (1/4, 3/4), ratios stay at 0.5 and 0.1.
        let told = decompose_ratio(&[of(50, 100, 50, 100), of(10, 100, 30, 300)]).unwrap();
        let near = |it: Decimal, wanted: f64| (it.to_f64() - wanted).abs() < 1e-12;
        assert!(near(told.total_change, -0.1));
        // The whole is (0.3 + 0.2) / 2 = 0.25.
        assert!(near(told.contributions[0].mix, -0.25 * (0.5 - 0.25)));
        assert!(near(told.contributions[1].mix, 0.25 * (0.1 - 0.25)));
        // One that was not there before is all weight, and so is one that went.
        let told = decompose_ratio(&[of(50, 100, 50, 100), of(0, 0, 30, 300)]).unwrap();
        assert_eq!(told.contributions[1].within.units(), 0);
        let code =
            |segments: &[Ratio]| decompose_ratio(segments).unwrap_err().into_faults().remove(0);
        let fault = code(&[of(1, 2, 1, 2), of(1, 0, 1, 1)]);
        assert_eq!((fault.code, fault.pointer.as_deref()), (Code::NoDenominator, Some("1")));
        assert_eq!(code(&[of(1, -1, 1, 2)]).code, Code::InvalidArgument);
        assert_eq!(code(&[of(0, 0, 1, 2)]).code, Code::NoDenominator);
    }
}
