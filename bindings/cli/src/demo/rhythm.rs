//! When things happen: days, hours, seasons, holidays.
//!
//! Times are local seconds since the firm's first day. The zone has no summer
//! time in these years, so a day has 86,400 of them.
//!
//! A [`Rhythm`] is a clock that runs fast when people are busy and stands
//! still when they are not. A process that is regular on that clock has the
//! weekday pattern, the hours and the seasons on ours, and stays exactly the
//! process that a value model assumes.

use super::random::Random;

/// Seconds since the first day, 00:00 local time.
pub type Seconds = i64;

/// The firm's first day, as days since 1970-01-01: 2023-01-01, a Sunday.
pub const FIRST_DAY: i64 = 19_358;
/// The number of days told about: all of 2023, 2024 and 2025.
pub const DAYS: i64 = 1_096;
/// The instant of the export: nothing is known after it.
pub const END: Seconds = DAYS * DAY;
/// Seconds of an hour.
pub const HOUR: Seconds = 3_600;
/// Seconds of a day.
pub const DAY: Seconds = 86_400;

/// Whose habits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Habit {
    /// People who buy: evenings, weekends, sales festivals.
    Buying,
    /// People who browse, read and write: late evenings.
    Browsing,
    /// People at work: office hours on working days.
    Office,
}

/// The clock of a habit.
#[derive(Debug)]
pub struct Rhythm {
    /// Its reading at the start of each hour, and at the end.
    readings: Vec<f64>,
}

impl Rhythm {
    /// The clock of a habit. It runs one day a day on average.
    pub fn of(habit: Habit) -> Rhythm {
        let hours = hours_of(habit);
        let mut readings = Vec::with_capacity((DAYS * 24 + 1) as usize);
        let mut sum = 0.0;
        for day in 0..DAYS {
            let pace = pace_of(habit, day);
            for share in hours {
                readings.push(sum);
                sum += pace * share;
            }
        }
        readings.push(sum);
        let scale = DAYS as f64 / sum;
        readings.iter_mut().for_each(|reading| *reading *= scale);
        Rhythm { readings }
    }

    /// The reading at a time, in busy days.
    pub fn read(&self, at: Seconds) -> f64 {
        let at = at.clamp(0, END - 1);
        let hour = (at / HOUR) as usize;
        let inside = (at % HOUR) as f64 / HOUR as f64;
        let (low, high) = (self.readings[hour], self.readings[hour + 1]);
        low + (high - low) * inside
    }

    /// The time of a reading; the end when the clock never gets there.
    pub fn find(&self, reading: f64) -> Seconds {
        let hour = self.readings.partition_point(|r| *r <= reading).max(1) - 1;
        let Some(&high) = self.readings.get(hour + 1) else { return END };
        let low = self.readings[hour];
        let inside = (reading - low) / (high - low);
        hour as i64 * HOUR + ((inside * HOUR as f64) as i64).clamp(0, HOUR - 1)
    }

    /// The time when this many busy days have passed.
    pub fn after(&self, at: Seconds, busy_days: f64) -> Seconds {
        if at >= END { END } else { self.find(self.read(at) + busy_days).max(at) }
    }

    /// Some moment of the day `days` after this one, at an hour of the habit.
    pub fn moment(&self, random: &mut Random, at: Seconds, days: i64) -> Seconds {
        let midnight = (at / DAY + days) * DAY;
        if midnight + DAY > END {
            return END;
        }
        let (low, high) = (self.read(midnight), self.readings[(midnight / HOUR) as usize + 24]);
        self.find(low + (high - low) * random.unit()).max(at)
    }
}

/// How busy a day is beside the average one.
fn pace_of(habit: Habit, day: i64) -> f64 {
    let (_, month, date) = civil(day);
    let weekday = (day % 7) as usize;
    let holiday = is_holiday(day);
    match habit {
        Habit::Buying => {
            let week = [1.35, 0.85, 0.85, 0.9, 0.95, 1.1, 1.4][weekday];
            week * season(month) * festival(month, date) * if holiday { 0.45 } else { 1.0 }
        }
        Habit::Browsing => {
            let week = [1.15, 0.95, 0.95, 0.95, 0.95, 1.0, 1.15][weekday];
            week * festival(month, date).min(2.5) * if holiday { 0.8 } else { 1.0 }
        }
        Habit::Office => {
            let week = [0.02, 1.15, 1.1, 1.05, 1.05, 1.0, 0.1][weekday];
            week * if holiday { 0.02 } else { 1.0 }
        }
    }
}

