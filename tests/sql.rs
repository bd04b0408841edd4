//! A statement gives the members that the kernels find: random firms, kept in
//! the host's own tables in every way there is, random conditions, the same ids.

use std::collections::BTreeMap;
use std::sync::Arc;

use guanxi::facts::Snapshot;
use guanxi::lang::kernel::{Answer, Context, evaluate, evaluate_slowly};
use guanxi::lang::{Checked, Scope, check_condition};
use guanxi::sql::{Definitions, Dialect, Statement, Tables, export};
use guanxi::{Code, Error};

use crate::support::conditions::{self, condition};
use crate::support::host::Host;
use crate::support::{Random, world::World};

/// A firm, the conditions asked of it, and what the kernels answer.
struct Asked {
    world: World,
    host: Host,
    /// Source, condition, ids of the members.
    conditions: Vec<(String, Checked, Vec<String>)>,
    known: Arc<Checked>,
}

fn checked(world: &World, source: &str) -> Checked {
    let segments: [Arc<str>; 1] = ["known".into()];
    let scope = Scope { segments: &segments, ..Scope::of(&world.schema) };
    check_condition(source, &scope).unwrap_or_else(|error| panic!("{source}\n{error}"))
}

/// A random firm with so many random conditions.
fn asked(seed: u64, n_conditions: u64, native: bool) -> Asked {
    let mut random = Random::new(seed ^ 0x50_51_4c);
    let world = World::random(&mut random);
    let columns = world.columns();
    let snapshot = Snapshot::new(&columns, world.as_of);
    let host = Host::random(&mut random, &snapshot, native);
    let simple = conditions::Scope::customer(1);
    let known = loop {
        let source = condition(&mut random, simple);
        if !source.contains("segment(") {
            break checked(&world, &source);
        }
    };
    let nothing = BTreeMap::new();
    let context = |answers| Context {
        snapshot: &snapshot,
        calendar: &world.calendar,
        parameters: &[],
        answers,
        states: None,
        scores: None,
        period: None,
    };
    let answers = BTreeMap::from([("known".into(), evaluate(&known, &context(&nothing), 1))]);
    let context = context(&answers);
    let mut conditions = Vec::new();
    for _ in 0..n_conditions {
        let depth = 1 + random.below(3) as u32;
        let source = varied(&mut random, depth);
        let condition = checked(&world, &source);
        let answer = evaluate(&condition, &context, 1);
        assert_eq!(answer, evaluate_slowly(&condition, &context), "{source}");
        let ids = ids(&answer, &columns.customers);
        conditions.push((source, condition, ids));
    }
    Asked { world, host, conditions, known: Arc::new(known) }
}

/// A condition, now and then inside of what [`conditions`] does not make.
fn varied(random: &mut Random, depth: u32) -> String {
    let scope = conditions::Scope::customer(depth);
    let one = condition(random, scope);
    match random.below(24) {
        0 => format!("exactlyOne({one}, {}, {})", condition(random, scope), "vip"),
        1 => format!("between(score, {}, 9) || ({one})", random.between(-2, 5)),
        2 => format!("bucket('spring', 10) < {} && ({one})", random.between(3, 9)),
        3 => format!("between(purchases.avg(e, e.amount), 50.00, income) && !({one})"),
        4 => "hobbies.exists(h, h in ['茶', 'ab', 'strasse']) && 'ab' in hobbies".to_owned(),
        5 => format!("(purchases.last() == null) != ({one})"),
        _ => one,
    }
}

fn ids(answer: &Answer, customers: &[Box<str>]) -> Vec<String> {
    answer.members.rows().map(|row| customers[row].to_string()).collect()
}

impl Asked {
    fn export(&self, condition: &Checked, dialect: &'static Dialect) -> Result<Statement, Error> {
        let document = self.host.document.to_string();
        let tables = Tables::from_json(document.as_bytes(), &self.world.schema).unwrap();
        let segments = BTreeMap::from([("known".into(), self.known.clone())]);
        let definitions = Definitions {
            schema: &self.world.schema,
            calendar: &self.world.calendar,
            parameters: &[],
            segments: &segments,
        };
        export(condition, definitions, &tables, dialect, self.world.as_of)
    }
}

/// Counts why conditions were refused.
#[derive(Default)]
struct Refusals(BTreeMap<String, usize>);

