//! What a text cannot hold, from the document that it came from.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::super::print::print_node;
use super::super::scope::Scope;
use super::Bounds;
use super::column::Columns;
use super::group;
use crate::json::Json;

/// The rules and groups of a document, by what they say.
#[derive(Default)]
pub(super) struct Kept<'j> {
    /// In the order of the document, the outer before the inner.
    by_text: BTreeMap<String, VecDeque<(String, &'j Json)>>,
    used: BTreeSet<String>,
    muted: Vec<String>,
}

impl<'j> Kept<'j> {
    /// Reads a document that may say something else by now, or be broken: what
    /// cannot be read is of no use, and of no harm.
    pub(super) fn of(document: &'j Json, scope: &Scope<'_>) -> Kept<'j> {
        let mut kept = Kept::default();
        let drafted = group::drafted(document, Columns::Scope(scope), Bounds::Turned);
        if !drafted.faults.is_empty() {
            return kept;
        }
        let tree = drafted.out.tree(drafted.root);
        for (place, id) in &drafted.out.parts {
            let pointer = drafted.out.pointer(*place).to_owned();
            let Some(json) = find(document, &pointer) else { continue };
            let text = print_node(&tree, *id);
            kept.by_text.entry(text).or_default().push_back((pointer, json));
        }
        kept.note_muted(document, "");
        kept
    }

    /// Whether there is nothing to give back.
    pub(super) fn is_empty(&self) -> bool {
        self.by_text.is_empty()
    }

    fn note_muted(&mut self, json: &Json, pointer: &str) {
        if json.get("muted").and_then(Json::as_bool) == Some(true) {
            return self.muted.push(pointer.to_owned());
        }
        for (position, rule) in
            json.get("rules").and_then(Json::as_array).unwrap_or_default().iter().enumerate()
        {
            self.note_muted(rule, &format!("{pointer}/rules/{position}"));
        }
        if json.get("match").is_some()
            && let Some(group) = json.get("value")
        {
            self.note_muted(group, &format!("{pointer}/value"));
        }
    }

    /// The first rule or group that says this and has not come back yet.
    pub(super) fn take(&mut self, text: &str, only_group: bool) -> Option<Json> {
        let found = self.by_text.get_mut(text)?;
        let free = |(pointer, json): &(String, &Json)| {
            let inside = (0..=pointer.len())
                .filter(|end| *end == pointer.len() || pointer.as_bytes().get(*end) == Some(&b'/'))
                .any(|end| self.used.contains(&pointer[..end]));
            let below = format!("{pointer}/");
            let around = self.used.range(below.clone()..).next();
            let around = around.is_some_and(|used| used.starts_with(&below));
            !inside && !around && (!only_group || json.get("rules").is_some())
        };
        let position = found.iter().position(free)?;
        let (pointer, json) = found.remove(position)?;
        self.used.insert(pointer);
        Some(json.clone())
    }

    /// Muted rules that have not come back with a group around them.
    pub(super) fn lost(&self) -> Vec<&str> {
        let is_back = |pointer: &str| {
            self.used.iter().any(|used| {
                pointer.strip_prefix(used.as_str()).is_some_and(|rest| rest.starts_with('/'))
            })
        };
        self.muted.iter().map(String::as_str).filter(|pointer| !is_back(pointer)).collect()
    }
}

/// What stands at a pointer made of `rules`, `value` and positions.
fn find<'j>(document: &'j Json, pointer: &str) -> Option<&'j Json> {
    pointer.split('/').skip(1).try_fold(document, |json, step| match json {
        Json::Array(items) => items.get(step.parse::<usize>().ok()?),
        other => other.get(step),
    })
}
