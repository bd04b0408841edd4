//! One row more in the middle of a column.
//!
//! Columns are made for reading; one customer's are short, and moving their ends
//! up costs less than making them anew.

use super::bits::Bits;
use super::column::{Codes, Column, Data, Growing, Ints, as_number};
use super::events::Times;
use super::fact::Value;
use super::schema::Type;

const MICROS: i64 = 1_000_000;

impl Times {
    /// Makes room at `row`, which then holds `at`.
    pub(super) fn insert(&mut self, row: usize, at: i64) {
        if let Times::Seconds { base, after } = self {
            let whole = at.rem_euclid(MICROS) == 0;
            let seconds = u32::try_from(at.div_euclid(MICROS) - *base).ok().filter(|_| whole);
            match seconds {
                Some(seconds) if !after.is_empty() => return after.insert(row, seconds),
                // Before the base, too far after it, or the first of all.
                _ => {
                    let mut all: Vec<i64> = (0..after.len()).map(|row| self.micros(row)).collect();
                    all.insert(row, at);
                    *self = Times::narrow(all);
                    return;
                }
            }
        }
        if let Times::Micros(micros) = self {
            micros.insert(row, at);
        }
    }
}

impl Ints {
    fn insert(&mut self, row: usize, value: i64) {
        match self {
            Ints::I8(v) if i8::try_from(value).is_ok() => v.insert(row, value as i8),
            Ints::I16(v) if i16::try_from(value).is_ok() => v.insert(row, value as i16),
            Ints::I32(v) if i32::try_from(value).is_ok() => v.insert(row, value as i32),
            Ints::I64(v) => v.insert(row, value),
            Ints::I8(v) => *self = widened(v, row, value),
            Ints::I16(v) => *self = widened(v, row, value),
            Ints::I32(v) => *self = widened(v, row, value),
        }
    }
}

/// The same numbers, wider, with one more.
fn widened<T: Copy + Into<i64>>(values: &[T], row: usize, value: i64) -> Ints {
    let mut all: Vec<i64> = values.iter().map(|value| (*value).into()).collect();
    all.insert(row, value);
    Ints::narrow(all)
}

impl Codes {
    /// Makes room at `row` for a code of a dictionary that this width holds.
    pub(super) fn insert(&mut self, row: usize, code: u32) {
        match self {
            Codes::U8(v) => v.insert(row, code as u8),
            Codes::U16(v) => v.insert(row, code as u16),
            Codes::U32(v) => v.insert(row, code),
        }
    }
}

impl Column {
    /// Makes room at `row` of a column of `len` rows for a value of its type.
    pub(super) fn insert(&mut self, len: usize, row: usize, value: Option<&Value>, ty: &Type) {
        let known = match (&mut self.data, value) {
            (Data::Bool(bits), value) => {
                bits.insert(row, matches!(value, Some(Value::Bool(true))));
                matches!(value, Some(Value::Bool(_)))
            }
            (Data::Ints(ints), value) => {
                let number = value.and_then(as_number);
                ints.insert(row, number.unwrap_or(0));
                number.is_some()
            }
            (Data::Codes { codes, words }, Some(Value::Text(text))) => {
                let Some(code) = words.code(text) else {
                    return self.insert_anew(len, row, value, ty);
                };
                codes.insert(row, code);
                true
            }
            (Data::Codes { codes, .. }, _) => {
                codes.insert(row, 0);
                false
            }
            (Data::Sets { .. }, _) => return self.insert_anew(len, row, value, ty),
        };
        match &mut self.known {
            Some(bits) => bits.insert(row, known),
            None if known && 0 < len => {}
            None => {
                let mut bits = Bits::all(len);
                bits.insert(row, known);
                self.known = Some(bits);
            }
        }
        if self.known.as_ref().is_some_and(Bits::is_all) {
            self.known = None;
        }
    }

    /// The same with a dictionary that has to grow.
    fn insert_anew(&mut self, len: usize, row: usize, value: Option<&Value>, ty: &Type) {
        let mut growing = Growing::new(ty);
        for old in 0..row {
            growing.push(self.value(old, ty).as_ref());
        }
        growing.push(value);
        for old in row..len {
            growing.push(self.value(old, ty).as_ref());
        }
        let rows: Vec<u32> = (0..=len as u32).collect();
        *self = growing.finish(&rows);
    }
}

#[cfg(test)]
mod tests {
    use super::super::schema::TextProfile;
    use super::*;

    fn finished(values: &[Option<Value>], ty: &Type) -> Column {
        let mut growing = Growing::new(ty);
        values.iter().for_each(|value| growing.push(value.as_ref()));
        let rows: Vec<u32> = (0..values.len() as u32).collect();
        growing.finish(&rows)
    }

    /// A column that grew row by row is the one made at once, value by value.
    fn grows(ty: &Type, make: impl Fn(u64) -> Option<Value>) {
        let mut state = 9_u64;
        let mut below = |below: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (state >> 33) % below
        };
        let mut values: Vec<Option<Value>> = Vec::new();
        let mut column = finished(&[], ty);
        for round in 0..150 {
            let row = below(round + 1) as usize;
            let value = make(below(1 << 30));
            column.insert(values.len(), row, value.as_ref(), ty);
            values.insert(row, value);
            let told: Vec<_> = (0..values.len()).map(|row| column.value(row, ty)).collect();
            assert_eq!(told, values, "{ty:?}");
            assert_eq!(column.known, finished(&values, ty).known, "{ty:?}");
        }
    }

    #[test]
    fn a_row_goes_in_anywhere() {
        let some = |n: u64, value: Value| (!n.is_multiple_of(5)).then_some(value);
        let text = |n: u64| Value::Text(format!("w{}", n % 40).into());
        grows(&Type::Bool, |n| some(n, Value::Bool(n % 3 == 0)));
        grows(&Type::Int, |n| some(n, Value::Int(n as i64 >> (n % 31))));
        grows(&Type::Int, |n| Some(Value::Int(-(n as i64) << (n % 30))));
        grows(&Type::Text(TextProfile::Exact), |n| some(n, text(n)));
        grows(&Type::Text(TextProfile::Ci), |n| Some(text(n)));
        grows(&Type::Set(TextProfile::Exact), |n| {
            some(n, Value::Set((0..n % 3).map(|k| format!("w{}", n % 7 + k).into()).collect()))
        });
        let mut times = Times::narrow(Vec::new());
        let mut all = Vec::new();
        for at in [5 * MICROS, 9 * MICROS, 2 * MICROS, 2 * MICROS + 1, 1 << 60] {
            times.insert(all.len() / 2, at);
            all.insert(all.len() / 2, at);
            assert_eq!((0..all.len()).map(|row| times.micros(row)).collect::<Vec<_>>(), all);
        }
    }
}
