//! What an expression gives.

use std::cmp::Ordering;
use std::ops::Deref;
use std::sync::Arc;

use super::lengths::Lengths;
use super::time::{Duration, Timestamp};
use crate::error::Text;
use crate::units::{Currency, Day, Decimal, Period};

/// A value of the language while it runs.
#[derive(Debug, Clone)]
pub enum Value {
    /// `null`.
    Null,
    /// An attribute or field without a value. Only the environment makes it:
    /// it cannot be written.
    Missing,
    /// Yes or no.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A binary floating-point number.
    Double(f64),
    /// An exact number.
    Decimal(Decimal),
    /// An amount of one currency.
    Money(Decimal, Currency),
    /// A text.
    Text(Arc<str>),
    /// A point in time.
    Timestamp(Timestamp),
    /// An exact length of time.
    Duration(Duration),
    /// A calendar day.
    Date(Day),
    /// A length of time on the calendar.
    Period(Period),
    /// Several lengths of time of which one counts: `max(months(1), days(30))`.
    Length(Arc<Lengths>),
    /// Values in order. A customer's events of a kind are a list of records,
    /// by time.
    List(Arc<List>),
    /// Named values: an event.
    Record(Arc<Record>),
}

/// The elements of a list, and how large it is with everything inside.
#[derive(Debug, Clone)]
pub struct List {
    items: Vec<Value>,
    depth: u32,
    parts: u64,
}

impl From<Vec<Value>> for List {
    fn from(items: Vec<Value>) -> Self {
        let depth = 1 + items.iter().map(Value::depth).max().unwrap_or(0);
        let parts = items.iter().fold(1_u64, |sum, item| sum.saturating_add(item.parts()));
        List { items, depth, parts }
    }
}

impl Deref for List {
    type Target = [Value];

    fn deref(&self) -> &[Value] {
        &self.items
    }
}

/// Named values: an event with `at` and its fields.
#[derive(Debug, Clone)]
pub struct Record {
    kind: Option<Arc<str>>,
    row: Option<(usize, usize)>,
    fields: Vec<(Arc<str>, Value)>,
    depth: u32,
    parts: u64,
}

impl Record {
    /// A record of fields; `kind` says what it is, for people.
    pub fn new(kind: Option<Arc<str>>, fields: Vec<(Arc<str>, Value)>) -> Self {
        let depth = 1 + fields.iter().map(|(_, value)| value.depth()).max().unwrap_or(0);
        let parts = fields.iter().fold(1_u64, |sum, (_, value)| sum.saturating_add(value.parts()));
        Record { kind, row: None, fields, depth, parts }
    }

    /// The same as an event of the log: the position of its kind, and its row.
    pub(super) fn at_row(self, kind: usize, row: usize) -> Self {
        Record { row: Some((kind, row)), ..self }
    }

    /// The position of its kind and its row, where it is an event of the log.
    pub(super) fn row(&self) -> Option<(usize, usize)> {
        self.row
    }

    /// What it is, for people: `purchase`.
    pub fn kind(&self) -> Option<&str> {
        self.kind.as_deref()
    }

    /// The fields, in the order given.
    pub fn fields(&self) -> &[(Arc<str>, Value)] {
        &self.fields
    }

    /// The value of a field; `None` if there is no such field.
    pub fn get(&self, field: &str) -> Option<&Value> {
        self.fields.iter().find(|(name, _)| &**name == field).map(|(_, value)| value)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Value::Text(text.into())
    }
}

impl From<Vec<Value>> for Value {
    fn from(items: Vec<Value>) -> Self {
        Value::List(Arc::new(List::from(items)))
    }
}

impl Value {
    /// Whether there is a value: neither missing nor `null`.
    pub fn is_known(&self) -> bool {
        !matches!(self, Value::Missing | Value::Null)
    }

    /// Whether it is an attribute or field without a value.
    pub fn is_missing(&self) -> bool {
        matches!(self, Value::Missing)
    }

