//! `guanxi value`, `guanxi tier` and `guanxi tiers`: what customers are worth,
//! in which tier each is and why, and who moved.

use std::path::Path;
use std::sync::Arc;

use guanxi::engine::{Options, explain_tier, tier_moves, value};
use guanxi::facts::Columns;
use guanxi::units::Instant;
use guanxi::{Code, Playbook};

use super::sources::{Asked, Source, store_or_files};
use super::{Manner, import};
use crate::args::{Files, Tier, Tiers, When, Worth};
use crate::exit::{Exit, Stop};
use crate::lines::Lines;
use crate::page;

/// The facts of a question, and what it is asked by.
struct Question {
    playbook: Playbook,
    source: Source,
    asked: Asked,
    columns: Arc<Columns>,
    as_of: Instant,
}

impl Question {
    fn read(
        playbook: &Path,
        db: Option<&Path>,
        files: &Files,
        when: &When,
        manner: Manner,
    ) -> Result<Question, Stop> {
        let playbook = super::playbook(playbook)?;
        let asked = Asked::of(when, &playbook)?;
        if playbook.value().is_none() {
            return Err(page::worth::no_section().into());
        }
        let source = store_or_files(db, files, None, &playbook, manner)?;
        let columns = Arc::new(source.store.columns(asked.known_at)?);
        let as_of = asked.instant(&columns, &playbook);
        Ok(Question { playbook, source, asked, columns, as_of })
    }

    fn options(&self) -> Options {
        Options { threads: self.asked.threads }
    }

    /// Tells what became of the rows, where some were imported.
    fn done(&self, manner: Manner) -> Result<Exit, Stop> {
        let Some(report) = &self.source.report else { return Ok(Exit::Good) };
        page::tell(&page::import::rows(report, manner.language))?;
        Ok(import::exit(report))
    }
}

/// What everybody is worth.
pub fn run(args: &Worth, manner: Manner) -> Result<Exit, Stop> {
    let db = args.db.as_deref();
    let question = Question::read(&args.playbook, db, &args.files, &args.when, manner)?;
    let Question { playbook, columns, as_of, .. } = &question;
    let valued = value(columns, playbook, *as_of, question.options())?;
    let mut out = Lines::new();
    if args.csv {
        page::worth::csv(&valued, &mut out)?;
    } else {
        let accounts = valued.key_accounts(playbook, args.top)?;
        if manner.json {
            page::worth::json(&valued, &accounts, manner.language, &mut out)?;
        } else {
            out.text(&page::worth::page(&valued, &accounts, playbook, manner.language))?;
        }
    }
    out.finish()?;
    question.done(manner)
}

/// In which tier one customer is, and why.
pub fn tier(args: &Tier, manner: Manner) -> Result<Exit, Stop> {
    let db = args.db.as_deref();
    let question = Question::read(&args.playbook, db, &args.files, &args.when, manner)?;
    let Question { playbook, columns, as_of, .. } = &question;
    let told = match explain_tier(columns, playbook, *as_of, &args.id, question.options()) {
        Err(error) if error.code() == Code::UnknownCustomer => {
            return Err(super::unknown_customer(&args.id, *as_of, playbook).into());
        }
        told => told?,
    };
    let mut out = Lines::new();
    if manner.json {
        out.json(&told.in_language(manner.language))?;
    } else {
        let zone = playbook.calendar().zone();
        let name = page::printable(&told.customer);
        out.text(&page::title(&name, *as_of, zone, manner.language))?;
        out.text(&page::worth::one(&told.value, playbook, manner.language))?;
        out.text(&page::worth::explained(&told, playbook, manner.language))?;
    }
    out.finish()?;
    question.done(manner)
}

/// Who moved between tiers.
pub fn tiers(args: &Tiers, manner: Manner) -> Result<Exit, Stop> {
    let when =
        When { as_of: args.to.clone(), known_at: args.known_at.clone(), threads: args.threads };
    let playbook = super::playbook(&args.playbook)?;
    let from = crate::clock::instant("--from", &args.from, playbook.calendar().zone())?;
    let db = args.db.as_deref();
    let question = Question::read(&args.playbook, db, &args.files, &when, manner)?;
    let Question { playbook, columns, as_of, .. } = &question;
    let moves = tier_moves(columns, playbook, from, *as_of, question.options())?;
    let mut out = Lines::new();
    if manner.json {
        out.json(&moves)?;
    } else {
        out.text(&page::worth::moves(&moves, playbook, manner.language))?;
    }
    out.finish()?;
    question.done(manner)
}