impl Refusals {
    fn note(&mut self, error: &Error) {
        let mut reasons: Vec<&str> =
            error.faults().iter().map(|fault| fault.message.en.as_str()).collect();
        assert!(error.faults().iter().all(|fault| fault.code == Code::NotInSql), "{error}");
        assert!(error.faults().iter().all(|fault| fault.span.is_some()), "{error}");
        reasons.sort_unstable();
        reasons.dedup();
        for reason in reasons {
            *self.0.entry(reason.to_owned()).or_default() += 1;
        }
    }
}

/// A part of the repository as text.
fn file(path: &str) -> String {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path:?}: {error}"))
}

fn cdnow() -> (guanxi::Playbook, Tables) {
    let playbook = guanxi::Playbook::from_json(&file("examples/cdnow/playbook.json")).unwrap();
    let tables = file("examples/cdnow/tables.json");
    let tables = Tables::from_json(tables.as_bytes(), playbook.schema()).unwrap();
    (playbook, tables)
}

#[test]
fn pages_show_the_statement_that_is_exported() {
    let (playbook, tables) = cdnow();
    let as_of = guanxi::units::Instant::parse("1998-07-01T00:00:00-04:00").unwrap();
    let dialect = &guanxi::sql::SQLITE;
    let said = guanxi::engine::statement(&playbook, "segment('win_back')", &tables, dialect, as_of);
    let said = said.unwrap();
    let mut shown = said.text.clone();
    for (at, parameter) in said.parameters.iter().enumerate() {
        let (mark, kind) = (dialect.mark(at + 1), parameter.kind.name());
        shown.push_str(&format!("-- {mark} {kind} {}\n", parameter.value));
    }
    for page in ["docs/sql.md", "docs/sql.zh-CN.md"] {
        let text = file(page);
        let (before, rest) = text.split_once("<!-- statement -->\n```sql\n").unwrap();
        let (have, after) = rest.split_once("```").unwrap();
        assert!(before.contains(file("examples/cdnow/tables.json").trim_end()), "{page}");
        if std::env::var_os("GUANXI_REWRITE_DOCS").is_some() {
            let text = format!("{before}<!-- statement -->\n```sql\n{shown}```{after}");
            let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(page);
            std::fs::write(path, text).unwrap();
        } else {
            assert_eq!(have, shown, "{page}: GUANXI_REWRITE_DOCS=1 writes it anew");
        }
    }
}

/// Every segment that reads neither a machine nor the value part has SQL in
/// every dialect.
#[test]
fn segments_of_the_examples_have_sql() {
    use serde_json::{Map, Value, json};

    let as_of = guanxi::units::Instant::parse("2026-03-31T00:00:00Z").unwrap();
    for (path, n_segments) in
        [("bindings/cli/src/demo/playbook.json", 12), ("examples/cdnow/playbook.json", 8)]
    {
        let playbook = guanxi::Playbook::from_json(&file(path)).unwrap();
        let schema = playbook.schema();
        let named = |names: Vec<&str>| {
            names.into_iter().map(|name| (name.to_owned(), json!(name))).collect::<Map<_, Value>>()
        };
        let kinds = schema.kinds.iter().map(|kind| {
            let fields = kind.fields.iter().map(|field| &*field.name).collect();
            let table = json!({"table": &*kind.name, "customer": "who", "at": "at",
                               "order": ["no"], "columns": named(fields)});
            (kind.name.to_string(), table)
        });
        let attributes = schema.attributes.iter().map(|attribute| &*attribute.name).collect();
        let document = json!({
            "guanxi_tables": 1,
            "stored": {"instant": "seconds"},
            "customers": {"table": "people", "id": "no", "columns": named(attributes)},
            "events": kinds.collect::<Map<_, Value>>(),
        });
        let tables = Tables::from_json(document.to_string().as_bytes(), schema).unwrap();
        assert_eq!(playbook.segments().len(), n_segments, "{path}");
        for segment in playbook.segments() {
            for dialect in Dialect::ALL {
                let source = format!("segment('{}')", segment.name());
                guanxi::engine::statement(&playbook, &source, &tables, dialect, as_of)
                    .unwrap_or_else(|error| panic!("{path}: {source}, {}: {error}", dialect.name));
            }
        }
    }
}

