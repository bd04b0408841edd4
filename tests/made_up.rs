//! Made-up facts over a small schema: few sources, ids and customers, so that
//! duplicates, conflicts, chains and circles of corrections are common.

use std::sync::Arc;

use guanxi::Text;
use guanxi::facts::schema::{Label, Type};
use guanxi::facts::{
    Attribute, Body, Correction, EventKind, Fact, Field, Reference, Schema, TextProfile, Value,
};
use guanxi::units::{Currency, Day, Instant};
use proptest::prelude::*;

fn field(name: &str, ty: Type, nullable: bool) -> Field {
    Field { name: name.into(), ty, nullable, personal: false, unit: None, text: Text::default() }
}

fn attribute(name: &str, ty: Type) -> Attribute {
    Attribute {
        name: name.into(),
        ty,
        nullable: true,
        personal: false,
        fresh_for: None,
        verified_at: None,
        unit: None,
        text: Text::default(),
    }
}

/// Two kinds, an attribute of each type, a reference table, consents.
pub fn schema() -> Schema {
    let money = || Type::Money(Currency::parse("CNY").unwrap());
    let label = |name: &str| Label { name: name.into(), text: Text::default() };
    let mut schema = Schema::default();
    schema.attributes = vec![
        attribute("birth", Type::Date),
        attribute("hobbies", Type::Set(TextProfile::Exact)),
        attribute("income", money()),
        attribute("note", Type::Text(TextProfile::Exact)),
        attribute("region", Type::Enum([label("华东"), label("华北")].into())),
    ];
    schema.kinds = vec![
        EventKind {
            name: "call".into(),
            list: Some("calls".into()),
            fields: vec![],
            text: Text::default(),
        },
        EventKind {
            name: "purchase".into(),
            list: Some("purchases".into()),
            fields: vec![
                field("amount", money(), false),
                field("paid_at", Type::Instant, true),
                field("product", Type::Text(TextProfile::Exact), true),
                field("repeat", Type::Bool, true),
            ],
            text: Text::default(),
        },
    ];
    schema.references = vec![Reference {
        name: "staff".into(),
        fields: vec![field("level", Type::Int, true)],
        text: Text::default(),
    }];
    schema.purposes = vec!["marketing".into(), "service".into()];
    schema.channels = vec!["phone".into(), "sms".into()];
    schema.sources = vec!["shop".into()];
    schema.indexed()
}

/// The same schema behind the pointer that logs and stores take.
pub fn shared_schema() -> Arc<Schema> {
    Arc::new(schema())
}

/// An instant `minutes` after the first of the year 2026.
pub fn minute(minutes: i64) -> Instant {
    Instant::from_micros(1_767_225_600_000_000 + minutes * 60_000_000).unwrap()
}

/// A purchase of source `shop` with an amount in fen.
pub fn purchase(id: &str, customer: &str, at: i64, amount: i64) -> Fact {
    Fact {
        source: "shop".into(),
        id: id.into(),
        customer: customer.into(),
        at: Some(minute(at)),
        revision: None,
        correction: Correction::None,
        body: Body::Event {
            kind: 1,
            fields: vec![Some(Value::Exact(amount)), None, Some(Value::Text("茶".into())), None],
        },
    }
}

/// Any fact that the schema allows. The keys come from a small pool.
pub fn fact() -> impl Strategy<Value = Fact> {
    let source = prop::sample::select(vec!["shop", "desk"]);
    let id = prop::sample::select(vec!["1", "2", "3", "4", "5", "6", "7", "8"]);
    let revision = prop_oneof![3 => Just(None), 1 => (0..4u32).prop_map(Some)];
    (source, id, 0..4u8, 0..5i64, any::<bool>(), revision, correction(), body()).prop_map(
        |(source, id, customer, at, dated, revision, correction, body)| {
            let is_reference = matches!(body, Body::Reference { .. });
            let is_event = matches!(body, Body::Event { .. });
            let retracts = matches!(correction, Correction::Retracts(_));
            Fact {
                source: source.into(),
                id: id.into(),
                customer: if is_reference { "".into() } else { format!("C{customer}").into() },
                at: (dated || is_event).then(|| minute(at)),
                revision,
                body: if retracts { Body::Nothing } else { body },
                correction,
            }
        },
    )
}

