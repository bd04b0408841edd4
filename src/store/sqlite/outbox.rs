//! What a store in a file owes its host.

use std::collections::BTreeSet;

use rusqlite::{Connection, OptionalExtension, Row, params};

use super::trouble::Trouble;
use super::{Database, corrections, tables};
use crate::error::{Code, Error, Fault};
use crate::store::outbox::{Acknowledged, Change, Effect, Frontier, Kept, Learnt, Moved};
use crate::units::Instant;

const COLUMNS: &str = "sequence, id, identity, action, compensates, customer, machine, key,
    transition, due, cause, payload, acknowledged";

impl Database {
    pub(in crate::store) fn effects(&self, after: u64, limit: usize) -> Result<Vec<Effect>, Error> {
        self.owing(|read| {
            let pending = pending(read)?;
            let sql = format!(
                "SELECT {COLUMNS} FROM effect WHERE {pending} AND ?1 < sequence
                 ORDER BY sequence LIMIT ?2"
            );
            listed(read, &sql, (whole(after), whole(limit as u64)), effect)
        })
    }

    pub(in crate::store) fn n_effects(&self) -> Result<u64, Error> {
        self.owing(|read| {
            let pending = pending(read)?;
            count(read, &format!("SELECT count(*) FROM effect WHERE {pending}"), [])
        })
    }

    /// Belongs between [`begin`](Database::begin) and [`end`](Database::end), as
    /// everything does that writes here.
    pub(in crate::store) fn ack(&self, ids: &[&str]) -> Result<Acknowledged, Error> {
        self.changing(|write| {
            let mut find = write.prepare_cached("SELECT acknowledged FROM effect WHERE id = ?1")?;
            let mut done =
                write.prepare_cached("UPDATE effect SET acknowledged = 1 WHERE id = ?1")?;
            let mut out = Acknowledged::default();
            for id in ids {
                match find.query_row([id], |row| row.get(0)).optional()? {
                    None => out.unknown.push(Box::from(*id)),
                    Some(true) => out.before += 1,
                    Some(false) => {
                        done.execute([id])?;
                        out.acknowledged += 1;
                    }
                }
            }
            Ok(out)
        })
    }

    pub(in crate::store) fn changes(&self, after: u64, limit: usize) -> Result<Vec<Change>, Error> {
        let sql = "SELECT sequence, customer, at, learnt, segment, entered, machine, key, was,
                       became, since, cause
                   FROM change WHERE ?1 < sequence ORDER BY sequence LIMIT ?2";
        self.owing(|read| listed(read, sql, (whole(after), whole(limit as u64)), change))
    }

    pub(in crate::store) fn frontier(&self) -> Result<Option<Frontier>, Error> {
        self.owing(|read| {
            let read = listed(read, "SELECT playbook, now, fact FROM followed", [], |row| {
                let (playbook, fact): (Box<str>, i64) = (row.get(0)?, row.get(2)?);
                Ok(Frontier { playbook, now: instant(row.get(1)?)?, fact: fact.unsigned_abs() })
            })?;
            Ok(read.into_iter().next())
        })
    }

    pub(in crate::store) fn set_frontier(&self, frontier: &Frontier) -> Result<(), Error> {
        let Frontier { playbook, now, fact } = frontier;
        let sql = "INSERT INTO followed (one, playbook, now, fact) VALUES (1, ?1, ?2, ?3)
                   ON CONFLICT (one) DO UPDATE
                   SET playbook = excluded.playbook, now = excluded.now, fact = excluded.fact";
        self.changing(|write| {
            write.prepare_cached(sql)?.execute(params![playbook, now.micros(), whole(*fact)])?;
            Ok(())
        })
    }

    pub(in crate::store) fn touched_after(
        &self,
        sequence: u64,
    ) -> Result<(u64, Vec<Box<str>>), Error> {
        let sql = "SELECT id FROM customer
                   WHERE number IN (SELECT customer FROM fact WHERE ?1 < sequence)
                   UNION SELECT survivor FROM merge WHERE ?1 < fact";
        self.owing(|read| {
            let last = count(read, "SELECT coalesce(max(sequence), 0) FROM fact", [])?;
            let named = listed(read, sql, [whole(sequence)], |row| Ok(row.get(0)?))?;
            let mut ids: BTreeSet<Box<str>> = named.into_iter().collect();
            corrections::grouped_after(read, whole(sequence), |id| ids.extend([id]))?;
            Ok((last, ids.into_iter().collect()))
        })
    }

    pub(in crate::store) fn learnt_after(
        &self,
        id: &str,
        sequence: u64,
    ) -> Result<Vec<Learnt>, Error> {
        let sql = "SELECT source.name, fact.id FROM history
                   JOIN fact ON fact.sequence = history.fact
                   JOIN source ON source.number = fact.source
                   WHERE history.customer = (SELECT number FROM customer WHERE id = ?1)
                     AND ?2 < history.fact
                   ORDER BY history.fact";
        let key = |row: &Row<'_>| Ok(Learnt { source: row.get(0)?, id: row.get(1)? });
        self.owing(|read| listed(read, sql, params![id, whole(sequence)], key))
    }

