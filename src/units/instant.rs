//! One point on the time line.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::Zone;
use super::day::{Day, out_of_range, scan_ymd};
use super::scan::Scan;
use super::shown::shown;
use crate::error::{Code, Error, Fault};

pub(super) const MICROS_PER_SECOND: i64 = 1_000_000;
pub(super) const MICROS_PER_DAY: i64 = 86_400 * MICROS_PER_SECOND;

/// A point in time of the years 1 to 9999 UTC, exact to the microsecond.
///
/// Held as microseconds since 1970-01-01T00:00:00Z, leap seconds not counted;
/// copied, compared and hashed as one integer.
///
/// ```
/// use guanxi::units::Instant;
/// let at = Instant::parse("2026-03-01T10:00:00+08:00")?;
/// assert_eq!(at.to_string(), "2026-03-01T02:00:00Z");
/// # Ok::<(), guanxi::Error>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant(i64);

impl Instant {
    /// 0001-01-01T00:00:00Z.
    pub const MIN: Instant = Instant(Day::MIN.days() as i64 * MICROS_PER_DAY);
    /// 9999-12-31T23:59:59.999999Z.
    pub const MAX: Instant = Instant((Day::MAX.days() as i64 + 1) * MICROS_PER_DAY - 1);

    /// The instant this many microseconds after 1970-01-01T00:00:00Z.
    pub fn from_micros(micros: i64) -> Result<Instant, Error> {
        Instant::within(micros).ok_or_else(out_of_range)
    }

    /// Microseconds since 1970-01-01T00:00:00Z.
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// The instant this many microseconds later, or earlier for a negative
    /// number.
    pub fn checked_add_micros(self, micros: i64) -> Result<Instant, Error> {
        self.0.checked_add(micros).and_then(Instant::within).ok_or_else(out_of_range)
    }

    /// Reads RFC 3339 with its offset: `2026-03-01T10:00:00.5+08:00`.
    ///
    /// `T` may be a space, `T` and `Z` may be small. Digits finer than a
    /// microsecond must be zeros, otherwise the fault is `too_fine`; a leap
    /// second (`:60`) is `malformed_value`.
    pub fn parse(text: &str) -> Result<Instant, Error> {
        match Written::scan(text, false) {
            Some(written) => written.instant(text, None),
            None => Err(malformed(text)),
        }
    }

    /// Reads an instant as tables and people write it.
    ///
    /// With an offset it is what [`parse`](Instant::parse) reads; without one
    /// it is local time in `zone`: `2026-03-01 10:00`, `2026/3/1 9:05:30.25`,
    /// `20260301`, `20260301093000`. A bare date is its first instant. Local
    /// times that a clock change skips or repeats are settled as by
    /// [`Zone::instant`].
    pub fn parse_in(text: &str, zone: &Zone) -> Result<Instant, Error> {
        match Written::scan(text, true) {
            Some(written) => written.instant(text, Some(zone)),
            None => Err(malformed_local(text)),
        }
    }

    pub(super) fn within(micros: i64) -> Option<Instant> {
        (Instant::MIN.0..=Instant::MAX.0).contains(&micros).then_some(Instant(micros))
    }

    /// The nearest instant within the years 1 to 9999.
    pub fn clamped(micros: i64) -> Instant {
        Instant(micros.clamp(Instant::MIN.0, Instant::MAX.0))
    }
}

/// An instant in pieces, as it was written.
struct Written {
    ymd: (i32, u32, u32),
    /// Hour, minute, second, microsecond; `None` for a bare date.
    time: Option<(u32, u32, u32, u32)>,
    /// Seconds east of UTC.
    offset: Option<i64>,
    too_fine: bool,
}

impl Written {
    /// The pieces of a text; `loose` for the forms of [`Instant::parse_in`].
    fn scan(text: &str, loose: bool) -> Option<Written> {
        let mut scan = Scan::new(text);
        let written = if loose { scan_loose(&mut scan) } else { scan_rfc3339(&mut scan) };
        written.filter(|_| scan.is_done())
    }