fn correction() -> impl Strategy<Value = Correction> {
    // Two targets that never arrive keep some corrections waiting for ever.
    let target = || prop::sample::select(vec!["1", "2", "3", "4", "5", "6", "7", "8", "x", "y"]);
    prop_oneof![
        4 => Just(Correction::None),
        3 => target().prop_map(|id| Correction::Supersedes(id.into())),
        2 => target().prop_map(|id| Correction::Retracts(id.into())),
    ]
}

fn body() -> impl Strategy<Value = Body> {
    prop_oneof![
        1 => Just(Body::Event { kind: 0, fields: vec![] }),
        4 => purchase_fields().prop_map(|fields| Body::Event { kind: 1, fields }),
        2 => changes().prop_map(Body::Attributes),
        1 => (0..2usize, 0..2usize, any::<bool>()).prop_map(|(purpose, channel, granted)| {
            Body::Consent { purpose, channel, granted }
        }),
        1 => (0..3u8, maybe(any::<i64>().prop_map(Value::Int))).prop_map(|(key, level)| {
            Body::Reference { table: 0, key: format!("S{key}").into(), fields: vec![level] }
        }),
    ]
}

fn purchase_fields() -> impl Strategy<Value = Vec<Option<Value>>> {
    let amount = prop_oneof![3 => 0..3i64, 1 => any::<i64>()].prop_map(|n| Some(Value::Exact(n)));
    let paid = maybe((0..3i64).prop_map(|at| Value::Instant(minute(at))));
    let repeat = maybe(any::<bool>().prop_map(Value::Bool));
    (amount, paid, maybe(text().prop_map(Value::Text)), repeat)
        .prop_map(|(amount, paid, product, repeat)| vec![amount, paid, product, repeat])
}

fn changes() -> impl Strategy<Value = Vec<(usize, Option<Value>)>> {
    let birth = (0..20_000i32).prop_map(|days| Value::Date(Day::from_days(days).unwrap()));
    let set = prop::collection::btree_set(text(), 0..3)
        .prop_map(|members| Value::Set(members.into_iter().collect()));
    let region = prop::sample::select(vec!["华东", "华北"]);
    let columns = (
        maybe(birth),
        maybe(set),
        maybe((-2..2i64).prop_map(Value::Exact)),
        maybe(text().prop_map(Value::Text)),
        maybe(region.prop_map(|name| Value::Text(name.into()))),
    );
    (columns, prop::collection::vec(any::<bool>(), 5)).prop_map(|((a, b, c, d, e), named)| {
        let values = [a, b, c, d, e].into_iter().enumerate();
        values.zip(named).filter(|(_, named)| *named).map(|(change, _)| change).collect()
    })
}

fn maybe<T: std::fmt::Debug + Clone>(
    value: impl Strategy<Value = T>,
) -> impl Strategy<Value = Option<T>> {
    prop::option::of(value)
}

/// Short texts, some with what JSON and SQL must quote.
fn text() -> impl Strategy<Value = Box<str>> {
    prop_oneof![
        3 => prop::sample::select(vec!["茶", "coffee", ""]).prop_map(Box::from),
        1 => "[\u{0}-\u{1f}\"\\\\/'a-zé茶😀]{0,6}".prop_map(Box::from),
    ]
}

/// Batches of facts, with repeats and conflicts of key.
pub fn batches() -> impl Strategy<Value = Vec<Vec<Fact>>> {
    prop::collection::vec(prop::collection::vec(fact(), 0..8), 0..6)
}

/// Facts no two of which share a key.
pub fn distinct_facts() -> impl Strategy<Value = Vec<Fact>> {
    prop::collection::vec(fact(), 0..24).prop_map(|mut facts| {
        let mut keys = std::collections::BTreeSet::new();
        facts.retain(|fact| keys.insert((fact.source.clone(), fact.id.clone())));
        facts
    })
}
