//! `guanxi verify`: whether a store is whole, and what is kept is what its facts give.

use guanxi::store::Store;
use serde_json::json;

use super::Manner;
use crate::args::Verify;
use crate::exit::{Exit, Stop};
use crate::lines::Lines;
use crate::page;

/// Checks the file, and with `--deep` everything that is kept beside the facts.
pub fn verify(args: &Verify, manner: Manner) -> Result<Exit, Stop> {
    let playbook = super::playbook(&args.followed.playbook)?;
    let store = Store::open_read_only(&args.followed.db, playbook.schema());
    let store = store.map_err(super::below_schema)?;
    let report = store.verify()?;
    let is_read = args.deep && report.is_sound();
    let compared = is_read.then(|| store.recompute(&playbook)).transpose()?;
    let mut out = Lines::new();
    if manner.json {
        let mut said = json!(report.in_language(manner.language));
        if let Some(compared) = &compared {
            said["deep"] = json!(compared);
        }
        out.json(&said)?;
    } else {
        let language = manner.language;
        out.text(&page::verify::page(&report, compared.as_ref(), &playbook, language))?;
    }
    out.finish()?;
    let agrees = compared.is_none_or(|compared| compared.agrees());
    Ok(if report.is_sound() && agrees { Exit::Good } else { Exit::Environment })
}
