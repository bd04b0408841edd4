//! What an event weighs in memory.

use std::sync::Arc;

use guanxi::Text;
use guanxi::facts::{
    Body, ColumnsBuilder, Correction, EventKind, Fact, Field, Schema, TextProfile, Type, Value,
};
use guanxi::units::{Currency, Instant};

use crate::support::Random;

fn schema() -> Arc<Schema> {
    let field = |name: &str, ty: Type| Field {
        name: name.into(),
        ty,
        nullable: false,
        personal: false,
        unit: None,
        text: Text::default(),
    };
    let amount = field("amount", Type::Money(Currency::parse("CNY").unwrap()));
    let product = field("product", Type::Text(TextProfile::Exact));
    let kind = EventKind {
        name: "purchase".into(),
        list: Some("purchases".into()),
        fields: vec![amount, product],
        text: Text::default(),
    };
    let mut schema = Schema::default();
    schema.kinds = vec![kind];
    Arc::new(schema.indexed())
}

/// Bytes an event, all told but for the dictionary, which does not grow with
/// the events.
fn bytes_an_event(cents: i64, n_products: u64) -> f64 {
    let schema = schema();
    let mut random = Random::new(7);
    let mut builder = ColumnsBuilder::new(&schema);
    let n_events = 100_000;
    for number in 0..n_events {
        let fields = vec![
            Some(Value::Exact(random.between(0, cents))),
            Some(Value::Text(format!("P{}", random.below(n_products)).into())),
        ];
        let fact = Fact {
            source: "shop".into(),
            id: format!("{number}").into(),
            customer: format!("C{}", random.below(10_000)).into(),
            at: Some(Instant::from_micros(random.between(0, 94_608_000) * 1_000_000).unwrap()),
            revision: None,
            correction: Correction::None,
            body: Body::Event { kind: 0, fields },
        };
        builder.push(number, Instant::MIN, &fact);
    }
    let columns = builder.finish();
    let events = &columns.kinds[0];
    assert_eq!(events.len(), n_events as usize);
    let dictionary: usize = match &events.fields[1].data {
        guanxi::facts::Data::Codes { words, .. } => words.bytes(),
        other => panic!("{other:?}"),
    };
    (events.bytes() - dictionary) as f64 / n_events as f64
}

#[test]
fn an_event_with_time_money_and_a_word_takes_at_most_25_bytes() {
    let usual = bytes_an_event(1_000_000, 200);
    assert!(usual <= 14.0, "{usual}");
    let widest = bytes_an_event(1 << 40, 150_000);
    assert!(widest <= 25.0, "{widest}");
}
