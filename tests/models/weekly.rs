//! Purchases by the week instead of by the day are other data, with other
//! estimates: what the grain does must not happen unseen.

use std::fmt::Write;
use std::sync::Arc;

use guanxi::facts::intake::{Lines, TableKind};
use guanxi::facts::{Schema, Seen, Snapshot};
use guanxi::store::Store;
use guanxi::units::{Calendar, Day, Instant, Weekday, Zone};
use guanxi::value::cbs::{Cbs, Definition, Step};
use guanxi::value::{Row, fit, model::find};

use super::cdnow;

/// The sample, read as events, by a grain: its rows, and repeats by time.
fn read(grain: Step, end: &str, holdout: &str) -> (Cbs, Vec<(i64, u64)>) {
    let schema = r#"{"events": {"purchase": {"list": "purchases", "fields": {}}}}"#;
    let schema = Arc::new(Schema::from_json(schema).unwrap());
    let kind = TableKind::Events;
    let lines = Lines::of("cdnow.jsonl", &kind, None, &schema, &Zone::utc()).unwrap();
    let mut text = String::new();
    for (customer, days) in cdnow::sample().iter().enumerate() {
        for day in days.keys() {
            let day = Day::from_days(*day as i32).unwrap();
            let row = format!(r#"{{"kind": "purchase", "customer": "{customer}", "at": "{day}"}}"#);
            writeln!(text, "{row}").unwrap();
        }
    }
    let mut store = Store::in_memory(&schema);
    store.append_lines(&lines, text.as_bytes(), Seen::Backfill).unwrap();
    let columns = store.columns(None).unwrap();
    let snapshot = Snapshot::new(&columns, Instant::MAX);
    let holdout_end = Some(Day::parse(holdout).unwrap());
    let end = Day::parse(end).unwrap();
    let definition = Definition { grain, holdout_end, ..Definition::new(0, end) };
    let calendar = Calendar::new(Zone::utc(), Weekday::Monday, (1, 1)).unwrap();
    let cbs = Cbs::new(&snapshot, &definition, &calendar).unwrap();
    (cbs, Cbs::repeats(&snapshot, &definition, &calendar).unwrap())
}

fn rows(grain: Step, end: &str) -> Vec<Row> {
    read(grain, end, "1998-06-30").0.rows().collect()
}

#[test]
fn repeats_by_time_are_those_of_the_rows() {
    for (grain, end) in [(Step::Day, "1997-09-30"), (Step::Week, "1997-10-01")] {
        let (cbs, repeats) = read(grain, end, "1998-06-30");
        let sum = |is_in: fn(i64) -> bool| -> u64 {
            repeats.iter().filter(|(time, _)| is_in(*time)).map(|(_, count)| count).sum()
        };
        assert_eq!(sum(|time| time <= 0), cbs.audit().repeats, "{grain:?}");
        assert_eq!(sum(|time| time > 0), cbs.audit().holdout, "{grain:?}");
        assert!(repeats.windows(2).all(|pair| pair[0].0 < pair[1].0));
    }
    // By the day, counted from the log itself.
    let (_, repeats) = read(Step::Day, "1997-09-30", "1998-06-30");
    let on = |day: i64| -> u64 {
        let days = cdnow::sample();
        let came = days.iter().filter(|days| days.keys().skip(1).any(|it| *it == day));
        came.count() as u64
    };
    for (time, count) in repeats.iter().step_by(50) {
        assert_eq!(*count, on(cdnow::WEEKS_39 + time), "{time}");
    }
}

/// clvkit 0.2.1, README, prints both: .2426, 4.414, .793, 2.426 by the day, and
/// .291, 6.852, .665, 2.320 by the week. Its weeks are whole, so the last one
/// goes to Sunday, the fifth of October.
#[test]
fn a_week_as_the_grain_gives_the_estimates_of_weekly_data() {
    let fitted = |rows: &[Row]| fit(&*find("bg-nbd", None).unwrap(), rows).unwrap().parameters();
    let close = |got: Vec<f64>, wanted: [f64; 4]| {
        let near = |(got, wanted): (&f64, f64)| (got - wanted).abs() <= 0.5e-3;
        assert!(got.iter().zip(wanted).all(near), "{got:?}");
    };
    let weekly = rows(Step::Week, "1997-10-05");
    assert_eq!(weekly.iter().map(|row| row.frequency).sum::<u32>(), 2_248);
    assert!(weekly.iter().all(|row| row.age.fract() == 0.0 && row.recency.fract() == 0.0));
    close(fitted(&weekly), [0.291, 6.852, 0.665, 2.320]);
    close(fitted(&rows(Step::Day, "1997-09-30")), [0.243, 4.414, 0.793, 2.426]);
}
