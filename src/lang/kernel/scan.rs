//! The innermost loops: 64 rows of one column against a constant, as one word.
//!
//! A comparison of 64 values is written as 64 bytes, which the compiler turns
//! into vector instructions, and then packed into bits by multiplication.

use super::condition::each;
use crate::facts::{Codes, Ints};

/// Words that ask for fewer rows go one by one.
const FEW: u32 = 4;

/// Packs 64 bytes that are 0 or 1 into bits, the first byte lowest.
#[inline]
pub(super) fn pack(bytes: &[u8; 64]) -> u64 {
    // Each multiplication gathers the low bits of eight bytes in its top byte.
    const GATHER: u64 = 0x0102_0408_1020_4080;
    let mut word = 0;
    for (position, eight) in bytes.chunks_exact(8).enumerate() {
        let mut lane = [0; 8];
        lane.copy_from_slice(eight);
        word |= (u64::from_le_bytes(lane).wrapping_mul(GATHER) >> 56) << (position * 8);
    }
    word
}

#[inline]
fn bits_where<T: Copy>(values: &[T], test: impl Fn(T) -> bool) -> u64 {
    let mut bytes = [0; 64];
    for (byte, value) in bytes.iter_mut().zip(values) {
        *byte = u8::from(test(*value));
    }
    pack(&bytes)
}

/// Sets in `out` the rows whose value lies in `low..=high`; word `i` of `out`
/// covers the 64 rows from `(first_word + i) * 64`. Words with an empty `mask`
/// are left at zero.
pub(super) fn in_range(
    ints: &Ints,
    (low, high): (i64, i64),
    first_word: usize,
    mask: &[u64],
    out: &mut [u64],
) {
    macro_rules! narrow {
        ($values:expr, $int:ty) => {{
            // A bound outside the column's width is no bound at all, or excludes
            // every row.
            let (min, max) = (i64::from(<$int>::MIN), i64::from(<$int>::MAX));
            if high < low || high < min || max < low {
                return;
            }
            let (low, high) = (low.max(min) as $int, high.min(max) as $int);
            scan($values, first_word, mask, out, |v: $int| (low <= v) & (v <= high));
        }};
    }
    match ints {
        Ints::I8(values) => narrow!(values, i8),
        Ints::I16(values) => narrow!(values, i16),
        Ints::I32(values) => narrow!(values, i32),
        Ints::I64(values) => narrow!(values, i64),
    }
}

/// Sets in `out` the rows whose code is wanted.
pub(super) fn in_table(
    codes: &Codes,
    wanted: &Wanted,
    first_word: usize,
    mask: &[u64],
    out: &mut [u64],
) {
    match (codes, wanted) {
        (Codes::U8(values), Wanted::Few(few)) => {
            let few = few.map(|code| code as u8);
            scan(values, first_word, mask, out, |v: u8| is_one_of(v, few));
        }
        (Codes::U16(values), Wanted::Few(few)) => {
            let few = few.map(|code| code as u16);
            scan(values, first_word, mask, out, |v: u16| is_one_of(v, few));
        }
        (Codes::U32(values), Wanted::Few(few)) => {
            scan(values, first_word, mask, out, |v: u32| is_one_of(v, *few));
        }
        (Codes::U8(values), Wanted::Many(table)) => {
            scan(values, first_word, mask, out, |v: u8| looked_up(table, v.into()));
        }
        (Codes::U16(values), Wanted::Many(table)) => {
            scan(values, first_word, mask, out, |v: u16| looked_up(table, v.into()));
        }
        (Codes::U32(values), Wanted::Many(table)) => {
            scan(values, first_word, mask, out, |v: u32| looked_up(table, v));
        }
        (_, Wanted::None) => {}
    }
}

#[inline]
fn is_one_of<T: PartialEq + Copy>(value: T, few: [T; 4]) -> bool {
    (value == few[0]) | (value == few[1]) | (value == few[2]) | (value == few[3])
}

#[inline]
fn looked_up(table: &[bool], code: u32) -> bool {
    table.get(code as usize).copied().unwrap_or(false)
}

#[inline]
fn scan<T: Copy>(
    values: &[T],
    first_word: usize,
    mask: &[u64],
    out: &mut [u64],
    test: impl Fn(T) -> bool,
) {
    for (position, (mask, out)) in mask.iter().zip(out).enumerate() {
        if *mask == 0 {
            continue;
        }
        let from = (first_word + position) * 64;
        let until = values.len().min(from + 64);
        let Some(rows) = values.get(from..until) else { continue };
        if mask.count_ones() < FEW {
            each(&[*mask], 0, |row| {
                *out |= u64::from(rows.get(row).is_some_and(|v| test(*v))) << row
            });
        } else {
            *out = bits_where(rows, &test) & mask;
        }
    }
}

/// Which words of a dictionary satisfy a condition.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Wanted {
    /// None does.
    None,
    /// Up to four do; short lists repeat the last code.
    Few([u32; 4]),
    /// Looked up by code.
    Many(Vec<bool>),
}

impl Wanted {
    pub(super) fn of(table: Vec<bool>) -> Self {
        let codes: Vec<u32> =
            table.iter().enumerate().filter(|(_, on)| **on).map(|(code, _)| code as u32).collect();
        match codes.as_slice() {
            [] => Wanted::None,
            [a] => Wanted::Few([*a; 4]),
            [a, b] => Wanted::Few([*a, *b, *b, *b]),
            [a, b, c] => Wanted::Few([*a, *b, *c, *c]),
            [a, b, c, d] => Wanted::Few([*a, *b, *c, *d]),
            _ => Wanted::Many(table),
        }
    }

    #[inline]
    pub(super) fn has(&self, code: u32) -> bool {
        match self {
            Wanted::None => false,
            Wanted::Few(few) => is_one_of(code, *few),
            Wanted::Many(table) => looked_up(table, code),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packing_keeps_the_order() {
        let mut bytes = [0; 64];
        let rows = [0, 1, 7, 8, 31, 62, 63];
        for row in rows {
            bytes[row] = 1;
        }
        assert_eq!(pack(&bytes), rows.iter().map(|row| 1u64 << row).sum::<u64>());
    }

    #[test]
    fn ranges_wider_than_the_column_are_clamped() {
        let ints = Ints::narrow((-100..100).collect());
        for (low, high) in [(-5, 5), (i64::MIN, i64::MAX), (-1000, 0), (500, 900), (3, 2)] {
            let mut out = [0; 4];
            in_range(&ints, (low, high), 0, &[u64::MAX; 4], &mut out);
            let found: u32 = out.iter().map(|word| word.count_ones()).sum();
            assert_eq!(found as usize, (-100..100).filter(|v| low <= *v && *v <= high).count());
        }
    }

    #[test]
    fn few_and_many_agree() {
        let codes = Codes::narrow((0..300).map(|i| i % 7).collect(), 7);
        for n in 0..7 {
            let wanted = Wanted::of((0..7).map(|code| code < n).collect());
            let mut out = [0; 5];
            in_table(&codes, &wanted, 0, &[u64::MAX; 5], &mut out);
            for row in 0..300 {
                let bit = out[row / 64] >> (row % 64) & 1 == 1;
                assert_eq!(bit, (row % 7) < n);
                assert_eq!(bit, wanted.has((row % 7) as u32));
            }
        }
    }
}
