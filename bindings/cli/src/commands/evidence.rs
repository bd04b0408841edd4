//! `guanxi evidence`: whether a cause moves an outcome.

use guanxi::kpi::{Panel, Seen, evidence};
use guanxi::{Code, Error, Fault};

use super::plain::periods;
use super::{Manner, plain};
use crate::args::Evidence;
use crate::exit::{Exit, Stop};
use crate::lines::Lines;
use crate::page;

/// Reads, asks and prints.
pub fn run(args: &Evidence, manner: Manner) -> Result<Exit, Stop> {
    if args.cause == args.outcome {
        return Err(Error::from(same()).into());
    }
    let (panel, missing) = read(args)?;
    let told = evidence(&panel, args.level)?;
    let mut out = Lines::new();
    if manner.json {
        out.json(&page::evidence::json(&told, missing, manner.language))?;
    } else {
        out.text(&page::evidence::page(&told, missing, manner.language))?;
    }
    out.finish()?;
    Ok(Exit::Good)
}

fn same() -> Fault {
    Fault::new(
        Code::InvalidArgument,
        "cause and outcome are one column: nothing proves itself",
        "原因与结果是同一列：任何指标都不能证明自己",
    )
    .at("--cause")
}

/// One row of the file, its period not yet read.
struct Row {
    unit: String,
    time: String,
    seen: Seen,
    place: String,
}

/// The panel, and how many rows had nothing in one of the two columns.
fn read(args: &Evidence) -> Result<(Panel, u64), Error> {
    let wanted = [
        ("--unit", &*args.unit),
        ("--time", &*args.time),
        ("--cause", &*args.cause),
        ("--outcome", &*args.outcome),
    ];
    let (mut rows, mut missing) = (Vec::new(), 0);
    plain::read(&args.table, &wanted, |row| {
        let unit = row.word(0).map(str::to_owned);
        let time = row.word(1).map(str::to_owned);
        let (cause, outcome) = (row.known(2), row.known(3));
        let (Some(unit), Some(time), Some(cause), Some(outcome)) = (unit, time, cause, outcome)
        else {
            return;
        };
        match cause.zip(outcome) {
            Some((cause, outcome)) => {
                let seen = Seen { cause: cause.to_f64(), outcome: outcome.to_f64() };
                rows.push(Row { unit, time, seen, place: row.place().to_owned() });
            }
            None => missing += 1,
        }
    })?;
    let times: Vec<&str> = rows.iter().map(|row| &*row.time).collect();
    let periods = periods(&times).ok_or_else(|| not_periods(&rows))?;
    let mut panel = Panel::default();
    let mut faults = Vec::new();
    for (row, period) in rows.iter().zip(periods) {
        if let Err(error) = panel.add(&row.unit, period, row.seen) {
            faults.extend(error.into_faults().into_iter().map(|fault| fault.at(&*row.place)));
        }
    }
    Error::check(faults)?;
    Ok((panel, missing))
}

fn not_periods(rows: &[Row]) -> Error {
    let alone = |row: &&Row| periods(&[&*row.time]).is_none();
    let odd = rows.iter().find(alone).or(rows.first());
    let (time, place) = odd.map_or(("", ""), |row| (&*row.time, &*row.place));
    let shown = page::printable(time);
    Fault::new(
        Code::BadCell,
        format!("`{shown}` is not a period like those of the other rows"),
        format!("`{shown}` 与其他行的期间写法不一致"),
    )
    .hint(
        "all as whole numbers, 2026-03, 2026-Q1, 2026-W09, or days as 2026-03-01",
        "请统一写成整数、2026-03、2026-Q1、2026-W09 或日期 2026-03-01",
    )
    .at(place)
    .into()
}
