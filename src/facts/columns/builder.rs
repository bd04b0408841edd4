//! From facts to columns.

use std::sync::Arc;

use super::super::fact::{Body, Fact, Value};
use super::super::merge::{Merge, Places};
use super::super::schema::{Schema, Type};
use super::fresh::Fresh;
use super::numbering::Numbering;
use super::people::{Decided, People, decided, people, source_ranks};
use super::rows::{GrowingRows, Key, Tie, into_kinds};
use super::{Columns, Table};
use crate::units::Instant;

/// Turns facts, in any order, into [`Columns`].
///
/// Only *effective* facts belong here: corrections are resolved before.
#[derive(Debug)]
pub struct ColumnsBuilder {
    schema: Arc<Schema>,
    customers: Numbering,
    born: Vec<i64>,
    sources: Numbering,
    last: Option<i64>,
    attributes: Vec<GrowingRows>,
    kinds: Vec<GrowingRows>,
    consents: Vec<GrowingRows>,
    references: Vec<(Numbering, GrowingRows)>,
    merges: Vec<Merge>,
    overrides: Vec<Decided>,
    erased: Vec<(u32, i64)>,
}

impl ColumnsBuilder {
    /// A builder without facts.
    pub fn new(schema: &Arc<Schema>) -> Self {
        let one = |ty: &Type| GrowingRows::new(std::iter::once(ty));
        let n_consents = schema.purposes.len() * schema.channels.len();
        ColumnsBuilder {
            schema: schema.clone(),
            customers: Numbering::default(),
            born: Vec::new(),
            sources: Numbering::default(),
            last: None,
            attributes: schema.attributes.iter().map(|a| one(&a.ty)).collect(),
            kinds: schema
                .kinds
                .iter()
                .map(|kind| GrowingRows::new(kind.fields.iter().map(|field| &field.ty)))
                .collect(),
            merges: Vec::new(),
            overrides: Vec::new(),
            erased: Vec::new(),
            consents: (0..n_consents).map(|_| one(&Type::Bool)).collect(),
            references: schema
                .references
                .iter()
                .map(|table| {
                    let fields = table.fields.iter().map(|field| &field.ty);
                    (Numbering::default(), GrowingRows::new(fields))
                })
                .collect(),
        }
    }

    /// Adds one fact. `sequence` is its place in the log, `seen` when it was
    /// learnt.
    pub fn push(&mut self, sequence: u64, seen: Instant, fact: &Fact) {
        let customer = match fact.body {
            Body::Reference { .. } => 0,
            _ => self.customer(&fact.customer),
        };
        self.push_about(customer, sequence, seen, fact);
    }

    /// The number by which [`push_about`](ColumnsBuilder::push_about) and events
    /// that come by themselves know a customer. Only for one who has a fact: the
    /// next push must be about it.
    pub(crate) fn customer(&mut self, id: &str) -> u32 {
        self.customers.number(id)
    }

    /// The same for a column of ids, each from its offset to the next; `None`
    /// where the offsets do not fit.
    pub(crate) fn customers(&mut self, offsets: &[i64], ids: &str) -> Option<Vec<u32>> {
        self.customers.numbers(offsets, ids)
    }

    /// The ids that have a number, from one on.
    pub(crate) fn ids_from(&self, first: usize) -> impl ExactSizeIterator<Item = &str> {
        self.customers.texts_from(first)
    }

