//! Texts, one behind the other or each where a view says.

use std::borrow::Cow;
use std::str;

use guanxi_core::facts::intake::{BitSlice, SeriesData};

use super::{Found, Part};
use crate::arrow::ArrowArray;
use crate::memory::values;

impl Part {
    /// # Safety
    ///
    /// As [`frame`].
    pub(super) unsafe fn texts<'a>(
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
    pub(super) unsafe fn views<'a>(
        &self,
        array: &'a ArrowArray,
        rows: usize,
    ) -> Found<SeriesData<'a>> {
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
}
