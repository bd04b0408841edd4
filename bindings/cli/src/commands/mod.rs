//! The commands, one a file, and what they have in common.

mod audit;
mod audit_trail;
mod authoring;
mod causes;
pub mod cbs;
mod chart;
mod check;
mod collide;
pub mod command;
mod customer;
mod decompose;
mod demo;
mod diff_review;
mod erase;
mod eval;
mod evidence;
mod experiment;
mod export_person;
mod fit;
mod import;
mod kpi;
mod lead;
mod lifecycle;
mod living;
mod plain;
mod predict;
pub mod query;
mod question;
mod reconcile;
mod restrict;
pub mod review;
mod rfm;
mod rqb;
mod schema;
mod segment;
mod sources;
mod spool;
mod stdio;
pub mod sync;
pub mod tenants;
mod verify;
mod worth;

use std::ffi::OsString;
use std::io::{ErrorKind, Write};
use std::path::Path;

use guanxi::error::Language;
use guanxi::units::Instant;
use guanxi::{Code, Error, Fault, Playbook};

use crate::args::{self, Arguments, Command, Mistake};
use crate::exit::{About, Exit, Source, Stop};
use crate::faults;
use crate::files;
use crate::intake::Broken;
use crate::lines::Lines;
use crate::page;
use crate::speech;

/// How a command talks.
#[derive(Debug, Clone, Copy)]
pub struct Manner {
    /// In which language.
    pub language: Language,
    /// As JSON.
    pub json: bool,
}

/// Does what the arguments say.
pub fn run(arguments: Vec<OsString>) -> Exit {
    let language = speech::language(&arguments);
    let wants_json = arguments.iter().any(|word| word == "--json");
    match args::read(arguments, language) {
        Ok(arguments) => {
            let manner = Manner { language, json: arguments.json };
            done(dispatch(arguments, manner), manner)
        }
        Err(mistake) => answer(mistake, Manner { language, json: wants_json }),
    }
}

fn dispatch(arguments: Arguments, manner: Manner) -> Result<Exit, Stop> {
    match arguments.command {
        Command::Review(args) => review::run(&args, manner),
        Command::Query(args) => query::run(&args, manner),
        Command::Customer(args) => customer::run(&args, manner),
        Command::Check(args) => check::run(&args, manner),
        Command::DiffReview(args) => diff_review::run(&args, manner),
        Command::Import(args) => import::run(&args, manner),
        Command::Sync(args) => sync::run(&args, manner),
        Command::Feeds(args) => sync::feeds(&args, manner),
        Command::Reconcile(args) => reconcile::run(&args, manner),
        Command::Apply(args) => living::apply(&args, manner),
        Command::Advance(args) => living::advance(&args, manner),
        Command::Changes(args) => living::changes(&args, manner),
        Command::Effects(args) => living::effects(&args, manner),
        Command::Ack(args) => living::ack(&args, manner),
        Command::Verify(args) => verify::verify(&args, manner),
        Command::Eval(args) => eval::run(&args, manner),
        Command::Lifecycle(args) => lifecycle::run(&args, manner),
        Command::Segment(args) => segment::run(&args, manner),
        Command::Merge(args) => command::merge(&args, manner),
        Command::Unmerge(args) => command::unmerge(&args, manner),
        Command::Decide(args) => command::run(&args, manner),
        Command::Rfm(args) => rfm::run(&args, manner),
        Command::Collide(args) => collide::run(&args, manner),
        Command::ExportPerson(args) => export_person::run(&args, manner),
        Command::Erase(args) => erase::run(&args, manner),
        Command::Restrict(args) => restrict::run(&args, manner),
        Command::AuditTrail(args) => audit_trail::run(&args, manner),
        Command::Fit(args) => fit::run(&args, manner),
        Command::Value(args) => worth::run(&args, manner),
        Command::Tier(args) => worth::tier(&args, manner),
        Command::Tiers(args) => worth::tiers(&args, manner),
        Command::Predict(args) => predict::run(&args, manner),
        Command::Rqb(args) => rqb::run(&args, manner),
        Command::Authoring(args) => authoring::run(&args, manner),
        Command::Schema => schema::run(),
        Command::Stdio(args) => stdio::run(&args, manner),
        Command::Kpi(args) => kpi::run(&args, manner),
        Command::Experiment(args) => experiment::run(&args, manner),
        Command::Decompose(args) => decompose::run(&args, manner),
        Command::Causes(args) => causes::run(&args, manner),
        Command::Chart(args) => chart::run(&args, manner),
        Command::Evidence(args) => evidence::run(&args, manner),
        Command::KpiHistoryAudit(args) => audit::run(&args, manner),
        Command::Demo(args) => demo::run(&args, manner),
    }
}

