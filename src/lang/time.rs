//! The two exact kinds of time in expressions: points and lengths.
//!
//! Both go down to the nanosecond, as CEL's do. Calendar days and periods are
//! in [`crate::units`]; how long a month is depends on where it begins.

use std::fmt;

use crate::error::{Code, Error, Fault};
use crate::units::{Day, Instant};

const NANOS: i64 = 1_000_000_000;
const SECONDS_PER_DAY: i64 = 86_400;

/// A point in time of the years 1 to 9999 UTC, exact to the nanosecond.
///
/// ```
/// use guanxi::lang::{Duration, Timestamp};
///
/// let start = Timestamp::parse("2026-03-01T10:00:00+08:00")?;
/// let later = start.plus(Duration::parse("36h0.5s")?)?;
/// assert_eq!(later.to_string(), "2026-03-02T14:00:00.5Z");
/// # Ok::<(), guanxi::Error>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp {
    /// Since 1970-01-01T00:00:00Z.
    seconds: i64,
    nanos: u32,
}

impl Timestamp {
    /// 0001-01-01T00:00:00Z.
    pub const MIN: Timestamp = Timestamp { seconds: -62_135_596_800, nanos: 0 };
    /// 9999-12-31T23:59:59.999999999Z.
    pub const MAX: Timestamp = Timestamp { seconds: 253_402_300_799, nanos: 999_999_999 };

    /// The point this many whole seconds after 1970-01-01T00:00:00Z.
    ///
    /// Outside the years 1 to 9999: [`Code::TimeOutOfRange`].
    pub fn from_seconds(seconds: i64) -> Result<Timestamp, Error> {
        let at = Timestamp { seconds, nanos: 0 };
        if at < Timestamp::MIN || at > Timestamp::MAX { Err(outside()) } else { Ok(at) }
    }

    fn from_nanos(nanos: i128) -> Result<Timestamp, Error> {
        let whole = i64::try_from(nanos.div_euclid(i128::from(NANOS))).map_err(|_| outside())?;
        let rest = nanos.rem_euclid(i128::from(NANOS)) as u32;
        Ok(Timestamp { nanos: rest, ..Timestamp::from_seconds(whole)? })
    }

    /// Whole seconds since 1970-01-01T00:00:00Z, rounded down.
    pub const fn seconds(self) -> i64 {
        self.seconds
    }

    /// Nanoseconds since the last whole second, 0 to 999,999,999.
    pub const fn nanos(self) -> u32 {
        self.nanos
    }

    fn total(self) -> i128 {
        i128::from(self.seconds) * i128::from(NANOS) + i128::from(self.nanos)
    }

    /// The point a length of time later.
    pub fn plus(self, length: Duration) -> Result<Timestamp, Error> {
        Timestamp::from_nanos(self.total() + i128::from(length.0))
    }

    /// The point a length of time earlier.
    pub fn minus(self, length: Duration) -> Result<Timestamp, Error> {
        Timestamp::from_nanos(self.total() - i128::from(length.0))
    }

    /// How long after `earlier` this point lies; negative when before it.
    /// Over 292 years: [`Code::Overflow`].
    pub fn since(self, earlier: Timestamp) -> Result<Duration, Error> {
        i64::try_from(self.total() - earlier.total()).map(Duration).map_err(|_| too_long())
    }

    /// The point a few nanoseconds later.
    pub(super) fn plus_nanos(self, nanos: u32) -> Result<Timestamp, Error> {
        self.plus(Duration(i64::from(nanos)))
    }

    /// The point without what is finer than a microsecond, and the nanoseconds
    /// left out, 0 to 999.
    pub fn split(self) -> (Instant, u32) {
        let micros = self.seconds * 1_000_000 + i64::from(self.nanos / 1_000);
        // Both types span the same years.
        let instant = Instant::from_micros(micros).unwrap_or(Instant::MAX);
        (instant, self.nanos % 1_000)
    }

    /// Reads RFC 3339: `2026-03-01T10:00:00.5+08:00`, with up to nine digits
    /// after the second's point.
    ///
    /// [`Code::BadConversion`] for any other text, [`Code::TimeOutOfRange`]
    /// outside the years 1 to 9999 UTC. The text is not repeated in the fault.
    pub fn parse(text: &str) -> Result<Timestamp, Error> {
        let written = Written::read(text.as_bytes()).ok_or_else(|| {
            Fault::new(
                Code::BadConversion,
                "the text is not a timestamp like `2026-03-31T08:00:00+08:00`",
                "该文本不是时间点，应写作 `2026-03-31T08:00:00+08:00`",
            )
        })?;
        let day = Day::from_ymd(written.year, written.month, written.day).map_err(|_| outside())?;
        let local = i64::from(day.days()) * SECONDS_PER_DAY + written.second_of_day;
        Ok(Timestamp { nanos: written.nanos, ..Timestamp::from_seconds(local - written.offset)? })
    }
}

