//! Reading facts back.

use std::sync::Arc;

use rusqlite::{Connection, Params, Row, Rows};

use super::body::{Layout, Slot};
use super::erase;
use super::names::Names;
use super::trouble::{Trouble, unreadable};
use crate::facts::correct::Settled;
use crate::facts::{Body, Columns, ColumnsBuilder, Correction, Fact, Recorded, Schema};
use crate::units::Instant;

/// The columns of a fact, in the order in which [`Reader`] reads them.
pub(super) const COLUMNS: &str =
    "sequence, source, id, fact.customer, kind, at, seen, revision, corrects, body";

/// A fact as it was found.
pub(super) struct Found<'a> {
    pub sequence: u64,
    pub seen: Instant,
    /// Number of the customer it is about.
    pub customer: Option<i64>,
    /// The fact, its customer left empty: most readers know it by number.
    pub fact: &'a Fact,
}

impl Found<'_> {
    /// The fact on its own, with its customer.
    pub(super) fn recorded(&self, names: &Names) -> Result<Recorded, Trouble> {
        let mut fact = self.fact.clone();
        if let Some(number) = self.customer {
            let customer = names.customers.get(number).ok_or_else(|| unreadable(self.sequence))?;
            fact.customer = customer.clone();
        }
        Ok(Recorded { sequence: self.sequence, seen: self.seen, fact })
    }
}

/// Turns rows of the log into facts, with as little allocation as rows of one
/// customer and kind allow: what one fact held is reused for the next.
pub(super) struct Reader<'a> {
    pub layout: &'a Layout,
    pub names: &'a Names,
    /// Which facts are passed over, and which stand for others.
    pub settled: &'a Settled,
    fact: Fact,
}

impl<'a> Reader<'a> {
    pub(super) fn new(layout: &'a Layout, names: &'a Names, settled: &'a Settled) -> Self {
        let fact = Fact {
            source: "".into(),
            id: "".into(),
            customer: "".into(),
            at: None,
            revision: None,
            correction: Correction::None,
            body: Body::Nothing,
        };
        Reader { layout, names, settled, fact }
    }

    /// Hands every fact that counts to `each`, corrections in the place of their
    /// originals.
    pub(super) fn read(
        &mut self,
        connection: &Connection,
        sql: &str,
        parameters: impl Params,
        mut each: impl FnMut(Found<'_>) -> Result<(), Trouble>,
    ) -> Result<(), Trouble> {
        let mut statement = connection.prepare_cached(sql)?;
        let mut rows: Rows<'_> = statement.query(parameters)?;
        while let Some(row) = rows.next()? {
            let sequence = whole(row, 0)?;
            if self.settled.hidden.binary_search(&sequence).is_ok() {
                continue;
            }
            let mut seen = self.fill(sequence, row)?;
            if let Some(original) = self.settled.stand_in(sequence) {
                replace(&mut self.fact.id, &original.id);
                seen = seen.min(original.seen);
            }
            each(Found { sequence, seen, customer: row.get(3)?, fact: &self.fact })?;
        }
        Ok(())
    }

    fn fill(&mut self, sequence: u64, row: &Row<'_>) -> Result<Instant, Trouble> {
        let bad = || unreadable(sequence);
        let fact = &mut self.fact;
        let source = self.names.sources.get(row.get(1)?).ok_or_else(bad)?;
        replace(&mut fact.source, source);
        replace(&mut fact.id, row.get_ref(2)?.as_str().map_err(|_| bad())?);
        let slot = self.names.kinds.get(row.get(4)?).and_then(|kind| kind.slot).ok_or_else(bad)?;
        let at: Option<i64> = row.get(5)?;
        fact.at = at.map(Instant::from_micros).transpose().map_err(|_| bad())?;
        fact.revision = row.get(7)?;
        fact.correction = match row.get_ref(8)?.as_str_or_null().map_err(|_| bad())? {
            None => Correction::None,
            Some(target) if slot == Slot::Retraction => Correction::Retracts(target.into()),
            Some(target) => Correction::Supersedes(target.into()),
        };
        let body = row.get_ref(9)?.as_str().map_err(|_| bad())?;
        self.layout.read(slot, body, &mut fact.body).map_err(|_| bad())?;
        Ok(Instant::from_micros(row.get(6)?).map_err(|_| bad())?)
    }
}

/// Gathers facts into columns, which number customers in their own way.
pub(super) struct Gatherer<'a> {
    names: &'a Names,
    columns: ColumnsBuilder,
    /// The columns' number of each loaded customer who has a fact.
    numbers: Vec<Option<u32>>,
}

impl<'a> Gatherer<'a> {
    pub(super) fn new(schema: &Arc<Schema>, names: &'a Names) -> Self {
        let numbers = vec![None; names.customers.len()];
        Gatherer { names, columns: ColumnsBuilder::new(schema), numbers }
    }

    pub(super) fn push(&mut self, found: Found<'_>) -> Result<(), Trouble> {
        let Found { sequence, seen, customer, fact } = found;
        let number = match customer {
            Some(customer) => self.number(customer),
            None => matches!(fact.body, Body::Reference { .. }).then_some(0),
        };
        let number = number.ok_or_else(|| unreadable(sequence))?;
        self.columns.push_about(number, sequence, seen, fact);
        Ok(())
    }

    fn number(&mut self, customer: i64) -> Option<u32> {
        let place = self.names.customers.place(customer)?;
        if let Some(number) = self.numbers.get(place).copied().flatten() {
            return Some(number);
        }
        let number = self.columns.customer(self.names.customers.get(customer)?);
        *self.numbers.get_mut(place)? = Some(number);
        Some(number)
    }

    /// Says who is erased.
    pub(super) fn erase(&mut self, connection: &Connection) -> Result<(), Trouble> {
        for (customer, at) in erase::gone(connection)? {
            if let Some(name) = self.names.customers.get(customer) {
                self.columns.erase(name, at);
            }
        }
        Ok(())
    }

    pub(super) fn finish(self) -> Columns {
        self.columns.finish()
    }
}

/// A number of a row that cannot be below zero.
pub(super) fn whole(row: &Row<'_>, column: usize) -> Result<u64, rusqlite::Error> {
    let number: i64 = row.get(column)?;
    let error = rusqlite::Error::IntegralValueOutOfRange(column, number);
    u64::try_from(number).map_err(|_| error)
}

/// Puts a text where another was, in the same memory if the length allows.
fn replace(slot: &mut Box<str>, text: &str) {
    if **slot == *text {
        return;
    }
    let mut memory = std::mem::take(slot).into_string();
    memory.clear();
    memory.push_str(text);
    *slot = memory.into_boxed_str();
}
