//! Typed values where a cell could hold a text.
//!
//! A typed value means what its text would mean: [`Typed::text`] is the
//! definition, [`Typed::direct`] the short way to the same value.

use super::frame::{Clock, Series, TimeUnit};
use crate::facts::{Type, Value};
use crate::units::{Day, Decimal, Instant, Zone};

const MICROS_PER_DAY: i64 = 86_400_000_000;

/// Whole numbers up to here are exact as binary fractions, and decimals of so
/// many digits are told apart by them.
const EXACT: f64 = 1e15;

/// A value that is no text.
#[derive(Debug, Clone, Copy)]
pub(super) enum Typed<'a> {
    Bool(bool),
    /// Units of so many decimal places.
    Number(i128, i8),
    Float(f64),
    /// Days since 1970-01-01.
    Day(i32),
    Time(Time),
    /// Those of a column from one position to before another.
    Texts(&'a Series<'a>, usize, usize),
}

/// A time as it was counted.
#[derive(Debug, Clone, Copy)]
pub(super) struct Time {
    pub count: i64,
    pub unit: TimeUnit,
    pub clock: Clock,
}

impl Typed<'_> {
    /// The value as a text that means it where `ty` is wanted; `None` for texts.
    pub fn text(&self, ty: &Type) -> Option<String> {
        Some(match self {
            Typed::Bool(flag) => flag.to_string(),
            Typed::Number(units, scale) => digits(*units, *scale),
            Typed::Float(float) => float.to_string(),
            Typed::Day(days) => match Day::from_days(*days) {
                Ok(day) => day.to_string(),
                Err(_) => format!("{days} days since 1970"),
            },
            Typed::Time(time) => time.text(ty),
            Typed::Texts(..) => return None,
        })
    }

    /// The value where `ty` is wanted, which has `scale` decimal places; `None`
    /// where only its text can tell, or what is wrong with it.
    pub fn direct(&self, ty: &Type, scale: u8, zone: &Zone) -> Option<Value> {
        match (ty, self) {
            (Type::Bool, Typed::Bool(flag)) => Some(Value::Bool(*flag)),
            (Type::Int, _) => self.units(0).map(Value::Int),
            (Type::Decimal(_) | Type::Money(_), _) => self.units(scale).map(Value::Exact),
            (Type::Date, Typed::Day(days)) => Day::from_days(*days).ok().map(Value::Date),
            (Type::Instant, Typed::Day(days)) => {
                zone.instant_within(Day::from_days(*days).ok()?, 0).map(Value::Instant)
            }
            (Type::Instant, Typed::Time(time)) => time.instant(zone).map(Value::Instant),
            _ => None,
        }
    }

    fn units(&self, wanted: u8) -> Option<i64> {
        match self {
            Typed::Number(units, scale) if *scale == wanted as i8 => i64::try_from(*units).ok(),
            Typed::Number(units, scale) => {
                let number = Decimal::new(*units, u8::try_from(*scale).ok()?).ok()?;
                i64::try_from(number.rescale_exact(wanted).ok()?.units()).ok()
            }
            Typed::Float(float) => {
                // The power is exact up to 22, and a division of exact numbers
                // is rounded once: what divides back to the fraction is it.
                let power = 10_i64.checked_pow(wanted.into())? as f64;
                let units = (float * power).round();
                (units.abs() < EXACT && units / power == *float).then_some(units as i64)
            }
            _ => None,
        }
    }
}

/// `-1234` with two places as `-12.34`.
fn digits(units: i128, scale: i8) -> String {
    let places = usize::from(scale.unsigned_abs());
    let zeros = if scale < 0 && units != 0 { "0".repeat(places) } else { String::new() };
    if scale <= 0 {
        return format!("{units}{zeros}");
    }
    let sign = if units < 0 { "-" } else { "" };
    let all = format!("{:0>width$}", units.unsigned_abs(), width = places + 1);
    let (whole, places) = all.split_at(all.len() - places);
    format!("{sign}{whole}.{places}")
}

impl Time {
    /// The microseconds since 1970, unless it is finer or out of range.
    fn micros(self) -> Option<i64> {
        match self.unit {
            TimeUnit::Seconds => self.count.checked_mul(1_000_000),
            TimeUnit::Millis => self.count.checked_mul(1_000),
            TimeUnit::Micros => Some(self.count),
            TimeUnit::Nanos => (self.count % 1_000 == 0).then_some(self.count / 1_000),
        }
    }

