//! Recording facts within one transaction.

use std::collections::HashSet;

use rusqlite::{CachedStatement, Connection, OptionalExtension, Row, params};

use super::body::{Layout, Slot};
use super::chain::{self, Chain, Link};
use super::erase;
use super::known::{Customer, Known};
use super::trouble::{Trouble, unreadable};
use crate::facts::admit::{Ledger, Recording};
use crate::facts::erase::mark;
use crate::facts::{Body, Fact, Seen};
use crate::store::report::names;
use crate::units::Instant;

/// Where the log ends.
#[derive(Debug, Clone, Copy)]
pub(super) struct Head {
    /// Number of the last batch.
    pub batch: i64,
    /// Sequence of the last fact.
    pub sequence: i64,
    /// The latest instant that a batch was seen at.
    pub seen: Option<i64>,
    /// Hash of the last batch.
    pub chain: Link,
}

impl Head {
    pub(super) fn read(connection: &Connection) -> Result<Self, Trouble> {
        let sql = "SELECT number, first + facts - 1, seen, chain
                   FROM batch ORDER BY number DESC LIMIT 1";
        let last = connection.prepare_cached(sql)?.query_row([], |row| {
            Ok(Head {
                batch: row.get(0)?,
                sequence: row.get(1)?,
                seen: row.get(2)?,
                chain: row.get(3)?,
            })
        });
        let none = Head { batch: 0, sequence: 0, seen: None, chain: chain::START };
        Ok(last.optional()?.unwrap_or(none))
    }
}

/// Batches that are being recorded.
pub(super) struct Writer<'c> {
    layout: &'c Layout,
    known: &'c mut Known,
    /// Where the log ended before the open batch.
    before: Head,
    /// Sequence of the last fact so far.
    sequence: i64,
    /// The latest instant at which a fact of the open batch happened.
    last: Option<i64>,
    chain: Chain,
    body: String,
    /// Customer and sequence of each fact of all batches.
    history: Vec<(i64, i64)>,
    /// Marks of those who were erased, and numbers of what is left.
    marks: HashSet<Box<str>>,
    gone: HashSet<i64>,
    sql: Statements<'c>,
}

/// The numbers that stand for names in a row of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Numbers {
    source: i64,
    kind: i64,
    customer: Option<i64>,
}

struct Statements<'c> {
    connection: &'c Connection,
    insert: CachedStatement<'c>,
    find: CachedStatement<'c>,
    find_customer: CachedStatement<'c>,
    new_customer: CachedStatement<'c>,
    batch: CachedStatement<'c>,
}

impl<'c> Statements<'c> {
    fn prepare(connection: &'c Connection) -> Result<Self, Trouble> {
        Ok(Statements {
            insert: connection.prepare_cached(
                "INSERT INTO fact
                 (sequence, source, id, customer, kind, at, seen, revision, corrects, body)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
                 ON CONFLICT (source, id) DO NOTHING",
            )?,
            find: connection.prepare_cached(
                "SELECT customer, kind, at, revision, corrects, body
                 FROM fact WHERE source = ?1 AND id = ?2",
            )?,
            find_customer: connection
                .prepare_cached("SELECT number, introduced FROM customer WHERE id = ?1")?,
            new_customer: connection.prepare_cached("INSERT INTO customer (id) VALUES (?1)")?,
            batch: connection.prepare_cached(
                "INSERT INTO batch (number, first, facts, backfill, seen, last, chain)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            )?,
            connection,
        })
    }
}

impl<'c> Writer<'c> {
    pub(super) fn new(
        connection: &'c Connection,
        layout: &'c Layout,
        known: &'c mut Known,
    ) -> Result<Self, Trouble> {
        let before = Head::read(connection)?;
        Ok(Writer {
            layout,
            known,
            before,
            sequence: before.sequence,
            last: None,
            chain: Chain::after(&before.chain),
            body: String::new(),
            history: Vec::new(),
            marks: erase::list(connection)?.into_iter().map(|erasure| erasure.mark).collect(),
            gone: erase::gone(connection)?.into_iter().map(|(customer, _)| customer).collect(),
            sql: Statements::prepare(connection)?,
        })
    }

    /// Writes what is better written for all batches at once: the histories, in
    /// the order of their table, which touches each of its pages once.
    pub(super) fn finish(mut self) -> Result<(), Trouble> {
        self.history.sort_unstable();
        let sql = "INSERT INTO history (customer, fact) VALUES (?1, ?2)";
        let mut insert = self.sql.connection.prepare_cached(sql)?;
        for (customer, fact) in &self.history {
            insert.execute([customer, fact])?;
        }
        Ok(())
    }

