//! Parameters: the numbers of a playbook that its users may turn.

use std::cmp::Ordering;
use std::collections::HashSet;
use std::sync::Arc;

use crate::error::{Code, Error, Fault, Text};
use crate::facts::TextProfile;
use crate::facts::declare::Words;
use crate::json::{Json, Object, Place, Reader};
use crate::lang::{self, Type, Value};
use crate::units::{Currency, Day, Decimal, Period, PeriodUnit, shown};

/// A parameter as its users see it: value, range and wording.
///
/// What expressions see of it is a [`lang::Parameter`].
#[derive(Debug, Clone)]
pub struct Setting {
    /// The name after `param.`.
    pub name: Arc<str>,
    /// Its value.
    pub value: Value,
    /// The lowest value allowed.
    pub min: Option<Value>,
    /// The highest value allowed.
    pub max: Option<Value>,
    /// The texts to choose from; empty where any text will do.
    pub values: Vec<Arc<str>>,
    /// What people call it.
    pub text: Text,
    /// An explanation for people.
    pub help: Option<Text>,
}

impl Setting {
    /// What expressions know of it.
    pub fn parameter(&self) -> lang::Parameter {
        lang::Parameter {
            name: self.name.clone(),
            ty: ty(&self.value),
            value: self.value.clone(),
            text: self.text.clone(),
        }
    }
}

fn ty(value: &Value) -> Type {
    match value {
        Value::Period(_) => Type::Period,
        Value::Int(_) => Type::Int,
        Value::Decimal(number) => Type::Decimal(number.scale()),
        Value::Money(_, currency) => Type::Money(*currency, currency.minor_digits()),
        Value::Bool(_) => Type::Bool,
        Value::Date(_) => Type::Date,
        // The others are no values of parameters.
        _ => Type::Text(TextProfile::Exact),
    }
}

/// A value as its author would write it.
fn said(value: &Value) -> String {
    match value {
        Value::Period(period) => period.to_string(),
        Value::Int(number) => number.to_string(),
        Value::Decimal(number) | Value::Money(number, _) => number.to_string(),
        Value::Bool(flag) => flag.to_string(),
        Value::Date(day) => day.to_string(),
        Value::Text(text) => shown(text).into_owned(),
        other => other.words().en,
    }
}

/// Which is more; None where that depends on the calendar.
fn compare(a: &Value, b: &Value) -> Option<Ordering> {
    match (a, b) {
        (Value::Period(a), Value::Period(b)) => compare_periods(*a, *b),
        _ => a.compares(b).flatten(),
    }
}

/// A month has 28 to 31 days, so days compare with days only, and months with
/// months; so do working days, and working hours.
fn compare_periods(a: Period, b: Period) -> Option<Ordering> {
    let in_parts = |period: Period| {
        let (of, parts) = match period.unit() {
            PeriodUnit::Days => (PeriodUnit::Days, 1),
            PeriodUnit::Weeks => (PeriodUnit::Days, 7),
            PeriodUnit::Months => (PeriodUnit::Months, 1),
            PeriodUnit::Quarters => (PeriodUnit::Months, 3),
            PeriodUnit::Years => (PeriodUnit::Months, 12),
            PeriodUnit::Workdays => (PeriodUnit::Workdays, 1),
            PeriodUnit::Workminutes => (PeriodUnit::Workminutes, 1),
            PeriodUnit::Workhours => (PeriodUnit::Workminutes, 60),
        };
        (of, period.n().saturating_mul(parts))
    };
    let ((of_a, a), (of_b, b)) = (in_parts(a), in_parts(b));
    (of_a == of_b).then(|| a.cmp(&b))
}

/// The types, as they are written.
pub(super) const TYPES: [&str; 7] = ["period", "int", "decimal", "money", "text", "bool", "date"];

/// How values of one type are read.
#[derive(Debug, Clone, Copy)]
enum Kind {
    Period,
    Int,
    Decimal,
    Money(Currency),
    Text,
    Bool,
    Date,
}

impl Kind {
    fn has_order(self) -> bool {
        !matches!(self, Kind::Text | Kind::Bool)
    }

