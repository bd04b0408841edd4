//! How old the values of an attribute are.

use serde::Serialize;

use crate::facts::{Attribute, Column, Data, Snapshot, Type};
use crate::units::{Calendar, Day, Instant};

/// How fresh the known values of an attribute are.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Freshness {
    /// Set or verified within the limit.
    pub fresh: u64,
    /// Older than the limit.
    pub stale: u64,
    /// Nobody knows how old.
    pub unknown: u64,
}

/// How fresh an attribute is over the population, where it has a limit.
pub(super) fn freshness(
    snapshot: &Snapshot<'_>,
    calendar: &Calendar,
    position: usize,
    attribute: &Attribute,
    column: &Column,
) -> Option<Freshness> {
    let period = attribute.fresh_for?;
    let mut out = Freshness::default();
    for customer in snapshot.population().rows().filter(|customer| column.is_known(*customer)) {
        match confirmed(snapshot, calendar, position, attribute, customer) {
            None => out.unknown += 1,
            Some(since) => match calendar.add(since, period) {
                Ok(end) if end <= snapshot.as_of() => out.stale += 1,
                _ => out.fresh += 1,
            },
        }
    }
    Some(out)
}

/// When a value was last set or verified.
pub(super) fn confirmed(
    snapshot: &Snapshot<'_>,
    calendar: &Calendar,
    position: usize,
    attribute: &Attribute,
    customer: usize,
) -> Option<Instant> {
    let columns = snapshot.columns();
    let set = columns.attributes.get(position)?.since(customer, snapshot.as_of());
    let verified = attribute.verified_at.as_ref().and_then(|name| {
        let column = snapshot.attribute(columns.schema.attribute(name)?)?;
        let Data::Ints(ints) = &column.data else { return None };
        column.is_known(customer).then_some(())?;
        let declared = columns.schema.attributes.get(columns.schema.attribute(name)?)?;
        Some(match declared.ty {
            Type::Date => calendar.zone().start_of(Day::clamped(ints.get(customer))),
            _ => Instant::clamped(ints.get(customer)),
        })
    });
    set.max(verified.filter(|at| *at <= snapshot.as_of()))
}
