//! One customer taken out of everybody, and one event more: what somebody asks
//! who wants to know what would be.

use super::Columns;
use crate::facts::column::{Codes, number, set_range};
use crate::facts::events::{Events, Times};
use crate::facts::fact::Value;
use crate::facts::history::History;
use crate::facts::merge::Overrides;
use crate::facts::schema::Field;
use crate::facts::timeline::Timeline;
use crate::units::Instant;

impl Columns {
    /// One customer, as the only one, with the events up to an instant, itself
    /// included. Attributes and consents keep all their changes; decisions about
    /// states and reference tables, which no expression reads, are left out.
    pub(crate) fn alone(&self, customer: usize, until: Instant) -> Columns {
        let cut = until.micros().saturating_add(1);
        let kinds: Vec<Events> = self.kinds.iter().map(|it| events(it, customer, cut)).collect();
        let (from, end) = self.timeline.range(customer);
        let mut left: Vec<usize> = kinds.iter().map(Events::len).collect();
        let order = (from..end).map(|place| self.timeline.kinds.get(place)).filter(|kind| {
            let Some(left) = left.get_mut(*kind as usize) else { return false };
            let is_kept = 0 < *left;
            *left = left.saturating_sub(1);
            is_kept
        });
        let order: Vec<u32> = order.collect();
        let alone = |histories: &[History]| histories.iter().map(|it| it.alone(customer)).collect();
        Columns {
            schema: self.schema.clone(),
            customers: self.customers.get(customer).cloned().into_iter().collect(),
            spans: self.spans.get(customer).copied().into_iter().collect(),
            aliases: Vec::new(),
            overrides: Overrides::new(Vec::new()),
            erased: Vec::new(),
            restricted: Vec::new(),
            born: self.born.get(customer).copied().into_iter().collect(),
            attributes: alone(&self.attributes),
            timeline: Timeline {
                offsets: vec![0, order.len() as u32],
                kinds: Codes::narrow(order, kinds.len()),
            },
            last: kinds.iter().filter_map(Events::span).map(|(_, last)| last).max(),
            kinds,
            consents: alone(&self.consents),
            references: Vec::new(),
        }
    }

    /// One customer with all its facts, where nobody merged, erased or decided
    /// about it, so that they say all.
    pub(crate) fn alone_if_plain(&self, customer: usize) -> Option<Columns> {
        let decided = !self.overrides.of(customer).is_empty();
        let plain = !self.is_merged(customer) && !decided && self.erased_at(customer).is_none();
        plain.then(|| Columns { spans: Vec::new(), ..self.alone(customer, Instant::MAX) })
    }

    /// Whether somebody is, was, or will be one with others.
    pub(crate) fn is_merged(&self, customer: usize) -> bool {
        self.spans.get(customer).is_some_and(|span| *span != (i64::MIN, i64::MAX))
    }

    /// Whether these are the facts of one customer, which nobody merged, erased or
    /// decided about.
    pub(crate) fn is_plain(&self) -> bool {
        self.n_customers() == 1
            && self.spans.is_empty()
            && self.erased.is_empty()
            && self.overrides.of(0).is_empty()
    }

    /// The same with one event more of the only customer, after all others.
    ///
    /// `fields`: the numbers that are known of it, in the order of its fields.
    pub(crate) fn and_then(mut self, kind: usize, at: Instant, fields: &[Option<i64>]) -> Columns {
        let declared = self.schema.kinds.get(kind).map_or(&[][..], |kind| &kind.fields);
        let value = |(field, value): (&Field, &Option<i64>)| value.map(|it| number(it, &field.ty));
        let fields: Vec<Option<Value>> = declared.iter().zip(fields).map(value).collect();
        self.insert(kind, at, &fields, u32::MAX);
        self
    }

    /// Whether something is known to have happened to the only customer at this
    /// very instant.
    pub(crate) fn happened_at(&self, at: Instant) -> bool {
        self.kinds.iter().any(|events| {
            let row = events.at.first_at_or_after(0, events.len(), at.micros());
            row < events.len() && events.at.micros(row) == at.micros()
        })
    }

    /// Adds an event of the only customer, after all others of its instant.
    ///
    /// Cost: what comes after it is moved up by one.
    pub(crate) fn insert(
        &mut self,
        kind: usize,
        at: Instant,
        fields: &[Option<Value>],
        sequence: u32,
    ) {
        let after = at.micros().saturating_add(1);
        let place = |events: &Events| events.at.first_at_or_after(0, events.len(), after);
        let all: usize = self.kinds.iter().map(place).sum();
        let Some(events) = self.kinds.get_mut(kind) else { return };
        let (row, len) = (place(events), events.len());
        let declared = self.schema.kinds.get(kind).map_or(&[][..], |kind| &kind.fields);
        for (position, (column, field)) in events.fields.iter_mut().zip(declared).enumerate() {
            column.insert(len, row, fields.get(position).and_then(Option::as_ref), &field.ty);
        }
        events.at.insert(row, at.micros());
        events.sequence.insert(row, sequence);
        events.offsets = vec![0, len as u32 + 1];
        self.timeline.offsets = vec![0, self.timeline.range(0).1 as u32 + 1];
        self.timeline.kinds.insert(all, kind as u32);
        if let Some(born) = self.born.first_mut() {
            *born = at.micros().min(*born);
        }
        self.last = self.last.max(Some(at));
    }
}

impl History {
    fn alone(&self, customer: usize) -> History {
        match self {
            History::Undated(column) => History::Undated(column.gather(&[Some(customer as u32)])),
            History::Dated { offsets, since, values } => {
                let (from, until) = set_range(offsets, customer);
                let rows: Vec<Option<u32>> = (from..until).map(|row| Some(row as u32)).collect();
                History::Dated {
                    offsets: vec![0, rows.len() as u32],
                    since: since.get(from..until).unwrap_or_default().to_vec(),
                    values: values.gather(&rows),
                }
            }
        }
    }
}

/// The events of one customer before a microsecond.
fn events(all: &Events, customer: usize, cut: i64) -> Events {
    let (from, until) = all.range(customer);
    let until = all.at.first_at_or_after(from, until, cut);
    let rows: Vec<Option<u32>> = (from..until).map(|row| Some(row as u32)).collect();
    Events {
        offsets: vec![0, rows.len() as u32],
        at: Times::narrow((from..until).map(|row| all.at.micros(row)).collect()),
        fields: all.fields.iter().map(|column| column.gather(&rows)).collect(),
        sequence: all.sequence.get(from..until).unwrap_or_default().to_vec(),
    }
}