    fn instant(self, text: &str, zone: Option<&Zone>) -> Result<Instant, Error> {
        let (year, month, day) = self.ymd;
        let day = Day::from_ymd(year, month, day)?;
        let (hour, minute, second, micro) = self.time.unwrap_or_default();
        if hour > 23 || minute > 59 || second > 59 {
            return Err(no_such_time(hour, minute, second));
        }
        if self.too_fine {
            return Err(too_fine(text));
        }
        let seconds = i64::from(hour * 3600 + minute * 60 + second);
        let micros = seconds * MICROS_PER_SECOND + i64::from(micro);
        match (self.offset, zone) {
            (Some(offset), _) => {
                let local = i64::from(day.days()) * MICROS_PER_DAY + micros;
                Instant::from_micros(local - offset * MICROS_PER_SECOND)
            }
            (None, Some(zone)) => zone.instant_within(day, micros).ok_or_else(out_of_range),
            (None, None) => Err(malformed(text)),
        }
    }
}

fn scan_rfc3339(scan: &mut Scan) -> Option<Written> {
    let year = scan.number(4, 4)? as i32;
    scan.take(b"-")?;
    let month = scan.number(2, 2)?;
    scan.take(b"-")?;
    let day = scan.number(2, 2)?;
    scan.take(b"Tt ")?;
    let (hour, minute) = scan_hour_minute(scan, 2)?;
    scan.take(b":")?;
    let second = scan.number(2, 2)?;
    let (micro, too_fine) = scan_fraction(scan)?;
    let offset = Some(scan_offset(scan, false)?);
    Some(Written {
        ymd: (year, month, day),
        time: Some((hour, minute, second, micro)),
        offset,
        too_fine,
    })
}

fn scan_loose(scan: &mut Scan) -> Option<Written> {
    let compact = scan.digits_ahead() == 14;
    let ymd = scan_ymd(scan)?;
    let mut written = Written { ymd, time: None, offset: None, too_fine: false };
    if scan.is_done() {
        return Some(written);
    }
    let (hour, minute, second) = if compact {
        (scan.number(2, 2)?, scan.number(2, 2)?, scan.number(2, 2)?)
    } else {
        scan_clock(scan)?
    };
    let (micro, too_fine) = scan_fraction(scan)?;
    written.time = Some((hour, minute, second, micro));
    written.too_fine = too_fine;
    let spaced = scan.skip(b' ') > 0;
    if spaced || !scan.is_done() {
        written.offset = Some(scan_offset(scan, true)?);
    }
    Some(written)
}

fn scan_clock(scan: &mut Scan) -> Option<(u32, u32, u32)> {
    if scan.take(b"Tt").is_none() && scan.skip(b' ') == 0 {
        return None;
    }
    let (hour, minute) = scan_hour_minute(scan, 1)?;
    let second = if scan.take(b":").is_some() { scan.number(2, 2)? } else { 0 };
    Some((hour, minute, second))
}

fn scan_hour_minute(scan: &mut Scan, hour_digits: usize) -> Option<(u32, u32)> {
    let hour = scan.number(hour_digits, 2)?;
    scan.take(b":")?;
    Some((hour, scan.number(2, 2)?))
}

/// Microseconds, and whether finer digits other than zero follow.
fn scan_fraction(scan: &mut Scan) -> Option<(u32, bool)> {
    if scan.take(b".").is_none() {
        return Some((0, false));
    }
    let given = scan.digits_ahead();
    let micros = scan.number(1, 6)?;
    let finer = scan.digits(given.saturating_sub(6));
    let scale = 10_u32.pow(6_u32.saturating_sub(given as u32));
    Some((micros * scale, finer.iter().any(|&digit| digit != b'0')))
}

/// Seconds east of UTC of `Z` or `+08:00`; `+0800` and `+08` too when `loose`.
fn scan_offset(scan: &mut Scan, loose: bool) -> Option<i64> {
    if scan.take(b"Zz").is_some() {
        return Some(0);
    }
    let sign = if scan.take(b"+-")? == b'-' { -1 } else { 1 };
    let hours = scan.number(2, 2)?;
    let minutes = if scan.take(b":").is_some() {
        scan.number(2, 2)?
    } else if !loose {
        return None;
    } else if scan.is_done() {
        0
    } else {
        scan.number(2, 2)?
    };
    (hours <= 23 && minutes <= 59).then_some(sign * i64::from(hours * 3600 + minutes * 60))
}

