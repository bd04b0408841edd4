//! Reading where the host keeps what the schema declares, with every fault of
//! the document at once.

use std::collections::BTreeMap;

use super::tables::{Column, Customers, Events, Stored, TYPES, Tables};
use crate::error::{Code, Error};
use crate::facts::Schema;
use crate::json::{self, Json, Object, Place, Reader};
use crate::lang::{Type, parse, print};
use crate::units::shown;

const VERSION: i64 = 1;

impl Tables {
    /// Reads a document of tables for a schema.
    ///
    /// # Errors
    ///
    /// All faults at once, each with its JSON pointer: unknown keys, attributes,
    /// kinds and fields with the one that was probably meant, and ways of
    /// keeping a value that its type does not have.
    ///
    /// ```
    /// use guanxi::facts::Schema;
    /// use guanxi::sql::Tables;
    /// let schema = Schema::from_json(r#"{
    ///   "attributes": {"region": {"type": "text", "nullable": true}},
    ///   "events": {"purchase": {"list": "purchases"}}
    /// }"#)?;
    /// let tables = Tables::from_json(br#"{
    ///   "guanxi_tables": 1,
    ///   "stored": {"instant": "seconds"},
    ///   "customers": {"table": "crm.members", "id": "member_no", "columns": {"region": "area"}},
    ///   "events": {"purchase": {"table": "orders", "customer": "member_no", "at": "ordered_at"}}
    /// }"#, &schema)?;
    /// assert_eq!(tables.customers[0].table.len(), 2);
    ///
    /// let error = Tables::from_json(br#"{
    ///   "guanxi_tables": 1,
    ///   "customers": {"table": "members", "columns": {"regoin": "area"}}
    /// }"#, &schema).unwrap_err();
    /// let places: Vec<_> = error.faults().iter().filter_map(|fault| fault.pointer.as_deref()).collect();
    /// assert_eq!(places, ["/customers", "/customers/columns/regoin"]);
    /// # Ok::<(), guanxi::Error>(())
    /// ```
    pub fn from_json(text: &[u8], schema: &Schema) -> Result<Tables, Error> {
        let (document, duplicates) = json::read(text)?;
        let mut reader = Reader::new();
        let tables = read(&Place::root(&document), schema, &mut reader);
        duplicates.into_iter().for_each(|fault| reader.fault(fault));
        Error::check(reader.finish(&document).0)?;
        tables.ok_or_else(|| {
            crate::Fault::new(Code::Internal, "no tables were read", "没有读到任何表").into()
        })
    }
}

fn read(place: &Place<'_>, schema: &Schema, reader: &mut Reader) -> Option<Tables> {
    let mut object = place.object(reader)?;
    if let Some(place) = object.need(reader, "guanxi_tables")
        && let Some(given) = place.whole(reader)
        && given != VERSION
    {
        reader.fault(place.fault(
            Code::UnsupportedVersion,
            format!("tables of version {given} are not known, expected {VERSION}"),
            format!("不支持版本为 {given} 的表说明，应为 {VERSION}"),
        ));
    }
    let stored = object.get("stored").map(|place| read_stored(&place, reader));
    let first = object.need(reader, "customers").and_then(|place| {
        // One table, or several of which the first has everybody.
        let places = match place.json {
            Json::Array(_) => place.items(reader)?,
            _ => vec![place.clone()],
        };
        if places.is_empty() {
            reader.fault(place.fault(
                Code::BadValue,
                "there is no table of customers here",
                "此处没有客户表",
            ));
        }
        let read = places.iter().map(|place| read_customers(place, schema, reader));
        Some(read.collect::<Vec<_>>())
    });
    let events = object.get("events").map(|place| read_events(&place, schema, reader));
    object.close(reader);
    Some(Tables {
        customers: first?.into_iter().collect::<Option<Vec<_>>>()?,
        events: events.unwrap_or_default(),
        stored: stored.unwrap_or_default(),
    })
}

