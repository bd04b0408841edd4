//! A small random firm: every type of attribute and field, missing values,
//! ties, customers without events, facts before and after the question.

use std::sync::Arc;

use guanxi::facts::{
    Attribute, Body, Columns, ColumnsBuilder, Correction, EventKind, Fact, Field, Label, Schema,
    Snapshot, TextProfile, Type, Value,
};
use guanxi::units::{Calendar, Currency, Day, Instant, Period, Weekday, Zone};
use guanxi::{Playbook, Text};

use serde_json::json;

use super::Random;

pub struct World {
    pub schema: Arc<Schema>,
    pub facts: Vec<Fact>,
    pub as_of: Instant,
    pub calendar: Calendar,
}

const WORDS: [&str; 8] = ["华东", "华南", "ＡＢ", "ab", "Ab", "", "straße", "茶 tea"];
const LABELS: [&str; 3] = ["low", "mid", "high"];
const HOUR: i64 = 3_600_000_000;
const DAYS_OF_A_WEEK: i64 = 7;

/// Around a day on which New York changes its clocks and months clamp.
const MIDDLE: i64 = 1_711_900_800_000_000;

impl World {
    pub fn random(random: &mut Random) -> World {
        // Mostly few, sometimes more than fit one word of bits.
        let most = if random.chance(25) { 90 } else { 30 };
        let n_customers = random.below(most);
        World::of(random, n_customers)
    }

    /// A firm with so many customers.
    pub fn of(random: &mut Random, n_customers: u64) -> World {
        let schema = schema();
        let n_facts = random.below(6) * n_customers;
        let missing = 10 + random.below(51);
        let mut facts = Vec::new();
        for customer in 0..n_customers {
            if random.chance(90) {
                facts.push(profile(random, &schema, customer, missing));
            }
        }
        for _ in 0..n_facts {
            let customer = random.below(n_customers);
            facts.push(anything(random, &schema, customer, missing));
        }
        for (number, fact) in facts.iter_mut().enumerate() {
            fact.id = format!("f{number}").into();
        }
        let zone =
            random.pick(&["UTC", "Asia/Shanghai", "America/New_York", "Australia/Lord_Howe"]);
        let fiscal = (random.between(1, 12) as u32, 1);
        let zone = Zone::named(zone).unwrap();
        World {
            schema,
            facts,
            as_of: instant(random),
            calendar: Calendar::new(zone, Weekday::Monday, fiscal).unwrap(),
        }
    }

    /// A fact about a customer of the firm, or about nobody it knows.
    pub fn another(&self, random: &mut Random, id: &str) -> Fact {
        let customer = random.below(100);
        Fact { id: id.into(), ..anything(random, &self.schema, customer, 30) }
    }

    /// The same firm with every customer this many times over.
    pub fn repeated(&self, times: usize) -> Vec<Fact> {
        let copy = |fact: &Fact, copy: usize| Fact {
            id: format!("{}.{copy}", fact.id).into(),
            customer: format!("{}.{copy}", fact.customer).into(),
            ..fact.clone()
        };
        (0..times).flat_map(|n| self.facts.iter().map(move |fact| copy(fact, n))).collect()
    }

    /// The same firm so many weeks later, with all that it knows of days and
    /// instants.
    pub fn later(mut self, weeks: i64) -> World {
        self.as_of = later(self.as_of, weeks);
        for fact in &mut self.facts {
            fact.at = fact.at.map(|at| later(at, weeks));
            let values: Vec<&mut Value> = match &mut fact.body {
                Body::Event { fields, .. } => fields.iter_mut().flatten().collect(),
                Body::Attributes(changes) => {
                    changes.iter_mut().filter_map(|(_, value)| value.as_mut()).collect()
                }
                _ => Vec::new(),
            };
            for value in values {
                match value {
                    Value::Instant(at) => *at = later(*at, weeks),
                    Value::Date(day) => *day = day.add_days(weeks * DAYS_OF_A_WEEK).unwrap(),
                    _ => {}
                }
            }
        }
        self
    }

