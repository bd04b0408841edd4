//! Models of customer value, asked line by line: rows of numbers in and out.
//!
//! ```text
//! purchases ──> {"lines": [{"id", "frequency", ...}]} ──> fit ──> {"params": ...}
//!                                 └───────────────────────> predict <──┘
//! ```

use guanxi::engine::ask;
use guanxi::facts::Columns;
use guanxi::facts::intake::{BitSlice, Frame, Series, SeriesData};
use guanxi::json::{Json, quote};
use guanxi::units::Calendar;
use guanxi::{Code, Error, Fault};

use super::door::{Line, at};

/// How often, how recently and for how much each customer bought.
pub fn purchases(line: &Line<'_>, columns: &Columns, calendar: &Calendar) -> Result<String, Error> {
    let found = ask::purchases(columns, calendar, &line.document("definition")?)?;
    let has_holdout = found.definition.holdout_end.is_some();
    let rows = found.cbs.summaries().iter().zip(found.cbs.rows()).map(|(summary, row)| {
        let id = columns.customers.get(summary.customer as usize).map_or("", |id| id);
        let held = has_holdout.then(|| f64::from(summary.holdout_frequency));
        let numbers = [
            ("frequency", Some(f64::from(summary.frequency()))),
            ("recency", Some(row.recency)),
            ("T", Some(row.age)),
            ("monetary", row.monetary),
            ("log_gaps", row.log_gaps),
            ("holdout_frequency", held),
        ];
        object(id, numbers.into_iter())
    });
    let rows: Vec<String> = rows.collect();
    Ok(format!("{{\"lines\":[{}],\"report\":{}}}", rows.join(","), found.report))
}

/// A model fitted to the rows of a line.
pub fn fit(line: &Line<'_>) -> Result<String, Error> {
    let rows = Rows::of(line)?;
    ask::fit(&[rows.frame()?], &line.document("question")?, line.language())
}

/// What a model foretells of the rows of a line.
pub fn predict(line: &Line<'_>) -> Result<String, Error> {
    let rows = Rows::of(line)?;
    let found = ask::predict(&[rows.frame()?], &line.document("question")?, line.language(), 1)?;
    let told = found.ids.iter().enumerate().map(|(row, id)| {
        let values = found.columns.iter().map(|column| column.get(row).copied().flatten());
        object(id, found.names.iter().map(String::as_str).zip(values))
    });
    let told: Vec<String> = told.collect();
    Ok(format!("{{\"lines\":[{}],\"report\":{}}}", told.join(","), found.report))
}

/// A row as an object; what is not known is null.
fn object<'n>(id: &str, numbers: impl Iterator<Item = (&'n str, Option<f64>)>) -> String {
    let mut out = format!("{{\"id\":{}", quote(id));
    for (name, value) in numbers {
        let value = serde_json::Number::from_f64(value.unwrap_or(f64::NAN));
        let value = value.map_or("null".to_owned(), |it| match it.as_f64() {
            // Whole numbers as such: 3, and not 3.0.
            Some(whole) if whole.fract() == 0.0 && whole.abs() < 1e15 => format!("{whole:.0}"),
            _ => it.to_string(),
        });
        out.push_str(&format!(",{}:{value}", quote(name)));
    }
    out.push('}');
    out
}

/// The rows of a line, as columns.
struct Rows<'j> {
    n_rows: usize,
    columns: Vec<(&'j str, Vec<Option<String>>)>,
}

impl<'j> Rows<'j> {
    fn of(line: &Line<'j>) -> Result<Rows<'j>, Error> {
        let lines = line.lines()?;
        let mut columns: Vec<(&str, Vec<Option<String>>)> = Vec::new();
        for (place, row) in lines.iter().enumerate() {
            let Some(members) = row.as_object() else {
                return Err(at(no_object().into(), &format!("lines/{place}")));
            };
            for (name, value) in members {
                let known = columns.iter().position(|(have, _)| **have == **name);
                let column = known.unwrap_or_else(|| {
                    columns.push((name, Vec::new()));
                    columns.len() - 1
                });
                let cells = &mut columns[column].1;
                cells.resize(place, None);
                cells.push(cell(value));
            }
        }
        columns.iter_mut().for_each(|(_, cells)| cells.resize(lines.len(), None));
        Ok(Rows { n_rows: lines.len(), columns })
    }

    fn frame(&self) -> Result<Frame<'_>, Error> {
        let series = self.columns.iter().map(|(name, cells)| {
            let texts = cells.iter().map(|cell| cell.as_deref().unwrap_or_default());
            let known = BitSlice::from_iter(cells.iter().map(Option::is_some));
            Series::new(*name, SeriesData::texts(texts)).known(known)
        });
        Frame::new(self.n_rows, series.collect())
    }
}

fn cell(value: &Json) -> Option<String> {
    match value {
        Json::Null => None,
        other => Some(other.as_text().map_or_else(|| other.to_text(), str::to_owned)),
    }
}

fn no_object() -> Fault {
    Fault::new(Code::WrongJsonType, "a row of numbers is an object", "数值行应为对象")
}
