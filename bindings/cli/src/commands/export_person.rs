//! `guanxi export-person`: everything held and decided about one person.

use guanxi::Code;
use guanxi::store::Store;

use super::Manner;
use super::sources::Asked;
use crate::args::{ExportPerson, When};
use crate::clock;
use crate::exit::{Exit, Stop};
use crate::lines::Lines;

/// Writes the lines as they are made.
pub fn run(args: &ExportPerson, manner: Manner) -> Result<Exit, Stop> {
    let playbook = super::playbook(&args.playbook)?;
    let when = When { as_of: args.as_of.clone(), known_at: args.known_at.clone(), threads: None };
    let asked = Asked::of(&when, &playbook)?;
    // A store that is not there holds nobody.
    drop(Store::open_read_only(&args.db, playbook.schema()).map_err(super::below_schema)?);
    let mut store = Store::open(&args.db, playbook.schema()).map_err(super::below_schema)?;
    store.sign(Some(args.signed.signature(Some(clock::now()))));
    let as_of = asked.instant_of(&store, &playbook)?;
    let person = match store.export_person(&playbook, as_of, asked.known_at, &args.id) {
        Err(error) if error.code() == Code::UnknownCustomer => {
            return Err(super::unknown_customer(&args.id, as_of, &playbook).into());
        }
        person => person?,
    };
    let mut out = Lines::new();
    for line in person.lines(manner.language) {
        out.line(&line)?;
    }
    out.finish()?;
    Ok(Exit::Good)
}
