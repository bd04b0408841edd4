//! `guanxi lifecycle scenarios`: histories that take every way.

use guanxi::engine::scenarios;

use super::super::Manner;
use crate::args::Scenarios;
use crate::clock;
use crate::exit::{Exit, Stop};
use crate::lines::Lines;
use crate::page;

/// Makes them up, and prints them.
pub fn run(args: &Scenarios, manner: Manner) -> Result<Exit, Stop> {
    let playbook = super::super::playbook(&args.playbook)?;
    let zone = playbook.calendar().zone();
    let start = clock::start("--at", &args.at, zone)?;
    if playbook.machines().is_empty() {
        return Err(super::no_machines().into());
    }
    let found = scenarios(&playbook, args.machine.as_deref(), start)?;
    let mut out = Lines::new();
    if manner.json {
        out.json(&found)?;
    } else {
        out.text(&page::lifecycle::scenarios(&found, zone, manner.language))?;
    }
    out.finish()?;
    Ok(Exit::Good)
}
