//! The facts of a [`super::world`] as the host itself would keep them: tables
//! of its own, each column kept in one of the ways there are, and the document
//! that says so.

use guanxi::facts::text::normalise;
use guanxi::facts::{Column, Snapshot, Type, Value};
use guanxi::sql::Stored;
use serde::Serialize;
use serde_json::{Value as Json, json};

use super::Random;

/// A table of the host.
#[derive(Debug, Serialize)]
pub struct Table {
    pub name: String,
    /// Names, and how each engine is to declare them.
    pub columns: Vec<(String, &'static str)>,
    pub rows: Vec<Vec<Json>>,
}

/// A host's tables and the document about them.
#[derive(Debug)]
pub struct Host {
    pub tables: Vec<Table>,
    pub document: Json,
}

const MICROS: i64 = 1_000_000;

impl Host {
    /// The facts of a snapshot, kept as chance has it. `native`: in an engine
    /// with dates and instants of its own.
    pub fn random(random: &mut Random, snapshot: &Snapshot<'_>, native: bool) -> Host {
        let columns = snapshot.columns();
        let schema = &columns.schema;
        let ids = &columns.customers;
        let population: Vec<usize> = snapshot.population().rows().collect();
        // Half of the attributes in a table of their own, which not everybody
        // has a row in.
        let n_tables = 1 + random.below(2) as usize;
        let mut tables: Vec<Table> = (0..n_tables)
            .map(|at| Table {
                name: ["mem\"bers", "pro`files"][at].to_owned(),
                columns: vec![("id".to_owned(), "text")],
                rows: population.iter().map(|row| vec![json!(&*ids[*row])]).collect(),
            })
            .collect();
        let mut maps = vec![serde_json::Map::new(); n_tables];
        for (position, attribute) in schema.attributes.iter().enumerate() {
            let at = random.below(n_tables as u64) as usize;
            let column = snapshot.attribute(position).unwrap();
            let rows: Vec<(&Column, usize)> = population.iter().map(|row| (column, *row)).collect();
            let name = format!("a {}", attribute.name);
            let way = way(random, &attribute.ty, &rows, native);
            maps[at].insert(attribute.name.to_string(), json!({"column": name, "as": way.name()}));
            tables[at].columns.push((name, declared(&attribute.ty, way)));
            for (place, (column, row)) in rows.iter().enumerate() {
                let cell =
                    column.value(*row, &attribute.ty).map(|value| cell(&value, &attribute.ty, way));
                tables[at].rows[place].push(cell.unwrap_or(Json::Null));
            }
        }
        if let Some(others) = tables.get_mut(1) {
            others.rows.retain(|row| row.iter().skip(1).any(|cell| !cell.is_null()));
        }
        let named = tables.iter().zip(maps);
        let customers: Vec<Json> = named
            .map(|(table, map)| json!({"table": [table.name], "id": "id", "columns": map}))
            .collect();
        let mut events = serde_json::Map::new();
        let shared = random.chance(30);
        for (position, kind) in schema.kinds.iter().enumerate() {
            let (table, map) = happened(random, snapshot, position, native, shared);
            events.insert(kind.name.to_string(), map);
            tables.push(table);
        }
        let document = json!({"guanxi_tables": 1, "customers": customers, "events": events});
        Host { tables, document }
    }
}

/// The events of a kind, whenever they happened.
fn happened(
    random: &mut Random,
    snapshot: &Snapshot<'_>,
    position: usize,
    native: bool,
    shared: bool,
) -> (Table, Json) {
    let columns = snapshot.columns();
    let kind = &columns.schema.kinds[position];
    let events = &columns.kinds[position];
    let mut table = Table {
        name: format!("{}_log", kind.name),
        columns: vec![("who".into(), "text"), ("row".into(), "integer")],
        rows: Vec::new(),
    };
    for customer in 0..columns.n_customers() {
        let (from, until) = events.range(customer);
        let id = &*columns.customers[customer];
        table.rows.extend((from..until).map(|row| vec![json!(id), json!(row)]));
    }
    let instants: Vec<i64> = (0..events.len()).map(|row| events.at.micros(row)).collect();
    let way_at = way_of_instants(random, &instants, native);
    table.columns.push(("at".into(), declared(&Type::Instant, way_at)));
    let at = |row: usize| {
        let at = guanxi::units::Instant::from_micros(events.at.micros(row)).unwrap();
        cell(&Value::Instant(at), &Type::Instant, way_at)
    };
    let row_of = |cells: &[Json]| cells[1].as_u64().unwrap() as usize;
    for cells in &mut table.rows {
        cells.push(at(row_of(cells)));
    }
    let mut map = serde_json::Map::new();
    for (field, column) in kind.fields.iter().zip(&events.fields) {
        let rows: Vec<(&Column, usize)> = (0..events.len()).map(|row| (column, row)).collect();
        let way = way(random, &field.ty, &rows, native);
        let name = format!("f_{}", field.name);
        map.insert(field.name.to_string(), json!({"column": name, "as": way.name()}));
        table.columns.push((name, declared(&field.ty, way)));
        for cells in &mut table.rows {
            let value = column.value(row_of(cells), &field.ty);
            cells.push(value.map_or(Json::Null, |value| cell(&value, &field.ty, way)));
        }
    }
    let mut said = json!({
        "table": table.name, "customer": "who", "at": {"column": "at", "as": way_at.name()},
        "order": ["row"], "columns": map,
    });
    if shared {
        // Events of other kinds beside them, with the same customers.
        table.columns.push(("kind".into(), "text"));
        let others: Vec<Vec<Json>> = table.rows.iter().take(7).cloned().collect();
        for (cells, kind) in table.rows.iter_mut().map(|cells| (cells, "ours")) {
            cells.push(json!(kind));
        }
        for mut cells in others {
            cells.push(json!("Ours"));
            table.rows.push(cells);
        }
        said["kind"] = json!({"column": "kind", "value": "ours"});
    }
    random.shuffle(&mut table.rows);
    (table, said)
}

/// A way to keep values that loses nothing of them.
fn way(random: &mut Random, ty: &Type, rows: &[(&Column, usize)], native: bool) -> Stored {
    match ty {
        Type::Instant => {
            let micros = rows.iter().filter_map(|(column, row)| match column.value(*row, ty) {
                Some(Value::Instant(at)) => Some(at.micros()),
                _ => None,
            });
            way_of_instants(random, &micros.collect::<Vec<_>>(), native)
        }
        Type::Bool if random.chance(50) => Stored::Integer,
        Type::Bool => Stored::Boolean,
        Type::Int => Stored::Integer,
        Type::Decimal(_) | Type::Money(_) if random.chance(50) => Stored::Numeric,
        Type::Decimal(_) | Type::Money(_) => Stored::Units,
        Type::Date => match random.below(4) {
            0 => Stored::Date,
            1 => Stored::Text,
            2 => Stored::Days,
            _ => Stored::Yyyymmdd,
        },
        Type::Text(_) => Stored::Prepared,
        Type::Set(_) => Stored::Prepared,
        Type::Enum(_) | Type::Contact(_) => Stored::Text,
    }
}

fn way_of_instants(random: &mut Random, micros: &[i64], native: bool) -> Stored {
    let all = |unit: i64| micros.iter().all(|at| at % unit == 0);
    let mut ways = vec![Stored::Micros];
    if all(1_000) {
        ways.push(Stored::Millis);
    }
    if all(MICROS) {
        ways.extend([Stored::Seconds, Stored::Text]);
    }
    if native {
        ways.extend([Stored::Timestamp, Stored::Timestamptz]);
    }
    ways[random.below(ways.len() as u64) as usize]
}

/// How an engine is told to declare the column.
fn declared(ty: &Type, way: Stored) -> &'static str {
    match way {
        Stored::Boolean => "boolean",
        Stored::Date => "date",
        Stored::Timestamp => "timestamp",
        Stored::Timestamptz => "timestamptz",
        Stored::Numeric => "numeric",
        Stored::Integer
        | Stored::Units
        | Stored::Days
        | Stored::Yyyymmdd
        | Stored::Seconds
        | Stored::Millis
        | Stored::Micros => "integer",
        _ if matches!(ty, Type::Set(_)) => "json",
        _ => "text",
    }
}

