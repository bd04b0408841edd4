//! Whether the audit trail adds up, and where it first does not.

use std::collections::BTreeMap;

use serde::Serialize;

use super::Line;
use super::entry::{self, Text};
use crate::error::{Code, Fault, Language};

/// What a check of the audit trail found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct TrailCheck {
    /// Entries that are there.
    pub entries: u64,
    /// The hash of the last one: to be kept elsewhere, and expected at the next
    /// check. `None` where there is no entry.
    pub head: Option<Box<str>>,
    /// The number of the first entry that does not hold up, or is not there.
    pub broken: Option<u64>,
    /// What is wrong, in the order of the entries.
    pub faults: Vec<Fault>,
}

impl TrailCheck {
    /// Whether nothing is wrong.
    pub fn is_sound(&self) -> bool {
        self.faults.is_empty()
    }

    /// The same as JSON with its reasons in one language, and whether the trail
    /// is `sound`.
    pub fn in_language(&self, language: Language) -> impl Serialize + '_ {
        #[derive(Serialize)]
        struct Said<'a, F: Serialize> {
            sound: bool,
            entries: u64,
            head: Option<&'a str>,
            broken: Option<u64>,
            faults: Vec<F>,
        }
        Said {
            sound: self.is_sound(),
            entries: self.entries,
            head: self.head.as_deref(),
            broken: self.broken,
            faults: self.faults.iter().map(|fault| fault.in_language(language)).collect(),
        }
    }
}

/// A check on its way from the first entry to the last.
pub(super) struct Walk {
    expected: Option<Box<str>>,
    is_expected_found: bool,
    entries: u64,
    last: u64,
    before: Box<str>,
    /// Entries that were emptied, with the marks of whom they are about, until
    /// an erasure says why.
    emptied: BTreeMap<u64, Vec<Box<str>>>,
    faults: Vec<(u64, Fault)>,
}

impl Walk {
    pub fn new(expected: Option<&str>) -> Walk {
        Walk {
            // A host may keep it in capital letters.
            expected: expected.map(|hash| hash.trim().to_ascii_lowercase().into()),
            is_expected_found: false,
            entries: 0,
            last: 0,
            before: entry::start(),
            emptied: BTreeMap::new(),
            faults: Vec::new(),
        }
    }

    /// The next entry by its number.
    pub fn push(&mut self, line: &Line) {
        let is_next = line.number == self.last + 1;
        if !is_next {
            self.faults
                .push((self.last + 1, missing(self.last + 1, line.number.saturating_sub(1))));
        }
        let text = Text::read(&line.text).filter(|text| text.number == line.number);
        // After a gap there is nothing to hold it against.
        let follows = !is_next || line.hash == entry::hash(&self.before, &line.text);
        match text {
            Some(text) if follows && is_sealed(line, &text) => self.note(line, text),
            Some(_) => self.faults.push((line.number, changed(line.number))),
            None => self.faults.push((line.number, unreadable(line.number))),
        }
        if self.expected.as_deref() == Some(&*line.hash) {
            self.is_expected_found = true;
        }
        self.entries += 1;
        self.last = line.number;
        self.before.clone_from(&line.hash);
    }

    /// What of it later entries explain, or it explains of earlier ones.
    fn note(&mut self, line: &Line, text: Text) {
        if text.sealed.is_some() && line.sealed.is_none() {
            self.emptied.insert(line.number, text.about);
        } else if text.receipt.is_some() {
            let gone = |about: &[Box<str>]| about.iter().any(|mark| text.about.contains(mark));
            self.emptied.retain(|_, about| !gone(about));
        }
    }

    /// Ends the check; `given`: the last number that was given out, as far as the
    /// store remembers.
    pub fn finish(mut self, given: u64) -> TrailCheck {
        if self.last < given {
            self.faults.push((self.last + 1, missing(self.last + 1, given)));
        }
        let without = self.emptied.into_keys().map(|number| (number, emptied(number)));
        self.faults.extend(without);
        if self.expected.is_some() && !self.is_expected_found {
            self.faults.push((self.last + 1, cut_off()));
        }
        self.faults.sort_by_key(|(number, _)| *number);
        TrailCheck {
            entries: self.entries,
            head: (0 < self.entries).then_some(self.before),
            broken: self.faults.first().map(|(number, _)| *number),
            faults: self.faults.into_iter().map(|(_, fault)| fault).collect(),
        }
    }
}

/// Whether what is sealed is what the text has the hash of; where it is gone, an
/// erasure has to say so.
fn is_sealed(line: &Line, text: &Text) -> bool {
    match (&line.sealed, &text.sealed) {
        (Some(sealed), Some(digest)) => entry::digest(sealed) == *digest,
        (Some(_), None) => false,
        (None, _) => true,
    }
}

fn damage(en: String, zh: String) -> Fault {
    Fault::new(Code::Corrupt, en, zh)
}

fn missing(from: u64, to: u64) -> Fault {
    if from == to {
        return damage(
            format!("entry {from} of the audit trail is missing"),
            format!("留痕第 {from} 条缺失"),
        );
    }
    damage(
        format!("entries {from} to {to} of the audit trail are missing"),
        format!("留痕第 {from} 至 {to} 条缺失"),
    )
}

fn changed(number: u64) -> Fault {
    damage(
        format!("entry {number} of the audit trail is not as it was recorded"),
        format!("留痕第 {number} 条与记入时不一致"),
    )
    .hint(
        "it does not follow from the one before: one of the two was changed, or another put in",
        "它与前一条不衔接：两条之一被改动，或有条目被插入",
    )
}

pub(super) fn unreadable(number: u64) -> Fault {
    damage(
        format!("entry {number} of the audit trail cannot be read, or is another's"),
        format!("留痕第 {number} 条无法读取，或被其他条目顶替"),
    )
}

fn emptied(number: u64) -> Fault {
    damage(
        format!("entry {number} of the audit trail was emptied, and no erasure says why"),
        format!("留痕第 {number} 条的内容被清空，却没有相应的清除记录"),
    )
}

fn cut_off() -> Fault {
    damage(
        "no entry of the audit trail has the expected hash".to_owned(),
        "留痕中没有任何条目的校验值与预期相符".to_owned(),
    )
    .hint(
        "it was cut off or written anew, or an older backup was restored",
        "留痕被截断或重写，或者恢复了较早的备份",
    )
}