    fn source(&mut self, name: &str) -> Result<Option<i64>, Trouble> {
        if let Some(number) = self.known.sources.get(name) {
            return Ok(Some(*number));
        }
        let sql = "SELECT number FROM source WHERE name = ?1";
        let found = self
            .sql
            .connection
            .prepare_cached(sql)?
            .query_row([name], |row| row.get(0))
            .optional()?;
        if let Some(number) = found {
            self.known.sources.insert(name.into(), number);
        }
        Ok(found)
    }

    fn kind(&mut self, body: &Body) -> Result<Option<i64>, Trouble> {
        let slot = Slot::of(body);
        if let Some((_, number)) = self.known.kinds.iter().find(|(known, _)| *known == slot) {
            return Ok(Some(*number));
        }
        let sql = "SELECT number FROM kind WHERE class = ?1 AND name = ?2";
        let (class, name) = names(self.layout.schema(), body);
        let found =
            self.sql.connection.prepare_cached(sql)?.query_row([class, name], |row| row.get(0));
        let found = found.optional()?;
        self.known.kinds.extend(found.map(|number| (slot, number)));
        Ok(found)
    }

    fn customer(&mut self, id: &str) -> Result<Option<Customer>, Trouble> {
        if let Some(customer) = self.known.customers.get(id) {
            return Ok(Some(customer));
        }
        let read = |row: &Row<'_>| Ok(Customer { number: row.get(0)?, introduced: row.get(1)? });
        let found = self.sql.find_customer.query_row([id], read).optional()?;
        if let Some(customer) = found {
            self.known.customers.insert(id, customer);
        }
        Ok(found)
    }

    /// The numbers of the fact's names, if the store has them all.
    fn numbers(&mut self, fact: &Fact) -> Result<Option<Numbers>, Trouble> {
        let Some(source) = self.source(&fact.source)? else { return Ok(None) };
        let Some(kind) = self.kind(&fact.body)? else { return Ok(None) };
        if fact.customer.is_empty() {
            return Ok(Some(Numbers { source, kind, customer: None }));
        }
        let customer = self.customer(&fact.customer)?;
        Ok(customer.map(|customer| Numbers { source, kind, customer: Some(customer.number) }))
    }

    /// The same, with numbers given to names that had none.
    fn give_numbers(&mut self, fact: &Fact) -> Result<Option<Numbers>, Trouble> {
        let connection = self.sql.connection;
        if self.source(&fact.source)?.is_none() {
            connection.execute("INSERT INTO source (name) VALUES (?1)", [&*fact.source])?;
        }
        if self.kind(&fact.body)?.is_none() {
            let (class, name) = names(self.layout.schema(), &fact.body);
            connection.execute("INSERT INTO kind (class, name) VALUES (?1, ?2)", [class, name])?;
        }
        if !fact.customer.is_empty() && self.customer(&fact.customer)?.is_none() {
            let number = self.sql.new_customer.insert([&*fact.customer])?;
            let customer = Customer { number, introduced: false };
            self.known.customers.insert(&fact.customer, customer);
        }
        self.numbers(fact)
    }

    /// Inserts the fact; false when its key stands already.
    fn insert(&mut self, fact: &Fact, numbers: Numbers, seen: i64) -> Result<bool, Trouble> {
        self.layout.write(&fact.body, &mut self.body);
        let sequence = self.sequence + 1;
        let at = fact.at.map(Instant::micros);
        let corrects = fact.correction.target();
        let changed = self.sql.insert.execute(params![
            sequence,
            numbers.source,
            fact.id,
            numbers.customer,
            numbers.kind,
            at,
            seen,
            fact.revision,
            corrects,
            self.body,
        ])?;
        if changed == 0 {
            return Ok(false);
        }
        self.sequence = sequence;
        self.last = self.last.max(at);
        self.history.extend(numbers.customer.map(|customer| (customer, sequence)));
        if let Body::Merge { into } = &fact.body {
            let sql = "INSERT INTO merge (fact, customer, survivor) VALUES (?1, ?2, ?3)";
            self.sql.connection.prepare_cached(sql)?.execute(params![
                sequence,
                fact.customer,
                into
            ])?;
        }
        let (class, kind) = names(self.layout.schema(), &fact.body);
        self.chain.push(&chain::Row {
            sequence,
            source: &fact.source,
            id: &fact.id,
            customer: (!fact.customer.is_empty()).then_some(&*fact.customer),
            class,
            kind,
            at,
            seen,
            revision: fact.revision.map(i64::from),
            corrects,
            body: &self.body,
        });
        Ok(true)
    }

