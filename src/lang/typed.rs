//! Values as JSON that says their type, and names bound to such values.
//!
//! ```json
//! {"type": "int", "value": "3"}
//! {"type": "list", "value": [{"type": "string", "value": "华东"}]}
//! {"type": "money", "value": "12.50", "currency": "CNY"}
//! ```
//!
//! Values stand as text, so that no reader of JSON rounds them. The types are
//! `null`, `missing`, `bool`, `int`, `double`, `decimal`, `money`, `string`,
//! `timestamp`, `duration`, `date`, `period`, `list` and `record`; a record has
//! an object of typed values, and its kind where it is an event.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::bounds;
use super::environment::Environment;
use super::evaluate::NAME_PARTS;
use super::lexer::is_identifier;
use super::time::{Duration, Timestamp};
use super::value::{Record, Value, double_text};
use crate::error::{Code, Error, Fault};
use crate::json::{Json, pointer_push, quote};
use crate::units::{Calendar, Currency, Day, Decimal, Period, shown};

/// A value as one line of JSON.
///
/// ```
/// use guanxi::lang::{Value, to_typed};
///
/// assert_eq!(to_typed(&Value::Int(3)), r#"{"type":"int","value":"3"}"#);
/// assert_eq!(to_typed(&Value::Null), r#"{"type":"null"}"#);
/// ```
pub fn to_typed(value: &Value) -> String {
    let mut out = String::new();
    write(value, &mut out);
    out
}

