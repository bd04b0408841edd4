//! Events from frames straight to columns, where nothing about them needs a
//! second look.
//!
//! What a row means is said by [`Layout::row`]; this is the short way for rows
//! of which that would say nothing unexpected: every value is there and of its
//! type, ids ascend, nothing is corrected. At the first doubt it gives up, and
//! the long way decides.

use super::cell::Cell;
use super::frame::{Clock, Frame, Series, SeriesData, TimeUnit};
use super::layout::{Events, Feed, Layout, Place, Plan};
use super::row::DEFAULT_SOURCE;
use super::tally::Tally;
use crate::facts::Type;
use crate::facts::column::{Growing, as_number};
use crate::facts::columns::{ColumnsBuilder, EventRows};
use crate::facts::sound::is_unprintable;
use crate::units::{Instant, Zone};

/// Longer texts are left to the long way, which knows how long a row may be.
const LONG: usize = 4096;

impl Layout<'_> {
    /// Adds the events of frames to columns, with sequences after `before`, and
    /// counts their cells. `None`: not all rows are as plain as that, and the
    /// columns are to be thrown away.
    pub(crate) fn push_events(
        &self,
        frames: &[Frame<'_>],
        before: u64,
        columns: &mut ColumnsBuilder,
        tally: &mut Tally,
    ) -> Option<()> {
        let Plan::Events(plan) = &self.plan else { return None };
        let outside = &plan.envelope;
        let others = [&outside.seen, &outside.revision, &outside.supersedes, &outside.retracts];
        if others.iter().any(|feed| feed.is_some()) {
            return None;
        }
        let source = match &outside.source {
            None => DEFAULT_SOURCE,
            Some(Feed { place: Place::Constant(text), reader, .. }) => {
                reader.text(text).filter(|text| !text.is_empty() && !text.contains('\0'))?
            }
            Some(_) => return None,
        };
        let (mut sequence, mut last_id) = (before, String::new());
        for frame in frames {
            let mut bulk = Bulk { layout: self, plan, frame, columns, tally };
            bulk.push(source, sequence, &mut last_id)?;
            sequence += frame.rows() as u64;
        }
        Some(())
    }
}

/// One frame on its way into columns.
struct Bulk<'b, 'l> {
    layout: &'b Layout<'l>,
    plan: &'b Events,
    frame: &'b Frame<'b>,
    columns: &'b mut ColumnsBuilder,
    tally: &'b mut Tally,
}

