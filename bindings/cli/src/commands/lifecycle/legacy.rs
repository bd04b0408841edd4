//! `guanxi lifecycle compare-legacy`: labels that customers already have,
//! beside their states.

use std::collections::BTreeMap;
use std::path::Path;

use guanxi::engine::{LabelMap, compare_legacy};
use guanxi::{Code, Error, Fault};

use super::super::Manner;
use crate::args::Legacy;
use crate::exit::{Exit, Stop};
use crate::files;
use crate::lines::Lines;
use crate::page;
use crate::table::{Batch, open_table};

/// Compares, and prints what differs.
pub fn run(args: &Legacy, manner: Manner) -> Result<Exit, Stop> {
    let map = map(&args.map)?;
    let encoding = args.labels_encoding.as_ref().or(args.of.facts.files.encoding.as_ref());
    let labels = labels(&args.labels, encoding.map(String::as_str)).map_err(declare_labels)?;
    let question = super::read(&args.of, manner)?;
    let (playbook, asked) = (&question.playbook, &question.asked);
    let machine = super::the_machine(&args.of, playbook)?;
    let columns = question.source.store.columns(asked.known_at)?;
    let as_of = asked.instant(&columns, playbook);
    let found = compare_legacy(&columns, playbook, &machine.name, as_of, &labels, &map);
    let found = found.map_err(|error| match error.code() {
        Code::UnknownReference => error.below("--map"),
        _ => error,
    })?;
    let mut out = Lines::new();
    if manner.json {
        out.json(&found)?;
    } else {
        let zone = playbook.calendar().zone();
        let name = page::label(playbook.text(), playbook.id(), manner.language);
        out.text(&page::title(name, as_of, zone, manner.language))?;
        out.text(&page::lifecycle::legacy(&found, machine, zone, manner.language))?;
    }
    out.finish()?;
    question.done()
}

/// Which states labels stand for, by pairs and files in any order.
fn map(given: &[String]) -> Result<LabelMap, Error> {
    let mut map = LabelMap::new();
    let mut faults = Vec::new();
    for text in given {
        // A label may hold the sign, a state does not.
        let pairs = match text.rsplit_once('=') {
            Some((label, state)) => LabelMap::from([(label.into(), state.into())]),
            None => map_file(Path::new(text))?,
        };
        for (label, state) in pairs {
            let (label, state) = (label.trim().to_owned(), state.trim().to_owned());
            if map.get(&label).is_some_and(|have| *have != state) {
                let fault = Fault::new(
                    Code::InvalidArgument,
                    format!("`{label}` is mapped to two states"),
                    format!("`{label}` 对应了两个状态"),
                );
                faults.push(fault.at(format!("--map/{label}")));
            }
            map.insert(label, state);
        }
    }
    Error::check(faults)?;
    Ok(map)
}

fn map_file(path: &Path) -> Result<LabelMap, Error> {
    let text = files::read_text(path)?;
    guanxi::json::parse(text.as_bytes())?;
    serde_json::from_str(&text).map_err(|_| {
        let shown = path.display();
        Fault::new(
            Code::BadValue,
            format!("`{shown}` is not a map of labels"),
            format!("`{shown}` 不是标签映射"),
        )
        .hint("write {\"LABEL\": \"STATE\"}", "请写作 {\"标签\": \"状态\"}")
        .into()
    })
}

/// The way out of an undeclared encoding, by the option that is about labels.
fn declare_labels(error: Error) -> Error {
    let named = |fault: Fault| match (fault.code, fault.hint.clone()) {
        (Code::UndeclaredEncoding | Code::BadEncoding, Some(hint)) => {
            let say = |text: &str| text.replace("--encoding", "--labels-encoding");
            fault.hint(say(&hint.en), say(&hint.zh))
        }
        _ => fault,
    };
    let faults: Vec<Fault> = error.clone().into_faults().into_iter().map(named).collect();
    Error::of(faults).unwrap_or(error)
}

/// An id and its label.
type Labelled = (Box<str>, Box<str>);

/// Ids and labels. A file that is wrong in one row is refused as a whole: half
/// of the labels would give a wrong comparison.
fn labels(path: &Path, encoding: Option<&str>) -> Result<Vec<Labelled>, Error> {
    let mut table = open_table(path, b',', encoding)?;
    let header: Vec<String> =
        table.header().iter().map(|name| name.trim().to_lowercase()).collect();
    let column = |name: &str| header.iter().position(|have| have == name);
    let (Some(id), Some(label)) = (column("id"), column("label")) else {
        let shown = path.display();
        return Err(Fault::new(
            Code::MissingKey,
            format!("`{shown}` has no columns `id` and `label`"),
            format!("`{shown}` 缺少 `id` 与 `label` 列"),
        )
        .into());
    };
    let name = table.name().to_owned();
    let mut seen: BTreeMap<Box<str>, (u64, Box<str>)> = BTreeMap::new();
    let mut faults = Vec::new();
    let mut batch = Batch::default();
    while table.fill(&mut batch)? {
        batch.each(|row, cells| {
            let cell = |at: usize| cells.get(at).map_or("", |cell| cell.trim());
            let (id, label) = (cell(id), cell(label));
            let fault = match seen.get(id) {
                _ if id.is_empty() => {
                    Some(Fault::new(Code::MissingKey, "the id is empty", "id 为空"))
                }
                Some((first, have)) if **have != *label => Some(Fault::new(
                    Code::Conflict,
                    format!("`{id}` has another label in row {first}"),
                    format!("第 {first} 行中 `{id}` 的标签与此不同"),
                )),
                _ => None,
            };
            match fault {
                Some(fault) => faults.push(fault.at(format!("{name}:{row}"))),
                None => drop(seen.insert(id.into(), (row, label.into()))),
            }
        });
    }
    Error::check(faults)?;
    Ok(seen.into_iter().map(|(id, (_, label))| (id, label)).collect())
}