impl From<Instant> for Timestamp {
    fn from(at: Instant) -> Self {
        let micros = at.micros();
        let nanos = micros.rem_euclid(1_000_000) as u32 * 1_000;
        Timestamp { seconds: micros.div_euclid(1_000_000), nanos }
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let days = self.seconds.div_euclid(SECONDS_PER_DAY);
        let of_day = self.seconds.rem_euclid(SECONDS_PER_DAY);
        let day = i32::try_from(days).ok().and_then(|days| Day::from_days(days).ok());
        let (hour, minute, second) = (of_day / 3600, of_day / 60 % 60, of_day % 60);
        write!(f, "{}T{hour:02}:{minute:02}:{second:02}", day.unwrap_or(Day::MAX))?;
        fraction(f, self.nanos)?;
        f.write_str("Z")
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A point and the digits behind it, without zeros at the end.
fn fraction(f: &mut fmt::Formatter<'_>, nanos: u32) -> fmt::Result {
    if nanos == 0 {
        return Ok(());
    }
    let digits = format!("{nanos:09}");
    write!(f, ".{}", digits.trim_end_matches('0'))
}

/// A timestamp in pieces, as it was written.
struct Written {
    year: i32,
    month: u32,
    day: u32,
    second_of_day: i64,
    nanos: u32,
    offset: i64,
}

impl Written {
    fn read(text: &[u8]) -> Option<Written> {
        let number = |from: usize, length: usize| number(text.get(from..from + length)?);
        let sign = |at: usize, signs: &[u8]| text.get(at).is_some_and(|byte| signs.contains(byte));
        let marks =
            sign(4, b"-") && sign(7, b"-") && sign(10, b"Tt") && sign(13, b":") && sign(16, b":");
        let (year, month, day) = (number(0, 4)?, number(5, 2)?, number(8, 2)?);
        let (hour, minute, second) = (number(11, 2)?, number(14, 2)?, number(17, 2)?);
        if !marks || hour > 23 || minute > 59 || second > 59 {
            return None;
        }
        // The year 0 is well written and out of range.
        let checked = if year == 0 { 4 } else { year };
        Day::from_ymd(checked as i32, month, day).ok()?;
        let (nanos, end) = if sign(19, b".") { Self::nanos(text)? } else { (0, 19) };
        Some(Written {
            year: year as i32,
            month,
            day,
            second_of_day: i64::from(hour * 3600 + minute * 60 + second),
            nanos,
            offset: Self::offset(text.get(end..)?)?,
        })
    }

    /// One to nine digits after the point at 19, and where they end.
    fn nanos(text: &[u8]) -> Option<(u32, usize)> {
        let digits = text.get(20..)?.iter().take_while(|byte| byte.is_ascii_digit()).count();
        if !(1..=9).contains(&digits) {
            return None;
        }
        let value = number(text.get(20..20 + digits)?)?;
        Some((value * 10_u32.pow(9 - digits as u32), 20 + digits))
    }

    /// `Z` or `+08:00`, in seconds.
    fn offset(text: &[u8]) -> Option<i64> {
        match text {
            [b'Z' | b'z'] => Some(0),
            [sign @ (b'+' | b'-'), h1, h2, b':', m1, m2] => {
                let (hours, minutes) = (number(&[*h1, *h2])?, number(&[*m1, *m2])?);
                let seconds = i64::from(hours * 3600 + minutes * 60);
                let inside = hours < 24 && minutes < 60;
                inside.then_some(if *sign == b'-' { -seconds } else { seconds })
            }
            _ => None,
        }
    }
}

/// The value of at most nine digits.
fn number(digits: &[u8]) -> Option<u32> {
    digits.iter().try_fold(0_u32, |value, byte| {
        let digit = char::from(*byte).to_digit(10)?;
        value.checked_mul(10)?.checked_add(digit)
    })
}

fn outside() -> Error {
    Fault::new(
        Code::TimeOutOfRange,
        "the time is outside the years 0001 to 9999",
        "时间超出公元 0001 年至 9999 年",
    )
    .into()
}

/// An exact length of time, in nanoseconds: up to 292 years either way.
///
/// ```
/// use guanxi::lang::Duration;
///
/// assert_eq!(Duration::parse("1h30m")?.to_string(), "5400s");
/// assert_eq!(Duration::parse("-1.5ms")?.nanos(), -1_500_000);
/// # Ok::<(), guanxi::Error>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Duration(i64);

impl Duration {
    /// This many nanoseconds.
    pub const fn from_nanos(nanos: i64) -> Duration {
        Duration(nanos)
    }

    /// How many nanoseconds.
    pub const fn nanos(self) -> i64 {
        self.0
    }

    /// Both lengths together; [`Code::Overflow`] over 292 years.
    pub fn plus(self, other: Duration) -> Result<Duration, Error> {
        self.0.checked_add(other.0).map(Duration).ok_or_else(too_long)
    }

    /// What is left; [`Code::Overflow`] over 292 years.
    pub fn minus(self, other: Duration) -> Result<Duration, Error> {
        self.0.checked_sub(other.0).map(Duration).ok_or_else(too_long)
    }

    /// The length so many times; [`Code::Overflow`] over 292 years.
    pub(super) fn times(self, n: i64) -> Result<Duration, Error> {
        self.0.checked_mul(n).map(Duration).ok_or_else(too_long)
    }

    /// Reads `36h`, `1h30m`, `-1.5s`, `250ms`, `0`: numbers with the units `h`,
    /// `m`, `s`, `ms`, `us`, `ns`, the sign in front of all.
    ///
    /// [`Code::BadConversion`] for any other text, [`Code::Overflow`] over 292
    /// years. The text is not repeated in the fault.
    pub fn parse(text: &str) -> Result<Duration, Error> {
        let (negative, unsigned) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        if unsigned == "0" {
            return Ok(Duration(0));
        }
        if unsigned.is_empty() {
            return Err(malformed());
        }
        let (mut total, mut rest) = (0_i128, unsigned);
        while !rest.is_empty() {
            let (nanos, left) = part(rest)?;
            total = total.checked_add(nanos).ok_or_else(too_long)?;
            rest = left;
        }
        let signed = if negative { -total } else { total };
        i64::try_from(signed).map(Duration).map_err(|_| too_long())
    }
}

/// One number with its unit, in nanoseconds, and what follows it.
fn part(text: &str) -> Result<(i128, &str), Error> {
    let split = |text: &'_ str| text.bytes().take_while(u8::is_ascii_digit).count();
    let whole_digits = split(text);
    let (whole, rest) = text.split_at(whole_digits);
    let (places, rest) = match rest.strip_prefix('.') {
        Some(after) => after.split_at(split(after)),
        None => ("", rest),
    };
    if whole.is_empty() && places.is_empty() {
        return Err(malformed());
    }
    let (unit, rest) = unit(rest).ok_or_else(malformed)?;
    let mut nanos = 0_i128;
    for digit in whole.bytes() {
        nanos = (nanos * 10 + i128::from(digit - b'0')).min(i128::from(u64::MAX));
    }
    nanos = nanos.checked_mul(unit).ok_or_else(too_long)?;
    let mut size = unit;
    for digit in places.bytes() {
        // What is finer than a nanosecond of the unit is cut off.
        nanos += size * i128::from(digit - b'0') / 10;
        size /= 10;
    }
    Ok((nanos, rest))
}

/// Nanoseconds of the unit that a text begins with, and what follows it.
fn unit(text: &str) -> Option<(i128, &str)> {
    const UNITS: [(&str, i128); 8] = [
        ("ns", 1),
        ("us", 1_000),
        ("µs", 1_000),
        ("μs", 1_000),
        ("ms", 1_000_000),
        ("s", 1_000_000_000),
        ("m", 60_000_000_000),
        ("h", 3_600_000_000_000),
    ];
    UNITS.iter().find_map(|(name, nanos)| Some((*nanos, text.strip_prefix(name)?)))
}

fn malformed() -> Error {
    Fault::new(
        Code::BadConversion,
        "the text is not a duration like `36h` or `1h30m`",
        "该文本不是时长，应写作 `36h` 或 `1h30m`",
    )
    .hint(
        "days, months and years depend on the calendar: `days(30)`",
        "日、月、年随日历而定，应写 `days(30)`",
    )
    .into()
}

pub(super) fn too_long() -> Error {
    Fault::new(
        Code::Overflow,
        "the duration is too long, expected at most 292 years",
        "时长过长，最长 292 年",
    )
    .into()
}

impl fmt::Display for Duration {
    /// In seconds: `5400s`, `-0.5s`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (size, unit) = (self.0.unsigned_abs(), NANOS.unsigned_abs());
        let sign = if self.0 < 0 { "-" } else { "" };
        write!(f, "{sign}{}", size / unit)?;
        fraction(f, (size % unit) as u32)?;
        f.write_str("s")
    }
}

impl fmt::Debug for Duration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn timestamp(text: &str) -> Result<String, Code> {
        Timestamp::parse(text).map(|at| at.to_string()).map_err(|error| error.code())
    }