fn malformed(text: &str) -> Error {
    let text = shown(text);
    Fault::new(
        Code::MalformedValue,
        format!("`{text}` is not an instant like `2026-03-01T10:00:00+08:00`"),
        format!("`{text}` 不是时刻，应写作 `2026-03-01T10:00:00+08:00`"),
    )
    .into()
}

fn malformed_local(text: &str) -> Error {
    let text = shown(text);
    Fault::new(
        Code::MalformedValue,
        format!("`{text}` is not a time like `2026-03-01 10:00` or `2026-03-01T10:00:00+08:00`"),
        format!("`{text}` 不是时间，应写作 `2026-03-01 10:00` 或 `2026-03-01T10:00:00+08:00`"),
    )
    .into()
}

fn no_such_time(hour: u32, minute: u32, second: u32) -> Error {
    Fault::new(
        Code::MalformedValue,
        format!("there is no time `{hour:02}:{minute:02}:{second:02}`"),
        format!("没有 `{hour:02}:{minute:02}:{second:02}` 这个时间"),
    )
    .into()
}

fn too_fine(text: &str) -> Error {
    let text = shown(text);
    Fault::new(
        Code::TooFine,
        format!("`{text}` is finer than a microsecond, expected at most 6 digits of a second"),
        format!("`{text}` 细于微秒，秒的小数最多 6 位"),
    )
    .into()
}

impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let day = Day::clamped(self.0.div_euclid(MICROS_PER_DAY));
        let of_day = self.0.rem_euclid(MICROS_PER_DAY);
        let (seconds, micros) = (of_day / MICROS_PER_SECOND, of_day % MICROS_PER_SECOND);
        let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
        write!(f, "{day}T{hour:02}:{minute:02}:{second:02}")?;
        if micros != 0 {
            let digits = format!("{micros:06}");
            write!(f, ".{}", digits.trim_end_matches('0'))?;
        }
        f.write_str("Z")
    }
}

impl fmt::Debug for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for Instant {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Instant {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Instant::parse(&text).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_rfc3339() {
        let cases = [
            ("2026-03-01T10:00:00+08:00", "2026-03-01T02:00:00Z"),
            ("2026-03-01t10:00:00z", "2026-03-01T10:00:00Z"),
            ("2026-03-01 10:00:00.500-05:30", "2026-03-01T15:30:00.5Z"),
            ("1969-12-31T23:59:59.999999Z", "1969-12-31T23:59:59.999999Z"),
            ("2026-03-01T10:00:00.1234560000Z", "2026-03-01T10:00:00.123456Z"),
            ("2026-03-01T10:00:00.000001Z", "2026-03-01T10:00:00.000001Z"),
            ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"),
            ("9999-12-31T23:59:59.999999Z", "9999-12-31T23:59:59.999999Z"),
            ("2026-03-01T10:00:00-00:00", "2026-03-01T10:00:00Z"),
        ];
        for (text, shown) in cases {
            assert_eq!(Instant::parse(text).unwrap().to_string(), shown, "{text}");
        }
    }

