//! `guanxi fit lead`: what makes leads buy.

use std::path::Path;

use guanxi::engine::ask::LeadTold;
use guanxi::value::lead::{Lead, Learning, fit_leads};
use guanxi::{Code, Error, Fault};

use super::Manner;
use crate::args::FitLead;
use crate::exit::{Exit, Stop};
use crate::lines::Lines;
use crate::page;
use crate::table::{Batch, open_table};

/// Fits and prints.
pub fn run(args: &FitLead, manner: Manner) -> Result<Exit, Stop> {
    let how = Learning { penalty: args.l2, holdout: args.holdout };
    // What is wrong with the call is told before a large file is read.
    how.check().map_err(|error| error.below("--"))?;
    let file = read(&args.factors, &args.outcome)?;
    let fit = fit_leads(&file.factors, &file.leads, &how)?;
    let said = LeadTold { fit: &fit, how: &how, open: file.open };
    let mut out = Lines::new();
    if manner.json {
        out.json(&said.in_language(manner.language))?;
    } else {
        out.text(&page::lead::page(&said, manner.language))?;
    }
    out.finish()?;
    Ok(Exit::Good)
}

/// What a file of leads holds.
struct Leads {
    factors: Vec<String>,
    leads: Vec<Lead>,
    /// Rows of leads who may still buy.
    open: u64,
}

/// Reads a file of leads: an id, an outcome, factors.
fn read(path: &Path, outcome: &str) -> Result<Leads, Error> {
    let mut table = open_table(path, b',', None)?;
    let name = table.name().to_owned();
    let header: Vec<String> = table.header().iter().map(|it| it.trim().to_owned()).collect();
    let columns = Columns::of(&header, outcome, &name)?;
    let factors = columns.factors.iter().map(|&at| header[at].clone()).collect();
    let mut out = Leads { factors, leads: Vec::new(), open: 0 };
    let mut faults = Vec::new();
    let mut batch = Batch::default();
    while table.fill(&mut batch)? {
        batch.each(|line, cells| {
            let mut row = Row { header: &header, cells, file: &name, line, faults: &mut faults };
            out.take(&columns, &mut row);
        });
    }
    Error::check(faults)?;
    Ok(out)
}

impl Leads {
    fn take(&mut self, columns: &Columns, row: &mut Row) {
        if row.cells.len() != row.header.len() {
            let (got, wanted) = (row.cells.len(), row.header.len());
            let en = format!("{got} cells where the header has {wanted}");
            let zh = format!("该行有 {got} 格，而表头有 {wanted} 列");
            row.faults.push(Fault::new(Code::RaggedRow, en, zh).at(row.place(None)));
            return;
        }
        let factors = columns.factors.iter().map(|&at| row.number(at)).collect();
        let weight = columns.weight.map_or(1, |at| row.weight(at));
        match row.outcome(columns.outcome) {
            Some(outcome) => {
                let id = row.text(columns.id).to_owned();
                self.leads.push(Lead { id, factors, outcome, weight });
            }
            None => self.open += weight,
        }
    }
}

/// Which column is which.
struct Columns {
    id: usize,
    outcome: usize,
    weight: Option<usize>,
    factors: Vec<usize>,
}

impl Columns {
    fn of(header: &[String], outcome: &str, file: &str) -> Result<Columns, Error> {
        let find = |name: &str| header.iter().position(|column| column == name);
        let mut faults = Vec::new();
        let again = header.iter().enumerate().filter(|(at, name)| find(name) != Some(*at));
        for (_, name) in again {
            let en = format!("the column `{name}` is there twice");
            let fault = Fault::new(Code::DuplicateColumn, en, format!("列 `{name}` 重复"));
            faults.push(fault.at(format!("{file}:1")));
        }
        let mut needed = |name: &str, en: &str, zh: &str| {
            find(name).unwrap_or_else(|| {
                let fault = Fault::new(
                    Code::MissingColumn,
                    format!("there is no column `{name}`"),
                    format!("缺少列 `{name}`"),
                );
                faults.push(fault.hint(en, zh).at(format!("{file}:1")));
                0
            })
        };
        let id = needed("id", "it decides which leads are held out", "由它决定哪些线索留作检验");
        let outcome = needed(
            outcome,
            "1 for who bought and 0 for who did not; name it with `--outcome`",
            "成交为 1，未成交为 0；可用 `--outcome` 指定列名",
        );
        let weight = find("weight");
        Error::check(faults)?;
        let others = 0..header.len();
        let is_factor = |at: &usize| ![Some(id), Some(outcome), weight].contains(&Some(*at));
        Ok(Columns { id, outcome, weight, factors: others.filter(is_factor).collect() })
    }
}

/// One row of the file.
struct Row<'a, 'b> {
    header: &'a [String],
    cells: &'a [&'b str],
    file: &'a str,
    line: u64,
    faults: &'a mut Vec<Fault>,
}

impl<'b> Row<'_, 'b> {
    fn text(&self, at: usize) -> &'b str {
        self.cells.get(at).map(|cell| cell.trim()).unwrap_or_default()
    }

    fn place(&self, column: Option<usize>) -> String {
        let (file, line) = (self.file, self.line);
        match column.and_then(|at| self.header.get(at)) {
            Some(column) => format!("{file}:{line}/{column}"),
            None => format!("{file}:{line}"),
        }
    }

    /// A factor; nothing where the cell is empty.
    fn number(&mut self, at: usize) -> Option<f64> {
        let text = self.text(at);
        if text.is_empty() {
            return None;
        }
        let read = yes_or_no(text).map(|yes| f64::from(u8::from(yes)));
        let read = read.or_else(|| text.parse::<f64>().ok().filter(|number| number.is_finite()));
        if read.is_none() {
            let fault = self.wrong(at, "a number", "数值");
            self.faults.push(fault.hint(
                "for words, make a column of 1 and 0 for each of them; leave out columns that are \
                 no factors",
                "对于文字，请为每种取值各设一列 1 与 0；并去掉不是因素的列",
            ));
        }
        read
    }

    fn outcome(&mut self, at: usize) -> Option<bool> {
        let text = self.text(at);
        let read = yes_or_no(text);
        if read.is_none() && !text.is_empty() {
            let fault = self.wrong(at, "1 or 0", "1 或 0");
            self.faults.push(fault.hint(
                "1 for who bought, 0 for who did not, nothing where that is open",
                "成交为 1，未成交为 0，尚无结果则留空",
            ));
        }
        read
    }

    fn weight(&mut self, at: usize) -> u64 {
        let text = self.text(at);
        if text.is_empty() {
            return 1;
        }
        text.parse().unwrap_or_else(|_| {
            let fault = self.wrong(at, "a whole number", "整数");
            self.faults.push(fault);
            1
        })
    }

    fn wrong(&self, at: usize, en: &str, zh: &str) -> Fault {
        let text = page::printable(self.text(at));
        let fault = Fault::new(
            Code::BadCell,
            format!("`{text}` is not {en}"),
            format!("`{text}` 不是{zh}"),
        );
        fault.at(self.place(Some(at)))
    }
}

fn yes_or_no(text: &str) -> Option<bool> {
    match text {
        "1" | "true" | "TRUE" | "True" => Some(true),
        "0" | "false" | "FALSE" | "False" => Some(false),
        _ => None,
    }
}
