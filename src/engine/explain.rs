//! Why, down through the segments that a condition names.

use super::segment::closure;
use crate::lang::kernel::{Context, Ranks};
use crate::lang::{Checked, Explanation, explain_all, explain_through};
use crate::playbook::Playbook;

/// Why a customer meets a condition or does not, with the conditions of the
/// segments it asks about.
pub(super) fn explain(
    condition: &Checked,
    playbook: &Playbook,
    context: &Context<'_>,
    customer: usize,
) -> Explanation {
    let all = closure(condition, playbook);
    // Where somebody stands among all is found once, and not for each clause.
    let ranks = Ranks::of_all(&all, context, 1);
    let subject = context.subject(Some(customer)).ranked(&ranks);
    explain_through(condition, &subject, &|name| named(playbook, name))
}

/// The same of several conditions that stand on one page, in their order.
pub(super) fn explain_page(
    conditions: &[&Checked],
    playbook: &Playbook,
    context: &Context<'_>,
    customer: usize,
) -> Vec<Explanation> {
    let all = conditions.iter().flat_map(|condition| closure(condition, playbook));
    let ranks = Ranks::of_all(&all.collect::<Vec<_>>(), context, 1);
    let subject = context.subject(Some(customer)).ranked(&ranks);
    explain_all(conditions, &subject, &|name| named(playbook, name))
}

fn named<'p>(playbook: &'p Playbook, name: &str) -> Option<&'p Checked> {
    playbook.segment(name).map(|segment| &**segment.condition())
}
