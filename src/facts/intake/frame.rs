//! Rows of the host as typed columns in memory.

use std::borrow::Cow;

use super::cell::Cell;
use super::reading::Cells;
use super::typed::{Time, Typed};
use crate::error::{Code, Error, Fault};
use crate::units::shown;

/// Rows as columns: what a data frame, a query result or an Arrow table hands
/// over without writing it as text.
///
/// The columns are called as those of a file would be. A value means what its
/// text in JSON would mean, so that the same rows give the same facts either
/// way; only nobody has to write and read the text.
///
/// ```
/// use guanxi::facts::intake::{Frame, Layout, Series, SeriesData, TableKind};
/// use guanxi::facts::{Schema, Seen};
/// use guanxi::store::Store;
/// use guanxi::units::Zone;
/// use std::sync::Arc;
///
/// let schema = Schema::from_json(r#"{"attributes": {"age": {"type": "int"}}}"#)?;
/// let schema = Arc::new(schema);
/// let frame = Frame::new(2, vec![
///     Series::new("id", SeriesData::texts(["C-1", "C-2"])),
///     Series::new("age", SeriesData::Ints(vec![34, 51].into())),
/// ])?;
/// let layout =
///     Layout::of("crm", &frame.header(), &TableKind::Customers, None, &schema, &Zone::utc())?;
/// let mut store = Store::in_memory(&schema);
/// let report = store.append_frames(&layout, &[frame], Seen::Backfill)?;
/// assert_eq!(report.verdicts.new, 2);
/// # Ok::<(), guanxi::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Frame<'a> {
    rows: usize,
    columns: Vec<Series<'a>>,
}

/// One column of a [`Frame`].
#[derive(Debug, Clone)]
pub struct Series<'a> {
    name: Cow<'a, str>,
    data: SeriesData<'a>,
    known: Option<BitSlice<'a>>,
}

/// The values of a [`Series`], missing ones included, which may be anything.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum SeriesData<'a> {
    /// Nothing but missing values.
    Missing,
    /// Yes or no.
    Bools(BitSlice<'a>),
    /// Whole numbers.
    Ints(Cow<'a, [i64]>),
    /// Exact numbers: units of so many decimal places.
    Exact(Cow<'a, [i128]>, i8),
    /// The same in 64 bits.
    Units(Cow<'a, [i64]>, i8),
    /// Binary fractions, which mean the shortest number that is read as them:
    /// 0.1 is one tenth.
    Floats(Cow<'a, [f64]>),
    /// Days since 1970-01-01.
    Days(Cow<'a, [i32]>),
    /// Times since 1970-01-01T00:00:00.
    Times(Cow<'a, [i64]>, TimeUnit, Clock),
    /// Texts, one behind the other: a text is what lies between its offset and
    /// the next.
    Texts(Cow<'a, [i64]>, Cow<'a, str>),
    /// Values by their position among different ones.
    Coded(Whole<'a>, Box<Series<'a>>),
    /// Sets of texts: a set is what lies between its offset and the next.
    Sets(Cow<'a, [i64]>, Box<Series<'a>>),
}

/// Whole numbers as wide as the host has them.
#[derive(Debug, Clone)]
pub enum Whole<'a> {
    /// In 32 bits.
    Narrow(Cow<'a, [i32]>),
    /// In 64 bits.
    Wide(Cow<'a, [i64]>),
}

impl Whole<'_> {
    fn len(&self) -> usize {
        match self {
            Whole::Narrow(numbers) => numbers.len(),
            Whole::Wide(numbers) => numbers.len(),
        }
    }

    #[inline]
    fn get(&self, row: usize) -> Option<i64> {
        match self {
            Whole::Narrow(numbers) => numbers.get(row).map(|number| (*number).into()),
            Whole::Wide(numbers) => numbers.get(row).copied(),
        }
    }
}

impl<'a> From<Cow<'a, [i32]>> for Whole<'a> {
    fn from(numbers: Cow<'a, [i32]>) -> Self {
        Whole::Narrow(numbers)
    }
}

impl<'a> From<Cow<'a, [i64]>> for Whole<'a> {
    fn from(numbers: Cow<'a, [i64]>) -> Self {
        Whole::Wide(numbers)
    }
}

impl From<Vec<i32>> for Whole<'_> {
    fn from(numbers: Vec<i32>) -> Self {
        Whole::Narrow(numbers.into())
    }
}

impl From<Vec<i64>> for Whole<'_> {
    fn from(numbers: Vec<i64>) -> Self {
        Whole::Wide(numbers.into())
    }
}

/// In what a time is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimeUnit {
    /// Seconds.
    Seconds,
    /// Milliseconds.
    Millis,
    /// Microseconds.
    Micros,
    /// Nanoseconds; whole microseconds are instants, finer ones are refused.
    Nanos,
}

/// What shows a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Clock {
    /// That of UTC: the time is an instant.
    Utc,
    /// The clock on the wall, in the zone of the table.
    Local,
}

