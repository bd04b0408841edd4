//! `guanxi lifecycle flow`: who came into each state, who went, and how long
//! they stay.

use guanxi::Playbook;
use guanxi::engine::{FlowAsked, MachineFlow, Options, flow};
use guanxi::error::Language;
use guanxi::units::{Instant, Unit};

use super::super::Manner;
use crate::args::{Flow, Periods};
use crate::clock;
use crate::exit::{About, Exit, Stop};
use crate::faults;
use crate::lines::Lines;
use crate::page;

/// Counts, and prints what was counted.
pub fn run(args: &Flow, manner: Manner) -> Result<Exit, Stop> {
    let question = super::read(&args.of, manner)?;
    let (playbook, asked) = (&question.playbook, &question.asked);
    let wanted = wanted(&args.periods, playbook)?;
    let (machine, by) = (args.of.machine.as_deref(), args.by.as_deref());
    let wanted = FlowAsked { machine, by, stays: true, ..wanted };
    let columns = question.source.store.columns(asked.known_at)?;
    let as_of = asked.instant(&columns, playbook);
    let options = Options { threads: asked.threads };
    let flows = flow(&columns, playbook, as_of, wanted, options);
    let flows = match &args.by {
        Some(by) => flows.about_expression(by)?,
        None => flows?,
    };
    let mut out = Lines::new();
    if manner.json {
        out.json(&to_json(&flows, manner.language))?;
    } else {
        let zone = playbook.calendar().zone();
        let name = page::label(playbook.text(), playbook.id(), manner.language);
        out.text(&page::title(name, as_of, zone, manner.language))?;
        out.text(&page::lifecycle::flows(&flows, zone, manner.language))?;
    }
    out.finish()?;
    question.done()
}

/// The periods of the arguments, in the zone of a playbook.
pub fn wanted<'a>(periods: &Periods, playbook: &Playbook) -> Result<FlowAsked<'a>, Stop> {
    let zone = playbook.calendar().zone();
    let instant = |argument: &str, text: &Option<String>| -> Result<Option<Instant>, Stop> {
        Ok(text.as_deref().map(|text| clock::start(argument, text, zone)).transpose()?)
    };
    let every = periods.every.as_deref().map(Unit::parse).transpose();
    Ok(FlowAsked {
        every: every.map_err(|error| error.below("--every"))?,
        from: instant("--from", &periods.from)?,
        until: instant("--until", &periods.until)?,
        ..FlowAsked::default()
    })
}

/// The flows as JSON, with the texts of faults in one language.
pub fn to_json(flows: &[MachineFlow], language: Language) -> serde_json::Value {
    let mut said = serde_json::to_value(flows).unwrap_or_default();
    for (position, flow) in flows.iter().enumerate().filter(|(_, it)| !it.failures.is_empty()) {
        said[position]["failures"] = faults::failures(&flow.failures, language);
    }
    said
}
