//! The clock changes of one zone, looked up once and kept.
//!
//! The database answers one instant at a time by a search over all changes.
//! Rows of one import lie in the same few years, so a year's changes are found
//! on first use and then read from a short list:
//!
//! ```text
//! blocks   [ .. | 1986/87 | 1987/88 | .. ]   one per 407 days, filled on demand
//!                   │
//!                   └─ stretches  [from, until) +8 h │ [from, until) +9 h │ ...
//! ```

use std::sync::OnceLock;

use chrono::{DateTime, Offset, TimeZone};
use chrono_tz::Tz;

use super::instant::{MICROS_PER_DAY, MICROS_PER_SECOND};

/// A time in which clocks keep one distance from UTC, `[from, until)`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stretch {
    pub(super) from: i64,
    pub(super) until: i64,
    /// Microseconds east of UTC.
    pub(super) offset: i64,
}

/// A block is 2^45 microseconds: the block of an instant is a shift away.
const BLOCK_BITS: u32 = 45;
/// About the year 1800, before any zone had a clock change.
const FIRST_BLOCK: i64 = -153;
/// About the year 2101, after the last change the database projects.
const LAST_BLOCK: i64 = 118;

/// All clock changes of one zone, found as they are needed.
pub(super) struct ZoneTable {
    tz: Tz,
    blocks: Box<[OnceLock<Box<[Stretch]>>]>,
}

impl ZoneTable {
    pub(super) fn new(tz: Tz) -> ZoneTable {
        let blocks = (FIRST_BLOCK..=LAST_BLOCK).map(|_| OnceLock::new()).collect();
        ZoneTable { tz, blocks }
    }

    /// A stretch around an instant. It may end where the next one continues
    /// with the same offset.
    pub(super) fn stretch(&self, utc: i64) -> Stretch {
        let number = utc >> BLOCK_BITS;
        let slot = usize::try_from(number - FIRST_BLOCK).ok().and_then(|at| self.blocks.get(at));
        let Some(slot) = slot else { return self.outside(number) };
        let stretches = slot.get_or_init(|| self.block(number));
        let found = stretches.iter().find(|stretch| utc < stretch.until);
        found.copied().unwrap_or_else(|| self.outside(number))
    }

    /// The unchanging times before the first block and after the last.
    fn outside(&self, number: i64) -> Stretch {
        if number < FIRST_BLOCK {
            let until = FIRST_BLOCK << BLOCK_BITS;
            Stretch { from: i64::MIN, until, offset: self.offset(until - 1) }
        } else {
            let from = (LAST_BLOCK + 1) << BLOCK_BITS;
            Stretch { from, until: i64::MAX, offset: self.offset(from) }
        }
    }

    /// Asks the database day by day; no zone changed its clocks forth and back
    /// within a day.
    fn block(&self, number: i64) -> Box<[Stretch]> {
        let (start, end) = (number << BLOCK_BITS, (number + 1) << BLOCK_BITS);
        let mut changes = vec![(start, self.offset(start))];
        let mut at = start;
        while at < end {
            let next = (at + MICROS_PER_DAY).min(end);
            self.changes(at, next, &mut changes);
            at = next;
        }
        let ends = changes.iter().skip(1).map(|&(from, _)| from).chain([end]);
        changes
            .iter()
            .zip(ends)
            .map(|(&(from, offset), until)| Stretch { from, until, offset })
            .collect()
    }

    /// The changes in `(low, high)`, by halving until a change has its second.
    fn changes(&self, low: i64, high: i64, found: &mut Vec<(i64, i64)>) {
        let (before, after) = (self.offset(low), self.offset(high));
        if before == after {
            return;
        }
        let (mut low, mut high) = (low / MICROS_PER_SECOND, high / MICROS_PER_SECOND);
        while high - low > 1 {
            let middle = low + (high - low) / 2;
            if self.offset(middle * MICROS_PER_SECOND) == before {
                low = middle
            } else {
                high = middle
            }
        }
        found.push((high * MICROS_PER_SECOND, after));
    }

    /// Microseconds east of UTC, from the database.
    fn offset(&self, utc: i64) -> i64 {
        let naive = DateTime::from_timestamp_micros(utc).unwrap_or_default().naive_utc();
        let offset = self.tz.offset_from_utc_datetime(&naive).fix();
        i64::from(offset.local_minus_utc()) * MICROS_PER_SECOND
    }
}