fn cell(value: &Value, ty: &Type, way: Stored) -> Json {
    match (value, way) {
        (Value::Bool(yes), Stored::Integer) => json!(i64::from(*yes)),
        (Value::Bool(yes), _) => json!(yes),
        (Value::Int(number), _) => json!(number),
        (Value::Exact(units), Stored::Units) => json!(units),
        (Value::Exact(units), _) => {
            let scale = match ty {
                Type::Decimal(scale) => *scale,
                Type::Money(currency) => currency.minor_digits(),
                _ => 0,
            };
            json!(guanxi::units::Decimal::new((*units).into(), scale).unwrap().to_string())
        }
        (Value::Date(day), Stored::Days) => json!(day.days()),
        (Value::Date(day), Stored::Yyyymmdd) => {
            let (year, month, of_month) = day.ymd();
            json!(i64::from(year) * 10_000 + i64::from(month * 100 + of_month))
        }
        (Value::Date(day), _) => json!(day.to_string()),
        (Value::Instant(at), Stored::Micros) => json!(at.micros()),
        (Value::Instant(at), Stored::Millis) => json!(at.micros() / 1_000),
        (Value::Instant(at), Stored::Seconds) => json!(at.micros() / MICROS),
        (Value::Instant(at), way) => {
            let (day, of_day) = guanxi::units::Zone::utc().local(*at);
            let (seconds, rest) = (of_day / MICROS, of_day % MICROS);
            let clock =
                format!("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
            json!(match way {
                Stored::Text => format!("{day} {clock}"),
                Stored::Timestamp => format!("{day} {clock}.{rest:06}"),
                _ => format!("{day} {clock}.{rest:06}+00:00"),
            })
        }
        (Value::Text(text), _) => match ty {
            Type::Text(profile) => json!(normalise(*profile, text)),
            _ => json!(text),
        },
        (Value::Set(texts), _) => {
            let Type::Set(profile) = ty else { return Json::Null };
            let mut keys: Vec<String> =
                texts.iter().map(|text| normalise(*profile, text).into_owned()).collect();
            keys.sort_unstable();
            keys.dedup();
            json!(serde_json::to_string(&keys).unwrap())
        }
    }
}
