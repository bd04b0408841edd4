//! Whether facts recorded under one schema can be read under another.

use super::schema::Schema;
use crate::error::{Code, Error, Fault};
use crate::json::{Json, pointer_push};
use crate::units::shown;

/// What a newer schema has on top of the recorded one.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Additions {
    /// JSON pointers of everything new, from the schema down:
    /// `/attributes/birth`, `/events/purchase/fields/channel`,
    /// `/attributes/region/values/4`.
    pub added: Vec<String>,
    /// Whether labels were reworded, which changes no answer.
    pub reworded: bool,
}

impl Additions {
    /// Whether the two schemas are the same.
    pub fn is_empty(&self) -> bool {
        self.added.is_empty() && !self.reworded
    }
}

/// Compares the schema that a store has recorded with the one it is opened
/// with.
///
/// Facts recorded before stay true when there is more to say: attributes,
/// event kinds, fields, reference tables, purposes and channels may come
/// anew, and labels at the end of an enumeration. Positions may shift by
/// that, so what is recorded must refer to names.
///
/// # Errors
///
/// [`Code::SchemaMismatch`] for every other difference, at its pointer from
/// the schema down: what was recorded is gone, means something else now, or
/// lacks a value that the new schema requires.
///
/// ```
/// use guanxi::facts::{Schema, schema_difference};
/// let recorded = Schema::from_json(r#"{"attributes": {"region": {"type": "text"}}}"#)?;
/// let new = Schema::from_json(
///     r#"{"attributes": {"region": {"type": "text"},
///                        "birth": {"type": "date", "nullable": true}}}"#,
/// )?;
/// assert_eq!(schema_difference(&recorded, &new)?.added, ["/attributes/birth"]);
/// let error = schema_difference(&new, &recorded).unwrap_err();
/// assert_eq!(error.faults()[0].pointer.as_deref(), Some("/attributes/birth"));
/// # Ok::<(), guanxi::Error>(())
/// ```
pub fn schema_difference(recorded: &Schema, new: &Schema) -> Result<Additions, Error> {
    let mut found = Difference::default();
    found.section("", &recorded.to_json(), &new.to_json());
    Error::check(found.faults)?;
    Ok(found.additions)
}

#[derive(Default)]
struct Difference {
    additions: Additions,
    faults: Vec<Fault>,
}

/// What stands for a key that is not there.
static NOTHING: Json = Json::Null;

fn member<'a>(json: &'a Json, key: &str) -> &'a Json {
    json.get(key).unwrap_or(&NOTHING)
}

fn members(json: &Json) -> &[(Box<str>, Json)] {
    json.as_object().unwrap_or_default()
}

impl Difference {
    fn section(&mut self, pointer: &str, old: &Json, new: &Json) {
        for key in ["attributes", "events", "references"] {
            let compare = if key == "attributes" { Difference::field } else { Difference::table };
            let required = if key == "attributes" { lacks_values } else { |_: &Json| false };
            let pointer = pointer_push(pointer, key);
            self.map(&pointer, member(old, key), member(new, key), compare, required);
        }
        let consent = pointer_push(pointer, "consent");
        for key in ["purposes", "channels"] {
            let of = |json| member(member(json, "consent"), key);
            self.names(&pointer_push(&consent, key), of(old), of(new));
        }
        for key in ["sources", "unknown_customers"] {
            self.value(&pointer_push(pointer, key), member(old, key), member(new, key));
        }
    }

    /// A map of named things: none may go, and new ones must not lack values
    /// for what is already recorded.
    fn map(
        &mut self,
        pointer: &str,
        old: &Json,
        new: &Json,
        compare: fn(&mut Difference, &str, &Json, &Json),
        required: fn(&Json) -> bool,
    ) {
        for (name, before) in members(old) {
            let pointer = pointer_push(pointer, name);
            match new.get(name) {
                Some(after) => compare(self, &pointer, before, after),
                None => self.gone(&pointer, name),
            }
        }
        for (name, after) in members(new) {
            let pointer = pointer_push(pointer, name);
            match old.get(name) {
                Some(_) => {}
                None if required(after) => self.required(&pointer, name),
                None => self.additions.added.push(pointer),
            }
        }
    }

