//! How a host writes its dates and times.

use crate::error::{Code, Fault};
use crate::units::{Day, Decimal, Instant, Zone, shown};

/// A declared way of writing days and instants: `yyyyMMdd`, `seconds`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Format {
    text: Box<str>,
    form: Form,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Form {
    Pattern(Vec<Part>),
    /// A number since 1970-01-01T00:00:00Z, of units with so many decimal
    /// places down to the microsecond: 6 for seconds.
    Epoch(u8),
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Literal(Box<str>),
    Number { unit: Unit, least: usize, most: usize },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Unit {
    Year,
    Month,
    Day,
    Hour,
    Minute,
    Second,
    Fraction,
}

impl Unit {
    const ALL: [Unit; 7] = [
        Unit::Year,
        Unit::Month,
        Unit::Day,
        Unit::Hour,
        Unit::Minute,
        Unit::Second,
        Unit::Fraction,
    ];

    fn of(letter: char) -> Option<Unit> {
        match letter {
            'y' => Some(Unit::Year),
            'M' => Some(Unit::Month),
            'd' => Some(Unit::Day),
            'H' => Some(Unit::Hour),
            'm' => Some(Unit::Minute),
            's' => Some(Unit::Second),
            'S' => Some(Unit::Fraction),
            _ => None,
        }
    }

    /// The part of a pattern for a letter that is repeated so often.
    fn part(self, repeated: usize) -> Option<Part> {
        let (least, most) = match (self, repeated) {
            (Unit::Year, 4) => (4, 4),
            (Unit::Year, _) => return None,
            (Unit::Fraction, 1..=6) => (repeated, repeated),
            (Unit::Fraction, _) => return None,
            (_, 1) => (1, 2),
            (_, 2) => (2, 2),
            _ => return None,
        };
        Some(Part::Number { unit: self, least, most })
    }
}

/// The numbers of a date and time, as far as they were written; `None` where
/// they were not.
#[derive(Default)]
struct Written([Option<u32>; 7]);

impl Written {
    fn part(&self, unit: Unit) -> Option<u32> {
        self.0.get(unit as usize).copied().flatten()
    }

    fn day(&self) -> Option<Day> {
        let year = i32::try_from(self.part(Unit::Year)?).ok()?;
        Day::from_ymd(year, self.part(Unit::Month)?, self.part(Unit::Day)?).ok()
    }

    /// Microseconds the clock shows; a time that is not written is midnight.
    fn clock(&self) -> Option<i64> {
        let part = |unit| i64::from(self.part(unit).unwrap_or(0));
        let (hour, minute, second) = (part(Unit::Hour), part(Unit::Minute), part(Unit::Second));
        let real = hour < 24 && minute < 60 && second < 60;
        real.then_some(((hour * 60 + minute) * 60 + second) * 1_000_000 + part(Unit::Fraction))
    }
}

impl Format {
    /// Reads `seconds`, `milliseconds`, `microseconds`, or a pattern of
    /// `yyyy M MM d dd H HH m mm s ss S..SSSSSS` and what stands between them.
    pub fn parse(text: &str) -> Result<Format, Box<Fault>> {
        let form = match text {
            "seconds" => Form::Epoch(6),
            "milliseconds" => Form::Epoch(3),
            "microseconds" => Form::Epoch(0),
            _ => Form::Pattern(pattern(text)?),
        };
        Ok(Format { text: text.into(), form })
    }

    /// The format as it was declared.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether it is a number since 1970.
    pub fn is_number(&self) -> bool {
        matches!(self.form, Form::Epoch(_))
    }

    /// The day of a text; a time in it is read and left out.
    pub fn day(&self, text: &str, zone: &Zone) -> Option<Day> {
        match &self.form {
            Form::Pattern(parts) => {
                let written = read(parts, text)?;
                written.clock()?;
                written.day()
            }
            Form::Epoch(digits) => Some(zone.day_of(epoch(text, *digits)?)),
        }
    }

    /// The instant of a text, which is local time in `zone` unless it is a
    /// number since 1970; a bare date is its first instant.
    pub fn instant(&self, text: &str, zone: &Zone) -> Option<Instant> {
        match &self.form {
            Form::Pattern(parts) => {
                let written = read(parts, text)?;
                Some(zone.instant(written.day()?, written.clock()?))
            }
            Form::Epoch(digits) => epoch(text, *digits),
        }
    }
}

fn epoch(text: &str, digits: u8) -> Option<Instant> {
    let number = Decimal::parse(text).ok()?.rescale_exact(digits).ok()?;
    Instant::from_micros(i64::try_from(number.units()).ok()?).ok()
}

fn read(parts: &[Part], text: &str) -> Option<Written> {
    let mut rest = text;
    let mut written = Written::default();
    for part in parts {
        match part {
            Part::Literal(literal) => rest = rest.strip_prefix(&**literal)?,
            Part::Number { unit, least, most } => {
                let digits = rest.bytes().take(*most).take_while(u8::is_ascii_digit).count();
                if digits < *least {
                    return None;
                }
                let (number, tail) = rest.split_at_checked(digits)?;
                rest = tail;
                let number: u32 = number.parse().ok()?;
                let scale = match unit {
                    Unit::Fraction => 10_u32.pow(6_u32.saturating_sub(digits as u32)),
                    _ => 1,
                };
                *written.0.get_mut(*unit as usize)? = Some(number * scale);
            }
        }
    }
    rest.is_empty().then_some(written)
}

fn pattern(text: &str) -> Result<Vec<Part>, Box<Fault>> {
    let wrong = || {
        let given = shown(text);
        Box::new(
            Fault::new(
                Code::BadValue,
                format!("`{given}` is not a format of dates like `yyyy/M/d HH:mm`"),
                format!("`{given}` 不是日期格式，应类似 `yyyy/M/d HH:mm`"),
            )
            .hint(
                "letters are `yyyy M MM d dd H HH m mm s ss SSS`, or the format is `seconds`, \
                 `milliseconds` or `microseconds` since 1970",
                "可用字母为 `yyyy M MM d dd H HH m mm s ss SSS`；\
                 或用 `seconds`、`milliseconds`、`microseconds` 表示 1970 年以来的数值",
            ),
        )
    };
    let parts = split(text).ok_or_else(wrong)?;
    let count = |unit| parts.iter().filter(|part| is_number(part, unit)).count();
    let once = Unit::ALL.iter().all(|&unit| count(unit) <= 1);
    let whole_date = [Unit::Year, Unit::Month, Unit::Day].into_iter().all(|unit| count(unit) == 1);
    // A finer unit without its coarser one has no meaning.
    let clock = [Unit::Hour, Unit::Minute, Unit::Second, Unit::Fraction];
    let nested = clock.windows(2).all(|pair| match pair {
        [coarse, fine] => count(*coarse) >= count(*fine),
        _ => true,
    });
    if once && whole_date && nested && !runs_together(&parts) {
        return Ok(parts);
    }
    Err(wrong())
}

fn split(text: &str) -> Option<Vec<Part>> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some(letter) = rest.chars().next() {
        let same = rest.chars().take_while(|&next| next == letter).count();
        if let Some(unit) = Unit::of(letter) {
            parts.push(unit.part(same)?);
            rest = rest.get(same..)?;
        } else if letter.is_ascii_alphanumeric() && letter != 'T' {
            return None;
        } else {
            let (literal, tail) = rest.split_at_checked(letter.len_utf8())?;
            parts.push(Part::Literal(literal.into()));
            rest = tail;
        }
    }
    Some(parts)
}

