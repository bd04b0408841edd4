//! The tables, and how an older store becomes one of this version.

use rusqlite::{Connection, TransactionBehavior};

use super::trouble::Trouble;

/// `GXST` in ASCII: how a guanxi store is told from any other database.
pub(super) const APPLICATION: i32 = 0x4758_5354;

/// The version of the tables that this library writes.
pub(super) const VERSION: usize = STEPS.len();

/// Step `n` turns a store of version `n` into one of version `n + 1`. A step
/// that was released is never edited.
const STEPS: &[&str] = &[STEP_1, STEP_2, STEP_3, STEP_4, STEP_5, STEP_6, STEP_7, STEP_8];

const STEP_1: &str = "
-- The schemas the store was opened with; the last one holds.
CREATE TABLE declaration (
  number INTEGER PRIMARY KEY,
  schema TEXT NOT NULL
) STRICT;

CREATE TABLE source (
  number INTEGER PRIMARY KEY,
  name   TEXT NOT NULL UNIQUE
) STRICT;

-- What a fact says; only events and references have a name of their own.
CREATE TABLE kind (
  number INTEGER PRIMARY KEY,
  class  TEXT NOT NULL
         CHECK (class IN ('event', 'attributes', 'consent', 'reference', 'retraction')),
  name   TEXT NOT NULL,
  UNIQUE (class, name)
) STRICT;

CREATE TABLE customer (
  number     INTEGER PRIMARY KEY,
  id         TEXT NOT NULL UNIQUE,
  -- 1 once an attribute fact about the customer was recorded.
  introduced INTEGER NOT NULL DEFAULT 0 CHECK (introduced IN (0, 1))
) STRICT;

-- One row for each append that recorded something.
CREATE TABLE batch (
  number   INTEGER PRIMARY KEY,
  first    INTEGER NOT NULL,  -- sequence of its first fact
  facts    INTEGER NOT NULL,
  backfill INTEGER NOT NULL CHECK (backfill IN (0, 1)),
  seen     INTEGER,           -- the latest instant that a batch was seen at
  last     INTEGER,           -- the latest instant at which a fact of it happened
  chain    BLOB NOT NULL      -- SHA-256 over the previous chain and the facts
) STRICT;

-- The log. Instants are microseconds since 1970-01-01T00:00:00Z.
CREATE TABLE fact (
  sequence INTEGER PRIMARY KEY,
  source   INTEGER NOT NULL REFERENCES source,
  id       TEXT NOT NULL,
  customer INTEGER REFERENCES customer,  -- null for rows of reference tables
  kind     INTEGER NOT NULL REFERENCES kind,
  at       INTEGER,           -- null where nobody knows
  seen     INTEGER NOT NULL,
  revision INTEGER,
  corrects TEXT,              -- id of the fact it supersedes or retracts
  body     TEXT NOT NULL      -- JSON by name; money in minor units
) STRICT;

CREATE UNIQUE INDEX fact_by_id ON fact (source, id);
CREATE INDEX fact_by_target ON fact (source, corrects) WHERE corrects IS NOT NULL;
CREATE INDEX fact_of_nobody ON fact (sequence) WHERE customer IS NULL;

-- The facts of each customer. A table rather than an index of the log, so that
-- a batch can fill it in its order: half the work where customers are many.
CREATE TABLE history (
  customer INTEGER NOT NULL,
  fact     INTEGER NOT NULL,
  PRIMARY KEY (customer, fact)
) STRICT, WITHOUT ROWID;

-- For people at a prompt; the library does not read it.
CREATE VIEW readable AS
SELECT sequence, source.name AS source, fact.id, customer.id AS customer,
       class, kind.name AS kind, datetime(at / 1000000, 'unixepoch') AS at,
       datetime(seen / 1000000, 'unixepoch') AS seen, revision, corrects, body
FROM fact
JOIN source ON source.number = source
JOIN kind ON kind.number = kind
LEFT JOIN customer ON customer.number = customer;
";

/// Merges and overrides are facts of their own. A check cannot be changed, so
/// the table is made anew; its rows keep their numbers.
const STEP_2: &str = "
DROP VIEW readable;
CREATE TABLE wider (
  number INTEGER PRIMARY KEY,
  class  TEXT NOT NULL CHECK (class IN (
    'event', 'attributes', 'consent', 'reference', 'merge', 'override', 'retraction')),
  name   TEXT NOT NULL,
  UNIQUE (class, name)
) STRICT;
INSERT INTO wider SELECT number, class, name FROM kind;
DROP TABLE kind;
ALTER TABLE wider RENAME TO kind;

