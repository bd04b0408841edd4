//! Arrays of strangers as columns.

use std::borrow::Cow;
use std::ffi::{CStr, c_char, c_void};
use std::ops::RangeInclusive;
use std::str;

use guanxi_core::facts::intake::{BitSlice, Clock, Frame, Series, SeriesData, TimeUnit};
use guanxi_core::{Code, Error, Fault};

use super::{ArrowArray, ArrowSchema};
use crate::memory::values;

/// Columns that one array may have.
const MOST_COLUMNS: i64 = 10_000;

/// How deep a dictionary in a list in a column may go.
const DEEPEST: usize = 4;

/// A batch of rows: a struct whose children are columns.
///
/// # Safety
///
/// Both follow the interface and are not released while the result lives; the
/// buffers are as long as the array says.
pub unsafe fn frame<'a>(
    array: &'a ArrowArray,
    schema: &'a ArrowSchema,
) -> Result<Frame<'a>, Error> {
    // SAFETY: passed on.
    let format = unsafe { text(schema.format) };
    if format != "+s" {
        return Err(malformed(
            "",
            format!("the array is of format `{format}`, expected `+s`, a struct of columns"),
            format!("数组的格式为 `{format}`，应为 `+s`，即由各列组成的结构"),
        )
        .into());
    }
    let place = Part { path: String::new(), from: 0, depth: 0 };
    let rows = place.length(array, schema).map_err(|fault| *fault)?;
    // SAFETY: passed on.
    if unsafe { place.has_missing(array, rows) }.map_err(|fault| *fault)? {
        return Err(malformed(
            "",
            "whole rows are missing, expected every row of the struct to be there",
            "存在整行缺失，结构的每一行都应存在",
        )
        .into());
    }
    place.children(array, schema, 0..=MOST_COLUMNS).map_err(|fault| *fault)?;
    let from = place.start(array).map_err(|fault| *fault)?;
    let (mut columns, mut faults) = (Vec::new(), Vec::new());
    for child in 0..array.n_children as usize {
        // SAFETY: passed on; there are so many children.
        let column = unsafe { place.child(array, schema, child, from, rows) };
        match column {
            Ok(column) => columns.push(column),
            Err(fault) => faults.push(*fault),
        }
    }
    Error::check(faults)?;
    Frame::new(rows, columns)
}

/// Where in the array we are.
struct Part {
    path: String,
    /// Its parents' offsets.
    from: usize,
    depth: usize,
}

type Found<T> = Result<T, Box<Fault>>;

impl Part {
    fn wrong(&self, en: impl Into<String>, zh: impl Into<String>) -> Box<Fault> {
        Box::new(malformed(&self.path, en, zh))
    }

    /// What is wrong with the frame of an array that need not be looked at more
    /// closely; otherwise its length.
    fn length(&self, array: &ArrowArray, schema: &ArrowSchema) -> Found<usize> {
        if array.release.is_none() || schema.release.is_none() {
            return Err(self.wrong("the array was released", "数组已释放"));
        }
        // What is as long as that would not fit into memory.
        let most = i64::MAX / 64;
        let sound = |number: i64| (0..=most).contains(&number).then_some(number as usize);
        match (sound(array.length), sound(array.offset)) {
            (Some(length), Some(_)) => Ok(length),
            _ => {
                let (length, offset) = (array.length, array.offset);
                Err(self.wrong(
                    format!(
                        "`length` is {length} and `offset` is {offset}, expected 0 to {most} for both"
                    ),
                    format!("`length` 为 {length}，`offset` 为 {offset}，两者均应为 0 到 {most}"),
                ))
            }
        }
    }

    /// Where the rows begin in the buffers.
    fn start(&self, array: &ArrowArray) -> Found<usize> {
        let own = usize::try_from(array.offset).ok();
        own.and_then(|own| own.checked_add(self.from)).ok_or_else(|| {
            self.wrong("the offsets add up to more than there can be", "偏移之和超出可能的范围")
        })
    }

    /// Array and schema have equally many children, and as many as there may be.
    fn children(
        &self,
        array: &ArrowArray,
        schema: &ArrowSchema,
        range: RangeInclusive<i64>,
    ) -> Found<()> {
        let (have, want) = (array.n_children, schema.n_children);
        if have != want {
            return Err(self.wrong(
                format!("`n_children` is {have} in the array, but {want} in its schema"),
                format!("`n_children` 在数组中为 {have}，在其声明中却为 {want}"),
            ));
        }
        if range.contains(&have) {
            return Ok(());
        }
        let (least, most) = (range.start(), range.end());
        let (en, zh) = match least == most {
            true => (least.to_string(), least.to_string()),
            false => (format!("{least} to {most}"), format!("{least} 到 {most}")),
        };
        Err(self.wrong(
            format!("`n_children` is {have}, expected {en}"),
            format!("`n_children` 为 {have}，应为 {zh}"),
        ))
    }

