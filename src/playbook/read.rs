//! From a text to the content of a playbook, with every fault on the way.

use std::sync::Arc;

use super::document::Content;
use super::graph::Graph;
use super::identity::Identity;
use super::parameter::Setting;
use super::{SEMANTICS, calendar, parameter};
use crate::error::{Code, Error, Fault};
use crate::facts::Schema;
use crate::facts::declare::Words;
use crate::json::{self, FAULTS, Json, Object, Place, Reader, Wording};
use crate::lang::{Parameter, Scope, catalogue, is_identifier};
use crate::segment::{Definition, Segment};
use crate::units::{Calendar, shown};

/// The version of the format that this library reads.
const FORMAT: u32 = 1;

/// Sections that the format reserves and this version does not evaluate.
const LATER: [(&str, &str); 8] = [
    ("machines", "生命周期"),
    ("value", "客户价值"),
    ("measures", "度量"),
    ("kpis", "考核指标"),
    ("scorecards", "考核表"),
    ("campaigns", "营销活动"),
    ("accounts", "重点客户"),
    ("knowledge", "知识"),
];

/// What the language has taken of the names that a schema may use.
const WORDS: Words = Words {
    reserved: |name| !is_identifier(name),
    taken: |name| matches!(name, "now" | "event" | "param" | "customer" | "events"),
    functions: |name| !catalogue::functions(name).is_empty(),
};

/// The content, and the faults and hints; there is content only if the text
/// was a document of this format at all.
pub(super) fn document(text: &str) -> (Option<Content>, Vec<Fault>, Vec<Fault>) {
    let document = match json::parse(text.as_bytes()) {
        Ok(document) => document,
        Err(error) => return (None, error.into_faults(), Vec::new()),
    };
    let mut reader = Reader::new();
    let draft = draft(&document, &mut reader);
    let identity = Identity::of(&document, &reader);
    let (faults, hints) = reader.finish(&document);
    let content = draft.map(|draft| draft.content(identity, hints.clone()));
    (content, faults, hints)
}

pub(super) fn internal() -> Error {
    Fault::new(Code::Internal, "a playbook without faults was refused", "无误的规则集被拒绝").into()
}

/// A playbook that still lacks its identity.
struct Draft {
    id: Box<str>,
    version: Box<str>,
    wording: Wording,
    calendar: Calendar,
    schema: Schema,
    settings: Vec<Setting>,
    parameters: Vec<Parameter>,
    names: Vec<Arc<str>>,
    segments: Vec<Option<Segment>>,
    order: Vec<usize>,
}

impl Draft {
    fn content(self, identity: Identity, hints: Vec<Fault>) -> Content {
        Content {
            id: self.id,
            version: self.version,
            text: self.wording.text,
            calendar: self.calendar,
            schema: Arc::new(self.schema),
            settings: self.settings,
            parameters: self.parameters,
            segments: self.segments.into_iter().flatten().collect(),
            names: self.names,
            order: self.order,
            identity,
            hints,
        }
    }
}

fn draft(document: &Json, reader: &mut Reader) -> Option<Draft> {
    let mut object = Place::root(document).object(reader)?;
    if !is_this_format(&mut object, reader) {
        return None;
    }
    check_semantics(&mut object, reader);
    let id = object.need(reader, "id").and_then(|place| place.word(reader));
    let version = object.need(reader, "version").and_then(|place| place.word(reader));
    let wording = object.wording(reader);
    let calendar = object.need(reader, "calendar").map(|place| calendar::read(&place, reader));
    let parameters = object.get("parameters");
    let settings = parameters.map(|place| parameter::read_all(&place, reader, WORDS));
    let schema = object.get("schema").map(|place| Schema::read(&place, reader, WORDS));
    let segments = object.get("segments");
    let definitions = segments.map(|place| Definition::read_all(&place, reader));
    refuse_later(&mut object, reader);
    object.close(reader);

    let schema = schema.unwrap_or_default();
    let settings = settings.unwrap_or_default();
    let parameters: Vec<Parameter> = settings.iter().map(Setting::parameter).collect();
    let definitions = definitions.unwrap_or_default();
    let names: Vec<Arc<str>> = definitions.iter().map(|it| it.name.clone()).collect();
    let scope = Scope {
        schema: &schema,
        parameters: &parameters,
        segments: &names,
        machines: &[],
        event: None,
    };
    let segments = check_segments(&definitions, &scope, reader);
    let order = order(&definitions, &segments, &names, reader);
    Some(Draft {
        id: id.unwrap_or_default().into(),
        version: version.unwrap_or_default().into(),
        wording,
        calendar: calendar.unwrap_or_default(),
        schema,
        settings,
        parameters,
        names,
        segments,
        order,
    })
}