/// Bits in a row, the lowest of each byte first, from some bit on.
#[derive(Debug, Clone)]
pub struct BitSlice<'a> {
    bytes: Cow<'a, [u8]>,
    offset: usize,
}

impl<'a> BitSlice<'a> {
    /// The bits of these bytes from the `offset`th on.
    pub fn new(bytes: impl Into<Cow<'a, [u8]>>, offset: usize) -> BitSlice<'a> {
        BitSlice { bytes: bytes.into(), offset }
    }

    /// Whether a bit is set; false past the end.
    #[inline]
    pub fn has(&self, position: usize) -> bool {
        let bit = self.offset + position;
        self.bytes.get(bit / 8).is_some_and(|byte| byte >> (bit % 8) & 1 == 1)
    }

    fn len(&self) -> usize {
        self.bytes.len().saturating_mul(8).saturating_sub(self.offset)
    }
}

impl FromIterator<bool> for BitSlice<'static> {
    fn from_iter<I: IntoIterator<Item = bool>>(bits: I) -> Self {
        let mut bytes: Vec<u8> = Vec::new();
        for (position, bit) in bits.into_iter().enumerate() {
            if position % 8 == 0 {
                bytes.push(0);
            }
            if let Some(last) = bytes.last_mut() {
                *last |= u8::from(bit) << (position % 8);
            }
        }
        BitSlice::new(bytes, 0)
    }
}

impl SeriesData<'static> {
    /// Texts, copied.
    pub fn texts<'t>(texts: impl IntoIterator<Item = &'t str>) -> SeriesData<'static> {
        let (mut offsets, mut all) = (vec![0], String::new());
        for text in texts {
            all.push_str(text);
            offsets.push(all.len() as i64);
        }
        SeriesData::Texts(offsets.into(), all.into())
    }
}

impl SeriesData<'_> {
    /// How many values there are.
    fn len(&self) -> usize {
        match self {
            SeriesData::Missing => usize::MAX,
            SeriesData::Bools(bits) => bits.len(),
            SeriesData::Ints(ints) => ints.len(),
            SeriesData::Exact(units, _) => units.len(),
            SeriesData::Units(units, _) => units.len(),
            SeriesData::Floats(floats) => floats.len(),
            SeriesData::Days(days) => days.len(),
            SeriesData::Times(counts, ..) => counts.len(),
            SeriesData::Coded(codes, _) => codes.len(),
            SeriesData::Texts(offsets, _) | SeriesData::Sets(offsets, _) => {
                offsets.len().saturating_sub(1)
            }
        }
    }
}

