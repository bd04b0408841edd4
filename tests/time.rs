//! Days, instants, zones and calendars, against chrono and against history.

use chrono::{DateTime, Datelike, NaiveDate, Offset, TimeZone};
use chrono_tz::Tz;
use guanxi::Code;
use guanxi::units::{Calendar, Day, Instant, Period, PeriodUnit, Unit, Weekday, Zone};
use proptest::prelude::*;

const SECOND: i64 = 1_000_000;
const HOUR: i64 = 3600 * SECOND;

/// Zones with unusual histories, drawn more often than the others.
const UNUSUAL: &[&str] = &[
    "Asia/Shanghai",
    "America/New_York",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "America/St_Johns",
    "Africa/Casablanca",
    "America/Havana",
    "Europe/Dublin",
    "Asia/Manila",
    "Antarctica/Troll",
];

fn at(text: &str) -> Instant {
    Instant::parse(text).expect("a valid instant")
}

fn day(text: &str) -> Day {
    Day::parse(text).expect("a valid day")
}

fn zone(name: &str) -> Zone {
    Zone::named(name).expect("a known zone")
}

fn period(text: &str) -> Period {
    Period::parse(text).expect("a valid period")
}

/// A local time as `2026-03-01 10:00`, without the help of the parser.
fn on_clock(zone: &Zone, text: &str) -> Instant {
    let (date, clock) = text.split_once(' ').expect("a day and a time");
    let (hours, minutes) = clock.split_once(':').expect("hours and minutes");
    let minutes = hours.parse::<i64>().unwrap() * 60 + minutes.parse::<i64>().unwrap();
    zone.instant(day(date), minutes * 60 * SECOND)
}

/// Microseconds east of UTC, straight from the database.
fn offset(tz: Tz, micros: i64) -> i64 {
    let utc = DateTime::from_timestamp_micros(micros).expect("in range").naive_utc();
    i64::from(tz.offset_from_utc_datetime(&utc).fix().local_minus_utc()) * SECOND
}

/// The first instant whose clock reads `local`, a whole second; in a gap the
/// first that reads more. By trying every offset of the days around, then every
/// minute, then every second.
fn first_reading(tz: Tz, local: i64) -> i64 {
    let offsets = (-26..=26).map(|hours| offset(tz, local + hours * HOUR));
    let reading = offsets.map(|offset| local - offset);
    let exact = reading.filter(|&utc| utc + offset(tz, utc) == local).min();
    exact.unwrap_or_else(|| {
        let passed = |utc: &i64| utc + offset(tz, *utc) > local;
        let mut from = local - 26 * HOUR;
        for step in [60 * SECOND, SECOND] {
            from = (1..).map(|n| from + n * step).find(passed).expect("clocks go on") - step;
        }
        from + SECOND
    })
}

fn any_zone() -> impl Strategy<Value = Tz> {
    let unusual: Vec<Tz> = UNUSUAL.iter().filter_map(|name| name.parse().ok()).collect();
    let all = chrono_tz::TZ_VARIANTS.to_vec();
    prop_oneof![prop::sample::select(unusual), prop::sample::select(all)]
}

/// Mostly the years in which clocks changed, sometimes any year.
fn any_micros() -> impl Strategy<Value = i64> {
    let year = |year: i32| i64::from(Day::from_ymd(year, 1, 1).unwrap().days()) * 24 * HOUR;
    prop_oneof![
        8 => year(1880)..year(2110),
        1 => Instant::MIN.micros()..=Instant::MAX.micros(),
    ]
}

