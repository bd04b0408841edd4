//! Events that count less the longer ago they are, and how long a silence is
//! by somebody's own rhythm.
//!
//! ```text
//! faded(complaints, days(180))     1 for one of just now, 0.5 for one of 180
//!                                  days ago, 0.25 for one of 360 days ago
//! gap_ratio(purchases)             time since the last, in median gaps
//! ```
//!
//! Both read instants to the microsecond and answer with four places. They move
//! at every instant, so nobody can say when they pass a threshold.

use super::operate::earlier;
use super::time::{Duration, Timestamp};
use super::value::Value;
use crate::error::{Code, Error, Fault};
use crate::units::{Calendar, Decimal, Instant};

/// Decimal places of both.
pub(super) const PLACES: u8 = 4;

/// A half-life in microseconds. One on the calendar is as long as it was up to
/// `now`: `months(1)` on 31 March is the 31 days from 28 February on.
pub(super) fn half_life(
    now: Timestamp,
    length: &Value,
    calendar: &Calendar,
) -> Option<Result<i64, Error>> {
    let micros = match length {
        Value::Period(period) => earlier(now, *period, calendar)
            .map(|since| now.split().0.micros() - since.split().0.micros()),
        Value::Duration(length) => Ok(Duration::nanos(*length) / 1_000),
        _ => return None,
    };
    Some(micros.and_then(|micros| if 0 < micros { Ok(micros) } else { Err(no_time()) }))
}

fn no_time() -> Error {
    Fault::new(
        Code::InvalidArgument,
        "a half-life lasts a microsecond or longer",
        "半衰期应不短于一微秒",
    )
    .into()
}

/// The sum of 2^(-age / half-life) in the order of the ages, which are in
/// microseconds like the half-life; half to even.
pub(super) fn faded(ages: impl Iterator<Item = i64>, half_life: i64) -> Decimal {
    let mut sum = 0.0;
    for age in ages {
        sum += libm::exp2(-(age as f64 / half_life as f64));
    }
    let units = libm::rint(sum * 1e4);
    // So few places fit any sum of so few ones.
    Decimal::new(units as i128, PLACES).unwrap_or(Decimal::from_int(0))
}

/// The time since the last instant over the median of the gaps between
/// neighbours, of an even number of gaps the mean of the middle two; half to
/// even. `None` with fewer than two instants, or where that median is nothing.
pub(super) fn gap_ratio(now: Instant, at: &[i64]) -> Option<Decimal> {
    let mut gaps: Vec<i64> = at.windows(2).map(|pair| pair[1] - pair[0]).collect();
    gaps.sort_unstable();
    let middle = |place: usize| gaps.get(place).copied().map(i128::from);
    let (below, above) = (middle(gaps.len().checked_sub(1)? / 2)?, middle(gaps.len() / 2)?);
    let age = i128::from(now.micros()) - i128::from(*at.last()?);
    let (age, gap) = (Decimal::new(2 * age, 0).ok()?, Decimal::new(below + above, 0).ok()?);
    age.div_half_even(gap, PLACES).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_as_much_for_each_half_life() {
        let said = |ages: &[i64]| faded(ages.iter().copied(), 10).to_string();
        assert_eq!(said(&[]), "0.0000");
        assert_eq!(said(&[0]), "1.0000");
        assert_eq!(said(&[30, 20, 10, 0]), "1.8750");
        assert_eq!(said(&[i64::MAX]), "0.0000");
    }

    #[test]
    fn a_silence_in_gaps_of_ones_own() {
        let said = |now: i64, at: &[i64]| {
            gap_ratio(Instant::from_micros(now).unwrap(), at).map(|ratio| ratio.to_string())
        };
        assert_eq!(said(9, &[]), None);
        assert_eq!(said(9, &[1]), None);
        assert_eq!(said(9, &[1, 1]), None);
        assert_eq!(said(9, &[1, 3]).as_deref(), Some("3.0000"));
        assert_eq!(said(16, &[1, 2, 4, 10]).as_deref(), Some("3.0000"));
        assert_eq!(said(6, &[1, 2, 5]).as_deref(), Some("0.5000"));
        assert_eq!(said(5, &[1, 2, 5]).as_deref(), Some("0.0000"));
    }
}
