//! What the names of an expression can mean.

use std::sync::Arc;

use super::tree::NodeId;
use super::types::Type;
use super::value::Value;
use crate::facts::Schema;

/// A parameter of the playbook: `param.at_risk_after`.
#[derive(Debug, Clone)]
pub struct Parameter {
    /// The name after `param.`.
    pub name: Arc<str>,
    /// Its type; a list of texts is a [`Type::List`] of [`Type::Text`].
    pub ty: Type,
    /// Its value, of that type.
    pub value: Value,
}

/// Everything that an expression may name.
///
/// A name is looked up from the inside out: variables of enclosing folds, then
/// `now`, `param` and `customer`, then attributes and lists of the schema.
#[derive(Debug, Clone, Copy)]
pub struct Scope<'a> {
    /// Attributes and event kinds.
    pub schema: &'a Schema,
    /// The parameters of the playbook, sorted by name.
    pub parameters: &'a [Parameter],
    /// The names that `segment('...')` may give, sorted.
    pub segments: &'a [Arc<str>],
}

impl<'a> Scope<'a> {
    /// A scope of facts alone: no parameters, no segments.
    pub fn of(schema: &'a Schema) -> Self {
        Scope { schema, parameters: &[], segments: &[] }
    }

    /// Position of the parameter with this name.
    pub fn parameter(&self, name: &str) -> Option<usize> {
        self.parameters.binary_search_by(|parameter| (*parameter.name).cmp(name)).ok()
    }

    /// Position of the segment with this name.
    pub fn segment(&self, name: &str) -> Option<usize> {
        self.segments.binary_search_by(|segment| (**segment).cmp(name)).ok()
    }
}

/// What a node that names something stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meaning {
    /// The attribute at this position: `region`, `customer.region`.
    Attribute(usize),
    /// The events of the kind at this position: `purchases`.
    Events(usize),
    /// The variable that this fold binds.
    Variable(NodeId),
    /// The parameter at this position: the whole of `param.x`.
    Parameter(usize),
    /// `now`: the instant of the question.
    Now,
    /// The declared field of its event kind at this position: `p.amount`.
    Field(usize),
    /// `p.at`: when the event happened.
    At,
    /// The segment at this position: the whole of `segment('vip')`.
    Segment(usize),
}