/// A document of another format is not read on: it would only seem faulty.
fn is_this_format(object: &mut Object, reader: &mut Reader) -> bool {
    let Some(place) = object.need(reader, "guanxi") else { return true };
    if matches!(place.json, Json::Number(digits) if **digits == *FORMAT.to_string()) {
        return true;
    }
    let Json::Number(digits) = place.json else {
        place.whole(reader);
        return true;
    };
    let given = shown(digits);
    let fault = place.fault(
        Code::UnsupportedVersion,
        format!("format version {given} is not known, expected {FORMAT}"),
        format!("不支持格式版本 {given}，应为 {FORMAT}"),
    );
    reader.fault(fault);
    false
}

fn check_semantics(object: &mut Object, reader: &mut Reader) {
    let Some(place) = object.get("semantics") else { return };
    let Some(given) = place.whole(reader) else { return };
    if given != i64::from(SEMANTICS) {
        reader.fault(place.fault(
            Code::UnsupportedVersion,
            format!("semantics version {given} is not known, expected {SEMANTICS}"),
            format!("不支持语义版本 {given}，应为 {SEMANTICS}"),
        ));
    }
}

fn refuse_later(object: &mut Object, reader: &mut Reader) {
    for (section, zh) in LATER {
        if let Some(place) = object.get(section) {
            reader.fault(
                place
                    .fault(
                        Code::UnsupportedSection,
                        format!("this version does not evaluate the section `{section}`"),
                        format!("此版本尚不处理 `{section}`（{zh}）部分"),
                    )
                    .hint("leave it out until a version does", "请先去掉，待新版本支持后再加入"),
            );
        }
    }
}

/// A segment for each definition, or none where it has faults.
fn check_segments(
    definitions: &[Definition],
    scope: &Scope,
    reader: &mut Reader,
) -> Vec<Option<Segment>> {
    let check = |definition: &Definition| {
        // Suggesting names is what costs time in a document that is all faults.
        if reader.is_full() { None } else { definition.check(scope, reader) }
    };
    definitions.iter().map(check).collect()
}

/// The order of evaluation; circles are noted.
fn order(
    definitions: &[Definition],
    segments: &[Option<Segment>],
    names: &[Arc<str>],
    reader: &mut Reader,
) -> Vec<usize> {
    let position = |name: &Arc<str>| names.binary_search(name).ok();
    let reads = |(definition, segment): (&Definition, &Option<Segment>)| match segment {
        Some(segment) => segment.condition().uses.segments.iter().filter_map(position).collect(),
        None => definition.reads().iter().filter_map(position).collect(),
    };
    let graph = Graph::new(definitions.iter().zip(segments).map(reads).collect());
    let order = graph.order();
    if order.len() < definitions.len() {
        for circle in graph.circles(FAULTS) {
            if let Some(fault) = circle_fault(&circle, definitions) {
                reader.fault(fault);
            }
        }
    }
    order
}

/// Members of a circle that are named; longer ones are cut in the middle.
const NAMED: usize = 10;

fn circle_fault(circle: &[usize], definitions: &[Definition]) -> Option<Fault> {
    let first = definitions.get(*circle.first()?)?;
    let members = circle.iter().filter_map(|member| definitions.get(*member));
    let mut path: Vec<&str> = members.map(|member| &*member.name).collect();
    if path.len() > NAMED {
        path.truncate(NAMED);
        path.push("...");
    }
    path.push(&first.name);
    let path = path.join(" -> ");
    let fault = Fault::new(
        Code::Cycle,
        format!("segments read each other in a circle: {path}"),
        format!("细分相互引用成环：{path}"),
    );
    Some(fault.at(first.pointer.as_str()))
}