    #[test]
    fn refuses_what_is_not_rfc3339() {
        let cases = [
            ("", Code::MalformedValue),
            ("2026-03-01", Code::MalformedValue),
            ("2026-03-01T10:00:00", Code::MalformedValue),
            ("2026-03-01T10:00Z", Code::MalformedValue),
            ("2026-3-1T10:00:00Z", Code::MalformedValue),
            ("2026/03/01T10:00:00Z", Code::MalformedValue),
            ("2026-03-01T24:00:00Z", Code::MalformedValue),
            ("2026-03-01T10:60:00Z", Code::MalformedValue),
            ("2026-03-01T10:00:60Z", Code::MalformedValue),
            ("2026-02-30T10:00:00Z", Code::MalformedValue),
            ("2026-03-01T10:00:00.Z", Code::MalformedValue),
            ("2026-03-01T10:00:00+24:00", Code::MalformedValue),
            ("2026-03-01T10:00:00+0800", Code::MalformedValue),
            ("2026-03-01T10:00:00+08:00 ", Code::MalformedValue),
            ("２０２６-03-01T10:00:00Z", Code::MalformedValue),
            ("2026-03-01T10:00:00.0000001Z", Code::TooFine),
            ("0000-01-01T00:00:00Z", Code::TimeOutOfRange),
            ("0001-01-01T00:00:00+00:01", Code::TimeOutOfRange),
            ("9999-12-31T23:59:59-00:01", Code::TimeOutOfRange),
        ];
        for (text, code) in cases {
            assert_eq!(Instant::parse(text).unwrap_err().code(), code, "{text}");
        }
    }

    #[test]
    fn reads_local_times_of_tables() {
        let zone = Zone::named("Asia/Shanghai").unwrap();
        let cases = [
            ("2026-03-01", "2026-02-28T16:00:00Z"),
            ("2026/3/1", "2026-02-28T16:00:00Z"),
            ("20260301", "2026-02-28T16:00:00Z"),
            ("2026-03-01 10:00", "2026-03-01T02:00:00Z"),
            ("2026-03-01T10:00", "2026-03-01T02:00:00Z"),
            ("2026/3/1 9:05", "2026-03-01T01:05:00Z"),
            ("2026-03-01 10:00:05.250000", "2026-03-01T02:00:05.25Z"),
            ("20260301103005", "2026-03-01T02:30:05Z"),
            ("20260301 10:30", "2026-03-01T02:30:00Z"),
            ("2026-03-01T10:00:00Z", "2026-03-01T10:00:00Z"),
            ("2026-03-01 10:00 -05:00", "2026-03-01T15:00:00Z"),
            ("2026-03-01 10:00:00+0530", "2026-03-01T04:30:00Z"),
            ("2026-03-01 10:00:00+09", "2026-03-01T01:00:00Z"),
        ];
        for (text, shown) in cases {
            assert_eq!(Instant::parse_in(text, &zone).unwrap().to_string(), shown, "{text}");
        }
    }

    #[test]
    fn refuses_what_is_no_local_time() {
        let zone = Zone::named("+08:00").unwrap();
        let cases = [
            ("", Code::MalformedValue),
            ("2026", Code::MalformedValue),
            ("2026-03-01 ", Code::MalformedValue),
            ("2026-03-01 10", Code::MalformedValue),
            ("2026-03-01 10:00 ", Code::MalformedValue),
            ("2026-03-01 10:00 pm", Code::MalformedValue),
            ("2026-03-01Z", Code::MalformedValue),
            ("2026030110", Code::MalformedValue),
            ("2026-03-01 25:00", Code::MalformedValue),
            ("01/03/2026", Code::MalformedValue),
            ("2026-03-01 10:00:00.1234567", Code::TooFine),
            ("0001-01-01", Code::TimeOutOfRange),
        ];
        for (text, code) in cases {
            assert_eq!(Instant::parse_in(text, &zone).unwrap_err().code(), code, "{text}");
        }
    }

    #[test]
    fn stays_within_its_years() {
        assert_eq!(Instant::MIN.to_string(), "0001-01-01T00:00:00Z");
        assert_eq!(Instant::MAX.to_string(), "9999-12-31T23:59:59.999999Z");
        for micros in [Instant::MIN.micros() - 1, Instant::MAX.micros() + 1, i64::MIN, i64::MAX] {
            assert_eq!(Instant::from_micros(micros).unwrap_err().code(), Code::TimeOutOfRange);
        }
        assert!(Instant::MAX.checked_add_micros(1).is_err());
        assert!(Instant::MIN.checked_add_micros(i64::MIN).is_err());
        assert_eq!(
            Instant::MAX.checked_add_micros(-1).unwrap().micros(),
            Instant::MAX.micros() - 1
        );
    }
}