    #[test]
    fn timestamps_as_written() {
        for (text, printed) in [
            ("2009-02-13T23:31:30Z", "2009-02-13T23:31:30Z"),
            ("2009-02-13t23:31:30.50z", "2009-02-13T23:31:30.5Z"),
            ("2026-03-01T00:00:00+08:00", "2026-02-28T16:00:00Z"),
            ("1969-12-31T23:59:59.000000001-00:30", "1970-01-01T00:29:59.000000001Z"),
            ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"),
            ("9999-12-31T23:59:59.999999999Z", "9999-12-31T23:59:59.999999999Z"),
        ] {
            assert_eq!(timestamp(text).as_deref(), Ok(printed));
        }
    }

    #[test]
    fn timestamps_refused() {
        for text in [
            "",
            "2026-03-01",
            "2026-03-01T10:00:00",
            "2026-03-01 10:00:00Z",
            "2026-02-29T10:00:00Z",
            "2026-03-01T24:00:00Z",
            "2026-03-01T23:60:00Z",
            "2026-03-01T23:59:60Z",
            "2026-03-01T10:00:00.Z",
            "2026-03-01T10:00:00.1234567890Z",
            "2026-03-01T10:00:00+8:00",
            "2026-03-01T10:00:00+24:00",
            "10000-01-01T00:00:00Z",
            "2026-03-01T10:00:00Zx",
            "+026-03-01T10:00:00Z",
            "2026-03-01T10:00:00é",
        ] {
            assert_eq!(timestamp(text), Err(Code::BadConversion), "{text}");
        }
        for text in
            ["0000-01-01T00:00:00Z", "0001-01-01T00:00:00+00:01", "9999-12-31T23:59:59-00:01"]
        {
            assert_eq!(timestamp(text), Err(Code::TimeOutOfRange), "{text}");
        }
    }