fn answer(mistake: Mistake, manner: Manner) -> Exit {
    match mistake {
        Mistake::Asked(text) => {
            let mut out = Lines::new();
            let written = out.text(&text).and_then(|()| out.finish());
            done(written.map(|()| Exit::Good).map_err(Stop::from), manner)
        }
        Mistake::Nothing(text) => {
            // There is nowhere left to report that this cannot be written.
            let _ = std::io::stderr().write_all(text.as_bytes());
            Exit::Definition
        }
        Mistake::Wrong(fault) => done(Err((*fault).into()), manner),
    }
}

/// Reports how a command ended. A reader who has seen enough is no error.
fn done(result: Result<Exit, Stop>, manner: Manner) -> Exit {
    match result {
        Ok(exit) => exit,
        Err(Stop::Faults(error, source)) => match report(&error, &source, manner) {
            Ok(()) => Exit::of(&error),
            Err(failed) => closed(&failed, Exit::of(&error), manner),
        },
        Err(Stop::Broken(broken)) => match report_broken(&broken, manner) {
            Ok(()) => Exit::of(&broken.error),
            Err(failed) => closed(&failed, Exit::of(&broken.error), manner),
        },
        Err(Stop::Output(failed)) => closed(&failed, Exit::Good, manner),
    }
}

fn closed(failed: &std::io::Error, otherwise: Exit, manner: Manner) -> Exit {
    if failed.kind() == ErrorKind::BrokenPipe {
        return otherwise;
    }
    // Standard output is where it failed, so that even JSON is told here.
    let error =
        files::refused(Path::new(speech::either(manner.language, "output", "输出")), failed);
    let mut err = std::io::stderr().lock();
    let _ = faults::write_all(&mut err, &error, &Source::None, manner.language);
    Exit::Environment
}

fn report(error: &guanxi::Error, source: &Source, manner: Manner) -> std::io::Result<()> {
    if manner.json {
        let mut out = Lines::new();
        out.json(&faults::to_json(error, manner.language))?;
        return out.finish();
    }
    faults::write_all(&mut std::io::stderr().lock(), error, source, manner.language)
}

/// The faults, and how far the import came.
fn report_broken(broken: &Broken, manner: Manner) -> std::io::Result<()> {
    if !manner.json {
        report(&broken.error, &Source::None, manner)?;
        return page::tell(&page::import::broken(broken, manner.language));
    }
    let mut said = faults::to_json(&broken.error, manner.language);
    said["import"] = page::import::broken_json(broken, manner.language);
    let mut out = Lines::new();
    out.json(&said)?;
    out.finish()
}

/// The playbook in a file.
fn playbook(path: &Path) -> Result<Playbook, Stop> {
    let text = files::read_text(path)?;
    Playbook::from_json(&text).about_document(&text)
}

/// A schema that differs from the recorded one, at its place in the playbook.
fn below_schema(error: Error) -> Error {
    if error.code() == Code::SchemaMismatch { error.below("/schema") } else { error }
}

/// A customer who is not there, at an instant of the playbook's zone.
fn unknown_customer(id: &str, as_of: Instant, playbook: &Playbook) -> Error {
    let zone = playbook.calendar().zone();
    let (id, at, zone) = (page::printable(id), zone.shown(as_of), zone.name());
    Fault::new(
        Code::UnknownCustomer,
        format!("no customer `{id}` is known at {at} {zone}"),
        format!("{at}（{zone}）时没有客户 `{id}`"),
    )
    .into()
}

/// How long something took, in seconds to the microsecond.
fn seconds(since: std::time::Instant) -> f64 {
    (since.elapsed().as_secs_f64() * 1e6).round() / 1e6
}