    /// An event kind or a reference table.
    fn table(&mut self, pointer: &str, old: &Json, new: &Json) {
        self.keys(pointer, old, new, &["fields"]);
        let fields = pointer_push(pointer, "fields");
        let (old, new) = (member(old, "fields"), member(new, "fields"));
        self.map(&fields, old, new, Difference::field, lacks_values);
    }

    /// An attribute or a field.
    fn field(&mut self, pointer: &str, old: &Json, new: &Json) {
        self.keys(pointer, old, new, &["values"]);
        let both = (member(old, "values").as_array(), member(new, "values").as_array());
        if let (Some(old), Some(new)) = both {
            self.labels(&pointer_push(pointer, "values"), old, new);
        }
    }

    /// The keys of a definition that must not change, wording aside.
    fn keys(&mut self, pointer: &str, old: &Json, new: &Json, apart: &[&str]) {
        self.additions.reworded |= member(old, "labels") != member(new, "labels");
        let added = members(new).iter().filter(|(key, _)| old.get(key).is_none());
        for (key, _) in members(old).iter().chain(added) {
            if &**key != "labels" && !apart.contains(&&**key) {
                self.value(&pointer_push(pointer, key), member(old, key), member(new, key));
            }
        }
    }

    fn value(&mut self, pointer: &str, old: &Json, new: &Json) {
        if old == new {
            return;
        }
        let (was, is) = (said(old), said(new));
        self.fault(
            pointer,
            format!("changed to `{is}`, but facts are recorded under `{was}`"),
            format!("改成了 `{is}`，而已记录的事实依据的是 `{was}`"),
        );
    }

    /// The labels of an enumeration, whose order means something.
    fn labels(&mut self, pointer: &str, old: &[Json], new: &[Json]) {
        for (position, before) in old.iter().enumerate() {
            let Some(after) = new.get(position) else {
                let name = shown(label(before)).into_owned();
                return self.gone(pointer, &name);
            };
            if label(before) != label(after) {
                let (was, is) = (shown(label(before)), shown(label(after)));
                let at = format!("{pointer}/{position}");
                let en = format!(
                    "`{is}` stands where `{was}` is recorded, expected new values at the end"
                );
                let zh = format!("已记录的 `{was}` 处变成了 `{is}`，新取值应加在末尾");
                return self.fault(&at, en, zh);
            }
            self.additions.reworded |= before != after;
        }
        let fresh = old.len()..new.len();
        self.additions.added.extend(fresh.map(|position| format!("{pointer}/{position}")));
    }

    /// Names whose order means nothing.
    fn names(&mut self, pointer: &str, old: &Json, new: &Json) {
        let (old, new) = (old.as_array().unwrap_or_default(), new.as_array().unwrap_or_default());
        for name in old.iter().filter(|name| !new.contains(name)) {
            self.gone(pointer, label(name));
        }
        let fresh = new.iter().enumerate().filter(|(_, name)| !old.contains(name));
        self.additions.added.extend(fresh.map(|(position, _)| format!("{pointer}/{position}")));
    }

    fn gone(&mut self, pointer: &str, name: &str) {
        self.fault(
            pointer,
            format!("`{name}` is recorded, but no longer declared"),
            format!("`{name}` 已有记录，却不再声明"),
        );
    }

    fn required(&mut self, pointer: &str, name: &str) {
        let fault = Fault::new(
            Code::SchemaMismatch,
            format!("`{name}` is new and required, but what is recorded has no value for it"),
            format!("`{name}` 是新增的必填项，而已有记录没有它的值"),
        );
        let hint = ("declare it `\"nullable\": true`", "请声明 `\"nullable\": true`");
        self.faults.push(fault.hint(hint.0, hint.1).at(pointer));
    }

    fn fault(&mut self, pointer: &str, en: String, zh: String) {
        self.faults.push(Fault::new(Code::SchemaMismatch, en, zh).at(pointer));
    }
}

/// Whether a new attribute or field would be without value in what is recorded.
fn lacks_values(definition: &Json) -> bool {
    definition.get("nullable").is_none()
}

/// The name of a label, with or without wording.
fn label(json: &Json) -> &str {
    json.as_text().or_else(|| json.get("name")?.as_text()).unwrap_or_default()
}

fn said(json: &Json) -> String {
    match json {
        Json::Null => "-".to_owned(),
        Json::Text(text) => shown(text).into_owned(),
        other => shown(&other.to_canonical()).into_owned(),
    }
}
