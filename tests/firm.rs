//! A firm with one attribute or field of every type, and one of its customers.

use std::collections::BTreeMap;
use std::sync::Arc;

use guanxi::facts::schema::{Attribute, EventKind, Field, Label};
use guanxi::facts::{self, Schema, TextProfile, text::normalise};
use guanxi::lang::{
    Among, Asked, Duration, Environment, List, MachineNames, Parameter, Record, Scope, Score,
    Timestamp, Travelled, Type, Value, ValueNames,
};
use guanxi::units::{
    Calendar, Currency, Day, Decimal, Hours, Period, Weekday, Work, WorkPlan, Zone,
};
use guanxi::{Error, Text};

/// A firm with one attribute or field of every type.
pub struct Firm {
    pub schema: Schema,
    parameters: Vec<Parameter>,
    segments: Vec<Arc<str>>,
    machines: Vec<MachineNames>,
    value: ValueNames,
}

impl Firm {
    pub fn new() -> Firm {
        Firm {
            schema: schema(),
            parameters: parameters(),
            segments: vec!["vip_club".into(), "win_back".into()],
            machines: machines(),
            value: value_names(),
        }
    }

    pub fn scope(&self) -> Scope<'_> {
        Scope {
            schema: &self.schema,
            parameters: &self.parameters,
            segments: &self.segments,
            machines: &self.machines,
            event: None,
            work: Work::Hours,
            value: Some(&self.value),
            period: false,
        }
    }
}

fn currency(code: &str) -> Currency {
    Currency::parse(code).unwrap()
}

fn labels(names: &[&str]) -> facts::Type {
    let label = |name: &&str| Label { name: Arc::from(*name), text: Text::default() };
    facts::Type::Enum(names.iter().map(label).collect())
}

fn schema() -> Schema {
    use facts::Type as T;
    let attribute = |name: &str, ty: T, nullable: bool| Attribute {
        name: name.into(),
        ty,
        nullable,
        personal: false,
        fresh_for: None,
        verified_at: None,
        unit: None,
        text: Text::default(),
    };
    let field = |(name, ty, nullable): (&str, T, bool)| Field {
        name: name.into(),
        ty,
        nullable,
        personal: false,
        unit: None,
        text: Text::default(),
    };
    let kind = |name: &str, list: Option<&str>, fields: Vec<(&str, T, bool)>| EventKind {
        name: name.into(),
        list: list.map(Arc::from),
        fields: fields.into_iter().map(field).collect(),
        text: Text::default(),
    };
    let purchase = vec![
        ("amount", T::Money(currency("CNY")), false),
        ("product", T::Text(TextProfile::Exact), false),
        ("qty", T::Int, false),
        ("discount", T::Decimal(4), true),
        ("gift", T::Bool, false),
    ];
    let complaint =
        vec![("topic", T::Text(TextProfile::Ci), false), ("solved_at", T::Instant, true)];
    let mut schema = Schema::default();
    schema.purposes = vec!["marketing".into()];
    schema.channels = vec!["sms".into()];
    schema.attributes = vec![
        attribute("region", labels(&["华东", "华南", "east", "west"]), false),
        attribute("sex", labels(&["m", "f"]), true),
        attribute("birth", T::Date, true),
        attribute("since", T::Instant, true),
        attribute("income", T::Money(currency("CNY")), true),
        attribute("budget", T::Money(currency("USD")), true),
        attribute("score", T::Decimal(2), true),
        attribute("ratio", T::Decimal(16), true),
        attribute("age", T::Int, true),
        attribute("vip", T::Bool, false),
        attribute("married", T::Bool, true),
        attribute("name", T::Text(TextProfile::Search), false),
        attribute("nick", T::Text(TextProfile::Ci), true),
        attribute("code", T::Text(TextProfile::Exact), false),
        attribute("hobbies", T::Set(TextProfile::Exact), true),
        attribute("tags", T::Set(TextProfile::Ci), true),
        attribute("mobile", T::Contact("sms".into()), true),
    ];
    schema.kinds = vec![
        kind("purchase", Some("purchases"), purchase),
        kind("complaint", Some("complaints"), complaint),
        kind("call", Some("calls"), vec![]),
        kind("login", None, vec![]),
    ];
    schema.indexed()
}

/// A machine with a state inside another, and one that runs once for each key.
fn machines() -> Vec<MachineNames> {
    let machine = |name: &str, leaves: &[&str], states: &[&str], keyed| MachineNames {
        name: name.into(),
        leaves: leaves
            .iter()
            .map(|name| Label { name: Arc::from(*name), text: Text::default() })
            .collect(),
        states: states.iter().map(|name| Arc::from(*name)).collect(),
        keyed,
    };
    vec![
        machine("case", &["open", "closed"], &["closed", "open"], true),
        machine(
            "relationship",
            &["prospect", "new", "churned"],
            &["buyer", "churned", "new", "prospect"],
            false,
        ),
    ]
}

