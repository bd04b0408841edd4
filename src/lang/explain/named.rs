//! Down through the segments that a condition names.

use super::{Explanation, Joint, explain};
use crate::lang::checked::Checked;
use crate::lang::environment::Environment;

/// Segments within segments that are taken apart; deeper ones are told by
/// their outcome.
const LEVELS: u32 = 8;

/// Explains a condition with those of the segments it asks about.
///
/// # Inputs
///
/// `named`: the condition of the segment with a name; `None` leaves it an end.
pub fn explain_through<'c>(
    checked: &Checked,
    environment: &dyn Environment,
    named: &dyn Fn(&str) -> Option<&'c Checked>,
) -> Explanation {
    explain_to(checked, environment, named, LEVELS)
}

fn explain_to<'c>(
    checked: &Checked,
    environment: &dyn Environment,
    named: &dyn Fn(&str) -> Option<&'c Checked>,
    levels: u32,
) -> Explanation {
    let mut whole = explain(checked, environment);
    let Some(levels) = levels.checked_sub(1) else { return whole };
    let mut open = vec![&mut whole];
    while let Some(clause) = open.pop() {
        let segment = clause.leaf.as_ref().and_then(|leaf| leaf.segment.as_deref());
        match segment.and_then(named) {
            Some(condition) => {
                let inner = explain_to(condition, environment, named, levels);
                clause.joint = Joint::Segment;
                clause.parts = vec![inner];
            }
            None => open.extend(&mut clause.parts),
        }
    }
    whole
}
