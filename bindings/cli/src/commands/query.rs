//! `guanxi query`: who satisfies a condition.

use std::io;
use std::path::Path;
use std::time::Instant as Clock;

use guanxi::engine::{Options, Query, query, statement};
use guanxi::facts::{Columns, Snapshot};
use guanxi::lang::check_condition;
use guanxi::lang::kernel::{Answer, Plan};
use guanxi::sql::{Dialect, SQLITE, Tables};
use guanxi::units::Instant;
use guanxi::{Fault, Playbook};
use serde_json::json;

use super::sources::{Asked, Source, store_or_files};
use super::{Manner, import, seconds};
use crate::args;
use crate::clock;
use crate::exit::{About, Exit, Stop};
use crate::faults;
use crate::files;
use crate::lines::Lines;
use crate::page;
use crate::page::query::{Found, Timings, tell_failures};

/// Asks the condition and prints the answer.
pub fn run(args: &args::Query, manner: Manner) -> Result<Exit, Stop> {
    let playbook = super::playbook(&args.of.playbook)?;
    let asked = Asked::of(&args.of.when, &playbook)?;
    // A wrong condition is told before minutes of loading, not after.
    check_condition(&args.expression, &playbook.scope()).about_expression(&args.expression)?;
    if let (Some(dialect), Some(tables)) = (&args.sql, &args.tables) {
        return in_sql(args, (dialect, tables), &playbook, asked.as_of, manner);
    }
    let loading = Clock::now();
    let source = store_or_files(args.of.db.as_deref(), &args.of.files, None, &playbook, manner)?;
    let columns = source.store.columns(asked.known_at)?;
    let load_s = seconds(loading);
    let as_of = asked.instant(&columns, &playbook);
    let snapshot = Snapshot::new(&columns, as_of);
    let options = Options { threads: asked.threads };
    let query = query(&snapshot, &playbook, &args.expression, options)
        .about_expression(&args.expression)?
        .known_at(asked.known_at);
    let (answer, evaluate_s) = answer(&query, args.repeat, options);
    let found = Found {
        members: answer.members.count() as u64,
        population: snapshot.population().count() as u64,
        errors: answer.errors.count() as u64,
        as_of,
        open: query.open(),
        timings: Timings { load_s, evaluate_s },
        failures: query.failures(&answer),
        notes: query.notes(),
    };
    let hints = &query.condition().hints;
    if !manner.json {
        for hint in hints {
            page::tell(&faults::render_hint_of(hint, &args.expression, manner.language))?;
        }
    }
    let mut out = Lines::new();
    match &args.explain {
        _ if args.plan => plan(&mut out, &query.plan(), manner)?,
        Some(id) => explain(&mut out, &query, id, as_of, &playbook, manner)?,
        None => {
            let asked = (args, hints.as_slice());
            print(&mut out, &found, asked, (&columns, &answer), &source, &playbook, manner)?
        }
    }
    out.finish()?;
    let Some(report) = &source.report else { return Ok(Exit::Good) };
    page::tell(&page::import::rows(report, manner.language))?;
    Ok(import::exit(report))
}

/// The question as a statement for the host's own database.
fn in_sql(
    args: &args::Query,
    (dialect, tables): (&str, &Path),
    playbook: &Playbook,
    as_of: Option<Instant>,
    manner: Manner,
) -> Result<Exit, Stop> {
    // The arguments let no other name through.
    let dialect = Dialect::named(dialect).unwrap_or(&SQLITE);
    let text = files::read_text(tables)?;
    let tables = Tables::from_json(text.as_bytes(), playbook.schema()).about_document(&text)?;
    let as_of = as_of.unwrap_or_else(clock::now);
    let said = statement(playbook, &args.expression, &tables, dialect, as_of)
        .about_expression(&args.expression)?;
    let mut out = Lines::new();
    if manner.json {
        out.json(&json!({
            "dialect": dialect.name,
            "as_of": as_of,
            "sql": said.text,
            "parameters": said.parameters,
        }))?;
    } else {
        out.text(&page::query::statement(&said, dialect))?;
    }
    out.finish()?;
    Ok(Exit::Good)
}

/// The answer, evaluated so many times, and how long each took.
fn answer(query: &Query<'_>, times: u32, options: Options) -> (Answer, Vec<f64>) {
    let mut took = Vec::new();
    let mut last = Answer::default();
    for _ in 0..times {
        let evaluating = Clock::now();
        last = query.answer(options);
        took.push(seconds(evaluating));
    }
    (last, took)
}

fn print(
    out: &mut Lines,
    found: &Found,
    (args, hints): (&args::Query, &[Fault]),
    (columns, answer): (&Columns, &Answer),
    source: &Source,
    playbook: &Playbook,
    manner: Manner,
) -> io::Result<()> {
    let mut ids = answer.members.rows().filter_map(|row| columns.customers.get(row));
    if !manner.json {
        tell_failures(&found.failures, &args.expression, manner.language)?;
        let zone = playbook.calendar().zone();
        if !args.ids && !args.count {
            return out.text(&page::query::count(found, zone, manner.language));
        }
        page::tell(&page::query::notes(found, zone, manner.language))?;
        if args.count {
            return out.line(&found.members.to_string());
        }
        return ids.try_for_each(|id| out.line(id));
    }
    let mut said = serde_json::to_value(found).unwrap_or_default();
    if !found.failures.is_empty() {
        said["failures"] = faults::failures(&found.failures, manner.language);
    }
    if !hints.is_empty() {
        said["hints"] = faults::listed(hints, manner.language);
    }
    if args.ids {
        said["ids"] = ids.map(|id| &**id).collect();
    }
    if let Some(report) = &source.report {
        said["import"] = page::import::to_json(report, false, manner.language);
    }
    out.json(&said)
}

fn plan(out: &mut Lines, plan: &Plan, manner: Manner) -> io::Result<()> {
    match manner.json {
        true => out.json(&serde_json::to_value(plan).unwrap_or_default()),
        false => out.text(&page::query::plan(plan, manner.language)),
    }
}

fn explain(
    out: &mut Lines,
    query: &Query<'_>,
    id: &str,
    as_of: Instant,
    playbook: &Playbook,
    manner: Manner,
) -> Result<(), Stop> {
    let explanation =
        query.explain(id).ok_or_else(|| super::unknown_customer(id, as_of, playbook))?;
    if manner.json {
        let explanation = serde_json::to_value(explanation.in_language(manner.language));
        let explanation = explanation.unwrap_or_default();
        let mut said = json!({ "customer": id, "as_of": as_of, "explanation": explanation });
        let hints = &query.condition().hints;
        if !hints.is_empty() {
            said["hints"] = faults::listed(hints, manner.language);
        }
        out.json(&said)?;
    } else {
        out.text(&page::query::explanation(id, &explanation, manner.language))?;
    }
    Ok(())
}
