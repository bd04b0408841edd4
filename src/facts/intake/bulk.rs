//! Events from frames straight to columns, where nothing about them needs a
//! second look.
//!
//! What a row means is said by [`Layout::row`]; this is the short way for rows
//! of which that would say nothing unexpected: every value is there and of its
//! type, no id comes twice, nothing is corrected. At the first doubt it gives up, and
//! the long way decides.

use std::borrow::Cow;

use super::cell::Cell;
use super::frame::{Clock, Frame, Series, SeriesData, TimeUnit, Whole};
use super::layout::{Events, Feed, Layout, Place, Plan};
use super::tally::Tally;
use crate::facts::Type;
use crate::facts::column::{Growing, as_number};
use crate::facts::columns::{Batch, ColumnsBuilder, Distinct, Fresh};
use crate::facts::sound::is_unprintable;
use crate::units::{Instant, Zone};

/// Longer texts are left to the long way, which knows how long a row may be.
const LONG: usize = 4096;

impl Layout<'_> {
    /// The events of frames, with sequences after `before`; their customers get
    /// numbers of the builder, and their cells are counted. `None`: not all rows
    /// are as plain as that, and the builder is to be thrown away.
    pub(crate) fn push_events<'f>(
        &self,
        frames: &'f [Frame<'_>],
        before: u64,
        columns: &mut ColumnsBuilder,
        tally: &mut Tally,
    ) -> Option<Fresh<'f>> {
        let Plan::Events(plan) = &self.plan else { return None };
        let outside = &plan.envelope;
        let others = [&outside.seen, &outside.revision, &outside.supersedes, &outside.retracts];
        if others.iter().any(|feed| feed.is_some()) {
            return None;
        }
        match &outside.source {
            None => {}
            Some(Feed { place: Place::Constant(text), reader, .. }) => {
                reader.text(text).filter(|text| !text.is_empty() && !text.contains('\0'))?;
            }
            Some(_) => return None,
        }
        let (mut events, mut sequence, mut last_id) = (Fresh::new(self.schema), before, Some(""));
        for frame in frames {
            let events = &mut events;
            let mut bulk = Bulk { layout: self, plan, frame, columns, events, tally };
            last_id = bulk.push(sequence, last_id)?;
            sequence += frame.rows() as u64;
        }
        if let Some(feed) = outside.id.as_ref().filter(|_| last_id.is_none()) {
            events.lack_order();
            are_apart(frames, feed)?;
        }
        Some(events)
    }
}

/// Nothing where an id comes twice.
fn are_apart(frames: &[Frame<'_>], feed: &Feed) -> Option<()> {
    let mut ids = Distinct::default();
    for frame in frames {
        let (offsets, texts) = frame.columns().get(position(feed)?)?.plain_texts()?;
        ids.add(offsets.get(..=frame.rows())?, texts)?;
    }
    Some(())
}

/// The column that a feed reads.
fn position(feed: &Feed) -> Option<usize> {
    match feed.place {
        Place::Cell(position) => Some(position),
        Place::Constant(_) => None,
    }
}

/// One frame on its way into columns.
struct Bulk<'b, 'f, 'l> {
    layout: &'b Layout<'l>,
    plan: &'b Events,
    frame: &'f Frame<'f>,
    columns: &'b mut ColumnsBuilder,
    events: &'b mut Fresh<'f>,
    tally: &'b mut Tally,
}

/// Which rows are of which kind.
enum Kinds {
    All(usize),
    Each(Vec<Vec<u32>>),
}

