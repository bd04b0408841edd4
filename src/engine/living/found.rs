//! What the facts say about customers at an instant: where they are, in which
//! segments, what is asked for, and when that may next be otherwise.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::engine::segment::{SegmentsLive, next_fact};
use crate::engine::value::{Past, asks};
use crate::error::Error;
use crate::facts::Columns;
use crate::lang::Checked;
use crate::lifecycle::{Given, Life, Replay, Trouble, effects};
use crate::playbook::Playbook;
use crate::units::Instant;
use crate::value::Round;

/// How far ahead of the instant assessments are made, where anything reads them:
/// in microseconds.
const AHEAD: i64 = 35 * 86_400_000_000;

/// One customer at an instant.
pub(super) struct Found {
    pub id: Box<str>,
    /// Its number in the columns.
    pub customer: usize,
    pub life: Life,
    pub standing: Standing,
    pub given: Vec<Given>,
    pub troubles: Vec<Trouble>,
}

/// The answers about one customer, as they are kept.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Standing {
    /// In the order of machines, then of keys.
    pub states: Vec<State>,
    /// By name.
    pub segments: Vec<Box<str>>,
}

/// Where a customer is in a machine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct State {
    pub machine: Box<str>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<Box<str>>,
    pub state: Box<str>,
    /// In microseconds.
    pub since: Option<i64>,
}

impl Standing {
    /// As it is kept. What cannot be read was never worked out.
    pub fn read(text: &str) -> Standing {
        serde_json::from_str(text).unwrap_or_default()
    }

    pub fn written(&self) -> Box<str> {
        // Texts and numbers alone: nothing that JSON could not say.
        serde_json::to_string(self).unwrap_or_default().into()
    }
}

/// Everybody of these columns who is there at an instant; and for each number
/// when that may next be otherwise, later than the instant.
///
/// # Inputs
///
/// `columns`: all facts of these customers and of those ever merged with them.
/// `rounds`: what was found over everybody, where machines ask for it.
pub(super) fn find(
    playbook: &Playbook,
    columns: &Columns,
    now: Instant,
    rounds: Option<&Arc<[Round]>>,
) -> Result<(Vec<Found>, Vec<Option<Instant>>), Error> {
    let machines = playbook.machines();
    let conditions: Vec<&Checked> =
        playbook.segments().iter().map(|it| &**it.condition()).collect();
    let assessed = asks(playbook, &conditions);
    let horizon = Instant::clamped(now.micros().saturating_add(AHEAD));
    let until = if assessed { horizon } else { now };
    let past = Past::by(columns, playbook, &[], until, rounds);
    let world = past.world(playbook, columns);
    let replay = Replay::new(world, machines);
    let mut scratch = replay.scratch();
    let live = SegmentsLive::independent(columns, playbook, now)?;
    let (mut out, mut dues) = (Vec::new(), Vec::with_capacity(columns.n_customers()));
    for customer in 0..columns.n_customers() {
        let mut due = Instant::clamped(next_fact(columns, customer, now));
        if columns.is_known(customer, now) {
            let life = replay.life(customer, now, &mut scratch);
            let (given, mut troubles) = effects(world, machines, customer, &life);
            troubles.extend(life.troubles.iter().cloned());
            // Decisions have ends of their own: they are always looked at.
            let restless = !columns.overrides.of(customer).is_empty();
            let moves = [
                life.wakes,
                live.as_ref().and_then(|live| live.due_of(customer)),
                assessed.then_some(horizon),
                restless.then_some(now),
            ];
            due = moves.into_iter().flatten().fold(due, Instant::min);
            let held = live.iter().flat_map(|live| live.held_by(customer));
            let mut segments: Vec<Box<str>> = held.map(|name| Box::from(&*name)).collect();
            segments.sort_unstable();
            out.push(Found {
                id: columns.customers.get(customer).cloned().unwrap_or_default(),
                customer,
                standing: Standing { states: states(playbook, &life), segments },
                life,
                given,
                troubles,
            });
        }
        let next = Instant::clamped(now.micros().saturating_add(1));
        dues.push((due < Instant::MAX).then(|| due.max(next)));
    }
    Ok((out, dues))
}

fn states(playbook: &Playbook, life: &Life) -> Vec<State> {
    let machines = playbook.machines().iter().zip(&life.courses);
    let all = machines.flat_map(|(machine, courses)| {
        courses.iter().filter_map(|course| {
            Some(State {
                machine: Box::from(&*machine.name),
                key: course.key.clone(),
                state: Box::from(&*machine.states.get(course.state)?.name),
                since: course.since.map(Instant::micros),
            })
        })
    });
    all.collect()
}
