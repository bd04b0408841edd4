//! Attributes, event kinds, reference tables, consent: JSON to schema.

use std::collections::HashSet;
use std::sync::Arc;

use super::{ATTRIBUTES, FIELDS, KINDS, REFERENCES, Words, ty};
use crate::error::{Code, Fault};
use crate::facts::schema::{
    Attribute, EventKind, Field, Reference, Schema, Type, UnknownCustomers,
};
use crate::json::{Object, Place, Reader};
use crate::units::{Period, Work, shown};

pub(super) fn schema(place: &Place, reader: &mut Reader, words: Words) -> Schema {
    let Some(mut object) = place.object(reader) else { return Schema::default() };
    let mut names = Names { words, used: HashSet::new() };
    let mut schema = Schema::default();
    let attributes = object.get("attributes");
    if let Some(place) = &attributes {
        schema.attributes = read_attributes(place, reader, &mut names);
    }
    if let Some(place) = object.get("events") {
        schema.kinds = read_kinds(&place, reader, &mut names);
    }
    if let Some(place) = object.get("references") {
        schema.references = read_references(&place, reader, words);
    }
    match object.get("consent") {
        Some(place) => read_consent(&place, reader, &mut schema),
        None => schema.channels = contact_channels(&schema.attributes),
    }
    if let Some(place) = object.get("sources") {
        schema.sources = distinct(&place, reader, Place::word, ("source", "来源"));
    }
    if let Some(place) = object.get("unknown_customers") {
        schema.unknown_customers = read_policy(&place, reader);
    }
    object.close(reader);
    if let Some(place) = attributes {
        check_channels(&schema, &place, reader);
        check_verifications(&schema, &place, reader);
    }
    schema.indexed()
}

/// The names of attributes and lists, which share the place before a point.
struct Names {
    words: Words,
    used: HashSet<Arc<str>>,
}

impl Names {
    /// Takes a name; noted and false when it cannot be used.
    fn take(&mut self, name: &str, pointer: &str, reader: &mut Reader) -> bool {
        if !is_free(name, pointer, reader, self.words) {
            return false;
        }
        if (self.words.taken)(name) {
            reader.fault(
                Fault::new(
                    Code::BadName,
                    format!("`{name}` means something else in expressions, expected another name"),
                    format!("`{name}` 在表达式中另有含义，请换一个名称"),
                )
                .at(pointer),
            );
            return false;
        }
        if (self.words.functions)(name) {
            reader.hint(
                Fault::new(
                    Code::BadName,
                    format!("`{name}` is also a function; without brackets it is this name"),
                    format!("`{name}` 也是函数名；不带括号时指此名称"),
                )
                .at(pointer),
            );
        }
        let fresh = self.used.insert(name.into());
        if !fresh {
            reader.fault(
                Fault::new(
                    Code::DuplicateName,
                    format!("`{name}` already names an attribute or another list"),
                    format!("`{name}` 已是某个属性或另一个列表的名称"),
                )
                .at(pointer),
            );
        }
        fresh
    }
}

/// Whether expressions can spell a name; noted when not.
fn is_free(name: &str, pointer: &str, reader: &mut Reader, words: Words) -> bool {
    if !reader.check_name(name, pointer) {
        return false;
    }
    let reserved = (words.reserved)(name);
    if reserved {
        reader.fault(
            Fault::new(
                Code::BadName,
                format!("`{name}` is a reserved word, expected another name"),
                format!("`{name}` 是保留字，请换一个名称"),
            )
            .at(pointer),
        );
    }
    !reserved
}

/// The entries of a map, noted when there are more than `most`.
fn entries<'a>(
    place: &Place<'a>,
    reader: &mut Reader,
    most: usize,
    what: (&str, &str),
) -> Vec<(&'a str, Place<'a>)> {
    let entries = place.entries(reader).unwrap_or_default();
    let count = entries.len();
    if count > most {
        reader.fault(place.fault(
            Code::BadValue,
            format!("there are {count} {}, expected at most {most}", what.0),
            format!("{}有 {count} 个，最多 {most} 个", what.1),
        ));
    }
    entries
}

fn read_attributes(place: &Place, reader: &mut Reader, names: &mut Names) -> Vec<Attribute> {
    let mut out = Vec::new();
    for (name, place) in entries(place, reader, ATTRIBUTES, ("attributes", "属性")) {
        let named = names.take(name, &place.pointer, reader);
        match read_attribute(name, &place, reader) {
            Some(attribute) if named => out.push(attribute),
            _ => reader.spoil(name),
        }
    }
    out
}