    /// What it says of the group that a customer is in; nothing where it is
    /// missing.
    pub(crate) fn group(&self) -> Option<Box<str>> {
        match self {
            Value::Text(text) => Some(text.as_ref().into()),
            Value::Int(number) => Some(number.to_string().into()),
            Value::Bool(yes) => Some(yes.to_string().into()),
            _ => None,
        }
    }

    /// Whether it is a length of time of more than nothing.
    pub(crate) fn is_positive(&self) -> bool {
        match self {
            Value::Period(period) => 0 < period.n(),
            Value::Duration(length) => Duration::from_nanos(0) < *length,
            _ => false,
        }
    }

    /// How deep lists and records nest inside.
    pub(super) fn depth(&self) -> u32 {
        match self {
            Value::List(list) => list.depth,
            Value::Record(record) => record.depth,
            _ => 0,
        }
    }

    /// Roughly how much work it is to look at all of it.
    pub(super) fn parts(&self) -> u64 {
        match self {
            Value::List(list) => list.parts,
            Value::Record(record) => record.parts,
            Value::Text(text) => 1 + text.len() as u64 / 64,
            _ => 1,
        }
    }

    /// What kind of value it is, for messages. Never the value itself: it may
    /// be personal.
    pub fn words(&self) -> Text {
        let (en, zh) = match self {
            Value::Null => ("`null`", "空值 `null`"),
            Value::Missing => ("a missing value", "缺失值"),
            Value::Bool(_) => ("a yes or no", "是非值"),
            Value::Int(_) => ("a whole number", "整数"),
            Value::Double(_) => ("a floating-point number", "浮点数"),
            Value::Decimal(_) => ("a decimal", "小数"),
            Value::Money(..) => ("an amount", "金额"),
            Value::Text(_) => ("a text", "文本"),
            Value::Timestamp(_) => ("a timestamp", "时间点"),
            Value::Duration(_) => ("a duration", "时长"),
            Value::Date(_) => ("a date", "日期"),
            Value::Period(_) => ("a calendar period", "日历周期"),
            Value::Length(_) => ("a length of time", "时间长度"),
            Value::List(_) => ("a list", "列表"),
            Value::Record(_) => ("an event", "事件"),
        };
        Text::new(en, zh)
    }

    /// Whether two values are equal, as `==` has it: numbers by what they are
    /// worth whatever their type, `null` and missing alike, lists and records
    /// piece by piece; values of different types are not equal, and NaN equals
    /// nothing.
    pub fn equals(&self, other: &Value) -> bool {
        match (self, other) {
            (Value::Null | Value::Missing, Value::Null | Value::Missing) => true,
            (Value::Bool(a), Value::Bool(b)) => a == b,
            (Value::Text(a), Value::Text(b)) => a == b,
            (Value::Timestamp(a), Value::Timestamp(b)) => a == b,
            (Value::Duration(a), Value::Duration(b)) => a == b,
            (Value::Date(a), Value::Date(b)) => a == b,
            (Value::Period(a), Value::Period(b)) => a == b,
            (Value::Length(a), Value::Length(b)) => same_lengths(a, b),
            (Value::Money(a, in_a), Value::Money(b, in_b)) => {
                in_a == in_b && a.compare(*b) == Ordering::Equal
            }
            (Value::List(a), Value::List(b)) => {
                a.len() == b.len() && a.iter().zip(b.iter()).all(|(a, b)| a.equals(b))
            }
            (Value::Record(a), Value::Record(b)) => {
                a.fields.len() == b.fields.len()
                    && a.fields.iter().zip(&b.fields).all(|(a, b)| a.0 == b.0 && a.1.equals(&b.1))
            }
            _ => numbers(self, other) == Some(Some(Ordering::Equal)),
        }
    }