fn cases(number: u32) -> ProptestConfig {
    ProptestConfig { cases: number, failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(cases(3_000))]

    #[test]
    fn days_are_those_of_chrono(days in Day::MIN.days()..=Day::MAX.days()) {
        let ours = Day::from_days(days).unwrap();
        let theirs = NaiveDate::from_num_days_from_ce_opt(days + 719_163).unwrap();
        prop_assert_eq!(ours.ymd(), (theirs.year(), theirs.month(), theirs.day()));
        prop_assert_eq!(ours.weekday().from_monday(), theirs.weekday().num_days_from_monday() as i32);
        prop_assert_eq!(Day::from_ymd(theirs.year(), theirs.month(), theirs.day()).unwrap(), ours);
        prop_assert_eq!(Day::parse(&ours.to_string()).unwrap(), ours);
    }

    #[test]
    fn months_are_those_of_chrono(days in Day::MIN.days()..=Day::MAX.days(), months in -2_000_i32..2_000) {
        let ours = Day::from_days(days).unwrap().add_months(i64::from(months));
        let theirs = NaiveDate::from_num_days_from_ce_opt(days + 719_163).unwrap();
        let count = chrono::Months::new(months.unsigned_abs());
        let moved = if months < 0 { theirs.checked_sub_months(count) } else { theirs.checked_add_months(count) };
        let expected = moved.filter(|date| (1..=9999).contains(&date.year()));
        prop_assert_eq!(ours.ok().map(|day| day.days() + 719_163), expected.map(|date| date.num_days_from_ce()));
    }

    #[test]
    fn instants_read_what_they_show(micros in Instant::MIN.micros()..=Instant::MAX.micros(), minutes in -1439_i64..1440) {
        let instant = Instant::from_micros(micros).unwrap();
        let text = instant.to_string();
        prop_assert_eq!(Instant::parse(&text).unwrap(), instant);
        let theirs = DateTime::parse_from_rfc3339(&text).unwrap();
        prop_assert_eq!(theirs.timestamp_micros(), micros);
        let elsewhere = chrono::FixedOffset::east_opt(minutes as i32 * 60).unwrap();
        let written = theirs.with_timezone(&elsewhere);
        if (1..=9999).contains(&written.year()) {
            prop_assert_eq!(Instant::parse(&written.to_rfc3339()).unwrap(), instant);
        }
    }

    #[test]
    fn clocks_are_those_of_the_database(tz in any_zone(), micros in any_micros()) {
        let zone = zone(tz.name());
        let (day, of_day) = zone.local(Instant::from_micros(micros).unwrap());
        let local = micros + offset(tz, micros);
        if (Instant::MIN.micros()..=Instant::MAX.micros()).contains(&local) {
            prop_assert_eq!(i64::from(day.days()) * 24 * HOUR + of_day, local);
        }
        prop_assert!((0..24 * HOUR).contains(&of_day));
    }
}

proptest! {
    #![proptest_config(cases(600))]

    #[test]
    fn local_times_are_the_first_that_read_so(tz in any_zone(), micros in any_micros(), near in -3 * HOUR..3 * HOUR, hop in any::<bool>()) {
        let zone = zone(tz.name());
        // Half of the cases lie around the clock change after a random instant.
        let around = if hop { next_change(tz, micros).unwrap_or(micros) } else { micros };
        let local = around + offset(tz, around) + near;
        let (days, of_day) = (local.div_euclid(24 * HOUR), local.rem_euclid(24 * HOUR));
        let Ok(day) = Day::from_days(days as i32) else { return Ok(()) };
        let (seconds, rest) = (of_day / SECOND * SECOND, of_day % SECOND);
        let whole = local - rest;
        let expected = first_reading(tz, whole);
        let clamp = |micros: i64| micros.clamp(Instant::MIN.micros(), Instant::MAX.micros());
        prop_assert_eq!(zone.instant(day, seconds).micros(), clamp(expected));
        let skipped = expected + offset(tz, expected) > whole;
        let expected = if skipped { expected } else { expected + rest };
        prop_assert_eq!(zone.instant(day, of_day).micros(), clamp(expected));
    }

    #[test]
    fn a_day_starts_at_its_first_instant(tz in any_zone(), micros in any_micros()) {
        let zone = zone(tz.name());
        let day = zone.day_of(Instant::from_micros(micros).unwrap());
        prop_assume!(Day::MIN.add_days(2).unwrap() < day && day < Day::MAX.add_days(-2).unwrap());
        let start = zone.start_of(day);
        prop_assert_eq!(zone.day_of(start), day);
        let before = start.checked_add_micros(-1).unwrap();
        prop_assert!(zone.day_of(before) < day);
        prop_assert!(start < zone.start_of(day.add_days(1).unwrap()));
    }
}

