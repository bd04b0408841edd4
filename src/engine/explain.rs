//! Why, down through the segments that a condition names.

use crate::lang::explain::Joint;
use crate::lang::kernel::Context;
use crate::lang::{Checked, Explanation, explain as explain_one};
use crate::playbook::Playbook;

/// Segments within segments that are taken apart; deeper ones are told by
/// their outcome.
const LEVELS: u32 = 8;

/// Why a customer meets a condition or does not, with the conditions of the
/// segments it asks about.
pub(super) fn explain(
    condition: &Checked,
    playbook: &Playbook,
    context: &Context<'_>,
    customer: usize,
) -> Explanation {
    explain_to(condition, playbook, context, customer, LEVELS)
}

fn explain_to(
    condition: &Checked,
    playbook: &Playbook,
    context: &Context<'_>,
    customer: usize,
    levels: u32,
) -> Explanation {
    let mut whole = explain_one(condition, &context.subject(Some(customer)));
    let Some(levels) = levels.checked_sub(1) else { return whole };
    let mut open = vec![&mut whole];
    while let Some(clause) = open.pop() {
        let named = clause.leaf.as_ref().and_then(|leaf| leaf.segment.as_deref());
        match named.and_then(|name| playbook.segment(name)) {
            Some(segment) => {
                let inner = explain_to(segment.condition(), playbook, context, customer, levels);
                clause.joint = Joint::Segment;
                clause.parts = vec![inner];
            }
            None => open.extend(&mut clause.parts),
        }
    }
    whole
}
