//! Who leaves a segment, and who comes into it, if nothing happens.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;

use super::super::answers::{Options, answers_for};
use super::history::changed;
use super::live::SegmentsLive;
use super::named;
use super::one::Asking;
use super::reads::{reads, refuse_unforeseen};
use crate::SEMANTICS;
use crate::engine::value::Past;
use crate::error::{Code, Error, Fault, Text};
use crate::facts::{Bits, Columns, Snapshot};
use crate::lang::kernel::Context;
use crate::lang::{Checked, Value, check};
use crate::lifecycle::{Replay, Trail, later};
use crate::playbook::Playbook;
use crate::segment::Walk;
use crate::stats::chunked;
use crate::units::{Day, Instant, shown};

/// Who leaves a segment and who enters it within a period if nothing happens
/// (即将流失与即将进入).
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Leaving {
    /// Version of the meaning of the numbers.
    pub semantics: u32,
    /// The segment.
    pub segment: Arc<str>,
    /// As shown to people.
    pub label: Text,
    /// Hash of the playbook.
    pub playbook: Box<str>,
    /// The instant of the answer.
    pub as_of: Instant,
    /// The end of the period, itself included.
    pub until: Instant,
    /// Customers in it now.
    pub members: u64,
    /// Members who leave, the soonest first, then by id: each with the first
    /// instant out.
    pub leaving: Vec<Leaver>,
    /// Customers who enter, the soonest first, then by id: each with the first
    /// instant in.
    pub entering: Vec<Leaver>,
    /// How many on each day, in the zone of the playbook; days without any are
    /// left out.
    pub days: Vec<LeavingDay>,
}

/// One customer whose membership turns.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Leaver {
    /// The customer's id.
    pub customer: Box<str>,
    /// The first instant at which it is otherwise.
    pub at: Instant,
    /// The ends of the condition that come out otherwise then.
    pub clauses: Vec<String>,
}

/// One day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LeavingDay {
    /// The day.
    pub day: Day,
    /// Members who leave on it.
    pub leaving: u64,
    /// Customers who enter on it.
    pub entering: u64,
}

/// The end of a period that an expression names: `days(7)`, `months(1)`,
/// `duration('36h')`, counted from an instant.
///
/// # Errors
///
/// Those of the expression, and [`Code::InvalidArgument`] for one that is no
/// length of time, or none that reaches further.
pub fn period(playbook: &Playbook, text: &str, from: Instant) -> Result<Instant, Error> {
    let checked = check(text, &playbook.scope())?;
    let no_length = || {
        let given = shown(text);
        Fault::new(
            Code::InvalidArgument,
            format!("`{given}` is no length of time"),
            format!("`{given}` 不是时长"),
        )
        .hint("such as `days(7)` or `months(1)`", "例如 `days(7)`、`months(1)`")
    };
    let columns = crate::facts::ColumnsBuilder::new(playbook.schema()).finish();
    let snapshot = Snapshot::new(&columns, from);
    let context = Context {
        snapshot: &snapshot,
        calendar: playbook.calendar(),
        parameters: playbook.parameters(),
        answers: &BTreeMap::new(),
        states: None,
        scores: None,
        period: None,
    };
    let value = checked.evaluate(&context.subject(None))?;
    if !matches!(value, Value::Period(_) | Value::Duration(_) | Value::Length(_)) {
        return Err(no_length().into());
    }
    let until = later(from, &value, playbook.calendar())?;
    until.filter(|until| from < *until).ok_or_else(|| no_length().into())
}