impl<'a> Series<'a> {
    /// A column of which every value is known.
    pub fn new(name: impl Into<Cow<'a, str>>, data: SeriesData<'a>) -> Series<'a> {
        Series { name: name.into(), data, known: None }
    }

    /// The same with missing values: those whose bit is not set.
    pub fn known(self, known: BitSlice<'a>) -> Series<'a> {
        Series { known: Some(known), ..self }
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The number in a row, of a text the number that it says, 1 and 0 of yes and no;
    /// `None` where it is missing, NaN where it is no number.
    pub fn number(&self, row: usize) -> Option<f64> {
        match self.cell(row) {
            Cell::Null => None,
            Cell::Text(text) if text.trim().is_empty() => None,
            Cell::Text(text) => Some(text.trim().parse().unwrap_or(f64::NAN)),
            Cell::Typed(Typed::Bool(yes)) => Some(f64::from(u8::from(yes))),
            Cell::Typed(Typed::Float(float)) => Some(float),
            Cell::Typed(Typed::Number(units, 0)) => Some(units as f64),
            // By its digits, so that 0.1 is the number that is read from them.
            Cell::Typed(Typed::Number(units, scale)) => {
                Some(format!("{units}e{}", -i32::from(scale)).parse().unwrap_or(f64::NAN))
            }
            _ => Some(f64::NAN),
        }
    }

    /// The text in a row, or the digits of a number; `None` where it is missing or
    /// anything else.
    pub fn shown(&self, row: usize) -> Option<String> {
        match self.cell(row) {
            Cell::Text(text) => Some(text.to_owned()),
            Cell::Typed(Typed::Float(float)) => Some(float.to_string()),
            Cell::Typed(Typed::Number(units, 0)) => Some(units.to_string()),
            Cell::Typed(Typed::Number(units, scale)) => {
                Some(format!("{units}e{}", -i32::from(scale)))
            }
            _ => None,
        }
    }

    pub(super) fn data(&self) -> &SeriesData<'a> {
        &self.data
    }

    #[inline]
    pub(super) fn is_known(&self, row: usize) -> bool {
        self.known.as_ref().is_none_or(|known| known.has(row))
    }

    /// Whether the first so many values are known.
    pub(super) fn are_known(&self, rows: usize) -> bool {
        self.known.as_ref().is_none_or(|known| (0..rows).all(|row| known.has(row)))
    }

    /// Its codes and the values that they stand for.
    pub(super) fn coded(&self) -> Option<(&Whole<'a>, &Series<'a>)> {
        match &self.data {
            SeriesData::Coded(codes, words) => Some((codes, words)),
            _ => None,
        }
    }

    /// Offsets and texts, where all are known and no dictionary is between.
    pub(super) fn plain_texts(&self) -> Option<(&[i64], &str)> {
        match &self.data {
            SeriesData::Texts(offsets, texts) => {
                let all_known = self.are_known(offsets.len().saturating_sub(1));
                all_known.then_some((offsets, texts))
            }
            _ => None,
        }
    }

    /// How many words its dictionary has, if it has one.
    pub(super) fn words(&self) -> Option<usize> {
        match &self.data {
            SeriesData::Coded(_, words) => Some(words.data.len()).filter(|n| *n < usize::MAX),
            _ => None,
        }
    }

    /// The position of a row's value in the dictionary.
    #[inline]
    pub(super) fn word(&self, row: usize) -> Option<usize> {
        match &self.data {
            SeriesData::Coded(codes, _) if self.is_known(row) => {
                codes.get(row).and_then(|code| usize::try_from(code).ok())
            }
            _ => None,
        }
    }

    /// The text in a row; `None` where it is missing or no text.
    pub(super) fn text(&self, row: usize) -> Option<&str> {
        match self.cell(row) {
            Cell::Text(text) => Some(text),
            _ => None,
        }
    }

    #[inline]
    pub(super) fn cell(&self, row: usize) -> Cell<'_> {
        if !self.is_known(row) {
            return Cell::Null;
        }
        let typed = match &self.data {
            SeriesData::Missing => None,
            SeriesData::Bools(bits) => Some(Typed::Bool(bits.has(row))),
            SeriesData::Ints(ints) => ints.get(row).map(|int| Typed::Number((*int).into(), 0)),
            SeriesData::Exact(units, scale) => {
                units.get(row).map(|units| Typed::Number(*units, *scale))
            }
            SeriesData::Units(units, scale) => {
                units.get(row).map(|units| Typed::Number((*units).into(), *scale))
            }
            SeriesData::Floats(floats) => floats.get(row).map(|float| Typed::Float(*float)),
            SeriesData::Days(days) => days.get(row).map(|day| Typed::Day(*day)),
            SeriesData::Times(counts, unit, clock) => counts
                .get(row)
                .map(|count| Typed::Time(Time { count: *count, unit: *unit, clock: *clock })),
            SeriesData::Texts(offsets, texts) => {
                let range = range(offsets, row);
                return texts.get(range).map_or(Cell::Null, Cell::Text);
            }
            SeriesData::Coded(codes, words) => {
                let code = codes.get(row).and_then(|code| usize::try_from(code).ok());
                return code.map_or(Cell::Null, |code| words.cell(code));
            }
            SeriesData::Sets(offsets, items) => {
                let range = range(offsets, row);
                Some(Typed::Texts(items, range.start, range.end))
            }
        };
        typed.map_or(Cell::Null, Cell::Typed)
    }

    /// Adds what keeps the column from having so many rows.
    fn check(&self, rows: usize, path: &str, faults: &mut Vec<Fault>) {
        let wrong = |fault: Fault| fault.at(path.to_owned());
        let have = self.data.len();
        if have < rows {
            faults.push(wrong(too_short(have, rows)));
            return;
        }
        if self.known.as_ref().is_some_and(|known| known.len() < rows) {
            let have = self.known.as_ref().map_or(0, BitSlice::len);
            faults.push(wrong(too_short(have, rows)));
        }
        match &self.data {
            SeriesData::Texts(offsets, texts) => {
                let bounds = |offset: &i64| usize::try_from(*offset).ok();
                let is_whole = |offset: &i64| {
                    bounds(offset).is_some_and(|offset| texts.is_char_boundary(offset))
                };
                let within = match texts.is_ascii() {
                    // Ascending offsets lie between these two.
                    true => [offsets.first(), offsets.get(rows)]
                        .into_iter()
                        .flatten()
                        .all(|offset| bounds(offset).is_some_and(|offset| offset <= texts.len())),
                    false => offsets.iter().take(rows + 1).all(is_whole),
                };
                if !within || !ascends(offsets, rows) {
                    faults.push(wrong(bad_offsets()));
                }
            }
            SeriesData::Sets(offsets, items) => {
                let last = offsets.get(rows).copied().unwrap_or(0);
                let first = offsets.first().copied().unwrap_or(0);
                match usize::try_from(last) {
                    Ok(last) if 0 <= first && ascends(offsets, rows) => {
                        items.check(last, &format!("{path}/{}", items.name), faults);
                    }
                    _ => faults.push(wrong(bad_offsets())),
                }
                if !items.is_texts() {
                    faults.push(wrong(no_texts()));
                }
            }
            SeriesData::Coded(codes, words) => self.check_codes(codes, words, rows, path, faults),
            _ => {}
        }
    }

    fn check_codes(
        &self,
        codes: &Whole<'_>,
        words: &Series<'_>,
        rows: usize,
        path: &str,
        faults: &mut Vec<Fault>,
    ) {
        if !self.are_codes_of(codes, words.data.len(), rows) {
            let known = (0..rows).filter(|row| self.is_known(*row));
            let outside =
                |code: &i64| usize::try_from(*code).map_or(true, |code| words.data.len() <= code);
            let wrong = known.filter_map(|row| codes.get(row)).find(outside);
            faults.extend(wrong.map(|code| no_such_word(code).at(path.to_owned())));
        }
        match &words.data {
            SeriesData::Coded(..) => faults.push(nested().at(path.to_owned())),
            SeriesData::Missing => {}
            data => words.check(data.len(), &format!("{path}/dictionary"), faults),
        }
    }

    /// Whether all codes are within the dictionary, by their greatest: a negative
    /// one is greater than any without its sign.
    fn are_codes_of(&self, codes: &Whole<'_>, n_words: usize, rows: usize) -> bool {
        let greatest = match codes {
            _ if self.known.is_some() => return false,
            Whole::Narrow(codes) => {
                codes.iter().take(rows).map(|code| *code as u32).max().map(u64::from)
            }
            Whole::Wide(codes) => codes.iter().take(rows).map(|code| *code as u64).max(),
        };
        greatest.is_none_or(|code| code < n_words as u64)
    }

    fn is_texts(&self) -> bool {
        match &self.data {
            SeriesData::Texts(..) | SeriesData::Missing => true,
            SeriesData::Coded(_, words) => words.is_texts(),
            _ => false,
        }
    }
}

