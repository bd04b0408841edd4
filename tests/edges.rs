//! Events at the very edge of a window, for customers asked many at a time and
//! few at a time: the kernels are the reference to the second, and below it.
//! And consents of one instant.

use std::collections::BTreeMap;

use guanxi::Playbook;
use guanxi::facts::{Body, Columns, ColumnsBuilder, Correction, Fact, Snapshot, Type, Value};
use guanxi::lang::check_condition;
use guanxi::lang::kernel::{Context, evaluate, evaluate_slowly};
use guanxi::units::Instant;

use crate::support::Random;

const SECOND: i64 = 1_000_000;
const CUSTOMERS: u64 = 300;

fn playbook() -> Playbook {
    Playbook::from_json(
        r#"{"guanxi": 1, "id": "edge", "version": "1", "calendar": {"zone": "UTC"},
            "schema": {"attributes": {"few": {"type": "bool"}},
                       "events": {"purchase": {"list": "purchases", "fields": {
                           "amount": {"type": "decimal(2)", "nullable": true}}}}}}"#,
    )
    .unwrap()
}

fn now() -> Instant {
    Instant::parse("2026-04-01T00:00:00Z").unwrap()
}

fn fact(customer: u64, id: u64, at: Option<i64>, body: Body) -> Fact {
    Fact {
        source: "shop".into(),
        id: format!("{customer}.{id}").into(),
        customer: format!("C{customer}").into(),
        at: at.map(|at| Instant::from_micros(at).unwrap()),
        revision: None,
        correction: Correction::None,
        body,
    }
}

/// Up to four purchases each, up to two steps from the edge of the last 90
/// days, with amounts up to `widest`, some unknown; one in twenty is `few`.
fn columns(playbook: &Playbook, step: i64, widest: i64) -> Columns {
    let edge = now().micros() - 90 * 86_400 * SECOND;
    let mut random = Random::new(step as u64);
    let mut builder = ColumnsBuilder::new(playbook.schema());
    for customer in 0..CUSTOMERS {
        let few = vec![(0, Some(Value::Bool(customer % 20 == 0)))];
        builder.push(0, now(), &fact(customer, 0, None, Body::Attributes(few)));
        for id in 1..=random.below(5) {
            let amount = random.chance(80).then(|| Value::Exact(random.between(-9, widest)));
            let at = edge + random.between(-2, 2) * step;
            let event = Body::Event { kind: 0, fields: vec![amount] };
            builder.push(0, now(), &fact(customer, id, Some(at), event));
        }
    }
    builder.finish()
}

fn conditions() -> Vec<String> {
    let lists = ["purchases", "purchases.within(days(90))"];
    let tests = [
        "size() >= 1",
        "size() == 2",
        "size() < 3",
        "size() != 0",
        "sum(p, p.amount) > 0",
        "sum(p, p.amount) <= 1000000",
    ];
    let asked = ["", "few && "];
    let of_list = |list| tests.map(|test| asked.map(|asked| format!("{asked}{list}.{test}")));
    lists.map(of_list).into_iter().flatten().flatten().collect()
}

#[test]
fn windows_end_at_their_second_however_customers_are_asked() {
    let playbook = playbook();
    // Narrow amounts, amounts of 64 bits, and times that need microseconds.
    for (step, widest) in [(SECOND, 1 << 20), (SECOND, i64::MAX - 9), (1, 1 << 20)] {
        let columns = columns(&playbook, step, widest);
        for as_of in [now(), Instant::from_micros(now().micros() - step).unwrap()] {
            let snapshot = Snapshot::new(&columns, as_of);
            let context = Context {
                snapshot: &snapshot,
                calendar: playbook.calendar(),
                parameters: &[],
                answers: &BTreeMap::new(),
                states: None,
                scores: None,
                period: None,
            };
            for source in conditions() {
                let checked = check_condition(&source, &playbook.scope()).unwrap();
                let slow = evaluate_slowly(&checked, &context);
                assert_eq!(evaluate(&checked, &context, 1), slow, "{source} by {step}");
            }
        }
    }
}

#[test]
fn of_two_consents_of_one_instant_the_withdrawal_holds() {
    let playbook = Playbook::from_json(
        r#"{"guanxi": 1, "id": "edge", "version": "1", "calendar": {"zone": "UTC"},
            "schema": {"consent": {"purposes": ["marketing"], "channels": ["sms"]},
                       "sources": ["shop", "web"]}}"#,
    )
    .unwrap();
    let consent = |source: &str, id, at, granted| {
        let body = Body::Consent { purpose: 0, channel: 0, granted };
        Fact { source: source.into(), ..fact(1, id, at, body) }
    };
    // By id, by source, and without a date: each would rank the yes last.
    for (at, no, yes) in
        [(Some(0), "shop", "shop"), (Some(0), "shop", "web"), (None, "shop", "web")]
    {
        let facts = [consent(yes, 2, at, true), consent(no, 1, at, false)];
        for facts in [[&facts[0], &facts[1]], [&facts[1], &facts[0]]] {
            let mut builder = ColumnsBuilder::new(playbook.schema());
            facts.into_iter().for_each(|fact| builder.push(0, now(), fact));
            let columns = builder.finish();
            let held = columns.consents[0].at(now());
            let value = held.value(0, &Type::Bool);
            assert_eq!(value, Some(Value::Bool(false)), "{at:?} {no} {yes}");
        }
    }
    // A later yes is one.
    let mut builder = ColumnsBuilder::new(playbook.schema());
    builder.push(0, now(), &consent("shop", 1, Some(0), false));
    builder.push(0, now(), &consent("shop", 2, Some(1), true));
    let columns = builder.finish();
    let value = columns.consents[0].at(now()).value(0, &Type::Bool);
    assert_eq!(value, Some(Value::Bool(true)));
}
