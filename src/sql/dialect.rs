//! What engines say differently: a small table each. Another engine is another
//! table.

use super::expression::Function;
use super::parameter::Kind;

/// How a parameter is marked in the text of a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    /// `$1`, which may be there several times.
    Dollar,
    /// `?1`, which may be there several times.
    Numbered,
    /// `?`, one for each parameter in its order.
    Plain,
}

/// What becomes of a whole number that is too large.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Room {
    /// There is room for any, or a limit far beyond 128 bits.
    Ample,
    /// 128 bits, beyond which the statement ends with an error.
    Bits128,
    /// 64 bits, beyond which a number becomes inexact.
    Bits64,
}

/// What is different in the SQL of one engine. In templates `{0}`, `{1}` stand
/// for operands, `{n}`, `{b}` for numbers.
#[derive(Debug, PartialEq, Eq)]
pub struct Dialect {
    /// Its name.
    pub name: &'static str,
    /// What people call the engine.
    pub engine: &'static str,
    pub(super) quote: char,
    pub(super) mark: Mark,
    /// The most parameters of one statement.
    pub(super) most_parameters: usize,
    pub(super) room: Room,
    /// Whether a text can hold a NUL.
    pub(super) has_nul: bool,
    /// Whether there are columns of instants and days of the engine's own.
    pub(super) has_time: bool,
    /// Whether instants that know their zone compare by themselves, whatever
    /// the zone of the session.
    pub(super) compares_zoned: bool,
    /// Whether it computes MD5.
    pub(super) has_md5: bool,
    integer: &'static str,
    numeric: &'static str,
    text: &'static str,
    date: &'static str,
    timestamp: &'static str,
    timestamptz: &'static str,
    json: &'static str,
    pub(super) same: &'static str,
    /// The elements of a JSON array as a table of texts, and of whole numbers.
    pub(super) texts: &'static str,
    pub(super) numbers: &'static str,
    exact: &'static str,
    position: &'static str,
    ends: &'static str,
    length: &'static str,
    wide: &'static str,
    units: &'static str,
    micros: &'static str,
    micros_tz: &'static str,
    micros_text: &'static str,
    quotient: &'static str,
    remainder: &'static str,
    elements: &'static str,
    member: &'static str,
    md5: &'static str,
}

/// SQLite from 3.35, its file in UTF-8.
pub static SQLITE: Dialect = Dialect {
    name: "sqlite",
    engine: "SQLite",
    quote: '"',
    mark: Mark::Numbered,
    most_parameters: 32_766,
    room: Room::Bits64,
    has_nul: true,
    has_time: false,
    compares_zoned: false,
    has_md5: false,
    integer: "CAST({0} AS INTEGER)",
    numeric: "CAST({0} AS INTEGER)",
    text: "{0}",
    date: "{0}",
    timestamp: "{0}",
    timestamptz: "{0}",
    json: "{0}",
    same: "{0} IS {1}",
    texts: "SELECT value FROM JSON_EACH({0})",
    numbers: "SELECT value FROM JSON_EACH({0})",
    exact: "{0} COLLATE BINARY",
    position: "INSTR({0}, {1})",
    ends: "SUBSTR(CAST({0} AS BLOB), -{b}) = CAST({1} AS BLOB)",
    // LENGTH counts up to a NUL: with one, the statement ends.
    length: "CASE WHEN ABS(-9223372036854775807 - (INSTR({0}, CHAR(0)) > 0)) > 0 THEN LENGTH({0}) END",
    wide: "{0}",
    units: "CAST(ROUND({0} * {n}) AS INTEGER)",
    micros: "",
    micros_tz: "",
    micros_text: "CAST(STRFTIME('%s', {0}) AS INTEGER) * 1000000",
    quotient: "({0} / {1})",
    remainder: "({0} % {1})",
    elements: "JSON_ARRAY_LENGTH({0})",
    member: "EXISTS (SELECT 1 FROM JSON_EACH({0}) AS \"s\" WHERE \"s\".value = {1})",
    md5: "",
};

