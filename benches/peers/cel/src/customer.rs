//! One customer, as both sides know them.

use std::collections::HashMap;
use std::sync::Arc;

use guanxi::Playbook;
use guanxi::facts::{Body, Columns, ColumnsBuilder, Correction, Fact, Schema, Value};
use guanxi::units::Instant;

/// What each of the ten purchases cost.
const AMOUNTS: [i64; 10] = [99, 1_200, 450, 3_000, 15, 980, 1_001, 60, 1_000, 2_500];

pub fn as_of() -> Instant {
    Instant::parse("2026-04-01T00:00:00+08:00").expect("a point in time")
}

/// The customer so many times over.
pub fn columns(playbook: &Playbook, times: usize) -> Columns {
    let schema = playbook.schema();
    let mut builder = ColumnsBuilder::new(schema);
    let mut n_facts = 0;
    for customer in 0..times {
        for (at, body) in bodies(schema).into_iter().enumerate() {
            let fact = Fact {
                source: "bench".into(),
                id: format!("{at}").into(),
                customer: format!("C{customer}").into(),
                at: as_of().checked_add_micros(-86_400_000_000 * (at as i64 + 1)).ok(),
                revision: None,
                correction: Correction::None,
                body,
            };
            builder.push(n_facts, as_of(), &fact);
            n_facts += 1;
        }
    }
    builder.finish()
}

fn bodies(schema: &Schema) -> Vec<Body> {
    let attribute = |name| schema.attribute(name).expect("the playbook declares it");
    let mut bodies = vec![Body::Attributes(vec![
        (attribute("age"), Some(Value::Int(41))),
        (attribute("income"), Some(Value::Exact(60_000 * 100))),
        (attribute("region"), Some(Value::Text("华东".into()))),
    ])];
    let kind = schema.kind("purchase").expect("the playbook declares it");
    bodies.extend(AMOUNTS.map(|amount| Body::Event {
        kind,
        fields: vec![
            Some(Value::Exact(amount * 100)),
            Some(Value::Bool(true)),
            Some(Value::Text("tea".into())),
        ],
    }));
    bodies
}

/// The customer as variables of `cel`.
pub fn bound<'v>(environment: &Arc<cel::Env>) -> cel::Context<'v, 'v> {
    let mut context = cel::Context::with_env(environment.clone());
    let purchase = |amount: i64| -> HashMap<&str, cel::Value> {
        HashMap::from([("amount", amount.into()), ("paid", true.into()), ("product", "tea".into())])
    };
    context.add_variable_from_value("age", 41_i64);
    context.add_variable_from_value("income", 60_000_i64);
    context.add_variable_from_value("region", "华东");
    context.add_variable_from_value("purchases", AMOUNTS.map(purchase).to_vec());
    context
}