fn read_attribute(name: &str, place: &Place, reader: &mut Reader) -> Option<Attribute> {
    let mut object = place.object(reader)?;
    let ty = ty::read(&mut object, reader);
    let nullable = object.flag(reader, "nullable");
    let personal = object.flag(reader, "personal");
    let fresh_for = object.get("fresh_for").and_then(|place| read_period(&place, reader));
    let verified_at = object.get("verified_at").and_then(|place| place.text(reader));
    let unit = read_unit(&mut object, reader);
    let text = object.wording(reader).text;
    object.close(reader);
    Some(Attribute {
        name: name.into(),
        ty: ty?,
        nullable,
        personal,
        fresh_for,
        verified_at: verified_at.map(Arc::from),
        unit,
        text,
    })
}

fn read_period(place: &Place, reader: &mut Reader) -> Option<Period> {
    let text = place.text(reader)?;
    let period = Period::parse(text).map_err(|error| reader.error(error, &place.pointer)).ok()?;
    if period.unit().work() != Work::None {
        reader.fault(place.fault(
            Code::BadValue,
            format!(
                "`{period}` depends on a working calendar, expected days, weeks, months or years"
            ),
            format!("`{period}` 取决于工作日历，应为日、周、月或年"),
        ));
        return None;
    }
    Some(period)
}

fn read_unit(object: &mut Object, reader: &mut Reader) -> Option<Arc<str>> {
    object.get("unit").and_then(|place| place.word(reader)).map(Arc::from)
}

fn read_kinds(place: &Place, reader: &mut Reader, names: &mut Names) -> Vec<EventKind> {
    let mut out = Vec::new();
    for (name, place) in entries(place, reader, KINDS, ("event kinds", "事件种类")) {
        let named = reader.check_name(name, &place.pointer);
        match read_kind(name, &place, reader, names) {
            Some(kind) if named => out.push(kind),
            _ => {}
        }
    }
    out
}

fn read_kind(
    name: &str,
    place: &Place,
    reader: &mut Reader,
    names: &mut Names,
) -> Option<EventKind> {
    let mut object = place.object(reader)?;
    let mut list = None;
    if let Some(place) = object.get("list")
        && let Some(name) = place.text(reader)
    {
        if names.take(name, &place.pointer, reader) {
            list = Some(name.into());
        } else if !names.used.contains(name) {
            reader.spoil(name);
        }
    }
    let fields = object.get("fields");
    let fields = fields.map(|place| read_fields(&place, reader, names.words)).unwrap_or_default();
    let text = object.wording(reader).text;
    object.close(reader);
    Some(EventKind { name: name.into(), list, fields, text })
}

fn read_references(place: &Place, reader: &mut Reader, words: Words) -> Vec<Reference> {
    let mut out = Vec::new();
    for (name, place) in entries(place, reader, REFERENCES, ("reference tables", "参照表")) {
        let named = reader.check_name(name, &place.pointer);
        match read_reference(name, &place, reader, words) {
            Some(table) if named => out.push(table),
            _ => {}
        }
    }
    out
}

fn read_reference(
    name: &str,
    place: &Place,
    reader: &mut Reader,
    words: Words,
) -> Option<Reference> {
    let mut object = place.object(reader)?;
    let fields = object.get("fields");
    let fields = fields.map(|place| read_fields(&place, reader, words)).unwrap_or_default();
    let text = object.wording(reader).text;
    object.close(reader);
    Some(Reference { name: name.into(), fields, text })
}

fn read_fields(place: &Place, reader: &mut Reader, words: Words) -> Vec<Field> {
    let mut out = Vec::new();
    for (name, place) in entries(place, reader, FIELDS, ("fields", "字段")) {
        let named = is_free_field(name, &place.pointer, reader, words);
        match read_field(name, &place, reader) {
            Some(field) if named => out.push(field),
            _ => reader.spoil(name),
        }
    }
    out
}

/// What every event and every row has without being declared.
const GIVEN: [&str; 2] = ["at", "id"];

fn is_free_field(name: &str, pointer: &str, reader: &mut Reader, words: Words) -> bool {
    let given = GIVEN.contains(&name);
    if given {
        reader.fault(
            Fault::new(
                Code::BadName,
                format!("a field `{name}` is there without being declared, expected another name"),
                format!("字段 `{name}` 无需声明即已存在，请换一个名称"),
            )
            .at(pointer),
        );
    }
    !given && is_free(name, pointer, reader, words)
}

