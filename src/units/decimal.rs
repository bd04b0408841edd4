//! Exact numbers with decimal places.

use std::cmp::Ordering;
use std::fmt;

use serde::{Serialize, Serializer};

use super::shown::shown;
use crate::error::{Code, Error, Fault};

/// An exact number: an integer divided by a power of ten.
///
/// `==` compares how it is written, so `1.5` and `1.50` differ;
/// [`compare`](Decimal::compare) compares what it is worth. Up to 38 digits,
/// up to 18 of them after the point.
///
/// ```
/// use std::cmp::Ordering;
/// use guanxi::units::Decimal;
/// let (a, b) = (Decimal::parse("1.5")?, Decimal::parse("1.50")?);
/// assert_ne!(a, b);
/// assert_eq!(a.compare(b), Ordering::Equal);
/// assert_eq!(a.checked_mul(b)?.to_string(), "2.250");
/// # Ok::<(), guanxi::Error>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Decimal {
    units: i128,
    scale: u8,
}

impl Decimal {
    /// The most decimal places.
    pub const MAX_SCALE: u8 = 18;

    /// `units` divided by 10 to the power of `scale` (0 to 18, otherwise
    /// `invalid_argument`).
    pub fn new(units: i128, scale: u8) -> Result<Decimal, Error> {
        if scale > Decimal::MAX_SCALE {
            return Err(bad_scale(scale));
        }
        Ok(Decimal { units, scale })
    }

    /// A whole number.
    pub const fn from_int(whole: i64) -> Decimal {
        Decimal { units: whole as i128, scale: 0 }
    }

    /// The number without its point.
    pub const fn units(self) -> i128 {
        self.units
    }

    /// Digits after the point.
    pub const fn scale(self) -> u8 {
        self.scale
    }

    /// Reads `12.50` or `-3`, keeping the places as written.
    ///
    /// No exponent, no grouping, no plus sign, digits on both sides of a
    /// point: anything else is `malformed_value`. More than 18 places are
    /// `too_fine` unless the rest are zeros; what does not fit is `overflow`.
    pub fn parse(text: &str) -> Result<Decimal, Error> {
        let (negative, digits) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (whole, places) = digits.split_once('.').unwrap_or((digits, "0"));
        let is_number = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        if !is_number(whole) || !is_number(places) {
            return Err(malformed(text));
        }
        let places = if digits.len() == whole.len() { "" } else { places };
        let (kept, finer) = places.split_at(places.len().min(usize::from(Decimal::MAX_SCALE)));
        if finer.bytes().any(|digit| digit != b'0') {
            return Err(too_fine(text, Decimal::MAX_SCALE));
        }
        let mut units: i128 = 0;
        for digit in whole.bytes().chain(kept.bytes()) {
            let digit = i128::from(digit - b'0');
            let next = units.checked_mul(10).and_then(|tens| tens.checked_sub(digit));
            units = next.ok_or_else(overflow)?;
        }
        let units = if negative { units } else { units.checked_neg().ok_or_else(overflow)? };
        Ok(Decimal { units, scale: kept.len() as u8 })
    }

    /// The sum, with the places of the finer one.
    pub fn checked_add(self, other: Decimal) -> Result<Decimal, Error> {
        let (a, b, scale) = self.aligned(other)?;
        a.checked_add(b).map(|units| Decimal { units, scale }).ok_or_else(overflow)
    }

    /// The difference, with the places of the finer one.
    pub fn checked_sub(self, other: Decimal) -> Result<Decimal, Error> {
        let (a, b, scale) = self.aligned(other)?;
        a.checked_sub(b).map(|units| Decimal { units, scale }).ok_or_else(overflow)
    }

    /// The number with its sign changed.
    pub fn checked_neg(self) -> Result<Decimal, Error> {
        let units = self.units.checked_neg().ok_or_else(overflow)?;
        Ok(Decimal { units, scale: self.scale })
    }