fn parameters() -> Vec<Parameter> {
    let parameter = |name: &str, ty: Type| Parameter {
        name: name.into(),
        ty,
        value: Value::Null,
        text: Default::default(),
    };
    vec![
        parameter("at_risk_after", Type::Period),
        parameter("min_amount", Type::Money(currency("CNY"), 2)),
        parameter("min_count", Type::Int),
        parameter("regions", Type::List(Box::new(Type::Text(TextProfile::Exact)))),
        Parameter {
            value: Value::Decimal(decimal("0.30")),
            ..parameter("still_active", Type::Decimal(2))
        },
    ]
}

/// Figures, axes, tiers and cut points, each of a customer's value.
fn value_names() -> ValueNames {
    let money = Type::Money(currency("CNY"), 2);
    let label =
        |name: &str, en: &str, zh: &str| Label { name: name.into(), text: Text::new(en, zh) };
    ValueNames {
        figures: vec![("future_value".into(), money.clone()), ("p_alive".into(), Type::Decimal(4))],
        axes: vec!["future".into(), "loyalty".into()],
        tiers: [label("A", "top", "顶级"), label("B", "", ""), label("C", "", "")].into(),
        cuts: vec![("big".into(), money), ("gold".into(), Type::Decimal(2))],
        alive: true,
    }
}

/// A customer of the firm.
pub struct Person {
    names: BTreeMap<&'static str, Value>,
    calendar: Calendar,
}

/// The instant of every question to a [`Person`].
pub const NOW: &str = "2026-03-31T16:30:00Z";

impl Person {
    /// Somebody of whom everything is known, or only what `known` says, bit by
    /// bit; with this many purchases and complaints.
    pub fn new(known: u32, purchases: usize, complaints: usize) -> Person {
        let mut names = BTreeMap::new();
        for (bit, (name, value)) in attributes().into_iter().enumerate() {
            let required = matches!(name, "region" | "vip" | "name" | "code");
            let kept = required || known & (1 << bit) != 0;
            names.insert(name, if kept { value } else { Value::Missing });
        }
        names.insert("purchases", events(purchases, known, purchase));
        names.insert("complaints", events(complaints, known, complaint));
        names.insert("calls", events(1, known, |_, _| Vec::new()));
        let zone = Zone::named("Asia/Shanghai").unwrap();
        let calendar = Calendar::new(zone, Weekday::Monday, (4, 1)).unwrap();
        let hours = Hours::parse(["09:00-12:00", "13:30-18:00"]).unwrap();
        let calendar = calendar.with_work(WorkPlan::weekdays(&hours)).unwrap();
        Person { names, calendar }
    }
}

impl Environment for Person {
    fn name(&self, name: &str) -> Option<Value> {
        self.names.get(name.strip_prefix("customer.").unwrap_or(name)).cloned()
    }

    fn calendar(&self) -> &Calendar {
        &self.calendar
    }

    fn now(&self) -> Option<Timestamp> {
        Some(timestamp(NOW))
    }

    fn among(&self, question: &Among<'_>) -> Option<Result<Value, guanxi::Error>> {
        match question.own.is_known() {
            true => Some(question.answer(std::slice::from_ref(question.own))),
            false => Some(Ok(question.standing.nowhere())),
        }
    }

    fn customer(&self) -> Option<Value> {
        Some("C-1".into())
    }

    fn segment(&self, name: &str) -> Option<Result<bool, Error>> {
        Some(Ok(name == "win_back"))
    }

    fn state(&self, machine: &str, asked: Asked<'_>) -> Option<Value> {
        Some(match (machine, asked) {
            ("relationship", Asked::State) => Value::from("new"),
            ("relationship", Asked::Since) => Value::Timestamp(timestamp("2026-01-31T16:30:00Z")),
            ("relationship", Asked::In(state)) => Value::Bool(matches!(state, "new" | "buyer")),
            ("relationship", Asked::WasIn(state)) => Value::Bool(state != "churned"),
            ("case", Asked::CountIn(state)) => Value::Int(i64::from(state == "open")),
            _ => return None,
        })
    }

    fn way(&self, _: &str, asked: Travelled<'_>) -> Option<Value> {
        Some(match asked {
            Travelled::Entered(_) => Value::Timestamp(timestamp("2026-01-31T16:30:00Z")),
            Travelled::Entries(..) => Value::Int(1),
            Travelled::TimeIn(_) => Value::Duration(Duration::parse("36h").unwrap()),
        })
    }

    fn opening(
        &self,
        ask: &dyn Fn(&dyn Environment) -> Result<Value, guanxi::Error>,
    ) -> Option<Result<Value, guanxi::Error>> {
        Some(ask(self))
    }

