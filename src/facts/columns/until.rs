//! Everybody as they were, without what came later.

use super::Columns;
use crate::facts::column::{Codes, set_range};
use crate::facts::events::{Events, Times};
use crate::facts::history::History;
use crate::facts::timeline::Timeline;
use crate::units::Instant;

impl Columns {
    /// The facts that had happened at an instant, itself included, for whoever
    /// asks what comes if nothing happens after it. Customers keep their numbers;
    /// of who came later nothing is left.
    ///
    /// Who was merged later is who it was, and nobody is erased later.
    ///
    /// # Cost
    ///
    /// A copy of the columns.
    pub fn until(&self, at: Instant) -> Columns {
        let cut = at.micros().saturating_add(1);
        let n_customers = self.n_customers();
        let kinds: Vec<Events> = self.kinds.iter().map(|it| cut_events(it, cut)).collect();
        let later = |until: &i64| if *until < cut { *until } else { i64::MAX };
        let spans = self.spans.iter().map(|(from, until)| (*from, later(until)));
        let histories = |all: &[History]| all.iter().map(|it| cut_history(it, cut)).collect();
        Columns {
            schema: self.schema.clone(),
            customers: self.customers.clone(),
            spans: spans.collect(),
            aliases: self.aliases.clone(),
            overrides: self.overrides.before(cut),
            erased: self.erased.iter().copied().filter(|(_, erased)| *erased < cut).collect(),
            restricted: self.restricted.clone(),
            born: self.born.clone(),
            attributes: histories(&self.attributes),
            timeline: cut_timeline(self, &kinds, n_customers),
            kinds,
            consents: histories(&self.consents),
            references: self.references.clone(),
            last: self.last.map(|last| last.min(at)),
        }
    }
}

/// The rows that are kept, and where each customer's begin among them.
fn kept(n: usize, range: impl Fn(usize) -> (usize, usize)) -> (Vec<u32>, Vec<Option<u32>>) {
    let (mut offsets, mut rows) = (vec![0], Vec::new());
    for customer in 0..n {
        let (from, until) = range(customer);
        rows.extend((from..until).map(|row| Some(row as u32)));
        offsets.push(rows.len() as u32);
    }
    (offsets, rows)
}

fn cut_events(all: &Events, cut: i64) -> Events {
    let (offsets, rows) = kept(all.offsets.len().saturating_sub(1), |customer| {
        let (from, until) = all.range(customer);
        (from, all.at.first_at_or_after(from, until, cut))
    });
    let numbers = || rows.iter().flatten().map(|row| *row as usize);
    Events {
        offsets,
        at: Times::narrow(numbers().map(|row| all.at.micros(row)).collect()),
        fields: all.fields.iter().map(|column| column.gather(&rows)).collect(),
        sequence: numbers().filter_map(|row| all.sequence.get(row).copied()).collect(),
    }
}

fn cut_history(history: &History, cut: i64) -> History {
    let History::Dated { offsets, since, values } = history else { return history.clone() };
    let (kept_offsets, rows) = kept(offsets.len().saturating_sub(1), |customer| {
        let (from, until) = set_range(offsets, customer);
        let past = since.get(from..until).unwrap_or_default().partition_point(|it| *it < cut);
        (from, from + past)
    });
    let numbers = rows.iter().flatten().map(|row| *row as usize);
    History::Dated {
        offsets: kept_offsets,
        since: numbers.filter_map(|row| since.get(row).copied()).collect(),
        values: values.gather(&rows),
    }
}

/// The order of the events that are left: of each kind the first ones.
fn cut_timeline(all: &Columns, kinds: &[Events], n_customers: usize) -> Timeline {
    let (mut offsets, mut order) = (vec![0], Vec::new());
    for customer in 0..n_customers {
        let mut left: Vec<usize> = kinds.iter().map(|events| length(events, customer)).collect();
        let (from, until) = all.timeline.range(customer);
        for place in from..until {
            let kind = all.timeline.kinds.get(place);
            if let Some(left) = left.get_mut(kind as usize).filter(|left| 0 < **left) {
                *left -= 1;
                order.push(kind);
            }
        }
        offsets.push(order.len() as u32);
    }
    Timeline { offsets, kinds: Codes::narrow(order, kinds.len()) }
}

fn length(events: &Events, customer: usize) -> usize {
    let (from, until) = events.range(customer);
    until - from
}

/// The names of event kinds and attributes of which something came after an
/// instant, among those wanted, in the order of the schema.
pub(crate) fn fact_kinds_after(
    columns: &Columns,
    after: Instant,
    wanted: impl Fn(&str) -> bool,
) -> Vec<String> {
    let schema = &columns.schema;
    let kinds = schema.kinds.iter().zip(&columns.kinds).filter_map(|(kind, events)| {
        let later = |(_, last): (Instant, Instant)| after < last;
        events.span().is_some_and(later).then_some(&kind.name)
    });
    let attributes =
        schema.attributes.iter().zip(&columns.attributes).filter_map(|(it, history)| {
            let History::Dated { since, .. } = history else { return None };
            since.iter().any(|since| after.micros() < *since).then_some(&it.name)
        });
    let names = kinds.chain(attributes).filter(|name| wanted(name));
    names.map(|name| name.to_string()).collect()
}
