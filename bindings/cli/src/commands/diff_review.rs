//! `guanxi diff-review`: what another playbook, or another version of the
//! library, answers otherwise.

use std::sync::Arc;

use guanxi::Playbook;
use guanxi::engine::{Options, SavedReview, diff_review, review};
use guanxi::facts::Columns;
use serde::Serialize;

use super::sources::{Asked, Source, store_or_files};
use super::{Manner, import};
use crate::args::DiffReview;
use crate::exit::{About, Exit, Stop};
use crate::files;
use crate::lines::Lines;
use crate::page;

/// Asks both sides of the same facts and prints what differs.
pub fn run(args: &DiffReview, manner: Manner) -> Result<Exit, Stop> {
    let text = files::read_text(&args.old)?;
    match is_review(&text) {
        true => against_kept(&text, args, manner),
        false => between_playbooks(args, manner),
    }
}

/// A review says by which version of the library it was made; a playbook says
/// `guanxi`.
fn is_review(text: &str) -> bool {
    let json = guanxi::json::parse(text.as_bytes()).ok();
    let keys = json.as_ref().and_then(|json| json.as_object());
    keys.is_some_and(|keys| keys.iter().any(|(key, _)| &**key == "semantics"))
}

fn between_playbooks(args: &DiffReview, manner: Manner) -> Result<Exit, Stop> {
    let (old, new) = (super::playbook(&args.old)?, super::playbook(&args.new)?);
    let asked = Asked::of(&args.when, &old)?;
    let source = facts(args, &old, manner)?;
    let columns = source.store.columns(asked.known_at)?;
    // The same facts, as the other playbook declares them.
    let others = match old.schema() == new.schema() {
        true => None,
        false => Some(facts(args, &new, manner)?.store.columns(asked.known_at)?),
    };
    let others: &Columns = others.as_ref().unwrap_or(&columns);
    let as_of = asked.instant(&columns, &old);
    let options = Options { threads: asked.threads };
    let told = diff_review((&columns, &old), (others, &new), as_of, options)?;
    let page = page::diff_review::playbooks(&told, (&old, &new), manner.language);
    answer(&told, &page, &source, manner)
}

fn against_kept(text: &str, args: &DiffReview, manner: Manner) -> Result<Exit, Stop> {
    let kept = SavedReview::read(text).about_document(text)?;
    let new = super::playbook(&args.new)?;
    let mut asked = Asked::of(&args.when, &new)?;
    asked.as_of = asked.as_of.or(Some(kept.as_of));
    asked.known_at = asked.known_at.or(kept.known_at);
    let source = facts(args, &new, manner)?;
    let columns = Arc::new(source.store.columns(asked.known_at)?);
    let as_of = asked.instant(&columns, &new);
    let options = Options { threads: asked.threads };
    let told = kept.against(&review(&columns, &new, as_of, asked.known_at, options))?;
    let page = page::diff_review::counts(&told, &new, manner.language);
    answer(&told, &page, &source, manner)
}

fn facts(args: &DiffReview, playbook: &Playbook, manner: Manner) -> Result<Source, Stop> {
    store_or_files(args.db.as_deref(), &args.files, None, playbook, manner)
}

fn answer(
    told: &impl Serialize,
    page: &str,
    source: &Source,
    manner: Manner,
) -> Result<Exit, Stop> {
    let mut out = Lines::new();
    if manner.json {
        out.json(told)?;
    } else {
        out.text(page)?;
    }
    out.finish()?;
    let Some(report) = &source.report else { return Ok(Exit::Good) };
    page::tell(&page::import::rows(report, manner.language))?;
    Ok(import::exit(report))
}
