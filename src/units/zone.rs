//! Time zones: which local day and clock time an instant has.

use std::fmt;
use std::sync::Arc;

use serde::{Serialize, Serializer};

use super::instant::{MICROS_PER_DAY, MICROS_PER_SECOND};
use super::nearest::nearest;
use super::scan::Scan;
use super::shown::shown;
use super::zone_table::{Stretch, ZoneTable};
use super::{Day, Instant};
use crate::error::{Code, Error, Fault};

/// A time zone: a place of the IANA database, or a fixed offset from UTC.
///
/// Cloning is cheap and clones share what they have looked up. The rules of
/// the database are projected to the year 2100; later years keep the offset
/// reached by then. Local times before year 1 or after year 9999 count as the
/// first or last instant of that range.
///
/// ```
/// use guanxi::units::{Day, Instant, Zone};
/// let zone = Zone::named("Asia/Shanghai")?;
/// let evening = Instant::parse("2026-02-28T16:00:00Z")?;
/// assert_eq!(zone.day_of(evening), Day::parse("2026-03-01")?);
/// assert_eq!(zone.start_of(zone.day_of(evening)), evening);
/// # Ok::<(), guanxi::Error>(())
/// ```
#[derive(Clone)]
pub struct Zone(Kind);

#[derive(Clone)]
enum Kind {
    /// Microseconds east of UTC, and the name.
    Fixed(i64, [u8; 6]),
    Named(Arc<ZoneTable>, &'static str),
}

impl Zone {
    /// Coordinated universal time.
    pub fn utc() -> Zone {
        Zone(Kind::Fixed(0, *b"UTC   "))
    }

    /// The zone with this IANA name (`Asia/Shanghai`), or a fixed offset:
    /// `+08:00`, `-08:00`, `02:00`, `UTC`, `Z`.
    ///
    /// Anything else is `unknown_zone`, with the nearest name as a hint.
    pub fn named(name: &str) -> Result<Zone, Error> {
        if matches!(name, "UTC" | "Z") {
            return Ok(Zone::utc());
        }
        if let Some(seconds) = scan_fixed(name) {
            return Ok(Zone::fixed(seconds));
        }
        match name.parse::<chrono_tz::Tz>() {
            Ok(tz) => Ok(Zone(Kind::Named(Arc::new(ZoneTable::new(tz)), tz.name()))),
            Err(_) => Err(unknown(name)),
        }
    }

    /// The IANA name, `UTC`, or the offset as `+08:00`.
    pub fn name(&self) -> &str {
        match &self.0 {
            Kind::Named(_, name) => name,
            Kind::Fixed(_, name) => std::str::from_utf8(name).unwrap_or_default().trim_end(),
        }
    }

    /// The local day of an instant.
    pub fn day_of(&self, at: Instant) -> Day {
        self.local(at).0
    }

    /// The first instant of a local day: midnight, or the end of the gap where
    /// a clock change skips midnight. The first of the two where it repeats.
    pub fn start_of(&self, day: Day) -> Instant {
        self.instant(day, 0)
    }

    /// The local day, and the microseconds the clock shows since midnight (0
    /// to 86,399,999,999). On a day with a clock change that is not the time
    /// elapsed since midnight.
    pub fn local(&self, at: Instant) -> (Day, i64) {
        let first = i64::from(Day::MIN.days()) * MICROS_PER_DAY;
        let last = (i64::from(Day::MAX.days()) + 1) * MICROS_PER_DAY - 1;
        let local = (at.micros() + self.offset(at.micros())).clamp(first, last);
        (Day::clamped(local.div_euclid(MICROS_PER_DAY)), local.rem_euclid(MICROS_PER_DAY))
    }