#[test]
fn faults_of_a_document_are_told_at_once() {
    let (playbook, _) = cdnow();
    let document = r#"{
      "guanxi_tables": 2, "stored": {"money": "cents", "instnat": "seconds"},
      "customers": [{"table": "", "id": "id", "columns": {"region": "r"}}],
      "events": {"purchse": {}, "purchase": {"table": "a..b", "customer": "c",
        "columns": {"amuont": "x", "quantity": {"column": "q", "as": "date"}}}}
    }"#;
    let error = Tables::from_json(document.as_bytes(), playbook.schema()).unwrap_err();
    let places: Vec<&str> =
        error.faults().iter().filter_map(|fault| fault.pointer.as_deref()).collect();
    assert_eq!(
        places,
        [
            "/guanxi_tables",
            "/stored/money",
            "/stored/instnat",
            "/customers/0/table",
            "/customers/0/columns/region",
            "/events/purchse",
            "/events/purchase",
            "/events/purchase/table",
            "/events/purchase/columns/amuont",
            "/events/purchase/columns/quantity/as",
        ]
    );
    let near = |at: &str| {
        let fault = error.faults().iter().find(|fault| fault.pointer.as_deref() == Some(at));
        fault.unwrap().hint.as_ref().unwrap().en.clone()
    };
    assert!(near("/events/purchse").contains("purchase"));
    assert!(near("/events/purchase/columns/amuont").contains("amount"));
}

#[test]
fn what_has_no_sql_is_refused_at_its_place() {
    let (playbook, tables) = cdnow();
    let as_of = guanxi::units::Instant::parse("1998-07-01T00:00:00-04:00").unwrap();
    for (source, parts) in [
        ("bucket('spring', 100) < 10", vec!["bucket('spring', 100)"]),
        ("state('relationship') == 'churned'", vec!["state('relationship')"]),
        (
            "sequence([purchases, purchases], days(30)) == 2 || percentRank(purchases.size()) > 0.5",
            vec!["sequence([purchases, purchases], days(30))", "percentRank(purchases.size())"],
        ),
        ("purchases.exists(p, purchases.exists(q, q.at < p.at))", vec!["purchases"]),
    ] {
        let found =
            guanxi::engine::statement(&playbook, source, &tables, &guanxi::sql::SQLITE, as_of);
        let error = found.expect_err(source);
        let places: Vec<&str> = error
            .faults()
            .iter()
            .map(|fault| {
                assert_eq!(fault.code, Code::NotInSql, "{error}");
                let (start, end) = fault.span.unwrap();
                &source[start..end]
            })
            .collect();
        assert_eq!(places, parts, "{source}\n{error}");
    }
}

/// Texts that have hurt exporters before.
const HOSTILE: [&str; 14] = [
    "'",
    "\"",
    "\\",
    "\\'",
    "%",
    "_",
    "a%b",
    "a_b",
    "a b ",
    "a b",
    "\0",
    "a\0b",
    "😀家👨‍👩‍👧",
    "'; DROP TABLE members; --",
];

/// Whether a note meets a condition about a text.
type Holds = fn(&str, &str) -> bool;

/// Conditions about `note` and a text.
fn about(text: &str) -> Vec<(String, Holds)> {
    let written = guanxi::lang::quoted(text);
    vec![
        (format!("note == {written}"), |a, b| a == b),
        (format!("note.contains({written})"), |a, b| a.contains(b)),
        (format!("note.startsWith({written})"), |a, b| a.starts_with(b)),
        (format!("note.endsWith({written})"), |a, b| a.ends_with(b)),
        (format!("note < {written}"), |a, b| a < b),
        (format!("note in [{written}, 'none']"), |a, b| a == b),
    ]
}

/// A schema with nothing but a note, and where it is kept.
fn notes() -> (guanxi::facts::Schema, Tables) {
    let schema = r#"{"attributes": {"note": {"type": "text", "nullable": true}}}"#;
    let schema = guanxi::facts::Schema::from_json(schema).unwrap();
    let document = br#"{"guanxi_tables": 1, "customers": {"table": "members", "id": "id",
        "columns": {"note": "note"}}}"#;
    let tables = Tables::from_json(document, &schema).unwrap();
    (schema, tables)
}

/// What is asked about notes, as a statement.
fn about_notes(
    source: &str,
    (schema, tables): &(guanxi::facts::Schema, Tables),
    dialect: &'static Dialect,
) -> Result<Statement, Error> {
    let condition = check_condition(source, &Scope::of(schema)).unwrap();
    let zone = guanxi::units::Zone::utc();
    let calendar =
        guanxi::units::Calendar::new(zone, guanxi::units::Weekday::Monday, (1, 1)).unwrap();
    let segments = BTreeMap::new();
    let definitions =
        Definitions { schema, calendar: &calendar, parameters: &[], segments: &segments };
    let now = guanxi::units::Instant::parse("2026-03-31T00:00:00Z").unwrap();
    export(&condition, definitions, tables, dialect, now)
}

