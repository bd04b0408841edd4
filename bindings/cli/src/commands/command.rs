//! `guanxi merge`, `unmerge` and `command`: what people decided.

use std::sync::Arc;

use guanxi::engine::{Command, Commanded, Request};
use guanxi::facts::{Act, Override, Seen, Verdict};
use guanxi::store::Store;
use guanxi::units::Instant;
use guanxi::{Code, Error, Fault, Playbook};
use serde::Serialize;
use serde_json::json;

use super::Manner;
use super::import::Target;
use crate::args::{
    Claim, Decision, Extend, OnList, Overrule, PeopleCommand, Record, Release, Same, Signed,
    Transfer,
};
use crate::clock;
use crate::exit::{Exit, Stop};
use crate::lines::Lines;
use crate::page;

/// Says that two ids are one customer.
pub fn merge(args: &Same, manner: Manner) -> Result<Exit, Stop> {
    let (from, into) = (args.from.as_str().into(), args.into.as_str().into());
    signed(&args.record, &args.signed, manner, |_| Ok(Command::Merge { from, into }))
}

/// Takes that back.
pub fn unmerge(args: &Same, manner: Manner) -> Result<Exit, Stop> {
    let (from, into) = (args.from.as_str().into(), args.into.as_str().into());
    signed(&args.record, &args.signed, manner, |_| Ok(Command::Unmerge { from, into }))
}

/// Records what was decided otherwise.
pub fn run(args: &PeopleCommand, manner: Manner) -> Result<Exit, Stop> {
    match &args.command {
        Decision::Override(args) => record(&args.record, manner, |book| overrule(args, book)),
        Decision::Add(args) => record(&args.record, manner, |_| Ok(on_list(args, true))),
        Decision::Remove(args) => record(&args.record, manner, |_| Ok(on_list(args, false))),
        Decision::Retract(args) => signed(&args.record, &args.signed, manner, |_| {
            let (source, id) = (args.source.as_str().into(), args.fact.as_str().into());
            Ok(Command::Retract { source, id })
        }),
        Decision::Claim(args) => record(&args.record, manner, |_| Ok(claim(args))),
        Decision::Release(args) => record(&args.record, manner, |_| Ok(release(args))),
        Decision::Transfer(args) => record(&args.record, manner, |_| Ok(transfer(args))),
        Decision::Extend(args) => record(&args.record, manner, |book| extend(args, book)),
    }
}

fn on_list(args: &OnList, member: bool) -> Command {
    let (customer, segment) = (args.id.as_str().into(), args.segment.as_str().into());
    let (actor, reason) = (args.actor.as_str().into(), args.reason.as_str().into());
    Command::List { customer, segment, member, actor, reason }
}

/// A request that names nobody and no end.
fn asked(act: Act, id: &str, actor: &str, reason: &str) -> Request {
    let (customer, actor, reason) = (id.into(), actor.into(), reason.into());
    Request { act, customer, owner: None, until: None, exempt: false, actor, reason }
}

fn claim(args: &Claim) -> Command {
    let actor = args.actor.as_deref().unwrap_or(&args.owner);
    let request = asked(Act::Claim, &args.id, actor, &args.reason);
    let owner = Some(args.owner.as_str().into());
    Command::Claim(Request { owner, exempt: args.exempt, ..request })
}

fn release(args: &Release) -> Command {
    let request = asked(Act::Release, &args.id, &args.actor, &args.reason);
    Command::Claim(Request { exempt: args.exempt, ..request })
}

fn transfer(args: &Transfer) -> Command {
    let request = asked(Act::Transfer, &args.id, &args.actor, &args.reason);
    let owner = Some(args.owner.as_str().into());
    Command::Claim(Request { owner, exempt: args.exempt, ..request })
}

fn extend(args: &Extend, playbook: &Playbook) -> Result<Command, Error> {
    let zone = playbook.calendar().zone();
    let request = asked(Act::Extend, &args.id, &args.actor, &args.reason);
    let until = args.until.as_deref();
    let until = until.map(|text| clock::instant("--until", text, zone)).transpose()?;
    Ok(Command::Claim(Request { until, exempt: args.exempt, ..request }))
}

fn overrule(args: &Overrule, playbook: &Playbook) -> Result<Command, Error> {
    let zone = playbook.calendar().zone();
    let until = args.until.as_deref();
    let decision = Override {
        machine: args.machine.as_str().into(),
        state: args.state.as_deref().map(Box::from),
        pinned: args.pin,
        until: until.map(|text| clock::instant("--until", text, zone)).transpose()?,
        actor: args.actor.as_str().into(),
        reason: args.reason.as_str().into(),
    };
    Ok(Command::Override { customer: args.id.as_str().into(), decision })
}

/// Where a customer is in one machine, before and after.
#[derive(Debug, Serialize)]
pub struct Moved {
    /// The customer's id.
    pub customer: Box<str>,
    /// The machine.
    pub machine: Arc<str>,
    /// Which run of it, where it has many.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<Box<str>>,
    /// The state before; none where the customer or the run was not there.
    pub before: Option<Arc<str>>,
    /// The state after.
    pub after: Option<Arc<str>>,
}

/// Carries out a command that says itself who gives it.
fn record(
    record: &Record,
    manner: Manner,
    command: impl FnOnce(&Playbook) -> Result<Command, Error>,
) -> Result<Exit, Stop> {
    signed(record, &Signed::default(), manner, command)
}

