//! `guanxi erase`: nothing of a customer is kept.

use guanxi::facts::Erasure;
use guanxi::store::{Erased, Store};
use serde_json::{Value, json};

use super::Manner;
use crate::args::Erase;
use crate::clock;
use crate::exit::{About, Exit, Stop};
use crate::files;
use crate::lines::Lines;
use crate::page;

/// Erases, on trial or not, or deals with the list of erasures.
pub fn run(args: &Erase, manner: Manner) -> Result<Exit, Stop> {
    let playbook = super::playbook(&args.playbook)?;
    let schema = playbook.schema();
    // A store that is not there is no store to erase from.
    let reading = Store::open_read_only(&args.db, schema).map_err(super::below_schema)?;
    if args.list {
        return list(&reading.erasures()?, manner);
    }
    if let Some(path) = &args.again {
        let text = files::read_text(path)?;
        let erasures = Erasure::list_from_json(&text).about_document(&text)?;
        drop(reading);
        let mut store = Store::open(&args.db, schema).map_err(super::below_schema)?;
        store.sign(Some(args.signed.signature(Some(clock::now()))));
        let erased = store.erase_listed(&erasures)?;
        return tell(erased.as_ref(), false, manner);
    }
    let id = args.id.as_deref().unwrap_or_default();
    let at = match &args.at {
        Some(text) => clock::start("--at", text, playbook.calendar().zone())?,
        None => clock::now(),
    };
    let erased = if args.dry_run {
        reading.erase_on_trial(id, at)?
    } else {
        drop(reading);
        let mut store = Store::open(&args.db, schema).map_err(super::below_schema)?;
        store.sign(Some(args.signed.signature(Some(clock::now()))));
        store.erase(id, at)?
    };
    tell(Some(&erased), args.dry_run, manner)
}

fn list(erasures: &[Erasure], manner: Manner) -> Result<Exit, Stop> {
    let mut out = Lines::new();
    if manner.json {
        out.json(&json!(erasures))?;
    } else {
        out.text(&page::erase::list(erasures, manner.language))?;
    }
    out.finish()?;
    Ok(Exit::Good)
}

fn tell(erased: Option<&Erased>, is_trial: bool, manner: Manner) -> Result<Exit, Stop> {
    let mut out = Lines::new();
    if manner.json {
        let mut said = erased.map_or_else(|| json!({"facts": 0, "ids": 0}), |erased| json!(erased));
        said["dry_run"] = Value::Bool(is_trial);
        out.json(&said)?;
    } else {
        out.text(&page::erase::page(erased, is_trial, manner.language))?;
    }
    out.finish()?;
    Ok(Exit::Good)
}
