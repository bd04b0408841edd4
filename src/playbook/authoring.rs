//! Everything that an editor needs to offer: fields, operators, functions, names.

use super::document::Playbook;
use crate::error::{Language, Text};
use crate::facts::{Field, Label, Type};
use crate::json::Json;
use crate::lang::catalogue::{self, Function};
use crate::lang::rqb::OPERATORS;
use crate::lang::types::Kinds;

impl Playbook {
    /// What can stand in a condition over this playbook, for editors.
    ///
    /// # Output
    ///
    /// One object. `fields`, `operators` and `combinators` are the arrays that the
    /// component of react-querybuilder takes, with labels in `language`; a field
    /// that is a list of events has `matchModes` and, under `fields`, those of one
    /// event. Beside them stand `functions` (usage and help in both languages),
    /// `parameters`, `segments`, `machines` with their `states`, `tiers`, `axes`,
    /// `figures`, `cuts`, `purposes` and `channels`. Every label stands in both
    /// languages under `labels`.
    ///
    /// # Cost
    ///
    /// Linear in the playbook.
    ///
    /// # Example
    ///
    /// ```
    /// use guanxi::error::Language;
    /// use guanxi::json::Json;
    ///
    /// let playbook = guanxi::Playbook::from_json(r#"{
    ///     "guanxi": 1, "id": "shop", "version": "1", "calendar": {"zone": "UTC"},
    ///     "schema": {"attributes": {"age": {"type": "int", "labels": {"zh-Hans": "年龄"}}}}}"#)?;
    /// let authoring = playbook.authoring(Language::Zh);
    /// let fields = authoring.get("fields").and_then(Json::as_array).unwrap();
    /// assert_eq!(fields[0].get("label").and_then(Json::as_text), Some("年龄"));
    /// # Ok::<(), guanxi::Error>(())
    /// ```
    pub fn authoring(&self, language: Language) -> Json {
        let author = Author { playbook: self, language };
        object([
            ("fields", author.fields()),
            ("operators", author.operators()),
            ("combinators", author.combinators()),
            ("functions", Json::Array(catalogue::all().iter().map(function).collect())),
            ("parameters", author.parameters()),
            ("segments", author.segments()),
            ("machines", author.machines()),
            ("tiers", author.tiers()),
            ("axes", author.axes()),
            ("figures", author.figures()),
            ("cuts", author.cuts()),
            ("purposes", names(self.schema().purposes.iter().map(|name| &**name))),
            ("channels", names(self.schema().channels.iter().map(|name| &**name))),
        ])
    }
}

struct Author<'p> {
    playbook: &'p Playbook,
    language: Language,
}

impl Author<'_> {
    /// What everything that has a name and a label has.
    fn named(&self, name: &str, label: &Text) -> Vec<(&'static str, Json)> {
        let label = label.or_name(name);
        vec![
            ("name", text(name)),
            ("value", text(name)),
            ("label", text(label.say(self.language))),
            ("labels", labels(&label)),
        ]
    }

    fn fields(&self) -> Json {
        let schema = self.playbook.schema();
        let attributes = schema.attributes.iter().map(|attribute| {
            let unit = attribute.unit.as_deref();
            self.field(&attribute.name, &attribute.text, &attribute.ty, attribute.nullable, unit)
        });
        let lists = schema.kinds.iter().filter_map(|kind| {
            let mut field = self.named(kind.list.as_ref()?, &kind.text);
            let at = Text::new("time", "时间");
            let at = self.field("at", &at, &Type::Instant, false, None);
            let own = kind.fields.iter().map(|field: &Field| {
                let unit = field.unit.as_deref();
                self.field(&field.name, &field.text, &field.ty, field.nullable, unit)
            });
            field.push(("type", text("events")));
            field.push(("event", text(&kind.name)));
            field.push(("matchModes", Json::Bool(true)));
            field.push(("operators", names(["="])));
            field.push(("fields", Json::Array([at].into_iter().chain(own).collect())));
            Some(object(field))
        });
        Json::Array(attributes.chain(lists).collect())
    }

    fn field(
        &self,
        name: &str,
        label: &Text,
        ty: &Type,
        nullable: bool,
        unit: Option<&str>,
    ) -> Json {
        let mut field = self.named(name, label);
        let offered = Offered::of(ty);
        field.push(("type", text(offered.ty)));
        field.push(("nullable", Json::Bool(nullable)));
        field.extend(unit.map(|unit| ("unit", text(unit))));
        field.push(("inputType", text(offered.input)));
        field.push(("valueEditorType", text(offered.editor)));
        let asks = offered.operators.iter().copied();
        let presence = ["null", "notNull"].into_iter().filter(|_| nullable);
        field.push(("operators", names(asks.chain(presence))));
        field.push(("valueSources", names(["value", "field", "parameter", "expression"])));
        if let Type::Enum(values) = ty {
            field.push(("values", self.choices(values)));
        }
        object(field)
    }

    fn choices(&self, labels: &[Label]) -> Json {
        let choice = |label: &Label| object(self.named(&label.name, &label.text));
        Json::Array(labels.iter().map(choice).collect())
    }

    fn operators(&self) -> Json {
        let operator = |operator: &crate::lang::rqb::Operator| {
            let label = Text::new(operator.en, operator.zh);
            object(self.named(operator.name, &label))
        };
        Json::Array(OPERATORS.iter().map(operator).collect())
    }

    fn combinators(&self) -> Json {
        let combinators = [
            ("and", Text::new("all of these", "全部满足")),
            ("or", Text::new("any of these", "任一满足")),
            ("xor", Text::new("exactly one of these", "恰好满足一个")),
        ];
        Json::Array(
            combinators.iter().map(|(name, label)| object(self.named(name, label))).collect(),
        )
    }

    fn parameters(&self) -> Json {
        let parameter = |setting: &super::parameter::Setting| {
            let mut parameter = self.named(&setting.name, &setting.text);
            let ty = setting.parameter().ty.words();
            parameter.push(("type", labels(&ty)));
            parameter.push(("expression", text(&format!("param.{}", setting.name))));
            object(parameter)
        };
        Json::Array(self.playbook.settings().iter().map(parameter).collect())
    }

    fn segments(&self) -> Json {
        let segment = |segment: &crate::segment::Segment| {
            let mut said = self.named(segment.name(), segment.text());
            said.push(("expression", text(&format!("segment('{}')", segment.name()))));
            object(said)
        };
        Json::Array(self.playbook.segments().iter().map(segment).collect())
    }

    fn machines(&self) -> Json {
        let machine = |machine: &crate::lifecycle::Machine| {
            let states =
                machine.states.iter().map(|state| object(self.named(&state.name, &state.text)));
            let states = Json::Array(states.collect());
            let mut said = self.named(&machine.name, &machine.text);
            said.push(("keyed", Json::Bool(machine.key.is_some())));
            said.push(("states", states));
            object(said)
        };
        Json::Array(self.playbook.machines().iter().map(machine).collect())
    }

    fn tiers(&self) -> Json {
        let names = self.playbook.scope().value;
        names.map_or(Json::Array(Vec::new()), |names| self.choices(&names.tiers))
    }

    fn axes(&self) -> Json {
        let axes = self.playbook.value().map(|value| value.axes.as_slice()).unwrap_or_default();
        Json::Array(axes.iter().map(|axis| object(self.named(&axis.name, &axis.text))).collect())
    }

    fn figures(&self) -> Json {
        let value = self.playbook.scope().value;
        let figures = value.map(|value| value.figures.as_slice()).unwrap_or_default();
        names(figures.iter().map(|(name, _)| &**name))
    }

    fn cuts(&self) -> Json {
        let value = self.playbook.scope().value;
        let cuts = value.map(|value| value.cuts.as_slice()).unwrap_or_default();
        names(cuts.iter().map(|(name, _)| &**name))
    }
}