fn next_change(tz: Tz, from: i64) -> Option<i64> {
    let steps = (0..800).map(|n| from + n * 24 * HOUR);
    let within = steps.take_while(|&micros| micros < Instant::MAX.micros() - 48 * HOUR);
    let changed = |micros: &i64| offset(tz, *micros) != offset(tz, micros + 24 * HOUR);
    let mut low = within.into_iter().find(changed)?;
    let mut high = low + 24 * HOUR;
    let before = offset(tz, low);
    while high - low > SECOND {
        let middle = low + (high - low) / 2;
        if offset(tz, middle) == before { low = middle } else { high = middle }
    }
    Some(high)
}

#[test]
fn clock_changes_of_the_past() {
    let cases = [
        // Half-yearly summer time in China: the gap, then the repeated hour.
        ("Asia/Shanghai", "1986-05-04 02:30", "1986-05-03T18:00:00Z"),
        ("Asia/Shanghai", "1986-05-04 03:00", "1986-05-03T18:00:00Z"),
        ("Asia/Shanghai", "1986-09-14 01:30", "1986-09-13T16:30:00Z"),
        ("Asia/Shanghai", "1991-07-01 00:00", "1991-06-30T15:00:00Z"),
        ("Asia/Shanghai", "1992-07-01 00:00", "1992-06-30T16:00:00Z"),
        // Summer time began at midnight: the day starts at one o'clock.
        ("Asia/Shanghai", "1940-06-01 00:00", "1940-05-31T16:00:00Z"),
        ("America/New_York", "2026-03-08 02:30", "2026-03-08T07:00:00Z"),
        ("America/New_York", "2026-11-01 01:30", "2026-11-01T05:30:00Z"),
        ("America/New_York", "2026-11-01 02:00", "2026-11-01T07:00:00Z"),
        // Half an hour.
        ("Australia/Lord_Howe", "2026-04-05 01:45", "2026-04-04T14:45:00Z"),
        ("Australia/Lord_Howe", "2026-10-04 02:15", "2026-10-03T15:30:00Z"),
        // A day that never was.
        ("Pacific/Apia", "2011-12-29 23:59", "2011-12-30T09:59:00Z"),
        ("Pacific/Apia", "2011-12-30 00:00", "2011-12-30T10:00:00Z"),
        ("Pacific/Apia", "2011-12-30 12:00", "2011-12-30T10:00:00Z"),
        ("Pacific/Apia", "2011-12-31 00:00", "2011-12-30T10:00:00Z"),
        // Midnight that is skipped, and midnight that comes twice.
        ("America/Sao_Paulo", "2018-11-04 00:00", "2018-11-04T03:00:00Z"),
        ("America/Havana", "2026-11-01 00:00", "2026-11-01T04:00:00Z"),
        ("+08:00", "1986-05-04 02:30", "1986-05-03T18:30:00Z"),
        ("-08:00", "2026-03-01 10:00", "2026-03-01T18:00:00Z"),
        ("02:00", "2026-03-01 10:00", "2026-03-01T08:00:00Z"),
        ("Z", "2026-03-01 10:00", "2026-03-01T10:00:00Z"),
    ];
    for (name, local, instant) in cases {
        assert_eq!(on_clock(&zone(name), local), at(instant), "{name} {local}");
    }
    assert_eq!(zone("Pacific/Apia").day_of(at("2011-12-30T09:59:59.999999Z")), day("2011-12-29"));
    assert_eq!(zone("Pacific/Apia").day_of(at("2011-12-30T10:00:00Z")), day("2011-12-31"));
}