/// How values of each type are kept.
fn read_stored(place: &Place<'_>, reader: &mut Reader) -> BTreeMap<&'static str, Stored> {
    let mut out = BTreeMap::new();
    let Some(mut object) = place.object(reader) else { return out };
    for name in TYPES {
        let stored = object.get(name).and_then(|place| read_way(&place, ways_of(name), reader));
        if let Some(stored) = stored {
            out.insert(name, stored);
        }
    }
    object.close(reader);
    out
}

fn ways_of(name: &str) -> &'static [Stored] {
    match name {
        "bool" => Stored::ways(&Type::Bool),
        "date" => Stored::ways(&Type::Date),
        "instant" => Stored::ways(&Type::Timestamp),
        _ => Stored::ways(&Type::Decimal(0)),
    }
}

fn read_way(place: &Place<'_>, ways: &[Stored], reader: &mut Reader) -> Option<Stored> {
    let given = place.text(reader)?;
    let found = ways.iter().find(|stored| stored.name() == given);
    if found.is_none() {
        let names: Vec<&str> = ways.iter().map(|stored| stored.name()).collect();
        let (said, list) = (shown(given), names.join("`, `"));
        let fault = place.fault(
            Code::BadValue,
            format!("values of this type are not kept as `{said}`, expected `{list}`"),
            format!("该类型的值不能以 `{said}` 保存，应为 `{list}`"),
        );
        reader.fault_near(fault, given, names);
    }
    found.copied()
}

/// A name of the host: anything but nothing and NUL, which no engine takes.
fn read_name(place: &Place<'_>, reader: &mut Reader) -> Option<Box<str>> {
    let name = place.text(reader)?;
    if !name.is_empty() && !name.contains('\0') {
        return Some(name.into());
    }
    reader.fault(place.fault(
        Code::BadValue,
        "a name of a table or column is neither empty nor has a NUL",
        "表名和列名不能为空，也不能含 NUL",
    ));
    None
}

fn need_name(object: &mut Object<'_>, key: &'static str, reader: &mut Reader) -> Option<Box<str>> {
    let place = object.need(reader, key)?;
    read_name(&place, reader)
}

/// `orders`, `crm.orders`, or `["crm", "orders.2026"]`.
fn read_table(object: &mut Object<'_>, reader: &mut Reader) -> Option<Vec<Box<str>>> {
    let place = object.need(reader, "table")?;
    if let Json::Array(_) = place.json {
        let parts = place.items(reader)?;
        let parts: Vec<_> = parts.iter().map(|part| read_name(part, reader)).collect();
        return parts.into_iter().collect::<Option<Vec<_>>>().filter(|parts| !parts.is_empty());
    }
    let name = read_name(&place, reader)?;
    let parts: Vec<Box<str>> = name.split('.').map(Box::from).collect();
    if parts.iter().any(|part| part.is_empty()) {
        reader.fault(place.fault(
            Code::BadValue,
            "a part of the table's name is empty",
            "表名中有空的一段",
        ));
        return None;
    }
    Some(parts)
}

/// `"area"`, or `{"column": "area", "as": "prepared"}`.
fn read_column(place: &Place<'_>, ways: &[Stored], reader: &mut Reader) -> Option<Column> {
    if let Json::Text(_) = place.json {
        return read_name(place, reader).map(|name| Column { name, stored: None });
    }
    let mut object = place.object(reader)?;
    let name = need_name(&mut object, "column", reader);
    let stored = object.get("as").and_then(|place| read_way(&place, ways, reader));
    object.close(reader);
    Some(Column { name: name?, stored })
}

