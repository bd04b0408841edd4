//! A file of customers in the few numbers that models of value read.

use std::path::Path;

use guanxi::value::Row;
use guanxi::{Code, Error, Fault};

use crate::table::{Batch, open_table};

/// The columns, and whether each must be there.
const COLUMNS: [(&str, bool); 8] = [
    ("id", false),
    ("frequency", true),
    ("recency", true),
    ("T", true),
    ("monetary", false),
    ("log_gaps", false),
    ("weight", false),
    (HOLDOUT, false),
];

/// The column that only a test of models reads.
const HOLDOUT: &str = "holdout_frequency";

/// What a file holds.
pub struct Customers {
    /// The id of each row; its number where the file has no ids.
    pub ids: Vec<String>,
    /// The rows.
    pub rows: Vec<Row>,
    /// What each bought in the holdout, where that was asked for and is there.
    pub bought: Option<Vec<u32>>,
    /// The line of the file that each row begins on.
    lines: Vec<u64>,
    /// The file's name, as in places.
    name: String,
    /// Columns that were passed over.
    pub unread: Vec<String>,
}

/// Reads a file of customers.
///
/// # Errors
///
/// A file that is no table, a column that is missing or twice; every cell that
/// is no number of its column, and every row that cannot be, with its line.
pub fn read(path: &Path) -> Result<Customers, Error> {
    read_columns(path, false)
}

/// The same with what was bought in the holdout, if the file says it.
///
/// # Errors
///
/// As [`read`].
pub fn read_with_holdout(path: &Path) -> Result<Customers, Error> {
    read_columns(path, true)
}

fn read_columns(path: &Path, with_holdout: bool) -> Result<Customers, Error> {
    let mut table = open_table(path, b',', None)?;
    let name = table.name().to_owned();
    let header: Vec<String> = table.header().iter().map(|&column| column.to_owned()).collect();
    let columns = Columns::of(&header, &name, with_holdout)?;
    let mut out = Customers {
        ids: Vec::new(),
        rows: Vec::new(),
        bought: columns.place(HOLDOUT).map(|_| Vec::new()),
        lines: Vec::new(),
        name,
        unread: columns.unread(&header),
    };
    let mut faults = Vec::new();
    let mut batch = Batch::default();
    while table.fill(&mut batch)? {
        batch.each(|line, cells| out.take(&columns, line, cells, &mut faults));
    }
    Error::check(faults)?;
    Ok(out)
}

/// Reads how many repeats there were at each time: `time,repeats`.
///
/// # Errors
///
/// A file that is no table or has other columns, and every cell that is no number
/// of its column.
pub fn read_repeats(path: &Path) -> Result<Vec<(f64, u64)>, Error> {
    let mut table = open_table(path, b',', None)?;
    let name = table.name().to_owned();
    if table.header() != ["time", "repeats"] {
        let fault = Fault::new(
            Code::MissingColumn,
            "the columns must be time,repeats",
            "应有的列：time,repeats",
        );
        let fault = fault
            .hint("`guanxi rfm --repeats` writes such a file", "可由 `guanxi rfm --repeats` 生成");
        return Err(fault.at(format!("{name}:1")).into());
    }
    let (mut out, mut faults) = (Vec::new(), Vec::new());
    let mut batch = Batch::default();
    while table.fill(&mut batch)? {
        batch.each(|line, cells| {
            let cell = |at: usize| cells.get(at).map(|cell| cell.trim()).unwrap_or_default();
            let time = cell(0).parse::<f64>().ok().filter(|time| time.is_finite());
            match time.zip(cell(1).parse::<u64>().ok()) {
                Some(read) if cells.len() == 2 => out.push(read),
                _ => {
                    let text = cells.join(",");
                    let text = crate::page::printable(&text);
                    let en = format!("`{text}` is not a time and a number of repeats");
                    let zh = format!("`{text}` 不是时间与复购次数");
                    faults.push(Fault::new(Code::BadCell, en, zh).at(format!("{name}:{line}")));
                }
            }
        });
    }
    Error::check(faults)?;
    Ok(out)
}

impl Customers {
    /// Forgets what those spent whose repeats brought nothing or less, and says
    /// how many they are: real shops have gifts and refunds, and a model of
    /// spending has no place for them.
    pub fn leave_out_free(&mut self) -> u64 {
        let mut left_out: u64 = 0;
        for row in &mut self.rows {
            if row.monetary.is_some_and(|mean| mean <= 0.0) {
                row.monetary = None;
                left_out = left_out.saturating_add(row.weight);
            }
        }
        left_out
    }

    /// Puts the line of the file where a fault says the position of a row.
    pub fn place(&self, error: Error) -> Error {
        let faults = error.into_faults().into_iter().map(|mut fault| {
            let pointer = fault.pointer.take().unwrap_or_default();
            let mut parts = pointer.trim_start_matches('/').splitn(2, '/');
            let line = parts.next().and_then(|part| self.lines.get(part.parse::<usize>().ok()?));
            fault.pointer = match (line, parts.next()) {
                (Some(line), Some(field)) => {
                    Some(format!("{}:{line}/{}", self.name, column(field)))
                }
                _ => Some(pointer).filter(|pointer| !pointer.is_empty()),
            };
            fault
        });
        let faults: Vec<Fault> = faults.collect();
        match Error::of(faults) {
            Some(error) => error,
            None => Fault::new(Code::Internal, "an error without a fault", "错误缺少说明").into(),
        }
    }