fn write(value: &Value, out: &mut String) {
    let (name, text) = match value {
        Value::Null => return out.push_str(r#"{"type":"null"}"#),
        Value::Missing => return out.push_str(r#"{"type":"missing"}"#),
        Value::List(items) => return write_list(items, out),
        Value::Record(record) => return write_record(record, out),
        Value::Money(amount, currency) => {
            out.push_str(&format!(
                r#"{{"type":"money","value":"{amount}","currency":"{currency}"}}"#
            ));
            return;
        }
        Value::Bool(value) => ("bool", value.to_string()),
        Value::Int(value) => ("int", value.to_string()),
        Value::Double(value) => ("double", double_text(*value)),
        Value::Decimal(value) => ("decimal", value.to_string()),
        Value::Text(text) => ("string", text.to_string()),
        Value::Timestamp(at) => ("timestamp", at.to_string()),
        Value::Duration(length) => ("duration", length.to_string()),
        Value::Date(day) => ("date", day.to_string()),
        Value::Period(period) => ("period", period.to_string()),
        Value::Length(lengths) => ("length", lengths.to_string()),
    };
    out.push_str(&format!(r#"{{"type":"{name}","value":{}}}"#, quote(&text)));
}

fn write_list(items: &[Value], out: &mut String) {
    out.push_str(r#"{"type":"list","value":["#);
    for (position, item) in items.iter().enumerate() {
        if position > 0 {
            out.push(',');
        }
        write(item, out);
    }
    out.push_str("]}");
}

fn write_record(record: &Record, out: &mut String) {
    out.push_str(r#"{"type":"record","#);
    if let Some(kind) = record.kind() {
        out.push_str(&format!(r#""kind":{},"#, quote(kind)));
    }
    out.push_str(r#""value":{"#);
    for (position, (name, value)) in record.fields().iter().enumerate() {
        if position > 0 {
            out.push(',');
        }
        out.push_str(&quote(name));
        out.push(':');
        write(value, out);
    }
    out.push_str("}}");
}

/// Reads a value from typed JSON.
///
/// Whole numbers, doubles and truth values may also stand as such. Unknown
/// keys are refused.
///
/// # Errors
///
/// All faults, with JSON pointers: [`Code::MissingKey`], [`Code::UnknownKey`],
/// [`Code::WrongJsonType`], [`Code::BadValue`], and those of reading times and
/// numbers.
pub fn from_typed(json: &Json) -> Result<Value, Error> {
    let mut faults = Vec::new();
    let value = read(json, "", &mut faults);
    Error::check(faults)?;
    Ok(value)
}

/// Reads one value; `Missing` stands in for what is refused.
fn read(json: &Json, place: &str, faults: &mut Vec<Fault>) -> Value {
    let Some(members) = json.as_object() else {
        faults.push(
            wrong_type(json, "an object with `type` and `value`", "含 `type` 和 `value` 的对象")
                .at(place),
        );
        return Value::Missing;
    };
    let Some(Json::Text(name)) = json.get("type") else {
        faults.push(missing_key("type").at(place));
        return Value::Missing;
    };
    for (key, _) in members {
        let known = match &**key {
            "type" => true,
            "value" => !matches!(&**name, "null" | "missing"),
            "currency" => &**name == "money",
            "kind" => &**name == "record",
            _ => false,
        };
        if !known {
            faults.push(unknown_key(key).at(pointer_push(place, key)));
        }
    }
    match &**name {
        "null" => return Value::Null,
        "missing" => return Value::Missing,
        _ => {}
    }
    let Some(value) = json.get("value") else {
        faults.push(missing_key("value").at(place));
        return Value::Missing;
    };
    let place_of_value = pointer_push(place, "value");
    let result = match &**name {
        "list" => return read_list(value, &place_of_value, faults),
        "record" => return read_record(json, value, &place_of_value, faults),
        "money" => read_money(json, value),
        name => read_scalar(name, value),
    };
    result.unwrap_or_else(|error| {
        let moved = error.into_faults().into_iter().map(|fault| match fault.pointer {
            Some(_) => fault.below_place(place),
            None => fault.at(place_of_value.clone()),
        });
        faults.extend(moved);
        Value::Missing
    })
}

trait Below {
    fn below_place(self, place: &str) -> Fault;
}

impl Below for Fault {
    fn below_place(mut self, place: &str) -> Fault {
        let rest = self.pointer.take().unwrap_or_default();
        self.at(format!("{place}{rest}"))
    }
}

fn read_list(json: &Json, place: &str, faults: &mut Vec<Fault>) -> Value {
    let Some(elements) = json.as_array() else {
        faults.push(wrong_type(json, "an array", "数组").at(place));
        return Value::Missing;
    };
    let element = |(position, element): (usize, &Json)| {
        read(element, &pointer_push(place, &position.to_string()), faults)
    };
    elements.iter().enumerate().map(element).collect::<Vec<_>>().into()
}

fn read_record(whole: &Json, json: &Json, place: &str, faults: &mut Vec<Fault>) -> Value {
    let Some(members) = json.as_object() else {
        faults.push(wrong_type(json, "an object", "对象").at(place));
        return Value::Missing;
    };
    let kind = whole.get("kind").and_then(Json::as_text).map(Arc::from);
    let field = |(name, value): &(Box<str>, Json)| {
        (Arc::from(&**name), read(value, &pointer_push(place, name), faults))
    };
    Value::Record(Arc::new(Record::new(kind, members.iter().map(field).collect())))
}

fn read_money(whole: &Json, json: &Json) -> Result<Value, Error> {
    let amount = Decimal::parse(text_of(json)?)?;
    match whole.get("currency") {
        Some(Json::Text(code)) => {
            let currency = Currency::parse(code).map_err(|error| error.below("/currency"))?;
            Ok(Value::Money(amount, currency))
        }
        _ => Err(missing_key("currency").at("").into()),
    }
}

fn read_scalar(name: &str, json: &Json) -> Result<Value, Error> {
    Ok(match name {
        "bool" => match (json.as_bool(), json.as_text()) {
            (Some(value), _) => Value::Bool(value),
            (_, Some("true")) => Value::Bool(true),
            (_, Some("false")) => Value::Bool(false),
            _ => return Err(bad_value("`true` or `false`", "`true` 或 `false`")),
        },
        "int" => match text_of(json)?.parse() {
            Ok(value) => Value::Int(value),
            Err(_) => return Err(bad_value("a whole number of 64 bits", "64 位整数")),
        },
        "double" => match text_of(json)?.parse() {
            Ok(value) => Value::Double(value),
            Err(_) => return Err(bad_value("a number", "数")),
        },
        "decimal" => Value::Decimal(Decimal::parse(text_of(json)?)?),
        "string" | "text" => Value::Text(only_text(json)?.into()),
        "timestamp" => Value::Timestamp(Timestamp::parse(only_text(json)?)?),
        "duration" => Value::Duration(Duration::parse(only_text(json)?)?),
        "date" => Value::Date(Day::parse(only_text(json)?)?),
        "period" => Value::Period(Period::parse(only_text(json)?)?),
        _ => {
            let name = shown(name);
            let fault = Fault::new(
                Code::BadValue,
                format!("there is no type `{name}`, expected one like `int` or `string`"),
                format!("没有类型 `{name}`，应为 `int`、`string` 等"),
            );
            return Err(fault.at("/type").into());
        }
    })
}

/// The text of a number, quoted or not.
fn text_of(json: &Json) -> Result<&str, Error> {
    json.as_text()
        .or(json.as_number())
        .ok_or_else(|| wrong_type(json, "a text or a number", "文本或数").into())
}

fn only_text(json: &Json) -> Result<&str, Error> {
    json.as_text().ok_or_else(|| wrong_type(json, "a text", "文本").into())
}

fn wrong_type(found: &Json, en: &str, zh: &str) -> Fault {
    let kind = found.kind_name();
    Fault::new(
        Code::WrongJsonType,
        format!("found {}, expected {en}", kind.en),
        format!("此处是{}，应为{zh}", kind.zh),
    )
}

fn missing_key(key: &str) -> Fault {
    Fault::new(Code::MissingKey, format!("`{key}` is missing"), format!("缺少 `{key}`"))
}

fn unknown_key(key: &str) -> Fault {
    let key = shown(key);
    Fault::new(Code::UnknownKey, format!("unknown key `{key}`"), format!("未知的键 `{key}`"))
}

fn bad_value(en: &str, zh: &str) -> Error {
    Fault::new(Code::BadValue, format!("expected {en}"), format!("应为{zh}")).into()
}

/// Names bound to values: the environment of an expression that is not about a
/// customer.
#[derive(Debug, Clone, Default)]
pub struct Bindings {
    values: BTreeMap<String, Value>,
    calendar: Calendar,
    now: Option<Timestamp>,
}

impl Bindings {
    /// No names, no `now`, and the calendar of UTC.
    pub fn new() -> Self {
        Bindings::default()
    }

    /// The same with one name more; a name bound before is bound anew.
    pub fn bind(mut self, name: impl Into<String>, value: Value) -> Self {
        self.values.insert(name.into(), value);
        self
    }

    /// The same with an instant for `now`.
    pub fn at(mut self, now: Timestamp) -> Self {
        self.now = Some(now);
        self
    }

    /// The same with another calendar.
    pub fn calendar(mut self, calendar: Calendar) -> Self {
        self.calendar = calendar;
        self
    }

    /// Reads names and typed values: `{"x": {"type": "int", "value": "123"}}`.
    /// Names may be dotted, in up to 16 parts.
    ///
    /// # Errors
    ///
    /// All faults, with JSON pointers: those of [`from_typed`], and
    /// [`Code::BadName`] for a name that cannot be written.
    pub fn from_json(json: &Json) -> Result<Self, Error> {
        let Some(members) = json.as_object() else {
            return Err(wrong_type(json, "an object of names", "由名称组成的对象").at("").into());
        };
        let (mut faults, mut bindings) = (Vec::new(), Bindings::new());
        for (name, value) in members {
            let place = pointer_push("", name);
            if !is_name(name) {
                faults.push(bad_name(name).at(place.clone()));
            }
            let value = read(value, &place, &mut faults);
            if faults.len() >= bounds::FAULTS {
                break;
            }
            bindings = bindings.bind(&**name, value);
        }
        Error::check(faults)?;
        Ok(bindings)
    }
}

/// Whether a dotted name can be written. The constants can be bound, as CEL
/// allows, and never be read.
fn is_name(name: &str) -> bool {
    let part = |part: &str| is_identifier(part) || matches!(part, "true" | "false" | "null");
    name.split('.').count() <= NAME_PARTS && name.split('.').all(part)
}

fn bad_name(name: &str) -> Fault {
    let name = shown(name);
    Fault::new(
        Code::BadName,
        format!("`{name}` is not a name, expected letters `a` to `z`, digits and `_`"),
        format!("`{name}` 不能作名称，名称只用英文字母、数字和下划线"),
    )
}

impl Environment for Bindings {
    fn name(&self, name: &str) -> Option<Value> {
        self.values.get(name).cloned()
    }

    fn calendar(&self) -> &Calendar {
        &self.calendar
    }

    fn now(&self) -> Option<Timestamp> {
        self.now
    }
}