    /// Adds one fact about a numbered customer; the fact's own id of it is not
    /// read. Saves looking up the customer again for each of its facts.
    pub(crate) fn push_about(&mut self, customer: u32, sequence: u64, seen: Instant, fact: &Fact) {
        let source = self.sources.number(&fact.source);
        let mut key = Key {
            owner: 0,
            at: fact.at.map_or(i64::MIN, Instant::micros),
            seen: seen.micros(),
            source,
            id: &fact.id,
            sequence: u32::try_from(sequence).unwrap_or(u32::MAX),
        };
        if let Some(at) = fact.at {
            self.last = self.last.max(Some(at.micros()));
        }
        if let Body::Reference { table, key: id, fields } = &fact.body {
            if let Some((keys, rows)) = self.references.get_mut(*table) {
                key.owner = keys.number(id);
                rows.push(key, fields.iter().map(Option::as_ref));
            }
            return;
        }
        key.owner = customer;
        self.bear(key.owner, key.at);
        match &fact.body {
            Body::Event { kind, fields } => {
                if let Some(rows) = self.kinds.get_mut(*kind) {
                    rows.push(key, fields.iter().map(Option::as_ref));
                }
            }
            Body::Attributes(changes) => {
                for (attribute, value) in changes {
                    if let Some(rows) = self.attributes.get_mut(*attribute) {
                        rows.push(key, std::iter::once(value.as_ref()));
                    }
                }
            }
            Body::Consent { purpose, channel, granted } => {
                let position = purpose * self.schema.channels.len() + channel;
                if let Some(rows) = self.consents.get_mut(position) {
                    rows.push(key, std::iter::once(Some(&Value::Bool(*granted))));
                }
            }
            Body::Merge { into } => {
                let into = self.customers.number(into);
                self.bear(into, key.at);
                let (at, source, from) = (key.at, key.source, customer);
                self.merges.push(Merge { at, source, id: fact.id.clone(), from, into });
            }
            Body::Override(decision) => self.overrides.push(Decided {
                customer,
                at: key.at,
                source,
                id: fact.id.clone(),
                decision: decision.clone(),
            }),
            Body::Reference { .. } | Body::Decision(_) | Body::Erased | Body::Nothing => {}
        }
    }

    /// Says that a customer is erased from an instant on; nothing for one of whom
    /// no fact was added.
    pub(crate) fn erase(&mut self, id: &str, at: Instant) {
        if let Some(number) = self.customers.find(id) {
            self.erased.push((number, at.micros()));
        }
    }

    /// Whether somebody was merged.
    pub(crate) fn has_merges(&self) -> bool {
        !self.merges.is_empty()
    }

    fn bear(&mut self, customer: u32, at: i64) {
        match self.born.get_mut(customer as usize) {
            Some(born) => *born = at.min(*born),
            None => self.born.push(at),
        }
    }

    /// The columns.
    pub fn finish(self) -> Columns {
        self.finish_all(None).0
    }

    /// The columns, with events that came by themselves: then no others were
    /// added, and nobody was merged. `None` where only ids that are not there
    /// could tell in which order they happened.
    pub(crate) fn finish_with(self, fresh: Fresh<'_>) -> Option<Columns> {
        let (columns, is_open) = self.finish_all(Some(fresh));
        (!is_open).then_some(columns)
    }

    fn finish_all(mut self, fresh: Option<Fresh<'_>>) -> (Columns, bool) {
        let ranks = source_ranks(&self.schema, &self.sources);
        let merges = std::mem::take(&mut self.merges);
        let numbers = std::mem::take(&mut self.customers);
        let People { customers, spans, aliases, places, versions } =
            people(numbers, merges, &ranks);
        let mut born = vec![i64::MAX; customers.len()];
        for (provisional, at) in self.born.iter().enumerate() {
            for number in places.get(provisional as u32) {
                let born = &mut born[*number as usize];
                *born = at.min(born).to_owned();
            }
        }
        let erased = self.erased.iter().flat_map(|(provisional, at)| {
            places.get(*provisional).iter().map(|number| (*number, *at))
        });
        let mut erased: Vec<(u32, i64)> = erased.collect();
        erased.sort_unstable();
        erased.dedup_by_key(|(number, _)| *number);
        let history = |rows: GrowingRows, tie| rows.into_history(&places, &ranks, tie);
        let (attributes, consents) = (self.attributes.into_iter(), self.consents.into_iter());
        self.last = self.last.max(fresh.as_ref().and_then(Fresh::last));
        let (kinds, timeline, is_open) = match fresh {
            Some(fresh) => fresh.into_kinds(&self.schema, &places, &mut born),
            None => {
                let (kinds, timeline) = into_kinds(self.kinds, &places, &ranks);
                (kinds, timeline, false)
            }
        };
        let tie = if versions { Tie::NoOfAny } else { Tie::NoLast };
        let columns = Columns {
            attributes: attributes.map(|rows| history(rows, Tie::BySource)).collect(),
            consents: consents.map(|rows| history(rows, tie)).collect(),
            kinds,
            timeline,
            references: self
                .references
                .into_iter()
                .map(|(keys, rows)| {
                    let (keys, moved) = keys.finish();
                    Table { fields: rows.into_latest(&Places::one_each(moved), &ranks), keys }
                })
                .collect(),
            overrides: decided(self.overrides, &places, &ranks),
            erased,
            restricted: Vec::new(),
            schema: self.schema,
            customers,
            spans,
            aliases,
            born,
            last: self.last.map(Instant::clamped),
        };
        (columns, is_open)
    }
}
