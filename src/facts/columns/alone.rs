//! One customer taken out of everybody, and one event more: what somebody asks
//! who wants to know what would be.

use super::Columns;
use crate::facts::bits::Bits;
use crate::facts::column::{Codes, Column, Data, Ints, set_range};
use crate::facts::events::{Events, Times};
use crate::facts::history::History;
use crate::facts::merge::Overrides;
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

    /// The same with one event more of the only customer, after all others.
    ///
    /// `fields`: the numbers that are known of it, in the order of its fields.
    pub(crate) fn and_then(mut self, kind: usize, at: Instant, fields: &[Option<i64>]) -> Columns {
        let Some(events) = self.kinds.get_mut(kind) else { return self };
        let count = events.len();
        let mut times: Vec<i64> = (0..count).map(|row| events.at.micros(row)).collect();
        times.push(at.micros());
        for (place, column) in events.fields.iter_mut().enumerate() {
            *column = longer(column, count, fields.get(place).copied().flatten());
        }
        events.at = Times::narrow(times);
        events.sequence.push(u32::MAX);
        events.offsets = vec![0, count as u32 + 1];
        let before = 0..self.timeline.range(0).1;
        let order = before.map(|place| self.timeline.kinds.get(place)).chain([kind as u32]);
        let order: Vec<u32> = order.collect();
        self.timeline.offsets = vec![0, order.len() as u32];
        self.timeline.kinds = Codes::narrow(order, self.kinds.len());
        self.last = self.last.max(Some(at));
        self
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

/// A column with one row more, in which only a number can be known.
fn longer(column: &Column, count: usize, number: Option<i64>) -> Column {
    let rows: Vec<Option<u32>> = (0..count as u32).map(Some).chain([None]).collect();
    let mut longer = column.gather(&rows);
    if let (Data::Ints(ints), Some(number)) = (&longer.data, number) {
        let values = (0..count).map(|row| ints.get(row)).chain([number]).collect();
        let mut known = Bits::none(count + 1);
        (0..count).for_each(|row| known.set(row, column.is_known(row)));
        known.set(count, true);
        longer.data = Data::Ints(Ints::narrow(values));
        longer.known = Some(known).filter(|known| !known.is_all());
    }
    longer
}
