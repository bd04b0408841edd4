//! Reading a mapping document with every fault it has.

use std::collections::HashMap;
use std::sync::Arc;

use super::format::Format;
use super::mapping::{
    ColumnMapping, Factor, From, Ignore, Mapping, Missing, TableKind, TableMapping, Values,
};
use crate::error::{Code, Error, Fault};
use crate::json::{self, Json, pointer_push};
use crate::units::{Decimal, Zone, nearest, shown};

const VERSION: &str = "1";
const DOCUMENT: &[&str] = &["guanxi_mapping", "zone", "encoding", "missing", "tables"];
const TABLE: &[&str] =
    &["of", "encoding", "delimiter", "zone", "missing", "trim", "columns", "ignore"];
const COLUMN: &[&str] =
    &["column", "value", "values", "unit", "format", "zone", "missing", "separator"];

/// Reads the document; all faults at once.
pub(super) fn read(text: &[u8]) -> Result<Mapping, Error> {
    let document = json::parse(text)?;
    let mut reader = Reader { faults: Vec::new() };
    let tables = reader.document(&document);
    Error::check(reader.faults)?;
    Ok(Mapping { tables })
}

struct Reader {
    faults: Vec<Fault>,
}

/// What the document says for all its tables.
struct Defaults {
    zone: Option<Zone>,
    encoding: Option<String>,
    missing: Option<Missing>,
}

impl Reader {
    fn document(&mut self, document: &Json) -> Vec<TableMapping> {
        let Some(object) = self.object(document, "") else { return Vec::new() };
        self.known_keys(object, DOCUMENT, "");
        self.version(document);
        let defaults = Defaults {
            zone: self.zone(document, ""),
            encoding: self.text_of(document, "encoding", "").map(str::to_owned),
            missing: self.missing(document, ""),
        };
        let Some(tables) = document.get("tables") else {
            self.missing_key("tables", "");
            return Vec::new();
        };
        let Some(tables) = self.object(tables, "/tables") else { return Vec::new() };
        tables.iter().filter_map(|(name, table)| self.table(name, table, &defaults)).collect()
    }

    fn version(&mut self, document: &Json) {
        match document.get("guanxi_mapping") {
            None => self.missing_key("guanxi_mapping", ""),
            Some(Json::Number(version)) if &**version == VERSION => {}
            Some(other) => {
                let given = other.to_canonical();
                let given = shown(&given);
                self.faults.push(
                    Fault::new(
                        Code::UnsupportedVersion,
                        format!("mappings of version `{given}` are not known, expected `1`"),
                        format!("不支持版本为 `{given}` 的映射，应为 `1`"),
                    )
                    .at("/guanxi_mapping"),
                );
            }
        }
    }

    fn table(&mut self, name: &str, table: &Json, defaults: &Defaults) -> Option<TableMapping> {
        let here = pointer_push("/tables", name);
        let object = self.object(table, &here)?;
        self.known_keys(object, TABLE, &here);
        let kind = self.kind(name, table, &here);
        let zone = self.zone(table, &here).or_else(|| defaults.zone.clone());
        let missing = self.missing(table, &here).or_else(|| defaults.missing.clone());
        let encoding = self.text_of(table, "encoding", &here).map(str::to_owned);
        Some(TableMapping {
            name: name.to_owned(),
            pointer: here.clone(),
            encoding: encoding.or_else(|| defaults.encoding.clone()),
            delimiter: self.delimiter(table, &here),
            zone,
            missing,
            trim: self.flag(table, "trim", &here),
            ignore: self.ignore(table, &here),
            columns: self.columns(table, &here),
            kind: kind?,
        })
    }

    fn kind(&mut self, name: &str, table: &Json, here: &str) -> Option<TableKind> {
        let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
        let (given, place) = match table.get("of") {
            None => (stem, here.to_owned()),
            Some(_) => (self.text_of(table, "of", here)?, pointer_push(here, "of")),
        };
        let kind = TableKind::parse(given);
        if kind.is_none() {
            let fault = if table.get("of").is_some() {
                let given = shown(given);
                Fault::new(
                    Code::BadValue,
                    format!(
                        "`{given}` is not a kind of table, expected `customers`, `events` or `ref_NAME`"
                    ),
                    format!("`{given}` 不是表的种类，应为 `customers`、`events` 或 `ref_表名`"),
                )
            } else {
                let name = shown(name);
                Fault::new(
                    Code::MissingKey,
                    format!(
                        "what the rows of `{name}` are is not said, expected `of`: `customers`, `events` or `ref_NAME`"
                    ),
                    format!(
                        "没有说明 `{name}` 的行是什么，应写 `of`：`customers`、`events` 或 `ref_表名`"
                    ),
                )
            };
            self.faults.push(fault.at(place));
        }
        kind
    }

