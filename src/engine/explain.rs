//! Why, down through the segments that a condition names.

use crate::lang::kernel::Context;
use crate::lang::{Checked, Explanation, explain_through};
use crate::playbook::Playbook;

/// Why a customer meets a condition or does not, with the conditions of the
/// segments it asks about.
pub(super) fn explain(
    condition: &Checked,
    playbook: &Playbook,
    context: &Context<'_>,
    customer: usize,
) -> Explanation {
    let named = |name: &str| playbook.segment(name).map(|segment| &**segment.condition());
    explain_through(condition, &context.subject(Some(customer)), &named)
}
