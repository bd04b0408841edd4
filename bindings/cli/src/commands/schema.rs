//! `guanxi schema`: how a playbook is written, for editors.

use crate::exit::{Exit, Stop};
use crate::lines::Lines;

/// Prints the JSON Schema of playbooks.
pub fn run() -> Result<Exit, Stop> {
    let mut out = Lines::new();
    out.text(&guanxi::playbook::schema())?;
    out.finish()?;
    Ok(Exit::Good)
}