impl<'b> Bulk<'b, '_> {
    fn push(&mut self, source: &str, sequence: u64, last_id: &mut String) -> Option<()> {
        let rows = self.frame.rows();
        u32::try_from(sequence.checked_add(rows as u64)?).ok()?;
        let outside = &self.plan.envelope;
        let ids = self.ids(outside.id.as_ref()?, last_id)?;
        let at = self.instants(outside.at.as_ref()?)?;
        let customers = self.customers(outside.customer.as_ref()?)?;
        for (kind, rows) in self.rows_by_kind()?.into_iter().enumerate() {
            if rows.is_empty() {
                continue;
            }
            for feed in &self.plan.kinds.get(kind)?.unused {
                let series = self.series(feed)?;
                let says = |row: &u32| !feed.reader.is_missing(series.cell(*row as usize));
                if rows.iter().any(says) {
                    return None;
                }
            }
            let (at, customers) = (&at, &customers);
            let events = EventRows { kind, rows: &rows, source, sequence, at, customers, ids };
            self.columns.push_events(&events)?;
            self.fields(kind, &rows)?;
        }
        Some(())
    }

    fn position(&self, feed: &Feed) -> Option<usize> {
        match feed.place {
            Place::Cell(position) => Some(position),
            Place::Constant(_) => None,
        }
    }

    fn series(&self, feed: &Feed) -> Option<&'b Series<'b>> {
        self.frame.columns().get(self.position(feed)?)
    }

    fn count(&mut self, feed: &Feed, rows: usize, missing: usize) {
        if let Some(position) = self.position(feed) {
            self.tally.count_cells(position, rows as u64, missing as u64);
        }
    }

    /// Where each id ends, and all of them, if each is greater than the one
    /// before: then no two are the same.
    fn ids(&mut self, feed: &Feed, last: &mut String) -> Option<(&'b [i64], &'b str)> {
        let series = self.series(feed)?;
        let (offsets, texts) = series.plain_texts().filter(|_| feed.reader.is_plain_text())?;
        let mut before: &[u8] = last.as_bytes();
        for ends in offsets.windows(2).take(self.frame.rows()) {
            let id = texts.as_bytes().get(ends[0] as usize..ends[1] as usize)?;
            // Ids that facts without one are given look like this.
            let is_given = id.len() == 16 && id.iter().all(u8::is_ascii_hexdigit);
            if id <= before || LONG < id.len() || is_given {
                return None;
            }
            before = id;
        }
        let before = std::str::from_utf8(before).ok()?.to_owned();
        if texts.as_bytes().contains(&0) {
            return None;
        }
        *last = before;
        self.count(feed, self.frame.rows(), 0);
        Some((offsets, texts))
    }

    fn instants(&mut self, feed: &Feed) -> Option<Vec<i64>> {
        let series = self.series(feed)?;
        let mut at = Vec::with_capacity(self.frame.rows());
        let zone = feed.reader.plain_zone()?;
        let mut are_known = true;
        numbers(series, &Type::Instant, 0, zone, 0..self.frame.rows(), |number| {
            are_known &= number.is_some();
            at.push(number.unwrap_or(0));
        })?;
        self.count(feed, at.len(), 0);
        are_known.then_some(at)
    }

    /// The number of each row's customer.
    fn customers(&mut self, feed: &Feed) -> Option<Vec<u32>> {
        let series = self.series(feed).filter(|_| feed.reader.is_plain_text())?;
        let columns = &mut *self.columns;
        let number = |id: &str| {
            let sound = !id.is_empty() && id.len() <= LONG && !is_unprintable(id);
            sound.then(|| columns.customer(id))
        };
        let numbers = by_word(series, self.frame.rows(), number)?;
        self.count(feed, numbers.len(), 0);
        Some(numbers)
    }

    /// The rows of each kind.
    fn rows_by_kind(&mut self) -> Option<Vec<Vec<u32>>> {
        let (schema, n) = (self.layout.schema, self.frame.rows());
        let mut rows = vec![Vec::new(); schema.kinds.len()];
        let feed = self.plan.kind.as_ref()?;
        if let Place::Constant(name) = &feed.place {
            let kind = schema.kind(feed.reader.text(name)?)?;
            rows.get_mut(kind)?.extend(0..n as u32);
            return Some(rows);
        }
        let series = self.series(feed).filter(|_| feed.reader.is_plain_text())?;
        let kinds = by_word(series, n, |name| schema.kind(name).map(|kind| kind as u32))?;
        for (row, kind) in (0..).zip(kinds) {
            rows.get_mut(kind as usize)?.push(row);
        }
        self.count(feed, n, 0);
        Some(rows)
    }

    /// The values of the fields of some rows of one kind.
    fn fields(&mut self, kind: usize, rows: &[u32]) -> Option<()> {
        let plan = self.plan.kinds.get(kind)?;
        let declared = &self.layout.schema.kinds.get(kind)?.fields;
        for (position, (plan, field)) in plan.fields.iter().zip(declared).enumerate() {
            let out = self.columns.event_field(kind, position)?;
            let Some(feed) = &plan.feed else {
                if !plan.nullable {
                    return None;
                }
                rows.iter().for_each(|_| out.push(None));
                continue;
            };
            let Place::Cell(at) = feed.place else { return None };
            let series = self.frame.columns().get(at)?;
            let missing = fill(series, feed, &field.ty, rows, out)?;
            if missing > 0 && !plan.nullable {
                return None;
            }
            self.count(feed, rows.len(), missing);
        }
        Some(())
    }
}