    #[test]
    fn instants_and_timestamps_meet() {
        for micros in
            [0, -1, 1, 1_700_000_000_123_456, Instant::MIN.micros(), Instant::MAX.micros()]
        {
            let instant = Instant::from_micros(micros).unwrap();
            assert_eq!(Timestamp::from(instant).split(), (instant, 0));
        }
        let fine = Timestamp::parse("1969-12-31T23:59:59.999999999Z").unwrap();
        assert_eq!(fine.split(), (Instant::from_micros(-1).unwrap(), 999));
    }

    #[test]
    fn durations() {
        for (text, nanos) in [
            ("0", 0),
            ("-0", 0),
            ("36h", 36 * 3_600_000_000_000),
            ("1h30m10s", 5_410_000_000_000),
            ("-1.5s", -1_500_000_000),
            (".5m", 30_000_000_000),
            ("5.s", 5_000_000_000),
            ("1us1ns", 1_001),
            ("1.0000000009s", 1_000_000_000),
            ("9223372036854775807ns", i64::MAX),
            ("-9223372036854775808ns", i64::MIN),
        ] {
            assert_eq!(Duration::parse(text), Ok(Duration(nanos)), "{text}");
        }
        for text in ["", "-", "1", "s", ".s", "1d", "1h ", " 1h", "1h-30m", "--1s", "1e3s", "1H"] {
            assert_eq!(Duration::parse(text).unwrap_err().code(), Code::BadConversion, "{text}");
        }
        for text in ["9223372036854775808ns", "320000000000s", &"9".repeat(300).replace("99s", "s")]
        {
            let text = if text.ends_with('s') { text.to_owned() } else { format!("{text}h") };
            assert_eq!(Duration::parse(&text).unwrap_err().code(), Code::Overflow, "{text}");
        }
        assert_eq!(Duration(-1).to_string(), "-0.000000001s");
        assert_eq!(Duration(i64::MIN).to_string(), "-9223372036.854775808s");
    }
}
