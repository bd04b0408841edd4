//! What makes two segments the same, or the same but for their wording: a hash
//! over all that they read.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::document::Content;
use super::identity::sha256;
use super::reach::expressions;
use crate::json::Json;
use crate::lang::Checked;

/// What one segment reads, down through segments and machines.
#[derive(Default)]
struct Read<'c> {
    segments: BTreeSet<&'c str>,
    machines: BTreeSet<&'c str>,
    parameters: BTreeSet<usize>,
    attributes: BTreeSet<usize>,
    kinds: BTreeSet<usize>,
    /// Whether it reads what is fixed at assessments, which rest on everything.
    scores: bool,
    /// Whether it reads consents, or contacts by what they are.
    people: bool,
}

/// SHA-256 over the meaning of a segment and of everything that it reads.
///
/// What is assessed rests on the whole document, and so does the hash of a
/// segment that reads it; what reads a machine rests on the whole schema.
pub(super) fn of(content: &Content, name: &str) -> Option<Box<str>> {
    let read = read(content, name)?;
    let meaning = &content.identity.meaning;
    let whole = |key: &str| meaning.get(key).cloned().unwrap_or(Json::Null);
    let some = |section: &Json, names: &[&str]| {
        let named =
            names.iter().filter_map(|name| Some(((*name).into(), section.get(name)?.clone())));
        Json::Object(named.collect())
    };
    let text = |text: &str| Json::Text(text.into());
    let mut parts: Vec<(Box<str>, Json)> = vec![("segment".into(), text(name))];
    if read.scores {
        parts.push(("document".into(), meaning.clone()));
        return Some(sha256(&Json::Object(parts).to_canonical()));
    }
    let names =
        |set: &BTreeSet<&str>| set.iter().copied().map(Box::from).collect::<Vec<Box<str>>>();
    let listed = |key: &str, names: &[Box<str>]| {
        let names: Vec<&str> = names.iter().map(|name| &**name).collect();
        (Box::from(key), some(&whole(key), &names))
    };
    let parameters = read.parameters.iter().filter_map(|at| content.parameters.get(*at));
    let parameters: Vec<Box<str>> = parameters.map(|it| Box::from(&*it.name)).collect();
    parts.extend([
        ("semantics".into(), whole("semantics")),
        ("calendar".into(), whole("calendar")),
        listed("segments", &names(&read.segments)),
        listed("machines", &names(&read.machines)),
        listed("parameters", &parameters),
    ]);
    let schema = whole("schema");
    if !read.machines.is_empty() || read.people {
        parts.push(("schema".into(), schema));
        return Some(sha256(&Json::Object(parts).to_canonical()));
    }
    let declared = &content.schema;
    let attributes = read.attributes.iter().filter_map(|at| declared.attributes.get(*at));
    let attributes: Vec<&str> = attributes.map(|attribute| &*attribute.name).collect();
    let kinds = read.kinds.iter().filter_map(|at| declared.kinds.get(*at));
    let kinds: Vec<&str> = kinds.map(|kind| &*kind.name).collect();
    let section = |key: &str| schema.get(key).cloned().unwrap_or(Json::Null);
    parts.push(("attributes".into(), some(&section("attributes"), &attributes)));
    parts.push(("events".into(), some(&section("events"), &kinds)));
    Some(sha256(&Json::Object(parts).to_canonical()))
}

fn read<'c>(content: &'c Content, name: &str) -> Option<Read<'c>> {
    let segment = |name: &str| {
        let position = content.names.binary_search_by(|held| (**held).cmp(name)).ok()?;
        content.segments.get(position)
    };
    let mut read = Read::default();
    let first = segment(name)?;
    read.segments.insert(first.name());
    let mut next: Vec<&Arc<Checked>> = vec![first.condition()];
    while let Some(condition) = next.pop() {
        read.take(condition);
        for name in &condition.uses.segments {
            let Some(named) = segment(name) else { continue };
            if read.segments.insert(named.name()) {
                next.push(named.condition());
            }
        }
        let mut open: Vec<&str> = condition.uses.machines.iter().map(|name| &**name).collect();
        while let Some(name) = open.pop() {
            let Some(machine) = content.machines.iter().find(|it| &*it.name == name) else {
                continue;
            };
            if !read.machines.insert(&*machine.name) {
                continue;
            }
            read.scores |= machine.assessed;
            open.extend(machine.reads.iter().map(|name| &**name));
            for (expression, _) in machine.transitions.iter().flat_map(expressions) {
                read.take(expression);
                let named = expression.uses.segments.iter().filter_map(|name| segment(name));
                for named in named {
                    if read.segments.insert(named.name()) {
                        next.push(named.condition());
                    }
                }
            }
        }
    }
    Some(read)
}

impl Read<'_> {
    fn take(&mut self, condition: &Checked) {
        let uses = &condition.uses;
        self.parameters.extend(&uses.parameters);
        self.attributes.extend(&uses.attributes);
        self.kinds.extend(&uses.kinds);
        self.scores |= !uses.scores.is_empty();
        self.people |= !uses.consents.is_empty() || condition.source.contains("reachable");
    }
}
