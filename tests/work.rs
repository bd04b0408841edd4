//! Working time, against a loop over days and a loop over minutes.

use std::collections::BTreeMap;

use guanxi::Code;
use guanxi::units::{Calendar, Day, Hours, Instant, Period, Weekday, WorkPlan, Zone};

use crate::support::Random;

const MINUTE: i64 = 60_000_000;
const DAY: i64 = 1440 * MINUTE;

const ZONES: [&str; 9] = [
    "Asia/Shanghai",
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "America/Havana",
    "America/St_Johns",
    "Africa/Casablanca",
    "+05:30",
];

const HOURS: [&[&str]; 7] = [
    &["09:00-12:00", "13:30-18:00"],
    &["00:00-24:00"],
    &["01:30-02:30", "02:30-04:00"],
    &["00:00-00:30", "23:00-24:00"],
    &["02:15-02:45"],
    &["08:00-17:00"],
    &["22:00-23:30"],
];

fn at(text: &str) -> Instant {
    Instant::parse(text).unwrap()
}

fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}

fn period(text: &str) -> Period {
    Period::parse(text).unwrap()
}

fn hours(spans: &[&str]) -> Hours {
    Hours::parse(spans.iter().copied()).unwrap()
}

/// A plan, its spans written out so that the reference needs nothing of the
/// library but local time.
struct Firm {
    zone: Zone,
    calendar: Calendar,
    week: [Option<usize>; 7],
    days: BTreeMap<Day, Option<usize>>,
}

impl Firm {
    fn random(random: &mut Random, around: Day) -> Firm {
        let zone = Zone::named(random.pick(&ZONES)).unwrap();
        let some = |random: &mut Random| Some(random.below(HOURS.len() as u64) as usize);
        let week = std::array::from_fn(|_| if random.chance(70) { some(random) } else { None });
        let mut days = BTreeMap::new();
        for _ in 0..random.below(30) {
            let differs = around.add_days(random.between(-400, 400)).unwrap();
            let how = if random.chance(50) { some(random) } else { None };
            days.insert(differs, how);
        }
        let own = |how: &Option<usize>| how.map(|how| hours(HOURS[how]));
        let plan = WorkPlan {
            week: week.each_ref().map(own),
            days: days.iter().map(|(day, how)| (*day, own(how))).collect(),
            known: (around.add_days(-1500).unwrap(), around.add_days(1500).unwrap()),
        };
        let calendar = Calendar::new(zone.clone(), Weekday::Monday, (1, 1)).unwrap();
        Firm { zone, calendar: calendar.with_work(plan).unwrap(), week, days }
    }

    fn how(&self, day: Day) -> Option<usize> {
        let usual = self.week[day.weekday().from_monday() as usize];
        self.days.get(&day).copied().unwrap_or(usual)
    }

    /// When doors are open on a day.
    fn open(&self, day: Day) -> Vec<(i64, i64)> {
        let Some(how) = self.how(day) else { return Vec::new() };
        let clock = |text: &str| {
            let (hours, minutes) = text.split_once(':').unwrap();
            hours.parse::<i64>().unwrap() * 60 + minutes.parse::<i64>().unwrap()
        };
        let micros = |minutes: i64| self.zone.instant(day, minutes * MINUTE).micros();
        let span = |text: &&str| {
            let (from, until) = text.split_once('-').unwrap();
            (micros(clock(from)), micros(clock(until)))
        };
        HOURS[how].iter().map(span).collect()
    }

    fn time_between(&self, a: Instant, b: Instant) -> i64 {
        let (low, high) = (a.min(b).micros(), a.max(b).micros());
        let mut sum = 0;
        let mut day = self.zone.day_of(a.min(b)).add_days(-2).unwrap();
        let last = self.zone.day_of(a.max(b)).add_days(2).unwrap();
        while day <= last {
            for (from, until) in self.open(day) {
                sum += (until.min(high) - from.max(low)).max(0);
            }
            day = day.add_days(1).unwrap();
        }
        if a <= b { sum } else { -sum }
    }

    fn add_time(&self, at: Instant, mut micros: i64) -> Option<Instant> {
        let mut day = self.zone.day_of(at).add_days(-2).unwrap();
        for _ in 0..1000 {
            for (from, until) in self.open(day) {
                let from = from.max(at.micros());
                let open = (until - from).max(0);
                if micros <= open {
                    return Instant::from_micros(from + micros).ok();
                }
                micros -= open;
            }
            day = day.add_days(1).unwrap();
        }
        None
    }