#[cfg(feature = "sqlite")]
mod sqlite {
    use guanxi::sql::{Kind, Parameter, SQLITE};
    use rusqlite::types::Value as Cell;
    use rusqlite::{Connection, params_from_iter};
    use serde_json::Value as Json;

    use super::*;
    use crate::support::host::Table;

    fn quoted(name: &str) -> String {
        format!("\"{}\"", name.replace('"', "\"\""))
    }

    pub fn fill(connection: &Connection, table: &Table) {
        let declared = |ty: &str| match ty {
            "integer" | "boolean" => "INTEGER",
            "numeric" => "REAL",
            _ => "TEXT",
        };
        let columns: Vec<String> = table
            .columns
            .iter()
            .map(|(name, ty)| format!("{} {}", quoted(name), declared(ty)))
            .collect();
        let create = format!("CREATE TABLE {} ({})", quoted(&table.name), columns.join(", "));
        connection.execute(&create, []).unwrap();
        let marks = vec!["?"; table.columns.len()].join(", ");
        let insert = format!("INSERT INTO {} VALUES ({marks})", quoted(&table.name));
        let mut insert = connection.prepare(&insert).unwrap();
        for row in &table.rows {
            let cells = row.iter().map(|cell| match cell {
                Json::Bool(yes) => Cell::Integer((*yes).into()),
                Json::Number(number) => Cell::Integer(number.as_i64().unwrap()),
                Json::String(text) => Cell::Text(text.clone()),
                _ => Cell::Null,
            });
            insert.execute(params_from_iter(cells)).unwrap();
        }
    }

    fn bound(parameter: &Parameter) -> Cell {
        match parameter.kind {
            Kind::Integer => Cell::Integer(parameter.value.parse().unwrap()),
            _ => Cell::Text(parameter.value.clone()),
        }
    }

    /// The ids that a statement gives, sorted; `None` where a number outgrew 64
    /// bits and SQLite ended it.
    pub fn run(connection: &Connection, statement: &Statement) -> Option<Vec<String>> {
        let mut prepared = connection.prepare(&statement.text).unwrap_or_else(|error| {
            panic!("{error}\n{}", statement.text);
        });
        let parameters = params_from_iter(statement.parameters.iter().map(bound));
        let rows = prepared.query_map(parameters, |row| row.get(0)).unwrap();
        let ids: Result<Vec<String>, rusqlite::Error> = rows.collect();
        match ids {
            Ok(mut ids) => {
                ids.sort_unstable();
                Some(ids)
            }
            Err(error) => {
                let said = error.to_string();
                assert!(said.contains("integer overflow"), "{error}\n{}", statement.text);
                None
            }
        }
    }

    #[test]
    fn hostile_texts_are_texts() {
        let about_them = notes();
        let connection = Connection::open_in_memory().unwrap();
        connection.execute("CREATE TABLE members (id TEXT, note TEXT)", []).unwrap();
        for text in HOSTILE {
            connection.execute("INSERT INTO members VALUES (?1, ?1)", [text]).unwrap();
        }
        connection.execute("INSERT INTO members VALUES ('nobody', NULL)", []).unwrap();
        let ask = |source: &str| {
            let statement = about_notes(source, &about_them, &SQLITE).unwrap();
            (run(&connection, &statement), statement)
        };
        for text in HOSTILE {
            for (source, holds) in about(text) {
                let mut wanted: Vec<String> = HOSTILE
                    .iter()
                    .filter(|have| holds(have, text))
                    .map(|have| (*have).to_owned())
                    .collect();
                wanted.sort_unstable();
                let (ids, statement) = ask(&source);
                let ids = ids.unwrap();
                assert_eq!(ids, wanted, "{source}\n{}", statement.text);
                assert!(text.len() < 4 || !statement.text.contains(text), "{}", statement.text);
                // The complement is everybody else, those without a note included.
                let (others, _) = ask(&format!("!({source})"));
                assert_eq!(others.unwrap().len() + ids.len(), HOSTILE.len() + 1, "{source}");
            }
        }
        let many: Vec<String> = (0..100_000).map(|n| format!("'n{n}'")).collect();
        let (ids, statement) = ask(&format!("note in [{}, '%']", many.join(", ")));
        assert_eq!((ids, statement.parameters.len()), (Some(vec!["%".to_owned()]), 1));
        // SQLite counts up to a NUL: no answer is better than a wrong one.
        assert_eq!(ask("note.size() == 3").0, None);
        connection.execute("DELETE FROM members WHERE INSTR(note, CHAR(0))", []).unwrap();
        let three = ["a b", "a%b", "a_b"].map(str::to_owned).to_vec();
        assert_eq!(ask("note.size() == 3").0, Some(three));
    }

