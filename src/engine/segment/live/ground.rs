//! What stays the same while segments are kept up to date: the conditions, and
//! which of them a fact can change.

use std::sync::Arc;

use super::super::reads::{SegmentReads, closure, reads, refuse_unforeseen};
use crate::error::Error;
use crate::facts::{Columns, Schema, Touched};
use crate::lang::tree::Node;
use crate::lang::{Checked, Panel};
use crate::lifecycle::Machine;
use crate::playbook::Playbook;
use crate::segment::Segment;

/// The conditions that are kept up to date.
#[derive(Debug)]
pub(super) struct Ground<'a> {
    pub playbook: &'a Playbook,
    pub segments: Vec<&'a Segment>,
    pub reads: Vec<SegmentReads>,
    pub panel: Panel<'a>,
    pub touch: Touch,
    /// All machines where a segment asks one, none otherwise.
    pub machines: &'a [Machine],
    /// Whether anything depends on assessments.
    pub assessed: bool,
    /// Whether these depend on everybody's facts.
    pub ranked: bool,
}

impl<'a> Ground<'a> {
    /// # Errors
    ///
    /// The faults of a segment whose changes with time cannot be foreseen.
    pub fn new(
        columns: &'a Columns,
        playbook: &'a Playbook,
        segments: Vec<&'a Segment>,
    ) -> Result<Ground<'a>, Error> {
        for segment in &segments {
            refuse_unforeseen(segment.condition(), playbook)?;
        }
        let conditions: Vec<&Checked> = segments.iter().map(|it| &**it.condition()).collect();
        let reads: Vec<SegmentReads> =
            conditions.iter().map(|condition| reads(condition, playbook)).collect();
        let asks_machines = reads.iter().any(|reads| !reads.machines.is_empty());
        let machines = if asks_machines { playbook.machines() } else { &[] };
        let scored = reads.iter().any(|reads| !reads.scores.is_empty());
        let assessed = scored || machines.iter().any(|machine| machine.assessed);
        let ranked = assessed && playbook.value().is_some_and(|value| value.needs_everybody());
        let panel = Panel::new(&conditions, playbook.world(columns));
        let touch = Touch::new(&conditions, playbook);
        Ok(Ground { playbook, segments, reads, panel, touch, machines, assessed, ranked })
    }

    /// Words of 64 segments.
    pub fn n_words(&self) -> usize {
        self.segments.len().div_ceil(64)
    }

    pub fn conditions(&self) -> Vec<&'a Checked> {
        self.segments.iter().map(|it| &**it.condition()).collect()
    }

    pub fn place(&self, name: &str) -> Option<usize> {
        self.segments.iter().position(|segment| **segment.name() == *name)
    }

    pub fn name(&self, place: usize) -> Arc<str> {
        self.segments.get(place).map(|it| it.name().clone()).unwrap_or_default()
    }
}

/// Whether a condition depends on assessments that depend on everybody's facts.
pub(super) fn is_ranked(condition: &Checked, playbook: &Playbook) -> bool {
    let reads = reads(condition, playbook);
    let in_machines = || playbook.machines().iter().any(|machine| machine.assessed);
    let assessed = !reads.scores.is_empty() || !reads.machines.is_empty() && in_machines();
    assessed && playbook.value().is_some_and(|value| value.needs_everybody())
}

/// For each fact that may be learnt the segments that it can change, as bits.
#[derive(Debug)]
pub(super) struct Touch {
    kinds: Vec<Vec<u64>>,
    attributes: Vec<Vec<u64>>,
    consents: Vec<u64>,
    /// Those that ask what any fact may change.
    always: Vec<u64>,
    pub all: Vec<u64>,
}

impl Touch {
    fn new(conditions: &[&Checked], playbook: &Playbook) -> Touch {
        let schema: &Schema = playbook.schema();
        let none = vec![0; conditions.len().div_ceil(64)];
        let mut touch = Touch {
            kinds: vec![none.clone(); schema.kinds.len()],
            attributes: vec![none.clone(); schema.attributes.len()],
            consents: none.clone(),
            always: none.clone(),
            all: none,
        };
        for (place, condition) in conditions.iter().enumerate() {
            set(&mut touch.all, place);
            for condition in closure(condition, playbook) {
                let uses = &condition.uses;
                for kind in &uses.kinds {
                    touch.kinds.get_mut(*kind).into_iter().for_each(|it| set(it, place));
                }
                for attribute in &uses.attributes {
                    touch.attributes.get_mut(*attribute).into_iter().for_each(|it| set(it, place));
                }
                if !uses.consents.is_empty() {
                    set(&mut touch.consents, place);
                }
                if !uses.machines.is_empty() || !uses.scores.is_empty() {
                    set(&mut touch.always, place);
                }
                // Any contact, and when it was verified.
                let asks = |node: &Node| {
                    matches!(node, Node::Call { function, .. }
                        if matches!(&**function, "reachable" | "freshness"))
                };
                if condition.tree.nodes.iter().any(asks) {
                    touch.attributes.iter_mut().for_each(|it| set(it, place));
                }
            }
        }
        touch
    }

    /// The segments that what was learnt can change.
    pub fn of(&self, touched: &Touched, out: &mut Vec<u64>) {
        out.clone_from(&self.always);
        let kinds = touched.kinds.iter().map(|kind| self.kinds.get(*kind));
        let attributes = touched.attributes.iter().map(|it| self.attributes.get(*it));
        let consents = touched.consents.then_some(Some(&self.consents));
        for words in kinds.chain(attributes).chain(consents).flatten() {
            for (out, word) in out.iter_mut().zip(words) {
                *out |= word;
            }
        }
    }
}

pub(super) fn set(words: &mut [u64], place: usize) {
    if let Some(word) = words.get_mut(place / 64) {
        *word |= 1 << (place % 64);
    }
}

pub(super) fn has(words: &[u64], place: usize) -> bool {
    words.get(place / 64).is_some_and(|word| word >> (place % 64) & 1 == 1)
}
