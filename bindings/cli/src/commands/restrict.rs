//! `guanxi restrict`: what is held of a customer is kept, and not used.

use guanxi::store::Store;
use serde_json::json;

use super::Manner;
use crate::args::Restrict;
use crate::clock;
use crate::exit::{Exit, Stop};
use crate::lines::Lines;
use crate::page;

/// Restricts, lifts, or lists.
pub fn run(args: &Restrict, manner: Manner) -> Result<Exit, Stop> {
    let playbook = super::playbook(&args.playbook)?;
    let schema = playbook.schema();
    // A store that is not there is no store to restrict in.
    let reading = Store::open_read_only(&args.db, schema).map_err(super::below_schema)?;
    let mut out = Lines::new();
    if args.list {
        let listed = reading.restrictions()?;
        match manner.json {
            true => out.json(&json!(listed))?,
            false => out.text(&page::restrict::list(&listed, &playbook, manner.language))?,
        }
        out.finish()?;
        return Ok(Exit::Good);
    }
    drop(reading);
    let mut store = Store::open(&args.db, schema).map_err(super::below_schema)?;
    store.sign(Some(args.signed.signature(None)));
    let (id, now) = (args.id.as_deref().unwrap_or_default(), clock::now());
    let done = match args.lift {
        true => store.lift_restriction(id, now)?,
        false => store.restrict(id, now)?,
    };
    match manner.json {
        true => out.json(&json!(done))?,
        false => out.text(&page::restrict::done(&done, args.lift, manner.language))?,
    }
    out.finish()?;
    Ok(Exit::Good)
}
