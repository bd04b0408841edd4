//! Parameters: the numbers of a playbook that its users may turn.

use std::cmp::Ordering;
use std::fmt;
use std::sync::Arc;

use crate::error::{Code, Error, Fault, Text};
use crate::facts::TextProfile;
use crate::facts::declare::Words;
use crate::json::{Json, Object, Place, Reader};
use crate::lang::{self, Type};
use crate::units::{Currency, Day, Decimal, Period, PeriodUnit, shown};

/// A named value that expressions read as `param.name`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parameter {
    /// The name after `param.`.
    pub name: Arc<str>,
    /// Its value.
    pub value: Setting,
    /// The lowest value allowed.
    pub min: Option<Setting>,
    /// The highest value allowed.
    pub max: Option<Setting>,
    /// The texts to choose from; empty where any text will do.
    pub values: Vec<Arc<str>>,
    /// What people call it.
    pub text: Text,
    /// An explanation for people.
    pub help: Option<Arc<str>>,
}

/// The value of a parameter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Setting {
    /// A length of time on the calendar.
    Period(Period),
    /// A whole number.
    Int(i64),
    /// An exact number, with the places it is written with.
    Decimal(Decimal),
    /// An amount, with the places of its currency.
    Money(Decimal, Currency),
    /// A text.
    Text(Arc<str>),
    /// Yes or no.
    Bool(bool),
    /// A calendar day.
    Date(Day),
}

impl Setting {
    /// Its type in expressions.
    pub fn ty(&self) -> Type {
        match self {
            Setting::Period(_) => Type::Period,
            Setting::Int(_) => Type::Int,
            Setting::Decimal(number) => Type::Decimal(number.scale()),
            Setting::Money(_, currency) => Type::Money(*currency, currency.minor_digits()),
            Setting::Text(_) => Type::Text(TextProfile::Exact),
            Setting::Bool(_) => Type::Bool,
            Setting::Date(_) => Type::Date,
        }
    }

    /// Which is more. None where that depends on the calendar (days against
    /// months) and where the types differ or have no order.
    pub fn compare(&self, other: &Setting) -> Option<Ordering> {
        match (self, other) {
            (Setting::Period(a), Setting::Period(b)) => compare_periods(*a, *b),
            (Setting::Int(a), Setting::Int(b)) => Some(a.cmp(b)),
            (Setting::Decimal(a), Setting::Decimal(b)) => Some(a.compare(*b)),
            (Setting::Money(a, held), Setting::Money(b, other)) if held == other => {
                Some(a.compare(*b))
            }
            (Setting::Date(a), Setting::Date(b)) => Some(a.cmp(b)),
            _ => None,
        }
    }
}

impl fmt::Display for Setting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Setting::Period(period) => period.fmt(f),
            Setting::Int(number) => number.fmt(f),
            Setting::Decimal(number) => number.fmt(f),
            Setting::Money(amount, currency) => write!(f, "{amount} {currency}"),
            Setting::Text(text) => f.write_str(text),
            Setting::Bool(flag) => flag.fmt(f),
            Setting::Date(day) => day.fmt(f),
        }
    }
}

impl Parameter {
    /// What expressions know of it.
    pub fn declared(&self) -> lang::Parameter {
        lang::Parameter { name: self.name.clone(), ty: self.value.ty() }
    }
}

/// A month has 28 to 31 days, so days compare with days only, and months with
/// months.
fn compare_periods(a: Period, b: Period) -> Option<Ordering> {
    let in_days = |period: Period| match period.unit() {
        PeriodUnit::Days => (true, period.n()),
        PeriodUnit::Weeks => (true, period.n().saturating_mul(7)),
        PeriodUnit::Months => (false, period.n()),
        PeriodUnit::Quarters => (false, period.n().saturating_mul(3)),
        PeriodUnit::Years => (false, period.n().saturating_mul(12)),
    };
    let ((a_days, a), (b_days, b)) = (in_days(a), in_days(b));
    (a_days == b_days).then(|| a.cmp(&b))
}

