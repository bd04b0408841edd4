//! One column of values: as narrow as its values allow, with a bit for each
//! row that says whether the value is known.

use std::sync::Arc;

use super::bits::Bits;
use super::fact::Value;
use super::schema::{TextProfile, Type};
use super::words::{Interner, Words};

/// Whole numbers in the narrowest width that holds all of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ints {
    /// All within -128 to 127.
    I8(Vec<i8>),
    /// All within 16 bits.
    I16(Vec<i16>),
    /// All within 32 bits.
    I32(Vec<i32>),
    /// Any.
    I64(Vec<i64>),
}

impl Ints {
    /// The narrowest form of these numbers.
    pub fn narrow(values: Vec<i64>) -> Self {
        let (low, high) =
            values.iter().fold((0, 0), |(low, high), v| (*v.min(&low), *v.max(&high)));
        let fits = |min: i64, max: i64| min <= low && high <= max;
        if fits(i8::MIN.into(), i8::MAX.into()) {
            Ints::I8(values.iter().map(|v| *v as i8).collect())
        } else if fits(i16::MIN.into(), i16::MAX.into()) {
            Ints::I16(values.iter().map(|v| *v as i16).collect())
        } else if fits(i32::MIN.into(), i32::MAX.into()) {
            Ints::I32(values.iter().map(|v| *v as i32).collect())
        } else {
            Ints::I64(values)
        }
    }

    /// The narrowest form of these numbers in an order in which each stands
    /// once.
    pub(crate) fn arranged(values: &[i64], rows: &[u32]) -> Self {
        let (low, high) =
            values.iter().fold((0, 0), |(low, high), v| (*v.min(&low), *v.max(&high)));
        let fits = |min: i64, max: i64| min <= low && high <= max;
        let picked = rows.iter().map(|row| values[*row as usize]);
        if fits(i8::MIN.into(), i8::MAX.into()) {
            Ints::I8(picked.map(|v| v as i8).collect())
        } else if fits(i16::MIN.into(), i16::MAX.into()) {
            Ints::I16(picked.map(|v| v as i16).collect())
        } else if fits(i32::MIN.into(), i32::MAX.into()) {
            Ints::I32(picked.map(|v| v as i32).collect())
        } else {
            Ints::I64(picked.collect())
        }
    }

    /// The number in a row; 0 past the end.
    #[inline]
    pub fn get(&self, row: usize) -> i64 {
        match self {
            Ints::I8(v) => v.get(row).map_or(0, |v| i64::from(*v)),
            Ints::I16(v) => v.get(row).map_or(0, |v| i64::from(*v)),
            Ints::I32(v) => v.get(row).map_or(0, |v| i64::from(*v)),
            Ints::I64(v) => v.get(row).copied().unwrap_or(0),
        }
    }

    /// Bytes held.
    pub fn bytes(&self) -> usize {
        match self {
            Ints::I8(v) => v.len(),
            Ints::I16(v) => v.len() * 2,
            Ints::I32(v) => v.len() * 4,
            Ints::I64(v) => v.len() * 8,
        }
    }
}

/// Numbers into a dictionary in the narrowest width that holds all of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Codes {
    /// Up to 256 words.
    U8(Vec<u8>),
    /// Up to 65,536 words.
    U16(Vec<u16>),
    /// Any.
    U32(Vec<u32>),
}

impl Codes {
    /// The narrowest form for a dictionary of `n_words`.
    pub fn narrow(values: Vec<u32>, n_words: usize) -> Self {
        if n_words <= 1 << 8 {
            Codes::U8(values.iter().map(|v| *v as u8).collect())
        } else if n_words <= 1 << 16 {
            Codes::U16(values.iter().map(|v| *v as u16).collect())
        } else {
            Codes::U32(values)
        }
    }

    /// One code so many times.
    pub(crate) fn same(code: u32, len: usize, n_words: usize) -> Self {
        if n_words <= 1 << 8 {
            Codes::U8(vec![code as u8; len])
        } else {
            Codes::narrow(vec![code; len], n_words)
        }
    }

    /// The code in a row; 0 past the end.
    #[inline]
    pub fn get(&self, row: usize) -> u32 {
        match self {
            Codes::U8(v) => v.get(row).map_or(0, |v| u32::from(*v)),
            Codes::U16(v) => v.get(row).map_or(0, |v| u32::from(*v)),
            Codes::U32(v) => v.get(row).copied().unwrap_or(0),
        }
    }

