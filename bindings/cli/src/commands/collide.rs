//! `guanxi collide`: whether somebody is a customer already, and who is there twice.

use guanxi::engine::{Collision, CollisionView, Command};
use guanxi::facts::Seen;
use guanxi::identity::{Kind, Verdict};
use guanxi::json::{self, Json};
use guanxi::store::Store;
use guanxi::{Code, Error, Fault, Playbook};
use serde_json::json;

use super::sources::Asked;
use super::{Manner, plain};
use crate::args::{Collide, When};
use crate::clock;
use crate::exit::{About, Exit, Stop};
use crate::lines::Lines;
use crate::page;
use crate::table;

/// Looks up what was given, or everybody.
pub fn run(args: &Collide, manner: Manner) -> Result<Exit, Stop> {
    let playbook = super::playbook(&args.playbook)?;
    let when = When { as_of: args.as_of.clone(), known_at: args.known_at.clone(), threads: None };
    let asked = Asked::of(&when, &playbook)?;
    let store = Store::open_read_only(&args.db, playbook.schema()).map_err(super::below_schema)?;
    let columns = store.columns(asked.known_at)?;
    // Who comes in comes in now, whatever the last fact was.
    let as_of = match (args.scan, asked.as_of) {
        (false, None) => clock::now(),
        _ => asked.instant(&columns, &playbook),
    };
    let collision = Collision::new(&store, &columns, &playbook, as_of, asked.known_at)?;
    if args.scan {
        let mut out = Lines::new();
        let found = collision.scan();
        match manner.json {
            true => out.json(&found.in_language(manner.language))?,
            false => {
                out.text(&page::collide::scan(&found, args.top, &playbook, manner.language))?
            }
        }
        out.finish()?;
        return Ok(Exit::Good);
    }
    if args.table.is_some() {
        return rows(args, &collision, &playbook, manner);
    }
    let view = match &args.id {
        Some(id) => collision.ask_customer(id)?,
        None => {
            let row = given(args, &playbook)?;
            let row: Vec<(&str, &str)> =
                row.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
            collision.ask(&row)?
        }
    };
    let recorded = match args.record {
        true => record(args, &view, &playbook)?,
        false => None,
    };
    let mut out = Lines::new();
    if manner.json {
        let mut said = serde_json::to_value(view.in_language(manner.language)).unwrap_or_default();
        if args.record {
            said["recorded"] = json!(recorded);
        }
        out.json(&said)?;
    } else {
        out.text(&page::collide::page(&view, &playbook, manner.language))?;
        if args.record {
            out.text(&page::collide::recorded(recorded.as_deref(), manner.language))?;
        }
    }
    out.finish()?;
    Ok(Exit::Good)
}

/// The values that were given, by attribute.
fn given(args: &Collide, playbook: &Playbook) -> Result<Vec<(String, String)>, Stop> {
    if let Some(text) = &args.row {
        let document = json::parse(text.as_bytes()).about_document(text)?;
        return object(&document).about_document(text);
    }
    let kinds = [
        ("--company", Kind::Company, &args.company),
        ("--phone", Kind::Phone, &args.phone),
        ("--email", Kind::Email, &args.email),
        ("--credit-code", Kind::CreditCode, &args.credit_code),
    ];
    let mut out = Vec::new();
    for (option, kind, text) in kinds {
        let Some(text) = text else { continue };
        let keys = playbook.identity().map(|it| it.keys.as_slice()).unwrap_or_default();
        let key = keys.iter().find(|key| key.kind == kind);
        let declared = key.and_then(|key| playbook.schema().attributes.get(key.attribute));
        let declared = declared.ok_or_else(|| {
            let name = kind.name();
            let fault = Fault::new(
                Code::InvalidArgument,
                format!("no match key of the playbook is `{name}`, as {option} needs"),
                format!("规则集没有 {option} 所需的 `{name}` 查重依据"),
            );
            Stop::from(fault)
        })?;
        out.push((declared.name.to_string(), text.clone()));
    }
    Ok(out)
}

