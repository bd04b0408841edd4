//! From tables to a JSON Schema.

use super::shape::{Case, Holds, Key, Shape, Words};
use crate::json::Json;

/// The schema of documents of this shape.
pub(super) fn document(root: &'static Shape) -> Json {
    let mut members = vec![
        ("$schema", text("https://json-schema.org/draft/2020-12/schema")),
        ("title", text("guanxi playbook (规则集)")),
    ];
    members.extend(shape(root));
    let definitions = shapes(root).into_iter().skip(1);
    let definitions = definitions.map(|it| (it.name, object(shape(it)))).collect::<Vec<_>>();
    members.push(("$defs", object(definitions)));
    object(members)
}

/// This shape and all that are reached from it, each once.
pub(super) fn shapes(root: &'static Shape) -> Vec<&'static Shape> {
    fn below(holds: &'static Holds, out: &mut Vec<&'static Shape>) {
        match holds {
            Holds::Object(shape) if out.iter().any(|known| known.name == shape.name) => {}
            Holds::Object(shape) => {
                out.push(shape);
                shape.every_key().for_each(|key| below(&key.holds, out));
            }
            Holds::Map(held) | Holds::List(held, _) | Holds::OneOrMore(held) => below(held, out),
            Holds::Tuple(all) | Holds::Any(all) => all.iter().for_each(|held| below(held, out)),
            _ => {}
        }
    }
    let mut out = vec![root];
    root.every_key().for_each(|key| below(&key.holds, &mut out));
    out
}

impl Shape {
    /// The keys of all ways and cases; one that several have comes several times.
    pub(super) fn every_key(&'static self) -> impl Iterator<Item = &'static Key> {
        let ways = self.ways.iter().flat_map(|way| way.iter());
        let cases = self.cases.iter().flat_map(|case| case.keys.iter());
        self.keys.iter().chain(ways).chain(cases)
    }
}

fn shape(shape: &'static Shape) -> Vec<(&'static str, Json)> {
    let mut members = vec![
        ("description", described(shape.words)),
        ("type", text("object")),
        ("properties", properties(shape)),
        ("additionalProperties", Json::Bool(false)),
    ];
    let needed = needed(shape.keys);
    if !needed.is_empty() {
        members.push(("required", texts(needed)));
    }
    if !shape.pairs.is_empty() {
        let pairs = shape.pairs.iter().map(|(key, other)| (*key, texts([*other])));
        members.push(("dependentRequired", object(pairs)));
    }
    if !shape.ways.is_empty() {
        let ways = shape.ways.iter().map(|way| object(one_way(shape, way)));
        members.push(("oneOf", Json::Array(ways.collect())));
    }
    if !shape.either.is_empty() {
        let either = shape.either.iter().map(|(key, least)| {
            let least = (0 < *least).then(|| ("minItems", number(*least)));
            let held = object([(*key, object(least))]);
            object([("required", texts([*key])), ("properties", held)])
        });
        members.push(("anyOf", Json::Array(either.collect())));
    }
    if !shape.cases.is_empty() {
        members.push(("allOf", Json::Array(all_cases(shape))));
    }
    members
}

fn needed(keys: &[Key]) -> Vec<&'static str> {
    keys.iter().filter(|key| key.needed).map(|key| key.name).collect()
}

/// Every key there may be. What stands at one that ways or cases have each
/// their own kind of is told by these.
fn properties(shape: &'static Shape) -> Json {
    let mut members: Vec<(&str, Json)> = Vec::new();
    for key in shape.every_key() {
        if members.iter().any(|(name, _)| *name == key.name) {
            continue;
        }
        let holds = if varies(shape, key.name) { Vec::new() } else { schema(&key.holds) };
        let said = std::iter::once(("description", described(key.words)));
        members.push((key.name, object(said.chain(holds))));
    }
    object(members)
}

/// Whether a key stands in several ways or cases.
fn varies(shape: &'static Shape, name: &str) -> bool {
    1 < shape.every_key().filter(|key| key.name == name).count()
}

/// The keys of a way are there, and those of the others are not.
fn one_way(shape: &'static Shape, way: &'static [Key]) -> Vec<(&'static str, Json)> {
    let mut members: Vec<(&str, Json)> = Vec::new();
    let own = way.iter().filter(|key| varies(shape, key.name));
    let mut held: Vec<(&str, Json)> =
        own.map(|key| (key.name, object(schema(&key.holds)))).collect();
    for key in shape.ways.iter().flat_map(|way| way.iter()) {
        let ours = way.iter().any(|own| own.name == key.name);
        if !ours && !held.iter().any(|(name, _)| *name == key.name) {
            held.push((key.name, Json::Bool(false)));
        }
    }
    let needed = if way.is_empty() { shape.alone.to_vec() } else { needed(way) };
    if !needed.is_empty() {
        members.push(("required", texts(needed)));
    }
    members.push(("properties", object(held)));
    members
}

/// What each word of the deciding key asks for, and which keys go with some
/// words only.
fn all_cases(shape: &'static Shape) -> Vec<Json> {
    let mut out = Vec::new();
    for case in shape.cases {
        let own = case.keys.iter().filter(|key| varies(shape, key.name));
        let own: Vec<(&str, Json)> =
            own.map(|key| (key.name, object(schema(&key.holds)))).collect();
        let needed = needed(case.keys);
        let mut then = Vec::new();
        if !needed.is_empty() {
            then.push(("required", texts(needed)));
        }
        if !own.is_empty() {
            then.push(("properties", object(own)));
        }
        if !then.is_empty() {
            out.push(object([("if", is(case.by, case.are.to_vec())), ("then", object(then))]));
        }
    }
    let mut told: Vec<&str> = Vec::new();
    for key in shape.cases.iter().flat_map(|case| case.keys) {
        if told.contains(&key.name) {
            continue;
        }
        told.push(key.name);
        let with = |case: &&Case| case.keys.iter().any(|own| own.name == key.name);
        let with: Vec<&Case> = shape.cases.iter().filter(with).collect();
        if with.len() == shape.cases.len() && key.needed {
            continue;
        }
        let Some(by) = with.first().map(|case| case.by) else { continue };
        let words = with.iter().flat_map(|case| case.are.iter().copied()).collect();
        let without = object([("properties", object([(key.name, Json::Bool(false))]))]);
        out.push(object([("if", is(by, words)), ("else", without)]));
    }
    out
}

fn is(key: &'static str, words: Vec<&'static str>) -> Json {
    object([("properties", object([(key, object([("enum", texts(words))]))]))])
}

fn schema(holds: &'static Holds) -> Vec<(&'static str, Json)> {
    const NAME: &str = "^[A-Za-z_][A-Za-z0-9_]*$";
    match holds {
        Holds::Text => vec![("type", text("string"))],
        Holds::Word | Holds::Expression => {
            vec![("type", text("string")), ("minLength", number(1))]
        }
        Holds::Name => vec![("type", text("string")), ("pattern", text(NAME))],
        Holds::Form(form) => vec![("type", text("string")), ("pattern", text(form))],
        Holds::Flag => vec![("type", text("boolean"))],
        Holds::Only(whole) => vec![("const", number(*whole))],
        Holds::Whole => vec![("type", text("integer"))],
        Holds::Number => vec![("type", texts(["number", "string"]))],
        Holds::OneOf(words) => vec![("enum", texts(words()))],
        Holds::Object(shape) => {
            vec![("$ref", Json::Text(format!("#/$defs/{}", shape.name).into()))]
        }
        Holds::Map(held) => vec![
            ("type", text("object")),
            ("propertyNames", object([("pattern", text(NAME))])),
            ("additionalProperties", object(schema(held))),
        ],
        Holds::List(held, least) => {
            let least = i64::try_from(*least).ok().filter(|least| 0 < *least);
            let least = least.map(|least| ("minItems", number(least)));
            let list = [("type", text("array")), ("items", object(schema(held)))];
            list.into_iter().chain(least).collect()
        }
        Holds::Tuple(all) => {
            let items = all.iter().map(|held| object(schema(held))).collect::<Vec<_>>();
            let n = number(i64::try_from(all.len()).unwrap_or(i64::MAX));
            vec![
                ("type", text("array")),
                ("prefixItems", Json::Array(items)),
                ("minItems", n.clone()),
                ("maxItems", n),
            ]
        }
        Holds::OneOrMore(held) => {
            let list = object([("type", text("array")), ("items", object(schema(held)))]);
            vec![("anyOf", Json::Array(vec![object(schema(held)), list]))]
        }
        Holds::Any(all) => {
            let all = all.iter().map(|held| object(schema(held)));
            vec![("anyOf", Json::Array(all.collect()))]
        }
    }
}

fn described((en, zh): Words) -> Json {
    Json::Text(format!("{en}\n{zh}").into())
}

fn text(text: &str) -> Json {
    Json::Text(text.into())
}

fn texts(all: impl IntoIterator<Item = &'static str>) -> Json {
    Json::Array(all.into_iter().map(text).collect())
}

fn number(number: i64) -> Json {
    Json::Number(number.to_string().into())
}

fn object(members: impl IntoIterator<Item = (&'static str, Json)>) -> Json {
    Json::Object(members.into_iter().map(|(key, value)| (key.into(), value)).collect())
}