fn read_customers(place: &Place<'_>, schema: &Schema, reader: &mut Reader) -> Option<Customers> {
    let mut object = place.object(reader)?;
    let table = read_table(&mut object, reader);
    let id = need_name(&mut object, "id", reader);
    let mut columns = BTreeMap::new();
    for (name, place) in entries(&mut object, "columns", reader) {
        let found = schema.attribute(name).and_then(|position| schema.attributes.get(position));
        let Some(attribute) = found else {
            let names = schema.attributes.iter().map(|attribute| &*attribute.name);
            unknown(&place, name, ("attribute", "属性"), names, reader);
            continue;
        };
        let ways = Stored::ways(&Type::of(&attribute.ty));
        if let Some(column) = read_column(&place, ways, reader) {
            columns.insert(name.into(), column);
        }
    }
    let mut answers = BTreeMap::new();
    for (call, place) in entries(&mut object, "answers", reader) {
        // Written in any way, found in one.
        let Ok(tree) = parse(call) else {
            let said = shown(call);
            reader.fault(place.fault(
                Code::BadValue,
                format!("`{said}` is not a call like `state('relationship')`"),
                format!("`{said}` 不是 `state('relationship')` 这样的调用"),
            ));
            continue;
        };
        let every: Vec<Stored> = Stored::ALL.iter().map(|(_, stored)| *stored).collect();
        if let Some(column) = read_column(&place, &every, reader) {
            answers.insert(print(&tree).into(), column);
        }
    }
    object.close(reader);
    Some(Customers { table: table?, id: id?, columns, answers })
}

fn read_events(
    place: &Place<'_>,
    schema: &Schema,
    reader: &mut Reader,
) -> BTreeMap<Box<str>, Events> {
    let mut out = BTreeMap::new();
    for (name, place) in place.entries(reader).unwrap_or_default() {
        let found = schema.kind(name).and_then(|position| schema.kinds.get(position));
        let Some(kind) = found else {
            let names = schema.kinds.iter().map(|kind| &*kind.name);
            unknown(&place, name, ("kind of event", "事件类型"), names, reader);
            continue;
        };
        let Some(mut object) = place.object(reader) else { continue };
        let table = read_table(&mut object, reader);
        let customer = need_name(&mut object, "customer", reader);
        let at = object.need(reader, "at");
        let at = at.and_then(|at| read_column(&at, Stored::ways(&Type::Timestamp), reader));
        let same = object.get("kind").map(|place| read_kind(&place, reader));
        let order = object.get("order").and_then(|place| place.items(reader)).unwrap_or_default();
        let order = order.iter().filter_map(|place| read_name(place, reader)).collect();
        let mut columns = BTreeMap::new();
        for (name, place) in entries(&mut object, "columns", reader) {
            let Some(field) = kind.fields.iter().find(|field| *field.name == *name) else {
                let names = kind.fields.iter().map(|field| &*field.name);
                unknown(&place, name, ("field", "字段"), names, reader);
                continue;
            };
            let ways = Stored::ways(&Type::of(&field.ty));
            if let Some(column) = read_column(&place, ways, reader) {
                columns.insert(name.into(), column);
            }
        }
        object.close(reader);
        if let (Some(table), Some(customer), Some(at)) = (table, customer, at) {
            let kind = same.flatten();
            out.insert(name.into(), Events { table, customer, at, kind, order, columns });
        }
    }
    out
}

/// `{"column": "type", "value": "order"}`
fn read_kind(place: &Place<'_>, reader: &mut Reader) -> Option<(Box<str>, Box<str>)> {
    let mut object = place.object(reader)?;
    let column = need_name(&mut object, "column", reader);
    let value = object.need(reader, "value").and_then(|place| place.text(reader));
    object.close(reader);
    Some((column?, value?.into()))
}

fn entries<'p>(
    object: &mut Object<'p>,
    key: &'static str,
    reader: &mut Reader,
) -> Vec<(&'p str, Place<'p>)> {
    object.get(key).and_then(|place| place.entries(reader)).unwrap_or_default()
}

fn unknown<'n>(
    place: &Place<'_>,
    name: &str,
    (en, zh): (&str, &str),
    names: impl Iterator<Item = &'n str>,
    reader: &mut Reader,
) {
    let said = shown(name);
    let fault = place.fault(
        Code::UnknownReference,
        format!("the schema has no {en} `{said}`"),
        format!("数据模式中没有{zh} `{said}`"),
    );
    reader.fault_near(fault, name, names);
}
