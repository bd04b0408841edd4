//! `guanxi audit-trail`: what was done by hand, and whether nobody changed it since.

use guanxi::Code;
use guanxi::store::Store;
use serde_json::json;

use super::Manner;
use crate::args::AuditTrail;
use crate::exit::{Exit, Stop};
use crate::lines::Lines;
use crate::page;

/// Lists the entries and checks all of them.
pub fn run(args: &AuditTrail, manner: Manner) -> Result<Exit, Stop> {
    let playbook = super::playbook(&args.playbook)?;
    let store = Store::open_read_only(&args.db, playbook.schema()).map_err(super::below_schema)?;
    let check = store.check_trail(args.expect.as_deref())?;
    let trail = match store.trail(args.about.as_deref(), args.after, args.limit as usize) {
        // The check says which entry it is.
        Err(error) if error.code() == Code::Corrupt && !check.is_sound() => Vec::new(),
        trail => trail?,
    };
    let mut out = Lines::new();
    if manner.json {
        let check = json!(check.in_language(manner.language));
        out.json(&json!({ "check": check, "trail": trail }))?;
    } else {
        let is_more = trail.len() == args.limit as usize;
        out.text(&page::trail::page(&check, &trail, is_more, &playbook, manner.language))?;
    }
    out.finish()?;
    Ok(if check.is_sound() { Exit::Good } else { Exit::Environment })
}
