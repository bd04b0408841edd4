//! What a fact says, as JSON by name.
//!
//! ```text
//! event       {"amount":1250,"product":"茶"}     a missing value is left out
//! attributes  {"income":null,"region":"华东"}     null clears
//! consent     {"channel":"sms","granted":true,"purpose":"marketing"}
//! reference   {"id":"S-7","level":3}
//! merge       {"into":"C-1"}
//! override    {"machine":"relationship","pinned":true,"state":"buyer"}
//! decision    {"act":"claim","actor":"li","evidence":{"state":"open"},"owner":"li"}
//! erased      {}
//! retraction  {}
//! ```
//!
//! Keys are in byte order, so one content has one text and texts can be
//! compared. Money and decimals are whole numbers of their smallest unit,
//! instants microseconds, dates `2026-03-01`. Names rather than positions, so
//! that a schema may gain fields.

use std::fmt::{self, Formatter, Write};
use std::sync::Arc;

use serde::Deserialize;
use serde::de::{self, DeserializeSeed, Deserializer, MapAccess, Visitor};

use super::decided;
use crate::facts::fact::Override;
use crate::facts::{Body, Field, Reference, Schema, TextProfile, Type, Value};
use crate::json;
use crate::units::{Day, Instant};

/// The name of a reference table's key, which no column can have.
const KEY: &str = "id";

/// The classes of the table `kind`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Slot {
    Event(usize),
    Attributes,
    Consent,
    Reference(usize),
    Merge,
    Override,
    Decision,
    Erased,
    Retraction,
}

impl Slot {
    pub(super) fn of(body: &Body) -> Slot {
        match body {
            Body::Event { kind, .. } => Slot::Event(*kind),
            Body::Attributes(_) => Slot::Attributes,
            Body::Consent { .. } => Slot::Consent,
            Body::Reference { table, .. } => Slot::Reference(*table),
            Body::Merge { .. } => Slot::Merge,
            Body::Override(_) => Slot::Override,
            Body::Decision(_) => Slot::Decision,
            Body::Erased => Slot::Erased,
            Body::Nothing => Slot::Retraction,
        }
    }

    /// The slot with these names, if the schema has it.
    pub(super) fn named(schema: &Schema, class: &str, name: &str) -> Option<Slot> {
        match class {
            "event" => schema.kind(name).map(Slot::Event),
            "attributes" => Some(Slot::Attributes),
            "consent" => Some(Slot::Consent),
            "reference" => schema.reference(name).map(Slot::Reference),
            "merge" => Some(Slot::Merge),
            "override" => Some(Slot::Override),
            "decision" => Some(Slot::Decision),
            "erased" => Some(Slot::Erased),
            "retraction" => Some(Slot::Retraction),
            _ => None,
        }
    }
}

/// One value of an object.
#[derive(Debug)]
struct Member {
    name: Arc<str>,
    /// The name with quotes and colon.
    quoted: String,
    /// Place in the schema.
    position: usize,
    ty: Type,
}

/// The schema, in the order in which bodies are written.
#[derive(Debug)]
pub(super) struct Layout {
    schema: Arc<Schema>,
    kinds: Vec<Vec<Member>>,
    references: Vec<Vec<Member>>,
    attributes: Vec<Member>,
}

impl Layout {
    pub(super) fn new(schema: &Arc<Schema>) -> Self {
        let attributes = schema.attributes.iter().map(|a| (&a.name, &a.ty));
        Layout {
            kinds: schema.kinds.iter().map(|kind| of_fields(&kind.fields)).collect(),
            references: schema.references.iter().map(of_reference).collect(),
            attributes: members(attributes),
            schema: schema.clone(),
        }
    }

    pub(super) fn schema(&self) -> &Arc<Schema> {
        &self.schema
    }