    fn delimiter(&mut self, table: &Json, here: &str) -> Option<u8> {
        let text = self.text_of(table, "delimiter", here)?;
        match text.as_bytes() {
            [byte] if byte.is_ascii() && !matches!(byte, b'"' | b'\r' | b'\n' | 0) => Some(*byte),
            _ => {
                let given = shown(text);
                self.bad(
                    &pointer_push(here, "delimiter"),
                    format!(
                        "`{given}` cannot separate cells, expected one character like `,` or `\\t`"
                    ),
                    format!("`{given}` 不能用作分隔符，应为 `,` 或 `\\t` 这样的单个字符"),
                );
                None
            }
        }
    }

    fn ignore(&mut self, table: &Json, here: &str) -> Ignore {
        let place = pointer_push(here, "ignore");
        match table.get("ignore") {
            None => Ignore::These(Vec::new()),
            Some(Json::Text(text)) if &**text == "*" => Ignore::Others,
            Some(Json::Array(_)) => Ignore::These(self.texts(table, "ignore", here)),
            Some(other) => {
                let kind = other.kind_name();
                self.wrong_type(
                    &place,
                    format!("this is {}, expected a list of columns or `\"*\"`", kind.en),
                    format!("这里是{}，应为列名的数组或 `\"*\"`", kind.zh),
                );
                Ignore::Others
            }
        }
    }

    fn columns(&mut self, table: &Json, here: &str) -> Vec<ColumnMapping> {
        let place = pointer_push(here, "columns");
        let Some(columns) = table.get("columns") else { return Vec::new() };
        let Some(columns) = self.object(columns, &place) else { return Vec::new() };
        columns.iter().filter_map(|(target, column)| self.column(target, column, &place)).collect()
    }

    fn column(&mut self, target: &str, column: &Json, above: &str) -> Option<ColumnMapping> {
        let here = pointer_push(above, target);
        if let Json::Text(name) = column {
            return Some(ColumnMapping::plain(target, &here, From::Column(name.clone())));
        }
        let Json::Object(object) = column else {
            let kind = column.kind_name();
            self.wrong_type(
                &here,
                format!("this is {}, expected the name of a column or an object", kind.en),
                format!("这里是{}，应为列名或对象", kind.zh),
            );
            return None;
        };
        self.known_keys(object, COLUMN, &here);
        let from = self.from(column, &here);
        let values = self.values(column, &here);
        let unit = self.unit(column, &here);
        let format = self.format(column, &here);
        let zone = self.zone(column, &here);
        let missing = self.missing(column, &here);
        let separator = self.separator(column, &here);
        let plain = ColumnMapping::plain(target, &here, from?);
        Some(ColumnMapping { values, unit, format, zone, missing, separator, ..plain })
    }

    fn from(&mut self, column: &Json, here: &str) -> Option<From> {
        match (column.get("column"), column.get("value")) {
            (Some(_), None) => {
                self.text_of(column, "column", here).map(|name| From::Column(name.into()))
            }
            (None, Some(value)) => match scalar(value) {
                Some(text) => Some(From::Constant(text)),
                None => {
                    let kind = value.kind_name();
                    self.wrong_type(
                        &pointer_push(here, "value"),
                        format!("this is {}, expected a text, a number or a truth value", kind.en),
                        format!("这里是{}，应为文本、数或真假值", kind.zh),
                    );
                    None
                }
            },
            _ => {
                self.bad(
                    here,
                    "expected either `column` or `value`".to_owned(),
                    "`column` 与 `value` 应写且只写一个".to_owned(),
                );
                None
            }
        }
    }

    fn values(&mut self, column: &Json, here: &str) -> Option<Values> {
        let place = pointer_push(here, "values");
        let members = self.object(column.get("values")?, &place)?;
        let mut values = HashMap::with_capacity(members.len());
        for (host, ours) in members {
            match ours {
                Json::Null => {
                    values.insert(host.clone(), None);
                }
                Json::Text(text) => {
                    values.insert(host.clone(), Some(text.clone()));
                }
                other => match scalar(other) {
                    Some(text) => {
                        values.insert(host.clone(), Some(text));
                    }
                    None => {
                        let kind = other.kind_name();
                        self.wrong_type(
                            &pointer_push(&place, host),
                            format!(
                                "this is {}, expected a text, or null for a missing value",
                                kind.en
                            ),
                            format!("这里是{}，应为文本，或用 null 表示缺失", kind.zh),
                        );
                    }
                },
            }
        }
        Some(Arc::new(values))
    }

    fn unit(&mut self, column: &Json, here: &str) -> Option<Factor> {
        let text = self.text_of(column, "unit", here)?;
        if text == "minor" {
            return Some(Factor::Minor);
        }
        match Decimal::parse(text) {
            Ok(factor) if factor.units() > 0 => Some(Factor::Times(factor)),
            _ => {
                let given = shown(text);
                self.bad(
                    &pointer_push(here, "unit"),
                    format!("`{given}` is not a unit, expected `minor` or a factor like `10000` or `0.01`"),
                    format!("`{given}` 不是单位，应为 `minor` 或 `10000`、`0.01` 这样的倍数"),
                );
                None
            }
        }
    }

    fn format(&mut self, column: &Json, here: &str) -> Option<Format> {
        let text = self.text_of(column, "format", here)?;
        match Format::parse(text) {
            Ok(format) => Some(format),
            Err(fault) => {
                self.faults.push(fault.at(pointer_push(here, "format")));
                None
            }
        }
    }