impl<'f> Bulk<'_, 'f, '_> {
    /// Adds the rows, and gives the last id as long as ids ascend.
    fn push(&mut self, sequence: u64, last_id: Option<&'f str>) -> Option<Option<&'f str>> {
        let n = self.frame.rows();
        u32::try_from(sequence.checked_add(n as u64)?).ok()?;
        let before = sequence as u32;
        let outside = &self.plan.envelope;
        let last_id = match &outside.id {
            Some(feed) => self.ids(feed, last_id)?,
            None => {
                self.events.lack_order();
                last_id
            }
        };
        let at = self.instants(outside.at.as_ref()?)?;
        let owner = self.customers(outside.customer.as_ref()?)?;
        match self.kinds()? {
            Kinds::All(_) if n == 0 => {}
            Kinds::All(kind) => {
                self.are_unused(kind, 0..n)?;
                self.events.push(kind, Batch { owner, at, before, rows: None })?;
                self.fields(kind, None)?;
            }
            Kinds::Each(kinds) => {
                for (kind, rows) in kinds.iter().enumerate().filter(|(_, rows)| !rows.is_empty()) {
                    self.are_unused(kind, rows.iter().map(|row| *row as usize))?;
                    let of_kind = rows.iter().map(|row| *row as usize);
                    let batch = Batch {
                        owner: of_kind.clone().map(|row| owner[row]).collect(),
                        at: of_kind.map(|row| at[row]).collect(),
                        before,
                        rows: Some(rows),
                    };
                    self.events.push(kind, batch)?;
                    self.fields(kind, Some(rows))?;
                }
            }
        }
        Some(last_id)
    }

    /// Nothing where some rows have a value for another kind.
    fn are_unused(&self, kind: usize, rows: impl Iterator<Item = usize> + Clone) -> Option<()> {
        for feed in &self.plan.kinds.get(kind)?.unused {
            let series = self.series(feed)?;
            if rows.clone().any(|row| !feed.reader.is_missing(series.cell(row))) {
                return None;
            }
        }
        Some(())
    }

    fn series(&self, feed: &Feed) -> Option<&'f Series<'f>> {
        self.frame.columns().get(position(feed)?)
    }

    fn count(&mut self, feed: &Feed, rows: usize, missing: usize) {
        if let Some(position) = position(feed) {
            self.tally.count_cells(position, rows as u64, missing as u64);
        }
    }

    /// The last id, as long as each is greater than the one before: then no two
    /// are the same. Nothing where one is not plain.
    fn ids(&mut self, feed: &Feed, last: Option<&'f str>) -> Option<Option<&'f str>> {
        let (rows, series) = (self.frame.rows(), self.series(feed)?);
        let (offsets, texts) = series.plain_texts().filter(|_| feed.reader.is_plain_text())?;
        let (mut before, mut ascend): (&[u8], _) = (last.unwrap_or("").as_bytes(), last.is_some());
        for ends in offsets.windows(2).take(rows) {
            let id = texts.as_bytes().get(ends[0] as usize..ends[1] as usize)?;
            // Ids that facts without one are given look like this.
            let is_given = id.len() == 16 && id.iter().all(u8::is_ascii_hexdigit);
            if id.is_empty() || LONG < id.len() || is_given {
                return None;
            }
            ascend &= is_before(before, id);
            before = id;
        }
        if texts.as_bytes().contains(&0) {
            return None;
        }
        self.count(feed, rows, 0);
        Some(if ascend { Some(std::str::from_utf8(before).ok()?) } else { None })
    }

    fn instants(&mut self, feed: &Feed) -> Option<Cow<'f, [i64]>> {
        let (rows, series) = (self.frame.rows(), self.series(feed)?);
        let zone = feed.reader.plain_zone()?;
        self.count(feed, rows, 0);
        if let Some(lent) = lent(series, &Type::Instant, 0, rows) {
            return Some(Cow::Borrowed(lent));
        }
        let mut at = Vec::with_capacity(rows);
        let mut are_known = true;
        numbers(series, &Type::Instant, 0, zone, 0..rows, |number| {
            are_known &= number.is_some();
            at.push(number.unwrap_or(0));
        })?;
        are_known.then_some(Cow::Owned(at))
    }

    /// The provisional number of each row's customer.
    fn customers(&mut self, feed: &Feed) -> Option<Vec<u32>> {
        let series = self.series(feed).filter(|_| feed.reader.is_plain_text())?;
        let (columns, rows) = (&mut *self.columns, self.frame.rows());
        let known = columns.ids_from(0).len();
        let numbers = match series.plain_texts() {
            Some((offsets, texts)) => columns.customers(offsets.get(..=rows)?, texts)?,
            None => by_text(series, rows, |id| Some(columns.customer(id)))?,
        };
        let is_sound = |id: &str| !id.is_empty() && id.len() <= LONG && !is_unprintable(id);
        if !columns.ids_from(known).all(is_sound) {
            return None;
        }
        self.count(feed, numbers.len(), 0);
        Some(numbers)
    }

    /// The rows of each kind.
    fn kinds(&mut self) -> Option<Kinds> {
        let (schema, n) = (self.layout.schema, self.frame.rows());
        let feed = self.plan.kind.as_ref()?;
        if let Place::Constant(name) = &feed.place {
            return schema.kind(feed.reader.text(name)?).map(Kinds::All);
        }
        let series = self.series(feed).filter(|_| feed.reader.is_plain_text())?;
        self.count(feed, n, 0);
        if let Some((_, words)) = series.coded()
            && series.words() == Some(1)
            && series.are_known(n)
        {
            return schema.kind(words.text(0)?).map(Kinds::All);
        }
        let mut rows = vec![Vec::new(); schema.kinds.len()];
        let kinds = by_text(series, n, |name| schema.kind(name).map(|kind| kind as u32))?;
        if let Some(first) = kinds.first()
            && kinds.iter().all(|kind| kind == first)
        {
            return Some(Kinds::All(*first as usize));
        }
        for (row, kind) in (0..).zip(kinds) {
            rows.get_mut(kind as usize)?.push(row);
        }
        Some(Kinds::Each(rows))
    }

    /// The values of the fields of some rows of one kind, or of all.
    fn fields(&mut self, kind: usize, rows: Option<&[u32]>) -> Option<()> {
        let plan = self.plan.kinds.get(kind)?;
        let declared = &self.layout.schema.kinds.get(kind)?.fields;
        let n = rows.map_or(self.frame.rows(), <[u32]>::len);
        for (position, (plan, field)) in plan.fields.iter().zip(declared).enumerate() {
            let out = self.events.field(kind, position)?;
            let Some(feed) = &plan.feed else {
                if !plan.nullable {
                    return None;
                }
                let out = out.grow(&field.ty)?;
                (0..n).for_each(|_| out.push(None));
                continue;
            };
            let Place::Cell(at) = feed.place else { return None };
            let series = self.frame.columns().get(at)?;
            let scale = feed.reader.scale();
            if rows.is_none()
                && feed.reader.plain_zone().is_some()
                && let Some(numbers) = lent(series, &field.ty, scale, n)
            {
                out.lend(numbers);
                self.count(feed, n, 0);
                continue;
            }
            let out = out.grow(&field.ty)?;
            let missing = match rows {
                None => fill(series, feed, &field.ty, 0..n, out)?,
                Some(rows) => {
                    fill(series, feed, &field.ty, rows.iter().map(|row| *row as usize), out)?
                }
            };
            if missing > 0 && !plan.nullable {
                return None;
            }
            self.count(feed, n, missing);
        }
        Some(())
    }
}

/// Whether an id is less than the next one. Ids of one length mostly differ in
/// their last bytes, which two looks at eight bytes each tell.
#[inline]
fn is_before(a: &[u8], b: &[u8]) -> bool {
    if a.len() == b.len()
        && a.len() <= 16
        && let (Some(first), Some(second)) = (a.first_chunk::<8>(), b.first_chunk::<8>())
        && let (Some(a_last), Some(b_last)) = (a.last_chunk::<8>(), b.last_chunk::<8>())
    {
        let whole = |first: &[u8; 8], last: &[u8; 8]| {
            u128::from(u64::from_be_bytes(*first)) << 64 | u128::from(u64::from_be_bytes(*last))
        };
        return whole(first, a_last) < whole(second, b_last);
    }
    a < b
}

/// The host's own numbers, where all are known and mean what they are.
fn lent<'f>(series: &'f Series<'f>, ty: &Type, scale: u8, rows: usize) -> Option<&'f [i64]> {
    let numbers = match (series.data(), ty) {
        (SeriesData::Ints(ints), Type::Int) => ints.get(..rows)?,
        (SeriesData::Units(units, 0), Type::Int) => units.get(..rows)?,
        (SeriesData::Units(units, of), Type::Decimal(_) | Type::Money(_)) if *of == scale as i8 => {
            units.get(..rows)?
        }
        (SeriesData::Times(counts, TimeUnit::Micros, Clock::Utc), Type::Instant) => {
            let counts = counts.get(..rows)?;
            let (low, high) = (Instant::MIN.micros(), Instant::MAX.micros());
            let within = counts.iter().fold(true, |all, at| all & (low <= *at && *at <= high));
            within.then_some(counts)?
        }
        _ => return None,
    };
    series.are_known(rows).then_some(numbers)
}

/// Adds the values of some rows, and says how many are missing.
fn fill(
    series: &Series<'_>,
    feed: &Feed,
    ty: &Type,
    rows: impl Iterator<Item = usize>,
    out: &mut Growing,
) -> Option<usize> {
    let mut missing = 0;
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
        (SeriesData::Units(units, of), Type::Int | Type::Decimal(_) | Type::Money(_))
            if *of == scale as i8 =>
        {
            each(series, rows, |row| units.get(row).copied(), &mut give)
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
/// word of a dictionary, in the dictionary's order; `None` where a text is
/// missing or has no number.
fn by_text(
    series: &Series<'_>,
    rows: usize,
    mut number: impl FnMut(&str) -> Option<u32>,
) -> Option<Vec<u32>> {
    match series.coded().zip(series.words()) {
        Some(_) if !series.are_known(rows) => None,
        Some(((Whole::Narrow(codes), words), n)) => {
            let codes = codes.get(..rows)?.iter().map(|code| *code as usize);
            by_word(codes, words, n, number)
        }
        Some(((Whole::Wide(codes), words), n)) => {
            let codes = codes.get(..rows)?.iter().map(|code| *code as usize);
            by_word(codes, words, n, number)
        }
        None => {
            let mut numbers = Vec::with_capacity(rows);
            for row in 0..rows {
                numbers.push(number(series.text(row)?)?);
            }
            Some(numbers)
        }
    }
}

fn by_word(
    codes: impl Iterator<Item = usize> + Clone,
    words: &Series<'_>,
    n_words: usize,
    mut number: impl FnMut(&str) -> Option<u32>,
) -> Option<Vec<u32>> {
    let mut is_used = vec![false; n_words];
    for code in codes.clone() {
        *is_used.get_mut(code)? = true;
    }
    let mut of_word = vec![0; n_words];
    for (word, of_word) in of_word.iter_mut().enumerate().filter(|(word, _)| is_used[*word]) {
        *of_word = number(words.text(word)?)?;
    }
    Some(codes.map(|code| of_word[code]).collect())
}