/// Coffee sells in the cold months and before the spring festival.
fn season(month: i64) -> f64 {
    [1.1, 0.9, 0.95, 0.95, 0.95, 1.0, 0.9, 0.85, 0.95, 1.0, 1.2, 1.25][(month - 1) as usize]
}

/// The great sales days: 18 June, 11 November, 12 December.
fn festival(month: i64, date: i64) -> f64 {
    match (month, date) {
        (11, 11) => 7.0,
        (6, 18) => 4.5,
        (12, 12) => 3.0,
        (6, 16..=17) | (11, 1 | 10) => 2.0,
        // Who buys on the day did not buy in the week before.
        (6, 10..=15) | (11, 4..=9) => 0.6,
        _ => 1.0,
    }
}

/// Spring festival and national day of these years, as days since the first.
fn is_holiday(day: i64) -> bool {
    const HOLIDAYS: [(i64, i64); 6] =
        [(20, 27), (271, 279), (405, 413), (639, 646), (758, 766), (1_004, 1_012)];
    HOLIDAYS.iter().any(|&(from, until)| from <= day && day < until)
}

/// Each hour's share of a day.
fn hours_of(habit: Habit) -> [f64; 24] {
    let weights: [u32; 24] = match habit {
        Habit::Buying => {
            [4, 2, 1, 1, 1, 1, 3, 8, 14, 24, 34, 30, 26, 24, 24, 26, 26, 24, 26, 36, 48, 46, 30, 14]
        }
        Habit::Browsing => [
            10, 5, 2, 1, 1, 2, 8, 18, 22, 20, 20, 22, 34, 26, 20, 20, 20, 24, 30, 40, 52, 56, 46,
            26,
        ],
        Habit::Office => {
            [0, 0, 0, 0, 0, 0, 0, 0, 6, 30, 34, 28, 8, 14, 30, 32, 28, 18, 4, 1, 1, 0, 0, 0]
        }
    };
    let total: u32 = weights.iter().sum();
    weights.map(|weight| f64::from(weight) / f64::from(total))
}

/// Year, month and date of a day since the first.
pub fn civil(day: i64) -> (i64, i64, i64) {
    // Count from 1 March of year 0, so that the leap day ends its year, and
    // four centuries always have the same number of days.
    let shifted = day + FIRST_DAY + 719_468;
    let era = shifted.div_euclid(146_097);
    let in_era = shifted.rem_euclid(146_097);
    let year = (in_era - in_era / 1_460 + in_era / 36_524 - in_era / 146_096) / 365;
    let in_year = in_era - (365 * year + year / 4 - year / 100);
    let month = (5 * in_year + 2) / 153;
    let date = in_year - (153 * month + 2) / 5 + 1;
    let (month, carry) = if month < 10 { (month + 3, 0) } else { (month - 9, 1) };
    (year + era * 400 + carry, month, date)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_have_their_dates() {
        assert_eq!(civil(0), (2023, 1, 1));
        assert_eq!(civil(31 + 28), (2023, 3, 1));
        assert_eq!(civil(365 + 59), (2024, 2, 29));
        assert_eq!(civil(DAYS - 1), (2025, 12, 31));
        assert_eq!(civil(-FIRST_DAY), (1970, 1, 1));
    }

    #[test]
    fn a_rhythm_reads_what_it_finds() {
        for habit in [Habit::Buying, Habit::Browsing, Habit::Office] {
            let rhythm = Rhythm::of(habit);
            for step in 0..1_000 {
                let reading = f64::from(step) * 1.095;
                assert!((rhythm.read(rhythm.find(reading)) - reading).abs() < 1e-3, "{habit:?}");
            }
            assert_eq!(rhythm.find(DAYS as f64 + 1.0), END);
        }
    }

    #[test]
    fn offices_are_closed_at_night_and_festivals_are_busy() {
        let office = Rhythm::of(Habit::Office);
        let night = DAY * 10 + 3 * HOUR;
        assert_eq!(office.read(night), office.read(night + HOUR));
        let buying = Rhythm::of(Habit::Buying);
        let busy = |day: i64| buying.read((day + 1) * DAY) - buying.read(day * DAY);
        let singles_day = 365 + 315;
        assert_eq!(civil(singles_day), (2024, 11, 11));
        assert!(busy(singles_day) > 3.0 * busy(singles_day + 7));
    }
}
