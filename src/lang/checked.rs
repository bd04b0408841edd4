//! An expression that passed the check, with what was found out about it.

use std::sync::Arc;

use super::cost::Cost;
use super::environment::Environment;
use super::evaluate;
use super::scope::Meaning;
use super::score::ScoreName;
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
    /// What it asks the value part.
    pub scores: Vec<ScoreName>,
    /// Positions of a purpose and a channel of consent.
    pub consents: Vec<(usize, usize)>,
    /// Whether it asks where the customer stands among everybody.
    pub everybody: bool,
    /// Whether it reads the event that has just happened.
    pub event: bool,
    /// Whether it depends on when the period that is asked about begins.
    pub period: bool,
    /// Whether it reads how things stood just before the period.
    pub opening: bool,
    /// Whether it reads how a customer went through a machine.
    pub way: bool,
    /// Whether the answer can change by the passing of time alone.
    pub now: bool,
}

impl Uses {
    /// Whether it asks anything of a customer, so that each may have another
    /// value.
    pub(crate) fn is_personal(&self) -> bool {
        let lists = [self.attributes.len(), self.kinds.len(), self.segments.len()];
        let more = [self.machines.len(), self.scores.len(), self.consents.len()];
        lists.iter().chain(&more).any(|n| 0 < *n) || self.everybody || self.way
    }

    pub(super) fn sorted(mut self) -> Uses {
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
        unique(&mut self.scores);
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
