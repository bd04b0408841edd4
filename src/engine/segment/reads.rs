//! What a segment reads, down through the segments that it names.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde::Serialize;

use crate::error::Error;
use crate::facts::Type;
use crate::lang::tree::Node;
use crate::lang::{Checked, ScoreName, unforeseen};
use crate::playbook::Playbook;

/// Everything that a segment reads, itself or in segments that it names.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct SegmentReads {
    /// Attributes.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub attributes: BTreeSet<Arc<str>>,
    /// Kinds of events.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub events: BTreeSet<Arc<str>>,
    /// Parameters.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub parameters: BTreeSet<Arc<str>>,
    /// Other segments.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub segments: BTreeSet<Arc<str>>,
    /// Lifecycles.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub machines: BTreeSet<Arc<str>>,
    /// Figures, axes, tiers and cut points.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub scores: BTreeSet<String>,
    /// Consents, as `PURPOSE.CHANNEL`.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub consents: BTreeSet<String>,
    /// Whether the answer can change by the passing of time alone.
    pub time: bool,
}

/// The conditions that one comes to: itself, and those of the segments that it
/// names, each once.
pub(in crate::engine) fn closure<'p>(
    condition: &'p Checked,
    playbook: &'p Playbook,
) -> Vec<&'p Checked> {
    let (mut out, mut seen, mut next) = (Vec::new(), BTreeSet::new(), vec![condition]);
    while let Some(condition) = next.pop() {
        out.push(condition);
        let named = condition.uses.segments.iter().filter(|name| seen.insert(&***name));
        next.extend(named.filter_map(|name| playbook.segment(name)).map(|it| &**it.condition()));
    }
    out
}

/// What a condition reads.
pub(super) fn reads(condition: &Checked, playbook: &Playbook) -> SegmentReads {
    let schema = playbook.schema();
    let mut out = SegmentReads::default();
    for condition in closure(condition, playbook) {
        let uses = &condition.uses;
        let attributes = uses.attributes.iter().filter_map(|at| schema.attributes.get(*at));
        out.attributes.extend(attributes.map(|attribute| attribute.name.clone()));
        let kinds = uses.kinds.iter().filter_map(|at| schema.kinds.get(*at));
        out.events.extend(kinds.map(|kind| kind.name.clone()));
        let parameters = uses.parameters.iter().filter_map(|at| playbook.parameters().get(*at));
        out.parameters.extend(parameters.map(|parameter| parameter.name.clone()));
        out.segments.extend(uses.segments.iter().cloned());
        out.machines.extend(uses.machines.iter().cloned());
        out.scores.extend(uses.scores.iter().map(score));
        let consents = uses.consents.iter().filter_map(|(purpose, channel)| {
            Some(format!("{}.{}", schema.purposes.get(*purpose)?, schema.channels.get(*channel)?))
        });
        out.consents.extend(consents);
        out.attributes.extend(contacts(condition, playbook));
        out.time |= uses.now || dawns(condition, playbook) || !uses.machines.is_empty();
        out.time |= !uses.scores.is_empty();
    }
    out
}

/// As it is asked.
fn score(name: &ScoreName) -> String {
    match name {
        ScoreName::Figure(name) => format!("value('{name}')"),
        ScoreName::Axis(name) => format!("axis('{name}')"),
        ScoreName::Tier => "tier('value')".to_owned(),
        ScoreName::Cut(name) => format!("cut('{name}')"),
        ScoreName::AliveUntil(chance) => format!("alive_until({chance})"),
    }
}

/// The attributes on which it depends whether somebody can be reached, where a
/// condition asks that.
fn contacts<'p>(
    condition: &Checked,
    playbook: &'p Playbook,
) -> impl Iterator<Item = Arc<str>> + 'p {
    let asks =
        |node: &Node| matches!(node, Node::Call { function, .. } if &**function == "reachable");
    let asked = condition.tree.nodes.iter().any(asks);
    let attributes = playbook.schema().attributes.iter().filter(move |_| asked);
    attributes.filter(|attribute| matches!(attribute.ty, Type::Contact(_))).flat_map(|attribute| {
        std::iter::once(attribute.name.clone()).chain(attribute.verified_at.clone())
    })
}

/// Whether a kind that it reads has a field that lies in the future until its
/// instant comes.
fn dawns(condition: &Checked, playbook: &Playbook) -> bool {
    let kinds = condition.uses.kinds.iter().filter_map(|at| playbook.schema().kinds.get(*at));
    kinds.into_iter().any(|kind| kind.fields.iter().any(|field| field.ty == Type::Instant))
}

/// Refuses a condition whose changes with time nobody can foresee, or that
/// reaches through too many segments to be asked inside histories.
pub(super) fn refuse_unforeseen(condition: &Checked, playbook: &Playbook) -> Result<(), Error> {
    let faults = closure(condition, playbook).into_iter().flat_map(unforeseen);
    Error::check(faults.collect())?;
    playbook.refuse_far(condition)
}
