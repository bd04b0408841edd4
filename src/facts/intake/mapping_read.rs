//! Reading a mapping document with every fault it has.

use std::collections::HashMap;
use std::sync::Arc;

use super::format::Format;
use super::mapping::{
    ColumnMapping, Factor, From, Ignore, Mapping, Missing, Rows, SyncMapping, TableKind,
    TableMapping, Values, stem,
};
use crate::error::{Code, Error, Fault};
use crate::facts::Schema;
use crate::json::{self, Json, Object, Place, Reader};
use crate::units::{Decimal, Zone, shown};

const VERSION: i64 = 1;

impl Mapping {
    /// Reads a mapping document.
    ///
    /// Whether the names in it are those of a schema is not known here: see
    /// [`check`](Mapping::check).
    ///
    /// # Errors
    ///
    /// All faults of the document at once, each with its JSON pointer.
    ///
    /// ```
    /// use guanxi::facts::intake::Mapping;
    /// let mapping = Mapping::from_json(r#"{
    ///   "guanxi_mapping": 1,
    ///   "tables": {"events": {"columns": {"customer": "会员号", "at": "下单时间"}}}
    /// }"#.as_bytes())?;
    /// assert_eq!(mapping.tables().len(), 1);
    /// let error = Mapping::from_json(br#"{"guanxi_mapping": 2, "tabels": {}}"#).err();
    /// assert_eq!(error.map(|error| error.faults().len()), Some(3));
    /// # Ok::<(), guanxi::Error>(())
    /// ```
    pub fn from_json(text: &[u8]) -> Result<Mapping, Error> {
        let (mapping, faults) = read(text);
        Error::check(faults).map(|()| mapping)
    }

    /// Reads a mapping document and checks it against a schema: every fault of
    /// both at once, and what could be read, to which headers of files can be
    /// held as far as [`is_whole`](Mapping::is_whole) says.
    ///
    /// ```
    /// use guanxi::facts::intake::Mapping;
    /// use guanxi::facts::Schema;
    /// let schema = Schema::from_json(r#"{"events": {"purchase": {"list": "purchases"}}}"#)?;
    /// let (mapping, faults) = Mapping::survey(br#"{"guanxi_mapping": 1, "tables": {"events": {
    ///     "trim": 3, "columns": {"kind": {"value": "purchse"}}
    /// }}}"#, &schema);
    /// assert_eq!(mapping.tables().len(), 1);
    /// let places: Vec<_> = faults.iter().filter_map(|fault| fault.pointer.as_deref()).collect();
    /// assert_eq!(places, ["/tables/events/trim", "/tables/events/columns/kind/value"]);
    /// # Ok::<(), guanxi::Error>(())
    /// ```
    pub fn survey(text: &[u8], schema: &Schema) -> (Mapping, Vec<Fault>) {
        let (mapping, mut faults) = read(text);
        let found = mapping.check(schema).err().map(Error::into_faults);
        faults.extend(found.unwrap_or_default());
        (mapping, faults)
    }
}

/// What could be read of a document, and its faults.
fn read(text: &[u8]) -> (Mapping, Vec<Fault>) {
    let nothing = || Mapping { partial: true, ..Mapping::default() };
    let (document, duplicates) = match json::read(text) {
        Ok(read) => read,
        Err(error) => return (nothing(), error.into_faults()),
    };
    let mut reader = Reader::new();
    let mapping = read_document(&Place::root(&document), &mut reader);
    duplicates.into_iter().for_each(|fault| reader.fault(fault));
    (mapping.unwrap_or_else(nothing), reader.finish(&document).0)
}

/// What the document says for all its tables.
struct Defaults {
    zone: Option<Zone>,
    encoding: Option<(String, String)>,
    missing: Option<Missing>,
}

