//! The marks on the line of time between which purchases are counted as one.

use crate::error::Error;
use crate::units::{Calendar, Day, Instant, Unit};

/// A length of time that purchases are counted or told by.
///
/// ```
/// use guanxi::value::cbs::Step;
/// assert_eq!(Step::parse("week").map(Step::days), Some(7));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// A day of the calendar.
    Day,
    /// A week of the calendar; it begins where the calendar's weeks begin.
    Week,
}

impl Step {
    /// How many days it has.
    pub fn days(self) -> u32 {
        match self {
            Step::Day => 1,
            Step::Week => 7,
        }
    }

    /// The word that names it.
    pub fn name(self) -> &'static str {
        match self {
            Step::Day => "day",
            Step::Week => "week",
        }
    }

    /// The step that a word names.
    pub fn parse(word: &str) -> Option<Step> {
        [Step::Day, Step::Week].into_iter().find(|step| step.name() == word)
    }
}

/// Numbers every instant of a stretch of time by the grain it lies in.
///
/// A day has 23, 24 or 25 hours, and some days were skipped whole, so the
/// beginnings are looked up once and not computed for each purchase.
#[derive(Debug)]
pub(super) struct Ruler {
    /// When each grain begins, in microseconds, and when the last one ends.
    begins: Vec<i64>,
    width: i64,
}

pub(super) const MICROS_PER_DAY: i64 = 86_400_000_000;

impl Ruler {
    /// A ruler from the grain of one instant to that of a day, where days
    /// begin so many microseconds after midnight.
    pub fn new(
        grain: Step,
        calendar: &Calendar,
        day_starts: i64,
        from: Instant,
        until: Day,
    ) -> Result<Ruler, Error> {
        let zone = calendar.zone();
        let (mut day, time) = zone.local(from);
        if time < day_starts {
            day = day.add_days(-1)?;
        }
        if grain == Step::Week {
            day = calendar.start_of_day(day, Unit::Week, 0)?;
        }
        let (first, step) = (i64::from(day.days()), i64::from(grain.days()));
        let grains = (i64::from(until.days()) - first).div_euclid(step).max(-1) + 1;
        let begin = |n: i64| zone.instant(Day::clamped(first + n * step), day_starts).micros();
        let begins = (0..=grains).map(begin).collect();
        Ok(Ruler { begins, width: MICROS_PER_DAY * step })
    }

    /// When a grain begins; `None` past the end.
    pub fn begin(&self, grain: u32) -> Option<i64> {
        self.begins.get(grain as usize).copied()
    }

    /// The number of the grain that an instant lies in: 0 for all before the
    /// second, the number of grains for all after the last.
    #[inline]
    pub fn grain(&self, micros: i64) -> u32 {
        let begins = &self.begins;
        let last = begins.len() - 1;
        let guess = micros.saturating_sub(begins[0]) / self.width;
        let mut grain = guess.clamp(0, last as i64) as usize;
        while 0 < grain && micros < begins[grain] {
            grain -= 1;
        }
        while grain < last && begins[grain + 1] <= micros {
            grain += 1;
        }
        grain as u32
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::{Weekday, Zone};

    fn calendar(zone: &str) -> Result<Calendar, Error> {
        Calendar::new(Zone::named(zone)?, Weekday::Monday, (1, 1))
    }

    #[test]
    fn every_instant_lies_in_the_grain_of_its_local_day() -> Result<(), Error> {
        // A day that never was, days of 23 and 25 hours, years with summer time.
        let stretches = [
            ("Pacific/Apia", "2011-12-20T00:00:00Z", "2012-01-10"),
            ("Europe/Berlin", "2026-03-20T12:00:00Z", "2026-11-10"),
            ("Asia/Shanghai", "1986-04-01T00:00:00Z", "1991-12-31"),
        ];
        for (zone, from, until) in stretches {
            let calendar = calendar(zone)?;
            let (from, until) = (Instant::parse(from)?, Day::parse(until)?);
            let ruler = Ruler::new(Step::Day, &calendar, 0, from, until)?;
            let first = calendar.zone().day_of(from).days();
            let mut at = from.micros();
            while at < ruler.begins[ruler.begins.len() - 1] {
                let day = calendar.zone().day_of(Instant::clamped(at)).days();
                assert_eq!(ruler.grain(at) as i32, day - first, "{zone} {at}");
                at += 7 * 3_600_000_000 + 1;
            }
            assert_eq!(
                ruler.grain(ruler.begins[ruler.begins.len() - 1] - 1) + 1,
                ruler.begins.len() as u32 - 1
            );
            assert_eq!(
                ruler.grain(ruler.begins[ruler.begins.len() - 1]),
                ruler.begins.len() as u32 - 1
            );
        }
        Ok(())
    }

    #[test]
    fn a_day_may_begin_after_midnight() -> Result<(), Error> {
        let calendar = calendar("Asia/Shanghai")?;
        let at = |text| Instant::parse(text).map(Instant::micros);
        let from = Instant::parse("2026-05-01T02:00:00+08:00")?;
        let four = 4 * 3_600_000_000;
        let ruler = Ruler::new(Step::Day, &calendar, four, from, Day::parse("2026-05-03")?)?;
        assert_eq!(ruler.begins.len() as u32 - 1, 4);
        assert_eq!(ruler.grain(at("2026-05-01T03:59:59+08:00")?), 0);
        assert_eq!(ruler.grain(at("2026-05-01T04:00:00+08:00")?), 1);
        assert_eq!(ruler.grain(at("2026-05-04T03:59:59+08:00")?), 3);
        Ok(())
    }

    #[test]
    fn weeks_begin_where_the_calendar_says() -> Result<(), Error> {
        let zone = Zone::named("Asia/Shanghai")?;
        let calendar = Calendar::new(zone, Weekday::Sunday, (1, 1))?;
        // A Wednesday.
        let from = Instant::parse("2026-05-06T02:00:00+08:00")?;
        let ruler = Ruler::new(Step::Week, &calendar, 0, from, Day::parse("2026-05-17")?)?;
        let grain = |text| Instant::parse(text).map(|at| ruler.grain(at.micros()));
        assert_eq!(ruler.begins.len() as u32 - 1, 3);
        assert_eq!(grain("2026-05-09T23:59:59+08:00")?, 0);
        assert_eq!(grain("2026-05-10T00:00:00+08:00")?, 1);
        assert_eq!(grain("2026-05-17T00:00:00+08:00")?, 2);
        Ok(())
    }
}
