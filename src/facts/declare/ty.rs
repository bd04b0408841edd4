//! Types of attributes and fields, as they are written: `decimal(2)`, `enum`.

use std::collections::HashSet;
use std::sync::Arc;

use super::LABELS;
use crate::error::{Code, Fault, Text};
use crate::facts::schema::{Label, TextProfile, Type};
use crate::json::{Json, Object, Place, Reader};
use crate::units::{Currency, Decimal, shown};

/// The types, as they are written; the number of places is an example.
const TYPES: [&str; 10] = [
    "text",
    "int",
    "decimal(2)",
    "money",
    "bool",
    "date",
    "instant",
    "enum",
    "set<text>",
    "contact",
];

/// Reads `type` and the keys that go with it.
pub(super) fn read(object: &mut Object, reader: &mut Reader) -> Option<Type> {
    let place = object.need(reader, "type");
    let word = place.as_ref().and_then(|place| place.text(reader));
    let ty = match word.unwrap_or_default() {
        "text" => Some(Type::Text(profile(object, reader))),
        "set<text>" => Some(Type::Set(profile(object, reader))),
        "int" => Some(Type::Int),
        "bool" => Some(Type::Bool),
        "date" => Some(Type::Date),
        "instant" => Some(Type::Instant),
        "money" => currency(object, reader).map(Type::Money),
        "enum" => Some(Type::Enum(labels(object, reader))),
        "contact" => channel(object, reader).map(Type::Contact),
        other => place.zip(word).and_then(|(place, _)| decimal(&place, other, reader)),
    };
    let known = word.is_some_and(|word| TYPES.contains(&word)) || ty.is_some();
    refuse_misplaced(object, reader, word.filter(|_| known));
    ty
}

/// Keys that go with one type, and are asked for even where it is another.
fn refuse_misplaced(object: &mut Object, reader: &mut Reader, word: Option<&str>) {
    const COMPANIONS: [(&str, &[&str], &str, &str); 4] = [
        ("currency", &["money"], "type `money`", "类型 `money`"),
        ("values", &["enum"], "type `enum`", "类型 `enum`"),
        ("channel", &["contact"], "type `contact`", "类型 `contact`"),
        (
            "text_profile",
            &["text", "set<text>"],
            "types `text` and `set<text>`",
            "类型 `text` 与 `set<text>`",
        ),
    ];
    for (key, types, en, zh) in COMPANIONS {
        match word {
            Some(word) if types.contains(&word) => {}
            Some(_) => object.misplaced(reader, key, en, zh),
            // The type itself is not known, so nothing goes or does not go with it.
            None => {
                object.get(key);
            }
        }
    }
}

fn decimal(place: &Place, word: &str, reader: &mut Reader) -> Option<Type> {
    let places = word.strip_prefix("decimal(").and_then(|rest| rest.strip_suffix(')'));
    let Some(places) = places else {
        reader.fault_near(unknown_type(place, word), word, TYPES);
        return None;
    };
    match places.parse::<u8>() {
        Ok(scale) if scale <= Decimal::MAX_SCALE && places == scale.to_string() => {
            Some(Type::Decimal(scale))
        }
        _ => {
            let given = shown(places);
            reader.fault(place.fault(
                Code::BadValue,
                format!("a decimal has `{given}` places, expected a number from 0 to 18"),
                format!("小数位数为 `{given}`，应为 0 到 18"),
            ));
            None
        }
    }
}

fn unknown_type(place: &Place, word: &str) -> Fault {
    let (given, types) = (shown(word), TYPES.join("`, `"));
    place.fault(
        Code::BadValue,
        format!("`{given}` is not a type, expected one of `{types}`"),
        format!("`{given}` 不是类型，应为 `{types}` 之一"),
    )
}

fn profile(object: &mut Object, reader: &mut Reader) -> TextProfile {
    let Some(place) = object.get("text_profile") else { return TextProfile::Exact };
    let Some(word) = place.text(reader) else { return TextProfile::Exact };
    if let Some(profile) = TextProfile::named(word) {
        return profile;
    }
    let (given, names) = (shown(word), TextProfile::ALL.map(TextProfile::name));
    let listed = names.join("`, `");
    let fault = place.fault(
        Code::BadValue,
        format!("`{given}` is not a text profile, expected one of `{listed}`"),
        format!("`{given}` 不是文本比较方式，应为 `{listed}` 之一"),
    );
    reader.fault_near(fault, word, names);
    TextProfile::Exact
}

fn currency(object: &mut Object, reader: &mut Reader) -> Option<Currency> {
    let place = object.need(reader, "currency")?;
    let code = place.text(reader)?;
    Currency::parse(code).map_err(|error| reader.error(error, &place.pointer)).ok()
}

fn channel(object: &mut Object, reader: &mut Reader) -> Option<Arc<str>> {
    object.need(reader, "channel")?.name(reader).map(Arc::from)
}

/// The labels of an enumeration: names, or names with wording.
fn labels(object: &mut Object, reader: &mut Reader) -> Arc<[Label]> {
    let Some(place) = object.need(reader, "values") else { return Arc::from([]) };
    let Some(items) = place.items(reader) else { return Arc::from([]) };
    if items.is_empty() {
        reader.fault(place.fault(
            Code::BadValue,
            "an enumeration has no values, expected at least one",
            "枚举没有取值，至少应有一个",
        ));
    }
    if items.len() > LABELS {
        let count = items.len();
        reader.fault(place.fault(
            Code::BadValue,
            format!("an enumeration has {count} values, expected at most {LABELS}"),
            format!("枚举有 {count} 个取值，最多 {LABELS} 个"),
        ));
    }
    let mut seen = HashSet::new();
    let mut out = Vec::with_capacity(items.len().min(LABELS));
    for item in items.iter().take(LABELS) {
        let Some(label) = label(item, reader) else { continue };
        if seen.insert(label.name.clone()) {
            out.push(label);
        } else {
            let given = shown(&label.name);
            reader.fault(item.fault(
                Code::DuplicateName,
                format!("the value `{given}` is listed twice"),
                format!("取值 `{given}` 重复"),
            ));
        }
    }
    out.into()
}

fn label(item: &Place, reader: &mut Reader) -> Option<Label> {
    if let Json::Object(_) = item.json {
        let mut object = item.object(reader)?;
        let name = object.need(reader, "name").and_then(|place| place.word(reader));
        let text = object.wording(reader).text;
        object.close(reader);
        let name: Arc<str> = name?.into();
        // A label with wording means what the bare name means.
        reader.means(&item.pointer, Json::Text((&*name).into()));
        return Some(Label { name, text });
    }
    let name = item.word(reader)?;
    Some(Label { name: name.into(), text: Text::default() })
}

impl TextProfile {
    /// Every profile.
    pub const ALL: [TextProfile; 4] =
        [TextProfile::Exact, TextProfile::Nfc, TextProfile::Ci, TextProfile::Search];

    /// The name in a schema: `exact`.
    pub fn name(self) -> &'static str {
        match self {
            TextProfile::Exact => "exact",
            TextProfile::Nfc => "nfc",
            TextProfile::Ci => "ci",
            TextProfile::Search => "search",
        }
    }

    /// The profile with this [`name`](TextProfile::name).
    pub fn named(name: &str) -> Option<TextProfile> {
        TextProfile::ALL.into_iter().find(|profile| profile.name() == name)
    }
}