    fn subtract_time(&self, at: Instant, mut micros: i64) -> Option<Instant> {
        let mut day = self.zone.day_of(at).add_days(2).unwrap();
        for _ in 0..1000 {
            for (from, until) in self.open(day).into_iter().rev() {
                let until = until.min(at.micros());
                let open = (until - from).max(0);
                if micros <= open {
                    return Instant::from_micros(until - micros).ok();
                }
                micros -= open;
            }
            day = day.add_days(-1).unwrap();
        }
        None
    }

    fn day_add(&self, mut day: Day, mut n: i64) -> Option<Day> {
        for _ in 0..1000 {
            if n == 0 {
                return Some(day);
            }
            day = day.add_days(n.signum()).unwrap();
            n -= if self.how(day).is_some() { n.signum() } else { 0 };
        }
        None
    }
}

/// An instant near a change of clocks, an edge of opening hours, or anywhere.
fn instant(random: &mut Random, firm: &Firm, around: Day) -> Instant {
    let day = around.add_days(random.between(-450, 450)).unwrap();
    let edges = [0, 30, 90, 120, 150, 180, 540, 720, 1080, 1380, 1439];
    let edge = edges[random.below(11) as usize];
    let at = firm.zone.instant(day, edge * MINUTE).micros();
    let off = [0, 1, -1, 30 * MINUTE, 60 * MINUTE, random.between(0, DAY)];
    let off = off[random.below(6) as usize];
    Instant::from_micros(at + off).unwrap()
}

#[test]
fn counting_is_the_loop_over_days() {
    let eras = ["2026-03-29", "2011-12-30", "1990-09-16", "1994-12-31", "1988-04-03", "2040-11-04"];
    let mut n_days_off = 0;
    for seed in 0..400 {
        let mut random = Random::new(seed);
        let around = day(random.pick(&eras));
        let firm = Firm::random(&mut random, around);
        for _ in 0..40 {
            let (a, b) = (instant(&mut random, &firm, around), instant(&mut random, &firm, around));
            let calendar = &firm.calendar;
            let told = format!("seed {seed}, {} from {a} to {b}", firm.zone);
            if firm.week.iter().all(Option::is_none) {
                continue;
            }
            assert_eq!(calendar.worktime_between(a, b), Ok(firm.time_between(a, b)), "{told}");
            let n = random.between(1, 300);
            let (later, earlier) =
                (firm.add_time(a, n * MINUTE), firm.subtract_time(a, n * MINUTE));
            let length = period(&format!("workminutes({n})"));
            assert_eq!(calendar.add(a, length).ok(), later, "{told} + {n}");
            let back = calendar.subtract(a, length).ok();
            // Where doors stay closed, the last of many instants is meant.
            let same = |found: Instant| firm.time_between(found, earlier.unwrap()) == 0;
            assert!(back.is_some_and(same), "{told} - {n}: {back:?} {earlier:?}");
            let next = back.unwrap().checked_add_micros(1).unwrap();
            assert_eq!(firm.time_between(next, a), n * MINUTE - 1, "{told} - {n}, the last");
            let (day, n) = (firm.zone.day_of(a), random.between(1, 60));
            let length = period(&format!("workdays({n})"));
            assert_eq!(calendar.day_add(day, length).ok(), firm.day_add(day, n), "{told} + {n} d");
            let before = firm.day_add(day, -n);
            assert_eq!(calendar.day_subtract(day, length).ok(), before, "{told} - {n} d");
            assert_eq!(calendar.is_workday(day), Ok(firm.how(day).is_some()));
            let (of_day, to) = (firm.zone.local(a).1, firm.day_add(day, n).unwrap());
            let wanted = match firm.how(day) {
                Some(_) => firm.zone.instant(to, of_day),
                None => firm.zone.start_of(to.add_days(1).unwrap()),
            };
            n_days_off += u32::from(firm.how(day).is_none());
            assert_eq!(calendar.add(a, length), Ok(wanted), "{told} + {n} d");
            let end = firm.zone.day_of(b);
            let (first, last) = (day.min(end), day.max(end));
            let days = (first.days() + 1..=last.days()).map(|days| Day::from_days(days).unwrap());
            let count = days.filter(|day| firm.how(*day).is_some()).count() as i64;
            let count = if day <= end { count } else { -count };
            assert_eq!(calendar.workdays_between(day, end), Ok(count), "{told}");
        }
    }
    assert!(n_days_off > 1000, "{n_days_off}");
}