#[inline]
fn range(offsets: &[i64], row: usize) -> std::ops::Range<usize> {
    let at = |row: usize| offsets.get(row).map_or(0, |offset| *offset as usize);
    at(row)..at(row + 1)
}

fn ascends(offsets: &[i64], rows: usize) -> bool {
    offsets.get(..=rows).is_some_and(<[i64]>::is_sorted)
}

impl<'a> Frame<'a> {
    /// Columns of so many rows.
    ///
    /// # Errors
    ///
    /// [`MalformedColumn`](Code::MalformedColumn) for each column that is
    /// shorter, or whose offsets or codes point to where nothing is; the place
    /// is `/NAME`.
    ///
    /// # Cost
    ///
    /// A look at each offset and code; values are not looked at.
    pub fn new(rows: usize, columns: Vec<Series<'a>>) -> Result<Frame<'a>, Error> {
        let mut faults = Vec::new();
        for column in &columns {
            let path = crate::json::pointer_push("", &column.name);
            column.check(rows, &path, &mut faults);
        }
        Error::check(faults)?;
        // Then nothing in memory would bound their number.
        let is_missing = |column: &Series<'_>| matches!(column.data, SeriesData::Missing);
        if 0 < rows && columns.iter().all(is_missing) {
            return Err(malformed(
                "there are rows, and no column with values",
                "有数据行，却没有任何含值的列",
            )
            .into());
        }
        Ok(Frame { rows, columns })
    }

    /// How many rows there are.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Its columns.
    pub fn columns(&self) -> &[Series<'a>] {
        &self.columns
    }

    /// The names of its columns, for [`Layout::of`](super::Layout::of).
    pub fn header(&self) -> Vec<&str> {
        self.columns.iter().map(|column| &*column.name).collect()
    }

    /// One row as cells.
    pub(super) fn row(&self, row: usize) -> FrameRow<'_> {
        FrameRow { frame: self, row }
    }
}

