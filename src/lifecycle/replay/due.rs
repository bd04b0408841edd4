//! What time brings about, and when.

use super::super::course::Cause;
use super::super::every;
use super::super::machine::{Due, Trigger};
use super::super::oracle::{instant, later};
use super::super::plan::Timer;
use super::{Asking, NEVER, Phase, Record, Replay, Scratch};
use crate::lang::Checked;
use crate::units::{Instant, Unit};

impl Replay<'_> {
    /// When a timer is due, if that is not in the future.
    pub(super) fn due_by_now(
        &self,
        customer: usize,
        scratch: &mut Scratch,
        machine: usize,
        position: usize,
    ) -> Option<i64> {
        self.due(customer, scratch, machine, position, scratch.now)
            .filter(|due| *due <= scratch.now)
    }

    /// When a timer is due; an earlier bound will do where that is after
    /// `beyond`.
    pub(super) fn due(
        &self,
        customer: usize,
        scratch: &mut Scratch,
        machine: usize,
        position: usize,
        beyond: i64,
    ) -> Option<i64> {
        let plan = &self.plans[machine];
        let (length, anchor) = match plan.timers[position].as_ref()? {
            Timer::After(length) => (length, self.entered(scratch, machine, position)?),
            Timer::Silent(length, kinds) => (length, self.last(customer, scratch, kinds)?),
            Timer::Idle(length) => (length, Some(scratch.last).filter(|last| *last != NEVER)?),
            Timer::Slow => return self.slow_due(customer, scratch, machine, position),
        };
        let bound = anchor.saturating_add(length.at_least());
        if beyond < bound {
            return Some(bound);
        }
        let calendar = self.world.calendar;
        match length.after(Instant::clamped(anchor), calendar) {
            Some(due) => Some(due.micros()),
            None => self.slow_due(customer, scratch, machine, position),
        }
    }

    pub(super) fn entered(
        &self,
        scratch: &Scratch,
        machine: usize,
        position: usize,
    ) -> Option<i64> {
        let from = self.plans[machine].machine.transitions[position].from;
        let depth = self.plans[machine].machine.states[from].depth;
        scratch.runs[machine].entered.get(depth).copied().filter(|at| *at != NEVER)
    }

    /// When the last event of some kinds happened.
    #[inline]
    pub(super) fn last(&self, customer: usize, scratch: &Scratch, kinds: &[usize]) -> Option<i64> {
        let mut last = None;
        for kind in kinds {
            let events = &self.world.columns.kinds[*kind];
            let end = scratch.ends[*kind];
            if events.range(customer).0 < end {
                last = last.max(Some(events.at.micros(end - 1)));
            }
        }
        last
    }

    pub(super) fn slow_due(
        &self,
        customer: usize,
        scratch: &mut Scratch,
        machine: usize,
        position: usize,
    ) -> Option<i64> {
        let transition = &self.plans[machine].machine.transitions[position];
        let Trigger::Due(due) = &transition.trigger else { return None };
        let value = {
            let asking = Asking { plans: &self.plans, runs: &scratch.runs };
            due.expression().evaluate(&self.moment(customer, scratch, &asking))
        };
        let calendar = self.world.calendar;
        let found = value.and_then(|value| {
            let anchor = match due {
                Due::After(_) => self.entered(scratch, machine, position),
                Due::Silent(_, kinds) => {
                    let all = 0..self.world.columns.kinds.len();
                    let kinds: Vec<usize> = all.filter(|kind| kinds.has(*kind)).collect();
                    self.last(customer, scratch, &kinds)
                }
                Due::At(_) => {
                    let at = instant(&value, calendar);
                    // An assessment of before the state says nothing about it.
                    let entered = self.entered(scratch, machine, position);
                    let is_old = |at: &Instant| {
                        transition.assessed && entered.is_some_and(|entered| at.micros() <= entered)
                    };
                    return Ok(at.filter(|at| !is_old(at)));
                }
                Due::Every(unit, _) => {
                    let Some(entered) = self.entered(scratch, machine, position) else {
                        return Ok(None);
                    };
                    let fired = &scratch.runs[machine].fired;
                    let spent = entered == scratch.now || fired.contains(&(position, scratch.now));
                    return every::due(
                        Instant::clamped(scratch.now),
                        spent,
                        *unit,
                        &value,
                        calendar,
                    );
                }
            };
            match anchor {
                Some(anchor) => later(Instant::clamped(anchor), &value, calendar),
                None => Ok(None),
            }
        });
        match found {
            Ok(due) => due.map(Instant::micros),
            Err(error) => {
                self.trouble(scratch, machine, position, error);
                None
            }
        }
    }

    /// What time brings about at this instant, and when it may next do so.
    pub(super) fn pass_time<R: Record>(
        &self,
        customer: usize,
        scratch: &mut Scratch,
        record: &mut R,
    ) {
        for machine in 0..self.plans.len() {
            self.settle(customer, scratch, machine, Phase::Time, Cause::Passing, record);
        }
        self.look_ahead(customer, scratch);
    }

    /// When something may next change although nothing happens.
    fn look_ahead(&self, customer: usize, scratch: &mut Scratch) {
        scratch.moved = false;
        scratch.pending = false;
        scratch.lazy = true;
        scratch.wake = i64::MAX;
        for machine in 0..self.plans.len() {
            self.look_ahead_in(customer, scratch, machine);
        }
    }

    /// Lowers the wake to the next instant at which one machine may change.
    fn look_ahead_in(&self, customer: usize, scratch: &mut Scratch, machine: usize) {
        let plan = &self.plans[machine];
        if scratch.runs[machine].halted {
            return;
        }
        let ways = &plan.ways[scratch.runs[machine].state];
        scratch.lazy &= ways.lazy;
        for position in &ways.timed {
            let position = *position as usize;
            let transition = &plan.machine.transitions[position];
            if plan.timers[position].is_some() {
                if transition.assessed {
                    // Whoever is assessed anew may have another due.
                    let asking = Asking { plans: &self.plans, runs: &scratch.runs };
                    let next = self.moment(customer, scratch, &asking).next_assessed();
                    scratch.wake = next.map_or(scratch.wake, |at| scratch.wake.min(at.micros()));
                }
                let Some(due) = self.due(customer, scratch, machine, position, i64::MAX) else {
                    // The first event of its kinds will give it a beginning.
                    scratch.pending = true;
                    continue;
                };
                if scratch.now < due {
                    scratch.wake = scratch.wake.min(due);
                    continue;
                }
                if let Trigger::Due(Due::Every(unit, offset)) = &transition.trigger {
                    // Its condition is asked at boundaries only.
                    let next = self.after_boundary(customer, scratch, *unit, offset);
                    scratch.wake = next.map_or(scratch.wake, |next| scratch.wake.min(next));
                    continue;
                }
                scratch.pending = true;
            }
            if let Some(guard) = plan.guards[position].as_ref().filter(|_| transition.clocked) {
                let asking = Asking { plans: &self.plans, runs: &scratch.runs };
                let change = guard.next_change(&self.moment(customer, scratch, &asking));
                if let Some(change) = change {
                    scratch.wake = scratch.wake.min(change.micros());
                }
            }
        }
    }

    /// The boundary of a periodic timer after the present one.
    pub(super) fn after_boundary(
        &self,
        customer: usize,
        scratch: &Scratch,
        unit: Unit,
        offset: &Checked,
    ) -> Option<i64> {
        let asking = Asking { plans: &self.plans, runs: &scratch.runs };
        let offset = offset.evaluate(&self.moment(customer, scratch, &asking)).ok()?;
        let now = Instant::clamped(scratch.now);
        every::next(now, unit, &offset, self.world.calendar).ok()?.map(Instant::micros)
    }

    /// The next instant at which something may change although nothing
    /// happens. What facts have put off since is worked out anew.
    pub(in crate::lifecycle) fn exact_wake(
        &self,
        customer: usize,
        scratch: &mut Scratch,
    ) -> Option<Instant> {
        self.look_ahead(customer, scratch);
        (scratch.wake != i64::MAX).then(|| Instant::clamped(scratch.wake))
    }
}
