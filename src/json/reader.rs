//! What reading a document brings to light: faults, hints, and its meaning.

use std::collections::{HashMap, HashSet};

use super::{Json, pointer_push};
use crate::error::{Code, Error, Fault};
use crate::units::{nearest, shown};

/// Faults that are listed; a document with more is broken as a whole, and
/// nobody reads on.
pub const FAULTS: usize = 1_000;

/// Letters compared in search of what a misspelt word may have meant: enough
/// for any document of people, and no invitation to keep a host busy.
const COMPARISONS: usize = 50_000_000;

/// Collects what is found while a document is read.
///
/// It also learns which parts are wording: whatever is read as labels or help
/// never changes an answer, so [`meaning`](Reader::meaning) leaves it out.
#[derive(Debug, Default)]
pub struct Reader {
    faults: Vec<Fault>,
    hints: Vec<Fault>,
    compared: usize,
    spoilt: HashSet<Box<str>>,
    wording: HashSet<String>,
    plain: HashMap<String, Json>,
    /// What was asked for at each object, for the tests of tables that say it.
    #[cfg(test)]
    pub(crate) asked: Vec<(String, Vec<&'static str>)>,
}

impl Reader {
    /// A reader that has found nothing yet.
    pub fn new() -> Self {
        Reader::default()
    }

    /// Notes the keys that are known at an object.
    #[cfg(test)]
    pub(super) fn closed(&mut self, pointer: &str, asked: &[&'static str], not: &[&'static str]) {
        let known = asked.iter().copied().filter(|key| !not.contains(key));
        self.asked.push((pointer.to_owned(), known.collect()));
    }

    /// Notes a fault.
    pub fn fault(&mut self, fault: Fault) {
        if !self.is_full() {
            self.faults.push(fault);
        }
    }

    /// Notes every fault of an error, their pointers below `pointer`.
    pub fn error(&mut self, error: Error, pointer: &str) {
        for fault in error.below(pointer).into_faults() {
            self.fault(fault);
        }
    }

    /// Notes a fault about a misspelt word with the candidate most like it.
    pub fn fault_near<'c>(
        &mut self,
        fault: Fault,
        word: &str,
        candidates: impl IntoIterator<Item = &'c str>,
    ) {
        let compared = &mut self.compared;
        let affordable = candidates.into_iter().take_while(|candidate| {
            *compared = compared.saturating_add((word.len() + 1) * (candidate.len() + 1));
            *compared <= COMPARISONS
        });
        let fault = match nearest(word, affordable) {
            Some(near) => fault.meant(near),
            None => fault,
        };
        self.fault(fault);
    }

    /// Notes something that is allowed and probably not meant.
    pub fn hint(&mut self, hint: Fault) {
        if self.hints.len() < FAULTS {
            self.hints.push(hint);
        }
    }

    /// Whether any fault was noted.
    pub fn has_faults(&self) -> bool {
        !self.faults.is_empty()
    }

    /// How many faults were noted.
    pub fn n_faults(&self) -> usize {
        self.faults.len()
    }

    /// Whether so many faults were noted that looking further is in vain.
    pub fn is_full(&self) -> bool {
        self.faults.len() >= FAULTS
    }

    /// Remembers a name whose definition has faults and was left out.
    pub fn spoil(&mut self, name: &str) {
        self.spoilt.insert(name.into());
    }

    /// Whether a name is missing only because its definition has faults, so
    /// that calling it unknown would mislead.
    pub fn is_spoilt(&self, name: &str) -> bool {
        self.spoilt.contains(name)
    }

    /// Whether a fault of an expression says only that a name is unknown whose
    /// own definition has been found faulty: mending that will mend this.
    pub fn follows(&self, fault: &Fault, source: &str) -> bool {
        let unknown =
            [Code::UnknownName, Code::UnknownField, Code::UnknownSegment].contains(&fault.code);
        let bytes = fault.span.and_then(|(start, end)| source.get(start..end));
        let Some(bytes) = bytes.filter(|_| unknown) else { return false };
        let name = bytes.rsplit('.').next().unwrap_or(bytes);
        self.is_spoilt(name.trim_matches(['\'', '"']))
    }