/// Attributes with texts, or lists of texts.
fn object(document: &Json) -> Result<Vec<(String, String)>, Error> {
    let wrong = |pointer: String| {
        let fault = Fault::new(
            Code::WrongJsonType,
            "expected attributes with texts, or lists of texts",
            "应为属性及其文本，或文本的数组",
        );
        Error::from(fault.at(pointer))
    };
    let entries = document.as_object().ok_or_else(|| wrong(String::new()))?;
    let mut out = Vec::new();
    for (name, value) in entries {
        let texts = match value {
            Json::Null => Vec::new(),
            Json::Text(text) => vec![text.to_string()],
            Json::Array(items) => {
                let texts = items.iter().map(|item| item.as_text().map(str::to_owned));
                texts.collect::<Option<Vec<_>>>().ok_or_else(|| wrong(format!("/{name}")))?
            }
            _ => return Err(wrong(format!("/{name}"))),
        };
        out.extend(texts.into_iter().map(|text| (name.to_string(), text)));
    }
    Ok(out)
}

/// Records the inquiry of a customer who is there; nothing of anybody else.
fn record(
    args: &Collide,
    view: &CollisionView,
    playbook: &Playbook,
) -> Result<Option<Box<str>>, Stop> {
    let Some(customer) = view.customer.clone().filter(|_| view.verdict == Verdict::Same) else {
        return Ok(None);
    };
    let actor = args.actor.as_deref().unwrap_or_default().into();
    let mut store = Store::open(&args.db, playbook.schema()).map_err(super::below_schema)?;
    let command = Command::Inquiry { customer, actor };
    let done = store.command_when(playbook, &command, || {
        let now = clock::now();
        Ok((now, Seen::At(now)))
    })?;
    Ok(done.facts.first().map(|fact| fact.id.clone()))
}

/// The rows of a table, one verdict each.
fn rows(
    args: &Collide,
    collision: &Collision<'_>,
    playbook: &Playbook,
    manner: Manner,
) -> Result<Exit, Stop> {
    let Some(path) = &args.table else { return Ok(Exit::Good) };
    let header = table::header(path, b',', None)?;
    let keys = collision.attributes();
    let (known, others): (Vec<String>, Vec<String>) =
        header.iter().map(|it| it.trim().to_owned()).partition(|it| keys.contains(&it.as_str()));
    if known.is_empty() {
        let keys = keys.join("`, `");
        return Err(Stop::from(Fault::new(
            Code::MissingColumn,
            format!("no column of the table is a match key, expected some of `{keys}`"),
            format!("表中没有查重依据所在的列，应有 `{keys}` 中的若干列"),
        )));
    }
    let wanted: Vec<(&str, &str)> = known.iter().map(|name| ("TABLE", name.as_str())).collect();
    let mut told = Vec::new();
    plain::read(path, &wanted, |row| {
        let cells: Vec<(&str, &str)> = known
            .iter()
            .enumerate()
            .map(|(at, name)| (name.as_str(), row.text(at)))
            .filter(|(_, text)| !text.is_empty())
            .collect();
        let place = row.place().rsplit(':').next().unwrap_or_default().to_owned();
        told.push((place, collision.ask(&cells)));
    })?;
    let views = told.into_iter().map(|(place, view)| Ok((place, view?)));
    let views: Vec<(String, CollisionView)> = views.collect::<Result<_, Error>>()?;
    let count = |verdict| views.iter().filter(|(_, view)| view.verdict == verdict).count() as u64;
    let counts = [Verdict::New, Verdict::Same, Verdict::Possible].map(count);
    let mut out = Lines::new();
    if manner.json {
        for (line, view) in &views {
            let mut said = json!({"row": line.parse::<u64>().ok()});
            let view = serde_json::to_value(view.in_language(manner.language));
            said["answer"] = view.unwrap_or_default();
            out.json(&said)?;
        }
        let [new, same, possible] = counts;
        out.json(&json!({"rows": views.len(), "new": new, "same": same, "possible": possible,
            "not_compared": others}))?;
    } else {
        let page = page::collide::rows(&views, counts, &others, playbook, manner.language);
        out.text(&page)?;
    }
    out.finish()?;
    Ok(Exit::Good)
}
