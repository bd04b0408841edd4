//! What a reader should know before trusting the numbers.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::error::{Error, Text};
use crate::facts::{Columns, History};
use crate::lang::Checked;
use crate::playbook::Playbook;
use crate::units::Instant;

/// Something a reader should know.
#[derive(Debug, Clone, Serialize)]
pub struct Note {
    /// A stable name: `no_facts`, `undated_attributes`, `later_facts`,
    /// `value_unknown`, `restricted`.
    pub name: &'static str,
    /// What to know.
    pub text: Text,
    /// The latest instant that it speaks of, for a host that shows instants in
    /// a zone of its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<Instant>,
}

/// The notes to an answer at `as_of`, by what was known at `known_at`, that
/// reads these attributes, by position.
pub(super) fn notes(
    columns: &Columns,
    attributes: impl IntoIterator<Item = usize>,
    as_of: Instant,
    known_at: Option<Instant>,
) -> Vec<Note> {
    let mut notes: Vec<Note> = left_out(columns).into_iter().collect();
    if columns.n_customers() == 0 {
        notes.push(no_facts(known_at));
        return notes;
    }
    let Some(last) = columns.last.filter(|last| as_of < *last) else { return notes };
    let undated = attributes.into_iter().filter_map(|position| {
        let history = columns.attributes.get(position).filter(|it: &&History| it.has_undated());
        history.and(columns.schema.attributes.get(position)).map(|attribute| &*attribute.name)
    });
    let undated: Vec<&str> = undated.collect();
    if !undated.is_empty() {
        let names = undated.join(", ");
        notes.push(Note {
            name: "undated_attributes",
            text: Text::new(
                format!("this is about the past, but today's values are used for: {names}"),
                format!("本次评估针对过去，但以下属性没有历史，使用的是现值：{names}"),
            ),
            until: None,
        });
    }
    notes.push(Note {
        name: "later_facts",
        text: Text::new(
            format!("facts after {as_of} (up to {last}) are left out"),
            format!("{as_of} 之后（至 {last}）的事实未计入"),
        ),
        until: Some(last),
    });
    notes
}

/// That nobody's worth is known, and why.
pub(super) fn value_unknown(error: &Error) -> Note {
    let faults = error.faults();
    let why = |say: fn(&Text) -> &str| {
        let all: Vec<&str> = faults.iter().map(|fault| say(&fault.message)).collect();
        all.join("; ")
    };
    let (en, zh) = (why(|text| &text.en), why(|text| &text.zh));
    let text = Text::new(
        format!("nobody is assessed, and tiers and scores are missing: {en}"),
        format!("未能定级，等级与得分均缺失：{zh}"),
    );
    Note { name: "value_unknown", text, until: None }
}

/// That some are restricted, and in no number.
pub(super) fn left_out(columns: &Columns) -> Option<Note> {
    let count = columns.restricted.len();
    let text = Text::new(
        format!("left out of all of this, as they are restricted: {count} ids"),
        format!("因限制处理而未计入：{count} 个编号"),
    );
    (0 < count).then_some(Note { name: "restricted", text, until: None })
}

/// That nobody is there to ask about.
fn no_facts(known_at: Option<Instant>) -> Note {
    let text = match known_at {
        None => Text::new("there are no facts about customers yet", "尚无任何客户的事实"),
        Some(known_at) => Text::new(
            format!(
                "nothing had been learnt about any customer by {known_at}; what was learnt later is left out"
            ),
            format!("截至 {known_at} 尚未获知任何客户的事实；此后获知的未计入"),
        ),
    };
    Note { name: "no_facts", text, until: known_at }
}

/// The attributes that a condition reads, those of the segments it names
/// included.
pub(super) fn attributes_read(condition: &Checked, playbook: &Playbook) -> BTreeSet<usize> {
    let mut read = BTreeSet::new();
    let mut seen = BTreeSet::new();
    let mut next = vec![condition];
    while let Some(condition) = next.pop() {
        read.extend(&condition.uses.attributes);
        let segments = condition.uses.segments.iter().filter(|name| seen.insert(&***name));
        next.extend(segments.filter_map(|name| playbook.segment(name)).map(|it| &**it.condition()));
    }
    read
}