    /// The exact product; its places are those of both together. Where that
    /// is over 18, trailing zeros are dropped; if more remain: `too_fine`.
    pub fn checked_mul(self, other: Decimal) -> Result<Decimal, Error> {
        let mut units = self.units.checked_mul(other.units).ok_or_else(overflow)?;
        let mut scale = self.scale + other.scale;
        while scale > Decimal::MAX_SCALE {
            if units % 10 != 0 {
                return Err(too_fine(&format!("{self} * {other}"), Decimal::MAX_SCALE));
            }
            units /= 10;
            scale -= 1;
        }
        Ok(Decimal { units, scale })
    }

    /// The quotient with `scale` places, rounded to the nearest, halves to the
    /// even digit. By zero: `division_by_zero`.
    pub fn div_half_even(self, other: Decimal, scale: u8) -> Result<Decimal, Error> {
        if scale > Decimal::MAX_SCALE {
            return Err(bad_scale(scale));
        }
        let divisor = other.units.unsigned_abs();
        if divisor == 0 {
            return Err(by_zero());
        }
        let shift = i32::from(scale) + i32::from(other.scale) - i32::from(self.scale);
        let size = quotient(self.units.unsigned_abs(), divisor, shift).ok_or_else(overflow)?;
        let negative = (self.units < 0) != (other.units < 0);
        let units = signed(size, negative).ok_or_else(overflow)?;
        Ok(Decimal { units, scale })
    }

    /// The same number with `scale` places; `too_fine` when digits other than
    /// zero would be lost.
    pub fn rescale_exact(self, scale: u8) -> Result<Decimal, Error> {
        let rounded = self.rescale_half_even(scale)?;
        if rounded.compare(self) == Ordering::Equal {
            Ok(rounded)
        } else {
            Err(too_fine(&self.to_string(), scale))
        }
    }

    /// The number rounded to `scale` places, halves to the even digit.
    pub fn rescale_half_even(self, scale: u8) -> Result<Decimal, Error> {
        if scale == self.scale {
            return Ok(self);
        }
        self.div_half_even(Decimal::from_int(1), scale)
    }

    /// Which of the two is worth more; exact for any scales.
    pub fn compare(self, other: Decimal) -> Ordering {
        if self.scale > other.scale {
            return other.compare(self).reverse();
        }
        let factor = power_of_ten(other.scale - self.scale);
        match self.units.checked_mul(factor) {
            Some(units) => units.cmp(&other.units),
            // Beyond the largest number there is, on the side of its sign.
            None => self.units.cmp(&0),
        }
    }

    /// The nearest double.
    pub fn to_f64(self) -> f64 {
        // Division of two exact doubles is correctly rounded.
        const EXACT: u128 = 1 << 53;
        if self.units.unsigned_abs() <= EXACT {
            return self.units as f64 / power_of_ten(self.scale) as f64;
        }
        self.to_string().parse().unwrap_or(f64::NAN)
    }

    fn aligned(self, other: Decimal) -> Result<(i128, i128, u8), Error> {
        let scale = self.scale.max(other.scale);
        let raised = |number: Decimal| {
            number.units.checked_mul(power_of_ten(scale - number.scale)).ok_or_else(overflow)
        };
        Ok((raised(self)?, raised(other)?, scale))
    }
}

/// Ten to a power of at most 36.
fn power_of_ten(power: u8) -> i128 {
    10_i128.pow(u32::from(power))
}

fn signed(size: u128, negative: bool) -> Option<i128> {
    if negative { 0_i128.checked_sub_unsigned(size) } else { i128::try_from(size).ok() }
}

/// `a * 10^shift / b` rounded half to even, never losing a digit on the way.
fn quotient(a: u128, b: u128, shift: i32) -> Option<u128> {
    let (mut whole, mut rest) = (a / b, a % b);
    for _ in 0..shift {
        let (digit, left) = next_digit(rest, b);
        whole = whole.checked_mul(10)?.checked_add(digit)?;
        rest = left;
    }
    let half = if shift >= 0 {
        // Twice the rest fits: it is less than b, which is at most 2^127.
        (rest * 2).cmp(&b)
    } else {
        let power = 10_u128.pow(shift.unsigned_abs());
        let dropped = whole % power;
        whole /= power;
        (dropped * 2).cmp(&power).then(rest.cmp(&0))
    };
    let up = half == Ordering::Greater || half == Ordering::Equal && whole % 2 == 1;
    whole.checked_add(u128::from(up))
}

