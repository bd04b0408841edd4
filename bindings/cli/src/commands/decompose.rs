//! `guanxi decompose`: which segment did how much of a change.

use std::collections::HashMap;

use guanxi::kpi::{SegmentRatio, Total, decompose_ratio, decompose_total};
use guanxi::units::Decimal;
use guanxi::{Code, Error, Fault};

use super::{Manner, plain};
use crate::args::Decompose;
use crate::exit::{Exit, Stop};
use crate::lines::Lines;
use crate::page;

/// Reads, takes apart and prints.
pub fn run(args: &Decompose, manner: Manner) -> Result<Exit, Stop> {
    let is_ratio = match (args.before.len(), args.after.len()) {
        (1, 1) => false,
        (2, 2) => true,
        _ => return Err(Error::from(uneven()).into()),
    };
    let rows = read(args)?;
    let change = if is_ratio {
        let of = |row: &Row| SegmentRatio {
            before: row.before[0],
            out_of_before: row.before[1],
            after: row.after[0],
            out_of_after: row.after[1],
        };
        let segments: Vec<SegmentRatio> = rows.iter().map(of).collect();
        decompose_ratio(&segments).map_err(|error| placed(error, &rows))?
    } else {
        let of = |row: &Row| Total { before: row.before[0], after: row.after[0] };
        decompose_total(&rows.iter().map(of).collect::<Vec<_>>())?
    };
    let names: Vec<&str> = rows.iter().map(|row| &*row.segment).collect();
    let mut out = Lines::new();
    if manner.json {
        out.json(&page::decompose::json(&change, &names))?;
    } else {
        out.text(&page::decompose::page(&change, &names, is_ratio, manner.language))?;
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

/// A segment of the file.
struct Row {
    segment: String,
    before: [Decimal; 2],
    after: [Decimal; 2],
    place: String,
}

fn read(args: &Decompose) -> Result<Vec<Row>, Error> {
    let mut wanted = vec![("--segment", &*args.segment)];
    wanted.extend(args.before.iter().map(|column| ("--before", &**column)));
    wanted.extend(args.after.iter().map(|column| ("--after", &**column)));
    let each = args.before.len();
    let mut rows: Vec<Row> = Vec::new();
    let mut seen: HashMap<String, ()> = HashMap::new();
    plain::read(&args.table, &wanted, |row| {
        let segment = row.text(0).to_owned();
        if seen.insert(segment.clone(), ()).is_some() {
            let shown = page::printable(&segment).into_owned();
            let fault = Fault::new(
                Code::DuplicateName,
                format!("the segment `{shown}` stands here twice"),
                format!("细分 `{shown}` 重复出现"),
            );
            row.fault(0, fault.hint("add its rows up first", "请先合计该细分的各行"));
        }
        let numbers: Vec<Option<Decimal>> = (1..=2 * each).map(|at| row.number(at)).collect();
        let Some(numbers) = numbers.into_iter().collect::<Option<Vec<Decimal>>>() else { return };
        let side = |from: usize| {
            let at = |place: usize| numbers.get(place).copied().unwrap_or(Decimal::from_int(0));
            if each == 2 { [at(from), at(from + 1)] } else { [at(from), Decimal::from_int(0)] }
        };
        let place = row.place().to_owned();
        rows.push(Row { segment, before: side(0), after: side(each), place });
    })?;
    Ok(rows)
}

/// Faults of segments, at their lines.
fn placed(error: Error, rows: &[Row]) -> Error {
    let placed = error.into_faults().into_iter().map(|fault| {
        let at = fault.pointer.as_deref().and_then(|it| it.parse::<usize>().ok());
        match at.and_then(|at| rows.get(at)) {
            Some(row) => fault.at(row.place.as_str()),
            None => fault,
        }
    });
    Error::of(placed.collect()).unwrap_or_else(|| uneven().into())
}