/// PostgreSQL from 14, its database in UTF-8.
pub static POSTGRESQL: Dialect = Dialect {
    name: "postgresql",
    engine: "PostgreSQL",
    quote: '"',
    mark: Mark::Dollar,
    most_parameters: 65_535,
    room: Room::Ample,
    has_nul: false,
    has_time: true,
    compares_zoned: true,
    has_md5: true,
    integer: "CAST({0} AS bigint)",
    numeric: "CAST({0} AS numeric)",
    text: "CAST({0} AS text)",
    date: "CAST({0} AS date)",
    timestamp: "CAST({0} AS timestamp)",
    timestamptz: "CAST({0} AS timestamptz)",
    json: "CAST({0} AS jsonb)",
    same: "{0} IS NOT DISTINCT FROM {1}",
    texts: "SELECT JSONB_ARRAY_ELEMENTS_TEXT({0})",
    numbers: "SELECT CAST(JSONB_ARRAY_ELEMENTS_TEXT({0}) AS numeric)",
    exact: "{0} COLLATE \"C\"",
    position: "STRPOS({0}, {1})",
    ends: "RIGHT({0}, {n}) = {1}",
    length: "CHAR_LENGTH({0})",
    wide: "CAST({0} AS numeric)",
    units: "ROUND(CAST({0} AS numeric) * {n})",
    micros: "CAST(ROUND(EXTRACT(EPOCH FROM {0}) * 1000000) AS numeric)",
    micros_tz: "CAST(ROUND(EXTRACT(EPOCH FROM {0}) * 1000000) AS numeric)",
    micros_text: "CAST(ROUND(EXTRACT(EPOCH FROM CAST({0} AS timestamp)) * 1000000) AS numeric)",
    quotient: "DIV({0}, {1})",
    remainder: "MOD({0}, {1})",
    elements: "JSONB_ARRAY_LENGTH(CAST({0} AS jsonb))",
    member: "(CAST({0} AS jsonb) @> TO_JSONB({1}))",
    md5: "CAST(CAST('x' || SUBSTR(MD5({0} || {1}), 1, 15) AS bit(60)) AS bigint)",
};

/// MySQL from 8.0.22 and MariaDB from 10.6, connections in utf8mb4.
pub static MYSQL: Dialect = Dialect {
    name: "mysql",
    engine: "MySQL/MariaDB",
    quote: '`',
    mark: Mark::Plain,
    most_parameters: 65_535,
    room: Room::Ample,
    has_nul: true,
    has_time: true,
    compares_zoned: false,
    has_md5: true,
    integer: "CAST({0} AS SIGNED)",
    numeric: "CAST({0} AS DECIMAL(65, 0))",
    text: "CAST(CONVERT({0} USING utf8mb4) AS BINARY)",
    date: "CAST({0} AS DATE)",
    timestamp: "CAST({0} AS DATETIME(6))",
    timestamptz: "CAST({0} AS DATETIME(6))",
    json: "{0}",
    same: "{0} <=> {1}",
    texts: "SELECT CAST(CONVERT(v USING utf8mb4) AS BINARY) FROM JSON_TABLE({0}, '$[*]' COLUMNS (v LONGTEXT PATH '$')) AS j",
    numbers: "SELECT v FROM JSON_TABLE({0}, '$[*]' COLUMNS (v DECIMAL(65, 0) PATH '$')) AS j",
    // Binary, since every collation but the newest takes 'a' and 'a ' for equal.
    exact: "CAST(CONVERT({0} USING utf8mb4) AS BINARY)",
    position: "LOCATE({1}, {0})",
    ends: "RIGHT({0}, {b}) = {1}",
    length: "CHAR_LENGTH(CONVERT({0} USING utf8mb4))",
    wide: "CAST({0} AS DECIMAL(65, 0))",
    units: "CAST(ROUND({0} * {n}) AS DECIMAL(65, 0))",
    micros: "TIMESTAMPDIFF(MICROSECOND, '1970-01-01 00:00:00', {0})",
    micros_tz: "CAST(UNIX_TIMESTAMP({0}) * 1000000 AS SIGNED)",
    micros_text: "TIMESTAMPDIFF(MICROSECOND, '1970-01-01 00:00:00', {0})",
    // DIV makes 64 bits of it; what a quotient without a rest is, is exact.
    quotient: "TRUNCATE(({0} - MOD({0}, {1})) / {1}, 0)",
    remainder: "MOD({0}, {1})",
    elements: "JSON_LENGTH({0})",
    member: "JSON_CONTAINS({0}, JSON_QUOTE(CONVERT({1} USING utf8mb4)))",
    md5: "CAST(CONV(SUBSTR(MD5(CONCAT({0}, CONVERT({1} USING utf8mb4))), 1, 15), 16, 10) AS SIGNED)",
};