    /// Bytes held.
    pub fn bytes(&self) -> usize {
        match self {
            Codes::U8(v) => v.len(),
            Codes::U16(v) => v.len() * 2,
            Codes::U32(v) => v.len() * 4,
        }
    }
}

/// The values of a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Data {
    /// Yes or no.
    Bool(Bits),
    /// Whole numbers; exact numbers as units of their scale; days since
    /// 1970-01-01; instants as microseconds. The schema says which.
    Ints(Ints),
    /// Texts, labels and contacts.
    Codes {
        /// A number for each row.
        codes: Codes,
        /// What the numbers stand for.
        words: Arc<Words>,
    },
    /// Sets of texts.
    Sets {
        /// Where each row's codes begin; one more than rows.
        offsets: Vec<u32>,
        /// The codes of all rows, ascending within a row.
        codes: Codes,
        /// What the numbers stand for.
        words: Arc<Words>,
    },
}

/// A column: values, and which of them are known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// The values; an unknown row holds zero, the first word, or nothing.
    pub data: Data,
    /// Rows with a value; `None` when there are rows and all have one.
    pub known: Option<Bits>,
}

impl Column {
    /// Whether this row has a value.
    #[inline]
    pub fn is_known(&self, row: usize) -> bool {
        self.known.as_ref().is_none_or(|known| known.has(row))
    }

    /// The known rows among the 64 from `position * 64`; rows past the end may
    /// be set.
    #[inline]
    pub fn known_word(&self, position: usize) -> u64 {
        self.known.as_ref().map_or(u64::MAX, |known| known.word(position))
    }

    /// The value in a row, as a fact of type `ty` would hold it.
    pub fn value(&self, row: usize, ty: &Type) -> Option<Value> {
        if !self.is_known(row) {
            return None;
        }
        Some(match &self.data {
            Data::Bool(bits) => Value::Bool(bits.has(row)),
            Data::Ints(ints) => number(ints.get(row), ty),
            Data::Codes { codes, words } => Value::Text(words.text(codes.get(row)).into()),
            Data::Sets { offsets, codes, words } => {
                let (from, until) = set_range(offsets, row);
                Value::Set((from..until).map(|i| words.text(codes.get(i)).into()).collect())
            }
        })
    }

    /// Bytes held, dictionaries included.
    pub fn bytes(&self) -> usize {
        let known = self.known.as_ref().map_or(0, |known| known.words().len() * 8);
        known
            + match &self.data {
                Data::Bool(bits) => bits.words().len() * 8,
                Data::Ints(ints) => ints.bytes(),
                Data::Codes { codes, words } => codes.bytes() + words.bytes(),
                Data::Sets { offsets, codes, words } => {
                    offsets.len() * 4 + codes.bytes() + words.bytes()
                }
            }
    }

    /// Whether two rows hold the same value, or both hold none.
    pub fn same(&self, a: usize, b: usize) -> bool {
        if !self.is_known(a) || !self.is_known(b) {
            return self.is_known(a) == self.is_known(b);
        }
        match &self.data {
            Data::Bool(bits) => bits.has(a) == bits.has(b),
            Data::Ints(ints) => ints.get(a) == ints.get(b),
            Data::Codes { codes, words } => words.key(codes.get(a)) == words.key(codes.get(b)),
            Data::Sets { offsets, codes, .. } => {
                let range = |row| {
                    let (from, until) = set_range(offsets, row);
                    (from..until).map(|place| codes.get(place))
                };
                range(a).eq(range(b))
            }
        }
    }