    /// # Safety
    ///
    /// As [`frame`]; there is such a child.
    unsafe fn child<'a>(
        &self,
        array: &'a ArrowArray,
        schema: &'a ArrowSchema,
        child: usize,
        from: usize,
        rows: usize,
    ) -> Found<Series<'a>> {
        if array.children.is_null() || schema.children.is_null() {
            return Err(self.wrong("the pointer to the children is null", "指向子数组的指针为空"));
        }
        // SAFETY: there are so many pointers, which are null or lead to structs.
        let pair = unsafe {
            let (array, schema) = (*array.children.add(child), *schema.children.add(child));
            array.as_ref().zip(schema.as_ref())
        };
        let Some((array, schema)) = pair else {
            return Err(self.wrong(
                format!("the pointer to child {child} is null"),
                format!("指向子数组 {child} 的指针为空"),
            ));
        };
        // SAFETY: passed on.
        unsafe { self.series(array, schema, from, rows, None) }
    }

    /// A column of so many rows, from a row of the buffers on.
    ///
    /// # Safety
    ///
    /// As [`frame`].
    unsafe fn series<'a>(
        &self,
        array: &'a ArrowArray,
        schema: &'a ArrowSchema,
        from: usize,
        rows: usize,
        called: Option<&str>,
    ) -> Found<Series<'a>> {
        // SAFETY: passed on.
        let (name, format) = unsafe { (text(schema.name), text(schema.format)) };
        let mut path = self.path.clone();
        path.push('/');
        path.push_str(&called.unwrap_or(&name).replace('~', "~0").replace('/', "~1"));
        let part = Part { path, from, depth: self.depth + 1 };
        let length = part.length(array, schema)?;
        let end = from.checked_add(rows).filter(|end| *end <= length);
        if end.is_none() {
            return Err(part.wrong(
                format!(
                    "the column has {length} values, and {rows} from row {from} on are asked for"
                ),
                format!("该列有 {length} 个值，而需要从第 {from} 行起的 {rows} 个"),
            ));
        }
        if DEEPEST < part.depth {
            return Err(part.wrong("the column nests too deep", "该列嵌套过深"));
        }
        // SAFETY: passed on.
        unsafe {
            let data = part.data(array, schema, &format, rows)?;
            let series = Series::new(name, data);
            if format == "n" || !part.has_missing(array, rows)? {
                return Ok(series);
            }
            let first = part.start(array)?;
            let bytes = (first + rows).div_ceil(8);
            let known = values(part.buffer(array, 0)?.cast::<u8>(), bytes);
            Ok(series.known(BitSlice::new(known, first)))
        }
    }

    /// Whether values are missing.
    ///
    /// # Safety
    ///
    /// As [`frame`].
    unsafe fn has_missing(&self, array: &ArrowArray, rows: usize) -> Found<bool> {
        if array.null_count == 0 || rows == 0 || array.n_buffers < 1 {
            return Ok(false);
        }
        // SAFETY: there is a first buffer.
        let bitmap = unsafe { self.buffers(array)?.read() };
        match (bitmap.is_null(), array.null_count) {
            (false, _) => Ok(true),
            (true, -1) => Ok(false),
            (true, missing) => Err(self.wrong(
                format!(
                    "`null_count` is {missing}, but the pointer to the bits that say which values \
                     are missing is null"
                ),
                format!("`null_count` 为 {missing}，但标明哪些值缺失的位图指针为空"),
            )),
        }
    }

    fn buffers(&self, array: &ArrowArray) -> Found<*const *const c_void> {
        if array.buffers.is_null() {
            return Err(self.wrong("the pointer to the buffers is null", "指向缓冲区的指针为空"));
        }
        Ok(array.buffers.cast_const())
    }

    /// # Safety
    ///
    /// As [`frame`].
    unsafe fn buffer(&self, array: &ArrowArray, number: usize) -> Found<*const c_void> {
        if array.n_buffers <= number as i64 {
            let (have, least) = (array.n_buffers, number + 1);
            return Err(self.wrong(
                format!("`n_buffers` is {have}, expected at least {least}"),
                format!("`n_buffers` 为 {have}，应至少为 {least}"),
            ));
        }
        // SAFETY: there are so many pointers.
        let buffer = unsafe { self.buffers(array)?.add(number).read() };
        if buffer.is_null() {
            return Err(self.wrong(
                format!("the pointer to buffer {number} is null"),
                format!("指向第 {number} 个缓冲区的指针为空"),
            ));
        }
        Ok(buffer)
    }

    /// So many values of a buffer.
    ///
    /// # Safety
    ///
    /// As [`frame`].
    unsafe fn of<'a, T: Copy>(
        &self,
        array: &'a ArrowArray,
        number: usize,
        rows: usize,
    ) -> Found<Cow<'a, [T]>> {
        if rows == 0 {
            return Ok(Cow::Borrowed(&[]));
        }
        let start = self.start(array)?;
        // SAFETY: the buffer has the array's offset and length, by contract.
        Ok(unsafe { values(self.buffer(array, number)?.cast::<T>().add(start), rows) })
    }

    /// The same as 64-bit numbers.
    ///
    /// # Safety
    ///
    /// As [`frame`].
    unsafe fn ints<'a, T: Copy + Into<i64>>(
        &self,
        array: &'a ArrowArray,
        rows: usize,
    ) -> Found<Cow<'a, [i64]>> {
        // SAFETY: passed on.
        let ints = unsafe { self.of::<T>(array, 1, rows)? };
        Ok(ints.iter().map(|int| (*int).into()).collect())
    }

    /// # Safety
    ///
    /// As [`frame`].
    unsafe fn data<'a>(
        &self,
        array: &'a ArrowArray,
        schema: &'a ArrowSchema,
        format: &str,
        rows: usize,
    ) -> Found<SeriesData<'a>> {
        // SAFETY: passed on, in every arm.
        unsafe {
            if !schema.dictionary.is_null() {
                return self.coded(array, schema, format, rows);
            }
            Ok(match format {
                "n" => SeriesData::Missing,
                "b" if rows == 0 => SeriesData::Bools(BitSlice::new(&[][..], 0)),
                "b" => {
                    let first = self.start(array)?;
                    let bytes = (first + rows).div_ceil(8);
                    let bits = values(self.buffer(array, 1)?.cast::<u8>(), bytes);
                    SeriesData::Bools(BitSlice::new(bits, first))
                }
                "c" | "C" | "s" | "S" | "i" | "I" | "l" => {
                    SeriesData::Ints(self.whole(array, format, rows)?)
                }
                "L" => {
                    let ints = self.of::<u64>(array, 1, rows)?;
                    SeriesData::Exact(ints.iter().map(|int| (*int).into()).collect(), 0)
                }
                "f" => {
                    let floats = self.of::<f32>(array, 1, rows)?;
                    SeriesData::Floats(floats.iter().map(|float| shortest(*float)).collect())
                }
                "g" => SeriesData::Floats(self.of(array, 1, rows)?),
                "tdD" => SeriesData::Days(self.of(array, 1, rows)?),
                "tdm" => {
                    SeriesData::Times(self.of(array, 1, rows)?, TimeUnit::Millis, Clock::Local)
                }
                "u" => {
                    let offsets = self.offsets::<i32>(array, rows)?;
                    self.texts(array, offsets)?
                }
                "U" => {
                    let offsets = self.offsets::<i64>(array, rows)?;
                    self.texts(array, offsets)?
                }
                "vu" => self.views(array, rows)?,
                "+l" => {
                    let offsets = self.offsets::<i32>(array, rows)?;
                    self.sets(array, schema, offsets)?
                }
                "+L" => {
                    let offsets = self.offsets::<i64>(array, rows)?;
                    self.sets(array, schema, offsets)?
                }
                _ => match (moment(format), decimal(format)) {
                    (Some((unit, clock)), _) => {
                        SeriesData::Times(self.of(array, 1, rows)?, unit, clock)
                    }
                    (_, Some(scale)) => SeriesData::Exact(self.decimals(array, rows)?, scale),
                    _ => return Err(self.unknown(format)),
                },
            })
        }
    }

    /// # Safety
    ///
    /// As [`frame`].
    unsafe fn whole<'a>(
        &self,
        array: &'a ArrowArray,
        format: &str,
        rows: usize,
    ) -> Found<Cow<'a, [i64]>> {
        // SAFETY: passed on, in every arm.
        unsafe {
            match format {
                "c" => self.ints::<i8>(array, rows),
                "C" => self.ints::<u8>(array, rows),
                "s" => self.ints::<i16>(array, rows),
                "S" => self.ints::<u16>(array, rows),
                "i" => self.ints::<i32>(array, rows),
                "I" => self.ints::<u32>(array, rows),
                "l" => self.of(array, 1, rows),
                "L" => {
                    // A code beyond is outside any dictionary.
                    let codes = self.of::<u64>(array, 1, rows)?;
                    Ok(codes.iter().map(|code| i64::try_from(*code).unwrap_or(-1)).collect())
                }
                _ => Err(self.unknown(format)),
            }
        }
    }

    /// # Safety
    ///
    /// As [`frame`].
    unsafe fn coded<'a>(
        &self,
        array: &'a ArrowArray,
        schema: &'a ArrowSchema,
        format: &str,
        rows: usize,
    ) -> Found<SeriesData<'a>> {
        // SAFETY: passed on; null, or a struct.
        unsafe {
            let codes = self.whole(array, format, rows)?;
            let words = array.dictionary.as_ref().zip(schema.dictionary.as_ref());
            let Some((words, of)) = words else {
                return Err(
                    self.wrong("the pointer to the dictionary is null", "指向字典的指针为空")
                );
            };
            let length = self.length(words, of)?;
            let words = self.series(words, of, 0, length, Some("dictionary"))?;
            Ok(SeriesData::Coded(codes, Box::new(words)))
        }
    }

    /// One offset more than there are rows.
    ///
    /// # Safety
    ///
    /// As [`frame`].
    unsafe fn offsets<'a, T: Copy + Into<i64> + 'a>(
        &self,
        array: &'a ArrowArray,
        rows: usize,
    ) -> Found<Cow<'a, [i64]>> {
        if rows == 0 {
            return Ok(Cow::Borrowed(&[0]));
        }
        // SAFETY: passed on.
        let offsets = unsafe { self.of::<T>(array, 1, rows + 1)? };
        Ok(offsets.iter().map(|offset| (*offset).into()).collect())
    }

    /// # Safety
    ///
    /// As [`frame`].
    unsafe fn texts<'a>(
        &self,
        array: &'a ArrowArray,
        offsets: Cow<'a, [i64]>,
    ) -> Found<SeriesData<'a>> {
        if !offsets.is_sorted() || offsets.first().is_some_and(|first| *first < 0) {
            return Err(self.wrong("the offsets do not ascend", "偏移量没有递增"));
        }
        let len = offsets.last().map_or(0, |last| *last as usize);
        let bytes = match len {
            0 => Cow::Borrowed(&[][..]),
            // SAFETY: by contract there are so many bytes as the last offset says.
            _ => unsafe { values(self.buffer(array, 2)?.cast::<u8>(), len) },
        };
        let texts = match bytes {
            Cow::Borrowed(bytes) => str::from_utf8(bytes).map(Cow::Borrowed).ok(),
            Cow::Owned(bytes) => String::from_utf8(bytes).map(Cow::Owned).ok(),
        };
        let texts = texts.ok_or_else(|| self.wrong("the texts are not UTF-8", "文本不是 UTF-8"))?;
        Ok(SeriesData::Texts(offsets, texts))
    }

    /// Texts of which short ones stand in the column itself.
    ///
    /// # Safety
    ///
    /// As [`frame`].
    unsafe fn views<'a>(&self, array: &'a ArrowArray, rows: usize) -> Found<SeriesData<'a>> {
        // SAFETY: passed on.
        let views = unsafe { self.of::<[i32; 4]>(array, 1, rows)? };
        // SAFETY: passed on.
        let is_missing = unsafe { self.has_missing(array, rows)? };
        let first = self.start(array)?;
        let known = match is_missing {
            // SAFETY: passed on.
            true => unsafe {
                values(self.buffer(array, 0)?.cast::<u8>(), (first + rows).div_ceil(8))
            },
            false => Cow::Borrowed(&[][..]),
        };
        let known = is_missing.then(|| BitSlice::new(known, first));
        let (mut offsets, mut texts) = (vec![0], String::new());
        for (row, view) in views.iter().enumerate() {
            if known.as_ref().is_none_or(|known| known.has(row)) {
                // SAFETY: passed on.
                texts.push_str(unsafe { self.view(array, view)? });
            }
            offsets.push(texts.len() as i64);
        }
        Ok(SeriesData::Texts(offsets.into(), texts.into()))
    }

    /// # Safety
    ///
    /// As [`frame`].
    unsafe fn view<'a>(&self, array: &'a ArrowArray, view: &'a [i32; 4]) -> Found<&'a str> {
        let wrong = || self.wrong("a view of a text points nowhere", "文本视图指向不存在之处");
        let len = usize::try_from(view[0]).map_err(|_| wrong())?;
        let bytes = if len <= 12 {
            // SAFETY: the twelve bytes behind the length.
            unsafe { std::slice::from_raw_parts(view[1..].as_ptr().cast::<u8>(), len) }
        } else {
            let buffer = usize::try_from(view[2]).map_err(|_| wrong())?;
            let start = usize::try_from(view[3]).map_err(|_| wrong())?;
            let n = array.n_buffers - 3;
            if n <= buffer as i64 {
                return Err(wrong());
            }
            // SAFETY: the last buffer has the lengths of those before it.
            let bytes = unsafe {
                let lengths = self.buffer(array, n as usize + 2)?.cast::<i64>();
                let have = lengths.add(buffer).read_unaligned();
                let end = start.checked_add(len).and_then(|end| i64::try_from(end).ok());
                if end.is_none_or(|end| have < end) {
                    return Err(wrong());
                }
                self.buffer(array, buffer + 2)?.cast::<u8>().add(start)
            };
            // SAFETY: the buffer is at least as long, by its length.
            unsafe { std::slice::from_raw_parts(bytes, len) }
        };
        str::from_utf8(bytes).map_err(|_| self.wrong("the texts are not UTF-8", "文本不是 UTF-8"))
    }

    /// # Safety
    ///
    /// As [`frame`].
    unsafe fn sets<'a>(
        &self,
        array: &'a ArrowArray,
        schema: &'a ArrowSchema,
        offsets: Cow<'a, [i64]>,
    ) -> Found<SeriesData<'a>> {
        self.children(array, schema, 1..=1)?;
        let last = offsets.last().copied().unwrap_or(0);
        let items = usize::try_from(last)
            .map_err(|_| self.wrong("the offsets do not ascend", "偏移量没有递增"))?;
        // SAFETY: passed on.
        let items = unsafe { self.child(array, schema, 0, 0, items)? };
        Ok(SeriesData::Sets(offsets, Box::new(items)))
    }

    /// # Safety
    ///
    /// As [`frame`].
    unsafe fn decimals<'a>(&self, array: &'a ArrowArray, rows: usize) -> Found<Cow<'a, [i128]>> {
        // SAFETY: passed on.
        unsafe { self.of::<i128>(array, 1, rows) }
    }

    fn unknown(&self, format: &str) -> Box<Fault> {
        self.wrong(
            format!("the column is of format `{format}`, which is not read"),
            format!("该列的格式为 `{format}`，无法读取"),
        )
    }
}