/// The types, as they are written.
const TYPES: [&str; 7] = ["period", "int", "decimal", "money", "text", "bool", "date"];

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

    fn read(self, place: &Place, reader: &mut Reader) -> Option<Setting> {
        match self {
            Kind::Int => place.whole(reader).map(Setting::Int),
            Kind::Bool => place.flag(reader).map(Setting::Bool),
            Kind::Text => place.text(reader).map(|text| Setting::Text(text.into())),
            Kind::Period => parsed(place, reader, Period::parse).map(Setting::Period),
            Kind::Date => parsed(place, reader, Day::parse).map(Setting::Date),
            Kind::Decimal => exact(place, reader, Decimal::parse).map(Setting::Decimal),
            Kind::Money(currency) => {
                let places = currency.minor_digits();
                let parse = |text: &str| Decimal::parse(text)?.rescale_exact(places);
                Some(Setting::Money(exact(place, reader, parse)?, currency))
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
pub(super) fn read_all(place: &Place, reader: &mut Reader, words: Words) -> Vec<Parameter> {
    let mut out = Vec::new();
    for (name, place) in place.entries(reader).unwrap_or_default() {
        let named = is_free(name, &place, reader, words);
        match read(name, &place, reader) {
            Some(parameter) if named => out.push(parameter),
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

fn read(name: &str, place: &Place, reader: &mut Reader) -> Option<Parameter> {
    let mut object = place.object(reader)?;
    let kind = read_kind(&mut object, reader);
    let value = object.need(reader, "value");
    let [min, max] = ["min", "max"].map(|key| object.get(key));
    let values = object.get("values");
    let wording = object.wording(reader);
    if !matches!(kind, Some(Kind::Money(_)) | None) {
        object.misplaced(reader, "currency", "type `money`", "类型 `money`");
    } else {
        object.get("currency");
    }
    if kind.is_some_and(|kind| !matches!(kind, Kind::Text)) {
        object.misplaced(reader, "values", "type `text`", "类型 `text`");
    }
    if kind.is_some_and(|kind| !kind.has_order()) {
        for key in ["min", "max"] {
            object.misplaced(reader, key, "types that have an order", "有大小之分的类型");
        }
    }
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
    Some(Parameter {
        name: name.into(),
        value,
        min: min.map(|(min, _)| min),
        max: max.map(|(max, _)| max),
        values,
        text: wording.text,
        help: wording.help,
    })
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

type Placed<'a> = Option<(Setting, Place<'a>)>;

fn check_range(
    value: &Setting,
    place: &Place,
    min: &Placed<'_>,
    max: &Placed<'_>,
    reader: &mut Reader,
) {
    for (key, bound, wrong) in [("min", min, Ordering::Less), ("max", max, Ordering::Greater)] {
        let Some((bound, bound_place)) = bound else { continue };
        match value.compare(bound) {
            None => reader.fault(incomparable(key, value, bound, bound_place)),
            Some(found) if found == wrong => reader.fault(outside(key, value, bound, place)),
            Some(_) => {}
        }
    }
    if let (Some((min, _)), Some((max, place))) = (min, max)
        && max.compare(min) == Some(Ordering::Less)
    {
        reader.fault(place.fault(
            Code::BadValue,
            format!("`max` is `{max}`, expected at least `min`, which is `{min}`"),
            format!("`max` 为 `{max}`，应不小于 `min` 的 `{min}`"),
        ));
    }
}

fn outside(key: &str, value: &Setting, bound: &Setting, place: &Place) -> Fault {
    let (en, zh) = match key {
        "min" => ("at least", "不小于"),
        _ => ("at most", "不大于"),
    };
    place.fault(
        Code::BadValue,
        format!("the value is `{value}`, expected {en} `{bound}`"),
        format!("取值为 `{value}`，应{zh} `{bound}`"),
    )
}

fn incomparable(key: &str, value: &Setting, bound: &Setting, place: &Place) -> Fault {
    place.fault(
        Code::BadValue,
        format!("`{key}` is `{bound}` and the value `{value}`: days and months do not compare, expected one unit"),
        format!("`{key}` 为 `{bound}` 而取值为 `{value}`：天与月无法比较，应使用同一单位"),
    )
}

fn read_choices(place: &Place, reader: &mut Reader) -> Vec<Arc<str>> {
    let mut out: Vec<Arc<str>> = Vec::new();
    let mut seen = std::collections::HashSet::new();
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

fn check_choice(value: &Setting, place: &Place, values: &[Arc<str>], reader: &mut Reader) {
    let Setting::Text(text) = value else { return };
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