    fn introduce(&mut self, id: &str) -> Result<(), Trouble> {
        match self.customer(id)? {
            Some(customer) if !customer.introduced => {
                let sql = "UPDATE customer SET introduced = 1 WHERE number = ?1";
                self.sql.connection.prepare_cached(sql)?.execute([customer.number])?;
                self.known.customers.insert(id, Customer { introduced: true, ..customer });
                Ok(())
            }
            _ => Ok(()),
        }
    }
}

/// A fact of the log, as far as it is content.
struct Standing {
    customer: Option<i64>,
    kind: i64,
    at: Option<i64>,
    revision: Option<u32>,
    corrects: Option<Box<str>>,
    body: Box<str>,
}

impl Ledger for Writer<'_> {
    type Error = Trouble;

    fn last_seen(&mut self) -> Result<Option<Instant>, Trouble> {
        Ok(self.before.seen.map(Instant::from_micros).transpose()?)
    }

    fn knows(&mut self, source: &str, id: &str) -> Result<bool, Trouble> {
        let Some(source) = self.source(source)? else { return Ok(false) };
        Ok(self.sql.find.exists(params![source, id])?)
    }

    fn compare(&mut self, fact: &Fact) -> Result<Option<Recording>, Trouble> {
        let Some(source) = self.source(&fact.source)? else { return Ok(None) };
        let read = |row: &Row<'_>| {
            Ok(Standing {
                customer: row.get(0)?,
                kind: row.get(1)?,
                at: row.get(2)?,
                revision: row.get(3)?,
                corrects: row.get(4)?,
                body: row.get(5)?,
            })
        };
        let found = self.sql.find.query_row(params![source, fact.id], read).optional()?;
        let Some(standing) = found else { return Ok(None) };
        let Some(numbers) = self.numbers(fact)? else { return Ok(Some(Recording::Other)) };
        self.layout.write(&fact.body, &mut self.body);
        let same = standing.customer == numbers.customer
            && standing.kind == numbers.kind
            && standing.at == fact.at.map(Instant::micros)
            && standing.revision == fact.revision
            && standing.corrects.as_deref() == fact.correction.target()
            && *standing.body == *self.body;
        Ok(Some(if same { Recording::Same } else { Recording::Other }))
    }

    fn introduced(&mut self, customer: &str) -> Result<bool, Trouble> {
        Ok(self.customer(customer)?.is_some_and(|customer| customer.introduced))
    }

    fn erased(&mut self, customer: &str) -> Result<bool, Trouble> {
        if self.marks.is_empty() {
            return Ok(false);
        }
        Ok(match self.customer(customer)? {
            Some(known) => self.gone.contains(&known.number),
            None => self.marks.contains(&mark(customer)),
        })
    }

    fn record(&mut self, fact: Fact, seen: Instant) -> Result<Recording, Trouble> {
        let numbers = match self.numbers(&fact)? {
            Some(numbers) => Some(numbers),
            // A name is numbered only for a fact that will stand.
            None => match self.compare(&fact)? {
                Some(standing) => return Ok(standing),
                None => self.give_numbers(&fact)?,
            },
        };
        let next = self.sequence + 1;
        let numbers = numbers.ok_or_else(|| unreadable(next.unsigned_abs()))?;
        if !self.insert(&fact, numbers, seen.micros())? {
            let standing = self.compare(&fact)?;
            return Ok(standing.ok_or_else(|| unreadable(next.unsigned_abs()))?);
        }
        if matches!(fact.body, Body::Attributes(_)) {
            self.introduce(&fact.customer)?;
        }
        Ok(Recording::Done)
    }

    fn close(&mut self, seen: Seen) -> Result<(), Trouble> {
        let facts = self.sequence - self.before.sequence;
        if facts == 0 {
            return Ok(());
        }
        let (backfill, seen) = match seen {
            Seen::At(seen) => (false, Some(seen.micros())),
            Seen::Backfill => (true, self.before.seen),
        };
        let (batch, first) = (self.before.batch + 1, self.before.sequence + 1);
        let (chain, last) = (self.chain.close(), self.last.take());
        self.sql.batch.execute(params![batch, first, facts, backfill, seen, last, chain])?;
        self.before = Head { batch, sequence: self.sequence, seen, chain };
        Ok(())
    }
}
