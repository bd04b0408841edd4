//! `guanxi customer`: one customer in full.

use guanxi::Code;
use guanxi::store::Store;

use super::Manner;
use crate::args::Customer;
use crate::clock;
use crate::exit::{Exit, Stop};
use crate::lines::Lines;
use crate::page;

/// Loads one customer from the store and prints the page.
pub fn run(args: &Customer, manner: Manner) -> Result<Exit, Stop> {
    let playbook = super::playbook(&args.playbook)?;
    let zone = playbook.calendar().zone();
    let given = args.as_of.as_deref();
    let given = given.map(|text| clock::instant("--as-of", text, zone)).transpose()?;
    let store = Store::open_read_only(&args.db, playbook.schema()).map_err(super::below_schema)?;
    let as_of = match given {
        Some(as_of) => as_of,
        None => store.default_as_of(&playbook)?.unwrap_or_else(clock::now),
    };
    let view = match store.customer(&playbook, as_of, &args.id) {
        Err(error) if error.code() == Code::UnknownCustomer => {
            return Err(super::unknown_customer(&args.id, as_of, &playbook).into());
        }
        view => view?,
    };
    let mut out = Lines::new();
    if manner.json {
        let said = serde_json::to_value(view.in_language(manner.language));
        let mut said = said.unwrap_or_default();
        if args.id != *view.customer {
            said["asked"] = args.id.as_str().into();
        }
        out.json(&said)?;
    } else {
        out.text(&page::customer::page(&view, &args.id, &playbook, manner.language))?;
    }
    out.finish()?;
    Ok(Exit::Good)
}