/// Text with a NUL, as far as it is UTF-8; nothing for null.
///
/// # Safety
///
/// Null, or a text with a NUL that lives as long.
unsafe fn text<'a>(at: *const c_char) -> Cow<'a, str> {
    if at.is_null() {
        return Cow::Borrowed("");
    }
    // SAFETY: by contract.
    unsafe { CStr::from_ptr(at) }.to_string_lossy()
}

/// `tsu:UTC`: instants with any zone, times on the wall without one.
fn moment(format: &str) -> Option<(TimeUnit, Clock)> {
    let (unit, zone) = format.strip_prefix("ts")?.split_once(':')?;
    let unit = match unit {
        "s" => TimeUnit::Seconds,
        "m" => TimeUnit::Millis,
        "u" => TimeUnit::Micros,
        "n" => TimeUnit::Nanos,
        _ => return None,
    };
    Some((unit, if zone.is_empty() { Clock::Local } else { Clock::Utc }))
}

/// The places of `d:19,2` or `d:19,2,128`.
fn decimal(format: &str) -> Option<i8> {
    let mut parts = format.strip_prefix("d:")?.split(',');
    let (_, scale) = (parts.next()?, parts.next()?.parse().ok()?);
    matches!(parts.next(), None | Some("128")).then_some(scale)
}

/// The fraction that has the same shortest decimal number.
fn shortest(float: f32) -> f64 {
    float.to_string().parse().unwrap_or(f64::NAN)
}

fn malformed(path: &str, en: impl Into<String>, zh: impl Into<String>) -> Fault {
    let fault = Fault::new(Code::MalformedColumn, en, zh);
    if path.is_empty() { fault } else { fault.at(path) }
}
