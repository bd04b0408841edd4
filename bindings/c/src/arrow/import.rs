//! Arrays of strangers as columns.
//!
//! ```text
//! frame ──> series of each child ──> values, texts ──> buffer: what may be read
//! ```

mod buffer;
mod texts;
mod values;

use std::borrow::Cow;
use std::ffi::{CStr, c_char};
use std::ops::RangeInclusive;

use guanxi_core::facts::intake::{BitSlice, Frame, Series};
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

fn malformed(path: &str, en: impl Into<String>, zh: impl Into<String>) -> Fault {
    let fault = Fault::new(Code::MalformedColumn, en, zh);
    if path.is_empty() { fault } else { fault.at(path) }
}
