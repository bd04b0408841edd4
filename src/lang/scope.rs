//! What the names of an expression can mean.

use std::sync::Arc;

use super::tree::NodeId;
use super::types::Type;
use super::value::Value;
use crate::error::Text;
use crate::facts::{Label, Schema};
use crate::units::Work;

/// A parameter of the playbook: `param.at_risk_after`.
#[derive(Debug, Clone)]
pub struct Parameter {
    /// The name after `param.`.
    pub name: Arc<str>,
    /// Its type; a list of texts is a [`Type::List`] of [`Type::Text`].
    pub ty: Type,
    /// Its value, of that type.
    pub value: Value,
    /// What people call it; empty where its author gave no label.
    pub text: Text,
}

/// The value of the parameter with this name, among those sorted by name.
pub(crate) fn value_of(parameters: &[Parameter], name: &str) -> Option<Value> {
    let position = parameters.binary_search_by(|have| (*have.name).cmp(name)).ok()?;
    parameters.get(position).map(|parameter| parameter.value.clone())
}

/// A lifecycle machine, as expressions see it.
#[derive(Debug, Clone)]
pub struct MachineNames {
    /// The name that `state('...')` gives.
    pub name: Arc<str>,
    /// The states without states inside: what `state` can be.
    pub leaves: Arc<[Label]>,
    /// Every state that `in_state` may ask about, sorted.
    pub states: Vec<Arc<str>>,
    /// Whether it runs once for each key, so that a customer is in several
    /// states of it.
    pub keyed: bool,
}

/// What the value part answers, as expressions see it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ValueNames {
    /// What `value('...')` may ask, sorted by name: money or a decimal.
    pub figures: Vec<(Arc<str>, Type)>,
    /// What `axis('...')` may ask, sorted.
    pub axes: Vec<Arc<str>>,
    /// What `tier('value')` can be, the best first.
    pub tiers: Arc<[Label]>,
    /// What `cut('...')` may ask, sorted by name.
    pub cuts: Vec<(Arc<str>, Type)>,
    /// Whether it is known how likely a customer is still active, so that
    /// `alive_until` has an answer.
    pub alive: bool,
}

/// Everything that an expression may name.
///
/// A name is looked up from the inside out: variables of enclosing folds, then
/// `now`, `event`, `param` and `customer`, then attributes and lists of the
/// schema.
#[derive(Debug, Clone, Copy)]
pub struct Scope<'a> {
    /// Attributes and event kinds.
    pub schema: &'a Schema,
    /// The parameters of the playbook, sorted by name.
    pub parameters: &'a [Parameter],
    /// The names that `segment('...')` may give, sorted.
    pub segments: &'a [Arc<str>],
    /// The machines that `state('...')` may ask, sorted by name.
    pub machines: &'a [MachineNames],
    /// The kind of the event that `event` stands for, where one has just
    /// happened.
    pub event: Option<usize>,
    /// How much of working time the calendar knows.
    pub work: Work,
    /// What `value`, `axis`, `tier`, `cut` and `alive_until` may ask; `None`
    /// where the playbook has no section `value`.
    pub value: Option<&'a ValueNames>,
    /// Whether there is a period that is asked about, as KPIs do: `period`,
    /// `previous`, `opening(...)`, `entries(...)` and `time_in(...)`.
    pub period: bool,
}

impl<'a> Scope<'a> {
    /// A scope of facts alone: no parameters, no segments.
    pub fn of(schema: &'a Schema) -> Self {
        Scope {
            schema,
            parameters: &[],
            segments: &[],
            machines: &[],
            event: None,
            work: Work::None,
            value: None,
            period: false,
        }
    }

    /// Position of the parameter with this name.
    pub fn parameter(&self, name: &str) -> Option<usize> {
        self.parameters.binary_search_by(|parameter| (*parameter.name).cmp(name)).ok()
    }

    /// The machine with this name.
    pub fn machine(&self, name: &str) -> Option<&'a MachineNames> {
        let position = self.machines.binary_search_by(|machine| (*machine.name).cmp(name)).ok()?;
        self.machines.get(position)
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
    /// `period` and `previous`: when the period that is asked about begins, and
    /// the one before it.
    Period,
    /// `event`: the event that has just happened.
    TheEvent,
    /// What is known of the customer otherwise: `state('relationship')`,
    /// `consent('marketing', 'sms')`, `reachable('sms')`, `axis('loyalty')`.
    OfCustomer,
    /// The declared field of its event kind at this position: `p.amount`.
    Field(usize),
    /// `p.at`: when the event happened.
    At,
    /// The segment at this position: the whole of `segment('vip')`.
    Segment(usize),
}
