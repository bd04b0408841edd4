//! Reading the cells of one row, and noting what is wrong with them.

use std::borrow::Cow;

use super::cell::Cell;
use super::layout::{Feed, Layout, Place};
use super::tally::Tally;
use crate::error::{Code, Fault};
use crate::facts::{TextProfile, Type, Value};
use crate::units::Instant;

/// Names and ids are texts as they are.
pub(super) const NAME: Type = Type::Text(TextProfile::Exact);

/// A row as cells by the position of their column.
pub(super) trait Cells {
    fn cell(&self, position: usize) -> Cell<'_>;
}

/// What reading a cell gave.
pub(super) enum Got<T> {
    Value(T),
    /// The cell is there and says nothing.
    Missing,
    /// The row has no such cell.
    Absent,
    /// The fault is noted.
    Bad,
}

impl<T> Got<T> {
    pub fn ok(self) -> Option<T> {
        match self {
            Got::Value(value) => Some(value),
            _ => None,
        }
    }
}

/// A row while it is read, with the faults found so far and their columns.
pub(super) struct Row<'r, C: ?Sized> {
    pub layout: &'r Layout<'r>,
    pub tally: &'r mut Tally,
    number: u64,
    cells: &'r C,
    faults: Vec<(usize, Fault)>,
}

impl<'r, C: Cells + ?Sized> Row<'r, C> {
    pub fn new(layout: &'r Layout<'r>, number: u64, cells: &'r C, tally: &'r mut Tally) -> Self {
        Row { layout, number, cells, tally, faults: Vec::new() }
    }

    /// What is wrong with the row, from left to right.
    pub fn into_faults(mut self) -> Vec<Fault> {
        self.faults.sort_by_key(|(position, _)| *position);
        self.faults.into_iter().map(|(_, fault)| fault).collect()
    }

    pub fn cell(&self, feed: &'r Feed) -> Cell<'r> {
        match &feed.place {
            Place::Cell(position) => self.cells.cell(*position),
            Place::Constant(text) => Cell::Text(text),
        }
    }

    pub fn is_absent(&self, feed: &'r Feed) -> bool {
        self.cell(feed).is_absent()
    }

    fn count(&mut self, feed: &Feed, is_missing: bool) {
        if let Place::Cell(position) = feed.place {
            self.tally.count_cell(position, is_missing);
        }
    }

    pub fn value(&mut self, feed: &'r Feed) -> Got<Value> {
        let cell = self.cell(feed);
        let read = feed.reader.read(cell);
        self.count(feed, matches!(read, Ok(None)));
        match read {
            Ok(Some(value)) => Got::Value(value),
            Ok(None) if cell.is_absent() => Got::Absent,
            Ok(None) => Got::Missing,
            Err(fault) => {
                self.push(feed, *fault);
                Got::Bad
            }
        }
    }

    pub fn instant(&mut self, feed: Option<&'r Feed>) -> Got<Instant> {
        let Some(feed) = feed else { return Got::Absent };
        match self.value(feed) {
            Got::Value(Value::Instant(at)) => Got::Value(at),
            Got::Absent => Got::Absent,
            Got::Bad => Got::Bad,
            Got::Value(_) | Got::Missing => Got::Missing,
        }
    }

    /// A text as it is, for ids and names; an empty one is missing.
    pub fn text(&mut self, feed: Option<&'r Feed>) -> Got<Cow<'r, str>> {
        let Some(feed) = feed else { return Got::Absent };
        let got = match self.cell(feed) {
            Cell::Absent => Got::Absent,
            Cell::Null => Got::Missing,
            Cell::Text(text) => self.name(feed, feed.reader.text(text).map(Cow::Borrowed)),
            Cell::Typed(typed) => match typed.text(&NAME) {
                Some(text) => {
                    let named = feed.reader.text(&text).map(|text| Cow::Owned(text.to_owned()));
                    self.name(feed, named)
                }
                None => self.not_a_text(feed),
            },
            Cell::List(_) | Cell::Foreign => self.not_a_text(feed),
        };
        self.count(feed, matches!(got, Got::Absent | Got::Missing));
        got
    }

    fn name(&mut self, feed: &'r Feed, text: Option<Cow<'r, str>>) -> Got<Cow<'r, str>> {
        let Some(text) = text.filter(|text| !text.is_empty()) else { return Got::Missing };
        match feed.reader.plain(&text).map(|_| ()) {
            Ok(()) => Got::Value(text),
            Err(fault) => {
                self.push(feed, *fault);
                Got::Bad
            }
        }
    }

    fn not_a_text(&mut self, feed: &'r Feed) -> Got<Cow<'r, str>> {
        self.fault(feed, Code::BadCell, "the value is not a text", "该值不是文本");
        Got::Bad
    }

    pub fn needed<T>(&mut self, got: Got<T>, feed: Option<&'r Feed>, target: &str) -> Option<T> {
        match (&got, feed) {
            (Got::Missing | Got::Absent, Some(feed)) => self.missing_value(feed, target),
            (Got::Missing | Got::Absent, None) => self.no_column(target),
            _ => {}
        }
        got.ok()
    }

    pub fn missing_value(&mut self, feed: &'r Feed, target: &str) {
        let (en, zh) = if *feed.name == *target {
            ("the value is missing".to_owned(), "缺少值".to_owned())
        } else {
            (format!("the value of `{target}` is missing"), format!("缺少 `{target}` 的值"))
        };
        self.fault(feed, Code::MissingValue, &en, &zh);
    }

    pub fn no_column(&mut self, target: &str) {
        let fault = Fault::new(
            Code::MissingValue,
            format!("`{target}` is needed, and the file has no column for it"),
            format!("需要 `{target}`，但文件中没有对应的列"),
        );
        self.faults.push((usize::MAX, fault.at(self.place(target))));
    }

    /// Notes a fault at the cell of a feed.
    pub fn push(&mut self, feed: &Feed, fault: Fault) {
        let fault = fault.at(self.place(&feed.name));
        self.faults.push((position(feed), fault));
    }

    pub fn fault(&mut self, feed: &Feed, code: Code, en: &str, zh: &str) {
        self.push(feed, Fault::new(code, en, zh));
    }

    fn place(&self, column: &str) -> String {
        format!("{}:{}/{column}", self.layout.file, self.number)
    }
}

/// Where a feed stands in the row: faults are told from left to right.
fn position(feed: &Feed) -> usize {
    match feed.place {
        Place::Cell(position) => position,
        Place::Constant(_) => usize::MAX,
    }
}