#[test]
fn working_time_never_runs_backwards() {
    for seed in 0..60 {
        let mut random = Random::new(seed ^ 0xc10c);
        let around = day(random.pick(&["2026-10-25", "2011-12-30", "2006-10-29"]));
        let firm = Firm::random(&mut random, around);
        if firm.week.iter().all(Option::is_none) {
            continue;
        }
        let start = firm.zone.start_of(around.add_days(-2).unwrap());
        let mut before = (0, firm.calendar.add(start, period("workhours(3)")).unwrap());
        for step in 1..(5 * 24 * 4) {
            let now = start.checked_add_micros(step * 15 * MINUTE).unwrap();
            let time = firm.calendar.worktime_between(start, now).unwrap();
            let due = firm.calendar.add(now, period("workhours(3)")).unwrap();
            assert!(before.0 <= time && before.1 <= due, "seed {seed}, {} at {now}", firm.zone);
            assert!(time - before.0 <= 15 * MINUTE);
            before = (time, due);
        }
    }
}

/// Minute by minute, as it is often done: is this minute one of them?
#[test]
fn counting_is_the_loop_over_minutes() {
    let zone = Zone::named("Europe/Berlin").unwrap();
    let spans = hours(&["01:00-04:00", "09:00-17:30"]);
    let plan = WorkPlan { days: [(day("2026-04-03"), None)].into(), ..WorkPlan::weekdays(&spans) };
    let sunday = Some(hours(&["01:00-04:00"]));
    let plan = WorkPlan {
        days: plan.days.into_iter().chain([(day("2026-03-29"), sunday)]).collect(),
        ..plan
    };
    let calendar = Calendar::new(zone.clone(), Weekday::Monday, (1, 1)).unwrap();
    let calendar = calendar.with_work(plan).unwrap();
    let (from, until) = (at("2026-03-20T00:00:00Z"), at("2026-04-10T00:00:00Z"));
    let mut minutes = 0;
    let mut now = from;
    while now < until {
        let (day, of_day) = zone.local(now);
        let clock = of_day / MINUTE;
        let night = (60..240).contains(&clock);
        let open = match day.to_string().as_str() {
            "2026-04-03" => false,
            "2026-03-29" => night,
            _ => day.weekday().from_monday() < 5 && (night || (540..1050).contains(&clock)),
        };
        minutes += i64::from(open);
        now = now.checked_add_micros(MINUTE).unwrap();
    }
    assert_eq!(calendar.worktime_between(from, until), Ok(minutes * MINUTE));
    // The night on which an hour is skipped has two of three.
    let night = (at("2026-03-29T00:00:00+01:00"), at("2026-03-29T12:00:00+02:00"));
    assert_eq!(calendar.worktime_between(night.0, night.1), Ok(120 * MINUTE));
}

#[test]
fn make_up_days_of_china() {
    let calendar = Calendar::new(Zone::named("Asia/Shanghai").unwrap(), Weekday::Monday, (1, 1));
    let office = hours(&["09:00-12:00", "13:30-18:00"]);
    let calendar = calendar.unwrap().with_work(WorkPlan::china(&office)).unwrap();
    // Spring Festival 2026: off from 15 to 23 February, worked on 14 and 28.
    let cases = [
        ("2026-02-13", 1, "2026-02-14"),
        ("2026-02-14", 1, "2026-02-24"),
        ("2026-02-18", 1, "2026-02-24"),
        ("2026-02-13", 7, "2026-03-02"),
        ("2024-09-30", 1, "2024-10-08"),
        ("2025-09-30", 1, "2025-10-09"),
    ];
    for (from, n, to) in cases {
        let length = period(&format!("workdays({n})"));
        assert_eq!(calendar.day_add(day(from), length), Ok(day(to)), "{from}");
        assert_eq!(calendar.workdays_between(day(from), day(to)), Ok(n), "{from}");
    }
    let cases = [
        ("2026-02-14T16:30:00+08:00", "workhours(2)", "2026-02-24T09:30:00+08:00"),
        ("2026-02-14T09:00:00+08:00", "workminutes(450)", "2026-02-14T18:00:00+08:00"),
        ("2026-02-14T09:00:00+08:00", "workminutes(451)", "2026-02-24T09:01:00+08:00"),
        ("2026-02-16T10:00:00+08:00", "workhours(0)", "2026-02-16T10:00:00+08:00"),
        ("2026-02-16T10:00:00+08:00", "workdays(1)", "2026-02-25T00:00:00+08:00"),
        ("2026-02-14T10:00:00+08:00", "workdays(1)", "2026-02-24T10:00:00+08:00"),
    ];
    for (from, length, to) in cases {
        assert_eq!(calendar.add(at(from), period(length)), Ok(at(to)), "{from} + {length}");
    }
    let back = calendar.subtract(at("2026-02-24T09:30:00+08:00"), period("workhours(2)"));
    assert_eq!(back, Ok(at("2026-02-14T16:30:00+08:00")));
}