    /// The rows in `rows`, in that order; `None` makes an unknown row.
    pub(crate) fn gather(&self, rows: &[Option<u32>]) -> Column {
        let known_at = |row: &Option<u32>| row.is_some_and(|row| self.is_known(row as usize));
        let mut known = Bits::none(rows.len());
        for (position, row) in rows.iter().enumerate() {
            known.set(position, known_at(row));
        }
        let at = |row: &Option<u32>| row.map_or(usize::MAX, |row| row as usize);
        let data = match &self.data {
            Data::Bool(bits) => {
                let mut out = Bits::none(rows.len());
                for (position, row) in rows.iter().enumerate() {
                    out.set(position, bits.has(at(row)));
                }
                Data::Bool(out)
            }
            Data::Ints(ints) => {
                Data::Ints(Ints::narrow(rows.iter().map(|row| ints.get(at(row))).collect()))
            }
            Data::Codes { codes, words } => {
                let picked = rows.iter().map(|row| codes.get(at(row))).collect();
                Data::Codes { codes: Codes::narrow(picked, words.len()), words: words.clone() }
            }
            Data::Sets { offsets, codes, words } => {
                let mut picked = Vec::new();
                let mut bounds = vec![0];
                for row in rows {
                    let (from, until) = set_range(offsets, at(row));
                    picked.extend((from..until).map(|i| codes.get(i)));
                    bounds.push(picked.len() as u32);
                }
                let codes = Codes::narrow(picked, words.len());
                Data::Sets { offsets: bounds, codes, words: words.clone() }
            }
        };
        Column { data, known: unless_all(known) }
    }
}

fn unless_all(known: Bits) -> Option<Bits> {
    if known.is_all() && !known.is_empty() { None } else { Some(known) }
}

/// The positions of a row's codes; an empty range past the end.
#[inline]
pub(crate) fn set_range(offsets: &[u32], row: usize) -> (usize, usize) {
    match (offsets.get(row), row.checked_add(1).and_then(|next| offsets.get(next))) {
        (Some(from), Some(until)) => (*from as usize, *until as usize),
        _ => (0, 0),
    }
}

/// A number as a fact of type `ty` would hold it.
pub(super) fn number(value: i64, ty: &Type) -> Value {
    match ty {
        Type::Decimal(_) | Type::Money(_) => Value::Exact(value),
        Type::Date => Value::Date(crate::units::Day::clamped(value)),
        Type::Instant => Value::Instant(crate::units::Instant::clamped(value)),
        _ => Value::Int(value),
    }
}

/// A column that is being filled, row by row, in any order.
#[derive(Debug)]
pub(crate) struct Growing {
    raw: Raw,
    known: Bits,
}

#[derive(Debug)]
enum Raw {
    Bool(Bits),
    Ints(Vec<i64>),
    Codes(Vec<u32>, Interner, TextProfile),
    Sets(Vec<u32>, Vec<u32>, Interner, TextProfile),
}

impl Growing {
    pub(crate) fn new(ty: &Type) -> Self {
        let raw = match ty {
            Type::Bool => Raw::Bool(Bits::default()),
            Type::Int | Type::Decimal(_) | Type::Money(_) | Type::Date | Type::Instant => {
                Raw::Ints(Vec::new())
            }
            Type::Text(profile) => Raw::Codes(Vec::new(), Interner::default(), *profile),
            Type::Enum(_) | Type::Contact(_) => {
                Raw::Codes(Vec::new(), Interner::default(), TextProfile::Exact)
            }
            Type::Set(profile) => Raw::Sets(vec![0], Vec::new(), Interner::default(), *profile),
        };
        Growing { raw, known: Bits::default() }
    }

    /// Whether the value of a row is known to be false.
    pub(crate) fn says_no(&self, row: usize) -> bool {
        matches!(&self.raw, Raw::Bool(bits) if self.known.has(row) && !bits.has(row))
    }

    /// Adds a row. A value of another type than the column's is unknown: the
    /// intake has refused it long before.
    pub(crate) fn push(&mut self, value: Option<&Value>) {
        let known = match (&mut self.raw, value) {
            (Raw::Bool(bits), Some(Value::Bool(on))) => {
                bits.push(*on);
                true
            }
            (Raw::Bool(bits), _) => {
                bits.push(false);
                false
            }
            (Raw::Ints(ints), value) => {
                let number = value.and_then(as_number);
                ints.push(number.unwrap_or(0));
                number.is_some()
            }
            (Raw::Codes(codes, interner, _), Some(Value::Text(text))) => {
                codes.push(interner.code(text));
                true
            }
            (Raw::Codes(codes, ..), _) => {
                codes.push(u32::MAX);
                false
            }
            (Raw::Sets(offsets, codes, interner, _), value) => {
                let set = match value {
                    Some(Value::Set(texts)) => Some(texts),
                    _ => None,
                };
                codes.extend(set.into_iter().flatten().map(|text| interner.code(text)));
                offsets.push(codes.len() as u32);
                set.is_some()
            }
        };
        self.known.push(known);
    }

