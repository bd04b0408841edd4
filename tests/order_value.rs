//! Why the value of an order changed, held to a count of the rows by hand.

use std::collections::{BTreeMap, BTreeSet};

use guanxi::engine::kpi::{OrderValueView, OrdersAsked, order_value};
use guanxi::facts::Seen;
use guanxi::facts::intake::{Lines, TableKind};
use guanxi::kpi::{OrderLine, explain_order_value};
use guanxi::units::Instant;
use guanxi::{Code, Error, Playbook, Store};
use serde_json::{Value, json};

use crate::support::Random;

const PLAYBOOK: &str = r#"{"guanxi": 1, "id": "shop", "version": "1", "calendar": {"zone": "Asia/Shanghai"},
    "schema": {"events": {"sale": {"list": "sales", "fields": {
        "amount": {"type": "money", "currency": "CNY", "nullable": true},
        "pieces": {"type": "int", "nullable": true},
        "product": {"type": "text", "nullable": true}, "number": {"type": "int", "nullable": true}}}}}}"#;

const ASKED: OrdersAsked<'static> = OrdersAsked {
    of: "sale",
    amount: "amount",
    quantity: "pieces",
    line: Some("product"),
    order: Some("number"),
};

fn answer(
    rows: &[Value],
    asked: OrdersAsked<'_>,
    (from, to): (&str, &str),
    as_of: &str,
) -> Result<OrderValueView, Error> {
    let playbook = Playbook::from_json(PLAYBOOK)?;
    let zone = playbook.calendar().zone();
    let lines = Lines::of("shop", &TableKind::Events, None, playbook.schema(), zone)?;
    let mut store = Store::in_memory(playbook.schema());
    let text: Vec<String> = rows.iter().map(Value::to_string).collect();
    let report = store.append_lines(&lines, text.join("\n").as_bytes(), Seen::Backfill)?;
    assert_eq!(report.verdicts.refused, 0, "{:?}", report.not_recorded);
    let columns = store.columns(None)?;
    order_value(&columns, &playbook, asked, (from, to), Instant::parse(as_of)?)
}

/// Rows of two months, some at the very edges, some without a value.
fn rows(random: &mut Random, n: u64) -> Vec<Value> {
    let missing = |random: &mut Random, value: Value| {
        if random.chance(8) { Value::Null } else { value }
    };
    let edges = ["2026-01-01T00:00:00+08:00", "2026-01-31T23:59:59.999999+08:00"];
    let later = ["2026-02-01T00:00:00+08:00", "2026-03-01T00:00:00+08:00"];
    let row = |id: u64, random: &mut Random| {
        let at = match random.below(8) {
            0 => edges[random.below(2) as usize].to_owned(),
            1 => later[random.below(2) as usize].to_owned(),
            _ => {
                format!("2026-0{}-{:02}T12:00:00+08:00", 1 + random.below(2), 1 + random.below(28))
            }
        };
        let pieces = random.below(5);
        let amount = format!("{}.{:02}", pieces * (3 + random.below(9)), 0);
        let (amount, pieces) = (missing(random, json!(amount)), missing(random, json!(pieces)));
        let product = format!("p{}", random.below(12));
        let (product, number) = (missing(random, json!(product)), json!(random.below(40)));
        let number = missing(random, number);
        json!({"kind": "sale", "id": id.to_string(), "customer": format!("c{}", random.below(6)),
            "at": at, "amount": amount, "pieces": pieces, "product": product, "number": number})
    };
    (0..n).map(|id| row(id, random)).collect()
}

