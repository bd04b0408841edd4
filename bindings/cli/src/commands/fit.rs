//! `guanxi fit`: the parameters of a model of customer value.

use guanxi::value::{self, model};

use super::{Manner, cbs};
use crate::args::Fit;
use crate::exit::{Exit, Stop};
use crate::lines::Lines;
use crate::page;

/// Fits the model and prints its parameters.
pub fn run(args: &Fit, manner: Manner) -> Result<Exit, Stop> {
    let chooses = args.k.is_none() && matches!(args.model.as_str(), "bg-cnbd" | "mbg-cnbd");
    // What is wrong with the call is told before a large file is read.
    let model = model::find(&args.model, if chooses { Some(1) } else { args.k })?;
    let mut customers = cbs::read(&args.rows)?;
    let left_out = if args.model == "gamma-gamma" { customers.leave_out_free() } else { 0 };
    let fitted = match chooses {
        true => value::fit_stages(&args.model, &customers.rows),
        false => value::fit(&*model, &customers.rows).map(|fit| vec![fit]),
    };
    let fits = fitted.map_err(|error| customers.place(error))?;
    let said = page::fit::Said::of(&fits, &customers.rows, &customers.unread, left_out);
    let mut out = Lines::new();
    if manner.json {
        out.json(&page::fit::json(&said, manner.language))?;
    } else {
        out.text(&page::fit::page(&said, manner.language))?;
    }
    out.finish()?;
    Ok(Exit::Good)
}
