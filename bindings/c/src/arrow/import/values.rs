//! The values of an array by its format.

use std::borrow::Cow;

use guanxi_core::Fault;
use guanxi_core::facts::intake::{BitSlice, Clock, SeriesData, TimeUnit, Whole};

use super::{Found, Part};
use crate::arrow::{ArrowArray, ArrowSchema};
use crate::memory::values;

impl Part {
    /// # Safety
    ///
    /// As [`frame`].
    pub(super) unsafe fn data<'a>(
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
            let codes = match format {
                "i" => Whole::Narrow(self.of(array, 1, rows)?),
                _ => Whole::Wide(self.whole(array, format, rows)?),
            };
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