/// DuckDB from 1.0.
pub static DUCKDB: Dialect = Dialect {
    name: "duckdb",
    engine: "DuckDB",
    quote: '"',
    mark: Mark::Dollar,
    most_parameters: 65_535,
    room: Room::Bits128,
    has_nul: true,
    has_time: true,
    compares_zoned: true,
    has_md5: true,
    integer: "CAST({0} AS BIGINT)",
    numeric: "CAST({0} AS HUGEINT)",
    text: "CAST({0} AS VARCHAR)",
    date: "CAST({0} AS DATE)",
    timestamp: "CAST({0} AS TIMESTAMP)",
    timestamptz: "CAST({0} AS TIMESTAMPTZ)",
    json: "CAST({0} AS JSON)",
    same: "{0} IS NOT DISTINCT FROM {1}",
    texts: "SELECT UNNEST(FROM_JSON({0}, '[\"VARCHAR\"]'))",
    numbers: "SELECT UNNEST(FROM_JSON({0}, '[\"HUGEINT\"]'))",
    exact: "{0}",
    position: "STRPOS({0}, {1})",
    ends: "SUFFIX({0}, {1})",
    length: "LENGTH({0})",
    wide: "CAST({0} AS HUGEINT)",
    units: "CAST(ROUND({0} * {n}) AS HUGEINT)",
    micros: "EPOCH_US({0})",
    micros_tz: "EPOCH_US({0})",
    micros_text: "EPOCH_US(CAST({0} AS TIMESTAMP))",
    quotient: "({0} // {1})",
    remainder: "({0} % {1})",
    elements: "JSON_ARRAY_LENGTH({0})",
    member: "LIST_CONTAINS(FROM_JSON({0}, '[\"VARCHAR\"]'), {1})",
    md5: "CAST('0x' || SUBSTR(MD5({0} || {1}), 1, 15) AS BIGINT)",
};

impl Dialect {
    /// Every dialect.
    pub const ALL: [&'static Dialect; 4] = [&SQLITE, &POSTGRESQL, &MYSQL, &DUCKDB];

    /// The dialect of this name. MariaDB speaks that of MySQL.
    pub fn named(name: &str) -> Option<&'static Dialect> {
        let name = if name == "mariadb" { "mysql" } else { name };
        Dialect::ALL.into_iter().find(|dialect| dialect.name == name)
    }

    /// How the text of a statement marks its parameter of this number, from 1:
    /// `$1`, `?1`, or `?` where each stands in its order.
    pub fn mark(&self, number: usize) -> String {
        match self.mark {
            Mark::Dollar => format!("${number}"),
            Mark::Numbered => format!("?{number}"),
            Mark::Plain => "?".to_owned(),
        }
    }

    /// How a parameter becomes a value of its type.
    pub(super) fn bound(&self, kind: Kind) -> &'static str {
        match kind {
            Kind::Integer => self.integer,
            Kind::Numeric => self.numeric,
            Kind::Text => self.text,
            Kind::Date => self.date,
            Kind::Timestamp => self.timestamp,
            Kind::Timestamptz => self.timestamptz,
            Kind::Json => self.json,
        }
    }

    pub(super) fn template(&self, function: Function) -> &'static str {
        match function {
            Function::Exact => self.exact,
            Function::Position => self.position,
            Function::Ends { .. } => self.ends,
            Function::Length => self.length,
            Function::Wide => self.wide,
            Function::Units(_) => self.units,
            Function::Micros => self.micros,
            Function::MicrosTz => self.micros_tz,
            Function::MicrosText => self.micros_text,
            Function::Quotient => self.quotient,
            Function::Remainder => self.remainder,
            Function::Elements => self.elements,
            Function::Member => self.member,
            Function::Md5 => self.md5,
            Function::Absolute => "ABS({0})",
            // Of the smallest number there is no absolute one: the statement ends.
            Function::Sound => {
                "CASE WHEN ABS(-9223372036854775807 - (TYPEOF({0}) = 'real')) > 0 THEN {0} END"
            }
            Function::Whole => "(TYPEOF({0}) <> 'real')",
        }
    }
}