fn read_field(name: &str, place: &Place, reader: &mut Reader) -> Option<Field> {
    let mut object = place.object(reader)?;
    let ty = ty::read(&mut object, reader);
    let nullable = object.flag(reader, "nullable");
    let personal = object.flag(reader, "personal");
    let unit = read_unit(&mut object, reader);
    let text = object.wording(reader).text;
    object.misplaced(reader, "fresh_for", "attributes", "属性");
    object.misplaced(reader, "verified_at", "attributes", "属性");
    object.close(reader);
    Some(Field { name: name.into(), ty: ty?, nullable, personal, unit, text })
}

fn read_consent(place: &Place, reader: &mut Reader, schema: &mut Schema) {
    let Some(mut object) = place.object(reader) else { return };
    if let Some(place) = object.get("purposes") {
        schema.purposes = distinct(&place, reader, Place::name, ("purpose", "用途"));
    }
    if let Some(place) = object.get("channels") {
        schema.channels = distinct(&place, reader, Place::name, ("channel", "渠道"));
    }
    object.close(reader);
}

/// The channels that contacts name, where consent declares none.
fn contact_channels(attributes: &[Attribute]) -> Vec<Arc<str>> {
    let mut out: Vec<Arc<str>> = attributes.iter().filter_map(channel_of).cloned().collect();
    out.sort();
    out.dedup();
    out
}

fn channel_of(attribute: &Attribute) -> Option<&Arc<str>> {
    match &attribute.ty {
        Type::Contact(channel) => Some(channel),
        _ => None,
    }
}

/// The texts of a list; one that comes twice is noted.
fn distinct<'a>(
    place: &Place<'a>,
    reader: &mut Reader,
    read: fn(&Place<'a>, &mut Reader) -> Option<&'a str>,
    what: (&str, &str),
) -> Vec<Arc<str>> {
    let mut seen: HashSet<&str> = HashSet::new();
    let mut out = Vec::new();
    let items = place.items(reader).unwrap_or_default();
    for item in &items {
        let Some(word) = read(item, reader) else { continue };
        if seen.insert(word) {
            out.push(Arc::from(word));
        } else {
            let given = shown(word);
            reader.fault(item.fault(
                Code::DuplicateName,
                format!("the {} `{given}` is listed twice", what.0),
                format!("{} `{given}` 重复", what.1),
            ));
        }
    }
    out
}

fn read_policy(place: &Place, reader: &mut Reader) -> UnknownCustomers {
    match place.text(reader) {
        Some("create") | None => UnknownCustomers::Create,
        Some("refuse") => UnknownCustomers::Refuse,
        Some(other) => {
            let given = shown(other);
            let fault = place.fault(
                Code::BadValue,
                format!("`{given}` is not a policy, expected `create` or `refuse`"),
                format!("`{given}` 不是处理方式，应为 `create` 或 `refuse`"),
            );
            reader.fault_near(fault, other, ["create", "refuse"]);
            UnknownCustomers::Create
        }
    }
}

fn check_channels(schema: &Schema, place: &Place, reader: &mut Reader) {
    let declared: HashSet<&str> = schema.channels.iter().map(|channel| &**channel).collect();
    for attribute in &schema.attributes {
        let Some(channel) = channel_of(attribute) else { continue };
        if declared.contains(&**channel) {
            continue;
        }
        let given = shown(channel);
        let fault = Fault::new(
            Code::UnknownReference,
            format!("`{given}` is not one of the channels of `consent`"),
            format!("`{given}` 不在 `consent` 声明的渠道中"),
        );
        let fault = fault.at(format!("{}/{}/channel", place.pointer, attribute.name));
        reader.fault_near(fault, channel, schema.channels.iter().map(|channel| &**channel));
    }
}

fn check_verifications(schema: &Schema, place: &Place, reader: &mut Reader) {
    let is_time = |attribute: &&Attribute| matches!(attribute.ty, Type::Date | Type::Instant);
    let times: Vec<&str> =
        schema.attributes.iter().filter(is_time).map(|attribute| &*attribute.name).collect();
    let names: HashSet<&str> = times.iter().copied().collect();
    for attribute in &schema.attributes {
        let Some(verified_at) = attribute.verified_at.as_deref() else { continue };
        if names.contains(verified_at) || reader.is_spoilt(verified_at) {
            continue;
        }
        let given = shown(verified_at);
        let fault = Fault::new(
            Code::UnknownReference,
            format!("`{given}` is not an attribute of type `date` or `instant`"),
            format!("`{given}` 不是类型为 `date` 或 `instant` 的属性"),
        );
        let fault = fault.at(format!("{}/{}/verified_at", place.pointer, attribute.name));
        reader.fault_near(fault, verified_at, times.iter().copied());
    }
}