    /// A playbook of this firm with these segments.
    pub fn playbook(&self, segments: &[(String, String)]) -> Playbook {
        let (month, day) = self.calendar.fiscal_year_starts();
        let when = |(name, when): &(String, String)| (name.clone(), json!({ "when": when }));
        let schema = self.schema.to_json().to_canonical();
        let document = json!({
            "guanxi": 1, "id": "firm", "version": "1.0.0",
            "calendar": {
                "zone": self.calendar.zone().name(),
                "week_starts": self.calendar.week_starts().name(),
                "fiscal_year_starts": format!("{month:02}-{day:02}"),
            },
            "schema": serde_json::from_str::<serde_json::Value>(&schema).unwrap(),
            "segments": segments.iter().map(when).collect::<serde_json::Map<_, _>>(),
        });
        let playbook = Playbook::from_json(&document.to_string()).unwrap();
        assert_eq!((playbook.schema(), playbook.calendar()), (&self.schema, &self.calendar));
        playbook
    }

    /// The same firm when everything that is missing at the question has become
    /// known: a value for each field of an event and each attribute of those who
    /// are there.
    pub fn completed(&self, random: &mut Random) -> World {
        let columns = self.columns();
        let snapshot = Snapshot::new(&columns, self.as_of);
        let mut facts = self.facts.clone();
        for each in &mut facts {
            if let Body::Event { kind, fields } = &mut each.body {
                let declared = self.schema.kinds[*kind].fields.iter();
                for (slot, field) in fields.iter_mut().zip(declared) {
                    if slot.is_none() {
                        *slot = Some(value(random, &field.ty));
                    }
                }
            }
        }
        for customer in snapshot.population().rows() {
            let mut changes = Vec::new();
            for (position, attribute) in self.schema.attributes.iter().enumerate() {
                if !snapshot.attribute(position).unwrap().is_known(customer) {
                    changes.push((position, Some(value(random, &attribute.ty))));
                }
            }
            let mut set = fact(random, 0, Some(self.as_of), Body::Attributes(changes));
            set.customer = columns.customers[customer].clone();
            set.id = format!("z{customer}").into();
            facts.push(set);
        }
        World { facts, schema: self.schema.clone(), calendar: self.calendar.clone(), ..*self }
    }

    pub fn columns(&self) -> Columns {
        let mut builder = ColumnsBuilder::new(&self.schema);
        for (sequence, fact) in self.facts.iter().enumerate() {
            builder.push(sequence as u64, self.as_of, fact);
        }
        builder.finish()
    }
}

fn schema() -> Arc<Schema> {
    let cny = Currency::parse("CNY").unwrap();
    let labels: Arc<[Label]> =
        LABELS.iter().map(|name| Label { name: (*name).into(), text: Text::default() }).collect();
    let attribute = |name: &str, ty: Type| Attribute {
        name: name.into(),
        ty,
        nullable: true,
        personal: false,
        fresh_for: None,
        verified_at: None,
        unit: None,
        text: Text::default(),
    };
    let field = |name: &str, ty: Type| Field {
        name: name.into(),
        ty,
        nullable: true,
        personal: false,
        unit: None,
        text: Text::default(),
    };
    let fields = || {
        let mut fields = vec![
            field("amount", Type::Money(cny)),
            field("quantity", Type::Int),
            field("weight", Type::Decimal(3)),
            field("product", Type::Text(TextProfile::Search)),
            field("paid", Type::Bool),
            field("solved_at", Type::Instant),
            field("due", Type::Date),
            field("level", Type::Enum(labels.clone())),
        ];
        fields.sort_by(|a, b| a.name.cmp(&b.name));
        fields
    };
    let kind = |name: &str, list: &str| EventKind {
        name: name.into(),
        list: Some(list.into()),
        fields: fields(),
        text: Text::default(),
    };
    let mut schema = Schema::default();
    schema.sources = vec!["shop".into(), "erp".into()];
    schema.purposes = vec!["marketing".into()];
    schema.channels = vec!["sms".into()];
    schema.attributes = vec![
        attribute("score", Type::Int),
        attribute("ratio", Type::Decimal(2)),
        Attribute {
            fresh_for: Some(Period::parse("days(20)").unwrap()),
            ..attribute("income", Type::Money(cny))
        },
        attribute("vip", Type::Bool),
        attribute("birth", Type::Date),
        attribute("joined", Type::Instant),
        attribute("grade", Type::Enum(labels.clone())),
        attribute("region", Type::Text(TextProfile::Exact)),
        attribute("city", Type::Text(TextProfile::Search)),
        attribute("hobbies", Type::Set(TextProfile::Ci)),
        Attribute {
            fresh_for: Some(Period::parse("weeks(5)").unwrap()),
            verified_at: Some("joined".into()),
            ..attribute("mobile", Type::Contact("sms".into()))
        },
    ];
    // As a document would bring them.
    schema.attributes.sort_by(|a, b| a.name.cmp(&b.name));
    schema.kinds = vec![kind("purchase", "purchases"), kind("visit", "visits")];
    Arc::new(schema.indexed())
}