    /// Writes a body over what `out` held.
    pub(super) fn write(&self, body: &Body, out: &mut String) {
        out.clear();
        if let Body::Decision(decision) = body {
            return decided::write(decision, out);
        }
        out.push('{');
        match body {
            Body::Event { kind, fields } => {
                write_fields(self.kinds.get(*kind), fields, None, out);
            }
            Body::Attributes(changes) => self.write_changes(changes, out),
            Body::Consent { purpose, channel, granted } => {
                self.write_consent(*purpose, *channel, *granted, out);
            }
            Body::Reference { table, key, fields } => {
                write_fields(self.references.get(*table), fields, Some(key), out);
            }
            Body::Merge { into } => {
                out.push_str("\"into\":");
                json::write_text(into, out);
            }
            Body::Override(decision) => write_override(decision, out),
            Body::Decision(_) | Body::Erased | Body::Nothing => {}
        }
        out.push('}');
    }

    fn write_changes(&self, changes: &[(usize, Option<Value>)], out: &mut String) {
        for member in &self.attributes {
            let found = changes.binary_search_by_key(&member.position, |(position, _)| *position);
            if let Some((_, value)) = found.ok().and_then(|found| changes.get(found)) {
                write_key(member, out);
                match value {
                    Some(value) => write_value(value, out),
                    None => out.push_str("null"),
                }
            }
        }
    }

    fn write_consent(&self, purpose: usize, channel: usize, granted: bool, out: &mut String) {
        let name = |names: &[Arc<str>], position: usize| {
            names.get(position).cloned().unwrap_or_else(|| "".into())
        };
        out.push_str("\"channel\":");
        json::write_text(&name(&self.schema.channels, channel), out);
        out.push_str(if granted { ",\"granted\":true" } else { ",\"granted\":false" });
        out.push_str(",\"purpose\":");
        json::write_text(&name(&self.schema.purposes, purpose), out);
    }

    /// Reads a body into `body`, in the memory of what it held. An error means
    /// that the text is none that [`write`](Layout::write) wrote.
    pub(super) fn read(
        &self,
        slot: Slot,
        text: &str,
        body: &mut Body,
    ) -> Result<(), serde_json::Error> {
        let mut json = serde_json::Deserializer::from_str(text);
        *body = match slot {
            Slot::Event(kind) => {
                let members = self.kinds.get(kind).map_or(&[][..], Vec::as_slice);
                let fields = read_fields(members, &mut json, take_fields(body))?;
                Body::Event { kind, fields }
            }
            Slot::Reference(table) => {
                let members = self.references.get(table).map_or(&[][..], Vec::as_slice);
                let mut fields = read_fields(members, &mut json, take_fields(body))?;
                let Some(Some(Value::Text(key))) = fields.pop() else {
                    return Err(de::Error::missing_field(KEY));
                };
                Body::Reference { table, key, fields }
            }
            Slot::Attributes => Body::Attributes(self.read_changes(&mut json)?),
            Slot::Consent => self.read_consent(&mut json)?,
            Slot::Merge => {
                let Merge { into } = Merge::deserialize(&mut json)?;
                Body::Merge { into: into.into() }
            }
            Slot::Override => Body::Override(Written::deserialize(&mut json)?.decision()?),
            Slot::Decision => Body::Decision(Box::new(decided::read(&mut json)?)),
            Slot::Retraction | Slot::Erased => {
                let each = |_: &Member, _: Option<Value>| {};
                Object { members: &[], each }.deserialize(&mut json)?;
                if slot == Slot::Erased { Body::Erased } else { Body::Nothing }
            }
        };
        json.end()
    }

    fn read_changes(&self, json: &mut Json<'_>) -> Result<Changes, serde_json::Error> {
        let mut changes = Vec::new();
        let each = |member: &Member, value: Option<Value>| changes.push((member.position, value));
        Object { members: &self.attributes, each }.deserialize(json)?;
        changes.sort_by_key(|(position, _)| *position);
        Ok(changes)
    }

    fn read_consent(&self, json: &mut Json<'_>) -> Result<Body, serde_json::Error> {
        let Consent { channel, granted, purpose } = Consent::deserialize(json)?;
        let find = |names: &[Arc<str>], wanted: &str| {
            let found = names.iter().position(|name| **name == *wanted);
            found.ok_or_else(|| de::Error::custom("not in the schema"))
        };
        Ok(Body::Consent {
            purpose: find(&self.schema.purposes, &purpose)?,
            channel: find(&self.schema.channels, &channel)?,
            granted,
        })
    }
}

