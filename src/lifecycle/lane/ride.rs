//! One customer along one lane.

use super::super::course::{Cause, Step};
use super::super::machine::{DEPTH, MICROSTEPS};
use super::super::plan::Plan;
use super::super::replay::{NEVER, Record};
use super::feed::Feed;
use super::{Cell, Clock, FOREVER, From, Lane, Next, Then};
use crate::lang::{Asked, Moment, States, Value, World};
use crate::units::Instant;

/// Instants at which a timer may have its effect in one lane. Who has more is
/// left to the general walk, which counts them exactly.
const FIRES: usize = 1_000;

/// One customer and one machine.
pub(in super::super) struct Ride<'r, 'a, F> {
    pub plan: &'r Plan<'a>,
    pub lane: &'r Lane,
    pub world: World<'a>,
    pub feed: &'r F,
    pub customer: usize,
    pub machine: usize,
    /// Microseconds.
    pub until: i64,
}

/// Where the machine is.
#[derive(Debug, Clone)]
pub(in super::super) struct At {
    pub state: usize,
    /// Since when the state and those it is inside are entered, from the
    /// outermost; [`NEVER`] where nobody knows.
    pub entered: [i64; DEPTH],
    /// States ever entered, as bits.
    pub visited: u64,
    /// The last event or step.
    pub now: i64,
    /// When the last event happened; [`NEVER`] before the first.
    pub last: i64,
    /// No timer is due before.
    wake: i64,
    fires: usize,
}

/// The lane was left.
pub(in super::super) struct Left;

impl<F: Feed> Ride<'_, '_, F> {
    /// From the beginning of a life, at `now`, to the end.
    ///
    /// `ends`: for each kind the first row to come. `since`: when the machine
    /// was entered, as far as that is known.
    #[inline]
    pub fn run<R: Record>(
        &self,
        (now, since): (i64, i64),
        ends: &mut [usize],
        record: &mut R,
    ) -> Result<At, Left> {
        let lane = self.lane;
        let state = self.plan.machine.initial;
        let visited = lane.rests.get(state).map_or(0, |rest| rest.path);
        let mut at =
            At { state, entered: [since; DEPTH], visited, now, last: NEVER, wake: NEVER, fires: 0 };
        at.wake = self.soonest(&at, ends);
        let dated = (since != NEVER).then(|| Instant::clamped(since));
        let beginning = Cause::Beginning;
        record.step(
            self.machine,
            Step { at: dated, from: None, to: state, transition: None, cause: beginning },
        );
        let columns = self.world.columns;
        let (mut place, end) = columns.timeline.range(self.customer);
        let after = self.until.saturating_add(1);
        loop {
            let kind = self.feed.kind(place);
            let row = ends.get(kind).copied().unwrap_or(0);
            let event = if place < end { self.feed.at(kind, row) } else { i64::MAX };
            let next = event.min(after);
            // An event at the instant of a deadline comes before it.
            while at.wake < next && at.now < next {
                self.fire(&mut at, ends, record)?;
            }
            if after <= event {
                return Ok(at);
            }
            if since == NEVER && event <= now {
                // The instant that stands for nobody knows when.
                return Err(Left);
            }
            place += 1;
            if let Some(end) = ends.get_mut(kind) {
                *end = row + 1;
            }
            (at.now, at.last) = (event, event);
            let Some(cell) = lane.cells.get(at.state * lane.n_kinds + kind) else {
                return Err(Left);
            };
            let cell = if cell.then == Then::Ask {
                self.choose(cell, event, ends, (kind, row))?
            } else {
                cell
            };
            let from = at.state;
            let wake = if cell.keeps { at.wake } else { FOREVER };
            at.wake = wake.min(event.saturating_add(cell.arm));
            if cell.then == Then::Stay {
                continue;
            }
            if cell.then == Then::Leave {
                return Err(Left);
            }
            at.go(lane, cell.to, cell.stays);
            let transition = Some(usize::from(cell.transition));
            let step = Step {
                at: Some(Instant::clamped(event)),
                from: Some(from),
                to: at.state,
                transition,
                cause: Cause::Event(kind, row),
            };
            record.step(self.machine, step);
            if cell.then == Then::GoBack {
                at.wake = self.soonest(&at, ends);
            }
        }
    }