    /// An instant as local clocks show it, with their distance from UTC; in UTC
    /// where that is no whole number of minutes.
    ///
    /// ```
    /// use guanxi::units::{Instant, Zone};
    /// let at = Instant::parse("2026-03-02T01:00:00Z")?;
    /// assert_eq!(Zone::named("Asia/Shanghai")?.written(at), "2026-03-02T09:00:00+08:00");
    /// assert_eq!(Zone::named("America/St_Johns")?.written(at), "2026-03-01T21:30:00-03:30");
    /// assert_eq!(Zone::utc().written(at), "2026-03-02T01:00:00Z");
    /// # Ok::<(), guanxi::Error>(())
    /// ```
    pub fn written(&self, at: Instant) -> String {
        const MINUTE: i64 = 60_000_000;
        let offset = self.offset(at.micros());
        let local = Instant::within(at.micros() + offset).filter(|_| offset % MINUTE == 0);
        match local {
            Some(local) if offset != 0 => {
                let (sign, minutes) = (if offset < 0 { '-' } else { '+' }, offset.abs() / MINUTE);
                let local = local.to_string();
                let local = local.trim_end_matches('Z');
                format!("{local}{sign}{:02}:{:02}", minutes / 60, minutes % 60)
            }
            _ => at.to_string(),
        }
    }

    /// An instant as people read it off a local clock: to the minute, with
    /// seconds where there are some; the last moment of a day as its end.
    ///
    /// ```
    /// use guanxi::units::{Instant, Zone};
    /// let zone = Zone::named("Asia/Shanghai")?;
    /// let shown = |text| Ok::<_, guanxi::Error>(zone.shown(Instant::parse(text)?));
    /// assert_eq!(shown("2026-03-02T01:00:00Z")?, "2026-03-02 09:00");
    /// assert_eq!(shown("2026-03-02T01:00:07.5Z")?, "2026-03-02 09:00:07");
    /// assert_eq!(shown("2026-03-02T15:59:59.999999Z")?, "2026-03-02 24:00");
    /// # Ok::<(), guanxi::Error>(())
    /// ```
    pub fn shown(&self, at: Instant) -> String {
        let (day, micros) = self.local(at);
        if self.local(Instant::clamped(at.micros().saturating_add(1))).0 != day {
            return format!("{day} 24:00");
        }
        let seconds = micros / 1_000_000;
        let (hour, minute, second) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
        if micros % 60_000_000 == 0 {
            return format!("{day} {hour:02}:{minute:02}");
        }
        format!("{day} {hour:02}:{minute:02}:{second:02}")
    }

    /// The instant at which local clocks show this day and these microseconds
    /// since midnight.
    ///
    /// A time that a clock change skips is the first instant after the gap; a
    /// time that comes twice is the earlier one.
    pub fn instant(&self, day: Day, micros_of_day: i64) -> Instant {
        Instant::clamped(self.micros_of(day, micros_of_day))
    }

    /// As [`instant`](Zone::instant), or `None` outside the years 1 to 9999.
    pub(crate) fn instant_within(&self, day: Day, micros_of_day: i64) -> Option<Instant> {
        Instant::within(self.micros_of(day, micros_of_day))
    }

    /// Whether clocks keep their distance from UTC from one instant to a later
    /// one, so that so many days are so many times 24 hours. `false` where that
    /// takes a search to say.
    pub(crate) fn is_steady(&self, from: i64, until: i64) -> bool {
        match &self.0 {
            Kind::Fixed(..) => true,
            Kind::Named(table, _) => until < table.stretch(from).until,
        }
    }

    /// The same, whatever it takes.
    pub(crate) fn is_steady_throughout(&self, from: i64, until: i64) -> bool {
        let Kind::Named(table, _) = &self.0 else { return true };
        let first = table.stretch(from);
        let next =
            |stretch: &Stretch| (stretch.until <= until).then(|| table.stretch(stretch.until));
        std::iter::successors(Some(first), next).all(|stretch| stretch.offset == first.offset)
    }

    /// The instants at which clocks change, from one instant to another.
    pub(super) fn changes(&self, from: Instant, until: Instant) -> Vec<Instant> {
        let Kind::Named(table, _) = &self.0 else { return Vec::new() };
        let mut out = Vec::new();
        let mut stretch = table.stretch(from.micros());
        while stretch.until < until.micros() {
            let next = table.stretch(stretch.until);
            if next.offset != stretch.offset {
                out.push(Instant::clamped(next.from));
            }
            stretch = next;
        }
        out
    }