    /// Which of two values is less, as `<` has it. The outer `None`: these
    /// types have no order; the inner: one of them is NaN.
    pub fn compares(&self, other: &Value) -> Option<Option<Ordering>> {
        Some(Some(match (self, other) {
            (Value::Bool(a), Value::Bool(b)) => a.cmp(b),
            (Value::Text(a), Value::Text(b)) => a.cmp(b),
            (Value::Timestamp(a), Value::Timestamp(b)) => a.cmp(b),
            (Value::Duration(a), Value::Duration(b)) => a.cmp(b),
            (Value::Date(a), Value::Date(b)) => a.cmp(b),
            (Value::Money(a, in_a), Value::Money(b, in_b)) if in_a == in_b => a.compare(*b),
            _ => return numbers(self, other),
        }))
    }

    /// One order of all values in which equal ones are neighbours.
    pub(super) fn total_order(&self, other: &Value) -> Ordering {
        let rank = self.rank().cmp(&other.rank());
        if rank != Ordering::Equal {
            return rank;
        }
        match (self, other) {
            (Value::Money(a, in_a), Value::Money(b, in_b)) => {
                in_a.code().cmp(in_b.code()).then_with(|| a.compare(*b))
            }
            (Value::Period(a), Value::Period(b)) => {
                a.unit().name().cmp(b.unit().name()).then(a.n().cmp(&b.n()))
            }
            (Value::Length(a), Value::Length(b)) => {
                let (these, those) = (a.all(), b.all());
                let order = lexicographic(these.iter().zip(those));
                let order = order.unwrap_or_else(|| these.len().cmp(&those.len()));
                a.is_longest().cmp(&b.is_longest()).then(order)
            }
            (Value::List(a), Value::List(b)) => {
                lexicographic(a.iter().zip(b.iter())).unwrap_or_else(|| a.len().cmp(&b.len()))
            }
            (Value::Record(a), Value::Record(b)) => {
                let names = a.fields.iter().map(|(name, _)| name);
                let by_name = names.cmp(b.fields.iter().map(|(name, _)| name));
                let values = a.fields.iter().zip(&b.fields).map(|((_, a), (_, b))| (a, b));
                by_name.then_with(|| lexicographic(values).unwrap_or(Ordering::Equal))
            }
            // NaN has no place among numbers, so it gets the last.
            (Value::Double(a), _) if a.is_nan() => b_is_nan(other),
            (_, Value::Double(b)) if b.is_nan() => Ordering::Less,
            _ => self.compares(other).flatten().unwrap_or(Ordering::Equal),
        }
    }

    fn rank(&self) -> u8 {
        match self {
            Value::Null | Value::Missing => 0,
            Value::Bool(_) => 1,
            Value::Int(_) | Value::Double(_) | Value::Decimal(_) => 2,
            Value::Money(..) => 3,
            Value::Text(_) => 4,
            Value::Timestamp(_) => 5,
            Value::Duration(_) => 6,
            Value::Date(_) => 7,
            Value::Period(_) => 8,
            Value::Length(_) => 9,
            Value::List(_) => 10,
            Value::Record(_) => 11,
        }
    }
}

fn same_lengths(a: &Lengths, b: &Lengths) -> bool {
    let (these, those) = (a.all(), b.all());
    a.is_longest() == b.is_longest()
        && these.len() == those.len()
        && these.iter().zip(those).all(|(a, b)| a.equals(b))
}

fn b_is_nan(other: &Value) -> Ordering {
    match other {
        Value::Double(b) if b.is_nan() => Ordering::Equal,
        _ => Ordering::Greater,
    }
}

/// The order of the first two that differ.
fn lexicographic<'v>(pairs: impl Iterator<Item = (&'v Value, &'v Value)>) -> Option<Ordering> {
    pairs.map(|(a, b)| a.total_order(b)).find(|order| *order != Ordering::Equal)
}

