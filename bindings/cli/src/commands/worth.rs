//! `guanxi value`, `guanxi tier` and `guanxi tiers`: what customers are worth,
//! in which tier each is and why, and who moved.

use guanxi::Code;
use guanxi::engine::{explain_tier, tier_moves, value};

use super::Manner;
use super::question::Question;
use crate::args::{Facts, Tier, Tiers, When, Worth};
use crate::exit::{Exit, Stop};
use crate::lines::Lines;
use crate::page;

fn read(of: &Facts, manner: Manner) -> Result<Question, Stop> {
    Question::read(of, manner, |playbook| match playbook.value() {
        Some(_) => Ok(()),
        None => Err(page::worth::no_section().into()),
    })
}

/// What everybody is worth.
pub fn run(args: &Worth, manner: Manner) -> Result<Exit, Stop> {
    let question = read(&args.of, manner)?;
    let playbook = &question.playbook;
    let (columns, as_of) = question.columns()?;
    let valued = value(&columns, playbook, as_of, question.options())?;
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
    question.done()
}

/// In which tier one customer is, and why.
pub fn tier(args: &Tier, manner: Manner) -> Result<Exit, Stop> {
    let question = read(&args.of, manner)?;
    let playbook = &question.playbook;
    let (columns, as_of) = question.columns()?;
    let told = match explain_tier(&columns, playbook, as_of, &args.id, question.options()) {
        Err(error) if error.code() == Code::UnknownCustomer => {
            return Err(super::unknown_customer(&args.id, as_of, playbook).into());
        }
        told => told?,
    };
    let mut out = Lines::new();
    if manner.json {
        out.json(&told.in_language(manner.language))?;
    } else {
        let zone = playbook.calendar().zone();
        let name = page::printable(&told.customer);
        out.text(&page::title(&name, as_of, zone, manner.language))?;
        out.text(&page::worth::one(&told.value, playbook, manner.language))?;
        out.text(&page::worth::explained(&told, playbook, manner.language))?;
    }
    out.finish()?;
    question.done()
}

/// Who moved between tiers.
pub fn tiers(args: &Tiers, manner: Manner) -> Result<Exit, Stop> {
    let when =
        When { as_of: args.to.clone(), known_at: args.known_at.clone(), threads: args.threads };
    let playbook = super::playbook(&args.playbook)?;
    let from = crate::clock::instant("--from", &args.from, playbook.calendar().zone())?;
    let of = Facts {
        playbook: args.playbook.clone(),
        db: args.db.clone(),
        files: args.files.clone(),
        when,
    };
    let question = read(&of, manner)?;
    let playbook = &question.playbook;
    let (columns, as_of) = question.columns()?;
    let moves = tier_moves(&columns, playbook, from, as_of, question.options())?;
    let mut out = Lines::new();
    if manner.json {
        out.json(&moves)?;
    } else {
        out.text(&page::worth::moves(&moves, playbook, manner.language))?;
    }
    out.finish()?;
    question.done()
}
