//! From text to an expression that is known to mean something.
//!
//! ```text
//! text ──parse──> tree ──walk──> a type for every node     all faults at once,
//!                        names    what each name means      each with its bytes
//!                        literals read as what they meet    and a way out
//!                        meter    how much work at most
//!                        lint     what is right, but probably not meant
//! ```
//!
//! # Promised
//!
//! * What passes has no type error left: an evaluation can still overflow or
//!   divide by zero, and nothing else.
//! * A number next to an exact column is read from its digits, never through
//!   a binary fraction; a text next to a column is brought into that column's
//!   form.
//! * Every fault is reported, each once: what depends on a node that failed is
//!   passed over in silence. The text of an expression decides; nothing is
//!   guessed and converted.
//! * Time and memory grow with the text, and the stack does not.
//!
//! # Not here
//!
//! Values: see `evaluate`. Whether a value may be missing is no matter of type:
//! a comparison with a missing value is false, and [`super::lint`] says where
//! that surprises.

mod arithmetic;
mod calls;
mod compare;
mod faults;
mod folds;
mod literals;
mod meter;
mod names;
mod quoted;
pub(in crate::lang) mod scores;
mod walk;

use std::sync::Arc;

use super::bounds;
use super::checked::Checked;
use super::lint;
use super::parse;
use super::scope::Scope;
use super::tree::Tree;
use crate::error::Error;

/// Reads and checks an expression of any type.
///
/// # Errors
///
/// The faults of [`parse`](super::parse()), or all faults of the 3000s that the
/// walk finds, sorted by their place in the text; at most
/// [`bounds::FAULTS`](super::bounds::FAULTS) of them.
///
/// # Cost
///
/// Linear in the text; about 2 microseconds for 60 characters.
///
/// # Example
///
/// ```
/// use guanxi::facts::Schema;
/// use guanxi::lang::{Scope, Type, check};
///
/// let schema = Schema::default();
/// let checked = check("now - ago(days(30))", &Scope::of(&schema))?;
/// assert_eq!(*checked.result(), Type::Duration);
///
/// let error = check("regoin == '华东' && 1 < 'x'", &Scope::of(&schema)).unwrap_err();
/// assert_eq!(error.faults().len(), 2);
/// # Ok::<(), guanxi::Error>(())
/// ```
pub fn check(source: &str, scope: &Scope<'_>) -> Result<Checked, Error> {
    let tree = parse(source)?;
    walked(source, tree, scope, false)
}

/// Reads and checks an expression that must be true or false.
///
/// # Errors
///
/// Those of [`check`], and [`Code::NotACondition`](crate::Code::NotACondition) for any other type.
pub fn check_condition(source: &str, scope: &Scope<'_>) -> Result<Checked, Error> {
    let tree = parse(source)?;
    walked(source, tree, scope, true)
}

fn walked(
    source: &str,
    mut tree: Tree,
    scope: &Scope<'_>,
    condition: bool,
) -> Result<Checked, Error> {
    let findings = walk::walk(source, &tree, scope, condition)?;
    for (id, node) in findings.patches {
        if let Some(slot) = tree.nodes.get_mut(id.0 as usize) {
            *slot = node;
        }
    }
    let mut checked = Checked {
        source: Arc::from(source),
        tree,
        types: findings.types,
        meanings: findings.meanings,
        uses: findings.uses.sorted(),
        cost: findings.cost,
        hints: Vec::new(),
    };
    // What no customer of usual size could be asked is refused before anybody is.
    let usual = vec![bounds::USUAL_EVENTS; scope.schema.kinds.len()];
    checked.cost.refuse_over(bounds::STEPS, &usual, bounds::USUAL_ELEMENTS)?;
    checked.hints = lint::lint(&checked, scope);
    Ok(checked)
}