/// Numbers of any two types compared by what they are exactly worth. The outer
/// `None`: not both are numbers.
fn numbers(a: &Value, b: &Value) -> Option<Option<Ordering>> {
    Some(match (a, b) {
        (Value::Double(a), Value::Double(b)) => a.partial_cmp(b),
        (Value::Double(a), b) => with_double(exact(b)?, *a).map(Ordering::reverse),
        (a, Value::Double(b)) => with_double(exact(a)?, *b),
        (Value::Int(a), Value::Int(b)) => Some(a.cmp(b)),
        (a, b) => Some(exact(a)?.compare(exact(b)?)),
    })
}

/// A whole or exact number as a decimal.
pub(super) fn exact(value: &Value) -> Option<Decimal> {
    match value {
        Value::Int(value) => Some(Decimal::from_int(*value)),
        Value::Decimal(value) => Some(*value),
        _ => None,
    }
}

/// Compares an exact number with a double, without rounding either.
fn with_double(a: Decimal, b: f64) -> Option<Ordering> {
    /// 2 to the power of 127: no decimal is that large.
    const BEYOND: f64 = 170_141_183_460_469_231_731_687_303_715_884_105_728.0;
    if b.is_nan() {
        return None;
    }
    if b.abs() >= BEYOND {
        return Some(if b > 0.0 { Ordering::Less } else { Ordering::Greater });
    }
    let power = 10_i128.pow(u32::from(a.scale()));
    let (whole, rest) = (a.units() / power, a.units() % power);
    // Both are cut towards zero, so where the whole parts differ, they decide.
    let order = whole.cmp(&(b.trunc() as i128));
    Some(order.then_with(|| fractions(rest, power, b.fract())))
}

/// Compares `rest / power` with `fraction`, both between -1 and 1.
fn fractions(rest: i128, power: i128, fraction: f64) -> Ordering {
    let signs = rest.signum().cmp(&sign(fraction));
    if signs != Ordering::Equal || rest == 0 {
        return signs;
    }
    // |fraction| = mantissa / 2^shift, exactly; below one, so shift > 0.
    let bits = fraction.abs().to_bits();
    let exponent = (bits >> 52) as u32;
    let mantissa = (bits & ((1 << 52) - 1)) | if exponent == 0 { 0 } else { 1 << 52 };
    let shift = 1075 - exponent.max(1);
    // mantissa < 2^53 and power <= 10^18 < 2^60: the product fits.
    let scaled = u128::from(mantissa) * power.unsigned_abs();
    let whole = scaled.checked_shr(shift).unwrap_or(0);
    let cut = whole.checked_shl(shift).unwrap_or(0) != scaled;
    let sizes = rest.unsigned_abs().cmp(&whole);
    let sizes = if sizes == Ordering::Equal && cut { Ordering::Less } else { sizes };
    if rest < 0 { sizes.reverse() } else { sizes }
}

fn sign(number: f64) -> i128 {
    if number > 0.0 {
        1
    } else if number < 0.0 {
        -1
    } else {
        0
    }
}

