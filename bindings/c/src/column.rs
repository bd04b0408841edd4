//! `gx_column`: a column in the host's memory.

use std::borrow::Cow;
use std::ffi::{c_char, c_void};

use guanxi_core::facts::intake::{BitSlice, Clock, Frame, Series, SeriesData, TimeUnit};
use guanxi_core::json::pointer_push;
use guanxi_core::{Code, Error, Fault};

use crate::convert::{Call, Options};
use crate::handle::null;
use crate::status::{
    GX_COLUMN_BOOL, GX_COLUMN_CODES, GX_COLUMN_DATE, GX_COLUMN_DECIMAL, GX_COLUMN_FLOAT64,
    GX_COLUMN_INSTANT, GX_COLUMN_INT64, GX_COLUMN_LOCAL, GX_COLUMN_TEXT,
};

/// A column in the host's memory. Zero the whole struct first.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct GxColumn {
    /// sizeof(gx_column)
    pub struct_size: u32,
    /// What `values` are: GX_COLUMN_...
    pub kind: u32,
    /// The column's name: UTF-8.
    pub name: *const c_char,
    /// Bytes of `name`, or GX_NUL.
    pub name_len: u64,
    /// A value for each row; of texts, their bytes one behind the other.
    pub values: *const c_void,
    /// Of texts: where each begins in `values`, and where the last one ends;
    /// one more than rows.
    pub offsets: *const i64,
    /// A bit for each row, the lowest of each byte first: 0 where the value is
    /// missing. NULL: none is.
    pub known: *const u8,
    /// Of GX_COLUMN_CODES: a gx_column with the different values.
    pub words: *const c_void,
    /// Of GX_COLUMN_CODES: how many there are.
    pub n_words: u64,
    /// Of GX_COLUMN_DECIMAL: how many places, 0 to 18.
    pub scale: u32,
    /// 0.
    pub reserved: u32,
}

// SAFETY: plain data that begins with `struct_size`; null pointers and zeroes
// are values.
unsafe impl Options for GxColumn {
    const FIRST: usize = size_of::<GxColumn>();
    const NAME: &'static str = "gx_column";
}

/// Columns that one call may have.
const MOST_COLUMNS: u64 = 10_000;

/// The frame of some columns.
pub fn frame(
    call: &Call,
    columns: *const GxColumn,
    n_columns: u64,
    rows: u64,
) -> Result<Frame<'_>, Error> {
    if MOST_COLUMNS < n_columns {
        return Err(wrong(
            format!("`n_columns` is {n_columns}, expected at most {MOST_COLUMNS}"),
            format!("`n_columns` 为 {n_columns}，至多 {MOST_COLUMNS}"),
        ));
    }
    let rows = in_memory("rows", rows)?;
    let mut series = Vec::new();
    let mut faults = Vec::new();
    for (position, column) in
        call.structs("columns", columns, n_columns as usize)?.iter().enumerate()
    {
        let name = call.text("name", column.name, column.name_len);
        // By its name, where it has one.
        let place = match name.as_deref() {
            Ok(name) if !name.is_empty() => pointer_push("", name),
            _ => format!("/columns/{position}"),
        };
        let read = name.and_then(|name| one(call, column, name, rows, false));
        match read.map_err(|error| error.below(&place)) {
            Ok(column) => series.push(column),
            Err(error) => faults.extend(error.into_faults()),
        }
    }
    Error::check(faults)?;
    Frame::new(rows, series)
}

fn one<'c>(
    call: &'c Call,
    column: &GxColumn,
    name: &'c str,
    rows: usize,
    is_words: bool,
) -> Result<Series<'c>, Error> {
    let data = data(call, column, rows, is_words)?;
    let series = Series::new(name, data);
    Ok(match known(call, column, rows)? {
        Some(known) => series.known(BitSlice::new(known, 0)),
        None => series,
    })
}

/// Which values are there; nothing: all are.
fn known<'c>(
    call: &'c Call,
    column: &GxColumn,
    rows: usize,
) -> Result<Option<Cow<'c, [u8]>>, Error> {
    let bits =
        (!column.known.is_null()).then(|| call.values("known", column.known, rows.div_ceil(8)));
    bits.transpose()
}

