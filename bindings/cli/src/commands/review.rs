//! `guanxi review`: all answers at one instant.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant as Clock;

use guanxi::engine::{FlowAsked, MachineFlow, Options, Review, flow, review};
use guanxi::error::Language;
use guanxi::facts::Columns;
use guanxi::facts::intake::Report;
use guanxi::units::{Instant, Unit};
use guanxi::{Code, Error, Playbook};

use super::sources::{Asked, Folder, Source, store_or_files};
use super::{Manner, import, seconds};
use crate::args;
use crate::exit::{Exit, Stop};
use crate::lines::Lines;
use crate::page;
use crate::page::review::Timings;
use crate::report::{self, gather};
use crate::whole::Whole;

/// Reviews the facts and prints the page.
pub fn run(args: &args::Review, manner: Manner) -> Result<Exit, Stop> {
    let (playbook, source) = source(args, manner)?;
    let written = args.report.as_deref().map(|path| begin(path, args)).transpose()?;
    let asked = Asked::of(&args.when, &playbook)?;
    let loading = Clock::now();
    let columns = Arc::new(source.store.columns(asked.known_at)?);
    let load_s = seconds(loading);
    let as_of = asked.instant(&columns, &playbook);
    let evaluating = Clock::now();
    let options = Options { threads: asked.threads };
    let review = review(&columns, &playbook, as_of, asked.known_at, options);
    let evaluate_s = seconds(evaluating);
    let timings = Timings { import_s: source.import_s, load_s, evaluate_s };
    let timings = args.timings.then_some(timings);
    let is_told = written.is_some() || !manner.json;
    let flows = if is_told { flows(&columns, &playbook, as_of, options)? } else { Vec::new() };
    if let Some(mut file) = written {
        let facts = ((&playbook, &columns), (&review, flows.as_slice()));
        let told = gather(facts.0, facts.1, (as_of, options), manner.language)?;
        file.text(&report::page(&told)?)?;
        file.finish()?;
    }
    let mut out = Lines::new();
    if manner.json {
        out.json(&to_json(&review, source.report.as_ref(), timings, manner.language))?;
    } else {
        out.text(&page::review::page(&review, &flows, &playbook, manner.language))?;
        if let Some(report) = &source.report {
            let rows = page::import::rows(report, manner.language);
            out.text(if rows.is_empty() { "" } else { "\n" })?;
            out.text(&rows)?;
        }
        if let Some(timings) = timings {
            out.text(&page::review::timings(timings, manner.language))?;
        }
    }
    out.finish()?;
    Ok(source.report.as_ref().map_or(Exit::Good, import::exit))
}

/// The report's file: no file that this command reads or keeps.
fn begin(path: &Path, args: &args::Review) -> Result<Whole, Error> {
    // Of a folder, documents and tables; an older report there is replaced.
    let is_read = |path: &PathBuf| {
        let ending = path.extension().and_then(|ending| ending.to_str());
        matches!(ending, Some("json" | "csv"))
    };
    let entries = args.dir.iter().flat_map(fs::read_dir).flatten().flatten();
    let folder: Vec<PathBuf> = entries.map(|entry| entry.path()).filter(is_read).collect();
    let files = &args.files;
    let named =
        [&args.playbook, &args.db, &args.store, &files.mapping, &files.customers, &files.events];
    let used = named.into_iter().flatten().chain(&files.reference).chain(&folder);
    Whole::begin(("--report", path), used.map(PathBuf::as_path))
}

/// The flow of the month; of one that does not end within the years there are,
/// the part that is over, if there is one.
fn flows(
    columns: &Columns,
    playbook: &Playbook,
    as_of: Instant,
    options: Options,
) -> Result<Vec<MachineFlow>, Error> {
    // The month of the instant before: a midnight ends the day before it.
    let from = Instant::clamped(as_of.micros().saturating_sub(1));
    let wanted = FlowAsked { from: Some(from), ..FlowAsked::default() };
    let is_out = |error: &Error| error.code() == Code::TimeOutOfRange;
    match flow(columns, playbook, as_of, wanted, options) {
        Err(error) if is_out(&error) => {}
        flows => return flows,
    }
    let start = playbook.calendar().start_of(from, Unit::Month, 0);
    let Some(start) = start.ok().filter(|start| *start < as_of) else { return Ok(Vec::new()) };
    let wanted = FlowAsked { from: Some(start), until: Some(as_of), ..FlowAsked::default() };
    match flow(columns, playbook, as_of, wanted, options) {
        Err(error) if is_out(&error) => Ok(Vec::new()),
        flows => flows,
    }
}

fn source(args: &args::Review, manner: Manner) -> Result<(Playbook, Source), Stop> {
    let keep = args.store.as_deref();
    if let Some(dir) = &args.dir {
        return folder(dir, args, keep, manner);
    }
    // The arguments are such that one of the two is there.
    let path = args.playbook.as_deref().unwrap_or(Path::new("playbook.json"));
    let playbook = super::playbook(path)?;
    Asked::of(&args.when, &playbook)?;
    let source = store_or_files(args.db.as_deref(), &args.files, keep, &playbook, manner)?;
    Ok((playbook, source))
}

fn folder(
    dir: &Path,
    args: &args::Review,
    keep: Option<&Path>,
    manner: Manner,
) -> Result<(Playbook, Source), Stop> {
    let folder = Folder::look(dir)?;
    let playbook = super::playbook(&folder.playbook)?;
    // A wrong instant is told before minutes of import, not after.
    Asked::of(&args.when, &playbook)?;
    let files = args::Files { mapping: folder.mapping, ..args.files.clone() };
    let source = Source::files(&folder.listed, &files, keep, &playbook, manner)?;
    Ok((playbook, source))
}

/// The review as JSON, with its texts in one language, what became of the rows
/// where some were imported, and how long it took where that is asked for.
fn to_json(
    review: &Review,
    report: Option<&Report>,
    timings: Option<Timings>,
    language: Language,
) -> serde_json::Value {
    let mut said = serde_json::to_value(review.in_language(language)).unwrap_or_default();
    if let Some(report) = report {
        said["import"] = page::import::to_json(report, false, language);
    }
    if let Some(timings) = timings {
        said["timings"] = serde_json::to_value(timings).unwrap_or_default();
    }
    said
}
