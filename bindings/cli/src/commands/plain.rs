//! Tables whose columns are named on the command line.

use std::path::Path;

use guanxi::units::{Day, Decimal, nearest};
use guanxi::{Code, Error, Fault};

use crate::page::printable;
use crate::table::{Batch, open_table};

/// Faults after which the rest of a table is not judged any more.
const FAULTS: usize = 100;

/// One row: the cells of the columns that were asked for, in their order.
pub struct Row<'a, 'b> {
    cells: Vec<&'b str>,
    columns: &'a [String],
    /// The file and the line.
    place: String,
    faults: &'a mut Vec<Fault>,
}

/// Reads a table: `take` is handed each row with the columns of these names,
/// which follow the options they were given with.
///
/// # Errors
///
/// Those of the file; columns that are not there; everything that `take` finds
/// wrong, with its line and column.
pub fn read(
    path: &Path,
    wanted: &[(&str, &str)],
    mut take: impl FnMut(&mut Row),
) -> Result<(), Error> {
    let mut table = open_table(path, b',', None)?;
    let name = table.name().to_owned();
    let header: Vec<String> = table.header().iter().map(|it| it.trim().to_owned()).collect();
    let places = places(&header, wanted, &name)?;
    let columns: Vec<String> = wanted.iter().map(|(_, column)| (*column).to_owned()).collect();
    let mut faults = Vec::new();
    let mut batch = Batch::default();
    while table.fill(&mut batch)? && faults.len() < FAULTS {
        batch.each(|line, cells| {
            if faults.len() >= FAULTS {
                return;
            }
            let place = format!("{name}:{line}");
            if cells.len() != header.len() {
                faults.push(ragged(cells.len(), header.len()).at(place));
                return;
            }
            let cells = places.iter().map(|at| cells.get(*at).map_or("", |cell| cell.trim()));
            let cells = cells.collect();
            take(&mut Row { cells, columns: &columns, place, faults: &mut faults });
        });
    }
    Error::check(faults)
}

fn ragged(got: usize, wanted: usize) -> Fault {
    let en = format!("{got} cells where the header has {wanted}");
    let zh = format!("该行有 {got} 格，而表头有 {wanted} 列");
    Fault::new(Code::RaggedRow, en, zh)
}

/// Where the columns stand.
fn places(header: &[String], wanted: &[(&str, &str)], file: &str) -> Result<Vec<usize>, Error> {
    let mut faults = Vec::new();
    let mut places = Vec::new();
    for (option, column) in wanted {
        let mut found = header.iter().enumerate().filter(|(_, it)| it == column);
        match (found.next(), found.next()) {
            (Some((at, _)), None) => places.push(at),
            (Some(_), Some(_)) => {
                let en = format!("the column `{column}` is there twice");
                let fault = Fault::new(Code::DuplicateColumn, en, format!("列 `{column}` 重复"));
                faults.push(fault.at(format!("{file}:1")));
            }
            _ => {
                let shown = printable(column);
                let fault = Fault::new(
                    Code::MissingColumn,
                    format!("there is no column `{shown}`, which {option} names"),
                    format!("没有 {option} 所指的列 `{shown}`"),
                );
                let fault = match nearest(column, header.iter().map(String::as_str)) {
                    Some(near) => fault.meant(near),
                    None => {
                        let all = printable(&header.join("`, `")).into_owned();
                        fault.hint(format!("there are `{all}`"), format!("已有 `{all}`"))
                    }
                };
                faults.push(fault.at(format!("{file}:1")));
            }
        }
    }
    Error::check(faults)?;
    Ok(places)
}

impl<'b> Row<'_, 'b> {
    /// A cell; it may be empty.
    pub fn text(&self, at: usize) -> &'b str {
        self.cells.get(at).copied().unwrap_or_default()
    }

    /// A cell that says something.
    pub fn word(&mut self, at: usize) -> Option<&'b str> {
        let text = self.text(at);
        if text.is_empty() {
            let fault = Fault::new(Code::MissingValue, "nothing stands here", "此处为空");
            self.fault(at, fault);
        }
        (!text.is_empty()).then_some(text)
    }

    /// An exact number; `None` where there is none, which is noted.
    pub fn number(&mut self, at: usize) -> Option<Decimal> {
        let text = self.word(at)?;
        let number = Decimal::parse(text).ok();
        if number.is_none() {
            let shown = printable(text);
            let fault = Fault::new(
                Code::BadCell,
                format!("`{shown}` is not a number"),
                format!("`{shown}` 不是数"),
            );
            self.fault(at, fault);
        }
        number
    }

    /// The same, where an empty cell is nothing known: `Some(None)`.
    pub fn known(&mut self, at: usize) -> Option<Option<Decimal>> {
        if self.text(at).is_empty() {
            return Some(None);
        }
        self.number(at).map(Some)
    }

    /// The file and the line.
    pub fn place(&self) -> &str {
        &self.place
    }

    /// Notes a fault of a cell.
    pub fn fault(&mut self, at: usize, fault: Fault) {
        let column = self.columns.get(at).map(String::as_str).unwrap_or_default();
        self.faults.push(fault.at(format!("{}/{column}", self.place)));
    }
}