#[test]
fn zones_by_name() {
    for (written, name) in [
        ("Asia/Shanghai", "Asia/Shanghai"),
        ("UTC", "UTC"),
        ("Z", "UTC"),
        ("+00:00", "UTC"),
        ("-00:00", "UTC"),
        ("02:00", "+02:00"),
        ("-08:30", "-08:30"),
        ("+23:59", "+23:59"),
    ] {
        assert_eq!(zone(written).name(), name);
        assert_eq!(zone(name), zone(written));
    }
    assert_ne!(zone("+08:00"), zone("Asia/Shanghai"));
    for (wrong, hint) in [
        ("Asia/Shanghia", Some("did you mean `Asia/Shanghai`?")),
        ("asia/shanghai", Some("did you mean `Asia/Shanghai`?")),
        ("Asia/Beijing", Some("did you mean `Asia/Shanghai`?")),
        ("北京", Some("did you mean `Asia/Shanghai`?")),
        ("+8:00", None),
        ("+24:00", None),
        ("+08:60", None),
        ("+08:00:00", None),
        ("", None),
        ("地球", None),
    ] {
        let error = Zone::named(wrong).expect_err(wrong);
        assert_eq!(error.code(), Code::UnknownZone, "{wrong}");
        let found = error.faults()[0].hint.as_ref().map(|hint| hint.en.as_str());
        assert_eq!(found, hint, "{wrong}");
    }
}

#[test]
fn the_ends_of_time_are_not_passed() {
    let east = zone("+14:00");
    let west = zone("-12:00");
    assert_eq!(east.day_of(Instant::MAX), Day::MAX);
    assert_eq!(west.local(Instant::MIN), (Day::MIN, 0));
    assert_eq!(east.start_of(Day::MIN), Instant::MIN);
    assert_eq!(west.instant(Day::MAX, 24 * HOUR - 1), Instant::MAX);
    let calendar = Calendar::new(east, Weekday::Monday, (1, 1)).unwrap();
    let outside = [
        calendar.add(Instant::MAX, period("days(1)")),
        calendar.subtract(Instant::MIN, period("years(1000000)")),
        calendar.start_of(Instant::MIN, Unit::Day, 0),
        calendar.start_of(Instant::MAX, Unit::Day, i64::MAX),
        calendar.start_of(at("2026-03-01T00:00:00Z"), Unit::Week, i64::MIN),
        calendar.start_of(at("2026-03-01T00:00:00Z"), Unit::Year, i64::MAX / 2),
        calendar.start_of(at("2026-03-01T00:00:00Z"), Unit::FiscalYear, i64::MIN),
        calendar.end_of(at("2026-03-01T00:00:00Z"), Unit::Month, i64::MAX),
        calendar.end_of(Instant::MAX, Unit::Month, 0),
    ];
    for result in outside {
        assert_eq!(result.expect_err("outside").code(), Code::TimeOutOfRange);
    }
}