    fn instant(self, zone: &Zone) -> Option<Instant> {
        let micros = self.micros()?;
        match self.clock {
            Clock::Utc => Instant::from_micros(micros).ok(),
            Clock::Local => {
                let day = i32::try_from(micros.div_euclid(MICROS_PER_DAY)).ok()?;
                let day = Day::from_days(day).ok()?;
                zone.instant_within(day, micros.rem_euclid(MICROS_PER_DAY))
            }
        }
    }

    fn text(self, ty: &Type) -> String {
        let whole = match self.unit {
            TimeUnit::Nanos => Some(self.count.div_euclid(1_000)),
            _ => self.micros(),
        };
        let Some(at) = whole.and_then(|micros| Instant::from_micros(micros).ok()) else {
            let unit = match self.unit {
                TimeUnit::Seconds => "seconds",
                TimeUnit::Millis => "milliseconds",
                TimeUnit::Micros => "microseconds",
                TimeUnit::Nanos => "nanoseconds",
            };
            return format!("{} {unit} since 1970", self.count);
        };
        // A data frame that has no dates has midnights on the wall.
        let midnight = at.micros() % MICROS_PER_DAY == 0 && self.micros().is_some();
        if *ty == Type::Date && self.clock == Clock::Local && midnight {
            return Zone::utc().day_of(at).to_string();
        }
        let text = at.to_string();
        let text = text.trim_end_matches('Z');
        let finer = match self.unit {
            TimeUnit::Nanos => self.count.rem_euclid(1_000),
            _ => 0,
        };
        let fraction = match finer {
            0 => String::new(),
            finer => format!("{:06}{finer:03}", at.micros().rem_euclid(1_000_000)),
        };
        let text = match (fraction.is_empty(), text.split_once('.')) {
            (true, _) => text.to_owned(),
            (false, Some((seconds, _))) => format!("{seconds}.{fraction}"),
            (false, None) => format!("{text}.{fraction}"),
        };
        match self.clock {
            Clock::Utc => format!("{text}Z"),
            Clock::Local => text,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn time(count: i64, unit: TimeUnit, clock: Clock) -> Typed<'static> {
        Typed::Time(Time { count, unit, clock })
    }

    #[test]
    fn typed_values_have_the_text_of_people() {
        let cases = [
            (Typed::Bool(true), "true"),
            (Typed::Number(-1234, 2), "-12.34"),
            (Typed::Number(5, 2), "0.05"),
            (Typed::Number(12, -2), "1200"),
            (Typed::Float(0.1), "0.1"),
            (Typed::Float(1e20), "100000000000000000000"),
            (Typed::Day(0), "1970-01-01"),
            (Typed::Day(i32::MAX), "2147483647 days since 1970"),
            (time(1, TimeUnit::Seconds, Clock::Utc), "1970-01-01T00:00:01Z"),
            (time(-1, TimeUnit::Nanos, Clock::Utc), "1969-12-31T23:59:59.999999999Z"),
            (time(2_500, TimeUnit::Millis, Clock::Local), "1970-01-01T00:00:02.5"),
            (
                time(i64::MAX, TimeUnit::Seconds, Clock::Utc),
                "9223372036854775807 seconds since 1970",
            ),
        ];
        for (typed, text) in cases {
            assert_eq!(typed.text(&Type::Instant).as_deref(), Some(text));
        }
        let midnight = time(86_400, TimeUnit::Seconds, Clock::Local);
        assert_eq!(midnight.text(&Type::Date).as_deref(), Some("1970-01-02"));
    }

    #[test]
    fn fractions_are_the_shortest_number_that_reads_as_them() {
        for (float, scale, units) in
            [(0.1, 2, Some(10)), (12.5, 2, Some(1250)), (0.125, 2, None), (0.1 + 0.2, 2, None)]
        {
            assert_eq!(Typed::Float(float).units(scale), units, "{float}");
        }
        assert_eq!(Typed::Float(f64::NAN).units(2), None);
        assert_eq!(Typed::Float(1e300).units(2), None);
    }
}