    /// The wake has come: what is due has its effect, and what that leads to.
    #[inline]
    fn fire<R: Record>(&self, at: &mut At, ends: &[usize], record: &mut R) -> Result<(), Left> {
        at.now = at.now.max(at.wake);
        at.fires += 1;
        if FIRES < at.fires {
            return Err(Left);
        }
        for _ in 0..=MICROSTEPS {
            let rest = self.lane.rests.get(at.state).ok_or(Left)?;
            let due = if rest.single {
                let due = at.wake;
                self.lane.clocks(at.state).first().filter(|_| due <= at.now).map(|it| (it, due))
            } else {
                self.first_due(at, ends)?
            };
            let Some((clock, due)) = due else { return Ok(()) };
            let from = Some(at.state);
            at.go(self.lane, clock.to, clock.stays);
            at.wake = match clock.next {
                Next::Never => FOREVER,
                Next::Later(takes) => at.now.saturating_add(takes),
                Next::Further(takes) => due.saturating_add(takes),
                Next::Unknown => self.soonest(at, ends),
            };
            let step = Step {
                at: Some(Instant::clamped(at.now)),
                from,
                to: at.state,
                transition: Some(usize::from(clock.transition)),
                cause: Cause::Timer(Instant::clamped(due)),
            };
            record.step(self.machine, step);
            if !self.lane.rests.get(at.state).is_some_and(|rest| rest.plain) {
                return Err(Left);
            }
        }
        Err(Left)
    }

    /// The first timer that is due and when it was; if there is none, the wake
    /// is put off.
    #[inline(never)]
    fn first_due(&self, at: &mut At, ends: &[usize]) -> Result<Option<(&Clock, i64)>, Left> {
        at.wake = FOREVER;
        for clock in self.lane.clocks(at.state) {
            let Some(anchor) = self.anchor(clock, at, ends) else { continue };
            let bound = anchor.saturating_add(clock.takes);
            let due = if at.now < bound { bound } else { self.due(clock, anchor, bound)? };
            if due <= at.now {
                return Ok(Some((clock, due)));
            }
            at.wake = at.wake.min(due);
        }
        Ok(None)
    }

    /// When a timer is due whose bound has come.
    fn due(&self, clock: &Clock, anchor: i64, bound: i64) -> Result<i64, Left> {
        if clock.always {
            return Ok(bound);
        }
        let due = clock.length.after(Instant::clamped(anchor), self.world.calendar);
        due.map(Instant::micros).ok_or(Left)
    }

    fn anchor(&self, clock: &Clock, at: &At, ends: &[usize]) -> Option<i64> {
        let anchor = match &clock.from {
            From::Entered(depth) => at.entered.get(usize::from(*depth)).copied()?,
            From::Any => at.last,
            From::Last(kinds) => {
                let last = kinds.iter().filter_map(|kind| {
                    let end = *ends.get(*kind)?;
                    let (first, _) = self.world.columns.kinds.get(*kind)?.range(self.customer);
                    (first < end).then(|| self.feed.at(*kind, end - 1))
                });
                last.max()?
            }
        };
        (anchor != NEVER).then_some(anchor)
    }

    /// Before when no timer of the state can be due.
    fn soonest(&self, at: &At, ends: &[usize]) -> i64 {
        let bound = |clock| Some(self.anchor(clock, at, ends)?.saturating_add(clock.takes));
        self.lane.clocks(at.state).iter().filter_map(bound).min().unwrap_or(FOREVER)
    }

    /// The first way whose condition holds.
    #[inline(never)]
    fn choose(
        &self,
        cell: &Cell,
        now: i64,
        ends: &[usize],
        (kind, row): (usize, usize),
    ) -> Result<&Cell, Left> {
        let choices = self.lane.choices.get(usize::from(cell.to)).ok_or(Left)?;
        let now = Instant::clamped(now);
        let moment = Moment::new(self.world, self.customer, now, ends, &NoStates);
        let moment = moment.at_event(kind, row);
        for choice in choices {
            let guard = match choice.then {
                Then::Stay => None,
                _ => self.plan.guards.get(usize::from(choice.transition)).ok_or(Left)?.as_ref(),
            };
            // One that fails is told by the general walk.
            if guard.map_or(Ok(true), |guard| guard.holds(&moment)).map_err(|_| Left)? {
                return Ok(choice);
            }
        }
        Err(Left)
    }
}

impl At {
    #[inline(always)]
    fn go(&mut self, lane: &Lane, to: u16, stays: u8) {
        self.state = usize::from(to);
        let Some(rest) = lane.rests.get(self.state) else { return };
        self.visited |= rest.path;
        let (stays, depth) = (usize::from(stays), usize::from(rest.depth));
        for entered in self.entered.iter_mut().take(depth).skip(stays) {
            *entered = self.now;
        }
    }
}

/// Conditions in a lane read no machine.
#[derive(Debug)]
struct NoStates;

impl States for NoStates {
    fn ask(&self, _: usize, _: &str, _: Asked<'_>) -> Option<Value> {
        None
    }
}