#[test]
fn periods_keep_the_time_on_the_clock() {
    let add = |name: &str, from: &str, length: &str| {
        let calendar = Calendar::new(zone(name), Weekday::Monday, (1, 1)).unwrap();
        calendar.add(at(from), period(length)).unwrap().to_string()
    };
    let cases = [
        ("Asia/Shanghai", "2026-03-31T09:00:00+08:00", "days(1)", "2026-04-01T01:00:00Z"),
        ("Asia/Shanghai", "2026-01-31T09:00:00+08:00", "months(1)", "2026-02-28T01:00:00Z"),
        ("Asia/Shanghai", "2026-01-31T09:00:00+08:00", "quarters(1)", "2026-04-30T01:00:00Z"),
        ("Asia/Shanghai", "2024-02-29T09:00:00+08:00", "years(1)", "2025-02-28T01:00:00Z"),
        (
            "Asia/Shanghai",
            "2026-01-01T00:00:00.000001+08:00",
            "weeks(2)",
            "2026-01-14T16:00:00.000001Z",
        ),
        // A day of 23 hours, one of 25, and a time that the change skips.
        ("America/New_York", "2026-03-07T12:00:00-05:00", "days(1)", "2026-03-08T16:00:00Z"),
        ("America/New_York", "2026-10-31T12:00:00-04:00", "days(1)", "2026-11-01T17:00:00Z"),
        ("America/New_York", "2026-03-07T02:30:00-05:00", "days(1)", "2026-03-08T07:00:00Z"),
        ("America/New_York", "2026-10-31T01:30:00-04:00", "days(1)", "2026-11-01T05:30:00Z"),
        // The second half past one stays the second when nothing is added.
        ("America/New_York", "2026-11-01T01:30:00-05:00", "days(0)", "2026-11-01T06:30:00Z"),
        ("Pacific/Apia", "2011-12-29T12:00:00-10:00", "days(1)", "2011-12-30T10:00:00Z"),
        ("Pacific/Apia", "2011-12-29T12:00:00-10:00", "days(2)", "2011-12-30T22:00:00Z"),
        ("Asia/Shanghai", "1986-05-03T12:00:00+08:00", "days(1)", "1986-05-04T03:00:00Z"),
    ];
    for (name, from, length, to) in cases {
        assert_eq!(add(name, from, length), to, "{name} {from} {length}");
    }
    // Months may turn the order of two instants round.
    let earlier = add("UTC", "2026-01-30T12:00:00Z", "months(1)");
    let later = add("UTC", "2026-01-31T09:00:00Z", "months(1)");
    assert_eq!(
        (earlier.as_str(), later.as_str()),
        ("2026-02-28T12:00:00Z", "2026-02-28T09:00:00Z")
    );
    let shanghai = Calendar::new(zone("Asia/Shanghai"), Weekday::Monday, (1, 1)).unwrap();
    let back = shanghai.subtract(at("2026-03-31T09:00:00+08:00"), period("months(1)")).unwrap();
    assert_eq!(back, at("2026-02-28T09:00:00+08:00"));
    assert_eq!(
        shanghai.day_add(day("2026-01-31"), period("months(1)")).unwrap(),
        day("2026-02-28")
    );
    assert_eq!(
        shanghai.day_subtract(day("2026-03-01"), period("weeks(1)")).unwrap(),
        day("2026-02-22")
    );
}

#[test]
fn units_of_the_calendar() {
    let calendar = |week, fiscal| Calendar::new(Zone::utc(), week, fiscal).unwrap();
    let monday = calendar(Weekday::Monday, (4, 1));
    let sunday = calendar(Weekday::Sunday, (7, 15));
    let cases = [
        (&monday, "2026-03-31", Unit::Day, 0, "2026-03-31"),
        (&monday, "2026-03-31", Unit::Day, -31, "2026-02-28"),
        (&monday, "2026-03-29", Unit::Week, 0, "2026-03-23"),
        (&monday, "2026-03-30", Unit::Week, 0, "2026-03-30"),
        (&sunday, "2026-03-29", Unit::Week, 0, "2026-03-29"),
        (&sunday, "2026-03-28", Unit::Week, 1, "2026-03-29"),
        (&monday, "2026-03-31", Unit::Month, -1, "2026-02-01"),
        (&monday, "2026-03-31", Unit::Month, 10, "2027-01-01"),
        (&monday, "2026-03-31", Unit::Quarter, 0, "2026-01-01"),
        (&monday, "2026-04-01", Unit::Quarter, 0, "2026-04-01"),
        (&monday, "2026-02-15", Unit::Quarter, -1, "2025-10-01"),
        (&monday, "2026-12-31", Unit::Year, 0, "2026-01-01"),
        (&monday, "2026-03-31", Unit::FiscalYear, 0, "2025-04-01"),
        (&monday, "2026-04-01", Unit::FiscalYear, 0, "2026-04-01"),
        (&monday, "2026-04-01", Unit::FiscalYear, -1, "2025-04-01"),
        (&sunday, "2026-07-14", Unit::FiscalYear, 0, "2025-07-15"),
        (&sunday, "2026-07-15", Unit::FiscalYear, 1, "2027-07-15"),
    ];
    for (calendar, from, unit, k, expected) in cases {
        let found = calendar.start_of_day(day(from), unit, k).unwrap();
        assert_eq!(found, day(expected), "{from} {unit:?} {k}");
        assert_eq!(calendar.end_of_day(day(from), unit, k - 1).unwrap(), found);
    }
    let shanghai = Calendar::new(zone("Asia/Shanghai"), Weekday::Monday, (1, 1)).unwrap();
    // Still February in London, already March in Shanghai.
    let now = at("2026-02-28T16:00:00Z");
    assert_eq!(shanghai.start_of(now, Unit::Month, 0).unwrap(), now);
    assert_eq!(shanghai.start_of(now, Unit::Month, -1).unwrap(), at("2026-02-01T00:00:00+08:00"));
    assert_eq!(shanghai.end_of(now, Unit::Month, 0).unwrap(), at("2026-04-01T00:00:00+08:00"));
}

