//! The events of everybody, as the lane takes them in.

use crate::facts::{Codes, Columns, Times};

/// Where the next event of a customer is read from.
pub(in super::super) trait Feed {
    /// The kind of the event at a place of the timeline.
    fn kind(&self, place: usize) -> usize;
    /// When the event of a kind in a row happened, in microseconds.
    fn at(&self, kind: usize, row: usize) -> i64;
}

/// Few kinds and whole seconds, as most logs are: nothing is left to be asked
/// of an event.
#[derive(Debug)]
pub(in super::super) struct Narrow<'a> {
    kinds: &'a [u8],
    /// For each kind its first second, and how many seconds later each event
    /// was.
    times: Vec<(i64, &'a [u32])>,
}

impl<'a> Narrow<'a> {
    pub fn new(columns: &'a Columns) -> Option<Narrow<'a>> {
        let Codes::U8(kinds) = &columns.timeline.kinds else { return None };
        let times = columns.kinds.iter().map(|events| match &events.at {
            Times::Seconds { base, after } => Some((*base, after.as_slice())),
            Times::Micros(_) => None,
        });
        Some(Narrow { kinds, times: times.collect::<Option<_>>()? })
    }
}

impl Feed for Narrow<'_> {
    #[inline(always)]
    fn kind(&self, place: usize) -> usize {
        self.kinds.get(place).map_or(0, |kind| usize::from(*kind))
    }

    #[inline(always)]
    fn at(&self, kind: usize, row: usize) -> i64 {
        let Some((base, after)) = self.times.get(kind) else { return 0 };
        let after = after.get(row).map_or(0, |after| i64::from(*after));
        // Columns hold only instants, which have microseconds.
        base.wrapping_add(after).wrapping_mul(1_000_000)
    }
}

/// Any columns.
impl Feed for Columns {
    #[inline(always)]
    fn kind(&self, place: usize) -> usize {
        self.timeline.kinds.get(place) as usize
    }

    #[inline(always)]
    fn at(&self, kind: usize, row: usize) -> i64 {
        self.kinds.get(kind).map_or(0, |events| events.at.micros(row))
    }
}