fn instant(random: &mut Random) -> Instant {
    // Whole days collide often, odd microseconds seldom: both must be right.
    let days = random.between(-60, 60) * 24 * HOUR;
    let hours = if random.chance(50) { 0 } else { random.between(0, 47) * HOUR / 2 };
    let odd = if random.chance(10) { random.between(0, 999) } else { 0 };
    Instant::from_micros(MIDDLE + days + hours + odd).unwrap()
}

fn later(at: Instant, weeks: i64) -> Instant {
    at.checked_add_micros(weeks * DAYS_OF_A_WEEK * 24 * HOUR).unwrap()
}

fn value(random: &mut Random, ty: &Type) -> Value {
    match ty {
        Type::Text(_) | Type::Contact(_) => Value::Text((*random.pick(&WORDS)).into()),
        Type::Int if random.chance(2) => Value::Int(*random.pick(&[&i64::MAX, &i64::MIN])),
        Type::Int => Value::Int(random.between(-3, 12)),
        Type::Decimal(_) => Value::Exact(random.between(-2_000, 5_000)),
        Type::Money(_) => Value::Exact(random.between(0, 30) * 1_050),
        Type::Bool => Value::Bool(random.chance(50)),
        Type::Date => {
            let days = if random.chance(50) { random.between(0, 20_000) } else { 19_700 };
            Value::Date(Day::from_days(days as i32 + random.between(-40, 40) as i32).unwrap())
        }
        Type::Instant => Value::Instant(instant(random)),
        Type::Enum(_) => Value::Text((*random.pick(&LABELS)).into()),
        Type::Set(_) => {
            let mut texts: Vec<Box<str>> =
                (0..random.below(4)).map(|_| (*random.pick(&WORDS)).into()).collect();
            texts.sort_unstable();
            texts.dedup();
            Value::Set(texts)
        }
    }
}

fn maybe(random: &mut Random, ty: &Type, missing: u64) -> Option<Value> {
    if random.chance(missing) { None } else { Some(value(random, ty)) }
}

fn fact(random: &mut Random, customer: u64, at: Option<Instant>, body: Body) -> Fact {
    Fact {
        source: (*random.pick(&["erp", "shop"])).into(),
        id: "".into(),
        customer: format!("c{customer:03}").into(),
        at,
        revision: None,
        correction: Correction::None,
        body,
    }
}

fn anything(random: &mut Random, schema: &Schema, customer: u64, missing: u64) -> Fact {
    match random.below(20) {
        0 => consent(random, customer),
        1 | 2 => profile(random, schema, customer, missing),
        _ => event(random, schema, customer, missing),
    }
}

fn consent(random: &mut Random, customer: u64) -> Fact {
    let at = if random.chance(30) { None } else { Some(instant(random)) };
    let granted = random.chance(70);
    fact(random, customer, at, Body::Consent { purpose: 0, channel: 0, granted })
}

fn profile(random: &mut Random, schema: &Schema, customer: u64, missing: u64) -> Fact {
    let at = if random.chance(60) { None } else { Some(instant(random)) };
    let mut changes = Vec::new();
    for (position, attribute) in schema.attributes.iter().enumerate() {
        if random.chance(80) {
            changes.push((position, maybe(random, &attribute.ty, missing)));
        }
    }
    fact(random, customer, at, Body::Attributes(changes))
}

fn event(random: &mut Random, schema: &Schema, customer: u64, missing: u64) -> Fact {
    let kind = random.below(schema.kinds.len() as u64) as usize;
    let fields = schema.kinds[kind].fields.iter().map(|f| maybe(random, &f.ty, missing)).collect();
    let at = Some(instant(random));
    fact(random, customer, at, Body::Event { kind, fields })
}