    /// Whether `name` can be spelt in expressions; noted when not.
    pub fn check_name(&mut self, name: &str, pointer: &str) -> bool {
        let mut bytes = name.bytes();
        let starts = bytes.next().is_some_and(|byte| byte.is_ascii_alphabetic() || byte == b'_');
        let good = starts && bytes.all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        if !good {
            let given = shown(name);
            self.fault(
                Fault::new(
                    Code::BadName,
                    format!(
                        "`{given}` is not a name, expected letters a to z, digits and `_`, \
                         starting with a letter"
                    ),
                    format!("`{given}` 不能作名称，应以字母开头，由英文字母、数字和 `_` 组成"),
                )
                .hint("say it to people in `labels`", "给人看的名称写在 `labels` 里")
                .at(pointer),
            );
        }
        good
    }

    /// Marks a part of the document as wording.
    pub fn wording(&mut self, pointer: &str) {
        self.wording.insert(pointer.to_owned());
    }

    /// Marks a part of the document as another way to write `plain`.
    pub fn means(&mut self, pointer: &str, plain: Json) {
        self.plain.insert(pointer.to_owned(), plain);
    }

    /// The document without what was marked as wording.
    pub fn meaning(&self, document: &Json) -> Json {
        self.meaning_at(document, "")
    }

    fn meaning_at(&self, json: &Json, pointer: &str) -> Json {
        if let Some(plain) = self.plain.get(pointer) {
            return plain.clone();
        }
        match json {
            Json::Array(items) => {
                let item = |(position, item)| {
                    let position: usize = position;
                    self.meaning_at(item, &format!("{pointer}/{position}"))
                };
                Json::Array(items.iter().enumerate().map(item).collect())
            }
            Json::Object(entries) => Json::Object(
                entries
                    .iter()
                    .map(|(key, value)| (key, value, pointer_push(pointer, key)))
                    .filter(|(_, _, below)| !self.wording.contains(below))
                    .map(|(key, value, below)| (key.clone(), self.meaning_at(value, &below)))
                    .collect(),
            ),
            other => other.clone(),
        }
    }

    /// Everything found, faults and hints each in the order of the document.
    pub fn finish(mut self, document: &Json) -> (Vec<Fault>, Vec<Fault>) {
        let pointers =
            self.faults.iter().chain(&self.hints).filter_map(|fault| fault.pointer.clone());
        let mut order = Order { wanted: pointers.collect(), ranks: HashMap::new(), next: 0 };
        if !order.wanted.is_empty() {
            order.walk(document, "");
        }
        let full = self.is_full();
        for list in [&mut self.faults, &mut self.hints] {
            list.sort_by_key(|fault| (order.rank(fault), fault.span));
        }
        if full {
            self.faults.push(Fault::new(
                Code::BadValue,
                format!("the first {FAULTS} faults are listed, there may be more"),
                format!("只列出前 {FAULTS} 个问题，可能还有更多"),
            ));
        }
        (self.faults, self.hints)
    }
}

/// Where each wanted pointer stands in a document.
struct Order {
    wanted: HashSet<String>,
    ranks: HashMap<String, usize>,
    next: usize,
}

impl Order {
    /// Numbers the places of the document, which the parser keeps shallow.
    fn walk(&mut self, json: &Json, pointer: &str) {
        if self.wanted.contains(pointer) {
            self.ranks.insert(pointer.to_owned(), self.next);
        }
        self.next += 1;
        match json {
            Json::Array(items) => {
                for (position, item) in items.iter().enumerate() {
                    self.walk(item, &format!("{pointer}/{position}"));
                }
            }
            Json::Object(entries) => {
                for (key, value) in entries {
                    self.walk(value, &pointer_push(pointer, key));
                }
            }
            _ => {}
        }
    }

    fn rank(&self, fault: &Fault) -> usize {
        let pointer = fault.pointer.as_deref().unwrap_or_default();
        self.ranks.get(pointer).copied().unwrap_or(usize::MAX)
    }
}