fn is_number(part: &Part, wanted: Unit) -> bool {
    matches!(part, Part::Number { unit, .. } if *unit == wanted)
}

/// Whether a number of one or two digits is followed by another number, so
/// that nobody could tell where it ends.
fn runs_together(parts: &[Part]) -> bool {
    parts
        .windows(2)
        .any(|pair| matches!(pair, [Part::Number { least: 1, most: 2, .. }, Part::Number { .. }]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn instant(format: &str, text: &str) -> Option<String> {
        let zone = Zone::named("Asia/Shanghai").unwrap();
        Format::parse(format).unwrap().instant(text, &zone).map(|at| at.to_string())
    }

    fn day(format: &str, text: &str) -> Option<String> {
        let zone = Zone::named("Asia/Shanghai").unwrap();
        Format::parse(format).unwrap().day(text, &zone).map(|day| day.to_string())
    }

    #[test]
    fn patterns_read_what_they_describe() {
        assert_eq!(day("yyyyMMdd", "20240229").as_deref(), Some("2024-02-29"));
        assert_eq!(day("dd.MM.yyyy", "09.03.2024").as_deref(), Some("2024-03-09"));
        assert_eq!(day("yyyy年M月d日", "2024年3月9日").as_deref(), Some("2024-03-09"));
        assert_eq!(
            day("yyyy-MM-dd HH:mm:ss", "2024-03-09 23:59:59").as_deref(),
            Some("2024-03-09")
        );
        assert_eq!(
            instant("yyyy/M/d HH:mm", "2024/3/9 08:30").as_deref(),
            Some("2024-03-09T00:30:00Z")
        );
        assert_eq!(instant("M/d/yyyy", "3/9/2024").as_deref(), Some("2024-03-08T16:00:00Z"));
        assert_eq!(
            instant("yyyy-MM-ddTHH:mm:ss.SSS", "2024-03-09T08:00:00.250").as_deref(),
            Some("2024-03-09T00:00:00.25Z")
        );
    }

    #[test]
    fn numbers_since_1970_are_instants() {
        assert_eq!(instant("seconds", "0").as_deref(), Some("1970-01-01T00:00:00Z"));
        assert_eq!(instant("seconds", "-1.5").as_deref(), Some("1969-12-31T23:59:58.5Z"));
        assert_eq!(
            instant("milliseconds", "1710000000123").as_deref(),
            Some("2024-03-09T16:00:00.123Z")
        );
        assert_eq!(instant("microseconds", "1").as_deref(), Some("1970-01-01T00:00:00.000001Z"));
        assert_eq!(day("seconds", "1710000000").as_deref(), Some("2024-03-10"));
        for bad in ["", "x", "1e9", "9223372036854775807", "0.0000001"] {
            assert_eq!(instant("seconds", bad), None, "{bad}");
        }
    }

    #[test]
    fn what_a_pattern_does_not_describe_is_not_read() {
        for bad in ["2024229", "20240230", "20241301", "202402291", "2024-02-29", "", "二〇二四"]
        {
            assert_eq!(day("yyyyMMdd", bad), None, "{bad}");
        }
        for bad in
            ["2024/3/9 24:00", "2024/3/9 08:60", "2024/3/9", "2024/3/9 8:30", "0000/1/1 08:00"]
        {
            assert_eq!(instant("yyyy/M/d HH:mm", bad), None, "{bad}");
        }
    }

    #[test]
    fn patterns_without_a_meaning_are_refused() {
        let bad = [
            "",
            "yyyy",
            "yyyy-MM",
            "yy-MM-dd",
            "yyyy-MM-dd mm",
            "yyyyMd",
            "yyyy-MM-dd-dd",
            "yyyyMMdd X",
            "YYYY-MM-DD",
            "yyyy-MM-dd hh:mm",
            "yyyy-MM-dd HH:ss",
            "yyyyMMddHHmmssSSSSSSS",
            "unix",
        ];
        for text in bad {
            assert!(Format::parse(text).is_err(), "{text}");
        }
        for text in ["yyyyMMddHHmmss", "d/M/yyyy", "yyyy-MM-ddTHH:mm:ss.SSSSSS", "yyyyMMddH"] {
            assert!(Format::parse(text).is_ok(), "{text}");
        }
    }
}
