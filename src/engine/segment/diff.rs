//! What another playbook would change about segments, before it is in force.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::Serialize;

use super::super::answers::Options;
use super::super::summary::PlaybookSummary;
use super::over::Over;
use crate::error::Text;
use crate::facts::{Bits, Columns, Snapshot};
use crate::playbook::Playbook;
use crate::segment::{Clauses, Segment};
use crate::units::Instant;

/// Who would come into and go out of segments by another playbook.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SegmentDiff {
    /// The one in force, by its hash.
    pub old: Box<str>,
    /// The other.
    pub new: Box<str>,
    /// The instant of the answer.
    pub as_of: Instant,
    /// Customers who were there.
    pub customers: u64,
    /// The segments that differ in what they say or in who is in them, by name.
    pub segments: Vec<SegmentChange>,
    /// How many segments are the same in both.
    pub same: u64,
}

/// One segment that differs.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SegmentChange {
    /// The segment.
    pub segment: Arc<str>,
    /// As shown to people.
    pub label: Text,
    /// The condition in force; `None`: it is added.
    pub old_condition: Option<Box<str>>,
    /// The other condition; `None`: it is dropped.
    pub new_condition: Option<Box<str>>,
    /// Members now.
    pub old: u64,
    /// Members then.
    pub new: u64,
    /// Who would come in.
    pub entered: u64,
    /// Who would go out.
    pub left: u64,
    /// Which clauses in force alone keep those out who would come in.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub entered_by: Vec<ByClause>,
    /// Which new clauses alone keep those out who would go.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub left_by: Vec<ByClause>,
    /// What of the new playbook rests on it.
    pub readers: SegmentReaders,
}

/// How many one clause alone decides about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ByClause {
    /// The clause as it is written; `None`: several together.
    pub clause: Option<String>,
    /// Customers.
    pub customers: u64,
}

/// What rests on a segment, directly or by way of others.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct SegmentReaders {
    /// Other segments.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub segments: BTreeSet<Arc<str>>,
    /// Lifecycles.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub machines: BTreeSet<Arc<str>>,
    /// Whether scores and tiers do.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub value: bool,
    /// Pools of customers to be claimed.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub pools: BTreeSet<Arc<str>>,
}

/// What another playbook would change about segments.
///
/// # Inputs
///
/// The same facts twice, by the schema of each playbook.
///
/// # Cost
///
/// Two reviews; for a segment whose members differ one pass for each clause.
pub fn diff(
    (old_columns, old): (&Columns, &Playbook),
    (new_columns, new): (&Columns, &Playbook),
    as_of: Instant,
    options: Options,
) -> SegmentDiff {
    let before = Side::new(old_columns, old, as_of, options);
    let after = Side::new(new_columns, new, as_of, options);
    let numbers = numbers(old_columns, new_columns);
    let segments = old.segments().iter().chain(new.segments());
    let names: BTreeSet<Arc<str>> = segments.map(|it| it.name().clone()).collect();
    let (mut out, mut same) = (Vec::new(), 0);
    for name in names {
        match change(&before, &after, &numbers, &name, as_of) {
            Some(change) => out.push(change),
            None => same += 1,
        }
    }
    SegmentDiff {
        old: PlaybookSummary::of(old).hash,
        new: PlaybookSummary::of(new).hash,
        as_of,
        customers: Snapshot::new(old_columns, as_of).population().count() as u64,
        segments: out,
        same,
    }
}

/// One of the two playbooks with its answers.
struct Side<'a> {
    playbook: &'a Playbook,
    over: Over<'a>,
    members: BTreeMap<Arc<str>, Bits>,
    n: usize,
}

impl<'a> Side<'a> {
    fn new(
        columns: &'a Columns,
        playbook: &'a Playbook,
        as_of: Instant,
        options: Options,
    ) -> Side<'a> {
        let over = Over::new(columns, playbook, as_of, options);
        let members = over.at(as_of).into_iter().map(|(name, answer)| (name, answer.members));
        Side { playbook, members: members.collect(), over, n: columns.n_customers() }
    }

    fn members(&self, name: &str) -> Bits {
        self.members.get(name).cloned().unwrap_or_else(|| Bits::none(self.n))
    }
}

/// For each customer of the old columns the number in the new ones; `None` where
/// they are the same.
fn numbers(old: &Columns, new: &Columns) -> Option<Vec<Option<u32>>> {
    if old.customers == new.customers && old.spans == new.spans {
        return None;
    }
    let place = |number: usize| -> Option<u32> {
        let (id, span) = (old.customers.get(number)?, old.spans.get(number));
        let first = new.customers.partition_point(|have| have < id);
        let same = new.customers.iter().enumerate().skip(first);
        let mut same = same.take_while(|(_, have)| *have == id);
        same.find(|(at, _)| new.spans.get(*at) == span).map(|(at, _)| at as u32)
    };
    Some((0..old.n_customers()).map(place).collect())
}