#[test]
fn orders_and_lines_are_those_that_are_counted_by_hand() {
    let mut random = Random::new(77);
    let mut compared = 0;
    for round in 0..60 {
        let rows = rows(&mut random, 40 + 8 * round);
        let mut lines: BTreeMap<String, OrderLine> = BTreeMap::new();
        let (mut orders, mut alone, mut left_out) =
            ([BTreeSet::new(), BTreeSet::new()], [0_u64; 2], 0);
        for row in &rows {
            let side = match row["at"].as_str().unwrap() {
                at if at < "2026-02-01" => 0,
                at if at < "2026-03-01" => 1,
                _ => continue,
            };
            let (Some(amount), Some(pieces)) = (row["amount"].as_str(), row["pieces"].as_i64())
            else {
                left_out += 1;
                continue;
            };
            let cents: i64 = amount.replace('.', "").parse().unwrap();
            let nothing = OrderLine { quantity: [0; 2], amount: [0; 2] };
            let line = lines.entry(row["product"].to_string()).or_insert(nothing);
            line.quantity[side] += pieces;
            line.amount[side] += cents;
            match row["number"].as_i64() {
                Some(number) => {
                    orders[side].insert((row["customer"].to_string(), number));
                }
                None => alone[side] += 1,
            }
        }
        let counted: [u64; 2] = std::array::from_fn(|side| orders[side].len() as u64 + alone[side]);
        let told = answer(&rows, ASKED, ("2026-01", "2026-02"), "2026-03-05T00:00:00Z").unwrap();
        assert_eq!((told.orders, told.lines, told.left_out), (counted, lines.len(), left_out));
        let by_hand: Vec<OrderLine> = lines.into_values().collect();
        let by_hand = explain_order_value(&by_hand, counted.map(|it| it as i64), 2).unwrap();
        assert_eq!(told.told.total_change, by_hand.total_change);
        assert_eq!((told.told.price, told.told.mix), (by_hand.price, by_hand.mix));
        let close = |a: Option<f64>, b: Option<f64>| match (a, b) {
            (Some(a), Some(b)) => (a - b).abs() <= 1e-9 * (1.0 + a.abs()),
            (a, b) => a == b,
        };
        assert!(close(told.told.elasticity, by_hand.elasticity), "{told:?}");
        compared += u64::from(told.told.elasticity.is_some());
    }
    assert!(compared > 20, "{compared}");
}

#[test]
fn in_whatever_order_rows_come_the_answer_is_the_same() {
    let mut random = Random::new(78);
    for _ in 0..20 {
        let mut rows = rows(&mut random, 300);
        let ask = |rows: &[Value]| {
            let told = answer(rows, ASKED, ("2026-01", "2026-02"), "2026-03-05T00:00:00Z").unwrap();
            serde_json::to_string(&told).unwrap()
        };
        let first = ask(&rows);
        random.shuffle(&mut rows);
        assert_eq!(ask(&rows), first);
    }
}

#[test]
fn what_cannot_be_answered_is_said_with_its_place() {
    let sale = |at: &str, amount: &str, pieces: i64| {
        json!({"kind": "sale", "customer": "a", "at": at, "amount": amount, "pieces": pieces,
            "product": "tea"})
    };
    let rows = [sale("2026-01-05", "3.00", 1), sale("2026-02-05", "4.00", 1)];
    let months = ("2026-01", "2026-02");
    let refused = |asked: OrdersAsked<'_>, periods: (&str, &str), rows: &[Value]| {
        let error = answer(rows, asked, periods, "2026-03-05T00:00:00Z").unwrap_err();
        let place = error.faults()[0].pointer.clone().unwrap_or_default();
        (error.code(), place)
    };
    let of = |code: Code, place: &str| (code, place.to_owned());
    let asked = OrdersAsked { of: "sail", ..ASKED };
    assert_eq!(refused(asked, months, &rows), of(Code::UnknownName, "/of"));
    let asked = OrdersAsked { amount: "amuont", ..ASKED };
    assert_eq!(refused(asked, months, &rows), of(Code::UnknownName, "/amount"));
    let asked = OrdersAsked { quantity: "product", ..ASKED };
    assert_eq!(refused(asked, months, &rows), of(Code::InvalidArgument, "/quantity"));
    let asked = OrdersAsked { line: Some("amount"), ..ASKED };
    assert_eq!(refused(asked, months, &rows), of(Code::InvalidArgument, "/line"));
    assert_eq!(refused(ASKED, ("2026-01", "2026-13"), &rows), of(Code::MalformedValue, "/to"));
    assert_eq!(refused(ASKED, ("2026-03", "2026-02"), &rows), of(Code::InvalidArgument, "/from"));
    assert_eq!(refused(ASKED, ("2025-01", "2026-02"), &rows), of(Code::NoDenominator, ""));
    let nothing_said = |month: u32| json!({"kind": "sale", "customer": "a", "at": format!("2026-0{month}-05"), "amount": "3.00"});
    let error = answer(&[nothing_said(1), nothing_said(2)], ASKED, months, "2026-03-05T00:00:00Z")
        .unwrap_err();
    let hint = error.faults()[0].hint.as_ref().unwrap();
    assert!(hint.en.starts_with("2 events have no amount"), "{error:?}");
    let negative = [rows[0].clone(), sale("2026-02-05", "-4.00", 1)];
    assert_eq!(refused(ASKED, months, &negative), of(Code::InvalidArgument, "/line/tea"));
    let for_nothing = [rows[0].clone(), sale("2026-02-05", "4.00", 0)];
    assert_eq!(refused(ASKED, months, &for_nothing), of(Code::NoDenominator, "/line/tea"));
}
