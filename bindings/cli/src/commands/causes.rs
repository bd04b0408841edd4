//! `guanxi causes`: which customers a change comes from.

use std::collections::HashMap;

use guanxi::kpi::{CauseRow, CauseSearch, CauseTable, Dimension, find_causes};
use guanxi::units::Decimal;
use guanxi::{Code, Error, Fault};

use super::{Manner, plain};
use crate::args::Causes;
use crate::exit::{Exit, Stop};
use crate::lines::Lines;
use crate::page;

/// Reads, searches and prints.
pub fn run(args: &Causes, manner: Manner) -> Result<Exit, Stop> {
    let is_ratio = match (args.before.len(), args.after.len()) {
        (1, 1) => false,
        (2, 2) => true,
        _ => return Err(Error::from(uneven()).into()),
    };
    let (table, places) = read(args, is_ratio)?;
    let asked = CauseSearch {
        depth: usize::from(args.depth),
        min_effect: args.min_effect,
        ..CauseSearch::default()
    };
    let told = find_causes(&table, &asked).map_err(|error| placed(error, &places))?;
    let mut out = Lines::new();
    if manner.json {
        out.json(&page::spoken(&told, manner.language))?;
    } else {
        out.text(&page::causes::page(&told, manner.language))?;
    }
    out.finish()?;
    Ok(Exit::Good)
}

fn uneven() -> Fault {
    Fault::new(
        Code::InvalidArgument,
        "--before and --after name one column each for a total, or two each for a ratio",
        "--before 与 --after 各指一列（总量），或各指两列（比率）",
    )
}

fn read(args: &Causes, is_ratio: bool) -> Result<(CauseTable, Vec<String>), Error> {
    let mut wanted: Vec<(&str, &str)> = args.by.iter().map(|it| ("--by", &**it)).collect();
    let numbers = wanted.len();
    wanted.extend(args.before.iter().map(|it| ("--before", &**it)));
    wanted.extend(args.after.iter().map(|it| ("--after", &**it)));
    let customer = wanted.len();
    wanted.extend(args.customer.as_deref().map(|it| ("--customer", it)));
    let each = args.before.len();
    let mut dimensions: Vec<Dimension> = args
        .by
        .iter()
        .map(|name| Dimension { name: name.clone(), values: Vec::new(), codes: Vec::new() })
        .collect();
    let mut known: Vec<HashMap<String, u32>> = vec![HashMap::new(); dimensions.len()];
    let (mut rows, mut customers, mut places) = (Vec::new(), Vec::new(), Vec::new());
    plain::read(&args.table, &wanted, |row| {
        let cells: Vec<Option<Decimal>> =
            (numbers..numbers + 2 * each).map(|at| row.number(at)).collect();
        let who = args.customer.as_ref().map(|_| row.word(customer).map(str::to_owned));
        let Some(cells) = cells.into_iter().collect::<Option<Vec<Decimal>>>() else { return };
        if let Some(who) = who {
            let Some(who) = who else { return };
            customers.push(who);
        }
        let at = |place: usize| cells.get(place).map_or(0.0, |it| it.to_f64());
        rows.push(match is_ratio {
            true => CauseRow { before: at(0), of_before: at(1), after: at(2), of_after: at(3) },
            false => CauseRow { before: at(0), after: at(1), ..CauseRow::default() },
        });
        for (at, (dimension, known)) in dimensions.iter_mut().zip(&mut known).enumerate() {
            let text = row.text(at);
            let code = known.get(text).copied().unwrap_or_else(|| {
                let code = dimension.values.len() as u32;
                dimension.values.push(text.to_owned());
                known.insert(text.to_owned(), code);
                code
            });
            dimension.codes.push(code);
        }
        places.push(row.place().to_owned());
    })?;
    let customers = args.customer.as_ref().map(|_| customers);
    dimensions.iter_mut().for_each(in_order);
    Ok((CauseTable { dimensions, rows, customers, is_ratio }, places))
}

/// Values by name, so that the order of the rows does not matter.
fn in_order(dimension: &mut Dimension) {
    let mut order: Vec<usize> = (0..dimension.values.len()).collect();
    order.sort_by(|a, b| dimension.values.get(*a).cmp(&dimension.values.get(*b)));
    let mut places = vec![0_u32; order.len()];
    for (place, code) in order.iter().enumerate() {
        if let Some(it) = places.get_mut(*code) {
            *it = place as u32;
        }
    }
    dimension.values.sort();
    for code in &mut dimension.codes {
        *code = places.get(*code as usize).copied().unwrap_or(0);
    }
}

/// Faults of rows, at their lines.
fn placed(error: Error, places: &[String]) -> Error {
    let placed = error.into_faults().into_iter().map(|fault| {
        let at = fault.pointer.as_deref().and_then(|it| it.parse::<usize>().ok());
        match at.and_then(|at| places.get(at)) {
            Some(place) => fault.at(place.as_str()),
            None => fault,
        }
    });
    Error::of(placed.collect()).unwrap_or_else(|| uneven().into())
}