    /// A fixed offset of whole minutes, less than a day.
    fn fixed(seconds: i64) -> Zone {
        if seconds == 0 {
            return Zone::utc();
        }
        let minutes = seconds.abs() / 60;
        let digit = |number: i64| b'0' + (number % 10) as u8;
        let (hours, minutes) = (minutes / 60, minutes % 60);
        let sign = if seconds < 0 { b'-' } else { b'+' };
        let name =
            [sign, digit(hours / 10), digit(hours), b':', digit(minutes / 10), digit(minutes)];
        Zone(Kind::Fixed(seconds * MICROS_PER_SECOND, name))
    }

    fn micros_of(&self, day: Day, micros_of_day: i64) -> i64 {
        let local = (i64::from(day.days()) * MICROS_PER_DAY).saturating_add(micros_of_day);
        match &self.0 {
            Kind::Fixed(offset, _) => local.saturating_sub(*offset),
            Kind::Named(table, _) => local_to_utc(table, local),
        }
    }

    /// Microseconds east of UTC at an instant.
    fn offset(&self, utc: i64) -> i64 {
        match &self.0 {
            Kind::Fixed(offset, _) => *offset,
            Kind::Named(table, _) => table.stretch(utc).offset,
        }
    }
}

/// No zone has ever been further from UTC.
const FURTHEST: i64 = 16 * 3600 * MICROS_PER_SECOND;

/// The earliest instant that reads `local`, or the end of the gap it is in.
fn local_to_utc(table: &ZoneTable, local: i64) -> i64 {
    let (first, last) = (local.saturating_sub(FURTHEST), local.saturating_add(FURTHEST));
    let mut stretch = table.stretch(first);
    while stretch.until <= last {
        if let Some(utc) = read_in(&stretch, local) {
            return utc;
        }
        stretch = table.stretch(stretch.until);
    }
    read_in(&stretch, local).unwrap_or_else(|| local.saturating_sub(stretch.offset))
}

/// The instant of a stretch that reads `local`; its first instant when the
/// stretch begins with a later reading, which is then the end of a gap.
fn read_in(stretch: &Stretch, local: i64) -> Option<i64> {
    let utc = local.saturating_sub(stretch.offset).max(stretch.from);
    (utc < stretch.until).then_some(utc)
}

fn scan_fixed(name: &str) -> Option<i64> {
    let mut scan = Scan::new(name);
    let sign = if scan.take(b"+-") == Some(b'-') { -1 } else { 1 };
    let hours = scan.number(2, 2)?;
    scan.take(b":")?;
    let minutes = scan.number(2, 2)?;
    let valid = scan.is_done() && hours <= 23 && minutes <= 59;
    valid.then_some(sign * i64::from(hours * 3600 + minutes * 60))
}

fn unknown(name: &str) -> Error {
    let given = shown(name);
    let fault = Fault::new(
        Code::UnknownZone,
        format!("`{given}` is not a time zone, expected an IANA name like `Asia/Shanghai`"),
        format!("`{given}` 不是时区，应为 `Asia/Shanghai` 这样的 IANA 名称"),
    );
    match meant(name) {
        Some(near) => fault.meant(near).into(),
        None => fault.into(),
    }
}

/// The zone somebody meant: the one of China under another name, or the most
/// similar name.
fn meant(name: &str) -> Option<&'static str> {
    const CHINA: [&str; 4] = ["beijing", "北京", "上海", "中国"];
    let lower = name.to_lowercase();
    if CHINA.iter().any(|word| lower.contains(word)) {
        return Some("Asia/Shanghai");
    }
    nearest(name, chrono_tz::TZ_VARIANTS.iter().map(|tz| tz.name()))
}

/// Two zones are equal when they have the same name.
impl PartialEq for Zone {
    fn eq(&self, other: &Zone) -> bool {
        match (&self.0, &other.0) {
            (Kind::Fixed(a, _), Kind::Fixed(b, _)) => a == b,
            (Kind::Named(_, a), Kind::Named(_, b)) => a == b,
            _ => false,
        }
    }
}

impl Eq for Zone {}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl fmt::Debug for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Zone({self})")
    }
}

impl Serialize for Zone {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}