fn read_document(document: &Place<'_>, reader: &mut Reader) -> Option<Mapping> {
    let mut object = document.object(reader)?;
    if let Some(version) = object.need(reader, "guanxi_mapping") {
        check_version(&version, reader);
    }
    let defaults = Defaults {
        zone: read_zone(&mut object, reader),
        encoding: read_encoding(&mut object, reader),
        missing: read_missing(&mut object, reader),
    };
    let tables = object.need(reader, "tables").and_then(|place| place.entries(reader));
    object.close(reader);
    let tables = tables?;
    let n_tables = tables.len();
    let read = |(name, place): (&str, Place<'_>)| read_table(name, &place, &defaults, reader);
    let tables: Vec<TableMapping> = tables.into_iter().filter_map(read).collect();
    Some(Mapping { partial: tables.len() < n_tables, tables })
}

fn check_version(place: &Place<'_>, reader: &mut Reader) {
    if let Some(given) = place.whole(reader)
        && given != VERSION
    {
        reader.fault(place.fault(
            Code::UnsupportedVersion,
            format!("mappings of version {given} are not known, expected {VERSION}"),
            format!("不支持版本为 {given} 的映射，应为 {VERSION}"),
        ));
    }
}

fn read_table(
    name: &str,
    place: &Place<'_>,
    defaults: &Defaults,
    reader: &mut Reader,
) -> Option<TableMapping> {
    let mut object = place.object(reader)?;
    let kind = read_kind(name, &mut object, reader);
    let encoding = read_encoding(&mut object, reader);
    let delimiter = object.get("delimiter");
    let separated = delimiter.as_ref().map(|place| read_delimiter(place, reader));
    let (columns, all) = read_columns(&mut object, reader);
    let table = TableMapping {
        name: name.to_owned(),
        // Replaced below; every other part is read even if this one is bad.
        kind: TableKind::Events,
        pointer: place.pointer.clone(),
        encoding: encoding.or_else(|| defaults.encoding.clone()),
        delimiter: separated.flatten(),
        zone: read_zone(&mut object, reader).or_else(|| defaults.zone.clone()),
        missing: read_missing(&mut object, reader).or_else(|| defaults.missing.clone()),
        trim: object.flag(reader, "trim"),
        ignore: read_ignore(&mut object, reader),
        sync: read_sync(&mut object, reader),
        partial: !all || separated == Some(None),
        columns,
    };
    object.close(reader);
    Some(TableMapping { kind: kind?, ..table })
}

/// What the rows are: said by `of`, or by the name of the table.
fn read_kind(name: &str, object: &mut Object<'_>, reader: &mut Reader) -> Option<TableKind> {
    let Some(place) = object.get("of") else {
        let kind = TableKind::parse(stem(name));
        if kind.is_none() {
            let name = shown(name);
            let fault = Fault::new(
                Code::MissingKey,
                format!("what `{name}` holds is not said, expected a key `of`"),
                format!("没有说明 `{name}` 的内容，应写 `of`"),
            );
            let fault = fault.hint(
                "`of` is `customers`, `events` or `ref_NAME`",
                "`of` 为 `customers`、`events` 或 `ref_表名`",
            );
            reader.fault(fault.at(object.pointer()));
        }
        return kind;
    };
    let given = place.text(reader)?;
    let kind = TableKind::parse(given);
    if kind.is_none() {
        let shown = shown(given);
        let fault = place.fault(
            Code::BadValue,
            format!(
                "`{shown}` is not a kind of table, expected `customers`, `events` or `ref_NAME`"
            ),
            format!("`{shown}` 不是表的种类，应为 `customers`、`events` 或 `ref_表名`"),
        );
        reader.fault_near(fault, given, ["customers", "events"]);
    }
    kind
}

fn read_delimiter(place: &Place<'_>, reader: &mut Reader) -> Option<u8> {
    let text = place.text(reader)?;
    match text.as_bytes() {
        [byte] if byte.is_ascii() && !matches!(byte, b'"' | b'\r' | b'\n' | 0) => Some(*byte),
        _ => {
            let given = shown(text);
            reader.fault(place.fault(
                Code::BadValue,
                format!(
                    "`{given}` cannot separate cells, expected one character like `,` or `\\t`"
                ),
                format!("`{given}` 不能用作分隔符，应为 `,` 或 `\\t` 这样的单个字符"),
            ));
            None
        }
    }
}

fn read_ignore(object: &mut Object<'_>, reader: &mut Reader) -> Ignore {
    let Some(place) = object.get("ignore") else { return Ignore::These(Vec::new()) };
    match place.json {
        Json::Text(text) if &**text == "*" => Ignore::Others,
        Json::Text(text) => {
            let given = shown(text);
            reader.fault(place.fault(
                Code::BadValue,
                format!(
                    "`{given}` is not an array, expected names of columns, or `*` for all others"
                ),
                format!("`{given}` 不是数组，应为列名的数组，或用 `*` 表示其余各列"),
            ));
            Ignore::Others
        }
        _ => {
            let names = place.items(reader).map(|items| {
                let names = items.iter().map(|item| item.text(reader).map(Box::from));
                names.collect::<Vec<Option<Box<str>>>>()
            });
            // A name that cannot be read may be that of any column.
            let names = names.and_then(|names| names.into_iter().collect());
            names.map_or(Ignore::Others, Ignore::These)
        }
    }
}

fn read_sync(object: &mut Object<'_>, reader: &mut Reader) -> Option<SyncMapping> {
    let place = object.get("sync")?;
    let mut object = place.object(reader)?;
    let rows = object.need(reader, "rows").and_then(|place| read_rows(&place, reader));
    let version = read_name("version", &mut object, reader);
    let cursor = read_name("cursor", &mut object, reader);
    let deleted = object.get("deleted").and_then(|place| {
        let mut object = place.object(reader)?;
        let column =
            object.need(reader, "column").and_then(|place| Some(place.text(reader)?.trim().into()));
        let values = object.need(reader, "values").map(|place| texts(&place, reader));
        object.close(reader);
        Some((column?, values?))
    });
    object.close(reader);
    Some(SyncMapping { rows: rows?, version, cursor, deleted, pointer: place.pointer.clone() })
}

fn read_rows(place: &Place<'_>, reader: &mut Reader) -> Option<Rows> {
    let given = place.text(reader)?;
    let rows = Rows::parse(given);
    if rows.is_none() {
        let shown = shown(given);
        let fault = place.fault(
            Code::BadValue,
            format!("rows are not `{shown}`, expected `append`, `changes` or `snapshot`"),
            format!("`rows` 不能为 `{shown}`，应为 `append`、`changes` 或 `snapshot`"),
        );
        reader.fault_near(fault, given, Rows::ALL.map(Rows::name));
    }
    rows
}

fn read_name(key: &'static str, object: &mut Object<'_>, reader: &mut Reader) -> Option<Box<str>> {
    Some(object.get(key)?.text(reader)?.trim().into())
}

/// The columns, and whether all of them could be read.
fn read_columns(object: &mut Object<'_>, reader: &mut Reader) -> (Vec<ColumnMapping>, bool) {
    let Some(place) = object.get("columns") else { return (Vec::new(), true) };
    let Some(entries) = place.entries(reader) else { return (Vec::new(), false) };
    let n_columns = entries.len();
    let read = |(target, place): (&str, Place<'_>)| read_column(target, &place, reader);
    let columns: Vec<ColumnMapping> = entries.into_iter().filter_map(read).collect();
    let all = columns.len() == n_columns;
    (columns, all)
}

fn read_column(target: &str, place: &Place<'_>, reader: &mut Reader) -> Option<ColumnMapping> {
    let plain = |from| ColumnMapping {
        target: target.into(),
        pointer: place.pointer.clone(),
        from,
        values: None,
        unit: None,
        format: None,
        zone: None,
        missing: None,
        separator: None,
    };
    if let Json::Text(name) = place.json {
        return Some(plain(From::Column(name.trim().into())));
    }
    let mut object = place.object(reader)?;
    let from = read_from(place, &mut object, reader);
    let values = read_values(&mut object, reader);
    let unit = read_unit(&mut object, reader);
    let format = read_format(&mut object, reader);
    let zone = read_zone(&mut object, reader);
    let missing = read_missing(&mut object, reader);
    let separator = read_separator(&mut object, reader);
    object.close(reader);
    Some(ColumnMapping { values, unit, format, zone, missing, separator, ..plain(from?) })
}

fn read_from(place: &Place<'_>, object: &mut Object<'_>, reader: &mut Reader) -> Option<From> {
    match (object.get("column"), object.get("value")) {
        (Some(column), None) => column.text(reader).map(|name| From::Column(name.trim().into())),
        (None, Some(value)) => read_scalar(&value, reader).map(From::Constant),
        _ => {
            reader.fault(place.fault(
                Code::BadValue,
                "expected either `column` or `value`",
                "`column` 与 `value` 应写且只写一个",
            ));
            None
        }
    }
}

fn read_values(object: &mut Object<'_>, reader: &mut Reader) -> Option<Values> {
    let entries = object.get("values")?.entries(reader)?;
    let mut values = HashMap::with_capacity(entries.len());
    for (host, ours) in entries {
        let ours = match ours.json {
            Json::Null => None,
            _ => read_scalar(&ours, reader),
        };
        values.insert(Box::from(host), ours);
    }
    Some(Arc::new(values))
}

/// A scalar as the text that a cell would have.
fn read_scalar(place: &Place<'_>, reader: &mut Reader) -> Option<Box<str>> {
    match place.json {
        Json::Number(text) => Some(text.clone()),
        Json::Bool(flag) => Some(flag.to_string().into()),
        _ => place.text(reader).map(Box::from),
    }
}

fn read_unit(object: &mut Object<'_>, reader: &mut Reader) -> Option<Factor> {
    let place = object.get("unit")?;
    let text = place.text(reader)?;
    if text == "minor" {
        return Some(Factor::Minor);
    }
    match Decimal::parse(text) {
        Ok(factor) if factor.units() > 0 => Some(Factor::Times(factor)),
        _ => {
            let given = shown(text);
            reader.fault(place.fault(
                Code::BadValue,
                format!(
                    "`{given}` is not a unit, expected `minor` or a factor like `10000` or `0.01`"
                ),
                format!("`{given}` 不是单位，应为 `minor` 或 `10000`、`0.01` 这样的倍数"),
            ));
            None
        }
    }
}

fn read_format(object: &mut Object<'_>, reader: &mut Reader) -> Option<Format> {
    let place = object.get("format")?;
    match Format::parse(place.text(reader)?) {
        Ok(format) => Some(format),
        Err(fault) => {
            reader.fault(fault.at(place.pointer));
            None
        }
    }
}

fn read_separator(object: &mut Object<'_>, reader: &mut Reader) -> Option<Box<str>> {
    let place = object.get("separator")?;
    let text = place.text(reader)?;
    if text.is_empty() {
        reader.fault(place.fault(
            Code::BadValue,
            "nothing cannot separate texts, expected something like `;`",
            "分隔符不能为空，应类似 `;`",
        ));
        return None;
    }
    Some(text.into())
}

fn read_zone(object: &mut Object<'_>, reader: &mut Reader) -> Option<Zone> {
    let place = object.get("zone")?;
    match Zone::named(place.text(reader)?) {
        Ok(zone) => Some(zone),
        Err(error) => {
            reader.error(error, &place.pointer);
            None
        }
    }
}

fn read_missing(object: &mut Object<'_>, reader: &mut Reader) -> Option<Missing> {
    object.get("missing").map(|place| texts(&place, reader).into())
}

/// An encoding, and where it stands.
fn read_encoding(object: &mut Object<'_>, reader: &mut Reader) -> Option<(String, String)> {
    let place = object.get("encoding")?;
    Some((place.text(reader)?.to_owned(), place.pointer))
}

fn texts(place: &Place<'_>, reader: &mut Reader) -> Vec<Box<str>> {
    let items = place.items(reader).unwrap_or_default();
    items.iter().filter_map(|item| item.text(reader)).map(Box::from).collect()
}
