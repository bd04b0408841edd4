//! Working time counted, beside the loop over seconds that it replaces.
//!
//! ```text
//! cargo bench --bench work
//! ```
//!
//! Both count the same 30 days in the same opening hours and must agree; then
//! instants all over eleven years, which the loop is not asked about.

use std::hint::black_box;
use std::time::Instant as Clock;

use guanxi::units::{Calendar, Hours, Instant, Period, Weekday, WorkPlan, Zone};

const SECOND: i64 = 1_000_000;
const QUESTIONS: usize = 1_000_000;

/// How many seconds fall into opening hours, asked of each.
fn loop_over_seconds(calendar: &Calendar, from: Instant, until: Instant) -> i64 {
    let open = [(9 * 3600, 12 * 3600), (27 * 1800, 18 * 3600)];
    let mut seconds = 0;
    let mut now = from;
    while now < until {
        let (day, micros) = calendar.zone().local(now);
        let of_day = micros / SECOND;
        let in_hours = open.iter().any(|(from, until)| (*from..*until).contains(&of_day));
        seconds += i64::from(in_hours && calendar.is_workday(day) == Ok(true));
        let Ok(next) = now.checked_add_micros(SECOND) else { break };
        now = next;
    }
    seconds
}

fn main() -> Result<(), guanxi::Error> {
    let hours = Hours::parse(["09:00-12:00", "13:30-18:00"])?;
    let calendar = Calendar::new(Zone::named("Asia/Shanghai")?, Weekday::Monday, (1, 1))?;
    let start = Clock::now();
    let calendar = calendar.with_work(WorkPlan::china(&hours))?;
    println!("the calendar is made in {:?}", start.elapsed());

    let from = Instant::parse("2026-02-01T10:20:30+08:00")?;
    let until = Instant::parse("2026-03-03T10:20:30+08:00")?;
    let start = Clock::now();
    let slow = loop_over_seconds(&calendar, from, until);
    let loop_took = start.elapsed();
    let start = Clock::now();
    let fast = black_box(&calendar).worktime_between(from, until)?;
    let once = start.elapsed();
    assert_eq!(fast, slow * SECOND);
    println!("30 days, a loop over seconds: {loop_took:?}; counted: {once:?}, the same");

    let eleven_years = 11 * 365 * 86_400 * SECOND;
    let mut seed = 7_u64;
    let instants: Vec<Instant> = (0..QUESTIONS)
        .filter_map(|_| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            Instant::from_micros(1_400_000_000 * SECOND + (seed >> 8) as i64 % eleven_years).ok()
        })
        .collect();
    let per = |took: std::time::Duration| took.as_nanos() as usize / instants.len();
    let start = Clock::now();
    let mut sum = 0_i64;
    for pair in instants.windows(2) {
        if let [a, b] = pair {
            sum = sum.wrapping_add(black_box(&calendar).worktime_between(*a, *b)?);
        }
    }
    println!("worktime_between: {} ns ({sum})", per(start.elapsed()));
    for length in ["workdays(3)", "workhours(8)", "workhours(2000)"] {
        let period = Period::parse(length)?;
        let start = Clock::now();
        let mut sum = 0_i64;
        for at in &instants {
            sum = sum.wrapping_add(black_box(&calendar).add(*at, period)?.micros());
        }
        println!("+ {length}: {} ns ({sum})", per(start.elapsed()));
    }
    Ok(())
}
