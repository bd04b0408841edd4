//! Host rows to facts: the corpus of `cases/intake.json`, and what holds for
//! any rows.

use std::collections::BTreeSet;
use std::sync::Arc;

use guanxi::error::Language;
use guanxi::facts::intake::{
    LISTED_ROWS, Layout, Lines, Mapping, TableKind, TableMapping, TableReport,
};
use guanxi::facts::{Body, Correction, Fact, Log, MAX_TEXT, Schema, Seen, Value, Verdict};
use guanxi::units::{Instant, Zone};
use guanxi::{Error, Fault};
use proptest::prelude::*;
use serde_json::Value as Json;

/// A file as the corpus describes it.
struct Case<'a> {
    json: &'a Json,
    schema: &'a Schema,
}

/// What became of the file: facts and faults, a line each.
type Told = Vec<String>;

impl Case<'_> {
    fn text(&self, key: &str) -> Option<&str> {
        self.json.get(key).and_then(Json::as_str)
    }

    fn run(&self) -> Told {
        match self.read() {
            Ok(told) => told,
            Err(error) => error.faults().iter().map(tell_fault).collect(),
        }
    }

    fn read(&self) -> Result<Told, Error> {
        let file = self.text("file").unwrap();
        let kind = TableKind::parse(self.text("of").unwrap()).unwrap();
        let zone = Zone::named(self.text("zone").unwrap_or("Asia/Shanghai"))?;
        let mapping = match self.json.get("mapping") {
            Some(mapping) => Mapping::from_json(mapping.to_string().as_bytes())?,
            None => Mapping::default(),
        };
        let table = mapping.table(file, &kind);
        let mut facts = Vec::new();
        let mut told = Vec::new();
        let lines = self.json.get("lines").and_then(Json::as_array);
        if let Some(lines) = lines {
            let layout = Lines::of(file, &kind, table, self.schema, &zone)?;
            let mut tally = layout.tally();
            for (position, line) in lines.iter().enumerate() {
                let text = line.as_str().unwrap().as_bytes();
                let taken = layout.line(position as u64 + 1, text, &mut tally, &mut facts);
                told.extend(self.tell(&mut facts, taken.err()));
            }
            return Ok(told);
        }
        let header = texts(&self.json["header"]);
        let layout = Layout::of(file, &header, &kind, table, self.schema, &zone)?;
        let mut tally = layout.tally();
        for (position, row) in self.json["rows"].as_array().unwrap().iter().enumerate() {
            let row = texts(row);
            let taken = layout.row(position as u64 + 2, &row, &mut tally, &mut facts);
            told.extend(self.tell(&mut facts, taken.err()));
        }
        Ok(told)
    }

    fn tell(&self, facts: &mut Vec<Fact>, faults: Option<Vec<Fault>>) -> Told {
        let facts = facts.drain(..).map(|fact| tell_fact(&fact, self.schema));
        facts.chain(faults.iter().flatten().map(tell_fault)).collect()
    }
}

fn texts(json: &Json) -> Vec<&str> {
    json.as_array().unwrap().iter().map(|text| text.as_str().unwrap()).collect()
}

fn tell_fault(fault: &Fault) -> String {
    format!("{} at {}", fault.code.name(), fault.say(Language::En))
}

fn tell_fact(fact: &Fact, schema: &Schema) -> String {
    let mut out = format!("{}/{}", fact.source, fact.id);
    if !fact.customer.is_empty() {
        out.push_str(&format!(" {}", fact.customer));
    }
    if let Some(at) = fact.at {
        out.push_str(&format!(" {at}"));
    }
    if let Some(revision) = fact.revision {
        out.push_str(&format!(" revision {revision}"));
    }
    match &fact.correction {
        Correction::None => {}
        Correction::Supersedes(id) => out.push_str(&format!(" supersedes {id}")),
        Correction::Retracts(id) => out.push_str(&format!(" retracts {id}")),
    }
    out + &tell_body(&fact.body, schema)
}