/// A double in the fewest digits that read back the same: `0.1`, `3`, `1e21`,
/// `Infinity`, `-Infinity`, `NaN`.
pub(super) fn double_text(value: f64) -> String {
    let size = value.abs();
    if value.is_nan() {
        "NaN".to_owned()
    } else if value.is_infinite() {
        (if value > 0.0 { "Infinity" } else { "-Infinity" }).to_owned()
    } else if size != 0.0 && !(1e-6..1e21).contains(&size) {
        format!("{value:e}")
    } else {
        format!("{value}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decimal(text: &str) -> Value {
        Value::Decimal(Decimal::parse(text).unwrap())
    }

    #[test]
    fn numbers_compare_by_what_they_are_worth() {
        use Ordering::{Equal, Greater, Less};
        let max = i64::MAX;
        for (a, b, order) in [
            (Value::Int(1), Value::Double(1.0), Equal),
            (Value::Int(1), decimal("1.00"), Equal),
            (decimal("0.1"), Value::Double(0.1), Less), // 0.1 is a little over 1/10
            (decimal("0.5"), Value::Double(0.5), Equal),
            (decimal("-0.5"), Value::Double(-0.5), Equal),
            (decimal("-0.1"), Value::Double(-0.1), Greater),
            (decimal("0.3"), Value::Double(0.3), Greater), // 0.3 is a little under 3/10
            (decimal("1.5"), Value::Double(-1.5), Greater),
            (decimal("0.000000000000000001"), Value::Double(5e-324), Greater),
            (decimal("0"), Value::Double(5e-324), Less),
            (decimal("0"), Value::Double(-0.0), Equal),
            (decimal("-0.000000000000000001"), Value::Double(-5e-324), Less),
            (Value::Int(max), Value::Double(9_223_372_036_854_775_808.0), Less),
            (Value::Int(i64::MIN), Value::Double(-9_223_372_036_854_775_808.0), Equal),
            (Value::Int(9_007_199_254_740_993), Value::Double(9_007_199_254_740_992.0), Greater),
            (Value::Int(max), Value::Double(f64::INFINITY), Less),
            (Value::Int(max), Value::Double(1e300), Less),
            (Value::Int(max), Value::Double(-1e300), Greater),
            (decimal("123456789012345678.9"), Value::Double(123_456_789_012_345_680.0), Less),
        ] {
            assert_eq!(a.compares(&b), Some(Some(order)), "{a:?} {b:?}");
            assert_eq!(b.compares(&a), Some(Some(order.reverse())), "{b:?} {a:?}");
            assert_eq!(a.equals(&b), order == Equal);
            assert_eq!(a.total_order(&b), order);
        }
        assert_eq!(Value::Int(1).compares(&Value::Double(f64::NAN)), Some(None));
        assert_eq!(Value::Int(1).compares(&"1".into()), None);
    }

    #[test]
    fn different_types_are_not_equal() {
        let cny = Currency::parse("CNY").unwrap();
        let values = [
            Value::Null,
            Value::Bool(true),
            Value::Int(1),
            Value::Money(Decimal::from_int(1), cny),
            "1".into(),
            Value::Timestamp(Timestamp::from_seconds(1).unwrap()),
            Value::Duration(Duration::from_nanos(1)),
            Value::Date(Day::from_days(1).unwrap()),
            Value::Period(Period::parse("days(1)").unwrap()),
            Value::Length(Arc::new(
                Lengths::new(true, vec![Value::Period(Period::parse("days(1)").unwrap())]).unwrap(),
            )),
            vec![Value::Int(1)].into(),
            Value::Record(Arc::new(Record::new(None, vec![("a".into(), Value::Int(1))]))),
        ];
        for (i, a) in values.iter().enumerate() {
            for (j, b) in values.iter().enumerate() {
                assert_eq!(a.equals(b), i == j, "{a:?} {b:?}");
                assert_eq!(a.total_order(b), i.cmp(&j), "{a:?} {b:?}");
            }
        }
        assert!(Value::Missing.equals(&Value::Null) && Value::Missing.equals(&Value::Missing));
    }

    #[test]
    fn doubles_in_the_fewest_digits() {
        for (value, text) in [
            (0.0, "0"),
            (-0.0, "-0"),
            (3.0, "3"),
            (0.1, "0.1"),
            (-0.0045, "-0.0045"),
            (1e20, "100000000000000000000"),
            (1e21, "1e21"),
            (1.5e-7, "1.5e-7"),
            (f64::MAX, "1.7976931348623157e308"),
            (f64::NEG_INFINITY, "-Infinity"),
            (f64::NAN, "NaN"),
        ] {
            assert_eq!(double_text(value), text);
        }
    }

    #[test]
    fn size_counts_what_is_inside() {
        let inner: Value = vec![Value::Int(1), Value::Int(2)].into();
        let outer: Value = vec![inner.clone(), inner].into();
        assert_eq!((outer.depth(), outer.parts()), (2, 7));
    }
}
