//! `guanxi check`: every fault of a playbook.

use guanxi::engine::ask::SaidSentence;
use guanxi::error::Language;
use guanxi::playbook::{Findings, Playbook};
use guanxi::{Error, Fault};
use serde_json::json;

use super::Manner;
use crate::args::Check;
use crate::exit::{Exit, Source, Stop};
use crate::faults;
use crate::files;
use crate::lines::Lines;
use crate::speech::counted;

/// Checks the playbook and prints what was found.
pub fn run(args: &Check, manner: Manner) -> Result<Exit, Stop> {
    let text = files::read_text(&args.playbook)?;
    let findings = Playbook::check(&text);
    let mut out = Lines::new();
    if manner.json {
        out.json(&found(&findings, args.say, manner.language))?;
    } else {
        if let Some(playbook) = &findings.playbook {
            out.text(&page(playbook, &findings.hints, &text, manner.language))?;
            if args.say {
                out.text(&sentences(playbook, manner.language))?;
            }
        }
        report(&findings.faults, text, manner.language)?;
    }
    out.finish()?;
    Ok(Error::of(findings.faults).map_or(Exit::Good, |error| Exit::of(&error)))
}

fn report(found: &[Fault], text: String, language: Language) -> std::io::Result<()> {
    match Error::of(found.to_vec()) {
        None => Ok(()),
        Some(error) => {
            let mut stderr = std::io::stderr().lock();
            faults::write_all(&mut stderr, &error, &Source::Document(text), language)
        }
    }
}

/// Each segment with what it says, in the order of the document.
fn sentences(playbook: &Playbook, language: Language) -> String {
    let mut out = String::new();
    for segment in playbook.segments() {
        let said = playbook.say(segment.condition(), language);
        let name = crate::page::printable(segment.name()).into_owned();
        out.push_str(&format!("\n{name}\n  {}\n", said.text));
    }
    out
}

fn found(findings: &Findings, say: bool, language: Language) -> serde_json::Value {
    let mut out = json!({
        "valid": findings.playbook.is_some(),
        "faults": faults::list(&findings.faults, language),
        "hints": faults::list(&findings.hints, language),
    });
    if let (Some(playbook), Some(out)) = (&findings.playbook, out.as_object_mut()) {
        out.insert("id".into(), playbook.id().into());
        out.insert("version".into(), playbook.version().into());
        out.insert("hash".into(), playbook.hash().into());
        out.insert("semantic_hash".into(), playbook.semantic_hash().into());
        out.insert("attributes".into(), playbook.schema().attributes.len().into());
        out.insert("kinds".into(), playbook.schema().kinds.len().into());
        out.insert("parameters".into(), playbook.parameters().len().into());
        out.insert("machines".into(), playbook.machines().len().into());
        out.insert("segments".into(), playbook.segments().len().into());
        if say {
            let said = playbook.segments().iter().map(|segment| {
                let sentence = playbook.say(segment.condition(), language);
                (segment.name().to_string(), json!(SaidSentence(&sentence)))
            });
            out.insert("sentences".into(), said.collect::<serde_json::Map<_, _>>().into());
        }
    }
    out
}

fn page(playbook: &Playbook, hints: &[Fault], text: &str, language: Language) -> String {
    let schema = playbook.schema();
    let (id, version) = (playbook.id(), playbook.version());
    let (attributes, kinds) = (schema.attributes.len(), schema.kinds.len());
    let (parameters, segments) = (playbook.parameters().len(), playbook.segments().len());
    let machines = playbook.machines().len();
    let mut page = match language {
        Language::En => {
            let attributes = counted(attributes as u64, "attribute", "attributes");
            let kinds = counted(kinds as u64, "kind of events", "kinds of events");
            let parameters = counted(parameters as u64, "parameter", "parameters");
            let machines = counted(machines as u64, "lifecycle", "lifecycles");
            let segments = counted(segments as u64, "segment", "segments");
            format!(
                "{id} {version}: no faults\n\
                 {attributes}, {kinds}, {parameters}, {machines}, {segments}\n"
            )
        }
        Language::Zh => format!(
            "{id} {version}：没有错误\n属性 {attributes} 个，事件种类 {kinds} 种，\
             参数 {parameters} 个，生命周期 {machines} 个，细分 {segments} 个\n"
        ),
    };
    let (hash, semantic) = (playbook.hash(), playbook.semantic_hash());
    page.push_str(&format!("hash           {hash}\n"));
    page.push_str(&format!("semantic hash  {semantic}\n"));
    for hint in hints {
        page.push('\n');
        page.push_str(&faults::render_hint(hint, text, language));
    }
    page
}
