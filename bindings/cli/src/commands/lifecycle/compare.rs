//! `guanxi lifecycle compare`: what another playbook would change.

use guanxi::engine::{Options, StateMap, compare};
use guanxi::lifecycle::Mode;
use guanxi::{Code, Error, Fault};

use super::super::Manner;
use crate::args::Compare;
use crate::clock;
use crate::exit::{About, Exit, Stop};
use crate::files;
use crate::lines::Lines;
use crate::page;

/// Compares, and prints what would change.
pub fn run(args: &Compare, manner: Manner) -> Result<Exit, Stop> {
    let map = map(args)?;
    let other = super::super::playbook(&args.against)?;
    let playbook = super::super::playbook(&args.of.facts.playbook)?;
    let mode = match &args.forward {
        Some(text) => Mode::Forward(clock::start("--forward", text, playbook.calendar().zone())?),
        None if args.shadow => Mode::Shadow,
        None => Mode::Reinterpret,
    };
    let question = super::read(&args.of, manner)?;
    let (playbook, asked) = (&question.playbook, &question.asked);
    let columns = question.source.store.columns(asked.known_at)?;
    // The same facts, as the other playbook declares them.
    let again = args.of.facts.source(&other, manner)?;
    let same = again.store.columns(asked.known_at)?;
    let as_of = asked.instant(&columns, playbook);
    let options = Options { threads: asked.threads };
    let found = compare((&columns, playbook), (&same, &other), as_of, mode, &map, options);
    let mut found =
        found.map_err(|error| if map.is_empty() { error } else { error.below("--map") })?;
    found.machines.retain(|it| super::wanted(&args.of, &it.machine));
    let mut out = Lines::new();
    if manner.json {
        out.json(&found)?;
    } else {
        let zone = playbook.calendar().zone();
        let name = page::label(playbook.text(), playbook.id(), manner.language);
        out.text(&page::title(name, as_of, zone, manner.language))?;
        out.text(&page::lifecycle::compare(&found, playbook, &other, manner.language))?;
    }
    out.finish()?;
    question.done()
}

/// Which states stand for which.
fn map(args: &Compare) -> Result<StateMap, Stop> {
    let Some(path) = &args.map else { return Ok(StateMap::new()) };
    let text = files::read_text(path)?;
    guanxi::json::parse(text.as_bytes()).about_document(&text)?;
    let map = serde_json::from_str(&text).map_err(|_| -> Error {
        let shown = path.display();
        Fault::new(
            Code::BadValue,
            format!("`{shown}` is not a map of states"),
            format!("`{shown}` 不是状态映射"),
        )
        .hint(
            "write {\"MACHINE\": {\"OLD STATE\": \"NEW STATE\"}}",
            "请写作 {\"生命周期\": {\"旧状态\": \"新状态\"}}",
        )
        .into()
    });
    Ok(map?)
}
