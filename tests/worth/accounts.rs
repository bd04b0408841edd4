//! What a customer brought and cost so far, against sums by hand.

use std::sync::Arc;

use guanxi::facts::{Body, Columns, Correction, Fact, Schema, Seen, Snapshot, Value};
use guanxi::store::Store;
use guanxi::units::{Day, Instant, Zone};
use guanxi::value::cbs::{History, Purchase};
use guanxi::value::money::{Account, Costs, Everybody, Money};

use super::definitions::{SCHEMA, money};

/// An event of a test: its kind, when, and its fields by name.
type Event = (&'static str, &'static str, Vec<(&'static str, Value)>);

fn columns(events: &[Event]) -> Columns {
    let schema = Arc::new(Schema::from_json(SCHEMA).unwrap());
    let mut store = Store::in_memory(&schema);
    let fact = |(n, (kind, at, given)): (usize, &Event)| {
        let kind = schema.kind(kind).unwrap();
        let mut fields = vec![None; schema.kinds[kind].fields.len()];
        for (name, value) in given {
            let place = schema.kinds[kind].fields.iter().position(|it| &*it.name == *name).unwrap();
            fields[place] = Some(value.clone());
        }
        Fact {
            source: "test".into(),
            id: format!("{n:04}").into(),
            customer: "C".into(),
            at: Some(Instant::parse(at).unwrap()),
            revision: None,
            correction: Correction::None,
            body: Body::Event { kind, fields },
        }
    };
    store.append(events.iter().enumerate().map(fact).collect(), Seen::Backfill).unwrap();
    store.columns(None).unwrap()
}

fn account(money: &Money, columns: &Columns, history: &History, as_of: &str) -> Account {
    let as_of = Instant::parse(as_of).unwrap();
    let zone = Zone::named("Asia/Shanghai").unwrap();
    let snapshot = Snapshot::new(columns, as_of);
    money.account(columns, history, |kind| snapshot.events(kind, 0), zone.day_of(as_of), &zone)
}

fn history(amounts: &[i64]) -> History {
    let mut history = History::default();
    for (grain, amount) in amounts.iter().enumerate() {
        history.push(Purchase { grain: grain as u32, amount: Some(*amount) });
    }
    history
}

fn with(margin: &str, costs: &str) -> Money {
    let text = format!(r#"{{"margin": {margin}, "horizon": "months(12)", "costs": {costs}}}"#);
    let (money, faults) = money(&text);
    assert_eq!(faults, []);
    money.unwrap()
}

fn units(money: &Money, columns: &Columns, as_of: &str) -> i128 {
    account(money, columns, &history(&[]), as_of).costs.units
}

#[test]
fn activities_cost_what_their_events_say() {
    let minutes = |tenths| vec![("minutes", Value::Exact(tenths))];
    let columns = columns(&[
        ("call", "2026-01-05T09:00:00+08:00", vec![]),
        ("visit", "2026-01-06T09:00:00+08:00", minutes(75)),
        ("visit", "2026-01-07T09:00:00+08:00", minutes(100)),
        ("visit", "2026-01-08T09:00:00+08:00", vec![]),
        ("visit", "2026-01-08T10:00:00+08:00", minutes(-50)),
        ("call", "2026-02-05T09:00:00+08:00", vec![]),
    ]);
    let each = with("\"1\"", r#"{"calls": {"event": "call", "each": "8.25"}}"#);
    assert_eq!(units(&each, &columns, "2026-01-31T00:00:00Z"), 825);
    assert_eq!(units(&each, &columns, "2026-02-28T00:00:00Z"), 1650);

    let fixed =
        with("\"1\"", r#"{"calls": {"event": "call", "minutes": "2.5", "per_hour": "60.06"}}"#);
    // Twice 2.5 minutes at 1.001 a minute: 5.005, to the even cent.
    assert_eq!(units(&fixed, &columns, "2026-02-28T00:00:00Z"), 500);

    // 7.5 and 10 minutes at 2 a minute; of two visits nothing is known.
    let told =
        with("\"1\"", r#"{"v": {"event": "visit", "minutes": "minutes", "per_hour": "120"}}"#);
    let costs = account(&told, &columns, &history(&[]), "2026-01-31T00:00:00Z").costs;
    assert_eq!(costs, Costs { units: 3500, unknown: 2 });
}

#[test]
fn what_is_paid_late_costs_interest_by_the_day() {
    let money = |fen| ("amount", Value::Exact(fen));
    let on = |day: &str| ("paid_on", Value::Date(Day::parse(day).unwrap()));
    let bought = "2026-01-01T23:30:00+08:00";
    let late = r#"{"late": {"event": "purchase", "amount": "amount", "late": "paid_on",
        "free_days": 30, "per_year": "0.0365"}}"#;
    let late = with("\"1\"", late);
    for (fields, as_of, wanted) in [
        // 100.00 at 0.01 a day from 31 January, which is the last free one.
        (vec![money(10_000), on("2026-02-10")], "2026-03-01T00:00:00+08:00", 10),
        (vec![money(10_000), on("2026-02-10")], "2026-02-05T00:00:00+08:00", 5),
        (vec![money(10_000), on("2026-01-31")], "2026-03-01T00:00:00+08:00", 0),
        (vec![money(10_000), on("2025-12-01")], "2026-03-01T00:00:00+08:00", 0),
        (vec![money(10_000)], "2026-03-02T12:00:00+08:00", 30),
        (vec![money(-10_000)], "2026-03-02T12:00:00+08:00", 0),
        // Half a fen goes to the even one.
        (vec![money(5_000), on("2026-02-01")], "2026-03-01T00:00:00+08:00", 0),
        (vec![money(15_000), on("2026-02-01")], "2026-03-01T00:00:00+08:00", 2),
    ] {
        let columns = columns(&[("purchase", bought, fields.clone())]);
        assert_eq!(units(&late, &columns, as_of), wanted, "{fields:?} {as_of}");
    }
    // An instant counts by its local day: 00:30 on the 11th in Shanghai.
    let late = r#"{"late": {"event": "purchase", "amount": "amount", "late": "paid_at",
        "free_days": 30, "per_year": "0.0365"}}"#;
    let paid = ("paid_at", Value::Instant(Instant::parse("2026-02-10T16:30:00Z").unwrap()));
    let columns = columns(&[("purchase", bought, vec![money(10_000), paid])]);
    assert_eq!(units(&with("\"1\"", late), &columns, "2026-03-01T00:00:00Z"), 11);
}

#[test]
fn profit_is_margin_on_what_was_kept_less_costs() {
    let columns = columns(&[
        (
            "purchase",
            "2026-01-01T00:00:00Z",
            vec![("amount", Value::Exact(8_000)), ("left", Value::Exact(2_000))],
        ),
        (
            "purchase",
            "2026-01-02T00:00:00Z",
            vec![("amount", Value::Exact(2_000)), ("left", Value::Exact(1_000))],
        ),
        ("call", "2026-01-03T00:00:00Z", vec![]),
    ]);
    let calls = r#"{"calls": {"event": "call", "each": "40"}}"#;
    let as_of = "2026-02-01T00:00:00Z";
    // Of 100.00, 50.00 were given back.
    let kept = history(&[8_000, 2_000, -5_000]);
    let share = account(&with("\"0.3333\"", calls), &columns, &kept, as_of);
    assert_eq!((share.amount, share.margin), (Some(5_000), Some(1_666)));
    assert_eq!(share.profit(), Some(1_666 - 4_000));
    let own = account(&with(r#"{"field": "left"}"#, calls), &columns, &kept, as_of);
    assert_eq!((own.margin, own.profit()), (Some(1_500), Some(-2_500)));

    let everybody: Everybody = [&share, &own].into_iter().collect();
    assert_eq!((everybody.customers, everybody.purchases, everybody.costs), (2, 4, 8_000));
    let mut parts: Everybody = [&share].into_iter().collect();
    parts.merge(&[&own].into_iter().collect());
    assert_eq!(parts, everybody);
}

#[test]
fn an_amount_that_nobody_knows_leaves_profit_unknown() {
    let columns =
        columns(&[("purchase", "2026-01-01T00:00:00Z", vec![("amount", Value::Exact(100))])]);
    let mut history = history(&[100]);
    history.push(Purchase { grain: 9, amount: None });
    let known = account(&with("\"0.5\"", "{}"), &columns, &history, "2026-02-01T00:00:00Z");
    assert_eq!((known.purchases, known.amount, known.profit()), (2, None, None));
    // A margin that is missing from one purchase.
    let own = with(r#"{"field": "left"}"#, "{}");
    let known = account(&own, &columns, &self::history(&[100]), "2026-02-01T00:00:00Z");
    assert_eq!((known.amount, known.margin), (Some(100), None));
    let everybody: Everybody = [&known].into_iter().collect();
    assert_eq!((everybody.purchases, everybody.known_purchases), (1, 0));
}