-- Who was merged into whom, so that one customer's facts are found with those
-- of all its ids.
CREATE TABLE merge (
  fact     INTEGER PRIMARY KEY,
  customer TEXT NOT NULL,
  survivor TEXT NOT NULL
) STRICT;

CREATE INDEX merge_of_customer ON merge (customer);
CREATE INDEX merge_into_survivor ON merge (survivor);

CREATE VIEW readable AS
SELECT sequence, source.name AS source, fact.id, customer.id AS customer,
       class, kind.name AS kind, datetime(at / 1000000, 'unixepoch') AS at,
       datetime(seen / 1000000, 'unixepoch') AS seen, revision, corrects, body
FROM fact
JOIN source ON source.number = source
JOIN kind ON kind.number = kind
LEFT JOIN customer ON customer.number = customer;
";

/// What is decided when somebody asks for a customer is a fact of its own.
const STEP_3: &str = "
DROP VIEW readable;
CREATE TABLE wider (
  number INTEGER PRIMARY KEY,
  class  TEXT NOT NULL CHECK (class IN (
    'event', 'attributes', 'consent', 'reference', 'merge', 'override', 'decision',
    'retraction')),
  name   TEXT NOT NULL,
  UNIQUE (class, name)
) STRICT;
INSERT INTO wider SELECT number, class, name FROM kind;
DROP TABLE kind;
ALTER TABLE wider RENAME TO kind;

CREATE VIEW readable AS
SELECT sequence, source.name AS source, fact.id, customer.id AS customer,
       class, kind.name AS kind, datetime(at / 1000000, 'unixepoch') AS at,
       datetime(seen / 1000000, 'unixepoch') AS seen, revision, corrects, body
FROM fact
JOIN source ON source.number = source
JOIN kind ON kind.number = kind
LEFT JOIN customer ON customer.number = customer;
";

/// Customers can be erased; who was, is refused from then on.
const STEP_4: &str = "
DROP VIEW readable;
CREATE TABLE wider (
  number INTEGER PRIMARY KEY,
  class  TEXT NOT NULL CHECK (class IN (
    'event', 'attributes', 'consent', 'reference', 'merge', 'override', 'decision',
    'erased', 'retraction')),
  name   TEXT NOT NULL,
  UNIQUE (class, name)
) STRICT;
INSERT INTO wider SELECT number, class, name FROM kind;
DROP TABLE kind;
ALTER TABLE wider RENAME TO kind;

CREATE TABLE erasure (
  number   INTEGER PRIMARY KEY,
  mark     TEXT NOT NULL UNIQUE,        -- hash of the id, in hexadecimal
  customer INTEGER REFERENCES customer, -- what is left; null where nothing was
  at       INTEGER NOT NULL,            -- nobody is there from then on
  -- 1 once no old bytes are left in the file either.
  wiped    INTEGER NOT NULL CHECK (wiped IN (0, 1))
) STRICT;

CREATE VIEW readable AS
SELECT sequence, source.name AS source, fact.id, customer.id AS customer,
       class, kind.name AS kind, datetime(at / 1000000, 'unixepoch') AS at,
       datetime(seen / 1000000, 'unixepoch') AS seen, revision, corrects, body
FROM fact
JOIN source ON source.number = source
JOIN kind ON kind.number = kind
LEFT JOIN customer ON customer.number = customer;
";

/// What follows from the facts is kept: so that changes can be told, and effects
/// handed over until they are acknowledged.
const STEP_5: &str = "
-- How far it was worked out; at most one row.
CREATE TABLE followed (
  one      INTEGER PRIMARY KEY CHECK (one = 1),
  playbook TEXT NOT NULL,     -- semantic hash
  now      INTEGER NOT NULL,
  fact     INTEGER NOT NULL   -- the last fact whose customer was marked as due
) STRICT;

-- Customers may be named here of whom no fact stands: no references.
CREATE TABLE standing (
  customer TEXT PRIMARY KEY,
  results  TEXT NOT NULL,     -- JSON; empty until first worked out
  fact     INTEGER NOT NULL,  -- the last fact that they are by
  due      INTEGER            -- when they may next be otherwise; null: never
) STRICT, WITHOUT ROWID;

CREATE INDEX standing_by_due ON standing (due) WHERE due IS NOT NULL;

-- Sequences are never given twice, as readers remember how far they were.
CREATE TABLE effect (
  sequence     INTEGER PRIMARY KEY AUTOINCREMENT,
  id           TEXT NOT NULL UNIQUE,
  identity     TEXT NOT NULL,  -- the same however often it is asked for
  action       TEXT NOT NULL,
  compensates  TEXT,           -- id of the effect that it takes back
  customer     TEXT NOT NULL,
  machine      TEXT NOT NULL,
  key          TEXT,
  transition   TEXT NOT NULL,
  due          INTEGER,
  cause        TEXT NOT NULL,  -- JSON
  payload      TEXT NOT NULL,  -- JSON
  -- 1 for what is asked for; 0 for what was taken back, and for taking back.
  stands       INTEGER NOT NULL CHECK (stands IN (0, 1)),
  acknowledged INTEGER NOT NULL CHECK (acknowledged IN (0, 1))
) STRICT;

