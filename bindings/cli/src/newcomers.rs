//! Customers whom nobody had introduced before an import.

use std::collections::HashSet;

use guanxi::facts::{Body, Columns, Fact, Verdict};
use guanxi::{Error, store::Store};

/// Counts customers who are new, batch by batch.
pub struct Newcomers {
    met: HashSet<Box<str>>,
    store_was_empty: bool,
    /// Customers who were not there before.
    pub count: u64,
}

/// The customers of a batch who were not met before, by the position of the
/// fact that names them first.
pub struct Strangers(Vec<(usize, Box<str>)>);

impl Newcomers {
    /// Nobody is met yet.
    pub fn of(store: &Store) -> Result<Newcomers, Error> {
        let store_was_empty = store.statistics()?.last_sequence == 0;
        Ok(Newcomers { met: HashSet::new(), store_was_empty, count: 0 })
    }

    /// Those of a batch whom the store does not know, before it is appended.
    pub fn look(&mut self, store: &Store, facts: &[Fact]) -> Result<Strangers, Error> {
        let mut strangers = Vec::new();
        for (position, fact) in facts.iter().enumerate() {
            let names = !fact.customer.is_empty() && fact.body != Body::Nothing;
            if names && !self.met.contains(&fact.customer) {
                strangers.push((position, fact.customer.clone()));
            }
        }
        if !self.store_was_empty && !strangers.is_empty() {
            let ids: Vec<&str> = strangers.iter().map(|(_, id)| &**id).collect();
            let known: Columns = store.customer_columns(&ids, None)?;
            strangers.retain(|(_, id)| known.customer(id).is_none());
            self.met.extend(known.customers);
        }
        Ok(Strangers(strangers))
    }

    /// Counts those whose facts were recorded.
    pub fn meet(&mut self, strangers: Strangers, verdicts: &[Verdict]) {
        for (position, id) in strangers.0 {
            let recorded = verdicts.get(position).is_some_and(|verdict| verdict.is_recorded());
            if recorded && self.met.insert(id) {
                self.count += 1;
            }
        }
    }
}