fn data<'c>(
    call: &'c Call,
    column: &GxColumn,
    rows: usize,
    is_words: bool,
) -> Result<SeriesData<'c>, Error> {
    let at = column.values;
    Ok(match column.kind {
        GX_COLUMN_TEXT => {
            let offsets = call.values("offsets", column.offsets, rows + 1)?;
            let last = offsets.last().copied().unwrap_or(0);
            if !offsets.is_sorted() || offsets.first().is_some_and(|first| *first < 0) {
                return Err(wrong("the offsets do not ascend", "偏移量没有递增"));
            }
            let bytes = call.values("values", at.cast::<u8>(), last as usize)?;
            let texts = match bytes {
                Cow::Borrowed(bytes) => std::str::from_utf8(bytes).map(Cow::Borrowed).ok(),
                Cow::Owned(bytes) => String::from_utf8(bytes).map(Cow::Owned).ok(),
            };
            let texts = texts.ok_or_else(|| wrong("the texts are not UTF-8", "文本不是 UTF-8"))?;
            SeriesData::Texts(offsets, texts)
        }
        GX_COLUMN_INT64 => SeriesData::Ints(call.values("values", at.cast(), rows)?),
        GX_COLUMN_FLOAT64 => SeriesData::Floats(call.values("values", at.cast(), rows)?),
        GX_COLUMN_DECIMAL => {
            let scale = i8::try_from(column.scale).ok().filter(|scale| *scale <= 18);
            let scale = scale.ok_or_else(|| wrong_scale(column.scale))?;
            let units = call.values("values", at.cast::<i64>(), rows)?;
            SeriesData::Units(units, scale)
        }
        GX_COLUMN_BOOL => {
            let bytes = call.values("values", at.cast::<u8>(), rows)?;
            let known = known(call, column, rows)?;
            let has =
                |row: usize| known.as_ref().is_none_or(|it| it[row / 8] >> (row % 8) & 1 == 1);
            if let Some(row) = (0..rows).find(|row| 1 < bytes[*row] && has(*row)) {
                return Err(neither(row + 1, bytes[row]));
            }
            SeriesData::Bools(bytes.iter().map(|byte| *byte == 1).collect())
        }
        GX_COLUMN_DATE => SeriesData::Days(call.values("values", at.cast(), rows)?),
        GX_COLUMN_INSTANT | GX_COLUMN_LOCAL => {
            let clock = if column.kind == GX_COLUMN_INSTANT { Clock::Utc } else { Clock::Local };
            SeriesData::Times(call.values("values", at.cast(), rows)?, TimeUnit::Micros, clock)
        }
        GX_COLUMN_CODES if !is_words => {
            let codes = call.values("values", at.cast::<i32>(), rows)?;
            let n_words = in_memory("n_words", column.n_words)?;
            let words = call.structs("words", column.words.cast::<GxColumn>(), 1)?;
            let words = words.first().ok_or_else(|| null("words"))?;
            let words =
                one(call, words, "", n_words, true).map_err(|error| error.below("/words"))?;
            SeriesData::Coded(codes.into(), Box::new(words))
        }
        other => {
            return Err(wrong(
                format!("there is no kind {other} of columns, expected GX_COLUMN_..."),
                format!("没有第 {other} 种列，应为 GX_COLUMN_..."),
            ));
        }
    })
}

fn wrong_scale(scale: u32) -> Error {
    wrong(
        format!("`scale` is {scale}, expected 0 to 18"),
        format!("`scale` 为 {scale}，应为 0 到 18"),
    )
}

fn neither(row: usize, byte: u8) -> Error {
    wrong(
        format!("the value of row {row} is {byte}, expected 0 or 1"),
        format!("第 {row} 行的值为 {byte}，应为 0 或 1"),
    )
}

/// A number of values that there may be.
fn in_memory(what: &str, n: u64) -> Result<usize, Error> {
    let fits = usize::try_from(n).ok().filter(|n| *n <= usize::MAX / 64);
    fits.ok_or_else(|| {
        wrong(
            format!("`{what}` is {n}, more than can be in memory"),
            format!("`{what}` 为 {n}，超出内存可能的范围"),
        )
    })
}

fn wrong(en: impl Into<String>, zh: impl Into<String>) -> Error {
    Fault::new(Code::MalformedColumn, en, zh).into()
}