    /// The customers and purchases of CDNOW in two tables of a shop's own: every
    /// segment that reads no machine and no value has the members that the
    /// kernels find.
    #[test]
    fn segments_of_cdnow_have_the_same_members() {
        use guanxi::engine::{Options, ids as members, query, statement};
        use guanxi::facts::{Body, ColumnsBuilder, Correction, Fact, Value};

        let (playbook, tables) = cdnow();
        let zone = playbook.calendar().zone();
        let mut builder = ColumnsBuilder::new(playbook.schema());
        let mut connection = Connection::open_in_memory().unwrap();
        connection
            .execute_batch(
                "CREATE TABLE customers (id TEXT PRIMARY KEY);
                 CREATE TABLE orders (number INTEGER, customer_id TEXT, ordered_at INTEGER,
                                      discs INTEGER, cents INTEGER);",
            )
            .unwrap();
        let transaction = connection.transaction().unwrap();
        let all = file("examples/cdnow/events.csv");
        for (number, line) in all.lines().skip(1).enumerate() {
            let cells: Vec<&str> = line.split(',').collect();
            let [_, customer, day, discs, dollars] = cells[..] else { panic!("{line}") };
            let at = zone.start_of(guanxi::units::Day::parse(day).unwrap());
            let discs: i64 = discs.parse().unwrap();
            let cents: i64 = dollars.replace('.', "").parse().unwrap();
            // Fields stand by name: amount, quantity.
            let fields = vec![Some(Value::Exact(cents)), Some(Value::Int(discs))];
            let fact = Fact {
                source: "cdnow".into(),
                id: format!("{number:06}").into(),
                customer: customer.into(),
                at: Some(at),
                revision: None,
                correction: Correction::None,
                body: Body::Event { kind: 0, fields },
            };
            builder.push(number as u64, at, &fact);
            let row = (number as i64, customer, at.micros() / 1_000_000, discs, cents);
            transaction.execute("INSERT INTO orders VALUES (?, ?, ?, ?, ?)", row).unwrap();
            transaction.execute("INSERT OR IGNORE INTO customers VALUES (?)", [customer]).unwrap();
        }
        transaction.commit().unwrap();
        let columns = builder.finish();
        let as_of = guanxi::units::Instant::parse("1998-07-01T00:00:00-04:00").unwrap();
        let snapshot = Snapshot::new(&columns, as_of);
        let options = Options { threads: 1 };
        let mut n_members = 0;
        for segment in playbook.segments() {
            let source = format!("segment('{}')", segment.name());
            let said = statement(&playbook, &source, &tables, &SQLITE, as_of).unwrap();
            let asked = query(&snapshot, &playbook, &source, options).unwrap();
            let answer = asked.answer(options);
            let wanted: Vec<String> = members(&columns, &answer).map(str::to_owned).collect();
            assert_eq!(run(&connection, &said).unwrap(), wanted, "{source}\n{}", said.text);
            n_members += wanted.len();
        }
        assert!(playbook.segments().len() == 8 && 10_000 < n_members, "{n_members}");
    }

    /// Random firms, and conditions asked of each.
    const FIRMS: u64 = 250;
    const CONDITIONS: u64 = 12;