#[test]
fn what_is_not_known_is_said() {
    let plain = Calendar::default();
    let days = plain.clone().with_work(WorkPlan::china(&Hours::default())).unwrap();
    let inside = at("2026-12-30T09:00:00Z");
    let code = |result: Result<Instant, guanxi::Error>| result.unwrap_err().code();
    assert_eq!(code(plain.add(inside, period("workdays(1)"))), Code::NoWorkdays);
    assert_eq!(code(days.add(inside, period("workhours(1)"))), Code::NoWorkdays);
    assert_eq!(code(days.add(inside, period("workdays(2)"))), Code::OutsideWorkdays);
    assert_eq!(days.add(inside, period("workdays(1)")), Ok(at("2026-12-31T09:00:00Z")));
    assert_eq!(code(days.subtract(inside, period("workdays(1000000)"))), Code::OutsideWorkdays);
    assert_eq!(
        code(days.add(at("2006-12-31T00:00:00Z"), period("workdays(1)"))),
        Code::OutsideWorkdays
    );
    let said = days.is_workday(day("2027-01-01")).unwrap_err();
    let said = said.say(guanxi::error::Language::En);
    assert!(said.contains("from 2007-01-01 to 2026-12-31"), "{said}");
    // For ever, where nobody said until when; to the end of time and not further.
    let ever = Calendar::default().with_work(WorkPlan::weekdays(&hours(&["09:00-17:00"]))).unwrap();
    assert!(ever.add(at("0001-01-01T00:00:00Z"), period("workhours(1000000)")).is_ok());
    for length in ["workdays(1000000)", "workhours(1000000)"] {
        assert_eq!(code(ever.add(Instant::MAX, period(length))), Code::TimeOutOfRange);
        assert_eq!(code(ever.subtract(Instant::MIN, period(length))), Code::TimeOutOfRange);
    }
    let whole = ever.worktime_between(Instant::MIN, Instant::MAX).unwrap();
    assert_eq!(whole / (8 * 60 * MINUTE), ever.workdays_between(Day::MIN, Day::MAX).unwrap() + 1);
    let never = WorkPlan { week: Default::default(), ..WorkPlan::weekdays(&Hours::default()) };
    let never = Calendar::default().with_work(never).unwrap();
    assert_eq!(code(never.add(inside, period("workdays(1)"))), Code::OutsideWorkdays);
    assert_eq!(never.workdays_between(Day::MIN, Day::MAX), Ok(0));
}

#[test]
fn hours_are_spans_of_one_day_in_order() {
    let code = |spans: &[&str]| Hours::parse(spans.iter().copied()).unwrap_err().code();
    for text in
        ["", "9:00-12:00", "09:00", "09:00-12:60", "24:00-24:00", "09:00-25:00", "09:00-12:00 "]
    {
        assert_eq!(code(&[text]), Code::MalformedValue, "{text}");
    }
    for spans in [&["22:00-06:00"][..], &["09:00-09:00"], &["09:00-12:00", "11:00-13:00"]] {
        assert_eq!(code(spans), Code::InvalidArgument, "{spans:?}");
    }
    assert_eq!(hours(&["00:00-12:00", "12:00-24:00"]).minutes(), 1440);
    let mixed = WorkPlan {
        days: [(day("2026-01-04"), Some(Hours::default()))].into(),
        ..WorkPlan::weekdays(&hours(&["09:00-12:00"]))
    };
    assert_eq!(Calendar::default().with_work(mixed).unwrap_err().code(), Code::InvalidArgument);
}