/// A row of a frame.
pub(super) struct FrameRow<'f> {
    frame: &'f Frame<'f>,
    row: usize,
}

impl Cells for FrameRow<'_> {
    #[inline]
    fn cell(&self, position: usize) -> Cell<'_> {
        self.frame.columns.get(position).map_or(Cell::Absent, |column| column.cell(self.row))
    }
}

fn malformed(en: impl Into<String>, zh: impl Into<String>) -> Fault {
    Fault::new(Code::MalformedColumn, en.into(), zh.into())
}

fn too_short(have: usize, rows: usize) -> Fault {
    malformed(
        format!("the column has {have} values, and there are {rows} rows"),
        format!("该列有 {have} 个值，而共有 {rows} 行"),
    )
}

fn bad_offsets() -> Fault {
    malformed(
        "the offsets do not ascend within the values, from one whole character to the next",
        "偏移量没有在取值范围内递增，或落在字符中间",
    )
}

fn no_such_word(code: i64) -> Fault {
    malformed(format!("code {code} is outside the dictionary"), format!("编码 {code} 不在字典之内"))
}

fn nested() -> Fault {
    malformed("the values of the dictionary are codes again", "字典的取值又是编码")
}

fn no_texts() -> Fault {
    malformed("the lists are not of texts", "列表的元素不是文本")
}

impl super::Layout<'_> {
    /// What is wrong with a frame whose columns are not those that the layout
    /// was made for.
    pub(crate) fn fits(&self, frame: &Frame<'_>) -> Result<(), Error> {
        if self.columns().eq(frame.header()) {
            return Ok(());
        }
        let names = |names: Vec<&str>| shown(&names.join(", ")).to_string();
        let (have, want) = (names(frame.header()), names(self.columns().collect()));
        Err(malformed(
            format!("the columns are `{have}`, expected `{want}` as at first"),
            format!("各列为 `{have}`，应与最初的 `{want}` 一致"),
        )
        .into())
    }
}