    fn read(self, place: &Place, reader: &mut Reader) -> Option<Value> {
        match self {
            Kind::Int => place.whole(reader).map(Value::Int),
            Kind::Bool => place.flag(reader).map(Value::Bool),
            Kind::Text => place.text(reader).map(|text| Value::Text(text.into())),
            Kind::Period => parsed(place, reader, Period::parse).map(Value::Period),
            Kind::Date => parsed(place, reader, Day::parse).map(Value::Date),
            Kind::Decimal => exact(place, reader, Decimal::parse).map(Value::Decimal),
            Kind::Money(currency) => {
                let places = currency.minor_digits();
                let parse = |text: &str| Decimal::parse(text)?.rescale_exact(places);
                Some(Value::Money(exact(place, reader, parse)?, currency))
            }
        }
    }
}

fn parsed<T>(
    place: &Place,
    reader: &mut Reader,
    parse: impl Fn(&str) -> Result<T, Error>,
) -> Option<T> {
    let text = place.text(reader)?;
    parse(text).map_err(|error| reader.error(error, &place.pointer)).ok()
}

/// Exact numbers are texts, so that no reader of the document turns them into
/// binary fractions.
fn exact<T>(
    place: &Place,
    reader: &mut Reader,
    parse: impl Fn(&str) -> Result<T, Error>,
) -> Option<T> {
    let Json::Number(digits) = place.json else { return parsed(place, reader, parse) };
    let given = shown(digits);
    reader.fault(
        place
            .fault(
                Code::WrongJsonType,
                "found a number, expected a text with an exact number",
                "此处是数，应为写成文本的精确数",
            )
            .hint(format!("write `\"{given}\"`"), format!("请写 `\"{given}\"`")),
    );
    None
}

/// The parameters of a map, by name. A faulty one is noted and left out.
pub(super) fn read_all(place: &Place, reader: &mut Reader, words: Words) -> Vec<Setting> {
    let mut out = Vec::new();
    for (name, place) in place.entries(reader).unwrap_or_default() {
        let named = is_free(name, &place, reader, words);
        match read(name, &place, reader) {
            Some(setting) if named => out.push(setting),
            _ => reader.spoil(name),
        }
    }
    out
}

fn is_free(name: &str, place: &Place, reader: &mut Reader, words: Words) -> bool {
    if !reader.check_name(name, &place.pointer) {
        return false;
    }
    let reserved = (words.reserved)(name);
    if reserved {
        reader.fault(place.fault(
            Code::BadName,
            format!("`{name}` is a reserved word, expected another name"),
            format!("`{name}` 是保留字，请换一个名称"),
        ));
    }
    !reserved
}

fn read(name: &str, place: &Place, reader: &mut Reader) -> Option<Setting> {
    let mut object = place.object(reader)?;
    let kind = read_kind(&mut object, reader);
    let value = object.need(reader, "value");
    let [min, max] = ["min", "max"].map(|key| object.get(key));
    let values = object.get("values");
    let wording = object.wording(reader);
    refuse_misplaced(kind, &mut object, reader);
    object.close(reader);

    let kind = kind?;
    let value = value.and_then(|place| Some((kind.read(&place, reader)?, place)));
    let [min, max] = [min, max].map(|place| {
        let place = place.filter(|_| kind.has_order())?;
        Some((kind.read(&place, reader)?, place))
    });
    let values = values.filter(|_| matches!(kind, Kind::Text));
    let values = values.map(|place| read_choices(&place, reader)).unwrap_or_default();
    let (value, value_place) = value?;
    check_range(&value, &value_place, &min, &max, reader);
    check_choice(&value, &value_place, &values, reader);
    Some(Setting {
        name: name.into(),
        value,
        min: min.map(|(min, _)| min),
        max: max.map(|(max, _)| max),
        values,
        text: wording.text,
        help: wording.help,
    })
}

/// Keys that go with some types only. Where the type is not known, nothing is
/// known of them either.
fn refuse_misplaced(kind: Option<Kind>, object: &mut Object, reader: &mut Reader) {
    match kind {
        Some(Kind::Money(_)) => {}
        Some(_) => object.misplaced(reader, "currency", "type `money`", "类型 `money`"),
        None => drop(object.get("currency")),
    }
    if kind.is_some_and(|kind| !matches!(kind, Kind::Text)) {
        object.misplaced(reader, "values", "type `text`", "类型 `text`");
    }
    if kind.is_some_and(|kind| !kind.has_order()) {
        for key in ["min", "max"] {
            object.misplaced(reader, key, "types that have an order", "有大小之分的类型");
        }
    }
}