CREATE INDEX effect_of_customer ON effect (customer);
CREATE INDEX effect_by_identity ON effect (identity);
CREATE INDEX effect_pending ON effect (sequence) WHERE acknowledged = 0;

CREATE TABLE change (
  sequence INTEGER PRIMARY KEY AUTOINCREMENT,
  customer TEXT NOT NULL,
  at       INTEGER NOT NULL,
  machine  TEXT,               -- of a state ...
  key      TEXT,
  was      TEXT,
  became   TEXT,
  since    INTEGER,
  cause    TEXT,               -- JSON
  segment  TEXT,               -- ... or of a membership
  entered  INTEGER CHECK (entered IN (0, 1)),
  learnt   TEXT NOT NULL,      -- keys of facts, JSON
  CHECK ((machine IS NULL) <> (segment IS NULL))
) STRICT;

CREATE INDEX change_of_customer ON change (customer);
";

/// What is remembered of tables that the host goes on changing.
const STEP_6: &str = "
CREATE TABLE feed (
  number INTEGER PRIMARY KEY,
  name   TEXT NOT NULL UNIQUE,
  source TEXT NOT NULL,
  cursor TEXT,                 -- how far the host was read, in its own words
  pass   INTEGER NOT NULL,     -- how often it was followed
  seen   INTEGER NOT NULL
) STRICT;

CREATE TABLE feed_row (
  feed     INTEGER NOT NULL REFERENCES feed,
  key      TEXT NOT NULL,
  version  TEXT,
  digest   INTEGER NOT NULL,   -- of what it said
  customer TEXT NOT NULL,      -- whom it was about; empty for reference tables
  at       INTEGER,            -- when it happened, if it did
  pass     INTEGER NOT NULL,   -- when it was handed over last
  gone     INTEGER NOT NULL CHECK (gone IN (0, 1)),
  PRIMARY KEY (feed, key)
) STRICT, WITHOUT ROWID;
";

/// What was done by hand is kept, each entry chained to the one before.
const STEP_7: &str = "
-- Numbers are never given twice, so that entries that go leave a gap.
CREATE TABLE trail (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  text   TEXT NOT NULL,  -- JSON: what was done, when, by whom
  sealed TEXT,           -- JSON: about whom and why; null once somebody is erased
  -- SHA-256 in hexadecimal of the hash before, a line feed and the text.
  hash   TEXT NOT NULL
) STRICT;
";

/// Customers can be restricted: what is held of them is kept, and not used.
const STEP_8: &str = "
CREATE TABLE restriction (
  customer TEXT PRIMARY KEY,
  since    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
";

/// Brings an empty database, or a store of an older version, to this version,
/// in one transaction. `first` runs before it is committed.
pub(super) fn migrate(
    connection: &mut Connection,
    first: impl FnOnce(&Connection) -> Result<(), Trouble>,
) -> Result<(), Trouble> {
    // A table that others refer to can only be made anew while nobody checks
    // that; inside a transaction the setting cannot be changed.
    connection.pragma_update(None, "foreign_keys", false)?;
    let changed = change(connection, first);
    connection.pragma_update(None, "foreign_keys", true)?;
    changed
}

fn change(
    connection: &mut Connection,
    first: impl FnOnce(&Connection) -> Result<(), Trouble>,
) -> Result<(), Trouble> {
    let change = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    // Another process may have done it while this one waited.
    let version = version(&change)?;
    for (position, step) in STEPS.iter().enumerate() {
        if version <= position {
            change.execute_batch(step)?;
        }
    }
    if version < VERSION {
        change.pragma_update(None, "application_id", APPLICATION)?;
        change.pragma_update(None, "user_version", VERSION as i64)?;
    }
    first(&change)?;
    change.commit()?;
    Ok(())
}

/// Whether the file has a table.
pub(super) fn has(connection: &Connection, table: &str) -> Result<bool, Trouble> {
    let sql = "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?1";
    Ok(connection.prepare_cached(sql)?.exists([table])?)
}

/// The version of the tables in the file; of an empty one 0.
pub(super) fn version(connection: &Connection) -> Result<usize, Trouble> {
    let version: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    // A negative number is nothing that any version of ours wrote.
    Ok(usize::try_from(version).unwrap_or(usize::MAX))
}
