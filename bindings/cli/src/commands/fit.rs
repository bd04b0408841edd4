//! `guanxi fit`: the parameters of a model of customer value, or of all of them.

use std::path::Path;

use guanxi::engine::ask::FitTold;
use guanxi::value::holdout::Trial;
use guanxi::value::{self, model};
use guanxi::{Code, Fault};

use super::{Manner, cbs, lead};
use crate::args::{Fit, FitAll, FitCommand, FitOne};
use crate::exit::{Exit, Stop};
use crate::lines::Lines;
use crate::page;

/// Fits and prints.
pub fn run(args: &Fit, manner: Manner) -> Result<Exit, Stop> {
    match &args.more {
        Some(FitCommand::All(all)) => fit_all(all, manner),
        Some(FitCommand::Lead(leads)) => lead::run(leads, manner),
        None => fit_one(&args.one, manner),
    }
}

fn fit_one(args: &FitOne, manner: Manner) -> Result<Exit, Stop> {
    // Both are required where no other command is given.
    let name = args.model.as_deref().unwrap_or_default();
    let path = args.rows.as_deref().unwrap_or(Path::new(""));
    let chooses = args.k.is_none() && matches!(name, "bg-cnbd" | "mbg-cnbd");
    // What is wrong with the call is told before a large file is read.
    let model = model::find(name, if chooses { Some(1) } else { args.k })?;
    let mut customers = cbs::read(path)?;
    let left_out = if name == "gamma-gamma" { customers.leave_out_free() } else { 0 };
    let fitted = match chooses {
        true => value::fit_stages(name, &customers.rows),
        false => value::fit(&*model, &customers.rows).map(|fit| vec![fit]),
    };
    let fits = fitted.map_err(|error| customers.place(error))?;
    let said = FitTold::of(&fits, &customers.rows, &customers.unread, left_out);
    let mut out = Lines::new();
    if manner.json {
        out.json(&said.map(|said| said.in_language(manner.language)))?;
    } else if let Some(said) = said {
        out.text(&page::fit::page(&said, manner.language))?;
    }
    out.finish()?;
    Ok(Exit::Good)
}

fn fit_all(args: &FitAll, manner: Manner) -> Result<Exit, Stop> {
    let customers = cbs::read_with_holdout(&args.rows)?;
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let trial = match (args.holdout_units, &customers.bought) {
        (Some(_), None) => return Err(no_holdout().into()),
        (units, bought) => units.zip(bought.as_ref()),
    };
    let rows = &customers.rows;
    let choice = value::fit_all(rows, threads).map_err(|error| customers.place(error))?;
    let trial = trial.map(|(units, bought)| Trial::new(rows, bought, units, &choice, threads));
    let trial = trial.transpose().map_err(|error| error.below("--"))?;
    let repeats = args.repeats.as_deref().map(cbs::read_repeats).transpose()?;
    let said = page::choice::Said {
        choice: &choice,
        repeats: repeats.as_deref(),
        trial: trial.as_ref(),
        customers: &customers,
        threads,
    };
    let mut out = Lines::new();
    if manner.json {
        out.json(&page::choice::json(&said, manner.language)?)?;
    } else {
        out.text(&page::choice::page(&said, manner.language))?;
    }
    out.finish()?;
    Ok(Exit::Good)
}

fn no_holdout() -> Fault {
    Fault::new(
        Code::MissingColumn,
        "`--holdout-units` is given, and there is no column `holdout_frequency`",
        "给出了 `--holdout-units`，但没有 `holdout_frequency` 列",
    )
    .hint(
        "`guanxi rfm --calibration-end DAY --holdout-end DAY --csv` writes it",
        "可用 `guanxi rfm --calibration-end 日期 --holdout-end 日期 --csv` 生成",
    )
}
