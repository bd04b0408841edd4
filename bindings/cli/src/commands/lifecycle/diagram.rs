//! `guanxi lifecycle diagram`: a lifecycle as a picture.

use guanxi::engine::{Options, picture_numbers};
use guanxi::error::Language;
use guanxi::facts::ColumnsBuilder;
use guanxi::lifecycle::diagram::{Numbers, Picture, dot, mermaid, svg};
use guanxi::units::{Instant, Window, Zone};

use super::super::Manner;
use super::flow;
use crate::args::{Diagram, Format};
use crate::exit::{Exit, Stop};
use crate::lines::Lines;

/// Draws, and prints the picture.
pub fn run(args: &Diagram, manner: Manner) -> Result<Exit, Stop> {
    let files = &args.of.facts.files;
    if args.of.facts.db.is_none() && files.events.is_none() && files.customers.is_none() {
        let playbook = super::super::playbook(&args.of.facts.playbook)?;
        let machine = super::the_machine(&args.of, &playbook)?;
        let columns = ColumnsBuilder::new(playbook.schema()).finish();
        let picture = Picture::new(machine, playbook.world(&columns), None, manner.language);
        return print(&picture, args.format, manner).map(|()| Exit::Good);
    }
    let question = super::read(&args.of, manner)?;
    let (playbook, asked) = (&question.playbook, &question.asked);
    let machine = super::the_machine(&args.of, playbook)?;
    let wanted = flow::wanted(&args.periods, playbook)?;
    let columns = question.source.store.columns(asked.known_at)?;
    let as_of = asked.instant(&columns, playbook);
    let options = Options { threads: asked.threads };
    let (numbers, period) = picture_numbers(&columns, playbook, machine, as_of, wanted, options)?;
    let (zone, keyed) = (playbook.calendar().zone(), machine.key.is_some());
    let note = note(as_of, period, zone, keyed, manner.language);
    let numbers = Some(Numbers { note, ..numbers });
    let picture = Picture::new(machine, playbook.world(&columns), numbers, manner.language);
    print(&picture, args.format, manner)?;
    question.done()
}

/// Of when the numbers are.
fn note(as_of: Instant, period: Window, zone: &Zone, keyed: bool, language: Language) -> String {
    let end = period.until.min(as_of);
    let (from, until) = (zone.day_of(period.from), zone.shown(end));
    match language {
        Language::En => {
            let of = if keyed { "runs" } else { "customers" };
            format!("{of} at {until}; arrows: moves from {from} on")
        }
        Language::Zh => {
            let of = if keyed { "运行实例数" } else { "客户数" };
            format!("截至 {until} 的{of}；箭头为 {from} 起的转换次数")
        }
    }
}

fn print(picture: &Picture<'_>, format: Format, manner: Manner) -> Result<(), Stop> {
    let text = match format {
        Format::Svg => svg(picture)?,
        Format::Mermaid => mermaid(picture),
        Format::Dot => dot(picture),
    };
    let mut out = Lines::new();
    if manner.json {
        let name = match format {
            Format::Svg => "svg",
            Format::Mermaid => "mermaid",
            Format::Dot => "dot",
        };
        let machine = &*picture.machine.name;
        out.json(&serde_json::json!({"machine": machine, "format": name, "text": text}))?;
    } else {
        out.text(&text)?;
    }
    Ok(out.finish()?)
}