    fn consent(&self, purpose: &str, channel: &str) -> Option<Value> {
        ((purpose, channel) == ("marketing", "sms")).then_some(Value::Bool(true))
    }

    fn reachable(&self, channel: &str) -> Option<bool> {
        Some(channel == "sms")
    }

    fn score(&self, asked: Score<'_>) -> Option<Value> {
        Some(match asked {
            Score::Figure("future_value") => money("1234.50"),
            Score::Figure("p_alive") => Value::Decimal(decimal("0.8750")),
            Score::Axis("loyalty") => Value::Decimal(decimal("82.10")),
            // Nobody knows yet.
            Score::Axis("future") => Value::Missing,
            Score::Tier => Value::from("B"),
            Score::Cut("big") => money("5000.00"),
            Score::Cut("gold") => Value::Decimal(decimal("79.55")),
            Score::AliveUntil(chance) if chance == decimal("0.5") => {
                Value::Timestamp(timestamp("2026-06-01T16:00:00Z"))
            }
            Score::AliveUntil(_) => Value::Timestamp(timestamp("2026-09-01T16:00:00Z")),
            _ => return None,
        })
    }

    fn parameter(&self, name: &str) -> Option<Value> {
        Some(match name {
            "still_active" => Value::Decimal(decimal("0.30")),
            "at_risk_after" => Value::Period(Period::parse("days(120)").unwrap()),
            "min_amount" => money("100.00"),
            "min_count" => Value::Int(3),
            "regions" => Value::from(vec![Value::from("A1"), Value::from("east")]),
            _ => return None,
        })
    }
}

pub fn timestamp(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap()
}

fn decimal(text: &str) -> Decimal {
    Decimal::parse(text).unwrap()
}

fn money(text: &str) -> Value {
    Value::Money(decimal(text), currency("CNY"))
}

fn folded(profile: TextProfile, text: &str) -> Value {
    Value::from(&*normalise(profile, text))
}

fn attributes() -> Vec<(&'static str, Value)> {
    let set = |texts: &[&str]| {
        Value::from(texts.iter().map(|text| Value::from(*text)).collect::<Vec<_>>())
    };
    vec![
        ("region", Value::from("east")),
        ("sex", Value::from("f")),
        ("birth", Value::Date(Day::parse("1988-02-29").unwrap())),
        ("since", Value::Timestamp(timestamp("2019-07-01T08:00:00Z"))),
        ("income", money("12500.50")),
        ("budget", Value::Money(decimal("300.00"), currency("USD"))),
        ("score", Value::Decimal(decimal("7.25"))),
        ("ratio", Value::Decimal(decimal("0.1234567890123456"))),
        ("age", Value::Int(38)),
        ("vip", Value::Bool(true)),
        ("married", Value::Bool(false)),
        ("name", folded(TextProfile::Search, "ＡＢＣ公司")),
        ("nick", folded(TextProfile::Ci, "Straße")),
        ("code", Value::from("A1")),
        ("hobbies", set(&["golf", "茶"])),
        ("tags", set(&["new", "vip"])),
        ("mobile", Value::from("13800000000")),
    ]
}

/// Events, a month apart, the last of them ten days before now.
fn events(count: usize, known: u32, fields: fn(usize, u32) -> Vec<(&'static str, Value)>) -> Value {
    let kind = |index: usize| {
        let back = (count - index) as i64 * 30 - 20;
        let at = Timestamp::from_seconds(timestamp(NOW).seconds() - back * 86_400).unwrap();
        let own = [("at", Value::Timestamp(at)), ("id", Value::from(&*format!("E{index}")))];
        let all = own.into_iter().chain(fields(index, known));
        let all = all.map(|(name, value)| (Arc::from(name), value)).collect();
        Value::Record(Arc::new(Record::new(Some("event".into()), all)))
    };
    Value::List(Arc::new(List::from((0..count).map(kind).collect::<Vec<_>>())))
}

fn purchase(index: usize, known: u32) -> Vec<(&'static str, Value)> {
    let discount = Value::Decimal(decimal("0.0500"));
    vec![
        ("amount", money(&format!("{}.50", 50 * (index + 1)))),
        ("product", Value::from(if index.is_multiple_of(2) { "A1" } else { "B2" })),
        ("qty", Value::Int(index as i64 + 1)),
        ("discount", if known & (1 << 20) != 0 { discount } else { Value::Missing }),
        ("gift", Value::Bool(index % 2 == 1)),
    ]
}

fn complaint(index: usize, known: u32) -> Vec<(&'static str, Value)> {
    let solved = Value::Timestamp(timestamp("2026-01-01T00:00:00Z"));
    vec![
        ("topic", Value::from(if index.is_multiple_of(2) { "late" } else { "broken" })),
        ("solved_at", if known & (1 << 21) != 0 { solved } else { Value::Missing }),
    ]
}
