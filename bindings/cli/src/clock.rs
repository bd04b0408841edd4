//! Instants that people give, and the only clock there is.

use std::time::{SystemTime, UNIX_EPOCH};

use guanxi::units::{Day, Instant, Zone};
use guanxi::{Error, Fault};

/// The instant that a text means: RFC 3339, local time of a zone, or a bare
/// date for the end of that day: its last microsecond, since a question at an
/// instant includes the facts of that instant, and midnight is tomorrow's.
///
/// # Errors
///
/// A text that is none of these, said with the argument it was given for.
pub fn instant(argument: &str, text: &str, zone: &Zone) -> Result<Instant, Error> {
    let read = match Day::parse(text) {
        Ok(day) => Ok(end_of_day(day, zone)),
        Err(_) => Instant::parse_in(text, zone),
    };
    read.map_err(|error| at(error, argument))
}

/// The instant at which something begins: as [`instant`], but a bare date is the
/// start of that day.
///
/// # Errors
///
/// Those of [`instant`].
pub fn start(argument: &str, text: &str, zone: &Zone) -> Result<Instant, Error> {
    let read = match Day::parse(text) {
        Ok(day) => Ok(zone.start_of(day)),
        Err(_) => Instant::parse_in(text, zone),
    };
    read.map_err(|error| at(error, argument))
}

fn end_of_day(day: Day, zone: &Zone) -> Instant {
    match day.add_days(1) {
        Ok(next) => Instant::clamped(zone.start_of(next).micros() - 1),
        Err(_) => Instant::MAX,
    }
}

fn at(error: Error, argument: &str) -> Error {
    let faults = error.into_faults().into_iter().map(|fault| fault.at(argument));
    match Error::of(faults.collect()) {
        Some(error) => error,
        None => Fault::new(guanxi::Code::Internal, "no fault to tell", "没有可报告的错误").into(),
    }
}

/// This machine's time. The library has no clock; a host has.
pub fn now() -> Instant {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let micros = i64::try_from(since.as_micros()).unwrap_or(i64::MAX);
    Instant::from_micros(micros).unwrap_or(Instant::MAX)
}

/// The latest instant at which somebody may say that something was learnt:
/// clocks differ, but not by more than a year.
pub fn latest() -> Instant {
    const A_YEAR: i64 = 366 * 86_400_000_000;
    Instant::clamped(now().micros().saturating_add(A_YEAR))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bare_date_is_the_end_of_its_day() {
        let zone = Zone::named("America/New_York").unwrap();
        let read = |text: &str| instant("--as-of", text, &zone).map(|at| at.to_string());
        assert_eq!(read("1998-06-30").unwrap(), "1998-07-01T03:59:59.999999Z");
        assert_eq!(read("1998-06-30T00:00:00Z").unwrap(), "1998-06-30T00:00:00Z");
        assert_eq!(read("1998-06-30 12:00").unwrap(), "1998-06-30T16:00:00Z");
        let error = instant("--as-of", "soon", &zone).unwrap_err();
        assert_eq!(error.faults()[0].pointer.as_deref(), Some("--as-of"));
        assert_eq!(read("9999-12-31").unwrap(), Instant::MAX.to_string());
    }
}