    #[test]
    fn statements_give_the_members() {
        let firms = std::env::var("GUANXI_SQL_FIRMS").ok().and_then(|firms| firms.parse().ok());
        let firms: u64 = firms.unwrap_or(FIRMS);
        let mut refusals = Refusals::default();
        let (mut n_run, mut n_stopped, mut n_members) = (0, 0, 0);
        for seed in 0..firms {
            let asked = asked(seed, CONDITIONS, false);
            let connection = Connection::open_in_memory().unwrap();
            asked.host.tables.iter().for_each(|table| fill(&connection, table));
            for (source, condition, members) in &asked.conditions {
                let statement = match asked.export(condition, &SQLITE) {
                    Ok(statement) => statement,
                    Err(error) => {
                        refusals.note(&error);
                        continue;
                    }
                };
                n_run += 1;
                match run(&connection, &statement) {
                    None => n_stopped += 1,
                    Some(ids) => assert_eq!(
                        ids, *members,
                        "seed {seed}: {source}\n{}\n{:?}\n{}",
                        statement.text, statement.parameters, asked.host.document
                    ),
                }
                n_members += members.len() as u64;
            }
        }
        let n_asked = firms * CONDITIONS;
        println!("{n_run} of {n_asked} run, {n_stopped} stopped, {n_members} members");
        let mut reasons: Vec<(&String, &usize)> = refusals.0.iter().collect();
        reasons.sort_by_key(|(_, n)| std::cmp::Reverse(**n));
        reasons.iter().for_each(|(reason, n)| println!("{n:6}  {reason}"));
        assert!(n_asked / 3 < n_run && n_run < n_members, "{n_run} {n_members}");
        assert!(n_stopped < n_run / 20, "{n_stopped}");
    }
}

/// Writes firms, statements and the ids they must give, one firm a line, for
/// whoever asks other engines: `.ci/engines`.
#[test]
#[ignore = "writes a file for other engines"]
fn cases_for_engines() {
    use std::io::Write;

    use guanxi::sql::{DUCKDB, MYSQL, POSTGRESQL};
    use serde_json::json;

    const CONDITIONS: u64 = 25;
    let path = std::env::var("GUANXI_SQL_CASES").expect("GUANXI_SQL_CASES names the file");
    let firms: u64 = std::env::var("GUANXI_SQL_FIRMS").unwrap().parse().unwrap();
    let mut out = std::io::BufWriter::new(std::fs::File::create(path).unwrap());
    let mut refusals = Refusals::default();
    for seed in 0..firms {
        let asked = asked(seed ^ 0xca5e, CONDITIONS, true);
        let mut cases = Vec::new();
        for (source, condition, members) in &asked.conditions {
            let mut statements = serde_json::Map::new();
            for dialect in [&DUCKDB, &POSTGRESQL, &MYSQL] {
                match asked.export(condition, dialect) {
                    Ok(statement) => _ = statements.insert(dialect.name.into(), json!(statement)),
                    Err(error) => refusals.note(&error),
                }
            }
            cases.push(json!({"source": source, "members": members, "statements": statements}));
        }
        let line = json!({"seed": seed, "tables": asked.host.tables, "cases": cases});
        writeln!(out, "{line}").unwrap();
    }
    writeln!(out, "{}", hostile_case([&DUCKDB, &POSTGRESQL, &MYSQL])).unwrap();
    out.flush().unwrap();
    println!("{:?}", refusals.0);
}

/// Texts that have hurt exporters before, without NUL, which PostgreSQL has not.
fn hostile_case(dialects: [&'static Dialect; 3]) -> serde_json::Value {
    use serde_json::json;

    let kept: Vec<&str> = HOSTILE.into_iter().filter(|text| !text.contains('\0')).collect();
    let about_them = notes();
    let mut cases = Vec::new();
    for (source, holds, text) in HOSTILE
        .iter()
        .flat_map(|text| about(text).into_iter().map(move |(source, holds)| (source, holds, text)))
    {
        let mut members: Vec<&str> =
            kept.iter().copied().filter(|have| holds(have, text)).collect();
        members.sort_unstable();
        let mut statements = serde_json::Map::new();
        for dialect in dialects {
            if let Ok(statement) = about_notes(&source, &about_them, dialect) {
                statements.insert(dialect.name.into(), json!(statement));
            }
        }
        assert!(2 <= statements.len(), "{source}");
        cases.push(json!({"source": source, "members": members, "statements": statements}));
    }
    let many: Vec<String> = (0..100_000).map(|n| format!("'n{n}'")).collect();
    let many = format!("note in [{}, '%']", many.join(", "));
    let mut statements = serde_json::Map::new();
    for dialect in dialects {
        let statement = about_notes(&many, &about_them, dialect).unwrap();
        assert_eq!(statement.parameters.len(), 1);
        statements.insert(dialect.name.into(), json!(statement));
    }
    cases.push(json!({"source": "a long list", "members": ["%"], "statements": statements}));
    let rows: Vec<[&str; 2]> = kept.iter().map(|text| [*text; 2]).collect();
    let table =
        json!({"name": "members", "columns": [["id", "text"], ["note", "text"]], "rows": rows});
    json!({"seed": "hostile", "tables": [table], "cases": cases})
}