/// Carries out a command, on trial on a copy: what is shown is what becomes.
fn signed(
    record: &Record,
    signed: &Signed,
    manner: Manner,
    command: impl FnOnce(&Playbook) -> Result<Command, Error>,
) -> Result<Exit, Stop> {
    let playbook = super::playbook(&record.playbook)?;
    let zone = playbook.calendar().zone();
    // What is decided for a day holds from its first moment, and is known by its
    // end.
    let at = record.at.as_deref().map(|text| clock::start("--at", text, zone)).transpose()?;
    let seen = record.seen.as_deref();
    let seen = seen.map(|text| clock::learnt("--seen", text, zone)).transpose()?;
    let command = command(&playbook)?;
    // A store that is not there is no store to decide about.
    let look = || Store::open_read_only(&record.db, playbook.schema()).map_err(super::below_schema);
    drop(look()?);
    let mut target = Target::of(&record.db, record.dry_run, playbook.schema())?;
    target.store.sign(Some(signed.signature(None)));
    // Only now: opening the target records what the playbook adds to the schema.
    let before = look()?;
    let (mut told, mut about) = (Vec::new(), Vec::new());
    let mut holds_from = clock::now();
    // While nobody else writes: of two who ask at once, the second asks later.
    let done = target.store.command_when(&playbook, &command, || {
        let now = clock::now();
        holds_from = at.unwrap_or(now);
        about = customers(&command, &before, &playbook, holds_from)?;
        told = states(&before, &playbook, holds_from, &about)?;
        Ok((holds_from, Seen::At(seen.unwrap_or(now))))
    })?;
    refuse_conflict(&done)?;
    let at = holds_from;
    let after = states(&target.store, &playbook, at, &about)?;
    let moved = compared(told, after);
    let mut out = Lines::new();
    if manner.json {
        let mut said = json!({
            "dry_run": record.dry_run,
            "at": at,
            "seen": done.seen,
            "facts": &done.facts,
            "states": moved,
        });
        if let Some(decision) = &done.decision {
            said["decision"] = json!(decision.in_language(manner.language));
        }
        out.json(&said)?;
    } else {
        out.text(&page::command::page(&done, &moved, &playbook, record.dry_run, manner.language))?;
    }
    out.finish()?;
    let refused = done.decision.as_ref().is_some_and(|decision| !decision.granted);
    Ok(if refused { Exit::Rows } else { Exit::Good })
}

/// Only one decision can hold from an instant on.
fn refuse_conflict(done: &Commanded) -> Result<(), Error> {
    let conflict = done.facts.iter().find(|fact| fact.verdict == Verdict::Conflict);
    let Some(fact) = conflict else { return Ok(()) };
    let id = &fact.id;
    let fault = Fault::new(
        Code::Conflict,
        format!("something else was decided for the same instant, as `{id}`"),
        format!("同一时点已有其他决定 `{id}`"),
    );
    let fault =
        fault.hint("give another `--at`, or retract that one", "请改用其他 `--at`，或撤回该决定");
    Err(fault.into())
}

/// Whom a command is about: those that it names, or those of the facts that it
/// takes back.
fn customers(
    command: &Command,
    store: &Store,
    playbook: &Playbook,
    at: Instant,
) -> Result<Vec<Box<str>>, Error> {
    let named: Vec<Box<str>> = command.customers().into_iter().map(Box::from).collect();
    if !named.is_empty() {
        return Ok(named);
    }
    Ok(command.facts(store, playbook, at)?.into_iter().map(|fact| fact.customer).collect())
}

type Place = (Box<str>, Arc<str>, Option<Box<str>>, Arc<str>);

/// Where these customers are in each machine.
fn states(
    store: &Store,
    playbook: &Playbook,
    at: Instant,
    ids: &[Box<str>],
) -> Result<Vec<Place>, Error> {
    let mut out = Vec::new();
    for id in ids {
        match store.journey(playbook, at, None, id) {
            Ok(journey) => out.extend(
                journey.states().into_iter().map(|it| (id.clone(), it.machine, it.key, it.state)),
            ),
            Err(error) if is_nobody(&error) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(out)
}

/// Whether no answer is about somebody: not there, or restricted.
fn is_nobody(error: &Error) -> bool {
    matches!(error.code(), Code::UnknownCustomer | Code::RestrictedSubject)
}

fn compared(before: Vec<Place>, after: Vec<Place>) -> Vec<Moved> {
    let find = |list: &[Place], of: &Place| {
        let same = list.iter().find(|it| (&it.0, &it.1, &it.2) == (&of.0, &of.1, &of.2));
        same.map(|it| it.3.clone())
    };
    let mut places: Vec<&Place> = before.iter().chain(&after).collect();
    places.sort_by(|a, b| (&a.0, &a.1, &a.2).cmp(&(&b.0, &b.1, &b.2)));
    places.dedup_by(|a, b| (&a.0, &a.1, &a.2) == (&b.0, &b.1, &b.2));
    let moved = places.into_iter().map(|of| Moved {
        customer: of.0.clone(),
        machine: of.1.clone(),
        key: of.2.clone(),
        before: find(&before, of),
        after: find(&after, of),
    });
    moved.collect()
}
