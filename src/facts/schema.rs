//! What the host declares: attributes, event kinds, reference tables.

use std::collections::HashMap;
use std::sync::Arc;

use crate::error::Text;
use crate::units::{Currency, Period};

/// How a text is prepared before it is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum TextProfile {
    /// As written.
    #[default]
    Exact,
    /// Canonically composed (NFC).
    Nfc,
    /// Composed and case-folded.
    Ci,
    /// Compatibility forms and case folded (NFKC): full and half width meet.
    Search,
}

/// The type of an attribute or field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Type {
    /// Free text.
    Text(TextProfile),
    /// A whole number.
    Int,
    /// An exact number with this many decimal places (0 to 18).
    Decimal(u8),
    /// An amount in minor units of one currency.
    Money(Currency),
    /// Yes or no.
    Bool,
    /// A calendar day.
    Date,
    /// A point in time.
    Instant,
    /// One of a list of labels, in the declared order.
    Enum(Arc<[Label]>),
    /// A set of texts, without order or repetition.
    Set(TextProfile),
    /// An address on a channel: a telephone number, a mail address.
    Contact(Arc<str>),
}

/// A value of an enumeration with its wording.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// As written in data and expressions.
    pub name: Arc<str>,
    /// As shown to people.
    pub text: Text,
}

/// An attribute of a customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attribute {
    /// The name in data and expressions.
    pub name: Arc<str>,
    /// Its type.
    pub ty: Type,
    /// Whether a customer may be without it.
    pub nullable: bool,
    /// Whether it tells something about a natural person.
    pub personal: bool,
    /// How long a value counts as fresh after it was set or verified.
    pub fresh_for: Option<Period>,
    /// Name of the date or instant attribute that says when it was verified.
    pub verified_at: Option<Arc<str>>,
    /// The unit of a number, for people: `kg`, `件`.
    pub unit: Option<Arc<str>>,
    /// Wording for people.
    pub text: Text,
}

/// A field of an event kind or a column of a reference table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// The name in data and expressions.
    pub name: Arc<str>,
    /// Its type.
    pub ty: Type,
    /// Whether an event may be without it.
    pub nullable: bool,
    /// Whether it tells something about a natural person.
    pub personal: bool,
    /// The unit of a number, for people.
    pub unit: Option<Arc<str>>,
    /// Wording for people.
    pub text: Text,
}

/// A kind of event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventKind {
    /// The name in data: `purchase`.
    pub name: Arc<str>,
    /// The name of a customer's events of this kind in expressions:
    /// `purchases`. None: the kind is recorded, and cannot be asked about.
    pub list: Option<Arc<str>>,
    /// Its fields. `at` and `id` are there without being declared; `id` names
    /// the fact in its source and cannot be asked about.
    pub fields: Vec<Field>,
    /// Wording for people.
    pub text: Text,
}

/// A table of the host that events point into: staff, products.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// The name: `staff`.
    pub name: Arc<str>,
    /// Its columns; the key column `id` is there without being declared.
    pub fields: Vec<Field>,
    /// Wording for people.
    pub text: Text,
}

/// Whether a fact may introduce a customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum UnknownCustomers {
    /// A first fact creates its customer.
    #[default]
    Create,
    /// Only attribute facts create customers; events about others are refused.
    Refuse,
}

/// Everything the host declares about its facts.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Schema {
    /// Attributes, by name.
    pub attributes: Vec<Attribute>,
    /// Event kinds, by name.
    pub kinds: Vec<EventKind>,
    /// Reference tables, by name.
    pub references: Vec<Reference>,
    /// Purposes of consent: `marketing`.
    pub purposes: Vec<Arc<str>>,
    /// Channels of consent and contact: `sms`.
    pub channels: Vec<Arc<str>>,
    /// Sources in the order in which they rank at one instant; others follow.
    pub sources: Vec<Arc<str>>,
    /// What happens to facts about customers nobody introduced.
    pub unknown_customers: UnknownCustomers,
    index: HashMap<Arc<str>, Named>,
}

/// What a name of the schema stands for in an expression.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Named {
    /// Position in [`Schema::attributes`].
    Attribute(usize),
    /// Position in [`Schema::kinds`] of the kind with this list name.
    List(usize),
}

impl Schema {
    /// Fills the index of names; call once after the vectors are final.
    pub fn indexed(mut self) -> Self {
        self.index.clear();
        for (position, attribute) in self.attributes.iter().enumerate() {
            self.index.insert(attribute.name.clone(), Named::Attribute(position));
        }
        for (position, kind) in self.kinds.iter().enumerate() {
            if let Some(list) = &kind.list {
                self.index.insert(list.clone(), Named::List(position));
            }
        }
        self
    }

    /// What a bare name means.
    pub fn named(&self, name: &str) -> Option<Named> {
        self.index.get(name).copied()
    }

    /// Position of the event kind with this name.
    pub fn kind(&self, name: &str) -> Option<usize> {
        self.kinds.iter().position(|kind| &*kind.name == name)
    }

    /// Position of the attribute with this name.
    pub fn attribute(&self, name: &str) -> Option<usize> {
        match self.named(name) {
            Some(Named::Attribute(position)) => Some(position),
            _ => None,
        }
    }

    /// Position of the reference table with this name.
    pub fn reference(&self, name: &str) -> Option<usize> {
        self.references.iter().position(|table| &*table.name == name)
    }
}