    /// Adds a row of a column of numbers.
    #[inline]
    pub(crate) fn push_number(&mut self, number: Option<i64>) {
        if let Raw::Ints(ints) = &mut self.raw {
            ints.push(number.unwrap_or(0));
            self.known.push(number.is_some());
        }
    }

    /// The code of a text in a column of texts.
    pub(crate) fn code(&mut self, text: &str) -> Option<u32> {
        match &mut self.raw {
            Raw::Codes(_, interner, _) => Some(interner.code(text)),
            _ => None,
        }
    }

    /// Adds a row of a column of texts by the text's code.
    #[inline]
    pub(crate) fn push_code(&mut self, code: u32) {
        if let Raw::Codes(codes, ..) = &mut self.raw {
            codes.push(code);
            self.known.push(true);
        }
    }

    /// The finished column, its rows in the order `rows` gives.
    pub(crate) fn finish(self, rows: &[u32]) -> Column {
        let mut known = Bits::none(rows.len());
        for (position, row) in rows.iter().enumerate() {
            known.set(position, self.known.has(*row as usize));
        }
        let data = match self.raw {
            Raw::Bool(bits) => {
                let mut out = Bits::none(rows.len());
                for (position, row) in rows.iter().enumerate() {
                    out.set(position, bits.has(*row as usize));
                }
                Data::Bool(out)
            }
            Raw::Ints(ints) => {
                Data::Ints(Ints::narrow(rows.iter().map(|row| ints[*row as usize]).collect()))
            }
            Raw::Codes(codes, interner, profile) => {
                let (words, moved) = interner.finish(profile);
                let code =
                    |row: &u32| moved.get(codes[*row as usize] as usize).copied().unwrap_or(0);
                let codes = Codes::narrow(rows.iter().map(code).collect(), words.len());
                Data::Codes { codes, words: Arc::new(words) }
            }
            Raw::Sets(offsets, codes, interner, profile) => {
                let (words, moved) = interner.finish(profile);
                let mut out = Vec::with_capacity(codes.len());
                let mut bounds = Vec::with_capacity(rows.len() + 1);
                bounds.push(0);
                for row in rows {
                    let (from, until) = set_range(&offsets, *row as usize);
                    let start = out.len();
                    out.extend(codes[from..until].iter().map(|code| moved[*code as usize]));
                    out[start..].sort_unstable();
                    bounds.push(out.len() as u32);
                }
                let codes = Codes::narrow(out, words.len());
                Data::Sets { offsets: bounds, codes, words: Arc::new(words) }
            }
        };
        Column { data, known: unless_all(known) }
    }
}

pub(crate) fn as_number(value: &Value) -> Option<i64> {
    match value {
        Value::Int(number) | Value::Exact(number) => Some(*number),
        Value::Date(day) => Some(day.days().into()),
        Value::Instant(instant) => Some(instant.micros()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_is_as_narrow_as_its_values() {
        assert!(matches!(Ints::narrow(vec![-128, 127]), Ints::I8(_)));
        assert!(matches!(Ints::narrow(vec![-129]), Ints::I16(_)));
        assert!(matches!(Ints::narrow(vec![i64::from(i32::MAX)]), Ints::I32(_)));
        assert!(matches!(Ints::narrow(vec![i64::MIN]), Ints::I64(_)));
    }

    #[test]
    fn rows_come_back_in_the_asked_order() {
        let ty = Type::Set(TextProfile::Exact);
        let mut growing = Growing::new(&ty);
        let set = |texts: &[&str]| Value::Set(texts.iter().map(|t| Box::from(*t)).collect());
        growing.push(Some(&set(&["b", "z"])));
        growing.push(None);
        growing.push(Some(&set(&[])));
        let column = growing.finish(&[2, 0, 1]);
        assert_eq!(column.value(0, &ty), Some(set(&[])));
        assert_eq!(column.value(1, &ty), Some(set(&["b", "z"])));
        assert_eq!(column.value(2, &ty), None);
        let turned = column.gather(&[Some(1), None, Some(0)]);
        assert_eq!(turned.value(0, &ty), Some(set(&["b", "z"])));
        assert_eq!(turned.value(1, &ty), None);
        assert_eq!(turned.value(2, &ty), Some(set(&[])));
    }
}