fn tell_body(body: &Body, schema: &Schema) -> String {
    match body {
        Body::Event { kind, fields } => {
            let kind = &schema.kinds[*kind];
            let names = kind.fields.iter().map(|field| &*field.name);
            format!(" {}{}", kind.name, tell_fields(names, fields))
        }
        Body::Attributes(changes) => {
            let mut out = " is".to_owned();
            for (attribute, value) in changes {
                let name = &schema.attributes[*attribute].name;
                out.push_str(&format!(" {name}={}", tell_value(value.as_ref())));
            }
            out
        }
        Body::Consent { purpose, channel, granted } => {
            let (purpose, channel) = (&schema.purposes[*purpose], &schema.channels[*channel]);
            format!(" {} {purpose} by {channel}", if *granted { "allows" } else { "forbids" })
        }
        Body::Reference { table, key, fields } => {
            let table = &schema.references[*table];
            let names = table.fields.iter().map(|field| &*field.name);
            format!(" {} {key}{}", table.name, tell_fields(names, fields))
        }
        Body::Merge { into } => format!(" is now {into}"),
        Body::Override(decision) => {
            let state = decision.state.as_deref().unwrap_or("let go");
            let pin = if decision.pinned { " pinned" } else { "" };
            let until = decision.until.map(|at| format!(" until {at}")).unwrap_or_default();
            format!(" {}: {state}{pin}{until}", decision.machine)
        }
        // Nobody imports these.
        Body::Decision(_) | Body::Erased | Body::Nothing => String::new(),
    }
}

fn tell_fields<'a>(names: impl Iterator<Item = &'a str>, values: &[Option<Value>]) -> String {
    let said = names.zip(values).filter(|(_, value)| value.is_some());
    said.map(|(name, value)| format!(" {name}={}", tell_value(value.as_ref()))).collect()
}

fn tell_value(value: Option<&Value>) -> String {
    match value {
        None => "cleared".to_owned(),
        Some(Value::Bool(flag)) => flag.to_string(),
        Some(Value::Int(number)) => number.to_string(),
        Some(Value::Exact(units)) => format!("{units}u"),
        Some(Value::Date(day)) => day.to_string(),
        Some(Value::Instant(at)) => at.to_string(),
        Some(Value::Text(text)) => format!("`{text}`"),
        Some(Value::Set(texts)) => format!("{{{}}}", texts.join(",")),
    }
}

fn corpus() -> (Schema, Vec<Json>) {
    let text = include_str!("cases/intake.json");
    let mut json: Json = serde_json::from_str(text).unwrap();
    let schema = Schema::from_json(&json["schema"].to_string()).unwrap();
    let Json::Array(cases) = json["cases"].take() else { panic!("cases is not an array") };
    (schema, cases)
}

