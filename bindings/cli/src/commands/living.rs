//! `guanxi apply`, `advance`, `changes`, `effects` and `ack`: a store that is
//! followed.

use std::path::Path;

use guanxi::engine::Settled;
use guanxi::facts::Seen;
use guanxi::facts::intake::Report;
use guanxi::store::Store;
use guanxi::{Error, Playbook};
use serde_json::json;

use super::Manner;
use super::import::{self, Mapped};
use super::spool::Spool;
use crate::args::{Ack, Advance, Apply, Changes, Effects, Files};
use crate::clock;
use crate::exit::{Exit, Stop};
use crate::intake::Learnt;
use crate::lines::Lines;
use crate::page;

/// Customers who are looked at in one transaction.
const STEP: usize = 1_000;

/// Records rows and works out what follows, all of it or nothing.
pub fn apply(args: &Apply, manner: Manner) -> Result<Exit, Stop> {
    let playbook = super::playbook(&args.playbook)?;
    let (schema, zone) = (playbook.schema(), playbook.calendar().zone());
    let now = instant("--now", args.now.as_deref(), &playbook)?;
    let otherwise = if args.backfill { Seen::Backfill } else { Seen::At(now) };
    let learnt = Learnt { otherwise, by_row: !args.backfill, latest: clock::latest() };
    let spool = Spool::of(args.file.as_deref(), "stdin.jsonl")?;
    let events = spool.path().map(Path::to_owned).or_else(|| args.files.events.clone());
    let files = Files { events, ..args.files.clone() };
    let listed = import::listed(&files)?;
    let mapped = Mapped::read(files.mapping.as_deref(), schema)?;
    let opened = mapped.open(&listed, (schema, zone, files.encoding.as_deref()))?;
    let mut refused = import::refused(&files, &listed, Some(&args.db), manner)?;
    let mut store = Store::open(&args.db, schema).map_err(super::below_schema)?;
    let applied = store.apply_with(&playbook, now, |store| {
        let imported = import::import(store, opened, learnt, &mut refused, manner.language);
        imported.map_err(|broken| broken.error)
    })?;
    refused.finish()?;
    let mut out = Lines::new();
    if manner.json {
        let mut said = applied.in_language(manner.language);
        said["rows"] = page::import::to_json(&applied.recorded, false, manner.language);
        out.json(&said)?;
    } else {
        out.text(&page::import::page(&applied.recorded, false, manner.language))?;
        out.text("\n")?;
        out.text(&page::living::settled(&applied, true, &playbook, manner.language))?;
    }
    out.finish()?;
    Ok(exit(&applied))
}

fn exit(applied: &Settled<Report>) -> Exit {
    import::exit(&applied.recorded)
}

/// Works out what time brings about, step by step.
pub fn advance(args: &Advance, manner: Manner) -> Result<Exit, Stop> {
    let Some(db) = &args.db else {
        return super::tenants::advance(
            args,
            args.tenants.as_deref().unwrap_or(Path::new("")),
            manner,
        );
    };
    let playbook = super::playbook(&args.playbook)?;
    let to = instant("--to", args.to.as_deref(), &playbook)?;
    let mut store = writable(db, &playbook)?;
    store.sign(Some(args.signed.signature(Some(clock::now()))));
    let adopted = args.adopt.then(|| store.adopt(&playbook, to)).transpose()?;
    let mut steps = 1;
    let mut sum = store.advance(&playbook, to, STEP)?;
    while 0 < sum.waiting && args.steps.is_none_or(|most| steps < most) {
        sum = sum.and(store.advance(&playbook, to, STEP)?);
        steps += 1;
    }
    sum.begun = adopted.or(sum.begun);
    let mut out = Lines::new();
    if manner.json {
        let mut said = sum.in_language(manner.language);
        said["steps"] = steps.into();
        out.json(&said)?;
    } else {
        out.text(&page::living::settled(&sum, false, &playbook, manner.language))?;
    }
    out.finish()?;
    Ok(Exit::Good)
}

/// Prints what is otherwise about customers since a sequence.
pub fn changes(args: &Changes, manner: Manner) -> Result<Exit, Stop> {
    let playbook = super::playbook(&args.followed.playbook)?;
    let store = readable(&args.followed.db, &playbook)?;
    let changes = store.changes(args.page.after, args.page.limit as usize)?;
    let last = changes.last().map_or(args.page.after, |change| change.sequence);
    let mut out = Lines::new();
    if manner.json {
        out.json(&json!({ "changes": changes, "last": last }))?;
    } else {
        let more = changes.len() == args.page.limit as usize;
        let next = more.then_some(last);
        out.text(&page::living::changes(&changes, next, &playbook, manner.language))?;
    }
    out.finish()?;
    Ok(Exit::Good)
}

/// Prints what is to be carried out.
pub fn effects(args: &Effects, manner: Manner) -> Result<Exit, Stop> {
    let playbook = super::playbook(&args.followed.playbook)?;
    let store = readable(&args.followed.db, &playbook)?;
    let effects = store.effects(args.page.after, args.page.limit as usize)?;
    let pending = store.n_effects()?;
    let mut out = Lines::new();
    if manner.json {
        out.json(&json!({ "effects": effects, "pending": pending }))?;
    } else {
        out.text(&page::living::effects(&effects, pending, &playbook, manner.language))?;
    }
    out.finish()?;
    Ok(Exit::Good)
}

/// Says that effects are carried out.
pub fn ack(args: &Ack, manner: Manner) -> Result<Exit, Stop> {
    let playbook = super::playbook(&args.followed.playbook)?;
    let mut store = writable(&args.followed.db, &playbook)?;
    let ids: Vec<&str> = args.ids.iter().map(String::as_str).collect();
    let done = store.ack(&ids)?;
    let pending = store.n_effects()?;
    let mut out = Lines::new();
    if manner.json {
        let mut said = json!(done);
        said["pending"] = pending.into();
        out.json(&said)?;
    } else {
        out.text(&page::living::acknowledged(&done, pending, manner.language))?;
    }
    out.finish()?;
    Ok(if done.unknown.is_empty() { Exit::Good } else { Exit::Rows })
}

/// An instant that has come, by default now.
pub fn instant(
    argument: &str,
    text: Option<&str>,
    playbook: &Playbook,
) -> Result<guanxi::units::Instant, Error> {
    let zone = playbook.calendar().zone();
    text.map_or_else(|| Ok(clock::now()), |text| clock::come(argument, text, zone))
}

/// A store that is not there is no store to follow.
fn readable(db: &Path, playbook: &Playbook) -> Result<Store, Error> {
    Store::open_read_only(db, playbook.schema()).map_err(super::below_schema)
}

fn writable(db: &Path, playbook: &Playbook) -> Result<Store, Error> {
    drop(readable(db, playbook)?);
    Store::open(db, playbook.schema()).map_err(super::below_schema)
}
