//! `guanxi authoring`: what an editor of conditions can offer.

use super::Manner;
use crate::args::Authoring;
use crate::exit::{Exit, Stop};
use crate::lines::Lines;

/// Prints fields, operators, functions and names, labels in the language asked
/// for.
pub fn run(args: &Authoring, manner: Manner) -> Result<Exit, Stop> {
    let playbook = super::playbook(&args.playbook)?;
    let mut out = Lines::new();
    out.line(&playbook.authoring(manner.language).to_text())?;
    out.finish()?;
    Ok(Exit::Good)
}