/// Rows of the new columns as rows of the old ones.
fn moved(bits: Bits, numbers: &Option<Vec<Option<u32>>>) -> Bits {
    let Some(numbers) = numbers else { return bits };
    let mut out = Bits::none(numbers.len());
    for (old, new) in numbers.iter().enumerate() {
        out.set(old, new.is_some_and(|new| bits.has(new as usize)));
    }
    out
}

fn change(
    before: &Side<'_>,
    after: &Side<'_>,
    numbers: &Option<Vec<Option<u32>>>,
    name: &Arc<str>,
    as_of: Instant,
) -> Option<SegmentChange> {
    let (old, new) = (before.playbook.segment(name), after.playbook.segment(name));
    let was = before.members(name);
    let is = moved(after.members(name), numbers);
    let (entered, left) = (is.and(&was.complement()), was.and(&is.complement()));
    let means_the_same = before.playbook.segment_hash(name) == after.playbook.segment_hash(name);
    if means_the_same && entered.count() + left.count() == 0 {
        return None;
    }
    let labelled = new.or(old)?;
    let condition = |segment: Option<&Segment>| segment.map(|it| Box::from(it.source()));
    let both = old.is_some() && new.is_some();
    let by = |side: &Side<'_>, segment: Option<&Segment>, whom: &Bits| match segment {
        Some(segment) if both && 0 < whom.count() => {
            let place = |bits: Bits| match std::ptr::eq(side, after) {
                true => moved(bits, numbers),
                false => bits,
            };
            by_clause(&side.over, segment, whom, as_of, &place)
        }
        _ => Vec::new(),
    };
    Some(SegmentChange {
        segment: name.clone(),
        label: labelled.text().or_name(name),
        old_condition: condition(old),
        new_condition: condition(new),
        old: was.count() as u64,
        new: is.count() as u64,
        entered: entered.count() as u64,
        left: left.count() as u64,
        entered_by: by(before, old, &entered),
        left_by: by(after, new, &left),
        readers: readers(after.playbook, name),
    })
}

/// Which clauses of a condition alone keep these customers out.
fn by_clause(
    over: &Over<'_>,
    segment: &Segment,
    whom: &Bits,
    as_of: Instant,
    place: &dyn Fn(Bits) -> Bits,
) -> Vec<ByClause> {
    let clauses = Clauses::of(segment.condition());
    let sources: Vec<&str> = clauses.ends().iter().map(String::as_str).collect();
    let ends: Vec<Bits> = over.ask(&sources, as_of).into_iter().map(|it| it.members).collect();
    let mut told = Bits::none(whom.len());
    let mut out = Vec::new();
    for (end, text) in clauses.ends().iter().enumerate() {
        let decides = place(clauses.decides(&ends, end)).and(whom);
        decides.rows().for_each(|row| told.set(row, true));
        let customers = decides.count() as u64;
        if 0 < customers {
            out.push(ByClause { clause: Some(text.clone()), customers });
        }
    }
    out.sort_by_key(|by| std::cmp::Reverse(by.customers));
    let several = whom.and(&told.complement()).count() as u64;
    if 0 < several {
        out.push(ByClause { clause: None, customers: several });
    }
    out
}

/// What of a playbook rests on a segment, directly or by way of others.
pub(super) fn readers(playbook: &Playbook, name: &str) -> SegmentReaders {
    let mut out = SegmentReaders::default();
    let rests = |out: &SegmentReaders, uses: &crate::lang::Uses| {
        let segment = |it: &Arc<str>| &**it == name || out.segments.contains(it);
        uses.segments.iter().any(segment)
            || uses.machines.iter().any(|it| out.machines.contains(it))
            || (out.value && !uses.scores.is_empty())
    };
    // Each round finds what rests on what was found before.
    loop {
        let known = out.clone();
        for segment in playbook.segments() {
            if &**segment.name() != name && rests(&known, &segment.condition().uses) {
                out.segments.insert(segment.name().clone());
            }
        }
        for machine in playbook.machines() {
            let mut expressions = playbook.expressions_of(machine);
            if expressions.any(|checked| rests(&known, &checked.uses)) {
                out.machines.insert(machine.name.clone());
            }
        }
        let read = playbook.read_by_value();
        out.value |= read.iter().any(|it| &**it == name || known.segments.contains(it));
        if out == known {
            break;
        }
    }
    let pools = playbook.claims().into_iter().flat_map(|claims| &claims.pools);
    for pool in pools {
        if pool.expressions().any(|checked| rests(&out, &checked.uses)) {
            out.pools.insert(pool.name.clone());
        }
    }
    out
}
