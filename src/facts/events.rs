//! One kind of event, as columns: a customer's events stand together, in the
//! order of that customer's history.

use super::column::Column;
use crate::units::Instant;

/// When each event happened: whole seconds from a base in four bytes where
/// that loses nothing, microseconds otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Times {
    /// `base + seconds`, `base` in seconds since 1970-01-01.
    Seconds {
        /// The earliest second.
        base: i64,
        /// Seconds after the base.
        after: Vec<u32>,
    },
    /// Microseconds since 1970-01-01.
    Micros(Vec<i64>),
}

const MICROS: i64 = 1_000_000;

impl Times {
    /// The narrowest form of these microseconds.
    pub fn narrow(micros: Vec<i64>) -> Self {
        let base = micros.iter().copied().min().unwrap_or(0).div_euclid(MICROS);
        let seconds = |at: &i64| {
            let after = at.div_euclid(MICROS) - base;
            if at.rem_euclid(MICROS) == 0 { u32::try_from(after).ok() } else { None }
        };
        match micros.iter().map(seconds).collect() {
            Some(after) => Times::Seconds { base, after },
            None => Times::Micros(micros),
        }
    }

    /// Microseconds of a row; 0 past the end.
    #[inline]
    pub fn micros(&self, row: usize) -> i64 {
        match self {
            Times::Seconds { base, after } => {
                after.get(row).map_or(0, |after| (base + i64::from(*after)) * MICROS)
            }
            Times::Micros(micros) => micros.get(row).copied().unwrap_or(0),
        }
    }

    /// The earliest of all, or an instant before it.
    pub fn earliest(&self) -> Option<i64> {
        match self {
            Times::Seconds { after, .. } if after.is_empty() => None,
            Times::Seconds { base, .. } => Some(base * MICROS),
            Times::Micros(micros) => micros.iter().copied().min(),
        }
    }

    /// Bytes held.
    pub fn bytes(&self) -> usize {
        match self {
            Times::Seconds { after, .. } => after.len() * 4,
            Times::Micros(micros) => micros.len() * 8,
        }
    }

    /// The first time at or after `cut` that the column can hold, in its own
    /// unit and from its own base.
    #[inline]
    pub fn unit_at_or_after(&self, cut: i64) -> i64 {
        match self {
            Times::Seconds { base, .. } => {
                cut.div_euclid(MICROS) + i64::from(cut.rem_euclid(MICROS) != 0) - base
            }
            Times::Micros(_) => cut,
        }
    }

    /// The first row of `from..until` that is at or after `cut`, given that
    /// the rows ascend. Looks back from the end, where the recent ones are.
    #[inline]
    pub fn first_at_or_after(&self, from: usize, until: usize, cut: i64) -> usize {
        let wanted = self.unit_at_or_after(cut);
        match self {
            Times::Seconds { after, .. } => match u32::try_from(wanted) {
                Ok(wanted) => back_to(after, from, until, wanted),
                Err(_) if wanted < 0 => from,
                Err(_) => until,
            },
            Times::Micros(micros) => back_to(micros, from, until, wanted),
        }
    }
}

#[inline]
fn back_to<T: PartialOrd + Copy>(times: &[T], from: usize, until: usize, wanted: T) -> usize {
    let Some(range) = times.get(from..until) else { return until };
    // Most windows end within a few rows; long histories are halved instead.
    let near = range.len().saturating_sub(8);
    if near > 0 && wanted <= range[near] {
        return from + range[..near].partition_point(|at| *at < wanted);
    }
    let mut row = range.len();
    while row > near && wanted <= range[row - 1] {
        row -= 1;
    }
    from + row
}

/// All events of one kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Events {
    /// Where each customer's events begin; one more than customers.
    pub offsets: Vec<u32>,
    /// When; ascending within a customer.
    pub at: Times,
    /// One column a declared field.
    pub fields: Vec<Column>,
    /// The place of each event in the log.
    pub sequence: Vec<u32>,
}

impl Events {
    /// The rows of a customer, whenever they happened.
    #[inline]
    pub fn range(&self, customer: usize) -> (usize, usize) {
        super::column::set_range(&self.offsets, customer)
    }

    /// Number of events.
    pub fn len(&self) -> usize {
        self.sequence.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.sequence.is_empty()
    }

    /// The first and the last instant, over all customers.
    pub fn span(&self) -> Option<(Instant, Instant)> {
        let all = (0..self.len()).map(|row| self.at.micros(row));
        let (low, high) = all.fold((i64::MAX, i64::MIN), |(l, h), at| (l.min(at), h.max(at)));
        (!self.is_empty()).then(|| (Instant::clamped(low), Instant::clamped(high)))
    }

    /// Bytes held.
    pub fn bytes(&self) -> usize {
        let fields: usize = self.fields.iter().map(Column::bytes).sum();
        self.offsets.len() * 4 + self.at.bytes() + self.sequence.len() * 4 + fields
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_seconds_take_four_bytes() {
        let whole = Times::narrow(vec![5 * MICROS, -3 * MICROS]);
        assert_eq!(whole, Times::Seconds { base: -3, after: vec![8, 0] });
        assert_eq!((whole.micros(0), whole.micros(1)), (5 * MICROS, -3 * MICROS));
        assert!(matches!(Times::narrow(vec![1]), Times::Micros(_)));
        assert!(matches!(Times::narrow(vec![0, (1 << 32) * MICROS]), Times::Micros(_)));
    }

    #[test]
    fn a_cut_finds_the_first_row_that_is_not_before_it() {
        let micros: Vec<i64> = (0..40).map(|i| i / 2 * 10 * MICROS).collect();
        for times in [Times::narrow(micros.clone()), Times::Micros(micros.clone())] {
            for cut in (-5..220).flat_map(|s| [s * MICROS, s * MICROS + 1, s * MICROS - 1]) {
                for (from, until) in [(0, 40), (3, 17), (5, 5)] {
                    let slow = (from..until).find(|row| cut <= micros[*row]).unwrap_or(until);
                    assert_eq!(times.first_at_or_after(from, until, cut), slow, "{cut}");
                }
            }
        }
    }
}