    fn separator(&mut self, column: &Json, here: &str) -> Option<Box<str>> {
        let text = self.text_of(column, "separator", here)?;
        if text.is_empty() {
            self.bad(
                &pointer_push(here, "separator"),
                "nothing cannot separate texts, expected something like `;`".to_owned(),
                "分隔符不能为空，应类似 `;`".to_owned(),
            );
            return None;
        }
        Some(text.into())
    }

    fn zone(&mut self, within: &Json, here: &str) -> Option<Zone> {
        let name = self.text_of(within, "zone", here)?;
        match Zone::named(name) {
            Ok(zone) => Some(zone),
            Err(error) => {
                let place = pointer_push(here, "zone");
                self.faults.extend(error.into_faults().into_iter().map(|fault| fault.at(&*place)));
                None
            }
        }
    }

    fn missing(&mut self, within: &Json, here: &str) -> Option<Missing> {
        within.get("missing")?;
        Some(self.texts(within, "missing", here).into())
    }

    fn flag(&mut self, within: &Json, key: &str, here: &str) -> bool {
        match within.get(key) {
            None => false,
            Some(Json::Bool(flag)) => *flag,
            Some(other) => {
                let kind = other.kind_name();
                self.wrong_type(
                    &pointer_push(here, key),
                    format!("this is {}, expected true or false", kind.en),
                    format!("这里是{}，应为 true 或 false", kind.zh),
                );
                false
            }
        }
    }

    fn texts(&mut self, within: &Json, key: &str, here: &str) -> Vec<Box<str>> {
        let place = pointer_push(here, key);
        let Some(list) = within.get(key) else { return Vec::new() };
        let Some(elements) = list.as_array() else {
            let kind = list.kind_name();
            self.wrong_type(
                &place,
                format!("this is {}, expected a list of texts", kind.en),
                format!("这里是{}，应为文本的数组", kind.zh),
            );
            return Vec::new();
        };
        let mut texts = Vec::with_capacity(elements.len());
        for (position, element) in elements.iter().enumerate() {
            match element.as_text() {
                Some(text) => texts.push(text.into()),
                None => self.expected_text(element, &format!("{place}/{position}")),
            }
        }
        texts
    }

    fn text_of<'j>(&mut self, within: &'j Json, key: &str, here: &str) -> Option<&'j str> {
        let value = within.get(key)?;
        if value.as_text().is_none() {
            self.expected_text(value, &pointer_push(here, key));
        }
        value.as_text()
    }

    fn expected_text(&mut self, value: &Json, place: &str) {
        let kind = value.kind_name();
        self.wrong_type(
            place,
            format!("this is {}, expected a text", kind.en),
            format!("这里是{}，应为文本", kind.zh),
        );
    }

    fn object<'j>(&mut self, value: &'j Json, here: &str) -> Option<&'j [(Box<str>, Json)]> {
        if value.as_object().is_none() {
            let kind = value.kind_name();
            self.wrong_type(
                here,
                format!("this is {}, expected an object", kind.en),
                format!("这里是{}，应为对象", kind.zh),
            );
        }
        value.as_object()
    }

    fn known_keys(&mut self, object: &[(Box<str>, Json)], known: &[&str], here: &str) {
        for (key, _) in object.iter().filter(|(key, _)| !known.contains(&&**key)) {
            let (given, listed) = (shown(key), known.join("`, `"));
            let fault = Fault::new(
                Code::UnknownKey,
                format!("`{given}` is not known here, expected one of `{listed}`"),
                format!("这里没有键 `{given}`，可用的有 `{listed}`"),
            );
            let fault = super::words::did_you_mean(fault, nearest(key, known.iter().copied()));
            self.faults.push(fault.at(pointer_push(here, key)));
        }
    }

    fn missing_key(&mut self, key: &str, here: &str) {
        self.faults.push(
            Fault::new(Code::MissingKey, format!("`{key}` is missing"), format!("缺少 `{key}`"))
                .at(here),
        );
    }

    fn wrong_type(&mut self, place: &str, en: String, zh: String) {
        self.faults.push(Fault::new(Code::WrongJsonType, en, zh).at(place));
    }

    fn bad(&mut self, place: &str, en: String, zh: String) {
        self.faults.push(Fault::new(Code::BadValue, en, zh).at(place));
    }
}

impl ColumnMapping {
    fn plain(target: &str, pointer: &str, from: From) -> ColumnMapping {
        ColumnMapping {
            target: target.into(),
            pointer: pointer.to_owned(),
            from,
            values: None,
            unit: None,
            format: None,
            zone: None,
            missing: None,
            separator: None,
        }
    }
}

/// A scalar as the text that a cell would have.
fn scalar(value: &Json) -> Option<Box<str>> {
    match value {
        Json::Text(text) | Json::Number(text) => Some(text.clone()),
        Json::Bool(flag) => Some(flag.to_string().into()),
        _ => None,
    }
}
