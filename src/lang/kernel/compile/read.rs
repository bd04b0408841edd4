//! What a node says and stands for: types, meanings, constants, columns.

use super::range::decimal;
use super::{Compiler, Walk};
use crate::facts::{Column, Data, Ints, Times};
use crate::lang::kernel::scale_of;
use crate::lang::scope::Meaning;
use crate::lang::score::{Score, chance};
use crate::lang::tree::{Literal, Node, NodeId};
use crate::lang::types::Type;
use crate::lang::value::Value;
use crate::units::Decimal;

/// Whether a column belongs to the walked rows or to their customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Source {
    Own,
    Outer,
}

impl<'s> Compiler<'s> {
    pub(super) fn ty(&self, node: NodeId) -> &'s Type {
        self.checked.ty(node)
    }

    pub(super) fn scale(&self, node: NodeId) -> u8 {
        scale_of(self.ty(node))
    }

    pub(super) fn meaning(&self, node: NodeId) -> Option<Meaning> {
        self.checked.meaning(node)
    }

    pub(super) fn now(&self) -> i64 {
        self.snapshot.as_of().micros()
    }

    pub(super) fn is_constant(&self, node: NodeId) -> bool {
        self.constant.get(node.0 as usize).copied().unwrap_or(false)
    }

    pub(super) fn is_wordy(&self, node: NodeId) -> bool {
        matches!(self.ty(node), Type::Text(_) | Type::Enum(_))
    }

    /// The value of a constant node; errors are left to the reference.
    pub(super) fn value(&self, node: NodeId) -> Option<Value> {
        self.context.constant(self.checked, node)
    }

    /// The value of a node if it is constant, [`Value::Null`] if it is not.
    pub(super) fn constant_value(&self, node: NodeId) -> Option<Value> {
        if self.is_constant(node) { self.value(node) } else { Some(Value::Null) }
    }

    pub(super) fn constant_decimal(&self, node: NodeId) -> Option<Decimal> {
        decimal(&self.value(node)?)
    }

    /// An instant-valued field of an event: what lies in the future of the
    /// question is not known yet.
    pub(super) fn is_past_field(&self, node: NodeId) -> bool {
        matches!(self.meaning(node), Some(Meaning::Field(_)))
            && matches!(self.ty(node), Type::Timestamp)
    }

    /// The column that a name or a field stands for.
    pub(super) fn column(&self, node: NodeId, walk: Walk) -> Option<(Source, &'s Column)> {
        match (self.meaning(node)?, walk) {
            (Meaning::Attribute(attribute), Walk::Customers) => {
                Some((Source::Own, self.snapshot.attribute(attribute)?))
            }
            (Meaning::Attribute(attribute), Walk::Events(..)) => {
                Some((Source::Outer, self.snapshot.attribute(attribute)?))
            }
            (Meaning::Field(field), Walk::Events(kind, fold)) => {
                self.is_bound_to(node, fold).then_some(())?;
                let events = self.snapshot.columns().kinds.get(kind)?;
                Some((Source::Own, events.fields.get(field)?))
            }
            (Meaning::OfCustomer, walk) => {
                let source = match walk {
                    Walk::Customers => Source::Own,
                    Walk::Events(..) => Source::Outer,
                };
                Some((source, self.derived(node)?))
            }
            _ => None,
        }
    }

    /// What is kept about customers besides attributes: the states of a machine
    /// (`state('relationship')`), figures, axes, tiers.
    fn derived(&self, node: NodeId) -> Option<&'s Column> {
        let Node::Call { function, args, .. } = self.checked.tree.node(node) else { return None };
        let argument = *args.first()?;
        let asked = match (&**function, self.checked.tree.node(argument)) {
            ("state", Node::Literal(Literal::Text(machine))) => {
                return self.context.states?.column(machine);
            }
            ("value", Node::Literal(Literal::Text(figure))) => Score::Figure(figure),
            ("axis", Node::Literal(Literal::Text(axis))) => Score::Axis(axis),
            ("tier", _) => Score::Tier,
            ("alive_until", _) => Score::AliveUntil(chance(self.constant_decimal(argument)?)?),
            _ => return None,
        };
        self.context.scores?.column(asked)
    }

    /// Whether a field is read from the variable of this fold.
    pub(super) fn is_bound_to(&self, node: NodeId, fold: NodeId) -> bool {
        match self.checked.tree.node(node) {
            Node::Select { of, .. } => self.meaning(*of) == Some(Meaning::Variable(fold)),
            _ => false,
        }
    }

    pub(super) fn ints(&self, node: NodeId, walk: Walk) -> Option<(&'s Ints, &'s Column, Source)> {
        let (source, column) = self.column(node, walk)?;
        match &column.data {
            Data::Ints(ints) => Some((ints, column, source)),
            _ => None,
        }
    }

    pub(super) fn event_time(&self, node: NodeId, walk: Walk) -> Option<&'s Times> {
        match (self.meaning(node)?, walk) {
            (Meaning::At, Walk::Events(kind, fold)) if self.is_bound_to(node, fold) => {
                Some(&self.snapshot.columns().kinds.get(kind)?.at)
            }
            _ => None,
        }
    }
}