#[test]
fn a_business_year_starts_on_a_day_of_every_year() {
    for (month, day) in [(2, 29), (0, 1), (13, 1), (4, 31), (4, 0)] {
        let error = Calendar::new(Zone::utc(), Weekday::Monday, (month, day)).unwrap_err();
        assert_eq!(error.code(), Code::InvalidArgument, "{month}-{day}");
    }
    assert!(Calendar::new(Zone::utc(), Weekday::Monday, (2, 28)).is_ok());
}

#[test]
fn ages() {
    let calendar = Calendar::default();
    let cases = [
        ("1990-06-15", "2026-06-14", 35),
        ("1990-06-15", "2026-06-15", 36),
        ("2000-02-29", "2026-02-28", 25),
        ("2000-02-29", "2026-03-01", 26),
        ("2000-02-29", "2028-02-29", 28),
        ("2026-03-01", "2026-03-01", 0),
        ("2026-03-01", "2026-02-28", -1),
    ];
    for (birth, on, years) in cases {
        assert_eq!(calendar.age(day(birth), day(on)), years, "{birth} {on}");
    }
}

proptest! {
    #![proptest_config(cases(1_000))]

    #[test]
    fn an_instant_lies_in_its_own_unit(
        name in prop::sample::select(vec!["Asia/Shanghai", "America/New_York", "Pacific/Apia", "+05:30"]),
        micros in any_micros(),
        unit in prop::sample::select(Unit::ALL.to_vec()),
        week in prop::sample::select(Weekday::ALL.to_vec()),
        k in -50_i64..50,
    ) {
        let calendar = Calendar::new(zone(name), week, (10, 31)).unwrap();
        let now = Instant::from_micros(micros).unwrap();
        let (Ok(start), Ok(end)) = (calendar.start_of(now, unit, 0), calendar.end_of(now, unit, 0)) else {
            return Ok(());
        };
        prop_assert!(start <= now && now < end, "{start} {now} {end}");
        prop_assert_eq!(calendar.start_of(start, unit, 0).unwrap(), start);
        if let (Ok(there), Ok(then)) = (calendar.start_of(now, unit, k), calendar.end_of(now, unit, k)) {
            prop_assert!(there <= then);
            prop_assert_eq!(calendar.end_of(now, unit, k - 1).unwrap(), there);
        }
    }

    #[test]
    fn days_later_stays_later(
        tz in any_zone(),
        micros in any_micros(),
        gap in 0_i64..40 * 24 * HOUR,
        n in 0_i64..500,
        unit in prop::sample::select(vec![PeriodUnit::Days, PeriodUnit::Weeks]),
    ) {
        let calendar = Calendar::new(zone(tz.name()), Weekday::Monday, (1, 1)).unwrap();
        let first = Instant::from_micros(micros).unwrap();
        let period = Period::new(n, unit).unwrap();
        prop_assume!(n > 0);
        if let (Ok(second), Ok(moved)) = (first.checked_add_micros(gap), calendar.add(first, period)) {
            // The two passes of a repeated hour read alike; nothing else may turn round.
            if calendar.zone().local(first) <= calendar.zone().local(second)
                && let Ok(later) = calendar.add(second, period)
            {
                prop_assert!(moved <= later, "{first} {second} {moved} {later}");
            }
        }
    }
}