/// Quotient and rest of `10 * rest / b` for `rest < b <= 2^127`, by doubling,
/// because ten times the rest may not fit.
fn next_digit(rest: u128, b: u128) -> (u128, u128) {
    let reduced =
        |digit: u128, sum: u128| if sum >= b { (digit + 1, sum - b) } else { (digit, sum) };
    let (digit, left) = reduced(0, rest * 2);
    let (digit, left) = reduced(digit * 2, left * 2);
    let (digit, left) = reduced(digit, left + rest);
    reduced(digit * 2, left * 2)
}

fn malformed(text: &str) -> Error {
    let text = shown(text);
    Fault::new(
        Code::MalformedValue,
        format!("`{text}` is not a number like `12.50`"),
        format!("`{text}` 不是数，应写作 `12.50`"),
    )
    .into()
}

fn too_fine(text: &str, scale: u8) -> Error {
    let text = shown(text);
    Fault::new(
        Code::TooFine,
        format!("`{text}` has too many decimal places, expected at most {scale}"),
        format!("`{text}` 的小数位过多，最多 {scale} 位"),
    )
    .into()
}

fn bad_scale(scale: u8) -> Error {
    Fault::new(
        Code::InvalidArgument,
        format!("`{scale}` decimal places are too many, expected 0 to 18"),
        format!("小数位数 `{scale}` 过多，应为 0 至 18"),
    )
    .into()
}

pub(super) fn overflow() -> Error {
    Fault::new(Code::Overflow, "the number is too large", "数值过大").into()
}

fn by_zero() -> Error {
    Fault::new(Code::DivisionByZero, "division by zero", "除数为零").into()
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.units < 0 { "-" } else { "" };
        let size = self.units.unsigned_abs();
        if self.scale == 0 {
            return write!(f, "{sign}{size}");
        }
        let power = power_of_ten(self.scale).unsigned_abs();
        let width = usize::from(self.scale);
        write!(f, "{sign}{}.{:0width$}", size / power, size % power)
    }
}

impl fmt::Debug for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for Decimal {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> Decimal {
        Decimal::parse(text).unwrap()
    }

    const MOST: &str = "170141183460469231731687303715884105727";
    const LEAST: &str = "-170141183460469231731687303715884105728";

    #[test]
    fn reads_and_keeps_places() {
        for text in ["0", "12.50", "-3", "-0.05", "0.000000000000000001", MOST, LEAST] {
            assert_eq!(number(text).to_string(), text);
        }
        assert_eq!(number("-0").to_string(), "0");
        assert_eq!(number("007.10").to_string(), "7.10");
        assert_eq!(number("1.0000000000000000000").scale(), 18);
    }

    #[test]
    fn refuses_what_is_no_number() {
        let cases = [
            ("", Code::MalformedValue),
            ("-", Code::MalformedValue),
            (".5", Code::MalformedValue),
            ("5.", Code::MalformedValue),
            ("1.2.3", Code::MalformedValue),
            ("+5", Code::MalformedValue),
            ("1e3", Code::MalformedValue),
            ("1,200", Code::MalformedValue),
            (" 1", Code::MalformedValue),
            ("--1", Code::MalformedValue),
            ("１２", Code::MalformedValue),
            ("NaN", Code::MalformedValue),
            ("0.0000000000000000001", Code::TooFine),
            ("170141183460469231731687303715884105728", Code::Overflow),
            ("-170141183460469231731687303715884105729", Code::Overflow),
        ];
        for (text, code) in cases {
            assert_eq!(Decimal::parse(text).unwrap_err().code(), code, "{text}");
        }
        assert_eq!(Decimal::new(1, 19).unwrap_err().code(), Code::InvalidArgument);
    }