type Json<'a> = serde_json::Deserializer<serde_json::de::StrRead<'a>>;
type Fields = Vec<Option<Value>>;
type Changes = Vec<(usize, Option<Value>)>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Consent {
    channel: String,
    granted: bool,
    purpose: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Merge {
    into: String,
}

/// An override as it is written; what is empty is left out.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    #[serde(default)]
    actor: String,
    machine: String,
    #[serde(default)]
    pinned: bool,
    #[serde(default)]
    reason: String,
    state: Option<String>,
    until: Option<i64>,
}

impl Written {
    fn decision(self) -> Result<Override, serde_json::Error> {
        let until = self.until.map(Instant::from_micros).transpose();
        Ok(Override {
            machine: self.machine.into(),
            state: self.state.map(Into::into),
            pinned: self.pinned,
            until: until.map_err(|_| de::Error::custom("not an instant"))?,
            actor: self.actor.into(),
            reason: self.reason.into(),
        })
    }
}

/// Writes an override, keys in byte order.
fn write_override(decision: &Override, out: &mut String) {
    let text = |key: &str, text: &str, out: &mut String| {
        if !out.ends_with('{') {
            out.push(',');
        }
        out.push_str(key);
        json::write_text(text, out);
    };
    if !decision.actor.is_empty() {
        text("\"actor\":", &decision.actor, out);
    }
    text("\"machine\":", &decision.machine, out);
    if decision.pinned {
        out.push_str(",\"pinned\":true");
    }
    if !decision.reason.is_empty() {
        text("\"reason\":", &decision.reason, out);
    }
    if let Some(state) = &decision.state {
        text("\"state\":", state, out);
    }
    if let Some(until) = decision.until {
        // Writing into a String cannot fail.
        let _ = write!(out, ",\"until\":{}", until.micros());
    }
}

fn of_fields(fields: &[Field]) -> Vec<Member> {
    members(fields.iter().map(|field| (&field.name, &field.ty)))
}

/// The columns of a reference table and, after them, its key.
fn of_reference(table: &Reference) -> Vec<Member> {
    let columns = table.fields.iter().map(|field| (&field.name, &field.ty));
    let key = (&KEY.into(), &Type::Text(TextProfile::Exact));
    members(columns.chain([key]))
}

fn members<'a>(declared: impl Iterator<Item = (&'a Arc<str>, &'a Type)>) -> Vec<Member> {
    let mut members: Vec<Member> = declared
        .enumerate()
        .map(|(position, (name, ty))| Member {
            name: name.clone(),
            quoted: json::quote(name) + ":",
            position,
            ty: ty.clone(),
        })
        .collect();
    members.sort_by(|a, b| a.name.cmp(&b.name));
    members
}

/// The memory of the fields that a body held.
fn take_fields(body: &mut Body) -> Fields {
    match std::mem::replace(body, Body::Nothing) {
        Body::Event { fields, .. } | Body::Reference { fields, .. } => fields,
        _ => Vec::new(),
    }
}

fn read_fields(
    members: &[Member],
    json: &mut Json<'_>,
    mut fields: Fields,
) -> Result<Fields, serde_json::Error> {
    fields.clear();
    fields.resize(members.len(), None);
    let each = |member: &Member, value: Option<Value>| {
        if let Some(slot) = fields.get_mut(member.position) {
            *slot = value;
        }
    };
    Object { members, each }.deserialize(json)?;
    Ok(fields)
}

/// Writes the fields that have a value; a row's key stands after its fields.
fn write_fields(
    members: Option<&Vec<Member>>,
    fields: &[Option<Value>],
    key: Option<&str>,
    out: &mut String,
) {
    for member in members.into_iter().flatten() {
        match (fields.get(member.position), key) {
            (Some(Some(value)), _) => {
                write_key(member, out);
                write_value(value, out);
            }
            (Some(None), _) | (None, None) => {}
            (None, Some(key)) => {
                write_key(member, out);
                json::write_text(key, out);
            }
        }
    }
}