    pub(in crate::store) fn kept(&self, id: &str) -> Result<Option<Kept>, Error> {
        let sql = "SELECT results, fact, due FROM standing WHERE customer = ?1";
        self.owing(|read| {
            let found = listed(read, sql, [id], |row| {
                let (fact, due): (i64, Option<i64>) = (row.get(1)?, row.get(2)?);
                let due = due.map(instant).transpose()?;
                Ok(Kept { results: row.get(0)?, fact: fact.unsigned_abs(), due })
            })?;
            Ok(found.into_iter().next())
        })
    }

    pub(in crate::store) fn kept_ids(&self) -> Result<Vec<Box<str>>, Error> {
        let sql = "SELECT customer FROM standing ORDER BY customer";
        self.owing(|read| listed(read, sql, [], |row| Ok(row.get(0)?)))
    }

    pub(in crate::store) fn keep(&self, id: &str, kept: Option<&Kept>) -> Result<(), Error> {
        self.changing(|write| {
            match kept {
                None => write.execute("DELETE FROM standing WHERE customer = ?1", [id])?,
                Some(Kept { results, fact, due }) => {
                    let due = due.map(Instant::micros);
                    let sql = "INSERT INTO standing (customer, results, fact, due)
                               VALUES (?1, ?2, ?3, ?4) ON CONFLICT (customer) DO UPDATE
                               SET results = excluded.results, fact = excluded.fact,
                                   due = excluded.due";
                    let mut keep = write.prepare_cached(sql)?;
                    keep.execute(params![id, results, whole(*fact), due])?
                }
            };
            Ok(())
        })
    }

    pub(in crate::store) fn mark_due(&self, ids: &[Box<str>], at: Instant) -> Result<(), Error> {
        let sql = "INSERT INTO standing (customer, results, fact, due) VALUES (?1, '', 0, ?2)
                   ON CONFLICT (customer) DO UPDATE
                   SET due = min(coalesce(due, excluded.due), excluded.due)";
        self.changing(|write| {
            let mut mark = write.prepare_cached(sql)?;
            for id in ids {
                mark.execute(params![id, at.micros()])?;
            }
            Ok(())
        })
    }

    pub(in crate::store) fn due_by(
        &self,
        now: Instant,
        limit: usize,
    ) -> Result<Vec<Box<str>>, Error> {
        let sql = "SELECT customer FROM standing WHERE due <= ?1 ORDER BY due, customer LIMIT ?2";
        let asked = (now.micros(), whole(limit as u64));
        self.owing(|read| listed(read, sql, asked, |row| Ok(row.get(0)?)))
    }

    pub(in crate::store) fn n_due(&self, now: Instant) -> Result<u64, Error> {
        let sql = "SELECT count(*) FROM standing WHERE due <= ?1";
        self.owing(|read| count(read, sql, [now.micros()]))
    }

    pub(in crate::store) fn standing_effects(&self, id: &str) -> Result<Vec<Effect>, Error> {
        let sql = format!(
            "SELECT {COLUMNS} FROM effect WHERE customer = ?1 AND stands = 1 ORDER BY sequence"
        );
        self.owing(|read| listed(read, &sql, [id], effect))
    }

    pub(in crate::store) fn times_asked(&self, identity: &str) -> Result<u64, Error> {
        // The first one's id is the identity: whatever became of the column, it is taken.
        let sql = "SELECT count(*) FROM effect
                   WHERE (identity = ?1 OR id = ?1) AND compensates IS NULL";
        self.owing(|read| count(read, sql, [identity]))
    }

    pub(in crate::store) fn queue(&self, effect: &Effect) -> Result<(), Error> {
        let sql = "INSERT INTO effect
            (id, identity, action, compensates, customer, machine, key, transition, due, cause,
             payload, stands, acknowledged)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?4 IS NULL, ?12)";
        self.changing(|write| {
            write.prepare_cached(sql)?.execute(params![
                effect.id,
                effect.identity,
                effect.action,
                effect.compensates,
                effect.customer,
                effect.machine,
                effect.key,
                effect.transition,
                effect.due.map(Instant::micros),
                effect.cause,
                effect.with,
                effect.acknowledged,
            ])?;
            Ok(())
        })
    }

    pub(in crate::store) fn lift(&self, effect: &Effect) -> Result<(), Error> {
        self.changing(|write| {
            let sql = "UPDATE effect SET stands = 0 WHERE sequence = ?1";
            write.prepare_cached(sql)?.execute([whole(effect.sequence)])?;
            Ok(())
        })
    }

    pub(in crate::store) fn tell(&self, change: &Change) -> Result<(), Error> {
        let sql = "INSERT INTO change
            (customer, at, learnt, segment, entered, machine, key, was, became, since, cause)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)";
        let (customer, at) = (&change.customer, change.at.micros());
        self.changing(|write| {
            let mut tell = write.prepare_cached(sql)?;
            match &change.moved {
                Moved::Segment { segment, entered, learnt } => {
                    let none = [(); 6].map(|()| None::<&str>);
                    let [machine, key, was, became, since, cause] = none;
                    tell.execute(params![
                        customer,
                        at,
                        keys(learnt),
                        segment,
                        entered,
                        machine,
                        key,
                        was,
                        became,
                        since,
                        cause
                    ])?
                }
                Moved::State { machine, key, from, to, since, cause, learnt } => {
                    let (segment, entered) = (None::<&str>, None::<bool>);
                    tell.execute(params![
                        customer,
                        at,
                        keys(learnt),
                        segment,
                        entered,
                        machine,
                        key,
                        from,
                        to,
                        since.map(Instant::micros),
                        cause
                    ])?
                }
            };
            Ok(())
        })
    }

    /// Reads what is owed; nothing of a store of an older version that is only
    /// read.
    fn owing<T: Default>(
        &self,
        question: impl FnOnce(&Connection) -> Result<T, Trouble>,
    ) -> Result<T, Error> {
        self.reading(|read| match tables::has(read, "effect")? {
            true => question(read),
            false => Ok(T::default()),
        })
    }

    pub(super) fn changing<T>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, Trouble>,
    ) -> Result<T, Error> {
        work(&self.connection).map_err(|trouble| trouble.at(&self.path))
    }
}

