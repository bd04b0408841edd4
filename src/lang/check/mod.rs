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
mod walk;

use std::sync::Arc;

use super::bounds;
use super::cost::Cost;
use super::evaluate::{self, Environment};
use super::lint;
use super::parse;
use super::scope::{Meaning, Scope};
use super::tree::{NodeId, Tree};
use super::types::Type;
use super::value::Value;
use crate::error::{Error, Fault};

/// What an expression reads, so that nothing else needs to be loaded or
/// recomputed. Every list is sorted and without repetition.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Uses {
    /// Positions of attributes.
    pub attributes: Vec<usize>,
    /// Positions of event kinds.
    pub kinds: Vec<usize>,
    /// Positions of an event kind and of one of its declared fields.
    pub fields: Vec<(usize, usize)>,
    /// Positions of parameters.
    pub parameters: Vec<usize>,
    /// Names of segments.
    pub segments: Vec<Arc<str>>,
    /// Names of lifecycle machines.
    pub machines: Vec<Arc<str>>,
    /// Positions of a purpose and a channel of consent.
    pub consents: Vec<(usize, usize)>,
    /// Whether it reads the event that has just happened.
    pub event: bool,
    /// Whether the answer can change by the passing of time alone.
    pub now: bool,
}

impl Uses {
    fn sorted(mut self) -> Uses {
        fn unique<T: Ord>(list: &mut Vec<T>) {
            if list.len() > 1 {
                list.sort_unstable();
                list.dedup();
            }
        }
        unique(&mut self.attributes);
        unique(&mut self.kinds);
        unique(&mut self.fields);
        unique(&mut self.parameters);
        unique(&mut self.segments);
        unique(&mut self.machines);
        unique(&mut self.consents);
        self
    }
}

/// An expression that passed the check.
#[derive(Debug, Clone)]
pub struct Checked {
    /// The text it was read from.
    pub source: Arc<str>,
    /// The tree; its literals are what they are compared with.
    pub tree: Tree,
    /// The type of each node.
    pub types: Vec<Type>,
    /// What each node stands for that names something.
    pub meanings: Vec<Option<Meaning>>,
    /// What it reads.
    pub uses: Uses,
    /// A bound on its work.
    pub cost: Cost,
    /// What is right, but probably not meant. Not a reason to refuse it.
    pub hints: Vec<Fault>,
}

impl Checked {
    /// The type of the whole expression.
    pub fn result(&self) -> &Type {
        self.ty(self.tree.root)
    }

    /// The type of a node.
    pub fn ty(&self, id: NodeId) -> &Type {
        self.types.get(id.0 as usize).unwrap_or(&Type::Null)
    }

    /// The value of the whole expression, with the places of its type.
    ///
    /// # Errors
    ///
    /// One fault with its bytes: an overflow, a division by zero, a conversion
    /// or an index that fails, or too many steps.
    pub fn evaluate(&self, environment: &dyn Environment) -> Result<Value, Error> {
        self.evaluate_at(self.tree.root, environment)
    }

    /// Whether a condition holds. A missing value counts as no.
    ///
    /// # Errors
    ///
    /// Those of [`evaluate`](Checked::evaluate), and
    /// [`Code::NotACondition`](crate::Code::NotACondition).
    pub fn holds(&self, environment: &dyn Environment) -> Result<bool, Error> {
        evaluate::holds(&self.tree, &|id| self.ty(id).zero(), environment)
    }

    /// The value of one node outside any fold.
    pub(in crate::lang) fn evaluate_at(
        &self,
        id: NodeId,
        environment: &dyn Environment,
    ) -> Result<Value, Error> {
        evaluate::evaluate_node(&self.tree, id, &|id| self.ty(id).zero(), environment)
    }

    /// What a node stands for, if it names something.
    pub fn meaning(&self, id: NodeId) -> Option<Meaning> {
        self.meanings.get(id.0 as usize).copied().flatten()
    }

    /// The text of a node.
    pub fn text(&self, id: NodeId) -> &str {
        let span = self.tree.span(id);
        self.source.get(span.start as usize..span.end as usize).unwrap_or_default()
    }
}

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