fn write_key(member: &Member, out: &mut String) {
    if !out.ends_with('{') {
        out.push(',');
    }
    out.push_str(&member.quoted);
}

fn write_value(value: &Value, out: &mut String) {
    // Writing into a String cannot fail.
    let _ = match value {
        Value::Bool(value) => write!(out, "{value}"),
        Value::Int(number) | Value::Exact(number) => write!(out, "{number}"),
        Value::Date(day) => write!(out, "\"{day}\""),
        Value::Instant(at) => write!(out, "{}", at.micros()),
        Value::Text(text) => {
            json::write_text(text, out);
            Ok(())
        }
        Value::Set(members) => {
            write_set(members, out);
            Ok(())
        }
    };
}

fn write_set(members: &[Box<str>], out: &mut String) {
    out.push('[');
    for (position, member) in members.iter().enumerate() {
        if 0 < position {
            out.push(',');
        }
        json::write_text(member, out);
    }
    out.push(']');
}

/// Reads an object whose names are among `members`, in their order.
struct Object<'a, F> {
    members: &'a [Member],
    each: F,
}

impl<'de, F: FnMut(&Member, Option<Value>)> DeserializeSeed<'de> for Object<'_, F> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_map(self)
    }
}

impl<'de, F: FnMut(&Member, Option<Value>)> Visitor<'de> for Object<'_, F> {
    type Value = ();

    fn expecting(&self, out: &mut Formatter<'_>) -> fmt::Result {
        out.write_str("an object of values by name")
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<(), A::Error> {
        let mut rest = self.members;
        while let Some((member, after)) = map.next_key_seed(Key(rest))? {
            rest = after;
            (self.each)(member, map.next_value_seed(Typed(&member.ty))?);
        }
        Ok(())
    }
}

/// A name of one of these members; the members after it are left to come.
struct Key<'a>(&'a [Member]);

impl<'a, 'de> DeserializeSeed<'de> for Key<'a> {
    type Value = (&'a Member, &'a [Member]);

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Self::Value, D::Error> {
        from.deserialize_str(self)
    }
}

impl<'a> Visitor<'_> for Key<'a> {
    type Value = (&'a Member, &'a [Member]);

    fn expecting(&self, out: &mut Formatter<'_>) -> fmt::Result {
        out.write_str("a name of the schema, in order")
    }

    fn visit_str<E: de::Error>(self, name: &str) -> Result<Self::Value, E> {
        let mut rest = self.0;
        while let Some((member, after)) = rest.split_first() {
            if *member.name == *name {
                return Ok((member, after));
            }
            rest = after;
        }
        Err(E::custom("a name that the schema does not have, or out of order"))
    }
}

/// A value of this type, or null.
struct Typed<'a>(&'a Type);

impl<'de> DeserializeSeed<'de> for Typed<'_> {
    type Value = Option<Value>;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Option<Value>, D::Error> {
        match self.0 {
            Type::Text(_) | Type::Enum(_) | Type::Contact(_) => {
                Ok(Option::deserialize(from)?.map(Value::Text))
            }
            Type::Int => Ok(Option::deserialize(from)?.map(Value::Int)),
            Type::Decimal(_) | Type::Money(_) => Ok(Option::deserialize(from)?.map(Value::Exact)),
            Type::Bool => Ok(Option::deserialize(from)?.map(Value::Bool)),
            Type::Date => Ok(Option::<Date>::deserialize(from)?.map(|Date(day)| Value::Date(day))),
            Type::Instant => {
                let micros: Option<i64> = Option::deserialize(from)?;
                let at = micros.map(Instant::from_micros).transpose();
                Ok(at.map_err(de::Error::custom)?.map(Value::Instant))
            }
            Type::Set(_) => Ok(Option::deserialize(from)?.map(Value::Set)),
        }
    }
}

struct Date(Day);

impl<'de> Deserialize<'de> for Date {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Written;
        impl Visitor<'_> for Written {
            type Value = Date;

            fn expecting(&self, out: &mut Formatter<'_>) -> fmt::Result {
                out.write_str("a date")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Date, E> {
                Day::parse(text).map(Date).map_err(E::custom)
            }
        }
        from.deserialize_str(Written)
    }
}
