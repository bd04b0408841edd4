//! A customer by the fast lane, if it can be kept to.

use super::super::lane::{At, Feed, Lane, Left, Ride};
use super::{NEVER, Record, Replay, Run, Scratch};
use crate::units::Instant;

impl Replay<'_> {
    /// Follows a customer by the lanes; whether they could be kept to. If not,
    /// nothing was taken down.
    #[inline]
    pub(super) fn by_lane<R: Record>(
        &self,
        customer: usize,
        until: Instant,
        scratch: &mut Scratch,
        record: &mut R,
    ) -> bool {
        let Some(lanes) = &self.lanes else { return false };
        let (tried, left) = scratch.tried;
        let reaches = self.steady.is_none_or(|steady| until.micros() < steady)
            && lanes.iter().all(|lane| lane.reaches(until));
        // Where most leave it, trying it costs more than it saves.
        if 64 < tried && tried / 2 < left || !reaches {
            return false;
        }
        scratch.marks.clear();
        scratch.marks.extend((0..lanes.len()).map(|machine| record.mark(machine)));
        scratch.tried.0 = scratch.tried.0.saturating_add(1);
        let kept = match &self.narrow {
            Some(narrow) => self.ride(narrow, lanes, (customer, until), scratch, record),
            None => self.ride(self.world.columns, lanes, (customer, until), scratch, record),
        };
        if kept.is_err() {
            scratch.tried.1 += 1;
            for (machine, mark) in scratch.marks.iter().enumerate() {
                record.rewind(machine, *mark);
            }
        }
        kept.is_ok()
    }

    /// One machine after the other: none of them reads another.
    fn ride<F: Feed, R: Record>(
        &self,
        feed: &F,
        lanes: &[Lane],
        (customer, until): (usize, Instant),
        scratch: &mut Scratch,
        record: &mut R,
    ) -> Result<(), Left> {
        let columns = self.world.columns;
        let until = until.micros();
        let born = columns.born.get(customer).copied().unwrap_or(NEVER);
        let first = match born {
            // The first change of an attribute would have to be looked for.
            NEVER if !self.watched.is_empty() => return Err(Left),
            NEVER => 0,
            born => born,
        };
        let first = first.min(until);
        let since = if born == NEVER { NEVER } else { first };
        scratch.troubles.clear();
        scratch.unknown = (born == NEVER).then_some(first);
        (scratch.last, scratch.now) = (NEVER, first);
        for (machine, (plan, lane)) in self.plans.iter().zip(lanes).enumerate() {
            scratch.ends.clear();
            scratch.ends.extend(columns.kinds.iter().map(|events| events.range(customer).0));
            let world = self.world;
            let ride = Ride { plan, lane, world, feed, customer, machine, until };
            let at = ride.run((first, since), &mut scratch.ends, record)?;
            scratch.now = scratch.now.max(at.now);
            scratch.last = at.last;
            if let Some(run) = scratch.runs.get_mut(machine) {
                run.arrive(&at, plan.paths[at.state].len());
            }
        }
        scratch.woken = 0;
        Ok(())
    }
}

impl Run {
    /// Is where a lane ended.
    fn arrive(&mut self, at: &At, depth: usize) {
        self.state = at.state;
        self.entered.clear();
        self.entered.extend(at.entered.iter().take(depth));
        self.fired.clear();
        self.halted = false;
        if let Some(visited) = self.visited.first_mut() {
            *visited = at.visited;
        }
    }
}
