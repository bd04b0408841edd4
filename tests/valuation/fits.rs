//! The model of a playbook beside what customers did.

use guanxi::Playbook;
use guanxi::engine::{ModelFit, Options, Tracked, model_fit};
use guanxi::facts::intake::{Lines, TableKind};
use guanxi::facts::{Columns, Seen, Snapshot};
use guanxi::store::Store;
use guanxi::units::{Day, Instant};
use guanxi::value::cbs::Cbs;

/// One in ten customers of CDNOW, and the playbook of the example.
fn cdnow(change: impl Fn(&mut serde_json::Value)) -> (Playbook, Columns) {
    let mut document: serde_json::Value =
        serde_json::from_str(include_str!("../../examples/cdnow/playbook.json")).unwrap();
    change(&mut document);
    let playbook = Playbook::from_json(&document.to_string()).unwrap();
    let rows = include_str!("../../examples/cdnow/events.csv").lines().skip(1).map(|line| {
        let cells: Vec<&str> = line.split(',').collect();
        (cells[1], cells[2], cells[3], cells[4])
    });
    let lines: String = rows
        .filter(|(customer, _, _, _)| customer.ends_with('7'))
        .map(|(customer, at, quantity, amount)| {
            format!("{{\"kind\":\"purchase\",\"customer\":\"{customer}\",\"at\":\"{at}\",\"quantity\":{quantity},\"amount\":\"{amount}\"}}\n")
        })
        .collect();
    let zone = playbook.calendar().zone();
    let reader = Lines::of("events", &TableKind::Events, None, playbook.schema(), zone).unwrap();
    let mut store = Store::in_memory(playbook.schema());
    let report = store.append_lines(&reader, lines.as_bytes(), Seen::Backfill).unwrap();
    assert!(6_000 < report.verdicts.new && report.verdicts.refused == 0, "{report:?}");
    let columns = store.columns(None).unwrap();
    (playbook, columns)
}

fn at(text: &str) -> Instant {
    Instant::parse(text).unwrap()
}

fn fitted(playbook: &Playbook, columns: &Columns, threads: usize) -> Option<ModelFit> {
    let as_of = playbook.calendar().zone().instant(Day::parse("1998-07-01").unwrap(), 0);
    model_fit(columns, playbook, as_of, Options { threads }).unwrap()
}

#[test]
fn a_model_is_learnt_from_two_thirds_and_held_against_all() {
    let (playbook, columns) = cdnow(|_| ());
    let fit = fitted(&playbook, &columns, 1).expect("a model");
    assert_eq!(fitted(&playbook, &columns, 2).as_ref(), Some(&fit));
    let day = |text| Day::parse(text).unwrap();
    assert_eq!(
        (fit.model, fit.learnt_until, fit.until),
        ("mbg-nbd", day("1997-12-31"), day("1998-06-30"))
    );
    assert_eq!(fit.tracking.last().map(|it| it.until), Some(fit.until));
    assert!(fit.tracking.iter().any(|it| it.until == fit.learnt_until));
    // What is counted elsewhere is counted here.
    let definition = guanxi::value::cbs::Definition {
        holdout_end: Some(fit.until),
        ..playbook.value().unwrap().purchases.statistics(fit.learnt_until)
    };
    let snapshot = Snapshot::new(&columns, Instant::MAX);
    let cbs = Cbs::new(&snapshot, &definition, playbook.calendar()).unwrap();
    let (learnt, later): (Vec<Tracked>, Vec<Tracked>) =
        fit.tracking.iter().partition(|it| it.until <= fit.learnt_until);
    assert_eq!(learnt.iter().map(|it| it.actual).sum::<u64>(), cbs.audit().repeats);
    assert_eq!(later.iter().map(|it| it.actual).sum::<u64>(), cbs.audit().holdout);
    let customers = cbs.summaries().len() as u64;
    assert_eq!(fit.frequencies.iter().map(|it| it.actual).sum::<u64>(), customers);
    assert_eq!(fit.customers, customers);
    let expected: f64 = fit.frequencies.iter().map(|it| it.expected).sum();
    assert!((expected - customers as f64).abs() < 1e-6 * customers as f64, "{expected}");
    // And it holds, about, for people who are real.
    let (expected, actual) = later.iter().fold((0.0, 0.0), |(expected, actual), it| {
        (expected + it.expected, actual + it.actual as f64)
    });
    assert!((expected / actual - 1.0).abs() < 0.15, "{expected} {actual}");
}

#[test]
fn parameters_of_the_playbook_are_taken_as_they_are() {
    let pinned = |document: &mut serde_json::Value| {
        document["value"]["model"] = serde_json::json!({"timing": "bg-nbd", "pinned": {
            "timing": {"r": 0.1, "alpha": 40.0, "a": 0.8, "b": 2.4}}});
        let value = document["value"].as_object_mut().unwrap();
        for key in ["axes", "cuts", "tiers", "money"] {
            value.remove(key);
        }
        for section in ["segments", "kpis", "scorecards"] {
            document.as_object_mut().unwrap().remove(section);
        }
    };
    let (playbook, columns) = cdnow(pinned);
    let fit = fitted(&playbook, &columns, 1).expect("a model");
    assert_eq!((fit.model, fit.customers), ("bg-nbd", 0));
    // By these nobody hardly ever comes back.
    let [expected, actual] = [0, 1].map(|which| {
        fit.tracking.iter().map(|it| [it.expected, it.actual as f64][which]).sum::<f64>()
    });
    assert!(expected < actual / 4.0, "{expected} {actual}");
}

#[test]
fn too_little_is_no_model() {
    let (playbook, columns) = cdnow(|_| ());
    let early = |text| model_fit(&columns, &playbook, at(text), Options::default()).unwrap();
    for instant in ["1996-01-01T00:00:00Z", "1997-01-02T12:00:00Z", "1997-01-03T12:00:00Z"] {
        assert_eq!(early(instant), None, "{instant}");
    }
    let none = Playbook::from_json(
        r#"{"guanxi": 1, "id": "x", "version": "1", "calendar": {"zone": "UTC"},
            "schema": {"events": {"purchase": {"list": "purchases"}}}}"#,
    )
    .unwrap();
    let store = Store::in_memory(none.schema());
    let columns = store.columns(None).unwrap();
    assert_eq!(
        model_fit(&columns, &none, at("2026-01-01T00:00:00Z"), Options::default()).unwrap(),
        None
    );
}