/// Members who leave a segment up to `until` if nothing happens, and customers
/// who enter it, each with the instant.
///
/// # Inputs
///
/// `as_of`: facts after it are left out, so that a past instant is asked as it
/// was. `until`: as [`period`] has it.
///
/// # Errors
///
/// [`UnknownSegment`](Code::UnknownSegment),
/// [`Unforeseen`](Code::Unforeseen) for a condition that is asked of everybody at one
/// instant.
///
/// # Cost
///
/// One review of the segment and one look at everybody, then one at each customer
/// for each instant at which it is due; none of these for a condition that time
/// cannot change.
pub fn leaving(
    columns: &Columns,
    playbook: &Playbook,
    name: &str,
    as_of: Instant,
    until: Instant,
    options: Options,
) -> Result<Leaving, Error> {
    let segment = named(playbook, name)?;
    let condition = &**segment.condition();
    refuse_unforeseen(condition, playbook)?;
    // Whoever asks about the past asks what was to be expected then.
    let columns = match columns.last.is_some_and(|last| as_of < last) {
        true => Cow::Owned(columns.until(as_of)),
        false => Cow::Borrowed(columns),
    };
    let snapshot = Snapshot::new(&columns, as_of);
    let answers = answers_for(&snapshot, playbook, &[condition], options);
    let members = answers.segments.get(segment.name());
    let members = members.map_or_else(Bits::default, |answer| answer.members.clone());
    let turns = match reads(condition, playbook).time {
        true => turns(&snapshot, playbook, (segment.name(), condition), until, options)?,
        false => Vec::new(),
    };
    let mut days: BTreeMap<Day, (u64, u64)> = BTreeMap::new();
    let (mut leaving, mut entering) = (Vec::new(), Vec::new());
    for (customer, leaver) in turns {
        let day = days.entry(playbook.calendar().zone().day_of(leaver.at)).or_default();
        if members.has(customer) {
            day.0 += 1;
            leaving.push(leaver);
        } else {
            day.1 += 1;
            entering.push(leaver);
        }
    }
    // Stable: customers come in the order of their ids.
    leaving.sort_by_key(|leaver| leaver.at);
    entering.sort_by_key(|leaver| leaver.at);
    let days = days.into_iter();
    Ok(Leaving {
        semantics: SEMANTICS,
        segment: segment.name().clone(),
        label: segment.text().or_name(segment.name()),
        playbook: playbook.hash().into(),
        as_of,
        until,
        members: members.count() as u64,
        leaving,
        entering,
        days: days
            .map(|(day, (leaving, entering))| LeavingDay { day, leaving, entering })
            .collect(),
    })
}

/// The first time that each customer comes in or goes out, in the order of
/// their numbers: everybody is kept up to date until then.
fn turns(
    snapshot: &Snapshot<'_>,
    playbook: &Playbook,
    (name, condition): (&str, &Checked),
    until: Instant,
    options: Options,
) -> Result<Vec<(usize, Leaver)>, Error> {
    let (columns, as_of) = (snapshot.columns(), snapshot.as_of());
    let mut live = SegmentsLive::new(columns, playbook, &[name], as_of, options)?;
    let mut first: BTreeMap<usize, Instant> = BTreeMap::new();
    for turn in live.advance_to(until) {
        // Nobody comes into being by time alone.
        let there = columns.customer_at(&turn.customer, as_of);
        if let Some(customer) = there.filter(|it| snapshot.population().has(*it)) {
            first.entry(customer).or_insert(turn.at);
        }
    }
    let past = Past::new(columns, playbook, &[condition], until, options.threads);
    let world = past.world(playbook, columns);
    // Machines that are not read need not be followed.
    let machines = match reads(condition, playbook).machines.is_empty() {
        true => &[][..],
        false => playbook.machines(),
    };
    let replay = Replay::new(world, machines);
    let first: Vec<(usize, Instant)> = first.into_iter().collect();
    let parts = chunked(&first, options.threads, |turns| {
        let mut scratch = replay.scratch();
        let told = turns.iter().map(|(customer, at)| {
            let trail = Trail::new(&replay, machines, *customer, *at, &mut scratch);
            let walk = Walk::new(world, *customer, &trail);
            let clauses = changed(condition, &mut Asking { walk, trail: &trail, world }, *at);
            let id = columns.customers.get(*customer).cloned().unwrap_or_default();
            (*customer, Leaver { customer: id, at: *at, clauses })
        });
        told.collect::<Vec<_>>()
    });
    Ok(parts.into_iter().flatten().collect())
}
