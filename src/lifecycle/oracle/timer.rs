//! When timers are due, and when time alone may change something next.

use super::{Asking, Fold, Phase};
use crate::error::Error;
use crate::lang::{Timestamp, Value, next_change};
use crate::lifecycle::every;
use crate::lifecycle::machine::{Due, Kinds, Transition, Trigger};
use crate::units::{Calendar, Instant, Unit};

impl Fold<'_> {
    /// When a timer is due; `None`: never, since nobody knows from when.
    pub(super) fn due(&mut self, machine: usize, key: &str, position: usize) -> Option<Instant> {
        let machines = self.machines;
        let transition = &machines[machine].transitions[position];
        let Trigger::Due(due) = &transition.trigger else { return None };
        let value = self.value(machine, position, due.expression())?;
        let anchor = match due {
            Due::After(_) => (*self.runs[machine][key].entered.get(&transition.from)?)?,
            Due::Silent(_, kinds) => self.last(kinds)?,
            Due::At(_) => {
                let at = instant(&value, self.world.calendar)?;
                // An assessment of before the state says nothing about it.
                let entered = self.runs[machine][key].entered.get(&transition.from);
                let entered = entered.copied().flatten().filter(|_| transition.assessed);
                return entered.is_none_or(|entered| entered < at).then_some(at);
            }
            Due::Every(unit, _) => return self.boundary(machine, key, position, *unit, &value),
        };
        match later(anchor, &value, self.world.calendar) {
            Ok(due) => due,
            Err(error) => {
                self.trouble(machine, position, error);
                None
            }
        }
    }

    /// The first boundary of a periodic timer that it has not yet passed. `None`:
    /// nobody knows since when there are any.
    pub(super) fn boundary(
        &mut self,
        machine: usize,
        key: &str,
        position: usize,
        unit: Unit,
        offset: &Value,
    ) -> Option<Instant> {
        let run = &self.runs[machine][key];
        let from = self.machines[machine].transitions[position].from;
        let entered = (*run.entered.get(&from)?)?;
        let spent = entered == self.now || run.fired.get(&position) == Some(&self.now);
        match every::due(self.now, spent, unit, offset, self.world.calendar) {
            Ok(due) => due,
            Err(error) => {
                self.trouble(machine, position, error);
                None
            }
        }
    }

    /// When the last event of some kinds happened.
    pub(super) fn last(&self, kinds: &Kinds) -> Option<Instant> {
        let all = self.world.columns.kinds.iter().enumerate();
        let last = all.filter(|(kind, _)| kinds.has(*kind)).filter_map(|(kind, events)| {
            let (from, end) = (events.range(self.customer).0, self.ends[kind]);
            (from < end).then(|| events.at.micros(end - 1))
        });
        last.max().map(Instant::clamped)
    }

    /// The next instant at which time alone may change something.
    pub(super) fn next_wake(&mut self) -> Option<Instant> {
        let mut soonest: Option<Instant> = None;
        for machine in 0..self.machines.len() {
            let keys: Vec<Box<str>> = self.runs[machine].keys().cloned().collect();
            for key in keys {
                let pinned = self.runs[machine][&key].pin.and_then(|pin| pin.until);
                soonest = [soonest, pinned].into_iter().flatten().min();
                let state = self.runs[machine][&key].state;
                let path: Vec<usize> = self.machines[machine].path(state).collect();
                for inner in path {
                    for position in self.machines[machine].states[inner].on.clone() {
                        let wake = self.wake(machine, &key, position);
                        soonest = match (soonest, wake) {
                            (Some(a), Some(b)) => Some(a.min(b)),
                            (one, None) | (None, one) => one,
                        };
                    }
                }
            }
        }
        soonest
    }

    pub(super) fn wake(&mut self, machine: usize, key: &str, position: usize) -> Option<Instant> {
        let machines = self.machines;
        if self.runs[machine][key].halted {
            return None;
        }
        let transition: &Transition = &machines[machine].transitions[position];
        match &transition.trigger {
            Trigger::Event(_) | Trigger::Change(_) => None,
            Trigger::Due(timer) => {
                let passing = self.wake_of_timer(machine, key, position, timer);
                // Whoever is assessed anew may have another due.
                let asking = Asking { machines: self.machines, runs: &self.runs };
                let moment = self.moment(&asking, Phase::Time);
                let assessed = moment.next_assessed().filter(|_| transition.assessed);
                passing.into_iter().chain(assessed).min()
            }
            Trigger::Condition => self.wake_of_condition(transition),
        }
    }

    pub(super) fn wake_of_timer(
        &mut self,
        machine: usize,
        key: &str,
        position: usize,
        timer: &Due,
    ) -> Option<Instant> {
        let due = self.due(machine, key, position)?;
        if self.now < due {
            return Some(due);
        }
        if let Due::Every(unit, offset) = timer {
            // Its condition is asked at boundaries only.
            let offset = self.value(machine, position, offset)?;
            return every::next(self.now, *unit, &offset, self.world.calendar).ok()?;
        }
        self.wake_of_condition(&self.machines[machine].transitions[position])
    }

    pub(super) fn wake_of_condition(&self, transition: &Transition) -> Option<Instant> {
        let when = transition.when.as_ref().filter(|_| transition.clocked)?;
        let asking = Asking { machines: self.machines, runs: &self.runs };
        next_change(when, &self.moment(&asking, Phase::Time))
    }
}

/// An instant a length of time later; `None` where there is no length.
pub fn later(at: Instant, length: &Value, calendar: &Calendar) -> Result<Option<Instant>, Error> {
    match length {
        Value::Period(period) => calendar.add(at, *period).map(Some),
        Value::Duration(length) => Ok(Some(whole(Timestamp::from(at).plus(*length)?)?)),
        Value::Length(lengths) => lengths.after(at.into(), calendar)?.map(whole).transpose(),
        _ => Ok(None),
    }
}

/// The instant that a time or a day stands for.
pub(crate) fn instant(value: &Value, calendar: &Calendar) -> Option<Instant> {
    match value {
        Value::Timestamp(at) => whole(*at).ok(),
        Value::Date(day) => Some(calendar.zone().start_of(*day)),
        _ => None,
    }
}

/// The first microsecond that is not before a time.
fn whole(at: Timestamp) -> Result<Instant, Error> {
    let (instant, rest) = at.split();
    instant.checked_add_micros(i64::from(0 < rest))
}