#[test]
fn every_case_of_the_corpus_tells_what_it_should() {
    let (schema, cases) = corpus();
    let mut wrong = Vec::new();
    for json in &cases {
        let told = Case { json, schema: &schema }.run();
        let expected: Told = texts(&json["told"]).into_iter().map(str::to_owned).collect();
        if told != expected {
            let told = serde_json::to_string_pretty(&told).unwrap();
            wrong.push(format!("{}:\n\"told\": {told}", json["name"]));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

/// The schema of the corpus, shared as a log wants it.
fn schema() -> Arc<Schema> {
    Arc::new(corpus().0)
}

fn shanghai() -> Zone {
    Zone::named("Asia/Shanghai").unwrap()
}

/// Reads a table that has no faults.
fn facts(schema: &Schema, of: &str, header: &[&str], rows: &[Vec<&str>]) -> Vec<Fact> {
    let kind = TableKind::parse(of).unwrap();
    let layout = Layout::of("table.csv", header, &kind, None, schema, &shanghai()).unwrap();
    let mut tally = layout.tally();
    let mut facts = Vec::new();
    for (position, row) in rows.iter().enumerate() {
        layout.row(position as u64 + 2, row, &mut tally, &mut facts).unwrap();
    }
    facts
}

fn ids(facts: &[Fact]) -> Vec<&str> {
    facts.iter().map(|fact| &*fact.id).collect()
}

const EVENTS: [&str; 5] = ["kind", "customer", "at", "amount", "product"];

#[test]
fn a_file_imported_twice_is_the_same_throughout() {
    let schema = schema();
    let mut rows = vec![vec!["purchase", "C1", "2026-03-01", "5", "茶"]; 255];
    rows.push(vec!["purchase", "C1", "2026-03-01", "5", ""]);
    let once = facts(&schema, "events", &EVENTS, &rows);
    let again = facts(&schema, "events", &EVENTS, &rows);
    let mut log = Log::new(&schema);
    let verdicts = log.append(once, Seen::Backfill).unwrap();
    assert!(verdicts.iter().all(|verdict| *verdict == Verdict::New));
    let verdicts = log.append(again, Seen::Backfill).unwrap();
    assert!(verdicts.iter().all(|verdict| *verdict == Verdict::Same));
    assert_eq!(log.len(), 256);
}

#[test]
fn an_id_depends_on_what_a_row_says_and_not_on_how() {
    let schema = schema();
    let plain = facts(
        &schema,
        "events",
        &EVENTS,
        &[vec!["purchase", "C1", "2026-03-01 08:00", "5.0", "茶"]],
    );
    let other = facts(
        &schema,
        "events",
        &["items", "product", "amount", "at", "topic", "kind", "customer"],
        &[vec!["", "茶", "5.00", "2026-03-01T00:00:00Z", "", "purchase", "C1"]],
    );
    assert_eq!(plain, other);
    let lines = Lines::of("e.jsonl", &TableKind::Events, None, &schema, &shanghai()).unwrap();
    let line =
        r#"{"at":"2026-03-01T00:00Z","kind":"purchase","customer":"C1","amount":5,"product":"茶"}"#;
    let mut line_facts = Vec::new();
    lines.line(1, line.as_bytes(), &mut lines.tally(), &mut line_facts).unwrap();
    assert_eq!(plain, line_facts);
}

#[test]
fn what_differs_has_another_id() {
    let schema = schema();
    let rows = [
        vec!["purchase", "C1", "2026-03-01", "5", "茶"],
        vec!["purchase", "C2", "2026-03-01", "5", "茶"],
        vec!["purchase", "C1", "2026-03-02", "5", "茶"],
        vec!["purchase", "C1", "2026-03-01", "5.01", "茶"],
        vec!["purchase", "C1", "2026-03-01", "5", ""],
        vec!["purchase", "C1茶", "2026-03-01", "5", ""],
        vec!["call", "C1", "2026-03-01", "", ""],
    ];
    let facts = facts(&schema, "events", &EVENTS, &rows);
    let distinct: BTreeSet<&str> = ids(&facts).into_iter().collect();
    assert_eq!(distinct.len(), rows.len());
    assert!(distinct.iter().all(|id| id.len() == 16 && id.bytes().all(|b| b.is_ascii_hexdigit())));
}

#[test]
fn an_undated_change_shows_as_a_conflict_and_a_dated_one_is_new() {
    let schema = schema();
    let mut log = Log::new(&schema);
    let mut import = |header: &[&str], row: Vec<&str>| {
        let facts = facts(&schema, "customers", header, &[row]);
        Verdict::of_row(&log.append(facts, Seen::Backfill).unwrap())
    };
    assert_eq!(import(&["id", "region"], vec!["C1", "华东"]), Verdict::New);
    assert_eq!(import(&["id", "region"], vec!["C1", "华东"]), Verdict::Same);
    assert_eq!(import(&["id", "region"], vec!["C1", "华南"]), Verdict::Conflict);
    assert_eq!(import(&["id", "level"], vec!["C1", "gold"]), Verdict::New);
    let dated = ["id", "valid_from", "region"];
    assert_eq!(import(&dated, vec!["C1", "2026-03-01", "华南"]), Verdict::New);
    assert_eq!(import(&dated, vec!["C1", "2026-03-01", "华南"]), Verdict::Same);
    assert_eq!(import(&dated, vec!["C1", "2026-03-01", "华北"]), Verdict::Conflict);
    assert_eq!(import(&dated, vec!["C1", "2026-03-02", "华北"]), Verdict::New);
}

#[test]
fn what_contradicts_a_row_of_the_same_day_is_a_conflict() {
    let schema = schema();
    let consent: &[&str] = &["id", "valid_from", "consent.marketing.sms"];
    let staff: &[&str] = &["id", "valid_from", "name"];
    for (of, header, rows) in [
        ("customers", consent, [vec!["C2", "2026-01-01", "1"], vec!["C2", "2026-01-01", "0"]]),
        ("ref_staff", staff, [vec!["S1", "2026-01-01", "李"], vec!["S1", "2026-01-01", "赵"]]),
    ] {
        let mut log = Log::new(&schema);
        let facts = facts(&schema, of, header, &rows);
        let n_first = facts.len() / 2;
        let verdicts = log.append(facts, Seen::Backfill).unwrap();
        assert_eq!(Verdict::of_row(&verdicts[..n_first]), Verdict::New, "{of}");
        assert_eq!(Verdict::of_row(&verdicts[n_first..]), Verdict::Conflict, "{of}");
    }
}

#[test]
fn a_line_that_contradicts_one_of_the_same_day_is_a_conflict() {
    let schema = schema();
    let lines = Lines::of("e.jsonl", &TableKind::Events, None, &schema, &shanghai()).unwrap();
    let dated = |rest: &str| format!(r#"{{"customer": "C1", "at": "2026-01-01", {rest}}}"#);
    let consent = |granted: bool| {
        let about = r#""purpose": "marketing", "channel": "sms""#;
        dated(&format!(r#""consent": {{{about}, "granted": {granted}}}"#))
    };
    let region = |name: &str| dated(&format!(r#""attributes": {{"region": "{name}"}}"#));
    for pair in [[consent(true), consent(false)], [region("华东"), region("华南")]] {
        let (mut tally, mut facts) = (lines.tally(), Vec::new());
        for line in &pair {
            lines.line(1, line.as_bytes(), &mut tally, &mut facts).unwrap();
        }
        let verdicts = Log::new(&schema).append(facts, Seen::Backfill).unwrap();
        assert_eq!(verdicts, [Verdict::New, Verdict::Conflict], "{}", pair[0]);
    }
}

/// A line that the log would refuse is refused by itself, with its place.
#[test]
fn a_statement_that_cannot_be_is_a_refused_line() {
    let schema = schema();
    let lines = Lines::of("e.jsonl", &TableKind::Events, None, &schema, &shanghai()).unwrap();
    let pinned = |rest: &str| format!(r#""override": {{"machine": "m", "state": "s", {rest}}}"#);
    for (said, place) in [
        (r#""merge": {"into": "C1"}"#.to_owned(), "merge/into"),
        (r#""merge": {"into": ""}"#.to_owned(), "merge/into"),
        (r#""merge": {"into": "C\n2"}"#.to_owned(), "merge/into"),
        (pinned(r#""pinned": true, "until": "2025-12-31""#), "override/until"),
        (pinned(r#""until": "2026-12-31""#), "override/until"),
    ] {
        let (mut tally, mut facts) = (lines.tally(), Vec::new());
        let line = format!(r#"{{"customer": "C1", "at": "2026-01-01", {said}}}"#);
        let faults = lines.line(3, line.as_bytes(), &mut tally, &mut facts).unwrap_err();
        let places: Vec<_> = faults.iter().map(|fault| fault.pointer.as_deref()).collect();
        assert_eq!(places, [Some(&*format!("e.jsonl:3/{place}"))], "{line}");
        assert!(facts.is_empty(), "{line}");
    }
}

#[test]
fn sources_do_not_count_each_others_rows() {
    let schema = schema();
    let header = ["kind", "customer", "at", "amount", "source"];
    let row = |source| vec!["purchase", "C1", "2026-03-01", "5", source];
    let mut log = Log::new(&schema);
    let mut import = |rows: &[Vec<&str>]| {
        log.append(facts(&schema, "events", &header, rows), Seen::Backfill).unwrap()
    };
    assert_eq!(import(&[row("shop"), row("web"), row("web")]), [Verdict::New; 3]);
    assert_eq!(import(&[row("web"), row("shop"), row("web")]), [Verdict::Same; 3]);
}

#[test]
fn a_refused_row_leaves_nothing_behind() {
    let schema = schema();
    let kind = TableKind::Customers;
    let header = ["id", "valid_from", "consent.marketing.sms", "consent.marketing.email"];
    let layout = Layout::of("c.csv", &header, &kind, None, &schema, &shanghai()).unwrap();
    let (mut tally, mut facts) = (layout.tally(), Vec::new());
    layout.row(2, &["C1", "2026-03-01", "1", "1"], &mut tally, &mut facts).unwrap();
    let before = facts.clone();
    layout.row(3, &["C2", "2026-03-01", "1", "x"], &mut tally, &mut facts).unwrap_err();
    assert_eq!(facts, before);
}

#[test]
fn a_tally_counts_what_is_missing_where_it_could_be_there() {
    let schema = schema();
    let layout =
        Layout::of("e.csv", &EVENTS, &TableKind::Events, None, &schema, &shanghai()).unwrap();
    let (mut tally, mut facts) = (layout.tally(), Vec::new());
    for row in [
        ["purchase", "C1", "2026-03-01", "5", ""],
        ["purchase", "C1", "2026-03-01", "5", "茶"],
        ["call", "C1", "2026-03-01", "", ""],
        ["refnd", "C1", "2026-03-01", "5", ""],
        ["refnd", "C1", "2026-03-01", "5", ""],
    ] {
        let _ = layout.row(2, &row, &mut tally, &mut facts);
    }
    let mut report = TableReport::new("e.csv", &TableKind::Events);
    report.finish(layout.columns(), &tally);
    let told = serde_json::to_value(&report).unwrap();
    assert_eq!(told["unknown_kinds"], serde_json::json!({"refnd": 2}));
    assert_eq!(told["columns"][3], serde_json::json!({"name": "amount", "rows": 2, "missing": 0}));
    assert_eq!(told["columns"][4], serde_json::json!({"name": "product", "rows": 2, "missing": 1}));
    assert_eq!(tally.columns()[4].missing_share(), 0.5);
    assert_eq!(tally.rows(), 5);
}

#[test]
fn a_report_lists_the_first_rows_that_were_not_recorded() {
    let mut report = TableReport::new("e.csv", &TableKind::Events);
    for row in 0..100 {
        let verdict = Verdict::ALL[row as usize % Verdict::ALL.len()];
        let fault = Fault::new(guanxi::Code::BadCell, "bad", "错");
        let faults = if verdict == Verdict::Refused { vec![fault] } else { Vec::new() };
        report.count(row, verdict, faults);
    }
    assert_eq!(report.not_recorded.len(), LISTED_ROWS);
    assert_eq!((report.verdicts.rows(), report.verdicts.not_recorded()), (100, 49));
    let told = serde_json::to_value(&report).unwrap();
    let keys: Vec<&String> = told.as_object().unwrap().keys().collect();
    let expected = [
        "columns",
        "file",
        "more_not_recorded",
        "not_recorded",
        "of",
        "unknown_kinds",
        "verdicts",
        "waiting",
    ];
    assert_eq!(keys, expected);
    let said = serde_json::to_value(report.in_language(Language::En)).unwrap();
    assert_eq!((&said, &said["more_not_recorded"]), (&told, &29.into()));
    assert_eq!(told["not_recorded"][0]["faults"][0]["name"], "conflict");
    assert_eq!(told["not_recorded"][1]["faults"][0]["name"], "bad_cell");
    assert_eq!(told["verdicts"]["pending"], 17);
}

#[test]
fn a_table_is_found_by_its_file_or_by_its_kind() {
    let mapping = Mapping::from_json(
        br#"{"guanxi_mapping": 1, "encoding": "gb18030", "tables": {
            "events": {"delimiter": ";"},
            "orders": {"of": "events", "encoding": "utf-8"},
            "visits.txt": {"of": "events", "delimiter": "\t"}}}"#,
    )
    .unwrap();
    let named = |file: &str, kind: &TableKind| mapping.table(file, kind).map(TableMapping::name);
    assert_eq!(named("orders.csv", &TableKind::Events), Some("orders"));
    assert_eq!(named("visits.txt", &TableKind::Events), Some("visits.txt"));
    assert_eq!(named("visits.csv", &TableKind::Events), Some("events"));
    assert_eq!(named("orders.csv", &TableKind::Customers), None);
    let encodings: Vec<_> = mapping.tables().iter().map(TableMapping::encoding).collect();
    assert_eq!(encodings, [Some("gb18030"), Some("utf-8"), Some("gb18030")]);
    let delimiters: Vec<_> = mapping.tables().iter().map(TableMapping::delimiter).collect();
    assert_eq!(delimiters, [Some(b';'), None, Some(b'\t')]);
}

#[test]
fn a_mapping_is_checked_before_any_file_is_there() {
    let (schema, cases) = corpus();
    let check = |name: &str| {
        let case = cases.iter().find(|case| case["name"] == name).unwrap();
        let mapping = Mapping::from_json(case["mapping"].to_string().as_bytes()).unwrap();
        mapping.check(&schema).map_err(|error| error.faults().len())
    };
    assert_eq!(check("an export in Chinese"), Ok(()));
    assert_eq!(check("codes, units, missing texts, separators"), Ok(()));
    assert_eq!(check("labels that nobody declared"), Err(3));
}

#[test]
fn bounds_hold() {
    let schema = schema();
    let wide: Vec<String> = (0..10_001).map(|n| format!("c{n}")).collect();
    let wide: Vec<&str> = wide.iter().map(String::as_str).collect();
    let error = Layout::of("w.csv", &wide, &TableKind::Events, None, &schema, &shanghai());
    assert_eq!(error.err().map(|error| error.faults().len()), Some(1));
    let layout =
        Layout::of("e.csv", &EVENTS, &TableKind::Events, None, &schema, &shanghai()).unwrap();
    let (mut tally, mut facts) = (layout.tally(), Vec::new());
    // The other texts of the fact: source, id (not there yet) and customer.
    let room = MAX_TEXT - "host".len() - "C1".len();
    for (length, fits) in [(room - 1, true), (room, true), (room + 1, false)] {
        let product = "x".repeat(length);
        let row = ["purchase", "C1", "2026-03-01", "5", &product];
        assert_eq!(layout.row(2, &row, &mut tally, &mut facts).is_ok(), fits, "{length}");
    }
}

/// Cells that people and programs write, and some that nobody should.
fn cell() -> impl Strategy<Value = String> + Clone {
    let usual = vec![
        "",
        "purchase",
        "complaint",
        "call",
        "visit",
        "C1",
        "C2",
        "e1",
        "e2",
        "5",
        "5.00",
        "-1",
        "1e3",
        "NaN",
        "2026-03-01",
        "2026-03-01 10:00",
        "9999-12-31",
        "20260301",
        "true",
        "0",
        "华东",
        "gold",
        "male",
        "茶;钓鱼",
        "NULL",
        "\u{0}",
        "99999999999999999999",
    ];
    prop_oneof![
        8 => proptest::sample::select(usual).prop_map(str::to_owned),
        1 => "\\PC{0,12}",
    ]
}

const WIDE: [&str; 13] = [
    "kind",
    "customer",
    "at",
    "id",
    "source",
    "seen",
    "revision",
    "supersedes",
    "retracts",
    "amount",
    "product",
    "topic",
    "solved_at",
];

proptest! {
    /// Whatever the cells: a row gives facts that the log takes, or reasons in
    /// both languages and at its place, and never a panic.
    #[test]
    fn rows_are_facts_or_faults(rows in prop::collection::vec(prop::collection::vec(cell(), 13), 1..20)) {
        let schema = schema();
        let layout =
            Layout::of("e.csv", &WIDE, &TableKind::Events, None, &schema, &shanghai()).unwrap();
        let (mut tally, mut facts) = (layout.tally(), Vec::new());
        for row in &rows {
            let row: Vec<&str> = row.iter().map(String::as_str).collect();
            check_faults(layout.row(7, &row, &mut tally, &mut facts).err(), "e.csv:7")?;
        }
        prop_assert!(Log::new(&schema).append(facts, Seen::Backfill).is_ok());
    }

    #[test]
    fn customers_are_facts_or_faults(rows in prop::collection::vec(prop::collection::vec(cell(), 9), 1..20)) {
        let schema = schema();
        let header = ["id", "valid_from", "birth", "children", "hobbies", "income", "level", "region",
            "consent.marketing.sms"];
        let layout =
            Layout::of("c.csv", &header, &TableKind::Customers, None, &schema, &shanghai()).unwrap();
        let (mut tally, mut facts) = (layout.tally(), Vec::new());
        for row in &rows {
            let row: Vec<&str> = row.iter().map(String::as_str).collect();
            check_faults(layout.row(7, &row, &mut tally, &mut facts).err(), "c.csv:7")?;
        }
        prop_assert!(Log::new(&schema).append(facts, Seen::Backfill).is_ok());
    }

    #[test]
    fn lines_are_facts_or_faults(lines in prop::collection::vec(line(), 1..20)) {
        let schema = schema();
        let layout = Lines::of("e.jsonl", &TableKind::Events, None, &schema, &shanghai()).unwrap();
        let (mut tally, mut facts) = (layout.tally(), Vec::new());
        for line in &lines {
            let taken = layout.line(7, line.as_bytes(), &mut tally, &mut facts);
            check_faults(taken.err(), "e.jsonl:7")?;
        }
        prop_assert!(Log::new(&schema).append(facts, Seen::Backfill).is_ok());
    }

    /// Whatever a mapping says and a header has: a layout or faults, and rows
    /// of a layout give facts that the log takes.
    #[test]
    fn mappings_are_layouts_or_faults(
        mapping in mapping(),
        header in header(),
        cells in prop::collection::vec(cell(), 9),
        sound in any::<bool>(),
    ) {
        let schema = schema();
        let Ok(mapping) = Mapping::from_json(mapping.as_bytes()) else { return Ok(()) };
        let table = mapping.table("events.csv", &TableKind::Events);
        let header: Vec<&str> = header.iter().map(String::as_str).collect();
        let usual = |name: &str| match name {
            "客户" if sound => Some("C1"),
            "时间" if sound => Some("20260301"),
            "amount" if sound => Some("5"),
            _ => None,
        };
        let pairs = header.iter().zip(&cells);
        let row: Vec<&str> = pairs.map(|(name, cell)| usual(name).unwrap_or(cell)).collect();
        let zone = shanghai();
        let layout = Layout::of("events.csv", &header, &TableKind::Events, table, &schema, &zone);
        let Ok(layout) = layout else { return Ok(()) };
        prop_assert!(mapping.check(&schema).is_ok());
        let (mut tally, mut facts) = (layout.tally(), Vec::new());
        check_faults(layout.row(7, &row, &mut tally, &mut facts).err(), "events.csv:7")?;
        prop_assert!(Log::new(&schema).append(facts, Seen::Backfill).is_ok());
    }

    /// What stands in personal columns appears in no message.
    #[test]
    fn faults_keep_secrets(secret in "[x-z]{4,9}#[0-9]{3}") {
        let schema = schema();
        let header = ["id", "birth", "income", "sex"];
        let layout =
            Layout::of("c.csv", &header, &TableKind::Customers, None, &schema, &shanghai()).unwrap();
        let row = ["C1", secret.as_str(), &secret, &secret];
        let faults = layout.row(2, &row, &mut layout.tally(), &mut Vec::new()).unwrap_err();
        prop_assert_eq!(faults.len(), 3);
        for fault in faults {
            prop_assert!(!fault.say(Language::En).contains(&secret));
            prop_assert!(!fault.say(Language::Zh).contains(&secret));
        }
    }
}

fn check_faults(faults: Option<Vec<Fault>>, place: &str) -> Result<(), TestCaseError> {
    let Some(faults) = faults else { return Ok(()) };
    prop_assert!(!faults.is_empty());
    for fault in faults {
        prop_assert!(fault.pointer.is_some_and(|pointer| pointer.starts_with(place)));
        prop_assert!(!fault.message.en.is_empty() && !fault.message.zh.is_ascii());
    }
    Ok(())
}

/// Lines of JSON with keys that mean something, in and out of place.
fn line() -> impl Strategy<Value = String> {
    let keys: Vec<&str> =
        WIDE.into_iter().chain(["attributes", "consent", "fields", "x"]).collect();
    let value = prop_oneof![
        6 => cell().prop_map(Json::from),
        1 => any::<i64>().prop_map(Json::from),
        1 => any::<bool>().prop_map(Json::from),
        1 => Just(Json::Null),
        1 => prop::collection::vec(cell(), 0..3).prop_map(Json::from),
        1 => cell().prop_map(|text| serde_json::json!({"region": text, "level": null})),
        1 => cell().prop_map(|text| serde_json::json!({"purpose": "marketing", "channel": "sms", "granted": true, "x": text})),
    ];
    let any = prop::collection::btree_map(proptest::sample::select(keys), value, 0..8)
        .prop_map(|members| serde_json::to_string(&members).unwrap());
    prop_oneof![4 => any, 1 => statement()]
}

/// Merges and overrides, sound but for what they say.
fn statement() -> impl Strategy<Value = String> {
    let id = || proptest::sample::select(vec!["C1", "C2", "", "C\n2"]);
    let until =
        proptest::option::of(proptest::sample::select(vec!["2025-12-31", "2026-05-01", "x"]));
    let state = proptest::option::of(proptest::sample::select(vec!["buyer", ""]));
    let decision = (state, proptest::option::of(any::<bool>()), until).prop_map(
        |(state, pinned, until)| {
            serde_json::json!({"machine": "m", "state": state, "pinned": pinned, "until": until})
        },
    );
    let merge = id().prop_map(|into| serde_json::json!({"merge": {"into": into}}));
    let decided = decision.prop_map(|decision| serde_json::json!({"override": decision}));
    (id(), prop_oneof![merge, decided], any::<bool>()).prop_map(|(customer, mut said, retracts)| {
        said["customer"] = customer.into();
        said["at"] = "2026-01-01".into();
        if retracts {
            said["retracts"] = "e1".into();
        }
        said.to_string()
    })
}

/// Mostly whole headers, in any order.
fn header() -> impl Strategy<Value = Vec<String>> {
    let names = ["客户", "时间", "a", "b", "kind", "customer", "at", "amount", "product"];
    (Just(names.map(str::to_owned).to_vec()).prop_shuffle(), 0..4_usize).prop_map(
        |(mut names, dropped)| {
            names.truncate(names.len() - dropped / 3);
            names
        },
    )
}

/// Mappings of events, mostly sound, over the columns of [`header`].
fn mapping() -> impl Strategy<Value = String> {
    let texts = || proptest::sample::select(vec!["id", "source", "product", "purchase.product"]);
    let amounts = || proptest::sample::select(vec!["amount", "purchase.amount", "items"]);
    let column = || proptest::sample::select(vec!["客户", "a", "b", "product", "gone"]);
    let option = prop_oneof![
        (texts(), column().prop_map(Json::from)),
        (texts(), cell().prop_map(|text| serde_json::json!({"value": text}))),
        (
            texts(),
            cell().prop_map(|text| serde_json::json!({"column": "a", "values": {"1": text}}))
        ),
        (texts(), cell().prop_map(|text| serde_json::json!({"column": "b", "missing": [text]}))),
        (amounts(), column().prop_map(|name| serde_json::json!({"column": name, "unit": "0.01"}))),
        (amounts(), Just(serde_json::json!({"column": "amount", "unit": "minor"}))),
        (Just("at"), Just(serde_json::json!({"column": "时间", "format": "seconds"}))),
        (Just("seen"), Just(serde_json::json!({"column": "b", "zone": "UTC"}))),
        (Just("retracts"), column().prop_map(Json::from)),
    ];
    (prop::collection::vec(option, 0..4), any::<bool>()).prop_map(|(options, trim)| {
        let mut columns = serde_json::json!({
            "kind": {"value": "purchase"}, "customer": "客户", "at": "时间", "amount": "amount",
        });
        for (target, option) in options {
            columns[target] = option;
        }
        let table = serde_json::json!({"columns": columns, "ignore": "*", "trim": trim});
        serde_json::json!({"guanxi_mapping": 1, "tables": {"events": table}}).to_string()
    })
}

/// The region of a customer of whom two files with different columns speak,
/// which come in this order.
fn region(sources: &str, files: &[&str]) -> String {
    let schema = format!(
        r#"{{"attributes": {{"region": {{"type": "text"}}, "age": {{"type": "int", "nullable": true}}}},
            "sources": {sources}}}"#
    );
    let schema = Arc::new(Schema::from_json(&schema).unwrap());
    let zone = Zone::named("UTC").unwrap();
    let mut store = guanxi::Store::in_memory(&schema);
    for line in files {
        let lines = Lines::of("file", &TableKind::Customers, None, &schema, &zone).unwrap();
        let report = store.append_lines(&lines, line.as_bytes(), Seen::Backfill).unwrap();
        assert_eq!(report.verdicts.new, 1, "{line}: {:?}", report.not_recorded);
    }
    let columns = store.columns(None).unwrap();
    let now = columns.attributes[schema.attribute("region").unwrap()].at(Instant::MAX);
    match now.value(0, &schema.attributes[schema.attribute("region").unwrap()].ty) {
        Some(Value::Text(region)) => region.into(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn two_files_that_differ_on_a_day_rank_by_source_and_never_by_arrival() {
    let crm = r#"{"id": "C", "valid_from": "2026-01-01", "source": "crm", "region": "east"}"#;
    let erp =
        r#"{"id": "C", "valid_from": "2026-01-01", "source": "erp", "region": "west", "age": 3}"#;
    for files in [[crm, erp], [erp, crm]] {
        assert_eq!(region(r#"["crm", "erp"]"#, &files), "west");
        assert_eq!(region(r#"["erp", "crm"]"#, &files), "east");
    }
    // Within one source, too, the order of arrival never shows.
    let other = crm.replace("crm", "erp");
    assert_eq!(region("[]", &[&other, erp]), region("[]", &[erp, &other]));
}
