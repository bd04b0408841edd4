//! The dictionaries of a store, loaded: numbers to names.

use rusqlite::{Connection, OptionalExtension, params};

use super::body::Slot;
use super::tables;
use super::trouble::Trouble;
use crate::facts::Schema;

/// Names by number.
#[derive(Debug, Default)]
pub(super) struct Numbered<T> {
    /// Ascending by number.
    entries: Vec<(i64, T)>,
}

impl<T> Numbered<T> {
    pub(super) fn get(&self, number: i64) -> Option<&T> {
        self.entries.get(self.place(number)?).map(|(_, name)| name)
    }

    /// Where among the loaded names the one with this number is.
    pub(super) fn place(&self, number: i64) -> Option<usize> {
        // Numbers are given 1, 2, 3, ...: the entry is where the number says,
        // unless some were left out.
        let guess = usize::try_from(number.wrapping_sub(1)).ok()?;
        match self.entries.get(guess) {
            Some((found, _)) if *found == number => Some(guess),
            _ => self.entries.binary_search_by_key(&number, |(number, _)| *number).ok(),
        }
    }

    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }
}

/// What a number of the table `kind` stands for.
#[derive(Debug)]
pub(super) struct Kind {
    pub class: Box<str>,
    pub name: Box<str>,
    /// None for a kind that the schema at hand does not have.
    pub slot: Option<Slot>,
}

/// The dictionaries, as far as one question needs them.
#[derive(Debug)]
pub(super) struct Names {
    pub sources: Numbered<Box<str>>,
    pub kinds: Numbered<Kind>,
    pub customers: Numbered<Box<str>>,
}

impl Names {
    /// With every customer.
    pub(super) fn of_all(connection: &Connection, schema: &Schema) -> Result<Self, Trouble> {
        let customers = texts(connection, "SELECT number, id FROM customer ORDER BY number")?;
        Names::with(connection, schema, customers)
    }

    /// With these customers, as far as the store knows them.
    pub(super) fn of(
        connection: &Connection,
        schema: &Schema,
        ids: &[&str],
    ) -> Result<Self, Trouble> {
        let mut find = connection.prepare_cached("SELECT number FROM customer WHERE id = ?1")?;
        let mut entries = Vec::with_capacity(ids.len());
        for id in ids {
            let number: Option<i64> = find.query_row(params![id], |row| row.get(0)).optional()?;
            entries.extend(number.map(|number| (number, Box::from(*id))));
        }
        entries.sort_unstable();
        entries.dedup();
        Names::with(connection, schema, Numbered { entries })
    }

    /// With these customers and all ids that were ever merged with theirs.
    pub(super) fn around(
        connection: &Connection,
        schema: &Schema,
        ids: &[&str],
    ) -> Result<Self, Trouble> {
        // A store of an older version that is only read has no merges.
        if !tables::has(connection, "merge")? {
            return Names::of(connection, schema, ids);
        }
        let mut all: Vec<String> = ids.iter().map(|id| (*id).to_owned()).collect();
        let mut others = connection.prepare_cached(
            "SELECT survivor FROM merge WHERE customer = ?1
             UNION SELECT customer FROM merge WHERE survivor = ?1",
        )?;
        let mut next = 0;
        while let Some(id) = all.get(next).cloned() {
            next += 1;
            for other in others.query_map([id], |row| row.get::<_, String>(0))? {
                let other = other?;
                if !all.contains(&other) {
                    all.push(other);
                }
            }
        }
        let all: Vec<&str> = all.iter().map(String::as_str).collect();
        Names::of(connection, schema, &all)
    }

    fn with(
        connection: &Connection,
        schema: &Schema,
        customers: Numbered<Box<str>>,
    ) -> Result<Self, Trouble> {
        let sources = texts(connection, "SELECT number, name FROM source ORDER BY number")?;
        Ok(Names { sources, kinds: kinds(connection, schema)?, customers })
    }

    /// The numbers of the customers that were asked for.
    pub(super) fn customer_numbers(&self) -> impl Iterator<Item = i64> {
        self.customers.entries.iter().map(|(number, _)| *number)
    }
}

fn texts(connection: &Connection, sql: &str) -> Result<Numbered<Box<str>>, Trouble> {
    let mut statement = connection.prepare_cached(sql)?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(Numbered { entries: rows.collect::<Result<_, _>>()? })
}

fn kinds(connection: &Connection, schema: &Schema) -> Result<Numbered<Kind>, Trouble> {
    let mut statement =
        connection.prepare_cached("SELECT number, class, name FROM kind ORDER BY number")?;
    let rows = statement.query_map([], |row| {
        let (class, name): (Box<str>, Box<str>) = (row.get(1)?, row.get(2)?);
        let slot = Slot::named(schema, &class, &name);
        Ok((row.get(0)?, Kind { class, name, slot }))
    })?;
    Ok(Numbered { entries: rows.collect::<Result<_, _>>()? })
}
