//! Why, down through the segments that a condition names.

use crate::lang::kernel::Context;
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
    explain_through(condition, &context.subject(Some(customer)), &|name| named(playbook, name))
}

/// The same of several conditions that stand on one page, in their order.
pub(super) fn explain_page(
    conditions: &[&Checked],
    playbook: &Playbook,
    context: &Context<'_>,
    customer: usize,
) -> Vec<Explanation> {
    explain_all(conditions, &context.subject(Some(customer)), &|name| named(playbook, name))
}

fn named<'p>(playbook: &'p Playbook, name: &str) -> Option<&'p Checked> {
    playbook.segment(name).map(|segment| &**segment.condition())
}