    #[test]
    fn halves_go_to_the_even_digit() {
        let cases = [
            ("0.5", 0, "0"),
            ("1.5", 0, "2"),
            ("2.5", 0, "2"),
            ("-0.5", 0, "0"),
            ("-1.5", 0, "-2"),
            ("2.51", 0, "3"),
            ("2.49", 0, "2"),
            ("1.005", 2, "1.00"),
            ("1.015", 2, "1.02"),
            ("1.5", 3, "1.500"),
        ];
        for (from, scale, to) in cases {
            assert_eq!(number(from).rescale_half_even(scale).unwrap().to_string(), to, "{from}");
        }
        assert_eq!(number("1.50").rescale_exact(1).unwrap().to_string(), "1.5");
        assert_eq!(number("1.55").rescale_exact(1).unwrap_err().code(), Code::TooFine);
        assert_eq!(number(MOST).rescale_exact(1).unwrap_err().code(), Code::Overflow);
    }

    #[test]
    fn divides() {
        let cases = [
            ("1", "3", 4, "0.3333"),
            ("2", "3", 4, "0.6667"),
            ("-2", "3", 4, "-0.6667"),
            ("1", "8", 2, "0.12"),
            ("3", "8", 2, "0.38"),
            ("0.000000000000000001", "2", 18, "0.000000000000000000"),
            ("0.000000000000000003", "2", 18, "0.000000000000000002"),
            (MOST, MOST, 18, "1.000000000000000000"),
            (LEAST, MOST, 0, "-1"),
            ("1", MOST, 18, "0.000000000000000000"),
            (MOST, "1", 0, MOST),
            (LEAST, "1", 0, LEAST),
        ];
        for (a, b, scale, quotient) in cases {
            let found = number(a).div_half_even(number(b), scale).unwrap();
            assert_eq!(found.to_string(), quotient, "{a} / {b}");
        }
        let fault = |a: &str, b: &str| number(a).div_half_even(number(b), 0).unwrap_err().code();
        assert_eq!(fault("1", "0.00"), Code::DivisionByZero);
        assert_eq!(fault(LEAST, "-1"), Code::Overflow);
        assert_eq!(fault(MOST, "0.1"), Code::Overflow);
    }

    #[test]
    fn compares_what_would_not_fit() {
        assert_eq!(number(MOST).compare(number("0.000000000000000001")), Ordering::Greater);
        assert_eq!(number(LEAST).compare(number("-0.000000000000000001")), Ordering::Less);
        assert_eq!(number("0.000000000000000001").compare(number(MOST)), Ordering::Less);
        assert_eq!(number("-0.00").compare(number("0")), Ordering::Equal);
        let finest = Decimal::new(i128::MAX, 18).unwrap();
        assert_eq!(finest.compare(number("170141183460469231731")), Ordering::Greater);
        assert_eq!(finest.compare(number("170141183460469231732")), Ordering::Less);
    }

    #[test]
    fn products_keep_every_digit_or_say_so() {
        let tiny = number("0.0000000001");
        assert_eq!(tiny.checked_mul(tiny).unwrap_err().code(), Code::TooFine);
        assert_eq!(
            number("0.5000000000").checked_mul(number("0.5000000000")).unwrap().to_string(),
            "0.250000000000000000"
        );
        assert_eq!(number(MOST).checked_mul(number("2")).unwrap_err().code(), Code::Overflow);
        assert_eq!(number("-1.5").checked_mul(number("2.25")).unwrap().to_string(), "-3.375");
        assert_eq!(number(LEAST).checked_neg().unwrap_err().code(), Code::Overflow);
    }

    #[test]
    fn nearest_double() {
        for text in ["0.1", "12.50", "-3.000000000000000003", MOST, "9007199254740993"] {
            assert_eq!(number(text).to_f64(), text.parse::<f64>().unwrap(), "{text}");
        }
    }
}
