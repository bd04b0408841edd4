//! What the columns of one file mean, settled once before its first row.

use std::sync::Arc;

use super::cell::Reader;
use super::mapping::TableKind;
use super::tally::Tally;
use crate::facts::Schema;

/// What the columns of one file mean: the way from its rows to facts.
///
/// ```
/// # use guanxi::facts::{Schema, intake::{Layout, TableKind}};
/// # use guanxi::units::Zone;
/// let schema = Schema::default().indexed();
/// let layout = Layout::of(
///     "customers.csv", &["id", "valid_from"], &TableKind::Customers, None, &schema, &Zone::utc(),
/// )?;
/// let mut tally = layout.tally();
/// let mut facts = Vec::new();
/// layout.row(2, &["C1", "2026-03-01"], &mut tally, &mut facts).ok();
/// assert_eq!(&*facts[0].customer, "C1");
/// let faults = layout.row(3, &["", "soon"], &mut tally, &mut facts).err();
/// assert_eq!(faults.map(|faults| faults.len()), Some(2));
/// # Ok::<(), guanxi::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Layout<'s> {
    pub(super) schema: &'s Schema,
    pub(super) file: Box<str>,
    pub(super) kind: TableKind,
    pub(super) columns: Vec<Box<str>>,
    pub(super) plan: Plan,
}

#[derive(Debug, Clone)]
pub(super) enum Plan {
    Customers(Box<Customers>),
    Events(Box<Events>),
    Reference(Box<References>),
}

/// What customers' rows are made of.
#[derive(Debug, Clone)]
pub(super) struct Customers {
    pub source: Option<Feed>,
    pub id: Option<Feed>,
    pub valid_from: Option<Feed>,
    /// By position in the schema, which makes the order of columns irrelevant.
    pub attributes: Vec<(usize, Feed)>,
    pub consents: Vec<(usize, usize, Feed)>,
}

/// What events' rows are made of.
#[derive(Debug, Clone)]
pub(super) struct Events {
    pub envelope: Envelope,
    pub kind: Option<Feed>,
    /// By position in the schema.
    pub kinds: Vec<KindPlan>,
}

/// What every dated fact has.
#[derive(Debug, Clone, Default)]
pub(super) struct Envelope {
    pub source: Option<Feed>,
    pub id: Option<Feed>,
    pub customer: Option<Feed>,
    pub at: Option<Feed>,
    pub seen: Option<Feed>,
    pub revision: Option<Feed>,
    pub supersedes: Option<Feed>,
    pub retracts: Option<Feed>,
}

/// The fields of one kind of event.
#[derive(Debug, Clone)]
pub(super) struct KindPlan {
    pub fields: Vec<FieldPlan>,
    /// Columns that other kinds use: they must be empty here.
    pub unused: Vec<Feed>,
}

#[derive(Debug, Clone)]
pub(super) struct FieldPlan {
    pub name: Arc<str>,
    pub nullable: bool,
    pub feed: Option<Feed>,
}

/// What rows of a reference table are made of.
#[derive(Debug, Clone)]
pub(super) struct References {
    pub table: usize,
    pub source: Option<Feed>,
    pub id: Option<Feed>,
    pub valid_from: Option<Feed>,
    pub fields: Vec<FieldPlan>,
}

/// Where a value comes from and how it is read.
#[derive(Debug, Clone)]
pub(super) struct Feed {
    pub place: Place,
    /// The host's column, or the target of a constant: for messages.
    pub name: Box<str>,
    pub reader: Reader,
}

#[derive(Debug, Clone)]
pub(super) enum Place {
    Cell(usize),
    Constant(Box<str>),
}

impl<'s> Layout<'s> {
    /// The file's name.
    pub fn file(&self) -> &str {
        &self.file
    }

    /// What its rows are about.
    pub fn kind(&self) -> &TableKind {
        &self.kind
    }

    /// Its columns, as the host calls them.
    pub fn columns(&self) -> impl Iterator<Item = &str> {
        self.columns.iter().map(|name| &**name)
    }

    /// Whether a row may say when the host learnt of it.
    pub fn says_seen(&self) -> bool {
        match &self.plan {
            Plan::Events(plan) => plan.envelope.seen.is_some(),
            Plan::Customers(_) | Plan::Reference(_) => false,
        }
    }

    /// A tally for reading this file from its first row.
    pub fn tally(&self) -> Tally {
        Tally::new(self.columns.len())
    }
}