    fn take(&mut self, columns: &Columns, line: u64, cells: &[&str], faults: &mut Vec<Fault>) {
        let (name, before) = (self.name.clone(), faults.len());
        let place = |column: &str| format!("{name}:{line}/{column}");
        if cells.len() != columns.width {
            let (got, wanted) = (cells.len(), columns.width);
            faults.push(
                Fault::new(
                    Code::RaggedRow,
                    format!("{got} cells where the header has {wanted}"),
                    format!("该行有 {got} 格，而表头有 {wanted} 列"),
                )
                .at(format!("{name}:{line}")),
            );
            return;
        }
        let mut cells = Cells { columns, cells, place: &place, faults };
        let frequency = cells.count("frequency", "a number of repeats", "复购次数");
        let row = Row {
            frequency,
            recency: cells.number("recency").unwrap_or_default(),
            age: cells.number("T").unwrap_or_default(),
            // Other programs write 0 for what nobody has spent.
            monetary: cells.optional("monetary").filter(|mean| frequency > 0 || *mean != 0.0),
            log_gaps: cells.optional("log_gaps"),
            weight: match cells.text("weight") {
                None | Some("") => 1,
                Some(_) => cells.whole("weight").unwrap_or(1),
            },
        };
        if let Some(bought) = &mut self.bought {
            let times = cells.count(HOLDOUT, "a number of purchases", "购买次数");
            bought.push(times);
        }
        let id = cells.text("id").map_or_else(|| (self.rows.len() + 1).to_string(), str::to_owned);
        if faults.len() == before
            && let Err(error) = row.check()
        {
            faults.extend(error.into_faults().into_iter().map(|fault| {
                let field = fault.pointer.clone().unwrap_or_default();
                fault.at(place(column(&field)))
            }));
        }
        self.ids.push(id);
        self.rows.push(row);
        self.lines.push(line);
    }
}

/// The column that a field of a row is read from.
fn column(field: &str) -> &str {
    if field == "age" { "T" } else { field }
}

/// Which column of the file is which.
struct Columns {
    places: [Option<usize>; 8],
    width: usize,
}

impl Columns {
    fn of(header: &[String], name: &str, with_holdout: bool) -> Result<Columns, Error> {
        let mut faults = Vec::new();
        let places = COLUMNS.map(|(column, needed)| {
            if column == HOLDOUT && !with_holdout {
                return None;
            }
            let mut there = header.iter().enumerate().filter(|(_, it)| it.trim() == column);
            let first = there.next().map(|(place, _)| place);
            if there.next().is_some() {
                faults.push(
                    Fault::new(
                        Code::DuplicateColumn,
                        format!("the column `{column}` is there twice"),
                        format!("列 `{column}` 重复"),
                    )
                    .at(format!("{name}:1")),
                );
            }
            if first.is_none() && needed {
                faults.push(missing(column).at(format!("{name}:1")));
            }
            first
        });
        Error::check(faults)?;
        Ok(Columns { places, width: header.len() })
    }

    fn unread(&self, header: &[String]) -> Vec<String> {
        let names = header.iter().enumerate();
        names
            .filter(|(place, _)| !self.places.contains(&Some(*place)))
            .map(|(_, name)| name.clone())
            .collect()
    }

    fn place(&self, column: &str) -> Option<usize> {
        let which = COLUMNS.iter().position(|(name, _)| *name == column)?;
        self.places.get(which).copied().flatten()
    }
}

fn missing(column: &str) -> Fault {
    Fault::new(
        Code::MissingColumn,
        format!("there is no column `{column}`"),
        format!("缺少列 `{column}`"),
    )
    .hint(
        "the columns are id,frequency,recency,T[,monetary][,log_gaps][,weight]",
        "应有的列：id,frequency,recency,T[,monetary][,log_gaps][,weight]",
    )
}

/// The cells of one row, with where to put what is wrong with them.
struct Cells<'a, 'b> {
    columns: &'a Columns,
    cells: &'a [&'b str],
    place: &'a dyn Fn(&str) -> String,
    faults: &'a mut Vec<Fault>,
}

impl<'b> Cells<'_, 'b> {
    fn text(&self, column: &str) -> Option<&'b str> {
        let place = self.columns.place(column)?;
        self.cells.get(place).map(|cell| cell.trim())
    }

    fn number(&mut self, column: &str) -> Option<f64> {
        let number = self.text(column).and_then(|text| text.parse::<f64>().ok());
        if number.is_none() {
            self.wrong(column, "a number", "数值");
        }
        number
    }

    /// A number that need not be there.
    fn optional(&mut self, column: &str) -> Option<f64> {
        match self.text(column) {
            None | Some("") => None,
            Some(_) => self.number(column),
        }
    }

    /// A whole number of which there are not too many.
    fn count(&mut self, column: &str, en: &str, zh: &str) -> u32 {
        let number = self.whole(column).unwrap_or_default();
        u32::try_from(number).unwrap_or_else(|_| {
            self.wrong(column, en, zh);
            0
        })
    }

    /// A whole number, however it is written: `3` or `3.0`.
    fn whole(&mut self, column: &str) -> Option<u64> {
        let text = self.text(column).unwrap_or_default();
        let read = text.parse::<u64>().ok().or_else(|| {
            let number = text.parse::<f64>().ok()?;
            let is_whole = (0.0..9e15).contains(&number) && number.trunc() == number;
            is_whole.then_some(number as u64)
        });
        if read.is_none() {
            self.wrong(column, "a whole number", "整数");
        }
        read
    }

    fn wrong(&mut self, column: &str, en: &str, zh: &str) {
        let text = crate::page::printable(self.text(column).unwrap_or_default());
        let fault = Fault::new(
            Code::BadCell,
            format!("`{text}` is not {en}"),
            format!("`{text}` 不是{zh}"),
        );
        self.faults.push(fault.at((self.place)(column)));
    }
}
