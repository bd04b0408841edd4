//! What happened to one customer, instant by instant.

use std::collections::BTreeMap;

use super::Fold;
use crate::facts::History;
use crate::units::Instant;

/// What happened at one instant.
#[derive(Debug, Default)]
pub(super) struct Facts {
    /// Attributes that have another value than before.
    pub(super) attributes: Vec<usize>,
    /// The kinds of the events, in the one total order.
    pub(super) events: Vec<usize>,
    /// Decisions of people, by their places among those about the customer.
    pub(super) decisions: Vec<usize>,
}

impl Fold<'_> {
    /// What happened at each instant, in order.
    pub(super) fn facts(&self) -> BTreeMap<Instant, Facts> {
        let columns = self.world.columns;
        let mut out: BTreeMap<Instant, Facts> = BTreeMap::new();
        let (from, until) = columns.timeline.range(self.customer);
        let mut next = self.ends.clone();
        for place in from..until {
            let kind = columns.timeline.kinds.get(place) as usize;
            let at = Instant::clamped(columns.kinds[kind].at.micros(next[kind]));
            next[kind] += 1;
            out.entry(at).or_default().events.push(kind);
        }
        for (attribute, history) in columns.attributes.iter().enumerate() {
            for (at, changed) in changes(history, self.customer) {
                let facts = out.entry(at).or_default();
                facts.attributes.extend(changed.then_some(attribute));
            }
        }
        for history in &columns.consents {
            for (at, _) in changes(history, self.customer) {
                out.entry(at).or_default();
            }
        }
        let decisions = columns.overrides.of(self.customer).iter().enumerate();
        for (number, (_, at, _)) in decisions {
            out.entry(Instant::clamped(*at)).or_default().decisions.push(number);
        }
        out
    }
}

/// When a customer's values were set, and whether to another value.
fn changes(history: &History, customer: usize) -> Vec<(Instant, bool)> {
    let History::Dated { offsets, since, values } = history else { return Vec::new() };
    let (from, until) = crate::facts::set_range(offsets, customer);
    let mut out: Vec<(Instant, bool)> = Vec::new();
    let mut before: Option<usize> = None;
    for row in from..until {
        let last_of_instant = row + 1 == until || since[row + 1] != since[row];
        if !last_of_instant {
            continue;
        }
        if since[row] != i64::MIN {
            let same = match before {
                Some(before) => values.same(before, row),
                None => !values.is_known(row),
            };
            out.push((Instant::clamped(since[row]), !same));
        }
        before = Some(row);
    }
    out
}