fn read_kind(object: &mut Object, reader: &mut Reader) -> Option<Kind> {
    let place = object.need(reader, "type")?;
    match place.text(reader)? {
        "period" => Some(Kind::Period),
        "int" => Some(Kind::Int),
        "decimal" => Some(Kind::Decimal),
        "text" => Some(Kind::Text),
        "bool" => Some(Kind::Bool),
        "date" => Some(Kind::Date),
        "money" => {
            let place = object.need(reader, "currency")?;
            parsed(&place, reader, Currency::parse).map(Kind::Money)
        }
        other => {
            let (given, types) = (shown(other), TYPES.join("`, `"));
            let fault = place.fault(
                Code::BadValue,
                format!("`{given}` is not a type of parameter, expected one of `{types}`"),
                format!("`{given}` 不是参数类型，应为 `{types}` 之一"),
            );
            reader.fault_near(fault, other, TYPES);
            None
        }
    }
}

type Placed<'a> = Option<(Value, Place<'a>)>;

fn check_range(
    value: &Value,
    place: &Place,
    min: &Placed<'_>,
    max: &Placed<'_>,
    reader: &mut Reader,
) {
    for (key, bound, wrong) in [("min", min, Ordering::Less), ("max", max, Ordering::Greater)] {
        let Some((bound, bound_place)) = bound else { continue };
        match compare(value, bound) {
            None => reader.fault(incomparable(key, value, bound, bound_place)),
            Some(found) if found == wrong => reader.fault(outside(key, value, bound, place)),
            Some(_) => {}
        }
    }
    if let (Some((min, _)), Some((max, place))) = (min, max)
        && compare(max, min) == Some(Ordering::Less)
    {
        let (min, max) = (said(min), said(max));
        reader.fault(place.fault(
            Code::BadValue,
            format!("`max` is `{max}`, expected at least `min`, which is `{min}`"),
            format!("`max` 为 `{max}`，应不小于 `min` 的 `{min}`"),
        ));
    }
}

fn outside(key: &str, value: &Value, bound: &Value, place: &Place) -> Fault {
    let (en, zh) = match key {
        "min" => ("at least", "不小于"),
        _ => ("at most", "不大于"),
    };
    let (value, bound) = (said(value), said(bound));
    place.fault(
        Code::BadValue,
        format!("the value is `{value}`, expected {en} `{bound}`"),
        format!("取值为 `{value}`，应{zh} `{bound}`"),
    )
}

fn incomparable(key: &str, value: &Value, bound: &Value, place: &Place) -> Fault {
    let (value, bound) = (said(value), said(bound));
    place.fault(
        Code::BadValue,
        format!(
            "`{key}` is `{bound}` and the value `{value}`: \
             days and months do not compare, expected one unit"
        ),
        format!("`{key}` 为 `{bound}` 而取值为 `{value}`：天与月无法比较，应使用同一单位"),
    )
}

fn read_choices(place: &Place, reader: &mut Reader) -> Vec<Arc<str>> {
    let mut out: Vec<Arc<str>> = Vec::new();
    let mut seen = HashSet::new();
    let items = place.items(reader).unwrap_or_default();
    for item in &items {
        let Some(text) = item.text(reader) else { continue };
        if seen.insert(text) {
            out.push(text.into());
            continue;
        }
        let given = shown(text);
        reader.fault(item.fault(
            Code::DuplicateName,
            format!("the value `{given}` is listed twice"),
            format!("取值 `{given}` 重复"),
        ));
    }
    if items.is_empty() && matches!(place.json, Json::Array(_)) {
        reader.fault(place.fault(
            Code::BadValue,
            "there are no values to choose from, expected at least one",
            "没有可选的取值，至少应有一个",
        ));
    }
    out
}

fn check_choice(value: &Value, place: &Place, values: &[Arc<str>], reader: &mut Reader) {
    let Value::Text(text) = value else { return };
    if values.is_empty() || values.contains(text) {
        return;
    }
    let given = shown(text);
    let fault = place.fault(
        Code::BadValue,
        format!("`{given}` is not one of `values`"),
        format!("`{given}` 不在 `values` 之中"),
    );
    reader.fault_near(fault, text, values.iter().map(|value| &**value));
}