/// Which effects are to be handed over. Of somebody who is restricted, only what
/// takes something back is.
fn pending(read: &Connection) -> Result<&'static str, Trouble> {
    let is_anybody = tables::has(read, "restriction")?
        && read.prepare_cached("SELECT 1 FROM restriction")?.exists([])?;
    Ok(match is_anybody {
        false => "acknowledged = 0",
        true => {
            "acknowledged = 0 AND (compensates IS NOT NULL
               OR customer NOT IN (SELECT customer FROM restriction))"
        }
    })
}

/// Forgets these customers. Belongs into a transaction.
pub(super) fn erase(connection: &Connection, ids: &[Box<str>]) -> Result<(), Trouble> {
    for table in ["standing", "effect", "change"] {
        let mut delete =
            connection.prepare_cached(&format!("DELETE FROM {table} WHERE customer = ?1"))?;
        for id in ids {
            delete.execute([id])?;
        }
    }
    Ok(())
}

fn listed<T>(
    connection: &Connection,
    sql: &str,
    asked: impl rusqlite::Params,
    read: impl Fn(&Row<'_>) -> Result<T, Trouble>,
) -> Result<Vec<T>, Trouble> {
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query(asked)?;
    let mut out = Vec::new();
    while let Some(row) = rows.next()? {
        out.push(read(row)?);
    }
    Ok(out)
}

fn count(connection: &Connection, sql: &str, asked: impl rusqlite::Params) -> Result<u64, Trouble> {
    let count: i64 = connection.prepare_cached(sql)?.query_row(asked, |row| row.get(0))?;
    Ok(count.unsigned_abs())
}

fn effect(row: &Row<'_>) -> Result<Effect, Trouble> {
    let (sequence, due): (i64, Option<i64>) = (row.get(0)?, row.get(9)?);
    Ok(Effect {
        sequence: sequence.unsigned_abs(),
        id: row.get(1)?,
        identity: row.get(2)?,
        action: row.get(3)?,
        compensates: row.get(4)?,
        customer: row.get(5)?,
        machine: row.get(6)?,
        key: row.get(7)?,
        transition: row.get(8)?,
        due: due.map(instant).transpose()?,
        cause: row.get(10)?,
        with: row.get(11)?,
        acknowledged: row.get(12)?,
    })
}

fn change(row: &Row<'_>) -> Result<Change, Trouble> {
    let (sequence, learnt): (i64, String) = (row.get(0)?, row.get(3)?);
    let sequence = sequence.unsigned_abs();
    let learnt = serde_json::from_str(&learnt).map_err(|_| damaged(sequence))?;
    let segment: Option<Box<str>> = row.get(4)?;
    let since: Option<i64> = row.get(10)?;
    let moved = match segment {
        Some(segment) => Moved::Segment { segment, entered: row.get(5)?, learnt },
        None => Moved::State {
            machine: row.get(6)?,
            key: row.get(7)?,
            from: row.get(8)?,
            to: row.get(9)?,
            since: since.map(instant).transpose()?,
            cause: row.get(11)?,
            learnt,
        },
    };
    Ok(Change { sequence, customer: row.get(1)?, at: instant(row.get(2)?)?, moved })
}

/// Keys of facts as JSON.
fn keys(learnt: &[Learnt]) -> String {
    // Texts alone: nothing that JSON could not say.
    serde_json::to_string(learnt).unwrap_or_default()
}

fn damaged(sequence: u64) -> Fault {
    Fault::new(
        Code::Corrupt,
        format!("change {sequence} of the store cannot be read"),
        format!("事实库中的第 {sequence} 条变更无法读取"),
    )
    .hint("`verify` says more", "运行 `verify` 可了解详情")
}

fn instant(micros: i64) -> Result<Instant, Trouble> {
    Ok(Instant::from_micros(micros)?)
}

fn whole(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
