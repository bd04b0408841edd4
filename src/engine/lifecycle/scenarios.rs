//! Histories that take every way of a machine, as rows that can be imported.

use std::sync::Arc;

use serde::Serialize;
use serde_json::{Map, Value as Json, json};

use crate::error::{Error, Text};
use crate::facts::{Body, Fact, Schema, Type, Value};
use crate::lifecycle::{Machine, Scenario, scenarios as take};
use crate::playbook::Playbook;
use crate::units::{Decimal, Instant};

/// Made-up histories of one machine (情景), one for each way out of a state.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MachineScenarios {
    /// The machine.
    pub machine: Arc<str>,
    /// As shown to people.
    pub label: Text,
    /// One for each way that is taken, in the order of the document.
    pub scenarios: Vec<ScenarioView>,
    /// The ways that none takes: what never can be, or needs more than is
    /// tried.
    pub untaken: Vec<WayNamed>,
}

/// A history that takes one way.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ScenarioView {
    /// The way.
    #[serde(flatten)]
    pub way: WayNamed,
    /// When it is taken.
    pub at: Instant,
    /// What happens, in order, as rows in JSON that can be imported.
    pub facts: Vec<Json>,
    /// The innermost state just before, then, and just after: a microsecond
    /// each.
    pub states: Vec<StateAt>,
}

/// A way out of a state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WayNamed {
    /// Where it stands in the playbook.
    pub transition: String,
    /// The state that it leads out of.
    pub from: Arc<str>,
    /// As shown to people.
    pub from_label: Text,
    /// The state that it leads to; `None` where it only has effects.
    pub to: Option<Arc<str>>,
    /// As shown to people.
    pub to_label: Option<Text>,
}

/// A state at an instant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StateAt {
    /// The instant.
    pub at: Instant,
    /// The innermost state; `None` where the customer is not there yet.
    pub state: Option<Arc<str>>,
}

/// Histories that together take every way of the machines, as far as they are
/// found; each was played, and took its way.
///
/// # Inputs
///
/// `machine`: `None` for all. `start`: when the first fact happens.
///
/// # Errors
///
/// [`UnknownMachine`](crate::Code::UnknownMachine).
///
/// # Cost
///
/// At most 5,000 lives a machine.
///
/// # Example
///
/// ```
/// use guanxi::{Playbook, engine::scenarios, units::Instant};
/// let playbook = Playbook::from_json(r#"{
///     "guanxi": 1, "id": "shop", "version": "1", "calendar": {"zone": "UTC"},
///     "schema": {"events": {"purchase": {"list": "purchases"}}},
///     "machines": {"relationship": {"initial": "stranger", "states": {
///         "stranger": {"on": [{"event": "purchase", "to": "buyer"}]},
///         "buyer": {"on": [{"silent": "days(90)", "to": "stranger"}]}}}}
/// }"#)?;
/// let found = scenarios(&playbook, None, Instant::parse("2026-01-01T00:00:00Z")?)?;
/// assert!(found[0].untaken.is_empty());
/// let silence = &found[0].scenarios[1];
/// assert_eq!((&*silence.way.from, silence.way.to.as_deref()), ("buyer", Some("stranger")));
/// assert_eq!(silence.facts[1]["kind"], "purchase");
/// # Ok::<(), guanxi::Error>(())
/// ```
pub fn scenarios(
    playbook: &Playbook,
    machine: Option<&str>,
    start: Instant,
) -> Result<Vec<MachineScenarios>, Error> {
    let wanted = machine.map(|name| playbook.machine_named(name)).transpose()?;
    let machines = playbook.machines();
    let all = machines.iter().enumerate();
    let chosen = all.filter(|(_, it)| wanted.is_none_or(|wanted| wanted.name == it.name));
    let told = chosen.map(|(position, machine)| {
        let coverage = take(machines, position, &playbook.ground(), start);
        let view = |scenario: &Scenario| view(playbook.schema(), machine, scenario);
        MachineScenarios {
            machine: machine.name.clone(),
            label: machine.text.or_name(&machine.name),
            scenarios: coverage.scenarios.iter().filter_map(view).collect(),
            untaken: coverage.untaken.iter().filter_map(|way| named(machine, *way)).collect(),
        }
    });
    Ok(told.collect())
}

fn view(schema: &Schema, machine: &Machine, scenario: &Scenario) -> Option<ScenarioView> {
    let state = |state: usize| machine.states.get(state).map(|it| it.name.clone());
    let states = scenario.states.iter();
    Some(ScenarioView {
        way: named(machine, scenario.transition)?,
        at: scenario.at,
        facts: scenario.facts.iter().filter_map(|fact| row(schema, fact)).collect(),
        states: states
            .map(|(at, known)| StateAt { at: *at, state: known.and_then(state) })
            .collect(),
    })
}

fn named(machine: &Machine, way: usize) -> Option<WayNamed> {
    let way = machine.transitions.get(way)?;
    let from = machine.states.get(way.from)?;
    let to = way.target.and_then(|to| machine.states.get(to));
    Some(WayNamed {
        transition: way.pointer.clone(),
        from: from.name.clone(),
        from_label: from.text.or_name(&from.name),
        to: to.map(|to| to.name.clone()),
        to_label: to.map(|to| to.text.or_name(&to.name)),
    })
}

/// A fact in the form in which rows are taken in as JSON.
fn row(schema: &Schema, fact: &Fact) -> Option<Json> {
    let mut row = Map::new();
    row.insert("customer".into(), json!(fact.customer));
    row.insert("id".into(), json!(fact.id));
    row.insert("at".into(), json!(fact.at?));
    match &fact.body {
        Body::Event { kind, fields } => {
            let declared = schema.kinds.get(*kind)?;
            row.insert("kind".into(), json!(declared.name));
            for (field, value) in declared.fields.iter().zip(fields) {
                if let Some(value) = value {
                    row.insert(field.name.to_string(), cell(value, &field.ty));
                }
            }
        }
        Body::Attributes(values) => {
            let told = values.iter().filter_map(|(own, value)| {
                let attribute = schema.attributes.get(*own)?;
                let value = value.as_ref().map_or(Json::Null, |it| cell(it, &attribute.ty));
                Some((attribute.name.to_string(), value))
            });
            row.insert("attributes".into(), Json::Object(told.collect()));
        }
        Body::Consent { purpose, channel, granted } => {
            let (purpose, channel) =
                (schema.purposes.get(*purpose)?, schema.channels.get(*channel)?);
            let consent = json!({"purpose": purpose, "channel": channel, "granted": granted});
            row.insert("consent".into(), consent);
        }
        _ => return None,
    }
    Some(Json::Object(row))
}

fn cell(value: &Value, ty: &Type) -> Json {
    let exact = |units: i64, scale: u8| {
        Decimal::new(units.into(), scale).map_or(Json::Null, |number| json!(number.to_string()))
    };
    match (value, ty) {
        (Value::Bool(on), _) => json!(on),
        (Value::Int(number), _) => json!(number),
        (Value::Exact(units), Type::Money(currency)) => exact(*units, currency.minor_digits()),
        (Value::Exact(units), Type::Decimal(scale)) => exact(*units, *scale),
        (Value::Exact(units), _) => json!(units),
        (Value::Date(day), _) => json!(day.to_string()),
        (Value::Instant(at), _) => json!(at),
        (Value::Text(text), _) => json!(text),
        (Value::Set(texts), _) => json!(texts),
    }
}
