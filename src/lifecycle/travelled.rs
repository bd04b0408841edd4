//! How customers went through their machines in a period: when a state was
//! first entered, how often in the period, and for how long.

use super::course::Step;
use super::journal::Journal;
use super::machine::Machine;
use crate::lang::{Duration, Travelled, Value, Ways};
use crate::units::Instant;

/// The steps of everybody, asked about.
///
/// A journal that reaches further than the question answers it all the same:
/// what comes later is passed over.
#[derive(Debug, Clone, Copy)]
pub struct Travels<'a> {
    machines: &'a [Machine],
    journal: &'a Journal,
}

impl<'a> Travels<'a> {
    /// Over the journal of these machines.
    pub fn new(machines: &'a [Machine], journal: &'a Journal) -> Self {
        Travels { machines, journal }
    }
}

impl Ways for Travels<'_> {
    fn ask(
        &self,
        customer: usize,
        machine: &str,
        asked: Travelled<'_>,
        (from, now): (Instant, Instant),
    ) -> Option<Value> {
        let position = self.machines.iter().position(|it| &*it.name == machine)?;
        let machine = self.machines.get(position)?;
        let steps = self.journal.machines.get(position)?.of(customer);
        let past = steps.take_while(|step| step.at.is_none_or(|at| at <= now));
        let is_in = |state: &str| {
            let whole = machine.state(state)?;
            Some(move |own: usize| machine.is_in(own, whole))
        };
        Some(match asked {
            Travelled::Entered(state) => entered(past, is_in(state)?),
            Travelled::Entries(state, None) => entries(past, from, is_in(state)?, |_| true),
            Travelled::Entries(state, Some(before)) => {
                let before = is_in(before)?;
                let was = move |own: Option<usize>| own.is_some_and(&before);
                entries(past, from, is_in(state)?, was)
            }
            Travelled::TimeIn(state) => time_in(past, (from, now), is_in(state)?)?,
        })
    }
}

/// When a state was first entered; missing where it never was, or nobody knows
/// when.
fn entered(mut steps: impl Iterator<Item = Step>, is_in: impl Fn(usize) -> bool) -> Value {
    let first = steps.find(|step| is_in(step.to)).and_then(|step| step.at);
    first.map_or(Value::Missing, |at| Value::Timestamp(at.into()))
}

/// How often it was entered from outside, from where `was` allows, since an
/// instant.
fn entries(
    steps: impl Iterator<Item = Step>,
    from: Instant,
    is_in: impl Fn(usize) -> bool,
    was: impl Fn(Option<usize>) -> bool,
) -> Value {
    let came = |step: &Step| {
        let inside = step.from.is_some_and(&is_in);
        is_in(step.to) && !inside && was(step.from) && step.at.is_some_and(|at| from <= at)
    };
    Value::Int(steps.filter(came).count() as i64)
}

/// How long it was in the state between two instants, the last one included.
fn time_in(
    steps: impl Iterator<Item = Step>,
    (from, now): (Instant, Instant),
    is_in: impl Fn(usize) -> bool,
) -> Option<Value> {
    let end = now.micros().saturating_add(1);
    // Since when it is in the state, where it is.
    let mut since: Option<i64> = None;
    let mut spent = 0;
    let mut leave = |since: &mut Option<i64>, at: i64| {
        if let Some(since) = since.take() {
            spent += (at - since.max(from.micros())).max(0);
        }
    };
    for step in steps {
        // Whoever was there from the beginning was there when the period began.
        let at = step.at.map_or(i64::MIN, Instant::micros);
        if !is_in(step.to) {
            leave(&mut since, at);
        } else if since.is_none() {
            since = Some(at);
        }
    }
    leave(&mut since, end);
    Some(Value::Duration(Duration::from_nanos(spent.checked_mul(1_000)?)))
}
