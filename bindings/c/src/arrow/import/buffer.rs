//! The buffers of an array, as far as they may be read.

use std::borrow::Cow;
use std::ffi::c_void;

use super::{Found, Part};
use crate::arrow::ArrowArray;
use crate::memory::values;

impl Part {
    /// Whether values are missing.
    ///
    /// # Safety
    ///
    /// As [`frame`].
    pub(super) unsafe fn has_missing(&self, array: &ArrowArray, rows: usize) -> Found<bool> {
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
    pub(super) unsafe fn buffer(&self, array: &ArrowArray, number: usize) -> Found<*const c_void> {
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
    pub(super) unsafe fn of<'a, T: Copy>(
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
    pub(super) unsafe fn ints<'a, T: Copy + Into<i64>>(
        &self,
        array: &'a ArrowArray,
        rows: usize,
    ) -> Found<Cow<'a, [i64]>> {
        // SAFETY: passed on.
        let ints = unsafe { self.of::<T>(array, 1, rows)? };
        Ok(ints.iter().map(|int| (*int).into()).collect())
    }

    /// One offset more than there are rows.
    ///
    /// # Safety
    ///
    /// As [`frame`].
    pub(super) unsafe fn offsets<'a, T: Copy + Into<i64> + 'a>(
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
}
