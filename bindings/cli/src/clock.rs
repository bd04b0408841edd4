//! Instants that people give, and the only clock there is.

use std::time::{SystemTime, UNIX_EPOCH};

use guanxi::units::{Day, Instant, Zone};
use guanxi::{Code, Error, Fault};

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
        None => Fault::new(Code::Internal, "no fault to tell", "没有可报告的错误").into(),
    }
}

/// This machine's time. The library has no clock; a host has.
pub fn now() -> Instant {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let micros = i64::try_from(since.as_micros()).unwrap_or(i64::MAX);
    Instant::from_micros(micros).unwrap_or(Instant::MAX)
}

/// When something was learnt: as [`instant`], but today is up to now, and the
/// future only as far as clocks differ. A store takes nothing that was learnt
/// before what it has, so a wrong hour would keep out whatever comes until then.
///
/// # Errors
///
/// Those of [`instant`], and an instant that is still to come.
pub fn learnt(argument: &str, text: &str, zone: &Zone) -> Result<Instant, Error> {
    come_or(argument, text, zone, |given, now| {
        Fault::new(
            Code::TimeOutOfRange,
            format!("learnt at {given}, and it is {now} by this machine's clock"),
            format!("获知时间为 {given}，而本机时钟为 {now}"),
        )
    })
}

/// An instant that has come, as [`learnt`]: what was followed up to an instant
/// never goes back, so a wrong year would keep everything waiting until then.
///
/// # Errors
///
/// Those of [`instant`], and an instant that is still to come.
pub fn come(argument: &str, text: &str, zone: &Zone) -> Result<Instant, Error> {
    come_or(argument, text, zone, |given, now| {
        Fault::new(
            Code::TimeOutOfRange,
            format!("{given} is still to come: it is {now} by this machine's clock"),
            format!("{given} 尚未到来：本机时钟为 {now}"),
        )
    })
}

fn come_or(
    argument: &str,
    text: &str,
    zone: &Zone,
    fault: impl Fn(Instant, Instant) -> Fault,
) -> Result<Instant, Error> {
    const AN_HOUR: i64 = 3_600_000_000;
    let (given, now) = (instant(argument, text, zone)?, now());
    if Day::parse(text).is_ok_and(|day| day == zone.day_of(now)) {
        return Ok(given.min(now));
    }
    if given.micros() <= now.micros().saturating_add(AN_HOUR) {
        return Ok(given);
    }
    let fault = fault(given, now);
    Err(fault.hint("give a time that has come", "请给出已经到来的时间").at(argument).into())
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

    #[test]
    fn nothing_was_learnt_in_the_future() {
        let zone = Zone::named("Asia/Shanghai").unwrap();
        let later = |hours: i64| Instant::clamped(now().micros() + hours * 3_600_000_000);
        let read = |text: &str| learnt("--seen", text, &zone);
        assert_eq!(read("2020-01-01T00:00:00Z").unwrap().to_string(), "2020-01-01T00:00:00Z");
        let today = zone.day_of(now());
        assert!(read(&today.to_string()).unwrap() <= now());
        let error = read(&later(2).to_string()).unwrap_err();
        assert_eq!(error.code(), Code::TimeOutOfRange);
        assert_eq!(error.faults()[0].pointer.as_deref(), Some("--seen"));
        assert!(read(&today.add_days(2).unwrap().to_string()).is_err());
    }
}