/// Adds the values of some rows, and says how many are missing.
fn fill(
    series: &Series<'_>,
    feed: &Feed,
    ty: &Type,
    rows: &[u32],
    out: &mut Growing,
) -> Option<usize> {
    let mut missing = 0;
    let rows = rows.iter().map(|row| *row as usize);
    match ty {
        Type::Text(_) | Type::Contact(_) | Type::Enum(_) => {
            if !feed.reader.is_plain_text() {
                return None;
            }
            let sound = |text: &str| match ty {
                Type::Enum(labels) => labels.iter().any(|label| *label.name == *text),
                _ => text.len() <= LONG && !text.as_bytes().contains(&0),
            };
            let mut codes: Vec<Option<u32>> =
                series.words().map_or_else(Vec::new, |n| vec![None; n]);
            for row in rows {
                let code = match series.word(row) {
                    Some(word) => codes.get_mut(word)?,
                    None => &mut None,
                };
                match (series.cell(row), &code) {
                    (Cell::Null | Cell::Text(""), _) => {
                        missing += 1;
                        out.push(None);
                    }
                    (_, Some(code)) => out.push_code(*code),
                    (Cell::Text(text), None) if sound(text) => {
                        *code = Some(out.code(text)?);
                        out.push_code((*code)?);
                    }
                    _ => return None,
                }
            }
        }
        Type::Bool => {
            feed.reader.plain_zone()?;
            for row in rows {
                match series.cell(row) {
                    Cell::Null => {
                        missing += 1;
                        out.push(None);
                    }
                    Cell::Typed(typed) => {
                        out.push(Some(&typed.direct(ty, 0, feed.reader.plain_zone()?)?));
                    }
                    _ => return None,
                }
            }
        }
        Type::Set(_) => return None,
        _ => {
            let (zone, scale) = (feed.reader.plain_zone()?, feed.reader.scale());
            numbers(series, ty, scale, zone, rows, |number| {
                missing += usize::from(number.is_none());
                out.push_number(number);
            })?;
        }
    }
    Some(missing)
}

/// Gives the numbers of some rows; `None` at the first that is none.
fn numbers(
    series: &Series<'_>,
    ty: &Type,
    scale: u8,
    zone: &Zone,
    rows: impl Iterator<Item = usize>,
    mut give: impl FnMut(Option<i64>),
) -> Option<()> {
    match (series.data(), ty) {
        (SeriesData::Ints(ints), Type::Int) => {
            each(series, rows, |row| ints.get(row).copied(), &mut give)
        }
        (SeriesData::Exact(units, of), Type::Int | Type::Decimal(_) | Type::Money(_))
            if *of == scale as i8 =>
        {
            each(series, rows, |row| i64::try_from(*units.get(row)?).ok(), &mut give)
        }
        (SeriesData::Times(counts, TimeUnit::Micros, Clock::Utc), Type::Instant) => {
            let within = |micros: &i64| Instant::from_micros(*micros).is_ok();
            each(series, rows, |row| counts.get(row).copied().filter(within), &mut give)
        }
        _ => {
            let direct = |row| match series.cell(row) {
                Cell::Typed(typed) => typed.direct(ty, scale, zone).as_ref().and_then(as_number),
                _ => None,
            };
            each(series, rows, direct, &mut give)
        }
    }
}

/// Gives the number of each row; `None` at the first that has none though it is
/// known.
fn each(
    series: &Series<'_>,
    rows: impl Iterator<Item = usize>,
    number: impl Fn(usize) -> Option<i64>,
    give: &mut impl FnMut(Option<i64>),
) -> Option<()> {
    for row in rows {
        if series.is_known(row) { give(Some(number(row)?)) } else { give(None) }
    }
    Some(())
}

/// A number for each row by its text, which is asked once for each different
/// word of a dictionary; `None` where a text is missing or has no number.
fn by_word(
    series: &Series<'_>,
    rows: usize,
    mut number: impl FnMut(&str) -> Option<u32>,
) -> Option<Vec<u32>> {
    let mut numbers = Vec::with_capacity(rows);
    match series.words() {
        Some(words) => {
            let mut known: Vec<u32> = vec![u32::MAX; words];
            for row in 0..rows {
                let of_word = known.get_mut(series.word(row)?)?;
                if *of_word == u32::MAX {
                    *of_word = number(series.text(row)?)?;
                }
                numbers.push(*of_word);
            }
        }
        None => {
            for row in 0..rows {
                numbers.push(number(series.text(row)?)?);
            }
        }
    }
    Some(numbers)
}