/// Periods as numbers that follow one another: what all are written as is
/// counted from the first, in the largest step that all are multiples of.
pub fn periods(times: &[&str]) -> Option<Vec<i64>> {
    let ways: [fn(&str) -> Option<i64>; 6] =
        [|text| text.parse().ok(), month, quarter, week, first_of_month, day];
    let read = |way: fn(&str) -> Option<i64>| {
        times.iter().map(|text| way(text)).collect::<Option<Vec<i64>>>()
    };
    let numbers = ways.into_iter().find_map(read)?;
    let least = numbers.iter().min().copied().unwrap_or(0);
    let apart = |number: &i64| number.checked_sub(least);
    let apart: Vec<i64> = numbers.iter().map(apart).collect::<Option<_>>()?;
    let step = apart.iter().copied().fold(0, divisor).max(1);
    Some(apart.into_iter().map(|it| it / step).collect())
}

/// The greatest that divides both.
fn divisor(a: i64, b: i64) -> i64 {
    if b == 0 { a } else { divisor(b, a % b) }
}

fn number(text: &str, length: usize) -> Option<i64> {
    let digits = text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten()
}

fn month(text: &str) -> Option<i64> {
    let (year, month) = text.split_once('-')?;
    let month = number(month, 2).filter(|month| (1..=12).contains(month))?;
    Some(number(year, 4)? * 12 + month - 1)
}

fn quarter(text: &str) -> Option<i64> {
    let (year, quarter) = text.split_once(['Q', 'q'])?;
    let quarter = number(quarter, 1).filter(|quarter| (1..=4).contains(quarter))?;
    Some(number(year.trim_end_matches('-'), 4)? * 4 + quarter - 1)
}

/// Weeks of ISO 8601, by their Mondays.
fn week(text: &str) -> Option<i64> {
    let (year, week) = text.split_once(['W', 'w'])?;
    let week = number(week, 2).filter(|week| (1..=53).contains(week))?;
    let year = number(year.trim_end_matches('-'), 4)?;
    // 4 January is always in the first week.
    let fourth = i64::from(Day::parse(&format!("{year:04}-01-04")).ok()?.days());
    // Day 0, 1 January 1970, was a Thursday.
    Some((fourth + 3).div_euclid(7) + week - 1)
}

/// Days that are all the first of a month are months.
fn first_of_month(text: &str) -> Option<i64> {
    month(text.strip_suffix("-01")?)
}

fn day(text: &str) -> Option<i64> {
    Day::parse(text).ok().map(|day| i64::from(day.days()))
}

#[cfg(test)]
mod tests {
    use super::periods;

    #[test]
    fn periods_follow_one_another_however_they_are_written() {
        for (times, wanted) in [
            (vec!["7", "9", "3"], Some(vec![2, 3, 0])),
            (vec!["2025-12", "2026-01", "2026-03"], Some(vec![0, 1, 3])),
            (vec!["2025-Q4", "2026Q1"], Some(vec![0, 1])),
            (vec!["2020-W53", "2021-W01", "2021-W02"], Some(vec![0, 1, 2])),
            (vec!["2026-01-01", "2026-02-01", "2026-04-01"], Some(vec![0, 1, 3])),
            (vec!["2026-01-05", "2026-01-12", "2026-01-26"], Some(vec![0, 1, 3])),
            (vec!["2026-13"], None),
            (vec!["2026-01", "3"], None),
            (vec!["spring"], None),
            (vec!["-9223372036854775808", "9223372036854775807"], None),
        ] {
            assert_eq!(periods(&times), wanted, "{times:?}");
        }
    }
}
