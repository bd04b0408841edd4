//! What a question is asked of: a playbook, facts, and an instant.

use std::sync::Arc;

use guanxi::Playbook;
use guanxi::engine::Options;
use guanxi::facts::Columns;
use guanxi::units::Instant;
use serde::Serialize;

use super::sources::{Asked, Source, store_or_files};
use super::{Manner, import};
use crate::args::Facts;
use crate::exit::{Exit, Stop};
use crate::lines::Lines;
use crate::page;

/// The facts of a question, and what it is asked by.
pub struct Question {
    pub playbook: Playbook,
    pub source: Source,
    pub asked: Asked,
    pub manner: Manner,
}

impl Question {
    /// What cannot be asked of the playbook is told before minutes of import.
    pub fn read(
        of: &Facts,
        manner: Manner,
        can_be_asked: impl FnOnce(&Playbook) -> Result<(), Stop>,
    ) -> Result<Question, Stop> {
        let playbook = super::playbook(&of.playbook)?;
        let asked = Asked::of(&of.when, &playbook)?;
        can_be_asked(&playbook)?;
        let source = of.source(&playbook, manner)?;
        Ok(Question { playbook, source, asked, manner })
    }

    /// Everybody, and the instant of the answers.
    pub fn columns(&self) -> Result<(Arc<Columns>, Instant), Stop> {
        let columns = Arc::new(self.source.store.columns(self.asked.known_at)?);
        let as_of = self.asked.instant(&columns, &self.playbook);
        Ok((columns, as_of))
    }

    /// How the answers are computed.
    pub fn options(&self) -> Options {
        Options { threads: self.asked.threads }
    }

    /// What stands above a page.
    pub fn title(&self, as_of: Instant) -> String {
        let name = page::label(self.playbook.text(), self.playbook.id(), self.manner.language);
        let zone = self.playbook.calendar().zone();
        page::title(name, as_of, zone, self.manner.language)
    }

    /// Prints an answer, for programs or for people, and what became of the
    /// rows.
    pub fn answer(&self, json: &impl Serialize, page: &str) -> Result<Exit, Stop> {
        let mut out = Lines::new();
        if self.manner.json {
            out.json(json)?;
        } else {
            out.text(page)?;
        }
        out.finish()?;
        self.done()
    }

    /// Tells what became of the rows, where some were imported.
    pub fn done(&self) -> Result<Exit, Stop> {
        let Some(report) = &self.source.report else { return Ok(Exit::Good) };
        page::tell(&page::import::rows(report, self.manner.language))?;
        Ok(import::exit(report))
    }
}

impl Facts {
    /// The same facts, by the schema of a playbook.
    pub fn source(&self, playbook: &Playbook, manner: Manner) -> Result<Source, Stop> {
        store_or_files(self.db.as_deref(), &self.files, None, playbook, manner)
    }
}