/// How a type is shown in the builder.
struct Offered {
    ty: &'static str,
    input: &'static str,
    editor: &'static str,
    operators: &'static [&'static str],
}

const TEXTS: &[&str] = &[
    "=",
    "!=",
    "contains",
    "beginsWith",
    "endsWith",
    "doesNotContain",
    "doesNotBeginWith",
    "doesNotEndWith",
    "in",
    "notIn",
];
const NUMBERS: &[&str] = &["=", "!=", "<", ">", "<=", ">=", "between", "notBetween", "in", "notIn"];
const TIMES: &[&str] = &["=", "!=", "<", ">", "<=", ">=", "between", "notBetween"];
const LABELS: &[&str] = &["=", "!=", "in", "notIn"];
const SETS: &[&str] = &["contains", "doesNotContain"];

impl Offered {
    fn of(ty: &Type) -> Offered {
        let offered = |ty, input, editor, operators| Offered { ty, input, editor, operators };
        match ty {
            Type::Text(_) => offered("text", "text", "text", TEXTS),
            Type::Contact(_) => offered("contact", "text", "text", TEXTS),
            Type::Int => offered("int", "number", "text", NUMBERS),
            Type::Decimal(_) => offered("decimal", "number", "text", NUMBERS),
            Type::Money(_) => offered("money", "number", "text", NUMBERS),
            Type::Bool => offered("bool", "checkbox", "checkbox", &["=", "!="]),
            Type::Date => offered("date", "date", "text", TIMES),
            Type::Instant => offered("instant", "datetime-local", "text", TIMES),
            Type::Enum(_) => offered("enum", "text", "select", LABELS),
            Type::Set(_) => offered("set<text>", "text", "text", SETS),
        }
    }
}

/// A function, with how it is called and what it does.
fn function(function: &Function) -> Json {
    let help = Text::new(function.en, function.zh);
    object([
        ("name", text(function.name)),
        ("usage", text(function.usage)),
        ("method", Json::Bool(function.receiver != Kinds::NONE)),
        (
            "receiver",
            match function.receiver {
                Kinds::NONE => Json::Null,
                kinds => labels(&kinds.words()),
            },
        ),
        ("arguments", Json::Number(function.arguments.len().to_string().into())),
        ("optional", Json::Number(function.optional.to_string().into())),
        ("help", labels(&help)),
    ])
}

fn text(text: &str) -> Json {
    Json::Text(text.into())
}

fn labels(label: &Text) -> Json {
    object([("zh-Hans", text(&label.zh)), ("en", text(&label.en))])
}

fn names<'n>(names: impl IntoIterator<Item = &'n str>) -> Json {
    Json::Array(names.into_iter().map(text).collect())
}

fn object(members: impl IntoIterator<Item = (&'static str, Json)>) -> Json {
    Json::Object(members.into_iter().map(|(key, value)| (key.into(), value)).collect())
}
