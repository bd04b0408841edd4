//! Schema to JSON: every key that says something, none that is the default.

use std::sync::Arc;

use super::super::schema::{
    Attribute, EventKind, Field, Label, Reference, Schema, TextProfile, Type, UnknownCustomers,
};
use crate::error::Text;
use crate::json::Json;

pub(super) fn schema(schema: &Schema) -> Json {
    let mut out = Entries::default();
    out.map("attributes", schema.attributes.iter().map(|it| (&it.name, attribute(it))));
    out.map("events", schema.kinds.iter().map(|it| (&it.name, kind(it))));
    out.map("references", schema.references.iter().map(|it| (&it.name, reference(it))));
    if !schema.purposes.is_empty() || !schema.channels.is_empty() {
        let mut consent = Entries::default();
        consent.list("purposes", &schema.purposes);
        consent.list("channels", &schema.channels);
        out.put("consent", consent.object());
    }
    out.list("sources", &schema.sources);
    if schema.unknown_customers == UnknownCustomers::Refuse {
        out.text("unknown_customers", "refuse");
    }
    out.object()
}

fn attribute(attribute: &Attribute) -> Json {
    let mut out = Entries::default();
    out.ty(&attribute.ty);
    out.flag("nullable", attribute.nullable);
    out.flag("personal", attribute.personal);
    if let Some(period) = attribute.fresh_for {
        out.text("fresh_for", &period.to_string());
    }
    if let Some(name) = &attribute.verified_at {
        out.text("verified_at", name);
    }
    if let Some(unit) = &attribute.unit {
        out.text("unit", unit);
    }
    out.labels(&attribute.text);
    out.object()
}

fn kind(kind: &EventKind) -> Json {
    let mut out = Entries::default();
    if let Some(list) = &kind.list {
        out.text("list", list);
    }
    out.map("fields", kind.fields.iter().map(|it| (&it.name, field(it))));
    out.labels(&kind.text);
    out.object()
}

fn reference(table: &Reference) -> Json {
    let mut out = Entries::default();
    out.map("fields", table.fields.iter().map(|it| (&it.name, field(it))));
    out.labels(&table.text);
    out.object()
}

fn field(field: &Field) -> Json {
    let mut out = Entries::default();
    out.ty(&field.ty);
    out.flag("nullable", field.nullable);
    out.flag("personal", field.personal);
    if let Some(unit) = &field.unit {
        out.text("unit", unit);
    }
    out.labels(&field.text);
    out.object()
}

fn label(label: &Label) -> Json {
    if label.text == Text::default() {
        return text(&label.name);
    }
    let mut out = Entries::default();
    out.text("name", &label.name);
    out.labels(&label.text);
    out.object()
}

fn text(text: &str) -> Json {
    Json::Text(text.into())
}

/// The entries of an object that is being written.
#[derive(Default)]
struct Entries(Vec<(Box<str>, Json)>);

impl Entries {
    fn put(&mut self, key: &str, value: Json) {
        self.0.push((key.into(), value));
    }

    fn text(&mut self, key: &str, value: &str) {
        self.put(key, text(value));
    }

    fn flag(&mut self, key: &str, value: bool) {
        if value {
            self.put(key, Json::Bool(true));
        }
    }

    fn list(&mut self, key: &str, words: &[Arc<str>]) {
        if !words.is_empty() {
            self.put(key, Json::Array(words.iter().map(|word| text(word)).collect()));
        }
    }

    fn map<'a>(&mut self, key: &str, entries: impl Iterator<Item = (&'a Arc<str>, Json)>) {
        let entries: Vec<(Box<str>, Json)> =
            entries.map(|(name, value)| ((&**name).into(), value)).collect();
        if !entries.is_empty() {
            self.put(key, Json::Object(entries));
        }
    }

    fn labels(&mut self, wording: &Text) {
        let mut labels = Entries::default();
        for (language, said) in [("en", &wording.en), ("zh-Hans", &wording.zh)] {
            if !said.is_empty() {
                labels.text(language, said);
            }
        }
        if !labels.0.is_empty() {
            self.put("labels", labels.object());
        }
    }

    fn ty(&mut self, ty: &Type) {
        match ty {
            Type::Text(profile) => self.profiled("text", *profile),
            Type::Set(profile) => self.profiled("set<text>", *profile),
            Type::Int => self.text("type", "int"),
            Type::Decimal(scale) => self.text("type", &format!("decimal({scale})")),
            Type::Bool => self.text("type", "bool"),
            Type::Date => self.text("type", "date"),
            Type::Instant => self.text("type", "instant"),
            Type::Money(currency) => {
                self.text("type", "money");
                self.text("currency", currency.code());
            }
            Type::Enum(labels) => {
                self.text("type", "enum");
                self.put("values", Json::Array(labels.iter().map(label).collect()));
            }
            Type::Contact(channel) => {
                self.text("type", "contact");
                self.text("channel", channel);
            }
        }
    }

    fn profiled(&mut self, name: &str, profile: TextProfile) {
        self.text("type", name);
        if profile != TextProfile::Exact {
            self.text("text_profile", profile.name());
        }
    }

    fn object(self) -> Json {
        Json::Object(self.0)
    }
}
